"""Backup and restore, as an administrator does them: under load, into an empty home, equal, with the letters held."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from tingsu.ops import (
    backup,
    database,
    keeping,
    keys,
    migrating,
    parcel,
    places,
    restoring,
    safekeeping,
    safes,
    straight,
)
from tingsu.ops.errors import CannotStart
from tingsu.ops.tests import kept_homes
from tingsu.ops.tests.homes import refused, remove
from tingsu.ops.tests.serving import Load, environment, issue_token, serve, tingsu
from tingsu.ops.tests.waiting import wait_until

SEAL_AGAIN = """
from datetime import timedelta
from unittest.mock import patch
from tingsu.kernel import seals
from tingsu.kernel.clock import now
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
organisation = Organisation.objects.get(slug="test")
later = now() + timedelta(days=1)
with acting_for(organisation.pk), patch.object(seals, "now", lambda: later):
    assert seals.seal_day(organisation) is not None
"""


@dataclass
class Kept:
    """A home with real work, its backup made under load, and what opens it."""

    home: Path
    identity: Path
    keys: Path
    folder: Path
    name: str
    before: list[str]
    """Numbers acknowledged before the backup began."""
    since: list[str]
    said: str

    @property
    def file(self) -> Path:
        return self.folder / self.name

    def opened(self) -> list:
        return safes.identities(self.identity)


@pytest.fixture(scope="module")
def kept(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """One home for all: its people register complaints while the backup is made."""
    root = tmp_path_factory.mktemp("kept")
    home, folder, identity = root / "home", root / "backups", root / "safe" / "key.txt"
    kept_homes.copy_of(filled_home, home)
    assert tingsu(home, "backup-key", str(identity)).returncode == 0
    assert tingsu(home, "keys", "--to", str(root / "keys.age")).returncode == 0
    running = serve(home)
    try:
        running.wait()
        with Load(running, issue_token(home)) as load:
            wait_until(lambda: len(load.shown) > 8, 60)
            before = list(load.shown)
            made = tingsu(home, "backup", "--to", str(folder))
            after = len(load.shown)
            wait_until(lambda: len(load.shown) > after + 3, 60)
        assert made.returncode == 0, made.stdout + made.stderr
        assert load.refused == []
    finally:
        running.stop()
    # A night passes: its seal must not stand in a copy of the day before.
    assert tingsu(home, "manage", "shell", "--no-imports", "-c", SEAL_AGAIN).returncode == 0
    name = made.stdout.partition(":")[0]
    yield Kept(home, identity, root / "keys.age", folder, name, before, list(load.shown), made.stdout)
    remove(home)


@pytest.fixture(scope="module")
def restored(
    kept: Kept, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, subprocess.CompletedProcess]]:
    """The backup in an empty home, after a first try was killed in the middle."""
    home = tmp_path_factory.mktemp("restored") / "home"
    words = ["restore", str(kept.folder), "--identity", str(kept.identity), "--keys", str(kept.keys)]
    first = subprocess.Popen(
        [sys.executable, "-m", "tingsu", *words], env=environment(home), stderr=subprocess.PIPE, text=True
    )
    assert first.stderr is not None
    for line in first.stderr:
        if line.startswith("Restoring rows"):
            break
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    first.stderr.close()
    for again in (tingsu(home, "migrate"), tingsu(home, "worker"), tingsu(home, *words)):
        assert again.returncode == 1
        assert again.stderr.splitlines()[-1].startswith("A restore into this database was interrupted"), again.stderr
    yield home, tingsu(home, *words, "--again")
    remove(home)


def ask(home: Path, question: str) -> list[tuple]:
    database.start(home)
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.req("RC-03")
def test_a_backup_made_under_load_is_restored_equal_and_verifies(kept, restored):
    home, done = restored
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nEqual to the backup of " in "\n" + done.stdout
    assert "20 files with" in done.stdout
    assert "Everything agrees." in done.stdout
    numbers = {number for (number,) in ask(home, "SELECT number FROM complaints_complaint")}
    assert set(kept.before) <= numbers
    assert len(numbers) < len(kept.since) + 1, "what came after the moment is not in it"


@pytest.mark.req("RC-03")
def test_files_and_seals_are_those_of_the_moment(kept, restored):
    home, _done = restored
    for path in (kept.home / "files").rglob("*.*"):
        assert (home / path.relative_to(kept.home)).read_bytes() == path.read_bytes()
    before = (kept.home / "seals" / "test.jsonl").read_text().splitlines()
    assert (home / "seals" / "test.jsonl").read_text().splitlines() == before[:1]
    assert len(before) == 2


@pytest.mark.req("RC-03")
def test_a_restored_copy_mails_nobody_until_it_is_told(restored):
    home, done = restored
    assert done.stdout.splitlines()[-1].startswith("Letters are held")
    held = "SELECT count(*) FROM letters_mailpause WHERE ended_at IS NULL AND next_try_at IS NULL AND why = 'restored'"
    assert ask(home, held) == [(2,)]
    assert "are held since" in tingsu(home, "mail").stdout
    assert tingsu(home, "mail", "--release-new").stdout.startswith("Let go: ")
    assert ask(home, held) == [(0,)]


@pytest.mark.req("RC-03")
def test_a_drill_restores_beside_leaves_nothing_and_is_logged(kept):
    before = sorted(path.name for path in kept.home.iterdir())
    done = tingsu(kept.home, "restore", str(kept.folder), "--identity", str(kept.identity), "--check")
    assert done.returncode == 0, done.stderr
    assert "Drill: Equal to the backup of" in done.stdout
    assert sorted(path.name for path in kept.home.iterdir()) == before
    [(ended, told)] = ask(kept.home, "SELECT done, told FROM ops_safekeeping WHERE kind = 'drill'")
    assert ended
    assert told in done.stdout
    logged = [json.loads(line) for line in (kept.home / "logs" / "safekeeping.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["done"]) for line in logged][:2] == [("backup", True), ("drill", True)]


@pytest.mark.req("RC-03")
def test_the_day_by_which_media_must_be_renewed_is_kept(kept):
    done = tingsu(kept.home, "media", "硬盘三号，二号库房", "--due", "2031-11-01", "--by", "档案员")
    assert done.returncode == 0, done.stderr
    assert ask(kept.home, "SELECT place, due_on::text, by FROM ops_safekeeping WHERE kind = 'media'") == [
        ("硬盘三号，二号库房", "2031-11-01", "档案员")
    ]
    late = tingsu(kept.home, "media", "old", "--due", "2020-01-01")
    assert late.returncode == 1
    assert "not in the future" in late.stderr


# -- what is in it, and what is not


@pytest.mark.req("PS-03")
def test_a_backup_shows_nothing_and_holds_no_key(kept):
    content = kept.file.read_bytes()
    for clear in ("空气炸锅", "陈小满", "kernel_event", "13800002210"):
        assert clear.encode() not in content
    secrets = json.loads((kept.home / "secrets.json").read_text())
    with tarfile.open(kept.file) as tar:
        names = tar.getnames()
        head = safes.open_(tar.extractfile("head.age").read(), kept.opened())
    assert [name for name in names if "secret" in name] == []
    for value in (secrets["master_key"], secrets["secret_key"], secrets["password_app"]):
        assert value.encode() not in content + head
    assert base64.b64decode(secrets["master_key"]) not in content + head
    assert kept.file.stat().st_mode & 0o077 == 0


# -- refused, in one sentence, before anything is changed


@pytest.mark.req("RC-03")
def test_a_full_home_is_not_restored_into(kept):
    before = sorted((path, path.stat().st_size) for path in (kept.home / "files").rglob("*"))
    secrets = (kept.home / "secrets.json").read_text()
    words = ["restore", str(kept.file), "--identity", str(kept.identity), "--keys", str(kept.keys)]
    for more in ([], ["--again"]):
        done = tingsu(kept.home, *words, *more)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("This home holds data already")
    assert sorted((path, path.stat().st_size) for path in (kept.home / "files").rglob("*")) == before
    assert (kept.home / "secrets.json").read_text() == secrets


def test_another_private_key_opens_nothing(kept, tmp_path, clean_environment):
    safes.make_identity(tmp_path, tmp_path / "other.txt")
    place, name = places.find(str(kept.folder))
    said = refused(restoring.read_head, place, name, safes.identities(tmp_path / "other.txt"))
    assert said == "This key does not open the backup: it was sealed to another one."
    assert restoring.read_head(place, name, kept.opened())["format"] == parcel.FORMAT


def test_a_wrong_or_missing_master_key_is_refused_before_anything_is_made(kept, tmp_path, clean_environment):
    place, name = places.find(str(kept.file))
    home = tmp_path / "home"
    wrong = {"master_key": base64.b64encode(os.urandom(32)).decode(), "secret_key": "x" * 50}
    said = refused(restoring.restore, home, place, name, kept.opened(), given_keys=wrong)
    assert said.startswith("The master key given is not the one this backup's data was sealed with")
    said = refused(restoring.restore, home, place, name, kept.opened())
    assert said.startswith("The master key of this data is needed")
    assert not home.exists()


def test_a_backup_of_a_newer_release_is_refused(kept, clean_environment):
    place, name = places.find(str(kept.folder))
    head = restoring.read_head(place, name, kept.opened())
    key = json.loads((kept.home / "secrets.json").read_text())["master_key"]
    restoring.refuse_unfit(head, key)
    newer = {**head, "tingsu": "9.9", "migrations": [*head["migrations"], "kernel.0999_later"]}
    assert refused(restoring.refuse_unfit, newer, key).startswith(
        "This backup was made by a newer Tingsu (9.9, kernel."
    )
    restoring.refuse_unfit({**head, "format": 1}, key)
    assert "format 3" in refused(restoring.refuse_unfit, {**head, "format": 3}, key)
    assert set(migrating.known_migrations()) <= set(head["migrations"]), "an older release knows fewer"


@pytest.mark.req("RC-03")
def test_a_disk_without_room_for_it_is_told_before_anything_is_made(kept, tmp_path, clean_environment, monkeypatch):
    place, name = places.find(str(kept.folder))
    needs = restoring.read_head(place, name, kept.opened())["needs"]
    assert needs["database"] > 10**6
    assert needs["files"] == sum(len(f"内容 {number}\n".encode()) * (1 + number * 20000) for number in range(20))
    monkeypatch.setenv("TINGSU_MASTER_KEY", json.loads((kept.home / "secrets.json").read_text())["master_key"])
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda _path: SimpleNamespace(free=sum(needs.values())))
    said = refused(restoring.restore, tmp_path / "home", place, name, kept.opened())
    assert "GB free, and this backup needs about" in said
    assert not (tmp_path / "home").exists()


@pytest.mark.req("RC-03")
def test_what_a_killed_drill_left_is_taken_away_by_the_next(kept):
    """A whole copy of everybody's data must not lie there for good; one at work is left alone."""
    dead, alive = kept.home / "drill-dead", kept.home / "drill-alive"
    for left in (dead, alive):
        left.mkdir()
        keys.load(left / "home")  # secrets of its own: those of another name where the other's database lies
    try:
        with open(alive / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            restoring._sweep(kept.home)
            assert (dead.exists(), alive.exists()) == (False, True)
        restoring._sweep(kept.home)
        assert not alive.exists()
    finally:
        shutil.rmtree(dead, ignore_errors=True)
        shutil.rmtree(alive, ignore_errors=True)


@pytest.mark.req("RC-03")
def test_a_home_without_an_organisation_is_not_kept_as_if_it_were_one(kept, tmp_path, monkeypatch, clean_environment):
    monkeypatch.setattr(backup.tally, "summary", lambda _moment: [])
    said = refused(backup.make, kept.home, places.Folder(tmp_path / "none"), safes.recipients(kept.home))
    assert said.startswith("No organisation is in here, so there is nothing to back up")
    assert not (tmp_path / "none").exists()


@pytest.mark.req("RC-03")
def test_a_log_of_backups_that_cannot_be_written_hides_neither_a_backup_nor_a_reason(
    kept, tmp_path, monkeypatch, capsys
):
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device", "logs/safekeeping.jsonl")

    monkeypatch.setattr(safekeeping, "append_line", full)
    entry = safekeeping.Entry(kind="backup", at=safekeeping.now(), done=True)
    keeping._note_down(kept.home, "", entry)
    assert capsys.readouterr().err.startswith("This was not written into the log of backups. The disk is full")


@pytest.mark.parametrize("what", ["cut at a member", "a byte of a file", "a byte of the rows"])
def test_a_damaged_backup_is_not_taken_for_a_whole_one(kept, tmp_path, new_home, what, monkeypatch):
    content = bytearray(kept.file.read_bytes())
    with tarfile.open(kept.file) as tar:
        offsets = {about.name: (about.offset, about.offset_data, about.size) for about in tar}
    file = max((name for name in offsets if name.startswith("files/")), key=lambda name: offsets[name][2])
    if what == "cut at a member":
        del content[offsets["tail.age"][0] :]
        content += bytes(1024)
    else:
        _start, data, size = offsets[file if "file" in what else "rows/1/000001"]
        content[data + size // 2] ^= 1
    spoiled = tmp_path / "spoiled.backup"
    spoiled.write_bytes(content)
    monkeypatch.setenv("TINGSU_MASTER_KEY", json.loads((kept.home / "secrets.json").read_text())["master_key"])
    place, name = places.find(str(spoiled))
    said = refused(restoring.restore, new_home, place, name, kept.opened())
    assert "backup" in said
    with pytest.raises(CannotStart, match="was interrupted"):
        database.prepare(new_home)


@pytest.mark.parametrize("where", [0, 100, 600, 300_000, -2000])
def test_one_that_was_cut_off_anywhere_is_said_to_be(kept, tmp_path, where):
    spoiled = tmp_path / "spoiled.backup"
    spoiled.write_bytes(kept.file.read_bytes()[:where] if where else os.urandom(4096))
    place, name = places.find(str(spoiled))

    def read() -> None:
        with place.reading(name) as source:
            names = [member.name for member in parcel.members(source) if member.read(member.size) is not None]
        if "tail.age" not in names:
            raise CannotStart("This backup was cut off.")

    assert "cut off" in refused(read)


# -- a disk without space, a store that breaks off


class Narrow:
    """Writing on a disk that is full after some bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, descriptor: int, content: memoryview) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device", "backups")
        taken = os.write(descriptor, bytes(content[: min(len(content), self.room)]))
        self.room -= taken
        return taken


@pytest.mark.req("RC-03")
@pytest.mark.parametrize("room", [0, 100_000, 2_000_000])
def test_a_backup_without_space_says_so_and_leaves_nothing(kept, tmp_path, monkeypatch, clean_environment, room):
    place = places.Folder(tmp_path / "narrow")
    monkeypatch.setattr(straight, "put", Narrow(room))
    said = refused(backup.make, kept.home, place, safes.recipients(kept.home))
    assert said.startswith(f"The backup was not written to {place.path}. The disk is full")
    assert list((tmp_path / "narrow").iterdir()) == []
    monkeypatch.undo()
