"""Pages of time limits: the policy in force with its history, its draft form, and one deadline explained."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.clocks import actions, comparison, whatif
from tingsu.clocks.access import get_promise
from tingsu.clocks.differences import policy_differences
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.forms import LineForm, ProfileForm, lines_of
from tingsu.clocks.packs import ended_lines, pack_name
from tingsu.clocks.policy import Fault, faults_of
from tingsu.clocks.profiles import PROFILES, completed, profile_body
from tingsu.clocks.queries import KIND, policy_in_force, policy_of
from tingsu.clocks.words import limits_in_words
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.kinds import names_of
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.pdf import Part, table
from tingsu.pages.refusal import told
from tingsu.pages.rulebooks import Book, Draft, Problem, PublishingForm, edit, problems_of, show, tell_tables
from tingsu.people.access import Can, actor_for
from tingsu.people.queries import alias_of


@require_GET
def explain(request: HttpRequest, promise_id: uuid.UUID) -> HttpResponse:
    """Why a deadline falls when it falls: as a part of a page for htmx, as a page of its own by its address."""
    promise = get_promise(actor_for(request), promise_id)
    context = {"explanation": explain_promise(promise)}
    part = request.headers.get("HX-Request") == "true"
    response = render(request, "clocks/explain.html" if part else "clocks/explain_page.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_POST
def take_up(request: HttpRequest, stream_id: uuid.UUID) -> HttpResponse:
    """Take up what was escalated to this person, and go on to the thing itself; a refusal is said there."""
    actor = actor_for(request)
    named = names_of([stream_id], actor).get(stream_id)
    if named is None:
        raise NotFound
    with told(request, _("You took up the escalation of %(number)s.") % {"number": named.name}):
        actions.take_up(actor=actor, stream_id=stream_id)
    return redirect(named.url or "desk:work")


BOOK = Book(
    kind=KIND,
    title=gettext_lazy("Time limits"),
    draft_title=gettext_lazy("Draft of the time limits"),
    url_name="clocks:limits",
    edit_url_name="clocks:edit_limits",
    name_of=alias_of,
    differences=policy_differences,
    holds=gettext_lazy("This version is in force. Every new promise is made under it; those already made keep theirs."),
)


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """One version of the time limits: the one in force, or the one asked for, beside the history."""
    actor_for(request, needs=Can.RULEBOOKS)
    return show(request, BOOK, "clocks/limits.html", _version_in_words)


def _version_in_words(rules: Rules) -> dict[str, Any]:
    policy = policy_of(rules)
    lines = [
        (
            one,
            comparison.mark_of(
                policy.profile, one.rule.basis, ours=one.rule.ours, pack=one.rule.pack, unconfirmed=one.rule.unconfirmed
            ),
            pack_name(one.rule.pack) if one.rule.pack else "",
        )
        for one in limits_in_words(policy)
    ]
    today = local_date(now(), current_organisation().time_zone)
    return {"limits": lines, "profile": PROFILES.get(policy.profile), "ended": list(ended_lines(rules.body, today))}


def _printed(rules: Rules) -> list[Part]:
    """The limits on paper, as their page shows them."""
    heads = [_("Timer"), _("Holds for"), _("Limit"), _("Starts"), _("Stops"), _("Warns at"), _("Basis")]
    rows = [
        [
            f"{line.timer.code} {line.name}", line.condition or _("every case"), str(line.limit), str(line.timer.starts), str(line.timer.stops),
            listed(f"{point} %" for point in line.rule.warn_at), " · ".join(filter(None, (line.rule.basis, str(pack), str(mark)))),
        ]
        for line, mark, pack in _version_in_words(rules)["limits"]
    ]  # fmt: skip
    return [table(heads, rows, widths=[5, 4, 4, 5, 5, 3, 6])]


tell_tables(KIND, _printed)


@require_http_methods(["GET", "POST"])
def edit_limits(request: HttpRequest) -> HttpResponse:
    """A draft of the time limits: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)
    return edit(
        request,
        BOOK,
        "clocks/edit_limits.html",
        partial(_draft, actor),
        actor=actor,
        publish=actions.publish_time_limits,
    )


def _draft(actor: Actor, posted: Any, newest: Rules) -> Draft:
    lines = lines_of(newest.body, posted)
    draft = Draft(form=PublishingForm(posted, newest=newest), context={"lines": lines})
    if posted is None:
        return draft
    if not (lines.is_valid() and draft.form.is_valid()):
        draft.problems = [
            *(Problem(text=str(error)) for error in lines.non_form_errors()),
            *(problem for line in lines for problem in problems_of(line, line.sentence())),
            *problems_of(draft.form),
        ]
        return draft
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.is_kept()]
    draft.body = {**newest.body, "rules": [line.row() for _number, line in kept]}
    for fault in faults_of(draft.body, [number for number, _line in kept]):
        draft.problems.append(_beside(fault, kept, lines))
    if not draft.problems:
        draft.context |= touched(posted, newest, draft.body, actor)
    return draft


def _beside(fault: Fault, kept: list[tuple[int, LineForm]], lines: Any) -> Problem:
    """Put a refusal beside its field, with the way there; a limit that is missing leads to the empty line at the end."""
    if fault.row is None:
        return Problem(text=fault.text, anchor=lines[-1]["timer"].auto_id if len(lines) else "")
    line = kept[fault.row][1]
    line.add_error(fault.field if fault.field in line.fields else None, fault.text)
    return Problem(text=fault.text, anchor=line[fault.field].auto_id if fault.field in line.fields else "")


def touched(posted: Any, newest: Rules, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """How many running cases have a limit that would be another one: they keep theirs, and who publishes knows (SL-02). Where the draft
    is only looked at, also what it would have done in a quarter (SL-01).
    """
    changed = comparison.changed_timers(completed(newest.body), completed(body))
    found: dict[str, Any] = {"touched": comparison.running_cases(changed), "running": comparison.running_cases()}
    if "check" in posted:
        quarter = whatif.quarter_named(posted.get("quarter", "")) or whatif.quarters()[0]
        outcome = whatif.what_if(newest.body, body, quarter)
        late = names_of(outcome.late, actor)
        found |= {
            "what_if": outcome,
            "late": [late[pk] for pk in outcome.late if pk in late],
            "quarters": [one.written for one in whatif.quarters()],
        }
    return found


@require_GET
def profiles(request: HttpRequest) -> HttpResponse:
    """The limits of two profiles side by side, or of one and of what is in force: what differs, and how much is running."""
    actor_for(request, needs=Can.RULEBOOKS)
    sides = comparison.sides()
    left = request.GET.get("left") or comparison.IN_FORCE
    right = request.GET.get("right") or next(code for code in PROFILES if code != policy_in_force().profile)
    if left not in sides or right not in sides:
        raise NotFound
    bodies = [comparison.body_of(side, KIND) for side in (left, right)]
    rows = comparison.side_by_side(*bodies)
    context = {
        "sides": sides,
        "left": left,
        "right": right,
        "left_name": sides[left],
        "right_name": sides[right],
        "documents": [PROFILES.get(body["profile"]) for body in bodies],
        "rows": rows,
        "differing": sum(row.differs for row in rows),
        "running": comparison.running_cases(),
        "may_choose": right if right in PROFILES else "",
    }
    return render(request, "clocks/profiles.html", context)


@require_http_methods(["GET", "POST"])
def choose_profile(request: HttpRequest) -> HttpResponse:
    """The draft of a version that takes a shipped profile: show what it would change, or publish it."""
    actor = actor_for(request, needs=Can.RULEBOOKS)

    def drafted(posted: Any, newest: Rules) -> Draft:
        asked = request.GET.get("profile", "")
        initial = {"profile": asked} if asked in PROFILES else {"profile": newest.body["profile"]}
        form = ProfileForm(posted, newest=newest, initial=initial)
        draft = Draft(form=form, context={"choice": form["profile"]})
        if posted is not None and form.is_valid():
            draft.body = profile_body(form.cleaned_data["profile"])
            draft.context |= touched(posted, newest, draft.body, actor)
        return draft

    return edit(request, BOOK, "clocks/choose_profile.html", drafted, actor=actor, publish=actions.publish_time_limits)
