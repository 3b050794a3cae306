"""By which means a letter goes, when it may ring, and letters that people carry out."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints import waiting
from tingsu.complaints.actions import take_step
from tingsu.complaints.letter_log import letters_of_case
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters import actions, by_hand, choosing, links, outbox, tasks
from tingsu.letters.models import Delivery, Letter
from tingsu.letters.tests.sms_provider import approve, sms_provider

AT = MONDAY + timedelta(hours=1)
ALL = {"phone": "13800002210", "email": "chen@example.com", "address": "文三路 1 号"}
HOME = {"phone": "0571-88880000", "email": "", "address": "文三路 1 号"}
CHOICES: list[tuple[dict[str, str], str, str, str, str, list[str]]] = [
    # who, wish, asked for this letter, kind of letter, way in → means in their order
    (ALL, "", "", "feedback", "internet", ["email", "sms", "portal"]),
    (ALL, "sms", "", "feedback", "internet", ["sms", "email", "portal"]),
    (
        ALL,
        "portal",
        "",
        "feedback",
        "internet",
        ["portal"],
    ),  # so they asked: nothing leaves for a telephone that others read
    (ALL, "portal", "email", "feedback", "internet", ["email", "sms", "portal"]),
    (ALL, "portal", "", "access_code", "internet", ["email", "portal"]),  # it opens the page
    (ALL, "sms", "email", "feedback", "internet", ["email", "sms", "portal"]),
    (ALL, "sms", "portal", "feedback", "internet", ["portal"]),
    (ALL, "sms", "", "solution", "internet", ["email", "portal"]),  # no text is approved for it
    (ALL, "call", "", "feedback", "internet", ["call", "email", "sms", "portal"]),
    (ALL, "call", "", "result_notice", "internet", ["email", "portal"]),  # has to be in writing
    (ALL, "post", "", "result_notice", "internet", ["post", "email", "portal"]),
    (ALL, "post", "", "access_code", "internet", ["email", "portal"]),  # nobody of ours reads it
    (ALL, "sms", "", "one_time_code", "internet", ["sms", "portal"]),  # nowhere but where it was asked for
    (HOME, "sms", "", "feedback", "internet", ["portal"]),  # a landline
    (HOME, "call", "", "feedback", "phone", ["call", "portal"]),
    (HOME, "", "", "acknowledgement", "letter", ["post", "portal"]),
    (HOME | {"address": ""}, "", "", "acknowledgement", "letter", ["call", "portal"]),
    (HOME, "", "", "feedback", "letter", ["portal"]),
    (HOME, "", "", "acknowledgement", "internet", ["portal"]),
    ({"phone": "", "email": "", "address": ""}, "post", "", "acknowledgement", "letter", ["portal"]),
]


def party_with(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(pk=uuid.uuid4(), **values, text=lambda field: values[field])


@pytest.mark.req("AK-01", "AK-10")
def test_the_means_are_those_the_person_prefers_has_and_may_get(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "feedback", "one_time_code", "acknowledgement")
    settings.EMAIL_HOST = "mail.example.com"
    with sms_provider(settings), travel_to(AT):
        for who, wish, asked, template, mode, expected in CHOICES:
            found = choosing.ways(party_with(**who, preferred_channel=wish), template=template, asked=asked, mode=mode)
            assert found == expected, (who, wish, asked, template, mode)
        for then, template, following in (
            ("email,call,portal", "feedback", ("email", "call")),  # what failed is not tried a second time
            ("sms,email", "solution", ("email", "")),
            ("portal", "feedback", ("", "")),
        ):
            assert choosing.next_of(then, template, "zh-hans") == following, (then, template)
        refused = {
            (whose, code, template): str(choosing.refusal(party_with(**who, preferred_channel=""), code, template=template, language="zh-hans"))
            for whose, who, code, template in (
                ("home", HOME, "sms", "feedback"), ("all", ALL, "sms", "solution"), ("all", ALL, "call", "result_notice"),
                ("home", HOME, "email", "feedback"), ("all", ALL, "sms", "feedback"),
            )
        }  # fmt: skip
    assert "手机号" in refused["home", "sms", "feedback"]
    assert refused["all", "sms", "feedback"] == "None"
    assert "模板" in refused["all", "sms", "solution"]
    assert "书面" in refused["all", "call", "result_notice"]
    assert "邮箱" in refused["home", "email", "feedback"]


QUIET: list[tuple[str, str, str, str, str | None]] = [
    # quiet from, until, zone, instant (UTC) → until when it waits (UTC)
    ("21:00", "08:00", "Asia/Shanghai", "2026-03-02T12:59:59", None),
    ("21:00", "08:00", "Asia/Shanghai", "2026-03-02T13:00:00", "2026-03-03T00:00:00"),
    ("21:00", "08:00", "Asia/Shanghai", "2026-03-02T16:00:00", "2026-03-03T00:00:00"),  # midnight there
    ("21:00", "08:00", "Asia/Shanghai", "2026-03-02T23:59:59", "2026-03-03T00:00:00"),
    ("21:00", "08:00", "Asia/Shanghai", "2026-03-03T00:00:00", None),  # the end does not belong to it
    ("21:00", "08:00", "Europe/Berlin", "2026-03-28T21:00:00", "2026-03-29T06:00:00"),  # the clock jumps meanwhile
    ("21:00", "08:00", "America/New_York", "2026-03-02T13:00:00", None),
    ("12:00", "14:00", "Asia/Shanghai", "2026-03-02T05:30:00", "2026-03-02T06:00:00"),
    ("12:00", "14:00", "Asia/Shanghai", "2026-03-02T06:30:00", None),
    ("12:00", "14:00", "Asia/Shanghai", "2026-03-02T06:00:00", None),
    ("00:00", "07:30", "Asia/Shanghai", "2026-03-02T16:00:00", "2026-03-02T23:30:00"),
    ("21:00", "21:00", "Asia/Shanghai", "2026-03-02T13:30:00", None),
]


def test_quiet_hours_are_those_of_the_wall_clock() -> None:
    for begin, end, zone, at, until in QUIET:
        found = choosing.quiet_until(
            datetime.fromisoformat(at).replace(tzinfo=UTC), zone, {"quiet_from": begin, "quiet_until": end}
        )
        assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None), (begin, end, zone, at)
    for wrong, field in (
        ({"quiet_from": "9 pm"}, "quiet_from"),
        ({"quiet_until": "24:00"}, "quiet_until"),
        ({"quiet_from": "08:00", "quiet_until": "23:00"}, "quiet_until"),
        ({"call_tries": 0}, "call_tries"),
        ({"call_tries": True}, "call_tries"),
    ):
        with pytest.raises(InvalidInput) as refused:
            choosing.check(choosing.default() | wrong)
        assert list(refused.value.fields) == [field]


def told_by(cast: Cast, complaint: Complaint, template: str, channel: str, at: datetime) -> Letter:
    """A letter of this kind that one asks to go by this means."""
    from tingsu.kernel.ledger import lock_chain

    with travel_to(at):
        chain = lock_chain(complaint.pk)
        fresh = Complaint.objects.get(pk=complaint.pk)
        letter = outbox.queue_letter(
            chain, complaint=fresh, party=fresh.parties.get(role="complainant"), template=template, intent=f"{template}:{uuid.uuid4()}",
            values={"content": "我们已核实打款。", "handler": str(cast.frontline.id)}, channel=channel,
        )  # fmt: skip
        chain.flush()
    return letter


NIGHT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


@pytest.mark.req("AK-01")
def test_nothing_rings_at_night_but_what_cannot_wait(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "feedback", "acknowledgement")
    with sms_provider(settings) as provider:
        calm = registered(cast, phone="13800002210", email="", preferred_channel="sms")
        urgent = registered(cast, phone="13800002211", email="", preferred_channel="sms")
        Complaint.objects.filter(pk=urgent.pk).update(urgency="urgent")
        letters = [told_by(cast, one, "feedback", "sms", NIGHT) for one in (calm, urgent)]
        just_now = Letter.objects.get(stream_id=calm.pk, template="acknowledgement")
        with travel_to(NIGHT):
            for one in (*letters, just_now):
                actions.deliver(one.pk)
            assert [
                row.state for row in Letter.objects.filter(pk__in=[one.pk for one in letters]).order_by("created_at")
            ] == ["queued", "sent"]
            assert len(provider.asked) == 2, "the urgent one, and the acknowledgement that somebody waits for"
            waits = Letter.objects.get(pk=letters[0].pk)
            assert (waits.next_try_at, waits.failure, waits.attempts) == (MORNING, "quiet", 0)
            assert tasks.call_again() == 0
        with travel_to(MORNING):
            assert tasks.call_again() == 1
            actions.deliver(letters[0].pk)
    assert Letter.objects.get(pk=letters[0].pk).failure == ""
    assert len(provider.asked) == 3


def duties(cast: Cast) -> set[str]:
    return {kind for rows in (waiting.by_hand, waiting.unreached) for kind, _case in rows(cast.frontline.actor)}


def step(cast: Cast, complaint: Complaint, name: str, *, minutes: int = 0, **values: Any) -> None:
    with travel_to(AT + timedelta(minutes=minutes)):
        take_step(actor=cast.frontline.actor, complaint_id=complaint.pk, step=name, values=values)


def log(letter: Letter) -> list[tuple[str, str, str]]:
    return [(one.channel, one.state, one.why) for one in Delivery.objects.filter(letter_id=letter.pk).order_by("place")]


CALLS: list[tuple[list[str], bool, list[tuple[str, str, str]], set[str]]] = [
    (["told"], True, [("call", "delivered", "")], set()),
    (["not_reached", "told"], True, [("call", "delivered", "")], set()),
    (["not_reached"] * 3, True, [("call", "failed", "not_reached"), ("email", "sent", "")], set()),
    (["wrong_number"], False, [("call", "failed", "wrong_number"), ("portal", "delivered", "")], {"unreached"}),
]


@pytest.mark.req("AK-01", "AK-10")
@pytest.mark.parametrize("case", CALLS, ids=["told", "second try", "never reached", "not theirs"])
def test_a_letter_is_told_by_telephone(cast: Cast, settings: Any, case: Any) -> None:
    outcomes, mail, expected, left = case
    settings.EMAIL_HOST = "mail.example.com" if mail else ""
    complaint = registered(cast, phone="0571-88880000", email="chen@example.com", preferred_channel="call")
    letter = Letter.objects.get(stream_id=complaint.pk)
    assert letter.channel == "call"
    with travel_to(AT):
        actions.deliver(letter.pk)
        assert tasks.call_again() == 0
    letter.refresh_from_db()
    assert (letter.state, duties(cast)) == ("queued", {"tell"}), "nobody calls by himself"
    [line] = [one for one in letters_of_case(cast.frontline.actor, complaint) if one.id == letter.pk]
    assert complaint.number in line.script
    assert complaint.text("code") not in line.script, "nobody reads aloud what opens the case"
    for place, outcome in enumerate(outcomes):
        step(cast, complaint, "letter_told", minutes=place, letter=str(letter.pk), outcome=outcome)
    with travel_to(AT + timedelta(hours=1)):
        actions.deliver(letter.pk)
    assert log(letter) == expected
    told = Delivery.objects.filter(letter_id=letter.pk).order_by("place").first()
    assert (told.tries, told.ended_at is not None, told.by) == (len(outcomes), True, cast.frontline.id)
    assert all((one.ended_at is None) == (one.state == "sent") for one in Delivery.objects.filter(letter_id=letter.pk))
    assert duties(cast) == left
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        step(cast, complaint, "letter_told", minutes=60, letter=str(letter.pk), outcome="told")
    assert Complaint.objects.get(pk=complaint.pk).acknowledged_at is not None
    if left:
        step(cast, complaint, "log_contact", minutes=70, direction="out", means="in_person", content="已当面告知")
        assert duties(cast) == set()


@pytest.mark.req("AK-01", "AK-10")
def test_a_letter_is_printed_posted_and_comes_back(cast: Cast, client: Any) -> None:
    from tests.signing import enter

    complaint = registered(cast, mode="letter", **HOME)
    letter = Letter.objects.get(stream_id=complaint.pk)
    assert (letter.channel, duties(cast)) == ("post", {"post"})
    with travel_to(AT):
        actions.deliver(letter.pk)
    enter(client, "supervisor")
    with travel_to(AT + timedelta(days=1)):
        assert complaint.number in client.get("/desk/mail/print/").content.decode()
        paper = client.post("/desk/mail/print/", {"do": "print", "letter": [str(letter.pk), "x", str(uuid.uuid4())]})
        assert paper["Content-Type"] == "application/pdf"
        ahead = client.post("/desk/mail/print/", {"do": "posted", "letter": str(letter.pk), "posted_on": "2026-03-04"})
        assert ahead.status_code == 422
        assert client.post("/desk/mail/print/", {"do": "posted"}, follow=True).status_code == 200
        done = client.post(
            "/desk/mail/print/",
            {"do": "posted", "letter": str(letter.pk), "posted_on": "2026-03-02", "tracking": "EB123456789CN"},
            follow=True,
        )
        assert "EB123456789CN" in done.content.decode()
    letter.refresh_from_db()
    [line] = Delivery.objects.filter(letter_id=letter.pk)
    assert (line.state, line.tracking, line.by) == ("sent", "EB123456789CN", cast.supervisor.id)
    assert f"{letter.sent_at:%Y-%m-%d}" == "2026-03-02"
    with travel_to(AT + timedelta(days=1)):
        found = links.behind(letter.organisation_id, links.short_key(letter.pk))
    assert found is not None, "the short link on the paper opens the case"
    assert duties(cast) == set()
    step(cast, complaint, "letter_came_back", minutes=1500, letter=str(letter.pk), remark="查无此人")
    with travel_to(AT + timedelta(days=2)):
        actions.deliver(letter.pk)
    assert log(letter) == [("post", "failed", "post_returned"), ("portal", "delivered", "")]
    assert duties(cast) == {"unreached"}
    kinds = list(
        Event.objects.filter(stream_id=complaint.pk, kind__startswith="letter.")
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds == ["letter.sent", "letter.failed", "letter.sent"]


def test_two_who_deal_with_one_letter_note_it_once(cast: Cast) -> None:
    from tingsu.kernel.ledger import lock_chain

    complaint = registered(cast, mode="letter", **HOME)
    letter = Letter.objects.get(stream_id=complaint.pk)
    longest = registered(cast, mode="letter", **HOME)
    Letter.objects.filter(stream_id=longest.pk).update(created_at=AT - timedelta(days=3))
    assert [one.stream_id for one in by_hand.to_post()] == [longest.pk, complaint.pk]
    with travel_to(AT):
        chain = lock_chain(complaint.pk)
        by_hand.note_posted(chain, letter.pk, actor=cast.frontline.actor, at=AT, posted_at=AT)
        for wrong in (letter.pk, uuid.uuid4()):
            with pytest.raises(NotAllowed):
                by_hand.note_posted(chain, wrong, actor=cast.supervisor.actor, at=AT, posted_at=AT)
    mailed = Letter.objects.filter(stream_id=longest.pk)
    mailed.update(channel="email", state="sent", sent_at=AT)
    for days, kept in ((4, [True, True]), (6, [True, False]), (59, [True, False]), (61, [False, False])):
        with travel_to(AT + timedelta(days=days)):
            tasks.call_again()
        assert [one.get().values is not None for one in (Letter.objects.filter(pk=letter.pk), mailed)] == kept, days
    other = registered(cast, **ALL)
    with pytest.raises((NotAllowed, InvalidInput, ConditionsUnmet, NotFound)):
        step(cast, other, "letter_came_back", letter=str(letter.pk))


@pytest.mark.req("AK-01")
def test_the_complainant_chooses_how_letters_come(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    complaint = registered(cast, **ALL, preferred_channel="email")
    party = Party.objects.get(complaint=complaint, role="complainant")
    from tingsu.complaints.access import party_actor

    for who, wish, kept in (
        (cast.frontline.actor, "post", "post"),
        (party_actor(party, cast.organisation_id), "call", "call"),
        (cast.frontline.actor, "sms", None),  # no message leaves from here
        (cast.frontline.actor, "portal", "portal"),
    ):
        with travel_to(AT):
            if kept is None:
                with pytest.raises(InvalidInput):
                    take_step(
                        actor=who, complaint_id=complaint.pk, step="choose_means", values={"preferred_channel": wish}
                    )
                continue
            take_step(actor=who, complaint_id=complaint.pk, step="choose_means", values={"preferred_channel": wish})
        party.refresh_from_db()
        assert party.preferred_channel == kept
