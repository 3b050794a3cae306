"""How execution items, outside cases and recourses are called in a history."""

from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import Names, declare_names
from tingsu.kernel.money import yuan
from tingsu.settlement.models import ExecutionItem, OutsideCase, Payment, PaymentLine, Recourse
from tingsu.settlement.payments import label
from tingsu.settlement.rulebooks import remedies, ways


def measure_name(item: ExecutionItem) -> str:
    """What is to be done, with its amount."""
    what = remedies.name_of(item.remedy) if item.remedy else _("Duty from outside")
    return f"{what} {yuan(item.amount_fen)}" if item.amount_fen else what


def items(complaint: Complaint) -> Names:
    return {str(row.pk): measure_name(row) for row in ExecutionItem.of(complaint)}


def payments_named(complaint: Complaint) -> Names:
    return {str(row.pk): label(row) for row in Payment.of(complaint)}


def lines_named(complaint: Complaint) -> Names:
    numbers = {row.pk: row.order_number for row in Payment.of(complaint)}
    return {str(row.pk): numbers.get(row.payment_id, "") for row in PaymentLine.of(complaint)}


def outside_cases(complaint: Complaint) -> Names:
    return {str(row.pk): ways.name_of(row.way) for row in OutsideCase.of(complaint)}


def recourses(complaint: Complaint) -> Names:
    return {str(row.pk): yuan(row.amount_fen) for row in Recourse.of(complaint)}


declare_names(items, "execution_items", "paid_items", "items_to_pay", timer="execution")
declare_names(payments_named, "payments_asked", "payments_paid")
declare_names(lines_named, "answered_lines")
declare_names(outside_cases, "outside_cases", timer="outside_deadline")
declare_names(recourses, "recourses")
