"""What the page of an audit and its report say: the checklist by clause, the findings with their nonconformities, the conclusion (MS-25)."""

import uuid
from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.evaluation import auditing
from tingsu.evaluation.auditing import CORRECTED, GRADES, NAME, RUNNING, VERDICTS
from tingsu.evaluation.clauses import CHAPTERS, CLAUSES
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import apart, listed
from tingsu.pages.pdf import Part, Sheet, pdf_response, table
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of, steps_for
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

FILES = {
    "zh.pdf": ("zh-hans", pgettext_lazy("audit", "Report, Chinese")),
    "en.pdf": ("en", pgettext_lazy("audit", "Report, English")),
}
TONES = {"major": "critical", "minor": "late", "sensitive": "soon", "improvement": "plain", "strength": "done"}
REPORTED = (auditing.REPORTED, auditing.CLOSED)


def told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What stands on the page of an audit, as this reader may see it."""
    register = registers()[NAME]
    texts = reading.texts_seen(actor, register, entry, "page")
    answered, lines = auditing.answers_of(entry.codes), auditing.lines_of(entry.codes)
    may = {step.name for step, _unmet in steps_for(actor, register, entry)}
    counted = Counter(one["verdict"] for _place, one in answered.values())
    return {
        "audit_told": {
            "lines": len(lines), "done": sum(one in answered for one in lines),
            "counts": [(label, counted[code]) for code, label in VERDICTS],
            "chapters": _chapters(lines, answered, texts),
            "findings": findings_of(actor, entry, texts),
            "walk": reverse("evaluation:checklist", args=[entry.number]) if entry.state == RUNNING and "answer" in may else "",
        }
    }  # fmt: skip


def _chapters(
    lines: list[str], answered: dict[str, tuple[int, dict[str, Any]]], texts: dict[str, str]
) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        number = auditing.clause_of(line)
        found.setdefault(CLAUSES[number].chapter, []).append(line_told(line, answered, texts))
    return [{"number": chapter, "title": CHAPTERS[chapter], "lines": told} for chapter, told in found.items()]


def line_told(line: str, answered: dict[str, tuple[int, dict[str, Any]]], texts: dict[str, str]) -> dict[str, Any]:
    """One line of the checklist with its answer in words."""
    place, one = answered.get(line, (-1, {}))
    return {
        "line": line, "clause": CLAUSES[auditing.clause_of(line)], "question": auditing.question_of(line),
        "verdict": dict(VERDICTS).get(one.get("verdict", ""), ""), "tone": {"conforms": "done", "finding": "late"}.get(one.get("verdict", ""), "plain"),
        "note": texts.get(f"answers.{place}.note", ""), "evidence": texts.get(f"answers.{place}.evidence", ""),
        "who": reading.name_words(one.get("by")), "on": one.get("on", ""),
    }  # fmt: skip


def findings_of(actor: Actor, entry: Entry, texts: dict[str, str]) -> list[dict[str, Any]]:
    """The findings with grade, place, nonconformity and what looking again showed. One query."""
    rows = list(entry.codes.get("findings") or ())
    ids = [uuid.UUID(one["record"]) for one in rows if one.get("record")]
    seen = registers()[auditing.NONCONFORMITY].visible(actor, Entry.objects.filter(pk__in=ids)) if ids else ()
    records = {str(one.pk): one for one in seen}
    again = {"effective": (pgettext("audit", "gone"), "done"), "not": (pgettext("audit", "still there"), "late")}
    found = []
    for place, one in enumerate(rows):
        record = records.get(one.get("record", ""))
        found.append(
            {
                "grade": dict(GRADES)[one["grade"]], "tone": TONES[one["grade"]], "corrected": one["grade"] in CORRECTED,
                "clause": CLAUSES[one["clause"]],
                "what": texts.get(f"findings.{place}.what", ""), "evidence": texts.get(f"findings.{place}.evidence", ""),
                "unit": people.unit_name(uuid.UUID(one["unit"])) if one.get("unit") else "", "record": record,
                "record_url": reading.address_of(record) if record else "",
                "again": again.get(one.get("again", "")), "again_on": one.get("again_on", ""),
                "seen_again": texts.get(f"findings.{place}.seen_again", ""),
            }
        )  # fmt: skip
    return found


def offered(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The report as a file, once there is one."""
    if entry.state not in REPORTED:
        return []
    return [
        (label, reverse("evaluation:audit_report", args=[entry.number, name])) for name, (_lang, label) in FILES.items()
    ]


@never_cache
@require_GET
def report_file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """The report of an audit as PDF; that somebody fetched it is noted."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(NAME)
    entry = get_entry(actor, register, number)
    if name not in FILES or entry.state not in REPORTED:
        raise NotFound
    log_access(actor, "downloaded", entry.pk, "pdf")
    with translation.override(FILES[name][0]):
        return pdf_response(f"{entry.number}-{name[:2]}", sheet(actor, entry))


def sheet(actor: Actor, entry: Entry) -> Sheet:
    """The report: what was audited by whom, the conclusion, findings, and every line of the checklist."""
    register = registers()[NAME]
    texts = reading.texts_seen(actor, register, entry, "export")

    def words(name: str) -> str:
        return reading.cell(register, entry, texts, name)

    chosen = entry.codes.get("clauses") or list(CLAUSES)
    whole = listed(f"{CLAUSES[one].number} {CLAUSES[one].title}" for one in chosen)
    facts = [
        (register.by_name[name].label, whole if name == "clauses" else words(name))
        for name in (
            "about",
            "scope",
            "clauses",
            "units",
            "answerable",
            "methods",
            "lead",
            "team",
            "first_on",
            "last_on",
        )
    ]
    facts += [(_("State"), entry.get_state_display()), (pgettext("audit", "Closed on"), words("closed_on"))]
    parts = [Part(facts=[(str(label), said) for label, said in facts if said])]
    parts.append(
        Part(
            heading=pgettext("audit", "Conclusion"),
            facts=[(str(register.by_name[name].label), words(name)) for name in ("conforms", "effective")],
            texts=[texts.get("conclusion", "")],
        )
    )
    rows = [
        [
            str(one["grade"]), one["clause"].number, apart(filter(None, (one["what"], one["evidence"]))), one["unit"],
            one["record"].number if one["record"] else "",
            " ".join(filter(None, (one["again"][0] if one["again"] else "", one["again_on"], one["seen_again"]))),
        ]
        for one in findings_of(actor, entry, texts)
    ]  # fmt: skip
    heads = [
        pgettext("audit", "Grade"), _("Clause"), pgettext("audit", "What was found"), _("Unit concerned"), _("Nonconformity"),
        _("Result of looking again"),
    ]  # fmt: skip
    made = table(heads, rows, widths=[2, 1, 5, 2, 2, 2])
    nothing = [] if rows else [_("No finding was recorded.")]
    parts.append(
        Part(
            heading=_("Findings"),
            heads=made.heads if rows else (),
            rows=rows,
            widths=made.widths if rows else (),
            texts=nothing,
        )
    )
    answered = auditing.answers_of(entry.codes)
    lines = [line_told(line, answered, texts) for line in auditing.lines_of(entry.codes)]
    checked = table(
        [_("Clause"), pgettext("audit", "Question"), pgettext("audit", "Verdict"), pgettext("audit", "What was seen"), _("Auditor")],
        [[one["clause"].number, one["question"], str(one["verdict"]), apart(filter(None, (one["note"], one["evidence"]))), one["who"]]
         for one in lines],
        widths=[1, 5, 2, 4, 2],
    )  # fmt: skip
    parts.append(
        Part(heading=_("Checklist"), heads=checked.heads, rows=checked.rows, widths=checked.widths, note=checked.note)
    )
    return Sheet(
        firm=in_language(current_organisation().name), title=_("Internal audit report"), subtitle=f"{entry.number} · {entry.get_state_display()}",
        by=people.staff_identity(actor.id) or actor.name, at=now(), parts=parts, wide=True,
    )  # fmt: skip
