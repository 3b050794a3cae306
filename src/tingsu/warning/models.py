"""What early warning saw: alarms day by day, and how each rule would have done on what is behind us (MO-02)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tingsu.kernel.tenancy import TenantModel


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
