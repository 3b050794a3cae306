"""The demo's way to the certificate: which documents apply, who answers for a clause, the audit to come, a pack that was released."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.conformity import building
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.setup import shipped_rules
from tingsu.setup.actions import change_organisation, confirm, confirm_shipped

KEY = "record:readiness"
ASIDE = 37
"""Days to the audit from outside."""
SPAN = timedelta(days=8)
REASON = (
    "面向消费者提供线上与门店服务，申请客户投诉管理体系认证（CTS），并按互联网企业规范（ISC）和服务业预案（SVC）运行。"
)
LEFT = frozenset({"sampling_plans", "questionnaires", "warning_rules"})
"""Rules that nobody has decided on yet."""
SAID = (
    ("CTS 8.2", "quality_head", "热线、线上与门店统一登记，受理后立即告知编号与预计时间；每日核对登记情况。"),
    ("CTS 8.7", "vp", "外包热线按同一时限与话术管理，每月考核接通率与质检结果。"),
    ("CTS 5.1 a", "vp", "总经理每季度听取投诉处理专题汇报，并就重大投诉作出批示。"),
)


def tell(staff: Staff, *, until: datetime) -> None:
    """Once: what a firm does in the weeks before its first audit."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return
    begun = at_desk(until - timedelta(days=12), "centre")
    with travel_to(begun):
        if not current_organisation().enterprise.get("documents"):
            facts = {"documents": ["isc", "svc", "cts"], "reason": REASON}
            change_organisation(actor=staff.actor("gm"), enterprise=facts)
        for subject in ("calendar", "limits", "retention"):
            confirm(actor=staff.actor("gm"), subject=subject)
        confirm_shipped(actor=staff.actor("gm"), kinds=[kind for kind in shipped_rules.subjects() if kind not in LEFT])
        roles = _opened(staff, "vp", "role_assignment", about="首版：按现行岗位和授权编制", cause="first")
        _taken(staff, "gm", roles, "approve")
        for about, who, note in SAID:
            entry = _opened(staff, "vp", "clause", about=about, responsible=str(staff.member_id(who)), note=note)
        _taken(staff, "gm", entry, "confirm")
        day = local_date(until, current_organisation().time_zone)
        audit = _opened(
            staff, "quality_head", "outside_audit", body="某认证中心有限公司", kind="first", document="cts",
            audit_on=(day + timedelta(days=ASIDE)).isoformat(), scope="投诉受理、调查、处理与改进的全部过程，总部与两家门店",
        )  # fmt: skip
        BuiltCase(key=KEY, complaint_id=audit.pk).save(force_insert=True)
        _taken(
            staff, "quality_head", audit, "ask", auditor_name="审核员甲", username="auditor-from-outside", bound="保密承诺书，合同档案 HT-2026-118",
            valid_from=day.isoformat(), valid_until=(day + timedelta(days=ASIDE + 10)).isoformat(),
        )  # fmt: skip
        _taken(staff, "vp", audit, "grant")
    with travel_to(at_desk(until - timedelta(days=2), "centre")):
        pack = _opened(
            staff, "quality_head", "evidence_pack", purpose="初次认证前的预审", document="cts", first=(day - SPAN).isoformat(),
            last=(day - timedelta(days=3)).isoformat(), audit=str(audit.pk),
        )  # fmt: skip
        for _try in range(3):  # a worker may have taken it up in this moment: whoever comes last makes it
            building.make(pack.pk)
            pack = Entry.objects.select_related("stream").get(pk=pack.pk)
            if pack.state != "making":
                break
        if pack.state == "ready":
            _taken(staff, "vp", pack, "release")


def _opened(staff: Staff, who: str, name: str, **values: Any) -> Entry:
    return open_entry(actor=staff.actor(who), register=registers()[name], opening=Opening(values=values))


def _taken(staff: Staff, who: str, entry: Entry, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=staff.actor(who), entry=row, register=registers()[row.register], step=step, values=values)
