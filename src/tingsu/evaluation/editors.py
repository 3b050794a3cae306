"""How the rulebook of recurring duties is edited: one list."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.evaluation import duties
from tingsu.people.roles import Role
from tingsu.registers.intervals import INTERVALS

DUTIES = Editor(
    app="evaluation", kind=duties.KIND, slug="recurring-duties", name="duties", title=_("Recurring duties"), entries="duties", offers=True,
    intro=_(
        "What returns by a clause, how often, who answers for it and what proves it. Where a document gives no interval, ours is a proposal for "
        "the firm to confirm or change."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("duty", "Code")),
        Column(name="name", label=pgettext_lazy("duty", "Duty"), kind="both"),
        Column(name="source", label=_("Clause")),
        Column(name="asked", label=_("Interval in the document"), kind="both"),
        Column(name="every", label=pgettext_lazy("duty", "How often"), kind="choice", options=dict(INTERVALS)),
        Column(name="each", label=pgettext_lazy("duty", "Owed by"), kind="choice", options=duties.EACH),
        Column(name="role", label=pgettext_lazy("duty", "Answers for it"), kind="choice",
               options={str(one): Role(one).label for one in duties.OWNERS}),
        Column(name="after", label=_("Due so many days after its period"), kind="number", hint=_("0: on the last day of the period.")),
        Column(name="warning", label=_("Leaders warned so many days before"), kind="number", hint=_("0: no warning of its own.")),
        Column(name="proof", label=pgettext_lazy("duty", "Proved by"), kind="choice", options=duties.PROOFS),
        Column(name="shows", label=_("What shows that it was done"), kind="both"),
        Column(name="in_use", label=pgettext_lazy("duty", "In use"), kind="flag"),
    ),
)  # fmt: skip
EDITORS = (DUTIES,)
