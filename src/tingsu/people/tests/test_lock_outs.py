"""Lock-outs as attacks: whoever guesses is stopped, and never shuts out those who are meant (PS-03, AK-06).

The attacker tries as often as anybody may from the addresses of a row. Then the true person tries once, from the address and with
the browser of the row, and is let in or not.
"""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.cast import PASSWORD, Cast
from tingsu.kernel.clock import now, travel_to
from tingsu.people import actions, devices, lockout
from tingsu.people.models import Account
from tingsu.portal.tests.test_follow import code_of
from tingsu.portal.views import again, follow
from tingsu.settlement.tests.journey import registered

LOGIN = "/accounts/login/"
HOUSE, ELSEWHERE = "203.0.113.9", "198.51.100.4"
"""One address behind which many sit, the attacker too; and another one."""
SECRET = "JBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.req("PS-03")


def enter(client: Client, password: str = PASSWORD, name: str = "frontline") -> bool:
    return client.post(LOGIN, {"login": name, "password": password}).status_code == 302


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def used_before(address: str, name: str = "frontline") -> Client:
    """A browser in which this person signed in once and out again."""
    client = at(address)
    assert enter(client, name=name)
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    return client


def guess(times: int, addresses: list[str], name: str = "frontline") -> None:
    for turn in range(times):
        enter(at(addresses[turn % len(addresses)]), "wrong", name)


MANY = [f"192.0.2.{number}" for number in range(1, 60)]


@pytest.mark.parametrize(
    ("times", "guessed_from", "comes_from", "known_browser", "gets_in"),
    [
        # five wrong passwords for one colleague, from the same house
        (lockout.ACCOUNT_LIMIT, [HOUSE], HOUSE, True, True),
        (lockout.ACCOUNT_LIMIT, [HOUSE], ELSEWHERE, False, True),
        (lockout.ACCOUNT_LIMIT, [HOUSE], HOUSE, False, False),
        (lockout.ACCOUNT_LIMIT - 1, [HOUSE], HOUSE, False, True),
        # from many addresses at once, until the account is closed for strangers
        (lockout.ANYWHERE_LIMIT, MANY, ELSEWHERE, True, True),
        (lockout.ANYWHERE_LIMIT, MANY, ELSEWHERE, False, False),
    ],
)  # fmt: skip
def test_guessing_one_account(
    cast: Cast, times: int, guessed_from: list[str], comes_from: str, known_browser: bool, gets_in: bool
) -> None:
    client = used_before(comes_from) if known_browser else at(comes_from)
    guess(times, guessed_from)
    assert enter(client) is gets_in


@pytest.mark.parametrize(("known_browser", "gets_in"), [(True, True), (False, False)])
def test_a_house_that_was_closed_by_one_lets_its_known_browsers_in(
    cast: Cast, known_browser: bool, gets_in: bool
) -> None:
    client = used_before(HOUSE) if known_browser else at(HOUSE)
    for _time in range(lockout.ADDRESS_LIMIT):
        lockout.note_failure(lockout.BY_ADDRESS, HOUSE)
    assert enter(client) is gets_in
    assert enter(at(ELSEWHERE), name="specialist")


def test_a_known_browser_has_five_tries_of_its_own_and_then_counts_as_a_stranger(cast: Cast) -> None:
    start = now()
    with travel_to(start):
        client = used_before(HOUSE)
        for _time in range(2 * lockout.ACCOUNT_LIMIT):
            assert not enter(client, "wrong")
        assert not enter(client)
        assert enter(at(ELSEWHERE))
    with travel_to(start + timedelta(minutes=21)):
        assert enter(client)


def test_the_sign_of_a_browser_is_of_one_account_cannot_be_made_and_ends(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = used_before(HOUSE, "specialist")  # knows another one
    guess(lockout.ACCOUNT_LIMIT, [HOUSE])
    assert not enter(client)
    assert enter(client, name="specialist")
    forged = at(HOUSE)
    forged.cookies["tingsu_device"] = "eyIxIjoieCJ9:1tqZ:made-up"
    assert not enter(forged)
    mine = at(ELSEWHERE)
    assert enter(mine)
    morsel = mine.cookies["tingsu_device"]
    assert (morsel["httponly"], morsel["samesite"], int(morsel["max-age"])) == (True, "Lax", 90 * 24 * 3600)
    monkeypatch.setattr(devices, "KEPT_FOR", timedelta(seconds=-1))
    assert devices._read(type("R", (), {"COOKIES": {"tingsu_device": morsel.value}})()) == {}  # type: ignore[arg-type]


def test_a_shared_browser_knows_a_few_people_only(cast: Cast) -> None:
    client = at(HOUSE)
    names = ["frontline", "frontline2", "specialist", "specialist2", "coach", "dept", "dept2", "function", "mediator"]
    for name in names:
        assert enter(client, name=name)
        client.post("/accounts/logout/")
    request = type("R", (), {"COOKIES": {"tingsu_device": client.cookies["tingsu_device"].value}})()
    ids = {name: Account.objects.get(username=name).pk for name in names}
    assert [bool(devices.known(request, ids[name])) for name in names] == [False, *[True] * 8]  # type: ignore[arg-type]


def test_whoever_stole_the_password_does_not_close_the_second_factor_for_its_owner(cast: Cast) -> None:
    owner = used_before(HOUSE)
    totp.TOTP.activate(Account.objects.get(username="frontline"), SECRET)
    thief, code = at(ELSEWHERE), "/accounts/2fa/authenticate/"
    assert enter(thief)
    for _time in range(lockout.ACCOUNT_LIMIT + 1):
        assert thief.post(code, {"code": "000000"}).status_code == 200
    right = totp.format_hotp_value(totp.hotp_value(SECRET, next(iter(totp.yield_hotp_counters_from_time()))))
    assert thief.post(code, {"code": right}).status_code == 200  # closed for strangers, for the right code too
    assert enter(owner)
    assert owner.post(code, {"code": right}).status_code == 302
    assert owner.get("/desk/account/").status_code == 200


def test_a_first_password_that_nobody_used_ends(cast: Cast) -> None:
    start = now()
    with travel_to(start):
        first = actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    with travel_to(start + timedelta(days=14, minutes=1)):
        client = at(HOUSE)
        assert not enter(client, first)
        assert "_auth_user_id" not in client.session
        again_given = actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
        assert enter(client, again_given)
    with travel_to(start + timedelta(days=30)):
        assert not enter(at(HOUSE), again_given)


@pytest.mark.parametrize("guessed_from", [[HOUSE], MANY])
def test_a_new_first_password_opens_what_the_tries_of_others_had_closed(cast: Cast, guessed_from: list[str]) -> None:
    guess(lockout.ANYWHERE_LIMIT if guessed_from is MANY else lockout.ACCOUNT_LIMIT, guessed_from)
    assert not enter(at(HOUSE))
    assert enter(at(HOUSE), actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id))


# the public side


@pytest.mark.req("AK-06")
@pytest.mark.parametrize("door", ["code", "tail"])
@pytest.mark.parametrize(
    ("tries", "tried_from"),
    [(follow.TRIES_OF_A_NUMBER, [HOUSE]), (follow.TRIES_OF_AN_ADDRESS, [HOUSE]), (follow.FINDS_OF_A_NUMBER, MANY)],
)
def test_trying_at_a_number_does_not_shut_its_complainant_out(
    cast: Cast, door: str, tries: int, tried_from: list[str]
) -> None:
    """The complainant sits in the attacker's house, behind the same address, and has the access code."""
    complaint = registered(cast).complaint
    with travel_to(now()):
        for turn in range(tries):
            attacker = at(tried_from[turn % len(tried_from)])
            if door == "code":
                attacker.post("/follow/open/", {"number": complaint.number, "code": "WRONGWRONG22"})
            else:
                attacker.post("/follow/", {"number": complaint.number, "tail": "0000"})
        theirs = at(HOUSE)
        answer = theirs.post("/follow/open/", {"number": complaint.number, "code": code_of(complaint)})
        assert answer.status_code == 302
        assert theirs.get("/case/").status_code == 200


@pytest.mark.req("AK-06")
def test_the_end_of_a_telephone_is_not_found_by_trying_from_many_addresses(cast: Cast) -> None:
    complaint = registered(cast).complaint
    with travel_to(now()):
        for turn in range(follow.FINDS_OF_A_NUMBER):
            at(MANY[turn % 59]).post("/follow/", {"number": complaint.number, "tail": "0000"})
        right, wrong = (
            at("192.0.2.200").post("/follow/", {"number": complaint.number, "tail": tail}) for tail in ("2210", "0001")
        )
        assert (right.status_code, right.headers) == (wrong.status_code, wrong.headers)
        assert right.headers["Location"] == f"/follow/open/?number={complaint.number}"
    with travel_to(now() + timedelta(minutes=16)):
        found = at("192.0.2.200").post("/follow/", {"number": complaint.number, "tail": "2210"})
        assert found.headers["Location"] == "/follow/open/"


@pytest.mark.req("AK-06")
@pytest.mark.parametrize(
    ("number", "contact"), [("202603-XF-001", "other{}@example.com"), ("202603-XF-{:03d}", "her@example.com")]
)
def test_asking_for_codes_with_half_of_what_is_needed_spends_nothing_of_the_complainants(
    cast: Cast, number: str, contact: str
) -> None:
    with travel_to(now()):
        for turn in range(again.ASKS_FROM_ANYWHERE + 1):
            at(MANY[turn]).post("/follow/again/", {"number": number.format(turn + 2), "contact": contact.format(turn)})
        answer = at(HOUSE).post("/follow/again/", {"number": "202603-XF-001", "contact": "her@example.com"})
        assert answer.status_code == 302


@pytest.mark.req("AK-06")
def test_asking_with_both_is_limited_from_one_address_and_from_anywhere(cast: Cast) -> None:
    sent = {"number": "202603-XF-001", "contact": "her@example.com"}
    with travel_to(now()):
        codes = [at(HOUSE).post("/follow/again/", sent).status_code for _time in range(again.ASKS_OF_A_CASE + 1)]
        assert codes == [302] * again.ASKS_OF_A_CASE + [429]
        rest = [at(one).post("/follow/again/", sent).status_code for one in MANY[: again.ASKS_FROM_ANYWHERE]]
        assert rest.count(302) == again.ASKS_FROM_ANYWHERE - again.ASKS_OF_A_CASE
