"""The people of a registration, sealed under keys of their own (RG-01, RG-08)."""

import phonenumbers

from tingsu.complaints import terms
from tingsu.complaints.fields import PARTIES, CaseField, Place, asked_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import phone_key
from tingsu.intake.reading import Intake
from tingsu.kernel import crypto


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
    organisation_id = party.organisation_id
    if column == "phone":
        bare = bare_phone(value)
        party.phone_index = crypto.blind_index(organisation_id, "phone", bare)
        party.phone_tail_index = crypto.blind_index(organisation_id, "tail", bare[-4:])
    elif column == "email":
        party.email_index = crypto.blind_index(organisation_id, "email", value.lower())
    elif column == "name":
        party.name_index = crypto.blind_index(organisation_id, "name", value)


def bare_phone(phone: str) -> str:
    """A telephone number as it is fingerprinted: national digits of a mainland number, international ones of any other."""
    try:
        number = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException:
        return phone_key(phone)
    if number.country_code == 86:
        return phone_key(str(number.national_number))
    return phone_key(f"{number.country_code}{number.national_number}")
