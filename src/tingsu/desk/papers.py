"""The complete file of a case as one PDF (RC-01, RC-11): cover, contents, every document, letters, history, attachments."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tingsu.aftercare.models import ArchivedFile, ClosingReview
from tingsu.aftercare.rules import retention_class
from tingsu.aftercare.steps.closing import ORIGINALS
from tingsu.complaints import recorded_words
from tingsu.complaints.covering import known_in
from tingsu.complaints.fields import case_field
from tingsu.complaints.letter_papers import all_letters, letter_part
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Content, Paper, Reader, content_of, declare, filed
from tingsu.complaints.terms import PartyRole
from tingsu.desk import timeline
from tingsu.desk.attachments import attached
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people.queries import staff_identity
from tingsu.people.roles import CENTRE_ROLES, Role


def case_file(reader: Reader) -> Content:
    """Everything that is kept of the case, as far as the reader may see it."""
    complaint = reader.complaint
    known_in(complaint)
    documents, told = _documents(reader)
    files = recorded_words.files(reader)
    attachments = attached(reader, files)
    letters = [row for row in all_letters(complaint) if row.pk.hex not in told]
    history = _history(reader)
    counts = [
        (_("Documents"), str(len({part.heading for part in documents if part.deep == 2}))),
        (_("Letters"), str(len(letters))),
        (_("Events"), str(len(history))),
        (_("Attachments"), str(len(files))),
    ]
    cover = [
        Part(heading=pgettext("case file", "Case"), facts=_cover(reader)),
        *_kept(complaint),
        *_material(complaint),
        Part(heading=_("What this file holds"), facts=counts, note=_mixed() if attachments.sources else ""),
    ]
    parts = [
        *cover,
        *documents,
        *([Part(heading=_("Letters"), fresh=True)] if letters else []),
        *(letter_part(reader, row) for row in letters),
        Part(heading=_("History"), fresh=True, facts=in_full(history)),
        *attachments.parts(),
    ]
    return Content(
        parts=parts, sources=attachments.sources, contents=len(cover), subtitle=str(complaint.get_state_display())
    )


def _mixed() -> str:
    return _(
        "With pages of files that others made: the file as a whole is therefore no archival PDF. Forms, notes and links in them "
        "are in the originals only."
    )


def _cover(reader: Reader) -> list[tuple[str, str]]:
    complaint = reader.complaint
    view = recorded_words.person(reader, PartyRole.COMPLAINANT)
    facts = [
        (_("Number"), complaint.number),
        (_("Stage"), str(complaint.get_state_display())),
        (_("Complainant"), _("Anonymous") if complaint.anonymous else ((view.short or view.name) if view else "")),
        (_("Product or service"), recorded_words.words_of(reader, case_field("product"))),
        (pgettext("case file", "Received"), instant(complaint.received_at)),
        (_("Owner"), staff_identity(complaint.owner_id)),
        (_("Verdict"), str(complaint.get_verdict_display())),
        (_("Outcome"), str(complaint.get_outcome_display())),
        (pgettext("case file", "Closed"), instant(complaint.closed_at) if complaint.closed_at else ""),
    ]
    return [(label, words) for label, words in facts if words]


def _kept(complaint: Complaint) -> list[Part]:
    """How an archived file is kept: number, keeper, paper, class, until when; and that it is locked."""
    row = next(iter(ArchivedFile.of(complaint)), None)
    if row is None:
        return [Part(heading=_("Archive"), texts=[_("This case has not been archived yet.")])]
    kept = retention_class(row.retention_class, row.retention_version)
    facts = [
        (_("Archive number"), row.number),
        (_("Archived on"), instant(row.archived_at)),
        (_("Keeper"), staff_identity(row.keeper_id)),
        (_("Paper originals"), row.covered("paper_place")),
        (_("Record class"), str(kept.name)),
        (_("Until"), row.dispose_on.isoformat()),
    ]
    note = _("Locked since then: nothing in it can be changed; what comes later is added and stands in the history.")
    return [Part(heading=_("Archive"), facts=[(label, words) for label, words in facts if words], note=note)]


def _material(complaint: Complaint) -> list[Part]:
    """What came on paper, where it lies, and whether it went back when the case was closed (RC-10, RC-12)."""
    review = next(iter(ClosingReview.of(complaint)), None)
    words = dict(ORIGINALS).get(review.originals, "") if review else ""
    facts = [
        (_("Place of the original"), complaint.original_place),
        (_("Material given by the complainant"), str(words)),
        (_("Returned or kept on"), review.originals_on.isoformat() if review and review.originals_on else ""),
    ]
    told = [(label, said) for label, said in facts if said]
    return [Part(heading=_("Originals"), facts=told)] if told else []


def _documents(reader: Reader) -> tuple[list[Part], set[str]]:
    """Every document that exists, each on a page of its own; and the keys of those of which there are several."""
    found: list[Part] = []
    told: set[str] = set()
    for paper, key, words in filed(reader.actor, reader.complaint):
        if paper.code == CODE:
            continue
        told.add(key)
        heading = " · ".join(filter(None, (str(paper.title), str(words))))
        found.append(Part(heading=heading, fresh=True))
        content = content_of(paper, replace(reader, item=key))
        found += [replace(part, deep=3, fresh=False) for part in content.parts]
    return found, told


def _history(reader: Reader) -> list[tuple[str, str]]:
    """Every event, the oldest first: when and by whom, and what was done, written and chosen."""
    pages = []
    before = None
    while True:
        entries, before = timeline.entries_of(reader.actor, reader.complaint, before=before)
        pages.append(entries)
        if before is None:
            break
    return [
        (
            f"{instant(entry.at)}\n{entry.who}".strip(),
            "\n".join([str(entry.words), *(f"{label}{words}" for label, words in (*entry.codes, *entry.lines))]),
        )
        for entries in reversed(pages)
        for entry in entries
    ]


CODE = "case_file"
declare(
    Paper(
        code=CODE,
        title=gettext_lazy("Complete case file"),
        hint=gettext_lazy("All documents, letters, the history and the attachments in one file, with bookmarks."),
        content=case_file,
        order=90,
        roles=frozenset(CENTRE_ROLES) - {Role.ANALYST},
        filed=False,
        bulk=False,
    )
)
