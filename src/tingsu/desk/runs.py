"""A document of every case of an approved export, made in the background with progress (RC-11): part by part, each a ZIP of PDFs.

A part that was made stays made: a worker that died is followed by one that goes on with the next part.
"""

import io
import uuid
import zipfile
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import paperwork
from tingsu.complaints.access import check_visible
from tingsu.complaints.models import Complaint, PaperRun
from tingsu.complaints.paperwork import LANGUAGES, Paper, Wanted
from tingsu.desk import exports
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
"""Cases after which the progress is written down."""
MOST = 10_000


class RunsAlready(TingsuError):
    code, status = "run_already", 409
    sentence = _("This document is being made already; its progress stands below.")


class TooManyCases(TingsuError):
    code, status = "run_too_large", 409
    sentence = _("The list has more than %(most)s cases. Export a shorter period.")


def offered(actor: Actor) -> list[Paper]:
    """The documents that every case may have, and this actor too; the complete file is fetched one by one."""
    return [one for one in paperwork.papers() if one.open_to(actor) and one.bulk]


def runs_of(entry: Entry) -> list[PaperRun]:
    return list(PaperRun.objects.filter(entry_id=entry.pk).order_by("-asked_at", "-pk"))


def start(actor: Actor, entry: Entry, code: str, language: str) -> PaperRun:
    """Ask for a document of every case. Raises NotFound, RunsAlready, TooManyCases."""
    from tingsu.desk.tasks import make_papers

    if not exports.may_fetch(actor, entry) or actor.id is None:
        raise NotFound
    if code not in {one.code for one in offered(actor)} or language not in LANGUAGES:
        raise NotFound
    total = len(_cases(actor, entry))
    if total > MOST:
        raise TooManyCases(most=MOST)
    run = PaperRun(
        id=new_id(), entry_id=entry.pk, asked_by=actor.id, document=code, language=language, total=total, asked_at=now()
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            make_papers.defer(run=str(run.pk))
    except IntegrityError as twice:
        raise RunsAlready from twice
    return run


def carry_on(run_id: uuid.UUID) -> None:
    """Make what is left of a run. Outside any transaction; whoever may no longer have the list gets nothing more."""
    run = PaperRun.objects.filter(pk=run_id, ended_at=None).first()
    if run is None:
        return
    entry = Entry.objects.filter(pk=run.entry_id).first()
    actor = member_now(run.asked_by)
    if entry is None or actor is None or not exports.may_fetch(actor, entry):
        _write(run, ended_at=now(), refused=True)
        return
    numbers = _cases(actor, entry)
    _write(run, total=len(numbers))
    for place in range(len(run.parts) * PART, len(numbers), PART):
        wanted = numbers[place : place + PART]
        content = _part(actor, run, wanted, place)
        name = f"{entry.number}-{run.document}-{place + 1}-{place + len(wanted)}.zip"
        kept = store.keep(name, content, actor=actor, purpose="export")
        _write(run, parts=[*run.parts, str(kept.pk)], done=place + len(wanted))
    _write(run, ended_at=now())


def part_of(actor: Actor, entry: Entry, file_id: uuid.UUID) -> tuple[str, bytes]:
    """Name and content of one part. Raises NotFound."""
    known = {one for run in runs_of(entry) for one in run.parts}
    file = StoredFile.objects.filter(pk=file_id).first()
    if not exports.may_fetch(actor, entry) or str(file_id) not in known or file is None:
        raise NotFound
    return store.name_of(file), store.open_file(file)


def _part(actor: Actor, run: PaperRun, ids: Sequence[uuid.UUID], place: int) -> bytes:
    out = io.BytesIO()
    left_out = run.left_out
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as parcel:
        for count, pk in enumerate(ids, 1):
            complaint = Complaint.objects.select_related("stream").get(pk=pk)
            try:
                check_visible(actor, complaint)
                made = paperwork.make(actor, complaint, run.document, Wanted(language=run.language), door="export")
                parcel.writestr(f"{made.name}.pdf", made.content)
            except (NotFound, paperwork.NotYet):
                left_out += 1
            if count % STEP == 0:
                _write(run, done=place + count, left_out=left_out)
    _write(run, left_out=left_out)
    return out.getvalue()


def _cases(actor: Actor, entry: Entry) -> list[uuid.UUID]:
    """Ids of the cases of the list, at most one more than a run takes."""
    found: list[uuid.UUID] = []
    for page in exports.pages_for(actor, entry, []):
        found += [one.pk for one in page]
        if len(found) > MOST:
            break
    return found


def _write(run: PaperRun, **changes: object | datetime) -> None:
    for name, value in changes.items():
        setattr(run, name, value)
    PaperRun.objects.filter(pk=run.pk).update(**changes)
