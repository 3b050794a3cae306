"""Classified protection of our systems (PS-04): level, filing, tests with their next day, and the checklist of controls."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.people.roles import Role
from tingsu.planning.asked import PROOF, REASON
from tingsu.process.steps import Field
from tingsu.protection.asked import KEEPERS, OWNER_FIELD, READERS, WORKERS
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare

NAME, TIMER = "protected_system", "protection_test"
LEVELS = (
    ("1", pgettext_lazy("protection", "Level 1")), ("2", pgettext_lazy("protection", "Level 2")), ("3", pgettext_lazy("protection", "Level 3")),
    ("4", pgettext_lazy("protection", "Level 4")), ("none", _("Not graded yet")),
)  # fmt: skip
OUTCOMES = (
    ("good", pgettext_lazy("test", "Met")), ("partly", pgettext_lazy("test", "Met in the main")), ("poor", pgettext_lazy("test", "Not met")),
)  # fmt: skip
AREAS = (
    ("physical", _("Physical environment")), ("network", _("Communication network")), ("border", _("Borders of the area")),
    ("computing", _("Computing environment")), ("centre", _("Management centre")), ("rules", _("Management rules")),
    ("organisation", _("Management organisation")), ("people", _("Management of people")), ("building", _("Management of construction")),
    ("running", _("Management of operation")),
)  # fmt: skip
"""The ten areas of GB/T 22239."""
STATES = (
    ("met", pgettext_lazy("control", "met")),
    ("partly", pgettext_lazy("control", "partly met")),
    ("missing", pgettext_lazy("control", "not met")),
    ("apart", pgettext_lazy("control", "does not apply")),
)
CHECKLIST = (
    Field(name="area", label=pgettext_lazy("protection", "Area"), kind="choice", options=AREAS, required=True),
    Field(name="control", label=pgettext_lazy("protection", "Control"), limit=300, required=True),
    Field(
        name="stands", label=pgettext_lazy("protection", "How it stands"), kind="choice", options=STATES, required=True
    ),
    Field(name="note", label=pgettext_lazy("entry", "Note"), limit=300),
)
FILED = ("level*", "filing_number", "filed_with", "filed_on")

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "System under classified protection"),
        many=pgettext_lazy("records", "Systems under classified protection"),
        hint=_(
            "Each system that holds data of complaints: its level, the number of its filing, when it was tested and with what outcome, when the next "
            "test is due, and the checklist of controls. A test that is overdue is escalated like any other limit."
        ),
        prefix="DJ",
        icon="shield-lock",
        group="",
        order=72,
        title="title",
        owner="owner",
        openers=KEEPERS,
        readers=READERS,
        fields=(
            Field(name="title", label=pgettext_lazy("protection", "System"), limit=120),
            Field(name="holds", label=_("What it does, and which data it holds"), kind="longtext", limit=2000),
            Field(name="level", label=_("Level of protection"), kind="choice", options=LEVELS),
            Field(name="filing_number", label=_("Filing number"), limit=60),
            Field(name="filed_with", label=_("Filed with"), limit=120),
            Field(name="filed_on", label=pgettext_lazy("protection", "Filed on"), kind="date", past=True),
            Field(name="tested_on", label=_("Tested on"), kind="date", past=True),
            Field(name="tester", label=_("Tested by"), limit=120),
            Field(name="outcome", label=pgettext_lazy("test", "Outcome"), kind="choice", options=OUTCOMES),
            Field(name="report", label=_("Number of the test report"), limit=80),
            Field(name="next_test_on", label=_("Next test by"), kind="date", future=True),
            Field(name="checklist", label=_("Checklist of controls"), kind="rows", rows=CHECKLIST, limit=120),
            OWNER_FIELD,
            PROOF,
            REASON,
        ),
        form=("title*", "holds*", *FILED, "tested_on", "tester", "outcome", "report", "next_test_on*", "checklist", "owner", "proof"),
        passing=("reason",),
        columns=("level", "filing_number", "tested_on", "outcome"),
        filters=("level", "outcome"),
        speaks_of="tested_on",
        clauses=lambda codes: ("ISC 9.7.1",) if codes.get("tested_on") else (),
        states=(
            State("in_use", pgettext_lazy("protection", "In use"), "done"),
            State("retired", pgettext_lazy("protection", "Out of use"), open=False),
        ),
        steps=(
            Do(
                name="test", label=pgettext_lazy("protection", "Record a test"), event="tested", did=_("recorded a test"), sources=("in_use",), who=WORKERS,
                asks=("tested_on*", "tester*", "outcome*", "report", "next_test_on*", "checklist*", "proof"), stops=(TIMER,), tells=(OWNER, Role.MGMT_REP),
                tone="done", icon="checks", clause="ISC 9.7.1",
            ),
            Do(
                name="file", label=_("Record level and filing"), event="filed", did=_("recorded level and filing"), sources=("in_use",), who=WORKERS,
                asks=("holds*", *FILED, "proof"), icon="file-text", main=False, clause="ISC 9.7.1",
            ),
            Do(
                name="check", label=_("Go through the checklist"), event="checklist_reviewed", did=_("went through the checklist of controls"),
                sources=("in_use",), who=WORKERS, asks=("checklist*",), icon="forms", main=False,
            ),
            Do(
                name="retire", label=_("Take it out of use"), event="retired", did=pgettext_lazy("protection", "took it out of use"),
                sources=("in_use",), target="retired",
                who=LEADERS, asks=("reason*",), stops=(TIMER,), icon="archive", main=False,
            ),
        ),
        dues=(Due(field="next_test_on", timer=TIMER, label=_("Test of classified protection"), stops=_("tested"), source="ISC 9.7.1"),),
    )
)  # fmt: skip
