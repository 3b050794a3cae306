"""How the rulebooks of settlement are edited."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.complaints.terms import PROVINCES
from tingsu.settlement import quick_checks
from tingsu.settlement.flow import flow_words
from tingsu.settlement.gateways import gateways
from tingsu.settlement.rulebooks import advance, bases, payments, remedies, ways

CODE = Column(name="code", label=_("Code"))
NAME = Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both")

BASES = Editor(
    app="settlement",
    kind=bases.KIND,
    slug="bases",
    title=_("Library of handling bases"),
    intro=_("Every verdict and every solution cites at least one entry of this library."),
    entries="bases",
    columns=(
        CODE,
        Column(name="kind", label=_("Kind"), kind="choice", options=bases.KINDS),
        Column(
            name="level",
            label=_("Level of a standard"),
            kind="choice",
            options={"": "–", **bases.STANDARD_LEVELS},
            required=False,
        ),
        NAME,
        Column(
            name="text",
            label=_("Text of a public commitment"),
            kind="long",
            required=False,
            hint=_("Stands on the public pages from its day on."),
        ),
        Column(name="since", label=_("Holds since"), required=False, hint=_("Such as 2026-03-05.")),
        Column(name="link", label=_("Web address"), required=False),
    ),
)
REMEDIES = Editor(
    app="settlement",
    kind=remedies.KIND,
    slug="remedies",
    title=_("Remedies"),
    intro=_("Measures 36 to 53 are fixed by the guide. Own measures may be added after them."),
    entries="remedies",
    columns=(
        CODE,
        NAME,
        Column(
            name="extra",
            label=_("Asks for"),
            kind="choice",
            options={"": _("nothing more"), "amount": _("the amount"), "text": _("a description")},
            required=False,
        ),
    ),
)
ADVANCE = Editor(
    app="settlement",
    kind=advance.KIND,
    slug="advance",
    title=_("Advance compensation"),
    intro=_("When we pay first for somebody else's fault, up to which amount, and on what basis recourse is taken."),
    entries="rules",
    columns=(
        CODE,
        NAME,
        Column(name="scope", label=_("Scope"), kind="long"),
        Column(name="basis", label=_("Legal basis"), kind="long"),
        Column(name="max_yuan", label=_("At most (yuan)"), kind="number"),
    ),
)
PAYMENTS = Editor(
    app="settlement",
    kind=payments.KIND,
    slug="payments",
    title=_("Means of payment"),
    intro=_("How money reaches a complainant, and from which amount on somebody else checks and orders it first."),
    entries="means",
    columns=(
        CODE,
        NAME,
        Column(
            name="account",
            label=_("Asks for payee and account"),
            kind="choice",
            options={"": _("No"), "yes": _("Yes")},
            required=False,
        ),
        Column(
            name="gateway",
            label=_("Goes out by"),
            kind="choice",
            options=lambda: {"": _("hand, one by one"), **{code: one.name for code, one in gateways().items()}},
            required=False,
        ),
        Column(name="order_from_yuan", label=_("Ordered by another from (yuan)"), kind="number"),
        Column(name="arrives_days", label=_("Arrives within (working days)"), kind="number"),
    ),
    remarks=flow_words,
)
QUICK_CHECKS = Editor(
    app="settlement",
    kind=quick_checks.KIND,
    slug="quick-checks",
    title=_("Checks of quick compensation"),
    intro=_(
        "How much of what was given at once in a week is checked afterwards by somebody else. Limit and daily cap stand in the authority."
    ),
    columns=(
        Column(name="percent", label=_("Per cent of a week"), kind="number"),
        Column(name="least", label=_("But at least"), kind="number", hint=_("As far as there are so many.")),
    ),
)
WAYS = Editor(
    app="settlement",
    kind=ways.KIND,
    slug="ways",
    title=_("Ways of redress"),
    intro=_("Told to a complainant who does not accept. Negotiation stands first, an appeal stays in the list."),
    entries="ways",
    columns=(
        CODE,
        Column(
            name="side",
            label=_("Where"),
            kind="choice",
            options={"internal": _("within the company"), "external": _("outside")},
        ),
        NAME,
        Column(
            name="province",
            label=_("Only in"),
            kind="choice",
            required=False,
            options={"": _("every province"), **PROVINCES},
            hint=_(
                "A way of one province is told to those whose complaint comes from there, or from nobody knows where."
            ),
        ),
        Column(name="about", label=_("What it is"), kind="long", required=False),
        Column(name="papers", label=_("Required papers"), kind="long", required=False),
        Column(name="address", label=_("Address"), kind="long", required=False),
        Column(name="link", label=_("Web address"), required=False),
    ),
)
