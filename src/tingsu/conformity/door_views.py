"""The door of auditors from outside: the conformity view to read, the records of packs released for the audit, the packs (MS-29).

Everything that opens here was masked when the pack was made and approved by a second person; each opening stands in the access log.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tingsu.conformity import cited, index, packing, view
from tingsu.conformity.access import Visitor, visitor
from tingsu.conformity.profiles import clause_of
from tingsu.conformity.views import clause_or_404, sent
from tingsu.kernel.errors import NotFound
from tingsu.privacy.log import log_access
from tingsu.registers.models import Entry

TYPES = {"pdf": "application/pdf", "json": "application/json", "html": "text/html", "csv": "text/csv"}
PURPOSE = "audit"
MOST = 300


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The document that the audit is held against, clause by clause, and the packs that were released for it."""
    here = visitor(request)
    code = here.audit.codes["document"]
    found = view.readiness(code)
    log_access(here.actor, "opened", here.audit.pk, "conformity", PURPOSE)
    context = {
        "audit": here.audit, "readiness": found, "chapters": found.chapters(found.lines), "code": code, "packs": packing.for_auditor(here.audit),
        "until": here.audit.codes["valid_until"], "body": here.audit.written().get("body", ""),
    }  # fmt: skip
    return render(request, "conformity/door_home.html", context)


@never_cache
@require_safe
def clause_page(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """One clause with how it stands, and the records about it in the packs that were released. Raises NotFound."""
    here = visitor(request)
    if code != here.audit.codes["document"]:
        raise NotFound
    profile, clause = clause_or_404(code, slug)
    place = profile.clauses.index(clause)
    line = next(one for one in view.readiness(code).lines if one.clause == clause)
    log_access(here.actor, "opened", here.audit.pk, f"clause.{clause.cited}"[:60], PURPOSE)
    context = {
        "line": line, "profile": profile, "records": _records(here, clause.cited), "audit": here.audit, "cited": cited.shown(clause.cited),
        "before": profile.clauses[place - 1] if place else None, "after": profile.clauses[place + 1] if place + 1 < len(profile.clauses) else None,
    }  # fmt: skip
    return render(request, "conformity/door_clause.html", context)


def _records(here: Visitor, clause_cited: str) -> list[dict[str, Any]]:
    """Records of one clause in the released packs, each once, those of the newest pack first."""
    found: dict[str, dict[str, Any]] = {}
    for pack in packing.for_auditor(here.audit):
        for one in index.listing(pack.pk):
            if one["name"].endswith(".json") or clause_cited not in {
                clause_of(clause) for clause in one.get("clauses", ())
            }:
                continue
            found.setdefault(one["name"], {**one, "pack": pack.number})
    return list(found.values())[:MOST]


@never_cache
@require_safe
def pack(request: HttpRequest, number: str) -> HttpResponseBase:
    """A pack that was released for this audit, as a ZIP. Raises NotFound, PackOver."""
    here = visitor(request)
    return sent(here.actor, _released(here, number))


@never_cache
@require_safe
def record(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One record of a pack that was released for this audit. Raises NotFound, PackOver."""
    here = visitor(request)
    entry = _released(here, number)
    content = index.one_of(entry.pk, name)
    if content is None:
        raise NotFound(_("This pack holds no record of this name."))
    log_access(here.actor, "opened", entry.pk, f"{packing.PACK}.{name.rpartition('/')[2]}"[:60], PURPOSE)
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = (
        content_disposition_header(kind != "application/pdf", name.rpartition("/")[2]) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _released(here: Visitor, number: str) -> Entry:
    entry = Entry.objects.filter(register=packing.PACK, number=number).select_related("stream").first()
    if entry is None:
        raise NotFound
    packing.check_fetch(here.actor, entry)
    return entry
