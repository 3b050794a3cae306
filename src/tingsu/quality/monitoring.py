"""The register of monitoring: each month criteria, each quarter equal treatment, counted by the system, assessed and noted by people (QC-07, QC-08)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.figures.values import today
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.quality import criteria, equal_treatment
from tingsu.quality.access import first_of
from tingsu.quality.drawing import over
from tingsu.quality.following import actor
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import members
from tingsu.registers.saying import Said, says

NAME, DUE = "quality_monitoring", "quality_assessment"
CRITERIA, EQUAL = "criteria", "equal"
KINDS = ((CRITERIA, _("Against criteria (monthly)")), (EQUAL, _("Equal treatment (quarterly)")))
CONFORMS = (("yes", _("Conforms")), ("no", _("Does not conform")), ("unknown", _("Nothing to measure")))
EVERY = {CRITERIA: "month", EQUAL: "quarter"}
WRITERS = (OWNER, Role.QA, Role.ANALYST, Role.SUPERVISOR)

MEASURED = (
    Field(
        name="criterion",
        label=_("Criterion"),
        kind="choice",
        options=tuple((one.code, one.label) for one in criteria.CRITERIA),
    ),
    Field(name="target", label=_("Wanted"), limit=20),
    Field(name="value", label=pgettext_lazy("monitoring", "Found"), limit=20),
    Field(name="conforms", label=_("Conformity"), kind="choice", options=CONFORMS),
)
COMPARED = (
    Field(name="compared", label=pgettext_lazy("comparison", "Group"), kind="choice", options=equal_treatment.groups),
    Field(
        name="measure", label=pgettext_lazy("comparison", "What"), kind="choice", options=equal_treatment.MEASURE_WORDS
    ),
    Field(name="cases", label=_("Cases"), kind="number"),
    Field(name="effect", label=_("Difference from the others (points, or times as long)"), limit=20),
    Field(name="between", label=_("Between (95 %)"), limit=40),
    Field(name="chance", label=_("By chance, all comparisons together"), limit=10),
    Field(name="finding", label=_("What it means"), kind="choice", options=tuple(equal_treatment.FINDINGS.items())),
)


def counted(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Count what the kind asks for over its days. Raises InvalidInput for a last day before the first."""
    codes = opened.entry.codes
    since, until = values["since"], values["until"]
    if since > until:
        raise InvalidInput({"until": InvalidValue(_("The last day lies before the first one."), code="range")})
    if codes["kind"] == CRITERIA:
        lines = criteria.measured(since, until)
        opened.put("measured", lines)
        opened.put("open_points", sum(one["conforms"] == "no" for one in lines))
    else:
        lines = equal_treatment.compared(since, until)
        opened.put("comparisons", lines)
        opened.put("open_points", sum(one["finding"] == equal_treatment.DIFFERS for one in lines))


def open_owed() -> list[Entry]:
    """What is due of the month and the quarter before, once."""
    made = []
    owner = first_of((Role.QA, *LEADERS))
    for kind, every in EVERY.items():
        span = over(every, today())
        assert span is not None  # noqa: S101 months and quarters end
        pk = uuid.uuid5(current_organisation_id(), f"{NAME}|{kind}|{span[0]}")
        if Entry.objects.filter(pk=pk).exists() or not Complaint.objects.exists():
            continue
        values = {"kind": kind, "since": span[0].isoformat(), "until": span[1].isoformat(), "owner": str(owner or "")}
        told = Said(NAME, {"kind": kind, "since": values["since"], "until": values["until"]})
        opening = Opening(id=pk, values={name: one for name, one in values.items() if one}, said={"about": told})
        made.append(open_entry(actor=actor(), register=registers()[NAME], opening=opening))
    return made


@says(NAME)
def _about(told: Mapping[str, Any]) -> str:
    return " · ".join((str(dict(KINDS)[told["kind"]]), f"{told['since']} – {told['until']}"))


declare(
    Register(
        name=NAME,
        one=_("Monitoring of quality"),
        many=_("Monitoring of quality"),
        hint=_(
            "Each month process, people and data against criteria; each quarter whether channels and groups of customers are treated alike: "
            "each is compared with all others among complaints of the same problem type. A difference is no proof: it says where to look."
        ),
        prefix="JK",
        icon="activity",
        group="system",
        chapter="improvement",
        order=22,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("quality", "Subject"), kind="longtext", limit=300),
            Field(name="kind", label=pgettext_lazy("monitoring", "What is monitored"), kind="choice", options=KINDS),
            Field(name="since", label=pgettext_lazy("monitoring", "From"), kind="date", past=True),
            Field(name="until", label=pgettext_lazy("monitoring", "Until"), kind="date", past=True),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="open_points", label=_("Does not conform, or differs"), kind="number"),
            Field(name="measured", label=_("Criteria"), kind="rows", rows=MEASURED),
            Field(name="comparisons", label=_("Comparisons"), kind="rows", rows=COMPARED, limit=equal_treatment.MOST),
            Field(name="findings", label=pgettext_lazy("quality", "What it shows"), kind="longtext", limit=4000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("about*", "kind*", "since*", "until*", "owner"),
        passing=("reason",),
        columns=("kind", "until", "open_points"),
        filters=("kind",),
        owner="owner",
        openers=(Role.QA, Role.ANALYST, Role.SUPERVISOR, Role.MGMT_REP),
        readers=(*LEADERS, Role.QA, Role.ANALYST, Role.AUDITOR),
        speaks_of="until",
        clauses=lambda codes: ("SZ 8(3)",) if codes.get("kind") == CRITERIA else ("SVC 1.3.3",),
        opening={"starts": (DUE,)},
        on_open=counted,
        states=(
            State("counted", pgettext_lazy("quality", "Counted, to be assessed"), "soon"),
            State("assessed", pgettext_lazy("quality", "Waits for the leaders"), "soon"),
            State("noted", pgettext_lazy("quality", "Taken note of"), "done", open=False, final=True),
        ),
        steps=(
            Do(
                name="assess", label=_("Say what it shows"), event="assessed", did=_("said what the monitoring shows"), sources=("counted",),
                target="assessed", who=WRITERS, asks=("findings*",), stops=(DUE,), tells=(Role.SUPERVISOR,), icon="edit", clause="SZ 8(3)",
            ),
            Do(
                name="take_note", label=_("Take note"), event="noted", did=_("took note of the monitoring"), sources=("assessed",),
                target="noted", who=LEADERS, not_by=("assess",), tells=(OWNER,), tone="done", icon="checks",
            ),
            Do(
                name="give_back", label=pgettext_lazy("quality", "Give back"), event="given_back", did=_("gave the monitoring back"),
                sources=("assessed",), target="counted", who=LEADERS, not_by=("assess",), asks=("reason*",), starts=(DUE,), tells=(OWNER,),
                icon="arrow-back-up", main=False,
            ),
        ),
        timers=(
            TimerKind(
                name=DUE, of=NAME, label=_("Assessment of the monitoring"), starts=_("counted"), stops=_("said what it shows"),
                source="SZ 8(3)", limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="SZ 8(3)", ours=True),),
            ),
        ),
    )
)  # fmt: skip
