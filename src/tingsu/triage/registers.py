"""The register of major and mass complaint events and of drills (MS-23): what happened, whose complaints, what was said."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.publishing import GROUNDS, ground, ungrounded
from tingsu.kernel.errors import Unmet
from tingsu.people.access import Can, roles_with
from tingsu.process.steps import Field, Guard, Step, guard
from tingsu.registers.declaration import OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.options import members
from tingsu.triage import event_history

SEERS, HANDLERS, DECIDERS = (tuple(sorted(roles_with(one))) for one in (Can.SEE_QUEUE, Can.WORK_CASES, Can.EVENTS))
CENTRE = tuple(role for role in HANDLERS if role in SEERS)
KINDS = (("major", _("Major complaint")), ("mass", _("Mass complaints")), ("drill", _("Drill")))
AUDIENCES = (
    ("employees", _("Employees")), ("regulators", _("Regulators")), ("customers", _("Customers")),
    ("media", pgettext_lazy("event record", "Media")),
)  # fmt: skip
OUTWARD = frozenset({"customers", "media"})
"""Whoever reads a statement made to these is outside: it is a publication (PS-11)."""
GROUNDED = ground(GROUNDS)
SAID = (
    Field(name="audience", label=_("Audience"), kind="choice", options=AUDIENCES),
    Field(name="means", label=_("By what means"), limit=120),
    Field(name="wording", label=_("Wording"), kind="longtext", limit=4000),
    Field(
        name="spokesperson", label=_("Spokesperson"), kind="member", options=members,
        help=_("Who says it and answers questions about it. Left empty, whoever owns the record."),
    ),
)  # fmt: skip
TRACED = (
    Field(name="author", label=_("Author"), kind="member"),
    Field(name="approver", label=pgettext_lazy("statement", "Approved by"), kind="member"),
    Field(name="issued_at", label=_("Gone out"), kind="datetime"),
)
STATEMENTS = Lines(table="statements", called=("audience", "means"))
DRAFTS = STATEMENTS.waiting("draft_statements", before="approver")
READY = STATEMENTS.waiting("approved_statements", after="approver", before="issued_at")


def written(record: OpenedEntry, values: dict[str, Any]) -> None:
    """One more statement, with its author and who speaks (CO-11)."""
    speaker = values["spokesperson"] or record.entry.owner_id
    _add(record, values | {"spokesperson": speaker})


_add = STATEMENTS.add(
    ("audience", "means", "wording", "spokesperson", "ground", "ground_words"),
    lambda record: {"author": record.actor.id},
)


def approved(record: OpenedEntry, values: dict[str, Any]) -> None:
    """Somebody else than the author stands behind it: whoever is to say it hears that it may be said (CO-11)."""
    _approve(record, values)
    speaker = STATEMENTS.of(record.entry)[int(values["draft"])].get("spokesperson")
    if speaker and speaker not in {str(record.actor.id), str(record.entry.owner_id)}:  # the owner hears of it anyway
        record.tell([uuid.UUID(str(speaker))], "approved")


_approve = STATEMENTS.mark("draft", lambda record: {"approver": record.actor.id})


def stands_on_a_ground(record: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A statement to customers or the media names the consent or the legal duty it stands on, or tells of nobody (PS-11)."""
    return _ungrounded(values["audience"], values.get("ground"), values.get("ground_words")) if values else []


def grounded_in(chosen: str) -> Guard:
    """The same of a line that was written before, such as before statements had to say it."""

    @guard("stands_on_a_ground")
    def check(record: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
        if not values:
            return []
        place, texts = int(values[chosen]), record.entry.written_or_none()
        line = STATEMENTS.of(record.entry)[place]
        words = "■" if texts is None else texts.get(f"statements.{place}.ground_words")  # erased with the record
        return _ungrounded(line.get("audience", ""), line.get("ground"), words)

    return check


def _ungrounded(audience: str, chosen: str | None, words: str | None) -> list[Unmet]:
    return ungrounded(chosen, words) if audience in OUTWARD else []


declare(
    Register(
        name="major_event",
        one=_("Event record"),
        many=_("Event records"),
        hint=_("Major and mass complaint events: which complaints belong together, what was said to whom, and drills."),
        prefix="SJ",
        icon="flag",
        group="handling",
        order=60,
        title="name",
        readers=SEERS,
        openers=CENTRE,
        fields=(
            Field(name="kind", label=_("Kind of event"), kind="choice", options=KINDS),
            Field(name="name", label=_("Name of the event"), limit=120),
            Field(name="story", label=pgettext_lazy("event record", "What happened"), kind="longtext", limit=20000),
            Field(name="complaints", label=pgettext_lazy("count", "Complaints"), kind="number"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="statements", label=pgettext_lazy("event record", "Statements"), kind="rows", rows=(*SAID, *GROUNDED, *TRACED)),
            *SAID,
            *GROUNDED,
            Field(name="draft", label=pgettext_lazy("event record", "Statement"), kind="choice", options=DRAFTS),
            Field(name="ready", label=pgettext_lazy("event record", "Statement"), kind="choice", options=READY),
            Field(name="conclusion", label=_("Conclusion"), kind="longtext", limit=4000),
        ),
        form=("kind*", "name*", "story*", "owner"),
        passing=("audience", "means", "wording", "ground", "ground_words", "draft", "ready"),
        columns=("kind", "complaints"),
        filters=("kind",),
        owner="owner",
        states=(
            State("open", pgettext_lazy("event", "open")),
            State("closed", pgettext_lazy("event", "closed"), "done", open=False, final=True),
        ),
        steps=(
            Do(
                name="write_statement", label=_("Write a statement"), event="statement_written", did=_("wrote a statement"),
                sources=("open",), who=(OWNER, *CENTRE), asks=("audience*", "means*", "wording*", "spokesperson", "ground", "ground_words"), icon="message",
                tells=DECIDERS,
                guards=(stands_on_a_ground,),
                effect=written,
                clause="CTS 7.4",
            ),
            Do(
                name="approve_statement", label=_("Approve a statement"), event="approved", did=pgettext_lazy("event", "approved a statement"),
                sources=("open",), who=DECIDERS, asks=("draft*",), tells=(OWNER,), tone="done", icon="checks", clause="CTS 7.4",
                guards=(STATEMENTS.may_be_taken(
                    "draft", DRAFTS, _("no statement waits for approval"), not_by="author",
                    own=_("somebody else than the author approves a statement"),
                ), grounded_in("draft")),
                effect=approved,
            ),
            Do(
                name="issue_statement", label=_("It has gone out"), event="issued", did=pgettext_lazy("event", "noted that a statement went out"),
                sources=("open",), who=(OWNER, *CENTRE), asks=("ready*",), icon="send", clause="CTS 7.4",
                guards=(STATEMENTS.may_be_taken("ready", READY, _("no approved statement waits to go out")), grounded_in("ready")),
                effect=STATEMENTS.mark("ready", lambda record: {"issued_at": record.at}),
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), main=False,
                sources=("open",), who=(OWNER, *CENTRE), asks=("kind*", "name*", "owner"), icon="edit",
            ),
            Do(
                name="close", label=_("Close the record"), event="closed", did=pgettext_lazy("event", "closed the record"), main=False,
                sources=("open",), target="closed", who=DECIDERS, asks=("conclusion*",), tells=(OWNER,), tone="done",
                icon="circle-check", clause="CTS 7.4",
            ),
        ),
        extra_events=event_history.EVENTS,
        before=event_history.BEFORE,
    )
)  # fmt: skip
