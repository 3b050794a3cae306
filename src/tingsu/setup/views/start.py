"""The list of the set-up and the pages behind it."""

from typing import Any, Literal, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tingsu.files.arriving import list_in
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.letters import smtp
from tingsu.letters.views import TrialForm
from tingsu.pages import lists
from tingsu.pages.export import Column, export
from tingsu.pages.fields import TextField
from tingsu.pages.refusal import form_page, refusals_on, told
from tingsu.people import authority, queries
from tingsu.people.access import Can, actor_for
from tingsu.setup import actions, checklist, compensation, founding, people_list, shipped_rules
from tingsu.setup.templates_of_units import STRUCTURES


def back(name: str = "setup:start") -> HttpResponse:
    return HttpResponseRedirect(reverse(name), status=303)


@require_safe
def start_page(request: HttpRequest) -> HttpResponse:
    """What is done and what is not; it stays until all is done."""
    actor_for(request, needs=Can.RULEBOOKS)
    found = checklist.items()
    context = {
        "items": found,
        "left": checklist.open_count(found),
        "preparing": current_organisation().stage == Organisation.Stage.PREPARING,
    }
    return render(request, "setup/start.html", context)


@require_POST
def complete(request: HttpRequest) -> HttpResponse:
    """Close the list."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    with told(request, _("The set-up is complete.")):
        actions.complete(actor=actor)
    return back()


class StructureForm(forms.Form):
    """Which template is opened."""

    structure = forms.ChoiceField(
        label=gettext_lazy("Template"),
        choices=[(code, one.label) for code, one in STRUCTURES.items()],
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def units_page(request: HttpRequest) -> HttpResponse:
    """Open the units of a template that are not there yet; those that are stay."""
    actor = actor_for(request, needs=Can.PEOPLE)
    form = StructureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            opened = founding.open_units(actor, form.cleaned_data["structure"])
            messages.success(request, _("Units opened: %(count)s") % {"count": len(opened)})
            return back("setup:units")
    context = {"form": form, "structures": STRUCTURES.values(), "units": queries.units()}
    return form_page(request, "setup/units.html", context)


class ListForm(forms.Form):
    """A list of people, pasted or as a file."""

    text = TextField(
        label=gettext_lazy("The list"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Paste it from a table, or as lines with commas. The first line names the columns."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("or a file"), required=False, widget=forms.FileInput(attrs={"accept": lists.ACCEPT}),
        help_text=gettext_lazy("CSV in UTF-8 or GBK, or XLSX: its first sheet. It is shown line by line first."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The rows of the file when one was given, else of what was pasted."""
        data = super().clean() or {}
        upload = data.get("file")
        if upload is not None and not self.errors:
            try:
                data["rows"] = lists.rows_of_file(list_in(upload))
            except TingsuError as error:
                raise forms.ValidationError({"file": str(error)}) from error
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request: HttpRequest) -> HttpResponse:
    """Paste or upload a list, look at it line by line, then add the people; first passwords are shown once.

    What a file said stands in the form afterwards, where lines can be put right before they are added.
    """
    actor = actor_for(request, needs=Can.PEOPLE)
    form = ListForm(initial={"text": _example()})
    lines: list[people_list.Line] = []
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        rows = form.cleaned_data.get("rows") if form.is_valid() else None
        if rows is not None:
            form = ListForm({"text": lists.text_of_rows(rows)})
        if form.is_valid():
            with refusals_on(form):
                lines = people_list.read(form.cleaned_data["text"])
        if lines and rows is None and "add" in request.POST and not any(line.errors for line in lines):
            people_list.add(actor, lines)
            return render(request, "setup/people_added.html", {"lines": lines}, status=201)
    context = {
        "form": form,
        "lines": lines,
        "wrong": sum(bool(line.errors) for line in lines),
        "fresh": sum(not line.done for line in lines),
        "changed": sum(bool(line.changes) for line in lines),
        "columns": people_list.COLUMNS.items(),
        "units": queries.units(),
    }
    return form_page(request, "setup/people.html", context)


@require_safe
def people_template(request: HttpRequest, form: str) -> HttpResponseBase:
    """The columns and a line for each seat, as a file to fill in."""
    actor_for(request, needs=Can.PEOPLE)
    if form not in {"csv", "xlsx"}:
        raise NotFound
    head, *rows = lists.rows_of_text(_example())
    columns = [
        Column(label=people_list.COLUMNS[name], value=lambda row, place=place: row[place] if place < len(row) else "")
        for place, name in enumerate(head)
    ]
    return export("people", columns, rows, cast(Literal["csv", "xlsx"], form))


def _example() -> str:
    """The columns, and a line for each seat that the structure here asks for."""
    codes = {unit.code for unit in queries.units()}
    structure = next((one for one in STRUCTURES.values() if one.seats and {u.code for u in one.units} <= codes), None)
    lines = [",".join(people_list.COLUMNS)]
    for number, seat in enumerate(structure.seats if structure else (), 101):
        lines.append(f"{number},{seat.words},,,,,{seat.unit},{seat.role},,,{seat.seat}")
    return "\n".join(lines) + "\n"


@require_http_methods(["GET", "HEAD", "POST"])
def compensation_page(request: HttpRequest) -> HttpResponse:
    """Amounts that a person may grant alone: quick ¥200 is proposed, every other one is the firm's to set (CA-31)."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if request.method == "POST" and "confirm" in request.POST:
        with told(request, _("Confirmed.")):
            actions.confirm(actor=actor, subject="compensation")
        return back()
    rules = rulebooks.versions(authority.KIND)[0]
    form = compensation.AmountsForm(request.POST if request.method == "POST" else None, rules=rules)
    if form.is_valid():
        with refusals_on(form):
            compensation.set_amounts(actor=actor, form=form, based_on=rules.version)
            messages.success(request, _("Saved."))
            return back()
    return form_page(request, "setup/compensation.html", {"form": form, "version": rules.version})


@require_http_methods(["GET", "HEAD", "POST"])
def mail_page(request: HttpRequest) -> HttpResponse:
    """Try the mail server, in its own words; then say that it works, or that letters stay on the follow-up page."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if request.method == "POST" and "confirm" in request.POST:
        with told(request, _("Saved.")):
            actions.confirm(actor=actor, subject="mail")
        return back()
    form = TrialForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "form": form,
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_HOST else "",
    }
    if form.is_valid():
        address = form.cleaned_data["address"]
        trial = smtp.try_out(
            address, _("Trial letter"), _("This letter shows that mail leaves from here.") if address else ""
        )
        context |= {"trial": trial, "why": smtp.WHY.get(trial.why, trial.why)}
    return form_page(request, "setup/mail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, subject: str) -> HttpResponse:
    """What is in force, in a few lines, with the way to change it; then confirm it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if subject not in compensation.SHOWN:
        raise NotFound
    if request.method == "POST":
        with told(request, _("Confirmed.")):
            actions.confirm(actor=actor, subject=subject)
        return back()
    shown = compensation.SHOWN[subject]
    context = {"subject": subject, "title": shown.title, "lines": shown.lines(), "edit": reverse(shown.edit)}
    return render(request, "setup/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules that clauses stand on, each with the way to change it; what is taken over as shipped is confirmed here (MS-29)."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if request.method == "POST":
        with told(request, _("Confirmed.")):
            actions.confirm_shipped(actor=actor, kinds=request.POST.getlist("kinds"))
        return back("setup:rules")
    found = shipped_rules.listed()
    context = {
        "rules": found,
        "left": sum(one.state == shipped_rules.OPEN for one in found),
        "asked": request.GET.get("kind", ""),
    }
    return render(request, "setup/rules.html", context)
