"""Telling whoever complained what has changed because of it, now or once a measure is carried out (E46; RM-14)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import MEANS
from tingsu.complaints.steps.contact import usual_means
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.kernel.actor import Actor
from tingsu.letters import outbox
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.process.values import refuse_placeholders
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry

OF = ("rectification", "nonconformity")
WHAT = (
    ("product", _("Product")), ("service", _("Service")), ("process", pgettext_lazy("change", "Process")), ("policy", _("Policy")),
    ("rules", _("Rules or procedure")),
)  # fmt: skip
MOST = 20


@options("changes_of_case")
def measures_of(complaint: Any) -> Options:
    """The measures that are linked with the case, by number: their words are the department's."""
    if not isinstance(complaint, Complaint):
        return ()
    rows = Entry.objects.filter(register__in=OF, links__other_id=complaint.pk).exclude(state="dropped").distinct()
    found = []
    for row in rows.order_by("-opened_at", "id")[:MOST]:
        known = register_named(row.register)
        found.append(
            (str(row.pk), f"{row.number} · {known.one if known else row.register} · {row.get_state_display()}")
        )
    return tuple(found)


def tell_change(case: Case, values: Values) -> None:
    """E46: by letter where the means is one; else it is on record that it was said."""
    refuse_placeholders(content=values["content"])
    if values["measure"]:
        case.fact("entry", uuid.UUID(values["measure"]))
    if values["means"] in {"sms", "email", "portal"} and (party := complainant_of(case.complaint)):
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="change_made", intent=f"change:{case.event_id}",
            values={"content": values["content"], "handler": case.complaint.owner_id}, at=case.at, channel=values["means"],
        )  # fmt: skip


def by_the_usual_means(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The newest measure of the case, and the means by which the complaint came."""
    found = measures_of(complaint)
    return {"means": usual_means(complaint), **({"measure": found[0][0]} if found else {})}


TELL_CHANGE = Step(
    id="E46",
    name="tell_change",
    event="complaint.change_told",
    label=_("Tell what has changed"),
    sources=(*OPEN_STATES, State.CLOSED),
    who=("owner", "supervisor", "mgmt_rep"),
    reaches_complainant=True,
    clause="SZ 6(7)",
    effect=tell_change,
    first=by_the_usual_means,
    beside=("records", "matter"),
    fields=(
        Field(name="what", label=_("What has changed"), kind="choices", options=WHAT, required=True),
        Field(name="content", label=_("Words to the complainant"), kind="longtext", limit=2000, required=True),
        Field(name="measure", label=_("The measure it comes from"), kind="choice", options=measures_of),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
    ),
)

STEPS = (TELL_CHANGE,)
