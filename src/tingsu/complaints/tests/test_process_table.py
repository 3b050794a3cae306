"""The table is complete: every name has one owner, every state a way in and out, every clause its words (AS-17)."""

import pytest

from tests import steps as table
from tests.specification import EVENTS, TIMERS_STARTED, TIMERS_STOPPED, TRANSITIONS
from tingsu.clocks.timers import timer, timers
from tingsu.complaints.access import PLAIN_ROLES
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.process import PROCESS, transitions
from tingsu.complaints.terms import State
from tingsu.kernel.events import Personal, event_kind
from tingsu.process.registry import owners
from tingsu.process.steps import Field, option_providers

pytestmark = pytest.mark.req("AS-17")
DOORS = {"token"}


def every_field() -> list[Field]:
    found: list[Field] = []
    waiting = [*INTAKE_FIELDS, *(field for step in PROCESS.values() for field in step.fields)]
    while waiting:
        field = waiting.pop()
        found.append(field)
        waiting.extend(field.rows)
    return found


def test_the_transitions_are_those_of_the_specification() -> None:
    ours = {
        (step.id, str(source), str(step.target))
        for step in transitions()
        for source in (step.sources or ("start",))
        if step.id != "P26"
    }
    assert ours == TRANSITIONS
    upgrade = PROCESS["upgrade"]
    assert {str(s) for s in upgrade.sources} == {
        "routing",
        "investigating",
        "answering",
        "handling",
        "feedback",
        "external_route",
    }
    assert upgrade.target == State.PRE_PLAN


@pytest.mark.parametrize("name", sorted(table.written()))
def test_a_step_is_the_one_that_was_written_down(name: str) -> None:
    """Who, states, guards, timers and fields, exactly; tests/steps.txt is changed by hand, with process.md beside it."""
    assert table.all_told().get(name) == table.written()[name]


def test_no_step_is_missing_and_none_is_added_unseen() -> None:
    assert list(table.all_told()) == list(table.written())


def test_every_event_of_the_specification_has_a_step() -> None:
    assert {step.id for step in PROCESS.values()} >= EVENTS


def codes(*names: str) -> set[str]:
    """The numbers that the specification gives these timers."""
    return {timer(name).code for name in names}


def test_timers_start_where_the_specification_says() -> None:
    for code, steps in TIMERS_STARTED.items():
        starting = {s.id for s in PROCESS.values() if code in codes(*s.starts, *s.may_start)}
        assert starting >= steps, code


def test_every_guard_role_and_option_has_exactly_one_owner() -> None:
    known = owners()
    by_name = {guard for step in PROCESS.values() for guard in step.guards if isinstance(guard, str)}
    assert by_name == set(known["guards"])
    assert {role for step in PROCESS.values() for role in step.who} <= PLAIN_ROLES | set(known["case_roles"]) | DOORS
    assert {field.options for field in every_field() if isinstance(field.options, str)} <= option_providers()


DECISIONS = (
    "assess_and_grade", "find_founded", "find_unfounded", "answer_not_ours", "solve_directly", "draft_solution", "submit_solution", "approve",
    "send_solution", "agree", "outside_decision", "exhaust",
)  # fmt: skip
"""Grade, verdict, compensation and what binds us: never by the system or the AI front desk (architecture §5)."""


@pytest.mark.req("invariant-10")
def test_machines_suggest_and_people_decide() -> None:
    for name in DECISIONS:
        assert not {"system", "ai_agent"} & set(PROCESS[name].who), name
    assert {step.name for step in PROCESS.values() if "ai_agent" in step.who} == {"register", "feed_back"}


@pytest.mark.req("process.md §8.7")
def test_nothing_is_opened_again() -> None:
    """What is closed only goes to the archive; a new complaint is linked instead."""
    assert {step.name for step in transitions() if State.CLOSED in step.sources} == {"archive"}
    heard = {step.name: step.target for step in PROCESS.values() if State.ARCHIVED in step.sources}
    # Heard, answered, opened with another code, asked about its data, its letters noted; never reopened.
    assert heard == dict.fromkeys(
        (
            "callback", "ask_review", "answer_review", "renew_code", "ask_about_data", "take_back_signing_link",
            "letter_told", "letter_posted", "letter_came_back",
        )
    )  # fmt: skip


def test_timers_end_where_the_specification_says() -> None:
    for code, steps in TIMERS_STOPPED.items():
        ending = {s.id for s in PROCESS.values() if code in codes(*s.stops, *s.may_stop)}
        assert ending >= steps, code


@pytest.mark.req("process.md §8.2")
def test_a_refusal_never_leads_straight_to_closed() -> None:
    assert {str(source) for step in transitions() if step.target == State.CLOSED for source in step.sources} == {
        "evaluating"
    }
    assert not [step for step in transitions() if State.ARCHIVED in step.sources]


def test_registered_is_left_graded_only() -> None:
    for step in transitions():
        if State.REGISTERED in step.sources:
            assert "G1" in step.guard_names, step.name


def test_every_timer_that_a_step_names_is_one_of_the_complaint() -> None:
    named = {
        name
        for s in PROCESS.values()
        for name in (*s.starts, *s.may_start, *s.stops, *s.may_stop, *s.cancels, *s.extends)
    }
    assert named <= set(timers("complaint"))
    assert [kind.code for kind in timers("complaint").values() if kind.code] == [f"T{n:02}" for n in range(1, 28)]


def test_conditional_fields_ask_about_a_field_of_the_same_form() -> None:
    for step in PROCESS.values():
        names = [field.name for field in step.fields]
        assert len(names) == len(set(names)), step.name
        for field in step.fields:
            if field.when:
                assert names.index(field.when[0]) < names.index(field.name), (step.name, field.name)


def test_every_step_names_an_event_that_carries_what_it_asks_for() -> None:
    for step in PROCESS.values():
        declared = event_kind(step.event)
        writes = any(f.kind in {"text", "longtext"} for f in inner_fields(step.fields))
        assert (declared.personal is Personal.TEXTS) or not writes, step.name
    assert len({step.event for step in PROCESS.values()}) == len(PROCESS)


def inner_fields(fields: tuple[Field, ...]) -> list[Field]:
    return [one for field in fields for one in (field, *inner_fields(field.rows))]


def test_every_step_stands_in_one_module_of_the_app_that_owns_it() -> None:
    for name, step in PROCESS.items():
        home = PROCESS.home_of(name)
        assert ".steps." in home, name
        assert step.effect is None or step.effect.__module__ == home, name


def test_a_guard_goes_by_name_only_where_its_app_cannot_be_imported() -> None:
    """The floors forbid it: the owner stands above the step's app or beside it."""
    named = owners()["guards"]
    for name, step in PROCESS.items():
        for asked in step.guards:
            if isinstance(asked, str):
                assert named[asked].split(".")[1] != PROCESS.home_of(name).split(".")[1], (name, asked)
                assert named[asked].split(".")[1] != "complaints", (name, asked)
