"""Lists of what waits for a person hold what is theirs, however much waits for others."""

import pytest
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import is_for_person
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, NotFound
from tingsu.process import waiting
from tingsu.process.waiting import duties_part
from tingsu.settlement.tests.journey import handled
from tingsu.settlement.waiting import approvals_for


def submitted(cast, amount):
    """A case whose solution waits for approval."""
    journey = handled(cast)
    values = journey.solution(amount=amount)
    return journey.step(journey.owner, "draft_solution", **values).step(journey.owner, "submit_solution").complaint


@pytest.mark.req("RM-10")
def test_many_approvals_for_others_hide_none_of_mine(sign_in, cast, monkeypatch):
    for_leaders = [submitted(cast, 25_000_00) for _many in range(4)]
    mine = submitted(cast, 6_000_00)
    monkeypatch.setattr(waiting, "MOST", 1)
    page = sign_in(cast.supervisor).get(reverse("desk:approvals")).content.decode()
    assert mine.number in page
    assert for_leaders[0].number not in page
    assert for_leaders[0].number in sign_in(cast.mgmt_rep).get(reverse("desk:approvals")).content.decode()


def test_a_list_that_does_not_fit_says_so_and_leads_on(sign_in, cast, monkeypatch):
    cases = [submitted(cast, 6_000_00) for _many in range(3)]
    monkeypatch.setattr(waiting, "MOST", 2)
    client = sign_in(cast.supervisor)
    first = client.get(reverse("desk:approvals")).content.decode()
    assert "2+" in first
    assert "?page=2" in first
    assert cases[2].number not in first
    second = client.get(reverse("desk:approvals"), {"page": "2"}).content.decode()
    assert cases[2].number in second
    assert cases[0].number not in second
    assert "?page=1" in second
    assert "?page=3" not in second
    for page in ("²", "0", "-1", "1001", "9" * 40):
        assert client.get(reverse("desk:approvals"), {"page": page}).status_code == 400, page
    assert client.get(reverse("desk:approvals"), {"page": "1000"}).status_code == 200


def test_a_list_of_tasks_leads_on_too(sign_in, cast, monkeypatch):
    journey = handled(cast)
    for number in range(3):
        journey.step(
            journey.owner, "department_task", unit=str(cast.dept.unit_id), kind="facts", request=f"查物流轨迹 {number}"
        )
    monkeypatch.setattr(waiting, "MOST", 2)
    client = sign_in(cast.dept)
    first = client.get(reverse("desk:tasks")).content.decode()
    assert "查物流轨迹 0" in first
    assert "查物流轨迹 2" not in first
    assert "?page=2" in first
    assert "查物流轨迹 2" in client.get(reverse("desk:tasks"), {"page": "2"}).content.decode()


@pytest.mark.req("OG-09", "RM-10", "OG-08")
@pytest.mark.parametrize("amount", [201_00, 2_001_00, 5_001_00, 10_001_00, 20_001_00, 100_001_00])
def test_what_waits_for_my_approval_is_what_the_step_lets_me_decide(cast, amount):
    """Role by role: who finds it in the list may decide either way; whom the step refuses does not find it."""
    journey = handled(cast, by=cast.frontline)
    owner = journey.owner
    journey.step(owner, "draft_solution", **journey.solution(amount=amount)).step(owner, "submit_solution")
    listed, able = set(), set()
    for name, person in cast._people.items():
        if journey.complaint.number in {one.number for one in approvals_for(person.actor, journey.at).items}:
            listed.add(name)
        if all(
            is_for_person(person.actor, Complaint.objects.get(pk=journey.complaint.pk), step, journey.at)
            for step in ("approve", "return_solution")
        ):
            able.add(name)
    assert listed == able
    assert "top_mgmt" in listed
    assert ("specialist" in listed) is (amount <= 5_000_00), "the level of a specialist decides, not the role alone"
    refused = sorted(set(cast._people) - able)
    for name in refused[:3] + [
        one for one in refused if one.startswith(("specialist", "coach", "supervisor", "mgmt_rep"))
    ]:
        for step, values in (("approve", {}), ("return_solution", {"reason": "请补充依据"})):
            with pytest.raises((NotFound, NotAllowed, ConditionsUnmet)):
                journey.step(getattr(cast, name), step, **values)
    journey.step(cast.top_mgmt, "return_solution", reason="请补充依据")


@pytest.mark.req("IV-03", "OG-08")
def test_what_waits_for_me_to_verify_leaves_out_what_i_could_not_verify(cast):
    """The department complained of checks nothing: its people do not even find it among what waits."""
    journey = handled(cast, unit_concerned=str(cast.units["centre"].pk)).offered().opinion()
    journey.step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")

    def waits(person):
        return journey.complaint.number in {one.number for one in duties_part(person.actor, journey.at).items}

    assert journey.refusal(cast.supervisor, "verify_item", item=item, remark="核对") == {"unit_concerned"}
    assert not waits(cast.supervisor)
    assert not waits(cast.qa)
    other = handled(cast).offered().opinion()
    other.step(other.owner, "agree")
    item = str(other.complaint_items()[0].pk)
    other.step(other.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey = other
    assert waits(cast.supervisor)
    assert waits(cast.qa)
