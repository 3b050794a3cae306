"""Who answers for how much of a matter (IV-15)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.casework.models import Investigation
from tingsu.casework.panels import shares_of
from tingsu.casework.steps.verdict import record_before
from tingsu.casework.tests.cases import (
    FINDING,
    basis,
    investigating,
)
from tingsu.figures import folding
from tingsu.figures.models import Fact
from tingsu.kernel.errors import InvalidInput
from tingsu.triage.tests.cases import step


@pytest.mark.req("IV-15")
def test_two_departments_share_a_matter_each_by_name_and_stand_together_in_figures(cast: Cast) -> None:
    def line(party: str, share: int, who: str = "", basis: str = "系统记录") -> dict[str, Any]:
        return {"party": party, "share": share, "who": who, "basis": basis}

    complaint = investigating(cast)
    for wrong, where in (
        ([line("department", 30, "物流部"), line("department", 70)], {1: {"who"}}),
        ([line("department", 30), line("department", 70)], "shares"),
        ([line("department", 30, "物流部"), line("department", 70, " 物流部")], "shares"),
    ):
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "find_founded", **FINDING | {"responsibility": wrong}, bases=basis())
        error: Any = refused.value.fields["responsibility"]
        told = {index: set(fields) for index, fields in error.rows.items()} if error.code == "rows" else error.code
        assert told == where, wrong
    shares = [
        line("enterprise", 40),
        line("department", 35, "物流部", "交接漏扫"),
        line("department", 25, "门店运营部"),
    ]
    complaint = step(cast.specialist, complaint, "find_founded", **FINDING | {"responsibility": shares}, bases=basis())
    row = Investigation.objects.get()
    row.complaint = complaint
    assert "物流部" not in str(row.responsibility), "which one it is may name a person"
    assert shares_of(row) == [
        ("企业", 40, "系统记录"),
        ("部门：物流部", 35, "交接漏扫"),
        ("部门：门店运营部", 25, "系统记录"),
    ]
    assert record_before(cast.specialist.actor, complaint)["responsibility"] == shares
    folding.fold([complaint.pk])
    assert Fact.objects.get(pk=complaint.pk).responsible == "department"
