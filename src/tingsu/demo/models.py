"""What the demo has built, so that a stopped build goes on where it was."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class BuiltCase(TenantModel):
    """One plan that became a complaint. Written in the transaction that writes the whole case."""

    key = models.CharField(max_length=40)
    complaint_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "key"], name="demo_builtcase_key")]
