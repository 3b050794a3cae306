"""Extensions of the limit for a decision: asked for, allowed or refused by somebody else, told to the complainant."""

from django.db import models
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField


class LimitExtension(CaseRow):
    """A request to extend a running limit by what its line allows next (SL-01)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("extension", "Waits for a decision")
        ALLOWED = "allowed", pgettext_lazy("extension", "Allowed")
        REFUSED = "refused", pgettext_lazy("extension", "Refused")
        OVERTAKEN = "over", pgettext_lazy("extension", "The limit ended before it was decided")

    promise_id = models.UUIDField()
    """The running limit that it is about."""
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    step = models.SmallIntegerField()
    """The first, second … extension of this limit."""
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    """The new end: as it was foreseen when it was asked for, then as it was counted."""
    reason = SealedField()
    told = SealedField()
    """What the complainant reads of the reason."""
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    remark = SealedField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="casework_extension_decided",
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="open"),
                name="casework_extension_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="casework_extension_of"),
            models.Index(
                fields=["organisation_id", "asked_at"], condition=models.Q(state="open"), name="casework_extension_open"
            ),
        ]
