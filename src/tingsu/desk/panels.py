"""The panels of the case page that belong to no single app: complainant, matter, related complaints, files."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tingsu.complaints import terms
from tingsu.complaints.access import may_take, visible_to
from tingsu.complaints.case_rows import Note, reading_of, rows_of
from tingsu.complaints.covering import covered, known_in, windows_of
from tingsu.complaints.fields import shown_in
from tingsu.complaints.fields.content import KINDS
from tingsu.complaints.fields.reading import in_words, says_something
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, Party
from tingsu.complaints.openings import may_read_openings
from tingsu.complaints.paperwork import papers
from tingsu.complaints.proposing import proposal_for
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.same_content import answered_by
from tingsu.complaints.sharing import merits
from tingsu.complaints.steps.links import LINK, RULE_OUT_REPEATS
from tingsu.desk.results import NONE, results_of
from tingsu.desk.uploads import files_of
from tingsu.intake.repeats import compared
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.shapes import found_by
from tingsu.people import queries as people
from tingsu.people.access import Can, may
from tingsu.privacy.purposes import PURPOSES
from tingsu.privacy.show import Shown, Windows, show_field, show_party, show_text

ROLE_ORDER = ("complainant", "agent", "contact", "respondent")


@dataclass(frozen=True)
class Line:
    """One field on a panel: in words, or as the reader may see a personal one."""

    name: str
    label: Any
    value: Any = ""
    shown: Shown | None = None

    @property
    def kind(self) -> str:
        return "datetime" if isinstance(self.value, datetime) else "date" if isinstance(self.value, date) else ""


def lines_of(actor: Actor, complaint: Complaint, panel_name: str, windows: Windows) -> list[Line]:
    """What the catalogue puts on a panel of this case: personal fields through privacy, the others in words."""
    found = []
    for one in shown_in(panel_name):
        if one.of != "complaint" or not one.stored:
            continue
        value = getattr(complaint, one.stored)
        if value is None or not says_something(one, value):
            continue
        if one.personal is not None:
            shown = show_field(actor, complaint, one.stored, "page", known=known_in(complaint), windows=windows)
            if shown.value:
                found.append(Line(one.name, one.field.label, shown=shown))
        elif words := in_words(one, value):
            found.append(Line(one.name, one.field.label, covered(complaint, words) if one.free else words))
    return found


def people_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The parties as this reader may see them, each field with its way to be revealed."""
    rows = sorted(rows_of(Party, complaint), key=lambda party: (ROLE_ORDER.index(party.role), party.pk))
    windows = windows_of(actor, complaint)
    views = [show_party(actor, row, "page", windows=windows) for row in rows]
    return {
        "parties": [{"view": view, "role": row.get_role_display()} for view, row in zip(views, rows, strict=True)],
        "lines": lines_of(actor, complaint, "people", windows),
        "anonymous": complaint.anonymous,
        "purposes": list(PURPOSES.items()),
        "number": complaint.number,
    }


def matter_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the complaint is about."""
    return {
        **_lines_context(actor, complaint, "matter"),
        "demands": [
            _demand(actor, row) for row in sorted(rows_of(Demand, complaint), key=lambda row: (row.position, row.pk))
        ],
    }


def receipt_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """How it reached us, and what was said to the caller (RG-05, RG-11, RG-15, RG-23)."""
    return _lines_context(actor, complaint, "receipt")


def course_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """What the steps have decided so far: marks, verdict, dates, units."""
    return _lines_context(actor, complaint, "course")


def _lines_context(actor: Actor, complaint: Complaint, panel_name: str) -> dict[str, Any]:
    return {
        "lines": lines_of(actor, complaint, panel_name, windows_of(actor, complaint)),
        "purposes": list(PURPOSES.items()),
        "number": complaint.number,
    }


def _demand(actor: Actor, row: Demand) -> dict[str, Any]:
    detail = ""
    if row.detail:
        try:
            detail = show_text(actor, "demand", "detail", row.text(), "page", known=known_in(row.complaint))
        except Erased:
            detail = ""
    judged = {None: "", True: _("reasonable"), False: _("not reasonable")}[row.reasonable]
    return {"kind": row.get_kind_display(), "amount": row.amount_fen, "detail": detail, "judged": judged}


Related = tuple[dict[uuid.UUID, str], list[Complaint]]
RELATED: Note[Related] = Note("desk.related")


def _links(case: Any) -> QuerySet[ComplaintLink]:
    return ComplaintLink.objects.filter(Q(complaint_id=case) | Q(other_id=case))


def related_to(actor: Actor, complaint: Complaint) -> Related:
    """Kinds of the links of a case by the other's id, and the others that the reader may see, newest first. Two queries."""
    read = reading_of(complaint)
    if (kept := read.noted(RELATED)) is not None:
        return kept
    links = found_by(_links, complaint.pk)
    kinds: dict[uuid.UUID, str] = {
        (link.other_id if link.complaint_id == complaint.pk else link.complaint_id): link.kind for link in links
    }
    rows = (
        visible_to(actor, Complaint.objects.filter(pk__in=kinds)).order_by("-received_at", "-pk")[:20] if kinds else []
    )
    return read.note(RELATED, (kinds, list(rows)))


def related_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Linked complaints, as far as the reader may see them; no record is swallowed by another (E17)."""
    kinds, rows = related_to(actor, complaint)
    if not kinds:
        return None
    words = dict(terms.LinkKind.choices)
    return {"related": [{"row": row, "kind": words.get(kinds[row.pk], "")} for row in rows], "note": len(kinds)}


SAME = {"order": _("same order"), "product": _("same product"), "problem": _("same kind of problem")}
"""What an earlier complaint has in common with this one, in words."""


def repeats_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Earlier complaints of the same person that the receiver has not compared yet, each with its link (RG-24)."""
    if not complaint.possible_repeats or not complaint.is_open:
        return None
    rows = visible_to(actor, Complaint.objects.filter(pk__in=complaint.possible_repeats)).order_by(
        "-received_at", "-pk"
    )[:20]
    found = [(row, [SAME[one] for one in compared(complaint, row).same]) for row in rows]
    if not found:
        return None
    return {
        "repeats": found,
        "number": complaint.number,
        "kind": terms.LinkKind.REPEATED.value,
        "may": may_take(actor, complaint, RULE_OUT_REPEATS),
        "rule_out": RULE_OUT_REPEATS.name,
        "note": len(found),
    }


def content_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The notices that a counter-notice may answer, or its counter-notices: about content at the same address (IN-11)."""
    found = answered_by(actor, complaint)
    if not found:
        return None
    kinds, _rows = related_to(actor, complaint)
    return {
        "others": [(row, dict(KINDS)[row.content_kind], kinds.get(row.pk, "")) for row in found],
        "number": complaint.number,
        "kind": terms.LinkKind.COUNTER.value,
        "may": may_take(actor, complaint, LINK),
        "note": len(found),
    }


def previous_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The complaint that this one repeats: how it went and how it ended, before anybody reads on (RG-24)."""
    kinds, rows = related_to(actor, complaint)
    before = next(
        (row for row in rows if kinds[row.pk] == terms.LinkKind.REPEATED and row.received_at < complaint.received_at),
        None,
    )
    if before is None:
        return None
    return {"previous": before, "outcome": before.get_outcome_display(), "note": before.number}


def files_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The files of the case with size and the note that they were received (RG-06, RG-09)."""
    files = files_of(actor, complaint)
    if not files:
        return None
    return {
        "files": files,
        "note": ngettext("%(n)s file", "%(n)s files", len(files)) % {"n": len(files)},
        "openings": reverse("desk:openings", args=[complaint.number]) if may_read_openings(actor) else "",
    }


def papers_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The documents that exist of this case for this reader (RC-11). No query of its own."""
    found = [
        {"code": one.code, "title": one.title} for one in papers() if one.open_to(actor) and not one.missing(complaint)
    ]
    return {"papers": found, "number": complaint.number, "note": len(found)} if found else None


MOST_CANDIDATES = 6


def candidates_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Who could take the case: level, knowledge, load, and for whoever leads what came of their cases (AS-06, AS-16)."""
    found = proposal_for(complaint).fitting[:MOST_CANDIDATES]
    if not found:
        return None
    results = results_of(now()) if may(actor, Can.ASSIGN) else None
    return {
        "candidates": [
            (
                people.staff_identity(one.id),
                " · ".join(merits(one, complaint)),
                results.get(one.id, NONE).words if results is not None else "",
            )
            for one in found
        ]
    }


def declare() -> None:
    """Declare the panels once, when apps load."""
    panel(
        Panel(name="papers", title=_("Documents"), template="desk/panels/papers.html", context=papers_context, order=81)
    )
    panel(
        Panel(
            name="people", title=_("Complainant"), template="desk/panels/people.html", context=people_context, order=10
        )
    )
    panel(Panel(name="matter", title=_("Matter"), template="desk/panels/matter.html", context=matter_context, order=20))
    panel(
        Panel(
            name="receipt",
            title=_("How it reached us"),
            template="desk/panels/lines.html",
            context=receipt_context,
            order=25,
        )
    )
    panel(
        Panel(
            name="course",
            title=_("Dates and marks"),
            template="desk/panels/lines.html",
            context=course_context,
            order=85,
        )
    )
    panel(
        Panel(
            name="previous",
            title=_("Earlier complaint"),
            template="desk/panels/previous.html",
            context=previous_context,
            order=5,
            where="top",
        )
    )
    panel(
        Panel(
            name="related",
            title=_("Related and repeated"),
            template="desk/panels/related.html",
            context=related_context,
            order=80,
        )
    )
    panel(
        Panel(
            name="repeats",
            title=_("Possible repetitions"),
            template="desk/panels/repeats.html",
            context=repeats_context,
            order=5,
        )
    )
    panel(
        Panel(
            name="content",
            title=_("Same content: notice and counter-notice"),
            template="desk/panels/content.html",
            context=content_context,
            order=6,
        )
    )
    panel(
        Panel(
            name="candidates",
            title=_("Who could take it"),
            template="desk/panels/candidates.html",
            context=candidates_context,
            order=1,
            where="beside",
        )
    )
    panel(
        Panel(name="files", title=_("Attachments"), template="desk/panels/files.html", context=files_context, order=90)
    )
