"""Questions often asked and not answered (SK-09), and those of the user community (SK-06): each is answered, or an entry is written for it.

Where they come from: words that several people searched for in vain on the public help, causes of complaints for which there is no help,
colleagues, and the community of users, from which a program or a file brings them.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.kernel import kinds
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.kinds import Named
from tingsu.knowledge import terms
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, guard
from tingsu.registers.actions import Link, Opening, link_opened, open_entry
from tingsu.registers.declaration import EVERYBODY, LEADERS, OPENER, OWNER, Do, Register, State, declare, register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.options import members

NAME, TIMER = "user_question", "community_answer"
OPEN, WRITING, ANSWERED, DECLINED = "open", "writing", "answered", "declined"
SEARCH, COMPLAINTS, COMMUNITY, STAFF = "search", "complaints", "community", "staff"
SOURCES = (
    (STAFF, pgettext_lazy("question", "Colleague or enquiry")), (SEARCH, pgettext_lazy("question", "Searched for in the help, not found")),
    (COMPLAINTS, pgettext_lazy("question", "Complaints with this cause")), (COMMUNITY, pgettext_lazy("question", "User community")),
)  # fmt: skip
DOERS = (OWNER, OPENER, *LEADERS, Role.QA, Role.COACH, Role.SPECIALIST)


@guard("from_a_community")
def from_a_community(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Answers of other users belong to a question of the community."""
    if opened.entry.codes.get("source") == COMMUNITY:
        return []
    return [Unmet("no_community", _("it does not come from the user community"))]


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A question of the community is there once, and owed an answer. Raises InvalidInput."""
    if values.get("source") != COMMUNITY:
        return
    key = opened.texts_now().get("outside_key", "")
    if not key:
        raise InvalidInput({"outside_key": InvalidValue(code="required")})
    mark = fingerprint(opened.register, "outside_key", key)
    if EntryFacet.objects.filter(register=NAME, name="outside_key", value=mark).exists():
        raise InvalidInput(
            {"outside_key": InvalidValue(_("This question of the community is here already."), code="there")}
        )
    readable(values)
    opened.start(TIMER, at=values.get("asked_at") or opened.at)


def readable(values: Mapping[str, Any]) -> None:
    """An address leads to a page and nowhere else. Raises InvalidInput."""
    if (link := values.get("outside_link")) and not link.startswith(("https://", "http://")):
        raise InvalidInput({"outside_link": InvalidValue(_("An address begins with https://."), code="url")})


def updated(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    readable(values)


def answered(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The entry that answers it is linked. Raises InvalidInput."""
    if number := values.get("knowledge_number"):
        link_opened(opened, _entry_of(opened, number).id, "related")


def _entry_of(opened: OpenedEntry, number: str) -> Named:
    found = kinds.find_number(opened.actor, number)
    if found is None or found.kind.name != terms.NAME:
        sentence = _("No knowledge entry that you may see has this number.")
        raise InvalidInput({"knowledge_number": InvalidValue(sentence, code="choice")})
    return found


def draft_entry(actor: Actor, entry: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The draft of the entry that will answer it, opened by whoever proposes it; a second try finds the first. Raises InvalidInput."""
    register = register_named(terms.NAME)
    assert register is not None  # noqa: S101 declared beside this
    pk = uuid.uuid5(entry.pk, "knowledge")
    if not Entry.objects.filter(pk=pk).exists():
        texts, codes = entry.worded_or_none() or {}, entry.codes
        question = texts.get("question", "")
        made = {
            "kind": values["as_kind"], "title": question[:120], "body": texts.get("answer") or question, "product": texts.get("product", ""),
            "categories": codes.get("categories") or [],
        }  # fmt: skip
        open_entry(
            actor=actor,
            register=register,
            opening=Opening(values=made, id=pk, links=(Link(other_id=entry.pk, kind="follows"),)),
        )
    return {"made": pk}


def drafted(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    link_opened(opened, values["made"], "became")


declare(
    Register(
        name=NAME, one=pgettext_lazy("record", "Question of users"), many=pgettext_lazy("record", "Questions of users"),
        hint=_(
            "What users ask again and again and find no answer to: from searches in the help, from causes of complaints, from the user community. "
            "Each is answered, or an entry of the knowledge base is written for it."
        ),
        prefix="WD", icon="help", group="system", chapter="documents", order=37, title="question", owner="owner", readers=EVERYBODY, openers=EVERYBODY,
        clauses=lambda codes: ("ISC 6.3.1",) if codes.get("source") == COMMUNITY else ("ISC 6.3.2", "ISC 10.1.1"),
        fields=(
            Field(name="source", label=pgettext_lazy("question", "Where it comes from"), kind="choice", options=SOURCES),
            Field(name="question", label=pgettext_lazy("question", "Question"), kind="longtext", limit=1000, help=_("Without names and numbers.")),
            Field(name="times", label=_("How often"), kind="number", limit=1_000_000),
            Field(name="product", label=_("Product or service"), limit=80),
            Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="community", label=_("Name of the community"), limit=80, when=("source", COMMUNITY), required=True),
            Field(name="outside_key", label=_("Number of the question there"), limit=120, when=("source", COMMUNITY), required=True),
            Field(name="outside_link", label=_("Address of the question"), limit=500, when=("source", COMMUNITY)),
            Field(name="asked_at", label=_("Asked at"), kind="datetime", past=True, when=("source", COMMUNITY)),
            Field(name="frequent", label=_("Frequent"), kind="bool", help=_("Many users ask it: it belongs to the frequent questions.")),
            Field(
                name="answers", label=_("Answers of other users"), kind="rows", limit=50,
                rows=(
                    Field(name="words", label=pgettext_lazy("question", "Answer"), kind="longtext", limit=2000, required=True),
                    Field(name="votes", label=pgettext_lazy("question", "Found helpful"), kind="number"),
                ),
            ),
            Field(name="answer", label=_("Answer of the enterprise"), kind="longtext", limit=4000),
            Field(name="knowledge_number", label=_("Number of the entry that answers it"), limit=40),
            Field(name="as_kind", label=_("What kind of entry"), kind="choice", options=terms.KINDS),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("source*", "question*", "times", "product", "categories", "owner", "community", "outside_key", "outside_link", "asked_at",
              "frequent", "answers"),
        passing=("reason", "as_kind"),
        columns=("source", "times", "frequent"),
        filters=("source", "frequent", "categories", "community", "outside_key"), sought=("outside_key",),
        states=(
            State(OPEN, pgettext_lazy("question", "Not answered"), "soon"),
            State(WRITING, pgettext_lazy("question", "An entry is being written")),
            State(ANSWERED, pgettext_lazy("question", "Answered"), "done", open=False),
            State(DECLINED, pgettext_lazy("question", "No answer needed"), open=False),
        ),
        on_open=begun,
        opening={"may_start": (TIMER,)},
        steps=(
            Do(
                name="propose", label=_("Write an entry for it"), event="proposed", did=_("proposed to write an entry"), sources=(OPEN,),
                target=WRITING, who=EVERYBODY, asks=("as_kind*",), before=draft_entry, effect=drafted, icon="edit", clause="ISC 6.3.2",
            ),
            Do(
                name="answer", label=pgettext_lazy("question", "Answer"), event="answered", did=_("gave the answer"), sources=(OPEN, WRITING),
                target=ANSWERED, who=DOERS, asks=("answer*", "knowledge_number"), effect=answered, stops=(TIMER,), tone="done",
                tells=(OPENER,), icon="check", clause="ISC 6.3.1",
            ),
            Do(
                name="resolve", label=_("Answered by a knowledge entry"), event="resolved", did=_("answered it with a knowledge entry"),
                sources=(WRITING,), target=ANSWERED, who=(), asks=("knowledge_number*",), stops=(TIMER,), tells=(OWNER, OPENER), main=False,
                tone="done", icon="check", clause="ISC 6.3.2",
            ),
            Do(
                name="update", label=_("Take over from the community"), event="updated", did=_("took over what the community says"),
                sources=(OPEN, WRITING, ANSWERED), who=DOERS, asks=("question*", "outside_link", "frequent", "times", "answers"),
                guards=(from_a_community,), effect=updated, main=False, icon="refresh", clause="ISC 6.3.1",
            ),
            Do(
                name="mark", label=_("Mark as frequent, or not"), event="marked", did=_("changed the mark “frequent”"),
                sources=(OPEN, WRITING, ANSWERED), who=DOERS, asks=("frequent",), main=False, icon="flag", clause="ISC 6.3.1",
            ),
            Do(
                name="decline", label=_("No answer needed"), event="declined", did=_("found that no answer is needed"), sources=(OPEN, WRITING),
                target=DECLINED, who=DOERS, asks=("reason*",), may_stop=(TIMER,), effect=lambda opened, values: opened.end(TIMER, "cancelled"),
                tells=(OPENER,), main=False, icon="x",
            ),
            Do(
                name="reopen", label=pgettext_lazy("question", "Ask again"), event="reopened", did=_("opened it again"),
                sources=(ANSWERED, DECLINED), target=OPEN, who=DOERS, asks=("reason*",), main=False, icon="repeat",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Answer to a question of the user community"), starts=_("asked in the community"),
                stops=_("answered by the enterprise"), source="ISC 6.3.1",
                limits=(Limit(amount=2, unit=Unit.WORKING_DAY, basis="ISC 6.3.1", ours=True),),
            ),
        ),
        list_template="knowledge/community_link.html",
    )
)  # fmt: skip
