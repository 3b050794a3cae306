"""Acceptance, depth, verdict, independence, new rounds: P07–P09, P11, P14."""

import pytest

from tests.cast import Cast
from tingsu.casework import panels
from tingsu.casework.models import Investigation
from tingsu.casework.tests.cases import (
    ACCEPT,
    FINDING,
    UNFOUNDED,
    answered,
    basis,
    founded,
    investigating,
    offered,
    unfounded,
)
from tingsu.clocks.models import Promise
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.demo.journey import LOOKED_FOR
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Organisation
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.triage.tests.cases import graded, last_event, registered, step, told


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def open_kinds(complaint: Complaint) -> set[str]:
    return set(Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True).values_list("kind", flat=True))


@pytest.mark.req("AS-01", "IV-14", "IV-05")
def test_ownership_passes_on_acceptance_and_the_investigation_opens(cast: Cast) -> None:
    complaint = offered(cast)
    assert complaint.owner_id == cast.frontline.id
    complaint = step(cast.specialist, complaint, "accept", **ACCEPT)
    assert (complaint.state, complaint.owner_id, complaint.first_owner_id) == (
        "investigating",
        cast.specialist.id,
        cast.frontline.id,
    )
    assert (complaint.offered_member_id, complaint.investigation_mode) == (None, "independent")
    assert {"investigation"} <= open_kinds(complaint)
    assert "handling_start" not in open_kinds(complaint)
    row = Investigation.objects.get()
    row.complaint = complaint
    assert (row.round, row.state, row.investigator_id, row.text("plan")) == (
        1,
        "open",
        cast.specialist.id,
        ACCEPT["plan"],
    )
    assert "case.taken_over" in told(cast.frontline)


@pytest.mark.req("AS-01")
def test_nobody_accepts_what_was_offered_to_another(cast: Cast) -> None:
    complaint = offered(cast)
    with pytest.raises(NotAllowed):
        step(cast.specialist2, complaint, "accept", **ACCEPT)
    assert not Investigation.objects.exists()


@pytest.mark.req("IV-05", "PS-11")
def test_a_joint_investigation_names_its_departments_and_they_see_the_case(cast: Cast) -> None:
    complaint = offered(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "accept", **ACCEPT | {"mode": "joint"})
    assert set(refused.value.fields) == {"units"}
    logistics = str(cast.units["logistics"].pk)
    complaint = step(cast.specialist, complaint, "accept", **ACCEPT | {"mode": "joint", "units": [logistics]})
    assert complaint.lead_unit_id == cast.units["investigation"].pk


@pytest.mark.req("IV-05", "IV-03")
def test_the_leading_unit_is_chosen_shown_and_never_the_one_complained_of(cast: Cast) -> None:
    logistics, finance = str(cast.units["logistics"].pk), str(cast.units["finance"].pk)
    complaint = offered(cast, registered(cast.frontline, unit_concerned=logistics))
    joint = ACCEPT | {"mode": "joint", "units": [logistics, finance]}
    for wrong in (logistics, str(cast.units["legal"].pk), str(cast.specialist.id)):
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "accept", **joint | {"lead": wrong})
        assert set(refused.value.fields) == {"lead"}
    complaint = step(cast.specialist, complaint, "accept", **joint | {"lead": finance})
    assert complaint.lead_unit_id == cast.units["finance"].pk
    shown = panels.investigation_context(cast.supervisor.actor, complaint)
    assert shown is not None
    assert shown["lead"] == "财务结算部"
    assert CaseMember.objects.filter(complaint=complaint, unit_id=logistics, role="dept").exists()
    assert "case.joint_investigation" in told(cast.dept)


@pytest.mark.req("AS-02", "G4")
@pytest.mark.parametrize(("level", "accepted"), [("coach", True), ("expert", True), ("ordinary", False), ("", False)])
def test_a_difficult_case_needs_an_expert(cast: Cast, level: str, accepted: bool) -> None:
    from dataclasses import replace

    from tingsu.complaints.actions import take_step

    complaint = offered(cast, difficult="yes")
    actor = replace(cast.specialist.actor, staff_level=level)
    values = ACCEPT | {"depth": "in_depth"}
    if accepted:
        assert take_step(actor=actor, complaint_id=complaint.pk, step="accept", values=values).state == "investigating"
    else:
        with pytest.raises(ConditionsUnmet) as refused:
            take_step(actor=actor, complaint_id=complaint.pk, step="accept", values=values)
        assert codes(refused) == {"level_too_low"}


@pytest.mark.req("IV-06")
@pytest.mark.parametrize(
    ("grade", "depth", "needs_reason"),
    [
        ({}, "basic", False),
        ({"difficult": "yes"}, "standard", False),
        ({"difficult": "yes"}, "basic", True),
        ({"major": "yes"}, "standard", True),
    ],
)
def test_less_depth_than_proposed_needs_a_reason(cast: Cast, grade: dict, depth: str, needs_reason: bool) -> None:
    complaint = offered(cast, **grade)
    if needs_reason:
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "accept", **ACCEPT | {"depth": depth})
        assert set(refused.value.fields) == {"depth_reason"}
    step(
        cast.specialist,
        complaint,
        "accept",
        **ACCEPT | {"depth": depth, "depth_reason": "事实清楚" if needs_reason else ""},
    )
    assert Investigation.objects.get().depth == depth


@pytest.mark.req("IV-04", "IV-15", "IV-17", "IV-18", "RM-06")
def test_a_verdict_carries_the_whole_record(cast: Cast) -> None:
    complaint = investigating(cast)
    complaint = step(
        cast.specialist, complaint, "find_founded", **FINDING, bases=basis(),
        loss=[{"item": "误工费", "claimed": "500.00", "assessed": "200.00", "basis": "误工证明"}],
    )  # fmt: skip
    assert (complaint.state, complaint.verdict) == ("handling", "founded")
    assert "solution" in open_kinds(complaint)
    assert "investigation" not in open_kinds(complaint)
    row = Investigation.objects.get()
    row.complaint = complaint
    assert (row.state, row.verdict, row.concluded_by) == ("concluded", "founded", cast.specialist.id)
    assert row.responsibility == [{"party": "enterprise", "share": 80}, {"party": "partner", "share": 20}]
    assert row.loss == [{"claimed": 50000, "assessed": 20000}]
    assert (row.text("cause"), row.text("loss_items")) == (FINDING["cause"], "误工费")
    assert row.objectivity["facts_tied"] is True
    assert FINDING["cause"] not in str(last_event(complaint).data)


@pytest.mark.req("IV-04", "IV-15", "IV-17")
@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        ({"background": ""}, InvalidInput, "background"),
        ({"evidence": ""}, InvalidInput, "evidence"),
        ({"responsibility": []}, InvalidInput, "responsibility"),
        ({"responsibility": [{"party": "enterprise", "share": 90}]}, InvalidInput, "responsibility"),
        ({"responsibility": [{"party": "enterprise", "share": 50}] * 2}, InvalidInput, "responsibility"),
        (
            {
                "responsibility": [
                    {"party": "enterprise", "share": 50, "basis": "系统故障"},
                    {"party": "partner", "share": 50},
                ]
            },
            InvalidInput,
            "responsibility",
        ),
        ({"complainant_heard": ""}, InvalidInput, "complainant_heard"),
        ({"facts_tied": "no"}, ConditionsUnmet, "facts_not_tied"),
        ({"no_exclusion": "no"}, ConditionsUnmet, "exclusion"),
    ],
)
def test_a_verdict_without_its_record_is_refused(cast: Cast, change: dict, kind: type, where: str) -> None:
    complaint = investigating(cast)
    with pytest.raises(kind) as refused:
        step(cast.specialist, complaint, "find_founded", **FINDING | change, bases=basis())
    assert where in (refused.value.fields if kind is InvalidInput else codes(refused))
    complaint.refresh_from_db()
    assert (complaint.state, Investigation.objects.get().state) == ("investigating", "open")


@pytest.mark.req("IV-07")
def test_a_source_that_was_not_collected_says_why(cast: Cast) -> None:
    complaint = investigating(cast)
    sources = [
        {"source": "video", "state": "not_available"},
        *LOOKED_FOR[:-2],
        {"source": "logs", "state": "collected"},
    ]
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_founded", **FINDING | {"sources": sources}, bases=basis())
    assert set(refused.value.fields["sources"].rows) == {0}
    sources[0]["reason"] = "超过三十天，已被覆盖"
    complaint = step(cast.specialist, complaint, "find_founded", **FINDING | {"sources": sources}, bases=basis())
    shown = panels.investigation_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert [reason for _source, _state, reason in shown["sources"]] == ["超过三十天，已被覆盖", *[""] * 6]


@pytest.mark.req("2", "TR-17")
def test_the_ledger_rebuilds_a_case_that_was_upgraded_investigated_twice_and_answered(cast: Cast) -> None:
    from tingsu.casework.tests.cases import ANSWERED, with_task
    from tingsu.complaints.verify import fold
    from tingsu.kernel.ledger import plain
    from tingsu.kernel.models import Event
    from tingsu.triage.tests.cases import PLAN, REPORT

    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    step(cast.specialist, complaint, "return_task", task=task, reason="缺照片")
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    step(cast.specialist, complaint, "upgrade", reason="两省同类", **REPORT, recipients=[str(cast.supervisor.id)])
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    step(
        cast.supervisor,
        complaint,
        "adopt_pre_plan",
        unit=str(cast.units["investigation"].pk),
        member=str(cast.specialist.id),
    )
    step(cast.specialist, complaint, "accept", **ACCEPT | {"depth": "in_depth"})
    step(cast.supervisor, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    step(cast.specialist, complaint, "deliver_answer", answer="已核查。", tone="normal")
    step(cast.specialist, complaint, "contest", new_facts="银行证明")
    complaint = step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    events = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))
    row, promises, contradictions = fold(complaint.pk, complaint.organisation_id, events)
    assert contradictions == []
    assert {field: plain(getattr(complaint, field)) for field in row} == row
    for promise in Promise.objects.filter(stream_id=complaint.pk):
        assert promises[str(promise.pk)]["ending"] == promise.ending
    assert [r.state for r in Investigation.objects.order_by("round")] == ["replaced", "concluded", "concluded"]


@pytest.mark.req("TR-03")
def test_a_founded_complaint_has_a_category(cast: Cast) -> None:
    complaint = investigating(cast, registered(cast.frontline, categories=[]))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    assert codes(refused) == {"no_category"}
    graded(cast.specialist, complaint, categories=["16"])
    assert step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis()).state == "handling"


@pytest.mark.req("G5")
def test_a_department_complained_of_cannot_investigate(cast: Cast) -> None:
    complaint = registered(cast.frontline, unit_concerned=str(cast.units["investigation"].pk))
    complaint = offered(cast, complaint)
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "accept", **ACCEPT)
    assert codes(refused) == {"unit_concerned"}


@pytest.mark.req("IV-03", "G5")
@pytest.mark.parametrize("words", ["客服 2001 态度恶劣", "真名2001 多次挂断", "工号 2001"])
def test_the_person_complained_of_cannot_investigate(cast: Cast, words: str) -> None:
    complaint = offered(cast, registered(cast.frontline, person_concerned=words))
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "accept", **ACCEPT)
    assert codes(refused) == {"person_concerned"}


@pytest.mark.req("IV-03", "G5")
def test_a_declared_interest_excludes_and_another_does_not(cast: Cast) -> None:
    complaint = offered(cast, registered(cast.frontline, unit_concerned=str(cast.units["logistics"].pk)))
    Member.objects.filter(pk=cast.specialist.id).update(interests=[str(cast.units["logistics"].pk)])
    directory.forget_cached()
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "accept", **ACCEPT)
    assert codes(refused) == {"declared_interest"}
    Member.objects.filter(pk=cast.specialist.id).update(interests=[str(cast.units["finance"].pk)])
    directory.forget_cached()
    assert step(cast.specialist, complaint, "accept", **ACCEPT).state == "investigating"


@pytest.mark.req("ME-11")
def test_in_micro_mode_dependence_is_a_recorded_warning(cast: Cast) -> None:
    complaint = offered(cast, registered(cast.frontline, unit_concerned=str(cast.units["investigation"].pk)))
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="micro")
    Member.objects.exclude(pk=cast.specialist.id).update(active=False)
    complaint = step(cast.specialist, complaint, "accept", **ACCEPT)
    assert complaint.state == "investigating"
    assert last_event(complaint).data["warnings"] == ["unit_concerned"]


@pytest.mark.req("IV-11", "IV-04")
def test_unfounded_goes_to_the_answer_with_reasons_fit_for_the_user(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED | {"reasons": ""}, bases=basis())
    assert set(refused.value.fields) == {"reasons"}
    complaint = step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    assert (complaint.state, complaint.verdict, complaint.answered_at) == ("answering", "unfounded", None)
    assert "answer" in open_kinds(complaint)


@pytest.mark.req("AS-14")
def test_not_ours_names_the_party_responsible_and_its_contact(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED | {"verdict": "not_ours"}, bases=basis())
    assert set(refused.value.fields) == {"transfer_name", "transfer_contact"}
    channel = {"verdict": "not_ours", "transfer_name": "顺达快递", "transfer_contact": "95000"}
    assert (
        step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED | channel, bases=basis()).verdict == "not_ours"
    )


@pytest.mark.req("IV-04")
def test_in_a_high_risk_case_a_supervisor_confirms_unfounded(cast: Cast) -> None:
    from tingsu.triage.tests.cases import PLAN, reported

    complaint = reported(cast, registered(cast.frontline))
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    step(
        cast.supervisor,
        complaint,
        "adopt_pre_plan",
        unit=str(cast.units["investigation"].pk),
        member=str(cast.specialist.id),
    )
    step(cast.specialist, complaint, "accept", **ACCEPT | {"depth": "in_depth"})
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    assert codes(refused) == {"supervisor_only"}
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.supervisor.id)
    with pytest.raises(ConditionsUnmet) as refused:  # whoever investigated does not confirm it
        step(cast.supervisor, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    assert codes(refused) == {"own_investigation"}
    Complaint.objects.filter(pk=complaint.pk).update(owner_id=cast.specialist.id)
    assert step(cast.supervisor, complaint, "find_unfounded", **UNFOUNDED, bases=basis()).state == "answering"


@pytest.mark.req("IV-04", "TR-17")
def test_new_facts_reopen_the_verdict_and_keep_the_earlier_round(cast: Cast) -> None:
    complaint = answered(cast)
    complaint = step(cast.specialist, complaint, "contest", new_facts="用户提供了未到账的银行证明")
    assert (complaint.state, complaint.verdict, complaint.answered_at) == ("investigating", "", None)
    assert "investigation" in open_kinds(complaint)
    assert "parties_opinion" not in open_kinds(complaint)
    rounds = list(Investigation.objects.order_by("round").values_list("round", "state", "verdict"))
    assert rounds == [(1, "concluded", "unfounded"), (2, "open", "")]
    assert step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis()).verdict == "founded"


@pytest.mark.req("IV-04")
def test_facts_that_do_not_carry_a_solution_are_investigated_again(cast: Cast) -> None:
    complaint = founded(cast)
    with pytest.raises(NotAllowed):
        step(cast.frontline, complaint, "reinvestigate", open_questions="责任比例")
    complaint = step(cast.supervisor, complaint, "reinvestigate", open_questions="责任比例")
    assert (complaint.state, complaint.verdict, complaint.owner_id) == ("investigating", "", cast.specialist.id)
    assert "case.reinvestigate" in told(cast.specialist)


@pytest.mark.req("IV-18")
def test_the_case_page_shows_the_record_with_masks(cast: Cast) -> None:
    complaint = unfounded(cast, background="来电号码 13900001111 核对无误")
    shown = panels.investigation_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert "13900001111" not in shown["texts"]["background"]
    assert [(share, basis) for _party, share, basis in shown["shares"]] == [(80, "系统故障"), (20, "延误揽收")]


@pytest.mark.req("IV-19", "RG-15")
def test_anonymous_complaints_are_investigated_the_same_way(cast: Cast) -> None:
    anonymous = registered(cast.frontline, name="", phone="", email="", anonymous="yes")
    assert investigating(cast, anonymous).state == "investigating"
