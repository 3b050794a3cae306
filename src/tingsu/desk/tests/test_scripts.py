"""What the desk's scripts do, each once, on a clock that the test moves: nothing here waits."""

import json
import re
from datetime import timedelta

import pytest

from tingsu.complaints.models import Complaint, SavedView
from tingsu.desk.tests.cases import a_case, local, step
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.people.models import Account

pytestmark = pytest.mark.browser
AT = local("2026-03-02 10:00")
KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('tingsu-draft'))"
WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def open_desk(window, sign_in, cast):
    """`open_desk(cast.frontline)` opens a window of that person at ten o'clock, in the test's own transaction."""
    with travel_to(AT):

        def enter(person):
            sign_in(person)
            return window(at=AT, **WIDE)

        yield enter


def posts(window, path):
    return [body for method, asked, body in window.asked if method == "POST" and asked == path]


def test_a_draft_is_kept_every_five_seconds_for_its_writer_and_forgotten_once_sent(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    address = f"/desk/cases/{case.number}/"
    page = desk.open(address)
    state, words = page.locator("#composer [data-draft-state]"), page.locator("#composer-text")
    desk.passes(6)
    assert page.evaluate(KEPT) == []  # nothing typed, nothing kept
    words.fill("还没写完")
    page.locator("[name=reply-progress]").fill("财务在查")
    desk.passes(3)
    assert page.evaluate(KEPT) == []
    desk.passes(1)
    [(key, kept)] = page.evaluate(KEPT)
    assert key == f"tingsu-draft:{cast.frontline.id}:case:{case.number}"
    kept = json.loads(kept)
    assert (kept["text"], kept["reply-progress"]) == ("还没写完", "财务在查")
    assert not {"csrfmiddlewaretoken", "once", "version", "mode"} & set(kept)
    assert state.inner_text() == "草稿已存 10:00"
    words.fill("还没写完，继续")
    page = desk.open(address)  # leaving keeps the last words too
    assert words.input_value() == "还没写完，继续"
    assert page.locator("[name=reply-progress]").input_value() == "财务在查"
    assert state.inner_text() == "已恢复上次的草稿"
    other = a_case(cast.frontline)
    desk.open(f"/desk/cases/{other.number}/")
    assert words.input_value() == ""
    page.evaluate(
        f"localStorage.setItem('tingsu-draft:{cast.supervisor.id}:case:{other.number}', JSON.stringify({{text: '别人的'}}))"
    )
    desk.open(f"/desk/cases/{other.number}/")
    assert words.input_value() == ""  # a colleague's words on the same device
    desk.open(address)
    page.locator("[data-mode-switch][value=note]").check(force=True)
    page.locator("#composer [data-send]").click()
    page.wait_for_url("**sent=1**")
    assert words.input_value() == ""
    assert [key for key, _kept in page.evaluate(KEPT)] == [f"tingsu-draft:{cast.supervisor.id}:case:{other.number}"]
    desk.open(address)
    assert words.input_value() == ""
    assert desk.errors == []


def test_a_form_is_sent_once_and_says_that_it_works(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    address = f"/desk/cases/{case.number}/steps/note/"
    page = desk.open(address)
    page.locator("textarea").first.fill("只记一笔")
    seen = page.evaluate(
        """() => {
          const form = document.querySelector('form[data-step]'), button = form.querySelector('[data-send]');
          let sent = 0;
          form.addEventListener('submit', (event) => { if (!event.defaultPrevented) sent += 1; });
          const stopped = [];
          window.addEventListener('submit', (event) => { stopped.push(event.defaultPrevented); event.preventDefault(); });
          button.click(); button.click();
          const busy = 'busy' in button.dataset;
          window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
          const released = !('busy' in button.dataset) && !('sending' in form.dataset);
          const search = document.querySelector('form[role=search]');
          search.requestSubmit(); search.requestSubmit();
          return { stopped, busy, released, searching: 'sending' in search.dataset };
        }"""
    )
    # The second press never gets as far as the window.
    assert seen == {"stopped": [False, False, False], "busy": True, "released": True, "searching": False}
    page = desk.open(address)
    page.locator("textarea").first.fill("只记一笔")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/desk/cases/{case.number}/")
    assert len(posts(desk, address)) == 1
    assert Event.objects.filter(stream_id=case.pk, kind="complaint.note_added").count() == 1


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
    assert page.locator("details.menu[open] select").count() > 0
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


def test_a_dialog_asks_only_what_is_wanted_grows_and_tells_refusals(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    opener = page.locator("#case-actions a[data-key=g]")
    page.evaluate("window.reloaded = false")
    opener.click()
    desk.shows("#step-dialog[open] form")
    assert page.evaluate("document.querySelector('#step-dialog').contains(document.activeElement)")
    page.locator("#step-dialog textarea").last.fill("先核实再定级")
    page.locator("#step-dialog [data-send]").click()
    desk.shows("#step-dialog .error-summary")
    desk.passes(0.1)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("#step-dialog textarea").last.input_value() == "先核实再定级"
    assert page.locator("#step-dialog form").get_attribute("data-sending") is None
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") == "g"
    missing = page.evaluate(
        """async () => {
          const { openPage } = await import('/static/pages/js/dialogs.js');
          const link = document.querySelector('#case-actions a[data-key=g]');
          await openPage('/desk/cases/202601-XF-999/steps/note/', link).catch(() => null);
          return [document.querySelector('#step-dialog').open, 'busy' in link.dataset];
        }"""
    )
    assert missing == [False, False]
    desk.shows(".toast[data-toast=error]")
    assert page.locator(".toast[data-toast=error] span").last.inner_text() == "这里没有内容，或者您没有查看的权限。"
    desk.broken.add(f"/desk/cases/{case.number}/steps/assess_and_grade/")
    opener.click()
    desk.shows(".toast:has-text('没有发出')")
    desk.broken.clear()
    opener.click(modifiers=["Shift"])  # in a window of its own, as the browser does it
    assert not page.locator("#step-dialog").evaluate("one => one.open")


def test_a_grave_step_is_asked_about_first_and_sent_once(open_desk, cast):
    desk = open_desk(cast.supervisor)
    address = f"/desk/settings/people/members/{cast.frontline2.id}/"
    page = desk.open(address)
    button, dialog = page.locator("button[data-confirm]").last, page.locator("#confirm-dialog")
    button.click()
    desk.shows("#confirm-dialog[open]")
    assert dialog.locator("[data-title]").inner_text() == button.get_attribute("data-confirm")
    assert dialog.locator("[data-text]").inner_text() == (button.get_attribute("data-confirm-text") or "")
    wanted = button.get_attribute("data-confirm-yes") or button.inner_text().strip()
    assert dialog.locator("[data-yes]").inner_text() == wanted
    assert page.evaluate("'firstFocus' in document.activeElement.dataset")
    dialog.locator("[data-close]").click()
    assert not dialog.evaluate("one => one.open")
    assert page.evaluate("'confirm' in document.activeElement.dataset")
    assert not [one for one in desk.asked if one[0] == "POST"]
    said = {"confirmText": "所有岗位随之结束", "confirmYes": "离职"}
    button.evaluate("(one, said) => Object.assign(one.dataset, said)", said)
    button.click()
    assert dialog.locator("[data-text]").inner_text() == "所有岗位随之结束"
    assert dialog.locator("[data-yes]").inner_text() == "离职"
    dialog.locator("[data-yes]").click()
    page.wait_for_load_state("load")
    desk.settle()
    assert [one[1] for one in desk.asked if one[0] == "POST"] == [f"{address}leave/"]


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


def test_a_table_grows_by_a_line_of_its_own(open_desk, cast):
    case = a_case(cast.frontline)
    step(cast.frontline, case, "note", note="备注")
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/steps/solve_directly/?x=1")
    if page.locator("[data-add-line]").count() == 0:
        pytest.fail("this step has a table")
    table = page.locator("[data-lines]").first
    name = table.get_attribute("data-lines")
    assert table.locator("[data-lines-body] > [data-line]").count() == 1
    table.locator("[data-add-line]").click()
    table.locator("[data-add-line]").click()
    names = table.locator("[data-lines-body] [name]").evaluate_all("all => all.map((one) => one.name)")
    assert {re.sub(r"^\D+-(\w+)-.*", r"\1", one) for one in names} == {"0", "1", "2"}
    assert all(one.startswith(f"{name}-") for one in names)
    assert page.evaluate("document.activeElement.name").startswith(f"{name}-2-")


def test_registration_says_what_is_missing_counts_and_follows_the_story(open_desk, cast):
    earlier = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open("/desk/register/")
    missing, timer = page.locator("[data-missing]"), page.locator("[data-timer]")
    desk.passes(65)
    assert timer.inner_text() == "01:05"
    assert missing.inner_text() == "还差：经过、问题类型、联系方式（或匿名）"
    page.locator("#f-description").fill("充电宝起火，老人烧伤送医抢救")
    assert missing.inner_text() == "还差：问题类型、联系方式（或匿名）"
    page.locator("[name=problem_type][value=product]").check(force=True)
    page.locator("[name=anonymous]").check(force=True)
    assert missing.inner_text() == "必填项已齐。"
    page.locator("[name=anonymous]").uncheck(force=True)
    page.locator("#f-phone").fill("13800002210")
    assert missing.inner_text() == "必填项已齐。"
    desk.passes(0.8)
    assert not [one for one in desk.asked if one[1] == "/desk/register/hints/"]
    desk.passes(0.2)
    desk.shows(f"#hints :text('{earlier.number}')")
    assert len([one for one in desk.asked if one[1] == "/desk/register/hints/"]) == 1
    page.locator("#f-name").fill("陈晓雨")
    desk.passes(2)
    assert len([one for one in desk.asked if one[1] == "/desk/register/hints/"]) == 1
    other, mode = page.locator("[data-when='mode=other']"), page.locator("#register [name=mode]")
    assert (other.is_hidden(), other.locator("input").is_disabled()) == (True, True)
    page.locator("details.sub:has([name=mode])").evaluate("one => { one.open = true; }")
    mode.select_option("other")
    assert (other.is_visible(), other.locator("input").is_enabled()) == (True, True)
    mode.select_option("phone")
    assert (other.is_hidden(), other.locator("input").is_disabled()) == (True, True)
    page.keyboard.press("Alt+1")
    assert page.evaluate("document.activeElement.id") == "f-description"
    page.keyboard.press("Alt+o")
    assert page.evaluate("document.activeElement.id") == "f-order_number"
    steps = page.locator(".script input")
    page.keyboard.press("Control+;")
    assert steps.evaluate_all("all => all.map((one) => one.checked)")[:2] == [True, False]
    assert page.locator("[data-script-state]").inner_text() == steps.first.evaluate("one => one.labels[0].textContent")
    desk.passes(5)
    assert len(page.evaluate(KEPT)) == 1
    page.locator("#register [data-send]").first.click()
    page.wait_for_url("**/registered/**")
    assert page.evaluate(KEPT) == []
    made = Complaint.objects.exclude(pk=earlier.pk).get()
    assert made.text("description") == "充电宝起火，老人烧伤送医抢救"
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"[data-copy='{made.number}']").click()
    desk.shows(".toast:has-text('已复制')")
    assert page.evaluate("navigator.clipboard.readText()") == made.number
    assert desk.errors == []


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
    offline = page.locator("[data-offline]")
    assert offline.is_hidden()
    desk.context.set_offline(True)
    desk.shows("[data-offline]:not([hidden])")
    desk.context.set_offline(False)
    desk.shows("[data-offline]", state="hidden")
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
