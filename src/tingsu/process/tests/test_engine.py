"""The engine names who refuses, takes functions as parts of a step, and keeps each step in one module (AS-17)."""

from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, Unmet
from tingsu.process import engine
from tingsu.process.steps import Field, Step, Values, guard, name_of, options, options_of
from tingsu.process.table import StepTable
from tingsu.process.values import clean

pytestmark = pytest.mark.req("AS-17")


class Thing:
    """What the engine asks of an open thing, without a database."""

    def __init__(self) -> None:
        self.row = SimpleNamespace(state="new")
        self.promises: list[Any] = []
        self.promise_operations: list[dict[str, Any]] = []
        self.recorded: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def start(self, kind: str) -> None:
        self.promise_operations.append({"op": "start", "kind": kind})

    def end(self, kind: str, ending: str = "met") -> None:
        self.promise_operations.append({"op": ending, "kind": kind})

    def record(self, kind: str, data: dict[str, Any], texts: dict[str, str]) -> None:
        self.recorded.append((kind, data, texts))


def forgetful(thing: Any, step: Step, values: Values | None) -> list[Unmet]:
    return [Unmet("one", "said without a name"), Unmet("two", "said for somebody else", guard="G1")]


@guard("G99")
def renamed(thing: Any, step: Step, values: Values | None) -> list[Unmet]:
    return [Unmet("three", "said")]


def step(name: str = "open", **parts: Any) -> Step:
    return Step(id="E01", name=name, event=f"thing.{name}", label=name, sources=("new",), **parts)


def test_the_engine_names_the_guard_that_refuses() -> None:
    found = engine.unmet_conditions(cast(Any, Thing()), step(guards=(forgetful, renamed)), None)
    assert [(one.guard, one.code) for one in found] == [("forgetful", "one"), ("forgetful", "two"), ("G99", "three")]
    assert step(guards=(forgetful, renamed, "G7")).guard_names == ("forgetful", "G99", "G7")


def test_an_effect_that_refuses_does_so_in_the_name_of_its_step() -> None:
    def refuse(thing: Any, values: Values) -> None:
        raise ConditionsUnmet([Unmet("gone", "no longer there")])

    with pytest.raises(ConditionsUnmet) as refused:
        engine.perform(cast(Any, Thing()), step(effect=refuse), {})
    assert [one.guard for one in refused.value.unmet] == ["open"]


def test_a_limit_that_the_effect_began_is_not_begun_again() -> None:
    thing = Thing()
    engine.perform(
        cast(Any, thing),
        step(effect=lambda thing, values: thing.start("first_reply"), starts=("first_reply", "answer")),
        {},
    )
    assert [one["kind"] for one in thing.promise_operations] == ["first_reply", "answer"]
    assert thing.recorded == [("thing.open", {"step": "E01", "values": {}}, {})]


def test_a_limit_that_the_step_does_not_declare_is_refused() -> None:
    with pytest.raises(engine.UndeclaredTimer):
        engine.perform(cast(Any, Thing()), step(effect=lambda thing, values: thing.start("answer")), {})
    with pytest.raises(engine.UndeclaredTimer):
        engine.perform(cast(Any, Thing()), step(effect=lambda thing, values: thing.end("answer")), {})


def test_a_step_may_cancel_the_rest_but_meets_only_what_it_declares() -> None:
    thing = Thing()
    thing.promises = [SimpleNamespace(kind="answer", is_open=True), SimpleNamespace(kind="solution", is_open=False)]
    engine.perform(cast(Any, thing), step(cancels_rest=True, starts=("archiving",)), {})
    assert [(one["op"], one["kind"]) for one in thing.promise_operations] == [
        ("cancelled", "answer"),
        ("start", "archiving"),
    ]
    with pytest.raises(engine.UndeclaredTimer):
        engine.perform(
            cast(Any, Thing()), step(cancels_rest=True, effect=lambda thing, values: thing.end("answer")), {}
        )


def test_options_may_be_a_function_that_sees_the_thing_and_binds_ids_to_what_it_offers() -> None:
    @options("rooms")
    def room_options(thing: Any) -> tuple[tuple[str, str], ...]:
        return ((thing, thing),)

    inside = "0192f000-0000-7000-8000-000000000001"
    field = Field(name="room", label="Room", kind="unit", options=room_options)
    assert (name_of(room_options), field.source) == ("rooms", "rooms")
    assert options_of(field, inside) == ((inside, inside),)
    asked = step(fields=(field,))
    assert str(clean(asked, {"room": inside}, complaint=inside)["room"]) == inside
    with pytest.raises(InvalidInput):
        clean(asked, {"room": inside.replace("1", "2")}, complaint=inside)


def module(name: str, *steps: Step) -> ModuleType:
    found = ModuleType(name)
    found.__dict__["STEPS"] = steps
    return found


def test_a_table_keeps_the_order_of_its_numbers_and_says_where_each_step_stands() -> None:
    table = StepTable(["P01", "E02"])
    table.declare(module("late", Step(id="E02", name="b", event="b", label="b", sources=())))
    table.declare(
        module(
            "early",
            Step(id="E09", name="z", event="z", label="z", sources=()),
            Step(id="E02", name="c", event="c", label="c", sources=()),
            Step(id="P01", name="a", event="a", label="a", sources=()),
        )
    )
    assert list(table) == ["a", "b", "c", "z"]
    assert [table.home_of(name) for name in table] == ["early", "late", "early", "early"]


def test_a_step_stands_in_one_module_only() -> None:
    table = StepTable()
    table.declare(module("here", step()))
    with pytest.raises(RuntimeError, match="open stands in here and in there"):
        table.declare(module("there", step()))
