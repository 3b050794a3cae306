"""Mail over a real line: what each answer of a server means, and that no letter is lost, burnt or sent three times."""

import email
import email.policy
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event, Organisation
from tingsu.letters import actions, composing, pauses, smtp, tasks
from tingsu.letters.models import Letter, MailPause, Notice
from tingsu.letters.smtp import BLOCKED, NotSent
from tingsu.letters.tests.post_office import HANG_UP, SILENCE, post_office

AT = MONDAY + timedelta(hours=2)


def mailed(cast: Cast, settings: object) -> Letter:
    """A letter by mail that waits to be sent: the acknowledgement of a new complaint."""
    settings.EMAIL_HOST = "localhost"
    return Letter.objects.get(stream_id=registered(cast, email="chen@example.com").pk)


def read(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def recorded(letter: Letter) -> list[str]:
    kinds = Event.objects.filter(stream_id=letter.stream_id, kind__startswith="letter.").order_by("seq")
    return [one.kind.removeprefix("letter.") for one in kinds]


ANSWERS = [
    # what the server says                              the letter is         by        why           paused
    ({}, ("sent", "email", "", False)),
    ({"RCPT": ["451 4.7.1 greylisted, come back"]}, ("queued", "email", "busy", False)),
    ({"RCPT": ["452 4.2.2 mailbox full"]}, ("queued", "email", "busy", False)),
    ({"END": ["451 4.3.0 local error"]}, ("queued", "email", "busy", False)),
    ({"RCPT": ["550 5.1.1 no such user here"]}, ("queued", "portal", "recipient", False)),
    ({"END": ["552 5.3.4 message too big"]}, ("queued", "portal", "content", False)),
    ({"DATA": ["554 5.6.0 no"]}, ("queued", "portal", "content", False)),
    ({"RCPT": ["554 5.7.1 relay access denied"]}, ("queued", "email", "relay", True)),
    ({"RCPT": ["530 5.7.0 authentication required"]}, ("queued", "email", "sign_in", True)),
    ({"MAIL": ["553 5.7.1 sender address rejected: not owned by you"]}, ("queued", "email", "sender", True)),
    ({"MAIL": ["451 4.3.2 later"]}, ("queued", "email", "busy", True)),
    ({"RCPT": ["421 4.3.2 closing"]}, ("queued", "email", "busy", True)),
    ({"HELLO": ["554 no service for you"]}, ("queued", "email", "connection", True)),
    ({"HELLO": [HANG_UP]}, ("queued", "email", "connection", True)),
    ({"HELLO": ["Guten Tag"]}, ("queued", "email", "connection", True)),
    ({"EHLO": [HANG_UP]}, ("queued", "email", "connection", True)),
    ({"RCPT": [HANG_UP]}, ("queued", "email", "connection", True)),
    ({"RCPT": ["what?"]}, ("queued", "email", "busy", True)),
    ({"END": [HANG_UP]}, ("queued", "email", "broken", False)),
]  # fmt: skip


@pytest.mark.parametrize(("script", "becomes"), ANSWERS)
def test_what_an_answer_means_for_the_letter_and_for_the_post(cast: Cast, settings: object, script, becomes) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings, **script):
        actions.deliver(letter.pk)
        pause = pauses.open_pause()
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failure, pause is not None) == becomes
    assert letter.handed_at is None
    if pause is not None:
        assert pause.why == letter.failure
        assert recorded(letter) == []
        assert letter.attempts == 0


@pytest.mark.parametrize(
    ("where", "becomes"),
    [("HELLO", ("queued", "email", "connection", True)), ("RCPT", ("queued", "email", "connection", True)),
     ("END", ("queued", "email", "broken", False))],
)  # fmt: skip
def test_a_server_that_says_nothing_more_is_left_and_no_letter_is_lost(
    cast: Cast, settings: object, where, becomes
) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings, **{where: [SILENCE]}):
        settings.EMAIL_TIMEOUT = 0.3
        actions.deliver(letter.pk)
        pause = pauses.open_pause()
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failure, pause is not None) == becomes


def test_a_letter_that_is_asked_to_come_later_comes_for_five_days_and_then_lies_on_the_page(
    cast: Cast, settings: object
) -> None:
    letter, at, waits = mailed(cast, settings), AT, []
    with post_office(settings, RCPT=["450 4.2.0 greylisted"]):
        while True:
            with travel_to(at):
                actions.deliver(letter.pk)
            letter.refresh_from_db()
            if letter.channel == "portal":
                break
            waits.append(int((letter.next_try_at - at).total_seconds() // 60))
            at = letter.next_try_at
    assert waits[:9] == [1, 5, 10, 15, 30, 60, 120, 240, 240]
    assert timedelta(days=5) <= at - letter.send_after < timedelta(days=5, hours=4)
    assert (letter.failure, letter.failed_channel, recorded(letter)) == ("expired", "email", ["failed"])


def test_greylisting_costs_one_minute_and_nothing_else(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with post_office(settings, RCPT=["451 4.7.1 greylisted", "250 ok"]) as office:
        with travel_to(AT):
            actions.deliver(letter.pk)
            assert tasks.call_again() == 0
        with travel_to(AT + timedelta(minutes=1)):
            assert tasks.call_again() == 1
            assert tasks.call_again() == 0, "called for once, however often the minute strikes"
            actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.failure, letter.next_try_at, letter.said) == ("sent", "", None, None)
    assert [to for to, _content in office.letters] == ["chen@example.com"]


def test_a_wrong_password_burns_no_letter_tells_somebody_once_and_heals_by_itself(cast: Cast, settings: object) -> None:
    first, second = mailed(cast, settings), mailed(cast, settings)
    words = {"EHLO": ["250-post\r\n250 AUTH PLAIN"], "AUTH": ["535 5.7.8 bad credentials", "235 ok"]}
    with post_office(settings, **words) as office:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "service", "wrong"
        with travel_to(AT):
            assert actions.deliver(first.pk) is False
            assert actions.deliver(second.pk) is False
            pause = pauses.open_pause()
            assert (pause.why, pause.said) == ("sign_in", "535 5.7.8 bad credentials")
            assert pause.next_try_at == AT + timedelta(minutes=5)
            assert tasks.call_again() == 0
        told = set(Notice.objects.filter(kind="post.paused").values_list("member_id", flat=True))
        assert cast.supervisor.actor.id in told
        assert cast.frontline.actor.id not in told
        assert Notice.objects.filter(kind="post.paused").count() == len(told)
        assert [letter.state for letter in Letter.objects.filter(channel="email")] == ["queued", "queued"]
        assert office.asked.count("AUTH") == 1, "no second letter knocks while the post pauses"
        with travel_to(AT + timedelta(minutes=5)):
            tasks.call_again()
            assert pauses.open_pause() is None
            actions.deliver(second.pk)
    assert [letter.state for letter in Letter.objects.filter(channel="email")] == ["sent", "sent"]
    assert len(office.letters) == 2


def test_a_pause_waits_longer_each_time_and_a_person_may_end_it(cast: Cast, settings: object) -> None:
    letter, at = mailed(cast, settings), AT
    with post_office(settings, HELLO=["554 no"]):
        waits = []
        with travel_to(at):
            actions.deliver(letter.pk)
        for _turn in range(5):
            at = pauses.open_pause().next_try_at
            with travel_to(at):
                tasks.call_again()
            waits.append(int((pauses.open_pause().next_try_at - at).total_seconds() // 60))
        assert waits == [2, 5, 10, 15, 15]
        with pytest.raises(NotAllowed):
            pauses.release(actor=cast.frontline.actor)
        assert pauses.open_pause() is not None
        with travel_to(at):
            assert pauses.release(actor=cast.supervisor.actor)
            assert not pauses.release(actor=cast.supervisor.actor)
    assert MailPause.objects.get().ended_by == cast.supervisor.actor.id
    assert pauses.open_pause() is None


def test_letters_that_are_held_are_not_tried_until_a_person_says_so(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with post_office(settings) as office:
        with travel_to(AT):
            pauses.begin(NotSent("sign_in", kind=BLOCKED, said="535 no"))
            pauses.hold("restored")
            actions.deliver(letter.pk)
        with travel_to(AT + timedelta(days=9)):
            assert tasks.call_again() == 0
            assert office.letters == []
            pauses.release(actor=cast.supervisor.actor)
            assert tasks.call_again() == 1
            actions.deliver(letter.pk)
    assert len(office.letters) == 1


def test_a_worker_that_dies_with_a_letter_in_hand_costs_one_more_try_and_never_a_third(
    cast: Cast, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, at = mailed(cast, settings), AT

    def dies(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(actions, "note_sent", dies)
    with post_office(settings) as office:
        for _turn in range(4):
            with travel_to(at):
                tasks.call_again()
                for _twice in range(2):  # the worker's job comes back, and another worker has it too
                    with suppress(SystemExit):
                        actions.deliver(letter.pk)
            at += actions.IN_HAND + timedelta(seconds=1)
    assert len(office.letters) == 2
    names = {read(content)["Message-ID"] for _to, content in office.letters}
    assert len(names) == 1, "a repeat carries the same name, so that mailboxes may know it"
    letter.refresh_from_db()
    assert (letter.failure, letter.failed_channel) == ("broken", "email")


def test_what_was_tried_by_mail_does_not_count_on_the_page(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    Letter.objects.filter(pk=letter.pk).update(attempts=8, unsure=1)
    with travel_to(AT), post_office(settings, RCPT=["550 5.1.1 no such user"]):
        actions.deliver(letter.pk)
        letter.refresh_from_db()
        assert (letter.channel, letter.state, letter.attempts, letter.unsure) == ("portal", "queued", 0, 0)
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.channel, letter.state) == ("portal", "delivered")
    Letter.objects.filter(pk=letter.pk).update(state="queued", unsure=2)
    with travel_to(AT):
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.channel, letter.state) == ("portal", "failed"), "what the page itself cannot show goes round no more"


def test_the_letter_that_waits_longest_is_called_first(
    cast: Cast, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = mailed(cast, settings), mailed(cast, settings)
    Letter.objects.filter(pk=late.pk).update(next_try_at=AT, send_after=AT)
    Letter.objects.filter(pk=early.pk).update(next_try_at=AT, send_after=AT - timedelta(minutes=1))
    monkeypatch.setattr(tasks, "BATCH", 1)
    with travel_to(AT):
        assert tasks.call_again() == 1
    assert [Letter.objects.get(pk=one.pk).next_try_at - AT for one in (late, early)] == [timedelta(), tasks.LEASE]


@pytest.mark.parametrize(("seconds", "letters", "state"), [(1, 0, "queued"), (300, 0, "queued"), (301, 1, "sent")])
def test_a_letter_is_left_for_five_minutes_to_whoever_has_it_in_hand(
    cast: Cast, settings: object, seconds: int, letters: int, state: str
) -> None:
    letter = mailed(cast, settings)
    Letter.objects.filter(pk=letter.pk).update(handed_at=AT - timedelta(seconds=seconds))
    with travel_to(AT), post_office(settings) as office:
        tasks.call_again()
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (len(office.letters), letter.state, letter.unsure) == (letters, state, letters)


def test_what_could_not_be_sent_is_sent_again_to_the_address_of_today(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings, RCPT=["550 5.1.1 no such user", "250 ok"]) as office:
        with pytest.raises(NotAllowed):
            actions.send_again(actor=cast.supervisor.actor, letter_id=letter.pk)
        actions.deliver(letter.pk)
        actions.deliver(letter.pk)  # on the page instead
        letter.refresh_from_db()
        assert (letter.state, letter.channel, letter.failed_channel) == ("delivered", "portal", "email")
        with pytest.raises(NotAllowed):
            actions.send_again(actor=cast.frontline.actor, letter_id=letter.pk)
        actions.send_again(actor=cast.supervisor.actor, letter_id=letter.pk)
        with pytest.raises(NotAllowed):
            actions.send_again(actor=cast.supervisor.actor, letter_id=letter.pk)
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failure, letter.values) == ("sent", "email", "", None)
    assert recorded(letter) == ["failed", "sent", "sent_again", "sent"]
    assert "查询码" in read(office.letters[0][1]).get_body(("plain",)).get_content()


@pytest.mark.req("AK-10")
def test_a_letter_that_is_sent_again_has_five_days_anew(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings, RCPT=["550 5.1.1 no such user"]):
        actions.deliver(letter.pk)
        actions.deliver(letter.pk)
    late = AT + actions.GIVE_UP_AFTER + timedelta(days=1)
    with travel_to(late), post_office(settings, RCPT=["451 4.7.1 greylisted, come back"]):
        actions.send_again(actor=cast.supervisor.actor, letter_id=letter.pk)
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.channel, letter.failure, letter.send_after) == ("queued", "email", "busy", late)


def test_a_letter_is_of_the_firm_and_of_one_conversation(cast: Cast, settings: object) -> None:
    Organisation.objects.update(email="kefu@qingyuan.example.cn")
    settings.EMAIL_HOST = "localhost"
    complaint = registered(cast, email="chen@example.com")
    first = Letter.objects.get(stream_id=complaint.pk)
    second = Letter.objects.create(
        stream_id=complaint.pk, intent="again", template=first.template, language="zh-Hans", channel="email",
        party_id=first.party_id, created_at=AT, send_after=AT,
    )  # fmt: skip
    second.stream = first.stream
    given = first.stream.key().open(first.values, f"letter:{first.pk}:values")
    second.values = second.stream.key().seal(given, f"letter:{second.pk}:values")
    second.save()
    with travel_to(AT), post_office(settings) as office:
        actions.deliver(first.pk)
        actions.deliver(second.pk)
    one, two = (read(content) for _to, content in office.letters)
    assert one["Message-ID"] == f"<{first.pk}@qingyuan.example.cn>"
    assert (one["In-Reply-To"], one["References"]) == (None, None)
    assert (two["In-Reply-To"], two["References"]) == (one["Message-ID"], one["Message-ID"])
    assert one["Reply-To"] == "kefu@qingyuan.example.cn"
    assert one["From"].addresses[0].addr_spec == "service@qingyuan.example"
    assert one["From"].addresses[0].display_name
    assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]
    page = one.get_body(("html",)).get_content()
    assert 'lang="zh-Hans"' in page
    assert 'href="http://localhost:8000/o/' in page


def test_a_conversation_is_of_one_person_by_mail_from_its_first_letter_to_its_newest(
    cast: Cast, settings: object
) -> None:
    letter, organisation = mailed(cast, settings), Organisation.objects.get(slug="test")
    one, other, colleague = letter.party_id, new_id(), cast.supervisor.id
    for number, (party, member, channel, sent) in enumerate([
        (other, None, "email", True), (one, None, "email", True), (None, colleague, "email", True), (one, None, "email", True),
        (one, None, "portal", True), (one, None, "email", False), (one, None, "email", True), (other, None, "email", True),
    ]):  # fmt: skip
        Letter.objects.create(
            stream_id=letter.stream_id, intent=f"earlier {number}", template=letter.template, language="zh-Hans", channel=channel, party_id=party,
            member_id=member, created_at=AT, send_after=AT, sent_at=AT + timedelta(minutes=number) if sent else None, message_id=f"<{number}>",
        )  # fmt: skip
    found = {}
    for party, member in ((one, None), (other, None), (None, colleague), (new_id(), None)):
        letter.party_id, letter.member_id = party, member
        found[party or member] = composing.thread_of(letter, organisation)
    assert list(found.values()) == [("<1>", "<6>"), ("<0>", "<7>"), ("<2>",), ()]


@pytest.mark.req("AK-10")
def test_the_mail_room_says_why_letters_wait_and_sends_them_again(settings: object, cast: Cast, sign_in) -> None:
    letter, other = mailed(cast, settings), mailed(cast, settings)
    client = sign_in(cast.supervisor)
    with travel_to(AT), post_office(settings, HELLO=["554 5.3.2 closed for today", "220 post"]):
        actions.deliver(letter.pk)
        page = client.get("/desk/mail/").content.decode()
        assert "554 5.3.2 closed for today" in page
        assert 'action="/desk/mail/release/"' in page
        assert 'action="/desk/mail/release/"' not in sign_in(cast.qa).get("/desk/mail/").content.decode()
        assert sign_in(cast.qa).post("/desk/mail/release/").status_code == 403
        client = sign_in(cast.supervisor)
        assert client.post("/desk/mail/release/").status_code == 302
        assert "554 5.3.2" not in client.get("/desk/mail/").content.decode()
        actions.deliver(letter.pk)
    with travel_to(AT), post_office(settings, RCPT=["550 5.1.1 unknown"]):
        actions.deliver(other.pk)
        actions.deliver(other.pk)
    page = sign_in(cast.supervisor).get("/desk/mail/", {"state": "failed"}).content.decode()
    assert f'value="{other.pk}"' in page
    assert f'value="{letter.pk}"' not in page
    assert sign_in(cast.qa).post("/desk/mail/again/", {"letter": [str(other.pk)]}).status_code == 403
    client = sign_in(cast.supervisor)
    client.post("/desk/mail/again/", {"letter": [str(letter.pk), "nonsense", str(other.pk)]})
    other.refresh_from_db()
    letter.refresh_from_db()
    assert (other.state, other.channel, letter.state) == ("queued", "email", "sent")
    assert "至少选" in client.post("/desk/mail/again/", follow=True).content.decode()


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("chen.xy@example.com", "554 5.7.1 <chen.xy@example.com>: Relay access denied"),
        ("CHEN.XY@example.com", "554 5.7.1 <CHEN.XY@EXAMPLE.COM>: relay access denied"),
        ("chen@branch", "554 5.7.1 <chen@branch>: relay access denied"),
    ],
)
def test_words_of_the_server_that_name_the_addressee_are_masked_where_the_pause_tells_them(
    settings: object, cast: Cast, sign_in, address: str, said: str
) -> None:
    with travel_to(AT):
        pauses.begin(smtp.NotSent("relay", kind=smtp.BLOCKED, said=said), address)
        pauses.begin(smtp.NotSent("relay", kind=smtp.BLOCKED, said=said), address)
    kept, page = MailPause.objects.get().said, sign_in(cast.supervisor).get("/desk/mail/").content.decode()
    for told in (kept, page):
        assert "554 5.7.1" in told
        assert "elay access denied" in told
        assert address.partition("@")[0].lower() not in told.lower().replace("check", "")


@pytest.mark.req("PS-06")
def test_a_letter_hands_its_addressee_on_to_the_pause(cast: Cast, settings: object) -> None:
    letter = mailed(cast, settings)
    with travel_to(AT), post_office(settings, RCPT=["554 5.7.1 chen|example|com: relay access denied"]):
        actions.deliver(letter.pk)
    assert MailPause.objects.get().said == "554 5.7.1 c***@e***.com: relay access denied"


def test_a_letter_of_which_nobody_knows_whether_it_left_is_not_taken_back(cast: Cast) -> None:
    from tingsu.letters.tests.test_letters import feedback

    letter = feedback(cast, registered(cast))
    Letter.objects.filter(pk=letter.pk).update(handed_at=AT)
    with pytest.raises(NotAllowed):
        actions.withdraw_letter(actor=cast.frontline.actor, letter_id=letter.pk)
    Letter.objects.filter(pk=letter.pk).update(handed_at=None)
    actions.withdraw_letter(actor=cast.frontline.actor, letter_id=letter.pk)
