"""Signing in a real browser: drawn by mouse, cleared, kept through a refusal; typed by keyboard; without scripts (RG-05, MD-06)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.signing import enter
from tingsu.portal.tests import case_pages
from tingsu.signing.models import Signature
from tingsu.signing.tests.given import RECEIPT
from tingsu.signing.tests.test_signing import mediated, visit
from tingsu.triage.tests.cases import registered

pytestmark = pytest.mark.browser


def draw(page: Any) -> None:
    """A few strokes in the field."""
    page.locator("[data-pad]").scroll_into_view_if_needed()
    box = page.locator("[data-pad]").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 90)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + step * 18, box["y"] + (40 if step % 2 else 120), steps=3)
    page.mouse.up()


def well_made(window: Any, name: str) -> None:
    window.picture(name, full=True)
    assert window.violations() == [], name
    assert window.too_wide() == [], name
    assert window.errors == [], name


@pytest.mark.req("RG-05", "MD-06")
@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1440, "en")])
def test_a_party_signs_on_the_own_page(cast: Cast, window: Any, width: int, language: str) -> None:
    complaint = mediated(cast)
    browser = Client()
    case_pages.enter(browser, complaint)
    browser.cookies["tingsu_language"] = language
    view = window(client=browser, viewport={"width": width, "height": 844})
    page = view.open(reverse("portal:sign_own", args=["mediation_record", "1"]))
    well_made(view, f"sign-{width}-{language}")
    draw(page)
    assert page.input_value("[data-drawing]").startswith("data:image/png;base64,")
    page.click("[data-pad-clear]")
    assert page.input_value("[data-drawing]") == ""
    draw(page)
    kept = page.input_value("[data-drawing]")
    page.click(".btn-primary >> nth=-1")
    page.wait_for_selector(".error-summary")
    page.wait_for_load_state("networkidle")
    view.errors.clear()  # the browser notes every 422
    assert page.input_value("[data-drawing]") == kept, "a refusal loses no drawing"
    well_made(view, f"sign-refused-{width}-{language}")
    page.fill("#name", "陈小满")
    page.check("input[name=intent]")
    page.click(".btn-primary >> nth=-1")
    page.wait_for_selector("[role=status]:not(.offline)")
    well_made(view, f"signed-{width}-{language}")
    assert [(row.way, row.side) for row in Signature.objects.all()] == [("drawn", "complainant")]


@pytest.mark.req("RG-05")
def test_the_keyboard_alone_signs_with_a_typed_name(cast: Cast, window: Any) -> None:
    complaint = registered(cast.frontline)
    browser = Client()
    case_pages.enter(browser, complaint)
    page = window(client=browser, viewport={"width": 390, "height": 844}).open(
        reverse("portal:sign_own", args=["registration_form"])
    )
    page.focus("#name")
    page.keyboard.type("陈小满")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.locator("[data-pad-field]").is_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:not(.offline)")
    assert [row.way for row in Signature.objects.all()] == ["typed"]


@pytest.mark.req("RG-05")
def test_without_scripts_a_typed_name_signs(cast: Cast, window: Any) -> None:
    complaint = registered(cast.frontline)
    browser = Client()
    case_pages.enter(browser, complaint)
    view = window(client=browser, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = view.open(reverse("portal:sign_own", args=["registration_form"]))
    assert page.locator("[data-pad]").is_hidden()
    page.fill("#name", "陈小满")
    page.check("input[name=intent]")
    page.click(".btn-primary >> nth=-1")
    page.wait_for_selector("[role=status]:not(.offline)")
    assert [row.way for row in Signature.objects.all()] == ["typed"]


@pytest.mark.req("RG-18")
@pytest.mark.parametrize(("width", "language"), [(390, "en"), (1440, "zh-hans")])
def test_a_visitor_signs_on_the_screen_of_a_colleague(cast: Cast, window: Any, width: int, language: str) -> None:
    complaint = visit(cast)
    browser = Client()
    enter(browser, cast.frontline.username)
    browser.cookies["tingsu_language"] = language
    view = window(client=browser, viewport={"width": width, "height": 900})
    page = view.open(reverse("signing:sign", args=[complaint.number, "complainant"]) + f"?document={RECEIPT}")
    well_made(view, f"desk-before-{width}-{language}")
    page.click("button[value=show]")
    page.wait_for_selector("[data-pad]")
    draw(page)
    page.fill("#name", "陈小满")
    page.check("input[name=intent]")
    well_made(view, f"desk-sign-{width}-{language}")
    page.click("button[value=sign]")
    page.wait_for_selector(".panel-entry", state="attached")
    view.picture(f"desk-case-{width}-{language}", full=True)
    assert Signature.objects.get().witness_id == cast.frontline.id
