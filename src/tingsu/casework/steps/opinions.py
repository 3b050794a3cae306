"""Opinions of functions, by the normal or the green channel, and of outside bodies, who get masked what they need: E11."""

import uuid
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.queries import calendar_in_force
from tingsu.casework.interfaces import agreed_end, asked_first
from tingsu.casework.models import FunctionOpinion
from tingsu.casework.options import _units, with_contact
from tingsu.casework.steps.tasks import WORKING, _chosen
from tingsu.complaints.case import Case
from tingsu.complaints.covering import known_in
from tingsu.complaints.joining import join, tell_unit
from tingsu.complaints.models import Complaint
from tingsu.files import store
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError, Unmet
from tingsu.kernel.ids import new_id
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.privacy.masking import mask_text
from tingsu.process.steps import Field, Options, Step, Values

NORMAL, GREEN = "function_opinion", "green_opinion"
RELEASED = "released_data"


def functions(complaint: Any) -> Options:
    """Functional departments, each with the contact person it has named (CO-04)."""
    return tuple((code, with_contact(code, name)) for code, name in _units(Unit.Kind.FUNCTION))


def opinions(complaint: Any) -> Options:
    """Requests for an opinion that are still open."""
    if complaint is None:
        return ()
    return tuple(
        (str(opinion.pk), opinion_of(opinion))
        for opinion in FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN)
    )


def opinion_of(opinion: FunctionOpinion) -> str:
    """Whose opinion it is."""
    return people.unit_name(opinion.unit_id) if opinion.unit_id else opinion.covered("body")


def ask_opinion(case: Case, values: Values) -> None:
    """E11: a function's or an outside body's opinion; the function sees the case from now on (CO-05, CO-08)."""
    outside = values["kind"] == FunctionOpinion.Kind.OUTSIDE
    opinion = FunctionOpinion(
        id=new_id(), complaint=case.complaint, kind=values["kind"], unit_id=None if outside else values["unit"],
        necessary=bool(values["necessary"]), green=bool(values["green"]) and not outside, asked_by=case.actor.id,
        asked_at=case.at,
    )  # fmt: skip
    if outside:
        _hand_over(case, opinion, values)
    else:
        opinion.seal("question", values["question"])
        opinion.due_at = _limit(case, opinion)
    opinion.save(force_insert=True)
    case.fact("opinion", opinion.pk)
    if opinion.unit_id:
        join(case, "function", unit_id=opinion.unit_id)
        tell_unit(case, opinion.unit_id, "case.opinion_urgent" if opinion.green else "case.opinion_asked")


def _limit(case: Case, opinion: FunctionOpinion) -> datetime:
    """When the function answers: by the green channel within its own short limit, else as agreed with it, else by the policy."""
    assert opinion.unit_id is not None  # noqa: S101 - a function's
    kind = GREEN if opinion.green else NORMAL
    agreed = None if opinion.green else agreed_end(case, opinion.unit_id, "opinion", NORMAL)
    return case.start(kind, due_at=agreed, subject_id=opinion.pk, owner_id=asked_first(opinion.unit_id)).due_at


def _hand_over(case: Case, opinion: FunctionOpinion, values: Values) -> None:
    """What leaves the firm is masked, has an end, and goes to somebody who is bound to secrecy (PS-13)."""
    errors: dict[str, TingsuError] = {}
    if values["secrecy"] == FunctionOpinion.Secrecy.SIGNED and not values["commitment"]:
        errors["commitment"] = InvalidValue(_("Put the signed commitment on file first."), code="required")
    if (values["released_until"] - _today(case)).days > MOST_DAYS:
        errors["released_until"] = InvalidValue(
            _("At most %(days)s days: ask again if it takes longer."), code="too_long", days=MOST_DAYS
        )
    if errors:
        raise InvalidInput(errors)
    known = known_in(case.complaint)
    opinion.seal_all(
        body=values["body"],
        question=mask_text(values["question"], known),
        released=mask_text(values["released"], known),
        secrecy_basis=values["secrecy_basis"],
    )
    opinion.secrecy, opinion.released_until = values["secrecy"], values["released_until"]
    opinion.cost_fen = values["cost"]
    if values["commitment"]:
        store.attach(values["commitment"], case.complaint.pk, case.at, actor=case.actor)
        opinion.secrecy_files = [str(one) for one in values["commitment"]]
    opinion.due_at = case.start(RELEASED, due_at=_end_of(values["released_until"]), subject_id=opinion.pk).due_at


MOST_DAYS = 180


def _today(case: Case) -> date:
    return case.at.astimezone(calendar_in_force(case.at).zone).date()


def _end_of(day: date) -> datetime:
    """The last second of a day where the organisation is."""
    return datetime.combine(day, time(23, 59, 59), calendar_in_force().zone)


OUTSIDE = ("kind", "outside")
ASK_OPINION = Step(
    id="E11",
    name="ask_opinion",
    event="complaint.opinion_asked",
    label=_("Ask a function or outside expert"),
    sources=WORKING,
    who=("owner", "supervisor"),
    may_start=(NORMAL, GREEN, RELEASED),
    clause="ISC 8.3.3, 9.2.5, 9.2.6; CTS 8.7",
    effect=ask_opinion,
    fields=(
        Field(
            name="kind",
            label=_("Kind"),
            kind="choice",
            required=True,
            options=(("function", _("Functional department")), ("outside", _("Outside expert or authority"))),
        ),
        Field(
            name="unit",
            label=_("Functional department"),
            kind="unit",
            options=functions,
            when=("kind", "function"),
            required=True,
        ),
        Field(
            name="green", label=_("Green channel: before everything else there"), kind="bool", when=("kind", "function")
        ),
        Field(name="body", label=_("Outside body"), when=OUTSIDE, required=True),
        Field(name="question", label=_("Question"), kind="longtext", required=True),
        Field(
            name="released", label=_("What it is given"), kind="longtext", when=OUTSIDE, required=True,
            help=_("Only what the question needs. Names, numbers and addresses are masked before it is kept and printed."),
        ),
        Field(
            name="released_until", label=_("To be given back or destroyed by"), kind="date", future=True, when=OUTSIDE,
            required=True,
        ),
        Field(
            name="secrecy", label=_("Bound to secrecy by"), kind="choice", options=tuple(FunctionOpinion.Secrecy.choices), when=OUTSIDE,
            required=True,
        ),
        Field(
            name="secrecy_basis", label=_("Who signed it and when, or which law"), limit=300, when=OUTSIDE, required=True,
        ),
        Field(name="commitment", label=_("Signed commitment"), kind="files", when=OUTSIDE),
        Field(name="cost", label=_("Expected cost (yuan)"), kind="money", when=OUTSIDE),
        Field(name="necessary", label=_("Nothing may be concluded before the answer"), kind="bool"),
    ),
)  # fmt: skip


def opinion_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A function answers for itself; the owner enters what an outside body said (CO-08)."""
    for opinion in FunctionOpinion.of(case.complaint, state=FunctionOpinion.State.OPEN):
        if values is not None and opinion.pk != _chosen(values, "opinion"):
            continue
        outside = opinion.kind == FunctionOpinion.Kind.OUTSIDE and case.actor.id == case.complaint.owner_id
        if outside or (opinion.unit_id and opinion.unit_id in case.actor.unit_ids):
            return []
    return [Unmet("no_opinion", _("no opinion is asked of you here"))]


def the_opinion(case: Case, values: Values) -> FunctionOpinion:
    """The chosen one of this case. Raises NotFound."""
    opinion = next(iter(FunctionOpinion.of(case.complaint, pk=uuid.UUID(values["opinion"]))), None)
    if opinion is None:
        raise NotFound
    case.fact("unit", opinion.unit_id)
    return opinion


def give_opinion(case: Case, values: Values) -> None:
    opinion = the_opinion(case, values)
    opinion.state = FunctionOpinion.State.DECLINED if values["declined"] else FunctionOpinion.State.GIVEN
    opinion.seal("content", values["content"])
    opinion.given_by, opinion.given_at = case.actor.id, case.at
    if values["cost"] is not None and opinion.kind == FunctionOpinion.Kind.OUTSIDE:
        opinion.cost_fen = values["cost"]
    opinion.save(update_fields=["state", "content", "given_by", "given_at", "cost_fen"])
    if opinion.unit_id:
        case.end(GREEN if opinion.green else NORMAL, subject_id=opinion.pk)
    case.tell([case.complaint.owner_id], "case.opinion_given")


def an_opinion_waits(complaint: Complaint) -> bool:
    return bool(FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN))


GIVE_OPINION = Step(
    id="E11",
    name="give_opinion",
    event="complaint.opinion_given",
    label=_("Give the opinion"),
    sources=WORKING,
    who=("opinion_unit", "owner"),
    guards=(opinion_open,),
    main=True,
    guide=_("Answer the question put to your function before its limit; the case waits for it."),
    main_while=an_opinion_waits,
    may_stop=(NORMAL, GREEN),
    clause="ISC 9.2.5",
    effect=give_opinion,
    beside=("risk", "matter"),
    fields=(
        Field(name="opinion", label=_("Request"), kind="choice", options=opinions, required=True),
        Field(name="declined", label=_("Declined"), kind="bool"),
        Field(name="content", label=_("Opinion or reason"), kind="longtext", required=True),
        Field(name="cost", label=_("What an outside body charged (yuan)"), kind="money"),
    ),
)

STEPS = (ASK_OPINION, GIVE_OPINION)
