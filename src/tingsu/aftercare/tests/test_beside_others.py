"""Aftercare of one case while others stand beside it: nothing of theirs holds it up, counts for it or stands in its file."""

import pytest

from tests.cast import Cast
from tingsu.aftercare.contents import contents_of
from tingsu.aftercare.moves import SCORES, prepare_rating
from tingsu.aftercare.queries import callbacks_due, proof_of_delivery, ready_to_close, round_of, to_prove
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, closed, missed, notified, proved, rated
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.errors import InvalidInput
from tingsu.letters.models import Letter
from tingsu.settlement.tests.journey import Journey, registered


def waiting_letters(complaint: object) -> int:
    return Letter.objects.filter(stream_id=complaint.pk, state=Letter.State.QUEUED).count()  # type: ignore[attr-defined]


@pytest.mark.req("RC-01")
def test_letters_of_another_case_do_not_hold_up_the_archive_nor_stand_in_its_file(cast: Cast) -> None:
    journey = closed(cast)
    keeping = {"retention_class": "complaint", "keeper": str(cast.qa.id)}
    if waiting_letters(journey.complaint):
        assert journey.refusal(journey.owner, "archive", **keeping) == {"letters_waiting"}
        journey.deliver_letters()
    alone = contents_of(journey.complaint)
    other = registered(cast)
    loose = store.keep("other.txt", b"other", actor=cast.frontline.actor)
    StoredFile.objects.filter(pk=loose.pk).update(stream_id=other.complaint.pk)
    other.step(cast.specialist, "feed_back", content="正在核实", means="email", query_way="yes")
    assert waiting_letters(other.complaint)
    assert contents_of(journey.complaint) == alone
    assert {line.kind for line in alone} >= {"event", "letter"}
    journey.step(journey.owner, "archive", **keeping)
    assert journey.complaint.state == "archived"


def due_for(cast: Cast) -> dict[str, list[bool]]:
    """To whom which calls are due, by name: whether after a low rating."""
    found = {
        name: [
            low for _case, low in callbacks_due(person.id, follows=name in {"specialist", "specialist2", "supervisor"})
        ]
        for name, person in cast._people.items()
    }
    return {name: calls for name, calls in found.items() if calls}


@pytest.mark.req("SC-03")
def test_calls_are_due_while_the_result_is_looked_back_on_and_to_whom(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    owner = next(name for name, person in cast._people.items() if person.id == journey.complaint.owner_id)
    others = {name: [True] for name in ("specialist", "specialist2", "supervisor") if name != owner}
    assert due_for(cast) == {owner: [False]}
    rated(journey, 1)
    assert due_for(cast) == others
    missed(journey, 2)
    assert due_for(cast) == others
    missed(journey, 1)
    assert due_for(cast) == {}
    journey.step(cast.supervisor, "close", **REVIEW)
    assert due_for(cast) == {}


def test_no_call_is_due_once_the_case_is_closed(cast: Cast) -> None:
    journey = proved(missed(notified(cast).deliver_letters(), 3))
    assert due_for(cast) == {}
    other = notified(cast).deliver_letters()
    assert len(due_for(cast)) == 1
    journey.step(cast.supervisor, "close", **REVIEW)
    other.step(cast.specialist, "callback", **REACHED)
    assert due_for(cast) == {}


@pytest.mark.req("FB-10")
@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("channel", ["portal", "email", "sms"])
@pytest.mark.parametrize("state", ["queued", "sent", "delivered", "failed", "withdrawn"])
@pytest.mark.parametrize("read", [False, True])
def test_when_the_notice_of_the_result_counts_as_delivered(
    cast: Cast, anonymous: bool, channel: str, state: str, read: bool
) -> None:
    journey: Journey = missed(notified(cast), 3)
    complaint = journey.complaint
    complaint.anonymous = anonymous
    complaint.save(update_fields=["anonymous"])
    current = round_of(complaint)
    assert current is not None
    at = journey.at if state == "delivered" else None
    Letter.objects.filter(intent=current.notice.intent).update(
        channel=channel, state=state, delivered_at=at, read_at=journey.at if read else None
    )
    arrived = read or (anonymous and channel == "portal" and state == "delivered")
    assert (proof_of_delivery(complaint, current) is not None) == arrived
    assert ready_to_close().exists() == arrived
    assert to_prove().exists() == (not arrived)


def test_a_rating_needs_its_overall_score_and_no_other() -> None:
    for typed in ({}, {"score": ""}, {"timeliness": "5"}):
        with pytest.raises(InvalidInput) as refused:
            prepare_rating(None, typed, {})  # type: ignore[arg-type]
        assert [(name, error.code) for name, error in refused.value.fields.items()] == [("score", "required")]
    values = {"comment": "好"}
    prepare_rating(None, {"score": "4", "redress": "2", "attitude": "", "other": "1"}, values)  # type: ignore[arg-type]
    assert values == {"comment": "好", "score": "4", "redress": "2"}
    assert SCORES == ("score", "timeliness", "effectiveness", "attitude", "redress")


@pytest.mark.req("SC-03")
def test_calls_of_the_owner_count_for_nobody_who_follows_a_low_rating(cast: Cast) -> None:
    journey = notified(cast).deliver_letters()
    owner = next(name for name, person in cast._people.items() if person.id == journey.complaint.owner_id)
    others = {name: [True] for name in ("specialist", "specialist2", "supervisor") if name != owner}
    journey.step(journey.owner, "callback", reached="no", means="phone")
    assert due_for(cast) == {owner: [False]}
    journey.step(journey.owner, "callback", score="1", recording="CALL-7", cause="等待过久", **REACHED)
    assert due_for(cast) == others, "the owner reached them, and heard of a low rating: somebody else calls"
    missed(journey, 2)
    assert due_for(cast) == others, "three attempts were made, one of them by the owner"
    missed(journey, 1)
    assert due_for(cast) == {}
