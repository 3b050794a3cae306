"""The words of knowledge: kinds of entries, states, topics of the public pages, languages of an entry."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.process.steps import Options
from tingsu.settlement.rulebooks import bases

NAME, REVIEW = "knowledge", "knowledge_review"
DRAFT, CHECKING, IN_USE, RETIRED, DECLINED = "draft", "checking", "in_use", "retired", "declined"
PRODUCT, PROCESS, WORDING, LAW, BASIS = "product", "process", "wording", "law", "basis"
CASE, LESSON, PRACTICE, HELP = "case", "lesson", "practice", "help"
KINDS: Options = (
    (PRODUCT, pgettext_lazy("knowledge", "Product or service")), (PROCESS, pgettext_lazy("knowledge", "Process and procedure")),
    (WORDING, pgettext_lazy("knowledge", "Wording")), (LAW, pgettext_lazy("knowledge", "Law, regulation or standard")),
    (BASIS, pgettext_lazy("knowledge", "How a basis is applied")), (CASE, pgettext_lazy("knowledge", "Model case")),
    (LESSON, pgettext_lazy("knowledge", "Lesson learned")), (PRACTICE, pgettext_lazy("knowledge", "Best practice")),
    (HELP, pgettext_lazy("knowledge", "Usage help for complainants")),
)  # fmt: skip
KIND_WORDS = dict(KINDS)
FROM_CASES = (CASE, LESSON)
"""Kinds that tell of handled complaints: nobody of them may be named."""
TOPICS: Options = (
    ("refund", pgettext_lazy("topic", "Refunds and returns")), ("delivery", pgettext_lazy("topic", "Delivery")),
    ("account", pgettext_lazy("topic", "Account and security")), ("charges", pgettext_lazy("topic", "Renewals and charges")),
    ("infringement", pgettext_lazy("topic", "Infringing or harmful content")),
    ("merchant", pgettext_lazy("topic", "Merchants and false advertising")), ("minors", pgettext_lazy("topic", "Protection of minors")),
    ("other", pgettext_lazy("topic", "Something else")),
)  # fmt: skip
"""The cards of the public form: beside which of them an article is shown."""
LANGUAGES = {"zh-Hans": "", "en": "_en"}
"""How the fields of each language end."""


def base_options(entry: object) -> Options:
    """Every basis of decisions in force (IV-10)."""
    return bases.options()


MARKS = _(
    "Headings begin with #, points with -, steps with 1., lines of a table with |; **words** stand out. No names or numbers of complainants."
)
