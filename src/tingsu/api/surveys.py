"""Surveys of satisfaction for programs: what was told on the telephone, and the figures of a survey (SC-05, SC-07).

Planning, drawing, ending and releasing are steps of the register `survey` like those of any other.
"""

from typing import Any

from django.http import HttpRequest
from ninja import Schema

from tingsu.api.api import KEY_HEADER, api, body_extra, body_of
from tingsu.api.entries import reader
from tingsu.api.entry_notes import written
from tingsu.api.entry_schemas import EntryDetail
from tingsu.api.schemas import Answer
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed, NotFound
from tingsu.process.values import shown_name
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.satisfaction import answering, inviting, results, shown
from tingsu.satisfaction.models import Invitation
from tingsu.satisfaction.results import Mean

SCORES = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 10}}
CALL: dict[str, Any] = {
    "type": "object", "required": ["place"], "additionalProperties": False,
    "properties": {
        "place": {"type": "integer", "minimum": 1, "description": "The number in the sample."},
        "missed": {"type": "boolean", "description": "Nobody was reached; then nothing else is given."},
        "experience": {**SCORES, "description": "Item → step of the scale; for a question of yes or no 1 or 0."},
        "expectation": {**SCORES, "description": "The same, where the questionnaire asks for it."},
        "comment": {"type": "string", "maxLength": answering.LONGEST},
        "recording": {"type": "string", "maxLength": answering.LONGEST_RECORDING},
    },
}  # fmt: skip


class MeanOut(Schema):
    """A mean on 0 to 100 with its interval at 95 %; of fewer than 30 answers only how many there are."""

    number: int
    value: float | None
    low: float | None
    high: float | None


class ItemOut(Schema):
    """One item; gap is experience less expectation."""

    code: str
    weight: int
    experience: MeanOut
    expectation: MeanOut
    gap: MeanOut


class ResultOut(Answer):
    """The figures of a survey: answers in time only."""

    number: str
    questionnaire: str
    version: int
    sample: int
    asked: int
    answered: int
    late: int
    index: MeanOut
    expectation: MeanOut
    gap: MeanOut
    items: list[ItemOut]


def mean_out(one: Mean) -> dict[str, Any]:
    """A mean as programs read it: too few answers give no rate."""
    return {
        "number": one.number,
        **{name: None if one.few else getattr(one, name) for name in ("value", "low", "high")},
    }


def told(request: HttpRequest) -> tuple[int, bool, dict[str, str]]:
    """The place, whether nobody was reached, and the form as a page would post it. Raises NotJson, InvalidInput."""
    body, wrong = body_of(request), {}
    for name in body.keys() - CALL["properties"].keys():
        wrong[shown_name(name)] = InvalidValue(code="unknown_field")
    place, missed = body.get("place"), body.get("missed", False)
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place < 1_000_000:
        wrong["place"] = InvalidValue(code="number")
    if not isinstance(missed, bool):
        wrong["missed"] = InvalidValue(code="choice")
    typed: dict[str, str] = {}
    for name, mark in (("experience", "x"), ("expectation", "e")):
        scores = body.get(name, {})
        if not isinstance(scores, dict) or not all(
            isinstance(one, int) and not isinstance(one, bool) for one in scores.values()
        ):
            wrong[name] = InvalidValue(code="choice")
            continue
        typed |= {f"{mark}-{code}": str(one) for code, one in scores.items()}
    for name in ("comment", "recording"):
        if not isinstance(body.get(name, ""), str):
            wrong[name] = InvalidValue(code="choice")
        else:
            typed[name] = body.get(name, "")
    if wrong:
        raise InvalidInput(dict(wrong))
    return int(str(place)), missed, typed


def called(request: HttpRequest, number: str) -> Any:
    """Note a call that reached nobody, or enter what was told."""

    def write(actor: Actor, entry: Entry) -> None:
        if not shown.may_call(actor, entry):
            raise NotAllowed
        place, missed, typed = told(request)
        row = Invitation.objects.filter(entry=entry, place=place).first()
        if row is None:
            raise NotFound
        if missed:
            answering.not_reached(actor=actor, invitation_id=row.pk)
            return
        form = answering.questionnaire_of(entry)
        unknown = {name for name in typed if name[:2] in {"x-", "e-"}} - set(answering.asked_fields(form))
        if unknown:
            raise InvalidInput({shown_name(name): InvalidValue(code="unknown_field") for name in unknown})
        given = answering.read(form, typed)
        answering.answer_by_phone(actor=actor, invitation_id=row.pk, given=given, recording=typed["recording"])

    return written(request, registers()[inviting.SURVEY], number, 201, write)


def figures(request: HttpRequest, number: str) -> Any:
    """The figures, for whoever reads all surveys."""
    actor, register = reader(request), registers()[inviting.SURVEY]
    entry = get_entry(actor, register, number)
    if not register.sees_all(actor):
        raise NotAllowed
    found, response = results.of_survey(entry), results.response(entry)
    return {
        "number": entry.number, "questionnaire": found.form.code, "version": found.form.version, "sample": response.sample,
        "asked": response.asked, "answered": response.answered, "late": response.late, "index": mean_out(found.index),
        "expectation": mean_out(found.expectation), "gap": mean_out(found.gap),
        "items": [
            {
                "code": one.item.code, "weight": one.item.weight, "experience": mean_out(one.experience),
                "expectation": mean_out(one.expectation), "gap": mean_out(one.gap),
            }
            for one in found.items
        ],
    }  # fmt: skip


def add_surveys() -> None:
    """The endpoints; called once, when the addresses load."""
    base = f"/registers/{inviting.SURVEY}/{{number}}"
    made: dict[Any, Any] = {201: EntryDetail}
    api.post(
        f"{base}/calls", response=made, summary="Enter what one of the sample told on the telephone, or that nobody was reached",
        operation_id="enter_survey_call", openapi_extra={**body_extra(CALL), **KEY_HEADER},
    )(called)  # fmt: skip
    api.get(f"{base}/figures", response=ResultOut, summary="The figures of a survey", operation_id="survey_figures")(
        figures
    )
