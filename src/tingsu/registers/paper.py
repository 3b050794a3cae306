"""An entry and a list as documents to print or keep (RC-06): what the reader sees on the page, as the reader sees it."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import colon, listed
from tingsu.pages import pdf
from tingsu.pages.pdf import Part, Sheet
from tingsu.people.queries import staff_identity
from tingsu.registers import listing, queries, reading
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry


def sheet_of_entry(actor: Actor, register: Register, entry: Entry, door: str = "page") -> Sheet:
    """One entry with everything its page says: facts, texts, links, files, history; through another door as masked as that one is."""
    opener = staff_identity(entry.opened_by) or _("by a rule")
    facts = [
        (_("Number"), entry.number),
        (_("State"), entry.get_state_display()),
        (pgettext("entry", "Opened"), f"{opener} · {_instant(entry.opened_at)}"),
        (_("Owner"), staff_identity(entry.owner_id)),
        *((line.label, _words(line)) for line in reading.lines_of(actor, register, entry, door, paper=True)),
        (_("Evidence for"), " · ".join(register.clauses(entry.codes))),
        *((str(name), _instant(promise.due_at)) for promise, name in reading.clocks_of(entry)),
    ]
    parts = [Part(facts=[(label, words) for label, words in facts if words])]
    if links := reading.links_of(actor, entry.pk):
        shown = [(f"{one['how']} · {one['kind']}", one["name"]) for one in links]
        parts.append(Part(heading=pgettext("entry", "Links"), facts=shown))
    if files := reading.files_of(actor, entry, door):
        shown = [(one["name"], f"{one['type']} · SHA-256 {one['hash']}") for one in files]
        parts.append(Part(heading=_("Files"), facts=shown))
    told = [(_instant(one.at), _told(one)) for one in reading.history_of(actor, register, entry, door)]
    parts.append(Part(heading=_("Timeline"), facts=told))
    return _sheet(actor, f"{register.one} {entry.number}", entry.get_state_display(), parts)


def sheet_of_list(actor: Actor, register: Register, rows: Iterable[Entry], asked: queries.Asked) -> Sheet:
    """The entries that the filter shows, with the columns of the list; texts as an export may hold them."""
    heads = [_("Number"), str(register.one), *listing.columns_of(register), _("State"), _("Owner"), _("Next date")]
    found = [
        [
            entry.number,
            " ".join(texts.get(register.title, "").split())[: listing.TITLE],
            *(reading.cell(register, entry, texts, name) for name in register.columns),
            entry.get_state_display(),
            staff_identity(entry.owner_id),
            _instant(entry.next_due_at) if entry.next_due_at else "",
        ]
        for entry, texts in listing.prepared(actor, register, rows, pdf.MOST_ROWS + 1)
    ]
    chosen = listed(f"{chip['label']}{colon()}{chip['value']}" for chip in listing.chips_of(register, asked))
    widths = [3, 6, *(3 for _name in register.columns), 2, 2, 3]
    return _sheet(actor, str(register.many), chosen, [pdf.table(heads, found, widths=widths)], wide=True)


def _sheet(actor: Actor, title: str, subtitle: str, parts: list[Part], *, wide: bool = False) -> Sheet:
    firm = in_language(current_organisation().name)
    by = staff_identity(actor.id) or actor.name
    return Sheet(firm=firm, title=title, subtitle=subtitle, by=by, at=now(), parts=parts, wide=wide)


def _words(line: reading.Line) -> str:
    if not line.rows:
        return line.value
    return "\n".join(" · ".join(f"{label}{colon()}{words}" for label, words in row) for row in line.rows)


def _told(told: reading.Told) -> str:
    lines = [f"{told.who} {told.words}".strip(), *(label + words for label, words in (*told.lines, *told.codes))]
    return "\n".join(lines)


def _instant(at: object) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"  # type: ignore[arg-type]
