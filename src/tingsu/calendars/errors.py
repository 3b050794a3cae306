"""The ways a calendar can say no."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError


class NoWorkingTime(TingsuError):
    """A limit in working time was counted on a calendar in which nobody works for twenty years."""

    code = "no_working_time"
    sentence = _(
        "The calendar has no working time after %(first)s, so the deadline cannot be counted. "
        "Give at least one weekday its hours."
    )

    def __init__(self, *, first: date) -> None:
        super().__init__(first=first.isoformat())


class YearNotReadable(TingsuError):
    """The pasted text of a year cannot be taken over: `lines` holds a sentence for each bad line."""

    code, status = "year_not_readable", 422
    sentence = _("The days of the year were not taken over. %(problems)s")

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems=" ".join(problems))
        self.problems = problems
