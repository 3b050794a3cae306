"""The published criteria of the initial assessment: five questions, a scale, guidance for each point (TR-09, TR-20)."""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.triage.models import CRITERIA

KIND = "assessment"
LONGEST_SCALE = 10
Named = dict[str, str]


def _both(chinese: str, english: str) -> Named:
    return {"zh-Hans": chinese, "en": english}


def _criterion(code: str, name: Named, question: Named, *anchors: Named) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "question": question,
        "anchors": {str(value): anchor for value, anchor in enumerate(anchors, start=1)},
    }


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0 of the criteria. Treat as read-only."""
    return {
        "scale": [
            {"value": 1, "name": _both("很低", "very low")},
            {"value": 2, "name": _both("较低", "low")},
            {"value": 3, "name": _both("中等", "medium")},
            {"value": 4, "name": _both("较高", "high")},
            {"value": 5, "name": _both("很高", "very high")},
        ],
        "criteria": [
            _criterion(
                "severity", _both("性质和严重性", "Nature and severity"),
                _both("问题是什么性质？若属实，后果有多重？", "What kind of problem is it, and how grave if true?"),
                _both("瑕疵或误会，几乎没有后果", "a blemish or misunderstanding, hardly any consequence"),
                _both("小额损失或一般不便", "small loss or ordinary inconvenience"),
                _both("明确违约，损失可以计算", "a clear breach, the loss can be counted"),
                _both("违法违规嫌疑，或损失较大", "suspected breach of law, or a large loss"),
                _both("危及生命财产，或损害企业根本利益", "threatens life, property or the enterprise itself"),
            ),
            _criterion(
                "safety", _both("安全隐患", "Safety hazard"),
                _both("人身、食品、设备、信息是否还在危险之中？", "Are people, food, equipment or data still in danger?"),
                _both("不涉及安全", "safety is not concerned"),
                _both("理论上可能，没有迹象", "possible in theory, no sign of it"),
                _both("有隐患，尚未造成伤害", "a hazard, nobody hurt so far"),
                _both("已造成轻微伤害，或隐患仍在", "slight harm done, or the hazard persists"),
                _both("已造成严重伤害，或随时可能发生", "serious harm done, or imminent"),
            ),
            _criterion(
                "complexity", _both("复杂程度", "Complexity"),
                _both("弄清事实要牵涉多少人、多少部门、多少专业？", "How many people, departments and skills does it take to find the facts?"),
                _both("事实清楚，一人当场可办", "facts are clear, one person settles it at once"),
                _both("需查一处记录", "one record has to be looked up"),
                _both("需一个部门核实", "one department has to verify"),
                _both("跨部门，或各方说法不一", "several departments, or accounts differ"),
                _both("需外部专家、检测或法律判断", "needs outside experts, tests or a legal opinion"),
            ),
            _criterion(
                "impact", _both("影响程度", "Impact"),
                _both("多少人受影响？会不会扩散？", "How many are affected, and may it spread?"),
                _both("仅投诉人一人", "only the complainant"),
                _both("投诉人及家人、同单", "the complainant's household or order"),
                _both("可能有同类用户", "other users may be affected alike"),
                _both("同批次、同门店多人", "many of the same batch or store"),
                _both("多省份，或已有媒体、有关部门关注", "several provinces, or media or authorities follow it"),
            ),
            _criterion(
                "immediacy", _both("即时采取措施的必要性与可能性", "Necessity and possibility of immediate action"),
                _both("现在不做，会不会变坏？现在能不能做？", "Does waiting make it worse, and can something be done now?"),
                _both("无需即时措施", "no immediate action needed"),
                _both("可以按正常时限处理", "the normal limits will do"),
                _both("当天处理较为妥当", "better handled today"),
                _both("应在数小时内采取措施", "action within hours"),
                _both("必须马上采取措施，且有条件采取", "action at once, and it is possible"),
            ),
        ],
    }  # fmt: skip


def check(body: dict[str, Any]) -> None:
    """The five criteria stay; names, guidance and scale are the enterprise's. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    scale = body.get("scale")
    values = [one.get("value") for one in scale if isinstance(one, dict)] if isinstance(scale, list) else []
    if not 2 <= len(values) <= LONGEST_SCALE or values != list(range(1, len(values) + 1)):
        errors["scale"] = InvalidValue(_("The scale has 2 to 10 steps, counted from 1."), code="scale")
    elif not all(_named(one.get("name")) for one in scale or ()):
        errors["scale"] = InvalidValue(_("Every step needs a name in both languages."), code="required")
    criteria = body.get("criteria")
    if not isinstance(criteria, list) or [one.get("code") for one in criteria if isinstance(one, dict)] != list(
        CRITERIA
    ):
        errors["criteria"] = InvalidValue(
            _("The five criteria of the initial assessment stay, in their order."), code="choice"
        )
    elif not all(
        _named(one.get("name")) and _named(one.get("question")) and isinstance(one.get("anchors"), dict)
        for one in criteria
    ):
        errors["criteria"] = InvalidValue(
            _("Every criterion needs a name, a question and guidance in both languages."), code="required"
        )
    elif not all(_named(anchor) for one in criteria for anchor in one["anchors"].values()):
        errors["criteria"] = InvalidValue(_("Guidance is needed in both languages."), code="required")
    if errors:
        raise InvalidInput(errors)


def _named(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(language), str) and value[language] for language in ("zh-Hans", "en")
    )
