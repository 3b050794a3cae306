"""A burst opens one event record, or joins the one that is open, each minute and by the steps that people take (TR-07, MS-23)."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from tingsu.complaints import lists, terms
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import first_of
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says
from tingsu.triage import major_events, mass, risk_rules

LOOKED_BACK = timedelta(minutes=10)
"""Nothing is looked at unless something was registered since: longer than a job may be late."""
log = logging.getLogger(__name__)


def watch() -> int:
    """Every burst of this moment becomes part of one open record; the owners are asked to assess again. How many joined."""
    at = now()
    if not Complaint.objects.filter(pk__gte=first_of(at - LOOKED_BACK), registered_at__gte=at - LOOKED_BACK).exists():
        return 0
    rules = rulebooks.in_force(risk_rules.KIND).body["mass"]
    joined = 0
    for subject, found in mass.bursts_at(at, rules):
        try:
            joined += _gathered(subject, found)
        except TingsuError:  # of one burst: the others are gathered, and this one is tried again in a minute
            log.warning("a burst of %s could not be gathered", subject[0], exc_info=True)
    return joined


def _gathered(subject: mass.Subject, found: Sequence[mass.Arrival]) -> int:
    """Those of one burst that belong to no open record yet join it, or the first opens it."""
    ids = [one.id for one in sorted(found, key=lambda one: (one.received_at, one.id))]
    inside = major_events.record_of_each(ids)
    number = next((inside[one] for one in ids if one in inside), "")
    opened = not number
    joined: list[UUID] = []
    for pk in ids:
        if pk in inside:
            continue
        number = number or _record(pk, subject, found)
        if _joins(pk, number):
            joined.append(pk)
    if joined:
        with transaction.atomic(durable=True):
            mass.prompt(ids)
            if opened:
                leaders = [one.pk for one in people.active_members(roles=("supervisor",))]
                notify(leaders, "event.mass", major_events.record_id(number), {"number": number})
    return len(joined)


def _record(first: UUID, subject: mass.Subject, found: Sequence[mass.Arrival]) -> str:
    """The number of the record that the rule opens for a burst: once for the complaint with which it begins."""
    for nth in count():  # a record that somebody closed is not opened again: the burst goes on in another one
        pk = uuid5(first, f"{major_events.NAME}:{subject[0]}:{subject[1]}:{nth}")
        known = Entry.objects.filter(pk=pk).first()
        if known is None:
            break
        if known.state == "open":
            return known.number
    about = _subject(subject)
    told = about | {
        "n": len(found),
        "provinces": mass.provinces_of(found),
        "first": min(one.received_at for one in found).isoformat(),
        "last": max(one.received_at for one in found).isoformat(),
    }
    said = {"name": Said("mass_event", about), "story": Said("mass_event_story", told)}
    return open_entry(
        actor=automation("triage.watch_for_bursts", current_organisation_id()),
        register=registers()[major_events.NAME],
        opening=Opening(id=pk, values={"kind": "mass"}, said=said, allowed=True),
    ).number


def _joins(pk: UUID, number: str) -> bool:
    """One complaint, in a transaction of its own; one that cannot join now is left for the next minute."""
    actor = automation("triage.watch_for_bursts", current_organisation_id())
    try:
        take_step(actor=actor, complaint_id=pk, step="join_event", values={"event": number})
    except TingsuError:
        log.warning("complaint %s could not join its event record", pk, exc_info=True)
        return False
    return True


def _subject(subject: mass.Subject) -> dict[str, Any]:
    if subject[0] == "product":
        return {"what": subject[1]}
    kind, _colon, number = subject[1].partition(":")
    return {"problem": kind, "category": int(number)}


def _what(told: Mapping[str, Any]) -> str:
    if told.get("what"):
        return str(told["what"])
    return f"{lists.word(lists.PROBLEM_TYPE, told['problem'])} · {terms.CATEGORIES[told['category']][0]}"


@says("mass_event")
def _name(told: Mapping[str, Any]) -> str:
    words: str = _("Mass complaints: %(what)s") % {"what": _what(told)}
    return words[:120]


@says("mass_event_story")
def _story(told: Mapping[str, Any]) -> str:
    words: str = _("%(n)s complaints from %(provinces)s provinces between %(first)s and %(last)s: %(what)s")
    return words % {**told, "what": _what(told), "first": _here(told["first"]), "last": _here(told["last"])}


def _here(at: str) -> str:
    return f"{local(datetime.fromisoformat(at), current_organisation().time_zone):%Y-%m-%d %H:%M}"
