"""Six hundred plans: when complaints arrive, what about, and how each is meant to go.

Deterministic: the same seed and anchor give the same plans; `story` walks them through the real actions.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tingsu.demo import library
from tingsu.demo.library import Family
from tingsu.demo.others import a_respondent, an_agent
from tingsu.demo.plan import Plan, chance
from tingsu.demo.telling import compose, somebody

ZONE = ZoneInfo("Asia/Shanghai")


DAYS = 90


ARCS = {
    "direct": 48,
    "agreed": 40,
    "revised": 8,
    "unfounded": 9,
    "contested": 3,
    "answer_rejected": 2,
    "no_agreement": 3,
    "outside_decision": 1.5,
    "silent": 1.5,
    "failed": 2,
    "reinvestigated": 2,
    "mediated": 3,
    "withdrawn": 2,
    "result_rejected": 1,
}
"""How a case goes, with weights. `not_ours`, `high_risk` and `upgraded` follow from the cause instead."""


KETTLE = "炉边电热水壶 1.7 升"


def make_plans(*, seed: str, anchor: datetime, count: int = 600) -> list[Plan]:
    """`count` plans over the ninety days before `anchor`, earliest first."""
    made: list[Plan] = []
    used = {trait for plan in showcase_plans(seed=seed, anchor=anchor) for trait in _traits(plan)}
    for index, at in enumerate(_arrivals(seed, anchor, count)):
        plan = _plan(f"{seed}:{index}", f"demo-{index:04d}", at, made)
        for attempt in range(30):
            if used.isdisjoint(_traits(plan)):
                break
            plan = _plan(f"{seed}:{index}:{attempt}", f"demo-{index:04d}", at, made)
        used |= _traits(plan)
        made.append(plan)
    return _with_mass_event(made, anchor, seed, used)


def _traits(plan: Plan) -> set[str]:
    """What no two complaints share: the words, and the person unless they come back."""
    return {plan.description} if plan.repeats else {plan.description, plan.person.name, plan.person.phone}


def _arrivals(seed: str, anchor: datetime, count: int) -> list[datetime]:
    """Instants of receipt: more in the evening, more after the sales of 11 November, some today."""
    rng = chance(seed, "arrivals")
    local = anchor.astimezone(ZONE)
    days = [local.date() - timedelta(days=back) for back in range(DAYS)]
    weights = [_day_weight(day) for day in days]
    found: list[datetime] = []
    while len(found) < count:
        day = rng.choices(days, weights)[0]
        hour = rng.choices(
            range(24), [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 11, 12, 10, 8, 8, 10, 10, 9, 8, 8, 10, 13, 12, 7, 3]
        )[0]
        at = datetime(day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60), tzinfo=ZONE)
        if at < anchor - timedelta(minutes=20):
            found.append(at)
    return sorted(found)


def _day_weight(day: date) -> float:
    if (day.month, day.day) in {(11, 12), (11, 13), (11, 14)}:
        return 2.6
    if (day.month, day.day) in {(11, 11), (11, 15), (11, 16)}:
        return 1.7
    if day.month == 10 and day.day <= 7:
        return 1.3
    return 0.75 if day.weekday() >= 5 else 1.0


def _plan(salt: str, key: str, at: datetime, earlier: list[Plan]) -> Plan:
    rng = chance(salt, key, "cause")
    if earlier and rng.random() < 0.05:
        before = rng.choice(earlier[-60:])
        if (
            not before.repeats
            and not before.anonymous
            and not before.family.not_ours
            and at - before.received_at > timedelta(days=2)
        ):
            return _again(salt, key, at, before)
    family = rng.choices(list(library.families().values()), [_family_weight(f) for f in library.families().values()])[0]
    english = rng.random() < 0.075 and family.code in library.english_tellings()
    product = rng.choice([p for p in library.products() if p.group in family.goods])
    person = somebody(chance(salt, key, "person"), family, english)
    return _fate(compose(salt, key, at, family, product, person))


def _family_weight(family: Family) -> float:
    common = {
        "refund_late": 3,
        "parcel_damaged": 2.4,
        "parcel_late": 2.2,
        "fresh_spoiled": 2.2,
        "quality_defect": 2.4,
        "return_refused": 2,
        "service_attitude": 1.8,
        "auto_renewal": 1.8,
        "false_ads": 1.6,
        "parcel_lost": 1.8,
        "price_protection": 1.5,
    }
    rare = {
        "ip_design": 0.4,
        "portrait_misuse": 0.4,
        "safety_injury": 0.5,
        "medical_device": 0.5,
        "other_platform": 0.6,
    }
    return common.get(family.code, rare.get(family.code, 1.0))


def _again(salt: str, key: str, at: datetime, before: Plan) -> Plan:
    """The same person, the same order: not settled for good, so back again."""
    made = _fate(compose(salt, key, at, before.family, before.product, before.person, order=before.order))
    opening = chance(salt, key, "again").choice(
        [
            "同一件事第二次投诉了。",
            "上次说处理好了，其实没有。",
            "又来了，还是这个订单。",
            "前面那件投诉结了，可问题还在。",
        ]
    )
    if before.person.language == "en":
        opening = "This is my second complaint about the same order. "
    return replace(
        made,
        person=before.person,
        agent=before.agent,
        description=opening + made.description,
        repeats=before.key,
        anonymous=False,
        withheld=(),
    )


def _fate(plan: Plan) -> Plan:
    """Decide how the case goes: arc, risk, lateness, rating, what the complainant withholds."""
    rng, family = plan.rng("fate"), plan.family
    arc = "not_ours" if family.not_ours else rng.choices(list(ARCS), list(ARCS.values()))[0]
    topic = family.urgent or (family.urgent_part if rng.random() < 0.25 else "")
    high_risk = bool(topic in {"food", "injury"} and rng.random() < 0.12) or bool(
        family.risk == "penalty" and rng.random() < 0.06
    )
    if high_risk:
        arc = rng.choice(("high_risk", "upgraded"))
    elif arc == "direct" and (topic or family.org or plan.product.price_fen > 150_000 or family.risk):
        arc = "agreed"
    anonymous = not family.org and arc in {"agreed", "unfounded", "direct"} and rng.random() < 0.07 and not plan.repeats
    withheld = () if anonymous or rng.random() > 0.06 else (rng.choice(("address", "email", "name")),)
    others = plan.rng("others")
    late = (
        rng.choice(
            (
                "first_reply",
                "progress_feedback",
                "department_answer",
                "investigation",
                "solution",
                "handling_start",
                "callback",
                "execution",
            )
        )
        if rng.random() < 0.11
        else ""
    )
    return replace(
        plan,
        arc=arc,
        urgent_topic=topic,
        high_risk=high_risk,
        major=arc == "high_risk" and rng.random() < 0.4,
        difficult=arc in {"mediated", "outside_decision"} or (arc == "no_agreement" and rng.random() < 0.5),
        anonymous=anonymous,
        withheld=withheld,
        agent=None if anonymous or arc == "direct" else an_agent(others, plan),
        respondent=None if arc in {"direct", "not_ours", "withdrawn"} else a_respondent(others, plan),
        late=late,
        rating=_rating(rng, arc, bool(late)),
    )


def _rating(rng: random.Random, arc: str, late: bool) -> int:
    if rng.random() < 0.34:
        return 0
    weights = [1, 2, 8, 32, 57]
    if arc in {"no_agreement", "answer_rejected", "silent", "unfounded", "result_rejected"}:
        weights = [12, 16, 26, 30, 16]
    elif late or arc in {"failed", "revised"}:
        weights = [4, 8, 22, 38, 28]
    return rng.choices((1, 2, 3, 4, 5), weights)[0]


def _with_mass_event(plans: list[Plan], anchor: datetime, seed: str, used: set[str]) -> list[Plan]:
    """Twelve days ago, six kettles in four provinces within twenty hours: the mass complaint of TR-06 and TR-07."""
    family = library.families()["safety_injury"]
    product = next(p for p in library.products() if p.zh == KETTLE)
    start = (anchor - timedelta(days=12)).astimezone(ZONE).replace(hour=15, minute=4, second=0, microsecond=0)
    near = [i for i, p in enumerate(plans) if abs(p.received_at - start) < timedelta(days=3) and not p.repeats]
    rng = chance(seed, "mass")
    chosen = sorted(rng.sample(near, min(6, len(near))))
    made = list(plans)
    repeated = {p.repeats for p in plans}
    for turn, index in enumerate(chosen):
        old = plans[index]
        if old.key in repeated:
            continue
        at = start + timedelta(hours=turn * 3, minutes=rng.randrange(50))
        place = library.places()[(0, 6, 2, 0, 5, 8)[turn]]
        for attempt in range(30):
            person = somebody(chance(seed, "mass", turn, attempt), family, english=False)
            person = replace(person, province=place.code, city=place.cities[turn % len(place.cities)])
            plan = _fate(compose(f"{seed}:mass:{attempt}", old.key, at, family, product, person, keep=True))
            if used.isdisjoint(_traits(plan)):
                break
        used |= _traits(plan)
        arc = "upgraded" if turn < 2 else "high_risk"
        made[index] = replace(
            plan, arc=arc, urgent_topic="injury", high_risk=True, major=turn == 4, anonymous=False, late=""
        )
    return sorted(made, key=lambda p: (p.received_at, p.key))


WAITS = "approval"
"""Held with its solution submitted, for whoever may approve it."""
SHOWCASE = {
    "registered": ("agreed", 0.02),
    "pre_plan": ("high_risk", 0.06),
    "routing": ("agreed", 0.25),
    "investigating": ("agreed", 0.7),
    "answering": ("unfounded", 1.1),
    "handling": ("agreed", 1.2),
    "feedback": ("agreed", 1.5),
    "executing": ("agreed", 1.9),
    "external_route": ("no_agreement", 2.6),
    "evaluating": ("agreed", 3.1),
    "closed": ("agreed", 4.2),
    "archived": ("agreed", 7),
    WAITS: ("high_risk", 1.7),
}
"""One case to be found in each state from the first minute, and one whose solution waits for approval: its arc and how many days
ago it arrived."""
NEGLECTED = {"registered": 1.9, "investigating": 6, "handling": 6.5}
"""States of the second cases that nobody has got to since, and how many days ago they arrived."""


def showcase_plans(*, seed: str, anchor: datetime) -> Iterator[Plan]:
    """Two cases for each entry of the showcase, none repeated; a few of the second ones are overdue now."""
    used: set[str] = set()
    for turn in range(2):
        for state, (arc, days) in SHOWCASE.items():
            key = f"show-{state}-{turn}"
            neglected = turn == 1 and state in NEGLECTED
            ago = NEGLECTED[state] if neglected else days * (1 + 0.35 * turn)
            at = anchor - timedelta(days=ago, minutes=7)
            urgent = arc == "high_risk"
            for attempt in range(40):
                plan = _plan(f"{seed}:{key}:{attempt}", key, at, [])
                if (plan.person.language == "en" and turn == 0) or not used.isdisjoint(_traits(plan)):
                    continue
                if bool(plan.family.urgent) == urgent and not plan.family.not_ours:
                    break
            used |= _traits(plan)
            yield replace(
                plan,
                arc=arc,
                hold=state,
                neglected=neglected,
                late="",
                difficult=arc == "no_agreement",
                high_risk=urgent,
                major=False,
                urgent_topic=plan.family.urgent if urgent else "",
                rating=plan.rating or 4,
            )
