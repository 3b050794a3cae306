"""The pool of improvements: a source, a decision with its reason, change management where the system changes, an effect that another confirms (IM-10)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.improvement import pool
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.tests.samples import an_entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("IM-10")]
ASKED = {"source": "suggestion", "what": "在确认短信里写明下一次联系的时间", "benefit": "减少催问"}


def proposed(cast: Cast, **more: Any) -> Entry:
    opening = actions.Opening(values={**ASKED, **more})
    return actions.open_entry(actor=cast.frontline.actor, register=registers()[pool.NAME], opening=opening)


def take(person: Any, entry: Entry, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return actions.take_step(actor=person.actor, entry=row, register=registers()[pool.NAME], step=step, values=values)


def adopting(cast: Cast, **more: Any) -> dict[str, Any]:
    until = (local_date(now(), "Asia/Shanghai") + timedelta(days=30)).isoformat()
    given = {
        "reason": "投入小、见效快",
        "owner": str(cast.specialist.id),
        "until": until,
        "criterion": "催问来电减少两成",
    }
    return {**given, **more}


def test_each_has_a_decision_with_its_reason_by_another_than_who_proposed_it(cast: Cast) -> None:
    entry = proposed(cast)
    with pytest.raises(InvalidInput) as wrong:
        take(cast.supervisor, entry, "decline")
    assert set(wrong.value.fields) == {"reason"}
    with pytest.raises(NotAllowed):
        take(cast.coach, entry, "adopt", **adopting(cast))
    assert take(cast.supervisor, entry, "put_off", reason="等新系统上线").state == "later"
    with pytest.raises(InvalidInput) as wrong:
        take(cast.supervisor, entry, "adopt", reason="可行")
    assert set(wrong.value.fields) == {"owner", "until", "criterion"}
    adopted = take(cast.supervisor, entry, "adopt", **adopting(cast))
    assert (adopted.state, adopted.owner_id, adopted.next_due_kind) == ("adopted", cast.specialist.id, pool.TIMER)
    assert adopted.codes["decided_by"] == str(cast.supervisor.id)
    own = actions.open_entry(
        actor=cast.supervisor.actor, register=registers()[pool.NAME], opening=actions.Opening(values=ASKED)
    )
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, own, "decline", reason="不需要")
    assert {one.code for one in refused.value.unmet} == {"own_work"}
    assert take(cast.mgmt_rep, own, "decline", reason="不需要").state == "declined"


def test_what_changes_the_system_is_linked_with_change_management(cast: Cast) -> None:
    entry = proposed(cast)
    take(cast.supervisor, entry, "adopt", **adopting(cast, changes_system=True))
    done = {"done_on": local_date(now(), "Asia/Shanghai").isoformat(), "result": "模板已改"}
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.specialist, entry, "finish", **done)
    assert {one.code for one in refused.value.unmet} == {"no_change"}
    other = proposed(cast)
    for number in (other.number, "BG-1999-001"):
        with pytest.raises(InvalidInput):
            take(cast.specialist, entry, "link_change", change_number=number)
    change = an_entry(registers()[pool.CHANGE], cast.supervisor)
    take(cast.supervisor, entry, "link_change", change_number=change.number)
    assert EntryLink.objects.filter(entry=entry, other_id=change.pk, kind="became").exists()
    assert take(cast.specialist, entry, "finish", **done).state == "done"
    with pytest.raises((ConditionsUnmet, NotAllowed)):
        take(cast.specialist, entry, "confirm", effect="有效")
    again = take(cast.qa, entry, "reopen", effect="催问没有减少")
    assert (again.state, again.codes["decision"]) == ("later", "later")
    take(cast.supervisor, entry, "adopt", **adopting(cast))
    take(cast.supervisor, entry, "finish", **done)
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, entry, "confirm", effect="有效")
    assert take(cast.qa, entry, "confirm", effect="催问减少三成").state == "effective"


def test_the_record_that_it_comes_from_is_linked(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as wrong:
        proposed(cast, source_number="BH-1999-001")
    assert set(wrong.value.fields) == {"source_number"}
    first = proposed(cast)
    second = proposed(cast, source="lesson", source_number=first.number)
    assert EntryLink.objects.filter(entry=second, other_id=first.pk, kind="follows").exists()
