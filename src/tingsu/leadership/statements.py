"""The register of statements: vision, mission, culture, core values, purpose, policy, commitment, service statement, code of conduct."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.leadership import completeness, in_force, shown, terms
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers import receipts
from tingsu.registers.declaration import EVERYBODY, LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.options import members

AUTHORS = (OWNER, *LEADERS, Role.QA)
COMPLETE = (completeness.taken_part, completeness.complete, completeness.derived, completeness.asked)
CHECKS = (
    Field(name="item", label=_("Point"), kind="choice", options=completeness.points, required=True),
    Field(name="passage", label=_("Passage of the text"), kind="longtext", limit=600, required=True),
)
QUESTIONS = (
    Field(name="question", label=_("Question"), limit=200, required=True),
    Field(name="right", label=_("Right answer"), limit=160, required=True),
    Field(name="wrong", label=_("Wrong answers, one a line"), kind="longtext", limit=500, required=True),
    Field(name="passage", label=_("Passage that answers it"), kind="longtext", limit=600, required=True),
)
CLAUSES = {
    **dict.fromkeys(terms.ROOTS, ("ISC 4.1.1",)),
    terms.VALUES: ("ISC 4.1.2", "ISC 4.1.3", "ISC 4.1.4", "ISC 4.1.5", "ISC 4.1.6", "ISC 9.7.2.1"),
    terms.PURPOSE: ("SVC 1.1",),
    terms.POLICY: ("CTS 5.2", "CTS 7.3 a", "SZ 4(2).1"),
    terms.COMMITMENT: ("SZ 3.1",),
    **dict.fromkeys(terms.DOCUMENTED_IN, ("ISC 4.1.5",)),
}
FORM = (
    "kind*", "title*", "text_zh*", "text_en", "derived", "documented", "to_read", "owner", "checks", "questions", "questions_en",
)  # fmt: skip


def _on_a_page_of_its_own(entry: Any) -> bool:
    """Not in the form that opens one; programs may send it at once."""
    return entry is not None


def clauses_of(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """What it is evidence for, once it came into force."""
    return CLAUSES.get(str(codes.get("kind")), ()) if codes.get("edition") else ()


declare(
    Register(
        name=terms.STATEMENT,
        one=pgettext_lazy("statement", "Statement"),
        many=_("Values and policy"),
        hint=_(
            "What the firm stands for, in versions: written together, approved by somebody else, in force one at a time, read and understood "
            "by everybody, and shown to the public."
        ),
        prefix="JZ",
        icon="bookmark",
        chapter="leadership",
        order=2,
        title="title",
        readers=EVERYBODY,
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="kind", label=pgettext_lazy("statement", "Kind"), kind="choice", options=terms.KINDS),
            Field(name="title", label=pgettext_lazy("statement", "Title"), limit=80),
            Field(name="text_zh", label=_("Text in Chinese"), kind="longtext", limit=8000),
            Field(
                name="text_en", label=_("Text in English"), kind="longtext", limit=12000,
                help=_("Left empty, readers of English read the Chinese text."),
            ),
            Field(
                name="derived", label=_("Derived from"), kind="choices", options=completeness.roots, when=("kind", terms.VALUES),
                help=_("The versions of vision, mission and culture from which these values follow."),
            ),
            Field(
                name="documented", label=_("Written down in"), kind="choices", when=("kind", terms.VALUES),
                options=tuple((code, label) for code, label in terms.KINDS if code in terms.DOCUMENTED_IN),
            ),
            Field(
                name="to_read", label=_("Everybody reads it and confirms"), kind="bool",
                help=_("Core values and policy are always read by everybody."),
            ),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="leaders", label=_("Leaders who took part"), kind="choices", options=completeness.leaders),
            Field(name="staff", label=_("Grass-roots employees who took part"), kind="choices", options=completeness.grass_roots),
            Field(
                name="opinions", label=_("Opinions of interested parties"), kind="longtext", limit=4000,
                help=_("Whom you heard (users, partners, suppliers …), what they said, and what came of it."),
            ),
            Field(name="checks", label=_("What it has to contain"), kind="rows", rows=CHECKS, limit=8, asked_if=_on_a_page_of_its_own),
            Field(name="questions", label=_("Questions to readers"), kind="rows", rows=QUESTIONS, limit=8, asked_if=_on_a_page_of_its_own),
            Field(
                name="questions_en", label=_("The same questions in English"), kind="rows", rows=QUESTIONS, limit=8,
                asked_if=_on_a_page_of_its_own, help=_("For colleagues who work in English; left empty they get the others."),
            ),
            Field(name="edition", label=pgettext_lazy("statement", "Version"), kind="number"),
            Field(name="effective_on", label=pgettext_lazy("statement", "In force from"), kind="date"),
            Field(name="approver", label=_("Approved by"), kind="member"),
            Field(name="replaces", label=pgettext_lazy("statement", "Replaces"), limit=40),
            Field(name="ended_on", label=_("In force until"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=FORM,
        passing=("reason",),
        columns=("kind", "edition", "effective_on"),
        filters=("kind",),
        owner="owner",
        speaks_of="effective_on",
        clauses=clauses_of,
        own_part=frozenset({"checks", "questions", "questions_en"}),
        withholds=shown.withheld,
        states=(
            State(terms.DRAFT, pgettext_lazy("statement", "Draft"), "soon"),
            State(terms.SUBMITTED, pgettext_lazy("statement", "Waits for approval"), "soon"),
            State(terms.APPROVED, pgettext_lazy("statement", "Approved, not in force yet")),
            State(terms.IN_FORCE, pgettext_lazy("statement", "In force"), "done", open=False),
            State(terms.SUPERSEDED, pgettext_lazy("statement", "Superseded"), open=False, final=True),
            State(terms.DROPPED, pgettext_lazy("statement", "Dropped"), open=False, final=True),
        ),
        on_open=in_force.begun,
        steps=(
            Do(
                name="submit", label=_("Submit for approval"), event="submitted", did=_("submitted it for approval"), sources=(terms.DRAFT,),
                target=terms.SUBMITTED, who=AUTHORS, guards=COMPLETE, tells=(Role.TOP_MGMT,), icon="send",
            ),
            Do(
                name="write", label=_("Edit the text"), event="written", did=_("edited the text"), sources=(terms.DRAFT,), who=AUTHORS,
                asks=("title*", "text_zh*", "text_en", "derived", "documented", "owner"), icon="edit",
            ),
            Do(
                name="hear", label=_("Record who took part"), event="heard", did=_("recorded who took part"), sources=(terms.DRAFT,),
                who=AUTHORS, asks=("leaders", "staff", "opinions"), icon="users", clause="ISC 4.1.3",
            ),
            Do(
                name="check", label=_("Check the content"), event="checked", did=_("checked the content"), sources=(terms.DRAFT,), who=AUTHORS,
                asks=("checks*",), effect=completeness.quoted, icon="checks", clause="ISC 4.1.1; ISC 4.1.4; CTS 5.2",
            ),
            Do(
                name="question", label=_("Write the questions"), event="questioned", did=_("wrote the questions"), sources=(terms.DRAFT,),
                who=AUTHORS, asks=("questions*", "questions_en"), icon="help", clause="ISC 4.1.6",
            ),
            Do(
                name="approve", label=pgettext_lazy("statement", "Approve"), event="approved", did=_("approved it"), sources=(terms.SUBMITTED,),
                target=terms.APPROVED, who=(Role.TOP_MGMT, Role.MGMT_REP), not_by=("open", "write", "submit"), asks=("effective_on*",),
                guards=(completeness.by_top_management, *COMPLETE), effect=in_force.approved, tells=(OWNER,), tone="done", icon="checks",
                clause="CTS 5.2; ISC 4.1.1",
            ),
            Do(
                name="give_back", label=pgettext_lazy("statement", "Give back"), event="given_back", did=_("gave it back"),
                sources=(terms.SUBMITTED, terms.APPROVED), target=terms.DRAFT, who=(Role.TOP_MGMT, Role.MGMT_REP), asks=("reason*",),
                tells=(OWNER,), main=False, icon="arrow-back-up",
            ),
            Do(
                name="take_effect", label=_("Comes into force"), event="entered", did=_("came into force"), sources=(terms.APPROVED,),
                target=terms.IN_FORCE, who=(), effect=in_force.come_into_force, tells=(OWNER,), main=False, tone="done", icon="circle-check",
            ),
            Do(
                name="new_version", label=_("Begin the next version"), event="revised", did=_("began the next version"),
                sources=(terms.IN_FORCE,), who=AUTHORS, effect=in_force.new_version, icon="copy",
            ),
            Do(
                name="supersede", label=pgettext_lazy("statement", "Supersede"), event="superseded", did=_("was superseded by a new version"),
                sources=(terms.IN_FORCE,), target=terms.SUPERSEDED, who=(), effect=in_force.superseded, main=False, icon="archive",
            ),
            Do(
                name="drop", label=pgettext_lazy("statement", "Drop"), event="dropped", did=_("dropped the draft"),
                sources=terms.UNDER_WAY, target=terms.DROPPED, who=(OWNER, *LEADERS), asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        extra_events=(receipts.read_event(terms.STATEMENT),),
        list_template="leadership/stands.html",
        list_context=shown.standing,
        entry_template="leadership/statement.html",
        entry_context=shown.of_statement,
    )
)  # fmt: skip
