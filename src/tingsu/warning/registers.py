"""The register of warnings: cause, measures, spread prevented, effect; or a false alarm, with why (MO-03)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.access import READERS, WHO
from tingsu.figures.kept import CLUSTERS
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.warning import (
    insights,  # noqa: F401 declares a register of its own
    shown,
)
from tingsu.warning.rules import rules, streams
from tingsu.warning.watching import REGISTER


def members(thing: Any) -> Options:
    """Everybody who may answer for a warning."""
    return tuple((str(one.pk), one.name) for one in people.active_members())


def known_rules(thing: Any) -> Options:
    """Rules in use; a warning that a person opens names none."""
    return tuple((one.code, f"{one.code} {one.name}") for one in rules())


def watched(thing: Any) -> Options:
    """What can be watched."""
    return tuple(streams().items())


declare(
    Register(
        name=REGISTER,
        one=pgettext_lazy("early warning", "Warning"),
        many=pgettext_lazy("early warning", "Warnings"),
        hint=_(
            "What grows more than chance and season explain. Find the cause in time, act, keep the problem from spreading, and close with the "
            "effect; a false alarm says why, so that the rules can be judged."
        ),
        prefix="JS",
        icon="alert-triangle",
        group="watch",
        order=58,
        title="what",
        fields=(
            Field(name="what", label=pgettext_lazy("early warning", "What grows"), kind="longtext", limit=300),
            Field(name="stream", label=pgettext_lazy("early warning", "Watched by"), kind="choice", options=watched),
            Field(name="rule", label=pgettext_lazy("early warning", "Rule"), kind="choice", options=known_rules),
            Field(name="count", label=_("Complaints in seven days"), kind="number"),
            Field(name="expected", label=_("To be expected"), limit=20),
            Field(name="since", label=pgettext_lazy("early warning", "From"), kind="date"),
            Field(name="until", label=pgettext_lazy("early warning", "Until"), kind="date"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="due_on", label=_("Measures taken by"), kind="date"),
            Field(name="cause", label=pgettext_lazy("early warning", "Cause"), kind="longtext", limit=3000),
            Field(name="cluster", label=_("Kind of problem"), kind="choice", options=CLUSTERS),
            Field(name="measure", label=pgettext_lazy("early warning", "Corrective measures"), kind="longtext", limit=3000),
            Field(name="spread", label=_("How the problem is kept from spreading"), kind="longtext", limit=2000),
            Field(name="acted_on", label=pgettext_lazy("early warning", "Taken on"), kind="date", past=True),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="effect", label=pgettext_lazy("early warning", "Effect"), kind="longtext", limit=2000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("what*", "stream*", "rule", "count", "expected", "since*", "until*", "owner", "due_on*"),
        passing=("reason",),
        columns=("stream", "count", "until"),
        filters=("stream", "rule", "cluster"),
        owner="owner",
        openers=WHO,
        readers=READERS,
        states=(
            State("raised", pgettext_lazy("early warning", "Raised"), "late"),
            State("explained", pgettext_lazy("early warning", "Cause known"), "soon"),
            State("acted", pgettext_lazy("early warning", "Measures taken")),
            State("closed", pgettext_lazy("early warning", "Closed"), "done", open=False),
            State("dismissed", pgettext_lazy("early warning", "False alarm"), open=False),
        ),
        steps=(
            Do(
                name="explain", label=_("Record the cause"), event="explained", did=_("found the cause"), sources=("raised", "explained"),
                target="explained", who=(OWNER, *WHO), asks=("cause*", "cluster*"), icon="search", clause="CTS 8.4",
            ),
            Do(
                name="act", label=_("Record the measures"), event="measured", did=_("took measures"), sources=("explained",), target="acted",
                who=(OWNER, *WHO), asks=("measure*", "spread*", "acted_on*", "proof"), stops=("warning_due",), tells=(Role.QA,), icon="check",
                clause="CTS 8.4",
            ),
            Do(
                name="close", label=_("Close with the effect"), event="closed", did=_("closed the warning"), sources=("acted",), target="closed",
                who=(*LEADERS, Role.QA), not_by=("act",), asks=("effect*",), tells=(OWNER,), tone="done", icon="circle-check", clause="CTS 8.4",
            ),
            Do(
                name="again", label=_("No effect: act again"), event="reopened", did=pgettext_lazy("early warning", "found no effect"),
                sources=("acted",), target="explained",
                who=(*LEADERS, Role.QA), not_by=("act",), asks=("effect*", "due_on*"), tells=(OWNER,), tone="late", icon="repeat", main=False,
            ),
            Do(
                name="dismiss", label=_("False alarm"), event="dismissed", did=_("found it a false alarm"), sources=("raised", "explained"),
                target="dismissed", who=(*LEADERS, Role.QA, Role.ANALYST), asks=("reason*",), stops=("warning_due",), tells=(OWNER,), main=False,
                icon="x",
            ),
            Do(
                name="give", label=pgettext_lazy("early warning", "Hand over"), event="given", did=_("handed the warning over"),
                sources=("raised", "explained", "acted"),
                who=(OWNER, *LEADERS), asks=("owner*",), main=False, icon="user",
            ),
        ),
        dues=(Due(field="due_on", timer="warning_due", label=_("Measures against a warning"), stops=_("measures taken, or a false alarm")),),
        list_template="warning/standing.html",
        list_context=shown.standing,
        entry_template="warning/beside.html",
        entry_context=shown.beside,
    )
)  # fmt: skip
