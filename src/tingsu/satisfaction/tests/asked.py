"""Surveys of one complainant where tests begin: planned, and asked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import override_settings

from tests.cast import Cast
from tests.standing import kept
from tingsu.aftercare.tests.rounds import notified
from tingsu.kernel.clock import local_date, travel_to
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.satisfaction import inviting, links
from tingsu.satisfaction.models import Invitation
from tingsu.settlement.tests.journey import Journey

State = Invitation.State
MAIL = override_settings(DEMO=True)
"""Letters leave, into the mail room."""


@dataclass
class Survey:
    """A survey with the case that it asks about."""

    journey: Journey
    entry: Entry

    def at(self, days: int = 0) -> Any:
        return travel_to(self.journey.at + timedelta(days=days))

    def step(self, name: str, who: Any = None, **given: Any) -> Entry:
        person = who or self.journey.cast.qa
        self.entry = take_step(
            actor=person.actor, entry=self.entry, register=registers()["survey"], step=name, values=given
        )
        return self.entry

    @property
    def row(self) -> Invitation:
        return Invitation.objects.select_related("entry", "complaint").get(entry=self.entry)

    @property
    def path(self) -> str:
        return f"/q/{links.token_of(self.row.pk)}/"


def plan(cast: Cast, on: Any, **more: Any) -> Entry:
    day = local_date(on, "Asia/Shanghai")
    values = {
        "title": "十一月投诉处理满意度", "questionnaire": "process", "method": "link", "first_on": (day - timedelta(days=5)).isoformat(),
        "last_on": day.isoformat(), **more,
    }  # fmt: skip
    return open_entry(actor=cast.qa.actor, register=registers()["survey"], opening=Opening(values=values))


@kept
def planned(cast: Cast, **more: Any) -> Survey:
    journey = notified(cast, email="chen.xiaoyu@example.com")
    with travel_to(journey.at):
        return Survey(journey, plan(cast, journey.at, **more))


@kept
def asked(cast: Cast, **more: Any) -> Survey:
    """Begun: the one complainant was invited, by letter or for a call."""
    survey = planned(cast, **more)
    with survey.at(), MAIL:
        survey.step("draw")
        survey.step("ask", until=(local_date(survey.journey.at, "Asia/Shanghai") + timedelta(days=14)).isoformat())
        inviting.invite_all(survey.entry.pk)
    return survey


ANSWERS = {
    "x-timeliness": "5",
    "x-effectiveness": "4",
    "x-attitude": "5",
    "x-redress": "2",
    "x-again": "1",
    "comment": "回访很及时。",
}
