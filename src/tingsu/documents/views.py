"""Pages of documents beside their register: the document as a file and on paper, two versions side by side, templates, terms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tingsu.documents import adopting, comparing, paper, readers, shown, terms, versions
from tingsu.documents.models import Edition
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.pages.pdf import pdf_response
from tingsu.pages.refusal import told
from tingsu.people.access import Can, actor_for
from tingsu.privacy.log import log_access
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.models import Entry


def _found(request: HttpRequest, number: str) -> tuple[Actor, Entry]:
    """Raises NotFound."""
    actor = actor_for(request, needs=Can.DESK)
    return actor, get_entry(actor, register_of(versions.NAME), number)


def _page(entry: Entry) -> HttpResponse:
    return HttpResponseRedirect(reading.address_of(entry), status=303)


@never_cache
@require_GET
def pdf(request: HttpRequest, number: str) -> HttpResponseBase:
    """The document with its cover as a file."""
    actor, entry = _found(request, number)
    log_access(actor, "downloaded", entry.pk, "pdf")
    return pdf_response(f"{entry.number}", paper.sheet_of(actor, entry))


@require_GET
def printed(request: HttpRequest, number: str) -> HttpResponse:
    """The document with its cover as a page to print."""
    actor, entry = _found(request, number)
    log_access(actor, "printed", entry.pk)
    context = {
        "entry": entry,
        "title": (entry.worded_or_none() or {}).get("title", ""),
        "at": now(),
        **shown.context(actor, entry),
    }
    return render(request, "documents/print.html", context)


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Read and understood."""
    actor, entry = _found(request, number)
    with told(request, _("Noted: you have read and understood it.")):
        readers.confirm(actor=actor, register=register_of(versions.NAME), entry=entry)
    return _page(entry)


@require_GET
def compare(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """A version and an earlier one side by side, for those who control documents."""
    actor, entry = _found(request, number)
    before = get_entry(actor, register_of(versions.NAME), other)
    ids = Edition.objects.filter(pk__in=(entry.pk, before.pk)).values_list("document_id", flat=True)
    if len(set(ids)) != 1 or before.pk == entry.pk or not shown.controls(actor, entry):
        raise NotFound
    if (before.opened_at, before.number) > (entry.opened_at, entry.number):
        before, entry = entry, before
    old, new = before.worded_or_none() or {}, entry.worded_or_none() or {}
    lines = comparing.compared(old.get("body", ""), new.get("body", ""))
    context = {
        "entry": entry, "before": before, "title": new.get("title", ""), "lines": lines,
        "changes": sum(one.kind not in {"same", "gap"} for one in lines),
        "versions": (versions.version_of(before.codes), versions.version_of(entry.codes)),
        "facts": _differing(before, entry, old, new), "change": new.get("change", ""),
    }  # fmt: skip
    return render(request, "documents/compare.html", context)


def _differing(before: Entry, entry: Entry, old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    """What else differs: title, steps, readers, files."""
    register = register_of(versions.NAME)
    found = []
    for name in (
        "title",
        "code",
        "kind",
        "purpose",
        "language",
        "serves",
        "steps",
        "interval",
        "for_all",
        "for_roles",
        "for_units",
        "for_members",
    ):
        left, right = (reading.cell(register, one, texts, name) for one, texts in ((before, old), (entry, new)))
        if left != right:
            found.append((str(register.by_name[name].label), left, right))
    files = [", ".join(one["name"] for one in _files(row)) for row in (before, entry)]
    return [*found, *([(str(_("Files")), *files)] if files[0] != files[1] else [])]  # type: ignore[list-item]


def _files(entry: Entry) -> list[dict[str, str]]:
    from tingsu.kernel.actor import automation

    actor = automation("documents.compare", entry.organisation_id)
    return reading.files_of(actor, entry, "page")


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Take over the template of one document, or of all that are missing, as drafts of the firm."""
    actor = actor_for(request, needs=Can.DESK)
    topic, language = request.POST.get("topic", ""), request.POST.get("language", "")
    language = language if language in adopting.DJANGO else "zh"
    back = HttpResponseRedirect(reverse("registers:list", args=[versions.NAME]), status=303)
    with once.sent(request, actor) as first:
        if not first:
            return back
        if topic:
            return _page(adopting.adopt(actor, topic, language))
        made = adopting.adopt_missing(actor, language)
    n = len(made)
    messages.success(
        request,
        ngettext(
            "%(n)s draft was made. Fill in what stands in 【】 and submit it.",
            "%(n)s drafts were made. Fill in what stands in 【】 and submit them.",
            n,
        )
        % {"n": n},
    )
    return back


@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    """The terms of the documents that the software follows, in both languages (MS-30)."""
    actor_for(request, needs=Can.DESK)
    return render(request, "documents/glossary.html", {"terms": terms.TERMS, "sources": terms.SOURCES})
