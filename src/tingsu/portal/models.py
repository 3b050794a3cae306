"""What somebody has typed into the public form but not sent yet."""

from django.db import models

from tingsu.kernel import crypto
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantModel


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
