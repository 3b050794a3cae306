"""What a setting keeps of the look that a second person takes at it; see `letters.second_look`."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class LookedAt(TenantModel):
    """A setting that a second person looks at before it is used."""

    shaped_by = models.JSONField(default=list)
    """Ids of the members who said where it leads since it was looked at last: none of them is a second person."""
    waits_since = models.DateTimeField(null=True)
    """Since when it waits for that look; empty while it may be used."""

    class Meta:
        abstract = True
