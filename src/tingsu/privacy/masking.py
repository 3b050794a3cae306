"""How personal data looks when it is masked (PS-06, RG-08): enough to recognise, too little to use. Pure functions."""

import re
from collections.abc import Callable

STARS = "**"
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
    ]
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_REGION = re.compile(r"^(.{0,12}?(?:自治区|特别行政区|省))?(.{0,12}?(?:自治州|地区|盟|市))?")


def mask_name(value: str) -> str:
    """陈晓雨 → 陈**, 欧阳锋 → 欧阳**, Maria Lopez → M**; one sign stands for itself and no more."""
    text = value.strip()
    if not text:
        return ""
    if _HAN.match(text):
        kept = 2 if text[:2] in COMPOUND_SURNAMES and len(text) > 2 else 1
        return text[:kept] + STARS
    return text[0] + STARS


def mask_organisation(value: str) -> str:
    """深圳市某某商贸有限公司 → 深圳**公司: the place and the form of the firm."""
    text = value.strip()
    if len(text) <= 4:
        return mask_name(text)
    return text[:2] + STARS + text[-2:]


def mask_phone(value: str) -> str:
    """13800002210 → 138 **** 2210; shorter numbers keep the last two digits; an area code is kept."""
    digits = re.sub(r"\D", "", value)
    if not digits:
        return ""
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]} **** {digits[-4:]}"
    prefix = f"+{digits[:2]} " if value.strip().startswith("+") else ""
    if len(digits) >= 10:
        return f"{prefix}**** {digits[-4:]}"
    return f"{prefix}**** {digits[-2:]}" if len(digits) > 4 else "****"


def phone_tail(value: str) -> str:
    """The last four digits, with which a caller is recognised."""
    digits = re.sub(r"\D", "", value)
    return digits[-4:] if len(digits) >= 8 else ""


def mask_email(value: str) -> str:
    """chen.xy@example.com → c***@e***.com"""
    name, at, domain = value.strip().partition("@")
    if not at:
        return "***"
    host, _dot, ending = domain.rpartition(".")
    return f"{name[:1]}***@{host[:1]}***.{ending}" if host else f"{name[:1]}***@***"


def mask_address(value: str) -> str:
    """广东省深圳市南山区某路 1 号 → 广东省深圳市****: province and city only."""
    text = value.strip()
    found = _REGION.match(text)
    kept = found.group(0) if found else ""
    if kept and len(kept) < len(text):
        return f"{kept}****"
    return "****" if text else ""


def mask_id_number(value: str) -> str:
    """440300199001011234 → 4****************4"""
    text = value.strip()
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}" if len(text) > 4 else "*" * len(text)


def mask_tail(value: str) -> str:
    """Order numbers and the like: the last four signs."""
    text = value.strip()
    return f"****{text[-4:]}" if len(text) > 6 else "****" if text else ""


def mask_whole(value: str) -> str:
    return "****" if value.strip() else ""


_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", re.ASCII)
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){2,3}[ -]?\d{1,7}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")


_WIDE = str.maketrans("０１２３４５６７８９＠．－＋Ｘｘ\u00a0\u2010\u2011\u2013\u3000", "0123456789@.-+Xx ---\u0020")
"""Signs as Chinese keyboards and copied web pages have them: they hide a number from the patterns."""


def mask_text(value: str) -> str:
    """Free text with phone numbers, e-mail addresses, identity and card numbers masked inside it; the story stays."""
    plain = value.translate(_WIDE)
    masked = _mask_plain(plain)
    return value if masked == plain else masked


def _mask_plain(value: str) -> str:
    text = _EMAIL.sub(lambda found: mask_email(found.group()), value)
    text = _ID.sub(lambda found: mask_id_number(found.group()), text)
    text = _MOBILE.sub(lambda found: mask_phone(found.group().removeprefix("+").removeprefix("86")), text)
    text = _CARD.sub(lambda found: mask_tail(re.sub(r"\D", "", found.group())), text)
    return _LANDLINE.sub(lambda found: mask_phone(found.group()), text)


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "organisation": mask_organisation,
    "phone": mask_phone,
    "fax": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "postcode": mask_whole,
    "id_number": mask_id_number,
    "order_number": mask_tail,
    "event_place": mask_address,
    "text": mask_text,
}


def mask(field: str, value: str) -> str:
    """A value masked by the rule of its field; free text fields are masked inside, unknown fields as a whole."""
    return MASKS.get(field, mask_whole)(value)


def short_name(name: str, phone: str = "", *, organisation: bool = False) -> str:
    """How the queue shows a person: "陈** 2210"."""
    masked = mask_organisation(name) if organisation else mask_name(name)
    return " ".join(part for part in (masked, phone_tail(phone)) if part)
