"""A step's form for the page, made from the process table: one view of each field with its value, options and refusal.

The same views serve dialogs and pages. Names are those that ``complaints.values.from_post`` reads back.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.process.steps import Field, Label, Options, options_of

INPUT_TYPES = {"text": "text", "number": "number", "date": "date", "datetime": "datetime-local", "money": "text"}
SHOW_AS_CHIPS = 5
CHIPS_LENGTH = 60
"""More letters than this in all chips together, and a select reads better."""
BLANK_LINES = 1

OptionSource = Callable[[Field], Options]
"""Options of members, units, parties and files, which the process table leaves to the page."""


@dataclass(kw_only=True)
class FieldView:
    """One field as the template draws it."""

    name: str
    id: str
    value: Any = ""
    options: list[tuple[str, Label, bool]] = dataclasses.field(default_factory=list)
    error: str = ""
    lines: list[list["FieldView"]] = dataclasses.field(default_factory=list)
    blank: list["FieldView"] = dataclasses.field(default_factory=list)
    when: str = ""
    field: Field

    @property
    def kind(self) -> str:
        return self.field.kind

    @property
    def draw(self) -> str:
        """Which piece of the template: input, area, check, select, chips, boxes, rows."""
        kind = self.field.kind
        if kind == "longtext":
            return "area"
        if kind == "bool":
            return "chips" if self.field.required else "check"
        if kind in {"choices", "files"}:
            return "boxes"
        if kind == "choice" and len(self.options) <= SHOW_AS_CHIPS and self._letters <= CHIPS_LENGTH:
            return "chips"
        if kind in {"choice", "member", "unit", "party"}:
            return "select"
        return "rows" if kind == "rows" else "input"

    @property
    def input_type(self) -> str:
        return INPUT_TYPES[self.field.kind]

    @property
    def _letters(self) -> int:
        return sum(len(str(label)) for _code, label, _chosen in self.options)

    @property
    def wide(self) -> bool:
        return self.draw in {"area", "rows", "boxes"} or (self.draw == "chips" and len(self.options) > 3)

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}_error" if self.error else "", f"{self.id}_hint" if self.field.help else ""]
        return " ".join(part for part in parts if part)


def step_fields(
    fields: tuple[Field, ...],
    *,
    raw: Mapping[str, Any] | None = None,
    problem: InvalidInput | None = None,
    complaint: Any = None,
    people: OptionSource | None = None,
    prefix: str = "",
) -> list[FieldView]:
    """The views of a step's fields: empty, or with what was typed and the refusals of a first try."""
    errors = problem.fields if problem else {}
    return [_view(one, (raw or {}).get(one.name), errors.get(one.name), complaint, people, prefix) for one in fields]


def _view(
    one: Field, given: Any, error: TingsuError | None, complaint: Any, people: OptionSource | None, prefix: str
) -> FieldView:
    name = prefix + one.name
    view = FieldView(field=one, name=name, id=f"f-{name}", error=str(error) if error else "")
    if one.when:
        view.when = f"{prefix}{one.when[0]}={one.when[1]}"
    if one.kind == "rows":
        given_lines = given if isinstance(given, list) else []
        wrong = getattr(error, "rows", {})
        count = max(len(given_lines), BLANK_LINES)
        for index in range(count):
            line = given_lines[index] if index < len(given_lines) else {}
            view.lines.append(
                [
                    _view(
                        inner,
                        line.get(inner.name),
                        wrong.get(index, {}).get(inner.name),
                        complaint,
                        people,
                        f"{name}-{index}-",
                    )
                    for inner in one.rows
                ]
            )
        view.blank = [_view(inner, None, None, complaint, people, f"{name}-__line__-") for inner in one.rows]
        return view
    view.value = _shown(given)
    chosen = {str(item) for item in given} if isinstance(given, list) else {str(view.value)}
    view.options = [(str(code), label, str(code) in chosen) for code, label in _options(one, complaint, people)]
    return view


def _options(one: Field, complaint: Any, people: OptionSource | None) -> Options:
    if one.options:
        return options_of(one, complaint)
    if one.kind in {"member", "unit", "party", "files"} and people:
        return people(one)
    return ()


def _shown(given: Any) -> Any:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, datetime):
        return f"{timezone.localtime(given):%Y-%m-%dT%H:%M}"
    return given.isoformat() if isinstance(given, date) else given
