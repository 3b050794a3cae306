"""What a bank or platform said of an order of a batch: paid, or refused with its reason (RM-08, IG-07)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.terms import State
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.registers.models import Entry
from tingsu.settlement import queries
from tingsu.settlement.models import ExecutionItem, Payment, PaymentLine
from tingsu.settlement.payments import pay

L = PaymentLine.State


@options("answered_lines")
def answered_lines(complaint: Any) -> Options:
    """Orders that were answered and not yet taken over."""
    if complaint is None:
        return ()
    rows = PaymentLine.of(complaint, state__in=(L.PAID, L.REFUSED))
    numbers = {one.pk: one.order_number for one in Payment.of(complaint)}
    return tuple((str(one.pk), numbers[one.payment_id]) for one in rows if one.booked_at is None)


LINE = Field(
    name="line", label=pgettext_lazy("payment batch", "Order"), kind="choice", options=answered_lines, required=True
)


def _taken(case: Case, values: Values) -> tuple[PaymentLine, Payment, ExecutionItem, Entry]:
    line = next(one for one in PaymentLine.of(case.complaint) if str(one.pk) == values["line"])
    payment = next(one for one in Payment.of(case.complaint) if one.pk == line.payment_id)
    item = next(one for one in queries.current_items(case.complaint) if one.pk == payment.item_id)
    line.booked_at = case.at
    line.save(update_fields=["booked_at"])
    case.fact("payment", payment.pk)
    return line, payment, item, Entry.objects.get(pk=line.batch_id)


def answered(state: str) -> Any:
    """The line says this and no other thing, and its order is still open."""

    def line_answered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
        ordered = {one.pk for one in Payment.of(case.complaint, state=Payment.State.ORDERED)}
        rows = [
            one
            for one in PaymentLine.of(case.complaint, state=state)
            if one.booked_at is None and one.payment_id in ordered
        ]
        if any(values is None or str(one.pk) == values["line"] for one in rows):
            return []
        return [Unmet("not_answered", gettext_lazy("nothing of the batch waits to be taken over"))]

    return line_answered


def book_payment(case: Case, values: Values) -> None:
    """Paid as ordered: the item is done by whoever put the batch together, so that somebody else verifies it."""
    line, payment, item, batch = _taken(case, values)
    pay(case, item, payment.means)
    payment.paid_by = batch.opened_by
    payment.save(update_fields=["paid_by"])
    with override(current_organisation().language):
        words = _("Paid with batch %(batch)s.") % {"batch": batch.number}
        reference = _("Reference of the bank: %(reference)s.") % {"reference": line.reference} if line.reference else ""
    item.state, item.done_at, item.done_by, item.paid_fen = item.State.DONE, case.at, batch.opened_by, line.amount_fen
    item.seal_all(proof=f"{words} {reference}".strip())
    item.save(update_fields=["state", "done_at", "done_by", "paid_fen", "proof"])
    if all(one.state != item.State.OPEN for one in queries.current_items(case.complaint)):
        case.tell([case.complaint.owner_id], "execution.done")


BOOK_PAYMENT = Step(
    id="E14",
    name="book_payment",
    event="complaint.payment_booked",
    label=gettext_lazy("Paid with a batch"),
    sources=(State.EXECUTING,),
    who=("system",),
    guards=(answered(L.PAID),),
    clause="ISC 9.3.2",
    effect=book_payment,
    fields=(LINE,),
)


def book_refusal(case: Case, values: Values) -> None:
    """The bank did not pay: the application comes back with its reason, and another can follow."""
    line, payment, _item, _batch = _taken(case, values)
    payment.state = Payment.State.RETURNED
    payment.seal_all(ground=line.text("reason"))
    payment.save(update_fields=["state", "ground"])
    case.tell({payment.asked_by, case.complaint.owner_id}, "payment.refused")


BOOK_REFUSAL = Step(
    id="E14",
    name="book_refusal",
    event="complaint.payment_refused",
    label=gettext_lazy("Refused by the bank"),
    sources=(State.EXECUTING,),
    who=("system",),
    guards=(answered(L.REFUSED),),
    clause="ISC 9.3.2",
    effect=book_refusal,
    fields=(LINE,),
)


STEPS = (BOOK_PAYMENT, BOOK_REFUSAL)
