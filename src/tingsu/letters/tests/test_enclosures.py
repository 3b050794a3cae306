"""What travels inside a mail: files of this case that may still be had, as they may leave the house."""

from pathlib import Path

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s
from tingsu.kernel.clock import now
from tingsu.letters import enclosures


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def kept(cast: Cast, case, name: str, content: bytes) -> StoredFile:
    file = store.keep(name, content, actor=cast.frontline.actor)
    store.attach([file.pk], case.pk, now(), actor=cast.frontline.actor)
    return StoredFile.objects.get(pk=file.pk)


@pytest.mark.req("AK-13", "PS-05", "PS-11")
def test_a_letter_takes_files_of_its_case_alone_and_none_tells_its_place(cast: Cast) -> None:
    case, other = a_case(cast.frontline), a_case(cast.frontline)
    picture = kept(cast, case, "包裹.jpg", s.told_picture("JPEG"))
    phone = kept(cast, case, "照片.heic", s.TRUE_HEIC)
    words = kept(cast, case, "说明.txt", "合格".encode())
    foreign, erased, locked = (kept(cast, one, "x.txt", b"not yours") for one in (other, case, case))
    StoredFile.objects.filter(pk=erased.pk).update(erased_at=now())
    StoredFile.objects.filter(pk=locked.pk).update(quarantined_at=now())
    asked = [words, foreign, picture, erased, locked, phone]
    found = enclosures.files_with(case.pk, [str(one.pk) for one in asked])
    assert found == [words, picture, phone], "in the order in which they were chosen"
    inside = enclosures.enclosed_in(found)
    assert [(one.name, one.media_type) for one in inside] == [
        ("说明.txt", "text/plain"), ("包裹.jpg", "image/jpeg"), ("照片.jpg", "image/jpeg"),
    ]  # fmt: skip
    for one in inside:
        assert s.PLACE not in one.content
        assert b"GPS" not in one.content


def test_what_finds_no_room_or_cannot_be_read_stays_behind_and_the_rest_goes(cast: Cast, monkeypatch) -> None:
    case = a_case(cast.frontline)
    large, lost, small = (kept(cast, case, f"{n}.txt", b"a" * n) for n in (500, 60, 40))
    store.place(lost.pk, lost.organisation_id).unlink()
    monkeypatch.setattr(enclosures, "MAIL_BYTES", 100)
    assert [one.name for one in enclosures.enclosed_in([large, lost, small])] == ["40.txt"]
    monkeypatch.setattr(enclosures, "MAIL_BYTES", 539)
    assert [one.name for one in enclosures.enclosed_in([large, lost, small])] == ["500.txt"]
