"""Facts without names: one row for each complaint, of codes, days, numbers and lengths of time alone (MO-08, MO-13)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tingsu.complaints import terms
from tingsu.kernel.tenancy import TenantModel


def _minutes() -> models.IntegerField:  # type: ignore[type-arg]
    """Whole minutes; empty while it has not happened."""
    return models.IntegerField(null=True)


def _count() -> models.IntegerField:  # type: ignore[type-arg]
    return models.IntegerField(default=0)


class Fact(TenantModel):
    """What one complaint is for whoever counts. Its id is the complaint's, and never leaves this table.

    Made from the case and its history by `figures.sql` alone, never by an action; `seq` says how much of the history it knows.
    Nothing that a person typed stands here: closed codes, ids of units, days of the organisation, whole minutes, fen.
    """

    seq = models.IntegerField()

    kind = models.CharField(max_length=10)
    problem_type = models.CharField(max_length=14)
    object_type = models.CharField(max_length=10, blank=True)
    categories = ArrayField(models.SmallIntegerField(), default=list)
    category = models.SmallIntegerField(null=True)
    """The first of them: by it a complaint counts once."""
    scene = models.CharField(max_length=12)
    mode = models.CharField(max_length=10)
    channel = models.CharField(max_length=40)
    province = models.CharField(max_length=2, blank=True)
    product_type = models.CharField(max_length=12, blank=True)
    group = models.CharField(max_length=10, blank=True)
    customer_type = models.CharField(max_length=20, blank=True)
    anonymous = models.BooleanField()
    withdrawn = models.BooleanField()
    remedy_requested = models.BooleanField()
    respondent = models.CharField(max_length=12, blank=True)
    """person or organisation, where somebody else is complained of; empty where it is us alone."""

    state = models.CharField(max_length=16, choices=terms.State)
    grade = models.CharField(max_length=10, blank=True)
    urgency = models.CharField(max_length=8)
    major = models.BooleanField()
    crisis = models.BooleanField()
    difficult = models.BooleanField()
    opinion_risk = models.BooleanField(default=False)
    litigation_risk = models.BooleanField(default=False)
    penalty_risk = models.BooleanField(default=False)
    """The escalation risks that are marked, each by itself (TR-19)."""
    repeated = models.BooleanField()
    repeat_count = models.IntegerField()
    escalation_level = models.SmallIntegerField()
    severity = models.SmallIntegerField(null=True)
    complexity = models.SmallIntegerField(null=True)
    investigation_mode = models.CharField(max_length=12, blank=True)
    verdict = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    responsible = models.CharField(max_length=20, blank=True)
    """Who bears the greatest share by the last concluded investigation."""
    department_id = models.UUIDField(null=True)
    lead_unit_id = models.UUIDField(null=True)
    unit_concerned_id = models.UUIDField(null=True)
    supplier_id = models.UUIDField(null=True)
    """The supplier's unit in which whoever handles it worked, when it was closed or last told; empty for our own people (SC-13)."""

    received_on = models.DateField()
    received_hour = models.SmallIntegerField()
    closed_on = models.DateField(null=True)
    rated_on = models.DateField(null=True)
    """Days and the hour are the organisation's own."""

    registered_after = _minutes()
    acknowledged_after = _minutes()
    first_action_after = _minutes()
    investigated_after = _minutes()
    replied_after = _minutes()
    answered_after = _minutes()
    closed_after = _minutes()
    """Minutes from receipt on the clock of the wall; waiting is in them, for no limit stops while we wait (SL-18)."""
    archived_after = _minutes()
    """Minutes from closing to the archive."""
    replied_after_working = _minutes()
    answered_after_working = _minutes()
    closed_after_working = _minutes()
    """Minutes of working time from receipt, by the calendar in force when it happened."""
    closed_after_days = models.IntegerField(null=True)
    """Working days from the day after receipt to the day of closing, as a limit in working days counts them."""

    waited_complainant = _count()
    waited_department = _count()
    waited_respondent = _count()
    waited_outside = _count()
    """Minutes in which the case waited on somebody; intervals that have ended."""
    stages = models.JSONField(default=dict)
    """Minutes in each state that was left again, all its stays together."""
    returns = _count()
    """Moves back into a state it had been in before."""
    reopened = _count()
    """Investigations taken up again."""
    solved_at_once = models.BooleanField(default=False)
    """Solved at the first contact: from registration straight to the rating."""

    limits_kept = _count()
    limits_missed = _count()
    """Time limits that were met, and that passed unmet; what was cancelled before is in neither."""
    kept_first_reply = _count()
    missed_first_reply = _count()
    kept_feedback = _count()
    missed_feedback = _count()
    kept_start = _count()
    missed_start = _count()
    kept_urgent = _count()
    missed_urgent = _count()
    kept_push = _count()
    missed_push = _count()
    kept_repeat = _count()
    missed_repeat = _count()

    score = models.SmallIntegerField(null=True)
    """The last rating of the complainant, 1 to 5, else the one given in the last callback that heard one."""
    paid_fen = models.BigIntegerField(default=0)
    cost_fen = models.BigIntegerField(default=0)
    asked_fen = models.BigIntegerField(default=0)
    """What was asked for in money, all demands together: what is at stake."""
    outside = models.BooleanField(default=False)
    """Somebody went outside with it: mediation, an authority, arbitration, a court."""
    outside_fen = models.BigIntegerField(null=True)
    """What ways outside have cost; empty where nobody has entered it."""
    avoided_fen = models.BigIntegerField(default=0)
    """Of what was asked for, what was neither paid nor taken outside, once it is closed as accepted or as unfounded and answered (KP-14)."""

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "received_on"], name="figures_fact_received"),
            models.Index(
                fields=["organisation_id", "closed_on"],
                condition=models.Q(closed_on__isnull=False),
                name="figures_fact_closed",
            ),
            models.Index(
                fields=["organisation_id", "rated_on"],
                condition=models.Q(rated_on__isnull=False),
                name="figures_fact_rated",
            ),
        ]


class Reach(TenantModel):
    """How far the ledger was folded into facts: one row for the organisation. Its id is the organisation's."""

    reached_at = models.DateTimeField()
    """An instant of real time: every event that was committed well before it is in the facts."""


class IndicatorValue(TenantModel):
    """What an indicator was in one period, and by which version of its definition it was counted (KP-01, KP-12).

    A period that is settled is counted again only by a recount, which says who, why, and what stood here before.
    """

    code = models.CharField(max_length=10)
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    part = models.BigIntegerField(null=True)
    whole = models.BigIntegerField(null=True)
    """Numerator and denominator: cases, occasions, or what was entered."""
    amount = models.BigIntegerField(null=True)
    """What was measured of them: minutes, fen."""
    version = models.IntegerField()
    counted_at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "code", "period", "starts_on"], name="figures_value_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation_id", "period", "starts_on", "code"], name="figures_value_period"),
            models.Index(fields=["organisation_id", "-counted_at"], name="figures_value_counted"),
        ]


class AnalysisRun(TenantModel):
    """What a kept analysis was in one period: its figure, that of the period before, and its largest lines (MO-01).

    Values of dimensions stand as codes, each figure as part, whole and amount; words are the reader's.
    """

    entry_id = models.UUIDField()
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    code = models.CharField(max_length=10)
    version = models.IntegerField()
    made_at = models.DateTimeField()
    totals = models.JSONField()
    lines = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "entry_id", "period", "starts_on"], name="figures_run_once"
            )
        ]


class LimitWatch(TenantModel):
    """Whether an indicator stands beyond its limit in one period, so that each crossing is told once (KP-03, KP-07)."""

    code = models.CharField(max_length=10)
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    crossed = models.BooleanField(default=False)
    entry_id = models.UUIDField(null=True)
    """The alert of the last crossing."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "code", "period", "starts_on"], name="figures_watch_once"
            )
        ]
