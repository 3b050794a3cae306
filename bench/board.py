"""Board: time and statements of the live board, the wall, indicators, analysis, costs, stages and cohorts among many complaints."""

from __future__ import annotations

import uuid
from typing import Any

from bench import pages

TARGETS_MS = {"board": 300}
TARGET_STATEMENTS = 25


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench board``."""
    return pages.measured(
        "board",
        arguments,
        __doc__,
        {"targets_processor_p95_ms": TARGETS_MS, "target_statements": TARGET_STATEMENTS},
        ask,
    )


def ask(port: int, cookie: str, organisation_id: uuid.UUID) -> dict[str, Any]:
    from django.db.models import Max

    from tingsu.figures import folding, values
    from tingsu.figures.models import Fact
    from tingsu.kernel.tenancy import acting_for

    with acting_for(organisation_id):
        facts = folding.rebuild()
        newest = Fact.objects.aggregate(day=Max("received_on"))["day"]
        values.count_all()
    month = f"period={newest:%Y-%m}"
    asked = {
        "board": "/desk/board/",
        "month": "/desk/board/?span=month",
        "live": "/desk/board/live/",
        "wall": "/desk/board/wall/",
        "indicators": f"/desk/indicators/?{month}",
        "analysis": f"/desk/analysis/?{month}&rows=category",
        "two_dimensions": f"/desk/analysis/?{month}&rows=category&columns=province",
        "year": f"/desk/analysis/?period={newest:%Y}&rows=channel",
        "costs": f"/desk/analysis/costs/?{month}&rows=category",
        "stages": f"/desk/analysis/stages/?{month}",
        "cohorts": f"/desk/analysis/cohorts/?{month}",
    }
    return {
        "facts": facts,
        "newest_day": newest,
        **{
            name: {
                "statements": pages.statements(cookie, path),
                **pages.probe(port, cookie, lambda turn, path=path: path, probes=20),
            }
            for name, path in asked.items()
        },
    }
