"""The limit for a decision is extended: asked for with a reason, allowed by somebody else, and the complainant is told (E52; SL-01)."""

import uuid
from datetime import datetime

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tingsu.casework.guards import independent
from tingsu.casework.models import LimitExtension
from tingsu.clocks import engine
from tingsu.clocks.models import Promise
from tingsu.clocks.words import end_words, limit_words
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.letters import outbox
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Step, Values, asks_who
from tingsu.process.values import refuse_placeholders

TIMER = "decision"
LEADERS = ("supervisor", "mgmt_rep", "top_mgmt")
ABOVE = ("mgmt_rep", "top_mgmt")
"""Who allows a second and further extension: somebody above whoever leads the daily work."""
S = LimitExtension.State


def open_extension(complaint: Complaint) -> LimitExtension | None:
    """The request that waits for a decision; there is one at a time."""
    return next(iter(LimitExtension.of(complaint, state=S.OPEN)), None)


def limit_runs(case: Case) -> bool:
    """Only where a rule pack limits the decision is there anything to extend."""
    return case.running(TIMER) is not None


def request_waits(case: Case) -> bool:
    return limit_runs(case) and open_extension(case.complaint) is not None


def may_be_extended(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A limit runs, its line allows another extension, and it has not passed."""
    running = case.running(TIMER)
    if running is None:
        return [Unmet("no_limit", _("no limit for a decision runs here"))]
    if engine.next_extension(running.rule) is None:
        return [Unmet("no_extension", _("this limit allows no further extension"))]
    return _not_passed(running, case.at)


def _not_passed(running: Promise, at: datetime) -> list[Unmet]:
    if at <= running.due_at:
        return []
    return [Unmet("too_late", _("the limit has passed already; it cannot be extended any more"))]


def none_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not request_waits(case):
        return []
    return [Unmet("extension_waits", _("an extension of this limit waits for a decision already"))]


def foreseen(running: Promise) -> datetime:
    """The end that the next extension would have, counted now."""
    copy = Promise(
        kind=running.kind, rule=running.rule, started_at=running.started_at, due_at=running.due_at,
        calendar_version=running.calendar_version,
    )  # fmt: skip
    engine.extend(copy, running.started_at)
    return copy.due_at


def ask_extension(case: Case, values: Values) -> None:
    """E52: somebody who leads, and neither asks nor handles the case, decides."""
    refuse_placeholders(reason=values["reason"], told=values["told"])
    running = case.running(TIMER)
    assert running is not None  # noqa: S101 - guard may_be_extended
    row = LimitExtension(
        complaint=case.complaint, promise_id=running.pk, step=1 + len(running.rule.get("extended_from", ())),
        due_before=running.due_at, due_after=foreseen(running), asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    row.seal_all(reason=values["reason"], told=values["told"])
    row.save(force_insert=True)
    case.fact("extension", row.pk)
    roles = ABOVE if row.step > 1 else LEADERS
    case.tell((member.pk for member in people.active_members(roles=roles)), "case.extension_asked")


def next_step_words(actor: Actor, complaint: Complaint) -> str:
    """Until when the limit runs, and until when it would."""
    running = Promise.objects.filter(stream_id=complaint.pk, kind=TIMER, ended_at=None).first()
    to = engine.next_extension(running.rule) if running else None
    if running is None or to is None:
        return ""
    zone = time_zone()
    return gettext("It ends on %(before)s. Its rule allows %(to)s from the start: %(after)s.") % {
        "before": end_words(running.due_at, zone), "to": limit_words(to, running.rule["unit"]), "after": end_words(foreseen(running), zone),
    }  # fmt: skip


ASK_EXTENSION = Step(
    id="E52",
    name="ask_extension",
    event="complaint.extension_asked",
    label=_("Ask to extend the limit for a decision"),
    sources=OPEN_STATES,
    who=("owner", "supervisor"),
    belongs=limit_runs,
    guards=(may_be_extended, none_waits),
    clause="SZ 6(1), 6(3)",
    effect=ask_extension,
    hint=next_step_words,
    fields=(
        Field(
            name="reason", label=_("Why the time is not enough"), kind="longtext", required=True, limit=1000,
            help=_("For whoever decides: what is still missing, and by when it is there."),
        ),
        Field(
            name="told", label=_("What the complainant is told"), kind="longtext", required=True, limit=1000,
            help=_("It stands in the letter that leaves when the extension is allowed."),
        ),
    ),
)  # fmt: skip


def extension_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if request_waits(case):
        return []
    return [Unmet("no_request", _("no extension waits for a decision"))]


@asks_who
def not_own_extension(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whoever asks, or handles the case, does not allow it; one who works alone is only noted (ME-11)."""
    row = open_extension(case.complaint)
    if row is None or case.actor.id not in {row.asked_by, case.complaint.owner_id} or alone.warned(case, "own_work"):
        return []
    return [Unmet("own_extension", _("who asked for the extension or handles the case cannot decide on it"))]


@asks_who
def high_enough(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A second and further extension is for somebody above whoever leads the daily work."""
    row = open_extension(case.complaint)
    if row is None or row.step < 2 or case.actor.has_role(*ABOVE) or alone.warned(case, "own_work"):
        return []
    return [Unmet("not_above", _("a further extension is decided by the management representative or a senior leader"))]


def in_time(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    running = case.running(TIMER)
    return [] if running is None else _not_passed(running, case.at)


def _decide(case: Case, state: str, remark: str) -> LimitExtension:
    row = open_extension(case.complaint)
    assert row is not None  # noqa: S101 - guard extension_open
    row.state, row.decided_by, row.decided_at = state, case.actor.id, case.at
    row.seal_all(remark=remark)
    case.fact("extension", row.pk)
    return row


def allow_extension(case: Case, values: Values) -> None:
    """E52: the same promise ends later, and a letter tells the complainant why and until when."""
    row = _decide(case, S.ALLOWED, values["remark"])
    moved = case.extend(TIMER)
    assert moved is not None  # noqa: S101 - only an extension that was possible could be asked for
    row.due_before, row.due_after = moved
    row.save(update_fields=["state", "decided_by", "decided_at", "remark", "due_before", "due_after"])
    zone, told = time_zone(), row.text("told")
    with override(case.complaint.language):
        until = end_words(row.due_after, zone)
        case.texts["told"] = "\n".join(
            [told, gettext("You have our decision by %(until)s at the latest.") % {"until": until}]
        )
    if (party := complainant_of(case.complaint)) is not None:
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="limit_extended", intent=f"extension:{row.pk}",
            values={"why": told, "until": until, "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
    case.tell([case.complaint.owner_id, row.asked_by], "case.extension_allowed")


def refuse_extension(case: Case, values: Values) -> None:
    """E52: the limit stays as it was."""
    row = _decide(case, S.REFUSED, values["remark"])
    row.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    case.tell([case.complaint.owner_id, row.asked_by], "case.extension_refused")


def overtaken(promise_id: uuid.UUID, at: datetime) -> None:
    """The limit ended, kept or missed, before anybody decided: nothing is left to extend, and the request waits for nobody."""
    LimitExtension.objects.filter(promise_id=promise_id, state=S.OPEN).update(state=S.OVERTAKEN, decided_at=at)


ALLOW_EXTENSION = Step(
    id="E52",
    name="allow_extension",
    decides=True,
    event="complaint.limit_extended",
    label=_("Allow the extension"),
    sources=OPEN_STATES,
    who=LEADERS,
    belongs=request_waits,
    guards=(extension_open, not_own_extension, independent, high_enough, in_time),
    extends=(TIMER,),
    reaches_complainant=True,
    offered=True,
    clause="SZ 6(1), 6(3)",
    effect=allow_extension,
    beside=("extension", "matter"),
    fields=(Field(name="remark", label=_("Remark"), limit=500),),
)
REFUSE_EXTENSION = Step(
    id="E52",
    name="refuse_extension",
    decides=True,
    event="complaint.extension_refused",
    label=_("Refuse the extension"),
    sources=OPEN_STATES,
    who=LEADERS,
    belongs=request_waits,
    guards=(extension_open, not_own_extension, independent, high_enough),
    offered=True,
    clause="SZ 6(1), 6(3)",
    effect=refuse_extension,
    beside=("extension", "matter"),
    fields=(Field(name="remark", label=_("Reason"), kind="longtext", required=True, limit=500),),
)


STEPS = (ASK_EXTENSION, ALLOW_EXTENSION, REFUSE_EXTENSION)
