"""What the page of an evaluation of compliance and its report say: each obligation with verdict and evidence (MS-22)."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.evaluation import complying, occurrences
from tingsu.evaluation.audit_shown import FILES
from tingsu.evaluation.complying import CLOSED, JUDGING, NAME, SUBMITTED, VERDICTS
from tingsu.figures.values import today
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.pages.pdf import Part, Sheet, pdf_response, table
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.planning import queries as planning
from tingsu.privacy.log import log_access
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of, steps_for
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

TONES = {"kept": "done", "partly": "soon", "not_kept": "late"}


def above(actor: Actor) -> dict[str, Any]:
    """Above the list: whether the year that runs has its evaluation, and until when it is owed."""
    if not registers()[NAME].sees_all(actor):
        return {"compliance_told": None}
    year = today().year
    done = Entry.objects.filter(register=NAME, state=CLOSED, codes__year=str(year)).order_by("opened_at").first()
    owed = (
        Entry.objects.filter(register=occurrences.NAME, state=occurrences.OPEN, codes__duty="compliance")
        .order_by("speaks_of")
        .first()
    )
    until = date.fromisoformat(owed.codes["due_on"]) if owed else None
    return {
        "compliance_told": {
            "year": year, "done": done, "until": until, "left": (until - today()).days if until else None,
            "warned": bool(owed and owed.codes.get("warned_on")),
        }
    }  # fmt: skip


def told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What stands on the page of an evaluation, as this reader may see it."""
    register = registers()[NAME]
    lines = lines_of(actor, entry, "page")
    open_lines = [one for one in planning.obligations() if str(one.entry.pk) not in complying.answers_of(entry.codes)]
    may = {step.name for step, _unmet in steps_for(actor, register, entry)}
    counts = complying.counts_of(entry.codes)
    return {
        "compliance_of": {
            "lines": lines, "counts": [(words, counts[code]) for code, words in VERDICTS], "left": len(open_lines) if entry.state != CLOSED else 0,
            "walk": reverse("evaluation:judgments", args=[entry.number]) if entry.state == JUDGING and "judge" in may else "",
        }
    }  # fmt: skip


def lines_of(actor: Actor, entry: Entry, door: str) -> list[dict[str, Any]]:
    """Each judgment in words, with the nonconformity that follows from it. One query."""
    texts = reading.texts_seen(actor, registers()[NAME], entry, door)
    rows = list(entry.codes.get("judged") or ())
    ids = [one["record"] for one in rows if one.get("record")]
    seen = registers()["nonconformity"].visible(actor, Entry.objects.filter(pk__in=ids)) if ids else ()
    records = {str(one.pk): one for one in seen}
    found = []
    for place, one in enumerate(rows):
        record = records.get(one.get("record", ""))
        said = {name: texts.get(f"judged.{place}.{name}", "") for name in ("what", "note", "evidence")}
        found.append(
            {
                **said, "verdict": dict(VERDICTS)[one["verdict"]], "tone": TONES[one["verdict"]], "who": reading.name_words(one.get("by")),
                "on": one.get("on", ""), "record": record, "record_url": reading.address_of(record) if record else "",
            }
        )  # fmt: skip
    return found


def offered(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The report as a file, once it is submitted."""
    if entry.state not in (SUBMITTED, CLOSED):
        return []
    return [
        (label, reverse("evaluation:compliance_report", args=[entry.number, name]))
        for name, (_lang, label) in FILES.items()
    ]


@never_cache
@require_GET
def report_file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """The report of an evaluation as PDF; that somebody fetched it is noted."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(NAME)
    entry = get_entry(actor, register, number)
    if name not in FILES or not offered(actor, entry):
        raise NotFound
    log_access(actor, "downloaded", entry.pk, "pdf")
    with translation.override(FILES[name][0]):
        return pdf_response(f"{entry.number}-{name[:2]}", sheet(actor, entry))


def sheet(actor: Actor, entry: Entry) -> Sheet:
    """The report: by which procedure, the conclusion, and each obligation with verdict and evidence."""
    register = registers()[NAME]
    texts = reading.texts_seen(actor, register, entry, "export")
    facts = [
        (str(register.by_name[name].label), reading.cell(register, entry, texts, name))
        for name in ("about", "year", "procedure", "closed_on")
    ]
    facts += [
        (_("Responsible"), people.staff_identity(entry.owner_id)), (_("State"), entry.get_state_display()),
        (pgettext("compliance", "Approved by"), reading.name_words(entry.hands.get("approve")) if entry.state == CLOSED else ""),
    ]  # fmt: skip
    counts = complying.counts_of(entry.codes)
    facts += [(str(words), str(counts[code])) for code, words in VERDICTS]
    rows = [
        [one["what"], str(one["verdict"]), " ".join(filter(None, (one["note"], one["evidence"]))), one["record"].number if one["record"] else "",
         f"{one['who']} {one['on']}"]
        for one in lines_of(actor, entry, "export")
    ]  # fmt: skip
    heads = [
        pgettext("compliance", "Obligation"), pgettext("compliance", "Verdict"), pgettext("audit", "Evidence"), _("Nonconformity"),
        pgettext("compliance", "Judged by"),
    ]  # fmt: skip
    made = table(heads, rows, widths=[5, 1, 4, 2, 2])
    parts = [
        Part(facts=[(label, words) for label, words in facts if words]),
        Part(heading=pgettext("compliance", "Conclusion"), texts=[texts.get("conclusion", "")]),
        Part(heading=_("Judgments"), heads=made.heads, rows=made.rows, widths=made.widths, note=made.note),
    ]
    return Sheet(
        firm=in_language(current_organisation().name), title=_("Report on the evaluation of compliance"),
        subtitle=f"{entry.number} · {entry.get_state_display()}", by=people.staff_identity(actor.id) or actor.name, at=now(), parts=parts, wide=True,
    )  # fmt: skip
