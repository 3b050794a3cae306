"""Accounts of partners, what they were asked on a case, and the complaints that they handed over (IG-10)."""

from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import LocalisedField, SealedField
from tingsu.kernel.tenancy import TenantModel

SEEN_FOR = timedelta(days=14)
"""So long after its answer a partner still reads a task and what was given with it (PS-13)."""
MOST_DAYS = 60
"""A task is asked for so many days at most."""


class PartnerAccount(TenantModel):
    """One person of a partner who signs in: no member of ours, and in no list of ours. Its id is its stream's."""

    account_id = models.IntegerField()
    code = models.CharField(max_length=20)
    """Of the partner register (AS-14)."""
    firm = LocalisedField()
    """What the register called the partner when the account was opened."""
    name = SealedField()
    """Of the person, under the key of the stream."""
    contract = models.CharField(max_length=200)
    """Which contract or agreement the partner works under, and where the signed commitment to secrecy lies."""
    bound_on = models.DateField()
    """The day on which the person was bound to secrecy and acknowledged our values (PS-13, VL-06)."""
    bound_until = models.DateField()
    """The last day on which that holds: nothing opens after it."""
    active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "account_id"], name="partners_account_once"),
            models.CheckConstraint(condition=models.Q(bound_until__gte=models.F("bound_on")), name="partners_bound"),
        ]

    def is_bound(self, day: date) -> bool:
        """Does the account open anything on this day of the organisation?"""
        return self.active and self.bound_on <= day <= self.bound_until


class PartnerProgram(TenantModel):
    """What a program of a partner signs in with: only its digest is kept. It opens what the account behind it opens, and no more."""

    account = models.UUIDField()
    """The partner account whose person made it and answers for it."""
    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=33)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "account", "name"],
                condition=models.Q(ended_at=None),
                name="partners_program_name",
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "account", "-made_at"], name="partners_program_of")]


class PartnerTask(CaseRow):
    """A question to a partner with the little it needs, and its answer or statement (IG-10, PS-13)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("partner task", "Waits for the partner")
        ANSWERED = "answered", pgettext_lazy("partner task", "Answered")
        DECLINED = "declined", pgettext_lazy("partner task", "Not theirs")
        WITHDRAWN = "withdrawn", pgettext_lazy("partner task", "Withdrawn")

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement on the matter")
        FACTS = "facts", _("Facts and material")
        MEASURE = "measure", _("Carry out a measure")

    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    question = SealedField()
    """Masked before it is kept: the partner reads what stands here and nothing else of the case."""
    given = SealedField()
    due_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    answer = SealedField()
    files = models.JSONField(default=list)
    answered_by = models.UUIDField(null=True)
    """The account that answered."""
    answered_at = models.DateTimeField(null=True)
    returns = models.SmallIntegerField(default=0)
    return_reason = SealedField()
    """Masked like the question."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "withdrawn"]) | models.Q(answered_at__isnull=False),
                name="partners_task_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "complaint"], name="partners_task_of"),
            models.Index(
                fields=["organisation_id", "code", "due_at"],
                condition=models.Q(state="open"),
                name="partners_task_open",
            ),
            models.Index(fields=["organisation_id", "code", "-answered_at"], name="partners_task_done"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_shown(self, at: datetime) -> bool:
        """Does the partner still read it?"""
        if self.state == self.State.WITHDRAWN:
            return False
        return self.is_open or (self.answered_at is not None and at < self.answered_at + SEEN_FOR)


class HandedOver(CaseRow):
    """A complaint that a partner took in for us and handed over."""

    code = models.CharField(max_length=20)
    account = models.UUIDField()
    reference = SealedField()
    """The partner's own number for it."""
    handed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "complaint"], name="partners_handed_once")]
        indexes = [models.Index(fields=["organisation_id", "code", "-handed_at", "-id"], name="partners_handed_by")]
