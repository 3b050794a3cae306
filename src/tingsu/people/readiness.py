"""Who may take cases over: whoever works independently, or under guidance with a senior who works here (PE-12, PE-15)."""

import uuid

from django.utils.translation import gettext_lazy as _

from tingsu.people.directory import directory
from tingsu.people.models import Member

GUIDED, PENDING = str(Member.Readiness.GUIDED), str(Member.Readiness.PENDING)
NO_SENIOR = "no_senior"
SENTENCES = {
    PENDING: _("%(who)s has not passed the assessment and takes no cases until released"),
    NO_SENIOR: _("%(who)s still works under guidance, and no senior who supervises the cases is named"),
}


def hindrance(member_id: uuid.UUID | None) -> str:
    """What keeps somebody from taking cases over, as a code; empty for nothing. No query while the directory is fresh."""
    return hindered(directory().members.get(member_id)) if member_id else ""


def hindered(member: Member | None) -> str:
    """The same of a row that is at hand."""
    if member is None or not member.readiness:
        return ""
    if member.readiness == PENDING:
        return PENDING
    return "" if senior_of(member) else NO_SENIOR


def senior_of(member: Member) -> Member | None:
    """Who supervises the cases of somebody under guidance: works here and independently."""
    senior = directory().members.get(member.senior_id) if member.readiness == GUIDED and member.senior_id else None
    return senior if senior is not None and senior.active and not senior.readiness else None
