"""The rating and the callback: E16."""

import json
import uuid
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import Callback, Rating
from tingsu.aftercare.queries import FOLLOWERS, current_notice, round_of
from tingsu.aftercare.reviews import somebody_else
from tingsu.aftercare.rules import aftercare_rules
from tingsu.aftercare.steps.closing import REVIEW
from tingsu.aftercare.steps.notice import notified
from tingsu.clocks.models import Promise
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import MEANS
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Step, Values, asks_who

ASPECTS = ("timeliness", "effectiveness", "attitude", "redress")


def not_rated(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is None or current.rating is None:
        return []
    return [Unmet("rated", _("this result has already been rated"))]


def rate(case: Case, values: Values) -> None:
    """E16: the complainant's own word; a low one asks somebody else to call (SC-01, SC-03, SC-14)."""
    notice = current_notice(case.complaint)
    assert notice is not None  # noqa: S101 - guard notified
    low = int(values["score"]) <= aftercare_rules()["low_rating"]
    caller = somebody_else(case.complaint, [case.complaint.owner_id]) if low else None
    rating = Rating(
        caller_id=caller, id=new_id(), complaint=case.complaint, notice=notice, party_id=case.actor.id, owner_id=case.complaint.owner_id,
        score=int(values["score"]), rated_at=case.at, **worked_by(case), **{name: int(values[name]) if values[name] else None for name in ASPECTS},
    )  # fmt: skip
    rating.seal_all(comment=values["comment"])
    rating.save(force_insert=True)
    case.fact("rating", rating.pk)
    case.fact("owner", case.complaint.owner_id)
    _tell_who(case)
    case.fact("caller", caller)
    if low:
        ask_for_callback(case, rating.score, caller)


def worked_by(case: Case) -> dict[str, uuid.UUID | None]:
    """The department responsible and, where the handler is a supplier's, the unit of that supplier: both as they are now (SC-13)."""
    c = case.complaint
    return {"department_id": c.department_id, "supplier_id": people.supplied_unit_of(c.owner_id)}


def _tell_who(case: Case) -> None:
    for name, value in worked_by(case).items():
        if value is not None:
            case.fact(name.removesuffix("_id"), value)


def ask_for_callback(case: Case, score: int, caller: uuid.UUID | None = None) -> None:
    """SC-03, SC-12: a low rating is somebody else's task with a limit of its own, and everybody who can take it knows."""
    without = {case.complaint.owner_id, caller}
    told = [member.pk for member in people.active_members(roles=FOLLOWERS) if member.pk not in without]
    if not told and caller is None:
        told = [case.complaint.owner_id]  # nobody else is there to hear of it
    case.tell(told, "rating.low", score=score)
    case.tell([caller], "rating.low_yours", score=score)
    case.start("low_rating_call", owner_id=caller)
    case.fact("low", True)


RATE = Step(
    id="E16",
    name="rate",
    event="complaint.rated",
    label=_("Rate"),
    sources=(State.EVALUATING, State.CLOSED),
    who=("complainant", "agent"),
    guards=(notified, not_rated),
    may_start=("low_rating_call",),
    clause="ISC 9.5",
    effect=rate,
    fields=(
        Field(
            name="score",
            label=_("Overall"),
            kind="choice",
            required=True,
            options=tuple((str(n), str(n)) for n in range(1, 6)),
        ),
        *(
            Field(name=name, label=label, kind="choice", options=tuple((str(n), str(n)) for n in range(1, 6)))
            for name, label in (
                ("timeliness", _("Timeliness")),
                ("effectiveness", _("Effectiveness of the solution")),
                ("attitude", _("Attitude and manner")),
                ("redress", _("Compensation and return")),
            )
        ),
        Field(name="comment", label=_("What we should know"), kind="longtext", limit=1000),
    ),
)


REVIEW_NAMES = tuple(one.name for one in REVIEW)


LAST_WORD = (
    Field(
        name="close_after",
        label=_("Close with the review below once all attempts are used"),
        kind="bool",
        when=("reached", "no"),
    ),
    *(one if one.when else replace(one, when=("close_after", "yes")) for one in REVIEW),
)
"""With it the system may close after the last attempt (P23): what it closes with, a person wrote."""


@asks_who
def callback_by_other_if_low(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """SC-03: after a low rating somebody else than the handler calls; one who works alone is only warned (ME-11)."""
    current = round_of(case.complaint)
    if current is None or not current.is_low or case.actor.id != case.complaint.owner_id:
        return []
    if alone.warned(case, "handler_calls"):
        return []
    return [Unmet("handler_calls", _("the rating is low; somebody other than the handler must call"))]


def only_low_after_closing(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Once the case is closed, a call follows up a low rating that came late, and nothing else (SC-03)."""
    if case.complaint.state == State.EVALUATING:
        return []
    current = round_of(case.complaint)
    if current is not None and current.is_low and not current.low_followed:
        return []
    return [Unmet("closed", _("the case is closed, and no low rating waits for a call"))]


def callback(case: Case, values: Values) -> None:
    """E16: one attempt; a rating heard on the telephone needs the reference of the recording (SC-02, SC-14)."""
    current = round_of(case.complaint)
    assert current is not None  # noqa: S101 - guard notified
    score = int(values["score"]) if values["score"] else None
    reached = values["reached"] == "yes"
    own = case.actor.id == case.complaint.owner_id and not alone.one_person()
    low = aftercare_rules()["low_rating"]
    if score is not None and not values["recording"]:
        raise InvalidInput(
            {"recording": InvalidValue(_("A rating given in a callback needs the reference of the recording."))}
        )
    if reached and not values["cause"] and (current.is_low or (score is not None and score <= low)):
        raise InvalidInput({"cause": InvalidValue(_("The rating is low: note its cause and what follows."))})
    row = Callback(
        id=new_id(), complaint=case.complaint, notice=current.notice, attempt=len(current.callbacks) + 1, reached=reached, means=values["means"],
        member_id=case.actor.id, owner_id=case.complaint.owner_id, handler=own, recording=values["recording"], score=score, called_at=case.at,
        **worked_by(case),
    )  # fmt: skip
    if values["close_after"]:
        if not case.actor.has_role(*FOLLOWERS):
            raise InvalidInput(
                {"close_after": InvalidValue(_("Only specialists and supervisors close a case."), code="role")}
            )
        row.seal("review", json.dumps({name: values[name] for name in REVIEW_NAMES}, ensure_ascii=False))
    row.seal_all(process_answer=values["process_answer"], result_answer=values["result_answer"], cause=values["cause"])
    row.save(force_insert=True)
    case.fact("callback", row.pk)
    case.fact("attempt", row.attempt)
    _tell_who(case)
    if score is not None and score <= low and row.handler:
        ask_for_callback(case, score)
    followed = round_of(case.complaint)
    if followed is not None and followed.low_followed:
        case.end("low_rating_call", Promise.Ending.MET)
    if row.attempt == aftercare_rules()["callback_attempts"] and not reached:
        case.tell([case.complaint.owner_id], "callback.exhausted")


def usual_call(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """A callback is a call."""
    return {"means": "phone"}


def a_call_is_due(complaint: Complaint) -> bool:
    """Until somebody was reached or tried often enough, and a low rating was followed up by somebody else (SC-02, SC-03)."""
    current = round_of(complaint)
    low = current is not None and current.is_low and not current.low_followed
    if complaint.state != State.EVALUATING:
        return low
    return current is None or not current.callback_done or low


CALLBACK = Step(
    id="E16",
    name="callback",
    event="complaint.called_back",
    label=_("Record a callback"),
    sources=(State.EVALUATING, State.CLOSED, State.ARCHIVED),
    who=("specialist", "supervisor", "frontline", "qa"),
    guards=(notified, only_low_after_closing, callback_by_other_if_low, "G5"),
    may_start=("low_rating_call",),
    may_stop=("low_rating_call",),
    main=True,
    guide=_("Call the complainant about result and handling, or note the attempt."),
    main_while=a_call_is_due,
    beside=("aftercare", "remedies", "matter"),
    clause="ISC 9.5; CTS 8.6 b",
    effect=callback,
    first=usual_call,
    fields=(
        Field(
            name="reached",
            label=_("Reached"),
            kind="choice",
            required=True,
            options=(("yes", _("Yes")), ("no", _("No"))),
        ),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="recording", label=_("Recording reference"), limit=80),
        Field(
            name="process_answer", label=_("On the process"), kind="longtext", when=("reached", "yes"), required=True
        ),
        Field(name="result_answer", label=_("On the result"), kind="longtext", when=("reached", "yes"), required=True),
        Field(
            name="score",
            label=_("Rating given"),
            kind="choice",
            options=tuple((str(n), str(n)) for n in range(1, 6)),
            when=("reached", "yes"),
        ),
        Field(name="cause", label=_("Cause of a low rating, and follow-up"), kind="longtext"),
        *LAST_WORD,
    ),
)


STEPS = (RATE, CALLBACK)
