"""Remedies: the eighteen measures 36–53 (RL-3, fixed), guidance and consolation (RM-16), and the coarser response options (RL-4)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.settlement.rulebooks import checks

KIND = "remedies"
EXTRAS = ("", "amount", "text")

FIXED = {
    "36": ("交付产品", "Deliver the product", ""),
    "37": ("返修/返工产品", "Repair or rework the product", ""),
    "38": ("更换产品", "Exchange the product", ""),
    "39": ("退货", "Return of goods", ""),
    "40": ("执行担保", "Honour the guarantee", ""),
    "41": ("兑现承诺", "Keep the promise", ""),
    "42": ("达成协议", "Conclude an agreement", ""),
    "43": ("解除合同", "Cancel the contract", ""),
    "44": ("作废发票", "Cancel the invoice", ""),
    "45": ("提供信息", "Provide information", ""),
    "46": ("修正损失评估", "Correct the loss assessment", ""),
    "47": ("支付补偿", "Pay compensation", "amount"),
    "48": ("退还预订金", "Refund the deposit", "amount"),
    "49": ("退还其他已产生费用", "Refund other costs incurred", "amount"),
    "50": ("价格折扣", "Price reduction", "amount"),
    "51": ("支付手段", "Means of payment", ""),
    "52": ("道歉", "Apology", ""),
    "53": ("其他措施", "Other measure", "text"),
}
"""RL-3: numbers, names and what each asks for cannot be changed (RM-02, RM-03)."""

OWN = {
    "guidance": ("技术上的指导", "Technical guidance", "text"),
    "consolation": ("精神上的安慰", "Consolation", "text"),
}
RESPONSES = {
    "R1": ("退款", "Refund", ("39", "48", "49")),
    "R2": ("换货", "Exchange of goods", ("38",)),
    "R3": ("返修/返工", "Repair or rework", ("37",)),
    "R4": ("替换", "Substitution", ("38", "36")),
    "R5": ("技术支持", "Technical support", ("53", "guidance")),
    "R6": ("提供信息", "Provide information", ("45",)),
    "R7": ("引荐", "Referral", ("53",)),
    "R8": ("金融援助", "Financial assistance", ("51", "53")),
    "R9": ("其他援助", "Other assistance", ("53", "consolation")),
    "R10": ("补偿", "Compensation", ("47",)),
    "R11": ("道歉", "Apology", ("52",)),
    "R12": ("礼品或纪念品", "Gift or souvenir", ("53",)),
    "R13": ("说明由于投诉带来的变化", "Statement of changes due to the complaint", ("45",)),
}


def default() -> dict[str, Any]:
    """What is shipped: version 0."""
    measures = {**FIXED, **OWN}
    return {
        "remedies": [
            {"code": code, "name": {"zh-Hans": zh, "en": en}, "extra": extra}
            for code, (zh, en, extra) in measures.items()
        ],
        "responses": [
            {"code": code, "name": {"zh-Hans": zh, "en": en}, "remedies": list(maps)}
            for code, (zh, en, maps) in RESPONSES.items()
        ],
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput. The eighteen measures stay as the guide names them; own ones may be added after them."""
    problems: checks.Problems = {}
    remedies = checks.entries_of(body, "remedies", problems)
    found = {entry.get("code"): entry for entry in remedies}
    for code, (zh, _en, extra) in FIXED.items():
        entry = found.get(code)
        if entry is None or entry.get("extra") != extra or (entry.get("name") or {}).get("zh-Hans") != zh:
            checks.wrong(
                problems,
                f"remedies.{code}",
                _("Measure %(number)s is fixed by the guide and stays as it is."),
                number=code,
            )
    for number, entry in enumerate(remedies, 1):
        checks.both_languages(entry, "name", f"remedies.{number}", problems)
        checks.one_of(entry.get("extra"), EXTRAS, f"remedies.{number}.extra", problems)
    for number, entry in enumerate(checks.entries_of(body, "responses", problems), 1):
        checks.both_languages(entry, "name", f"responses.{number}", problems)
        mapped = entry.get("remedies")
        if not isinstance(mapped, list) or not mapped or any(code not in found for code in mapped):
            checks.wrong(
                problems,
                f"responses.{number}.remedies",
                _("Line %(number)s: map it to at least one measure of the list."),
                number=number,
            )
    checks.refuse_if(problems)


def in_force() -> rulebooks.Rules:
    return rulebooks.in_force(KIND)


def options() -> tuple[tuple[str, str], ...]:
    return tuple((entry["code"], label(entry)) for entry in in_force().body["remedies"])


def label(entry: dict[str, Any], language: str | None = None) -> str:
    """With its number, when it has one: people know the measures by it."""
    name = in_language(entry["name"], language)
    return f"{entry['code']} {name}" if entry["code"].isdigit() else name


def by_code(version: int | None = None) -> dict[str, dict[str, Any]]:
    """Every remedy of a version (default: the one in force)."""
    rules = in_force() if version is None else rulebooks.version_of(KIND, version)
    return {entry["code"]: entry for entry in rules.body["remedies"]}


def name_of(code: str, version: int | None = None, language: str | None = None) -> str:
    entry = by_code(version).get(code)
    return in_language(entry["name"], language) if entry else code


def response_options() -> tuple[tuple[str, str], ...]:
    """The coarser options of RL-4, to choose from (RM-04)."""
    return tuple((entry["code"], in_language(entry["name"])) for entry in in_force().body["responses"])


def response_names(codes: list[str], version: int | None = None, language: str | None = None) -> list[str]:
    """Chosen response options in words, in the order of the list."""
    rules = in_force() if version is None else rulebooks.version_of(KIND, version)
    return [in_language(entry["name"], language) for entry in rules.body["responses"] if entry["code"] in codes]


def responses_for(codes: list[str], version: int | None = None, language: str | None = None) -> list[str]:
    """The response options of RL-4 that these remedies stand for (RM-04): of several, the first named for a measure.

    A measure that is described in words (53) may stand for many, so nothing is claimed for it.
    """
    rules = in_force() if version is None else rulebooks.version_of(KIND, version)
    known = by_code(version)
    found: dict[str, str] = {}
    for code in codes:
        fitting = [entry for entry in rules.body["responses"] if code in entry["remedies"]]
        if len(fitting) == 1 or (fitting and known[code]["extra"] != "text"):
            found.setdefault(fitting[0]["code"], in_language(fitting[0]["name"], language))
    return list(found.values())
