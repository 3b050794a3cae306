"""Work under guidance, pending, release: who may take cases, through every way to a case (PE-12, PE-15, AS-02)."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence.tests.telling import PRACTICE, assessed, file_of, guided, take, unmet, with_files
from tingsu.complaints.models import Complaint
from tingsu.complaints.proposing import proposal_for
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.actor import automation
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions, directory, readiness
from tingsu.people.models import Member
from tingsu.people.queries import duty_member_for_intake
from tingsu.triage.tests.cases import graded, registered, step

pytestmark = pytest.mark.django_db


def pending(cast: Cast, person: Any) -> None:
    with_files()
    take(cast.supervisor, file_of(person), "hold_back", reason="两次考核未通过")


def stands(person: Any) -> str:
    return Member.objects.get(pk=person.id).readiness


def offered(cast: Cast, person: Any) -> Complaint:
    case = graded(cast.frontline, registered(cast.frontline))
    return step(cast.frontline, case, "pass_on", unit=str(person.unit_id), member=str(person.id))


@pytest.mark.req("PE-15", "AS-02")
def test_who_is_pending_is_offered_assigned_and_proposed_no_case_and_accepts_none(cast: Cast) -> None:
    waits = offered(cast, cast.specialist)
    pending(cast, cast.specialist)
    case = graded(cast.frontline, registered(cast.frontline))
    where = {"unit": str(cast.specialist.unit_id), "member": str(cast.specialist.id)}
    assert unmet(step, cast.frontline, case, "pass_on", **where) == {"pending"}
    assert unmet(step, cast.frontline, case, "pass_on", unit=where["unit"]) == {"unit_not_ready"}, "nobody else there"
    assert unmet(step, cast.supervisor, case, "assign", member=where["member"], override_reason="人手不足") == {
        "pending"
    }
    assert unmet(step, cast.frontline, case, "transfer", member=where["member"], note="请接手") == {"pending"}
    assert "pending" in unmet(
        step, cast.specialist, waits, "accept", mode="independent", depth="standard", plan="调取退款记录"
    )
    told = proposal_for(case)
    assert cast.specialist.id not in {one.id for one in told.fitting}
    assert told.unready == 1
    assert step(cast.supervisor, case, "assign", member=str(cast.specialist2.id)).owner_id == cast.specialist2.id
    assert Notice.objects.filter(kind="personnel_file.held_back", member_id=cast.specialist.id).exists()


@pytest.mark.req("PE-15")
def test_what_somebody_who_is_pending_registers_goes_to_who_is_on_duty(cast: Cast) -> None:
    assert a_case(cast.frontline).owner_id == cast.frontline.id
    pending(cast, cast.frontline)
    case = a_case(cast.frontline)
    assert case.owner_id != cast.frontline.id
    drawn = {duty_member_for_intake(pk).pk for pk in (case.pk, cast.frontline.id, cast.coach.id, cast.dept.id)}
    assert cast.frontline.id not in drawn


@pytest.mark.req("PE-12")
def test_a_trainees_case_has_a_senior_who_knows_of_it(cast: Cast, sign_in: Any) -> None:
    guided(cast, cast.frontline)
    case = a_case(cast.frontline)
    assert case.owner_id == cast.frontline.id
    assert Notice.objects.get(kind="case.guided").member_id == cast.coach.id
    case = step(
        cast.supervisor, graded(cast.supervisor, a_case(cast.supervisor)), "assign", member=str(cast.frontline.id)
    )
    assert Notice.objects.filter(kind="case.guided", data__number=case.number).count() == 1
    client = sign_in(cast.coach)
    client.cookies["tingsu_language"] = "en"
    page = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "Supervising senior" in page
    assert "2 open cases" in client.get(reverse("competence:mine")).content.decode()
    # the senior leaves: without another one nothing new reaches the trainee
    Member.objects.filter(pk=cast.coach.id).update(active=False)
    directory.forget_cached()
    assert readiness.hindrance(cast.frontline.id) == "no_senior"
    again = graded(cast.supervisor, a_case(cast.supervisor))
    assert unmet(step, cast.supervisor, again, "assign", member=str(cast.frontline.id)) == {"no_senior"}


@pytest.mark.req("PE-12")
def test_practice_comes_first_then_guidance_then_an_assessment_then_somebody_elses_release(cast: Cast) -> None:
    mine = guided(cast, cast.frontline)
    assert unmet(take, cast.coach, mine, "practise", stage="on_site", **PRACTICE) == {"not_simulated"}
    assert unmet(take, cast.frontline, mine, "practise", stage="phone", **PRACTICE) == {"own_file"}
    take(cast.coach, mine, "practise", stage="phone", **PRACTICE)
    assert unmet(take, cast.supervisor, mine, "release") == {"not_accompanied", "not_assessed"}
    take(cast.coach, mine, "practise", stage="on_site", **PRACTICE)
    assessed(cast, cast.frontline, 70)
    assert unmet(take, cast.supervisor, mine, "release") == {"not_passed"}
    failed = assessed(cast, cast.frontline, 90)
    assert failed.state == "passed"
    mine = take(cast.supervisor, mine, "release")
    assert (mine.state, stands(cast.frontline), mine.codes.get("senior")) == ("independent", "", None)
    assert mine.codes["released_on"]
    assert Notice.objects.filter(kind="personnel_file.released", member_id=cast.frontline.id).exists()
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-12")
def test_nobody_releases_themselves_or_is_the_own_senior(cast: Cast) -> None:
    with_files()
    own = file_of(cast.supervisor)
    assert unmet(take, cast.supervisor, own, "guide", guide=str(cast.coach.id)) == {"own_file"}
    own = take(cast.mgmt_rep, own, "guide", guide=str(cast.coach.id))
    assert "own_file" in unmet(take, cast.supervisor, own, "release")
    coach = file_of(cast.coach)
    assert unmet(take, cast.mgmt_rep, coach, "guide", guide=str(cast.coach.id)) == {"own_senior"}


@pytest.mark.req("PE-12")
def test_the_senior_who_left_comes_back_without_being_anybodys_senior_twice(cast: Cast) -> None:
    mine = guided(cast, cast.frontline)
    system = automation("test", cast.organisation_id)
    actions.deactivate_member(actor=system, member_id=cast.coach.id)
    assert readiness.hindrance(cast.frontline.id) == "no_senior"
    take(cast.supervisor, mine, "guide", guide=str(cast.specialist.id))
    assert readiness.hindrance(cast.frontline.id) == ""
