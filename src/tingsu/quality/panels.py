"""What the case page shows of quality control: the checks by rule that it does not meet (QC-04)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case_rows import read_along, rows_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.quality.access import reads
from tingsu.quality.models import Violation
from tingsu.quality.process_checks import CHECKS


def violations(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """For whoever controls quality; read with the rows of the case."""
    if not reads(actor):
        return None
    found = sorted(rows_of(Violation, complaint, ended_on=None), key=lambda one: (one.found_on, one.code))
    return {"found": [(CHECKS.get(one.code, one.code), one.found_on) for one in found]} if found else None


read_along(Violation)
panel(
    Panel(name="process_checks", title=_("Process checks"), template="quality/panel.html", context=violations, order=76)
)
