"""What a bank said of one order becomes part of its case, once, in a transaction of the case alone."""

import uuid

from tingsu.complaints.actions import take_step
from tingsu.kernel.actor import automation
from tingsu.settlement.models import PaymentLine


def book(line_id: uuid.UUID) -> None:
    """Take the step that fits the answer; nothing for a line that is booked already or waits again. Raises what the step raises."""
    line = PaymentLine.objects.filter(pk=line_id, booked_at=None).first()
    steps = {PaymentLine.State.PAID: "book_payment", PaymentLine.State.REFUSED: "book_refusal"}
    if line is None or line.state not in steps:
        return
    take_step(
        actor=automation("settlement.batches", line.organisation_id), complaint_id=line.complaint_id,
        step=steps[PaymentLine.State(line.state)], values={"line": str(line.pk)},
    )  # fmt: skip
