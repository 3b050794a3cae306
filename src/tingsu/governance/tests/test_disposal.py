"""Erasure from request or end of keeping to the certificate: who may, when, what is left, what is not (RC-04, PS-17)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from tests.cast import Cast
from tests.leftovers import everything, where
from tests.standing import kept
from tingsu.aftercare import rules
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.demo.journey import STORY, Journey
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.governance import disposal, erasure
from tingsu.kernel import crypto, erasing, rulebooks, verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.kinds import find_number
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event, IdempotencyKey, Stream
from tingsu.letters.models import Letter, Notice
from tingsu.privacy.actions import reveal
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2029, 4, 1, 2, 0, tzinfo=UTC)
PERSON: dict[str, Any] = {
    "name": "欧阳金丝雀", "phone": "13877776666", "email": "canary.person@example.org", "address": "金丝雀路一百零八号",
    "city": "雀城", "postcode": "987123", "fax": "0571-88776655", "contact_note": "傍晚金丝雀时段",
    "agent_name": "代理人翠鸟", "agent_phone": "13911112222", "contact_name": "联系人夜莺",
    "description": "描述里的黄鹂字样，七天没有退款。", "order_number": "CANARY-778899", "person_concerned": "当事人画眉",
}  # fmt: skip
CANARIES = (
    "欧阳金丝雀", "13877776666", "canary.person@example.org", "金丝雀路", "雀城", "987123", "0571-88776655", "傍晚金丝雀",
    "翠鸟", "13911112222", "百灵", "夜莺", "黄鹂", "CANARY-778899", "画眉", "喜鹊", "文件里的杜鹃", "鹧鸪.txt", "备注里的白鹭",
    "目的里的信天翁", "答复程序的鸬鹚", "咨询里的鹦鹉", "不合格里的欧阳",
)  # fmt: skip
FIGURES = (
    "number",
    "state",
    "verdict",
    "outcome",
    "categories",
    "province",
    "grade",
    "closed_at",
    "received_at",
    "dispose_on",
    "owner_id",
)


def findings() -> list[str]:
    return [f"{found.table}: {found.sentence}" for found in verify.verify_organisation(verify.Tally())]


@kept
def archived(cast: Cast, at: datetime = AT, **raw: Any) -> Journey:
    journey = Journey.begin(cast.frontline.actor, {**STORY, "demands": [], **raw}, at)
    people = {"receiver": cast.frontline.actor, "handler": cast.specialist.actor, "leader": cast.supervisor.actor}
    return journey.drive("archived", **people)


def confirm(cast: Cast, end: str = "review", **change: Any) -> None:
    body = rules.default_retention()
    for entry in body["classes"]:
        entry |= {"end": end, **change}
    with travel_to(AT - timedelta(days=1)):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.RETENTION, body=body)
    rulebooks.forget_cached()


def opened(person: Any, name: str, at: datetime = LATER, /, **values: Any) -> Entry:
    with travel_to(at):
        return actions.open_entry(
            actor=person.actor, register=registers()[name], opening=actions.Opening(values=values)
        )


def take(person: Any, entry: Entry, step: str, at: datetime = LATER, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    register = registers()[row.register]
    with travel_to(at):
        return actions.take_step(actor=person.actor, entry=row, register=register, step=step, values=values)


def run_of(
    cast: Cast,
    numbers: list[str],
    at: datetime = LATER,
    end: str = "anonymise",
    cause: str = "retention",
    **values: Any,
) -> Entry:
    run = opened(cast.supervisor, "disposal", at, occasion="到期处置", cause=cause)
    return take(cast.supervisor, run, "propose", at, cases=numbers, end=end, **values)


def carried_out(cast: Cast, run: Entry, at: datetime = LATER) -> Entry:
    take(cast.mgmt_rep, run, "approve", at)
    with travel_to(at):
        disposal.carry_out(run.pk)
    return Entry.objects.select_related("stream").get(pk=run.pk)


def full(cast: Cast) -> Journey:
    """A case of a person who left something everywhere."""
    journey = archived(cast, **PERSON)
    pk, at = journey.complaint.pk, journey.at
    with travel_to(at):
        uploaded = SimpleUploadedFile("证据鹧鸪.txt", "文件里的杜鹃".encode(), "text/plain")
        file = store.accept_upload(uploaded, actor=cast.frontline.actor)
        chain = lock_chain(pk)
        store.attach([file.pk], pk, at)
        chain.record("complaint.note_added", actor=cast.frontline.actor, at=at, texts={"text": "备注里的白鹭"})
        chain.flush()
        demand = Demand(id=new_id(), complaint=journey.complaint, kind="refund", amount_fen=129900)
        demand.seal("退回诉求里的喜鹊卡")
        demand.save(force_insert=True)
        _key, wrapped = crypto.new_data_key(cast.organisation_id)
        respondent = Party(id=new_id(), complaint=journey.complaint, role="respondent", wrapped_key=wrapped)
        respondent.seal("name", "被投诉人百灵")
        respondent.save(force_insert=True)
        party = Party.objects.get(complaint_id=pk, role="complainant")
        reveal(
            actor=cast.specialist.actor,
            complaint=journey.complaint,
            party_id=party.pk,
            field="phone",
            purpose="目的里的信天翁",
        )
        IdempotencyKey(
            id=new_id(), scope="api:x", key="k", fingerprint=b"", status=201, created_at=at,
            answer={"id": str(pk), "name": "答复程序的鸬鹚"},
        ).save(force_insert=True)  # fmt: skip
    contact = opened(
        cast.frontline, "contact", at, kind="consultation",
        mode="phone", received_at=at.isoformat(), words="咨询里的鹦鹉", caller_name="欧阳金丝雀", answer="已答复",
    )  # fmt: skip
    failing = opened(
        cast.supervisor, "nonconformity", at, source="other", description="不合格里的欧阳：欧阳金丝雀 13877776666 的退款失败",
        found_on="2026-03-02", severity="minor", owner=str(cast.supervisor.id), supplier=PERSON["name"],
    )  # fmt: skip
    for entry in (contact, failing):
        with travel_to(at):
            actions.link_entry(
                actor=cast.supervisor.actor, register=registers()[entry.register], entry=entry,
                number=journey.complaint.number, kind="about",
            )  # fmt: skip
    return journey


@pytest.mark.req("RC-04", "PS-17")
def test_after_erasure_nothing_of_the_person_is_left_and_everything_else_is(
    cast: Cast, sign_in, client, django_capture_on_commit_callbacks
) -> None:
    confirm(cast)
    other = archived(cast, name="王另一位", phone="13500001111", description="另一位的故事")
    journey = full(cast)
    pk, number = journey.complaint.pk, journey.complaint.number
    before = everything()
    for canary in CANARIES:
        assert where(canary, before), canary
    figures = {name: getattr(Complaint.objects.get(pk=pk), name) for name in FIGURES}
    events = Event.objects.filter(stream_id=pk).count()
    run = run_of(cast, [number])
    with django_capture_on_commit_callbacks(execute=True):
        run = carried_out(cast, run)
    after = everything()
    for canary in CANARIES:
        if canary != "不合格里的欧阳":
            assert where(canary, after) == [], canary
    for stays in ("王另一位", "13500001111", "另一位的故事"):
        assert where(stays, after) == where(stays, before), stays
    assert "不合格里的欧阳：■■ ■■ 的退款失败" in after["registers_entry"]
    by_supplier = set(
        EntryFacet.objects.filter(register="nonconformity", name="supplier").values_list("value", flat=True)
    )
    found_by = {
        name: fingerprint(registers()["nonconformity"], "supplier", name) for name in (PERSON["name"], erasure.GONE)
    }
    assert by_supplier == {found_by[erasure.GONE]}, "nothing leads by the person's name to an entry that stays"
    assert {name: getattr(Complaint.objects.get(pk=pk), name) for name in FIGURES} == figures
    assert Event.objects.filter(stream_id=pk).count() == events + 1
    assert not Notice.objects.filter(stream_id=pk).exists()
    assert StoredFile.objects.get(stream_id=pk).erased_at == LATER
    assert other.complaint.pk not in Event.objects.filter(kind=erasing.ERASED).values_list("stream_id", flat=True)
    assert findings() == []
    tally = verify.Tally()
    list(verify.verify_organisation(tally))
    assert tally.erased == 2
    # The certificate: what, how many, under which rule, by whom, when; and no person.
    assert (run.state, run.codes["erased"], run.codes["left"], run.codes["entries"]) == ("done", 1, 0, 1)
    assert (run.codes["persons"], run.codes["files"], run.codes["rule"], run.codes["end"]) == (4, 1, 1, "anonymise")
    assert run.codes["proposed_by"] == str(cast.supervisor.id)
    assert run.codes["approved_by"] == str(cast.mgmt_rep.id)
    sign_in(cast.supervisor)
    paper = client.get(reverse("registers:print", args=["disposal", run.number])).content.decode()
    for said in (number, "3001", "3002"):
        assert said in paper, said
    for address in (
        reverse("desk:case", args=[number]), reverse("registers:list", args=["disposal"]), reverse("registers:list", args=["contact"]),
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
    with travel_to(LATER):
        assert find_number(cast.supervisor.actor, number) is not None
        disposal.carry_out(run.pk)
    assert Event.objects.filter(stream_id=pk).count() == events + 1


@pytest.mark.req("PS-17")
def test_what_was_erased_after_a_backup_is_erased_again_after_its_restore(cast: Cast, tmp_path, settings) -> None:
    settings.HOME = tmp_path
    confirm(cast)
    journey = full(cast)
    number, pk = journey.complaint.number, journey.complaint.pk
    contact, failing = (Entry.objects.get(register=name) for name in ("contact", "nonconformity"))
    backup = transaction.savepoint()
    carried_out(cast, run_of(cast, [number]))
    listed_in = tmp_path / "erasures" / "test.jsonl"
    assert erasing.listed(listed_in) == [(pk, "complaint", LATER), (contact.pk, "contact", LATER)]
    transaction.savepoint_rollback(backup)  # restored: it knows nothing of what is on the list
    key = Stream.objects.get(pk=contact.pk).wrapped_key
    assert erasure.replay_erasures() == 1, "the case, and with it what followed it"
    again = Entry.objects.select_related("stream").get(pk=failing.pk)
    assert PERSON["name"] not in "".join(again.written().values()), (
        "what others quoted of the person is taken out again"
    )
    assert findings() == []
    assert erasure.replay_erasures() == 0
    Stream.objects.filter(pk=contact.pk).update(wrapped_key=key)
    assert any("its key is there" in one for one in findings())
    assert erasure.replay_erasures() == 1, "an entry alone"
    assert findings() == []
    listed_in.write_text(
        json.dumps({"at": LATER.isoformat(), "kind": "contact", "id": str(failing.pk), "why": ""}) + "\n"
    )
    assert erasure.replay_erasures() == 0, "an id of another kind of thing erases nothing"
    assert Stream.objects.get(pk=failing.pk).wrapped_key
    listed_in.write_text("nonsense\n{}\n")
    with pytest.raises(ValueError, match="line 1"):
        erasure.replay_erasures()


@pytest.mark.req("RC-06")
def test_a_key_that_went_without_an_erasure_is_found(cast: Cast) -> None:
    journey = Journey.begin(cast.frontline.actor, STORY, AT)
    assert findings() == []
    Stream.objects.filter(pk=journey.complaint.pk).update(wrapped_key=None)
    assert [one for one in findings() if "no history tells" in one]


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("free", None), ("open", "open"), ("held", "held"), ("lifted", None), ("promise", "promise"), ("letter", "letter"),
        ("early", "early"), ("unconfirmed", "unconfirmed"), ("entry", "entry"), ("gone", "gone"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way(cast: Cast, case: str, code: str | None) -> None:
    if case != "unconfirmed":
        confirm(cast)
    at = LATER if case != "early" else AT + timedelta(days=1000)
    journey = Journey.begin(cast.frontline.actor, STORY, AT) if case == "open" else archived(cast)
    number, pk = journey.complaint.number, journey.complaint.pk
    if case in {"held", "lifted"}:
        hold = opened(cast.dso, "legal_hold", at, ground="lawsuit", cause="二审未结", numbers=f"{number}\n")
        if case == "lifted":
            take(cast.mgmt_rep, hold, "lift", at, reason="已终审")
    if case == "promise":
        Promise.objects.filter(stream_id=pk).update(ended_at=None)
    if case == "letter":
        Letter.objects.filter(stream_id=pk).update(state="queued")
    if case == "entry":
        opened(cast.frontline, "data_request", at, **REQUEST, case_number=number, received_at=at.isoformat())
    if case == "gone":
        carried_out(cast, run_of(cast, [number], at), at)
    with travel_to(at):
        one = disposal.due_cases(numbers=[number])[0]
        offered = dict(disposal.choices(None))
        due = [row.complaint.number for row in disposal.due_cases()]
    assert (code in one.obstacles) if code else (one.obstacles == ())
    assert (number in offered) is (code is None)
    assert (number in due) is (case not in {"open", "early", "gone"})
    run = opened(cast.supervisor, "disposal", at, occasion="到期处置", cause="retention")
    if code is None:
        take(cast.supervisor, run, "propose", at, cases=[number], end="anonymise")
    else:
        with pytest.raises(InvalidInput) as refused:
            take(cast.supervisor, run, "propose", at, cases=[number], end="anonymise")
        assert set(refused.value.fields) == {"cases"}


REQUEST = {"kind": "deletion", "who": "self", "form": "oral", "words": "请删除我的信息", "name": "陈小满"}


@pytest.mark.req("RC-04")
def test_a_hold_set_after_the_proposal_stops_the_approval_and_one_set_after_it_stops_the_case(cast: Cast) -> None:
    confirm(cast)
    one, two = archived(cast), archived(cast)
    run = run_of(cast, [one.complaint.number, two.complaint.number])
    hold = opened(cast.dso, "legal_hold", ground="lawsuit", cause="起诉", numbers=one.complaint.number)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, run, "approve")
    assert [unmet.code for unmet in refused.value.unmet] == ["in_the_way"]
    take(cast.mgmt_rep, hold, "lift", reason="撤诉")
    take(cast.mgmt_rep, run, "approve")
    opened(cast.dso, "legal_hold", ground="authority", cause="法院调取", numbers=two.complaint.number)
    with travel_to(LATER):
        disposal.carry_out(run.pk)
    done = Entry.objects.select_related("stream").get(pk=run.pk)
    assert (done.codes["erased"], done.codes["left"]) == (1, 1)
    assert done.written()["why_left"].endswith("：1")
    assert Stream.objects.get(pk=two.complaint.pk).wrapped_key
    assert not Stream.objects.get(pk=one.complaint.pk).wrapped_key
    with pytest.raises(InvalidInput):
        opened(cast.dso, "legal_hold", ground="authority", cause="法院调取", numbers=one.complaint.number)
    assert findings() == []


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("step", "person", "allowed"),
    [
        ("open", "supervisor", True), ("open", "dso", True), ("open", "mgmt_rep", True), ("open", "specialist", False),
        ("open", "frontline", False), ("open", "auditor", False), ("approve", "mgmt_rep", True), ("approve", "top_mgmt", True),
        ("approve", "supervisor", False), ("approve", "dso", False), ("decline", "mgmt_rep", True), ("decline", "dso", False),
        ("certify", "mgmt_rep", False), ("hold", "dso", True), ("hold", "specialist", False), ("lift", "supervisor", True),
        ("lift", "qa", False),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, step: str, person: str, allowed: bool) -> None:
    confirm(cast)
    number = archived(cast).complaint.number
    who = getattr(cast, person)
    if step == "open":
        act = lambda: opened(who, "disposal", occasion="到期", cause="retention")  # noqa: E731
    elif step == "hold":
        act = lambda: opened(who, "legal_hold", ground="audit", cause="审计", numbers=number)  # noqa: E731
    elif step == "lift":
        hold = opened(cast.dso, "legal_hold", ground="audit", cause="审计", numbers=number)
        act = lambda: take(who, hold, "lift", reason="已结束")  # noqa: E731
    else:
        run = run_of(cast, [number])
        if step == "certify":
            take(cast.mgmt_rep, run, "approve")
        values = {"reason": "再核对"} if step == "decline" else {}
        act = lambda: take(who, run, step, **values)  # noqa: E731
    before = Event.objects.count()
    if allowed:
        assert act().pk
    else:
        with pytest.raises(NotAllowed):
            act()
        assert Event.objects.count() == before


@pytest.mark.req("RC-04")
def test_nobody_approves_what_he_proposed(cast: Cast) -> None:
    confirm(cast)
    number = archived(cast).complaint.number
    run = opened(cast.mgmt_rep, "disposal", occasion="到期", cause="retention")
    take(cast.mgmt_rep, run, "propose", cases=[number], end="anonymise")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, run, "approve")
    assert [unmet.guard for unmet in refused.value.unmet] == ["done_by_another"]
    assert take(cast.top_mgmt, run, "approve").state == "approved"


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("rule", "end", "paper", "refusal"),
    [
        ("review", "anonymise", "", None), ("review", "destroy", "碎纸机销毁", None), ("review", "destroy", "", "paper"),
        ("anonymise", "anonymise", "", None), ("anonymise", "destroy", "碎纸机销毁", "other_end"),
        ("destroy", "destroy", "碎纸机销毁", None), ("destroy", "anonymise", "", "other_end"),
    ],
)  # fmt: skip
def test_what_is_done_fits_the_record_class(cast: Cast, rule: str, end: str, paper: str, refusal: str | None) -> None:
    confirm(cast, rule)
    number = archived(cast).complaint.number
    if refusal is None:
        assert run_of(cast, [number], end=end, paper=paper).codes["end"] == end
    else:
        with pytest.raises(ConditionsUnmet) as refused:
            run_of(cast, [number], end=end, paper=paper)
        assert [unmet.code for unmet in refused.value.unmet] == [refusal]
