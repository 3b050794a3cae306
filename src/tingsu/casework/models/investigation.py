"""The rounds of an investigation, clues that wait for one, and the assessment of a risk."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField


class Depth(models.TextChoices):
    """How deep a complaint is investigated, proportionate to its seriousness (IV-06)."""

    BASIC = "basic", _("Basic")
    STANDARD = "standard", _("Standard")
    IN_DEPTH = "in_depth", _("In depth")


DEPTH_RANK = {Depth.BASIC: 1, Depth.STANDARD: 2, Depth.IN_DEPTH: 3}


class Investigation(CaseRow):
    """One round of investigation: plan, record, verdict. A new round never rewrites an earlier one (IV-04, IV-17)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("investigation", "Open")
        CONCLUDED = "concluded", pgettext_lazy("investigation", "Concluded")
        REPLACED = "replaced", pgettext_lazy("investigation", "Taken up again")

    class Reopened(models.TextChoices):
        CONTEST = "contest", _("New facts of the complainant")
        QUESTIONS = "questions", _("Open questions")

    round = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    investigator_id = models.UUIDField(null=True)
    mode = models.CharField(max_length=12, choices=terms.InvestigationMode)
    unit_ids = models.JSONField(default=list)
    depth = models.CharField(max_length=10, choices=Depth)
    proposed_depth = models.CharField(max_length=10, choices=Depth)
    depth_reason = SealedField()
    plan = SealedField()
    reopened = models.CharField(max_length=10, choices=Reopened, blank=True)
    reopened_words = SealedField()
    """What opened a further round: the new facts as they were told, or the questions that the verdict left open."""
    opened_at = models.DateTimeField()

    background = SealedField()
    cause = SealedField()
    damage = SealedField()
    demand = SealedField()
    evidence = SealedField()
    sources = models.JSONField(default=list)
    """[{"source": "video", "state": "not_available"}, …]: what was looked for and what came of it (IV-07)."""
    source_reasons = SealedField()
    """Why a source was not collected, one a line."""
    responsibility = models.JSONField(default=list)
    """[{"party": "enterprise", "share": 70}, …], shares in per cent, together 100 (IV-15)."""
    responsibility_bases = SealedField()
    """On what each share rests, one a line."""
    responsibility_names = SealedField()
    """Which department, partner or other party each line means, where somebody said it; one a line."""
    objectivity = models.JSONField(default=dict)
    """The check before the verdict: who was heard, facts tied to evidence, nothing decided by identity (IV-17)."""
    loss = models.JSONField(default=list)
    """[{"claimed": fen, "assessed": fen}, …]; what each item is stands sealed in `loss_items`, one a line (RM-06)."""
    loss_items = SealedField()
    loss_bases = SealedField()
    """On what each assessed amount rests, one a line."""
    bases = models.JSONField(default=list)
    verdict = models.CharField(max_length=10, choices=terms.Verdict, blank=True)
    reasons = SealedField()
    """Why not founded, in words for the complainant (IV-11)."""
    transfer_name = SealedField()
    transfer_contact = SealedField()
    concluded_by = models.UUIDField(null=True)
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "round"], name="casework_investigation_round"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="open"),
                name="casework_investigation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="concluded", concluded_at__isnull=False, verdict__gt="")
                | models.Q(state__in=["open", "replaced"]),
                name="casework_investigation_verdict",
            ),
        ]


class Clue(CaseRow):
    """Something heard or seen that may lead further, with its source and what came of it (IV-20)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("clue", "To follow")
        CONFIRMED = "confirmed", pgettext_lazy("clue", "Confirmed")
        REFUTED = "refuted", pgettext_lazy("clue", "Refuted")
        DROPPED = "dropped", pgettext_lazy("clue", "Not followed")

    source = models.CharField(max_length=12)
    words = SealedField()
    who = SealedField()
    to_do = SealedField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    noted_by = models.UUIDField(null=True)
    noted_at = models.DateTimeField()
    follow_up = SealedField()
    followed_by = models.UUIDField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(followed_at__isnull=False), name="casework_clue_followed"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="casework_clue_of")]


class RiskAssessment(CaseRow):
    """A joint risk assessment of legal, compliance and others; complete when it is recorded (CO-06)."""

    append_only = True

    law = SealedField()
    severity = SealedField()
    choices = SealedField()
    decision = SealedField()
    risk_marks = models.JSONField(default=list)
    """The escalation risks it was made for."""
    participants = models.JSONField(default=list)
    assessed_by = models.UUIDField(null=True)
    assessed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="casework_risk_of")]
