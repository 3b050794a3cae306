"""Getting in without the access code: six digits to the contact given at registration, and no answer that tells (AK-06)."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import set_script_prefix
from procrastinate.contrib.django.models import ProcrastinateJob

from tingsu.complaints.models import Party
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event
from tingsu.letters import actions, composing, providers
from tingsu.letters.models import Letter
from tingsu.letters.smtp import FINAL, NotSent
from tingsu.portal import one_time, tasks
from tingsu.portal.models import OneTimeCode
from tingsu.portal.views import again
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("AK-06")]
AGENT = {"agent_name": "周律师", "agent_phone": "13900001122", "agent_email": "Zhou@example.com"}
ASK = "/follow/again/"
ENTER = "/follow/again/code/"


@pytest.fixture(autouse=True)
def sent(settings, monkeypatch):
    """Letters that left by e-mail, as (address, body). No line for text messages, as shipped."""
    settings.EMAIL_HOST = "mail.example.com"
    left = []
    monkeypatch.setitem(
        providers.CARRIERS, "email", lambda message: left.append((message.address, message.body)) or "1"
    )
    return left


def ask(client, number, contact="chen@example.com", prefix=""):
    """Ask, then do what the worker does; gives the page's answer."""
    answer = client.post(f"{prefix}{ASK}", {"number": number, "contact": contact})
    set_script_prefix("/")
    for job in ProcrastinateJob.objects.filter(task_name=tasks.send_one_time_code.name):
        tasks.send_one_time_code.run(**job.args)
    for letter in Letter.objects.filter(template="one_time_code", state="queued"):
        actions.deliver(letter.pk)
    return answer


def digits_of(sent):
    return sent[-1][1].split("一次性验证码：")[1][:6]


def wrong(digits):
    return f"{(int(digits) + 1) % 1000000:06d}"


@pytest.fixture
def complaint(cast):
    return registered(cast, email="chen@example.com").complaint


def test_the_code_opens_the_same_page_as_the_access_code_once(client, complaint, sent):
    answer = ask(client, complaint.number.lower(), " CHEN@example.com ")
    assert answer.headers["Location"] == ENTER
    assert "如果投诉" in client.get(ENTER).content.decode()
    digits = digits_of(sent)
    assert sent[-1][0] == "chen@example.com"
    assert complaint.text("code") not in sent[-1][1]
    assert client.post(ENTER, {"code": f" {digits[:3]} {digits[3:]}"}).headers["Location"] == "/case/"
    assert complaint.number in client.get("/case/").content.decode()
    assert AccessEntry.objects.get(stream_id=complaint.pk, what="opened").door == "portal"
    assert client.get(ENTER).headers["Location"] == ASK


def test_only_digests_are_kept_and_the_kept_copy_of_the_letter_covers_the_code(client, complaint, sent):
    ask(client, complaint.number)
    digits = digits_of(sent)
    code = OneTimeCode.objects.get()
    assert digits.encode() not in bytes(code.digest)
    letter = Letter.objects.select_related("stream").get(template="one_time_code")
    kept = letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")
    assert (letter.state, letter.values) == ("sent", None)
    assert digits not in kept
    assert composing.COVER in kept
    assert not [event for event in Event.objects.filter(stream_id=complaint.pk) if digits in str(event.data)]
    code.delete()
    assert client.post(ENTER, {"code": digits}).status_code == 422


NEUTRAL = "验证码不对或已失效"
CASES = {
    "wrong": (lambda *_: None, wrong),
    "expired": (lambda *_: OneTimeCode.objects.update(expires_at=now()), str),
    "used": (lambda _client, digits, _number: one_time.use_code(OneTimeCode.objects.get().pk, digits), str),
    "sixth try": (
        lambda client, digits, _number: [client.post(ENTER, {"code": wrong(digits)}) for _ in range(one_time.TRIES)],
        str,
    ),
    "replaced": (lambda _client, _digits, number: ask(Client(), number), str),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_code_is_not_good_for_reads_the_same(client, complaint, sent, case):
    ask(client, complaint.number)
    digits = digits_of(sent)
    prepare, typed = CASES[case]
    prepare(client, digits, complaint.number)
    refused = client.post(ENTER, {"code": typed(digits)})
    assert refused.status_code == 422
    assert NEUTRAL in refused.content.decode()
    assert client.get("/case/").status_code == 302
    if case == "wrong":  # the right one still opens
        assert client.post(ENTER, {"code": digits}).headers["Location"] == "/case/"


@pytest.mark.parametrize(
    ("number", "contact"),
    [("{}", "other@example.com"), ("{}", "13800002211"), ("202603-XF-999", "chen@example.com"), ("{}", "13911110000")],
)
def test_what_does_not_match_is_answered_alike_and_sends_nothing(cast, client, complaint, sent, number, contact):
    right, other = Client(), Client()
    matched = ask(right, complaint.number)
    letters = len(sent)
    missed = ask(other, number.format(complaint.number), contact)
    assert (missed.status_code, missed.headers["Location"]) == (matched.status_code, matched.headers["Location"])
    assert len(sent) == letters
    pages = [one.get(ENTER).content.decode() for one in (right, other)]
    assert pages[0].count("如果投诉") == pages[1].count("如果投诉") == 1
    assert NEUTRAL in other.post(ENTER, {"code": "123456"}).content.decode()


def test_the_digits_are_worth_nothing_in_another_browser(client, complaint, sent):
    ask(client, complaint.number)
    stranger = Client()
    ask(stranger, complaint.number, "nobody@example.com")
    assert stranger.post(ENTER, {"code": digits_of(sent)}).status_code == 422
    assert Client().post(ENTER, {"code": digits_of(sent)}).headers["Location"] == ASK


def test_a_telephone_finds_the_party_and_the_letter_goes_by_the_means_there_is(client, complaint, sent):
    ask(client, complaint.number, "+86 138-0000-2210")
    assert sent[-1][0] == "chen@example.com"
    assert client.post(ENTER, {"code": digits_of(sent)}).status_code == 302


def test_the_agents_contact_works_and_opens_for_the_agent(cast, client, sent):
    complaint = registered(cast, **AGENT).complaint
    ask(client, complaint.number, "zhou@example.com")
    assert sent[-1][0] == "Zhou@example.com"
    assert client.post(ENTER, {"code": digits_of(sent)}).status_code == 302
    assert OneTimeCode.objects.get().party.role == "agent"


@pytest.mark.req("IN-23")
def test_an_anonymous_complaint_and_one_nobody_can_be_reached_for_keep_their_code_only(cast, client, sent):
    hidden = registered(cast, anonymous=True, name="", email="chen@example.com").complaint
    unreachable = registered(cast).complaint  # a telephone, and no line for text messages
    for number, contact in ((hidden.number, "chen@example.com"), (unreachable.number, "13800002210")):
        assert ask(client, number, contact).headers["Location"] == ENTER
    assert not OneTimeCode.objects.exists()
    assert not Letter.objects.filter(template="one_time_code").exists()


@pytest.mark.req("invariant-5")
def test_another_organisations_number_contact_and_code_open_nothing(client, complaint, sent, other_organisation):
    ask(client, complaint.number)
    digits = digits_of(sent)
    assert client.get(f"/o/{other_organisation.slug}{ENTER}").status_code == 302
    assert client.post(f"/o/{other_organisation.slug}{ENTER}", {"code": digits}).status_code == 302
    set_script_prefix("/")
    letters = len(sent)
    ask(Client(), complaint.number, prefix=f"/o/{other_organisation.slug}")
    assert len(sent) == letters
    assert client.post(ENTER, {"code": digits}).headers["Location"] == "/case/"


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("limit", "number", "contact"),
    [
        (again.ASKS_OF_A_CASE, "202603-XF-001", "a@example.com"),
        (again.ASKS_OF_AN_ADDRESS, "202603-XF-{:03d}", "a{}@example.com"),
    ],
)
def test_asking_is_limited_by_number_with_contact_and_by_address(client, organisation, limit, number, contact):
    with travel_to(now()):
        codes = [
            client.post(ASK, {"number": number.format(n), "contact": contact.format(n)}).status_code
            for n in range(limit + 1)
        ]
    assert codes == [302] * limit + [429]
    with travel_to(now() + timedelta(minutes=16)):
        assert client.post(ASK, {"number": number.format(1), "contact": contact.format(1)}).status_code == 302


@pytest.mark.parametrize(
    ("number", "contact"), [("", "a@b.cn"), ("202603-XF-001", ""), ("202603-XF-001", "张先生"), ("x", "@")]
)
def test_bad_input_is_refused_with_what_was_typed_kept(client, organisation, number, contact):
    page = client.post(ASK, {"number": number, "contact": contact})
    assert page.status_code == 422
    assert f'value="{contact}"' in page.content.decode()
    assert not ProcrastinateJob.objects.filter(task_name=tasks.send_one_time_code.name).exists()


@pytest.mark.req("AK-10")
def test_a_code_that_cannot_be_sent_is_a_fact_and_not_put_on_the_page_it_opens(client, complaint, monkeypatch):
    def refuse(message):
        raise NotSent("recipient", kind=FINAL)

    monkeypatch.setitem(providers.CARRIERS, "email", refuse)
    ask(client, complaint.number)
    letter = Letter.objects.get(template="one_time_code")
    assert (letter.state, letter.channel) == ("failed", "email")
    assert Event.objects.filter(stream_id=complaint.pk, kind="letter.failed").count() == 1


def test_codes_nobody_used_leave_nothing_behind(client, complaint, sent):
    ask(client, complaint.number)
    assert one_time.forget_expired() == 0
    with travel_to(now() + one_time.VALID_FOR):
        assert one_time.forget_expired() == 1


def test_two_workers_with_the_same_job_send_one_code(client, complaint, sent, monkeypatch):
    really = one_time.lock_chain

    def slow(stream_id):
        """The other worker was faster, between this one's look and its lock."""
        (job,) = ProcrastinateJob.objects.filter(task_name=tasks.send_one_time_code.name)
        OneTimeCode(
            id=uuid.UUID(job.args["code_id"]), complaint=complaint, party=Party.objects.get(complaint=complaint),
            digest=b"1", created_at=now(), expires_at=now() + one_time.VALID_FOR,
        ).save(force_insert=True)  # fmt: skip
        return really(stream_id)

    monkeypatch.setattr(one_time, "lock_chain", slow)
    ask(client, complaint.number)
    assert bytes(OneTimeCode.objects.get().digest) == b"1"
    assert not Letter.objects.filter(template="one_time_code").exists()


@pytest.mark.parametrize("change", [{"erased_at": now()}, {"email_index": b"another"}])
def test_no_code_goes_to_a_contact_that_was_erased_or_changed_before_the_lock(
    client, complaint, sent, monkeypatch, change
):
    really = one_time.lock_chain

    def slow(stream_id):
        Party.objects.filter(complaint=complaint).update(**change)
        return really(stream_id)

    monkeypatch.setattr(one_time, "lock_chain", slow)
    ask(client, complaint.number)
    assert OneTimeCode.objects.count() == 0
    assert not Letter.objects.filter(template="one_time_code").exists()


def test_who_found_the_complaint_needs_one_button_and_sees_the_contact_masked(client, complaint, sent):
    tail = Party.objects.get(complaint=complaint, role="complainant").text("phone")[-4:]
    assert client.post("/follow/again/held/").headers["Location"] == ASK  # nothing was found yet
    assert client.post("/follow/", {"number": complaint.number, "tail": tail}).headers["Location"] == "/follow/open/"
    page = client.get("/follow/open/").content.decode()
    assert "c•••@example.com" in page
    assert "chen@example.com" not in page
    assert client.post("/follow/again/held/").headers["Location"] == ENTER
    for job in ProcrastinateJob.objects.filter(task_name=tasks.send_one_time_code.name):
        tasks.send_one_time_code.run(**job.args)
    for letter in Letter.objects.filter(template="one_time_code", state="queued"):
        actions.deliver(letter.pk)
    assert sent[-1][0] == "chen@example.com"
    assert client.post(ENTER, {"code": digits_of(sent)}).headers["Location"] == "/case/"


def test_the_button_is_counted_and_not_shown_where_nothing_can_be_sent(client, complaint, sent, settings):
    tail = Party.objects.get(complaint=complaint, role="complainant").text("phone")[-4:]
    client.post("/follow/", {"number": complaint.number, "tail": tail})
    codes = [client.post("/follow/again/held/").status_code for _try in range(again.ASKS_OF_A_CASE + 1)]
    assert codes == [302] * again.ASKS_OF_A_CASE + [429]
    settings.EMAIL_HOST = ""
    client.post("/follow/", {"number": complaint.number, "tail": tail})
    assert "发送一次性验证码到" not in client.get("/follow/open/").content.decode()
    assert client.post("/follow/again/held/").headers["Location"] == ASK


SEVERAL = "0571-88880000 13800002210，13900005566"


@pytest.fixture
def texted(settings, monkeypatch):
    """A line for text messages, and what left by it: (number, digits)."""
    left = []
    monkeypatch.setattr(providers, "available", lambda *_channel: True)
    monkeypatch.setattr(one_time, "available", lambda channel: True)
    monkeypatch.setattr(
        providers,
        "send",
        lambda channel, message: left.append((channel, message.address, message.body)) or "1",
    )
    return left


@pytest.mark.parametrize(
    ("typed", "goes"),
    [
        ("13800002210", ("sms", "13800002210")),
        ("139 0000 5566", ("sms", "13900005566")),
        ("0571 8888 0000", ("email", "chen@example.com")),
        ("chen@example.com", ("email", "chen@example.com")),
        ("13900005567", None),
    ],
)
def test_a_code_goes_to_the_contact_that_was_chosen_and_never_by_text_to_a_landline(cast, client, texted, typed, goes):
    complaint = registered(cast, phone=SEVERAL, email="chen@example.com").complaint
    before = len(texted)
    ask(client, complaint.number, typed)
    assert [(one[0], one[1]) for one in texted[before:]] == ([goes] if goes else [])
    if goes:
        digits = re.findall(r"验证码：?(\d{6})", texted[-1][2])[0]
        assert client.post(ENTER, {"code": digits}).headers["Location"] == "/case/"


@pytest.mark.parametrize(
    ("tail", "email", "held"),
    [
        ("2210", "", ("phone", "2210")),
        ("5566", "", ("phone", "5566")),
        ("0000", "", None),
        ("0000", "chen@example.com", ("email", "c•••@example.com")),
        ("9999", "chen@example.com", None),
    ],
)
def test_the_one_button_offers_the_number_that_was_named(cast, texted, tail, email, held):
    complaint = registered(cast, phone=SEVERAL, email=email).complaint
    found = one_time.contact_held(complaint.number, tail)
    assert (found and found.field) == (held and held[0])
    assert found is None or held[1] in found.masked
