"""What whoever answers a request for review or mediation reads and may choose: the words of the complainant beside the form."""

import pytest

from tests.cast import Cast
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.request_panel import requests_context
from tingsu.aftercare.steps.reviews import ANSWER_REVIEW
from tingsu.aftercare.tests.rounds import closed, rated
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.registry import panels
from tingsu.complaints.waiting import duties_on_cases
from tingsu.desk.cases import buttons_of
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


def duties(person, journey) -> list[str]:
    with travel_to(journey.at):
        found = duties_on_cases(person.actor, journey.at).items
    return [str(item.badge) for item in found if item.number == journey.complaint.number]


def next_step(person, journey) -> str:
    complaint = Complaint.objects.select_related("stream").get(pk=journey.complaint.pk)
    with travel_to(journey.at):
        main = buttons_of(person.actor, complaint, journey.at).main
    return main.step.name if main else ""


@pytest.mark.req("FB-06")
def test_a_mediation_that_was_promised_in_writing_is_the_owners_next_step_and_duty_until_a_mediator_is_asked(
    cast: Cast,
) -> None:
    journey = handled(cast).offered()
    owner = next(one for one in cast._people.values() if one.id == journey.complaint.owner_id)
    before = next_step(owner, journey)
    assert before != "appoint_mediator"
    journey.step(journey.party(), "ask_review", kind="mediation", words="请调解", files=[])
    assert duties(owner, journey) == []
    row = ReviewRequest.objects.get()
    reviewer = next(one for one in cast._people.values() if one.id == row.reviewer_id)
    journey.step(reviewer, "answer_review", result="mediation", answer="我们安排调解。")
    assert (next_step(owner, journey), duties(owner, journey)) == ("appoint_mediator", ["已承诺调解，待转调解"])
    assert duties(reviewer, journey) == []
    journey.step(owner, "appoint_mediator", member=str(cast.mediator.id))
    assert (next_step(owner, journey), duties(owner, journey)) == (before, [])


@pytest.mark.req("FB-06")
@pytest.mark.parametrize("result", ["changed", "no_mediation"])
def test_another_result_owes_no_mediator(cast: Cast, result: str) -> None:
    journey = handled(cast).offered()
    owner = next(one for one in cast._people.values() if one.id == journey.complaint.owner_id)
    journey.step(journey.party(), "ask_review", kind="mediation", words="请调解", files=[])
    reviewer = next(one for one in cast._people.values() if one.id == ReviewRequest.objects.get().reviewer_id)
    journey.step(reviewer, "answer_review", result=result, answer="已经重新查看。")
    assert next_step(owner, journey) != "appoint_mediator"
    assert duties(owner, journey) == []


@pytest.mark.req("FB-06")
def test_whoever_answered_a_request_has_decided_and_does_not_answer_the_next_one(cast: Cast) -> None:
    journey = closed(cast)
    journey.step(journey.party(), "ask_review", kind="review", words="运费没有退", files=[])
    first = next(one for one in cast._people.values() if one.id == ReviewRequest.objects.get().reviewer_id)
    journey.step(first, "answer_review", result="stands", answer="运费由买家承担")
    journey.step(journey.party(), "ask_review", kind="review", words="仍不同意", files=[])
    second = ReviewRequest.objects.get(state="open")
    assert second.reviewer_id != first.id
    assert journey.refusal(first, "answer_review", result="stands", answer="运费由买家承担") == {"decided_before"}
    somebody = next((one for one in cast._people.values() if one.id == second.reviewer_id), cast.mgmt_rep)
    journey.step(somebody, "answer_review", result="stands", answer="两次复核结果一致")


@pytest.mark.req("SC-03")
def test_whoever_calls_after_a_low_rating_reads_its_words_and_what_was_agreed_beside_the_form(
    sign_in, cast: Cast
) -> None:
    journey = rated(closed(cast), 1, comment="退款等了三周，没人说一句话")
    with travel_to(journey.at):
        html = sign_in(cast.supervisor).get(f"/desk/cases/{journey.complaint.number}/steps/callback/").content.decode()
    assert "退款等了三周" in html
    for name in ("aftercare", "remedies"):
        assert name in PROCESS["callback"].beside
        assert str(next(one for one in panels() if one.name == name).title) in html


@pytest.mark.parametrize("step", [step for step in PROCESS.values() if step.fields], ids=lambda step: step.name)
def test_every_form_is_read_beside_panels_that_there_are(step) -> None:
    known = {one.name for where in ("side", "beside", "top", "main") for one in panels(where)}
    assert set(step.beside) <= known
