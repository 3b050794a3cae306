"""How we are connected with platforms, regulators and sources of public opinion (IN-16): where, whose account, how lists reach us, when next."""

import contextlib
import stat
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.files import store
from tingsu.files.checks import MEGABYTE, SIZE_LIMIT
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside import import_steps, table
from tingsu.outside.platforms import MEDIA, OTHER
from tingsu.registers import actions
from tingsu.registers.actions import Link, Opening
from tingsu.registers.declaration import register_named
from tingsu.registers.entry import OpenedEntry, end_of, locked_entry
from tingsu.registers.intervals import following
from tingsu.registers.models import Entry
from tingsu.registers.recurrence import working_day
from tingsu.registers.saying import Said, says

NAME = "outside_link"
TIMER = "outside_list"
LINKED = "linked"
FOLDER = "folder"
SETTLES = 60
"""Seconds for which a file must have lain untouched: until then somebody may still be writing it."""
AT_ONCE = 50
SHOWN = 5
KINDS = frozenset({".csv", ".xlsx", ".xls"})


def opens(address: str) -> bool:
    """May a page lead there? Nothing but a web address with a host, so that no link runs a script."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        return False


def plan_next(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The next list is owed one interval after the last one, on a working day."""
    opened.end(TIMER)
    last = values.get("fetched_on") or local_date(now(), current_organisation().time_zone)
    interval = values.get("interval") or opened.entry.codes["interval"]
    day = last + timedelta(days=1) if interval == "daily" else following(last, interval)
    day = working_day(day, opened.entry.owner_id)
    opened.put("next_on", day)
    opened.start(TIMER, due_at=end_of(day))


def changed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Another interval counts from the list that was fetched last."""
    last = opened.entry.codes.get("fetched_on")
    plan_next(opened, {**values, "fetched_on": parse_date(str(last)) if last else None})


def ended(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing more is owed from there."""
    opened.put("next_on", None)
    opened.end(TIMER, "cancelled")


def list_came(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A list of this source was read: it counts as fetched."""
    opened.put("fetched_on", values["fetched_on"])
    plan_next(opened, values)


@says("outside_list_read")
def _read(told: Mapping[str, Any]) -> str:
    return _("%(number)s: %(total)s lines, %(new)s new, %(refused)s refused.") % told


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The way to the platform, the folder, and the lists that were read of it last."""
    address = (entry.written_or_none() or {}).get("web_page", "")
    imports = register_named(import_steps.NAME)
    assert imports is not None  # noqa: S101 declared beside this
    of_it = Entry.objects.filter(facets__name="source", facets__value=entry.codes["platform"])
    return {
        "address": address if opens(address) else "",
        "folder": drop_folder(entry.number) if entry.codes.get("means") == FOLDER else None,
        "lists": [
            {"entry": one, "state": imports.state_by_code[one.state]}
            for one in imports.visible(actor, of_it).order_by("-opened_at", "-pk")[:SHOWN]
        ],
    }


def platform_context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """On a spill-over complaint: where its platform is reached."""
    words = (entry.written_or_none() or {}).get("platform_words", "")
    return {"ways": [(texts["title"], texts["web_page"]) for texts in _texts_of(entry.codes["platform"], words)]}


def _texts_of(source: str, words: str) -> list[Mapping[str, str]]:
    found = [one.written_or_none() or {} for one in of_source(source, words)]
    return [texts for texts in found if opens(texts.get("web_page", ""))]


def note_list(entry_id: uuid.UUID) -> None:
    """A list was read and checked: the connections of its source have their list of today."""
    read = Entry.objects.filter(pk=entry_id, state="ready").first()
    register = register_named(NAME)
    if read is None or register is None:
        return
    counts = import_steps.counts_of(read.pk)
    told = {
        "number": read.number, "total": read.codes["total"], "new": counts["fits"] + counts["changed"], "refused": counts["refused"],
    }  # fmt: skip
    today = local_date(now(), current_organisation().time_zone)
    actor = automation("outside.connections", current_organisation_id())
    for one in of_source(read.codes["source"], (read.written_or_none() or {}).get("source_words", "")):
        with transaction.atomic(durable=True):
            opened = locked_entry(register, actor, one.pk, now())
            if opened.entry.state != LINKED or told["number"] in (opened.texts_now().get("found") or ""):
                continue  # the same list read anew under other columns
            opened.say("found", Said("outside_list_read", told))
            list_came(opened, {"fetched_on": today})
            opened.record(f"{NAME}.list_came", {"import": read.pk})
            opened.finish()
            opened.follow_up()


def of_source(source: str, words: str = "") -> list[Entry]:
    """Connections in use with this platform; of other bodies those of the same name."""
    rows = Entry.objects.filter(register=NAME, state=LINKED, facets__name="platform", facets__value=source)
    found = list(rows.select_related("stream").order_by("number")[:100])
    if source != OTHER:
        return found
    return [one for one in found if (one.written_or_none() or {}).get("platform_words", "").strip() == words.strip()]


def drop_folder(number: str) -> Path:
    """Where a program of this machine, or a person, puts the lists of one connection."""
    return Path(settings.HOME) / "lists" / current_organisation().slug / number


def read_folders() -> int:
    """Read every list that lies in a folder of a connection; how many became an import. Nothing raises."""
    rows = Entry.objects.filter(register=NAME, state=LINKED).select_related("stream").order_by("number")[:100]
    return sum(_read_folder(one) for one in rows if one.codes.get("means") == FOLDER)


def _read_folder(connection: Entry) -> int:
    folder, taken = drop_folder(connection.number), 0
    with contextlib.suppress(OSError):
        folder.mkdir(
            mode=0o700, parents=True, exist_ok=True
        )  # whoever connects a program finds the place that the page names
    if not folder.is_dir():
        return 0
    for path in sorted(folder.iterdir())[:AT_ONCE]:
        with contextlib.suppress(OSError):
            known = path.lstat()
            untouched = now().timestamp() - known.st_mtime
            if not stat.S_ISREG(known.st_mode) or path.suffix.lower() not in KINDS or untouched < SETTLES:
                continue
            why = "" if known.st_size <= SIZE_LIMIT else _too_large()
            if not why:
                why = _take(connection, path.name, path.read_bytes())
            place = folder / ("refused" if why else "taken")
            place.mkdir(mode=0o700, exist_ok=True)
            path.rename(place / f"{known.st_mtime_ns}-{path.name}")
            if why:
                _say_refused(connection, why)
            taken += not why
    return taken


def _too_large() -> str:
    with override(current_organisation().language):
        return _("The file is larger than %(limit)s MB.") % {"limit": SIZE_LIMIT // MEGABYTE}


def _take(connection: Entry, name: str, content: bytes) -> str:
    """An import of this list, read and queued for its check; why not, in the organisation's language."""
    actor = automation("outside.folder", current_organisation_id())
    register = register_named(import_steps.NAME)
    assert register is not None  # noqa: S101 declared beside this
    codes, texts = connection.codes, connection.written_or_none() or {}
    try:
        with override(current_organisation().language):
            found = table.read(content)
            file = store.keep(name, content, actor=actor)
            note = _("From the folder of %(number)s") % {"number": connection.number}
    except TingsuError as refused:
        with override(current_organisation().language):
            return str(refused)
    becomes = codes.get("becomes", "") if codes["platform"] != MEDIA else ""
    values = {
        "source": codes["platform"], "source_words": texts.get("platform_words", "")[:60], "note": note,
        "becomes": becomes, "problem_type": codes.get("problem_type", "") if becomes else "",
        "owner": str(connection.owner_id) if connection.owner_id else "",
    }  # fmt: skip
    given = {key: one for key, one in values.items() if one}
    opening = Opening(values=given, links=(Link(other_id=connection.pk, kind="related"),), allowed=True)
    entry = actions.open_entry(actor=actor, register=register, opening=opening)
    with transaction.atomic(durable=True):
        more = {"head": found.head, "total": len(found.lines)}
        given = {"list": [str(file.pk)]}
        actions.follow(actor=actor, entry_id=entry.pk, register=register, step="read", values=given, more=more)
    return ""


def _say_refused(connection: Entry, why: str) -> None:
    """Whoever answers for the connection hears that a file was not taken, and why."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared beside this
    actor = automation("outside.folder", current_organisation_id())
    with transaction.atomic(durable=True):
        actions.follow(
            actor=actor, entry_id=connection.pk, register=register, step="refuse_list", values={"why": why[:1000]}
        )
