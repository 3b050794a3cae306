"""What the record of a case says already, for forms that would ask for it again (redundant entry; WCAG 3.3.7).

Only what stands there: words as they were written, and only where nothing in them points to a person, for a form sends
back what it shows (PS-06). Whoever fills in the form changes it or leaves it.
"""

from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.covering import is_plain
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.complaints.terms import DemandKind, PartyRole
from tingsu.kernel.crypto import Erased
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan


def story_of(complaint: Complaint) -> str:
    """The complaint in its own words; empty where they point to somebody."""
    try:
        told: str = complaint.text("description")
    except Erased:
        return ""
    return told if is_plain(complaint, told) else ""


def demands_of(complaint: Complaint) -> list[Demand]:
    """What is asked for, in the order it was said."""
    return sorted(rows_of(Demand, complaint), key=lambda row: (row.position, row.pk))


def demand_words(complaint: Complaint) -> str:
    """What is asked for, on one line: "Refund ¥99.00; Apology"."""
    words = [
        f"{DemandKind(one.kind).label} {yuan(one.amount_fen)}" if one.amount_fen else str(DemandKind(one.kind).label)
        for one in demands_of(complaint)
    ]
    return _("; ").join(words)


def written_together(complaint: Complaint, *names: str) -> dict[str, str]:
    """These texts of the newest entry of the history that holds them all, whichever step wrote it. Two queries.

    The names together say which entry is meant: a *cause* beside a *background* is a verdict's.
    """
    rows = Event.objects.filter(stream_id=complaint.pk, data__texts__fields__contains=list(names)).order_by("-seq")
    found = texts_of(rows[:1])
    texts = next(iter(found.values()), {})
    return {name: texts[name] for name in names if name in texts and is_plain(complaint, texts[name])}


def bases_cited(complaint: Complaint) -> list[str]:
    """The handling bases that were cited last in the case (IV-10). One query."""
    rows = Event.objects.filter(stream_id=complaint.pk, data__values__has_key="bases").order_by("-seq")
    found = rows.values_list("data__values__bases", flat=True).first()
    return list(found or [])


def has_respondent(complaint: Complaint) -> bool:
    """Is somebody else concerned, whose side is to be heard?"""
    return bool(rows_of(Party, complaint, role=PartyRole.RESPONDENT))
