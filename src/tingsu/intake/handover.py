"""A form filled in beforehand by the shop, app or account page from which somebody comes (IN-10): a link that carries it sealed.

Nothing is kept before the link is opened. It opens once, within a quarter of an hour; what it carries can be changed in the form.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.intake.reading import day_apart
from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.ids import new_id
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.spelling import tidy
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.process.values import shown_name

GOOD_FOR = timedelta(minutes=15)
CONTEXT = "intake.handover"
FIELDS = ("name", "phone", "email", "order_number", "product", "occurred_on", "occurred_time")
"""What an account or an order knows of somebody who complains."""
CAUSE = "cause"
_LIMITS = {one.name: one.limit or 200 for one in INTAKE_FIELDS if one.name in FIELDS}


def seal(given: Mapping[str, Any]) -> tuple[str, datetime]:
    """The end of the link's address, and until when it opens. Raises InvalidInput for fields that a form does not take."""
    values = read_known(given)
    until = now() + GOOD_FOR
    key = crypto.organisation_key(current_organisation_id())
    body = json.dumps({"id": str(new_id()), "until": until.timestamp(), "values": values}, ensure_ascii=False)
    return base64.urlsafe_b64encode(key.seal(body, CONTEXT)).decode().rstrip("="), until


def read_known(given: Mapping[str, Any]) -> dict[str, str]:
    """What an account or an order says, made plain. Raises InvalidInput for fields that a form does not take."""
    errors: dict[str, TingsuError] = {}
    values: dict[str, str] = {}
    for name, value in given.items():
        if name not in (*FIELDS, CAUSE):
            errors[shown_name(name)] = InvalidValue(code="unknown_field")
        elif not isinstance(value, str):
            errors[name] = InvalidValue(code="text")
        elif len(text := tidy(value)) > _LIMITS.get(name, 40):
            errors[name] = too_long(text, _LIMITS.get(name, 40))
        elif text:
            values[name] = text
    if errors:
        raise InvalidInput(errors)
    # A program may name the moment in one: the form asks for the day and for the time of day (RG-08).
    return dict(day_apart(values, current_organisation().time_zone))


def unseal(token: str) -> tuple[uuid.UUID, dict[str, str]] | None:
    """What a link carries and the name of its one opening; None when it is forged, of another organisation, or too old."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        body = json.loads(crypto.organisation_key(current_organisation_id()).open(sealed, CONTEXT))
    except (ValueError, TingsuError):
        return None
    if body["until"] < now().timestamp():
        return None
    return uuid.UUID(body["id"]), body["values"]
