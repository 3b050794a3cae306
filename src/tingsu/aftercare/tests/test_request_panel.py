"""What whoever answers a request for review or mediation reads and may choose: the words of the complainant beside the form."""

import pytest

from tests.cast import Cast
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.request_panel import requests_context
from tingsu.aftercare.steps.reviews import ANSWER_REVIEW
from tingsu.aftercare.tests.rounds import closed
from tingsu.kernel.clock import travel_to
from tingsu.people.queries import alias_of
from tingsu.process.steps import options_of
from tingsu.settlement.tests.journey import handled


def form(sign_in, person, journey) -> str:
    with travel_to(journey.at):
        return sign_in(person).get(f"/desk/cases/{journey.complaint.number}/steps/answer_review/").content.decode()


@pytest.mark.req("FB-06")
@pytest.mark.parametrize(
    ("kind", "offered"),
    [("review", ["changed", "mediation", "stands"]), ("mediation", ["changed", "mediation", "no_mediation"])],
)
def test_the_form_offers_what_answers_the_request_beside_the_words_it_was_made_in(
    sign_in, cast: Cast, kind: str, offered: list[str]
) -> None:
    journey = handled(cast).offered()
    journey.step(journey.party(), "ask_review", kind=kind, words="差价没有退，电话 13800002210 一直没人回。", files=[])
    row = ReviewRequest.objects.get()
    reviewer = next(one for one in cast._people.values() if one.id == row.reviewer_id)
    complaint = journey.complaint
    assert sorted(code for code, _words in options_of(ANSWER_REVIEW.field("result"), complaint)) == offered
    html = form(sign_in, reviewer, journey)
    assert "差价没有退" in html
    assert "13800002210" not in html
    assert 'name="follow_up"' not in html  # the case is open: it is carried out here
    for code in ("stands", "changed", "mediation", "no_mediation"):
        assert (f'value="{code}"' in html) is (code in offered)
    context = requests_context(reviewer.actor, complaint)
    assert context is not None
    assert context["note"]
    (line,) = context["requests"]
    assert (line["reviewer"], line["result"], line["by"]) == (alias_of(reviewer.id), "", "")


@pytest.mark.req("FB-06")
def test_once_answered_it_reads_what_was_asked_and_answered_the_one_that_waits_first(sign_in, cast: Cast) -> None:
    journey = closed(cast)
    assert requests_context(cast.supervisor.actor, journey.complaint) is None
    journey.step(journey.party(), "ask_review", kind="review", words="运费没有退", files=[])
    first = ReviewRequest.objects.get()
    reviewer = next(one for one in cast._people.values() if one.id == first.reviewer_id)
    html = form(sign_in, reviewer, journey)
    assert 'name="follow_up"' in html  # after closing what follows stands in another complaint
    journey.step(reviewer, "answer_review", result="stands", answer="运费由买家承担")
    journey.step(journey.party(), "ask_review", kind="mediation", words="请调解", files=[])
    context = requests_context(cast.supervisor.actor, journey.complaint)
    assert context is not None
    assert [(line["words"], str(line["result"]), line["answer"]) for line in context["requests"]] == [
        ("请调解", "", ""),
        ("运费没有退", "维持原结果", "运费由买家承担"),
    ]
    assert context["requests"][1]["by"] == alias_of(reviewer.id)
    with travel_to(journey.at):
        page = sign_in(cast.supervisor).get(f"/desk/cases/{journey.complaint.number}/").content.decode()
    assert "复核与调解申请" in page
    assert page.index("请调解") > 0
    assert (
        page.count("维持原结果") == 2
    )  # in the panel and in the history, by its name, though the request that is open now would not be answered by it
