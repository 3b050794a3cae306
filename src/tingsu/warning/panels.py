"""What the case page shows of other complaints that name the same order, merchant, address, telephone or batch, or tell nearly the same (MO-02)."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.access import visible_to
from tingsu.complaints.case_rows import read_along, rows_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.warning import traces
from tingsu.warning.models import Trace
from tingsu.warning.shown import KIND_WORDS

READERS = (*CENTRE_ROLES, Role.TOP_MGMT, Role.QA, Role.ANALYST)
MOST, DAYS = 5, 60


def shared(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Other complaints of sixty days to each side, by what they share, as far as the reader may see them; nothing without traces. Three queries."""
    if not actor.has_role(*READERS) or not rows_of(Trace, complaint):
        return None
    on = local_date(complaint.received_at, current_organisation().time_zone)
    found = traces.by_kind(traces.common([complaint.pk], on, DAYS), complaint.pk)
    if not found:
        return None
    since, until = complaint.received_at - timedelta(days=DAYS + 1), complaint.received_at + timedelta(days=DAYS + 1)
    wanted = Complaint.objects.filter(
        pk__in={pk for held in found.values() for pk in held}, received_at__range=(since, until)
    )
    rows = {
        one.pk: one
        for one in visible_to(actor, wanted).order_by("-received_at", "-id").only("number", "organisation_id")
    }
    told = [(KIND_WORDS[kind], [one for pk, one in rows.items() if pk in held]) for kind, held in found.items()]
    return (
        {"shared": [(kind, cases[:MOST], max(len(cases) - MOST, 0)) for kind, cases in told if cases]} if rows else None
    )


read_along(Trace)
panel(
    Panel(
        name="shared_traces",
        title=_("The same in other complaints"),
        template="warning/panel.html",
        context=shared,
        order=38,
    )
)
