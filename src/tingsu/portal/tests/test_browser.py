"""The public side in a real browser: axe, phone and desktop, touch sizes, uploads, autosave, a whole complaint."""

import pytest

from tingsu.complaints.models import Complaint, Party
from tingsu.letters.links import case_token
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import handled, registered

pytestmark = pytest.mark.browser
PAGES = {
    "home": "/", "help": "/help/", "find": "/follow/", "open": "/follow/open/", "again": "/follow/again/", "cause": "/submit/cause/",
    "story": "/submit/story/?cause=delivery", "form": "/form/", "privacy": "/privacy/", "accessibility": "/accessibility/", "callback": "/callback/",
}  # fmt: skip


def assert_well_made(window, name, touch=44):
    window.picture(name)
    assert window.violations() == [], name
    assert window.too_wide() == [], name
    assert window.errors == [], name
    assert window.small_targets(touch) == [], name
    assert window.too_wide_with_letters(2) == [], name
    assert window.disorder() == [], name


@pytest.mark.req("WB-01")
@pytest.mark.parametrize(
    ("width", "language", "elder", "dark"),
    [
        (390, "zh-hans", False, False), (1440, "zh-hans", False, False), (390, "en", False, True), (1440, "en", False, True),
        (390, "zh-hans", True, False), (1440, "en", True, False), (320, "en", False, False), (320, "en", True, False),
    ],
)  # fmt: skip
def test_public_pages_pass_axe_fit_the_window_and_are_large_enough_to_touch(reader, cast, width, language, elder, dark):
    window = reader(width=width, language=language, elder=elder, dark=dark)
    for name, path in PAGES.items():
        window.open(path)
        kind = f"{'elder' if elder else 'plain'}-{language}-{'dark' if dark else 'light'}"
        assert_well_made(window, f"{name}-{width}-{kind}", 60 if elder else 44)
    page = window.open(PAGES["again"])
    page.fill("#number", "202611-XF-001")
    page.fill("#contact", "13800002210")
    page.press("#contact", "Enter")
    page.wait_for_selector("#code")
    assert_well_made(window, f"one-time-{width}-{kind}", 60 if elder else 44)


@pytest.mark.req("WB-01")
@pytest.mark.req("IN-18")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_in_elder_mode_the_head_takes_two_rows_of_a_phone_and_no_more(reader, cast, language):
    window = reader(width=390, language=language, elder=True)
    for path in ("/", "/help/"):
        window.open(path)
        assert window.page.locator("header.top").bounding_box()["height"] <= 2 * 60 + 24
        for name in ("a[href^='tel:']", "button[name=elder]"):
            assert window.page.locator(f"header.top {name}").first.bounding_box()["height"] >= 60


@pytest.mark.parametrize("elder", [False, True])
def test_the_wizard_fits_a_phone_without_scripts_too(visitor, cast, elder):
    window = visitor(elder=elder, scripts=False)
    window.open(PAGES["story"])
    assert window.too_wide() == []


@pytest.mark.req("WB-01")
@pytest.mark.parametrize("width", [390, 1440])
def test_a_complaint_is_filed_with_a_photo_and_followed_from_a_phone(visitor, cast, width):
    window = visitor(width=width)
    page = window.open("/")
    page.click("text=物流与快递")
    page.fill("#description", "11 月 18 日收到显示器，外箱压裂，屏幕漏液。订单 DD20261118000123，商家说签收后不负责。")
    assert page.input_value("#order_number") == ""
    page.click("text=是，用它")
    assert page.input_value("#order_number") == "DD20261118000123"
    page.set_input_files("#files-new", {"name": "箱子.png", "mimeType": "image/png", "buffer": PNG})
    page.wait_for_selector("text=箱子.png")
    page.wait_for_selector(".file >> text=已收到")
    page.check("input[value=refund]")
    page.fill("#amount_refund", "1199")
    page.check("input[value=apology]")
    page.wait_for_selector("text=已自动保存")
    assert_well_made(window, f"submit-{width}")
    page.click("text=下一步 >> nth=-1")
    page.wait_for_selector("#phone")
    assert_well_made(window, f"contact-{width}")
    page.click("text=下一步 >> nth=-1")
    page.wait_for_selector(".error-summary")
    page.wait_for_selector(".error-summary:focus")
    window.errors.clear()
    page.fill("#name", "陈小满")
    page.fill("#phone", "13800002210")
    page.click("text=下一步 >> nth=-1")
    page.wait_for_selector("text=¥1,199.00")
    assert_well_made(window, f"check-{width}")
    page.dblclick("text=确认并提交")
    page.wait_for_selector("text=已收到您的投诉")
    assert_well_made(window, f"received-{width}")
    complaint = Complaint.objects.get()
    assert complaint.number in page.inner_text("main")
    page.click("text=我记下了，查看进度")
    page.wait_for_selector(".stages")
    assert_well_made(window, f"fresh-{width}")


@pytest.mark.req("WB-01")
def test_a_reload_in_the_middle_of_a_sentence_loses_nothing(visitor, cast):
    window = visitor()
    page = window.open("/submit/story/?cause=refund")
    page.fill("#description", "写到一半的经过")
    page.wait_for_selector("text=已自动保存")
    page.goto(window.address + "/")
    page.click("text=继续填写")
    assert page.input_value("#description") == "写到一半的经过"


@pytest.mark.req("WB-01")
@pytest.mark.parametrize(
    ("width", "language", "elder"), [(390, "zh-hans", False), (1440, "en", False), (390, "zh-hans", True)]
)
def test_a_proposal_is_answered_on_the_case_page(visitor, cast, width, language, elder):
    journey = handled(cast).offered()
    party = Party.objects.get(complaint=journey.complaint)
    window = visitor(width=width, language=language, elder=elder)
    page = window.open(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
    name = f"track-{width}-{'elder' if elder else 'plain'}-{language}"
    assert_well_made(window, name, 60 if elder else 44)
    agree, disagree = (page.locator(f"a[href$='/case/{one}/']").first.bounding_box() for one in ("agree", "disagree"))
    assert abs(agree["width"] - disagree["width"]) < 1
    page.locator("a[href$='/case/disagree/']").first.click()
    page.wait_for_selector("#text")
    assert_well_made(window, f"disagree-{name}", 60 if elder else 44)
    page.fill("#text", "运费也要退")
    page.click("main form button.btn-primary")
    page.wait_for_selector("text=运费也要退")
    assert Complaint.objects.get().state == "feedback"


@pytest.mark.req("WB-01")
def test_without_scripts_a_complaint_is_filed_all_the_same(visitor, cast):
    window = visitor(scripts=False)
    page = window.open("/")
    page.click("text=退款与售后")
    page.fill("#description", "退款一直没有到账。")
    page.set_input_files("#files-new", {"name": "截图.png", "mimeType": "image/png", "buffer": PNG})
    page.click("button[value=on]")
    page.check("input[value=anonymous]")
    page.click("button[value=on]")
    assert "截图.png" in page.inner_text("main")
    page.click("button[value=on]")
    assert Complaint.objects.get().number in page.inner_text("main")
    assert Complaint.objects.get().anonymous


@pytest.mark.req("WB-01")
def test_the_page_offers_to_stay_before_it_closes(visitor, cast, monkeypatch):
    from datetime import timedelta

    from tingsu.portal import session

    monkeypatch.setattr(session, "OPEN_FOR", timedelta(seconds=100))
    journey = registered(cast)
    party = Party.objects.get(complaint=journey.complaint)
    window = visitor()
    page = window.open(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
    page.wait_for_selector("[data-until]:not([hidden])", timeout=12000)
    assert window.violations() == []
    page.click("text=继续查看")
    page.wait_for_selector("[data-until][hidden]", state="attached")
