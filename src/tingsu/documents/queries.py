"""What others ask of documents: which are in force for a clause or a step, what is missing, how every document that is asked for stands."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.process import PROCESS
from tingsu.documents import catalogue, readers, versions
from tingsu.documents.catalogue import TOPICS, Topic
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.registers.declaration import LEADERS, register_named
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import address_of

SOON = timedelta(days=30)
MISSING, DRAFTED, FORCE, DUE, RECORDS, APART = "missing", "draft", "in_force", "due", "records", "apart"
WORDS: dict[str, str | Promise] = {
    MISSING: _("missing"), DRAFTED: _("being drafted"), FORCE: pgettext_lazy("document", "in force"), DUE: _("due for review"),
    RECORDS: _("kept as records"), APART: _("does not apply: of no document chosen for this firm"),
}  # fmt: skip
TONES = {MISSING: "critical", DRAFTED: "soon", FORCE: "done", DUE: "soon", RECORDS: "done", APART: "plain"}


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A document in force, as other rooms name it."""

    id: uuid.UUID
    number: str
    """Of its entry in the register."""
    title: str
    version: str
    topic: str
    clauses: tuple[str, ...]
    steps: tuple[str, ...]
    effective_on: date | None
    review_on: date | None
    url: str


def in_force(clause: str = "", *, topic: str = "", step: str = "") -> list[InForce]:
    """The documents in force, all or those that serve a clause, are asked for as a topic, or guide a step. One query."""
    found = []
    rows = Entry.objects.filter(register=versions.NAME, state=versions.IN_FORCE).select_related("stream")
    for row in rows.order_by("number"):
        clauses = _clauses(row.codes)
        steps = tuple(row.codes.get("steps") or ())
        if (
            (clause and clause not in clauses)
            or (topic and row.codes.get("topic") != topic)
            or (step and step not in steps)
        ):
            continue
        found.append(
            InForce(
                id=row.pk, number=row.number, title=(row.written_or_none() or {}).get("title", ""),
                version=versions.version_of(row.codes), topic=str(row.codes.get("topic", "")), clauses=clauses, steps=steps,
                effective_on=row.speaks_of, review_on=parse_date(row.codes.get("review_on") or ""), url=address_of(row),
            )
        )  # fmt: skip
    return found


def missing() -> list[Topic]:
    """What is asked for, applies to this firm, and is neither in force nor kept as records. Three queries at most."""
    return [one.topic for one in standings() if one.state in {MISSING, DRAFTED}]


def _clauses(codes: Mapping[str, Any]) -> tuple[str, ...]:
    return catalogue.clauses_of(str(codes.get("topic", "")), codes.get("serves") or ())


def applies(clauses: Iterable[str]) -> bool:
    """Is one of these clauses of a document that applies to this firm? All do until the firm has said which (OE-18)."""
    chosen = current_organisation().enterprise.get("documents") or ()
    return not chosen or any(clause.partition(" ")[0].lower() in chosen for clause in clauses)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one document that is asked for stands today."""

    topic: Topic
    state: str
    rows: list[Entry]
    """In force, and being drafted."""
    records: str = ""
    """The register that keeps the same as records."""

    @property
    def words(self) -> str | Promise:
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Its versions that live, with number, version and address."""
        return [
            {"number": row.number, "url": address_of(row), "state": row.get_state_display(), "version": versions.version_of(row.codes),
             "on": row.speaks_of if row.state == versions.IN_FORCE else None, "review": parse_date(row.codes.get("review_on") or "")}
            for row in self.rows
        ]  # fmt: skip

    @property
    def list_url(self) -> str:
        """Everything there is of it."""
        return f"{reverse('registers:list', args=[versions.NAME])}?topic={self.topic.code}"


def _living() -> list[Entry]:
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    rows = Entry.objects.filter(register=versions.NAME, state__in=register.open_states)
    return list(rows.defer("texts").order_by("number"))


def standings(living: list[Entry] | None = None) -> list[Standing]:
    """Every document that is asked for, as it stands today. Two queries at most."""
    rows = _living() if living is None else living
    today = versions.today_here()
    kept = _kept({name for one in TOPICS.values() for name in one.records})
    found = []
    for topic in TOPICS.values():
        own = [row for row in rows if row.codes.get("topic") == topic.code]
        force = [row for row in own if row.state == versions.IN_FORCE]
        records = next((name.partition(":")[0] for name in topic.records if name in kept), "")
        if force:
            late = any((on := parse_date(row.codes.get("review_on") or "")) and on <= today + SOON for row in force)
            state = DUE if late else FORCE
        elif records:
            state = RECORDS
        else:
            state = DRAFTED if own else MISSING if applies(topic.clauses) else APART
        found.append(
            Standing(topic=topic, state=state, rows=sorted(own, key=lambda row: row not in force), records=records)
        )
    return found


def _kept(names: set[str]) -> set[str]:
    """Those of the records that there are. Two queries."""
    plain = {name for name in names if ":" not in name and register_named(name) is not None}
    found = set(Entry.objects.filter(register__in=plain).values_list("register", flat=True).distinct())
    for name, kind in (one.split(":") for one in names if ":" in one):
        rows = EntryFacet.objects.filter(register=name, name="kind", value=kind, entry__state=versions.IN_FORCE)
        found |= {f"{name}:{kind}"} if rows.exists() else set()
    return found


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list, for those who control documents: every document that is asked for, and which steps have a guide. Three queries."""
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    if not register.sees_all(actor):
        return {"parts": []}
    living = _living()
    found = standings(living)
    guided: dict[str, list[Entry]] = {}
    for row in living:
        if row.state == versions.IN_FORCE:
            for name in row.codes.get("steps") or ():
                guided.setdefault(name, []).append(row)
    steps = [step for step in PROCESS.values() if step.guide]
    return {
        "parts": [
            {"code": code, "words": words, "lines": lines, "open": any(one.state == MISSING for one in lines),
             "met": sum(one.state in {FORCE, DUE, RECORDS} for one in lines), "asked": sum(one.state != APART for one in lines)}
            for code, words in catalogue.PARTS.items() for lines in [[one for one in found if one.topic.part == code]]
        ],
        "gaps": sum(one.state == MISSING for one in found),
        "guided": [
            {"label": step.label, "guides": [{"number": row.number, "url": address_of(row)} for row in guided.get(step.name, [])]}
            for step in steps
        ],
        "guided_count": sum(bool(guided.get(step.name)) for step in steps),
        "unread": readers.unread_in_all([row.pk for row in living if row.state == versions.IN_FORCE]),
        "may_adopt": actor.has_role(*LEADERS, Role.QA),
        "adopt_once": once.fresh_key(),
    }  # fmt: skip


def rules_in_force() -> bool:
    """After-sales management rules and the complaint management mechanism, both in force (K-04, DI-07). One query."""
    rows = Entry.objects.filter(register=versions.NAME, state=versions.IN_FORCE).defer("texts")
    found = {row.codes.get("topic") for row in rows}
    return {"aftersales", "mechanism"} <= found
