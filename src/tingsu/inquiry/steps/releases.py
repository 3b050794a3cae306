"""A look at what lies outside a case: asked for with a reason, released for a time by somebody else, or refused (E35; IV-02)."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.inquiry import scope
from tingsu.inquiry.models import Release
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.kernel.punctuation import listed
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.registry import case_role
from tingsu.process.steps import Field, Options, Step, Values, asks_who, options

LONGEST_HOURS = 168
"""A week. Whoever needs longer asks again, and says why."""
USUAL_HOURS = 8
RELEASERS = ("supervisor", "mgmt_rep")
SOURCES = tuple(state for state in State if state != State.ARCHIVED)


def words_of(row: Release) -> str:
    """Who asks to see what, on one line."""
    parts = listed(str(scope.OUTSIDE[part]) for part in row.parts)
    return f"{people.staff_identity(row.member_id)} · {parts}"


def release_options(complaint: Any, state: str) -> Options:
    rows = [] if complaint is None else Release.of(complaint, state=state)
    return tuple((str(row.pk), words_of(row)) for row in rows)


@options("releases_asked")
def asked(complaint: Any) -> Options:
    """Queries that wait for an answer."""
    return release_options(complaint, Release.State.ASKED)


@options("releases_open")
def running(complaint: Any) -> Options:
    """Queries that are released and whose time has not run out."""
    rows = [] if complaint is None else [row for row in Release.of(complaint) if row.is_open(now())]
    return tuple((str(row.pk), words_of(row)) for row in rows)


@case_role("inquirer")
def may_look_up(actor: Actor, complaint: Complaint) -> bool:
    """Has something to look up in the investigation room of this case."""
    return actor.kind in {"member", "token"} and bool(scope.parts_for(actor, complaint))


def none_asked(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not Release.of(case.complaint, state=Release.State.ASKED, member_id=case.actor.id):
        return []
    return [Unmet("asked_already", _("a query of yours in this case waits for an answer already"))]


def ask(case: Case, values: Values) -> None:
    """E35: what is to be seen, and why this case needs it."""
    row = Release(complaint=case.complaint, member_id=case.actor.id, parts=values["parts"], asked_at=case.at)
    row.seal("reason", values["reason"])
    row.save(force_insert=True)
    case.fact("release", row.pk)
    case.tell([one.pk for one in people.active_members(roles=RELEASERS)], "case.release_asked")


ASK = Step(
    id="E35",
    name="ask_release",
    event="complaint.release_asked",
    label=_("Ask to look outside the case"),
    sources=SOURCES,
    who=("inquirer",),
    guards=(none_asked,),
    clause="ISC 9.2.1, 9.7.2.2",
    effect=ask,
    fields=(
        Field(name="parts", label=_("What is to be seen"), kind="choices", options=tuple(scope.OUTSIDE.items()), required=True),
        Field(
            name="reason", label=_("Why this case needs it"), kind="longtext", limit=1000, required=True,
            help=_("A supervisor reads this and releases the query for a time, or refuses it."),
        ),
    ),
)  # fmt: skip


@asks_who
def of_somebody_else(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody releases a query of their own, whatever other role they hold (IV-02)."""
    rows = Release.of(case.complaint, state=Release.State.ASKED)
    if values is not None:
        rows = [row for row in rows if str(row.pk) == str(values["release"])]
    if not rows:
        return [Unmet("none_asked", _("no query waits for a release here"))]
    if any(row.member_id != case.actor.id for row in rows) or alone.warned(case, "own_release"):
        return []
    return [Unmet("own_release", _("somebody else has to release your own query"))]


def _row(case: Case, values: Values) -> Release:
    row = next(iter(Release.of(case.complaint, pk=uuid.UUID(str(values["release"])))), None)
    if row is None:
        raise NotFound
    return row


def grant(case: Case, values: Values) -> None:
    """For so many hours, to whoever asked, for what was asked. It ends by itself."""
    if not values["hours"] or values["hours"] > LONGEST_HOURS:
        sentence = _("Between 1 and %(most)s hours; whoever needs longer asks again.")
        raise InvalidInput({"hours": InvalidValue(sentence, code="number", most=LONGEST_HOURS)})
    row = _row(case, values)
    _decide(case, row, Release.State.RELEASED, values["answer"])
    row.until = case.at + timedelta(hours=values["hours"])
    row.save(update_fields=["state", "decided_by", "decided_at", "answer", "until"])
    case.fact("until", row.until)
    case.tell([row.member_id], "case.release_granted")


def refuse(case: Case, values: Values) -> None:
    row = _row(case, values)
    _decide(case, row, Release.State.REFUSED, values["answer"])
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    case.tell([row.member_id], "case.release_refused")


def _decide(case: Case, row: Release, state: str, words: str) -> None:
    row.state, row.decided_by, row.decided_at = state, case.actor.id, case.at
    row.seal("answer", words)
    case.fact("member", row.member_id)


def usual(actor: Actor, complaint: Complaint) -> Values:
    """A working day, for the oldest query of somebody else."""
    rows = [row for row in Release.of(complaint, state=Release.State.ASKED) if row.member_id != actor.id]
    return {"hours": USUAL_HOURS} | ({"release": str(rows[0].pk)} if rows else {})


def a_query_waits(complaint: Complaint) -> bool:
    return bool(Release.of(complaint, state=Release.State.ASKED))


def reason_above(actor: Actor, complaint: Complaint) -> str:
    """What was asked and why, above the form that answers it."""
    lines = [
        pgettext("release", "%(who)s: %(why)s") % {"who": words_of(row), "why": row.covered("reason")}
        for row in Release.of(complaint, state=Release.State.ASKED)
    ]
    return "\n".join(lines)


CHOSEN = Field(name="release", label=_("Query"), kind="choice", options=asked, required=True)

GRANT = Step(
    id="E35",
    name="grant_release",
    decides=True,
    event="complaint.release_granted",
    label=_("Release the query"),
    sources=SOURCES,
    who=RELEASERS,
    guards=("G5", of_somebody_else),
    main=True,
    guide=_("Release the data for a time, or refuse with a reason."),
    main_while=a_query_waits,
    clause="ISC 9.2.1, 9.7.2.2",
    effect=grant,
    first=usual,
    hint=reason_above,
    fields=(
        CHOSEN,
        Field(name="hours", label=_("For how many hours"), kind="number", limit=LONGEST_HOURS, required=True),
        Field(name="answer", label=_("Remark for whoever asked"), kind="longtext", limit=1000),
    ),
)

REFUSE = Step(
    id="E35",
    name="refuse_release",
    decides=True,
    event="complaint.release_refused",
    label=_("Refuse the query"),
    sources=SOURCES,
    who=RELEASERS,
    guards=("G5", of_somebody_else),
    clause="ISC 9.2.1, 9.7.2.2",
    effect=refuse,
    first=lambda actor, complaint: {
        name: value for name, value in usual(actor, complaint).items() if name == "release"
    },
    hint=reason_above,
    fields=(CHOSEN, Field(name="answer", label=_("Why it is refused"), kind="longtext", limit=1000, required=True)),
)


def one_runs(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Something is open; whoever does not release may end what was opened to themselves only."""
    rows = [row for row in Release.of(case.complaint) if row.is_open(case.at)]
    if values is not None:
        rows = [row for row in rows if str(row.pk) == str(values["release"])]
    if case.actor.has_role(*RELEASERS) or any(row.member_id == case.actor.id for row in rows):
        return [] if rows else [Unmet("none_open", _("no query is released here at the moment"))]
    return [Unmet("none_open", _("no query is released here at the moment"))]


def end(case: Case, values: Values) -> None:
    """Before its time is over: what it was for is done, or it should not have been given."""
    row = _row(case, values)
    row.state, row.until = Release.State.ENDED, case.at
    row.save(update_fields=["state", "until"])
    case.fact("member", row.member_id)
    case.tell([row.member_id, row.decided_by], "case.release_ended")


END = Step(
    id="E35",
    name="end_release",
    event="complaint.release_ended",
    label=_("End the released query"),
    sources=SOURCES,
    who=("inquirer", *RELEASERS),
    guards=(one_runs,),
    clause="ISC 9.7.2.2",
    effect=end,
    fields=(Field(name="release", label=_("Query"), kind="choice", options=running, required=True),),
)

STEPS = (ASK, GRANT, REFUSE, END)
