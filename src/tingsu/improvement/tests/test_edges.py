"""Edges of improvement in tables: what opens a nonconformity, what a record lacks, what came in beside what is registered, plans and who is told."""

import contextlib
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.improvement import corrective, inflow, quality_report, reactions, record_checks, rectifications, rules
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import registered

Row = SimpleNamespace
AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""Midnight in Beijing: the third of March begins."""
A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))
ANY: Any = None


@pytest.mark.req("IM-01", "SL-16", "SC-12", "RC-09")
def test_which_events_open_a_nonconformity(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    job = Row(defer=lambda *, event_id, source: queued.append(source))
    company = Row(queue=lambda what, *, event_id, source: queued.append(source))
    monkeypatch.setattr(rules.tasks, "open_nonconformity", job)
    monkeypatch.setattr(rules, "company_of", lambda chain: contextlib.nullcontext(company))
    for open_, kind, body, source in (
        (rules.open_for_breach, "complaint", {}, "late"), (rules.open_for_breach, "rectification", {}, None),
        (rules.open_for_low_rating, "complaint", {"low": True}, "not_satisfied"), (rules.open_for_low_rating, "complaint", {"low": False}, None),
        (rules.open_for_low_rating, "complaint", {}, None), (rules.open_for_failed_execution, "complaint", {}, "failed_execution"),
        (rules.open_for_record_error, "complaint", {"cause": rules.OURS}, "record_error"), 
        (rules.open_for_record_error, "complaint", {"cause": "told_later"}, None),
        (rules.open_for_record_error, "complaint", {}, None),
    ):  # fmt: skip
        queued.clear()
        open_(Row(stream=Row(kind=kind)), Row(pk=A, body=body), ANY)  # type: ignore[arg-type]
        assert queued == ([source] if source else []), (open_, body)


@pytest.mark.req("IM-01")
@pytest.mark.parametrize(("hour", "day"), [(15, "2026-03-02"), (16, "2026-03-03")])
def test_it_is_found_on_the_day_of_the_organisation(monkeypatch: pytest.MonkeyPatch, hour: int, day: str) -> None:
    event = Row(pk=A, stream_id=B, at=datetime(2026, 3, 2, hour, tzinfo=UTC))
    case = Row(pk=B, grade="general", urgency="normal", number="N")
    monkeypatch.setattr(rules.Event, "objects", Row(get=lambda pk: event))
    monkeypatch.setattr(rules.Entry, "objects", Row(filter=lambda pk: Row(exists=lambda: False)))
    monkeypatch.setattr(rules.Complaint, "objects", Row(get=lambda pk: case))
    for name, value in (
        ("_where", {}),
        ("_owner", C),
        ("automation", None),
        ("current_organisation_id", D),
        ("said_of", None),
    ):
        monkeypatch.setattr(rules, name, lambda *given, value=value: value)
    monkeypatch.setattr(rules, "current_organisation", lambda: Row(time_zone="Asia/Shanghai"))
    monkeypatch.setattr(rules, "open_entry", lambda **given: given["opening"].values)
    assert rules.open_nonconformity(A, rules.ERROR) == {
        "source": "record_error", "found_on": day, "severity": "minor", "owner": str(C),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.req("RC-09")
def test_what_a_record_lacks_and_by_whom(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = registered(cast.frontline)
    whole: dict[str, Any] = {
        "received_at": AT, "completed_at": AT, "record_confirmed_at": AT, "anonymous": False, "mode": "phone",
        "categories": [16], "grade": "general", "object_type": "goods",
        "possible_repeats": [], "occurred_on": date(2026, 3, 3), "state": "registered", "verdict": "", "outcome": "",
    }  # fmt: skip
    for changes, found in (
        ({}, []), ({"completed_at": None}, ["incomplete"]), ({"record_confirmed_at": None}, ["unconfirmed"]),
        ({"record_confirmed_at": None, "anonymous": True}, []),
        ({"record_confirmed_at": None, "anonymous": True, "mode": "letter"}, ["unconfirmed"]),
        ({"categories": []}, ["uncategorised"]), ({"categories": [], "grade": ""}, []),
        ({"object_type": ""}, ["unclear"]), ({"object_type": "", "grade": ""}, []), ({"possible_repeats": ["N"]}, ["uncompared"]),
        ({"occurred_on": date(2026, 3, 4)}, ["impossible"]), ({"occurred_on": None}, []), ({"state": "closed"}, ["unwritten"]),
        ({"state": "archived"}, ["unwritten"]), ({"state": "closed", "verdict": "founded"}, []), ({"state": "closed", "outcome": "withdrawn"}, []),
        ({"occurred_on": date(2026, 3, 3), "received_at": AT - timedelta(seconds=1)}, ["impossible"]), ({"wrong": True}, ["wrong"]),
    ):  # fmt: skip
        told = dict(changes)
        wrong = bool(told.pop("wrong", False))
        Complaint.objects.filter(pk=case.pk).update(**whole | told)
        if wrong:
            monkeypatch.setattr(record_checks, "wrong_between", lambda start, end: {case.pk})
        looked = record_checks.look(AT - timedelta(days=1), AT + timedelta(days=1))
        assert [codes for _number, _who, codes in looked.records] == ([found] if found else []), changes
        person = looked.people[cast.frontline.id]
        assert (person.recorded, person.lacking, person.wrong) == (1, int(bool(found) and not wrong), int(wrong))
    for start, end, number in ((AT, AT + timedelta(seconds=1), 1), (AT - timedelta(days=1), AT, 0)):
        Complaint.objects.filter(pk=case.pk).update(**whole)
        assert record_checks.look(start, end).recorded == number


@pytest.mark.req("RC-09")
def test_what_was_told_later_is_no_wrong_record(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    events = Row(values_list=lambda *names, flat: [A])
    monkeypatch.setattr(
        record_checks.Complaint, "objects", Row(filter=lambda **given: Row(values=lambda name: "received"))
    )
    monkeypatch.setattr(record_checks.Event, "objects", Row(filter=lambda **given: asked.append(given) or events))
    assert record_checks.wrong_between(AT, AT) == {A}
    assert asked == [
        {"kind": "complaint.record_corrected", "stream_id__in": "received", "data__cause": record_checks.OURS}
    ]


@pytest.mark.req("RG-26")
def test_what_came_in_beside_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [code for code, _words in inflow.DOORS][:4]
    monkeypatch.setattr(inflow, "registered_on", lambda day: Counter({ways[0]: 3, ways[1]: 1, ways[2]: 2}))
    monkeypatch.setattr(inflow.coming_in, "came", lambda day: {ways[1]: 4})
    lines = inflow.compare(AT.date(), {ways[0]: 2, ways[2]: 0})
    assert [tuple(line.values()) for line in lines] == [
        (ways[0], 2, 3, 0, 1),
        (ways[1], 4, 1, 3, 0),
        (ways[2], 0, 2, 0, 2),
    ]
    (said,) = (
        inflow.compare(AT.date(), {ways[1]: 1})[:1] if len(inflow.compare(AT.date(), {ways[1]: 1})) == 1 else [None]
    )
    assert said
    assert said["came"] == 1, "what a person counted stands above what the system counted"
    opened: Any = Row(entry=Row(codes={"day": "2026-03-02"}))
    for came, found, unmet in (
        ([(ways[0], 3)], "", True), ([(ways[0], 3), (ways[1], 1)], "", False), ([(ways[0], 1), (ways[0], 3), (ways[1], 1)], "", True),
        ([(ways[0], 2), (ways[1], 1)], "", False), ([(ways[0], 9)], "漏记一件", False),
    ):  # fmt: skip
        values = {"came": [{"way": way, "came": number} for way, number in came], "found": found}
        assert [one.code for one in inflow.found_out(opened, ANY, values)] == ["differs"] * unmet, came
    kept: dict[str, Any] = {}
    told: list[Any] = []
    opened.put, opened.say = kept.__setitem__, lambda name, said: told.append(said and dict(said.values))
    for number, more in ((0, None), (2, 0), (inflow.MOST_NAMED, 0), (inflow.MOST_NAMED + 1, 1)):
        loose = [Row(number=f"N{place}", register="mail", state="open") for place in range(number)]
        monkeypatch.setattr(inflow.coming_in, "without_a_case", lambda day, loose=loose: loose)
        inflow.begun(opened, {})
        assert (kept["missing"], kept["unplaced"]) == (3, number)
        if number:
            assert (len(told[-1]["lines"]), told[-1]["more"]) == (min(number, inflow.MOST_NAMED), more)
        else:
            assert told[-1] is None


@pytest.mark.req("RG-26", "RC-09")
@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("received", [True, False])
def test_what_is_opened_each_night_is_opened_once_and_where_there_is_something(
    monkeypatch: pytest.MonkeyPatch, there: bool, received: bool
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(inflow, "owed_days", lambda at: [] if there else [date(2026, 3, 1), date(2026, 3, 2)])
    for module in (inflow, quality_report):
        monkeypatch.setattr(
            module.Entry, "objects", Row(filter=lambda **given: asked.append(given) or Row(exists=lambda: there))
        )
        rows = Row(exists=lambda: received)
        monkeypatch.setattr(
            module.Complaint, "objects", Row(exists=rows.exists, filter=lambda rows=rows, **given: rows)
        )
        monkeypatch.setattr(module, "current_organisation", lambda: Row(time_zone="Asia/Shanghai"))
        monkeypatch.setattr(module, "current_organisation_id", lambda: D)
        monkeypatch.setattr(module, "automation", lambda *given: None)
        monkeypatch.setattr(module, "open_entry", lambda **given: given["opening"].values)
        opens = received and not there
        monkeypatch.setattr(module.people, "active_members", lambda roles: [Row(pk=A)])
        told: Any = module.open_owed(AT)
        day = {"day": "2026-03-02"} if module is inflow else {"month": "2026-02-01"}
        assert told == (day | {"occasion": "regular", "owner": str(A)} if opens else None)
        monkeypatch.setattr(module.people, "active_members", lambda roles: [])
        assert module.open_owed(AT) is None, "nobody is there to answer for it"
    month = {"register": quality_report.NAME, "speaks_of__gte": date(2026, 2, 1), "speaks_of__lt": date(2026, 3, 1)}
    assert asked == [month, month]


@pytest.mark.req("RC-09")
def test_who_lacks_most_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_report, "current_organisation", lambda: Row(time_zone="Asia/Shanghai"))
    monkeypatch.setattr(quality_report.people, "posts_of", lambda who: [Row(unit_id=D)] if who == A else [])
    people = {None: (9, 0, 0), A: (5, 2, 0), B: (6, 1, 1), C: (7, 0, 3)}
    found = record_checks.Found(
        recorded=27, people={who: record_checks.Recorder(*counted) for who, counted in people.items()}
    )
    found.records = [("N", A, ["unclear"]), ("M", None, ["wrong"])]
    found.counts = Counter({"wrong": 4})
    monkeypatch.setattr(quality_report.record_checks, "look", lambda start, end: found)
    kept: dict[str, Any] = {}
    quality_report.compiled(Row(entry=Row(codes={"month": "2026-02-14"}), put=kept.__setitem__), {})  # type: ignore[arg-type]
    assert [line["member"] for line in kept["people"]] == [str(C), str(B), str(A), None]
    assert kept["people"][2] == {"unit": str(D), "member": str(A), "recorded": 5, "lacking": 2, "wrong": 0}
    assert (kept["recorded"], kept["flawed"], kept["wrong"], kept["records"][1]["member"]) == (27, 2, 4, None)


@pytest.mark.req("IM-04", "IM-05", "ME-11")
def test_what_of_a_plan_is_open_promised_and_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrective, "current_organisation", lambda: Row(time_zone="Asia/Shanghai"))
    monkeypatch.setattr(corrective, "end_of", lambda day: f"end of {day}")
    done: list[Any] = []
    entry: Any = Row(
        pk=A, codes={"actions": [{"owner": str(B), "until": "2026-03-09"}, {"owner": str(C), "until": "2026-03-10"}], "actions_done": ["0"], "round": 1},
        written_or_none=lambda: {"actions.0.what": "甲", "actions.1.what": "乙"},
    )  # fmt: skip
    assert corrective.open_actions(entry) == (("1", "乙"),)
    assert corrective.open_actions(None) == ()
    opened: Any = Row(
        entry=entry, at=AT, actor=Row(id=B), put=entry.codes.__setitem__, tell=lambda whom, kind: done.append((list(whom), kind)),
        start=lambda timer, **given: done.append((timer, given["due_at"], given["owner_id"])), end=lambda kind, *how, **of: done.append((kind, *how)),
        move_to=lambda state: done.append(state),
    )  # fmt: skip
    corrective.start_actions(opened, {})
    assert done == [
        ("corrective_action", "end of 2026-03-09", B),
        ("corrective_action", "end of 2026-03-10", C),
        ([C], "given"),
    ], "nobody is told of what they took on by themselves"
    done.clear()
    corrective.finish_action(opened, {"action": "1"})
    assert (entry.codes["actions_done"], done) == (["0", "1"], [("corrective_action",), "review"])
    corrective.counted_plan(opened, {})
    assert (entry.codes["round"], entry.codes["actions_done"]) == (2, [])
    done.clear()
    corrective.finish_action(opened, {"action": "1"})
    assert done == [("corrective_action",)], "another action is still open"
    for day, early in (("2026-03-02", False), ("2026-03-03", False), ("2026-03-04", True)):
        entry.codes["review_on"] = day
        assert [one.code for one in corrective.review_day_reached(opened, ANY, ANY)] == ["too_early"] * early
    for who, alone, unmet in ((B, False, True), (B, True, False), (D, False, False)):
        warned: list[str] = []
        opened.actor = Row(id=who)
        monkeypatch.setattr(
            corrective.alone, "warned", lambda one, code, alone=alone, warned=warned: warned.append(code) or alone
        )
        assert [one.code for one in corrective.no_own_action(opened, ANY, ANY)] == ["own_action"] * unmet
        assert warned == ["own_work"] * (who == B)
    done.clear()
    corrective.let_go(opened, {})
    assert done == [("nonconformity_reaction", "cancelled"), ("nonconformity_evaluation", "cancelled")]


@pytest.mark.req("RM-14")
def test_whoever_owns_the_complaint_hears_of_the_change_unless_he_found_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    asked: list[Any] = []
    rows = [Row(pk=A, owner_id=B, number="N"), Row(pk=C, owner_id=D, number="M")]
    monkeypatch.setattr(reactions.EntryLink, "objects", Row(filter=lambda **given: Row(values=lambda name: "linked")))
    narrowed = Row(exclude=lambda **given: asked.append(given) or rows)
    monkeypatch.setattr(reactions.Complaint, "objects", Row(filter=lambda **given: narrowed))
    monkeypatch.setattr(reactions, "notify", lambda whom, kind, about, data: told.append((whom, kind, about)))
    reactions.remind_to_tell(Row(stream=Row(pk=A)), ANY, Row(id=B))  # type: ignore[arg-type]
    assert told == [([D], "case.change_to_tell", C)]
    assert asked == [{"state": "archived"}]


@pytest.mark.req("CO-09")
def test_who_answers_for_a_rectification_and_when_its_first_report_is_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rectifications, "current_organisation", lambda: Row(time_zone="Asia/Shanghai"))
    begun: list[Any] = []
    monkeypatch.setattr(rectifications, "begin_occurrence", lambda opened, recurs, on: begun.append(on))
    for named, first, owner in ((None, B, B), (C, B, C), (None, None, None)):
        monkeypatch.setattr(rectifications, "asked_first", lambda unit, first=first: first if unit == D else None)
        kept: dict[str, Any] = {}
        told: list[Any] = []
        opened: Any = Row(
            entry=Row(owner_id=named), at=AT, actor=Row(id=A), put=kept.__setitem__, register=Row(recurs="r")
        )
        opened.own = lambda who, opened=opened: setattr(opened.entry, "owner_id", who)
        opened.tell = lambda whom, kind, told=told: told.append((whom, kind))
        values = {
            "owner": named,
            "department": str(D),
            "until": date(2026, 4, 1),
            "check_on": date(2026, 5, 1),
            "every": "monthly",
        }
        if owner is None:
            with pytest.raises(InvalidInput):
                rectifications.begun(opened, values)
            continue
        rectifications.begun(opened, values)
        assert kept == {"reported_on": date(2026, 3, 3)} | ({} if named else {"owner": B})
        assert (begun.pop(), told, opened.entry.owner_id) == (date(2026, 4, 3), [([owner], "given")], owner)
        told.clear()
        opened.actor = Row(id=owner)
        rectifications.begun(opened, values)
        assert told == []
