"""Batches of payment orders: gathered by one person, released by another, handed over as a file, answered line by line (IG-07, RM-08).

The register keeps the batch and its history; which orders stand in it, and what became of each, are rows of the cases. A batch
is answered in one transaction of its own; each case takes its part over in one more, so that no case waits for another.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.spelling import fold
from tingsu.kernel.sql import take_turns
from tingsu.people import alone
from tingsu.people.queries import has_left_since
from tingsu.process.steps import Options, Step, asks_who, options
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.settlement.gateways import Batch, Form, Gateway, Order, Outcome, gateway
from tingsu.settlement.gateways.files import sha256
from tingsu.settlement.models import ExecutionItem, Payment, PaymentLine
from tingsu.settlement.rulebooks import payments

NAME = "payment_batch"
MOST = 500
"""Orders of one batch: what banks take in one file, and a person can look through."""
L = PaymentLine.State


class BatchDiffers(TingsuError):
    """The file would not be the one that was released."""

    code, status = "batch_differs", 409
    sentence = gettext_lazy(
        "Payee, account or amount of an order differ from what was released. Nothing is handed over: answer the orders as refused."
    )


def lines_of(entry: Entry) -> list[PaymentLine]:
    """Its orders in their places, with what a page or file shows of each. One query."""
    rows = PaymentLine.objects.filter(batch_id=entry.pk).select_related("payment", "complaint", "complaint__stream")
    found = list(rows.order_by("position"))
    for line in found:
        line.payment.complaint = line.complaint
    return found


def means_in_batches(entry: Any) -> Options:
    """Means of the rulebook whose orders go into a file."""
    return tuple((code, name) for code, name in payments.options() if gateway_of(code) is not None)


def gateway_of(means: str) -> Gateway | None:
    """Where orders by these means go; None where each is paid by hand."""
    entry = payments.entry_of(means)
    return gateway(entry.get("gateway", "")) if entry else None


def free_orders(means: str) -> QuerySet[Payment]:
    """Ordered, still to be paid, and in no batch; the oldest order first. From the index of ordered payments."""
    kept = PaymentLine.objects.filter(payment_id=OuterRef("pk"), state__in=(L.WAITING, L.PAID))
    rows = Payment.objects.filter(
        ~Exists(kept), means=means, state=Payment.State.ORDERED, account__isnull=False, item__current=True,
        item__state=ExecutionItem.State.OPEN, complaint__state=State.EXECUTING,
    )  # fmt: skip
    return rows.order_by("checked_at", "pk")


def gather(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Every order by these means that waits goes into the batch, at most MOST. Two who gather at once get different ones."""
    take_turns(f"{NAME}:{opened.entry.organisation_id}")
    mine = PaymentLine.objects.filter(batch_id=opened.entry.pk)
    last = mine.aggregate(last=Max("position"))["last"] or 0
    room = MOST - mine.count()
    found = list(free_orders(opened.entry.codes["means"]).select_for_update(of=("self",))[: max(room, 0)])
    PaymentLine.objects.bulk_create(
        PaymentLine(
            complaint_id=one.complaint_id, payment_id=one.pk, batch_id=opened.entry.pk, position=place, amount_fen=one.amount_fen,
        )
        for place, one in enumerate(found, last + 1)
    )  # fmt: skip
    opened.facts["payments"] = [one.pk for one in found]
    _count(opened)


def _count(opened: OpenedEntry) -> None:
    """How many orders stand in it, and what they add up to in fen."""
    fen = (
        PaymentLine.objects.filter(batch_id=opened.entry.pk)
        .exclude(state=L.DROPPED)
        .values_list("amount_fen", flat=True)
    )
    amounts = list(fen)
    opened.put("orders", len(amounts))
    opened.put("total", sum(amounts))


def something_in_it(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A batch without orders is not released."""
    if opened.entry.codes.get("orders"):
        return []
    return [Unmet("empty_batch", _("no order by these means waits; gather again once one is ordered"), guard="")]


def orders_still_stand(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What was gathered is still to be paid, word for word; an order that fell away is taken out first."""
    gone = [line for line in _waiting(opened.entry) if not _stands(line)]
    if not gone:
        return []
    numbers = listed(line.payment.order_number for line in gone[:10])
    words = _("these orders no longer stand; take them out first: %(numbers)s")
    return [Unmet("orders_gone", words, guard="", numbers=numbers)]


def _stands(line: PaymentLine) -> bool:
    payment = line.payment
    return (
        payment.state == Payment.State.ORDERED
        and payment.item.current
        and payment.item.state == ExecutionItem.State.OPEN
        and payment.amount_fen == line.amount_fen
        and line.complaint.state == State.EXECUTING
        and line.complaint.stream.wrapped_key is not None
    )


def _waiting(entry: Entry) -> list[PaymentLine]:
    rows = PaymentLine.objects.filter(batch_id=entry.pk, state=L.WAITING)
    return list(rows.select_related("payment", "payment__item", "complaint", "complaint__stream").order_by("position"))


@asks_who
def no_own_application(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever applied for one of the payments does not let them go (CA-59)."""
    own = opened.actor.id is not None and any(one.payment.asked_by == opened.actor.id for one in _waiting(opened.entry))
    if not own or alone.warned(opened, "own_payment"):
        return []
    return [Unmet("own_application", _("you applied for a payment of this batch; somebody else releases it"), guard="")]


def release(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """From here on the file can be fetched; its hash says what was released."""
    opened.put("released_on", local_date(opened.at, current_organisation().time_zone))
    opened.put("hash", sha256(content(opened.entry, "csv", check=False)))


def content(entry: Entry, form: Form, *, check: bool = True) -> bytes:
    """The file that is handed over, made from what the cases keep sealed; it is stored nowhere. Raises BatchDiffers."""
    known = gateway_of(entry.codes["means"])
    if known is None:
        raise BatchDiffers
    day = str(entry.codes["released_on"]).replace("-", "")
    rows = [line for line in lines_of(entry) if line.state != L.DROPPED]
    with override(current_organisation().language):
        try:
            orders = [_order(line) for line in rows]
        except Erased as error:
            raise BatchDiffers from error
    batch = Batch(number=entry.number, day=day, orders=orders)
    if check and sha256(known.file(batch, "csv")) != entry.codes.get("hash"):
        raise BatchDiffers
    return known.file(batch, form)


def _order(line: PaymentLine) -> Order:
    payment = line.payment
    return Order(
        number=payment.order_number, payee=payment.text("payee"), account=payment.text("account"), amount_fen=line.amount_fen,
        words=_("Complaint %(number)s") % {"number": line.complaint.number},
    )  # fmt: skip


def may_fetch(actor: Actor, entry: Entry) -> bool:
    """Who gathered or released it, while the bank has not answered everything; not who has left meanwhile, even if taken back."""
    hands = {entry.hands.get(name) for name in ("open", "gather", "release")}
    theirs = entry.register == NAME and entry.state == "released" and actor.id is not None and str(actor.id) in hands
    return theirs and not has_left_since(actor.id, entry.opened_at)


@options("batch_orders")
def waiting_orders(entry: Entry | None) -> Options:
    """Orders of the batch that nobody has answered yet."""
    if entry is None:
        return ()
    rows = PaymentLine.objects.filter(batch_id=entry.pk, state=L.WAITING).select_related("payment").order_by("position")
    return tuple((str(one.pk), one.payment.order_number) for one in rows)


def _line(opened: OpenedEntry, values: dict[str, Any]) -> PaymentLine:
    found = next((one for one in _waiting(opened.entry) if str(one.pk) == values["order"]), None)
    if found is None:
        raise NotFound
    return found


def drop(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One order is taken out before the release; it may go into another batch or be paid by hand."""
    line = _line(opened, values)
    _end(line, opened, L.DROPPED, values["reason"])
    opened.facts["payments"] = [line.payment_id]
    _count(opened)


def withdraw(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The whole batch goes; every order is free again."""
    for line in _waiting(opened.entry):
        _end(line, opened, L.DROPPED, "")


def _end(line: PaymentLine, opened: OpenedEntry, state: str, reason: str, reference: str = "") -> None:
    line.state, line.answered_at, line.reference = state, opened.at, reference
    if line.complaint.stream.wrapped_key is not None:
        line.seal("reason", reason)
    line.save(update_fields=["state", "answered_at", "reference", "reason"])


def read_result(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """What the file says, before any lock is taken. Raises InvalidInput beside the file."""
    files = StoredFile.objects.filter(pk__in=values["result"])
    file = next((one for one in files if store.is_held_by(one, actor)), None)
    known = gateway_of(entry.codes["means"])
    try:
        if file is None or known is None:
            raise InvalidValue(code="choice")
        return {"outcomes": known.read(store.open_file(file))}
    except TingsuError as refused:
        raise InvalidInput({"result": refused}) from refused


def take_result(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """All of it or nothing: each line is one of ours, with its amount, and contradicts nothing that was read before."""
    ours = {fold(line.payment.order_number): line for line in lines_of(opened.entry) if line.state != L.DROPPED}
    outcomes: list[Outcome] = values["outcomes"]
    problems = [sentence for one in outcomes if (sentence := _problem(one, ours.get(fold(one.number))))]
    news = [
        (one, line)
        for one in outcomes
        if one.paid is not None and (line := ours.get(fold(one.number))) and line.state == L.WAITING
    ]
    if problems or not news:
        told = problems or [_("It says nothing that is not known already.")]
        raise InvalidInput({"result": InvalidValue(" ".join(told[:10]), code="result")})
    for one, line in news:
        _end(line, opened, L.PAID if one.paid else L.REFUSED, one.reason, one.reference)
    _answered(opened, [line for _one, line in news])


def _problem(one: Outcome, line: PaymentLine | None) -> str:
    """Why an outcome is not taken; empty for a good one."""
    told: dict[str, Any] = {"line": one.line, "number": one.number[:60]}
    if line is None:
        return _("Line %(line)s: there is no order %(number)s in this batch.") % told
    if one.amount_fen != line.amount_fen:
        return _("Line %(line)s: the amount is not that of the order %(number)s.") % told
    if one.paid is not None and line.state == (L.REFUSED if one.paid else L.PAID):
        return _("Line %(line)s: the order %(number)s was answered otherwise before.") % told
    return ""


def answer(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One order answered by hand, where the bank says it otherwise than in a file."""
    line = _line(opened, values)
    missing = "reason" if values["outcome"] == "refused" else "reference"
    if not values[missing]:
        raise InvalidInput({missing: InvalidValue(code="required")})
    paid = values["outcome"] == "paid"
    _end(line, opened, L.PAID if paid else L.REFUSED, values["reason"], values["reference"])
    _answered(opened, [line])


def _answered(opened: OpenedEntry, lines: Iterable[PaymentLine]) -> None:
    """Each case takes its part over; the last answer ends the batch."""
    from tingsu.settlement import tasks

    done = list(lines)
    opened.facts["payments"] = [line.payment_id for line in done]
    tasks.book_line.defer_all({"line_id": str(line.pk)} for line in done)
    if not PaymentLine.objects.filter(batch_id=opened.entry.pk, state=L.WAITING).exists():
        opened.move_to("answered")


def batch_holding(complaint: Complaint, payment: Payment | None = None) -> str:
    """The number of the batch in which money of the case is under way; empty when there is none.

    Answered is not enough: until the case has taken the answer over, the order is still the batch's.
    """
    held = [
        line
        for line in PaymentLine.of(complaint)
        if (line.state == L.WAITING or (line.state in {L.PAID, L.REFUSED} and line.booked_at is None))
        and (payment is None or line.payment_id == payment.pk)
    ]
    return str(Entry.objects.values_list("number", flat=True).get(pk=held[0].batch_id)) if held else ""


def batches_of(complaint: Complaint) -> dict[uuid.UUID, tuple[PaymentLine, str]]:
    """The last line of each payment with the number of its batch. One query more than the lines, none where there are none."""
    lines = PaymentLine.of(complaint)
    if not lines:
        return {}
    numbers = dict(Entry.objects.filter(pk__in={line.batch_id for line in lines}).values_list("pk", "number"))
    return {line.payment_id: (line, numbers.get(line.batch_id, "")) for line in lines if line.state != L.DROPPED}
