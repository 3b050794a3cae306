"""Registration, whichever door a complaint comes through: P01."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import State
from tingsu.process.steps import Step

REGISTER = Step(
    id="P01",
    name="register",
    event="complaint.registered",
    label=_("Register"),
    sources=(),
    target=State.REGISTERED,
    who=("complainant", "agent", *STAFF, "ai_agent", "token", "system"),
    starts=("acknowledgement", "first_reply", "progress_feedback"),
    may_start=("urgent_response", "handling_start", "dedicated_contact", "outside_deadline"),
    door=False,
    clause="ISC 8.1; SVC 3.1.2; CTS 8.2",
)

STEPS = (REGISTER,)
