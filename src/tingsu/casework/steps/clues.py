"""Clues heard in conversations: each with its source, until somebody has followed it or said why not (E36; IV-20)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import Clue
from tingsu.complaints.case import Case
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import NotFound
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.process.waiting import short

SOURCES = (
    ("complainant", _("Complainant")), ("respondent", _("Respondent")), ("witness", _("Witness")), ("colleague", _("Colleague")),
    ("document", _("Document or file")), ("system", _("System or log")), ("other", _("Other")),
)  # fmt: skip


@options("open_clues")
def open_clues(complaint: Any) -> Options:
    """Clues that nobody has followed yet."""
    rows = [] if complaint is None else Clue.of(complaint, state=Clue.State.OPEN)
    return tuple((str(row.pk), short(row.covered("words"))) for row in rows)


def note(case: Case, values: Values) -> None:
    """E36: what was heard, from whom, and what should be looked for."""
    row = Clue(complaint=case.complaint, source=values["source"], noted_by=case.actor.id, noted_at=case.at)
    row.seal_all(words=values["words"], who=values["who"], to_do=values["to_do"])
    row.save(force_insert=True)
    case.fact("clue", row.pk)
    case.tell([case.complaint.owner_id], "case.clue")


NOTE = Step(
    id="E36",
    name="note_clue",
    event="complaint.clue_noted",
    label=_("Note a clue"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner", "case_mediator", "task_unit", "opinion_unit"),
    clause="ISC 9.1.2",
    effect=note,
    fields=(
        Field(name="words", label=_("Clue"), kind="longtext", limit=2000, required=True),
        Field(name="source", label=_("Source"), kind="choice", options=SOURCES, required=True),
        Field(name="who", label=_("Who said it, or where it stands"), limit=200),
        Field(name="to_do", label=_("What to look for"), limit=500),
    ),
)


def follow(case: Case, values: Values) -> None:
    row = next(iter(Clue.of(case.complaint, pk=uuid.UUID(values["clue"]))), None)
    if row is None:
        raise NotFound
    row.state, row.followed_by, row.followed_at = values["result"], case.actor.id, case.at
    row.seal("follow_up", values["follow_up"])
    row.save(update_fields=["state", "followed_by", "followed_at", "follow_up"])
    case.tell([row.noted_by], "case.clue_followed")


FOLLOW = Step(
    id="E36",
    name="follow_clue",
    event="complaint.clue_followed",
    label=_("Follow up a clue"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="ISC 9.1.2",
    effect=follow,
    fields=(
        Field(name="clue", label=_("Clue"), kind="choice", options=open_clues, required=True),
        Field(
            name="result", label=_("What came of it"), kind="choice", required=True,
            options=(("confirmed", _("Confirmed")), ("refuted", _("Refuted")), ("dropped", _("Not followed, with a reason"))),
        ),
        Field(name="follow_up", label=_("What was done and found"), kind="longtext", limit=2000, required=True),
    ),
)  # fmt: skip

STEPS = (NOTE, FOLLOW)
