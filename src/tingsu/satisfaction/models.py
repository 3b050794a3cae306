"""Who was drawn for a survey and asked, and what was answered: two tables, so that figures are counted without a person (SC-05, MO-13)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel
from tingsu.registers.models import Entry


class Frame(TenantModel):
    """Everybody who could have been drawn, as ids of complaints: with the seed it gives the sample again. Its id is the survey's."""

    members = ArrayField(models.UUIDField())
    drawn_at = models.DateTimeField()


class OfWhom(TenantModel):
    """By what answers and sample are told apart (SC-13), as it was when the sample was drawn."""

    channel = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    department_id = models.UUIDField(null=True)
    supplier_id = models.UUIDField(null=True)
    """The supplier's unit of the handler; null for our own people."""
    handler_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Invitation(OfWhom):
    """One of the sample: which case, how it is asked, what became of it. It knows the person; figures never read it by name."""

    class State(models.TextChoices):
        DRAWN = "drawn", pgettext_lazy("survey", "Drawn")
        CALL = "call", pgettext_lazy("survey", "To be called")
        INVITED = "invited", pgettext_lazy("survey", "Invited")
        ANSWERED = "answered", pgettext_lazy("survey", "Answered")
        REFUSED = "refused", _("Does not wish to be asked")
        UNREACHED = "unreached", _("Not reached")
        LEFT_OUT = "left_out", _("Left out")

    entry = TenantForeignKey(Entry, related_name="invitations")
    complaint = TenantForeignKey(Complaint, related_name="+")
    party_id = models.UUIDField()
    place = models.IntegerField()
    """The how-manieth was drawn, from one."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAWN)
    why = models.CharField(max_length=20, blank=True)
    """Why somebody drawn was not asked."""
    token = BlindIndexField()
    phone_index = BlindIndexField()
    email_index = BlindIndexField()
    """By these the same person is not asked again too soon, and one who does not wish to be asked never."""
    invited_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was answered or refused."""
    calls = models.SmallIntegerField(default=0)
    comment = SealedField()
    """What the person wrote beside the scale, under the key of the case."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "complaint"], name="satisfaction_invited_once"),
            models.UniqueConstraint(
                fields=["organisation_id", "token"], condition=models.Q(token__isnull=False), name="satisfaction_token"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "entry", "state", "place"], name="satisfaction_of_survey"),
            models.Index(fields=["organisation_id", "complaint"], name="satisfaction_of_case"),
            models.Index(
                fields=["organisation_id", "phone_index"],
                condition=models.Q(phone_index__isnull=False),
                name="satisfaction_phone",
            ),
            models.Index(
                fields=["organisation_id", "email_index"],
                condition=models.Q(email_index__isnull=False),
                name="satisfaction_email",
            ),
        ]


class Answer(OfWhom):
    """What one of the sample answered: numbers and where the case belonged, no name and no case. Nobody changes it afterwards.

    Its id is the invitation's: whoever may see both can join them; figures are counted from this table alone.
    """

    append_only = True

    survey_id = models.UUIDField()
    way = models.CharField(max_length=6)
    """link: by themselves on our page; phone: told to one of ours, who entered it."""
    late = models.BooleanField(default=False)
    """After the last day of answers: marked, and no part of the index."""
    values = models.JSONField()
    """Item → {"x": experience, "e": expectation}; what was left open is not there."""
    entered_by = models.UUIDField(null=True)
    """The member who entered what was told on the telephone."""
    recording = models.CharField(max_length=80, blank=True)
    answered_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way="link", entered_by__isnull=True)
                | (models.Q(way="phone", entered_by__isnull=False) & ~models.Q(recording="")),
                name="satisfaction_answer_way",
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "survey_id"], name="satisfaction_answers")]
