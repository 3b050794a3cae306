"""Connections with regulators, platforms and sources of public opinion: reached, listed, owed, read by themselves (IN-16)."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Promise
from tingsu.clocks.tasks import sweep_organisation
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.outside import connections, running
from tingsu.outside.tests.test_imports import ROWS, brought, csv_of, taken_in
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.req("IN-16", "IG-05")
PLATFORM = "https://gongdan.example.gov.cn/login?x=1"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


def linked(cast: Cast, **values: Any) -> Entry:
    given = {
        "title": "12345 工单平台", "platform": "12345", "web_page": PLATFORM, "keeper": "投诉中心", "means": "by_hand", "interval": "daily",
        "owner": str(cast.frontline.id), "fetched_on": local_date(now(), "Asia/Shanghai").isoformat(), "found": "共 3 件，都已登记", **values,
    }  # fmt: skip
    return open_entry(
        actor=cast.supervisor.actor, register=registers()[connections.NAME], opening=Opening(values=given)
    )


def again(entry: Entry) -> Entry:
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def put(entry: Entry, name: str, content: bytes, age: int = 120) -> Any:
    path = connections.drop_folder(entry.number) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = now().timestamp() - age
    os.utime(path, (at, at))
    return path


def checked() -> Entry:
    (entry,) = Entry.objects.filter(register="list_import", state="checking")
    running.check(entry.pk)
    return again(entry)


def test_a_list_is_owed_each_working_day_until_one_is_read_or_noted(cast: Cast, sign_in: Any, client: Any) -> None:
    with travel_to(now().replace(month=3, day=2, hour=2)):  # so that the test does not know which day it is
        entry = linked(cast)
        today = local_date(now(), "Asia/Shanghai")
        owed = Promise.objects.get(stream_id=entry.pk, kind="outside_list", ended_at=None)
        assert (entry.codes["next_on"] > today.isoformat(), owed.owner_id) == (True, cast.frontline.id)
        brought(cast.specialist, csv_of(*ROWS))
        owed.refresh_from_db()
        assert owed.ended_at is not None, "a list that anybody reads is the list of the day"
        assert "DR-" in again(entry).written()["found"]
        other = linked(cast, title="另一平台", platform="other", platform_words="市消保委")
        brought(cast.specialist, csv_of(*ROWS[:1]), source="966315")
        assert "DR-" not in again(other).written()["found"], "a list of another body is not its list"
    form = sign_in(cast.frontline).get(f"/desk/records/{connections.NAME}/{other.number}/steps/fetch/").content.decode()
    assert "共 3 件，都已登记" not in form, "what the last list held is not noted again by a press of a key"
    values = {"fetched_on": today.isoformat(), "found": "今天没有新工单"}
    take_step(
        actor=cast.frontline.actor,
        entry=again(other),
        register=registers()[connections.NAME],
        step="fetch",
        values=values,
    )
    ended = take_step(
        actor=cast.supervisor.actor, entry=again(other), register=registers()[connections.NAME], step="end", values={"reason": "平台停办"}
    )  # fmt: skip
    assert not Promise.objects.filter(stream_id=ended.pk, ended_at=None).exists(), "nothing is owed from where we left"
    sign_in(cast.frontline)
    page = client.get(reverse("registers:entry", args=[connections.NAME, entry.number])).content.decode()
    assert f'href="{PLATFORM}" target="_blank" rel="noopener noreferrer"' in page
    assert "DR-" in page
    assert not [one.sentence for one in verify_organisation(Tally())]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "12345 电话", "https://", "http://[", "data:text/html,x"])
def test_nothing_but_a_web_address_becomes_a_link(cast: Cast, sign_in: Any, client: Any, address: str) -> None:
    entry = linked(cast, web_page=address)
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=[connections.NAME, entry.number])).content.decode()
    assert 'target="_blank"' not in page


def test_a_complaint_raised_there_leads_to_the_platform(cast: Cast, sign_in: Any, client: Any) -> None:
    linked(cast)
    linked(cast, title="消协", platform="xiaofeibao", web_page="https://other.example.org/")
    taken_in(cast.frontline, brought(cast.frontline, csv_of(*ROWS[:1])))
    (spill,) = Entry.objects.filter(register="spill_over")
    sign_in(cast.frontline)
    page = client.get(reverse("registers:entry", args=["spill_over", spill.number])).content.decode()
    assert PLATFORM in page
    assert "other.example.org" not in page


def test_lists_in_the_folder_are_read_checked_and_wait_for_a_person(cast: Cast) -> None:
    entry = linked(cast, means="folder", becomes="complaint", problem_type="consumer")
    other = linked(cast, title="手工", means="by_hand", platform="966315")
    assert connections.read_folders() == 0
    assert connections.drop_folder(entry.number).is_dir(), "the place that the page names is there"
    assert not connections.drop_folder(other.number).exists()
    whole = put(entry, "0301.csv", csv_of(*ROWS))
    unfinished = put(entry, "0302.csv", csv_of(*ROWS), age=5)
    program = put(entry, "run.sh", b"echo")
    put(other, "0301.csv", csv_of(*ROWS))
    (whole.parent / "link.csv").symlink_to(whole)
    assert connections.read_folders() == 1
    assert (whole.exists(), unfinished.exists(), program.exists()) == (False, True, True)
    (kept,) = (whole.parent / "taken").iterdir()
    assert kept.name.endswith("-0301.csv")
    assert kept.read_bytes() == csv_of(*ROWS)
    read = checked()
    assert (read.state, read.owner_id, read.codes["fitting"], read.codes["refused"]) == (
        "ready",
        cast.frontline.id,
        2,
        2,
    )
    assert not Complaint.objects.exists(), "a person looks before anything is registered"
    assert Notice.objects.filter(member_id=cast.frontline.id, kind="list_import.checked").exists()
    assert str(read.number) in again(entry).written()["found"]
    taken_in(cast.frontline, read)
    assert Complaint.objects.count() == 2
    put(entry, "0303.csv", csv_of(*ROWS))
    assert connections.read_folders() == 1
    assert checked().codes["known"] == 3, "the same list again creates nothing again"
    assert connections.read_folders() == 0


def test_what_is_no_list_is_put_aside_and_its_owner_hears_why(cast: Cast) -> None:
    entry = linked(cast, means="folder", becomes="complaint", problem_type="consumer")
    for name, content in (("empty.csv", b""), ("broken.xlsx", b"PK\x03\x04broken"), ("head.csv", "编号,内容".encode())):
        put(entry, name, content)
    assert connections.read_folders() == 0
    assert len(list((connections.drop_folder(entry.number) / "refused").iterdir())) == 3
    assert not Entry.objects.filter(register="list_import").exists()
    assert Notice.objects.filter(member_id=cast.frontline.id, kind="outside_link.list_refused").count() >= 1
    assert connections.read_folders() == 0, "what was refused is not tried again"


@pytest.mark.req("IG-06")
def test_mentions_come_by_the_folder_too(cast: Cast) -> None:
    entry = linked(cast, title="舆情", platform="media", means="folder", becomes="complaint", problem_type="consumer")
    put(
        entry,
        "m.csv",
        csv_of(
            ("新闻甲", "https://news.example.com/1", "外卖迟到两小时", "2026-01-03 10:20"),
            head=("媒体", "链接", "内容", "发布时间"),
        ),
    )
    assert connections.read_folders() == 1
    assert (checked().codes["source"], checked_count()) == ("media", 1)


def checked_count() -> int:
    return int(Entry.objects.get(register="list_import").codes["fitting"])


def test_a_program_hands_a_list_in_by_the_interface(cast: Cast, client: Any) -> None:
    entry = linked(cast, means="program")
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="platform client", scopes=("registers:read", "registers:write", "complaints:write"),
        roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
    )  # fmt: skip
    head = {"Authorization": f"Bearer {token}"}
    file = client.post("/api/v1/files", {"file": SimpleUploadedFile("list.csv", csv_of(*ROWS))}, headers=head)
    assert file.status_code == 201, file.content
    values = {"source": "12345", "note": "每日清单", "becomes": "complaint", "problem_type": "consumer"}
    made = client.post(
        "/api/v1/registers/list_import",
        json.dumps(values),
        content_type="application/json",
        headers={**head, "Idempotency-Key": "a-1"},
    )
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    step = client.post(
        f"/api/v1/registers/list_import/{number}/steps/read", json.dumps({"values": {"list": [file.json()["id"]]}}), content_type="application/json",
        headers={**head, "Idempotency-Key": "a-2"},
    )  # fmt: skip
    assert step.status_code == 200, step.content
    assert checked().codes["fitting"] == 2
    assert number in again(entry).written()["found"]


def test_a_missed_list_is_breached_and_told(cast: Cast) -> None:
    entry = linked(cast)
    with travel_to(now() + timedelta(days=20)):
        sweep_organisation()
    assert Promise.objects.get(stream_id=entry.pk, kind="outside_list").breached_at is not None
