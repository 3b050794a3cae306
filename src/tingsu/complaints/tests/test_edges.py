"""Edges of the complaint in tables: refused handovers, when an incomplete record is pushed, why a colleague is written to, whose duty."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints import letterhead, tasks, waiting
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps import ownership
from tingsu.kernel.clock import travel_to
from tingsu.triage.tests.cases import registered


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
