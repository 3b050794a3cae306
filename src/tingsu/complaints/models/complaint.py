"""The case as it stands now: everything needed to sort a queue, nothing that must be joined to sort."""

from django.db import models
from django.urls import reverse

from tingsu.complaints import terms
from tingsu.complaints.fields import code_words
from tingsu.kernel import hours
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


def _newest_by(column: str, usual: str | None = None) -> models.Index:
    """The newest complaints of each value of a closed list, however rare it is in the archive (TR-22).

    Without the value that stands there until a step says otherwise: nobody looks for the few that have it.
    """
    condition = None if usual is None else ~models.Q(**{column: usual})
    return models.Index(
        fields=["organisation_id", column, "-received_at", "-id"], name=f"complaints_by_{column}", condition=condition
    )


OPEN_AND = {
    "risky": models.Q(grade="high_risk"),
    "complainant": models.Q(waiting_on="complainant"),
    "repeated": models.Q(repeated=True),
}
"""What tabs of the queue show and count beside its order: few of the open cases, or none."""


def _counted_of_open(name: str, where: models.Q) -> models.Index:
    """The open cases of a tab in the order of work: counted and walked without a look at the others."""
    return models.Index(
        fields=["organisation_id", "work_key", "id"],
        condition=~models.Q(state__in=["closed", "archived"]) & where,
        name=f"complaints_open_{name}",
    )


class Complaint(TenantModel):
    """One complaint. Its id is the id of its stream. Texts are sealed under the stream's key."""

    stream = TenantForeignKey(Stream, db_column="stream_id", related_name="+")
    number = models.CharField(max_length=24)
    code = SealedField()
    """Unique identification code (RG-14), sealed; look-up goes through `code_index`."""
    code_index = BlindIndexField()
    version = models.IntegerField(default=1)

    kind = models.CharField(max_length=10, choices=terms.Kind, default=terms.Kind.COMPLAINT)
    problem_type = models.CharField(max_length=14, choices=terms.ProblemType)
    object_type = models.CharField(max_length=10, choices=terms.ObjectType, blank=True)
    categories = models.JSONField(default=list)
    """RL-2: [{"no": 3, "delay": 4, "unit": "day"}, {"no": 35}]; texts of categories stand in the ledger's texts."""
    scene = models.CharField(max_length=12, choices=terms.Scene, default=terms.Scene.PLATFORM)
    mode = models.CharField(max_length=10, choices=terms.Mode)
    mode_other = models.CharField(max_length=60, blank=True)
    content_by = models.CharField(max_length=12, blank=True)
    """Who wrote the content: whoever received it, or the complainant with their consent (RG-18)."""
    channel = models.CharField(max_length=40, default="portal")
    handed_over_by = models.CharField(max_length=80, blank=True)
    """The site or app that signed for who complains (IN-10)."""
    handed_over = models.JSONField(default=list)
    """What of it stands as it was handed over: name, telephone, e-mail, order."""
    transferred_by = models.CharField(max_length=120, blank=True)
    envelope = SealedField()
    """What stands on the envelope of a letter (RG-21)."""
    original_place = models.CharField(max_length=120, blank=True)
    """Where the paper that came is kept, from acceptance on (RG-21, RC-10)."""
    outside_reference = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    format = models.CharField(max_length=12, choices=terms.Format, default=terms.Format.STANDARD)
    group = models.CharField(max_length=10, blank=True)
    """elderly or minor (IN-14)."""
    customer_type = models.CharField(max_length=20, blank=True)
    """consumer, client, end_user, retailer, beneficiary, purchaser, dealer (IN-22)."""
    reply_expected = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=False)
    withheld = models.JSONField(default=list)
    """Names of fields the complainant does not wish to give (RG-17)."""
    withdrawn = models.BooleanField(default=False)

    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    occurred_on = models.DateField(null=True)
    occurred_time = models.CharField(max_length=hours.LENGTH, blank=True)
    """The time of day as it is known (RG-08): exact, about, or the part of the day (`kernel.hours`)."""
    occurred_part = models.CharField(max_length=hours.LENGTH, blank=True)
    """The part of the day that it lies in, to filter by."""
    event_place = SealedField()
    province = models.CharField(max_length=2, blank=True)
    market_region = models.CharField(max_length=60, blank=True)
    branch = models.CharField(max_length=120, blank=True)
    partner_concerned = models.CharField(max_length=20, blank=True)
    """Code of the partner register, of whose delivery of our service is complained (IN-25)."""
    product = models.CharField(max_length=200, blank=True)
    product_type = models.CharField(max_length=12, choices=terms.ProductType, blank=True)
    order_number = SealedField()
    order_index = BlindIndexField()
    service_step = models.CharField(max_length=120, blank=True)
    person_concerned = SealedField()
    unit_concerned_id = models.UUIDField(null=True)
    summary = SealedField()
    description = SealedField()
    additional_info = SealedField()
    remedy_requested = models.BooleanField(default=True)
    remedy_text = SealedField()
    signed_by = models.CharField(max_length=12, blank=True)
    """How the form was signed: image, online, refused (RG-05)."""
    signed_at = models.DateTimeField(null=True)
    expected_reply_at = models.DateTimeField(null=True)
    expected_reply_reason = SealedField()
    calming_steps = models.JSONField(default=list)
    """listen, empathise, guide: what was done for an agitated caller (RG-23)."""

    content_kind = models.CharField(max_length=12, blank=True)
    """organisation, person, experience, counter: what a complaint about content is (IN-11)."""
    rights_holder = SealedField()
    rights_basis = models.CharField(max_length=12, blank=True)
    content_urls = SealedField()
    rights_stated = models.BooleanField(default=False)

    state = models.CharField(max_length=16, choices=terms.State, default=terms.State.REGISTERED)
    entered_at = models.DateTimeField()
    """Since when in this state."""
    grade = models.CharField(max_length=10, choices=terms.Grade, blank=True)
    urgency = models.CharField(max_length=8, choices=terms.Urgency, default=terms.Urgency.NORMAL)
    suggested_grade = models.CharField(max_length=10, choices=terms.Grade, blank=True)
    first_validity = models.CharField(max_length=8, choices=terms.FirstView, blank=True)
    first_impact = models.CharField(max_length=8, choices=terms.Reach, blank=True)
    """The short evaluation before the investigation (IV-16)."""
    major = models.BooleanField(default=False)
    crisis = models.BooleanField(default=False)
    difficult = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    reasonable_open = models.BooleanField(default=False)
    """A demand that was judged reasonable waits for its remedy (VL-13)."""
    loss_claimed = models.BooleanField(default=False)
    """Compensation is asked for, and not decided yet: handled first among those due the same day (RM-06)."""
    risk_marks = models.JSONField(default=list)
    """opinion, litigation, penalty (TR-19)."""
    escalation_level = models.SmallIntegerField(default=1)
    required_level = models.CharField(max_length=10, blank=True)
    investigation_mode = models.CharField(max_length=12, choices=terms.InvestigationMode, blank=True)
    waiting_on = models.CharField(max_length=12, choices=terms.WaitingOn, default=terms.WaitingOn.US)
    verdict = models.CharField(max_length=10, choices=terms.Verdict, blank=True)
    outcome = models.CharField(max_length=20, choices=terms.Outcome, blank=True)
    repeated = models.BooleanField(default=False)
    repeat_count = models.IntegerField(default=1)
    possible_repeats = models.JSONField(default=list)
    """Ids of earlier complaints that may be about the same, until the receiver says so or not (RG-24)."""

    owner_id = models.UUIDField()
    first_owner_id = models.UUIDField()
    offered_member_id = models.UUIDField(null=True)
    offered_unit_id = models.UUIDField(null=True)
    offer_refusals = models.SmallIntegerField(default=0)
    lead_unit_id = models.UUIDField(null=True)
    department_id = models.UUIDField(null=True)
    """The business department that answers for this kind of problem (AS-05)."""
    department_by = models.CharField(max_length=6, choices=terms.ChosenBy, blank=True)

    severity = models.PositiveSmallIntegerField(null=True)
    complexity = models.PositiveSmallIntegerField(null=True)
    """Scores of the assessment in force, 1 to 5: limits may depend on them (SL-13)."""

    first_action_at = models.DateTimeField(null=True)
    """The first thing that a colleague did on it, be it registering (OG-19)."""
    investigated_at = models.DateTimeField(null=True)
    """When it was first under investigation (SL-20)."""
    acknowledged_at = models.DateTimeField(null=True)
    record_confirmed_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    last_feedback_at = models.DateTimeField(null=True)
    next_feedback_at = models.DateTimeField(null=True)
    """The date promised to the complainant (T08)."""
    answered_at = models.DateTimeField(null=True)
    ways_informed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    archive_number = models.CharField(max_length=40, blank=True)
    retention_class = models.CharField(max_length=20, blank=True)
    dispose_on = models.DateField(null=True)

    next_due_at = models.DateTimeField(null=True)
    next_due_kind = models.CharField(max_length=40, blank=True)
    next_due_started_at = models.DateTimeField(null=True)
    work_key = models.BigIntegerField(default=0)
    """The place in the work list (`work_order`)."""
    policy_version = models.IntegerField(default=0)
    category_version = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "number"], name="complaints_complaint_number"),
            models.UniqueConstraint(fields=["organisation_id", "code_index"], name="complaints_complaint_code"),
            models.CheckConstraint(condition=models.Q(state__in=terms.State.values), name="complaints_complaint_state"),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "-received_at", "-id"], name="complaints_received"),
            models.Index(
                fields=["organisation_id", "-closed_at", "-id"],
                condition=models.Q(closed_at__isnull=False),
                name="complaints_closed",
            ),
            models.Index(
                fields=["organisation_id", "next_due_at", "id"],
                condition=~models.Q(state__in=["closed", "archived"]),
                name="complaints_open_due",
            ),
            models.Index(
                fields=["organisation_id", "-received_at", "-id"],
                condition=models.Q(escalation_level__gt=1),
                name="complaints_escalated",
            ),
            models.Index(
                fields=["organisation_id", "work_key", "id"],
                condition=~models.Q(state__in=["closed", "archived"]),
                name="complaints_open_work",
            ),
            models.Index(
                fields=["organisation_id", "next_due_at", "id"],
                condition=~models.Q(state__in=["closed", "archived"]) & models.Q(offer_refusals__gte=3),
                name="complaints_refused_thrice",
            ),
            models.Index(
                fields=["organisation_id", "owner_id", "next_due_at", "id"],
                condition=~models.Q(state__in=["closed", "archived"]),
                name="complaints_open_owner",
            ),
            models.Index(
                fields=["organisation_id", "owner_id", "work_key", "id"],
                condition=~models.Q(state__in=["closed", "archived"]),
                name="complaints_open_own_work",
            ),
            models.Index(fields=["organisation_id", "owner_id", "-received_at", "-id"], name="complaints_own"),
            *(_counted_of_open(name, where) for name, where in OPEN_AND.items()),
            models.Index(
                fields=["organisation_id", "state", "next_due_at", "id"],
                condition=~models.Q(state__in=["archived"]),
                name="complaints_state_due",
            ),
            models.Index(
                fields=["organisation_id", "offered_member_id"],
                condition=models.Q(offered_member_id__isnull=False),
                name="complaints_offered_member",
            ),
            models.Index(
                fields=["organisation_id", "offered_unit_id"],
                condition=models.Q(offered_unit_id__isnull=False),
                name="complaints_offered_unit",
            ),
            models.Index(
                fields=["organisation_id", "order_index"],
                condition=models.Q(order_index__isnull=False),
                name="complaints_order",
            ),
            *(_newest_by(column) for column in ("state", "problem_type", "mode")),
            *(
                _newest_by(column, usual)
                for column, usual in (
                    ("grade", ""),
                    ("urgency", "normal"),
                    ("waiting_on", "us"),
                    ("verdict", ""),
                    ("outcome", ""),
                )
            ),
        ]

    def text(self, name: str) -> str:
        """Open one of the sealed texts. The caller answers for the right to see it (privacy). Raises Erased."""
        sealed = getattr(self, name)
        if isinstance(sealed, str):
            return code_words(name, sealed)
        return self.stream.key().open(sealed, f"complaint:{self.pk}:{name}") if sealed else ""

    def seal(self, name: str, plain: str) -> None:
        setattr(self, name, self.stream.key().seal(plain, f"complaint:{self.pk}:{name}") if plain else None)

    @property
    def is_open(self) -> bool:
        return self.state not in {terms.State.CLOSED, terms.State.ARCHIVED}

    @property
    def public_stage(self) -> terms.PublicStage:
        return terms.PUBLIC_STAGE[terms.State(self.state)]

    @property
    def risk(self) -> str:
        """The one fact the badge shows: crisis, major, high_risk, urgent, difficult, general or ungraded."""
        for name in ("crisis", "major"):
            if getattr(self, name):
                return name
        if self.grade == terms.Grade.HIGH_RISK:
            return "high_risk"
        if self.urgency == terms.Urgency.URGENT:
            return "urgent"
        if self.difficult:
            return "difficult"
        return self.grade or "ungraded"

    def get_absolute_url(self) -> str:
        return reverse("desk:case", args=[self.number])
