"""Returns, exchanges and refunds of products: a time limit of their own for each product type (ISC 7.1.2.1, IN-12, SL-17).

Whoever complains of a product and asks for it to be taken back, exchanged or refunded has that done, or is told why not,
within the limit that the policy gives for its type, counted from receipt.
"""

from collections.abc import Collection

from tingsu.complaints.case import SETTLED, Case
from tingsu.complaints.models import Demand
from tingsu.complaints.terms import DemandKind

TIMER = "after_sales"
ASKED_FOR = frozenset({DemandKind.REFUND, DemandKind.EXCHANGE})
"""What starts it; a return is a refund of what goes back."""


def start(case: Case, demands: Collection[str]) -> None:
    """Run the limit from receipt, if such a demand stands and the product type is known; in place of one that runs."""
    if case.complaint.product_type and not ASKED_FOR.isdisjoint(demands) and case.complaint.state not in SETTLED:
        case.start(TIMER, at=case.complaint.received_at)


def type_corrected(case: Case) -> None:
    """Another type has another limit: counted anew from receipt; without a type it is no product of ours to take back."""
    case.end(TIMER, "cancelled")
    start(case, set(Demand.objects.filter(complaint_id=case.complaint.pk).values_list("kind", flat=True)))
