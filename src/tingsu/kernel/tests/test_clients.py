"""Who asks, behind no proxy, one, two and a chain of known ones: only our own proxies are believed (PS-03)."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.cast import Cast
from tingsu.kernel.clients import client_of, counted_as, network_of, read_proxies
from tingsu.kernel.middleware import Clients
from tingsu.kernel.models import RateWindow
from tingsu.people import lockout

pytestmark = pytest.mark.req("PS-03")

NEAR, FAR, LIAR = "10.0.0.1", "203.0.113.7", "198.51.100.9"
WAYS = [
    # proxies, remote, X-Forwarded-For, X-Forwarded-Proto -> address, scheme
    ("", NEAR, FAR, "https", NEAR, "http"),
    ("0", NEAR, FAR, "https", NEAR, "http"),
    ("1", NEAR, FAR, "https", FAR, "https"),
    ("1", NEAR, FAR, "HTTPS", FAR, "https"),
    ("1", NEAR, f"{LIAR}, {FAR}", "https", FAR, "https"),
    ("1", NEAR, f"{LIAR}, {LIAR},{FAR}", "http, https", FAR, "https"),
    ("1", NEAR, FAR, "gopher", FAR, "http"),
    ("1", NEAR, "", "https", NEAR, "https"),
    ("1", NEAR, "unknown", "https", NEAR, "https"),
    ("1", NEAR, "203.0.113.7:51234", "https", FAR, "https"),
    ("1", NEAR, "[2001:db8::1]:443", "https", "2001:db8::1", "https"),
    ("1", f"::ffff:{NEAR}", f"::ffff:{FAR}", "https", FAR, "https"),
    ("2", NEAR, f"{LIAR}, {FAR}, 10.0.0.2", "https, http", FAR, "https"),
    ("2", NEAR, f"{FAR}, 10.0.0.2", "https", FAR, "https"),
    ("10.0.0.0/8", NEAR, f"{LIAR}, {FAR}, 10.0.0.2", "https", FAR, "https"),
    ("10.0.0.1", NEAR, f"{LIAR}, {FAR}", "https", FAR, "https"),
    ("10.0.0.0/8", LIAR, FAR, "https", LIAR, "http"),
    ("fd00::/8,127.0.0.1", "fd00::5", FAR, "https", FAR, "https"),
]


def meta(remote: str, forwarded_for: str, proto: str) -> dict[str, str]:
    known = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": proto}
    return known | ({"HTTP_X_FORWARDED_FOR": forwarded_for} if forwarded_for else {})


@pytest.mark.parametrize(("proxies", "remote", "forwarded_for", "proto", "address", "scheme"), WAYS)
def test_only_our_own_proxies_are_believed(proxies, remote, forwarded_for, proto, address, scheme) -> None:
    found = client_of(meta(remote, forwarded_for, proto), read_proxies(proxies))
    assert (found.address, found.scheme) == (address, scheme)
    assert found.told


@pytest.mark.parametrize("spelling", ["X-Forwarded-Proto", "x-forwarded-proto", "HTTP_X_FORWARDED_PROTO"])
def test_the_header_of_the_scheme_may_be_spelt_as_people_spell_it_and_means_one_proxy(spelling: str) -> None:
    assert client_of(meta(NEAR, FAR, "https"), read_proxies("", spelling)).scheme == "https"
    other = meta(NEAR, FAR, "http") | {"HTTP_X_TLS": "https"}
    assert client_of(other, read_proxies("1", "X-TLS")).scheme == "https"


def test_nonsense_for_proxies_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="TINGSU_PROXIES must be a number"):
        read_proxies("the big one")


def test_pages_see_the_client_and_no_word_of_a_proxy(settings, rf: RequestFactory) -> None:
    settings.PROXIES = read_proxies("1")
    seen: list[HttpRequest] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(request.build_absolute_uri("/x"))

    request = rf.get("/", REMOTE_ADDR=NEAR, headers={"X-Forwarded-For": FAR, "X-Forwarded-Proto": "https"})
    answer = Clients(page)(request)
    assert answer.content == b"https://testserver/x"
    assert seen[0].is_secure()
    assert seen[0].META["REMOTE_ADDR"] == FAR
    assert not [name for name in seen[0].META if "FORWARDED" in name]


@pytest.mark.django_db
def test_forged_addresses_are_one_address_and_lock_out_nobody_else(cast: Cast, client: Client, settings) -> None:
    """104 forged addresses from one machine fill one counter; behind a trusted proxy each visitor has one of its own."""
    form = {"login": "nobody-here", "password": "wrong"}
    for number in range(12):
        client.post("/accounts/login/", form, headers={"X-Forwarded-For": f"203.0.113.{number}"})
    addresses = RateWindow.objects.filter(scope=lockout.BY_ADDRESS)
    assert addresses.values("subject").distinct().count() == 1
    settings.PROXIES = read_proxies("1")
    for number in range(3):
        form["login"] = f"nobody-{number}"
        client.post("/accounts/login/", form, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert addresses.values("subject").distinct().count() == 1 + 3


def test_a_home_with_ipv6_is_counted_once_and_a_log_keeps_the_network_only(rf: RequestFactory) -> None:
    one, two = (rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{tail}") for tail in ("a", "b"))
    assert counted_as(one) == counted_as(two) != counted_as(rf.get("/", REMOTE_ADDR="2001:db8:1:3::a"))
    assert counted_as(rf.get("/", REMOTE_ADDR=FAR)) == FAR != counted_as(rf.get("/", REMOTE_ADDR="203.0.113.8"))
    assert network_of(FAR) == "203.0.113.0/24"
    assert network_of("not an address") == "not an address"
