"""What changes an organisation after it was founded: what it says of itself, its mode, what it confirms."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.queries import policy_in_force
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ChangedMeanwhile, InvalidInput, TingsuError
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation, forget_organisations, in_practice, is_anothers, is_taken
from tingsu.kernel.own_history import own_history
from tingsu.kernel.punctuation import apart
from tingsu.people.access import Can, require
from tingsu.people.errors import OnlyPractice
from tingsu.setup import checklist, shipped_rules
from tingsu.setup.errors import HostTaken, NotYet

COLUMNS = frozenset(
    {"name", "time_zone", "language", "hotline", "email", "address", "service_hours", "public_url", "host", "enterprise", "profile"}
)  # fmt: skip


def change_organisation(*, actor: Actor, read_at: int | None = None, **values: Any) -> Organisation:
    """Change what the organisation says of itself; its history keeps old and new.

    `read_at` is the length of the history that the person saw: raises ChangedMeanwhile when somebody saved since. Raises
    NotAllowed, HostTaken; OnlyPractice in a practice copy, which says what the firm says.
    """
    require(actor, Can.RULEBOOKS)
    if in_practice():
        raise OnlyPractice
    if unknown := set(values) - COLUMNS:
        raise TypeError(f"organisations have no {unknown}")
    try:
        with transaction.atomic(durable=True):
            chain, row = locked(actor)
            if read_at is not None and read_at != chain.stream.last_seq:
                raise ChangedMeanwhile
            if "enterprise" in values:
                values["enterprise"] = {**row.enterprise, **values["enterprise"]}
            changes = {name: [getattr(row, name), new] for name, new in values.items() if getattr(row, name) != new}
            if not changes:
                return row
            _check_names(row, {name: new for name, (_old, new) in changes.items()})
            for name, (_old, new) in changes.items():
                setattr(row, name, new)
            with transaction.atomic():
                row.save(update_fields=list(changes))
            chain.record("organisation.changed", actor=actor, at=now(), data={"set": changes})
            chain.flush()
    except IntegrityError as error:
        raise HostTaken from error
    forget_organisations()
    return row


def _check_names(row: Organisation, changed: dict[str, Any]) -> None:
    """A name at which people find another organisation is not taken; what has been one's own stays. Raises HostTaken."""
    host, address = changed.get("host"), changed.get("public_url")
    if (host and is_taken(host, row.pk)) or (address and is_anothers(address, row.slug, row.pk)):
        raise HostTaken


def set_micro(*, actor: Actor, micro: bool) -> Organisation:
    """Switch between micro mode and full mode (ME-01). Limits, units, people and cases stay as they are, both ways.

    Back in full mode the profile is the one whose limits are in force.
    """
    told = policy_in_force().profile
    full = told if told in Organisation.Profile.values and told != Organisation.Profile.MICRO else "strictest"
    return change_organisation(actor=actor, profile=str(Organisation.Profile.MICRO) if micro else full)


def confirm(*, actor: Actor, subject: str) -> None:
    """Confirm a set of rules as it is in force now, or that mail works (CA-30, CA-31). Raises NotAllowed, NotYet, InvalidInput."""
    require(actor, Can.RULEBOOKS)
    if subject not in checklist.CONFIRMED:
        raise InvalidInput({"subject": TingsuError(_("There is nothing of this name to confirm."))})
    kind = checklist.CONFIRMED[subject]
    version = rulebooks.in_force(kind).version if kind else 0
    if subject == "compensation" and not version:
        # No document gives amounts beyond the quick ¥200: what is shipped is no decision of the firm's.
        raise NotYet(what=str(_("set the amounts of compensation first")))
    if subject == "calendar" and calendar_in_force().time_zone != current_organisation().time_zone:
        raise NotYet(what=str(_("the calendar counts in another time zone than the organisation's")))
    with transaction.atomic(durable=True):
        chain, _row = locked(actor)
        chain.record("organisation.confirmed", actor=actor, at=now(), data={"subject": subject, "version": version})
        chain.flush()


def confirm_shipped(*, actor: Actor, kinds: Collection[str]) -> int:
    """Take over rules as they are shipped, each looked at; what the firm has published itself needs none. How many were confirmed.

    Raises NotAllowed, InvalidInput.
    """
    require(actor, Can.RULEBOOKS)
    named = shipped_rules.subjects()
    if not kinds or not set(kinds) <= set(named):
        raise InvalidInput({"kinds": TingsuError(_("Choose rules from the list."))})
    agreed = checklist.confirmed_kinds()
    left = [kind for kind in named if kind in kinds and kind not in agreed and not rulebooks.in_force(kind).version]
    if left:
        with transaction.atomic(durable=True):
            chain, _row = locked(actor)
            for kind in left:
                chain.record(
                    "organisation.confirmed", actor=actor, at=now(), data={"subject": named[kind], "version": 0}
                )
            chain.flush()
    return len(left)


def complete(*, actor: Actor) -> None:
    """Close the list of the set-up once everything on it is done. Raises NotAllowed, NotYet."""
    require(actor, Can.RULEBOOKS)
    if still := [item for item in checklist.items() if not item.done]:
        raise NotYet(what=apart(str(item.label) for item in still))
    with transaction.atomic(durable=True):
        chain, row = locked(actor)
        if row.stage != Organisation.Stage.PREPARING:
            return
        row.stage = Organisation.Stage.RUNNING
        row.save(update_fields=["stage"])
        chain.record("organisation.completed", actor=actor, at=now())
        chain.flush()
    forget_organisations()


def locked(actor: Actor) -> tuple[Chain, Organisation]:
    """The history of the organisation, locked, and its row."""
    chain = own_history(actor)
    return chain, Organisation.objects.get(pk=actor.organisation_id)
