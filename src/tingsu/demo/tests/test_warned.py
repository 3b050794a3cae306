"""The demo's burst is caught by its rule on the morning after, and is closed with its effect by somebody who did not act (MO-02, MO-03)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tingsu.clocks.models import Promise
from tingsu.demo import company, warned
from tingsu.demo.plans import KETTLE
from tingsu.demo.staff import Staff
from tingsu.figures import folding
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.clock import travel_to
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.warning.models import Alarm


def kettle(staff: Staff, at: datetime, number: int, product: str = KETTLE) -> None:
    with travel_to(at):
        register_complaint(
            actor=staff.actor("head"),
            intake=read_intake(
                {
                    "kind": "complaint", "problem_type": "consumer", "mode": "phone", "channel": "hotline", "product": product, "summary": "壶底脱落",
                    "description": f"第 {number} 只壶底脱落，热水烫到手", "phone": f"1380000{1000 + number}", "name": f"王{number}",
                    "province": "33", "categories": ["5"], "remedy_requested": "yes", "received_at": at.isoformat(),
                    "demands": [{"kind": "refund"}], "occurred_on": at.date().isoformat(),
                }
            ),
        )  # fmt: skip


@pytest.mark.req("MO-03")
def test_the_burst_is_told_once_and_ends_with_its_effect(demo: tuple[Any, datetime]) -> None:
    staff, present = Staff(), company.present()
    begun = (present - timedelta(days=12)).replace(hour=7)
    assert warned.tell(staff, until=present) is None, "without a burst there is nothing to tell"
    for back in range(70, 14, -7):
        kettle(staff, begun - timedelta(days=back), back, "别的商品")
    for number in range(5):
        kettle(staff, begun + timedelta(hours=2 * number), number)
    entry = warned.tell(staff, until=present)
    assert entry is not None
    assert warned.tell(staff, until=present) is None
    told = entry.written_or_none() or {}
    assert entry.state == "closed"
    assert KETTLE in told["what"]
    assert (told["cause"], told["measure"], told["effect"]) == (warned.CAUSE, warned.MEASURE, warned.EFFECT)
    alarm = Alarm.objects.get(entry_id=entry.pk)
    assert (alarm.count, alarm.stream) == (5, "problem")
    folding.fold_moved()
    mine = Promise.objects.filter(stream_id=entry.pk)
    assert [one.ending for one in mine] == ["met"]
    assert [one.sentence for one in verify_organisation(Tally())] == []
