"""Back-test: each rule of early warning on a history, evening by evening: alarms, right ones, how early, false alarms."""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

WEEKS = 8
SAME = 60
"""Texts that begin with the same so many signs are one that was handed in several times."""
HALF = 0.5
RARE, APART = 0.002, 45
"""What at most two texts in a thousand tell of, more than so many days away, is no everyday word."""
DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
REGION = re.compile(r"([A-Z])[0-9]{0,2}(?:市|区|县)")


@dataclass(frozen=True)
class Text:
    """One complaint of a file: its day, what it tells, and by what it is told apart."""

    on: date
    words: str
    region: str = ""
    product: str = ""
    fault: str = ""


@dataclass
class Ruled:
    """How one rule did: episodes of alarms, each with the day it began and what was behind it."""

    episodes: list[tuple[date, list[Text]]] = field(default_factory=list)


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench backtest``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench backtest", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        help="workbooks and CSV files with a day and a text in each row; without any, the own history",
    )
    parser.add_argument(
        "--burst",
        action="append",
        default=[],
        help="words of a burst that is known to be real, set apart by commas; may be repeated",
    )
    parser.add_argument("--weeks", type=int, default=26, help="of the own history")
    chosen = parser.parse_args(arguments)
    if not chosen.paths:
        return own(chosen.weeks)
    bursts = [[word for word in one.split(",") if word] for one in chosen.burst]
    found: dict[str, Any] = {}
    for path in files_of(chosen.paths):
        texts = sorted(read(path), key=lambda one: one.on)
        if not texts:
            found[path.name] = "skipped: no row with a day and a text"
            continue
        began = time.process_time()
        found[path.name] = tried(texts, bursts) | {"processor_s": round(time.process_time() - began, 1)}
    return found or {"skipped": "there is no such file"}


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are."""
    found = [one for path in paths for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [one for one in found if one.is_file() and one.suffix in {".xlsx", ".csv"}]


def read(path: Path) -> Iterator[Text]:
    """The rows of a file that have a day; the column with the longest texts is what is told, whatever its name."""
    rows = _rows(path)
    if len(rows) < 2:
        return
    head, *lines = rows
    places = range(max(map(len, lines)))
    sample = lines[:: max(len(lines) // 200, 1)]
    long = max(places, key=lambda at: sum(len(line[at]) for line in sample if at < len(line)))
    dated = [
        at for at in places if sum(bool(DAY.match(line[at])) for line in sample if at < len(line)) > len(sample) / 2
    ]
    if not dated:
        return
    names = {name.strip("\ufeff").lower(): at for at, name in enumerate(head)}
    told = [names[one] for one in ("留言主题",) if one in names] + [long]
    for line in lines:
        line = [*line, *[""] * (max(places) + 1 - len(line))]
        day = DAY.match(line[dated[0]])
        words = " ".join(line[at] for at in told).strip()
        if day is None or not words:
            continue
        region = REGION.search(words)
        brand, model = (line[names[one]] if one in names else "" for one in ("brand", "car_model"))
        yield Text(
            date(*map(int, day.groups())), words, region[1] if region else "", f"{brand} {model}".strip(),
            line[names["problem"]].split(",")[0] if "problem" in names else "",
        )  # fmt: skip


def _rows(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        import python_calamine

        sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
        return [[str(cell) for cell in row] for row in sheet.to_python()]
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(content.decode(encoding).splitlines()))
        except UnicodeDecodeError:
            continue
    return []


def tried(texts: list[Text], bursts: list[list[str]]) -> dict[str, Any]:
    """Each method of the rules that ship, on one history; a look each evening from the ninth week on."""
    from tingsu.warning import rules

    first, last = busiest_year(texts)
    texts = [one for one in texts if first <= one.on <= last]
    looked = max((last - first).days + 1 - WEEKS * 7, 0)
    found: dict[str, Any] = {"complaints": len(texts), "from": first, "until": last, "days_looked_at": looked}
    if looked < 7:
        return found | {"note": "too short for eight weeks of history: the rules that need it say nothing"}
    evenings = [first + timedelta(days=WEEKS * 7 + back) for back in range(looked)]
    known = {str(row["code"]): rules.Rule(row, 0) for row in rules.RULES}
    ways = {rules.TOPIC: topics_of, rules.COMMON: commons_of}
    for code, rule in known.items():
        made = ways.get(rule.method, series_of)(rule, texts, evenings)
        found[f"{code} {rule.name}"] = judged(made, texts, bursts, looked)
    return found


def busiest_year(texts: list[Text]) -> tuple[date, date]:
    """The year with most of them: a few stragglers of years before are no history."""
    days = [one.on for one in texts]
    first = (
        max(days, key=lambda on: sum(on <= other < on + timedelta(days=366) for other in days))
        if len(days) < 10_000
        else days[0]
    )
    inside = [on for on in days if first <= on < first + timedelta(days=366)]
    return inside[0], inside[-1]


def series_of(rule: Any, texts: list[Text], evenings: list[date]) -> Ruled:
    """Series of regions, products and faults, and of all; working days are those of the Chinese calendar."""
    from chinese_calendar import is_workday

    from tingsu.warning import detection, watching
    from tingsu.warning.rules import ALL, PROBLEM

    def keys(one: Text) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield ALL, ()
        if one.region:
            yield "province", (one.region,)
        if one.product:
            yield "product", (one.product,)
        if one.product and one.fault:
            yield PROBLEM, (one.product, one.fault)

    by_day: dict[Any, Counter[date]] = defaultdict(Counter)
    behind: dict[Any, list[Text]] = defaultdict(list)
    for one in texts:
        for key in keys(one):
            by_day[key][one.on] += 1
            behind[key].append(one)
    streams = {key[0] for key in by_day} & set(rule.watched)
    stand_in = type("StandIn", (), {
        "method": rule.method, "watched": tuple(streams), "weeks": rule.weeks, "least": rule.least, "level": rule.level, "code": rule.code,
    })()  # fmt: skip
    told: dict[Any, list[date]] = defaultdict(list)
    for on in evenings:
        seen = {
            key: {
                (on - day).days: number
                for day, number in days.items()
                if 0 <= (on - day).days < (WEEKS + 1) * detection.DAYS
            }
            for key, days in by_day.items()
        }
        for hit in watching.hits(stand_in, seen, on, seen[ALL, ()], is_workday):
            told[hit.series].append(on)
    return episodes_of(told, lambda key, on: [one for one in behind[key] if 0 <= (on - one.on).days < detection.DAYS])


class Week:
    """The texts of seven days, as `warning.texts.Week` reads them from the search index."""

    def __init__(self, told: list[tuple[int, frozenset[str]]]) -> None:
        self._told = told
        self.texts = len(told)
        self.holding: Counter[str] = Counter(word for _place, held in told for word in held)

    def holders(self, asked: Iterable[str]) -> dict[str, set[int]]:
        return {word: {place for place, held in self._told if word in held} for word in asked}


def topics_of(rule: Any, texts: list[Text], evenings: list[date]) -> Ruled:
    """Words that many texts of a week suddenly share."""
    from tingsu.kernel import words
    from tingsu.warning import texts as topics

    held = [frozenset(w for w in words.index_words(one.words) if len(w) > 1 and not w.isdigit()) for one in texts]
    made: dict[date, Week] = {}

    def week(until: date) -> Week:
        if until not in made:
            made[until] = Week([(at, held[at]) for at, one in enumerate(texts) if 0 <= (until - one.on).days < 7])
        return made[until]

    told: dict[Any, list[date]] = defaultdict(list)
    for on in evenings:
        line: Any = [week(on - timedelta(days=7 * back)) for back in range(WEEKS + 1)]
        for one in topics.topics_of(line, rule.least, rule.level):
            told[topics.same(one.words, told)].append(on)

    def behind(name: Any, on: date) -> list[Text]:
        return [
            one
            for at, one in enumerate(texts)
            if 0 <= (on - one.on).days < 7 and len(held[at] & set(name)) >= topics.HELD
        ]

    return episodes_of(told, behind)


def commons_of(rule: Any, texts: list[Text], evenings: list[date]) -> Ruled:
    """The same order, merchant, address, telephone, batch or nearly the same text."""
    from chinese_calendar import is_workday

    from tingsu.warning import groups, traces, watching

    held: list[set[tuple[str, str]]] = [
        {*traces.of_text(one.words), *((traces.WORDS, band) for band in traces.bands(one.words))} for one in texts
    ]
    told: dict[Any, list[date]] = defaultdict(list)
    names: set[Any] = set()
    for on in evenings:
        counts: dict[Any, list[int]] = defaultdict(lambda: [0] * (WEEKS + 1))
        week: dict[Any, set[Any]] = defaultdict(set)
        everything: Counter[int] = Counter()
        for at, one in enumerate(texts):
            ago = (on - one.on).days
            if 0 <= ago < (WEEKS + 1) * 7:
                everything[ago] += 1
                for key in held[at]:
                    counts[key][ago // 7] += 1
                    if ago < 7:
                        week[key].add(at)
        weights = watching.week_weights(
            on, WEEKS + 1, watching.rest_share(dict(everything), on, (WEEKS + 1) * 7, is_workday), is_workday
        )
        frequent = {key: counts[key] for key, places in week.items() if len(places) >= rule.least}
        for name, _seen in groups.standing_out(frequent, week, weights, len(week), rule.level, names):
            names.add(name)
            told[name].append(on)

    def behind(name: Any, on: date) -> list[Text]:
        return [one for at, one in enumerate(texts) if 0 <= (on - one.on).days < 7 and name in held[at]]

    return episodes_of(told, behind)


def episodes_of(told: dict[Any, list[date]], behind: Callable[[Any, date], list[Text]]) -> Ruled:
    """One warning goes on while less than a week passes without an alarm."""
    found = Ruled()
    for key, days in told.items():
        last = None
        for on in sorted(days):
            if last is None or (on - last).days >= 7:
                found.episodes.append((on, behind(key, on)))
            last = on
    return found


def judged(made: Ruled, texts: list[Text], bursts: list[list[str]], looked: int) -> dict[str, Any]:
    """Right is an alarm of which half tells of a known burst; or of one thing that is rare at other times, or is one text handed in again."""
    right, again, wrong = 0, 0, 0
    begun: dict[int, date] = {}
    for on, behind in sorted(made.episodes, key=lambda pair: pair[0]):
        burst = next((at for at, words in enumerate(bursts) if behind and _share(behind, words) >= HALF), None)
        if burst is not None:
            right += 1
            begun.setdefault(burst, on)
        elif behind and (_repeats(behind) >= HALF or _coherent(behind, texts, on)):
            again += 1
        else:
            wrong += 1
    weeks = looked / 7
    return {
        "alarms": len(made.episodes),
        "right_known_burst": right,
        "right_one_thing": again,
        "false": wrong,
        "false_a_week": round(wrong / weeks, 2),
        "false_per_1000_complaints": round(1000 * wrong / max(len(texts), 1), 2),
        **{f"burst_{'_'.join(words)}": _early(words, begun.get(at), texts) for at, words in enumerate(bursts)},
    }


def _early(words: list[str], on: date | None, texts: list[Text]) -> str:
    days = [one.on for one in texts if any(word in one.words for word in words)]
    if not days:
        return "not in this history"
    if on is None:
        return f"not found, of {len(days)}"
    return f"found on {on}, after {sum(day <= on for day in days)} of {len(days)}, {(days[-1] - on).days} days before the last"


def _share(behind: list[Text], words: list[str]) -> float:
    return sum(any(word in one.words for word in words) for one in behind) / len(behind)


def _coherent(behind: list[Text], texts: list[Text], on: date) -> bool:
    """Half of the texts name the same thing in the same four signs, which hardly anybody named at other times: a place, a firm, an event."""
    held = Counter(gram for one in behind for gram in _grams(one.words))
    common = [gram for gram, number in held.items() if number >= HALF * len(behind)]
    others = [one.words for one in texts if abs((one.on - on).days) > APART]
    return any(sum(gram in words for words in others) <= RARE * len(others) for gram in common)


def _grams(words: str) -> set[str]:
    plain = re.sub(r"\s", "", words)
    return {
        plain[at : at + 4] for at in range(len(plain) - 3) if re.fullmatch(r"[\u4e00-\u9fff]{4}", plain[at : at + 4])
    }


def _repeats(behind: list[Text]) -> float:
    number = Counter(re.sub(r"\W", "", one.words)[:SAME] for one in behind)
    return sum(count for count in number.values() if count > 1) / len(behind)


def own(weeks: int) -> dict[str, Any]:
    """Every organisation of this installation: what its rules in force would have told of its own last weeks, and what people made of it."""
    from django.db import ProgrammingError

    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for
    from tingsu.warning import trying

    found: dict[str, Any] = {}
    try:
        organisations = list(Organisation.objects.order_by("created_at"))
    except ProgrammingError:
        organisations = []
    for one in organisations:
        with acting_for(one.pk):
            found[one.slug] = trying.back_test(weeks) or "no rule is in use, or there is no complaint"
    return found or {"skipped": "there is no organisation yet"}
