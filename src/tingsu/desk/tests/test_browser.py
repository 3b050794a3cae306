"""The desk in a real browser: axe, narrow windows, keys, dialogs, conflicts, counting clocks."""

from typing import Any

import pytest

from tingsu.desk.tests.cases import BASIC, a_case, step

pytestmark = pytest.mark.browser
STORIES = [
    ("consumer", "16", "退款未到账，退货签收 9 天，退款 ¥1,299.00 仍显示处理中", "吴桐", "13900007731", "自营·小家电"),
    ("product", "5", "显示器外箱压裂、屏幕漏液，签收时已拍照", "黄敏", "13900006645", "3C·显示器"),
    ("consumer", "31", "试用结束未提醒即扣 ¥218 年费，要求全额退回", "周岩", "13900009034", "视频会员"),
    ("consumer", "6", "三次进线均被转接，未给出处理时间", "孙悦", "13900001177", "客户服务"),
    ("product", "9", "充电宝充电时起火，烧坏桌面，家人受到惊吓", "许宁", "13900003308", "充电宝"),
    ("operation", "14", "标注纯羊毛，检测报告显示含量 32%", "梁可", "13900007419", "服饰"),
]


def some_cases(cast: Any) -> Any:
    made = [
        a_case(
            cast.frontline,
            problem_type=problem,
            categories=[category],
            category_text="三次均未说明处理时间" if category == "6" else "",
            summary=summary[:40],
            description=summary,
            name=name,
            phone=phone,
            product=product,
            order_number=f"2611020{n:04d}",
        )
        for n, (problem, category, summary, name, phone, product) in enumerate(STORIES)
    ]
    main = a_case(cast.frontline, **BASIC)
    step(cast.frontline, main, "note", note="运费 ¥18 + 致歉券 ¥30 在一线权限内（≤ ¥100），无需审批。先道歉再讲方案。")
    step(
        cast.frontline, main, "feed_back", means="sms", query_way="yes",
        content="陈女士您好，已查到打款在 11 月 14 日被银行退回，财务正在重新发起。我会在今天 16:18 前告诉您到账时间。",
    )  # fmt: skip
    return made, main


def assert_well_made(window: Any, name: Any, narrow: Any) -> None:
    window.picture(name)
    assert window.violations() == [], name
    assert window.disorder() == [], name
    if narrow:
        assert window.too_wide() == [], name
    assert window.errors == [], name


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1440, "zh-hans", "light"), (1440, "en", "dark"), (390, "zh-hans", "dark"), (390, "en", "light")],
)
def test_pages_pass_axe_and_fit_the_window(
    window: Any, client: Any, sign_in: Any, cast: Any, width: Any, language: Any, theme: Any
) -> None:
    _made, main = some_cases(cast)
    sign_in(cast.frontline)
    client.cookies["tingsu_language"], client.cookies["tingsu_theme"] = language, theme
    look = window(viewport={"width": width, "height": 900 if width > 500 else 844}, color_scheme=theme)
    pages = {
        "work": "/desk/",
        "queue": "/desk/queue/?view=all",
        "case": f"/desk/cases/{main.number}/",
        "step": f"/desk/cases/{main.number}/steps/assess_and_grade/",
        "papers": f"/desk/cases/{main.number}/documents/",
        "register": "/desk/register/",
        "search": "/desk/search/?q=退款",
        "notices": "/desk/notices/",
        "account": "/desk/account/",
        "help": "/desk/help/",
        "tasks": "/desk/tasks/",
    }
    for name, path in pages.items():
        look.open(path)
        assert_well_made(look, f"{name}-{width}-{language}-{theme}", width < 500)


def test_pages_reflow_at_320_pixels(window: Any, sign_in: Any, cast: Any) -> None:
    _made, main = some_cases(cast)
    sign_in(cast.frontline)
    look = window(viewport={"width": 320, "height": 844})
    for path in (
        "/desk/",
        "/desk/queue/?view=all",
        f"/desk/cases/{main.number}/",
        "/desk/register/",
        "/desk/settings/",
    ):
        look.open(path)
        assert look.too_wide() == [], path


@pytest.mark.req("WB-01")
@pytest.mark.parametrize("width", [390, 1280])
def test_twice_the_size_loses_nothing(window: Any, client: Any, sign_in: Any, cast: Any, width: Any) -> None:
    """In English, whose words are the longer ones: nothing is cut off, covered or out of the window (WCAG 1.4.4)."""
    _made, main = some_cases(cast)
    sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    look = window(viewport={"width": width, "height": 900})
    look.twice_the_letters()
    lost = {}
    for path in (
        "/desk/",
        "/desk/queue/?view=all",
        f"/desk/cases/{main.number}/",
        f"/desk/cases/{main.number}/steps/assess_and_grade/",
        "/desk/register/",
        "/desk/duties/",
        "/desk/team/",
        "/desk/planning/",
        "/desk/protection/",
        "/desk/records/nonconformity/",
        "/desk/settings/",
        "/desk/settings/organisation/",
        "/desk/board/",
        "/desk/help/",
        "/desk/analysis/satisfaction/",
    ):
        look.open(path)
        lost[path] = look.too_wide() + look.lost()
    assert {path: found for path, found in lost.items() if found} == {}


def test_the_queue_is_worked_by_keyboard(desk: Any, cast: Any) -> None:
    made, _main = some_cases(cast)
    window = desk(cast.supervisor)
    page = window.open("/desk/queue/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert page.locator("[data-selected]").count() == 2
    assert page.locator("[data-selected-count]").inner_text() == "2"
    window.picture("queue-selected")
    page.keyboard.press("Escape")
    assert page.locator("[data-selected]").count() == 0
    page.keyboard.press("p")
    page.wait_for_selector("#step-dialog[open] form")
    window.picture("queue-dialog")
    assert window.violations() == []
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    page.keyboard.press("?")
    page.wait_for_selector("#keys-dialog[open]")
    assert made
    assert window.errors == []


@pytest.mark.req("AS-17")
def test_a_step_is_taken_in_a_dialog_and_a_refusal_keeps_what_was_typed(desk: Any, cast: Any) -> None:
    complaint = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open(f"/desk/cases/{complaint.number}/")
    page.locator("#case-actions a[data-key=g]").click()
    page.wait_for_selector("#step-dialog[open] form")
    page.locator("#step-dialog textarea").last.fill("先核实再定级")
    page.locator("#step-dialog select[name=severity]").select_option("")
    page.locator("#step-dialog [data-send]").click()
    page.wait_for_selector("#step-dialog .error-summary")
    assert page.locator("#step-dialog textarea").last.input_value() == "先核实再定级"
    window.picture("step-dialog-errors")
    assert window.violations() == []


@pytest.mark.req("AK-13")
def test_a_note_is_written_by_key_and_sent_with_control_enter(desk: Any, cast: Any) -> None:
    complaint = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open(f"/desk/cases/{complaint.number}/")
    page.keyboard.press("i")
    page.keyboard.type("已与财务核对")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**sent=*")
    assert page.locator(".entry-note .bubble").inner_text() == "已与财务核对"
    assert page.locator("#composer-text").input_value() == ""


@pytest.mark.req("AK-13")
def test_a_text_that_was_not_sent_is_back_after_a_reload(desk: Any, cast: Any) -> None:
    complaint = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open(f"/desk/cases/{complaint.number}/")
    page.locator("#composer-text").fill("还没写完")
    page.reload()
    assert page.locator("#composer-text").input_value() == "还没写完"


@pytest.mark.req("SL-01")
def test_every_deadline_explains_itself(desk: Any, cast: Any) -> None:
    complaint = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open(f"/desk/cases/{complaint.number}/")
    page.locator(".clocks summary").first.click()
    page.wait_for_selector(".clocks details[open] table, .clocks details[open] dl, .clocks details[open] ol")
    window.picture("explain")
    assert window.violations() == []


@pytest.mark.req("PS-06")
def test_a_phone_number_is_shown_for_a_purpose(desk: Any, cast: Any) -> None:
    complaint = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open(f"/desk/cases/{complaint.number}/")
    assert "138 **** 2210" in page.locator("#panel-people").inner_text()
    row = page.locator("#panel-people dd", has_text="138 **** 2210")
    row.locator("summary").click()
    window.picture("reveal")
    row.locator("button").click()
    page.wait_for_load_state("load")
    assert "13800002210" in page.locator("#panel-people").inner_text().replace(" ", "")


@pytest.mark.req("RG-24")
def test_the_registration_form_hints_at_repeats_and_risk_while_one_writes(desk: Any, cast: Any) -> None:
    earlier = a_case(cast.frontline)
    window = desk(cast.frontline)
    page = window.open("/desk/register/")
    page.locator("#f-phone").fill("13800002210")
    page.locator("#f-description").fill("充电宝起火，老人烧伤送医抢救")
    page.wait_for_selector(f"#hints :text('{earlier.number}')")
    assert page.locator("#hints .badge-critical").count() == 1
    window.picture("register-hints")
    assert window.violations() == []
    assert window.errors == []
