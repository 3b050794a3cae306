"""Returns, exchanges and refunds: a time limit of their own for each product type, told, warned, missed, explained (SL-17, IN-12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast
from tingsu.casework.tests.cases import answered
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.models import Promise
from tingsu.clocks.profiles import strictest
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.settlement.tests import journey
from tingsu.settlement.tests.journey import MONDAY
from tingsu.triage.tests.cases import registered, step

DAY = timedelta(days=1)
REST = timedelta(hours=14)
"""What was left of the Monday: days end at midnight."""


def limits(complaint: Complaint) -> list[Promise]:
    return list(Promise.objects.filter(stream_id=complaint.pk, kind="after_sales").order_by("pk"))


def of(cast: Cast, product_type: str, *demands: str) -> Complaint:
    with travel_to(MONDAY):
        return registered(cast.frontline, product_type=product_type, demands=[{"kind": one} for one in demands])


@pytest.mark.req("SL-17", "IN-12")
@pytest.mark.parametrize(
    ("product_type", "demands", "days"),
    [
        ("food", ["refund"], 7),
        ("fresh", ["refund"], 2),
        ("digital", ["exchange"], 3),
        ("furniture", ["apology", "refund"], 10),
        ("appliance", ["refund", "compensation"], 10),
        ("food", ["apology", "repair"], None),
        ("food", [], None),
        ("", ["refund"], None),
    ],
)
def test_each_product_type_has_its_own_limit_from_receipt_once_a_return_is_asked_for(
    cast: Cast, product_type: str, demands: list[str], days: int | None
) -> None:
    complaint = of(cast, product_type, *demands)
    assert [one.due_at - complaint.received_at for one in limits(complaint)] == ([days * DAY + REST] if days else [])


@pytest.mark.req("SL-17")
def test_a_limit_of_a_type_is_changed_in_the_settings_and_holds_for_the_next_case(cast: Cast) -> None:
    before = of(cast, "clothing", "refund")
    body = strictest()
    body["rules"].append({
        "timer": "after_sales", "when": {"product_type": ["clothing", "books"]}, "amount": 4, "unit": "day",
        "warn_at": [50], "on_breach": ["alert"], "basis": "", "ours": True,
    })  # fmt: skip
    with travel_to(MONDAY):
        publish_time_limits(actor=cast.top_mgmt.actor, body=body)
    assert [one.due_at for one in limits(before)] == [MONDAY + 7 * DAY + REST]
    assert [one.due_at for one in limits(of(cast, "clothing", "refund"))] == [MONDAY + 4 * DAY + REST]
    assert [one.due_at for one in limits(of(cast, "fresh", "refund"))] == [MONDAY + 2 * DAY + REST]


@pytest.mark.req("SL-17")
def test_it_warns_is_missed_with_an_alert_climbs_and_is_explained_in_both_languages(cast: Cast) -> None:
    driver = journey.Journey(cast, of(cast, "fresh", "refund"))
    (promise,) = limits(driver.complaint)
    driver.sweep(MONDAY + 2 * DAY + REST + timedelta(minutes=1))
    mine = [
        one.kind
        for one in Event.objects.filter(stream_id=driver.complaint.pk, data__promise=str(promise.pk)).order_by("seq")
    ]
    assert mine == ["promise.warned", "promise.warned", "promise.breached", "promise.escalated", "complaint.escalated"]
    alerted = Notice.objects.filter(stream_id=driver.complaint.pk, kind="promise.breached")
    told = {one.member_id for one in alerted if one.data.get("kind") == "after_sales"}
    assert told == {cast.frontline.id, cast.supervisor.id}
    promise.refresh_from_db()
    assert promise.breached_at == promise.due_at == MONDAY + 2 * DAY + REST
    for language, words in (
        ("zh-hans", ("退货、换货或退款", "生鲜", "2 天")),
        ("en", ("Return, exchange", "Fresh food", "2 calendar days")),
    ):
        with translation.override(language):
            told_as = explain_promise(promise)
            said = f"{told_as.name} {told_as.condition} {told_as.limit}"
        assert all(word in said for word in words), said


def at_once(cast: Cast, complaint: Complaint) -> None:
    driver = journey.Journey(cast, complaint)
    driver.step(cast.frontline, "assess_and_grade", **journey.ASSESSMENT)
    driver.step(
        cast.frontline, "solve_directly", solution="原路退款。", bases=["rule.compensation"], accepted_by="同意", proof="流水"
    )  # fmt: skip


@pytest.mark.req("SL-17")
def test_it_ends_when_the_case_is_solved_at_once_carried_out_or_answered(cast: Cast) -> None:
    direct = of(cast, "food", "refund")
    at_once(cast, direct)
    done = journey.handled(cast, product_type="food")
    assert [one.ended_at for one in limits(done.complaint)] == [None]
    done.evaluated()
    refused = answered(cast, registered(cast.frontline, product_type="food"))
    assert [one.ended_at for one in limits(refused)] == [None]
    step(cast.specialist, refused, "answer_settled", reaction="accepted", calming="理解")
    for one in (direct, done.complaint, refused):
        assert [promise.ending for promise in limits(one)] == ["met"]
    assert not list(verify_organisation(Tally()))


@pytest.mark.req("SL-17", "RG-16")
def test_another_type_is_counted_anew_from_receipt_and_none_ends_it(cast: Cast) -> None:
    complaint = of(cast, "", "refund")
    for product_type, due in (("furniture", 10), ("fresh", 2), ("", None)):
        with travel_to(MONDAY + timedelta(hours=1)):
            step(cast.frontline, complaint, "correct_record", product_type=product_type, reason="记错")
        running = [one.due_at - MONDAY for one in limits(complaint) if one.is_open]
        assert running == ([due * DAY + REST] if due else [])
    assert [one.ending for one in limits(complaint)] == ["cancelled", "cancelled"]
    other = of(cast, "food", "refund")
    step(cast.frontline, other, "correct_record", product="面包", reason="补记")
    assert [one.is_open for one in limits(other)] == [True], "what is not about the type leaves it alone"
    assert not list(verify_organisation(Tally()))


@pytest.mark.req("SL-17")
def test_case_queue_and_filter_show_it(cast: Cast, sign_in: Callable[..., Client]) -> None:
    fresh, food = of(cast, "fresh", "refund"), of(cast, "food", "refund")
    client = sign_in(cast.frontline)
    with travel_to(MONDAY + timedelta(hours=1)):
        page = client.get(reverse("desk:case", args=[fresh.number])).content.decode()
        assert "退货、换货或退款" in page
        assert "生鲜" in page
        shown = client.get(reverse("desk:queue"), {"view": "all", "product_type": "fresh"})
    numbers: list[Any] = [row.number for group in shown.context["groups"] for row in group["rows"]]
    assert numbers == [fresh.number]
    assert food.number not in numbers
