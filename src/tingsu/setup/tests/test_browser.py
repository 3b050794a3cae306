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
from tingsu.setup.tests.given import CONTACT, FIRM, PERSON, RULES, nothing_set_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]


class Keyboard:
    """Somebody without a mouse: goes through a page with Tab and fills in what is reached, by keys alone."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Until the field has the focus, and is then seen; it is always further on, never behind a trap."""
        for _step in range(80):
            if self.page.evaluate("(wanted) => !!document.activeElement.matches(wanted)", selector):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"the keyboard does not reach {selector}")
        seen = self.page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect(),
            label = one.labels && one.labels[0] ? one.labels[0].getBoundingClientRect() : box;
            return Math.max(box.bottom, label.bottom) > 0 && Math.min(box.top, label.top) < innerHeight; }"""
        )
        assert seen, f"{selector} has the focus out of sight"

    def fill(self, answers: dict[str, Any]) -> None:
        for name, value in answers.items():
            self.reach(f"[name='{name}']")
            kind = self.page.evaluate("document.activeElement.type")
            if kind in {"radio", "select-one", "checkbox"}:
                self._choose(name, kind, value)
            else:
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(value)
        for name, value in answers.items():
            kept = self.kept(name)
            assert set(value if isinstance(value, list) else [value]) <= {*kept, "on" if kept else ""}, name

    def _choose(self, name: str, kind: str, value: Any) -> None:
        for wanted in value if isinstance(value, list) else [value]:
            if kind == "checkbox":
                self.reach(f"[name='{name}'][value='{wanted}']" if isinstance(value, list) else f"[name='{name}']")
                if not self.page.evaluate("document.activeElement.checked"):
                    self.page.keyboard.press("Space")
                continue
            self.page.keyboard.press("Space" if kind == "radio" else "Home")
            for _step in range(60):
                if self.page.evaluate("document.activeElement.value") == wanted:
                    break
                self.page.keyboard.press("ArrowDown")

    def kept(self, name: str) -> list[str]:
        """What stands in a field, whatever its kind."""
        found: list[str] = self.page.evaluate(
            """(name) => [...document.getElementsByName(name)].filter((one) => !["radio", "checkbox"].includes(one.type)
            || one.checked).map((one) => one.value)""",
            name,
        )
        return found

    def send(self) -> None:
        self.reach("main form button.btn-primary")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_function("() => !!document.querySelector('main h1')")  # past the road there


@pytest.mark.req("QL-01", "PT-02")
@pytest.mark.parametrize(("size", "locale"), [(0, "zh-CN"), (1, "en-GB")])
def test_the_set_up_from_the_link_to_the_list_by_keyboard_alone(window: Any, size: int, locale: str) -> None:
    nothing_set_up()
    seen = window(viewport=SIZES[size], locale=locale)
    page, keys = seen.page, Keyboard(seen.page)
    problems: dict[str, list[str]] = {}

    def look(name: str) -> None:
        """Each page at either width, in this language."""
        for one in (SIZES[1 - size], SIZES[size]):
            page.set_viewport_size(one)
            seen.picture(f"setup-{name}-{one['width']}-{locale[:2]}")
            problems[f"{name} {one['width']}"] = seen.violations() + seen.too_wide()

    seen.open("/")
    look("not-yet")
    seen.open(reverse("setup:link", args=[links.make_link()]))
    look("link")
    keys.send()
    for name, answers in (("firm", FIRM), ("rules", RULES), ("contact", CONTACT), ("person", PERSON)):
        keys.fill(answers)
        look(name)
        keys.send()
    assert page.url.endswith(reverse("mfa_activate_totp"))
    look("second-factor")
    TOTP.activate(Account.objects.get(username="shen"), "JBSWY3DPEHPK3PXP")
    for name in ("start", "units", "people", "compensation", "mail", "organisation"):
        seen.open(reverse(f"setup:{name}"))
        look(name)
    assert {name: found for name, found in problems.items() if found} == {}
    assert [one for one in seen.errors if "503" not in one] == []
    row = Organisation.objects.get(slug="qingchuan")
    assert (row.stage, row.enterprise["documents"]) == ("preparing", ["isc", "sz", "cts"])


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
