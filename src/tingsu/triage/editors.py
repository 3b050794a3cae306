"""How the rulebooks of triage are edited (TR-03, TR-06, TR-09, TR-20, TR-22, AS-05)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, routing, terms
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import apart
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.triage import classification, criteria, on_call, risk_rules
from tingsu.triage.rules import EDITORS
from tingsu.triage.suggest import FACT_NAMES

Labels = Mapping[str, str | Promise]
CODE = Column(name="code", label=_("Code"))
NAME = Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both")
FACTS: Labels = {
    "": "–",
    **dict(
        zip(
            FACT_NAMES,
            (_("came through an authority"), _("came through the media"), _("major loss"), _("mass complaints")),
            strict=True,
        )
    ),
}


def departments() -> Labels:
    """Departments by code; routing names them so that a rulebook can be read without the database."""
    return {unit.code: in_language(unit.name) for unit in people.units(kind=Unit.Kind.DEPARTMENT)}


def problem_types() -> Labels:
    return dict(lists.problem_types(None))


def object_types() -> Labels:
    return dict(lists.object_types(None))


def gaps() -> list[str]:
    """Problem types that no department answers for (CO-04)."""
    names = problem_types()
    return [
        gettext("No department answers for: %(topic)s") % {"topic": names[code]}
        for code in routing.topics_without_department()
    ]


def categories() -> Labels:
    return {str(number): f"{number} {name}" for number, (name, _extra) in terms.CATEGORIES.items()}


def anybody(labels: Labels, word: str | Promise) -> Labels:
    return {"": word, **labels}


RISK_PAGES = (
    (_("High risk"), "triage:risk_rules"),
    (_("Urgent"), "triage:urgent_rules"),
    (_("Escalation risks"), "triage:risk_marks"),
    (_("Thresholds"), "triage:risk_thresholds"),
)
RISK_INTRO = _("The rules read what was written and propose; a person confirms. Changes are the supervisor's.")
RULE_COLUMNS = (
    NAME,
    CODE,
    Column(name="on", label=_("Switched on"), kind="flag"),
    Column(name="any", label=_("Words of the rule"), kind="words", required=False),
    Column(name="with", label=_("Only near one of these words"), kind="words", required=False),
    Column(name="fact", label=_("Or when this is so"), kind="choice", options=FACTS, required=False),
)


def _risk_editor(name: str, slug: str, entries: str) -> Editor:
    return Editor(
        app="triage", kind=risk_rules.KIND, name=name, slug=slug, title=_("Risk rules"), intro=RISK_INTRO, entries=entries,
        columns=RULE_COLUMNS, roles=EDITORS[risk_rules.KIND], beside=RISK_PAGES,
    )  # fmt: skip


RISK_RULES = _risk_editor("risk_rules", "risk-rules", "high_risk")
URGENT_RULES = _risk_editor("urgent_rules", "urgent-rules", "urgent")
RISK_MARKS = _risk_editor("risk_marks", "risk-marks", "marks")
RISK_THRESHOLDS = Editor(
    app="triage", kind=risk_rules.KIND, name="risk_thresholds", slug="risk-thresholds", title=_("Risk rules"), intro=RISK_INTRO,
    roles=EDITORS[risk_rules.KIND], beside=RISK_PAGES,
    columns=(
        Column(name="major_loss_yuan", label=_("Major loss from (yuan)"), kind="number"),
        Column(name="mass.window_hours", label=_("Mass complaints: within hours"), kind="number"),
        Column(name="mass.complaints", label=_("Mass complaints: at least"), kind="number"),
        Column(name="mass.provinces", label=_("Mass complaints: from at least provinces"), kind="number"),
        Column(
            name="mass.problem_complaints", label=_("Mass complaints about one kind of problem: at least"), kind="number",
            hint=_("A kind of problem is wider than a product. 0: only products are watched."),
        ),
        Column(name="negations", label=_("Words that deny"), kind="words"),
        Column(
            name="report_to.supervisor", label=_("High risk is reported to: supervisors"), kind="flag",
            hint=_("Everybody in these roles gets each report; whoever reports may add others."),
        ),
        Column(name="report_to.mgmt_rep", label=_("High risk is reported to: management representative"), kind="flag"),
        Column(name="report_to.top_mgmt", label=_("High risk is reported to: top management"), kind="flag"),
    ),
)  # fmt: skip

CATEGORY_PAGES = (
    (_("Sub-categories"), "triage:categories"),
    (_("What a category proposes"), "triage:category_mapping"),
)
CATEGORY_INTRO = _(
    "The 35 categories of the tracking form are fixed. Own sub-categories are numbered below them, such as 6.1."
)
CATEGORIES = Editor(
    app="triage", kind=classification.KIND, slug="categories", title=_("Problem categories"), intro=CATEGORY_INTRO,
    entries="subcategories", columns=(CODE, NAME), roles=EDITORS[classification.KIND], beside=CATEGORY_PAGES,
)  # fmt: skip
CATEGORY_MAPPING = Editor(
    app="triage", kind=classification.KIND, name="category_mapping", slug="category-mapping", title=_("Problem categories"),
    intro=CATEGORY_INTRO, entries="mapping", key="category", roles=EDITORS[classification.KIND], beside=CATEGORY_PAGES,
    columns=(
        Column(name="category", label=_("Category"), kind="choice", options=categories),
        Column(name="problem_type", label=_("Problem type"), kind="choice", options=problem_types),
        Column(name="object_type", label=_("Complaint about"), kind="choice", options=object_types),
    ),
)  # fmt: skip

LIST_PAGES = (
    (_("Problem types"), "triage:lists"),
    (_("What complaints are about"), "triage:list_objects"),
    (_("Service scenes"), "triage:list_scenes"),
)
LIST_INTRO = _(
    "What the documents name stays; entries of your own stand beside it. Each counts under one of the documented ones: time limits, "
    "laws and rules by type hold for it as for that one. What was recorded keeps its entry when you remove it here."
)


def _list_editor(one: lists.OpenList, name: str, slug: str, *more: Column) -> Editor:
    return Editor(
        app="triage", kind=lists.KIND, name=name, slug=slug, title=_("Own entries of lists"), intro=LIST_INTRO, entries=one.key,
        roles=EDITORS[lists.KIND], beside=LIST_PAGES,
        columns=(
            CODE, NAME, Column(name="like", label=_("Counts under"), kind="choice", options=dict(one.documented.choices)), *more,
        ),
    )  # fmt: skip


LIST_TYPES = _list_editor(
    lists.PROBLEM_TYPE, "lists", "lists",
    Column(
        name="letters", label=_("Letters of the number"), required=False,
        hint=_("Two capital letters, such as WL. Left empty, the number has those of the type it counts under."),
    ),
)  # fmt: skip
LIST_OBJECTS = _list_editor(lists.OBJECT_TYPE, "list_objects", "lists/objects")
LIST_SCENES = _list_editor(lists.SCENE, "list_scenes", "lists/scenes")

CRITERIA_PAGES = ((_("Criteria"), "triage:assessment"), (_("Scale"), "triage:assessment_scale"))
CRITERIA_INTRO = _("The five criteria of the initial assessment, with guidance for each step of the scale.")
CRITERIA = Editor(
    app="triage", kind=criteria.KIND, slug="assessment", title=_("Assessment criteria"), intro=CRITERIA_INTRO, entries="criteria",
    roles=EDITORS[criteria.KIND], beside=CRITERIA_PAGES,
    columns=(
        NAME, CODE, Column(name="question", label=pgettext_lazy("criterion", "Question"), kind="long"),
        *(Column(name=f"anchors.{step}", label=format_lazy(_("Guidance for step {step}"), step=step), kind="both") for step in range(1, 6)),
    ),
)  # fmt: skip
SCALE = Editor(
    app="triage", kind=criteria.KIND, name="assessment_scale", slug="assessment-scale", title=_("Assessment criteria"),
    intro=CRITERIA_INTRO, entries="scale", key="value", roles=EDITORS[criteria.KIND], beside=CRITERIA_PAGES,
    columns=(Column(name="value", label=pgettext_lazy("scale", "Step"), kind="number"), NAME),
)  # fmt: skip

ROUTING_PAGES = ((_("Routing table"), "triage:routing"), (_("Default queue"), "triage:routing_default"))
ROUTING_INTRO = _("The line that asks for most is taken; then the topics of the departments; then the default queue.")
ROUTING = Editor(
    app="triage", kind=routing.KIND, slug="routing", title=_("Routing to departments"), intro=ROUTING_INTRO, entries="lines", key="", remarks=gaps,
    roles=EDITORS[routing.KIND], beside=ROUTING_PAGES,
    columns=(
        Column(
            name="problem_type", label=_("Problem type"), kind="choice", required=False,
            options=lambda: anybody(problem_types(), _("any")),
        ),
        Column(name="product", label=_("Product contains"), required=False),
        Column(name="branch", label=_("Branch contains"), required=False),
        Column(name="unit", label=_("Department"), kind="choice", options=departments),
    ),
)  # fmt: skip
ROUTING_DEFAULT = Editor(
    app="triage", kind=routing.KIND, name="routing_default", slug="routing-default", title=_("Routing to departments"),
    intro=ROUTING_INTRO, roles=EDITORS[routing.KIND], beside=ROUTING_PAGES,
    columns=(
        Column(
            name="default", label=_("Default queue"), kind="choice", required=False,
            options=lambda: anybody(departments(), _("nobody")),
        ),
    ),
)  # fmt: skip


def centre_staff() -> Labels:
    """Who may stand on the roster, by staff number: a rulebook can be read without the database."""
    return {number: people.staff_identity(member) for number, member in on_call.members_by_number().items()}


def cover() -> list[str]:
    """Who is on call at this moment, and the hours of the next seven days in which nobody is (IN-06)."""
    at = now()
    _version, turns = on_call.called_at(at)
    said = [gettext("Nobody is on the roster now: alerts go straight to the supervisors.")]
    if len(turns) > 1:
        names = " → ".join(people.alias_of(turn[0]) for turn in turns[:-1])
        said = [gettext("On call now: %(names)s") % {"names": names}]
    found = on_call.gaps_ahead(at)
    if not found:
        return [*said, gettext("The next seven days are covered without a gap.")]
    hours = [f"{first.astimezone(last.tzinfo):%m-%d %H:%M} – {last:%m-%d %H:%M}" for first, last in found[:MOST_GAPS]]
    more = "" if len(found) <= MOST_GAPS else " …"
    return [*said, gettext("Without cover in the next seven days: %(hours)s") % {"hours": apart(hours) + more}]


MOST_GAPS = 10


ON_CALL_PAGES = ((_("On-call roster"), "triage:on_call"), (_("Time to confirm"), "triage:on_call_minutes"))
ON_CALL_INTRO = _(
    "Whoever stands first is alerted when a case becomes urgent or high-risk; without a confirmation in time, the next one, "
    "at the end the supervisors."
)
ON_CALL = Editor(
    app="triage", kind=on_call.KIND, slug="on-call", title=_("On-call roster"), intro=ON_CALL_INTRO, entries="roster", key="",
    remarks=cover, roles=EDITORS[on_call.KIND], beside=ON_CALL_PAGES,
    columns=(
        Column(name="member", label=_("Person on call"), kind="choice", options=centre_staff),
        Column(name="days", label=_("Days"), kind="choice", options=on_call.DAYS),
        Column(name="from", label=pgettext_lazy("duty", "From"), hint=_("Such as 08:00.")),
        Column(name="to", label=pgettext_lazy("duty", "Until"), hint=_("Such as 20:00; past midnight is possible.")),
        Column(name="first_on", label=_("First day"), hint=_("Such as 2026-03-05."), required=False),
        Column(name="last_on", label=_("Last day"), required=False),
    ),
)  # fmt: skip
ON_CALL_MINUTES = Editor(
    app="triage", kind=on_call.KIND, name="on_call_minutes", slug="on-call-minutes", title=_("On-call roster"), intro=ON_CALL_INTRO,
    roles=EDITORS[on_call.KIND], beside=ON_CALL_PAGES,
    columns=(Column(name="confirm_minutes", label=_("Minutes to confirm before the next is called"), kind="number"),),
)  # fmt: skip

ALL = (
    RISK_RULES, URGENT_RULES, RISK_MARKS, RISK_THRESHOLDS, CATEGORIES, CATEGORY_MAPPING, LIST_TYPES, LIST_OBJECTS, LIST_SCENES, CRITERIA,
    SCALE, ROUTING, ROUTING_DEFAULT, ON_CALL, ON_CALL_MINUTES,
)  # fmt: skip
