"""Mediation: who may mediate what, sessions, results, objections (E12, E27)."""

from datetime import datetime

import pytest
from django.utils import translation

from tests.cast import Cast
from tingsu.casework import panels, rules
from tingsu.casework.body_cases import handled_words
from tingsu.casework.models import Mediation, MediationSession
from tingsu.casework.tests.cases import MEDIATED, founded
from tingsu.casework.tests.test_tasks import codes, unmet
from tingsu.complaints import access
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.triage.tests.cases import graded, registered, step, told


def appoint(cast: Cast, complaint: Complaint, person: object) -> Complaint:
    return step(cast.specialist, complaint, "appoint_mediator", member=str(person.id))  # type: ignore[attr-defined]


@pytest.mark.req("MD-02", "MD-03")
@pytest.mark.parametrize(
    ("weight", "level"),
    [
        ({}, "junior"),
        ({"urgency": "urgent"}, "junior"),
        ({"grade": "high_risk", "urgency": "urgent"}, "intermediate"),
        ({"major": True, "urgency": "urgent"}, "intermediate"),
        ({"major": True}, "intermediate"),
        ({"crisis": True}, "senior"),
    ],
)
def test_the_weight_of_the_case_asks_for_a_level(cast: Cast, weight: dict, level: str) -> None:
    assert (
        rules.needed_level(**{"grade": "general", "urgency": "normal", "major": False, "crisis": False} | weight)
        == level
    )


@pytest.mark.req("MD-02")
@pytest.mark.parametrize(
    "body",
    [
        {
            "levels": {"general": "junior", "high_risk": "junior", "major_urgent": "junior", "crisis": "senior"},
            "body": [],
        },
        {"levels": {"general": "junior"}, "body": []},
        {"levels": rules.shipped()["levels"], "body": [{"member": "x", "speciality": "legal", "until": "2027-01-01"}]},
    ],
)
def test_rules_that_send_major_urgent_cases_below_intermediate_are_refused(cast: Cast, body: dict) -> None:
    rules.check(rules.shipped())
    with pytest.raises(InvalidInput):
        rules.check(body)


@pytest.mark.req("MD-01", "MD-06")
def test_a_difficult_complaint_is_mediated_before_its_solution(cast: Cast) -> None:
    complaint = founded(cast, difficult="yes")
    assert unmet(cast.specialist, complaint, "send_solution", "mediated_if_difficult") == {"not_mediated"}
    complaint = appoint(cast, complaint, cast.junior_mediator)
    assert unmet(cast.specialist, complaint, "send_solution", "mediated_if_difficult") == {"not_mediated"}
    access.check_visible(cast.junior_mediator.actor, complaint)
    assert "case.mediation" in told(cast.junior_mediator)
    step(cast.junior_mediator, complaint, "mediate", **MEDIATED, result="open")
    assert Mediation.objects.get().state == "open"
    complaint = step(cast.junior_mediator, complaint, "mediate", **MEDIATED, result="agreed", agreement="退八成，致歉")
    row = Mediation.objects.get()
    row.complaint = complaint
    assert (row.state, row.text("agreement"), MediationSession.objects.count()) == ("agreed", "退八成，致歉", 2)
    assert complaint.state == "handling"
    assert unmet(cast.specialist, complaint, "send_solution", "mediated_if_difficult") == set()


@pytest.mark.req("MD-01", "MD-08")
@pytest.mark.parametrize("result", ["not_agreed", "refused"])
def test_a_failed_mediation_leaves_the_case_in_handling(cast: Cast, result: str) -> None:
    complaint = appoint(cast, founded(cast, difficult="yes"), cast.mediator)
    complaint = step(cast.mediator, complaint, "mediate", **MEDIATED, result=result)
    assert (complaint.state, complaint.outcome) == ("handling", "")
    assert unmet(cast.specialist, complaint, "send_solution", "mediated_if_difficult") == set()
    assert "case.mediated" in told(cast.specialist)


@pytest.mark.req("MD-06")
def test_an_agreement_has_its_text_and_only_the_mediator_records_it(cast: Cast) -> None:
    complaint = appoint(cast, founded(cast), cast.mediator)
    with pytest.raises(InvalidInput) as refused:
        step(cast.mediator, complaint, "mediate", **MEDIATED, result="agreed")
    assert set(refused.value.fields) == {"agreement"}
    with pytest.raises(NotAllowed):
        step(cast.specialist, complaint, "mediate", **MEDIATED, result="refused")
    with pytest.raises(NotFound):
        step(cast.junior_mediator, complaint, "mediate", **MEDIATED, result="refused")


@pytest.mark.req("MD-02")
def test_a_major_urgent_case_is_not_for_a_junior_mediator(cast: Cast) -> None:
    complaint = founded(cast, major="yes", urgency="urgent")
    with pytest.raises(ConditionsUnmet) as refused:
        appoint(cast, complaint, cast.junior_mediator)
    assert codes(refused) == {"level_too_low"}
    appoint(cast, complaint, cast.mediator)


@pytest.mark.req("MD-04", "MD-05")
def test_a_crisis_goes_to_the_mediation_body(cast: Cast, django_assert_max_num_queries) -> None:
    from tingsu.casework.tests.cases import ACCEPT, FINDING, basis

    complaint = registered(cast.frontline)
    graded(cast.frontline, complaint, crisis="yes")
    step(cast.frontline, complaint, "pass_on", unit=str(cast.units["handling"].pk), member=str(cast.coach.id))
    step(cast.coach, complaint, "accept", **ACCEPT | {"depth": "in_depth"})
    complaint = step(cast.coach, complaint, "find_founded", **FINDING, bases=basis())
    assert unmet(cast.coach, complaint, "send_solution", "crisis_mediated") == {"body_not_involved"}
    line = {"member": str(cast.supervisor.id), "speciality": "mediation", "until": "2099-12-31"}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.KIND, body=rules.shipped() | {"body": [line]})
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.coach, complaint, "appoint_mediator", member=str(cast.mediator.id))
    assert codes(refused) == {"body_needed"}
    line = line | {"member": str(cast.mediator.id)}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.KIND, body=rules.shipped() | {"body": [line]})
    complaint = step(cast.coach, complaint, "appoint_mediator", member=str(cast.mediator.id))
    with translation.override("zh-hans"):
        (running,) = handled_words()
    assert "已调解 1 件，其中复杂疑难 1 件；达成协议 0 件，进行中 1 件" in running
    complaint = step(cast.mediator, complaint, "mediate", **MEDIATED, result="not_agreed")
    assert unmet(cast.coach, complaint, "send_solution", "crisis_mediated") == set()
    other = {**line, "member": str(cast.supervisor.id)}
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.KIND, body=rules.shipped() | {"body": [other, line]})
    Mediation.objects.update(state="agreed")
    type(complaint).objects.filter(pk=complaint.pk).update(crisis=False)
    with translation.override("zh-hans"), django_assert_max_num_queries(3):
        none, agreed = handled_words()
    assert "已调解 0 件" in none
    assert "已调解 1 件，其中复杂疑难 0 件；达成协议 1 件，进行中 0 件" in agreed
    Mediation.objects.update(state="replaced")
    with translation.override("zh-hans"):
        assert "已调解 0 件" in handled_words()[1], "handed on to somebody else"


@pytest.mark.req("MD-07", "IV-03")
def test_a_mediator_of_the_unit_complained_of_is_refused(cast: Cast) -> None:
    complaint = founded(cast, registered(cast.frontline, unit_concerned=str(cast.units["handling"].pk)))
    with pytest.raises(ConditionsUnmet) as refused:
        appoint(cast, complaint, cast.mediator)
    assert codes(refused) == {"unit_concerned"}


@pytest.mark.req("MD-07")
@pytest.mark.parametrize(("upheld", "state"), [("yes", "replaced"), ("no", "open")])
def test_the_supervisor_rules_on_an_objection_to_the_mediator(cast: Cast, upheld: str, state: str) -> None:
    complaint = appoint(cast, founded(cast), cast.mediator)
    ruling = {"objection": "用户认为调解员偏袒商家", "upheld": upheld, "reason": "听取录音后决定"}
    with pytest.raises(NotAllowed):
        step(cast.specialist, complaint, "rule_on_mediator", **ruling)
    step(cast.supervisor, complaint, "rule_on_mediator", **ruling)
    assert Mediation.objects.get().state == state
    ruled = Notice.objects.filter(kind="case.mediator_ruled").values_list("member_id", flat=True)
    assert sorted(ruled) == sorted([cast.specialist.id, cast.mediator.id]), "both hear of it, and not who ruled"
    if upheld == "yes":
        appoint(cast, complaint, cast.junior_mediator)
        assert Mediation.objects.count() == 2
    else:
        with pytest.raises(ConditionsUnmet) as refused:
            appoint(cast, complaint, cast.junior_mediator)
        assert codes(refused) == {"mediation_open"}


@pytest.mark.req("MD-07", "VL-10")
def test_whom_a_party_objects_to_does_not_rule_on_it(cast: Cast) -> None:
    complaint = appoint(cast, founded(cast), cast.mediator)
    Mediation.objects.update(mediator_id=cast.supervisor.id)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "rule_on_mediator", objection="偏袒", upheld="no", reason="不偏袒")
    assert codes(refused) == {"own_mediation"}
    Complaint.objects.filter(pk=complaint.pk).update(unit_concerned_id=cast.supervisor.unit_id)
    Mediation.objects.update(mediator_id=cast.mediator.id)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.supervisor, complaint, "rule_on_mediator", objection="偏袒", upheld="no", reason="不偏袒")
    assert codes(refused) == {"unit_concerned"}


@pytest.mark.req("MD-06")
def test_the_case_page_shows_the_mediation(cast: Cast) -> None:
    complaint = appoint(cast, founded(cast), cast.mediator)
    step(cast.mediator, complaint, "mediate", **MEDIATED, result="open")
    shown = panels.mediation_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert [len(entry["sessions"]) for entry in shown["mediations"]] == [1]


@pytest.mark.parametrize(("at", "sits"), [("2026-03-31T15:59:59+00:00", True), ("2026-03-31T16:00:00+00:00", False)])
def test_a_term_in_the_mediation_body_ends_at_midnight_in_beijing(cast: Cast, at: str, sits: bool) -> None:
    line = {"member": str(cast.junior_mediator.id), "speciality": "legal", "until": "2026-03-31"}
    with travel_to(datetime.fromisoformat("2026-03-01T00:00:00+00:00")):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.KIND, body=rules.shipped() | {"body": [line]})
    with travel_to(datetime.fromisoformat(at)):
        assert rules.in_mediation_body(cast.junior_mediator.id) is sits
        assert rules.in_mediation_body(cast.mediator.id) is False


@pytest.mark.req("MD-07")
def test_who_rules_on_an_own_case_is_not_told_of_it(cast: Cast) -> None:
    complaint = appoint(cast, founded(cast), cast.mediator)
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.supervisor.id)
    step(cast.supervisor, complaint, "rule_on_mediator", objection="偏袒", upheld="no", reason="听取录音")
    told = Notice.objects.filter(kind="case.mediator_ruled").values_list("member_id", flat=True)
    assert list(told) == [cast.mediator.id]
