"""Plans of demo complaints: who complains about what, when, in which words, and how the case is meant to go.

Deterministic: the same seed and anchor give the same plans. A plan holds no ids of the database; the story
(`story.py`) walks it through the real actions.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tingsu.demo import library
from tingsu.demo.library import Family, Product, pick

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 90

ARCS = {
    "direct": 22, "agreed": 40, "revised": 8, "unfounded": 9, "contested": 3, "answer_rejected": 2, "no_agreement": 3,
    "outside_decision": 1.5, "silent": 1.5, "failed": 2, "reinvestigated": 2, "mediated": 3, "withdrawn": 2,
    "result_rejected": 1,
}  # fmt: skip
"""How a case goes, with weights. `not_ours`, `high_risk` and `upgraded` follow from the cause instead."""

CLAIMS: dict[str, tuple[int, int]] = {
    "extra_fee": (6, 80), "coupon_void": (10, 120), "install_fee": (120, 480), "instalment": (60, 400),
    "freight_dispute": (12, 68), "account_blocked": (60, 1500), "account_stolen": (300, 2400), "deposit_merchant": (1000, 9000),
    "minor_spending": (800, 9800), "data_leak": (1000, 8000), "cosmetics_allergy": (120, 900), "furniture_smell": (400, 1200),
    "presale_late": (50, 300), "refund_late": (40, 400), "membership_benefit": (20, 120), "store_checkout": (5, 60),
    "travel_booking": (100, 500), "safety_injury": (600, 6000), "other_platform": (200, 3000), "trade_in": (200, 1600),
    "third_party_courier": (100, 900), "warranty_refused": (150, 900),
}  # fmt: skip
TIMES_PRICE = {"false_ads": 3, "fake_goods": 3, "second_hand": 3, "food_safety": 10}
DEMAND_KINDS = {
    "refund": "refund", "price_difference": "refund", "fee_waiver": "refund", "exchange": "exchange", "repair": "repair",
    "compensation": "compensation", "apology": "apology", "explanation": "explanation", "delivery": "service",
    "redeliver": "service", "install": "service", "restore_account": "service", "restore_points": "service",
    "restore_service": "service", "callback": "service", "fix": "service", "stop_infringement": "removal",
    "delete_data": "removal",
}  # fmt: skip
WITH_PRICE = {"refund"}
WITH_CLAIM = {"price_difference", "fee_waiver", "compensation"}
MODES = {"internet": 58, "phone": 27, "email": 6, "in_person": 4, "letter": 2, "other": 3}
CHANNELS = {
    "internet": ("app", "website", "mini_program", "official_account"), "phone": ("hotline",), "email": ("email",),
    "in_person": ("store_desk",), "letter": ("post",), "other": ("regulator",),
}  # fmt: skip
KETTLE = "炉边电热水壶 1.7 升"
WITHOUT_PRODUCT = {"points_expired", "account_blocked", "app_trouble", "entry_refused", "robot_loop", "spam_sms", "deposit_merchant",
                   "other_platform", "third_party_courier"}  # fmt: skip
SHOP_OF = {"phone": 0, "clothes": 1, "food": 2, "furniture": 3, "baby": 4, "toy": 4, "beauty": 5, "sport": 6, "shoes": 6,
           "kitchen": 7, "health": 8, "book": 9, "virtual": 9, "travel": 9, "appliance": 10, "fresh": 11}  # fmt: skip
COURIER_OF = {"fresh": 2, "appliance": 3, "furniture": 3}


@dataclass(frozen=True)
class Person:
    name: str
    phone: str
    email: str
    province: str
    city: str
    organisation: bool = False
    customer_type: str = "consumer"
    group: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True)
class Plan:
    """One complaint to be: everything decided by chance, decided once."""

    key: str
    family: Family
    person: Person
    received_at: datetime
    mode: str
    channel: str
    scene: str
    product: Product
    order: str
    occurred_on: date
    voice: str
    summary: str
    description: str
    demands: tuple[tuple[str, int | None, str], ...]
    """(kind, fen, words)."""
    slots: dict[str, Any]
    staff_slots: dict[str, Any]
    arc: str
    urgent_topic: str = ""
    high_risk: bool = False
    major: bool = False
    difficult: bool = False
    anonymous: bool = False
    withheld: tuple[str, ...] = ()
    agent: str = ""
    late: str = ""
    """The timer this case misses, empty when everything is on time."""
    hold: str = ""
    """Stop in this state (the showcase of the first minutes)."""
    repeats: str = ""
    """Key of the earlier complaint by the same person about the same thing."""
    rating: int = 0
    """0: the complainant does not rate."""
    salt: str = field(default="", repr=False)

    @property
    def about_product(self) -> bool:
        """Does the cause concern a product bought in an order?"""
        return self.family.code not in WITHOUT_PRODUCT

    def rng(self, about: str) -> random.Random:
        """A source of chance of its own for each question, so that one answer never shifts the others."""
        return random.Random(f"{self.salt}:{self.key}:{about}")  # noqa: S311 - prose, not secrets


def _rng(*parts: object) -> random.Random:
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - prose, not secrets


def yuan_words(fen: int) -> str:
    """An amount as people write it: 3,299 or 89.90."""
    return f"{fen / 100:,.2f}".removesuffix(".00")


def spoken(product: str) -> str:
    """A product as people call it, without size and number."""
    return re.sub(r"\s+[\d.]+\s?\D*.*$", "", product).replace(" ", "")


def plain_yuan(fen: int) -> str:
    return yuan_words(fen).replace(",", "")


def make_plans(*, seed: str, anchor: datetime, count: int = 600) -> list[Plan]:
    """`count` plans over the ninety days before `anchor`, earliest first."""
    made: list[Plan] = []
    used: set[str] = set()
    for index, at in enumerate(_arrivals(seed, anchor, count)):
        plan = _plan(f"{seed}:{index}", f"demo-{index:04d}", at, made)
        for attempt in range(6):
            if plan.description not in used:
                break
            plan = _plan(f"{seed}:{index}:{attempt}", f"demo-{index:04d}", at, made)
        used.add(plan.description)
        made.append(plan)
    return _with_mass_event(made, anchor, seed)


def _arrivals(seed: str, anchor: datetime, count: int) -> list[datetime]:
    """Instants of receipt: more in the evening, more after the sales of 11 November, some today."""
    rng = _rng(seed, "arrivals")
    local = anchor.astimezone(ZONE)
    days = [local.date() - timedelta(days=back) for back in range(DAYS)]
    weights = [_day_weight(day) for day in days]
    found = []
    while len(found) < count:
        day = rng.choices(days, weights)[0]
        hour = rng.choices(range(24), [1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 11, 12, 10, 8, 8, 10, 10, 9, 8, 8, 10, 13, 12, 7, 3])[0]
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
    rng = _rng(salt, key, "cause")
    if earlier and rng.random() < 0.05:
        before = rng.choice(earlier[-60:])
        if not before.repeats and not before.anonymous and not before.family.not_ours and at - before.received_at > timedelta(days=2):
            return _again(salt, key, at, before)
    family = rng.choices(list(library.families().values()), [_family_weight(f) for f in library.families().values()])[0]
    english = rng.random() < 0.075 and family.code in library.english_tellings()
    product = rng.choice([p for p in library.products() if p.group in family.goods])
    person = _person(_rng(salt, key, "person"), family, english)
    return _compose(salt, key, at, family, product, person)


def _family_weight(family: Family) -> float:
    common = {"refund_late": 3, "parcel_damaged": 2.4, "parcel_late": 2.2, "fresh_spoiled": 2.2, "quality_defect": 2.4,
              "return_refused": 2, "service_attitude": 1.8, "auto_renewal": 1.8, "false_ads": 1.6, "parcel_lost": 1.8,
              "price_protection": 1.5}  # fmt: skip
    rare = {"ip_design": 0.4, "portrait_misuse": 0.4, "safety_injury": 0.5, "medical_device": 0.5, "other_platform": 0.6}
    return common.get(family.code, rare.get(family.code, 1.0))


def _again(salt: str, key: str, at: datetime, before: Plan) -> Plan:
    """The same person, the same order: not settled for good, so back again."""
    made = _compose(salt, key, at, before.family, before.product, before.person, order=before.order)
    opening = _rng(salt, key, "again").choice(
        ["同一件事第二次投诉了。", "上次说处理好了，其实没有。", "又来了，还是这个订单。", "前面那件投诉结了，可问题还在。"]
    )
    if before.person.language == "en":
        opening = "This is my second complaint about the same order. "
    return replace(made, description=opening + made.description, repeats=before.key, anonymous=False, withheld=())


def _person(rng: random.Random, family: Family, english: bool) -> Person:
    people, place = library.people(), rng.choices(library.places(), [p.weight for p in library.places()])[0]
    city = rng.choice(place.cities)
    block = rng.choice(("1380000", "1390013"))
    phone, email = f"{block}{rng.randrange(10000):04d}", f"user{rng.randrange(100000):05d}@example.com"
    if english:
        return Person(rng.choice(people["english"]), phone, email, place.code, city, language="en")
    if family.org:
        name = rng.choice(people["organisations"]).format(city=city.removesuffix("市"))
        customer = "dealer" if family.customer == "merchant" else "purchaser"
        return Person(name, phone, email.replace("com", "org"), place.code, city, organisation=True, customer_type=customer)
    given = rng.choice(people["given_f"] if rng.random() < 0.55 else people["given_m"])
    return Person(rng.choice(people["surnames"]) + given, phone, email, place.code, city)


def _compose(
    salt: str, key: str, at: datetime, family: Family, product: Product, person: Person, order: str = ""
) -> Plan:
    rng = _rng(salt, key, "telling")
    voice, named, body = _telling(rng, family, person)
    if named:
        product = next(p for p in library.products() if named in p.zh)
    days = rng.randint(2, 15)
    occurred = (at - timedelta(days=days)).date()
    claim_fen = _claim(rng, family, product)
    goodwill_fen = family.goodwill * 100 * rng.choice((1, 1, 1, 2))
    courier = library.people()["couriers"][COURIER_OF.get(product.group, rng.randrange(2))]
    shop = library.people()["shops"][SHOP_OF[product.group]]
    order = order or f"WH{occurred:%y%m%d}{rng.randrange(10**8):08d}"
    slots = {
        "product": spoken(product.zh), "product_en": product.en, "price": plain_yuan(product.price_fen), "order": order,
        "date": f"{occurred.month}月{occurred.day}日", "date_en": f"{occurred.day} {occurred:%B}", "days": days,
        "claim": plain_yuan(claim_fen), "goodwill": plain_yuan(goodwill_fen), "courier": courier, "shop": shop,
        "city": person.city, "installer": rng.choice(library.people()["installers"]),
    }  # fmt: skip
    staff = {
        **slots, "product": product.zh, "price": yuan_words(product.price_fen), "claim": yuan_words(claim_fen),
        "date": f"{occurred.month} 月 {occurred.day} 日", "date_zh": f" {occurred.month} 月 {occurred.day} 日",
    }  # fmt: skip
    mode = _mode(rng, voice, family)
    made = Plan(
        key=key, family=family, person=_voiced(person, voice), received_at=at, mode=mode,
        channel=rng.choice(CHANNELS[mode]), scene=_scene(family, mode), product=product, order=order, occurred_on=occurred,
        voice=voice, summary=_summary(family, product, person), description=_speak(rng, voice, library.fill(body, slots), slots),
        demands=_demands(family, slots, product.price_fen, claim_fen, person.language), slots=slots, staff_slots=staff,
        arc="", salt=salt,
    )  # fmt: skip
    return _fate(made)


def _telling(rng: random.Random, family: Family, person: Person) -> tuple[str, str, str]:
    """Voice, the product the words name (or nothing), and the words."""
    if person.language == "en":
        telling = rng.choice(library.english_tellings()[family.code])
        named, body = telling[1:].split("]", 1) if telling.startswith("[") else ("", telling)
        return "english", named, body
    telling = rng.choice(family.tellings)
    if not person.organisation and telling.startswith("[formal"):
        telling = rng.choice(family.tellings)
    head, body = telling[1:].split("]", 1)
    voice, _colon, named = head.partition(":")
    return voice, named, body.strip()


def _claim(rng: random.Random, family: Family, product: Product) -> int:
    if times := TIMES_PRICE.get(family.code):
        return max(product.price_fen * times, 100_000 if times == 10 else 50_000)
    low, high = CLAIMS.get(family.code, (0, 0))
    if high:
        return rng.randint(low, high) * 100
    return max(round(product.price_fen * rng.uniform(0.05, 0.16) / 100) * 100, 800)


def _mode(rng: random.Random, voice: str, family: Family) -> str:
    if voice == "english" or family.org:
        return rng.choice(("internet", "email"))
    if voice == "elder":
        return rng.choice(("phone", "phone", "phone", "in_person", "letter", "internet"))
    return rng.choices(list(MODES), list(MODES.values()))[0]


def _scene(family: Family, mode: str) -> str:
    if family.code in {"store_checkout", "group_buy"}:
        return "store"
    if family.dept == "logistics" or family.code in {"install_fee", "install_late", "travel_booking"}:
        return "third_party"
    return "remote" if mode == "phone" and family.code in {"service_attitude", "robot_loop"} else "platform"


def _voiced(person: Person, voice: str) -> Person:
    return replace(person, group="elderly") if voice == "elder" else person


def _summary(family: Family, product: Product, person: Person) -> str:
    if family.code in WITHOUT_PRODUCT:
        return family.en if person.language == "en" else family.zh
    if person.language == "en":
        return f"{family.en}: {product.en.removeprefix('a ').removeprefix('an ').removeprefix('the ')}"
    return f"{family.zh}：{product.zh}"


TYPOS = (("账", "帐"), ("的确", "得确"), ("再", "在"), ("客服", "克服"), ("们", "门"), ("已经", "以经"), ("需", "须"))


def _speak(rng: random.Random, voice: str, body: str, slots: dict[str, Any]) -> str:
    if voice == "english":
        body = body[0].upper() + body[1:]
    known = voice if voice in library.words()["opening"] else "plain"
    opening, closing = pick(rng, "opening", known), pick(rng, "closing", known)
    tail = pick(rng, "order_tail", "plain", slots=slots) if voice == "plain" and slots["order"] not in body else ""
    if (tail or closing) and body[-1] not in "。！？.!?”":
        body += "。"
    text = f"{opening}{body}{tail}{closing}"
    if voice in {"plain", "angry", "elder", "dialect"} and rng.random() < 0.22:
        wrong = [pair for pair in TYPOS if pair[0] in body]
        if wrong:
            text = text.replace(*rng.choice(wrong), 1)
    if voice in {"plain", "dialect"} and rng.random() < 0.12:
        text = text.replace("。", " ").strip()
    return text


def _demands(family: Family, slots: dict[str, Any], price: int, claim: int, language: str) -> tuple[tuple[str, int | None, str], ...]:
    found = []
    for code in family.demands:
        fen = price if code in WITH_PRICE else claim if code in WITH_CLAIM else None
        if code == "refund" and family.code in {"minor_spending", "deposit_merchant", "account_stolen", "freight_dispute", "extra_fee"}:
            fen = claim
        words = library.words()["demand"][code]["en" if language == "en" else "zh"]
        amounts = {"price": yuan_words(fen or price), "claim": yuan_words(claim)}
        found.append((DEMAND_KINDS.get(code, "other"), fen, library.fill(words, {**slots, **amounts})))
    return tuple(found)


def _fate(plan: Plan) -> Plan:
    """Decide how the case goes: arc, risk, lateness, rating, what the complainant withholds."""
    rng, family = plan.rng("fate"), plan.family
    arc = "not_ours" if family.not_ours else rng.choices(list(ARCS), list(ARCS.values()))[0]
    topic = family.urgent or (family.urgent_part if rng.random() < 0.25 else "")
    high_risk = bool(topic in {"food", "injury"} and rng.random() < 0.12) or bool(family.risk == "penalty" and rng.random() < 0.06)
    if high_risk:
        arc = rng.choice(("high_risk", "upgraded"))
    elif arc == "direct" and (topic or family.org or plan.product.price_fen > 60_000 or family.risk):
        arc = "agreed"
    anonymous = not family.org and arc in {"agreed", "unfounded", "direct"} and rng.random() < 0.07 and not plan.repeats
    withheld = () if anonymous or rng.random() > 0.06 else (rng.choice(("address", "email", "name")),)
    late = rng.choice(("T03", "T07", "T12", "T13", "T14", "T04", "T20", "T17")) if rng.random() < 0.15 else ""
    return replace(
        plan, arc=arc, urgent_topic=topic, high_risk=high_risk, major=arc == "high_risk" and rng.random() < 0.4,
        difficult=arc in {"mediated", "outside_decision"} or (arc == "no_agreement" and rng.random() < 0.5),
        anonymous=anonymous, withheld=withheld, late=late, rating=_rating(rng, arc, bool(late)),
    )  # fmt: skip


def _rating(rng: random.Random, arc: str, late: bool) -> int:
    if rng.random() < 0.34:
        return 0
    weights = [1, 2, 8, 32, 57]
    if arc in {"no_agreement", "answer_rejected", "silent", "unfounded", "result_rejected"}:
        weights = [12, 16, 26, 30, 16]
    elif late or arc in {"failed", "revised"}:
        weights = [4, 8, 22, 38, 28]
    return rng.choices((1, 2, 3, 4, 5), weights)[0]


def _with_mass_event(plans: list[Plan], anchor: datetime, seed: str) -> list[Plan]:
    """Twelve days ago, six kettles in four provinces within twenty hours: the mass complaint of TR-06 and TR-07."""
    family = library.families()["safety_injury"]
    product = next(p for p in library.products() if p.zh == KETTLE)
    start = (anchor - timedelta(days=12)).astimezone(ZONE).replace(hour=15, minute=4, second=0, microsecond=0)
    near = [i for i, p in enumerate(plans) if abs(p.received_at - start) < timedelta(days=3) and not p.repeats]
    rng = _rng(seed, "mass")
    chosen = sorted(rng.sample(near, min(6, len(near))))
    made = list(plans)
    repeated = {p.repeats for p in plans}
    for turn, index in enumerate(chosen):
        old = plans[index]
        if old.key in repeated:
            continue
        at = start + timedelta(hours=turn * 3, minutes=rng.randrange(50))
        place = library.places()[(0, 6, 2, 0, 5, 8)[turn]]
        person = _person(_rng(seed, "mass", turn), family, english=False)
        person = replace(person, province=place.code, city=place.cities[turn % len(place.cities)])
        plan = _compose(f"{seed}:mass", old.key, at, family, product, person)
        arc = "upgraded" if turn < 2 else "high_risk"
        made[index] = replace(plan, arc=arc, urgent_topic="injury", high_risk=True, major=turn == 4, anonymous=False, late="")
    return sorted(made, key=lambda p: (p.received_at, p.key))


SHOWCASE = {
    "registered": ("agreed", 0.02), "pre_plan": ("high_risk", 0.06), "routing": ("agreed", 0.25), "investigating": ("agreed", 2),
    "answering": ("unfounded", 5), "handling": ("agreed", 5), "feedback": ("agreed", 6), "executing": ("agreed", 8),
    "external_route": ("no_agreement", 14), "evaluating": ("agreed", 9), "closed": ("agreed", 13), "archived": ("agreed", 24),
}  # fmt: skip
"""One case to be found in each state from the first minute: its arc and how many days ago it arrived."""


def showcase_plans(*, seed: str, anchor: datetime) -> Iterator[Plan]:
    """Two cases for each of the twelve states, all on time, none repeated."""
    for turn in range(2):
        for state, (arc, days) in SHOWCASE.items():
            key = f"show-{state}-{turn}"
            at = anchor - timedelta(days=days * (1 + 0.35 * turn), minutes=7)
            if days >= 2:
                at = at.astimezone(ZONE).replace(hour=10, minute=12 + 9 * turn)
            urgent = state == "pre_plan"
            for attempt in range(40):
                plan = _plan(f"{seed}:{key}:{attempt}", key, at, [])
                if plan.person.language == "en" and turn == 0:
                    continue
                if bool(plan.family.urgent) == urgent and not plan.family.not_ours:
                    break
            yield replace(
                plan, arc=arc, hold=state, late="", difficult=arc == "no_agreement", high_risk=urgent, major=False,
                urgent_topic=plan.family.urgent if urgent else "", rating=plan.rating or 4,
            )  # fmt: skip
