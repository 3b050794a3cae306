"""Evidence packs for the certification body: asked for with a period and a purpose, made in the background, approved by somebody else,
fetched for a while, then gone (MS-29, PS-06).
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity.access import READERS
from tingsu.conformity.models import PackPart, PackRun
from tingsu.conformity.profiles import profiles
from tingsu.files import store
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotFound, TingsuError, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.queries import has_left_since
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, guard
from tingsu.registers.actions import follow
from tingsu.registers.declaration import LEADERS, OPENER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

PACK = "evidence_pack"
KEPT = timedelta(days=30)
"""So long a pack that was approved may be fetched."""
LONGEST = timedelta(days=3 * 366)
"""A certificate runs for three years: a pack tells of no more."""
AUDITOR = "outside_audit"


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


def documents(thing: Any) -> tuple[tuple[str, Any], ...]:
    """By the clauses of which document it is ordered."""
    return tuple((code, one.label) for code, one in profiles().items())


def audits(thing: Any) -> tuple[tuple[str, str], ...]:
    """Audits from outside whose auditor may fetch it."""
    rows = Entry.objects.filter(register=AUDITOR, state__in=("planned", "asked", "open")).order_by("-opened_at")[:50]
    return tuple((str(row.pk), row.number) for row in rows)


@guard("has_a_period")
def has_a_period(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A first and a last day in their order, of three years at most."""
    if values is None:
        return []
    first, last = values["first"], values["last"]
    if last < first:
        return [Unmet("order", _("the last day is before the first"), value_of="last")]
    if last - first > LONGEST:
        return [Unmet("too_long", _("three years at most"), value_of="last")]
    return []


def begun(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It is made in the background, once the entry stands."""
    from tingsu.conformity.tasks import make_pack

    make_pack.defer(pack=str(opened.entry.pk))


def released(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("until", local_date(opened.at + KEPT, current_organisation().time_zone))


def destroyed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Its files are gone for good; the entry says what it was."""
    parts = PackPart.objects.filter(run_id=opened.entry.pk).values_list("file_id", flat=True)
    store.destroy(list(parts), opened.entry.pk, opened.at)
    PackRun.objects.filter(pk=opened.entry.pk, ended_at=None).update(ended_at=opened.at)


class PackOver(TingsuError):
    """What was approved is there for a while."""

    code, status = "pack_over", 410
    sentence = _("This pack could be fetched until %(until)s. Ask for a new one.")


class PackNotThere(TingsuError):
    """It is being made, waits for approval, or was refused."""

    code, status = "pack_not_released", 409
    sentence = _(
        "This pack has not been approved. It can be fetched once somebody else than whoever asked has approved it."
    )


class PackIncomplete(TingsuError):
    """A file that stands in it was erased meanwhile."""

    code, status = "pack_incomplete", 409
    sentence = _("Something in this pack was erased after it was made. Ask for a new one.")


def check_released(entry: Entry) -> None:
    """Raises PackOver, PackNotThere."""
    until = parse_date(str(entry.codes.get("until", "")))
    if entry.state == "expired" or (entry.state == "released" and until is not None and until < today()):
        raise PackOver(until=until)
    if entry.state != "released" or until is None:
        raise PackNotThere


def may_fetch(actor: Actor, entry: Entry) -> bool:
    """Whoever asked and is still here, those who lead, and the auditor for whom it was made."""
    if actor.kind == "partner":
        return bool(entry.codes.get("audit") == str(actor.id))
    return actor.has_role(*LEADERS) or (entry.opened_by == actor.id and not has_left_since(actor.id, entry.opened_at))


def check_fetch(actor: Actor, entry: Entry) -> None:
    """Raises NotFound for whom it is not there, PackOver and PackNotThere for the others."""
    if not may_fetch(actor, entry):
        raise NotFound
    check_released(entry)


def for_auditor(audit: Entry) -> list[Entry]:
    """Packs that were released for an audit and are still there, the newest first. One query."""
    rows = (
        Entry.objects.filter(register=PACK, state="released")
        .order_by("-opened_at", "-pk")
        .select_related("stream")[:200]
    )
    return [
        row
        for row in rows
        if row.codes.get("audit") == str(audit.pk) and str(row.codes.get("until")) >= today().isoformat()
    ]


def offers(actor: Actor, entry: Entry) -> list[tuple[Any, str]]:
    """The pack on the page of its entry."""
    until = str(entry.codes.get("until", ""))
    if entry.state != "released" or until < today().isoformat() or not may_fetch(actor, entry):
        return []
    return [(_("Fetch the pack (ZIP)"), reverse("conformity:pack", args=[entry.number]))]


def progress(actor: Actor, entry: Entry) -> dict[str, Any]:
    """How far it is, on the page of its entry."""
    run = PackRun.objects.filter(pk=entry.pk).first()
    return {
        "run": run,
        "making": entry.state == "making",
        "percent": 100 * run.done // run.total if run and run.total else 0,
    }


def expire_owed() -> int:
    """Each night: packs whose days are over lose their files."""
    by = automation("conformity.expire", current_organisation_id())
    rows = Entry.objects.filter(register=PACK, state="released").values_list("pk", "codes")
    over = [pk for pk, codes in rows if str(codes.get("until", "")) < today().isoformat()]
    for pk in over:
        with transaction.atomic(durable=True):
            follow(actor=by, entry_id=pk, register=REGISTER, step="expire")
    return len(over)


REGISTER = Register(
    name=PACK,
    one=_("Evidence pack"),
    many=_("Evidence packs"),
    hint=_("What the certification body gets: records of a period by clause, masked, with hashes; approved by another person, gone after 30 days."),
    prefix="SH",
    icon="archive",
    group="",
    title="purpose",
    readers=READERS,
    openers=(*LEADERS, Role.QA, Role.AUDITOR),
    fields=(
        Field(name="purpose", label=_("What it is needed for"), kind="longtext", limit=300),
        Field(name="document", label=pgettext_lazy("pack", "By the clauses of"), kind="choice", options=documents),
        Field(name="first", label=_("First day"), kind="date", past=True),
        Field(name="last", label=_("Last day"), kind="date", past=True),
        Field(
            name="audit", label=_("For the auditor of"), kind="choice", options=audits,
            help=_("The auditor with this account may fetch it as well, once it is approved."),
        ),
        Field(
            name="with_files", label=_("With the attached files"), kind="bool",
            help=_("Files cannot be masked: look at them before you approve. Lists of persons and files of complaints stay out."),
        ),
        Field(name="records", label=_("Records in it"), kind="number"),
        Field(name="attached", label=_("Attached files in it"), kind="number"),
        Field(name="size", label=_("Size in kilobytes"), kind="number"),
        Field(name="digest", label=_("SHA-256 of its list"), limit=64, help=_("Whoever has the pack compares it with manifest.sha256.")),
        Field(name="until", label=_("To be fetched until"), kind="date"),
        Field(name="failure", label=_("Why it was not made"), kind="longtext", limit=300),
        Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
    ),
    form=("purpose*", "document*", "first*", "last*", "audit", "with_files"),
    passing=("reason",),
    columns=("document", "first", "last", "records", "until"),
    filters=("document",),
    opening={"guards": (has_a_period,)},
    on_open=begun,
    states=(
        State("making", pgettext_lazy("pack", "Being made"), "soon"),
        State("ready", pgettext_lazy("pack", "Waits for approval"), "soon"),
        State("released", pgettext_lazy("pack", "Approved"), "done", open=False),
        State("refused", pgettext_lazy("pack", "Refused"), open=False, final=True),
        State("failed", pgettext_lazy("pack", "Not made"), "late", open=False, final=True),
        State("withdrawn", pgettext_lazy("pack", "Withdrawn"), open=False, final=True),
        State("expired", pgettext_lazy("pack", "Over"), open=False, final=True),
    ),
    steps=(
        Do(
            name="made", label=pgettext_lazy("pack", "Made"), event="made", did=_("made the pack"), sources=("making",), target="ready", who=(),
            asks=("records*", "attached", "size*", "digest*"), tells=(Role.MGMT_REP, Role.TOP_MGMT, OPENER), main=False, icon="archive",
        ),
        Do(
            name="fail", label=pgettext_lazy("pack", "Not made"), event="failed", did=_("could not make the pack"), sources=("making",),
            target="failed", who=(), asks=("failure*",), effect=destroyed, tells=(OPENER,), main=False, tone="late", icon="alert-triangle",
        ),
        Do(
            name="expire", label=pgettext_lazy("pack", "Over"), event="expired", did=_("took the pack away, its days being over"),
            sources=("released",), target="expired", who=(), effect=destroyed, main=False, icon="hourglass",
        ),
        Do(
            name="release", label=pgettext_lazy("pack", "Approve the pack"), event="released", did=_("approved the pack"), sources=("ready",),
            target="released", who=(*LEADERS, Role.DSO), not_by=("open",), effect=released, tells=(OPENER,), tone="done", icon="checks",
            clause="PS-06",
        ),
        Do(
            name="refuse", label=pgettext_lazy("pack", "Refuse the pack"), event="refused", did=_("refused the pack"), sources=("ready",),
            target="refused", who=(*LEADERS, Role.DSO), not_by=("open",), asks=("reason*",), effect=destroyed, tells=(OPENER,), main=False,
            icon="x",
        ),
        Do(
            name="withdraw", label=pgettext_lazy("pack", "Withdraw"), event="withdrawn", did=_("withdrew the pack"),
            sources=("making", "ready", "released"), target="withdrawn", who=(OPENER, *LEADERS), asks=("reason*",), effect=destroyed,
            tells=(OPENER,), main=False, icon="archive",
        ),
    ),
    offers=offers,
    entry_template="conformity/pack_part.html",
    entry_context=progress,
)  # fmt: skip
declare(REGISTER)
