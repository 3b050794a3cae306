"""The question tree of the general door (IN-13): in few taps to the product, the kind of problem, its answer and its way in.

A rulebook, versioned like every other. Each entry is one thing to choose below another one; what it does not say itself it has from
those above it. An entry without others below it carries an answer. Whatever was chosen, the tree can be left for the form, which
then holds it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import lists, terms
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, codes_in, wrong_texts
from tingsu.people.roles import Role
from tingsu.portal.causes import BY_CODE, CAUSES

KIND = "question_tree"
CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
MOST, BESIDE, DEEP = 120, 9, 4
"""Entries altogether, below one entry, and taps until an answer."""
NAME_LIMIT, ANSWER_LIMIT, PRODUCT_LIMIT = 40, 1200, 80
WAYS: dict[str, str | Promise] = {
    "": pgettext_lazy("way in", "The form"),
    "phone": pgettext_lazy("way in", "Telephone, a person answers"),
    "callback": pgettext_lazy("way in", "We call back"),
    "email": pgettext_lazy("way in", "E-mail"),
}
"""Which way in is offered first; the form always is."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry as a visitor meets it, with what it has from those above it."""

    code: str
    name: str
    question: str
    """Asked above the entries below it."""
    answer: str
    way: str
    cause: str
    problem_type: str
    product: str
    product_type: str
    trail: tuple[tuple[str, str], ...]
    """Code and name of those above it, the first one first."""


def _row(code: str, under: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    texts = {
        name: {"zh-Hans": value[0], "en": value[1]} for name, value in more.items() if name in {"question", "answer"}
    }
    plain = {name: value for name, value in more.items() if name not in texts}
    blank = {
        "question": {},
        "answer": {},
        "way": "",
        "cause": "",
        "problem_type": "",
        "product": {},
        "product_type": "",
    }
    return {"code": code, "under": under, "name": {"zh-Hans": zh, "en": en}, **blank, **texts, **plain}


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: what is asked of most enterprises, with answers that promise nothing in their name. Treat as read-only."""
    what = ("遇到了什么情况？", "What is the matter?")
    return {
        "entries": [
            _row("goods", "", "商品或收到的东西", "Goods, or what arrived", question=what, cause="refund"),
            _row(
                "broken", "goods", "坏了、不能用", "Broken, does not work", problem_type="product",
                answer=(
                    "请先停止使用，保留商品、包装和配件，拍下故障和铭牌。有异味、发烫、冒烟的，请立即断电并远离。"
                    "登记投诉时附上照片和订单号，我们就不用再向您要一遍。",
                    "Stop using it; keep the goods, the packing and all parts, and photograph the fault and the label. If it smells, "
                    "gets hot or smokes, cut the power at once and keep away. With photos and order number we need not ask again.",
                ),
            ),
            _row(
                "return", "goods", "想退货或换货", "Return or exchange",
                answer=(
                    "网购商品多数自签收之日起七日内可以无理由退货，定作的、鲜活易腐的、已拆封的音像软件和数字商品等除外。"
                    "先在订单页申请；被拒绝、一直没有处理的，请在这里登记，退换货有专门的时限。",
                    "Most goods bought online can be returned within seven days of delivery without a reason; made-to-measure, perishable, "
                    "unsealed media and digital goods cannot. Ask on the order page first. Refused, or nothing happens? Register it here: "
                    "returns and refunds have a time limit of their own.",
                ),
            ),
            _row(
                "late", "goods", "没收到、破损、丢失", "Not arrived, damaged, lost", cause="delivery",
                answer=(
                    "请核对订单页的物流信息和收件地址，也问一下家人、物业或代收点。外箱破损的，请保留外箱并拍照；"
                    "显示已签收但您没有收到的，请尽快登记，便于查找。",
                    "Check tracking and address on the order page, and ask family, porter or pick-up point. Keep and photograph a damaged "
                    "box. Shown as delivered but not with you? Register it soon, so that it can be traced.",
                ),
            ),
            _row("money", "", "付款、扣费、退款", "Payments, charges, refunds", question=what, cause="charges"),
            _row(
                "refund_late", "money", "退款没有到账", "Refund has not arrived", cause="refund",
                answer=(
                    "退款按付款的原路退回：先看当时付款的银行卡或钱包的明细，不是只看余额；银行入账可能比我们退出晚几天。"
                    "过了订单页写明的到账时间仍没有的，请登记，并附上退款页的截图。",
                    "A refund goes back the way it was paid: look at the statement of that card or wallet, not at the balance alone. A bank "
                    "may book it some days later. Still missing after the day shown on the order page? Register it with a screenshot.",
                ),
            ),
            _row(
                "renewal", "money", "自动续费、不明扣费", "Renewals, charges I do not know",
                answer=(
                    "自动续费可以在付款的应用里关闭：微信和支付宝都在“支付设置”的“自动续费／免密支付”中，苹果和安卓手机在账户的“订阅”中。"
                    "关闭只停止以后的扣费，已经扣的请在这里登记。怀疑被盗刷的，请先联系银行或支付机构冻结。",
                    "Renewals are switched off where you pay: in WeChat and Alipay under payment settings, on Apple and Android phones under "
                    "subscriptions of your account. That stops later charges only; register those already made here. If you suspect theft, "
                    "have bank or payment service freeze it first.",
                ),
            ),
            _row("invoice", "money", "发票、账单", "Invoices and bills", problem_type="consumer", answer=(
                "先在订单详情中申请或下载发票，核对抬头和税号。一直没有开具、金额或抬头不对的，请登记，并写明正确的抬头。",
                "Ask for or download the invoice in the order first, and check title and tax number. Not issued, or wrong? Register it and "
                "state the right title.",
            )),
            _row("account", "", "账号和安全", "Account and security", question=what, cause="account"),
            _row(
                "sign_in", "account", "无法登录、被封禁", "Cannot sign in, blocked",
                answer=(
                    "请先用“忘记密码”或“账号申诉”，并核对是否用错了手机号。申诉被驳回，或您认为封禁有误的，请在这里登记，会由人来看。",
                    "Try “forgot password” or the account appeal first, and check that it is the right number. Appeal refused, or blocked by "
                    "mistake? Register it here; a person looks at it.",
                ),
            ),
            _row("stolen", "account", "被盗、信息泄露", "Stolen, data leaked", way="phone", answer=(
                "请立即修改密码、退出其他设备，并通知银行或支付机构。已有损失的，请报警（110）并留好回执。这类情况请直接打电话，有人接听。",
                "Change the password now, sign out other devices, and tell your bank or payment service. If you lost money, report it to the "
                "police (110) and keep the receipt. Call us: a person answers.",
            )),
            _row("content", "", "内容和侵权", "Content and infringement", question=what, cause="infringement"),
            _row("rights", "content", "侵犯了我或我们单位的权利", "It infringes my or our rights", answer=(
                "请准备：内容的网址、您的身份和权利证明（身份证明、营业执照、作品或商标登记、授权书等），以及哪一处侵犯了什么权利。材料齐全，核实就快。",
                "Have ready: the addresses of the content, proof of identity and of your right (identity or business licence, registration, "
                "power of attorney), and what infringes which right. Complete papers are checked sooner.",
            )),
            _row("bad_content", "content", "内容不好、不实、不适合孩子", "Poor, false, unfit for children", cause="infringement", answer=(
                "可以先点内容旁的“不感兴趣”或“举报”，以后会少看到。希望我们处理并答复您的，请登记，并附上网址或截图。",
                "You can use “not interested” or “report” beside it, and will see less of it. If you want us to act and answer you, register "
                "it with the address or a screenshot.",
            )),
            _row("people", "", "服务和人员", "Service and people", question=what, cause="other", problem_type="consumer"),
            _row("rude", "people", "态度不好、没人理", "Rude, or nobody answers", way="callback", answer=(
                "很抱歉让您有这样的经历。请写下时间、地点或工号，我们会找到当时的记录。您也可以约一个时间，由我们打给您。",
                "We are sorry. Write down when and where, or the staff number, and we find the records. You can also choose a time at which "
                "we call you.",
            )),
            _row("before", "people", "之前的投诉没处理好", "An earlier complaint", way="phone", answer=(
                "凭编号和手机尾号可以在“查进度”看到进展，也可以在那里补充、申请复核或调解。不愿再写一遍的，请打电话。",
                "With its number and the last digits of your telephone you see how it stands under “Follow a complaint”; there you can add to "
                "it and ask for review or mediation. If you would rather not write it again, call us.",
            )),
        ]
    }  # fmt: skip


def check(body: Mapping[str, Any]) -> None:
    """Every entry can be reached, none goes round in a circle, each end carries an answer. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "entries", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code, under, codes = row.get("code"), row.get("under") or "", codes_in(rows)
    if not isinstance(code, str) or not CODE.fullmatch(code):
        sentence = _("A code has 2 to 20 small letters, digits or _, and begins with a letter.")
        yield "code", InvalidValue(sentence, code="code")
    elif codes.count(code) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")
    if under and under not in codes:
        yield "under", InvalidValue(_("No entry has this code."), code="unknown")
    elif (above := _above(row, rows)) is None:
        yield (
            "under",
            InvalidValue(_("This leads round in a circle: nobody would ever come to the entry."), code="circle"),
        )
    elif len(above) >= DEEP:
        yield "under", InvalidValue(_("At most %(limit)s taps lead to an answer."), code="too_deep", limit=DEEP)
    elif sum((other.get("under") or "") == under for other in rows) > BESIDE:
        yield (
            "under",
            InvalidValue(_("At most %(limit)s entries stand beside each other."), code="too_many", limit=BESIDE),
        )
    if problem := wrong_texts(row.get("name"), NAME_LIMIT, _("Name it in both languages.")):
        yield "name", problem
    ends = isinstance(code, str) and not any(other.get("under") == code for other in rows)
    for name, limit, sentence, needed in (
        ("answer", ANSWER_LIMIT, _("Nothing stands below this entry, so it needs an answer in both languages."), ends),
        ("question", NAME_LIMIT, _("Ask in both languages what is to be chosen below this entry."), not ends),
        ("product", PRODUCT_LIMIT, _("Name it in both languages."), False),
    ):
        texts = row.get(name) or {}
        said = isinstance(texts, Mapping) and any(texts.values())
        if (needed or said) and (problem := wrong_texts(texts, limit, sentence)):
            yield name, problem
    yield from _wrong_choice(row)


def _wrong_choice(row: Row) -> Iterator[tuple[str, TingsuError]]:
    known: dict[str, Any] = {
        "way": WAYS, "cause": BY_CODE, "problem_type": lists.codes(lists.PROBLEM_TYPE), "product_type": terms.ProductType.values,
    }  # fmt: skip
    for name, options in known.items():
        if (value := row.get(name)) and value not in options:
            yield name, InvalidValue(code="choice")


def _above(row: Row, rows: list[Row]) -> list[Row] | None:
    """The entries above one, the nearest first; None when they go round."""
    by_code = {other.get("code"): other for other in rows}
    found: list[Row] = []
    while (under := row.get("under")) and under in by_code:
        row = by_code[under]
        if row in found or len(found) > len(rows):
            return None
        found.append(row)
    return found


def below(code: str = "") -> list[tuple[str, str]]:
    """Code and name of what can be chosen below an entry, or at first. No query."""
    rows = rulebooks.in_force(KIND).body["entries"]
    return [(row["code"], in_language(row["name"])) for row in rows if (row.get("under") or "") == code]


def choice_of(code: str) -> Choice | None:
    """An entry of the tree in force; None for one that is not in it any more. No query."""
    rows = rulebooks.in_force(KIND).body["entries"]
    row = next((one for one in rows if one["code"] == code), None)
    if row is None:
        return None
    line = [row, *(_above(row, rows) or [])]

    def nearest(name: str) -> Any:
        return next((one[name] for one in line if one.get(name)), "")

    problem_type, product = nearest("problem_type"), nearest("product")
    return Choice(
        code=code,
        name=in_language(row["name"]),
        question=in_language(row.get("question") or {}),
        answer=in_language(row.get("answer") or {}),
        way=nearest("way"),
        cause=nearest("cause") or "other",
        # An own type that was dropped since would be refused at the end: the cause's own stands in its place.
        problem_type=problem_type if problem_type in lists.codes(lists.PROBLEM_TYPE) else "",
        product=in_language(product) if product else "",
        product_type=nearest("product_type"),
        trail=tuple((one["code"], in_language(one["name"])) for one in reversed(line[1:])),
    )


def name_of(code: str) -> str:
    """What an entry is called, with those above it; its code when the tree has it no more."""
    found = choice_of(code)
    return " › ".join([*(name for _code, name in found.trail), found.name]) if found else code


def _problem_types() -> dict[str, str | Promise]:
    return {"": _("as the card"), **dict(lists.problem_types(None))}


TREE = Editor(
    app="web", kind=KIND, slug="question-tree", title=_("Question tree"), entries="entries",
    intro=_(
        "What visitors of the general door are asked, and the answers they find. An entry stands below another one by its code; what it "
        "leaves empty it has from above. The form can be reached from every page, and holds what was chosen."
    ),
    roles=(Role.SUPERVISOR, Role.MGMT_REP),
    columns=(
        Column(name="name", label=_("What can be chosen"), kind="both"),
        Column(name="code", label=_("Code"), hint=_("Small letters and digits, such as rental.")),
        Column(name="under", label=_("Below the entry with the code"), required=False, hint=_("Empty: among the first choices.")),
        Column(name="question", label=_("Question above what stands below it"), kind="both", required=False),
        Column(name="answer", label=pgettext_lazy("question tree", "Answer"), kind="long", required=False),
        Column(name="way", label=_("Way in that is offered first"), kind="choice", options=WAYS, required=False),
        Column(
            name="cause", label=_("Card of the form"), kind="choice", required=False,
            options={"": _("as above it"), **{one.code: one.title for one in CAUSES}},
        ),
        Column(name="problem_type", label=_("Problem type"), kind="choice", options=_problem_types, required=False),
        Column(name="product", label=_("Product or service"), kind="both", required=False),
        Column(
            name="product_type", label=_("Product type"), kind="choice", required=False,
            options={"": "–", **dict(terms.ProductType.choices)},
        ),
    ),
)  # fmt: skip

rulebooks.register_kind(KIND, _("Question tree"), shipped, check)
