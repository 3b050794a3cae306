"""Open sessions: where somebody is signed in, since when, and when that ends by itself (PS-03).

A session ends when nobody worked in it for a while, or after its longest life, whatever was done in it; both are rules of the
organisation (`sign_in_rules`). Its row ends at that instant, so no request finds it any more. The cookie's value is not in the
database: a row is found by the digest of it, and a copy of the database opens no session.

Session time is the machine's own, never the clock that demo and tests move.
"""

import hashlib
import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.http import HttpRequest
from django.utils import timezone

from tingsu.kernel.clients import address_of, network_of
from tingsu.kernel.tenancy import acting_for, organisation_or_none
from tingsu.people import sign_in_rules

NOTED_EVERY = timedelta(minutes=1)
"""How often a use of a session is written down."""
BEGUN, DEVICE, NETWORK, FACTOR, LED_FROM = "begun", "device", "network", "second_factor", "led_from"
UNATTENDED = "HTTP_X_TINGSU_UNATTENDED"
"""A page that asks again by itself says so: it keeps nobody signed in."""


class SessionStore(DatabaseSessions):
    """Sessions as rows of `people.OpenSession`."""

    row: Any = None
    unattended = False

    @classmethod
    def get_model_class(cls) -> Any:
        from tingsu.people.models import OpenSession

        return OpenSession

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(session_key=stored(self.session_key), expire_date__gt=timezone.now())
        self.row = next(iter(found), None)
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return bool(super().exists(stored(session_key)))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=stored(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        at = timezone.now()
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        row: Any = self.model(session_key=stored(key), used_at=at)
        if account := data.get("_auth_user_id"):
            begun = datetime.fromtimestamp(data.setdefault(BEGUN, at.timestamp()), UTC)
            works_in = data.get("organisation")
            row.account_id, row.works_in = int(account), uuid.UUID(works_in) if works_in else None
            row.expire_date = ends(begun, at, row.works_in)
            if self.unattended and self.row is not None:
                row.used_at, row.expire_date = self.row.used_at, self.row.expire_date
        else:
            row.expire_date = self.get_expiry_date()
        row.session_data = self.encode(data)
        return row


def stored(key: str | None) -> str:
    """What the database knows of a session's key."""
    return hashlib.sha256(f"tingsu.session:{key}".encode()).hexdigest()[:40]


def ends(begun: datetime, used: datetime, organisation_id: uuid.UUID | None) -> datetime:
    """When a session ends that began and was last used at these instants."""
    idle, longest = lengths(organisation_id)
    return min(used + idle, begun + longest)


def lengths(organisation_id: uuid.UUID | None) -> tuple[timedelta, timedelta]:
    """How long a session lasts without work, and at most, by the rules of the organisation worked in."""
    if organisation_id is None and organisation_or_none() is None:
        return sign_in_rules.lengths_of(sign_in_rules.shipped())
    if organisation_id is None or organisation_id == organisation_or_none():
        return sign_in_rules.lengths_of(sign_in_rules.in_force())
    with acting_for(organisation_id):
        return sign_in_rules.lengths_of(sign_in_rules.in_force())


def begin(request: HttpRequest) -> None:
    """Somebody has just signed in here: the life of the session starts anew, and it knows on what device it runs."""
    request.session[BEGUN] = timezone.now().timestamp()
    request.session[DEVICE] = device_words(request.headers.get("User-Agent", ""))
    request.session[NETWORK] = network_of(address_of(request))


def renew(request: HttpRequest) -> None:
    """A new key for this session, and an end to all others of the account: rights or secrets have changed."""
    request.session.cycle_key()
    end(request.user.pk, but=current(request))


def renew_after(sender: Any, request: HttpRequest, **facts: Any) -> None:
    """Whoever typed password or code again goes on under another key: what somebody may have copied before opens nothing."""
    if facts.get("reauthenticated") and request.session.session_key is not None:
        request.session.cycle_key()


def current(request: HttpRequest) -> str:
    """The name by which pages and actions know this session; opens nothing."""
    return stored(request.session.session_key)


def note_use(request: HttpRequest, *, every: timedelta = NOTED_EVERY) -> None:
    """Somebody works here: the session lasts on. Written at most once a minute, never for a page that asks by itself."""
    session: Any = request.session
    session.unattended = UNATTENDED in request.META
    row, at = session.row, timezone.now()
    if row is None or row.account_id is None or session.unattended or at - row.used_at < every:
        return
    begun = datetime.fromtimestamp(session.get(BEGUN, row.used_at.timestamp()), UTC)
    row.used_at, row.expire_date = at, ends(begun, at, row.works_in)
    type(row).objects.filter(pk=row.pk).update(used_at=row.used_at, expire_date=row.expire_date)


def seconds_left(request: HttpRequest) -> int:
    """For how many seconds this session lasts on if nobody works in it any more; 0 for none."""
    row = getattr(request.session, "row", None)
    return max(0, int((row.expire_date - timezone.now()).total_seconds())) if row is not None else 0


@dataclass(frozen=True)
class Opened:
    """One open session as a page shows it."""

    name: str
    device: str
    network: str
    begun: datetime
    used: datetime
    here: bool


def open_sessions(account_id: int, *, works_in: uuid.UUID | None = None, here: str = "") -> list[Opened]:
    """Where an account is signed in now, last used first; with `works_in`, only in this organisation."""
    rows = SessionStore.get_model_class().objects.filter(account_id=account_id, expire_date__gt=timezone.now())
    if works_in is not None:
        rows = rows.filter(works_in=works_in)
    found = []
    for row in rows.order_by("-used_at"):
        data = row.get_decoded()
        begun = datetime.fromtimestamp(data.get(BEGUN, row.used_at.timestamp()), UTC)
        found.append(
            Opened(
                row.pk, data.get(DEVICE, ""), data.get(NETWORK, ""), begun, row.used_at, bool(here) and row.pk == here
            )
        )
    return found


def last_uses(works_in: uuid.UUID) -> dict[int, tuple[int, datetime]]:
    """How many sessions each account has open in an organisation, and when it was last used. One query."""
    rows = SessionStore.get_model_class().objects.filter(works_in=works_in, expire_date__gt=timezone.now())
    found: dict[int, tuple[int, datetime]] = {}
    for account_id, used in rows.values_list("account_id", "used_at"):
        number, latest = found.get(account_id, (0, used))
        found[account_id] = number + 1, max(latest, used)
    return found


def end(account_id: int | None, *, but: str = "", only: str | Collection[str] = "") -> int:
    """End sessions of an account: all, all `but` one, or `only` the named. How many ended."""
    if account_id is None:
        return 0
    rows = SessionStore.get_model_class().objects.filter(account_id=account_id)
    if only:
        rows = rows.filter(pk__in=[only] if isinstance(only, str) else list(only))
    return int(rows.exclude(pk=but).delete()[0])


_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("OPR", "Opera"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def device_words(agent: str) -> str:
    """Browser and system in two words, such as "Firefox · Windows"; empty when it says neither."""
    found = [
        next((word for sign, word in table if re.search(rf"\b{sign}", agent)), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found))
