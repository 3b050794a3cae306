"""A case list leaves the system asked for, approved by another person, marked, masked, and exactly as the filter shows it."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed
from tingsu.letters.models import Notice
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry

MONDAY = local("2026-03-02 10:00")
REGISTER = register_named("export")
TEXT = "电话 13800002210 的客户要求退款，已找过两次"


def asked(person, filters="view=all", purpose="周例会核对逾期"):
    opening = actions.Opening(values={"purpose": purpose, "use": "inside", "filters": filters})
    return actions.open_entry(actor=person.actor, register=REGISTER, opening=opening)


def approved(cast, person=None, **more):
    entry = asked(person or cast.supervisor, **more)
    return actions.take_step(actor=cast.mgmt_rep.actor, entry=entry, register=REGISTER, step="allow")


def fetched(client, entry, form="csv"):
    return client.get(reverse("desk:export", args=[entry.number, form]))


def lines(response):
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@pytest.mark.req("PS-06", "PS-09")
def test_a_list_is_asked_for_in_the_queue_approved_by_another_person_and_fetched_with_its_mark(sign_in, cast):
    with travel_to(MONDAY):
        first, second = a_case(cast.frontline, summary=TEXT), a_case(cast.frontline2, phone="13900001111")
        page = sign_in(cast.supervisor).get(reverse("desk:queue"), {"view": "all", "owner": str(cast.frontline.id)})
        form = sign_in(cast.supervisor).get(page.context["export_url"])
        assert str(cast.frontline.id) in form.content.decode()
        entry = asked(cast.supervisor, filters=f"view=all&owner={cast.frontline.id}")
        written = entry.written()
        assert (entry.codes["cases"], "1001" in written["shown"]) == (1, True)
        client = sign_in(cast.supervisor)
        assert fetched(client, entry).status_code == 404
        with pytest.raises(ConditionsUnmet):
            actions.take_step(actor=cast.supervisor.actor, entry=entry, register=REGISTER, step="allow")
        entry = actions.take_step(actor=cast.mgmt_rep.actor, entry=entry, register=REGISTER, step="allow")
        assert Notice.objects.filter(member_id=cast.supervisor.id, kind="export.approved").count() == 1
        address = reverse("desk:export", args=[entry.number, "csv"])
        assert address in client.get(reverse("registers:entry", args=["export", entry.number])).content.decode()
        (row,) = lines(fetched(client, entry))
        assert row["编号"] == first.number
        assert {"产品", "收到"} <= set(row), "names of columns, not of a problem type and a state"
        assert second.number not in str(row)
        assert "13800002210" not in str(row)
        mark = row["导出标记"]
        assert all(word in mark for word in (entry.number, "3001", "周例会核对逾期", "10:00"))
        noted = AccessEntry.objects.get(stream_id=entry.pk, what="exported")
        assert (noted.actor_id, noted.field) == (cast.supervisor.id, "complaint")


def test_a_spreadsheet_holds_the_same_with_the_mark_on_every_printed_page(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline, summary=TEXT)
        client, entry = sign_in(cast.supervisor), approved(cast)
        response = fetched(client, entry, "xlsx")
        book = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert f"{entry.number} · " in sheet[sheet.index("<oddFooter>") :]
        assert f"<t>{case.number}</t>" in sheet
        assert "13800002210" not in sheet
        assert client.get(reverse("desk:export", args=[entry.number, "docx"])).status_code == 404


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("who", "after", "status"),
    [
        ("supervisor", timedelta(hours=23, minutes=59), 200),
        ("supervisor", timedelta(hours=24), 410),
        ("mgmt_rep", timedelta(), 404),
        ("top_mgmt", timedelta(), 404),
        ("frontline", timedelta(), 403),
        ("dso", timedelta(), 403),
    ],
)
def test_only_who_asked_fetches_it_and_only_for_a_day(sign_in, cast, who, after, status):
    with travel_to(MONDAY):
        a_case(cast.frontline)
        entry = approved(cast)
    with travel_to(MONDAY + after):
        assert fetched(sign_in(getattr(cast, who)), entry).status_code == status


@pytest.mark.parametrize(
    ("who", "may"),
    [("supervisor", True), ("mgmt_rep", True), ("top_mgmt", True), ("analyst", True), ("frontline", False), ("qa", False),
     ("dept", False), ("auditor", False), ("dso", False), ("coach", False)],
)  # fmt: skip
def test_who_may_ask_for_one(sign_in, cast, who, may):
    person = getattr(cast, who)
    page = sign_in(person).get(reverse("desk:queue"))
    assert (page.status_code == 200 and bool(page.context["export_url"])) is may
    if may:
        assert asked(person).state == "asked"
        return
    with pytest.raises(NotAllowed):
        asked(person)
    assert not Entry.objects.filter(register="export").exists()


def test_a_refused_or_withdrawn_request_gives_nothing_and_the_reason_is_told(sign_in, cast):
    with travel_to(MONDAY):
        a_case(cast.frontline)
        entry = asked(cast.supervisor)
        entry = actions.take_step(
            actor=cast.dso.actor, entry=entry, register=REGISTER, step="refuse", values={"reason": "用途不清"}
        )
        client = sign_in(cast.supervisor)
        assert fetched(client, entry).status_code == 404
        assert "用途不清" in client.get(reverse("registers:entry", args=["export", entry.number])).content.decode()
        entry = approved(cast)
        entry = actions.take_step(actor=cast.supervisor.actor, entry=entry, register=REGISTER, step="withdraw")
        assert fetched(client, entry).status_code == 404


def test_the_file_holds_every_page_of_the_list_in_its_order(sign_in, cast, monkeypatch):
    monkeypatch.setattr("tingsu.desk.exports.TOGETHER", 2)
    with travel_to(MONDAY):
        for number in range(5):
            a_case(cast.frontline, phone=f"1390000111{number}")
        client = sign_in(cast.supervisor)
        shown = [row.number for group in client.get(reverse("desk:queue")).context["groups"] for row in group["rows"]]
        assert [row["编号"] for row in lines(fetched(client, approved(cast)))] == shown
        assert len(shown) == 5
