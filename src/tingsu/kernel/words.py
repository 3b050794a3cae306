"""Cutting texts into search words: dictionary words and pairs of neighbouring characters.

Pairs make every passage of two or more characters findable, whatever the dictionary made of it; the last character of
each passage stands for itself, so that one character alone begins some word wherever it occurs. Signs of no alphabet
that people search for (📦, ℃) are words of their own. Wide and narrow, large and small signs are one.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 60
MOST_BYTES = 600_000
"""Of the words of one thing: a text of any length that a door takes fits; PostgreSQL ends at a megabyte."""
LONGEST_QUERY = 1000
"""Signs of a passage that are compared; whatever has them all has them here."""
_SCRIPTS = "\u3005\u3007\u0e01-\u0e4e\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_PAIRED = re.compile(f"[{_SCRIPTS}]+")
"""Scripts that write without blanks: Chinese with all its extensions, kana, Hangul, Yi, Thai."""
_WORD = re.compile(r"[^\W_]+")
_KEPT = re.compile(rf"[{_SCRIPTS}]{{1,{LONGEST_WORD}}}|[^\W_]{{1,{LONGEST_WORD}}}")
_SYMBOL = re.compile(r"[^\w\s\x00-\x7f]")


_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_AMOUNT = re.compile(r"\s*(?:¥|人民币|rmb|cny)?\s*(\d+(?:\.\d{1,2})?)\s*(?:元整?|块钱?|圆|yuan|rmb|cny)?\s*")
_NO_FEN = re.compile(r"(?<=\d)\.00(?![\d.])|(?<=\d\.[1-9])0(?![\d.])")


def plain(text: str) -> str:
    """A text as it is cut and asked for. ¥1,299.00 and 1299 are one amount."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NO_FEN.sub("", _THOUSANDS.sub(lambda found: found[0].replace(",", ""), folded))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The passages of a text in their order, each with whether it is cut into pairs."""
    place = 0
    for run in _PAIRED.finditer(text):
        yield from _words_and_signs(text[place : run.start()])
        yield run[0], True
        place = run.end()
    yield from _words_and_signs(text[place:])


def _words_and_signs(text: str) -> Iterator[tuple[str, bool]]:
    for word in _WORD.findall(text):
        yield word[:LONGEST_WORD], False
    for sign in () if text.isascii() else _SYMBOL.findall(text):
        if unicodedata.category(sign) in {"So", "Sm", "Sc"}:
            yield sign, False


def index_words(*texts: str) -> list[str]:
    """The words under which texts are found: all of them, whatever their length."""
    import rjieba  # reads a whole dictionary when it loads: not for workers and commands, which cut no text

    found: dict[str, None] = {}
    for text in texts:
        lowered = plain(text)
        cut = map(str.strip, rjieba.cut_for_search(lowered, True))
        found |= dict.fromkeys(filter(_KEPT.fullmatch, cut))
        for run, paired in _runs(lowered):
            found |= dict.fromkeys([*_pairs(run), run[-1]] if paired else [run])
    if len("".join(found).encode()) + 8 * len(found) <= MOST_BYTES:
        return list(found)
    room = MOST_BYTES
    kept = []
    for word in found:
        room -= len(word.encode()) + 8
        if room < 0:
            break
        kept.append(word)
    return kept


def _pairs(run: str) -> list[str]:
    return [run[first : first + 2] for first in range(len(run) - 1)]


def query_words(text: str) -> list[tuple[str, bool]]:
    """What a search asks for: (word, is a beginning). Passages as pairs, one character and other words as beginnings."""
    wanted: dict[tuple[str, bool], None] = {}
    asked = plain(text[:LONGEST_QUERY])
    if amount := _AMOUNT.fullmatch(asked):  # the sign of money stands before or behind it in the texts, or nowhere
        asked = amount[1]
    for run, paired in _runs(asked):
        if paired and len(run) > 1:
            wanted |= dict.fromkeys((pair, False) for pair in _pairs(run))
        else:
            wanted[(run, paired or len(run) > 2)] = None
    return list(wanted)


def tsquery(text: str) -> str:
    """The same as a tsquery, whose words are taken as they stand; empty when nothing can be searched for."""
    return " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in query_words(text))
