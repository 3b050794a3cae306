"""A step that a program takes along with a registration: `{"then": {"step": …, "values": {…}}}` (intake.at_once)."""

from typing import Any

from tingsu.api.schemas import fields_schema
from tingsu.complaints.actions import Following
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.intake.at_once import steps_in_the_call, wanted
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.process.values import shown_name


def step_along(given: Any) -> Following | None:
    """What the body names; None for nothing. Raises InvalidInput."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InvalidInput({"then": InvalidValue(code="rows")})
    if unknown := set(given) - {"step", "values"}:
        raise InvalidInput({shown_name(name): InvalidValue(code="unknown_field") for name in unknown})
    return wanted(given.get("step"), given.get("values", {}))


def registration_schema() -> dict[str, Any]:
    """The fields of a registration, and of each step that can be taken along; what the record answers is not required there."""
    schema = fields_schema(INTAKE_FIELDS)
    schema["properties"]["then"] = {"anyOf": [_along(step) for step in steps_in_the_call()]}
    return schema


def _along(step: Any) -> dict[str, Any]:
    values = fields_schema(step.fields)
    values["required"] = [name for name in values["required"] if name not in step.in_the_call.from_record]
    named = {"type": "string", "enum": [step.name]}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["step"],
        "properties": {"step": named, "values": values},
    }
