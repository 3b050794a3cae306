"""What the page of a management review and its minutes say: every input with its figures, each of which opens (MS-26, MS-27)."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tingsu.complaints.access import sees_everything
from tingsu.complaints.terms import ProblemType
from tingsu.evaluation import pack, reviewing
from tingsu.evaluation.audit_shown import FILES
from tingsu.evaluation.reviewing import ACTING, CLOSED, HELD, NAME, PLANNED_KIND
from tingsu.figures.indicators import indicators
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label, in_brackets
from tingsu.pages.pdf import Part, Sheet, pdf_response, table
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for, may
from tingsu.planning import arrangements
from tingsu.planning.standing import MET, MISSED, RISK
from tingsu.privacy.log import log_access
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

WORDS: dict[str, str | Promise] = {
    "reviews": pgettext_lazy("pack", "Earlier reviews"),
    "decision": pgettext_lazy("pack", "Decision"),
    "factors": pgettext_lazy("pack", "Factors on record"),
    "changes": pgettext_lazy("pack", "Changes in the period"),
    "purpose": pgettext_lazy("pack", "Of these, of purpose or direction"),
    "change": pgettext_lazy("pack", "Changed factor"),
    "received": pgettext_lazy("pack", "Complaints received"),
    "type": pgettext_lazy("pack", "Of the type"),
    "month": pgettext_lazy("pack", "Received in"),
    "rating": pgettext_lazy("pack", "Satisfied, of those who rated"),
    "callbacks": pgettext_lazy("pack", "Reached, of those called back"),
    "low": pgettext_lazy("pack", "Low ratings, of those reached"),
    "survey": pgettext_lazy("pack", "Survey, with answers"),
    "none": pgettext_lazy("pack", "No supplier takes part in complaint handling"),
    "scorecard": pgettext_lazy("pack", "Scorecard of a supplier"),
    "audit": pgettext_lazy("pack", "Internal audit"),
    "objective": pgettext_lazy("pack", "Objective: value and target"),
    "opened": pgettext_lazy("pack", "Nonconformities opened"),
    "closed": pgettext_lazy("pack", "Closed as effective"),
    "open": pgettext_lazy("pack", "Open today"),
    "late": pgettext_lazy("pack", "Of these past a limit"),
    "evaluation": pgettext_lazy("pack", "Obligations kept, of those judged"),
    "resources": pgettext_lazy("pack", "Resources assessed"),
    "unassessed": pgettext_lazy("pack", "Not assessed yet"),
    "gap": pgettext_lazy("pack", "Something is missing"),
    "risks": pgettext_lazy("pack", "Risks and opportunities that stand"),
    "done": pgettext_lazy("pack", "Actions carried out"),
    "effective": pgettext_lazy("pack", "Risks whose actions were effective, of those judged"),
    "entries": pgettext_lazy("pack", "Opened in the period"),
    "suggested": pgettext_lazy("pack", "Suggestions of an audit"),
}
STATES: dict[str, str | Promise] = {
    "done": pgettext_lazy("pack", "done"), "late": pgettext_lazy("pack", "late"), "open": pgettext_lazy("pack", "open"),
    MET: pgettext_lazy("pack", "on target"), RISK: pgettext_lazy("pack", "at risk"), MISSED: pgettext_lazy("pack", "missed"),
    "none": pgettext_lazy("pack", "no value yet"), "opened": pgettext_lazy("pack", "new"), "changed": pgettext_lazy("pack", "changed"),
    "ended": pgettext_lazy("pack", "ended"),
    "conforms": pgettext_lazy("pack", "conforms"), "except": pgettext_lazy("pack", "conforms with exceptions"),
    "not": pgettext_lazy("pack", "does not conform"),
}  # fmt: skip
LISTS = {
    "factors": "context_factor", "opened": "nonconformity", "closed": "nonconformity", "open": "nonconformity", "late": "nonconformity",
    "resources": "arrangement", "unassessed": "arrangement", "risks": "risk", "done": "risk", "effective": "risk", "reviews": NAME,
    "changes": "context_factor", "purpose": "context_factor",
}  # fmt: skip
"""Counts that open the list of a register."""
FIGURES = {
    **dict.fromkeys(("received", "type", "month"), "figures:analysis"), **dict.fromkeys(("callbacks", "low"), "figures:indicators"),
}  # fmt: skip
MADE = (HELD, ACTING, CLOSED)


def told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The pack as this reader may see and open it, input by input."""
    rows = list(entry.codes.get("pack") or ())
    texts = reading.texts_seen(actor, registers()[NAME], entry, "page")
    lacking = reviewing.missing_in(entry.codes) if rows else []
    records = _records(actor, rows)
    wanted = (
        pack.INPUTS
        if entry.codes.get("kind") == PLANNED_KIND
        else [one for one in pack.INPUTS if one in pack.BY_NEED or _has(rows, one)]
    )
    return {
        "pack_told": {
            "assembled": bool(rows), "missing": [pack.INPUTS[one] for one in lacking],
            "inputs": [
                {
                    "letter": one, "title": pack.INPUTS[one], "missing": one in lacking,
                    "lines": [_line(actor, row, records) for row in rows if row["input"] == one],
                    "remarks": [
                        (texts.get(f"remarks.{place}.words", ""), reading.name_words(said.get("by")), said.get("on", ""))
                        for place, said in enumerate(entry.codes.get("remarks") or ())
                        if said["input"] == one
                    ],
                }
                for one in wanted
            ]
            if rows
            else [],
        }
    }  # fmt: skip


def _has(rows: Iterable[dict[str, Any]], given: str) -> bool:
    return any(one["input"] == given for one in rows)


def _records(actor: Actor, rows: Iterable[dict[str, Any]]) -> dict[str, tuple[str, str, Entry]]:
    """The records that figures speak of, as far as the reader sees them: number and what it is called. A query for each register."""
    found: dict[str, tuple[str, str, Entry]] = {}
    entries = list(
        Entry.objects.filter(pk__in={one["about"] for one in rows if one.get("about")}).select_related("stream")
    )
    for name in {one.register for one in entries}:
        register = registers()[name]
        for one in register.visible(
            actor, Entry.objects.filter(pk__in=[e.pk for e in entries if e.register == name])
        ).select_related("stream"):
            texts = reading.texts_seen(actor, register, one, "page")
            found[str(one.pk)] = (one.number, texts.get(register.title, "")[:120], one)
    return found


def _line(actor: Actor, row: dict[str, Any], records: dict[str, tuple[str, str, Entry]]) -> dict[str, Any]:
    """One figure in words, with the way to what is behind it where the reader may go there."""
    number, called, entry = records.get(str(row.get("about", "")), ("", "", None))
    code = str(row["code"])
    name = str(WORDS.get(code, code))
    if code == "type":
        name = f"{name} {dict(ProblemType.choices).get(row['x'], row['x'])}"
    elif code == "rating" and row["x"] in indicators():
        name = after_label(indicators()[row["x"]].name, name)
    elif code == "entries":
        name = after_label(registers()[row["x"]].many, name)
    elif code == "month":
        name = f"{name} {row['x']}"
    elif code == "decision" and entry is not None:
        called = (entry.written_or_none() or {}).get(f"decisions.{row['place']}.what", "") if called else ""
    return {"name": name, "value": _value(row), "number": number, "called": called, "url": _url(actor, row, entry)}


def _value(row: dict[str, Any]) -> str:
    parts = []
    if row.get("n") is not None:
        parts.append(f"{row['n']} / {row['of']}" if row.get("of") is not None else str(row["n"]))
    if row.get("then") is not None:
        parts.append(_("before: %(n)s") % {"n": row["then"]})
    if row["code"] == "audit":
        parts.append(
            _("major %(major)s, minor %(minor)s") % {"major": row.get("major", 0), "minor": row.get("minor", 0)}
        )
    if row["code"] == "gap":
        parts.append(str(dict(arrangements.GAPS).get(row.get("x", ""), "")))
    elif (state := STATES.get(str(row.get("x", "")))) and row["code"] not in {"type", "month", "rating", "entries"}:
        parts.append(str(state))
    return " · ".join(filter(None, [*parts, str(row.get("said") or ""), str(row.get("on") or "")]))


def _url(actor: Actor, row: dict[str, Any], entry: Entry | None) -> str:
    code = str(row["code"])
    if entry is not None:
        return reading.address_of(entry)
    if code == "rating" and row["x"] in indicators():
        return reverse("figures:indicator", args=[row["x"]]) if _reads_figures(actor) else ""
    if code in FIGURES:
        return reverse(FIGURES[code]) if _reads_figures(actor) else ""
    name = row["x"] if code == "entries" else LISTS.get(code, "")
    if not name or not registers()[name].sees_all(actor):
        return ""
    return reverse("registers:list", args=[name]) + ("?state=unfinished" if code in {"open", "late", "risks"} else "")


def _reads_figures(actor: Actor) -> bool:
    return may(actor, Can.REPORTS) and sees_everything(actor)


def offered(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The minutes as a file, once the review was held."""
    if entry.state not in MADE:
        return []
    words = {"zh.pdf": pgettext("review", "Minutes, Chinese"), "en.pdf": pgettext("review", "Minutes, English")}
    return [(words[name], reverse("evaluation:review_minutes", args=[entry.number, name])) for name in FILES]


@never_cache
@require_GET
def minutes_file(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """The minutes of a review as PDF; that somebody fetched them is noted."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(NAME)
    entry = get_entry(actor, register, number)
    if name not in FILES or not offered(actor, entry):
        raise NotFound
    log_access(actor, "downloaded", entry.pk, "pdf")
    with translation.override(FILES[name][0]):
        return pdf_response(f"{entry.number}-{name[:2]}", sheet(actor, entry))


def sheet(actor: Actor, entry: Entry) -> Sheet:
    """The minutes: who took part, the conclusion, what was decided, and the input pack as it was."""
    register = registers()[NAME]
    texts = reading.texts_seen(actor, register, entry, "export")
    names = ("about", "kind", "since", "until", "held_on", "chair", "present", "regular", "closed_on")
    facts = [(str(register.by_name[name].label), reading.cell(register, entry, texts, name)) for name in names]
    parts = [Part(facts=[(label, words) for label, words in facts if words])]
    judged = [
        (str(register.by_name[name].label), reading.cell(register, entry, texts, name))
        for name in ("suitable", "adequate", "effective")
    ]
    parts.append(Part(heading=pgettext("review", "Conclusion"), facts=judged, texts=[texts.get("conclusion", "")]))
    areas, done = {code: str(words) for code, words in reviewing.AREAS}, set(entry.codes.get("decisions_done") or ())
    rows = [
        [areas.get(one["area"], ""), texts.get(f"decisions.{place}.what", ""), reading.name_words(one["who"]), one["until"],
         str(STATES["done" if str(place) in done else "open"])]
        for place, one in enumerate(entry.codes.get("decisions") or ())
    ]  # fmt: skip
    if rows:
        heads = [
            pgettext("review", "Concerns"),
            pgettext("review", "What was decided"),
            pgettext("review", "Who"),
            pgettext("review", "Until"),
            _("State"),
        ]
        made = table(heads, rows, widths=[2, 5, 2, 2, 1])
        parts.append(Part(heading=_("Decisions and actions"), heads=made.heads, rows=made.rows, widths=made.widths))
    for one in told(actor, entry)["pack_told"]["inputs"]:
        lines = [
            (line["name"], " ".join(filter(None, (line["value"], line["number"], line["called"]))))
            for line in one["lines"]
        ]
        said = [f"{words}{in_brackets(f'{who} {on}')}" for words, who, on in one["remarks"]]
        nothing = [_("This input is missing.")] if one["missing"] else []
        parts.append(Part(heading=f"{one['letter']}) {one['title']}", deep=3, facts=lines, texts=[*said, *nothing]))
    return Sheet(
        firm=in_language(current_organisation().name), title=_("Minutes of the management review"),
        subtitle=f"{entry.number} · {entry.get_state_display()}", by=people.staff_identity(actor.id) or actor.name, at=now(), parts=parts,
    )  # fmt: skip
