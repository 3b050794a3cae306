"""The one-time link by which the first organisation of an installation is set up."""

from django.db import models


class Link(models.Model):
    """Who may set up, and what was answered so far; one row. Global table: there is no organisation yet.

    No password is ever kept here: the administrator's is typed on the last page, which makes the account.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.BinaryField(null=True)
    """Fingerprint of the link that may be used next; None once it was used."""
    made_at = models.DateTimeField(null=True)
    holder = models.BinaryField(null=True)
    """Fingerprint of what the browser holds that used a link last: it alone goes on."""
    held_since = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    """Page → what was typed there, so that whoever takes up goes on where somebody stopped."""
