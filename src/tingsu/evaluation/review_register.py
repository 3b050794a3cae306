"""The register of management reviews: input pack, conclusion, decisions with owner and day, minutes (MS-26, MS-27, MS-28)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.evaluation import pack, review_shown, reviewing
from tingsu.evaluation.reviewing import (
    ACTING,
    ASSEMBLED,
    CLOSED,
    DECISION,
    DECISIONS,
    DROPPED,
    HELD,
    KINDS,
    NAME,
    PLANNED,
    TIMER,
)
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

CONVENERS = (Role.MGMT_REP, Role.TOP_MGMT)
WORKERS = (OWNER, *CONVENERS)
PLAN = ("about*", "kind*", "since*", "until*", "planned_on*", "chair*", "participants", "owner", "regular")
INPUT_OPTIONS = tuple(pack.INPUTS.items())
JUDGED = (
    ("yes", pgettext_lazy("review", "Yes")),
    ("partly", pgettext_lazy("review", "In part")),
    ("no", pgettext_lazy("review", "No")),
)
DECIDED = (
    Field(
        name="area", label=pgettext_lazy("review", "Concerns"), kind="choice", options=reviewing.AREAS, required=True
    ),
    Field(name="what", label=pgettext_lazy("review", "What was decided"), limit=300, required=True),
    Field(name="who", label=pgettext_lazy("review", "Who"), kind="member", options=members, required=True),
    Field(name="until", label=pgettext_lazy("review", "Until"), kind="date", required=True),
)
PACKED = (
    Field(name="input", label=pgettext_lazy("review", "Input"), kind="choice", options=INPUT_OPTIONS),
    Field(name="code", label=pgettext_lazy("review", "Figure"), limit=20),
    Field(name="n", label=pgettext_lazy("review", "Number"), kind="number"),
)

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Management review"),
        many=pgettext_lazy("record", "Management reviews"),
        hint=_(
            "Top management looks at the whole system: an input pack from live data, a conclusion on suitability, adequacy and effectiveness, "
            "and decisions with somebody who carries them out. What is still open comes back in the next one."
        ),
        prefix="GP",
        icon="users",
        chapter="review",
        order=17,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("review", "Subject"), kind="longtext", limit=300),
            Field(name="kind", label=pgettext_lazy("review", "Kind"), kind="choice", options=KINDS),
            Field(name="since", label=_("Looks back from"), kind="date", past=True),
            Field(name="until", label=_("Looks back until"), kind="date", past=True),
            Field(name="planned_on", label=_("Planned for"), kind="date"),
            Field(name="chair", label=pgettext_lazy("review", "Chair"), kind="member", options=members),
            Field(name="participants", label=pgettext_lazy("review", "Invited"), kind="choices", options=members),
            Field(name="owner", label=_("Prepared by"), kind="member", options=members),
            Field(name="regular", label=_("Item of the firm's regular management review"), limit=200,
                  help=_("Its number or day, where complaints are an item of that review.")),
            Field(name="assembled_on", label=_("Pack assembled on"), kind="date"),
            Field(name="pack", label=_("Input pack"), kind="rows", rows=PACKED, limit=500),
            Field(name="given", label=_("Input that is given by hand"), kind="choice", options=INPUT_OPTIONS),
            Field(name="remark", label=_("What is to be considered, or why there is nothing"), kind="longtext", limit=2000),
            Field(
                name="remarks", label=_("Given by hand"), kind="rows", limit=60,
                rows=(
                    Field(name="input", label=pgettext_lazy("review", "Input"), kind="choice", options=INPUT_OPTIONS),
                    Field(name="words", label=_("What is to be considered, or why there is nothing"), kind="longtext"),
                    Field(name="by", label=pgettext_lazy("review", "Who"), kind="member", options=members),
                    Field(name="on", label=pgettext_lazy("audit", "On"), kind="date"),
                ),
            ),
            Field(name="held_on", label=_("Held on"), kind="date", past=True),
            Field(name="present", label=_("Took part"), kind="choices", options=members),
            Field(name="suitable", label=_("Still suitable"), kind="choice", options=JUDGED),
            Field(name="adequate", label=pgettext_lazy("review", "Adequate"), kind="choice", options=JUDGED),
            Field(name="effective", label=pgettext_lazy("review", "Effective"), kind="choice", options=JUDGED),
            Field(name="conclusion", label=pgettext_lazy("review", "Conclusion"), kind="longtext", limit=4000),
            Field(name="decisions", label=_("Decisions and actions"), kind="rows", rows=DECIDED),
            Field(name="decision", label=pgettext_lazy("review", "Decision"), kind="choice", options=DECISIONS.open),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext", limit=2000),
            Field(name="minutes", label=_("Minutes"), kind="files"),
            Field(name="closed_on", label=pgettext_lazy("review", "Closed on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=PLAN,
        passing=("given", "remark", "decision", "done_on", "result", "reason"),
        columns=("kind", "planned_on", "held_on"),
        filters=("kind",),
        owner="owner",
        openers=(*CONVENERS, Role.SUPERVISOR, Role.QA),
        readers=(*LEADERS, *CHECKERS),
        involves=reviewing.part_in,
        speaks_of="until",
        clauses=lambda codes: ("CTS 9.3", "SZ 4(4)") if codes.get("closed_on") else (),
        on_open=reviewing.planned,
        states=(
            State(PLANNED, pgettext_lazy("review", "Planned"), "soon"),
            State(ASSEMBLED, _("Input pack assembled"), "soon"),
            State(HELD, pgettext_lazy("review", "Held, to be closed"), "soon"),
            State(ACTING, _("Closed, decisions under way")),
            State(CLOSED, pgettext_lazy("review", "Closed"), "done", open=False),
            State(DROPPED, pgettext_lazy("review", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="plan", label=_("Change the review"), event="replanned", did=_("changed the plan of the review"), sources=(PLANNED, ASSEMBLED),
                who=WORKERS, asks=PLAN, effect=reviewing.planned, icon="edit", main=False,
            ),
            Do(
                name="remark", label=_("Give an input by hand"), event="remarked", did=_("gave an input by hand"), sources=(ASSEMBLED, HELD),
                who=WORKERS, asks=("given*", "remark*"), effect=reviewing.remarked, icon="plus", main=False, clause="CTS 9.3",
            ),
            Do(
                name="hold", label=pgettext_lazy("review", "Record the review"), event="held", did=_("recorded the review"), sources=(ASSEMBLED,), target=HELD,
                who=WORKERS, guards=(reviewing.well_chaired,),
                asks=("held_on*", "present*", "suitable*", "adequate*", "effective*", "conclusion*", "decisions", "minutes"),
                effect=reviewing.held, stops=(TIMER,), tells=CONVENERS, icon="edit", clause="CTS 9.3",
            ),
            Do(
                name="assemble", label=_("Assemble the input pack"), event="assembled", did=_("assembled the input pack"),
                sources=(PLANNED, ASSEMBLED), target=ASSEMBLED, who=WORKERS,
                guards=(reviewing.well_chaired,), effect=reviewing.assembled, icon="refresh", clause="CTS 9.3",
            ),
            Do(
                name="close", label=_("Confirm the minutes and close"), event="closed", did=_("confirmed the minutes and closed the review"),
                sources=(HELD,), target=ACTING, who=CONVENERS, not_by=("hold",), guards=(reviewing.whole_input,), effect=reviewing.closed,
                may_start=(DECISION,), tells=(OWNER,), tone="done", icon="checks", clause="CTS 9.3",
            ),
            Do(
                name="give_back", label=pgettext_lazy("audit", "Give back"), event="given_back", did=_("gave the minutes back"), sources=(HELD,),
                target=ASSEMBLED, who=CONVENERS, not_by=("hold",), asks=("reason*",), tells=(OWNER,), icon="arrow-back-up", main=False,
            ),
            Do(
                name="finish_decision", label=_("Report a decision as carried out"), event="decision_finished",
                did=_("reported a decision as carried out"), sources=(ACTING,), who=(*WORKERS, INVOLVED), asks=("decision*", "done_on*", "result*"),
                effect=reviewing.acted, may_stop=(DECISION,), tells=(OWNER,), icon="check", clause="CTS 9.3; CTS 10.2",
            ),
            Do(
                name="drop", label=pgettext_lazy("review", "Cancel the review"), event="dropped", did=_("cancelled the review"),
                sources=(PLANNED, ASSEMBLED), target=DROPPED, who=CONVENERS, asks=("reason*",), stops=(TIMER,), tells=(OWNER,), icon="x", main=False,
            ),
        ),
        dues=(Due(field="planned_on", timer=TIMER, label=pgettext_lazy("review", "Management review"), stops=_("review held"), source="CTS 9.3"),),
        timers=(
            TimerKind(
                name=DECISION, of=NAME, label=_("Decision of a management review"), starts=_("review closed"), stops=_("decision carried out"),
                source="CTS 9.3", dated=True,
            ),
        ),
        entry_template="evaluation/review.html",
        entry_context=review_shown.told,
        own_part=frozenset({"pack", "remarks"}),
        offers=review_shown.offered,
    )
)  # fmt: skip
