"""Lists of what waits for a person hold what is theirs, however much waits for others."""

import pytest
from django.urls import reverse

from tingsu.process import waiting
from tingsu.settlement.tests.journey import handled


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
