"""For each state one sentence of what to do next and what is missing, from the case's parts; the same for programs."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints.guidance import RESTS
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import State
from tingsu.desk import cases
from tingsu.desk.tests.cases import a_case
from tingsu.desk.tests.test_next_step import answered, approved, asked, done, offered, passed_on, submitted
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import handled, registered
from tingsu.settlement.tests.test_execution import executing

LONGEST = 120


@pytest.mark.req("AS-17")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_that_leads_on_says_what_is_to_be_done(language: str) -> None:
    with override(language):
        told = {step.name: str(step.guide) for step in PROCESS.values() if step.main}
        assert all(10 < len(words) <= LONGEST for words in told.values()), told
        assert len(set(told.values())) == len(told)
        assert set(RESTS) == set(State)
        assert all(str(words) for words in RESTS.values())


def test_only_steps_that_lead_on_guide() -> None:
    assert [step.name for step in PROCESS.values() if step.guide and not step.main] == []


@pytest.mark.req("AS-17")
@pytest.mark.parametrize(
    ("situation", "reader", "words", "missing"),
    [
        (registered, "frontline", "pass_on", []),
        (passed_on, "specialist", "accept", []),
        (handled, "specialist2", "draft_solution", []),
        (submitted, "mgmt_rep", "approve", []),
        (submitted, "specialist2", "the case waits for: approval: ", []),
        (approved, "specialist2", "send_solution", []),
        (asked, "dept", "accept_task", []),
        (answered, "dept", State.HANDLING, []),
        (offered, "specialist2", "record_opinion", []),
        (lambda cast: executing(cast)[0], "specialist2", "finish_item", ["1 measure is not carried out yet"]),
        (done, "supervisor", "verify_item", ["1 measure is not verified yet"]),
        (done, "specialist2", "The next step waits for what is missing here.", ["1 measure is not verified yet"]),
    ],
)
def test_the_sentence_follows_the_parts_of_the_case(
    cast: Cast, situation: Any, reader: str, words: str, missing: list[str]
) -> None:
    journey = situation(cast)
    with travel_to(journey.at), override("en"):
        found = cases.buttons_of(getattr(cast, reader).actor, journey.complaint, journey.at).guidance
        expected = str(PROCESS[words].guide) if words in PROCESS else str(RESTS.get(words, words))
    assert expected in found.words
    assert set(missing) <= set(found.missing)


@pytest.mark.req("RG-16", "RG-19")
def test_what_the_record_lacks_stands_on_the_page_until_it_is_there(sign_in: Any, cast: Cast) -> None:
    complaint = a_case(cast.frontline, record_confirmed=False)
    client = sign_in(cast.frontline)
    shown = client.get(reverse("desk:case", args=[complaint.number]))
    guidance = shown.context["actions"].guidance
    assert guidance.words == str(PROCESS["assess_and_grade"].guide)
    html = shown.content.decode()
    assert all(words in html for words in (guidance.words, *guidance.missing))
    with override("en"):
        found = cases.buttons_of(cast.frontline.actor, complaint, complaint.registered_at).guidance
    assert list(found.missing[:2]) == [
        "not on record: date of occurrence", "the record is not confirmed by the complainant yet",
    ]  # fmt: skip
    anonymous = a_case(cast.frontline, anonymous=True, occurred_on="2026-01-01", phone="", name="")
    assert (
        cases.buttons_of(cast.frontline.actor, anonymous, anonymous.registered_at).guidance.missing[:1]
        != found.missing[1:2]
    )
