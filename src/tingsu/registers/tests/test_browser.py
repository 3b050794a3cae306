"""Every register in a real browser: axe on its pages, forms that grow and ask again, all of it by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests.browser import Served
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry
from tingsu.registers.tests.samples import WHOLE, WORDS, an_entry, some_registers

pytestmark = pytest.mark.browser
LOOKS = [(1440, "zh-hans", "light"), (390, "en", "dark")]
SEEN = [
    (name, *look)
    for place, name in enumerate(sorted(registers()))
    for number, look in enumerate(LOOKS)
    if name in WHOLE or place % 2 == number
]
"""All registers are drawn by the same templates: each is looked at in one look, by turns, and two of them in both."""
MOMENTS = some_registers()
"""Filters, sheets, an empty list and a refused form are the same parts whatever they are of: looked at for these."""


@pytest.fixture(params=sorted(registers()))
def register(request: pytest.FixtureRequest) -> Register:
    return registers()[request.param]


@pytest.fixture
def opener(register: Register, cast: Any, sign_in: Any) -> Any:
    people = [getattr(cast, name) for name in ("supervisor", "mgmt_rep", "qa", "frontline", "specialist")]
    found = next(one for one in people if one.actor.has_role(*register.openers))
    sign_in(found)
    return found


@pytest.fixture(scope="module")
def windows(chromium: Any) -> Iterator[dict[Any, Served]]:
    """One window a look for all registers: a new one reads every script of ours and of axe as if for the first time."""
    opened: dict[Any, Served] = {}
    yield opened
    for one in opened.values():
        one.context.close()


@pytest.fixture
def in_look(windows: dict[Any, Served], chromium: Any, client: Any) -> Iterator[Any]:
    """`in_look(390, "en", "dark")` is that window, for this test's client, with nothing kept from the test before."""
    used: list[Served] = []

    def choose(width: int, language: str, theme: str) -> Served:
        look = look_of(client, width, language, theme)
        key = (width, language, theme)
        if key not in windows:
            windows[key] = Served(chromium, client, **look)
        used.append(windows[key])
        used[-1].client = client
        return used[-1]

    yield choose
    for one in used:
        one.hand_on()


def look_of(client: Any, width: int, language: str, theme: str) -> dict[str, Any]:
    """What a window of these looks is opened with; language and theme are the client's cookies."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.cookies["tingsu_theme"] = theme
    return {"viewport": {"width": width, "height": 900}, "color_scheme": theme}


def assert_well_made(desk: Served, name: str, width: int, *, errors: int = 0) -> None:
    desk.picture(name)
    assert desk.violations() == [], name
    assert width > 500 or desk.too_wide() == [], name
    assert len(desk.errors) == errors, (name, desk.errors)


@pytest.mark.parametrize(("register", "width", "language", "theme"), SEEN, indirect=["register"])
def test_list_form_and_page_pass_axe_and_fit(register, opener, in_look, width, language, theme) -> None:
    entry = an_entry(register, opener)
    desk = in_look(width, language, theme)
    listed = reverse("registers:list", args=[register.name])
    page = reverse("registers:entry", args=[register.name, entry.number])
    look = f"{register.name}-{width}-{language}-{theme}"
    desk.open(listed)
    assert_well_made(desk, f"registers-list-{look}", width)
    desk.open(page)
    assert_well_made(desk, f"registers-entry-{look}", width)
    desk.open(reverse("registers:new", args=[register.name]))
    assert_well_made(desk, f"registers-form-{look}", width)
    if register.name not in MOMENTS:
        return
    desk.page.fill(f"#f-{register.title}", WORDS)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    desk.page.wait_for_selector(".error-summary:focus")
    assert desk.page.input_value(f"#f-{register.title}") == WORDS
    assert_well_made(desk, f"registers-refused-{look}", width, errors=1)  # the browser notes the answer 422
    desk.errors.clear()
    desk.open(f"{page}print/")
    assert_well_made(desk, f"registers-print-{look}", width)
    desk.open(f"{listed}?q=zzzz")
    assert desk.page.locator(f'.empty a[href="{listed}"]').is_visible()
    assert_well_made(desk, f"registers-empty-{look}", width)
    desk.open(listed)
    desk.page.keyboard.press("f")
    desk.page.wait_for_selector("#filter-state")
    assert_well_made(desk, f"registers-filter-{look}", width)


def goes_to(page: Any, selector: str) -> None:
    """Tab until that has the focus, and see that the focus is shown."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none", selector
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def sends(desk: Served, keys: str) -> None:
    with desk.page.expect_navigation():
        desk.page.keyboard.press(keys)
    desk.settle()


def test_a_nonconformity_is_opened_and_taken_on_by_keyboard(cast, sign_in, client, window) -> None:
    sign_in(cast.supervisor)
    desk = window(**look_of(client, 1440, "zh-hans", "light"))
    page = desk.open(reverse("registers:list", args=["nonconformity"]))
    keys = page.keyboard
    goes_to(page, 'a.btn-primary[href$="/new/"]')
    sends(desk, "Enter")
    goes_to(page, "#f-source")
    keys.press("ArrowDown")
    goes_to(page, "#f-description")
    keys.insert_text(WORDS)
    page.fill("#f-found_on", "2026-01-05")  # the order of a date's parts is the browser's own
    goes_to(page, "[name=severity]")
    keys.press("Space")
    sends(desk, "Control+Enter")
    entry = Entry.objects.get()
    assert page.url.endswith(reverse("registers:entry", args=["nonconformity", entry.number]))
    sends(desk, "g")
    goes_to(page, "[name=control-0-what]")
    keys.insert_text("停用旧模板")
    page.fill("[name=control-0-on]", "2026-01-06")
    goes_to(page, "[data-add-line]")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.name") == "control-1-what"
    keys.insert_text("通知班组长")
    page.fill("[name=control-1-on]", "2026-01-07")
    sends(desk, "Control+Enter")
    page.wait_for_selector(".error-summary:focus")
    assert [page.input_value(f"[name=control-{line}-what]") for line in (0, 1)] == ["停用旧模板", "通知班组长"]
    goes_to(page, "[name=consequences-0-what]")
    keys.insert_text("联系 3 位投诉人更正")
    page.fill("[name=consequences-0-on]", "2026-01-08")
    sends(desk, "Control+Enter")
    entry.refresh_from_db()
    assert (entry.state, len(entry.codes["control"])) == ("contained", 2)


def test_what_only_one_kind_of_evidence_asks_is_asked_when_it_is_chosen(cast, sign_in, client, window) -> None:
    sign_in(cast.supervisor)
    desk = window(**look_of(client, 1440, "zh-hans", "light"))
    page = desk.open(reverse("registers:new", args=["evidence"]))
    assert page.locator("#f-budget").is_hidden()
    page.select_option("#f-subject", "fund")
    assert page.locator("#f-budget").is_visible()
    assert page.locator("#f-partners").is_hidden()
