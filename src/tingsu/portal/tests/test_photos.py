"""Photos in a real browser: several at once, made smaller on the device, refused before they are sent, tried again."""

import io

import pytest
from PIL import Image

from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.portal import drafts
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_submit import PNG

pytestmark = pytest.mark.browser
UPLOAD = "/submit/files/"


def photo(width: int, height: int) -> bytes:
    """A picture with so much noise that it weighs something."""
    made = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(made, "JPEG", quality=95)
    return made.getvalue()


def chosen(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "image/png", "buffer": PNG} for name in names]


@pytest.mark.req("WB-01")
def test_photos_chosen_together_on_a_fresh_page_all_stay_and_show_their_picture(visitor, cast):
    window = visitor()
    page = window.open("/submit/story/?cause=delivery")
    names = ["一.png", "二.png", "三.png"]
    page.set_input_files("#files-new", chosen(*names))
    page.locator("[data-file] [data-remove]").nth(2).wait_for()
    assert page.locator("[data-file] img.file-picture").count() == 3
    assert window.errors == []
    assert PortalDraft.objects.count() == 1
    assert sorted(one["name"] for one in drafts.read_body(PortalDraft.objects.get())["files"]) == sorted(names)
    page.fill("#description", "外箱压裂，屏幕漏液。")
    page.click("text=下一步 >> nth=-1")
    page.check("input[value=anonymous]")
    page.click("text=下一步 >> nth=-1")
    page.click("text=确认并提交")
    page.wait_for_selector("text=已收到您的投诉")
    assert StoredFile.objects.filter(stream_id=Complaint.objects.get().pk).count() == 3


@pytest.mark.req("WB-01")
def test_a_large_photo_is_made_smaller_before_it_leaves(window, cast):
    visitor = window(viewport={"width": 390, "height": 844})
    page = visitor.open("/submit/story/?cause=delivery")
    large = photo(4000, 3000)
    assert len(large) > 1.5 * 1024 * 1024
    page.set_input_files("#files-new", {"name": "大图.jpeg", "mimeType": "image/jpeg", "buffer": large})
    page.wait_for_selector("[data-file] [data-remove]")
    assert page.locator("[data-file] [role=alert]").all_inner_texts() == []
    kept = StoredFile.objects.get()
    assert kept.size < len(large) / 2
    assert drafts.read_body(PortalDraft.objects.get())["files"][0]["name"] == "大图.jpg"


@pytest.mark.req("WB-01")
def test_what_is_too_large_is_refused_before_it_is_sent_and_the_message_can_be_put_away(window, cast):
    visitor = window(viewport={"width": 390, "height": 844})
    page = visitor.open("/submit/story/?cause=delivery")
    page.evaluate("document.querySelector('[data-upload]').dataset.most = 1000")
    page.set_input_files("#files-new", {"name": "长录像.mp4", "mimeType": "video/mp4", "buffer": b"0" * 5000})
    page.wait_for_selector("[data-file] [role=alert]")
    assert "长录像.mp4" in page.locator("[data-file] [role=alert]").inner_text()
    assert [one for one in visitor.asked if one[1] == UPLOAD] == []
    page.locator("[data-file] [data-remove]").click()
    assert page.locator("[data-file]").count() == 0


@pytest.mark.req("WB-01")
@pytest.mark.parametrize(("ours", "why"), [(False, "请检查网络"), (True, "问题在我们这边")])
def test_a_photo_lost_on_the_way_can_be_sent_once_more_and_the_reason_is_true(window, cast, ours, why):
    visitor = window(viewport={"width": 390, "height": 844})
    page = visitor.open("/submit/story/?cause=delivery")
    visitor.broken.add(UPLOAD)
    if ours:  # a disk without room
        visitor.meets("**" + UPLOAD, lambda route: route.fulfill(status=503) if visitor.broken else route.fallback())
    page.set_input_files("#files-new", chosen("箱子.png"))
    page.wait_for_selector("[data-file] [data-retry]")
    said = page.locator("[data-file] [role=alert]").inner_text()
    assert "箱子.png" in said
    assert why in said
    assert not StoredFile.objects.exists()
    visitor.broken.clear()
    page.locator("[data-retry]").click()
    page.wait_for_selector("[data-file] >> text=已收到")
    assert page.locator("[data-file] [role=alert]").count() == 0
    assert StoredFile.objects.count() == 1
