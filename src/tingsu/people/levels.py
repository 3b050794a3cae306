"""What each of the three levels of the structure decides (OG-05, SVC 2.1), in words for the page of units.

Who may do it is decided by the steps' own tables and the authority matrix; `tests/test_levels.py` holds the words to them.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Level:
    """One level: its number (`Unit.level`), who it is, and what it decides."""

    number: int
    who: str | Promise
    decides: str | Promise


LEVELS = (
    Level(
        1,
        _("Decision: the complaint management committee"),
        _("The strategy of complaint management, the handling of major complaints, every revision of the rules."),
    ),
    Level(
        2,
        _("Execution: the complaint handling centre and its groups"),
        _("Daily intake, coordination, tracking, work across departments; solutions up to the own limit."),
    ),
    Level(
        3,
        _("Implementation: the business departments"),
        _(
            "How complaints of the own department are investigated, solutions carried out and faults put right; "
            "neither grade nor verdict, solution or money."
        ),
    ),
)
