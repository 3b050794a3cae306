"""A criminal lead: put together, approved by legal, handed over to law enforcement, assisted afterwards (E50; XR-09, ISC 10.1.2)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework.from_record import evidence_at_hand
from tingsu.casework.guards import independent
from tingsu.casework.models import Assistance, CriminalLead
from tingsu.casework.steps.opinions import functions
from tingsu.casework.steps.risk import functions_for
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join, tell_unit
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import story_of
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.kernel.ids import new_id
from tingsu.people import alone
from tingsu.process.registry import case_role
from tingsu.process.steps import Field, Options, Step, Values, asks_who

SOURCES = tuple(state for state in State if state != State.ARCHIVED)
WHO = ("owner", "investigator", "supervisor")
S = CriminalLead.State


def leads(complaint: Complaint, *states: str) -> list[CriminalLead]:
    return CriminalLead.of(complaint, state__in=states)


def legal(complaint: Any) -> Options:
    """Legal functions: nobody else approves what goes to law enforcement. All functions where the firm has none by that name."""
    known = {str(unit.pk) for unit in functions_for(["litigation"])}
    return tuple(one for one in functions(complaint) if one[0] in known)


def lead_so_far(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the record says already; offence and suspect are for whoever puts it together."""
    known = legal(complaint)
    unit = {"unit": known[0][0]} if len(known) == 1 else {}
    values = {"facts": story_of(complaint), "evidence": evidence_at_hand(complaint), **unit}
    return {name: value for name, value in values.items() if value}


@case_role("lead_unit")
def looks_at_it(actor: Actor, complaint: Complaint) -> bool:
    """Works in the legal function that was asked about a criminal lead of this case."""
    return actor.kind == "member" and any(row.unit_id in actor.unit_ids for row in CriminalLead.of(complaint))


def none_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not leads(case.complaint, S.PROPOSED, S.APPROVED):
        return []
    return [Unmet("lead_waits", _("a criminal lead of this case is being decided or handed over already"))]


def propose_lead(case: Case, values: Values) -> None:
    """E50: offence, facts and evidence go to legal, who sees the case from now on."""
    unit_id = uuid.UUID(str(values["unit"]))
    row = CriminalLead(
        id=new_id(), complaint=case.complaint, unit_id=unit_id, proposed_by=case.actor.id, proposed_at=case.at
    )
    row.seal_all(offence=values["offence"], facts=values["facts"], evidence=values["evidence"])
    row.save(force_insert=True)
    case.fact("lead", row.pk)
    join(case, "function", unit_id=unit_id)
    tell_unit(case, unit_id, "case.lead_proposed")


PROPOSE_LEAD = Step(
    id="E50",
    name="propose_lead",
    event="complaint.lead_proposed",
    label=_("Put a criminal lead together"),
    sources=SOURCES,
    who=WHO,
    guards=(none_waits,),
    clause="ISC 10.1.2",
    effect=propose_lead,
    first=lead_so_far,
    beside=("matter", "tasks"),
    fields=(
        Field(name="unit", label=_("Legal function that approves it"), kind="unit", options=legal, required=True),
        Field(name="offence", label=_("Which offence is suspected, and by whom"), kind="longtext", required=True, limit=2000),
        Field(name="facts", label=pgettext_lazy("criminal lead", "Facts"), kind="longtext", required=True),
        Field(
            name="evidence", label=_("List of evidence"), kind="longtext", required=True, limit=6000,
            help=_("One piece a line: what it is, what it shows, where it lies. The files of the case are listed by themselves."),
        ),
    ),
)  # fmt: skip


@asks_who
def not_own_lead(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Legal decides on what somebody else put together."""
    rows = leads(case.complaint, S.PROPOSED)
    if not rows:
        return [Unmet("no_lead", _("no criminal lead waits for legal here"))]
    if not any(row.unit_id in case.actor.unit_ids for row in rows):
        return [Unmet("other_unit", _("another function was asked about it"))]
    if rows[0].proposed_by != case.actor.id or alone.warned(case, "own_lead"):
        return []
    return [Unmet("own_lead", _("somebody else has to decide on what you put together"))]


def _decide(case: Case, values: Values, state: str) -> None:
    row = leads(case.complaint, S.PROPOSED)[0]
    row.state, row.decided_by, row.decided_at = state, case.actor.id, case.at
    row.seal("decision", values["decision"])
    row.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    case.fact("lead", row.pk)
    case.tell([case.complaint.owner_id, row.proposed_by], "case.lead_decided")


def approve_lead(case: Case, values: Values) -> None:
    _decide(case, values, S.APPROVED)


def refuse_lead(case: Case, values: Values) -> None:
    _decide(case, values, S.REFUSED)


def a_lead_waits(complaint: Complaint) -> bool:
    return bool(leads(complaint, S.PROPOSED))


APPROVE_LEAD = Step(
    id="E50",
    name="approve_lead",
    decides=True,
    event="complaint.lead_approved",
    label=_("Approve the criminal lead"),
    sources=SOURCES,
    who=("lead_unit",),
    guards=(not_own_lead, independent),
    main=True,
    guide=_("Approve the package for law enforcement, or refuse it with the reason."),
    main_while=a_lead_waits,
    clause="ISC 10.1.2",
    effect=approve_lead,
    beside=("criminal",),
    fields=(Field(name="decision", label=_("Opinion of legal"), kind="longtext", required=True, limit=2000),),
)
REFUSE_LEAD = Step(
    id="E50",
    name="refuse_lead",
    decides=True,
    event="complaint.lead_refused",
    label=_("Refuse the criminal lead"),
    sources=SOURCES,
    who=("lead_unit",),
    guards=(not_own_lead, independent),
    clause="ISC 10.1.2",
    effect=refuse_lead,
    beside=("criminal",),
    fields=(Field(name="decision", label=_("Why it is not handed over"), kind="longtext", required=True, limit=2000),),
)


def one_approved(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nothing goes to law enforcement that legal has not approved."""
    if leads(case.complaint, S.APPROVED):
        return []
    return [Unmet("not_approved", _("no criminal lead is approved by legal"))]


def hand_over_lead(case: Case, values: Values) -> None:
    """The record of the hand-over: to whom, how, when, under which number, with the receipt."""
    row = leads(case.complaint, S.APPROVED)[0]
    row.state, row.way, row.handed_by = S.HANDED, values["way"], case.actor.id
    row.handed_at = values["handed_at"] or case.at
    row.seal("authority", values["taken_by"])
    row.receipt = [str(one) for one in values["receipt"]]
    row.save(update_fields=["state", "way", "handed_by", "handed_at", "authority", "receipt"])
    if values["receipt"]:
        store.attach(values["receipt"], case.complaint.pk, case.at, actor=case.actor)
    case.fact("lead", row.pk)
    tell_unit(case, row.unit_id, "case.lead_handed")


HAND_OVER_LEAD = Step(
    id="E50",
    name="hand_over_lead",
    event="complaint.lead_handed",
    label=_("Record the hand-over to law enforcement"),
    sources=SOURCES,
    who=WHO,
    guards=(one_approved,),
    clause="ISC 10.1.2",
    effect=hand_over_lead,
    beside=("criminal",),
    fields=(
        Field(name="taken_by", label=_("Authority, who took it, and under which number"), kind="longtext", required=True, limit=500),
        Field(name="way", label=_("How it was handed over"), kind="choice", options=tuple(CriminalLead.Way.choices), required=True),
        Field(name="handed_at", label=_("When, if it was earlier"), kind="datetime", past=True),
        Field(name="receipt", label=_("Receipt of the authority"), kind="files"),
    ),
)  # fmt: skip


def one_handed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if leads(case.complaint, S.HANDED):
        return []
    return [Unmet("not_handed", _("no criminal lead of this case was handed over"))]


def note_assistance(case: Case, values: Values) -> None:
    """A line of the assistance log; nothing in it is ever changed."""
    row = Assistance(
        complaint=case.complaint, assisted_at=values["assisted_at"] or case.at, noted_by=case.actor.id, noted_at=case.at
    )
    row.seal_all(asked=values["asked"], basis=values["basis"], given=values["given"])
    row.save(force_insert=True)


NOTE_ASSISTANCE = Step(
    id="E50",
    name="note_assistance",
    event="complaint.assistance_noted",
    label=_("Note assistance to law enforcement"),
    sources=SOURCES,
    who=(*WHO, "lead_unit"),
    guards=(one_handed,),
    clause="ISC 10.1.2",
    effect=note_assistance,
    beside=("criminal",),
    fields=(
        Field(name="asked", label=_("What the authority asked for"), kind="longtext", required=True, limit=2000),
        Field(name="basis", label=_("On which paper it asks"), required=True, limit=200),
        Field(name="given", label=_("What it was given, or why nothing"), kind="longtext", required=True, limit=2000),
        Field(name="assisted_at", label=_("When, if it was earlier"), kind="datetime", past=True),
    ),
)

STEPS = (PROPOSE_LEAD, APPROVE_LEAD, REFUSE_LEAD, HAND_OVER_LEAD, NOTE_ASSISTANCE)
