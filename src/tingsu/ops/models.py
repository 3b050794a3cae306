"""What the machine remembers of its own work. Belongs to no organisation."""

from django.db import models


class JobDeath(models.Model):
    """How often a worker died while it held a job (a row of procrastinate's)."""

    job_id = models.BigIntegerField(primary_key=True)
    deaths = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "ops_jobdeath"
