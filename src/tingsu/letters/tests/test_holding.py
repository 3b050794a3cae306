"""The post of a restored copy is held until a person lets it go; what the original has sent is not sent again."""

from datetime import timedelta

import pytest

from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import now
from tingsu.letters import holding, pauses, providers, tasks
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, MailPause
from tingsu.letters.smtp import BLOCKED, NotSent


@pytest.fixture
def two_letters(cast, settings, monkeypatch):
    """One letter written before the hold, one after it."""
    settings.DEMO, settings.EMAIL_HOST = False, "smtp.firm.cn"
    sent: list[str] = []
    monkeypatch.setitem(providers.CARRIERS, "email", lambda message: sent.append(message.message_id) or "taken")
    old = Letter.objects.get(stream_id=a_case(cast.frontline).pk)
    holding.hold("restored")
    new = Letter.objects.get(stream_id=a_case(cast.frontline).pk)
    Letter.objects.update(channel="email")
    Letter.objects.filter(pk=old.pk).update(created_at=now() - timedelta(days=1))
    for letter in (old, new):
        deliver(letter.pk)
    assert sent == []
    assert holding.standing().waiting == 2
    assert holding.standing().why == "restored"
    return old, new, sent


@pytest.mark.req("RC-03")
def test_what_was_written_before_goes_to_the_page_and_not_into_the_post(two_letters):
    old, new, sent = two_letters
    assert holding.release(only_new=True) == (1, 1)
    for letter in (old, new):
        deliver(letter.pk)
    assert len(sent) == 1
    states = dict(Letter.objects.values_list("pk", "channel"))
    assert states == {old.pk: "portal", new.pk: "email"}
    assert Letter.objects.get(pk=old.pk).state == Letter.State.DELIVERED
    assert Letter.objects.get(pk=new.pk).state == Letter.State.SENT
    assert holding.standing() == (None, "", 0)
    assert holding.release() == (0, 0)


@pytest.mark.req("RC-03")
def test_what_was_written_in_the_instant_of_the_hold_is_new(two_letters):
    """The original has not sent it: it stopped at that instant."""
    old, new, _sent = two_letters
    Letter.objects.filter(pk=new.pk).update(created_at=MailPause.objects.get().began_at)
    assert holding.release(only_new=True) == (1, 1)
    assert dict(Letter.objects.values_list("pk", "channel")) == {old.pk: "portal", new.pk: "email"}


@pytest.mark.req("RC-03")
def test_all_may_be_let_go(two_letters):
    old, new, sent = two_letters
    assert holding.release() == (2, 0)
    for letter in (old, new):
        deliver(letter.pk)
    assert len(sent) == 2


@pytest.mark.req("RC-03")
def test_nothing_but_a_person_ends_it(two_letters):
    _old, _new, sent = two_letters
    for _minute in range(3):
        tasks.call_again()
    assert MailPause.objects.get(ended_at=None).next_try_at is None
    assert sent == []


@pytest.mark.req("RC-03")
def test_a_server_that_refuses_meanwhile_makes_no_ordinary_pause_of_it(two_letters):
    """An ordinary pause ends by itself: what a person holds must not become one."""
    pauses.begin(NotSent("sign_in", kind=BLOCKED, said="535 no"), "chen@example.com")
    kept = MailPause.objects.get(ended_at=None)
    assert (kept.why, kept.next_try_at, kept.tries) == ("restored", None, 0)
