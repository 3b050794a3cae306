"""On what a statement to the outside stands (PS-11, MS-23)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.registers.models import Entry
from tingsu.triage.tests.test_major_events import GROUND, SAID, findings, opened, read, take


@pytest.mark.req("PS-11", "MS-23")
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"audience": "media"}, "ground"), ({"audience": "customers"}, "ground"),
        ({"audience": "employees"}, ""), ({"audience": "regulators"}, ""),
        ({"ground": "consent"}, "ground_words"), ({"ground": "duty"}, "ground_words"), ({"ground": "nobody"}, ""),
        ({"ground": "consent", "ground_words": "陈女士 3 月 1 日书面同意，附件 2"}, ""),
        ({"ground": "duty", "ground_words": "《食品安全法》第六十三条"}, ""),
    ],
)  # fmt: skip
def test_what_is_said_outside_stands_on_consent_or_duty_or_tells_of_nobody(
    cast: Cast, given: dict[str, str], missing: str
) -> None:
    event = opened(cast.frontline)
    if missing:
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.supervisor, event, "write_statement", **SAID | given)
        assert [one.code for one in refused.value.unmet] == [missing]
        assert "statements" not in read(event).codes
        return
    take(cast.supervisor, event, "write_statement", **SAID | given)
    take(cast.top_mgmt, event, "approve_statement", draft="0")
    take(cast.frontline, event, "issue_statement", ready="0")
    (line,) = read(event).codes["statements"]
    assert "issued_at" in line
    assert (line.get("ground") or "") == given.get("ground", "")
    assert read(event).written().get("statements.0.ground_words", "") == given.get("ground_words", "")
    assert findings() == []


@pytest.mark.req("PS-11")
@pytest.mark.parametrize(("audience", "goes"), [("media", False), ("employees", True)])
def test_a_statement_written_before_it_had_to_say_its_ground_does_not_go_out(
    cast: Cast, audience: str, goes: bool
) -> None:
    event = opened(cast.frontline)
    take(cast.supervisor, event, "write_statement", **SAID | GROUND | {"audience": audience})
    row = read(event)
    row.codes["statements"] = [{name: value for name, value in row.codes["statements"][0].items() if name != "ground"}]
    Entry.objects.filter(pk=row.pk).update(codes=row.codes)
    if goes:
        assert "approver" in take(cast.top_mgmt, event, "approve_statement", draft="0").codes["statements"][0]
        return
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.top_mgmt, event, "approve_statement", draft="0")
    assert [one.code for one in refused.value.unmet] == ["ground"]
