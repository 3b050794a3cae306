"""Kept questions (`kernel.shapes`): a statement made once for people of the same roles is the one that each would have made."""

import uuid
from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import case_questions
from tingsu.desk import queue
from tingsu.desk.tests.cases import a_case
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.shapes import Build, Shaped, shaped, text_of
from tingsu.kernel.together import together
from tingsu.registers import queries as registers
from tingsu.registers.declaration import registers as declared
from tingsu.settlement.waiting import open_applications, open_measures

PEOPLE = ("frontline", "frontline2", "supervisor", "dept", "qa")
OWN: tuple[Build, ...] = (open_measures, open_applications, queue.own_cases, queue.offered_to)


def facts_of(actor: Actor) -> list[tuple[Build, tuple[Hashable, ...]]]:
    kept = [(build, facts(actor)) for build, facts in case_questions()]
    return [*kept, *((build, ()) for build in OWN), (registers.waiting_for, tuple(declared()))]


def kept_of(kept: Shaped) -> tuple[str, list[str]]:
    """Its statement and parameters; Django puts brackets about a place where an expression stood."""
    return kept.shape.statement.replace("(%s)", "%s"), list(map(repr, kept.parameters))


def put(rows: QuerySet[Any]) -> tuple[str, list[str]]:
    try:
        statement, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return "", []
    return statement.replace("(%s)", "%s"), list(map(repr, parameters))


def test_a_kept_statement_is_the_one_that_the_person_would_have_made(cast: Cast) -> None:
    for name in PEOPLE:
        actor = getattr(cast, name).actor
        for build, facts in facts_of(actor):
            kept = shaped(build, actor, *facts, part=slice(100, 201))
            assert kept_of(kept) == put(build(actor, *facts)[100:201]), f"{build.__name__} for {name}"


def test_people_of_the_same_roles_share_a_statement_and_nobody_elses_rows(cast: Cast) -> None:
    cases = {one.id: a_case(one) for one in (cast.frontline, cast.frontline2)}
    for case, owner in zip(cases.values(), cases, strict=True):
        Complaint.objects.filter(pk=case.pk).update(owner_id=owner)
    asked = [shaped(queue.own_cases, replace(cast.frontline.actor, id=owner)) for owner in cases]
    assert asked[0].shape is asked[1].shape
    assert [[row.pk for row in rows] for rows in together(asked)] == [[case.pk] for case in cases.values()]
    assert [[row.pk for row in together([one])[0]] for one in asked] == [[case.pk] for case in cases.values()]


def test_other_roles_units_or_facts_are_another_shape(cast: Cast) -> None:
    actor = cast.frontline.actor
    known = shaped(_told, actor, 1).shape
    assert shaped(_told, actor, 1).shape is known
    others = [
        shaped(_told, actor, 2),
        shaped(_told, replace(actor, roles=frozenset({"qa"})), 1),
        shaped(_told, replace(actor, unit_ids=frozenset({uuid.uuid4()})), 1),
        shaped(_told, replace(actor, organisation_id=uuid.uuid4()), 1),
        shaped(_told, actor, 1, part=slice(0, 5)),
    ]
    assert known not in [one.shape for one in others]
    assert len({id(one.shape) for one in others}) == len(others)


def _told(actor: Actor, fact: int) -> QuerySet[Complaint]:
    return Complaint.objects.filter(owner_id=actor.id, version=fact)


@pytest.mark.parametrize(
    "looks", [lambda actor: str(actor.id), lambda actor: actor.id == uuid.uuid4()], ids=["words", "compared"]
)
def test_a_question_that_looks_at_who_asks_is_refused(cast: Cast, looks: Any) -> None:
    def build(actor: Actor) -> QuerySet[Complaint]:
        return Complaint.objects.filter(number=str(looks(actor)))

    with pytest.raises(TypeError, match="give what depends on it as a fact"):
        shaped(build, cast.frontline.actor)


def test_a_persons_id_as_words(cast: Cast) -> None:
    def build(actor: Actor) -> QuerySet[Complaint]:
        return Complaint.objects.filter(number=text_of(actor.id))

    kept = shaped(build, cast.frontline.actor)
    assert kept_of(kept) == put(build(cast.frontline.actor))
    assert text_of(cast.frontline.id) == str(cast.frontline.id)


def test_a_question_that_nothing_answers_is_not_asked(cast: Cast, django_assert_num_queries: Any) -> None:
    nobody = shaped(lambda actor: Complaint.objects.none(), cast.frontline.actor)
    with django_assert_num_queries(0):
        assert together([nobody]) == [[]]
    with django_assert_num_queries(1):
        assert together([nobody, Complaint.objects.filter(number="-"), nobody]) == [[], [], []]


def test_a_kept_statement_holds_no_instant_and_no_rule_that_its_facts_do_not_look_at(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked again tomorrow, and after the rules have changed."""
    read: set[str] = set()
    versions_of = rulebooks.versions

    def versions(kind: str) -> Any:
        read.add(kind)
        return versions_of(kind)

    monkeypatch.setattr(rulebooks, "versions", versions)
    told = dict(case_questions())
    for name in PEOPLE:
        actor = getattr(cast, name).actor
        for build, facts in facts_of(actor):
            read.clear()
            today = put(build(actor, *facts)[:20])
            in_question = set(read)
            read.clear()
            if build in told:
                told[build](actor)
            assert in_question <= read, f"{build.__name__}: what follows from a rule is a fact of the question"
            with travel_to(now() + timedelta(days=400)):
                assert put(build(actor, *facts)[:20]) == today, f"{build.__name__} for {name}"
