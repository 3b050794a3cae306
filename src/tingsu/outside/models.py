"""What an imported list leaves beside its record: one row for each of its lines, and the columns remembered for the next one."""

from django.db import models

from tingsu.kernel.fields import BlindIndexField
from tingsu.kernel.tenancy import TenantModel


class ImportLine(TenantModel):
    """One line of a list: what became of it. What it says stands in the file alone, sealed, until it became a complaint."""

    class Verdict(models.TextChoices):
        """What is made of a line, before and after it was taken in."""

        FITS = "fits"
        CHANGED = "changed"
        """Known already, and the platform says something else of it now."""
        KNOWN = "known"
        REFUSED = "refused"
        MADE = "made"
        UPDATED = "updated"

    entry_id = models.UUIDField()
    """The import in its register."""
    number = models.IntegerField()
    """The line in the file, 1 for its first one."""
    verdict = models.CharField(max_length=10, choices=Verdict)
    digest = BlindIndexField()
    """Keyed digest of source and outside number, or of the words where there is none: by it a line is known again."""
    complaint_id = models.UUIDField(null=True)
    spill_over_id = models.UUIDField(null=True)
    said = models.JSONField(default=dict)
    """Why a line is refused: a sentence for each language."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry_id", "number"], name="outside_line_number"),
            models.UniqueConstraint(
                fields=["organisation_id", "digest"],
                condition=models.Q(verdict="made"),
                name="outside_line_made_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "entry_id", "verdict", "number"], name="outside_line_verdict"),
        ]


class ColumnPlan(TenantModel):
    """What the columns of a source's lists mean, as somebody said last."""

    source = models.CharField(max_length=20)
    head = BlindIndexField()
    """Keyed digest of the titles in their order."""
    meanings = models.JSONField(default=list)
    """A meaning for each column, in order; empty for one that is left out."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "source", "head"], name="outside_plan_source_head")
        ]
