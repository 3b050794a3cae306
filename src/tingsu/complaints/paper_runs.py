"""A document of every case of an approved export, made in the background with progress (RC-11): part by part, each a ZIP of PDFs.

A part that was made stays made: a worker that died is followed by one that goes on with the next part, and so is one that whoever
asked stopped and let go on. Which cases it is about stands fixed from the asking on. Parts are there as long as the export may be
fetched. What an export is, and who may fetch it, the shell with the lists says (`declare`).
"""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import paperwork
from tingsu.complaints.access import check_visible
from tingsu.complaints.models import Complaint, PaperRun
from tingsu.complaints.paperwork import LANGUAGES, Paper, Wanted
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.people.access import member_now
from tingsu.registers.models import Entry

PART = 100
"""Cases of one part: a file of a few megabytes."""
STEP = 10
"""Cases after which the progress is written down, and looked whether it is to go on."""
MOST = 10_000
ID = 16
"""Bytes of an id."""


@dataclass(frozen=True, kw_only=True)
class Lists:
    """What the shell that keeps approved exports says of them."""

    register: str
    """The register that they are entries of."""
    may_fetch: Callable[[Actor, Entry], bool]
    check_fetch: Callable[[Actor, Entry], None]
    """Raises NotFound, or says that the time is over."""
    cases: Callable[[Actor, Entry], Iterable[Complaint]]
    """The cases of the list, in its order."""
    queue: Callable[[uuid.UUID], object]
    """Queue `carry_on` for a run, in the open transaction."""


_lists: list[Lists] = []


def declare(lists: Lists) -> None:
    """Say what an export is. One owner."""
    if _lists:
        raise RuntimeError("exports of lists have two owners")
    _lists.append(lists)


def lists() -> Lists:
    return _lists[0]


class RunsAlready(TingsuError):
    code, status = "run_already", 409
    sentence = _(
        "This document is being made already, or was stopped on the way; its progress stands below. Let that one go on."
    )


class TooManyCases(TingsuError):
    code, status = "run_too_large", 409
    sentence = _("The list has more than %(most)s cases. Export a shorter period.")


class RunOver(TingsuError):
    code, status = "run_over", 409
    sentence = _("This has come to its end meanwhile, so it can neither be stopped nor go on.")


class Overtaken(Exception):
    """This worker has nothing more to write."""


def offered(actor: Actor) -> list[Paper]:
    """The documents that every case may have, and this actor too; the complete file is fetched one by one."""
    return [one for one in paperwork.papers() if one.open_to(actor) and one.bulk]


def runs_of(entry: Entry) -> list[PaperRun]:
    return list(PaperRun.objects.filter(entry_id=entry.pk).defer("cases").order_by("-asked_at", "-pk"))


def run_of(entry: Entry, run_id: uuid.UUID) -> PaperRun:
    """One run of an export. Raises NotFound."""
    for run in runs_of(entry):
        if run.pk == run_id:
            return run
    raise NotFound


def state_of(run: PaperRun) -> str:
    """running, stopped, refused or ready."""
    if run.ended_at:
        return "refused" if run.refused else "ready"
    return "stopped" if run.stopped_at else "running"


def start(actor: Actor, entry: Entry, code: str, language: str) -> PaperRun:
    """Ask for a document of every case. Raises NotFound, ExportOver, RunsAlready, TooManyCases."""
    lists().check_fetch(actor, entry)
    if actor.id is None or code not in {one.code for one in offered(actor)} or language not in LANGUAGES:
        raise NotFound
    cases = _cases(actor, entry)
    if len(cases) > MOST:
        raise TooManyCases(most=MOST)
    run = PaperRun(
        id=new_id(), entry_id=entry.pk, asked_by=actor.id, document=code, language=language, total=len(cases), asked_at=now(),
        cases=b"".join(one.bytes for one in cases),
    )  # fmt: skip
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            lists().queue(run.pk)
    except IntegrityError as twice:
        raise RunsAlready from twice
    return run


def stop(actor: Actor, entry: Entry, run_id: uuid.UUID) -> PaperRun:
    """Let a run rest: the parts that were made stay, what was begun of the next one is made anew later. Raises NotFound, ExportOver, RunOver."""
    lists().check_fetch(actor, entry)
    run = run_of(entry, run_id)
    kept = min(len(run.parts) * PART, run.total)
    if not _open(run).filter(stopped_at=None).update(stopped_at=now(), done=kept):
        raise RunOver
    return run_of(entry, run_id)


def go_on(actor: Actor, entry: Entry, run_id: uuid.UUID) -> PaperRun:
    """Let a stopped run go on with its next part. Raises NotFound, ExportOver, RunOver."""
    lists().check_fetch(actor, entry)
    run = run_of(entry, run_id)
    with transaction.atomic():
        if not _open(run).exclude(stopped_at=None).update(stopped_at=None):
            raise RunOver
        lists().queue(run.pk)
    return run_of(entry, run_id)


def _open(run: PaperRun) -> QuerySet[PaperRun]:
    return PaperRun.objects.filter(pk=run.pk, ended_at=None)


def carry_on(run_id: uuid.UUID) -> None:
    """Make what is left of a run. Outside any transaction; whoever may no longer have the list gets nothing more."""
    if not PaperRun.objects.filter(pk=run_id, ended_at=None, stopped_at=None).update(turn=F("turn") + 1):
        return
    run = PaperRun.objects.get(pk=run_id)
    kept = bytes(run.cases)
    ids = [uuid.UUID(bytes=kept[place : place + ID]) for place in range(0, len(kept), ID)]
    try:
        for place in range(len(run.parts) * PART, len(ids), PART):
            _make_part(run, ids[place : place + PART], place)
        _write(run, ended_at=now())
    except Overtaken:
        return


def _make_part(run: PaperRun, ids: Sequence[uuid.UUID], place: int) -> None:
    """The next part, kept and written down in one go. Raises Overtaken."""
    entry, actor = Entry.objects.filter(pk=run.entry_id).first(), member_now(run.asked_by)
    if entry is None or actor is None or not lists().may_fetch(actor, entry):
        _write(run, ended_at=now(), refused=True)
        raise Overtaken
    content, left_out = _parcel(actor, run, ids, place)
    name = f"{entry.number}-{run.document}-{place + 1}-{place + len(ids)}.zip"
    kept = store.keep(name, content, actor=actor, purpose="export")
    try:
        _write(run, parts=[*run.parts, str(kept.pk)], done=place + len(ids), left_out=run.left_out + left_out)
    except Overtaken:
        store.forget_loose([kept.pk], holder=actor.id)
        raise


def part_of(actor: Actor, entry: Entry, file_id: uuid.UUID) -> tuple[str, bytes]:
    """Name and content of one part. Raises NotFound, ExportOver."""
    lists().check_fetch(actor, entry)
    known = {one for run in runs_of(entry) for one in run.parts}
    file = StoredFile.objects.filter(pk=file_id).first()
    if str(file_id) not in known or file is None:
        raise NotFound
    return store.name_of(file), store.open_file(file)


def _parcel(actor: Actor, run: PaperRun, ids: Sequence[uuid.UUID], place: int) -> tuple[bytes, int]:
    """A ZIP of the document of each case, and of how many cases there is none. Raises Overtaken."""
    out = io.BytesIO()
    left_out = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as parcel:
        for count, pk in enumerate(ids, 1):
            complaint = Complaint.objects.select_related("stream").filter(pk=pk).first()
            try:
                if complaint is None:
                    raise NotFound
                check_visible(actor, complaint)
                made = paperwork.make(actor, complaint, run.document, Wanted(language=run.language), door="export")
                parcel.writestr(f"{made.name}.pdf", made.content)
            except (NotFound, paperwork.NotYet):
                left_out += 1
            if count % STEP == 0:
                _write(run, done=place + count)
    return out.getvalue(), left_out


def _cases(actor: Actor, entry: Entry) -> list[uuid.UUID]:
    """Ids of the cases of the list, at most one more than a run takes."""
    found: list[uuid.UUID] = []
    for one in lists().cases(actor, entry):
        found.append(one.pk)
        if len(found) > MOST:
            break
    return found


def _write(run: PaperRun, **changes: object | datetime) -> None:
    """Raises Overtaken where the run was stopped, or another worker took it up."""
    if not _open(run).filter(turn=run.turn, stopped_at=None).update(**changes):
        raise Overtaken
    for name, value in changes.items():
        setattr(run, name, value)
