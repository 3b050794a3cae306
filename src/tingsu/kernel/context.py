"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def organisation(request: HttpRequest) -> dict[str, Any]:
    ours = getattr(request, "organisation", None)
    return {"organisation": ours, "demo_mode": settings.DEMO, "real_work": f"{settings.PREFIX}/desk/"}
