"""Help before the form: answers of the question tree found by words, and those that belong to what was chosen (SK-07).

They are read beside the form and never stand in its way. What somebody searches for may say much of them: it is linked with nobody, and words
that found nothing are kept only once several people looked for them (`knowledge.helping`).
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from tingsu.kernel import rulebooks
from tingsu.kernel.spelling import fold
from tingsu.portal import tree

MOST = 8
BESIDE = 3
"""Answers shown beside the form."""
LONGEST = 1000
"""Signs of what was typed that are looked for; more says no more."""
_LATIN = re.compile(r"[a-z0-9]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")
IN_NAME = 3
"""A piece in a name says more of the answer than one in its words."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An answer with the way that leads to it."""

    code: str
    name: str
    trail: str
    begins: str
    """The beginning of the answer."""


def pieces(words: str) -> list[str]:
    """What is looked for: words of Latin letters, and each two Chinese signs beside each other; a lone sign by itself."""
    text = fold(words[:LONGEST])
    found = _LATIN.findall(text)
    for run in _HAN.findall(text):
        found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return list(dict.fromkeys(found))


def search(words: str) -> list[Found]:
    """The answers that say most of these words, in whichever language they were typed; at least half of the pieces. No query."""
    wanted = pieces(words)
    if not wanted:
        return []
    scores: Counter[str] = Counter()
    for code, (names, said) in _texts().items():
        hits = [IN_NAME if one in names else 1 for one in wanted if one in names or one in said]
        if len(hits) * 2 >= len(wanted):
            scores[code] = sum(hits)
    return [one for code, _score in scores.most_common(MOST) if (one := _found(tree.choice_of(code)))]


def beside(cause: str) -> list[Found]:
    """The answers of the card that was chosen, in the order of the tree. No query."""
    of_card = (one for code in _ends() if (one := tree.choice_of(code)) and one.cause == cause)
    return list(islice(filter(None, map(_found, of_card)), BESIDE))


def _ends() -> list[str]:
    """Entries with nothing below them."""
    rows = rulebooks.in_force(tree.KIND).body["entries"]
    above = {row.get("under") or "" for row in rows}
    return [row["code"] for row in rows if row["code"] not in above]


def _texts() -> dict[str, tuple[str, str]]:
    """Of each answer: names on its way, and its words, in both languages, folded."""
    rows = {row["code"]: row for row in rulebooks.in_force(tree.KIND).body["entries"]}
    found = {}
    for code in _ends():
        line, row = [], rows[code]
        while row is not None and row not in line:
            line.append(row)
            row = rows.get(row.get("under") or "")
        names = " ".join(words for one in line for words in (one.get("name") or {}).values())
        said = " ".join((rows[code].get("answer") or {}).values())
        found[code] = (fold(names), fold(said))
    return found


def _found(one: tree.Choice | None) -> Found | None:
    if one is None or not one.answer:
        return None
    trail = " › ".join(name for _code, name in one.trail)
    return Found(code=one.code, name=one.name, trail=trail, begins=one.answer.split("\n")[0])
