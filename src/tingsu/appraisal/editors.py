"""How the catalogue of awards is edited: one list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.appraisal import catalogue
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.registers.intervals import INTERVALS

AWARDS = Editor(
    app="appraisal", kind=catalogue.KIND, slug="award-catalogue", name="awards", title=_("Catalogue of awards"), entries="awards",
    intro=_("Which awards are given: for what, to whom, how often, by a jury of how many, and how long anybody may object to a result."),
    columns=(
        Column(name="code", label=pgettext_lazy("award", "Code")),
        Column(name="name", label=pgettext_lazy("award", "Award"), kind="both"),
        Column(name="group", label=pgettext_lazy("award", "Group"), kind="choice", options=catalogue.GROUPS),
        Column(name="to", label=pgettext_lazy("award", "Given to"), kind="choice", options=catalogue.TO),
        Column(name="every", label=pgettext_lazy("award", "How often"), kind="choice", options=dict(INTERVALS)),
        Column(name="criteria", label=pgettext_lazy("award", "Criteria"), kind="long"),
        Column(name="jurors", label=_("Jurors at least"), kind="number"),
        Column(name="days", label=_("Working days for objections"), kind="number"),
        Column(name="in_use", label=pgettext_lazy("award", "In use"), kind="flag"),
    ),
)  # fmt: skip
EDITORS = (AWARDS,)
