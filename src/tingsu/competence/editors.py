"""How the rulebooks of competence are edited: lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import bank, criteria, points, required, terms
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.people.access import Can
from tingsu.people.roles import StaffLevel

LEVELS_BESIDE = ((_("Staff levels"), "competence:levels"), (_("Criteria"), "competence:criteria"))
POSTS_BESIDE = (
    (_("Required per post"), "competence:required"),
    (_("Functions that wait for a training"), "competence:functions"),
)
CODE = Column(name="code", label=pgettext_lazy("competence", "Code"))
LEVELS = Editor(
    app="competence", kind=criteria.KIND, slug="staff-levels", name="levels", title=_("Staff levels"), entries="levels", beside=LEVELS_BESIDE,
    intro=_("The three levels of the standard, and levels of your own: each may do the work of one of the three."),
    columns=(
        CODE,
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="work", label=_("May do the work of"), kind="choice", options=dict(StaffLevel.choices)),
    ),
)  # fmt: skip
CRITERIA = Editor(
    app="competence", kind=criteria.KIND, slug="staff-level-criteria", name="criteria", title=_("Staff levels"), entries="criteria",
    beside=LEVELS_BESIDE, intro=_("What each level asks for. A level is not given while one of its criteria has no evidence."),
    columns=(
        Column(name="level", label=_("Staff level"), kind="choice", options=lambda: dict(criteria.levels())),
        CODE,
        Column(name="name", label=pgettext_lazy("grading", "Criterion"), kind="both"),
    ),
)  # fmt: skip
REQUIRED = Editor(
    app="competence", kind=required.KIND, slug="competences", name="required", title=pgettext_lazy("rulebook", "Competences of posts"),
    entries="competences", beside=POSTS_BESIDE, intro=_("What each post asks for and how it is known. The competence matrix shows what is missing."),
    columns=(
        Column(name="role", label=pgettext_lazy("competence", "Post"), kind="choice", options=required.ROLES),
        CODE,
        Column(name="name", label=_("Competence"), kind="both"),
        Column(name="proof", label=pgettext_lazy("competence", "Known by"), kind="choice", options=required.PROOFS),
    ),
)  # fmt: skip
FUNCTIONS = Editor(
    app="competence", kind=required.KIND, slug="function-trainings", name="functions", title=pgettext_lazy("rulebook", "Competences of posts"),
    entries="functions", beside=POSTS_BESIDE,
    intro=_(
        "Functions that are new or were changed: each opens for a person once a training for it is recorded. A higher number of the change "
        "asks everybody for the training again."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("training", "Function"), kind="choice", options={str(one): Can(one).label for one in required.FUNCTIONS}),
        Column(name="change", label=_("Number of the change"), kind="number"),
        Column(name="name", label=_("What is new or changed"), kind="both"),
    ),
)  # fmt: skip
POINTS = Editor(
    app="competence", kind=points.KIND, slug="awareness", name="points", title=pgettext_lazy("rulebook", "Awareness"), entries="points",
    intro=_("What everybody must know. Each new version is told to everybody and confirmed anew."),
    columns=(
        Column(name="code", label=pgettext_lazy("awareness", "Point"), kind="choice", options=dict(terms.AWARENESS)),
        Column(name="text", label=pgettext_lazy("awareness", "In our words"), kind="long"),
    ),
)  # fmt: skip
BANK = Editor(
    app="competence", kind=bank.KIND, slug="question-bank", name="bank", title=_("Question bank"), entries="questions",
    intro=_("Questions of written tests. Each test draws its own paper; it keeps the version it was drawn from."),
    columns=(
        CODE,
        Column(name="dimension", label=pgettext_lazy("assessment", "Dimension"), kind="choice", options=dict(terms.DIMENSIONS)),
        Column(name="text", label=_("Question"), kind="long"),
        Column(name="answers", label=_("Answers, one a line"), kind="long"),
        Column(name="right", label=_("Right answers"), hint=_("Letters, such as A or BD.")),
    ),
)  # fmt: skip
EDITORS = (LEVELS, CRITERIA, REQUIRED, FUNCTIONS, POINTS, BANK)
SHOWN = (LEVELS, REQUIRED, POINTS, BANK)
"""Those that the settings name; the others stand beside them."""
