"""Edges of the complaint in tables: refused handovers, when an incomplete record is pushed, why a colleague is written to, whose duty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints import (
    access,
    handover,
    letterhead,
    rulebook_pages,
    rulebook_words,
    tasks,
    telling,
    waiting,
    work_order,
)
from tingsu.complaints.case import case_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.steps import contact, ownership, record
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ledger import lock_chain
from tingsu.letters.models import Letter, Notice
from tingsu.triage.tests.cases import registered, step


@pytest.mark.req("AS-01")
@pytest.mark.parametrize("leads", [True, False])
@pytest.mark.parametrize(("refusals", "stops"), [(0, False), (2, False), (3, True), (4, True)])
def test_after_three_refused_handovers_only_a_supervisor_hands_over(refusals: int, stops: bool, leads: bool) -> None:
    case: Any = SimpleNamespace(
        complaint=SimpleNamespace(offer_refusals=refusals),
        actor=SimpleNamespace(has_role=lambda role: leads and role == "supervisor"),
    )
    unmet = ownership.transfer_allowed(case, SimpleNamespace(), None)  # type: ignore[arg-type]
    assert [one.code for one in unmet] == ["refused_thrice"] * (stops and not leads)


@pytest.mark.req("CA-08")
def test_an_incomplete_record_is_pushed_after_its_time_and_not_before(cast: Cast) -> None:
    complaint = registered(cast.frontline, occurred_on="", product="")
    Complaint.objects.filter(pk=complaint.pk).update(pushed_at=None, state="registered")
    at = complaint.registered_at
    for early, pushed in ((timedelta(seconds=1), 0), (timedelta(0), 1), (timedelta(minutes=-1), 0)):
        with travel_to(at + tasks.PUSH_AFTER - early):
            assert tasks.push_waiting() == pushed


@pytest.mark.req("AS-10")
@pytest.mark.parametrize(("grade", "why"), [("high_risk", "High risk"), ("general", "Urgent"), ("", "Urgent")])
def test_a_letter_to_a_colleague_says_why(monkeypatch: pytest.MonkeyPatch, grade: str, why: str) -> None:
    monkeypatch.setattr(letterhead.people, "alias_of", lambda member, language: "Agent 1001")
    monkeypatch.setattr(letterhead.people, "work_address", lambda member: ("a@example.com", "en"))
    monkeypatch.setattr(letterhead, "public", lambda path: f"https://example.com{path}")
    complaint: Any = SimpleNamespace(grade=grade, number="N", get_absolute_url=lambda: "/desk/N")
    with override("en"):
        told = letterhead.colleague_places(SimpleNamespace(language="en"), UUID(int=1), complaint)  # type: ignore[arg-type]
    assert told == {
        "number": "N", "name": "Agent 1001", "why": told["why"], "link": "https://example.com/desk/N", "_address": "a@example.com",
    }  # fmt: skip
    assert told["why"].lower().startswith(why.lower())


@pytest.mark.req("TR-15", "FB-12")
def test_whole_cases_wait_with_who_plans_and_with_who_archives(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    planners = {name for name, person in cast._people.items() if person.actor.has_role(*waiting.PLANNERS)}
    assert planners
    for state, duty, who in (
        ("pre_plan", "plan", planners),
        ("closed", "archive", {"frontline"}),
        ("registered", "", set()),
    ):
        Complaint.objects.filter(pk=complaint.pk).update(state=state)
        shown = {name: list(waiting.whole_cases(person.actor)) for name, person in cast._people.items()}
        assert {name for name, found in shown.items() if found} == who
        assert all(found in ([], [(duty, complaint.pk)]) for found in shown.values())


@pytest.mark.req("AS-01")
def test_a_supervisor_rules_while_nobody_is_asked_and_the_case_is_open(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    usual = {"state": "registered", "offer_refusals": 3, "offered_member_id": None}
    for change, waits in (
        ({}, True), ({"offer_refusals": 2}, False), ({"offered_member_id": cast.coach.id}, False), ({"state": "closed"}, False),
    ):  # fmt: skip
        Complaint.objects.filter(pk=complaint.pk).update(**usual | change)
        assert list(waiting.handovers(cast.supervisor.actor)) == [("rule", complaint.pk)] * waits
        assert list(waiting.handovers(cast.specialist.actor)) == []
    for state, possible, waits in (("registered", [], False), ("registered", ["x"], True), ("closed", ["x"], False)):
        Complaint.objects.filter(pk=complaint.pk).update(state=state, possible_repeats=possible)
        assert list(waiting.repetitions(cast.frontline.actor)) == [("compare", complaint.pk)] * waits
        assert list(waiting.repetitions(cast.frontline2.actor)) == []


AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.req("CA-10", "G9")
@pytest.mark.parametrize(
    ("next_at", "said", "late", "unmet"),
    [
        (None, {}, False, {"no_next_date"}), (None, {"progress": "核实中"}, False, set()), (None, {"query_way": True}, False, set()),
        (4, {}, False, set()), (5, {}, False, set()), (6, {}, False, {"date_moved"}), (6, {"date_moved_reason": "等商家"}, False, set()),
        (9, {"date_moved_reason": "等商家"}, False, set()), (10, {"date_moved_reason": "等商家"}, False, {"far_reason"}),
        (10, {"date_moved_reason": "等商家", "late_reason": "放假"}, False, set()), (4, {}, True, {"late_reason"}),
        (4, {"late_reason": "放假"}, True, set()), (4, {"content": "见〔附件〕"}, False, {"placeholder"}),
    ],
)  # fmt: skip
def test_what_a_feedback_has_to_say_of_the_next(
    monkeypatch: pytest.MonkeyPatch, next_at: int | None, said: dict[str, Any], late: bool, unmet: set[str]
) -> None:
    """Promised was the fifth hour, without a reason the ninth is the latest."""
    monkeypatch.setattr(contact, "date_promised", lambda case: AT + 5 * timedelta(hours=1))
    monkeypatch.setattr(contact, "latest_without_reason", lambda case: AT + 9 * timedelta(hours=1))
    monkeypatch.setattr(contact, "feedback_is_late", lambda case: late)
    values = dict.fromkeys(("progress", "query_way", "date_moved_reason", "late_reason"), "") | {
        "content": "正在核实。"
    }
    values |= {"next_at": AT + next_at * timedelta(hours=1) if next_at else None} | said  # type: ignore[dict-item]
    found = contact.next_date_told(SimpleNamespace(), SimpleNamespace(), values)  # type: ignore[arg-type]
    assert {one.code for one in found} == unmet


@pytest.mark.req("CA-05")
def test_an_agent_is_written_to_instead_of_the_complainant(monkeypatch: pytest.MonkeyPatch) -> None:
    for roles, reached in (
        (["complainant"], "complainant"), (["agent", "complainant"], "agent"), (["complainant", "respondent", "agent"], "agent"),
        (["respondent"], None), ([], None),
    ):  # fmt: skip
        monkeypatch.setattr(
            telling, "rows_of", lambda model, complaint, roles=roles: [SimpleNamespace(role=one) for one in roles]
        )
        found = telling.complainant_of(SimpleNamespace())  # type: ignore[arg-type]
        assert (found.role if found else None) == reached


def test_a_change_of_order_is_a_change() -> None:
    column = rulebook_pages.Column(name="name", label="Name")
    editor = rulebook_pages.Editor(app="a", kind="k", slug="s", title="", intro="", columns=(column,), entries="rows")
    first, second, third = ({"code": code, "name": code} for code in "abc")
    with override("en"):
        for before, after, told in (
            ([first, second], [first, second], []), ([first, second], [second, first], [("The order", "a, b", "b, a")]),
            ([first, second], [first, third], [("c · Name", "", "c"), ("b", "in it", "")]), ([first], [third, first], [("c · Name", "", "c")]),
            ([first, second], [second | {"name": "x"}, first], [("x · Name", "b", "x"), ("The order", "a, x", "x, a")]),
        ):  # fmt: skip
            found = rulebook_words.differences(editor, {"rows": before}, {"rows": after})
            assert [(one.what, one.before, one.after) for one in found] == told


def test_whoever_approves_a_version_reads_every_word_of_it_in_both_languages() -> None:
    texts = {"zh-Hans": "感谢来信", "en": "Thank you for writing"}
    columns = (
        rulebook_pages.Column(name="unit", label="Of whom"),
        rulebook_pages.Column(name="text", label="Signature", kind="long"),
    )
    editor = rulebook_pages.Editor(
        app="a", kind="k", slug="s", title="", intro="", columns=columns, entries="rows", key="unit"
    )
    row = {"unit": "*", "text": texts}
    new = rulebook_words.differences(editor, {"rows": []}, {"rows": [row]})
    assert [(one.before, one.after) for one in new] == [("", "*"), ("", "感谢来信\nThank you for writing")]
    english = row | {"text": texts | {"en": "Thanks"}}
    (changed,) = rulebook_words.differences(editor, {"rows": [row]}, {"rows": [english]})
    assert (changed.before, changed.after) == ("感谢来信\nThank you for writing", "感谢来信\nThanks")


def test_a_text_is_refused_at_the_language_that_is_not_there() -> None:
    column = rulebook_pages.Column(name="text", label="Text", kind="both")
    editor = rulebook_pages.Editor(app="a", kind="k", slug="s", title="", intro="", columns=(column,), entries="rows")
    for texts, at in (
        ({"zh-Hans": "好", "en": ""}, "en"),
        ({"zh-Hans": "", "en": "ok"}, "zh-Hans"),
        ({}, "zh-Hans"),
        ({"zh-Hans": "好", "en": "ok"}, "zh-Hans"),
    ):
        cells = rulebook_pages._cells(editor, 0, {"code": "a", "text": texts}, {"rows.1.text": "no"})["cells"]
        assert [one.language for one in cells if one.error] == [at], texts


@pytest.mark.req("RG-20", "AI-04", "AS-01")
def test_which_attempts_count_what_a_program_takes_and_who_hears_of_a_handler_that_stays(cast: Cast) -> None:
    complaint = registered(cast.frontline, record_confirmed=False)
    call = {"means": "phone", "content": "无人接听"}
    for number, (direction, purpose) in enumerate(
        (("attempt", "record"), ("attempt", "opinion"), ("out", "record"), ("in", "record"))
    ):
        step(cast.frontline, complaint, "log_contact", **call, direction=direction, purpose=purpose)
        assert record.attempts_to_check(complaint) == 1, number
    program = replace(cast.specialist.actor, kind="token", held=cast.specialist.actor.roles)
    for scope, may in (("complaints:read", False), ("complaints:write", True)):
        assert access.may_take(replace(program, scopes=frozenset({scope})), complaint, PROCESS["note"]) is may
    letters, notices = Letter.objects.count(), Notice.objects.count()
    case = case_of(lock_chain(complaint.pk), cast.frontline.actor, now())
    handover.take_over(case, cast.frontline.id, "complaint.accepted")
    assert (Letter.objects.count(), Notice.objects.count()) == (letters, notices)


@pytest.mark.req("SL-04", "SL-07", "SL-09", "CA-51", "IG-03")
def test_what_a_feedback_keeps_starts_ends_and_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each thing that differs: by what means it leaves, what ends and starts, whose hand held the files."""
    letters: list[dict[str, Any]] = []
    monkeypatch.setattr(contact.outbox, "queue_letter", lambda chain, **given: letters.append(given))
    held: list[Any] = []
    monkeypatch.setattr(contact.store, "attach", lambda *given, actor=None: held.append((*given, actor)))
    owner, soon, before = UUID(int=7), AT + timedelta(hours=5), AT - timedelta(days=2)
    for means, party, posted, leaves in (
        ("sms", True, False, "sms"), ("email", True, False, "email"), ("portal", True, False, "portal"), ("letter", True, True, "post"),
        ("letter", True, False, None), ("phone", True, True, None), ("in_person", True, True, None), ("email", False, True, None),
    ):  # fmt: skip
        for robot, first, next_at, files in ((False, None, soon, ["f"]), (True, before, None, [])):
            kept: dict[str, Any] = {}
            ended: list[str] = []
            started: list[Any] = []
            actor = SimpleNamespace(id=UUID(int=8), has_role=lambda role, robot=robot: robot and role == "ai_agent")
            complaint = SimpleNamespace(pk=UUID(int=9), first_reply_at=first, owner_id=owner)
            case: Any = SimpleNamespace(
                complaint=complaint, at=AT, actor=actor, chain=None, event_id="e", set=kept.__setitem__, end=ended.append,
                start=lambda kind, *, due_at, started=started: started.append((kind, due_at)),
            )  # fmt: skip
            monkeypatch.setattr(contact, "complainant_of", lambda complaint, party=party: "party" if party else None)
            monkeypatch.setattr(
                contact, "reaches", lambda to, way, posted=posted: posted and (to, way) == ("party", "post")
            )
            letters.clear()
            held.clear()
            said = {
                "content": "正在核实",
                "progress": "已联系",
                "query_way": "",
                "date_moved_reason": "等银行",
                "late_reason": "",
            }
            contact.feed_back(case, said | {"means": means, "next_at": next_at, "files": files})
            wanted: dict[str, Any] = {"last_feedback_at": AT, "next_feedback_at": next_at}
            assert kept == (wanted if first else wanted | {"first_reply_at": AT}), "the first reply is the first"
            assert started == ([("promised_date", soon)] if next_at else [])
            assert ended == ([] if robot else ["urgent_response", "dedicated_contact"]), "a program is no contact"
            assert held == ([(["f"], complaint.pk, AT, actor)] if files else [])
            assert [one["channel"] for one in letters] == ([leaves] if leaves else []), (means, party, posted)
            for one in letters:
                assert one["values"] == {
                    "content": "正在核实", "next_at": next_at or "", "progress": "已联系", "handler": owner, "moved": "等银行", "_files": files,
                }  # fmt: skip


@pytest.mark.req("SL-07", "IG-03", "SL-18")
def test_until_when_a_date_is_promised_by_what_means_one_answers_and_what_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for promised, said in ((None, None), (AT, None), (AT + timedelta(seconds=1), AT + timedelta(seconds=1))):
        case: Any = SimpleNamespace(complaint=SimpleNamespace(next_feedback_at=promised), at=AT)
        assert contact.date_promised(case) == said, "what has come is promised no more"
    ways = {
        "email": "email",
        "phone": "phone",
        "letter": "letter",
        "in_person": "in_person",
        "web": "portal",
        "": "portal",
    }
    for mode, means in ways.items():
        assert contact.usual_means(SimpleNamespace(mode=mode)) == means  # type: ignore[arg-type]
    for now_on, was_on, back in (
        ("department", "us", ("set_waiting", {"waiting_on": "us"})), ("us", "us", None),
    ):  # fmt: skip
        before: Any = SimpleNamespace(waiting_on=was_on)
        assert contact.waited_before({"waiting_on": now_on}, before) == back
    for direction, kept in (("out", ["dedicated_contact"]), ("in", []), ("attempt", [])):
        ended: list[str] = []
        called: Any = SimpleNamespace(end=ended.append)
        contact.log_contact(called, {"direction": direction})
        assert ended == kept
    refused: Any = SimpleNamespace(sentence="no")
    asked: Any = SimpleNamespace(complaint=SimpleNamespace(language="en"))
    for means, leaves, party, why, unmet in (
        ("sms", True, "p", refused, ["not_by_sms"]), ("sms", True, "p", None, []), ("sms", True, None, refused, []),
        ("sms", False, "p", refused, []), ("email", True, "p", refused, []),
    ):  # fmt: skip
        monkeypatch.setattr(contact, "any_approved", lambda leaves=leaves: leaves)
        monkeypatch.setattr(contact, "complainant_of", lambda complaint, party=party: party)
        monkeypatch.setattr(contact, "refusal", lambda party, way, why=why, **more: why)
        found = contact.can_go_so(asked, SimpleNamespace(), {"means": means})  # type: ignore[arg-type]
        assert [one.code for one in found] == unmet


@pytest.mark.req("TR-12", "TR-14", "VL-13", "RM-06")
def test_the_one_order_of_work_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case stands before the next: class, day of the organisation, whether somebody waits for money or right, second."""
    monkeypatch.setattr(work_order, "current_organisation", lambda: SimpleNamespace(time_zone="Asia/Shanghai"))
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    usual: dict[str, Any] = {"urgency": "normal", "grade": "general", "next_due_at": midnight}
    usual |= {"reasonable_open": False, "loss_claimed": False}
    order: list[dict[str, Any]] = [
        {"urgency": "urgent", "grade": "high_risk"}, {"urgency": "urgent", "next_due_at": midnight + timedelta(days=900)},
        {"urgency": "urgent", "next_due_at": datetime(9000, 1, 1, tzinfo=UTC)}, {"urgency": "urgent", "next_due_at": None},
        {"grade": "high_risk"}, {"grade": "high_risk", "next_due_at": None},
        {"next_due_at": midnight - timedelta(seconds=1)},
        {"reasonable_open": True, "next_due_at": midnight + timedelta(hours=23)}, 
        {"loss_claimed": True, "next_due_at": midnight + timedelta(hours=23, seconds=1)},
        {}, {"next_due_at": midnight + timedelta(seconds=1)}, {"next_due_at": midnight + timedelta(days=1)}, {"next_due_at": None},
    ]  # fmt: skip
    keys = [work_order.work_key(SimpleNamespace(**usual | one)) for one in order]  # type: ignore[arg-type]
    assert keys == sorted(set(keys)), order
