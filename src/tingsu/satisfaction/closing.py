"""The end of a survey: its result is kept, a low or fallen index opens an improvement item, the next survey is planned (SC-04, SC-07, AI-10)."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tingsu.figures import indicators
from tingsu.figures.values import today
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.registers.actions import Link, Opening, follow, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import following
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says
from tingsu.satisfaction import answering, results, rules, tasks

SURVEY = "survey"
LOW, FALLEN = "low", "fallen"
OF_SATISFACTION = ("KP-07", "K-12")
"""Indicators of satisfaction whose alert (below 90 %) opens an improvement item by itself (SC-04)."""


def close_ended() -> int:
    """Close every survey whose last day is over. Gives how many."""
    rows = Entry.objects.filter(register=SURVEY, state=answering.RUNNING)
    over = [one.pk for one in rows if answering.last_day(one) < today()]
    return sum(_close(one) for one in over)


def _close(survey_id: uuid.UUID) -> bool:
    """One survey; False when somebody has ended it meanwhile."""
    actor = automation("satisfaction.close", current_organisation_id())
    try:
        with transaction.atomic(durable=True):
            follow(actor=actor, entry_id=survey_id, register=registers()[SURVEY], step="end")
    except TingsuError:
        return False
    return True


def closed(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """Keep what the answers in time say; what follows from it is opened by a job, so that nobody waits for another register's number."""
    if answering.last_day(opened.entry) >= today():
        # Ended before its day: what comes from now on is late.
        opened.put("until", today() - timedelta(days=1))
    found = results.of_survey(opened.entry)
    opened.put("answers", found.index.number)
    for name, value in (("index", found.index.value), ("low", found.index.low), ("high", found.index.high)):
        opened.put(name, None if value is None or found.index.few else round(100 * value))
    again = found.again
    opened.put("again", None if again.few or again.value is None else round(10000 * again.value))
    tasks.follow_up.defer(survey_id=str(opened.entry.pk))


def reason_to_improve(entry: Entry) -> str:
    """Why the index of a closed survey calls for an improvement item: below the lowest, or fallen by more than chance; "" for neither."""
    here = results.kept(entry)
    if here.index is None or here.high is None:
        return ""
    least = rules.number("least_index")
    if least and here.index < least:
        return LOW
    earlier = [one for one in results.line(entry.codes["questionnaire"], before=entry) if one.low is not None]
    if earlier and earlier[-1].low is not None and here.high < earlier[-1].low:
        return FALLEN
    return ""


def follow_up(survey_id: uuid.UUID) -> None:
    """After a survey ended: the improvement item it calls for, and the next survey. Once each, however often it runs."""
    entry = Entry.objects.select_related("stream").get(pk=survey_id)
    if why := reason_to_improve(entry):
        here = results.kept(entry)
        told = {
            "number": entry.number,
            "why": why,
            "index": f"{here.index:.1f}",
            "least": rules.number("least_index"),
        }
        improve(entry, Said(SURVEY, told), entry.owner_id)
    plan_next(entry)


def improve(entry: Entry, said: Said, owner_id: uuid.UUID | None) -> Entry | None:
    """Open the improvement item that an entry calls for: a nonconformity linked with it; None when it stands already."""
    pk = uuid.uuid5(entry.pk, "improvement")
    if Entry.objects.filter(pk=pk).exists():
        return None
    values = {
        "source": "not_satisfied",
        "found_on": today().isoformat(),
        "severity": "major",
        **({"owner": str(owner_id)} if people.is_active(owner_id) else {}),
    }
    return open_entry(
        actor=automation("satisfaction.improve", current_organisation_id()),
        register=registers()["nonconformity"],
        opening=Opening(
            id=pk,
            values=values,
            said={"description": said},
            links=(Link(other_id=entry.pk, kind="follows"),),
            allowed=True,
        ),
    )


@says(SURVEY)
def _said(told: Mapping[str, Any]) -> str:
    sentences = {
        LOW: _("Satisfaction survey %(number)s: the index is %(index)s, below %(least)s."),
        FALLEN: _("Satisfaction survey %(number)s: the index fell to %(index)s, by more than chance explains."),
    }
    return sentences[told["why"]] % told


def plan_next(entry: Entry) -> Entry | None:
    """Plan the survey that follows at the interval (AI-10): the questionnaire as it is then, owner and callers who work here still.

    The period ends one interval after the day that followed this one, so that no day of results lies between two periods.
    """
    every = entry.codes.get("every")
    if not every or entry.codes["questionnaire"] not in rules.questionnaires():
        return None
    pk = uuid.uuid5(entry.pk, "next")
    if Entry.objects.filter(pk=pk).exists():
        return None
    first, last = (date.fromisoformat(entry.codes[name]) for name in ("first_on", "last_on"))
    first, last = following(first, every), following(last + timedelta(days=1), every) - timedelta(days=1)
    kept = {name: entry.codes[name] for name in ("questionnaire", "method", "size", "every") if entry.codes.get(name)}
    if people.is_active(entry.owner_id):
        kept["owner"] = str(entry.owner_id)
    values = {
        **kept,
        "callers": [one for one in entry.codes.get("callers") or () if people.is_active(uuid.UUID(one))],
        "title": entry.written().get("title", entry.number),
        "first_on": first.isoformat(),
        "last_on": last.isoformat(),
    }
    return open_entry(
        actor=automation("satisfaction.plan", current_organisation_id()),
        register=registers()[SURVEY],
        opening=Opening(id=pk, values=values, links=(Link(other_id=entry.pk, kind="follows"),), allowed=True),
    )


@reaction("limit_alert.opened")
def improve_for_alert(chain: Chain, event: Event, actor: Actor) -> None:
    """Satisfaction with human service fell below 90 %: the alert alone is not enough, an improvement item follows (SC-04)."""
    if event.body.get("values", {}).get("indicator") in OF_SATISFACTION:
        tasks.improve_for_alert.defer(alert_id=str(chain.stream.pk))


def improve_alert(alert_id: uuid.UUID) -> Entry | None:
    """Open the improvement item of an alert, once, with whoever answers for the alert."""
    alert = Entry.objects.select_related("stream").get(pk=alert_id)
    codes = alert.codes
    told = {
        "alert": alert.number,
        "indicator": codes["indicator"],
        "part": codes.get("part"),
        "whole": codes.get("whole"),
    }
    return improve(alert, Said("low_satisfaction", told), alert.owner_id)


@says("low_satisfaction")
def _alert_said(told: Mapping[str, Any]) -> str:
    one = indicators.indicators().get(told["indicator"])
    name = one.name if one else told["indicator"]
    return _(
        "%(name)s: %(part)s of %(whole)s satisfied, below the limit (alert %(alert)s). Find the cause and improve."
    ) % {**told, "name": name}
