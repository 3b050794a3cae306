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
    """The readable name of a timer; its number in the process is `ABOUT[timer].code`."""

    ACKNOWLEDGEMENT = "acknowledgement"
    URGENT_RESPONSE = "urgent_response"
    FIRST_REPLY = "first_reply"
    HANDLING_START = "handling_start"
    PUSH_TO_INVESTIGATION = "push_to_investigation"
    DEDICATED_CONTACT = "dedicated_contact"
    PROGRESS_FEEDBACK = "progress_feedback"
    PROMISED_DATE = "promised_date"
    HIGH_RISK_REPORT = "high_risk_report"
    PRE_PLAN = "pre_plan"
    REPEAT_SOLUTION = "repeat_solution"
    DEPARTMENT_ANSWER = "department_answer"
    INVESTIGATION = "investigation"
    SOLUTION = "solution"
    ANSWER = "answer"
    PARTIES_OPINION = "parties_opinion"
    EXECUTION = "execution"
    OUTSIDE_DEADLINE = "outside_deadline"
    REFUSAL_REVIEW = "refusal_review"
    CALLBACK = "callback"
    ARCHIVING = "archiving"


@dataclass(frozen=True, slots=True)
class About:
    """What a timer is: its name, what starts it, what stops it, the clause behind it.

    ``dated`` timers end on a date that somebody named (a promise, an item's date, an outside body) and have no limit
    in the policy. ``owed_by_us`` is False where the limit is the complainant's or the parties' own.
    """

    code: str
    """Its number in the process (T03)."""
    name: str | Promise
    starts: str | Promise
    stops: str | Promise
    source: str
    dated: bool = False
    owed_by_us: bool = True


ABOUT: dict[Timer, About] = {
    Timer.ACKNOWLEDGEMENT: About(
        "T01",
        _("Acknowledgement"),
        _("registration"),
        _("acknowledgement issued"),
        "SZ 6(4); CTS 8.2 c",
    ),
    Timer.URGENT_RESPONSE: About(
        "T02",
        _("Urgent response"),
        _("receipt, or when the urgent mark was set later"),
        _("first contact by a person, an attempt, or a measure recorded"),
        "SVC 1.3.2; CTS 8.2 b",
    ),
    Timer.FIRST_REPLY: About("T03", _("First reply"), _("receipt"), _("first reply given"), "ISC 9.1.1.2, 9.1.1.3"),
    Timer.HANDLING_START: About(
        "T04",
        _("Handling started"),
        _("receipt"),
        _("accepted by a handler, solved directly, or found not ours"),
        "SVC 1.3.2",
    ),
    Timer.PUSH_TO_INVESTIGATION: About(
        "T05",
        _("Push to the investigation group"),
        _("registration completed"),
        _("record pushed, or no investigation needed"),
        "SVC 3.2.1",
    ),
    Timer.DEDICATED_CONTACT: About(
        "T06", _("Contact by a dedicated person"), _("promise given at intake"), _("contact by a person"), "SVC 3.1.2"
    ),
    Timer.PROGRESS_FEEDBACK: About(
        "T07",
        _("Progress feedback"),
        _("receipt, then each feedback"),
        _("feedback given, or complaint closed"),
        "ISC 9.1.2; SZ 6(3)",
    ),
    Timer.PROMISED_DATE: About(
        "T08",
        _("Promised date"),
        _("feedback that named a date"),
        _("feedback given before the date"),
        "ISC 9.1.2; SZ 6(3)",
        dated=True,
    ),
    Timer.HIGH_RISK_REPORT: About(
        "T09", _("High-risk report upward"), _("graded high-risk"), _("report delivered"), "ISC 8.2.2"
    ),
    Timer.PRE_PLAN: About(
        "T10",
        _("Pre-handling plan and emergency script"),
        _("reported as high-risk"),
        _("plan and script adopted"),
        "ISC 8.2.2",
    ),
    Timer.REPEAT_SOLUTION: About(
        "T11",
        _("Solution for a repeated complaint"),
        _("supervision started"),
        _("solution sent, answered, solved directly, or found not ours"),
        "SVC 3.1.3",
    ),
    Timer.DEPARTMENT_ANSWER: About("T12", _("Department answer"), _("task given"), _("answer given"), "ISC 8.3.2"),
    Timer.INVESTIGATION: About(
        "T13",
        pgettext_lazy("timer", "Investigation"),
        _("case accepted, or investigation taken up again"),
        _("verdict given"),
        "CTS 8.1 b1",
    ),
    Timer.SOLUTION: About(
        "T14",
        _("Solution sent"),
        _("complaint founded, or negotiation taken up again"),
        _("solution sent to the parties"),
        "CTS 8.1 b1; SZ 6(7), 6(8)",
    ),
    Timer.ANSWER: About("T15", _("Answer given"), _("verdict given"), _("answer delivered"), "ISC 9.1.2, 9.2.3"),
    Timer.PARTIES_OPINION: About(
        "T16",
        _("Opinion of the parties"),
        _("solution sent or answer delivered"),
        _("opinions recorded"),
        "SZ 6(8)",
        owed_by_us=False,
    ),
    Timer.EXECUTION: About(
        "T17",
        _("Execution of a measure"),
        _("agreement reached, or decision of an outside body"),
        _("measure verified"),
        "ISC 9.4.2",
        dated=True,
    ),
    Timer.OUTSIDE_DEADLINE: About(
        "T18",
        _("Outside deadline"),
        _("outside case registered"),
        _("reply to the outside body"),
        "ISC 7.1.2.4",
        dated=True,
    ),
    Timer.REFUSAL_REVIEW: About(
        "T19",
        _("Review of an open refusal"),
        _("solution or result refused"),
        _("negotiation, outside decision, or all ways used"),
        "SZ 6(9)",
    ),
    Timer.CALLBACK: About(
        "T20", _("Callback"), _("measures verified, or answer settled"), _("complaint closed"), "CTS 8.6 b"
    ),
    Timer.ARCHIVING: About("T21", _("Archive"), _("complaint closed"), _("file archived"), "ISC 9.6.5"),
}


def timer_name(code: str) -> str | Promise:
    """The name of a timer in the reader's language."""
    return ABOUT[Timer(code)].name
