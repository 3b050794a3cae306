"""The register of personnel files, as a declaration (PE-01…PE-04, PE-12, PE-15…PE-17, PE-20)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import criteria, files, required, shown, terms
from tingsu.competence.files import CANDIDATE, ENDED, HELD_BACK, INDEPENDENT, NAME, TRAINEE
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import INVOLVED, LEADERS, Do, Register, State, declare
from tingsu.registers.options import members

KEEPERS = LEADERS
TRAINERS = (*LEADERS, Role.COACH, INVOLVED)
"""Who leads, coaches, or guides this person: what they write is never about themselves (`files.not_own_file`)."""
ALIVE = (CANDIDATE, TRAINEE, INDEPENDENT, HELD_BACK)
WORKING = (TRAINEE, INDEPENDENT, HELD_BACK)
BEGINS = (
    (CANDIDATE, pgettext_lazy("personnel", "As a candidate")),
    (TRAINEE, pgettext_lazy("personnel", "Under guidance")),
    (INDEPENDENT, pgettext_lazy("personnel", "Works independently already")),
    (HELD_BACK, pgettext_lazy("personnel", "Pending")),
)
WORKED = (
    Field(name="what", label=pgettext_lazy("experience", "Employer and work"), required=True),
    Field(name="since", label=pgettext_lazy("experience", "From"), kind="date", past=True),
    Field(name="until", label=pgettext_lazy("experience", "To"), kind="date", past=True),
)
CHECK = (
    Field(name="check", label=_("Check"), kind="choice", options=terms.CHECKS),
    Field(name="result", label=pgettext_lazy("recruitment", "Result"), kind="choice", options=terms.RESULTS),
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
    Field(name="finding", label=pgettext_lazy("recruitment", "What was found"), kind="longtext"),
    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
)
PRACTISED = (
    Field(name="stage", label=pgettext_lazy("practice", "Kind"), kind="choice", options=terms.STAGES),
    Field(name="difficulty", label=pgettext_lazy("practice", "Difficulty"), kind="choice", options=terms.DIFFICULTY),
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
    Field(name="note", label=pgettext_lazy("practice", "What was practised, how it went"), kind="longtext"),
    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
)
TOPIC = (
    Field(name="topic", label=_("Topic"), kind="choice", options=terms.TAUGHT),
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
    Field(name="proof", label=pgettext_lazy("line", "Evidence")),
    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
)
AWARENESS = (
    Field(name="version", label=pgettext_lazy("awareness", "Version of the points"), kind="number"),
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
)
ASSESSED = (
    Field(name="competence", label=_("Competence"), kind="choice", options=required.competence_options),
    Field(name="met", label=pgettext_lazy("competence", "Result"), kind="choice", options=terms.MEETS),
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
    Field(name="proof", label=pgettext_lazy("line", "Evidence")),
    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
)

declare(
    Register(
        name=NAME,
        one=_("Personnel file"),
        many=_("Personnel files"),
        hint=_(
            "Who works on complaints: selection, education, experience, training and its gaps, guided work, release, levels. Each person "
            "reads the own one on the page “My file”."
        ),
        prefix="RY",
        icon="users",
        group="system",
        chapter="people",
        order=40,
        title="about",
        readers=(*LEADERS, Role.AUDITOR),
        openers=LEADERS,
        fields=(
            Field(
                name="about", label=pgettext_lazy("personnel", "Whose file"), kind="longtext", limit=60,
                help=_("Work identity, or a number for the candidate; the name has a field of its own."),
            ),
            Field(name="begins", label=pgettext_lazy("personnel", "Begins"), kind="choice", options=BEGINS),
            Field(
                name="person", label=pgettext_lazy("personnel", "Colleague"), kind="member", options=members,
                when=("begins", f"{TRAINEE}|{INDEPENDENT}|{HELD_BACK}"),
            ),
            Field(name="candidate", label=_("Name of the candidate"), limit=60, when=("begins", CANDIDATE)),
            Field(name="senior", label=_("Supervising senior"), kind="member", options=files.seniors, when=("begins", TRAINEE)),
            Field(name="joins", label=pgettext_lazy("personnel", "Colleague"), kind="member", options=members),
            Field(name="guide", label=_("Supervising senior"), kind="member", options=files.seniors),
            Field(name="level", label=_("Staff level"), kind="choice", options=criteria.levels),
            Field(name="entered_on", label=_("Works here since"), kind="date", past=True),
            Field(name="education", label=_("Education"), kind="choice", options=terms.EDUCATION),
            Field(name="studied", label=_("Where and what was studied"), kind="longtext", limit=600),
            Field(name="experience", label=pgettext_lazy("personnel", "Experience"), kind="rows", rows=WORKED),
            Field(name="skills", label=_("Skills and certificates"), kind="longtext", limit=1000),
            Field(name="languages", label=pgettext_lazy("personnel", "Languages"), limit=120),
            Field(name="proof", label=pgettext_lazy("personnel", "Certificates and other evidence"), kind="files"),
            Field(name="isc", label=_("Selection (ISC 5.4.1.1): met"), kind="choices", options=terms.ISC),
            Field(name="education_reason", label=_("Reason for an exception on education"), kind="longtext", limit=600),
            Field(name="isc_on", label=_("Selection (ISC 5.4.1.1): checked on"), kind="date"),
            Field(name="sz", label=_("Selection (SZ 4(3).1): met"), kind="choices", options=terms.SZ),
            Field(name="sz_on", label=_("Selection (SZ 4(3).1): checked on"), kind="date"),
            Field(name="checked", label=_("Recruitment record"), kind="rows", rows=CHECK),
            Field(name="topics", label=_("Training topics"), kind="rows", rows=TOPIC),
            Field(name="guidance", label=_("Practice and guided work"), kind="rows", rows=PRACTISED),
            Field(name="assessed", label=_("Assessed competences"), kind="rows", rows=ASSESSED),
            Field(name="awareness", label=pgettext_lazy("personnel", "Awareness confirmed"), kind="rows", rows=AWARENESS),
            Field(name="released_on", label=_("Released for independent work on"), kind="date"),
            Field(name="check", label=_("Check"), kind="choice", options=terms.CHECKS),
            Field(name="result", label=pgettext_lazy("recruitment", "Result"), kind="choice", options=terms.RESULTS),
            Field(name="on", label=pgettext_lazy("line", "On"), kind="date", past=True),
            Field(name="finding", label=pgettext_lazy("recruitment", "What was found"), kind="longtext", limit=1000),
            Field(name="topic", label=_("Topic"), kind="choice", options=terms.TAUGHT),
            Field(name="evidence", label=pgettext_lazy("line", "Evidence"), limit=200),
            Field(name="stage", label=pgettext_lazy("practice", "Kind"), kind="choice", options=terms.STAGES),
            Field(name="difficulty", label=pgettext_lazy("practice", "Difficulty"), kind="choice", options=terms.DIFFICULTY),
            Field(name="note", label=pgettext_lazy("practice", "What was practised, how it went"), kind="longtext", limit=1000),
            Field(name="competence", label=_("Competence"), kind="choice", options=required.by_hand),
            Field(name="met", label=pgettext_lazy("competence", "Result"), kind="choice", options=terms.MEETS),
            Field(name="understood", label=_("I have read the points and know what they mean for my work"), kind="bool"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("about*", "begins*", "person*", "candidate", "senior*", "entered_on", "education", "studied", "skills", "languages", "proof"),
        passing=(
            "joins", "guide", "check", "result", "on", "finding", "topic", "evidence", "stage", "difficulty", "note", "competence", "met",
            "understood",
            "reason",
        ),
        personal={
            "candidate": "personnel.candidate", "studied": "personnel.history", "experience": "personnel.history",
            "skills": "personnel.history", "languages": "personnel.history", "education_reason": "personnel.history",
            "checked": "personnel.check", "finding": "personnel.check",
            "guidance": "personnel.history", "note": "personnel.history",
        },
        columns=("level", "entered_on", "released_on"),
        filters=("person", "level", "begins"),
        involves=files.involved,
        on_open=files.opened,
        states=(
            State(CANDIDATE, pgettext_lazy("personnel", "Candidate"), "soon"),
            State(TRAINEE, pgettext_lazy("personnel", "Works under guidance"), "soon", open=False, lives=True),
            State(INDEPENDENT, pgettext_lazy("personnel", "Works independently"), "done", open=False, lives=True),
            State(HELD_BACK, pgettext_lazy("personnel", "Pending"), "late", open=False, lives=True),
            State(ENDED, pgettext_lazy("personnel", "Ended"), open=False),
        ),
        steps=(
            Do(
                name="describe", label=_("Change details"), event="described", did=_("changed the details"), sources=ALIVE, who=KEEPERS,
                asks=("entered_on", "education", "studied", "experience", "skills", "languages", "proof"), guards=(files.not_own_file,), main=False,
                icon="edit", clause="CTS 7.2; SZ 4(3).1",
            ),
            Do(
                name="select", label=_("Check the selection (ISC)"), event="selected", did=_("checked the selection by ISC 5.4.1.1"),
                sources=ALIVE, who=KEEPERS, asks=("isc", "education_reason"), guards=(files.not_own_file,), effect=files.selected,
                main=False, icon="checks", clause="ISC 5.4.1.1",
            ),
            Do(
                name="select_sz", label=_("Check the selection (SZ)"), event="selected_sz", did=_("checked the selection by SZ 4(3).1"),
                sources=ALIVE, who=KEEPERS, asks=("sz",), guards=(files.not_own_file,), effect=files.selected_sz, main=False, icon="checks",
                clause="SZ 4(3).1",
            ),
            Do(
                name="recruit", label=_("Record a check"), event="checked", did=_("recorded a check of the recruitment"), sources=ALIVE,
                who=KEEPERS, asks=("check*", "result*", "on*", "finding*", "proof"), guards=(files.not_own_file,),
                effect=files.CHECKS.add(("check", "result", "on", "finding"), files.marks), main=False, icon="file-check", clause="ISC 5.4.1.2",
            ),
            Do(
                name="admit", label=_("Begins to work here"), event="admitted", did=_("noted that the candidate works here"),
                sources=(CANDIDATE,), target=TRAINEE, who=KEEPERS, asks=("joins*", "guide*", "entered_on*"),
                guards=(files.suitable, files.not_oneself), effect=files.admitted, tone="done", icon="user-plus", clause="ISC 5.4.1; ISC 5.4.2.2",
            ),
            Do(
                name="guide", label=_("Put under guidance of a senior"), event="guided", did=_("put the work under guidance of a senior"),
                sources=WORKING, target=TRAINEE, who=KEEPERS, asks=("guide*",), guards=(files.not_own_file, files.not_oneself),
                effect=files.guided, main=False, icon="users", clause="ISC 5.4.2.2",
            ),
            Do(
                name="practise", label=_("Record practice or guided work"), event="practised", did=_("recorded practice or guided work"),
                sources=(TRAINEE, HELD_BACK), who=TRAINERS, asks=("stage*", "difficulty*", "on*", "note*"),
                guards=(files.not_own_file, files.first_simulated), effect=files.PRACTICE.add(("stage", "difficulty", "on", "note"), files.marks),
                icon="message-2", clause="ISC 5.4.2.2",
            ),
            Do(
                name="release", label=_("Release for independent work"), event="released", did=_("released the person for independent work"),
                sources=(TRAINEE, HELD_BACK), target=INDEPENDENT, who=(*LEADERS, Role.COACH), guards=(files.not_own_file, files.ready),
                effect=files.released, tone="done", icon="circle-check", clause="ISC 5.4.2.2",
            ),
            Do(
                name="hold_back", label=_("Set to pending"), event="held_back", did=_("set the person to pending: no independent work"),
                sources=(TRAINEE, INDEPENDENT), target=HELD_BACK, who=KEEPERS, asks=("reason*",), guards=(files.not_own_file,),
                effect=files.held_back, main=False, tone="late", icon="player-pause", clause="ISC 5.4.2.3",
            ),
            Do(
                name="train", label=_("Record a training topic"), event="trained", did=_("recorded a training topic"), sources=WORKING,
                who=KEEPERS, asks=("topic*", "on*", "evidence*", "proof"), guards=(files.not_own_file,), effect=files.trained_by_hand, main=False,
                icon="book", clause="SZ 4(3).2",
            ),
            Do(
                name="assess", label=_("Assess a competence"), event="assessed", did=_("assessed a competence"), sources=WORKING,
                who=(*LEADERS, Role.COACH), asks=("competence*", "met*", "on*", "evidence*", "proof"), guards=(files.not_own_file,),
                effect=files.assessed_by_hand, main=False, icon="file-check", clause="CTS 7.2",
            ),
            Do(
                name="confirm_points", label=_("Confirm awareness"), event="points_confirmed", did=_("confirmed knowing the points"),
                sources=WORKING, who=(INVOLVED,), asks=("understood*",), guards=(files.own_file, files.asks_again), effect=files.confirmed,
                icon="check", clause="CTS 7.3",
            ),
            Do(
                name="note_topic", label=_("Note a training"), event="topic_noted", did=_("noted a training"), sources=WORKING, who=(),
                asks=("topic*", "on*", "evidence*"), effect=files.trained_by_hand, main=False, icon="book", clause="SZ 4(3).2",
            ),
            Do(
                name="grade", label=_("Note the level"), event="graded", did=_("noted the level that was given"), sources=WORKING, who=(),
                asks=("level*",), main=False, icon="certificate", clause="ISC 5.4.3",
            ),
            Do(
                name="end", label=_("End the file"), event="ended", did=_("ended the file"), sources=ALIVE, target=ENDED, who=KEEPERS,
                asks=("reason*",), guards=(files.not_own_file,), effect=files.ended, main=False, icon="archive",
            ),
            Do(
                name="reopen", label=_("Take the file up again"), event="reopened", did=_("took the file up again"), sources=(ENDED,), who=KEEPERS,
                asks=("reason*",), guards=(files.not_own_file,), effect=files.reopened, main=False, icon="repeat",
            ),
        ),
        entry_template="competence/file.html",
        entry_context=shown.file_told,
    )
)  # fmt: skip
