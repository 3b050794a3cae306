"""How the rulebook of improvement is edited."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.improvement import reminding

LEADERS_IN_SERVICE = Editor(
    app="improvement",
    kind=reminding.KIND,
    slug="leaders-in-service",
    title=reminding.TITLE,
    intro=_("Every leader takes part in user service each year. Whoever has not by this month is reminded on the first day of each month."),
    columns=(
        Column(name="remind_from", label=_("Remind from the month"), kind="number", hint=_("1 is January, 12 is December.")),
    ),
)  # fmt: skip
