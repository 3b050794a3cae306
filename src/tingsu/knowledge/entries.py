"""The register of knowledge (SK-08, SK-07, IM-11): products, processes, wording, laws, bases, model cases, lessons, practice, help."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import lists
from tingsu.complaints.process import PROCESS
from tingsu.kernel.events import EventKind
from tingsu.knowledge import editions, shown, standing, teaching, terms
from tingsu.knowledge.terms import CHECKING, DECLINED, DRAFT, IN_USE, NAME, RETIRED, REVIEW
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import EVERYBODY, INVOLVED, LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

KEEPERS = (OWNER, *LEADERS, Role.COACH, Role.QA)
WRITERS = (OWNER, OPENER, *LEADERS, Role.COACH, Role.QA)
CHECK = (INVOLVED, *LEADERS, Role.COACH, Role.QA)


def steps(entry: object) -> Options:
    """Every step that people take, those that lead on first."""
    taken = [step for step in PROCESS.values() if step.door]
    return tuple((step.name, step.label) for step in sorted(taken, key=lambda step: not step.guide))


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is asked to check it finds it in *My work*."""
    return (str(codes["reviewer"]),) if codes.get("under_check") and codes.get("reviewer") else ()


def clauses(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """What a published entry shows."""
    if not codes.get("version"):
        return ()
    kind = codes.get("kind")
    if kind == terms.HELP:
        return ("ISC 6.3.2", "ISC 7.1.2.2")
    if kind in {terms.CASE, terms.LESSON, terms.PRACTICE}:
        return ("ISC 9.2.1", "ISC 5.4.2.4", "SZ 8(5)", "ISC 10.2.3")
    return ("ISC 9.2.1", "ISC 5.4.2.4")


CONTENT = (
    "title*", "title_en", "body*", "body_en", "wording", "wording_en", "situation", "product", "categories", "problem_types", "topics", "steps",
    "bases", "owner",
)  # fmt: skip
declare(
    Register(
        name=NAME, one=pgettext_lazy("record", "Knowledge entry"), many=pgettext_lazy("record", "Knowledge base"),
        hint=_(
            "What whoever works on complaints has to know, and what complainants find before they complain: each entry has an owner and a day of "
            "review, is checked by somebody else, and stands beside the cases that it fits."
        ),
        prefix="ZK", icon="bookmark", group="work", order=36, title="title", owner="owner", readers=EVERYBODY, openers=EVERYBODY,
        involves=involved, clauses=clauses,
        fields=(
            Field(name="kind", label=pgettext_lazy("knowledge", "Kind"), kind="choice", options=terms.KINDS),
            Field(name="title", label=pgettext_lazy("knowledge", "Title"), limit=120),
            Field(name="title_en", label=_("Title in English"), limit=160, help=_("Help for complainants is shown in both languages.")),
            Field(name="situation", label=_("What happened"), kind="longtext", limit=4000, when=("kind", "case"),
                  help=_("Told as the complainant told it, without names and numbers: exercises begin with it.")),
            Field(name="body", label=pgettext_lazy("knowledge", "Text"), kind="longtext", limit=20000, help=terms.MARKS),
            Field(name="body_en", label=pgettext_lazy("knowledge", "Text in English"), kind="longtext", limit=20000),
            Field(name="wording", label=_("Wording for a letter"), kind="longtext", limit=2000,
                  help=_("Put into the letter with one press. {number}, {product}, {next} … are filled in from the case, 〔…〕 stays open for hand.")),
            Field(name="wording_en", label=_("Wording in English"), kind="longtext", limit=2000),
            Field(name="product", label=_("Product or service"), limit=80, help=_("Empty: for every product.")),
            Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"),
            Field(name="problem_types", label=_("Problem types"), kind="choices", options=lists.problem_types),
            Field(name="topics", label=_("Cards of the public form"), kind="choices", options=terms.TOPICS, when=("kind", "help"),
                  help=_("Beside them the article is shown before the form.")),
            Field(name="steps", label=_("Steps beside which it is shown"), kind="choices", options=steps),
            Field(name="bases", label=_("Bases of decisions"), kind="choices", options=terms.base_options),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="reviewer", label=pgettext_lazy("knowledge", "Checked by"), kind="member", options=members),
            Field(name="change", label=pgettext_lazy("knowledge", "What has changed"), kind="longtext", limit=1000),
            Field(name="review_on", label=_("Next review"), kind="date"),
            Field(name="opinion", label=pgettext_lazy("knowledge", "Opinion"), kind="longtext", limit=1000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
            *teaching.FIELDS,
        ),
        form=("kind*", *CONTENT),
        passing=("opinion", "reason", *teaching.PASSING),
        of_the_firm=frozenset(editions.TEXTS),
        tells_of_cases=lambda codes: codes.get("kind") in terms.FROM_CASES,
        own_part=frozenset({"body", "body_en", "wording", "wording_en", "situation"}),
        columns=("kind", "product", "review_on"),
        filters=("kind", "categories", "problem_types", "product", "topics", "steps", "bases"),
        on_open=editions.checked,
        states=(
            State(DRAFT, pgettext_lazy("knowledge", "Being written"), "soon"),
            State(CHECKING, pgettext_lazy("knowledge", "Waits for a check"), "soon"),
            State(IN_USE, pgettext_lazy("knowledge", "In use"), "done", rests=True),
            State(RETIRED, pgettext_lazy("knowledge", "No longer used"), open=False),
            State(DECLINED, pgettext_lazy("knowledge", "Not taken up"), open=False),
        ),
        steps=(
            Do(
                name="write", label=pgettext_lazy("knowledge", "Write"), event="written", did=pgettext_lazy("knowledge", "wrote the text"), sources=(DRAFT,),
                who=WRITERS, asks=CONTENT, effect=editions.checked, icon="edit", clause="ISC 9.2.1",
            ),
            Do(
                name="submit", label=pgettext_lazy("knowledge", "Submit for a check"), event="submitted", did=_("submitted it for a check"),
                sources=(DRAFT,), target=CHECKING, who=WRITERS, asks=("reviewer*", "change"), effect=editions.submitted, icon="send",
                guards=(editions.whole, editions.names_nobody, editions.says_what_changed, editions.another_checks),
            ),
            Do(
                name="approve", label=_("Approve and publish"), event="approved", did=_("checked and published it"), sources=(CHECKING,),
                target=IN_USE, who=CHECK, not_by=("open", "write", "submit"), asks=("review_on*", "opinion"),
                guards=(editions.whole, editions.names_nobody, editions.review_ahead), effect=editions.published, stops=(REVIEW,),
                tells=(OWNER, OPENER), tone="done", icon="checks", clause="ISC 5.4.2.4",
            ),
            Do(
                name="return", label=pgettext_lazy("knowledge", "Give back"), event="returned", did=_("gave it back"), sources=(CHECKING,),
                target=DRAFT, who=CHECK, asks=("reason*",), effect=editions.returned, tells=(OWNER, OPENER), main=False, icon="arrow-back-up",
            ),
            Do(
                name="revise", label=pgettext_lazy("knowledge", "Revise"), event="revised", did=pgettext_lazy("knowledge", "began the next version"),
                sources=(IN_USE, RETIRED), target=DRAFT, who=KEEPERS, effect=editions.begun_again, main=False, icon="edit",
            ),
            Do(
                name="keep", label=pgettext_lazy("knowledge", "Reviewed: still right"), event="kept", did=_("reviewed it and found it still right"),
                sources=(IN_USE,), who=KEEPERS, asks=("opinion*", "review_on*"), guards=(editions.review_ahead,), stops=(REVIEW,),
                icon="refresh", clause="ISC 5.4.2.4",
            ),
            teaching.TEACH,
            Do(
                name="give_up", label=_("Give the revision up"), event="abandoned", did=_("gave the revision up; the version before stays in use"),
                sources=(DRAFT,), target=IN_USE, who=KEEPERS, asks=("reason*",), guards=(editions.published_before,), effect=editions.given_up,
                main=False, icon="x",
            ),
            Do(
                name="decline", label=pgettext_lazy("knowledge", "Do not take up"), event="declined", did=_("did not take it up"),
                sources=(DRAFT,), target=DECLINED, who=(*LEADERS, Role.COACH, Role.QA, OPENER), asks=("reason*",), guards=(editions.never_published,),
                tells=(OPENER,), main=False, icon="x",
            ),
            Do(
                name="retire", label=_("Take out of use"), event="retired", did=_("took it out of use"), sources=(IN_USE,), target=RETIRED,
                who=KEEPERS, asks=("reason*",), effect=editions.retired, may_stop=(REVIEW,), main=False, icon="archive",
            ),
        ),
        dues=(Due(field="review_on", timer=REVIEW, label=_("Review of a knowledge entry"), stops=_("reviewed, revised or out of use"), source="ISC 5.4.2.4"),),
        extra_events=(EventKind(name="knowledge.exercised", words=pgettext_lazy("entry event", "practised it on the practice copy"), icon="repeat"),),
        list_template="knowledge/standing.html", list_context=standing.context,
        entry_template="knowledge/entry.html", entry_context=shown.context,
    )
)  # fmt: skip
