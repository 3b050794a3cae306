"""Unusual values of a complaint's filterable fields as rows of their own, so that an index finds them in any archive (TR-22).

A column with an index each would be written anew at every step; a value that most complaints have needs none, for a page
of it is found by walking through the newest. What is rare, or may be several, stands here.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from tingsu.complaints.fields import CATALOGUE, CaseField
from tingsu.complaints.models import Complaint, ComplaintMark
from tingsu.kernel.rows import writing
from tingsu.kernel.verify import Finding, check

MARKED: dict[str, CaseField] = {one.stored: one for one in CATALOGUE if one.marked}
USUAL = tuple(
    (
        one,
        []
        if one.several or one.name == "categories"
        else one.default
        if isinstance(one.default, bool)
        else one.default or "",
    )
    for one in MARKED.values()
)
"""Each with the value that is no mark."""
_VALUES = attrgetter(*MARKED)


def marks_of(complaint: Complaint) -> set[str]:
    """What this complaint is marked with, as `field:code`."""
    marks: set[str] = set()
    for (one, usual), value in zip(USUAL, _VALUES(complaint), strict=True):
        if value != usual:
            marks.update(marks_for(one, value))
    return marks


def marks_for(one: CaseField, value: Any) -> Iterator[str]:
    """The marks of one value; none for the usual one. A sub-category counts as its category too."""
    if one.name == "categories":
        for entry in value:
            yield f"categories:{entry['no']}"
            if entry.get("sub"):
                yield f"categories:{entry['sub']}"
    elif one.several:
        yield from (f"{one.name}:{code}" for code in value)
    elif code := unusual(one, value):
        yield f"{one.name}:{code}"


def unusual(one: CaseField, value: Any) -> str:
    """The code of a value that few complaints have; empty for the one that stands there by default."""
    if isinstance(value, bool):
        return "" if value is bool(one.default) else "yes" if value else "no"
    return "" if value == (one.default or "") else str(value)


def rows_for(complaint: Complaint, marks: set[str]) -> list[ComplaintMark]:
    return [ComplaintMark(complaint=complaint, mark=mark) for mark in sorted(marks)]


def write_marks(complaint: Complaint, before: set[str]) -> None:
    """Bring the rows up to what the complaint says now. No statement when nothing differs."""
    after = marks_of(complaint)
    if gone := before - after:
        ComplaintMark.objects.filter(complaint_id=complaint.pk, mark__in=gone).delete()
    if fresh := after - before:
        with writing() as rows:
            rows.add(rows_for(complaint, fresh))


@check("marks of complaints")
def marks_that_differ() -> Iterator[Finding]:
    """Filters find what the complaints say, in both directions."""
    kept: dict[Any, set[str]] = {}
    for complaint_id, mark in ComplaintMark.objects.values_list("complaint_id", "mark").iterator():
        kept.setdefault(complaint_id, set()).add(mark)
    for complaint in Complaint.objects.only("number", *MARKED).iterator():
        found, told = kept.pop(complaint.pk, set()), marks_of(complaint)
        if found != told:
            words = f"its marks are {sorted(found)}, its fields say {sorted(told)}"
            yield Finding("complaints_complaintmark", f"{complaint.number} ({complaint.pk})", words)
