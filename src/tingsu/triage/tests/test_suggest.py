"""The rules that propose grade, urgency and marks: pure, so tables are enough."""

import time

import pytest

from tingsu.kernel.errors import InvalidInput
from tingsu.triage import risk_rules
from tingsu.triage.suggest import RiskFacts, suggest

TABLE = [
    # text, grade, urgency, topics, marks
    ("退款七天没有到账", "general", "normal", (), ()),
    ("央视记者已经来采访，晚上就播出", "high_risk", "urgent", ("media",), ()),
    ("我在央视广告里看到你们才买的", "general", "normal", (), ()),
    ("充电宝半夜起火，沙发烧了", "high_risk", "urgent", (), ()),
    ("孩子喝了你们的牛奶上吐下泻，正在急诊", "general", "urgent", ("food_safety", "personal_safety"), ()),
    ("开箱把手划伤了", "general", "urgent", ("personal_safety",), ()),
    ("还好没有人受伤，只是箱子破了", "general", "normal", (), ()),
    ("商品有点磕碰，未造成受伤", "general", "normal", (), ()),
    ("没人管我，我受伤了怎么办", "general", "urgent", ("personal_safety",), ()),
    ("再不退款我就发抖音曝光你们", "general", "normal", (), ("opinion",)),
    ("已经找律师准备起诉，同时向12315举报", "general", "normal", (), ("litigation", "penalty")),
    ("燃气泄漏报警器一直响", "general", "urgent", ("work_safety",), ()),
    ("The charger exploded next to my bed", "high_risk", "urgent", (), ()),
    ("nobody was injured? No, my son was not injured", "general", "urgent", ("personal_safety",), ()),
    ("I now know my son got injured", "general", "urgent", ("personal_safety",), ()),
    ("luckily not injured", "general", "normal", (), ()),
    ("My lawyer will contact you", "general", "normal", (), ("litigation",)),
    ("ＣＣＴＶ的记者要来报道", "high_risk", "urgent", ("media",), ()),
]


@pytest.mark.req("TR-06", "TR-11", "TR-12", "TR-19")
@pytest.mark.parametrize(("text", "grade", "urgency", "topics", "marks"), TABLE)
def test_what_is_written_leads_to_a_proposal(text: str, grade: str, urgency: str, topics: tuple, marks: tuple) -> None:
    found = suggest(text)
    assert (found.grade, found.urgency, found.marks) == (grade, urgency, marks)
    assert set(topics) <= set(found.topics)
    assert bool(found.topics) == bool(topics)


@pytest.mark.req("TR-06", "TR-12", "TR-19")
@pytest.mark.parametrize(
    ("facts", "grade", "urgency", "marks"),
    [
        (RiskFacts(), "general", "normal", ()),
        (RiskFacts(provinces=1), "general", "normal", ()),
        (RiskFacts(provinces=2), "high_risk", "urgent", ()),
        (RiskFacts(loss_fen=risk_rules.MAJOR_LOSS_YUAN * 100 - 1), "general", "normal", ()),
        (RiskFacts(loss_fen=risk_rules.MAJOR_LOSS_YUAN * 100), "general", "urgent", ()),
        (RiskFacts(from_media=True), "general", "urgent", ("opinion",)),
        (RiskFacts(from_authority=True), "general", "normal", ("penalty",)),
    ],
)
def test_facts_that_a_document_names_count(facts: RiskFacts, grade: str, urgency: str, marks: tuple) -> None:
    found = suggest("商品问题", facts)
    assert (found.grade, found.urgency, found.marks) == (grade, urgency, marks)


def test_a_proposal_names_its_reasons_by_code_and_lexicon() -> None:
    found = suggest("央视记者已经来采访")
    assert found.as_data()["because"][0] == {"part": "high_risk", "code": "central_media", "words": ["央视", "记者"]}


@pytest.mark.req("TR-06")
def test_a_rule_that_is_switched_off_says_nothing() -> None:
    rules = risk_rules.shipped()
    off = rules | {"high_risk": [rule | {"on": False} for rule in rules["high_risk"]]}
    assert suggest("充电宝起火", rules=rules).grade == "high_risk"
    assert suggest("充电宝起火", rules=off).grade == "general"


def test_a_long_story_is_read_in_about_a_millisecond() -> None:
    story = "我上周买的空气炸锅到现在还没有收到，客服一直说在路上。" * 60
    suggest(story)
    best = min(_seconds(story) for _try in range(20))
    assert best < 0.004


def _seconds(story: str) -> float:
    start = time.perf_counter()
    suggest(story)
    return time.perf_counter() - start


def changed(part: str, **changes: object) -> dict:
    rules = risk_rules.shipped()
    first, *others = rules[part]
    return rules | {part: [first | changes, *others]}


@pytest.mark.req("TR-06", "VL-11")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (changed("high_risk", customer_value={"vip": True}), "high_risk"),
        (changed("urgent", fact="channel"), "urgent"),
        (changed("urgent", any=["x"]), "urgent"),
        (changed("high_risk", name={"zh-Hans": "央视"}), "high_risk"),
        (risk_rules.shipped() | {"high_risk": risk_rules.shipped()["high_risk"][1:]}, "high_risk"),
        (risk_rules.shipped() | {"marks": []}, "marks"),
        (risk_rules.shipped() | {"mass": {"window_hours": 0, "complaints": 5, "provinces": 2}}, "mass"),
        (risk_rules.shipped() | {"negations": "no"}, "negations"),
        (risk_rules.shipped() | {"major_loss_yuan": "viel"}, "major_loss_yuan"),
        ({}, "urgent"),
    ],
)
def test_rules_that_look_at_who_complains_or_lack_a_documented_rule_are_refused(body: dict, field: str) -> None:
    risk_rules.check(risk_rules.shipped())
    with pytest.raises(InvalidInput) as refused:
        risk_rules.check(body)
    assert field in refused.value.fields


@pytest.mark.req("TR-12")
@pytest.mark.parametrize(
    "text",
    [
        "插座冒烟，墙面烧黑了一片", "刚开机就烧黑", "充电器烧焦了", "充电时闻到焦糊味", "插头有火花", "内胆烧穿", "手机电池鼓包", "玻璃面板无故炸裂",
        "没用几天就冒烟", "没想到突然烧黑", "空气炸锅冒黑烟", "电路短路", "主板烧坏", "外壳熔化", "被子烧着了",
        "ｓｍｏｋｅ ｃａｍｅ out of it", "the plug is scorched", "a burning smell", "电动车刹车失灵",
    ],
)  # fmt: skip
def test_signs_of_fire_and_bursting_are_urgent(text: str) -> None:
    found = suggest(text)
    assert found.urgency == "urgent", text
    assert set(found.topics) & {"fire", "personal_safety"}


@pytest.mark.parametrize("text", ["车库失火", "发生爆燃", "引起自燃"])
def test_a_fire_that_burned_is_high_risk(text: str) -> None:
    assert "life" in suggest(text).high_risk_reasons


@pytest.mark.parametrize(
    "text",
    [
        "空气炸锅不好用", "看着火车站广场的水迹", "发动机打不着火", "缩短路口信号周期", "自燃油税费改革以来", "火星街道居民", "听了心里冒火",
        "信息大爆炸的时代",
        "没有冒烟", "未见火花", "洗过热水澡后", "小区到处油烟味",
    ],
)  # fmt: skip
def test_words_that_only_look_like_fire_are_none(text: str) -> None:
    found = suggest(text)
    assert (found.topics, found.high_risk_reasons) == ((), ())
