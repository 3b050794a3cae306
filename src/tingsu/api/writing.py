"""How answers and refusals are written: the same each time, whichever way they came about."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder


class Encoder(NinjaJSONEncoder):
    """Instants are UTC with milliseconds, also where these are nought: an answer given again from what was kept of it
    reads sign for sign as the first one did.
    """

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime) and o.tzinfo is not None:
            return o.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return super().default(o)


class Renderer(JSONRenderer):
    encoder_class = Encoder


def problem(body: dict[str, Any], status: int) -> HttpResponse:
    """A refusal (RFC 9457), said for the first time or again."""
    return JsonResponse(body, Encoder, status=status, content_type="application/problem+json")
