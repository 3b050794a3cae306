"""Carrying out what was agreed or decided, item by item, checked by somebody else: E14, P18, P19."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.money import plain_yuan, yuan
from tingsu.letters import outbox
from tingsu.people import alone
from tingsu.process.steps import Field, Options, Step, Values, asks_who, options
from tingsu.settlement import queries
from tingsu.settlement.batches import batch_holding
from tingsu.settlement.items import item_label
from tingsu.settlement.models import ExecutionItem, Payment, PaymentLine
from tingsu.settlement.payments import pay, payment_of, payments_in
from tingsu.settlement.rulebooks import payments
from tingsu.settlement.splitting import one_by_one, paid_without_order
from tingsu.settlement.steps.payment import MEANS_OF_PAYMENT

Item = ExecutionItem.State


@options("execution_items")
def execution_item_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(item.pk), item_label(item)) for item in queries.current_items(complaint))


ITEM = Field(name="item", label=_("Execution item"), kind="choice", options=execution_item_options, required=True)


def _item_in(case: Case, values: Values | None, state: str, sentence: Any) -> list[Unmet]:
    if values is None:
        found = any(item.state == state for item in queries.current_items(case.complaint))
    else:
        item = chosen_item(case, values)
        found = item is not None and item.state == state
    return [] if found else [Unmet("wrong_item", sentence)]


def item_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return _item_in(case, values, ExecutionItem.State.OPEN, _("choose an item that is still open"))


def item_to_finish(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The only open item is chosen already, with what was agreed to be paid."""
    waiting = [item for item in queries.current_items(complaint) if item.state == item.State.OPEN]
    if len(waiting) != 1:
        return {}
    item = waiting[0]
    if not item.amount_fen:
        return {"item": str(item.pk)}
    ordered = payment_of(complaint, item)
    means = ordered.means if ordered else payments.options()[0][0]
    return {"item": str(item.pk), "paid": plain_yuan(item.amount_fen), "means": means}


def finish_item(case: Case, values: Values) -> None:
    """Done with proof; what was to be paid has been paid in full, no more and no less (RM-08)."""
    item = chosen_item(case, values)
    assert item is not None  # noqa: S101 - guard item_open
    if item.amount_fen and values["paid"] != item.amount_fen:
        sentence = _("Enter what was paid. It must be the %(amount)s that was agreed.")
        raise InvalidInput({"paid": InvalidValue(sentence, code="paid_differs", amount=yuan(item.amount_fen))})
    if values["paid"] and not item.amount_fen:
        raise InvalidInput({"paid": InvalidValue(_("No payment was agreed for this item."), code="paid_differs")})
    if values["paid"]:
        pay(case, item, means_of(case, item, values))
    item.state, item.done_at, item.done_by, item.paid_fen = Item.DONE, case.at, case.actor.id, values["paid"]
    item.seal_all(proof=values["proof"])
    item.save(update_fields=["state", "done_at", "done_by", "paid_fen", "proof"])
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    if all(one.state != Item.OPEN for one in queries.current_items(case.complaint)):
        case.tell([case.complaint.owner_id], "execution.done")


def means_of(case: Case, item: ExecutionItem, values: Values) -> str:
    """The means that were ordered, or chosen now. Raises InvalidInput for none, for others than ordered, and for a detour."""
    ordered = payment_of(case.complaint, item)
    means: str = values["means"] or (ordered.means if ordered else "")
    if not means:
        raise InvalidInput({"means": InvalidValue(_("Say by what means it was paid."), code="required")})
    if ordered and means != ordered.means:
        sentence = _("The payment was ordered by other means: %(means)s.")
        name = payments.name_of(ordered.means, ordered.means_version)
        raise InvalidInput({"means": InvalidValue(sentence, code="means_differ", means=name)})
    if ordered is None and payments.asks_account(means):
        sentence = _("Apply for this payment first: it needs a payee and an account.")
        raise InvalidInput({"means": InvalidValue(sentence, code="account_needed")})
    return means


def payment_ordered(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Money above the amount of its means is paid on an order only, which another person gives (RM-08).

    What went to the same person without an order before counts too, so that nobody splits a sum.
    """
    if values is None:
        waiting = [one for one in queries.current_items(case.complaint) if one.state == Item.OPEN]
    else:
        chosen = chosen_item(case, values)
        waiting = [chosen] if chosen else []
    if not waiting or any(_payable(case, item, values) for item in waiting):
        return []
    return [Unmet("not_ordered", _("apply for this payment first; somebody else checks and orders it"))]


def _payable(case: Case, item: ExecutionItem, values: Values | None) -> bool:
    payment = payment_of(case.complaint, item) if item.amount_fen else None
    if payment is not None:
        return payment.state != payment.State.ASKED
    fen = item.amount_fen or 0
    if values is None or not values["means"]:
        return not fen or not payments.ordered_by_every_means(fen)
    if not fen or payments.must_be_ordered(values["means"], fen):
        return not fen
    one_by_one(case.complaint)
    return not payments.must_be_ordered(values["means"], fen + paid_without_order(case.complaint))


def not_in_a_batch(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """An order that is with the bank is answered by its batch, and by nobody a second time (IG-07)."""
    chosen = chosen_item(case, values)
    payment = payment_of(case.complaint, chosen) if chosen else None
    if chosen and payment is None:
        return []
    held = batch_holding(case.complaint, payment)
    if not held or (values is None and _others_open(case)):
        return []
    words = _("the payment is under way with batch %(batch)s; its result ends it, or take it out of the batch first")
    return [Unmet("in_batch", words, batch=held)]


def _others_open(case: Case) -> bool:
    """Is an item open whose money is in no batch? Then the button is not locked by those that are."""
    held = {line.payment_id for line in PaymentLine.of(case.complaint) if line.booked_at is None}
    waiting = {one.item_id for one in Payment.of(case.complaint) if one.pk in held}
    return any(one.state == Item.OPEN and one.pk not in waiting for one in queries.current_items(case.complaint))


FINISH_ITEM = Step(
    id="E14",
    name="finish_item",
    decides=True,
    event="complaint.item_finished",
    label=_("Item done"),
    sources=(State.EXECUTING,),
    who=("executor", "owner"),
    guards=(item_open, payment_ordered, not_in_a_batch),
    main=True,
    guide=_("Carry out the measure, then record the proof; somebody else verifies it."),
    clause="SZ C.6; ISC 9.3.2",
    effect=finish_item,
    beside=("execution", "remedies"),
    first=item_to_finish,
    fields=(
        ITEM,
        Field(name="proof", label=_("Proof"), kind="longtext", required=True),
        Field(name="paid", label=_("Paid (yuan)"), kind="money"),
        MEANS_OF_PAYMENT,
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


def item_done(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return _item_in(case, values, ExecutionItem.State.DONE, _("choose an item that is done and not yet verified"))


@asks_who
def verifier_not_executor(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """FB-04: whoever did it does not check it. A micro enterprise gets a recorded warning instead (process.md §8.9)."""
    chooses = any(one.name == ITEM.name for one in step.fields)
    own = only_own_left(case) if values is None and chooses else verifies_own_work(case, values or {})
    if not own or alone.warned(case, "verifier_is_executor"):
        return []
    return [Unmet("own_work", _("somebody other than the executor must verify"))]


def money_not_missing(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """What the complainant has not received is not verified as paid."""
    chosen = chosen_item(case, values)
    missing = payments_in(case.complaint, Payment.State.MISSING)
    if not any(chosen is None or one.item_id == chosen.pk for one in missing):
        return []
    sentence = _(
        "the complainant says that the money has not arrived; record its arrival, or that the execution failed"
    )
    return [Unmet("money_missing", sentence)]


def chosen_item(case: Case, values: Values | None) -> ExecutionItem | None:
    if not values or not values.get("item"):
        return None
    return next((item for item in queries.current_items(case.complaint) if str(item.pk) == values["item"]), None)


def verifies_own_work(case: Case, values: dict[str, Any]) -> bool:
    item = chosen_item(case, values)
    items = [item] if item else queries.current_items(case.complaint)
    return any(_did(case, one) for one in items)


def only_own_left(case: Case) -> bool:
    """Before anything is chosen: whoever did all that waits for its verification has nothing to verify, and is told so."""
    waiting = [one for one in queries.current_items(case.complaint) if one.state == ExecutionItem.State.DONE]
    return bool(waiting) and all(_did(case, one) for one in waiting)


def _did(case: Case, item: ExecutionItem) -> bool:
    return case.actor.id in {item.executor_id, item.done_by}


def item_to_verify(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    waiting = [item for item in queries.current_items(complaint) if item.state == item.State.DONE]
    return {"item": str(waiting[0].pk)} if len(waiting) == 1 else {}


def verify_item(case: Case, values: Values) -> None:
    """Verified by another person; the item's own time limit ends here."""
    item = chosen_item(case, values)
    assert item is not None  # noqa: S101 - guard item_done
    item.state, item.verified_at, item.verified_by = Item.VERIFIED, case.at, case.actor.id
    item.seal_all(remark=values["remark"])
    item.save(update_fields=["state", "verified_at", "verified_by", "remark"])
    case.end("execution", subject_id=item.pk)


VERIFY_ITEM = Step(
    id="E14",
    name="verify_item",
    decides=True,
    event="complaint.item_verified",
    label=_("Verify item"),
    sources=(State.EXECUTING,),
    who=("specialist", "supervisor", "qa"),
    guards=(item_done, verifier_not_executor, money_not_missing, "G5"),
    may_stop=("execution",),
    main=True,
    guide=_("Look at the proof of each measure and verify it; nobody verifies what they did themselves."),
    clause="SZ C.6",
    effect=verify_item,
    beside=("execution", "remedies"),
    first=item_to_verify,
    fields=(ITEM, Field(name="remark", label=_("What was checked"), kind="longtext", required=True)),
)


def all_items_verified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    left = sum(item.state != ExecutionItem.State.VERIFIED for item in queries.current_items(case.complaint))
    return [Unmet("not_verified", _("%(count)s items are not verified yet"), count=left)] if left else []


def verify_execution(case: Case, values: Values) -> None:
    case.set("outcome", terms.Outcome.ACCEPTED)


VERIFY_EXECUTION = Step(
    id="P18",
    name="verify_execution",
    decides=True,
    event="complaint.execution_verified",
    label=_("Execution verified"),
    sources=(State.EXECUTING,),
    target=State.EVALUATING,
    who=("specialist", "supervisor", "qa"),
    guards=(all_items_verified, verifier_not_executor, "G5"),
    stops=("execution", "after_sales"),
    starts=("callback",),
    main=True,
    guide=_("Every measure is verified: confirm that the solution is carried out."),
    beside=("execution", "remedies"),
    clause="ISC 9.4.2; SZ 6(9), C.6; SVC 2.2.3",
    effect=verify_execution,
    fields=(Field(name="remark", label=_("Remark"), kind="longtext"),),
)


def something_unverified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """P19: only what is not verified yet can still fail."""
    if any(item.state != ExecutionItem.State.VERIFIED for item in queries.current_items(case.complaint)):
        return []
    return [Unmet("all_verified", _("every item is verified; nothing of it has failed"))]


def nothing_in_a_batch(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Money that may leave at any moment has not failed yet."""
    held = batch_holding(case.complaint)
    words = _("a payment is under way with batch %(batch)s; wait for its result, or take it out of the batch first")
    return [Unmet("in_batch", words, batch=held)] if held else []


def execution_failed(case: Case, values: Values) -> None:
    """P19: the item is marked, the complainant is told, a new solution is due."""
    chosen = chosen_item(case, values)
    if values["item"] and (chosen is None or chosen.state == Item.VERIFIED):
        raise InvalidInput({"item": InvalidValue(_("Choose an item that is not verified yet."))})
    failed = []
    for item in queries.current_items(case.complaint):
        if item.state in {Item.OPEN, Item.DONE} and (item.state == Item.OPEN or item == chosen):
            item.state = Item.FAILED
            item.save(update_fields=["state"])
            failed.append(item.pk)
    case.fact("failed_items", failed)
    case.wait_on(terms.WaitingOn.US)
    if party := complainant_of(case.complaint):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="execution_failed",
            intent=f"execution_failed:{case.event_id}",
            values={"reason": values["reason"], "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
    case.tell([case.complaint.owner_id], "execution.failed")


EXECUTION_FAILED = Step(
    id="P19",
    name="execution_failed",
    event="complaint.execution_failed",
    label=_("Execution failed"),
    sources=(State.EXECUTING,),
    target=State.HANDLING,
    who=("executor", "owner", "specialist", "supervisor", "qa"),
    guards=(something_unverified, nothing_in_a_batch),
    cancels=("execution",),
    starts=("solution",),
    beside=("execution", "remedies"),
    clause="SZ C.6; CTS 10.1",
    effect=execution_failed,
    fields=(
        Field(name="item", label=_("Execution item"), kind="choice", options=execution_item_options),
        Field(name="reason", label=_("Reason"), kind="longtext", required=True),
    ),
)


STEPS = (FINISH_ITEM, VERIFY_ITEM, VERIFY_EXECUTION, EXECUTION_FAILED)
