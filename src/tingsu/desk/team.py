"""The team as whoever leads it sees it: load of each person, next limits, departments that are late. Reads only (QC-06).

Every number is one that an index counts as far as a thousand, all of them in one statement, and each leads to the cases
behind it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from tingsu.casework.queries import open_tasks_of
from tingsu.complaints.independence import plainly_dependent
from tingsu.complaints.loads import CountOf
from tingsu.complaints.models import Complaint
from tingsu.complaints.options import RECEIVING_ROLES
from tingsu.complaints.proposing import HANDLERS
from tingsu.complaints.sharing import Colleague, colleague_of, merits, to_move
from tingsu.desk import queue
from tingsu.desk.asked import Asked
from tingsu.desk.navigation import capped
from tingsu.desk.results import NONE, Results, results_of
from tingsu.desk.rows import CaseLine, rows_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.models import Organisation
from tingsu.kernel.together import only, settled
from tingsu.people import queries as people
from tingsu.people.models import Member, Unit
from tingsu.people.roles import StaffLevel

PEOPLE = 60
"""Lines of one page of people."""
NEXT = 10
MOVED = 50
"""Cases of one person on one page of sharing out, the latest limits first."""
DEPARTMENTS = (Unit.Kind.DEPARTMENT, Unit.Kind.FUNCTION)
WANTED = (*queue.SHOWN, "required_level", "unit_concerned_id", "language")


@dataclass(frozen=True, kw_only=True)
class Load:
    """One person's open cases by their next limit; each number with the address of its cases."""

    member: Member
    name: str
    level: str
    units: str
    late: int
    today: int
    rest: int
    total: int
    too_many: int = 0
    results: Results = NONE
    """What came of the cases this person handled (AS-16)."""

    def words(self, case: Complaint) -> str:
        """What whoever chooses must know: who, level, what speaks for the person on this case, open cases, results."""
        return " · ".join([self.name, *merits(self.colleague, case), self.results.words])

    def offered(self, case: Complaint) -> "Offered":
        return Offered(member=self.member, level=self.level, words=self.words(case))

    @property
    def numbers(self) -> list[tuple[str, str, str, str]]:
        """What is shown under which heading: its words, the number and its address."""
        return [
            (key, label, capped(number), reverse("desk:queue") + Asked(view=view, owner=self.member.pk).url())
            for key, label, number, view in (
                ("late", gettext("Overdue"), self.late, "late"),
                ("today", gettext("Today"), self.today, "today"),
                ("rest", pgettext("load", "Rest"), self.rest, "rest"),
                ("total", gettext("All open"), self.total, "all"),
            )
        ]

    @property
    def colleague(self) -> Colleague:
        return colleague_of(self.member, self.total)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A colleague to choose for one case, and what speaks for the person."""

    member: Member
    level: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Team:
    """Everything on the page of the team."""

    loads: list[Load]
    late_units: list[tuple[str, str]]
    soon: list[CaseLine]
    whole: dict[str, str]
    more: bool


def team_of(actor: Actor, at: datetime, unit: uuid.UUID | None = None, page: int = 1) -> Team:
    """The people of the body, or of one group of it, a page at a time. A fixed number of queries, however many they are."""
    members = people.active_members(roles=RECEIVING_ROLES, unit=unit)
    shown = members[(page - 1) * PEOPLE : page * PEOPLE]
    rows = queue.open_cases(actor)
    departments = people.units(kind=DEPARTMENTS)
    tasks = Unit.objects.filter(pk__in=[one.pk for one in departments])
    late_tasks = open_tasks_of(OuterRef("pk")).filter(due_at__lte=at)
    here = Organisation.objects.filter(pk=actor.organisation_id)
    whole_of, counted, late = settled(
        only(_counted(here, {key: rows.filter(where) for key, where in questions(at).items()})),
        only(loads_asked(rows, at, shown)),
        only(_counted(tasks, {"late": late_tasks})),
    )
    whole = {key: capped(getattr(whole_of[0], key)) for key in questions(at)}
    loads = _loads(shown, counted)
    late_units = [(people.unit_name(one.pk), one.late) for one in late if one.late]
    coming = rows.filter(next_due_at__gt=at)
    if unit is not None:
        coming = coming.filter(owner_id__in=[one.pk for one in members])
    soon = queue.page_of(coming, size=NEXT, by_limit=True).rows
    return Team(
        loads=with_too_many(loads),
        late_units=[
            (name, capped(number)) for name, number in sorted(late_units, key=lambda pair: (-pair[1], pair[0]))
        ],
        soon=rows_of(actor, soon),
        whole=whole,
        more=len(members) > page * PEOPLE,
    )


def questions(at: datetime) -> dict[str, Q]:
    """What is counted of each person, as the tabs of the queue have it: overdue, still due today, later, all."""
    midnight = queue.end_of_day(at)
    return {
        "late": Q(next_due_at__lte=at),
        "today": Q(next_due_at__gt=at, next_due_at__lt=midnight),
        "rest": Q(next_due_at__gte=midnight),
        "total": Q(),
    }


def loads_of(actor: Actor, at: datetime, owner_id: uuid.UUID) -> list[Load]:
    """Load and results of those among whom cases are shared out, and of one more, whose cases they are. Two queries."""
    known = {one.pk for one in people.active_members(roles=HANDLERS)} | {owner_id}
    members = [one for one in people.active_members() if one.pk in known]
    results = results_of(at)
    counted = _loads(members, loads_asked(queue.open_cases(actor), at, members))
    return [replace(one, results=results.get(one.member.pk, NONE)) for one in counted]


def choice_words(case: Complaint, chosen: Load, others: Sequence[Load]) -> str:
    """Why this person, as the page showed it: kept with the assignment, so that the choice can be looked at later (AS-16)."""
    beside = gettext("; ").join(one.words(case) for one in others)
    if not beside:
        return gettext("Chosen: %(who)s. Nobody else could take it.") % {"who": chosen.words(case)}
    return gettext("Chosen: %(who)s. Beside: %(others)s") % {"who": chosen.words(case), "others": beside}


def _counted(around: QuerySet[Any], asked: Mapping[str, QuerySet[Any]]) -> QuerySet[Any]:
    """Rows with the number of what each question finds about them, as far as a thousand and no further."""
    found = {key: CountOf(question.order_by().values("id")[: queue.CAP]) for key, question in asked.items()}
    told: QuerySet[Any] = around.only("pk").annotate(**found)
    return told


def loads_asked(rows: QuerySet[Complaint], at: datetime, members: Sequence[Member]) -> QuerySet[Member]:
    """The question for the load of some people: as long for many of them as for one."""
    asked = {key: rows.filter(where, owner_id=OuterRef("pk")) for key, where in questions(at).items()}
    return _counted(Member.objects.filter(pk__in=[one.pk for one in members]), asked)


def _loads(members: Sequence[Member], counted: Iterable[Any]) -> list[Load]:
    found = {one.pk: one for one in counted}
    return [load_of(one, found[one.pk]) for one in members if one.pk in found]


def load_of(member: Member, numbers: Any) -> Load:
    """One person's load from what was counted: late, today, rest, total."""
    level = people.staff_level_of(member.pk)
    units = dict.fromkeys(people.unit_name(post.unit_id) for post in people.posts_of(member.pk))
    return Load(
        member=member,
        name=people.staff_identity(member.pk),
        level=str(StaffLevel(level).label) if level else "",
        units=" · ".join(units),
        late=numbers.late,
        today=numbers.today,
        rest=numbers.rest,
        total=numbers.total,
    )


def with_too_many(loads: list[Load]) -> list[Load]:
    """The same with how many cases each has above the mean of those at work who handle cases (AS-16)."""
    handlers = {one.pk for one in people.active_members(roles=HANDLERS)}
    everybody = [one.colleague for one in loads if one.member.pk in handlers]
    return [replace(one, too_many=to_move(one.colleague, everybody)) for one in loads]


def cases_to_share(actor: Actor, member_id: uuid.UUID) -> list[Complaint]:
    """Somebody's open cases, those that are due last first: the most pressing stay with who knows them. One query."""
    rows = queue.open_cases(actor).filter(owner_id=member_id, offered_member_id=None)
    return list(rows.select_related("stream").only(*WANTED).order_by("-work_key", "-pk")[:MOVED])


def stands_between(colleague: Colleague, case: Complaint) -> bool:
    """Is the case about the colleague's own unit, or one in which an interest is declared (IV-03)?"""
    return plainly_dependent(colleague.id, colleague.unit_ids, case)
