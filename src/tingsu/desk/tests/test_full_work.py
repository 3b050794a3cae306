"""My work with everything full: what it costs at worst, and that nothing is cut off without a word."""

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import duties_on_cases
from tingsu.desk.tests.cases import a_case
from tingsu.desk.tests.test_page_costs import _kept, asked
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.letters.notices import notify
from tingsu.process import waiting
from tingsu.process.waiting import waiting_lists
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry
from tingsu.registers.tests.test_every_register import opener_of
from tingsu.settlement.tests.journey import handled
from tingsu.settlement.tests.test_execution import executing
from tingsu.triage.models import OnCallAlert
from tingsu.triage.tests.cases import registered, reported

__all__ = ["_kept"]
EVERYTHING = 6
"""With every list of the page full at once: alerts, offers, own cases, tasks, opinions, approvals, notices, escalations of cases
and of every register, entries, measures and duties. They ask together (`kernel.together`): who is there, how many, and two rounds."""


def escalated_to(person: Person, stream_id) -> None:
    row = Escalation(id=new_id(), stream_id=stream_id, level=3, rung="supervisor", times=1, raised_at=now())
    row.save(force_insert=True)
    call = EscalationCall(id=new_id(), stream_id=stream_id, member_id=person.id, level=3, called_at=now())
    call.save(force_insert=True)


def alerted(person: Person, complaint: Complaint) -> None:
    at = now()
    OnCallAlert(
        id=new_id(), complaint=complaint, why="urgent", turns=[[str(person.id)]], rules_version=0, raised_at=at,
        called_at=at, confirm_by=at,
    ).save(force_insert=True)  # fmt: skip


def fill(cast: Cast, person: Person) -> None:
    """One of everything that can wait for this person."""
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00))
    journey.step(journey.owner, "submit_solution")
    mine, offered = a_case(cast.frontline), a_case(cast.frontline)
    Complaint.objects.filter(pk=mine.pk).update(owner_id=person.id)
    Complaint.objects.filter(pk=offered.pk).update(offered_member_id=person.id)
    executing(cast)
    reported(cast, registered(cast.frontline))
    escalated_to(person, a_case(cast.frontline).pk)
    for register in registers().values():
        escalated_to(person, an_entry(register, opener_of(register, cast)).pk)
    alerted(person, mine)
    notify([person.id], "case.supervised", mine.pk, {"number": mine.number})


def test_my_work_with_everything_full_asks_as_many_questions_however_much_waits(sign_in, cast: Cast) -> None:
    client, costs = sign_in(cast.supervisor), []
    for _round in range(2):
        fill(cast, cast.supervisor)
        page = client.get(reverse("desk:work"))
        empty = [name for name in ("alarms", "offered", "mine", "notices") if not page.context[name]]
        assert empty == []
        assert page.context["approvals"].items
        kinds = {str(line.badge) for line in page.context["duties"].items}
        assert len(kinds) >= 4, kinds
        costs.append(asked(client, reverse("desk:work")))
    assert costs == [EVERYTHING, EVERYTHING]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_list_of_duties_that_is_longer_says_so_and_leads_to_the_rest(
    sign_in, cast: Cast, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    person = cast.supervisor
    entries = [an_entry(registers()["nonconformity"], person, owner=str(person.id)) for _n in range(5)]
    cases = [reported(cast, registered(cast.frontline)) for _n in range(3)]
    for case in cases:
        escalated_to(person, case.pk)
    client = sign_in(person)
    client.cookies["tingsu_language"] = language
    words = {"zh-hans": "完整清单", "en": "The whole list has the rest"}[language]
    address = reverse("desk:duties")
    page = client.get(reverse("desk:work"))
    assert (words in page.content.decode(), page.context["duties"].count) == (False, "11")
    assert f'href="{address}"' not in page.content.decode()
    with monkeypatch.context() as short:
        short.setattr("tingsu.desk.views.work.DUTIES_SHOWN", 4)
        page = client.get(reverse("desk:work"))
    assert (len(page.context["duties"].items), page.context["duties_count"]) == (4, "10+"), (
        "the nearest, and that there are more than were made"
    )
    assert (words in page.content.decode(), f'href="{address}"' in page.content.decode()) == (True, True)
    every = [one.number for one in duties_on_cases(person.actor, now()).items]
    few = duties_on_cases(person.actor, now(), 1, 1)
    assert ([one.number for one in few.items], few.more, sorted(every)) == (
        every[:1],
        True,
        sorted(one.number for one in cases),
    )
    with monkeypatch.context() as refusing:
        theirs = "tingsu.complaints.waiting._is_for"
        refusing.setattr(theirs, lambda actor, one, known, at: known[one.complaint_id][0].number == every[-1])
        few = duties_on_cases(person.actor, now(), 1, 1)
        assert [one.number for one in few.items] == every[-1:], (
            "where the first ones are for others, more are looked at"
        )
    monkeypatch.setattr(waiting, "MOST", 2)
    monkeypatch.setattr("tingsu.complaints.waiting.MOST", 2)
    page = client.get(reverse("desk:work"))
    assert (words in page.content.decode(), page.context["duties"].count) == (True, "6+")
    assert f'href="{address}"' in page.content.decode()
    seen: dict[str, list[str]] = {one.name: [] for one in waiting_lists(whole=False)}
    for name, found in seen.items():
        for number in range(1, 4):
            lists = {one.name: part for one, part in client.get(address, {name: number}).context["lists"]}
            found += [item.number for item in lists[name].items]
            full = {"entries": 5, "escalated": 3, "case_duties": 3}
            assert lists[name].more == (number * 2 < full.get(name, 0))
    assert sorted(seen["entries"]) == sorted(one.number for one in entries)
    assert sorted(seen["escalated"]) == sorted(seen["case_duties"]) == sorted(one.number for one in cases)
    assert client.get(address, {"entries": "x"}).status_code == 400
