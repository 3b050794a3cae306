"""The part of the registration form that solves at once: a step taken along with the registration (`intake.at_once`)."""

from typing import Any

from django.http import QueryDict

from tingsu.complaints.actions import Following
from tingsu.intake import at_once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.process.controls import controls_of
from tingsu.process.steps import Step
from tingsu.process.values import fields_from_post

PREFIX = "then-"
"""Stands before the names of its fields."""


def step_for(actor: Actor) -> Step | None:
    """The step that this person may take along."""
    return next((step for step in at_once.steps_in_the_call() if actor.has_role(*step.who)), None)


def asked(actor: Actor, post: QueryDict) -> Following | None:
    """What was sent to be taken along; None where another button was pressed."""
    step = step_for(actor)
    if step is None or post.get("then") != step.name:
        return None
    return at_once.wanted(step.name, fields_from_post(step.fields, post, PREFIX))


def part_of_form(actor: Actor, post: QueryDict, error: TingsuError | None) -> dict[str, Any] | None:
    """Its controls, empty or as they were sent, with what was refused; None for whoever may not take it."""
    step = step_for(actor)
    if step is None or step.in_the_call is None:
        return None
    raw = fields_from_post(step.fields, post, PREFIX) if post else {}
    problem = error if isinstance(error, InvalidInput) and error.of == step.name else None
    controls = controls_of(step.fields, raw=raw, problem=problem, prefix=PREFIX)
    for control in controls:
        if control.name.removeprefix(PREFIX) in step.in_the_call.from_record:
            control.required = False
    return {
        "title": step.in_the_call.title,
        "hint": step.in_the_call.hint,
        "step": step,
        "controls": controls,
        "wrong": [control for control in controls if control.error],
        "open": post.get("then") == step.name or any(control.value for control in controls),
    }
