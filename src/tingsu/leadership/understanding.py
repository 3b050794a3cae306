"""Reading a statement and showing that it was understood (VL-05, VL-17, MS-10): questions, and the passage again after a wrong answer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.leadership import terms
from tingsu.registers import receipts
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

CELLS = ("question", "right", "wrong", "passage")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question as a person gets it: answers in an order of their own, of which nothing tells the right one."""

    name: str
    words: str
    answers: tuple[tuple[str, str], ...]
    right: str
    """The code of the right answer; never leaves the server."""
    passage: str


def questions_of(entry: Entry, actor: Actor) -> list[Question]:
    """What is asked of this reader, in the language that the reader works in where it was written in that."""
    texts, codes = entry.written_or_none() or {}, entry.codes
    english = not (get_language() or "zh").lower().startswith("zh")
    table = "questions_en" if english and codes.get("questions_en") else "questions"
    found = []
    for place in range(len(codes.get(table, []))):
        words, right, wrong, passage = (texts.get(f"{table}.{place}.{cell}", "") for cell in CELLS)
        options = [right, *(line.strip() for line in wrong.splitlines() if line.strip())]
        coded = {code_of(entry, place, words): words for words in options}
        order = sorted(coded, key=lambda code: uuid.uuid5(actor.id or entry.pk, code).hex)
        found.append(
            Question(
                name=f"q{place}", words=words, right=code_of(entry, place, right), passage=passage,
                answers=tuple((code, coded[code]) for code in order),
            )
        )  # fmt: skip
    return found


def code_of(entry: Entry, place: int, answer: str) -> str:
    """What a form calls an answer."""
    return uuid.uuid5(entry.pk, f"{place}:{answer}").hex[:12]


def asked(entry: Entry) -> list[uuid.UUID]:
    """Who is to read a statement: everybody, while it is in force and is to be read."""
    return receipts.everybody() if entry.state == terms.IN_FORCE and entry.codes.get("to_read") else []


receipts.asks(terms.STATEMENT, asked)


def understand(*, actor: Actor, entry: Entry, answers: Mapping[str, str], means: str) -> bool:
    """Confirm that one has read and understood a statement; False where one had before. Raises InvalidInput, ConditionsUnmet, NotAllowed."""
    if entry.state != terms.IN_FORCE or not entry.codes.get("to_read"):
        raise ConditionsUnmet([Unmet("not_in_force", _("this version is not in force, or nobody has to confirm it"))])
    wrong: dict[str, TingsuError] = {}
    for one in questions_of(entry, actor):
        if not answers.get(one.name):
            wrong[one.name] = InvalidValue(code="required")
        elif answers[one.name] != one.right:
            wrong[one.name] = InvalidValue(_("Not quite. Read the passage below once more."), code="wrong_answer")
    if means not in dict(terms.MEANS):
        wrong["means"] = InvalidValue(code="choice")
    if wrong:
        raise InvalidInput(wrong)
    return receipts.confirm(
        actor=actor, register=registers()[terms.STATEMENT], entry=entry, means=means, while_in=terms.IN_FORCE
    )
