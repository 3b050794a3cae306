"""What the script of the live board does, branch by branch, on a bench (tests/bench.py)."""

import pytest

from tests.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.req("QC-06", "OG-18")]
HEAD = (
    '<span data-live-state><time data-live-time>10:00:00</time><i data-live-words hidden>15 s</i></span>'
    '<b data-live-stopped hidden>stopped</b><span aria-live="polite" data-live-says></span>'
)  # fmt: skip


def parts(late: int, hours: str = "none", more: str = "") -> str:
    return (
        f'<span hidden data-live-part id="live-say">{late} late</span>'
        f'<section data-live-part id="cards"><a href="#late" id="late">{late}</a></section>'
        f'<section data-live-part id="hours"><details><summary>how</summary></details>{hours}</section>{more}'
    )


def test_a_board_follows_without_moving_anything_under_a_hand(bench: Bench) -> None:
    told: list[tuple[str, str]] = []
    bench.page.on(
        "request",
        lambda one: (
            told.append((one.headers.get("if-none-match", ""), one.headers.get("x-tingsu-unattended", "")))
            if one.url.endswith("/live/")
            else None
        ),
    )

    def answers(body: str | None = None, tag: str = '"1"', **more: object) -> None:
        headers = {"ETag": tag, "X-Tingsu-Time": "10:00:15"}
        bench.answers["/live/"] = {"status": 200 if body else 304, "headers": headers, "body": body or "", **more}

    page = bench.show(
        f'{HEAD}<div data-live="/live/" data-every="15">{parts(1)}</div><a id="out" href="#">out</a>',
        ("desk/js/board.js", ""),
    )
    shown = lambda: (page.inner_text("#cards"), page.text_content("[data-live-says]"))  # noqa: E731
    assert page.is_visible("[data-live-words]"), "that it updates is said where it does"
    page.click("summary")
    page.focus("#out")
    answers(parts(2, "at noon"))
    bench.passes(14)
    assert told == []
    page.mouse.move(1000, 800)
    bench.passes(2)
    assert shown() == ("2", "2 late"), "what changed is there, and told once"
    assert page.get_attribute("#hours details", "open") is not None, "what was unfolded stays so"
    assert page.inner_text("[data-live-time]") == "10:00:15"
    answers()
    bench.passes(15)
    assert told == [("", "1"), ('"1"', "1")], "it asks with what it has, and as nobody who works"
    page.focus("#late")
    answers(parts(3, "later"), '"2"')
    bench.passes(15)
    assert (page.inner_text("#cards"), "later" in page.inner_text("#hours")) == ("2", True), "where the focus is waits"
    page.focus("#out")
    bench.passes(15)
    assert told[-1][0] == '"1"', "what waits is asked for again"
    assert shown() == ("3", "3 late")
    answers(parts(3, "later", '<section data-live-part id="new">new</section>'), '"3"')
    bench.passes(15)
    assert page.is_visible("#new")
    bench.answers["/live/"] = None
    bench.passes(15)
    assert page.is_visible("[data-live-stopped]")
    assert not page.is_visible("[data-live-state]")
    answers()
    bench.passes(15)
    assert not page.is_visible("[data-live-stopped]"), "back again"
    bench.answers["/live/"] = {"status": 403, "body": ""}
    bench.passes(15)
    asked = len(told)
    bench.passes(60)
    assert (page.is_visible("[data-live-stopped]"), len(told)) == (True, asked), (
        "whoever may not any more is not asked for"
    )
    assert bench.errors == []
