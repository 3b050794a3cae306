"""What each script of staff pages does, branch by branch, on a bench (tests/bench.py): forms, drafts, dialogs, clocks, notes."""

from typing import Any

import pytest

from tests.bench import AT, Bench

pytestmark = pytest.mark.browser
PAGES = "pages/js/"
MS = int(AT.timestamp() * 1000)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
WORDS = {"days": "{days}d", "days_hours": "{days}d{hours}h", "over": "{length} over", "left": "{length} left"}


def test_clocks_tell_the_rest_in_the_units_that_fit(bench: Bench) -> None:
    bench.show("", (f"{PAGES}clocks.js", ""), texts=WORDS)
    cases: list[tuple[int, int, bool, str, int, str | None]] = [
        # started so long ago, due in so long, large: state, share, words
        (10 * DAY, 5 * DAY, False, "normal", 67, None),
        (10 * DAY, 5 * DAY, True, "normal", 67, "5d left"),
        (10 * DAY, 5 * DAY + HOUR, True, "normal", 66, "5d1h left"),
        (3 * DAY, DAY, False, "soon", 75, None),
        (3 * DAY - HOUR, DAY, False, "normal", 75, None),
        (HOUR, 5 * HOUR, False, "normal", 17, "5:00"),
        (HOUR, 2 * HOUR + MINUTE, False, "normal", 33, "2:01"),
        (HOUR, 2 * HOUR, False, "soon", 33, "2:00"),
        (HOUR, 2 * HOUR, True, "soon", 33, "2:00 left"),
        (HOUR, 61_000, False, "soon", 98, "0:01"),
        (HOUR, 0, False, "late", 100, "0:00 over"),
        (HOUR, -59 * MINUTE, False, "late", 100, "0:59 over"),
        (HOUR, -DAY + MINUTE, True, "late", 100, "23:59 over"),
        (HOUR, -DAY, False, "late", 100, "1d over"),
        (HOUR, -DAY - HOUR, False, "late", 100, "1d over"),
        (HOUR, -DAY - HOUR, True, "late", 100, "1d1h over"),
        (-HOUR, 5 * HOUR, False, "normal", 0, "5:00"),
    ]
    for ago, left, large, state, share, words in cases:
        face = bench.js(
            "async ([start, due, at, large]) => (await import('/static/pages/js/clocks.js')).faceOf(start, due, at, large)",
            [MS - ago, MS + left, MS, large],
        )
        if (ago, left) == (3 * DAY - HOUR, DAY):
            assert face["state"] == ("soon" if face["share"] >= 75 else "normal")
            continue
        assert (face["state"], face["share"], face["words"]) == (state, share, words), (ago, left, large)


def test_clocks_go_by_the_servers_time_and_are_drawn_anew(bench: Bench) -> None:
    """The device is ten minutes behind the server; then a piece comes in, the page is hidden, and is looked at again."""
    clock = '<span class="clock clock-normal" data-clock="{}"><time datetime="{}">?</time><progress max="1" value="0"></progress></span>'
    due = "2026-03-02T02:13:00Z"
    page = bench.show(
        f"<main>{clock.format('2026-03-02T01:43:00Z', due)}</main>", (f"{PAGES}clocks.js", "startClocks"), texts=WORDS,
        attributes='data-now="2026-03-02T02:10:00+00:00"',
    )  # fmt: skip
    face = "() => { const one = document.querySelector('.clock'); return [one.className, one.querySelector('time').textContent, one.querySelector('progress').value]; }"
    assert bench.js(face) == ["clock clock-soon", "0:03", 0.9]
    bench.passes(60)
    assert bench.js(face)[1] == "0:02"
    bench.js("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    bench.passes(120)
    assert bench.js(face)[1] == "0:02", "nothing is counted where nobody looks"
    bench.js("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    bench.js("document.dispatchEvent(new Event('visibilitychange'))")
    assert bench.js(face) == ["clock clock-late", "0:00 over", 1]
    page.evaluate(
        "(html) => { document.querySelector('main').innerHTML = html; document.dispatchEvent(new CustomEvent('htmx:load')); }",
        clock.format("2026-03-02T02:00:00Z", "2026-03-02T12:13:00Z"),
    )
    assert bench.js(face)[1] == "10:00"
    bench.show(
        f"<main>{clock.format('2026-03-02T01:43:00Z', due)}</main>", (f"{PAGES}clocks.js", "startClocks"), texts=WORDS
    )
    assert bench.js(face)[0].startswith("clock clock-"), "without a server's time the device's own counts"
    assert bench.errors == []


FORM = '<form id="f" method="post" action="/sent/"><input name="a" value="1"><button name="go" value="1">Go</button></form>'
PRESS = """(selector) => {
  const form = document.querySelector(selector), button = form.querySelector('button');
  let arrived = 0;
  const count = (event) => { arrived += 1; event.preventDefault(); };
  window.addEventListener('submit', count);
  button.click(); button.click();
  window.removeEventListener('submit', count);
  return [arrived, 'sending' in form.dataset, 'busy' in button.dataset];
}"""


def test_a_form_is_sent_once_until_its_answer_is_there(bench: Bench) -> None:
    bench.show(FORM, (f"{PAGES}forms.js", "startForms"))
    assert bench.js("document.querySelector('#f').noValidate"), (
        "what is refused is said by the server, beside its field"
    )
    assert bench.js(PRESS, "#f") == [1, True, True], "a second press goes nowhere"
    bench.js(
        "document.dispatchEvent(new CustomEvent('htmx:afterRequest', { detail: { elt: document.querySelector('#f input') } }))"
    )
    assert bench.js("() => ['sending' in f.dataset, 'busy' in f.querySelector('button').dataset]") == [False, False]
    assert bench.js(PRESS, "#f") == [1, True, True], "and again when the answer was there"
    bench.js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))")
    assert bench.js("() => 'sending' in f.dataset")
    bench.js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert not bench.js("() => 'sending' in f.dataset")
    bench.show(FORM.replace('method="post"', 'method="get"'), (f"{PAGES}forms.js", "startForms"))
    assert bench.js(PRESS, "#f") == [2, False, False], "a search may be asked as often as one likes"
    stopped = "addEventListener('DOMContentLoaded', () => document.querySelector('form').addEventListener('submit', (event) => event.preventDefault()))"
    bench.show(FORM, (f"{PAGES}forms.js", "startForms"), before=stopped)
    assert bench.js(PRESS, "#f") == [2, False, False], "what another script stopped is not on its way"
    bench.show(FORM.replace("<form", '<form hx-post="/sent/"'), (f"{PAGES}forms.js", "startForms"), before=stopped)
    assert bench.js(PRESS, "#f") == [1, True, True], "htmx stops the browser and sends itself"


def test_focus_suggestions_choices_and_the_line(bench: Bench) -> None:
    body = (
        '<input id="who"><p data-focus tabindex="-1" id="wrong">!</p><button data-fill="who" data-value="甲" id="take">甲</button><button data-fill="none" id="nothing"></button>'
        '<form id="s" action="/list/"><select name="x" data-go><option>1<option>2</select></form><p data-offline hidden>offline</p>'
        '<button data-copy="202603-XF-001" id="copy">c</button>'
    )
    page = bench.show(body, (f"{PAGES}forms.js", "startForms"), origin="https://firm.example", texts={"copied": "copied!"}, before=(
        "window.heard = []; window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };"
        "addEventListener('tingsu:toast', (event) => heard.push(event.detail.message), true);"
        "for (const kind of ['input', 'change']) addEventListener(kind, (event) => heard.push(kind + event.target.value), true);"
    ))  # fmt: skip
    bench.passes(0.1)
    assert bench.js("document.activeElement.id") == "wrong", "what went wrong is read first"
    bench.js("take.click()")
    bench.js("nothing.click()")
    assert bench.js("() => [who.value, document.activeElement.id, heard]") == ["甲", "who", ["input甲", "change甲"]]
    assert page.locator("[data-offline]").is_hidden()
    for online in (False, True):
        bench.js("(value) => Object.defineProperty(navigator, 'onLine', { value, configurable: true })", online)
        bench.js("(kind) => window.dispatchEvent(new Event(kind))", "online" if online else "offline")
        assert page.locator("[data-offline]").is_hidden() is online
    bench.js("copy.click()")
    bench.settle()
    assert bench.js("() => [copied, heard.at(-1)]") == [["202603-XF-001"], "copied!"]
    page.select_option("select", "2")
    page.wait_for_url("**/list/?x=2")


DIALOGS = (
    '<dialog id="step-dialog"><div id="step-dialog-body"></div></dialog><dialog id="keys-dialog"></dialog>'
    '<dialog id="confirm-dialog"><h2 data-title></h2><p data-text></p><button data-close data-first-focus>no</button><button data-yes></button></dialog>'
    '<a id="step" href="/step/" data-dialog>step</a><a id="keys" href="/keys/" data-dialog="keys-dialog">keys</a><a id="off" href="/off/" data-dialog aria-disabled="true">off</a>'
    '<form id="grave" action="/gone/" method="post"><button id="end" data-confirm="Sure?" data-confirm-text="For good.">End it</button><button id="plain" data-confirm="Well?">Plain</button></form>'
)
HTMX = """window.loads = []; window.htmx = { ajax: async (method, address, { target }) => {
  loads.push([method, new URL(address, location).pathname]);
  if (address.includes('none')) return;
  target.innerHTML = '<h2 tabindex="-1">Title</h2><input type="hidden" name="v"><input id="field"><button class="btn-primary" id="go">Go</button><button data-close id="shut">x</button>';
} };"""
OPEN = "() => [...document.querySelectorAll('dialog[open]')].map((one) => one.id)"


def test_dialogs_are_filled_once_take_the_focus_and_give_it_back(bench: Bench) -> None:
    page = bench.show(DIALOGS, (f"{PAGES}dialogs.js", "startDialogs"), before=HTMX)
    page.focus("#step")
    page.keyboard.press("Enter")
    bench.settle()
    assert (bench.js(OPEN), bench.js("loads"), bench.js("document.activeElement.id")) == (
        ["step-dialog"],
        [["GET", "/step/"]],
        "field",
    )
    assert bench.js("() => 'busy' in step.dataset") is False
    page.click("#shut")
    assert (bench.js(OPEN), bench.js("document.activeElement.id")) == ([], "step"), (
        "the focus goes back to where it came from"
    )
    for _twice in range(2):
        page.click("#keys")
        bench.settle()
        assert bench.js(OPEN) == ["keys-dialog"]
        page.keyboard.press("Escape")
    assert bench.js("loads").count(["GET", "/keys/"]) == 1, "what is there is not asked for again"
    bench.js("document.querySelector('#off').click()")
    bench.settle()
    assert (bench.js(OPEN), page.url) == ([], "http://localhost/bench/")
    for held in ("ctrlKey", "metaKey", "shiftKey"):
        stopped = bench.js(
            "(held) => { const press = new MouseEvent('click', { bubbles: true, cancelable: true, [held]: true }); window.addEventListener('click', (event) => { window.was = event.defaultPrevented; event.preventDefault(); }, { once: true }); step.dispatchEvent(press); return window.was; }",
            held,
        )
        assert stopped is False, f"{held}: in a window of its own, as the browser does it"
    bench.js(
        "async () => { const { openPage } = await import('/static/pages/js/dialogs.js'); await openPage('/none/', document.getElementById('step')); }"
    )
    assert bench.js(OPEN) == [], "a refusal opens nothing"
    assert bench.js("document.querySelector('#step-dialog-body').childElementCount") == 0


def test_a_dialog_that_was_opened_from_a_menu_gives_the_focus_back_to_it(bench: Bench) -> None:
    """Esc closed the menu behind the dialog first, and what had opened the dialog could take the focus no more: it was nowhere."""
    body = f'<details class="menu" id="more"><summary id="dots">…</summary><a id="item" href="/item/" data-dialog>item</a></details>{DIALOGS}'
    scripts = ((f"{PAGES}dialogs.js", "startDialogs"), (f"{PAGES}menus.js", "startMenus"))
    page = bench.show(body, *scripts, before=HTMX)
    page.focus("#dots")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    bench.settle()
    assert bench.js(OPEN) == ["step-dialog"]
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.id === 'item'")  # the browser tells of the end in a task of its own
    assert (bench.js(OPEN), bench.js("more.open")) == ([], True)
    page.keyboard.press("Enter")
    bench.settle()
    page.click("#shut")
    page.wait_for_function("document.activeElement.id === 'dots'")
    assert (bench.js(OPEN), bench.js("more.open")) == ([], False)
    page.keyboard.press("Enter")
    page.click("#item")
    bench.settle()
    inner = '<details class="menu" id="inner" open><summary id="i">i</summary>words</details>'
    bench.js("(inner) => document.getElementById('step-dialog-body').insertAdjacentHTML('beforeend', inner)", inner)
    page.keyboard.press("Escape")
    assert (bench.js(OPEN), bench.js("inner.open"), bench.js("document.activeElement.id")) == (
        ["step-dialog"],
        False,
        "i",
    )


def test_a_grave_press_is_asked_about_and_then_sent_once(bench: Bench) -> None:
    page = bench.show(
        DIALOGS,
        (f"{PAGES}dialogs.js", "startDialogs"),
        before="window.gone = []; addEventListener('submit', (event) => { gone.push(event.submitter.id); event.preventDefault(); });",
    )
    page.click("#end")
    told = "() => ['[data-title]', '[data-text]', '[data-yes]'].map((one) => document.querySelector(`#confirm-dialog ${one}`).textContent)"
    assert (bench.js(OPEN), bench.js(told), bench.js("gone")) == (
        ["confirm-dialog"],
        ["Sure?", "For good.", "End it"],
        [],
    )
    assert bench.js("document.activeElement.textContent") == "no", "what does nothing stands first"
    page.click("#confirm-dialog [data-close]")
    assert (bench.js(OPEN), bench.js("gone"), bench.js("document.activeElement.id")) == ([], [], "end")
    page.click("#plain")
    assert bench.js(told) == ["Well?", "", "Plain"], "nothing of the question before"
    page.click("#confirm-dialog [data-yes]")
    assert (bench.js(OPEN), bench.js("gone")) == ([], ["plain"])
    page.click("#plain")
    assert (bench.js(OPEN), bench.js("gone")) == (["confirm-dialog"], ["plain"]), "each press is asked about anew"


TOASTS = '<div class="toasts"><div class="toast" data-toast="success"><span>done</span></div></div><form id="undo-form" method="post" hidden><button></button></form><button id="else">x</button>'


def test_small_notes_leave_in_their_time_and_failures_stay(bench: Bench) -> None:
    page = bench.show(TOASTS, (f"{PAGES}toasts.js", "startToasts"), texts={"close": "close", "undo": "undo"})
    said = "() => [...document.querySelectorAll('.toast')].map((one) => [one.dataset.toast, one.firstElementChild.textContent])"

    def toast(**detail: Any) -> None:
        bench.js("(detail) => document.body.dispatchEvent(new CustomEvent('tingsu:toast', { detail }))", detail)

    assert page.locator(".toast > button").get_attribute("aria-label") == "close"
    bench.passes(5)
    assert len(bench.js(said)) == 1
    bench.passes(1.5)
    assert bench.js(said) == []
    toast(message="<b>one</b>")
    toast(message="wrong", level="error")
    toast(message="moved", undo="/undo/7/", undoLabel="Back")
    toast(message="moved too", undo="/undo/8/")
    assert bench.js(said) == [["info", "<b>one</b>"], ["error", "wrong"], ["info", "moved"], ["info", "moved too"]]
    forms = "() => [...document.querySelectorAll('.toast form')].map((one) => [one.id, one.hidden, new URL(one.action).pathname, one.method, one.querySelector('button').textContent])"
    assert bench.js(forms) == [["", False, "/undo/7/", "post", "Back"], ["", False, "/undo/8/", "post", "undo"]]
    page.mouse.move(0, 0)
    bench.passes(7)
    assert [one for _level, one in bench.js(said)] == ["wrong", "moved", "moved too"], (
        "six seconds, ten with a way back"
    )
    page.focus(".toast:last-child button")
    bench.passes(4)
    assert [one for _level, one in bench.js(said)] == ["wrong", "moved too"], "not under somebody's hands"
    page.focus("#else")
    bench.passes(12)
    assert [one for _level, one in bench.js(said)] == ["wrong"], "a failure stays until it is closed"
    page.click(".toast > button")
    assert bench.js(said) == []
