"""Tables everything stands on: organisations, streams, the ledger, rulebooks, numbers, rate limits, idempotency."""

import uuid
from typing import Any

from django.db import models

from tingsu.kernel import crypto
from tingsu.kernel.events import body_of
from tingsu.kernel.fields import LocalisedField, SealedField
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Organisation(models.Model):
    """A tenant. Global table: it must be findable before it is known."""

    class Profile(models.TextChoices):
        STRICTEST = "strictest"
        ISC = "isc"
        SZ = "sz"
        SVC = "svc"
        CTS = "cts"
        MICRO = "micro"

    class Stage(models.TextChoices):
        FOUNDING = "founding"
        """Begun, but nobody can sign in yet: to everybody else it does not exist."""
        PREPARING = "preparing"
        """Open, with things still to be set or confirmed."""
        RUNNING = "running"
        EMPTYING = "emptying"
        """A practice copy that is being emptied: to everybody it does not exist any more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = LocalisedField()
    host = models.CharField(max_length=200, blank=True)
    profile = models.CharField(max_length=12, choices=Profile, default=Profile.STRICTEST)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    hotline = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    address = LocalisedField(blank=True)
    service_hours = LocalisedField(blank=True)
    wrapped_key = models.BinaryField()
    keys_before = models.JSONField(default=list)
    """Keys before the present one, which still open what waits to be sealed anew: {"key": wrapped, "turned": instant, "done": bool}."""
    index_key = models.BinaryField(null=True)
    """The first key, wrapped: fingerprints come from it for good. Empty while the present one is the first."""
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.RUNNING)
    public_url = models.CharField(max_length=200, blank=True)
    """The address that its letters tell complainants; empty: the installation's own (organisations.public_address)."""
    enterprise = models.JSONField(default=dict)
    """Kind, sector, size, numbers of users and complaints, the documents that apply and why (IN-07, OE-18)."""
    practice_of = models.UUIDField(null=True, editable=False)
    """The organisation whose people practise here, on invented cases. Never changed: the database sees to it (kernel.tables)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=~models.Q(host=""), name="kernel_organisation_host_once"
            ),
            models.UniqueConstraint(fields=["practice_of"], name="kernel_organisation_practice_once"),
        ]


class Installation(models.Model):
    """What this database says of itself, in one row. Global table: it belongs to no organisation."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    key_check = models.BinaryField(null=True)
    """Tells whether a master key is the one this data was sealed with; opens nothing (ops.keys.check_value)."""


class Stream(TenantModel):
    """Anything with a history. Its id is the id of the thing; every action locks this row first."""

    kind = models.CharField(max_length=30)
    last_seq = models.IntegerField(default=0)
    last_hash = models.BinaryField(default=b"")
    wrapped_key = models.BinaryField(null=True)
    """Data key of the free text in this history; None once it was erased, empty when that was before the ledger told of it."""

    def key(self) -> crypto.Key:
        """The key of this stream's free text. Raises Erased."""
        return crypto.data_key(self.organisation_id, self.wrapped_key)


class Event(TenantModel):
    """One thing that happened (ledger). Append-only by trigger and by grant; codes, ids and old → new only."""

    append_only = True

    stream = TenantForeignKey(Stream, related_name="events")
    seq = models.IntegerField()
    kind = models.CharField(max_length=60)
    v = models.SmallIntegerField(default=1)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    hash = models.BinaryField()

    @property
    def body(self) -> dict[str, Any]:
        """What it says, in the form of today, whatever version it was written in (kernel/events.py)."""
        return body_of(self)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "stream", "seq"], name="kernel_event_in_order")
        ]
        indexes = [models.Index(fields=["organisation_id", "-at", "-id"], name="kernel_event_recent")]


class EventText(TenantModel):
    """The free text of one event, sealed and erasable; the ledger holds only its salted digest. Its id is the event's."""

    stream = TenantForeignKey(Stream, related_name="texts")
    body = SealedField()
    salt = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "stream"], name="kernel_eventtext_of")]


class Seal(TenantModel):
    """The daily root hash over all stream heads and the access log: a cut-off tail would show (architecture §4)."""

    append_only = True

    on = models.DateField()
    streams = models.IntegerField()
    heads = models.JSONField(default=dict)
    root = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "on"], name="kernel_seal_once_a_day")]


class Rulebook(TenantModel):
    """One published version of something people may configure. Never edited: a change is a new version (SL-01)."""

    append_only = True

    kind = models.CharField(max_length=40)
    version = models.IntegerField()
    valid_from = models.DateTimeField()
    body = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "kind", "version"], name="kernel_rulebook_version")
        ]


class Proposal(TenantModel):
    """A change that waits for a second person of the right rank (kernel/approvals.py). Its id is its stream's."""

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        RETURNED = "returned"
        WITHDRAWN = "withdrawn"

    matter = models.CharField(max_length=20)
    payload = SealedField()
    """What is to be done, as JSON: it may hold names and addresses."""
    stream: "Stream | None" = None
    """Its stream, where a list has read it already."""
    proposed_by_id = models.UUIDField()
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation_id", "proposed_at"], condition=models.Q(state="open"), name="kernel_proposal_open"
            )
        ]

    def stream_key(self) -> crypto.Key:
        """The key of its payload and reasons. Raises Erased."""
        return (self.stream or Stream.objects.get(pk=self.pk)).key()


class NumberSeries(TenantModel):
    """The last serial given out in a scope such as '202611-XF' (RG-13)."""

    scope = models.CharField(max_length=60)
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "scope"], name="kernel_numberseries_scope")]


class IdempotencyKey(TenantModel):
    """What a request with this key already did; a repeat gets the same answer."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "scope", "key"], name="kernel_idempotencykey_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="kernel_idempotencykey_age")]


class RateWindow(TenantModel):
    """How often something happened in a window of time (sign-in by code, look-ups)."""

    scope = models.CharField(max_length=40)
    subject = models.BinaryField()
    window_start = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "scope", "subject", "window_start"], name="kernel_ratewindow_once"
            )
        ]


def stream_id_of(thing: models.Model | uuid.UUID) -> uuid.UUID:
    return thing if isinstance(thing, uuid.UUID) else thing.pk
