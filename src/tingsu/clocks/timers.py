"""The catalogue of timers: each app declares in its `timers.py` what limits it starts and stops, and on which kind of thing.

The process decides when a timer starts and stops; how long it may take is the policy's business (`policy.py`), which
ships with the limits declared here.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit

Label = str | Promise
BREACH_ACTIONS = ("alert", "escalate")
DEFAULT_WARNINGS = (50, 80)
STRICTEST = "strictest"
"""The profile that a new organisation starts with: the shortest time and the wider duty of all documents (§31.1)."""
_NAME = re.compile(r"[a-z][a-z_]{1,39}")


class UnknownTimer(LookupError):
    """Code started or named a timer that no app declares, or declared one twice: a defect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One line that ships: how long a timer may take, in which cases, and where that stands."""

    amount: int
    unit: Unit
    basis: str
    ours: bool = False
    """No document gives this value."""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on_breach: tuple[str, ...] = BREACH_ACTIONS
    profile: str = STRICTEST
    """Whose line it is: a profile without lines of its own takes those of the strictest (§31.1, the dashes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension of a running limit, as its explanation tells it: who asked and who allowed it, and what the complainant was told."""

    at: datetime
    before: datetime
    after: datetime
    asked_by: str
    allowed_by: str
    reason: str
    told_by: str
    """How the letter stands, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerKind:
    """What a timer is: its name, the kind of thing it runs on, what starts it, what stops it, the clause behind it."""

    name: str
    of: str
    """The kind of stream, such as `complaint`."""
    label: Label
    starts: Label
    stops: Label
    source: str
    code: str = ""
    """Its number in the specification of the process (T03), where it has one."""
    dated: bool = False
    """It ends on a date that somebody named (a promise, an item's date, an outside body) and has no limit in the policy."""
    owed_by_us: bool = True
    """False where the time is somebody else's own: its end is no breach of ours."""
    conditions: tuple[str, ...] = ()
    """Restricted conditions of its thing that a line about this timer may ask, beside those that every line may."""
    limits: tuple[Limit, ...] = ()
    optional: bool = False
    """It runs only where the policy has a line that holds for the case: no document asks everybody for it, a rule pack may."""
    extendable: bool = False
    """Its lines may say to what it can be extended."""
    extensions: Callable[[Any], Sequence[Extension]] | None = None
    """The extensions of one of its promises, from the app that grants them."""
    ended: Callable[[uuid.UUID, datetime], None] | None = None
    """What else ends with one of its promises, in the same transaction: once it is kept, missed or cancelled."""
    lapsed: Label = ""
    """What is said when it runs out and is not owed by us; empty says that nobody answered."""

    @property
    def title(self) -> str:
        """Number and name, as settings show it."""
        return f"{self.code} {self.label}".strip()


_timers: dict[str, TimerKind] = {}


def declare(*kinds: TimerKind) -> None:
    """Add timers to the catalogue, once each, when the app loads. Raises UnknownTimer."""
    for kind in kinds:
        if kind.name in _timers or not _NAME.fullmatch(kind.name):
            raise UnknownTimer(f"timer {kind.name!r} has two owners or no readable name")
        general = {limit.profile for limit in kind.limits if not limit.when}
        if kind.optional and kind.limits:
            raise UnknownTimer(
                f"timer {kind.name} is optional: its limits come from a rule pack or from the organisation"
            )
        if (not kind.optional and kind.dated == (STRICTEST in general)) or not {
            limit.profile for limit in kind.limits
        } <= general:
            raise UnknownTimer(f"timer {kind.name} needs either a limit for every case or dates that somebody names")
        _timers[kind.name] = kind


def timer(name: str) -> TimerKind:
    """The declaration of a timer. Raises UnknownTimer."""
    try:
        return _timers[name]
    except KeyError:
        raise UnknownTimer(name) from None


def timers(of: str | None = None) -> dict[str, TimerKind]:
    """Every timer by name, or those of one kind of thing: numbered ones first, in the order of their numbers."""
    found = [kind for kind in _timers.values() if of is None or kind.of == of]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: (not kind.code, kind.code))}


def lapse_words(name: str) -> Label:
    """What is said when a time that is not ours has run out."""
    return (_timers[name].lapsed if name in _timers else "") or _("No answer within the period")


def timer_name(name: str) -> Label:
    """The name of a timer in the reader's language; what no app declares any more shows its code."""
    return _timers[name].label if name in _timers else name
