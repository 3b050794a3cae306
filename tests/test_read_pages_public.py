"""Pages of the public side in the situations that come seldom: calls by appointment, late answers, requests after the end, one person alone.

Read like the others (tests/reading.py).
"""

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.doors import desk, door, reading
from tests.reading import Reading
from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.tests import rounds
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.governance.tests.test_disposal import opened, take
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member
from tingsu.portal import callback
from tingsu.portal.models import FormRun
from tingsu.portal.tests.test_commitments import library
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.rulebooks import bases
from tingsu.settlement.tests.journey import MONDAY, REPORT, RESPONDENT, Journey, handled, registered


def facts(**values: Any) -> None:
    Organisation.objects.filter(slug="test").update(**values)
    forget_organisations()


def booking_of(told: Reading, answer: Any) -> str:
    found = re.search(r'name="booking" value="([^"]*)"', answer.content.decode())
    assert found is not None
    told.call(found[1], "booking")
    return found[1]


def test_a_call_by_appointment(client: Client, cast: Cast, monkeypatch: Any) -> None:
    told = reading("callback", cast)
    with travel_to(MONDAY):
        first = client.get("/callback/")
        booking = booking_of(told, first)
        told.page("asked for", first)
        chosen = client.get("/callback/?group=minor")
        booking_of(told, chosen)
        told.page("for a minor", chosen, since="asked for")
        told.page("nothing typed", client.post("/callback/", {"booking": booking}), since="asked for")
        given = {
            "booking": booking,
            "group": "none",
            "phone": "0571-8888 0000",
            "slot": callback.slots()[0].code,
            "name": "王奶奶",
            "words": "热",
        }
        told.page(
            "too long, and over",
            client.post("/callback/", {**given, "words": "长" * 1001, "slot": "2020-01-01"}),
            since="asked for",
        )
        assert client.post("/callback/", given).status_code == 302
        told.page("booked", client.get("/callback/booked/"))
        facts(hotline="")
        told.page("booked, no telephone", client.get("/callback/booked/"), since="booked")
        other = client.get("/callback/")
        booking_of(told, other)
        told.page("asked for, no telephone", other, since="asked for")
        monkeypatch.setattr(callback, "options", lambda: [])
        facts(hotline="400-1", service_hours={"zh-Hans": "9 点到 18 点", "en": "9 to 6"})
        none = client.get("/callback/")
        told.page("no times", none)
        client.cookies["tingsu_elder"] = "1"
        told.page("large text, with hours", client.get("/"), part="")
        facts(hotline="", enterprise={"other_ways_zh": "微信小程序\n门店服务台"})
        told.page("large text, no telephone", client.get("/"), part="")
    told.ends()


def test_ways_into_an_open_complaint(client: Client, cast: Cast, settings: Any) -> None:
    told = reading("ways_in", cast)
    settings.EMAIL_HOST = "mail.example.com"
    journey = registered(cast, email="chen@example.com")
    with travel_to(journey.at):
        number = journey.complaint.number
        assert client.post("/follow/", {"number": number, "tail": "2210"}).status_code == 302
        told.page("found", client.get("/follow/open/"))
        told.page(
            "found, a wrong code",
            client.post("/follow/open/", {"number": number, "code": "ABCD EFGH JKLM"}),
            since="found",
        )
        told.page("asked with a number", client.get(f"/follow/open/?number={number}"), since="found")
        assert client.post("/follow/again/held/").status_code == 302
        told.page("a code is on its way", client.get("/follow/again/code/"))
        told.page("again, wrong contact", client.post("/follow/again/", {"number": number, "contact": "x"}))
        facts(public_url="")
        told.page("without links in letters", client.get("/follow/"), part="")
        client.cookies["tingsu_language"] = "en"
        told.page("without links, in English", client.get("/follow/open/"))
    told.ends()


def test_what_is_promised_in_public(client: Client, cast: Cast) -> None:
    told = reading("promised", cast)
    with travel_to(MONDAY - timedelta(days=60)):
        body = library(
            text={"zh-Hans": "七天之内退货。", "en": "Seven days."},
            since="2026-01-05",
            link="https://firm.example.cn/promise",
        )
        extra = {
            "code": "promise.call",
            "kind": "promise",
            "name": {"zh-Hans": "必回电", "en": "Call"},
            "text": {"zh-Hans": "必回。", "en": "We call."},
        }
        body["bases"].append({**extra, "since": "2026-01-06"})
        rulebooks.publish(actor=automation("test", cast.organisation_id), kind=bases.KIND, body=body)
    with travel_to(MONDAY):
        told.page("help", client.get("/help/"))
        told.page("privacy of one without mail", client.get("/privacy/"))
        facts(email="help@example.com")
        told.page("privacy of one with mail", client.get("/privacy/"), since="privacy of one without mail")
        facts(email="", hotline="")
        told.page("privacy of one with neither", client.get("/privacy/"), since="privacy of one without mail")
        facts(hotline="400-1", profile="micro")
        Member.objects.exclude(pk=cast.supervisor.id).update(active=False)
        forget_cached()
        told.page("help of one person alone", client.get("/help/"), since="help")
    told.ends()


def test_after_the_end(cast: Cast) -> None:
    told = reading("after_the_end", cast)
    journey = rounds.closed(cast)

    def see(title: str, path: str = "/case/", **more: Any) -> Any:
        with travel_to(journey.at):
            client = door(journey)
            answer = client.get(path)
            told.page(title, answer, **more)
        return client

    see("closed")
    see("mediation asked for", "/case/mediation/")
    see("new code", "/case/new_code/")
    see("data", "/case/data/")
    with travel_to(journey.at):
        client = door(journey)
        told.page("review without words", client.post("/case/review/", {"text": ""}, follow=True))
        told.page("data without words", client.post("/case/data/", {"text": ""}, follow=True))
        told.page(
            "low rating", client.post("/case/rate/", {"score": "1", "text": "等太久"}, follow=True), since="closed"
        )
        Promise.objects.filter(stream_id=journey.complaint.pk, kind="low_rating_call").delete()
        told.page("low rating, no time", client.get("/case/"), since="closed")
        assert client.post("/case/review/", {"text": "运费没有退"}).status_code == 302
        told.page("review asked for", client.get("/case/"), since="closed")
        row = ReviewRequest.objects.get()
        ReviewRequest.objects.filter(pk=row.pk).update(reviewer_id=None)
        told.page("review, nobody named", client.get("/case/"), since="review asked for")
        ReviewRequest.objects.filter(pk=row.pk).update(due_at=journey.at - timedelta(hours=1))
        told.page("review late", client.get("/case/"), since="review asked for")
        ReviewRequest.objects.filter(pk=row.pk).update(reviewer_id=row.reviewer_id)
    reviewer = next(one for one in (cast.specialist, cast.supervisor) if one.id == row.reviewer_id)
    journey.step(reviewer, "answer_review", result="stands", answer="运费由买家承担。")
    ReviewRequest.objects.filter(pk=row.pk).update(follow_up="202603-XF-009")
    see("review answered", since="closed")
    with travel_to(journey.at):
        client = door(journey)
        assert client.post("/case/new_code/", {}).status_code == 302
        code = Complaint.objects.get(pk=journey.complaint.pk).text("code")
        told.call(code, "CODE")
        told.call(" ".join(code[i : i + 4] for i in range(0, 12, 4)), "CODE IN FOURS")
        told.page("new code shown", client.get("/case/"), since="closed")
    told.ends()


def test_requests_about_personal_data(cast: Cast) -> None:
    told = reading("data_requests", cast)
    journey = registered(cast)
    with travel_to(journey.at):
        given = {
            "kind": "deletion",
            "who": "self",
            "form": "oral",
            "words": "请删除",
            "name": "陈小满",
            "phone": "13800002210",
            "case_number": journey.complaint.number,
        }
        request = opened(cast.frontline, "data_request", journey.at, **given, received_at=journey.at.isoformat())
        told.page("asked", door(journey).get("/case/"))
    later = Journey(cast, journey.complaint, journey.at + timedelta(days=60))
    with travel_to(later.at):
        told.page("late", door(later).get("/case/"), since="asked")
    take(cast.specialist, request, "check_identity", journey.at, identity="callback")
    answer = {"decision": "refused", "answer": "依法保存。", "means": "letter", "legal_ground": "法定保存期未满"}
    take(cast.supervisor, request, "answer", journey.at, **answer)
    with travel_to(journey.at):
        told.page("refused", door(journey).get("/case/"), since="asked")
    told.ends()


def test_an_answer_is_given_accepted_or_contested(cast: Cast) -> None:
    told = reading("answered", cast)
    journey = registered(cast, agent_name="王律师", agent_phone="13900000000", city="杭州")
    owner = cast.specialist2
    with travel_to(journey.at):
        told.page("with an agent", door(journey, "agent").get("/case/"))
    journey.step(cast.frontline, "pass_on", unit=str(owner.unit_id), member=str(owner.id))
    journey.step(owner, "accept", mode="independent", depth="standard", plan="调取记录。")
    journey.step(owner, "correct_record", categories=["24"], reason="归类")
    journey.step(
        owner,
        "find_unfounded",
        **{**REPORT, "bases": ["law.consumer"], "verdict": "unfounded", "reasons": "退款已到账。"},
    )
    journey.step(owner, "deliver_answer", answer="经核查，退款已到账，附流水。", tone="tactful")
    with travel_to(journey.at):
        client = door(journey, "agent")
        told.page("answered", client.get("/case/"))
        for move in ("accept", "contest", "reject"):
            told.page(move, client.get(f"/case/{move}/"))
        told.page("contest without words", client.post("/case/contest/", {"text": ""}, follow=True), since="contest")
        Promise.objects.filter(stream_id=journey.complaint.pk, kind="parties_opinion").delete()
        told.page("answered, no time", client.get("/case/"), since="answered")
        assert client.post("/case/reject/", {"text": "坚持要求赔偿"}).status_code == 302
        journey.refresh()
        told.page("other ways", client.get("/case/"), part="")
        told.page("negotiate again", client.get("/case/negotiate/"))
        assert client.post("/case/leave/").status_code == 302
        told.page("left", client.get("/follow/open/"))
    told.ends()


def test_what_was_agreed_and_how_it_goes_on(cast: Cast) -> None:
    told = reading("agreed", cast)
    journey = handled(cast, **RESPONDENT)
    owner = journey.owner
    offer = journey.solution()
    offer["remedies"] += [
        {"code": "52", "text": "书面致歉", "executor": str(owner.id), "due_on": journey.day(3)},
        {"code": "47", "amount": 50_00, "executor": str(owner.id), "due_on": journey.day(4)},
    ]
    offer["answers"][0] |= {"decision": "partly", "reasonable": False, "reason": "书面致歉"}
    journey.step(owner, "draft_solution", **offer).step(owner, "submit_solution").step(owner, "send_solution")
    with travel_to(journey.at):
        told.page("a proposal of three", door(journey).get("/case/"))
        Promise.objects.filter(stream_id=journey.complaint.pk, kind="parties_opinion").delete()
        told.page("without a time", door(journey).get("/case/"), since="a proposal of three")
        client = door(journey)
        told.page("disagree, kept with a file", client.post("/case/disagree/", {
            "proposal": "1", "negotiable": "no", "text": "", "files": SimpleUploadedFile("a.png", PNG),
        }, follow=True))  # fmt: skip
    journey.opinion().opinion("agree", "respondent").step(owner, "agree")
    items = journey.complaint_items()
    journey.step(owner, "finish_item", item=str(items[0].pk), proof="退款回单", paid=100_00, means="original")
    with travel_to(journey.at):
        told.page("one done", door(journey).get("/case/"))
    journey.step(cast.qa, "verify_item", item=str(items[0].pk), remark="核对回单")
    with travel_to(journey.at):
        told.page("one checked", door(journey).get("/case/"), since="one done")
        told.page("one checked, to the other side", door(journey, "respondent").get("/case/"))
    journey.step(owner, "execution_failed", item=str(items[1].pk), reason="无法送达")
    with travel_to(journey.at):
        told.page("failed", door(journey).get("/case/"), since="one done")
    told.ends()


def test_a_respondent_who_declined_and_a_case_that_is_late(cast: Cast) -> None:
    told = reading("declined", cast)
    journey = handled(cast, **RESPONDENT).offered()
    with travel_to(journey.at):
        client = door(journey, "respondent")
        assert (
            client.post("/case/disagree/", {"proposal": "1", "text": "责任不在我方", "negotiable": "no"}).status_code
            == 302
        )
        told.page("declined", client.get("/case/"))
    late = registered(cast)
    reply = Promise.objects.filter(stream_id=late.complaint.pk, ended_at=None).order_by("due_at")[0]
    late.sweep(reply.due_at + timedelta(days=3))
    with travel_to(late.at):
        told.page("late, raised", door(late).get("/case/"))
        Promise.objects.filter(stream_id=late.complaint.pk).exclude(pk=reply.pk).delete()
        told.page("late, no other time", door(late).get("/case/"), since="late, raised")
    anonymous = registered(cast, anonymous=True, name="", phone="")
    with travel_to(anonymous.at):
        told.page("anonymous", door(anonymous).get("/case/"))
    told.ends()


def test_how_the_form_does(cast: Cast) -> None:
    told = reading("form_figures", cast)
    with travel_to(MONDAY):
        page = "/desk/records/channel_improvement/"
        told.page("nothing begun", desk("supervisor", cast).get(page))
        at = MONDAY - timedelta(days=2)
        runs = [
            ("refund", at, at + timedelta(minutes=7), "check"), ("refund", at, None, "story"), ("delivery", at, None, "contact"),
            ("", MONDAY - timedelta(minutes=5), None, "story"), ("refund", at - timedelta(days=31), at - timedelta(days=31), "check"),
        ]  # fmt: skip
        for place, (cause, begun, sent, reached) in enumerate(runs):
            FormRun.objects.create(
                pk=f"018f0000-0000-7000-8000-00000000000{place}",
                cause=cause,
                begun_at=begun,
                touched_at=begun,
                sent_at=sent,
                reached=reached,
            )
        told.page("some", desk("supervisor", cast).get(page))
    told.ends()
