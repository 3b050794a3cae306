"""What stands between words that code puts together."""

import pytest
from django.utils.translation import override

from tingsu.kernel.punctuation import after_label


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        ("zh-hans", "时限", "时限：是"), ("zh-hans", "录音都能找到吗？", "录音都能找到吗？是"),
        ("en", "Limit", "Limit: 是"), ("en", "Is safety concerned?", "Is safety concerned? 是"),
    ],
)  # fmt: skip
def test_a_question_has_its_own_mark_and_no_colon_behind_it(language: str, label: str, told: str) -> None:
    with override(language):
        assert after_label(label, "是") == told
