"""Outside bodies get masked what they need, for a time, bound to secrecy; what becomes of it is recorded (CO-08, PS-13)."""

import uuid
from typing import Any

import pytest

from tests.cast import Cast
from tests.standing import kept_at_an_instant
from tingsu.casework.consultation_paper import content, items
from tingsu.casework.models import FunctionOpinion
from tingsu.casework.panels import risk_context
from tingsu.casework.steps.releases import released_back
from tingsu.casework.tests.cases import investigating, outside
from tingsu.casework.tests.test_tasks import codes
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Reader
from tingsu.complaints.process import PROCESS
from tingsu.files import store
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.triage.tests.cases import registered, step

NAME, PHONE = "欧阳锦程", "13812345678"


@kept_at_an_instant
def consulted(cast: Cast, complaint: Complaint | None = None, **changes: Any) -> tuple[Complaint, FunctionOpinion]:
    values = outside(**changes)
    complaint = step(cast.specialist, complaint or investigating(cast), "ask_opinion", **values)
    row = FunctionOpinion.objects.filter(kind="outside").latest("pk")
    row.complaint = complaint
    return complaint, row


@pytest.mark.req("PS-13", "CO-08", "PS-06")
def test_what_leaves_the_firm_is_masked_wherever_a_person_stands_in_it(cast: Cast) -> None:
    about = registered(cast.frontline, name=NAME, phone=PHONE)
    words = f"用户{NAME}，电话 {PHONE}，身份证 11010519491231002X，商品批次 A-7。"
    complaint, row = consulted(cast, investigating(cast, about), released=words, question=f"{NAME}的商品合格吗？")
    for text in (row.text("released"), row.text("question")):
        assert NAME not in text
        assert PHONE not in text
        assert "11010519491231002X" not in text
    assert "批次 A-7" in row.text("released")
    reader = Reader(actor=cast.specialist.actor, complaint=complaint, windows={}, item=str(row.pk))
    printed = str(content(reader))
    assert NAME not in printed
    assert "市质检院" in printed
    assert "批次 A-7" in printed
    assert [one for one, _words in items(complaint)] == [str(row.pk)]


@pytest.mark.req("PS-13")
def test_it_ends_on_a_day_and_that_is_a_promise_of_the_owner(cast: Cast) -> None:
    complaint, row = consulted(cast, days=20)
    limit = Promise.objects.get(stream_id=complaint.pk, kind="released_data")
    assert (limit.subject_id, limit.owner_id, limit.due_at) == (row.pk, cast.specialist.id, row.due_at)
    assert local_date(limit.due_at, "Asia/Shanghai") == row.released_until
    done = {"opinion": str(row.pk), "how": "destroyed", "words": "对方出具销毁证明"}
    for who in (cast.dept, cast.function, cast.qa):
        with pytest.raises((NotAllowed, NotFound)):
            step(who, complaint, "settle_released_data", **done)
    with pytest.raises(InvalidInput):
        step(cast.specialist, complaint, "settle_released_data", **done | {"words": ""})
    complaint = step(cast.specialist, complaint, "settle_released_data", **done)
    limit.refresh_from_db()
    row.refresh_from_db()
    assert (limit.ending, row.returned_how, row.returned_by) == ("met", "destroyed", cast.specialist.id)
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        step(cast.specialist, complaint, "settle_released_data", **done)


@pytest.mark.req("PS-13")
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"secrecy": "signed"}, {"commitment"}),
        ({"secrecy": ""}, {"secrecy"}),
        ({"secrecy": "trust me"}, {"secrecy"}),
        ({"secrecy_basis": " "}, {"secrecy_basis"}),
        ({"released": ""}, {"released"}),
        ({"released_until": ""}, {"released_until"}),
        ({"released_until": "2020-01-01"}, {"released_until"}),
        ({"days": 181}, {"released_until"}),
        ({"cost": "-1"}, {"cost"}),
        ({"cost": "0.001"}, {"cost"}),
        ({"body": ""}, {"body"}),
    ],
)
def test_without_end_commitment_or_need_nothing_leaves(cast: Cast, changes: dict[str, Any], fields: set[str]) -> None:
    complaint = investigating(cast)
    with pytest.raises(InvalidInput) as refused:
        consulted(cast, complaint, **changes)
    assert set(refused.value.fields) == fields
    assert not FunctionOpinion.objects.exists()
    consulted(cast, complaint, days=180)


@pytest.mark.req("PS-13", "CO-08")
def test_a_signed_commitment_lies_on_file_and_the_cost_is_kept_in_fen(cast: Cast) -> None:
    theirs, own = (store.keep("承诺书.pdf", b"%PDF-1.4 x", actor=one.actor) for one in (cast.dept, cast.specialist))
    complaint = investigating(cast)
    with pytest.raises(NotFound):
        consulted(cast, complaint, secrecy="signed", commitment=[str(theirs.pk)], secrecy_basis="张某，3 月 1 日")
    complaint, row = consulted(
        cast, complaint, secrecy="signed", commitment=[str(own.pk)], secrecy_basis="张某，3 月 1 日", cost="1,200.50"
    )
    assert (row.secrecy_files, row.cost_fen) == ([str(own.pk)], 120050)
    step(cast.specialist, complaint, "give_opinion", opinion=str(row.pk), content="合格", cost="1500")
    row.refresh_from_db()
    assert row.cost_fen == 150000
    shown = risk_context(cast.specialist.actor, complaint)
    assert shown is not None
    assert (shown["opinions"][0]["cost"], shown["opinions"][0]["commitments"], shown["opinions"][0]["out"]) == (
        "¥1,500.00",
        1,
        True,
    )


@pytest.mark.req("PS-13")
def test_no_case_closes_while_an_outside_body_holds_its_data(cast: Cast) -> None:
    complaint, row = consulted(cast)

    class Opened:
        pass

    opened = Opened()
    opened.complaint = complaint  # type: ignore[attr-defined]
    close = PROCESS["close"]
    assert "released_back" in close.guard_names
    assert {one.code for one in released_back(opened, close, None)} == {"still_released"}  # type: ignore[arg-type]
    step(cast.supervisor, complaint, "settle_released_data", opinion=str(row.pk), how="returned", words="原件寄回")
    assert released_back(opened, close, None) == []  # type: ignore[arg-type]


@pytest.mark.req("PS-13")
def test_the_opinion_of_another_case_cannot_be_ended_here(cast: Cast) -> None:
    complaint, _row = consulted(cast)
    with pytest.raises((InvalidInput, NotFound)):
        step(cast.specialist, complaint, "settle_released_data", opinion=str(uuid.uuid4()), how="returned", words="x")
    other, foreign = consulted(cast)
    assert other.pk != complaint.pk
    with pytest.raises(InvalidInput):
        step(cast.specialist, complaint, "settle_released_data", opinion=str(foreign.pk), how="returned", words="x")


@pytest.mark.req("CO-08")
def test_only_whoever_owns_the_case_or_leads_asks_outside(cast: Cast) -> None:
    complaint = investigating(cast)
    for who in (cast.frontline2, cast.qa, cast.coach):
        with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
            step(who, complaint, "ask_opinion", **outside())
    step(cast.supervisor, complaint, "ask_opinion", **outside())
    assert codes is not None
    assert now() is not None
