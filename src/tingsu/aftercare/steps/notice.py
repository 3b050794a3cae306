"""The formal notice of the result: E25."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ResultNotice
from tingsu.aftercare.queries import current_notice, notice_delivered, round_of
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import written_together
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.process.steps import Field, Step, Values
from tingsu.process.values import refuse_placeholders

WORDS = (("wording", "opinion"), ("reasons", "background"), ("solution", "accepted_by"))
"""Texts that were written for the complainant, each with another of the same entry that tells it from its namesakes."""


def not_notified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if current_notice(case.complaint) is None:
        return []
    return [Unmet("notified", _("the formal notice of this result has already been sent"))]


def notify_result(case: Case, values: Values) -> None:
    """E25: the formal notice, which also asks for the rating (FB-10, SC-01)."""
    refuse_placeholders(notice=values["notice"])
    notice = ResultNotice(
        id=new_id(), complaint=case.complaint, round=ResultNotice.objects.filter(complaint=case.complaint).count() + 1,
        sent_by=case.actor.id, sent_at=case.at, rating_asked_at=case.at,
    )  # fmt: skip
    notice.seal_all(words=values["notice"])
    notice.save(force_insert=True)
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", None)
    case.fact("notice", notice.pk)
    if party := complainant_of(case.complaint):
        letter = outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="result_notice", intent=notice.intent,
            values={"notice": values["notice"], "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
        case.fact("letter", letter.pk)


def result_so_far(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The words that the complainant was given already: of the solution, of the reasons, of what was solved at once."""
    for words, beside in WORDS:
        if text := written_together(complaint, words, beside).get(words):
            return {"notice": text}
    return {}


NOTIFY_RESULT = Step(
    id="E25",
    name="notify_result",
    event="complaint.result_notified",
    label=_("Send the formal notice"),
    sources=(State.EVALUATING,),
    who=("owner", "specialist", "supervisor"),
    guards=(not_notified,),
    stops=("urgent_response", "first_reply", "dedicated_contact", "progress_feedback", "promised_date"),
    starts=("progress_feedback",),
    main=True,
    reaches_complainant=True,
    clause="CTS 8.6 a; SZ F.7",
    effect=notify_result,
    beside=("remedies", "investigation"),
    first=result_so_far,
    fields=(Field(name="notice", label=_("Result, in words for the complainant"), kind="longtext", required=True),),
)


def notified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Closing also wants the proof that the notice arrived (FB-10)."""
    current = round_of(case.complaint)
    if current is None:
        return [Unmet("not_notified", _("the complainant has not been told the result formally yet"))]
    if step.name == "close" and not notice_delivered(current.notice, current.callbacks):
        return [Unmet("not_delivered", _("the formal notice has not reached the complainant yet"))]
    return []


STEPS = (NOTIFY_RESULT,)
