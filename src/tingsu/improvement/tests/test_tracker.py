"""What R&D's and operations' trackers say of a rectification: by a program or as a file, twice nothing twice (IM-13, IG-09)."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.files import checks
from tingsu.files.errors import FileRefused
from tingsu.files.tests import samples
from tingsu.improvement import tracker
from tingsu.improvement.tests.test_rectifications import does, ordered
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import InvalidInput, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.pages.lists import ListRefused
from tingsu.pages.tests.test_lists import workbook
from tingsu.registers.models import Entry


@pytest.mark.req("IM-13", "IG-09")
def test_release_or_refusal_is_noted_with_its_reason_and_ends_nothing_by_itself(cast: Cast) -> None:
    entry = ordered(cast, kind="product", cases=7)
    assert entry.codes["cases"] == 7
    for state, missing in (("released", "release"), ("refused", "refusal")):
        with pytest.raises(InvalidInput) as refused:
            does(cast.dept2, entry, "track", tracker_key="RD-12", tracker_state=state)
        assert set(refused.value.fields) == {missing}
    with pytest.raises(InvalidInput) as wrong:
        does(cast.dept2, entry, "track", tracker_key="RD-12", tracker_state="open", tracker_link="javascript:alert(1)")
    assert set(wrong.value.fields) == {"tracker_link"}
    with pytest.raises(NotFound):
        does(cast.dept, entry, "track", tracker_key="RD-12", tracker_state="open")  # of another department
    said = does(cast.dept2, entry, "track", tracker_key="RD-12", tracker_state="refused", refusal="成本高于收益")
    assert (said.state, said.codes["tracker_state"]) == ("open", "refused"), "whoever ordered it decides what follows"
    assert Notice.objects.filter(member_id=cast.specialist.id, kind__startswith="rectification.").exists()
    released = does(
        cast.dept2, entry, "track", tracker_key="RD-12", tracker_state="released", release="5.2.1",
        tracker_link="https://rd.example.cn/RD-12",
    )  # fmt: skip
    assert released.written_or_none()["release"] == "5.2.1"


@pytest.mark.req("IG-09")
def test_a_program_finds_its_issue_reads_it_and_says_how_it_stands(cast: Cast, client: Client) -> None:
    entry = ordered(cast, kind="product", cases=3)
    _row, token = issue_token(
        actor=automation("test", cast.organisation_id), name="tracker", scopes=("registers:read", "registers:write", "complaints:read"),
        roles=cast.qa.actor.roles, acts_for=cast.qa.id,
    )  # fmt: skip
    head: Any = {"headers": {"Authorization": f"Bearer {token}"}}
    base = "/api/v1/registers/rectification"
    read = client.get(f"{base}/{entry.number}", **head).json()
    assert "打款失败自动重试并告警" in json.dumps(read, ensure_ascii=False)
    assert len(read["links"]) == 1, "the complaint behind it is the evidence"
    said = {"values": {"tracker_key": "RD-77", "tracker_state": "in_work"}}
    told = client.post(f"{base}/{entry.number}/steps/track", json.dumps(said), content_type="application/json", **head)
    assert told.status_code == 200
    found = client.get(f"{base}?tracker_key=RD-77&tracker_state=in_work", **head).json()
    assert json.dumps(found).count(entry.number) >= 1
    assert entry.number not in json.dumps(client.get(f"{base}?tracker_key=RD-7", **head).json())


@pytest.mark.req("IG-09")
def test_the_trackers_own_list_is_taken_line_by_line_and_the_same_again_changes_nothing(
    cast: Cast, sign_in: Any
) -> None:
    entry = ordered(cast, kind="product")
    rows = [
        ["整改编号", "工单号", "状态", "上线版本", "说明", "负责人"],
        [entry.number, "RD-9", "已上线", "6.0", "", "某人"],
        ["ZG-2026-999", "RD-10", "处理中", "", "", ""],
        [entry.number, "RD-9", "在路上", "", "", ""],
        ["", "RD-11", "open", "", "", ""],
    ]
    client = sign_in(cast.qa)
    address = reverse("improvement:tracker")
    assert address in client.get(reverse("registers:list", args=["rectification"])).content.decode()
    words = "\n".join(",".join(row) for row in rows).encode("gbk")
    for name, content in (("issues.xlsx", workbook(rows)), ("issues.csv", words)):
        page = client.post(address, {"file": SimpleUploadedFile(name, content)})
        assert page.status_code == 200
        found = page.context["verdicts"]
        assert [place for place, _why in found.refused] == [3, 4, 5]
        assert "ZG-2026-999" in found.refused[0][1]
        assert "在路上" in found.refused[1][1]
    assert (found.taken, found.known) == (0, 1), "the second file says what stands there"
    assert Event.objects.filter(stream_id=entry.pk, kind="rectification.tracked").count() == 1
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.codes["tracker_state"], kept.written_or_none()["release"]) == ("released", "6.0")
    # A line is taken with the rights of whoever brings it: to somebody without a part in it the entry does not exist.
    strangers = tracker.take_file(cast.dept.actor, workbook([rows[0], [entry.number, "RD-9", "open"]]))
    assert [place for place, _why in strangers.refused] == [2]
    for content in (b"\x89PNG\r\n\x1a\n\x00\x00", b"a,b\n1,2", b""):
        with pytest.raises(ListRefused):
            tracker.take_file(cast.qa.actor, content)
    assert client.post(address, {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2")}).status_code == 422
    assert client.post(address).status_code == 422
    harmful = samples.named_archive({"xl/workbook.xml": b"<a/>", "run.exe": samples.EXE})
    refused = client.post(address, {"file": SimpleUploadedFile("issues.xlsx", harmful)})
    with pytest.raises(FileRefused) as told:
        checks.check("issues.xlsx", harmful)
    assert (refused.status_code, refused.context["error"]) == (422, str(told.value)), "walked before anything opens it"
