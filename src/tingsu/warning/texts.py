"""What many complaints of a week tell in the same words, though nobody had a category for it: a new defect, a mass letter, one place (MO-02).

The words are those of the search index, in which nothing points to a person. How many texts of the newest week hold a word is held
against the share of texts that held it in each week before, exactly for small numbers; false alarms of all words together are held
down. Words that stand in the same texts are one topic; one word alone is chance or fashion, and no topic.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.functional import cached_property

from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.warning import sql
from tingsu.warning.detection import DAYS, Seen, discovered, held_against

SAMPLE = 5_000
"""Of a week, the newest so many texts are read: what a look costs does not grow with the organisation."""
TOGETHER = 3
"""Words that stand in the same texts, so many at least, are a topic."""
ALIKE = 0.8
"""A word belongs to a topic if at least this share of its texts are texts of the topic's first word."""
KEPT = 6
"""Words by which a topic is known and its complaints are found."""
HELD = 3
"""A complaint of a topic holds so many of its words at least. With two, every fourth warning was put together by chance (docs/warning.md)."""
BESIDE = 0.001
"""A word whose number is as unlikely as this counts for a topic that other words began; alone among thousands it is chance."""
MOST_WORDS = 400
"""Of the words that stand out, the least likely so many are put together."""
MOST_FOUND = 10_000
"""Complaints of a topic that are counted and shown."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    """Words that stand out together: the most widespread first."""

    words: Words
    seen: Seen


class Week:
    """The texts of seven days up to one: how many there are, and how many hold each word. One query each, when asked."""

    def __init__(self, until: date) -> None:
        zone = current_organisation().time_zone
        self._between = (day_around(until - timedelta(days=DAYS - 1), zone)[0], day_around(until, zone)[1])

    @cached_property
    def texts(self) -> int:
        return sql.texts_between(*self._between, SAMPLE)

    @cached_property
    def holding(self) -> dict[str, int]:
        """Texts by word."""
        return sql.words_between(*self._between, SAMPLE)

    def holders(self, words: Collection[str]) -> dict[str, set[uuid.UUID]]:
        """Which complaints hold each of some words."""
        return sql.holders_between(*self._between, SAMPLE, words)


def standing_out(newest: Week, before: Sequence[Week], least: int, level: float) -> tuple[dict[str, Seen], set[str]]:
    """The words of the newest week that are unlikely, the least likely first, and which of them stand out among all.

    `level`: the share of false alarms among those that stand out, in per cent.
    """
    weights = [float(newest.texts), *(float(week.texts) for week in before)]
    if sum(one > 0 for one in weights[1:]) == 0:
        return {}, set()
    seen = {
        word: held_against([number, *(week.holding.get(word, 0) for week in before)], weights)
        for word, number in newest.holding.items()
        if number >= least
    }
    # Every word of the week was looked at, also the many that only one text holds.
    chances = {word: seen[word].chance if word in seen else 1.0 for word in newest.holding}
    found = discovered(chances, level / 100)
    unlikely = [word for word, one in seen.items() if one.chance <= BESIDE or word in found]
    return {
        word: seen[word] for word in sorted(unlikely, key=lambda one: (seen[one].chance, -seen[one].count, one))
    }, found


def topics(
    out: Mapping[str, Seen], begins: Collection[str], holders: Mapping[str, Collection[uuid.UUID]], least: int
) -> list[Topic]:
    """Unlikely words put together by the texts that hold them; a topic is begun by a word that stands out. Pure."""
    texts = {word: set(holders.get(word, ())) for word in out}
    groups: list[list[str]] = []
    for word in [*(one for one in out if one in begins), *(one for one in out if one not in begins)]:
        for group in groups:
            if texts[word] and len(texts[word] & texts[group[0]]) >= ALIKE * len(texts[word]):
                group.append(word)
                break
        else:
            if word in begins:
                groups.append([word])
    found = []
    for group in groups:
        if len(group) < TOGETHER:
            continue
        place = {word: at for at, word in enumerate(group)}
        words = tuple(sorted(group, key=lambda one: (-len(texts[one]), place[one]))[:KEPT])
        number = sum(
            sum(text in texts[word] for word in words) >= HELD for text in set().union(*(texts[w] for w in words))
        )
        if number >= least:
            found.append(Topic(words, Seen(number, out[group[0]].expected, out[group[0]].chance)))
    return found


def topics_of(weeks: Sequence[Week], least: int, level: float) -> list[Topic]:
    """The topics of the first of some weeks, held against the others. Two queries a week, and one."""
    newest, *before = weeks
    out, begins = standing_out(newest, before, least, level)
    kept = dict(list(out.items())[:MOST_WORDS])
    return topics(kept, begins, newest.holders(kept), least) if begins else []


def weeks_until(until: date, number: int) -> list[Week]:
    """So many weeks up to a day, the newest first."""
    return [Week(until - timedelta(days=DAYS * back)) for back in range(number)]


def same(words: Words, known: Iterable[Words]) -> Words:
    """The name under which a topic is known already, if it shares two words with one; else its own."""
    return next((one for one in known if len(set(one) & set(words)) >= 2), words)


def complaints_of(words: Words, rows: QuerySet[Complaint], begin: datetime, end: datetime) -> QuerySet[Complaint]:
    """Of the complaints received in this time those that tell of a topic: three of its words at least."""
    return rows.filter(pk__in=sql.holding(begin, end, words, HELD, MOST_FOUND))


def told(words: Words) -> str:
    """A topic in words: pairs of signs that follow each other are put together again, what another one holds is left out."""
    phrases = list(words)
    joined = True
    while joined:
        joined = False
        for one in phrases:
            follows = next((two for two in phrases if two is not one and _follows(one, two)), None)
            if follows is not None:
                phrases[phrases.index(one)] = one + follows[1:]
                phrases.remove(follows)
                joined = True
                break
    kept = [one for one in phrases if not any(one != two and one in two for two in phrases)]
    return " · ".join(dict.fromkeys(kept))


def _follows(one: str, two: str) -> bool:
    return len(two) > 1 and one[-1] == two[0] and not (one[-1].isascii() or one in two or two in one)
