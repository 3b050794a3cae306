"""Assessments: written in the product, oral and on-system by an examiner; pass mark, resit, pending (PE-13…PE-15)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.competence import bank, files, terms
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.process.steps import Step, asks_who
from tingsu.registers.actions import follow
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME, TIMER = "exam", "exam_taken"
PLANNED, PASSED, FAILED, RESIT, NOT_PASSED, CANCELLED = (
    "planned",
    "passed",
    "failed",
    "resit",
    "not_passed",
    "cancelled",
)
WAITING = (PLANNED, RESIT)
WRITTEN = "written"
PASS_MARK, QUESTIONS, MINUTES = 80, 20, 30
"""Where the form leaves them out: ours, no document gives numbers."""
FULL = 100
READ = 50
"""Of so many assessments of one person the newest are read."""


def opened(made: OpenedEntry, values: dict[str, Any]) -> None:
    """An assessment stands with its pass mark; a written one with so many questions as the bank has, and its time. Raises InvalidInput."""
    codes = made.entry.codes
    if codes.get("person") and codes.get("person") == codes.get("examiner"):
        raise InvalidInput(
            {"examiner": InvalidValue(_("Nobody examines themselves: choose another examiner."), code="choice")}
        )
    mark = PASS_MARK if codes.get("pass_mark") is None else codes["pass_mark"]
    if not 1 <= mark <= FULL:
        raise InvalidInput({"pass_mark": InvalidValue(_("A pass mark lies between 1 and 100."), code="range")})
    made.put("pass_mark", mark)
    made.put("attempt", 1)
    if codes["way"] == WRITTEN:
        made.put("questions", min(codes.get("questions") or QUESTIONS, len(bank.questions())))
        made.put("minutes", codes.get("minutes") or MINUTES)
    told = [uuid.UUID(codes["person"])]
    made.tell([one for one in told if one != made.actor.id], "planned")


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(codes["person"]),) if codes.get("person") else ()


@asks_who
def not_own_exam(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody scores, repeats or ends the own assessment."""
    own = opened.actor.id is not None and opened.entry.codes.get("person") == str(opened.actor.id)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_exam", _("this assessment is about you: somebody else does this"), guard="")]


def by_an_examiner(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A written one scores itself."""
    if opened.entry.codes.get("way") != WRITTEN:
        return []
    return [Unmet("scores_itself", _("a written test is answered in the system and scores itself"))]


def each_dimension(values: Mapping[str, Any]) -> dict[str, int]:
    """Every dimension scored once, 0 to 100 (ISC 5.4.2.3). Raises InvalidInput."""
    found: dict[str, int] = {}
    for line in values["scores"]:
        code, score = line["dimension"], int(line["score"])
        if code in found or not 0 <= score <= FULL:
            sentence = _("Score each dimension once, from 0 to 100.")
            raise InvalidInput({"scores": InvalidValue(sentence, code="rows")})
        found[code] = score
    if missing := [str(label) for code, label in terms.DIMENSIONS if code not in found]:
        sentence = _("Still without a score: %(what)s.")
        raise InvalidInput({"scores": InvalidValue(sentence, code="rows", what=missing[0])})
    return found


def mean(scores: Iterable[int]) -> int:
    """Rounded to the nearest, half up."""
    known = list(scores)
    return (2 * sum(known) + len(known)) // (2 * len(known)) if known else 0


def scored(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """An examiner's scores decide at once."""
    found = each_dimension(values)
    settle(opened, found, mean(found.values()))


def settle(opened: OpenedEntry, scores: Mapping[str, int], total: int) -> None:
    """Passed, or to be repeated once; not passed again, the person works with cases no longer until released (PE-15)."""
    codes = opened.entry.codes
    opened.put("total", total)
    opened.put("marks", dict(scores))
    opened.put("taken_on", files.today())
    opened.end(TIMER)
    tries = [*codes.get("tries", ()), {"attempt": codes["attempt"], "total": total, "on": files.today().isoformat()}]
    opened.put("tries", tries)
    if total >= codes["pass_mark"]:
        opened.move_to(PASSED)
    elif codes["attempt"] == 1:
        opened.move_to(FAILED)
    else:
        opened.move_to(NOT_PASSED)
        pend(opened)
    opened.tell([one for one in (uuid.UUID(codes["person"]),) if one != opened.actor.id], "result")


def pend(opened: OpenedEntry) -> None:
    """The person's file says pending; a file that has none is begun."""
    person = uuid.UUID(opened.entry.codes["person"])
    file = files.file_of(person)
    if file is None:
        from tingsu.people.models import Member

        file = files.open_file(Member.objects.get(pk=person)).entry
    if file.state in {files.TRAINEE, files.INDEPENDENT}:
        reason = {"reason": opened.entry.number}
        follow(actor=files.actor(), entry_id=file.pk, register=registers()[files.NAME], step="hold_back", values=reason)


def resit(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("attempt", 2)
    opened.tell([uuid.UUID(opened.entry.codes["person"])], "resit_set")


def without_resit(opened: OpenedEntry, values: dict[str, Any]) -> None:
    pend(opened)
    opened.tell([uuid.UUID(opened.entry.codes["person"])], "result")


def handed_in(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The paper scores itself: right ones of those asked, each dimension by itself."""
    from tingsu.competence.sitting import marks_of, paper_of

    paper = paper_of(opened.entry)
    assert paper is not None  # noqa: S101 the only caller has one
    scores, total = marks_of(paper)
    settle(opened, scores, total)


def cancelled(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.end(TIMER, "cancelled")


def not_begun(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A paper that lies open is not taken away."""
    from tingsu.competence.sitting import paper_of

    paper = paper_of(opened.entry) if opened.entry.codes.get("way") == WRITTEN else None
    if paper is None or paper.handed_at is not None:
        return []
    return [Unmet("begun", _("the paper is being answered now"))]


# what others ask


def of_people(member_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Entry]]:
    """Decided assessments of some people, the newest first. One query."""
    wanted = {str(one) for one in member_ids}
    rows = Entry.objects.filter(
        register=NAME, state__in=(PASSED, FAILED, RESIT, NOT_PASSED), facets__name="person", facets__value__in=wanted
    )
    found: dict[uuid.UUID, list[Entry]] = {}
    for row in rows.order_by("-opened_at", "-pk")[: READ * max(1, len(wanted))]:
        if row.codes.get("tries"):
            found.setdefault(uuid.UUID(row.codes["person"]), []).append(row)
    return found


def newest_result(member_id: uuid.UUID) -> bool | None:
    """Was the newest decided assessment passed? None: there is none."""
    decided = of_people([member_id]).get(member_id, [])
    newest = max(decided, key=lambda row: (row.codes.get("taken_on", ""), row.opened_at), default=None)
    return newest.state == PASSED if newest else None


def dimensions_of(rows: Iterable[Entry]) -> dict[str, tuple[bool, str]]:
    """Dimension → whether its newest score reached the pass mark, and the assessment it stands in."""
    found: dict[str, tuple[bool, str]] = {}
    for row in sorted(rows, key=lambda one: (one.codes.get("taken_on", ""), one.opened_at), reverse=True):
        for code, score in row.codes.get("marks", {}).items():
            found.setdefault(code, (score >= row.codes["pass_mark"], row.number))
    return found
