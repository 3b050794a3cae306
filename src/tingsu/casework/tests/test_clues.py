"""Clues are listened for and kept with source and follow-up (IV-20)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework import panels
from tingsu.casework.models import Clue
from tingsu.casework.tests.cases import investigating, with_task
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.triage.tests.cases import step

HEARD = {
    "words": "邻居说当天的快递员换了人，电话 13800002210",
    "source": "witness",
    "who": "同楼住户",
    "to_do": "核对当日派件记录",
}


@pytest.mark.req("IV-20")
def test_a_clue_is_noted_with_its_source_and_followed_to_an_end(cast: Cast) -> None:
    complaint = investigating(cast)
    step(cast.frontline, complaint, "note_clue", **HEARD)
    row = Clue.objects.get()
    assert (row.state, row.source, row.noted_by) == ("open", "witness", cast.frontline.id)
    assert "快递员".encode() not in bytes(row.words)
    shown = panels.clues_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert shown["note"]
    assert "13800002210" not in shown["clues"][0]["texts"]["words"]
    assert shown["clues"][0]["source"] != "witness"
    assert {one.member_id for one in Notice.objects.filter(kind="case.clue")} == {cast.specialist.id}
    step(cast.specialist, complaint, "follow_clue", clue=str(row.pk), result="confirmed", follow_up="派件记录证实换人")
    row = Clue.objects.get()
    assert (row.state, row.followed_by) == ("confirmed", cast.specialist.id)
    shown = panels.clues_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert (shown["note"], shown["clues"][0]["texts"]["follow_up"]) == ("", "派件记录证实换人")
    assert {one.member_id for one in Notice.objects.filter(kind="case.clue_followed")} == {cast.frontline.id}
    kinds = Event.objects.filter(kind__startswith="complaint.clue").values_list("kind", flat=True)
    assert set(kinds) == {"complaint.clue_noted", "complaint.clue_followed"}


@pytest.mark.req("IV-20")
@pytest.mark.parametrize(
    "wrong", [{"words": ""}, {"words": "长" * 2001}, {"source": ""}, {"source": "gossip"}, {"who": "长" * 201}]
)
def test_a_clue_has_words_and_a_source(cast: Cast, wrong: dict[str, Any]) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "note_clue", **HEARD | wrong)
    assert set(refused.value.fields) == set(wrong)
    assert not Clue.objects.exists()


@pytest.mark.req("IV-20")
def test_a_clue_is_followed_once_and_with_words(cast: Cast) -> None:
    complaint = investigating(cast)
    step(cast.specialist, complaint, "note_clue", **HEARD)
    clue = str(Clue.objects.get().pk)
    with pytest.raises(InvalidInput):
        step(cast.specialist, complaint, "follow_clue", clue=clue, result="dropped", follow_up="")
    step(cast.specialist, complaint, "follow_clue", clue=clue, result="dropped", follow_up="无法联系")
    with pytest.raises(InvalidInput):
        step(cast.specialist, complaint, "follow_clue", clue=clue, result="confirmed", follow_up="又来")
    assert Clue.objects.get().state == "dropped"


@pytest.mark.req("IV-20", "PS-11")
def test_a_department_asked_adds_what_it_knows_and_others_nothing(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(NotAllowed):
        step(cast.qa, complaint, "note_clue", **HEARD)
    complaint, _task = with_task(cast, complaint)
    step(cast.dept, complaint, "note_clue", **HEARD)
    with pytest.raises(NotAllowed):
        step(cast.dept, complaint, "follow_clue", clue=str(Clue.objects.get().pk), result="confirmed", follow_up="已查")
