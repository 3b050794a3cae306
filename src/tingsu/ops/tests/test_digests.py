"""Evidence that was exchanged in store and table shows, because the history keeps its hash (IV-08)."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.actions import take_step
from tingsu.demo.journey import STORY
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.ops.verifying import files_are_those_of_the_history


@pytest.mark.req("IV-08", "RC-03")
def test_the_history_keeps_the_hash_of_every_file_that_came_with_an_event(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    actor = cast.frontline.actor
    first, second = (store.keep(f"{words}.txt", words.encode(), actor=actor) for words in ("订单", "聊天"))
    intake = read_intake({**STORY, "received_at": now().isoformat(), "files": [str(first.pk)]})
    complaint = register_complaint(actor=actor, intake=intake).complaint
    take_step(
        actor=actor, complaint_id=complaint.pk, step="add_facts", values={"facts": "补充", "files": [str(second.pk)]}
    )
    take_step(actor=actor, complaint_id=complaint.pk, step="note", values={"note": "没有附件"})
    told = [event.data.get("digests") for event in Event.objects.filter(stream_id=complaint.pk).order_by("seq")]
    hashes = {str(one.pk): bytes(one.sha256)[1:].hex() for one in StoredFile.objects.all()}
    assert [one for one in told if one] == [{str(one.pk): hashes[str(one.pk)]} for one in (first, second)]
    assert list(files_are_those_of_the_history()) == []
    chain = lock_chain(complaint.pk)
    right = {str(first.pk): hashes[str(first.pk)]}
    for digests in ({str(first.pk): "0" * 64}, right, {"01a22cf6-8ab1-76e0-8bbf-fa16fb85e264": "0" * 64}):
        chain.record("complaint.facts_added", actor=actor, at=now(), data={"digests": digests})
    chain.flush()
    found = {one.row: one.sentence for one in files_are_those_of_the_history()}
    assert set(found) == {str(first.pk), "01a22cf6-8ab1-76e0-8bbf-fa16fb85e264"}
    assert "another hash" in found[str(first.pk)]
