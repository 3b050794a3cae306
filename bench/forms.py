"""Forms: every document of very many generated cases with extreme values; none fails, none loses a word, memory stays bounded."""

from __future__ import annotations

import argparse
import io
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.papers import memory
from bench.place import lent, the_cast

DATABASE = "tingsu_bench_forms"
WALKED = 20
"""One of so many cases is walked on, to a state of its own, with 200 entries once in a while."""
LINES = (
    "退款一直没有到账，", "The parcel never came. ", "😀👩‍👩‍👧‍👦🏳️‍🌈", "𠮷𡃁㐀", "لم يصل المال ", "כסף ", "é̂́", "Ωß",
    "<b>&amp;</b> ", '#read("/etc") *x* $y$ _z_ ', "\\ ` ~ @a <l> // /* ", "x" * 60, "一行\n两行\n\n",
    "1234567890 ", "；，。！？", "\u200b\u202e", "ﷺ", "〔2026〕第 1 号 ", "{{7*7}} {% if %}", "%s %(n)s ",
)  # fmt: skip
"""What people type, and what no one expects."""
STATES = (
    "registered", "pre_plan", "routing", "investigating", "answering", "handling", "feedback", "executing", "external_route", "evaluating",
    "closed", "archived",
)  # fmt: skip
FORMS = {"registration_form": "form_b", "tracking_form": "form_c", "acceptance_form": "svc"}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench forms``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench forms", description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="1000 for the claim")
    parser.add_argument("--seed", type=int, default=9)
    chosen = parser.parse_args(arguments)
    with lent(DATABASE):
        return measured(chosen)


def measured(chosen: argparse.Namespace) -> dict[str, Any]:
    """Every document of every case; what failed, what lost a word, and how memory went."""
    rng = random.Random(chosen.seed)  # noqa: S311 - words to try, not secrets
    counted: Counter[str] = Counter()
    problems: list[str] = []
    began, memories = time.process_time(), []
    with the_cast() as cast:
        for turn in range(chosen.cases):
            state = STATES[turn // WALKED % len(STATES)] if turn % WALKED == 0 else ""
            case, told, refused = a_case(cast, rng, turn, state)
            counted["steps that took plain words instead"] += refused
            for code, problem, sides in problems_of(cast, case, told, rng):
                counted[code] += 1
                counted["pages"] += sides
                if problem:
                    problems.append(f"case {turn} ({state or 'registered'}): {code}: {problem}")
            if (turn + 1) % max(1, chosen.cases // 10) == 0:
                memories.append(memory())
    return {
        "cases": chosen.cases, "documents": {code: counted[code] for code in sorted(counted)}, "processor_seconds": round(time.process_time() - began),
        "problems": len(problems), "first_problems": problems[:20], "memory_mb_by_tenths": memories,
    }  # fmt: skip


def wild(rng: random.Random, limit: int, mark: str) -> str:
    """A text of extreme length or of nothing but a mark at both ends, which a document must hold: `qa…` and `qz…`."""
    begin, end = f"qa{mark}", f"qz{mark}"
    room = limit - len(begin) - len(end) - 2
    if room < 0:
        return "x" * rng.choice((1, limit))
    length = rng.choice((0, min(1, room), room // 2, room, room))
    middle = ""
    while len(middle) < length:
        middle += rng.choice(LINES)
    return f"{begin} {middle[:length]} {end}"


class Told:
    """The marks of one case, by where they were said."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.later: list[str] = []
        self._next = 0

    def mark(self) -> str:
        self._next += 1
        return f"{self._next:03d}"


def a_case(cast: Any, rng: random.Random, turn: int, state: str) -> tuple[Any, Told, int]:
    """A complaint in which every free field is empty, short or as long as it may be; in a state, walked there with such words."""
    from tingsu.demo.journey import STORY, Journey
    from tingsu.kernel.clock import now

    told = Told()
    raw = dict(STORY) | registration(rng, told)
    journey = Journey.begin(cast.frontline.actor, raw, now() - timedelta(days=3))
    refused = walk(journey, cast, state, rng, told) if state else 0
    if state == "investigating":
        for _entry in range(200):
            words = wild(rng, 5000 if rng.random() < 0.02 else 60, mark := told.mark())
            told.later.append(mark)
            journey.take(
                cast.specialist.actor,
                "log_contact",
                {"direction": "out", "means": "phone", "purpose": "general", "content": words},
            )
    journey.refresh()
    return journey.complaint, told, refused


def registration(rng: random.Random, told: Told) -> dict[str, Any]:
    """Raw values of a registration, wild wherever somebody types."""
    from tingsu.complaints import terms
    from tingsu.complaints.fields import ASKED
    from tingsu.process.values import TEXT_LIMIT

    full = rng.random() < 0.5
    raw: dict[str, Any] = {}
    for one in ASKED:
        skipped = {
            "repeats",
            "summary",
            "mode_other",
            "department_reason",
            "visitor_words",
            "content_urls",
            "expected_reply_reason",
            "country",
        }
        plain = one.name in skipped or "phone" in one.name or "email" in one.name or "fax" in one.name
        if one.kept_as or plain or one.field.kind not in {"text", "longtext"}:
            continue
        if not one.field.required and not full and rng.random() < 0.6:
            continue
        raw[one.name] = wild(rng, one.field.limit or TEXT_LIMIT[one.field.kind], mark := told.mark())
        if mark in raw[one.name]:
            told.fields[one.name] = mark
    kinds = [str(code) for code in terms.DemandKind.values]
    raw["demands"] = [
        {
            "kind": rng.choice(kinds),
            "amount": rng.choice((None, 1, 999_999_999_99)),
            "detail": wild(rng, 300, told.mark()),
        }
        for _line in range(rng.choice((0, 1, 9)))
    ]
    raw["occurred_time"] = rng.choice(("", "14:30", "约三点", "evening"))
    return raw


def walk(journey: Any, cast: Any, state: str, rng: random.Random, told: Told) -> int:
    """The plain road to a state, said in wild words; how many steps would not take them and took the plain ones."""
    from tingsu.demo.journey import COMPLAINANT, road_to
    from tingsu.kernel.errors import TingsuError

    actors = {"receiver": cast.frontline.actor, "handler": cast.specialist.actor, "leader": cast.supervisor.actor}
    handler, refused = cast.specialist.actor, 0
    for leg in road_to(state, unit=next(iter(handler.unit_ids)), handler=handler.id, leader=cast.supervisor.id):
        values = {
            name: str(journey.party().id) if value == COMPLAINANT else value for name, value in leg.values.items()
        }
        if leg.step in {"close", "archive"}:
            journey.deliver()
        stretched, marks = wilder(leg.step, values, rng, told)
        try:
            journey.take(actors[leg.by], leg.step, stretched)
            told.later += marks
        except TingsuError:
            refused += 1
            journey.take(actors[leg.by], leg.step, values)
    return refused


def wilder(step: str, values: dict[str, Any], rng: random.Random, told: Told) -> tuple[dict[str, Any], list[str]]:
    """The values of a step with wild words in every text that it was given."""
    from tingsu.complaints.process import PROCESS
    from tingsu.process.values import TEXT_LIMIT

    made, marks = dict(values), []
    for field in PROCESS[step].fields:
        if field.name in values and field.kind in {"text", "longtext"} and field.name not in {"recording"}:
            made[field.name] = wild(rng, field.limit or TEXT_LIMIT[field.kind], mark := told.mark())
            marks += [mark] if mark in made[field.name] else []
    return made, marks


def problems_of(cast: Any, case: Any, told: Told, rng: random.Random) -> Iterator[tuple[str, str, int]]:
    """Each document that the case has: its code, what is wrong with it, and its pages."""
    from tingsu.complaints import paperwork
    from tingsu.complaints.fields import CATALOGUE
    from tingsu.complaints.paperwork import Wanted

    actor, language = cast.supervisor.actor, rng.choice(("zh-hans", "en"))
    offers = [one for one in paperwork.offers(actor, case) if not one.missing]
    for offer in offers:
        if offer.code == "case_file" and case.state == "registered" and rng.random() < 0.8:
            continue
        wanted = Wanted(language=language, item=offer.item, purpose="check", large=rng.random() < 0.2)
        place = FORMS.get(offer.code, "")
        owed = [
            told.fields[one.name]
            for one in CATALOGUE
            if one.name in told.fields and place and getattr(one, place) and (one.name, place) != ("name", "form_c")
        ]
        if offer.code == "case_file":
            owed = told.later
        try:
            made = paperwork.make(actor, case, offer.code, wanted)
        except Exception as error:
            yield offer.code, f"{type(error).__name__}: {error}"[:300], 0
            continue
        text, sides = read(made.file)
        lost = [mark for mark in owed if f"qa{mark}" not in text or f"qz{mark}" not in text]
        yield offer.code, f"lost {lost[:5]}" if lost else "", sides


def read(file: Any) -> tuple[str, int]:
    """All letters and digits of a document without blanks, and its pages."""
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(file.read())).pages
    return re.sub(r"[\s\u00ad-]", "", "".join(page.extract_text() for page in pages)), len(pages)
