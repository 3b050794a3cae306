"""What of a report leaves the centre, by every door: files, portal, programs and exported lists; small numbers stay (MO-13, PT-04)."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.clocks.models import Promise
from tingsu.figures.tests.test_indicators import facts
from tingsu.governance import monthly, publishing, report_withheld, reporting
from tingsu.governance.report_withheld import WITHHELD
from tingsu.governance.tests.test_disposal import findings, opened, take
from tingsu.governance.tests.test_reports import APRIL, REFUSED, draft, released, some_facts, tables
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.pages.books import Page, workbook
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db]


@pytest.mark.req("MO-04", "MO-13")
def test_files_in_both_languages_withhold_small_numbers(cast: Cast, sign_in: Any) -> None:
    entry = released(cast)
    shown = tables(cast, entry, full=False)
    apart = [
        row for name, rows in shown.items() if "分类" in name or "told apart" in name for row in rows if len(row) == 4
    ]
    withheld = [row for row in apart if row[0] in {"渠道", "Channel"}]
    assert withheld
    assert all(not row[2].isdigit() for row in withheld), "3 letters, and 37 calls that would tell them"
    with travel_to(APRIL):
        client = sign_in(cast.analyst)
        for name in ("zh.pdf", "en.pdf"):
            answer = client.get(reverse("governance:report_file", args=[entry.number, name]))
            assert answer.content[:5] == b"%PDF-"
        for name, words in (("zh.xlsx", "数据分析组月报"), ("en.xlsx", "Monthly report of the data analysis group")):
            answer = client.get(reverse("governance:report_file", args=[entry.number, name]))
            book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
            assert words in book.get_sheet_by_index(0).to_python()[0][0]
            cells = [
                cell for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row
            ]
            assert 40.0 in cells
            assert 3.0 not in cells
        for name in ("zh.doc", "fr.pdf"):
            assert client.get(reverse("governance:report_file", args=[entry.number, name])).status_code == 404
        assert (
            sign_in(cast.frontline).get(reverse("governance:report_file", args=[entry.number, "zh.pdf"])).status_code
            == 404
        )


@pytest.mark.req("PT-04", "MO-13")
def test_public_statistics_are_approved_published_withdrawn_and_corrected(cast: Cast, client: Client) -> None:
    some_facts()
    asked: dict[str, Any] = {"report": "public", "span": "month", "by_itself": "yes"}
    entry = draft(cast, **asked)
    assert set(entry.codes["figures"][0]) == {"code", "version", "part", "whole", "amount"}
    assert not {"stages", "money", "capacity", "matters"} & set(entry.codes)
    with pytest.raises(InvalidInput) as overlaps:
        draft(cast, **{**asked, "span": "quarter"})
    assert set(overlaps.value.fields) == {"span"}
    listed, page = reverse("portal:statistics"), reverse("portal:statistics_one", args=[entry.number])
    table = reverse("portal:statistics_csv", args=[entry.number])

    def seen() -> tuple[bool, int, int]:
        with travel_to(APRIL):
            shown = entry.number in str(client.get(listed).context["publications"])
            return shown, client.get(page).status_code, client.get(table).status_code

    take(cast.analyst, entry, "hand_in", APRIL)
    for step in ("approve", "publish"):
        with pytest.raises(REFUSED):
            take(cast.analyst, entry, step, APRIL)
    assert take(cast.supervisor, entry, "approve", APRIL).state == "cleared"
    assert seen() == (False, 404, 404)
    assert take(cast.analyst, entry, "publish", APRIL).state == "published"
    assert Promise.objects.get(stream_id=entry.pk, kind=reporting.PUBLIC_DUE).ending == "met"
    assert seen() == (True, 200, 200)
    for language, name in (("zh-hans", "投诉数量"), ("en", "Number of complaints")):
        client.cookies["tingsu_language"] = language
        html = client.get(page).content.decode()
        rows = b"".join(client.get(table)).decode("utf-8-sig").splitlines()
        assert name in html
        assert any(f",{name}," in row and ",40," in row for row in rows)
        assert not any(row.split(",")[3:4] in (["3"], ["37"]) for row in rows), (
            "3 letters, and the calls that would tell them"
        )
        assert "夜间" not in html, "no word that a person wrote"
        assert not any(words in html for words in ("1 / 40", "40 件中 1 件", "2.5 %")), "one came again"
    with pytest.raises(InvalidInput):
        take(cast.supervisor, entry, "withdraw", APRIL, notice="")
    facts({"received_on": date(2026, 3, 9)})
    take(cast.analyst, entry, "correct", APRIL, reason="漏计")
    assert seen() == (True, 200, 404)
    new = Entry.objects.get(register=monthly.NAME, state="draft")
    assert new.number not in client.get(page).content.decode(), "not published yet"
    take(cast.analyst, new, "hand_in", APRIL)
    take(cast.supervisor, new, "approve", APRIL)
    take(cast.analyst, new, "publish", APRIL)
    assert new.number in client.get(page).content.decode()
    take(cast.supervisor, new, "withdraw", APRIL, notice="口径有误，重新核对")
    never = draft(cast, **{**asked, "month": "2026-02-15"})
    for who, step in ((cast.analyst, "hand_in"), (cast.supervisor, "approve"), (cast.analyst, "correct")):
        take(who, never, step, APRIL, **({"reason": "漏计"} if step == "correct" else {}))
    with CaptureQueriesContext(connection) as asked_now:
        assert {one.number for one in publishing.publications()} == {entry.number, new.number}
    assert len(asked_now) == 1
    html = client.get(reverse("portal:statistics_one", args=[new.number])).content.decode()
    assert "口径有误" in html
    assert "Number of complaints" not in html
    assert client.get(reverse("portal:statistics_one", args=["YB-1999-001"])).status_code == 404
    assert findings() == []


def test_a_workbook_holds_texts_as_texts_and_names_its_sheets_apart() -> None:
    pages = [
        Page(name="甲[乙]:丙/" + "长" * 40, heads=["=1+1"], rows=[["=cmd", 3]], notes=["末"]),
        Page(name="甲[乙]:丙/" + "长" * 40),
        Page(name="'"),
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(pages, title="题")))
    assert len(set(book.sheet_names)) == 3
    assert max(len(name) for name in book.sheet_names) <= 31
    assert book.get_sheet_by_index(0).to_python() == [["=1+1", ""], ["=cmd", 3.0], ["末", ""]]


@pytest.mark.req("PT-04", "MO-13")
def test_a_month_and_its_quarter_are_not_both_public(cast: Cast) -> None:
    public: dict[str, Any] = {"report": "public"}
    january = draft(cast, month="2026-01-10", span="month", **public)
    draft(cast, month="2026-04-01", span="quarter", **public)  # another quarter
    draft(cast, month="2026-02-01", span="month", **public)  # of the same length
    for span in ("quarter", "year"):
        with pytest.raises(InvalidInput) as refused:
            draft(cast, month="2026-01-10", span=span, **public)
        assert set(refused.value.fields) == {"span"}
    Entry.objects.filter(register=monthly.NAME, speaks_of=date(2026, 2, 1)).update(state="superseded")
    Entry.objects.filter(pk=january.pk).update(state="withdrawn")
    assert draft(cast, month="2026-01-10", span="quarter", **public).state == "draft"


def withheld(kind: str = "monthly", **codes: Any) -> dict[str, Any]:
    return report_withheld.for_others(Entry(codes={"report": kind, "month": "2026-03-01", **codes}))


def line(code: str, part: int, whole: int, **more: Any) -> dict[str, Any]:
    return {"code": code, "version": 0, "part": part, "whole": whole, "amount": None, **more}


@pytest.mark.req("MO-13")
def test_no_other_number_tells_one_that_is_withheld(cast: Cast) -> None:
    grades = [
        {"by": "grade", "value": value, "cases": cases, "before": 9}
        for value, cases in (("simple", 20), ("complex", 3), ("high_risk", 8))
    ]
    found = withheld(received=31, high_risk=8, repeated=28, closed=4, late=0, breakdown=grades)
    assert [row["cases"] for row in found["breakdown"]] == [20, WITHHELD, WITHHELD]
    assert [row["before"] for row in found["breakdown"]] == [9, 9, 9]
    assert "moments_by_person" not in withheld(moments_by_person=[{"member": "x", "median": 9}]), "of a colleague"
    assert (found["received"], found["late"]) == (31, 0)
    assert (found["high_risk"], found["repeated"], found["closed"]) == (WITHHELD,) * 3
    assert withheld(received=31, high_risk=8, repeated=26)["high_risk"] == 8
    scores = [line("K-11", 2, 40, weight=1, score=5), line("K-12", 20, 40, weight=1, score=52)]
    assert [row["score"] for row in withheld("department", scores=scores)["scores"]] == [WITHHELD, 52]
    held = [{"role": "frontline", "people": 9, "open": 12, "late": late, "closed": 40} for late in (0, 5, 9)]
    assert [row["late"] for row in withheld(capacity=held)["capacity"]] == [0, 5, WITHHELD]
    months = [
        {"month": f"2026-{month:02d}", **line("KP-09a", cases, cases)} for month, cases in ((1, 10), (2, 12), (3, 3))
    ]
    quarter = withheld("quarterly", by_month=months, figures=[line("KP-09a", 25, 25)])
    assert [row["part"] for row in quarter["by_month"]] == [10, 12, WITHHELD]
    assert quarter["figures"][0]["part"] == WITHHELD, "the sum would tell the month"
    assert withheld("quarterly", by_month=months[:2], figures=[line("KP-09a", 22, 22)])["figures"][0]["part"] == 22
    department = {"report": "rectifications", "received": 3}
    assert report_withheld.for_others(Entry(codes=department)) == department, "its own"


@pytest.mark.req("MO-05", "MO-13")
def test_a_quarter_withholds_what_one_of_its_months_does(cast: Cast) -> None:
    for month, letters in ((1, 3), (2, 10), (3, 10)):
        facts(
            *(
                {"received_on": date(2026, month, 5), "channel": "letter" if number < letters else "hotline"}
                for number in range(40)
            )
        )
        entry = draft(cast, month=f"2026-{month:02d}-05")
        take(cast.analyst, entry, "hand_in", APRIL)
        take(cast.supervisor, entry, "approve", APRIL)
    quarter = opened(cast.analyst, monthly.NAME, APRIL, report="quarterly", month="2026-02-01", proposals="见各月")
    channels = {row["value"]: row["cases"] for row in quarter.codes["breakdown"] if row["by"] == "channel"}
    assert channels == {"letter": 23, "hotline": 97}
    shown = {
        row[1]: row[2]
        for rows in tables(cast, quarter, full=False).values()
        for row in rows
        if row[0] in {"渠道", "Channel"}
    }
    assert len(shown) == 2
    assert not {"23", "97"} & set(shown.values())


@pytest.mark.req("MO-13", "OG-16")
def test_programs_and_exported_lists_have_no_small_number(cast: Cast, client: Client, sign_in: Any) -> None:
    entry = released(cast)
    token = issue_token(
        actor=automation("test", cast.organisation_id), name="figures", scopes=("registers:read",), roles=cast.analyst.actor.roles,
        acts_for=cast.analyst.id,
    )[1]  # fmt: skip
    with travel_to(APRIL):
        answer = client.get(
            f"/api/v1/registers/{monthly.NAME}/{entry.number}", headers={"Authorization": f"Bearer {token}"}
        )
        table = b"".join(sign_in(cast.analyst).get(reverse("registers:export", args=[monthly.NAME, "csv"])))
    told = {one["name"]: one["value"] for one in answer.json()["fields"]}
    channels = [row for row in told["breakdown"] if row["by"] == "channel"]
    assert len(channels) == 2
    assert not any("cases" in row and row["cases"] for row in channels)
    assert any(row.get("part") == 40 for row in told["figures"]), "what is not small is told"
    words = table.decode("utf-8-sig")
    assert entry.number in words
    assert not any(found in words for found in (" · 3 ·", " · 37 ·"))
    assert " · 40" in words
