"""The steps of the process as process.md has them, written down a second time (steps.txt), so that the table can be wrong."""

from pathlib import Path
from typing import Any

from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import OPEN_STATES
from tingsu.process.steps import name_of

WRITTEN = Path(__file__).parent / "steps.txt"
LISTS = ("who", "guards", "starts", "may_start", "stops", "may_stop", "cancels")
FLAGS = {
    "main": "a step forward",
    "reaches_complainant": "reaches the complainant",
    "decides": "decides, so that no AI takes it",
    "of_body": "a decision of the body",
    "door": "through its own action only",
    "cancels_rest": "cancels whatever else runs",
}


def told(step: Any) -> str:
    """One step: where from and to, who, guards, timers, and each field with what it asks for."""
    sources = [str(state) for state in step.sources]
    where = "any open state" if sources == [str(state) for state in OPEN_STATES] else ", ".join(sources) or "start"
    lines = [f"{step.id} {step.name}: {where}{f' → {step.target}' if step.target else ''}, {step.event}"]
    lines += [
        f"  {name}: {' '.join(word_of(one) for one in getattr(step, name))}" for name in LISTS if getattr(step, name)
    ]
    flags = [words for name, words in FLAGS.items() if getattr(step, name) is (name != "door")]
    if flags:
        lines.append(f"  {', '.join(flags)}")
    declared = INTAKE_FIELDS if step.name == "register" else step.fields
    return "\n".join([*lines, *fields(declared, "  ")])


def word_of(part: Any) -> str:
    """A role, timer or guard by its name."""
    return name_of(part)


def fields(declared: tuple[Any, ...], indent: str) -> list[str]:
    lines = []
    for field in declared:
        words = [field.kind]
        if not isinstance(field.options, tuple):
            words += [f"of {field.source}"]
        else:
            words += [f"of {' '.join(str(code) for code, _label in field.options)}"] if field.options else []
        words += ["required"] if field.required else []
        words += [f"at most {field.limit}"] if field.limit else []
        words += [f"if {field.when[0]} is {field.when[1]}"] if field.when else []
        words += ["past"] if field.past else []
        words += ["future"] if field.future else []
        words += ["stays if left out"] if field.keeps else []
        lines.append(f"{indent}- {field.name}: {', '.join(words)}")
        lines += fields(field.rows, indent + "  ")
    return lines


def all_told() -> dict[str, str]:
    return {step.name: told(step) for step in PROCESS.values()}


def written() -> dict[str, str]:
    blocks = WRITTEN.read_text().strip().split("\n\n")
    return {block.split(":")[0].split()[1]: block for block in blocks}
