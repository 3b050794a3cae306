"""What settlement adds to complaints as a kind of things: measures that a member has to carry out (OG-11)."""

import uuid

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.kinds import Held, also_held
from tingsu.settlement.models import ExecutionItem


def open_items_of(member_id: uuid.UUID) -> int:
    """Items of present executions that wait for this member."""
    return ExecutionItem.objects.filter(executor_id=member_id, state=ExecutionItem.State.OPEN, current=True).count()


also_held("complaint", Held(label=_("measures to carry out"), count=open_items_of))
