"""What a pack shows beside records: each clause, chapter by chapter, as it stood on the day, and the rules in force (MS-29). PDF, as everything in a pack."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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

LANGUAGES = frozenset({"zh-Hans", "en"})
MOST_COLUMNS = 9
NARROWEST, WIDEST = 8, 34
"""Signs that a column is made for."""
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
    """Every rulebook in force that clauses of a document stand on, as it is kept, in the language of the pack."""
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
    """One rulebook in force as it is kept."""
    label, state, since = _named(kind)
    parts = [
        Part(texts=[_("As the software keeps them: columns have the names by which it knows them.")]),
        *_tables(rulebooks.in_force(kind).body),
    ]
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


def _tables(body: Mapping[str, Any]) -> Iterator[Part]:
    single = [(name, _cell(value)) for name, value in body.items() if not _is_table(value)]
    if single:
        yield Part(facts=[(name, words or "–") for name, words in single])
    for name, value in body.items():
        if _is_table(value):
            yield Part(heading=name)
            yield _table(value)


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> Part:
    heads = [
        name
        for name in dict.fromkeys(name for row in rows for name in row)
        if any(_cell(row.get(name)) for row in rows)
    ]
    told, rest = heads[:MOST_COLUMNS], heads[MOST_COLUMNS:]
    lines = [
        [
            *(_cell(row.get(name)) for name in told),
            *([" · ".join(f"{name}: {_cell(row[name])}" for name in rest if _cell(row.get(name)))] if rest else []),
        ]
        for row in rows
    ]
    heads = [*told, *(["…"] if rest else [])]
    longest = [max((len(cell) for cell in column), default=1) for column in zip(heads, *lines, strict=True)]
    return pdf.table(heads, lines, widths=[min(WIDEST, max(NARROWEST, length)) for length in longest])


def _cell(value: Any) -> str:
    """A value as it is read: texts in the language of the moment, ticks for what is set, nothing for what is not."""
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return "✓"
    if isinstance(value, Mapping):
        if set(value) <= LANGUAGES:
            return in_language(dict(value))
        return "; ".join(f"{name}: {words}" for name, one in value.items() if (words := _cell(one)))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return listed(filter(None, map(_cell, value)))
    return str(value)


def _pdf(title: str, subtitle: str, parts: list[Part]) -> bytes:
    return pdf.pdf(Sheet(firm=_firm(), title=title, subtitle=subtitle, by=_firm(), at=now(), parts=parts))
