"""What the demo company has agreed with its departments (CO-04), and the review its committee held (OG-06)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tingsu.casework import interfaces, partners
from tingsu.demo import library
from tingsu.demo.hours import at_desk
from tingsu.demo.staff import Staff
from tingsu.governance import committee_reviews
from tingsu.hooks import actions as hooks
from tingsu.hooks.models import Subscription
from tingsu.improvement import inflow, quality_report
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.providers import stays_here
from tingsu.people.actions.interests import declare_interest
from tingsu.people.models import Interest
from tingsu.registers import declaration
from tingsu.registers.actions import take_step

INTERFACES = (
    # unit, contact, asked about, days, from, to, facts, technical, measure, opinion (working hours)
    ("store_ops", "dept_store", "门店服务、价签与促销、自提", "all", "09:00", "21:00", 8, None, 16, None),
    ("online", "dept_online", "客服记录、活动规则、页面展示", "all", "08:00", "22:30", 8, None, 16, None),
    ("after_sales", "dept_after", "退换货、检测、上门维修", "working", "09:00", "18:00", 8, 24, 24, None),
    ("logistics", "dept_logistics", "运单轨迹、签收凭证、赔付", "all", "08:00", "20:00", 8, None, 16, None),
    ("payments", "dept_pay", "退款批次、扣款记录、发票", "working", "09:00", "18:00", 4, None, 8, None),
    ("merchants", "dept_merch", "商家资质、知识产权、店铺处罚", "working", "09:00", "18:00", 8, 24, 24, None),
    ("quality", "quality_head", "质量检测、批次追溯、召回", "working", "09:00", "18:00", 8, 40, 24, None),
    ("infosec", "infosec", "账户安全、访问日志、信息泄露", "all", "08:00", "20:00", 4, 8, 8, None),
    ("legal", "legal_head", "法律适用、诉讼风险、和解协议", "working", "09:00", "18:00", None, None, None, 12),
    ("pr", "pr", "舆情研判、对外口径", "all", "08:00", "22:00", None, None, None, 4),
)  # fmt: skip
NOTE = "与各部门商定的首份对接表"


def set_up_interfaces(organisation: Organisation) -> None:
    """The agreed interfaces; what is published is left alone."""
    with acting_for(organisation.pk), travel_to(organisation.created_at):
        if rulebooks.versions(interfaces.KIND)[0].version:
            return
        numbers = {row["key"]: row["number"] for row in library.organisation()["staff"]}
        lines = [
            {
                "unit": unit, "contact": numbers[contact], "deputy": "", "asked": asked, "days": days, "from": start, "to": end,
                "facts": facts, "technical": technical, "measure": measure, "opinion": opinion,
            }
            for unit, contact, asked, days, start, end, facts, technical, measure, opinion in INTERFACES
        ]  # fmt: skip
        actor = automation("demo.builder", organisation.pk)
        rulebooks.publish(actor=actor, kind=interfaces.KIND, body={"lines": lines}, note=NOTE)


INTERESTS = (
    # who, in what, which unit or whose name, which interest
    ("hand2", "unit", "logistics", "配偶在物流部任职。"),
    ("inv2", "firm", "杭州栖木家居有限公司", "入职前在该商家任客服主管，离职未满两年。"),
    ("intake3", "person", "沈予安", "大学同学，至今往来密切。"),
)  # fmt: skip


def declare_interests(staff: Staff, organisation: Organisation) -> None:
    """What some of the people have declared of themselves (IV-03); declared once."""
    with travel_to(organisation.created_at + timedelta(days=2)):
        for key, kind, whom, words in INTERESTS:
            actor = staff.actor(key)
            if Interest.objects.filter(member_id=actor.id).exists():
                continue
            unit = staff.unit_id(whom) if kind == "unit" else None
            declare_interest(actor=actor, kind=kind, unit_id=unit, name="" if unit else whom, words=words)


PARTNER_KINDS = {"courier": ("carrier", "运输途中丢失、破损、延误", "lost, damaged or late on the way"),
                 "installer": ("service", "上门安装、维修", "installation and repair at home")}  # fmt: skip


def set_up_partners(organisation: Organisation) -> None:
    """The partner register of the demo firm (AS-14); what is published is left alone."""
    with acting_for(organisation.pk), travel_to(organisation.created_at):
        if rulebooks.versions(partners.KIND)[0].version:
            return
        rows = []
        for one in library.organisation()["partner"]:
            kind, matters, english = PARTNER_KINDS[one["kind"]]
            contact = {
                "zh-Hans": one["contact"],
                "en": one["contact"].replace("投诉电话", "complaints line").replace("，", ", "),
            }
            rows.append(
                {
                    "code": one["code"], "kind": kind, "name": {"zh-Hans": one["zh"], "en": one["en"]}, "contact": contact,
                    "matters": {"zh-Hans": matters, "en": english},
                }
            )  # fmt: skip
        actor = automation("demo.builder", organisation.pk)
        rulebooks.publish(actor=actor, kind=partners.KIND, body={"partners": rows}, note="在用合作伙伴")


def hold_reviews(staff: Staff, *, until: datetime) -> None:
    """The review meeting of the last closed quarter, recorded by the management representative and confirmed above (OG-06)."""
    zone = ZoneInfo(current_organisation().time_zone)
    today = until.astimezone(zone)
    first = datetime(today.year, 3 * ((today.month - 1) // 3) + 1, 1, 10, tzinfo=zone)
    register = declaration.registers()[committee_reviews.NAME]
    with travel_to(min(first, until)):
        entry = committee_reviews.open_owed()
    if entry is None or until < first + timedelta(days=12):
        return
    at = at_desk(first + timedelta(days=9), "centre")
    present = [
        str(staff.member_id(key)) for key in ("gm", "vp", "legal_head", "quality_head", "head", "dept_logistics")
    ]
    decided = [
        {"what": "大促前两周完成客服与物流的联合演练", "who": str(staff.member_id("head")), "by": f"{at + timedelta(days=30):%Y-%m-%d}"},
        {"what": "合作快递的代收同意率纳入月度考核", "who": str(staff.member_id("dept_logistics")), "by": f"{at + timedelta(days=45):%Y-%m-%d}"},
    ]  # fmt: skip
    held = {
        "held_on": f"{at.astimezone(zone):%Y-%m-%d}",
        "present": present,
        "cases": "电水壶批次漏电、驿站代收两类重点投诉；跨部门争议 2 件。",
        "effect": "预案启动及时，15 分钟内上报率 96%；口径下发到门店偏慢，平均 70 分钟。",
        "strategy": "停售权限下放到质量部；门店口径改为系统弹窗，阅读后方可接待。",
        "disputes": "退款延迟由支付组牵头，物流配合提供签收凭证，双方无异议。",
        "actions": decided,
    }
    with travel_to(at):
        take_step(actor=staff.actor("vp"), entry=entry, register=register, step="hold", values=held)
    with travel_to(at + timedelta(hours=5)):
        take_step(actor=staff.actor("gm"), entry=entry, register=register, step="confirm", values={})


def look_at_records(staff: Staff, *, until: datetime) -> None:
    """The report on last month's records, assessed and taken note of (RC-09), and yesterday's inflow, still to be counted (RG-26)."""
    today = until.astimezone(ZoneInfo(current_organisation().time_zone))
    first = at_desk(today.replace(day=1, hour=9, minute=0), "centre")
    with travel_to(until):
        inflow.open_owed()
    assessed = at_desk(first + timedelta(days=1), "centre")
    if until < assessed + timedelta(days=1):
        return
    register = declaration.registers()[quality_report.NAME]
    with travel_to(first):
        entry = quality_report.open_owed()
    if entry is None:
        return
    said = {
        "findings": "登记不完整多集中在邮件和门店渠道，缺发生日期；更正记录中，订单号录错占多数。",
        "measures": [{"what": "邮件受理时先补问发生日期", "who": str(staff.member_id("head")), "by": f"{assessed + timedelta(days=20):%Y-%m-%d}"}],
    }  # fmt: skip
    with travel_to(assessed):
        take_step(actor=staff.actor("analyst"), entry=entry, register=register, step="assess", values=said)
    with travel_to(assessed + timedelta(hours=20)):
        take_step(actor=staff.actor("vp"), entry=entry, register=register, step="take_note", values={})


def tell_the_shop(staff: Staff, *, since: datetime) -> None:
    """The shop's own system hears of complaints that come in and end (IG-01). Nothing leaves the demo, and the log says so."""
    if not stays_here() or Subscription.objects.exists():
        return
    actor = staff.actor("vp")
    row, _secret = hooks.subscribe(
        actor=actor, name="商城订单系统", address="https://orders.example.com/hooks/tingsu",
        kinds=("complaint.registered", "complaint.answer_delivered", "complaint.closed"),
    )  # fmt: skip
    hooks.replay(actor=actor, id=row.pk, since=since)
