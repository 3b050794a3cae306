"""Proposals as a heap: the same one is kept once, nobody buries the others', and reading many asks no more than reading few."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.people.tests.test_second_person import told
from tingsu.people.views import proposals
from tingsu.triage import risk_rules


def test_the_same_proposed_again_is_one_and_nobody_buries_what_others_propose(cast: Cast) -> None:
    def propose(text: str) -> None:
        body = copy.deepcopy(risk_rules.shipped())
        with pytest.raises(WaitsForApproval):
            rulebooks.publish(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=body, note=text)

    propose("一")
    propose("一")
    assert approvals.open_rows().count() == 1
    assert told(cast.top_mgmt).count("proposal.asks") == 1
    for number in range(approvals.MOST_OPEN - 1):
        propose(f"第 {number} 稿")
    propose("一")
    with pytest.raises(approvals.TooManyProposed):
        rulebooks.publish(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=risk_rules.shipped(), note="又一")
    with pytest.raises(WaitsForApproval):
        rulebooks.publish(actor=cast.mgmt_rep.actor, kind=risk_rules.KIND, body=risk_rules.shipped(), note="一")
    assert approvals.open_rows().count() == approvals.MOST_OPEN + 1
    approvals.withdraw(actor=cast.supervisor.actor, proposal_id=approvals.proposed_by(cast.supervisor.actor)[0].pk)
    propose("又一")


def test_questions_do_not_grow_with_what_waits(cast: Cast) -> None:
    asked = []
    for number in range(4):
        with pytest.raises(WaitsForApproval):
            rulebooks.publish(
                actor=cast.supervisor.actor, kind=risk_rules.KIND, body=risk_rules.shipped(), note=f"第 {number} 稿"
            )
        with CaptureQueriesContext(connection) as seen:
            assert len(approvals.decided_by(cast.top_mgmt.actor)) == number + 1
            assert approvals.decided_by(cast.supervisor.actor) == []
            assert len(approvals.proposed_by(cast.supervisor.actor)) == number + 1
        asked.append(len(seen))
    assert len(set(asked[1:])) == 1, asked


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-31T15:59:59.000000Z", "2026-03-31"),
        ("2026-03-31T16:00:00.000000Z", "2026-04-01"),
        (None, ""),
        ("", ""),
    ],
)
def test_the_day_of_a_proposed_post_is_that_of_the_organisation(cast: Cast, instant: str | None, day: str) -> None:
    """A post from 1 April begins at midnight in Beijing, which the ledger writes as 16:00 of the day before."""
    assert proposals._day(instant) == day
