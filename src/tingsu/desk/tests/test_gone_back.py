"""The page gone back to in a real browser and sent again: nothing happens twice, no word is lost (AK-13, invariant 3)."""

import pytest

from tingsu.desk.tests.cases import a_case
from tingsu.kernel.models import Event

pytestmark = [pytest.mark.browser, pytest.mark.req("AK-13", "invariant-3")]


@pytest.mark.parametrize("alone", [True, False], ids=["step", "composer"])
def test_a_form_gone_back_to_and_sent_again_is_done_once_and_keeps_new_words(open_desk, cast, alone):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    words = "form[data-step] textarea" if alone else "#composer-text"
    button = "form[data-step] [data-send]" if alone else "#composer [data-send]"

    def notes():
        return Event.objects.filter(stream_id=case.pk, kind="complaint.note_added").count()

    def writes(text):
        if not alone:
            page.locator("[data-mode-switch][value=note]").check(force=True)
        page.locator(words).first.fill(text)
        page.locator(button).first.click()

    page = desk.open(f"/desk/cases/{case.number}/" + ("steps/note/" if alone else ""))
    first = page.url
    writes("先道歉")
    page.wait_for_url(lambda address: address != first)
    assert notes() == 1
    page.go_back()
    page.wait_for_url(first)
    writes("先道歉")
    page.wait_for_url(lambda address: address != first)
    assert notes() == 1, "the very same once more"
    page.go_back()
    page.wait_for_url(first)
    writes("先道歉，再退款")
    page.wait_for_selector(".error-summary")
    assert "这份表单" in page.locator(".error-summary").inner_text()
    assert page.locator(words).first.input_value() == "先道歉，再退款"
    assert notes() == 1, "other words are kept, not done"
    page.locator(button).first.click()
    page.wait_for_selector(".error-summary", state="detached")
    assert notes() == 2, "sent on purpose, they are done"
    page = desk.open(first.removeprefix("http://localhost"))
    writes("第三条")
    page.wait_for_selector(".error-summary", state="detached")
    assert notes() == 3, "a page that was opened anew has a key of its own"
