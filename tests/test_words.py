"""One word for one thing in the whole catalogue: what the glossary says is what every page says (docs/glossary.md)."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import tingsu
from tingsu.kernel import rulebooks

FORMS = frozenset({"Information on the complainant", "Details of the complainant", "Signature of the complainant",
                   "Confirm receipt to the complainant", "Inform the complainant"})  # fmt: skip
"""Headings of the printed forms B and C, which keep the words of the document (投诉者)."""
WRONG = {
    "投诉者": "投诉人", "信函": "信件", "函件": "信件", "信箱": "邮箱", "经办人(?!员)": "负责人", "承办人": "负责人", "研判": "评估",
    "查询页": "进度页面", "查询码页面": "进度页面", "高危型": "高危", "高风险": "高危", "风险等级": "级别", "登记簿": "登记册",
    "二次验证": "两步验证", "数据安全员": "数据安全负责人", "本机构": "本组织", "选择机构": "选择组织", "我的账户": "我的账号",
    "升级阶梯": "升级层级", "不符合项": "不合格", "问题分类": "问题类别", "转交给": "转办", "移交被拒": "转办被拒绝", "指派": "分派",
    "待接收": "待接手", "处置人": "处理人", "救济": "维权", "查阅日志": "访问日志", "贵部门": "你部门", "贵组织": "你的组织", "草案": "草稿",
    "(?<!分)派案": "分派", "派件": "分派", "不合格": "记为我们的失误", "系统错误": "没有保存", "提交成功": "已收到", "非法": "请填……",
    "亲，": "您好", "逾期|超期": "超时", "处理中(?!心)": "阶段和下次日期", "订单编号": "订单号",
}  # fmt: skip
"""What must not be said (a pattern) → what is said for it."""
ALLOWED = {
    "研判": {"Who reads it", "Count and read it", "counted and read"},
    "高风险": {"We end the handling and send you a short notice"},
    "订单编号": {"Product or order number"},
    "救济": {"Where to complain about us"},
    "承办人": {"People who could take it", "Who could take it"},
}
"""Where a word is right all the same: beginnings of what is said in English."""
NONCONFORMITIES = frozenset({"improvement", "settlement", "governance", "evaluation", "documents"})
"""Where 不合格 is the register of that name; a complainant reads of our failure instead."""
HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,;?!]|[\u4e00-\u9fff]:(?!//)(?=[\u4e00-\u9fff])|\([\u4e00-\u9fff]|[\u4e00-\u9fff]\)"
)
"""Marks of a Chinese sentence are full-width."""
TOUCHING = re.compile(
    r"[\u4e00-\u9fff]%\((at|when|until|due|day|on|count|number|days|hours)\)[sd]|%\((at|when|until|due|count|number|days|hours)\)[sd][\u4e00-\u9fff]"
)
"""A number or a time stands apart from the Chinese words around it: 12 月 1 日 10:04 前. A day ends with a word: 12 月 1 日前."""
PUBLIC = frozenset(
    {
        "portal",
        "aftercare",
        "signing",
        "complaints",
        "settlement",
        "casework",
        "governance",
        "intake",
        "pages",
        "letters",
        "partners",
    }
)
"""Apps in which complainants and partners are addressed, as 您; everywhere else it is colleagues."""


def said() -> Iterator[tuple[str, str, str]]:
    """(app, English, Chinese) of every text."""
    for path in sorted(Path(tingsu.__file__).parent.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for one in read_po(file):
                if one.id:
                    first, words = (each if isinstance(each, str) else each[0] for each in (one.id, one.string))
                    yield path.parents[3].name, first, words


def shipped() -> Iterator[tuple[str, str]]:
    """(rulebook, Chinese) of every text that a firm begins with: what stands in code is in no catalogue."""
    for kind, one in rulebooks.kinds().items():
        yield from ((kind, words) for words in _chinese(one.default()))


def _chinese(body: object) -> Iterator[str]:
    if isinstance(body, dict):
        yield from (one for value in body.values() for one in _chinese(value))
    elif isinstance(body, list | tuple):
        yield from (one for value in body for one in _chinese(value))
    elif isinstance(body, str) and re.search("[\u4e00-\u9fff]", body):
        yield body


def wrong_in(app: str, english: str, words: str) -> list[str]:
    """What is wrong with one text."""
    found = []
    for word, right in WRONG.items():
        if not re.search(word, words) or english in FORMS:
            continue
        if any(english.startswith(begin) for begin in ALLOWED.get(word, ())):
            continue
        if word == "不合格" and app in NONCONFORMITIES:
            continue
        found.append(f"{word} → {right}")
    if HALF_WIDTH.search(words) and words != "是,否":
        found.append("half-width marks")
    if TOUCHING.search(words):
        found.append("a gap beside a number")
    if "您" in words and app not in PUBLIC:
        found.append("您 to colleagues")
    if "您" in words and "你" in words.replace("你们", ""):
        found.append("您 and 你 in one sentence")
    return found


def test_one_word_for_one_thing_in_the_whole_catalogue() -> None:
    checked = list(said())
    assert len(checked) > 8000
    assert [(*one, wrong) for one in checked if (wrong := wrong_in(*one))] == []


def test_what_a_firm_begins_with_has_the_same_words() -> None:
    checked = list(shipped())
    assert len(checked) > 700
    assert [(*one, wrong) for one in checked if (wrong := wrong_in("portal", *one))] == []


def test_what_is_wrong_is_found() -> None:
    for app, english, words in (
        ("portal", "x", "投诉者不满意"), ("casework", "x", "贵部门有新的任务"), ("portal", "x", "请填写编号,再提交"),
        ("people", "x", "您的账号"), ("portal", "x", "您的投诉由你的同事处理"), ("portal", "x", "记为不合格"),
        ("portal", "x", "%(at)s前"), ("portal", "x", "于%(until)s到期"), ("desk", "x", "已逾期"),
    ):  # fmt: skip
        assert wrong_in(app, english, words), words
    for app, english, words in (
        ("complaints", "Information on the complainant", "投诉者信息"), ("improvement", "Nonconformity", "不合格"),
        ("portal", "x", "您的投诉已收到：编号如下"), ("people", "x", "你的账号（已停用）"), ("complaints", "x", "https://例"),
    ):  # fmt: skip
        assert wrong_in(app, english, words) == [], words
