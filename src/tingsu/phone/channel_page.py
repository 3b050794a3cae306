"""On the page of a hotline: its answer rate, with what stands behind it, and its telephone system (KP-03)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tingsu.intake.availability import months_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import Can, may
from tingsu.phone import figures, lines
from tingsu.phone.figures import AnswerRate
from tingsu.phone.models import Line
from tingsu.registers.added import Part, add_part
from tingsu.registers.models import Entry


@dataclass(frozen=True)
class Month:
    """The rate of a month, and where the calls behind it stand."""

    since: Any
    rate: AnswerRate


def context(actor: Actor, entry: Entry) -> dict[str, Any] | None:
    """Nothing for a channel in which nobody is asked for a person."""
    if not lines.tells_calls(entry):
        return None
    months = [
        Month(since, figures.answer_rate(entry.pk, since, until))
        for since, until in months_of(now(), current_organisation().time_zone)
    ]
    return {
        "by_telephone": lines.is_hotline(entry),
        "months": months,
        "above": figures.ABOVE,
        "quick": figures.QUICK,
        "calls_url": f"{reverse('registers:list', args=['call'])}?channel={entry.pk}",
        "line": Line.objects.filter(channel_id=entry.pk).first(),
        "settings_url": reverse("phone:line", args=[entry.number]) if may(actor, Can.SETTINGS) else "",
    }


add_part("channel", Part(template="phone/channel.html", context=context))
