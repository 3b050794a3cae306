"""Questions to partners and their answers on the case page, and by which partner a complaint was handed over."""

from typing import Any

from django.utils.translation import ngettext, pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.partners.models import HandedOver, PartnerTask
from tingsu.partners.steps.tasks import firms_of
from tingsu.people import queries as people


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """None where no partner has to do with the case."""
    rows, handed = PartnerTask.of(complaint), HandedOver.of(complaint)
    if not rows and not handed:
        return None
    waiting, at = sum(row.is_open for row in rows), now()
    names = firms_of({*(row.code for row in rows), *(row.code for row in handed)})
    return {
        "handed": [
            {"row": row, "firm": names[row.code], "reference": row.covered("reference")} for row in handed
        ],
        "tasks": [
            {
                "row": row,
                "firm": names[row.code],
                "asker": people.staff_identity(row.asked_by),
                "late": row.is_open and row.due_at < at,
                "texts": {name: row.covered(name) for name in ("question", "given", "answer", "return_reason")},
            }
            for row in reversed(rows)
        ],
        "note": ngettext("%(n)s question waits", "%(n)s questions wait", waiting) % {"n": waiting} if waiting else "",
    }  # fmt: skip


panel(
    Panel(
        name="partners",
        title=pgettext_lazy("partner", "Partners"),
        template="partners/panel.html",
        context=context,
        order=41,
    )
)
