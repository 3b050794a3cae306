"""The register of channels (IN-03): by which ways complaints reach us, who answers for each, whether it works (IN-08)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.intake import availability
from tingsu.kernel.errors import Unmet
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import members

KINDS = (
    ("hotline", _("Hotline")),
    ("app", _("Online customer service in the app")),
    ("website", _("Complaint entry of the website")),
    ("official_account", _("Message to the official account")),
    ("mini_program", _("Mini-program")),
    ("web_page", _("Web page")),
    ("mail", pgettext_lazy("channel", "E-mail")),
    ("post", pgettext_lazy("channel", "Letters by post")),
    ("service_desk", _("Service desk of a store")),
    ("suggestion_box", _("Suggestion box")),
    ("account_manager", _("Account manager")),
    ("regulator", _("Transfer by a regulator")),
    ("media", _("Feedback by the media")),
    ("other", pgettext_lazy("channel", "Another channel")),
)
"""SVC 3.1.1: online, offline, third party, and those of the other documents."""
ENTRIES = frozenset({"website", "app", "mini_program", "web_page", "official_account"})
"""Those that a visitor reaches from a home page (IN-09)."""
MOST_STEPS = 2
OUTAGE = (
    Field(name="began_at", label=_("Not working since"), kind="datetime", required=True, past=True),
    Field(name="ended_at", label=_("Working again since"), kind="datetime", past=True),
    Field(name="force_majeure", label=_("Force majeure"), kind="bool"),
    Field(name="cause", label=pgettext_lazy("outage", "Cause"), required=True),
)
WORKERS = (OWNER, *LEADERS, Role.QA)
PLACE = (
    "title*",
    "kind*",
    "kind_words",
    "mode*",
    "mode_words",
    "hours*",
    "reached_by",
    "page_steps",
    "two_people",
    "owner",
    "interval*",
)


def said_what(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """“Other” says in words what it is (IN-02), of the channel and of its mode."""
    if values is None:
        return []
    unmet = []
    for name, words in (("kind", "kind_words"), ("mode", "mode_words")):
        if values.get(name) == "other" and not values.get(words):
            label = opened.register.by_name[words].label
            unmet.append(Unmet(f"{words}_missing", _("“%(field)s” is still empty"), guard="", field=label))
    return unmet


declare(
    Register(
        name="channel",
        one=pgettext_lazy("record", "Channel"),
        many=pgettext_lazy("record", "Channels"),
        hint=_("By which ways complaints reach us: who answers for each, when it is open, and whether it works."),
        prefix="TD",
        icon="sitemap",
        group="system",
        chapter="services",
        order=15,
        title="title",
        readers=(*CENTRE_ROLES, Role.TOP_MGMT, Role.AUDITOR, Role.ANALYST),
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="title", label=pgettext_lazy("channel", "Name"), limit=80),
            Field(name="kind", label=pgettext_lazy("channel", "Type"), kind="choice", options=KINDS),
            Field(name="kind_words", label=_("What kind of channel"), limit=80, when=("kind", "other"), required=True),
            Field(name="mode", label=_("Mode of complaint"), kind="choice", options=tuple(terms.Mode.choices)),
            Field(name="mode_words", label=_("What mode"), limit=80, when=("mode", "other"), required=True),
            Field(
                name="two_people", label=_("Emptied by two people"), kind="bool",
                help=_("For boxes and lists that are collected: a batch of this kind is taken with a witness."),
            ),
            Field(name="hours", label=_("Opening hours"), limit=120, help=_("For example: every day, 0–24 h; a person 9–21 h.")),
            Field(name="reached_by", label=_("Number, address or place"), limit=200),
            Field(
                name="page_steps", label=_("Steps from the home page"), kind="number",
                help=_("Clicks or taps until the form of a complaint stands open; two at most."),
            ),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="interval", label=_("Tested"), kind="choice", options=INTERVALS),
            Field(name="tested_on", label=_("Last test"), kind="date", past=True),
            Field(name="next_test_on", label=_("Next test"), kind="date"),
            Field(name="result", label=_("What the test showed"), kind="longtext", limit=1000),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="outages", label=pgettext_lazy("channel", "Outages"), kind="rows", rows=OUTAGE),
            Field(name="began_at", label=_("Not working since"), kind="datetime", past=True),
            Field(name="ended_at", label=_("Working again since"), kind="datetime", past=True),
            Field(name="cause", label=pgettext_lazy("outage", "Cause"), limit=200),
            Field(
                name="force_majeure", label=_("Force majeure"), kind="bool",
                help=_("Nobody here could have foreseen or prevented it: counted apart."),
            ),
            Field(name="meanwhile", label=_("What people do meanwhile"), kind="longtext", limit=1000),
            Field(name="remedy", label=_("What was done about it"), kind="longtext", limit=1000),
            Field(name="outage", label=pgettext_lazy("channel", "Outage"), kind="choice", options=availability.ended),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(*PLACE, "tested_on*", "result*", "proof"),
        passing=("reason", "began_at", "ended_at", "cause", "force_majeure", "meanwhile", "remedy", "outage"),
        columns=("kind", "hours", "tested_on"),
        filters=("kind", "mode"),
        owner="owner",
        opening={"guards": (said_what,)},
        on_open=availability.plan_the_first_test,
        clauses=lambda codes: ("SVC 3.1.1", "ISC 7.1.1.3"),
        states=(
            State("running", pgettext_lazy("channel", "Open"), "done"),
            State("out", pgettext_lazy("outage", "Not working"), "late"),
            State("closed", pgettext_lazy("channel", "Closed"), open=False),
        ),
        steps=(
            Do(
                name="test", label=_("Record a test"), event="tested", did=_("tested it, and it works"), sources=("running",),
                target="running", who=(*WORKERS, Role.FRONTLINE, Role.SPECIALIST), asks=("tested_on*", "result*", "proof"),
                may_stop=("channel_test",), tone="done", icon="check", clause="ISC 7.1.1.3",
            ),
            Do(
                name="fail", label=_("Report an outage"), event="failed", did=_("reported an outage"), sources=("running",),
                target="out", who=(*WORKERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
                asks=("began_at*", "cause*", "force_majeure", "meanwhile", "proof"),
                effect=availability.OUTAGES.add(("began_at", "cause", "force_majeure"), lambda opened: {}),
                guards=(availability.after_the_last_one,), tells=(OWNER, Role.SUPERVISOR, Role.MGMT_REP), main=False,
                tone="late", icon="wifi-off", clause="ISC 7.1.1.3",
            ),
            Do(
                name="restore", label=_("It works again"), event="restored", did=_("said that it works again"), sources=("out",),
                target="running", who=(*WORKERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
                asks=("ended_at*", "remedy*", "force_majeure", "proof"), effect=availability.restore,
                guards=(availability.ends_after_it_began,), tells=(OWNER, Role.SUPERVISOR), tone="done", icon="check",
                clause="ISC 7.1.1.3",
            ),
            Do(
                name="correct_outage", label=_("Correct an outage"), event="outage_corrected", did=_("corrected an outage"),
                sources=("running", "out"), who=(*LEADERS, Role.QA),
                asks=("outage*", "began_at*", "ended_at*", "force_majeure", "reason*"), effect=availability.correct,
                guards=(availability.ends_after_it_began,), tells=(OWNER,), main=False, icon="edit",
            ),
            Do(
                name="change", label=_("Change"), event="changed", did=_("changed it"), sources=("running", "out"),
                who=WORKERS, asks=(*PLACE, "reason*"), guards=(said_what,), main=False, icon="edit",
            ),
            Do(
                name="close", label=pgettext_lazy("channel", "Close"), event="closed", did=_("closed it"), sources=("running",),
                target="closed", who=LEADERS, asks=("reason*",), stops=("channel_test",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="reopen", label=pgettext_lazy("channel", "Open again"), event="reopened", did=_("opened it again"),
                sources=("closed",), target="running", who=LEADERS, asks=("tested_on*", "result*", "reason*"), tells=(OWNER,),
                icon="refresh",
            ),
        ),
        dues=(Due(field="next_test_on", timer="channel_test", label=_("Test of a channel"), stops=_("tested or closed")),),
        recurs=Recurs(
            interval="interval", counts_from="tested_on", next_on="next_test_on", timer="channel_test",
            after=("test", "reopen"),
        ),
        list_template="intake/channels.html",
        list_context=availability.standing,
    )
)  # fmt: skip
