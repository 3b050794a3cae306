"""A payment batch on its page: its orders, masked, and the files for those who gathered or released it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints import access
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound
from tingsu.kernel.money import yuan
from tingsu.kernel.organisations import in_practice
from tingsu.pages.export import TYPES
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.privacy.masking import mask_name, mask_tail, mask_text
from tingsu.process.steps import Label
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.models import Entry
from tingsu.settlement import batches
from tingsu.settlement.gateways import FORMS
from tingsu.settlement.models import PaymentLine

TONE = {"waiting": "soon", "paid": "done", "refused": "high", "dropped": "outline"}


def lines_context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The orders in their places; a case is a link for whoever sees it. Two queries, however many orders."""
    lines = batches.lines_of(entry)
    seen = access.visible_to(actor, Complaint.objects.filter(pk__in={line.complaint_id for line in lines}))
    mine = set(seen.values_list("pk", flat=True)) if lines else set()
    return {
        "batch_lines": [
            {
                "row": line,
                "number": line.payment.order_number,
                "case": line.complaint.number if line.complaint_id in mine else "",
                "payee": _masked(line, "payee"),
                "account": _masked(line, "account"),
                "amount": yuan(line.amount_fen),
                "tone": TONE[line.state],
                "reason": mask_text(line.shown("reason")),
                "unbooked": line.state in {"paid", "refused"} and line.booked_at is None,
            }
            for line in lines
        ]
    }


def _masked(line: PaymentLine, field: str) -> str:
    try:
        return (mask_name if field == "payee" else mask_tail)(line.payment.text(field))
    except Erased:
        return _("(erased)")


def offers(actor: Actor, entry: Entry) -> list[tuple[Label, str]]:
    """The file in both forms, for those who may fetch it."""
    if not batches.may_fetch(actor, entry):
        return []
    words = {"xlsx": _("File for the bank (XLSX)"), "csv": _("File for the bank (CSV)")}
    return [(words[form], reverse("settlement:batch_file", args=[entry.number, form])) for form in FORMS]


@never_cache
@require_GET
def batch_file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The file as it was released; each fetching stands in the access log."""
    actor = actor_for(request, needs=Can.DESK)
    entry = get_entry(actor, register_of(batches.NAME), number)
    known = next((one for one in FORMS if one == form), None)
    if known is None or not batches.may_fetch(actor, entry):
        raise NotFound
    content = batches.content(entry, known)
    log_access(actor, "exported", entry.pk, field=batches.NAME, purpose=entry.written()["note"])
    name = f"{'practice-' if in_practice() else ''}{entry.number}.{form}"
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
