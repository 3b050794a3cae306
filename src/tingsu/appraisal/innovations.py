"""The innovation incentive (PE-24, PE-29): applied for by a person or a team, judged for feasibility by a jury, published, given, and followed up."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.appraisal import nominees, objecting
from tingsu.appraisal.innovation_shown import shown
from tingsu.appraisal.objecting import today
from tingsu.clocks.models import Promise
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers import receipts
from tingsu.registers.declaration import (
    CHECKERS,
    EVERYBODY,
    EVERYONE,
    INVOLVED,
    LEADERS,
    OPENER,
    OWNER,
    Do,
    Due,
    Recurs,
    Register,
    State,
    declare,
)
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.options import members

NAME = "innovation"
APPLIED, ASSESSING, PUBLISHED, AWARDED, ENDED, DECLINED = (
    "applied",
    "assessing",
    "published",
    "awarded",
    "ended",
    "declined",
)
JUDGED, CONFIRMED, FOLLOWED = "innovation_assessment", "innovation_conferring", "innovation_follow_up"
FIELDS_OF = (
    ("process", pgettext_lazy("innovation", "Process")), ("product", pgettext_lazy("innovation", "Product")),
    ("service", pgettext_lazy("innovation", "Service")), ("technology", pgettext_lazy("innovation", "Technology")),
    ("other", pgettext_lazy("innovation", "Other")),
)  # fmt: skip
LEVELS = (
    ("low", pgettext_lazy("innovation", "Low")),
    ("medium", pgettext_lazy("innovation", "Medium")),
    ("high", pgettext_lazy("innovation", "High")),
)
REACH = (
    ("post", pgettext_lazy("innovation", "One post")), ("department", pgettext_lazy("innovation", "One department")),
    ("firm", pgettext_lazy("innovation", "The whole firm")), ("customers", pgettext_lazy("innovation", "Customers directly")),
)  # fmt: skip
FEASIBLE = (
    ("yes", pgettext_lazy("innovation", "Feasible")),
    ("changed", pgettext_lazy("innovation", "Feasible with changes")),
    ("no", pgettext_lazy("innovation", "Not feasible")),
)
MONEY_FOR = ("input", "output")


def applied(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The applicants are named, whoever wrote it; a supervisor answers for it."""
    applicants = [str(pk) for pk in values.get("applicants") or ()]
    if not applicants and opened.actor.id:
        applicants = [str(opened.actor.id)]
    if len(applicants) > 1 and not values.get("team"):
        raise InvalidInput({"team": InvalidValue(_("Several people are a team: what is it called?"), code="required")})
    opened.put("applicants", applicants)
    opened.put("with_others", [pk for pk in applicants if pk != str(opened.actor.id)])
    for one in [
        one for role in (Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT) for one in people.active_members(roles=(role,))
    ]:
        if str(one.pk) not in applicants:
            opened.give(one.pk)
            return


def called(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nobody judges himself or his own team. Raises InvalidInput."""
    jury = [str(pk) for pk in values["jury"]]
    for juror in jury:
        if nominees.of_own_team(juror, opened.entry.codes["applicants"]) and not alone.warned(opened, "own_work"):
            sentence = _("%(name)s is an applicant, or of their team, and cannot judge.")
            raise objecting.refuse("jury", sentence, name=people.staff_identity(uuid.UUID(juror)))
    if len(jury) < 2 and not alone.warned(opened, "own_work"):
        raise objecting.refuse("jury", _("At least two judge."))
    opened.tell([uuid.UUID(pk) for pk in jury if pk != str(opened.actor.id)], "called")


@asks_who
def is_juror(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Only the jury assesses, and each of them once."""
    who = str(opened.actor.id)
    if who not in {str(pk) for pk in opened.entry.codes.get("jury", ())}:
        return [Unmet("no_juror", _("only the jury judges"), guard="")]
    if any(str(line["juror"]) == who for line in opened.entry.codes.get("opinions", ())):
        return [Unmet("judged_already", _("you have judged already"), guard="")]
    return []


@asks_who
def no_applicant(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever applies decides nothing of it."""
    own = str(opened.actor.id) in {*map(str, opened.entry.codes.get("applicants", ())), str(opened.entry.opened_by)}
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_application", _("you apply for it yourself: somebody else decides"), guard="")]


def assessed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One opinion: what goes in, what comes out, the risk, whom it reaches."""
    lines = list(opened.entry.codes.get("opinions", ()))
    line = {"juror": opened.actor.id, "on": today(opened)} | {
        name: values[name] for name in ("input", "output", "risk_level", "reach", "feasible")
    }
    for name in ("risk", "influence"):
        opened.write(f"opinions.{len(lines)}.{name}", values[name])
    opened.put("opinions", [*lines, line])


def found_feasible(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """All have judged, and more of them for it than against it."""
    codes, found = opened.entry.codes, []
    opinions = codes.get("opinions", ())
    if missing := len(codes.get("jury", ())) - len(opinions):
        found.append(Unmet("not_judged", _("%(missing)s of the jury have not judged yet") % {"missing": missing}))
    elif 2 * sum(one["feasible"] == "no" for one in opinions) >= len(opinions):
        found.append(Unmet("not_feasible", _("the jury does not find it feasible")))
    return found


def published(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Everybody reads it, and may object."""
    objecting.published(opened, objecting.DAYS)
    objecting.due(opened, "confer_by", CONFIRMED, objecting.working_days_on(today(opened), 2 * objecting.DAYS))
    opened.tell([pk for pk in receipts.everybody() if pk != opened.actor.id], "published")


def back_to_jury(opened: OpenedEntry) -> None:
    """The jury judges once more; the history keeps what it said."""
    for name in ("opinions", "confer_by"):
        opened.put(name, None)
    for name in [name for name in opened.texts_now() if name.startswith("opinions.")]:
        opened.write(name, "")
    opened.end(CONFIRMED, Promise.Ending.CANCELLED)
    objecting.due(opened, "judge_until", JUDGED, objecting.working_days_on(today(opened), objecting.DAYS))


def conferred(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The follow-up counts from the day it was given."""
    opened.put("followed_on", values["given_on"])
    opened.set("speaks_of", values["given_on"])
    told = [uuid.UUID(str(pk)) for pk in opened.entry.codes.get("applicants", ())]
    opened.tell([pk for pk in told if pk != opened.actor.id], "received")


def followed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What became of the people and of their business, once more."""
    lines = list(opened.entry.codes.get("follow_ups", ()))
    for name in ("progress", "business"):
        opened.write(f"follow_ups.{len(lines)}.{name}", values[name])
    opened.put("follow_ups", [*lines, {"on": values["followed_on"], "by": opened.actor.id}])


def with_a_part(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The jury has work, the applicants theirs; everybody reads it once it is published."""
    own = (*(str(pk) for pk in codes.get("jury", ())), *(str(pk) for pk in codes.get("with_others", ())))
    return (*dict.fromkeys(own), *((EVERYONE,) if codes.get("published_on") else ()))


def _long(name: str, label: Any, limit: int = 3000, help_: Any = "") -> Field:
    return Field(name=name, label=label, kind="longtext", limit=limit, help=help_)


INPUT, OUTPUT = (
    Field(name="input", label=_("Input of the first year"), kind="money", help=_("Money and working time, in yuan.")),
    Field(name="output", label=_("Output of the first year"), kind="money", help=_("What it saves or earns, in yuan.")),
)
RISK_LEVEL = Field(name="risk_level", label=_("Risk expected"), kind="choice", options=LEVELS)
REACHES = Field(name="reach", label=_("Business influence"), kind="choice", options=REACH)
SEEN = Field(name="feasible", label=pgettext_lazy("innovation", "Opinion"), kind="choice", options=FEASIBLE)

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Innovation"),
        many=_("Innovation incentive"),
        hint=_(
            "A problem seen at work, with its data and cases, and a constructive plan: a jury judges input and output, risk and influence; what is "
            "awarded is published, and its people and business are followed up."
        ),
        prefix="CG",
        icon="sparkles",
        group="system",
        chapter="people",
        order=63,
        title="title",
        readers=(*LEADERS, *CHECKERS),
        openers=EVERYBODY,
        offered=True,
        involves=with_a_part,
        fields=(
            Field(name="title", label=pgettext_lazy("innovation", "What it is"), limit=120),
            Field(name="applicants", label=_("Applicants"), kind="choices", options=members, help=_("Left empty: yourself.")),
            Field(name="team", label=pgettext_lazy("award", "Team"), limit=60, help=_("What the team is called; empty for one person.")),
            Field(name="with_others", label=_("Other applicants"), kind="choices", options=members),
            Field(name="field", label=pgettext_lazy("innovation", "Field"), kind="choice", options=FIELDS_OF),
            _long("situation", _("Present situation")),
            _long("problem", pgettext_lazy("innovation", "Problem")),
            _long("data", _("Data that show it")),
            _long("cases", _("Cases that show it"), help_=_("Numbers of complaints, without names.")),
            _long("plan", _("Constructive plan")),
            Field(name="owner", label=pgettext_lazy("innovation", "Run by"), kind="member", options=members),
            Field(name="jury", label=pgettext_lazy("award", "Jury"), kind="choices", options=members),
            Field(name="judge_until", label=_("The jury judges until"), kind="date"),
            Field(
                name="opinions", label=_("Feasibility"), kind="rows", limit=20,
                rows=(
                    Field(name="juror", label=_("Juror"), kind="member", options=members),
                    Field(name="on", label=pgettext_lazy("award", "On"), kind="date"), INPUT, OUTPUT, RISK_LEVEL, _long("risk", _("Which risk"), 1000),
                    REACHES, _long("influence", _("How it works on the business"), 1000), SEEN,
                ),
            ),
            INPUT, OUTPUT, RISK_LEVEL, _long("risk", _("Which risk"), 1000), REACHES,
            _long("influence", _("How it works on the business"), 1000), SEEN,
            _long("laudation", _("What everybody reads"), 2000),
            *objecting.FIELDS,
            Field(name="confer_by", label=_("To be given by"), kind="date"),
            _long("prize", pgettext_lazy("innovation", "Incentive"), 500),
            Field(name="given_on", label=pgettext_lazy("award", "Given on"), kind="date", past=True),
            Field(name="follow_every", label=_("Followed up"), kind="choice", options=INTERVALS),
            Field(name="followed_on", label=_("Followed up on"), kind="date", past=True),
            Field(name="follow_on", label=_("Next follow-up"), kind="date"),
            Field(
                name="follow_ups", label=_("Follow-up"), kind="rows", limit=40,
                rows=(
                    Field(name="on", label=pgettext_lazy("award", "On"), kind="date"), _long("progress", _("The people"), 2000),
                    _long("business", _("Their business"), 2000), Field(name="by", label=_("Recorded by"), kind="member", options=members),
                ),
            ),
            _long("progress", _("The people"), 2000, _("What they do now, what they pass on.")),
            _long("business", _("Their business"), 2000, _("What it brought, in figures, against what was expected.")),
            _long("reason", pgettext_lazy("entry", "Reason"), 1000),
        ),
        form=("title*", "field*", "situation*", "problem*", "data*", "cases*", "plan*", "applicants", "team"),
        passing=(*MONEY_FOR, "risk_level", "risk", "reach", "influence", "feasible", "progress", "business", "reason", *objecting.PASSING),
        columns=("field", "applicants", "published_on", "follow_on"),
        filters=("field",),
        owner="owner",
        speaks_of="given_on",
        clauses=lambda codes: ("ISC 5.4.4.2", "SZ 8(5)") if codes.get("given_on") else (),
        states=(
            State(APPLIED, pgettext_lazy("innovation", "Applied for"), "soon"),
            State(ASSESSING, pgettext_lazy("innovation", "The jury judges"), "soon"),
            State(PUBLISHED, pgettext_lazy("award", "Result published, open to objections"), "soon"),
            State(AWARDED, pgettext_lazy("innovation", "Awarded, followed up"), "done", rests=True),
            State(ENDED, pgettext_lazy("innovation", "Follow-up ended"), "done", open=False),
            State(DECLINED, pgettext_lazy("innovation", "Not awarded"), open=False),
        ),
        on_open=applied,
        steps=(
            Do(
                name="call_jury", label=_("Call the jury"), event="jury_called", did=_("called the jury"), sources=(APPLIED,), target=ASSESSING,
                who=(OWNER, *LEADERS), asks=("jury*", "judge_until*"), guards=(no_applicant,), effect=called, icon="users", clause="ISC 5.4.4.2",
            ),
            Do(
                name="assess", label=_("Judge feasibility"), event="assessed", did=_("judged the feasibility"), sources=(ASSESSING,), who=(INVOLVED,),
                asks=("input*", "output*", "risk_level*", "risk*", "reach*", "influence*", "feasible*"), guards=(is_juror,), effect=assessed,
                icon="scale", clause="ISC 5.4.4.2",
            ),
            Do(
                name="publish", label=_("Publish the result"), event="published", did=_("published the result"), sources=(ASSESSING,), target=PUBLISHED,
                who=LEADERS, asks=("laudation*",), guards=(no_applicant, found_feasible), effect=published, stops=(JUDGED,), may_start=(CONFIRMED,),
                icon="send", clause="ISC 5.4.4.2",
            ),
            *objecting.steps(NAME, ASSESSING, back_to_jury, "ISC 5.4.4.2", (JUDGED, CONFIRMED)),
            Do(
                name="confer", label=_("Give the incentive"), event="conferred", did=_("gave the incentive"), sources=(PUBLISHED,), target=AWARDED,
                who=LEADERS, asks=("prize*", "given_on*", "follow_every*"), guards=(objecting.time_is_over, no_applicant), effect=conferred,
                stops=(CONFIRMED,), tells=(OWNER, OPENER), tone="done", icon="sparkles", clause="ISC 5.4.4.2",
            ),
            Do(
                name="follow", label=_("Record the follow-up"), event="followed_up", did=_("recorded the follow-up"), sources=(AWARDED,),
                who=(OWNER, *LEADERS, Role.QA), asks=("followed_on*", "progress*", "business*"), effect=followed, may_stop=(FOLLOWED,), icon="trending-up",
                clause="ISC 5.4.4.2",
            ),
            Do(
                name="end", label=_("End the follow-up"), event="ended", did=_("ended the follow-up"), sources=(AWARDED,), target=ENDED,
                who=LEADERS, asks=("reason*",), stops=(FOLLOWED,), main=False, icon="archive", clause="ISC 5.4.4.2",
            ),
            Do(
                name="decline", label=_("Do not award"), event="declined", did=_("did not award it"), sources=(APPLIED, ASSESSING), target=DECLINED,
                who=LEADERS, asks=("reason*",), guards=(no_applicant,), stops=(JUDGED,), tells=(OWNER, OPENER), main=False, icon="x",
                clause="ISC 5.4.4.2",
            ),
        ),
        dues=(
            Due(field="judge_until", timer=JUDGED, label=_("Judgment of the jury"), stops=_("result published")),
            Due(field="confer_by", timer=CONFIRMED, label=_("Giving the award"), stops=_("award given")),
            Due(field="follow_on", timer=FOLLOWED, label=_("Follow-up of an innovation"), stops=_("follow-up recorded")),
        ),
        recurs=Recurs(interval="follow_every", counts_from="followed_on", next_on="follow_on", timer=FOLLOWED, after=("confer", "follow")),
        timers=(objecting.timer_kind(NAME),),
        entry_template="appraisal/innovation.html",
        entry_context=shown,
        own_part=frozenset({"opinions", "objections", "laudation", "with_others"}),
    )
)  # fmt: skip
