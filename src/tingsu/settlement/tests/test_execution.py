"""Carrying out, verifying, failing, and the ways outside: E14, P18–P22, E24."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.standing import kept
from tingsu.clocks.models import Promise
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.together import settled
from tingsu.letters.models import Letter
from tingsu.people.models import Member
from tingsu.settlement import waiting
from tingsu.settlement.models import ExecutionItem, OutsideCase
from tingsu.settlement.tests.journey import Journey, handled


@kept
def executing(cast: Cast) -> tuple[Journey, str]:
    journey = handled(cast).offered().opinion()
    journey.step(journey.owner, "agree")
    return journey, str(journey.complaint_items()[0].pk)


@kept
def outside(cast: Cast) -> Journey:
    journey = handled(cast).offered().opinion("disagree")
    return journey.step(journey.party(), "no_agreement", reason="不接受")


@pytest.mark.req("FB-04", "RM-08", "RM-10")
def test_an_item_is_done_with_proof_and_the_agreed_amount(cast: Cast) -> None:
    journey, item = executing(cast)
    for paid in (None, 99_99, 100_01):
        with pytest.raises(InvalidInput) as refused:
            journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=paid, means="original")
        assert "paid" in refused.value.fields
    assert ExecutionItem.objects.get().state == "open"
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid="100.00", means="original")
    row = ExecutionItem.of(journey.complaint)[0]
    assert (row.state, row.paid_fen, row.done_by, row.text("proof")) == ("done", 100_00, journey.owner.id, "回单")
    assert journey.refusal(journey.owner, "finish_item", item=item, proof="回单", paid="100.00", means="original") == {
        "wrong_item"
    }


@pytest.mark.req("FB-04", "PS-11")
def test_the_proof_is_a_file_of_ones_own_and_none_that_somebody_else_uploaded(cast: Cast) -> None:
    journey, item = executing(cast)
    theirs, own = (store.keep("slip.txt", b"slip", actor=person.actor) for person in (cast.dept2, journey.owner))
    done = {"item": item, "proof": "回单", "paid": "100.00", "means": "original"}
    with pytest.raises(NotFound):
        journey.step(journey.owner, "finish_item", **done, files=[str(theirs.pk)])
    assert ExecutionItem.objects.get().state == "open"
    assert not StoredFile.objects.filter(stream_id=journey.complaint.pk).exists()
    journey.step(journey.owner, "finish_item", **done, files=[str(own.pk)])
    assert ExecutionItem.objects.get().state == "done"
    assert list(StoredFile.objects.filter(stream_id=journey.complaint.pk).values_list("pk", flat=True)) == [own.pk]


@pytest.mark.req("FB-04", "SVC 2.2.3")
def test_only_somebody_else_verifies_and_then_the_limit_ends(cast: Cast) -> None:
    journey, item = executing(cast)
    assert journey.refusal(cast.supervisor, "verify_item", item=item, remark="核对") == {"wrong_item"}
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    assert journey.refusal(journey.owner, "verify_item", item=item, remark="自查") == {"own_work"}
    assert journey.refusal(cast.supervisor, "verify_execution") == {"not_verified"}
    with pytest.raises(NotAllowed):
        journey.step(cast.frontline2, "verify_item", item=item, remark="核对")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单")
    assert Promise.objects.get(stream_id=journey.complaint.pk, kind="execution").ending == "met"
    assert journey.refusal(journey.owner, "verify_execution") == {"own_work"}
    journey.step(cast.supervisor, "verify_execution")
    assert (journey.complaint.state, journey.complaint.outcome) == ("evaluating", "accepted")


@pytest.mark.req("process.md §8.9", "ME-11")
def test_in_a_micro_enterprise_checking_the_own_work_is_a_recorded_warning(
    cast: Cast, organisation: Organisation
) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
    journey, item = executing(cast)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    Member.objects.exclude(pk=journey.owner.id).update(active=False)
    journey.step(journey.owner, "verify_item", item=item, remark="自查").step(journey.owner, "verify_execution")
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.item_verified")
    assert event.data["warnings"] == ["verifier_is_executor"]


@pytest.mark.req("FB-04")
def test_an_executor_of_another_department_sees_and_finishes_the_item(cast: Cast) -> None:
    journey = handled(cast)
    values = journey.solution()
    values["remedies"][0]["executor"] = str(cast.dept2.id)
    journey.offered(remedies=values["remedies"]).opinion().step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    with pytest.raises(NotAllowed):
        journey.step(cast.frontline2, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(cast.dept2, "finish_item", item=item, proof="付款指令", paid=100_00, means="original")
    assert ExecutionItem.objects.get().done_by == cast.dept2.id


@pytest.mark.req("SZ C.6", "CTS 10.1")
def test_a_failed_execution_goes_back_to_handling_and_the_complainant_is_told(cast: Cast) -> None:
    journey, item = executing(cast)
    journey.step(journey.owner, "execution_failed", item=item, reason="原账户已注销")
    assert journey.complaint.state == "handling"
    assert ExecutionItem.objects.get().state == "failed"
    assert Letter.objects.filter(stream_id=journey.complaint.pk, template="execution_failed").exists()
    running = {p.kind for p in Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)}
    assert "solution" in running
    assert "execution" not in running
    assert Promise.objects.get(stream_id=journey.complaint.pk, kind="execution").ending == "cancelled"
    journey.offered().opinion().step(journey.owner, "agree")
    assert [one.state for one in journey.complaint_items()] == ["open"]


@pytest.mark.req("SZ C.6", "P19")
@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (None, ["done", "failed", "verified"]),
        (0, ["failed", "failed", "verified"]),
        (1, ["done", "failed", "verified"]),
    ],
)
def test_what_is_done_fails_only_when_it_is_named(cast: Cast, chosen: int | None, left: list[str]) -> None:
    """What is open always fails with it; what was paid already is not lost sight of."""
    journey = handled(cast)
    one = journey.solution()["remedies"][0]
    journey.offered(
        remedies=[one, {**one, "code": "52", "amount": None}, {**one, "code": "45", "amount": None}]
    ).opinion()
    journey.step(journey.owner, "agree")
    items = sorted(journey.complaint_items(), key=lambda item: item.position)
    for place, paid in ((0, 100_00), (2, None)):
        journey.step(journey.owner, "finish_item", item=str(items[place].pk), proof="回单", paid=paid, means="original")
    journey.step(cast.supervisor, "verify_item", item=str(items[2].pk), remark="核对回单")
    named = {} if chosen is None else {"item": str(items[chosen].pk)}
    journey.step(journey.owner, "execution_failed", reason="原账户已注销", **named)
    assert list(ExecutionItem.objects.order_by("position").values_list("state", flat=True)) == left


@pytest.mark.req("FB-04")
def test_neither_who_was_to_do_it_nor_who_did_it_is_asked_to_check_it(cast: Cast) -> None:
    """Whoever else may: a specialist checks the own case, a supervisor where its owner had a hand in it."""
    journey, item = executing(cast)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    people = {"owner": journey.owner.id, "supervisor": cast.supervisor.id, "qa": cast.qa.id, "dept": cast.dept.id}
    asked = {}
    for executor, done_by in (
        ("owner", "owner"),
        ("dept", "owner"),
        ("owner", "dept"),
        ("dept", "dept"),
        ("qa", "owner"),
        ("supervisor", "qa"),
    ):
        ExecutionItem.objects.update(executor_id=people[executor], done_by=people[done_by])
        verify = {name for name, pk in people.items() if _to_verify(cast, pk)}
        asked[executor, done_by] = verify
    assert asked == {
        ("owner", "owner"): {"supervisor", "qa"}, ("dept", "owner"): {"supervisor", "qa"}, ("owner", "dept"): {"supervisor", "qa"},
        ("dept", "dept"): {"owner"}, ("qa", "owner"): {"supervisor"}, ("supervisor", "qa"): {"owner"},
    }  # fmt: skip


def _to_verify(cast: Cast, member_id: object) -> bool:
    person = next(one for one in cast._people.values() if one.id == member_id)
    (duties,) = settled(waiting.measures(person.actor, 1))
    return any(duty.kind == "verify" for duty in duties)


@pytest.mark.req("SZ C.6", "P19")
def test_what_is_verified_can_no_longer_fail(cast: Cast) -> None:
    journey, item = executing(cast)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单")
    assert journey.refusal(journey.owner, "execution_failed", reason="想重来") == {"all_verified"}


@pytest.mark.req("SL-19", "T18")
def test_a_reply_to_the_body_that_passed_the_complaint_on_ends_its_deadline(cast: Cast) -> None:
    deadline = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
    journey = handled(cast, channel="regulator", transferred_by="12315", outside_deadline=deadline.isoformat())
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="outside_deadline")
    assert (promise.due_at, promise.ended_at) == (deadline, None)
    reply = {"means": "letter", "content": "已受理，正在核实，预计 3 月 6 日前答复消费者。"}
    with pytest.raises(NotAllowed):
        journey.step(cast.frontline2, "reply_outside", **reply)
    journey.step(journey.owner, "reply_outside", **reply)
    promise.refresh_from_db()
    assert promise.ending == "met"
    assert journey.refusal(journey.owner, "reply_outside", **reply) == {"no_deadline"}


@pytest.mark.req("SL-19", "T18")
def test_a_reply_ends_the_deadline_of_its_own_body_only(cast: Cast) -> None:
    journey = outside(cast)
    filed = {"state": "filed", "deadline": datetime(2026, 4, 1, 2, 0, tzinfo=UTC).isoformat()}
    for way, body in (("council", "消费者委员会"), ("court", "人民法院")):
        journey.step(journey.owner, "file_outside_case", way=way, body=body, **filed)
    first, second = OutsideCase.objects.order_by("pk")
    reply = {"means": "letter", "content": "提交说明与证据。"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "reply_outside", **reply)
    assert set(refused.value.fields) == {"outside_case"}
    journey.step(journey.owner, "reply_outside", outside_case=str(first.pk), **reply)
    running = Promise.objects.filter(stream_id=journey.complaint.pk, kind="outside_deadline", ended_at__isnull=True)
    assert [promise.subject_id for promise in running] == [second.pk]
    first.refresh_from_db()
    assert first.state == "filed"


@pytest.mark.req("T18")
def test_an_outside_case_runs_its_deadline_until_it_ends(cast: Cast) -> None:
    journey = outside(cast)
    deadline = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    journey.step(
        journey.owner, "file_outside_case", way="council", body="消费者委员会", reference="2026-31", state="filed", deadline=deadline.isoformat()
    )  # fmt: skip
    row = OutsideCase.of(journey.complaint)[0]
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="outside_deadline")
    assert (row.text("body"), promise.subject_id, promise.due_at) == ("消费者委员会", row.pk, deadline)
    assert journey.complaint.waiting_on == "outside"
    journey.step(journey.owner, "end_outside_case", outside_case=str(row.pk), result="调解未达成")
    row.refresh_from_db()
    promise.refresh_from_db()
    assert (row.state, promise.ending, journey.complaint.waiting_on) == ("ended", "met", "us")
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "end_outside_case", outside_case=str(row.pk), result="再次")


@pytest.mark.req("XR-05", "T18")
def test_a_way_that_was_offered_becomes_the_one_that_is_filed(cast: Cast) -> None:
    journey = outside(cast)
    journey.step(journey.owner, "file_outside_case", way="council", body="消费者委员会", state="offered")
    deadline = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    filed = {"way": "council", "body": "市消费者委员会", "state": "filed", "deadline": deadline.isoformat()}
    journey.step(journey.owner, "file_outside_case", **filed)
    row = OutsideCase.of(journey.complaint)[0]
    assert OutsideCase.objects.count() == 1
    assert (row.state, row.text("body"), row.deadline) == ("filed", "市消费者委员会", deadline)
    assert Promise.objects.get(stream_id=journey.complaint.pk, kind="outside_deadline").subject_id == row.pk
    journey.step(journey.owner, "file_outside_case", way="court", body="人民法院", state="offered")
    assert OutsideCase.objects.count() == 2


@pytest.mark.req("XR-05")
def test_each_way_is_followed_from_filing_over_hearing_and_costs_to_its_decision(cast: Cast, sign_in) -> None:
    journey = outside(cast)
    hearing, later = datetime(2026, 4, 20, 1, 0, tzinfo=UTC), datetime(2026, 5, 6, 6, 30, tzinfo=UTC)
    way = {"way": "court", "body": "人民法院"}
    journey.step(journey.owner, "file_outside_case", **way, state="offered")
    row = OutsideCase.objects.get()
    course = {"outside_case": str(row.pk)}
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "note_outside_course", **course, costs=300_00)
    assert "outside_case" in refused.value.fields, "nothing was filed yet"
    filed_on = journey.day(0)
    journey.step(
        journey.owner, "file_outside_case", **way, state="filed", filed_by="complainant", filed_on=filed_on, hearing_at=hearing.isoformat()
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "note_outside_course", **course)
    assert "note" in refused.value.fields
    journey.step(journey.owner, "note_outside_course", **course, costs=300_00)
    journey.step(journey.owner, "note_outside_course", **course, hearing_at=later.isoformat(), note="改期开庭")
    row.refresh_from_db()
    told = (row.filed_by, row.filed_on.isoformat() if row.filed_on else "", row.hearing_at, row.costs_fen)
    assert told == ("complainant", filed_on, later, 300_00)
    page = sign_in(cast.supervisor).get(reverse("desk:case", args=[journey.complaint.number])).content.decode()
    for words in ("提起方：投诉人", filed_on, "开庭（调解）：2026-05-06 14:30", "已发生费用：¥300.00"):
        assert words in page, words
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "note_outside_course", **course, costs=-1)
    assert "costs" in refused.value.fields
    duties = [{"text": "支付赔偿", "amount": 30_000_00, "executor": str(cast.dept2.id), "due_on": journey.day(10)}]
    journey.step(journey.owner, "outside_decision", **course, document="民事判决书", decided_on=filed_on, duties=duties)
    row.refresh_from_db()
    assert (row.state, row.costs_fen, row.decided_on and row.decided_on.isoformat()) == ("decided", 300_00, filed_on)
    assert ExecutionItem.of(journey.complaint)[0].outside_case_id == row.pk


def test_who_still_has_something_to_carry_out_is_held(cast: Cast) -> None:
    from tingsu.settlement.kinds import open_items_of

    journey, item = executing(cast)
    assert (open_items_of(journey.owner.id), open_items_of(cast.dept2.id)) == (1, 0)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    assert open_items_of(journey.owner.id) == 0
