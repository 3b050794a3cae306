"""The shipped risk rules and the check of a changed version (TR-06, TR-11, TR-12, TR-19, VL-11)."""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.punctuation import listed
from tingsu.triage.suggest import FACT_NAMES

KIND = "risk_rules"
PARTS = ("high_risk", "urgent", "marks")
RISK_MARKS = ("opinion", "litigation", "penalty")
REQUIRED = {
    "high_risk": ("central_media", "authority", "mass"),
    "urgent": (
        "quality",
        "work_safety",
        "pollution",
        "public_health",
        "food_safety",
        "personal_safety",
        "property_loss",
        "media",
    ),
    "marks": RISK_MARKS,
}
"""Rules that a document names; they may be tuned and switched off, not removed."""
RULE_KEYS = frozenset({"code", "name", "on", "any", "with", "near", "fact"})
MOST_WORDS = 200
MAJOR_LOSS_YUAN = 50_000
"""What counts as a major loss of property unless the enterprise says otherwise (TR-12)."""

EXPOSED = [
    "曝光",
    "报道",
    "记者",
    "采访",
    "播出",
    "播放",
    "上新闻",
    "exposed",
    "reported",
    "reporter",
    "report on",
    "aired",
    "journalist",
]


def _rule(
    code: str, chinese: str, english: str, words: str = "", *, near_to: list[str] | None = None, fact: str = ""
) -> dict[str, Any]:
    """One rule; `words` are separated by spaces, English phrases by underscores inside."""
    return {
        "code": code,
        "name": {"zh-Hans": chinese, "en": english},
        "on": True,
        "any": [word.replace("_", " ") for word in words.split()],
        "with": near_to or [],
        "fact": fact,
    }


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0 of the rules. Treat as read-only."""
    return {
        "high_risk": [
            _rule(
                "central_media", "中央级媒体曝光", "Exposure by central-level media",
                "央视 中央电视台 新华社 人民日报 焦点访谈 3·15晚会 315晚会 每周质量报告 经济半小时 中央广播电视总台 中国消费者报 "
                "cctv xinhua people's_daily",
                near_to=EXPOSED,
            ),
            _rule(
                "authority", "政府等有关部门关注的特殊事件", "Special event followed by authorities",
                "挂牌督办 约谈你们 被约谈 已经立案 立案调查 联合调查组 专项检查组 国务院督查 纪委介入 检察院介入 公安介入 应急管理局 "
                "formal_investigation investigated_by_the_authorities regulator_has_opened",
            ),
            _rule("mass", "两个以上省份集中突发的批量投诉", "Sudden mass complaints from two or more provinces", fact="mass"),
            _rule(
                "life", "严重危害生命财产安全", "Serious harm to life or property",
                "死亡 去世 身亡 猝死 生命危险 病危 抢救 ICU 重症监护 昏迷 爆炸 起火 着火 失火 自燃 燃爆 爆燃 闪爆 火灾 集体中毒 多人中毒 截肢 烧伤 毁容 "
                "died death fatal intensive_care exploded explosion caught_fire coma",
            ),
            _rule(
                "leak", "大范围信息泄露", "Leak of data of many people",
                "大规模泄露 批量泄露 数据泄露 用户信息被卖 信息在网上被卖 data_breach data_leak",
            ),
        ],
        "urgent": [
            _rule(
                "quality", "重大质量", "Major quality", "重大质量 批次问题 整批 召回 严重质量 同批次 product_recall whole_batch serious_defect",
            ),
            _rule(
                "work_safety", "安全生产", "Work safety", "安全生产 安全事故 坍塌 脚手架 电梯坠落 电梯困人 燃气泄漏 煤气泄漏 gas_leak collapsed work_accident",
            ),
            _rule(
                "fire", "起火、爆裂迹象", "Signs of fire or bursting",
                "冒烟 冒白烟 冒黑烟 浓烟 冒火 火苗 火花 火星子 明火 喷火 烧黑 烧焦 烧糊 烧坏 烧毁 烧穿 烧红 烧掉 烧着 烧起来 焦糊 焦味 糊味 "
                "短路 熔化 烫手 过热 电池鼓包 电池鼓胀 电池膨胀 电池漏液 爆裂 炸裂 自爆 爆开 炸开 "
                "smoking_when smoke_coming smoke_came started_smoking burning_smell burnt_smell smell_of_burning sparks scorched charred melted "
                "short_circuit overheat swollen_battery battery_swelled shattered",
            ),
            _rule("pollution", "环境污染", "Environmental pollution", "环境污染 排污 偷排 有毒废水 污染水源 刺鼻气体 pollution toxic_waste"),
            _rule(
                "public_health", "公共卫生", "Public health",
                "公共卫生 传染病 疫情 集体发热 医疗器械感染 假药 过期药 epidemic infectious counterfeit_medicine expired_medicine",
            ),
            _rule(
                "food_safety", "食品安全", "Food safety",
                "食品安全 食物中毒 吃坏肚子 上吐下泻 腹泻 拉肚子 发霉 变质 异物 虫子 蟑螂 老鼠 过期食品 过期牛奶 过期奶粉 三无食品 "
                "food_poisoning mould mold cockroach expired_food foreign_object diarrhoea diarrhea vomiting",
            ),
            _rule(
                "personal_safety", "人身安全", "Personal safety",
                "刹车失灵 制动失灵 转向失灵 方向失控 刹不住 "
                "受伤 划伤 割伤 烫伤 摔伤 骨折 触电 漏电 电击 窒息 过敏性休克 过敏 住院 急诊 送医 流血 出血 人身安全 威胁我 跟踪我 殴打 打人 "
                "骚扰 性骚扰 自杀 轻生 不想活 brakes_failed injured injury burned burnt electric_shock hospital bleeding allergic threatened assaulted suicide",
            ),
            _rule(
                "property_loss", "重大财产损失", "Major loss of property",
                "倾家荡产 全部积蓄 毕生积蓄 养老钱 救命钱 账户被盗 盗刷 资金被盗 life_savings account_was_hacked stolen_from_my_account",
                fact="major_loss",
            ),
            _rule(
                "media", "媒体关注", "Media attention",
                "央视 新华社 人民日报 电视台 日报 晚报 新闻频道 都市频道 媒体 cctv xinhua tv_station newspaper the_media", near_to=EXPOSED, fact="from_media",
            ),
        ],
        "marks": [
            _rule(
                "opinion", "重大负面舆情风险", "Risk of major negative public opinion",
                "曝光你们 曝光 上热搜 热搜 发抖音 发微博 发小红书 发到网上 发朋友圈 直播揭露 网红 大V 找媒体 找记者 黑猫投诉 全网 转发 "
                "go_viral go_public post_it_online social_media expose_you twitter tiktok weibo",
                fact="from_media",
            ),
            _rule(
                "litigation", "法律诉讼风险", "Risk of litigation",
                "起诉 法院 律师函 律师 诉讼 仲裁 打官司 法律途径 法庭见 集体诉讼 退一赔三 假一赔十 退一赔十 惩罚性赔偿 "
                "lawsuit sue_you court lawyer solicitor attorney legal_action arbitration",
            ),
            _rule(
                "penalty", "行政处罚风险", "Risk of an administrative penalty",
                "市场监督 市场监管 市监局 工商局 12315 12345 消协 消委会 消保委 消费者协会 药监局 卫健委 网信办 银保监 金融监管 举报 行政处罚 "
                "regulator ombudsman consumer_council trading_standards report_you_to_the_authorities",
                fact="from_authority",
            ),
        ],
        "negations": ["没有", "没", "未", "无", "并非", "不是", "不会", "避免", "not", "no", "n't"],
        "mass": {"window_hours": 24, "complaints": 5, "provinces": 2, "problem_complaints": 20},
        "major_loss_yuan": MAJOR_LOSS_YUAN,
        "report_to": {"supervisor": True, "mgmt_rep": False, "top_mgmt": False},
    }  # fmt: skip


UPWARD = ("supervisor", "mgmt_rep", "top_mgmt")
"""Who stands above whoever reports a high risk."""


def reported_to(body: dict[str, Any]) -> tuple[str, ...]:
    """The roles that every report of high risk reaches (TR-15); versions from before it could be said report to the supervisors."""
    wanted = body.get("report_to", {"supervisor": True})
    return tuple(role for role in UPWARD if wanted.get(role))


def check(body: dict[str, Any]) -> None:
    """Refuse rules that cannot be read, that lack a documented rule, or that look at who complains (VL-11). Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    for part in PARTS:
        rules = body.get(part)
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            errors[part] = InvalidValue(code="rows")
            continue
        if problem := _problem_of(part, rules):
            errors[part] = problem
    negations = body.get("negations")
    if not isinstance(negations, list) or not all(isinstance(word, str) and word for word in negations):
        errors["negations"] = InvalidValue(code="rows")
    mass = body.get("mass")
    if (
        not isinstance(mass, dict)
        or any(
            type(mass.get(name)) is not int or mass[name] < least
            for name, least in (("window_hours", 1), ("complaints", 2), ("provinces", 1))
        )
        or type(by_problem := mass.get("problem_complaints", 0)) is not int
        or by_problem < 0
        or by_problem == 1
    ):
        errors["mass"] = InvalidValue(code="number")
    if type(body.get("major_loss_yuan")) is not int or body["major_loss_yuan"] < 1:
        errors["major_loss_yuan"] = InvalidValue(code="number")
    wanted = body.get("report_to", {"supervisor": True})
    if (
        not isinstance(wanted, dict)
        or set(wanted) - set(UPWARD)
        or not all(isinstance(on, bool) for on in wanted.values())
    ):
        errors["report_to"] = InvalidValue(code="choice")
    elif not any(wanted.values()):
        sentence = _("A high risk is reported to somebody: switch on at least one.")
        errors["report_to.supervisor"] = InvalidValue(sentence, code="nobody")
    if errors:
        raise InvalidInput(errors)


def _problem_of(part: str, rules: list[dict[str, Any]]) -> InvalidValue | None:
    codes = [rule.get("code") for rule in rules]
    if missing := [code for code in REQUIRED[part] if code not in codes]:
        return InvalidValue(
            _("These rules stand in the standards and can be switched off, not removed: %(codes)s."),
            code="missing",
            codes=listed(missing),
        )
    if len(set(codes)) != len(codes):
        return InvalidValue(_("Two rules have the same code."), code="twice")
    if part == "marks" and set(codes) != set(RISK_MARKS):
        return InvalidValue(
            _("The escalation risks are three: public opinion, litigation, administrative penalty."), code="choice"
        )
    for rule in rules:
        if problem := _problem_of_one(rule):
            return problem
    return None


def _problem_of_one(rule: dict[str, Any]) -> InvalidValue | None:
    fact = rule.get("fact") or ""
    unknown = sorted(set(rule) - RULE_KEYS) + ([str(fact)] if fact and fact not in FACT_NAMES else [])
    if unknown:
        return InvalidValue(
            _("A rule may not look at “%(name)s”: everybody is treated alike, whoever complains and by whatever channel."),
            code="unequal", name=unknown[0],
        )  # fmt: skip
    words = [*(rule.get("any") or []), *(rule.get("with") or [])]
    name = rule.get("name")
    if (
        not isinstance(rule.get("code"), str)
        or not isinstance(name, dict)
        or not all(name.get(lang) for lang in ("zh-Hans", "en"))
    ):
        return InvalidValue(_("Every rule needs a code and a name in both languages."), code="required")
    if not isinstance(rule.get("on"), bool):
        return InvalidValue(code="choice")
    if len(words) > MOST_WORDS or not all(isinstance(word, str) and 1 < len(word) <= 40 for word in words):
        return InvalidValue(_("Words of a rule have 2 to 40 characters, at most 200 words a rule."), code="words")
    if rule["on"] and not rule.get("any") and not fact:
        return InvalidValue(_("A rule that is switched on needs words or a fact."), code="empty")
    return None
