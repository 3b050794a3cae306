"""The pages of who leads: rules, performance and proposals (OG-13); capacity and objectives with who has read them (OG-18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.appraisal import capacity, workspace
from tingsu.appraisal.tests.telling import begin, day, fresh, take, unmet
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.improvement import pool
from tingsu.kernel.clock import now
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db
OBJECTIVE = {
    "title": "一季度首次响应 24 小时内 95%", "level": "enterprise", "policy": "快速响应", "requirements": "ISC 9.1.1.2", "measured_by": "own",
    "measure": "按月抽查", "direction": "at_least", "target": "95",
}  # fmt: skip
PLAN = {"judged_how": "按季评估", "interval": "monthly"}


@pytest.mark.req("OG-13")
def test_the_workspace_tells_how_rules_are_kept_and_follows_each_proposal_to_a_decision(
    cast: Cast, sign_in: Any
) -> None:
    case = a_case(cast.frontline)
    kinds = set(Promise.objects.filter(stream_id=case.pk).values_list("kind", flat=True))
    late = sorted(kinds)[0]
    Promise.objects.filter(stream_id=case.pk, kind=late).update(
        due_at=now() - timedelta(days=1), ended_at=None, ending=""
    )
    found = next(one for one in workspace.limits(now()) if one["open"])
    assert (found["open"], found["percent"]) == (1, 0)
    values = {"source": "analysis", "about": "mechanism", "what": "夜间设值班受理岗"}
    entry = begin(cast.coach, "improvement", **values)
    told = workspace.proposals(cast.supervisor.actor, now())
    assert [(one["what"], str(one["about"])) for one in told["waiting"]] == [("夜间设值班受理岗", "投诉处理机制")]
    page = sign_in(cast.supervisor).get(reverse("appraisal:workspace")).content.decode()
    for words in (entry.number, "夜间设值班受理岗", reverse("figures:indicators")):
        assert words in page
    assert workspace.rules(now())
    take(cast.mgmt_rep, entry, "decline", reason="成本过高")
    told = workspace.proposals(cast.supervisor.actor, now())
    assert told["waiting"] == []
    assert [(str(label), number) for label, number in told["told"]] == [(str(dict(pool.DECISIONS)["declined"]), 1)]
    for person in (cast.frontline, cast.qa):
        assert sign_in(person).get(reverse("appraisal:workspace")).status_code == 403


@pytest.mark.req("OG-18")
def test_capacity_tells_staff_by_level_open_cases_throughput_and_limits(cast: Cast, sign_in: Any) -> None:
    first, second = a_case(cast.frontline), a_case(cast.frontline)
    Complaint.objects.filter(pk__in=[first.pk, second.pk]).update(owner_id=cast.frontline.id)
    Complaint.objects.filter(pk=second.pk).update(closed_at=now(), state="closed")
    Complaint.objects.filter(pk=first.pk).update(next_due_at=now() - timedelta(hours=1))
    found = {one.name: one for one in capacity.handlers(now())}
    mine = found["工号 1001（1001）"]
    assert (mine.open, mine.late, mine.closed) == (1, 1, 1)
    levels = {one["level"]: (one["people"], one["open"]) for one in capacity.by_level(list(found.values()))}
    assert levels[mine.level] == (2, 1)  # two ordinary agents
    last = capacity.weeks(now())[-1]
    assert (last["received"], last["closed"], last["backlog"]) == (2, 1, 1)
    assert capacity.limits(now())["late"] == 1
    page = sign_in(cast.top_mgmt).get(reverse("appraisal:capacity")).content.decode()
    assert "工号 1001" in page
    assert sign_in(cast.frontline).get(reverse("appraisal:capacity")).status_code == 403


@pytest.mark.req("OG-18", "MS-16")
def test_an_objective_is_put_before_the_team_and_read_anew_when_it_is_updated(cast: Cast, sign_in: Any) -> None:
    entry = begin(cast.qa, "objective", **OBJECTIVE, until=day(200))
    plan = {"actions": [{"what": "增加夜班", "who": str(cast.qa.id), "until": day(30)}], **PLAN}
    entry = take(cast.qa, entry, "plan", **plan)
    entry = take(cast.supervisor, entry, "agree")
    assert unmet(take, cast.supervisor, entry, "read") == {"not_for_team"}
    (told,) = capacity.objectives(now())
    assert not told["for_team"]
    entry = take(cast.qa, entry, "put_before_team")
    assert Notice.objects.filter(kind="objective.asked_to_read", member_id=cast.frontline.id).exists()
    entry = take(cast.frontline, entry, "read")
    assert unmet(take, cast.frontline, entry, "read") == {"read_already"}
    (told,) = capacity.objectives(now())
    assert (told["read"], told["for_team"]) == (1, True)
    assert told["read"] + len(told["missing"]) == told["asked"]
    page = sign_in(cast.top_mgmt).get(reverse("appraisal:capacity")).content.decode()
    assert OBJECTIVE["title"] in page
    asked = {**OBJECTIVE, **plan, "until": day(200), "target": "97", "reason": "提高目标"}
    entry = take(cast.qa, entry, "update", **asked)
    assert not {"for_team", "read_by"} & set(Entry.objects.get(pk=fresh(entry).pk).codes)
