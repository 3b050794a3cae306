"""Which entries are versions of the same document, which one of them is in force, and who is to read it."""

from django.db import models
from django.db.models import Q

from tingsu.kernel.tenancy import TenantForeignKey, TenantModel
from tingsu.registers.models import Entry


class Edition(TenantModel):
    """One version of one document. Its id is the id of its entry in the register; the database allows one in force."""

    entry = TenantForeignKey(Entry, related_name="editions")
    document_id = models.UUIDField()
    """The id of the first version: the document."""
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "document_id"], condition=Q(in_force=True), name="documents_one_in_force"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "document_id"], name="documents_of_one")]


class Reader(TenantModel):
    """Somebody who was asked to read a version; that it was read is a receipt of the kit."""

    entry = TenantForeignKey(Entry, related_name="readers")
    member_id = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "member_id"], name="documents_reader_once")
        ]
        indexes = [models.Index(fields=["organisation_id", "member_id", "-asked_at"], name="documents_reader_asked")]
