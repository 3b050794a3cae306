"""Public statistics: which stand on the portal, what they say there, and that no two of them tell a small number together (PT-04, MO-13)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.figures.periods import Period
from tingsu.governance import report_figures, report_files, report_kinds
from tingsu.governance.report_tables import Cell, Section, Told
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

PUBLISHED, WITHDRAWN, SUPERSEDED = "published", "withdrawn", "superseded"
ON_THE_PORTAL = (PUBLISHED, WITHDRAWN, SUPERSEDED)
MOST = 60


@dataclass(frozen=True)
class Publication:
    """One publication as the portal lists it."""

    number: str
    period: str
    state: str
    published_on: str
    edition: int
    notice: str = ""
    """Why it was withdrawn, in the words of whoever did it. This and what follows on its own page only."""
    replaced_by: str = ""
    replaces: str = ""

    @property
    def stands(self) -> bool:
        """Its figures are to be read."""
        return self.state == PUBLISHED


def apart_from_others(opened: OpenedEntry, period: Period) -> None:
    """A month and its quarter cannot both be published: a subtraction would tell what each withholds. Raises InvalidInput."""
    for row in Entry.objects.filter(
        register=opened.register.name, speaks_of__gte=_year(period), speaks_of__lt=period.end
    ):
        other = report_kinds.period_in(row.codes)
        if (
            report_kinds.kind_of(row.codes) == report_kinds.PUBLIC
            and row.state not in {SUPERSEDED, WITHDRAWN}
            and other.kind != period.kind
            and period.first < other.end
        ):
            error = InvalidValue(
                _("%(number)s speaks of %(period)s: what one withholds would follow from the other. Keep to one length of period."),
                code="overlaps", number=row.number, period=other.written,
            )  # fmt: skip
            raise InvalidInput({"span": error})


def _year(period: Period) -> date:
    return date(period.first.year, 1, 1)


def published(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It stands on the portal from now on."""
    opened.put("released_on", local_date(opened.at, current_organisation().time_zone))


def publications() -> list[Publication]:
    """What was ever published, the newest period first: what was withdrawn or corrected stays visible as such. One query."""
    rows = Entry.objects.filter(register=report_files.REGISTER, state__in=ON_THE_PORTAL).order_by(
        "-speaks_of", "-opened_at"
    )
    found = rows.filter(codes__report=report_kinds.PUBLIC, codes__has_key="released_on")
    return [_told(row) for row in found[:MOST]]


def publication(number: str) -> tuple[Publication, list[Section]] | None:
    """One of them with its tables; without tables where it no longer stands. None where nothing of this number was published."""
    row = Entry.objects.filter(register=report_files.REGISTER, number=number, state__in=ON_THE_PORTAL).first()
    if row is None or report_kinds.kind_of(row.codes) != report_kinds.PUBLIC or not row.codes.get("released_on"):
        return None
    texts = row.worded_or_none() or {}
    told = replace(
        _told(row),
        notice=texts.get("notice", "") if row.state == WITHDRAWN else "",
        replaced_by=_if_published(texts.get("replaced_by", "")),
        replaces=texts.get("replaces", ""),
    )
    return told, sections_of(row) if told.stands else []


def _told(row: Entry) -> Publication:
    return Publication(
        number=row.number, period=report_kinds.period_in(row.codes).written, state=row.state,
        published_on=str(row.codes["released_on"]), edition=int(row.codes.get("edition", 1)),
    )  # fmt: skip


def _if_published(number: str) -> str:
    rows = Entry.objects.filter(register=report_files.REGISTER, number=number, state=PUBLISHED) if number else None
    return number if rows is not None and rows.exists() else ""


def sections_of(entry: Entry) -> list[Section]:
    """The tables of a publication: figures with their formula in words, and complaints told apart; small counts are withheld."""
    told = Told(None, registers()[report_files.REGISTER], entry, full=False)
    rows = []
    for row in told.codes.get("figures", []):
        one = report_figures.definition(row["code"], row["version"])
        if one is not None:
            value, of = told.figure(one, row)
            rows.append(
                [
                    Cell(words=one.name),
                    Cell(words=one.formula),
                    Cell(words=value, number=True),
                    Cell(words=of, number=True),
                ]
            )
    heads = [_now("Indicator"), _now("Formula in words"), pgettext("figure", "Value"), pgettext("figure", "Of")]
    period = report_kinds.period_in(entry.codes)
    title = _now("Complaints of %(first)s to %(last)s") % {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }
    return [Section(title=title, heads=heads, rows=rows), told.breakdown()]
