"""Lists outside the database: whole lines or none, whatever is killed and however full the disk is."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tingsu.kernel import durable
from tingsu.kernel.durable import append_line, whole_lines


@pytest.mark.req("invariant-3")
@pytest.mark.parametrize(
    ("left", "kept"),
    [
        (b"", []),
        (b"one\n", ["one"]),
        (b"one\ntw", ["one"]),
        (b"tw", []),
        (b"\xe4\xb8", []),
        ("一\n".encode() + b"\xe4\xb8", ["一"]),
    ],
)
def test_a_line_that_was_cut_counts_for_nothing_and_spoils_no_other(
    tmp_path: Path, left: bytes, kept: list[str]
) -> None:
    path = tmp_path / "list" / "test.jsonl"
    assert whole_lines(path) == []
    path.parent.mkdir()
    path.write_bytes(left)
    assert whole_lines(path) == kept
    append_line(path, "next")
    assert whole_lines(path) == [*kept, "next"]
    assert path.read_text() == "".join(f"{line}\n" for line in [*kept, "next"])


@pytest.mark.req("PS-03")
def test_a_list_is_for_the_firms_own_account_alone(tmp_path: Path) -> None:
    path = tmp_path / "list" / "test.jsonl"
    append_line(path, "one\ntwo")
    assert whole_lines(path) == ["one", "two"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.req("invariant-3")
def test_lines_of_several_at_once_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "list" / "test.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append_line(path, str(number) * 900), range(1, 9)))
    assert sorted(whole_lines(path)) == [str(number) * 900 for number in range(1, 9)]


@pytest.mark.req("invariant-3")
def test_file_and_name_are_on_the_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the return loses neither: the file is synced, and at the first line its folder and the one above."""
    synced: list[str] = []
    monkeypatch.setattr(durable.os, "fsync", lambda one: synced.append(Path(f"/proc/self/fd/{one}").readlink().name))
    append_line(tmp_path / "list" / "test.jsonl", "one")
    assert synced == ["test.jsonl", "list", tmp_path.name]
    del synced[:]
    append_line(tmp_path / "list" / "test.jsonl", "two")
    assert synced == ["test.jsonl"]


@pytest.mark.req("invariant-3")
def test_a_turned_key_is_there_under_its_name_before_it_seals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tingsu.ops import keys

    monkeypatch.setattr(os, "environ", dict(os.environ))
    keys.load(tmp_path)
    synced: list[str] = []
    monkeypatch.setattr(durable.os, "fsync", lambda one: synced.append(Path(f"/proc/self/fd/{one}").readlink().name))
    keys.remember(tmp_path, noted="yes")
    assert synced == ["secrets.partial", tmp_path.name]
