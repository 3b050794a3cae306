"""Payment orders that go to the bank together: one makes the batch, another releases it, nothing is paid twice (RM-08, IG-07)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.files import store
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, TingsuError
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter, Notice
from tingsu.privacy.models import AccessEntry
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement import batches, booking
from tingsu.settlement.models import Payment, PaymentLine
from tingsu.settlement.tests.journey import Journey
from tingsu.settlement.tests.test_payments import executing

pytestmark = pytest.mark.req("RM-08", "IG-07")
ACCOUNT = "6222020200112233445"


@kept
def ordered(cast: Cast, number: int = 0, fen: int = 1_500_00) -> Journey:
    """One payment by bank transfer, applied for by the owner and ordered by the supervisor."""
    journey, item = executing(cast, fen, phone=f"1380000440{number}")
    asked = {"item": item, "means": "bank", "payee": "陈小满", "account": ACCOUNT[:-1] + str(number)}
    journey.step(journey.owner, "ask_payment", **asked)
    row = Payment.objects.get(complaint=journey.complaint, state="asked")
    return journey.step(cast.supervisor, "order_payment", payment=str(row.pk))


def gathered(by: Person, means: str = "bank") -> Entry:
    return open_entry(
        actor=by.actor, register=registers()["payment_batch"], opening=Opening(values={"means": means, "note": "三月第一批"})
    )  # fmt: skip


def does(by: Person, batch: Entry, name: str, **values: Any) -> Entry:
    batch = Entry.objects.select_related("stream").get(pk=batch.pk)
    return take_step(actor=by.actor, entry=batch, register=registers()["payment_batch"], step=name, values=values)


def unmet(by: Person, batch: Entry, name: str, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as refused:
        does(by, batch, name, **values)
    return {one.code for one in refused.value.unmet}


def file_of(by: Person, *rows: str) -> str:
    heads = "业务参考号,金额（元）,处理结果,失败原因,银行流水号"
    return str(store.keep("result.csv", "\n".join([heads, *rows]).encode(), actor=by.actor).pk)


def line_of(journey: Journey) -> PaymentLine:
    return PaymentLine.objects.filter(complaint=journey.complaint).latest("id")


def booked() -> None:
    for pk in PaymentLine.objects.filter(booked_at=None).values_list("pk", flat=True):
        booking.book(pk)


def number_of(journey: Journey) -> str:
    return f"{journey.complaint.number}-P1"


def test_orders_are_gathered_released_by_another_and_paid_once(cast: Cast) -> None:
    first, second = ordered(cast), ordered(cast, 1, 2_000_00)
    with travel_to(second.at):
        batch = gathered(cast.specialist)
        assert (batch.codes["orders"], batch.codes["total"], batch.state) == (2, 3_500_00, "prepared")
        empty = gathered(cast.specialist2)
        assert empty.codes["orders"] == 0, "each order stands in one batch only"
        assert unmet(cast.supervisor, empty, "release") == {"empty_batch"}
        with pytest.raises(NotAllowed):
            does(cast.specialist, batch, "release")
        does(cast.supervisor, batch, "release")
        batch.refresh_from_db()
        assert len(batch.codes["hash"]) == 64
        said = file_of(
            cast.specialist, f"{number_of(first)},1500.00,成功,,ICBC1", f"{number_of(second)},2000.00,失败,户名不符,"
        )
        does(cast.specialist, batch, "read", result=[said])
        batch.refresh_from_db()
        assert batch.state == "answered"
        booked()
        booked()
    paid, refused = (Payment.objects.get(complaint=one.complaint) for one in (first, second))
    refused.complaint = second.complaint
    assert (paid.state, paid.paid_by, refused.state, refused.text("ground")) == (
        "paid",
        cast.specialist.id,
        "returned",
        "户名不符",
    )
    item = first.complaint_items()[0]
    item.complaint = first.complaint
    assert (item.state, item.paid_fen, item.done_by) == ("done", 1_500_00, cast.specialist.id)
    assert batch.number in item.text("proof")
    assert "ICBC1" in item.text("proof")
    letters = Letter.objects.filter(template="payment_made")
    assert list(letters.values_list("stream_id", flat=True)) == [first.complaint.pk]
    assert set(Notice.objects.filter(kind="payment.refused").values_list("member_id", flat=True)) == {second.owner.id}
    kinds = Event.objects.filter(kind__in=("complaint.payment_booked", "complaint.payment_refused"))
    assert sorted(kinds.values_list("kind", flat=True)) == ["complaint.payment_booked", "complaint.payment_refused"]
    assert second.complaint_items()[0].state == "open"
    second.refresh()
    second.step(second.owner, "ask_payment", item=str(second.complaint_items()[0].pk), means="original")
    assert list(verify_organisation(Tally())) == []


def test_nobody_releases_what_they_gathered_or_applied_for(cast: Cast) -> None:
    journey, item = executing(cast, 1_500_00, by=cast.supervisor)
    journey.step(cast.supervisor, "ask_payment", item=item, means="bank", payee="陈小满", account=ACCOUNT)
    row = Payment.objects.get(state="asked")
    journey.step(journey.owner, "order_payment", payment=str(row.pk))
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        assert unmet(cast.supervisor, batch, "release") == {"own_application"}
        own = gathered(cast.mgmt_rep)
        assert "own_work" in unmet(cast.mgmt_rep, own, "release")
        does(cast.mgmt_rep, batch, "gather")
        assert unmet(cast.mgmt_rep, batch, "release") == {"own_work"}
        does(cast.top_mgmt, batch, "release")
    assert Entry.objects.get(pk=batch.pk).state == "released"


def test_what_is_in_a_batch_is_neither_paid_by_hand_nor_failed(cast: Cast) -> None:
    journey = ordered(cast)
    item = str(journey.complaint_items()[0].pk)
    by_hand = {"item": item, "proof": "回单", "paid": 1_500_00, "means": "bank"}
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
    assert journey.refusal(journey.owner, "finish_item", **by_hand) == {"in_batch"}
    assert journey.refusal(journey.owner, "execution_failed", item=item, reason="不付了") == {"in_batch"}
    with travel_to(journey.at):
        does(cast.specialist, batch, "drop", order=str(line_of(journey).pk), reason="改为当面给付")
        batch.refresh_from_db()
        assert (batch.codes["orders"], batch.codes["total"]) == (0, 0)
        again = gathered(cast.specialist)
        assert again.codes["orders"] == 1
        does(cast.specialist, again, "withdraw", reason="重新归集")
    journey.step(journey.owner, "finish_item", **by_hand)
    assert Payment.objects.get().state == "paid"


def test_an_order_that_fell_away_is_taken_out_before_the_release(cast: Cast) -> None:
    journey, other = ordered(cast), ordered(cast, 1)
    with travel_to(other.at):
        batch = gathered(cast.specialist)
        Payment.objects.filter(complaint=journey.complaint).update(state="paid")
        assert unmet(cast.supervisor, batch, "release") == {"orders_gone"}
        does(cast.specialist, batch, "drop", order=str(line_of(journey).pk), reason="已另行支付")
        does(cast.supervisor, batch, "release")


@pytest.mark.parametrize(
    "rows",
    [
        ["{one},1500.01,成功,,"], ["{one},-1500.00,成功,,"], ["{one},1500.00,成功,,", "{one}X,1500.00,成功,,"], ["{one},1500.00,处理中,,"],
        ["{one},1500.00,成功,,", "{two},0.001,成功,,"], ["nonsense"], ["{one},1e9,成功,,"],
    ],
)  # fmt: skip
def test_a_result_that_makes_no_sense_changes_nothing(cast: Cast, rows: list[str]) -> None:
    first, second = ordered(cast), ordered(cast, 1)
    with travel_to(second.at):
        batch = gathered(cast.specialist)
        does(cast.supervisor, batch, "release")
        named = [row.format(one=number_of(first), two=number_of(second)) for row in rows]
        before = Event.objects.count()
        with pytest.raises(InvalidInput) as refused:
            does(cast.specialist, batch, "read", result=[file_of(cast.specialist, *named)])
        assert set(refused.value.fields) == {"result"}
        assert (Event.objects.count(), set(PaymentLine.objects.values_list("state", flat=True))) == (
            before,
            {"waiting"},
        )
        with pytest.raises(InvalidInput):  # somebody else's file
            does(
                cast.specialist, batch, "read", result=[file_of(cast.specialist2, f"{number_of(first)},1500.00,成功,,")]
            )


def test_a_result_comes_in_parts_never_twice_and_never_turns_around(cast: Cast) -> None:
    first, second = ordered(cast), ordered(cast, 1)
    one, two = (f"{number_of(journey)},１５００.００ 元" for journey in (first, second))
    with travel_to(second.at):
        batch = gathered(cast.specialist)
        does(cast.supervisor, batch, "release")

        def read(*rows: str) -> None:
            does(cast.specialist, batch, "read", result=[file_of(cast.specialist, *rows)])

        read(f"{one},成功,,ICBC1", f"{two},处理中,,")
        assert Entry.objects.get(pk=batch.pk).state == "released"
        for rows in ([f"{one},成功,,ICBC1"], [f"{one},失败,退票,", f"{two},成功,,"]):
            with pytest.raises(InvalidInput):
                read(*rows)
        assert line_of(second).state == "waiting"
        read(f"{one},成功,,ICBC1", f"{two},成功,,ICBC2")
        assert Entry.objects.get(pk=batch.pk).state == "answered"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"outcome": "paid"}, {"reference"}), ({"outcome": "refused"}, {"reason"}), ({"outcome": "maybe", "reference": "1"}, {"outcome"}),
        ({"outcome": "paid", "reference": "x" * 65}, {"reference"}), ({"outcome": "paid", "reference": "ICBC9"}, set()),
        ({"outcome": "refused", "reason": "账户已销户"}, set()),
    ],
)  # fmt: skip
def test_one_order_is_answered_by_hand_with_what_proves_it(
    cast: Cast, values: dict[str, str], fields: set[str]
) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        does(cast.supervisor, batch, "release")
        asked = {"order": str(line_of(journey).pk), **values}
        if fields:
            with pytest.raises(InvalidInput) as refused:
                does(cast.specialist, batch, "answer", **asked)
            assert set(refused.value.fields) == fields
        else:
            does(cast.specialist, batch, "answer", **asked)
            booked()
            assert Payment.objects.get().state == {"paid": "paid", "refused": "returned"}[values["outcome"]]


def test_the_file_is_for_who_gathered_or_released_and_each_fetching_is_logged(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        address = f"/desk/payment-batches/{batch.number}/csv/"
        sign_in(cast.specialist)
        assert client.get(address).status_code == 404, "not released"
        does(cast.supervisor, batch, "release")
        for person, status in (
            (cast.specialist, 200),
            (cast.supervisor, 200),
            (cast.mgmt_rep, 404),
            (cast.frontline, 404),
            (cast.dept, 404),
        ):
            sign_in(person)
            assert client.get(address).status_code == status, person.username
        log = AccessEntry.objects.filter(stream_id=batch.pk, what="exported")
        assert set(log.values_list("actor_id", flat=True)) == {cast.specialist.id, cast.supervisor.id}
        sign_in(cast.supervisor)
        content = client.get(address).content.decode("utf-8-sig")
        assert f"1,{number_of(journey)},{ACCOUNT[:-1]}0,陈小满,1500.00" in content
        assert client.get(address.replace("csv", "pdf")).status_code == 404
        chain = lock_chain(cast.specialist.id, "member")
        chain.record("member.deactivated", actor=cast.supervisor.actor, at=journey.at)
        chain.flush()
        released = Entry.objects.get(pk=batch.pk)
        assert not batches.may_fetch(cast.specialist.actor, released), "who has left meanwhile, even if taken back"
        assert batches.may_fetch(cast.supervisor.actor, released)
        page = client.get(f"/desk/records/payment_batch/{batch.number}/").content.decode()
        assert number_of(journey) in page
        assert ACCOUNT[:-1] not in page
        assert "陈小满" not in page
        row = Payment.objects.get()
        row.complaint = journey.complaint
        row.seal_all(account="6222020200999999999")
        row.save(update_fields=["account"])
        assert client.get(address).status_code == 409, "no other account than the one that was released"


def test_the_page_asks_as_many_questions_for_three_orders_as_for_one(cast: Cast, client: Client, sign_in: Any) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        few = gathered(cast.specialist)
    for number in (1, 2, 3):
        journey = ordered(cast, number)
    with travel_to(journey.at):
        many = gathered(cast.specialist)
        sign_in(cast.supervisor)
        asked = []
        for batch in (few, few, many):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/desk/records/payment_batch/{batch.number}/").status_code == 200
            asked.append(len(queries))
    assert asked[2] <= asked[1]


def test_the_database_itself_keeps_an_order_out_of_a_second_batch(cast: Cast) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        gathered(cast.specialist)
        other = gathered(cast.specialist2)
        line = line_of(journey)
        again = PaymentLine(
            complaint_id=line.complaint_id,
            payment_id=line.payment_id,
            batch_id=other.pk,
            position=1,
            amount_fen=line.amount_fen,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentLine.objects.bulk_create([again])


def in_a_thread(organisation: Any, at: Any, do: Any) -> str:
    try:
        with acting_for(organisation.pk), travel_to(at):
            do()
    except TingsuError as refused:
        return refused.code
    finally:
        connection.close()
    return "done"


@pytest.mark.django_db(transaction=True)
def test_two_who_gather_or_one_who_pays_at_once_take_each_order_once(cast: Cast, organisation: Any) -> None:
    journeys = [ordered(cast, number) for number in range(3)]
    at = journeys[-1].at
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            *(pool.submit(in_a_thread, organisation, at, lambda: gathered(cast.specialist)) for _turn in range(3)),
            pool.submit(
                in_a_thread, organisation, at,
                lambda: journeys[0].step(
                    journeys[0].owner, "finish_item", item=str(journeys[0].complaint_items()[0].pk), proof="回单", paid=1_500_00, means="bank"
                ),
            ),
        ]  # fmt: skip
        results = [one.result() for one in jobs]
    assert results[:3] == ["done"] * 3
    lines = PaymentLine.objects.filter(state="waiting").values_list("payment_id", flat=True)
    by_hand = Payment.objects.filter(state="paid").values_list("pk", flat=True)
    assert len(lines) == len(set(lines))
    assert set(lines) | set(by_hand) == set(Payment.objects.values_list("pk", flat=True))
    assert (results[3] == "done") == bool(by_hand)


@pytest.mark.django_db(transaction=True)
def test_a_result_read_twice_at_once_and_booked_by_two_workers_pays_once(cast: Cast, organisation: Any) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        does(cast.supervisor, batch, "release")
        files = [file_of(cast.specialist, f"{number_of(journey)},1500.00,成功,,ICBC{turn}") for turn in range(2)]
    with ThreadPoolExecutor(2) as pool:
        read = [
            pool.submit(in_a_thread, organisation, journey.at, lambda one=one: does(cast.specialist, batch, "read", result=[one]))
            for one in files
        ]  # fmt: skip
        assert sorted(one.result() == "done" for one in read) == [False, True]
        pk = line_of(journey).pk
        booked = [pool.submit(in_a_thread, organisation, journey.at, lambda: booking.book(pk)) for _turn in range(2)]
        assert "done" in {one.result() for one in booked}
    assert Event.objects.filter(kind="complaint.payment_booked").count() == 1
    assert Letter.objects.filter(template="payment_made").count() == 1


def test_more_orders_than_a_bank_takes_wait_for_the_next_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        journey = ordered(cast, number)
    monkeypatch.setattr(batches, "MOST", 2)
    with travel_to(journey.at):
        assert [gathered(cast.specialist).codes["orders"] for _turn in range(3)] == [2, 1, 0]
        assert gathered(cast.specialist, "alipay").codes["orders"] == 0, "other means, another file"
