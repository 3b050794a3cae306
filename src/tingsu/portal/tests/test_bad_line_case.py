"""Opinion, review, personal data, access code and rating on a bad line: no dead button, no lost word, nothing done twice."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.aftercare.tests.rounds import notified
from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.letters.links import case_token
from tingsu.portal.tests.test_bad_line import DEAD, PHONE
from tingsu.settlement.tests.journey import Journey, handled

pytestmark = [pytest.mark.browser, pytest.mark.req("WB-01", "IN-10")]
WORDS = "三天前说好的，到今天没有人打电话"


def walked(visitor: Any, name: str, *, own_page: bool = True, words: bool = True, tick: str = "") -> None:
    """One form: saving fails and is said, the line is dead, the browser's own error page comes, then it is sent and sent again."""
    address, keep = f"/case/{name}/", f"/case/{name}/keep/"
    shown = address if own_page else "/case/"
    form = "main form[data-once]" if own_page else f"main form[action$='{address}']"
    page = visitor.open(shown)
    if tick:
        page.locator(f"{form} {tick}").check(force=True)
    if words:
        visitor.broken.add(keep)
        page.locator(f"{form} textarea").fill(WORDS)
        visitor.passes(1.6)
        visitor.settle()
        assert page.locator(f"{form} [data-saved-words]").inner_text() == "还没保存上，正在重试。", name
    page.evaluate(DEAD)
    button = page.locator(f"{form} .btn-primary")
    button.click()
    visitor.passes(19)
    assert page.locator("[data-told]").count() == 0, name
    visitor.passes(2)
    assert "还没有收到答复" in page.inner_text("[data-told]"), name
    assert page.evaluate("document.querySelectorAll('form[data-sending], [data-busy]').length") == 0, name
    page.evaluate("window.dead = false")
    visitor.broken.add(address)
    button.click()
    page.wait_for_url("chrome-error://**")
    visitor.broken.clear()
    if own_page:
        visitor.broken.add(keep)
    page = visitor.open(shown)
    if words:
        assert page.locator(f"{form} textarea").input_value() == WORDS, name
    if tick:
        assert page.locator(f"{form} {tick}").is_checked(), name
    visitor.broken.clear()
    before = Event.objects.count()
    page.locator(f"{form} .btn-primary").click()
    if not own_page:
        page.wait_for_selector(form, state="detached")
    page.wait_for_url("**/case/")
    page.wait_for_load_state("load")
    sent = next(body for method, asked, body in reversed(visitor.asked) if method == "POST" and asked == address)
    after = Event.objects.count()
    assert after > before, name
    kind = f"multipart/form-data; boundary={sent.splitlines()[0][2:]}"
    if not sent.startswith("--"):
        kind = "application/x-www-form-urlencoded"
    visitor.client.generic("POST", address, sent.encode(), content_type=kind)
    assert Event.objects.count() == after, f"{name}: the answer was lost, the same is sent again"
    if own_page:  # here a redirect is a page of its own, and leaves another referrer than in a browser
        assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('tingsu-unsent')).length") == 0


def entered(window: Any, journey: Journey) -> Any:
    party = Party.objects.get(complaint=journey.complaint, role="complainant")
    visitor = window(at=journey.at, **PHONE)
    visitor.client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
    return visitor


def test_opinion_review_data_and_code_forms_survive_a_bad_line(window: Any, cast: Cast) -> None:
    journey = handled(cast).offered()
    with travel_to(journey.at + timedelta(minutes=5)):
        visitor = entered(window, journey)
        walked(visitor, "review")
        walked(visitor, "data", tick="input[name=asked][value=access]")
        walked(visitor, "new_code", words=False)
        walked(visitor, "disagree", tick="input[name=negotiable][value=no]")


def test_the_rating_form_survives_a_bad_line(window: Any, cast: Cast) -> None:
    journey = notified(cast)
    with travel_to(journey.at + timedelta(minutes=5)):
        walked(entered(window, journey), "rate", own_page=False, tick="input[name=score][value='2']")


@pytest.mark.req("invariant-3")
def test_the_page_gone_back_to_adds_nothing_twice_and_loses_no_word(window: Any, cast: Cast) -> None:
    journey = handled(cast)
    with travel_to(journey.at + timedelta(minutes=5)):
        visitor = entered(window, journey)

        def added() -> int:
            return Event.objects.filter(kind="complaint.facts_added").count()

        def adds(words: str) -> None:
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            page.locator("form[action$='/case/add/'] textarea").fill(words)
            page.locator("form[action$='/case/add/'] .btn-primary").click()

        page = visitor.open("/case/")
        visitor.open("/case/?from=letter")
        adds("快递单号 SF1")
        page.wait_for_url("**/case/")
        assert added() == 1
        page.go_back()
        page.wait_for_url("**/case/?from=letter")
        adds("快递单号 SF1")
        page.wait_for_url("**/case/")
        assert added() == 1, "the very same once more"
        page.go_back()
        page.wait_for_url("**/case/?from=letter")
        adds("快递单号 SF1，签收人不是我")
        page.wait_for_url("**/case/?wrong=add**")
        assert page.locator("form[action$='/case/add/'] textarea").input_value() == "快递单号 SF1，签收人不是我"
        assert "这份表单" in page.inner_text("#add")
        assert added() == 1
        page.locator("form[action$='/case/add/'] .btn-primary").click()
        page.wait_for_url("**/case/")
        assert added() == 2
