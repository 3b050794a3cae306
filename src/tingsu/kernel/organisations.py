"""The organisations of this installation, kept in memory for a few seconds: every request and job asks for them."""

import ipaddress
import time
import uuid
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.db.models import F, QuerySet
from django.http.request import split_domain_port, validate_host

from tingsu.kernel import crypto
from tingsu.kernel.errors import NotPrepared
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import current_organisation_id, organisation_or_none

KEEP_SECONDS = 5.0
_known: tuple[float, dict[str, Organisation]] = (0.0, {})


def organisations() -> dict[str, Organisation]:
    """All organisations that are open, by slug, oldest first and practice copies last.

    One whose set-up has not come to its first person is not open, and neither is a practice copy that is being emptied.
    Raises NotPrepared where the tables are not there, are older ones, or are not open yet.
    """
    global _known
    if _known[0] < time.monotonic():
        try:
            known = Organisation.objects.exclude(stage__in=(Organisation.Stage.FOUNDING, Organisation.Stage.EMPTYING))
            rows = {row.slug: row for row in known.order_by(F("practice_of").asc(nulls_first=True), "created_at", "pk")}
        except (OperationalError, InterfaceError):
            # The database is away: a page that says so still knows in whose name it speaks.
            if not _known[1]:
                raise
            rows = _known[1]
        except ProgrammingError as error:
            raise NotPrepared from error
        crypto.heed_turns(rows.values())
        _known = (time.monotonic() + (KEEP_SECONDS if rows else 0.0), rows)
    return _known[1]


def organisation_at_hand(host: str, path: str) -> Organisation | None:
    """As this process knows them, without asking the database: in whose name a page speaks that must not wait for it."""
    named = path.removeprefix("/o/").partition("/")[0] if path.startswith("/o/") else ""
    return _known[1].get(named) or _at(host, _known[1].values())


def _at(host: str, known: Collection[Organisation]) -> Organisation | None:
    name = split_domain_port(host)[0]
    return next((row for row in known if row.host and row.host == name), next(iter(known), None))


def organisation_at(host: str) -> Organisation | None:
    """The organisation whose host this is (with or without a port, in any spelling that a browser may send), else the oldest; None while there is none."""
    return _at(host, organisations().values())


def organisation_with(organisation_id: uuid.UUID) -> Organisation:
    """One organisation by id. Raises Organisation.DoesNotExist."""
    for row in organisations().values():
        if row.pk == organisation_id:
            return row
    return Organisation.objects.get(pk=organisation_id)


def current_organisation() -> Organisation:
    """The organisation we act for: name, time zone, contacts."""
    return organisation_with(current_organisation_id())


def in_practice() -> bool:
    """Do we act for a practice copy: invented cases, no letter leaves, nothing counts?"""
    ours = organisation_or_none()
    return ours is not None and organisation_with(ours).practice_of is not None


def practice_copy_of(organisation: Organisation) -> Organisation | None:
    """The open practice copy of an organisation."""
    return next((row for row in organisations().values() if row.practice_of == organisation.pk), None)


def forget_organisations() -> None:
    """After a change of an organisation's row in this process."""
    global _known
    _known = (0.0, {})


def leads_nowhere(address: str) -> bool:
    """Is this an address that nobody but the machine itself reaches? A letter must not tell it."""
    host = urlsplit(address).hostname or ""
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def public_address(organisation: Organisation) -> str:
    """Where complainants find the organisation, without a slash at the end; "" while nobody has said it (PT-01).

    A practice copy lives below the installation's own address: its letters are read in its mail room only.
    """
    if organisation.practice_of is not None:
        return f"{settings.PUBLIC_URL.rstrip('/')}/o/{organisation.slug}"
    if organisation.public_url:
        return organisation.public_url.rstrip("/")
    base, first = (
        installation_address(demo=organisation.is_demo),
        organisation_at(urlsplit(settings.PUBLIC_URL).hostname or ""),
    )
    # The installation's own address opens one organisation: letters of the others must not lead to it.
    return base if not base or first is None or first.pk == organisation.pk else own_address(organisation)


def refused_host(organisation: Organisation) -> str:
    """A name in the organisation's own addresses to which this server does not answer (TINGSU_HOSTS); "" when there is none.

    Whoever follows a letter's link to it reads *400*.
    """
    for name in (urlsplit(organisation.public_url).hostname or "", organisation.host):
        if name and not validate_host(name, settings.ALLOWED_HOSTS):
            return name
    return ""


def is_taken(host: str, organisation_id: uuid.UUID | None) -> bool:
    """Do people find another organisation at this host already: by its own host or address, or by the installation's?

    Whoever took a name of theirs would be shown what their complainants write. A name of this machine is everybody's.
    """
    if leads_nowhere(f"//{host}"):
        return True
    addresses = _others(organisation_id).values_list("slug", "public_url")
    if any(host == urlsplit(known).hostname and not _lies_below(known, slug) for slug, known in addresses):
        return True
    return _opens_another(host, organisation_id)


def is_anothers(address: str, slug: str, organisation_id: uuid.UUID | None) -> bool:
    """Would this address of an organisation say a name at which this server shows another one, and keep that one from it?"""
    name = urlsplit(address).hostname or ""
    return bool(name) and not _lies_below(address, slug) and _opens_another(name, organisation_id)


def _opens_another(host: str, organisation_id: uuid.UUID | None) -> bool:
    if _others(organisation_id).filter(host=host).exists():
        return True
    first = organisation_at(host) if host == urlsplit(settings.PUBLIC_URL).hostname else None
    return first is not None and first.pk != organisation_id


def _others(organisation_id: uuid.UUID | None) -> QuerySet[Organisation]:
    return Organisation.objects.filter(practice_of=None).exclude(pk=organisation_id)


def _lies_below(address: str, slug: str) -> bool:
    """Below a name that may be another's: such an address claims nothing of the name itself."""
    return urlsplit(address).path.rstrip("/").endswith(f"/o/{slug}")


def other_host(organisation: Organisation) -> str:
    """A name in the organisation's own address at which this server shows another organisation; "" when there is none."""
    name = urlsplit(organisation.public_url).hostname or ""
    if (
        not name
        or _lies_below(organisation.public_url, organisation.slug)
        or not validate_host(name, settings.ALLOWED_HOSTS)
    ):
        return ""
    found = organisation_at(name)
    return name if found is not None and found.pk != organisation.pk else ""


def own_address(organisation: Organisation) -> str:
    """Where people find an organisation of this installation: at its host, else below its short name. Without a slash at the end."""
    below = f"{settings.PUBLIC_URL.rstrip('/')}/o/{organisation.slug}"
    if not organisation.host or organisation.practice_of is not None:
        return below
    parts = urlsplit(settings.PUBLIC_URL)
    return parts._replace(netloc=organisation.host + (f":{parts.port}" if parts.port else "")).geturl().rstrip("/")


def installation_address(*, demo: bool = False) -> str:
    """The address in the installation's settings; "" when it leads nowhere, unless nothing leaves this machine anyway."""
    known: str = settings.PUBLIC_URL
    return "" if leads_nowhere(known) and not (settings.DEMO or demo) else known
