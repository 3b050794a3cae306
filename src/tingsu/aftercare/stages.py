"""The eight stages of the tracking form of SZ Annex C, read from the ledger: date, name, remark (FB-13, invariant 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.terms import Grade, Outcome, Urgency, Verdict
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.shapes import found_by
from tingsu.letters.means import label_of
from tingsu.people.queries import alias_of
from tingsu.process.steps import options_of

NAMES: dict[int, str | Promise] = {
    1: _("Confirm receipt to the complainant"),
    2: _("Assess the complaint"),
    3: _("Investigate the complaint"),
    4: _("Solve the complaint"),
    5: _("Inform the complainant"),
    6: _("Correction"),
    7: _("Verify the correction"),
    8: _("Close the complaint"),
}

KINDS: dict[int, tuple[str, ...]] = {
    1: ("complaint.acknowledged", "letter.sent"),
    2: ("complaint.graded",),
    3: ("complaint.found_founded", "complaint.found_unfounded", "complaint.solved_directly", "complaint.answered_not_ours"),
    4: ("complaint.solution_sent", "complaint.solved_directly", "complaint.answer_delivered"),
    5: (
        "complaint.solution_sent", "complaint.answer_delivered", "complaint.solved_directly", "complaint.agreement_failed",
        "complaint.result_notified",
    ),
    6: ("complaint.item_finished", "complaint.solved_directly"),
    7: ("complaint.item_verified", "complaint.execution_verified", "complaint.solved_directly"),
    8: ("complaint.closed",),
}  # fmt: skip
"""Events that fill a stage. The last one counts, for stages 1 and 2 the first."""
FIRST_COUNTS = frozenset({1, 2})
REMARKS: dict[str, str | Promise] = {
    "complaint.found_founded": Verdict.FOUNDED.label,
    "complaint.found_unfounded": _("Not founded"),
    "complaint.solved_directly": _("Solved directly, the facts were clear"),
    "complaint.answered_not_ours": _("Not our responsibility"),
    "complaint.solution_sent": _("Solution proposed"),
    "complaint.answer_delivered": _("Answered with reasons"),
    "complaint.agreement_failed": _("The solution was refused"),
    "complaint.result_notified": _("Formal notice of the result"),
    "complaint.item_finished": _("Measure carried out"),
    "complaint.item_verified": _("Measure verified"),
    "complaint.execution_verified": _("All measures verified"),
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One line of the form. Without a date it is either still to come or not applicable with a reason."""

    number: int
    name: str | Promise
    at: datetime | None
    by: str | Promise
    """Work identity, or the automation's name."""
    remark: str | Promise
    not_applicable: bool

    @property
    def is_filled(self) -> bool:
        return self.at is not None or self.not_applicable


def tracking_form(complaint: Complaint, language: str | None = None) -> list[Stage]:
    """Stages 1 to 8 of a complaint. Two queries for the events, two more for reasons once it is closed."""
    events = [
        event
        for event in found_by(_staged, complaint.pk)
        if event.kind != "letter.sent" or event.body.get("template") == "acknowledgement"
    ]
    reasons = not_applicable_reasons(events)
    how = dict(Outcome.choices).get(complaint.outcome, "")
    return [_stage(number, events, reasons, language, how) for number in NAMES]


def _staged(case: Any) -> QuerySet[Event]:
    wanted = sorted({kind for kinds in KINDS.values() for kind in kinds})
    return Event.objects.filter(stream_id=case, kind__in=wanted).order_by("seq")


def _stage(
    number: int, events: Sequence[Event], reasons: dict[int, str], language: str | None, how: str | Promise
) -> Stage:
    """One line; that of closing says with which outcome."""
    found = [event for event in events if event.kind in KINDS[number]]
    chosen = (found[0] if number in FIRST_COUNTS else found[-1]) if found else None
    return Stage(
        number=number,
        name=NAMES[number],
        at=chosen.at if chosen else None,
        by=who(chosen, language) if chosen else "",
        remark=(remark(chosen) or (how if chosen.kind == "complaint.closed" else ""))
        if chosen
        else reasons.get(number, ""),
        not_applicable=chosen is None and number in reasons,
    )


def remark(event: Event) -> str | Promise:
    """What the event says of its stage: by what means, with which grade, verdict or outcome."""
    told = event.body
    values = told.get("values", {})
    if event.kind in {"letter.sent", "complaint.acknowledged"}:
        by = str(told.get("channel") or values.get("means", ""))
        return dict(options_of(PROCESS["acknowledge"].field("means"))).get(by) or label_of(by)
    if event.kind == "complaint.graded":
        urgency = Urgency.URGENT if told.get("urgency_forced_by") else values.get("urgency", "")
        words = (dict(Grade.choices).get(values.get("grade", "")), dict(Urgency.choices).get(urgency))
        return " · ".join(str(one) for one in words if one)
    return REMARKS.get(event.kind, "")


def who(event: Event, language: str | None = None) -> str | Promise:
    """The work identity of who acted (invariant 7)."""
    if event.actor_kind == "member":
        return alias_of(event.actor_id, language)
    return {"complainant": _("Complainant"), "respondent": _("Respondent")}.get(
        event.actor_kind, pgettext("actor", "System")
    )


def not_applicable_reasons(events: Sequence[Event]) -> dict[int, str]:
    """What closing said about stages that did not apply (invariant 4 of process.md)."""
    closings = [event for event in events if event.kind == "complaint.closed"]
    if not closings:
        return {}
    texts = texts_of(closings[-1:]).get(closings[-1].pk, {})
    rows = closings[-1].data.get("values", {}).get("stage_remarks", [])
    return {int(row["stage"]): texts.get(f"stage_remarks.{index}.reason", "–") for index, row in enumerate(rows)}


def open_stages(complaint: Complaint) -> list[int]:
    """Stages before closing that have no date yet and so need a reason."""
    return [stage.number for stage in tracking_form(complaint) if stage.number != 8 and stage.at is None]
