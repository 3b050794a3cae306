"""What the case page shows of improvement: the records that are about this complaint."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.linked import newest_links
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.registers.reading import told_links


def records(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Nonconformities, contacts and other entries that are linked with the complaint. One query when there are none."""
    found = told_links(actor, newest_links(complaint))
    return {"links": found} if found else None


panel(
    Panel(name="records", title=_("Linked records"), template="improvement/records.html", context=records, order=75)
)  # fmt: skip
