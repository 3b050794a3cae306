"""Cutting texts into search words: dictionary words and pairs of neighbouring Chinese characters.

Pairs make every passage of two or more characters findable, whatever the dictionary made of it.
"""

import re

MOST_WORDS = 3000
LONGEST_WORD = 60
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile(r"[0-9a-zÀ-ɏ]+")


def index_words(*texts: str) -> list[str]:
    """The words under which texts are found, at most MOST_WORDS."""
    import rjieba  # reads a whole dictionary when it loads: not for workers and commands, which cut no text

    found: dict[str, None] = {}
    for text in texts:
        lowered = text.lower()
        for word in rjieba.cut_for_search(lowered, True):
            word = word.strip()
            if word and len(word) <= LONGEST_WORD and (_HAN.fullmatch(word) or _LATIN.fullmatch(word)):
                found[word] = None
        for run in _HAN.findall(lowered):
            for first in range(len(run) - 1):
                found[run[first : first + 2]] = None
        for word in _LATIN.findall(lowered):
            found[word[:LONGEST_WORD]] = None
        if len(found) > MOST_WORDS:
            break
    return list(found)[:MOST_WORDS]


def query_words(text: str) -> list[tuple[str, bool]]:
    """What a search asks for: (word, is a beginning). Chinese passages as pairs, other words as beginnings."""
    lowered = text.lower()[:200]
    wanted: dict[tuple[str, bool], None] = {}
    for run in _HAN.findall(lowered):
        pairs = [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
        wanted |= dict.fromkeys((pair, False) for pair in pairs)
    for word in _LATIN.findall(lowered):
        wanted[(word[:LONGEST_WORD], len(word) > 2)] = None
    return list(wanted)[:20]


def tsquery(text: str) -> str:
    """The same as a tsquery of the `simple` kind; empty when nothing can be searched for."""
    return " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in query_words(text))
