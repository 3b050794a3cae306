"""A letter that failed is a task for the owner until the person was told by another means (AK-10)."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.desk.tests.test_duties import badges, names
from tingsu.kernel.clock import travel_to
from tingsu.letters.actions import deliver, note_failed, send_again
from tingsu.letters.models import Letter
from tingsu.settlement.tests.journey import Journey, registered


def failed(walk: Journey) -> Letter:
    """The mail server refuses a reply."""
    walk.step(walk.owner, "feed_back", content="今天退回。", means="email", query_way=True)
    letter = Letter.objects.filter(stream_id=walk.complaint.pk).latest("created_at")
    Letter.objects.filter(pk=letter.pk).update(channel="email")
    with travel_to(walk.at):
        note_failed(Letter.objects.get(pk=letter.pk), "refused")
    return Letter.objects.get(pk=letter.pk)


def waits(walk: Journey, person: object) -> bool:
    with travel_to(walk.at):
        return names("unreached")[0] in badges(person, walk.complaint)


@pytest.mark.req("AK-10")
def test_a_failed_letter_waits_for_the_owner_until_they_are_told_otherwise(cast: Cast) -> None:
    walk = registered(cast)
    assert not waits(walk, walk.owner)
    failed(walk)
    assert waits(walk, walk.owner)
    assert not waits(walk, cast.specialist2), "it is the owner's"
    walk.step(walk.owner, "log_contact", direction="attempt", means="phone", content="无人接听")
    assert waits(walk, walk.owner), "an attempt tells nobody"
    walk.step(walk.owner, "log_contact", direction="in", means="phone", content="催问")
    assert waits(walk, walk.owner)
    walk.step(walk.owner, "log_contact", direction="out", means="phone", content="电话告知退款进度")
    assert not waits(walk, walk.owner)
    failed(walk)
    assert waits(walk, walk.owner), "a later letter that fails waits anew"


@pytest.mark.req("AK-10")
def test_one_that_was_read_on_the_page_or_went_out_again_waits_for_nobody(cast: Cast) -> None:
    walk = registered(cast)
    letter = failed(walk)
    Letter.objects.filter(pk=letter.pk).update(read_at=walk.at)
    assert not waits(walk, walk.owner)
    Letter.objects.filter(pk=letter.pk).update(read_at=None)
    assert waits(walk, walk.owner)
    walk.at += timedelta(minutes=5)
    with travel_to(walk.at):
        deliver(letter.pk)  # the same words on the follow-up page
        send_again(actor=cast.supervisor.actor, letter_id=letter.pk)
    assert not waits(walk, walk.owner)
