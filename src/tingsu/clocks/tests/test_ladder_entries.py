"""The ladder beyond complaints: what levels and limits ask of entries, and what a slow worker must not do twice."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override

from tests.cast import Cast
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import actions, escalation, unanswered
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.ladder import KIND
from tingsu.clocks.ladder_rules import problems_of, shipped
from tingsu.clocks.models import Escalation, EscalationCall, Promise
from tingsu.clocks.profiles import strictest
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.tests.repairs import Repairs, repairs
from tingsu.clocks.verify_ladder import escalations_and_their_events
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.letters.models import Notice
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry

__all__ = ["repairs"]
START = local("2026-03-02 10:00")
HOUR = timedelta(hours=1)


def at(moment: Any) -> None:
    with travel_to(moment):
        sweep_organisation()


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("when", "climbs_to"),
    [
        ({}, "unit_head"),
        ({"register": "nonconformity"}, "unit_head"),
        ({"register": "contact"}, "lead"),
        ({"state": "open"}, "unit_head"),
        ({"state": "contained"}, "lead"),
        ({"severity": "critical"}, "unit_head"),
        ({"severity": "minor"}, "lead"),
        ({"register": "nonconformity", "state": "open", "severity": "critical"}, "unit_head"),
        ({"register": "nonconformity", "state": "open", "severity": "major"}, "lead"),
    ],
)
def test_a_level_for_entries_asks_register_state_and_severity(cast: Cast, when: dict[str, str], climbs_to: str) -> None:
    body = copy.deepcopy(shipped())
    rung = next(row for row in body["rungs"] if row["code"] == "unit_head")
    rung |= {"when": when, "to": {"first": "role:qa"}}
    assert list(problems_of(body)) == []
    with travel_to(START):
        publish(actor=cast.top_mgmt.actor, kind=KIND, body=body)
        made = an_entry(registers()["nonconformity"], cast.frontline, severity="critical", owner=str(cast.frontline.id))
        chain = lock_chain(made.pk)
        climbed = escalation.climb(chain, "hand", actor=cast.frontline.actor, at=START)
    assert climbed is not None
    assert climbed.new[1] == climbs_to


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("of", "when", "right"),
    [
        ("", {"register": "nonconformity", "severity": "major", "state": "acting"}, True),
        ("", {"register": "unheard_of"}, False),
        ("", {"severity": "awful"}, False),
        ("", {"state": "nowhere"}, False),
        ("", {"grade": "high_risk"}, False),
        ("nonconformity", {"severity": "major"}, True),
        ("nonconformity", {"grade": "high_risk"}, False),
        ("contact", {"severity": "major"}, False),
        ("complaint", {"severity": "major"}, False),
        ("complaint", {"grade": "high_risk"}, True),
    ],
)
def test_a_level_asks_only_what_its_things_answer(organisation, of: str, when: dict[str, str], right: bool) -> None:
    body = copy.deepcopy(shipped())
    rows = [{**row, "of": of, "code": f"x_{row['code']}"} for row in body["rungs"] if not row["of"]] if of else []
    kept = [row for row in body["rungs"] if row["of"] != of or not of]
    body["rungs"] = [*kept, *rows]
    next(row for row in reversed(body["rungs"]) if row["of"] == of)["when"] = when
    with override("en"):
        said = list(problems_of(body))
    assert (said == []) == right, said
    assert right or "conditions is not known" in said[0]


@pytest.mark.req("SL-01")
@pytest.mark.parametrize(("severity", "days"), [("critical", 1), ("minor", 2)])
def test_limits_of_entries_ask_the_same(cast: Cast, severity: str, days: int) -> None:
    body = strictest()
    row = next(row for row in body["rules"] if row["timer"] == "nonconformity_reaction")
    body["rules"].append({**row, "when": {"severity": ["critical"]}, "amount": 1})
    with travel_to(START):
        publish_time_limits(actor=cast.top_mgmt.actor, body=body)
        made = an_entry(registers()["nonconformity"], cast.frontline, severity=severity, owner=str(cast.frontline.id))
    promise = Promise.objects.get(stream_id=made.pk, kind="nonconformity_reaction")
    assert promise.due_at == local(f"2026-03-0{2 + days} 18:00")


@pytest.mark.req("AS-07", "AS-08", "invariant-4")
@pytest.mark.parametrize("one_by_one", [False, True])
@pytest.mark.parametrize("meanwhile", ["passed on", "taken up", "settled"])
def test_what_another_worker_did_between_looking_and_locking_is_seen(
    repairs: Repairs, cast: Cast, monkeypatch: pytest.MonkeyPatch, meanwhile: str, one_by_one: bool
) -> None:
    promise = repairs.open(cast.frontline.id, START)
    repairs.seen_by.add(cast.supervisor.id)
    at(START + 10 * HOUR)
    row = Escalation.objects.get()
    late = row.next_at
    with travel_to(late):
        if meanwhile == "passed on":
            assert unanswered.pass_on_unanswered() == 1
        elif meanwhile == "taken up":
            actions.take_up(actor=cast.supervisor.actor, stream_id=promise.stream_id)
        else:
            with transaction.atomic():
                chain = lock_chain(promise.stream_id)
                escalation.end_waiting(chain, actor=cast.supervisor.actor, at=late)
                chain.flush()
        before = (Event.objects.count(), Notice.objects.count(), EscalationCall.objects.count())
        really, tries = unanswered._take, []

        def looked_before(*_asked: Any) -> list:
            tries.append(1)
            if one_by_one and len(tries) == 1:
                raise LookupError  # the batch is rolled back and taken one at a time
            return [(row.pk, promise.stream_id)]

        monkeypatch.setattr(unanswered, "_take", looked_before)
        assert unanswered.pass_on_unanswered() == 0
        monkeypatch.setattr(unanswered, "_take", really)
    assert (Event.objects.count(), Notice.objects.count(), EscalationCall.objects.count()) == before
    assert len(tries) == 1 + one_by_one
    assert list(escalations_and_their_events()) == []
