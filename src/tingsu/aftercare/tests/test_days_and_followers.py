"""The edges of aftercare: the day of closing, who follows a low rating and how, what a page shows, when reminders go."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import Cast
from tingsu.aftercare import actions, panels, rules
from tingsu.aftercare.models import ArchivedFile, Callback, ClosingReview, ResultNotice
from tingsu.aftercare.queries import callbacks_due, round_of
from tingsu.aftercare.rules import aftercare_rules, default_aftercare, default_retention
from tingsu.aftercare.steps import archive
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, closed, missed, notified, rated
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter, Notice
from tingsu.settlement.tests.journey import Journey, handled, registered


def followed(score: int, cast: Cast) -> Journey:
    return rated(notified(cast).deliver_letters(), score)


@pytest.mark.parametrize(
    ("closed_at", "dispose_on"),
    [
        # Midnight in Beijing is 16:00 UTC: the day of closing is the organisation's day.
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), date(2029, 3, 31)),
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), date(2029, 4, 1)),
    ],
)
def test_records_are_kept_from_the_day_of_closing_however_late_they_are_archived(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, closed_at: datetime, dispose_on: date
) -> None:
    begun: dict[str, date] = {}
    monkeypatch.setattr(
        archive, "disposal_day", lambda starts, code: begun.update(starts) or rules.disposal_day(starts, code)
    )
    journey = notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)
    journey.at = closed_at - timedelta(minutes=1)
    journey.step(cast.supervisor, "close", **REVIEW).deliver_letters().wait(days=40)
    journey.step(journey.owner, "archive", retention_class="complaint", keeper=str(cast.qa.id))
    row = ArchivedFile.of(journey.complaint)[0]
    assert (row.dispose_on, journey.complaint.dispose_on) == (dispose_on, dispose_on)
    received = local_date(journey.complaint.received_at, "Asia/Shanghai")
    closed, archived = dispose_on.replace(year=2026), local_date(journey.at, "Asia/Shanghai")
    assert begun == {"closed": closed, "archived": archived, "received": received}, (
        "from which a class may count its years"
    )
    assert len(set(begun.values())) == 3
    assert (journey.complaint.closed_at, row.archived_at, row.keeper_id) == (closed_at, journey.at, cast.qa.id)


def test_a_call_before_the_low_rating_came_does_not_follow_it_up(cast: Cast) -> None:
    """Reached, but no cause was noted, because nothing was low yet: after the rating somebody must call again."""
    journey = notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)
    rated(journey, 2)
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_followed"}
    journey.step(cast.specialist, "callback", cause="误会，已说明", **REACHED).step(cast.supervisor, "close", **REVIEW)
    assert journey.complaint.state == "closed"


def test_three_attempts_of_others_follow_a_low_rating_up_and_two_do_not(cast: Cast) -> None:
    journey = missed(followed(1, cast), 2)
    assert "not_followed" in journey.refusal(cast.supervisor, "close", **REVIEW)
    missed(journey, 1).step(cast.supervisor, "close", **REVIEW)
    assert ClosingReview.objects.get().satisfied is False


@pytest.mark.parametrize(
    ("score", "low", "satisfied"),
    [(1, True, False), (2, True, False), (3, False, False), (4, False, True), (5, False, True)],
)
def test_which_ratings_are_low_and_which_satisfied(cast: Cast, score: int, low: bool, satisfied: bool) -> None:
    journey = followed(score, cast)
    assert round_of(journey.complaint).is_low is low
    told = set(Notice.objects.filter(kind__startswith="rating.low").values_list("member_id", flat=True))
    assert told == ({cast.specialist.id, cast.supervisor.id} if low else set())
    journey.step(cast.specialist, "callback", cause="已说明", **REACHED).step(cast.supervisor, "close", **REVIEW)
    assert ClosingReview.objects.get().satisfied is satisfied
    assert Event.objects.get(kind="complaint.closed").data["satisfied"] is satisfied


def test_the_shipped_rules_of_rating_and_keeping() -> None:
    assert default_aftercare() == {
        "callback_attempts": 3,
        "low_rating": 2,
        "satisfied_rating": 4,
        "reminder_after_days": 2,
        "no_reminder": False,
        "short_form": False,
        "thanks": {},
    }
    kept = {one["code"]: (one["years"], one["end"]) for one in default_retention()["classes"]}
    assert kept["complaint"][0] == 3
    assert kept["high-risk"][0] == 5


def test_who_has_to_call_is_the_owner_and_after_a_low_rating_anybody_else_who_follows(cast: Cast) -> None:
    calm, low = notified(cast), followed(2, cast)
    own, others = calm.owner.id, cast.specialist.id
    assert list(callbacks_due(own, follows=True)) == [(calm.complaint.pk, False)]
    assert list(callbacks_due(own, follows=False)) == [(calm.complaint.pk, False)]
    assert list(callbacks_due(others, follows=True)) == [(low.complaint.pk, True)]
    assert list(callbacks_due(others, follows=False)) == []
    missed(calm, 3)
    assert list(callbacks_due(own, follows=True)) == []
    low.step(cast.specialist, "callback", cause="已说明", **REACHED)
    assert list(callbacks_due(cast.supervisor.id, follows=True)) == []


def test_attempts_are_numbered_and_the_owner_hears_of_the_last(cast: Cast) -> None:
    journey = missed(notified(cast), 2)
    assert not Notice.objects.filter(kind="callback.exhausted").exists()
    missed(journey, 1)
    assert [row.attempt for row in Callback.of(journey.complaint)] == [1, 2, 3]
    assert list(Notice.objects.filter(kind="callback.exhausted").values_list("member_id", flat=True)) == [
        journey.owner.id
    ]


@pytest.mark.parametrize(("hours", "reminded"), [(47, 0), (48, 1), (60 * 24 - 1, 1), (60 * 24, 0)])
def test_a_reminder_goes_after_two_days_and_never_after_two_months(cast: Cast, hours: int, reminded: int) -> None:
    journey = notified(cast)
    sent = ResultNotice.objects.get().sent_at
    with travel_to(sent + timedelta(hours=hours)):
        assert actions.remind_all() == reminded
    assert Letter.objects.filter(template="rating_reminder").count() == reminded
    assert journey.complaint.state == "evaluating"


def test_nobody_is_reminded_after_a_refused_result_or_a_rating(cast: Cast) -> None:
    refused = notified(cast).step(cast.specialist, "reject_result", reason="没到账")
    other = rated(notified(cast), 3)
    with travel_to(other.at + timedelta(days=3)):
        assert actions.remind_to_rate(other.complaint.pk) is False
        assert actions.remind_to_rate(refused.complaint.pk) is False
        assert actions.remind_all() == 0
    assert not Letter.objects.filter(template="rating_reminder").exists()


def test_the_panel_shows_notice_rating_calls_and_review_each_in_its_place(cast: Cast) -> None:
    journey = rated(notified(cast).deliver_letters(), 2, timeliness="1", redress="5", comment="等太久 13800002210")
    journey.step(cast.specialist, "callback", cause="等待过久", **REACHED)
    journey.step(cast.supervisor, "close", **REVIEW | {"action_proposed": "yes", "action": "加上告警"})
    shown = panels.aftercare_context(cast.supervisor.actor, journey.complaint)
    assert (shown["cause"], shown["lesson"], shown["action"]) == (REVIEW["review_cause"], REVIEW["lesson"], "加上告警")
    assert (shown["words"], bool(shown["proof"]), shown["attempts"]) == ("退款已到账，流程已修正。", True, 3)
    assert str(shown["note"]).startswith("2")
    assert [value for _label, value in shown["scores"]] == [1, 5]
    assert "13800002210" not in shown["comment"]
    (call,) = shown["calls"]
    assert (call["by"], call["process_answer"], call["result_answer"], call["cause"]) == (
        "工号 2001",
        "及时",
        "满意",
        "等待过久",
    )
    row = ClosingReview.of(journey.complaint)[0]
    assert (row.text("action"), row.action_proposed, row.reviewed_by) == ("加上告警", True, cast.supervisor.id)


def test_before_the_notice_the_panel_is_there_only_while_a_notice_is_due(cast: Cast) -> None:
    journey = handled(cast)
    assert panels.aftercare_context(cast.supervisor.actor, journey.complaint) is None
    journey.evaluated()
    shown = panels.aftercare_context(cast.supervisor.actor, journey.complaint)
    assert (shown["current"], shown["words"], shown["calls"], shown["cause"]) == (None, "", [], "")
    assert panels.tracking_context(journey.party(), journey.complaint) is None
    assert panels.tracking_context(cast.supervisor.actor, journey.complaint)["note"] == "7/8"


def test_the_archive_panel_tells_keeper_place_class_and_years(cast: Cast) -> None:
    journey = closed(cast).deliver_letters()
    assert panels.archive_context(cast.supervisor.actor, journey.complaint) is None
    journey.step(journey.owner, "archive", retention_class="high-risk", keeper=str(cast.qa.id), paper_place="A 柜")
    shown = panels.archive_context(cast.supervisor.actor, journey.complaint)
    assert (shown["keeper"], shown["place"], shown["years"]) == ("工号 6001", "A 柜", 5)


@pytest.mark.req("P23", "G10")
def test_a_case_without_a_trail_or_a_receipt_is_not_closed(cast: Cast) -> None:
    solved = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水"}
    journey = registered(cast).step(cast.frontline, "solve_directly", **solved)
    assert journey.refusal(cast.supervisor, "close", **REVIEW) == {"not_notified", "not_asked", "no_callback"}
    journey.step(cast.frontline, "notify_result", notice="已补发。").deliver_letters().step(
        cast.specialist, "callback", **REACHED
    )
    journey.step(cast.supervisor, "close", **REVIEW)
    assert aftercare_rules()["callback_attempts"] == 3


@pytest.mark.req("P23")
def test_a_review_that_proposes_an_action_names_it(cast: Cast) -> None:
    journey = notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.supervisor, "close", **REVIEW | {"action_proposed": "yes"})
    assert set(refused.value.fields) == {"action"}
