"""The register of batches of slips: a suggestion box emptied, the list of a store's desk (IN-03, IN-23, FB-10).

Every slip is accounted for: it became a complaint, or it says what else it was. A slip without a name and a way to answer has a
code that nobody holds; its answer is put up where the slip was left, or it is said why not.
"""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.complaints.named import case_named, named_complaint
from tingsu.intake import batch_page, slips
from tingsu.intake.slips import left_of, lines_of, unanswered
from tingsu.kernel.errors import Unmet
from tingsu.kernel.kinds import find_number
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field, Options, Step, guard
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.options import members

TIMER = "slips_entered"
WORKERS = (OWNER, OPENER, *LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
MOST = 200
"""Slips of one batch; whoever found more makes a second one."""
CHANNELS = {"suggestion_box": "suggestion_box", "store_desk": "service_desk", "account_manager": "account_manager"}
"""Sources by the kinds of the register of channels."""
LINE = (
    Field(name="slip", label=pgettext_lazy("slip", "Slip"), kind="number"),
    Field(name="fate", label=pgettext_lazy("slip", "What it is"), kind="choice", options=slips.FATES),
    Field(name="case", label=pgettext_lazy("slip", "Registered as"), limit=40),
    Field(name="reason", label=pgettext_lazy("entry", "Reason"), limit=500),
    Field(name="answer", label=_("Answer that was put up"), kind="longtext", limit=1000),
    Field(name="posted_on", label=_("Put up on"), kind="date"),
    Field(name="waived", label=_("Why no answer was put up"), limit=300),
)


LINE_CASE = "lines.%s.case"


def slips_to_answer(entry: Entry | None) -> Options:
    """Those, as choices of a form."""
    texts = (entry.written_or_none() or {}) if entry else {}
    places = {line["slip"]: place for place, line in enumerate(lines_of(entry))} if entry else {}
    return tuple(
        (str(line["slip"]), f"{line['slip']} · {texts.get(LINE_CASE % places[line['slip']], '')}")
        for line in (unanswered(entry) if entry else ())
    )


def two_people_wanted(source: str) -> bool:
    """Does a channel of this kind that is in use ask for two people when it is emptied? One query."""
    kind = CHANNELS.get(source, "")
    rows = Entry.objects.filter(register="channel", state__in=("running", "out"))
    return any(row.codes.get("kind") == kind and row.codes.get("two_people") for row in rows)


@guard("taken_in_order")
def taken_in_order(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """As many slips as one batch holds; a witness is somebody else, and there is one where the box asks for it."""
    if values is None:
        return []
    unmet = _count(values["slips"])
    if values.get("witness") is None:
        if two_people_wanted(values["source"]):
            sentence = _("this channel is emptied by two people: name the witness")
            unmet.append(Unmet("no_witness", sentence, guard="", value_of="witness"))
    elif values["witness"] == values["taken_by"]:
        unmet.append(
            Unmet("own_witness", _("the witness is somebody else than who took them"), guard="", value_of="witness")
        )
    return unmet


def _count(count: int) -> list[Unmet]:
    if 1 <= count <= MOST:
        return []
    return [Unmet("slip_count", _("a batch holds between 1 and %(most)s slips"), guard="", value_of="slips", most=MOST)]


@guard("slip_free")
def slip_free(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A slip of this batch that nothing is known of yet."""
    left = left_of(opened.entry)
    if values is None:
        return [] if left else [Unmet("all_known", _("every slip is accounted for"))]
    if values["slip"] in left:
        return []
    return [
        Unmet(
            "slip_known", _("this slip is accounted for already, or not one of this batch"), guard="", value_of="slip"
        )
    ]


@guard("case_of_no_slip")
def case_of_no_slip(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Each slip is a complaint of its own."""
    if values is None or not _became(opened, named_complaint(opened.actor, values).pk):
        return []
    return [Unmet("same_case", _("another slip of this batch became this complaint"), guard="", value_of="case")]


def _became(opened: OpenedEntry, complaint_id: uuid.UUID) -> bool:
    return EntryLink.objects.filter(entry=opened.entry, kind="became", other_id=complaint_id).exists()


@guard("count_fits")
def count_fits(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What was registered stays: a count is never below the highest slip that is known."""
    if values is None:
        return []
    highest = max((line["slip"] for line in lines_of(opened.entry)), default=0)
    if values["slips"] < highest:
        words = _("slip %(highest)s is accounted for: the count cannot be lower")
        return [Unmet("count_low", words, guard="", value_of="slips", highest=highest)]
    return _count(values["slips"])


@guard("result_known")
def result_known(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nothing is put up before the complaint has its result (FB-10)."""
    if values is None:
        return [] if unanswered(opened.entry) else [Unmet("nothing_to_answer", _("no slip waits for an answer"))]
    line = next((one for one in lines_of(opened.entry) if one["slip"] == int(values["slip_chosen"])), None)
    decided = line and Complaint.objects.filter(pk=line["complaint"]).exclude(verdict="").exists()
    return (
        [] if decided else [Unmet("no_result", _("this complaint has no result yet"), guard="", value_of="slip_chosen")]
    )


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """The slips are owed from the moment at which they were taken."""
    entry.start(TIMER, at=values["taken_at"])


def entered(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """A slip became a complaint."""
    complaint = named_complaint(entry.actor, values)
    marks: dict[str, Any] = {"slip": values["slip"], "fate": slips.COMPLAINT, "complaint": str(complaint.pk)}
    if complaint.anonymous:
        marks["anonymous"] = True
    _write(entry, marks, case=complaint.number)
    link_opened(entry, complaint.pk, "became")
    _move_on(entry)


def set_aside(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """A slip is no complaint: what it was, and the contact that it became."""
    _write(
        entry, {"slip": values["slip"], "fate": values["fate"]}, case=values["other_number"], reason=values["reason"]
    )
    if values["other_number"] and (contact := find_number(entry.actor, values["other_number"], among=["contact"])):
        link_opened(entry, contact.id, "became")
    _move_on(entry)


def recounted(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """More slips, or fewer."""
    _move_on(entry)


def answered(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """An answer hangs where the slip was left."""
    place = _mark(entry, values["slip_chosen"], {"posted_on": values["posted_on"].isoformat()})
    entry.write(f"lines.{place}.answer", values["answer"])
    _move_on(entry)


def waived(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """No answer is put up, and why."""
    place = _mark(entry, values["slip_chosen"], {"silent": True})
    entry.write(f"lines.{place}.waived", values["reason"])
    _move_on(entry)


def _write(entry: OpenedEntry, marks: dict[str, Any], **texts: str) -> None:
    lines = lines_of(entry.entry)
    for name, text in texts.items():
        if text:
            entry.write(f"lines.{len(lines)}.{name}", text)
    entry.put("lines", [*lines, marks])


def _mark(entry: OpenedEntry, slip: str, marks: dict[str, Any]) -> int:
    lines = lines_of(entry.entry)
    place = next(place for place, line in enumerate(lines) if line["slip"] == int(slip))
    lines[place] = lines[place] | marks
    entry.put("lines", lines)
    return place


def _move_on(entry: OpenedEntry) -> None:
    """Entering is over with the last slip, the batch with the last answer."""
    if left_of(entry.entry):
        if entry.entry.state != "entering":
            entry.move_to("entering")
            entry.start(TIMER, at=entry.at)
        return
    if entry.entry.state == "entering":
        entry.end(TIMER)
    if unanswered(entry.entry):
        if entry.entry.state != "answering":
            entry.move_to("answering")
    elif entry.entry.state != "accounted":
        entry.move_to("accounted")


declare(
    Register(
        name=slips.NAME,
        one=pgettext_lazy("record", "Batch of slips"),
        many=pgettext_lazy("record", "Batches of slips"),
        hint=_(
            "A suggestion box that was emptied, or the list of a store's desk: who took it and who saw it, how many slips there were, "
            "and what became of each."
        ),
        prefix="YX",
        icon="file-text",
        group="intake",
        order=38,
        title="place",
        readers=tuple(CENTRE_ROLES),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="source", label=_("Where the slips come from"), kind="choice", options=slips.SOURCES),
            Field(
                name="place", label=pgettext_lazy("slip", "Place"), kind="longtext", limit=120,
                help=_("Which store or box, so that another person finds it: store, floor, position."),
            ),
            Field(name="taken_at", label=_("Emptied or closed at"), kind="datetime", past=True),
            Field(name="taken_by", label=pgettext_lazy("slip", "Taken by"), kind="member", options=members),
            Field(
                name="witness", label=_("Witness"), kind="member", options=members,
                help=_("A second person who saw the box being opened. The register of channels says whether there must be one."),
            ),
            Field(name="slips", label=_("Number of slips"), kind="number", help=_("Count and number them before anything else.")),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="lines", label=pgettext_lazy("slip", "Slips"), kind="rows", rows=LINE, limit=MOST),
            Field(name="slip", label=_("Number of the slip"), kind="number"),
            Field(name="slip_chosen", label=pgettext_lazy("slip", "Slip"), kind="choice", options=slips_to_answer),
            Field(name="case", label=_("Number of the complaint"), limit=40),
            Field(name="fate", label=pgettext_lazy("slip", "What it is"), kind="choice", options=slips.OTHERWISE),
            Field(name="other_number", label=_("Number of the contact"), limit=40),
            Field(
                name="answer", label=_("Answer that was put up"), kind="longtext", limit=1000,
                help=_("Everybody reads it: no names, no numbers of orders, nothing by which somebody can be known."),
            ),
            Field(name="posted_on", label=_("Put up on"), kind="date", past=True),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=500),
        ),
        form=("source*", "place*", "taken_at*", "taken_by*", "witness", "slips*", "proof"),
        passing=("slip", "slip_chosen", "case", "fate", "other_number", "answer", "posted_on", "reason"),
        columns=("source", "taken_at", "slips"),
        filters=("source",),
        opening={"guards": (taken_in_order,), "may_start": (TIMER,)},
        on_open=opened,
        clauses=lambda codes: ("SVC 3.1.1",),
        states=(
            State("entering", _("Slips to be entered"), "soon"),
            State("answering", _("Answers to be put up")),
            State("accounted", pgettext_lazy("slip", "Every slip is done"), "done", open=False),
        ),
        steps=(
            Do(
                name="set_aside", label=_("Say that a slip is no complaint"), event="slip_set_aside", did=_("set a slip aside"),
                sources=("entering",), who=WORKERS, asks=("slip*", "fate*", "other_number", "reason*"), guards=(slip_free,),
                effect=set_aside, may_stop=(TIMER,), main=False, icon="archive",
            ),
            Do(
                name="enter", label=_("Note which complaint a slip became"), event="slip_entered", did=_("registered a slip"),
                sources=("entering",), who=WORKERS, asks=("slip*", "case*"), guards=(slip_free, case_named, case_of_no_slip),
                effect=entered, may_stop=(TIMER,), main=False, icon="check", clause="SVC 3.1.1",
            ),
            Do(
                name="answer", label=_("Put up an answer"), event="answer_posted", did=_("put up an answer"),
                sources=("entering", "answering"), who=WORKERS, asks=("slip_chosen*", "answer*", "posted_on*"),
                guards=(result_known,), effect=answered, tone="done", icon="message-2", clause="SVC 3.1.3; CTS 8.6 a",
            ),
            Do(
                name="waive", label=_("Put up no answer"), event="answer_waived", did=_("said why no answer is put up"),
                sources=("entering", "answering"), who=WORKERS, asks=("slip_chosen*", "reason*"), guards=(result_known,),
                effect=waived, main=False, icon="x", clause="CTS 8.6 a",
            ),
            Do(
                name="recount", label=_("Correct the number of slips"), event="recounted", did=_("corrected the number of slips"),
                sources=("entering", "answering", "accounted"), who=WORKERS, asks=("slips*", "reason*"), guards=(count_fits,),
                effect=recounted, may_stop=(TIMER,), may_start=(TIMER,), main=False, icon="edit",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=slips.NAME, label=_("Slips entered"), starts=_("the slips were taken"),
                stops=_("every slip is accounted for"), source="SVC 3.1.1",
                limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="SVC 3.1.1", ours=True),),
            ),
        ),
        entry_template="intake/batch.html",
        entry_context=batch_page.beside,
    )
)  # fmt: skip
