"""Finding what points to a person inside free text, however it was typed (PS-06, issue "one privacy door").

A text is first made plain for the eye of the patterns only: full-width signs, other digits, dashes and brackets become ASCII, signs
without width fall away. What is found is told by its place in the text as it was written, so that the story around it stays
as it is. Pure functions.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tingsu.privacy.writings import Simplified, Spelt, is_a_name, without_accents

_SAME_LENGTH = Simplified({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_SAME_LENGTH.update(
    str.maketrans(
        "\u00a0\u3000\u2002\u2003\u2009\u202f‐‑‒–—―−－ー。．・·•‧【】〔〕「」『』《》“”‘’｡、",
        "      ---------......[][][][]<>\"\"''.,",
    )
)
"""Sign for sign: full-width signs as ASCII, traditional characters simplified."""
_ODD = re.compile(
    r"[^\x09-\x7e\u00a0\u2002\u2003\u2009\u2010-\u2015\u2018-\u201d\u2022\u2026\u3000-\u30ff\u3400-\u9fff\uff01-\uff5e]"
)
"""Signs that need a closer look: without width, digits of other scripts, letters in circles."""
_NUMERAL = "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_SPELT = re.compile(rf"(?:[{_NUMERAL}\d][^\w\n]{{0,3}}){{5,}}")
_SPELT_DIGITS = str.maketrans(_NUMERAL, "0001234567891123456789")
_ALIKE = re.compile(r"(?<![A-Za-z])[lI](?=[ \-]?[3-9][\doO])|(?<=\d)[oO]+(?![A-Za-z])")
"""Letters that stand in a number in the place of a one or a nought."""
_ALONE = r"(?<![A-Za-z])(?<![A-Za-z]\d)(?<![A-Za-z]\d\d)(?<![A-Za-z]\d{3})(?<![A-Za-z]\d{4})"
"""Where a short word begins: not inside a code of letters and digits, but behind the number of a room or a telephone too."""
_CHATS = (
    r"微\s?信|薇信|威信|卫星号|[vV]信|wechat|weixin|(?:加(?:我|个)?|\+)\s?(?:[vV](?![A-Za-z])|微|薇)"
    rf"|{_ALONE}(?:[vw]\s?x|q\s?q|(?:(?<!\d)|(?<=\d{7}))tg)(?![A-Za-z])"
    rf"|扣扣|企鹅|抖音|小红书|微博|飞书|快手|钉钉|支付宝账号|telegram|whatsapp|skype|{_ALONE}line\s?(?:id|:|：)"
)
_PAPERS = "护照|通行证|居住证|台胞证|回乡证|军官证|士兵证|警官证|社保卡|医保卡|身份证|证件|驾照|驾驶证|passport"
_WORTH_A_LOOK = re.compile(
    rf"\d|[@＠Ａ-Ｚａ-ｚ]|[(（\[【{{]\s?at\s?[)）\]】}}]|艾特|\sat\s\S+\sdot\s|(?:[{_NUMERAL}][^\w\n]{{0,3}}){{5}}|wxid"
    rf"|[路街巷弄村苑区园寓厦城][东西南北中]?[{_NUMERAL}十百]+[号弄栋幢座组]|{_CHATS}|{_PAPERS}",
    re.IGNORECASE,
)


_NUMBER = re.compile(
    r"[省市区县镇乡村路街巷弄栋幢座室楼苑园寓厦]|(?:\d\D{0,6}){5}|[@＠]|[A-Za-zＡ-Ｚａ-ｚ]{3}|[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]\D{0,3}[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
)


_LETTERS = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][^\w]{0,3}[A-Za-zＡ-Ｚａ-ｚ]")


class Look:
    """A first look at a text, by which it is known what need not be searched for in it."""

    __slots__ = ("odd", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = text if text.isascii() else text.translate(_SAME_LENGTH)
        self.odd = _ODD.search(text) is not None

    def may_be_spelt(self) -> bool:
        """Could a name stand in this text in Latin letters?"""
        return self.odd or _LETTERS.search(self.text) is not None

    def may_tell_a_number(self) -> bool:
        """Could a telephone number, a postcode, a mail or street address stand in this text?"""
        return self.odd or _NUMBER.search(self.plain) is not None


@dataclass(frozen=True)
class Found:
    """Something about a person in a text: where it stands, of what kind, and how it reads without disguise."""

    start: int
    end: int
    kind: str
    """phone, email, id_number, order_number (bank cards too: the last four signs), whole, or a name's rule."""
    plain: str


@dataclass(frozen=True)
class Value:
    """A value of somebody in the case, by which free text is searched: only letters and digits, in small letters."""

    key: str
    kind: str
    plain: str
    """What is masked in its place: the value as the record has it."""
    exact: bool = False
    """Only where it stands alone: no letter or digit before or after it."""
    capital: bool = False
    """Only where it is written with a capital: a part of a Latin name may be a common word."""
    spelt: Spelt | None = None
    """A name in pinyin, which is told from words that are spelt alike."""


class Flat:
    """A text made plain, and where each of its signs stood."""

    def __init__(self, look: Look) -> None:
        text = look.text
        self.places: Sequence[int] = range(len(text))
        if look.odd and not text.isascii():
            self.text, self.places = _closely(text)
        else:
            self.text = look.plain
        if not text.isascii() and _SPELT.search(self.text):
            self.text = _SPELT.sub(lambda found: found.group().translate(_SPELT_DIGITS), self.text)
        if _DIGIT.search(self.text):
            self.text = _ALIKE.sub(lambda found: "1" if found.group() in "lI" else "0" * len(found.group()), self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text as it was written."""
        return self.places[start], self.places[end - 1] + 1


def _closely(text: str) -> tuple[str, list[int]]:
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if unicodedata.category(sign) in {"Cf", "Mn", "Me", "Cc"} and sign not in "\t\n\r":
            continue
        plain = without_accents(unicodedata.normalize("NFKC", sign))
        for one in plain[:-1] if len(plain) == 2 and plain[0].isdigit() and plain[1] in ".," else plain:
            digit = unicodedata.digit(one, None)
            signs.append(str(digit) if digit is not None else one.translate(_SAME_LENGTH))
            places.append(place)
    return "".join(signs), places


_DIGIT = re.compile(r"\d")
_NO_SIGN = re.compile(r"[\W_]+")
"""All but letters and digits."""
S = r"[ \t.\-_/()\[\]{}<>*~|]{0,3}"
"""What people put between the digits of a number."""
W = r"(?:[^\w]{1,6}|[^\w]{0,2}(?:空格?|杠|横|点|再|然后|后面|接着?|转|逗号|句号|星)[^\w]{0,2})"
"""What people put between its groups, over the end of a line too."""
_MOBILE = re.compile(rf"(?=[+(018])(?<!\d)(?:(?:\+|00)?{S}86{S})?(?:\(?0\)?{S})?1{S}[3-9](?:{S}\d){{9}}(?!\d)")
_MOBILE_IN_GROUPS = re.compile(
    rf"(?=[+018])(?<!\d)(?:(?:\+|00)?86{W})?1[3-9]\d(?:{W}\d{{4}}{W}\d{{4}}|{W}\d{{3}}{W}\d{{5}}|{W}\d{{8}}|\d{{4}}{W}\d{{4}})(?!\d)"
)
_MOBILE_BY_DIGITS = re.compile(r"(?<!\d)1(?:[^\w]{1,3}\d(?!\d)){10}(?![^\w]{0,3}\d)")
_ABROAD = re.compile(rf"(?<![A-Za-z0-9+])(?:\+|00){S}[1-9]\d{{0,2}}(?:{S}\d){{6,13}}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)(?:0|86{S}[\-+ ])(?:10|2\d|[3-9]\d\d)(?:{S}|{W}|转)[2-9]\d{{2,3}}(?:{S}|{W})\d{{4}}(?!\d)"
)
_CALLED = re.compile(
    rf"(?:电话|手机|座机|固话|联系方式|拨打?|致电|回电|打(?!了)|找我|(?<![A-Za-z])tel(?![A-Za-z])|phone|mobile|(?<![A-Za-z])call(?![A-Za-z]))[^\d\n+]{{0,6}}(\+?\d(?:{S}\d){{6,14}})(?!\d)",
    re.IGNORECASE,
)
_HOTLINE = re.compile(r"^(?:400|800|95|96|12)")
"""Service numbers are nobody's own."""
_ID = re.compile(
    rf"(?<!\d)[1-9](?:{S}\d){{5}}{S}(?:1{S}[89]|2{S}0)(?:{S}\d){{2}}{S}(?:0{S}[1-9]|1{S}[0-2]){S}(?:0{S}[1-9]|[12]{S}\d|3{S}[01])"
    rf"(?:{S}\d){{3}}{S}[\dXx](?![\dA-Za-z])"
)
_ID_IN_GROUPS = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{W}?(?:(?:19|20)\d\d{W}?(?:0[1-9]|1[0-2]){W}?(?:0[1-9]|[12]\d|3[01]){W}?\d{{3}}[\dXx]"
    rf"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){W}\d{{3}})(?![\dA-Za-z])"
)
_EIGHTEEN = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_ID_OF_OLD = re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_CARD = re.compile(rf"(?<![\dA-Za-z])[2-6](?:{S}\d){{12,18}}(?!\d)")
_CARD_IN_GROUPS = re.compile(rf"(?<![\dA-Za-z])[3-6]\d{{3}}(?:{W}\d{{4}}){{3}}(?:{W}\d{{1,3}})?(?!\d)")
_IN_FOURS = re.compile(r"\d{4}(?:[ .\-]\d{4}){2,3}[ .\-]?\d{1,7}")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+\-])[A-Za-z0-9_.+\-]+(?:\s?(?:@|[(\[{<]\s?(?:at|@)\s?[)\]}>]|艾特)\s?[A-Za-z0-9\-]{1,63}"
    r"(?:\s?(?:[.,]|[(\[{<]\s?(?:dot|\.)\s?[)\]}>]|点)\s?[A-Za-z0-9\-]{1,63})+"
    r"|\sat\s[A-Za-z0-9\-]{1,63}(?:\sdot\s[A-Za-z0-9\-]{1,63}){0,3}\sdot\s(?:com|cn|net|org|edu|gov|io|me|co)(?![A-Za-z])|#[A-Za-z0-9\-]{1,63}\.(?:com|cn|net)(?![A-Za-z])"
    r"|\s?@\s?(?:qq|163|126|139|189|gmail|hotmail|outlook|sina|foxmail|icloud|yeah|sohu|aliyun)(?![A-Za-z0-9])(?:\s(?:com|cn|net)(?![A-Za-z]))?)",
    re.IGNORECASE,
)
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[CDEGHKLMPSTW][ .\-]?\d(?:[ .\-]?\d){7}|E[ .\-]?[A-Z][ .\-]?\d(?:[ .\-]?\d){6}|[A-Z]\d{6}\([\dA]\))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT_NAMED = re.compile(
    rf"(?:{_PAPERS})[^A-Za-z0-9\n]{{0,6}}(?:no\.?|number|号码?)?[^A-Za-z0-9\n]{{0,4}}((?<![A-Za-z0-9])[A-Za-z0-9](?:[^\w\n]{{0,2}}[A-Za-z0-9]){{5,19}})",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ .\-]?[A-HJ-NP-Z][ .\-]{0,2}(?=[A-HJ-NP-Z]{0,3}[ .\-]?\d)"
    r"(?:[A-HJ-NP-Z0-9][ .\-]?){4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])|使[ .\-]?\d{6}(?!\d)"
    r"|(?<![A-Za-z])WJ\s?[\u4e00-\u9fff]?\s?\d{4,5}[A-Z0-9]?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_CHAT = re.compile(
    rf"(?:{_CHATS})(?:号码?|账号|帐号|id|is|名|昵称|是|为|叫|[^\w\n]){{0,5}}"
    r"([A-Za-z][A-Za-z0-9_\-]{5,19}|\d(?:[ \-]?\d){4,11})(?![A-Za-z0-9])|(?<![A-Za-z])q\s?:\s?\d{5,11}(?!\d)",
    re.IGNORECASE,
)
_CHAT_ID = re.compile(r"(?<![A-Za-z])wxid_\w{4,30}", re.IGNORECASE | re.ASCII)
_HAN = r"\u4e00-\u9fff"
_STREET = re.compile(
    rf"(?:(?<=[省市区县镇乡在到住址于寄往:,.\s])|^|(?<![{_HAN}]))"
    rf"(?:[{_HAN}]{{1,7}}?(?:区|县|镇|乡))?[{_HAN}]{{1,8}}?(?:大道|路|街|巷|弄|胡同|村|苑|小区|花园|公寓|大厦|广场|新城|家园)[{_HAN}A-Za-z]{{0,6}}?"
    rf"\s?\d{{1,5}}(?:-\d{{1,5}})*\s?(?:号|弄|巷|栋|幢|座|单元|室|楼|层|房)"
    rf"(?:\s?[{_HAN}A-Za-z]{{0,8}}?\d{{1,5}}\s?(?:号楼|号|栋|幢|座|单元|室|楼|层|房))*(?:\s?\d{{3,4}}(?!\d))?"
)
_COUNTED = rf"(?:\d{{1,5}}|[{_NUMERAL}十百]{{1,6}})"
_STREET_SPELT = re.compile(
    rf"[{_HAN}]{{1,6}}(?:大道|路|街|巷|弄|胡同|村|苑|小区|花园|公寓|大厦|新城|家园)[东西南北中]?{_COUNTED}(?:号(?![门线岗柜机桌窗楼])|弄|巷|栋|幢|座|组(?![人员都的有长]))"
    rf"(?:\s?{_COUNTED}\s?(?:号楼|号|栋|幢|座|单元|室))*(?:\s?[{_NUMERAL}\d]{{3,4}}(?![{_NUMERAL}\d]))?"
)
"""Numbers in words, right behind the name of the street."""
_ESTATE = r"小区|花园|公寓|大厦|家园|新城|苑|城"
_ROOM = re.compile(
    rf"[{_HAN}]{{1,6}}?(?:{_ESTATE})\s?(?:\d{{1,3}}-\d{{1,3}}-\d{{3,4}}(?![\d\-])|\d{{3,4}}室)"
    rf"|[{_HAN}]{{1,6}}(?:公寓|大厦)\s?[A-Za-z]?\d{{3,4}}(?![\d年元块])"
    rf"|(?:[{_HAN}]{{1,6}}?(?:{_ESTATE}))?(?:(?<!\d)\d{{1,3}}|(?<![A-Za-z])[A-Za-z])\s?(?:栋|幢|号楼|座|\#)\s?(?:\d{{1,2}}\s?单元\s?)?[A-Za-z]?\d{{3,4}}(?!\d)室?"
)
"""A house and a room without a street."""
_STREET_ABROAD = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:flat|room|apt\.?|unit)\s+\w{1,6},?\s+)?\d{1,5}[A-Za-z]?,?\s+(?:[A-Z][a-z'’]+\s+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Way)(?![A-Za-z])"
)


def _digits(text: str) -> str:
    return re.sub(r"[^\dXx]", "", text)


def _bare_phone(text: str) -> str:
    digits = re.sub(r"\D", "", text).removeprefix("00")
    digits = digits[2:] if len(digits) >= 13 and digits.startswith("86") else digits
    return digits.removeprefix("0") if len(digits) == 12 and digits.startswith("01") else digits


def _abroad(text: str) -> str:
    digits = re.sub(r"\D", "", text).removeprefix("00")
    return f"+{digits}"


def _luhn(digits: str) -> bool:
    doubled = [int(sign) * 2 if place % 2 else int(sign) for place, sign in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_card(text: str) -> bool:
    """A bank card: its check digit fits, it is written in groups of four, or it has the first digits of UnionPay."""
    digits = _digits(text)
    if not digits.isdigit() or len(set(digits)) == 1:
        return False
    if _IN_FOURS.fullmatch(text) or (len(digits) >= 16 and digits.startswith("62")):
        return True
    return digits[0] != "2" and _luhn(digits)


Tidy = Callable[[str], str]
_WHOLE: Tidy = str


@dataclass(frozen=True)
class Shape:
    """How something about a person is written, and what it is called by in `masking.MASKS`."""

    pattern: re.Pattern[str]
    kind: str
    digits: int
    """A text with fewer digits is not looked through."""
    tidy: Tidy = _WHOLE
    check: Callable[[str], bool] | None = None
    hint: re.Pattern[str] | None = None
    """Told apart at little cost: a text without it is not looked through."""


def _email(text: str) -> str:
    at = re.sub(r"\(at\)|\[at\]", "@", text.lower())
    return re.sub(r"\s", "", re.sub(r"\(dot\)|\[dot\]", ".", at))


def _own_number(text: str) -> bool:
    return not _HOTLINE.match(_bare_phone(text))


_DATE = re.compile(r"(?:19|20)\d\d[.\-/ ]\d{1,2}[.\-/ ]\d{1,2}")


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and not _DATE.match(text)


_AT = re.compile(r"[@#艾]|[(\[{< ]at", re.IGNORECASE)
_PLACE = re.compile(r"[道路街巷弄村苑区园寓厦场城]|胡同")
_BUILDING = re.compile(r"[栋幢座#室寓厦]|号楼|[区园苑城寓厦]\s?\d")
_PROVINCE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使Ww]")
_CHATTING = re.compile(
    r"[微薇威扣vVwWqQ+]|加[我个]|卫星号|企鹅|抖音|小红书|微博|飞书|快手|钉钉|支付宝|tg|telegram|skype|line",
    re.IGNORECASE,
)
_CALL = re.compile(r"[话机系打电找]|tel|phone|mobile|call", re.IGNORECASE)
_SHAPES = (
    Shape(_EMAIL, "email", 0, _email, hint=_AT),
    Shape(_ID, "id_number", 17, _digits),
    Shape(_ID_IN_GROUPS, "id_number", 15, _digits),
    Shape(_EIGHTEEN, "id_number", 17, _digits),
    Shape(_MOBILE, "phone", 11, _bare_phone),
    Shape(_MOBILE_IN_GROUPS, "phone", 11, _bare_phone),
    Shape(_MOBILE_BY_DIGITS, "phone", 11, _bare_phone),
    Shape(_ABROAD, "phone", 7, _abroad),
    Shape(_CARD, "order_number", 13, _digits, _is_card),
    Shape(_CARD_IN_GROUPS, "order_number", 16, _digits, _is_card),
    Shape(_ID_OF_OLD, "id_number", 15, _digits),
    Shape(_LANDLINE, "phone", 10, _bare_phone),
    Shape(_CALLED, "phone", 7, _bare_phone, _own_number, _CALL),
    Shape(_PASSPORT, "whole", 6),
    Shape(_PASSPORT_NAMED, "whole", 1, check=_has_digit),
    Shape(_PLATE, "whole", 1, hint=_PROVINCE),
    Shape(_CHAT, "whole", 0, hint=_CHATTING),
    Shape(_CHAT_ID, "whole", 0),
    Shape(_STREET, "whole", 1, hint=_PLACE),
    Shape(_STREET_SPELT, "whole", 0, hint=_PLACE),
    Shape(_ROOM, "whole", 4, hint=_BUILDING),
    Shape(_STREET_ABROAD, "whole", 1),
)


def spotted(look: Look, values: Sequence[Value] = ()) -> list[Found]:
    """What points to a person in a text, in order, without overlaps: values of the case first, then numbers by their shape."""
    shaped = look.odd or _WORTH_A_LOOK.search(look.plain) is not None
    if not (shaped or values):
        return []
    flat = Flat(look)
    found = list(_known(flat, values)) if values else []
    if shaped:
        found.extend(_shaped(flat))
    return _apart(found) if found else found


def recognised(text: str, values: Sequence[Value]) -> list[Found]:
    """Only the values of some people, in order, without overlaps."""
    return _apart(list(_known(Flat(Look(text)), values))) if values else []


def _shaped(flat: Flat) -> Iterator[Found]:
    digits = len(_DIGIT.findall(flat.text))
    for shape in _SHAPES:
        if digits < shape.digits or (shape.hint is not None and not shape.hint.search(flat.text)):
            continue
        for match in shape.pattern.finditer(flat.text):
            group = 1 if match.re.groups and match.group(1) is not None else 0
            if shape.check is None or shape.check(match.group(group)):
                yield Found(
                    *flat.span(match.start(group), match.end(group)), shape.kind, shape.tidy(match.group(group))
                )


def key_of(value: str) -> str:
    """A value as it is compared: letters and digits only, small, without disguise."""
    return _lower(_NO_SIGN.sub("", Flat(Look(value)).text)) if value else ""


def _lower(text: str) -> str:
    """In small letters, sign by sign: a few signs would become two."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(sign.lower()[0] for sign in text)


def _known(flat: Flat, values: Sequence[Value]) -> Iterator[Found]:
    bare = _lower(_NO_SIGN.sub("", flat.text))
    where: list[int] = []
    for value in values:
        at = bare.find(value.key)
        while at >= 0:
            where = where or [place for place, sign in enumerate(flat.text) if sign.isalnum()]
            start, end = where[at], where[at + len(value.key) - 1] + 1
            if _stands(flat.text, start, end, value):
                yield Found(*flat.span(start, end), value.kind, value.plain)
            at = bare.find(value.key, at + 1)


def _stands(text: str, start: int, end: int, value: Value) -> bool:
    """Is what stands here the value, and no part of something else?"""
    if value.exact and _touches(text, start, end, digits=value.spelt is None or len(value.spelt.syllables) < 3):
        return False
    if value.capital and not text[start].isupper():
        return False
    return value.spelt is None or is_a_name(text[start:end], value.spelt)


def _touches(text: str, start: int, end: int, *, digits: bool) -> bool:
    """Does a Latin letter or, unless a long name is followed by its number, a digit stand right beside it?"""
    before, after = text[start - 1 : start], text[end : end + 1]
    return any(sign.isascii() and (sign.isalpha() or (digits and sign.isdigit())) for sign in (before, after) if sign)


def _apart(found: list[Found]) -> list[Found]:
    """In order; of those that overlap the first found stands for all, and covers all."""
    joined: list[tuple[int, Found]] = []
    for rank, one in sorted(enumerate(found), key=lambda each: (each[1].start, each[0])):
        if joined and one.start < joined[-1][1].end:
            first, last = joined[-1]
            told = last if first < rank else one
            joined[-1] = (min(first, rank), Found(last.start, max(last.end, one.end), told.kind, told.plain))
        else:
            joined.append((rank, one))
    return [one for _rank, one in joined]
