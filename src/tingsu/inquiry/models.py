"""The connection to the firm's own systems, and releases of what lies outside a case."""

from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Connection(TenantModel):
    """Where the firm's customer, order and shop systems answer (IG-02). One for an organisation; its id is its stream's."""

    stream = TenantForeignKey(Stream, db_column="stream_id", related_name="+")
    address = models.CharField(max_length=300)
    secret = SealedField()
    """What we sign in with, under the key of the stream; shown to nobody again."""
    seconds = models.SmallIntegerField(default=3)
    """The longest that a part of the page waits."""
    active = models.BooleanField(default=True)
    set_by_id = models.UUIDField(null=True)
    set_at = models.DateTimeField()
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id"], name="inquiry_connection_one")]

    @property
    def in_use(self) -> bool:
        """Switched on, and a second person has agreed to the address that personal data leaves for."""
        return self.active and self.approved_at is not None

    def put_secret(self, plain: str) -> None:
        """Seal it for this row."""
        self.secret = self.stream.key().seal(plain, self._context) if plain else None

    def open_secret(self) -> str:
        """For the call itself, never for a page."""
        return self.stream.key().open(self.secret, self._context) if self.secret else ""

    @property
    def _context(self) -> str:
        return f"connection:{self.pk}:secret"


class Release(CaseRow):
    """A look at what lies outside a case, asked for with a reason and opened for a time by somebody else (IV-02)."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("release", "Asked")
        RELEASED = "released", pgettext_lazy("release", "Released")
        REFUSED = "refused", pgettext_lazy("release", "Refused")
        ENDED = "ended", pgettext_lazy("release", "Ended early")

    member_id = models.UUIDField()
    parts = models.JSONField()
    """Of OUTSIDE: what is to be seen."""
    reason = SealedField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    answer = SealedField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_at__isnull=True)
                | models.Q(state__in=["released", "ended"], until__isnull=False)
                | models.Q(state="refused", decided_at__isnull=False),
                name="inquiry_release_decided",
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "member_id"],
                condition=models.Q(state="asked"),
                name="inquiry_release_one_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="inquiry_release_of"),
            models.Index(
                fields=["organisation_id", "asked_at", "id"],
                condition=models.Q(state="asked"),
                name="inquiry_release_asked",
            ),
        ]

    def is_open(self, at: Any) -> bool:
        """Released, and its time has not run out."""
        return self.state == self.State.RELEASED and self.until is not None and at < self.until
