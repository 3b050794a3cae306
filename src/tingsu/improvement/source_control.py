"""Control at the source: users heard before a product is made, tried with them before it goes out, described as it is, asked again
afterwards (SK-01…SK-05; ISC 6.1, 6.2).
"""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint, ComplaintMark
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import day_around
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.spelling import fold
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME = "source_control"
RESEARCH, DESIGN, TRIAL, DESCRIPTION, FOLLOW_UP = "research", "co_design", "trial", "description", "follow_up"
KINDS = (
    (RESEARCH, _("User research")), (DESIGN, _("Users take part in design")), (TRIAL, _("User test before launch")),
    (DESCRIPTION, _("Check of a description")), (FOLLOW_UP, _("Survey after delivery")),
)  # fmt: skip
METHODS = (
    ("interview", _("Interview")), ("questionnaire", _("Questionnaire")), ("observation", _("Observation")), ("data", _("Analysis of data")),
    ("workshop", _("Workshop")), ("other", pgettext_lazy("method", "Other")),
)  # fmt: skip
CLAUSES = {
    RESEARCH: ("ISC 6.1.1",), DESIGN: ("ISC 6.1.2",), TRIAL: ("ISC 6.1.3",), DESCRIPTION: ("ISC 6.2.1",), FOLLOW_UP: ("ISC 6.2.2",),
}  # fmt: skip
INFORMATION = ("categories:14", "categories:15")
"""Complaints of incorrect and of incomplete information."""
LOOKED_AT = 500
SHOWN = 8
TICKS = ("objective", "accurate", "not_exaggerated", "not_misleading")
WORKERS = (OWNER, OPENER, *LEADERS, Role.QA)
FINDINGS = (
    Field(name="what", label=_("Found"), limit=500, required=True),
    Field(name="decision", label=pgettext_lazy("source control", "Decision"), limit=300),
)


def to_be_released(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A description waits for its check; everything else for what is made of it."""
    if values["kind"] == DESCRIPTION:
        opened.move_to("checking")


def every_finding_decided(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nothing that users found stays without a decision (SK-03, SK-05)."""
    if values is None or all((line.get("decision") or "").strip() for line in values.get("findings") or ()):
        return []
    return [Unmet("undecided", _("say of each finding what was decided about it"), value_of="findings")]


def holds_true(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What is released is objective, accurate, not exaggerated and not misleading, all four (SK-04)."""
    if values is None:
        return []
    missing = [name for name in TICKS if not values.get(name)]
    sentence = _("it is released only when all four hold: give it back and say what must change")
    return [Unmet("not_true", sentence, value_of=missing[0])] if missing else []


def matched(entry: Entry) -> list[Complaint]:
    """Complaints of incorrect or incomplete information about the product, received since the day of the description, newest first.

    Of the newest `LOOKED_AT` such complaints. One query.
    """
    product = fold((entry.written_or_none() or {}).get("product", ""))
    since = entry.speaks_of
    if not product or since is None:
        return []
    start, _end = day_around(since, current_organisation().time_zone)
    marked = ComplaintMark.objects.filter(mark__in=INFORMATION).values("complaint_id")
    rows = Complaint.objects.filter(pk__in=marked, received_at__gte=start).order_by("-received_at", "-id")[:LOOKED_AT]
    return [row for row in rows if row.product and (product in fold(row.product) or fold(row.product) in product)]


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """On the page of a description: the complaints that it is matched with, as far as the reader may open them."""
    if entry.codes.get("kind") != DESCRIPTION:
        return {}
    found = matched(entry)
    seen = set(
        visible_to(actor, Complaint.objects.filter(pk__in=[row.pk for row in found])).values_list("pk", flat=True)
    )
    cases = [(row.number, reverse("desk:case", args=[row.number]), row.received_at) for row in found if row.pk in seen]
    return {"description": True, "number": len(cases), "cases": cases[:SHOWN]}


_BUT_DESCRIPTIONS = ("kind", f"{RESEARCH}|{DESIGN}|{TRIAL}|{FOLLOW_UP}")

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Control at the source"),
        many=pgettext_lazy("record", "Control at the source"),
        hint=_(
            "Complaints that need not come: users are heard before something is made, try it before it goes out, read a description that is "
            "true, and are asked after delivery."
        ),
        prefix="YT",
        icon="search",
        group="system",
        chapter="improvement",
        order=48,
        title="product",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.ANALYST),
        fields=(
            Field(name="kind", label=pgettext_lazy("source control", "Kind"), kind="choice", options=KINDS),
            Field(name="product", label=_("Product or service"), limit=200),
            Field(name="on", label=pgettext_lazy("source control", "On"), kind="date", past=True),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="method", label=_("Method"), kind="choice", options=METHODS, when=_BUT_DESCRIPTIONS),
            Field(
                name="sample", label=_("Who was asked or took part, and how many"), kind="longtext", limit=1000, when=_BUT_DESCRIPTIONS,
                help=_("No names of users: groups, numbers, how they were chosen."),
            ),
            Field(name="expressed", label=_("Needs that users express"), kind="longtext", limit=2000, when=("kind", RESEARCH)),
            Field(name="unexpressed", label=_("Needs that they do not express"), kind="longtext", limit=2000, when=("kind", RESEARCH)),
            Field(name="future", label=_("Needs to come"), kind="longtext", limit=2000, when=("kind", RESEARCH)),
            Field(name="outcome", label=_("What users contributed"), kind="longtext", limit=2000, when=("kind", DESIGN)),
            Field(name="credit", label=_("How they are credited"), limit=300, when=("kind", DESIGN)),
            Field(name="findings", label=_("Findings and decisions"), kind="rows", rows=FINDINGS, when=("kind", f"{TRIAL}|{FOLLOW_UP}")),
            Field(name="text", label=_("The description as it is to stand"), kind="longtext", limit=4000, when=("kind", DESCRIPTION)),
            Field(name="release_on", label=_("To be released on"), kind="date", when=("kind", DESCRIPTION)),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="objective", label=_("Objective"), kind="bool"),
            Field(name="accurate", label=_("Accurate"), kind="bool"),
            Field(name="not_exaggerated", label=_("Not exaggerated"), kind="bool"),
            Field(name="not_misleading", label=_("Not misleading"), kind="bool"),
            Field(name="used", label=_("What it is used for in the design"), kind="longtext", limit=2000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(
            "kind*", "product*", "on*", "owner", "method*", "sample*", "expressed*", "unexpressed*", "future", "outcome*", "credit*", "findings*",
            "text*", "release_on*", "proof",
        ),
        passing=("reason",),
        columns=("kind", "on"),
        filters=("kind",),
        owner="owner",
        speaks_of="on",
        clauses=lambda codes: CLAUSES.get(str(codes.get("kind")), ()),
        entry_template="improvement/description.html",
        entry_context=beside,
        on_open=to_be_released,
        states=(
            State("noted", pgettext_lazy("source control", "To be used"), "soon"),
            State("checking", pgettext_lazy("source control", "Waits for the check"), "soon"),
            State("changing", pgettext_lazy("source control", "To be changed"), "late"),
            State("used", pgettext_lazy("source control", "Used"), "done", open=False),
            State("released", pgettext_lazy("source control", "Checked and released"), "done", open=False),
            State("dropped", pgettext_lazy("source control", "Given up"), open=False, final=True),
        ),
        steps=(
            Do(
                name="use", label=_("Say what it is used for"), event="used", did=_("said what it is used for"), sources=("noted",), target="used",
                who=WORKERS, asks=("used*", "findings", "proof"), guards=(every_finding_decided,), tells=(OPENER,), tone="done",
                icon="circle-check", clause="ISC 6.1.1",
            ),
            Do(
                name="release", label=_("Check it and release it"), event="released", did=_("checked the description and released it"),
                sources=("checking",), target="released", who=(*LEADERS, Role.QA), not_by=("open", "rewrite"), asks=(*TICKS, "proof"),
                guards=(holds_true,), stops=("description_check",), tells=(OWNER, OPENER), tone="done", icon="checks", clause="ISC 6.2.1",
            ),
            Do(
                name="give_back", label=_("Give it back"), event="given_back", did=_("gave the description back"), sources=("checking",),
                target="changing", who=(*LEADERS, Role.QA), not_by=("open", "rewrite"), asks=("reason*",), stops=("description_check",),
                tells=(OWNER, OPENER), main=False, icon="arrow-back-up",
            ),
            Do(
                name="rewrite", label=_("Describe it anew"), event="rewritten", did=_("described it anew"), sources=("changing", "released"),
                target="checking", who=WORKERS, asks=("text*", "on*", "release_on*"), tells=(Role.QA,), icon="edit", clause="ISC 6.2.1",
            ),
            Do(
                name="drop", label=pgettext_lazy("source control", "Give it up"), event="dropped", did=pgettext_lazy("source control", "gave it up"),
                sources=("noted", "checking", "changing"),
                target="dropped", who=WORKERS, asks=("reason*",), stops=("description_check",), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="release_on", timer="description_check", label=_("Check of a description"), stops=_("description checked")),
        ),
    )
)  # fmt: skip
