"""Incidents with personal data (PS-10): what was done at once, who is affected, who was told and when, within which limits."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.people.roles import Role
from tingsu.planning import obligations
from tingsu.planning.asked import PROOF, REASON
from tingsu.process.steps import Field, Options, Step, asks_who, guard
from tingsu.protection.asked import LEADING, OWNER_FIELD, READERS, WORKERS
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "data_incident"
REPORT, NOTICE = "incident_report", "incident_notice"
FOUND, CONTAINED, CLOSED, NO_INCIDENT = "found", "contained", "closed", "unfounded"
SORTS = (
    ("leak", pgettext_lazy("incident", "Disclosed or leaked")),
    ("access", pgettext_lazy("incident", "Looked at by somebody without the right")),
    ("altered", pgettext_lazy("incident", "Altered")),
    ("lost", pgettext_lazy("incident", "Lost or destroyed")),
    ("away", pgettext_lazy("incident", "Not to be reached for a while")),
)
DATA = (
    ("contact", pgettext_lazy("incident", "Names and ways to reach people")),
    ("identity", pgettext_lazy("incident", "Identity documents")),
    ("payment", pgettext_lazy("incident", "Accounts and payments")),
    ("content", pgettext_lazy("incident", "What complaints tell")),
    ("recording", pgettext_lazy("incident", "Recordings and pictures")),
    ("minors", pgettext_lazy("incident", "Data of minors")),
    ("staff", pgettext_lazy("incident", "Data of staff")),
)


def duties_in_force(entry: Any) -> Options:
    """Obligations that bind us and may set the limits of an incident."""
    rows = Entry.objects.filter(register=obligations.NAME, state=obligations.IN_FORCE).select_related("stream")
    return tuple(
        (str(one.pk), (one.worded_or_none() or {}).get("title", one.number)) for one in rows.order_by("number")[:200]
    )


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """Both limits run from now; the obligation that sets them is linked. Raises InvalidInput for a limit before the finding."""
    for name, timer in (("report_by", REPORT), ("notify_by", NOTICE)):
        limit: datetime = values[name]
        if limit <= values["found_at"]:
            error = InvalidValue(_("The limit lies after the moment when it was found."), code="order")
            raise InvalidInput({name: error})
        entry.start(timer, due_at=limit)
    if values.get("obligation"):
        from uuid import UUID

        link_opened(entry, UUID(str(values["obligation"])), "follows")


@guard("told")
def told(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The authority was told, and whoever is affected was told or another person decided that they need not be."""
    codes, unmet = opened.entry.codes, []
    if not codes.get("reported_at"):
        unmet.append(Unmet("not_reported", _("the authority has not been told yet"), guard=""))
    if not codes.get("notified_at") and not codes.get("no_notice"):
        unmet.append(Unmet("not_notified", _("those affected have not been told yet"), guard=""))
    return unmet


@guard("not_by_whoever_contained")
@asks_who
def another_person(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever answers for an incident does not decide that nobody need be told of it; nobody does once they were told."""
    if step.name == "need_not" and opened.entry.codes.get("notified_at"):
        return [Unmet("told_already", _("those affected have been told already"), guard="")]
    own = opened.entry.owner_id == opened.actor.id
    sentence = _("whoever answers for the incident does not decide this; another person does")
    return [Unmet("own_incident", sentence, guard="")] if own and not alone.warned(opened, "own_work") else []


def not_to_be_told(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Those affected need not be told (PIPL 57): why stands in the history."""
    opened.put("no_notice", True)
    opened.end(NOTICE, "cancelled")


def ended(opened: OpenedEntry, values: dict[str, Any]) -> None:
    for timer in (REPORT, NOTICE):
        opened.end(timer, "cancelled")


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Incident with personal data"),
        many=pgettext_lazy("records", "Incidents with personal data"),
        hint=_(
            "Personal data were disclosed, altered, lost or seen by somebody without the right: what was done at once, who is affected, when the "
            "authority and those affected were told, and what keeps it from happening again."
        ),
        prefix="AQ",
        icon="alert-triangle",
        group="",
        order=70,
        title="title",
        owner="owner",
        readers=READERS,
        fields=(
            Field(name="title", label=_("What happened"), limit=200),
            Field(name="sort", label=pgettext_lazy("incident", "Kind"), kind="choice", options=SORTS),
            Field(name="data", label=_("Which data"), kind="choices", options=DATA),
            Field(name="began_at", label=_("Began about"), kind="datetime", past=True),
            Field(name="found_at", label=_("Found at"), kind="datetime", past=True),
            Field(name="how", label=_("How it was found, and what is known"), kind="longtext", limit=4000),
            Field(name="persons", label=_("Persons affected, about"), kind="number"),
            Field(name="who", label=_("Who is affected"), kind="longtext", limit=2000, help=_("Groups, not names.")),
            Field(name="harm", label=_("Harm that may come of it"), kind="longtext", limit=2000),
            Field(
                name="obligation", label=_("Obligation that sets the limits"), kind="choice", options=duties_in_force,
                help=_("From the register of obligations, such as the Personal Information Protection Law: at once."),
            ),
            Field(name="report_by", label=_("The authority is told by"), kind="datetime"),
            Field(name="notify_by", label=_("Those affected are told by"), kind="datetime"),
            Field(name="measures", label=_("Taken at once"), kind="longtext", limit=4000),
            Field(name="contained_at", label=_("Contained at"), kind="datetime", past=True),
            Field(name="authority", label=pgettext_lazy("incident", "Authority"), limit=120),
            Field(name="reported_at", label=_("Authority told at"), kind="datetime", past=True),
            Field(name="reference", label=_("Their number"), limit=80),
            Field(name="report", label=_("What the authority was told"), kind="longtext", limit=4000),
            Field(name="notified_at", label=_("Those affected told at"), kind="datetime", past=True),
            Field(name="notified", label=_("How many were told"), kind="number"),
            Field(name="means", label=pgettext_lazy("incident", "By what means"), limit=200),
            Field(name="notice", label=_("What they were told"), kind="longtext", limit=4000),
            Field(name="no_notice", label=_("Those affected need not be told"), kind="bool"),
            Field(name="cause", label=pgettext_lazy("incident", "Cause"), kind="longtext", limit=2000),
            Field(name="prevention", label=_("What keeps it from happening again"), kind="longtext", limit=2000),
            OWNER_FIELD,
            PROOF,
            REASON,
        ),
        form=("title*", "sort*", "data*", "began_at", "found_at*", "how*", "persons", "who", "harm", "obligation", "report_by*", "notify_by*", "owner"),
        passing=("reason",),
        columns=("sort", "found_at", "persons"),
        filters=("sort",),
        clauses=lambda codes: ("ISC 9.7.2.4",),
        on_open=opened,
        opening={"may_start": (REPORT, NOTICE)},
        states=(
            State(FOUND, pgettext_lazy("incident", "Found"), "late"),
            State(CONTAINED, pgettext_lazy("incident", "Contained"), "soon"),
            State(CLOSED, pgettext_lazy("incident", "Closed"), "done", open=False),
            State(NO_INCIDENT, pgettext_lazy("incident", "Was none"), open=False),
        ),
        steps=(
            Do(
                name="contain", label=_("Record what was done at once"), event="contained", did=_("recorded what was done at once"),
                sources=(FOUND,), target=CONTAINED, who=WORKERS, asks=("measures*", "contained_at*", "persons", "who", "harm"),
                tells=(OWNER, Role.MGMT_REP), icon="shield-lock", clause="ISC 9.7.2.4",
            ),
            Do(
                name="tell_authority", label=_("The authority was told"), event="authority_told", did=_("told the authority"),
                sources=(FOUND, CONTAINED), who=WORKERS, asks=("authority*", "reported_at*", "reference", "report*", "proof"),
                may_stop=(REPORT,), effect=lambda opened, values: opened.end(REPORT), icon="send", clause="ISC 9.7.2.4",
            ),
            Do(
                name="tell_persons", label=_("Those affected were told"), event="persons_told", did=_("told those affected"),
                sources=(FOUND, CONTAINED), who=WORKERS, asks=("notified_at*", "notified*", "means*", "notice*", "proof"),
                may_stop=(NOTICE,), effect=lambda opened, values: opened.end(NOTICE), icon="mail", clause="ISC 9.7.2.4",
            ),
            Do(
                name="need_not", label=_("Those affected need not be told"), event="notice_waived", did=_("decided that those affected need not be told"),
                sources=(CONTAINED,), who=LEADING, guards=(another_person,), asks=("reason*",), may_stop=(NOTICE,), effect=not_to_be_told,
                tells=(OWNER,), icon="x", main=False, clause="ISC 9.7.2.4",
            ),
            Do(
                name="close", label=pgettext_lazy("incident", "Close"), event="closed", did=_("closed the incident"), sources=(CONTAINED,),
                target=CLOSED, who=LEADING, not_by=("open",), guards=(told,), asks=("cause*", "prevention*"), tells=(OWNER, OPENER), tone="done",
                icon="check", clause="ISC 9.7.2.4",
            ),
            Do(
                name="unfounded", label=pgettext_lazy("incident", "It was none"), event="unfounded", did=_("found that it was no incident"),
                sources=(FOUND, CONTAINED), target=NO_INCIDENT, who=LEADING, guards=(another_person,), asks=("reason*",), may_stop=(REPORT, NOTICE),
                effect=ended, tells=(OWNER, OPENER), icon="x", main=False,
            ),
        ),
        timers=(
            TimerKind(
                name=REPORT, of=NAME, label=_("Authority to be told"), starts=_("incident found"),
                stops=_("the authority was told"), source="ISC 9.7.2.4", dated=True,
            ),
            TimerKind(
                name=NOTICE, of=NAME, label=_("Those affected to be told"), starts=_("incident found"),
                stops=_("they were told, or need not be"), source="ISC 9.7.2.4", dated=True,
            ),
        ),
    )
)  # fmt: skip
