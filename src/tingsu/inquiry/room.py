"""The investigation room: what is known about a case outside of it, asked for one part at a time, read only (IV-01).

Each part is asked by itself, so that a slow system keeps only its own part waiting. Every asking is written down with purpose
and case. What is shown passes the privacy table; what lies outside the case needs a release (IV-02).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole, State
from tingsu.inquiry import answers, history, policies, scope
from tingsu.inquiry.models import Release
from tingsu.inquiry.parts import Group, Kind, Part, Value
from tingsu.inquiry.personal import LABELS
from tingsu.inquiry.providers import NOT_CONNECTED, Answer, NoAnswer, Question, provider_for
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, too_long
from tingsu.kernel.fingerprints import phone_key, plain_email
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.spelling import tidy
from tingsu.privacy import purposes as offered
from tingsu.privacy.log import log_access, purposes
from tingsu.privacy.masking import Known, known_values, together
from tingsu.privacy.models import AccessEntry
from tingsu.privacy.purposes import PURPOSE_LIMIT
from tingsu.privacy.show import show_party, show_text

ROOM = "room"
"""How the access log names an opening of the room; a part of it is room.orders."""
WINDOW = timedelta(minutes=30)
"""A purpose that was given holds for this long; then the room asks again."""
PURPOSES = offered.ROOM_PURPOSES
"""What the page offers; any other one may be typed."""


def checked_purpose(typed: str) -> str:
    """What the room is opened for. Raises InvalidInput."""
    words = tidy(typed)
    if len(words) < 2:
        raise InvalidInput({"purpose": InvalidValue(_("Say what you need it for."), code="required")})
    if len(words) > PURPOSE_LIMIT:
        raise InvalidInput({"purpose": too_long(words, PURPOSE_LIMIT)})
    return words


def may_open(actor: Actor, complaint: Complaint) -> bool:
    """Has the reader anything to ask here? An archived case is asked nothing more about: its purpose is over (PS-05)."""
    return complaint.state != State.ARCHIVED and bool(scope.parts_for(actor, complaint))


def open_room(actor: Actor, complaint: Complaint, purpose: str) -> None:
    """Note that the room is opened for a purpose; it stays open to this member for half an hour. Raises NotAllowed, InvalidInput."""
    if not may_open(actor, complaint):
        log_access(actor, "refused", complaint.pk, ROOM, tidy(purpose)[:PURPOSE_LIMIT])
        raise NotAllowed(_("Your role has nothing to look up in this case."))
    log_access(actor, "opened", complaint.pk, ROOM, checked_purpose(purpose))


def purpose_now(actor: Actor, complaint: Complaint) -> str:
    """What this member opened the room for in the last half hour; empty when it is closed. Two queries at most."""
    entry = (
        AccessEntry.objects.filter(
            stream_id=complaint.pk,
            at__gt=now() - WINDOW,
            what="opened",
            field=ROOM,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
        .order_by("-at")
        .first()
    )
    return purposes([entry])[entry.pk] if entry is not None else ""


def read_part(actor: Actor, complaint: Complaint, name: str, purpose: str, *, door: str) -> Part:
    """One part of the room. The caller has checked that the actor may see the case. Raises NotAllowed, InvalidInput."""
    if complaint.state == State.ARCHIVED or name not in scope.parts_for(actor, complaint):
        log_access(actor, "refused", complaint.pk, f"{ROOM}.{name}"[:60], tidy(purpose)[:PURPOSE_LIMIT], door=door)
        raise NotAllowed(
            _("Your role, your level or the weight of the case does not open this part of the investigation room.")
        )
    words = checked_purpose(purpose)
    log_access(actor, "opened", complaint.pk, f"{ROOM}.{name}", words, door=door)
    released = released_to(actor, complaint)
    if name == scope.HISTORY:
        return _history(actor, complaint, "complaints" in released, door)
    part = Part(name=name, title=scope.PARTS[name])
    try:
        answer = _asked(complaint, name, "orders" in released)
    except NoAnswer as error:
        part = replace(part, answered=False, gaps=[str(error)])
        answer = Answer()
    show = Showing(actor, door, _known(complaint, answer))
    groups = list(GROUPS[name](show, answer)) if part.answered else []
    if name == scope.PRODUCTS:
        groups += policies.groups(complaint)
    closed = []
    if answer.others:
        closed.append(
            _("%(n)s entries about other orders of this person stay closed until they are released.")
            % {"n": answer.others}
        )
    return replace(part, groups=groups, gaps=[*part.gaps, *answer.gaps], closed=closed)


def released_to(actor: Actor, complaint: Complaint, at: datetime | None = None) -> frozenset[str]:
    """What lies outside the case and is open to this actor now."""
    moment = at or now()
    rows = (
        Release.of(complaint, member_id=actor.id) if actor.id is not None and actor.kind in {"member", "token"} else []
    )
    return frozenset(part for row in rows if row.is_open(moment) for part in row.parts)


def _asked(complaint: Complaint, name: str, outside: bool) -> Answer:
    provider = provider_for(current_organisation())
    if provider is None:
        raise NoAnswer(NOT_CONNECTED, code="not_connected")
    return provider(question_of(complaint, name, outside=outside))


def question_of(complaint: Complaint, name: str, *, outside: bool = False) -> Question:
    """What leaves for the other system: by what it finds the order and the person, and nothing of the story. Raises NoAnswer."""
    ours = automation("inquiry", complaint.organisation_id)
    try:
        order = complaint.text("order_number")
    except Erased as error:
        raise NoAnswer(
            _("The personal data of this case is erased: nobody is asked about it any more."), code="erased"
        ) from error
    told: dict[str, str] = {}
    for party in rows_of(Party, complaint):
        view = show_party(ours, party, "api", windows={})
        if party.role == PartyRole.COMPLAINANT:
            told |= {"phone": phone_key(view.phone), "email": plain_email(view.email)}
        elif party.role == PartyRole.RESPONDENT:
            told["merchant"] = view.name
    return Question(
        part=name, case=complaint.number, order_number=order, product=complaint.product, outside=outside, **told
    )


def _known(complaint: Complaint, answer: Answer) -> Known:
    """Whose names and numbers are covered in what was written: the people of the case, and those the answer names."""
    people: list[dict[str, str]] = []
    for one, kind in ((answer.customer, "person"), (answer.merchant, "organisation")):
        if one is not None:
            people.append(
                {"kind": kind} | {name: getattr(one, name, "") for name in ("name", "phone", "email", "address")}
            )
    if answer.merchant is not None and answer.merchant.contact:
        people.append({"kind": "person", "name": answer.merchant.contact})
    return together([known_in(complaint), known_values(people)])


@dataclass(frozen=True)
class Showing:
    """One reader at one door: every text passes here."""

    actor: Actor
    door: str
    known: Known

    def __call__(self, subject: str, name: str, text: str) -> Iterable[Value]:
        shown = show_text(self.actor, subject, name, text, self.door, known=self.known) if text else ""
        return [Value(name=name, label=LABELS[subject, name], value=shown)] if shown else []


def _plain(name: str, label: Any, value: Any, kind: Kind = "text") -> Iterable[Value]:
    return [Value(name=name, label=label, value=value, kind=kind)] if value not in (None, "") else []


def _customer(show: Showing, answer: Answer) -> Iterable[Group]:
    facts: list[Value] = []
    if (one := answer.customer) is not None:
        for name in ("name", "phone", "email", "address", "reference"):
            facts += show("customer", name, getattr(one, name))
        facts += [*_plain("since", _("Customer since"), one.since, "date"), *show("customer", "note", one.note)]
    yield Group(
        name="customer", title=_("User"), facts=facts, empty=_("The connected system does not know this person.")
    )
    if (firm := answer.merchant) is not None:
        facts = []
        for name in ("name", "licence", "contact", "phone", "address", "standing"):
            facts += show("merchant", name, getattr(firm, name))
        yield Group(
            name="merchant",
            title=_("Merchant"),
            facts=[*facts, *_plain("since", _("On the platform since"), firm.since, "date")],
        )


def _orders(show: Showing, answer: Answer) -> Iterable[Group]:
    for one in answer.orders:
        goods = "\n".join(f"{line.name} × {line.quantity}" for line in one.lines)
        yield Group(
            name="order",
            title=_("Order"),
            facts=[
                *show("order", "number", one.number),
                *_plain("at", _("Ordered"), one.at, "datetime"),
                *_plain("state", _("State"), one.state),
                *show("order", "goods", goods),
                *_plain("amount", _("Amount paid (yuan)"), one.amount, "money"),
                *_plain("refunded", _("Refunded (yuan)"), one.refunded, "money"),
                *show("order", "merchant", one.merchant),
                *show("order", "delivery", one.delivery),
                *show("order", "address", one.address),
                *show("order", "note", one.note),
            ],
        )
    if not answer.orders:
        yield Group(name="order", title=_("Order"), empty=_("The connected system knows no order of this case."))


def _interactions(show: Showing, answer: Answer) -> Iterable[Group]:
    rows = [
        [
            Value(name="at", label=_("When"), value=one.at, kind="datetime"),
            *_plain("channel", _("Means"), one.channel),
            *show("interaction", "who", one.by),
            *show("interaction", "words", one.words),
            *show("interaction", "order_number", one.order_number),
        ]
        for one in sorted(answer.interactions, key=lambda one: one.at, reverse=True)
    ]
    yield Group(
        name="interactions",
        title=_("Talks and messages"),
        rows=rows,
        empty=_("Nothing was said or written there about this case."),
    )


def _products(show: Showing, answer: Answer) -> Iterable[Group]:
    for one in answer.products:
        yield Group(
            name="product",
            title=one.name,
            facts=[
                *_plain("code", _("Product number"), one.code),
                *_plain("price", _("Price (yuan)"), one.price, "money"),
                *_plain("warranty", _("Warranty"), one.warranty),
                *_plain("about", _("Description"), one.about),
            ],
        )
    if answer.policies:
        rows = [_policy(one) for one in answer.policies]
        yield Group(name="policies", title=_("Policies of the connected system"), rows=rows)


def _policy(one: answers.Policy) -> list[Value]:
    return [
        Value(name="title", label=_("Policy"), value=one.title),
        *_plain("text", _("Text"), one.text),
        *_plain("since", _("Holds since"), one.since, "date"),
    ]


GROUPS = {
    scope.CUSTOMER: _customer,
    scope.ORDERS: _orders,
    scope.INTERACTIONS: _interactions,
    scope.PRODUCTS: _products,
}


def _history(actor: Actor, complaint: Complaint, released: bool, door: str) -> Part:
    groups, hidden = [], 0
    for name, title, empty, found in history.lists(actor, complaint, released, door):
        hidden += found.hidden
        rows = [
            [
                Value(name="number", label=_("Number"), value=(one.number, one.url), kind="case"),
                Value(name="received_at", label=_("Received at"), value=one.received_at, kind="datetime"),
                *_plain("matter", _("Matter"), one.matter),
                *_plain("product", _("Product or service"), one.product),
                *_plain("state", _("State"), one.state),
                *_plain("outcome", _("Result"), one.outcome),
            ]
            for one in found.rows
        ]
        groups.append(Group(name=name, title=title, rows=rows, empty=empty))
    closed = []
    if hidden:
        closed.append(
            _("%(n)s complaints are not yours to see and stay closed until they are released.") % {"n": hidden}
        )
    return Part(name=scope.HISTORY, title=scope.PARTS[scope.HISTORY], groups=groups, closed=closed)
