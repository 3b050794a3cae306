"""Mediation: E12, and the ruling on an objection to the mediator (E27)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework import rules
from tingsu.casework.guards import independent
from tingsu.casework.models import ENDED_MEDIATIONS, Mediation, MediationSession
from tingsu.casework.rules import mediator_level
from tingsu.complaints import independence
from tingsu.complaints.case import Case
from tingsu.complaints.joining import join
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import listed
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import MEDIATOR_RANK, MediatorLevel
from tingsu.process.registry import shared_guard
from tingsu.process.steps import Field, Options, Step, Values, asks_who

WHY_MEDIATOR_DEPENDENT = {
    independence.UNIT: _("the complaint is about the mediator's own department"),
    independence.PERSON: _("the complaint is about this mediator"),
    independence.INTEREST: _("this mediator has declared an interest in this matter"),
}


GOES_ON = "open"


def mediators(complaint: Any) -> Options:
    """Members with a mediator's level, and the level."""
    names = dict(MediatorLevel.choices)
    found = {post.member_id for post in people.posts_now() if post.mediator_level}
    return tuple(
        (str(member.pk), f"{in_language(member.alias)} · {names[mediator_level(member.pk)]}")
        for member in people.active_members()
        if member.pk in found
    )


def no_mediation_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not Mediation.of(case.complaint, state=Mediation.State.OPEN):
        return []
    return [Unmet("mediation_open", _("a mediation is already under way"))]


def mediator_competent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """The mediator's level fits the weight of the case; a crisis goes to the mediation body (MD-02–MD-04)."""
    if values is None:
        return []
    c, member_id = case.complaint, values["member"]
    unmet = []
    needed = rules.needed_level(grade=c.grade, urgency=c.urgency, major=c.major, crisis=c.crisis)
    if MEDIATOR_RANK[rules.mediator_level(member_id)] < MEDIATOR_RANK[needed]:
        unmet.append(
            Unmet(
                "level_too_low", _("this case needs at least this level: %(level)s"), level=MediatorLevel(needed).label
            )
        )
    if c.crisis and not rules.in_mediation_body(member_id):
        unmet.append(Unmet("body_needed", _("a public-opinion crisis goes to the mediation body")))
    return unmet


def mediator_independent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Checked like the investigator (MD-07, IV-03)."""
    if values is None:
        return []
    member_id = values["member"]
    units = frozenset(post.unit_id for post in people.posts_of(member_id))
    reason = independence.dependence_of(member_id, units, case.complaint)
    if not reason or alone.warned(case, reason):
        return []
    return [Unmet(reason, WHY_MEDIATOR_DEPENDENT[reason])]


def appoint_mediator(case: Case, values: Values) -> None:
    """E12: a mediator of sufficient level takes part from now on (MD-01–MD-06)."""
    member_id = values["member"]
    row = Mediation(
        complaint=case.complaint, mediator_id=member_id, level=rules.mediator_level(member_id),
        by_body=rules.in_mediation_body(member_id), appointed_by=case.actor.id, appointed_at=case.at,
    )  # fmt: skip
    row.save(force_insert=True)
    case.fact("mediation", row.pk)
    case.fact("level", row.level)
    join(case, "mediator", member_id=member_id)
    case.tell([member_id], "case.mediation")


APPOINT_MEDIATOR = Step(
    id="E12",
    name="appoint_mediator",
    event="complaint.mediator_appointed",
    label=_("Ask for mediation"),
    sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
    who=("owner", "supervisor"),
    guards=(no_mediation_open, mediator_competent, mediator_independent),
    beside=("requests", "opinions", "remedies", "matter"),
    clause="ISC 9.3.1",
    effect=appoint_mediator,
    fields=(Field(name="member", label=_("Mediator"), kind="member", options=mediators, required=True),),
)


def open_mediation(complaint: Complaint) -> Mediation | None:
    """The mediation under way; there is at most one."""
    return next(iter(Mediation.of(complaint, state=Mediation.State.OPEN)), None)


def the_mediation(case: Case) -> Mediation:
    """The same for the effect of a step. Raises NotFound."""
    row = open_mediation(case.complaint)
    if row is None:
        raise NotFound
    return row


def mediation_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_mediation(case.complaint):
        return []
    return [Unmet("no_mediation", _("no mediation is under way"))]


SIDES = ("complainant_proposal", "respondent_proposal")


def each_side_proposed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A mediation that ends agreed or not agreed holds what each side proposed, in this session or an earlier one (MD-06)."""
    if values is None or values["result"] not in {Mediation.State.AGREED, Mediation.State.NOT_AGREED}:
        return []
    open_now = Mediation.of(case.complaint, state=Mediation.State.OPEN)
    held = [one for one in MediationSession.of(case.complaint) if one.mediation_id in {row.pk for row in open_now}]
    missing = [
        str(step.field(name).label)
        for name in SIDES
        if not values[name] and not any(getattr(one, name) or not one.present for one in held)
    ]
    return [Unmet("proposal_missing", _("still missing: %(fields)s"), fields=listed(missing))] if missing else []


def not_before_appointed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A session is held by the mediator who was appointed for it."""
    held_at = values["held_at"] if values else None
    if held_at is None or not any(row.appointed_at > held_at for row in Mediation.of(case.complaint, state="open")):
        return []
    return [Unmet("before_appointment", _("the mediator had not been appointed at that time"))]


def mediate(case: Case, values: Values) -> None:
    """One session; with a result the mediation ends. The case stays where it is: no result closes it silently (MD-08)."""
    mediation = the_mediation(case)
    session = MediationSession(
        complaint=case.complaint, mediation=mediation, held_at=values["held_at"] or case.at, present=values["present"]
    )
    session.seal_all(**{name: values[name] for name in ("means", "content", *SIDES, "proposals")})
    session.save(force_insert=True)
    case.fact("mediation", mediation.pk)
    case.fact("session", session.pk)
    if values["result"] == GOES_ON:
        return
    mediation.state, mediation.ended_at = values["result"], case.at
    mediation.seal("agreement", values["agreement"])
    mediation.save(update_fields=["state", "ended_at", "agreement"])
    case.tell([case.complaint.owner_id], "case.mediated", result=values["result"])


def as_invited(actor: Any, complaint: Complaint) -> Values:
    """The session of the last invitation, once its hour has come: when and how."""
    row = open_mediation(complaint)
    if row is None or row.called_for is None or row.called_for > now():
        return {}
    if any(one.held_at >= row.called_for for one in MediationSession.of(complaint) if one.mediation_id == row.pk):
        return {}
    return {"held_at": row.called_for, "means": row.for_form("called_how")}


MEDIATE = Step(
    id="E12",
    name="mediate",
    decides=True,
    event="complaint.mediation_recorded",
    label=_("Record mediation"),
    sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
    who=("case_mediator",),
    guards=(mediation_open, not_before_appointed, each_side_proposed),
    main=True,
    guide=_("Hear the parties, write down what they agreed, and have the minutes signed."),
    beside=("mediation", "opinions", "remedies", "matter"),
    first=as_invited,
    clause="ISC 9.3.1",
    effect=mediate,
    fields=(
        Field(name="held_at", label=_("Held at"), kind="datetime", past=True, help=_("Empty: now.")),
        Field(name="means", label=_("Means"), required=True),
        Field(
            name="present",
            label=_("Who took part"),
            kind="choices",
            options=tuple(MediationSession.Present.choices),
            required=True,
        ),
        Field(name="content", label=_("Course of the mediation"), kind="longtext", required=True),
        Field(name="complainant_proposal", label=_("Proposal of the complainant"), kind="longtext"),
        Field(name="respondent_proposal", label=_("Proposal of the respondent's side"), kind="longtext"),
        Field(name="proposals", label=_("Other proposals, such as the mediator's"), kind="longtext"),
        Field(
            name="result",
            label=_("Result"),
            kind="choice",
            required=True,
            options=(
                ("agreed", _("Agreed")),
                ("not_agreed", _("Not agreed")),
                ("refused", _("Refused by a party")),
                ("open", _("To be continued")),
            ),
        ),
        Field(
            name="agreement",
            label=_("Text of the agreement"),
            kind="longtext",
            when=("result", "agreed"),
            required=True,
        ),
    ),
)


def waits_for_ruling(row: Mediation) -> bool:
    """Has a party objected to the mediator, and nobody decided since?"""
    return row.objected_at is not None and (row.ruled_at is None or row.ruled_at < row.objected_at)


def objected(complaint: Complaint) -> bool:
    """Does an objection to the mediator wait for its ruling?"""
    row = open_mediation(complaint)
    return row is not None and waits_for_ruling(row)


def objection_raised(actor: Any, complaint: Complaint) -> Values:
    """What the ruling answers, where a party said it."""
    row = open_mediation(complaint)
    return {"objection": row.for_form("objection")} if row and waits_for_ruling(row) else {}


@asks_who
def not_the_mediator(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whom a party objects to does not rule on it; one who works alone is only noted (ME-11)."""
    row = open_mediation(case.complaint)
    if row is None or row.mediator_id != case.actor.id or alone.warned(case, "own_mediation"):
        return []
    return [Unmet("own_mediation", _("the objection is to you: somebody else rules on it"))]


def rule_on_mediator(case: Case, values: Values) -> None:
    """E27: a party objects to the mediator, the supervisor decides; if upheld, another one can be appointed (MD-07)."""
    mediation = the_mediation(case)
    case.fact("mediation", mediation.pk)
    mediation.ruled_at = case.at
    if values["upheld"] == "yes":
        mediation.state, mediation.ended_at = Mediation.State.REPLACED, case.at
    mediation.save(update_fields=["state", "ended_at", "ruled_at"])
    case.tell(
        sorted({case.complaint.owner_id, mediation.mediator_id}, key=str),
        "case.mediator_ruled",
        upheld=values["upheld"],
    )


RULE_ON_MEDIATOR = Step(
    id="E27",
    name="rule_on_mediator",
    decides=True,
    event="complaint.mediator_ruled_on",
    label=_("Rule on an objection to the mediator"),
    sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
    who=("supervisor",),
    guards=(mediation_open, not_the_mediator, independent),
    beside=("mediation", "matter"),
    reaches_complainant=True,
    main=True,
    guide=_("Decide on the objection to the mediator; whoever objected reads what you decide."),
    main_while=objected,
    first=objection_raised,
    clause="SVC 1.3.3; MD-07",
    effect=rule_on_mediator,
    fields=(
        Field(name="objection", label=_("Who objects, and why"), kind="longtext", required=True),
        Field(
            name="upheld",
            label=_("Is another mediator needed?"),
            kind="choice",
            options=(("yes", _("Yes")), ("no", _("No"))),
            required=True,
        ),
        Field(name="reason", label=_("Reason"), kind="longtext", required=True),
        Field(
            name="reply",
            label=_("In words for whoever objected"),
            kind="longtext",
            help=_("The complainant reads it beside the decision."),
        ),
    ),
)


@shared_guard("mediated_if_difficult")
def mediated_if_difficult(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A difficult complaint goes to mediation first; a recorded refusal of a party counts (MD-01). One who works alone is warned."""
    if not case.complaint.difficult or Mediation.of(case.complaint, state__in=ENDED_MEDIATIONS):
        return []
    if alone.warned(case, "not_mediated"):
        return []
    return [Unmet("not_mediated", _("a difficult complaint goes to mediation before a solution is sent"))]


@shared_guard("crisis_mediated")
def crisis_mediated(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """In a public-opinion crisis the mediation body has been involved (MD-04). One who works alone is warned."""
    if not case.complaint.crisis:
        return []
    if Mediation.of(case.complaint, by_body=True, state__in=ENDED_MEDIATIONS) or alone.warned(case, "not_mediated"):
        return []
    return [Unmet("body_not_involved", _("the mediation body has not dealt with this crisis yet"))]


STEPS = (APPOINT_MEDIATOR, MEDIATE, RULE_ON_MEDIATOR)
