"""The pages of practice in a real browser: nothing that axe finds, nothing too wide, on a desk and on a phone."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.demo.tests.test_practice_pages import address, play
from tingsu.kernel.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.req("QL-01")]


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-CN"), (390, "en-GB")])
def test_practice_is_made_entered_worked_in_and_emptied_by_everybody(
    window: Any,
    cast: Cast,
    organisation: Organisation,
    copy: Organisation,
    sign_in: Any,
    width: int,
    language: str,
) -> None:
    client = sign_in(cast.mgmt_rep)
    seen = window(client, viewport={"width": width, "height": 900}, locale=language)
    problems: dict[str, list[str]] = {}

    def look(path: str) -> None:
        seen.open(path)
        problems[path] = seen.violations() + seen.too_wide()

    look(address(copy, "/"))
    look(reverse("practice:home"))
    look(reverse("practice:empty"))
    look(address(copy, "/practice/"))
    play(client, copy, "mgmt_rep")
    for path in ("/desk/", "/desk/queue/", "/desk/settings/", "/submit/story/", "/nowhere/"):
        look(address(copy, path))
    assert {path: found for path, found in problems.items() if found} == {}
