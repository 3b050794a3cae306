"""What the pages of quality control show beside their registers: plans, draws, results of handlers, agreement of reviewers."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import sqrt
from typing import Any

from django.db.models import Avg, Count, Q, StdDev
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.casework.queries import latest_round
from tingsu.complaints.access import visible_to
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.figures.fairness import Z, wilson
from tingsu.figures.values import today
from tingsu.files.access import sees_content
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people
from tingsu.privacy.show import show_field, show_text
from tingsu.quality import agreement, checking, rounds
from tingsu.quality.access import reads
from tingsu.quality.cases import case_of
from tingsu.quality.models import Framed, Result
from tingsu.quality.plans import CALIBRATION, EVERY, HOWS, KINDS, REVIEW, SAMPLE, VERDICTS, plans
from tingsu.quality.scorecards import NONE
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of

DAYS = 180
"""Results of half a year are compared."""
ENOUGH = 10
"""With fewer checks an average says nothing of a person: the checks are counted, no average is made."""
MOST = 200


def plans_told(actor: Actor) -> dict[str, Any]:
    """Above the rounds: each plan in use."""
    return {
        "process": reads(actor),
        "plans": [
            {"plan": one, "kind": KINDS[one.kind], "how": HOWS[one.how], "every": EVERY[one.every]} for one in plans()
        ],
    }


def round_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The checks of a round as far as the reader sees them, and whether its draw can be repeated."""
    register = registers()[checking.NAME]
    rows = register.visible(actor, rounds.rows_of_checks(entry)).order_by("number")
    return {
        "checks": [
            {
                "entry": one, "url": address_of(one), "state": register.state_by_code[one.state], "owner": people.staff_identity(one.owner_id),
                "about": checking.verdict_words(one.codes["recorded"]) if one.codes.get("recorded") else "",
            }
            for one in rows[:MOST]
        ],
        "proved": rounds.redrawn(entry) if register.sees_all(actor) and Framed.objects.filter(round_id=entry.pk).exists() else None,
    }  # fmt: skip


def check_told(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What a verdict is judged from, without the verdict: what was said, what was found out, the files (QC-10)."""
    complaint = case_of(entry) if entry.codes.get("kind") == VERDICTS else None
    if complaint is None or not visible_to(actor, Complaint.objects.filter(pk=complaint.pk)).exists():
        return {}
    known = known_in(complaint)
    row = latest_round(complaint)
    told = [
        (
            pgettext("quality check", "What was said"),
            show_field(actor, complaint, "description", "page", known=known).value,
        )
    ]
    if row is not None:
        labels = {
            "background": _("Background"),
            "damage": _("Damage"),
            "demand": _("Demand"),
            "evidence": _("Evidence"),
        }
        told += [(label, row.covered(name)) for name, label in labels.items()]
    files = (
        StoredFile.objects.filter(stream_id=complaint.pk, erased_at=None)
        .select_related("stream")
        .order_by("received_at", "id")
    )
    return {
        "told": [(label, words) for label, words in told if words],
        "files": [
            (one.pk, show_text(actor, "file", "name", name_of(one), "page", known=known) or one.media_type, sees_content(actor, one))
            for one in files[:MOST]
        ],
    }  # fmt: skip


def results_told(actor: Actor) -> dict[str, Any]:
    """Above the checks, for whoever sees all of them: results of each handler, agreement of the reviewers and with verdicts."""
    if not registers()[checking.NAME].sees_all(actor):
        return {}
    return {"handlers": handlers(), "days": DAYS, "enough": ENOUGH, **reviewers_agree(), **verdicts_stand()}


def handlers() -> list[dict[str, Any]]:
    """Results of each handler from fair draws of half a year: how many, how many passed, the average with its interval at 95 %.

    Drawn by risk, by hand or on a patrol says nothing of somebody's usual work, so it does not count here. One query.
    """
    rows = (
        Result.objects.filter(kind__in=[SAMPLE, REVIEW], fair=True, on__gte=_since())
        .exclude(handler_id=None)
        .values("handler_id")
        .annotate(number=Count("pk"), good=Count("pk", filter=Q(passed=True)), mean=Avg("percent"), spread=StdDev("percent", sample=True))
        .order_by("handler_id")
    )  # fmt: skip
    found = [
        {
            "who": people.staff_identity(row["handler_id"]), "number": row["number"], "good": row["good"],
            **_average(row["number"], row["mean"], row["spread"]),
        }
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["who"])


def _average(number: int, mean: float | None, spread: float | None) -> dict[str, Any]:
    if number < ENOUGH or mean is None:
        return {"mean": None}
    half = Z * (spread or 0.0) / sqrt(number)
    return {"mean": round(mean, 1), "low": round(max(0.0, mean - half), 1), "high": round(min(100.0, mean + half), 1)}


def _since() -> Any:
    return today() - timedelta(days=DAYS)


def reviewers_agree() -> dict[str, Any]:
    """How far two reviewers agree on the same items, beyond chance. One query."""
    rows = Result.objects.filter(kind=CALIBRATION, on__gte=_since()).order_by("-on", "-id")[:MOST]
    pairs: dict[tuple[uuid.UUID | None, uuid.UUID], list[Result]] = defaultdict(list)
    for one in rows:
        pairs[one.round_id, one.complaint_id].append(one)
    both = [pair for pair in pairs.values() if len({one.reviewer_id for one in pair}) > 1]
    value = agreement.alpha(_units(both))
    return {
        "pairs": len(both),
        "same": agreement.kappa((str(one.passed), str(other.passed)) for one, other, *_rest in both),
        "alpha": value,
        "alpha_words": words_of(value),
    }


def _units(pairs: Iterable[Sequence[Result]]) -> list[list[int]]:
    units = []
    for pair in pairs:
        for item in sorted({item for one in pair for item in one.marks}):
            units.append([int(one.marks[item]) for one in pair if one.marks.get(item, NONE) != NONE])
    return units


def words_of(value: float | None) -> str:
    """What an agreement means."""
    if value is None:
        return _("Nothing to compare yet.")
    if value >= agreement.RELIABLE:
        return _("The marks can be relied upon.")
    if value >= agreement.TENTATIVE:
        return _("Usable with care: talk through the items that were marked differently.")
    return _("The marks cannot be relied upon: talk the scorecard through and calibrate again.")


def verdicts_stand() -> dict[str, Any]:
    """How many verdicts were judged the same from the evidence alone, with the interval of that share. One query."""
    rows = list(Result.objects.filter(kind=VERDICTS, on__gte=_since()).values_list("marks", flat=True))
    same = sum(one["own"] == one["recorded"] for one in rows)
    between = wilson(same, len(rows))
    return {
        "judged": len(rows),
        "agreed": same,
        "between": tuple(f"{100 * one:.0f}" for one in between) if between else None,
        "verdict_kappa": agreement.kappa((one["own"], one["recorded"]) for one in rows),
    }
