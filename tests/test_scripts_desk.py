"""What each script of staff pages does, branch by branch, on a bench (tests/bench.py): the session, the case page, registration."""

import json
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


def session_page(bench: Bench, left: int, **more: Any) -> Any:
    body = (
        f'<dialog id="session-dialog" data-left="{left}" data-stay="/stay/" data-sign-in="/sign-in/"><button data-stay-here>stay</button></dialog><div class="toasts"></div>'
        '<main><form action="/one/"><input name="a" id="a"><input type="checkbox" name="b" id="b"><input type="password" name="p" id="p"></form></main>'
        + DIALOG
    )
    return bench.show(
        body,
        (f"{PAGES}session.js", "startSession"),
        before=HTMX + more.pop("before_more", ""),
        attributes=f'data-person="{more.pop("person", "p1")}"',
        texts={"draft_restored": "restored"},
        **more,
    )


def test_a_session_is_kept_by_who_works_and_warns_who_does_not(bench: Bench) -> None:
    asked: list[str] = []

    def stay(left: int, status: int = 200) -> None:
        bench.answers["/stay/"] = {
            "status": status,
            "content_type": "application/json",
            "body": json.dumps({"left": left}),
        }

    bench.page.on(
        "request",
        lambda request: (
            asked.append(request.headers.get("x-tingsu-unattended", "")) if request.url.endswith("/stay/") else None
        ),
    )
    stay(600)
    page = session_page(bench, 600)
    bench.passes(200)
    assert asked == [], "long before the end nobody is asked"
    page.fill("#a", "typed")
    bench.passes(90)
    assert asked == [], "before half of it, work alone asks nothing"
    bench.passes(15)
    assert asked == [""], "whoever works keeps the session"
    bench.passes(470)
    assert asked == [""]
    stay(100)
    bench.passes(15)
    assert asked[:2] == ["", "1"], "who does not work asks without being counted as working"
    assert bench.js("document.querySelector('#session-dialog').open"), "two minutes before it says so"
    stay(600)
    page.click("[data-stay-here]")
    bench.settle()
    assert not bench.js("document.querySelector('#session-dialog').open")
    stay(500, 503)
    bench.passes(490)
    assert not bench.js("document.querySelector('#session-dialog').open"), "a server that is away says nothing"
    stay(0, 401)
    bench.html = "<p>sign in</p>"
    bench.passes(6)
    page.wait_for_url("**/sign-in/?next=%2Fbench%2F")
    kept = json.loads(bench.js("sessionStorage.getItem('tingsu-kept')"))
    assert kept == {
        "person": "p1",
        "page": "/bench/",
        "forms": [{"action": "http://localhost/one/", "inside": False, "values": [["a", "typed"]]}],
    }


def test_the_longest_time_is_said_and_words_come_back_to_their_writer_and_page(bench: Bench) -> None:
    bench.answers["/stay/"] = {"content_type": "application/json", "body": '{"left": 60}'}
    page = session_page(bench, 100)
    bench.passes(6)
    page.click("[data-stay-here]")
    bench.settle()
    assert bench.js(
        "() => [document.querySelector('#session-dialog').open, document.querySelector('[data-stay-here]').hidden]"
    ) == [True, True]
    kept = {
        "person": "p1",
        "page": "/bench/",
        "forms": [
            {"action": "http://localhost/one/", "inside": False, "values": [["a", "typed"], ["b", ["on", True]]]}
        ],
    }
    for person, path, back, left in (
        ("p1", "/bench/", True, False),
        ("p2", "/bench/", False, False),
        ("p1", "/else/", False, True),
    ):
        bench.html = ""
        store = f"sessionStorage.setItem('tingsu-kept', {json.dumps(json.dumps(kept))});"
        body_before = HTMX + store
        bench.show(
            '<div class="toasts"></div><main><form action="/one/"><input name="a" id="a"><input type="checkbox" name="b" id="b"></form></main>',
            (f"{PAGES}session.js", "startSession"), before=body_before, attributes=f'data-person="{person}"', path=path, texts={"draft_restored": "restored"},
        )  # fmt: skip
        assert bench.js("() => [a.value, b.checked]") == (["typed", True] if back else ["", False]), (person, path)
        assert bench.js("document.querySelectorAll('.toast').length") == int(back)
        assert (bench.js("sessionStorage.getItem('tingsu-kept')") is not None) is left, (person, path)
    headers = "(type) => { const headers = {}; document.dispatchEvent(new CustomEvent('htmx:configRequest', { detail: { headers, triggeringEvent: { type } } })); return headers; }"
    assert bench.js(headers, "tingsu:poll") == {"X-Tingsu-Unattended": "1"}
    assert bench.js(headers, "click") == {}
    session_page(bench, 600)
    bench.js("() => { a.value = 'in a hurry'; }")
    gone = "(to) => document.dispatchEvent(new CustomEvent('htmx:beforeOnLoad', { detail: { xhr: { getResponseHeader: () => to } } }))"
    bench.js(gone, "/elsewhere/")
    assert bench.js("sessionStorage.getItem('tingsu-kept')") is None
    bench.js(gone, "/sign-in/?next=/x/")
    assert "in a hurry" in bench.js("sessionStorage.getItem('tingsu-kept')")


def test_the_history_ends_above_the_composer_and_grows_as_the_page_is_scrolled(bench: Bench) -> None:
    lines = "".join(f'<p style="height:100px;margin:0">{n}</p>' for n in range(20))
    body = (
        '<div style="height:250px"></div><div style="height:2000px"><div data-newest id="box" style="max-height:min(600px, var(--room, 100vh));overflow:auto">'
        f'{lines}</div><form data-composer id="c" style="position:POSITION;bottom:0;height:300px"></form></div>'
    )
    place = "() => [box.getBoundingClientRect().bottom, c.getBoundingClientRect().top, box.scrollTop + box.clientHeight === box.scrollHeight]"
    for position, ends in (("sticky", 600), ("static", 858)):
        page = bench.show(body.replace("POSITION", position), (f"{DESK}case.js", ""))
        page.wait_for_function("box.scrollTop > 0")
        assert bench.js(place) == [ends, ends, True], position
    page = bench.show(body.replace("POSITION", "sticky"), (f"{DESK}case.js", ""))
    page.wait_for_function("box.scrollTop > 0")
    for by, ends in ((100, 600), (250, 600), (900, -42)):
        # The clock stands, and frames with it: a page that waited for one would wait for ever.
        page.evaluate("(by) => { scrollTo(0, by); dispatchEvent(new Event('scroll')); }", by)
        assert bench.js(place)[::2] == [ends, True], by
    page = bench.show(body.replace("250px", "850px").replace("POSITION", "sticky"), (f"{DESK}case.js", ""))
    page.wait_for_function("box.scrollTop > 0")
    assert bench.js("box.clientHeight") == 160, "below the window it is short, never nothing"


ASIDE = (
    "<h2>still here</h2><textarea readonly data-aside-words></textarea><span data-aside-told hidden>copied</span>"
    "<button data-aside-done>done</button><button data-aside-note hidden>note</button><button data-aside-copy>copy</button>"
)
NO_FORM = f"""window.loads = []; window.htmx = {{ ajax: async (method, address, {{ target }}) => {{
  loads.push(new URL(address, location).pathname); if (loads.at(-1) === "/stay/") target.innerHTML = `{ASIDE}`;
}} }};"""
"""A step that is refused leaves the dialog empty; the words of the dialog that holds out what was typed come from the server."""
NOTE = (
    '<form data-composer data-mode="reply"><input type="radio" name="mode" value="reply" data-mode-switch checked><input type="radio" name="mode" '
    'value="note" data-mode-switch><textarea id="text">begun</textarea></form>'
)


def test_what_has_no_form_any_more_is_held_out_until_its_writer_says_what_becomes_of_it(bench: Bench) -> None:
    step = {
        "action": "http://localhost/steps/assign/",
        "inside": True,
        "values": [["why", "long words", "Reason"], ["urgent", ["on", True]]],
    }
    other = {"action": "http://localhost/gone/", "inside": False, "values": [["more", "and more"]]}
    kept = json.dumps({"person": "p1", "page": "/bench/", "forms": [step, other]})
    body = f'<dialog id="session-dialog" data-stay="/stay/" data-sign-in="/sign-in/"><button data-stay-here></button></dialog>{DIALOG}<main>{NOTE}</main>'
    scripts = ((f"{DESK}case.js", ""), (f"{PAGES}session.js", "startSession"))

    def come_back(
        *,
        kept_before: bool,
        script: str = "startSession",
        store: str = f"sessionStorage.setItem('tingsu-kept', {json.dumps(kept)});",
    ) -> None:
        page = bench.show(
            body, scripts[0], (scripts[1][0] if script == "startSession" else f"{PAGES}unsent.js", script),
            before=NO_FORM + ("" if kept_before else store), attributes='data-person="p1"', kept=kept_before,
        )  # fmt: skip
        page.wait_for_function("document.querySelector('[data-aside-words]')?.value")

    held = "() => document.querySelector('[data-aside-words]').value"
    come_back(kept_before=False)
    assert bench.js("loads") == ["/steps/assign/", "/stay/"]
    assert bench.js(held) == "more\nand more\n\nReason\nlong words"
    bench.page.keyboard.press("Escape")
    come_back(kept_before=True)
    assert bench.js(held) == "more\nand more\n\nReason\nlong words", "closed in passing, it is there at the next look"
    bench.page.click("[data-aside-note]")
    assert bench.js("() => [document.querySelector('#step-dialog').open, text.value, document.querySelector('[data-composer]').dataset.mode]") == [
        False, "begun\n\nmore\nand more\n\nReason\nlong words", "note",
    ]  # fmt: skip
    assert bench.js("sessionStorage.getItem('tingsu-kept')") is None
    # A step whose form still stands is filled when htmx has settled it, after its answer; what else was typed waits for the next look.
    later = "setTimeout(() => document.dispatchEvent(new CustomEvent('htmx:load', { detail: { elt: target } })), 20)"
    step_again = f"window.htmx = {{ ajax: async (method, address, {{ target }}) => {{ target.innerHTML = '<form><input name=why></form>'; {later}; }} }};"
    store = f"sessionStorage.setItem('tingsu-kept', {json.dumps(kept)});"
    bench.show(body, *scripts, before=step_again + store, attributes='data-person="p1"')
    bench.passes(1)
    assert bench.js("document.querySelector('#step-dialog [name=why]')?.value") == "long words"
    assert [one["values"] for one in json.loads(bench.js("sessionStorage.getItem('tingsu-kept')"))["forms"]] == [
        other["values"]
    ]
    sent = json.dumps(
        {
            "person": "p1",
            "page": "http://localhost/bench/",
            "action": "http://localhost/gone/",
            "values": [["a", "lost", "Words"]],
        }
    )
    come_back(
        kept_before=False, script="startUnsent", store=f"sessionStorage.setItem('tingsu-sent', {json.dumps(sent)});"
    )
    assert bench.js(held) == "Words\nlost"
    bench.page.click("[data-aside-done]")
    assert bench.js("() => [document.querySelector('#step-dialog').open, sessionStorage.getItem('tingsu-sent')]") == [
        False,
        None,
    ]


COMPOSER = (
    '<form data-composer id="c" data-mode="reply"><input type="radio" name="mode" value="reply" data-mode-switch checked id="m1"><input type="radio" name="mode" value="note" data-mode-switch id="m2">'
    '<textarea id="text"></textarea><details class="menu" open><a href="/ready/" data-reply-text="您好〔称呼〕，〔进度〕" id="ready">ready</a></details>'
    '<input type="date" name="next" id="next"><div data-reason-of="next" data-reason-after="2026-03-05" id="why"><input id="reason"></div><div data-reason-of="next" data-reason-after="2026-03-05" data-owed id="owed"><input></div></form>'
    '<div data-newest style="height:50px;overflow:auto" id="long"><p style="height:100px">1</p><p style="height:100px">2</p></div>'
    '<div data-newest style="height:50px;overflow:auto" id="fresh"><p style="height:100px">1</p><p class="entry-fresh">new</p><p style="height:300px">2</p></div>'
    '<button data-case-tab="timeline" aria-pressed="true" id="t1">t</button><button data-case-tab="panels" aria-pressed="false" id="t2">p</button><div class="case-columns" data-tab="timeline"></div>'
    '<details data-panel="people" open id="people"><summary>p</summary></details><details data-panel="files" open id="files"><summary>f</summary></details>'
)


def test_the_case_page(bench: Bench) -> None:
    page = bench.show(
        COMPOSER,
        (f"{DESK}case.js", ""),
        before="window.said = []; for (const kind of ['tingsu:mode-leaves', 'tingsu:mode-comes']) addEventListener(kind, (event) => said.push(kind.slice(12) + c.dataset.mode), true); addEventListener('input', (event) => { if (event.target.id === 'text') said.push('input'); }, true);",
    )
    page.click("#m2")
    assert bench.js("() => [said, c.dataset.mode, document.activeElement.id]") == [
        ["leavesreply", "comesnote"],
        "note",
        "text",
    ]
    page.click("#m2")
    assert len(bench.js("said")) == 2, "the same again changes nothing"
    page.click("#ready")
    assert bench.js(
        "() => [text.value, document.querySelector('#c details').open, text.value.slice(text.selectionStart, text.selectionEnd), said.at(-1)]"
    ) == ["您好〔称呼〕，〔进度〕", False, "〔称呼〕", "input"]
    page.fill("#text", "先写〔别的〕  \n")
    bench.js("document.querySelector('#c details').open = true")
    page.click("#ready")
    assert bench.js("() => [text.value, text.selectionStart]") == ["先写〔别的〕\n\n您好〔称呼〕，〔进度〕", 10]
    assert page.url == "http://localhost/bench/"
    hidden = "() => [why.hidden, owed.hidden]"
    assert bench.js(hidden) == [True, False]
    for day, wanted in (("2026-03-05", True), ("2026-03-06", False), ("2026-03-04", True)):
        page.fill("#next", day)
        assert bench.js(hidden) == [wanted, False], day
    page.fill("#next", "2026-03-09")
    page.fill("#reason", "商家要等")
    page.fill("#next", "2026-03-01")
    assert bench.js(hidden) == [False, False], "what was written is not hidden"
    assert bench.js("() => [long.scrollTop, fresh.scrollTop > 90 && fresh.scrollTop < 140]") == [
        bench.js("() => long.scrollHeight - long.clientHeight"),
        True,
    ]
    page.click("#t2")
    assert bench.js(
        "() => [document.querySelector('.case-columns').dataset.tab, t1.getAttribute('aria-pressed'), t2.getAttribute('aria-pressed')]"
    ) == ["panels", "false", "true"]
    page.click("#files summary")
    bench.settle()
    bench.show(COMPOSER, (f"{DESK}case.js", ""), kept=True)
    assert bench.js("() => [people.open, files.open]") == [True, False]
    page.click("#files summary")
    bench.settle()
    bench.show(COMPOSER, (f"{DESK}case.js", ""), kept=True)
    assert bench.js("() => [people.open, files.open]") == [True, True]


REGISTER = (
    '<span data-timer></span><span data-missing></span><div id="hints"></div><p data-script-state></p><form id="register"><textarea name="description" id="description"></textarea>'
    '<input type="radio" name="problem_type" value="a" id="pt"><input name="phone" id="phone"><input name="email" id="email"><input name="agent_phone" id="agent"><input name="order_number" id="order"><input name="summary" id="summary"><input name="other" id="other">'
    '<input type="checkbox" name="anonymous" value="yes" id="anonymous"><span><label><input type="checkbox" name="demands-1-kind" id="refund"></label><input class="demand-amount" id="amount"></span></form><ol class="script"><li><input type="checkbox" id="s1"><label for="s1">listen</label></li><li><input type="checkbox" id="s2"><label for="s2">guide</label></li></ol>'
)


def test_registration_by_telephone(bench: Bench) -> None:
    texts = {
        "story": "story",
        "problem_type": "type",
        "contact": "contact",
        "missing": "missing {what}",
        "nothing_missing": "all there",
        "comma": ", ",
    }
    before = "window.hints = 0; window.changed = []; addEventListener('tingsu:hints', () => { hints += 1; }, true); addEventListener('change', (event) => changed.push(event.target.id), true);"
    page = bench.show(REGISTER, (f"{DESK}register.js", ""), texts=texts, before=before)
    said = "document.querySelector('[data-missing]').textContent"
    assert bench.js(said) == "missing story, type, contact"
    assert bench.js("document.activeElement.id") == "description", "one writes while one listens"
    page.fill("#amount", " ")
    assert bench.js("refund.checked") is False
    page.fill("#amount", "199")
    assert bench.js("refund.checked") is True, "an amount says that it is asked for"
    page.fill("#description", "  ")
    assert bench.js(said) == "missing story, type, contact", "blanks are no story"
    page.fill("#description", "hot")
    page.click("#pt")
    assert bench.js(said) == "missing contact"
    for name in ("phone", "email", "agent"):
        page.fill(f"#{name}", "x")
        assert bench.js(said) == "all there", name
        page.fill(f"#{name}", "")
        assert bench.js(said) == "missing contact", name
    page.click("#anonymous")
    assert bench.js(said) == "all there"
    bench.passes(2)
    before_hints = bench.js("hints")
    for name, more in (("description", 1), ("phone", 1), ("order", 1), ("summary", 1), ("other", 0), ("email", 0)):
        now = bench.js("hints")
        page.fill(f"#{name}", "typed")
        bench.passes(0.5)
        page.fill(f"#{name}", "typed more")
        bench.passes(0.8)
        assert bench.js("hints") == now, f"{name}: not while somebody writes"
        bench.passes(0.2)
        assert bench.js("hints") - now == more, name
    assert before_hints >= 1
    page.keyboard.press("Control+;")
    assert bench.js(
        "() => [document.querySelector('#s1').checked, document.querySelector('#s2').checked, document.querySelector('[data-script-state]').textContent, changed.at(-1)]"
    ) == [True, False, "listen", "s1"]
    page.keyboard.press("Control+;")
    page.keyboard.press("Control+;")
    assert bench.js(
        "() => [document.querySelector('#s2').checked, document.querySelector('[data-script-state]').textContent]"
    ) == [True, "guide"]
    for form in (
        REGISTER.replace('id="register">', 'id="register"><p class="error-summary"></p>'),
        '<input id="q" autofocus>' + REGISTER,
    ):
        bench.show(form, (f"{DESK}register.js", ""), texts=texts)
        assert bench.js("document.activeElement.id") != "description", (
            "a refusal, or what one writes in already, keeps the place"
        )
    page.set_viewport_size({"width": 390, "height": 844})
    bench.show(REGISTER, (f"{DESK}register.js", ""), texts=texts)
    assert bench.js("document.activeElement.id") == "", "on a telephone the keyboard would cover the form"
    page.set_viewport_size({"width": 1200, "height": 900})


@pytest.mark.parametrize(("person", "token"), [("p1", "b" * 32), ("p2", "secret")])
def test_a_page_from_before_a_new_sign_in_goes_on_with_fresh_tokens_for_the_same_person_alone(
    bench: Bench, person: str, token: str
) -> None:
    bench.answers["/stay/"] = {
        "content_type": "application/json",
        "body": json.dumps({"left": 600, "person": person}),
    }
    asked: list[str] = []
    page = session_page(bench, 600, before_more="document.cookie = `csrftoken=${'a'.repeat(32)}`;")
    bench.js(
        "document.querySelector('form').insertAdjacentHTML('beforeend', '<input type=hidden name=csrfmiddlewaretoken value=secret>')"
    )
    page.on(
        "request",
        lambda one: asked.append(one.headers.get("x-csrftoken", "")) if one.url.endswith("/stay/") else None,
    )
    page.fill("#a", "typed")
    bench.settle()
    assert asked == [], "nobody signed in: nobody is asked"
    bench.js("() => { document.cookie = `csrftoken=${'b'.repeat(32)}`; window.dispatchEvent(new Event('focus')); }")
    bench.settle()
    assert asked == ["b" * 32]
    found = "() => [document.querySelector('meta[name=csrf]').content, document.querySelector('[name=csrfmiddlewaretoken]').value, document.querySelector('#a').value]"
    assert bench.js(found) == [token, token, "typed"]
