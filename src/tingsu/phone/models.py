"""What is kept of a hotline's telephone system and of its calls, beside their records in the register."""

from django.db import models

from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Line(TenantModel):
    """The telephone system of one hotline: by what it signs, and what it told last."""

    sealed_alone = {"secret": "phone:{pk}:secret", "former": "phone:{pk}:former"}

    channel_id = models.UUIDField()
    """The entry of the channel catalogue."""
    secret = SealedField()
    """Under the key of the organisation; shown once, when it is made."""
    made_at = models.DateTimeField()
    former = SealedField()
    """The secret before it, good until `former_until` so that a system can be changed over."""
    former_until = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    """When an event was taken last."""
    refused_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=30, blank=True)
    """Why the last one was refused, as a code of `phone.signing.WHY`."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "channel_id"], name="phone_line_channel")]


class Call(TenantModel):
    """One call as figures and look-ups need it; the register holds what people read (IG-04)."""

    class Outcome(models.TextChoices):
        """What became of it, as the events tell (`phone.folding`)."""

        GOING = "going"
        ANSWERED = "answered"
        MISSED = "missed"
        CLOSED = "closed"
        MENU = "menu"
        MACHINE = "machine"
        OUT = "out"
        INTERNAL = "internal"

    channel_id = models.UUIDField()
    ref = models.CharField(max_length=120)
    """By what the telephone system calls it."""
    entry_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.GOING)
    waited = models.IntegerField(null=True)
    """Seconds from asking for a person to the answer, or to giving up; null while that is not known."""
    answered_at = models.DateTimeField(null=True)
    doubtful = models.BooleanField(default=False)
    """Its times contradict each other."""
    number_index = BlindIndexField()
    """Keyed digest of the caller's number, the same as of a party's; gone when the record is erased."""
    numbered_at = models.DateTimeField(null=True)
    """Of which instant the event was that told the number: the earliest one counts."""
    recorded_at = models.DateTimeField(null=True)
    """The same of the recording: the latest one counts."""
    recording_until = models.DateField(null=True)
    """Until when its recording is named."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "channel_id", "ref"], name="phone_call_ref")]
        indexes = [
            models.Index(
                fields=["organisation_id", "channel_id", "started_at"],
                include=["outcome", "waited", "doubtful"],
                name="phone_call_counted",
            ),
            models.Index(fields=["organisation_id", "number_index", "started_at"], name="phone_call_number"),
            models.Index(fields=["organisation_id", "entry_id"], name="phone_call_entry"),
            models.Index(
                fields=["organisation_id", "started_at"], name="phone_call_going", condition=models.Q(outcome="going")
            ),
            models.Index(
                fields=["organisation_id", "recording_until"],
                name="phone_call_recording",
                condition=models.Q(recording_until__isnull=False),
            ),
        ]


class CallEvent(TenantModel):
    """One event of a call, once however often it is sent; nothing about a person."""

    call = TenantForeignKey(Call, related_name="events")
    channel_id = models.UUIDField()
    ref = models.CharField(max_length=120)
    """The id of the event, or one made from the call and the kind where the system gives none."""
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    told = models.JSONField(default=dict)
    """Direction, agent, who answered, where the caller was: what `folding` reads."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "channel_id", "ref"], name="phone_event_ref")]
        indexes = [
            models.Index(fields=["organisation_id", "call", "at"], name="phone_event_call"),
            models.Index(fields=["organisation_id", "at"], name="phone_event_at"),
        ]


class Waiting(TenantModel):
    """A number that is to be called back: one task for each, however often it was missed."""

    number_index = BlindIndexField()
    entry_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "number_index"], name="phone_waiting_number")]
        indexes = [models.Index(fields=["organisation_id", "entry_id"], name="phone_waiting_entry")]
