"""What ``./tingsu verify`` looks at besides ledger and rebuilds: keys, files, seals outside the database, jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import models
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from tingsu.complaints.models import Party
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel import crypto
from tingsu.kernel.durable import whole_lines
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Event, Organisation, Seal, Stream
from tingsu.kernel.seals import not_sealed_in_time, outside
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.kernel.verify import Finding, check

BATCH = 2000
MOST = 500
WAITED_TOO_LONG = timedelta(minutes=10)
"""Real time: jobs are for the machine and do not travel with the demo's clock."""


@check("encryption")
def keys_open() -> Iterator[Finding]:
    """Every wrapped key opens under the key above it (PS-03)."""
    organisation_id = current_organisation_id()
    try:
        crypto.organisation_key(organisation_id)
    except TingsuError:
        yield Finding("kernel_organisation", str(organisation_id), "the master key does not open its key")
        return
    for model in (Stream, Party, StoredFile):
        kept: models.QuerySet[Stream | Party | StoredFile] = model.objects.exclude(wrapped_key=None).exclude(
            wrapped_key=b""
        )
        for row_id, wrapped in kept.values_list("pk", "wrapped_key").iterator(chunk_size=BATCH):
            try:
                crypto.data_key(organisation_id, wrapped)
            except TingsuError:
                yield Finding(model._meta.db_table, str(row_id), "the organisation's key does not open its key")


@check("files")
def files_are_there() -> Iterator[Finding]:
    """Every file that the ledger may name has its bytes (IV-08)."""
    for file in StoredFile.objects.filter(erased_at=None).iterator(chunk_size=BATCH):
        if not store.place(file.pk, file.organisation_id).exists():
            yield Finding("files_storedfile", str(file.pk), "its bytes are gone from the store")


@check("digests of files")
def files_are_those_of_the_history() -> Iterator[Finding]:
    """What an event says of a file that came in with it still holds: neither row nor bytes were exchanged (IV-08)."""
    named = Event.objects.filter(data__has_key="digests").values_list("data__digests", flat=True)
    events = named.iterator(chunk_size=BATCH)
    while some := list(islice(events, BATCH)):
        told = {pair for one in some for pair in one.items()}  # a later event must not speak over an earlier one
        today = store.digests({pk for pk, _digest in told})
        for pk, digest in sorted(told):
            if pk not in today:
                yield Finding("files_storedfile", pk, "its history names it, and it is gone")
            elif today[pk] != digest:
                yield Finding("files_storedfile", pk, "it is not the file that came in: its history keeps another hash")


def files_are_whole() -> Iterator[Finding]:
    """Every file opens and is what was received; reads them all, so only when asked."""
    for file in StoredFile.objects.filter(erased_at=None).iterator(chunk_size=BATCH):
        try:
            store.open_file(file)
        except TingsuError as error:
            yield Finding("files_storedfile", str(file.pk), str(error))


@check("seals outside the database")
def seals_outside() -> Iterator[Finding]:
    """The roots kept in a file are the roots in the table: whoever rewrote the table could not reach the file."""
    path = outside(Organisation.objects.get(pk=current_organisation_id()))
    rows = {seal.on.isoformat(): seal for seal in Seal.objects.all()}
    lines = [json.loads(line) for line in whole_lines(path)]
    for kept in lines:
        seal = rows.get(kept["on"])
        if seal is None:
            yield Finding("kernel_seal", kept["on"], "a seal of this day was kept outside; the table has none")
        elif bytes(seal.root).hex() != kept["root"]:
            yield Finding("kernel_seal", str(seal.pk), f"the seal of {kept['on']} is not the one kept outside")
    if missing := sorted(set(rows) - {kept["on"] for kept in lines}):
        yield Finding(
            "kernel_seal",
            missing[0],
            f"{len(missing)} seals, the first of this day, are not kept outside: put {path} back from a backup",
        )


def seals_in_time() -> Iterator[Finding]:
    """A night without a seal, or a last seal that was taken away with its line outside: something old stands under none."""
    since = not_sealed_in_time()
    if since is not None:
        yield Finding(
            "kernel_seal",
            f"{since:%Y-%m-%d}",
            "what was written since then stands under no seal: a running ./tingsu worker makes it good within an hour; "
            "if one runs all the time, seals were removed",
        )


_HOW = ": `./tingsu jobs retry %(id)s` tries it again, `./tingsu jobs drop %(id)s` forgets it"


def jobs() -> Iterator[Finding]:
    """Jobs that failed for good, that nobody takes up, or that belong to nobody."""
    known = {str(pk) for pk in Organisation.objects.values_list("pk", flat=True)}
    late = timezone.now() - WAITED_TOO_LONG
    waiting = models.Q(status="todo") & (models.Q(scheduled_at=None) | models.Q(scheduled_at__lt=late))
    found: Iterable[ProcrastinateJob] = ProcrastinateJob.objects.filter(
        models.Q(status__in=["failed", "doing"]) | waiting
    ).order_by("pk")[:MOST]
    queued = _queued_since(job.pk for job in found)
    for job in found:
        owner = job.args.get("organisation")
        if owner is not None and owner not in known:
            yield Finding("procrastinate_jobs", str(job.pk), f"{job.task_name} is for an organisation that is gone")
        elif job.status == "failed":
            yield Finding(
                "procrastinate_jobs", str(job.pk), f"{job.task_name} failed {job.attempts} times{_HOW % {'id': job.pk}}"
            )
        elif queued.get(job.pk, timezone.now()) < late:
            state = (
                "is held by nobody alive; a running worker takes it up within two minutes"
                if job.status == "doing"
                else "waits and nobody takes it: start ./tingsu worker"
            )
            yield Finding("procrastinate_jobs", str(job.pk), f"{job.task_name} {state}")


def _queued_since(job_ids: Iterable[int]) -> dict[int, datetime]:
    """When each job last changed state."""
    rows = ProcrastinateEvent.objects.filter(job_id__in=list(job_ids)).values("job_id").annotate(at=models.Max("at"))
    return {row["job_id"]: row["at"] for row in rows}
