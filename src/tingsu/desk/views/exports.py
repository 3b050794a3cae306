"""Fetching a case list that was asked for and approved."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.complaints import paper_runs as runs
from tingsu.complaints.paperwork import papers
from tingsu.desk import exports
from tingsu.desk.access import staff
from tingsu.desk.views.papers import LANGUAGES
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound
from tingsu.pages.export import export
from tingsu.pages.pdf import pdf_response
from tingsu.people.access import Can
from tingsu.privacy.log import log_access
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry


@never_cache
@require_http_methods(["GET", "POST"])
def runs_page(request: HttpRequest, number: str) -> HttpResponse:
    """A document of every case of an approved export: started here, with its progress and its parts (RC-11)."""
    actor = staff(request, Can.EXPORT)
    entry = _entry(actor, number)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            _told(actor, entry, request.POST)
            return redirect("desk:runs", entry.number)
        except (runs.TooManyCases, runs.RunsAlready, runs.RunOver) as error:
            refusal, status = str(error), error.status
    found = runs.runs_of(entry)
    titles = {one.code: one.title for one in papers()}
    languages = dict(LANGUAGES)
    context = {
        "entry": entry,
        "offered": [{"code": one.code, "title": one.title} for one in runs.offered(actor)],
        "languages": LANGUAGES,
        "refusal": refusal,
        "until": exports.until_words(entry),
        "running": any(runs.state_of(one) == "running" for one in found),
        "runs": [
            {
                "row": one, "title": titles.get(one.document, ""), "language": languages[one.language], "state": runs.state_of(one),
            }
            for one in found
        ],
    }  # fmt: skip
    return render(request, "desk/runs.html", context, status=status)


def _told(actor: Actor, entry: Entry, typed: QueryDict) -> None:
    """What the page was told: stop this run, let it go on, or make another document."""
    for name, act in (("stop", runs.stop), ("go_on", runs.go_on)):
        if name in typed:
            try:
                run_id = uuid.UUID(typed.get(name))
            except ValueError as error:
                raise NotFound from error
            act(actor, entry, run_id)
            return
    runs.start(actor, entry, typed.get("document", ""), typed.get("language", ""))


@never_cache
@require_GET
def run_part(request: HttpRequest, number: str, file_id: uuid.UUID) -> HttpResponse:
    """One part as a download; each fetching stands in the access log."""
    actor = staff(request, Can.EXPORT)
    entry = _entry(actor, number)
    name, content = runs.part_of(actor, entry, file_id)
    log_access(actor, "exported", entry.pk, field="documents", purpose=entry.written()["purpose"])
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _entry(actor: Actor, number: str) -> Entry:
    """An export that this person may fetch now. Raises NotFound, ExportOver."""
    register = register_named(exports.NAME)
    if register is None:
        raise NotFound
    entry = get_entry(actor, register, number)
    exports.check_fetch(actor, entry)
    return entry


@require_GET
def fetch(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The list as a file, for whoever asked, within its day; each fetching stands in the access log."""
    actor = staff(request, Can.EXPORT)
    entry = _entry(actor, number)
    if form not in {"csv", "xlsx", "pdf"}:
        raise NotFound
    mark = exports.mark_of(actor, entry)
    log_access(actor, "exported", entry.pk, field="complaint", purpose=entry.written()["purpose"])
    if form == "pdf":
        return pdf_response(str(entry.number), exports.register_sheet(actor, entry, mark))
    return export(str(entry.number), exports.columns(actor, mark), exports.rows_for(actor, entry), form, mark=mark)  # type: ignore[arg-type]
