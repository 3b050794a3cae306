"""The demo's prose and names, read from the data files beside this module. Everything in them is invented."""

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"
BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
FAMILY_FILES = ("money", "delivery", "quality", "service", "rights", "safety")


@dataclass(frozen=True)
class Product:
    group: str
    zh: str
    en: str
    price_fen: int


@dataclass(frozen=True)
class Family:
    """One cause of complaints: how people tell it and what staff find, answer, offer and learn."""

    code: str
    zh: str
    en: str
    type: str
    object: str
    cats: tuple[int, ...]
    dept: str
    goods: tuple[str, ...]
    demands: tuple[str, ...]
    remedies: tuple[int, ...]
    basis: tuple[str, ...]
    goodwill: int
    """Yuan offered beside the remedy."""
    tellings: tuple[str, ...]
    """Each begins with its voice in brackets: angry, terse, elder, …"""
    ask: str
    yes: str
    no: str
    cause: str
    why_not: str
    offer: str
    direct: str
    fix: str
    lesson: str
    kind: str = "complaint"
    other: str = ""
    """Text of category 35."""
    urgent: str = ""
    """Urgent topic that every case of this cause carries."""
    urgent_part: str = ""
    """Urgent topic that some cases carry."""
    risk: str = ""
    delay: bool = False
    not_ours: bool = False
    respondent: str = ""
    customer: str = "consumer"
    org: bool = False


@dataclass(frozen=True)
class Place:
    code: str
    """GB/T 2260, first two digits."""
    province: str
    cities: tuple[str, ...]
    weight: int


def read(name: str) -> dict[str, Any]:
    """One of the data files."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def families() -> dict[str, Family]:
    made = []
    for name in FAMILY_FILES:
        for row in read(name)["family"]:
            values: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
            }
            made.append(Family(**values))
    return {family.code: family for family in made}


@cache
def english_tellings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = read("english")["tellings"]
    return found


@cache
def english_letters() -> dict[str, str]:
    found: dict[str, str] = read("english")["letters"]
    return found


@cache
def organisation() -> dict[str, Any]:
    return read("organisation")


@cache
def products() -> tuple[Product, ...]:
    return tuple(Product(*item) for item in read("goods")["items"])


@cache
def people() -> dict[str, Any]:
    return read("people")


@cache
def places() -> tuple[Place, ...]:
    return tuple(Place(**{**row, "cities": tuple(row["cities"])}) for row in people()["place"])


@cache
def words() -> dict[str, Any]:
    return read("words")


class _Slots(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        raise KeyError(f"no value for the slot {{{key}}} of a demo text")


def fill(text: str, slots: dict[str, Any]) -> str:
    """Put a case's own values into a text; no blank stays between two Chinese words. Raises KeyError for a slot nobody fills."""
    return BETWEEN_CHINESE.sub("", text.format_map(_Slots(slots)))


def pick(rng: random.Random, *path: str, slots: dict[str, Any] | None = None) -> str:
    """One of the wordings under a heading of the common words, filled."""
    found: Any = words()
    for step in path:
        found = found[step]
    chosen = rng.choice(found) if isinstance(found, list) else found
    return fill(chosen, slots or {})
