"""Countries by name or code, in and out (RG-01)."""

import pytest
from django.utils.translation import override

from tingsu.kernel.countries import country_words, read_country
from tingsu.kernel.errors import InvalidValue

pytestmark = pytest.mark.req("RG-01")


def test_a_country_is_read_as_people_and_programs_write_it_and_told_in_both_languages() -> None:
    for code, zh, en, *typed in (
        ("", "", "", " "),
        ("CN", "中国", "China", "cn", "中国", "中华人民共和国", "CHN", "China", "ＣＮ"),
        ("DE", "德国", "Germany", "de", "DEU", "德国", "germany", " Germany. "),
        ("GB", "英国", "United Kingdom", "UK", "英国", "Great Britain"),
        ("US", "美国", "United States", "USA", "U.S.", "美國", "united states of america"),
        ("KR", "韩国", "South Korea", "KOR", "大韩民国", "korea"),
        ("HK", "中国香港", "Hong Kong, China", "hk", "香港", "中国香港", "Hong Kong", "HKG"),
        ("TW", "中国台湾", "Taiwan, China", "台湾", "中国台湾", "TWN"),
        ("MO", "中国澳门", "Macao, China", "澳门", "Macau"),
    ):
        for one in typed:
            assert read_country(one) == code, one
        for language, words in (("zh-hans", zh), ("en", en)):
            with override(language):
                assert country_words(code) == words
                assert read_country(words) == code, "what is shown can be typed"
    for wrong in ("EU", "ZZ", "SU", "1C", "亚特兰蒂斯", "-", "x" * 60):
        with pytest.raises(InvalidValue) as refused:
            read_country(wrong)
        assert refused.value.code == "country", wrong
    assert country_words("Narnia") == "Narnia"
