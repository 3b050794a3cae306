"""Letters out (and, later, in) and in-app notices."""

from django.db import models

from tingsu.kernel.fields import SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Letter(TenantModel):
    """One message to a party of a case, or about a case to a colleague. One row per intent (invariant 8)."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    stream = TenantForeignKey(Stream, related_name="letters")
    intent = models.CharField(max_length=120)
    """What it is for, once per case: 'acknowledgement', 'solution:2', …"""
    template = models.CharField(max_length=40)
    template_version = models.IntegerField(default=0)
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    """email, sms, portal (access-code page), call (a call task), post"""
    party_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    """A colleague it goes to instead of a party: alerts of cases that cannot wait (AS-10)."""
    address = SealedField()
    subject = SealedField()
    body = SealedField()
    values = SealedField()
    """JSON of what the template's places are filled with, until it is rendered."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    """Tries that a server answered with *later*."""
    unsure = models.SmallIntegerField(default=0)
    """Tries of which nobody knows whether the letter left: the worker or the line died in the middle. Never a third."""
    handed_at = models.DateTimeField(null=True)
    """Since when a worker has it in hand; empty when none has."""
    next_try_at = models.DateTimeField(null=True)
    """Not before this instant again, after a try that did not come off."""
    failure = models.CharField(max_length=60, blank=True)
    """Why it did not leave, as a code of `letters.smtp.WHY`."""
    failed_channel = models.CharField(max_length=10, blank=True)
    """The means that failed, when the follow-up page took its place."""
    said = SealedField()
    """The server's own words on the last try; they may name the addressee."""
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    """Held back until this instant."""
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "stream", "intent"], name="letters_letter_one_per_intent"
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "send_after"],
                condition=models.Q(state="queued"),
                name="letters_letter_queue",
            ),
            models.Index(fields=["organisation_id", "-created_at", "-id"], name="letters_letter_recent"),
        ]


class MailPause(TenantModel):
    """A time in which no letter leaves by mail: the server, not a letter, was refused; or somebody holds the post."""

    why = models.CharField(max_length=20)
    """A code of `letters.smtp.WHY`."""
    said = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    """When one letter is tried again; empty when only a person ends the pause."""
    tries = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"], condition=models.Q(ended_at__isnull=True), name="letters_mailpause_one_open"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "-began_at"], name="letters_mailpause_recent")]


class Notice(TenantModel):
    """An in-app message to a member: assignment, warning, breach, approval asked."""

    member_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    stream_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "member_id", "-created_at", "-id"], name="letters_notice_member"),
            models.Index(
                fields=["organisation_id", "member_id"],
                condition=models.Q(read_at__isnull=True),
                name="letters_notice_unread",
            ),
        ]
