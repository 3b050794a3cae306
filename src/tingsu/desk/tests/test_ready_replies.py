"""Ready-made replies in a browser: put behind what is written, by hand and by key; with an open place nothing leaves."""

import pytest

from tingsu.desk.tests.cases import a_case
from tingsu.desk.tests.windows import posts

pytestmark = pytest.mark.browser
AREA, MENU, REFUSED = "#composer-text", ".composer-replies", "#composer .error-summary"
WRITTEN = "您好，让您久等了。"
MARKED = "(() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd); })()"


@pytest.fixture
def expect():
    """Playwright's own waiting: until it is so, or the test fails. Nothing here looks only once."""
    from playwright.sync_api import expect

    return expect


def mode(page, name):
    page.locator(f"[data-mode-switch][value={name}]").check(force=True)


@pytest.mark.req("AK-13")
def test_a_reply_stands_behind_what_is_written_and_leaves_once_its_places_are_filled(open_desk, cast, expect):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    area, menu, sent = page.locator(AREA), page.locator(MENU), page.locator("#composer").get_attribute("action")
    area.fill(f"{WRITTEN}\n")
    menu.locator("summary").click()
    choice = menu.locator("[data-reply-text]", has_text="核实").first
    text = choice.get_attribute("data-reply-text")
    assert case.number in text
    choice.click()
    whole = f"{WRITTEN}\n\n{text}"
    expect(area).to_have_value(whole)
    expect(area).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")
    first = text[text.index("〔") : text.index("〕") + 1]
    assert page.evaluate(MARKED) == first, "what is typed next takes the place of the first open place"

    def told():
        case.refresh_from_db()
        return case.last_feedback_at is not None

    page.keyboard.press("Control+Enter")
    expect(page.locator(REFUSED)).to_contain_text("〔")
    page.wait_for_load_state()
    expect(area).to_have_value(whole)
    assert not told()
    mode(page, "note")
    expect(menu).to_be_hidden()
    mode(page, "reply")
    expect(menu).to_be_visible()
    filled = whole
    while "〔" in filled:
        filled = filled[: filled.index("〔")] + "今天 17 点" + filled[filled.index("〕") + 1 :]
    area.fill(filled)
    page.locator("[name=reply-query_way]").check()
    area.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("今天 17 点")
    expect(area).to_have_value("")
    expect(page.locator("#case-actions")).to_be_in_viewport()
    expect(page.locator(REFUSED)).to_have_count(0)
    assert told()
    assert len(posts(desk, sent)) == 2
    assert [one for one in desk.errors if "409" not in one and "422" not in one] == []


@pytest.mark.req("AK-13")
def test_a_reply_is_chosen_by_key_and_without_scripts_its_link_brings_it(open_desk, window, cast, expect):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    page.locator(f"{MENU} summary").focus()
    page.keyboard.press("Enter")
    link = page.locator(f"{MENU} [data-reply-text]").first
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    text, address = link.get_attribute("data-reply-text"), link.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page.locator(AREA)).to_have_value(text)
    expect(page.locator(AREA)).to_be_focused()
    plain = window(java_script_enabled=False)
    shown = plain.open(address if address.startswith("/") else f"/desk/cases/{case.number}/{address}")
    expect(shown.locator(AREA)).to_have_value(text)
