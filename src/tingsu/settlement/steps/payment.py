"""Paying what was agreed: application, check and order by another, receipt (RM-08); the paying itself is `finish_item`."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.ids import new_id
from tingsu.people import alone
from tingsu.process.steps import Field, Options, Step, Values, asks_who, options
from tingsu.settlement.gateways import NO_CARDS, holds_card_data
from tingsu.settlement.items import item_label
from tingsu.settlement.models import Payment
from tingsu.settlement.payments import P, items_to_pay, label, payments_in
from tingsu.settlement.rulebooks import payments


@options("items_to_pay")
def item_to_pay_options(complaint: Any) -> Options:
    return tuple((str(item.pk), item_label(item)) for item in items_to_pay(complaint)) if complaint else ()


@options("means_of_payment")
def means_options(complaint: Any) -> Options:
    return payments.options()


MEANS_OF_PAYMENT = Field(name="means", label=_("Means of payment"), kind="choice", options=means_options)


def something_to_pay(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """An item with money is open, and nothing is applied for yet."""
    if items_to_pay(case.complaint):
        return []
    return [Unmet("nothing_to_pay", _("no money is open for which a payment could be applied for"))]


def only_an_order_pays(complaint: Complaint) -> bool:
    """Is money open that no means pays without an order? Then the application is what comes next."""
    return any(payments.ordered_by_every_means(item.amount_fen or 0) for item in items_to_pay(complaint))


def payment_to_ask(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The only open amount is chosen already, with the means named first."""
    found = items_to_pay(complaint)
    chosen = {"item": str(found[0].pk)} if len(found) == 1 else {}
    return {**chosen, "means": payments.options()[0][0]}


def ask_payment(case: Case, values: Values) -> None:
    """What was agreed is asked for, no more and no less; means that need it say to whom and to which account."""
    item = next(one for one in items_to_pay(case.complaint) if str(one.pk) == values["item"])
    check_account(values)
    payment = Payment(
        id=new_id(), complaint=case.complaint, item=item, means=values["means"], means_version=payments.in_force().version,
        amount_fen=item.amount_fen, state=P.ASKED, asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    payment.seal_all(payee=values["payee"], account=values["account"], ground="", words="")
    payment.save(force_insert=True)
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    case.fact("payment", payment.pk)
    case.fact("amount_fen", payment.amount_fen)
    case.tell([case.complaint.owner_id], "payment.asked")


def check_account(values: Values) -> None:
    """Raises InvalidInput where money would not know its way; an account is kept as its bank or platform takes it, and none is kept
    that nothing needs, nor the data of a card (IG-07).
    """
    names = ("payee", "account")
    if not payments.asks_account(values["means"]):
        sentence = _("These means of payment need none: leave it empty, so that none is kept.")
        if given := {name: InvalidValue(sentence, code="not_needed") for name in names if values[name]}:
            raise InvalidInput({**given})
        return
    if cards := {name: InvalidValue(NO_CARDS, code="card_data") for name in names if holds_card_data(values[name])}:
        raise InvalidInput({**cards})
    missing: dict[str, TingsuError] = {name: InvalidValue(code="required") for name in names if not values[name]}
    if missing:
        raise InvalidInput(missing)
    try:
        values["account"] = payments.checked_account(values["means"], values["account"])
    except InvalidValue as refused:
        raise InvalidInput({"account": refused}) from refused


ASK_PAYMENT = Step(
    id="E14",
    name="ask_payment",
    event="complaint.payment_asked",
    label=_("Apply for the payment"),
    sources=(State.EXECUTING,),
    who=("executor", "owner"),
    guards=(something_to_pay,),
    main=True,
    guide=_("Apply for the payment with means and payee; somebody else orders it."),
    main_while=only_an_order_pays,
    clause="ISC 9.3.2",
    effect=ask_payment,
    beside=("execution", "remedies"),
    first=payment_to_ask,
    fields=(
        Field(name="item", label=_("For what"), kind="choice", options=item_to_pay_options, required=True),
        Field(name="means", label=_("Means of payment"), kind="choice", options=means_options, required=True),
        Field(name="payee", label=_("Payee"), limit=100, help=_("Only where the means need it.")),
        Field(name="account", label=_("Account"), limit=100, help=_("Only where the means need it.")),
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


@options("payments_asked")
def asked_options(complaint: Any) -> Options:
    return tuple((str(one.pk), label(one)) for one in payments_in(complaint, P.ASKED)) if complaint else ()


ASKED = Field(name="payment", label=_("Application"), kind="choice", options=asked_options, required=True)


def payment_asked(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """A payment is applied for and not yet ordered or returned."""
    if payments_in(case.complaint, P.ASKED):
        return []
    return [Unmet("no_application", _("no payment is applied for"))]


@asks_who
def checked_by_another(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whoever applied does not order. A micro enterprise gets a recorded warning instead (process.md §8.9)."""
    waiting = payments_in(case.complaint, P.ASKED)
    if values is not None:
        waiting = [one for one in waiting if str(one.pk) == values["payment"]]
    if not waiting or any(one.asked_by != case.actor.id for one in waiting) or alone.warned(case, "own_payment"):
        return []
    return [Unmet("own_application", _("whoever applied for a payment does not order it"))]


def payment_to_check(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    found = payments_in(complaint, P.ASKED)
    return {"payment": str(found[0].pk)} if len(found) == 1 else {}


def _checked(case: Case, values: Values, state: str) -> Payment:
    payment = next(one for one in payments_in(case.complaint, P.ASKED) if str(one.pk) == values["payment"])
    payment.state, payment.checked_by, payment.checked_at = state, case.actor.id, case.at
    case.fact("payment", payment.pk)
    return payment


def application_waits(complaint: Complaint) -> bool:
    """Is there something to order?"""
    return bool(payments_in(complaint, P.ASKED))


def order_payment(case: Case, values: Values) -> None:
    """The application agrees with what was agreed: the payment gets its order number, and the executor is told to pay."""
    payment = _checked(case, values, P.ORDERED)
    numbered = sum(bool(one.order_number) for one in Payment.of(case.complaint))
    payment.order_number = f"{case.complaint.number}-P{numbered + 1}"
    payment.save(update_fields=["state", "checked_by", "checked_at", "order_number"])
    case.fact("order_number", payment.order_number)
    case.tell([payment.item.executor_id or case.complaint.owner_id], "payment.ordered")


ORDER_PAYMENT = Step(
    id="E14",
    name="order_payment",
    decides=True,
    event="complaint.payment_ordered",
    label=_("Order the payment"),
    sources=(State.EXECUTING,),
    who=("owner", "supervisor", "mgmt_rep", "top_mgmt"),
    guards=(payment_asked, checked_by_another, "G5"),
    main=True,
    guide=_("Compare application and solution, then order the payment or refuse it."),
    main_while=application_waits,
    clause="ISC 9.3.2",
    effect=order_payment,
    beside=("execution", "remedies"),
    first=payment_to_check,
    fields=(ASKED, Field(name="remark", label=_("What was checked"), limit=1000)),
)


def return_payment(case: Case, values: Values) -> None:
    """Back to whoever applied, with the reason; another application can follow."""
    payment = _checked(case, values, P.RETURNED)
    payment.seal_all(ground=values["reason"])
    payment.save(update_fields=["state", "checked_by", "checked_at", "ground"])
    case.tell([payment.asked_by], "payment.returned")


RETURN_PAYMENT = Step(
    id="E14",
    name="return_payment",
    decides=True,
    event="complaint.payment_returned",
    label=_("Return the application"),
    sources=(State.EXECUTING,),
    who=("owner", "supervisor", "mgmt_rep", "top_mgmt"),
    guards=(payment_asked, checked_by_another, "G5"),
    clause="ISC 9.3.2",
    effect=return_payment,
    beside=("execution", "remedies"),
    first=payment_to_check,
    fields=(ASKED, Field(name="reason", label=_("Reason"), kind="longtext", required=True)),
)


def unanswered(complaint: Complaint) -> list[Payment]:
    """Paid, and nobody has said yet that the money is there."""
    return payments_in(complaint, P.PAID, P.MISSING)


@options("payments_paid")
def paid_options(complaint: Any) -> Options:
    return tuple((str(one.pk), label(one)) for one in unanswered(complaint)) if complaint else ()


def payment_unanswered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Something was paid, and nobody has said yet that the money is there."""
    if unanswered(case.complaint):
        return []
    return [Unmet("nothing_paid", _("no payment waits for its receipt"))]


def payment_to_receive(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    found = unanswered(complaint)
    return {"payment": str(found[0].pk)} if len(found) == 1 else {}


def confirm_receipt(case: Case, values: Values) -> None:
    """The complainant, or whoever spoke with them, says whether the money is there. Without a choice all that was paid is meant."""
    arrived = values["arrived"] == "yes"
    meant = [one for one in unanswered(case.complaint) if values["payment"] in {"", str(one.pk)}]
    for payment in meant:
        payment.state, payment.answered_at = (P.RECEIVED if arrived else P.MISSING), case.at
        payment.seal_all(words=values["text"])
        payment.save(update_fields=["state", "answered_at", "words"])
    case.fact("payments", [one.pk for one in meant])
    if not arrived:
        case.tell({case.complaint.owner_id, *(one.paid_by for one in meant)}, "payment.missing")


CONFIRM_RECEIPT = Step(
    id="E14",
    name="confirm_receipt",
    event="complaint.payment_answered",
    label=_("Money arrived, or not"),
    sources=(State.EXECUTING, State.EVALUATING, State.CLOSED),
    who=("complainant", "agent", "owner", "frontline", "specialist", "supervisor"),
    guards=(payment_unanswered,),
    clause="ISC 9.3.2",
    effect=confirm_receipt,
    beside=("execution",),
    first=payment_to_receive,
    fields=(
        Field(name="payment", label=pgettext_lazy("settlement", "Payment"), kind="choice", options=paid_options),
        Field(
            name="arrived",
            label=_("Has the money arrived?"),
            kind="choice",
            required=True,
            options=(("yes", _("Yes, it is there")), ("no", _("No, not yet"))),
        ),
        Field(name="text", label=_("In their words"), kind="longtext", limit=1000),
    ),
)


STEPS = (ASK_PAYMENT, ORDER_PAYMENT, RETURN_PAYMENT, CONFIRM_RECEIPT)
