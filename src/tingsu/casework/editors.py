"""How the rules of casework are edited: mediation (MD-02–MD-05), the committee (OG-06), the interfaces of departments (CO-04)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework import checklist, interfaces, partners, rules
from tingsu.casework.body_cases import handled_words
from tingsu.casework.models import Depth
from tingsu.complaints import committee
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.people.roles import MediatorLevel

ROLES = ("supervisor", "mgmt_rep")
LEVELS = dict(MediatorLevel.choices)
PAGES = ((_("Levels"), "casework:mediation"), (_("Mediation body"), "casework:mediation_body"))
INTRO = _("Which mediator a case needs by its weight, and who sits in the mediation body.")
SPECIALITIES: dict[str, str | Promise] = dict(
    zip(
        rules.SPECIALITIES,
        (
            _("Mediation expert"),
            _("Legal"),
            _("Public relations"),
            _("Government-relations researcher"),
            _("Policy researcher"),
        ),
        strict=True,
    )
)


def members() -> Mapping[str, str | Promise]:
    return {
        str(member.pk): f"{in_language(member.alias)} · {member.staff_number}" for member in people.active_members()
    }


LEVEL_EDITOR = Editor(
    app="casework", kind=rules.KIND, slug="mediation", title=_("Mediation"), intro=INTRO, roles=ROLES, beside=PAGES,
    columns=(
        Column(name="levels.general", label=_("General complaints"), kind="choice", options=LEVELS),
        Column(name="levels.high_risk", label=_("High-risk or major complaints"), kind="choice", options=LEVELS),
        Column(name="levels.major_urgent", label=_("Major urgent complaints"), kind="choice", options=LEVELS),
        Column(name="levels.crisis", label=_("Public-opinion crises"), kind="choice", options=LEVELS),
    ),
)  # fmt: skip
COMMITTEE_EDITOR = Editor(
    app="casework", kind=committee.KIND, slug="committee", title=_("Rulings of the committee"), roles=ROLES,
    intro=_(
        "How many members of the committee must agree before a dispute between departments is ruled, or the solution of a major "
        "complaint is decided."
    ),
    columns=(
        Column(name="votes", label=_("Members who must agree"), kind="number", hint=_("0: more than half of those asked.")),
    ),
)  # fmt: skip
PARTNERS = Editor(
    app="casework", kind=partners.KIND, slug="partners", title=_("Partner register"), entries="partners", roles=ROLES,
    intro=_(
        "Who is responsible where a matter is not ours: partners with the contact that takes complaints. An answer takes name and contact "
        "from here and tells the complainant."
    ),
    columns=(
        Column(name="name", label=pgettext_lazy("entry", "Name"), kind="both"),
        Column(name="kind", label=pgettext_lazy("partner", "Kind"), kind="choice", options=partners.KINDS),
        Column(name="contact", label=_("Contact for complaints"), kind="both"),
        Column(name="matters", label=_("For which matters"), kind="both", required=False),
        Column(name="code", label=pgettext_lazy("source", "Code"), hint=_("Small letters and digits, such as jielu.")),
    ),
)  # fmt: skip
SOURCES = Editor(
    app="casework", kind=checklist.KIND, slug="sources", title=_("Sources of an investigation"), entries="sources", roles=ROLES,
    intro=_(
        "What an investigation looks for by its depth. Of each source on the list it is said what came of it: collected, not available "
        "or not needed, and why; no verdict leaves one blank."
    ),
    columns=(
        Column(name="code", label=pgettext_lazy("source", "Code")),
        Column(name="name", label=_("Source"), kind="both"),
        Column(
            name="from", label=_("On the list from this depth on"), kind="choice", required=False,
            options={"": _("On no list"), **dict(Depth.choices)},
        ),
    ),
)  # fmt: skip
BODY_EDITOR = Editor(
    app="casework", kind=rules.KIND, name="mediation_body", slug="mediation-body", title=_("Mediation"), intro=INTRO,
    entries="body", key="member", roles=ROLES, beside=PAGES,
    columns=(
        Column(name="member", label=_("Member"), kind="choice", options=members),
        Column(name="speciality", label=_("Speciality"), kind="choice", options=SPECIALITIES),
        Column(name="until", label=_("Term ends on"), hint=_("Such as 2027-12-31.")),
    ),
    remarks=handled_words,
)  # fmt: skip


def asked_units() -> Mapping[str, str | Promise]:
    """Departments and functions by code: a rulebook can be read without the database."""
    return {unit.code: in_language(unit.name) for unit in people.units(kind=interfaces.ASKED)}


def their_people() -> Mapping[str, str | Promise]:
    """Who works in them, by staff number, each with the department; nobody first, for a department without deputy."""
    units = {unit.pk: in_language(unit.name) for unit in people.units(kind=interfaces.ASKED)}
    posts = [post for post in people.posts_now(unit_kinds=set(interfaces.ASKED)) if post.unit_id in units]
    members_there = people.members_by_id([post.member_id for post in posts])
    named = {
        members_there[post.member_id].staff_number: f"{units[post.unit_id]} · {people.staff_identity(post.member_id)}"
        for post in posts
    }
    return {"": "–", **dict(sorted(named.items(), key=lambda one: one[1]))}


INTERFACES = Editor(
    app="casework", kind=interfaces.KIND, slug="departments", title=_("Interfaces of the departments"), entries="lines", key="unit",
    roles=ROLES, remarks=interfaces.gaps, part="casework/interfaces.html", part_context=interfaces.shown,
    intro=_(
        "Whom the centre asks in each department, about what and in which hours, and how long each kind of request may take. "
        "Tasks and opinions go there with these times; without them the time-limit policy holds."
    ),
    columns=(
        Column(name="unit", label=_("Department"), kind="choice", options=asked_units),
        Column(name="contact", label=pgettext_lazy("department", "Contact person"), kind="choice", options=their_people),
        Column(name="deputy", label=pgettext_lazy("department", "Deputy"), kind="choice", options=their_people, required=False),
        Column(name="asked", label=pgettext_lazy("department", "Asked about"), required=False),
        Column(name="days", label=pgettext_lazy("service hours", "Days"), kind="choice", options=interfaces.DAYS),
        Column(name="from", label=pgettext_lazy("service hours", "From"), hint=_("Such as 09:00.")),
        Column(name="to", label=pgettext_lazy("service hours", "Until"), hint=_("Such as 18:00.")),
        *(
            Column(
                name=name, label=format_lazy(pgettext_lazy("limit", "{what}: working hours"), what=label), kind="number",
                required=False, hint=_("Empty: by the time-limit policy."),
            )
            for name, label in interfaces.LIMITS.items()
        ),
    ),
)  # fmt: skip
