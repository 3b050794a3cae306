"""What each script of the public pages does, branch by branch, on a bench (tests/bench.py): what is kept, sent once, said, taken in."""

import json
from typing import Any

import pytest

from tests.bench import Bench

pytestmark = pytest.mark.browser
PORTAL = "portal/js/"
SAVE = (
    '<span data-saved hidden><span data-saved-words>as drawn</span></span><input type="hidden" name="csrfmiddlewaretoken" value="secret">'
    '<form id="f" data-autosave="/save/" action="{}" method="post"><textarea name="words" id="words">old</textarea><input type="checkbox" name="t" value="a" id="t"><input type="file" name="files" id="files"><input type="hidden" name="seen" value="1"><button>Send</button></form>'
)
STATE = (
    "() => [document.querySelector('[data-saved]').hidden, document.querySelector('[data-saved-words]').textContent]"
)
UNSENT = "() => Object.fromEntries(Object.keys(sessionStorage).filter((key) => key.startsWith('tingsu-unsent:')).map((key) => [key, JSON.parse(sessionStorage[key])]))"
KEPT_WORDS = {
    "tingsu-unsent:/save/": {"from": "http://localhost/bench/", "sent": False, "values": {"words": "new", "t=a": False}}
}


def saving(bench: Bench, action: str = "/send/", **more: Any) -> Any:
    return bench.show(
        SAVE.format(action),
        (f"{PORTAL}autosave.js", "startAutosave"),
        (f"{PORTAL}unsent.js", "startUnsent"),
        portal=True,
        **more,
    )


def test_what_is_typed_is_saved_and_only_what_was_saved_is_said_to_be(bench: Bench) -> None:
    bench.answers.clear()
    page = saving(bench)
    assert bench.js(STATE) == [True, "as drawn"]
    page.fill("#words", "n")
    bench.passes(1)
    page.fill("#words", "ne")
    bench.passes(1)
    page.fill("#words", "new")
    bench.passes(1.4)
    assert bench.sent("/save/") == [], "not while somebody writes"
    bench.passes(0.2)
    assert len(bench.sent("/save/")) == 1
    assert "new" in bench.sent("/save/")[0]
    assert "filename" not in bench.sent("/save/")[0], "files go their own way"
    assert bench.js(STATE) == [False, "saved"]
    bench.passes(60)
    assert len(bench.sent("/save/")) == 1
    for answer in ({"status": 500}, None):
        bench.answers["/save/"] = answer
        page.fill("#words", "newer")
        page.fill("#words", "new")
        bench.passes(2)
        assert bench.js(STATE)[1] == "not_saved"
        assert bench.js(UNSENT) == KEPT_WORDS, "what the server does not have is kept here"
    bench.answers.clear()
    tries = len(bench.sent("/save/"))
    bench.passes(11)
    assert (len(bench.sent("/save/")) - tries, bench.js(STATE)[1], bench.js(UNSENT)) == (1, "saved", {})
    bench.js("files.dispatchEvent(new Event('input', { bubbles: true }))")
    bench.passes(5)
    assert len(bench.sent("/save/")) - tries == 1, "choosing a file types nothing"
    page.fill("#words", "online")
    bench.js("window.dispatchEvent(new Event('online'))")
    bench.settle()
    assert "online" in bench.sent("/save/")[-1]
    page.fill("#words", "hidden")
    bench.js(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))"
    )
    bench.settle()
    assert "hidden" in bench.sent("/save/")[-1]
    bench.answers["/save/"] = {"status": 409}
    page.fill("#words", "another window was first")
    bench.passes(2)
    assert bench.js(STATE)[1] == "other_window"
    tries = len(bench.sent("/save/"))
    page.fill("#words", "and more")
    bench.passes(30)
    assert len(bench.sent("/save/")) == tries, "nothing is written over newer words"
    bench.answers.clear()


def test_nothing_is_saved_behind_a_form_that_is_on_its_way(bench: Bench) -> None:
    page = saving(bench)
    page.fill("#words", "sent")
    bench.js("() => { f.dataset.sending = '1'; }")
    bench.passes(5)
    assert bench.sent("/save/") == []
    for action, kept in (("/send/", True), ("/case/add/", False)):
        page = saving(bench, action)
        page.fill("#words", "new")
        bench.js("window.dispatchEvent(new Event('pagehide'))")
        assert bench.js(UNSENT) == (KEPT_WORDS if kept else {}), action
    page = saving(bench)
    page.fill("#words", "new")
    bench.js("() => { f.dataset.sending = '1'; window.dispatchEvent(new Event('pagehide')); }")
    assert bench.js(UNSENT) == {}


def test_words_that_were_not_answered_come_back(bench: Bench) -> None:
    page = saving(bench)
    bench.js("f.addEventListener('submit', (event) => event.preventDefault())")
    page.fill("#words", "new")
    page.click("#t")
    page.click("button")
    kept = {"from": "http://localhost/bench/", "sent": True, "values": {"words": "new", "t=a": True}}
    assert bench.js(UNSENT) == {"tingsu-unsent:/save/": kept}
    heard = "window.heard = []; for (const kind of ['input', 'change']) addEventListener(kind, (event) => heard.push(kind + event.target.id), true);"
    put = "sessionStorage.setItem('tingsu-unsent:/save/', {});"
    saving(
        bench,
        before=put.format(json.dumps(json.dumps(kept)))
        + heard
        + "Object.defineProperty(document, 'referrer', { value: 'http://localhost/other/' });",
    )
    assert bench.js("() => [words.value, t.checked, heard]") == [
        "new",
        True,
        ["inputwords", "changewords", "inputt", "changet"],
    ]
    here = "Object.defineProperty(document, 'referrer', { value: 'http://localhost/bench/' });"
    saving(bench, before=put.format(json.dumps(json.dumps(kept))) + here)
    assert (bench.js("() => [words.value, t.checked]"), bench.js(UNSENT)) == (["old", False], {}), (
        "this page is the answer"
    )
    for record, back, left in (
        ({**kept, "sent": False}, True, True), ({**kept, "sent": False, "values": {"words": "old", "t=a": False}}, False, False), ({"sent": False}, False, True),
    ):  # fmt: skip
        saving(
            bench,
            before=put.format(json.dumps(json.dumps(record)))
            + "Object.defineProperty(document, 'referrer', { value: 'http://localhost/bench/' });",
        )
        assert (bench.js("words.value") == "new") is back, record
        assert bool(bench.js(UNSENT)) is left, record
    # The same form again under the same key, though the page was opened anew: nothing is done twice, even where nothing differs.
    keyed = {**kept, "keys": {"once": "k1"}}
    for values in (kept["values"], {"words": "old", "t=a": False}):
        hidden = "addEventListener('DOMContentLoaded', () => f.insertAdjacentHTML('beforeend', '<input type=hidden name=once value=k2>'), { once: true });"
        record = {**keyed, "values": values}
        page = saving(bench, before=put.format(json.dumps(json.dumps(record))) + hidden)
        bench.js("async () => (await import('/static/portal/js/unsent.js')).startUnsent()")
        assert bench.js("() => [f.elements.once.value, words.value]") == ["k1", values["words"]]
        assert bench.js(UNSENT) == {"tingsu-unsent:/save/": record}
        bench.js("async () => (await import('/static/portal/js/unsent.js')).keepUnsent(f, true)")
        assert bench.js(UNSENT)["tingsu-unsent:/save/"]["keys"] == {"once": "k1"}
    # What was refused and is sent again is another form: the page has its key, the words stay.
    page = saving(
        bench,
        before=put.format(json.dumps(json.dumps(keyed)))
        + hidden.replace("<input", "<p class=error-summary></p><input"),
    )
    bench.js("async () => (await import('/static/portal/js/unsent.js')).startUnsent()")
    assert bench.js("() => [f.elements.once.value, words.value]") == ["k2", "new"]
    bench.js(
        "async () => { sessionStorage.setItem('else', '1'); (await import('/static/portal/js/unsent.js')).forgetAllUnsent(); }"
    )
    assert bench.js("Object.keys(sessionStorage)") == ["else"]


def test_a_line_that_is_there_and_dead_is_asked_before_the_page_is_left(bench: Bench) -> None:
    """The browser says that it has a network; the last saving got no answer. Pressing would end on the browser's own page."""
    body = '<p data-offline hidden id="offline">offline</p>' + SAVE.format("/send/").replace(
        " data-autosave", " data-once data-autosave"
    )
    bench.answers.clear()
    page = bench.show(
        body,
        (f"{PORTAL}autosave.js", "startAutosave"),
        (f"{PORTAL}forms.js", "startForms"),
        portal=True,
        before="window.left = 0; addEventListener('submit', (event) => { if (!event.defaultPrevented) { left += 1; event.preventDefault(); } });",
    )
    bench.answers |= {"/save/": None, "/bench/": None}
    page.fill("#words", "new")
    bench.passes(2)
    page.click("#f button")
    bench.settle()
    assert bench.js("[left, offline.hidden, document.activeElement.id]") == [0, False, "offline"], "the words stay"
    bench.answers |= {"/bench/": {"status": 503}}
    page.click("#f button")
    bench.settle()
    assert bench.js("[left, offline.hidden]") == [1, True], "whoever answers takes the form"


ONCE = (
    '<p data-offline hidden id="offline">offline</p><form id="f" method="post" action="/send/" data-once><input name="a"><div class="bar"><button id="b" data-busy-words="Sending">Send</button></div></form>'
    '<form id="g" method="post" action="/other/"><button id="plain">Other</button></form><button data-copy="202603-XF-001" id="copy" hidden>c</button><button data-print id="print" hidden>p</button>'
    '<textarea id="story" data-limit="8000">退款😀</textarea><span data-count="story" id="count" hidden></span><h2 data-focus tabindex="-1" id="wrong">!</h2>'
    '<input type="radio" name="who" id="named" data-shows="part" checked><input type="radio" name="who" id="nobody"><div id="part">part</div>'
)
SUBMITS = "window.arrived = []; addEventListener('submit', (event) => { arrived.push(event.defaultPrevented); event.preventDefault(); });"
PRINTS = "window.printed = 0; window.print = () => { printed += 1; }; window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text); };"


def test_a_form_of_the_public_side_is_sent_once_and_lets_go_when_no_answer_comes(bench: Bench) -> None:
    page = bench.show(
        ONCE,
        (f"{PORTAL}forms.js", "startForms"),
        portal=True,
        origin="https://firm.example",
        before=SUBMITS + PRINTS,
        texts={"no_answer": "no answer", "copied": "copied"},
    )
    busy = "() => ['sending' in f.dataset, 'busy' in b.dataset, b.textContent]"
    assert bench.js("document.activeElement.id") == "wrong"
    page.click("#b")
    assert bench.js(busy) == [True, True, "Sending"]
    page.click("#b")
    assert bench.js("arrived") == [False, True]
    page.click("#plain")
    page.click("#plain")
    assert bench.js("arrived") == [False, True, False, False], "only what says so is sent once"
    bench.js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))")
    assert bench.js(busy)[0]
    bench.passes(19)
    assert bench.js(busy)[0]
    bench.passes(2)
    assert bench.js(busy) == [False, False, "Send"]
    told = "() => [...document.querySelectorAll('[data-told]')].map((one) => [one.textContent, one.getAttribute('role'), one.nextElementSibling.className])"
    assert bench.js(told) == [["no answer", "alert", "bar"]]
    page.click("#b")
    bench.js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert bench.js(busy) == [False, False, "Send"]
    bench.passes(30)
    assert len(bench.js(told)) == 1, "a form that was let go waits for nothing"
    bench.js("Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })")
    bench.js("arrived.length = 0")
    page.click("#b")
    assert (bench.js("arrived"), bench.js(busy)[0], bench.js("() => [offline.hidden, document.activeElement.id]")) == (
        [True],
        False,
        [False, "offline"],
    ), "without a line the words stay"
    bench.js(
        "Object.defineProperty(navigator, 'onLine', { value: true, configurable: true }); window.dispatchEvent(new Event('online'))"
    )
    assert bench.js("offline.hidden")


def test_counting_copying_printing_and_parts_of_a_choice(bench: Bench) -> None:
    page = bench.show(
        ONCE, (f"{PORTAL}forms.js", "startForms"), portal=True, before=SUBMITS + PRINTS, texts={"copied": "copied"}
    )
    assert bench.js(
        "() => [count.hidden, count.textContent, copy.hidden, document.querySelector('#print').hidden, part.hidden]"
    ) == [False, "3 / 8000", False, False, False]
    page.fill("#story", "一二三四")
    assert bench.js("count.textContent") == "4 / 8000"
    page.click("#nobody")
    assert bench.js("part.hidden")
    page.click("#named")
    assert not bench.js("part.hidden")
    page.click("#print")
    page.click("#copy")
    bench.settle()
    assert bench.js("() => [printed, copied, document.querySelector('[role=status]').textContent.trim()]") == [
        1,
        ["202603-XF-001"],
        "copied",
    ]
    bench.passes(4)
    assert bench.js("document.querySelector('[role=status]')") is None


GUESS = '<textarea id="d"></textarea><input id="o"><div data-order-guess data-from="d" data-into="o" hidden><b data-guess></b><button data-take>yes</button><button data-leave>no</button></div>'


def test_an_order_number_is_asked_about(bench: Bench) -> None:
    page = bench.show(GUESS, (f"{PORTAL}order.js", "startOrderGuess"), portal=True)
    seen = "() => [document.querySelector('[data-order-guess]').hidden, document.querySelector('[data-guess]').textContent]"
    for text, guess in (
        ("26110200317", "26110200317"), ("13800002210", ""), ("330106199001011234", ""), ("33010619900101123X", ""), ("123456789", ""), ("1234567890", "1234567890"),
        ("ABCD1234567890", "ABCD1234567890"), ("ABCDE1234567890", ""), ("x1234567890", ""), ("1234567890x", ""), ("1" * 24, "1" * 24), ("1" * 25, ""),
    ):  # fmt: skip
        page.fill("#d", f"订单 {text}。")
        assert bench.js(seen) == [not guess, guess], text
    page.fill("#d", "26110200317 26110200318")
    page.click("[data-leave]")
    assert bench.js(seen) == [False, "26110200318"]
    page.click("[data-take]")
    assert (bench.js("() => [o.value, document.activeElement.id]"), bench.js(seen)[0]) == (["26110200318", "o"], True)
    page.fill("#d", "26110200319")
    assert bench.js(seen)[0], "a number that stands there is asked about no more"
    page.fill("#o", "")
    assert bench.js(seen) == [False, "26110200319"]


MOUTH = """window.said = []; window.heard = [];
class Words { constructor(text) { this.text = text; } }
const mouth = { speaking: false, cancelled: 0, speak(words) { this.speaking = true; said.push(words); }, cancel() { this.speaking = false; this.cancelled += 1; } };
Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Words });
Object.defineProperty(window, 'speechSynthesis', { value: mouth });
class Ear { start() { heard.push(this); } stop() { this.onend(); } }
Object.defineProperty(window, 'SpeechRecognition', { value: Ear });"""
SPEECH = '<button data-read-aloud hidden id="r"><span data-label>read</span></button><div id="content">words</div><div data-dictation data-for="s"><button data-dictate hidden id="m"><span data-label>mic</span></button></div><textarea id="s">so </textarea>'


def test_a_long_page_is_read_to_its_end_piece_by_piece(bench: Bench) -> None:
    """One long text falls silent on many devices; and a piece that was cancelled does not begin the next one."""
    lines = [f"第 {n} 句话说明投诉会怎么处理，以及什么时候联系您。" for n in range(40)]
    body = SPEECH.replace("words", "".join(f"<p>{one}</p>" for one in lines))
    page = bench.show(
        body, (f"{PORTAL}speech.js", "startSpeech"), portal=True, before=MOUTH, texts={"stop_reading": "stop"}
    )
    page.click("#r")
    while bench.js("r.getAttribute('aria-pressed')") == "true":
        bench.js("() => { speechSynthesis.speaking = false; said.at(-1).onend(); }")
    told = bench.js("said.map((one) => one.text)")
    assert "\n".join(told).split("\n") == lines, "every line, once, in order"
    assert len(told) > 4
    assert max(map(len, told)) <= 220
    page.click("#r")
    page.click("#r")
    begun = bench.js("said.length")
    bench.js("said.at(-1).onend()")
    assert (bench.js("said.length"), bench.js("r.getAttribute('aria-pressed')")) == (begun, "false")


def test_reading_aloud_and_dictating(bench: Bench) -> None:
    texts = {"stop_reading": "stop", "speak": "speak", "listening": "listening"}
    page = bench.show(SPEECH, (f"{PORTAL}speech.js", "startSpeech"), portal=True, before=MOUTH, texts=texts)
    button = "(id) => { const one = document.getElementById(id); return [one.hidden, one.querySelector('[data-label]').textContent, one.getAttribute('aria-pressed')]; }"
    assert bench.js(button, "r") == [False, "read", None]
    page.click("#r")
    assert (bench.js(button, "r"), bench.js("() => [said[0].lang, said[0].text]")) == (
        [False, "stop", "true"],
        ["zh-CN", "words"],
    )
    page.click("#r")
    assert (bench.js(button, "r"), bench.js("said.length")) == ([False, "read", "false"], 1)
    for end in ("onend", "onerror"):
        page.click("#r")
        bench.js("(end) => { speechSynthesis.speaking = false; said.at(-1)[end](); }", end)
        assert bench.js(button, "r") == [False, "read", "false"], end
    bench.js("window.dispatchEvent(new Event('pagehide'))")
    assert bench.js("speechSynthesis.cancelled") == 2
    page.click("#m")
    assert (bench.js(button, "m"), bench.js("() => [heard[0].lang, heard[0].continuous]")) == (
        [False, "listening", "true"],
        ["zh-CN", True],
    )
    bench.js(
        """heard[0].onresult({ resultIndex: 1, results: [Object.assign([{ transcript: 'old' }], { isFinal: true }), Object.assign([{ transcript: 'one' }], { isFinal: true }), Object.assign([{ transcript: 'half' }], { isFinal: false })] })"""
    )
    assert bench.js("s.value") == "so one"
    page.click("#m")
    assert (bench.js(button, "m"), bench.js("document.activeElement.id"), bench.js("heard.length")) == (
        [False, "speak", "false"],
        "s",
        1,
    )
    page.click("#m")
    assert bench.js("heard.length") == 2
    bench.show(SPEECH, (f"{PORTAL}speech.js", "startSpeech"), portal=True, before=MOUTH, lang="en")
    page.click("#r")
    assert bench.js("said[0].lang") == "en-GB"
    bench.show(
        SPEECH,
        (f"{PORTAL}speech.js", "startSpeech"),
        portal=True,
        before="window.SpeechRecognition = window.webkitSpeechRecognition = undefined; delete window.speechSynthesis;",
    )
    assert bench.js("() => m.hidden")
