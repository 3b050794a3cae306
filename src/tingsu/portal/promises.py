"""The promised times, read from the policy in force (SL-14, PT-01): no number on a public page is written by hand."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.words import PublishedLimit, limits_in_words

LINE: tuple[tuple[str, str | Promise], ...] = (
    ("acknowledgement", _("you have your number")),
    ("first_reply", _("a person replies for the first time")),
    ("investigation", _("the facts are checked, once the investigation has begun")),
    ("solution", _("you have our proposal, once the facts are clear")),
)
"""The line on the first page, in the order in which a complainant lives it."""

STAGES: tuple[tuple[str, str | Promise], ...] = (
    ("acknowledgement", _("We confirm that we have your complaint, with its number")),
    ("urgent_response", _("Danger to people, great loss or press reports: a person responds")),
    ("first_reply", _("First reply by a person")),
    ("handling_start", _("Handling has started")),
    ("progress_feedback", _("You hear about our progress at least every")),
    ("investigation", _("The facts are checked, counted from the start of the investigation")),
    ("repeat_solution", _("The same problem three times or more: a proposal, counted from the third time")),
    ("solution", _("Our proposal, counted from the end of the investigation")),
    ("after_sales", _("A product is to be returned, exchanged or refunded: it is done, or you have our reasons")),
    ("decision", _("You have our decision, counted from receipt")),
    ("answer", _("If the complaint is not upheld: our answer with the reasons")),
    ("parties_opinion", _("Time for you to think about a proposal or an answer")),
    ("refusal_review", _("You declined and we could not agree: we review it again every")),
    ("callback", _("We call back to ask whether you are satisfied")),
)
"""Every stage that a complainant lives through, for the page on how we work."""


@dataclass(frozen=True, kw_only=True)
class PromisedTime:
    """One promise: the limit in words, what happens by then, and in which case it holds."""

    code: str
    limit: str
    what: str | Promise
    condition: str = ""


def promise_line() -> list[PromisedTime]:
    """The few times that matter most, each without special cases."""
    plain = {limit.timer.name: limit for limit in _published(LINE) if not limit.rule.when}
    return [PromisedTime(code=code, limit=plain[code].limit, what=what) for code, what in LINE if code in plain]


def promised_stages() -> list[PromisedTime]:
    """The limit of each stage with its special cases (letters, high risk, urgent)."""
    what = dict(STAGES)
    return [
        PromisedTime(code=limit.timer.name, limit=limit.limit, what=what[limit.timer.name], condition=limit.condition)
        for limit in _published(STAGES)
        if ("approved", frozenset({"yes"})) not in limit.rule.when
    ]


def first_reply_words() -> str:
    """How soon a person replies, such as "24 hours"."""
    return next((limit.limit for limit in _published((("first_reply", ""),)) if not limit.rule.when), "")


def _published(timers: tuple[tuple[str, str | Promise], ...]) -> list[PublishedLimit]:
    return limits_in_words(policy_in_force(), [code for code, _what in timers])
