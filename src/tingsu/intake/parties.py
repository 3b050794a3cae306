"""The people of a registration, sealed under keys of their own (RG-01, RG-08)."""

import phonenumbers

from tingsu.complaints import terms
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.search import phone_key
from tingsu.intake.reading import Intake
from tingsu.kernel import crypto

INDEXED = {"phone": "phone_index", "email": "email_index", "name": "name_index"}


def make(complaint: Complaint, intake: Intake) -> list[Party]:
    """The parties named in a registration, unsaved. The complainant is always one of them, anonymous or not."""
    made = [
        _party(
            complaint, terms.PartyRole.COMPLAINANT, name=intake.name, phone=intake.phone, email=intake.email,
            address=intake.address, postcode=intake.postcode, fax=intake.fax,
        )
    ]  # fmt: skip
    person = made[0]
    person.kind = terms.PartyKind.ORGANISATION if intake.is_organisation else terms.PartyKind.PERSON
    person.customer_type, person.honorific = intake.customer_type, intake.honorific
    person.city, person.country = intake.city, intake.country
    person.preferred_channel, person.contact_note = intake.preferred_channel, intake.contact_note
    if intake.agent_name or intake.agent_phone or intake.agent_email:
        made.append(
            _party(
                complaint,
                terms.PartyRole.AGENT,
                name=intake.agent_name,
                phone=intake.agent_phone,
                email=intake.agent_email,
            )
        )
    if intake.contact_name or intake.contact_phone:
        made.append(_party(complaint, terms.PartyRole.CONTACT, name=intake.contact_name, phone=intake.contact_phone))
    if intake.respondent_name or intake.respondent_phone or intake.respondent_email:
        made.append(
            _party(
                complaint,
                terms.PartyRole.RESPONDENT,
                name=intake.respondent_name,
                phone=intake.respondent_phone,
                email=intake.respondent_email,
            )
        )
    return made


def addressed(made: list[Party]) -> Party:
    """Whom the acknowledgement goes to: the agent if there is one, else the complainant."""
    return next((party for party in made if party.role == terms.PartyRole.AGENT), made[0])


def _party(complaint: Complaint, role: terms.PartyRole, **personal: str) -> Party:
    organisation_id = complaint.organisation_id
    _key, wrapped = crypto.new_data_key(organisation_id)
    party = Party(complaint=complaint, role=role, wrapped_key=wrapped)
    for field, text in personal.items():
        if text:
            party.seal(field, text)
    if phone := personal.get("phone"):
        bare = bare_phone(phone)
        party.phone_index = crypto.blind_index(organisation_id, "phone", bare)
        party.phone_tail_index = crypto.blind_index(organisation_id, "tail", bare[-4:])
    if email := personal.get("email"):
        party.email_index = crypto.blind_index(organisation_id, "email", email.lower())
    if name := personal.get("name"):
        party.name_index = crypto.blind_index(organisation_id, "name", name)
    return party


def bare_phone(phone: str) -> str:
    """A telephone number as it is fingerprinted: national digits of a mainland number, international ones of any other."""
    try:
        number = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException:
        return phone_key(phone)
    if number.country_code == 86:
        return phone_key(str(number.national_number))
    return phone_key(f"{number.country_code}{number.national_number}")
