"""The people of a registration, sealed under keys of their own (RG-01, RG-08)."""

from tingsu.complaints import terms
from tingsu.complaints.fields import PARTIES, CaseField, Place, asked_of
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.reading import Intake
from tingsu.kernel import crypto
from tingsu.kernel.fingerprints import fingerprint


def make(complaint: Complaint, intake: Intake) -> list[Party]:
    """The parties named in a registration, unsaved. The complainant is always one of them, anonymous or not."""
    return [
        _party(complaint, role, asked_of(role), intake)
        for role in PARTIES
        if role == "complainant" or any(getattr(intake, one.name) for one in asked_of(role))
    ]


def addressed(made: list[Party]) -> Party:
    """Whom the acknowledgement goes to: the agent if there is one, else the complainant."""
    return next((party for party in made if party.role == terms.PartyRole.AGENT), made[0])


def _party(complaint: Complaint, role: Place, fields: tuple[CaseField, ...], intake: Intake) -> Party:
    organisation_id = complaint.organisation_id
    _key, wrapped = crypto.new_data_key(organisation_id)
    party = Party(complaint=complaint, role=role, wrapped_key=wrapped)
    for one in fields:
        value = getattr(intake, one.name)
        if one.name == "is_organisation":
            party.kind = terms.PartyKind.ORGANISATION if value else terms.PartyKind.PERSON
        elif one.sealed:
            party.seal(one.stored, value)
        else:
            setattr(party, one.stored, value)
        if value and one.also:
            _fingerprint(party, one.stored, value)
    return party


def _fingerprint(party: Party, column: str, value: str) -> None:
    """What finds the person: telephone, its last four digits, e-mail, name."""
    setattr(party, f"{column}_index", fingerprint(party.organisation_id, column, value))
    if column == "phone":
        party.phone_tail_index = fingerprint(party.organisation_id, "tail", value)
