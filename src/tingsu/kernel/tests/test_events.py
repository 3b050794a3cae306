"""The catalogue of events: nothing undeclared is recorded, every kind has its words, old bodies are read as those of today."""

import re
from typing import Any

import pytest
from django.utils.translation import override

from tests.things import declare_matter
from tingsu.kernel import events
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.events import Audience, EventKind, Personal, Told, Undeclared, body_of, event_kind, event_kinds
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Event

declare_matter()
pytestmark = pytest.mark.req("RC-06")


def test_a_kind_that_nobody_declared_is_refused(organisation: Any) -> None:
    chain = open_chain("matter")
    actor = automation("test", organisation.pk)
    with pytest.raises(Undeclared, match=r"complaint\.invented"):
        chain.record("complaint.invented", actor=actor, at=now())
    assert not chain.events
    assert chain.record("unit.closed", actor=actor, at=now()).v == 1


def test_texts_are_refused_where_the_declaration_names_none(organisation: Any) -> None:
    chain = open_chain("matter")
    actor = automation("test", organisation.pk)
    assert event_kind("unit.closed").personal is Personal.NONE
    with pytest.raises(Undeclared, match="reason"):
        chain.record("unit.closed", actor=actor, at=now(), texts={"reason": "a person's words"})
    assert chain.record("unit.closed", actor=actor, at=now(), texts={"reason": ""}).data == {}
    assert "texts" in chain.record("complaint.note_added", actor=actor, at=now(), texts={"note": "words"}).data


def test_every_kind_reads_in_both_languages() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    for name, kind in event_kinds().items():
        labels = [kind.words, *([kind.told.title] if kind.told and not callable(kind.told.title) else [])]
        for label in labels:
            if not re.sub(r"%\(\w+\)s|\W", "", str(label)):
                assert kind.fills, f"{name} says nothing"  # its words come with what it is filled with
                continue
            with override("en"):
                assert str(label), name
                assert not han.search(str(label)), name
            with override("zh-hans"):
                assert han.search(str(label)), name


def test_names_are_things_that_happened() -> None:
    """A name in the imperative would read as an order: `complaint.close` is a step, `complaint.closed` an event."""
    participles = {
        "begun",
        "came",
        "chosen",
        "cut",
        "sent",
        "reset",
        "left",
        "told",
        "taught",
        "read",
        "given",
        "taken",
        "found",
        "withdrawn",
        "written",
        "set",
        "made",
        "held",
        "kept",
        "built",
        "heard",
        "rewritten",
        "shut",
        "put",
        "understood",
        "split",
        "spoken",
    }
    for name in event_kinds():
        _thing, happened = name.split(".")
        assert any(word.endswith("ed") or word in participles for word in happened.split("_")), name


def test_what_the_other_side_reads_has_a_title() -> None:
    for name, kind in event_kinds().items():
        assert (kind.told is not None) == bool(kind.audience & {Audience.COMPLAINANT, Audience.RESPONDENT}), name
        if kind.told and kind.told.text:
            assert kind.personal is Personal.TEXTS, name


def _declared(**changes: Any) -> EventKind:
    return EventKind(**({"name": "test.happened", "words": "happened"} | changes))


def test_a_faulty_declaration_is_refused() -> None:
    assert _declared().version == 1
    for changes in (
        {"name": "nothing"},
        {"name": "Test.Happened"},
        {"audience": frozenset({Audience.COMPLAINANT})},
        {"version": 2},
        {"version": 3, "upcasts": {1: dict}},
        {"upcasts": {1: dict}},
    ):
        with pytest.raises(Undeclared):
            _declared(**changes)
    with pytest.raises(Undeclared, match="two owners"):
        events.declare(_declared(name="unit.closed"))
    assert _declared(audience=frozenset({Audience.COMPLAINANT}), told=Told(title="x")).told


def test_bodies_of_older_versions_are_read_as_those_of_today(
    organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = _declared(
        name="test.moved",
        version=3,
        upcasts={1: lambda body: {"place": body["town"]}, 2: lambda body: {**body, "country": "CN"}},
    )
    monkeypatch.setitem(events._catalogue, "test.moved", kind)
    assert body_of(Event(kind="test.moved", v=1, data={"town": "杭州"})) == {"place": "杭州", "country": "CN"}
    assert body_of(Event(kind="test.moved", v=2, data={"place": "杭州"})) == {"place": "杭州", "country": "CN"}
    assert body_of(Event(kind="test.moved", v=3, data={"place": "x", "country": "FR"})) == {
        "place": "x",
        "country": "FR",
    }
