"""What came in by each channel beside what is registered: opened every day, mails counted by the system, differences kept (RG-26)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.desk.tests.cases import a_case
from tingsu.improvement.inflow import LONGEST_OUTAGE, open_owed, owed_days
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.req("RG-26")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE_EVENING = datetime(2026, 3, 3, 23, 50, tzinfo=SHANGHAI)
AFTER_MIDNIGHT = datetime(2026, 3, 4, 0, 10, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 4, 8, 20, tzinfo=SHANGHAI)


def does(who: Person, entry: Entry, name: str, **given: Any) -> Entry:
    take_step(actor=who.actor, entry=entry, register=registers()[entry.register], step=name, values=given)
    return Entry.objects.get(pk=entry.pk)


def line(way: str, came: int, registered: int) -> dict[str, Any]:
    return {
        "way": way, "came": came, "registered": registered,
        "missing": max(0, came - registered), "beyond": max(0, registered - came),
    }  # fmt: skip


@pytest.fixture
def check(cast: Cast) -> Entry:
    """The check of 3 March: two calls and one mail registered, one mail nobody decided about, one call after midnight."""
    with travel_to(LATE_EVENING):
        a_case(cast.frontline)
        a_case(cast.frontline2)
        a_case(cast.frontline, mode="email", channel="email")
        for subject in ("退款一直没有到账", "咨询营业时间"):
            values = {"received_at": LATE_EVENING.isoformat(), "subject": subject, "words": subject}
            mail = open_entry(
                actor=cast.frontline.actor, register=registers()["incoming_mail"], opening=Opening(values=values)
            )
        does(cast.frontline, mail, "contact", contact_kind="consultation")
    with travel_to(AFTER_MIDNIGHT):
        a_case(cast.frontline)
    with travel_to(MORNING):
        entry = open_owed()
        assert entry is not None
        assert open_owed() is None, "once a day"
    return Entry.objects.get(pk=entry.pk)


def test_the_day_before_is_opened_once_and_mails_are_counted_without_asking(cast: Cast, check: Entry) -> None:
    assert check.codes["day"] == "2026-03-03"
    assert check.codes["compared"] == [line("email", 1, 1)]
    assert check.owner_id == cast.supervisor.id
    assert Promise.objects.get(stream_id=check.pk, kind="inflow_check").ended_at is None


@pytest.mark.parametrize(
    ("calls", "registered", "missing"), [(2, 2, 0), (1, 2, 0), (3, 2, 1)], ids=["agrees", "beyond", "missing"]
)
def test_what_is_missing_is_found_out_before_the_day_is_settled(
    cast: Cast, check: Entry, calls: int, registered: int, missing: int
) -> None:
    came = [{"way": "hotline", "came": calls}]
    with travel_to(MORNING):
        if missing:
            with pytest.raises(InvalidInput) as refused:
                does(cast.frontline, check, "count", came=came)
            assert "3" in str(refused.value.fields["found"])
            assert Entry.objects.get(pk=check.pk).state == "open"
        settled = does(cast.frontline, check, "count", came=came, found="一通来电标签打错" if missing else "")
    assert settled.state == "settled"
    assert settled.codes["compared"] == [line("hotline", calls, registered), line("email", 1, 1)]
    assert settled.codes.get("missing", 0) == missing
    assert Promise.objects.get(stream_id=check.pk, kind="inflow_check").ending == "met"


def test_a_complaint_that_is_registered_afterwards_counts_when_it_is_compared_again(cast: Cast, check: Entry) -> None:
    with travel_to(MORNING):
        does(cast.frontline, check, "count", came=[{"way": "hotline", "came": 3}], found="补登记")
        a_case(cast.frontline, received_at=LATE_EVENING.isoformat())
        again = does(cast.frontline2, check, "compare")
    assert again.codes["compared"][0] == line("hotline", 3, 3)
    assert again.codes.get("missing", 0) == 0


def test_days_on_which_nothing_ran_are_checked_afterwards_and_none_before_the_first(cast: Cast, check: Entry) -> None:
    def days() -> list[str]:
        return sorted(one.codes["day"] for one in Entry.objects.filter(register="inflow_check"))

    with travel_to(MORNING + timedelta(days=4)):
        a_case(cast.frontline, received_at=(LATE_EVENING + timedelta(days=2)).isoformat())
        made = open_owed()
        assert made is not None
        assert made.codes["day"] == "2026-03-07"
        assert days() == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07"]
        assert open_owed() is None
        day = Entry.objects.get(register="inflow_check", speaks_of=date(2026, 3, 5))
        counted = does(cast.frontline, day, "count", came=[{"way": "hotline", "came": 1}])
        assert counted.codes["compared"] == [line("hotline", 1, 1)]
    assert len(owed_days(MORNING + timedelta(days=60))) == LONGEST_OUTAGE


def test_who_checks_quality_reads_and_does_not_count(cast: Cast, check: Entry) -> None:
    with travel_to(MORNING), pytest.raises(NotAllowed):
        does(cast.qa, check, "count", came=[{"way": "hotline", "came": 2}])


def test_what_stands_in_no_case_is_named_and_boxes_are_counted_by_the_system(cast: Cast) -> None:
    """A mail of one minute before midnight that was fetched after it, a letter nobody answered, a box of three slips with one left."""

    def opened(register: str, at: datetime, **values: Any) -> Entry:
        with travel_to(at):
            return open_entry(
                actor=cast.frontline.actor, register=registers()[register], opening=Opening(values=values)
            )

    late = {"received_at": LATE_EVENING.isoformat(), "subject": "退款", "words": "退款"}
    held = opened("incoming_mail", AFTER_MIDNIGHT, **late)
    early = {"received_at": AFTER_MIDNIGHT.isoformat(), "subject": "发票", "words": "发票"}
    other_day = opened("incoming_mail", AFTER_MIDNIGHT, **early)
    letter = {"kind": "consultation", "received_at": LATE_EVENING.isoformat(), "words": "请回信"}
    written = opened("contact", LATE_EVENING, mode="letter", **letter)
    spoken = opened("contact", LATE_EVENING, mode="phone", **letter)
    box = opened(
        "slip_batch", LATE_EVENING, source="suggestion_box", place="一楼", taken_at=LATE_EVENING.isoformat(),
        taken_by=str(cast.frontline.id), slips=3,
    )  # fmt: skip
    with travel_to(AFTER_MIDNIGHT):
        a_case(
            cast.frontline,
            received_at=LATE_EVENING.isoformat(),
            channel="suggestion_box",
            mode="other",
            mode_other="意见箱",
        )
        take_step(
            actor=cast.frontline.actor, entry=Entry.objects.select_related("stream").get(pk=box.pk), register=registers()["slip_batch"],
            step="set_aside", values={"slip": 2, "fate": "unreadable", "reason": "空白"},
        )  # fmt: skip
    with travel_to(MORNING):
        check = open_owed()
        assert check is not None
    assert check.codes["compared"] == [line("email", 1, 0), line("suggestion_box", 3, 1)]
    assert check.codes["unplaced"] == 3
    named = check.written()["loose"]
    assert all(one.number in named for one in (held, written, box))
    assert not any(one.number in named for one in (other_day, spoken))
    assert "1、3" in named
    with travel_to(MORNING):
        does(cast.frontline, held, "contact", contact_kind="consultation")
        again = does(cast.frontline, check, "compare")
    contact = Entry.objects.filter(register="contact").latest("opened_at")
    assert again.codes["unplaced"] == 3, "a contact nobody answered stands in the place of the mail"
    assert held.number not in again.written()["loose"]
    assert contact.number in again.written()["loose"]
