"""What opens over a page: composer menus, "…" and dialogs; axe in both looks."""

import pytest

from tingsu.desk.tests.cases import BASIC, a_case

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "zh-hans", "dark"), (390, "en", "light")])
def test_composer_menus_and_dialogs_pass_axe_while_they_are_open(desk, cast, width, language, theme):
    case = a_case(cast.frontline, **BASIC)
    window = desk(cast.supervisor, width=width, language=language, theme=theme)
    page = window.open(f"/desk/cases/{case.number}/")

    def looks(name):
        page.evaluate("scrollTo(0, 0)")  # what lies half under the head that stays is no target at that moment
        window.picture(f"{name}-{width}-{language}-{theme}")
        # A menu that hangs over the page leaves half of what lies below it: that is no small target.
        over = "target-size" if name == "case-menu" else "never"
        assert [one for one in window.violations() if not one.startswith(over)] == [], name
        assert [one for one in window.errors if "422" not in one] == [], name
        if width < 500:
            assert window.too_wide() == [], name

    for mode in ("reply", "note", "call"):
        if page.locator(f"[data-mode-switch][value={mode}]").count():
            page.locator(f"[data-mode-switch][value={mode}]").check(force=True)
            looks(f"composer-{mode}")
            for place in range(page.locator("#composer details").count()):
                menu = page.locator("#composer details").nth(place)
                if menu.is_visible():
                    menu.evaluate("one => { one.open = true; }")
                    looks(f"composer-{mode}-{place}")
                    menu.evaluate("one => { one.open = false; }")
    page.locator("#case-actions details.menu summary").first.click()
    looks("case-menu")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_selector("#step-dialog[open] form")
    looks("dialog-assign")
    # What is proposed stands there already: whoever takes it away is refused.
    page.locator("#step-dialog [name=member]").evaluate_all(
        "all => all.forEach((one) => { one.checked = false; one.value = ''; })"
    )
    page.locator("#step-dialog [data-send]").click()
    page.wait_for_selector("#step-dialog .error-summary")
    looks("dialog-refused")
    if width > 500:
        page.keyboard.press("Escape")
        page.locator("#keys-dialog, body").first.press("?")
        page.wait_for_selector("#keys-dialog[open]")
        looks("dialog-keys")


@pytest.mark.req("WB-01")
def test_what_the_keyboard_reaches_in_a_panel_is_never_under_its_foot(desk, cast):
    """The foot with the buttons stays; what is reached by Tab comes out from under it (WCAG 2.4.11), and Escape leads back."""
    case = a_case(cast.frontline, **BASIC)
    window = desk(cast.frontline, width=1280)
    page = window.open(f"/desk/cases/{case.number}/")
    page.set_viewport_size({"width": 1280, "height": 560})
    link = page.locator("[href$='/steps/assess_and_grade/']").first
    link.evaluate("one => { one.closest('details')?.setAttribute('open', ''); one.focus(); one.click(); }")
    page.wait_for_selector("#step-dialog[open] form")
    under, reached = [], 0
    for _stop in range(60):
        page.keyboard.press("Tab")
        name, covered = page.evaluate(
            """() => {
              const one = document.activeElement, box = one.getBoundingClientRect();
              const foot = document.querySelector("#step-dialog .dialog-foot");
              const inside = one.closest("#step-dialog") && !foot.contains(one);
              return [inside ? one.name || one.tagName : "", inside && box.top > foot.getBoundingClientRect().top - 4];
            }"""
        )
        reached += bool(name)
        under += [name] * covered
    assert (reached > 12, under) == (True, [])
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("/steps/assess_and_grade/")
