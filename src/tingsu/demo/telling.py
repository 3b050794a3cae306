"""Who complains, how they tell it, and what they ask for."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tingsu.demo import library
from tingsu.demo.library import Family, Product, pick
from tingsu.demo.plan import WITHOUT_PRODUCT, Person, Plan, chance, plain_yuan, spoken, yuan_words

CLAIMS: dict[str, tuple[int, int]] = {
    "extra_fee": (6, 80),
    "coupon_void": (10, 120),
    "install_fee": (120, 480),
    "instalment": (60, 400),
    "freight_dispute": (12, 68),
    "account_blocked": (60, 1500),
    "account_stolen": (300, 2400),
    "deposit_merchant": (1000, 9000),
    "minor_spending": (800, 9800),
    "data_leak": (1000, 8000),
    "cosmetics_allergy": (120, 900),
    "furniture_smell": (400, 1200),
    "presale_late": (50, 300),
    "refund_late": (40, 400),
    "membership_benefit": (20, 120),
    "store_checkout": (5, 60),
    "travel_booking": (100, 500),
    "safety_injury": (600, 6000),
    "other_platform": (200, 3000),
    "trade_in": (200, 1600),
    "third_party_courier": (100, 900),
    "warranty_refused": (150, 900),
}


TIMES_PRICE = {"false_ads": 3, "fake_goods": 3, "second_hand": 3, "food_safety": 10}


DEMAND_KINDS = {
    "refund": "refund",
    "price_difference": "refund",
    "fee_waiver": "refund",
    "exchange": "exchange",
    "repair": "repair",
    "compensation": "compensation",
    "apology": "apology",
    "explanation": "explanation",
    "delivery": "service",
    "redeliver": "service",
    "install": "service",
    "restore_account": "service",
    "restore_points": "service",
    "restore_service": "service",
    "callback": "service",
    "fix": "service",
    "stop_infringement": "removal",
    "delete_data": "removal",
}


WITH_PRICE = {"refund"}


OTHER_REFUNDS = {
    "minor_spending": "refund_spent",
    "deposit_merchant": "refund_deposit",
    "account_stolen": "refund_stolen",
    "freight_dispute": "refund_freight",
    "other_platform": "refund_paid",
}
"""Causes whose refund is not the price of the goods, and its wording."""


WITH_CLAIM = {"price_difference", "fee_waiver", "compensation"}


MODES = {"internet": 58, "phone": 27, "email": 6, "in_person": 4, "letter": 2, "other": 3}


CHANNELS = {
    "internet": ("portal", "portal", "app", "mini_program"),
    "phone": ("hotline",),
    "email": ("email",),
    "in_person": ("store",),
    "letter": ("letter",),
    "other": ("regulator",),
}


SHOP_OF = {
    "phone": 0,
    "clothes": 1,
    "food": 2,
    "furniture": 3,
    "baby": 4,
    "toy": 4,
    "beauty": 5,
    "sport": 6,
    "shoes": 6,
    "kitchen": 7,
    "health": 8,
    "book": 9,
    "virtual": 9,
    "travel": 9,
    "appliance": 10,
    "fresh": 11,
}


OPPOSITE = {"shop": "商家", "courier": "承运方", "installer": "安装方"}
"""Whom the complainant sits opposite in a mediation, by the sort of party complained about."""


COURIER_OF = {"fresh": 2, "appliance": 3, "furniture": 3}


def somebody(rng: random.Random, family: Family, english: bool) -> Person:
    people, place = library.people(), rng.choices(library.places(), [p.weight for p in library.places()])[0]
    city = rng.choice(place.cities)
    block = rng.choice(("1380000", "1390013"))
    phone, email = f"{block}{rng.randrange(10000):04d}", f"user{rng.randrange(100000):05d}@example.com"
    if english:
        return Person(rng.choice(people["english"]), phone, email, place.code, city, language="en")
    if family.org:
        name = rng.choice(people["organisations"]).format(city=city.removesuffix("市"))
        customer = "dealer" if family.customer == "merchant" else "purchaser"
        return Person(
            name, phone, email.replace("com", "org"), place.code, city, organisation=True, customer_type=customer
        )
    given = rng.choice(people["given_f"] if rng.random() < 0.55 else people["given_m"])
    return Person(rng.choice(people["surnames"]) + given, phone, email, place.code, city)


def compose(
    salt: str,
    key: str,
    at: datetime,
    family: Family,
    product: Product,
    person: Person,
    order: str = "",
    keep: bool = False,
) -> Plan:
    """The plan of a person who tells a cause; with `keep`, only in words that fit this product."""
    rng = chance(salt, key, "telling")
    voice, named, body = _telling(rng, family, person, product.zh if keep else "")
    voice, _at, provinces = voice.partition("@")
    person = _at_home(rng, person, provinces)
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
        "product": spoken(product.zh),
        "product_en": product.en,
        "price": plain_yuan(product.price_fen),
        "order": order,
        "date": f"{occurred.month}月{occurred.day}日",
        "date_en": f"{occurred.day} {occurred:%B}",
        "days": days,
        "claim": plain_yuan(claim_fen),
        "goodwill": plain_yuan(goodwill_fen),
        "courier": courier,
        "shop": shop,
        "city": person.city,
        "installer": rng.choice(library.people()["installers"]),
    }
    staff = {
        **slots,
        "other": OPPOSITE.get(family.respondent, "我方"),
        "product": product.zh,
        "price": yuan_words(product.price_fen),
        "claim": yuan_words(claim_fen),
        "date": f"{occurred.month} 月 {occurred.day} 日",
        "date_zh": f" {occurred.month} 月 {occurred.day} 日",
    }
    mode = _mode(rng, voice, family)
    made = Plan(
        key=key,
        family=family,
        person=_voiced(chance(salt, key, "name"), person, voice),
        received_at=at,
        mode=mode,
        channel=rng.choice(CHANNELS[mode]),
        scene=_scene(family, mode),
        product=product,
        order=order,
        occurred_on=occurred,
        voice=voice,
        summary=_summary(family, product, person),
        description=_speak(rng, voice, mode, library.fill(body, slots), slots),
        demands=_demands(family, slots, product.price_fen, claim_fen, person.language),
        slots=slots,
        staff_slots=staff,
        arc="",
        salt=salt,
    )
    return made


def _telling(rng: random.Random, family: Family, person: Person, product: str = "") -> tuple[str, str, str]:
    """Voice, the product the words name (or nothing), and the words; only about `product` if given."""
    if person.language == "en":
        telling = rng.choice(library.english_tellings()[family.code])
        named, body = telling[1:].split("]", 1) if telling.startswith("[") else ("", telling)
        return "english", named, body
    fitting = [one for one in family.tellings if not product or one[1:].split("]")[0].partition(":")[2] in product]
    telling = rng.choice(fitting)
    if not person.organisation and telling.startswith("[formal"):
        telling = rng.choice(fitting)
    head, body = telling[1:].split("]", 1)
    voice, _colon, named = head.partition(":")
    return voice, named, body.strip()


def _at_home(rng: random.Random, person: Person, provinces: str) -> Person:
    """Whoever writes in dialect lives where it is spoken."""
    if not provinces or person.province in provinces.split(","):
        return person
    place = rng.choice([place for place in library.places() if place.code in provinces.split(",")])
    return replace(person, province=place.code, city=rng.choice(place.cities))


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


def _voiced(rng: random.Random, person: Person, voice: str) -> Person:
    """Old people have the names of their time."""
    if voice != "elder" or person.organisation:
        return person
    return replace(person, group="elderly", name=person.name[0] + rng.choice(library.people()["given_elder"]))


def _summary(family: Family, product: Product, person: Person) -> str:
    if family.code in WITHOUT_PRODUCT:
        return family.en if person.language == "en" else family.zh
    if person.language == "en":
        return f"{family.en}: {product.en.removeprefix('a ').removeprefix('an ').removeprefix('the ')}"
    return f"{family.zh}：{product.zh}"


TYPOS = (("账", "帐"), ("的确", "得确"), ("再", "在"), ("客服", "克服"), ("们", "门"), ("已经", "以经"), ("需", "须"))


def _speak(rng: random.Random, voice: str, mode: str, body: str, slots: dict[str, Any]) -> str:
    if voice == "english":
        body = body[0].upper() + body[1:]
    known = voice if voice in library.words()["opening"] else "plain"
    opening, closing = pick(rng, "opening", known), pick(rng, "closing", known)
    if mode == "phone" and "截图" in closing:
        closing = ""
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


def _demands(
    family: Family, slots: dict[str, Any], price: int, claim: int, language: str
) -> tuple[tuple[str, int | None, str], ...]:
    found = []
    for code in family.demands:
        fen = price if code in WITH_PRICE else claim if code in WITH_CLAIM else None
        wording = code
        if code == "refund" and family.code in OTHER_REFUNDS:
            fen, wording = claim, OTHER_REFUNDS[family.code]
        words = library.words()["demand"][wording]["en" if language == "en" else "zh"]
        amounts = {"price": yuan_words(fen or price), "claim": yuan_words(claim)}
        found.append((DEMAND_KINDS.get(code, "other"), fen, library.fill(words, {**slots, **amounts})))
    return tuple(found)
