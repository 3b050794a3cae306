"""Lists of a register with very many entries: each filter walks an index, counts end, and what is shown is what was asked."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from bench import registers as bench
from tests import database
from tests.cast import Cast
from tests.filled import filled
from tingsu.people import queries as people
from tingsu.registers import finding, queries
from tingsu.registers.declaration import INVOLVED, Register, register_named
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.tests.samples import an_entry

MANY = 12_000
MOST = 1_500
"""Pages of 8 kB that a page of the list may touch, whatever stands in the register; three conditions ask each row twice."""

pytestmark = pytest.mark.req("RC-06")


def nonconformity() -> Register:
    known = register_named("nonconformity")
    assert known is not None
    return known


@pytest.fixture
def few(cast: Cast) -> list[Entry]:
    """Entries with every mixture of grade, source and person, some of them ended."""
    found = []
    whom = [cast.frontline, cast.frontline2]
    for number, (grade, source, person) in enumerate(product(("minor", "critical"), ("late", "audit"), whom)):
        entry = an_entry(
            nonconformity(), cast.supervisor if number % 3 else cast.dept, owner=str(person.id), supplier="安诺"
        )
        facets = {"severity": grade, "source": source, "person": str(person.id)}
        EntryFacet.objects.filter(entry=entry, name__in=facets).delete()
        EntryFacet.objects.bulk_create(
            EntryFacet(entry=entry, register=entry.register, name=name, value=value, opened_at=entry.opened_at)
            for name, value in facets.items()
        )
        if number % 4 == 1:
            Entry.objects.filter(pk=entry.pk).update(state="closed")
        found.append(Entry.objects.get(pk=entry.pk))
    return found


def filters(cast: Cast) -> Iterator[dict[str, str]]:
    person = str(cast.frontline.id)
    for one in (
        {},
        {"severity": "critical"},
        {"severity": "critical", "source": "late"},
        {"person": person, "source": "audit"},
    ):
        for state in ("", "unfinished", "finished", "closed"):
            for owner in ("", person):
                yield {**one, **({"state": state} if state else {}), **({"owner": owner} if owner else {})}


def expected(entries: list[Entry], asked: dict[str, str], seen: set[Any]) -> list[Any]:
    told = {entry.pk: {(one.name, one.value) for one in EntryFacet.objects.filter(entry=entry)} for entry in entries}
    kept = [
        entry
        for entry in entries
        if entry.pk in seen
        and {(name, value) for name, value in asked.items() if name not in {"state", "owner"}} <= told[entry.pk]
        and asked.get("state", "") in {"", "finished" if entry.state == "closed" else "unfinished", entry.state}
        and asked.get("owner", "") in {"", str(entry.owner_id)}
    ]
    return [entry.pk for entry in sorted(kept, key=lambda entry: (entry.opened_at, entry.pk), reverse=True)]


@pytest.mark.parametrize("rare", [1, 3, 2000], ids=["all usual", "some rare", "all rare"])
def test_whichever_index_is_walked_the_list_is_the_same(
    few: list[Entry], cast: Cast, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(finding, "RARE", rare)
    register = nonconformity()
    for who in (cast.supervisor, cast.dept, cast.frontline):
        seen = set(register.visible(who.actor, Entry.objects.all()).values_list("pk", flat=True))
        assert len(seen) == len(few) if who is cast.supervisor else 0 < len(seen) < len(few)
        for given in filters(cast):
            asked = queries.asked_of(register, given)
            wanted, found, after = expected(few, given, seen), [], ""
            while True:
                page = finding.page(who.actor, register, asked, after, 2)
                found += [one.pk for one in page.rows]
                assert page.later is bool(after)
                if not (after := page.following):
                    break
            assert found == wanted, (who, given)
            assert [one.pk for one in finding.entries(who.actor, register, asked)] == wanted


def test_values_are_counted_as_far_as_a_number_and_no_further(
    few: list[Entry], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = nonconformity()
    whole = {
        name: dict(pairs) for name, pairs in queries.counted(cast.supervisor.actor, register, register.filters).items()
    }
    assert whole["severity"] == {"critical": 4, "minor": 4}
    assert whole["person"] == {str(cast.frontline.id): 4, str(cast.frontline2.id): 4}
    part = dict(queries.counted(cast.dept.actor, register, ["severity"])["severity"])
    seen = register.visible(cast.dept.actor, Entry.objects.all())
    assert sum(part.values()) == seen.count() < 8
    monkeypatch.setattr(queries, "COUNT_TO", 3)
    assert queries.counted(cast.supervisor.actor, register, ["severity"])["severity"] == [("critical", 4), ("minor", 4)]
    assert [queries.count_words(number) for number in (2, 3, 4)] == ["2", "3", "3+"]
    monkeypatch.setattr(queries, "COUNT_TO", 2)
    assert queries.counted(cast.supervisor.actor, register, ["severity"])["severity"] == [("critical", 3), ("minor", 3)]
    monkeypatch.setattr(queries, "SEEN", 1)
    assert sum(number for _value, number in queries.counted(cast.dept.actor, register, ["severity"])["severity"]) == 1


@pytest.fixture
def archive(transactional_db: None, cast: Cast) -> None:
    """Very many entries; all three grades, sources and people are usual, one source is rare."""

    def fill() -> None:
        first = an_entry(nonconformity(), cast.supervisor, supplier="安诺呼叫服务")
        whom, units = [str(one.pk) for one in people.active_members()], [str(one.pk) for one in people.units()]
        given = {
            "most": MANY,
            "first": first.pk,
            "people": whom,
            "units": units,
            "persons": len(whom),
            "places": len(units),
        }
        with connection.cursor() as cursor:
            cursor.execute(bench.COPY, given)
        with database.owner(connection.settings_dict["NAME"]) as owner:
            owner.execute("VACUUM ANALYZE registers_entry")
            owner.execute("VACUUM ANALYZE registers_entryfacet")
            owner.execute("VACUUM ANALYZE kernel_stream")

    filled("entries", fill)


def test_no_filter_gathers_what_it_finds_and_no_count_grows(
    archive: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RARE", 100)
    register, actor = nonconformity(), cast.supervisor.actor
    person = str(next(iter(people.active_members())).pk)
    told = {}
    for given in (
        {}, {"person": person}, {"severity": "critical"}, {"source": "late"}, {"department": str(next(iter(people.units())).pk)},
        {"severity": "critical", "source": "late"}, {"person": person, "state": "finished"}, {"source": "outage"},
    ):  # fmt: skip
        asked = queries.asked_of(register, given)
        found = bench.told_of(finding.walk_of(actor, register, asked).first(51))
        told[json.dumps(given)] = (found["sorted"] <= 100, found["pages_8k"] < MOST, found["walks"])
    assert {key: value for key, value in told.items() if value != (True, True, "")} == {}
    counted = dict(queries.counted(actor, register, ["severity"])["severity"])
    assert counted == {"minor": 1001, "major": 1001, "critical": 1001}
    gathered = EntryFacet.objects.filter(register=register.name, name="severity", value="critical").order_by(
        "entry__version"
    )[:51]
    assert bench.told_of(gathered)["sorted"] > 1000, "what no index orders is gathered here"


def test_who_sees_a_part_is_answered_from_that_part(archive: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is a handful among very many or a large part of them; the condition with all ways in it is no match."""
    monkeypatch.setattr(finding, "RARE", 100)
    register, actor = nonconformity(), cast.dept.actor
    assert not register.sees_all(actor)
    person = str(next(iter(people.active_members())).pk)
    asked = [
        queries.asked_of(register, given)
        for given in ({}, {"state": "unfinished"}, {"owner": "me"}, {"severity": "critical", "source": "late"}, {"person": person})
    ]  # fmt: skip
    told: dict[tuple[str, str], Any] = {}

    def tell(part: str) -> None:
        for one in asked:
            found = bench.told_of(finding.walk_of(actor, register, one).first(51))
            # Of a large part each row is asked for its facets until a page is full.
            few = found["pages_8k"] < (MOST if part == "a few" or not one.facets else 6 * MOST)
            told[part, json.dumps(one.query)] = (few, found["sorted"] <= 6 * 51, found["walks"])

    tell("a large part")
    mine = Entry.objects.filter(Q(owner_id=actor.id) | Q(unit_id__in=actor.unit_ids) | Q(opened_by=actor.id))
    other = cast.supervisor.id
    Entry.objects.filter(pk__in=mine.values("pk")).update(owner_id=other, unit_id=None, opened_by=other)
    few = list(Entry.objects.order_by("opened_at").values_list("pk", flat=True)[:30:10])
    Entry.objects.filter(pk=few[0]).update(owner_id=actor.id)
    Entry.objects.filter(pk=few[1]).update(unit_id=next(iter(actor.unit_ids)))
    EntryFacet.objects.create(
        entry_id=few[2], register=register.name, name=INVOLVED, value=str(actor.id), opened_at=Entry.objects.get(pk=few[2]).opened_at
    )  # fmt: skip
    with database.owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM ANALYZE registers_entry")
    tell("a few")
    assert {key: value for key, value in told.items() if value != (True, True, "")} == {}
    shown = finding.page(actor, register, queries.Asked())
    assert {one.pk for one in shown.rows} == set(few)
    assert {one.pk for one in finding.entries(actor, register, queries.Asked())} == set(few)
    assert sum(number for _value, number in queries.counted(actor, register, ["severity"])["severity"]) == 3
    one_condition = queries.rows_of(actor, register, queries.Asked()).order_by(*queries.ORDER)[:51]
    assert (
        bench.told_of(one_condition)["pages_8k"]
        > 3 * bench.told_of(finding.walk_of(actor, register, asked[0]).first(51))["pages_8k"]
    )
