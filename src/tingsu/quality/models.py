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


class Violation(TenantModel):
    """A check by rule that a complaint does not meet; ended when it does (QC-04). Made by the job that follows the ledger, never by an action."""

    complaint_id = models.UUIDField()
    code = models.CharField(max_length=16)
    handler_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    found_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint_id", "code"], name="quality_violation_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", *first, "-found_on", "-id"], name=f"quality_violation_{name}",
                condition=models.Q(ended_on__isnull=True),
            )
            for name, first in (("new", ()), ("code", ("code",)), ("handler", ("handler_id",)), ("unit", ("unit_id",)))
        ]  # fmt: skip


class Followed(TenantModel):
    """How far the ledger was looked through for checks by rule: one row for the organisation. Its id is the organisation's."""

    reached_at = models.DateTimeField()
    """An instant of real time."""
