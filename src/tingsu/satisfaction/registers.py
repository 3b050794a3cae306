"""The registers of satisfaction: surveys from plan to released figures, and what others measure of us and of competitors (SC-05 to SC-11)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.figures.access import READERS, WHO
from tingsu.kernel.events import EventKind
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import members
from tingsu.satisfaction import closing, inviting, market, releasing, rules, shown  # noqa: F401 market declares its own
from tingsu.satisfaction.inviting import METHODS, SURVEY


def in_use(thing: Any) -> Options:
    """Questionnaires: those in force, or those of the version of a survey that stands."""
    version = thing.codes.get("version") if thing is not None and getattr(thing, "codes", None) else None
    return tuple((code, one.name) for code, one in rules.questionnaires(version).items())


def known_groups(thing: Any) -> Options:
    """Customer groups, of the version of a survey that stands or of the one in force."""
    version = thing.codes.get("version") if thing is not None and getattr(thing, "codes", None) else None
    return tuple(rules.groups(version).items())


declare(
    Register(
        name=SURVEY,
        one=_("Satisfaction survey"),
        many=_("Satisfaction surveys"),
        hint=_(
            "A random sample of those who were told a result is asked by letter or telephone. The system draws it; the figures say who answered, "
            "how satisfied they are, and how sure that is."
        ),
        prefix="MD",
        icon="users",
        group="watch",
        order=62,
        title="title",
        fields=(
            Field(name="title", label=_("What it is to find out"), kind="longtext", limit=300),
            Field(name="questionnaire", label=_("Questionnaire"), kind="choice", options=in_use),
            Field(name="version", label=_("Version of the questionnaire"), kind="number"),
            Field(name="group", label=_("Customer group"), kind="choice", options=known_groups),
            Field(name="method", label=pgettext_lazy("survey", "Method"), kind="choice", options=METHODS,
                  help=_("Who cannot be reached by a letter with a link is called in either case.")),
            Field(name="first_on", label=_("Result told from"), kind="date"),
            Field(name="last_on", label=_("Result told until"), kind="date"),
            Field(name="size", label=_("Size of the sample"), kind="number",
                  help=_("Left empty or 0: as many as it takes to know a share to five points. Everybody where there are fewer.")),
            Field(name="every", label=pgettext_lazy("survey", "Repeated"), kind="choice", options=INTERVALS),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="callers", label=_("Who calls"), kind="choices", options=members,
                  help=_("They see whom to call and enter what is told, never the result. Nobody asks about the own work.")),
            Field(name="frame_size", label=_("Who could be drawn"), kind="number"),
            Field(name="sample_size", label=_("Drawn"), kind="number"),
            Field(name="until", label=_("Answers until"), kind="date", future=True),
            Field(name="answers", label=_("Answers in time"), kind="number"),
            Field(name="finding", label=pgettext_lazy("survey", "What it shows"), kind="longtext", limit=3000),
            Field(name="audience", label=pgettext_lazy("survey", "For whom"), kind="choices", options=releasing.AUDIENCES),
            Field(name="message", label=_("What is told beside the figures"), kind="longtext", limit=2000),
            Field(name="release_on", label=pgettext_lazy("survey", "Released on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("title*", "questionnaire*", "method*", "first_on*", "last_on*", "size", "every", "owner", "callers"),
        passing=("reason",),
        columns=("questionnaire", "first_on", "last_on", "answers"),
        filters=("questionnaire", "group", "method"),
        owner="owner",
        involves=lambda codes: tuple(codes.get("callers") or ()),
        openers=WHO,
        readers=READERS,
        on_open=inviting.planned,
        states=(
            State("planned", pgettext_lazy("survey", "Planned"), "soon"),
            State("drawn", pgettext_lazy("survey", "Sample drawn"), "soon"),
            State("running", pgettext_lazy("survey", "Being asked")),
            State("closed", pgettext_lazy("survey", "Ended"), "done", open=False),
            State("proposed", _("Release waits for approval"), "soon"),
            State("released", pgettext_lazy("survey", "Figures released"), "done", open=False),
            State("cancelled", pgettext_lazy("survey", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="draw", label=_("Draw the sample"), event="sampled", did=_("let the system draw the sample"), sources=("planned",),
                target="drawn", who=(OWNER, *WHO), effect=inviting.draw, icon="users", clause="SZ 8(2).2",
            ),
            Do(
                name="ask", label=_("Begin to ask"), event="begun", did=_("began to ask"), sources=("drawn",), target="running",
                who=(OWNER, *WHO), asks=("until*",), guards=(inviting.reachable_by_link,), effect=inviting.begin, icon="send",
                clause="SZ 8(2).2",
            ),
            Do(
                name="end", label=pgettext_lazy("survey", "End it now"), event="ended", did=_("ended the survey"), sources=("running",),
                target="closed", who=(OWNER, *LEADERS), effect=closing.closed, tells=(OWNER, OPENER), tone="done", icon="circle-check",
                main=False, clause="SZ 9",
            ),
            Do(
                name="read", label=pgettext_lazy("survey", "Say what it shows"), event="read", did=_("said what the survey shows"), sources=("closed",),
                who=(OWNER, *WHO), asks=("finding*",), tells=(Role.QA,), icon="note", clause="SZ 9",
            ),
            Do(
                name="propose", label=_("Propose the release"), event="release_proposed", did=_("proposed to release the figures"),
                sources=("closed", "released"), target="proposed", who=(OWNER, *WHO), asks=("audience*", "message*", "release_on*"),
                tells=LEADERS, icon="send", clause="SZ 3.3",
            ),
            Do(
                name="approve", label=pgettext_lazy("survey", "Approve the release"), event="released", did=_("released the figures"),
                sources=("proposed",), target="released", who=LEADERS, not_by=("propose",), tells=(OWNER, OPENER), tone="done", icon="checks",
                clause="SZ 3.3",
            ),
            Do(
                name="hold", label=pgettext_lazy("survey", "Do not release"), event="release_refused", did=_("did not release the figures"),
                sources=("proposed",), target="closed", who=LEADERS, not_by=("propose",), asks=("reason*",), tells=(OWNER,),
                icon="arrow-back-up", main=False,
            ),
            Do(
                name="name_callers", label=_("Change who calls"), event="callers_named", did=_("changed who calls"),
                sources=("planned", "drawn", "running"), who=(OWNER, *WHO), asks=("callers", "owner"), icon="user", main=False,
            ),
            Do(
                name="cancel", label=pgettext_lazy("survey", "Cancel"), event="cancelled", did=_("cancelled the survey"),
                sources=("planned", "drawn"), target="cancelled", who=(OWNER, *LEADERS), asks=("reason*",), tells=(OWNER, OPENER), icon="x",
                main=False,
            ),
        ),
        extra_events=(
            EventKind(name="survey.answer_entered", words=pgettext_lazy("event", "entered an answer told on the telephone"), icon="phone"),
            EventKind(name="survey.call_noted", words=pgettext_lazy("event", "noted a call that reached nobody"), icon="phone"),
        ),
        entry_template="satisfaction/survey.html",
        entry_context=shown.context,
    )
)  # fmt: skip
