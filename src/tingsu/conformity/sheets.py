"""What a pack shows beside records: each clause, chapter by chapter, as it stood on the day, and the rules in force (MS-29). PDF, as everything in a pack."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.conformity import cited
from tingsu.conformity.profiles import clause_of
from tingsu.conformity.view import Line, Readiness
from tingsu.kernel import proofs, rulebooks
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.pages import pdf
from tingsu.pages.pdf import Part, Sheet
from tingsu.pages.rulebooks import tables_of

Shown = tuple[str, bytes, dict[str, Any]]
"""Name in the pack, content, and what the index says of it."""


def of_clauses(found: Readiness) -> Iterator[Shown]:
    """One sheet for each chapter: of each clause what it asks, who answers for it, how it stands and what shows it."""
    for chapter in found.chapters(found.lines):
        held = [line.clause.cited for line in chapter.lines]
        about = {
            "register": str(_("Standing of the clauses")), "number": f"{chapter.number} {chapter.title}".strip(), "clauses": held,
            "state": f"{chapter.done}/{chapter.of}", "on": found.day.isoformat(),
        }  # fmt: skip
        parts = []
        for line in chapter.lines:
            parts += [
                Part(heading=f"{line.clause.cited} {line.clause.title} · {line.words}", facts=_facts(line)),
                _proofs(line),
            ]
        name = f"clauses/{chapter.number}.pdf"
        yield name, _pdf(f"{found.profile.label} · {chapter.number} {chapter.title}", str(found.day), parts), about


def _facts(line: Line) -> list[tuple[str, str]]:
    rows = cited.rows_of(line.clause.cited)
    tests = listed(f"{one.number} ({one.tests})" for one in rows)
    facts = [
        (_("What it asks, in our words"), str(line.clause.asks)),
        (pgettext("conformity", "Not applicable"), str(line.aside)),
        (_("Responsible"), line.name),
        (_("Last check"), line.checked_on),
        (_("Requirement rows of the software, and the tests that cite each"), tests),
    ]
    return [(label, words) for label, words in facts if words]


def _proofs(line: Line) -> Part:
    heads = [_("Sort of proof"), _("What shows it"), _("What there is"), _("Day it speaks of"), _("Standing")]
    rows = [
        [
            str(one.sort), str(one.proof.what), " · ".join(filter(None, (one.count, str(one.proof.words)))),
            one.proof.on.isoformat() if one.proof.on else "", str(one.words),
        ]
        for one in line.shown
    ]  # fmt: skip
    return pdf.table(heads, rows or [["", _("Nothing shows this clause yet."), "", "", ""]], widths=[2, 5, 4, 2, 2])


def of_rules(document: str) -> Iterator[Shown]:
    """Every rulebook in force that clauses of a document stand on, as its page shows it, in the language of the pack."""
    for kind, (clauses, _page) in proofs.ruled().items():
        wanted = sorted({clause for clause in clauses if clause.startswith(f"{document} ") and clause_of(clause)})
        if not wanted:
            continue
        label, state, since = _named(kind)
        about = {
            "register": pgettext("proof", "Rules in force"),
            "number": label,
            "clauses": wanted,
            "state": state,
            "on": since,
        }
        yield f"rules/{kind}.pdf", pdf.pdf(of_kind(kind, _firm())), about


def of_kind(kind: str, by: str) -> Sheet:
    """One rulebook in force as its page shows it."""
    label, state, since = _named(kind)
    get_resolver().url_patterns  # noqa: B018  a worker knows the pages only once their addresses are read
    parts = tables_of(kind, rulebooks.in_force(kind))
    return Sheet(
        firm=_firm(), title=label, subtitle=" · ".join(filter(None, (state, since))), by=by, at=now(), parts=parts, wide=True,
    )  # fmt: skip


def _named(kind: str) -> tuple[str, str, str]:
    """What a rulebook is called, which version is in force, since which day."""
    rules = rulebooks.in_force(kind)
    since = local_date(rules.valid_from, current_organisation().time_zone).isoformat() if rules.valid_from else ""
    return str(rulebooks.kinds()[kind].label), f"V{rules.version}" if rules.version else _("as shipped"), since


def _firm() -> str:
    return in_language(current_organisation().name)


def _pdf(title: str, subtitle: str, parts: list[Part]) -> bytes:
    return pdf.pdf(Sheet(firm=_firm(), title=title, subtitle=subtitle, by=_firm(), at=now(), parts=parts))
