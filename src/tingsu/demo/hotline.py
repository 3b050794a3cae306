"""The demo's hotline: calls as its telephone system tells them. Most are answered; who reached nobody waits to be called back."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tingsu.complaints.actions import take_step as take_case_step
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import OPEN_STATES, Mode, PartyRole
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.phone import lines
from tingsu.phone.lines import Hotline
from tingsu.phone.models import Call
from tingsu.phone.reading import read_event
from tingsu.phone.taking import take_all
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "hotline:calls"
DAYS, A_DAY = 33, 1
AGENTS = ("8001", "8002", "8005", "8007")
MISSED = "13900007321"
"""Rang twice this morning and reached nobody: the task waits for whoever looks."""
RETURNED = "13700004410"
"""Rang in the night and was called back in the morning."""
THROUGH = "13600009058"
"""Gave up, and got through by themselves half an hour later."""


def tell(staff: Staff, *, until: datetime) -> None:
    """Every call that is not there yet, at its own hour. Can be called again."""
    from tingsu.demo.builder import whole_life

    found = next((one for one in lines.hotlines() if one.works and one.by_telephone), None)
    if found is None or BuiltCase.objects.filter(key=KEY).exists():
        return
    with whole_life():
        with travel_to(until - timedelta(days=DAYS + 1)):
            lines.make_secret(staff.actor("head"), found)
        for number, (at, told) in enumerate(_calls(until)):
            _ring(found, f"demo-{number}", at, told)
        _call_back(staff, until)
        _link(staff, found, until)
        BuiltCase(key=KEY, complaint_id=found.entry.pk).save(force_insert=True)


Course = list[tuple[str, float, dict[str, Any]]]
"""Kind, seconds after it rang, and what else is told."""


def _calls(until: datetime) -> Iterator[tuple[datetime, Course]]:
    dice = random.Random("hotline")  # noqa: S311 a story's dice
    for day in range(DAYS, 0, -1):
        for _one in range(A_DAY):
            at = until - timedelta(days=day, minutes=dice.randint(5, 400))
            number = f"138{dice.randint(0, 99_999_999):08d}"
            waited, spoken = dice.randint(6, 55), dice.randint(70, 520)
            if dice.random() < 0.07:
                yield at, [("offered", 0, {"number": number}), ("ended", 20, {"while": "menu"})]
            else:
                yield at, [*_asked(number), *_answered(dice.choice(AGENTS), 8 + waited, spoken)]
    yield until - timedelta(hours=30), [("offered", 0, {"number": RETURNED}), ("abandoned", 41, {"while": "closed"})]
    yield until - timedelta(hours=7), [*_asked(THROUGH), ("abandoned", 95, {})]
    yield until - timedelta(hours=6, minutes=28), [*_asked(THROUGH), *_answered("8002", 31, 240)]
    yield until - timedelta(minutes=80), [*_asked(MISSED), ("abandoned", 63, {})]
    yield until - timedelta(minutes=44), [*_asked(MISSED), ("abandoned", 118, {})]


def _asked(number: str) -> Course:
    return [("offered", 0, {"number": number}), ("queued", 8, {})]


def _answered(agent: str, after: float, spoken: float) -> Course:
    recording = {"recording": f"rec/{agent}-{int(after * 97 + spoken)}"}
    return [
        ("answered", after, {"agent": agent}),
        ("ended", after + spoken, {}),
        ("recording", after + spoken + 20, recording),
    ]


def _ring(found: Hotline, ref: str, at: datetime, course: Course) -> None:
    """One call, told when it was over."""
    over = at + timedelta(seconds=max(after for _kind, after, _more in course) + 1)
    events = [
        {"id": f"{ref}-{kind}", "call": ref, "kind": kind, "at": (at + timedelta(seconds=after)).isoformat(), **more}
        for kind, after, more in course
    ]
    with travel_to(over):
        take_all(found.entry.pk, [read_event(one, at=over) for one in events])


def _call_back(staff: Staff, until: datetime) -> None:
    """The night's caller was reached at the second attempt."""
    task = (
        Entry.objects.select_related("stream")
        .filter(register="missed_call", state="open")
        .order_by("opened_at")
        .first()
    )
    if task is None or task.owner_id is None:
        return
    actor, register = staff.actor(staff.key_of(task.owner_id)), registers()["missed_call"]
    for hours, step, values in (
        (21, "try", {"tried": "no_answer", "words": "响铃无人接听"}),
        (20, "reach", {"words": "客户想问退货运费由谁承担，已说明由我方承担，客户表示清楚了。"}),
    ):
        row = Entry.objects.select_related("stream").get(pk=task.pk)
        with travel_to(until - timedelta(hours=hours)):
            take_step(actor=actor, entry=row, register=register, step=step, values=values)


def _link(staff: Staff, found: Hotline, until: datetime) -> None:
    """A complaint that came by telephone, with the call in which it was told."""
    at = until - timedelta(minutes=5)
    rows = Complaint.objects.select_related("stream").filter(mode=Mode.PHONE, state__in=OPEN_STATES, received_at__lt=at)
    for complaint in rows.order_by("-received_at")[:20]:
        party = Party.objects.filter(complaint=complaint, role=PartyRole.COMPLAINANT).first()
        if party is None or not party.phone or Event.objects.filter(stream_id=complaint.pk, at__gte=at).exists():
            continue
        ref = "demo-told"
        _ring(
            found,
            ref,
            complaint.received_at - timedelta(seconds=70),
            [*_asked(party.text("phone")), *_answered("8001", 22, 410)],
        )
        entry = Entry.objects.get(pk=Call.objects.get(ref=ref).entry_id)
        with travel_to(at):
            actor = staff.actor(staff.key_of(complaint.owner_id))
            take_case_step(actor=actor, complaint_id=complaint.pk, step="link_call", values={"call": entry.number})
        return
