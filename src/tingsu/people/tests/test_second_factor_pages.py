"""What the pages of the second factor say and where they lead: off, on, with codes and without."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.utils.html import strip_tags

from tests.cast import PASSWORD
from tingsu.people.models import Account

INDEX, CODES, AGAIN = "/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"
SWITCH_ON, SWITCH_OFF, DOWNLOAD = "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/", f"{CODES}download/"
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


def left_of(account: Account, used: int) -> list[str]:
    """The codes that are left after so many were used."""
    codes = RecoveryCodes.activate(account)
    for code in codes.get_unused_codes()[:used]:
        assert codes.validate_code(code)
    row = Authenticator.objects.get(user=account, type="recovery_codes")
    return list(RecoveryCodes(row).get_unused_codes())


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
def test_switched_on_with_codes_it_counts_them_and_the_codes_page_shows_those_alone(
    client, account, used, left
) -> None:
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    codes = left_of(account, used)
    said, links = read(client, INDEX)
    assert said == [
        *ON,
        "Recovery codes",
        f"{left} Each one replaces the app once, when the phone is not at hand.",
    ]
    assert links == [
        (SWITCH_OFF, "Switch off"),
        (CODES, "Show the codes"),
        (AGAIN, "Make new codes"),
        (ACCOUNT, "Back to my account"),
    ]
    said, links = read(client, CODES)
    assert said == [
        "Recovery codes",
        f"{left} Write them down or print this page, and keep them away from your phone.",
        *codes,
    ]
    assert links == [(DOWNLOAD, "Save as a text file"), (AGAIN, "Make new codes"), (INDEX, "Back")]


@pytest.mark.req("PS-03")
def test_codes_that_are_shown_once_cannot_be_read_saved_or_made_again_from_their_page(
    client, account, settings
) -> None:
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    codes = left_of(account, 0)
    settings.MFA_RECOVERY_CODES_SHOW_ONCE = True
    left = "10 codes are left. Write them down or print this page, and keep them away from your phone."
    assert read(client, CODES) == (["Recovery codes", left, *codes], [(INDEX, "Back")])
    said, links = read(client, CODES)
    assert said[:2] == ["Recovery codes", left]
    assert not set(said) & set(codes)
    assert links == [(AGAIN, "Make new codes"), (INDEX, "Back")]
