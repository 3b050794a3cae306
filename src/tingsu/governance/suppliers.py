"""Suppliers of complaint work (MS-31, MS-32): what is asked of them, by what ability they were selected, who answers for what, and how they do.

Their people work here under own accounts in a unit of theirs and see what they take part in; what they handle is counted by the indicators
that count ours (`supplier_figures`).
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework import partners
from tingsu.figures.periods import period_of
from tingsu.governance import supplier_figures
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step
from tingsu.registers.actions import Opening, begin_entry, link_opened
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Recurs, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME = "supplier"
ASSESSED, RENEWED = "supplier_assessment", "supplier_contract"
CANDIDATE, IN_USE, ENDED, DECLINED = "candidate", "in_use", "ended", "declined"
KEEPERS = (*LEADERS, Role.QA, Role.FUNCTION)
KINDS = (
    ("call_centre", _("Outsourced call centre")), ("investigation", _("Investigation by a third party")), ("legal", _("Legal advice")),
    ("mediation", _("Mediation")), ("testing", _("Testing and expert opinion")), ("system", _("System and operation")),
    ("after_sales", _("After-sales service")), ("other", pgettext_lazy("supplier", "Other")),
)  # fmt: skip
CONTROLS = (
    ("each", _("Each result is checked by us")), ("sample", _("Samples are checked")), ("figures", _("Watched by figures")),
    ("report", _("Regular report")), ("approval", _("Decisions need our approval")),
)  # fmt: skip
ABILITIES = (
    ("people", _("People and their training")), ("experience", _("Experience in the trade")), ("system", _("Systems and recording")),
    ("secrecy", _("Confidentiality and data security")), ("response", _("Response and cover")), ("law", _("Licences and compliance")),
    ("price", _("Price for performance")),
)  # fmt: skip
NEEDED = frozenset({"people", "experience", "secrecy", "response"})
"""Abilities without which nobody is selected: ours."""
LEAST = 60
JUDGED = (
    ("keep", _("Keeps to what was agreed")), ("improve", _("Must become better")), ("end", _("To be replaced")),
)  # fmt: skip
SPANS = (("quarter", _("The last quarter")), ("month", _("The last month")), ("year", _("The last year")))
REQUIREMENTS = ("response_time", "record_format", "confidentiality", "escalation")


def units(entry: Any) -> Options:
    """Units in which people of a supplier work."""
    return tuple((str(pk), f"{name} · {people.unit_name(pk)}") for pk, name in people.supplied_units().items())


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """One entry for a unit of a supplier. Raises InvalidInput."""
    unit = values.get("works_in")
    alike = (
        Entry.objects.filter(register=NAME, codes__works_in=str(unit)).exclude(pk=opened.entry.pk)
        if unit
        else Entry.objects.none()
    )
    if other := alike.exclude(state__in=(ENDED, DECLINED)).first():
        raise InvalidInput(
            {"works_in": InvalidValue(_("This unit belongs to %(number)s."), code="twice", number=other.number)}
        )


def today(opened: OpenedEntry) -> date:
    return local_date(opened.at, current_organisation().time_zone)


def asked_anew(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Requirements that were sent anew are accepted anew."""
    opened.put("received_on", None)


def were_sent(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What was not sent cannot be accepted."""
    return [] if opened.entry.codes.get("sent_on") else [Unmet("not_sent", _("the requirements are not sent yet"))]


def able(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Each ability is judged once. Raises InvalidInput."""
    judged = [row["ability"] for row in values["abilities"]]
    if len(set(judged)) < len(judged):
        raise InvalidInput({"abilities": InvalidValue(_("Judge each ability once."), code="twice")})
    if any(not 0 <= int(row["score"]) <= 100 for row in values["abilities"]):
        raise InvalidInput({"abilities": InvalidValue(_("A score lies between 0 and 100."), code="number")})


def requirements_known(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The requirements were sent, and the supplier has said that they stand (CTS 8.7 a)."""
    if opened.entry.codes.get("received_on"):
        return []
    return [Unmet("requirements_open", _("the requirements are not sent, or not accepted by the supplier yet"))]


def ability_known(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Selected is who was evaluated, and is able enough in what complaint work needs (CTS 8.7 b)."""
    scores = {row["ability"]: int(row["score"]) for row in opened.entry.codes.get("abilities", ())}
    found = []
    if missing := NEEDED - set(scores):
        labels = dict(ABILITIES)
        found.append(
            Unmet(
                "not_evaluated",
                _("not evaluated yet: %(what)s") % {"what": listed(str(labels[one]) for one in sorted(missing))},
            )
        )
    if low := [one for one, score in scores.items() if one in NEEDED and score < LEAST]:
        found.append(
            Unmet(
                "not_able",
                _("below %(least)s in %(what)s")
                % {"least": LEAST, "what": listed(str(dict(ABILITIES)[one]) for one in low)},
            )
        )
    return found


def selected(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """In use from now; the first assessment is counted from the day the contract begins. Raises InvalidInput."""
    if values["contract_until"] < values["contract_from"]:
        raise InvalidInput({"contract_until": InvalidValue(_("The end lies before the beginning."), code="order")})
    opened.put("assessed_on", values["contract_from"])


def assessed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A scorecard of the last period that is over, by the indicators that count our own people; what must become better is a nonconformity.

    Raises InvalidInput where nothing is counted and no score is said.
    """
    codes, span = opened.entry.codes, str(values["span"])
    period = period_of(today(opened), span).before()
    card = supplier_figures.card(uuid.UUID(codes["works_in"]), period) if codes.get("works_in") else None
    score = card.score if card is not None and card.score is not None else values.get("score")
    if score is None:
        sentence = _("Nothing could be counted of this supplier: say the score by hand, 0 to 100.")
        raise InvalidInput({"score": InvalidValue(sentence, code="required")})
    if not 0 <= int(score) <= 100:
        raise InvalidInput({"score": InvalidValue(_("A score lies between 0 and 100."), code="number")})
    lines = list(codes.get("assessments", ()))
    opened.write(f"assessments.{len(lines)}.findings", values["findings"])
    line = {
        "on": values["assessed_on"], "period": period.written, "score": int(score), "counted": bool(card and card.score is not None),
        "judged": values["judged"], "by": opened.actor.id,
    }  # fmt: skip
    opened.put("assessments", [*lines, line])
    opened.put("scorecard", card.kept() if card else None)
    opened.put("scored_for", period.written if card else None)
    opened.put("last_score", int(score))
    if values["judged"] == "improve":
        found = {
            "source": "supplier", "description": values["findings"], "found_on": today(opened).isoformat(), "severity": "minor",
            "supplier": opened.texts_now()["firm"][:80], "owner": str(opened.entry.owner_id),
        }  # fmt: skip
        made = begin_entry(
            actor=opened.actor, register=registers()["nonconformity"],
            opening=Opening(id=uuid.uuid5(opened.entry.pk, f"assessment:{len(lines)}"), values=found, allowed=True),
        )  # fmt: skip
        link_opened(opened, made.entry.pk, "became")


def _long(name: str, label: Any, help_: Any = "", limit: int = 1000) -> Field:
    return Field(name=name, label=label, kind="longtext", limit=limit, help=help_)


FIELDS = (
    Field(name="firm", label=_("Supplier"), kind="longtext", limit=80),
    Field(name="kind", label=pgettext_lazy("supplier", "What it supplies"), kind="choice", options=KINDS),
    Field(
        name="works_in", label=_("Unit in which its people work"), kind="choice", options=units,
        help=_("Settings → Units, “Staff of a supplier”: their own accounts, which open only what they take part in."),
    ),
    Field(name="partner", label=_("Entry of the partner register"), kind="choice", options=partners.choices),
    Field(
        name="activities", label=_("Outsourced activities"), kind="rows", limit=20,
        rows=(
            Field(name="activity", label=pgettext_lazy("supplier", "Activity"), limit=120, required=True),
            Field(name="control", label=pgettext_lazy("supplier", "Control"), kind="choice", options=CONTROLS, required=True),
            Field(name="ours", label=_("We answer for"), limit=300, required=True),
            Field(name="theirs", label=_("The supplier answers for"), limit=300, required=True),
        ),
        help=_("How each is controlled, and who answers for what."),
    ),
    Field(name="owner", label=pgettext_lazy("supplier", "Looked after by"), kind="member", options=members),
    _long("response_time", _("Response times"), _("Within what time it takes up, answers, and hands back.")),
    _long("record_format", _("Form of records")),
    _long("confidentiality", pgettext_lazy("supplier", "Confidentiality")),
    _long("escalation", _("How it escalates"), _("What comes to us at once, and to whom.")),
    Field(name="sent_on", label=_("Requirements sent on"), kind="date", past=True),
    Field(name="sent_to", label=_("Sent to"), limit=120, help=_("Post or address; a name only where it is needed.")),
    Field(name="received_on", label=_("Accepted by the supplier on"), kind="date", past=True),
    Field(
        name="abilities", label=_("Evaluation of ability"), kind="rows", limit=len(ABILITIES),
        rows=(
            Field(name="ability", label=pgettext_lazy("supplier", "Ability"), kind="choice", options=ABILITIES, required=True),
            Field(name="score", label=_("Score, 0 to 100"), kind="number", required=True),
            Field(name="basis", label=_("Judged from"), limit=300, required=True),
        ),
    ),
    _long("compared", pgettext_lazy("supplier", "Compared with"), _("Which others were looked at, and why this one.")),
    Field(name="evaluated_on", label=_("Evaluated on"), kind="date", past=True),
    Field(name="contract", label=_("Number of the contract"), limit=60),
    Field(name="contract_from", label=_("Contract from"), kind="date"),
    Field(name="contract_until", label=_("Contract until"), kind="date", future=True),
    Field(name="assess_every", label=_("Assessed"), kind="choice", options=INTERVALS),
    Field(name="assessed_on", label=_("Assessed on"), kind="date", past=True),
    Field(name="assess_on", label=_("Next assessment"), kind="date"),
    Field(name="span", label=_("Period that is counted"), kind="choice", options=SPANS),
    Field(
        name="score", label=_("Score by hand, 0 to 100"), kind="number",
        help=_("Only where its people handle no complaints here: otherwise the scorecard is counted."),
    ),
    Field(name="judged", label=pgettext_lazy("supplier", "Judgment"), kind="choice", options=JUDGED),
    _long("findings", pgettext_lazy("supplier", "Findings"), limit=2000),
    Field(
        name="assessments", label=_("Assessments"), kind="rows", limit=60,
        rows=(
            Field(name="on", label=_("Assessed on"), kind="date"), Field(name="period", label=pgettext_lazy("supplier", "Period"), limit=10),
            Field(name="score", label=pgettext_lazy("supplier", "Score"), kind="number"),
            Field(name="counted", label=_("Counted from complaints"), kind="bool"),
            Field(name="judged", label=pgettext_lazy("supplier", "Judgment"), kind="choice", options=JUDGED),
            _long("findings", pgettext_lazy("supplier", "Findings"), limit=2000),
            Field(name="by", label=pgettext_lazy("supplier", "Assessed by"), kind="member", options=members),
        ),
    ),
    Field(name="scorecard", label=pgettext_lazy("report", "Scorecard"), kind="rows", limit=40, rows=supplier_figures.LINES),
    Field(name="scored_for", label=_("Period of the scorecard"), limit=10),
    Field(name="last_score", label=_("Last score"), kind="number"),
    Field(name="proof", label=pgettext_lazy("supplier", "Documents"), kind="files"),
    _long("reason", pgettext_lazy("entry", "Reason")),
)  # fmt: skip

declare(
    Register(
        name=NAME,
        one=_("Supplier"),
        many=_("Suppliers of complaint work"),
        hint=_(
            "Outsourced call centres, third-party investigators, legal advice and others: requirements sent, selected by ability, each activity with its "
            "control and who answers for it, assessed by the same indicators as our own people."
        ),
        prefix="GY",
        icon="building",
        chapter="services",
        order=27,
        title="firm",
        readers=(*LEADERS, Role.QA, Role.AUDITOR, Role.FUNCTION),
        openers=KEEPERS,
        fields=FIELDS,
        form=("firm*", "kind*", "works_in", "partner", "activities*", "owner"),
        passing=("span", "score", "judged", "findings", "reason"),
        columns=("kind", "last_score", "contract_until", "assess_on"),
        filters=("kind",),
        owner="owner",
        of_the_firm=frozenset({"firm"}),
        clauses=lambda codes: tuple(
            clause
            for clause, name in (("CTS 8.7 a", "received_on"), ("CTS 8.7 b", "evaluated_on"), ("CTS 8.7 c", "assessments"), ("CTS 8.7 d", "activities"))
            if codes.get(name)
        ),
        states=(
            State(CANDIDATE, pgettext_lazy("supplier", "Candidate"), "soon"),
            State(IN_USE, pgettext_lazy("supplier", "Selected, in use"), "done", rests=True),
            State(ENDED, pgettext_lazy("supplier", "Ended"), open=False),
            State(DECLINED, pgettext_lazy("supplier", "Not selected"), open=False),
        ),
        on_open=begun,
        steps=(
            Do(
                name="assess", label=_("Assess the performance"), event="assessed", did=_("assessed the performance"), sources=(IN_USE,),
                who=(OWNER, *KEEPERS), asks=("assessed_on*", "span*", "score", "judged*", "findings*", "proof"), effect=assessed, may_stop=(ASSESSED,),
                tells=(Role.MGMT_REP,), icon="chart-bar", clause="CTS 8.7 c",
            ),
            Do(
                name="send", label=_("Record the requirements sent"), event="requirements_sent", did=_("sent the requirements"), sources=(CANDIDATE, IN_USE),
                who=(OWNER, *KEEPERS), asks=(*(f"{one}*" for one in REQUIREMENTS), "sent_on*", "sent_to*", "proof"), effect=asked_anew, icon="send",
                clause="CTS 8.7 a",
            ),
            Do(
                name="accept", label=_("Record that it accepts them"), event="requirements_accepted",
                did=_("recorded that the supplier accepts the requirements"), sources=(CANDIDATE, IN_USE),
                who=(OWNER, *KEEPERS), asks=("received_on*", "proof"), guards=(were_sent,), icon="check", clause="CTS 8.7 a",
            ),
            Do(
                name="evaluate", label=_("Evaluate the ability"), event="evaluated", did=_("evaluated the ability"), sources=(CANDIDATE, IN_USE),
                who=(OWNER, *KEEPERS), asks=("abilities*", "compared", "evaluated_on*", "proof"), effect=able, icon="scale", clause="CTS 8.7 b",
            ),
            Do(
                name="select", label=pgettext_lazy("supplier", "Select"), event="selected", did=_("selected the supplier"), sources=(CANDIDATE,), target=IN_USE,
                who=LEADERS, not_by=("open", "evaluate"), asks=("contract*", "contract_from*", "contract_until*", "assess_every*", "proof"),
                guards=(requirements_known, ability_known), effect=selected, tells=(OWNER,), tone="done", icon="checks", clause="CTS 8.7 b",
            ),
            Do(
                name="divide", label=_("Change activities and responsibility"), event="divided", did=_("changed activities and responsibility"),
                sources=(CANDIDATE, IN_USE), who=(OWNER, *KEEPERS), asks=("activities*", "works_in", "partner", "owner"), effect=begun, main=False, icon="edit",
                clause="CTS 8.7 d",
            ),
            Do(
                name="prolong", label=_("Prolong the contract"), event="prolonged", did=_("prolonged the contract"), sources=(IN_USE,), who=LEADERS,
                asks=("contract*", "contract_until*", "assess_every*", "proof"), stops=(RENEWED,), tells=(OWNER,), main=False, icon="refresh",
                clause="CTS 8.7 b",
            ),
            Do(
                name="end", label=pgettext_lazy("supplier", "End"), event="ended", did=_("ended it"), sources=(IN_USE,), target=ENDED, who=LEADERS,
                asks=("reason*",), stops=(ASSESSED, RENEWED), tells=(OWNER,), main=False, icon="archive", clause="CTS 8.7 b",
            ),
            Do(
                name="decline", label=pgettext_lazy("supplier", "Do not select"), event="declined", did=_("did not select the supplier"), sources=(CANDIDATE,),
                target=DECLINED, who=LEADERS, asks=("reason*",), tells=(OWNER,), main=False, icon="x", clause="CTS 8.7 b",
            ),
        ),
        dues=(
            Due(field="assess_on", timer=ASSESSED, label=_("Assessment of a supplier"), stops=_("assessed"), source="CTS 8.7 c"),
            Due(field="contract_until", timer=RENEWED, label=_("Contract of a supplier"), stops=_("prolonged or ended"), source="CTS 8.7 b"),
        ),
        recurs=Recurs(interval="assess_every", counts_from="assessed_on", next_on="assess_on", timer=ASSESSED, after=("select", "assess")),
        entry_template="governance/supplier.html",
        entry_context=supplier_figures.shown,
        own_part=frozenset({"scorecard", "scored_for"}),
    )
)  # fmt: skip
