"""Three at once where money is decided, where it is paid, and at the link by which a party signs: one decision, one payment, one
signature, and no refusal leaves half of anything (RM-08, RM-10, MD-06).
"""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast, Person
from tests.test_walk import check_invariants
from tests.test_walk_together import Move, Round, check_round
from tests.walk import Walker
from tingsu.casework.tests.cases import MEDIATED, founded
from tingsu.complaints import access
from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.kernel import organisations
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.process.engine import unmet_conditions
from tingsu.process.steps import Step
from tingsu.settlement.models import Approval, ExecutionItem, Payment, Solution
from tingsu.settlement.tests.journey import Journey, handled
from tingsu.signing.models import Signature, SigningLink
from tingsu.signing.tests.given import RECORD, link_in_letter, posted
from tingsu.triage.tests.cases import registered, step

DECIDING = ("draft_solution", "submit_solution", "approve", "return_solution", "refuse_solution", "send_solution")
PAYING = (
    "ask_payment", "order_payment", "return_payment", "finish_item", "verify_item", "confirm_receipt", "execution_failed",
    "verify_execution",
)  # fmt: skip
ENDS = {"execution_failed", "send_solution", "verify_execution"}
"""What ends a walk is not tried at its beginning."""
LIVE = ("draft", "submitted", "approved", "sent", "agreed")


def moves(journey: Journey, walker: Walker, people: list[Person], steps: Sequence[str]) -> list[Move]:
    """What three of them try now: half of the time what the table offers somebody, often the same twice."""
    found: list[Move] = []
    offered = pairs_open(walker, people, steps, journey)
    for _person in range(3):
        if found and walker.dice.random() < 0.4:
            found.append(found[-1])
            continue
        anybody = (walker.dice.choice(people), PROCESS[walker.dice.choice(steps)])
        who, taken = walker.dice.choice(offered) if offered and walker.dice.random() < 0.85 else anybody
        values: dict[str, Any] = walker.values(taken, journey.at)
        if taken.first is not None:
            values |= taken.first(who.actor, walker.complaint)
        values = {name: one for name, one in values.items() if name not in {"payee", "account"}}
        if taken.name == "draft_solution":
            values = journey.solution(amount=walker.dice.choice([100_00, 6_000_00]))
        if taken.name == "finish_item":
            item = next((one for one in journey.complaint_items() if one.state == "open"), None)
            values |= {"proof": "回单", "means": "original", "paid": item.amount_fen if item else 1}
        version = walker.complaint.version if walker.dice.random() < 0.4 else None
        found.append(Move(who.actor, taken, values, version))
    return found


def pairs_open(
    walker: Walker, people: list[Person], steps: Sequence[str], journey: Journey
) -> list[tuple[Person, Step]]:
    """Who may take which of these steps now."""
    found = []
    for person in people:
        for taken in (PROCESS[name] for name in steps):
            if access.may_take(person.actor, walker.complaint, taken):
                case = Case(Chain(walker.complaint.stream), walker.complaint, person.actor, journey.at, [])
                if not unmet_conditions(case, taken, None):
                    found.append((person, taken))
    return found


def walk(cast: Cast, journey: Journey, seed: int, steps: tuple[str, ...], state: str, rounds: int) -> Counter[str]:
    """So many rounds while the case stands in this state; gives what was taken."""
    walker, first_owner, done = Walker(cast, journey.complaint, seed), journey.complaint.first_owner_id, Counter[str]()
    people = [journey.owner, cast.supervisor, cast.mgmt_rep, cast.specialist]
    for turn in range(rounds):
        journey.at += timedelta(minutes=3)
        journey.refresh()
        walker.complaint = journey.complaint
        if journey.complaint.state != state:
            break
        with travel_to(journey.at):
            wanted = moves(journey, walker, people, [one for one in steps if turn > 8 or one not in ENDS])
        before = set(Event.objects.filter(stream_id=journey.complaint.pk).values_list("seq", flat=True))
        played = Round(cast, journey.complaint, journey.at)
        played.play(wanted)
        check_round(journey.complaint, played, before)
        with travel_to(journey.at):
            check_invariants(Complaint.objects.get(pk=journey.complaint.pk), first_owner)
        check_money(journey)
        done.update(move.step.name for move in played.done)
    return done


def check_money(journey: Journey) -> None:
    case = journey.complaint.pk
    assert Solution.objects.filter(complaint_id=case, state__in=LIVE).count() <= 1, "two offers stand"
    assert Approval.objects.filter(complaint_id=case, decision="").count() <= 1, "two requests wait"
    told = Event.objects.filter(
        stream_id=case, kind__in=("complaint.solution_approved", "complaint.solution_returned", "complaint.solution_not_approved")
    ).count()  # fmt: skip
    decided = Approval.objects.filter(complaint_id=case, own_authority=False).exclude(decision="")
    assert decided.count() == told, "one decision for each request"
    assert all(row.decided_by != row.asked_by for row in decided)
    rows = Payment.objects.filter(complaint_id=case).exclude(state="returned")
    assert all(times == 1 for times in Counter(row.item_id for row in rows).values()), "paid or applied for twice"
    amounts = dict(ExecutionItem.objects.filter(complaint_id=case).values_list("pk", "amount_fen"))
    assert all(row.amount_fen == amounts[row.item_id] for row in rows)
    assert all(row.checked_by != row.asked_by for row in rows if row.order_number)
    numbers = [row.order_number for row in Payment.objects.filter(complaint_id=case) if row.order_number]
    assert len(numbers) == len(set(numbers))


@pytest.mark.req("RM-08", "RM-10", "FB-04", "invariant-2")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [11, 903])
def test_three_at_once_decide_and_pay_once(cast: Cast, seed: int) -> None:
    journey = handled(cast)
    decided = walk(cast, journey, seed, DECIDING, "handling", 14)
    assert decided.total() >= 4, "the walk stood still and showed nothing"
    journey = handled(cast)
    values = journey.solution(amount=6_000_00)
    journey.step(journey.owner, "draft_solution", **values).step(journey.owner, "submit_solution")
    journey.step(cast.supervisor, "approve").step(journey.owner, "send_solution").opinion()
    journey.step(journey.owner, "agree")
    paid = walk(cast, journey, seed, PAYING, "executing", 22)
    assert paid.total() >= 5, "the walk stood still and showed nothing"
    with travel_to(journey.at):
        assert list(verify_organisation(Tally())) == []


@pytest.mark.req("MD-06", "RG-05")
@pytest.mark.django_db(transaction=True)
def test_three_at_one_link_open_it_once_and_sign_once(cast: Cast, organisation: Any, settings: Any) -> None:
    """The same letter in three hands: one browser gets in; three clicks of it make one signature."""
    settings.EMAIL_HOST, organisation.public_url = "mail.example.cn", "https://tousu.example.cn"
    organisation.save(update_fields=["public_url"])
    organisations.forget_organisations()
    complaint = founded(cast, registered(cast.frontline))
    complaint = step(cast.specialist, complaint, "appoint_mediator", member=str(cast.mediator.id))
    step(cast.mediator, complaint, "mediate", **MEDIATED, result="not_agreed")
    step(cast.specialist, complaint, "ask_to_sign", document=RECORD, side="complainant")
    path = urlsplit(link_in_letter(complaint)).path
    browsers = [Client() for _one in range(3)]
    answers = at_once([lambda one=one: one.post(path, {"tail": "2210"}).status_code for one in browsers])
    assert sorted(answers) == [302, 410, 410]
    seat = browsers[answers.index(302)]
    values = posted(complaint, RECORD)
    clicks = [Client() for _one in range(3)]
    for one in clicks:
        one.cookies = seat.cookies
    at_once([lambda one=one: one.post("/sign/", values).status_code for one in clicks])
    assert Signature.objects.filter(complaint=complaint).count() == 1
    assert SigningLink.objects.get().used_at is not None
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.document_signed").count() == 1


def at_once(jobs: list[Any]) -> list[Any]:
    """All of them in one moment, on a connection for each."""
    start, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int) -> None:
        try:
            start.wait(timeout=60)
            found[place] = jobs[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found
