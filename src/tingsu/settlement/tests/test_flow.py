"""How long money takes by each means, and what is proposed to be dropped (RM-17)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.files import store
from tingsu.kernel.clock import local_date, travel_to
from tingsu.settlement import flow
from tingsu.settlement.flow import Flow, flow_words, flows, proposals
from tingsu.settlement.models import Payment
from tingsu.settlement.tests.test_payments import executing

pytestmark = pytest.mark.req("RM-17")


def test_days_steps_and_papers_are_measured_by_means(cast: Cast) -> None:
    first, item = executing(cast, 1_500_00)
    slip = store.keep("invoice.txt", b"invoice", actor=first.owner.actor)
    first.step(first.owner, "ask_payment", item=item, means="original", files=[str(slip.pk)])
    row = Payment.objects.get()
    first.step(cast.supervisor, "order_payment", payment=str(row.pk))
    first.step(first.owner, "finish_item", item=item, proof="回单", paid=1_500_00, means="original")
    first.wait(days=4).step(first.party("complainant"), "confirm_receipt", arrived="yes", text="")
    second, other = executing(cast, 20_00, phone="13800004401")
    second.step(second.owner, "finish_item", item=other, proof="回单", paid=20_00, means="wallet")
    with travel_to(first.at):
        found = flows(first.at)
        with CaptureQueriesContext(connection) as asked:
            flows(first.at)
    assert (found["original"].steps, found["original"].papers, found["original"].days) == ([3], [1], [4])
    assert (found["wallet"].steps, found["wallet"].papers, found["wallet"].paid) == ([1], [0], 1)
    assert found["wallet"].days == [1], "by the day on which these means bring it, as nobody has said otherwise"
    assert len(asked) <= 5
    paid = Payment.objects.get(pk=row.pk)
    assert paid.arrives_on is not None
    assert (found["original"].answered, found["original"].late, found["wallet"].answered) == (1, 0, 0)
    for days, late in ((2, 0), (3, 1)):
        Payment.objects.filter(pk=row.pk).update(
            arrives_on=local_date(first.at, "Asia/Shanghai") - timedelta(days=days)
        )
        assert flows(first.at)["original"].late == late, "two days after the day that was told are nobody's fault"
    assert flows(first.at + timedelta(days=flow.DAYS + 5)) == {}
    assert flows(first.at - timedelta(days=30)) == {}, "what was paid later is no part of an earlier look"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Flow(paid=5, days=[3] * 5, applied=5), {"5"}), (Flow(paid=5, days=[3] * 5, applied=4), set()),
        (Flow(paid=5, days=[3] * 5, applied=5, returned=1), set()), (Flow(paid=5, days=[30] * 5), set()),
        (Flow(paid=5, days=[8] * 5, answered=6, late=3), set()), (Flow(paid=5, days=[8] * 5, answered=5, late=3), {"5"}),
        (Flow(paid=5, days=[8] * 5, answered=4, late=4), set()),
        (Flow(paid=5, days=[3] * 5, papers=[1] * 5), {""}), (Flow(paid=5, days=[3] * 5, missing=2), {"2"}),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_what_seems_to_be_done_for_nothing_is_proposed_to_be_dropped(cast: Cast, known: Flow, said: set[str]) -> None:
    lines = proposals("original", "原路退回", known)
    assert len(lines) == len(said)
    assert all(words in line for words, line in zip(said, lines, strict=True))


@pytest.mark.parametrize(("paid", "whole"), [(4, False), (5, True)])
@pytest.mark.django_db
def test_below_five_payments_only_their_number_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, paid: int, whole: bool
) -> None:
    known = Flow(paid=paid, days=[17] * paid, steps=[3] * paid, papers=[0] * paid, returned=1)
    monkeypatch.setattr(flow, "flows", lambda at: {"original": known})
    lines: list[Any] = flow_words()
    assert any("17" in line for line in lines) is whole
    assert str(paid) in lines[0]
