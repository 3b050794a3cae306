"""A visit at a screen of ours, while it lasts (RG-18)."""

from django.db import models

from tingsu.kernel import crypto
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantModel


class Visit(TenantModel):
    """One visitor at a tablet: what they type, until it is registered and signed. Nothing of it stays after the visit; what was typed
    is kept with the complaint.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        """No device has opened it yet."""
        TYPING = "typing"
        TYPED = "typed"
        """Handed over: a colleague reads it."""
        SIGNING = "signing"
        """Registered: the acceptance form lies on the screen."""
        SIGNED = "signed"
        DECLINED = "declined"
        """Registered; the visitor will not sign, which a colleague records with the reason."""

    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """Last sign of somebody at the screen."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    code = models.BinaryField(null=True)
    """Fingerprint of the digits that a device is opened with, until one is."""
    device = models.BinaryField(null=True)
    """Fingerprint of the secret that the device holds."""
    wrapped_key = models.BinaryField()
    body = SealedField()
    """JSON: what was typed."""
    complaint_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "opened_by"], name="intake_visit_opener"),
            models.Index(fields=["organisation_id", "code"], name="intake_visit_code"),
            models.Index(fields=["organisation_id", "device"], name="intake_visit_device"),
            models.Index(fields=["organisation_id", "expires_at"], name="intake_visit_expiry"),
        ]

    def key(self) -> crypto.Key:
        """The key of what was typed."""
        return crypto.data_key(self.organisation_id, self.wrapped_key)
