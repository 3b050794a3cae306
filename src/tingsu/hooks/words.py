"""What may be subscribed to, and codes of subscriptions in words."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Label, event_kinds
from tingsu.kernel.kinds import kind as kind_of_thing
from tingsu.registers.declaration import registers

COMPLAINT = "complaint"
BESIDE: dict[str, Label] = {
    "promise": pgettext_lazy("hook", "Time limits"),
    "escalation": _("Escalations"),
    "letter": _("Letters"),
}
"""Events that stand in the history of a complaint or an entry under a name of their own."""

WHY_PAUSED: dict[str, Label] = {
    "by_hand": pgettext_lazy("hook", "Somebody paused it."),
    "failing": pgettext_lazy("hook", "Nothing arrived for days."),
    "gone": pgettext_lazy("hook", "The other side says that the address is gone for good."),
    "owner_left": pgettext_lazy("hook", "Who answers for it works here no more, or may not manage programs any more."),
}
WHY_NOT_SENT: dict[str, Label] = {
    "stays_here": _("Nothing leaves this installation: it would have been sent."),
    "refused": _("The other side refused it."),
    "not_made": _("No message could be made of this event; whoever runs this installation finds why in its log."),
}


def subscribable() -> dict[str, str]:
    """Every kind of event that may be subscribed to, and each kind of thing as a whole, in the reader's language."""
    things: dict[str, Label] = {COMPLAINT: kind_of_thing(COMPLAINT).many}
    things |= BESIDE | {name: kind_of_thing(name).many for name in sorted(registers())}
    of_thing: dict[str, list[EventKind]] = {}
    for one in event_kinds().values():
        of_thing.setdefault(one.name.partition(".")[0], []).append(one)
    found = {}
    for thing, many in things.items():
        if thing in of_thing:
            found[f"{thing}.*"] = str(many)
            found |= {one.name: _said(one) for one in of_thing[thing]}
    return found


def said_of(name: str) -> str:
    """What happened, without what stood in its places: those may name people."""
    kind = event_kinds().get(name)
    return name if kind is None else _said(kind)


def _said(kind: EventKind) -> str:
    return re.sub(r"%\(\w+\)s", "…", str(kind.words))


def wanted(kinds: Iterable[str], name: str) -> bool:
    """Do these names of a subscription name an event? The database asks the same (migration 0002)."""
    return bool({name, f"{name.partition('.')[0]}.*"} & set(kinds))
