"""The demo's documents: what a firm of this kind has in force, what is being revised, what still lies on somebody's desk."""

from datetime import datetime, timedelta
from itertools import count

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.documents import adopting, readers, versions
from tingsu.documents.writing import BLANK
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:documents"
FILLED = {
    "policy": ("食品和母婴用品投诉当日上门取样", "官网“服务承诺”页"),
    "channels": (
        "400-000-0188", "8:00—22:30", "我的 › 客服与投诉", "care@wuheli.example.com", "总部收，邮编 518000", "3", "总部一楼接待室",
        "工作日 9:00—18:00", "2", "7",
    ),
    "classes": ("生鲜到货", "5000", "2 小时"),
    "handling": ("受理后 4 小时", "一般 5 个工作日", "一般 7 个工作日", "3"),
    "aftersales": (
        "售后服务部", "售后服务部", "财务结算部", "2 小时", "3", "5", "7", "大家电整机一年、主要部件三年", "七日无理由退货，生鲜坏单包赔", "5",
    ),
    "mechanism": ("客户投诉处理中心", "独立设置", "分管副总", "中心负责人", "8", "12", "200", "1000", "5000", "60 万元"),
    "acceptance": (
        "400-000-0188", "8:00—22:30", "官网和应用程序“投诉”入口", "care@wuheli.example.com", "总部一楼接待室", "工作日", "各平台商家后台、12315",
        "2 小时",
    ),
    "guide": (
        "评估与分级", "已登记", "专员", "判断投诉的级别和紧急程度", "投诉经过、订单、以往投诉", "评估与分级", "五项准则的分值和理由", "级别", "登记后 4 小时",
        "五项准则、级别", "降低级别由主管决定", "只看金额不看人身风险：先问有没有人受伤", "中心负责人",
    ),
    "scope": (
        "全国两家门店", "仓储外包方（不直接接触用户）", "家居、小家电、食品和母婴用品的销售与售后", "企业采购的定制服务（按合同另行处理）", "无",
        "总部一楼接待室和两家门店服务台",
        "外包夜间热线", "无", "官网“服务承诺”页",
    ),
    "participation": (
        "入驻商家、物流承运方、外包热线供方", "3 月", "10 月 18 日", "物流承运方", "共同答复破损件", "请给出固定联系人", "采纳：减少往返",
        "指定处理组值守联系人",
    ),
    "communication": ("3", "10", "投诉处理中心", "公关部负责人", "24 小时", "公关部负责人", "4"),
    "criteria": ("20", "3", "60"),
    "suppliers": ("安诺呼叫服务有限公司（夜间热线）、三家物流承运方", "95%", "30", "90 分", "90%"),
    "compliance": (
        "11 月", "全年", "质量部负责人", "15 项", "15、0、0、0", "个人信息保护要求更新快", "每季度核对法规变化，质量部，季度末", "上年 2 项均已完成",
        "义务得到遵守", "消费者权益保护法第二十四条", "退换货记录抽查 20 件", "符合", "无",
    ),
    "control": ("TS-类别-序号", "质量部", "3 年", "法务部"),
    "data_security": ("投诉处理中心负责人", "天", "季度"),
}  # fmt: skip
"""What stands in the places of a template, in their order."""
IN_FORCE = (
    "policy", "channels", "classes", "handling", "aftersales", "mechanism", "acceptance", "guide", "scope", "participation", "communication",
    "criteria", "suppliers", "compliance", "control", "data_security",
)  # fmt: skip
READ = ("policy", "channels", "classes", "handling", "aftersales", "mechanism", "acceptance", "guide")
"""Of these it is told who has read them so far."""
MORE = {"guide": {"steps": ["assess_and_grade"]}}
CHANGE = "一般投诉的调查时限由 5 个工作日改为 3 个工作日，与客户承诺一致"


def tell(staff: Staff, *, until: datetime) -> None:
    """Once: sixteen documents in force, one of them in its second version, one in review, one being written."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return
    begun = until - timedelta(days=120)
    made = {topic: _in_force(staff, topic, begun) for topic in IN_FORCE}
    BuiltCase(key=KEY, complaint_id=made["policy"].pk).save(force_insert=True)
    _read(staff, [made[topic] for topic in READ], begun + timedelta(days=3))
    _revised(staff, made["handling"], until - timedelta(days=20))
    day = at_desk(until - timedelta(days=2), "centre")
    with travel_to(day):
        draft = adopting.adopt(staff.actor("head"), "emergency", "zh")
        _write(staff, draft, ("5000", "质量部、门店运营部", "2000", "00:00—24:00", "400-000-0188 转 9"))
        _step(
            staff,
            "head",
            draft,
            "submit",
            reviewer=str(staff.member_id("quality_head")),
            approver=str(staff.member_id("gm")),
        )
        adopting.adopt(staff.actor("head"), "monitoring", "zh")


def _in_force(staff: Staff, topic: str, begun: datetime) -> Entry:
    with travel_to(at_desk(begun, "centre")):
        entry = adopting.adopt(staff.actor("head"), topic, "zh")
        entry = _write(staff, entry, FILLED[topic])
        _step(
            staff,
            "head",
            entry,
            "submit",
            reviewer=str(staff.member_id("quality_head")),
            approver=str(staff.member_id("gm")),
        )
    return _signed(staff, entry, begun + timedelta(hours=26))


def _write(staff: Staff, entry: Entry, places: tuple[str, ...]) -> Entry:
    texts, codes = entry.written(), entry.codes
    turn = count()
    body = BLANK.sub(lambda _place: places[next(turn) % len(places)], texts["body"])
    kept = {name: codes[name] for name in ("kind", "language", "interval", "keep_years", "for_all") if name in codes}
    centre = {
        "for_units": [str(staff.unit_id("intake")), str(staff.unit_id("investigation")), str(staff.unit_id("handling"))]
    }
    topic = str(codes["topic"])
    title = "操作指南：评估与分级" if topic == "guide" else texts["title"]
    values = {
        **kept,
        **centre,
        **MORE.get(topic, {}),
        "title": title,
        "body": body,
        "purpose": texts.get("purpose", ""),
    }
    return _step(staff, "head", entry, "write", **values)


def _signed(staff: Staff, entry: Entry, at: datetime) -> Entry:
    with travel_to(at_desk(at, "centre")):
        _step(staff, "quality_head", entry, "review", opinion="内容完整，与现行流程一致，可以批准。")
    day = at_desk(at + timedelta(hours=20), "centre")
    with travel_to(day):
        on = local_date(day, current_organisation().time_zone)
        return _step(staff, "gm", entry, "approve", effective_on=on.isoformat(), signed=True)


def _revised(staff: Staff, of: Entry, at: datetime) -> None:
    with travel_to(at_desk(at, "centre")):
        _step(staff, "head", of, "revise", next_size="revision")
        drafts = Entry.objects.filter(register=versions.NAME, state=versions.DRAFT)
        draft = next(row for row in drafts if row.codes.get("base") == str(of.pk))
        codes, texts = draft.codes, draft.written()
        kept = {name: codes[name] for name in (*versions.KEPT, "topic") if name in codes and name != "topic"}
        body = texts["body"].replace("一般 5 个工作日", "一般 3 个工作日")
        _step(staff, "head", draft, "write", **kept, title=texts["title"], body=body)
        named = {"reviewer": str(staff.member_id("quality_head")), "approver": str(staff.member_id("gm"))}
        _step(staff, "head", draft, "submit", change=CHANGE, **named)
    new = _signed(staff, draft, at + timedelta(hours=24))
    _read(staff, [new], at + timedelta(days=4), every=2)


def _read(staff: Staff, rows: list[Entry], at: datetime, every: int = 5) -> None:
    """Most have read it; every few do not say so, or not yet."""
    register = registers()[versions.NAME]
    with travel_to(at_desk(at, "centre")):
        for row in rows:
            for place, member in enumerate(sorted(readers.unread(row))):
                if place % every:
                    readers.confirm(actor=staff.actor(staff.key_of(member)), register=register, entry=row)


def _step(staff: Staff, who: str, entry: Entry, step: str, **values: object) -> Entry:
    row = Entry.objects.get(pk=entry.pk)
    return take_step(actor=staff.actor(who), entry=row, register=registers()[versions.NAME], step=step, values=values)
