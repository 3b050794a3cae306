"""Review and mediation that a complainant asks for: E29 and its written result E30, also after closing."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tingsu.aftercare.models import ReviewRequest
from tingsu.aftercare.queries import current_notice
from tingsu.aftercare.reviews import FOLLOWERS, carry_on, changed_since, involved, open_request, somebody_else
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.complaints.naming import declare_names
from tingsu.complaints.numbers import spelled
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import PartyRole, State
from tingsu.files import store
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.process.values import refuse_placeholders

ENDED = (State.CLOSED, State.ARCHIVED)
SELF = (PartyRole.COMPLAINANT, PartyRole.AGENT)
WHEN = (State.ANSWERING, State.FEEDBACK, State.EXECUTING, State.EXTERNAL_ROUTE, State.EVALUATING, *ENDED)
"""There is something to review or to mediate about: an answer, a proposal, a result."""
KINDS = (
    ("review", pgettext_lazy("request", "Review")),
    ("mediation", pgettext_lazy("request", "Mediation")),
)
RESULTS = (
    ("stands", _("The result stands")),
    ("changed", _("The result is changed")),
    ("mediation", _("A mediation takes place")),
    ("no_mediation", _("No mediation by us; other ways are named")),
)
FOR_KIND = {
    "review": frozenset({"stands", "changed", "mediation"}),
    "mediation": frozenset({"mediation", "changed", "no_mediation"}),
}
"""Which results answer which request."""


@options("review_results")
def result_options(complaint: Complaint | None) -> Options:
    """What answers the request that waits; all of them where none does."""
    row = open_request(complaint) if complaint else None
    return tuple(one for one in RESULTS if row is None or one[0] in FOR_KIND[row.kind])


declare_names(lambda complaint: {code: str(words) for code, words in RESULTS}, "review_results")


def has_ended(complaint: Complaint) -> bool:
    """Is what follows carried out in another complaint?"""
    return complaint.state in ENDED


def no_open_request(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """One at a time: what is new belongs to the request that is open."""
    if open_request(case.complaint) is None:
        return []
    return [Unmet("request_open", _("a request is already with us; you get its written result first"))]


def something_to_review(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.state != State.ANSWERING or case.complaint.answered_at:
        return []
    return [Unmet("no_answer", _("there is no answer yet that could be reviewed"))]


LETTER_WORDS = {
    "review": pgettext_lazy("letter", "request for review"),
    "mediation": pgettext_lazy("letter", "request for mediation"),
}


def _in_letter(row: ReviewRequest) -> str:
    """What was asked for, in the language of the case's letters."""
    with override(row.complaint.language):
        return str(LETTER_WORDS[row.kind])


def ask_review(case: Case, values: Values) -> None:
    """E29: the request runs under its own time limit, and somebody who decided nothing on the case answers it."""
    complaint = case.complaint
    if values["files"]:
        store.attach(values["files"], complaint.pk, case.at, actor=case.actor)
    before = involved(complaint)
    reviewer_id = somebody_else(complaint, before)
    promise = case.start("review_request", owner_id=reviewer_id)
    row = ReviewRequest(
        id=new_id(), complaint=complaint, kind=values["kind"], owner_id=complaint.owner_id, asked_in=complaint.state,
        reviewer_id=reviewer_id, asked_at=case.at, due_at=promise.due_at,
        decided=sorted(str(one) for one in before if one),
    )  # fmt: skip
    row.seal("words", values["words"])
    row.save(force_insert=True)
    case.fact("request", row.pk)
    case.fact("reviewer", row.reviewer_id)
    named = [row.reviewer_id] if row.reviewer_id else [one.pk for one in people.active_members(roles=FOLLOWERS)]
    case.tell(named, "case.review_asked", kind=row.kind)
    if party := complainant_of(complaint):
        outbox.queue_letter(
            case.chain, complaint=complaint, party=party, template="request_received",
            intent=f"request_received:{row.pk}", at=case.at,
            values={"request": _in_letter(row), "answer_by": row.due_at, "handler": row.reviewer_id},
        )  # fmt: skip


ASK_REVIEW = Step(
    id="E29",
    name="ask_review",
    event="complaint.review_asked",
    label=_("Record a request for review or mediation"),
    sources=WHEN,
    who=("complainant", "agent", "owner", "frontline", "specialist", "supervisor", "qa"),
    guards=(something_to_review, no_open_request),
    may_start=("review_request",),
    clause="SZ 6(9), 7; CTS 8.6 d; ISC 9.3.1",
    effect=ask_review,
    fields=(
        Field(name="kind", label=pgettext_lazy("request", "Asked for"), kind="choice", options=KINDS, required=True),
        Field(name="words", label=_("What they say"), kind="longtext", required=True),
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


def request_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if open_request(case.complaint):
        return []
    return [Unmet("no_request", _("nobody asked for review or mediation, or it was answered"))]


def by_somebody_else(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Who handled or decided the case does not answer; one who works alone is only noted (ME-11)."""
    row = open_request(case.complaint)
    if values is None and row is not None:
        decided = str(case.actor.id) in row.decided or case.actor.id == case.complaint.owner_id
    else:
        decided = case.actor.id in involved(case.complaint)
    if not decided or alone.warned(case, "decided_before"):
        return []
    return [Unmet("decided_before", _("you handled this case or decided on it; somebody else answers the request"))]


def answer_review(case: Case, values: Values) -> None:
    """E30: the written result. After closing a changed result is carried out in a new, linked complaint (process.md §8.7)."""
    refuse_placeholders(answer=values["answer"])
    complaint, row = case.complaint, open_request(case.complaint)
    assert row is not None  # noqa: S101 - guard request_waits
    if values["result"] not in FOR_KIND[row.kind]:
        raise InvalidInput({"result": InvalidValue(_("This does not answer what was asked for."), code="choice")})
    follow_up = _follow_up(case, values, row)
    row.state, row.result, row.follow_up = ReviewRequest.State.ANSWERED, values["result"], follow_up
    row.answered_by, row.answered_at = case.actor.id, case.at
    row.seal("answer", values["answer"])
    row.save(update_fields=["state", "result", "follow_up", "answered_by", "answered_at", "answer"])
    case.fact("request", row.pk)
    if values["result"] != "stands" and "carried_on_in" not in case.facts:
        case.tell([complaint.owner_id], "case.review_changed")
    if party := complainant_of(complaint):
        outbox.queue_letter(
            case.chain, complaint=complaint, party=party, template="request_answered",
            intent=f"request_answered:{row.pk}", at=case.at,
            values={"request": _in_letter(row), "answer": values["answer"], "handler": case.actor.id},
        )  # fmt: skip


def _follow_up(case: Case, values: Values, row: ReviewRequest) -> str:
    """The number of the complaint in which a changed result is carried out, once this one is closed: the one that was named, else
    one that is registered here, whose owner and limits the rules give (CA-41).
    """
    number = spelled(values["follow_up"])
    if not values["follow_up"]:
        if case.complaint.state not in ENDED or values["result"] not in {"changed", "mediation"}:
            return ""
        made = carry_on(case, asked=row.text("words"), answer=values["answer"])
        case.fact("carried_on_in", made.pk)
        case.tell([made.owner_id], "case.review_changed")
        values["follow_up"] = made.number
        return made.number
    other = Complaint.objects.filter(number=number).exclude(pk=case.complaint.pk).first()
    if other is None:
        raise InvalidInput({"follow_up": InvalidValue(_("There is no other complaint with this number."))})
    if not belongs_with(case.complaint, other):
        sentence = _(
            "That complaint is of somebody else. Give the number of the one that carries this on, or link the two first."
        )
        raise InvalidInput({"follow_up": InvalidValue(sentence, code="not_linked")})
    return number


def belongs_with(complaint: Complaint, other: Complaint) -> bool:
    """Is it of the same person, or were the two linked? Nobody is sent to the number of a stranger."""
    pairs = ((complaint.pk, other.pk), (other.pk, complaint.pk))
    if any(ComplaintLink.objects.filter(complaint_id=one, other_id=two).exists() for one, two in pairs):
        return True
    mine = Q(pk__in=[])
    for party in Party.objects.filter(complaint=complaint, role__in=SELF):
        for name in ("phone_index", "email_index", "name_index"):
            if index := getattr(party, name):
                mine |= Q(**{name: index})
    return Party.objects.filter(mine, complaint=other, role__in=SELF).exists()


ANSWER_REVIEW = Step(
    id="E30",
    name="answer_review",
    decides=True,
    event="complaint.review_answered",
    label=_("Answer the request for review or mediation"),
    sources=(*WHEN, State.HANDLING, State.INVESTIGATING, State.PRE_PLAN, State.ROUTING),
    who=("specialist", "supervisor", "mgmt_rep"),
    guards=(request_waits, by_somebody_else, "G5"),
    stops=("review_request",),
    main=True,
    guide=_("Answer the request for review or mediation with reasons, before its limit."),
    main_while=lambda complaint: open_request(complaint) is not None,
    reaches_complainant=True,
    beside=("requests", "remedies", "matter"),
    clause="SZ 6(9), 7; CTS 8.6 d; ISC 9.3.1",
    effect=answer_review,
    fields=(
        Field(name="result", label=_("Result"), kind="choice", options=result_options, required=True),
        Field(name="answer", label=_("Written result, in words for the complainant"), kind="longtext", required=True),
        Field(
            name="follow_up",
            label=_("Number of the complaint in which it is carried out"),
            limit=24,
            help=_("Leave it empty: once this case is closed, what follows is registered by itself and linked."),
            asked_if=has_ended,
        ),
    ),
)


def requests_answered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nothing is closed or archived while a request waits, nor closed on a result that a review has changed."""
    if open_request(case.complaint):
        return [Unmet("request_open", _("a request for review or mediation waits for its written result"))]
    if step.name == "close" and changed_since(case.complaint, current_notice(case.complaint)):
        sentence = _("a review changed this result: record its refusal, and prepare another solution")
        return [Unmet("result_changed", sentence)]
    return []


STEPS = (ASK_REVIEW, ANSWER_REVIEW)
