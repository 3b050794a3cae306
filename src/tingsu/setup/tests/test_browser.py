"""The recorded set-up: from the link to the list in a real browser, accessible and without a script that fails."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Account
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
    TOTP.activate(Account.objects.get(username="shen"), "JBSWY3DPEHPK3PXP")
    for name in ("start", "units", "people", "compensation", "mail", "organisation"):
        seen.open(reverse(f"setup:{name}"))
        look(name)
    assert {name: found for name, found in problems.items() if found} == {}
    assert [one for one in seen.errors if "503" not in one] == []
    row = Organisation.objects.get(slug="qingchuan")
    assert (row.stage, row.enterprise["documents"]) == ("preparing", ["isc", "sz"])


MOST = {"pages": 11, "fields": 8, "clicks": 9}
"""What one person who has never seen it goes through from the link to the number of the first complaint, by the shortest way;
the second factor is left for afterwards."""
LONGEST = 600
"""Seconds for all of it, by somebody who reads every word of every page (READ a minute) and needs FILL seconds for a field."""
READ, FILL = 200, 5


def words_in(text: str) -> float:
    """Words to read: those of Latin letters and numbers, and one for each one and a half Chinese signs."""
    return len(re.findall(r"[A-Za-z0-9’'.@:/_-]+", text)) + len(re.findall(r"[\u4e00-\u9fff]", text)) / 1.5


@pytest.mark.req("ME-01")
@pytest.mark.parametrize(("width", "locale"), [(1440, "zh-CN"), (390, "en-GB")])
def test_the_shortest_way_to_the_first_complaint_is_counted(window: Any, width: int, locale: str) -> None:
    nothing_set_up()
    seen = window(viewport={"width": width, "height": 900}, locale=locale)
    page, count, read = seen.page, dict.fromkeys(MOST, 0), [0.0]

    def arrive() -> None:
        page.wait_for_load_state("load")
        count["pages"] += 1
        read.append(words_in(page.inner_text("main")))
        assert seen.too_wide() == []

    def fill(**answers: str) -> None:
        for name, value in answers.items():
            page.fill(f"main [name={name}]", value)
            count["fields"] += 1

    def press(what: str) -> None:
        page.locator(what).first.click()
        count["clicks"] += 1
        arrive()

    go_on = "main form button.btn-primary"
    seen.open(reverse("setup:link", args=[links.make_link()]))
    arrive()
    press(go_on)
    fill(name_zh="晴川优选")
    for _page in ("firm", "rules", "contact"):
        press(go_on)
    fill(name="沈一诺", username="shen", password="a-long-first-password", again="a-long-first-password")
    press(go_on)
    assert page.url.endswith(reverse("mfa_activate_totp"))
    # The first complainant, in the same browser here.
    seen.open("/")
    arrive()
    press("main a[href*='cause=refund']")
    fill(description="退款一直没有到账，已经等了七天。")
    press("button[value=on]")
    fill(name="陈小满", phone="13800002210")
    for _page in ("contact", "check"):
        press("button[value=on]")
    assert re.search(r"\d{6}-[A-Z]{2}-001", page.inner_text("main"))
    row = Organisation.objects.exclude(stage=Organisation.Stage.FOUNDING).get()
    with acting_for(row.pk):
        assert Complaint.objects.count() == 1
    assert {name: (count[name], most) for name, most in MOST.items() if count[name] > most} == {}
    seconds = sum(read) / READ * 60 + count["fields"] * FILL
    assert seconds <= LONGEST, (round(seconds), [round(one) for one in read])
    seen.picture(f"setup-first-complaint-{width}")
