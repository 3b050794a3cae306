"""Awards, fair, just and open (PE-22, PE-23, PE-29): one entry is one award of one period, with its criteria, nominations, jury, result and objections."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.appraisal import catalogue, nominees, objecting
from tingsu.appraisal.award_shown import shown, standing
from tingsu.appraisal.objecting import today
from tingsu.clocks.models import Promise
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers import receipts
from tingsu.registers.declaration import (
    CHECKERS,
    EVERYBODY,
    INVOLVED,
    LEADERS,
    OPENER,
    OWNER,
    Do,
    Due,
    Register,
    State,
    declare,
)
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME = "award"
NOMINATING, JUDGING, PUBLISHED, CONFERRED, VOID = "nominating", "judging", "published", "conferred", "void"
NOMINATIONS, JUDGED, CONFIRMED = "award_nominations", "award_judging", "award_conferring"
OPENERS = (*LEADERS, Role.QA, Role.COACH)
RUNNERS = (OWNER, *LEADERS)
PRIZES = (
    ("certificate", pgettext_lazy("award", "Certificate")), ("bonus", pgettext_lazy("award", "Bonus")), ("gift", pgettext_lazy("award", "Gift")),
    ("training", pgettext_lazy("award", "Training or study visit")), ("other", pgettext_lazy("award", "Other")),
)  # fmt: skip


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The criteria of the catalogue are those of this award unless others were written: they stand before anybody is nominated."""
    award = catalogue.awards()[str(values["award"])]
    if values["until"] < values["since"]:
        raise InvalidInput({"until": InvalidValue(_("The end lies before the beginning."), code="order")})
    if not values.get("criteria"):
        opened.write("criteria", award.criteria)
    opened.put("judged_by_least", award.jurors)
    everybody = [pk for pk in receipts.everybody() if pk != opened.actor.id]
    opened.tell(everybody, "called_for")


def nominated(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One more nomination. Raises InvalidInput: a juror, somebody nominated already, or a team where the award is for persons."""
    who = [str(pk) for pk in values["who"]]
    to = catalogue.awards().get(str(opened.entry.codes["award"]))
    if len(who) > 1 and not values.get("team"):
        raise InvalidInput({"team": InvalidValue(_("Several people are a team: what is it called?"), code="required")})
    team = len(who) > 1 or bool(values.get("team"))
    if to is not None and to.to == (catalogue.PERSON if team else catalogue.TEAM):
        raise objecting.refuse(
            "who",
            _("This award is for persons: nominate one.") if team else _("This award is for teams: name its members."),
        )
    if set(who) & set(opened.entry.codes.get("jury", ())):
        raise objecting.refuse(
            "who", _("A juror cannot be nominated: they would judge themselves. Change the jury first.")
        )
    lines = nominees.nominations(opened.entry)
    if any(set(line["who"]) == set(who) for line in lines):
        raise objecting.refuse("who", _("They are nominated already."))
    for name in ("team", "merit"):
        if values.get(name):
            opened.write(f"nominations.{len(lines)}.{name}", values[name])
    opened.put("nominations", [*lines, {"who": who, "by": opened.actor.id, "on": today(opened)}])
    opened.tell([uuid.UUID(pk) for pk in who if pk != str(opened.actor.id)], "proposed")


def jury_named(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nobody who is nominated, alone or in a team, is in the jury, nor whoever nominated somebody. Raises InvalidInput."""
    jury = {str(pk) for pk in values["jury"]}
    if both := jury & nominees.nominated(opened.entry):
        name = people.staff_identity(uuid.UUID(sorted(both)[0]))
        raise objecting.refuse("jury", _("%(name)s is nominated, and cannot judge."), name=name)
    if (both := jury & nominees.nominators(opened.entry)) and not alone.warned(opened, "own_work"):
        name = people.staff_identity(uuid.UUID(sorted(both)[0]))
        raise objecting.refuse("jury", _("%(name)s has nominated somebody, and cannot judge."), name=name)


def jury_is_whole(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Somebody is nominated, and enough jurors are there who may judge."""
    entry, found = opened.entry, []
    if not nominees.nominations(entry):
        found.append(Unmet("nobody_nominated", _("nobody is nominated yet")))
    least = int(entry.codes.get("judged_by_least", 1))
    if len(entry.codes.get("jury", ())) < least and not alone.warned(opened, "own_work"):
        found.append(
            Unmet(
                "jury_too_small",
                _("the catalogue asks for a jury of at least %(least)s: name it first") % {"least": least},
            )
        )
    return found


def closed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The jury is called; a juror of whose own team everybody is would have nothing to judge. Raises InvalidInput."""
    jury = [str(pk) for pk in opened.entry.codes.get("jury", ())]
    for juror in jury:
        if not nominees.fair_for(opened.entry, juror) and not alone.warned(opened, "own_work"):
            sentence = _("All nominated are of the own team of %(name)s: name another juror.")
            raise objecting.refuse("judge_until", sentence, name=people.staff_identity(uuid.UUID(juror)))
    opened.tell([uuid.UUID(pk) for pk in jury if pk != str(opened.actor.id)], "called")


@asks_who
def is_juror(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Only the jury judges, and each of them once."""
    who = str(opened.actor.id)
    if who not in {str(pk) for pk in opened.entry.codes.get("jury", ())}:
        return [Unmet("no_juror", _("only the jury judges"), guard="")]
    if any(juror == who for juror, _chosen in nominees.votes(opened.entry)):
        return [Unmet("judged_already", _("you have judged already"), guard="")]
    return []


@asks_who
def no_juror(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A juror nominates nobody."""
    if str(opened.actor.id) in {str(pk) for pk in opened.entry.codes.get("jury", ())} and not alone.warned(
        opened, "own_work"
    ):
        return [Unmet("juror_nominates", _("you are in the jury: a juror nominates nobody"), guard="")]
    return []


def not_over(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nominations are taken until their day."""
    if today(opened).isoformat() <= opened.entry.codes.get("nominate_until", ""):
        return []
    return [Unmet("nominations_over", _("the time for nominations is over"))]


def judged(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A ballot: first, second and third choice, none of the own team. Raises InvalidInput."""
    entry, who = opened.entry, str(opened.actor.id)
    chosen = [(name, int(values[name])) for name in nominees.CHOICES if values.get(name)]
    allowed = nominees.fair_for(entry, who)
    seen: set[int] = set()
    for name, place in chosen:
        if place in seen:
            raise objecting.refuse(name, _("Choose each only once."))
        if place not in allowed and not alone.warned(opened, "own_work"):
            raise objecting.refuse(name, _("They are of your own team: you do not judge them."))
        seen.add(place)
        opened.texts[name] = nominees.called(entry, place)  # the history says whom, to those who may read it
    lines = list(entry.codes.get("votes", ()))
    opened.write(f"votes.{len(lines)}.ballot", ",".join(str(place) for _name, place in chosen))
    opened.write(f"votes.{len(lines)}.why", values["why"])
    opened.put("votes", [*lines, {"juror": who, "on": today(opened)}])


def all_have_judged(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every juror has given a ballot."""
    missing = len(opened.entry.codes.get("jury", ())) - len(opened.entry.codes.get("votes", ()))
    if missing <= 0:
        return []
    return [Unmet("not_judged", _("%(missing)s of the jury have not judged yet") % {"missing": missing})]


@asks_who
def not_concerned(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever is nominated names no jury, publishes no result, gives and drops no award."""
    if str(opened.actor.id) not in objecting.concerned_by(opened.entry) or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_award", _("this is about you: somebody else does it"), guard="")]


def published(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The best by the points of the jury, and nobody before them: everybody reads it, and may object. Raises InvalidInput."""
    entry = opened.entry
    points = nominees.points(entry)
    chosen = [int(place) for place in values["winners"]]
    least = min(points[place] for place in chosen)
    if least == 0 or any(worth > least for place, worth in points.items() if place not in chosen):
        raise objecting.refuse(
            "winners",
            _(
                "The award goes to those with most points of the jury: one with more is left out, or one without any is among them."
            ),
        )
    opened.put("recipients", sorted({str(pk) for place in chosen for pk in nominees.nominations(entry)[place]["who"]}))
    award = catalogue.awards().get(str(entry.codes["award"]))
    objecting.published(opened, award.days if award else objecting.DAYS)
    until = date.fromisoformat(entry.codes["objections_until"])
    objecting.due(opened, "confer_by", CONFIRMED, objecting.working_days_on(until, objecting.DAYS))
    opened.tell([pk for pk in receipts.everybody() if pk != opened.actor.id], "published")


def back_to_jury(opened: OpenedEntry) -> None:
    """The jury judges once more: ballots and winners are taken back, the history keeps them."""
    for name in ("votes", "winners", "recipients", "confer_by"):
        opened.put(name, None)
    for name in [name for name in opened.texts_now() if name.startswith("votes.")]:
        opened.write(name, "")
    opened.end(CONFIRMED, Promise.Ending.CANCELLED)
    objecting.due(opened, "judge_until", JUDGED, objecting.working_days_on(today(opened), objecting.DAYS))


def conferred(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Whoever gets it hears of it."""
    recipients = [uuid.UUID(str(pk)) for pk in opened.entry.codes.get("recipients", ())]
    opened.set("speaks_of", values["given_on"])
    opened.tell([pk for pk in recipients if pk != opened.actor.id], "received")


def with_a_part(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The jury has work; everybody reads."""
    return tuple(str(pk) for pk in codes.get("jury", ()))


def secret(actor: Actor, entry: Entry) -> frozenset[str]:
    """Ballots are the jury's; once the award is given, auditors read them."""
    if entry.state in {CONFERRED, VOID} and people.reads_all(actor, (*CHECKERS, Role.TOP_MGMT)):
        return frozenset()
    return frozenset({*nominees.CHOICES, "why", "votes"})


FIELDS = (
    Field(name="award", label=pgettext_lazy("award", "Award"), kind="choice", options=catalogue.options),
    Field(name="title", label=pgettext_lazy("award", "Title"), kind="longtext", limit=120, help=_("With the period, so that it is found again.")),
    Field(name="since", label=_("For work from"), kind="date"),
    Field(name="until", label=_("For work until"), kind="date"),
    Field(name="criteria", label=pgettext_lazy("award", "Criteria"), kind="longtext", limit=1000, help=_("Left empty, those of the catalogue.")),
    Field(name="nominate_until", label=_("Nominations until"), kind="date"),
    Field(name="judge_until", label=_("The jury judges until"), kind="date"),
    Field(name="judged_by_least", label=_("Jurors at least"), kind="number"),
    Field(name="owner", label=pgettext_lazy("award", "Run by"), kind="member", options=members),
    Field(name="jury", label=pgettext_lazy("award", "Jury"), kind="choices", options=members),
    Field(
        name="nominations", label=_("Nominations"), kind="rows", limit=100,
        rows=(
            Field(name="who", label=_("Who is nominated"), kind="choices", options=members),
            Field(name="team", label=pgettext_lazy("award", "Team"), limit=60),
            Field(name="merit", label=pgettext_lazy("award", "What for"), kind="longtext", limit=2000),
            Field(name="by", label=_("Nominated by"), kind="member", options=members),
            Field(name="on", label=pgettext_lazy("award", "On"), kind="date"),
        ),
    ),
    Field(name="who", label=_("Who is nominated"), kind="choices", options=members, help=_("One person, or the members of a team.")),
    Field(name="team", label=pgettext_lazy("award", "Team"), limit=60, help=_("What the team is called; empty for one person.")),
    Field(
        name="merit", label=pgettext_lazy("award", "What for"), kind="longtext", limit=2000,
        help=_("What was achieved, by the criteria: figures, cases, examples."),
    ),
    Field(
        name="votes", label=_("Ballots"), kind="rows", limit=30,
        rows=(
            Field(name="juror", label=_("Juror"), kind="member", options=members),
            Field(name="on", label=pgettext_lazy("award", "On"), kind="date"),
            Field(name="ballot", label=_("Chosen"), limit=40),
            Field(name="why", label=pgettext_lazy("award", "Why"), kind="longtext", limit=1000),
        ),
    ),
    Field(name="first", label=_("First choice (3 points)"), kind="choice", options=nominees.of_nominations, sealed=True),
    Field(name="second", label=_("Second choice (2 points)"), kind="choice", options=nominees.of_nominations, sealed=True),
    Field(name="third", label=_("Third choice (1 point)"), kind="choice", options=nominees.of_nominations, sealed=True),
    Field(
        name="why", label=pgettext_lazy("award", "Why"), kind="longtext", limit=1000,
        help=_("By the criteria. It stays with your ballot, which only auditors read."),
    ),
    Field(name="winners", label=pgettext_lazy("award", "Goes to"), kind="choices", options=nominees.of_nominations),
    Field(name="recipients", label=_("Recipients"), kind="choices", options=members),
    Field(name="laudation", label=_("What everybody reads"), kind="longtext", limit=2000),
    *objecting.FIELDS,
    Field(name="confer_by", label=_("To be given by"), kind="date"),
    Field(name="prize", label=pgettext_lazy("award", "Given as"), kind="choice", options=PRIZES),
    Field(name="given_on", label=pgettext_lazy("award", "Given on"), kind="date", past=True),
    Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
    Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
)  # fmt: skip

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Award"),
        many=pgettext_lazy("record", "Awards"),
        hint=_(
            "Who is honoured for which work: criteria before nominations, a jury that judges neither itself nor its own team, a result that everybody "
            "reads and may object to."
        ),
        prefix="PY",
        icon="sparkles",
        group="system",
        chapter="people",
        order=62,
        title="title",
        readers=EVERYBODY,
        openers=OPENERS,
        involves=with_a_part,
        fields=FIELDS,
        form=("award*", "title*", "since*", "until*", "criteria", "nominate_until*", "jury", "owner"),
        passing=("who", "team", "merit", *nominees.CHOICES, "why", "reason", *objecting.PASSING),
        columns=("award", "until", "recipients", "given_on"),
        filters=("award",),
        owner="owner",
        speaks_of="given_on",
        clauses=lambda codes: ("ISC 5.4.4.1",) if codes.get("given_on") else (),
        of_the_firm=frozenset({"title", "criteria"}),
        states=(
            State(NOMINATING, pgettext_lazy("award", "Nominations are open"), "soon"),
            State(JUDGING, pgettext_lazy("award", "The jury judges"), "soon"),
            State(PUBLISHED, pgettext_lazy("award", "Result published, open to objections"), "soon"),
            State(CONFERRED, pgettext_lazy("award", "Given"), "done", open=False),
            State(VOID, pgettext_lazy("award", "Not given"), open=False, final=True),
        ),
        on_open=begun,
        steps=(
            Do(
                name="nominate", label=_("Nominate"), event="nominated", did=_("nominated"), sources=(NOMINATING,), who=EVERYBODY,
                asks=("who*", "team", "merit*"), guards=(no_juror, not_over), effect=nominated, icon="plus", clause="ISC 5.4.4.1",
            ),
            Do(
                name="name_jury", label=_("Name the jury"), event="jury_named", did=_("named the jury"), sources=(NOMINATING,), who=RUNNERS,
                asks=("jury*",), guards=(not_concerned,), effect=jury_named, main=False, icon="users", clause="ISC 5.4.4.1",
            ),
            Do(
                name="close_nominations", label=_("Close nominations, call the jury"), event="nominations_closed", did=_("closed the nominations"),
                sources=(NOMINATING,), target=JUDGING, who=RUNNERS, asks=("judge_until*",), guards=(jury_is_whole,), effect=closed,
                stops=(NOMINATIONS,), icon="lock", clause="ISC 5.4.4.1",
            ),
            Do(
                name="judge", label=pgettext_lazy("award", "Judge"), event="judged", did=_("has judged"), sources=(JUDGING,), who=(INVOLVED,),
                asks=("first*", "second", "third", "why*"), guards=(is_juror,), effect=judged, icon="scale", clause="ISC 5.4.4.1",
            ),
            Do(
                name="publish", label=_("Publish the result"), event="published", did=_("published the result"), sources=(JUDGING,), target=PUBLISHED,
                who=RUNNERS, asks=("winners*", "laudation*"), guards=(all_have_judged, not_concerned), effect=published, stops=(JUDGED,),
                may_start=(CONFIRMED,), icon="send", clause="ISC 5.4.4.1; ISC 5.4.4.2",
            ),
            *objecting.steps(NAME, JUDGING, back_to_jury, "ISC 5.4.4.1", (JUDGED, CONFIRMED)),
            Do(
                name="confer", label=_("Give the award"), event="conferred", did=_("gave the award"), sources=(PUBLISHED,), target=CONFERRED, who=LEADERS,
                asks=("prize*", "given_on*", "proof"), guards=(objecting.time_is_over, not_concerned), effect=conferred, stops=(CONFIRMED,),
                tells=(OWNER, OPENER), tone="done", icon="sparkles", clause="ISC 5.4.4.1",
            ),
            Do(
                name="drop", label=_("Do not give it"), event="dropped", did=_("decided not to give it"), sources=(NOMINATING, JUDGING), target=VOID,
                who=LEADERS, asks=("reason*",), guards=(not_concerned,), stops=(NOMINATIONS, JUDGED), tells=(OWNER, OPENER), main=False, icon="x",
                clause="ISC 5.4.4.1",
            ),
        ),
        dues=(
            Due(field="nominate_until", timer=NOMINATIONS, label=_("Closing the nominations"), stops=_("nominations closed")),
            Due(field="judge_until", timer=JUDGED, label=_("Judgment of the jury"), stops=_("result published")),
            Due(field="confer_by", timer=CONFIRMED, label=_("Giving the award"), stops=_("award given")),
        ),
        timers=(objecting.timer_kind(NAME),),
        list_template="appraisal/published.html",
        list_context=standing,
        entry_template="appraisal/award.html",
        entry_context=shown,
        own_part=frozenset({"nominations", "votes", "winners", "recipients", "laudation", "objections"}),
        withholds=secret,
    )
)  # fmt: skip
