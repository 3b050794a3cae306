"""The mailboxes that are read, and one row for each mail that reached us."""

from django.db import models

from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantModel
from tingsu.letters.models import LookedAt


class Mailbox(LookedAt):
    """A mailbox at a server that is read by IMAP; nothing in it is changed."""

    sealed_alone = {"password": "mailbox:{pk}:password"}

    name = models.CharField(max_length=80)
    """What colleagues call it."""
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=10)
    """implicit, starttls or none, as for outgoing mail."""
    username = models.CharField(max_length=200)
    password = SealedField()
    """Under the key of the organisation; shown to nobody again."""
    folder = models.CharField(max_length=200)
    since = models.DateField()
    """Mail from before this day stays where it is."""
    stated_by = models.CharField(max_length=253, blank=True)
    """The name with which the receiving server signs its verdicts on a sender (RFC 8601); those of others are not believed."""
    confirmed = models.BooleanField(default=False)
    """A person was told how many mails have come since that day and wants them all."""
    plus = models.BooleanField(default=False)
    """Its server takes addresses with something behind a plus: answers to a letter then name the letter by themselves."""
    active = models.BooleanField(default=True)
    generation = models.BigIntegerField(default=0)
    """UIDVALIDITY: with another one the server counts anew."""
    reached = models.BigIntegerField(default=0)
    """Every mail up to this UID is kept here, or older than `since`."""
    read_at = models.DateTimeField(null=True)
    """When it was read to its end last."""
    why = models.CharField(max_length=20, blank=True)
    """Why it could not be read last time, as a code of `mail.imap.WHY`; empty when it could."""
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "name"], name="mail_mailbox_name")]


class Arrival(TenantModel):
    """One mail that reached us, however often and by however many ways the same one is brought."""

    digest = BlindIndexField()
    """Keyed digest of every byte."""
    same_as = BlindIndexField()
    """The same of Message-ID and content without the lines that carriers add: one mail by two mailboxes."""
    entry_id = models.UUIDField()
    """The record on the holding desk."""
    file_id = models.UUIDField(null=True)
    """The original; none where it was too large to fetch."""
    mailbox_id = models.UUIDField(null=True)
    """Where it was found first; null for the drop folder."""
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "digest"], name="mail_arrival_digest"),
            models.UniqueConstraint(fields=["organisation_id", "same_as"], name="mail_arrival_same_as"),
        ]
        indexes = [models.Index(fields=["organisation_id", "entry_id"], name="mail_arrival_entry")]
