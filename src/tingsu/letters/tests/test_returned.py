"""A letter that left and came back: it counts as failed once, unless it never left or was read all the same (AK-10)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters import actions, returned
from tingsu.letters.models import Letter
from tingsu.letters.tests.post_office import post_office
from tingsu.letters.tests.test_mail import AT, mailed

pytestmark = pytest.mark.req("AK-10")


def failures(letter: Letter) -> int:
    return Event.objects.filter(stream_id=letter.stream_id, kind="letter.failed").count()


def test_a_letter_that_came_back_lies_on_the_page_and_is_noted_once(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    assert not returned.note_returned(new_id(), "550 no such user")
    assert not returned.note_returned(letter.pk, "550 no such user"), "it has not left"
    with travel_to(AT), post_office(settings):
        actions.deliver(letter.pk)
    assert [returned.note_returned(letter.pk, "550 no such user") for _time in range(2)] == [True, False]
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failed_channel, letter.failure) == (
        "delivered", "portal", "email", "returned",
    )  # fmt: skip
    assert failures(letter) == 1


def test_a_letter_that_was_read_has_not_failed(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings):
        actions.deliver(letter.pk)
    Letter.objects.filter(pk=letter.pk).update(read_at=now())
    assert not returned.note_returned(letter.pk, "550 mailbox full")
    letter.refresh_from_db()
    assert (letter.state, letter.channel, failures(letter)) == ("sent", "email", 0)
