"""What keeps a member from leaving: measures to carry out (OG-11)."""

import uuid

from django.utils.translation import gettext_lazy as _

from tingsu.people.holdings import register_holding
from tingsu.settlement.models import ExecutionItem


def open_items_of(member_id: uuid.UUID) -> int:
    """Items of present executions that wait for this member."""
    return ExecutionItem.objects.filter(executor_id=member_id, state=ExecutionItem.State.OPEN, current=True).count()


register_holding("execution", _("measures to carry out"), open_items_of)
