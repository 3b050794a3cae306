"""The register of assessments, as a declaration (PE-13…PE-15)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import exams, shown, terms
from tingsu.competence.exams import CANCELLED, FAILED, NAME, NOT_PASSED, PASSED, PLANNED, RESIT, TIMER, WRITTEN
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

EXAMINERS = (OWNER, *LEADERS, Role.COACH, Role.QA)
SPOKEN = "oral|practical|other"
SCORES = (
    Field(
        name="dimension",
        label=pgettext_lazy("assessment", "Dimension"),
        kind="choice",
        options=terms.DIMENSIONS,
        required=True,
    ),
    Field(name="score", label=pgettext_lazy("assessment", "Score (0 to 100)"), kind="number", limit=100, required=True),
    Field(name="remark", label=pgettext_lazy("assessment", "Remark"), limit=300),
)

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Assessment"),
        many=pgettext_lazy("records", "Assessments"),
        hint=_(
            "Written tests are answered in the system and score themselves; oral and on-system tests are scored by an examiner in seven "
            "dimensions. Who does not pass again after a resit takes no cases until released."
        ),
        prefix="KH",
        icon="checks",
        chapter="people",
        order=42,
        title="title",
        readers=(*LEADERS, Role.COACH, Role.QA, Role.AUDITOR),
        openers=(*LEADERS, Role.COACH, Role.QA),
        owner="examiner",
        involves=exams.involved,
        on_open=exams.opened,
        fields=(
            Field(name="title", label=pgettext_lazy("assessment", "Title"), kind="longtext", limit=120),
            Field(name="person", label=pgettext_lazy("assessment", "Who is assessed"), kind="member", options=members),
            Field(name="way", label=pgettext_lazy("assessment", "Way"), kind="choice", options=terms.WAYS),
            Field(name="how", label=pgettext_lazy("assessment", "How it is done"), limit=200, when=("way", "other")),
            Field(name="questions", label=_("Number of questions"), kind="number", limit=300, when=("way", WRITTEN)),
            Field(name="minutes", label=_("Time in minutes"), kind="number", limit=600, when=("way", WRITTEN)),
            Field(name="pass_mark", label=_("Pass mark"), kind="number", limit=100, help=_("In per cent; 80 where nothing is entered.")),
            Field(name="until", label=pgettext_lazy("assessment", "To be taken by"), kind="date"),
            Field(name="examiner", label=_("Examiner"), kind="member", options=members),
            Field(name="scores", label=_("Scores"), kind="rows", rows=SCORES, limit=7),
            Field(name="total", label=_("Result in per cent"), kind="number"),
            Field(name="attempt", label=_("Attempt"), kind="number"),
            Field(name="taken_on", label=_("Taken on"), kind="date"),
            Field(name="finding", label=pgettext_lazy("assessment", "What is to be bettered"), kind="longtext", limit=1000),
            Field(name="papers", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("title*", "person*", "way*", "how*", "questions", "minutes", "pass_mark", "until*", "examiner"),
        passing=("reason",),
        personal={"finding": "personnel.history", "scores": "personnel.history"},
        columns=("person", "way", "total", "attempt", "taken_on"),
        filters=("person", "way"),
        speaks_of="taken_on",
        states=(
            State(PLANNED, pgettext_lazy("assessment", "To be taken")),
            State(FAILED, pgettext_lazy("assessment", "Not passed, resit possible"), "soon"),
            State(RESIT, pgettext_lazy("assessment", "Resit to be taken"), "soon"),
            State(PASSED, pgettext_lazy("assessment", "Passed"), "done", open=False, final=True),
            State(NOT_PASSED, pgettext_lazy("assessment", "Not passed again: pending"), "late", open=False, final=True),
            State(CANCELLED, pgettext_lazy("assessment", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="score", label=_("Enter the scores"), event="scored", did=_("entered the scores"), sources=(PLANNED, RESIT), who=EXAMINERS,
                asks=("scores*", "finding", "papers"), guards=(exams.not_own_exam, exams.by_an_examiner), effect=exams.scored, may_stop=(TIMER,),
                icon="file-check", clause="ISC 5.4.2.3",
            ),
            Do(
                name="hand_in", label=_("Hand in the paper"), event="handed_in", did=_("handed in the paper"), sources=(PLANNED, RESIT), who=(),
                effect=exams.handed_in, may_stop=(TIMER,), icon="file-check", clause="ISC 5.4.2.3",
            ),
            Do(
                name="resit", label=_("Set a resit"), event="resit_set", did=_("set a resit"), sources=(FAILED,), target=RESIT, who=EXAMINERS,
                asks=("until*",), guards=(exams.not_own_exam,), effect=exams.resit, icon="repeat", clause="ISC 5.4.2.3",
            ),
            Do(
                name="no_resit", label=_("No resit: pending"), event="resit_waived", did=_("set no resit"), sources=(FAILED,), target=NOT_PASSED,
                who=EXAMINERS, asks=("reason*",), guards=(exams.not_own_exam,), effect=exams.without_resit, main=False, tone="late", icon="x",
                clause="ISC 5.4.2.3",
            ),
            Do(
                name="cancel", label=pgettext_lazy("assessment", "Cancel it"), event="cancelled", did=_("cancelled the assessment"),
                sources=(PLANNED,), target=CANCELLED, who=EXAMINERS, asks=("reason*",), guards=(exams.not_own_exam, exams.not_begun),
                effect=exams.cancelled, may_stop=(TIMER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=_("An assessment is taken"), stops=_("assessment decided"), source="ISC 5.4.2.3"),),
        entry_template="competence/exam.html",
        entry_context=shown.exam_told,
    )
)  # fmt: skip
