"""How a solution stands to the opinions of the functions, and the supervisor's reason where it deviates: E11 (CO-07)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.guards import independent
from tingsu.casework.models import FunctionOpinion
from tingsu.casework.steps.opinions import opinion_of, the_opinion
from tingsu.complaints.case import Case
from tingsu.complaints.joining import tell_unit
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values, asks_who

LEADING = ("supervisor", "mgmt_rep")
S = FunctionOpinion.Stance


def given(complaint: Any) -> list[FunctionOpinion]:
    """What functions have said on the case."""
    return FunctionOpinion.of(complaint, state=FunctionOpinion.State.GIVEN, kind=FunctionOpinion.Kind.FUNCTION)


def deviations(complaint: Any) -> list[FunctionOpinion]:
    """Opinions from which the solution deviates without a reason of the supervisor's yet."""
    return [one for one in given(complaint) if one.stance == S.DEVIATES and one.allowed_at is None]


def to_weigh(complaint: Any) -> Options:
    """Opinions that were given; outside of a case none."""
    return tuple((str(one.pk), opinion_of(one)) for one in given(complaint)) if complaint is not None else ()


def to_allow(complaint: Any) -> Options:
    return tuple((str(one.pk), opinion_of(one)) for one in deviations(complaint)) if complaint is not None else ()


def something_given(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return (
        [] if given(case.complaint) else [Unmet("no_opinion_given", _("no functional department has given an opinion"))]
    )


def first_to_weigh(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The one that has not been weighed, if it is just one."""
    left = [one for one in given(complaint) if not one.stance]
    return {"opinion": str(left[0].pk)} if len(left) == 1 else {}


def weigh_opinion(case: Case, values: Values) -> None:
    """Whoever writes the solution says how it stands to the opinion; the function hears it, and the supervisor of a deviation."""
    opinion = the_opinion(case, values)
    opinion.stance, opinion.stance_by, opinion.stance_at = values["stance"], case.actor.id, case.at
    opinion.allowed_by = opinion.allowed_at = None
    opinion.seal_all(stance_words=values["words"], allowed_reason="")
    opinion.save(
        update_fields=["stance", "stance_by", "stance_at", "stance_words", "allowed_by", "allowed_at", "allowed_reason"]
    )
    case.fact("opinion", opinion.pk)
    if opinion.stance == S.DEVIATES:
        assert opinion.unit_id is not None  # noqa: S101 - a function's
        tell_unit(case, opinion.unit_id, "case.opinion_not_followed")
        case.tell([one.pk for one in people.active_members(roles=("supervisor",))], "case.deviation")


def unweigh(complaint: Complaint) -> None:
    """Another solution stands to the opinions anew."""
    for opinion in given(complaint):
        if opinion.stance:
            opinion.stance, opinion.allowed_by, opinion.allowed_at = "", None, None
            opinion.save(update_fields=["stance", "allowed_by", "allowed_at"])


WEIGH_OPINION = Step(
    id="E11",
    name="weigh_opinion",
    event="complaint.opinion_weighed",
    label=_("Say how the solution stands to an opinion"),
    sources=(State.HANDLING,),
    who=("owner",),
    guards=(something_given,),
    clause="ISC 9.2.5",
    effect=weigh_opinion,
    first=first_to_weigh,
    beside=("risk", "remedies"),
    fields=(
        Field(name="opinion", label=_("Opinion of"), kind="choice", options=to_weigh, required=True),
        Field(name="stance", label=_("The solution"), kind="choice", options=tuple(S.choices), required=True),
        Field(name="words", label=_("How it takes the opinion up, or why it does not"), kind="longtext", required=True, limit=2000),
    ),
)  # fmt: skip


def deviation_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if deviations(case.complaint):
        return []
    return [Unmet("no_deviation", _("no deviation from an opinion waits for a reason"))]


@asks_who
def not_own_deviation(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whoever deviates does not give himself the reason."""
    waiting = [one for one in deviations(case.complaint) if values is None or str(one.pk) == str(values.get("opinion"))]
    if any(one.stance_by != case.actor.id for one in waiting) or not waiting or alone.warned(case, "own_work"):
        return []
    return [Unmet("own_deviation", _("who deviates from an opinion cannot allow it"))]


def rule_on_deviation(case: Case, values: Values) -> None:
    """The supervisor's reason stands beside the opinion; refused, the solution has to follow it or be written anew (CO-07)."""
    opinion = the_opinion(case, values)
    case.fact("opinion", opinion.pk)
    if values["decision"] == "allowed":
        opinion.allowed_by, opinion.allowed_at = case.actor.id, case.at
    else:
        opinion.stance = ""
    opinion.seal("allowed_reason", values["reason"])
    opinion.save(update_fields=["stance", "allowed_by", "allowed_at", "allowed_reason"])
    case.tell({case.complaint.owner_id, opinion.stance_by}, "case.deviation_ruled")


def a_deviation_waits(complaint: Complaint) -> bool:
    return bool(deviations(complaint))


RULE_ON_DEVIATION = Step(
    id="E11",
    name="rule_on_deviation",
    of_body=True,
    decides=True,
    event="complaint.deviation_ruled_on",
    label=_("Decide on the deviation from an opinion"),
    sources=(State.HANDLING,),
    who=LEADING,
    guards=(deviation_waits, not_own_deviation, independent),
    main=True,
    guide=_("Decide whether the solution may deviate from the opinion, with a reason."),
    main_while=a_deviation_waits,
    clause="ISC 9.2.5",
    effect=rule_on_deviation,
    beside=("risk", "remedies"),
    fields=(
        Field(name="opinion", label=_("Opinion of"), kind="choice", options=to_allow, required=True),
        Field(
            name="decision", label=_("Decision"), kind="choice", required=True,
            options=(("allowed", _("The deviation stands")), ("refused", _("The solution follows the opinion"))),
        ),
        Field(name="reason", label=_("Reason"), kind="longtext", required=True, limit=2000),
    ),
)  # fmt: skip


@shared_guard("opinions_weighed")
def opinions_weighed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """At an escalation risk a function has spoken and the solution says how it stands to it; a deviation has its reason (CO-07)."""
    c = case.complaint
    unmet = [
        Unmet(
            "deviation",
            _("the solution deviates from the opinion of %(unit)s; the supervisor's reason is missing"),
            unit=opinion_of(one),
        )
        for one in deviations(c)
    ]
    if not c.risk_marks:
        return unmet
    heard = [one for one in FunctionOpinion.of(c, kind=FunctionOpinion.Kind.FUNCTION) if one.given_at is not None]
    if not heard and people.active_members(unit_kinds={Unit.Kind.FUNCTION}):
        unmet.append(
            Unmet("not_heard", _("with the marked escalation risks, the opinion of a functional department is needed"))
        )
    unmet += [
        Unmet("not_weighed", _("say how the solution stands to the opinion of %(unit)s"), unit=opinion_of(one))
        for one in given(c)
        if not one.stance
    ]
    return unmet


STEPS = (WEIGH_OPINION, RULE_ON_DEVIATION)
