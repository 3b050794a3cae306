"""Departments that dispute who answers: the committee rules by its members, and the ruling binds (AS-13)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approve_all, approved
from tests.cast import Cast, Person
from tests.standing import kept_at_an_instant
from tingsu.casework.editors import COMMITTEE_EDITOR
from tingsu.casework.models import Dispute
from tingsu.casework.tests.cases import investigating, with_task
from tingsu.clocks.models import Promise
from tingsu.complaints import access, committee
from tingsu.complaints.models import Complaint
from tingsu.complaints.routing import stays_ruled
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.people.actions import give_post
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member
from tingsu.process.waiting import Part
from tingsu.triage.tests.cases import graded, last_event, registered, step, told
from tingsu.triage.tests.test_department import publish, stands

SignIn = Callable[[Person], Client]


def unit(cast: Cast, code: str) -> str:
    return str(cast.units[code].pk)


@kept_at_an_instant
def disputed(cast: Cast, complaint: Complaint | None = None, who: str = "specialist", **changes: Any) -> Complaint:
    """Logistics and finance dispute who answers."""
    units = {"units": [unit(cast, "logistics"), unit(cast, "finance")], "question": "双方都说不归自己"}
    return step(getattr(cast, who), complaint or investigating(cast), "request_ruling", **units | changes)


def votes_needed(cast: Cast, votes: int) -> None:
    approved(
        cast,
        lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=committee.KIND, body={"votes": votes}, note=""),
    )


def word(cast: Cast, complaint: Complaint, who: str, code: str) -> Complaint:
    return step(getattr(cast, who), complaint, "rule_on_dispute", department=unit(cast, code), words=f"{who} 认为")


def duties(cast: Cast, who: str) -> list[str]:
    from tingsu.complaints.waiting import duties_on_cases

    part: Part = duties_on_cases(getattr(cast, who).actor, now())
    return [one.number for one in part.items if "争议" in str(one.badge)]


@pytest.mark.req("AS-13")
def test_the_committee_is_asked_with_a_limit_and_the_clocks_of_the_complaint_go_on(cast: Cast) -> None:
    complaint = investigating(cast)
    running = set(Promise.objects.filter(stream_id=complaint.pk, ended_at=None).values_list("kind", "due_at"))
    complaint = disputed(cast, complaint)
    dispute = Dispute.objects.get()
    assert set(dispute.members) == {str(cast.mgmt_rep.id), str(cast.top_mgmt.id)}
    assert (dispute.state, dispute.needed, dispute.asked_by) == ("open", 2, cast.specialist.id)
    limit = Promise.objects.get(stream_id=complaint.pk, kind="department_ruling")
    assert limit.due_at == dispute.due_at
    after = set(Promise.objects.filter(stream_id=complaint.pk, ended_at=None).values_list("kind", "due_at"))
    assert after == running | {("department_ruling", limit.due_at)}
    for who in ("mgmt_rep", "top_mgmt"):
        assert "case.ruling_asked" in told(getattr(cast, who))
        assert duties(cast, who) == [complaint.number]
    assert "case.ruling_asked" not in told(cast.supervisor)
    assert duties(cast, "supervisor") == []
    for department in (cast.dept, cast.dept2):
        access.check_visible(department.actor, complaint)


@pytest.mark.req("AS-13", "OG-06")
def test_enough_members_rule_a_word_may_be_changed_and_the_ruling_binds(cast: Cast) -> None:
    publish(cast)
    complaint = disputed(cast)
    complaint = word(cast, complaint, "mgmt_rep", "logistics")
    assert duties(cast, "mgmt_rep") == []
    complaint = word(cast, complaint, "top_mgmt", "finance")
    assert Dispute.objects.get().state == "open", "one of two each"
    assert stands(complaint)[1] == "table"
    complaint = word(cast, complaint, "mgmt_rep", "finance")
    dispute = Dispute.objects.get()
    dispute.complaint = complaint
    assert (dispute.state, str(dispute.ruled_unit_id), dispute.text("ruling")) == (
        "ruled",
        unit(cast, "finance"),
        "mgmt_rep 认为",
    )
    assert len(dispute.votes) == 2
    assert stands(complaint) == (cast.units["finance"].pk, "ruling")
    assert Promise.objects.get(stream_id=complaint.pk, kind="department_ruling").ending == "met"
    assert last_event(complaint).data["ruled_unit"] == unit(cast, "finance")
    for person in (cast.specialist, cast.dept, cast.dept2):
        assert told(person).count("case.ruled") == 1
    with pytest.raises((ConditionsUnmet, NotAllowed)):
        word(cast, complaint, "top_mgmt", "logistics")
    with pytest.raises(ConditionsUnmet) as bound:
        step(cast.supervisor, complaint, "change_department", department=unit(cast, "logistics"), reason="不服")
    assert [one.code for one in bound.value.unmet] == ["ruled"]
    complaint = step(cast.specialist, complaint, "correct_record", product="空气炸锅 7L", reason="录错")
    graded(cast.specialist, complaint, problem_type="ip")
    assert stands(complaint) == (cast.units["finance"].pk, "ruling")
    assert str(complaint.department_id) == unit(cast, "finance")
    again = disputed(cast, complaint)
    for who in ("mgmt_rep", "top_mgmt"):
        again = word(cast, again, who, "logistics")
    assert stands(again) == (cast.units["logistics"].pk, "ruling")


@pytest.mark.req("AS-13", "OG-06")
@pytest.mark.parametrize(
    ("votes", "given", "state"), [(1, 1, "ruled"), (2, 1, "open"), (2, 2, "ruled"), (9, 2, "ruled"), (0, 1, "open")]
)
def test_how_many_must_agree_is_data(cast: Cast, votes: int, given: int, state: str) -> None:
    if votes:
        votes_needed(cast, votes)
    complaint = disputed(cast)
    for who in ("mgmt_rep", "top_mgmt")[:given]:
        complaint = word(cast, complaint, who, "finance")
    assert Dispute.objects.get().state == state


@pytest.mark.req("AS-13")
@pytest.mark.parametrize("who", ["supervisor", "specialist", "dept", "qa", "auditor"])
def test_nobody_else_rules(cast: Cast, who: str) -> None:
    complaint = disputed(cast)
    with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
        word(cast, complaint, who, "finance")
    assert Dispute.objects.get().votes == []
    word(cast, complaint, "mgmt_rep", "finance")
    assert len(Dispute.objects.get().votes) == 1


@pytest.mark.req("AS-13", "VL-10")
def test_whoever_works_in_one_of_the_departments_is_no_judge(cast: Cast) -> None:
    give_post(actor=cast.supervisor.actor, member_id=cast.mgmt_rep.id, unit_id=cast.units["finance"].pk, role="dept")
    complaint = disputed(cast)
    assert Dispute.objects.get().members == [str(cast.top_mgmt.id)]
    word(cast, complaint, "top_mgmt", "finance")
    assert Dispute.objects.get().state == "ruled"


@pytest.mark.req("AS-13")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"units": ["logistics"]}, InvalidInput),
        ({"units": []}, InvalidInput),
        ({"units": ["legal", "finance"]}, InvalidInput),
        ({"question": ""}, InvalidInput),
    ],
)
def test_a_dispute_has_two_departments_and_words(cast: Cast, changes: dict[str, Any], error: type[Exception]) -> None:
    if "units" in changes:
        changes = changes | {"units": [unit(cast, code) for code in changes["units"]]}
    complaint = investigating(cast)
    with pytest.raises(error):
        disputed(cast, complaint, **changes)
    assert not Dispute.objects.exists()
    complaint = disputed(cast, complaint)
    with pytest.raises(ConditionsUnmet):
        disputed(cast, complaint)
    with pytest.raises(InvalidInput):
        step(cast.mgmt_rep, complaint, "rule_on_dispute", department=unit(cast, "legal"), words="都不是")


@pytest.mark.req("AS-13")
def test_a_department_with_a_task_may_ask_and_what_is_settled_among_them_is_withdrawn(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(NotFound):
        disputed(cast, complaint, "dept")
    complaint, _task = with_task(cast, complaint)
    complaint = disputed(cast, complaint, "dept")
    with pytest.raises(NotAllowed):
        step(cast.dept, complaint, "withdraw_dispute", reason="算了")
    complaint = step(cast.specialist, complaint, "withdraw_dispute", reason="双方已商定")
    assert Dispute.objects.get().state == "withdrawn"
    assert Promise.objects.get(stream_id=complaint.pk, kind="department_ruling").ending == "cancelled"
    assert "case.ruling_withdrawn" in told(cast.mgmt_rep)
    assert duties(cast, "mgmt_rep") == []


@pytest.mark.req("AS-13")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2 名委员中须 2 名同意"), ("en", "2 of 2 members agree")])
def test_the_case_shows_the_dispute_and_the_member_rules_on_the_page(
    cast: Cast, sign_in: SignIn, language: str, words: str
) -> None:
    complaint = disputed(cast)
    client = sign_in(cast.mgmt_rep)
    client.cookies["tingsu_language"] = language
    page = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    assert words in page
    address = reverse("desk:step", args=[complaint.number, "rule_on_dispute"])
    assert "双方都说不归自己" in client.get(address).content.decode()
    sent = {"department": unit(cast, "finance"), "words": "按结算规则", "version": str(complaint.version)}
    assert client.post(address, sent | {"department": ""}).status_code == 422
    assert client.post(address, sent).status_code == 303
    assert [one["member"] for one in Dispute.objects.get().votes] == [str(cast.mgmt_rep.id)]
    assert reverse("desk:step", args=[complaint.number, "rule_on_dispute"]) not in (
        sign_in(cast.frontline).get(reverse("desk:case", args=[complaint.number])).content.decode()
    )


@pytest.mark.req("AS-13")
def test_a_late_ruling_is_broken_like_every_limit(cast: Cast) -> None:
    complaint = disputed(cast)
    limit = Promise.objects.get(stream_id=complaint.pk, kind="department_ruling")
    with travel_to(limit.due_at + timedelta(seconds=1)):
        for who in ("mgmt_rep", "top_mgmt"):
            complaint = word(cast, complaint, who, "finance")
    limit.refresh_from_db()
    assert (limit.ending, limit.breached_at is not None) == ("met", True)


@pytest.mark.req("AS-13", "OG-10")
def test_the_rule_has_its_page_and_a_wrong_number_is_refused(cast: Cast, sign_in: SignIn) -> None:
    address = reverse(COMMITTEE_EDITOR.url_name) + "edit/"
    sent = {"based_on": "0", "note": "试行", "publish": "1", "entry-0-votes": "3", "entry-0-place": "1"}
    assert sign_in(cast.frontline).get(address).status_code == 403
    client = sign_in(cast.supervisor)
    assert client.post(address, sent | {"entry-0-votes": "21"}).status_code == 422
    assert client.post(address, sent).status_code == 303
    approve_all(cast)
    assert rulebooks.in_force(committee.KIND).body == {"votes": 3}
    assert registered(cast.frontline).department_by == ""


@pytest.mark.req("AS-13")
def test_who_asked_hears_of_the_ruling_though_somebody_else_has_the_case(cast: Cast) -> None:
    complaint = disputed(cast, who="supervisor")
    for who in ("mgmt_rep", "top_mgmt"):
        complaint = word(cast, complaint, who, "finance")
    assert (told(cast.supervisor).count("case.ruled"), told(cast.specialist).count("case.ruled")) == (1, 1)


@pytest.mark.req("OG-05", "AS-13")
def test_whoever_holds_a_seat_of_the_committee_rules_too(cast: Cast) -> None:
    place = {"unit_id": cast.units["committee"].pk, "role": "function", "seat": "legal"}
    give_post(actor=cast.mgmt_rep.actor, member_id=cast.coach.id, **place)
    disputed(cast)
    assert set(Dispute.objects.get().members) == {str(one.id) for one in (cast.mgmt_rep, cast.top_mgmt, cast.coach)}


@pytest.mark.req("AS-13", "VL-10", "IV-03")
def test_whoever_the_complaint_is_about_and_whoever_has_left_is_not_asked(cast: Cast) -> None:
    with travel_to(now() - timedelta(hours=1)):
        complaint = registered(cast.frontline, person_concerned="工号 3003 的领导")
    assert committee.members_for(complaint, []) == [cast.mgmt_rep.id]
    Member.objects.filter(pk=cast.mgmt_rep.id).update(active=False)
    forget_cached()
    other = registered(cast.frontline)
    assert committee.members_for(other, []) == [cast.top_mgmt.id]


@pytest.mark.req("AS-13")
def test_what_was_ruled_may_be_sent_again_as_it_stands(cast: Cast) -> None:
    complaint = disputed(cast)
    for who in ("mgmt_rep", "top_mgmt"):
        complaint = word(cast, complaint, who, "finance")
    for chosen, right in ((unit(cast, "finance"), True), (unit(cast, "logistics"), False)):
        values = {"department": uuid.UUID(chosen)}
        assert (stays_ruled(opened(complaint), None, values) == []) is right
    assert stays_ruled(opened(complaint), None, {"department": ""}) == []
    assert [one.code for one in stays_ruled(opened(complaint), None, None)] == ["ruled"]


def opened(complaint: Complaint) -> Any:
    """As guards are given a case."""
    return SimpleNamespace(complaint=complaint)
