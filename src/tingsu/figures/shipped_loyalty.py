"""The indicators of loyalty and business risk that ship: who stays, what is at stake, what was avoided (KP-14; their formulas are ours)."""

from typing import Any

from tingsu.figures.shipped import BY_CLOSING, defined

LOYALTY: tuple[dict[str, Any], ...] = (
    defined(
        "KP-14a",
        "loyalty",
        "投诉后再次购买率",
        "Complainants who bought or used again",
        "结案的投诉人中再次购买或使用的人数÷结案的投诉人数；由会员或交易系统填报或导入。",
        "Complainants who bought or used again after closing ÷ complainants whose complaint was closed; entered or imported from sales.",
        "SVC 1.1",
        kind="entered",
        owner="analyst",
        direction="at_least",
    ),
    defined(
        "KP-14b",
        "loyalty",
        "愿意继续选择的比例（问卷）",
        "Would use us again, as surveys say",
        "本期答卷中回答“今后还会选择我们的产品或服务”的投诉人数÷回答这一问题的投诉人数。",
        "Complainants who answer that they would choose us again ÷ complainants who answer that question, of answers in time.",
        "SVC 1.1",
        kind="survey",
        of="again",
        owner="analyst",
        direction="at_least",
    ),
    defined(
        "KP-14c",
        "loyalty",
        "诉求金额",
        "Amounts asked for",
        "本期结案投诉的诉求金额合计。",
        "What was asked for in money on complaints that were closed.",
        "SVC 1.1",
        kind="sum",
        of="asked_fen",
        by=BY_CLOSING,
        direction="at_most",
    ),
    defined(
        "KP-14d",
        "loyalty",
        "避免的风险敞口",
        "Exposure avoided",
        "本期以接受或不成立已答复结案、未走外部途径的投诉：诉求金额减去已支付金额，合计。",
        "Of complaints closed as accepted or as unfounded and answered, none of which went outside: amounts asked for less amounts paid.",
        "SVC 1.1",
        kind="sum",
        of="avoided_fen",
        by=BY_CLOSING,
        direction="at_least",
    ),
    defined(
        "KP-14e",
        "loyalty",
        "有外溢风险的投诉内部化解率",
        "Complaints at risk settled with us",
        "有外溢风险（高危、重大、危机、重复、超时或升级）的投诉中，未走外部途径而以接受或不成立已答复结案的件数÷结案件数。",
        "Of closed complaints at risk of being taken outside (high risk, major, crisis, repeated, late or escalated): settled without a way "
        "outside ÷ closed.",
        "SVC 1.1",
        of="outside = no; outcome in accepted, unfounded_answered",
        among="grade = high_risk | major = yes | crisis = yes | repeated = yes | limits_missed >= 1 | escalation_level >= 2",
        by=BY_CLOSING,
        direction="at_least",
    ),
)
