"""Files that belong to nothing yet, or to another history: nobody takes, copies, forgets or destroys what is not theirs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.files import store, sweeping
from tingsu.files.models import StoredFile
from tingsu.files.tests import samples as s
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.ids import new_id

pytestmark = pytest.mark.req("PS-03", "PS-11")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_file_of_nobody_is_held_by_the_system_alone(cast: Cast) -> None:
    system = automation("test", cast.organisation_id)
    file = store.keep("a.txt", b"some words", actor=system)
    nobody = replace(system, kind="complainant")
    assert (file.received_by, nobody.id) == (None, None)
    assert store.is_held_by(file, system)
    assert not store.is_held_by(file, nobody)
    assert not store.is_held_by(file, nobody, new_id())
    assert not store.is_held_by(file, cast.frontline.actor)


def test_loose_files_of_others_are_neither_forgotten_nor_copied(cast: Cast) -> None:
    mine, visitor = cast.frontline.actor, new_id()
    files = [store.keep("a.jpg", s.told_picture("JPEG"), actor=mine, holder=holder) for holder in (None, visitor)]
    ids = [one.pk for one in files]
    for holder, stranger in ((new_id(), mine), (None, cast.specialist.actor)):
        assert store.without_metadata(ids, actor=stranger, holder=holder) == ids
    store.forget_loose(ids, holder=new_id())
    assert StoredFile.objects.count() == 2
    store.forget_loose(ids, holder=visitor)
    assert list(StoredFile.objects.values_list("pk", flat=True)) == ids[:1]
    assert not store.place(ids[1], cast.organisation_id).exists()
    copied = store.without_metadata(ids[:1], actor=mine, holder=None)
    assert copied != ids[:1]
    assert s.PLACE not in store.open_file(StoredFile.objects.get(pk=copied[0]))


def test_files_of_another_history_are_not_destroyed_with_these(cast: Cast) -> None:
    one, other = a_case(cast.frontline), a_case(cast.frontline)
    here, there = (store.keep("a.txt", b"some words", actor=cast.frontline.actor) for _case in (one, other))
    for file, case in ((here, one), (there, other)):
        store.attach([file.pk], case.pk, now())
    assert store.destroy([here.pk, there.pk], one.pk, now()) == 1
    assert store.destroy([here.pk], one.pk, now()) == 0, "gone already"
    assert list(StoredFile.objects.filter(erased_at=None).values_list("pk", flat=True)) == [there.pk]
    assert store.open_file(StoredFile.objects.get(pk=there.pk)) == b"some words"


def test_malware_that_nobody_attached_lies_locked_for_a_month_and_other_loose_files_for_a_day(cast: Cast) -> None:
    bad, loose = (store.keep("a.txt", b"some words", actor=cast.frontline.actor) for _one in range(2))
    StoredFile.objects.filter(pk=bad.pk).update(quarantined_at=now())
    begin = now()
    for days, left in ((0, {bad.pk, loose.pk}), (1, {bad.pk}), (29, {bad.pk}), (30, set())):
        with travel_to(begin + timedelta(days=days, minutes=1)):
            sweeping.sweep_loose()
        assert set(StoredFile.objects.values_list("pk", flat=True)) == left, days
