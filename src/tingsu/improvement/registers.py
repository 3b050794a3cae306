"""The register of nonconformities (IM-01…IM-06, IM-09, IM-14): from the finding over cause and action to the proof that it worked."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.improvement import (  # noqa: F401 registers of their own
    causes,
    corrective,
    experience,
    inflow,
    informatisation,
    pool,
    quality_report,
    rectifications,
    source_control,
)
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.guards import filled
from tingsu.registers.options import departments, members

WORKERS = (OWNER, *LEADERS, Role.QA)
SOURCES = (
    ("late", _("Complaint handled late")),
    ("record_error", _("Error in a complaint record")),
    ("not_satisfied", _("Complainant not satisfied")),
    ("failed_execution", _("Agreed measure not carried out")),
    ("outage", _("Outage of a channel")),
    ("audit", _("Audit finding")),
    ("compliance", _("Obligation not kept")),
    ("privacy", _("Privacy incident")),
    ("supplier", _("Failure of a supplier")),
    ("quality_check", _("Finding of a quality check")),
    ("other", pgettext_lazy("source", "Other")),
)
SEVERITIES = (
    ("minor", pgettext_lazy("severity", "Minor")),
    ("major", pgettext_lazy("severity", "Major")),
    ("critical", pgettext_lazy("severity", "Critical")),
)
METHODS = (("five_why", _("5-Why")), ("fishbone", _("Fishbone diagram")), ("other", pgettext_lazy("method", "Other")))
WHYS = (Field(name="why", label=pgettext_lazy("cause", "Why?"), limit=500, required=True),)
BONES = (
    Field(name="area", label=pgettext_lazy("cause", "Area"), kind="choice", options=causes.AREAS, required=True),
    Field(name="what", label=_("Possible cause"), limit=300, required=True),
    Field(name="main", label=_("Main cause"), kind="bool"),
)
PREVENTION = (("adopted", _("Adopted")), ("rejected", _("Not adopted")), ("later", _("Decided later")))
MEASURES = (
    Field(name="what", label=_("Measure"), required=True),
    Field(name="on", label=_("Taken on"), kind="date", required=True, past=True),
)
ACTIONS = (
    Field(name="what", label=_("Action"), required=True),
    Field(name="type", label=pgettext_lazy("corrective action", "Type"), kind="choice", options=causes.ACTION_TYPES),
    Field(
        name="owner",
        label=pgettext_lazy("corrective action", "Who"),
        kind="member",
        options=members,
        required=True,
    ),
    Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", required=True),
    Field(name="resources", label=_("Resources")),
)

declare(
    Register(
        name="nonconformity",
        one=_("Nonconformity"),
        many=_("Nonconformities"),
        hint=_("What did not go as it should: kept in check, traced to its cause, acted upon, and proved to be gone."),
        prefix="BH",
        icon="alert-circle",
        group="improve",
        order=10,
        title="description",
        fields=(
            Field(name="source", label=pgettext_lazy("nonconformity", "Source"), kind="choice", options=SOURCES),
            Field(name="description", label=_("What is not as it should be"), kind="longtext", limit=2000),
            Field(name="found_on", label=_("Found on"), kind="date", past=True),
            Field(name="severity", label=_("Severity"), kind="choice", options=SEVERITIES),
            Field(name="stage", label=_("Stage"), kind="choice", options=corrective.stages),
            Field(name="person", label=_("Person concerned"), kind="member", options=members),
            Field(name="department", label=pgettext_lazy("nonconformity", "Department"), kind="unit", options=departments),
            Field(name="supplier", label=_("Supplier"), limit=80),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="control", label=_("Control and correction"), kind="rows", rows=MEASURES),
            Field(name="consequences", label=_("Treatment of consequences"), kind="rows", rows=MEASURES),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="analysis", label=_("Review and analysis"), kind="longtext"),
            Field(name="method", label=_("Method"), kind="choice", options=METHODS),
            Field(name="whys", label=_("Chain of whys"), kind="rows", rows=WHYS, limit=7, when=("method", "five_why")),
            Field(name="bones", label=_("Possible causes by area"), kind="rows", rows=BONES, limit=30, when=("method", "fishbone")),
            Field(name="cause", label=pgettext_lazy("nonconformity", "Cause"), kind="longtext"),
            Field(name="similar", label=_("Similar or possible similar nonconformities"), kind="longtext"),
            Field(
                name="same_as", label=_("The same cause as"), kind="choice", options=causes.closed_alike,
                help=_("A closed nonconformity with this cause: it is opened again, and this one is handled with it."),
            ),
            Field(name="recurred", label=_("Times the cause came back"), kind="number"),
            Field(name="actions", label=_("Corrective actions"), kind="rows", rows=ACTIONS),
            Field(name="criterion", label=_("How we will know that it worked"), kind="longtext"),
            Field(name="review_on", label=_("Review of effectiveness on"), kind="date"),
            Field(name="action", label=_("Action"), kind="choice", options=corrective.open_actions),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext"),
            Field(name="preventive", label=_("Preventive action recommended"), kind="longtext"),
            Field(name="prevention", label=_("Decision on it"), kind="choice", options=PREVENTION),
            Field(name="effect", label=_("What the review found"), kind="longtext"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("source*", "description*", "found_on*", "severity*", "stage", "person", "department", "supplier", "owner"),
        columns=("source", "severity", "department"),
        filters=("source", "severity", "stage", "person", "department", "supplier"),
        owner="owner",
        involves=corrective.doers,
        unit="department",
        graded="severity",
        passing=("action", "done_on", "result", "reason"),
        states=(
            State("open", pgettext_lazy("nonconformity", "Open"), "soon"),
            State("contained", _("Contained")),
            State("evaluated", pgettext_lazy("nonconformity", "Cause found")),
            State("planned", _("Plan waits for approval"), "soon"),
            State("acting", _("In correction")),
            State("review", _("Effect under review")),
            State("closed", pgettext_lazy("nonconformity", "Closed"), "done", open=False),
            State("joined", _("Handled with another one"), open=False),
            State("dropped", _("Not a nonconformity"), open=False),
        ),
        opening={"starts": ("nonconformity_reaction",)},
        entry_template="improvement/causes.html",
        entry_context=causes.beside,
        own_part=frozenset({"whys", "bones"}),
        steps=(
            Do(
                name="contain", label=_("Control and correct"), event="contained", did=_("brought it under control"),
                sources=("open",), target="contained", who=WORKERS, asks=("control*", "consequences*", "proof"),
                stops=("nonconformity_reaction",), starts=("nonconformity_evaluation",), clause="CTS 10.1 a",
            ),
            Do(
                name="evaluate", label=_("Record the cause"), event="evaluated", did=_("recorded the cause"),
                sources=("contained",), target="evaluated", who=WORKERS, clause="CTS 10.1 b",
                asks=("analysis*", "method*", "whys*", "bones*", "cause*", "similar*", "same_as"), stops=("nonconformity_evaluation",),
                guards=(causes.asked_down,), effect=causes.joined, icon="search",
            ),
            Do(
                name="plan", label=_("Plan corrective actions"), event="planned", did=_("planned corrective actions"),
                sources=("evaluated",), target="planned", who=WORKERS, clause="CTS 10.1 c; CTS 10.1 e",
                asks=("actions*", "criterion*", "review_on*", "preventive*"), tells=(Role.SUPERVISOR,),
                guards=(filled("analysis", "cause", "similar"),), effect=corrective.counted_plan, icon="subtask",
            ),
            Do(
                name="approve", label=_("Approve the plan"), event="approved", did=_("approved the plan"),
                sources=("planned",), target="acting", who=LEADERS, not_by=("plan",), asks=("prevention*",),
                may_start=("corrective_action",), effect=corrective.start_actions, tells=(OWNER,), tone="done",
                icon="checks", clause="CTS 10.1 e",
            ),
            Do(
                name="return", label=_("Return the plan"), event="returned", did=_("returned the plan"), main=False,
                sources=("planned",), target="evaluated", who=LEADERS, not_by=("plan",), asks=("reason*",),
                may_stop=("effect_review",), tells=(OWNER,), icon="arrow-back-up",
            ),
            Do(
                name="finish_action", label=_("Report an action as done"), event="action_finished",
                did=_("reported an action as done"), sources=("acting",), who=(*WORKERS, INVOLVED), clause="CTS 10.1 c",
                asks=("action*", "done_on*", "result*", "proof"), may_stop=("corrective_action",),
                effect=corrective.finish_action, icon="check",
            ),
            Do(
                name="confirm", label=_("Confirm the effect"), event="confirmed", did=_("found the actions effective"),
                sources=("review",), target="closed", who=WORKERS, not_by=("plan", "finish_action"), asks=("effect*",),
                guards=(corrective.review_day_reached, corrective.no_own_action), stops=("effect_review",), tells=(OWNER,), tone="done",
                icon="circle-check", clause="CTS 10.1 d",
            ),
            Do(
                name="reopen", label=_("Not effective: open again"), event="reopened", did=_("found no effect and reopened it"),
                sources=("review",), target="contained", who=WORKERS, not_by=("plan",), asks=("effect*",), main=False,
                guards=(corrective.review_day_reached,), stops=("effect_review",), starts=("nonconformity_evaluation",),
                tells=(OWNER,), tone="late", icon="repeat", clause="CTS 10.1 d",
            ),
            Do(
                name="recur", label=_("The cause came back: open again"), event="recurred", did=_("found that its cause has come back"),
                sources=("closed",), target="contained", who=(*LEADERS, Role.QA), asks=("reason*",), main=False,
                effect=causes.came_back, starts=("nonconformity_evaluation",), tells=(OWNER,), tone="late", icon="repeat",
                clause="CTS 10.1 d; SZ 8(5)",
            ),
            Do(
                name="drop", label=_("Not a nonconformity"), event="dropped", did=_("found that it is none"), main=False,
                sources=("open", "contained"), target="dropped", who=(*LEADERS, Role.QA), asks=("reason*",), not_by=("open",),
                may_stop=("nonconformity_reaction", "nonconformity_evaluation"), effect=corrective.let_go,
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), main=False,
                sources=("open", "contained", "evaluated", "planned", "acting", "review"), who=WORKERS, icon="edit",
                asks=("severity*", "stage", "person", "department", "supplier", "owner"),
            ),
        ),
        dues=(
            Due(field="review_on", timer="effect_review", label=_("Review of effectiveness"), stops=_("effect judged")),
        ),
        timers=(
            TimerKind(
                name="nonconformity_reaction", of="nonconformity", label=_("Reaction to a nonconformity"),
                starts=_("nonconformity opened"), stops=_("brought under control"), source="CTS 10.1 a",
                limits=(Limit(amount=2, unit=Unit.WORKING_DAY, basis="CTS 10.1 a", ours=True),),
            ),
            TimerKind(
                name="nonconformity_evaluation", of="nonconformity", label=_("Cause of a nonconformity"),
                starts=_("brought under control, or found without effect"), stops=_("cause recorded"), source="CTS 10.1 b",
                limits=(Limit(amount=10, unit=Unit.WORKING_DAY, basis="CTS 10.1 b", ours=True),),
            ),
            TimerKind(
                name="corrective_action", of="nonconformity", label=_("Corrective action"), starts=_("plan approved"),
                stops=_("action done"), source="CTS 10.1 c", dated=True,
            ),
        ),
    )
)  # fmt: skip
