"""Fields into which people type: wide signs are read, too much is counted in our words, nothing is cut by a browser."""

import pytest
from django import forms
from django.utils import translation

from tingsu.pages.fields import CodeField, EmailField, PlainField, TextField


class Form(forms.Form):
    words = TextField(max_length=5, required=False)
    address = EmailField(max_length=30, required=False)
    code = CodeField(max_length=5, required=False)
    line = PlainField(max_length=40, required=False)


@pytest.mark.req("QL-01")
@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("words", " ab\u200b ", "ab"),
        ("address", "ｈｅｌｐ＠例子．ｅｘａｍｐｌｅ．cn ", "help@例子.example.cn"),
        ("code", "ｑｃ－１ ", "qc-1"),
        ("line", "４００－８００—１２３４　", "400-800-1234"),
        ("line", "ｈｔｔｐｓ：／／例子．ｃｎ", "https://例子.cn"),
        ("code", "Qc_1", "Qc_1"),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(field: str, typed: str, kept: str) -> None:
    form = Form({field: typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data[field] == kept


@pytest.mark.parametrize(
    ("field", "typed", "zh", "en"),
    [
        ("words", "长" * 6, "已输入 6 个字符，最多 5 个", "6 characters; at most 5"),
        ("address", "a" * 30 + "@example.cn", "已输入 41 个字符，最多 30 个", "41 characters; at most 30"),
        ("code", "abcdef", "已输入 6 个字符，最多 5 个", "6 characters; at most 5"),
        ("code", "沈 一", "英文字母 a–z", "letters a to z"),
        ("words", "a\x00b", "控制字符", "control character"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_of_ours(field: str, typed: str, zh: str, en: str) -> None:
    for language, words in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            (said,) = Form({field: typed}).errors[field]
            assert words in said


def test_no_browser_cuts_or_refuses_what_is_pasted() -> None:
    page = Form().as_p()
    assert "maxlength" not in page
    assert 'type="email"' not in page
    assert 'inputmode="email"' in page
