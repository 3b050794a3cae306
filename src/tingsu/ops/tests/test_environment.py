"""Nonsense in the environment ends in one sentence before anything starts; a misspelt name is warned about."""

from __future__ import annotations

import base64
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tingsu.ops import environment
from tingsu.ops.bootstrap import REPOSITORY
from tingsu.ops.errors import CannotStart
from tingsu.ops.tests.serving import environment as shell

KEY = base64.b64encode(bytes(32)).decode()

GOOD = {
    "TINGSU_MASTER_KEY": [KEY],
    "TINGSU_SECRET_KEY": ["x" * 50],
    "TINGSU_PUBLIC_URL": ["https://complaints.example.cn", "http://localhost:8000/tingsu/"],
    "TINGSU_TENANCY": ["session", "transaction"],
    "TINGSU_HOSTS": ["*", "a.example.cn,.example.cn,[::1],127.0.0.1"],
    "TINGSU_ORIGINS": ["https://a.example.cn,https://*.example.cn:8443"],
    "TINGSU_PROXY_HEADER": ["X-Forwarded-Proto", "HTTP_X_FORWARDED_PROTO"],
    "TINGSU_PROXIES": ["0", "2", "127.0.0.1, 10.0.0.0/8,::1"],
    "TINGSU_LOG": ["json", "lines"],
    "TINGSU_WEB_THREADS": ["1", "8"],
    "TINGSU_SMTP_TLS": ["0", "true", "starttls", "implicit"],
    "TINGSU_MAIL_FROM": ["a@example.cn", "投诉中心 <a@example.cn>"],
    "TINGSU_APP_DSN": ["postgresql://a:b@h/tingsu"],
    "TINGSU_SMTP_HOST": ["smtp.example.cn", "mail", "10.0.0.5", "::1"],
    "TINGSU_BACKUP_TO": ["/mnt/other/tingsu", "backups", "s3://bucket", "s3://bucket/of/firm"],
    "DATABASE_URL": ["postgresql://chief:pass@h:5432/tingsu", "host=h dbname=x"],
}
BAD = [
    ("TINGSU_MASTER_KEY", base64.b64encode(bytes(31)).decode(), "must be 32 bytes in base64 and is 31"),
    ("TINGSU_MASTER_KEY", "not base64!", "must be 32 bytes in base64:"),
    ("TINGSU_SECRET_KEY", "short", "at least 32 signs"),
    ("TINGSU_PUBLIC_URL", "complaints.example.cn", "an address such as https://"),
    ("TINGSU_PUBLIC_URL", "ftp://complaints.example.cn", "an address such as https://"),
    ("TINGSU_PUBLIC_URL", "https://example.cn:99999", "an address such as https://"),
    ("TINGSU_TENANCY", "table", "session or transaction, not 'table'"),
    ("TINGSU_HOSTS", "https://example.cn", "host names without http://"),
    ("TINGSU_HOSTS", "a.example.cn, b.example.cn", "host names without http://"),
    ("TINGSU_PUBLIC_URL", "HTTPS://example.cn", "small letters: https://example.cn"),
    ("TINGSU_PUBLIC_URL", "https://Example.CN:8443/x", "small letters: https://example.cn:8443"),
    ("TINGSU_ORIGINS", "https://a.example.cn,https://B.example.cn", "small letters: https://b.example.cn"),
    ("TINGSU_ORIGINS", "https://例子.中国", "as browsers send it, xn--fsqu00a.xn--fiqs8s"),
    ("TINGSU_ORIGINS", "example.cn", "addresses without a path"),
    ("TINGSU_ORIGINS", "https://example.cn/tingsu", "addresses without a path"),
    ("TINGSU_PROXY_HEADER", "X-Forwarded-Proto: https", "the name of a header"),
    ("TINGSU_PROXIES", "nginx", "how many proxies stand before Tingsu"),
    ("TINGSU_PROXIES", "12", "a number below 10"),
    ("TINGSU_LOG", "xml", "json or lines, not 'xml'"),
    ("TINGSU_WEB_THREADS", "0", "a whole number from 1 to 64"),
    ("TINGSU_METRICS_TOKEN", "guess", "at least 32 signs"),
    ("TINGSU_SMTP_TLS", "ja", "starttls or implicit or none"),
    ("TINGSU_SMTP_PORT", "65536", "a whole number from 1 to 65535"),
    ("TINGSU_SMTP_PORT", "五", "a whole number from 1 to 65535"),
    ("TINGSU_MAIL_FROM", "nobody", "a mail address"),
    ("TINGSU_APP_DSN", "mysql://x", "a PostgreSQL address"),
    ("TINGSU_DB_ROLE", "root", "app or owner"),
    ("TINGSU_SMTP_USER", "me", "TINGSU_SMTP_HOST is not"),
    ("TINGSU_SMTP_HOST", "smtp.example.cn:465", "a mail server without its port"),
    ("TINGSU_PUBLIC_URL", "https://example.cn//evil.example", "an address such as https://"),
    ("TINGSU_PROXIES", "²", "how many proxies stand before Tingsu"),
    ("TINGSU_HOME", "~nobody-of-this-name/home", "a path that can be followed"),
    ("TINGSU_BACKUP_TO", "s3:/bucket", "name a folder or s3://bucket/prefix"),
    ("DATABASE_URL", "mysql://chief:pass@h/x", "a PostgreSQL address"),
]


NONSENSE = [
    "²", "五", "٣", "-1", "+1", "1e3", "9" * 5000, "0x10", "None", "{}", "[", "=", "::", "a\nb", "a\0b".replace("\0", "\x01"), "\udcff", "x" * 70_000,
    "~nobody-of-this-name/x", "/proc/self/fd/999/x", "http://[", "http://a:b@c", "https://host:0", "https://a//b", "https://a/../b",
    "https://a/<b>", "https://例子.中国", "https://" + "例" * 70 + ".cn", "postgresql://h:port/x", "postgres://", "dbname=", "s3:/bucket",
    "s3://", "ftp://x", "a@b@c", "smtp.example.cn:25", "%(asctime)s", "age1", "AGE-SECRET-KEY-1", "127.0.0.1/33", "host:²", "*.*",
]  # fmt: skip
"""What falls out of a keyboard, a template or a wrong file: digits of other scripts among it, and half an encoding."""


@pytest.mark.parametrize("name", environment.VARIABLES)
def test_whatever_stands_in_a_variable_is_refused_in_one_sentence_or_taken_by_the_settings(name, monkeypatch):
    """By the table of all variables: a new one is asked all of this, and nobody reads a traceback."""
    for other in [other for other in os.environ if other.startswith("TINGSU_") or other == "DATABASE_URL"]:
        monkeypatch.delenv(other)
    for value in NONSENSE:
        given = (
            {name: value} | ({"TINGSU_SMTP_HOST": "smtp"} if name.startswith("TINGSU_SMTP_") else {}) | {name: value}
        )
        try:
            environment.check(given)
        except CannotStart as refused:
            said = str(refused)
            assert name.removesuffix("_THREADS").removesuffix("_PROCESSES") in said, said
            assert "\n" not in said
            assert said.endswith(".")
            assert len(said) < 400
            assert not (environment._is_secret(name) and len(value) > 8 and value[:60] in said)
            continue
        with monkeypatch.context() as patch:
            for each, one in given.items():
                patch.setenv(each, one)
            try:
                runpy.run_path(str(REPOSITORY / "src" / "tingsu" / "settings.py"))
            except (ImproperlyConfigured, ValueError, OSError) as error:
                raise AssertionError(f"{name}={value[:80]!r} passed the check and broke the settings") from error


def test_a_host_is_named_as_browsers_send_it():
    with pytest.raises(CannotStart, match=r"name the host as browsers send it, xn--fsqu00a\.xn--fiqs8s"):
        environment.check({"TINGSU_PUBLIC_URL": "https://例子.中国"})
    assert environment.check({"TINGSU_PUBLIC_URL": "https://xn--fsqu00a.xn--fiqs8s"}) == []


def test_a_value_and_a_file_that_differ_are_not_weighed_against_each_other(tmp_path):
    """Whichever won, half of those who read the configuration would believe the other."""
    (tmp_path / "url").write_text("https://one.example.cn\n")
    given = {"TINGSU_PUBLIC_URL_FILE": str(tmp_path / "url"), "TINGSU_PUBLIC_URL": "https://two.example.cn"}
    with pytest.raises(CannotStart, match="say different things"):
        environment.check(given)
    assert environment.check(given | {"TINGSU_PUBLIC_URL": "https://one.example.cn"}) == []


@pytest.mark.parametrize(("name", "values"), GOOD.items())
def test_what_makes_sense_passes(name, values):
    for value in values:
        assert environment.check({name: value}) == []


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_nonsense_ends_in_one_sentence_that_names_the_variable(name, value, sentence):
    with pytest.raises(CannotStart) as refused:
        environment.check({name: value})
    said = str(refused.value)
    assert name in said
    assert sentence in said
    assert "\n" not in said
    assert said.endswith(".")


def test_more_threads_than_the_embedded_database_has_connections_are_refused_and_a_server_of_ones_own_may_have_them():
    many = {"TINGSU_WEB_PROCESSES": "8", "TINGSU_WEB_THREADS": "8"}
    with pytest.raises(CannotStart, match="needs 80 connections"):
        environment.check(dict(many))
    assert environment.check(many | {"DATABASE_URL": "postgresql://a@b/c"}) == []
    assert environment.check({"TINGSU_WEB_PROCESSES": "8"}) == []


def test_a_secret_is_not_printed():
    for name in ("TINGSU_SECRET_KEY", "TINGSU_MASTER_KEY", "TINGSU_APP_DSN", "DATABASE_URL"):
        with pytest.raises(CannotStart) as refused:
            environment.check({name: "hush-hush"})
        assert "hush" not in str(refused.value)


def test_a_value_from_a_file_is_checked_and_a_file_that_is_not_there_is_said(tmp_path):
    kept = tmp_path / "key"
    kept.write_text(KEY + "\n")
    assert environment.check({"TINGSU_MASTER_KEY_FILE": str(kept)}) == []
    kept.write_text(base64.b64encode(bytes(31)).decode())
    with pytest.raises(CannotStart, match=r"named by TINGSU_MASTER_KEY_FILE, must be 32 bytes"):
        environment.check({"TINGSU_MASTER_KEY_FILE": str(kept)})
    with pytest.raises(CannotStart, match=r"TINGSU_MASTER_KEY_FILE names .*absent, which cannot be read"):
        environment.check({"TINGSU_MASTER_KEY_FILE": str(tmp_path / "absent")})


def test_a_misspelt_name_is_warned_about_once_with_the_one_that_was_meant():
    given = {"TINGSU_SMTP_PROT": "25", "TINGSU_ZEBRA": "1", "OTHER": "1"}
    assert environment.check(given) == [
        "TINGSU_SMTP_PROT is no setting of Tingsu and is ignored: did you mean TINGSU_SMTP_PORT?",
        "TINGSU_ZEBRA is no setting of Tingsu and is ignored, docs/ops.md lists them.",
    ]
    assert environment.check(given) == []


def test_empty_counts_as_not_given():
    given = {"TINGSU_SMTP_TLS": "", "TINGSU_SMTP_PORT": " ", "DATABASE_URL": ""}
    assert environment.check(given) == []
    assert given == {}


def test_no_variable_is_read_that_is_not_checked_and_every_public_one_is_explained():
    named = re.compile(r"\"(TINGSU_[A-Z_]+|DATABASE_URL)\"")
    read = set()
    for path in [*(REPOSITORY / "src" / "tingsu").rglob("*.py"), *(REPOSITORY / "bench").glob("*.py")]:
        if "tests" not in path.parts:
            read |= set(named.findall(path.read_text()))
    assert read - {"TINGSU_", "DATABASE_URL"} <= environment.known_names()
    explained = (REPOSITORY / "docs" / "ops.md").read_text()
    for name, variable in environment.VARIABLES.items():
        short = "_" + name.removeprefix("TINGSU_SMTP_")
        assert not variable.public or f"`{name}`" in explained or f"`{short}`" in explained, name


@pytest.mark.parametrize("name", ["TINGSU_SMTP_PORT", "TINGSU_TENANCY", "TINGSU_MASTER_KEY", "TINGSU_DEMO"])
@pytest.mark.parametrize("command", [["serve"], ["worker"], ["migrate"], ["manage", "check"], ["demo"]])
def test_a_command_with_nonsense_says_one_sentence_and_fails(tmp_path: Path, name, command):
    given = shell(tmp_path / "home") | {name: "nonsense"}
    done = subprocess.run(
        [sys.executable, "-m", "tingsu", *command], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(name)
    assert not (tmp_path / "home").exists()
