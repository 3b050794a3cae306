"""What others are asked: departments, functions and bodies outside, and the committee about a dispute."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField


class DepartmentTask(CaseRow):
    """A request to a department: open → accepted → answered, and open again if returned (CO-01, IV-13)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "Open")
        ACCEPTED = "accepted", pgettext_lazy("task", "Accepted")
        ANSWERED = "answered", pgettext_lazy("task", "Answered")

    class Kind(models.TextChoices):
        FACTS = "facts", _("Facts and material")
        TECHNICAL = "technical", _("Technical check")
        MEASURE = "measure", _("Carry out a measure")
        RECTIFY = "rectify", _("Rectification")

    class Responsible(models.TextChoices):
        DEPARTMENT = "department", _("This department")
        OTHER = "other", _("Another department")
        PARTNER = "partner", _("A partner")
        CUSTOMER = "customer", _("The customer's own cause")
        NOBODY = "nobody", _("Nobody: as it should be")
        UNCLEAR = "unclear", _("Not clear yet")

    class Spoke(models.TextChoices):
        NOT = "not", _("Not spoken with")
        REACHED = "reached", _("Spoken with")
        TRIED = "tried", _("Not reached")

    unit_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    necessary = models.BooleanField(default=False)
    """Nothing may be concluded before the answer (G6). A technical check always is (IV-13)."""
    request = SealedField()
    due_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answer = SealedField()
    conclusion = SealedField()
    evidence = SealedField()
    improvement = SealedField()
    """What the department changes against recurrence (CO-02)."""
    responsible = models.CharField(max_length=12, choices=Responsible, blank=True)
    """Whose matter it is in the department's view; the verdict is somebody else's (CO-03, CA-55)."""
    responsible_words = SealedField()
    proposal = SealedField()
    """The solution that the department offers (CO-03)."""
    spoke = models.CharField(max_length=10, choices=Spoke, blank=True)
    """Has the department spoken with the user? What was said stands in the history of the case."""
    files = models.JSONField(default=list)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    returns = models.SmallIntegerField(default=0)
    return_reason = SealedField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="answered", answered_at__isnull=False)
                | models.Q(state="accepted", accepted_at__isnull=False)
                | models.Q(state="open"),
                name="casework_task_times",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="technical") | models.Q(necessary=True), name="casework_task_technical"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="casework_task_of"),
            models.Index(
                fields=["organisation_id", "unit_id", "due_at"],
                condition=~models.Q(state="answered"),
                name="casework_task_open_unit",
            ),
            models.Index(
                fields=["organisation_id", "unit_id", "-answered_at"],
                condition=models.Q(state="answered"),
                name="casework_task_answered_unit",
            ),
            models.Index(fields=["organisation_id", "asked_by", "due_at"], name="casework_task_asked_by"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state != self.State.ANSWERED


class Dispute(CaseRow):
    """Departments dispute who answers for a matter; so many members of the committee rule (AS-13, OG-06)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispute", "Waits for the ruling")
        RULED = "ruled", pgettext_lazy("dispute", "Ruled")
        WITHDRAWN = "withdrawn", pgettext_lazy("dispute", "Withdrawn")

    unit_ids = models.JSONField()
    question = SealedField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    members = models.JSONField()
    """Who was asked to rule, as it stood then."""
    needed = models.SmallIntegerField()
    """So many of them must agree."""
    votes = models.JSONField(default=list)
    """[{"member": …, "unit": …, "at": …}, …]: the newest word of each; the reasons stand in the history."""
    ruled_unit_id = models.UUIDField(null=True)
    ruled_at = models.DateTimeField(null=True)
    ruling = SealedField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="ruled", ruled_at__isnull=False, ruled_unit_id__isnull=False)
                | (~models.Q(state="ruled") & models.Q(ruled_at__isnull=True)),
                name="casework_dispute_ruled",
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="open"),
                name="casework_dispute_one_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "due_at"], condition=models.Q(state="open"), name="casework_dispute_open"
            )
        ]


class FunctionOpinion(CaseRow):
    """An opinion asked of legal, PR and others, or of an outside expert or authority (CO-05, CO-07, CO-08)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("opinion", "Asked")
        GIVEN = "given", pgettext_lazy("opinion", "Given")
        DECLINED = "declined", pgettext_lazy("opinion", "Declined")

    class Kind(models.TextChoices):
        FUNCTION = "function", _("Functional department")
        OUTSIDE = "outside", _("Outside expert or authority")

    class Stance(models.TextChoices):
        FOLLOWS = "follows", _("follows the opinion")
        DEVIATES = "deviates", _("deviates from the opinion")

    class Secrecy(models.TextChoices):
        SIGNED = "signed", _("A signed commitment")
        BY_LAW = "by_law", _("The law, as an authority")

    class Returned(models.TextChoices):
        RETURNED = "returned", _("given back")
        DESTROYED = "destroyed", _("destroyed")
        KEPT = "kept", _("kept on a legal basis")

    kind = models.CharField(max_length=10, choices=Kind)
    unit_id = models.UUIDField(null=True)
    body = SealedField()
    """Name of the outside body."""
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    necessary = models.BooleanField(default=False)
    question = SealedField()
    content = SealedField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    green = models.BooleanField(default=False)
    """Asked by the green channel: it goes before everything else there and has a limit of its own (CO-05)."""
    due_at = models.DateTimeField(null=True)
    """Until when it is asked; of an outside body, until when it may keep what it was given. Null in rows from before."""
    given_by = models.UUIDField(null=True)
    given_at = models.DateTimeField(null=True)
    stance = models.CharField(max_length=8, choices=Stance, blank=True)
    """How the present solution stands to it (CO-07); empty until somebody has said so, and again with another solution."""
    stance_words = SealedField()
    stance_by = models.UUIDField(null=True)
    stance_at = models.DateTimeField(null=True)
    allowed_by = models.UUIDField(null=True)
    allowed_at = models.DateTimeField(null=True)
    allowed_reason = SealedField()
    """The supervisor's reason for a deviation, or why it was refused."""
    released = SealedField()
    """What an outside body was given, masked as it was given (PS-13)."""
    released_until = models.DateField(null=True)
    secrecy = models.CharField(max_length=8, choices=Secrecy, blank=True)
    secrecy_basis = SealedField()
    secrecy_files = models.JSONField(default=list)
    cost_fen = models.BigIntegerField(null=True)
    """Expected, then charged, in fen."""
    returned_how = models.CharField(max_length=10, choices=Returned, blank=True)
    returned_words = SealedField()
    returned_by = models.UUIDField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="function", unit_id__isnull=False)
                | models.Q(kind="outside", unit_id__isnull=True),
                name="casework_opinion_of_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(given_at__isnull=False), name="casework_opinion_times"
            ),
            models.CheckConstraint(
                condition=models.Q(stance="deviates") | models.Q(allowed_at__isnull=True),
                name="casework_opinion_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(cost_fen__isnull=True) | models.Q(cost_fen__gte=0), name="casework_opinion_cost"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="casework_opinion_of"),
            models.Index(
                fields=["organisation_id", "unit_id", "-green", "due_at"], condition=models.Q(state="open"),
                name="casework_opinion_open_unit",
            ),
        ]  # fmt: skip
