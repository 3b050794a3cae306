"""How a letter leaves: by which means, how often it is tried, what is kept of it, and that it is noted once."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail

from tests.cast import Cast
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.letters import actions, composing, letterhead, links, outbox, providers
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter
from tingsu.letters.smtp import NotSent
from tingsu.letters.tests.test_letters import feedback

LATER = MONDAY + timedelta(hours=2)


def events(letter: Letter) -> list[str]:
    kinds = Event.objects.filter(stream_id=letter.stream_id, kind__startswith="letter.").order_by("seq")
    return [one.kind for one in kinds if one.data.get("letter") == str(letter.pk)]


def test_two_workers_with_one_letter_note_it_once(cast: Cast) -> None:
    letter = feedback(cast, registered(cast))
    stale = Letter.objects.select_related("stream").get(pk=letter.pk)
    message, version = compose(stale)
    with travel_to(LATER):
        actions.note_sent(stale, message, version, "first")
        actions.note_sent(stale, message, version, "second")
        actions.note_failed(stale, "too late")
    fresh = Letter.objects.get(pk=letter.pk)
    assert (fresh.state, fresh.provider_id, fresh.sent_at, fresh.delivered_at) == ("delivered", "first", LATER, LATER)
    assert events(letter) == ["letter.sent"]
    assert (fresh.failure, fresh.values) == ("", None)


def test_a_letter_by_mail_is_sent_and_not_yet_delivered(cast: Cast, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    letter = Letter.objects.get(stream_id=registered(cast, email="chen@example.com").pk)
    with travel_to(LATER):
        actions.deliver(letter.pk)
    fresh = Letter.objects.select_related("stream").get(pk=letter.pk)
    assert (fresh.state, fresh.delivered_at, fresh.sent_at) == ("sent", None, LATER)
    [sent] = mail.outbox
    assert sent.extra_headers == {"Message-ID": fresh.message_id, "Auto-Submitted": "auto-generated"}
    assert sent.to == ["chen@example.com"]
    key = fresh.stream.key()
    kept = key.open(fresh.body, f"letter:{fresh.pk}:body")
    assert key.open(fresh.address, f"letter:{fresh.pk}:address") == "chen@example.com"
    # What opens the case stands in the letter and is covered in the copy that is kept.
    assert "/c/" in sent.body
    assert "/c/" not in kept
    assert composing.COVER in kept


def test_where_nothing_leaves_the_mail_room_is_the_letter_box(cast: Cast, settings: object) -> None:
    settings.DEMO = True
    letter = Letter.objects.get(stream_id=registered(cast).pk)
    message, _version = compose(Letter.objects.select_related("stream").get(pk=letter.pk))
    assert message.kept_body == message.body
    assert (providers.stays_here(), providers.send("sms", message)) == (True, "mailroom")


def test_only_a_letter_that_still_lies_here_is_taken_back(cast: Cast) -> None:
    letter = feedback(cast, registered(cast))
    with pytest.raises(NotFound):
        actions.withdraw_letter(actor=cast.frontline.actor, letter_id=uuid.uuid4())
    with travel_to(LATER):
        actions.deliver(letter.pk)
        with pytest.raises(NotAllowed):
            actions.withdraw_letter(actor=cast.frontline.actor, letter_id=letter.pk)
    assert events(letter) == ["letter.sent"]


@pytest.mark.parametrize(
    ("mail_host", "phone", "email", "wish", "by"),
    [
        ("", "1", "a", "email", "portal"), ("m", "1", "", "email", "portal"), ("m", "1", "a", "", "email"), ("m", "1", "a", "sms", "email"),
        ("m", "1", "a", "portal", "portal"), ("m", "", "", "", "portal"),
    ],
)  # fmt: skip
def test_the_means_is_one_that_the_party_has_and_we_have(settings: object, mail_host, phone, email, wish, by) -> None:
    settings.EMAIL_HOST = mail_host
    assert outbox.channel_for(party_with(preferred_channel=wish, phone=phone, email=email)) == by
    settings.DEMO = True
    chosen = outbox.channel_for(party_with(preferred_channel="sms", phone="13800002210", email="a"))
    assert chosen == "sms"
    landline = party_with(preferred_channel="sms", phone="0571-88880000", email="a")
    assert outbox.channel_for(landline) == "email", "a landline is never offered a text message"
    assert outbox.channel_for(party_with(preferred_channel="sms", phone="0571-88880000", email="")) == "portal"
    both = party_with(preferred_channel="sms", phone="0571-88880000 13800002210", email="a")
    assert outbox.channel_for(both) == "sms"


def party_with(**values: object) -> SimpleNamespace:
    return SimpleNamespace(**values, text=lambda field: values[field])


def test_one_intent_is_one_letter_and_an_asked_means_is_taken_where_it_exists(cast: Cast, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    complaint = registered(cast, email="chen@example.com")
    party = complaint.parties.get(role="complainant")
    chain = lock_chain(complaint.pk)

    def made(intent: str, **more: object) -> Letter:
        return outbox.queue_letter(
            chain,
            complaint=complaint,
            party=party,
            template="feedback",
            intent=intent,
            values={"content": "好"},
            at=MONDAY,
            **more,
        )

    first = made("feedback:1", undo_seconds=10)
    assert made("feedback:1").pk == first.pk
    assert first.send_after == MONDAY + timedelta(seconds=10)
    assert made("feedback:2").send_after == MONDAY
    assert {made(f"feedback:{asked}", channel=asked).channel for asked in ("email", "letter")} == {"email"}
    assert made("feedback:page", channel="portal").channel == "portal"
    assert made("feedback:sms", channel="sms").channel == "email"  # no text messages leave from here
    assert Letter.objects.filter(stream_id=complaint.pk, template="feedback").count() == 6


def test_a_means_without_a_provider_is_final_and_the_page_is_always_there(cast: Cast, settings) -> None:
    settings.EMAIL_HOST = ""
    message = providers.Message(
        message_id="<1@test>", address="a@example.com", subject="s", body="b", kept_subject="s", kept_body="b"
    )
    for channel, why in (("sms", "no_template"), ("email", "no_provider"), ("fax", "no_provider")):
        with pytest.raises(NotSent) as refused:
            providers.send(channel, message)
        assert (refused.value.kind, refused.value.data["why"]) == ("final", why)
    assert [providers.available(channel) for channel in ("portal", "email", "sms")] == [True, False, False]
    assert providers.send("portal", message) == "mailroom"


def test_a_link_says_whose_case_for_whom_and_in_which_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    case, party, letter = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    assert links.read_token(links.case_token(case, party, letter)) == links.Link(case, party, letter.hex[-8:])
    assert links.read_token(links.case_token(case, party)) == links.Link(case, party, "")
    assert links.read_token(links.case_token(case, party)[:-1]) is None
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://firm.example.cn")
    assert links.case_link("test", case, party).endswith("/")
    assert links.case_link("test", case, party).startswith("https://firm.example.cn/o/test/c/")
    monkeypatch.setattr(settings, "PUBLIC_URL", "http://localhost:8000")
    assert links.case_link("test", case, party) == ""
    assert links.MAX_AGE == 90 * 24 * 3600


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("2026-03-02T16:00:00+00:00", "3 月 2 日 24:00", "the end of 2 March"), ("2026-03-02T16:01:00+00:00", "3 月 3 日 00:01", "3 March, 00:01"),
        ("2026-03-02T02:30:00+00:00", "3 月 2 日 10:30", "2 March, 10:30"),
    ],
)  # fmt: skip
def test_the_end_of_a_limit_in_a_letter(value: str, chinese: str, english: str) -> None:
    assert letterhead.when(value, "Asia/Shanghai", "zh-hans") == chinese
    assert letterhead.when(value, "Asia/Shanghai", "en") == english
