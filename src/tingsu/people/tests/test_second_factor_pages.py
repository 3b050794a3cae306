"""What the pages of the second factor say and where they lead: off, on, with codes and without."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.test import Client
from django.utils.html import strip_tags

from tests.cast import PASSWORD
from tingsu.ops import tasks
from tingsu.people import recovery
from tingsu.people.models import Account

INDEX, AGAIN = "/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/"
SWITCH_ON, SWITCH_OFF = "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/"
ACCOUNT = "/desk/account/"


@pytest.fixture
def account(client, cast) -> Account:
    """Somebody signed in who has just given the password, so that nothing asks for it again."""
    client.cookies["tingsu_language"] = "en"
    client.post("/accounts/login/", {"login": "frontline", "password": PASSWORD})
    client.get(ACCOUNT)
    return Account.objects.get(username="frontline")


def read(client, address: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Headings and paragraphs of a page, and its links with their words."""
    page = client.get(address)
    if page.status_code == 302:
        assert client.post(page.headers["Location"], {"password": PASSWORD}).status_code == 302
        page = client.get(address)
    assert page.status_code == 200
    html = page.content.decode()
    main = html[html.index('<main id="content">') : html.index('action="/i18n/setlang/"')]
    links = [
        (href, " ".join(strip_tags(words).split()))
        for href, words in re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', main, re.S)
    ]
    bare = re.sub(r"<a .*?</a>", "", main, flags=re.S)
    said = re.findall(r"<(?:h1|h2|p|li)\b[^>]*>(.*?)</(?:h1|h2|p|li)>", bare, re.S)
    words = [" ".join(strip_tags(one).split()) for one in said]
    return [one for one in words if one and "Tingsu" not in one], links


def use(account: Account, codes: list[str]) -> None:
    """These codes were typed at sign-in."""
    for code in codes:
        assert Authenticator.objects.get(user=account, type="recovery_codes").wrap().validate_code(code)


ON = ["Second factor", "Authenticator app", "On Sign-in asks for a code from your app."]


@pytest.mark.req("PS-03")
def test_switched_off_it_says_what_it_is_good_for_and_offers_no_codes(client, account) -> None:
    said, links = read(client, INDEX)
    assert said == [
        "Second factor",
        "Authenticator app",
        "Off. With it, a stolen password alone opens nothing. Any authenticator app works.",
    ]
    assert links == [(SWITCH_ON, "Switch on"), (ACCOUNT, "Back to my account")]


@pytest.mark.req("PS-03")
def test_switched_on_without_codes_it_asks_to_make_some(client, account) -> None:
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    said, links = read(client, INDEX)
    assert said == [
        *ON,
        "Recovery codes",
        "No codes yet. Make some and keep them on paper: without phone and codes nobody gets in.",
    ]
    assert links == [(SWITCH_OFF, "Switch off"), (AGAIN, "Make codes"), (ACCOUNT, "Back to my account")]


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("used", "left"), [(0, "10 codes are left."), (7, "3 codes are left."), (9, "1 code is left.")]
)
def test_switched_on_with_codes_it_counts_them_and_shows_none(client, account, used, left) -> None:
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    codes = recovery.make(account)
    use(account, codes[:used])
    said, links = read(client, INDEX)
    assert said == [
        *ON,
        "Recovery codes",
        f"{left} Each one replaces the app once, when the phone is not at hand.",
    ]
    assert links == [(SWITCH_OFF, "Switch off"), (AGAIN, "Make new codes"), (ACCOUNT, "Back to my account")]
    for gone in ("recovery-codes/", "recovery-codes/download/"):
        assert client.get(f"{INDEX}{gone}").status_code == 404


@pytest.mark.req("PS-03")
def test_codes_are_told_once_on_the_page_that_made_them(client, account) -> None:
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    before = recovery.make(account)
    said, _links = read(client, AGAIN)
    assert said[:2] == ["Make recovery codes?", "The codes you have now stop working at once."]
    page = client.post(AGAIN)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    codes = page.context["codes"]
    assert len(set(codes)) == 10
    html = page.content.decode()
    assert all(f"<code>{code}</code>" in html and html.count(code) == 2 for code in codes)  # to read, and in the file
    assert "shown this once" in html
    assert f'href="{INDEX}">I have kept them: go on</a>' in html
    assert not any(code in client.get(AGAIN).content.decode() for code in codes)
    row = Authenticator.objects.get(user=account, type="recovery_codes")
    assert not row.wrap().validate_code(before[0])
    use(account, [codes[9].replace("-", " ").lower()])
    assert not Authenticator.objects.get(pk=row.pk).wrap().validate_code(codes[9])
    assert recovery.left(account) == 9


@pytest.mark.req("PS-03")
def test_whoever_gets_database_and_master_key_reads_no_code(account) -> None:
    codes = recovery.make(account)
    kept = Authenticator.objects.get(user=account, type="recovery_codes").data
    assert list(kept) == ["migrated_codes"]
    opened = [decrypt(one) for one in kept["migrated_codes"]]
    assert len(set(opened)) == 10
    assert all(one.startswith("scrypt:") for one in opened)
    assert not any(
        code in str.__str__(one) or code in sealed
        for code in codes
        for one, sealed in zip(opened, kept["migrated_codes"], strict=True)
    )
    assert [place for place, one in enumerate(opened) if one == codes[3]] == [3]
    other = recovery.make(Account.objects.get(username="specialist"))
    assert not set(codes) & set(other)
    salts = {decrypt(row.data["migrated_codes"][0]).split(":")[1] for row in Authenticator.objects.all()}
    assert len(salts) == 2


@pytest.mark.parametrize("typed", ["", "123456", "AAAA-BBBB-CCCC", "A" * 500, "scrypt:00:00"])
def test_what_is_no_code_opens_nothing(account, typed: str) -> None:
    recovery.make(account)
    assert not Authenticator.objects.get(user=account, type="recovery_codes").wrap().validate_code(typed)
    assert recovery.left(account) == 10


@pytest.mark.req("PS-03")
def test_codes_that_an_earlier_version_kept_readable_become_digests_at_night_and_still_open(account) -> None:
    codes = RecoveryCodes.activate(account)
    digits = codes.get_unused_codes()
    assert codes.validate_code(digits[0])
    tasks.forget(0)
    kept = Authenticator.objects.get(user=account, type="recovery_codes")
    assert "seed" not in kept.data
    assert recovery.left(account) == 9
    assert not kept.wrap().validate_code(digits[0])
    use(account, [digits[5]])
    assert recovery.digest_what_was_sealed() == 0


@pytest.mark.req("PS-03")
def test_without_the_app_there_are_no_codes_to_make(client, account) -> None:
    read(client, INDEX)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for answer in (client.get(AGAIN), client.post(AGAIN)):
        assert (answer.status_code, answer.headers["Location"]) == (302, INDEX)
    assert not Authenticator.objects.exists()
    nobody = Client()
    for address in (AGAIN, SWITCH_ON):
        for answer in (nobody.get(address), nobody.post(address, {"code": "123456"})):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/accounts/login/")
