"""What registers and jobs are declared as, written down a second time (declared.txt): who opens, reads and decides, what a step asks,
when a job runs. The tests of every register follow the declaration, so that a wrong one would be right for them.
"""

from pathlib import Path

from procrastinate.contrib.django import app

from tests.steps import fields
from tingsu.process.steps import name_of
from tingsu.registers.declaration import Do, Register, registers

WRITTEN = Path(__file__).parent / "declared.txt"
NAMES = ("owner", "unit", "graded", "speaks_of", "expires", "one_by_one")
WHO = ("openers", "readers")
LISTS = ("form", "passing", "filters", "sought")
OF_STEP = ("not_by", "asks", "guards", "starts", "may_start", "stops", "may_stop", "tells")


def told(register: Register) -> str:
    """One register: who, its life, its fields, each step, its dates."""
    states = [
        f"{one.code}{'' if one.open else ' (over)'}{' (final)' if one.final else ''}{' (rests)' if one.rests else ''}"
        for one in register.states
    ]
    lines = [f"{register.name} {register.prefix}: {', '.join(states)}"]
    lines += [f"  {name}: {getattr(register, name)}" for name in NAMES if getattr(register, name)]
    lines += [
        f"  {name}: {' '.join(sorted(set(map(str, getattr(register, name)))))}"
        for name in WHO
        if getattr(register, name)
    ]
    lines += [f"  {name}: {' '.join(getattr(register, name))}" for name in LISTS if getattr(register, name)]
    lines += [
        f"  opening {name}: {' '.join(map(name_of, register.opening[name]))}"
        for name in OF_STEP
        if name in register.opening
    ]
    if (among := register.involves.__name__) != "<lambda>":  # what a register without any is given
        lines.append(f"  involves: {register.involves.__module__.rpartition('.')[2]}.{among}")
    lines += [f"  personal: {name} as {place}" for name, place in sorted(register.personal.items())]
    lines += ["  lists of persons in its files"] if register.persons_in_files else []
    lines += [f"  due: {one.field}, {one.timer}{'' if one.ours else ', of theirs'}" for one in register.dues]
    if (back := register.recurs) is not None:
        lines.append(
            f"  returns: {back.interval} from {back.counts_from}, {back.timer} on {back.next_on}, after {' '.join(back.after)}"
        )
    for step in register.steps:
        lines += _step(step)
    return "\n".join([*lines, *fields(register.fields, "  ")])


def _step(step: Do) -> list[str]:
    lines = [
        f"  {step.name}: {', '.join(step.sources)}{f' → {step.target}' if step.target is not None else ''}, {step.event}"
    ]
    lines += [f"    who: {' '.join(sorted(set(map(str, step.who))))}"]
    return lines + [
        f"    {name}: {' '.join(map(name_of, getattr(step, name)))}" for name in OF_STEP if getattr(step, name)
    ]


def jobs() -> str:
    """When each job runs by itself, and in which queue."""
    rows = sorted(
        (task.name, one.cron, task.queue) for (task_name, _id), one in _periodic().items() if (task := one.task)
    )
    return "\n".join(["jobs:", *(f"  {name}: {cron}, {queue}" for name, cron, queue in rows)])


def _periodic() -> dict:  # type: ignore[type-arg]
    return app.periodic_registry.periodic_tasks


def all_told() -> dict[str, str]:
    return {name: told(one) for name, one in sorted(registers().items())} | {"jobs": jobs()}


def written() -> dict[str, str]:
    blocks = WRITTEN.read_text().strip().split("\n\n")
    return {block.replace(":", " ").split()[0]: block for block in blocks}
