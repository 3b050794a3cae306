"""What the payments of a case are at this moment, and how one is written down as paid."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import add_working_days, end_of_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import ConditionsUnmet, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import yuan
from tingsu.letters import outbox
from tingsu.privacy.fields import CONTRACT, RECORD, Rule, declare
from tingsu.settlement import queries
from tingsu.settlement.models import ExecutionItem, Payment, PaymentLine
from tingsu.settlement.rulebooks import payments

P = Payment.State
_PAYING = _("Paying what was agreed")
declare("payment", "payee", Rule("text", _PAYING, CONTRACT, RECORD), _("Payee"))
declare("payment", "account", Rule("text", _PAYING, CONTRACT, RECORD), _("Account"))


def payment_of(complaint: Complaint, item: ExecutionItem) -> Payment | None:
    """The application or payment that counts for an item; a returned application does not."""
    return next((one for one in Payment.of(complaint, item=item) if one.state != P.RETURNED), None)


def payments_in(complaint: Complaint, *states: str) -> list[Payment]:
    """Those of the present execution in these states, in the order of their items."""
    items = {item.pk: item for item in queries.current_items(complaint)}
    found = [one for one in Payment.of(complaint, state__in=states) if one.item_id in items]
    for one in found:
        one.item = items[one.item_id]
    return sorted(found, key=lambda one: items[one.item_id].position)


def items_to_pay(complaint: Complaint) -> list[ExecutionItem]:
    """Open items with money for which nothing is applied for yet."""
    known = {one.item_id for one in Payment.of(complaint) if one.state != P.RETURNED}
    return [
        item
        for item in queries.current_items(complaint)
        if item.state == ExecutionItem.State.OPEN and item.amount_fen and item.pk not in known
    ]


def label(payment: Payment) -> str:
    """Amount and means, as a choice shows it."""
    return f"{yuan(payment.amount_fen)} · {payments.name_of(payment.means, payment.means_version)}"


def pay(case: Case, item: ExecutionItem, means: str) -> Payment:
    """The money has left: what was ordered is now paid, or is written down as paid at once. The complainant is told."""
    payment = payment_of(case.complaint, item)
    new = payment is None
    if payment is not None:
        _hold(payment)
    if payment is None:
        payment = Payment(
            id=new_id(), complaint=case.complaint, item=item, means=means, means_version=payments.in_force().version,
            amount_fen=item.amount_fen,
        )  # fmt: skip
        payment.seal_all(payee="", account="", ground="", words="")
    payment.state, payment.paid_by, payment.paid_at = P.PAID, case.actor.id, case.at
    payment.arrives_on = arrives_on(case, payment)
    if new:
        payment.save(force_insert=True)
    else:
        payment.save(update_fields=["state", "paid_by", "paid_at", "arrives_on"])
    case.fact("payment", payment.pk)
    tell_paid(case, payment)
    return payment


def _hold(payment: Payment) -> None:
    """Nobody puts it into a batch from now on; one that was put there at this very moment is refused. Raises ConditionsUnmet."""
    Payment.objects.select_for_update().get(pk=payment.pk)
    if PaymentLine.objects.filter(payment_id=payment.pk, state=PaymentLine.State.WAITING).exists():
        raise ConditionsUnmet([Unmet("in_batch", _("the payment is under way with a batch; its result ends it"))])


def arrives_on(case: Case, payment: Payment) -> date:
    entry: dict[str, Any] = payments.entry_of(payment.means, payment.means_version) or {"arrives_days": 1}
    return local_date(add_working_days(case.at, entry["arrives_days"], calendar_in_force(case.at)), time_zone())


def tell_paid(case: Case, payment: Payment) -> None:
    """One letter for each payment: what was paid, by what means, by when it is there, and whom to tell when it is not."""
    party = complainant_of(case.complaint)
    if party is None or payment.arrives_on is None:
        return
    outbox.queue_letter(
        case.chain, complaint=case.complaint, party=party, template="payment_made", intent=f"payment:{payment.pk}",
        values={
            "amount": yuan(payment.amount_fen),
            "means": payments.name_of(payment.means, payment.means_version, case.complaint.language),
            "arrives_by": end_of_day(payment.arrives_on, calendar_in_force(case.at)).isoformat(),
            "handler": case.complaint.owner_id,
        },
        at=case.at,
    )  # fmt: skip
