"""Conditions on notice, rating, callback, closing and archiving (P23–P25, E16, E25)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ClosingReview
from tingsu.aftercare.queries import current_notice, notice_delivered, round_of
from tingsu.aftercare.rules import aftercare_rules
from tingsu.aftercare.stages import NAMES, open_stages
from tingsu.complaints.case import Case
from tingsu.complaints.terms import Outcome
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter
from tingsu.process.registry import guard
from tingsu.process.steps import Step

Values = dict[str, Any] | None
TRAIL = (
    "complaint.feedback_given", "complaint.contact_logged", "complaint.answer_delivered", "complaint.solution_sent", "complaint.solved_directly",
)  # fmt: skip
"""Events that show the complaint was followed up."""


@guard("not_notified")
def not_notified(case: Case, step: Step, values: Values) -> list[Unmet]:
    if current_notice(case.complaint) is None:
        return []
    return [Unmet("not_notified", "notified", _("the formal notice of this result has already been sent"))]


@guard("notified")
def notified(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Closing also wants the proof that the notice arrived (FB-10)."""
    current = round_of(case.complaint)
    if current is None:
        return [Unmet("notified", "not_notified", _("the complainant has not been told the result formally yet"))]
    if step.name == "close" and not notice_delivered(current.notice, current.callbacks):
        return [Unmet("notified", "not_delivered", _("the formal notice has not reached the complainant yet"))]
    return []


@guard("not_rated")
def not_rated(case: Case, step: Step, values: Values) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is None or current.rating is None:
        return []
    return [Unmet("not_rated", "rated", _("this result has already been rated"))]


@guard("rating_asked")
def rating_asked(case: Case, step: Step, values: Values) -> list[Unmet]:
    notice = current_notice(case.complaint)
    if notice is not None and notice.rating_asked_at:
        return []
    return [Unmet("rating_asked", "not_asked", _("the complainant has not been asked for a rating"))]


@guard("callback_by_other_if_low")
def callback_by_other_if_low(case: Case, step: Step, values: Values) -> list[Unmet]:
    """SC-03: after a low rating somebody else than the handler calls."""
    current = round_of(case.complaint)
    if current is None or not current.is_low or case.actor.id != case.complaint.owner_id:
        return []
    return [
        Unmet(
            "callback_by_other_if_low",
            "handler_calls",
            _("the rating is low; somebody other than the handler must call"),
        )
    ]


@guard("callback_done")
def callback_done(case: Case, step: Step, values: Values) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is not None and current.callback_done:
        return []
    wanted = aftercare_rules()["callback_attempts"]
    made = len(current.callbacks) if current else 0
    return [
        Unmet(
            "callback_done",
            "no_callback",
            _("no callback has reached the complainant; %(made)s of %(wanted)s attempts are made"),
            made=made,
            wanted=wanted,
        )
    ]


@guard("low_rating_followed")
def low_rating_followed(case: Case, step: Step, values: Values) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is None or not current.is_low or current.low_followed:
        return []
    return [
        Unmet(
            "low_rating_followed",
            "not_followed",
            _("the low rating has not been followed up by another person with its cause"),
        )
    ]


@guard("G10")
def loop_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Record, tracking trail, result and review; the review is part of closing itself (FB-11)."""
    unmet = []
    if case.complaint.acknowledged_at is None and not case.complaint.anonymous:
        unmet.append(Unmet("G10", "no_record", _("the receipt was never confirmed to the complainant")))
    if not Event.objects.filter(stream_id=case.complaint.pk, kind__in=TRAIL).exists():
        unmet.append(Unmet("G10", "no_trail", _("there is no trail of feedback or contact with the complainant")))
    if not case.complaint.verdict and case.complaint.outcome != Outcome.EXHAUSTED:
        unmet.append(Unmet("G10", "no_result", _("there is no result of the investigation")))
    return unmet


@guard("outcome_set")
def outcome_set(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.outcome:
        return []
    return [
        Unmet(
            "outcome_set", "no_outcome", _("the outcome is not set: accepted, answered, referred out or all ways used")
        )
    ]


@guard("stages_complete")
def stages_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    """FB-13: a stage without a date needs the remark that it did not apply, with the reason."""
    if values is None:
        return []
    explained = {int(row["stage"]) for row in values["stage_remarks"]}
    return [
        Unmet(
            "stages_complete",
            "stage_open",
            _("stage %(number)s (%(name)s) has no date: say why it did not apply"),
            number=number,
            name=NAMES[number],
        )
        for number in open_stages(case.complaint)
        if number not in explained
    ]


@guard("not_exhausted")
def not_exhausted(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.outcome != Outcome.EXHAUSTED:
        return []
    return [Unmet("not_exhausted", "exhausted", _("all ways have already been used; the refusal is on record"))]


@guard("contents_complete")
def contents_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    """RC-01: nothing may still be on its way into the file, and the review is part of it."""
    unmet = []
    if not ClosingReview.of(case.complaint):
        unmet.append(Unmet("contents_complete", "no_review", _("the closing review is missing")))
    if waiting := Letter.objects.filter(stream_id=case.complaint.pk, state=Letter.State.QUEUED).count():
        unmet.append(
            Unmet("contents_complete", "letters_waiting", _("%(count)s letters have not left yet"), count=waiting)
        )
    return unmet
