"""Evidence records: the seventeen kinds as data, the clauses they prove, the day they speak of, gaps (OE-01…OE-17)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.governance.evidence import standing
from tingsu.governance.subjects import SUBJECTS
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.registers import queries
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.intervals import following
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# Written down by hand from chapter 30 of the requirements: row, clauses, shall or should, a word of what it shows.
ROWS = {
    "OE-01": ("ISC 5.2; SZ 4(3).4; CTS 7.1", True, "低噪音"),
    "OE-02": ("ISC 5.2; SZ 4(3).4; CTS 7.1", True, "复印机"),
    "OE-03": ("ISC 5.2", True, "网络"),
    "OE-04": ("ISC 5.2", True, "技术资料"),
    "OE-05": ("ISC 5.2; SZ 4(3).4", False, "结余"),
    "OE-06": ("SZ 4(3).4; CTS 7.1", True, "配备"),
    "OE-07": ("ISC 9.7.3.1", True, "公众"),
    "OE-08": ("ISC 4.2.1; SZ 4(2).1", True, "会议"),
    "OE-09": ("ISC 4.2.4", False, "认可"),
    "OE-10": ("ISC 5.3.2; SZ 4(2).4; SZ 4(2).5", True, "承诺书"),
    "OE-11": ("ISC 6.2.1", True, "质量管理体系"),
    "OE-12": ("ISC 10.1.2", False, "成果"),
    "OE-13": ("ISC 10.1.2", False, "标准"),
    "OE-14": ("ISC 5.4.1.2", True, "价值观"),
    "OE-15": ("CTS 5.1 g; CTS 5.1 i", True, "管理者"),
    "OE-16": ("SZ 4(2).2", True, "活动"),
    "OE-17": ("SZ 8(5)", True, "新的处理方法"),
}


def register() -> Any:
    return registers()["evidence"]


def record(person: Any, code: str = "premises", at: datetime = AT, **values: Any) -> Entry:
    given = {"subject": code, "statement": "接待室照片与清单", "speaks_of": "2026-02-20", **values}
    with travel_to(at):
        return open_entry(actor=person.actor, register=register(), opening=Opening(values=given))


def take(person: Any, entry: Entry, name: str, at: datetime = AT, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at):
        return take_step(actor=person.actor, entry=row, register=register(), step=name, values=values)


def stands(actor: Any, at: datetime = AT) -> dict[str, str]:
    with travel_to(at):
        return {one.subject.code: one.state for one in standing(actor)["standing"]}


@pytest.mark.req(
    "OE-01", "OE-02", "OE-03", "OE-04", "OE-05", "OE-06", "OE-07", "OE-08", "OE-09", "OE-10", "OE-11", "OE-12", "OE-13", "OE-14", "OE-15",
    "OE-16", "OE-17",
)  # fmt: skip
@pytest.mark.parametrize("row", sorted(ROWS))
def test_each_kind_of_evidence_proves_its_clauses_and_its_absence_shows(row: str, cast: Cast, sign_in, client) -> None:
    clauses, shall, shown = ROWS[row]
    subject = next(one for one in SUBJECTS.values() if one.row == row)
    assert subject.clauses == tuple(clauses.split("; "))
    assert subject.shall is shall
    with override("zh-hans"):
        assert shown in f"{subject.label}{subject.shows}"
    assert stands(cast.supervisor.actor)[subject.code] == "missing"
    more: dict[str, Any] = {}
    if row == "OE-05":
        more = {"budget": "600000", "used": "231450", "balance": "368550"}
    if row == "OE-12":
        more = {"partners": "省家电协会", "topic": "退换货争议", "outcome": "试行视频验机"}
    for missing in more:
        with pytest.raises(InvalidInput) as refused:
            record(cast.auditor, subject.code, **{**more, missing: ""})
        assert set(refused.value.fields) == {missing}
    entry = take(cast.supervisor, record(cast.auditor, subject.code, **more), "approve")
    assert entry.state == "valid"
    assert stands(cast.supervisor.actor)[subject.code] == "valid"
    for clause in subject.clauses:
        asked = queries.asked_of(register(), {"clause": clause})
        assert [one.pk for one in queries.rows_of(cast.supervisor.actor, register(), asked)] == [entry.pk]
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=["evidence", entry.number])).content.decode()
    assert all(clause in page for clause in subject.clauses)


@pytest.mark.req("OE-01")
def test_there_are_exactly_the_seventeen_kinds() -> None:
    assert [one.row for one in SUBJECTS.values()] == sorted(ROWS)


@pytest.mark.req("OE-01", "OE-05")
def test_evidence_speaks_of_its_own_day_needs_another_persons_approval_and_expires(cast: Cast) -> None:
    entry = record(cast.supervisor, expires_on="2026-06-30")
    assert entry.speaks_of == date(2026, 2, 20)
    assert entry.opened_at == AT
    assert stands(cast.supervisor.actor)["premises"] == "missing"
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, entry, "approve")
    take(cast.mgmt_rep, entry, "approve")
    day = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
    assert stands(cast.supervisor.actor, AT)["premises"] == "valid"
    assert stands(cast.supervisor.actor, day - timedelta(days=30))["premises"] == "expiring"
    assert stands(cast.supervisor.actor, day + timedelta(days=1))["premises"] == "missing"
    with pytest.raises(InvalidInput):
        record(cast.auditor, speaks_of="2026-03-03")


@pytest.mark.req("OE-08")
@pytest.mark.parametrize(("interval", "due"), [("quarterly", date(2026, 5, 20)), ("yearly", date(2027, 2, 22))])
def test_evidence_that_returns_is_owed_again_one_interval_after_its_day(cast: Cast, interval: str, due: date) -> None:
    entry = record(cast.auditor, "attention", interval=interval)
    assert not Promise.objects.filter(stream_id=entry.pk).exists()
    take(cast.supervisor, entry, "approve")
    promise = Promise.objects.get(stream_id=entry.pk)
    assert (promise.kind, promise.due_at.date(), promise.owner_id) == ("evidence_review", due, cast.auditor.id)
    take(cast.mgmt_rep, entry, "renew", statement="四季度纪要", speaks_of="2026-03-01")
    assert Promise.objects.get(pk=promise.pk).ending == "met"
    with pytest.raises(ConditionsUnmet):
        take(cast.mgmt_rep, entry, "approve")
    assert take(cast.supervisor, entry, "approve").state == "valid"
    assert not list(verify.verify_organisation(verify.Tally()))


@pytest.mark.req("OE-08")
def test_intervals_end_on_a_month_that_is_too_short() -> None:
    assert following(date(2026, 1, 31), "monthly") == date(2026, 2, 28)
    assert following(date(2024, 1, 31), "monthly") == date(2024, 2, 29)
    assert following(date(2026, 8, 31), "half_yearly") == date(2027, 2, 28)
    assert following(date(2026, 11, 30), "quarterly") == date(2027, 2, 28)
    assert following(date(2026, 12, 31), "weekly") == date(2027, 1, 7)
    assert following(date(2024, 2, 29), "yearly") == date(2025, 2, 28)


@pytest.mark.req("OE-05", "OE-13")
@pytest.mark.parametrize(
    ("code", "own", "other"),
    [
        ("fund", {"budget": "100000", "used": "20000.50", "balance": "79999.50"}, {"partners": "同行", "topic": "经验", "outcome": "标准"}),
        ("exchange", {"partners": "同行", "topic": "经验", "outcome": "标准"}, {"budget": "1", "used": "1", "balance": "0"}),
        ("premises", {}, {"budget": "1", "used": "1", "balance": "0", "partners": "同行", "topic": "经验", "outcome": "标准"}),
    ],
)  # fmt: skip
def test_renewing_asks_what_its_kind_of_evidence_asks_and_loses_none_of_it(
    cast: Cast, sign_in, client, code: str, own: dict[str, str], other: dict[str, str]
) -> None:
    """Kind is not asked again: what hangs on it is, and what hangs on another kind is not."""
    entry = record(cast.auditor, code, **own)
    page = reverse("registers:step", args=["evidence", entry.number, "renew"])
    sign_in(cast.supervisor)
    with travel_to(AT):
        shown = client.get(page).content.decode()
        assert {name for name in {**own, **other} if f'name="{name}"' in shown} == set(own)
        assert all(f'name="{name}"' in shown and "data-when" not in shown for name in own)
        asked = {"statement": "二季度", "speaks_of": "2026-03-01"}
        if own:
            assert client.post(page, asked).status_code == 422, "what its kind asks is asked again"
        assert client.post(page, asked | own).status_code == 303
    kept = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert set(own) <= {*kept.codes, *kept.written()}
    assert not set(other) & {*kept.codes, *kept.written()}
    if code == "fund":
        assert (kept.codes["budget"], kept.codes["used"]) == (100_000_00, 20_000_50)


@pytest.mark.req("OE-01")
def test_the_list_shows_the_gaps(cast: Cast, sign_in, client) -> None:
    take(cast.supervisor, record(cast.auditor), "approve")
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:list", args=["evidence"])).content.decode()
    shall = sum(one.shall for one in SUBJECTS.values())
    assert f"{shall - 1} 项缺口" in page or f"{shall - 1} gaps" in page
    assert "OE-17" in page


@pytest.mark.req("OE-18")
@pytest.mark.parametrize(
    ("documents", "apart"),
    [([], set()), (["isc", "sz", "cts", "svc"], set()), (["sz"], None), (["svc"], set(SUBJECTS))],
)
def test_evidence_is_asked_for_by_the_documents_that_apply_only(
    cast: Cast, organisation: Organisation, sign_in, documents: list[str], apart: set[str] | None
) -> None:
    """The documents chosen at set-up, with their reason, decide whose clauses have gaps."""
    Organisation.objects.filter(pk=organisation.pk).update(enterprise={"documents": documents, "reason": "中小企业"})
    forget_organisations()
    wanted = apart if apart is not None else {"network", "papers", "workplace"}
    found = {code for code, state in stands(cast.supervisor.actor).items() if state == "apart"}
    assert found == wanted if apart is not None else found >= wanted and "premises" not in found
    page = sign_in(cast.supervisor).get(reverse("registers:list", args=["evidence"])).content.decode()
    assert ("不适用：不属于本企业选定的文件" in page) is bool(found)
    shall = sum(one.shall and code not in found for code, one in SUBJECTS.items())
    assert (f"{shall} 项缺口" in page) is bool(shall)
    forget_organisations()
