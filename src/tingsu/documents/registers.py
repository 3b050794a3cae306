"""The register of documents (DI-01 to DI-08): each entry is one version of one document, from the first draft to its disposal."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.process import PROCESS
from tingsu.documents import catalogue, queries, readers, shown, versions
from tingsu.documents.versions import (
    APPROVAL,
    APPROVED,
    DRAFT,
    DROPPED,
    IN_FORCE,
    NAME,
    REVIEW,
    SUPERSEDED,
    WITHDRAWN_STATE,
)  # fmt: skip
from tingsu.documents.writing import read_out
from tingsu.kernel.events import EventKind
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import (
    CHECKERS,
    EVERYBODY,
    INVOLVED,
    LEADERS,
    OPENER,
    OWNER,
    Do,
    Due,
    Register,
    State,
    declare,
)
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import departments, members
from tingsu.registers.receipts import read_event

KEEPERS = (OWNER, *LEADERS, Role.QA)
ROLES: Options = tuple((code, label) for code, label in Role.choices if code in EVERYBODY)
SIZES: Options = (
    ("revision", pgettext_lazy("document", "A revision: A/0 becomes A/1")),
    ("edition", pgettext_lazy("document", "A new edition: A/1 becomes B/0")),
)
MARKS = _(
    "Headings begin with #, ## or ###, points with -, steps with 1., the lines of a table with |; **words** stand out, "
    "![words](picture.png) shows a file of this document. No names or numbers of complainants."
)


def approvers(entry: object) -> Options:
    """Who leads approves: rules and documents are the leaders' (SZ 4(2).1)."""
    return tuple((str(one.pk), people.staff_identity(one.pk)) for one in people.active_members(roles=LEADERS))


def guided_steps(entry: object) -> Options:
    """Every step that people take, those that lead on first."""
    steps = [step for step in PROCESS.values() if step.door]
    return tuple((step.name, step.label) for step in sorted(steps, key=lambda step: not step.guide))


def of_a_version(entry: Any) -> bool:
    """Is it a draft of the next version? How much is new is no question for the first."""
    return bool(entry is not None and entry.codes.get("base"))


def clauses(entry: object) -> Options:
    """Every clause that asks for a document."""
    return tuple((one, one) for one in catalogue.CLAUSES)


WRITTEN = (
    "title*", "code", "kind*", "purpose", "body", "file", "language*", "software", "serves", "steps", "interval*", "keep_years",
    "for_all", "for_roles", "for_units", "for_members", "restricted", "owner",
)  # fmt: skip
declare(
    Register(
        name=NAME, one=pgettext_lazy("record", "Document"), many=pgettext_lazy("record", "Documents"),
        hint=_(
            "What is written down of the complaint management system: one version of each document is in force, and only that one is offered. "
            "Earlier versions stay with those who control documents, marked as superseded."
        ),
        prefix="WJ", icon="file-text", chapter="documents", order=15, title="title", owner="owner", offered=True, involves=readers.involved,
        keeps=lambda codes: int(codes.get("keep_years") or 0),
        fields=(
            Field(name="topic", label=_("Which document it is"), kind="choice", options=catalogue.CHOICES),
            Field(name="title", label=pgettext_lazy("document", "Title"), kind="longtext", limit=120),
            Field(name="code", label=_("Document number"), limit=40,
                  help=_("Your own number of the document. Left empty, it is the number of its first version.")),
            Field(name="kind", label=pgettext_lazy("document", "Kind"), kind="choice", options=catalogue.KINDS),
            Field(name="purpose", label=pgettext_lazy("document", "What it is for"), limit=200,
                  help=_("Such as the purpose of a complaint plan; objectives can be linked to it.")),
            Field(name="body", label=pgettext_lazy("document", "Text"), kind="longtext", limit=60000, help=MARKS),
            Field(name="file", label=pgettext_lazy("document", "Or as a file"), kind="files", help=_("PDF or Office, without macros.")),
            Field(name="language", label=pgettext_lazy("document", "Language"), kind="choice", options=catalogue.LANGUAGES),
            Field(name="software", label=_("Program and version of a file"), limit=80, help=_("By what a file is read, such as Word 2019.")),
            Field(name="serves", label=_("Further clauses it serves"), kind="choices", options=clauses),
            Field(name="steps", label=_("Steps of the process it guides"), kind="choices", options=guided_steps),
            Field(name="interval", label=pgettext_lazy("document", "Reviewed"), kind="choice", options=INTERVALS[2:]),
            Field(name="keep_years", label=_("Years a superseded version is kept"), kind="number", limit=100),
            Field(name="for_all", label=_("For everybody to read"), kind="bool"),
            Field(name="for_roles", label=_("For these roles to read"), kind="choices", options=ROLES),
            Field(name="for_units", label=_("For these departments to read"), kind="choices", options=departments),
            Field(name="for_members", label=_("For these people to read"), kind="choices", options=members),
            Field(name="restricted", label=_("Only for those it is distributed to"), kind="bool"),
            Field(name="owner", label=_("Owner"), kind="member"),
            Field(name="replaces", label=_("The version that it is to replace"), limit=30, asked_if=lambda entry: False),
            Field(name="next_size", label=_("How much is new"), kind="choice", options=SIZES),
            Field(name="size", label=_("How much is new"), kind="choice", options=SIZES, asked_if=of_a_version),
            Field(name="change", label=pgettext_lazy("document", "What has changed"), kind="longtext", limit=2000),
            Field(name="reviewer", label=pgettext_lazy("document", "Reviewer"), kind="member", options=members),
            Field(name="approver", label=pgettext_lazy("document", "Approver"), kind="member", options=approvers),
            Field(name="opinion", label=pgettext_lazy("document", "Opinion"), kind="longtext", limit=2000),
            Field(name="effective_on", label=pgettext_lazy("document", "In force from"), kind="date"),
            Field(name="review_on", label=_("Next review"), kind="date"),
            Field(name="signed", label=_("I have read this version and sign its approval"), kind="bool"),
            Field(name="replaced", label=_("Replaces"), limit=30),
            Field(name="replaced_by", label=_("Replaced by"), limit=30),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("topic*", *WRITTEN, "replaces", "size"),
        passing=("reason", "opinion", "signed", "replaces", "next_size"),
        of_the_firm=frozenset({"title", "body", "purpose"}),
        reads_as={"body": read_out},
        own_part=frozenset({"body", "review_on", "effective_on"}),
        columns=("topic", "kind"), filters=("topic", "kind", "steps", "language", "code"), sought=("code",),
        readers=(*LEADERS, *CHECKERS), speaks_of="effective_on",
        clauses=lambda codes: catalogue.clauses_of(str(codes.get("topic", "")), codes.get("serves") or ()),
        states=(
            State(DRAFT, pgettext_lazy("document", "Draft"), "soon"),
            State(REVIEW, pgettext_lazy("document", "In review"), "soon"),
            State(APPROVAL, pgettext_lazy("document", "Waits for approval"), "soon"),
            State(APPROVED, pgettext_lazy("document", "Approved, not yet in force"), "done", rests=True),
            State(IN_FORCE, pgettext_lazy("document", "In force"), "done", rests=True),
            State(SUPERSEDED, pgettext_lazy("document", "Superseded"), open=False),
            State(WITHDRAWN_STATE, pgettext_lazy("document", "Withdrawn"), "late", open=False),
            State(DROPPED, pgettext_lazy("document", "Given up"), open=False),
        ),
        on_open=versions.begun,
        steps=(
            Do(
                name="write", label=pgettext_lazy("document", "Write"), event="written", did=_("wrote the text"), sources=(DRAFT,),
                who=(OWNER, OPENER, *LEADERS, Role.QA), asks=(*WRITTEN, "size"), effect=versions.written, icon="edit", clause="CTS 7.5.2",
            ),
            Do(
                name="submit", label=_("Submit for review"), event="submitted", did=_("submitted it for review"), sources=(DRAFT,),
                target=REVIEW, who=(OWNER, OPENER, *LEADERS, Role.QA), asks=("reviewer*", "approver*", "change"), tells=(OWNER,),
                guards=(versions.has_content, versions.filled_in, versions.says_what_changed, versions.others_named),
                effect=versions.submitted, icon="send", clause="CTS 7.5.2",
            ),
            Do(
                name="review", label=pgettext_lazy("document", "Pass the review"), event="reviewed", did=_("reviewed it"), sources=(REVIEW,),
                target=APPROVAL, who=(INVOLVED, *LEADERS), not_by=("open", "write", "submit"), guards=(versions.named_for("reviewer"),),
                asks=("opinion*",), effect=versions.reviewed, tells=(OWNER,), icon="check", clause="CTS 7.5.2",
            ),
            Do(
                name="approve", label=pgettext_lazy("document", "Approve and sign"), event="approved", did=_("approved and signed it"),
                sources=(APPROVAL,), target=APPROVED, who=(INVOLVED, *LEADERS), not_by=("open", "write", "submit"),
                guards=(versions.named_for("approver"), versions.still_leads), asks=("effective_on*", "review_on", "signed*"), effect=versions.approved,
                may_start=("document_review",), tells=(OWNER,), tone="done", icon="checks", clause="CTS 7.5.2",
            ),
            Do(
                name="return", label=pgettext_lazy("document", "Give back"), event="returned", did=_("gave it back to its author"),
                sources=(REVIEW, APPROVAL), target=DRAFT, who=(INVOLVED, OWNER, OPENER, *LEADERS), asks=("reason*",), main=False,
                effect=versions.returned, tells=(OWNER,), icon="arrow-back-up",
            ),
            Do(
                name="enter", label=pgettext_lazy("document", "Comes into force"), event="entered", did=_("put it into force"), sources=(APPROVED,),
                target=IN_FORCE, who=(), effect=versions.entered, tells=(OWNER,), main=False, tone="done", icon="checks",
            ),
            Do(
                name="supersede", label=pgettext_lazy("document", "Replaced by a newer version"), event="superseded", did=_("replaced it by a newer version"),
                sources=(IN_FORCE,), target=SUPERSEDED, who=(), asks=("replaced_by*",), effect=versions.ended, stops=("document_review",),
                main=False, icon="archive", clause="CTS 7.5.3",
            ),
            Do(
                name="revise", label=_("Begin a new version"), event="revised", did=_("began a new version"),
                sources=(IN_FORCE, WITHDRAWN_STATE), who=KEEPERS, asks=("next_size*",), effect=versions.revised, main=False, icon="edit",
                clause="CTS 7.5.3",
            ),
            Do(
                name="keep", label=_("Reviewed: still suitable"), event="kept", did=_("reviewed it and found it still suitable"),
                sources=(IN_FORCE,), who=KEEPERS, asks=("opinion*", "review_on*"), stops=("document_review",), effect=versions.still_good,
                icon="refresh", clause="CTS 7.5.2",
            ),
            Do(
                name="distribute", label=_("Change who is to read it"), event="distributed", did=_("changed who is to read it"),
                sources=(IN_FORCE,), who=KEEPERS, asks=("for_all", "for_roles", "for_units", "for_members", "restricted"),
                effect=versions.distributed, main=False, icon="users", clause="CTS 7.5.3",
            ),
            Do(
                name="remind", label=_("Remind those who have not read it"), event="reminded", did=_("reminded those who have not read it"),
                sources=(IN_FORCE,), who=KEEPERS, guards=(versions.somebody_unread,), effect=versions.reminded, tells=(OWNER,), main=False,
                icon="bell", clause="CTS 7.5.3",
            ),
            Do(
                name="withdraw", label=pgettext_lazy("document", "Withdraw"), event="withdrawn", did=_("withdrew the document"),
                sources=(APPROVED, IN_FORCE), target=WITHDRAWN_STATE, who=LEADERS, asks=("reason*",), effect=versions.withdrawn,
                stops=("document_review",), tells=(OWNER,), main=False, tone="late", icon="archive", clause="CTS 7.5.3",
            ),
            Do(
                name="drop", label=_("Give the draft up"), event="dropped", did=_("gave the draft up"), sources=(DRAFT,), target=DROPPED,
                who=(OWNER, OPENER, *LEADERS), asks=("reason*",), main=False, icon="trash",
            ),
        ),
        dues=(
            Due(field="review_on", timer="document_review", label=_("Review of a document"), stops=_("reviewed, replaced or withdrawn"),
                source="CTS 7.5.2"),
        ),
        extra_events=(read_event(NAME),
                      EventKind(name="document.asked_more", words=pgettext_lazy("entry event", "asked people who are new to read it"),
                                icon="users")),
        list_template="documents/standing.html", list_context=queries.standing,
        entry_template="documents/entry.html", entry_context=shown.context, offers=shown.offered,
    )
)  # fmt: skip
