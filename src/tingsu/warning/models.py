"""What early warning saw: alarms day by day, and how each rule would have done on what is behind us (MO-02)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tingsu.complaints.models import Complaint
from tingsu.kernel.fields import BlindIndexField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Alarm(TenantModel):
    """One series that stood out by one rule on one day; all of an episode belong to one warning.

    `stream` and `value` say which series, as `warning.series` reads them; `chance` is 1 where the rule asks for none.
    """

    entry_id = models.UUIDField()
    rule = models.CharField(max_length=10)
    version = models.IntegerField()
    stream = models.CharField(max_length=20)
    value = ArrayField(models.CharField(max_length=200))
    on = models.DateField()
    count = models.IntegerField()
    expected = models.FloatField()
    chance = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "stream", "value", "rule", "on"], name="warning_alarm_once"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "entry_id", "-on"], name="warning_alarm_entry")]


class Trial(TenantModel):
    """A rule run over the weeks behind us, as it stands now: episodes it would have raised, and how people judged those that were."""

    rule = models.CharField(max_length=10)
    version = models.IntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    complaints = models.IntegerField()
    alarms = models.IntegerField()
    confirmed = models.IntegerField()
    dismissed = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "rule"], name="warning_trial_once")]


class Trace(TenantModel):
    """A fingerprint of something that a complaint names, or of a band of its words: what complaints have in common is found by it (MO-02).

    Made from the texts by the job that follows the ledger, and made anew when they are corrected; erasing the complaint empties it.
    """

    complaint = TenantForeignKey(Complaint, related_name="+")
    kind = models.CharField(max_length=10)
    mark = BlindIndexField()
    received_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint", "kind", "mark"], name="warning_trace_once")
        ]
        indexes = [
            models.Index(fields=["organisation_id", "mark", "-received_on"], name="warning_trace_mark"),
            models.Index(fields=["organisation_id", "received_on"], name="warning_trace_day"),
        ]


class Traced(TenantModel):
    """How far the ledger was followed for traces: one row for the organisation. Its id is the organisation's."""

    reached_at = models.DateTimeField()
    """An instant of real time."""
