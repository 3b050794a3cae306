"""The register of channel improvements (IN-10): what the figures of a channel say, what is changed, and whether it helped."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.clock import day_around
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.portal import (
    figures,
    sites,  # noqa: F401 declares a register of its own
)
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import members

WORKERS = (OWNER, *LEADERS, Role.QA)
CHANNELS = (
    ("form", _("Complaint form on this site")),
    ("follow", _("Follow-up page")),
    ("phone", pgettext_lazy("channel", "Telephone")),
    ("callback", _("Calls by appointment")),
    ("other", pgettext_lazy("channel", "Another channel")),
)


def counted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Keep what the form's figures are from the day named up to now; other channels are told in words."""
    if opened.entry.codes["channel"] != "form":
        return
    start, _end = day_around(date.fromisoformat(opened.entry.codes["since"]), current_organisation().time_zone)
    rows = figures.begun_between(start, opened.at)
    found = figures.figures_of(rows)
    told = {"begun": found.begun, "sent": found.sent, "completion": found.completion, "abandonment": found.abandonment}
    for name, number in {**told, "median": figures.median_seconds(rows)}.items():
        opened.put(name, number)


declare(
    Register(
        name="channel_improvement",
        one=_("Channel improvement"),
        many=_("Channel improvements"),
        hint=_("How much effort our channels ask of people who complain, what we change, and whether it became easier."),
        prefix="QD",
        icon="message-circle",
        group="system",
        chapter="improvement",
        order=40,
        title="finding",
        fields=(
            Field(name="channel", label=_("Channel"), kind="choice", options=CHANNELS),
            Field(name="since", label=_("Figures since"), kind="date", past=True),
            Field(name="begun", label=pgettext_lazy("form", "Begun"), kind="number"),
            Field(name="sent", label=pgettext_lazy("form", "Sent"), kind="number"),
            Field(name="completion", label=_("Completion rate, %"), kind="number"),
            Field(name="abandonment", label=_("Abandonment rate, %"), kind="number"),
            Field(name="median", label=_("Time to submit, seconds (median)"), kind="number"),
            Field(name="finding", label=_("What makes it hard"), kind="longtext", limit=2000),
            Field(name="measure", label=_("What we change"), kind="longtext", limit=2000),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="until", label=_("To be done by"), kind="date"),
            Field(name="effect", label=_("What the figures say since"), kind="longtext", limit=2000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("channel*", "since*", "finding*", "measure"),
        columns=("channel", "completion", "abandonment"),
        filters=("channel",),
        owner="owner",
        passing=("reason",),
        readers=(*LEADERS, Role.QA, Role.ANALYST, Role.AUDITOR),
        openers=(*LEADERS, Role.QA, Role.ANALYST),
        speaks_of="since",
        clauses=lambda codes: ("ISC 7.1.1.4", "SZ 3.4"),
        states=(
            State("proposed", pgettext_lazy("channel improvement", "Proposed"), "soon"),
            State("acting", pgettext_lazy("channel improvement", "Being changed")),
            State("done", pgettext_lazy("channel improvement", "Easier now"), "done", open=False),
            State("dropped", pgettext_lazy("channel improvement", "Not pursued"), open=False),
        ),
        on_open=counted,
        steps=(
            Do(
                name="begin", label=_("Decide the change"), event="begun", did=_("decided the change"), sources=("proposed",),
                target="acting", who=(*LEADERS, Role.QA), asks=("measure*", "owner*", "until*"), tells=(OPENER,), icon="subtask",
                clause="ISC 7.1.1.4",
            ),
            Do(
                name="finish", label=_("Record the effect"), event="finished", did=_("recorded the effect"), sources=("acting",),
                target="done", who=WORKERS, asks=("effect*",), stops=("channel_change",), tells=(OPENER,), tone="done", icon="check",
            ),
            Do(
                name="drop", label=_("Do not pursue it"), event="dropped", did=_("did not pursue it"), sources=("proposed", "acting"),
                target="dropped", who=(*LEADERS, Role.QA), asks=("reason*",), may_stop=("channel_change",), tells=(OPENER,),
                main=False, icon="x",
            ),
        ),
        dues=(Due(field="until", timer="channel_change", label=_("Change of a channel"), stops=_("effect recorded")),),
        list_template="portal/figures.html",
        list_context=lambda actor: figures.overview(),
    )
)  # fmt: skip
