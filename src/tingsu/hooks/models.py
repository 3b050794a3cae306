"""Subscriptions of other systems, what waits to be told, and how each telling went."""

from datetime import datetime

from django.db import models
from django.utils.translation import pgettext_lazy

from tingsu.kernel.fields import SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Subscription(TenantModel):
    """Where another system wants to hear of what, and who answers for it here. Its id is its stream's."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("hook", "In use")
        PAUSED = "paused", pgettext_lazy("hook", "Paused")
        ENDED = "ended", pgettext_lazy("hook", "Ended")

    class Personal(models.TextChoices):
        NONE = "none", pgettext_lazy("hook personal", "Not asked for")
        ASKED = "asked", pgettext_lazy("hook personal", "Asked for")
        GRANTED = "granted", pgettext_lazy("hook personal", "Granted")
        REFUSED = "refused", pgettext_lazy("hook personal", "Refused")

    stream = TenantForeignKey(Stream, db_column="stream_id", related_name="+")
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=255)
    """The name in its address, for lists and the ledger; the rest of an address may hold a key."""
    address = SealedField()
    secret = SealedField()
    secret_before = SealedField()
    secret_before_until = models.DateTimeField(null=True)
    """Until then both secrets sign, so that the other side changes over without losing anything."""
    kinds = models.JSONField(default=list)
    """Names of events, or thing.* for all of a kind of thing."""
    unit_id = models.UUIDField(null=True)
    """Only complaints that this unit has to do with."""
    product = models.CharField(max_length=200, blank=True)
    """Only complaints about this product or service, as it stands in the record."""
    owner_id = models.UUIDField()
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    why = models.CharField(max_length=12, blank=True)
    """Why it is paused: a code of `words.WHY_PAUSED`."""
    personal = models.CharField(max_length=8, choices=Personal, default=Personal.NONE)
    decided_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    """Since when nothing arrives; nothing while it works."""
    failures = models.IntegerField(default=0)
    """Failed tries since something arrived last."""
    rests_until = models.DateTimeField(null=True)
    """After several failures in a row everything waits until then, then one tries."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "name"], condition=~models.Q(state="ended"), name="hooks_subscription_name"
            )
        ]

    def seal(self, field: str, plain: str) -> None:
        """Keep an address or a secret under the key of the stream."""
        setattr(self, field, self.stream.key().seal(plain, f"webhook:{self.pk}:{field}"))

    def opened(self, field: str) -> str:
        """The address or a secret, for the call and, once, for whoever made it."""
        kept = getattr(self, field)
        return self.stream.key().open(kept, f"webhook:{self.pk}:{field}") if kept else ""

    def secrets(self, at: datetime) -> list[str]:
        """What signs now: the present secret, and the one before while both are good."""
        before = self.secret_before and self.secret_before_until and at < self.secret_before_until
        return [self.opened("secret"), *([self.opened("secret_before")] if before else [])]


class Delivery(TenantModel):
    """One event for one subscription. Written by the database beside the event (migration 0002), taken by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "Waits")
        DONE = "done", pgettext_lazy("delivery", "Arrived")
        LEFT_OUT = "left_out", pgettext_lazy("delivery", "Not for this subscription")
        GIVEN_UP = "given_up", pgettext_lazy("delivery", "Given up")

    subscription = TenantForeignKey(Subscription, related_name="deliveries")
    event_id = models.UUIDField()
    stream_id = models.UUIDField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    """Not before this instant of real time; while a worker has it in hand, until when it may."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    again = models.BooleanField(default=False)
    """Sent again because somebody asked for it."""

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation_id", "due_at"], condition=models.Q(state="waiting"), name="hooks_delivery_due"
            ),
            models.Index(
                fields=["organisation_id", "subscription", "stream_id", "seq", "id"],
                condition=models.Q(state="waiting"),
                name="hooks_delivery_in_order",
            ),
            models.Index(fields=["organisation_id", "subscription", "-created_at", "-id"], name="hooks_delivery_log"),
            models.Index(fields=["organisation_id", "created_at"], name="hooks_delivery_age"),
        ]


class Attempt(TenantModel):
    """One try: when, how long, and what the other side answered."""

    delivery = TenantForeignKey(Delivery, related_name="attempts")
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    why = models.CharField(max_length=20, blank=True)
    """Why there was no answer: a code of `kernel.outgoing.WHY`, or of `words.WHY_NOT_SENT`."""
    milliseconds = models.IntegerField(default=0)
    answer = models.CharField(max_length=1000, blank=True)
    """The beginning of what came back, as text."""

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "delivery", "at"], name="hooks_attempt_of")]
