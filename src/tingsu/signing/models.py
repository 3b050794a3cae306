"""Signed documents of a case: the version that was signed, who signed it and how, and the links that lead there (RG-05, MD-06)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.complaints.models import Complaint
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class SignedVersion(CaseRow):
    """What a document said when it was first signed. A later change makes another version and never touches this one."""

    document = models.CharField(max_length=40)
    item = models.CharField(max_length=60, blank=True)
    """Which one, of a document of which a case has several."""
    number = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 over salt and content; both lie in `SignedPiece`, so that nothing can be guessed from it once they are erased."""
    pinned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "document", "item", "number"], name="signing_version_number"
            )
        ]


class Signature(CaseRow):
    """One side's signature below one version, or that it refused to sign."""

    class Way(models.TextChoices):
        DRAWN = "drawn", _("Drawn on the screen")
        TYPED = "typed", _("Name typed with declared intent")
        REFUSED = "refused", pgettext_lazy("signature", "Refused")

    version = TenantForeignKey(SignedVersion, related_name="signatures")
    side = models.CharField(max_length=12)
    way = models.CharField(max_length=8, choices=Way)
    name = SealedField()
    """The name as the person typed it."""
    reason = SealedField()
    """Why it was refused."""
    ink = models.CharField(max_length=64, blank=True)
    """SHA-256 of the drawing, which lies in `SignedPiece`."""
    party_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    """The colleague who signed for a side of ours."""
    witness_id = models.UUIDField(null=True)
    """On whose screen a party signed, or who noted the refusal."""
    link_id = models.UUIDField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "version", "side"], name="signing_signature_once"),
            models.CheckConstraint(
                condition=models.Q(way="drawn", ink__gt="") | (~models.Q(way="drawn") & models.Q(ink="")),
                name="signing_signature_ink",
            ),
        ]


class SigningLink(CaseRow):
    """A link that leads one party to one document, opens once, and ends: only a fingerprint of it is kept."""

    document = models.CharField(max_length=40)
    item = models.CharField(max_length=60, blank=True)
    side = models.CharField(max_length=12)
    party_id = models.UUIDField()
    token = BlindIndexField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    """Wrong answers to the question for the last digits of the telephone."""
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """Taken back by us, replaced by a newer one, or closed after too many wrong answers."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "token"],
                condition=models.Q(token__isnull=False),
                name="signing_link_token",
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="signing_link_of")]


class SignedPiece(TenantModel):
    """The content of a version or the drawing of a signature, under the id of what it belongs to: read only where it is shown."""

    complaint = TenantForeignKey(Complaint, related_name="+")
    body = SealedField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="signing_piece_of")]

    def seal(self, plain: str) -> None:
        """Put the text under the key of the case. Raises Erased."""
        self.body = self.complaint.stream.key().seal(plain, f"signedpiece:{self.pk}:body")

    def text(self) -> str:
        """The text; the caller answers for the right to see it. Raises Erased."""
        key = self.complaint.stream.key()
        return key.open(self.body, f"signedpiece:{self.pk}:body") if self.body else ""
