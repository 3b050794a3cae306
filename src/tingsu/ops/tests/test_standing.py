"""What `status` tells and `check` finds: each finding beside the state in which it is not found."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.approving import approved
from tingsu.kernel import rulebooks
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.letters.models import Letter
from tingsu.ops import checking, keys, standing
from tingsu.ops.models import Safekeeping
from tingsu.setup import actions

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def well(settings, tmp_path, organisation, monkeypatch):
    """An installation in which nothing was forgotten: its standing, to be spoilt in one place."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.ALLOWED_HOSTS = ["complaints.firm.cn"]
    monkeypatch.setattr(checking, "_rules", lambda: iter(()))
    monkeypatch.setenv("TINGSU_MASTER_KEY", settings.MASTER_KEY)
    keys.note_written_out(settings.HOME)
    good = {"last": AT.isoformat(), "last_went_well": True, "last_good": AT.isoformat(), "place": "s3://b", "told": ""}
    return {
        "maintenance": None,
        "database": {"current": True},
        "disk": {"free": 50, "total": 100},
        "clock": {"database": 0, "events": 0},
        "jobs": {"workers": 1, "late": 0, "failed": 0, "killers": 0},
        "organisations": [
            {"slug": "test", "administrators": 2, "administrators_with_second_factor": 2, "calendar": "",
             "last_seal": "2026-11-28", "seal_age_hours": 12, "hotline": "400-1", "refused_host": "", "other_host": ""}
        ],
        "mail": {"server": "smtp.firm.cn", "from": "a@firm.cn", "held_since": None, "waiting": 0},
        "address": {"public": "https://complaints.firm.cn", "certificate_until": (AT + timedelta(90)).isoformat(),
                    "certificate_fault": ""},
        "braille": {"program": "", "waiting": 0},
        "keys": {"left": 0, "master": {"since": "2026-01-01", "older": 0}, "signing": {"since": "2026-01-01", "older": 0}},
        "safekeeping": {"backup": dict(good), "drill": dict(good), "media_due": {"disk 3": "2027-01-01"}},
    }  # fmt: skip


SPOILT = [
    ("turn_not_over", "keys", {"left": 3}),
    ("older_master_key", "keys", {"master": {"since": "2026-11-01", "older": 1}}),
    ("old_master_key", "keys", {"master": {"since": "2024-11-01", "older": 0}}),
    ("old_signing_key", "keys", {"signing": {"since": "2025-11-01", "older": 0}}),
    ("older_signing_key", "keys", {"signing": {"since": "2026-08-01", "older": 1}}),
    ("address_local", "address", {"public": "http://localhost:8000"}),
    ("no_tls", "address", {"public": "http://complaints.firm.cn"}),
    ("certificate_fault", "address", {"certificate_fault": "certificate has expired"}),
    ("certificate_ends", "address", {"certificate_until": (AT + timedelta(days=20)).isoformat()}),
    ("no_mail", "mail", {"server": ""}),
    ("no_braille", "braille", {"waiting": 2}),
    ("mail_from", "mail", {"from": "tingsu@localhost"}),
    ("mail_held", "mail", {"held_since": AT.isoformat()}),
    ("not_migrated", "database", {"current": False}),
    ("log_not_kept", "database", {"log_not_kept_since": AT.isoformat()}),
    ("no_worker", "jobs", {"workers": 0}),
    ("late_jobs", "jobs", {"late": 3}),
    ("failed_jobs", "jobs", {"failed": 1}),
    ("killing_jobs", "jobs", {"killers": 1}),
    ("clock_behind", "clock", {"events": 121}),
    ("clocks_apart", "clock", {"database": 121}),
    ("clocks_apart", "clock", {"database": -121}),
    ("disk", "disk", {"free": 9}),
    ("folder_shut", "disk", {"shut": ["files"]}),
    ("no_media", "safekeeping", {"media_due": {}}),
    ("media_due", "safekeeping", {"media_due": {"disk 3": "2026-11-28"}}),
]


@pytest.mark.req("RC-03")
def test_nothing_is_found_where_nothing_was_forgotten(well):
    well["clock"] = {"database": -checking.APART_SECONDS, "events": checking.APART_SECONDS}
    assert checking.findings(well, at=AT) == []


@pytest.mark.parametrize(("code", "part", "change"), SPOILT, ids=lambda value: value if isinstance(value, str) else "")
def test_each_thing_forgotten_is_named_with_what_to_do(well, code, part, change):
    spoilt = {**well, part: {**well[part], **change}}
    [found] = checking.findings(spoilt, at=AT)
    assert found.code == code
    assert found.says
    assert found.do


@pytest.mark.req("RC-03")
@pytest.mark.parametrize(("kind", "days"), [("backup", 2), ("drill", 183)])
def test_a_backup_or_drill_that_is_missing_old_or_failed(well, kind, days):
    def codes(**change) -> list[str]:
        spoilt = copy.deepcopy(well)
        spoilt["safekeeping"][kind].update(change)
        return [one.code for one in checking.findings(spoilt, at=AT)]

    assert codes(last_good=(AT - timedelta(days=days)).isoformat()) == []
    assert codes(last_good=(AT - timedelta(days=days, seconds=1)).isoformat()) == [f"old_{kind}"]
    assert codes(last_good=None) == [f"no_{kind}"]
    assert codes(last_went_well=False) == [f"failed_{kind}"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"administrators": 1, "administrators_with_second_factor": 1}, "one_administrator"),
        ({"administrators_with_second_factor": 1}, "no_second_factor"),
        ({"calendar": "2027 is missing"}, "calendar"),
        ({"refused_host": "help.firm.cn"}, "host_refused"),
        ({"other_host": "help.firm.cn"}, "host_of_another"),
        ({"seal_age_hours": 51}, "no_seal"),
        ({"last_seal": None}, "no_seal"),
        ({"hotline": ""}, "no_hotline"),
    ],
)
def test_each_organisation_is_looked_at(well, change, code):
    well["organisations"][0].update(change)
    assert [one.code for one in checking.findings(well, at=AT)] == [code]


@pytest.mark.req("PS-03")
def test_a_key_beside_the_backups_is_found(well, settings, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    well["safekeeping"]["backup"] = {**well["safekeeping"]["backup"], "place": str(folder)}
    codes = lambda: {one.code for one in checking.findings(well, at=AT)} - {"backup_on_same_disk"}  # noqa: E731
    (folder / "x.backup").write_bytes(b"age-encryption.org/v1")
    (folder / "notes.txt").write_text("nothing")
    assert codes() == set()
    for content in (b"# key\nAGE-SECRET-KEY-1ABC", settings.MASTER_KEY.encode(), b"age-encryption.org/v1\n"):
        (folder / "notes.txt").write_bytes(content)
        assert codes() == {"key_beside_backup"}
    well["safekeeping"]["backup"]["place"] = str(Path(settings.HOME) / "backups")
    Path(settings.HOME, "backups").mkdir()
    assert codes() == {"backup_in_home"}


def test_a_key_that_was_never_written_out_is_found(well, settings):
    settings.MASTER_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert [one.code for one in checking.findings(well, at=AT)] == ["keys_not_kept"]


def test_limits_that_nobody_confirmed_are_found(organisation, cast):
    found = {one.code for one in checking._rules() if one.says.startswith("test:")}
    assert found == {"time_limits_unconfirmed", "authority_unconfirmed", "retention_unconfirmed"}
    actions.confirm(actor=cast.mgmt_rep.actor, subject="retention")
    assert "retention_unconfirmed" not in {one.code for one in checking._rules() if one.says.startswith("test:")}
    body = rulebooks.in_force("time_limits").body
    approved(cast, lambda: rulebooks.publish(actor=cast.mgmt_rep.actor, kind="time_limits", body=body))
    assert "time_limits_unconfirmed" not in {one.code for one in checking._rules() if one.says.startswith("test:")}


def test_status_tells_how_things_stand(organisation, settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    Safekeeping.objects.create(kind="media", at=AT - timedelta(9), done=True, place="disk 3", due_on=AT.date())
    Safekeeping.objects.create(kind="media", at=AT, done=True, place="disk 3", due_on=(AT + timedelta(900)).date())
    Safekeeping.objects.create(kind="backup", at=AT - timedelta(2), done=True, place="here", told="made")
    Safekeeping.objects.create(kind="backup", at=AT, done=False, told="The disk is full.")
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    told = standing.gather(ask_outside=False)
    kept = told["safekeeping"]
    assert kept["media_due"] == {"disk 3": (AT + timedelta(900)).date().isoformat()}
    assert kept["backup"]["last_went_well"] is False
    assert kept["backup"]["last_good"] == (AT - timedelta(2)).isoformat(timespec="seconds")
    assert told["database"]["pending"] == []
    assert {one["slug"] for one in told["organisations"]} == {"test", "other"}
    json.dumps(told)
    words = "\n".join(standing.lines(told))
    for line in (
        "Tingsu ",
        "database ",
        "migrations ",
        "disk ",
        "late jobs ",
        "mail ",
        "address ",
        "organisation   test",
        "backup ",
    ):
        assert line in words
    assert "FAILED: The disk is full." in words
    out = StringIO()
    call_command("status", "--json", "--inside", stdout=out)
    assert json.loads(out.getvalue())["version"]


@pytest.mark.req("PT-01")
@pytest.mark.parametrize(
    ("own", "host", "served", "refused"),
    [
        ("https://help.firm.cn/x", "", ["localhost"], "help.firm.cn"), ("https://help.firm.cn/x", "", ["localhost", "help.firm.cn"], ""),
        ("https://help.firm.cn", "firm.other.cn", [".firm.cn"], "firm.other.cn"), ("", "", ["localhost"], ""), ("", "a.cn", ["*"], ""),
    ],
)  # fmt: skip
def test_a_name_that_people_are_led_to_and_the_server_refuses(
    organisation, settings, tmp_path, monkeypatch, own, host, served, refused
):
    """An address typed on the page opens nothing while whoever runs the server has not named it."""
    settings.HOME, settings.ALLOWED_HOSTS = tmp_path, served
    Organisation.objects.filter(pk=organisation.pk).update(public_url=own, host=host)
    forget_organisations()
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    told = standing.gather(ask_outside=False)
    [firm] = [one for one in told["organisations"] if one["slug"] == "test"]
    assert (firm["public"], firm["refused_host"]) == (own, refused)
    found = [one.says for one in checking.findings(told, at=AT) if one.code == "host_refused" and "test" in one.says]
    assert found == ([f"test: people are led to {refused}, and this server refuses that name."] if refused else [])
    assert (f"REFUSED by this server: {refused}" in "\n".join(standing.lines(told))) is bool(refused)


@pytest.mark.parametrize(
    ("installation", "own", "asked"),
    [
        ("http://localhost:8000", "https://help.firm.cn:8443/x", ("help.firm.cn", 8443)),
        ("https://a.cn", "https://b.cn", ("a.cn", 443)),
    ],
)
def test_the_certificate_that_people_meet_is_asked_for(
    organisation, settings, tmp_path, monkeypatch, installation, own, asked
):
    settings.HOME, settings.PUBLIC_URL = tmp_path, installation
    Organisation.objects.filter(pk=organisation.pk).update(public_url=own)
    seen = []
    monkeypatch.setattr(standing, "_certificate", lambda *where: seen.append(where) or AT)
    assert standing._address(ask_outside=True)["certificate_until"] == AT.isoformat(timespec="seconds")
    assert seen == [asked]


def test_tables_of_another_release_are_said_and_nothing_else_is_asked(organisation, settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    monkeypatch.setattr(standing.migrating, "is_current", lambda: False)
    for name in ("_jobs", "_mail", "_organisations", "_safekeeping"):
        monkeypatch.delattr(standing, name)
    told = standing.gather()
    assert "NOT at this release" in "\n".join(standing.lines(told))
    assert [one.code for one in checking.findings(told, at=AT)] == ["not_migrated"]


def test_check_fails_when_something_serious_was_forgotten(organisation, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    settings.HOME = tmp_path
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("forgotten", "--inside", stdout=out)
    assert "The address of this installation is http://localhost:8000" in out.getvalue()
    assert "→ Set TINGSU_PUBLIC_URL" in out.getvalue()


def test_late_and_failed_jobs_and_letters_that_wait_are_counted(organisation, settings, tmp_path, cast, monkeypatch):
    from tingsu.desk.tests.cases import a_case

    settings.HOME, settings.EMAIL_HOST = tmp_path, "smtp.firm.cn"
    a_case(cast.frontline)
    Letter.objects.update(channel="email")
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    told = standing.gather(ask_outside=False)
    assert told["mail"]["waiting"] == Letter.objects.count()
    assert told["jobs"]["queues"]
    assert told["jobs"]["late"] == 0


@pytest.mark.parametrize(("hours", "counted"), [(23, True), (25, False)])
def test_letters_that_failed_are_those_of_one_day(organisation, settings, tmp_path, cast, monkeypatch, hours, counted):
    from tingsu.desk.tests.cases import a_case

    settings.HOME = tmp_path
    a_case(cast.frontline)
    monkeypatch.setattr(standing.migrating, "is_current", lambda: True)
    Letter.objects.update(state=Letter.State.FAILED, created_at=datetime.now(UTC) - timedelta(hours=hours))
    assert bool(standing.gather(ask_outside=False)["mail"]["failed_in_a_day"]) is counted
