"""One person alone in micro mode: what somebody else would have to do or decide is a warning in the history (ME-11, CA-59).

Every rule that asks for a second person asks here before it refuses. While the firm is in micro mode and one person exists,
the step goes through and its event keeps the warning; with a second person, or in the full mode, the rule refuses as ever.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.people.directory import directory
from tingsu.people.queries import works_alone

WARNINGS = "warnings"
"""The fact of an event that names what one person did alone: a list of the codes below."""
BEFORE = "independence_warning"
"""The same in events from before there was a list: one code."""
WORDS: dict[str, str | Promise] = {
    "unit_concerned": _("the complaint is about their own department"),
    "person_concerned": _("the complaint is about themselves"),
    "declared_interest": _("they have declared an interest in this matter"),
    "decided_before": _("they had decided on this case before"),
    "verifier_is_executor": _("whoever carried it out checked it"),
    "own_solution": _("whoever wrote the solution decided on it"),
    "own_work": _("whoever wrote it decided on it"),
    "own_grade": _("whoever handles the case lowered its grade or mark"),
    "own_mediation": _("whoever mediated ruled on the objection"),
    "own_supervision": _("whoever was supervised ended the supervision"),
    "own_lead": _("whoever put the criminal lead together decided on it"),
    "own_payment": _("whoever applied for the payment ordered it"),
    "own_release": _("whoever asked for the query released it"),
    "handler_calls": _("whoever handled the case called after the low rating"),
    "level_too_low": _("below the staff level that the case needs"),
    "pending": _("before passing the assessment"),
    "no_senior": _("under guidance, without a senior"),
    "outside_body": _("without a post in the complaint handling body"),
    "reported_to_oneself": _("nobody stands above: reported to oneself"),
    "not_mediated": _("nobody was there to mediate"),
    "drafted_alone": _("nobody else was there to draft it with"),
    "not_assessed": _("nobody was there to assess the risks together"),
}
LABEL = _("One person alone")


class Opened(Protocol):
    """A thing inside an action, as far as a warning is kept with it."""

    facts: dict[str, Any]

    def fact(self, name: str, value: Any) -> None: ...


def one_person() -> bool:
    """Does one person work alone here? Asks the database only where the directory knows of nobody else."""
    return sum(member.active for member in directory().members.values()) == 1 and works_alone()


def warned(opened: Opened, code: str) -> bool:
    """Is there nobody else, so that the rule warns instead of refusing? Then the event of this action keeps the warning."""
    if not works_alone():
        return False
    keep(opened, code)
    return True


def keep(opened: Opened, code: str) -> None:
    """Note a warning with the event of this action: one that the history can say."""
    if code not in WORDS:
        raise KeyError(code)
    opened.fact(WARNINGS, sorted({*opened.facts.get(WARNINGS, ()), code}))


def warning_words(data: Mapping[str, Any]) -> list[str]:
    """What an event says that one person did alone, in words."""
    codes = [*data.get(WARNINGS, ()), *([data[BEFORE]] if data.get(BEFORE) else [])]
    return [str(WORDS[code]) for code in codes if code in WORDS]
