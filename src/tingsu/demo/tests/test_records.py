"""The demo's records stand in the stages that their stories reach, by their own histories, with nothing overdue."""

from collections import Counter
from datetime import datetime
from typing import Any

from tingsu.clocks.models import Promise
from tingsu.demo import company, planned, records
from tingsu.demo.staff import Staff
from tingsu.governance.evidence import standing
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people.conformity import not_conforming
from tingsu.planning import queries, shipped
from tingsu.registers.models import Entry


def test_every_told_entry_is_there_once_and_stands_by_its_history(demo: tuple[Any, datetime]) -> None:
    staff, present = Staff(), company.present()
    records.fill(staff, until=present)
    records.fill(staff, until=present)
    told = Counter(one["register"] for one in records.told()["entry"])
    assert Counter(Entry.objects.values_list("register", flat=True)) == told
    states = set(Entry.objects.filter(register="nonconformity").values_list("state", flat=True))
    assert states == {"open", "contained", "acting", "closed"}
    records_of_events = Entry.objects.filter(register="major_event").order_by("opened_at")
    assert [(one.state, len(one.codes["statements"])) for one in records_of_events] == [("closed", 1), ("open", 2)]
    assert not Promise.objects.filter(ended_at=None, due_at__lt=present).exists()
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
    assert not_conforming() == [], "the body, its seats and the appointment of its representative"
    found = {one.state for one in standing(staff.actor("head"))["standing"]}
    assert found == {"valid", "expiring", "missing"}


def test_what_the_firm_planned_is_told_once_and_nothing_of_it_is_late(demo: tuple[Any, datetime]) -> None:
    staff, present = Staff(), company.present()
    planned.tell(staff, until=present)
    planned.tell(staff, until=present)
    told = Counter(one["register"] for one in records.told()["planning"])
    held = Counter(
        Entry.objects.filter(register__in=told).exclude(register="obligation").values_list("register", flat=True)
    )
    assert held == told
    assert [one.gap for one in queries.resource_gaps()] == ["some"]
    states = set(Entry.objects.filter(register="risk").values_list("state", flat=True))
    assert states == {"controlled", "acting", "assessed"}, "one had its effect, one was reopened, one waits"
    assert not Promise.objects.filter(ended_at=None, due_at__lt=present).exists()
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
    assert shipped.missing() == 0


def test_data_protection_is_told_to_its_present_state(demo: tuple[Any, datetime]) -> None:
    staff, present = Staff(), company.present()
    for _turn in range(2):
        records.fill(staff, until=present, told_as="protection")
    told = Entry.objects.filter(register__in={one["register"] for one in records.told()["protection"]})
    assert {(one.register, one.state) for one in told} == {
        ("data_incident", "closed"), ("data_risk", "closed"), ("protected_system", "in_use"), ("protection_measure", "in_use"),
    }  # fmt: skip
    assert told.count() == 4
    assert not Promise.objects.filter(ended_at=None, due_at__lt=present).exists()
    assert not Promise.objects.filter(stream_id__in=told.values("stream_id"), breached_at__isnull=False).exists()
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
