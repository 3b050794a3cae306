"""How an installation stands: what ``./tingsu status`` says and ``./tingsu check`` judges.

Read only, as the application's role. Real time throughout: machines do not travel with a demo's clock.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import translation

from tingsu import __version__
from tingsu.calendars.queries import missing_calendar_warning
from tingsu.governance import formats
from tingsu.kernel.jobs import each_organisation
from tingsu.kernel.models import Event, Organisation, Seal
from tingsu.kernel.organisations import other_host, public_address, refused_host
from tingsu.letters import braille, holding
from tingsu.letters.models import Letter
from tingsu.ops import folders, keys, maintenance, migrating, resealing
from tingsu.ops.models import Safekeeping
from tingsu.people.access import Can, roles_with
from tingsu.people.models import Member

LATE = timedelta(minutes=10)
_ALIVE = timedelta(minutes=2)


def gather(*, ask_outside: bool = True) -> dict[str, Any]:
    """Everything, as plain values. With `ask_outside` the certificate of the public address is looked at."""
    at = datetime.now(UTC)
    told: dict[str, Any] = {
        "version": __version__,
        "at": at.isoformat(timespec="seconds"),
        "home": str(settings.HOME),
        "demo": settings.DEMO,
        "maintenance": maintenance.standing(Path(settings.HOME)),
        "database": _database(),
        "disk": _disk(),
    }
    if not told["database"]["current"]:
        return told  # tables of another release: nothing else can be asked
    return told | {
        "clock": clocks(),
        "jobs": _jobs(at),
        "organisations": _organisations(at),
        "mail": _mail(at),
        "address": _address(ask_outside=ask_outside),
        "safekeeping": _safekeeping(),
        "keys": _keys(),
        "braille": {"program": braille.program(), "waiting": _letters_in_braille()},
    }


def _letters_in_braille() -> int:
    """How many letters of all firms wait to be made in braille."""
    return sum(formats.waiting_in_braille() for _organisation in each_organisation(practice=False))


def _keys() -> dict[str, Any]:
    """Since when each key is in use, how many before it are still kept, and what a turn that is not over has still to do.

    A key that never turned is as old as the oldest organisation; of one that the environment gives nobody knows the day.
    """
    home, first = (
        Path(settings.HOME),
        Organisation.objects.order_by("created_at").values_list("created_at", flat=True).first(),
    )
    told: dict[str, Any] = {"left": sum(resealing.left().values())}
    for word, name, older, present in (
        ("master", "master_key", settings.MASTER_KEYS_BEFORE, settings.MASTER_KEY),
        ("signing", "secret_key", settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY),
    ):
        noted, own = keys.noted(home, name, present)
        day = noted or (first.date().isoformat() if own and first else None)
        told[word] = {"since": day, "older": len(older), "own": own}
    return told


def _rows(question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())


def _database() -> dict[str, Any]:
    server, size, name = _rows("SELECT version(), pg_database_size(current_database()), current_database()")[0]
    there = _rows(
        "SELECT has_table_privilege(oid, 'SELECT') FROM pg_class WHERE oid = to_regclass('django_migrations')"
    )
    applied = _rows("SELECT app || '.' || name FROM django_migrations ORDER BY id") if there == [(True,)] else []
    names = [name for (name,) in applied]
    failing, since = _rows(
        "SELECT current_setting('archive_mode') <> 'off' AND last_failed_time > coalesce(last_archived_time, '-infinity'), "
        "last_failed_time FROM pg_stat_archiver"
    )[0]
    return {
        "server": " ".join(server.split()[:2]),
        "embedded": not os.environ.get("DATABASE_URL"),
        "name": name,
        "bytes": size,
        "migrations": len(names),
        "last_migration": names[-1] if names else "",
        "pending": sorted(set(migrating.known_migrations()) - set(names)),
        "current": migrating.is_current(),
        "log_not_kept_since": since.isoformat(timespec="seconds") if failing else None,
    }


def clocks() -> dict[str, int]:
    """By how many seconds the database's clock goes before ours, and by how many the newest event was written in our future."""
    asked = datetime.now(UTC)
    theirs = _rows("SELECT clock_timestamp()")[0][0]
    newest = [Event.objects.order_by("-at").values_list("at", flat=True).first() for _one in each_organisation()]
    after = max((at for at in newest if at is not None), default=asked)
    return {
        "database": round((theirs - asked).total_seconds()),
        "events": max(0, round((after - datetime.now(UTC)).total_seconds())),
    }


def _disk() -> dict[str, Any]:
    home = Path(settings.HOME)
    places = [home, *(home / name for name in folders.WRITTEN if (home / name).is_dir())]
    usage = min((shutil.disk_usage(place) for place in places), key=lambda one: one.free / max(one.total, 1))
    return {"free": usage.free, "total": usage.total, "shut": folders.shut(home)}


def _jobs(at: datetime) -> dict[str, Any]:
    queues = _rows(
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    late = _rows(
        "SELECT count(*), min(due) FROM (SELECT coalesce(j.scheduled_at, (SELECT max(e.at) FROM procrastinate_events e "
        "WHERE e.job_id = j.id)) AS due FROM procrastinate_jobs j WHERE j.status = 'todo') waiting WHERE due < %s",
        [at - LATE],
    )[0]
    alive = _rows("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [at - _ALIVE])[0][0]
    killers = _rows(
        "SELECT count(*) FROM procrastinate_jobs j JOIN ops_jobdeath d ON d.job_id = j.id WHERE j.status = 'failed'"
    )[0][0]
    told: dict[str, dict[str, int]] = {}
    for queue, status, count in queues:
        told.setdefault(queue, {})[status] = count
    return {
        "queues": told,
        "late": late[0],
        "oldest_late": late[1].isoformat(timespec="seconds") if late[1] else None,
        "failed": sum(one.get("failed", 0) for one in told.values()),
        "killers": killers,
        "workers": alive,
    }


def _organisations(at: datetime) -> list[dict[str, Any]]:
    """Each firm: seals, calendar, who administers it. A few queries per organisation, however large it is."""
    found = []
    for organisation in each_organisation(practice=False):
        last = Seal.objects.order_by("-on").first()
        outside = Path(settings.HOME) / "seals" / f"{organisation.slug}.jsonl"
        accounts = set(
            Member.objects.filter(
                posts__role__in=roles_with(Can.PEOPLE), posts__since__lte=at, active=True, account_id__isnull=False
            )
            .exclude(posts__until__lte=at)
            .values_list("account_id", flat=True)
        )
        secured = _rows(
            "SELECT count(DISTINCT user_id) FROM mfa_authenticator WHERE type = 'totp' AND user_id = ANY(%s)",
            [list(accounts)],
        )[0][0]
        found.append(
            {
                "slug": organisation.slug,
                "public": public_address(organisation),
                "refused_host": refused_host(organisation),
                "other_host": other_host(organisation),
                "demo": organisation.is_demo,
                "hotline": organisation.hotline,
                "email": organisation.email,
                "last_seal": last.on.isoformat() if last else None,
                "seal_age_hours": round((at - last.sealed_at).total_seconds() / 3600, 1) if last else None,
                "seals_outside": sum(1 for _line in outside.open()) if outside.exists() else 0,
                "calendar": _calendar(at),
                "administrators": len(accounts),
                "administrators_with_second_factor": secured,
            }
        )
    return found


def _calendar(at: datetime) -> str:
    with translation.override("en"):  # as everything that a terminal is told
        return str(missing_calendar_warning(at))


def _mail(at: datetime) -> dict[str, Any]:
    held = holding.standing()
    failed = sum(
        Letter.objects.filter(state=Letter.State.FAILED, created_at__gt=at - timedelta(days=1)).count()
        for _organisation in each_organisation(practice=False)
    )
    return {
        "server": settings.EMAIL_HOST,
        "from": settings.DEFAULT_FROM_EMAIL,
        "held_since": held.since.isoformat(timespec="seconds") if held.since else None,
        "waiting": held.waiting,
        "failed_in_a_day": failed,
    }


def _address(*, ask_outside: bool) -> dict[str, Any]:
    own = [one.public_url for one in Organisation.objects.exclude(public_url="").order_by("created_at")]
    known = [urlsplit(address) for address in (settings.PUBLIC_URL, *own)]
    parts = next((one for one in known if one.scheme == "https"), known[0])
    told: dict[str, Any] = {"public": settings.PUBLIC_URL, "certificate_until": None, "certificate_fault": ""}
    if ask_outside and parts.scheme == "https" and parts.hostname:
        try:
            told["certificate_until"] = _certificate(parts.hostname, parts.port or 443).isoformat(timespec="seconds")
        except (OSError, ValueError) as error:
            told["certificate_fault"] = str(error).partition("\n")[0][:200]
    return told


def _certificate(host: str, port: int) -> datetime:
    """Until when the certificate of an address holds. Raises OSError when it does not hold now or nobody answers."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        until = (line.getpeercert() or {})["notAfter"]
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(until)), UTC)


def _safekeeping() -> dict[str, Any]:
    told: dict[str, Any] = {}
    for kind in Safekeeping.Kind.values:
        last = Safekeeping.objects.filter(kind=kind).order_by("-at").first()
        good = Safekeeping.objects.filter(kind=kind, done=True).order_by("-at").first()
        told[kind] = {
            "last": last.at.isoformat(timespec="seconds") if last else None,
            "last_went_well": last.done if last else None,
            "last_good": good.at.isoformat(timespec="seconds") if good else None,
            "place": good.place if good else "",
            "told": last.told if last else "",
        }
    # Each medium is due by its newest renewal.
    media = Safekeeping.objects.filter(kind=Safekeeping.Kind.MEDIA).order_by("place", "-at").distinct("place")
    told["media_due"] = {one.place: one.due_on.isoformat() for one in media if one.due_on}
    return told


# -- in words


def lines(told: dict[str, Any]) -> list[str]:
    """The same for a person at a terminal."""
    database = told["database"]
    said = [
        f"Tingsu         {told['version']}{' (demo)' if told['demo'] else ''}, home {told['home']}",
        f"database       {database['server']}{', embedded' if database['embedded'] else ''}, {_size(database['bytes'])}",
        f"migrations     {database['migrations']} applied, the last {database['last_migration']}; "
        + ("at this release" if database["current"] else f"NOT at this release ({len(database['pending'])} to come)"),
        f"disk           {_size(told['disk']['free'])} free of {_size(told['disk']['total'])}",
    ]
    if database["log_not_kept_since"]:
        said.append(
            f"log            CANNOT be kept since {database['log_not_kept_since']} and fills the database's own disk"
        )
    if told["maintenance"] is not None:
        said.append("maintenance    ON: the web answers 503")
    return said + _at_work(told) if database["current"] else said


def _at_work(told: dict[str, Any]) -> list[str]:
    jobs, mail, kept = told["jobs"], told["mail"], told["safekeeping"]
    said = [f"workers        {jobs['workers']} alive"]
    for queue, states in jobs["queues"].items():
        said.append(f"queue          {queue}: " + ", ".join(f"{count} {state}" for state, count in states.items()))
    late = f"{jobs['late']}, the oldest due {jobs['oldest_late']}" if jobs["late"] else "none"
    said.append(f"late jobs      {late}")
    failed = f"{jobs['failed']}, {jobs['killers']} of them killed their workers" if jobs["failed"] else "none"
    said.append(f"failed jobs    {failed}")
    said.append(
        f"mail           {mail['server'] or 'no server'}, {mail['waiting']} letters wait, {mail['failed_in_a_day']} failed in a day"
        + (f", HELD since {mail['held_since']}" if mail["held_since"] else "")
    )
    address = told["address"]
    certificate = address["certificate_until"] or address["certificate_fault"] or "not asked"
    said.append(f"address        {address['public']}, certificate until: {certificate}")
    for one in told["organisations"]:
        refused = f" (REFUSED by this server: {one['refused_host']})" if one["refused_host"] else ""
        said.append(
            f"organisation   {one['slug']}: {one['public'] or 'no public address'}{refused}; "
            f"last seal {one['last_seal'] or 'none'}, {one['seals_outside']} kept outside; "
            f"{one['administrators']} administrators, {one['administrators_with_second_factor']} with a second factor; "
            f"calendar: {one['calendar'] or 'complete'}"
        )
    for word, one in ((word, told["keys"][word]) for word in ("master", "signing")):
        older = f", {one['older']} older kept" if one["older"] else ""
        left = (
            f", {told['keys']['left']} rows still under an older one"
            if word == "master" and told["keys"]["left"]
            else ""
        )
        unknown = "this home began" if one["own"] else "a day that the environment does not tell"
        said.append(f"{word + ' key':<14} since {one['since'] or unknown}{older}{left}")
    for kind in Safekeeping.Kind.values:
        last = kept[kind]
        if kind == Safekeeping.Kind.FIRM and not last["last"]:
            continue
        ended = "" if last["last_went_well"] in {True, None} else " FAILED"
        said.append(f"{kind:<14} {last['last'] or 'never'}{ended}{': ' + last['told'] if last['told'] else ''}")
    return said


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
