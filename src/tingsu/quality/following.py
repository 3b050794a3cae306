"""What follows from a check: marks of two reviewers opened together, nonconformities, a case handled anew (QC-02, QC-10)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tingsu.complaints.case import open_case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.improvement.rules import entry_id
from tingsu.intake.carrying_on import carry_on
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.roles import Role
from tingsu.quality.access import first_of
from tingsu.quality.cases import case_id, case_of
from tingsu.quality.checking import BLIND, NAME, WAITING
from tingsu.registers.actions import Link, Opening, link_alone, open_entry, take_step
from tingsu.registers.declaration import LEADERS, registers
from tingsu.registers.entry import locked_entry
from tingsu.registers.guards import member_id
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.saying import Said, says

NONCONFORMITY = "nonconformity"


def actor() -> Actor:
    """The system, acting for quality control."""
    return automation("quality.control", current_organisation_id())


def open_up(round_id: uuid.UUID, case: uuid.UUID) -> None:
    """Show the marks of a case as soon as every reviewer of it has handed them in. Running twice opens nothing twice."""
    of_round = EntryLink.objects.filter(other_id=round_id, kind="follows").values("entry_id")
    rows = Entry.objects.filter(pk__in=of_round, register=NAME) | Entry.objects.filter(pk=round_id, register=NAME)
    twins = [one for one in rows if one.codes.get("case") == str(case) and one.state != "dropped"]
    if any(one.state in WAITING for one in twins):
        return
    for one in twins:
        if one.state == BLIND:
            take_step(actor=actor(), entry=one, register=registers()[NAME], step="open_up")


def open_nonconformity(check_id: uuid.UUID, place: int) -> Entry | None:
    """Open the nonconformity of a serious finding (its place), or of a verdict that does not stand (-1); None when it stands already."""
    check = Entry.objects.select_related("stream").get(pk=check_id)
    pk = uuid.uuid5(entry_id(check_id), str(place))
    complaint = case_of(check)
    if complaint is None or Entry.objects.filter(pk=pk).exists():
        return None
    finding = (check.written_or_none() or {}).get(f"findings.{place}.what", "")
    department = check.codes.get("department", "")
    values = {
        "source": "quality_check", "severity": "major", "found_on": local_date(now(), current_organisation().time_zone).isoformat(),
        "person": check.codes.get("handler", ""), "department": department, "owner": _owner(check),
    }  # fmt: skip
    told = Said(
        "quality_finding", {"number": complaint.number, "check": check.number, "kind": "verdict" if place < 0 else "finding"}
    )  # fmt: skip
    more: dict[str, Any] = {"said": {"description": told}}
    if finding:
        values["description"] = finding
        more = {}
    return open_entry(
        actor=actor(), register=registers()[NONCONFORMITY],
        opening=Opening(
            id=pk, values={name: value for name, value in values.items() if value},
            links=(Link(other_id=complaint.pk, kind="about"), Link(other_id=check.pk, kind="follows")), **more,
        ),
    )  # fmt: skip


@says("quality_finding")
def _found(told: Mapping[str, Any]) -> str:
    if told["kind"] == "verdict":
        return _("Complaint %(number)s: examined anew (%(check)s), the verdict does not stand.") % told
    return _("Complaint %(number)s: a serious finding of the check %(check)s.") % told


def _owner(check: Entry) -> str:
    """Whoever leads, and did not do the work that was checked, answers for it."""
    return str(first_of((*LEADERS, Role.QA), but=[member_id(check.codes.get("handler"))]) or "")


def handle_anew(check_id: uuid.UUID) -> Complaint | None:
    """Register what is owed to the complainant as a linked complaint of its own, with somebody else, once (CA-41, QC-10).

    None where it stands already, or where the case itself is still open: there it goes on.
    """
    at = now()
    with transaction.atomic(durable=True):
        check = locked_entry(registers()[NAME], actor(), check_id, at)
        pk = case_id(check.entry)
        if pk is None or EntryLink.objects.filter(entry=check.entry, kind="became").exists():
            return None
        closed = open_case(actor(), pk, at)
        if closed.complaint.state in OPEN_STATES:
            return None
        words = _("The verdict was examined anew (%(check)s) and does not stand.") % {"check": check.entry.number}
        made = carry_on(closed, asked=closed.complaint.text("description"), answer=words, by_another=True)
        link_alone(check, made.pk, "became")
        check.finish()
    return made
