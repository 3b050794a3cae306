"""Tokens of programs."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class ApiToken(TenantModel):
    """What a program signs in with: only its digest is kept. Scopes limit it; roles say as whom it acts."""

    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=33)
    scopes = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    acts_for_id = models.UUIDField()
    """The member who answers for what the program does, and who owns the cases it registers."""
    made_by_id = models.UUIDField(null=True)
    """Who issued it; nobody for one that a command made."""
    agreed_at = models.DateTimeField(null=True)
    """When the member who answers for it agreed, if somebody else issued it."""
    approved_at = models.DateTimeField(null=True)
    approved_by_id = models.UUIDField(null=True)
    """The second person, for tokens in somebody else's name and those that may decide."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=12, blank=True, default="")
    """Why it was revoked, where no person did it: "left", because who answered for it, or who had just asked for it, has left."""
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "name"], name="api_apitoken_name")]
