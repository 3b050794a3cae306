"""A bad line at the desk: nothing typed is lost, and the page says truly whether it was kept (issue: a day of use), on a bench (tests/bench.py)."""

import json
from typing import Any

import pytest

from tests.bench import Bench

pytestmark = pytest.mark.browser
PAGES = "pages/js/"
SAYS = {
    "not_sent": "not sent",
    "no_answer": "no answer",
    "no_answer_look": "look first",
    "draft_restored": "brought back",
    "draft_saved": "kept {time}",
}
FORM = (
    '<div class="toasts"></div><main><form id="f" method="post" action="/kept/"><input type="hidden" name="once" value="{}"><input name="what" id="what">'
    '<select name="kind" id="kind"><option value="a">a</option><option value="b">b</option></select><input type="checkbox" name="tick" value="yes" id="tick">'
    '<input type="password" name="secret" id="secret"><button id="send">send</button></form></main>'
)
SCRIPTS = ((f"{PAGES}forms.js", "startForms"), (f"{PAGES}once.js", "startOnce"), (f"{PAGES}unsent.js", "startUnsent"))
HOLDS = "() => [what.value, kind.value, tick.checked, secret.value, f.elements.once.value]"
TYPED = ["typed", "b", True, "", "key-1"]
TOLD = "() => [...document.querySelectorAll('.toast')].map((one) => one.firstChild.textContent)"


def form(
    bench: Bench, key: str = "key-1", *, person: str = "p1", kept: bool = True, origin: str = "http://localhost"
) -> Any:
    attributes = f'data-person="{person}"'
    return bench.show(FORM.format(key), *SCRIPTS, texts=SAYS, attributes=attributes, kept=kept, origin=origin)


def typed(page: Any) -> None:
    page.fill("#what", "typed")
    page.select_option("#kind", "b")
    page.check("#tick")
    page.fill("#secret", "pass")


def test_a_form_whose_sending_was_not_answered_gives_its_words_back_once(bench: Bench) -> None:
    bench.answers["/kept/"] = {"status": 502, "content_type": "text/html", "body": "<h1>502 Bad Gateway</h1>"}
    page = form(bench, kept=False)
    page.evaluate("sessionStorage.clear()")
    bench.html = bench.html.replace("sessionStorage.clear();", "").replace("key-1", "key-2")
    typed(page)
    page.click("#send")
    page.wait_for_function("document.title === '' && document.querySelector('h1')")
    page.go_back()
    page.wait_for_selector("#what")
    assert bench.js(HOLDS) == TYPED, "typed words and the key they were sent with, no password"
    assert "brought back" in bench.js(TOLD)
    form(bench, "key-3", person="p2")
    assert bench.js(HOLDS)[0] == "", "nobody else reads it"
    form(bench, "key-4")
    assert bench.js(HOLDS)[0] == "", "and after that nobody"
    bench.answers["/kept/"] = {"content_type": "text/html", "body": bench.html.replace("key-4", "key-5")}
    typed(page)
    page.click("#send")
    page.wait_for_function("location.pathname === '/kept/' && sessionStorage.getItem('tingsu-sent') === null")


def test_a_form_gone_back_to_keeps_the_key_of_its_place_in_the_history(bench: Bench) -> None:
    page = form(bench, "key-1")
    bench.html = bench.html.replace("key-1", "key-2")
    page.reload()
    assert bench.js("f.elements.once.value") == "key-1", "a new page of the same visit sends the same form"
    page.goto("http://localhost/elsewhere/")
    assert bench.js("f.elements.once.value") == "key-2", "a page opened anew is another form"
    bench.show(FORM.format("key-3"), *SCRIPTS, texts=SAYS, before="history.replaceState({ other: 1 }, '');")
    assert bench.js("history.state") == {"other": 1, "once": {"/kept/": "key-3"}}, "what others keep there stays"


def test_words_that_were_not_answered_come_back_on_their_own_page_alone(bench: Bench) -> None:
    put = "sessionStorage.setItem('tingsu-sent', {});"
    record = {"person": "p1", "action": "http://localhost/kept/", "once": "key-1", "values": [["what", "typed"]]}
    for page, comes in (("http://localhost/bench/", "typed"), ("http://localhost/elsewhere/", "")):
        before = put.format(json.dumps(json.dumps(record | {"page": page})))
        bench.show(FORM.format("key-2"), *SCRIPTS, texts=SAYS, attributes='data-person="p1"', before=before)
        assert bench.js("what.value") == comes
    for drafted in ("", "data-draft='d'"):
        html = FORM.format("key-2").replace('id="f"', f'id="f" {drafted}')
        page = bench.show(html, SCRIPTS[2], texts=SAYS, attributes='data-person="p1"')
        bench.js("addEventListener('submit', (event) => event.preventDefault())")
        page.fill("#what", "typed")
        page.click("#send")
        kept = bench.js("sessionStorage.getItem('tingsu-sent')")
        assert (kept is None) is bool(drafted), "what has a draft of its own is kept there"


def test_nothing_leaves_without_a_line_and_no_button_stays_dead(bench: Bench) -> None:
    page = form(bench, origin="https://firm.example")
    typed(page)
    bench.context.set_offline(True)
    page.click("#send")
    assert (bench.js(HOLDS), bench.js(TOLD), bench.sent("/kept/")) == ([*TYPED[:3], "pass", "key-1"], ["not sent"], [])
    assert not bench.js("() => 'sending' in f.dataset")
    bench.context.set_offline(False)
    bench.js(
        "() => addEventListener('submit', (event) => event.preventDefault())"
    )  # a line that is dead without saying so
    page.click("#send")
    under_way = "() => 'sending' in f.dataset"
    assert bench.js(under_way)
    page.clock.run_for(19_000)
    assert bench.js(under_way)
    page.clock.run_for(2_000)
    assert bench.js("() => [f.dataset.sending ?? '', document.querySelectorAll('[data-busy]').length]") == ["", 0]
    assert bench.js(TOLD)[-1] == "no answer"
    bench.js("() => f.elements.once.remove()")
    page.click("#send")
    page.clock.run_for(15_000)
    answered = "document.dispatchEvent(new CustomEvent('htmx:afterRequest', { detail: { elt: f } }))"
    bench.js(answered)
    page.click("#send")
    page.clock.run_for(10_000)
    assert (bench.js(under_way), len(bench.js(TOLD))) == (True, 2), "the time of an earlier sending ends no later one"
    page.clock.run_for(11_000)
    assert (bench.js(under_way), bench.js(TOLD)[-1]) == (False, "look first"), "without a key nobody promises once"


@pytest.mark.parametrize("origin", ["http://localhost", "http://127.0.0.1", "http://[::1]"])
def test_a_server_on_this_machine_needs_no_network(bench: Bench, origin: str) -> None:
    page = form(bench, origin=origin)
    bench.js("() => Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })")
    page.click("#send")
    page.wait_for_url("**/kept/")
    assert len(bench.sent("/kept/")) == 1


def test_a_form_with_modes_opens_where_something_was_begun(bench: Bench) -> None:
    modes = "".join(
        f'<input type="radio" name="mode" value="{one}" id="{one}" data-mode-switch{" checked" if one == "reply" else ""}>'
        for one in ("reply", "note", "call")
    )
    body = f'<form id="c" data-draft="case:1" data-draft-by-mode data-mode="reply" method="post" action="/done/">{modes}<textarea name="words" id="words"></textarea></form>'

    def shown(kept: dict[str, int], *, more: str = "") -> list[str]:
        before = "".join(
            f"localStorage.setItem('tingsu-draft:p1:case:1:{mode}', JSON.stringify({{words: 'in {mode}'}}));"
            for mode in kept
        )
        since = ",".join(f"'tingsu-draft:p1:case:1:{mode}': {at}" for mode, at in kept.items())
        before = (
            f"localStorage.clear();{before}localStorage.setItem('tingsu-typed-since', JSON.stringify({{{since}}}));"
        )
        bench.show(
            body.replace("<textarea", f"{more}<textarea"),
            (f"{PAGES}drafts.js", "startDrafts"),
            texts=SAYS,
            before=before,
            attributes='data-person="p1"',
            kept=True,
        )
        return list(bench.js("() => [c.dataset.mode, document.querySelector(':checked').value, words.value]"))

    at = 1772416700000  # a few minutes before the bench's clock
    for kept, wanted in (
        ({}, ["reply", "reply", ""]), ({"note": at}, ["note", "note", "in note"]), ({"reply": at, "note": at + 9}, ["reply", "reply", "in reply"]),
        ({"call": at + 9, "note": at}, ["call", "call", "in call"]), ({"call": at, "note": at + 9}, ["note", "note", "in note"]),
    ):  # fmt: skip
        assert shown(kept) == wanted, kept
    assert shown({"note": at}, more='<p class="error-summary"></p>') == ["reply", "reply", ""], (
        "the server said what is wrong here"
    )


def test_bars_give_way_to_large_letters_and_leave_the_focus_clear(bench: Bench) -> None:
    body = (
        '<div class="top" style="position:sticky;top:0;height:48px"></div><main><a href="#x" id="a">a</a></main>'
        '<form class="composer" style="height:400px"><textarea id="t"></textarea></form><div class="foot-bar" style="position:sticky;bottom:0;height:44px"></div>'
        "<style>[data-tall] { position: static !important; } .composer { position: sticky; bottom: 0; }</style>"
    )
    page = bench.show(body, (f"{PAGES}bars.js", "startBars"))
    state = "() => [...document.querySelectorAll('[data-tall]')].map((one) => one.className).concat(document.documentElement.style.scrollPaddingBottom, document.documentElement.style.scrollPaddingTop, getComputedStyle(document.documentElement).getPropertyValue('--top-bar'))"

    def becomes(wanted: list[str]) -> None:
        page.wait_for_function(f"(wanted) => JSON.stringify(({state})()) === JSON.stringify(wanted)", arg=wanted)

    becomes(["412px", "60px", "48px"])
    bench.js("document.querySelector('.composer').style.height = '600px'")
    becomes(["composer", "56px", "60px", "48px"])
    bench.js(
        "t.focus(); document.querySelector('.composer').style.height = '300px'; document.querySelector('.foot-bar').style.height = '300px'"
    )
    becomes(["composer", "foot-bar", "12px", "60px", "48px"])
    bench.js("t.blur(); document.querySelector('.top').style.height = '300px'")
    becomes(["top", "foot-bar", "312px", "12px", "0px"])
