"""Trainers: professional lecturers approved by the firm, or holders of senior posts (PE-07). Nobody else holds a training."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import files, terms
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step, asks_who
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME = "trainer"
LECTURER, SENIOR = "lecturer", "senior"
KINDS = (
    (LECTURER, _("Professional lecturer")),
    (SENIOR, _("Holder of a senior post")),
)


def approved(on: date | None = None) -> list[Entry]:
    """Trainers whose approval holds on a day, by number. One query."""
    day = on or files.today()
    rows = Entry.objects.filter(register=NAME, state="approved").select_related("stream").order_by("number")
    return [row for row in rows if row.expires_on is None or row.expires_on >= day]


def name_of(entry: Entry) -> str:
    """What a trainer is called: a colleague by the work identity, anybody else by what the register says."""
    if entry.codes.get("person"):
        return people.staff_identity(uuid.UUID(entry.codes["person"]))
    return (entry.written_or_none() or {}).get("about", "") or entry.number


def trainer_options(entry: Any) -> Options:
    """Approved trainers, by their number."""
    return tuple((one.number, f"{name_of(one)} · {one.number}") for one in approved())


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(codes["person"]),) if codes.get("person") else ()


@asks_who
def not_own_approval(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody approves themselves as a trainer."""
    own = opened.actor.id is not None and opened.entry.codes.get("person") == str(opened.actor.id)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_approval", _("this is about you: somebody else approves it"), guard="")]


def holds_a_senior_post(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever trains by a senior post leads, coaches, or is an expert now."""
    if opened.entry.codes.get("kind") != SENIOR:
        return []
    person = opened.entry.codes.get("person")
    senior = {str(Role.TOP_MGMT), str(Role.MGMT_REP), str(Role.SUPERVISOR), str(Role.COACH)}
    if person and (
        people.has_level(uuid.UUID(person), files.SENIOR_LEVEL)
        or any(post.role in senior or post.is_head for post in people.posts_of(uuid.UUID(person)))
    ):
        return []
    return [
        Unmet(
            "no_senior_post",
            _(
                "this person holds no senior post and is no service expert: choose “professional lecturer” with the qualification"
            ),
        )
    ]


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Trainer"),
        many=pgettext_lazy("records", "Trainers"),
        hint=_("Who may hold trainings: professional lecturers and holders of senior posts, each approved by somebody who leads."),
        prefix="JX",
        icon="user",
        chapter="people",
        order=44,
        title="about",
        readers=(*LEADERS, Role.COACH, Role.QA, Role.AUDITOR),
        openers=(*LEADERS, Role.COACH),
        involves=involved,
        fields=(
            Field(
                name="about", label=pgettext_lazy("trainer", "Who"), limit=80,
                help=_("Name of the lecturer and where from; for a colleague the work identity."),
            ),
            Field(name="kind", label=pgettext_lazy("trainer", "Trains as"), kind="choice", options=KINDS),
            Field(name="person", label=pgettext_lazy("trainer", "Colleague"), kind="member", options=members),
            Field(name="topics", label=_("Topics"), kind="choices", options=terms.TAUGHT),
            Field(name="qualified", label=_("Qualification"), kind="longtext", limit=1000),
            Field(name="until", label=pgettext_lazy("trainer", "Approved until"), kind="date"),
            Field(name="proof", label=pgettext_lazy("trainer", "Certificates"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("about*", "kind*", "person", "topics", "qualified*", "until", "proof"),
        passing=("reason",),
        columns=("kind", "person", "topics", "until"),
        filters=("kind", "topics"),
        expires="until",
        states=(
            State("proposed", pgettext_lazy("trainer", "Waits for approval"), "soon"),
            State("approved", pgettext_lazy("trainer", "Approved"), "done", open=False),
            State("ended", pgettext_lazy("trainer", "Ended"), open=False, final=True),
            State("declined", pgettext_lazy("trainer", "Not approved"), open=False, final=True),
        ),
        steps=(
            Do(
                name="approve", label=pgettext_lazy("trainer", "Approve"), event="approved", did=_("approved the trainer"), sources=("proposed",),
                target="approved", who=LEADERS, not_by=("open",), guards=(not_own_approval, holds_a_senior_post), tells=(OWNER,), tone="done",
                icon="checks", clause="ISC 5.4.2.1",
            ),
            Do(
                name="decline", label=pgettext_lazy("trainer", "Do not approve"), event="declined", did=_("did not approve the trainer"),
                sources=("proposed",), target="declined", who=LEADERS, asks=("reason*",), guards=(not_own_approval,), tells=(OWNER,), main=False, icon="x",
                clause="ISC 5.4.2.1",
            ),
            Do(
                name="end", label=pgettext_lazy("trainer", "End the approval"), event="ended", did=_("ended the approval"), sources=("approved",),
                target="ended", who=LEADERS, asks=("reason*",), main=False, icon="archive", clause="ISC 5.4.2.1",
            ),
        ),
    )
)  # fmt: skip
