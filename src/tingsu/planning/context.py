"""Factors of the context (MS-01, MS-36): what outside and inside bears on complaint handling, on purpose and strategic direction."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.roles import Role
from tingsu.planning.asked import OPENERS, OWNER_FIELD, READERS, REASON, WORKERS, interval, plan_first
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry

NAME = "context_factor"
SIDES = (("outside", pgettext_lazy("context", "Outside")), ("inside", pgettext_lazy("context", "Inside")))
SUBJECTS_OUTSIDE = (
    ("laws", _("Laws and regulations")),
    ("regulators", _("Market supervision and the sector's authority")),
    ("industry", _("Standards and rules of the industry")),
    ("competition", _("Competition")),
    ("expectations", _("Expectations of customers")),
    ("technology", _("Trends of technology")),
    ("outside_other", _("Something else outside")),
)
SUBJECTS_INSIDE = (
    ("values", pgettext_lazy("context", "Values")),
    ("culture", _("Culture of the enterprise")),
    ("knowledge", pgettext_lazy("context", "Knowledge")),
    ("size", _("Size of the enterprise")),
    ("offer", _("Kinds of products and services")),
    ("structure", _("Structure of the organisation")),
    ("people", pgettext_lazy("resource", "People")),
    ("finance", pgettext_lazy("resource", "Money")),
    ("technical", pgettext_lazy("resource", "Technology")),
    ("records", _("Records of earlier complaints")),
    ("inside_other", _("Something else inside")),
)
SUBJECTS = (*SUBJECTS_OUTSIDE, *SUBJECTS_INSIDE)
"""CTS 4.1: what must be looked at on each side."""
TOUCHED = (
    ("factor", _("The factor itself")),
    ("effect", _("Its effect")),
    ("purpose", _("The purpose it bears on")),
    ("direction", _("The strategic direction it bears on")),
)
SAID = ("subject*", "title*", "effect*", "purpose*", "direction*")


def sided(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The subject says on which side a factor stands."""
    opened.put("side", "outside" if opened.entry.codes["subject"] in dict(SUBJECTS_OUTSIDE) else "inside")


def opened_factor(opened: OpenedEntry, values: dict[str, Any]) -> None:
    sided(opened, values)
    plan_first(opened)


def never_looked_at(actor: Any) -> dict[str, Any]:
    """Above the list: subjects that the standard names and nobody has judged yet. One query."""
    from tingsu.registers.models import EntryFacet

    there = set(
        EntryFacet.objects.filter(register=NAME, name="subject").exclude(entry__state="ended").values_list("value", flat=True)
    )  # fmt: skip
    return {"missing": [words for code, words in SUBJECTS if code not in there and not code.endswith("_other")]}


declare(
    Register(
        name=NAME,
        one=_("Context factor"),
        many=_("Context factors"),
        hint=_(
            "What outside and inside the enterprise bears on complaint handling: its effect, the purpose and the strategic direction it "
            "bears on, who watches it and when it is looked at again."
        ),
        prefix="HJ",
        icon="world",
        group="",
        order=41,
        title="title",
        openers=OPENERS,
        readers=READERS,
        fields=(
            Field(name="side", label=pgettext_lazy("context", "Side"), kind="choice", options=SIDES),
            Field(name="subject", label=pgettext_lazy("context", "Subject"), kind="choice", options=SUBJECTS),
            Field(name="title", label=pgettext_lazy("context", "Factor"), limit=160),
            Field(name="effect", label=_("Effect on complaint handling"), kind="longtext", limit=1500),
            Field(name="purpose", label=_("Purpose it bears on"), kind="longtext", limit=800),
            Field(name="direction", label=_("Strategic direction it bears on"), kind="longtext", limit=800),
            OWNER_FIELD,
            interval(pgettext_lazy("planning", "Reviewed")),
            Field(name="reviewed_on", label=_("Last review"), kind="date", past=True),
            Field(name="next_review_on", label=pgettext_lazy("context", "Next review"), kind="date"),
            Field(name="finding", label=_("What the review showed"), kind="longtext", limit=1500),
            Field(name="touched", label=_("What has changed"), kind="choices", options=TOUCHED),
            Field(name="changed_on", label=_("Changed on"), kind="date", past=True),
            Field(name="news", label=_("The change in words"), kind="longtext", limit=1500),
            REASON,
        ),
        form=(*SAID, "owner", "interval*", "reviewed_on"),
        passing=("touched", "news", "reason"),
        columns=("side", "subject", "reviewed_on"),
        filters=("side", "subject"),
        owner="owner",
        clauses=lambda codes: ("CTS 4.1",),
        on_open=opened_factor,
        states=(
            State("watched", pgettext_lazy("context", "Watched"), "done"),
            State("ended", pgettext_lazy("planning", "No longer applies"), open=False),
        ),
        steps=(
            Do(
                name="review", label=_("Record a review"), event="reviewed", did=_("reviewed it: it stands as it is"), sources=("watched",),
                who=WORKERS, asks=("reviewed_on*", "finding*"), may_stop=("context_review",), tone="done", icon="check", clause="CTS 4.1",
            ),
            Do(
                name="change", label=_("Record a change"), event="changed", did=_("recorded a change"), sources=("watched",), who=WORKERS,
                asks=("changed_on*", "touched*", "news*", *SAID), effect=sided, tells=(OWNER, Role.MGMT_REP), icon="edit",
                clause="CTS 4.1; CTS 9.3 b",
            ),
            Do(
                name="arrange", label=_("Change owner or interval"), event="arranged", did=_("changed owner or interval"),
                sources=("watched",), who=WORKERS, asks=("owner*", "interval*"), main=False, icon="user",
            ),
            Do(
                name="end", label=_("It no longer applies"), event="ended", did=_("said that it no longer applies"), sources=("watched",),
                target="ended", who=(OWNER, *LEADERS), asks=("reason*",), stops=("context_review",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="next_review_on", timer="context_review", label=_("Review of a context factor"), stops=_("reviewed")),),
        recurs=Recurs(interval="interval", counts_from="reviewed_on", next_on="next_review_on", timer="context_review", after=("review",)),
        list_template="planning/factors.html",
        list_context=never_looked_at,
    )
)  # fmt: skip
