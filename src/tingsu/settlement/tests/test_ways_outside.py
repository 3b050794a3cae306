"""The ways outside: what is filed, decided, negotiated again, and when all of them are used (P20–P22, E24)."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.letterhead import case_places
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.letters.models import Letter
from tingsu.settlement.models import ExecutionItem, OutsideCase
from tingsu.settlement.options import way_options
from tingsu.settlement.rulebooks import ways
from tingsu.settlement.tests.journey import RESPONDENT, handled
from tingsu.settlement.tests.test_execution import outside


@pytest.mark.req("XR-04", "XR-03")
def test_arbitration_needs_its_agreement_and_negotiation_is_no_outside_case(cast: Cast) -> None:
    journey = outside(cast)
    filed = {"body": "仲裁委员会", "state": "filed"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "file_outside_case", way="arbitration", **filed)
    assert "agreement" in refused.value.fields
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "file_outside_case", way="negotiation", **filed)
    assert not OutsideCase.objects.exists()
    journey.step(
        journey.owner, "file_outside_case", way="arbitration", agreement="2026-03-01 双方签字的仲裁协议", **filed
    )
    assert OutsideCase.objects.count() == 1


@pytest.mark.req("XR-05", "FB-04")
def test_a_decision_outside_becomes_execution_items(cast: Cast) -> None:
    journey = outside(cast)
    journey.step(journey.owner, "file_outside_case", way="court", body="人民法院", state="filed")
    row = OutsideCase.objects.get()
    duties = [{"text": "支付赔偿", "amount": 30_000_00, "executor": str(cast.dept2.id), "due_on": journey.day(10)}]
    journey.step(journey.owner, "outside_decision", outside_case=str(row.pk), document="民事判决书", duties=duties)
    item = ExecutionItem.of(journey.complaint)[0]
    assert (journey.complaint.state, item.amount_fen, item.outside_case_id) == ("executing", 30_000_00, row.pk)
    assert Promise.objects.filter(stream_id=journey.complaint.pk, kind="execution", subject_id=item.pk).exists()
    row.refresh_from_db()
    assert row.state == "decided"


@pytest.mark.req("SZ 7", "P21")
def test_both_parties_are_told_of_an_outside_decision(cast: Cast) -> None:
    journey = handled(cast, **RESPONDENT).offered().opinion("disagree")
    journey.step(journey.party(), "no_agreement", reason="不接受")
    journey.step(journey.owner, "file_outside_case", way="court", body="人民法院", state="filed")
    duties = [{"text": "支付赔偿", "amount": 30_000_00, "executor": str(cast.dept2.id), "due_on": journey.day(10)}]
    row = OutsideCase.objects.get()
    journey.step(journey.owner, "outside_decision", outside_case=str(row.pk), document="民事判决书", duties=duties)
    told = Letter.objects.filter(stream_id=journey.complaint.pk, intent__startswith="outside_decision:")
    assert {letter.party_id: letter.template for letter in told} == {
        journey.party().id: "feedback",
        journey.party("respondent").id: "respondent_notice",
    }


@pytest.mark.req("SZ 7")
def test_the_complainant_may_negotiate_again(cast: Cast) -> None:
    journey = outside(cast)
    journey.step(journey.party(), "renegotiate", new_position="退一半也可以")
    assert journey.complaint.state == "handling"
    journey.offered(amount=50_00)
    assert journey.complaint.state == "feedback"


@pytest.mark.req("FB-08")
def test_the_open_refusal_is_reviewed_again_and_again(cast: Cast) -> None:
    journey = outside(cast).wait(days=30)
    journey.step(journey.owner, "review_refusal", finding="未回应", next_step="再次联系")
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="refusal_review", ended_at__isnull=True)
    assert promise.started_at == journey.at
    assert journey.complaint.state == "external_route"


@pytest.mark.req("XR-02", "FB-08")
def test_each_is_told_the_ways_of_their_own_province_with_address_papers_and_link(cast: Cast, sign_in) -> None:
    shenzhen = {
        "code": "council_sz", "side": "external", "province": "44", "name": {"zh-Hans": "南山消费者委员会", "en": "Shenzhen Consumer Council"},
        "about": {}, "papers": {"zh-Hans": "订单", "en": "Order"}, "address": {"zh-Hans": "深圳市某路1号", "en": "1 Road"}, "link": "https://x.example",
    }  # fmt: skip
    body = ways.default()
    body["ways"].append(shenzhen)
    journey = outside(cast)
    with travel_to(journey.at):
        rulebooks.publish(actor=automation("test", cast.organisation_id), kind=ways.KIND, body=body, note="深圳")
    told = {}
    for province in ("", "31", "44"):
        Complaint.objects.filter(pk=journey.complaint.pk).update(province=province)
        letter = Letter.objects.get(stream_id=journey.complaint.pk, template="ways")
        with timezone.override("Asia/Shanghai"), translation.override("zh-hans"):
            text = case_places(letter)["ways"]
        offered = {code for code, _label in way_options(Complaint.objects.get(pk=journey.complaint.pk))}
        panel = sign_in(cast.supervisor).get(reverse("desk:case", args=[journey.complaint.number])).content.decode()
        told[province] = ("南山消费者委员会" in text, "council_sz" in offered, "南山消费者委员会 · 广东" in panel)
        if told[province][0]:
            assert text.index("双方进一步协商和解") < text.index("南山消费者委员会")
            assert [one for one in ("深圳市某路", "订单", "https://x.example") if one not in text] == [], text[-200:]
    # Where nobody knows the province nothing is kept back.
    assert told == {"": (True,) * 3, "31": (False,) * 3, "44": (True,) * 3}
    answered = [{"way": code, "result": "declined", "remark": ""} for code, _label in ways.options("31")]
    assert journey.refusal(cast.supervisor, "exhaust", ways=answered, alternatives="无") == {"ways_missing"}
    Complaint.objects.filter(pk=journey.complaint.pk).update(province="31")
    journey.step(cast.supervisor, "exhaust", ways=answered, alternatives="无")
    assert journey.complaint.state == "evaluating", "what is open elsewhere need not be answered"


@pytest.mark.req("FB-08", "FB-09", "FB-12", "XR-03")
def test_only_a_supervisor_declares_all_ways_used_and_each_is_answered(cast: Cast) -> None:
    journey = outside(cast)
    journey.step(journey.owner, "file_outside_case", way="council", body="消委会", state="filed")
    answered = [{"way": code, "result": "declined", "remark": ""} for code, _label in ways.options()]
    values = {"ways": answered, "alternatives": "优惠券，已拒绝"}
    assert journey.refusal(cast.supervisor, "exhaust", **values) == {"pending"}
    journey.step(journey.owner, "end_outside_case", outside_case=str(OutsideCase.objects.get().pk), result="终止调解")
    with pytest.raises(NotAllowed):
        journey.step(journey.owner, "exhaust", **values)
    assert journey.refusal(cast.supervisor, "exhaust", **{**values, "ways": answered[:-1]}) == {"ways_missing"}
    assert journey.refusal(cast.supervisor, "exhaust", **{**values, "ways": [*answered, answered[0]]}) == {
        "ways_missing"
    }
    without = [{**answered[0], "result": "not_applicable"}, *answered[1:]]
    assert journey.refusal(cast.supervisor, "exhaust", **{**values, "ways": without}) == {
        "reason_missing",
        "negotiation_first",
    }
    journey.step(cast.supervisor, "exhaust", **values)
    assert (journey.complaint.state, journey.complaint.outcome) == ("evaluating", "exhausted")
