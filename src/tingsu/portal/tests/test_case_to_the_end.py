"""The complainant's case page after the answer: reviews, ratings, what stays to the end, and the other side."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.tests import rounds
from tingsu.casework.tests.cases import unfounded
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.recorded import bases_cited
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.people.queries import public_identity
from tingsu.portal import story
from tingsu.portal.tests.case_pages import again, enter, see
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.models import DemandAnswer, Solution
from tingsu.settlement.rulebooks import bases
from tingsu.settlement.tests.journey import RESPONDENT, handled, registered
from tingsu.triage.tests.cases import step

pytestmark = pytest.mark.django_db


@pytest.mark.req("FB-06")
def test_review_and_mediation_are_asked_for_after_closing_and_answered_in_writing_by_somebody_named(client, cast):
    journey = rounds.closed(cast)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
        assert 'href="/case/review/"' in page
        assert 'href="/case/mediation/"' in page
        assert "给您书面结果" in see(client, "/case/review/")
        assert client.post("/case/review/", {"text": ""}, follow=True).status_code == 422
        evidence = SimpleUploadedFile("账单.png", PNG)
        client.post("/case/review/", {"text": "运费没有退", "files": [evidence]})
        page = see(client)
        row = ReviewRequest.objects.get()
        assert public_identity(row.reviewer_id) in page
        assert "运费没有退" in page
        assert StoredFile.objects.get(stream_id=journey.complaint.pk).received_from == "complainant"
        assert 'href="/case/review/"' not in page  # one at a time
        assert 'href="/case/mediation/"' not in page
    reviewer = next(one for one in (cast.specialist, cast.supervisor) if one.id == row.reviewer_id)
    journey.step(reviewer, "answer_review", result="stands", answer="运费由买家承担，依据见下单页面。")
    with travel_to(journey.at):
        page = see(client)
    assert "复核结果：维持原处理结果" in page
    assert "运费由买家承担" in page
    assert 'href="/case/mediation/"' in page


@pytest.mark.req("SC-03")
@pytest.mark.parametrize(("score", "apology"), [("1", True), ("2", True), ("3", False)])
def test_a_low_rating_gets_an_apology_a_person_and_a_date(client, cast, score, apology):
    journey = rounds.closed(cast)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        assert client.post("/case/rate/", {"score": score, "text": "等太久"}).status_code == 302
        page = see(client)
        promise = Promise.objects.filter(stream_id=journey.complaint.pk, kind="low_rating_call").first()
        assert ("很抱歉" in page) is apology
        assert (promise is not None) is apology
        if promise:
            assert promise.due_at.isoformat() in page
            assert public_identity(promise.owner_id) in page


@pytest.mark.req("FB-04")
def test_what_was_agreed_stays_on_the_page_to_the_end(client, cast):
    journey = handled(cast).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint)
        assert "我们商定的内容" not in see(client)
    journey = rounds.closed(cast)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        page = see(client)
    agreed = page[page.index("我们商定的内容") :]
    assert "¥100.00" in agreed
    assert "已完成，并于" in agreed


@pytest.mark.req("AK-11")
def test_each_decision_stays_with_what_it_rests_on(client, cast):
    """A proposal that was declined, what was agreed, an answer: words, what is said to each wish, and the bases by name."""
    law = bases.names(["law.consumer"], bases.in_force().version)[0]
    journey = handled(cast).offered()
    solution = Solution.objects.get()
    Solution.objects.update(bases=["law.consumer"])
    demand = Demand.objects.filter(complaint=journey.complaint).first()
    kept = DemandAnswer.of(journey.complaint, solution=solution)
    row = kept[0] if kept else DemandAnswer(complaint=journey.complaint, solution=solution, demand=demand)
    row.decision = "refused"
    row.seal_all(reason="订单没有延误，运费不退")
    row.save()
    said = ["我们上次的方案", law, "订单没有延误，运费不退"]
    with travel_to(journey.at):
        enter(client, journey.complaint)
        assert said[0] not in see(client), "as long as it waits for an opinion it stands first"
        Complaint.objects.filter(pk=journey.complaint.pk).update(state="external_route")
        Solution.objects.update(state="refused")
        page = see(client)
        assert [one for one in said if one not in page] == []
        Complaint.objects.filter(pk=journey.complaint.pk).update(state="executing")
        Solution.objects.update(state="agreed")
        page = see(client)
        assert said[0] not in page
        agreed = page[page.index("我们商定的内容") :]
        assert [one for one in said[1:] if one not in agreed] == []


@pytest.mark.req("AK-11")
def test_an_answer_stays_with_the_bases_of_the_verdict(client, cast):
    complaint = unfounded(cast)
    complaint = step(cast.specialist, complaint, "deliver_answer", answer="流水可查，退款已到账。", tone="normal")
    names = bases.names(bases_cited(complaint), bases.in_force().version)
    assert names
    enter(client, complaint)
    page = see(client)
    assert page.count(names[0]) == 1
    assert "我们的答复</h2>" not in page
    Complaint.objects.filter(pk=complaint.pk).update(state="evaluating")
    page = see(client)
    assert page.count(names[0]) == 1
    decided = page[page.index('id="decided-title"') :]
    assert "流水可查，退款已到账。" in decided
    assert names[0] in decided


def test_everything_that_was_ticked_and_dated_stays_on_the_page(client, cast):
    from tingsu.portal.tests.test_submit import CONTACT, STORY

    story = {
        **STORY,
        "occurred_on": "2026-01-05",
        "cause": "infringement",
        "report": "yes",
        "content_kind": "person",
        "demands": ["removal", "other"],
    }
    contact = {
        **CONTACT,
        "group": "elderly",
        "format": "large_print",
        "no_reply": "yes",
        "withheld": ["email"],
        "is_organisation": "yes",
    }
    client.post("/submit/story/", story)
    client.post("/submit/contact/", contact)
    check = see(client, "/submit/check/")
    client.post("/submit/check/", {"go": "on"})
    client.post("/submit/received/")
    for page in (check, see(client)):
        for words in ("1 月 5 日", "删除内容", "我是举报违规", "不需要回复", "大字", "不愿提供"):
            assert words in page, words


@pytest.mark.req("FB-15")
def test_a_respondent_who_declined_reads_what_is_open_to_that_side(client, cast):
    journey = handled(cast, **RESPONDENT).offered()
    with travel_to(journey.at):
        enter(client, journey.complaint, role="respondent")
        assert "还可以这样做" not in see(client)
        client.post("/case/disagree/", {"proposal": "1", "text": "责任不在我方", "negotiable": "no"})
        page = see(client)
    assert again(journey.complaint).state == "external_route"
    assert "您没有接受方案，还可以这样做" in page
    assert "12315" not in page[page.index("还可以这样做") : page.index("</section>", page.index("还可以这样做"))]


@pytest.mark.req("AK-06")
def test_a_missed_time_is_told_with_the_next_one_that_binds_us(client, cast):
    journey = registered(cast)
    due = sorted(
        Promise.objects.filter(stream_id=journey.complaint.pk, kind__in=story.REPLIES), key=lambda one: one.due_at
    )
    first, second = due[0], due[1]
    with travel_to(first.due_at - timedelta(minutes=1)):
        enter(client, journey.complaint)
        page = see(client)
        assert "前联系您" in page
        assert "新的时间" not in page
    with travel_to(first.due_at + timedelta(minutes=1)):
        enter(client, journey.complaint)
        page = see(client)
        assert "抱歉" in page
        assert f'新的时间：<b><time datetime="{second.due_at.isoformat()}">' in page


@pytest.mark.parametrize("withheld", [True, False])
def test_nobody_is_promised_a_call_who_left_no_contact(client, cast, withheld):
    from tingsu.portal.tests.test_submit import CONTACT, STORY

    contact = {"identity": "named", "withheld": ["name", "phone", "email"], "go": "on"} if withheld else CONTACT
    client.post("/submit/story/", STORY)
    client.post("/submit/contact/", contact)
    check = see(client, "/submit/check/")
    assert ("有人联系您" in check) is not withheld
    client.post("/submit/check/", {"go": "on"})
    received = see(client, "/submit/received/")
    assert ("无法写信或打电话" in received) is withheld
    client.post("/submit/received/")
    page = see(client)
    assert ("前联系您" in page) is not withheld
    assert ("前在本页回复您" in page) is withheld


@pytest.mark.req("AS-01", "AS-15")
@pytest.mark.parametrize(
    ("event", "zh", "en"),
    [
        ("complaint.accepted", "转到专门核查这类问题的团队", "went to the team that checks"),
        ("complaint.handover_accepted", "已确认接手", "has agreed to take it on"),
        ("complaint.assigned", "主管安排了这位同事接手", "Our supervisor asked this colleague"),
    ],
)
def test_a_changed_handler_is_named_with_the_reason_in_kind_words_and_the_first_stays_informed(
    client, cast, event, zh, en
):
    for language, words in (("zh-hans", zh), ("en", en)):
        journey = registered(cast, language=language)
        enter(client, journey.complaint)
        assert "1001" in see(client)
        assert zh not in see(client)
        journey.step(cast.frontline, "pass_on", unit=str(cast.specialist2.unit_id), member=str(cast.specialist2.id))
        journey.step(cast.specialist2, "accept", mode="independent", depth="standard", plan="调取退款记录。")
        if event == "complaint.handover_accepted":
            journey.step(cast.specialist2, "transfer", member=str(cast.specialist.id), note="内部：家属很难缠")
            journey.step(cast.specialist, "accept_transfer")
        if event == "complaint.assigned":
            journey.step(cast.supervisor, "assign", member=str(cast.specialist.id), override_reason="内部：人手不够")
        page = see(client)
        assert zh in page
        assert "首次受理您投诉的" in page
        assert "难缠" not in page
        assert "人手不够" not in page
        letter = Letter.objects.filter(stream_id=journey.complaint.pk, template="handler_changed").latest(
            "created_at", "pk"
        )
        body = compose(letter)[0].body
        assert words in body
        assert "1001" in body
        assert Notice.objects.filter(
            stream_id=journey.complaint.pk, kind="case.taken_over", member_id=journey.complaint.first_owner_id
        ).exists()
        client.post("/case/leave/")


@pytest.mark.req("AS-01")
def test_a_case_that_comes_back_to_who_took_it_first_names_nobody_beside(client, cast):
    journey = handled(cast)
    journey.step(cast.supervisor, "assign", member=str(cast.frontline.id), override_reason="回到首接人")
    enter(client, journey.complaint)
    page = see(client)
    assert "主管安排了这位同事接手" in page
    assert "首次受理您投诉的" not in page
