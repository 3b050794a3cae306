"""The report upward of a high-risk case with its pre-handling plan, as one document by version (TR-15, TR-16, RC-11)."""

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Content, Paper, Reader, Text, declare
from tingsu.kernel.punctuation import apart, listed
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people import queries as people
from tingsu.triage import options, queries
from tingsu.triage.models import PrePlan, RiskReport
from tingsu.triage.panels import scores_of
from tingsu.triage.plan_card import LEVELS, NAMES, TEXTS

STATES: dict[str, Text] = {
    PrePlan.State.DRAFT: gettext_lazy("Waits for a decision"), PrePlan.State.ADOPTED: gettext_lazy("Adopted"),
    PrePlan.State.RETURNED: gettext_lazy("Returned"), PrePlan.State.REFUSED: gettext_lazy("Not adopted"),
    PrePlan.State.REPLACED: gettext_lazy("Replaced by a newer version"),
}  # fmt: skip


def missing(complaint: Complaint) -> Text:
    there = RiskReport.of(complaint) or PrePlan.of(complaint)
    return "" if there else _("this case has not been reported upward")


def content(reader: Reader) -> Content:
    """Assessment, every report upward with its receivers, every version of the plan with who decided on it."""
    complaint = reader.complaint
    parts = []
    if assessment := queries.latest_assessment(complaint):
        facts = [
            *((name, "\n".join(filter(None, (score, seen)))) for name, score, seen in scores_of(assessment)),
            (_("High-risk reasons"), apart(options.named("high_risk", assessment.high_risk_reasons))),
            (_("Reason for the grade"), assessment.covered("reason")),
            (_("Assessed by"), people.staff_identity(assessment.assessed_by)),
            (_("Assessed at"), instant(assessment.assessed_at)),
        ]
        parts.append(Part(heading=_("Risk assessment"), facts=_said(facts)))
    for row in RiskReport.of(complaint):
        facts = [
            (_("Reported by"), people.staff_identity(row.reported_by)),
            (_("Delivered"), instant(row.delivered_at)),
            (_("Delivered to"), listed(people.staff_identity(uuid.UUID(one)) for one in row.recipients)),
            (_("Facts"), row.covered("facts")),
            (_("Source"), row.covered("source")),
            (_("How far it has spread"), row.covered("spread")),
        ]
        parts.append(Part(heading=_("Report upward"), facts=_said(facts)))
    for plan in sorted(PrePlan.of(complaint), key=lambda one: one.version):
        facts = [
            (_("State"), str(STATES.get(plan.state, ""))),
            *((str(NAMES[name]), plan.covered(name)) for name in TEXTS),
            (_("Level required"), str(LEVELS.get(plan.required_level, ""))),
            (_("Written by"), people.staff_identity(plan.author_id)),
            (_("Written at"), instant(plan.written_at)),
            (_("Decided by"), people.staff_identity(plan.approver_id)),
            (_("Adopted at"), instant(plan.adopted_at) if plan.adopted_at else ""),
        ]
        heading = _("Pre-handling plan, version %(number)s") % {"number": plan.version}
        parts.append(Part(heading=heading, facts=_said(facts)))
    return Content(parts=parts)


def _said(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return in_full((label, words) for label, words in facts if words)


declare(
    Paper(
        code="risk_report",
        title=gettext_lazy("Risk report and pre-handling plan"),
        hint=gettext_lazy("What was reported to whom, and every version of the plan."),
        content=content,
        order=35,
        missing=missing,
    )
)
