"""Signs of a crime in a complaint: what is put together for law enforcement, and how it was assisted afterwards (XR-09)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField


class CriminalLead(CaseRow):
    """One package: put together, looked at by legal, handed over to an authority."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("criminal lead", "Waits for legal")
        APPROVED = "approved", pgettext_lazy("criminal lead", "Approved, to be handed over")
        REFUSED = "refused", pgettext_lazy("criminal lead", "Not handed over")
        HANDED = "handed", pgettext_lazy("criminal lead", "Handed over")

    class Way(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        POST = "post", _("By registered mail")
        ONLINE = "online", _("By the authority's own platform")

    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    unit_id = models.UUIDField()
    """The legal function that looks at it."""
    offence = SealedField()
    """Which offence is suspected, and by whom as far as that is known."""
    facts = SealedField()
    evidence = SealedField()
    """The list of evidence: what each piece shows and where it lies."""
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = SealedField()
    authority = SealedField()
    """Which authority took it, who there, and under which number."""
    way = models.CharField(max_length=10, choices=Way, blank=True)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.UUIDField(null=True)
    receipt = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="proposed") | models.Q(decided_at__isnull=False),
                name="casework_lead_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="handed") | models.Q(handed_at__isnull=False), name="casework_lead_handed"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"], condition=models.Q(state="proposed"),
                name="casework_lead_one_waits",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="casework_lead_of")]


class Assistance(CaseRow):
    """One entry of the log: what an authority asked for, on which paper, and what it was given."""

    append_only = True

    asked = SealedField()
    basis = SealedField()
    """The paper on which the authority asks, such as its number."""
    given = SealedField()
    assisted_at = models.DateTimeField()
    noted_by = models.UUIDField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "complaint"], name="casework_assistance_of")]
