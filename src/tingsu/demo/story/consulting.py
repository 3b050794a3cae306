"""Who else is asked: functions by the green channel, an institute outside; and how the solution stands to what they said."""

from datetime import timedelta

from tingsu.casework.steps.weighing import given
from tingsu.demo.hours import ZONE
from tingsu.demo.walk import Story, Walk

CHARGED = "1800.00"


def legal_asked(walk: Walk) -> Story:
    """Legal is asked before everything else on its desk, unless it has spoken on the case already (CO-05, CO-07)."""
    legal = str(walk.staff.unit_id("legal"))
    if given(walk.complaint) or legal not in dict(walk.options("ask_opinion", "unit")):
        return
    yield walk.move(
        walk.owner,
        "ask_opinion",
        walk.later(0.2, 1, by="solution"),
        kind="function",
        unit=legal,
        green="yes",
        question="请就方案的法律风险给出意见：赔偿依据是否充分，对外表述有无不妥。",
    )
    yield walk.move(
        "legal_head",
        "give_opinion",
        walk.later(0.3, 2, desk="anytime", by="green_opinion"),
        opinion=walk.options("give_opinion", "opinion")[-1][0],
        content="赔偿依据充分，可按退一赔三的法定标准处理；对外只陈述已核实的事实，不作责任推断。",
    )


def weighed(walk: Walk) -> Story:
    """What the author of the solution says to each opinion; a difficult case deviates, with the reason of the head."""
    for opinion in [one for one in given(walk.complaint) if not one.stance]:
        deviates = bool(walk.plan.difficult and walk.complaint.risk_marks)
        yield walk.move(
            walk.owner,
            "weigh_opinion",
            walk.later(0.05, 0.3, by="solution"),
            opinion=str(opinion.pk),
            stance="deviates" if deviates else "follows",
            words="用户损失不大，先行按用户主张补偿，不等判定。" if deviates else "赔偿标准与对外表述均按意见办理。",
        )
        if deviates:
            who = "head" if walk.owner != "head" else "vp"
            yield walk.move(
                who,
                "rule_on_deviation",
                walk.later(0.1, 1, by="solution"),
                opinion=str(opinion.pk),
                decision="allowed",
                reason="升级风险高于补偿金额，同意先行和解；此案不作先例。",
            )


def institute_consulted(walk: Walk) -> Story:
    """A testing institute outside: masked data for a month, on the duty of an authority; the samples come back (CO-08, PS-13)."""
    until = (walk.at.astimezone(ZONE) + timedelta(days=30)).date().isoformat()
    yield walk.move(
        walk.owner,
        "ask_opinion",
        walk.later(0.2, 1.5, by="investigation"),
        kind="outside",
        body="虚构省产品质量检验研究院",
        question="同批次商品是否存在安全缺陷？",
        released="同批次样品一件、产品照片四张、批次号与生产日期；不含用户资料。",
        released_until=until,
        secrecy="by_law",
        secrecy_basis="法定检验机构，《产品质量法》规定的保密义务",
        cost=CHARGED,
    )
    opinion = walk.options("give_opinion", "opinion")[-1][0]
    yield walk.move(
        walk.owner,
        "give_opinion",
        walk.later(2, 8, by="investigation"),
        opinion=opinion,
        content="温控元件在连续使用时失效，属于批次性缺陷；检验报告编号见附件目录。",
        cost=CHARGED,
    )
    yield walk.move(
        walk.owner, "settle_released_data", walk.later(0.1, 0.5, by="investigation"), opinion=opinion, how="returned",
        words="样品随检验报告一并寄回，电子照片由对方确认删除。",
    )  # fmt: skip
