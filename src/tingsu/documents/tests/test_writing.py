"""What is written in the product reads as headings, lists and tables, and two versions compare line by line (DI-02, DI-04)."""

import pytest

from tingsu.documents.comparing import compared
from tingsu.documents.writing import blocks, headed, read_out


@pytest.mark.req("DI-02")
def test_a_text_is_read_into_blocks() -> None:
    found = blocks(
        "# 目的\n规范\n处理\n\n- 一\n- **二**\n\n1. 先\n2、后\n\n| 环节 | 时限 |\n|---|---|\n| 受理 | 2 小时 |\n| 关闭 |\n\n### 附则\n尾"
    )
    assert [one.kind for one in found] == ["heading", "paragraph", "points", "steps", "table", "heading", "paragraph"]
    assert found[1].lines == ["规范", "处理"]
    assert [span.strong for span in found[2].shown[1]] == [True]
    assert found[3].lines == ["先", "后"]
    assert found[4].heads == ["环节", "时限"]
    assert [["".join(span.words for span in cell) for cell in row] for row in found[4].cells] == [
        ["受理", "2 小时"],
        ["关闭", ""],
    ]
    shown = blocks("见下图\n![流程图](flow.png)\n完")
    assert [(one.kind, one.lines, one.name) for one in shown][1] == ("picture", ["流程图"], "flow.png")
    assert [(words, level) for words, level, _below in headed(found)] == [("目的", 1), ("附则", 3)]


@pytest.mark.req("DI-02")
def test_what_was_typed_is_never_markup(rf) -> None:
    from django.template.loader import render_to_string

    drawn = render_to_string(
        "documents/text.html", {"blocks": blocks("<script>alert(1)</script>\n\n| <b> | ' onclick= |\n| 1 | 2 |")}
    )
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "&lt;b&gt;" in drawn


@pytest.mark.req("DI-04")
def test_two_texts_side_by_side_show_what_is_gone_and_what_is_new() -> None:
    before = "\n".join(["开头", *(f"第 {one} 行" for one in range(20)), "受理时限 2 小时", "删去的一行", "结尾"])
    after = "\n".join(["开头", *(f"第 {one} 行" for one in range(20)), "受理时限 1 小时", "结尾", "新增的一行"])
    lines = compared(before, after)
    assert [one.kind for one in lines] == [
        "same",
        "same",
        "same",
        "same",
        "gap",
        "same",
        "same",
        "same",
        "changed",
        "gone",
        "same",
        "new",
    ][-len(lines) :]
    changed = next(one for one in lines if one.kind == "changed")
    assert [span.words for span in changed.before if span.strong] == ["2"]
    assert [span.words for span in changed.after if span.strong] == ["1"]
    assert compared("一样", "一样") == compared("一样", "一样")
    assert [one.kind for one in compared("一样", "一样")] == ["same"]


@pytest.mark.req("DI-04")
def test_comparison_and_history_show_words_and_no_marks() -> None:
    text = "## 边界\n\n| 方面 | 纳入 |\n| --- | --- |\n| 组织 | **总部** |\n- 电话\n1. 先听\n![图](a.png)\n结尾"
    assert read_out(text).splitlines() == ["边界", "方面 │ 纳入", "组织 │ 总部", "• 电话", "1. 先听", "图", "结尾"]
    shown = [
        span.words
        for one in compared(text, text.replace("总部", "总部及分店").replace("## 边界", "# 边界"))
        for span in (*one.before, *one.after)
    ]
    assert not [words for words in shown if "#" in words or "**" in words or "---" in words]
    by_rank = next(one for one in compared("## 边界", "# 边界") if one.heading)
    assert (by_rank.kind, by_rank.before[0].strong) == ("changed", True), (
        "what changed in its marks alone is not hidden"
    )
