"""Forms made from the process table: what is asked when, tables that grow, sums, and lines that come back."""

import json

import pytest

from tests.bench import Bench

PAGES = "pages/js/"
STEP = (
    '<form data-step id="f"><select name="mode"><option>phone<option>other</select><div data-when="mode=other" id="w1"><input name="which"></div>'
    '<input type="checkbox" name="again" value="x" id="again"><div data-when="again=yes" id="w2"><textarea name="why"></textarea></div><div data-when="again=no" id="w4"></div>'
    '<input type="radio" name="to" value="a" id="ra"><input type="radio" name="to" value="b" id="rb"><div data-when="to=b" id="w3"><select name="x"></select></div>'
    '<div data-lines="rows"><div data-lines-body><div data-line><input name="rows-0-amount" inputmode="decimal"><input name="rows-0-text"></div></div>'
    '<template><div data-line><label for="rows-__line__-amount">n</label><input id="rows-__line__-amount" name="rows-__line__-amount" data-twice="__line__ __line__" inputmode="decimal"></div></template>'
    '<p data-sum></p><button type="button" data-add-line>+</button></div></form>'
)


def test_a_step_asks_what_is_wanted_adds_lines_and_adds_up(bench: Bench) -> None:
    page = bench.show(STEP, (f"{PAGES}steps.js", "startSteps"), texts={"total": "sum {amount}"})
    parts = "() => ['w1', 'w2', 'w3', 'w4'].map((id) => { const one = document.getElementById(id), field = one.querySelector('input, textarea, select'); return [one.hidden, field ? field.disabled : one.hidden]; })"
    hidden, shown = [True, True], [False, False]
    assert bench.js(parts) == [hidden, hidden, hidden, shown]
    page.select_option("[name=mode]", "other")
    page.click("#again")
    page.click("#ra")
    assert bench.js(parts) == [shown, shown, hidden, hidden]
    page.click("#rb")
    page.select_option("[name=mode]", "phone")
    page.click("#again")
    assert bench.js(parts) == [hidden, hidden, shown, shown]
    total = "document.querySelector('[data-sum]').textContent"
    assert bench.js(total) == ""
    page.fill("[name=rows-0-amount]", "¥1,299.50")
    page.fill("[name=rows-0-text]", "77")
    assert bench.js(total) == "sum ¥1,299.50"
    for n in (1, 2):
        page.click("[data-add-line]")
        assert bench.js("document.activeElement.name") == f"rows-{n}-amount"
    assert bench.js("() => [...document.querySelectorAll('[data-line] label')].map((one) => one.htmlFor)") == [
        "rows-1-amount",
        "rows-2-amount",
    ]
    assert bench.js("() => document.querySelector('#rows-2-amount').dataset.twice") == "2 2"
    page.fill("#rows-1-amount", "１０.5")
    page.fill("#rows-2-amount", "no")
    assert bench.js(total) == "sum ¥1,310.00"
    page.fill("[name=rows-0-amount]", "")
    page.fill("#rows-1-amount", "")
    assert bench.js(total) == ""


@pytest.mark.parametrize("by", ["draft", "session"])
def test_lines_that_were_added_come_back_with_what_stood_in_them(bench: Bench, by: str) -> None:
    """Of a reload, and of a sign-in: a table is as long again as it was."""
    words = {"rows-0-text": "first", "rows-2-amount": "30", "rows-x-amount": "?", "else-9-amount": "?"}
    kept = {
        "person": "p1",
        "page": "/bench/",
        "forms": [{"action": "http://localhost/s/", "inside": False, "values": list(words.items())}],
    }
    stores = {
        "draft": f"localStorage.setItem('tingsu-draft:p1:s', {json.dumps(json.dumps(words))});",
        "session": f"sessionStorage.setItem('tingsu-kept', {json.dumps(json.dumps(kept))});",
    }
    form = STEP.replace('id="f"', 'id="f" action="/s/"' + (' data-draft="s"' if by == "draft" else ""))
    starts = {"draft": (f"{PAGES}drafts.js", "startDrafts"), "session": (f"{PAGES}session.js", "startSession")}
    page = bench.show(
        f'<div class="toasts"></div><main>{form}</main>', starts[by], (f"{PAGES}steps.js", "startSteps"),
        before=stores[by], attributes='data-person="p1"', texts={"draft_restored": "restored", "total": "sum {amount}"},
    )  # fmt: skip
    lines = "() => [...document.querySelectorAll('[data-line] input')].map((one) => [one.name, one.value])"
    assert bench.js(lines) == [
        ["rows-0-amount", ""],
        ["rows-0-text", "first"],
        ["rows-1-amount", ""],
        ["rows-2-amount", "30"],
    ]
    page.click("[data-add-line]")
    assert bench.js("document.activeElement.name") == "rows-3-amount"
