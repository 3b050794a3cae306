"""Commands name the address at which their home is served: the last one, above the usual one and below what was given."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tingsu.ops import served
from tingsu.ops.tests.serving import environment

HERE = "http://localhost:8137"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TINGSU_PUBLIC_URL", "TINGSU_PUBLIC_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """The address that a command in this home works with; the test's own environment is put back afterwards."""
    monkeypatch.setenv("TINGSU_PUBLIC_URL", "")
    served.take(home)
    return os.environ.get("TINGSU_PUBLIC_URL") or None


def test_a_home_that_is_served_is_named_by_its_port_and_while_it_runs_only(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not served.is_running(home)
    assert taken(home, monkeypatch) is None
    for address in ("http://localhost:9000/and-something-longer", HERE):
        code = f"from pathlib import Path; from tingsu.ops import served; served.note(Path({str(home)!r}), {address!r}); input()"
        with subprocess.Popen(
            [sys.executable, "-c", code], env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as process:
            while not (home / served.FILE).exists() or address not in (home / served.FILE).read_text():
                assert process.poll() is None
            assert served.is_running(home)
            assert taken(home, monkeypatch) == address
            process.communicate(b"\n")
        assert not served.is_running(home)
    assert taken(home, monkeypatch) == HERE, "where it was served last"


@pytest.mark.parametrize("name", ["TINGSU_PUBLIC_URL", "TINGSU_PUBLIC_URL_FILE"])
def test_an_address_that_was_given_stands_above(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / served.FILE).write_text(HERE)
    monkeypatch.setenv(name, "https://complaints.example.cn")
    assert served.is_given()
    served.take(home)
    assert os.environ.get("TINGSU_PUBLIC_URL") in {None, "https://complaints.example.cn"}


@pytest.mark.parametrize("written", [b"", b"\xff\xfe", b"nonsense", b"http://localhost:99999", b"x" * 5000])
def test_what_is_no_address_is_passed_over(written: bytes, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / served.FILE).write_bytes(written)
    assert taken(home, monkeypatch) is None
