"""What the clocks know of complaints: whose they are, who sees them, and what rules may ask of one (SL-01)."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.conditions import Condition, Facts
from tingsu.clocks.kinds import Lived, Thing, Watched
from tingsu.clocks.whatif import spread
from tingsu.complaints import lists, terms
from tingsu.complaints.access import check_visible
from tingsu.complaints.companions import CASE
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.sql import raise_levels
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event

HOW_IT_CAME = _("only the first reply may differ by how the complaint came")
BY_CHANNEL = _(
    "only the first reply may differ by how the complaint came, and a decision where an authority sets its limit"
)
SCORES = {
    "low": pgettext_lazy("score", "Low (1 and 2)"),
    "middle": pgettext_lazy("score", "Middle (3)"),
    "high": pgettext_lazy("score", "High (4 and 5)"),
}
CONDITIONS = (
    Condition(name="kind", label=_("Complaint or report"), values=dict(terms.Kind.choices)),
    Condition(name="topic", label=_("Problem type"), values=dict(terms.ProblemType.choices)),
    Condition(name="product_type", label=_("Product type"), values=dict(terms.ProductType.choices)),
    Condition(name="grade", label=_("Grade"), values={"general": _("General"), "high_risk": _("High risk")}),
    Condition(name="urgency", label=_("Urgency"), values={"normal": _("Normal"), "urgent": _("Urgent")}),
    Condition(name="difficult", label=_("Difficulty"), values={"no": _("Ordinary difficulty"), "yes": _("Difficult")}),
    Condition(name="severity", label=_("Severity"), values=SCORES),
    Condition(name="complexity", label=_("Complexity"), values=SCORES),
    Condition(
        name="at_risk",
        label=_("Risk of escalation outside"),
        values={"no": _("No risk marked"), "yes": _("High risk, or a risk marked")},
    ),
    Condition(
        name="repeated",
        label=_("Repeated"),
        values={"no": _("Not repeated"), "yes": _("Repeated three times or more")},
    ),
    Condition(
        name="approved",
        label=_("Solution approved"),
        values={"no": _("Before approval"), "yes": _("After approval")},
        restricted=_("only sending a solution can depend on its approval"),
    ),
    Condition(name="mode", label=_("How it came"), values=dict(terms.Mode.choices), restricted=HOW_IT_CAME),
    Condition(name="channel", label=_("Channel"), restricted=BY_CHANNEL),
)
"""Equal treatment (VL-11): nothing here says who complains, and how it came counts for the first reply alone (SL-05, SL-06)."""


def band_of(score: int | None) -> str:
    """What a rule may ask of a score of the assessment; empty before there is one (SL-13)."""
    if score is None:
        return ""
    return "low" if score <= 2 else "middle" if score == 3 else "high"


def facts_of(complaint: Complaint) -> Facts:
    """The answers of one complaint."""
    return Facts(
        kind=complaint.kind,
        topic=lists.topic_of(complaint),
        product_type=complaint.product_type,
        grade=complaint.grade,
        urgency=complaint.urgency,
        difficult=complaint.difficult,
        severity=band_of(complaint.severity),
        complexity=band_of(complaint.complexity),
        at_risk=bool(complaint.risk_marks) or complaint.grade == terms.Grade.HIGH_RISK,
        repeated=complaint.repeated,
        approved=False,
        mode=complaint.mode,
        channel=complaint.channel,
    )


def check_stream(actor: Actor, stream_id: uuid.UUID) -> None:
    """Raises NotFound unless the actor may see the complaint of this stream."""
    complaint = Complaint.objects.filter(pk=stream_id).first()
    if complaint is None:
        raise NotFound
    check_visible(actor, complaint)


THING_FIELDS = (
    "organisation_id", "number", "owner_id", "first_owner_id", "received_at", "state", "escalation_level", "kind",
    "problem_type", "product_type", "grade", "urgency", "difficult", "severity", "complexity", "risk_marks", "repeated", "mode", "channel", "province",
)  # fmt: skip


def things(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Thing]:
    """Some complaints for their clocks. One query."""
    return {row.pk: thing_of(row) for row in Complaint.objects.filter(pk__in=ids).only(*THING_FIELDS)}


def thing_of(complaint: Complaint) -> Thing:
    """One complaint for its clocks; whoever received it first is kept informed until it closes (AS-07, CA-52)."""
    return Thing(
        id=complaint.pk,
        number=complaint.number,
        owner_id=complaint.owner_id,
        since=complaint.received_at,
        is_open=complaint.is_open,
        level=complaint.escalation_level,
        facts=facts_of(complaint),
        place=complaint.province,
        informed=(complaint.first_owner_id,),
    )


def at_hand(chain: Chain) -> Thing | None:
    """The complaint of a step under way, with what it has changed so far."""
    case = chain.companion(CASE)
    return thing_of(case.complaint) if case else None


def received_between(first: datetime, end: datetime, most: int) -> tuple[list[uuid.UUID], bool]:
    """Complaints received in a time, oldest first: all of them, or so many spread over its days. An index answers each question."""
    rows = Complaint.objects.order_by("received_at", "id")
    found = list(rows.filter(received_at__gte=first, received_at__lt=end).values_list("pk", flat=True)[: most + 1])
    if len(found) <= most:
        return found, False
    chosen: dict[uuid.UUID, None] = {}
    for begin, until, each in spread(first, end, most):
        chosen |= dict.fromkeys(
            rows.filter(received_at__gte=begin, received_at__lt=until).values_list("pk", flat=True)[:each]
        )
    return list(chosen), True


def lived(timer: str, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Lived]:
    """When a limit that begins with the receipt would have run: until the first step that stops it or calls it off. Two queries."""
    steps = PROCESS.values()
    stopping = {step.event for step in steps if timer in step.stops}
    calling_off = {step.event for step in steps if timer in step.cancels or step.cancels_rest}
    ended: dict[uuid.UUID, tuple[datetime, str]] = {}
    told = Event.objects.filter(stream_id__in=ids, kind__in=stopping | calling_off)
    for stream_id, at, kind in told.order_by("stream_id", "seq").values_list("stream_id", "at", "kind"):
        ended.setdefault(stream_id, (at, kind))
    received = Complaint.objects.filter(pk__in=ids).values_list("pk", "received_at")
    found = {}
    for pk, since in received:
        last = ended.get(pk)
        found[pk] = Lived(started_at=since, ended_at=last and last[0], met=bool(last and last[1] in stopping))
    return found


WATCHED = Watched(
    things=things,
    received_between=received_between,
    lived=lived,
    places=dict(terms.PROVINCES),
    conditions=CONDITIONS,
    at_hand=at_hand,
    escalated="complaint.escalated",
    level_column="escalation_level",
    raise_levels=raise_levels,
)
