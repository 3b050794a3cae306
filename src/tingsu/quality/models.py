"""What quality control keeps beside its registers: the frame of each draw, results by which people are compared, checks by rule."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class Framed(TenantModel):
    """One case that could have been drawn in a round. With the seed of the round all of them prove the draw, and repeat it (QC-01)."""

    round_id = models.UUIDField()
    complaint_id = models.UUIDField()
    handler_id = models.UUIDField(null=True)
    weight = models.SmallIntegerField()
    """How many signs of risk it bore when it was drawn; 1 where the plan asks for none."""
    drawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "round_id", "complaint_id"], name="quality_framed_once")
        ]


class Result(TenantModel):
    """What one check came to, in codes alone: by these rows handlers are compared and reviewers calibrated. Its id is the check's."""

    complaint_id = models.UUIDField()
    round_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12)
    card = models.CharField(max_length=20, blank=True)
    handler_id = models.UUIDField(null=True)
    reviewer_id = models.UUIDField(null=True)
    percent = models.SmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    fair = models.BooleanField(default=False)
    """Drawn so that every case of the handler had the same chance: only these are averaged."""
    marks = models.JSONField(default=dict)
    """Item → mark; of a verdict `own` and `recorded`."""
    on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "kind", "-on", "-id"], name="quality_result_kind"),
            models.Index(fields=["organisation_id", "handler_id", "-on"], name="quality_result_handler"),
        ]
