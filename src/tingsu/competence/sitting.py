"""Taking a written exam: drawn once by a seed, timed, saved as often as one likes, handed in once, scored at once (PE-13, PE-15)."""

import secrets
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.competence import bank, exams, files
from tingsu.competence.bank import Question
from tingsu.competence.models import Paper
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.registers.actions import follow
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

GRACE = timedelta(minutes=2)
"""For what was sent in the last second over a bad line."""


class NotToTake(TingsuError):
    code, status = "exam_not_open", 409
    sentence = _("This exam is not open: it was cancelled, or it is decided already.")


class AnsweredAlready(TingsuError):
    code, status = "exam_answered", 409
    sentence = _("You have handed this exam in. It is answered once; a resit is set by the examiner.")


class TimeOver(TingsuError):
    code, status = "exam_time_over", 409
    sentence = _("The time of this exam is over. What was saved by then has been handed in and counts.")


class NotBegun(TingsuError):
    code, status = "exam_not_begun", 409
    sentence = _("Begin the exam first: the time runs from there.")


def paper_of(entry: Entry) -> Paper | None:
    """The paper of the present attempt. One query."""
    return Paper.objects.filter(exam_id=entry.pk, attempt=entry.codes.get("attempt", 1)).first()


def check_taker(actor: Actor, entry: Entry) -> None:
    """Only the person who is examined sees the questions. Raises NotAllowed."""
    if actor.kind != "member" or entry.codes.get("person") != str(actor.id) or entry.codes.get("way") != exams.WRITTEN:
        raise NotAllowed(_("Only the person who is examined takes this exam."))


def begin(*, actor: Actor, entry_id: uuid.UUID) -> Paper:
    """Draw the paper and start its time; begun already, the same paper goes on. Raises NotAllowed, NotToTake, AnsweredAlready."""
    with transaction.atomic(durable=True):
        entry = _locked(actor, entry_id)
        paper = paper_of(entry)
        if paper is not None:
            if paper.handed_at is not None:
                raise AnsweredAlready
            return paper
        if entry.state not in exams.WAITING:
            raise AnsweredAlready if entry.codes.get("tries") else NotToTake
        at, seed = now(), secrets.token_hex(16)
        drawn = bank.drawn(seed, bank.questions(), entry.codes["questions"])
        paper = Paper(
            id=new_id(), exam_id=entry.pk, attempt=entry.codes["attempt"], seed=seed, version=bank.version(),
            asked=[one.code for one in drawn], started_at=at, ends_at=at + timedelta(minutes=entry.codes["minutes"]),
        )  # fmt: skip
        paper.save(force_insert=True)
    return paper


def keep(*, actor: Actor, entry_id: uuid.UUID, answers: Mapping[str, list[str]]) -> Paper:
    """Keep what is answered so far, without handing it in. Raises NotAllowed, NotBegun, AnsweredAlready, TimeOver."""
    with transaction.atomic(durable=True):
        entry = _locked(actor, entry_id)
        paper = _open_paper(entry)
        _keep(paper, answers, now())
    return paper


def hand_in(*, actor: Actor, entry_id: uuid.UUID, answers: Mapping[str, list[str]]) -> Entry:
    """Hand it in, once: it is scored and decided in the same transaction. Raises NotAllowed, NotBegun, AnsweredAlready, TimeOver."""
    with transaction.atomic(durable=True):
        entry = _locked(actor, entry_id)
        paper = _open_paper(entry)
        at = now()
        _keep(paper, answers, at)
        _decide(actor, entry, paper, at)
    return Entry.objects.select_related("stream").get(pk=entry_id)


def close_overdue(at: datetime | None = None) -> int:
    """Papers whose time is over and that nobody handed in: what was saved counts. Each is a transaction of its own."""
    moment = at or now()
    rows = Paper.objects.filter(handed_at=None, ends_at__lt=moment - GRACE).order_by("ends_at", "pk")
    closed = 0
    for pk, exam_id in list(rows.values_list("pk", "exam_id")[:200]):
        with transaction.atomic(durable=True):
            lock_chain(exam_id, exams.NAME)
            paper = Paper.objects.get(pk=pk)
            entry = Entry.objects.get(pk=exam_id)
            if paper.handed_at is None:
                _decide(files.actor(), entry, paper, moment)
                closed += 1
    return closed


def _locked(actor: Actor, entry_id: uuid.UUID) -> Entry:
    chain = lock_chain(entry_id, exams.NAME)
    entry = Entry.objects.get(pk=entry_id)
    entry.stream = chain.stream
    check_taker(actor, entry)
    return entry


def _open_paper(entry: Entry) -> Paper:
    paper = paper_of(entry)
    if paper is None:
        raise NotBegun if entry.state in exams.WAITING else NotToTake
    if paper.handed_at is not None:
        raise AnsweredAlready
    if now() > paper.ends_at + GRACE:
        raise TimeOver
    return paper


def _keep(paper: Paper, answers: Mapping[str, list[str]], at: datetime) -> None:
    """Of answers only those to questions of this paper, in letters that it offers."""
    asked = {one.code: {letter for letter, _words in one.answers} for one in questions_of(paper)}
    kept = {code: "".join(sorted(set(given) & asked[code])) for code, given in answers.items() if code in asked}
    paper.answers = {code: letters for code, letters in kept.items() if letters}
    paper.saved_at = at
    paper.save(update_fields=["answers", "saved_at"])


def _decide(actor: Actor, entry: Entry, paper: Paper, at: datetime) -> None:
    paper.handed_at = at
    paper.save(update_fields=["handed_at"])
    if entry.state in exams.WAITING:
        follow(actor=actor, entry_id=entry.pk, register=registers()[exams.NAME], step="hand_in")


def questions_of(paper: Paper) -> list[Question]:
    """The questions of a paper in its order, as the version says them. One query at most."""
    known = {one.code: one for one in bank.questions(paper.version)}
    return [known[code] for code in paper.asked]


def marks_of(paper: Paper) -> tuple[dict[str, int], int]:
    """Right ones in per cent, by dimension and of all."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for one in questions_of(paper):
        asked[one.dimension] += 1
        right[one.dimension] += one.is_right(paper.answers.get(one.code, ""))
    whole = sum(asked.values())
    shares = {code: (200 * right[code] + number) // (2 * number) for code, number in asked.items()}
    return shares, (200 * sum(right.values()) + whole) // (2 * whole) if whole else 0


def redrawn(paper: Paper) -> bool:
    """Do seed and version give this paper again?"""
    again = bank.drawn(paper.seed, bank.questions(paper.version), len(paper.asked))
    return [one.code for one in again] == list(paper.asked)
