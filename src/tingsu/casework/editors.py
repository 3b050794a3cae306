"""How the rules of mediation are edited (MD-02–MD-05)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.casework import committee, rules
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
    intro=_("How many members of the committee must agree before a dispute between departments is ruled."),
    columns=(
        Column(name="votes", label=_("Members who must agree"), kind="number", hint=_("0: more than half of those asked.")),
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
)  # fmt: skip
