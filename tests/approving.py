"""The second person's part, for tests that are about something else."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tingsu.kernel import approvals


def approve_all(cast: Cast) -> list[Any]:
    """The senior leader approves everything that waits, the oldest first."""
    waiting = approvals.open_proposals()
    return [approvals.approve(actor=cast.top_mgmt.actor, proposal_id=one.pk) for one in waiting]


def approved(cast: Cast, propose: Callable[[], Any]) -> Any:
    """Propose, and let the senior leader approve; what the action gave in the end."""
    try:
        propose()
    except approvals.WaitsForApproval:
        return approve_all(cast)[-1]
    raise AssertionError("nobody had to approve this")
