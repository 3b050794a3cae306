"""Files through their addresses: who gets them, how they are served, what is noted (PS-03, PS-11, invariant 6)."""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s
from tingsu.kernel.clock import now
from tingsu.kernel.tenancy import acting_for
from tingsu.privacy.log import purposes
from tingsu.privacy.models import AccessEntry

NAME = "聊天记录 13800002210"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def a_file(cast, content: bytes = b"", ending: str = ".png") -> StoredFile:
    complaint = a_case(cast.frontline)
    file = store.keep(f"{NAME}{ending}", content or s.picture(), actor=cast.frontline.actor)
    with transaction.atomic():
        store.attach([file.pk], complaint.pk, now())
    return StoredFile.objects.get(pk=file.pk)


def noted() -> list[str]:
    return list(AccessEntry.objects.filter(field__startswith="file.").order_by("at").values_list("what", flat=True))


@pytest.mark.req("PS-03", "PS-11")
def test_a_handler_saves_a_file_and_it_is_noted(cast, sign_in, client) -> None:
    file = a_file(cast)
    sign_in(cast.frontline)
    answer = client.get(reverse("files:download", args=[file.pk]))
    assert answer.status_code == 200
    assert answer.content == s.picture()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert noted() == ["downloaded"]
    assert AccessEntry.objects.get(field__startswith="file.").stream_id == file.stream_id
    part = client.get(reverse("files:download", args=[file.pk]), headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (200, s.picture()), "a part of it is an opening like the whole"
    assert noted() == ["downloaded", "downloaded"]


@pytest.mark.req("PS-06", "invariant-6")
def test_the_name_is_masked_for_those_who_see_texts_masked(cast, sign_in, client) -> None:
    file = a_file(cast)
    sign_in(cast.qa)
    disposition = client.get(reverse("files:download", args=[file.pk])).headers["Content-Disposition"]
    assert "13800002210" not in disposition
    sign_in(cast.frontline)
    disposition = client.get(reverse("files:download", args=[file.pk])).headers["Content-Disposition"]
    assert "13800002210" not in disposition
    assert "2210.png" in disposition


@pytest.mark.req("PS-11")
@pytest.mark.parametrize("name", ["files:download", "files:preview", "files:thumbnail"])
def test_who_does_not_see_the_case_does_not_see_its_files(cast, sign_in, client, name) -> None:
    file = a_file(cast)
    address = reverse(name, args=[file.pk])
    assert client.get(address).status_code == 404
    for person in (cast.dept, cast.mediator, cast.dso):
        sign_in(person)
        assert client.get(address).status_code == 404
    assert noted() == []
    sign_in(cast.supervisor)
    assert client.get(address).status_code == 200


@pytest.mark.req("PS-06", "PS-11")
def test_whoever_is_shown_no_person_opens_no_file_and_the_page_leads_to_none(cast, sign_in, client) -> None:
    """A photo of an identity card cannot be masked: whoever counts cases without persons sees that it is there, and its kind."""
    file = a_file(cast)
    number = Complaint.objects.get(pk=file.stream_id).number
    addresses = [
        reverse(name, args=[file.pk])
        for name in ("files:download", "files:preview", "files:thumbnail", "files:original")
    ]
    for person, opens in ((cast.analyst, False), (cast.qa, True), (cast.frontline, True)):
        sign_in(person)
        page = client.get(reverse("desk:case", args=[number])).content.decode()
        assert (addresses[0] in page) is opens
        assert "image/png" in page
        for address in addresses[:3]:
            answer = client.get(address)
            assert answer.status_code == (200 if opens else 403), (person.username, address)
            assert not opens or "no-store" in answer.headers["Cache-Control"]
    sign_in(cast.analyst)
    before = AccessEntry.objects.count()
    assert client.post(addresses[3], {"purpose": "statistics"}).status_code == 403
    assert AccessEntry.objects.count() == before + 1


@pytest.mark.req("PS-11")
def test_a_loose_file_is_seen_by_whoever_uploaded_it_and_nobody_else(cast, sign_in, client) -> None:
    file = store.keep("a.png", s.picture(), actor=cast.frontline.actor)
    sign_in(cast.supervisor)
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 404
    sign_in(cast.frontline)
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 200


@pytest.mark.req("invariant-5")
def test_a_file_of_another_organisation_does_not_exist(cast, sign_in, client, other_organisation) -> None:
    with acting_for(other_organisation.pk):
        from tests.cast import Cast

        there = Cast(other_organisation.pk, "other-")
        file = store.keep("a.png", s.picture(), actor=there.frontline.actor)
    sign_in(cast.supervisor)
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 404


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("content", "ending", "media_type", "how"),
    [
        (s.picture(), ".png", "image/png", "inline"),
        (s.PDF, ".pdf", "application/pdf", "inline"),
        (s.MP3, ".mp3", "audio/mpeg", "inline"),
        ("商家说三天".encode(), ".txt", "application/octet-stream", "attachment"),
        (s.office("word"), ".docx", "application/octet-stream", "attachment"),
        (s.EML, ".eml", "application/octet-stream", "attachment"),
    ],
)
def test_only_harmless_kinds_are_shown_in_the_browser(cast, sign_in, client, content, ending, media_type, how) -> None:
    file = a_file(cast, content, ending)
    sign_in(cast.frontline)
    answer = client.get(reverse("files:preview", args=[file.pk]))
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith(how)
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.req("PS-03")
def test_small_pictures_are_served_and_other_kinds_have_none(cast, sign_in, client) -> None:
    picture, text = a_file(cast), a_file(cast, b"some words", ".txt")
    sign_in(cast.frontline)
    answer = client.get(reverse("files:thumbnail", args=[picture.pk]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert client.get(reverse("files:thumbnail", args=[text.pk])).status_code == 404


def test_an_erased_file_says_so(cast, sign_in, client) -> None:
    file = a_file(cast)
    with transaction.atomic():
        store.erase(file.stream_id, now())
    sign_in(cast.frontline)
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 410
    assert client.post(reverse("files:download", args=[file.pk])).status_code == 405


def told(cast, kind: str = "JPEG", ending: str = ".jpg") -> StoredFile:
    """A picture of a case that tells its place."""
    return a_file(cast, s.told_picture(kind), ending)


@pytest.mark.req("PS-05")
@pytest.mark.parametrize("name", ["files:download", "files:preview", "files:thumbnail"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_shown_and_saved_does_not_tell_its_place(cast, sign_in, client, name, kind) -> None:
    file = told(cast, kind, f".{kind.lower()}")
    for person in (cast.frontline, cast.qa):
        sign_in(person)
        for _time in range(2):  # made, then kept
            answer = client.get(reverse(name, args=[file.pk]))
            assert answer.status_code == 200
            assert s.PLACE not in answer.content
            assert b"GPS" not in answer.content


@pytest.mark.req("PS-05")
def test_the_copy_that_is_kept_is_sealed_and_goes_with_the_file(cast, sign_in, client, home) -> None:
    file = told(cast)
    shown = sign_in(cast.frontline).get(reverse("files:preview", args=[file.pk])).content
    kept = store.place(file.pk, file.organisation_id, "clean")
    assert shown[:40] not in kept.read_bytes()
    store.remove_bytes(file.pk, file.organisation_id)
    assert not kept.exists()


@pytest.mark.req("PS-05", "PS-11")
def test_the_original_opens_with_a_purpose_to_clear_sight_and_is_noted(cast, sign_in, client) -> None:
    file = told(cast)
    address = reverse("files:original", args=[file.pk])
    sign_in(cast.frontline)
    asked = client.get(address)
    assert (asked.status_code, s.PLACE in asked.content) == (200, False)
    assert client.post(address, {"purpose": " "}).status_code == 422
    assert noted() == []
    answer = client.post(address, {"purpose": "check"})
    assert answer.content == s.told_picture("JPEG")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AccessEntry.objects.get(field__startswith="file.")
    assert (entry.what, entry.purpose, entry.actor_id) == ("downloaded", "check", cast.frontline.actor.id)
    assert client.post(address, {"other": "court order 7", "purpose": "check"}).status_code == 200
    assert list(purposes(AccessEntry.objects.all()).values()).count("court order 7") == 1


@pytest.mark.req("PS-05")
def test_without_clear_sight_there_is_no_original_and_the_attempt_is_noted(cast, sign_in, client) -> None:
    file = told(cast)
    sign_in(cast.qa)
    answer = client.post(reverse("files:original", args=[file.pk]), {"purpose": "check"})
    assert (answer.status_code, s.PLACE in answer.content) == (403, False)
    assert noted() == ["refused"]
    sign_in(cast.dept)
    assert client.post(reverse("files:original", args=[file.pk]), {"purpose": "check"}).status_code == 404


@pytest.mark.req("PS-05")
def test_kinds_that_cannot_be_cleaned_open_to_clear_sight_only(cast, sign_in, client) -> None:
    file = a_file(cast, s.document(), ".docx")
    address = reverse("files:download", args=[file.pk])
    assert sign_in(cast.frontline).get(address).content == s.document()
    assert sign_in(cast.qa).get(address).status_code == 403
    assert sorted(noted()) == ["downloaded", "refused"]


@pytest.mark.req("PS-05")
def test_a_heic_is_shown_as_a_picture_whatever_its_name(cast, sign_in, client) -> None:
    file = a_file(cast, s.TRUE_HEIC, ".png")
    sign_in(cast.frontline)
    answer = client.get(reverse("files:preview", args=[file.pk]))
    assert (answer.headers["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert ".jpg" in answer.headers["Content-Disposition"]
    assert s.PLACE not in answer.content
    assert client.get(reverse("files:thumbnail", args=[file.pk])).headers["Content-Type"] == "image/webp"
    assert client.post(reverse("files:original", args=[file.pk]), {"purpose": "check"}).content == s.TRUE_HEIC
