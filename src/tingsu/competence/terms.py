"""The closed lists of ISC 5.4 and SZ 4(3): checklists, topics, forms, stages, dimensions. Codes and words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise
Choices = tuple[tuple[str, Label], ...]

TOPICS: Choices = (
    ("duties", pgettext_lazy("training topic", "Duties of the post")),
    ("product", _("Product and service knowledge")),
    ("communication", _("Communication skills")),
    ("process", pgettext_lazy("training topic", "Complaint process")),
    ("law", _("Consumer-protection law")),
    ("practice", _("Trade practice")),
)
"""SZ 4(3).2: what everybody who works on complaints is trained in."""
ADVANCE = "advance"
DATA = "data"
TAUGHT: Choices = (
    *TOPICS,
    (ADVANCE, pgettext_lazy("training topic", "Advance compensation")),
    (DATA, pgettext_lazy("training topic", "Data security and personal information")),
)
"""Everything that a training may be of: those six, the rules of paying first (RM-07), and data security (PS-02)."""
DIMENSIONS: Choices = (
    ("knowledge", pgettext_lazy("assessment", "Knowledge")),
    ("process", pgettext_lazy("assessment", "Process")),
    ("wording", pgettext_lazy("assessment", "Wording")),
    ("system", _("System operation")),
    ("service", _("Service rules")),
    ("performance", _("Performance indicators")),
    ("ratings", _("User ratings")),
)
"""ISC 5.4.2.3."""
WAYS: Choices = (
    ("written", _("Written test")),
    ("oral", _("Oral test")),
    ("practical", _("On-system test")),
    ("other", pgettext_lazy("assessment", "Other")),
)
FORMS: Choices = (
    ("live", _("Live online")),
    ("present", _("Face to face")),
    ("practical", _("Practical exercise")),
    ("sand_table", _("Sand-table simulation")),
    ("other", pgettext_lazy("training", "Other")),
)
"""ISC 5.4.2.2."""
INTERACTION: Choices = (
    ("questions", _("Knowledge questions")),
    ("simulation", _("Situation simulation")),
    ("role_play", _("Role play")),
    ("test", _("In-class test")),
)
STAGES: Choices = (
    ("phone", _("Simulated practice by phone")),
    ("online", _("Simulated practice online")),
    ("video", _("Simulated practice by video")),
    ("on_site", _("Guided work: on-site guidance")),
    ("experience", _("Guided work: passing on experience")),
    ("sharing", _("Guided work: case sharing")),
)
SIMULATED = frozenset({"phone", "online", "video"})
DIFFICULTY: Choices = (
    ("easy", pgettext_lazy("practice", "Easy")),
    ("medium", pgettext_lazy("practice", "Medium")),
    ("hard", pgettext_lazy("practice", "Hard")),
)
ISC: Choices = (
    ("values", _("Accepts the company's values and wants to develop in user service for long")),
    ("character", _("Honest, upright, empathic, responsible, team-minded")),
    ("education", _("Education: junior college or above")),
    ("law", _("Knows internet law")),
    ("product", _("Knows products and processes")),
    ("skill", _("Skilled in complaint handling, communication and mediation")),
)
"""ISC 5.4.1.1. Education holds in principle: an exception names its reason."""
SZ: Choices = (
    ("law", _("Knows laws, regulations and standards")),
    ("rules", _("Knows the internal rules on complaints and satisfaction")),
    ("practice", _("Knows trade practice")),
    ("product", _("Knows products and services")),
    ("ethics", _("Professional ethics and communication skills")),
    ("experience", _("Has work experience")),
)
"""SZ 4(3).1."""
EDUCATION: Choices = (
    ("master", _("Master or above")),
    ("bachelor", _("Bachelor")),
    ("college", _("Junior college")),
    ("secondary", _("Secondary school or vocational school")),
    ("other", pgettext_lazy("education", "Other")),
)
COLLEGE = frozenset({"master", "bachelor", "college"})
CHECKS: Choices = (
    ("background", _("Background check")),
    ("scenario", _("Values test: scenario simulation")),
    ("questionnaire", _("Values test: questionnaire")),
    ("live", _("Values test: live questions")),
    ("other", _("Values test: other form")),
)
"""ISC 5.4.1.2."""
RESULTS: Choices = (
    ("fits", pgettext_lazy("recruitment", "Suitable")),
    ("doubts", pgettext_lazy("recruitment", "Suitable with reservations")),
    ("not", pgettext_lazy("recruitment", "Not suitable")),
)
MEETS: Choices = (
    ("meets", pgettext_lazy("competence", "Meets it")),
    ("partly", pgettext_lazy("competence", "Meets it in part")),
    ("not", pgettext_lazy("competence", "Does not meet it")),
)
AWARENESS: Choices = (
    ("policy", _("The complaint policy")),
    ("objectives", _("The objectives of complaint handling")),
    ("contribution", _("The own contribution, and what better handling brings")),
    ("consequences", _("What it means when requirements are not met")),
    ("duties", _("The own role and duties")),
    ("procedure", _("How to report complaints and potential problems")),
)
"""CTS 7.3 a–f."""


def words(choices: Choices, code: str) -> str:
    """The label of a code in the reader's language; the code itself where it is none of the list."""
    return str(dict(choices).get(code, code))
