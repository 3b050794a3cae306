"""The grid of slips, the reception and the visitor's screen in a real browser: by keyboard, for those who hear them, on a telephone."""

import pytest

from tingsu.intake.tests.test_slips import batch, grid

pytestmark = pytest.mark.browser


@pytest.mark.req("IN-03", "RG-18")
def test_slips_by_keyboard_and_the_pages_of_a_visit(desk, cast):
    entry = batch(cast.frontline)
    for width, language in ((1440, "zh-hans"), (390, "en")):
        window = desk(cast.frontline, width=width, language=language)
        page = window.open(grid(entry))
        page.locator('[name="s1-description"]').fill("秤不准")
        page.keyboard.press("Enter")
        page.keyboard.type("第二张")
        assert page.locator('[name="s2-description"]').input_value() == "第二张"
        page.locator('[name="s1-problem_type"]').select_option("product")
        page.locator('[name="s1-product"]').fill("电饭煲")
        page.locator('[name="s2-product"]').focus()
        page.keyboard.press("Control+d")
        assert page.locator('[name="s2-product"]').input_value() == "电饭煲"
        page.locator("[data-copy-line]").nth(1).click()
        assert page.locator('[name="s3-product"]').input_value() == "电饭煲"
        assert page.locator('[name="s3-description"]').input_value() == ""
        for path in ("", "/desk/visits/", "/kiosk/"):
            if path:
                window.open(path)
            page.set_viewport_size(
                {"width": width, "height": 9000}
            )  # whole: what scrolls under a bar is not covered for good
            assert window.violations() == [], path
            assert window.disorder() == [], path
            assert window.too_wide() == [], path
        assert window.errors == []
