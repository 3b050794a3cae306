"""The command line: help on a bare machine, and one sentence for whatever is in the way."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from tingsu.ops import bootstrap, cli, postgres
from tingsu.ops.errors import CannotStart


def test_help_names_every_command(capsys):
    assert cli.main([]) == 0
    printed = capsys.readouterr().out
    for command in ("demo", "serve", "worker", "migrate", "manage", "verify", "bench", "test", "req"):
        assert f"\n    {command} " in printed


WRONG = [
    (["dance"], "There is no dance: there are demo"),
    (["keeys"], "There is no keeys: did you mean keys?"),
    (
        ["recover", "log", "--until", "yesterday"],
        "--until: write the moment as 2026-12-01T09:30:00+08:00, not 'yesterday'.",
    ),
    (["maintenance", "on", "--until", "soon"], "--until: write the moment as 2026-12-01T09:30:00+08:00, not 'soon'."),
    (["media", "a tape", "--due", "1 May"], "--due: write the day as 2026-12-01, not '1 May'."),
    (["backup", "--keep", "all"], "--keep: give a whole number, not 'all'."),
    (["serve", "--port", "http"], "--port: give a whole number, not 'http'."),
    (["recover", "log"], "The following arguments are required: --until."),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_what_cannot_be_read_is_refused_in_one_sentence(capsys, typed, sentence):
    with pytest.raises(SystemExit) as refused:
        cli.main(typed)
    said = capsys.readouterr().err
    assert refused.value.code == 2
    assert said.startswith(sentence), said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full (here): free at least 1 GB and start again."),
        (
            errno.EROFS,
            "The disk is read-only (here): set TINGSU_HOME to a folder that can be written, and start again.",
        ),
        (
            errno.EACCES,
            "This user may not write here (here): change the owner, or set TINGSU_HOME to a folder of yours.",
        ),
    ],
)
def test_what_the_system_refuses_becomes_one_sentence(monkeypatch, capsys, number, sentence):
    def refuse(_arguments: list[str]) -> int:
        raise OSError(number, "refused", "here")

    monkeypatch.setattr(cli, "_dispatch", refuse)
    assert cli.main(["verify"]) == 1
    assert capsys.readouterr().err == sentence + "\n"


def test_a_nearly_full_disk_is_refused_before_the_database_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_LEAST_SPACE", 2**60)
    with pytest.raises(CannotStart, match="The disk is full"):
        postgres.check_space(tmp_path)
    monkeypatch.setattr(postgres, "_LEAST_SPACE", 1)
    postgres.check_space(tmp_path)


def test_the_command_line_imports_nothing_that_must_be_installed():
    code = "import sys, tingsu.ops.cli; print([n for n in ('django', 'psycopg', 'babel') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(bootstrap.SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
