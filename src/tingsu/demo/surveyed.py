"""The survey of satisfaction that the demo's centre is holding: drawn, asked by letter, two in three have answered (SC-05)."""

import random
from datetime import datetime, timedelta

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.satisfaction import answering, inviting
from tingsu.satisfaction.models import Invitation

KEY, SEED = "survey:process", "tingsu-survey"
SIZE, ANSWER = 60, 0.68
AGO = 9
"""So many days ago it began to ask."""
TIMELINESS, EFFECT, ATTITUDE, REDRESS = (1, 2, 3, 4, 4, 5, 5), (2, 3, 4, 4, 5, 5), (3, 4, 5, 5, 5), (1, 2, 3, 4, 4, 5)
WORDS = (
    "回电很及时，处理人员说得清楚。",
    "钱是退了，但中间等了一个多星期没有消息。",
    "希望第一次来电就能查到进度，不用反复说明。",
    "态度很好，补偿比预想的少。",
)
"""What every sixth wrote beside the scale."""


def tell(staff: Staff, *, until: datetime) -> None:
    """Plan, draw, ask, and let people answer, each on its day; once."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return
    zone = current_organisation().time_zone
    began = at_desk(until - timedelta(days=AGO), "centre")
    last = local(began, zone).date() - timedelta(days=1)
    register, quality = registers()[inviting.SURVEY], staff.actor("quality_head")
    values = {
        "title": "近三个月投诉处理满意度", "questionnaire": "process", "method": "link", "size": SIZE, "every": "quarterly",
        "first_on": (last - timedelta(days=92)).isoformat(), "last_on": last.isoformat(),
    }  # fmt: skip
    from tingsu.demo.builder import whole_life

    with whole_life():
        with travel_to(began):
            entry = open_entry(actor=quality, register=register, opening=Opening(values=values))
            BuiltCase(key=KEY, complaint_id=entry.pk).save(force_insert=True)
            try:
                entry = take_step(actor=quality, entry=entry, register=register, step="draw")
                end = (last + timedelta(days=15)).isoformat()
                entry = take_step(actor=quality, entry=entry, register=register, step="ask", values={"until": end})
            except ConditionsUnmet:
                return  # nobody was told a result yet: in a demo of a few cases the survey stays planned
            inviting.invite_all(entry.pk)
        chance = random.Random(SEED)  # noqa: S311 an invented answer
        form = answering.questionnaire_of(entry)
        for number, pk in enumerate(
            Invitation.objects.filter(entry=entry, state=Invitation.State.INVITED)
            .order_by("place")
            .values_list("pk", flat=True)
        ):
            if chance.random() > ANSWER:
                continue
            typed = {
                "x-timeliness": str(chance.choice(TIMELINESS)), "x-effectiveness": str(chance.choice(EFFECT)),
                "x-attitude": str(chance.choice(ATTITUDE)), "x-redress": str(chance.choice(REDRESS)),
                "x-again": str(int(chance.random() < 0.8)), "comment": WORDS[number // 6 % len(WORDS)] if number % 6 == 0 else "",
            }  # fmt: skip
            with travel_to(began + timedelta(days=chance.randint(0, 6), hours=chance.randint(1, 9))):
                answering.answer(pk, answering.read(form, typed))
        with travel_to(began + timedelta(days=7)):
            inviting.remind_all()
