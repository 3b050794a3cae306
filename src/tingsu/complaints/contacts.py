"""The people who can be reached at a contact, whichever of their numbers it is (RG-08, AK-06)."""

import uuid
from collections.abc import Iterable

from tingsu.complaints.models import OtherPhone, Party
from tingsu.kernel.fingerprints import fingerprint, fingerprints_of_phones


def index_phones(party: Party, typed: str) -> list[OtherPhone]:
    """Put the fingerprints of the first number on the person; the rows of all others, unsaved."""
    found = fingerprints_of_phones(party.organisation_id, typed)
    party.phone_index, party.phone_tail_index = found[0] if found else (None, None)
    return [
        OtherPhone(
            organisation_id=party.organisation_id, complaint_id=party.complaint_id, party_id=party.pk,
            phone_index=number, phone_tail_index=tail,
        )
        for number, tail in found[1:]
    ]  # fmt: skip


def index_word(party: Party, column: str, typed: str) -> None:
    """The fingerprint of a name or an address."""
    setattr(party, f"{column}_index", fingerprint(party.organisation_id, column, typed) if typed else None)


def renew_party(party: Party) -> None:
    """The fingerprints of one person from what is sealed. In the open transaction."""
    OtherPhone.objects.filter(party=party).delete()
    OtherPhone.objects.bulk_create(index_phones(party, party.text("phone")))
    for column in ("email", "name"):
        index_word(party, column, party.text(column))
    party.save(update_fields=["phone_index", "phone_tail_index", "email_index", "name_index"])


def people_at(column: str, index: bytes | None, most: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(person, complaint) by phone_index, phone_tail_index, email_index or name_index, the newest; two queries at most."""
    if index is None:
        return []
    rows: Iterable[tuple[uuid.UUID, uuid.UUID]] = (
        Party.objects.filter(**{column: index}, erased_at=None).order_by("-pk").values_list("pk", "complaint_id")[:most]
    )
    found = list(rows)
    if column.startswith("phone"):
        others = OtherPhone.objects.filter(**{column: index}).order_by("-pk").values_list("party_id", "complaint_id")
        found = list(dict.fromkeys([*found, *others[:most]]))
    return found
