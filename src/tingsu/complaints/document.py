"""The process table as a page to read: diagram, steps, guards, effects and reactions, with who owns each (AS-17).

Made from the same declarations that the action, the buttons and the API use, always in English, so that one state of the
code gives one text. `./tingsu manage process --write` keeps it as docs/process.md.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.utils import translation

from tingsu.clocks.timers import timer, timers
from tingsu.complaints.case_rows import CaseRow
from tingsu.complaints.process import PROCESS, transitions
from tingsu.complaints.terms import OPEN_STATES, PUBLIC_STAGE, State
from tingsu.kernel.ledger import reactions
from tingsu.process import registry
from tingsu.process.steps import Field, Guard, Step, name_of

HEAD = """# The process

*Made from the process table by `./tingsu manage process --write`; a test refuses a stale page. Change a step in
the module named beside it, never this file.*

A complaint is in one of twelve states. It moves only by the transitions below (P…), and only these and the events (E…)
may happen to it. Each step says who may take it, which conditions (guards) must hold, what must be filled in, and which
time limits it starts and ends. All of one step stands in one module of the app that owns its subject; guards that several
apps ask are listed with their owner. One declaration drives the action, the buttons, the dialogs, the API and its schema,
this page and the tests.

How a step is taken, and how a room above adds to it, is in [complaints.md](complaints.md); the lengths of the time limits
T01–T21 are in [clocks.md](clocks.md). Where code says *process.md §8*, it means the chapters of this page.
"""
STEPS_NOTE = """Who: any of these roles; *owner*, *offered* and the like are roles on the case. Time limits: ▶ starts, ▷ starts
under a condition of its own, ■ ends, □ ends under a condition of its own, ✕ cancels, ◂ shortens, ▸ extends.
Must be filled in: fields that are always required; others depend on what is chosen and are in the API's schema. `system` is automation under its own name.
"""
GUARDS_NOTE = """A guard answers with the conditions that are missing, each with a sentence for people and a code for programs.
"""
EFFECTS_NOTE = """What a step does beside moving the state and its time limits: in the same transaction, before the event is written.
Steps that are not listed have none.
"""
ROWS_NOTE = """What a complaint gathers on its way. Each row belongs to one complaint, and its free text is sealed under the
complaint's key. Those with a life of their own have states, in this order where one follows the other.
"""
RULES = """## 8. Rules that hold everywhere

1. An open complaint always has exactly one owner and a next date. The first owner never changes.
2. A refusal never leads straight to *closed*: the complaint stays open, and the other ways of redress are told.
3. The formal notice comes before the rating, the rating is asked for before closing, closing comes before the archive.
4. At closing, each of the eight stages of the tracking form (SZ Annex C) has its date, name and remark, or the remark that it
   did not apply, with the reason.
5. The history is only added to. What the row says is the result of its history, and `./tingsu verify` proves it.
6. A complainant who withdraws is heard: the statement is a mark on the usual path, which can then end without remedies.
   Safety and high-risk matters are still investigated.
7. Nothing is reopened after closing. A new complaint is linked as related or repeated, and a repeated one counts up.
8. Only complaints and reports enter this process; consultations and feedback do not.
9. In a micro enterprise one person may hold all roles. While nobody else is there, every rule that asks for another person
   (G4, G5, verifying, approving, mediating, calling after a low rating, reporting upward, decisions of the body) is a warning
   in the history instead of a refusal (`people/alone.py`). The states are the same.
"""
REACTIONS_NOTE = """What other rooms do when something is recorded: plain functions in the same transaction, in this order.
"""


def process_page() -> str:
    """The whole page. Needs loaded apps, because their registries are listed."""
    with translation.override("en"):
        return "\n".join(
            [
                HEAD,
                *_diagram(),
                *_states(),
                *_guards(),
                *_steps(),
                *_rows(),
                *_effects(),
                *_roles(),
                *_reactions(),
                RULES,
            ]
        )


def _in_order(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.id)


def _diagram() -> Iterator[str]:
    yield "## 1. States\n\n```mermaid\nstateDiagram-v2"
    for state in State:
        yield f'    state "{state.label}" as {state}'
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in _in_order(transitions()):
        for source in step.sources or ("[*]",):
            arrows.setdefault((str(source), str(step.target)), []).append(f"{step.id} {step.label}")
    for (source, target), labels in arrows.items():
        yield f"    {source} --> {target}: {', '.join(labels).replace(':', '')}"
    yield f"    {State.ARCHIVED} --> [*]\n```\n"


def _states() -> Iterator[str]:
    rows = (
        (
            f"`{state}`",
            state.label,
            PUBLIC_STAGE[state].label,
            _listed(step.id for step in _in_order(transitions()) if step.target == state),
            _listed(step.id for step in _in_order(transitions()) if state in step.sources),
        )
        for state in State
    )
    yield from _table(("Code", "State", "The complainant reads", "In by", "Out by"), rows)


def _steps() -> Iterator[str]:
    yield "## 3. Transitions\n"
    yield STEPS_NOTE
    yield from _step_table(transitions())
    yield "## 4. Events without a change of state\n"
    yield from _step_table(step for step in PROCESS.values() if not step.is_transition)
    yield "## 5. Time limits\n"
    yield from _table(
        ("Code", "Limit", "Started by", "Ended by"),
        (
            (
                kind.code,
                f"{kind.label}<br>`{name}`",
                _listed(f"`{s.name}`" for s in PROCESS.values() if name in (*s.starts, *s.may_start)),
                _listed(f"`{s.name}`" for s in PROCESS.values() if name in (*s.stops, *s.may_stop, *s.cancels)),
            )
            for name, kind in timers("complaint").items()
        ),
    )


def _step_table(steps: Iterable[Step]) -> Iterator[str]:
    rows = (
        (
            step.id,
            f"{step.label}<br>`{step.name}`",
            _way(step),
            _listed(step.who),
            _listed(step.guard_names),
            _listed(_required(step.fields)),
            _timers(step),
            step.clause,
            _room(PROCESS.home_of(step.name)),
        )
        for step in _in_order(steps)
    )
    heads = ("Id", "Step", "From → to", "Who", "Guards", "Must be filled in", "Time limits", "Clause", "Stands in")
    yield from _table(heads, rows)


def _way(step: Step) -> str:
    sources = "any open state" if step.sources == OPEN_STATES else _listed(step.sources)
    return f"{sources or 'start'} → {step.target}" if step.target else sources


def _required(fields: tuple[Field, ...]) -> list[str]:
    return [str(field.label) for field in fields if field.required and field.when is None]


def _timers(step: Step) -> str:
    marks = (
        ("▶", step.starts),
        ("▷", step.may_start),
        ("■", step.stops),
        ("□", step.may_stop),
        ("✕", step.cancels),
        ("◂", step.shortens),
        ("▸", step.extends),
    )
    said = [f"{mark} {_listed(timer(one).code for one in named)}" for mark, named in marks if named]
    return "<br>".join([*said, *(["✕ whatever else runs"] if step.cancels_rest else [])])


def _guards() -> Iterator[str]:
    yield "## 2. Guards\n"
    yield GUARDS_NOTE
    asking: dict[tuple[str, Guard], list[str]] = {}
    for step in PROCESS.values():
        for asked in step.guards:
            asking.setdefault((name_of(asked), registry.guard_of(asked)), []).append(f"`{step.name}`")
    rows = (
        (f"`{name}`", _says(asked), _room(asked.__module__), _listed(steps))
        for (name, asked), steps in sorted(asking.items(), key=lambda one: (one[0][0], one[0][1].__module__))
    )
    yield from _table(("Guard", "What it asks", "Owner", "Of the steps"), rows)


def _rows() -> Iterator[str]:
    yield "## 6. Rows beside the complaint\n"
    yield ROWS_NOTE
    models = (model for model in apps.get_models() if issubclass(model, CaseRow))
    rows = (
        (
            f"`{model.__name__}`",
            _says(model),
            _listed(code for field in model._meta.fields if field.name == "state" for code, _ in field.choices or ()),
            f"`{model._meta.app_label}`",
        )
        for model in sorted(models, key=lambda model: (model._meta.app_label, model.__name__))
    )
    yield from _table(("Row", "What it is", "States", "Owner"), rows)


def _effects() -> Iterator[str]:
    yield "## 7. Who supplies what\n\n### Effects\n"
    yield EFFECTS_NOTE
    rows = ((step.id, f"`{step.name}`", _says(step.effect)) for step in PROCESS.values() if step.effect)
    yield from _table(("Id", "Step", "What it does"), rows)


def _roles() -> Iterator[str]:
    yield "### Roles on a case\n"
    rows = (
        (f"`{name}`", _says(registry.case_role_named(name)), _room(owner))
        for name, owner in registry.owners()["case_roles"].items()
    )
    yield from _table(("Role", "Who", "Owner"), rows)


def _reactions() -> Iterator[str]:
    yield "### Reactions\n"
    yield REACTIONS_NOTE
    rows = (
        (f"`{kind}`", "<br>".join(f"`{name.removeprefix('tingsu.')}`" for name in names if ".tests." not in name))
        for kind, names in reactions().items()
    )
    yield from _table(("Event", "Reactions, in order"), (row for row in rows if row[1]))


def _says(function: Callable[..., Any] | None) -> str:
    """The first paragraph of a function's own words, else its name in words."""
    written = inspect.cleandoc(function.__doc__ or "") if function else ""
    if written:
        return " ".join(written.partition("\n\n")[0].split())
    return function.__name__.strip("_").replace("_", " ") if function else ""


def _room(module: str) -> str:
    return f"`{module.removeprefix('tingsu.')}`"


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
