"""The register of calls (IG-04, RG-19), and the tasks to call somebody back (IN-06)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.phone import course, lines, missed
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare

WORKERS = (OWNER, *LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
SYSTEM: tuple[str, ...] = ()
"""Nobody: what the system alone does."""
DIRECTIONS = (
    ("in", pgettext_lazy("call", "From outside")), ("out", pgettext_lazy("call", "To outside")),
    ("internal", pgettext_lazy("call", "In the house")),
)  # fmt: skip
OUTCOMES = (
    ("going", pgettext_lazy("call", "Goes on")), ("answered", _("Answered by a person")), ("missed", _("Nobody answered")),
    ("closed", _("Called outside opening hours")), ("menu", _("Hung up in the voice menu")), ("machine", _("Served by a machine")),
    ("out", pgettext_lazy("call", "To outside")), ("internal", pgettext_lazy("call", "In the house")),
)  # fmt: skip
TAGS = (("complaint", _("Complaint")), ("other", pgettext_lazy("call", "Not a complaint")))
TRIED = (
    ("no_answer", _("Nobody picked up")), ("busy", _("Engaged")), ("off", _("Switched off or out of reach")),
    ("refused", _("Did not wish to speak")),
)  # fmt: skip

declare(
    Register(
        name="call",
        one=pgettext_lazy("record", "Call"),
        many=pgettext_lazy("record", "Calls"),
        hint=_(
            "Every call of the hotlines and chat of the online services as their systems tell it: who asked, how long they waited, who "
            "answered, where the recording lies, and which complaint came of it."
        ),
        prefix="TH",
        icon="phone",
        group="intake",
        order=32,
        title="caller",
        readers=(*CENTRE_ROLES, Role.TOP_MGMT, Role.AUDITOR, Role.ANALYST),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="channel", label=pgettext_lazy("record", "Channel"), kind="choice", options=lines.options),
            Field(name="direction", label=pgettext_lazy("call", "Direction"), kind="choice", options=DIRECTIONS),
            Field(name="caller", label=pgettext_lazy("call", "Number"), limit=80),
            Field(name="withheld", label=_("The number was withheld"), kind="bool"),
            Field(name="outcome", label=pgettext_lazy("call", "What became of it"), kind="choice", options=OUTCOMES),
            Field(name="started_at", label=pgettext_lazy("call", "Began"), kind="datetime", past=True),
            Field(name="queued_at", label=_("Asked for a person"), kind="datetime", past=True),
            Field(name="answered_at", label=pgettext_lazy("call", "Answered"), kind="datetime", past=True),
            Field(name="ended_at", label=pgettext_lazy("call", "Ended"), kind="datetime", past=True),
            Field(name="waited", label=_("Waited (seconds)"), kind="number"),
            Field(name="agent", label=_("Answered by"), limit=200),
            Field(name="recording", label=_("Recording"), limit=500),
            Field(name="recording_until", label=_("Recording kept until"), kind="date"),
            Field(name="doubtful", label=_("Its times contradict each other"), kind="bool"),
            Field(name="tag", label=_("Marked as"), kind="choice", options=TAGS),
            Field(name="note", label=pgettext_lazy("call", "Remark"), kind="longtext", limit=1000),
        ),
        form=("channel", "direction*", "caller*", "started_at*", "answered_at", "ended_at", "agent", "recording", "note*"),
        columns=("outcome", "started_at", "waited"),
        filters=("channel", "direction", "outcome", "tag", "doubtful"),
        personal={"caller": "contact.phone"},
        opening={"guards": (course.in_order,)},
        on_open=course.typed,
        clauses=lambda codes: ("ISC 9.6.3",),
        states=(
            State("going", pgettext_lazy("call", "Goes on"), "soon"),
            State("answered", pgettext_lazy("call", "Answered"), "done", open=False),
            State("missed", pgettext_lazy("call", "Missed"), "late", open=False),
            State("other", pgettext_lazy("call", "Without a person"), open=False),
        ),
        steps=(
            Do(
                name="report", label=_("Report of the telephone system"), event="reported", did=_("told how the call went on"),
                sources=("going", "answered", "missed", "other"), who=SYSTEM, main=False, icon="phone-call", clause="ISC 9.1.1.1",
            ),
            Do(
                name="remark", label=_("Change the remark"), event="remarked", did=_("changed the remark"),
                sources=("going", "answered", "missed", "other"), who=WORKERS, asks=("note*",), main=False, icon="edit",
            ),
            Do(
                name="mark", label=_("Mark as complaint or not"), event="marked", did=_("marked whether it was a complaint"),
                sources=("answered", "other"), who=WORKERS, asks=("tag*",), main=False, icon="tag", clause="CTS 8.2",
            ),
            Do(
                name="forget_recording", label=_("End of the recording's time of keeping"), event="recording_expired",
                did=_("took out the recording: its time of keeping is over"), sources=("going", "answered", "missed", "other"), who=SYSTEM,
                effect=course.forget_recording, main=False, icon="trash",
            ),
        ),
        entry_template="phone/call.html",
        entry_context=course.context,
    )
)  # fmt: skip

declare(
    Register(
        name="missed_call",
        one=_("Call to be returned"),
        many=_("Calls to be returned"),
        hint=_(
            "Whoever rang and reached nobody, also outside opening hours: each number once, with an owner and a time. It ends by itself "
            "when the caller gets through."
        ),
        prefix="HB",
        icon="phone-call",
        group="intake",
        order=33,
        title="caller",
        readers=tuple(CENTRE_ROLES),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="channel", label=pgettext_lazy("record", "Channel"), kind="choice", options=lines.options),
            Field(name="caller", label=pgettext_lazy("call", "Number"), limit=80),
            Field(name="missed_at", label=_("Rang first at"), kind="datetime", past=True),
            Field(name="again_at", label=_("Rang last at"), kind="datetime", past=True),
            Field(name="times", label=_("Rang without an answer (times)"), kind="number"),
            Field(name="closed", label=_("Outside opening hours"), kind="bool"),
            Field(name="attempts", label=_("Attempts to call back"), kind="number"),
            Field(name="tried", label=_("How the attempt went"), kind="choice", options=TRIED),
            Field(name="words", label=_("What was said"), kind="longtext", limit=2000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
            Field(name="note", label=pgettext_lazy("call", "Remark"), kind="longtext", limit=1000),
        ),
        form=("channel", "caller*", "missed_at*", "note*"),
        passing=("reason",),
        columns=("missed_at", "times", "attempts"),
        filters=("channel", "closed", "tried"),
        personal={"caller": "contact.phone"},
        opening={"starts": ("call_back",)},
        on_open=missed.opened,
        one_by_one="open",
        states=(
            State("open", _("To be called back"), "soon"),
            State("reached", pgettext_lazy("call", "Called back"), "done", open=False),
            State("got_through", _("Got through by themselves"), "done", open=False),
            State("unreachable", pgettext_lazy("call", "Not reached"), "late", open=False),
            State("dropped", _("Nothing to call back"), open=False),
        ),
        steps=(
            Do(
                name="reach", label=pgettext_lazy("call", "Reached"), event="reached", did=_("called back and reached the caller"), sources=("open",),
                target="reached", who=WORKERS, asks=("words*",), effect=missed.over, stops=("call_back",), tone="done", icon="check",
                clause="ISC 7.1.2.3", key="1",
            ),
            Do(
                name="try", label=_("Not reached this time"), event="tried", did=_("called back without reaching the caller"),
                sources=("open",), who=WORKERS, asks=("tried*", "words"), effect=missed.tried, may_stop=("call_back",), main=False,
                icon="phone", clause="ISC 7.1.2.3", key="2",
            ),
            Do(
                name="drop", label=_("Nothing to call back"), event="dropped", did=_("found nothing to call back"), sources=("open",),
                target="dropped", who=WORKERS, asks=("reason*",), effect=missed.over, stops=("call_back",), main=False, icon="x", key="3",
            ),
            Do(
                name="again", label=_("Rang again"), event="missed_again", did=_("rang again and reached nobody"), sources=("open",),
                who=SYSTEM, main=False, icon="phone",
            ),
            Do(
                name="got_through", label=_("Got through by themselves"), event="ended_by_call", did=_("was ended: the caller got through"),
                sources=("open",), target="got_through", who=SYSTEM, effect=missed.over, stops=("call_back",), main=False, tone="done",
                icon="check",
            ),
        ),
        timers=(
            TimerKind(
                name="call_back", of="missed_call", label=_("Call somebody back"), starts=_("call missed"),
                stops=_("reached, got through, or not reached after all attempts"), source="ISC 7.1.2.3",
                limits=(Limit(amount=2, unit=Unit.WORKING_HOUR, basis="ISC 7.1.2.3", ours=True),),
            ),
        ),
        entry_template="phone/missed.html",
        entry_context=missed.context,
    )
)  # fmt: skip
