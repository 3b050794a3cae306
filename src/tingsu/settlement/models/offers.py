"""Solutions with their remedies, answers and approvals; the parties' opinions; cases before outside bodies.

Life cycles are those of process.md §6. Every amount is whole fen. Free text is sealed under the case's key.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case_rows import CaseRow
from tingsu.complaints.models import Demand, Party
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantForeignKey


class Solution(CaseRow):
    """One version of what we offer: opinion, remedies, answers to the demands, basis, words (RM-01, FB-03)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        SENT = "sent", _("Sent")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        REPLACED = "replaced", _("Replaced")
        REJECTED = "rejected", _("Not approved")

    class Origin(models.TextChoices):
        HANDLING = "handling"
        DIRECT = "direct"

    version = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HANDLING)
    remedy_required = models.BooleanField(default=True)
    bases = models.JSONField(default=list)
    """Codes of the library of handling bases (IV-10), under `bases_version`."""
    bases_version = models.IntegerField(default=0)
    remedies_version = models.IntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    opinion = SealedField()
    prevention = SealedField()
    recurrence_id = models.UUIDField(null=True)
    """The nonconformity or rectification that acts against recurrence; without one `prevention` says why (RM-12)."""
    wording = SealedField()
    conditions = SealedField()
    """What must come first or hold, such as goods sent back by a day (RM-01). Told with the words to the complainant."""
    responses = models.JSONField(default=list)
    """Codes of the response options that were chosen (RM-04); none takes those that the measures stand for."""
    drafted_by = models.UUIDField(null=True)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    """When it was agreed, refused or replaced, or not approved."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "version"], name="settlement_solution_version"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=Q(state__in=["draft", "submitted", "approved", "sent"]),
                name="settlement_solution_one_alive",
            ),
            models.CheckConstraint(condition=Q(total_fen__gte=0), name="settlement_solution_total"),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "drafted_by", "drafted_at"],
                condition=Q(origin="direct"),
                name="settlement_solution_direct",
            )
        ]


class SolutionPlan(CaseRow):
    """What we mean to do where it cannot be done at once: measure, day, help until then, as the complainant was told (RM-11)."""

    measure = SealedField()
    interim = SealedField()
    why = SealedField()
    """Why it cannot be solved at once."""
    due_on = models.DateField()
    """By the end of this day of the organisation there is a solution."""
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    """When another plan took its place."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=Q(replaced_at__isnull=True),
                name="settlement_plan_one_in_force",
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="settlement_plan_of")]


class Remedy(CaseRow):
    """One measure of a solution (RL-3, RM-02): amount where money is owed, executor and date."""

    solution = TenantForeignKey(Solution, related_name="remedies")
    position = models.SmallIntegerField()
    code = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField(null=True)
    detail = SealedField()
    executor_id = models.UUIDField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "solution", "position"], name="settlement_remedy_position"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="settlement_remedy_amount"
            ),
        ]


class DemandAnswer(CaseRow):
    """What a solution answers to one demand of the complainant (RM-05, RM-16)."""

    class Decision(models.TextChoices):
        GRANTED = "granted", _("Granted")
        PARTLY = "partly", _("Partly granted")
        REFUSED = "refused", _("Refused")

    solution = TenantForeignKey(Solution, related_name="answers")
    demand = TenantForeignKey(Demand, related_name="answers")
    reasonable = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, choices=Decision)
    reason = SealedField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "solution", "demand"], name="settlement_answer_once")
        ]


class Approval(CaseRow):
    """A request to the competent level to approve one version, and its answer (RM-10). Maker and checker differ."""

    class Decision(models.TextChoices):
        OPEN = "", _("Waiting")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        REFUSED = "refused", _("Not approved")
        WITHDRAWN = "withdrawn", _("No longer needed")

    solution = TenantForeignKey(Solution, related_name="approvals")
    roles = models.JSONField(default=list)
    """Roles of RL-1 that may decide; empty when the author's own authority was enough."""
    marks = models.JSONField(default=list)
    """The marks of the case that the decision knew of: major, crisis, high_risk."""
    committed_fen = models.BigIntegerField(default=0)
    """The total of the case that the decision was about: this version and what the case already owes or paid."""
    related_fen = models.BigIntegerField(default=0)
    """What the same person was granted in other complaints that belong together with this one, when it was asked."""
    related = models.JSONField(default=list)
    """The numbers of those complaints."""
    authority_version = models.IntegerField(default=0)
    own_authority = models.BooleanField(default=False)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.OPEN, blank=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = SealedField()
    members = models.JSONField(default=list)
    """Who sat in the committee when it decided; empty where one person of the competent level did."""
    votes = models.JSONField(default=list)
    """[{"member": id, "decision": "approved", "at": …}, …]: the last word of each member of the committee (OG-06)."""
    needed = models.SmallIntegerField(default=0)
    """So many of the members had to agree."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"], condition=Q(decision=""), name="settlement_approval_one_open"
            ),
            models.CheckConstraint(
                condition=Q(own_authority=True) | Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="settlement_approval_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="settlement_approval_of"),
            models.Index(
                fields=["organisation_id", "asked_at", "id"], condition=Q(decision=""), name="settlement_approval_open"
            ),
        ]


class PartyOpinion(CaseRow):
    """What a party said about a solution that was sent (FB-01). Never changed; the latest of a party counts."""

    append_only = True

    solution = TenantForeignKey(Solution, related_name="opinions")
    party = TenantForeignKey(Party, related_name="+")
    agrees = models.BooleanField()
    negotiable = models.BooleanField(default=False)
    means = models.CharField(max_length=12)
    words = SealedField()
    given_at = models.DateTimeField()
    recorded_by_kind = models.CharField(max_length=12)
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "solution"], name="settlement_opinion_of")]


class OutsideCase(CaseRow):
    """A way outside the company: which body, who went there and when, hearing, result and what it cost (XR-05)."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        FILED = "filed", _("Filed")
        DECIDED = "decided", _("Decided")
        ENDED = "ended", _("Ended without decision")

    class FiledBy(models.TextChoices):
        COMPLAINANT = "complainant", _("The complainant")
        COMPANY = "company", _("Our company")
        RESPONDENT = "respondent", _("The party complained about")
        BOTH = "both", _("Both sides together")
        BODY = "body", _("The body by itself")

    way = models.CharField(max_length=20)
    body = SealedField()
    reference = SealedField()
    note = SealedField()
    result = SealedField()
    state = models.CharField(max_length=8, choices=State)
    deadline = models.DateTimeField(null=True)
    filed_by = models.CharField(max_length=12, choices=FiledBy, blank=True)
    filed_on = models.DateField(null=True)
    hearing_at = models.DateTimeField(null=True)
    """The last one that was set; each stands in the history."""
    decided_on = models.DateField(null=True)
    """The day of the document, not the day on which it was entered."""
    costs_fen = models.BigIntegerField(null=True)
    """What this way has cost us so far: fees, lawyers, experts, travel; not what a decision obliges us to."""
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="settlement_outside_of")]
