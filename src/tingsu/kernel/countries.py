"""Countries and regions by name or code, as people write them and as they are read (RG-01). Names are those of the CLDR."""

from functools import cache

from django.utils.translation import get_language, gettext_lazy

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.spelling import fold

LENGTH = 60
"""Signs that somebody may type."""
NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""Codes of the CLDR that are no country or region."""
OWN = {
    "zh_Hans": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China"},
}
"""Names that stand here as letters of a Chinese organisation write them."""
ALSO = {
    "中华人民共和国": "CN", "中国大陆": "CN", "中国内地": "CN", "mainland china": "CN", "香港": "HK", "hong kong": "HK", "澳门": "MO", "macao": "MO",
    "macau": "MO", "台湾": "TW", "台灣": "TW", "taiwan": "TW", "大韩民国": "KR", "korea": "KR", "great britain": "GB", "england": "GB",
    "united states of america": "US", "holland": "NL", "阿联酋": "AE",
}  # fmt: skip


def read_country(typed: str) -> str:
    """The two letters of a country that somebody named in Chinese or English, or by a code of two or three letters.

    Empty for nothing. Raises InvalidValue.
    """
    plain = _plain(typed)
    if not plain:
        return ""
    known = _names("en")
    if plain.upper() in known:
        return plain.upper()
    found = _codes().get(plain) or _other_codes().get(plain.upper(), "")
    if found not in known:
        sentence = gettext_lazy("Write the name of the country, such as Germany or 德国, or its two letters.")
        raise InvalidValue(sentence, code="country")
    return found


def _plain(words: str) -> str:
    return fold(words).replace(".", "").replace("。", "").strip().lower()


def country_words(code: str) -> str:
    """What a country is called in the reader's language; what is no code stands for itself."""
    names = _names("zh_Hans" if (get_language() or "").lower().startswith("zh") else "en")
    return names.get(code.upper(), code)


@cache
def _names(language: str) -> dict[str, str]:
    from babel import Locale

    known = Locale.parse(language).territories
    plain = {code: name for code, name in known.items() if len(code) == 2 and code not in NO_COUNTRY}
    return plain | OWN[language]


@cache
def _codes() -> dict[str, str]:
    """Names in small letters → code."""
    from babel import Locale

    found = {
        _plain(name): code
        for language in ("zh_Hant", "zh_Hans", "en")
        for code, name in Locale.parse(language).territories.items()
        if code in _names("en")
    }
    found |= {_plain(name): code for names in OWN.values() for code, name in names.items()}
    return found | {_plain(name): code for name, code in ALSO.items()}


@cache
def _other_codes() -> dict[str, str]:
    """Codes of three letters, and older ones, → those of two that stand for one country."""
    from babel.core import get_global

    return {code: to[0] for code, to in get_global("territory_aliases").items() if len(to) == 1}
