"""Making an evidence pack: records of a period by clause, as an outsider may read them, in sealed parts (MS-29).

Part by part, so that no amount of records fills the memory; kept files are loose until all is there and become the pack's in one transaction.
What goes wrong on the way, a full disk too, leaves an entry that says why, and no half pack.
"""

import hashlib
import io
import json
import logging
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.conformity import index
from tingsu.conformity.models import PackPart, PackRun
from tingsu.conformity.packing import REGISTER
from tingsu.conformity.profiles import clause_of, profiles
from tingsu.conformity.records import counts
from tingsu.files import metadata, store
from tingsu.files.errors import FileDamaged, FileGone, FileQuarantined
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.proofs import gathered
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.pages import pdf
from tingsu.people.access import member_now
from tingsu.people.roles import Role
from tingsu.registers import paper, reading
from tingsu.registers.actions import follow
from tingsu.registers.covering import know
from tingsu.registers.declaration import Register, registers
from tingsu.registers.models import Entry, EntryFacet

log = logging.getLogger(__name__)
TOGETHER = 20
"""Records of one part."""
MOST = 20_000
DOOR = "export"


class Overtaken(Exception):
    """This worker has nothing more to write."""


class CannotBeMade(Exception):
    """Why a pack is not made, in a sentence."""


def outsider() -> Actor:
    """As whom records are read: as an internal auditor reads an export, with every person masked."""
    return Actor(
        kind="member", organisation_id=current_organisation_id(), name=_("Evidence pack"), roles=frozenset({str(Role.AUDITOR)}),
    )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a pack is asked to hold."""

    entry: Entry
    first: date
    last: date
    document: str
    with_files: bool


def make(pack_id: uuid.UUID) -> None:
    """Make what was asked for. Outside any transaction; made twice, the later one writes."""
    entry = Entry.objects.filter(register=REGISTER.name, pk=pack_id).select_related("stream").first()
    if entry is None or entry.state != "making":
        return
    PackRun.objects.get_or_create(pk=pack_id)
    PackRun.objects.filter(pk=pack_id).update(turn=F("turn") + 1, done=0)
    run = PackRun.objects.get(pk=pack_id)
    codes = entry.codes
    wanted = Wanted(
        entry, date.fromisoformat(codes["first"]), date.fromisoformat(codes["last"]), codes["document"], bool(codes.get("with_files")),
    )  # fmt: skip
    _forget(pack_id)
    with override(current_organisation().language), timezone.override(current_organisation().time_zone):
        try:
            _make(run, wanted)
        except Overtaken:
            return
        except CannotBeMade as why:
            _failed(pack_id, str(why))
        except OSError:
            log.exception("conformity.pack: %s", pack_id)
            _failed(
                pack_id,
                _(
                    "The disk of this installation is full or cannot be written. Nothing was kept. Make room, then ask again."
                ),
            )


def _make(run: PackRun, wanted: Wanted) -> None:
    asker = member_now(wanted.entry.opened_by) if wanted.entry.opened_by else None
    if asker is None:
        raise CannotBeMade(_("Whoever asked for it works here no more."))
    found = rows_of(asker, wanted)
    if len(found) > MOST:
        raise CannotBeMade(_("The period holds more than %(most)s records: choose a shorter one.") % {"most": MOST})
    _write(run, total=len(found))
    listed: list[dict[str, Any]] = []
    ids = list(found)
    for place in range(0, len(ids), TOGETHER):
        content, told = _records_of(ids[place : place + TOGETHER], found, wanted)
        _keep(run, place // TOGETHER, content, told)
        listed += told
        _write(run, done=place + len(ids[place : place + TOGETHER]))
    attached = [one for one in listed if one.get("file")]
    head, told = index.parcel(wanted.document, (wanted.first, wanted.last), wanted.entry.number, listed)
    _keep(run, len(ids) // TOGETHER + 1, head, told)
    manifest = index.manifest([*told, *listed])
    _finish(
        run,
        wanted.entry,
        manifest,
        records=sum("clauses" in one and not one.get("file") for one in listed) // 2,
        attached=len(attached),
    )


def rows_of(asker: Actor, wanted: Wanted) -> dict[uuid.UUID, tuple[str, list[str]]]:
    """The records of the period: id → register, clauses. Those that asker and outsider both read, and that count."""
    viewer, names = outsider(), []
    for name, register in registers().items():
        if register.sees_all(asker) and register.sees_all(viewer) and not register.alone_in:
            names.append(name)
    zone = current_organisation().time_zone
    start, end = day_around(wanted.first, zone)[0], day_around(wanted.last, zone)[1]
    prefix = profiles()[wanted.document].clauses[0].document
    alive = Q(entry__opened_at__gte=start) | Q(entry__speaks_of__range=(wanted.first, wanted.last))
    alive |= Q(entry__expires_on__gte=wanted.first) | Q(entry__expires_on=None, entry__state__in=_lasting(names))
    rows = (
        EntryFacet.objects.filter(
            alive, register__in=names, name="clause", value__startswith=f"{prefix} ", opened_at__lt=end
        )
        .order_by("register", "opened_at", "entry_id")
        .values_list("entry_id", "register", "value", "entry__state")
    )
    known = registers()
    found: dict[uuid.UUID, tuple[str, list[str]]] = {}
    for entry_id, name, clause, state in rows[: MOST * 8]:
        if counts(known[name], state) and clause_of(clause):
            found.setdefault(entry_id, (name, []))[1].append(clause)
    for name, told in gathered().items():
        held = [clause for clause in told.clauses if clause.startswith(f"{prefix} ")]
        if held and name in names:
            entries = Entry.objects.filter(
                register=name, state__in=told.states, opened_at__gte=start, opened_at__lt=end
            )
            for entry_id in entries.order_by("opened_at", "pk").values_list("pk", flat=True)[: MOST + 1]:
                found[entry_id] = (name, list(held))
    return found


def _lasting(names: Iterable[str]) -> list[str]:
    """States of entries that are still in force: a channel of two years ago is evidence of today."""
    known = registers()
    return sorted({state for name in names for state in known[name].open_states})


def _records_of(
    ids: list[uuid.UUID], found: dict[uuid.UUID, tuple[str, list[str]]], wanted: Wanted
) -> tuple[bytes, list[dict[str, Any]]]:
    """One part: each record as PDF and as JSON."""
    viewer, known = outsider(), registers()
    rows = Entry.objects.select_related("stream").in_bulk(ids)
    out, told = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel:
        for row in know([rows[one] for one in ids if one in rows]):
            register = known[row.register]
            name, clauses = found[row.pk]
            base = f"records/{name}/{row.number}"
            about = {
                "register": str(register.many), "number": row.number, "clauses": sorted(clauses), "state": row.get_state_display(),
                "on": str(row.speaks_of or timezone.localtime(row.opened_at).date()),
            }  # fmt: skip
            content = pdf.pdf(paper.sheet_of_entry(viewer, register, row, DOOR))
            for ending, kept in (("pdf", content), ("json", as_json(viewer, register, row, clauses))):
                parcel.writestr(index.member(f"{base}.{ending}"), kept)
                told.append({"name": f"{base}.{ending}", **_sum(kept), **about})
            if wanted.with_files and not register.persons_in_files:
                told += list(_files_of(row, base, about))
    return out.getvalue(), told


def as_json(viewer: Actor, register: Register, row: Entry, clauses: Iterable[str]) -> bytes:
    """A record for programs: the same as its PDF, as masked as it."""
    told = {
        "number": row.number, "register": register.name, "state": row.state, "opened_at": row.opened_at.isoformat(),
        "speaks_of": row.speaks_of and row.speaks_of.isoformat(), "expires_on": row.expires_on and row.expires_on.isoformat(),
        "clauses": sorted(clauses),
        "fields": [
            {"name": line.name, "label": line.label, "value": line.value or [[list(pair) for pair in cells] for cells in line.rows]}
            for line in reading.lines_of(viewer, register, row, DOOR, paper=True)
        ],
        "history": [
            {"at": one.at.isoformat(), "who": str(one.who), "what": str(one.words)}
            for one in reading.history_of(viewer, register, row, DOOR)
        ],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _files_of(row: Entry, base: str, about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Attached files, without place, camera and author where their kind can be had without."""
    files = StoredFile.objects.filter(stream_id=row.pk, erased_at=None, quarantined_at=None).order_by(
        "received_at", "pk"
    )
    for place, file in enumerate(files, 1):
        try:
            content = content_of(file)
        except (FileGone, FileDamaged, FileQuarantined, Erased):
            continue
        ending = store.name_of(file).rpartition(".")[2][:8].lower()
        yield {"name": f"{base}-{place}.{ending or 'bin'}", **_sum(content), **about, "file": str(file.pk)}


def content_of(file: StoredFile) -> bytes:
    """A file as it goes into a pack. Raises FileGone, FileDamaged, FileQuarantined."""
    try:
        return store.open_clean(file)[1]
    except metadata.NotCleanable:
        return store.open_file(file)


def _sum(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _keep(run: PackRun, place: int, content: bytes, told: list[dict[str, Any]]) -> None:
    """Seal one part and note it; loose, until the pack is whole."""
    by = automation("conformity.pack", current_organisation_id())
    kept = store.keep_original(f"{place}.zip", content, "application/zip", actor=by)
    if kept.quarantined_at is not None:
        raise CannotBeMade(
            _("The scanner found malware in an attached file. Ask again without files, or take that file away.")
        )
    PackPart.objects.update_or_create(run_id=run.pk, place=place, defaults={"file_id": kept.pk, "contents": told})


def _finish(run: PackRun, entry: Entry, manifest: bytes, *, records: int, attached: int) -> None:
    """The parts become the pack's, and the entry says that it is made, in one transaction. Raises Overtaken."""
    by, at = automation("conformity.pack", current_organisation_id()), now()
    parts = list(PackPart.objects.filter(run_id=run.pk))
    size = sum(one["size"] for part in parts for one in part.contents) // 1024 + 1
    values = {
        "records": records, "attached": attached or None, "size": size, "digest": hashlib.sha256(manifest).hexdigest(),
    }  # fmt: skip
    try:
        with transaction.atomic(durable=True):
            store.attach([part.file_id for part in parts], run.pk, at)
            follow(actor=by, entry_id=run.pk, register=REGISTER, step="made", values=values)
            _write(run, ended_at=at)
    except ConditionsUnmet as error:  # withdrawn meanwhile
        _forget(run.pk)
        raise Overtaken from error


def _failed(pack_id: uuid.UUID, why: str) -> None:
    by = automation("conformity.pack", current_organisation_id())
    _forget(pack_id)
    with transaction.atomic(durable=True):
        follow(actor=by, entry_id=pack_id, register=REGISTER, step="fail", values={"failure": why})


def _forget(pack_id: uuid.UUID) -> None:
    """Parts that were kept before and belong to nothing yet."""
    parts = PackPart.objects.filter(run_id=pack_id)
    store.forget_loose(list(parts.values_list("file_id", flat=True)), holder=None)
    parts.update(contents=[])


def _write(run: PackRun, **changes: int | datetime) -> None:
    """Raises Overtaken where another worker took it up, or it was withdrawn."""
    if not PackRun.objects.filter(pk=run.pk, turn=run.turn, ended_at=None).update(**changes):
        raise Overtaken
    for name, value in changes.items():
        setattr(run, name, value)
