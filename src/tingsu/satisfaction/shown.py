"""What the page of a survey shows: sample with its proof, response, index and items, trend and comparison, parts, whom to call."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tingsu.complaints.access import sees_everything
from tingsu.complaints.models import Complaint
from tingsu.figures import charts
from tingsu.figures.dimensions import DIMENSIONS as OF_FACTS
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.people import queries as people
from tingsu.people.access import Can, may
from tingsu.people.roles import Role
from tingsu.privacy.show import known_about_each, show_text
from tingsu.registers.declaration import LEADERS, register_named
from tingsu.registers.models import Entry
from tingsu.satisfaction import answering, inviting, market, results
from tingsu.satisfaction.models import Invitation
from tingsu.satisfaction.results import Mean, Share

PROVED_UP_TO = 20_000
"""Frames up to this size are drawn again whenever the page is opened."""
MOST_CALLS, MOST_COMMENTS, MOST_COMPARED = 100, 20, 12


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Everything beside the entry. Whoever only calls sees whom to call, and no figure."""
    register = register_named(inviting.SURVEY)
    told: dict[str, Any] = {
        "survey": entry,
        "form": answering.questionnaire_of(entry),
        "calls": calls(actor, entry),
    }
    sees = register is not None and (register.sees_all(actor) or actor.id == entry.owner_id)
    if "seed" not in entry.codes or not sees:
        return told
    return {**told, "sees": True, **_sample(entry), **_figures(actor, entry), "comments": comments(actor, entry)}


def _sample(entry: Entry) -> dict[str, Any]:
    proved = inviting.drawn_again(entry) if entry.codes["frame_size"] <= PROVED_UP_TO else None
    found = results.response(entry)
    return {"proved": proved, "response": found, "rate": share_words(found.rate)}


def _figures(actor: Actor, entry: Entry) -> dict[str, Any]:
    found = results.of_survey(entry)
    wanted = [one for one in results.DIMENSIONS if one != "handler_id" or actor.has_role(*LEADERS, Role.QA)]
    split = results.told_apart(entry, wanted)
    line = results.line(entry.codes["questionnaire"])
    return {
        "index": mean_words(found.index),
        "expectation": mean_words(found.expectation) if found.form.expects else "",
        "gap": mean_words(found.gap, signed=True) if found.form.expects else "",
        "satisfied": share_words(found.satisfied),
        "again": share_words(found.again) if found.form.asked_again else "",
        "items": [_item(one, expects=found.form.expects) for one in found.items],
        "splits": [
            _part(name, told)
            for name, told in split.items()
            if len(told) > 1 or name in {"channel", "grade", "outcome"}
        ],
        "trend": line,
        "drawn": chart_of(line),
        "may_export": may(actor, Can.EXPORT) and sees_everything(actor),
        "svg": reverse("satisfaction:picture", args=[entry.number, "svg"]),
        "png": reverse("satisfaction:picture", args=[entry.number, "png"]),
        "compared": compared(entry, found.index),
    }


def chart_of(line: list[results.Kept]) -> SafeString | str:
    """The indexes of the surveys with one questionnaire."""
    return charts.history(
        [one.last_on[2:7] for one in line], [one.index for one in line], [], lambda value: f"{value:.0f}", most=100
    )


def mean_words(one: Mean, *, signed: bool = False) -> str:
    """A mean with its interval; of few answers how many there are, and no rate."""
    if one.value is None:
        return "–"
    if one.few:
        return _("%(number)s answers: too few for an index") % {"number": one.number}
    sign = "+" if signed else ""
    if one.low is None or one.high is None:
        return f"{one.value:{sign}.1f}"
    return _("%(value)s (interval at 95 %%: %(low)s to %(high)s)") % {
        "value": f"{one.value:{sign}.1f}", "low": f"{one.low:{sign}.1f}", "high": f"{one.high:{sign}.1f}",
    }  # fmt: skip


def share_words(one: Share) -> str:
    """A share with its counts; of few only these."""
    counts = _("%(part)s of %(whole)s") % {"part": one.part, "whole": one.whole}
    if one.few or one.value is None:
        return counts if one.whole else "–"
    low, high = one.interval or (0.0, 1.0)
    return f"{100 * one.value:.1f} % ({100 * low:.1f}–{100 * high:.1f} %) · {counts}"


def _item(one: results.OfItem, *, expects: bool) -> dict[str, Any]:
    few = one.experience.few
    return {
        "words": one.item.words,
        "weight": one.item.weight,
        "number": one.experience.number,
        "experience": short(one.experience),
        "expectation": short(one.expectation) if expects else "",
        "gap": short(one.gap, signed=True) if expects else "",
        "behind": expects and not one.gap.few and one.gap.high is not None and one.gap.high < 0,
        "satisfied": share_words(one.satisfied),
        "bar": charts.bar(
            one.experience.value or 0, aim=None if few or one.expectation.value is None else one.expectation.value
        )
        if not few
        else "",
    }


def short(one: Mean, *, signed: bool = False) -> str:
    """A mean alone, for a table; a dash where there are too few."""
    return "–" if one.few or one.value is None else f"{one.value:{'+' if signed else ''}.1f}"


def _part(name: str, told: list[results.Part]) -> dict[str, Any]:
    return {
        "label": _label(name),
        "lines": [
            {
                "value": _value(name, one.value), "sample": one.sample, "rate": share_words(one.rate), "odd": one.odd,
                "index": short(one.index), "satisfied": share_words(one.satisfied),
            }
            for one in told
        ],
    }  # fmt: skip


def _label(name: str) -> str:
    return _("Handler") if name == "handler_id" else str(OF_FACTS[name].label)


def _value(name: str, value: Any) -> str:
    return (people.staff_identity(value) or "–") if name == "handler_id" else OF_FACTS[name].told(value)


def compared(entry: Entry, ours: Mean) -> list[dict[str, Any]]:
    """Our index beside those of competitors and benchmarks for the same group, newest of each first (SC-10). One query."""
    group = entry.codes["group"]
    rows = Entry.objects.filter(
        register=market.NAME, state__in=("confirmed", "judged"), codes__kind__in=market.OF_INDEX, codes__group=group
    )
    others = list(rows.select_related("stream").order_by("-codes__last_on", "-number")[:MOST_COMPARED])
    if not others:
        return []
    own = None if ours.few else ours.value
    lines = (
        []
        if own is None
        else [{"whom": _("Our index"), "value": f"{own:.1f}", "bar": charts.bar(own, "accent"), "own": True}]
    )
    sources = dict(market.SOURCES)
    for one in others:
        value = one.codes["tenths"] / 10
        lines.append(
            {
                "whom": (one.worded_or_none() or {}).get("whom", one.number), "value": f"{value:.1f}", "bar": charts.bar(value, aim=own),
                "source": sources[one.codes["source"]],
                "first": date.fromisoformat(one.codes["first_on"]), "last": date.fromisoformat(one.codes["last_on"]),
                "difference": "" if own is None else f"{own - value:+.1f}",
                "url": reverse("registers:entry", args=[market.NAME, one.number]),
            }
        )  # fmt: skip
    return lines


def callable_now(entry: Entry) -> Any:
    """Whom somebody calls: who has no letter to answer, and who has not answered the reminder."""
    waiting = Invitation.objects.filter(entry=entry, entry__state=answering.RUNNING)
    return waiting.filter(state=Invitation.State.CALL) | waiting.filter(
        state=Invitation.State.INVITED, reminded_at__isnull=False
    )


def calls(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The list of calls, as far as this person may make them: nobody asks about the own work."""
    if entry.state != answering.RUNNING or not may_call(actor, entry):
        return {}
    rows = list(
        callable_now(entry)
        .order_by("calls", "place")
        .values("place", "calls", "complaint_id", "handler_id")[: MOST_CALLS + 1]
    )
    cases = Complaint.objects.only("number", "organisation_id").in_bulk([row["complaint_id"] for row in rows])
    return {
        "lines": [
            {
                **row,
                "number": cases[row["complaint_id"]].number,
                "case": cases[row["complaint_id"]].get_absolute_url(),
                "own": row["handler_id"] == actor.id,
            }
            for row in rows[:MOST_CALLS]
        ],
        "more": len(rows) > MOST_CALLS,
    }


def may_call(actor: Actor, entry: Entry) -> bool:
    """Those who were named, the owner, and who leads surveys."""
    named = str(actor.id) in (entry.codes.get("callers") or []) or actor.id == entry.owner_id
    return actor.kind in {"member", "token"} and (named or actor.has_role(*LEADERS, Role.QA, Role.ANALYST))


def comments(actor: Actor, entry: Entry) -> list[str]:
    """What people wrote beside the scale, newest first, without case and name: as the reader may see free text."""
    rows = (
        Invitation.objects.filter(entry=entry, comment__isnull=False)
        .select_related("complaint__stream")
        .order_by("-ended_at")[:MOST_COMMENTS]
    )
    found = list(rows)
    known = known_about_each([one.complaint_id for one in found])
    told = []
    for one in found:
        if text := _opened(one):
            told.append(show_text(actor, "history", "note", text, "page", known=known[one.complaint_id]))
    return [one for one in told if one]


def _opened(row: Invitation) -> str:
    try:
        return row.complaint.stream.key().open(row.comment, f"invitation:{row.pk}:comment") if row.comment else ""
    except Erased:
        return ""
