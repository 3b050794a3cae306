"""What is carried out after an agreement, the money that goes for it, and what the complaint cost (process.md §6).

Every amount is whole fen. Free text is sealed under the case's key.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantForeignKey
from tingsu.registers.models import Entry
from tingsu.settlement.models.offers import OutsideCase, Solution


class ExecutionItem(CaseRow):
    """One thing to be carried out after an agreement or an outside decision (FB-04): done, then verified by another."""

    class State(models.TextChoices):
        OPEN = "open", _("Not done yet")
        DONE = "done", _("Done")
        VERIFIED = "verified", _("Verified")
        FAILED = "failed", _("Failed")

    solution = TenantForeignKey(Solution, null=True, related_name="items")
    outside_case = TenantForeignKey(OutsideCase, null=True, related_name="items")
    remedy = models.CharField(max_length=20, blank=True)
    position = models.SmallIntegerField(default=0)
    amount_fen = models.BigIntegerField(null=True)
    duty = SealedField()
    executor_id = models.UUIDField(null=True)
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    current = models.BooleanField(default=True)
    """Belongs to the latest agreement or decision; items of an earlier execution are history."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    proof = SealedField()
    paid_fen = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.UUIDField(null=True)
    remark = SealedField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(solution__isnull=False) | Q(outside_case__isnull=False), name="settlement_item_has_reason"
            )
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="settlement_item_of"),
            models.Index(
                fields=["organisation_id", "executor_id", "due_on"],
                condition=Q(state="open"),
                name="settlement_item_open",
            ),
        ]


class Payment(CaseRow):
    """How the money of one item reaches the complainant: applied for, checked and ordered by another, paid, received (RM-08)."""

    class State(models.TextChoices):
        ASKED = "asked", _("Applied for")
        RETURNED = "returned", _("Application returned")
        ORDERED = "ordered", _("Payment ordered")
        PAID = "paid", _("Paid")
        RECEIVED = "received", pgettext_lazy("payment", "Received")
        MISSING = "missing", _("Not received")

    item = TenantForeignKey(ExecutionItem, related_name="payments")
    means = models.CharField(max_length=40)
    means_version = models.IntegerField(default=0)
    amount_fen = models.BigIntegerField()
    payee = SealedField()
    account = SealedField()
    ground = SealedField()
    """Why the application was returned."""
    words = SealedField()
    """What was said about the money having arrived, or not."""
    order_number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    checked_by = models.UUIDField(null=True)
    checked_at = models.DateTimeField(null=True)
    paid_by = models.UUIDField(null=True)
    paid_at = models.DateTimeField(null=True)
    arrives_on = models.DateField(null=True)
    """The day by which these means bring the money."""
    answered_at = models.DateTimeField(null=True)
    """When it was said whether the money is there."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "item"], condition=~Q(state="returned"), name="settlement_payment_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="settlement_payment_amount"),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="settlement_payment_of"),
            models.Index(
                fields=["organisation_id", "asked_at", "id"],
                condition=Q(state="asked"),
                name="settlement_payment_asked",
            ),
            models.Index(
                fields=["organisation_id", "-paid_at"],
                condition=Q(paid_at__isnull=False),
                name="settlement_payment_left",
            ),
            models.Index(
                fields=["organisation_id", "checked_at"], condition=Q(state="returned"), name="settlement_payment_back"
            ),
            models.Index(
                fields=["organisation_id", "means", "checked_at", "id"],
                condition=Q(state="ordered"),
                name="settlement_payment_ordered",
            ),
        ]


class PaymentLine(CaseRow):
    """One order inside a batch that goes to a bank or a platform, and what became of it (IG-07).

    An order stands in one batch at a time; one that was refused or taken out may come again with another application or batch.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("With the batch")
        PAID = "paid", pgettext_lazy("payment line", "Paid")
        REFUSED = "refused", pgettext_lazy("payment line", "Refused by the bank")
        DROPPED = "dropped", _("Taken out")

    payment = TenantForeignKey(Payment, related_name="lines")
    batch = TenantForeignKey(Entry, related_name="+")
    position = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reference = models.CharField(max_length=64, blank=True)
    """What the bank calls it."""
    reason = SealedField()
    """Why it was refused or taken out."""
    answered_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    """When the case took over what became of it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "payment"],
                condition=Q(state__in=["waiting", "paid"]),
                name="settlement_line_in_one_batch",
            ),
            models.UniqueConstraint(fields=["organisation_id", "batch", "position"], name="settlement_line_position"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="settlement_line_amount"),
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="settlement_line_of")]


class Recourse(CaseRow):
    """Money we paid first for somebody else's fault, and what came back from them (RM-07)."""

    class State(models.TextChoices):
        OPEN = "open", _("Recourse open")
        RECOVERED = "recovered", _("Recovered")
        GIVEN_UP = "given_up", _("Given up")

    item = TenantForeignKey(ExecutionItem, related_name="recourses")
    rule = models.CharField(max_length=40)
    rule_version = models.IntegerField()
    amount_fen = models.BigIntegerField()
    against = SealedField()
    ground = SealedField()
    result = SealedField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    recovered_fen = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "item"], name="settlement_recourse_once"),
            models.CheckConstraint(
                condition=Q(recovered_fen__isnull=True) | Q(recovered_fen__range=(0, models.F("amount_fen"))),
                name="settlement_recourse_recovered",
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="settlement_recourse_of")]


class Cost(CaseRow):
    """What handling one complaint cost beside its compensation: goods, time, outside fees (RM-13)."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        TIME = "time", _("Working time")
        FEES = "fees", _("Outside fees")
        OTHER = "other", _("Other costs")

    append_only = True

    kind = models.CharField(max_length=6, choices=Kind)
    amount_fen = models.BigIntegerField(null=True)
    minutes = models.IntegerField(null=True)
    note = SealedField()
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) | Q(minutes__gt=0), name="settlement_cost_has_a_measure"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="settlement_cost_of")]
