"""What the demo company has agreed with its departments: contact persons, topics, service hours, times (CO-04)."""

from tingsu.casework import interfaces
from tingsu.demo import library
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

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
