"""The progress notice that needs nobody: before T13 and T14, once, to whoever has heard nothing since (AK-08)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework.tests.cases import founded, investigating
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.demo.journey import Journey
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.rulebooks import publish
from tingsu.letters import actions, choosing
from tingsu.letters.models import Letter

NEWS = {"content": "已联系商家核实。", "means": "portal", "progress": "核实中"}


def swept(complaint: Complaint, timer: str, *, hours: float = 0) -> list[Letter]:
    """Until so many hours before the limit ends (0: past it), and once more."""
    promise = Promise.objects.get(stream_id=complaint.pk, kind=timer, ended_at=None)
    walk = Journey(complaint, now())
    for _twice in range(2):
        walk.sweep(promise.due_at - timedelta(hours=hours))
    return list(Letter.objects.filter(stream_id=complaint.pk, template="progress").order_by("created_at"))


@pytest.mark.req("AK-08")
def test_whoever_heard_nothing_is_told_once_before_each_limit(cast: Cast) -> None:
    complaint = investigating(cast)
    promise = Promise.objects.get(stream_id=complaint.pk, kind="investigation")
    [letter] = swept(complaint, "investigation")
    assert promise.started_at < letter.created_at < promise.due_at
    with travel_to(promise.due_at):
        actions.deliver(letter.pk)
    letter.refresh_from_db()
    body = letter.stream.key().open(letter.body, f"letter:{letter.pk}:body")
    assert complaint.number in body
    assert str(Complaint.objects.get(pk=complaint.pk).get_state_display()) in body
    assert Promise.objects.filter(stream_id=complaint.pk, kind="progress_feedback", ended_at=None).exists(), (
        "T07 runs on"
    )


@pytest.mark.req("AK-08")
def test_the_solution_too_and_nobody_twice(cast: Cast) -> None:
    assert len(swept(founded(cast), "solution")) == 1


@pytest.mark.req("AK-08")
@pytest.mark.parametrize("case", ["told", "no reply wanted", "waits on them", "switched off", "erased"])
def test_who_is_not_written_to(cast: Cast, case: str) -> None:
    complaint = investigating(cast)
    if case == "told":
        Journey(complaint, now()).take(cast.specialist.actor, "feed_back", NEWS | {"query_way": "yes"})
    changes: dict[str, Any] = {
        "no reply wanted": {"reply_expected": False}, "waits on them": {"waiting_on": "complainant"},
    }.get(case, {})  # fmt: skip
    if changes:
        Complaint.objects.filter(pk=complaint.pk).update(**changes)
    if case == "switched off":
        publish(actor=cast.top_mgmt.actor, kind=choosing.KIND, body=choosing.default() | {"no_progress_notices": True})
    if case == "erased":
        complaint.parties.update(erased_at=now())
    assert swept(complaint, "investigation", hours=0) == []
