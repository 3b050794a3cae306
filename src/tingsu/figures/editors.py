"""How indicators are edited: one list, every definition with its words and its queries."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.figures import indicators, periods
from tingsu.people.roles import Role

INDICATORS = Editor(
    app="figures", kind=indicators.KIND, slug="indicators", name="rules", title=_("Indicators"), entries="indicators", offers=True,
    intro=_(
        "What is counted, how, and what is aimed at. A change is a new version: values of periods that were settled before keep theirs."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("indicator", "Code")),
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="group", label=pgettext_lazy("indicators", "Group"), kind="choice", options=indicators.GROUPS),
        Column(name="formula", label=_("Formula in words"), kind="both"),
        Column(name="kind", label=_("How it is counted"), kind="choice", options=indicators.KINDS),
        Column(name="of", label=_("Counted: query, or column"), required=False,
               hint=_("Such as score >= 4; mode in phone, letter. Parts after ; must all hold, | sets alternatives apart.")),
        Column(name="among", label=_("Of which cases: query"), required=False, hint=_("Empty: all of the period.")),
        Column(name="by", label=_("Which day counts"), kind="choice", options=indicators.DAYS),
        Column(name="period", label=pgettext_lazy("figures", "Period"), kind="choice", options=periods.KINDS),
        Column(name="direction", label=_("The target is"), kind="choice", options=indicators.DIRECTIONS, required=False),
        Column(name="target", label=_("Target"), required=False, hint=_("Such as 95 for 95 %.")),
        Column(name="alert", label=_("Alert at"), required=False,
               hint=_("From this value on, on the wrong side of it, whoever answers for it is told at once; only of 30 or more.")),
        Column(name="owner", label=_("Who answers for it"), kind="choice", options=dict(Role.choices)),
        Column(name="source", label=pgettext_lazy("indicator", "Source")),
    ),
)  # fmt: skip
