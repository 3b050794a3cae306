"""The page of the process is made from the table, says the same whoever asks, and is kept current (AS-17)."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tingsu.complaints.document import process_page
from tingsu.complaints.management.commands import process
from tingsu.complaints.process import PROCESS, transitions
from tingsu.process.registry import owners

pytestmark = pytest.mark.req("AS-17")


def test_the_kept_page_is_the_one_that_the_table_gives() -> None:
    said = StringIO()
    call_command("process", check=True, stdout=said)
    assert "current" in said.getvalue()


def test_the_page_is_the_same_in_every_language_of_the_reader() -> None:
    with translation.override("zh-hans"):
        in_chinese = process_page()
    with translation.override("en"):
        assert process_page() == in_chinese


def test_the_page_names_every_step_guard_effect_and_arrow() -> None:
    page = process_page()
    for name in (*PROCESS, *(one for step in PROCESS.values() for one in step.guard_names), *owners()["case_roles"]):
        assert f"`{name}`" in page, name
    for step in transitions():
        for source in step.sources:
            assert f"    {source} --> {step.target}: " in page, (step.name, source)


def test_a_stale_page_is_refused_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "process.md"
    monkeypatch.setattr(process, "PAGE", kept)
    with pytest.raises(CommandError, match="stale"):
        call_command("process", check=True)
    call_command("process", write=True, stdout=StringIO())
    call_command("process", check=True, stdout=StringIO())
    kept.write_text(kept.read_text() + "\n")
    with pytest.raises(CommandError, match="--write"):
        call_command("process", check=True)
