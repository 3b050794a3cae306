"""People and organisations in a case, and what they ask for."""

from typing import Any

from django.db import models

from tingsu.complaints import terms
from tingsu.complaints.fields import code_words
from tingsu.complaints.models.complaint import Complaint
from tingsu.kernel import crypto
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Party(TenantModel):
    """A person or organisation in one case. Every personal field is sealed under the row's own key (RG-01)."""

    complaint = TenantForeignKey(Complaint, related_name="parties")
    role = models.CharField(max_length=12, choices=terms.PartyRole)
    kind = models.CharField(max_length=12, choices=terms.PartyKind, default=terms.PartyKind.PERSON)
    honorific = models.CharField(max_length=10, blank=True)
    wrapped_key = models.BinaryField(null=True)
    name = SealedField()
    phone = SealedField()
    email = SealedField()
    address = SealedField()
    postcode = SealedField()
    fax = SealedField()
    city = SealedField()
    country = models.CharField(max_length=2, blank=True)
    """Empty: this one."""
    phone_index = BlindIndexField()
    phone_tail_index = BlindIndexField()
    """Fingerprint of the last four digits."""
    email_index = BlindIndexField()
    name_index = BlindIndexField()
    preferred_channel = models.CharField(max_length=10, blank=True)
    contact_note = SealedField()
    former = SealedField()
    """What stood here before a correction, so that older texts are still covered by it; shown to nobody (PS-06)."""
    reached_since = models.DateTimeField(null=True)
    """When telephone or e-mail was put right: links sent before open nothing, for they went elsewhere."""
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="complaints_party_of"),
            models.Index(
                fields=["organisation_id", "phone_index"],
                condition=models.Q(phone_index__isnull=False),
                name="complaints_party_phone",
            ),
            models.Index(
                fields=["organisation_id", "phone_tail_index"],
                condition=models.Q(phone_tail_index__isnull=False),
                name="complaints_party_tail",
            ),
            models.Index(
                fields=["organisation_id", "email_index"],
                condition=models.Q(email_index__isnull=False),
                name="complaints_party_email",
            ),
            models.Index(
                fields=["organisation_id", "name_index"],
                condition=models.Q(name_index__isnull=False),
                name="complaints_party_name",
            ),
        ]

    def key(self) -> crypto.Key:
        """Raises Erased once the person was erased."""
        return crypto.data_key(self.organisation_id, self.wrapped_key)

    def text(self, field: str) -> str:
        """A personal field in the clear. Only `privacy` may call this; everybody else asks privacy."""
        sealed = getattr(self, field)
        if isinstance(sealed, str):
            return code_words(field, sealed)
        if not sealed:
            return ""
        # A list asks for a name twice: to show it, and to keep it out of the texts beside it.
        kept: dict[str, tuple[Any, str]] = self.__dict__.setdefault("_opened", {})
        if field not in kept or kept[field][0] is not sealed:
            kept[field] = (sealed, self.key().open(sealed, f"party:{self.pk}:{field}"))
        return kept[field][1]

    def seal(self, field: str, plain: str) -> None:
        setattr(self, field, self.key().seal(plain, f"party:{self.pk}:{field}") if plain else None)


class OtherPhone(TenantModel):
    """A further telephone that a person gave in the same field: its fingerprints; the number stands sealed in the field."""

    complaint = TenantForeignKey(Complaint, related_name="other_phones")
    party = TenantForeignKey(Party, related_name="other_phones")
    phone_index = BlindIndexField()
    phone_tail_index = BlindIndexField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="complaints_other_of"),
            models.Index(fields=["organisation_id", "phone_index"], name="complaints_other_phone"),
            models.Index(fields=["organisation_id", "phone_tail_index"], name="complaints_other_tail"),
        ]


class Demand(TenantModel):
    """One thing the complainant asks for, answered one by one (RG-08, VL-13, RM-05). Amount in fen."""

    complaint = TenantForeignKey(Complaint, related_name="demands")
    position = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=terms.DemandKind)
    amount_fen = models.BigIntegerField(null=True)
    detail = SealedField()
    reasonable = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="complaints_demand_of")]

    def text(self) -> str:
        """The detail in the clear. The caller answers for the right to see it (privacy). Raises Erased."""
        return self.complaint.stream.key().open(self.detail, f"demand:{self.pk}") if self.detail else ""

    def seal(self, plain: str) -> None:
        """Put the detail under the complaint's key."""
        self.detail = self.complaint.stream.key().seal(plain, f"demand:{self.pk}") if plain else None
