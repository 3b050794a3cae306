"""Whose the files of a visit are (PS-11), and what anonymous complainants' files lose on arrival (PS-05, PS-17)."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tingsu.complaints.models import Complaint
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.portal import drafts
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.test_submit import CONTACT, STORY

pytestmark = pytest.mark.django_db
ANONYMOUS = {**CONTACT, "identity": "anonymous", "name": "", "phone": ""}


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def bring(client, content: bytes, name: str = "a.jpg", path: str = "/submit/files/") -> str:
    answer = client.post(path, {"files": SimpleUploadedFile(name, content)})
    assert answer.status_code == 201, answer.content
    return answer.json()["files"][0]["id"]


def register(client, contact) -> Complaint:
    assert client.post("/submit/story/", STORY).status_code == 302
    assert client.post("/submit/contact/", contact).status_code == 302
    check = client.get("/submit/check/").content.decode()
    assert client.post("/submit/check/", {"go": "on"}).headers["Location"] == "/submit/received/"
    complaint = Complaint.objects.latest("registered_at")
    complaint.checked_page = check
    return complaint


@pytest.mark.req("PS-11")
def test_a_loose_file_belongs_to_its_visit(client, cast):
    mine = bring(client, s.picture("JPEG"))
    file = StoredFile.objects.get(pk=mine)
    assert file.received_by == PortalDraft.objects.get().pk
    complaint = register(client, CONTACT)
    assert StoredFile.objects.get(pk=mine).stream_id == complaint.pk


@pytest.mark.req("PS-11")
def test_nobody_else_attaches_or_sees_a_visitors_loose_file(client, cast, sign_in):
    mine = bring(client, s.picture("JPEG"))
    # Another visit that puts the id into its own draft, as if it were its file.
    other = Client()
    bring(other, s.picture("PNG"), "b.png")
    draft = PortalDraft.objects.latest("created_at")
    drafts.add_files(draft, [{"id": mine, "name": "a.jpg", "size": 1}], limit=9)
    other.post("/submit/story/", STORY)
    other.post("/submit/contact/", CONTACT)
    assert other.post("/submit/check/", {"go": "on"}).status_code == 404
    assert not Complaint.objects.exists()
    # A party of an open case, members, programs and the visitor without a draft.
    bring(client, s.picture("PNG"), "c.png")
    complaint = register(other_visit(), CONTACT)
    visitor = Actor(
        kind="complainant", organisation_id=cast.organisation_id, name="portal", roles=frozenset({"complainant"})
    )
    program = Actor(kind="token", organisation_id=cast.organisation_id, id=uuid.uuid4(), name="shop")
    for actor in (visitor, program, cast.frontline.actor, cast.supervisor.actor):
        with pytest.raises(NotFound):
            store.attach([mine], complaint.pk, now(), actor=actor)
    inside = sign_in(cast.frontline)
    for address in ("", "view/", "small/", "original/"):
        assert inside.get(f"/files/{mine}/{address}").status_code == 404
        assert Client().get(f"/files/{mine}/{address}").status_code == 404
    assert StoredFile.objects.get(pk=mine).stream_id is None


def other_visit() -> Client:
    return Client()


@pytest.mark.req("PS-11")
def test_a_case_page_takes_only_its_own_loose_files(client, cast):
    theirs = bring(Client(), s.picture("JPEG"))
    complaint = register(client, CONTACT)
    mine = bring(client, s.picture("PNG"), "b.png", "/case/add/files/")
    page = client.get("/case/").content.decode()
    once = re.search(r'name="once" value="(\w+)"', page).group(1)
    client.post("/case/add/", {"text": "再补充一点", "file_ids": [theirs], "once": once})
    assert StoredFile.objects.get(pk=theirs).stream_id is None
    once = re.search(r'name="once" value="(\w+)"', client.get("/case/").content.decode()).group(1)
    client.post("/case/add/", {"text": "再补充一点", "file_ids": [mine], "once": once})
    assert StoredFile.objects.get(pk=mine).stream_id == complaint.pk


TOLD = [
    ("a.jpg", s.told_picture("JPEG")),
    ("a.png", s.told_picture("PNG")),
    ("a.jpg", s.TRUE_HEIC),
    ("a.mp4", s.told_film()),
    ("a.pdf", s.told_pdf()),
]
IDS = ["jpeg", "png", "heic", "film", "pdf"]


@pytest.mark.req("PS-05", "PS-17")
@pytest.mark.parametrize(("name", "content"), TOLD, ids=IDS)
def test_anonymous_evidence_loses_place_and_author_also_when_the_wish_comes_after_the_file(
    client, cast, home, name, content
):
    before = bring(client, content, name)
    complaint = register(client, ANONYMOUS)
    assert complaint.anonymous
    file = StoredFile.objects.get(stream_id=complaint.pk)
    assert file.cleaned
    assert s.PLACE not in store.open_file(file)
    assert not StoredFile.objects.filter(pk=before).exists(), "the original is gone"
    assert not store.place(uuid.UUID(before), file.organisation_id).exists()
    assert "您选择了匿名" in complaint.checked_page
    # And on the page of the case: before a row is written.
    bring(client, content, name, "/case/add/files/")
    later = StoredFile.objects.get(stream=None)
    assert later.cleaned
    assert s.PLACE not in store.open_file(later)


@pytest.mark.req("PS-17")
def test_after_the_wish_a_file_loses_its_place_on_arrival(client, cast):
    client.post("/submit/story/", STORY)
    client.post("/submit/contact/", ANONYMOUS)
    file = StoredFile.objects.get(pk=bring(client, s.told_picture("JPEG")))
    assert file.cleaned
    assert s.PLACE not in store.open_file(file)


@pytest.mark.req("PS-05")
def test_who_gives_a_name_keeps_the_evidence_as_it_is(client, cast):
    bring(client, s.told_picture("JPEG"))
    complaint = register(client, CONTACT)
    file = StoredFile.objects.get(stream_id=complaint.pk)
    assert (file.cleaned, store.open_file(file)) == (False, s.told_picture("JPEG"))
    assert "您选择了匿名" not in complaint.checked_page


@pytest.mark.req("PS-17")
def test_the_page_says_what_is_taken_out_and_what_is_not(client, cast):
    page = client.get("/submit/story/?cause=delivery").content.decode()
    assert "去除照片、视频和录音中的地点、时间和设备信息" in page
    assert "Word、Excel、文本文件和压缩包中的作者信息无法去除" in page


@pytest.mark.req("PS-17")
def test_a_kind_that_cannot_be_cleaned_is_kept_as_it_came(client, cast):
    bring(client, s.document(), "a.docx")
    complaint = register(client, ANONYMOUS)
    file = StoredFile.objects.get(stream_id=complaint.pk)
    assert (file.cleaned, store.open_file(file)) == (False, s.document())


@pytest.mark.req("PS-17")
def test_who_filled_the_room_may_still_stay_anonymous(client, cast, settings):
    """The copies stand beside the originals for a moment only; that must not refuse the complaint."""
    noise = s.picture("PNG", (40, 30)) + b"behind the end " * 40_000
    bring(client, noise, "a.png")
    settings.QUOTA_VISITOR_MB = 1
    complaint = register(client, ANONYMOUS)
    assert store.open_file(StoredFile.objects.get(stream_id=complaint.pk)) == s.picture("PNG", (40, 30))
