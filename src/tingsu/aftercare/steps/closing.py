"""Closing the case, or the complainant refuses the result: P23, P24."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import ClosingReview
from tingsu.aftercare.queries import current_notice, round_of
from tingsu.aftercare.rules import aftercare_rules
from tingsu.aftercare.stages import NAMES, open_stages
from tingsu.aftercare.steps.notice import notified, reply_published
from tingsu.aftercare.steps.reviews import requests_answered
from tingsu.clocks.models import Promise
from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import written_together
from tingsu.complaints.steps.common import LATE_REASON, lateness_explained
from tingsu.complaints.telling import complainant_of, tell_of_ways
from tingsu.complaints.terms import Outcome, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.letters import outbox
from tingsu.process.steps import Field, Options, Step, Values, guard, options

TRAIL = (
    "complaint.feedback_given", "complaint.contact_logged", "complaint.answer_delivered", "complaint.solution_sent", "complaint.solved_directly",
)  # fmt: skip
"""Events that show the complaint was followed up."""


@options("annex_c_stages")
def stage_options(complaint: Any) -> Options:
    """Closing itself is stage 8 and always applies."""
    return tuple((str(number), f"{number} {name}") for number, name in NAMES.items() if number != 8)


REVIEW = (
    Field(name="review_cause", label=_("Cause found"), kind="longtext", required=True),
    Field(name="lesson", label=_("What was learned"), kind="longtext", required=True),
    Field(
        name="share_lesson",
        label=_("Worth knowing for others"),
        kind="bool",
        help=_("It becomes a draft of a lesson in the knowledge base, without names and numbers."),
    ),
    Field(
        name="action_proposed",
        label=_("Propose corrective action"),
        kind="choice",
        required=True,
        options=(("yes", _("Yes")), ("no", _("No"))),
    ),
    Field(name="action", label=_("Proposed action"), kind="longtext", when=("action_proposed", "yes"), required=True),
    Field(
        name="stage_remarks",
        label=_("Stages that did not apply"),
        kind="rows",
        limit=8,
        rows=(
            Field(name="stage", label=_("Stage"), kind="choice", options=stage_options, required=True),
            Field(name="reason", label=_("Reason"), required=True),
        ),
    ),
)
"""The closing review (FB-11): cause, what was learned, action proposed, stages without a date."""


def rating_asked(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    notice = current_notice(case.complaint)
    if notice is not None and notice.rating_asked_at:
        return []
    return [Unmet("not_asked", _("the complainant has not been asked for a rating"))]


def callback_done(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is not None and current.callback_done:
        return []
    wanted = aftercare_rules()["callback_attempts"]
    made = len(current.callbacks) if current else 0
    return [
        Unmet(
            "no_callback",
            _("no callback has reached the complainant; %(made)s of %(wanted)s attempts are made"),
            made=made,
            wanted=wanted,
        )
    ]


def low_rating_followed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is None or not current.is_low or current.low_followed:
        return []
    return [Unmet("not_followed", _("the low rating has not been followed up by another person with its cause"))]


@guard("G10")
def loop_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Record, tracking trail, result and review; the review is part of closing itself (FB-11)."""
    unmet = []
    if case.complaint.acknowledged_at is None and not case.complaint.anonymous:
        unmet.append(Unmet("no_record", _("the receipt was never confirmed to the complainant")))
    if not Event.objects.filter(stream_id=case.complaint.pk, kind__in=TRAIL).exists():
        unmet.append(Unmet("no_trail", _("there is no trail of feedback or contact with the complainant")))
    if not case.complaint.verdict and case.complaint.outcome != Outcome.EXHAUSTED:
        unmet.append(Unmet("no_result", _("there is no result of the investigation")))
    return unmet


def outcome_set(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.outcome:
        return []
    return [Unmet("no_outcome", _("the outcome is not set: accepted, answered, referred out or all ways used"))]


def stages_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """FB-13: a stage without a date needs the remark that it did not apply, with the reason."""
    if values is None:
        return []
    explained = {int(row["stage"]) for row in values["stage_remarks"]}
    return [
        Unmet(
            "stage_open",
            _("stage %(number)s (%(name)s) has no date: say why it did not apply"),
            number=number,
            name=NAMES[number],
        )
        for number in open_stages(case.complaint)
        if number not in explained
    ]


ORIGINALS = (
    ("kept", pgettext_lazy("material", "Kept with the file")),
    ("returned", pgettext_lazy("material", "Returned")),
    ("none", pgettext_lazy("material", "None was given to us")),
)
MATERIAL = (
    Field(
        name="originals",
        label=_("Material given by the complainant"),
        kind="choice",
        options=ORIGINALS,
        help=_("Paper and things that they gave us: whether they have them back."),
    ),
    Field(name="originals_on", label=_("Returned or kept on"), kind="date", past=True, help=_("Empty: today.")),
)


def material_settled(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RC-12: an original that we stored does not go forgotten: closing says whether it went back."""
    if values is None or values["originals"] not in {"", "none"} or not case.complaint.original_place:
        return []
    place = case.complaint.original_place
    sentence = _("an original is kept at %(place)s: say whether it was returned or stays with the file")
    return [Unmet("originals", sentence, value_of="originals", place=place)]


def review_so_far(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The stages that need a remark, and the cause as the investigation verified it."""
    cause = written_together(complaint, "cause", "background").get("cause", "")
    return {"review_cause": cause, "stage_remarks": [{"stage": str(number)} for number in open_stages(complaint)]}


def close(case: Case, values: Values) -> None:
    """P23: review, letter, every promise ended; progress feedback is met by closing (SL rule T07), the rest is cancelled by the table."""
    current = round_of(case.complaint)
    score = current.score if current else None
    left = current.review_left if current and case.actor.kind == "system" else None
    review = ClosingReview(
        id=new_id(), complaint=case.complaint, action_proposed=values["action_proposed"] == "yes",
        reviewed_by=left.member_id if left else case.actor.id,
        reviewed_at=case.at, satisfied=None if score is None else score >= aftercare_rules()["satisfied_rating"],
    )  # fmt: skip
    if values["originals"]:
        review.originals = values["originals"]
        review.originals_on = values["originals_on"] or local_date(case.at, current_organisation().time_zone)
    review.seal_all(cause=values["review_cause"], lesson=values["lesson"], action=values["action"])
    review.save(force_insert=True)
    case.set("closed_at", case.at)
    case.fact("review", review.pk)
    case.fact("satisfied", review.satisfied)
    case.end("progress_feedback", Promise.Ending.MET)
    case.wait_on(terms.WaitingOn.US)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="closed", intent="closed", values={}, at=case.at
        )  # fmt: skip


CLOSE = Step(
    id="P23",
    name="close",
    of_body=True,
    decides=True,
    event="complaint.closed",
    label=_("Close the case"),
    sources=(State.EVALUATING,),
    target=State.CLOSED,
    who=("specialist", "supervisor", "system"),
    guards=(
        notified,
        reply_published,
        rating_asked,
        callback_done,
        low_rating_followed,
        requests_answered,
        loop_complete,
        outcome_set,
        stages_complete,
        "released_back",
        "partners_done",
        material_settled,
        lateness_explained,
        "G5",
    ),
    stops=("callback",),
    may_stop=("progress_feedback",),
    cancels_rest=True,
    starts=("archiving",),
    main=True,
    guide=_("Check that everything promised is done, write the lesson, then close."),
    reaches_complainant=True,
    clause="CTS 8.6 a–c; SZ 6(9); ISC 9.5; SVC 1.3.4",
    effect=close,
    beside=("aftercare", "investigation", "remedies"),
    first=review_so_far,
    fields=(*REVIEW, *MATERIAL, LATE_REASON),
)


def not_exhausted(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.outcome != Outcome.EXHAUSTED:
        return []
    return [Unmet("exhausted", _("all ways have already been used; the refusal is on record"))]


def reject_result(case: Case, values: Values) -> None:
    """P24: the complaint stays open; the notice no longer stands, the outcome is cleared, the other ways are told (FB-06)."""
    if notice := current_notice(case.complaint):
        notice.superseded_at = case.at
        notice.save(update_fields=["superseded_at"])
        case.fact("notice", notice.pk)
    case.set("outcome", "")
    tell_of_ways(case)


REJECT_RESULT = Step(
    id="P24",
    name="reject_result",
    event="complaint.result_rejected",
    label=_("Complainant refuses the result"),
    sources=(State.EVALUATING,),
    target=State.EXTERNAL_ROUTE,
    who=("specialist", "supervisor", "frontline", "qa"),
    guards=(not_exhausted,),
    stops=("callback",),
    starts=("refusal_review",),
    beside=("aftercare", "remedies"),
    clause="CTS 8.6 d; SZ 6(9)",
    effect=reject_result,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
)


STEPS = (CLOSE, REJECT_RESULT)
