"""Who opened or revealed what, and the windows in which a field is open."""

from django.db import models

from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class AccessEntry(TenantModel):
    """One opening, reveal, search by person or export. Insert only; not in the ledger, because reading must not lock."""

    append_only = True

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    stream_id = models.UUIDField(null=True)
    what = models.CharField(max_length=40)
    """opened, listed (a page of a list, by a program), revealed, searched, exported, downloaded, refused"""
    field = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=1200, blank=True)
    """A code, or what somebody typed, sealed under the key of the thing (privacy.log.purposes opens it)."""
    door = models.CharField(max_length=10, default="page")

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "stream_id", "-at"], name="privacy_access_stream"),
            models.Index(fields=["organisation_id", "-at", "-id"], name="privacy_access_recent"),
        ]


class Reveal(TenantModel):
    """One field of one party, open to one member for five minutes (PS-06)."""

    stream = TenantForeignKey(Stream)
    member_id = models.UUIDField()
    party_id = models.UUIDField()
    field = models.CharField(max_length=30)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "member_id", "stream"], name="privacy_reveal_member")]
