"""Pages of time limits: the policy in force with its history, its draft form, and one deadline explained."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.clocks import actions
from tingsu.clocks.access import get_promise
from tingsu.clocks.differences import policy_differences
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.forms import LimitsForm, lines_of
from tingsu.clocks.policy import problems_of
from tingsu.clocks.queries import KIND, policy_of
from tingsu.clocks.versions import chosen_version, history_of
from tingsu.clocks.words import limits_in_words
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError
from tingsu.kernel.kinds import names_of
from tingsu.people.access import Can, actor_for


@require_GET
def explain(request: HttpRequest, promise_id: uuid.UUID) -> HttpResponse:
    """Why a deadline falls when it falls: as a part of a page for htmx, as a page of its own by its address."""
    promise = get_promise(actor_for(request), promise_id)
    context = {"explanation": explain_promise(promise)}
    partial = request.headers.get("HX-Request") == "true"
    response = render(request, "clocks/explain.html" if partial else "clocks/explain_page.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_POST
def take_up(request: HttpRequest, stream_id: uuid.UUID) -> HttpResponse:
    """Take up what was escalated to this person, and go on to the thing itself; a refusal is said there."""
    actor = actor_for(request)
    named = names_of([stream_id], actor).get(stream_id)
    if named is None:
        raise NotFound
    try:
        actions.take_up(actor=actor, stream_id=stream_id)
    except (NotAllowed, actions.TakenUpAlready) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You took up the escalation of %(number)s.") % {"number": named.name})
    return redirect(named.url or "desk:work")


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """One version of the time limits: the one in force, or the one asked for, beside the history."""
    actor_for(request, needs=Can.RULEBOOKS)
    shown = chosen_version(KIND, request.GET.get("version"))
    context = {
        "rules": shown,
        "in_force": rulebooks.in_force(KIND),
        "limits": limits_in_words(policy_of(shown)),
        "history": history_of(KIND),
        "zone": request.organisation.time_zone,  # type: ignore[attr-defined]
    }
    if shown.version:
        before = rulebooks.version_of(KIND, shown.version - 1)
        context["differences"] = policy_differences(before.body, shown.body)
    return render(request, "clocks/limits.html", context)


@require_http_methods(["GET", "POST"])
def edit_limits(request: HttpRequest) -> HttpResponse:
    """A draft of the time limits: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    newest = rulebooks.versions(KIND)[0]
    zone = request.organisation.time_zone  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    lines = lines_of(newest.body, data)
    form = LimitsForm(data, zone=zone, initial={"based_on": newest.version})
    context: dict[str, Any] = {"form": form, "lines": lines, "newest": newest}
    if data is None:
        return render(request, "clocks/edit_limits.html", context)
    if lines.is_valid() and form.is_valid():
        body = {**newest.body, "rules": [line.row() for line in lines if line.is_kept()]}
        for problem in problems_of(body):
            form.add_error(None, problem)
        if not form.errors and "check" in data:
            context["differences"] = policy_differences(newest.body, body)
            context["checked"] = True
            return render(request, "clocks/edit_limits.html", context)
        if not form.errors:
            try:
                published = actions.publish_time_limits(
                    actor=actor,
                    body=body,
                    valid_from=form.cleaned_data["valid_from"],
                    note=form.cleaned_data["note"],
                    based_on=form.cleaned_data["based_on"],
                )
            except TingsuError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
                return redirect("clocks:limits")
    return render(request, "clocks/edit_limits.html", context, status=422)
