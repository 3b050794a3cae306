"""What the desk's scripts do with forms: drafts, sending once, dialogs, tables that grow, registration."""

import json
import re

import pytest
from django.template.loader import render_to_string

from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, step
from tingsu.desk.tests.windows import KEPT, posts
from tingsu.kernel.models import Event


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
    assert key == f"tingsu-draft:{cast.frontline.id}:case:{case.number}:reply"
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
        f"localStorage.setItem('tingsu-draft:{cast.supervisor.id}:case:{other.number}:reply', JSON.stringify({{text: '别人的'}}))"
    )
    desk.open(f"/desk/cases/{other.number}/")
    assert words.input_value() == ""  # a colleague's words on the same device
    desk.open(address)
    page.locator("[data-mode-switch][value=note]").check(force=True)
    assert words.input_value() == ""  # each way of writing has its own
    words.fill("只给同事看")
    desk.passes(5)
    mine = f"tingsu-draft:{cast.frontline.id}:case:{case.number}"
    theirs = f"tingsu-draft:{cast.supervisor.id}:case:{other.number}:reply"
    assert {key for key, _kept in page.evaluate(KEPT)} == {f"{mine}:reply", f"{mine}:note", theirs}
    page.locator("#composer [data-send]").click()
    page.wait_for_url("**sent=*")
    assert {key for key, _kept in page.evaluate(KEPT)} == {f"{mine}:reply", theirs}  # what was sent, and that alone
    desk.open(address)
    assert words.input_value() == "还没写完，继续"
    page.evaluate(
        "document.querySelector('[data-drafts-forget]').dispatchEvent(new Event('submit', {bubbles: true, cancelable: true}))"
    )
    assert {key for key, _kept in page.evaluate(KEPT)} == {theirs}, (
        "whoever signs out takes the own words along, nobody else's"
    )
    assert desk.errors == []


def test_words_of_an_ended_session_come_back_to_their_writer_alone(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    address = f"/desk/cases/{case.number}/"
    page = desk.open(address)
    action = page.evaluate("document.querySelector('#composer').action")
    for person, back in ((cast.supervisor, ""), (cast.frontline, "写到一半")):
        kept = {
            "person": str(person.id),
            "page": address,
            "forms": [{"action": action, "inside": False, "values": [["text", "写到一半"]]}],
        }
        page.evaluate("(kept) => sessionStorage.setItem('tingsu-kept', JSON.stringify(kept))", kept)
        desk.open(address)
        assert page.locator("#composer-text").input_value() == back
        assert page.evaluate("sessionStorage.getItem('tingsu-kept')") is None
    alone = []
    page.on(
        "request",
        lambda request: alone.append(request.headers.get("x-tingsu-unattended")) if "/pulse/" in request.url else None,
    )
    desk.passes(21)
    desk.settle()
    assert set(alone) == {"1"}, "a page that asks by itself keeps nobody signed in"


def test_amounts_are_added_up_in_whatever_spelling_they_are_typed(open_desk, cast):
    case = a_case(cast.frontline, demands=[])
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/steps/solve_directly/")
    table = page.locator("[data-lines]:has([data-sum])").first
    total, amounts = table.locator("[data-sum]"), table.locator("[data-line] input[inputmode=decimal]")
    for typed, said in (
        ("1,200.50", "1,200.50"),
        ("￥99", "99.00"),
        ("１２", "12.00"),
        ("¥ 1 300", "1,300.00"),
        ("", ""),
        ("abc", ""),
    ):
        amounts.first.fill(typed)
        told = total.text_content()
        assert said in told if said else told == "", (typed, told)


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
    page.locator("#step-dialog select[name=severity]").select_option("")
    page.locator("#step-dialog [data-send]").click()
    desk.shows("#step-dialog .error-summary")
    desk.passes(0.1)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("#step-dialog textarea").last.input_value() == "先核实再定级"
    assert page.locator("#step-dialog form").get_attribute("data-sending") is None
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") == "g"
    page.evaluate("document.querySelector('#case-actions a[data-key=g]').setAttribute('aria-disabled', 'true')")
    opener.evaluate("one => one.click()")
    assert not page.locator("#step-dialog").evaluate("one => one.open"), "what is not possible opens nothing"
    page.evaluate("document.querySelector('#case-actions a[data-key=g]').removeAttribute('aria-disabled')")
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
    assert page.locator(".toast[data-toast=error] span").last.inner_text() == "没有找到这个页面，或链接已失效。"
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


def test_a_table_grows_by_a_line_of_its_own(open_desk, cast):
    case = a_case(cast.frontline, demands=[])
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


@pytest.mark.parametrize("how", ["a page that says what went wrong", "no connection at all"])
def test_words_that_did_not_arrive_stay_a_draft_whatever_page_comes_next(open_desk, cast, how):
    """Neither the way to the first page nor one typed into the browser counts as an answer to what was sent."""
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    address = f"/desk/cases/{case.number}/"
    page = desk.open(address)
    page.locator("[data-mode-switch][value=note]").check(force=True)
    words = page.locator("#composer-text")
    words.fill("断网也不能丢")
    with_page = how.startswith("a page")

    def fail(route):
        if with_page:
            route.fulfill(status=503, content_type="text/html; charset=utf-8", body=render_to_string("503.html"))
        else:
            route.abort("connectionrefused")

    def posted(address):
        return re.search(r"/desk/cases/", address)

    desk.meets(posted, lambda route: fail(route) if route.request.method == "POST" else route.fallback())
    page.locator("#composer [data-send]").click()
    if with_page:
        page.get_by_text("您输入的内容已存在本机").wait_for()
        page.get_by_role("link", name="回到首页").click()
        page.wait_for_load_state()
        page = desk.open("/desk/")
    else:
        page.wait_for_url("chrome-error://**")
        page = desk.open("/desk/")
    assert len(page.evaluate(KEPT)) == 1
    page = desk.open(address)
    page.locator("[data-mode-switch][value=note]").check(force=True)
    assert page.locator("#composer-text").input_value() == "断网也不能丢"
    page.unroute(posted)
    page.locator("#composer [data-send]").click()
    page.wait_for_url("**sent=*")
    assert page.evaluate(KEPT) == []
