"""What a signature tells of a person, in the table of personal data (PS-05, PS-06)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.privacy.fields import CONTRACT, IDENTITY, RECORD, Rule, declare

_PROVING = _("Proving who agreed to what in the case")
declare("signature", "name", Rule("name", _PROVING, CONTRACT, IDENTITY), _("Full name"))
declare(
    "signature",
    "drawing",
    Rule("whole", _PROVING, CONTRACT, RECORD),
    pgettext_lazy("signature", "Handwritten signature"),
)
declare("signature", "content", Rule("text", _PROVING, CONTRACT, RECORD), _("What was signed"))
declare("signature", "reason", Rule("text", _PROVING, CONTRACT, RECORD), _("Why it was not signed"))
