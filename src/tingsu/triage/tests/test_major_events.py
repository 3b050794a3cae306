"""The record of a major or mass complaint event: opened or joined with the report, linked, talked about, closed (MS-23)."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint, Party
from tingsu.improvement import panels
from tingsu.kernel import erasing
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event, EventText
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people.access import Can, roles_with
from tingsu.registers import actions, reading
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.triage import major_events
from tingsu.triage.registers import DRAFTS
from tingsu.triage.steps.major_events import events_of_case, events_to_join
from tingsu.triage.tests.cases import HIGH, REPORT, graded, last_event, registered, step

pytestmark = pytest.mark.req("MS-23")
NEW = {"event": "new", "event_kind": "mass", "event_name": "空气炸锅漏电"}
SAID = {"audience": "media", "means": "官方微博", "wording": "已停售该批次。"}
GROUND = {"ground": "nobody"}


def register() -> Any:
    return registers()["major_event"]


def reported(cast: Cast, **event: str) -> Complaint:
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    return step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)], **event)


def opened(person: Person, **values: Any) -> Entry:
    values = {"kind": "mass", "name": "空气炸锅漏电", "story": "三省同类投诉"} | values
    return actions.open_entry(actor=person.actor, register=register(), opening=actions.Opening(values=values))


def take(person: Person, event: Entry, name: str, /, **values: Any) -> Entry:
    now = Entry.objects.select_related("stream").get(pk=event.pk)
    return actions.take_step(actor=person.actor, entry=now, register=register(), step=name, values=values)


def read(event: Entry) -> Entry:
    return Entry.objects.select_related("stream").get(pk=event.pk)


def kinds(event: Entry) -> list[str]:
    names = Event.objects.filter(stream_id=event.pk).order_by("seq").values_list("kind", flat=True)
    return [name.removeprefix("major_event.") for name in names]


def complaints_of(event: Entry) -> set[Any]:
    return set(EntryLink.objects.filter(entry=event, kind="includes").values_list("other_id", flat=True))


def findings() -> list[str]:
    return [one.sentence for one in verify_organisation(Tally())]


def test_the_report_upward_opens_a_record_and_the_next_one_joins_it(cast: Cast, sign_in, client) -> None:
    first = reported(cast, **NEW)
    event = Entry.objects.select_related("stream").get(register="major_event")
    assert re.fullmatch(r"SJ-20\d\d-001", event.number)
    assert event.written() == {"name": NEW["event_name"], "story": REPORT["facts"]}
    assert event.codes == {"kind": "mass", "complaints": 1}
    assert (event.owner_id, event.opened_by, event.state) == (cast.frontline.id, cast.frontline.id, "open")
    assert last_event(first).data["major_event"] == str(event.pk)
    second = reported(cast, event=event.number)
    assert complaints_of(event) == {first.pk, second.pk}
    assert read(event).codes["complaints"] == 2
    assert kinds(event) == ["opened", "linked", "linked"]
    assert NEW["event_name"] not in str(list(Event.objects.values_list("data", flat=True)))
    shown = panels.records(cast.specialist.actor, second)
    assert shown is not None
    assert [(one["name"], one["title"], one["how"]) for one in shown["links"]] == [
        (event.number, NEW["event_name"], "属于")
    ]
    sign_in(cast.specialist)
    page = client.get(second.get_absolute_url()).content.decode()
    assert reverse("registers:entry", args=["major_event", event.number]) in page
    assert NEW["event_name"] in page
    page = client.get(reverse("registers:entry", args=["major_event", event.number])).content.decode()
    assert page.count(f'href="{first.get_absolute_url()}"') == page.count(f'href="{second.get_absolute_url()}"') == 1
    assert findings() == []


def test_the_next_record_of_the_year_has_the_next_number(cast: Cast) -> None:
    reported(cast, **NEW)
    second = opened(cast.frontline)
    assert [one.number[-4:] for one in Entry.objects.order_by("number")] == ["-001", "-002"]
    assert second.number.endswith("-002")


def test_a_report_needs_no_record_and_names_none_that_is_closed_or_unknown(cast: Cast) -> None:
    reported(cast)
    assert not Entry.objects.exists()
    event = opened(cast.frontline)
    assert event.number in dict(events_to_join(None))
    take(cast.supervisor, event, "close", conclusion="召回完成")
    assert event.number not in dict(events_to_join(None))
    for number in (event.number, "SJ-2026-999", "nonsense"):
        with pytest.raises(InvalidInput) as refused:
            reported(cast, event=number)
        assert set(refused.value.fields) == {"event"}
    with pytest.raises(InvalidInput) as refused:
        reported(cast, event="new")
    assert set(refused.value.fields) == {"event_kind", "event_name"}
    assert Entry.objects.count() == 1


@pytest.mark.req("E17")
def test_a_complaint_is_linked_to_a_record_once_and_unlinked_again(cast: Cast) -> None:
    complaint, event = registered(cast.frontline), opened(cast.frontline)
    other = registered(cast.frontline)
    with pytest.raises(InvalidInput):
        step(cast.frontline, complaint, "leave_event", event=event.number, reason="误关联")
    step(cast.frontline, complaint, "join_event", event=event.number)
    assert last_event(complaint).data["major_event"] == str(event.pk)
    assert [code for code, _label in events_of_case(complaint)] == [event.number]
    assert events_of_case(other) == ()
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, complaint, "join_event", event=event.number)
    assert [one.code for one in refused.value.fields.values()] == ["joined"]
    assert complaints_of(event) == {complaint.pk}
    assert read(event).codes["complaints"] == 1
    step(cast.frontline, other, "join_event", event=event.number)
    step(cast.frontline, complaint, "leave_event", event=event.number, reason="误关联")
    assert complaints_of(event) == {other.pk}
    assert read(event).codes["complaints"] == 1
    assert last_event(complaint).data["major_event"] == str(event.pk)
    told = reading.history_of(cast.supervisor.actor, register(), read(event), "page")
    assert [one.codes[0][1] for one in told if one.kind.endswith("linked")] == [
        complaint.number, other.number, complaint.number,
    ]  # fmt: skip
    step(cast.frontline, complaint, "join_event", **NEW, event_story="另一批次")
    assert Entry.objects.count() == 2
    assert findings() == []


def test_whoever_owns_the_complaint_opens_its_record_though_the_register_is_not_theirs(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.mediator.id)
    step(cast.mediator, complaint, "join_event", **NEW, event_story="另一批次")
    assert Entry.objects.get().opened_by == cast.mediator.id
    with pytest.raises(NotAllowed):
        opened(cast.mediator)


@pytest.mark.req("CO-11")
def test_a_statement_goes_out_after_somebody_else_approved_it(cast: Cast) -> None:
    event = opened(cast.frontline)
    steps = (("approve_statement", cast.top_mgmt, "draft"), ("issue_statement", cast.frontline, "ready"))
    for name, person, chosen in steps:
        with pytest.raises(InvalidInput) as refused:
            take(person, event, name, **{chosen: "0"})
        assert set(refused.value.fields) == {chosen}
        offered = {one.name: unmet for one, unmet in actions_for(person.actor, event)}
        assert offered[name], "the button says what is missing"
    take(cast.supervisor, event, "write_statement", **SAID | GROUND)
    speaks = {"audience": "employees", "means": "内部群", "spokesperson": str(cast.mgmt_rep.id)}
    take(cast.specialist, event, "write_statement", **SAID | speaks)
    told = Notice.objects.filter(stream_id=event.pk, kind="major_event.statement_written")
    assert told.filter(member_id=cast.top_mgmt.id).count() == 2
    assert told.filter(member_id=cast.supervisor.id).count() == 1
    before = kinds(event)
    with pytest.raises(InvalidInput):
        take(cast.frontline, event, "issue_statement", ready="0")
    with pytest.raises(NotAllowed):
        take(cast.specialist, event, "approve_statement", draft="0")
    with pytest.raises(ConditionsUnmet) as own:
        take(cast.supervisor, event, "approve_statement", draft="0")
    assert [one.code for one in own.value.unmet] == ["own_work"]
    for missing in SAID:
        with pytest.raises(InvalidInput):
            take(cast.frontline, event, "write_statement", **SAID | {missing: ""})
    assert kinds(event) == before == ["opened", "statement_written", "statement_written"]
    take(cast.top_mgmt, event, "approve_statement", draft="0")
    take(cast.frontline, event, "issue_statement", ready="0")
    for name, person, chosen in steps:
        with pytest.raises((ConditionsUnmet, InvalidInput)) as again:
            take(person, event, name, **{chosen: "0"})
        assert not isinstance(again.value, InvalidInput) or set(again.value.fields) == {chosen}
    take(cast.supervisor, event, "approve_statement", draft="1")
    heard = Notice.objects.filter(stream_id=event.pk, kind="major_event.approved").values_list("member_id", flat=True)
    owner = read(event).owner_id
    assert sorted(map(str, heard)) == sorted(map(str, [owner, owner, cast.mgmt_rep.id])), (
        "the spokesperson hears it once"
    )
    first, second = read(event).codes["statements"]
    speakers = [one["spokesperson"] for one in (first, second)]
    assert speakers == [str(read(event).owner_id), str(cast.mgmt_rep.id)], (
        "whoever owns the record, unless somebody is named (CO-11)"
    )
    assert (first["author"], first["approver"]) == (str(cast.supervisor.id), str(cast.top_mgmt.id))
    assert first["audience"] == "media"
    assert "issued_at" in first
    assert (second["approver"], "issued_at" in second) == (str(cast.supervisor.id), False)
    assert read(event).written()["statements.1.means"] == "内部群"
    lines = {one.name: one for one in reading.lines_of(cast.supervisor.actor, register(), read(event), "page")}
    assert [dict(line)["声明内容"] for line in lines["statements"].rows] == ["已停售该批次。", "已停售该批次。"]
    told = reading.history_of(cast.supervisor.actor, register(), read(event), "page")
    assert [one.codes[0][1] for one in told if one.kind == "major_event.approved"] == [
        "媒体 · 官方微博",
        "员工 · 内部群",
    ]
    assert findings() == []


def actions_for(actor: Actor, event: Entry) -> Any:
    from tingsu.registers.access import steps_for

    return steps_for(actor, register(), read(event))


def test_a_closed_record_takes_nothing_more(cast: Cast, sign_in, client) -> None:
    event, complaint = opened(cast.frontline), registered(cast.frontline)
    with pytest.raises(NotAllowed):
        take(cast.specialist, event, "close", conclusion="召回完成")
    with pytest.raises(InvalidInput):
        take(cast.supervisor, event, "close", conclusion=" ")
    take(cast.supervisor, event, "close", conclusion="召回完成")
    with pytest.raises(NotAllowed):
        actions.comment(actor=cast.frontline.actor, register=register(), entry=read(event), text="又一起")
    with pytest.raises(NotAllowed):
        actions.link_entry(
            actor=cast.frontline.actor, register=register(), entry=read(event), number=complaint.number, kind="related"
        )
    for name in register().process:
        with pytest.raises(ConditionsUnmet):
            take(cast.supervisor, event, name)
    with pytest.raises(InvalidInput):
        step(cast.frontline, complaint, "join_event", event=event.number)
    assert kinds(event) == ["opened", "closed"]
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=["major_event", event.number])).content.decode()
    assert "召回完成" in page
    assert "<textarea" not in page
    assert not re.search(r'type="file"|name="number"', page)


def test_a_record_that_is_closed_meanwhile_takes_no_complaint(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    event, complaint = opened(cast.frontline), registered(cast.frontline)

    def found_too_late(number: str) -> Any:
        Entry.objects.filter(pk=event.pk).update(state="closed")
        return event.pk

    monkeypatch.setattr(major_events, "record_id", found_too_late)
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, complaint, "join_event", event=event.number)
    assert set(refused.value.fields) == {"event"}
    assert not EntryLink.objects.exists()


def test_its_words_are_erased_with_its_key_and_the_history_stays(cast: Cast) -> None:
    event = opened(cast.frontline)
    actions.comment(actor=cast.frontline.actor, register=register(), entry=event, text="记者来电 13800002210")
    take(cast.frontline, event, "write_statement", **SAID | GROUND)
    assert not [text for text in EventText.objects.filter(stream_id=event.pk) if b"13800002210" in bytes(text.body)]
    with transaction.atomic():
        chain = lock_chain(event.pk)
        erasing.erase(chain, actor=cast.mgmt_rep.actor, at=now(), data={"why": "request"})
        chain.flush()
    assert reading.title_of(cast.supervisor.actor, read(event)) == "（已删除）"
    assert (event.number, f"{event.number} · ") in events_to_join(None)
    step(cast.frontline, registered(cast.frontline), "join_event", event=event.number)
    assert read(event).codes["complaints"] == 1
    take(cast.top_mgmt, event, "approve_statement", draft="0")
    assert read(event).codes["statements"][0]["approver"] == str(cast.top_mgmt.id)
    assert findings() == []


@pytest.mark.req("invariant-2")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "closed"}, "state"),
        ({"number": "SJ-2020-001"}, "number"),
        ({"codes": {"kind": "drill", "complaints": 1}}, "kind"),
        ({"codes": {"kind": "mass", "complaints": 2}}, "complaints"),
    ],
)
def test_a_record_that_does_not_follow_its_history_is_named(cast: Cast, change: dict[str, Any], said: str) -> None:
    reported(cast, **NEW)
    assert findings() == []
    Entry.objects.update(**change)
    assert any(sentence.startswith(f"{said} is ") for sentence in findings())


def test_a_link_that_the_history_does_not_tell_is_named(cast: Cast) -> None:
    reported(cast, **NEW)
    EntryLink.objects.all().delete()
    assert any(sentence.startswith("its links are []") for sentence in findings())


@pytest.mark.req("OG-03")
def test_who_may_do_what_follows_the_table_of_rights(cast: Cast) -> None:
    kind = register()
    assert set(kind.readers) == roles_with(Can.SEE_QUEUE)
    assert set(kind.openers) == roles_with(Can.WORK_CASES) & roles_with(Can.SEE_QUEUE)
    for name in ("approve_statement", "close"):
        assert set(kind.process[name].who) == roles_with(Can.EVENTS)
    for name in ("write_statement", "issue_statement", "change"):
        assert set(kind.process[name].who) == {"owner", *kind.openers}


def test_the_list_says_kind_and_complaints_and_exports_them(cast: Cast, sign_in, client) -> None:
    reported(cast, **NEW)
    drill = opened(cast.specialist, kind="drill", name="舆情演练")
    sign_in(cast.supervisor)
    address = reverse("registers:list", args=["major_event"])
    page = client.get(address, {"kind": "drill"}).content.decode()
    assert "舆情演练" in page
    assert NEW["event_name"] not in page
    assert '<th scope="col">涉及投诉</th>' in page
    answer = client.get(reverse("registers:export", args=["major_event", "csv"]))
    head, *rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    place = head.index("涉及投诉")
    assert {row[0]: row[place] for row in rows} == {drill.number: "", f"{drill.number[:-1]}1": "1"}


def test_somebody_else_may_answer_for_a_record(cast: Cast, sign_in, client) -> None:
    event = opened(cast.frontline)
    take(cast.supervisor, event, "change", kind="major", name="空气炸锅起火", owner=str(cast.specialist.id))
    event = read(event)
    assert (event.owner_id, event.codes["kind"], event.written()["name"]) == (
        cast.specialist.id,
        "major",
        "空气炸锅起火",
    )
    assert Notice.objects.filter(stream_id=event.pk, member_id=cast.specialist.id, kind="major_event.given").exists()
    sign_in(cast.specialist)
    assert event.number in client.get(reverse("desk:work")).content.decode()
    assert findings() == []


@pytest.mark.req("PS-06", "PS-11")
def test_whoever_complains_in_a_linked_case_is_named_by_no_choice_of_records_and_lines(cast: Cast) -> None:
    """A name in the title of a record, or in how a statement goes out, is covered where a step offers it, as on the page."""
    complaint = reported(cast, **NEW | {"event_name": "陈小满家空气炸锅起火"})
    event = Entry.objects.get(register="major_event")
    assert Party.objects.get(complaint=complaint, role="complainant").text("name") == "陈小满"
    for offered in (events_to_join(complaint), events_of_case(complaint)):
        words = " ".join(str(label) for _code, label in offered)
        assert "空气炸锅起火" in words
        assert "小满" not in words
    take(cast.supervisor, event, "write_statement", **SAID | GROUND | {"means": "当面告知陈小满，13800002210"})
    ((_place, line),) = DRAFTS(read(event))
    assert "当面告知" in str(line)
    assert not [word for word in ("小满", "13800002210") if word in str(line)]
