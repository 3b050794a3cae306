"""Whoever decides on a pre-handling plan sees all of it on one card, and may send it back or refuse it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import duties_on_cases
from tingsu.desk import cases
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.triage.models import PrePlan
from tingsu.triage.plan_card import NAMES, TEXTS, changes_since, last_plan_context, plan_context
from tingsu.triage.steps.plan import last_plan
from tingsu.triage.tests.cases import PLAN, registered, reported, step, told


def planned(cast: Cast, author: str = "frontline") -> Complaint:
    """Reported upward, with a plan of the owner."""
    return step(getattr(cast, author), reported(cast, registered(cast.frontline)), "draft_pre_plan", **PLAN)


@pytest.mark.req("TR-15")
@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("supervisor", True),
        ("mgmt_rep", True),
        ("frontline", False),
        ("specialist", False),
        ("qa", False),
        ("dso", False),
    ],
)
def test_the_card_is_for_those_who_may_adopt(cast: Cast, reader: str, sees: bool) -> None:
    complaint = planned(cast)
    found = plan_context(getattr(cast, reader).actor, complaint)
    assert (found is not None) is sees
    if found:
        assert [text for _label, text in found["texts"]] == [
            PLAN[name] for name in ("plan", "script", "containment", "containment_effect")
        ]
        assert (found["changes"], found["due"] is not None) == ([], True)
    for name in ("return_pre_plan", "refuse_pre_plan"):
        if not sees:
            with pytest.raises((NotAllowed, NotFound)):
                step(getattr(cast, reader), complaint, name, reason="不妥")


@pytest.mark.req("TR-15")
@pytest.mark.parametrize(
    ("answer", "state", "goes_on"), [("return_pre_plan", "returned", True), ("refuse_pre_plan", "refused", False)]
)
def test_a_plan_goes_back_to_its_author_with_the_reason_and_its_limit_runs_on(
    cast: Cast, sign_in: Any, answer: str, state: str, goes_on: bool
) -> None:
    complaint = planned(cast)
    limit = Promise.objects.get(stream_id=complaint.pk, kind="pre_plan", ended_at=None)
    with pytest.raises(InvalidInput):
        step(cast.supervisor, complaint, answer, reason="")
    complaint = step(cast.supervisor, complaint, answer, reason="没有写媒体怎么应对")
    assert PrePlan.objects.get().state == state
    assert told(cast.frontline)[-1] == f"pre_plan.{state}"
    assert bool(last_plan(cast.frontline.actor, complaint)) is goes_on
    assert plan_context(cast.supervisor.actor, complaint) is None
    with pytest.raises(ConditionsUnmet):
        step(cast.supervisor, complaint, answer, reason="再来一次")
    duties = [str(one.badge) for one in duties_on_cases(cast.frontline.actor, now()).items]
    assert len([one for one in duties if "预处理方案" in one or "plan" in one.lower()]) == 1
    beside = last_plan_context(cast.frontline.actor, complaint)
    assert beside is not None
    assert (beside["turned_back"]["reason"], beside["texts"][0][1]) == ("没有写媒体怎么应对", PLAN["plan"])
    buttons = cases.buttons_of(cast.frontline.actor, complaint, now())
    assert buttons.main is not None
    assert buttons.main.step.name == "draft_pre_plan"
    step(cast.frontline, complaint, "draft_pre_plan", **PLAN | {"plan": "停售并设媒体专线"})
    assert Promise.objects.get(stream_id=complaint.pk, kind="pre_plan", ended_at=None).pk == limit.pk
    found = plan_context(cast.supervisor.actor, complaint)
    assert found is not None
    assert len(found["changes"]) == 1
    client = sign_in(cast.supervisor)
    for name in ("adopt_pre_plan", "return_pre_plan", "refuse_pre_plan"):
        page = client.get(reverse("desk:step", args=[complaint.number, name])).content.decode()
        assert "停售并设媒体专线" in page, "whoever decides reads the plan beside the form"
        assert "没有写媒体怎么应对" not in page, "the reason of the version before is not that of this one"
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    assert step(cast.supervisor, complaint, "adopt_pre_plan", **to).state == "routing"


@pytest.mark.req("TR-15", "VL-10")
def test_nobody_decides_on_a_plan_of_ones_own(cast: Cast) -> None:
    complaint = planned(cast, "supervisor")
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    deciding: dict[str, dict[str, str]] = {
        "adopt_pre_plan": to, "return_pre_plan": {"reason": "不妥"}, "refuse_pre_plan": {"reason": "不妥"},
    }  # fmt: skip
    for name, values in deciding.items():
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.supervisor, complaint, name, **values)
        assert {one.code for one in refused.value.unmet} == {"own_plan"}
    assert PrePlan.objects.get().state == "draft"
    assert plan_context(cast.supervisor.actor, complaint) is None, "what is put before a person may be decided by him"
    assert step(cast.mgmt_rep, complaint, "adopt_pre_plan", **to).state == "routing"


@pytest.mark.req("TR-15")
def test_a_card_tells_what_differs_from_the_version_before_and_from_no_older_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(number: int, level: str = "expert", **texts: str) -> Any:
        said = dict.fromkeys(TEXTS, "同前") | texts
        return SimpleNamespace(version=number, required_level=level, covered=said.__getitem__)

    rows = [version(1, plan="甲"), version(2, script="乙"), version(3, script="乙"), version(4, "coach", script="丙")]
    monkeypatch.setattr(PrePlan, "of", lambda complaint: rows)
    found = [changes_since(None, row) for row in rows]  # type: ignore[arg-type]
    assert found[0] == []
    assert found[1] == [str(NAMES["plan"]), str(NAMES["script"])]
    assert len(found[2]) == 1
    assert found[2][0] not in {str(name) for name in NAMES.values()}, "the words are the same"
    assert found[3][0] == str(NAMES["script"])
    assert "→" in found[3][1]
