"""A mediation and its sessions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantForeignKey
from tingsu.people.roles import MediatorLevel


class Mediation(CaseRow):
    """A mediation with one mediator: open → agreed, not agreed, refused, or handed to another mediator (MD-06)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("mediation", "Open")
        AGREED = "agreed", pgettext_lazy("mediation", "Agreed")
        NOT_AGREED = "not_agreed", pgettext_lazy("mediation", "Not agreed")
        REFUSED = "refused", pgettext_lazy("mediation", "Refused by a party")
        REPLACED = "replaced", pgettext_lazy("mediation", "Mediator replaced")

    mediator_id = models.UUIDField()
    level = models.CharField(max_length=12, choices=MediatorLevel)
    by_body = models.BooleanField(default=False)
    """The mediator acts for the enterprise's mediation body (MD-04, MD-05)."""
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    appointed_by = models.UUIDField(null=True)
    appointed_at = models.DateTimeField()
    agreement = SealedField()
    ended_at = models.DateTimeField(null=True)
    called_for = models.DateTimeField(null=True)
    """When the parties were last invited for, and how, in the words of the invitation."""
    called_how = SealedField()
    called_sides = models.JSONField(default=list)
    objected_at = models.DateTimeField(null=True)
    """When a party last objected to the mediator, and when that was decided (MD-07)."""
    objection = SealedField()
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=models.Q(state="open"),
                name="casework_mediation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at__isnull=True)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="casework_mediation_ended",
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="casework_mediation_of")]


ENDED_MEDIATIONS = (Mediation.State.AGREED, Mediation.State.NOT_AGREED, Mediation.State.REFUSED)


class MediationSession(CaseRow):
    """One session: means, who took part, course, what each side proposed (MD-06). Kept as it was written."""

    append_only = True

    class Present(models.TextChoices):
        COMPLAINANT = "complainant", _("Complainant")
        AGENT = "agent", _("Agent")
        RESPONDENT = "respondent", _("Respondent")
        ENTERPRISE = "enterprise", _("Representative of our enterprise")
        OTHER = "other", pgettext_lazy("mediation", "Others")

    mediation = TenantForeignKey(Mediation, related_name="sessions")
    means = SealedField()
    present = models.JSONField(default=list)
    content = SealedField()
    complainant_proposal = SealedField()
    respondent_proposal = SealedField()
    proposals = SealedField()
    """Other proposals, such as the mediator's; in older sessions those of all sides in one text."""
    held_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "mediation"], name="casework_session_of")]
