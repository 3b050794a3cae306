"""The question bank as a rulebook: questions with their dimension, answers to choose from, and the right ones (PE-13, PE-14).

An exam keeps the version and the seed by which its questions were drawn, so whoever has both draws the same paper again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.competence import terms
from tingsu.competence.questions import QUESTIONS
from tingsu.competence.rows import wrong_code
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts

KIND = "exam_questions"
MOST = 300
LETTERS = "ABCDEF"
LEAST_ANSWERS = 2


@dataclass(frozen=True)
class Question:
    """One question of one version."""

    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def dimension(self) -> str:
        return str(self.row["dimension"])

    @property
    def text(self) -> str:
        return in_language(self.row["text"])

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Letter and words of each answer, as they stand in the bank."""
        return list(zip(LETTERS, _lines(in_language(self.row["answers"])), strict=False))

    @property
    def right(self) -> str:
        """The letters of the right answers."""
        return str(self.row["right"])

    @property
    def several(self) -> bool:
        return len(self.right) > 1

    def is_right(self, given: Iterable[str]) -> bool:
        """Every right answer and no other."""
        return "".join(sorted(set(given))) == self.right


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def shipped() -> dict[str, Any]:
    """Version 0: questions on what the standards ask of everybody, three of each dimension; each firm adds its own."""
    return {"questions": [dict(one) for one in QUESTIONS]}


def check(body: Mapping[str, Any]) -> None:
    """Every question whole, its right answers among its answers, as many in each language. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    rows = check_rows(body, "questions", MOST, errors, _wrong)
    if not rows and not errors:
        errors["questions"] = InvalidValue(
            _("An empty bank asks nothing: enter at least one question."), code="required"
        )
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    if row.get("dimension") not in dict(terms.DIMENSIONS):
        yield "dimension", InvalidValue(code="choice")
    for name, limit in (("text", 400), ("answers", 600)):
        if problem := wrong_texts(row.get(name), limit, _("Say it in both languages.")):
            yield name, problem
            return
    numbers = {len(_lines(row["answers"][language])) for language in LANGUAGES}
    least = min(numbers)
    if len(numbers) > 1 or not LEAST_ANSWERS <= least <= len(LETTERS):
        yield (
            "answers",
            InvalidValue(_("Two to six answers, one a line, as many in Chinese as in English."), code="answers"),
        )
    right = row.get("right")
    if (
        not isinstance(right, str)
        or not right
        or "".join(sorted(set(right))) != right
        or set(right) - set(LETTERS[:least])
    ):
        yield "right", InvalidValue(_("Letters of the right answers in their order, such as A or BD."), code="right")


def questions(version: int | None = None) -> list[Question]:
    """The questions in force, or those of a version. No query for the version in force."""
    rules = rulebooks.in_force(KIND) if version is None else rulebooks.version_of(KIND, version)
    return [Question(row) for row in rules.body["questions"]]


def version() -> int:
    return rulebooks.in_force(KIND).version


def place(seed: str, what: str) -> str:
    """Where something stands by the seed: nobody can choose it, everybody can repeat it."""
    return sha256(f"{seed}|{what}".encode()).hexdigest()


def drawn(seed: str, known: Sequence[Question], number: int) -> list[Question]:
    """A paper: as many of each dimension as the number allows, mixed by the seed."""
    order = sorted(known, key=lambda one: place(seed, one.code))
    rank: dict[str, int] = {}
    ranked = []
    for one in order:
        rank[one.dimension] = rank.get(one.dimension, 0) + 1
        ranked.append((rank[one.dimension], place(seed, f"{one.code}:order"), one))
    taken = sorted(ranked, key=lambda line: line[:2])[:number]
    return [one for _rank, _place, one in sorted(taken, key=lambda line: line[1])]


def mixed(seed: str, question: Question) -> list[tuple[str, str]]:
    """Its answers in an order of this paper's own."""
    return sorted(question.answers, key=lambda answer: place(seed, f"{question.code}:{answer[0]}"))


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Question bank"), shipped, check)
