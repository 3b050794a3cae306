"""Attacks that need no knowledge of the business: forged forms, forged hosts, ways out, bodies that run deep, patterns that run away."""

import importlib
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.cast import Cast
from tests.signing import enter
from tests.test_doors import address_of, addresses
from tingsu.api.tokens import issue_token
from tingsu.intake.tests.test_register_complaint import registered

pytestmark = pytest.mark.req("PS-03")
OUTSIDE = (
    "//evil.example", "///evil.example", "////evil.example", "https:evil.example", "http:///evil.example", "https://testserver@evil.example",
    "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example",
)  # fmt: skip


OWN_SECRET = {"phone_events", "letter_hooks:sms", "portal:hand_over"}
"""Programs and other pages call these with a signature or a secret address; without one they are refused, or led to the plain form."""


def test_no_form_is_taken_that_another_page_sent(cast: Cast) -> None:
    """Every address of browsers, by POST and without our token: refused before anything else is looked at."""
    browser, number = Client(enforce_csrf_checks=True), registered(cast).number
    enter(browser, "supervisor")
    taken = []
    for name, pattern in addresses(get_resolver()):
        if name.startswith(("api-1:", "partner-api-1:")):
            continue  # programs show a token of their own, and a browser sends none by itself
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(browser, method)(address_of(name, pattern, number))
            if answer.status_code != 403 and not (name in OWN_SECRET and 302 <= answer.status_code < 500):
                taken.append((name, method, answer.status_code))
    assert taken == []


def test_a_program_without_its_token_gets_nothing_by_the_session_of_a_browser(cast: Cast, settings: Any) -> None:
    browser, number = Client(), registered(cast).number
    enter(browser, "supervisor")
    settings.API_ANONYMOUS_PER_MINUTE = 10_000
    for name, pattern in addresses(get_resolver()):
        described = name.rpartition(":")[2] in {"api-root", "openapi-json", "openapi-view"}
        if name.startswith(("api-1:", "partner-api-1:")) and not described:
            answer = browser.post(address_of(name, pattern, number), "{}", content_type="application/json")
            assert answer.status_code in {401, 405}, name


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_no_address_leads_out_of_the_house(wanted: str, cast: Cast) -> None:
    browser, staff = Client(), enter(Client(), "supervisor")
    answers = [
        browser.post(reverse("portal:mode"), {"next": wanted, "mode": "elder"}),
        browser.post(reverse("set_language"), {"next": wanted, "language": "en"}),
        browser.get(reverse("account_login"), {"next": wanted}),
        staff.get(reverse("account_login"), {"next": wanted}),
        staff.post(reverse("desk:dismiss"), {"next": wanted}),
        staff.post(reverse("desk:keep_look"), {"next": wanted}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        target = answer.headers.get("Location", "/")
        assert re.match(r"(?:\.\.)?/(?![/\\\t])", target), target
        assert wanted not in target or target.startswith("/accounts/"), target


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b", "testserver,evil.example", ".."],
)
def test_a_forged_host_is_refused_and_a_forged_proxy_is_not_heard(host: str, cast: Cast) -> None:
    assert Client().get("/", headers={"Host": host}).status_code == 400
    told = Client().get("/", headers={"X-Forwarded-Host": host, "Forwarded": f"host={host}"})
    assert told.status_code == 200
    assert host not in told.content.decode() or host == "..", "never in a link of a page"


BODIES = (
    "[" * 100_000, '{"a":' * 50_000, '{"values":' + "[" * 5_000 + "]" * 5_000 + "}", '{"description":' + '{"a":' * 400 + "1" + "}" * 401,
    "1e999999", '{"amount": 1' + "0" * 5_000 + "}", '"\\ud800"', '{"description": "\\ud800"}', '{"values": {"note": "\\u0000"}}', "NaN",
    '{"a": NaN}', '{"__proto__": {}}', '{"values": {"note": {"$ne": 1}}}', "\ufeff{}",
)  # fmt: skip


def test_no_body_of_a_program_breaks_anything(cast: Cast) -> None:
    number = registered(cast).number
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="attack", roles=cast.mgmt_rep.actor.roles, acts_for=cast.mgmt_rep.id,
        scopes=("complaints:read", "complaints:write", "registers:read", "registers:write"),
    )  # fmt: skip
    client = Client(raise_request_exception=False)
    for place, body in enumerate(BODIES):
        for path in ("complaints", f"complaints/{number}/steps/note", "registers/nonconformity"):
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{place}-{path}"}
            answer = client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
            assert answer.status_code in {400, 422}, (path, body[:30], answer.status_code)


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in list(sys.modules.values()):
        name = getattr(module, "__name__", "")
        if name.startswith("tingsu.") and ".tests" not in name:
            for word, value in list(vars(module).items()):
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{name}.{word}", value


def _runs(part: Any, inside: bool = False) -> bool:
    """Is there a repeat without end inside another one: what makes a pattern try exponentially many ways?"""
    for name, value in part:
        word = str(name)
        if word in {"MAX_REPEAT", "MIN_REPEAT"}:
            _least, most, body = value
            endless = int(most) > 1_000_000
            if endless and inside:
                return True
            below, deeper = [body], inside or endless
        else:
            below = {"SUBPATTERN": lambda value=value: [value[-1]], "BRANCH": lambda value=value: value[1]}.get(
                word, list
            )()
            below = [value[1]] if word in {"ASSERT", "ASSERT_NOT"} else below
            deeper = inside
        if any(_runs(one, deeper) for one in below):
            return True
    return False


APART = frozenset(
    {
        "tingsu.kernel.addresses._PATH",
        "tingsu.kernel.logs._MAIL",
        "tingsu.kernel.spelling._TIDY_LINE",
        "tingsu.files.archives.PART",
        "tingsu.calendars.notice_text._NAMELESS",
        "tingsu.calendars.notice_text._EXPLAINED",
        "tingsu.calendars.notice_text._DAYS_OFF",
        "tingsu.calendars.notice_text._WORKED",
    }
)
"""Reviewed: each turn of the outer repeat has a sign (a dot, a blank, a slash, 日) that the inner one cannot eat, so there is one way to
read a text.
"""


def test_no_pattern_can_be_made_to_run_away() -> None:
    importlib.import_module("tingsu.urls")
    parser = importlib.import_module("re._parser")
    found = dict(_patterns())
    assert len(found) > 60
    assert {name for name, one in found.items() if _runs(parser.parse(one.pattern, one.flags))} - APART == set()
    assert _runs(parser.parse(r"(a+)+b"))
    assert _runs(parser.parse(r"(?:x|(?:a*b)*)c"))
    assert not _runs(parser.parse(r"(?:a{1,9}b)+c"))
