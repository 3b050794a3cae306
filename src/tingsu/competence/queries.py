"""What other apps and our pages ask of competence: gaps, trainings of a period, the way somebody has grown (PE-16, PE-19)."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tingsu.competence import exams, files, growth, levels, required, terms, trainings
from tingsu.competence.required import Competence
from tingsu.people import queries as people
from tingsu.people.models import Member
from tingsu.registers.declaration import INVOLVED
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import address_of, value_words

MOST = 60
PRESENT, MISSING, EXPIRED = "present", "missing", "failed"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One competence of one person: there or not, since when, by what, and what is done about it."""

    competence: Competence
    state: str
    on: str = ""
    proof: str = ""
    action: Entry | None = None

    @property
    def is_gap(self) -> bool:
        return self.state != PRESENT


@dataclass(frozen=True, kw_only=True)
class Line:
    """One colleague with everything the posts ask for."""

    member: Member
    roles: frozenset[str]
    cells: tuple[Cell, ...]
    file: Entry | None = None

    @property
    def gaps(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_gap]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Somebody's post asks for more than is proved yet; `action` is what is done about it, if anything."""

    member: Member
    competence: Competence
    action: Entry | None = None


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Trainings held in a period, by kind; `people` counts each person once, `attendances` every seat."""

    trainings: tuple[Entry, ...] = ()
    attendances: int = 0
    people: int = 0
    minutes: int = 0
    cost: int = 0
    """In fen."""
    by_kind: dict[str, int] = field(default_factory=dict)


def matrix(roles: Collection[str] = ()) -> list[Line]:
    """Everybody who works here with what the posts ask for, by staff number; of some roles only, if given. Three queries."""
    held: dict[uuid.UUID, set[str]] = {}
    for post in people.posts_now():
        held.setdefault(post.member_id, set()).add(post.role)
    members = [one for one in people.active_members() if held.get(one.pk) and (not roles or held[one.pk] & set(roles))]
    ids = [one.pk for one in members]
    kept, decided, actions = files.files_of(ids), exams.of_people(ids), growth.open_actions()
    known = required.competences()
    lines = []
    for member in members:
        file, posts = kept.get(member.pk), frozenset(held[member.pk])
        mine = [one for one in actions if one.codes.get("person") == str(member.pk)]
        wanted = [one for one in known if one.asked_of(posts)]
        cells = _cells(wanted, file, decided.get(member.pk, []), mine)
        lines.append(Line(member=member, roles=posts, cells=cells, file=file))
    return lines


def _cells(
    wanted: Iterable[Competence], file: Entry | None, decided: list[Entry], actions: list[Entry]
) -> tuple[Cell, ...]:
    topics, dimensions = files.topics_of(file), exams.dimensions_of(decided)
    rated = {line["competence"]: line for line in files.RATED.of(file)}
    found = []
    for one in wanted:
        how, _colon, code = one.proof.partition(":")
        state, on, proof = MISSING, "", ""
        if how == "topic" and code in topics:
            state, on = PRESENT, topics[code]
        elif how == "exam" and code in dimensions:
            passed, proof = dimensions[code]
            state = PRESENT if passed else EXPIRED
        elif how == required.RECORD and one.code in rated:
            state, on = (PRESENT if rated[one.code]["met"] == "meets" else EXPIRED), str(rated[one.code]["on"])
        action = next((row for row in actions if row.codes.get("competence") == one.code), None)
        found.append(Cell(competence=one, state=state, on=on, proof=proof, action=action))
    return tuple(found)


def gaps(roles: Collection[str] = ()) -> list[Gap]:
    """What posts ask for and nobody has proved yet, by person; with the open action, if there is one."""
    return [
        Gap(member=line.member, competence=cell.competence, action=cell.action)
        for line in matrix(roles)
        for cell in line.gaps
    ]


def trained(since: date, until: date) -> Trained:
    """The trainings held between two days, both included. One query."""
    rows = Entry.objects.filter(
        register=trainings.NAME, state=trainings.HELD, speaks_of__gte=since, speaks_of__lte=until
    )
    held = tuple(row for row in rows.order_by("speaks_of", "pk") if row.codes.get("kind") != trainings.PROGRAMME)
    by_kind: dict[str, int] = {}
    for row in held:
        by_kind[row.codes["kind"]] = by_kind.get(row.codes["kind"], 0) + 1
    seats = [one for row in held for one in row.codes.get("attended", ())]
    return Trained(
        trainings=held, attendances=len(seats), people=len(set(seats)), by_kind=by_kind,
        minutes=sum(row.codes.get("minutes") or 0 for row in held), cost=sum(row.codes.get("cost") or 0 for row in held),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing on the way somebody has grown."""

    on: date
    words: str
    detail: str = ""
    url: str = ""


def track(member_id: uuid.UUID, file: Entry | None) -> list[Step]:
    """Begun, trained, assessed, levels, mentoring, released: the newest first. Two queries (PE-16)."""
    mine = EntryFacet.objects.filter(
        name=INVOLVED, value=str(member_id),
        register__in=(trainings.NAME, exams.NAME, levels.NAME, growth.NAME),
    )  # fmt: skip
    rows = Entry.objects.filter(pk__in=mine.order_by("-opened_at").values("entry")[:MOST]).select_related("stream")
    found = [step for row in rows for step in _steps(row, member_id)]
    for name, words in (("entered_on", _("Began to work here")), ("released_on", _("Released for independent work"))):
        if file is not None and (on := parse_date(str(file.codes.get(name) or ""))):
            found.append(Step(on=on, words=words))
    return sorted(found, key=lambda one: one.on, reverse=True)


def _steps(row: Entry, member_id: uuid.UUID) -> list[Step]:
    codes, url = row.codes, address_of(row)
    title = (row.written_or_none() or {}).get("title", "") or row.number
    if row.register == trainings.NAME and row.state == trainings.HELD and str(member_id) in codes.get("attended", ()):
        on = parse_date(codes["held_on"])
        return [Step(on=on, words=_("Attended a training"), detail=title, url=url)] if on else []
    if row.register == exams.NAME:
        return [
            Step(
                on=on, url=url, detail=f"{title} · {one['total']} %",
                words=_("Passed an assessment") if one["total"] >= codes["pass_mark"] else _("Did not pass an assessment"),
            )
            for one in codes.get("tries", ())
            if (on := parse_date(one["on"]))
        ]  # fmt: skip
    if row.register == levels.NAME and row.state == "given" and row.entered_at is not None:
        level = value_words(levels.LEVEL, codes["level"])
        return [Step(on=files.day_of(row.entered_at), words=_("Was given a staff level"), detail=level, url=url)]
    if (
        row.register == growth.NAME
        and row.state == "judged"
        and codes.get("person") == str(member_id)
        and row.entered_at
    ):
        effect = terms.words(growth.EFFECTS, codes["effect"])
        return [Step(on=files.day_of(row.entered_at), words=_("Finished an action on a gap"), detail=effect, url=url)]
    return []


def guided_by(senior_id: uuid.UUID) -> list[Member]:
    """Whose cases somebody supervises now, by staff number. No query while the directory is fresh."""
    return [one for one in people.active_members() if one.readiness and one.senior_id == senior_id]
