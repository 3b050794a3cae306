"""Ways of redress told to one who does not accept: negotiation first as the best choice, appeal included (XR-02, XR-08)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.terms import PROVINCES
from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.settlement.rulebooks import checks

KIND = "ways"
NEGOTIATION, ARBITRATION, APPEAL = "negotiation", "arbitration", "appeal"
SIDES = ("internal", "external")

SHIPPED: tuple[dict[str, Any], ...] = (
    {
        "code": NEGOTIATION, "side": "internal",
        "name": {"zh-Hans": "双方进一步协商和解", "en": "Further negotiation between you and us"},
        "about": {
            "zh-Hans": "最佳选择：通常最快，不收费，也不影响您以后再走其他途径。",
            "en": "The best choice: usually the quickest, free of charge, and it closes no other way to you.",
        },
        "papers": {"zh-Hans": "回复本通知或在进度页说明您的新意见即可。", "en": "Reply to this letter or tell us your new position on the follow-up page."},
    },
    {
        "code": APPEAL, "side": "internal",
        "name": {"zh-Hans": "向本企业申诉", "en": "Appeal within the company"},
        "about": {
            "zh-Hans": "由未参与原处理的主管复核事实、依据与处理意见。",
            "en": "A supervisor who took no part in the decision reviews facts, basis and solution.",
        },
        "papers": {"zh-Hans": "投诉编号和申诉理由。", "en": "The complaint number and your reasons."},
    },
    {
        "code": "platform", "side": "external",
        "name": {"zh-Hans": "第三方消费纠纷调解平台", "en": "Mediation through a third-party consumer platform"},
        "about": {
            "zh-Hans": "由与双方无利害关系的消费服务平台（如“消费保”）居中调解。",
            "en": "A consumer service platform without interest in the matter (such as Xiaofeibao) mediates.",
        },
        "papers": {"zh-Hans": "订单、沟通记录、诉求说明。", "en": "Order, correspondence, what you ask for."},
    },
    {
        "code": "council", "side": "external",
        "name": {"zh-Hans": "消费者协会（消费者委员会）", "en": "Consumer association (consumer council)"},
        "about": {
            "zh-Hans": "向所在地消费者协会投诉，请求调解，例如深圳市消费者委员会。",
            "en": "Complain to the consumer association where you live and ask for mediation, for example the Shenzhen Consumer Council.",
        },
        "papers": {"zh-Hans": "身份信息、订单、证据材料和诉求。", "en": "Your identity, order, evidence and what you ask for."},
    },
    {
        "code": "authority", "side": "external",
        "name": {"zh-Hans": "行政管理部门（全国12315平台）", "en": "Administrative authority (national 12315 platform)"},
        "about": {
            "zh-Hans": "向市场监督管理部门投诉举报，电话 12315。",
            "en": "Complain or report to the market supervision authority, telephone 12315.",
        },
        "papers": {"zh-Hans": "被投诉方名称、事实经过、证据和具体请求。", "en": "Name of the company, facts, evidence and your request."},
        "link": "https://www.12315.cn",
    },
    {
        "code": ARBITRATION, "side": "external",
        "name": {"zh-Hans": "依双方协议申请仲裁", "en": "Arbitration under an agreement of both parties"},
        "about": {
            "zh-Hans": "须双方先有书面仲裁协议；裁决为终局。",
            "en": "Needs a written arbitration agreement of both parties first; the award is final.",
        },
        "papers": {"zh-Hans": "仲裁协议、仲裁申请书、证据材料。", "en": "Arbitration agreement, application, evidence."},
    },
    {
        "code": "court", "side": "external",
        "name": {"zh-Hans": "向人民法院起诉", "en": "Action before a people's court"},
        "about": {
            "zh-Hans": "向有管辖权的人民法院提起诉讼，小额案件可适用小额诉讼程序。",
            "en": "Bring an action before the competent people's court; a small-claims procedure exists.",
        },
        "papers": {"zh-Hans": "起诉状、身份证明、证据材料。", "en": "Statement of claim, proof of identity, evidence."},
    },
)  # fmt: skip


def default() -> dict[str, Any]:
    """What is shipped: version 0, open to everybody. Addresses and what there is in one province are for the organisation to enter."""
    return {"ways": [{"address": {}, "link": "", "province": "", **way} for way in SHIPPED]}


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Negotiation stays first, an appeal stays in the list, and something outside does, wherever somebody is."""
    problems: checks.Problems = {}
    entries = checks.entries_of(body, "ways", problems)
    codes = [entry.get("code") for entry in entries]
    if entries and codes[0] != NEGOTIATION:
        checks.wrong(problems, "ways", _("Further negotiation stands first: it is shown as the best choice."))
    if entries and APPEAL not in codes:
        checks.wrong(problems, "ways", _("An appeal stays in the list."))
    if entries and not any(entry.get("side") == "external" and not entry.get("province") for entry in entries):
        checks.wrong(problems, "ways", _("Keep at least one way outside the company that is open in every province."))
    for number, entry in enumerate(entries, 1):
        place = f"ways.{number}"
        checks.one_of(entry.get("side"), SIDES, f"{place}.side", problems)
        checks.one_of(entry.get("province") or "", ("", *PROVINCES), f"{place}.province", problems)
        if entry.get("side") == "internal" and entry.get("province"):
            checks.wrong(problems, f"{place}.province", _("What we offer ourselves is open to everybody."))
        checks.both_languages(entry, "name", place, problems)
        for field in ("about", "papers", "address"):
            checks.both_languages(entry, field, place, problems, required=False)
        checks.link(entry, place, problems)
    checks.refuse_if(problems)


def in_force() -> rulebooks.Rules:
    return rulebooks.in_force(KIND)


def told_in(province: str) -> list[dict[str, Any]]:
    """The list for somebody in a province: what is open everywhere, and what is there. Where no province is known nothing is left out."""
    rows: list[dict[str, Any]] = in_force().body["ways"]
    return [row for row in rows if not province or row.get("province", "") in {"", province}]


def label(entry: Mapping[str, Any], language: str | None = None) -> str:
    """Its name, with the province where it is one of a single province."""
    name = in_language(entry["name"], language)
    if not entry.get("province"):
        return name
    with override(language or get_language()):
        return f"{name} · {PROVINCES[entry['province']]}"


def options(province: str = "") -> tuple[tuple[str, str], ...]:
    return tuple((entry["code"], label(entry)) for entry in told_in(province))


def name_of(code: str, language: str | None = None) -> str:
    return next((label(entry, language) for entry in in_force().body["ways"] if entry["code"] == code), code)
