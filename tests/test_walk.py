"""Any sequence of allowed and refused actions keeps the invariants, and `verify` passes (process.md §8)."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.walk import Walker
from tingsu.aftercare.stages import tracking_form
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.actions import take_step
from tingsu.complaints.interference import EVENT
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter

SEEN: set[str] = set()


def check_invariants(complaint: Complaint, first_owner: object) -> None:
    assert complaint.state in State.values
    assert complaint.first_owner_id == first_owner
    assert complaint.owner_id is not None
    running = list(Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True))
    if complaint.is_open:
        assert complaint.next_due_at is not None
        assert complaint.next_due_at == min(promise.due_at for promise in running)
    if complaint.state == State.ARCHIVED:
        assert not running
    alone = [promise.kind for promise in running if promise.subject_id is None]
    assert len(alone) == len(set(alone)), "two clocks of one kind run"
    kinds = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq").values_list("kind", flat=True))
    in_order = ("complaint.result_notified", "complaint.rated", "complaint.closed", "complaint.archived")
    first = {kind: kinds.index(kind) for kind in in_order if kind in kinds}
    if first:
        assert "complaint.result_notified" in first, "the formal notice comes first"
    assert min(first.values(), default=0) == first.get("complaint.result_notified", 0)
    assert first.get("complaint.closed", -1) <= first.get("complaint.archived", len(kinds))
    if "complaint.closed" in kinds:
        assert all(stage.is_filled and stage.remark for stage in tracking_form(complaint)), (
            "a stage without date or reason"
        )
        left = [
            event.data["set"]["state"][0]
            for event in Event.objects.filter(stream_id=complaint.pk, kind="complaint.closed")
        ]
        assert left == [State.EVALUATING]


@pytest.mark.req(
    "AS-17",
    "AK-07",
    "invariant-1",
    "invariant-2",
    "invariant-9",
    "process.md §8.1",
    "process.md §8.3",
    "process.md §8.5",
)
@pytest.mark.parametrize("seed", range(0, 14 * 71_993, 71_993))
def test_any_walk_keeps_the_promises_of_the_process(cast: Cast, seed: int) -> None:
    complaint = registered(cast)
    walker = Walker(cast, complaint, seed)
    at = MONDAY
    first_owner = complaint.first_owner_id
    for _move in range(60):
        at += timedelta(minutes=walker.dice.choice([3, 20, 90, 600, 3000]))
        with travel_to(at):
            for letter in Letter.objects.filter(stream_id=complaint.pk, state="queued", send_after__lte=at):
                deliver(letter.pk)
            while sweep_due().taken:
                pass
            walker.complaint = complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
            offered = walker.open_step(at) if walker.dice.random() < 0.85 else None
            actor, step = offered or walker.any_step()
            told = Event.objects.filter(stream_id=complaint.pk).exclude(kind=EVENT)  # OG-02 asks for that one
            events = told.count()
            version = complaint.version
            try:
                take_step(
                    actor=actor,
                    complaint_id=complaint.pk,
                    step=step.name,
                    values=walker.values(step, at),
                    version=version,
                )
            except TingsuError as refusal:
                refused = (str(refusal), refusal.body()["code"])
                complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
                assert all(refused), step.name
                assert told.all().count() == events, "a refusal left a trace"
                assert complaint.version == version
            else:
                complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
                assert told.all().count() > events, "a change without an event"
                SEEN.add(step.name)
            check_invariants(complaint, first_owner)
    with travel_to(at):
        while sweep_due().taken:
            pass
        assert list(verify_organisation(Tally())) == []
