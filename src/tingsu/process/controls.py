"""The controls of a form, made from fields that a step or a register declares: with value, options and refusals.

The same controls serve dialogs and pages. Names are those that ``process.values.from_post`` reads back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.pages.controls import Control, options, shown
from tingsu.process.steps import Field, Options, options_of

BLANK_LINES = 1

OptionSource = Callable[[Field], Options]
"""Options of members, units, parties and files, which a declaration leaves to the page."""
A_PAGE, PAGE_HIGH = 50_000, 24
"""A text of so many signs is written in an area of so many lines."""


def controls_of(
    fields: tuple[Field, ...],
    *,
    raw: Mapping[str, Any] | None = None,
    problem: InvalidInput | None = None,
    subject: Any = None,
    people: OptionSource | None = None,
    prefix: str = "",
) -> list[Control]:
    """The controls of some fields: empty, or with what was typed and the refusals of a first try.

    ``subject`` is what registered providers of options are asked about (a complaint); None outside of one.
    """
    errors = problem.fields if problem else {}
    given = raw or {}
    return [
        _control(one, given.get(one.name), errors.get(one.name), subject, people, prefix)
        for one in fields
        if one.asked_if is None or given.get(one.name) or one.name in errors or one.asked_if(subject)
    ]


def _control(
    one: Field, given: Any, error: TingsuError | None, subject: Any, people: OptionSource | None, prefix: str
) -> Control:
    name = prefix + one.name
    made = Control(
        name=name,
        label=one.label,
        kind=one.kind,
        required=one.required and not (one.keeps and not given),
        help=one.help,
        limit=one.limit,
        height=PAGE_HIGH if one.limit >= A_PAGE else 4,
        error=str(error) if error else "",
        empty=_("Nothing given") if one.keeps and one.kind == "choice" and not one.required else "",
        when=f"{prefix}{one.when[0]}={one.when[1]}" if one.when else "",
    )
    if one.kind == "rows":
        lines = given if isinstance(given, list) else []
        wrong = getattr(error, "rows", {})
        for index in range(max(len(lines), BLANK_LINES)):
            line, refused = lines[index] if index < len(lines) else {}, wrong.get(index, {})
            made.lines.append(
                [
                    _control(inner, line.get(inner.name), refused.get(inner.name), subject, people, f"{name}-{index}-")
                    for inner in one.rows
                ]
            )
        made.blank = [_control(inner, None, None, subject, people, f"{name}-__line__-") for inner in one.rows]
        return made
    made.value = shown(given)
    made.options = options(_offered(one, subject, people), given if isinstance(given, list) else made.value)
    return made


def _offered(one: Field, subject: Any, people: OptionSource | None) -> Options:
    if one.options:
        return options_of(one, subject)
    if one.kind in {"member", "unit", "party", "files"} and people:
        return people(one)
    return ()
