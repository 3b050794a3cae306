"""What each script of staff pages does, branch by branch, on a bench (tests/bench.py): keys, lists, pieces that come in, the session, the desk."""

from typing import Any

import pytest

from tests.bench import Bench

pytestmark = pytest.mark.browser
PAGES, DESK = "pages/js/", "desk/js/"
HTMX = """window.loads = []; window.htmx = { ajax: async (method, address, { target }) => {
  loads.push(new URL(address, location).pathname);
  target.innerHTML = '<form><input id="field" name="field"></form>';
} };"""
DIALOG = '<dialog id="step-dialog"><div id="step-dialog-body"></div></dialog>'
ROWS = (
    '<input id="typing"><input type="checkbox" id="box"><table data-cases><tbody>'
    + "".join(
        f'<tr data-row id="r{n}"><td><input type="checkbox" name="case" value="c{n}" id="c{n}"></td><td><a href="/cases/{n}/">{n}</a></td></tr>'
        for n in (1, 2, 3, 4)
    )
    + "</tbody></table><div data-bulk-bar><span data-when-idle>idle</span><span data-when-selecting hidden>some <b data-selected-count>0</b></span>"
    '<button data-select-none>none</button></div><input type="checkbox" data-select-all id="all">'
    '<a id="go" href="#gone" data-key="g">g</a><input id="find" value="old" data-key="/"><p style="display:none"><a data-key="h" href="#hidden">h</a></p>'
    '<div data-alt-key="1"><input type="hidden"><textarea id="story"></textarea></div><button data-alt-key="r" id="risk">r</button>'
    '<form id="main" data-main><button type="button" data-send id="send">s</button></form>' + DIALOG
)
NOTED = "window.pressed = []; addEventListener('click', (event) => { if (event.target.id) pressed.push(event.target.id); }, true);"


def rows(bench: Bench, *more: tuple[str, str], attributes: str = "", kept: bool = False) -> Any:
    return bench.show(
        ROWS, (f"{PAGES}keys.js", "startKeys"), (f"{PAGES}selection.js", "startSelection"), *more, before=HTMX + NOTED, kept=kept,
        attributes=f'data-row-steps="p:pass_on m:link" {attributes}',
    )  # fmt: skip


CURRENT = "() => document.querySelector('[data-current]')?.id ?? ''"
CHOSEN = "() => [...document.querySelectorAll('[name=case]:checked')].map((one) => one.value)"


def test_keys_move_through_a_list_and_take_its_steps(bench: Bench) -> None:
    page = rows(bench)
    page.keyboard.press("x")
    assert (bench.js(CHOSEN), bench.errors) == ([], []), "no row is current yet"
    for key, wanted in (
        ("j", "r1"),
        ("j", "r2"),
        ("j", "r3"),
        ("k", "r2"),
        ("k", "r1"),
        ("k", "r1"),
        ("J", "r2"),
        ("j", "r3"),
        ("j", "r4"),
        ("j", "r4"),
    ):
        page.keyboard.press(key)
        assert bench.js(CURRENT) == wanted, key
    assert bench.js("() => document.activeElement.getAttribute('href')") == "/cases/4/"
    page.keyboard.press("x")
    assert bench.js(CHOSEN) == ["c4"]
    page.keyboard.press("x")
    assert bench.js(CHOSEN) == [], "the same key takes it back"
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("Shift+X")
    assert bench.js(CHOSEN) == ["c2", "c3", "c4"]
    page.keyboard.press("Escape")
    assert bench.js(CHOSEN) == []
    bench.js("document.activeElement.blur()")
    for key, address in (("p", "/cases/2/steps/pass_on/"), ("m", "/cases/2/steps/link/"), (" ", "/cases/2/preview/")):
        page.keyboard.press(key)
        bench.settle()
        assert bench.js("loads.at(-1)") == address
        assert bench.js("document.querySelector('#step-dialog').open")
        page.keyboard.press("Escape")
        bench.settle()
        bench.js("document.activeElement.blur()")
    loads = len(bench.js("loads"))
    bench.js("document.querySelector('[data-cases]').removeAttribute('data-cases'); document.activeElement.blur()")
    for key in ("p", " "):
        page.keyboard.press(key)
    bench.settle()
    assert len(bench.js("loads")) == loads, "another list has no steps of cases"
    bench.js("document.activeElement.blur()")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/2/")


def test_keys_press_what_the_page_names_and_leave_writers_alone(bench: Bench) -> None:
    page = rows(bench)
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.keyboard.press("q")
    assert bench.js("pressed") == ["go"], "nothing that is not to be seen"
    bench.js("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'g', bubbles: true, repeat: true }))")
    for held in ("Control", "Meta", "Alt"):
        page.keyboard.press(f"{held}+g")
    assert bench.js("pressed") == ["go"], "once for each press, and never with another key held"
    page.keyboard.press("/")
    assert bench.js(
        "() => [document.activeElement.id, document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    ) == ["find", 0, 3]
    for place in ("typing", "story"):
        page.focus(f"#{place}")
        page.keyboard.type("gjx")
        assert bench.js("(id) => document.getElementById(id).value", place) == "gjx"
    assert (bench.js("pressed"), bench.js(CURRENT)) == (["go"], "")
    page.focus("#box")
    page.keyboard.press("g")
    assert bench.js("pressed") == ["go", "go"], "a box that is ticked is no field one writes in"
    page.focus("#typing")
    page.keyboard.press("Alt+Digit1")
    assert bench.js("document.activeElement.id") == "story"
    page.keyboard.press("Alt+KeyR")
    page.keyboard.press("Control+Enter")
    assert bench.js("pressed") == ["go", "go", "risk", "send"]
    composing = "(more) => { const press = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }); typing.dispatchEvent(press); return press.defaultPrevented; }"
    assert bench.js(composing, {"isComposing": True})
    assert bench.js(composing, {"keyCode": 229})
    assert not bench.js(composing, {})
    rows(bench, attributes="data-keys-off")
    for key in ("g", "j"):
        page.keyboard.press(key)
    assert (bench.js("pressed"), bench.js(CURRENT)) == ([], ""), "switched off for the account"
    page.keyboard.press("Alt+KeyR")
    assert bench.js("pressed") == ["risk"]
    switch = '<input type="checkbox" data-keys-switch id="switch">'
    keys = (f"{PAGES}keys.js", "startKeys")
    bench.show(switch + '<a id="go" href="#x" data-key="g">g</a>', keys, before=NOTED)
    assert bench.js(
        "() => [document.getElementById('switch').checked, document.getElementById('switch').disabled]"
    ) == [True, False]
    page.click("#switch")
    bench.js("document.activeElement.blur()")
    page.keyboard.press("g")
    assert bench.js("pressed") == ["switch"]
    bench.show(switch + '<a id="go" href="#x" data-key="g">g</a>', keys, before=NOTED, kept=True)
    assert bench.js("document.getElementById('switch').checked") is False
    page.click("#switch")
    page.keyboard.press("g")
    assert bench.js("pressed") == ["switch", "go"]
    bench.show(switch, keys, attributes="data-keys-off")
    assert bench.js(
        "() => [document.getElementById('switch').checked, document.getElementById('switch').disabled]"
    ) == [False, True]


def test_rows_are_chosen_one_by_one_in_ranges_and_all(bench: Bench) -> None:
    page = rows(bench)
    bar = "() => [document.querySelector('[data-selected-count]').textContent, document.querySelector('[data-when-idle]').hidden, document.querySelector('[data-when-selecting]').hidden, document.querySelector('[data-bulk-bar]').hasAttribute('data-selecting'), all.checked, all.indeterminate, [...document.querySelectorAll('[data-selected]')].map((one) => one.id)]"
    assert bench.js(bar) == ["0", False, True, False, False, False, []]
    page.click("#c1")
    assert bench.js(bar) == ["1", True, False, True, False, True, ["r1"]]
    page.click("#c3", modifiers=["Shift"])
    assert bench.js(CHOSEN) == ["c1", "c2", "c3"]
    page.click("#c2", modifiers=["Shift"])
    assert bench.js(CHOSEN) == ["c1"], "a range is taken back as it is taken"
    page.click("#all")
    assert bench.js(bar) == ["4", True, False, True, True, False, ["r1", "r2", "r3", "r4"]]
    page.click("#c4")
    assert bench.js(bar)[4:6] == [False, True]
    page.click("[data-select-none]")
    assert bench.js(bar) == ["0", False, True, False, False, False, []]
    page.click("#c1")
    page.click("#c4")
    assert bench.js(CHOSEN) == ["c1", "c4"], "no range without Shift"
    page.click("[data-select-none]")
    page.click("#all")
    page.click("#all")
    assert bench.js(CHOSEN) == []
    bench.js("() => { c2.checked = true; document.dispatchEvent(new CustomEvent('htmx:afterSettle')); }")
    assert bench.js(bar)[0] == "1", "a list that came in is counted"


def test_menus_close_behind_one_and_the_navigation_says_whether_it_is_open(bench: Bench) -> None:
    body = (
        '<details class="menu" id="m1"><summary id="s1">1</summary><button id="in">in</button></details><details class="menu" id="m2"><summary id="s2">2</summary></details>'
        '<details id="other"><summary id="s3">3</summary></details><button data-nav-open id="burger" aria-expanded="false">=</button><aside class="nav"><a href="#x" id="first">a</a></aside><p id="away">away</p>'
    )
    page = bench.show(body, (f"{PAGES}menus.js", "startMenus"))
    state = "() => [m1.open, m2.open, other.open]"
    page.click("#s1")
    page.click("#in")
    assert bench.js(state) == [True, False, False], "a press inside leaves it open"
    page.click("#s3")
    page.click("#s2")
    assert bench.js(state) == [False, True, True], "another menu closes it, what is no menu stays"
    page.focus("#burger")
    page.keyboard.press("Escape")
    assert (bench.js(state), bench.js("document.activeElement.id")) == ([False, False, True], "s2")
    page.click("#s1")
    page.click("#away")
    assert bench.js(state) == [False, False, True]
    nav = "() => [document.querySelector('.nav').hasAttribute('data-open'), burger.getAttribute('aria-expanded'), document.activeElement.id]"
    page.click("#burger")
    assert bench.js(nav) == [True, "true", "first"]
    page.keyboard.press("Escape")
    assert bench.js(nav) == [False, "false", "burger"]
    page.click("#burger")
    page.click("#away")
    assert bench.js(nav)[:2] == [False, "false"]
    page.click("#burger")
    page.click("#burger")
    assert bench.js(nav) == [False, "false", "burger"]


def test_an_open_menu_stands_inside_the_window(bench: Bench) -> None:
    """The fourth clock of a row that wrapped opened its explanation out of view, and the page scrolled sideways."""
    style = "position: absolute; inline-size: 22rem; block-size: 5rem"
    body = "".join(
        f'<details class="menu" style="position: absolute; inset-inline-start: {x}px"><summary id="{name}">{name}</summary><div class="menu-list" style="{style}; {side}">words</div></details>'
        for name, x, side in (("a", 0, "inset-inline-end: 0"), ("b", 200, ""), ("c", 360, ""))
    )
    page = bench.show(body, (f"{PAGES}menus.js", "startMenus"))
    page.set_viewport_size({"width": 480, "height": 600})
    for name in ("a", "b", "c"):
        page.click(f"#{name}")
        page.wait_for_function(
            "(name) => { const box = document.getElementById(name).nextElementSibling.getBoundingClientRect(); return box.left >= 0 && box.right <= 480; }",
            arg=name,
        )
        page.keyboard.press("Escape")


def test_looks_are_drawn_at_once_and_kept_and_a_failure_is_said(bench: Bench) -> None:
    body = (
        '<table class="queue"></table><div class="toasts"></div><form data-look action="/look/"><input type="checkbox" name="column" value="person" checked id="person">'
        '<input type="checkbox" name="column" value="stage" id="stage"><input type="radio" name="density" value="comfortable" checked id="wide"><input type="radio" name="density" value="compact" id="narrow">'
        '<input type="radio" name="order" value="limit" id="limit"></form>'
    )
    bench.answers.clear()
    page = bench.show(body, (f"{PAGES}looks.js", "startLooks"), texts={"not_sent": "not sent"})
    classes = "() => [...document.querySelector('table').classList].sort()"
    page.click("#narrow")
    assert bench.js(classes) == ["hide-stage", "queue", "queue-compact"]
    page.click("#person")
    page.click("#stage")
    page.click("#wide")
    assert bench.js(classes) == ["hide-person", "queue"]
    bench.settle()
    assert bench.sent("/look/")[-1] == "column=stage&density=comfortable"
    assert bench.js("document.querySelectorAll('.toast').length") == 0
    for answer in ({"status": 500}, None):
        bench.answers["/look/"] = answer
        bench.js("document.querySelectorAll('.toast').forEach((one) => one.remove())")
        page.click("#person")
        bench.settle()
        assert bench.js(
            "() => [...document.querySelectorAll('.toast')].map((one) => [one.dataset.toast, one.firstChild.textContent])"
        ) == [["error", "not sent"]]
    page.click("#limit")
    bench.settle()
    assert [method for method, path, _body in bench.asked if path == "/bench/"] == ["GET"], (
        "a refused order draws nothing anew"
    )
    bench.answers.clear()
    bench.js("document.querySelector('#limit').checked = false")
    with page.expect_navigation():
        page.click("#limit")
    assert [path for method, path, _body in bench.asked if method == "GET" and path == "/bench/"] == [
        "/bench/",
        "/bench/",
    ], "another order asks for the list anew"


def test_polling_asks_only_for_who_looks_and_stops_with_its_piece(bench: Bench) -> None:
    bench.show(
        '<p data-poll="30" id="p"></p>',
        (f"{PAGES}polling.js", "startPolling"),
        origin="https://firm.example",
        before="window.polls = 0; addEventListener('tingsu:poll', () => { polls += 1; }, true);",
    )
    bench.passes(29)
    assert bench.js("polls") == 0
    bench.passes(62)
    assert bench.js("polls") == 3
    for name, value in (("document.hidden", True), ("navigator.onLine", False)):
        bench.js(
            f"(value) => Object.defineProperty({name.split('.')[0]}, '{name.split('.')[1]}', {{ value, configurable: true }})",
            value,
        )
        bench.passes(31)
        assert bench.js("polls") == 3, name
        bench.js(
            f"(value) => Object.defineProperty({name.split('.')[0]}, '{name.split('.')[1]}', {{ value, configurable: true }})",
            not value,
        )
    bench.js("window.gone = p; p.remove(); gone.addEventListener('tingsu:poll', () => { polls += 100; })")
    bench.passes(120)
    assert bench.js("polls") == 3


def test_pieces_that_come_in_keep_the_focus_and_failures_are_said(bench: Bench) -> None:
    body = '<div class="toasts"></div><div id="piece"><input id="kept"></div><div data-poll="30" id="poll"></div>'
    bench.show(
        body,
        (f"{PAGES}swaps.js", "startSwaps"),
        texts={
            "not_sent": "not sent",
            "no_answer": "no answer",
            "no_answer_look": "look first",
            "refused": "refused {status}",
        },
    )
    swap = "(html) => { document.dispatchEvent(new CustomEvent('htmx:beforeSwap')); piece.innerHTML = html; document.dispatchEvent(new CustomEvent('htmx:afterSettle', { detail: { elt: piece } })); return document.activeElement.id; }"
    bench.js("kept.focus()")
    assert bench.js(swap, '<h2 id="title">t</h2><input id="kept">') == "kept"
    assert bench.js(swap, '<h2 id="title">t</h2><input id="else">') == "title", (
        "what had the focus is gone: its heading"
    )
    bench.js("document.activeElement.blur()")
    assert bench.js(swap, "<p>words</p>") == ""
    bench.js("piece.innerHTML = '<input id=here>'; here.focus()")
    assert (
        bench.js(
            "() => { document.dispatchEvent(new CustomEvent('htmx:afterSettle', { detail: { elt: document.querySelector('#poll') } })); return document.activeElement.id; }"
        )
        == "here"
    ), "nobody is called away"
    said = "() => { const all = [...document.querySelectorAll('.toast')].map((one) => [one.dataset.toast, one.firstChild.textContent]); document.querySelectorAll('.toast').forEach((one) => one.remove()); return all; }"
    bench.js("document.body.insertAdjacentHTML('beforeend', '<form id=f><input name=once></form><form id=g></form>')")
    for kind in ("htmx:sendError", "htmx:timeout"):
        bench.js("(kind) => document.dispatchEvent(new CustomEvent(kind))", kind)
        assert bench.js(said) == [["error", "not sent"]], kind
        for verb, sender, wanted in (("get", "f", "not sent"), ("post", "f", "no answer"), ("post", "g", "look first")):
            lost = "([kind, verb, id]) => document.dispatchEvent(new CustomEvent(kind, { detail: { requestConfig: { verb, elt: document.getElementById(id) } } }))"
            bench.js(lost, [kind, verb, sender])
            assert bench.js(said) == [["error", wanted]], (kind, verb, "what was sent may have arrived")
    ours = '<body class="error-page"><h1> Something broke </h1></body>'
    for status, text, place, verb, wanted in (
        (500, ours, "piece", "post", "Something broke"), (503, ours, "piece", "post", "Something broke"), (502, "<h1>502 Bad Gateway</h1>", "f", "post", "no answer"),
        (504, "bad", "piece", "post", "look first"), (502, "bad", "piece", "get", "refused 502"), (500, "<h1>x</h1>", "piece", "post", "refused 500"),
        (422, ours, "piece", "post", ""), (500, ours, "poll", "get", ""),
    ):  # fmt: skip
        bench.js(
            "([status, responseText, place, verb]) => document.dispatchEvent(new CustomEvent('htmx:responseError', { detail: { requestConfig: { verb }, xhr: { status, responseText }, elt: document.getElementById(place) } }))",
            [status, text, place, verb],
        )
        assert bench.js(said) == ([["error", wanted]] if wanted else []), (status, place)
    assert bench.js(
        "() => { const headers = {}; document.dispatchEvent(new CustomEvent('htmx:configRequest', { detail: { headers } })); return headers; }"
    ) == {"X-CSRFToken": "secret"}


def test_light_or_dark_is_kept_here_and_for_the_account(bench: Bench) -> None:
    body = '<button data-theme-switch id="t" aria-pressed="false">t</button><button data-theme-switch id="u">u</button>'
    bench.page.emulate_media(color_scheme="light")
    page = bench.show(body, (f"{PAGES}theme.js", "startTheme"), attributes='data-account="/desk/account/"')
    seen = "() => [document.documentElement.dataset.theme, document.cookie.match(/tingsu_theme=(\\w+)/)?.[1], t.getAttribute('aria-pressed'), document.querySelector('#u').getAttribute('aria-pressed')]"
    page.click("#t")
    assert bench.js(seen) == ["dark", "dark", "true", "true"]
    page.click("#u")
    assert bench.js(seen) == ["light", "light", "false", "false"]
    bench.settle()
    assert bench.sent("/desk/account/") == ["theme=dark", "theme=light"]
    bench.page.emulate_media(color_scheme="dark")
    page = bench.show(body, (f"{PAGES}theme.js", "startTheme"))
    page.click("#t")
    assert bench.js(seen)[0] == "light", "the device is dark already"
    bench.settle()
    assert [one for one in bench.asked if one[0] == "POST"] == [], "nobody is signed in"
    bench.page.emulate_media(color_scheme="light")


def test_words_that_are_cut_are_shown_whole_and_pieces_are_prepared_once(bench: Bench) -> None:
    wide = "style='display:block;width:40px;overflow:hidden;white-space:nowrap'"
    page = bench.show(
        f"<span class='cause' id='cut' {wide}><b>x</b><span>a very long cause of a case</span></span><span class='cause' id='fits'>ok</span><span id='none' {wide}>a very long text that is no cause</span>",
        (f"{PAGES}hints.js", "startHints"),
    )
    for name, wanted in (("cut", "a very long cause of a case"), ("fits", ""), ("none", "")):
        page.hover(f"#{name}")
        assert bench.js("(id) => document.getElementById(id).title", name) == wanted
    bench.show("<p class='a'></p>", (f"{PAGES}texts.js", ""), texts={"x": "{a} of {b}"})
    assert bench.js(
        "async () => { const { text } = await import('/static/pages/js/texts.js'); return [text('x', { a: 1, b: 2 }), text('x', { a: 1 }), text('y')]; }"
    ) == ["1 of 2", "1 of {b}", "y"]
    prepared = bench.js(
        """async () => {
          const { forEachNew } = await import('/static/pages/js/texts.js');
          const seen = [];
          forEachNew('.a', (one) => seen.push(one.id));
          const more = document.createElement('div');
          more.className = 'a'; more.id = 'm'; more.innerHTML = '<p class="a" id="n"></p>';
          document.body.append(more);
          for (const elt of [document.body, more, more]) document.dispatchEvent(new CustomEvent('htmx:load', { detail: { elt } }));
          return seen;
        }"""
    )
    assert prepared == ["", "m", "n"] or sorted(prepared) == ["", "m", "n"]
