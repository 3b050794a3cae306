"""The register of spill-over complaints (外溢投诉): raised on a platform, with an authority or in the media (XR-01, XR-06, XR-07)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.complaints import lists, terms
from tingsu.complaints.named import case_named
from tingsu.outside import (
    connections,
    importing,  # noqa: F401 declares a register of its own
    linking,  # noqa: F401 and so does this
    spill_over,
    volume,
)
from tingsu.outside.platforms import MEDIA, OTHER, PLATFORMS
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

WORKERS = (OWNER, *LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
RESULTS = (
    ("settled", _("Settled between the parties")), ("upheld", pgettext_lazy("outside result", "Upheld")),
    ("rejected", pgettext_lazy("outside result", "Not upheld")), ("mediated", pgettext_lazy("outside result", "Mediated by the body")),
    ("passed_on", _("Passed on to another body")), ("withdrawn", pgettext_lazy("outside result", "Withdrawn")),
    ("other", pgettext_lazy("outside result", "Another result")),
)  # fmt: skip
MEASURE = (
    Field(name="what", label=pgettext_lazy("spill-over", "Measure"), required=True),
    Field(name="who", label=pgettext_lazy("corrective action", "Who"), kind="member", options=members, required=True),
    Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", required=True),
    Field(name="done_on", label=_("Done on"), kind="date"),
    Field(name="outcome", label=pgettext_lazy("spill-over", "Result")),
)
RUNNING = ("open", "answered")

declare(
    Register(
        name=spill_over.NAME,
        one=pgettext_lazy("record", "Spill-over complaint"),
        many=pgettext_lazy("record", "Spill-over complaints"),
        hint=_(
            "Complaints raised with a platform, an authority or the media: under which number, until when an answer is due there, "
            "what is done to settle the dispute, and how it ended."
        ),
        prefix="WY",
        icon="world",
        group="intake",
        order=36,
        title="words",
        readers=(*CENTRE_ROLES, Role.TOP_MGMT, Role.AUDITOR, Role.ANALYST),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="platform", label=pgettext_lazy("spill-over", "Platform"), kind="choice", options=PLATFORMS),
            Field(name="platform_words", label=_("Which body"), limit=80, when=("platform", OTHER), required=True),
            Field(name="reference", label=_("Outside reference number"), limit=80),
            Field(name="raised_at", label=_("Raised there at"), kind="datetime", past=True),
            Field(name="received_at", label=_("Reached us at"), kind="datetime", past=True),
            Field(name="reply_by", label=_("Answer due there by"), kind="date"),
            Field(name="words", label=_("What is complained of"), kind="longtext", limit=8000),
            Field(name="outlet", label=_("Medium or account"), limit=80, when=("platform", MEDIA)),
            Field(name="link", label=pgettext_lazy("spill-over", "Link"), limit=500),
            Field(
                name="reach", label=pgettext_lazy("spill-over", "Reach"), limit=40, when=("platform", MEDIA),
                help=_("As the source counts it: readers, plays, shares."),
            ),
            Field(name="their_state", label=_("State on the platform"), limit=80),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="measures", label=_("Measures to settle the dispute"), kind="rows", rows=MEASURE),
            Field(name="reply", label=_("Our answer to the body"), kind="longtext", limit=4000),
            Field(name="replied_on", label=_("Answered on"), kind="date", past=True),
            Field(name="result", label=_("Result there"), kind="choice", options=RESULTS),
            Field(name="result_words", label=_("What was decided"), kind="longtext", limit=2000),
            Field(name="ended_on", label=pgettext_lazy("spill-over", "Ended on"), kind="date", past=True),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="case", label=_("Number of the complaint"), limit=40),
            Field(name="becomes", label=_("Becomes"), kind="choice", options=tuple(terms.Kind.choices)),
            Field(name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types),
            Field(name="complainant_name", label=_("Full name"), limit=60),
            Field(name="complainant_phone", label=_("Telephone"), limit=30),
            Field(name="what", label=pgettext_lazy("spill-over", "Measure"), limit=200),
            Field(name="who", label=pgettext_lazy("corrective action", "Who"), kind="member", options=members),
            Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", future=True),
            Field(name="measure", label=pgettext_lazy("spill-over", "Measure"), kind="choice", options=spill_over.waiting_measures),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="outcome", label=pgettext_lazy("spill-over", "Result"), limit=200),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(
            "platform*", "platform_words", "outlet", "reference", "link", "reach", "words*", "raised_at", "received_at*", "reply_by",
            "their_state", "owner", "proof",
        ),
        passing=(
            "case", "becomes", "problem_type", "complainant_name", "complainant_phone", "what", "who", "until", "measure", "done_on",
            "outcome", "reason",
        ),
        columns=("platform", "reply_by", "result"),
        filters=("platform", "result", "reference"),
        sought=("reference",),
        personal={"complainant_name": "contact.name", "complainant_phone": "contact.phone"},
        owner="owner",
        involves=spill_over.doers,
        on_open=spill_over.opened,
        clauses=lambda codes: ("SZ 7", "SVC 3.1.1"),
        states=(
            State("open", _("Answer is due"), "soon"),
            State("answered", pgettext_lazy("spill-over", "Answered")),
            State("ended", pgettext_lazy("spill-over", "Ended"), "done", open=False),
        ),
        steps=(
            Do(
                name="answer", label=_("Record our answer"), event="answered", did=_("recorded our answer to the body"), sources=("open",),
                target="answered", who=WORKERS, asks=("reply*", "replied_on*", "proof"), stops=("spill_over_reply",), tone="done",
                icon="check", clause="ISC 7.1.2.4",
            ),
            Do(
                name="register", label=_("Register as a complaint"), event="registered", did=_("registered it as a complaint"),
                sources=RUNNING, who=WORKERS, asks=("becomes*", "problem_type*", "complainant_name", "complainant_phone"),
                guards=(spill_over.no_case_yet,), before=spill_over.register, effect=spill_over.registered, main=False,
                icon="arrow-up-right", clause="ISC 7.1.2.4",
            ),
            Do(
                name="join", label=_("Put it to a case"), event="joined", did=_("put it to a case"), sources=RUNNING, who=WORKERS,
                asks=("case*",), guards=(spill_over.no_case_yet, case_named), effect=spill_over.joined, main=False,
                icon="message-2", clause="SZ 2",
            ),
            Do(
                name="update", label=_("Note the state there"), event="updated", did=_("noted the state on the platform"), sources=RUNNING,
                who=WORKERS, asks=("their_state*", "reply_by"), main=False, icon="refresh",
            ),
            Do(
                name="plan", label=_("Plan a measure"), event="planned", did=_("planned a measure"), sources=RUNNING, who=WORKERS,
                asks=("what*", "who*", "until*"), effect=spill_over.plan_measure, may_start=(spill_over.TIMER,), main=False,
                icon="subtask", clause="SZ 7",
            ),
            Do(
                name="finish", label=_("Report a measure as taken"), event="measure_taken", did=_("reported a measure as taken"),
                sources=RUNNING, who=(*WORKERS, INVOLVED), asks=("measure*", "done_on*", "outcome*"),
                guards=(spill_over.measure_waits,), effect=spill_over.finish_measure, may_stop=(spill_over.TIMER,),
                tells=(OWNER,), main=False, icon="checks", clause="SZ 7",
            ),
            Do(
                name="end", label=_("Record the result"), event="ended", did=_("recorded the result"), sources=RUNNING, target="ended",
                who=WORKERS, asks=("result*", "result_words*", "ended_on*", "their_state", "proof"), effect=spill_over.ended,
                may_stop=("spill_over_reply", spill_over.TIMER), tone="done", icon="archive", clause="SZ 2",
            ),
            Do(
                name="reopen", label=pgettext_lazy("spill-over", "Open again"), event="reopened", did=pgettext_lazy("spill-over", "opened it again"),
                sources=("ended",), target="open", who=WORKERS, asks=("reason*", "reply_by*"), main=False, icon="refresh",
            ),
        ),
        dues=(
            Due(
                field="reply_by", timer="spill_over_reply", label=_("Answer to a body outside"), stops=_("answered or ended"),
                source="ISC 7.1.2.4",
            ),
        ),
        timers=(
            TimerKind(
                name=spill_over.TIMER, of=spill_over.NAME, label=_("Measure against spill-over"), starts=_("a measure was planned"),
                stops=_("reported as taken, or ended"), source="SZ 7", dated=True,
            ),
        ),
        entry_template="outside/platform_way.html",
        entry_context=connections.platform_context,
        list_template="outside/volume.html",
        list_context=volume.by_platform,
    )
)  # fmt: skip
