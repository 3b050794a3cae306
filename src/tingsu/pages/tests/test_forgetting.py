"""The typesetter forgets long documents, so that many of them need no more memory than one; ordinary forms it keeps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tingsu.pages import forgetting
from tingsu.pages.pdf import Part, Sheet, pdf

pytestmark = pytest.mark.req("RC-11")
LIMIT = forgetting.BUDGET


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """How often it forgot; as if this process had set nothing yet."""
    found: list[Any] = []
    forgetting.lately.clear()
    monkeypatch.setattr(forgetting, "forget", found.append)
    yield found
    forgetting.lately.clear()


@pytest.mark.parametrize(
    ("sizes", "times"),
    [
        ([LIMIT], 0),
        ([LIMIT + 1], 1),
        ([LIMIT // 2, LIMIT // 2], 0),
        ([LIMIT // 2, LIMIT // 2, 1], 1),
        ([LIMIT // 2, LIMIT // 2, 1, LIMIT // 2, LIMIT // 2], 1),
        ([LIMIT // 10] * 30, 0),
        ([LIMIT // 10 + 1] * 9, 0),
        ([LIMIT // 10 + 1] * 10, 1),
    ],
)
def test_it_forgets_when_its_last_ten_documents_were_long_together(
    forgotten: list[Any], sizes: list[int], times: int
) -> None:
    for size in sizes:
        forgetting.was_set(size, None)
    assert len(forgotten) == times


def test_every_document_counts_with_its_bytes(forgotten: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BUDGET", 3000)
    pdf(_sheet("退" * 100))
    assert forgotten == []
    pdf(_sheet("款" * 900))
    assert len(forgotten) == 1


def test_what_it_held_goes_back_to_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BUDGET", 10**9)
    faces = _fonts_of(monkeypatch)
    facts = [(str(line), f"{line}，仓库已确认收到退货，财务正在核对退款批次。" * 10) for line in range(250)]
    pdf(replace(_sheet(), parts=[Part(facts=facts)]))
    held = _held()
    forgetting.forget(faces)
    assert held - _held() > 15, "megabytes"


def _sheet(*texts: str) -> Sheet:
    return Sheet(firm="梧禾里", title="卷宗", by="", at=datetime(2026, 3, 2, tzinfo=UTC), parts=[Part(texts=texts)])


def _fonts_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The faces as the document hands them on."""
    found: list[Any] = []
    monkeypatch.setattr(forgetting, "was_set", lambda _size, fonts: found.append(fonts))
    pdf(_sheet("字"))
    return found[0]


def _held() -> int:
    """Megabytes that this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 >> 20
