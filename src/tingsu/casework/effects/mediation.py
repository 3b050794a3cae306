"""Mediation: E12, and the ruling on an objection to the mediator (E27)."""

from typing import Any

from tingsu.casework import rules
from tingsu.casework.joining import join
from tingsu.casework.models import Mediation, MediationSession
from tingsu.complaints.case import Case
from tingsu.kernel.errors import NotFound
from tingsu.letters.notices import notify
from tingsu.process.registry import effect

Values = dict[str, Any]
GOES_ON = "open"


@effect("appoint_mediator")
def appoint_mediator(case: Case, values: Values) -> None:
    """E12: a mediator of sufficient level takes part from now on (MD-01–MD-06)."""
    member_id = values["member"]
    row = Mediation(
        complaint=case.complaint, mediator_id=member_id, level=rules.mediator_level(member_id),
        by_body=rules.in_mediation_body(member_id), appointed_by=case.actor.id, appointed_at=case.at,
    )  # fmt: skip
    row.save(force_insert=True)
    case.fact("mediation", row.pk)
    case.fact("level", row.level)
    join(case, "mediator", member_id=member_id)
    notify([member_id], "case.mediation", case.complaint.pk, {"number": case.complaint.number})


def _open(case: Case) -> Mediation:
    row = next(iter(Mediation.of(case.complaint, state=Mediation.State.OPEN)), None)
    if row is None:
        raise NotFound
    return row


@effect("mediate")
def mediate(case: Case, values: Values) -> None:
    """One session; with a result the mediation ends. The case stays where it is: no result closes it silently (MD-08)."""
    mediation = _open(case)
    session = MediationSession(complaint=case.complaint, mediation=mediation, held_at=case.at)
    session.seal_all(means=values["means"], content=values["content"], proposals=values["proposals"])
    session.save(force_insert=True)
    case.fact("mediation", mediation.pk)
    case.fact("session", session.pk)
    if values["result"] == GOES_ON:
        return
    mediation.state, mediation.ended_at = values["result"], case.at
    mediation.seal("agreement", values["agreement"])
    mediation.save(update_fields=["state", "ended_at", "agreement"])
    notify(
        [case.complaint.owner_id],
        "case.mediated",
        case.complaint.pk,
        {"number": case.complaint.number, "result": values["result"]},
    )


@effect("rule_on_mediator")
def rule_on_mediator(case: Case, values: Values) -> None:
    """E27: a party objects to the mediator, the supervisor decides; if upheld, another one can be appointed (MD-07)."""
    mediation = _open(case)
    case.fact("mediation", mediation.pk)
    if values["upheld"] == "yes":
        mediation.state, mediation.ended_at = Mediation.State.REPLACED, case.at
        mediation.save(update_fields=["state", "ended_at"])
    told = {case.complaint.owner_id, mediation.mediator_id} - {case.actor.id}
    notify(
        sorted(told, key=str),
        "case.mediator_ruled",
        case.complaint.pk,
        {"number": case.complaint.number, "upheld": values["upheld"]},
    )
