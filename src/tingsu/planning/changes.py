"""Changes of the system (MS-19, IM-07): purpose and consequences, integrity, resources, responsibilities; approved, implemented, reviewed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people.roles import Role
from tingsu.planning.asked import DONE_ON, ORIGIN, OWNER_FIELD, PROOF, READERS, REASON, WORKERS, linked_with_origin
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry

NAME = "system_change"
CONFIGURATION = "configuration"
SORTS = (
    (CONFIGURATION, _("Settings with effect on the process")),
    ("process", pgettext_lazy("change", "Processes")),
    ("organisation", _("Organisation and responsibilities")),
    ("resources", pgettext_lazy("change", "Resources")),
    ("documents", _("Documented information")),
    ("system", _("Complaint system and channels")),
    ("other", pgettext_lazy("change", "Something else")),
)
IMPLEMENTATION, ASSESSMENT, REVIEW = "change_implementation", "change_assessment", "change_review"
PROPOSED, APPROVED, UNASSESSED, IN_FORCE, CLOSED, REFUSED = (
    "proposed",
    "approved",
    "unassessed",
    "in_force",
    "closed",
    "refused",
)
JUDGED = ("consequences*", "integrity*", "needs*", "responsibilities*")
"""CTS 6.3 a–d: what is thought of before a change."""


@asks_who
def by_another_than_who_published(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever published a version does not review what it changed; one who works alone is only noted (ME-11)."""
    own = opened.actor.id is not None and opened.entry.codes.get("published_by") == str(opened.actor.id)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_work", _("you published this version: somebody else reviews the change"), guard="")]


def opened_change(opened: OpenedEntry, values: dict[str, Any]) -> None:
    linked_with_origin(opened, values)


def by_itself(register: Register, about: Mapping[str, str]) -> Register:
    """The register, whose entry opens for a version of rules that is in force already: what it means is written down afterwards."""

    def on_open(opened: OpenedEntry, values: dict[str, Any]) -> None:
        for name, value in about.items():
            opened.put(name, value)
        opened.move_to(UNASSESSED)
        opened.start(ASSESSMENT)
        if opened.entry.owner_id is not None:
            opened.tell([opened.entry.owner_id], "given")

    return replace(
        register,
        on_open=on_open,
        form=tuple(name.rstrip("*") for name in ("sort", "title", "purpose", "difference", "owner")),
    )


def worked(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("effective", True)


def did_not_work(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("effective", False)


declare(
    Register(
        name=NAME,
        one=_("Change of the system"),
        many=_("Changes of the system"),
        hint=_(
            "Changes are thought of before they are made: what for, with what consequences, whether the system stays whole, with which resources "
            "and responsibilities. Somebody else approves; the change is carried out and reviewed. When rules with effect on the process are "
            "published, a record opens by itself."
        ),
        prefix="BG",
        icon="adjustments",
        group="",
        order=47,
        title="title",
        readers=READERS,
        fields=(
            Field(name="sort", label=pgettext_lazy("change", "What is changed"), kind="choice", options=SORTS),
            Field(name="title", label=pgettext_lazy("change", "The change in short"), limit=200),
            ORIGIN,
            Field(name="purpose", label=_("Purpose of the change"), kind="longtext", limit=2000),
            Field(name="difference", label=_("What becomes different"), kind="longtext", limit=8000),
            Field(name="consequences", label=_("Potential consequences"), kind="longtext", limit=2000),
            Field(name="integrity", label=_("How the system stays whole"), kind="longtext", limit=2000),
            Field(name="needs", label=_("Resources available"), kind="longtext", limit=1500),
            Field(name="responsibilities", label=_("Responsibilities allocated or reallocated"), kind="longtext", limit=1500),
            OWNER_FIELD,
            Field(name="implement_by", label=_("Carried out by (day)"), kind="date", future=True),
            DONE_ON,
            Field(name="done", label=_("What was carried out"), kind="longtext", limit=2000),
            PROOF,
            Field(name="review_on", label=_("Reviewed by (day)"), kind="date", future=True),
            Field(name="finding", label=_("What the review showed"), kind="longtext", limit=2000),
            Field(name="effective", label=_("The change does what it was made for"), kind="bool"),
            REASON,
        ),
        form=("sort*", "title*", "origin", "purpose*", "difference*", *JUDGED, "owner", "implement_by*"),
        passing=("origin", "reason"),
        columns=("sort", "implement_by"),
        filters=("sort", "effective"),
        owner="owner",
        clauses=lambda codes: ("CTS 6.3", "CTS 10.2"),
        on_open=opened_change,
        opening={"may_start": (ASSESSMENT,)},
        states=(
            State(PROPOSED, pgettext_lazy("change", "Waits for approval"), "soon"),
            State(APPROVED, _("To be carried out")),
            State(UNASSESSED, _("In force: consequences to be written"), "soon"),
            State(IN_FORCE, _("Carried out: to be reviewed")),
            State(CLOSED, pgettext_lazy("change", "Reviewed"), "done", open=False),
            State(REFUSED, pgettext_lazy("change", "Not approved"), open=False),
        ),
        steps=(
            Do(
                name="approve", label=pgettext_lazy("change", "Approve"), event="approved", did=_("approved the change"), sources=(PROPOSED,),
                target=APPROVED, who=LEADERS, not_by=("open", "revise"), asks=("implement_by*",), tells=(OWNER, OPENER), tone="done", icon="checks",
                clause="CTS 6.3",
            ),
            Do(
                name="revise", label=_("Write it anew"), event="revised", did=_("wrote it anew"), sources=(PROPOSED,), who=(*WORKERS, OPENER),
                asks=("title*", "purpose*", "difference*", *JUDGED, "owner", "implement_by*"), main=False, icon="edit",
            ),
            Do(
                name="refuse", label=pgettext_lazy("change", "Do not approve"), event="refused", did=_("did not approve the change"),
                sources=(PROPOSED,), target=REFUSED, who=LEADERS, not_by=("open", "revise"), asks=("reason*",), may_stop=(IMPLEMENTATION,),
                effect=lambda opened, values: opened.end(IMPLEMENTATION, "cancelled"), tells=(OWNER, OPENER), main=False, icon="x",
            ),
            Do(
                name="implement", label=_("Report it as carried out"), event="implemented", did=_("carried the change out"), sources=(APPROVED,),
                target=IN_FORCE, who=WORKERS, asks=("done_on*", "done*", "proof", "review_on*"), stops=(IMPLEMENTATION,), tells=(Role.MGMT_REP,),
                icon="check", clause="CTS 6.3",
            ),
            Do(
                name="judge", label=_("Write down the consequences"), event="assessed", did=_("wrote down the consequences"),
                sources=(UNASSESSED,), target=IN_FORCE, who=WORKERS, asks=("purpose*", *JUDGED, "review_on*"), stops=(ASSESSMENT,),
                icon="edit", clause="CTS 6.3",
            ),
            Do(
                name="review", label=_("Review the change"), event="reviewed", did=_("reviewed the change"), sources=(IN_FORCE,), target=CLOSED,
                who=(*LEADERS, Role.QA, Role.AUDITOR), not_by=("implement", "judge"), guards=(by_another_than_who_published,),
                asks=("finding*",), effect=worked, stops=(REVIEW,), tells=(OWNER,), tone="done", icon="circle-check",
                clause="CTS 6.3; CTS 10.2",
            ),
            Do(
                name="rework", label=_("Not as meant: carry it out anew"), event="reworked", did=_("found it not as meant: it is carried out anew"),
                sources=(IN_FORCE,), target=APPROVED, who=(*LEADERS, Role.QA, Role.AUDITOR), not_by=("implement", "judge"),
                guards=(by_another_than_who_published,), asks=("finding*", "implement_by*"), effect=did_not_work, stops=(REVIEW,),
                tells=(OWNER,), main=False, tone="late", icon="repeat", clause="CTS 6.3",
            ),
        ),
        dues=(
            Due(field="implement_by", timer=IMPLEMENTATION, label=_("Change carried out"), stops=_("carried out")),
            Due(field="review_on", timer=REVIEW, label=_("Review of a change"), stops=_("reviewed")),
        ),
        timers=(
            TimerKind(
                name=ASSESSMENT, of=NAME, label=_("Consequences of a change of settings"), starts=_("version published"),
                stops=_("consequences written down"), source="CTS 6.3",
                limits=(Limit(amount=10, unit=Unit.WORKING_DAY, basis="CTS 6.3", ours=True),),
            ),
        ),
    )
)  # fmt: skip
