"""Who is proposed for a case, why in one line, and what refuses somebody else (AS-06, AS-16)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.proposing import proposal_for
from tingsu.complaints.sharing import WORTH, Colleague, able
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.people.actions import change_member
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member
from tingsu.people.queries import Matter, duty_member_for_intake
from tingsu.process.registry import starting_values
from tingsu.triage.tests.cases import STORY, graded, registered, step

SignIn = Callable[[Person], Client]
ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))


def colleague(one: uuid.UUID, **given: Any) -> Colleague:
    return Colleague(**{"id": one, "level": "ordinary", "load": 0, "on_duty": True} | given)


def case(**given: Any) -> Complaint:
    return Complaint(
        **{"problem_type": "product", "product": "空气炸锅 5L", "language": "zh-hans", "owner_id": THREE} | given
    )


@pytest.mark.req("AS-06")
@pytest.mark.parametrize(
    ("first", "second", "of", "best"),
    [
        ({}, {}, {}, ONE),
        ({"load": 1}, {}, {}, TWO),
        ({"level": "expert"}, {}, {}, TWO),
        ({"level": "expert"}, {}, {"required_level": "expert"}, ONE),
        ({"on_duty": False}, {"load": 9}, {}, TWO),
        ({"topics": frozenset({"product"}), "load": WORTH - 1}, {}, {}, ONE),
        ({"topics": frozenset({"product"}), "load": WORTH + 1}, {}, {}, TWO),
        ({"topics": frozenset({"ip"}), "load": 1}, {}, {}, TWO),
        ({"products": ("空气炸锅",), "load": WORTH - 1}, {}, {}, ONE),
        ({"products": ("电饭煲",), "load": 1}, {}, {}, TWO),
        ({"topics": frozenset({"product"}), "products": ("空气炸锅",), "load": 2 * WORTH - 1}, {}, {}, ONE),
        ({"languages": frozenset({"en"}), "load": 50}, {}, {"language": "en"}, ONE),
        ({"languages": frozenset({"en"}), "load": 1}, {}, {}, TWO),
        ({"id": THREE}, {"load": 9}, {}, TWO),
    ],
)
def test_level_knowledge_language_load_and_absence_decide(
    organisation: Any, first: dict[str, Any], second: dict[str, Any], of: dict[str, Any], best: uuid.UUID
) -> None:
    colleagues = [colleague(ONE, **first), colleague(TWO, **second)]
    assert able(case(**of), colleagues, lambda one, _case: False)[0].id == best
    others = able(case(**of), colleagues, lambda one, _case: one.id == best)
    assert best not in {one.id for one in others}, "somebody with an interest is nobody's proposal"


@pytest.mark.req("AS-06", "PE-01")
def test_what_somebody_knows_is_kept_on_the_page_and_decides_the_proposal(cast: Cast, sign_in: SignIn) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    assert proposal_for(complaint).best is not None
    before = proposal_for(complaint).best.id  # type: ignore[union-attr]
    address = reverse("people:member", args=[cast.specialist2.id])
    page = sign_in(cast.supervisor).get(address)
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    sent = data | {
        "topics": ["consumer"],
        "products": "空气炸锅，电饭煲, 空气炸锅",
        "languages": ["en"],
        "joined_on": "",
    }
    assert sign_in(cast.supervisor).post(address, sent | {"topics": ["nothing"]}).status_code == 422
    assert sign_in(cast.frontline).post(address, sent).status_code == 403
    assert sign_in(cast.supervisor).post(address, sent).status_code == 303
    member = Member.objects.get(pk=cast.specialist2.id)
    assert (member.topics, member.products, member.languages) == (["consumer"], ["空气炸锅", "电饭煲"], ["en"])
    forget_cached()
    assert before != cast.specialist2.id
    found = proposal_for(complaint)
    assert found.best is not None
    assert found.best.id == cast.specialist2.id
    assert found.words == "建议由 工号 2002（2002） 承办：服务专家、熟悉此类问题、熟悉此产品、手上 0 件。"


@pytest.mark.req("AS-06")
def test_the_line_says_who_was_left_out_and_why(cast: Cast) -> None:
    complaint = registered(cast.frontline, unit_concerned=str(cast.units["investigation"].pk))
    Complaint.objects.filter(pk=complaint.pk).update(required_level="expert")
    Member.objects.filter(pk=cast.coach.id).update(on_duty=False)
    forget_cached()
    complaint.refresh_from_db()
    found = proposal_for(complaint)
    assert [one.id for one in found.fitting] == [cast.specialist2.id]
    assert (found.absent, found.below, found.concerned) == (1, 1, 1)
    assert found.words.endswith("未列入：1 人缺勤、1 人级别不够、1 人须回避。")
    with_low = registered(cast.frontline, unit_concerned=str(cast.units["intake"].pk))
    Complaint.objects.filter(pk=with_low.pk).update(required_level="expert")
    with_low.refresh_from_db()
    found = proposal_for(with_low)
    assert (found.below, found.concerned) == (1, 0), "each is left out for one reason and counted once"


@pytest.mark.req("AS-06", "IV-03")
@pytest.mark.parametrize(
    ("name", "who", "values"),
    [("assign", "supervisor", {}), ("transfer", "frontline", {"note": "请接手"})],
)
def test_nobody_is_given_a_case_that_is_about_them(cast: Cast, name: str, who: str, values: dict[str, str]) -> None:
    complaint = registered(cast.frontline, person_concerned="工号 2001 的处理人员")
    assert cast.specialist.id not in {one.id for one in proposal_for(complaint).fitting}
    person = getattr(cast, who)
    with pytest.raises(InvalidInput) as refused:
        step(person, complaint, name, member=str(cast.specialist.id), **values)
    assert set(refused.value.fields) == {"member"}
    complaint = step(person, complaint, name, member=str(cast.specialist2.id), **values)
    assert cast.specialist2.id in {complaint.owner_id, complaint.offered_member_id}


@pytest.mark.req("AS-06", "AS-16")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "建议由"), ("en", "Proposed:")])
def test_the_form_proposes_one_explains_it_and_shows_the_others(
    cast: Cast, sign_in: SignIn, language: str, words: str
) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    best = proposal_for(complaint).best
    assert best is not None
    for name, person in (("assign", cast.supervisor), ("transfer", cast.frontline)):
        client = sign_in(person)
        client.cookies["tingsu_language"] = language
        page = client.get(reverse("desk:step", args=[complaint.number, name])).content.decode()
        assert f'value="{best.id}" selected' in page
        assert page.count(words) == 1
        assert ("评价" in page or "rated" in page) == (name == "assign"), "results are for whoever leads"
    passed = starting_values(PROCESS["pass_on"], cast.frontline.actor, complaint)
    assert passed == {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}


@pytest.mark.req("AS-06", "invariant-13")
def test_a_proposal_costs_the_same_for_few_and_many(cast: Cast) -> None:
    from tingsu.desk.tests.test_team_costs import more_people

    def asked() -> int:
        proposal_for(complaint)
        with CaptureQueriesContext(connection) as queries:
            proposal_for(complaint)
        return len(queries)

    complaint = registered(cast.frontline, person_concerned="某人")
    few = asked()
    more_people(cast, 10)
    assert asked() == few <= 3


@pytest.mark.req("AS-06", "RG-13")
def test_whoever_speaks_the_language_or_knows_the_matter_gets_what_comes_by_itself(cast: Cast) -> None:
    """Nobody counts cases at registration: of those who fit best the hash chooses."""
    seeds = [uuid.uuid4() for _n in range(12)]

    def chosen(**matter: Any) -> set[uuid.UUID]:
        return {duty_member_for_intake(seed, Matter(**matter)).pk for seed in seeds}

    both = {cast.frontline.id, cast.frontline2.id}
    assert chosen() == both
    known = {"topics": ["product"], "products": ["空气炸锅"], "languages": ["en"]}
    change_member(actor=cast.supervisor.actor, member_id=cast.frontline2.id, **known)
    second = {cast.frontline2.id}
    for matter in ({"topic": "product"}, {"product": "空气炸锅 5L"}, {"language": "en"}):
        assert chosen(**matter) == second
    for matter in ({"topic": "ip"}, {"product": "电饭煲"}, {"language": "zh-hans"}, {"language": "fr"}):
        assert chosen(**matter) == both
    Member.objects.filter(pk=cast.frontline.id).update(interests=[str(cast.units["finance"].pk)])
    forget_cached()
    assert chosen(unit_concerned=cast.units["finance"].pk) == second
    assert chosen(unit_concerned=cast.units["intake"].pk) == both, (
        "where everybody is concerned, somebody takes it all the same"
    )
    system = automation("intake.test", cast.organisation_id)
    made = [register_complaint(actor=system, intake=read_intake({**STORY, "language": "en"})) for _n in range(4)]
    assert {one.complaint.owner_id for one in made} == second
    assert all(one.complaint.registered_at <= now() for one in made)
