"""The twenty-one timers of the process (process.md §5): what each is called and what starts and stops it.

The process decides when a timer starts and stops; how long it may take is the policy's business (`policy.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Timer(StrEnum):
    """Code of a timer, as in the process."""

    T01 = "T01"
    T02 = "T02"
    T03 = "T03"
    T04 = "T04"
    T05 = "T05"
    T06 = "T06"
    T07 = "T07"
    T08 = "T08"
    T09 = "T09"
    T10 = "T10"
    T11 = "T11"
    T12 = "T12"
    T13 = "T13"
    T14 = "T14"
    T15 = "T15"
    T16 = "T16"
    T17 = "T17"
    T18 = "T18"
    T19 = "T19"
    T20 = "T20"
    T21 = "T21"


@dataclass(frozen=True, slots=True)
class About:
    """What a timer is: its name, what starts it, what stops it, the clause behind it.

    ``dated`` timers end on a date that somebody named (a promise, an item's date, an outside body) and have no limit
    in the policy. ``owed_by_us`` is False where the limit is the complainant's or the parties' own.
    """

    name: str | Promise
    starts: str | Promise
    stops: str | Promise
    source: str
    dated: bool = False
    owed_by_us: bool = True


ABOUT: dict[Timer, About] = {
    Timer.T01: About(
        _("Acknowledgement"),
        _("registration"),
        _("acknowledgement issued"),
        "SZ 6(4); CTS 8.2 c",
    ),
    Timer.T02: About(
        _("Urgent response"),
        _("receipt, or when the urgent mark was set later"),
        _("first contact by a person, an attempt, or a measure recorded"),
        "SVC 1.3.2; CTS 8.2 b",
    ),
    Timer.T03: About(_("First reply"), _("receipt"), _("first reply given"), "ISC 9.1.1.2, 9.1.1.3"),
    Timer.T04: About(
        _("Handling started"),
        _("receipt"),
        _("accepted by a handler, solved directly, or found not ours"),
        "SVC 1.3.2",
    ),
    Timer.T05: About(
        _("Push to the investigation group"),
        _("registration completed"),
        _("record pushed, or no investigation needed"),
        "SVC 3.2.1",
    ),
    Timer.T06: About(
        _("Contact by a dedicated person"), _("promise given at intake"), _("contact by a person"), "SVC 3.1.2"
    ),
    Timer.T07: About(
        _("Progress feedback"),
        _("receipt, then each feedback"),
        _("feedback given, or complaint closed"),
        "ISC 9.1.2; SZ 6(3)",
    ),
    Timer.T08: About(
        _("Promised date"),
        _("feedback that named a date"),
        _("feedback given before the date"),
        "ISC 9.1.2; SZ 6(3)",
        dated=True,
    ),
    Timer.T09: About(_("High-risk report upward"), _("graded high-risk"), _("report delivered"), "ISC 8.2.2"),
    Timer.T10: About(
        _("Pre-handling plan and emergency script"),
        _("reported as high-risk"),
        _("plan and script adopted"),
        "ISC 8.2.2",
    ),
    Timer.T11: About(
        _("Solution for a repeated complaint"),
        _("supervision started"),
        _("solution sent, answered, solved directly, or found not ours"),
        "SVC 3.1.3",
    ),
    Timer.T12: About(_("Department answer"), _("task given"), _("answer given"), "ISC 8.3.2"),
    Timer.T13: About(
        pgettext_lazy("timer", "Investigation"),
        _("case accepted, or investigation taken up again"),
        _("verdict given"),
        "CTS 8.1 b1",
    ),
    Timer.T14: About(
        _("Solution sent"),
        _("complaint founded, or negotiation taken up again"),
        _("solution sent to the parties"),
        "CTS 8.1 b1; SZ 6(7), 6(8)",
    ),
    Timer.T15: About(_("Answer given"), _("verdict given"), _("answer delivered"), "ISC 9.1.2, 9.2.3"),
    Timer.T16: About(
        _("Opinion of the parties"),
        _("solution sent or answer delivered"),
        _("opinions recorded"),
        "SZ 6(8)",
        owed_by_us=False,
    ),
    Timer.T17: About(
        _("Execution of a measure"),
        _("agreement reached, or decision of an outside body"),
        _("measure verified"),
        "ISC 9.4.2",
        dated=True,
    ),
    Timer.T18: About(
        _("Outside deadline"),
        _("outside case registered"),
        _("reply to the outside body"),
        "ISC 7.1.2.4",
        dated=True,
    ),
    Timer.T19: About(
        _("Review of an open refusal"),
        _("solution or result refused"),
        _("negotiation, outside decision, or all ways used"),
        "SZ 6(9)",
    ),
    Timer.T20: About(_("Callback"), _("measures verified, or answer settled"), _("complaint closed"), "CTS 8.6 b"),
    Timer.T21: About(_("Archive"), _("complaint closed"), _("file archived"), "ISC 9.6.5"),
}


def timer_name(code: str) -> str | Promise:
    """The name of a timer in the reader's language."""
    return ABOUT[Timer(code)].name
