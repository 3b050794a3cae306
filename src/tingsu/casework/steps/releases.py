"""What an outside body was given comes back or is destroyed by the day that was named: E11 (PS-13, CO-08)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import FunctionOpinion
from tingsu.casework.steps.opinions import RELEASED, opinion_of, the_opinion
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values


def outside_still(complaint: Any) -> list[FunctionOpinion]:
    """Consultations whose data is still with the outside body."""
    rows = FunctionOpinion.of(complaint, kind=FunctionOpinion.Kind.OUTSIDE, returned_at=None)
    return [row for row in rows if row.released_until is not None]


def released(complaint: Any) -> Options:
    return tuple((str(row.pk), opinion_of(row)) for row in outside_still(complaint)) if complaint is not None else ()


def something_released(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return (
        []
        if outside_still(case.complaint)
        else [Unmet("nothing_released", _("no outside body holds data of this case"))]
    )


def the_only_one(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    rows = outside_still(complaint)
    return {"opinion": str(rows[0].pk)} if len(rows) == 1 else {}


def settle_released_data(case: Case, values: Values) -> None:
    """The time-limited release ends with what became of the data."""
    opinion = the_opinion(case, values)
    case.fact("opinion", opinion.pk)
    opinion.returned_how, opinion.returned_by, opinion.returned_at = values["how"], case.actor.id, case.at
    opinion.seal("returned_words", values["words"])
    opinion.save(update_fields=["returned_how", "returned_by", "returned_at", "returned_words"])
    case.end(RELEASED, subject_id=opinion.pk)


SETTLE_RELEASED_DATA = Step(
    id="E11",
    name="settle_released_data",
    event="complaint.released_data_settled",
    label=_("Record what became of released data"),
    sources=OPEN_STATES,
    who=("owner", "supervisor"),
    guards=(something_released,),
    may_stop=(RELEASED,),
    clause="CTS 8.7 a; ISC 9.2.6",
    effect=settle_released_data,
    first=the_only_one,
    beside=("risk",),
    fields=(
        Field(name="opinion", label=_("Outside body"), kind="choice", options=released, required=True),
        Field(name="how", label=_("The data was"), kind="choice", options=tuple(FunctionOpinion.Returned.choices), required=True),
        Field(name="words", label=_("How that is known, or the basis on which it is kept"), kind="longtext", required=True, limit=1000),
    ),
)  # fmt: skip


@shared_guard("released_back")
def released_back(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """No case closes while an outside body holds its data: what became of it is recorded first (PS-13)."""
    return [
        Unmet("still_released", _("record what became of the data that %(body)s was given"), body=opinion_of(row))
        for row in outside_still(case.complaint)
    ]


STEPS = (SETTLE_RELEASED_DATA,)
