"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def organisation(request: HttpRequest) -> dict[str, Any]:
    return {"organisation": getattr(request, "organisation", None), "demo_mode": settings.DEMO}
