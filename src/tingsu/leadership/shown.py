"""What stands above the list of statements, and on the page of one: versions, coverage, what is missing."""

import uuid
from collections import defaultdict
from typing import Any

from django.urls import reverse

from tingsu.kernel.actor import Actor
from tingsu.leadership import completeness, feedback, in_force, queries, terms
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers import reading, receipts
from tingsu.registers.access import may_open
from tingsu.registers.declaration import LEADERS, register_named
from tingsu.registers.models import Entry

FOLLOWERS = (*LEADERS, Role.QA, Role.AUDITOR, Role.COACH)
BESIDE = ("acknowledgement", "culture_activity", "values_feedback")
"""Registers that have no place of their own in the navigation."""
MOST = 300


def follows(actor: Actor) -> bool:
    """May somebody see by name who has confirmed and who has not?"""
    return actor.kind == "member" and people.reads_all(actor, FOLLOWERS)


def reads_answers(actor: Actor, entry: Entry) -> bool:
    """Who writes and who checks read the questions with their answers; everybody else is asked them."""
    return people.reads_all(actor, (*LEADERS, Role.QA, Role.AUDITOR)) or actor.id == entry.owner_id


def withheld(actor: Actor, entry: Entry) -> frozenset[str]:
    """The questions with their answers, from whoever is asked them: on no page, paper, list or history, and from no program."""
    return frozenset() if reads_answers(actor, entry) else frozenset({"questions", "questions_en"})


def standing(actor: Actor) -> dict[str, Any]:
    """Each kind with its version in force, what is under way, and how many have understood it."""
    rows = completeness.of_state(terms.IN_FORCE, *terms.UNDER_WAY)
    standing_now = {row.codes["kind"]: row for row in rows if row.state == terms.IN_FORCE}
    under_way = {row.codes["kind"]: row for row in rows if row.state != terms.IN_FORCE}
    mine = {row.pk for row in queries.to_read(actor)} if actor.kind == "member" else set()
    may_write = actor.has_role(*LEADERS, Role.QA)
    lines = []
    for kind, words in terms.KINDS:
        row, draft = standing_now.get(kind), under_way.get(kind)
        asked = bool(row and row.codes.get("to_read"))
        lines.append(
            {
                "kind": kind, "words": words, "row": row, "draft": draft, "since": in_force.effective_on(row) if row else None,
                "coverage": receipts.coverage_of(row) if row and asked else None,
                "read": reverse("leadership:read", args=[row.number]) if row and row.pk in mine else "",
                "adopts": may_write and row is None and draft is None,
            }
        )  # fmt: skip
    beside = [
        (register.many, reverse("registers:list", args=[register.name]))
        for register in filter(None, map(register_named, BESIDE))
        if register.sees_all(actor) or may_open(actor, register)
    ]
    return {
        "beside": beside,
        "stands": lines,
        "follows": follows(actor),
        "older": [terms.kind_words(one) for one in queries.older_than_values()],
    }


def of_statement(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The points with their passages, the questions (not their answers, before one has confirmed), who has understood."""
    register = register_named(terms.STATEMENT)
    assert register is not None  # noqa: S101 declared
    kind, texts = entry.codes.get("kind", ""), reading.texts_seen(actor, register, entry, "page")
    quoted = {row["item"]: texts.get(f"checks.{n}.passage", "") for n, row in enumerate(entry.codes.get("checks", []))}
    own = receipts.receipt_of(actor, entry) if actor.kind == "member" else None
    to_read = bool(entry.codes.get("to_read")) and entry.state == terms.IN_FORCE
    return {
        "points": [(words, quoted.get(code, "")) for code, words in terms.needed_of(kind)],
        "questions": [
            {name: texts.get(f"{table}.{n}.{name}", "") for name in ("question", "right", "passage")}
            for table in ("questions", "questions_en")
            for n in range(len(entry.codes.get(table, [])))
        ] if reads_answers(actor, entry) else [],
        "coverage": receipts.coverage_of(entry) if to_read else None,
        "follows": follows(actor),
        "read_here": reverse("leadership:read", args=[entry.number]) if to_read and own is None else "",
        "own_receipt": own,
        "round_open": kind == terms.VALUES and entry.state == terms.IN_FORCE and feedback.open_round() is not None,
        "older": [terms.kind_words(one) for one in queries.older_than_values()] if kind == terms.VALUES and entry.state == terms.IN_FORCE else [],
    }  # fmt: skip


def readers_of(entry: Entry) -> dict[str, Any]:
    """Who has confirmed, with means and day, and who has not, by department."""
    found = receipts.coverage_of(entry)
    means = dict(terms.MEANS)
    by_unit: dict[uuid.UUID | None, list[str]] = defaultdict(list)
    units = {post.member_id: post.unit_id for post in people.posts_now()}
    for pk in found.missing[:MOST]:
        by_unit[units.get(pk)].append(people.staff_identity(pk))
    rows = receipts.receipts_of(entry)
    return {
        "coverage": found,
        "missing": sorted((people.unit_name(unit), sorted(names)) for unit, names in by_unit.items()),
        "more": max(0, len(found.missing) - MOST),
        "confirmed": [(people.staff_identity(row.member_id), means.get(row.means, row.means), row.on) for row in rows[-MOST:]],
    }  # fmt: skip
