"""What a department writes when it answers a task: facts, whose matter it is, what it offers and told the user (CO-02, CO-03)."""

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import DepartmentTask
from tingsu.complaints.steps.common import MEANS
from tingsu.process.steps import Field

ANSWER = (
    Field(name="answer", label=_("Answer"), kind="longtext", required=True),
    Field(name="conclusion", label=_("Conclusion"), kind="longtext", required=True),
    Field(name="evidence", label=_("Evidence"), kind="longtext"),
    Field(
        name="improvement",
        label=_("What changes against recurrence"),
        kind="longtext",
        help=_("Needed for reports and infringements."),
    ),
    Field(
        name="responsible",
        label=_("Whose matter it is, in your view"),
        kind="choice",
        options=tuple(DepartmentTask.Responsible.choices),
        help=_("Needed for product, consumer and operation complaints."),
    ),
    Field(name="responsible_words", label=_("On which basis"), kind="longtext", limit=2000),
    Field(name="proposal", label=_("The solution you offer"), kind="longtext", limit=2000),
    Field(
        name="spoke",
        label=_("With the user"),
        kind="choice",
        options=tuple(DepartmentTask.Spoke.choices),
        help=_("Needed for product, consumer and operation complaints. What was said joins the contacts of the case."),
    ),
    Field(
        name="means",
        label=_("By what means"),
        kind="choice",
        options=MEANS,
        when=("spoke", "reached"),
        required=True,
    ),
    Field(name="spoke_at", label=_("When, if it was earlier"), kind="datetime", past=True, when=("spoke", "reached")),
    Field(name="said", label=_("What was said"), kind="longtext", when=("spoke", "reached"), required=True),
    Field(name="files", label=_("Files"), kind="files"),
)
