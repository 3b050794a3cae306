"""The register of connections with platforms, regulators and sources of public opinion (IN-16, IG-05, IG-06)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import lists, terms
from tingsu.outside import connections
from tingsu.outside.platforms import OTHER, PLATFORMS
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import members

WORKERS = (OWNER, *LEADERS)
MEANS = (
    ("by_hand", _("Somebody signs in there and fetches the list")),
    (connections.FOLDER, _("A program puts lists into a folder here")),
    ("program", _("A program hands lists in by our interface")),
    ("told", _("By letter, mail or telephone, entered by hand")),
)
BY_FOLDER = ("means", connections.FOLDER)
PLACE = (
    "title*",
    "platform*",
    "platform_words",
    "web_page",
    "keeper",
    "means*",
    "becomes",
    "problem_type",
    "interval*",
    "owner",
    "contact",
)

declare(
    Register(
        name=connections.NAME,
        one=pgettext_lazy("record", "Connection with a platform"),
        many=pgettext_lazy("record", "Connections with platforms"),
        hint=_(
            "How we are connected with regulators, complaint platforms and sources of public opinion: where one reaches them, whose account "
            "it is, how their lists come to us, and when the next one is due."
        ),
        prefix="LJ",
        icon="sitemap",
        group="intake",
        order=38,
        title="title",
        readers=(*CENTRE_ROLES, Role.TOP_MGMT, Role.AUDITOR, Role.ANALYST),
        openers=LEADERS,
        fields=(
            Field(name="title", label=pgettext_lazy("channel", "Name"), limit=80),
            Field(name="platform", label=pgettext_lazy("spill-over", "Platform"), kind="choice", options=PLATFORMS),
            Field(name="platform_words", label=_("Which body"), limit=60, when=("platform", OTHER), required=True),
            Field(
                name="web_page", label=_("Where one reaches it"), limit=500,
                help=_("A web address that begins with https:// becomes a link here and on each complaint raised there."),
            ),
            Field(name="keeper", label=_("Whose account there"), limit=120, help=_("Who holds it, never its password.")),
            Field(name="means", label=_("How lists reach us"), kind="choice", options=MEANS),
            Field(name="becomes", label=_("Lines become"), kind="choice", options=tuple(terms.Kind.choices), when=BY_FOLDER, required=True),
            Field(
                name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types, when=BY_FOLDER, required=True,
                help=_("The same for every line; it can be corrected in each case."),
            ),
            Field(name="interval", label=_("How often a list is due"), kind="choice", options=(("daily", _("every working day")), *INTERVALS)),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="contact", label=_("Contact there"), limit=200),
            Field(name="fetched_on", label=_("Last list on"), kind="date", past=True),
            Field(name="next_on", label=_("Next list on"), kind="date"),
            Field(name="found", label=_("What the last list held"), kind="longtext", limit=1000, help=_("Where there was nothing new, say so.")),
            Field(name="why", label=_("Why a list was not taken"), kind="longtext", limit=1000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(*PLACE, "fetched_on*", "found*"),
        passing=("reason", "why"),
        columns=("platform", "means", "fetched_on", "next_on"),
        filters=("platform", "means"),
        owner="owner",
        personal={"contact": "contact.name"},
        opening={"may_start": (connections.TIMER,)},
        on_open=connections.plan_next,
        clauses=lambda codes: ("ISC 7.1.2.4",),
        states=(
            State(connections.LINKED, pgettext_lazy("connection", "In use"), "done"),
            State("ended", pgettext_lazy("connection", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="fetch", label=_("Note a list"), event="fetched", did=_("noted the list of the day"), sources=(connections.LINKED,),
                who=(*WORKERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH), asks=("fetched_on*", "found*"), begins={"fetched_on": None, "found": None},
                effect=connections.plan_next,
                may_stop=(connections.TIMER,), may_start=(connections.TIMER,), tone="done", icon="check", clause="ISC 7.1.2.4",
            ),
            Do(
                name="list_came", label=_("A list was read"), event="list_came", did=_("read a list of it"), sources=(connections.LINKED,),
                who=(), asks=("fetched_on*",), effect=connections.list_came, may_stop=(connections.TIMER,), may_start=(connections.TIMER,), main=False,
                tone="done", icon="upload",
            ),
            Do(
                name="refuse_list", label=_("A list was not taken"), event="list_refused", did=_("did not take a list from the folder"),
                sources=(connections.LINKED,), who=(), asks=("why*",), tells=(OWNER, Role.SUPERVISOR), main=False, tone="late", icon="alert-triangle",
            ),
            Do(
                name="change", label=_("Change"), event="changed", did=_("changed it"), sources=(connections.LINKED,), who=WORKERS,
                asks=(*PLACE, "reason*"), effect=connections.changed, may_stop=(connections.TIMER,), may_start=(connections.TIMER,),
                main=False, icon="edit",
            ),
            Do(
                name="end", label=pgettext_lazy("connection", "Give it up"), event="ended", did=pgettext_lazy("connection", "gave it up"),
                sources=(connections.LINKED,), target="ended", who=LEADERS, asks=("reason*",), effect=connections.ended,
                may_stop=(connections.TIMER,), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="resume", label=pgettext_lazy("connection", "Use it again"), event="resumed", did=_("took it into use again"),
                sources=("ended",), target=connections.LINKED, who=LEADERS, asks=("fetched_on*", "reason*"), effect=connections.plan_next,
                may_start=(connections.TIMER,), tells=(OWNER,), icon="refresh",
            ),
        ),
        dues=(
            Due(
                field="next_on", timer=connections.TIMER, label=_("List of a platform"), stops=_("a list was read or noted, or the connection given up"),
                source="ISC 7.1.2.4",
            ),
        ),
        entry_template="outside/connection.html",
        entry_context=connections.context,
    )
)  # fmt: skip
