"""The answer when a complaint is not founded or not ours: P05, E22, P10, P12."""

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tingsu.casework import partners, queries
from tingsu.casework.calming import advice, answer_so_far
from tingsu.casework.guards import independent
from tingsu.complaints import scope, terms
from tingsu.complaints.case import Case
from tingsu.complaints.guards import acknowledged, basis_cited, grade_general, record_confirmed
from tingsu.complaints.steps.common import BASES, LATE_REASON, lateness_explained
from tingsu.complaints.telling import complainant_of, tell_of_ways
from tingsu.complaints.terms import State
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.letters import outbox
from tingsu.process.steps import Field, Step, Values
from tingsu.process.values import refuse_placeholders


def answer_not_ours(case: Case, values: Values) -> None:
    """P05: out of scope or another party's, without an investigation; reason, version of the scope and channel stand in the
    event (AS-14, IN-19).
    """
    case.set("verdict", terms.Verdict.NOT_OURS)
    case.set("answered_at", None)
    if values["out_of_scope"]:
        scope.judged_out(case, values["scope_entry"] or "")
    else:
        partners.name_transfer(case, values)


ANSWER_NOT_OURS = Step(
    id="P05",
    name="answer_not_ours",
    of_body=True,
    decides=True,
    event="complaint.answered_not_ours",
    label=_("Answer: not our responsibility"),
    sources=(State.REGISTERED,),
    target=State.ANSWERING,
    who=("specialist", "supervisor"),
    guards=("G1", independent, grade_general, acknowledged, record_confirmed, basis_cited),
    stops=("handling_start", "push_to_investigation", "repeat_solution"),
    starts=("answer",),
    clause="SVC 3.1.3; ISC 7.2",
    effect=answer_not_ours,
    hint=scope.scope_words,
    fields=(
        Field(name="reason", label=_("Reason"), kind="longtext", required=True),
        Field(name="out_of_scope", label=_("Out of scope"), kind="bool"),
        Field(
            name="scope_entry",
            label=_("By which entry of the scope"),
            kind="choice",
            options=scope.exclusions,
            when=("out_of_scope", "yes"),
            asked_if=scope.any_exclusion,
            help=_("Empty where no entry names it."),
        ),
        BASES,
        *partners.transfer_fields(("out_of_scope", "no")),
    ),
)


def answer_not_delivered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.answered_at is None:
        return []
    return [Unmet("delivered", _("the answer has already been delivered"))]


def deliver_answer(case: Case, values: Values) -> None:
    """E22: answer and list of other ways go out together; the time for an opinion runs (IV-11, AS-14, SZ 6(9))."""
    refuse_placeholders(answer=values["answer"])
    c = case.complaint
    answer_by = case.start("parties_opinion").due_at
    case.set("answered_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", None)
    if c.first_reply_at is None:
        case.set("first_reply_at", case.at)
    if party := complainant_of(c):
        outbox.queue_letter(
            case.chain, complaint=c, party=party, template="answer_tactful" if values["tone"] == "tactful" else "answer", intent=f"answer:{case.event_id}",
            values={"answer": values["answer"], "transfer": _transfer(case), "answer_by": answer_by, "handler": c.owner_id},
            at=case.at,
        )  # fmt: skip
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.COMPLAINANT)


def _transfer(case: Case) -> str:
    """Who is responsible instead, in the complainant's language; empty when nobody is named (AS-14)."""
    name, contact = queries.transfer_of(case.complaint)
    if not name:
        return ""
    with override(case.complaint.language):
        return gettext("Responsible: %(name)s, contact: %(contact)s") % {"name": name, "contact": contact}


DELIVER_ANSWER = Step(
    id="E22",
    name="deliver_answer",
    event="complaint.answer_delivered",
    label=_("Deliver the answer"),
    sources=(State.ANSWERING,),
    who=("owner",),
    guards=(answer_not_delivered, lateness_explained),
    stops=(
        "answer",
        "decision",
        "early_resolution",
        "urgent_response",
        "first_reply",
        "dedicated_contact",
        "progress_feedback",
        "promised_date",
        "planned_solution",
    ),
    starts=("progress_feedback",),
    may_start=("parties_opinion",),
    main=True,
    guide=_("Give the complainant the answer with its reasons and the other ways of redress."),
    reaches_complainant=True,
    clause="ISC 9.2.3; SVC 3.1.3",
    effect=deliver_answer,
    hint=advice,
    first=answer_so_far,
    beside=("investigation", "matter"),
    fields=(
        Field(name="answer", label=_("Answer to the complainant"), kind="longtext", required=True),
        Field(
            name="tone",
            label=_("Tone"),
            kind="choice",
            required=True,
            options=(("normal", _("Normal")), ("tactful", _("Tactful and calming"))),
        ),
        LATE_REASON,
    ),
)


def answer_delivered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.answered_at is not None and case.complaint.ways_informed_at is not None:
        return []
    return [Unmet("not_delivered", _("the answer has not been delivered yet"))]


def answer_accepted_or_silent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Silence settles an answer only when the time for an opinion is over; nobody else declares it for the complainant."""
    if values is None:
        return []
    accepted = values["reaction"] == "accepted"
    if accepted and case.actor.kind == "system":
        return [Unmet("not_by_system", _("only people can record that the answer was accepted"))]
    if accepted:
        return []
    if case.actor.kind == "complainant":
        return [Unmet("say_so", _("say that you accept the answer, or what you object to"))]
    running = next((p for p in case.promises if p.kind == "parties_opinion"), None)
    if case.at >= running.due_at if running is not None else case.lapsed("parties_opinion"):
        return []
    return [Unmet("still_time", _("the complainant still has time to object"))]


def answer_settled(case: Case, values: Values) -> None:
    """P10: accepted, or no objection within the period. Staff who record it note how calming went (ISC 9.2.3)."""
    if case.actor.kind == "member" and not values["calming"]:
        raise InvalidInput({"calming": InvalidValue(code="required")})
    not_ours = case.complaint.verdict == terms.Verdict.NOT_OURS
    case.set("outcome", terms.Outcome.REFERRED_OUT if not_ours else terms.Outcome.UNFOUNDED_ANSWERED)
    case.wait_on(terms.WaitingOn.US)
    case.tell([case.complaint.owner_id], "case.answer_settled")


ANSWER_SETTLED = Step(
    id="P10",
    name="answer_settled",
    decides=True,
    event="complaint.answer_settled",
    label=_("Answer settled"),
    sources=(State.ANSWERING,),
    target=State.EVALUATING,
    who=("owner", "system", "complainant", "agent"),
    guards=(answer_delivered, answer_accepted_or_silent),
    stops=("answer", "parties_opinion", "after_sales"),
    starts=("callback",),
    offered=True,
    clause="ISC 9.2.3; SVC 3.1.3",
    effect=answer_settled,
    fields=(
        Field(
            name="reaction",
            label=_("Reaction"),
            kind="choice",
            required=True,
            options=(("accepted", _("Accepted")), ("silent", _("No objection within the period"))),
        ),
        Field(name="calming", label=_("Result of calming"), kind="longtext", limit=1000),
    ),
)


def reject_answer(case: Case, values: Values) -> None:
    """P12: the complaint stays open; the list of other ways goes out again (SZ 6(9), CTS 8.6 d)."""
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.US)
    case.tell([case.complaint.owner_id], "case.answer_rejected")


REJECT_ANSWER = Step(
    id="P12",
    name="reject_answer",
    event="complaint.answer_rejected",
    label=_("Reject the answer"),
    sources=(State.ANSWERING,),
    target=State.EXTERNAL_ROUTE,
    who=("owner", "complainant", "agent"),
    guards=(answer_delivered,),
    stops=("parties_opinion",),
    starts=("refusal_review",),
    beside=("investigation", "matter"),
    clause="SZ 6(9); CTS 8.6 d",
    effect=reject_answer,
    fields=(Field(name="reason", label=_("Reason of the refusal"), kind="longtext", required=True),),
)


STEPS = (ANSWER_NOT_OURS, DELIVER_ANSWER, ANSWER_SETTLED, REJECT_ANSWER)
