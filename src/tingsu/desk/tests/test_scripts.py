"""What the desk's scripts do, each once, on a clock that the test moves: nothing here waits."""

from datetime import timedelta

import pytest

from tingsu.complaints.models import SavedView
from tingsu.desk.tests.cases import a_case
from tingsu.desk.tests.windows import AT
from tingsu.kernel.clock import travel_to
from tingsu.people.models import Account

pytestmark = pytest.mark.browser


def test_clocks_go_by_the_servers_time_and_turn_with_it(open_desk, cast):
    case = a_case(cast.frontline)
    at = case.next_due_at - timedelta(hours=2, minutes=1)
    with travel_to(at):
        desk = open_desk(cast.frontline)
        desk.page.clock.set_system_time(at - timedelta(days=3))  # a device that is three days behind
        page = desk.open(f"/desk/cases/{case.number}/")
        clock = page.locator(".clocks .clock").first
        assert clock.locator("time").inner_text() == "剩 2:01"
        assert "clock-normal" in clock.get_attribute("class") or "clock-soon" in clock.get_attribute("class")
        desk.passes(61)
        assert clock.locator("time").inner_text() == "剩 2:00"
        assert "clock-soon" in clock.get_attribute("class")
        desk.passes(3600 * 2 + 60)
        assert clock.locator("time").inner_text() == "超 0:01"
        assert "clock-late" in clock.get_attribute("class")
        assert "clock-soon" not in clock.get_attribute("class")
        assert clock.locator("progress").evaluate("one => one.value") == 1
    faces = page.evaluate(
        """async () => {
          const { faceOf } = await import('/static/pages/js/clocks.js');
          const hour = 3600e3, day = 24 * hour;
          return [
            [0, 10 * hour, hour, false], [0, 10 * hour, 7.5 * hour, false], [0, 10 * hour, 8 * hour, false],
            [0, 3 * hour, hour, false], [0, 40 * hour, 9 * hour, false], [0, 10 * day, day, false],
            [0, 10 * day, day, true], [0, 10 * day, day + hour, true], [0, hour, hour, false], [0, hour, hour + 65e3, false],
            [0, hour, 2 * day + hour, false], [0, hour, 2 * day + 4 * hour, true], [5 * hour, 15 * hour, 0, false],
          ].map((one) => { const face = faceOf(...one); return [face.state, face.share, face.words]; });
        }"""
    )
    assert faces == [
        ["normal", 10, "9:00"], ["soon", 75, "2:30"], ["soon", 80, "2:00"], ["soon", 33, "2:00"], ["normal", 23, None],
        ["normal", 10, None], ["normal", 10, "剩 9 天"], ["normal", 10, "剩 8 天 23 小时"], ["late", 100, "超 0:00"],
        ["late", 100, "超 0:01"], ["late", 100, "超 2 天"], ["late", 100, "超 2 天 3 小时"], ["normal", 0, "15:00"],
    ]  # fmt: skip


def test_rows_are_chosen_moved_through_and_opened_by_key(open_desk, cast):
    made = [a_case(cast.frontline) for _n in range(4)]
    desk = open_desk(cast.supervisor)
    page = desk.open("/desk/queue/?view=all")
    boxes, count = page.locator("[data-row] input[name=case]"), page.locator("[data-selected-count]")
    bulk, idle, whole = (
        page.locator("[data-when-selecting]"),
        page.locator("[data-when-idle]"),
        page.locator("[data-select-all]"),
    )

    def chosen():
        return page.evaluate(
            "[...document.querySelectorAll('[data-row]')].map((row) => Number(row.hasAttribute('data-selected')))"
        )

    assert (bulk.is_hidden(), idle.is_visible()) == (True, True)
    for key in "jxk":  # k at the top stays at the top
        page.keyboard.press(key)
    assert chosen() == [1, 0, 0, 0]
    assert (bulk.is_visible(), idle.is_hidden(), count.inner_text()) == (True, True, "1")
    assert whole.evaluate("one => [one.checked, one.indeterminate]") == [False, True]
    for key in ("j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert chosen() == [1, 1, 1, 0]
    page.keyboard.press("x")
    assert chosen() == [1, 1, 0, 0]
    page.keyboard.press("Escape")
    assert chosen() == [0, 0, 0, 0]
    boxes.nth(3).click()
    boxes.nth(1).click(modifiers=["Shift"])
    assert (chosen(), count.inner_text()) == ([0, 1, 1, 1], "3")
    whole.click()
    assert (chosen(), whole.evaluate("one => [one.checked, one.indeterminate]")) == ([1, 1, 1, 1], [True, False])
    whole.click()
    assert chosen() == [0, 0, 0, 0]
    for _n in range(6):
        page.keyboard.press("j")
    assert page.locator("[data-current]").count() == 1
    number = page.locator("[data-current] input").get_attribute("value")
    assert number == made[-1].number
    page.keyboard.press("Space")
    desk.shows("#step-dialog[open]")
    assert (desk.asked[-1][0], desk.asked[-1][1]) == ("GET", f"/desk/cases/{number}/preview/")
    page.keyboard.press("j")  # inside a dialog keys mean nothing
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    desk.shows("#step-dialog[open] form")
    assert desk.asked[-1][1] == f"/desk/cases/{number}/steps/assess_and_grade/"
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    desk.shows("details.menu[open] select")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("jx")
    assert page.locator("[name=q]").input_value() == "jx"
    assert chosen() == [0, 0, 0, 0]
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    desk.shows("#keys-dialog[open] [data-keys-switch]")
    page.locator("[data-keys-switch]").uncheck()
    page.locator("#keys-dialog [data-close]").click()
    for _turn in range(200):  # a dialog gives the focus back after it has closed
        if page.evaluate("document.activeElement.dataset.key") == "?":
            break
        page.wait_for_timeout(25)
    assert page.evaluate("document.activeElement.dataset.key") == "?"  # the focus is back where it came from
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    assert page.locator("[data-current] input").get_attribute("value") == number
    page = desk.open("/desk/queue/?view=all")
    page.keyboard.press("j")
    assert page.locator("[data-current]").count() == 0
    assert page.evaluate("localStorage.getItem('tingsu-keys-off')") == "1"
    page.evaluate("localStorage.clear()")
    page.keyboard.press("j")
    page.locator("[data-current] .cause").evaluate("one => one.blur()")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{made[0].number}/")
    assert desk.errors == []


def test_looks_tabs_and_news_of_the_queue(open_desk, cast):
    a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open("/desk/queue/?view=all")
    desk.settle()
    desk.shows("#queue-tabs:not([hx-get])")
    assert "高风险" in page.locator("#queue-tabs").inner_text() or page.locator("#queue-tabs .tab").count() >= 8
    table = page.locator("table.queue")
    page.locator("summary", has_text="列").last.click()
    page.locator("#column-owner").uncheck()
    page.locator("[name=density][value=compact]").check(force=True)
    classes = table.get_attribute("class")
    assert ("hide-owner" in classes, "hide-stage" in classes, "queue-compact" in classes) == (True, False, True)
    desk.settle()
    kept = SavedView.objects.get(tab="all")
    assert (kept.hidden, kept.compact) == (["owner"], True)
    page.locator("#column-owner").check()
    assert "hide-owner" not in table.get_attribute("class")
    desk.settle()
    desk.broken.add("/desk/queue/views/look/")
    page.locator("#column-owner").uncheck()
    desk.shows(".toast[data-toast=error]")
    desk.broken.clear()
    page.locator(".toast[data-toast=error] button").last.click()
    desk.refused.add("/desk/queue/views/look/")
    page.locator("#column-owner").evaluate("one => one.click()")
    desk.shows(".toast[data-toast=error]")
    desk.refused.clear()
    desk.errors.clear()
    fresh = page.locator("#fresh")
    desk.passes(29)
    assert [one for one in desk.asked if one[1] == "/desk/queue/fresh/"] == []
    with travel_to(AT + timedelta(seconds=20)):
        a_case(cast.frontline)
    desk.passes(1)
    desk.shows("#fresh a")
    assert "1 件新投诉" in fresh.inner_text()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    before = len(desk.asked)
    desk.passes(61)
    assert len(desk.asked) == before  # nobody looks, nothing is asked
    assert desk.errors == []


def test_the_focus_stays_where_it_was_when_a_piece_is_swapped(open_desk, cast):
    a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open("/desk/")
    piece = "<div id='piece'>%s</div>"
    for again, focus in (("<button id='held'>neu</button>", "held"), ("<h2>Neu</h2>", "H2")):
        page.evaluate(
            """async ([before, after]) => {
              document.querySelector('#piece')?.remove();
              document.querySelector('main').insertAdjacentHTML('afterbegin', before);
              document.querySelector('#held').focus();
              document.dispatchEvent(new Event('htmx:beforeSwap'));
              const piece = document.querySelector('#piece');
              piece.outerHTML = after;
              document.dispatchEvent(new CustomEvent('htmx:afterSettle', { detail: { elt: document.querySelector('#piece') } }));
            }""",
            [piece % "<button id='held'>alt</button>", piece % again],
        )
        assert page.evaluate("document.activeElement.id || document.activeElement.tagName") == focus
    token = page.evaluate(
        """() => { const detail = { headers: {} }; document.dispatchEvent(new CustomEvent('htmx:configRequest', { detail }));
          return [detail.headers['X-CSRFToken'], document.querySelector('meta[name=csrf]').content]; }"""
    )
    assert token[0] == token[1]


def test_small_notes_leave_by_themselves_and_failures_stay(open_desk, cast):
    a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open("/desk/")
    show = "async (one) => (await import('/static/pages/js/toasts.js')).showToast(one)"
    page.evaluate(show, {"message": "短"})
    page.evaluate(show, {"message": "可撤销", "undo": "/desk/queue/assign/undo/"})
    page.evaluate(show, {"message": "失败", "level": "error"})

    def told():
        return page.locator(".toasts .toast > span").all_inner_texts()

    form = page.locator(".toasts form")
    assert (form.get_attribute("action"), form.locator("button").inner_text()) == ("/desk/queue/assign/undo/", "撤销")
    assert form.locator("[name=csrfmiddlewaretoken]").count() == 1
    desk.passes(5.5)
    assert told() == ["短", "可撤销", "失败"]
    desk.passes(1)
    assert told() == ["可撤销", "失败"]
    form.locator("button").focus()
    desk.passes(20)
    assert told() == ["可撤销", "失败"]  # somebody is about to press it
    page.evaluate("document.activeElement.blur()")
    desk.passes(5)
    assert told() == ["失败"]
    desk.passes(60)
    assert told() == ["失败"]
    page.locator(".toast button[aria-label='关闭']").click()
    assert told() == []


def test_theme_menus_offline_and_parts_of_the_case(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    assert "js" in page.locator("html").get_attribute("class")
    root = page.locator("html")
    for theme in ("dark", "light"):
        page.locator("button.keep-wide[data-theme-switch]").click()
        assert root.get_attribute("data-theme") == theme
        assert f"tingsu_theme={theme}" in page.evaluate("document.cookie")
        desk.settle()
        assert Account.objects.get(username="frontline").theme == theme
    menu = page.locator(".top details.menu")
    menu.locator("summary").click()
    page.locator(".nav-foot summary").click()
    assert page.locator("details.menu[open]").count() == 1  # another one closes the first
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.className") == "nav-user"
    menu.locator("summary").click()
    page.locator("h1").click()
    assert page.locator("details.menu[open]").count() == 0
    composer = page.locator("#composer")
    for mode in ("note", "call", "reply"):
        page.locator(f"[data-mode-switch][value={mode}]").click(force=True)
        assert composer.get_attribute("data-mode") == mode
        assert page.evaluate("document.activeElement.id") == "composer-text"
    panel = page.locator("[data-panel=matter]")
    panel.locator("summary").first.click()
    assert panel.get_attribute("open") is None
    page = desk.open(f"/desk/cases/{case.number}/")
    assert panel.get_attribute("open") is None
    assert page.locator("[data-panel=people]").get_attribute("open") is not None
    panel.locator("summary").first.click()
    desk.open(f"/desk/cases/{case.number}/")
    assert panel.get_attribute("open") is not None
    desk.context.set_offline(True)
    assert page.locator("[data-offline]").is_hidden(), "the server stands on this machine"
    desk.context.set_offline(False)
    page.set_viewport_size({"width": 390, "height": 800})
    tabs = page.locator("[data-case-tab]")
    tabs.nth(1).click()
    assert page.locator(".case-columns").get_attribute("data-tab") == "panels"
    assert [one.get_attribute("aria-pressed") for one in tabs.all()] == ["false", "true"]
    switcher, nav = page.locator("[data-nav-open]"), page.locator(".nav")
    switcher.click()
    assert (nav.get_attribute("data-open"), switcher.get_attribute("aria-expanded")) == ("", "true")
    page.keyboard.press("Escape")
    assert (nav.get_attribute("data-open"), switcher.get_attribute("aria-expanded")) == (None, "false")
    assert page.evaluate("'navOpen' in document.activeElement.dataset")
    cut = page.locator(".clocks .clock > span").first
    cut.evaluate("one => { one.style.cssText = 'display:block;width:5px;overflow:hidden;white-space:nowrap'; }")
    cut.dispatch_event("mouseover")
    assert cut.get_attribute("title")


def test_groups_of_the_navigation_stay_as_the_person_leaves_them(open_desk, cast):
    desk = open_desk(cast.supervisor)

    def kept() -> str:
        return desk.page.evaluate("document.cookie.match(/tingsu_nav=([^;]*)/)[1]")

    page = desk.open("/desk/queue/")
    watch, improve = page.locator("[data-fold=watch]"), page.locator("[data-fold=improve]")
    assert watch.get_attribute("open") is None
    watch.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-fold=watch] a").first.is_visible()
    improve.locator("summary").click()
    assert kept() == "watch:1.improve:1"
    desk.client.cookies["tingsu_nav"] = kept()
    desk.open("/desk/queue/")
    assert watch.get_attribute("open") is not None
    watch.locator("summary").click()
    assert kept() == "improve:1.watch:0"
