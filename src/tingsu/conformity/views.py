"""Pages of the conformity view: a document clause by clause, one clause, what each process leaves, and the packs (MS-29, MS-08, MS-11)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from tingsu.conformity import (
    cited,
    clause_page,
    documents,
    index,
    outside,
    packing,
    principles,
    processes,
    sheets,
    view,
)
from tingsu.conformity.access import reader
from tingsu.conformity.profiles import Clause, Profile, profiles
from tingsu.kernel import proofs
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.proofs import Proof
from tingsu.pages.pdf import pdf_response
from tingsu.people.access import Can, actor_for, may
from tingsu.people.queries import staff_identity
from tingsu.privacy.log import log_access
from tingsu.registers.access import get_entry, may_open
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry

SHOWS = {
    "": pgettext_lazy("conformity", "All"),
    "open": pgettext_lazy("conformity", "Not fulfilled"),
    "mine": pgettext_lazy("conformity", "Mine"),
}


@never_cache
@require_GET
def index_page(request: HttpRequest) -> HttpResponse:
    """One document: how far it is, and each clause with what shows it."""
    actor = reader(request)
    asked = request.GET.get("document", "")
    code = asked if asked in profiles() else view.chosen()[0]
    found = view.readiness(code)
    show = request.GET.get("show", "")
    lines = [one for one in found.lines if _is_shown(one, show, actor)]
    audit = outside.next_audit(found.day)
    context = {
        "readiness": found,
        "chapters": found.chapters(lines),
        "tabs": [(one.code, one.label, one.code == code, one.code in view.chosen()) for one in profiles().values()],
        "code": code,
        "show": show if show in SHOWS else "",
        "shows": [(key, words, _number(found, key, actor)) for key, words in SHOWS.items()],
        "audit": documents.until_audit(found, audit),
        "applies": documents.applicability(code),
        "may_ask": may_open(actor, packing.REGISTER),
        "may_set": may(actor, Can.SETTINGS),
        "may_plan": may_open(actor, outside.REGISTER),
        "colours": [(key, words, tone) for key, (words, tone, _icon) in view.STATUS.items()],
    }
    return render(request, "conformity/index.html", context)


def _is_shown(line: view.Line, show: str, actor: Actor) -> bool:
    if show == "open":
        return line.open
    return line.responsible == actor.id if show == "mine" else True


def _number(found: view.Readiness, show: str, actor: Actor) -> int:
    return sum(_is_shown(one, show, actor) for one in found.lines)


@never_cache
@require_GET
def one_page(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One clause: what it asks, who answers for it, each proof, each gap with the way to mend it, the newest records."""
    actor = reader(request)
    profile, clause = clause_or_404(code, slug)
    found = view.readiness(code)
    line = next(one for one in found.lines if one.clause == clause)
    line = replace(line, proofs=reachable(actor, line.proofs))
    shown, items = clause_page.of_clause(actor, clause.cited, found.day)
    place = profile.clauses.index(clause)
    context = {
        "profile": profile,
        "line": line,
        "said": clause_page.said_of(documents.with_stream(line.entry), actor),
        "records": shown,
        "items": items,
        "before": profile.clauses[place - 1] if place else None,
        "after": profile.clauses[place + 1] if place + 1 < len(profile.clauses) else None,
        "may_say": may_open(actor, _register("clause")),
        "chapter": profile.chapter_title(clause.chapter),
        "cited": cited.shown(clause.cited),
        "may_rule": may(actor, Can.RULEBOOKS),
    }
    return render(request, "conformity/clause.html", context)


def clause_or_404(code: str, slug: str) -> tuple[Profile, Clause]:
    """A clause by its document and its part of the address. Raises NotFound."""
    profile = profiles().get(code)
    clause = next((one for one in profile.clauses if one.slug == slug), None) if profile else None
    if profile is None or clause is None:
        raise NotFound
    return profile, clause


@never_cache
@require_GET
def processes_page(request: HttpRequest) -> HttpResponse:
    """For each process its documents in force and how many records it left, quarter by quarter (MS-08)."""
    actor = reader(request)
    found = processes.shown(view.today())
    for one in found["lines"]:
        one["governs"] = [view.Shown(proof) for proof in reachable(actor, [shown.proof for shown in one["governs"]])]
    return render(request, "conformity/processes.html", found)


@never_cache
@require_safe
def rules(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A rulebook in force to read, for those who check and may not publish it. Raises NotFound."""
    actor = reader(request)
    if kind not in proofs.ruled():
        raise NotFound
    return pdf_response(kind, sheets.of_kind(kind, staff_identity(actor.id) or actor.name))


def reachable(actor: Actor, found: Sequence[Proof]) -> tuple[Proof, ...]:
    """Proofs with an address that this reader may open: whoever may not publish rules reads them as a sheet."""
    if may(actor, Can.RULEBOOKS):
        return tuple(found)
    return tuple(replace(one, url=reverse("conformity:rules", args=[one.key])) if one.key else one for one in found)


@never_cache
@require_GET
def principles_page(request: HttpRequest) -> HttpResponse:
    """The principles of SZ and SVC with the live evidence that they are kept (VL-10, MS-35)."""
    actor = reader(request)
    found = principles.shown(actor, view.today(), lambda ones: reachable(actor, ones))
    return render(request, "conformity/principles.html", found | {"may_rule": may(actor, Can.RULEBOOKS)})


@never_cache
@require_safe
def pack(request: HttpRequest, number: str) -> HttpResponseBase:
    """An approved pack as a ZIP, sent member by member; each fetching stands in the access log with its purpose."""
    actor = actor_for(request, needs=Can.DESK)
    entry = get_entry(actor, packing.REGISTER, number)
    packing.check_fetch(actor, entry)
    return sent(actor, entry)


def sent(actor: Actor, entry: Entry) -> HttpResponseBase:
    """The pack on its way, for whoever may have it. Raises PackIncomplete."""
    if not index.is_whole(entry.pk):
        raise packing.PackIncomplete
    log_access(actor, "exported", entry.pk, field=packing.PACK, purpose=entry.written().get("purpose", ""))
    response = StreamingHttpResponse(index.stream(entry.pk), content_type="application/zip")
    name = f"practice-{entry.number}" if in_practice() else entry.number
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_POST
def first_password(request: HttpRequest, number: str) -> HttpResponse:
    """A first password for the auditor, shown once. Raises NotAllowed, NotFound, ConditionsUnmet."""
    actor = reader(request)
    entry = get_entry(actor, outside.REGISTER, number)
    username, password = outside.first_password(actor=actor, entry=entry)
    context = {"entry": entry, "username": username, "password": password}
    return render(request, "conformity/password_once.html", context)


def _register(name: str) -> Any:
    return register_named(name)
