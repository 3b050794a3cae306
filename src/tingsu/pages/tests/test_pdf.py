"""Documents as PDF: text that can be selected, page N of M, small, and nothing of what people wrote read as markup."""

import io
from datetime import UTC, datetime

import pypdf
import pytest
from django.utils import timezone, translation

from tingsu.pages import pdf as paper
from tingsu.pages.pdf import Part, Sheet, pdf, pdf_response, table

AT = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
MARKUP = '#read("/etc/passwd") *bold* $x$ = head\n#panic() \\ <label> {n}'


def a_sheet(*parts: Part, **given):
    return Sheet(
        **{"firm": "远航电商有限公司", "title": "不符合 BH-2026-001", "by": "工号 3001", "at": AT, **given}, parts=parts
    )


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.fixture(autouse=True)
def _beijing():
    with timezone.override("Asia/Shanghai"):
        yield


@pytest.mark.req("RC-06")
@pytest.mark.parametrize(
    ("language", "printed", "page"),
    [
        ("zh-hans", "工号 3001 打印于 2026-03-03 00:30", "第 {} 页，共 {} 页"),
        ("en", "Printed by 工号 3001 on 2026-03-03 00:30", "Page {} of {}"),
    ],
)
def test_every_page_says_firm_number_who_when_and_how_many(language, printed, page):
    facts = [("描述", "出库单与实物不符"), ("Words", "Delivery differs")] * 60
    with translation.override(language):
        content = pdf(a_sheet(Part(heading="事实", facts=facts)))
    found = pages_of(content)
    assert len(found) > 2
    for number, text in enumerate(found, 1):
        for words in ("远航电商有限公司", "不符合 BH-2026-001", printed, page.format(number, len(found))):
            assert words in text, (number, words)
    assert "".join(found).count("出库单与实物不符") == 60
    assert "".join(found).count("Delivery differs") == 60


def test_what_people_wrote_is_never_markup():
    part = Part(heading=MARKUP, facts=[(MARKUP, MARKUP)], note=MARKUP)
    rows = table([MARKUP], [[MARKUP]])
    content = pdf(a_sheet(part, rows, firm=MARKUP, title=MARKUP, by=MARKUP, subtitle=MARKUP))
    text = "".join(pages_of(content))
    # Everywhere, and letter by letter: in head, foot, headings, facts, cells and notes.
    for words in ('#read("/etc/passwd")', "*bold*", "$x$", "#panic()", "<label>", "{n}"):
        assert text.count(words) >= 9, words
    assert "root:" not in text


def test_signs_that_cannot_be_set_or_turn_the_line_around_are_left_out():
    text = "".join(pages_of(pdf(a_sheet(Part(facts=[("a", "甲\x00乙\x07丙\u202e丁")])))))
    assert "甲乙丙丁" in text


def test_a_document_holds_only_the_signs_it_uses():
    short = pdf(a_sheet(Part(facts=[("描述", "出库单与实物不符")])))
    assert len(short) < 40_000
    fonts = pypdf.PdfReader(io.BytesIO(short)).pages[0]["/Resources"]["/Font"]
    assert fonts
    assert all("NotoSansSC" in str(fonts[name].get_object()["/BaseFont"]) for name in fonts)


def test_a_table_repeats_its_head_and_says_when_it_was_cut(monkeypatch):
    monkeypatch.setattr(paper, "MOST_ROWS", 80)
    rows = [[f"BH-2026-{number:03d}", "出库单与实物不符"] for number in range(81)]
    with translation.override("en"):
        cut = pages_of(pdf(a_sheet(table(["编号", "内容"], rows), wide=True)))
        whole = pages_of(pdf(a_sheet(table(["编号", "内容"], rows[:80]), wide=True)))
    assert len(cut) > 1
    assert all("编号" in page for page in cut)
    assert "BH-2026-079" in "".join(cut)
    assert "BH-2026-080" not in "".join(cut)
    assert "only its first 80 rows" in "".join(cut)
    assert "only its first" not in "".join(whole)


def test_it_is_a_download_that_nobody_keeps_on_the_way():
    answer = pdf_response("不符合", a_sheet())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.content.startswith(b"%PDF-")
