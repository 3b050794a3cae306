"""Making subscriptions, changing and ending them, and having events sent again (IG-01)."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tingsu.hooks import delivering, signing
from tingsu.hooks.models import Delivery, Subscription
from tingsu.hooks.words import subscribable, wanted
from tingsu.kernel import outgoing
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError, too_long
from tingsu.kernel.events import event_kinds
from tingsu.kernel.ledger import Chain, lock_chain, open_chain
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import in_practice
from tingsu.kernel.spelling import tidy
from tingsu.letters.notices import notify
from tingsu.letters.providers import stays_here
from tingsu.people import queries as people
from tingsu.people.access import Can, require
from tingsu.people.roles import Role

BOTH_GOOD = timedelta(days=1)
"""How long the secret before signs beside the new one."""
MOST = 50
"""Subscriptions of an organisation that are not ended."""
MOST_AGAIN = 10_000
"""Events that one replay sends at the most."""
State, Personal = Subscription.State, Subscription.Personal


def subscribe(
    *,
    actor: Actor,
    name: str,
    address: str,
    kinds: Collection[str],
    unit_id: uuid.UUID | None = None,
    product: str = "",
    personal: bool = False,
) -> tuple[Subscription, str]:
    """Tell another system of these events from now on; its secret is given this once. Whoever makes it answers for it.

    Personal data is in it only after the data-security officer, who is somebody else, has granted that.
    Raises NotAllowed, InvalidInput.
    """
    _may(actor)
    name, address, product = _checked(None, name, address, kinds, unit_id, product)
    secret = signing.new_secret()
    with transaction.atomic(durable=True):
        chain = open_chain("webhook")
        row = Subscription(
            id=chain.stream.pk, stream_id=chain.stream.pk, owner_id=actor.id, created_at=now(),
            personal=Personal.ASKED if personal else Personal.NONE,
        )  # fmt: skip
        row.stream = chain.stream
        _put(row, name, address, kinds, unit_id, product)
        row.seal("secret", secret)
        chain.record(
            "webhook.made", actor=actor, at=row.created_at, data=_facts(row), texts={"name": name, "product": product}
        )
        chain.flush()
        row.save(force_insert=True)
        if personal:
            _ask_for_personal(row)
    return row, secret


def change(
    *,
    actor: Actor,
    id: uuid.UUID,
    name: str,
    address: str,
    kinds: Collection[str],
    unit_id: uuid.UUID | None = None,
    product: str = "",
    personal: bool = False,
) -> Subscription:
    """Other events, another scope or address. What was granted for one address is asked for anew with another.

    An empty address keeps the present one. Raises NotAllowed, NotFound, InvalidInput.
    """
    _may(actor)
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        before = row.opened("address")
        name, address, product = _checked(row, name, address or before, kinds, unit_id, product)
        moved = address != before
        wider = bool(set(kinds) - set(row.kinds)) or (row.unit_id, row.product) not in (
            (None, ""),
            (unit_id, product),
        )  # another scope is another question
        row.stream = chain.stream
        _put(row, name, address, kinds, unit_id, product)
        asks = personal and (moved or wider or row.personal != Personal.GRANTED)
        row.personal = (Personal.ASKED if asks else Personal.GRANTED) if personal else Personal.NONE
        data = _facts(row) | {"moved": moved}
        chain.record("webhook.changed", actor=actor, at=now(), data=data, texts={"name": name, "product": product})
        chain.flush()
        row.save()
        if asks:
            _ask_for_personal(row)
    return row


def decide_personal(*, actor: Actor, id: uuid.UUID, granted: bool, reason: str) -> Subscription:
    """The data-security officer says whether personal data may go there; never for a subscription of his own.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    if not may_decide(actor):
        raise NotAllowed(_("The data-security officer decides on this."), code="dso")
    if not reason.strip() or len(reason) > 500:
        raise InvalidInput({"reason": too_long(reason, 500) if reason.strip() else InvalidValue(code="required")})
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        if row.owner_id == actor.id or _shaped(row, actor):
            raise NotAllowed(_("Somebody else decides on your own subscription."), code="second_person")
        if row.personal != Personal.ASKED:
            raise InvalidInput({"": InvalidValue(_("Nothing is asked for here any more."))})
        row.personal, row.decided_by_id = Personal.GRANTED if granted else Personal.REFUSED, actor.id
        row.save(update_fields=["personal", "decided_by_id"])
        data = {"personal": row.personal}
        chain.record("webhook.personal_decided", actor=actor, at=now(), data=data, texts={"reason": reason})
        chain.flush()
    return row


def _shaped(row: Subscription, actor: Actor) -> bool:
    """Has this person made or changed it since the last decision? Whoever said where it leads is no second person."""
    events = Event.objects.filter(stream_id=row.pk)
    decided = events.filter(kind="webhook.personal_decided").aggregate(last=Max("seq"))["last"] or 0
    return events.filter(seq__gt=decided, actor_id=actor.id, kind__in=("webhook.made", "webhook.changed")).exists()


def may_decide(actor: Actor) -> bool:
    """Does this person decide where personal data goes?"""
    return actor.kind == "member" and actor.has_role(Role.DSO)


def pause(*, actor: Actor, id: uuid.UUID) -> None:
    """Nothing leaves until somebody lets it go on; what happens meanwhile waits. Raises NotAllowed, NotFound."""
    _may(actor)
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        if row.state == State.ACTIVE:
            _move(chain, row, actor, "webhook.paused", State.PAUSED, "by_hand")


def resume(*, actor: Actor, id: uuid.UUID) -> None:
    """Go on, with what waits first. Whoever lets it go on answers for it when its owner has left. Raises NotAllowed, NotFound."""
    _may(actor)
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        if row.state != State.PAUSED:
            return
        if row.why == "owner_left":
            row.owner_id = actor.id  # type: ignore[assignment]
            again = row.personal == Personal.GRANTED
            row.personal = Personal.ASKED if again else row.personal
            chain.record("webhook.changed", actor=actor, at=now(), data=_facts(row) | {"moved": False})
            if again:
                _ask_for_personal(row)
        row.failures, row.failing_since, row.rests_until = 0, None, None
        _move(chain, row, actor, "webhook.resumed", State.ACTIVE, "")
        Delivery.objects.filter(subscription=row, state=Delivery.State.WAITING).update(due_at=delivering.real_now())
        _deliver_soon()


def stop(*, actor: Actor, id: uuid.UUID) -> None:
    """End it for good; the log stands until its time is over. Raises NotAllowed, NotFound."""
    _may(actor)
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        row.secret = row.secret_before = None
        _move(chain, row, actor, "webhook.ended", State.ENDED, "")
        Delivery.objects.filter(subscription=row, state=Delivery.State.WAITING).update(
            state=Delivery.State.LEFT_OUT, ended_at=delivering.real_now()
        )


def turn_secret(*, actor: Actor, id: uuid.UUID) -> str:
    """A new secret, given this once; the one before signs beside it for a day. Only whoever answers for the subscription.

    Raises NotAllowed, NotFound.
    """
    _may(actor)
    secret = signing.new_secret()
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        if row.owner_id != actor.id:
            raise NotAllowed(_("Only whoever answers for the subscription sees its secret."))
        row.stream = chain.stream
        row.seal("secret_before", row.opened("secret"))
        row.secret_before_until = delivering.real_now() + BOTH_GOOD
        row.seal("secret", secret)
        row.save(update_fields=["secret", "secret_before", "secret_before_until"])
        chain.record("webhook.secret_turned", actor=actor, at=now())
        chain.flush()
    return secret


def try_out(*, actor: Actor, id: uuid.UUID) -> delivering.Outcome:
    """Send a message that tells of nothing, now. Raises NotAllowed, NotFound."""
    _may(actor)
    row = Subscription.objects.select_related("stream").exclude(state=State.ENDED).filter(pk=id).first()
    if row is None:
        raise NotFound
    return delivering.try_out(row)


def replay(*, actor: Actor, id: uuid.UUID, since: datetime | None = None, event_id: uuid.UUID | None = None) -> int:
    """Send everything again that happened since an instant, or since an event with it; gives how many events.

    Raises NotAllowed, NotFound, InvalidInput when that is more than MOST_AGAIN.
    """
    _may(actor)
    if event_id is not None:
        since = Event.objects.filter(pk=event_id).values_list("at", flat=True).first()
    if since is None:
        raise NotFound
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        names = [name for name in event_kinds() if wanted(row.kinds, name)]
        found = Event.objects.filter(at__gte=since, kind__in=names).order_by("at", "id")
        events = list(found.values_list("id", "stream_id", "seq", "kind")[: MOST_AGAIN + 1])
        if len(events) > MOST_AGAIN:
            sentence = _("These are more than %(most)s events. Begin later.")
            raise InvalidInput({"since": InvalidValue(sentence, code="too_many", most=MOST_AGAIN)})
        _again(row, events)
        chain.record("webhook.replayed", actor=actor, at=now(), data={"since": since, "events": len(events)})
        chain.flush()
    return len(events)


def send_again(*, actor: Actor, id: uuid.UUID, delivery_id: uuid.UUID) -> None:
    """Send the event of one delivery again. Raises NotAllowed, NotFound."""
    _may(actor)
    with transaction.atomic(durable=True):
        chain, row = _locked(id)
        one = Delivery.objects.filter(pk=delivery_id, subscription=row).exclude(kind="webhook.test").first()
        if one is None:
            raise NotFound
        if one.state == Delivery.State.WAITING:
            Delivery.objects.filter(pk=one.pk).update(due_at=delivering.real_now())
            _deliver_soon()
        else:
            _again(row, [(one.event_id, one.stream_id, one.seq, one.kind)])
        chain.record("webhook.replayed", actor=actor, at=now(), data={"event": one.event_id, "events": 1})
        chain.flush()


def _again(row: Subscription, events: Collection[tuple[Any, ...]]) -> None:
    at = delivering.real_now()
    Delivery.objects.bulk_create(
        Delivery(
            subscription=row, event_id=event_id, stream_id=stream_id, seq=seq, kind=kind, due_at=at, created_at=at, again=True
        )
        for event_id, stream_id, seq, kind in events
    )  # fmt: skip
    _deliver_soon()


def _deliver_soon() -> None:
    from tingsu.hooks.tasks import deliver

    deliver.defer()


def _may(actor: Actor) -> None:
    require(actor, Can.TOKENS)
    if actor.kind != "member":
        raise NotAllowed(_("A person makes and keeps subscriptions."))
    if in_practice():
        raise NotAllowed(_("In a practice copy nothing leaves the machine."))


def _locked(id: uuid.UUID) -> tuple[Chain, Subscription]:
    chain = lock_chain(id, "webhook")
    row = Subscription.objects.select_related("stream").exclude(state=State.ENDED).filter(pk=id).first()
    if row is None:
        raise NotFound
    return chain, row


def _move(chain: Chain, row: Subscription, actor: Actor, event: str, state: str, why: str) -> None:
    row.state, row.why = state, why
    row.save()
    chain.record(event, actor=actor, at=now(), data={"why": why} if why else {})
    chain.flush()


def _put(
    row: Subscription, name: str, address: str, kinds: Collection[str], unit_id: uuid.UUID | None, product: str
) -> None:
    row.name, row.product, row.unit_id, row.kinds = name, product, unit_id, sorted(set(kinds))
    row.host = address.partition("://")[2].partition("/")[0].partition("?")[0][:255]
    row.seal("address", address)


def _facts(row: Subscription) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("host", "kinds", "unit_id", "owner_id", "personal")}


def _ask_for_personal(row: Subscription) -> None:
    told = {post.member_id for post in people.posts_now(roles=(Role.DSO,))} - {row.owner_id}
    notify(sorted(told, key=str), "webhook.asks_personal", None, {})


def _checked(
    row: Subscription | None, name: str, address: str, kinds: Collection[str], unit_id: uuid.UUID | None, product: str
) -> tuple[str, str, str]:
    """Name, address and product as they are kept. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    name, product, kept = tidy(name), tidy(product), ""
    others = Subscription.objects.exclude(state=State.ENDED)
    if row is not None:
        others = others.exclude(pk=row.pk)
    if not name or len(name) > 60:
        errors["name"] = too_long(name, 60) if name else InvalidValue(code="required")
    elif others.filter(name=name).exists():
        errors["name"] = InvalidValue(_("A subscription with this name exists."), code="taken")
    elif row is None and others.count() >= MOST:
        errors["name"] = InvalidValue(_("There are %(most)s subscriptions already. End one first."), most=MOST)
    if len(product) > 200:
        errors["product"] = too_long(product, 200)
    try:
        kept = outgoing.check_hook(address)
        if not stays_here() and (row is None or kept != row.opened("address")):
            outgoing.check_leads_out(kept)
    except outgoing.NotReached as error:
        errors["address"] = InvalidValue(error.sentence, code=error.why)
    if not kinds or set(kinds) - set(subscribable()):
        errors["kinds"] = InvalidValue(code="choice" if kinds else "required")
    if unit_id is not None and people.unit_or_none(unit_id) is None:
        errors["unit_id"] = InvalidValue(code="choice")
    if errors:
        raise InvalidInput(errors)
    return name, kept, product
