"""Assessing and grading, and immediate measures: E04, E05."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.complaints import lists, routing, terms
from tingsu.complaints.access import may_decide
from tingsu.complaints.case import Case
from tingsu.complaints.categories import categories_of, detail_fields, details_of
from tingsu.complaints.handover import recall_below_level
from tingsu.complaints.independence import keeps_out
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import demands_of
from tingsu.complaints.steps.common import STAFF, YES_NO
from tingsu.complaints.terms import Grade, State, Urgency
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.process.steps import Field, Step, Values
from tingsu.triage import classification, criteria, mass, queries, risk_rules
from tingsu.triage.levels import alert, required_level
from tingsu.triage.models import CRITERIA, Assessment, ImmediateMeasure
from tingsu.triage.options import SCALES, categories, high_risk_reasons, risk_marks, urgent_topics

MARKS = ("major", "crisis", "difficult")
CRITERIA_WORDS = (
    ("severity", _("Nature and severity"), _("What makes it so severe")),
    ("safety", _("Safety hazard"), _("What the hazard is")),
    ("complexity", _("Complexity"), _("What makes it so complex")),
    ("impact", _("Impact"), _("Actual and possible extent")),
    ("immediacy", _("Need for immediate action"), _("What must happen at once, and why")),
)
"""The five criteria with the words of each: the score, and what was seen (TR-09, TR-10)."""


OBJECTS = {"product": "product", "consumer": "service", "operation": "process"}
"""What a type of problem is mostly about."""
PRESENT = ("problem_type", "object_type", "grade", "urgency", "risk_marks", *MARKS)
KEPT = ("safety_issue", "immediate_action", "compensation_possible", "urgent_topics", "high_risk_reasons")


def may_lower_grade(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Lowering a grade, or taking away a mark that brings approval and mediation, is the supervisor's, with a reason (TR-18)."""
    if values is None:
        return []
    c = case.complaint
    lowered = c.grade == Grade.HIGH_RISK and values["grade"] == Grade.GENERAL
    unmarked = any(getattr(c, mark) and values[mark] is False for mark in ("major", "crisis"))
    if not (lowered or unmarked):
        return []
    unmet = []
    # Downwards is for people: no program lowers a grade by itself, no AI ever (AI-04).
    if not case.actor.has_role("supervisor") or not may_decide(case.actor):
        unmet.append(
            Unmet(
                "supervisor_only", _("only a supervisor may lower the grade or take away the mark of a major complaint")
            )
        )
    elif case.actor.id == c.owner_id and not alone.warned(case, "own_grade"):
        sentence = _("this case is your own: another supervisor decides whether its grade or mark is lowered")
        unmet.append(Unmet("own_case", sentence))
    else:
        unmet += keeps_out(case, c)
    if not values["reason"]:
        unmet.append(Unmet("reason_missing", _("lowering the grade needs a reason")))
    return unmet


def high_risk_by_upgrade(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Once past acceptance, a higher grade takes the case back to the report and the plan (P26, TR-17)."""
    if values is None or values["grade"] != Grade.HIGH_RISK or case.complaint.grade == Grade.HIGH_RISK:
        return []
    if case.complaint.state in {State.REGISTERED, State.PRE_PLAN}:
        return []
    return [Unmet("use_upgrade", _("use “Raise to high risk”: it reports upward and opens the pre-handling plan"))]


ORDINARY = {
    "severity": "2", "safety": "1", "complexity": "2", "impact": "1", "immediacy": "1",
    "grade": str(Grade.GENERAL), "urgency": str(Urgency.NORMAL),
}  # fmt: skip
"""An ordinary complaint as the guidance of the criteria has it: a small loss, no hazard, one record to look up, one person."""


D = terms.DemandKind
MADE_GOOD = frozenset({D.REFUND, D.EXCHANGE, D.REPAIR, D.COMPENSATION, D.SERVICE})
"""Demands of which the form of Annex C says that they can be compensated, as long as nobody says otherwise."""


def nothing_unusual(complaint: Complaint) -> bool:
    """Do the rules in force see an ordinary complaint, and was nothing decided yet?"""
    if complaint.grade or complaint.suggested_grade == Grade.HIGH_RISK:
        return False
    suggestion, _version = queries.suggestion_for(complaint)
    return suggestion.grade != Grade.HIGH_RISK and suggestion.urgency != Urgency.URGENT and not suggestion.reasons


def proposed_by_rules(actor: Actor, complaint: Complaint) -> str:
    """What the rules say, above the form: a person decides (invariant 10)."""
    if complaint.grade:
        return ""
    if nothing_unusual(complaint):
        return gettext(
            "The rules see nothing unusual; an ordinary case is filled in. Change what is otherwise: you decide."
        )
    if grade := complaint.get_suggested_grade_display():
        return gettext("The rules suggest: %(grade)s. A person decides.") % {"grade": grade}
    return ""


def last_assessment(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the case is now, and scores and facts of the assessment before this one; the reason is always given anew.

    Of a complaint that nobody has assessed yet, and in which the rules see nothing, an ordinary one is proposed.
    """
    values: dict[str, Any] = {name: getattr(complaint, name) for name in PRESENT} | {
        "categories": [str(one.get("sub") or one["no"]) for one in complaint.categories]
    }
    values |= details_of(complaint.categories)
    if before := queries.latest_assessment(complaint):
        values |= {name: str(getattr(before, name)) for name in CRITERIA}
        values |= {name: getattr(before, name) for name in KEPT}
    elif nothing_unusual(complaint):
        values |= ORDINARY
        values["object_type"] = complaint.object_type or OBJECTS.get(lists.topic_of(complaint), "")
        values["compensation_possible"] = any(one.kind in MADE_GOOD for one in demands_of(complaint))
    return values


def assess_and_grade(case: Case, values: Values) -> None:
    """E04: a person confirms what the rules proposed, or decides otherwise and says why (TR-05–TR-12, TR-17–TR-22)."""
    c = case.complaint
    suggestion, rules_version = queries.suggestion_for(c)
    proposed_high = Grade.HIGH_RISK in {suggestion.grade, c.suggested_grade} or bool(values["high_risk_reasons"])
    if proposed_high and values["grade"] == Grade.GENERAL and not values["reason"]:
        sentence = _(
            "The rules or the facts you marked point to high risk. Say why the complaint is general all the same."
        )
        raise InvalidInput({"reason": InvalidValue(sentence, code="required")})
    forced = (["high_risk"] if values["grade"] == Grade.HIGH_RISK else []) + list(values["urgent_topics"])
    urgency = Urgency.URGENT if forced else Urgency(values["urgency"])
    marks = {mark: getattr(c, mark) if values[mark] is None else values[mark] for mark in MARKS}
    row = Assessment(
        complaint=c, **{name: int(values[name]) for name in CRITERIA},
        **{name: bool(values[name]) for name in ("safety_issue", "immediate_action", "compensation_possible")},
        **{name: values[name] for name in ("problem_type", "object_type", "grade", "urgent_topics", "high_risk_reasons", "risk_marks")},
        **marks, urgency=urgency, urgency_forced_by=forced, suggestion=suggestion.as_data(), rules_version=rules_version,
        criteria_version=rulebooks.in_force(criteria.KIND).version,
        category_version=rulebooks.in_force(classification.KIND).version,
        assessed_by=case.actor.id, assessed_at=case.at,
    )  # fmt: skip
    row.seal_all(reason=values["reason"], **{f"{name}_text": values[f"{name}_text"] for name in CRITERIA})
    row.save(force_insert=True)
    case.fact("assessment", row.pk)
    case.fact("suggested", suggestion.as_data())
    case.fact("rules", {"risk": rules_version, "criteria": row.criteria_version, "categories": row.category_version})
    if forced and values["urgency"] == Urgency.NORMAL:
        case.fact("urgency_forced_by", forced)
    _write(case, values, urgency, marks, row.category_version)
    _start_limits(case)
    if "mass" in suggestion.high_risk_reasons:
        rules = rulebooks.version_of(risk_rules.KIND, rules_version).body
        mass.prompt_the_others(c, mass.burst_around(c, rules["mass"]))


def _write(case: Case, values: Values, urgency: str, marks: dict[str, bool], category_version: int) -> None:
    """The row takes what the person decided; the ledger keeps old and new (TR-20)."""
    c = case.complaint
    newly_urgent = urgency == Urgency.URGENT and c.urgency != Urgency.URGENT
    routed = routing.responsible(c)
    for name in ("problem_type", "object_type", "grade", "risk_marks"):
        case.set(name, values[name])
    for name in ("severity", "complexity"):
        case.set(name, int(values[name]))
    routing.follow(case, routed)
    case.set("urgency", str(urgency))
    for name, value in marks.items():
        case.set(name, value)
    if values["categories"]:
        case.set("categories", categories_of(values, c.categories))
    case.set("category_version", category_version)
    case.set("required_level", required_level(c.grade, c.crisis, c.difficult or c.major, c.required_level))
    recall_below_level(case)
    if newly_urgent:
        alert(case, "case.urgent")


def _start_limits(case: Case) -> None:
    """T02 once urgent, T09 once high-risk; T04 for a complaint that was received as high-risk and found general."""
    c = case.complaint
    urgency_before = case.changes.get("urgency")
    if urgency_before and c.urgency == Urgency.URGENT and not case.running("urgent_response"):
        case.start("urgent_response")
    if c.state != State.REGISTERED:
        return
    if c.grade == Grade.HIGH_RISK and "grade" in case.changes and not case.running("high_risk_report"):
        case.start("high_risk_report")
    if c.grade == Grade.GENERAL:
        case.end("high_risk_report", Promise.Ending.CANCELLED)  # a supervisor lowered it before anything was reported
    if c.grade == Grade.GENERAL and not Promise.objects.filter(stream_id=c.pk, kind="handling_start").exists():
        case.start("handling_start", at=c.received_at)


ASSESS_AND_GRADE = Step(
    id="E04",
    name="assess_and_grade",
    of_body=True,
    key="p",
    on_rows=True,
    main_while=lambda complaint: not complaint.grade,
    event="complaint.graded",
    label=_("Assess and grade"),
    sources=(
        State.REGISTERED,
        State.PRE_PLAN,
        State.ROUTING,
        State.INVESTIGATING,
        State.ANSWERING,
        State.HANDLING,
        State.FEEDBACK,
        State.EXTERNAL_ROUTE,
    ),
    who=STAFF,
    guards=(may_lower_grade, high_risk_by_upgrade),
    may_start=("urgent_response", "handling_start", "high_risk_report"),
    main=True,
    guide=_("Score the five criteria and confirm type, grade and urgency; nothing leaves acceptance ungraded."),
    clause="ISC 8.1, 8.2; SZ 6(5); CTS 8.3",
    effect=assess_and_grade,
    first=last_assessment,
    hint=proposed_by_rules,
    at_receipt=_("Register and grade"),
    fields=(
        Field(
            name="problem_type",
            label=_("Problem type"),
            kind="choice",
            options=lists.problem_types,
            required=True,
        ),
        Field(
            name="object_type",
            label=_("Complaint about"),
            kind="choice",
            options=lists.object_types,
            required=True,
        ),
        *(
            field
            for name, label, words in CRITERIA_WORDS
            for field in (
                Field(name=name, label=label, kind="choice", options=SCALES[name], required=True),
                Field(name=f"{name}_text", label=words, kind="longtext"),
            )
        ),
        Field(name="safety_issue", label=_("Is safety concerned?"), kind="bool"),
        Field(name="immediate_action", label=_("Is immediate action needed?"), kind="bool"),
        Field(name="compensation_possible", label=_("Can it be compensated?"), kind="bool"),
        Field(
            name="grade",
            label=_("Grade"),
            kind="choice",
            options=tuple(terms.Grade.choices),
            required=True,
            help=_(
                "General: the usual internal procedure settles it within the limit. High risk: it may seriously harm the "
                "enterprise, or life and property, or stir up the public."
            ),
        ),
        Field(name="urgency", label=_("Urgency"), kind="choice", options=tuple(terms.Urgency.choices), required=True),
        Field(name="urgent_topics", label=_("Urgent topics"), kind="choices", options=urgent_topics),
        Field(name="high_risk_reasons", label=_("High-risk facts"), kind="choices", options=high_risk_reasons),
        Field(name="risk_marks", label=_("Escalation risks"), kind="choices", options=risk_marks),
        Field(name="major", label=_("Major complaint"), kind="bool"),
        Field(name="crisis", label=_("Public-opinion crisis"), kind="bool"),
        Field(
            name="difficult",
            label=_("Difficult"),
            kind="bool",
            help=_("Complex, or hard to settle. Without it the facts are clear and the complaint is easy to handle."),
        ),
        Field(name="categories", label=_("Problem categories"), kind="choices", options=categories),
        *detail_fields(keeps=True),
        Field(name="reason", label=_("Reason for the grade"), kind="longtext"),
    ),
)


def immediate_measure(case: Case, values: Values) -> None:
    """E05: what was done at once, and whether it helped (TR-13). T02 ends by the table."""
    row = ImmediateMeasure(
        complaint=case.complaint, effective=values["effective"] == "yes", taken_by=case.actor.id, taken_at=case.at
    )
    row.seal_all(measure=values["measure"], next_measure=values["next_measure"])
    row.save(force_insert=True)
    case.fact("measure", row.pk)


IMMEDIATE_MEASURE = Step(
    id="E05",
    name="immediate_measure",
    event="complaint.immediate_measure_recorded",
    label=_("Record immediate measure"),
    sources=terms.OPEN_STATES,
    who=STAFF,
    stops=("urgent_response",),
    clause="SZ 6(5), C.4; CTS 8.3 e",
    effect=immediate_measure,
    fields=(
        Field(name="measure", label=_("Measure"), kind="longtext", required=True),
        Field(name="effective", label=_("Was it effective?"), kind="choice", options=YES_NO, required=True),
        Field(
            name="next_measure",
            label=_("Next measure, or why none"),
            kind="longtext",
            required=True,
            when=("effective", "no"),
        ),
    ),
)


STEPS = (ASSESS_AND_GRADE, IMMEDIATE_MEASURE)
