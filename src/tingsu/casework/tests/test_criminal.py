"""Criminal leads: put together, approved by legal, handed over, assisted; the package for law enforcement (XR-09)."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework.criminal import approved, content, context
from tingsu.casework.models import Assistance, CriminalLead
from tingsu.casework.steps import criminal
from tingsu.casework.tests.cases import investigating
from tingsu.complaints.access import may_take
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Reader
from tingsu.complaints.process import PROCESS
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people.directory import forget_cached
from tingsu.people.models import Unit
from tingsu.triage.tests.cases import step

LEAD = {
    "offence": "涉嫌合同诈骗：以虚假发货骗取货款", "facts": "三名用户付款后收到空包裹，电话 13800002210",
    "evidence": "支付流水一份：证明付款\n物流称重记录：证明空包",
}  # fmt: skip
HANDED = {"taken_by": "滨海分局经侦大队，张警官，受案 2026-118", "way": "in_person"}
ASKED = {"asked": "调取商家注册资料", "basis": "调证通知书 2026-7", "given": "注册资料复印件一份"}


def proposed(cast: Cast, complaint: Complaint | None = None, **changes: Any) -> Complaint:
    complaint = complaint or investigating(cast)
    return step(cast.specialist, complaint, "propose_lead", **{"unit": str(cast.units["legal"].pk), **LEAD} | changes)


def printed(cast: Cast, complaint: Complaint) -> str:
    row = approved(complaint)[0]
    made = content(Reader(actor=cast.specialist.actor, complaint=complaint, windows={}, item=str(row.pk)))
    return "\n".join(
        text
        for part in made.parts
        for text in (part.heading, *map(str, part.texts), *(f"{a}：{b}" for a, b in part.facts))
    )


@pytest.mark.req("XR-09")
def test_legal_approves_what_somebody_else_put_together_and_only_that_is_handed_over(cast: Cast) -> None:
    complaint = investigating(cast)
    for missing in LEAD:
        with pytest.raises(InvalidInput) as told:
            proposed(cast, complaint, **{missing: ""})
        assert set(told.value.fields) == {missing}
    with pytest.raises(NotFound):
        step(cast.function, complaint, "approve_lead", decision="同意")
    audit = Unit.objects.create(
        id=new_id(), code="audit", kind="function", name={"zh-Hans": "内审室", "en": "Internal audit"}
    )
    forget_cached()
    with pytest.raises(InvalidInput) as told:
        proposed(cast, complaint, unit=str(audit.pk))
    assert set(told.value.fields) == {"unit"}, "no other function approves what goes to law enforcement"
    first = criminal.lead_so_far(cast.specialist.actor, complaint)
    assert first["unit"] == str(cast.units["legal"].pk)
    assert first["facts"] == complaint.text("description")
    assert "投诉登记记录" in first["evidence"]
    complaint = proposed(cast, complaint)
    assert Notice.objects.filter(kind="case.lead_proposed", member_id=cast.function.id).count() == 1
    assert not approved(complaint), "nothing is printed for law enforcement before legal has approved"
    for step_name, values in (
        ("hand_over_lead", HANDED),
        ("note_assistance", ASKED),
        ("propose_lead", LEAD | {"unit": str(cast.units["legal"].pk)}),
    ):
        with pytest.raises(ConditionsUnmet):
            step(cast.specialist, complaint, step_name, **values)
    for person in (cast.specialist, cast.supervisor, cast.dept):
        with pytest.raises((NotAllowed, NotFound)):
            step(person, complaint, "approve_lead", decision="同意")
    step(cast.function, complaint, "refuse_lead", decision="证据不足，先补称重记录")
    with pytest.raises(ConditionsUnmet):
        step(cast.specialist, complaint, "hand_over_lead", **HANDED)
    complaint = proposed(cast, complaint)
    asking: Any = SimpleNamespace(
        complaint=complaint, actor=SimpleNamespace(id=cast.dept.id, unit_ids={cast.dept.unit_id})
    )
    refusals = criminal.not_own_lead(asking, criminal.APPROVE_LEAD, None)
    assert [one.code for one in refusals] == ["other_unit"], (
        "a function that was asked about another lead decides on none of this"
    )
    complaint = step(cast.function, complaint, "approve_lead", decision="符合移送条件")
    assert Notice.objects.filter(kind="case.lead_decided", member_id=cast.specialist.id).count() == 2
    paper = printed(cast, complaint)
    for words in (complaint.number, "涉嫌合同诈骗", "三名用户付款", "物流称重记录", "符合移送条件"):
        assert words in paper
    assert "13800002210" not in paper, "masked until the case is opened with a purpose"
    complaint = step(cast.specialist, complaint, "hand_over_lead", **HANDED)
    complaint = step(cast.function, complaint, "note_assistance", **ASKED)
    row = CriminalLead.objects.filter(complaint=complaint).latest("proposed_at", "id")
    assert (row.state, row.way, row.handed_by) == ("handed", "in_person", cast.specialist.id)
    assert row.handed_at is not None
    paper = printed(cast, complaint)
    for words in ("经侦大队", row.get_way_display(), "调证通知书", "注册资料复印件"):
        assert words in paper
    assert Assistance.objects.filter(complaint=complaint).count() == 1
    ours = [PROCESS[one.name].event for one in criminal.STEPS]
    told = Event.objects.filter(stream_id=complaint.pk, kind__in=ours).order_by("seq").values_list("kind", flat=True)
    assert [one.removeprefix("complaint.") for one in told] == [
        "lead_proposed", "lead_refused", "lead_proposed", "lead_approved", "lead_handed", "assistance_noted",
    ]  # fmt: skip
    shown = context(cast.specialist.actor, complaint)
    assert shown is not None
    assert [one["row"].state for one in shown["leads"]] == ["handed", "refused"]
    assert not may_take(cast.dept.actor, complaint, PROCESS["note_assistance"])
