"""Nobody lifts himself: what waits for a second person of the right rank (CA-59, OG-10). One mechanism for rules and people.

An action asks `cleared` before it changes anything. Either it goes on, and its event says who else answers for it, or a
proposal is written and `WaitsForApproval` raised: nothing has changed. Whoever may decide approves it, which carries the action
out in one transaction with the decision, or returns it with a reason. A proposal ends by itself after two weeks.

Who needs a second person, and who is one, is the business of the app that declares the matter. Where nobody who works here
has the rank, no lower one takes it: the change is confirmed from outside, by whoever runs the machine (`confirm_outside`).
"""

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound, TingsuError, too_long
from tingsu.kernel.events import EventKind, Personal, declare
from tingsu.kernel.ledger import Companion, lock_chain, open_chain, plain
from tingsu.kernel.models import Proposal, Stream
from tingsu.kernel.spelling import tidy
from tingsu.kernel.sql import take_turns
from tingsu.kernel.tenancy import current_organisation_id

LIFE = timedelta(days=14)
LONGEST_REASON = 500
MOST_OPEN = 20
"""Proposals of one person that wait at a time, so that nobody buries what others propose."""

declare(
    EventKind(name="proposal.made", words=pgettext_lazy("event", "proposed a change that a second person decides")),
    EventKind(name="proposal.approved", words=pgettext_lazy("event", "approved the proposal"), personal=Personal.TEXTS),
    EventKind(name="proposal.returned", words=pgettext_lazy("event", "returned the proposal"), personal=Personal.TEXTS),
    EventKind(name="proposal.withdrawn", words=pgettext_lazy("event", "withdrew the proposal")),
)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A kind of change that may need a second person."""

    name: str
    label: str | Promise
    needed: Callable[[Actor, Mapping[str, Any]], bool]
    """Does this actor need one for this change?"""
    standing: Callable[[], Any]
    """Who holds which rank now: read once for everything that is asked about it together."""
    deciders: Callable[[Any, uuid.UUID, Mapping[str, Any]], frozenset[uuid.UUID]]
    """The members who may decide now what this member proposed, by that standing: of the right rank, or nobody."""
    alone: Callable[[Any, uuid.UUID], bool]
    """Is there, by that standing, nobody else at all whom one could ask?"""
    concerned: Callable[[Mapping[str, Any]], frozenset[uuid.UUID]]
    """Members whom the change is about: told at once."""
    carry_out: Callable[["Approval", Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Approval:
    """A second person's word, to be handed to the action it is for."""

    proposal_id: uuid.UUID
    matter: str
    actor: Actor
    proposed_by: uuid.UUID
    outside: str = ""
    """Who confirmed it at the machine, in words, when nobody who works here has the rank."""

    def settle(self) -> None:
        """Note the decision, in the open transaction of the action. Raises AlreadyDecided for whoever comes second."""
        chain = lock_chain(self.proposal_id, "proposal")
        proposal = _open(self.proposal_id)
        proposal.state, proposal.decided_by_id, proposal.decided_at = Proposal.State.APPROVED, self.actor.id, now()
        proposal.save(update_fields=["state", "decided_by_id", "decided_at"])
        chain.bring(
            TOLD, (frozenset({proposal.proposed_by_id}), _matters[proposal.matter].concerned(payload_of(proposal)))
        )
        chain.record(
            "proposal.approved",
            actor=self.actor,
            at=proposal.decided_at,
            data={"outside": True} if self.outside else {},
            texts={"confirmed_by": self.outside} if self.outside else {},
        )
        chain.flush()


TOLD: Companion[tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]] = Companion("told_of_proposal")
"""Who is to act or wait, and whom it is about."""


class WaitsForApproval(TingsuError):
    """Nothing has changed yet; the proposal is written."""

    code, status = "waits_for_approval", 409
    sentence = _(
        "This needs a second person. It waits for approval now, and you will be told. Nothing has changed yet."
    )


class WaitsForOutside(WaitsForApproval):
    """The same, where nobody who works here may decide."""

    sentence = _(
        "This needs a second person of a rank that nobody else holds here. Whoever runs this installation can confirm it at "
        "the machine (./tingsu manage proposals). Nothing has changed yet."
    )


class SomebodyMay(TingsuError):
    """Somebody who works here has the rank: the machine does not decide over their head."""

    code, status = "somebody_may", 409
    sentence = _("Somebody who works here may decide this. It is theirs to approve, on their page.")


class AlreadyDecided(TingsuError):
    code = "proposal_decided"
    sentence = _("This proposal was decided, withdrawn or has ended meanwhile.")


class TooManyProposed(TingsuError):
    code, status = "too_many_proposed", 429
    sentence = _("%(limit)s proposals of yours wait already. Take some back, or wait until they are decided.")


_matters: dict[str, Matter] = {}


def declare_matter(matter: Matter) -> None:
    """Add a matter, once each, when the app loads."""
    if matter.name in _matters:
        raise RuntimeError(f"the matter {matter.name} is declared twice")
    _matters[matter.name] = matter


def matter_of(name: str) -> Matter:
    return _matters[name]


def cleared(
    *, actor: Actor, matter: str, payload: Mapping[str, Any], approval: Approval | None = None, note: str = ""
) -> dict[str, Any]:
    """What the event of the change says of the second person; empty when none is needed.

    Call it before the transaction of the action. Where nobody else works here, one person decides and the event records
    it (ME-11). Raises WaitsForApproval, having written the proposal or found the same one open; WaitsForOutside where nobody
    has the rank; TooManyProposed.
    """
    if approval is not None:
        if approval.matter != matter or approval.actor != actor:
            raise NotAllowed
        outside = {"outside": True} if approval.outside else {}
        return {"proposal": approval.proposal_id, "proposed_by": approval.proposed_by, **outside}
    known = _matters[matter]
    if actor.kind == "system":
        return {}
    if actor.kind != "member" or actor.id is None:
        raise NotAllowed
    if not known.needed(actor, payload):
        return {}
    standing = known.standing()
    if known.alone(standing, actor.id):
        return {"alone": True}
    deciders = known.deciders(standing, actor.id, payload)
    _propose(actor, known, payload, deciders)
    raise WaitsForApproval if deciders else WaitsForOutside


def _propose(actor: Actor, matter: Matter, payload: Mapping[str, Any], deciders: frozenset[uuid.UUID]) -> None:
    """The same thing proposed again by the same person, as by a second click, stays one proposal."""
    at = now()
    assert actor.id is not None  # noqa: S101 - a member
    content = json.dumps(dict(payload), sort_keys=True, ensure_ascii=False, default=plain)
    with transaction.atomic(durable=True):
        take_turns(f"proposal:{current_organisation_id()}:{actor.id}")
        own = proposed_by(actor)
        if any(one.matter == matter.name and payload_of(one) == json.loads(content) for one in own):
            return
        if len(own) >= MOST_OPEN:
            raise TooManyProposed(limit=MOST_OPEN)
        chain = open_chain("proposal")
        proposal = Proposal(
            id=chain.stream.pk,
            matter=matter.name,
            payload=chain.stream.key().seal(content, _context(chain.stream.pk)),
            proposed_by_id=actor.id,
            proposed_at=at,
            expires_at=at + LIFE,
            state=Proposal.State.OPEN,
        )
        chain.bring(TOLD, (deciders, matter.concerned(payload)))
        chain.record(
            "proposal.made",
            actor=actor,
            at=at,
            data={"matter": matter.name, "proposed_by": actor.id, "expires_at": proposal.expires_at},
        )
        chain.flush()
        proposal.save(force_insert=True)


def _context(proposal_id: uuid.UUID) -> str:
    return f"proposal:{proposal_id}"


def payload_of(proposal: Proposal) -> dict[str, Any]:
    """What is proposed, as the ledger writes values."""
    found: dict[str, Any] = json.loads(proposal.stream_key().open(proposal.payload, _context(proposal.pk)))
    return found


def _open(proposal_id: uuid.UUID) -> Proposal:
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    if proposal.state != Proposal.State.OPEN or proposal.expires_at <= now():
        raise AlreadyDecided
    return proposal


def may_decide(actor: Actor, proposal: Proposal) -> bool:
    """Is this member one of those who may decide it at this instant? Never who proposed it."""
    return bool(_decidable(actor, [proposal]))


def decided_by(actor: Actor, proposals: Iterable[Proposal] | None = None) -> list[Proposal]:
    """What waits for this member's decision, the oldest first, at most 200. The queries do not grow with the rows.

    A page of many lists gives the open proposals (`oldest_open`) that it has read with them.
    """
    return _decidable(actor, open_proposals() if proposals is None else proposals)


def proposed_by(actor: Actor) -> list[Proposal]:
    """What this member proposed and still waits, the oldest first."""
    return _with_keys(list(open_rows().filter(proposed_by_id=actor.id).order_by("proposed_at", "pk")))


def _decidable(actor: Actor, rows: Iterable[Proposal]) -> list[Proposal]:
    others = [one for one in rows if one.proposed_by_id != actor.id]
    if actor.kind != "member" or actor.id is None or not others:
        return []
    standing: dict[Callable[[], Any], Any] = {}
    found = []
    for one in _with_keys(others):
        matter = _matters[one.matter]
        if matter.standing not in standing:
            standing[matter.standing] = matter.standing()
        if actor.id in matter.deciders(standing[matter.standing], one.proposed_by_id, payload_of(one)):
            found.append(one)
    return found


def _with_keys(rows: list[Proposal]) -> list[Proposal]:
    """The same rows with the keys of their content, read in one query."""
    if len(rows) > 1:
        streams = Stream.objects.in_bulk([one.pk for one in rows])
        for one in rows:
            one.stream = streams[one.pk]
    return rows


def open_rows() -> QuerySet[Proposal]:
    """Everything that waits now."""
    return Proposal.objects.filter(state=Proposal.State.OPEN, expires_at__gt=now())


def oldest_open() -> QuerySet[Proposal]:
    """Everything that waits, the oldest first, at most 200."""
    return open_rows().order_by("proposed_at", "pk")[:200]


def open_proposals() -> list[Proposal]:
    """The same, read."""
    return list(oldest_open())


def approve(*, actor: Actor, proposal_id: uuid.UUID) -> Any:
    """Carry the change out with this person as the second one; gives what the action gives.

    Raises NotAllowed, NotFound, AlreadyDecided, and whatever the action refuses by now.
    """
    proposal = _open(proposal_id)
    if not may_decide(actor, proposal):
        raise NotAllowed
    matter = _matters[proposal.matter]
    approval = Approval(proposal.pk, matter.name, actor, proposal.proposed_by_id)
    return matter.carry_out(approval, payload_of(proposal))


def somebody_may(proposal: Proposal) -> bool:
    """Does anybody who works here have the rank to decide it?"""
    matter = _matters[proposal.matter]
    return bool(matter.deciders(matter.standing(), proposal.proposed_by_id, payload_of(proposal)))


def confirm_outside(*, actor: Actor, proposal_id: uuid.UUID, by: str) -> Any:
    """Carry out what nobody who works here has the rank to decide: confirmed by whoever runs the machine, told in words.

    `actor` is the machine, never a member. Raises NotAllowed, NotFound, AlreadyDecided, SomebodyMay, InvalidInput (by), and
    whatever the action refuses by now.
    """
    if actor.kind != "system":
        raise NotAllowed
    proposal = _open(proposal_id)
    if somebody_may(proposal):
        raise SomebodyMay
    matter = _matters[proposal.matter]
    approval = Approval(proposal.pk, matter.name, actor, proposal.proposed_by_id, _words("by", by))
    return matter.carry_out(approval, payload_of(proposal))


def _words(name: str, typed: str) -> str:
    words = tidy(typed, lines=True)
    if not words:
        raise InvalidInput({name: InvalidValue(code="required")})
    if len(words) > LONGEST_REASON:
        raise InvalidInput({name: too_long(words, LONGEST_REASON)})
    return words


def send_back(*, actor: Actor, proposal_id: uuid.UUID, reason: str) -> None:
    """Return it to who proposed it, with a reason. Raises NotAllowed, NotFound, AlreadyDecided, InvalidInput."""
    reason = _words("reason", reason)
    if not may_decide(actor, _open(proposal_id)):
        raise NotAllowed
    _end(actor, proposal_id, Proposal.State.RETURNED, "proposal.returned", {"reason": reason})


def withdraw(*, actor: Actor, proposal_id: uuid.UUID) -> None:
    """Take the own proposal back. Raises NotAllowed, NotFound, AlreadyDecided."""
    if actor.id is None or _open(proposal_id).proposed_by_id != actor.id:
        raise NotAllowed
    _end(actor, proposal_id, Proposal.State.WITHDRAWN, "proposal.withdrawn", {})


def open_with(member_id: uuid.UUID) -> list[Proposal]:
    """What waits that this member proposed, or that is about them."""
    rows = _with_keys(list(open_rows().order_by("pk")))
    return [
        one
        for one in rows
        if one.proposed_by_id == member_id or member_id in _matters[one.matter].concerned(payload_of(one))
    ]


def end_with(member_id: uuid.UUID, *, actor: Actor) -> None:
    """Whoever leaves proposes nothing any more, and nothing that was proposed about them waits for their return: it is withdrawn
    in the open transaction, in the system's name.
    """
    for one in open_with(member_id):
        with suppress(AlreadyDecided):  # somebody decided in this instant: nothing waits any more
            _ended(actor, one.pk, Proposal.State.WITHDRAWN, "proposal.withdrawn", {})


def _end(actor: Actor, proposal_id: uuid.UUID, state: str, event: str, texts: dict[str, str]) -> None:
    with transaction.atomic(durable=True):
        _ended(actor, proposal_id, state, event, texts)


def _ended(actor: Actor, proposal_id: uuid.UUID, state: str, event: str, texts: dict[str, str]) -> None:
    chain = lock_chain(proposal_id, "proposal")
    proposal = _open(proposal_id)
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, actor.id, now()
    proposal.save(update_fields=["state", "decided_by_id", "decided_at"])
    chain.bring(TOLD, (frozenset({proposal.proposed_by_id}), frozenset()))
    chain.record(event, actor=actor, at=proposal.decided_at, texts=texts)
    chain.flush()
