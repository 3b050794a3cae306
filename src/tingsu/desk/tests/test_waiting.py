"""Lists of what waits for a person hold what is theirs, however much waits for others."""

import pytest
from django.urls import reverse

from tingsu.desk import waiting
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
