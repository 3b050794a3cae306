"""The grid in which the slips of a batch are typed, and what the page of a batch says of them (IN-03).

Each line is judged by itself: what is in order is registered, what is refused stays with its reasons. Sent twice, a line is
registered once, for its slip has a number.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.complaints.access import visible_to
from tingsu.intake import slips
from tingsu.intake.slips import LINE, MOST, NAME, left_of, lines_of, unanswered
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, TingsuError
from tingsu.kernel.typed import whole_number
from tingsu.people.access import Can, actor_for
from tingsu.people.queries import staff_identity
from tingsu.process.controls import controls_of
from tingsu.process.steps import Field, Options, Step
from tingsu.process.uploads import take_in
from tingsu.process.values import fields_from_post, is_empty
from tingsu.registers.access import get_entry, register_of, steps_for
from tingsu.registers.models import Entry

FORM = Step(id="line", name="line", label=_("What is said"), event="slip", sources=(), fields=LINE)
HIDDEN_FOR_A_BOX = frozenset({"signed_by"})


@never_cache
@require_http_methods(["GET", "POST"])
def grid(request: HttpRequest, number: str) -> HttpResponse:
    """Twenty slips at most: those that nothing is known of yet, in their order."""
    actor = actor_for(request, needs=Can.REGISTER)
    entry = get_entry(actor, register_of(NAME), number)
    if not any(step.name == "enter" for step, _unmet in steps_for(actor, register_of(NAME), entry)):
        raise NotAllowed(_("Every slip of this batch is accounted for, or your role does not allow entering them."))
    if request.method == "GET":
        return _page(request, entry, {}, {}, [])
    typed = {slip: _raw(request, slip) for slip in _sent(request, entry)}
    refused: dict[int, TingsuError] = {}
    done = []
    for slip, raw in typed.items():
        try:
            take_in(request, actor, FORM, raw, purpose="evidence", prefix=_prefix(slip))
            if not slips.is_blank(raw):
                done.append(slips.take(actor, entry, slip, raw))
        except TingsuError as error:
            refused[slip] = error
    if refused:
        gone = {one.slip for one in done}
        kept = {slip: raw for slip, raw in typed.items() if slip not in gone}
        return _page(request, entry, kept, refused, done)
    if done:
        said = ngettext("%(n)s slip is entered: %(numbers)s", "%(n)s slips are entered: %(numbers)s", len(done))
        messages.success(request, said % {"n": len(done), "numbers": _numbers(done)})
    to = "intake:slips" if left_of(entry) else "registers:entry"
    address = reverse(to, args=[entry.number] if to == "intake:slips" else [NAME, entry.number])
    return HttpResponseRedirect(address, status=303)


def _sent(request: HttpRequest, entry: Entry) -> list[int]:
    """The numbers of the slips in the form: of this batch, twenty at most."""
    asked = (whole_number(one) for one in request.POST.getlist("slip")[: 2 * MOST])
    known = range(1, int(entry.codes.get("slips") or 0) + 1)
    return sorted({slip for slip in asked if slip is not None and slip in known})[:MOST]


def _prefix(slip: int) -> str:
    return f"s{slip}-"


def _raw(request: HttpRequest, slip: int) -> dict[str, Any]:
    found = fields_from_post(LINE, request.POST, _prefix(slip))
    return {name: value for name, value in found.items() if not is_empty(value)}


def _numbers(done: list[slips.Taken]) -> str:
    return " · ".join(f"{one.slip} → {one.number}" if one.number else str(one.slip) for one in done)


def _page(
    request: HttpRequest,
    entry: Entry,
    typed: dict[int, dict[str, Any]],
    refused: dict[int, TingsuError],
    done: list[slips.Taken],
) -> HttpResponse:
    shown = sorted({*left_of(entry)[:MOST], *refused})[:MOST]
    rows = [_row(entry, slip, typed.get(slip, {}), refused.get(slip)) for slip in shown]
    texts = entry.written_or_none() or {}
    context = {
        "entry": entry, "rows": rows, "done": [{"slip": one.slip, "number": one.number, "what": dict(slips.FATES)[one.fate]} for one in done],
        "wrong": [row for row in rows if row["problems"]], "left": len(left_of(entry)), "place": texts.get("place", ""),
        "source": dict(slips.SOURCES)[entry.codes["source"]], "taken_at": slips.taken_at(entry),
        "hands": [name for code in ("taken_by", "witness") if (name := _who(entry, code))],
    }  # fmt: skip
    return render(request, "intake/slips.html", context, status=422 if refused else 200)


def _who(entry: Entry, code: str) -> str:
    return str(staff_identity(entry.codes[code]) or "") if entry.codes.get(code) else ""


def _row(entry: Entry, slip: int, raw: dict[str, Any], error: TingsuError | None) -> dict[str, Any]:
    problem = error if isinstance(error, InvalidInput) else None
    hidden = frozenset() if entry.codes["source"] in slips.IN_PERSON else HIDDEN_FOR_A_BOX
    fields = tuple(one for one in LINE if one.name not in hidden)

    def brought(one: Field) -> Options:
        return (
            tuple((str(pk), _("File just uploaded")) for pk in raw.get(one.name) or []) if one.kind == "files" else ()
        )

    controls = controls_of(fields, raw=raw, problem=problem, subject=entry, people=brought, prefix=_prefix(slip))
    for one in controls:
        one.height = 2
        if one.kind == "choice":
            one.kind = "member"  # drawn as a list: the keyboard chooses by the first letter, and it takes one line
    said = [{"id": one.id, "label": one.label, "error": one.error} for one in controls if one.error]
    if error is not None and not said:
        said = [{"id": f"slip-{slip}", "label": "", "error": _sentence(error)}]
    return {"slip": slip, "controls": controls, "problems": said}


def _sentence(error: TingsuError) -> str:
    """What is wrong with a line where no field of it is at fault: somebody was quicker, or a step has its own reasons."""
    if isinstance(error, InvalidInput) and error.fields:
        return " ".join(str(one) for one in error.fields.values())
    return " · ".join(str(one) for one in error.unmet) if isinstance(error, ConditionsUnmet) else str(error)


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What the page of a batch says of its slips: which became what, which are left, which wait for an answer."""
    texts, lines = entry.written_or_none() or {}, lines_of(entry)
    ids = [line["complaint"] for line in lines if line.get("complaint")]
    seen = {
        str(pk): (number, verdict)
        for pk, number, verdict in visible_to(actor).filter(pk__in=ids).values_list("pk", "number", "verdict")
    }
    waiting = {line["slip"] for line in unanswered(entry)}
    shown = []
    for place, line in sorted(enumerate(lines), key=lambda one: one[1]["slip"]):
        number, verdict = seen.get(line.get("complaint", ""), ("", ""))
        shown.append(
            {
                "slip": line["slip"], "what": dict(slips.FATES).get(line["fate"], line["fate"]), "number": number,
                "other": "" if line.get("complaint") else texts.get(f"lines.{place}.case", ""),
                "anonymous": line.get("anonymous", False), "waits": line["slip"] in waiting, "decided": bool(verdict),
                "posted_on": line.get("posted_on", ""), "silent": line.get("silent", False),
            }
        )  # fmt: skip
    return {
        "slips": shown,
        "slips_left": len(left_of(entry)),
        "answers_due": sum(one["waits"] and one["decided"] for one in shown),
    }
