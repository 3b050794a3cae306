"""A form that is filled in beforehand: for the shop, app or account page that knows who complains about what (IN-10)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema, Status

from tingsu.api.api import actor_of, api, body_extra, body_of
from tingsu.api.schemas import fields_schema
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.intake import handover
from tingsu.kernel.links import public
from tingsu.people.access import Can, require
from tingsu.process.steps import Field

TAKEN = (
    Field(name=handover.CAUSE, label="", limit=40),
    *(one for one in INTAKE_FIELDS if one.name in handover.FIELDS),
)


class FormOut(Schema):
    """Where to send the person: the address opens once, until the instant named (UTC)."""

    url: str
    expires_at: datetime


@api.post(
    "/forms",
    response={201: FormOut},
    summary="A link to the complaint form with what an account or an order knows filled in",
    operation_id="fill_in_form",
    openapi_extra=body_extra({**fields_schema(TAKEN), "required": []}),
)
def fill_in(request: HttpRequest) -> Any:
    """Nothing is kept here: what the form holds travels sealed in the link, and becomes a draft when it is opened."""
    require(actor_of(request), Can.REGISTER)
    token, until = handover.seal(body_of(request))
    path = reverse("portal:filled_in", args=[token])
    return Status(201, {"url": public(path) or path, "expires_at": until})
