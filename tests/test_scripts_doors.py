"""The scripts of screens where visitors type, of the panel in other sites, and of the grid of slips, on a bench (tests/bench.py)."""

import pytest

from tests.bench import Bench

pytestmark = pytest.mark.browser
KIOSK = (
    '<main><form><textarea id="words" name="words"></textarea></form></main><form method="post" data-idle="180">'
    '<p data-ask hidden id="ask"><button type="button" data-here id="here">here</button></p><button>end</button></form>'
)


def test_a_screen_that_nobody_touches_asks_and_then_clears_itself(bench: Bench) -> None:
    page = bench.show(KIOSK, ("portal/js/kiosk.js", ""))
    bench.passes(148)
    assert bench.js("ask.hidden")
    bench.passes(3)
    assert bench.js("() => [ask.hidden, document.activeElement.id]") == [False, "here"], (
        "half a minute before it clears"
    )
    page.click("#here")
    bench.settle()
    assert bench.js("ask.hidden")
    bench.asked.clear()
    page.type("#words", "水")
    bench.passes(70)
    assert bench.asked == [], "the server hears once a minute, not at each key"
    page.type("#words", "管")
    bench.settle()
    assert [(method, path) for method, path, _body in bench.asked] == [("GET", "/bench/")], (
        "a sign of life for the server"
    )
    bench.passes(175)
    assert bench.js("() => [ask.hidden, words.value]") == [False, "水管"]
    bench.html = '<p id="left">closed</p>'
    bench.passes(6)
    page.wait_for_selector("#left")
    assert bench.sent("/bench/") == [""], "the visit ends at the server too"


FRAMED = (
    '<a id="on" href="/submit/story/">on</a><a id="rules" href="/rules/">rules</a><a id="far" href="https://example.com/submit/">far</a>'
    '<a id="down" href="#x">down</a><a id="call" href="tel:4001">call</a><a id="ask" href="/ask/stolen/">ask</a>'
    '<div id="menu"><input id="inside"></div><input id="field">'
)
LISTENS = "window.told = []; addEventListener('message', (event) => told.push(event.data.tingsu));"


def test_what_may_not_stand_in_a_frame_opens_beside_it_and_escape_closes_the_panel(bench: Bench) -> None:
    stands_in = '(() => { const url = "/static/portal/js/framed.js"; import(url).then((one) => one.startFramed({ postMessage: (said) => told.push(said.tingsu) })); })();'
    page = bench.show(FRAMED, before=f"window.told = []; addEventListener('load', () => {{ {stands_in} }});")
    page.wait_for_function("told.length > 0")
    assert bench.js("told") == ["ready"]
    assert bench.js("() => [...document.links].filter((one) => one.target === '_blank').map((one) => one.id + one.rel)") == [
        "rulesnoopener", "farnoopener",
    ]  # fmt: skip
    page.evaluate("document.getElementById('menu').addEventListener('keydown', (event) => event.preventDefault())")
    page.press("#inside", "Escape")
    assert bench.js("told") == ["ready"], "a menu that closes itself leaves the panel open"
    page.press("#field", "Escape")
    assert bench.js("told") == ["ready", "close"]
    bench.show(FRAMED, ("portal/js/framed.js", "startFramed"), before=LISTENS)
    assert bench.js("() => [told.length, document.querySelectorAll('[target]').length]") == [0, 0], "a page of its own"


def slip(number: int) -> str:
    return (
        f'<fieldset data-slip="{number}"><textarea name="s{number}-description" id="d{number}"></textarea>'
        f'<select name="s{number}-problem_type" id="p{number}"><option value=""></option><option value="product">p</option></select>'
        f'<input name="s{number}-product" id="g{number}"><input type="checkbox" name="s{number}-anonymous" id="a{number}">'
        f'<input type="radio" name="s{number}-fate" value="complaint" id="c{number}"><input type="radio" name="s{number}-fate" value="praise" id="l{number}">'
        f'<input type="file" name="s{number}-files" id="f{number}"><button type="button" data-copy-line id="copy{number}">as above</button></fieldset>'
    )


def test_slips_go_down_by_enter_and_take_what_stands_above(bench: Bench) -> None:
    body = f'<form id="slips">{"".join(slip(number) for number in (3, 4, 5))}<button type="button" data-send id="send">send</button></form>'
    page = bench.show(body, ("intake/slips.js", ""))
    focus = "document.activeElement.id"
    for pressed, key, then in (
        ("d3", "Enter", "d4"), ("d4", "Enter", "d5"), ("d5", "Enter", "send"), ("g3", "Enter", "g4"), ("l3", "Enter", "l4"),
        ("d3", "Shift+Enter", "d3"), ("d3", "Control+Enter", "d3"),
    ):  # fmt: skip
        page.press(f"#{pressed}", key)
        assert bench.js(focus) == then, (pressed, key)
    composing = "d3.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    page.focus("#d3")
    assert bench.js(f"() => [{composing}, {focus}]") == [True, "d3"], "an input method keeps its Enter"
    page.fill("#g3", "净水器")
    page.fill("#g4", "水龙头")
    page.press("#g5", "Control+d")
    assert bench.js("() => [g3.value, g4.value, g5.value]") == ["净水器", "水龙头", "水龙头"], "of the slip just above"
    page.press("#g3", "Control+d")
    assert bench.js("g3.value") == "净水器"
    page.select_option("#p3", "product")
    page.fill("#d3", "漏水")
    page.check("#l3")
    page.check("#a3")
    page.evaluate("window.told = []; slips.addEventListener('change', (event) => told.push(event.target.id))")
    page.click("#copy4")
    assert bench.js("() => [p4.value, g4.value, l4.checked, d4.value, a4.checked]") == [
        "product",
        "净水器",
        True,
        "",
        False,
    ]
    assert bench.js(focus) == "d4"
    assert bench.js("told.includes('p4')"), "a draft hears of it"


SIGN = (
    '<form data-sign>{}<div data-ways hidden id="ways"><input type="radio" name="way" value="typed" id="typed" checked><input type="radio" name="way" value="drawn" id="drawn"></div>'
    '<div data-pad-field id="pad_field"><canvas data-pad id="pad" style="width: 300px; height: 100px"></canvas><input type="hidden" name="drawing" data-drawing id="drawing" value="{}">'
    '<button type="button" data-pad-clear id="clear">clear</button></div></form>'
)
SIGNED = "() => [ways.hidden, drawn.checked, pad_field.hidden, drawing.value.slice(0, 14)]"
INK = "() => pad.getContext('2d').getImageData(0, 0, pad.width, pad.height).data.some((one) => one)"


def test_a_signature_is_drawn_kept_cleared_and_drawn_again_after_a_refusal(bench: Bench) -> None:
    sign = ("signing/js/sign.js", "")
    page = bench.show(SIGN.format("", ""), sign)
    assert bench.js(SIGNED) == [False, True, False, ""], "with the script drawing is offered first"
    left, top = page.locator("#pad").bounding_box()["x"], page.locator("#pad").bounding_box()["y"]
    page.mouse.move(left + 20, top + 20)
    page.mouse.down()
    page.mouse.move(left + 90, top + 60, steps=4)
    page.mouse.up()
    assert (bench.js(SIGNED)[3], bench.js(INK)) == ("data:image/png", True)
    whole = bench.js("drawing.value")
    page.check("#typed")
    assert bench.js("pad_field.hidden")
    page.check("#drawn")
    assert bench.js(INK), "who looks at the other way and comes back finds it"
    page.click("#clear")
    assert (bench.js("drawing.value"), bench.js(INK)) == ("", False)
    refused = '<p class="error-summary">!</p>'
    bench.show(SIGN.format(refused, ""), sign)
    assert bench.js(SIGNED)[1:3] == [False, True], "after a refusal the way stays that was chosen"
    page = bench.show(SIGN.format(refused, whole).replace('id="drawn"', 'id="drawn" checked'), sign)
    page.wait_for_function(INK)
