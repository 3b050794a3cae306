"""What many complaints tell in the same words: topics of a week, their warning, their complaints (MO-02)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.functional import cached_property
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures import folding
from tingsu.kernel import words
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ids import new_id
from tingsu.warning import rules, shown, texts, trying, watching
from tingsu.warning.detection import Seen
from tingsu.warning.models import Alarm, Trial

pytestmark = pytest.mark.django_db
AT = local("2026-03-12 15:00")
TODAY = date(2026, 3, 12)
DAILY = (
    "快递晚到两天",
    "退款还没有到账",
    "客服电话打不通",
    "商品有划痕要求换货",
    "发票抬头开错了",
    "会员自动续费没有提醒",
)
BURST = "新装的空气炸锅手柄断裂，热油溅到手上"


class Told:
    """Weeks of given texts, as `texts.Week` reads them."""

    def __init__(self, *told: str) -> None:
        self._words = [frozenset(words.index_words(one)) for one in told]
        self.texts = len(told)

    @cached_property
    def holding(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for held in self._words:
            for word in held:
                if len(word) > 1 and not word.isdigit():
                    found[word] = found.get(word, 0) + 1
        return found

    def holders(self, asked: Any) -> dict[str, set[Any]]:
        return {word: {place for place, held in enumerate(self._words) if word in held} for word in asked}


@pytest.mark.req("MO-02")
def test_words_of_a_burst_are_one_topic_and_daily_words_none() -> None:
    before = [Told(*DAILY * 3) for _week in range(8)]
    found = texts.topics_of([Told(*DAILY * 3, *[BURST] * 5), *before], 5, 1)
    assert [one.seen.count for one in found] == [5]
    assert len(found[0].words) == texts.KEPT
    assert set(found[0].words) <= set(words.index_words(BURST))
    assert found[0].seen.chance < 1e-4
    assert texts.topics_of([Told(*DAILY * 3, *[BURST] * 4), *before], 5, 1) == [], "fewer than the rule asks for"
    assert texts.topics_of([Told(*DAILY * 6), *before], 5, 1) == [], "twice as many of everything is no topic"
    known = [Told(*DAILY * 3, *[BURST] * 5) for _week in range(8)]
    assert texts.topics_of([Told(*DAILY * 3, *[BURST] * 6), *known], 5, 1) == [], "what is told each week is no news"
    assert texts.topics_of([Told(*[BURST] * 9), *[Told() for _week in range(8)]], 5, 1) == [], "no history"
    assert texts.topics_of([Told(), *before], 5, 1) == []


def test_a_topic_has_three_words_in_the_same_texts() -> None:
    out = {word: Seen(6, 0.1, 1e-8) for word in ("手柄", "断裂", "炸锅", "热油", "孤词")}
    holders = {
        "手柄": {1, 2, 3, 4, 5},
        "断裂": {1, 2, 3, 4, 5, 6},
        "炸锅": {1, 2, 3, 4, 9},
        "热油": {1, 7, 8},
        "孤词": {10},
    }
    found = texts.topics(out, set(out), holders, 4)
    assert [(one.words, one.seen.count) for one in found] == [(("断裂", "手柄", "炸锅"), 4)]
    assert texts.topics(out, set(out), holders, 5) == [], "a complaint holds three of its words"
    assert texts.topics({one: out[one] for one in ("手柄", "断裂")}, set(out), holders, 2) == []
    assert texts.topics(out, {"断裂"}, holders, 4)[0].words == ("断裂", "手柄", "炸锅"), (
        "one stands out, others are unlikely"
    )
    assert texts.topics(out, {"孤词"}, holders, 1) == [], "unlikely words alone begin nothing"


def test_a_topic_keeps_the_name_by_which_it_is_known() -> None:
    known = [("手柄", "断裂", "炸锅"), ("发票", "抬头", "开错")]
    assert texts.same(("断裂", "热油", "炸锅"), known) == known[0]
    assert texts.same(("断裂", "热油", "发票"), known) == ("断裂", "热油", "发票")


def test_two_topics_under_one_name_are_one_sign(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    rule = next(one for one in rules.rules() if one.method == rules.TOPIC)
    known = ("手柄", "断裂", "炸锅", "热油")
    Alarm.objects.create(
        stream="texts", value=list(known), rule=rule.code, on=TODAY - timedelta(days=2), entry_id=new_id(), version=0,
        count=5, expected=0.1, chance=0.0,
    )  # fmt: skip
    found = [texts.Topic(words, Seen(5, 0.1, 1e-6)) for words in (("手柄", "断裂", "溅到"), ("炸锅", "热油", "手上"))]
    monkeypatch.setattr(texts, "topics_of", lambda *_given: found)
    assert [hit.series for hit in watching.of_texts(rule, TODAY, {63: 1})] == [("texts", known)]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (("河苑", "滨河", "园滨", "捆绑"), "园滨河苑 · 捆绑"),
        (("停车场", "车场", "a9"), "停车场 · a9"),
        (("手柄",), "手柄"),
        (("来来", "来去"), "来来去"),
        (("ab", "bc"), "ab · bc"),
    ],
)
def test_a_topic_is_told_in_words_put_together_again(held: tuple[str, ...], said: str) -> None:
    assert texts.told(held) == said


@pytest.mark.parametrize(
    ("method", "watched", "right"),
    [
        (rules.TOPIC, "texts", True), (rules.TOPIC, "texts, product", False), (rules.TOPIC, "product", False),
        (rules.EXACT, "texts", False), (rules.GROWTH, "product, texts", False), (rules.EXACT, "product", True),
        (rules.OFF, "product", True),
    ],
)  # fmt: skip
def test_words_are_watched_by_their_own_test_alone(method: str, watched: str, right: bool) -> None:
    row = {**rules.RULES[2], "method": method, "watched": watched}
    if right:
        rules.check({"rules": [row]})
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check({"rules": [row]})
    assert list(refused.value.fields) == ["rules.1.watched"]


@pytest.mark.req("MO-02", "MO-03")
def test_a_burst_in_words_opens_one_warning_that_names_it_and_shows_its_complaints(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for week in range(1, 9):
        with travel_to(AT - timedelta(days=7 * week)):
            a_case(cast.frontline, summary=DAILY[week % 6], description=DAILY[week % 6])
    made = []
    for ago in (3, 2, 1, 0, 0):
        with travel_to(AT - timedelta(days=ago, hours=1)):
            made.append(a_case(cast.frontline, summary="炸锅", description=BURST))
    with travel_to(AT):
        folding.rebuild()
        opened = [one for one in watching.watch() if one.codes["stream"] == "texts"]
        assert [(one.codes["rule"], one.codes["count"]) for one in opened] == [("YJ-4", 5)]
        alarm = Alarm.objects.get(stream="texts")
        assert set("".join(alarm.value)) <= set(BURST), alarm.value
        with override("zh-hans"):
            said = (opened[0].worded_or_none() or {})["what"]
        assert said == f"多件投诉说到：{texts.told(tuple(alarm.value))}"
        beside = shown.beside(cast.qa.actor, opened[0])
        assert {case.pk for case, _owner in beside["complaints"]} == {one.pk for one in made}
        assert [count for _end, count in beside["weeks"]] == [0] * 8 + [5]
        assert beside["analysis"] == ""
        assert not [one for one in watching.watch() if one.codes["stream"] == "texts"]
    with travel_to(AT + timedelta(days=1)):
        a_case(cast.frontline, summary="炸锅", description=BURST.replace("热油", "开水"))
        folding.rebuild()
        assert not [one for one in watching.watch() if one.codes["stream"] == "texts"], "the open one notes the day"
        assert {tuple(one.value) for one in Alarm.objects.filter(stream="texts")} == {tuple(alarm.value)}
        assert Alarm.objects.filter(stream="texts").count() == 2
        trying.try_all()
        tried = Trial.objects.get(rule="YJ-4")
        assert (tried.alarms, tried.complaints) == (1, 14)
        monkeypatch.setattr(
            texts, "topics_of", lambda *_given: [texts.Topic(("断裂", "手柄", "热油"), Seen(5, 0.1, 1e-6))]
        )
        trying.try_all()
        assert Trial.objects.get(rule="YJ-4").alarms == 1, "in weeks one after the other it is one warning"
    Complaint.objects.filter(pk__in=[one.pk for one in made[:2]]).update(kind="suggestion")
    assert texts.weeks_until(TODAY, 1)[0].texts == 3, "suggestions are no complaints"


@pytest.mark.req("MO-02")
def test_at_most_so_many_texts_of_a_week_are_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with travel_to(AT):
        for text in ("最早的旧事", "手柄断裂", "手柄断裂"):
            a_case(cast.frontline, summary=text, description=text)
    monkeypatch.setattr(texts, "SAMPLE", 2)
    week = texts.weeks_until(TODAY, 1)[0]
    assert (week.texts, week.holding["手柄"], "旧事" in week.holding) == (2, 2, False)
    assert {word: len(held) for word, held in week.holders(["手柄", "旧事"]).items()} == {"手柄": 2}
    assert not [one for one in week.holding if len(one) == 1 or one.isdigit()]
    assert texts.weeks_until(TODAY - timedelta(days=7), 1)[0].holding == {}


@pytest.mark.req("MO-02")
@pytest.mark.parametrize(
    ("until", "found"),
    [(date(2019, 8, 6), {"捆绑", "定向", "广铁集团"}), (date(2019, 11, 19), {"搅拌站", "丽发", "拌站", "发新"})],
)
def test_real_bursts_are_found(until: date, found: set[str]) -> None:
    """In citizens' complaints that nobody here wrote: tied sales of parking spaces, dust and noise of a concrete plant."""
    places = (up / "shared" / "data" / "complaint_texts" for up in Path(__file__).parents)
    source = next((one for one in places if one.is_dir()), Path("no")) / "fujian3_full_4326.xlsx"
    if not source.exists():
        pytest.skip("the complaints are not part of the project")
    from python_calamine import CalamineWorkbook

    weeks: dict[int, list[str]] = {}
    for row in CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0).to_python()[1:]:
        year, month, day = (int(one) for one in str(row[3]).split(" ")[0].replace("/", "-").split("-"))
        ago = (until - date(year, month, day)).days
        if 0 <= ago < 63:
            weeks.setdefault(ago // 7, []).append(f"{row[2]} {row[4]}")
    told = texts.topics_of([Told(*weeks[place]) for place in range(9)], 5, 1)
    assert any(len(found & set(one.words)) >= 2 for one in told), told
    assert len(told) <= 3
