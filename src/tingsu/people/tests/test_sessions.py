"""Sessions: where somebody is signed in, how they end by themselves and by hand, and what ends them with rights (PS-03)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD, Cast, Person
from tests.signing import enter
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.letters.models import Notice
from tingsu.people import actions, sessions, sign_in_rules
from tingsu.people.models import Account, OpenSession

LOGIN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50 Safari/604.1"
)
pytestmark = pytest.mark.req("PS-03")


def browser(name: str = "frontline", agent: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    """A browser in which somebody signed in through the page."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post(LOGIN, {"login": name, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/desk/account/").status_code == 200


def row_of(client: Client) -> OpenSession:
    return OpenSession.objects.get(pk=sessions.stored(client.cookies["sessionid"].value))


def kinds_of(person: Person) -> list[str]:
    return list(Event.objects.filter(stream_id=person.id).order_by("seq").values_list("kind", flat=True))


def move(client: Client, *, used: timedelta = timedelta(), left: timedelta | None = None) -> None:
    """As if the session was last used so long ago, and ends in so long."""
    row = row_of(client)
    row.used_at -= used
    row.expire_date = timezone.now() + left if left is not None else row.expire_date - used
    row.save(update_fields=["used_at", "expire_date"])


# where I am signed in


def test_the_page_lists_devices_without_whole_addresses_and_marks_this_one(cast: Cast) -> None:
    here, _there = browser(), browser(agent=WECHAT, address="198.51.100.4")
    here.cookies["tingsu_language"] = "en"
    page = here.get(reverse("people:my_sessions")).content.decode()
    assert "Firefox · Windows" in page
    assert "WeChat · iPhone" in page
    assert "203.0.113.0/24" in page
    assert "198.51.100.0/24" in page
    assert "203.0.113.77" not in page
    assert page.count("This one") == 1
    assert page.count("End the session: ") == 1
    assert here.cookies["sessionid"].value not in page


def test_one_other_session_ends_or_all_others_and_this_one_stays(cast: Cast) -> None:
    here, second, third = browser(), browser(), browser()
    address = reverse("people:end_my_sessions")
    assert here.post(address, {"session": row_of(second).pk}).status_code == 303
    assert [is_in(one) for one in (here, second, third)] == [True, False, True]
    assert here.post(address).status_code == 303
    assert [is_in(one) for one in (here, second, third)] == [True, False, False]
    assert here.post(address, {"session": row_of(here).pk}).status_code == 404
    assert kinds_of(cast.frontline)[-2:] == ["member.sessions_ended"] * 2
    before = len(kinds_of(cast.frontline))
    assert here.post(address).status_code == 303  # nothing to end leaves no trace
    assert len(kinds_of(cast.frontline)) == before


def test_nobody_ends_a_session_of_somebody_else_through_the_own_page(cast: Cast) -> None:
    mine, theirs = browser(), browser("frontline2")
    assert mine.post(reverse("people:end_my_sessions"), {"session": row_of(theirs).pk}).status_code == 404
    assert is_in(theirs)


def test_a_copy_of_the_database_holds_no_cookie(cast: Cast) -> None:
    key = browser().cookies["sessionid"].value
    for row in OpenSession.objects.all():
        assert key not in f"{row.pk} {row.session_data}"
    assert not sessions.SessionStore(row_of_all()).get("_auth_user_id")


def row_of_all() -> str:
    """What the database knows of a session, taken for its cookie."""
    return str(OpenSession.objects.values_list("pk", flat=True)[0])


# whoever may end those of a member


@pytest.mark.parametrize("by", ["supervisor", "mgmt_rep", "dso"])
def test_whoever_may_ends_the_sessions_of_a_member_who_is_told(cast: Cast, sign_in: Callable, by: str) -> None:
    theirs = browser()
    client = sign_in(getattr(cast, by))
    client.cookies["tingsu_language"] = "en"
    assert "Agent 1001" in client.get(reverse("people:signed_in")).content.decode()
    page = client.get(reverse("people:member_sessions", args=[cast.frontline.id])).content.decode()
    assert "Firefox · Windows" in page
    assert client.post(reverse("people:end_member_sessions", args=[cast.frontline.id])).status_code == 303
    assert not is_in(theirs)
    assert Notice.objects.get(member_id=cast.frontline.id).kind == "sign_in.sessions_ended"


@pytest.mark.parametrize("by", ["frontline2", "top_mgmt", "auditor", "dept"])
def test_others_neither_see_nor_end_them(cast: Cast, sign_in: Callable, by: str) -> None:
    theirs = browser()
    client = sign_in(getattr(cast, by))
    for name in ("people:member_sessions", "people:end_member_sessions"):
        address = reverse(name, args=[cast.frontline.id])
        assert (client.get if "end" not in name else client.post)(address).status_code == 403
    with pytest.raises(NotAllowed):
        actions.end_sessions(actor=getattr(cast, by).actor, member_id=cast.frontline.id)
    assert is_in(theirs)


def test_sessions_of_another_organisation_are_neither_seen_nor_ended(cast: Cast, sign_in: Callable) -> None:
    theirs = browser("other-frontline")
    client = sign_in(cast.supervisor)
    assert "other" not in client.get(reverse("people:signed_in")).content.decode().split("<main")[1]
    with pytest.raises(NotFound):
        actions.end_sessions(actor=cast.supervisor.actor, member_id=cast.frontline.id, only=row_of(theirs).pk)
    assert theirs.get("/desk/account/").status_code == 200


# ends by itself


def test_a_session_ends_when_nobody_works_in_it(cast: Cast) -> None:
    client = browser()
    row = row_of(client)
    assert row.expire_date - row.used_at == timedelta(minutes=30)
    move(client, used=timedelta(minutes=29))
    assert is_in(client)
    assert row_of(client).expire_date > timezone.now() + timedelta(minutes=29)  # used, so it lasts on
    move(client, used=timedelta(minutes=31))
    answer = client.get("/desk/queue/?tab=mine")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/desk/queue/%3Ftab%3Dmine"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(cast: Cast) -> None:
    client = browser()
    move(client, used=timedelta(minutes=20))
    ends = row_of(client).expire_date
    assert client.get("/desk/queue/fresh/", HTTP_X_TINGSU_UNATTENDED="1").status_code in {200, 204}
    assert client.post("/accounts/stay/", HTTP_X_TINGSU_UNATTENDED="1").json()["left"] < 11 * 60
    assert row_of(client).expire_date == ends
    assert client.post("/accounts/stay/").json()["left"] > 29 * 60
    aside = client.get("/accounts/stay/").content.decode()
    for part in ("words", "copy", "note", "done"):
        assert f"data-aside-{part}" in aside, part
    assert Client().get("/accounts/stay/").status_code == 401


def test_no_work_makes_a_session_last_longer_than_its_longest(cast: Cast) -> None:
    client = browser()
    session = client.session
    session[sessions.BEGUN] = (timezone.now() - timedelta(hours=11, minutes=50)).timestamp()
    session.save()
    move(client, used=timedelta(minutes=2))
    left = client.post("/accounts/stay/").json()["left"]
    assert 9 * 60 < left <= 10 * 60
    session = client.session
    session[sessions.BEGUN] = (timezone.now() - timedelta(hours=12, minutes=1)).timestamp()
    session.save()
    assert client.post("/accounts/stay/").status_code == 401
    assert not is_in(client)


def test_the_lengths_are_a_rule_of_the_organisation(cast: Cast) -> None:
    body = {**sign_in_rules.shipped(), "idle_minutes": 10, "longest_hours": 1}
    publish(actor=cast.top_mgmt.actor, kind=sign_in_rules.KIND, body=body)
    client = browser()
    row = row_of(client)
    assert row.expire_date - row.used_at == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("idle_minutes", 4, False), ("idle_minutes", 5, True), ("idle_minutes", 240, True), ("idle_minutes", 241, False),
        ("idle_minutes", True, False), ("longest_hours", 0, False), ("longest_hours", 1, True), ("longest_hours", 24, True),
        ("longest_hours", 25, False), ("second_factor", [], True), ("second_factor", ["ai_agent"], False),
        ("second_factor", ["frontline"], True), ("second_factor", ["nobody"], False), ("second_factor", "dso", False),
    ],
)  # fmt: skip
def test_rules_within_their_bounds(field: str, value: object, right: bool) -> None:
    body = {**sign_in_rules.shipped(), field: value}
    if right:
        sign_in_rules.check(body)
    else:
        with pytest.raises(InvalidInput) as refused:
            sign_in_rules.check(body)
        assert set(refused.value.fields) == {field}


def test_a_piece_of_a_page_leads_the_whole_page_to_the_sign_in_and_back(cast: Cast) -> None:
    client = browser()
    move(client, left=timedelta(seconds=-1))
    here = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/desk/queue/?tab=all"}
    answer = client.post("/desk/cases/202611-XF-001/steps/note/", **here)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/desk/queue/%3Ftab%3Dall"
    assert answer.content == b""
    evil = client.post("/desk/x/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="https://evil.example/desk/")
    assert "evil" not in evil.headers.get("HX-Redirect", "")
    plain = client.post("/desk/notices/read/", HTTP_REFERER="http://testserver/desk/notices/")
    assert plain.headers["Location"] == "/accounts/login/?next=/desk/notices/"


# rights and secrets change


@pytest.mark.parametrize("what", ["post", "post_end", "password", "sign_in", "leaving"])
def test_sessions_end_when_rights_or_secrets_change(cast: Cast, what: str) -> None:
    theirs, other = browser("frontline2"), browser()
    by, unit, account = cast.supervisor.actor, cast.units["handling"].pk, account_of(cast.frontline2)
    if what == "post":
        actions.give_post(actor=by, member_id=cast.frontline2.id, unit_id=unit, role="qa")
    elif what == "post_end":
        actions.end_post(actor=by, post_id=post_of(cast.frontline2))
    elif what == "password":
        actions.give_password(actor=by, member_id=cast.frontline2.id)
    elif what == "sign_in":
        actions.change_sign_in(actor=by, member_id=cast.frontline2.id, username="new-name", email="")
    else:
        actions.deactivate_member(actor=by, member_id=cast.frontline2.id)
    assert not is_in(theirs)
    assert not OpenSession.objects.filter(account_id=account).exists()
    assert is_in(other)


def post_of(person: Person):
    from tingsu.people.models import Post

    return Post.objects.get(member_id=person.id).pk


def account_of(person: Person) -> int:
    return Account.objects.get(username=person.username).pk


def test_an_own_new_password_ends_the_others_and_renews_this_one(cast: Cast) -> None:
    here, elsewhere = browser(), browser()
    new = {"oldpassword": PASSWORD, "password1": "quiet rivers run deep", "password2": "quiet rivers run deep"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert OpenSession.objects.filter(account_id=account_of(cast.frontline)).count() == 1


def test_signing_in_gives_the_browser_a_new_key(cast: Cast) -> None:
    client = Client()
    client.get("/submit/")
    client.post("/follow/open/", {"number": "1", "code": "2"})
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    assert client.post(LOGIN, {"login": "frontline", "password": PASSWORD}).status_code == 302
    assert client.cookies["sessionid"].value != planted
    assert not OpenSession.objects.filter(pk=sessions.stored(planted)).exists()


def test_whoever_changes_the_own_rights_goes_on_under_a_new_key(cast: Cast) -> None:
    here, elsewhere = enter(Client(), "supervisor"), enter(Client(), "supervisor")
    key = here.cookies["sessionid"].value
    sent = {"unit": str(cast.units["handling"].pk), "role": "frontline"}
    address = reverse("people:new_post", args=[cast.supervisor.id])
    assert here.post(address, sent).status_code == 303  # waits for a second person: nothing changed, nothing ends
    assert (here.cookies["sessionid"].value, is_in(elsewhere)) == (key, True)
    post = reverse("people:end_post", args=[post_of(cast.mgmt_rep)])
    assert here.post(post).status_code == 303
    assert is_in(here)


def test_the_session_used_last_stands_first_and_ended_ones_do_not_stand(cast: Cast) -> None:
    old, ended, here = browser(), browser(), browser()
    move(old, used=timedelta(minutes=20))
    move(ended, used=timedelta(minutes=10), left=timedelta(seconds=-1))
    known = sessions.open_sessions(account_of(cast.frontline), here=row_of(here).pk)
    assert [(one.name, one.here) for one in known] == [(row_of(here).pk, True), (row_of(old).pk, False)]
    move(here, used=timedelta(minutes=40), left=timedelta(minutes=5))
    known = sessions.open_sessions(account_of(cast.frontline))
    assert [(one.name, one.here) for one in known] == [(row_of(old).pk, False), (row_of(here).pk, False)]
    assert sessions.open_sessions(account_of(cast.frontline), works_in=cast.organisation_id)[0].name == row_of(old).pk


def test_a_code_typed_again_gives_the_browser_a_new_key_and_it_stays_in(cast: Cast) -> None:
    here, elsewhere = browser(), browser()
    key = here.cookies["sessionid"].value
    assert here.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert here.cookies["sessionid"].value != key
    assert (is_in(here), is_in(elsewhere)) == (True, True)
    copied = Client()
    copied.cookies["sessionid"] = key
    assert not is_in(copied)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        (WECHAT, "WeChat · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17 Safari/605.1.15", "Safari · macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge · Windows"),
        ("curl/8.0 <script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_devices_are_told_in_two_words(agent: str, words: str) -> None:
    assert sessions.device_words(agent) == words


@pytest.mark.parametrize("usable", [True, False])
def test_whoever_enters_without_a_password_is_led_to_no_page_for_changing_it(
    cast: Cast, sign_in: Any, usable: bool
) -> None:
    """Invented people of a demo sign in by a click."""
    account = Account.objects.get(username=cast.frontline.username)
    account.set_password("correct horse battery 7") if usable else account.set_unusable_password()
    account.save()
    client = sign_in(cast.frontline)
    address = reverse("account_change_password")
    for page in (reverse("desk:account"), reverse("people:my_sessions")):
        assert (f'href="{address}"' in client.get(page).content.decode()) is usable, page
    if usable:
        assert client.get(address).status_code == 200


def test_a_session_in_which_somebody_works_lasts_on(cast: Cast, sign_in) -> None:
    client = sign_in(cast.frontline)
    move(client, used=timedelta(minutes=5))
    before = row_of(client)
    assert client.get(reverse("desk:work")).status_code == 200
    after = row_of(client)
    assert after.used_at > before.used_at
    assert after.expire_date > before.expire_date
