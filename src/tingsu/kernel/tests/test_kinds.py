"""The catalogue of kinds: every part is said, nothing undeclared has a history, and whoever serves every kind asks it."""

from dataclasses import fields, replace
from typing import Any

import pytest

from tests.things import MATTER, declare_matter
from tingsu.clocks.timers import timers
from tingsu.kernel import kinds, verify
from tingsu.kernel.errors import NotFound
from tingsu.kernel.events import Personal, event_kinds
from tingsu.kernel.kinds import UNSAID, Erasure, Kind, UndeclaredKind, declare, find_number, kind, names_of
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Stream
from tingsu.people import actions
from tingsu.people.models import Unit

pytestmark = pytest.mark.req("RC-06")
declare_matter()
PARTS = [part.name for part in fields(Kind) if part.name not in {"name", "check"}]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_left_unsaid_is_refused_with_its_name(part: str) -> None:
    with pytest.raises(UndeclaredKind, match=rf"fresh does not say its {part};"):
        declare(replace(MATTER, name="fresh", **{part: UNSAID}))
    assert kinds.kind_or_none("fresh") is None


def test_a_kind_has_one_owner_a_real_table_and_a_way_to_erase_persons() -> None:
    with pytest.raises(UndeclaredKind, match="two owners"):
        declare(MATTER)
    for wrong in ({"model": "kernel.Nothing"}, {"number": "nothing"}, {"personal": ("member",)}):
        with pytest.raises(UndeclaredKind):
            declare(replace(MATTER, name="fresh", **wrong))
    with pytest.raises(UndeclaredKind, match="longer"):
        declare(replace(MATTER, name="f" * 31))


def test_a_history_of_an_undeclared_kind_cannot_be_opened(organisation: Any) -> None:
    with pytest.raises(UndeclaredKind, match="no app declares"):
        open_chain("invented")
    assert not Stream.objects.filter(kind="invented").exists()


def test_every_timer_runs_on_a_kind_that_has_clocks_and_every_event_with_texts_can_be_erased() -> None:
    for timer in timers().values():
        assert kind(timer.of).clocks is not None, timer.name
    for event in event_kinds().values():
        known = kinds.kind_or_none(event.name.partition(".")[0])
        if known is not None and event.personal is Personal.TEXTS:
            assert known.erasure is not Erasure.NONE, event.name


def test_verify_names_a_stream_whose_kind_nobody_declares(organisation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    open_chain("matter").flush()
    assert not list(verify.verify_organisation(verify.Tally()))
    monkeypatch.delitem(kinds._kinds, "matter")
    assert [found.sentence for found in verify.verify_organisation(verify.Tally())] == [
        "no app declares the kind of thing matter"
    ]


def test_members_units_and_rules_are_rebuilt_from_their_events(cast: Any) -> None:
    unit = actions.open_unit(
        actor=cast.supervisor.actor, code="depot", name={"zh-Hans": "仓储部", "en": "Depot"}, kind="department"
    )
    actions.change_unit(actor=cast.supervisor.actor, unit_id=unit.pk, topics=["product"])
    made = actions.add_member(
        actor=cast.supervisor.actor, staff_number="7001", name="某人", alias={"zh-Hans": "甲", "en": "A"}
    ).member
    actions.set_on_duty(actor=cast.supervisor.actor, member_id=made.pk, on_duty=False)
    assert not list(verify.verify_organisation(verify.Tally()))
    Unit.objects.filter(pk=unit.pk).update(topics=["service"])
    type(made).objects.filter(pk=made.pk).update(staff_number="7002")
    assert sorted(found.sentence for found in verify.verify_organisation(verify.Tally())) == [
        "staff_number is '7002', the ledger says '7001'",
        "topics is ['service'], the ledger says ['product']",
    ]


def test_things_of_every_kind_are_named_and_found_by_number_by_whoever_sees_them(cast: Any) -> None:
    named = names_of([cast.frontline.id])
    assert named[cast.frontline.id].name == "1001"
    assert named[cast.frontline.id].url.endswith(f"/members/{cast.frontline.id}/")
    assert not names_of([cast.frontline.id], cast.dept.actor)
    assert names_of([cast.frontline.id], cast.frontline.actor)
    assert find_number(cast.supervisor.actor, " 1001 ", among=["member"]).id == cast.frontline.id
    assert find_number(cast.dept.actor, "1001", among=["member"]) is None
    with pytest.raises(NotFound):
        kinds.check_visible(cast.dept.actor, cast.frontline.id)
    assert kinds.check_visible(cast.supervisor.actor, cast.frontline.id).name == "member"


def test_an_address_is_looked_for_when_somebody_asks_for_it(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document names things and links to none: it reads no table of addresses, which costs a fresh process two seconds."""
    asked: list[Any] = []
    monkeypatch.setitem(
        kinds._kinds, "member", replace(kinds.kind("member"), address=lambda row: asked.append(row.pk) or "/there/")
    )
    named = names_of([cast.frontline.id], opens_for=cast.supervisor.actor)[cast.frontline.id]
    assert (named.name, named.opens, asked) == ("1001", True, [])
    assert (named.url, named.url, asked) == ("/there/", "/there/", [cast.frontline.id])
    closed = names_of([cast.frontline.id], opens_for=cast.dept.actor)[cast.frontline.id]
    assert (closed.name, closed.opens, closed.url, asked) == ("1001", False, "", [cast.frontline.id])


def test_what_an_app_above_adds_to_a_kind_needs_the_kind_and_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    held = kinds.Held(label="chairs", count=lambda member_id: 1)
    before = kinds.kind("complaint").held
    assert len(before) == 3, "cases, offers, and measures to carry out, which settlement adds"
    kinds.also_held("complaint", held)
    assert kinds.kind("complaint").held == (*before, held)
    with pytest.raises(kinds.UndeclaredKind):
        kinds.also_held("complaint", held)
    with pytest.raises(kinds.UndeclaredKind):
        kinds.also_held("no such kind", held)
