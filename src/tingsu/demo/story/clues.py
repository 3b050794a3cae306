"""A clue that was heard, and what came of it (IV-20); in English where the complainant writes English."""

from typing import NamedTuple

from tingsu.demo.plan import chance
from tingsu.demo.walk import Story, Walk


class Heard(NamedTuple):
    """What was heard, from whom or where, what to look for, and what came of it where the complaint is founded, and where not."""

    words: str
    who: str
    to_do: str
    confirmed: str
    refuted: str


CLUES: tuple[tuple[str, Heard, Heard], ...] = (
    (
        "complainant",
        Heard("来电人说同小区还有两位邻居也遇到同样的情况。", "来电记录", "按收货地址查同期同类订单", "查到两笔同类订单，情况一致，已一并处理。",
              "未查到同期同类订单，来电人未再补充。"),
        Heard("The caller says that two neighbours had the same thing happen.", "Record of the call", "Orders of the same kind to that address in those weeks",
              "Two such orders found, the same in both; dealt with together.", "No such orders found; the caller had nothing to add."),
    ),
    (
        "colleague",
        Heard("门店同事提到那几天系统升级，部分单据晚了一天才进系统。", "门店当班同事", "核对升级时段的单据入库时间", "升级时段的单据确有延迟，时间对得上。",
              "单据入库时间正常，与升级无关。"),
        Heard("A colleague in the shop says the system was upgraded in those days and some slips came in a day late.", "Colleague on duty in the shop",
              "When the slips of those days were entered", "Slips of those days did come in late, and the times fit.",
              "Slips were entered on time; the upgrade plays no part."),
    ),
    (
        "system",
        Heard("日志里同一订单有两次提交记录，间隔不到一分钟。", "订单日志", "核对两次提交的结果与扣款", "第二次提交失败未回滚，与投诉人所述一致。",
              "第二次提交已自动撤销，未多扣款。"),
        Heard("The log holds the same order twice, less than a minute apart.", "Order log", "Result and charge of both submissions",
              "The second one failed and was not rolled back, as the complainant says.", "The second one was undone by itself; nothing was charged twice."),
    ),
    (
        "document",
        Heard("签收单上的笔迹与投诉人以往签名不同。", "签收单影像", "向配送员核实由谁签收", "配送员确认由他人代收，未联系投诉人。",
              "配送员出示与投诉人的通话记录，代收经其同意。"),
        Heard("The signature on the delivery slip is not like the complainant's earlier ones.", "Image of the slip", "Ask the courier who signed",
              "The courier says somebody else took it in, and did not ask the complainant.",
              "The courier shows the call in which the complainant agreed to it."),
    ),
)  # fmt: skip
"""Source, in Chinese, in English."""


def clue(walk: Walk, *, founded: bool) -> Story:
    """One case in six: a clue that was heard, and what came of it; a few are still to be followed."""
    rng = chance(walk.plan.salt, walk.plan.key, "clue")
    if rng.random() > 0.16:
        return
    source, chinese, english = rng.choice(CLUES)
    heard = english if walk.english else chinese
    later = {"by": "investigation"}
    yield walk.move(
        walk.owner,
        "note_clue",
        walk.later(0.1, 2, **later),
        source=source,
        words=heard.words,
        who=heard.who,
        to_do=heard.to_do,
    )
    if rng.random() < 0.25:
        return
    found = walk.options("follow_clue", "clue")[-1][0]
    yield walk.move(
        walk.owner, "follow_clue", walk.later(0.2, 4, **later), clue=found, result="confirmed" if founded else "refuted",
        follow_up=heard.confirmed if founded else heard.refuted,
    )  # fmt: skip
