"""What the form of a verdict holds in the first round: what the record says already (IV-04, IV-09)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tingsu.casework import checklist
from tingsu.casework.models import DepartmentTask, Depth, Investigation
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import bases_cited, demand_words, demands_of, has_respondent, story_of
from tingsu.files.models import StoredFile
from tingsu.pages.faces import date_words
from tingsu.people.queries import unit_name


def report_so_far(complaint: Complaint) -> dict[str, Any]:
    """Story, demands and evidence as they were taken down; whose statement is there. Cause and verdict are the investigator's."""
    demands = demand_words(complaint)
    claimed = any(one.amount_fen for one in demands_of(complaint))
    values: dict[str, Any] = {
        "background": story_of(complaint),
        "demand": demands,
        "damage": _("Claimed: %(demands)s") % {"demands": demands} if claimed else "",
        "evidence": evidence_at_hand(complaint),
        "responsibility": [] if has_respondent(complaint) else [{"party": "enterprise", "share": 100}],
        "complainant_heard": "heard" if complaint.record_confirmed_at else "",
        "respondent_heard": "" if has_respondent(complaint) else "none",
        "bases": bases_cited(complaint),
        "sources": [{"source": code} for code in checklist.needed_at(depth_of(complaint))],
    }
    return {name: value for name, value in values.items() if value}


def depth_of(complaint: Complaint) -> str:
    """How deep the round goes that is open; without one it is a basic look."""
    rows = Investigation.of(complaint, state=Investigation.State.OPEN)
    return rows[0].depth if rows else Depth.BASIC


def evidence_at_hand(complaint: Complaint) -> str:
    """What can be named without opening anything: the record, how many files there are, which departments have answered."""
    received = {"mode": complaint.get_mode_display(), "when": date_words(complaint.received_at)}
    lines = [_("Record of the complaint (%(mode)s, %(when)s)") % received]
    if files := StoredFile.objects.filter(stream_id=complaint.pk, erased_at__isnull=True).count():
        lines.append(ngettext("%(n)s file of the case", "%(n)s files of the case", files) % {"n": files})
    for task in DepartmentTask.of(complaint, state=DepartmentTask.State.ANSWERED):
        lines.append(_("Answer of %(unit)s") % {"unit": unit_name(task.unit_id)})
    return "\n".join(lines)
