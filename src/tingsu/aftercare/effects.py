"""E25, E16, P23–P25: notice, rating, callback, closing, refused result, archive."""

import json
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.contents import contents_of
from tingsu.aftercare.models import ArchivedFile, Callback, ClosingReview, Rating, ResultNotice
from tingsu.aftercare.queries import FOLLOWERS, current_notice, round_of
from tingsu.aftercare.rules import aftercare_rules, disposal_day
from tingsu.clocks.models import Promise
from tingsu.complaints import terms
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.effects import complainant_of, tell_of_ways
from tingsu.complaints.process.settling import REVIEW
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.process.registry import effect

Values = dict[str, Any]
ASPECTS = ("timeliness", "effectiveness", "attitude", "redress")
REVIEW_NAMES = tuple(one.name for one in REVIEW)


@effect("notify_result")
def notify_result(case: Case, values: Values) -> None:
    """E25: the formal notice, which also asks for the rating (FB-10, SC-01)."""
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


@effect("rate")
def rate(case: Case, values: Values) -> None:
    """E16: the complainant's own word; a low one asks somebody else to call (SC-01, SC-03, SC-14)."""
    notice = current_notice(case.complaint)
    assert notice is not None  # noqa: S101 - guard notified
    rating = Rating(
        id=new_id(), complaint=case.complaint, notice=notice, party_id=case.actor.id, owner_id=case.complaint.owner_id,
        score=int(values["score"]), rated_at=case.at, **{name: int(values[name]) if values[name] else None for name in ASPECTS},
    )  # fmt: skip
    rating.seal_all(comment=values["comment"])
    rating.save(force_insert=True)
    case.fact("rating", rating.pk)
    case.fact("owner", case.complaint.owner_id)
    if rating.score <= aftercare_rules()["low_rating"]:
        ask_for_callback(case, rating.score)


def ask_for_callback(case: Case, score: int) -> None:
    """SC-03, SC-12: a low rating is somebody else's task, and everybody who can take it knows."""
    told = [member.pk for member in people.active_members(roles=FOLLOWERS) if member.pk != case.complaint.owner_id]
    notify(told, "rating.low", case.complaint.pk, {"number": case.complaint.number, "score": score})
    case.fact("low", True)


@effect("callback")
def callback(case: Case, values: Values) -> None:
    """E16: one attempt; a rating heard on the telephone needs the reference of the recording (SC-02, SC-14)."""
    current = round_of(case.complaint)
    assert current is not None  # noqa: S101 - guard notified
    score = int(values["score"]) if values["score"] else None
    reached = values["reached"] == "yes"
    low = aftercare_rules()["low_rating"]
    if score is not None and not values["recording"]:
        raise InvalidInput(
            {"recording": InvalidValue(_("A rating given in a callback needs the reference of the recording."))}
        )
    if reached and not values["cause"] and (current.is_low or (score is not None and score <= low)):
        raise InvalidInput({"cause": InvalidValue(_("The rating is low: note its cause and what follows."))})
    row = Callback(
        id=new_id(), complaint=case.complaint, notice=current.notice, attempt=len(current.callbacks) + 1, reached=reached, means=values["means"],
        member_id=case.actor.id, handler=case.actor.id == case.complaint.owner_id, recording=values["recording"], score=score, called_at=case.at,
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
    if score is not None and score <= low and row.handler:
        ask_for_callback(case, score)
    if row.attempt == aftercare_rules()["callback_attempts"] and not reached:
        notify([case.complaint.owner_id], "callback.exhausted", case.complaint.pk, {"number": case.complaint.number})


@effect("close")
def close(case: Case, values: Values) -> None:
    """P23: review, letter, every promise ended; progress feedback is met by closing (SL rule T07), others end unmet or void."""
    current = round_of(case.complaint)
    score = current.score if current else None
    left = current.review_left if current and case.actor.kind == "system" else None
    review = ClosingReview(
        id=new_id(), complaint=case.complaint, action_proposed=values["action_proposed"] == "yes",
        reviewed_by=left.member_id if left else case.actor.id,
        reviewed_at=case.at, satisfied=None if score is None else score >= aftercare_rules()["satisfied_rating"],
    )  # fmt: skip
    review.seal_all(cause=values["review_cause"], lesson=values["lesson"], action=values["action"])
    review.save(force_insert=True)
    case.set("closed_at", case.at)
    case.fact("review", review.pk)
    case.fact("satisfied", review.satisfied)
    case.end("progress_feedback", Promise.Ending.MET)
    for kind in sorted({promise.kind for promise in case.promises if promise.is_open}):
        case.end(kind, Promise.Ending.CANCELLED)
    case.wait_on(terms.WaitingOn.US)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="closed", intent="closed", values={}, at=case.at
        )  # fmt: skip


@effect("reject_result")
def reject_result(case: Case, values: Values) -> None:
    """P24: the complaint stays open; the notice no longer stands, the outcome is cleared, the other ways are told (FB-06)."""
    if notice := current_notice(case.complaint):
        notice.superseded_at = case.at
        notice.save(update_fields=["superseded_at"])
        case.fact("notice", notice.pk)
    case.set("outcome", "")
    tell_of_ways(case)


@effect("archive")
def archive(case: Case, values: Values) -> None:
    """P25: the file with its contents list, class, keeper and day of disposal (RC-01, RC-04)."""
    closed_on = local_date(case.complaint.closed_at or case.at, time_zone())
    dispose_on, version = disposal_day(closed_on, values["retention_class"])
    lines = contents_of(case.complaint)
    row = ArchivedFile(
        id=new_id(), complaint=case.complaint, number=archive_number(case.complaint.number), retention_class=values["retention_class"],
        retention_version=version, keeper_id=values["keeper"], pieces=len(lines), archived_by=case.actor.id, archived_at=case.at,
        dispose_on=dispose_on,
    )  # fmt: skip
    row.seal_all(
        paper_place=values["paper_place"], contents=json.dumps([line.as_list() for line in lines], ensure_ascii=False)
    )
    row.save(force_insert=True)
    case.set("archived_at", case.at)
    case.set("archive_number", row.number)
    case.set("retention_class", row.retention_class)
    case.set("dispose_on", row.dispose_on)
    case.fact("file", row.pk)
    case.fact("pieces", row.pieces)
    keeper: uuid.UUID = row.keeper_id
    notify([keeper], "case.archived", case.complaint.pk, {"number": case.complaint.number})


def archive_number(number: str) -> str:
    """Derived from the complaint's own number: unique without a counter that cases would wait for."""
    return f"DA-{number}"
