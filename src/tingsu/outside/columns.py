"""What the columns of a list mean: guessed from their titles, said by a person, remembered for the next list of the same source."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import crypto
from tingsu.kernel.spelling import fold
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.outside.models import ColumnPlan

DETAIL = "detail"
OURS = (
    ("our_number", pgettext_lazy("import", "Our number")), ("our_state", pgettext_lazy("import", "Progress")),
    ("our_answer", pgettext_lazy("import", "Our answer")), ("answered_on", pgettext_lazy("import", "Answered on")),
    ("our_result", pgettext_lazy("import", "How it ended")),
)  # fmt: skip
"""What the platform leaves for us to fill in: read from no list, written into the one that goes back."""
MEANINGS = (
    ("reference", _("Outside reference number")), ("raised_at", _("Raised there at")), ("received_at", _("Reached us at")),
    ("reply_by", _("Answer due there by")), ("description", _("What is complained of")), (DETAIL, _("More of it, under its title")),
    ("summary", _("In one line")), ("remedy_text", _("What is asked for")), ("name", _("Name or organisation")),
    ("phone", _("Telephone")), ("email", pgettext_lazy("channel", "E-mail")), ("address", _("Address")),
    ("product", _("Product or service")), ("order_number", _("Product or order number")), ("occurred_on", _("Date of occurrence")),
    ("occurred_time", _("Time of day it happened")),
    ("respondent_name", _("Party complained about")), ("branch", _("Branch or store")), ("their_state", _("State on the platform")),
    ("outlet", _("Medium or account")), ("link", pgettext_lazy("spill-over", "Link")), ("reach", pgettext_lazy("spill-over", "Reach")),
    *OURS,
)  # fmt: skip
CODES = frozenset(code for code, _label in MEANINGS)
NEEDED = ("description", "summary", DETAIL)
"""One of these says what a line is about."""
TITLES: dict[str, tuple[str, ...]] = {
    "reference": ("编号", "投诉编号", "工单编号", "工单号", "登记编号", "单号", "流水号", "信件编号", "id", "unique_key", "number", "reference"),
    "raised_at": ("投诉时间", "投诉日期", "登记时间", "提交时间", "反映时间", "来电时间", "发布时间", "datetime", "created_date", "date", "time"),
    "received_at": ("转办时间", "派单时间", "下派时间", "交办时间", "接收时间", "分派时间", "received", "received at"),
    "reply_by": ("办结时限", "反馈时限", "答复时限", "截止时间", "截止日期", "办理期限", "处理期限", "due_date", "deadline"),
    "description": (
        "投诉内容", "投诉详情", "问题描述", "反映内容", "诉求内容", "工单内容", "留言详情", "内容", "详情", "description", "desc", "text",
    ),
    "summary": ("标题", "投诉标题", "主题", "留言主题", "工单标题", "title", "subject"),
    "remedy_text": ("投诉要求", "诉求", "投诉诉求", "投诉请求", "消费者诉求", "demand"),
    "name": ("姓名", "投诉人", "投诉者", "投诉人姓名", "反映人", "联系人", "消费者", "留言用户", "name", "complainant"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "来电号码", "phone", "telephone", "mobile"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"),
    "address": ("地址", "联系地址", "投诉人地址", "address"),
    "product": ("商品", "产品", "商品名称", "产品名称", "商品服务", "car_model", "product"),
    "order_number": ("订单", "订单号", "订单编号", "order", "order number"),
    "occurred_on": ("发生时间", "发生日期", "事发时间", "occurred on"),
    "occurred_time": ("发生时刻", "事发时刻", "发生钟点", "time of event", "event time"),
    "respondent_name": ("投诉对象", "被投诉人", "被投诉方", "被诉方", "企业名称", "被投诉企业", "商家", "brand", "respondent"),
    "branch": ("门店", "网点", "分店", "branch", "store"),
    "their_state": ("状态", "工单状态", "办理状态", "处理状态", "投诉状态", "status", "state"),
    "outlet": ("来源", "媒体", "媒体名称", "发布平台", "发布账号", "账号", "作者", "outlet", "source", "author"),
    "link": ("链接", "原文链接", "原文地址", "网址", "url", "link"),
    "reach": ("阅读量", "浏览量", "播放量", "传播量", "影响力", "转发量", "粉丝数", "reach", "views"),
    "our_number": ("企业受理编号", "内部编号", "受理编号", "our number"),
    "our_state": ("处理进度", "办理进度", "处理进展", "progress"),
    "our_answer": (
        "回复内容", "答复内容", "企业回复", "商家回复", "反馈内容", "答复意见", "办理意见", "处理意见", "reply", "our reply", "response",
    ),
    "answered_on": ("回复时间", "回复日期", "答复时间", "答复日期", "反馈时间", "办结时间", "办结日期", "reply date", "replied on"),
    "our_result": ("处理结果", "办理结果", "调解结果", "result", "outcome"),
    "detail": ("投诉问题", "问题类型", "投诉类型", "类型", "complaint_type", "descriptor", "problem", "type"),
}  # fmt: skip
"""What programs call their columns, in both languages."""
_MEANT = {fold(title): meaning for meaning, titles in TITLES.items() for title in titles}


def guessed(head: Sequence[str]) -> list[str]:
    """A meaning for each column, empty where its title says nothing known; each but `detail` once, or under one title twice."""
    found: dict[str, str] = {}
    meanings = []
    for title in head:
        plain = fold(title).rstrip("_:：").strip()
        meaning = _MEANT.get(plain, "")
        taken = meaning in found and found[meaning] != plain
        meanings.append("" if taken and meaning != DETAIL else meaning)
        found.setdefault(meaning, plain)
    return meanings


def remembered(source: str, head: Sequence[str]) -> list[str] | None:
    """What these columns meant the last time; None for columns that nobody has explained."""
    plan = ColumnPlan.objects.filter(source=source, head=digest_of(head)).first()
    return list(plan.meanings) if plan and len(plan.meanings) == len(head) else None


def remember(source: str, head: Sequence[str], meanings: Sequence[str]) -> None:
    """For the next list of this source with the same columns."""
    ColumnPlan.objects.update_or_create(source=source, head=digest_of(head), defaults={"meanings": list(meanings)})


def digest_of(head: Sequence[str]) -> bytes:
    return crypto.blind_index(current_organisation_id(), "outside.head", "\x1f".join(fold(one) for one in head))
