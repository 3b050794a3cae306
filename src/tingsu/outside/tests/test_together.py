"""Lines that are taken in together are what they are alone: numbers, history, earlier complaints, verdicts (XR-01, RG-24)."""

import os
import re
import subprocess
import sys
import uuid
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.intake import actions, together
from tingsu.intake.reading import read_intake
from tingsu.kernel import gathering
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.outside import helping, parting, taking
from tingsu.outside.lines import Plan
from tingsu.outside.models import ImportLine
from tingsu.outside.tests.test_imports import brought, csv_of, does, taken_in, verdicts
from tingsu.registers.models import Entry, EntryFacet, EntryLink, EntryWords

pytestmark = pytest.mark.req("XR-01", "RG-24")


def row(number: int, words: str = "陈小满的退款没有到账", phone: str = "", name: str = "陈小满") -> tuple[str, ...]:
    return (
        f"GD{number:03d}",
        words,
        name,
        phone or f"13800005{number:03d}",
        "2026-01-03 10:20",
        "2126-02-20",
        "处理中",
        "",
    )


def _without_number(words: str) -> str:
    return re.sub(r"'gd\d+' ", "", words)


def told(entry: Entry) -> list[tuple[Any, ...]]:
    """What a list left behind, without what differs each time."""
    found = []
    for line in ImportLine.objects.filter(entry_id=entry.pk).order_by("number"):
        case, spill = Complaint.objects.get(pk=line.complaint_id), Entry.objects.get(pk=line.spill_over_id)
        history = [
            (one.kind, one.seq, sorted(one.data), sorted(one.data.get("set", ())))
            for one in Event.objects.filter(stream_id__in=[case.pk, spill.pk]).order_by("kind", "seq")
        ]
        beside = [
            Letter.objects.filter(stream_id=case.pk).count(), EntryLink.objects.filter(entry=spill).count(),
            EntryFacet.objects.filter(entry=spill).count(), _without_number(EntryWords.objects.get(pk=spill.pk).words),
        ]  # fmt: skip
        found.append((case.channel, case.state, case.owner_id == spill.owner_id, spill.state, history, beside))
    return found


def test_lines_taken_in_together_are_the_same_as_one_by_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "TOGETHER", 1)
    alone = taken_in(cast.frontline, brought(cast.frontline, csv_of(*[row(one) for one in range(4)])))
    monkeypatch.setattr(taking, "TOGETHER", 32)
    monkeypatch.setattr(taking, "_make", None)  # nothing is taken line by line here
    many = taken_in(cast.frontline, brought(cast.frontline, csv_of(*[row(one) for one in range(10, 14)])))
    assert told(many) == told(alone)
    numbers = sorted(int(one.rpartition("-")[2]) for one in Complaint.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9)), "no number is left out and none given twice"
    assert sorted(int(one.number.rpartition("-")[2]) for one in Entry.objects.filter(register="spill_over")) == numbers
    assert not EntryWords.objects.filter(words="陈小满").exists(), (
        "who stands in the case is no search word of the other"
    )
    assert not [one.sentence for one in verify_organisation(Tally())]
    later = taken_in(cast.frontline, brought(cast.frontline, csv_of(row(20), row(21))))
    assert Complaint.objects.get(pk=ImportLine.objects.get(entry_id=later.pk, number=2).complaint_id).number.endswith(
        "-009"
    )


def test_who_stands_twice_in_a_list_is_found_again(cast: Cast) -> None:
    same = "13800007777"
    entry = taken_in(cast.frontline, brought(cast.frontline, csv_of(row(1, phone=same), row(2), row(3, phone=same))))
    assert set(verdicts(entry).values()) == {"made"}
    first, other, second = (
        Complaint.objects.get(pk=line.complaint_id)
        for line in ImportLine.objects.filter(entry_id=entry.pk).order_by("number")
    )
    assert second.possible_repeats == [str(first.pk)]
    assert (first.possible_repeats, other.possible_repeats) == ([], [])
    later = taken_in(cast.frontline, brought(cast.frontline, csv_of(row(5, phone=same), row(6))))
    third = Complaint.objects.get(pk=ImportLine.objects.get(entry_id=later.pk, number=2).complaint_id)
    assert set(third.possible_repeats) == {str(first.pk), str(second.pk)}, "and whoever was here before the list"


def test_one_that_cannot_go_along_holds_nobody_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = brought(cast.frontline, csv_of(*[row(one) for one in range(1, 5)]))
    does(cast.frontline, entry, "start")
    key = f"outside:{bytes(ImportLine.objects.get(entry_id=entry.pk, number=3).digest).hex()}"
    intake = read_intake({
        "kind": "complaint", "problem_type": "consumer", "channel": "regulator", "mode": "other", "mode_other": "热线",
        "description": "退款没有到账", "name": "陈小满", "phone": "13800005002",
    })  # fmt: skip
    there = actions.register_complaint(actor=cast.frontline.actor, intake=intake, key=key).complaint
    calls: list[int] = []
    one_by_one = taking._make
    monkeypatch.setattr(taking, "_make", lambda *given: calls.append(given[1].number) or one_by_one(*given))
    begin = taking.actions.begin_entry
    monkeypatch.setattr(taking.actions, "begin_entry", lambda **given: _refuses(begin, given))
    taking.take_in(entry.pk)
    found = verdicts(entry)
    assert found == {2: "made", 3: "made", 4: "made", 5: "refused"}
    assert ImportLine.objects.get(entry_id=entry.pk, number=3).complaint_id == there.pk, (
        "a key that was used finds its complaint"
    )
    assert set(calls) == {2, 3, 4, 5}, "where one is refused, each says by itself what is wrong with it"
    assert not [one.sentence for one in verify_organisation(Tally())]


def _refuses(begin: Any, given: Any) -> Any:
    if given["opening"].values["reference"] == "GD004":
        raise together.actions.NotAllowed("no")
    return begin(**given)


def test_what_fails_in_the_middle_leaves_neither_rows_nor_numbers(cast: Cast) -> None:
    actor = cast.frontline.actor
    intakes = [
        read_intake({"problem_type": "consumer", "mode": "phone", "description": "退款", "name": "陈", "phone": f"1380000600{one}"})
        for one in range(2)
    ]  # fmt: skip
    drafts = [together.draft_of(actor, intake) for intake in intakes]
    assert together.alone(drafts) == set()
    assert together.alone([drafts[0], together.draft_of(actor, intakes[0])]) == {1}, (
        "two of one person ask for one another"
    )
    with pytest.raises(RuntimeError), together.actions.transaction.atomic(), gathering.together() as rows:
        together.register_one(rows, drafts[0], "a")
        raise RuntimeError
    assert not Complaint.objects.exists()
    assert together.keys_taken(["a"]) == set()
    with together.actions.transaction.atomic(), gathering.together() as rows:
        made = [
            together.register_one(rows, together.draft_of(actor, one), key)
            for one, key in zip(intakes, "ab", strict=True)
        ]
    assert [one.number[-4:] for one in made] == ["-001", "-002"]
    assert together.keys_taken(["a", "b", "c"]) == {"a", "b"}


def test_lines_of_one_person_stay_in_one_part() -> None:
    plan = Plan(
        source="12345", body="热线", head=("p", "e"), meanings=("phone", "email"), kind="complaint", problem_type="consumer",
        zone="Asia/Shanghai",
    )  # fmt: skip
    cells: dict[int, tuple[str, ...]] = {
        2: ("13800001111", ""), 3: ("138 0000 1111", "A@example.cn"), 4: ("13800002222", "a@example.cn"), 5: ("", ""), 6: ("13800003333",),
        7: ("13800004444",),
    }  # fmt: skip
    parts = parting.parts_of(cells, plan, 2)
    assert parts[2] == parts[3] == parts[4]
    assert sorted(parts.values()).count(parts[2]) == 3, "the others make up for them"
    assert set(parting.parts_of(cells, plan, 1).values()) == {0}


def test_a_long_list_has_a_helper_that_takes_its_part(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "LONG", 2)
    monkeypatch.setattr(taking.os, "cpu_count", lambda: 2)
    asked: list[tuple[uuid.UUID, int]] = []

    class Helped:
        def __init__(self, entry_id: uuid.UUID, helpers: int) -> None:
            asked.append((entry_id, helpers))
            self.entry_id = entry_id

        def __enter__(self) -> None:
            taking.help_with(self.entry_id, 1, 2)
            assert 0 < Complaint.objects.count() < 4, "a part of them"

        def __exit__(self, *_error: object) -> None:
            return None

    monkeypatch.setattr(taking.Helper, "several", Helped)
    entry = taken_in(cast.frontline, brought(cast.frontline, csv_of(*[row(one) for one in range(4)])))
    assert asked == [(entry.pk, 1)]
    assert set(verdicts(entry).values()) == {"made"}
    assert Complaint.objects.count() == 4
    assert Entry.objects.get(pk=entry.pk).state == "done"


def test_a_helper_begins_as_a_process_of_its_own() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", helping.PROGRAM],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "expected 4, got 0" in answer.stderr, "it stands, and asks what it is to take"
