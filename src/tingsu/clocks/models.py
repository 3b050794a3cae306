"""Promises: one row per time limit, running or ended, and the intervals of waiting for somebody."""

from django.db import models

from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Promise(TenantModel):
    """One time limit of one case (T01–T21 of process.md §5): due time, owner, rule version and a provable ending."""

    class Ending(models.TextChoices):
        MET = "met"
        CANCELLED = "cancelled"
        LAPSED = "lapsed"
        """The parties let their own time pass (T16): nobody missed anything."""

    stream = TenantForeignKey(Stream, related_name="promises")
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    """The department task, execution item or outside case that this limit is about (T12, T17, T18)."""
    owner_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    """When the sweep must look next: a warning point or the due time; null once nothing is left to do."""
    warnings = models.JSONField(default=list)
    """Instants of the warning points not yet reached, earliest first (ISO, UTC)."""
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, choices=Ending, blank=True)
    breached_at = models.DateTimeField(null=True)
    """The due time when it passed unmet, not the time of noticing."""
    escalated_at = models.DateTimeField(null=True)
    policy_version = models.IntegerField()
    calendar_version = models.IntegerField()
    calendar_region = models.CharField(max_length=40, blank=True)
    """The regional calendar of that version on which it was counted; empty for the main one."""
    calendar_assumed = models.BooleanField(default=False)
    rule = models.JSONField(default=dict)
    """The line of the policy it was made from: amount, unit, warning points; the promise outlives the policy."""

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "stream"], name="clocks_promise_stream"),
            models.Index(
                fields=["organisation_id", "next_at", "id"],
                condition=models.Q(next_at__isnull=False),
                name="clocks_promise_next",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class WaitingInterval(TenantModel):
    """A time in which the case waited on somebody. Shown beside the clocks; never stops them (SL-18)."""

    stream = TenantForeignKey(Stream, related_name="waits")
    on = models.CharField(max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "stream"], name="clocks_wait_stream")]


class SweepFailure(TenantModel):
    """A promise whose warning or breach could not be carried out, when, and when it is tried again.

    The error is the name of its class: messages may quote what people wrote.
    """

    append_only = True

    promise = TenantForeignKey(Promise, related_name="failures")
    failed_at = models.DateTimeField()
    retry_at = models.DateTimeField()
    error = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "promise"], name="clocks_failure_of")]


class Escalation(TenantModel):
    """How far one thing has climbed its ladder, who took it up, and when the next level is told (AS-07, AS-08)."""

    stream = TenantForeignKey(Stream, related_name="escalations")
    level = models.SmallIntegerField(default=1)
    """The rung it stands on, counted from 1."""
    rung = models.CharField(max_length=40, blank=True)
    times = models.IntegerField(default=0)
    """How often it climbed; there is no upper limit."""
    turn = models.SmallIntegerField(default=0)
    """Which receiver of the rung was told last, where they are told one after the other."""
    ladder_version = models.IntegerField(default=0)
    raised_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    """When the next level is told, if nobody has taken it up by then."""
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    """The thing itself was settled while it waited for somebody."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "stream"], name="clocks_escalation_one_per_thing")
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "next_at", "id"],
                condition=models.Q(next_at__isnull=False),
                name="clocks_escalation_next",
            )
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody was told and nobody has taken it up."""
        return self.taken_at is None and self.ended_at is None


class EscalationCall(TenantModel):
    """One colleague who was told of an escalation; it stays on their list until somebody takes it up."""

    stream = TenantForeignKey(Stream, related_name="escalation_calls")
    member_id = models.UUIDField()
    level = models.SmallIntegerField()
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "member_id", "stream"], name="clocks_call_member"),
            models.Index(
                fields=["organisation_id", "member_id", "called_at", "id"],
                condition=models.Q(ended_at__isnull=True),
                name="clocks_call_open",
            ),
            models.Index(fields=["organisation_id", "stream"], name="clocks_call_stream"),
        ]
