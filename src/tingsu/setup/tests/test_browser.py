"""The recorded set-up: from the link to the list in a real browser, accessible and without a script that fails."""

from typing import Any

import pytest
from django.urls import reverse

from tingsu.kernel.models import Organisation
from tingsu.setup import links
from tingsu.setup.tests.given import CONTACT, FIRM, PERSON, nothing_set_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.req("QL-01", "PT-02")
@pytest.mark.parametrize(("width", "locale"), [(1280, "zh-CN"), (390, "en-GB")])
def test_the_set_up_from_the_link_to_the_list(window: Any, width: int, locale: str) -> None:
    nothing_set_up()
    seen = window(viewport={"width": width, "height": 900}, locale=locale)
    page = seen.page
    problems: dict[str, list[str]] = {}

    def look(name: str) -> None:
        seen.picture(f"setup-{name}-{width}", full=True)
        problems[name] = seen.violations() + seen.too_wide()

    def fill(answers: dict[str, Any]) -> None:
        for name, value in answers.items():
            field = page.locator(f"[name={name}]").first
            kind = field.evaluate("one => one.type === 'select-one' ? 'select' : one.type")
            if kind == "select":
                field.select_option(value)
            elif kind == "checkbox":
                field.check()
            elif kind == "radio":
                page.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)

    def go_on() -> None:
        page.locator("main form button.btn-primary").first.click()
        page.wait_for_load_state("load")

    seen.open("/")
    look("not-yet")
    seen.open(reverse("setup:link", args=[links.make_link()]))
    look("link")
    go_on()
    fill(FIRM)
    look("firm")
    go_on()
    fill({"structure": "svc"})
    look("rules")
    go_on()
    fill(CONTACT)
    look("contact")
    go_on()
    fill(PERSON)
    look("person")
    go_on()
    assert page.url.endswith(reverse("mfa_activate_totp"))
    look("second-factor")
    for name in ("start", "units", "people", "compensation", "mail", "organisation"):
        seen.open(reverse(f"setup:{name}"))
        look(name)
    assert {name: found for name, found in problems.items() if found} == {}
    assert [one for one in seen.errors if "503" not in one] == []
    row = Organisation.objects.get(slug="qingchuan")
    assert (row.stage, row.enterprise["documents"]) == ("preparing", ["isc", "sz"])
