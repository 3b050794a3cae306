"""Money on its way: applied for, checked and ordered by another, paid, received (RM-08)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.complaints.moves import open_moves
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.people.models import Member
from tingsu.settlement.models import Payment
from tingsu.settlement.queries import open_approval
from tingsu.settlement.rulebooks import payments
from tingsu.settlement.tests.journey import Journey, handled

pytestmark = pytest.mark.req("RM-08")
LARGE = 1_000_00


@kept
def executing(cast: Cast, fen: int, by: Person | None = None, phone: str = "", **line: Any) -> tuple[Journey, str]:
    """One measure with money, agreed to; its item."""
    journey = handled(cast, **({"phone": phone} if phone else {}))
    values = journey.solution(amount=fen)
    values["remedies"][0].update({"executor": str((by or journey.owner).id), **line})
    journey.step(journey.owner, "draft_solution", **values).step(journey.owner, "submit_solution")
    if open_approval(journey.complaint):
        journey.step(cast.supervisor, "approve")
    journey.step(journey.owner, "send_solution").opinion().step(journey.owner, "agree")
    return journey, str(journey.complaint_items()[0].pk)


def payment(journey: Journey) -> Payment:
    return Payment.objects.exclude(state="returned").get(complaint=journey.complaint)


def notices(kind: str) -> set[Any]:
    return set(Notice.objects.filter(kind=kind).values_list("member_id", flat=True))


def paid(journey: Journey, item: str, fen: int, means: str = "original") -> Journey:
    return journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=fen, means=means)


@pytest.mark.parametrize(
    ("means", "fen", "ordered"),
    [
        ("original", LARGE - 1, False), ("original", LARGE, True), ("wallet", LARGE - 1, False), ("wallet", LARGE, True),
        ("voucher", LARGE, True), ("counter", 199_99, False), ("counter", 200_00, True), ("bank", LARGE, True),
        ("unheard of", 1, True),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_from_which_amount_on_a_payment_is_ordered_first(cast: Cast, means: str, fen: int, ordered: bool) -> None:
    assert payments.must_be_ordered(means, fen) is ordered


def test_a_small_sum_is_paid_at_once_by_means_that_are_said(cast: Cast) -> None:
    journey, item = executing(cast, LARGE - 1)
    with pytest.raises(InvalidInput) as refused:
        paid(journey, item, LARGE - 1, means="")
    assert set(refused.value.fields) == {"means"}
    with pytest.raises(InvalidInput) as refused:
        paid(journey, item, LARGE - 1, means="bank")
    assert refused.value.fields["means"].code == "account_needed"
    assert not Payment.objects.exists()
    paid(journey, item, LARGE - 1)
    row = payment(journey)
    assert (row.state, row.means, row.amount_fen, row.order_number) == ("paid", "original", LARGE - 1, "")
    assert (row.paid_by, row.checked_by, row.asked_by) == (journey.owner.id, None, None)


def test_a_large_sum_is_applied_for_and_ordered_by_another_before_it_is_paid(cast: Cast) -> None:
    journey, item = executing(cast, LARGE)
    owner = journey.owner
    assert journey.refusal(owner, "finish_item", item=item, proof="回单", paid=LARGE, means="original") == {
        "not_ordered"
    }
    slip = store.keep("invoice.txt", b"invoice", actor=owner.actor)
    journey.step(owner, "ask_payment", item=item, means="original", files=[str(slip.pk)])
    assert StoredFile.objects.get(stream_id=journey.complaint.pk).pk == slip.pk
    row = payment(journey)
    assert (row.state, row.amount_fen, row.asked_by) == ("asked", LARGE, owner.id)
    with pytest.raises(InvalidInput):  # nothing else is open to choose
        journey.step(owner, "ask_payment", item=item, means="original")
    assert journey.refusal(owner, "finish_item", item=item, proof="回单", paid=LARGE, means="original") == {
        "not_ordered"
    }
    assert journey.refusal(owner, "order_payment", payment=str(row.pk)) == {"own_application"}
    with pytest.raises(NotAllowed):
        journey.step(cast.frontline2, "order_payment", payment=str(row.pk))
    journey.step(cast.supervisor, "order_payment", payment=str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("ordered", cast.supervisor.id)
    assert row.order_number == f"{journey.complaint.number}-P1"
    assert notices("payment.ordered") == {owner.id}
    with pytest.raises(InvalidInput) as refused:
        paid(journey, item, LARGE, means="wallet")
    assert refused.value.fields["means"].code == "means_differ"
    paid(journey, item, LARGE, means="")
    row.refresh_from_db()
    assert (row.state, row.means, row.paid_by) == ("paid", "original", owner.id)
    assert row.arrives_on is not None
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("IG-07")
def test_an_application_comes_back_with_its_reason_and_another_follows(cast: Cast) -> None:
    journey, item = executing(cast, LARGE, by=cast.dept2)
    journey.step(cast.dept2, "ask_payment", item=item, means="original")
    assert notices("payment.asked") == {journey.owner.id}
    first = payment(journey)
    journey.step(journey.owner, "return_payment", payment=str(first.pk), reason="请改为银行转账")
    first.refresh_from_db()
    assert (first.state, first.text("ground"), first.order_number) == ("returned", "请改为银行转账", "")
    assert notices("payment.returned") == {cast.dept2.id}
    asked = {"item": item, "means": "bank"}
    for missing in ({}, {"payee": "陈小满"}, {"account": "6222020200112233445"}):
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.dept2, "ask_payment", **asked, **missing)
        assert set(refused.value.fields) == {"payee", "account"} - set(missing)
    # Nothing of a card is kept, and no account that nothing needs (IG-07).
    whole = {"payee": "陈小满", "account": "6222020200112233445"}
    for wrong, fields, code in (
        ({"means": "original", **whole}, {"payee", "account"}, "not_needed"),
        ({"means": "original", "account": "6222020200112233445"}, {"account"}, "not_needed"),
        ({**whole, "account": "6222020200112233445 有效期 12/28"}, {"account"}, "card_data"),
        ({**whole, "payee": "陈小满 CVV 123"}, {"payee"}, "card_data"),
    ):
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.dept2, "ask_payment", **{**asked, **wrong})
        assert {name: error.code for name, error in refused.value.fields.items()} == dict.fromkeys(fields, code)
    journey.step(cast.dept2, "ask_payment", **asked, payee="陈小满", account="6222020200112233445")
    second = payment(journey)
    assert (second.text("payee"), second.text("account")) == ("陈小满", "6222020200112233445")
    assert b"6222020200112233445" not in bytes(second.account)
    journey.step(journey.owner, "order_payment", payment=str(second.pk))
    assert notices("payment.ordered") == {cast.dept2.id}
    second.refresh_from_db()
    assert second.order_number.endswith("-P1")


def test_who_pays_is_told_to_the_complainant_with_the_day_it_is_there(cast: Cast) -> None:
    journey, item = executing(cast, 100_00)
    paid(journey, item, 100_00)
    letters = Letter.objects.filter(stream_id=journey.complaint.pk, template="payment_made")
    assert [one.intent for one in letters] == [f"payment:{payment(journey).pk}"]
    body = compose(letters.get())[0].body
    assert "¥100.00" in body
    assert "原路退回" in body
    row = payment(journey)
    assert row.paid_at is not None
    assert row.arrives_on == date(2026, 3, 9)
    assert "3 月 9 日" in body


def test_whether_the_money_is_there_is_said_by_the_complainant(cast: Cast) -> None:
    journey, item = executing(cast, 100_00)
    party = journey.party("complainant")
    assert journey.refusal(party, "confirm_receipt", arrived="yes") == {"nothing_paid"}
    paid(journey, item, 100_00)
    journey.step(party, "confirm_receipt", arrived="no", text="三天了还没有")
    row = payment(journey)
    assert (row.state, row.text("words")) == ("missing", "三天了还没有")
    assert notices("payment.missing") == {journey.owner.id}
    assert journey.refusal(cast.supervisor, "verify_item", item=item, remark="核对") == {"money_missing"}
    journey.step(party, "confirm_receipt", arrived="yes", text="")
    row.refresh_from_db()
    assert (row.state, row.answered_at is not None) == ("received", True)
    assert journey.refusal(party, "confirm_receipt", arrived="yes") == {"nothing_paid"}
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单")
    assert journey.complaint_items()[0].state == "verified"


def test_money_can_be_missed_after_the_execution_is_verified(cast: Cast) -> None:
    journey, item = executing(cast, 100_00)
    paid(journey, item, 100_00)
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单")
    journey.step(cast.supervisor, "verify_execution")
    journey.step(journey.party("complainant"), "confirm_receipt", arrived="no", text="没收到")
    assert payment(journey).state == "missing"
    assert notices("payment.missing") == {journey.owner.id}


def test_the_case_shows_how_the_money_goes_and_covers_the_account(cast: Cast, client: Client, sign_in: Any) -> None:
    journey, item = executing(cast, LARGE, by=cast.dept2)
    journey.step(cast.dept2, "ask_payment", item=item, means="bank", payee="陈小满", account="6222020200112233445")
    journey.step(journey.owner, "order_payment", payment=str(payment(journey).pk))
    sign_in(cast.supervisor)
    page = client.get(f"/desk/cases/{journey.complaint.number}/").content.decode()
    for words in ("银行转账", f"{journey.complaint.number}-P1", "已下达指令"):
        assert words in page
    assert "6222020200112233445" not in page


def test_the_follow_up_page_asks_whether_the_money_is_there(cast: Cast) -> None:
    def names() -> set[str]:
        journey.complaint.refresh_from_db()
        return {one.name for one in open_moves(journey.complaint, journey.party("complainant"))} & {
            "money_arrived",
            "money_missing",
        }

    journey, item = executing(cast, 100_00)
    assert names() == set()
    paid(journey, item, 100_00)
    assert names() == {"money_arrived", "money_missing"}
    journey.step(journey.party("complainant"), "confirm_receipt", arrived="no", text="")
    assert names() == {"money_arrived"}
    journey.step(journey.party("complainant"), "confirm_receipt", arrived="yes", text="")
    assert names() == set()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"order_from_yuan": -1}, "order_from_yuan"), ({"order_from_yuan": "1000"}, "order_from_yuan"), ({"order_from_yuan": True}, "order_from_yuan"),
        ({"arrives_days": 0}, "arrives_days"), ({"arrives_days": 61}, "arrives_days"), ({"arrives_days": 1.5}, "arrives_days"),
        ({"account": "maybe"}, "account"), ({"name": {"zh-Hans": "银行"}}, "name"),
    ],
)  # fmt: skip
def test_a_wrong_line_of_the_means_is_refused(change: dict[str, Any], place: str) -> None:
    body = payments.default()
    payments.check(body)
    body["means"][1] |= change
    with pytest.raises(InvalidInput) as refused:
        payments.check(body)
    assert set(refused.value.fields) == {f"means.2.{place}"}


@pytest.mark.req("ME-11")
def test_one_person_alone_orders_the_own_application_with_a_warning_in_the_history(
    cast: Cast, organisation: Organisation
) -> None:
    journey, item = executing(cast, LARGE)
    journey.step(journey.owner, "ask_payment", item=item, means="original")
    Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
    asked = {"payment": str(payment(journey).pk)}
    assert journey.refusal(journey.owner, "order_payment", **asked) == {"own_application"}
    Member.objects.exclude(pk=journey.owner.id).update(active=False)
    journey.step(journey.owner, "order_payment", **asked)
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.payment_ordered")
    assert event.data["warnings"] == ["own_payment"]
