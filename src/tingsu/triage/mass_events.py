"""A burst opens one event record, or joins the one that is open, each minute and by the steps that people take (TR-07, MS-23)."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.complaints import lists, terms
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.ids import first_of
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.triage import major_events, mass, risk_rules
from tingsu.triage.steps.major_events import NEW

LOOKED_BACK = timedelta(minutes=10)
"""Nothing is looked at unless something was registered since: longer than a job may be late."""
log = logging.getLogger(__name__)


def watch() -> int:
    """Every burst of this moment becomes part of one open record; the owners are asked to assess again. How many joined."""
    at = now()
    if not Complaint.objects.filter(pk__gte=first_of(at - LOOKED_BACK), registered_at__gte=at - LOOKED_BACK).exists():
        return 0
    rules = rulebooks.in_force(risk_rules.KIND).body["mass"]
    return sum(_gathered(subject, found) for subject, found in mass.bursts_at(at, rules))


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
        if _joins(pk, number or NEW, _named(subject, found)):
            joined.append(pk)
            number = number or major_events.record_of_each([pk]).get(pk, "")
    if joined:
        with transaction.atomic(durable=True):
            mass.prompt(ids)
            if opened:
                leaders = [one.pk for one in people.active_members(roles=("supervisor",))]
                notify(leaders, "event.mass", major_events.record_id(number), {"number": number})
    return len(joined)


def _joins(pk: UUID, event: str, words: tuple[str, str]) -> bool:
    """One complaint, in a transaction of its own; one that cannot join now is left for the next minute."""
    values = {"event": event}
    if event == NEW:
        values |= {"event_kind": "mass", "event_name": words[0], "event_story": words[1]}
    actor = automation("triage.watch_for_bursts", current_organisation_id())
    try:
        take_step(actor=actor, complaint_id=pk, step="join_event", values=values)
    except TingsuError:
        log.warning("complaint %s could not join its event record", pk, exc_info=True)
        return False
    return True


def _named(subject: mass.Subject, found: Sequence[mass.Arrival]) -> tuple[str, str]:
    """Name and story of the record, in the language of the organisation."""
    with override(current_organisation().language):
        what = subject[1]
        if subject[0] == "problem":
            kind, _colon, number = subject[1].partition(":")
            what = f"{lists.word(lists.PROBLEM_TYPE, kind)} · {terms.CATEGORIES[int(number)][0]}"
        name = _("Mass complaints: %(what)s") % {"what": what}
        story = _("%(n)s complaints from %(provinces)s provinces between %(first)s and %(last)s: %(what)s") % {
            "n": len(found),
            "provinces": mass.provinces_of(found),
            "first": f"{min(one.received_at for one in found):%Y-%m-%d %H:%M} UTC",
            "last": f"{max(one.received_at for one in found):%Y-%m-%d %H:%M} UTC",
            "what": what,
        }
        return name[:120], story
