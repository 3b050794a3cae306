"""The pages of every register. They translate and lay out; the actions decide."""

import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.files.errors import TooManyFiles
from tingsu.files.store import accept_upload
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound, TingsuError
from tingsu.kernel.typed import whole_number
from tingsu.pages.pager import pager
from tingsu.pages.pdf import pdf_response
from tingsu.pages.refusal import first_of, told
from tingsu.pages.timeline import drawn_timeline
from tingsu.people.access import Can, actor_for, may
from tingsu.people.queries import staff_identity
from tingsu.privacy.log import log_access
from tingsu.privacy.purposes import ENTRY_PURPOSES
from tingsu.process.controls import controls_of
from tingsu.process.steps import Field, Step
from tingsu.process.uploads import take_in
from tingsu.process.values import fields_from_post
from tingsu.registers import actions, at_once, finding, forming, listing, paper, queries, reading
from tingsu.registers.access import get_entry, may_open, opens_list, register_of, steps_for
from tingsu.registers.added import parts_of
from tingsu.registers.covering import know
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry

MOST_FILES = 10


def _start(request: HttpRequest, name: str) -> tuple[Actor, Register]:
    """Who asks for which register. Raises SignInNeeded, NotAllowed, NotFound."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(name)
    if not opens_list(actor, register):
        raise NotFound
    return actor, register


@require_GET
def list_page(request: HttpRequest, register: str) -> HttpResponse:
    """One page of a register, newest first, with filters, counts and the member's own views."""
    actor, known = _start(request, register)
    asked = queries.asked_of(known, request.GET.dict())
    page = finding.page(actor, known, asked, request.GET.get("after", ""))
    if asked.words:
        log_access(actor, "searched", field="words")
    context = {
        "register": known,
        "asked": asked,
        "columns": listing.columns_of(known),
        "rows": [listing.row_of(actor, known, row) for row in know(page.rows)],
        "filters": listing.filters_of(known, asked),
        "chips": listing.chips_of(known, asked),
        "tabs": listing.tabs_of(actor, known, asked),
        "pager": pager(request, page),
        "may_open": may_open(actor, known),
        "export": {form: _export_url(known, asked, form) for form in ("csv", "xlsx", "pdf")}
        if may(actor, Can.EXPORT)
        else None,
        "counts": listing.counts_of(actor, known),
        "at": now(),
        **(known.list_context(actor) if known.list_context else {}),
    }
    return render(request, "registers/list.html", context)


def _export_url(register: Register, asked: queries.Asked, form: str) -> str:
    return f"{reverse('registers:export', args=[register.name, form])}?{urlencode(asked.query)}"


@require_GET
def export_list(request: HttpRequest, register: str, form: str) -> HttpResponseBase:
    """Exactly what the filter shows, as a file; written into the access log."""
    actor, known = _start(request, register)
    if not may(actor, Can.EXPORT):
        raise NotAllowed(_("Your role does not include “%(right)s”."), right=Can.EXPORT.label)
    if form not in {"csv", "xlsx", "pdf"}:
        raise NotFound
    asked = queries.asked_of(known, request.GET.dict())
    rows = finding.entries(actor, known, asked)
    log_access(actor, "exported", field=known.name)
    if form == "pdf":
        return pdf_response(str(known.name), paper.sheet_of_list(actor, known, rows, asked))
    return listing.export_of(actor, known, rows, form)


@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest, register: str) -> HttpResponse:
    """Open an entry."""
    actor, known = _start(request, register)
    if not may_open(actor, known):
        raise NotAllowed
    step, raw, error = known.opens, {one: value for one, value in request.GET.items() if one in known.by_name}, None
    if request.method == "POST":
        raw = fields_from_post(step.fields, request.POST, "")
        try:
            with once.sent(request, actor) as first:
                if not first:
                    return HttpResponseRedirect(reverse("registers:list", args=[known.name]), status=303)
                take_in(request, actor, step, raw, purpose="proof")
                entry = actions.open_entry(actor=actor, register=known, opening=actions.Opening(values=raw))
        except TingsuError as refused:
            error = refused
        else:
            return _to(entry)
    context = _form(actor, known, None, step, raw, error)
    return render(request, "registers/form.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def step_page(request: HttpRequest, register: str, number: str, step: str) -> HttpResponse:
    """Show or take one step of an entry."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    taken, error, was = actions.step_named(known, step, entry), None, entry.state
    if request.method == "POST":
        raw = forming.put_back(actor, known, entry, taken.fields, fields_from_post(taken.fields, request.POST, ""))
        try:
            with once.sent(request, actor) as first:
                if not first:
                    return _next(request, actor, known, entry, was)
                take_in(request, actor, taken, raw, purpose="proof")
                version = whole_number(request.POST.get("version", ""))
                actions.take_step(
                    actor=actor, entry=entry, register=known, step=step, values=raw, version=version
                )  # fmt: skip
        except TingsuError as refused:
            error = refused
        else:
            return _next(request, actor, known, entry, was)
    else:
        if not any(one.name == step for one, _unmet in steps_for(actor, known, entry)):
            raise NotAllowed(_("Your role on this entry, or its stage, does not allow “%(step)s”."), step=taken.label)
        kept = forming.for_form(actor, known, entry, taken.fields)
        raw = kept | {
            name: value or ""
            for name, value in known.do_named(step).begins.items()
            if value is None or not kept.get(name)
        }
    context = _form(actor, known, entry, taken, forming.left_out(actor, known, entry, taken.fields, raw), error)
    return render(request, "registers/form.html", context, status=error.status if error else 200)


def _form(
    actor: Actor, register: Register, entry: Entry | None, step: Step, raw: dict[str, Any], error: TingsuError | None
) -> dict[str, Any]:
    problem = error if isinstance(error, InvalidInput) else None
    files = reading.files_of(actor, entry, "page") if entry else []

    def people(one: Any) -> tuple[tuple[str, str], ...]:
        brought = [str(pk) for pk in raw.get(one.name) or [] if str(pk) not in {str(file["id"]) for file in files}]
        return (
            *((str(file["id"]), file["name"]) for file in files),
            *((pk, _("File just uploaded")) for pk in brought),
        )

    return {
        "register": register,
        "entry": entry,
        "step": step,
        "fields": controls_of(
            _asked(actor, register, entry, step.fields), raw=raw, problem=problem, subject=entry, people=people
        ),
        "multipart": any(one.kind == "files" for one in step.fields),
        "once": once.fresh_key(),
        "error": error,
        "unmet": [str(one) for one in error.unmet] if isinstance(error, ConditionsUnmet) else [],
        "about": _about(actor, register, entry) if entry else None,
    }


def _asked(actor: Actor, register: Register, entry: Entry | None, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields of a form; one whose text this person may not read says that it stays when it is left empty."""
    hidden = forming.hidden_in(actor, register, entry, fields) if entry else set()
    stays = _("Masked for you. Leave it empty and it stays as it is; what you type takes its place.")
    return tuple(replace(one, required=False, help=stays) if one.name in hidden else one for one in fields)


def _about(actor: Actor, register: Register, entry: Entry) -> dict[str, Any]:
    """What a step is taken on: the head of the entry and the fields that its list shows."""
    lines = {line.name: line for line in reading.lines_of(actor, register, entry, "page")}
    return {
        "title": lines[register.title].value if register.title in lines else "",
        "state": register.state_by_code.get(entry.state),
        "owner": staff_identity(entry.owner_id),
        "lines": [lines[name] for name in register.columns if name in lines and name != register.title],
    }


@require_GET
def entry_page(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """One entry: what it says, its next step, clocks, history, files, links, comments."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    log_access(actor, "opened", entry.pk)
    return render(request, "registers/entry.html", entry_context(actor, known, entry))


@require_GET
def print_page(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """The whole entry as one sheet to print or keep as a file."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    log_access(actor, "printed", entry.pk)
    return render(request, "registers/print.html", entry_context(actor, known, entry, printed=True))


@require_GET
def pdf_page(request: HttpRequest, register: str, number: str) -> HttpResponseBase:
    """The whole entry as a file for paper."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    log_access(actor, "downloaded", entry.pk, "pdf")
    return pdf_response(entry.number, paper.sheet_of_entry(actor, known, entry))


def entry_context(actor: Actor, register: Register, entry: Entry, *, printed: bool = False) -> dict[str, Any]:
    """Everything that page and print show of an entry; what was opened for five minutes is not for paper."""
    lines = reading.lines_of(actor, register, entry, "page", paper=printed)
    if not printed:
        lines = reading.with_reveal(actor, register, entry, lines)
    title = next((line.value for line in lines if line.name == register.title), "")
    steps = steps_for(actor, register, entry)
    history = reading.history_of(actor, register, entry, "page")
    return {
        "register": register,
        "entry": entry,
        "title": title,
        "state": register.state_by_code.get(entry.state),
        "lines": [line for line in lines if not line.wide],
        "texts": [line for line in lines if line.wide],
        **at_once.buttons_of(actor, register, entry, steps),
        "main_step": next((step.name for step, unmet in steps if step.main and not unmet), ""),
        "clocks": reading.clocks_of(entry),
        "history": history,
        "drawn_history": drawn_timeline(history),
        "files": reading.files_of(actor, entry, "page"),
        "links": reading.links_of(actor, entry.pk),
        "link_kinds": actions.BY_HAND.items(),
        "owner": staff_identity(entry.owner_id),
        "opener": staff_identity(entry.opened_by),
        "clauses": register.clauses(entry.codes),
        "purposes": ENTRY_PURPOSES.items(),
        "may_write": actions.may_write(actor, register, entry),
        "offers": register.offers(actor, entry) if register.offers else [],
        **(register.entry_context(actor, entry) if register.entry_context else {}),
        "parts": [] if printed else parts_of(register.name, actor, entry),
        "once": once.fresh_key(),
        "at": now(),
    }


@require_POST
def comment(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """Write something beside an entry; a refusal brings the page back with what was typed."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    typed = request.POST.get("comment", "")
    try:
        with once.sent(request, actor) as first:
            if first:
                actions.comment(actor=actor, register=known, entry=entry, text=typed)
    except (InvalidInput, once.SentBefore) as error:
        said = {"comment": typed, "comment_error": first_of(error)}
        return _refused(request, actor, known, entry, said, status=error.status)
    return _to(entry)


@require_POST
def files(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """Add files to an entry."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    try:
        actions.check_may_write(actor, known, entry)
        with once.sent(request, actor) as first:
            if first:
                uploads = request.FILES.getlist("files")
                if len(uploads) > MOST_FILES:
                    raise TooManyFiles(limit=MOST_FILES)
                ids = [accept_upload(one, actor=actor, purpose="proof").pk for one in uploads]
                actions.add_files(actor=actor, register=known, entry=entry, file_ids=ids)
    except (NotAllowed, NotFound):
        raise
    except TingsuError as error:
        return _refused(request, actor, known, entry, {"files_error": first_of(error)})
    return _to(entry)


@require_POST
def link(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """Link an entry with something that has a number."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    typed, kind = request.POST.get("number", "")[:60], request.POST.get("kind", "")
    try:
        actions.link_entry(actor=actor, register=known, entry=entry, number=typed, kind=kind)
    except InvalidInput as error:
        said = {"link_number": typed, "link_kind": kind, "link_error": first_of(error)}
        return _refused(request, actor, known, entry, said)
    return _to(entry)


@require_POST
def unlink(request: HttpRequest, register: str, number: str, link_id: uuid.UUID) -> HttpResponse:
    """Take a link away."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    actions.unlink_entry(actor=actor, register=known, entry=entry, link_id=link_id)
    return _to(entry)


@require_POST
def reveal(request: HttpRequest, register: str, number: str) -> HttpResponse:
    """Show one masked field about a person for five minutes, with a purpose; a refusal is told on the page."""
    actor, known = _start(request, register)
    entry = get_entry(actor, known, number)
    field, purpose = request.POST.get("field", "")[:30], request.POST.get("purpose", "")
    with told(request, _("Shown for five minutes and written to the access log.")):
        actions.reveal(actor=actor, register=known, entry=entry, field=field, purpose=purpose)
    return _to(entry)


def _refused(
    request: HttpRequest, actor: Actor, register: Register, entry: Entry, typed: dict[str, Any], status: int = 422
) -> HttpResponse:
    context = {**entry_context(actor, register, entry), **typed}
    return render(request, "registers/entry.html", context, status=status)


@require_POST
def save_view(request: HttpRequest, register: str) -> HttpResponse:
    """Keep the filters of a list under a name."""
    actor, known = _start(request, register)
    asked = queries.asked_of(known, request.POST.dict())
    with told(request):
        listing.keep_view(actor, known, request.POST.get("name", ""), asked)
    address = f"{reverse('registers:list', args=[known.name])}?{urlencode(asked.query)}"
    return HttpResponseRedirect(address, status=303)


@require_POST
def remove_view(request: HttpRequest, register: str, view_id: uuid.UUID) -> HttpResponse:
    """Forget a view of one's own."""
    actor, known = _start(request, register)
    listing.forget_view(actor, known, view_id)
    return HttpResponseRedirect(reverse("registers:list", args=[known.name]), status=303)


def _to(entry: Entry) -> HttpResponse:
    return HttpResponseRedirect(reverse("registers:entry", args=[entry.register, entry.number]), status=303)


def _next(request: HttpRequest, actor: Actor, register: Register, entry: Entry, was: str) -> HttpResponse:
    """After a step: its entry, or where entries are decided one after the other the next that waits."""
    if was != register.one_by_one:
        return _to(entry)
    state = Entry.objects.values_list("state", flat=True).get(pk=entry.pk)
    if state == was:
        return _to(entry)
    following = at_once.following(actor, register, entry)
    said = f"{entry.number} · {register.state_by_code[state].label}"
    nothing = _("Nothing else waits here.")
    messages.success(request, said if following else f"{said} · {nothing}")
    return _to(following or entry)
