"""What steps of several apps ask in the same words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.models import Promise
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Step, Values

FEEDBACK_LIMIT = "progress_feedback"
"""The two working days between one feedback and the next (T07, SL-07)."""

STAFF = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
YES_NO = (("yes", _("Yes")), ("no", _("No")))
MEANS = (
    ("phone", _("Telephone")),
    ("sms", _("SMS")),
    ("email", pgettext_lazy("channel", "E-mail")),
    ("portal", _("Follow-up page")),
    ("in_person", pgettext_lazy("means", "In person")),
    ("letter", _("Letter")),
)
BASES = Field(
    name="bases",
    label=_("Handling basis"),
    kind="choices",
    options="bases",
    help=_("Law, standard, company rule, contract, public promise or trade practice."),
)


def feedback_is_late(case: Case) -> bool:
    """The two working days of SL-07 have passed already."""
    running = case.running(FEEDBACK_LIMIT)
    return running is not None and case.at > running.due_at


def is_late_on_form(complaint: Complaint | Any) -> bool:
    """The same of a case that is only looked at."""
    if not isinstance(complaint, Complaint):
        return False
    running = Promise.objects.filter(stream_id=complaint.pk, kind=FEEDBACK_LIMIT, ended_at=None)
    return running.filter(due_at__lt=now()).exists()


LATE_REASON = Field(name="late_reason", label=_("Why later than two working days"), limit=500, asked_if=is_late_on_form)
"""Every step that ends T07 has it (CA-60); its form shows it once the limit has passed."""


def lateness_explained(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Whatever ends T07 late says why: a reply, a solution, an answer, the notice, the end (SL-07, CA-60).

    The system has no reasons of its own: what it closes, a person left it to close, with their words.
    """
    if values is None or case.actor.kind == "system" or values["late_reason"] or not feedback_is_late(case):
        return []
    sentence = _("this comes later than two working days after the last feedback; record the reason")
    return [Unmet("late_reason", sentence, value_of="late_reason")]
