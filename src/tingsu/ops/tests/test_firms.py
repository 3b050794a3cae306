"""One organisation of several is taken out, and put into an empty home or beside others: equal, alone, and touching nobody."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tingsu.ops import backup, database, firms, keys, places, restoring, rows, safes
from tingsu.ops.tests import kept_homes
from tingsu.ops.tests.homes import refused, remove
from tingsu.ops.tests.serving import environment, tingsu

pytestmark = pytest.mark.req("RC-03")
SHARE = """
from allauth.mfa.models import Authenticator
from django.utils import timezone
from tests.cast import Cast
from tingsu.files import store
from tingsu.kernel.actor import automation
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions
from tingsu.people.adapters import SecondFactorAdapter
from tingsu.people.models import Account, Unit
sealed = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
for name in ("supervisor", "frontline2"):
    Authenticator.objects.create(user=Account.objects.get(username=name), type="totp", data={"secret": sealed})
other = Organisation.objects.get(slug="other")
with acting_for(other.pk):
    by, account = automation("test", other.pk), Account.objects.get(username="frontline2")
    names = {"zh-Hans": "小两", "en": "Two"}
    member = actions.add_member(actor=by, staff_number="T-2", name="两家都在", alias=names, account=account).member
    store.keep("别家的.txt", "别家的内容".encode(), actor=by)
"""
OPEN = """
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from tests.cast import PASSWORD
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people.adapters import SecondFactorAdapter
from tingsu.people.models import Account, Member
[data] = Authenticator.objects.values_list("data", flat=True)
print(SecondFactorAdapter().decrypt(data["secret"]))
for name in ("supervisor", "frontline2"):
    account = Account.objects.get(username=name)
    with acting_for(Organisation.objects.get(slug="test").pk):
        member = Member.objects.select_related().get(account_id=account.pk)
    print(name, account.check_password(PASSWORD), member.staff_number, account.memberships.get().member_id == member.pk)
"""


@dataclass
class Two:
    """A home with two organisations, a backup of each alone, and what opens them."""

    home: Path
    identity: Path
    folder: Path
    files: dict[str, Path]

    def words(self, slug: str) -> list[str]:
        keys = self.folder.parent / f"{slug}.age"
        return ["restore", str(self.files[slug]), "--identity", str(self.identity), "--keys", str(keys)]


def ask(home: Path, question: str) -> list[tuple[Any, ...]]:
    database.start(home)
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        return connection.execute(question).fetchall()


def of(home: Path, slug: str) -> dict[str, list[Any]]:
    """Every table's rows of an organisation, and a digest of them; the numbers of accounts are the installation's."""
    database.start(home)
    with psycopg.connect(database.admin_dsn(home)) as connection:
        [(organisation_id,)] = connection.execute("SELECT id::text FROM kernel_organisation WHERE slug = %s", [slug])
        kept = [
            rows.Table(one.name, tuple(name for name in one.columns if name != "account_id"), one.of)
            for one in rows.tables_of(connection, organisation_id)
            if one.name != "letters_mailpause"
        ]
        return rows.Snapshot("", "", kept).read_by(connection)


@pytest.fixture(scope="module")
def two(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    root = tmp_path_factory.mktemp("two")
    home, folder, identity = root / "home", root / "backups", root / "key.txt"
    kept_homes.copy_of(filled_home, home)
    done = tingsu(home, "manage", "shell", "--no-imports", "-c", SHARE)
    assert done.returncode == 0, done.stderr
    assert tingsu(home, "backup-key", str(identity)).returncode == 0
    made = {}
    for slug in ("test", "other"):
        words = ["--organisation", slug, "--to", str(folder), "--keys-to", str(root / f"{slug}.age")]
        done = tingsu(home, "backup", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        made[slug] = folder / done.stdout.partition(":")[0]
    yield Two(home, identity, folder, made)
    remove(home)


@pytest.fixture(scope="module")
def moved(
    two: Two, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """The first organisation in a home without any, with a master key of its own."""
    home = tmp_path_factory.mktemp("moved") / "home"
    kept_homes.copy(kept_homes.READY, home)
    keys.remember(home, master_key=base64.b64encode(os.urandom(32)).decode())
    database.start(home)
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity"
        )
        names = ", ".join(["kernel_organisation", "people_account", *(name for (name,) in tables.fetchall())])
        connection.execute(
            f"TRUNCATE {names} CASCADE; "  # noqa: S608 - names of the catalogue
            "DELETE FROM kernel_installation; ALTER SEQUENCE people_account_id_seq RESTART"
        )
    yield home, tingsu(home, *two.words("test"))
    remove(home)


def test_one_organisation_is_restored_equal_into_an_empty_home_under_another_master_key(two: Two, moved: Any) -> None:
    home, done = moved
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Equal to the backup of" in done.stdout
    assert "20 files with" in done.stdout
    assert "Everything agrees." in done.stdout
    assert ask(home, "SELECT slug FROM kernel_organisation") == [("test",)]
    assert of(home, "test") == of(two.home, "test")
    [(organisation_id,)] = ask(home, "SELECT id::text FROM kernel_organisation")
    for path in (two.home / "files").rglob("*.*"):
        copy = home / path.relative_to(two.home)
        assert copy.exists() == (path.parts[-3] == organisation_id)
        assert not copy.exists() or copy.read_bytes() == path.read_bytes()
    assert [path.name for path in (home / "seals").iterdir()] == ["test.jsonl"]
    assert [path.name for path in (home / "files").iterdir()] == [organisation_id]
    ours, theirs = (json.loads((one / "secrets.json").read_text())["master_key"] for one in (home, two.home))
    assert ours != theirs


def test_its_people_sign_in_as_before_but_not_with_what_opens_another_organisation(two: Two, moved: Any) -> None:
    home, done = moved
    told = tingsu(home, "manage", "shell", "--no-imports", "-c", OPEN)
    assert told.stdout.splitlines() == [
        "JBSWY3DPEHPK3PXP", "supervisor True 3001 True", "frontline2 False 1002 True",
    ], told.stderr  # fmt: skip
    assert "without password and second factor: frontline2." in done.stdout
    # Their histories do not wait for a letter, and no letter leaves by itself.
    waiting = (
        "SELECT task_name FROM procrastinate_jobs j JOIN kernel_organisation o "
        "ON o.slug = 'test' AND j.args->>'organisation' = o.id::text WHERE status = 'todo'"
    )
    assert sorted(ask(home, waiting)) == sorted(ask(two.home, waiting)) != []
    held = "SELECT count(*) FROM letters_mailpause WHERE ended_at IS NULL AND next_try_at IS NULL AND why = 'restored'"
    assert ask(home, held) == [(1,)]


KILLED = """
import os, signal, sys
from tingsu.ops import cli, firm_restoring
def die(*_given, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
def named(apart, name=firm_restoring._Apart.name):
    name(apart)
    die()
place = sys.argv.pop(1)
if place == "rows":
    firm_restoring._Arrival._compare = die
else:
    firm_restoring._Apart.name = named
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("where", ["rows", "named"])
def test_one_that_is_killed_in_the_middle_is_not_there_touches_no_other_and_is_taken_up_again(
    two: Two, moved: Any, tmp_path: Path, where: str
) -> None:
    """With all its rows in and compared with nothing yet, and with its files under their names but nothing said to be true."""
    home = tmp_path / "home"
    kept_homes.copy_of(moved[0], home)
    try:
        before = of(home, "test")
        files = {path: path.read_bytes() for path in (home / "files").rglob("*.*")}
        (home / "files" / "arriving-of-one-before").mkdir()
        words = [*two.words("other"), "--as", "second"]
        killed = [sys.executable, "-c", KILLED, where, *words]
        done = subprocess.run(killed, env=environment(home), capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert ask(home, "SELECT slug FROM kernel_organisation") == [("test",)]
        assert of(home, "test") == before
        assert {path: path.read_bytes() for path in files} == files
        assert tingsu(home, "manage", "verify", "--files").returncode == 0
        if where == "named":
            said = tingsu(home, *words)
            assert said.returncode == 1
            assert said.stderr.splitlines()[-1].endswith("If it may go, say it again with --again.")
            words.append("--again")
        done = tingsu(home, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Everything agrees." in done.stdout
        assert of(home, "test") == before
        assert [path.name for path in (home / "files").iterdir() if path.name.startswith("arriving-")] == []
    finally:
        remove(home)


def test_a_second_one_comes_beside_the_first_and_touches_nothing_of_it(two: Two, moved: Any, tmp_path: Path) -> None:
    home, _done = moved
    before = of(home, "test")
    accounts = "SELECT id, username, password, email FROM people_account WHERE username NOT LIKE 'other%' ORDER BY id"
    known, files = ask(home, accounts), {path: path.read_bytes() for path in (home / "files").rglob("*.*")}
    ask(home, "UPDATE people_account SET username = 'Other-coach' WHERE username = 'coach' RETURNING 1")
    # Stopped anywhere, nothing of it is there.
    spoiled = tmp_path / two.files["other"].name
    content = bytearray(two.files["other"].read_bytes())
    with tarfile.open(two.files["other"]) as tar:
        [sealed] = [about for about in tar if about.name.startswith("files/")]
    content[sealed.offset_data + sealed.size // 2] ^= 1
    spoiled.write_bytes(content)
    words = two.words("other")
    refused_in = tingsu(home, "restore", str(spoiled), *words[2:])
    assert refused_in.returncode == 1
    assert refused_in.stderr.splitlines()[-1].endswith("it was changed or is damaged.")
    assert ask(home, "SELECT slug FROM kernel_organisation") == [("test",)]
    assert {path: path.read_bytes() for path in (home / "files").rglob("*.*")} == files
    for more, why in (
        (["--as", "test"], "Another organisation is called test here"),
        (
            ["--keys", words[-1].replace("other.age", "test.age")],
            "This is a backup of one organisation, and its keys open",
        ),
    ):
        done = tingsu(home, *words, *more)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith(why), done.stderr
    done = tingsu(home, *words, "--as", "second", "--mail")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "other-coach is somebody else here: this person signs in as other-coach.second." in done.stdout
    assert "Everything agrees." in done.stdout
    # The accounts have other numbers here, which the ledger says; nothing else is otherwise.
    here, there = of(home, "second"), of(two.home, "other")
    assert [name for name in here if here[name] != there[name]] == ["kernel_event", "kernel_stream"]
    moved_in = "SELECT count(*) FROM kernel_event WHERE kind = 'member.account_moved'"
    assert ask(home, moved_in) == [(here["kernel_event"][0] - there["kernel_event"][0],)] == [(1,)]
    assert of(home, "test") == before
    ask(home, "UPDATE people_account SET username = 'coach' WHERE username = 'Other-coach' RETURNING 1")
    assert [row for row in ask(home, accounts) if row[1] in {one[1] for one in known}][: len(known)] == known
    assert {path: path.read_bytes() for path in files} == files
    assert sorted(path.name for path in (home / "seals").iterdir()) == ["test.jsonl"]
    again = tingsu(home, *words, "--as", "third")
    assert again.stderr.splitlines()[-1].startswith("This organisation is here already, as second")
    assert tingsu(home, "manage", "verify").returncode == 0


def test_nothing_of_another_organisation_and_no_key_of_the_installation_is_inside(two: Two) -> None:
    identity = safes.identities(two.identity)
    others = {
        str(value) for row in ask(two.home, "SELECT id FROM kernel_organisation WHERE slug = 'other'") for value in row
    }
    others |= {f"other-{name}" for name in ("supervisor", "frontline")} | {"测试公司 other"}
    others |= {
        value
        for (value,) in ask(
            two.home,
            "SELECT m.id::text FROM people_member m JOIN kernel_organisation o ON o.id = m.organisation_id AND o.slug = 'other'",
        )
    }
    secrets = json.loads((two.home / "secrets.json").read_text())
    opened = b""
    with tarfile.open(two.files["test"]) as tar:
        names = tar.getnames()
        assert not any(one in name for name in names for one in others)
        for name in names:
            file = tar.extractfile(name)
            assert file is not None
            content = file.read()
            if name.endswith(".age") or name.startswith("rows/"):
                content = safes.open_(content, identity)
            opened += content
    for value in (*others, secrets["master_key"], secrets["secret_key"]):
        assert value.encode() not in opened, value
        assert bytes.fromhex(value.replace("-", "")) not in opened if len(value) == 36 else True
    assert base64.b64decode(secrets["master_key"]) not in opened
    [wrapped] = ask(two.home, "SELECT wrapped_key FROM kernel_organisation WHERE slug = 'test'")
    assert wrapped[0].hex().encode() not in opened, (
        "not as it lies under the master key, which opens those of everybody"
    )
    hashes = ask(two.home, "SELECT password FROM people_account WHERE username = 'frontline2'")
    assert hashes[0][0].encode() not in opened, "it opens the other organisation too"


def test_what_is_not_taken_out_is_refused_in_a_sentence_and_leaves_no_key(two: Two, tmp_path: Path) -> None:
    key = tmp_path / "key.age"
    words = ["backup", "--to", str(tmp_path / "to"), "--organisation"]
    for more, why in (
        (["none", "--keys-to", str(key)], "There is no organisation none in here. There are: other, test."),
        (["test"], "One organisation is taken out with a key of its own"),
        (["test", "--keys-to", str(key), "--keep", "3"], "One organisation is taken out with a key of its own"),
        (["test", "--keys-to", str(tmp_path / "to" / "key.age")], "The key must not lie beside the backup"),
        (["test", "--keys-to", str(two.identity)], f"{two.identity} exists and may be the only key"),
    ):
        done = tingsu(two.home, *words, *more)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith(why), done.stderr
    assert not key.exists()
    assert not (tmp_path / "to").exists()


def test_it_counts_as_no_backup_of_the_installation_and_is_pushed_out_by_none(two: Two, tmp_path: Path) -> None:
    place = places.Folder(tmp_path)
    for name in (two.files["test"].name, "tingsu-20260101T000000Z.backup", "tingsu-20260102T000000Z.backup"):
        (tmp_path / name).write_bytes(b"x")
    assert places.find(str(tmp_path))[1] == "tingsu-20260102T000000Z.backup"
    assert backup.prune(place, 1) == ["tingsu-20260101T000000Z.backup"]
    assert two.files["test"].name in place.names()
    said = refused(places.find, str(two.folder))
    assert said == f"{two.folder} holds backups of single organisations only: name the one that is meant."
    assert ask(two.home, "SELECT DISTINCT kind FROM ops_safekeeping") == [("firm",)]


def test_a_drill_of_it_restores_into_an_empty_home_and_leaves_nothing(two: Two) -> None:
    before = sorted(path.name for path in two.home.iterdir())
    done = tingsu(two.home, *two.words("test"), "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Drill: Equal to the backup of" in done.stdout
    assert sorted(path.name for path in two.home.iterdir()) == before


def test_another_release_or_a_demo_is_refused_before_anything_is_made(
    two: Two, moved: Any, clean_environment: Any, monkeypatch: Any
) -> None:
    from tingsu.ops import firm_restoring

    home, _done = moved
    place, name = places.find(str(two.files["other"]))
    head = restoring.read_head(place, name, safes.identities(two.identity))
    database.start(home)
    with psycopg.connect(database.admin_dsn(home)) as connection:
        for changed, why in (
            ({"migrations": [*head["migrations"], "kernel.0999_later"]}, "This backup was made by a newer Tingsu"),
            ({"migrations": head["migrations"][1:]}, "This backup was made by another Tingsu"),
        ):
            said = refused(firm_restoring._refuse_unfit, connection, home, {**head, **changed}, "new", again=False)
            assert said.startswith(why)
            assert "bring both to the same release" in said
        left = home / "seals" / "left.jsonl"
        left.write_text("")
        unknown = {**head, "firm": {"id": "00000000-0000-7000-8000-000000000000", "slug": "left"}}
        said = refused(firm_restoring._refuse_unfit, connection, home, unknown, "left", again=False)
        assert said.startswith(f"{left} is there, though its organisation is not")
        firm_restoring._refuse_unfit(connection, home, unknown, "left", again=True)
        left.unlink()
        connection.execute("UPDATE kernel_organisation SET is_demo = true WHERE slug = 'test'")
        said = refused(firm_restoring._refuse_unfit, connection, home, unknown, "left", again=True)
        assert said.startswith("This home holds the demo")
        assert refused(firms.found, connection, "test").startswith("test is invented")
        connection.rollback()
    newer = {**head, "format": 4}
    assert refused(restoring.firm_key, home, newer, {}).startswith("This backup was made by a newer Tingsu")
