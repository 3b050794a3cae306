"""What is kept of colleagues in their personnel file, in the privacy table: seen by the person and those who need it (PE-01, PS-05)."""

from django.utils.translation import gettext_lazy as _

from tingsu.privacy.fields import Rule, Sight, Viewer, declare

C, M, N = Sight.CLEAR, Sight.MASKED, Sight.NEVER
BASIS = _("Employment contract (PIPL art. 13)")
FILE = {
    Viewer.HANDLER: C, Viewer.HELPER: N, Viewer.CHECKER: M, Viewer.COUNTER: N, Viewer.SELF: C, Viewer.OTHER_PARTY: N,
    Viewer.PROGRAM: N, Viewer.TRUSTED: C,
}  # fmt: skip
"""Read in full by the roles that may open somebody else's file at all; an auditor sees that it is there."""
CLOSE = {**FILE, Viewer.HANDLER: M}
"""The same, opened with a purpose that is written down."""

declare("personnel", "candidate", Rule("name", _("Telling candidates apart"), BASIS, CLOSE), _("Name of the candidate"))
declare(
    "personnel",
    "history",
    Rule("whole", _("Knowing who is able to do what"), BASIS, FILE),
    _("Education and experience"),
)
declare(
    "personnel", "check", Rule("whole", _("Selecting people for work with users"), BASIS, CLOSE), _("Result of a check")
)
