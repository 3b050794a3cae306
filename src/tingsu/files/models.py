"""The encrypted store's register: what a file is, whose it is, and what its content must hash to."""

from django.db import models

from tingsu.kernel.fields import SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class StoredFile(TenantModel):
    """One file. Its bytes lie encrypted under its own key, known by the SHA-256 of their plain content (IV-08).

    What it is and to which history it belongs is set once: the database refuses to change it, so no evidence becomes another.
    """

    written_once = ("sha256", "size", "media_type", "received_at", "stream")

    stream = TenantForeignKey(Stream, null=True, related_name="files")
    """The history it belongs to; null while it is only uploaded (swept after a day)."""
    purpose = models.CharField(max_length=20, default="evidence")
    name = SealedField()
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=33)
    wrapped_key = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    received_from = models.CharField(max_length=12)
    """Actor kind: complainant, respondent, member, token, system."""
    received_by = models.UUIDField(null=True)
    """The member, party or program; of a visitor's loose file the draft of that visit, and nobody else can use it (PS-11)."""
    acknowledged_at = models.DateTimeField(null=True)
    """When it was noted 材料已收悉 (RG-09)."""
    erased_at = models.DateTimeField(null=True)

    cleaned = models.BooleanField(default=False)
    """Place, camera and author were taken out on arrival, because it came from somebody who stays anonymous (PS-17)."""
    scanned_at = models.DateTimeField(null=True)
    """When a scanner looked for malware; null while none did (PS-03)."""
    quarantined_at = models.DateTimeField(null=True)
    """When it found some. The file is locked away: nobody opens or attaches it."""

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "stream"], name="files_storedfile_stream"),
            models.Index(
                fields=["received_at"], condition=models.Q(stream__isnull=True), name="files_storedfile_loose"
            ),
            models.Index(
                fields=["received_at"],
                condition=models.Q(scanned_at__isnull=True, quarantined_at__isnull=True, erased_at__isnull=True),
                name="files_storedfile_unscanned",
            ),
        ]
