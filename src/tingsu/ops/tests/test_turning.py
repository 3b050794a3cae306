"""Keys turn: what the older ones sealed and signed stays good, every half way goes on, and the old one goes when nothing needs it."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client

from tests.cast import PASSWORD, Cast
from tingsu.kernel import crypto
from tingsu.kernel.models import Installation, Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.links import case_token, read_token
from tingsu.ops import environment, homes, keys, resealing, restoring, turning
from tingsu.ops.errors import CannotStart
from tingsu.people import recovery
from tingsu.people.models import Account

CODES: dict[int, list[str]] = {}
PEOPLE = ("frontline", "specialist", "coach", "dso", "qa")


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def turned(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database sealed under one key, in a process that has a new one and the old one beside it. Gives the old one."""
    monkeypatch.setattr(recovery, "_COST", 2)
    for place, name in enumerate(PEOPLE):
        account = Account.objects.get(username=name)
        TOTP.activate(account, f"SECRET{name.upper()}")
        if place % 2:
            RecoveryCodes.activate(account)  # as an earlier version kept them
        else:
            CODES[account.pk] = recovery.make(account)
    old, new = settings.MASTER_KEY, new_key()
    Installation.objects.update_or_create(id=1, defaults={"key_check": keys.check_value(old)})
    settings.MASTER_KEY, settings.MASTER_KEYS_BEFORE, settings.KEYS_IN = new, [old], ""
    monkeypatch.setattr(resealing, "BATCH", 2)
    forget()
    yield old
    crypto.master_keys.forget()


def forget() -> None:
    """A process begins: nothing is in its memory."""
    crypto.master_keys.forget()
    crypto.organisation_key.cache_clear()
    crypto._unwrapped.cache_clear()


def everything_opens(cast: Cast) -> bool:
    from tingsu.people.models import Member
    from tingsu.people.queries import name_of

    forget()
    for organisation in Organisation.objects.all():
        with acting_for(organisation.pk):
            assert all(name_of(member).startswith("真名") for member in Member.objects.all())
    for row in Authenticator.objects.filter(type="totp").select_related("user"):
        from allauth.mfa.utils import decrypt

        assert decrypt(row.data["secret"]) == f"SECRET{row.user.username.upper()}"
    for row in Authenticator.objects.filter(type="recovery_codes"):
        kept = RecoveryCodes(row).get_unused_codes()
        assert len(kept) == 10
        assert (
            row.user_id not in CODES
            or [one == code for one, code in zip(kept, CODES[row.user_id], strict=True)] == [True] * 10
        )
    return True


@pytest.mark.req("PS-05")
def test_what_the_old_key_sealed_opens_and_is_sealed_anew(cast: Cast, turned: str, settings: Any) -> None:
    assert everything_opens(cast)
    assert resealing.left() == {"organisations": 2, "second factors": 10}
    changed = list(resealing.seal_anew(settings.MASTER_KEY))
    assert changed == [1, 1, 2, 2, 2, 2, 2]
    assert resealing.left() == {"organisations": 0, "second factors": 0}
    settings.MASTER_KEYS_BEFORE = []
    assert everything_opens(cast)
    assert bytes(Installation.objects.get().key_check) == keys.check_value(settings.MASTER_KEY)
    settings.MASTER_KEY = turned  # the old key alone opens nothing any more
    forget()
    with pytest.raises(crypto.KeyMissing):
        crypto.organisation_key(cast.organisation_id)


@pytest.mark.parametrize("steps", range(8))
def test_killed_after_any_transaction_it_goes_on(cast: Cast, turned: str, settings: Any, steps: int) -> None:
    going = resealing.seal_anew(settings.MASTER_KEY)
    for _step in range(steps):
        next(going, None)
    going.close()
    assert everything_opens(cast)
    assert bool(sum(resealing.left().values())) is (steps < 7)
    if steps < 7:
        assert bytes(Installation.objects.get().key_check) == keys.check_value(turned)
        with pytest.raises(CommandError, match="Still under an older master key"):
            call_command("seal_anew", only_look=True)
    call_command("seal_anew")
    call_command("seal_anew", only_look=True)
    assert everything_opens(cast)
    assert list(resealing.seal_anew(settings.MASTER_KEY)) == [0] * 7


def test_an_unknown_key_stops_it_and_changes_nothing(cast: Cast, turned: str, settings: Any) -> None:
    settings.MASTER_KEYS_BEFORE = [new_key()]
    forget()
    with pytest.raises(crypto.KeyMissing):
        list(resealing.seal_anew(settings.MASTER_KEY))
    settings.MASTER_KEYS_BEFORE = [turned]
    assert everything_opens(cast)
    assert resealing.left()["organisations"] == 2


def test_a_process_that_began_before_reads_the_keys_again(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """Web and workers go on while the key turns: they open what was sealed anew, and seal with the new key at once."""
    old, new = settings.MASTER_KEY, new_key()
    place = tmp_path / "secrets.json"
    place.write_text(json.dumps({"master_key": old}))
    settings.KEYS_IN = str(place)
    forget()
    assert crypto.organisation_key(cast.organisation_id)
    place.write_text(json.dumps({"master_key": new, "master_keys_before": old}))
    os.utime(place, (2_000_000_000, 2_000_000_000))
    sealed = crypto.seal_under_master(b"x", "place")
    assert crypto.Key(base64.b64decode(new)).open_bytes(sealed, "place") == b"x"
    crypto.organisation_key.cache_clear()
    assert crypto.organisation_key(cast.organisation_id)  # still under the old one
    with pytest.raises(crypto.KeyMissing):
        crypto.open_under_master(crypto.Key(os.urandom(32)).seal_bytes(b"x", "place"), "place")
    crypto.master_keys.forget()


# the signing key


def test_sessions_and_links_outlive_the_turn_of_the_signing_key(cast: Cast, settings: Any) -> None:
    client = Client()
    assert client.post("/accounts/login/", {"login": "frontline", "password": PASSWORD}).status_code == 302
    link = case_token(cast.frontline.id, cast.coach.id)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new signing key of enough signs, made for this", [old]
    assert client.get("/desk/account/").status_code == 200
    assert read_token(link) is not None
    assert read_token(case_token(cast.frontline.id, cast.coach.id)) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(link) is None
    client.cookies["sessionid"] = client.cookies["sessionid"].value
    settings.SECRET_KEY = "yet another signing key of enough signs, for this"
    assert client.get("/desk/account/").status_code == 302


# the home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MASTER_KEY", "SECRET_KEY", "MASTER_KEY_BEFORE", "SECRET_KEY_BEFORE", "KEYS_IN", "MASTER_KEY_FILE"):
        monkeypatch.setenv(f"TINGSU_{name}", "")
        os.environ.pop(f"TINGSU_{name}", None)
    keys.load(tmp_path)
    keys.remember(tmp_path, master_key=new_key())
    keys.export(tmp_path)
    return tmp_path


def secrets_of(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / "secrets.json").read_text())
    return found


@pytest.mark.parametrize("name", ["master_key", "secret_key"])
def test_the_home_keeps_the_old_key_beside_the_new_one(home: Path, name: str) -> None:
    before = secrets_of(home)[name]
    keys.turn(home, name)
    first = secrets_of(home)
    assert first[name] != before
    assert first[f"{name}s_before"] == before
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert os.environ[f"TINGSU_{name.upper()}"] == first[name]
    keys.turn(home, name)
    assert secrets_of(home)[f"{name}s_before"] == f"{first[name]} {before}"
    assert keys.since(home, name) == datetime.now(UTC).date().isoformat()
    assert keys.forget_before(home, name) == 2
    assert keys.forget_before(home, name) == 0
    assert f"{name}s_before" not in secrets_of(home)


def test_a_key_of_the_environment_is_changed_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = secrets_of(home)
    monkeypatch.setenv("TINGSU_MASTER_KEY", new_key())
    with pytest.raises(CannotStart, match="put a new one there and the present one into TINGSU_MASTER_KEY_BEFORE"):
        keys.turn(home, "master_key")
    assert secrets_of(home) == kept


@pytest.mark.parametrize(
    ("value", "right"),
    [("", True), (new_key(), True), (f"{new_key()} {new_key()}", True), ("short", False)],
    ids=["none", "one", "two", "short"],
)
def test_older_keys_of_the_environment_are_checked(value: str, right: bool) -> None:
    given = {"TINGSU_MASTER_KEY_BEFORE": value}
    if right:
        environment.check(given)
    else:
        with pytest.raises(CannotStart, match="TINGSU_MASTER_KEY_BEFORE must be 32 bytes"):
            environment.check(given)


def test_the_signing_key_is_forgotten_when_no_link_needs_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert turning._forget_signing(home, at_once=False) == 0
    keys.turn(home, "secret_key")
    with pytest.raises(CannotStart, match="Links in letters still need the older signing key"):
        turning._forget_signing(home, at_once=False)
    keys.remember(home, secret_key_since=(datetime.now(UTC) - timedelta(days=90)).date().isoformat())
    with pytest.raises(CannotStart):
        turning._forget_signing(home, at_once=False)
    keys.remember(home, secret_key_since=(datetime.now(UTC) - timedelta(days=92)).date().isoformat())
    assert turning._forget_signing(home, at_once=False) == 0
    keys.turn(home, "secret_key")
    assert turning._forget_signing(home, at_once=True) == 0
    assert keys.before("TINGSU_SECRET_KEY") == []


def test_the_master_key_is_forgotten_only_when_written_out_and_needed_by_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.turn(home, "master_key")
    answers = [1, 0]
    monkeypatch.setattr(turning, "_seal_anew", lambda only_look: answers.pop(0))
    with pytest.raises(CannotStart, match="was not written out yet"):
        turning._forget_master(home)
    keys.note_written_out(home)
    assert turning._forget_master(home) == 1  # something still needs it
    assert keys.before("TINGSU_MASTER_KEY")
    assert turning._forget_master(home) == 0
    assert "master_keys_before" not in secrets_of(home)


@pytest.mark.parametrize(
    ("backup", "given", "before", "fits"),
    [("old", "old", [], True), ("old", "new", ["old"], True), ("new", "new", ["old"], True),
     ("new", "old", [], False), ("old", "new", [], False), ("new", "other", ["old"], False)],
)  # fmt: skip
def test_backups_of_either_age_take_the_keys_that_fit(backup: str, given: str, before: list[str], fits: bool) -> None:
    made = {name: new_key() for name in ("old", "new", "other")}
    head = {"migrations": [], "format": 1, "tingsu": "1", "key_check": keys.check_value(made[backup]).hex()}
    if fits:
        restoring.refuse_unfit(head, made[given], [made[name] for name in before])
    else:
        with pytest.raises(CannotStart, match="not the one this backup's data was sealed with"):
            restoring.refuse_unfit(head, made[given], [made[name] for name in before])


def test_keys_that_are_written_out_hold_the_older_ones_too(home: Path) -> None:
    first = keys.worth_keeping(home)
    assert "master_keys_before" not in first
    keys.turn(home, "master_key")
    kept = keys.worth_keeping(home)
    assert kept["master_keys_before"] == first["master_key"]
    assert kept["master_key"] == secrets_of(home)["master_key"]


def test_a_start_in_the_middle_of_a_turn_is_let_through_and_notes_nothing(
    cast: Cast, settings: Any, monkeypatch: Any
) -> None:
    import psycopg

    old = settings.MASTER_KEY
    Installation.objects.update_or_create(id=1, defaults={"key_check": keys.check_value(old)})
    shown = {"kernel_organisation": 1, "kernel_installation": 1}

    class Rows:
        def __init__(self, row: Any) -> None:
            self.row = row

        def fetchone(self) -> Any:
            return self.row

    class Told:
        """The database as this test's transaction sees it."""

        def __enter__(self) -> Told:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def execute(self, question: str, values: Any = None) -> Rows:
            if "has_table_privilege" in question:
                return Rows((bool(shown.get(values[0])),))
            if "key_check FROM" in question:
                return Rows((Installation.objects.get().key_check,))
            if "wrapped_key" in question:
                row = Organisation.objects.order_by("pk").first()
                assert row is not None
                return Rows((str(row.pk), row.wrapped_key))
            raise AssertionError(question)

    monkeypatch.setattr(psycopg, "connect", lambda *_args, **_more: Told())
    monkeypatch.setenv("TINGSU_MASTER_KEY", new_key())
    monkeypatch.setenv("TINGSU_MASTER_KEY_BEFORE", old)
    homes.settle_key(Path("."), "")
    assert bytes(Installation.objects.get().key_check) == keys.check_value(old)
    monkeypatch.setenv("TINGSU_MASTER_KEY_BEFORE", new_key())
    with pytest.raises(CannotStart, match="not the one this database was sealed with"):
        homes.settle_key(Path("."), "")


def test_keys_that_were_written_out_are_noted_and_may_then_turn_away(
    home: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    from argparse import Namespace

    from tingsu.ops import keeping, safes

    recipient = safes.make_identity(home, tmp_path.parent / "elsewhere.txt")
    monkeypatch.setattr(keeping, "_home", lambda **_wanted: home)
    target = tmp_path / "keys.age"
    assert keeping._keys(Namespace(what=None, to=target, recipient=[recipient])) == 0
    assert keys.is_written_out(home, os.environ["TINGSU_MASTER_KEY"])
    assert keeping._given_keys(target, safes.identities(tmp_path.parent / "elsewhere.txt")) == keys.worth_keeping(home)
    with pytest.raises(CannotStart, match="Say where the keys go"):
        keeping._keys(Namespace(what=None, to=None, recipient=[]))
