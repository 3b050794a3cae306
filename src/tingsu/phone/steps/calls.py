"""The call in which a complaint was told, or spoken of later, is linked with it (E47; RG-19)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.phone import events
from tingsu.phone.calls import call_named
from tingsu.process.steps import Field, Step, Values
from tingsu.registers.actions import link_alone, unlink_alone
from tingsu.registers.declaration import registers
from tingsu.registers.entry import locked_entry
from tingsu.registers.models import Entry

KIND = "about"
CALL = Field(
    name="call", label=pgettext_lazy("record", "Call"), limit=120, required=True,
    help=_("Its number in the register of calls, such as TH-2026-001."),
)  # fmt: skip


def link_call(case: Case, values: Values) -> None:
    """E47: both histories say so. The statement itself stands in the record of the case."""
    entry = _named(case, values)
    opened = locked_entry(registers()["call"], case.actor, entry.pk, case.at)
    if not link_alone(opened, case.complaint.pk, KIND):
        raise ConditionsUnmet([Unmet("already_linked", _("this call is linked with the case already"))])
    opened.finish()
    case.fact("call", entry.pk)


def unlink_call(case: Case, values: Values) -> None:
    """E47: it was linked by mistake; both histories keep that it was."""
    entry = _named(case, values)
    opened = locked_entry(registers()["call"], case.actor, entry.pk, case.at)
    if not unlink_alone(opened, case.complaint.pk, KIND):
        raise ConditionsUnmet([Unmet("not_linked", _("this call is not linked with the case"))])
    opened.finish()
    case.fact("call", entry.pk)


def _named(case: Case, values: Any) -> Entry:
    found = call_named(case.actor, values["call"])
    if found is None:
        raise InvalidInput({"call": InvalidValue(_("No call that you may see has this number."), code="choice")})
    return found


LINK_CALL = Step(
    id="E47", name="link_call", event=events.LINKED, label=_("Link a call"), sources=OPEN_STATES, who=(*STAFF, "owner"),
    clause="ISC 9.6.3", effect=link_call, fields=(CALL,),
)  # fmt: skip
UNLINK_CALL = Step(
    id="E47", name="unlink_call", event=events.UNLINKED, label=_("Unlink a call"), sources=OPEN_STATES, who=(*STAFF, "owner"),
    clause="ISC 9.6.3", effect=unlink_call,
    fields=(CALL, Field(name="reason", label=_("Reason"), limit=500, required=True)),
)  # fmt: skip
STEPS = (LINK_CALL, UNLINK_CALL)
