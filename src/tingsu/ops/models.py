"""What the machine remembers of its own work, and what was done to keep the data safe. Belongs to no organisation."""

from django.db import models

from tingsu.kernel.ids import new_id


class JobDeath(models.Model):
    """How often a worker died while it held a job (a row of procrastinate's)."""

    job_id = models.BigIntegerField(primary_key=True)
    deaths = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "ops_jobdeath"


class Safekeeping(models.Model):
    """One backup, drill, restore or renewal of media: when, where, how it ended (RC-03). Rows are only added."""

    class Kind(models.TextChoices):
        BACKUP = "backup"
        FIRM = "firm"
        """Of one organisation of several: no backup of the installation."""
        DRILL = "drill"
        RESTORE = "restore"
        MEDIA = "media"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    """Folder or bucket; for media what they are called and where they lie."""
    name = models.CharField(max_length=120, blank=True)
    """The backup's own name."""
    done = models.BooleanField()
    """Did it end as it should?"""
    bytes = models.BigIntegerField(null=True)
    seconds = models.FloatField(null=True)
    told = models.TextField(blank=True)
    """The sentence that was printed."""
    by = models.CharField(max_length=120, blank=True)
    """Who did it: the operating system's account, or the person named."""
    due_on = models.DateField(null=True)
    """For media: the day by which they must be renewed again."""

    class Meta:
        indexes = [models.Index(fields=["kind", "-at"], name="ops_safekeeping_latest")]
