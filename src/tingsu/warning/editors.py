"""How the rules of early warning are edited: one list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.people.roles import Role
from tingsu.warning import rules

RULES = Editor(
    app="warning", kind=rules.KIND, slug="warning-rules", name="rules", title=_("Rules of early warning"), entries="rules", offers=True,
    intro=_(
        "Which series of complaints are watched, and from when on one stands out. The list of warnings shows how each rule would have done on "
        "your own last half year."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("warning rule", "Code")),
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="method", label=pgettext_lazy("warning rule", "Test"), kind="choice", options=rules.METHODS),
        Column(name="watched", label=_("What is watched"),
               hint=_("Set apart by commas, such as: all, product, problem, category, province, channel, department_id.")),
        Column(name="level", label=_("How far"),
               hint=_("Standard deviations above the mean, or for the exact test the share of false alarms among alarms in per cent.")),
        Column(name="least", label=_("From how many complaints on"), kind="number"),
        Column(name="weeks", label=_("Weeks it is held against"), kind="number"),
        Column(name="limit", label=_("Working days until measures are taken"), kind="number"),
        Column(name="owner", label=_("Who answers for it"), kind="choice", options=dict(Role.choices)),
    ),
)  # fmt: skip
