"""The people of a registration, sealed under keys of their own (RG-01, RG-08)."""

from tingsu.complaints import terms
from tingsu.complaints.contacts import index_phones, index_word
from tingsu.complaints.fields import PARTIES, CaseField, Place, asked_of
from tingsu.complaints.models import Complaint, OtherPhone, Party
from tingsu.intake.reading import Intake
from tingsu.kernel import crypto


def make(complaint: Complaint, intake: Intake, others: list[OtherPhone]) -> list[Party]:
    """The parties named in a registration, unsaved. The complainant is always one of them, anonymous or not.

    `others` takes the rows of further telephones, unsaved too.
    """
    return [
        _party(complaint, role, asked_of(role), intake, others)
        for role in PARTIES
        if role == "complainant" or any(getattr(intake, one.name) for one in asked_of(role))
    ]


def addressed(made: list[Party]) -> Party:
    """Whom the acknowledgement goes to: the agent if there is one, else the complainant."""
    return next((party for party in made if party.role == terms.PartyRole.AGENT), made[0])


def _party(
    complaint: Complaint, role: Place, fields: tuple[CaseField, ...], intake: Intake, others: list[OtherPhone]
) -> Party:
    organisation_id = complaint.organisation_id
    _key, wrapped = crypto.new_data_key(organisation_id)
    party = Party(complaint=complaint, role=role, wrapped_key=wrapped)
    party.organisation_id = organisation_id
    for one in fields:
        value = getattr(intake, one.name)
        if one.name == "is_organisation":
            party.kind = terms.PartyKind.ORGANISATION if value else terms.PartyKind.PERSON
        elif one.sealed:
            party.seal(one.stored, value)
        else:
            setattr(party, one.stored, value)
        if value and one.stored == "phone":
            others += index_phones(party, value)
        elif value and one.also:
            index_word(party, one.stored, value)
    return party
