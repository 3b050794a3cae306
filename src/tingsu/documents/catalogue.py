"""The documents that are asked for, as data: what each is, the clauses that ask for it, and the template that ships with it (DI-01).

The templates are text of the product, in both languages, in `shipped/`; a firm adopts one, fills in the places marked 【】 and owns it from then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SHIPPED = Path(__file__).parent / "shipped"
OTHER, PLAN, GUIDE = "other", "plan", "guide"
LANGUAGES: tuple[tuple[str, str | Promise], ...] = (
    ("zh", pgettext_lazy("document", "Chinese")), ("en", pgettext_lazy("document", "English")),
    ("both", pgettext_lazy("document", "Chinese and English")),
)  # fmt: skip
KINDS: tuple[tuple[str, str | Promise], ...] = (
    ("rules", pgettext_lazy("document", "Management rules")),
    ("policy", pgettext_lazy("document", "Policy or statement")),
    ("procedure", pgettext_lazy("document", "Procedure")),
    ("guide", pgettext_lazy("document", "Operation guide")),
    ("standard", pgettext_lazy("document", "Service or process standard")),
    ("plan", pgettext_lazy("document", "Plan or programme")),
    ("list", pgettext_lazy("document", "List or form")),
    ("report", pgettext_lazy("document", "Report or record")),
    ("external", pgettext_lazy("document", "Document from outside")),
)
PURPOSE = {"zh": "快速响应、妥善处理、持续改进", "en": "Fast response, proper handling, continual improvement"}
"""What a complaint plan is for (SVC 1.1), as it ships."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One document that is asked for."""

    code: str
    title: str | Promise
    kind: str
    clauses: tuple[str, ...]
    part: str
    """Of which checklist it is: a key of PARTS."""
    records: tuple[str, ...] = ()
    """Registers of ours that keep the same as records: with entries there nothing is missing. `statement:policy`: with one of that kind in force."""
    shall: bool = True


def _t(
    code: str,
    title: str | Promise,
    kind: str,
    clauses: str,
    part: str = "cts",
    *,
    records: str = "",
    shall: bool = True,
) -> Topic:
    return Topic(
        code=code,
        title=title,
        kind=kind,
        clauses=tuple(clauses.split("; ")),
        part=part,
        records=tuple(records.split()),
        shall=shall,
    )


PARTS: dict[str, str | Promise] = {
    "cts": _("Documents that the certification asks for (CTS 7.5.1)"),
    "system": _("System documents of complaint handling (ISC 5.3.1)"),
    "rules": _("Rules that must be in force (K-04)"),
    "more": _("Also asked for"),
}
TOPICS: dict[str, Topic] = {
    one.code: one
    for one in (
        _t("scope", _("Scope of the complaint management system"), "policy", "CTS 4.3"),
        _t("processes", _("Processes of complaint management and their records"), "procedure", "CTS 4.4.2; CTS 8.1", records="business_process"),
        _t("participation", _("Participation of interested parties, and what came of it"), "procedure", "CTS 4.2"),
        _t("policy", _("Complaint management policy"), "policy", "CTS 5.2", records="statement:policy"),
        _t("objectives", _("Complaint management objectives and plans to reach them"), "plan", "CTS 6.2", records="objective"),
        _t("obligations", _("List of compliance obligations"), "list", "CTS 6.1; CTS 9.1.2", records="obligation"),
        _t("competence", _("Competence: requirements and evidence"), "list", "CTS 7.2", records="personnel_file"),
        _t("communication", _("Communication in major and mass complaints"), "procedure", "CTS 7.4"),
        _t("criteria", _("Operating criteria for handling complaints"), "standard", "CTS 8.1"),
        _t("acceptance", _("Complaint acceptance procedure"), "procedure", "CTS 8.2"),
        _t("emergency", _("Fast channel for urgent complaints"), "procedure", "CTS 8.2"),
        _t("monitoring", _("Trend monitoring and early warning"), "procedure", "CTS 8.4"),
        _t("suppliers", _("Requirements for suppliers of complaint services"), "procedure", "CTS 8.7"),
        _t("measuring", _("Monitoring, measurement and evaluation: plan and results"), "plan", "CTS 9.1.1", records="monthly_report"),
        _t("compliance", _("Compliance evaluation: procedure and report"), "procedure", "CTS 9.1.2"),
        _t("audit", _("Internal audit: programme and results"), "plan", "CTS 9.2", records="audit"),
        _t("review", _("Management review: input, results and actions"), "report", "CTS 9.3", records="management_review"),
        _t("correction", _("Nonconformity and corrective action"), "procedure", "CTS 10.1", records="nonconformity"),
        _t("control", _("Control of documented information"), "procedure", "CTS 7.5.2; CTS 7.5.3", "more"),
        _t("channels", _("Modes and scope of complaints"), "rules", "ISC 5.3.1", "system"),
        _t("classes", _("Classification and acceptance rules"), "rules", "ISC 5.3.1", "system"),
        _t("handling", _("Complaint handling procedure"), "procedure", "ISC 5.3.1; ISC 5.1.1; SZ 4(2)", "system"),
        _t("aftersales", _("After-sales management rules"), "rules", "SZ 5(3)", "rules"),
        _t("mechanism", _("Complaint management mechanism"), "rules", "SZ 5(3); SZ 6(2); ISC 5.1.1", "rules"),
        _t("data_security", _("Data-security rules for the whole process"), "rules", "ISC 9.7.1", "more"),
        _t("disputes", _("Dispute-resolution procedure"), "procedure", "SZ 7; SZ 4(2)", "more"),
        _t(PLAN, _("Complaint plan of a service enterprise"), "plan", "SVC 1.1", "more"),
        _t("service", _("Service standard for complaint handling"), "standard", "SZ 4(2)", "more"),
        _t(GUIDE, _("Operation guide for a step"), "guide", "SZ 10.3", "more"),
    )
}  # fmt: skip
CLAUSES = tuple(sorted({clause for one in TOPICS.values() for clause in one.clauses}))
CHOICES: tuple[tuple[str, str | Promise], ...] = (
    *((one.code, one.title) for one in TOPICS.values()), (OTHER, _("Another document of our own")),
)  # fmt: skip


def clauses_of(topic: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """The clauses that a document serves: those of what it is, and those that were named besides."""
    known = TOPICS[topic].clauses if topic in TOPICS else ()
    return tuple(dict.fromkeys((*known, *more)))


@cache
def template_of(topic: str, language: str) -> str:
    """The text that ships for a document; empty where none does."""
    file = SHIPPED / language / f"{topic}.md"
    return file.read_text(encoding="utf-8") if topic in TOPICS and file.is_file() else ""


def made_out(topic: str, language: str, firm: str) -> str:
    """The template with the name of the firm in it."""
    return template_of(topic, language).replace("{firm}", firm)
