"""What is refused alone is refused together, and what is urgent goes alone (RG-25, XR-01)."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.intake import together
from tingsu.intake.reading import read_intake
from tingsu.kernel import gathering
from tingsu.kernel.errors import InvalidInput


@pytest.mark.req("XR-01")
def test_what_is_refused_alone_is_refused_together_and_what_is_urgent_goes_alone(cast: Cast) -> None:
    usual, early, urgent = (
        together.draft_of(
            cast.frontline.actor,
            read_intake(
                {
                    "problem_type": "consumer",
                    "mode": "phone",
                    "description": "退款",
                    "name": "陈",
                    "phone": f"1380000600{one}",
                }
            ),
        )
        for one in range(3)
    )
    assert together.alone([usual, early, urgent]) == set()
    urgent.case.complaint.urgency = "urgent"
    early.case.complaint.received_at = early.case.at + timedelta(seconds=1)
    assert together.alone([usual, early, urgent]) == {2}, "of what is urgent somebody is told on the spot"
    with pytest.raises(InvalidInput) as refused, transaction.atomic(), gathering.together() as rows:
        together.register_one(rows, early, "a")
    assert set(refused.value.fields) == {"received_at"}
    assert not Complaint.objects.exists()
