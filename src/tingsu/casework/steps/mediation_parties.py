"""What a mediation asks of the parties: to come (E12), and to say if they do not trust the mediator (E27)."""

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import MediationSession
from tingsu.casework.steps.mediation import mediation_open, open_mediation, the_mediation, waits_for_ruling
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import PartyRole, State
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.letters import outbox
from tingsu.people import queries as people
from tingsu.process.steps import Field, Step, Values
from tingsu.process.values import refuse_placeholders

WHERE = (State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE)
RULERS = ("supervisor",)


def _invited(complaint: Complaint, sides: list[str]) -> list[Party]:
    """Who gets the invitation: the complainant or their agent, each respondent. Raises InvalidInput for a side nobody is known of."""
    found: list[Party] = []
    if MediationSession.Present.COMPLAINANT in sides and (first := complainant_of(complaint)):
        found.append(first)
    respondents = rows_of(Party, complaint, role=PartyRole.RESPONDENT)
    if MediationSession.Present.RESPONDENT in sides:
        if not respondents:
            raise InvalidInput({"invited": InvalidValue(_("No respondent is recorded in this case."))})
        found += respondents
    return found


def call_to_mediation(case: Case, values: Values) -> None:
    """E12: time, way and mediator reach the parties in writing, with their right to object; a later invitation replaces it (MD-06, MD-07)."""
    refuse_placeholders(how=values["how"], note=values["note"])
    row = the_mediation(case)
    parties = _invited(case.complaint, values["invited"])
    row.called_for, row.called_sides = values["held_at"], values["invited"]
    row.seal("called_how", values["how"])
    row.save(update_fields=["called_for", "called_how", "called_sides"])
    case.fact("mediation", row.pk)
    case.fact("mediator", row.mediator_id)
    said = {"held_at": values["held_at"], "how": values["how"], "note": values["note"], "handler": row.mediator_id}
    letters = []
    for party in parties:
        intent = f"mediation_call:{party.pk}:{case.event_id}"
        letters.append(
            outbox.queue_letter(
                case.chain, complaint=case.complaint, party=party, template="mediation_call", intent=intent, at=case.at, values=said
            )
        )  # fmt: skip
    case.fact("informed", [one.pk for one in letters])
    case.tell([row.mediator_id, case.complaint.owner_id], "case.mediation_called")


CALL_TO_MEDIATION = Step(
    id="E12",
    name="call_to_mediation",
    event="complaint.mediation_called",
    label=_("Invite to the mediation"),
    sources=WHERE,
    who=("case_mediator", "owner"),
    guards=(mediation_open,),
    beside=("mediation", "requests", "matter"),
    reaches_complainant=True,
    clause="ISC 9.3.1; SVC 1.3.3",
    effect=call_to_mediation,
    fields=(
        Field(
            name="invited",
            label=_("Who is invited"),
            kind="choices",
            options=tuple(
                (one.value, one.label)
                for one in (MediationSession.Present.COMPLAINANT, MediationSession.Present.RESPONDENT)
            ),
            required=True,
        ),
        Field(name="held_at", label=_("Day and time"), kind="datetime", future=True, required=True),
        Field(
            name="how",
            label=_("How and where"),
            required=True,
            help=_("For example: by telephone, we call you; or the address and room."),
        ),
        Field(name="note", label=_("What they should know or bring"), kind="longtext"),
    ),
    first=lambda actor, complaint: {"invited": [MediationSession.Present.COMPLAINANT.value]},
)


def nothing_objected(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """One objection at a time; it is ruled on before the next."""
    row = open_mediation(case.complaint)
    if row is None or not waits_for_ruling(row):
        return []
    return [Unmet("objection_open", _("an objection to the mediator is already with us; it is decided first"))]


def object_to_mediator(case: Case, values: Values) -> None:
    """E27: a party does not trust the mediator; the supervisors hear of it and decide (MD-07)."""
    row = the_mediation(case)
    row.objected_at = case.at
    row.seal("objection", values["words"])
    row.save(update_fields=["objected_at", "objection"])
    case.fact("mediation", row.pk)
    case.tell([one.pk for one in people.active_members(roles=RULERS)], "case.mediator_objected")


OBJECT_TO_MEDIATOR = Step(
    id="E27",
    name="object_to_mediator",
    event="complaint.mediator_objected",
    label=_("Record an objection to the mediator"),
    sources=WHERE,
    who=("complainant", "agent", "respondent", "owner", "case_mediator"),
    guards=(mediation_open, nothing_objected),
    beside=("mediation", "matter"),
    clause="SVC 1.3.3; MD-07",
    effect=object_to_mediator,
    fields=(Field(name="words", label=_("Who objects, and why"), kind="longtext", required=True),),
)


STEPS = (CALL_TO_MEDIATION, OBJECT_TO_MEDIATOR)
