"""A form sent twice happens once, and one that a killed process left behind is not lost (invariant 3)."""

import hashlib
import threading
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory

from tests.cast import Cast
from tingsu.kernel import once
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-3")]


def test_a_repeat_is_told_from_the_first(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    with once.claimed(actor, key) as first:
        assert first
        assert not once.is_claimed(actor, key)
    assert once.is_claimed(actor, key)
    with once.claimed(actor, key) as first:
        assert not first
    with once.claimed(cast.supervisor.actor, key) as first:
        assert first, "another person's form"


def test_what_failed_may_be_sent_again(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    with pytest.raises(ZeroDivisionError), once.claimed(actor, key):
        raise ZeroDivisionError
    with once.claimed(actor, key) as first:
        assert first


def test_what_a_killed_process_began_is_taken_up_again(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    once._claim(actor, key)  # and killed before the step was committed: the turn ended with its connection
    assert not once.is_claimed(actor, key)
    with once.claimed(actor, key) as first:
        assert first
    with once.claimed(actor, key) as first:
        assert not first


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_happen_once(cast: Cast) -> None:
    key, actor = once.fresh_key(), cast.specialist.actor
    seen: list[bool] = []

    def second() -> None:
        with acting_for(actor.organisation_id), once.claimed(actor, key) as first:
            seen.append(first)
        connection.close()

    with once.claimed(actor, key) as first:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert first
    assert seen == [False]


@pytest.mark.req("PS-03")
def test_what_was_typed_cannot_be_found_out_from_the_claim_by_trying(cast: Cast, rf: RequestFactory) -> None:
    """The claim of a form lies there for days: a digest without a key would tell a telephone number to whoever tries them all."""
    actor = cast.specialist.actor
    typed = rf.post("/", {"phone": "13800002210", "once": "x"})
    said = once.said_in(typed, actor)
    assert said == once.said_in(rf.post("/", {"phone": "13800002210", "once": "y"}), actor)
    assert said != once.said_in(rf.post("/", {"phone": "13800002211", "once": "x"}), actor)
    other = replace(actor, organisation_id=Organisation.objects.get(slug="other").pk)
    assert said != once.said_in(typed, other), "each organisation has a key of its own"
    assert hashlib.sha256(repr(([("phone", ["13800002210"])], [])).encode()).digest() not in said


def test_another_file_with_the_same_words_is_another_form(cast: Cast, rf: RequestFactory) -> None:
    def said(*files: tuple[str, bytes]) -> bytes:
        sent = [SimpleUploadedFile(name, content) for name, content in files]
        return once.said_in(rf.post("/", {"note": "见附件", "files": sent}), cast.specialist.actor)

    same = said(("甲.jpg", b"one"))
    assert same == said(("甲.jpg", b"one"))
    others = [
        said(),
        said(("乙.jpg", b"one")),
        said(("甲.jpg", b"three")),
        said(("甲.jpg", b"one"), ("乙.jpg", b"two")),
    ]
    assert len({same, *others}) == 5
