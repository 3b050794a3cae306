"""What a person reads on the case page of the work on a case: each clause that says “shown” (IV-05, IV-06, IV-07, IV-15, IV-20, CO-03, CO-08, PS-13)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.casework.models import FunctionOpinion
from tingsu.casework.tests.cases import ACCEPT, ANSWERED, FINDING, basis, investigating, offered, outside, with_task
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.fields import in_language
from tingsu.letters.models import Letter
from tingsu.people import queries as people
from tingsu.triage.tests.cases import step, told

SignIn = Callable[[Person], Client]


def read(client: Client, complaint: Complaint) -> str:
    """The words of the case page, without its marks and gaps."""
    from html import unescape
    from re import sub

    page = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    return sub(r"\s+", "", unescape(sub(r"<[^>]+>", " ", page)))


@pytest.mark.req("IV-05", "IV-06", "IV-07")
def test_lead_departments_and_checklist_of_a_running_investigation(cast: Cast, sign_in: SignIn) -> None:
    joint = ACCEPT | {
        "mode": "joint", "units": [str(cast.units["logistics"].pk)], "lead": str(cast.units["logistics"].pk), "depth": "standard",
    }  # fmt: skip
    complaint = step(cast.specialist, offered(cast), "accept", **joint)
    page, lead = read(sign_in(cast.specialist), complaint), in_language(cast.units["logistics"].name)
    assert f"牵头部门{lead}" in page
    assert f"联合调查·标准·{lead}" in page
    assert "须查找的来源服务记录·客户沟通记录·订单·合同·当事人陈述" in page
    assert "监控录像" not in page, "looked for in depth only"


@pytest.mark.req("IV-07", "IV-15")
def test_each_share_stands_with_its_basis_and_each_source_with_what_came_of_it(cast: Cast, sign_in: SignIn) -> None:
    looked_for = [*FINDING["sources"]]
    complaint = step(
        cast.specialist, investigating(cast), "find_founded", **FINDING | {"sources": looked_for}, bases=basis()
    )
    page = read(sign_in(cast.specialist), complaint)
    assert "80%（系统故障）" in page
    assert "20%（延误揽收）" in page
    assert "服务记录：" in page


@pytest.mark.req("IV-20", "CO-03", "CO-04")
def test_what_a_clue_is_to_lead_to_whom_a_task_reaches_and_what_its_answer_lacks(cast: Cast, sign_in: SignIn) -> None:
    complaint, task = with_task(cast, investigating(cast))
    client = sign_in(cast.specialist)
    assert people.staff_identity(cast.dept.id).replace(" ", "") in read(client, complaint)
    step(
        cast.frontline,
        complaint,
        "note_clue",
        words="换了快递员",
        source="witness",
        who="同楼住户",
        to_do="核对当日派件记录",
    )
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    page = read(client, complaint)
    assert "待查核对当日派件记录" in page
    assert "尚无记录" in page


@pytest.mark.req("CO-08", "PS-13")
def test_what_an_outside_body_was_given_until_when_and_for_how_much(cast: Cast, sign_in: SignIn) -> None:
    complaint = step(cast.specialist, investigating(cast), "ask_opinion", **outside(days=20))
    row = FunctionOpinion.objects.get(kind="outside")
    client, page = sign_in(cast.specialist), ""
    page = read(client, complaint)
    assert f"由对方持有至{row.released_until:%Y-%m-%d}" in page
    assert "商品照片两张、批次号" in page
    assert "《产品质量法》第十九条" in page
    step(cast.specialist, complaint, "give_opinion", opinion=str(row.pk), content="材质合格", cost=1200_00)
    assert "费用¥1,200.00" in read(client, complaint)
    step(
        cast.specialist,
        complaint,
        "settle_released_data",
        opinion=str(row.pk),
        how="destroyed",
        words="对方出具销毁证明",
    )
    assert "对方出具销毁证明" in read(client, complaint)


@pytest.mark.req("AS-15", "AS-01")
def test_a_handover_keeps_the_note_the_open_promises_and_the_next_date_and_the_complainant_hears_of_it(
    cast: Cast, sign_in: SignIn
) -> None:
    complaint = investigating(cast)
    soon = (now() + timedelta(days=1)).replace(microsecond=0)
    complaint = step(
        cast.specialist, complaint, "feed_back", content="正在核实。", means="phone", next_at=soon.isoformat()
    )
    running = set(Promise.objects.filter(stream_id=complaint.pk, ended_at=None).values_list("kind", "due_at"))
    assert ("promised_date", soon) in running
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "transfer", member=str(cast.specialist2.id), note="")
    assert set(refused.value.fields) == {"note"}
    note = "已约好明天上午回电，先看运单。"
    complaint = step(cast.specialist, complaint, "transfer", member=str(cast.specialist2.id), note=note)
    assert complaint.owner_id == cast.specialist.id, "until somebody accepts"
    assert note in read(sign_in(cast.specialist2), complaint)
    complaint = step(cast.specialist2, complaint, "accept_transfer")
    promises = Promise.objects.filter(stream_id=complaint.pk, ended_at=None)
    assert set(promises.values_list("kind", "due_at")) == running
    assert {one.owner_id for one in promises.filter(kind__in=("promised_date", "investigation"))} == {
        cast.specialist2.id
    }
    assert complaint.next_feedback_at == soon
    assert note in read(sign_in(cast.specialist2), complaint)
    assert Letter.objects.filter(stream_id=complaint.pk, template="handler_changed").count() == 2, "of both changes"
    assert {"case.taken_over"} <= set(told(cast.frontline)) & set(told(cast.specialist))
