"""How sampling plans and scorecards are edited: two lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.people.roles import Role
from tingsu.quality import plans, scorecards

BESIDE = ((_("Sampling plans"), "quality:plans"), (_("Scorecards"), "quality:scorecards"))
PLANS = Editor(
    app="quality", kind=plans.KIND, slug="sampling-plans", name="plans", title=_("Sampling plans"), entries="plans", offers=True, beside=BESIDE,
    intro=_(
        "From which cases is drawn, how, how many and how often. The system draws by itself when a period is over; each draw keeps its seed "
        "and every case that could have been drawn."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("sampling plan", "Code")),
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="kind", label=pgettext_lazy("sampling plan", "What"), kind="choice", options=plans.KINDS),
        Column(name="how", label=pgettext_lazy("sampling plan", "Drawn"), kind="choice", options=plans.HOWS),
        Column(name="number", label=_("At least so many cases"), kind="number"),
        Column(name="share", label=_("At least this share, in per cent"), kind="number"),
        Column(name="least", label=_("From each handler at least"), kind="number"),
        Column(name="amount", label=_("A payment is a risk from (yuan)"), kind="number"),
        Column(name="every", label=pgettext_lazy("sampling plan", "How often"), kind="choice", options=plans.EVERY),
        Column(name="card", label=_("Scorecard"), kind="choice", options={"": _("None"), **scorecards.CARDS}, required=False),
        Column(name="reviewer", label=_("Checked by"), kind="choice",
               options={str(one): Role(one).label for one in plans.REVIEWERS}),
        Column(name="limit", label=_("Working days for a check"), kind="number"),
    ),
)  # fmt: skip
SCORECARDS = Editor(
    app="quality", kind=scorecards.KIND, slug="scorecards", name="scorecards", title=_("Scorecards"), entries="items", beside=BESIDE,
    intro=_("What is looked at when a case is checked. A check keeps the version by which it was scored."),
    columns=(
        Column(name="card", label=_("Scorecard"), kind="choice", options=scorecards.CARDS),
        Column(name="code", label=pgettext_lazy("scorecard", "Code")),
        Column(name="name", label=_("Item"), kind="both"),
        Column(name="weight", label=pgettext_lazy("scorecard", "Weight"), kind="number"),
        Column(name="must", label=_("Fails the case when not met"), kind="flag"),
    ),
)  # fmt: skip
EDITORS = (PLANS, SCORECARDS)
