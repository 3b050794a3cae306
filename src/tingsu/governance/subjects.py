"""The seventeen kinds of evidence that no record of daily work shows (OE-01…OE-17), as data: what each is and proves."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One kind of evidence: its row in the requirements, what it shows, the clauses it proves, whether they say shall."""

    row: str
    code: str
    label: str | Promise
    clauses: tuple[str, ...]
    shall: bool = True
    shows: str | Promise = ""


def _s(row: int, code: str, label: str | Promise, clauses: str, shows: str | Promise, *, shall: bool = True) -> Subject:
    return Subject(
        row=f"OE-{row:02d}", code=code, label=label, clauses=tuple(clauses.split("; ")), shows=shows, shall=shall
    )


SUBJECTS: dict[str, Subject] = {
    one.code: one
    for one in (
        _s(
            1, "premises", _("Premises and facilities"), "ISC 5.2; SZ 4(3).4; CTS 7.1",
            _("places, facilities and equipment for complaint work; a quiet room that is easy to reach for reception"),
        ),
        _s(
            2, "office", _("Office equipment"), "ISC 5.2; SZ 4(3).4; CTS 7.1",
            _("telephone, copier, filing cabinet, computer"),
        ),
        _s(3, "network", _("Network"), "ISC 5.2", _("a stable network")),
        _s(
            4, "papers", _("Working papers"), "ISC 5.2",
            _("documents and technical material that complaint handling needs"),
        ),
        _s(
            5, "fund", _("Special fund"), "ISC 5.2; SZ 4(3).4", _("budget, use and balance of each year"), shall=False,
        ),
        _s(
            6, "provision", _("Hardware, software, material and money for staff"), "SZ 4(3).4; CTS 7.1",
            _("what staff were given to work with"),
        ),
        _s(
            7, "workplace", _("Public-facing workplace"), "ISC 9.7.3.1",
            _("a workplace open to the public, and normal working conditions for each handler"),
        ),
        _s(
            8, "attention", _("Attention of senior management"), "ISC 4.2.1; SZ 4(2).1",
            _("decisions, speeches and items of meetings on complaint handling"),
        ),
        _s(
            9, "values", _("Leaders spread the values and motivate staff"), "ISC 4.2.4",
            _("events and messages; recognition of all efforts"), shall=False,
        ),
        _s(
            10, "undertaking", _("Staff undertaking"), "ISC 5.3.2; SZ 4(2).4; SZ 4(2).5",
            _("signed undertakings to keep to rules and trade practice, to protect consumers and the good name"),
        ),
        _s(
            11, "quality", _("Strict quality control of products and services"), "ISC 6.2.1",
            _("links to the quality management system"),
        ),
        _s(
            12, "exchange", _("Exchange with similar enterprises and industry alliance"), "ISC 10.1.2",
            _("date, partners, topic and result"), shall=False,
        ),
        _s(
            13, "ecosystem", _("Contribution to the ecosystem of the industry"), "ISC 10.1.2",
            _("standards, papers or platforms the enterprise took part in"), shall=False,
        ),
        _s(
            14, "recruitment", _("Recruitment interviews"), "ISC 5.4.1.2", _("background check and values test"),
        ),
        _s(
            15, "support", _("Top management supports other managers and directs people"), "CTS 5.1 g; CTS 5.1 i",
            _("what was decided, given or said in support of other managers"),
        ),
        _s(
            16, "awareness", _("Customer-focused awareness built by the management representative"), "SZ 4(2).2",
            _("activities for all staff"),
        ),
        _s(
            17, "innovation", _("Encouragement of innovation in complaint handling"), "SZ 8(5)",
            _("calls, prizes and trials of new ways of handling"),
        ),
    )
}  # fmt: skip


def label_of(code: str) -> str:
    """What a kind of evidence is called."""
    return str(SUBJECTS[code].label) if code in SUBJECTS else code
