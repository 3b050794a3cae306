"""Phone registration: one page, text first; hints about repeats and risk beside it; the code shown once afterwards."""

from textwrap import wrap
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.complaints import calming, lists, routing
from tingsu.complaints.access import get_complaint, may_take
from tingsu.complaints.categories import NUMBERS
from tingsu.complaints.fields import INTAKE_FIELDS, offered
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.search import search
from tingsu.complaints.steps.access_code import first_code
from tingsu.complaints.terms import DemandKind
from tingsu.desk import cases, in_call, step_form, uploads
from tingsu.desk.access import staff
from tingsu.desk.risks import risk_face
from tingsu.desk.rows import rows_of
from tingsu.intake import visits
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import FORM, raw_from_post, read_intake
from tingsu.kernel import crypto, once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.rulebooks import in_force
from tingsu.kernel.spelling import tidy
from tingsu.letters.outbox import acknowledgement_leaves
from tingsu.pages.controls import Control
from tingsu.people import queries as people
from tingsu.people.access import Can
from tingsu.phone.calls import call_named, linking, ringing, told
from tingsu.privacy.log import log_access
from tingsu.process.controls import controls_of
from tingsu.process.steps import Step
from tingsu.triage import major_events
from tingsu.triage.panels import script_words
from tingsu.triage.suggest import RiskFacts, Suggestion, suggest

DEFAULTS = {"mode": "phone", "channel": "hotline", "language": "zh-hans", "reply_expected": "yes", "kind": "complaint"}
VISIT = {"mode": "in_person", "channel": "reception", "content_by": "complainant"}
SHOWN_ONCE = "desk_registered"
MOST_REPEATS = 5
TAKEN = {
    "high_risk": {"grade": "high_risk", "urgency": "urgent"},
    "urgent": {"grade": "general", "urgency": "urgent"},
    "general": {"grade": "general", "urgency": "normal"},
}
"""What the grading form holds when a person took the suggestion; it is still theirs to change and to send."""


@require_http_methods(["GET", "POST"])
def register_page(request: HttpRequest) -> HttpResponse:
    """The form; a POST registers, or with "check" only looks for repeats and risk (without scripts)."""
    actor = staff(request, Can.REGISTER)
    visit_id = request.GET.get("visit", "") if request.method == "GET" else request.POST.get("visit", "")
    if visit_id and (done_before := visits.complaint_of(actor, visit_id)):
        return _shown(request, done_before, actor)
    words = visits.words_for(actor, visit_id) if visit_id else {}
    if request.method == "GET":
        begun = _begins(actor, request.GET) | words | (VISIT if words else {})
        return _page(request, actor, begun, visit=_beside(visit_id, words))
    raw = raw_from_post(_with_kinds(request.POST))
    if words:
        raw |= visits.told_by_visitor(words, raw)
    raw["repeats"] = " ".join([raw.get("repeats", ""), *request.POST.getlist("repeat_of")]).strip()
    if "check" in request.POST:
        return _page(request, actor, raw, visit=_beside(visit_id, words))
    try:
        uploads.take_in(request, actor, FORM, raw)
        intake = read_intake(raw, zone=request.organisation.time_zone)  # type: ignore[attr-defined]
        key = _key(actor, request.POST)
        call = request.POST.get("call", "")
        done = register_complaint(
            actor=actor, intake=intake, key=key, then=in_call.asked(actor, request.POST),
            also=linking(actor, call) if call and call_named(actor, call) else None,
        )  # fmt: skip
    except TingsuError as error:
        return _page(request, actor, raw, error, visit=_beside(visit_id, words))
    if words:
        visits.registered(actor, visit_id, done.complaint.pk)
    return _shown(request, done.complaint.number, actor)


def _beside(visit_id: str, words: dict[str, str]) -> dict[str, str] | None:
    """What a visitor typed at a screen, beside the form that completes it."""
    return {"id": visit_id, "words": words["description"]} if words else None


def _shown(request: HttpRequest, number: str, actor: Actor) -> HttpResponse:
    """The page with number and code, and with the step that goes on from here."""
    request.session[SHOWN_ONCE] = number
    address = reverse("desk:registered", args=[number])
    if request.POST.get("take") in TAKEN:
        address += f"?take={request.POST['take']}"
    elif request.POST.get("then") in {step.name for step in steps_at_receipt(actor) if step.in_the_call is None}:
        address += f"?then={request.POST['then']}"
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _begins(actor: Actor, query: QueryDict) -> dict[str, Any]:
    """What the form begins with: opened by a telephone with the call's own name in the address, the caller's number and when it rang."""
    raw: dict[str, Any] = dict(DEFAULTS)
    found = ringing(actor, query.get("call", ""))
    if found is not None:
        raw |= {"call": found.number, "phone": found.caller}
        if found.started_at is not None and found.started_at <= now():
            raw["received_at"] = f"{local(found.started_at, current_organisation().time_zone):%Y-%m-%dT%H:%M}"
    return raw


def steps_at_receipt(actor: Actor) -> list[Step]:
    """The steps that the person may go on to in the same call, most far-reaching first."""
    found = [step for step in PROCESS.values() if step.at_receipt and actor.has_role(*step.who)]
    return sorted(found, key=lambda step: (not step.is_transition, step.id))


def _with_kinds(post: QueryDict) -> QueryDict:
    """An amount beside a demand asks for it, also when the demand itself was not ticked."""
    found = post.copy()
    for index, (code, _label) in enumerate(DemandKind.choices):
        if post.get(f"demands-{index}-amount", "").strip() and not post.get(f"demands-{index}-kind"):
            found[f"demands-{index}-kind"] = code
    return found


def _key(actor: Actor, post: QueryDict) -> str:
    """The same form sent twice registers once. The page gone back to and filled in for the next caller is another form."""
    return f"desk:{actor.id}:{crypto.same_mark(actor.organisation_id, post.urlencode().encode()).hex()}"[:80]


def _page(
    request: HttpRequest,
    actor: Actor,
    raw: dict[str, Any],
    error: TingsuError | None = None,
    *,
    visit: dict[str, str] | None = None,
) -> HttpResponse:
    problem = error if isinstance(error, InvalidInput) and not error.of else None
    views = controls_of(INTAKE_FIELDS, raw=raw, problem=problem, people=uploads.source(actor, None, raw))
    context = {
        "f": {view.name: view for view in views},
        "parts": _parts(views),
        "category_details": [
            {"control": view, "when": f"categories={'|'.join(map(str, NUMBERS[view.name]))}"}
            for view in views
            if view.name in NUMBERS
        ],
        "problems": [view for view in views if view.error],
        "error": error,
        "once": once.fresh_key(),
        "onward": steps_at_receipt(actor),
        "call": in_call.part_of_form(actor, request.POST, error),
        "unmet": [str(one) for one in error.unmet] if isinstance(error, ConditionsUnmet) else [],
        "demands": _demand_lines(raw, problem),
        "script": calming.script(),
        "visit": visit,
        "at": now(),
        **_ringing(actor, request, raw),
        **_hints(actor, request.POST if request.method == "POST" else _asked_of(raw)),
    }
    return render(request, "desk/register.html", context, status=error.status if error else 200)


def _ringing(actor: Actor, request: HttpRequest, raw: dict[str, Any]) -> dict[str, Any]:
    """The call that is being registered, and the address that was opened in vain."""
    name = request.POST.get("call", "") or str(raw.get("call", "")) or request.GET.get("call", "")
    entry = call_named(actor, name) if name else None
    return {"ringing": told(actor, entry) if entry else None, "unknown_call": bool(name) and entry is None}


def _asked_of(raw: dict[str, Any]) -> QueryDict:
    """A form that begins with a number knows at once what the caller said before (RG-24)."""
    begun = QueryDict(mutable=True)
    if raw.get("phone"):
        begun["phone"] = raw["phone"]
    return begun


def _parts(controls: list[Control]) -> dict[str, list[Control]]:
    """The controls of each part of the form, as the catalogue of fields places them."""
    by_name = {control.name: control for control in controls}
    parts: dict[str, list[Control]] = {}
    for one in offered("desk"):
        parts.setdefault(one.desk, []).append(by_name[one.name])
    return parts


def _demand_lines(raw: dict[str, Any], problem: InvalidInput | None) -> list[dict[str, Any]]:
    """One line for each kind of demand, ticked and filled as it was sent."""
    given = raw.get("demands") or []
    wrong = getattr(problem.fields.get("demands"), "rows", {}) if problem else {}
    by_kind = {line.get("kind"): (line, wrong.get(index, {})) for index, line in enumerate(given)}
    lines = []
    for index, (code, label) in enumerate(DemandKind.choices):
        line, errors = by_kind.get(code, ({}, {}))
        refused = next(iter(errors.values()), None)
        lines.append(
            {
                "index": index,
                "code": code,
                "label": label,
                "chosen": bool(line),
                "amount": line.get("amount", ""),
                "money": code in {"refund", "compensation"},
                "error": str(refused) if refused else "",
            }
        )
    return lines


@require_POST
def hints(request: HttpRequest) -> HttpResponse:
    """What the rules and the register say about the form as it stands; never fills anything in."""
    actor = staff(request, Can.REGISTER)
    return render(request, "desk/parts/register_hints.html", {"at": now(), **_hints(actor, request.POST)})


def _hints(actor: Actor, post: QueryDict) -> dict[str, Any]:
    text = f"{post.get('summary', '')}\n{post.get('description', '')}".strip()
    suggestion: Suggestion | None = None
    if text:
        facts = RiskFacts(from_authority=post.get("channel") == "regulator", from_media=post.get("channel") == "media")
        suggestion = suggest(text[:8000], facts, in_force("risk_rules").body)
    chosen = set(post.getlist("repeat_of"))
    earlier = _earlier(actor, post)
    return {
        "suggestion": suggestion,
        "suggested_risk": _risk_of(suggestion),
        "suggested_word": risk_face(_risk_of(suggestion)).word if suggestion else "",
        "reasons": _reason_words(suggestion),
        "earlier": [{"row": row, "chosen": row.number in chosen} for row in rows_of(actor, earlier)],
        "department": _department(post),
        "scripts": _scripts(post),
        "asked": bool(post),
    }


def _scripts(post: QueryDict) -> list[dict[str, Any]]:
    """Emergency scripts that govern what this call is about (TR-16). One query."""
    told = " ".join(post.get(name, "") for name in ("product", "summary", "description"))
    return [script_words(one) for one in major_events.governing(told)]


def _department(post: QueryDict) -> str:
    """Whom the routing table names for the form as it stands (AS-05). No query: rules and units are at hand."""
    if post.get("problem_type", "") not in lists.codes(lists.PROBLEM_TYPE):
        return ""
    typed = (tidy(post.get(name, ""))[:200] for name in ("product", "branch"))
    unit = routing.department_for(str(post["problem_type"]), *typed)
    return people.unit_name(unit.pk) if unit else ""


def _risk_of(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return ""
    return "high_risk" if suggestion.grade == "high_risk" else "urgent" if suggestion.urgency == "urgent" else "general"


def _reason_words(suggestion: Suggestion | None) -> list[str]:
    """The words that made each rule speak."""
    return [listed(reason.words) for reason in suggestion.reasons] if suggestion else []


def _earlier(actor: Actor, post: QueryDict) -> list[Complaint]:
    """Earlier complaints with the same phone or order number, as far as this person may see them."""
    found: dict[Any, Complaint] = {}
    for name in ("phone", "order_number"):
        typed = post.get(name, "").strip()
        if len(typed) < 5:
            continue
        result = search(actor, typed)
        if result.by in {"phone", "order"}:
            found |= {one.pk: one for one in result.complaints}
            log_access(actor, "searched", field=result.by)
    return sorted(found.values(), key=lambda one: one.received_at, reverse=True)[:MOST_REPEATS]


@require_GET
def registered(request: HttpRequest, number: str) -> HttpResponse:
    """What to tell the caller: number, code (shown once, to the person who registered), promised times."""
    actor = staff(request, Can.REGISTER)
    complaint = get_complaint(actor, number)
    code = first_code(complaint) if request.session.get(SHOWN_ONCE) == number else ""
    onward = {step.name: step for step in steps_at_receipt(actor)}
    ways = [
        {"label": step.label, "url": reverse("desk:step", args=[number, step.name])}
        for step in onward.values()
        if complaint.state in step.sources and may_take(actor, complaint, step)
    ]
    wanted, given = onward.get(request.GET.get("then", "")), TAKEN.get(request.GET.get("take", ""), {})
    if given:
        wanted = next((step for step in onward.values() if not step.is_transition), None)
    context = {
        "complaint": complaint,
        "ways": ways,
        "code": code,
        "code_in_groups": " ".join(wrap(code, 4)),
        "letter_leaves": acknowledgement_leaves(complaint.pk),
        "clocks": cases.clocks_of(complaint, cases.promises_of(complaint)),
        "at": now(),
    }
    if wanted and complaint.state in wanted.sources and may_take(actor, complaint, wanted):
        form = step_form.context_of(request, actor, complaint, step_form.fresh(wanted, actor, complaint, given))
        context |= form | {"form_follows": True, "inside": True, "reasons": []}
    return render(request, "desk/registered.html", context)
