"""The demo's hotline: calls of a month, one that waits to be called back, one that is linked with the complaint told in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tingsu.demo import company, hotline
from tingsu.demo.staff import Staff
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.clock import travel_to
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.phone import figures, lines
from tingsu.phone.calls import calls_of
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry


@pytest.mark.req("IG-04", "KP-03", "IN-06", "RG-19")
def test_a_months_calls_lie_in_the_demo_as_the_telephone_system_told_them(demo: tuple[Any, datetime]) -> None:
    until, staff = company.present(), Staff()
    with travel_to(until - timedelta(hours=40)):
        values = {
            "title": "400 客服热线", "kind": "hotline", "mode": "phone", "hours": "每天 8–22 时", "interval": "weekly",
            "tested_on": f"{until - timedelta(days=3):%Y-%m-%d}", "result": "接通",
        }  # fmt: skip
        open_entry(actor=staff.actor("head"), register=registers()["channel"], opening=Opening(values=values))
        given = {
            "kind": "complaint", "problem_type": "product", "mode": "phone", "channel": "hotline", "description": "净水器漏水", "name": "窦小满",
            "phone": "13800001234", "record_confirmed": "yes",
        }  # fmt: skip
        complaint = register_complaint(actor=staff.actor(staff.intake[0]), intake=read_intake(given)).complaint
    for _time in range(2):
        hotline.tell(staff, until=until)
    tasks = Entry.objects.filter(register="missed_call")
    assert sorted(tasks.values_list("state", flat=True)) == ["got_through", "open", "reached"]
    assert tasks.get(state="open").codes["times"] == 2
    [told] = calls_of(staff.actor("head"), complaint)
    assert told.started_at is not None
    assert told.started_at < complaint.received_at
    [found] = [one for one in lines.hotlines() if one.by_telephone]
    rate = figures.answer_rate(found.entry.pk, until - timedelta(days=60), until)
    assert rate.enough
    assert (rate.missed, rate.closed) == (3, 1)
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
