"""Four cases that show the whole procedure, each to its end: what the printed examples in docs/examples are made of.

An easy refund on one screen; an infringement through a joint investigation; a dispute that is mediated, signed, refused, taken
outside and closed as exhausted; a high-risk event with plan, script and committee.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tingsu.demo import library
from tingsu.demo.evidence import drawn
from tingsu.demo.others import a_respondent
from tingsu.demo.plan import Plan, chance
from tingsu.demo.telling import compose, somebody
from tingsu.kernel.clock import local_date
from tingsu.pages import pdf

REFUND, INFRINGEMENT, DISPUTE, RISK = "refund", "infringement", "dispute", "risk"


@dataclass(frozen=True)
class Exhibit:
    """What is fixed of an exhibit; everything else is told as for any other case."""

    family: str
    product: str
    voice: str
    mode: str
    channel: str
    days: int
    """How many days ago it reached us: enough for its whole course."""
    arc: str
    rating: int
    urgent_topic: str = ""
    difficult: bool = False
    high_risk: bool = False


EXHIBITS = {
    REFUND: Exhibit("price_protection", "空气炸锅", "plain", "phone", "hotline", 16, "direct", 5),
    INFRINGEMENT: Exhibit("ip_design", "餐具", "formal", "email", "email", 48, "agreed", 4),
    DISPUTE: Exhibit("warranty_refused", "", "plain", "in_person", "store", 84, "no_agreement", 2, difficult=True),
    RISK: Exhibit(
        "safety_injury",
        "平衡车",
        "parent",
        "phone",
        "hotline",
        62,
        "high_risk",
        4,
        urgent_topic="injury",
        high_risk=True,
    ),
}


def key_of(name: str) -> str:
    """By which a built exhibit is found again."""
    return f"exhibit-{name}"


def exhibit_plans(*, seed: str, anchor: datetime) -> Iterator[Plan]:
    """The four plans, the earliest first."""
    for name, exhibit in sorted(EXHIBITS.items(), key=lambda pair: -pair[1].days):
        yield _plan(name, exhibit, seed, anchor)


def _plan(name: str, exhibit: Exhibit, seed: str, anchor: datetime) -> Plan:
    key, salt = key_of(name), f"{seed}:exhibits"
    family = library.families()[exhibit.family]
    fitting = [one for one in library.products() if one.group in family.goods]
    product = next((one for one in fitting if exhibit.product and exhibit.product in one.zh), fitting[0])
    # On a working day before noon, so that the course of the first hours is the usual one.
    at = (anchor - timedelta(days=exhibit.days)).replace(hour=2, minute=12, second=0, microsecond=0)
    at -= timedelta(days=max(0, at.weekday() - 4))
    person = somebody(chance(salt, key, "person"), family, english=False)
    tellings = (
        compose(f"{salt}:{turn}", key, at, family, product, person, keep=bool(exhibit.product)) for turn in range(60)
    )
    made = next(told for told in tellings if told.voice == exhibit.voice)
    others = chance(salt, key, "others")
    named = next(filter(None, (a_respondent(others, made) for _turn in range(20))), None)
    return replace(
        made, exhibit=name, respondent=named, mode=exhibit.mode, channel=exhibit.channel, arc=exhibit.arc, rating=exhibit.rating,
        urgent_topic=exhibit.urgent_topic, difficult=exhibit.difficult, high_risk=exhibit.high_risk, major=exhibit.high_risk,
    )  # fmt: skip


def enclosures(plan: Plan) -> list[tuple[str, bytes]]:
    """What the complainant of an exhibit hands in: pictures, and for the infringement a paper of several pages."""
    if plan.exhibit == REFUND:
        return []
    found = [(f"{label}{number}.jpg", content) for number, (label, content) in enumerate(drawn(plan, 2), 1)]
    if plan.exhibit == INFRINGEMENT:
        found.append(("外观设计专利评价报告.pdf", _expertise(plan)))
    return found


def _expertise(plan: Plan) -> bytes:
    """An invented expertise of two pages."""
    day = local_date(plan.received_at, "Asia/Shanghai").isoformat()
    texts = (
        "本报告系为演示而虚构，不涉及任何真实的专利、企业或产品。",
        f"名称：{plan.product.zh}（外观设计）。对比文件检索截至 {day}，未发现相同或实质相同的在先设计。",
        "结论：全部设计未发现存在不符合授予专利权条件的缺陷。",
    )
    rows = [
        ["主视图", "轮廓与比例一致，边缘弧度无可见差异"], ["俯视图", "分区数量与位置相同"], ["整体视觉效果", "无实质性差异"],
    ]  # fmt: skip
    parts = [
        pdf.Part(heading="一、评价对象与结论", texts=texts),
        pdf.Part(heading="二、与被投诉商品的比对", fresh=True, heads=["视图", "比对结果"], rows=rows, widths=[1, 3]),
    ]
    sheet = pdf.Sheet(
        firm="知识产权检索中心（虚构）", title="外观设计专利评价报告", by="", at=plan.received_at, parts=parts
    )
    return pdf.pdf(sheet)


def flourish(name: str) -> bytes:
    """A signature as a pen on glass leaves it, the same for the same name: PNG."""
    from PIL import Image, ImageDraw

    rng = chance("signature", name)
    picture = Image.new("RGBA", (640, 220), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    left = 50
    for _sign in range(max(2, min(len(name), 4))):
        for _stroke in range(rng.randint(2, 4)):
            x, y = left + rng.randrange(60), 40 + rng.randrange(90)
            points = [(x, y)]
            for _bend in range(rng.randint(2, 4)):
                x, y = x + rng.randrange(-20, 70), min(190, max(20, y + rng.randrange(-60, 80)))
                points.append((x, y))
            pen.line(points, fill=(10, 14, 20, 255), width=rng.choice((4, 5, 6)), joint="curve")
        left += 130
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
