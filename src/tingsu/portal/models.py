"""What somebody has typed into the public form but not sent yet, and codes that let somebody in again."""

from django.db import models

from tingsu.complaints.models import Complaint, Party
from tingsu.kernel import crypto
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class PortalDraft(TenantModel):
    """One unfinished complaint of the wizard, kept for a day and sealed under its own key (IN-10).

    Its id, known only to the writer's signed cookie, is the registration's idempotency key: however often the last
    button is pressed, one complaint is registered.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SENT = "sent"

    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    wrapped_key = models.BinaryField()
    body = SealedField()
    """JSON: while open what was typed, step by step; once sent only what the acknowledgement page shows."""
    complaint_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "expires_at"], name="portal_draft_expiry")]

    def key(self) -> crypto.Key:
        return crypto.data_key(self.organisation_id, self.wrapped_key)


class FormRun(TenantModel):
    """How far one visitor came with the public form, and when: figures of its effort (IN-10). Nothing of what was typed, no
    person, no complaint.
    """

    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    """When a step was left last; a form untouched for a day was abandoned."""
    cause = models.CharField(max_length=20, blank=True)
    reached = models.CharField(max_length=10, default="story")
    """The step that was open last; `sent` once it was registered."""
    elder = models.BooleanField(default=False)
    filled = models.CharField(max_length=10, blank=True)
    """Filled in beforehand: `order`, `account`, `handover` (signed by a site) or `tree` (the question tree)."""
    site = models.CharField(max_length=30, blank=True)
    """The number of the site or app from which the visitor came."""
    sent_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    """When the writer threw it away."""
    refused_story = models.PositiveSmallIntegerField(default=0)
    refused_contact = models.PositiveSmallIntegerField(default=0)
    """How often a step was sent and came back with something to be mended (AI-13)."""
    ease = models.SmallIntegerField(null=True)
    """How easy it was, 1 to 5, as the writer says afterwards."""

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "begun_at"], name="portal_form_run_begun")]


class OneTimeCode(TenantModel):
    """Six digits that open one case once, for one browser that asked for them. Only their digest is kept (AK-06).

    Its id stands in the session of the browser that asked; without that session the digits are worth nothing.
    """

    complaint = TenantForeignKey(Complaint)
    party = TenantForeignKey(Party)
    digest = models.BinaryField()
    tries = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "complaint", "party"], name="portal_one_time_code_of"),
            models.Index(fields=["organisation_id", "expires_at"], name="portal_one_time_code_expiry"),
        ]


class UsedHandover(TenantModel):
    """A signed hand-over that was opened: it opens nothing again. Its id follows from the site and the token's own id."""

    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "used_at"], name="portal_used_handover_age")]


class TreeCount(TenantModel):
    """How often an answer of the question tree was read on a day, ended the matter, or led on to the form. Nobody is in it."""

    day = models.DateField()
    entry = models.CharField(max_length=20)
    """The code of the entry in the rulebook; empty: the form was asked for before any choice."""
    shown = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    """It was enough, somebody said."""
    registered = models.PositiveIntegerField(default=0)
    """The form was asked for from here."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "day", "entry"], name="portal_tree_count_of_day")
        ]


class Upload(TenantModel):
    """A file on its way in, piece by piece, for one draft (tus). The pieces lie sealed on the disk; the row goes with its time."""

    holder = models.UUIDField()
    """The draft that it is for: nobody else finds it."""
    wrapped_key = models.BinaryField()
    name = SealedField()
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    """Bytes that have arrived and count."""
    stored = models.BigIntegerField(default=0)
    """Bytes on the disk that count; what lies behind them was left by a process that was killed."""
    verdict = SealedField()
    """JSON, once it is whole: the file of the store, or why it was refused."""
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "holder"], name="portal_upload_holder"),
            models.Index(fields=["organisation_id", "expires_at"], name="portal_upload_expiry"),
        ]

    def key(self) -> crypto.Key:
        return crypto.data_key(self.organisation_id, self.wrapped_key)
