"""What is read of a case counts inside the block that reads it: a step looks inside one and changes the case after it."""

from typing import Any

import pytest
from django.db import transaction

from tests.cast import Cast
from tingsu.complaints.actions import follow
from tingsu.complaints.case import Case, open_case
from tingsu.complaints.case_rows import ChangedWhileRead, reading, reading_of, rows_of
from tingsu.complaints.models import Demand
from tingsu.complaints.process import PROCESS
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, Unmet
from tingsu.process.engine import carry_out, perform
from tingsu.process.steps import Step, Values

ZONE = "Asia/Shanghai"


def ask_again(case: Case, values: Values) -> None:
    """An effect that writes past every helper."""
    Demand.objects.filter(complaint_id=case.complaint.pk).delete()
    Demand.objects.bulk_create([Demand(complaint=case.complaint, position=place, kind="apology") for place in range(3)])


def three_demands(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    return [] if len(rows_of(Demand, case.complaint)) == 3 else [Unmet("demands", "three are needed")]


def made(**more: Any) -> Step:
    note = PROCESS["note"]
    return Step(
        id=note.id, name=note.name, event=note.event, label=note.label, sources=note.sources, who=note.who, **more
    )  # fmt: skip


FIRST, SECOND = made(effect=ask_again), made(guards=(three_demands,))


@pytest.fixture
def case(cast: Cast) -> Case:
    complaint = registered(cast)
    with travel_to(MONDAY), transaction.atomic():
        opened = open_case(cast.frontline.actor, complaint.pk, MONDAY)
        with reading(opened.complaint) as read:
            read.everything()
            assert len(rows_of(Demand, opened.complaint)) == 1
        return opened


def test_a_step_sees_what_the_step_before_it_wrote_in_the_same_transaction(case: Case) -> None:
    with travel_to(MONDAY):
        with pytest.raises(ConditionsUnmet):
            follow(case, SECOND, {}, ZONE)
        follow(case, FIRST, {}, ZONE)
        follow(case, SECOND, {}, ZONE)


def test_so_it_does_after_a_step_that_a_reaction_performed_by_itself(case: Case) -> None:
    with travel_to(MONDAY):
        perform(case, FIRST, {})
        carry_out(case, SECOND, {}, version=None, zone=ZONE)  # raises ConditionsUnmet where it sees one demand
    assert len(rows_of(Demand, case.complaint)) == 3


def test_a_block_keeps_what_it_read_and_one_inside_it_continues_it(case: Case, django_assert_num_queries) -> None:
    complaint = case.complaint
    with django_assert_num_queries(1), reading(complaint) as read:
        rows = rows_of(Demand, complaint)
        with reading(complaint) as inner:
            assert inner is read
        assert rows_of(Demand, complaint) == rows
    with django_assert_num_queries(2):
        assert rows_of(Demand, complaint) == rows == rows_of(Demand, complaint)
    assert reading_of(complaint).rows == {}


def test_a_block_is_of_one_object_the_same_case_opened_for_a_step_is_read_anew(case: Case) -> None:
    beside = type(case.complaint).objects.get(pk=case.complaint.pk)
    with reading(case.complaint) as read:
        rows_of(Demand, case.complaint)
        assert (reading_of(case.complaint) is read, reading_of(beside).rows) == (True, {})
        with reading(beside):
            assert reading_of(case.complaint).rows == {}
        assert reading_of(case.complaint) is read


def test_a_case_cannot_be_changed_inside_its_own_reading(case: Case) -> None:
    with travel_to(MONDAY), reading(case.complaint), pytest.raises(ChangedWhileRead):
        perform(case, FIRST, {})
    with travel_to(MONDAY):
        perform(case, FIRST, {})


def test_what_is_read_inside_a_step_is_kept_for_nobody(case: Case) -> None:
    seen: list[int] = []

    def look(opened: Case, values: Values) -> None:
        seen.append(len(rows_of(Demand, opened.complaint)))
        ask_again(opened, values)
        seen.append(len(rows_of(Demand, opened.complaint)))

    with travel_to(MONDAY):
        perform(case, made(effect=look), {})
    assert seen == [1, 3]
