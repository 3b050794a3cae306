"""Photos and files of the wizard: each stays, whoever sends how many at once, and what cannot be taken is named."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.portal import drafts, wizard
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_submit import CONTACT, PNG, STORY, submit

pytestmark = pytest.mark.django_db


def test_photos_that_arrive_at_once_before_anything_was_kept_all_stay(client, cast):
    """Each request of a page that was just opened carries the same cookie: none has seen the answer to another."""
    client.get("/submit/story/?cause=refund")
    first = client.cookies[drafts.COOKIE].value
    for name in ("一.png", "二.png", "三.png"):
        client.cookies[drafts.COOKIE] = first
        answer = client.post("/submit/files/", {"files": SimpleUploadedFile(name, PNG)})
        assert answer.status_code == 201, name
    client.cookies[drafts.COOKIE] = first
    client.post("/submit/story/save/", {"cause": "refund", "description": "退款一直没到"})
    assert [file["name"] for file in drafts.read_body(PortalDraft.objects.get())["files"]] == [
        "一.png",
        "二.png",
        "三.png",
    ]
    submit(client)
    assert StoredFile.objects.filter(stream_id=Complaint.objects.get().pk).count() == 3


def test_photos_that_arrive_at_once_after_a_complaint_was_sent_share_the_next_draft(client, cast):
    submit(client)
    sent = client.cookies[drafts.COOKIE].value
    for name in ("一.png", "二.png"):
        client.cookies[drafts.COOKIE] = sent
        assert client.post("/submit/files/", {"files": SimpleUploadedFile(name, PNG)}).status_code == 201
    draft = PortalDraft.objects.get(state="open")
    assert len(drafts.read_body(draft)["files"]) == 2
    assert not StoredFile.objects.filter(stream_id=Complaint.objects.get().pk).exists()


def test_a_photo_beyond_the_limit_is_refused_by_name_even_when_two_arrive_at_once(client, cast):
    client.post("/submit/story/", STORY)
    draft = PortalDraft.objects.get()
    nine = [{"id": f"{n}", "name": f"{n}.png", "size": 1} for n in range(wizard.FILE_LIMIT)]
    assert drafts.add_files(draft, nine[:8], limit=wizard.FILE_LIMIT) == []
    stale = PortalDraft.objects.get()
    assert drafts.add_files(draft, nine[8:], limit=wizard.FILE_LIMIT) == []
    late = {"id": "x", "name": "x.png", "size": 1}
    assert drafts.add_files(stale, [late], limit=wizard.FILE_LIMIT) == [late]


@pytest.mark.req("RG-09")
@pytest.mark.req("RG-06")
def test_files_go_along_without_javascript_and_can_be_taken_out_again(client, cast):
    story = {**STORY, "files": [SimpleUploadedFile("箱子.png", PNG), SimpleUploadedFile("二.png", PNG)]}
    assert client.post("/submit/story/", story).status_code == 302
    page = client.get("/submit/story/").content.decode()
    assert "箱子.png" in page
    out = next(file for file in drafts.read_body(PortalDraft.objects.get())["files"] if file["name"] == "二.png")
    client.post(f"/submit/files/{out['id']}/remove/", {**STORY, "product": "改过的产品"})
    page = client.get("/submit/story/").content.decode()
    assert "二.png" not in page
    assert "改过的产品" in page
    client.post("/submit/contact/", CONTACT)
    client.post("/submit/check/", {"go": "on"})
    complaint = Complaint.objects.get()
    assert StoredFile.objects.filter(stream_id=complaint.pk).count() == 1
    client.post("/submit/received/")
    page = client.get("/case/").content.decode()
    assert "箱子.png" in page
    assert "材料已收悉" in page


def test_a_file_that_cannot_be_taken_is_named_and_the_text_stays(client, cast):
    page = client.post(
        "/submit/story/", {**STORY, "files": [SimpleUploadedFile("run.exe", b"MZ" + b"0" * 200)]}, follow=True
    )
    assert page.status_code == 422
    assert "run.exe" in page.content.decode()
    assert "27 英寸显示器" in page.content.decode()
    assert not StoredFile.objects.exists()


def test_uploads_of_the_script_answer_with_a_row_or_a_sentence(client, cast):
    good = client.post("/submit/files/", {"files": SimpleUploadedFile("a.png", PNG)})
    assert good.status_code == 201
    assert good.json()["files"][0]["name"] == "a.png"
    bad = client.post("/submit/files/", {"files": SimpleUploadedFile("b.png", b"")})
    assert bad.status_code == 422
    assert "b.png" in bad.json()["refused"][0]
