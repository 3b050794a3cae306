"""The archive: P25."""

import json
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.contents import contents_of
from tingsu.aftercare.models import ArchivedFile, ClosingReview
from tingsu.aftercare.rules import disposal_day, retention_options
from tingsu.aftercare.steps.reviews import requests_answered
from tingsu.complaints.actions import time_zone
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Grade, Outcome, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.fields import in_language
from tingsu.kernel.ids import new_id
from tingsu.letters.models import Letter
from tingsu.people import queries as people
from tingsu.process.steps import Field, Options, Step, Values, options

KEEPER_ROLES = ("specialist", "supervisor", "analyst", "qa", "mgmt_rep")


@options("retention_classes")
def retention_class_options(complaint: Any) -> Options:
    return retention_options()


@options("keepers")
def keeper_options(complaint: Any) -> Options:
    return tuple(
        (str(m.pk), f"{in_language(m.alias)} · {m.staff_number}") for m in people.active_members(roles=KEEPER_ROLES)
    )


def contents_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RC-01: nothing may still be on its way into the file, and the review is part of it."""
    unmet = []
    if not ClosingReview.of(case.complaint):
        unmet.append(Unmet("no_review", _("the closing review is missing")))
    if waiting := Letter.objects.filter(stream_id=case.complaint.pk, state=Letter.State.QUEUED).count():
        unmet.append(Unmet("letters_waiting", _("%(count)s letters have not left yet"), count=waiting))
    return unmet


def proposed_class(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """A class for people to confirm; a code that the rulebook no longer has is left empty. Who files it may keep it."""
    wanted = "complaint"
    if complaint.outcome == Outcome.EXHAUSTED:
        wanted = "outside"
    if complaint.major or complaint.crisis or complaint.grade == Grade.HIGH_RISK:
        wanted = "high-risk"
    chosen = {"retention_class": wanted} if wanted in dict(retention_options()) else {}
    return {**chosen, **({"keeper": str(actor.id)} if actor.has_role(*KEEPER_ROLES) else {})}


def archive(case: Case, values: Values) -> None:
    """P25: the file with its contents list, class, keeper and day of disposal (RC-01, RC-04)."""
    begun = {"closed": case.complaint.closed_at or case.at, "archived": case.at, "received": case.complaint.received_at}
    starts = {name: local_date(at, time_zone()) for name, at in begun.items()}
    dispose_on, version = disposal_day(starts, values["retention_class"])
    lines = contents_of(case.complaint)
    row = ArchivedFile(
        id=new_id(), complaint=case.complaint, number=archive_number(case.complaint.number), retention_class=values["retention_class"],
        retention_version=version, keeper_id=values["keeper"], pieces=len(lines), archived_by=case.actor.id, archived_at=case.at,
        dispose_on=dispose_on,
    )  # fmt: skip
    row.seal_all(
        paper_place=values["paper_place"], contents=json.dumps([line.as_list() for line in lines], ensure_ascii=False)
    )
    row.save(force_insert=True)
    case.set("archived_at", case.at)
    case.set("archive_number", row.number)
    case.set("retention_class", row.retention_class)
    case.set("dispose_on", row.dispose_on)
    case.fact("file", row.pk)
    case.fact("pieces", row.pieces)
    keeper: uuid.UUID = row.keeper_id
    case.tell([keeper], "case.archived")


def archive_number(number: str) -> str:
    """Derived from the complaint's own number: unique without a counter that cases would wait for."""
    return f"DA-{number}"


ARCHIVE = Step(
    id="P25",
    name="archive",
    decides=True,
    event="complaint.archived",
    label=_("Archive"),
    sources=(State.CLOSED,),
    target=State.ARCHIVED,
    who=("owner", "supervisor", "specialist"),
    guards=(contents_complete, requests_answered),
    stops=("archiving",),
    main=True,
    guide=_("Check the list of contents, then file the case for its retention period."),
    clause="ISC 9.6.5; SZ 8(1); CTS 7.5.3",
    effect=archive,
    first=proposed_class,
    fields=(
        Field(
            name="retention_class",
            label=_("Record class"),
            kind="choice",
            options=retention_class_options,
            required=True,
        ),
        Field(name="keeper", label=_("Keeper"), kind="member", options=keeper_options, required=True),
        Field(name="paper_place", label=_("Place of paper originals")),
    ),
)


STEPS = (ARCHIVE,)
