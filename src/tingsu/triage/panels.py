"""Triage on the case page: the emergency script on top, assessment and reports at the side."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import lists, routing, terms
from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.triage import alerts, classification, criteria, major_events, options, queries
from tingsu.triage.models import Assessment, OnCallAlert, PrePlan

MEANS = {"notice": pgettext_lazy("means", "notice"), "email": pgettext_lazy("means", "e-mail")}
EARLY = frozenset({terms.State.REGISTERED, terms.State.PRE_PLAN, terms.State.ROUTING})


GOVERNED = Note[list[PrePlan]]("triage.script")


def script_of(complaint: Complaint) -> PrePlan | None:
    """The plan whose script governs what is said about an open case: its own, or one of the same event or product (TR-16)."""
    read = reading_of(complaint)
    found = read.noted(GOVERNED)
    if found is None:
        own = queries.plan_in_force(complaint) if complaint.grade == terms.Grade.HIGH_RISK else None
        found = read.note(GOVERNED, [own] if own else major_events.scripts_for(complaint)[:1])
    return found[0] if found and complaint.is_open else None


def script_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """TR-16: while a script is in force, everybody who opens the case, or another one of its event or product, sees it first."""
    plan = script_of(complaint) if complaint.is_open else None
    if plan is None:
        return None
    if plan.complaint_id == complaint.pk:
        return script_words(plan) | {"of": ""}
    return script_words(plan) | {"of": plan.complaint.number, "same_event": major_events.same_event(plan)}


def script_words(plan: PrePlan) -> dict[str, Any]:
    """A plan in force as those who answer see it."""
    return {
        "plan": plan,
        "script": plan.covered("script"),
        "containment": plan.covered("containment"),
        "effect": plan.covered("containment_effect"),
        "approver": people.alias_of(plan.approver_id),
    }


def alert_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """An alert that nobody has confirmed stands on top of the case, with the button for those who were called (AS-10)."""
    alert = alerts.open_alert(complaint) if complaint.is_open else None
    if alert is None:
        return None
    return {"alert": shown_alert(alert), "may_confirm": alerts.may_confirm(actor, complaint)}


def shown_alert(alert: OnCallAlert) -> dict[str, Any]:
    """An alert in words: who was called when by which means, until when, who confirmed."""
    return {
        "why": alert.get_why_display(),
        "called": [people.alias_of(one) for one in alert.called],
        "called_at": alert.called_at,
        "means": [MEANS[one] for one in alert.means],
        "confirm_by": alert.confirm_by,
        "passed": alert.turn,
        "confirmed_at": alert.confirmed_at,
        "confirmed_by": people.alias_of(alert.confirmed_by),
    }


def assessment_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Scores with the person's decision beside what the rules proposed; measure, report, responsible department."""
    assessment = queries.latest_assessment(complaint)
    early = complaint.state in EARLY
    routed = routing.responsible(complaint) if early and complaint.department_id is None else None
    unit_id = routed.pk if routed else complaint.department_id if early else None
    context: dict[str, Any] = {
        "assessment": assessment,
        "suggested": dict(terms.Grade.choices).get(complaint.suggested_grade, ""),
        "risks": options.named("marks", complaint.risk_marks),
        "early": early,
        "pointed_to": _pointed_to(complaint),
        "unit": people.unit_name(unit_id),
    }
    if assessment:
        proposed = assessment.suggestion.get("grade", "")
        context |= {
            "scores": scores_of(assessment),
            "assessor": people.alias_of(assessment.assessed_by),
            "reason": assessment.covered("reason"),
            "suggested": dict(terms.Grade.choices).get(proposed, ""),
            "differs": proposed != assessment.grade,
            "facts": options.named("high_risk", assessment.high_risk_reasons)
            + options.named("urgent", assessment.urgent_topics),
        }
    if measure := queries.latest_measure(complaint):
        context |= {
            "measure": measure,
            "measure_text": measure.covered("measure"),
            "next_measure": measure.covered("next_measure"),
        }
    if complaint.urgency == terms.Urgency.URGENT and (alert := queries.latest_alert(complaint)):
        context["alert"] = shown_alert(alert)
    if report := queries.latest_report(complaint):
        context |= {
            "report": report,
            "report_facts": report.covered("facts"),
            "recipients": [people.alias_of(uuid.UUID(one)) for one in report.recipients],
        }
    return context


def _pointed_to(complaint: Complaint) -> str:
    """What the categories propose when type or object say otherwise (TR-22). A proposal: nothing is changed by it."""
    body = rulebooks.in_force(classification.KIND).body
    proposed = classification.propose((one["no"] for one in complaint.categories), body)
    if not proposed[0] or proposed == (complaint.problem_type, complaint.object_type):
        return ""
    return f"{lists.word(lists.PROBLEM_TYPE, proposed[0])} · {lists.word(lists.OBJECT_TYPE, proposed[1])}"


def scores_of(assessment: Assessment) -> list[tuple[str, str, str]]:
    """Each criterion with its score, the word for it by the version that was used, and what was seen."""
    body = rulebooks.version_of(criteria.KIND, assessment.criteria_version).body
    words = {one["value"]: in_language(one["name"]) for one in body["scale"]}
    found = []
    for one in body["criteria"]:
        score = getattr(assessment, one["code"])
        seen = assessment.covered(f"{one['code']}_text")
        found.append((in_language(one["name"]), f"{score} {words.get(score, '')}".strip(), seen))
    return found


panel(
    Panel(
        name="on_call", title=_("On-call alert"), template="triage/on_call.html", context=alert_context, order=5, where="top",
    )
)  # fmt: skip
panel(
    Panel(
        name="script", title=_("Emergency reply script in force"), template="triage/script.html", context=script_context,
        order=10, where="top",
    )
)  # fmt: skip
panel(
    Panel(
        name="assessment",
        title=_("Assessment and risk"),
        template="triage/assessment.html",
        context=assessment_context,
        order=30,
    )
)
