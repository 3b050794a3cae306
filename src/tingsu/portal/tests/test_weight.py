"""How much a cold page weighs: everything a browser without a cache must fetch, as it leaves: files packed, the page itself not."""

import gzip
import posixpath
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.settlement.tests.journey import handled

pytestmark = pytest.mark.django_db
MOST = 100 * 1000
"""Bytes of a page with all it needs (issue: page ≤ 100 kB cold)."""
FIRST = 40 * 1000
"""Bytes of the page and its style sheets: two round trips of 0.4 s and 40 kB at 50 kB/s are 1.6 s."""


def parts_of(page: str) -> dict[str, int]:
    """Static files that a page names, and those that they name, by size."""
    waiting = [name for name in re.findall(r'(?:href|src)="/static/([^"#]+)', page) if not name.endswith(".png")]
    found: dict[str, int] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = finders.find(name)
        assert path, name
        with open(path, "rb") as file:
            content = file.read()
        found[name] = len(content) if name.endswith(".woff2") else len(gzip.compress(content))
        folder = name.rpartition("/")[0]
        if name.endswith(".js"):
            waiting += [f"{folder}/{one}" for one in re.findall(r'from "\./([^"]+)"', content.decode())]
        if name.endswith(".css"):
            near = re.findall(r'url\("?(\.\./[^")#]+)', content.decode())
            waiting += [posixpath.normpath(f"{folder}/{one}") for one in near]
    return found


PATHS = (
    "/", "/help/", "/follow/", "/follow/open/", "/follow/again/", "/submit/cause/", "/submit/story/?cause=delivery", "/submit/contact/",
    "/submit/check/", "/callback/", "/privacy/", "/accessibility/", "/form/", "/case/", "/case/disagree/",
)  # fmt: skip


def before_paint(page: str) -> list[str]:
    """What a browser must have before it draws: style sheets of the head, and scripts that hold it up."""
    head = page[: page.index("</head>")]
    held_up = [one for one in re.findall(r"<script[^>]*>", head) if "module" not in one and "defer" not in one]
    assert held_up == []
    return re.findall(r'rel="stylesheet" href="/static/([^"]+)', head)


@pytest.mark.req("WB-01")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_cold_page_is_light_and_draws_after_two_round_trips(client, cast, language):
    client.cookies["tingsu_language"] = language
    journey = handled(cast).offered()
    with travel_to(journey.at):
        party = Party.objects.get(complaint=journey.complaint)
        client.post("/submit/story/", {"cause": "refund", "description": "退款没有到账", "go": "on"})
        client.post("/submit/contact/", {"identity": "anonymous", "go": "on"})
        client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        pages = {path: client.get(path) for path in PATHS}
    for path, answer in pages.items():
        assert answer.status_code == 200, path
        page = answer.content.decode()
        parts = parts_of(page)
        assert {"portal/js/main.js", "portal/icons.svg"} <= set(parts), path
        weight = len(answer.content) + sum(parts.values())
        assert weight <= MOST, (path, weight, len(answer.content), parts)
        styles = before_paint(page)
        for name in styles:  # the second round trip is the last: no sheet asks for another one
            assert "@import" not in Path(finders.find(name) or "").read_text(encoding="utf-8"), name
        first = len(answer.content) + sum(parts[name] for name in styles)
        assert first <= FIRST, (path, first, len(answer.content), {name: parts[name] for name in styles})
