"""The list goes back to the platform in its own columns, with what we answered and with nothing about people (IG-05)."""

import csv
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.actions import take_step as on_case
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import local_date, now
from tingsu.outside import import_steps, replies
from tingsu.outside.models import ImportLine
from tingsu.outside.tests.test_imports import brought, csv_of, taken_in, verdicts
from tingsu.pages.tests.old_lists import OLD_LIST
from tingsu.privacy.models import AccessEntry
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

HEAD = ("工单编号", "投诉内容", "投诉人", "联系电话", "登记时间", "工单状态", "涉及品牌", "处理结果", "备注")
ROWS = (
    ("GD001", "退款一直没有到账", "陈小满", "13800004401", "2026-01-03 10:20", "处理中", "甲", "", "加急"),
    ("GD002", "快递员把包裹放错了门", "周立夏", "13800004402", "2026-01-04 09:00", "处理中", "乙", "上次已调解", ""),
    ("GD003", "", "吴白露", "13800004403", "2026-01-05", "处理中", "", "", ""),
)


def given_back(client: Any, entry: Entry, form: str = "csv") -> list[list[str]]:
    answer = client.get(reverse("outside:replies", args=[entry.number, form]))
    assert answer.status_code == 200
    return list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))


@pytest.mark.req("IG-05")
def test_the_list_goes_back_with_our_answers_and_without_people(cast: Cast, sign_in: Any, client: Any) -> None:
    entry = taken_in(cast.frontline, brought(cast.frontline, csv_of(*ROWS, head=HEAD)))
    first, second = (Complaint.objects.get(pk=ImportLine.objects.get(number=place).complaint_id) for place in (2, 3))
    spill = Entry.objects.select_related("stream").get(pk=ImportLine.objects.get(number=2).spill_over_id)
    values = {"reply": "=已于3月退回原支付账户", "replied_on": local_date(now(), "Asia/Shanghai").isoformat()}
    take_step(actor=cast.frontline.actor, entry=spill, register=registers()["spill_over"], step="answer", values=values)
    Complaint.objects.filter(pk=second.pk).update(state="investigating")
    sign_in(cast.supervisor)
    head, one, two, three = given_back(client, entry)
    assert head == [*HEAD, "我方编号", "办理进度", "我方答复", "答复日期"], (
        "what the list has no column for stands behind its last"
    )
    today = local_date(now(), "Asia/Shanghai").isoformat()
    assert one == [
        "GD001",
        "",
        "",
        "",
        "2026-01-03 10:20",
        "处理中",
        "",
        "",
        "",
        first.number,
        "已收到",
        "'=已于3月退回原支付账户",
        today,
    ]
    assert two == [
        "GD002",
        "",
        "",
        "",
        "2026-01-04 09:00",
        "处理中",
        "",
        "上次已调解",
        "",
        second.number,
        "核实中",
        "",
        "",
    ]
    assert three == ["GD003", "", "", "", "2026-01-05", "处理中", *[""] * 7], (
        "refused: nothing was registered, nothing is answered"
    )
    assert (
        AccessEntry.objects.filter(stream_id=entry.pk, actor_id=cast.supervisor.actor.id, what="exported").count() == 1
    )
    page = client.get(reverse("registers:entry", args=["list_import", entry.number])).content.decode()
    assert reverse("outside:replies", args=[entry.number, "xlsx"]) in page


def test_an_answer_from_the_case_and_the_result_go_back_and_a_list_that_came_again_has_them_too(
    cast: Cast, sign_in: Any, client: Any
) -> None:
    due = csv_of((*ROWS[0][:5], "2126-02-20", "", ""), head=(*HEAD[:5], "办结时限", "答复内容", "处理结果"))
    taken_in(cast.frontline, brought(cast.frontline, due))
    line = ImportLine.objects.get(number=2)
    case = Complaint.objects.get(pk=line.complaint_id)
    values = {"means": "phone", "content": "已电话答复平台：退款已办"}
    owner = cast.specialist
    Complaint.objects.filter(pk=case.pk).update(owner_id=owner.actor.id)
    on_case(actor=owner.actor, complaint_id=case.pk, step="reply_outside", values=values)
    spill = Entry.objects.select_related("stream").get(pk=line.spill_over_id)
    ended = {
        "result": "settled",
        "result_words": "退款后撤诉",
        "ended_on": local_date(now(), "Asia/Shanghai").isoformat(),
    }
    take_step(actor=owner.actor, entry=spill, register=registers()["spill_over"], step="end", values=ended)
    again = brought(cast.supervisor, due)
    assert verdicts(again) == {2: "known"}
    sign_in(cast.supervisor)
    _head, row = given_back(client, again)
    assert row[6:8] == ["已电话答复平台：退款已办", "双方和解：退款后撤诉"]
    found = import_steps.table_of(again)
    assert found is not None
    shape = replies.shape_of(found.head, [line["meaning"] for line in again.codes["columns"]])
    (hidden,) = replies.rows(cast.dept.actor, again, found, shape)
    assert hidden[6:] == [""] * 5, "whoever does not see the case learns nothing of it"


def test_a_list_in_the_old_format_is_read(cast: Cast) -> None:
    entry = brought(cast.frontline, OLD_LIST, name="工单.xls")
    assert verdicts(entry) == {2: "fits", 3: "fits"}
    assert [line["meaning"] for line in entry.codes["columns"]] == [
        "reference", "description", "name", "phone", "raised_at", "", "our_answer",
    ]  # fmt: skip
