"""What an action refuses, as a person reads it: the one place that turns a refusal into a page.

A form comes back with status 422, every typed word in it and each refusal beside its field; a button says on the next page
why nothing was done.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.errors import InvalidInput, NotFound, TingsuError
from tingsu.kernel.punctuation import after_label


@contextmanager
def refusals_on(form: forms.Form, places: Mapping[str, str] | None = None) -> Iterator[None]:
    """Put what an action refuses onto the form: ask `form.errors` afterwards whether it was done.

    ``places`` says which field stands for a value of another name; a form may say it itself as ``places``.
    """
    try:
        yield
    except WaitsForApproval:
        raise  # no refusal of what was typed: the middleware tells it
    except TingsuError as error:
        _put(form, error, getattr(form, "places", {}) if places is None else places)


@contextmanager
def told(
    request: HttpRequest,
    done: str = "",
    *,
    before: str = "",
    but: tuple[type[TingsuError], ...] = (NotFound,),
) -> Iterator[None]:
    """Say on the next page that it was done (``done``, if anything is to be said), or why it was refused.

    ``before`` names what it speaks of, where several are done at once. What stands in ``but`` is no sentence on another
    page but a page of its own.
    """
    try:
        yield
    except (*but, WaitsForApproval):
        raise
    except TingsuError as error:
        messages.error(request, after_label(before, error) if before else str(error))
    else:
        if done:
            messages.success(request, done)


def sentences_of(error: TingsuError) -> dict[str, str]:
    """Each refusal by its field; under the empty name what speaks of no field."""
    if isinstance(error, InvalidInput):
        return {name: str(one) for name, one in error.fields.items()}
    return {"": str(error)}


def first_of(error: TingsuError) -> str:
    """The first thing that is wrong, where a form has only one input."""
    return next(iter(sentences_of(error).values()))


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with forms: 200 as long as none of those in the context was refused, then 422."""
    refused = any(one.is_bound and one.errors for one in context.values() if isinstance(one, forms.BaseForm))
    return render(request, template, dict(context), status=422 if refused else 200)


def _put(form: forms.Form, error: TingsuError, places: Mapping[str, str]) -> None:
    for name, sentence in sentences_of(error).items():
        place = places.get(name, name)
        form.add_error(place if place in form.fields else None, sentence)
