"""Every field of the registration form is kept, and what the record says of itself (RG-01–RG-15, RG-24, P01)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.filters import narrowed
from tingsu.complaints.marks import marks_that_differ
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, Party
from tingsu.complaints.paperwork import Wanted, make
from tingsu.complaints.process import PROCESS
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import Intake, read_intake
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event, IdempotencyKey, NumberSeries
from tingsu.people.access import Can, roles_with
from tingsu.people.roles import Role
from tingsu.triage.tests.cases import GRADE, step


def texts(row: Party) -> dict[str, str]:
    return {
        name: row.text(name)
        for name in ("name", "phone", "email", "address", "postcode", "fax", "city")
        if row.text(name)
    }


@pytest.mark.req("RG-01")
def test_section_1_keeps_complainant_agent_and_contact_apart(cast: Cast) -> None:
    made = registered(
        cast, name="晨光文具有限公司", is_organisation=True, address="杭州市滨江区 1 号", postcode="310051", city="杭州", fax="057188880000",
        country="cn", agent_name="周律师", agent_phone="13900001111", agent_email="zhou@example.com", contact_name="李会计",
        contact_phone="13700002222",
    )  # fmt: skip
    rows = {party.role: party for party in Party.objects.filter(complaint=made)}
    person = rows["complainant"]
    assert texts(person) == {
        "name": "晨光文具有限公司", "phone": STORY["phone"], "email": STORY["email"], "address": "杭州市滨江区 1 号", "postcode": "310051",
        "fax": "057188880000", "city": "杭州",
    }  # fmt: skip
    assert (person.kind, person.country) == ("organisation", "CN")
    assert texts(rows["agent"]) == {"name": "周律师", "phone": "13900001111", "email": "zhou@example.com"}
    assert texts(rows["contact"]) == {"name": "李会计", "phone": "13700002222"}


@pytest.mark.req("RG-02", "RG-03", "RG-04")
def test_sections_2_to_4_keep_product_problem_and_remedy(cast: Cast) -> None:
    made = registered(cast, remedy_text="退款并书面道歉")
    assert (made.product, made.text("order_number")) == (STORY["product"], STORY["order_number"])
    assert (made.occurred_on, made.text("description")) == (date(2026, 2, 20), STORY["description"])
    assert (made.remedy_requested, made.text("remedy_text")) == (True, "退款并书面道歉")
    assert registered(cast, remedy_requested="no").remedy_requested is False
    with travel_to(MONDAY), pytest.raises(InvalidInput) as refused:
        read_intake({**STORY, "occurred_on": "2026-03-03", "description": " "})
    assert {"occurred_on", "description"} <= set(refused.value.fields)


@pytest.mark.req("RG-05")
@pytest.mark.parametrize(("signed", "at"), [("image", MONDAY), ("online", MONDAY), ("refused", None), ("", None)])
def test_section_5_says_how_and_when_it_was_signed(cast: Cast, signed: str, at: datetime | None) -> None:
    made = registered(cast, signed_by=signed)
    assert (made.signed_by, made.signed_at) == (signed, at)


@pytest.mark.req("RG-08")
def test_the_register_keeps_place_step_and_one_row_for_each_demand(cast: Cast) -> None:
    demands = [{"kind": "apology"}, {"kind": "refund", "amount": "1299.00"}, {"kind": "service", "detail": "上门取件"}]
    made = registered(cast, event_place="滨江店二楼收银台", service_step="退货", demands=demands)
    assert (made.text("event_place"), made.service_step) == ("滨江店二楼收银台", "退货")
    rows = Demand.objects.filter(complaint=made).order_by("position")
    assert [(row.kind, row.amount_fen, bool(row.detail)) for row in rows] == [
        ("apology", None, False),
        ("refund", 1299_00, False),
        ("service", None, True),
    ]


@pytest.mark.req("RG-15")
def test_the_expected_reply_time_comes_from_the_policy_or_from_a_person_with_a_reason(cast: Cast) -> None:
    place = {"market_region": "华东", "branch": "滨江店", "person_concerned": "3 号柜员"}
    made = registered(cast, **place, unit_concerned=str(cast.units["logistics"].pk))
    assert (made.market_region, made.branch, made.text("person_concerned")) == ("华东", "滨江店", "3 号柜员")
    assert made.unit_concerned_id == cast.units["logistics"].pk
    assert made.expected_reply_at == Promise.objects.get(stream_id=made.pk, kind="first_reply").due_at
    wanted = MONDAY + timedelta(days=2)
    with travel_to(MONDAY), pytest.raises(InvalidInput) as refused:
        read_intake({**STORY, "expected_reply_at": wanted.isoformat()})
    assert set(refused.value.fields) == {"expected_reply_reason"}
    made = registered(cast, expected_reply_at=wanted.isoformat(), expected_reply_reason="用户出差，周三前不便接听")
    assert made.expected_reply_at == wanted
    event = Event.objects.get(stream_id=made.pk, kind="complaint.registered")
    assert texts_of([event])[event.pk]["expected_reply_reason"] == "用户出差，周三前不便接听"


@pytest.mark.req("RG-13")
def test_the_serial_grows_beyond_three_digits_and_a_new_type_keeps_the_number(cast: Cast) -> None:
    first = registered(cast)
    NumberSeries.objects.filter(scope="202603-XF").update(last=998)
    assert [registered(cast).number for _n in range(3)] == ["202603-XF-999", "202603-XF-1000", "202603-XF-1001"]
    changed = step(cast.frontline, first, "assess_and_grade", **GRADE | {"problem_type": "ip"})
    assert (changed.problem_type, changed.number) == ("ip", "202603-XF-001")


@pytest.mark.req("RG-24")
def test_a_repeat_is_what_a_person_confirms_among_the_earlier_ones_found(cast: Cast) -> None:
    first = registered(cast)
    unconfirmed = registered(cast)
    assert (unconfirmed.repeated, unconfirmed.repeat_count) == (False, 1)
    event = Event.objects.get(stream_id=unconfirmed.pk, kind="complaint.registered")
    assert event.data["possible_repeats"] == [str(first.pk)]
    again = registered(cast, repeats=first.number)
    assert (again.repeated, again.repeat_count) == (True, 2)
    assert ComplaintLink.objects.get(complaint=again).other_id == first.pk
    before = Complaint.objects.count()
    somebody = {"phone": "13911110000", "email": "", "name": "王先生"}
    with pytest.raises(InvalidInput) as refused:
        registered(cast, **somebody, repeats=first.number)
    assert set(refused.value.fields) == {"repeats"}
    assert Complaint.objects.count() == before
    assert registered(cast, **somebody).repeat_count == 1


@pytest.mark.req("P01", "RL-1", "invariant-9")
def test_who_registers_is_checked_in_the_action_as_the_table_says(cast: Cast) -> None:
    for person in (cast.frontline, cast.specialist, cast.supervisor):
        assert register_complaint(actor=person.actor, intake=read_intake(STORY)).complaint.owner_id == person.id
    before = Complaint.objects.count()
    for person in (cast.dept, cast.analyst, cast.auditor, cast.top_mgmt):
        with pytest.raises(NotAllowed):
            register_complaint(actor=person.actor, intake=read_intake(STORY))
    assert Complaint.objects.count() == before
    assert set(PROCESS["register"].who) & set(Role.values) == roles_with(Can.REGISTER)


@pytest.mark.req("process.md §8.8")
@pytest.mark.parametrize(
    ("kind", "enters"), [("complaint", True), ("report", True), ("consultation", False), ("feedback", False)]
)
def test_only_complaints_and_reports_enter_the_process(cast: Cast, kind: str, enters: bool) -> None:
    if enters:
        assert registered(cast, kind=kind).kind == kind
        return
    with pytest.raises(InvalidInput) as refused:
        registered(cast, kind=kind)
    assert set(refused.value.fields) == {"kind"}


@pytest.mark.req("RG-25", "SL-02")
def test_a_letter_counts_from_its_arrival_in_working_days(cast: Cast) -> None:
    arrived = datetime(2026, 2, 27, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    made = registered(cast, mode="letter", received_at=arrived.isoformat())
    reply = Promise.objects.get(stream_id=made.pk, kind="first_reply")
    assert (reply.started_at, reply.rule["amount"], reply.rule["unit"]) == (arrived, 15, "working_day")
    assert Promise.objects.get(stream_id=made.pk, kind="handling_start").due_at == arrived + timedelta(hours=24)


@pytest.mark.req("P01", "RG-25", "AS-17")
@pytest.mark.parametrize("seconds", [0, 1])
def test_what_refuses_a_registration_are_guards_of_its_step(seconds: int, cast: Cast) -> None:
    assert PROCESS["register"].guard_names == ("received_already", "repeats_of_the_same", "department_explained")
    intake = Intake(
        problem_type="consumer",
        description="x",
        mode="phone",
        summary="x",
        received_at=MONDAY + timedelta(seconds=seconds),
    )
    with travel_to(MONDAY):
        if not seconds:
            assert register_complaint(actor=cast.frontline.actor, intake=intake).complaint.received_at == MONDAY
            return
        with pytest.raises(InvalidInput) as refused:
            register_complaint(actor=cast.frontline.actor, intake=intake, key="once")
    assert {name: error.code for name, error in refused.value.fields.items()} == {"received_at": "in_future"}
    assert "2026-03-02" in str(refused.value.fields["received_at"])
    assert not Complaint.objects.exists()
    assert not IdempotencyKey.objects.filter(key="once").exists()


@pytest.mark.req("RG-08")
def test_the_time_of_the_event_is_kept_with_its_precision_found_shown_and_corrected(cast: Cast) -> None:
    made = registered(cast, occurred_time="下午两点半左右")
    assert (made.occurred_time, made.occurred_part) == ("~14:30", "afternoon")
    as_one = registered(cast, occurred_on="2026年2月20日 21:05")
    assert (as_one.occurred_on, as_one.occurred_time, as_one.occurred_part) == (date(2026, 2, 20), "21:05", "evening")
    without = registered(cast)
    assert (without.occurred_time, without.occurred_part) == ("", "")
    found = {
        part: set(narrowed(Complaint.objects.all(), {"occurred_part": part}))
        for part in ("afternoon", "evening", "morning")
    }
    assert found == {"afternoon": {made}, "evening": {as_one}, "morning": set()}
    for code in ("registration_form", "acceptance_form", "tracking_form"):
        pages = "".join(
            page.extract_text()
            for page in pypdf.PdfReader(make(cast.frontline.actor, made, code, Wanted(language="zh-hans")).file).pages
        )
        assert "约 14:30" in pages, code
    made = step(cast.frontline, made, "correct_record", occurred_time="上午", reason="来电人改口")
    assert (made.occurred_time, made.occurred_part) == ("morning", "morning")
    assert set(narrowed(Complaint.objects.all(), {"occurred_part": "morning"})) == {made}
    made = step(cast.frontline, made, "correct_record", occurred_time="", reason="记不清")
    assert (made.occurred_time, made.occurred_part) == ("", "")
    assert not narrowed(Complaint.objects.all(), {"occurred_part": "morning"}).exists()
    assert not list(marks_that_differ())


@pytest.mark.req("RG-08")
def test_an_event_of_today_did_not_happen_later_than_now() -> None:
    today, zone = {**STORY, "occurred_on": "2026-03-02"}, "Asia/Shanghai"
    with travel_to(MONDAY):
        at = MONDAY.astimezone(ZoneInfo(zone))
        later, now_ = (f"{at + timedelta(minutes=one):%H:%M}" for one in (1, 0))
        for typed in (later, f"约{later}", "下午茶"):
            with pytest.raises(InvalidInput) as refused:
                read_intake({**today, "occurred_time": typed}, zone=zone)
            assert list(refused.value.fields) == ["occurred_time"], typed
        yesterday = {**today, "occurred_on": "2026-03-01"}
        for given, typed in ((today, now_), (today, "evening"), (yesterday, later)):
            assert read_intake({**given, "occurred_time": typed}, zone=zone).occurred_time == typed


@pytest.mark.req("RG-08")
@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [
        ("2026-02-20 00:00:00", "2026-02-20", ""), ("2026-02-20T00:00:00Z", "2026-02-20", ""), ("2026-02-19T16:00:00.000Z", "2026-02-20", ""),
        ("2026-02-20 14:30:25", "2026-02-20", "14:30"), ("2026-02-20T14:30:00+08:00", "2026-02-20", "14:30"),
        ("2026-02-20T23:30:00Z", "2026-02-21", "07:30"), ("2026/2/20 14:30:25.5", "2026-02-20", "14:30"), ("2026-02-20 00:00", "2026-02-20", "00:00"),
        ("2026年2月20日 14点", "2026-02-20", "~14:00"), ("2026-02-20 晚上12点", "2026-02-20", "~00:00"), ("2026-02-20", "2026-02-20", ""),
    ],
)  # fmt: skip
def test_a_moment_as_programs_write_it_is_day_and_time_and_no_time_is_invented(typed: str, day: str, hour: str) -> None:
    with travel_to(MONDAY):
        read = read_intake({**STORY, "occurred_on": typed}, zone="Asia/Shanghai")
    assert (read.occurred_on.isoformat(), read.occurred_time) == (day, hour)


@pytest.mark.req("RG-08")
def test_a_correction_does_not_make_the_event_of_today_later_than_now(cast: Cast) -> None:
    with travel_to(MONDAY):
        at = MONDAY.astimezone(ZoneInfo("Asia/Shanghai"))
        later = f"{at + timedelta(minutes=1):%H:%M}"
        made = registered(cast, occurred_on=f"{at - timedelta(days=1):%Y-%m-%d}", occurred_time=later)
        today = f"{at:%Y-%m-%d}"
        for named in ({"occurred_on": today}, {"occurred_on": today, "occurred_time": later}):
            with pytest.raises(InvalidInput) as refused:
                step(cast.frontline, made, "correct_record", **named, reason="改口")
            assert [error.code for error in refused.value.fields.values()] == ["in_future"]
        made = step(
            cast.frontline, made, "correct_record", occurred_on=today, occurred_time=f"{at:%H:%M}", reason="改口"
        )
        assert made.occurred_time == f"{at:%H:%M}"
