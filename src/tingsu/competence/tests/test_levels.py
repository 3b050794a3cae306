"""Levels: criteria with evidence, given by another person, in force on the posts at once (PE-05, PE-30)."""

import pytest

from tests.cast import Cast
from tingsu.competence import criteria
from tingsu.competence.tests.telling import DAY, begin, file_of, take, unmet, with_files, wrong
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.people import actions
from tingsu.people.models import Post
from tingsu.people.queries import staff_level_of
from tingsu.registers.models import Entry
from tingsu.triage.tests.cases import graded, registered, step

pytestmark = pytest.mark.django_db


def assessment(cast: Cast, level: str = "expert") -> Entry:
    with_files()
    return begin(
        cast.coach, "grading", about="年度评定", person=str(cast.frontline.id), level=level, owner=str(cast.coach.id)
    )


def prove(cast: Cast, entry: Entry, *codes: str) -> None:
    for code in codes:
        take(cast.coach, entry, "prove", criterion=code, on=DAY, proof="独立办结三件，回访均满意")


@pytest.mark.req("PE-30", "PE-05", "AS-02")
def test_a_level_is_given_when_every_criterion_has_evidence_and_holds_at_once(cast: Cast) -> None:
    entry = assessment(cast)
    hard = graded(cast.supervisor, registered(cast.supervisor), difficult="yes")
    assert unmet(step, cast.supervisor, hard, "assign", member=str(cast.frontline.id)) == {"level_too_low"}
    prove(cast, entry, "DJ-2", "DJ-3", "DJ-4")
    assert unmet(take, cast.supervisor, entry, "approve") == {"no_evidence"}
    assert wrong(take, cast.coach, entry, "prove", criterion="DJ-8", on=DAY, proof="带教两人") == {"criterion"}
    prove(cast, entry, "DJ-5")
    entry = take(cast.supervisor, entry, "approve")
    assert (entry.state, staff_level_of(cast.frontline.id)) == ("given", "expert")
    assert file_of(cast.frontline).codes["level"] == "expert"
    given = Event.objects.get(kind="member.level_given", stream_id=cast.frontline.id)
    assert (given.body["staff_level"], given.body["record"]) == (["ordinary", "expert"], str(entry.pk))
    assert step(cast.supervisor, hard, "assign", member=str(cast.frontline.id)).owner_id == cast.frontline.id


@pytest.mark.req("PE-30", "VL-10")
def test_nobody_gives_the_own_level_or_judges_the_own_evidence(cast: Cast) -> None:
    with_files()
    own = begin(cast.supervisor, "grading", about="晋级", person=str(cast.supervisor.id), level="coach")
    assert unmet(take, cast.supervisor, own, "prove", criterion="DJ-6", on=DAY, proof="x") == {"own_level"}
    assert "own_level" in unmet(take, cast.supervisor, own, "approve")
    entry = assessment(cast, "ordinary")
    take(cast.supervisor, entry, "prove", criterion="DJ-1", on=DAY, proof="受理 20 件无差错")
    assert unmet(take, cast.supervisor, entry, "approve") == {"own_work"}
    assert take(cast.mgmt_rep, entry, "approve").state == "given"


@pytest.mark.req("PE-30")
def test_no_post_lifts_somebody_past_the_assessment(cast: Cast) -> None:
    lift = {
        "member_id": cast.frontline.id,
        "unit_id": cast.units["handling"].pk,
        "role": "specialist",
        "staff_level": "expert",
    }
    with_files()
    with pytest.raises(InvalidInput) as error:
        actions.give_post(actor=cast.supervisor.actor, **lift)
    assert set(error.value.fields) == {"staff_level"}
    entry = assessment(cast)
    prove(cast, entry, "DJ-2", "DJ-3", "DJ-4", "DJ-5")
    take(cast.supervisor, entry, "approve")
    assert actions.give_post(actor=cast.supervisor.actor, **lift).staff_level == "expert"
    same = lift | {"member_id": cast.frontline2.id, "staff_level": "ordinary"}
    assert actions.give_post(actor=cast.supervisor.actor, **same).staff_level == "ordinary", "no higher than held"
    assert Post.objects.filter(member_id=cast.frontline2.id).count() == 2


@pytest.mark.req("PE-05")
def test_a_firm_adds_a_level_of_its_own_within_the_work_of_one_of_the_three(cast: Cast) -> None:
    body = criteria.shipped()
    body["levels"].append({"code": "senior", "name": {"zh-Hans": "高级客服", "en": "Senior agent"}, "work": "ordinary"})
    with pytest.raises(InvalidInput):
        rulebooks.publish(actor=automation("test", cast.organisation_id), kind=criteria.KIND, body=body)
    body["criteria"].append(
        {"level": "senior", "code": "DJ-9", "name": {"zh-Hans": "带教新人", "en": "Guides newcomers"}}
    )
    rulebooks.publish(actor=automation("test", cast.organisation_id), kind=criteria.KIND, body=body)
    entry = assessment(cast, "senior")
    prove(cast, entry, "DJ-9")
    take(cast.supervisor, entry, "approve")
    assert (staff_level_of(cast.frontline.id), file_of(cast.frontline).codes["level"]) == ("ordinary", "senior")
    for wrong_body in (
        criteria.shipped() | {"levels": criteria.shipped()["levels"][1:]},
        criteria.shipped() | {"criteria": criteria.shipped()["criteria"][1:]},
    ):
        with pytest.raises(InvalidInput):
            criteria.check(wrong_body)
