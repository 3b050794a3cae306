"""How much a cold page weighs: everything a browser without a cache must fetch, as it leaves: files packed, the page itself not."""

import gzip
import posixpath
import re

import pytest
from django.contrib.staticfiles import finders

from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.settlement.tests.journey import handled

pytestmark = pytest.mark.django_db
MOST = 100 * 1000
"""Bytes of a page with all it needs (issue: page ≤ 100 kB cold)."""


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


@pytest.mark.req("WB-01")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path", ["/", "/help/", "/follow/", "/submit/story/?cause=delivery", "/submit/cause/", "/case/"]
)
def test_a_cold_page_weighs_at_most_a_hundred_kilobytes(client, cast, path, language):
    client.cookies["tingsu_language"] = language
    journey = handled(cast).offered()
    with travel_to(journey.at):
        party = Party.objects.get(complaint=journey.complaint)
        if path == "/case/":
            client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        page = client.get(path)
    assert page.status_code == 200
    parts = parts_of(page.content.decode())
    assert "portal/js/main.js" in parts
    assert "portal/icons.svg" in parts
    weight = len(page.content) + sum(parts.values())
    assert weight <= MOST, (weight, len(page.content), parts)
