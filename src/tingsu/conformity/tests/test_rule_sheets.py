"""The rules in force on paper: in the words of their pages, in both languages, without the names by which the software knows them."""

import re

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.conformity import sheets
from tingsu.kernel import proofs, rulebooks

CODE = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z]+\b")
RAW = re.compile(r"\b[a-z]+_[a-z]+(_[a-z]+)*\b|\bTrue\b|\bNone\b|[{}\[\]]'")
HALF = re.compile(r"[\u4e00-\u9fff][:;,]")


@pytest.mark.req("MS-29")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_rulebook_is_printed_in_the_words_of_its_page(cast: Cast, language: str) -> None:
    for kind in proofs.ruled():
        with override(language):
            sheet = sheets.of_kind(kind, "x")
            told = [words for part in sheet.parts for words in said(part)]
            heads = [
                str(head) for part in sheet.parts for head in [*part.heads, *(label for label, _words in part.facts)]
            ]
        assert not [one for one in heads if CODE.search(one)], (kind, heads)
        if kind not in {"indicators", "warning_rules"}:  # typed in the words of the software, on their pages too
            assert not [one for one in told if RAW.search(one)], (kind, told)
        assert told or any(part.texts for part in sheet.parts), kind
        if language == "zh-hans":
            assert not [one for one in [*heads, *told] if HALF.search(one)], kind
            assert not [one for one in heads if not re.search(r"[\u4e00-\u9fff]", one)], (kind, heads)
            assert str(rulebooks.kinds()[kind].label) == sheet.title


def said(part: object) -> list[str]:
    """Every word of a part, but what stands in a column of codes, by which other rules name an entry."""
    heads = [str(one) for one in part.heads]  # type: ignore[attr-defined]
    cells = (pair for row in part.rows for pair in zip(heads, row, strict=True))  # type: ignore[attr-defined]
    rows = [cell for head, cell in cells if head not in {"Code", "代码"}]
    return [*rows, *(words for _label, words in part.facts)]  # type: ignore[attr-defined]
