"""The authority matrix: what is in force, its versions with what each changed, and the editor of the next (OG-09)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, NotFound, TingsuError
from tingsu.kernel.models import Rulebook
from tingsu.kernel.typed import whole_number
from tingsu.people import authority, matrix, queries
from tingsu.people.access import Can, actor_for, may
from tingsu.people.roles import Role, StaffLevel


@require_safe
def authority_page(request: HttpRequest) -> HttpResponse:
    """The matrix in force."""
    return _show(request, rulebooks.in_force(authority.KIND))


@require_safe
def version_page(request: HttpRequest, version: int) -> HttpResponse:
    """An older or coming version, with what it changed."""
    known = {rules.version: rules for rules in rulebooks.versions(authority.KIND)}
    if version not in known:
        raise NotFound
    return _show(request, known[version])


def _show(request: HttpRequest, rules: rulebooks.Rules) -> HttpResponse:
    actor = actor_for(request, needs=Can.SETTINGS)
    context: dict[str, Any] = {
        "rules": rules,
        "in_force": rulebooks.in_force(authority.KIND),
        "rows": [matrix.words_of(row) for row in rules.body["rows"]],
        "approvers": [Role(role).label for role in rules.body["approvers"]],
        "floors": [(matrix.mark_word(mark), Role(role).label) for mark, role in rules.body["floors"].items()],
        "quick": rules.body["quick"],
        "versions": _history(),
        "may_edit": may(actor, Can.RULEBOOKS),
    }
    if rules.version:
        context["differences"] = matrix.differences(
            rulebooks.version_of(authority.KIND, rules.version - 1).body, rules.body
        )
    return render(request, "people/authority.html", context)


def _history() -> list[dict[str, Any]]:
    rows = Rulebook.objects.filter(kind=authority.KIND).order_by("-version").defer("body")[:50]
    return [{"row": row, "publisher": queries.alias_of(row.published_by)} for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest) -> HttpResponse:
    """A draft: compare it with what is in force, then publish it. What was decided under an older one stays."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    newest = rulebooks.versions(authority.KIND)[0]
    if request.method != "POST":
        return _editor(request, newest.body, newest.version)
    body, amounts = matrix.read(request.POST, newest.body)
    problems = [*amounts.values()]
    try:
        authority.check(body)
    except InvalidInput as error:
        problems += [_place(name, body, str(one)) for name, one in error.fields.items()]
    based_on = whole_number(request.POST.get("based_on", ""))
    version = newest.version if based_on is None else based_on
    if problems:
        return _editor(request, body, version, problems=problems)
    if "check" in request.POST:
        changed = matrix.differences(newest.body, body)
        return _editor(request, body, version, differences=changed, checked=True)
    try:
        published = rulebooks.publish(
            actor=actor, kind=authority.KIND, body=body, note=request.POST.get("note", "").strip(), based_on=version
        )
    except TingsuError as error:
        return _editor(request, body, newest.version, problems=[str(error)])
    messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
    return HttpResponseRedirect(reverse("people:authority"), status=303)


def _editor(request: HttpRequest, body: dict[str, Any], based_on: int, **more: Any) -> HttpResponse:
    rows = matrix.rows_for_form(body, blank=matrix.BLANK_ROWS)
    context = {
        "rows": rows,
        "count": len(rows),
        "roles": Role.choices,
        "levels": StaffLevel.choices,
        "approvers": [(role, Role(role).label) for role in body["approvers"]],
        "floors": [(mark, matrix.mark_word(mark), body["floors"].get(mark, "")) for mark in authority.MARKS],
        "quick_max": matrix.plain_yuan(body["quick"]["max_fen"]),
        "quick_daily": matrix.plain_yuan(body["quick"]["daily_fen"]),
        "note": request.POST.get("note", ""),
        "based_on": based_on,
        **more,
    }
    return render(request, "people/edit_authority.html", context, status=422 if more.get("problems") else 200)


def _place(name: str, body: dict[str, Any], sentence: str) -> str:
    """A refusal with the row it speaks of: "Specialist · expert: …"."""
    if name.startswith("rows."):
        words = matrix.words_of(body["rows"][int(name.removeprefix("rows."))])
        return f"{words['role'] or '?'} · {words['level']}: {sentence}"
    labels = {"approvers": _("Approving roles"), "floors": _("Lowest approving role"), "quick": _("Quick compensation")}
    return f"{labels.get(name, name)}: {sentence}"
