"""What the assessment of a complaint leaves behind: scores, measures, reports upward, pre-handling plans."""

from django.db import models

from tingsu.complaints import terms
from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField

CRITERIA = ("severity", "safety", "complexity", "impact", "immediacy")
"""The five criteria of SZ 6(5) and CTS 8.3 a–e (TR-09)."""


class Assessment(CaseRow):
    """One assessment with its grade, kept for ever: a new one never replaces an old one (TR-09, TR-10, TR-17, TR-20)."""

    append_only = True

    severity = models.SmallIntegerField()
    safety = models.SmallIntegerField()
    complexity = models.SmallIntegerField()
    impact = models.SmallIntegerField()
    immediacy = models.SmallIntegerField()
    safety_issue = models.BooleanField()
    immediate_action = models.BooleanField()
    compensation_possible = models.BooleanField()
    impact_text = SealedField()
    reason = SealedField()

    problem_type = models.CharField(max_length=14, choices=terms.ProblemType)
    object_type = models.CharField(max_length=10, choices=terms.ObjectType)
    grade = models.CharField(max_length=10, choices=terms.Grade)
    urgency = models.CharField(max_length=8, choices=terms.Urgency)
    urgency_forced_by = models.JSONField(default=list)
    """Codes that made the complaint urgent whatever was chosen: high_risk, or urgent topics (TR-11, TR-12)."""
    urgent_topics = models.JSONField(default=list)
    high_risk_reasons = models.JSONField(default=list)
    risk_marks = models.JSONField(default=list)
    major = models.BooleanField()
    crisis = models.BooleanField()
    difficult = models.BooleanField()

    suggestion = models.JSONField(default=dict)
    """What the rules proposed, in codes; the person decided (invariant 10)."""
    criteria_version = models.IntegerField()
    rules_version = models.IntegerField()
    category_version = models.IntegerField()
    assessed_by = models.UUIDField(null=True)
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__range": (1, 10) for name in CRITERIA}), name="triage_assessment_scores"
            ),
            models.CheckConstraint(
                condition=~models.Q(grade="high_risk") | models.Q(urgency="urgent"), name="triage_assessment_urgent"
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint", "-id"], name="triage_assessment_of")]


class ImmediateMeasure(CaseRow):
    """A measure taken at once: what, who, when, whether it helped, and what comes next if it did not (TR-13)."""

    append_only = True

    measure = SealedField()
    effective = models.BooleanField()
    next_measure = SealedField()
    taken_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint", "-id"], name="triage_measure_of")]


class RiskReport(CaseRow):
    """A report upward of a high-risk complaint, and to whom it was delivered when (TR-15, SL-11)."""

    append_only = True

    facts = SealedField()
    source = SealedField()
    spread = SealedField()
    recipients = models.JSONField(default=list)
    """Ids of the members it was delivered to, as in-app notices of the same transaction."""
    reported_by = models.UUIDField(null=True)
    delivered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint", "-id"], name="triage_riskreport_of")]


class PrePlan(CaseRow):
    """A version of the pre-handling plan with its emergency script and containment measures (TR-15, TR-16)."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        REPLACED = "replaced"

    version = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    plan = SealedField()
    script = SealedField()
    containment = SealedField()
    containment_effect = SealedField()
    required_level = models.CharField(max_length=10)
    author_id = models.UUIDField(null=True)
    written_at = models.DateTimeField()
    approver_id = models.UUIDField(null=True)
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint", "version"], name="triage_preplan_version"),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="draft"),
                name="triage_preplan_one_draft",
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="adopted"),
                name="triage_preplan_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", adopted_at__isnull=True)
                | models.Q(state="adopted", adopted_at__isnull=False)
                | models.Q(state="replaced"),
                name="triage_preplan_adopted",
            ),
        ]
