"""What the assessment of a complaint leaves behind: scores, measures, reports upward, pre-handling plans."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    severity_text = SealedField()
    safety_text = SealedField()
    complexity_text = SealedField()
    impact_text = SealedField()
    immediacy_text = SealedField()
    """What was seen beside each score, in the assessor's words (TR-10)."""
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


class OnCallAlert(CaseRow):
    """An alert of a case that cannot wait, from the first call until somebody confirms (AS-10)."""

    why = models.CharField(max_length=10, choices=(("urgent", _("Urgent")), ("high_risk", _("High risk"))))
    turns = models.JSONField(default=list)
    """Who is called in turn, as lists of member ids: the roster as it stood when the alert was raised, then the supervisors."""
    turn = models.SmallIntegerField(default=0)
    means = models.JSONField(default=list)
    """By what means those of the present turn were told: notice, email."""
    rules_version = models.IntegerField()
    raised_at = models.DateTimeField()
    called_at = models.DateTimeField()
    confirm_by = models.DateTimeField(null=True)
    """When the next is called; null once confirmed, ended, or when everybody was called."""
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(confirmed_at=None, ended_at=None),
                name="triage_oncallalert_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint", "-id"], name="triage_oncallalert_of"),
            models.Index(
                fields=["organisation_id", "confirm_by"],
                condition=models.Q(confirm_by__isnull=False),
                name="triage_oncallalert_due",
            ),
        ]

    @property
    def called(self) -> list[uuid.UUID]:
        """Whose turn it is."""
        return [uuid.UUID(one) for one in self.turns[self.turn]]

    @property
    def told(self) -> set[str]:
        """Everybody who was called so far."""
        return {one for turn in self.turns[: self.turn + 1] for one in turn}


class PrePlan(CaseRow):
    """A version of the pre-handling plan with its emergency script and containment measures (TR-15, TR-16)."""

    class State(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        RETURNED = "returned"
        REFUSED = "refused"
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
                condition=models.Q(state__in=["draft", "returned", "refused"], adopted_at__isnull=True)
                | models.Q(state="adopted", adopted_at__isnull=False)
                | models.Q(state="replaced"),
                name="triage_preplan_adopted",
            ),
        ]
