"""Six hundred plans: the same for the same seed, spread over ninety days, as different as people are."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from tingsu.complaints.terms import Mode, ProblemType, State
from tingsu.demo.evidence import pictures
from tingsu.demo.plans import DAYS, KETTLE, WAITS, make_plans, showcase_plans

ANCHOR = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def plans() -> list:
    return make_plans(seed="wuheli", anchor=ANCHOR)


def test_the_same_seed_gives_the_same_plans(plans: list) -> None:
    assert make_plans(seed="wuheli", anchor=ANCHOR) == plans
    assert make_plans(seed="another", anchor=ANCHOR) != plans


def test_no_two_people_write_the_same(plans: list) -> None:
    assert len({plan.description for plan in plans}) == len(plans) == 600


def test_nobody_has_the_name_or_number_of_somebody_else(plans: list) -> None:
    people = [plan.person for plan in [*plans, *showcase_plans(seed="wuheli", anchor=ANCHOR)] if not plan.repeats]
    assert len({person.name for person in people}) == len(people)
    assert len({person.phone for person in people}) == len(people)


def test_people_speak_the_dialect_of_their_province(plans: list) -> None:
    spoken = [plan for plan in plans if plan.voice == "dialect"]
    assert len(spoken) >= 3
    assert all(plan.person.province == "44" for plan in spoken if "我真係唔明" in plan.description)


@pytest.mark.req("RG-01", "FB-01")
def test_some_are_represented_and_some_complain_about_a_shop_or_a_partner(plans: list) -> None:
    agents = Counter(plan.agent.sort for plan in plans if plan.agent)
    respondents = Counter(plan.respondent.sort for plan in plans if plan.respondent)
    assert min(agents[sort] for sort in ("child", "agency")) >= 1
    assert min(respondents[sort] for sort in ("shop", "courier", "installer")) >= 3
    assert not any(plan.respondent and plan.respondent.name == "梧禾里" for plan in plans)


def test_they_come_in_the_ninety_days_before_the_anchor_and_none_after(plans: list) -> None:
    first, last = plans[0].received_at, plans[-1].received_at
    assert ANCHOR - timedelta(days=DAYS + 1) < first < ANCHOR - timedelta(days=DAYS - 3)
    assert ANCHOR - timedelta(days=3) < last < ANCHOR
    assert [plan.received_at for plan in plans] == sorted(plan.received_at for plan in plans)


def test_every_problem_type_and_mode_is_there(plans: list) -> None:
    assert {plan.family.type for plan in plans} == set(ProblemType.values)
    assert {plan.mode for plan in plans} == set(Mode.values)
    assert len({plan.family.code for plan in plans}) >= 55


def test_some_are_late_anonymous_refused_repeated_withdrawn_high_risk_and_english(plans: list) -> None:
    arcs = Counter(plan.arc for plan in plans)
    assert 0.08 < sum(bool(plan.late) for plan in plans) / 600 < 0.25
    assert sum(plan.anonymous for plan in plans) >= 10
    assert sum(bool(plan.repeats) for plan in plans) >= 8
    assert sum(plan.high_risk for plan in plans) >= 5
    assert 10 <= sum(plan.person.language == "en" for plan in plans) <= 40
    assert min(arcs[name] for name in ("unfounded", "no_agreement", "withdrawn", "not_ours", "silent", "mediated")) >= 3


@pytest.mark.req("TR-06", "TR-07")
def test_one_product_fails_in_several_provinces_within_a_day(plans: list) -> None:
    event = [plan for plan in plans if plan.product.zh == KETTLE and plan.high_risk]
    span = event[-1].received_at - event[0].received_at
    assert len(event) >= 5
    assert len({plan.person.province for plan in event}) >= 2
    assert span < timedelta(hours=24)


def test_a_repeat_is_by_the_same_person_about_the_same_order_later(plans: list) -> None:
    by_key = {plan.key: plan for plan in plans}
    again = [plan for plan in plans if plan.repeats]
    for plan in again:
        before = by_key[plan.repeats]
        assert (plan.person, plan.agent, plan.order) == (before.person, before.agent, before.order)
        assert plan.received_at > before.received_at
        assert not plan.anonymous


def test_the_showcase_has_two_cases_for_each_state_and_two_that_wait_for_approval() -> None:
    shown = list(showcase_plans(seed="wuheli", anchor=ANCHOR))
    assert Counter(plan.hold for plan in shown) == Counter(dict.fromkeys([*State.values, WAITS], 2))
    assert all(plan.received_at < ANCHOR for plan in shown)


def test_evidence_is_drawn_the_same_each_time_and_opens_as_a_picture(plans: list) -> None:
    with_pictures = [plan for plan in plans if pictures(plan)]
    assert 0.2 < len(with_pictures) / len(plans) < 0.4
    for plan in with_pictures[:12]:
        assert pictures(plan) == pictures(plan)
        for name, content in pictures(plan):
            assert name.endswith(".jpg")
            assert Image.open(io.BytesIO(content)).format == "JPEG"
