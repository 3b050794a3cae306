"""A refused form: the page comes back with status 422, every typed word in it and each refusal beside its field."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tingsu.kernel.errors import InvalidInput, TingsuError


@contextmanager
def refusals_on(form: forms.Form, places: Mapping[str, str] | None = None) -> Iterator[None]:
    """Put what an action refuses onto the form: ask `form.errors` afterwards whether it was done.

    ``places`` says which field stands for a value of another name.
    """
    try:
        yield
    except TingsuError as error:
        show_refusal(form, error, places)


def show_refusal(form: forms.Form, error: TingsuError, places: Mapping[str, str] | None = None) -> None:
    """Put a refusal of an action beside the field it speaks of, or on top of the form."""
    if not isinstance(error, InvalidInput):
        form.add_error(None, str(error))
        return
    for name, one in error.fields.items():
        place = (places or {}).get(name, name)
        form.add_error(place if place in form.fields else None, str(one))


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with forms: 200 as long as none of those in the context was refused, then 422."""
    refused = any(one.is_bound and one.errors for one in context.values() if isinstance(one, forms.BaseForm))
    return render(request, template, dict(context), status=422 if refused else 200)
