"""What the scripts of drafts and of pages of errors do with what somebody typed, branch by branch, on a bench (tests/bench.py)."""

import json
from typing import Any

import pytest

from tests.bench import Bench

pytestmark = pytest.mark.browser
PAGES = "pages/js/"

DRAFT = (
    '<form id="d" data-draft="case:1" {} method="post" action="/done/"><textarea name="words">{}</textarea><input type="hidden" name="version" value="1">'
    '<input type="checkbox" name="tick" value="a"><input type="checkbox" name="tick" value="b" checked><select name="to"><option value="">-<option value="x">X</select>'
    '<input type="password" name="secret"><span data-draft-state></span><button>Send</button></form>'
)
KEPT = "() => Object.fromEntries(Object.keys(localStorage).filter((key) => key.startsWith('tingsu-draft')).map((key) => [key, JSON.parse(localStorage[key])]))"
SAYS = {"draft_saved": "saved {time}", "draft_restored": "restored"}


def draft(bench: Bench, form: str = DRAFT.format("", "as it was"), **more: Any) -> Any:
    return bench.show(form, (f"{PAGES}drafts.js", "startDrafts"), texts=SAYS, attributes='data-person="p1"', **more)


def test_a_draft_keeps_what_differs_and_gives_it_back(bench: Bench) -> None:
    page = draft(bench)
    bench.passes(30)
    assert bench.js(KEPT) == {}, "nothing typed, nothing kept"
    page.fill("textarea", "hello")
    page.fill("[name=secret]", "word")
    bench.passes(4)
    assert bench.js(KEPT) == {}
    bench.passes(2)
    assert bench.js(KEPT) == {"tingsu-draft:p1:case:1": {"words": "hello"}}, (
        "no password, nothing hidden, nothing that is as it was"
    )
    assert page.inner_text("[data-draft-state]") == "saved 10:00"
    for box in page.locator("[name=tick]").all():
        box.click()
    page.select_option("select", "x")
    bench.passes(5)
    assert bench.js(KEPT) == {"tingsu-draft:p1:case:1": {"words": "hello", "tick=a": True, "tick=b": False, "to": "x"}}
    draft(bench, kept=True)
    seen = "() => [d.words.value, [...d.querySelectorAll('[name=tick]')].map((one) => one.checked), d.to.value, d.secret.value, d.querySelector('span').textContent]"
    assert bench.js(seen) == ["hello", [True, False], "x", "", "restored"]
    page.fill("textarea", "as it was")
    for box in page.locator("[name=tick]").all():
        box.click()
    page.select_option("select", "")
    bench.passes(5)
    assert bench.js(KEPT) == {}, "what is as it was needs no draft"
    page.fill("textarea", "on the way out")
    bench.js("window.dispatchEvent(new Event('pagehide'))")
    assert bench.js(KEPT) == {"tingsu-draft:p1:case:1": {"words": "on the way out"}}
    refused = DRAFT.format("", "what the server got").replace("<textarea", '<div class="error-summary"></div><textarea')
    draft(bench, refused, kept=True)
    assert bench.js("() => d.words.value") == "what the server got", "a refused form stands as it was sent"
    draft(bench, '<p data-draft-sent="case:1"></p>', kept=True)
    assert bench.js(KEPT) == {}


@pytest.mark.parametrize(
    ("then", "left"),
    [
        ("led on", False), ("refused", True), ("another way", True), ("send error", True), ("response error", True),
    ],
)  # fmt: skip
def test_a_draft_goes_when_its_answer_is_there_and_not_before(bench: Bench, then: str, left: bool) -> None:
    page = draft(bench, path="/form/")
    page.fill("textarea", "hello")
    shown_next = bench.html.replace("localStorage.clear(); sessionStorage.clear();", "")
    bench.html = shown_next if then == "refused" else shown_next.replace('data-draft="case:1"', 'data-draft="case:2"')
    if then in {"led on", "refused"}:
        page.click("button")
        page.wait_for_url("**/done/")
    else:
        bench.js("document.querySelector('form').addEventListener('submit', (event) => event.preventDefault())")
        page.click("button")
        if then.endswith("error"):
            kind = "htmx:sendError" if then == "send error" else "htmx:responseError"
            bench.js("(kind) => d.dispatchEvent(new CustomEvent(kind))", kind)
            page.evaluate("location.assign('/elsewhere/')")  # from this page, as an answer would
            page.wait_for_url("**/elsewhere/")
        else:
            page.goto("http://localhost/elsewhere/")  # by a way of its own
    page.wait_for_load_state("load")
    assert bool(bench.js(KEPT)) is left
    assert bench.js("sessionStorage.getItem('tingsu-sending')") is None


def test_drafts_of_modes_of_others_and_of_who_signs_out(bench: Bench) -> None:
    form = (
        DRAFT.format('data-draft-by-mode data-mode="reply"', "")
        + '<form id="out" data-drafts-forget><button>Out</button></form>'
    )
    page = draft(bench, form)
    page.fill("textarea", "to the customer")
    bench.js("d.dispatchEvent(new CustomEvent('tingsu:mode-leaves'))")
    assert bench.js("() => d.words.value") == "", "the words of one mode are not those of another"
    bench.js("() => { d.dataset.mode = 'note'; d.dispatchEvent(new CustomEvent('tingsu:mode-comes')); }")
    page.fill("textarea", "among us")
    bench.passes(5)
    assert bench.js(KEPT) == {
        "tingsu-draft:p1:case:1:reply": {"words": "to the customer"},
        "tingsu-draft:p1:case:1:note": {"words": "among us"},
    }
    bench.js(
        "() => { d.dispatchEvent(new CustomEvent('tingsu:mode-leaves')); d.dataset.mode = 'reply'; d.dispatchEvent(new CustomEvent('tingsu:mode-comes')); }"
    )
    assert bench.js("() => d.words.value") == "to the customer"
    switch = '<input type="radio" name="mode" value="{0}" data-mode-switch{1}>'
    chosen = f"{switch.format('reply', '')}{switch.format('note', ' checked')}</form>"
    draft(
        bench, form.replace("</form>", chosen, 1), kept=True
    )  # chosen, or brought back by the browser, before the script ran
    assert bench.js("() => [d.dataset.mode, d.words.value]") == ["note", "among us"], "never a note's look over a reply"
    draft(bench, form.replace("data-draft-by-mode", 'data-draft-by-mode data-draft-done="reply"'), kept=True)
    assert list(bench.js(KEPT)) == ["tingsu-draft:p1:case:1:note"], "what was sent in one mode is done, the other stays"
    bench.js("localStorage.setItem('tingsu-draft:p2:case:9', '{}'); localStorage.setItem('tingsu-folded', '[]')")
    bench.js("out.addEventListener('submit', (event) => event.preventDefault())")
    page.fill("textarea", "more")
    page.click("#out button")
    bench.passes(10)
    left = ["tingsu-draft:p2:case:9", "tingsu-folded", "tingsu-typed-since"]
    assert sorted(bench.js("Object.keys(localStorage)")) == left, "and nothing is kept after it"
    assert list(bench.js("() => JSON.parse(localStorage['tingsu-typed-since'])")) == ["tingsu-draft:p2:case:9"]


def test_a_draft_that_nobody_came_back_for_goes_after_a_day_whoever_opens_a_page(bench: Bench) -> None:
    """A device that others use, after a session that ended by itself (ASVS 14.3.1, 14.3.3)."""
    page = draft(bench)
    page.fill("textarea", "hello")
    bench.passes(5)
    bench.js("localStorage.setItem('tingsu-draft:p2:case:9', '{}')")
    stranger = ("<p>sign in</p>", (f"{PAGES}drafts.js", "startDrafts"))
    for hours, left in ((23, 2), (2, 1), (23, 0)):
        bench.js("(hours) => { const at = JSON.parse(localStorage['tingsu-typed-since']);"
                 " for (const key in at) at[key] -= hours * 3600e3; localStorage['tingsu-typed-since'] = JSON.stringify(at); }", hours)  # fmt: skip
        bench.show(*stranger, kept=True)
        assert len(bench.js(KEPT)) == left, hours
    assert bench.js("Object.keys(localStorage)") == []


def test_a_page_of_an_error_says_where_the_words_are(bench: Bench) -> None:
    body = '<p data-draft-kept hidden><a href="#main">back</a></p>'
    shown = "() => { const box = document.querySelector('[data-draft-kept]'); return box.hidden ? '' : box.querySelector('a').href; }"
    cases = [
        ({}, {}, ""),
        ({"tingsu-draft:p:x": "{}"}, {"tingsu-sending": {"key": "tingsu-draft:p:x", "from": "http://localhost/form/"}}, "http://localhost/form/"),
        ({}, {"tingsu-sending": {"key": "tingsu-draft:p:x", "from": "http://localhost/form/"}}, ""),
        ({}, {"tingsu-unsent:a": {"sent": False, "from": "http://localhost/a/"}, "tingsu-unsent:b": {"sent": True, "from": "http://localhost/b/"}}, "http://localhost/b/"),
        ({}, {"tingsu-unsent:a": {"sent": False, "from": "http://localhost/a/"}}, ""),
    ]  # fmt: skip
    for local, session, wanted in cases:
        before = f"const put = (store, all) => {{ for (const [key, value] of Object.entries(all)) store.setItem(key, typeof value === 'string' ? value : JSON.stringify(value)); }}; put(localStorage, {json.dumps(local)}); put(sessionStorage, {json.dumps(session)});"
        bench.show(body, (f"{PAGES}error.js", ""), before=before)
        assert bench.js(shown) == wanted, (local, session)
        assert bench.js("sessionStorage.getItem('tingsu-sending')") is None
        kept = [
            json.loads(bench.js("(key) => sessionStorage.getItem(key)", key))
            for key in session
            if key.startswith("tingsu-unsent")
        ]
        assert not any(one["sent"] for one in kept), "what did not arrive is not on its way any more"


def test_a_page_that_refuses_the_form_itself_holds_its_words_out(bench: Bench) -> None:
    """Signed in again, or sent, when the case is in other hands: the way back leads to the same refusal."""
    draft = {"tingsu-draft:p:step:X-1:note": json.dumps({"text": "half a page", "tick=1": True})}
    sent = {"tingsu-sending": {"key": "tingsu-draft:p:step:X-1:note", "from": "http://localhost/form/"}}
    typed = {
        "tingsu-kept": {
            "person": "p",
            "page": "/bench/",
            "forms": [{"values": [["text", "typed when it ended", "Words"]]}],
        }
    }
    cases = [
        (draft, sent, "p", "403", "half a page"),
        (draft, sent, "p", "503", ""),
        (draft, sent, "q", "403", ""),
        ({}, typed, "p", "404", "typed when it ended"),
        ({}, typed, "q", "404", ""),
        ({}, typed, "", "403", ""),
    ]  # fmt: skip
    shown = "() => { const box = document.querySelector('[data-words-kept]'); return box.hidden ? '' : box.querySelector('textarea').value; }"
    for local, session, person, status, wanted in cases:
        before = f"const put = (store, all) => {{ for (const [key, value] of Object.entries(all)) store.setItem(key, typeof value === 'string' ? value : JSON.stringify(value)); }}; put(localStorage, {json.dumps(local)}); put(sessionStorage, {json.dumps(session)});"
        body = '<p data-draft-kept hidden><a href="#main">back</a></p><div data-words-kept hidden><textarea></textarea></div>'
        bench.show(
            body, (f"{PAGES}error.js", ""), before=before, attributes=f'data-person="{person}" data-status="{status}"'
        )
        assert bench.js(shown) == wanted, (person, status)
        assert bench.js("document.querySelector('[data-draft-kept]').hidden") == (session is typed or bool(wanted))
