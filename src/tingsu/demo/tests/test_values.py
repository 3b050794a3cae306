"""The demo's firm has values and a policy in force, understood by nearly everybody, by histories that agree with the rows."""

from collections import Counter
from datetime import datetime
from typing import Any

from tingsu.clocks.models import Promise
from tingsu.demo import company, values
from tingsu.demo.staff import Staff
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.leadership import activities, feedback, parties, queries, terms
from tingsu.registers.models import Entry


def test_what_the_firm_stands_for_is_told_once(demo: tuple[Any, datetime]) -> None:
    staff, present = Staff(), company.present()
    values.tell(staff, until=present)
    values.tell(staff, until=present)
    kinds = Counter(row.codes["kind"] for row in Entry.objects.filter(register=terms.STATEMENT, state=terms.IN_FORCE))
    assert kinds == dict.fromkeys([one for one, _words in terms.KINDS if one != terms.CONDUCT], 1)
    found = queries.coverage()
    assert len(found[terms.VALUES].missing) == 1
    assert len(found[terms.POLICY].missing) == len(values.LATE)
    assert queries.older_than_values() == []
    states = {
        name: Counter(Entry.objects.filter(register=name).values_list("state", flat=True))
        for name in (activities.NAME, feedback.NAME)
    }
    assert states == {activities.NAME: {"held": 3, "planned": 2}, feedback.NAME: {"evaluated": 1, "collecting": 1}}
    asked = Entry.objects.filter(register=parties.NAME)
    assert set(asked.values_list("state", flat=True)) <= {"acknowledged", "told"}
    assert not Promise.objects.filter(ended_at=None, due_at__lt=present).exists()
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
