"""The way to other systems: what is asked of them and what comes back, whoever answers (IG-02).

A provider takes a question and gives an answer or raises `NoAnswer`. The one of a firm speaks HTTP (`remote.py`); the demo's is
built in and invents a shop (`demo/shop.py`). Nothing here writes anything anywhere: the room is read only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.inquiry import answers
from tingsu.inquiry.answers import Unreadable
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.fingerprints import order_key
from tingsu.kernel.models import Organisation

CUSTOMER, ORDERS, INTERACTIONS, PRODUCTS = "customer", "orders", "interactions", "products"
ASKED = (CUSTOMER, ORDERS, INTERACTIONS, PRODUCTS)
"""Parts that other systems answer."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about one case: no more about a person than finds the person."""

    part: str
    case: str
    """The number of the complaint: the other side logs it too."""
    order_number: str = ""
    phone: str = ""
    email: str = ""
    merchant: str = ""
    product: str = ""
    outside: bool = False
    """Released: other orders too. Else only what belongs to the order of the case is asked for and shown."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What another system knows. `gaps` are sentences about what is missing in it."""

    customer: answers.Customer | None = None
    merchant: answers.Merchant | None = None
    orders: list[answers.Order] = field(default_factory=list)
    interactions: list[answers.Interaction] = field(default_factory=list)
    products: list[answers.Product] = field(default_factory=list)
    policies: list[answers.Policy] = field(default_factory=list)
    others: int = 0
    """Orders and interactions of the same customer that lie outside the case and were kept back."""
    gaps: tuple[str, ...] = ()


class NoAnswer(TingsuError):
    """Nothing that can be shown: nobody is connected, nobody answered, or it was nonsense. The rest of the page stands."""

    code, status = "no_answer", 502


NOT_CONNECTED = _(
    "No other system is connected. An administrator enters its address under Settings, “Customer and order systems”."
)
NONSENSE = _(
    "The other system answered something that is not what was agreed. Nothing of it is shown; its makers find the contract in the documentation."
)

Provider = Callable[[Question], Answer]
Finder = Callable[[Organisation], Provider | None]
_finders: list[Finder] = []


def declare(finder: Finder) -> None:
    """Say who answers for which organisations; the first who does is asked. Once, when the app loads."""
    _finders.append(finder)


def provider_for(organisation: Organisation) -> Provider | None:
    """Who answers for this organisation now."""
    return next((found for finder in _finders if (found := finder(organisation)) is not None), None)


def read(question: Question, given: Any) -> Answer:
    """An answer in the words of the contract. Raises NoAnswer for what cannot be one."""
    if not isinstance(given, dict):
        raise NoAnswer(NONSENSE, code="nonsense")
    try:
        answer, wrong, more = _parts(question.part, given)
        others = given.get("others", 0)
        if isinstance(others, bool) or not isinstance(others, int) or not 0 <= others < 10**6:
            raise Unreadable
    except Unreadable as error:
        raise NoAnswer(NONSENSE, code="nonsense") from error
    return within(question, replace(answer, others=others, gaps=_gaps(given, wrong, more)))


def _parts(part: str, given: dict[str, Any]) -> tuple[Answer, int, int]:
    if part == CUSTOMER:
        customer = answers.one(answers.Customer, given.get("customer"))
        return Answer(customer=customer, merchant=answers.one(answers.Merchant, given.get("merchant"))), 0, 0
    if part == ORDERS:
        orders, wrong, more = answers.several(answers.Order, given.get("orders"))
        return Answer(orders=orders), wrong, more
    if part == INTERACTIONS:
        said, wrong, more = answers.several(answers.Interaction, given.get("interactions"))
        return Answer(interactions=said), wrong, more
    products, wrong, more = answers.several(answers.Product, given.get("products"))
    policies, wrong_too, more_too = answers.several(answers.Policy, given.get("policies"))
    return Answer(products=products, policies=policies), wrong + wrong_too, more + more_too


def _gaps(given: dict[str, Any], wrong: int, more: int) -> tuple[str, ...]:
    """What is missing, in plain words: a part of the truth must not look like all of it."""
    found = []
    if given.get("complete") is False:
        said = given.get("missing")
        why = said.strip()[:200] if isinstance(said, str) else ""
        found.append(
            _("The other system could give only a part: %(why)s") % {"why": why}
            if why
            else str(_("The other system could give only a part."))
        )
    if wrong:
        found.append(_("%(n)s entries could not be read and are left out.") % {"n": wrong})
    if more:
        found.append(_("%(n)s more entries are not shown. Look in the system itself.") % {"n": more})
    return tuple(str(one) for one in found)


def within(question: Question, answer: Answer) -> Answer:
    """Only what belongs to the case, unless more was released: whatever the other side sends along stays behind (IV-02).

    An interaction without an order is about the person as such, and shown.
    """
    if question.outside:
        return answer
    ours = order_key(question.order_number)
    orders = [one for one in answer.orders if ours and order_key(one.number) == ours]
    said = [
        one for one in answer.interactions if not order_key(one.order_number) or order_key(one.order_number) == ours
    ]
    kept_back = len(answer.orders) - len(orders) + len(answer.interactions) - len(said)
    return replace(answer, orders=orders, interactions=said, others=max(answer.others, kept_back))
