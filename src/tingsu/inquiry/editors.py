"""How it is edited who may look up what (IV-02)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.inquiry import scope
from tingsu.people.roles import Role, StaffLevel

SCOPE_EDITOR = Editor(
    app="inquiry",
    kind=scope.KIND,
    slug="lookups",
    title=_("Who may look up what"),
    intro=_("Which parts of the investigation room a role opens, from which staff level on, and whether in high-risk and major complaints too."),
    entries="lines",
    key="",
    columns=(
        Column(name="role", label=_("Role"), kind="choice", options=dict(Role.choices)),
        Column(name="level", label=_("From staff level"), kind="choice", options={"": "–", **dict(StaffLevel.choices)}, required=False),
        *(Column(name=part, label=label, kind="choice", options=scope.HOW, required=False) for part, label in scope.PARTS.items()),
    ),
)  # fmt: skip
