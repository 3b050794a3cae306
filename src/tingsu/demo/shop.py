"""The demo's built-in provider for the investigation room: a shop that is as invented as everything else here (IV-01, IG-02).

Made from the number of the order, so that it says the same each time; name and address are those of the invented person. It
answers for the demo and for practice copies only. The demo's own connection, once somebody has entered one, goes first.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole
from tingsu.demo import library
from tingsu.inquiry.providers import INTERACTIONS, ORDERS, PRODUCTS, Answer, Provider, Question, declare, read
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.fingerprints import order_key
from tingsu.kernel.models import Organisation
from tingsu.privacy.show import PartyView, show_party

PREFIX = "WH"
SUPPORT = timedelta(hours=9, minutes=40)


def of_demo(organisation: Organisation) -> Provider | None:
    """The invented shop, where everything is invented."""
    return answer if organisation.is_demo or organisation.practice_of is not None else None


def answer(question: Question) -> Answer:
    """What the shop knows; read like any other answer, so that the demo shows what a firm will see."""
    complaint = Complaint.objects.select_related("stream").filter(number=question.case).first()
    if complaint is None:
        return Answer()
    rng = random.Random(f"shop:{question.order_number or question.phone or question.case}")  # noqa: S311 invented data
    given = {ORDERS: _orders, INTERACTIONS: _interactions, PRODUCTS: _products}.get(question.part, _customer)
    return read(question, given(question, complaint, rng))


def _customer(question: Question, complaint: Complaint, rng: random.Random) -> dict[str, Any]:
    people = {one.role: one for one in _people(complaint)}
    found: dict[str, Any] = {}
    if (person := people.get(PartyRole.COMPLAINANT)) is not None and (person.phone or person.email):
        since = date(2019, 1, 1) + timedelta(days=rng.randrange(2200))
        found["customer"] = {
            "reference": f"U{rng.randrange(10**8):08d}", "name": person.name, "phone": person.phone, "email": person.email,
            "address": person.address, "since": since.isoformat(),
        }  # fmt: skip
    if (firm := people.get(PartyRole.RESPONDENT)) is not None:
        found["merchant"] = {
            "reference": f"M{rng.randrange(10**6):06d}", "name": firm.name, "licence": f"9144{rng.randrange(10**14):014d}",
            "since": (date(2017, 1, 1) + timedelta(days=rng.randrange(2500))).isoformat(),
            "standing": "正常营业，近 90 天无违规记录" if rng.random() < 0.7 else "近 90 天有一次虚假宣传处罚",
        }  # fmt: skip
    return found


def _people(complaint: Complaint) -> list[PartyView]:
    ours = automation("demo.shop", complaint.organisation_id)
    return [show_party(ours, one, "api", windows={}) for one in Party.objects.filter(complaint=complaint)]


def _orders(question: Question, complaint: Complaint, rng: random.Random) -> dict[str, Any]:
    found = []
    if question.order_number:
        found.append(_order(question.order_number, question.product, complaint, rng))
    if question.phone or question.email:
        other = (
            f"{PREFIX}{_bought(question.order_number, complaint) - timedelta(days=41):%y%m%d}{rng.randrange(10**8):08d}"
        )
        found.append(
            _order(other, library.read("shop")["other"]["product"], complaint, rng)
            | {"note": library.read("shop")["other"]["note"]}
        )
    return {"orders": found}


def _order(number: str, product: str, complaint: Complaint, rng: random.Random) -> dict[str, Any]:
    shop, price = library.read("shop"), _price(product)
    at = _bought(number, complaint)
    state = rng.choice(shop["states"])
    merchant = next((one.name for one in _people(complaint) if one.role == PartyRole.RESPONDENT), "")
    return {
        "number": number, "at": at.isoformat(), "state": state, "amount": price,
        "refunded": price // 2 if state == "部分退款" else 0, "merchant": merchant,
        "delivery": f"{rng.choice(shop['couriers'])}，{at + timedelta(days=3):%Y-%m-%d} 签收",
        "lines": [{"name": product or "商品", "quantity": 1, "amount": price}],
    }  # fmt: skip


def _bought(number: str, complaint: Complaint) -> datetime:
    """The day that stands in the number; of other numbers a week before the complaint, never in the future."""
    digits = order_key(number).removeprefix(PREFIX)[:6]
    try:
        day = datetime.strptime(digits, "%y%m%d").date()  # noqa: DTZ007 a day
    except ValueError:
        day = (complaint.received_at - timedelta(days=7)).date()
    return min(datetime.combine(day, time(3, 12), UTC), now())


def _price(product: str) -> int:
    return next((one.price_fen for one in library.products() if one.zh == product or one.en == product), 12_900)


def _interactions(question: Question, complaint: Complaint, rng: random.Random) -> dict[str, Any]:
    shop, bought = library.read("shop"), _bought(question.order_number, complaint)
    slots = {"product": question.product or "商品", "courier": rng.choice(shop["couriers"])}
    talks = [
        {
            "at": at.isoformat(), "channel": one["channel"], "by": one["by"], "order_number": question.order_number,
            "words": library.fill(one["words"], slots),
        }
        for place, one in enumerate(shop["talk"])
        if (at := bought + timedelta(days=max(0, one["days"]), minutes=7 * place) + SUPPORT * (one["days"] > 0)) < complaint.received_at
    ]  # fmt: skip
    return {"interactions": talks}


def _products(question: Question, complaint: Complaint, rng: random.Random) -> dict[str, Any]:
    policies = [{**one, "since": one["since"].isoformat()} for one in library.read("shop")["policy"]]
    products = []
    if question.product:
        products.append(
            {
                "name": question.product, "code": f"P{rng.randrange(10**7):07d}", "price": _price(question.product),
                "warranty": "自签收之日起质保一年", "about": "商品页面承诺以订单快照为准，可在订单页查看。",
            }
        )  # fmt: skip
    return {"products": products, "policies": policies}


declare(of_demo)
