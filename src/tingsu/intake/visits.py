"""Visitors who type at a screen of ours and sign there (RG-18, RG-05): from the code that opens a device to the signed form.

A device holds a secret of one visit and nothing else: no session, no account, no other visit. Left alone it closes itself, and what
was typed goes with it. A colleague completes and registers; the visitor's own words are kept beside, as they were typed.
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.fields.people import GROUPS
from tingsu.complaints.models import Complaint
from tingsu.intake.models import Visit
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.access import Can, may, member_now, require
from tingsu.people.queries import has_left_since
from tingsu.privacy.log import log_access
from tingsu.process.steps import Field
from tingsu.process.values import clean_fields

S = Visit.State
DIGITS = 8
CODE_FOR = timedelta(minutes=10)
LASTS = timedelta(hours=2)
"""No visit is longer."""
IDLE = timedelta(minutes=3)
"""So long nobody may touch the screen while somebody types or reads; then it closes itself (ten minutes with large letters)."""
IDLE_LARGE = timedelta(minutes=10)
OPEN = (S.TYPING, S.TYPED, S.SIGNING, S.SIGNED, S.DECLINED)
WORDS = (
    Field(name="description", label=_("What happened?"), kind="longtext", limit=8000, required=True),
    Field(name="remedy_text", label=_("What do you ask for?"), kind="longtext", limit=2000),
    Field(name="product", label=_("Which product or service?")),
    Field(name="order_number", label=_("Order number, if you have it"), limit=60),
    Field(name="occurred_on", label=_("Which day did it happen?"), kind="date", past=True),
    Field(
        name="occurred_time",
        label=_("At what time, as well as you know it?"),
        kind="hour",
        help=_("Such as 14:30, about 3 pm or afternoon"),
    ),
    Field(name="name", label=_("Your name"), limit=80),
    Field(name="phone", label=_("Telephone"), limit=40),
    Field(name="email", label=_("E-mail"), limit=120),
    Field(name="group", label=_("Whom is it for?"), kind="choice", options=GROUPS),
    Field(name="format", label=_("How shall we write to you?"), kind="choice", options=tuple(terms.Format.choices)),
)
"""What the screen asks; a colleague asks the rest."""


class DeviceClosed(TingsuError):
    """The screen belongs to no visit any more."""

    code, status = "device_closed", 410
    sentence = _("This screen is closed. Ask our colleague to open it again.")


def open_visit(actor: Actor) -> tuple[Visit, str]:
    """A new visit and the digits that open it on one device, once, within ten minutes. Raises NotAllowed."""
    require(actor, Can.REGISTER)
    at, code = now(), "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    _key, wrapped = crypto.new_data_key(current_organisation_id())
    visit = Visit(
        id=new_id(), opened_by=actor.id, opened_at=at, seen_at=at, expires_at=at + LASTS, code=_index("code", code), wrapped_key=wrapped
    )  # fmt: skip
    visit.save(force_insert=True)
    log_access(actor, "opened", visit.pk, field="visit")
    return visit, code


def _index(kind: str, secret: str) -> bytes:
    return crypto.blind_index(current_organisation_id(), f"visit.{kind}", secret)


def pair(typed: str) -> str:
    """Open a visit on the device that asks: the secret that it keeps. Raises InvalidInput for digits that open nothing, those of
    a colleague who may register nothing any more among them.
    """
    code = "".join(sign for sign in typed if sign.isdigit())[:DIGITS]
    secret, at = secrets.token_urlsafe(24), now()
    rows = Visit.objects.filter(code=_index("code", code), state=S.WAITING, opened_at__gt=at - CODE_FOR)
    visit = rows.first()
    if visit is None or not _stands_behind(visit) or not rows.update(
        code=None, device=_index("device", secret), state=S.TYPING, seen_at=at
    ):  # fmt: skip
        raise InvalidInput(
            {"code": InvalidValue(_("These digits open nothing. Ask our colleague for new ones."), code="no_visit")}
        )
    return secret


def _stands_behind(visit: Visit) -> bool:
    """May the colleague who gave the digits out still register, and have they not left meanwhile?"""
    colleague = member_now(visit.opened_by)
    return (
        colleague is not None and may(colleague, Can.REGISTER) and not has_left_since(visit.opened_by, visit.opened_at)
    )


def of_device(secret: str, *, large: bool = False) -> Visit:
    """The visit of a device, which somebody is at right now. Raises DeviceClosed; what was typed in a visit left alone is gone then."""
    visit = Visit.objects.filter(device=_index("device", secret)).first() if secret else None
    if visit is None:
        raise DeviceClosed
    at, idle = now(), IDLE_LARGE if large else IDLE
    # While a colleague reads, nobody needs to touch the screen.
    if visit.expires_at <= at or (visit.state != S.TYPED and visit.seen_at + idle <= at):
        close(visit)
        raise DeviceClosed
    Visit.objects.filter(pk=visit.pk).update(seen_at=at)
    return visit


def close(visit: Visit) -> None:
    """The visit is over: nothing of it stays here."""
    Visit.objects.filter(pk=visit.pk).delete()


def type_in(visit: Visit, raw: Mapping[str, Any]) -> None:
    """The visitor hands over what they typed. Raises InvalidInput, DeviceClosed once a colleague has registered it."""
    errors: dict[str, TingsuError] = {}
    zone = current_organisation().time_zone
    values = clean_fields(WORDS, {one.name: raw.get(one.name, "") for one in WORDS}, errors, complaint=None, zone=zone)
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        row = _locked(visit.pk)
        if row.state not in {S.TYPING, S.TYPED}:
            raise DeviceClosed
        told = {name: value for name, value in values.items() if value}
        row.body = row.key().seal(json.dumps(told, ensure_ascii=False, default=str), f"visit:{row.pk}:body")
        row.state = S.TYPED
        row.save(update_fields=["body", "state"])


def _locked(pk: uuid.UUID) -> Visit:
    row = Visit.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise DeviceClosed
    return row


def change_again(visit: Visit) -> None:
    """The visitor goes on typing, as long as nobody has registered it."""
    Visit.objects.filter(pk=visit.pk, state=S.TYPED).update(state=S.TYPING)


def typed_in(visit: Visit) -> dict[str, str]:
    """What was typed."""
    return json.loads(visit.key().open(visit.body, f"visit:{visit.pk}:body")) if visit.body else {}


def mine(actor: Actor) -> list[Visit]:
    """The visits that this colleague has opened and that are not over."""
    rows = Visit.objects.filter(opened_by=actor.id, expires_at__gt=now()).order_by("opened_at")
    return list(rows.exclude(Q(state=S.WAITING) & Q(opened_at__lte=now() - CODE_FOR)))


def own_visit(actor: Actor, visit_id: Any) -> Visit:
    """One of them. Raises NotFound: another's visitor is nobody's business."""
    try:
        pk = uuid.UUID(str(visit_id))
    except ValueError:
        raise NotFound from None
    visit = Visit.objects.filter(pk=pk, opened_by=actor.id, expires_at__gt=now()).first()
    if visit is None or actor.id is None:
        raise NotFound
    return visit


def words_for(actor: Actor, visit_id: Any) -> dict[str, str]:
    """What the visitor typed, for the colleague who registers it; written into the access log. Raises NotFound, DeviceClosed."""
    visit = own_visit(actor, visit_id)
    if visit.state != S.TYPED:
        raise DeviceClosed(_("The visitor has not handed it over yet, or it is registered already."))
    log_access(actor, "opened", visit.pk, field="visit.words")
    return typed_in(visit)


def complaint_of(actor: Actor, visit_id: Any) -> str:
    """The number of the complaint that a visit became already, else "". Raises NotFound."""
    visit = own_visit(actor, visit_id)
    return Complaint.objects.filter(pk=visit.complaint_id).values_list("number", flat=True).first() or ""


def told_by_visitor(words: Mapping[str, str], raw: Mapping[str, Any]) -> dict[str, str]:
    """What the registration keeps of the visitor's own hand: the words as typed, and whose the record's words are (RG-18)."""
    own = str(raw.get("description") or "").split() == words["description"].split()
    return {
        "visitor_words": words["description"],
        "content_by": "complainant" if own else "receiver",
        "mode": "in_person",
    }


def registered(actor: Actor, visit_id: Any, complaint_id: uuid.UUID) -> None:
    """The acceptance form goes to the visitor's screen; what was typed is kept with the complaint alone."""
    visit = own_visit(actor, visit_id)
    Visit.objects.filter(pk=visit.pk, state=S.TYPED).update(
        state=S.SIGNING, complaint_id=complaint_id, body=None, seen_at=now()
    )


def signed(visit: Visit) -> None:
    """The form is signed: the screen shows number and code."""
    Visit.objects.filter(pk=visit.pk, state=S.SIGNING).update(state=S.SIGNED)


def declined(visit: Visit) -> None:
    """The visitor will not sign: a colleague hears so and records it with the reason."""
    Visit.objects.filter(pk=visit.pk, state=S.SIGNING).update(state=S.DECLINED)


def forget_over() -> int:
    """Delete visits that are over; run each hour."""
    return Visit.objects.filter(expires_at__lte=now()).delete()[0]
