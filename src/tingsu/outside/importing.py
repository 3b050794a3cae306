"""The register of imports: a list of a platform is read, looked at, and taken in line by line, in the background (IG-05, IN-15)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import lists, terms
from tingsu.outside import import_page, import_steps
from tingsu.outside.columns import MEANINGS
from tingsu.outside.platforms import MEDIA, OTHER, SOURCES
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.options import members

IMPORTERS = (*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
LOOKERS = (OPENER, OWNER, *LEADERS)
COLUMN = (
    Field(name="title", label=_("Column"), limit=200),
    Field(name="meaning", label=_("What it means"), kind="choice", options=MEANINGS),
)
COUNTS = (
    ("total", _("Lines")),
    *((import_steps.COUNTED.get(verdict, str(verdict)), words) for verdict, words in import_page.WORDS.items()),
)
COMPLAINTS = "|".join(code for code, _label in SOURCES if code != MEDIA)
"""Sources whose lines become complaints at once; a mention in the media is looked at first."""

declare(
    Register(
        name=import_steps.NAME,
        one=pgettext_lazy("record", "Import"),
        many=pgettext_lazy("record", "Imports"),
        hint=_(
            "Lists that a platform, an authority or another system gives: what is new in one becomes complaints, what is known is "
            "brought up to date, and each line that is refused says why."
        ),
        prefix="DR",
        icon="upload",
        group="intake",
        order=37,
        title="note",
        readers=(*LEADERS, *CHECKERS),
        openers=IMPORTERS,
        fields=(
            Field(name="source", label=_("Where the list comes from"), kind="choice", options=SOURCES),
            Field(name="source_words", label=_("Which body"), limit=60, when=("source", OTHER), required=True),
            Field(name="note", label=_("What this list is"), kind="longtext", limit=300, help=_("For example: complaints of last week.")),
            Field(name="becomes", label=_("Kind"), kind="choice", options=tuple(terms.Kind.choices), when=("source", COMPLAINTS)),
            Field(
                name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types, when=("source", COMPLAINTS),
                help=_("The same for every line; it can be corrected in each case."),
            ),
            Field(
                name="owner", label=_("Who looks through it"), kind="member", options=members,
                help=_("Left empty: whoever opens it."),
            ),
            Field(
                name="list", label=pgettext_lazy("import", "The list"), kind="files", limit=1,
                help=_("XLSX, XLS or CSV, its first line with the titles; at most 50,000 lines."),
            ),
            Field(name="columns", label=_("What the columns mean"), kind="rows", rows=COLUMN, limit=100),
            *(Field(name=name, label=label, kind="number") for name, label in COUNTS),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=500),
        ),
        form=("source*", "source_words", "note*", "becomes*", "problem_type*", "owner"),
        passing=("reason",),
        columns=("source", "total", "made", "refused"),
        filters=("source",),
        owner="owner",
        persons_in_files=True,
        states=(
            State("waiting", _("Waits for its list"), "soon"),
            State("checking", _("Is being checked"), "soon"),
            State("ready", _("Checked, waits for its start"), "soon"),
            State("under_way", _("Under way"), "soon"),
            State("stopped", pgettext_lazy("import", "Stopped"), "late"),
            State("done", pgettext_lazy("import", "Done"), "done", open=False),
            State("dropped", pgettext_lazy("import", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="start", label=_("Take the lines in"), event="started", did=_("began to take the lines in"), sources=("ready",),
                target="under_way", who=LOOKERS, guards=(import_steps.something_new,), effect=import_steps.set_going,
                icon="arrow-up-right", tone="done", clause="SZ 2",
            ),
            Do(
                name="read", label=_("Read a list"), event="read", did=_("read a list"), sources=("waiting", "ready"), target="checking",
                who=LOOKERS, asks=("list*",), before=import_steps.read_list, effect=import_steps.keep_list, icon="file-text",
                clause="ISC 7.1.2.4",
            ),
            Do(
                name="explain", label=_("Say what the columns mean"), event="explained", did=_("said what the columns mean"),
                sources=("ready",), target="checking", who=LOOKERS, asks=("columns*", "becomes*", "problem_type*"), guards=(import_steps.explained,),
                effect=import_steps.explain, main=False, icon="edit",
            ),
            Do(
                name="checked", label=pgettext_lazy("import", "Checked"), event="checked", did=_("checked every line"),
                sources=("checking",), target="ready", who=(), effect=import_steps.checked, tells=(OWNER,), main=False, icon="checks",
            ),
            Do(
                name="stop", label=pgettext_lazy("import", "Stop"), event="stopped", did=_("stopped it"), sources=("under_way",),
                target="stopped", who=LOOKERS, effect=import_steps.count, main=False, icon="x",
            ),
            Do(
                name="go_on", label=pgettext_lazy("import", "Go on"), event="resumed", did=_("let it go on"), sources=("stopped",),
                target="under_way", who=LOOKERS, effect=import_steps.set_going, icon="refresh",
            ),
            Do(
                name="finish", label=pgettext_lazy("import", "Finished"), event="finished", did=_("took every line in"),
                sources=("under_way",), target="done", who=(), effect=import_steps.count, tells=(OWNER,), main=False, tone="done", icon="checks",
            ),
            Do(
                name="drop", label=_("Give it up"), event="dropped", did=_("gave it up"), sources=("waiting", "ready", "stopped"),
                target="dropped", who=LOOKERS, asks=("reason*",), effect=import_steps.count_if_read, main=False, icon="archive",
            ),
        ),
        entry_template="outside/import.html",
        entry_context=import_page.context,
        offers=import_page.offers,
    )
)  # fmt: skip
