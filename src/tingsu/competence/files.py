"""The personnel file of each colleague (PE-01…PE-04, PE-12, PE-16, PE-17, PE-20): what the register adds to the kit."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.competence import personal, points, terms  # noqa: F401 the privacy table knows the fields before a register asks for them
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.actions.readiness import put_readiness
from tingsu.people.models import Member
from tingsu.people.readiness import GUIDED, PENDING
from tingsu.people.roles import STAFF_RANK, Role, StaffLevel
from tingsu.process.steps import Options, Step, asks_who
from tingsu.registers.actions import Opening, begin_entry
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

NAME = "personnel_file"
CANDIDATE, TRAINEE, INDEPENDENT, HELD_BACK, ENDED = "candidate", "guided", "independent", "pending", "ended"
TOPICS, GUIDANCE, CHECKED, AWARE, ASSESSED = "topics", "guidance", "checked", "awareness", "assessed"
CHECKS = Lines(table=CHECKED, called=("check",))
PRACTICE = Lines(table=GUIDANCE, called=("stage",))
TRAINED = Lines(table=TOPICS, called=("topic",))
CONFIRMED = Lines(table=AWARE, called=("version",))
RATED = Lines(table=ASSESSED, called=("competence",))
SENIOR_LEVEL = StaffLevel.EXPERT


def actor() -> Actor:
    """The system, where a file follows from something else."""
    return automation("competence.files", current_organisation_id())


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


def day_of(at: datetime) -> date:
    return local_date(at, current_organisation().time_zone)


def file_id(member_id: uuid.UUID) -> uuid.UUID:
    """The id of a colleague's file: everybody has one and no second."""
    return uuid.uuid5(member_id, NAME)


def file_of(member_id: uuid.UUID | None) -> Entry | None:
    """A colleague's file, with its stream. One query."""
    if member_id is None:
        return None
    found = Entry.objects.filter(register=NAME, facets__name="person", facets__value=str(member_id))
    return found.select_related("stream").order_by("opened_at", "pk").first()


def files_of(member_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Entry]:
    """The files of some colleagues by member. One query."""
    wanted = {str(one) for one in member_ids}
    rows = Entry.objects.filter(register=NAME, facets__name="person", facets__value__in=wanted).order_by(
        "opened_at", "pk"
    )
    found: dict[uuid.UUID, Entry] = {}
    for row in rows:
        found.setdefault(uuid.UUID(row.codes["person"]), row)
    return found


@says(NAME)
def _words(told: Mapping[str, Any]) -> str:
    who = people.staff_identity(uuid.UUID(told["member"]))
    return _("Personnel file of %(who)s") % {"who": who}


def open_file(member: Member) -> OpenedEntry:
    """Begin the file of somebody who works here, in the open transaction; a second try opens nothing twice."""
    begins = {GUIDED: TRAINEE, PENDING: HELD_BACK}.get(member.readiness, INDEPENDENT)
    values = {"person": str(member.pk), "begins": begins}
    if member.joined_on and member.joined_on <= today():
        values["entered_on"] = member.joined_on.isoformat()
    opening = Opening(
        id=file_id(member.pk), values=values, said={"about": Said(NAME, {"member": str(member.pk)})}, allowed=True
    )
    return begin_entry(actor=actor(), register=registers()[NAME], opening=opening)


def without_file() -> list[Member]:
    """Active colleagues who have no file yet. One query beside the directory."""
    members = {one.pk: one for one in people.active_members()}
    kept = files_of(members)
    return [one for pk, one in members.items() if pk not in kept]


def opened(made: OpenedEntry, values: dict[str, Any]) -> None:
    """A file begins where the person stands; nobody has two. Raises InvalidInput."""
    person, begins = values.get("person"), values["begins"]
    if begins == CANDIDATE or person is None:
        return
    _no_second(made, "person", person)
    make_known(made, person)
    made.move_to(begins)
    if begins == TRAINEE:
        _guided(made, person, values["senior"])
    elif begins == HELD_BACK:
        put_readiness(
            actor=made.actor, member_id=person, readiness=PENDING, senior_id=None, record=made.entry.pk, at=made.at
        )


def _no_second(made: OpenedEntry, field: str, person: uuid.UUID) -> None:
    other = file_of(person)
    if other is not None and other.pk != made.entry.pk:
        sentence = _("There is a file of this person already: %(number)s.")
        raise InvalidInput({field: InvalidValue(sentence, code="twice", number=other.number)})


def make_known(made: OpenedEntry, person: uuid.UUID) -> None:
    """The level held now stands in the file from the beginning, as what was taken over: it has no assessment behind it."""
    made.put("level", people.staff_level_of(person) or None)


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The person, and the senior who guides the work."""
    return tuple(str(codes[name]) for name in ("person", "senior") if codes.get(name))


# who


@asks_who
def not_own_file(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody selects, judges or releases themselves (PE-12); one who works alone is only noted (ME-11)."""
    own = opened.actor.id is not None and opened.entry.codes.get("person") == str(opened.actor.id)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_file", _("this is your own file: somebody else writes this into it"), guard="")]


@asks_who
def own_file(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Awareness is confirmed by the person and nobody else (PE-20)."""
    if opened.actor.kind == "member" and opened.entry.codes.get("person") == str(opened.actor.id):
        return []
    return [Unmet("not_own_file", _("only the person confirms this"), guard="")]


# selection


def check_selection(values: Mapping[str, Any], education: str | None) -> None:
    """Education holds in principle: an exception names its reason (ISC 5.4.1.1). Raises InvalidInput."""
    ticked = "education" in values["isc"]
    if ticked and education and education not in terms.COLLEGE:
        sentence = _("The file says less than junior college: take the mark off and give the reason for the exception.")
        raise InvalidInput({"isc": InvalidValue(sentence, code="education")})
    if not ticked and not values["education_reason"]:
        sentence = _("Below junior college an exception needs its reason.")
        raise InvalidInput({"education_reason": InvalidValue(sentence, code="required")})


def selected(opened: OpenedEntry, values: dict[str, Any]) -> None:
    check_selection(values, opened.entry.codes.get("education"))
    opened.put("isc_on", today())


def selected_sz(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("sz_on", today())


def missing_of(choices: terms.Choices, ticked: Iterable[str], but: frozenset[str] = frozenset()) -> list[str]:
    """Items of a checklist that are not met, in words."""
    met = set(ticked)
    return [str(label) for code, label in choices if code not in met and code not in but]


def suitable(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Both checklists met, background and values checked with a result that speaks for it (PE-02, PE-03, PE-04)."""
    codes, unmet = opened.entry.codes, []
    exception = frozenset({"education"}) if opened.holds("education_reason") else frozenset()
    for name, choices, but in (("isc", terms.ISC, exception), ("sz", terms.SZ, frozenset())):
        if missing := missing_of(choices, codes.get(name, ()), but):
            sentence = gettext_lazy("the selection checklist still lacks: %(what)s")
            unmet.append(Unmet(f"{name}_open", sentence, what=missing[0]))
    lines = CHECKS.of(opened.entry)
    if not any(line["check"] == "background" for line in lines):
        unmet.append(Unmet("no_background", gettext_lazy("the background check is not recorded")))
    if not any(line["check"] != "background" for line in lines):
        unmet.append(Unmet("no_values_test", gettext_lazy("the values test is not recorded")))
    if any(line["result"] == "not" for line in _latest(lines)):
        unmet.append(Unmet("not_suitable", gettext_lazy("a check found the candidate not suitable")))
    return unmet


def _latest(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last line of each kind: what was checked again counts anew."""
    return list({line["check"]: line for line in lines}.values())


def admitted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The candidate has begun: from now on the file is that colleague's, and the work is guided."""
    _no_second(opened, "joins", values["joins"])
    opened.put("person", values["joins"])
    make_known(opened, values["joins"])
    _guided(opened, values["joins"], values["guide"])


# guided work and release


def seniors(entry: Any) -> Options:
    """Experienced colleagues who may guide others: experts, coaches and supervisors who work independently."""
    return tuple(
        (str(one.pk), people.staff_identity(one.pk))
        for one in people.active_members()
        if not one.readiness and _is_senior(one.pk)
    )


def _is_senior(member_id: uuid.UUID) -> bool:
    if STAFF_RANK[people.staff_level_of(member_id)] >= STAFF_RANK[SENIOR_LEVEL]:
        return True
    return any(post.role == Role.SUPERVISOR for post in people.posts_of(member_id))


def not_oneself(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody is the own senior."""
    person = opened.entry.codes.get("person") or str((values or {}).get("joins") or "")
    if values is None or not person or str(values.get("guide")) != person:
        return []
    return [Unmet("own_senior", gettext_lazy("nobody supervises the own cases: choose another senior"))]


def guided(opened: OpenedEntry, values: dict[str, Any]) -> None:
    _guided(opened, uuid.UUID(opened.entry.codes["person"]), values["guide"])


def _guided(opened: OpenedEntry, person: uuid.UUID, senior: uuid.UUID) -> None:
    if person == senior:
        raise InvalidInput({"senior": InvalidValue(_("Nobody supervises the own cases."), code="choice")})
    opened.put("senior", senior)
    put_readiness(
        actor=opened.actor, member_id=person, readiness=GUIDED, senior_id=senior, record=opened.entry.pk, at=opened.at
    )
    opened.tell([person, senior], "guided")


def first_simulated(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Simulated practice comes before guided work (ISC 5.4.2.2)."""
    if values is None or values["stage"] in terms.SIMULATED or _stages(opened.entry)[0]:
        return []
    return [Unmet("not_simulated", gettext_lazy("guided work comes after simulated practice: record that first"))]


def _stages(entry: Entry) -> tuple[bool, bool]:
    """Is simulated practice recorded, and guided work?"""
    stages = {line["stage"] for line in PRACTICE.of(entry)}
    return bool(stages & terms.SIMULATED), bool(stages - terms.SIMULATED)


def ready(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Released is who has practised, worked under guidance and passed the newest assessment (PE-12, PE-15)."""
    from tingsu.competence.exams import newest_result

    simulated, accompanied = _stages(opened.entry)
    unmet = []
    if not simulated:
        unmet.append(Unmet("not_simulated", gettext_lazy("no simulated practice is recorded")))
    if not accompanied:
        unmet.append(Unmet("not_accompanied", gettext_lazy("no guided work is recorded")))
    result = newest_result(uuid.UUID(opened.entry.codes["person"]))
    if result is None:
        unmet.append(Unmet("not_assessed", gettext_lazy("no assessment has been passed")))
    elif not result:
        unmet.append(Unmet("not_passed", gettext_lazy("the newest assessment was not passed")))
    return unmet


def released(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """From now on the person takes cases alone."""
    person = uuid.UUID(opened.entry.codes["person"])
    opened.put("senior", None)
    opened.put("released_on", today())
    put_readiness(
        actor=opened.actor, member_id=person, readiness="", senior_id=None, record=opened.entry.pk, at=opened.at
    )
    opened.tell([person], "released")


def held_back(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Pending: no case reaches the person until released; those who lead share out the open ones."""
    person = uuid.UUID(opened.entry.codes["person"])
    put_readiness(
        actor=opened.actor, member_id=person, readiness=PENDING, senior_id=None, record=opened.entry.pk, at=opened.at
    )
    leaders = [one.pk for one in people.active_members(roles=(Role.SUPERVISOR,))]
    opened.tell([one for one in (person, *leaders) if one != opened.actor.id], "held_back")


def ended(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Whoever left needs no senior any more."""
    opened.put("senior", None)


# topics, competences, awareness


def marks(opened: OpenedEntry) -> dict[str, Any]:
    """Who wrote a line."""
    return {"by": str(opened.actor.id) if opened.actor.id else ""}


def trained_by_hand(opened: OpenedEntry, values: dict[str, Any]) -> None:
    add_topic(opened, values["topic"], values["on"], values["evidence"])


def add_topic(opened: OpenedEntry, topic: str, on: date, proof: str) -> None:
    """One more training in a topic, with what proves it."""
    TRAINED.add(("topic", "on", "proof"), marks)(opened, {"topic": topic, "on": on, "proof": proof})


def assessed_by_hand(opened: OpenedEntry, values: dict[str, Any]) -> None:
    line = {"competence": values["competence"], "met": values["met"], "on": values["on"], "proof": values["evidence"]}
    RATED.add(("competence", "met", "on", "proof"), marks)(opened, line)


def reopened(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It goes on where the person stands now: a candidate anew, a colleague by the readiness that is kept of them."""
    member = (
        people.member_or_none(uuid.UUID(opened.entry.codes["person"])) if opened.entry.codes.get("person") else None
    )
    stands = {GUIDED: TRAINEE, PENDING: HELD_BACK}.get(member.readiness, INDEPENDENT) if member else CANDIDATE
    opened.move_to(stands)


def confirmed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Once for each version of the points, by the person."""
    line = {"version": points.version(), "on": today().isoformat()}
    lines = [one for one in CONFIRMED.of(opened.entry) if one["version"] != line["version"]]
    opened.put(AWARE, [*lines, line])


def asks_again(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """There is something new to confirm."""
    if confirmed_version(opened.entry) != points.version():
        return []
    return [Unmet("confirmed", gettext_lazy("the points in force are confirmed already"))]


def confirmed_version(entry: Entry | None) -> int | None:
    """The newest version of the points that the person has confirmed."""
    return max((line["version"] for line in CONFIRMED.of(entry)), default=None)


def topics_of(entry: Entry | None) -> dict[str, str]:
    """Topic → the last day on which the person was trained in it."""
    found: dict[str, str] = {}
    for line in TRAINED.of(entry):
        found[line["topic"]] = max(found.get(line["topic"], ""), str(line["on"]))
    return found


def topics_told(entry: Entry | None) -> list[tuple[str, str]]:
    """Each topic that everybody needs with its last day, empty where there is none; further ones where there was a training."""
    known = topics_of(entry)
    asked = dict(terms.TOPICS)
    return [(str(label), known.get(code, "")) for code, label in terms.TAUGHT if code in asked or code in known]


def missing_topics(entry: Entry | None) -> list[str]:
    """Topics of SZ 4(3).2 without a training, in words (PE-17)."""
    known = topics_of(entry)
    return [str(label) for code, label in terms.TOPICS if code not in known]
