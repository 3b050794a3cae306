"""What competence keeps beside its registers: papers of written exams."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class Paper(TenantModel):
    """One sitting of a written exam: what was asked by which seed and version, what was answered, until when (PE-13, PE-15)."""

    exam_id = models.UUIDField()
    attempt = models.SmallIntegerField()
    seed = models.CharField(max_length=32)
    version = models.IntegerField()
    """The version of the question bank it was drawn from."""
    asked = models.JSONField(default=list)
    """Codes of the questions, in the order of this paper."""
    answers = models.JSONField(default=dict)
    """Code → letters, as they were saved or handed in."""
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "exam_id", "attempt"], name="competence_paper_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "ends_at"],
                condition=models.Q(handed_at__isnull=True),
                name="competence_paper_running",
            )
        ]
