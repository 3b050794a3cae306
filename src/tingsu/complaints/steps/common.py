"""What steps of several apps ask in the same words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.process.steps import Field

STAFF = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
YES_NO = (("yes", _("Yes")), ("no", _("No")))
MEANS = (
    ("phone", _("Telephone")),
    ("sms", _("SMS")),
    ("email", pgettext_lazy("channel", "E-mail")),
    ("portal", _("Follow-up page")),
    ("in_person", _("In person")),
    ("letter", _("Letter")),
)
BASES = Field(
    name="bases",
    label=_("Handling basis"),
    kind="choices",
    options="bases",
    help=_("Law, standard, company rule, contract, public promise or trade practice."),
)
