"""What kinds of statements there are, what each has to contain, and which of them the public reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATEMENT = "statement"
VISION, MISSION, CULTURE, VALUES = "vision", "mission", "culture", "values"
POLICY, COMMITMENT, SERVICE, CONDUCT, PURPOSE = (
    "policy",
    "commitment",
    "service_statement",
    "code_of_conduct",
    "purpose",
)
Labels = tuple[tuple[str, str | Promise], ...]
KINDS: Labels = (
    (VISION, _("Vision")),
    (MISSION, _("Mission")),
    (CULTURE, _("Corporate culture")),
    (VALUES, _("Core values of complaint handling")),
    (PURPOSE, _("Purpose of the complaint plan")),
    (POLICY, _("Complaint policy")),
    (COMMITMENT, _("Public commitment")),
    (SERVICE, _("Customer service statement")),
    (CONDUCT, _("Code of conduct")),
)
ROOTS = (VISION, MISSION, CULTURE)
"""What the core values are derived from (ISC 4.1.2)."""
DOCUMENTED_IN = (SERVICE, CONDUCT)
"""In one of these the core values are written down (ISC 4.1.5)."""
BY_TOP_MANAGEMENT = frozenset({VALUES, POLICY})
READ_BY_ALL = frozenset({VALUES, POLICY})
"""Everybody reads these and confirms that they have understood (ISC 4.1.6, CTS 7.3)."""
PUBLIC = (COMMITMENT, VALUES, SERVICE, CONDUCT, POLICY)
"""What the public side shows, in this order (PT-03)."""
CHECKS: Labels = (
    ("user_root", _("puts the user at the root")),
    ("user_experience", _("takes the user's experience as its orientation")),
    ("quality_service", _("commits to quality service")),
    ("social_responsibility", _("commits to social responsibility")),
    ("trusted", _("aims at being trusted by users, respected by society and a pride of its employees")),
    ("teamwork", _("teamwork")),
    ("first_receiver", _("responsibility of the first receiver")),
    ("privacy", _("protection of privacy")),
    ("fast_response", _("fast response")),
    ("proper_handling", _("proper handling")),
    ("purpose", _("suits the purpose of the firm")),
    ("objectives", _("gives a frame for objectives")),
    ("requirements", _("commits to the requirements that apply: laws, supervision, customers")),
    ("improvement", _("continual improvement")),
    ("customer_focus", _("customer focus and fair handling")),
    ("defined", _("commits to a defined complaint process")),
    ("operated", _("commits to running it, with the people and means that it needs")),
)
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ROOTS, ("user_root", "user_experience", "quality_service", "social_responsibility", "trusted")),
    VALUES: ("teamwork", "first_receiver", "privacy"),
    PURPOSE: ("fast_response", "proper_handling", "improvement"),
    POLICY: ("purpose", "objectives", "requirements", "improvement", "customer_focus"),
    COMMITMENT: ("defined", "operated"),
}
MEANS: Labels = (
    ("read", _("Read here")),
    ("training", pgettext_lazy("means", "Training")),
    ("publicity", _("Publicity: meeting, poster, film")),
    ("experience", _("Employee experience: a day with users")),
    ("other", pgettext_lazy("means", "Other")),
)
DRAFT, SUBMITTED, APPROVED, IN_FORCE, SUPERSEDED, DROPPED = (
    "draft",
    "submitted",
    "approved",
    "in_force",
    "superseded",
    "dropped",
)
UNDER_WAY = (DRAFT, SUBMITTED, APPROVED)


def kind_words(kind: str) -> str:
    """A kind in words."""
    return str(dict(KINDS).get(kind, kind))


def needed_of(kind: str) -> Labels:
    """What a statement of this kind has to contain."""
    words = dict(CHECKS)
    return tuple((code, words[code]) for code in NEEDED.get(kind, ()))
