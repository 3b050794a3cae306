"""The connector to a user community (SK-06): its questions and the answers of other users, by a program or as a file, twice nothing twice.

A program opens an entry for each question and keeps it up to date with the step `update`; the enterprise's answer goes back by the signed
event and what the program reads of the entry. Without a program the community's own list is read here line by line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidValue, TingsuError
from tingsu.kernel.punctuation import after_label, apart
from tingsu.kernel.spelling import fold, tidy
from tingsu.knowledge import questions
from tingsu.pages.lists import ListRefused, rows_of_file
from tingsu.pages.refusal import sentences_of
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import Register, registers
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet

MOST_LINES, MOST_BYTES, MOST_ANSWERS = 2_000, 2_000_000, 50
TITLES: dict[str, tuple[str, ...]] = {
    "outside_key": ("outside_key", "id", "number", "编号", "问题编号", "帖子编号"),
    "question": ("question", "title", "问题", "标题", "提问"),
    "outside_link": ("outside_link", "url", "link", "链接", "地址"),
    "asked_at": ("asked_at", "asked", "created", "提问时间", "发布时间"),
    "times": ("times", "count", "次数", "浏览量", "提问次数"),
    "frequent": ("frequent", "faq", "常见", "常见问题"),
    "answers": ("answers", "answer", "回答", "用户回答"),
    "product": ("product", "产品", "商品", "产品或服务"),
    "community": ("community", "社区", "平台"),
}
"""What communities call the columns."""
YES = frozenset({"yes", "y", "true", "1", "是", "常见", "√"})
PARTS = "||"
"""Between several answers in one cell; a line break does too."""


@dataclass
class Verdicts:
    """What became of the lines of a file."""

    taken: int = 0
    renewed: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def take_file(actor: Actor, content: bytes, community: str) -> Verdicts:
    """Each line a question by whoever brings the file, with that person's rights. Raises ListRefused for what is no list."""
    rows = rows_of_file(content, largest=MOST_BYTES)
    if len(rows) > MOST_LINES + 1:
        raise ListRefused(_("The list has more than %(most)s lines. Divide it."), most=f"{MOST_LINES:,}")
    names = [_column(title) for title in (rows[0] if rows else [])]
    if not {"outside_key", "question"} <= set(names):
        raise ListRefused(_("The first line names the columns: at least the number and the question."))
    register, found = registers()[questions.NAME], Verdicts()
    for place, row in enumerate(rows[1:], 2):
        told = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        if not told:
            continue
        try:
            what = _take(actor, register, {"community": community, **told})
            setattr(found, what, getattr(found, what) + 1)
        except TingsuError as error:
            labels = {one.name: one.label for one in register.fields}
            words = sentences_of(error).items()
            found.refused.append((place, apart(after_label(labels[n], w) if n in labels else w for n, w in words)))
    return found


def _column(title: str) -> str:
    word = fold(title)
    return next((name for name, titles in TITLES.items() if word in map(fold, titles)), "")


def _values(told: Mapping[str, str]) -> dict[str, Any]:
    """A line as the forms of the register take it. Raises InvalidValue."""
    answers = [tidy(part) for line in told.get("answers", "").split("\n") for part in line.split(PARTS)]
    times = told.get("times", "").replace(",", "")
    if times and not times.isdecimal():
        raise InvalidValue(_("“%(typed)s” is no number."), code="number", typed=times[:20])
    return {
        "question": tidy(told.get("question", "")), "outside_link": told.get("outside_link", ""), "times": times,
        "frequent": fold(told.get("frequent", "")) in YES,
        "answers": [{"words": words} for words in answers if words][:MOST_ANSWERS],
    }  # fmt: skip


def _take(actor: Actor, register: Register, told: Mapping[str, str]) -> str:
    """Open it, renew it, or leave it as it stands: what of the three. Raises what the steps raise."""
    given = _values(told)
    mark = fingerprint(register, "outside_key", told.get("outside_key", ""))
    ids = EntryFacet.objects.filter(register=register.name, name="outside_key", value=mark).values("entry")
    entry = Entry.objects.filter(pk__in=ids).select_related("stream").first() if told.get("outside_key") else None
    if entry is None:
        more = {name: told[name] for name in ("outside_key", "community", "product", "asked_at") if told.get(name)}
        open_entry(
            actor=actor, register=register, opening=Opening(values={**given, **more, "source": questions.COMMUNITY})
        )
        return "taken"
    texts = entry.worded_or_none() or {}
    stands = {
        "question": texts.get("question", ""), "outside_link": texts.get("outside_link", ""), "times": str(entry.codes.get("times") or ""),
        "frequent": bool(entry.codes.get("frequent")),
        "answers": [{"words": texts.get(f"answers.{place}.words", "")} for place in range(len(entry.codes.get("answers") or []))],
    }  # fmt: skip
    if stands == given or entry.state == questions.DECLINED:
        return "known"
    take_step(actor=actor, entry=entry, register=register, step="update", values=given)
    return "renewed"
