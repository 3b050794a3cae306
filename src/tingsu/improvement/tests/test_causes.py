"""Causes drawn, held beside those that are alike, and known again when they come back (IM-03, IM-09, IM-14)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.improvement import causes
from tingsu.improvement.tests.test_nonconformities import (
    CONTAINED,
    EVALUATED,
    START,
    findings,
    found_by,
    plan,
    planned,
    register,
    running,
    take,
)
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.process.steps import options_of
from tingsu.registers.models import Entry, EntryLink

JUDGED = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
BONES = [
    {"area": "method", "what": "协议没有变更告知条款", "main": True},
    {"area": "people", "what": "夜班无人核对"},
    {"area": "method", "what": "规范没有写明字数"},
]


def closed(cast: Cast, at: datetime = START) -> Entry:
    entry = planned(cast, at)
    with travel_to(at + timedelta(days=2)):
        take(cast.mgmt_rep, entry, "approve", prevention="rejected")
        for place in ("0", "1"):
            take(cast.qa, entry, "finish_action", action=place, done_on="2026-03-03", result="完成")
    with travel_to(JUDGED):
        return take(cast.mgmt_rep, entry, "confirm", effect="抽查 40 件，全部合格")


def contained(cast: Cast, **changes: Any) -> Entry:
    entry = found_by(cast.qa, owner=str(cast.supervisor.id), **changes)
    return take(cast.supervisor, entry, "contain", **CONTAINED)


@pytest.mark.req("IM-03")
@pytest.mark.parametrize(
    ("method", "given", "refused"),
    [
        ("five_why", {}, "whys"),
        ("five_why", {"whys": [{"why": "没有写原话"}]}, "one_why"),
        ("five_why", {"whys": [{"why": "没有写原话"}, {"why": ""}]}, "whys"),
        ("five_why", {"whys": [{"why": str(n)} for n in range(8)]}, "whys"),
        ("five_why", {"whys": [{"why": "没有写原话"}, {"why": "没有学过"}]}, ""),
        ("fishbone", {}, "bones"),
        ("fishbone", {"bones": BONES[1:]}, "no_main"),
        ("fishbone", {"bones": [{**BONES[0], "area": "moon"}]}, "bones"),
        ("fishbone", {"bones": BONES}, ""),
        ("other", {}, ""),
    ],
)
def test_each_method_asks_its_own_structure(cast: Cast, method: str, given: dict[str, Any], refused: str) -> None:
    entry = contained(cast)
    values = {"analysis": "集中在晚班", "method": method, "cause": "未培训", "similar": "无", **given}
    if refused:
        with pytest.raises(InvalidInput) as wrong:
            take(cast.supervisor, entry, "evaluate", **values)
        (found,) = wrong.value.fields.items()
        assert refused in {found[0], found[1].code}
    else:
        assert take(cast.supervisor, entry, "evaluate", **values).state == "evaluated"


@pytest.mark.req("IM-03")
def test_the_analysis_is_drawn_on_the_page(cast: Cast, sign_in: Any, client: Any) -> None:
    entry = contained(cast)
    values = {**EVALUATED, "method": "fishbone", "bones": BONES}
    values.pop("whys")
    entry = take(cast.supervisor, entry, "evaluate", **values)
    told = causes.beside(cast.supervisor.actor, Entry.objects.select_related("stream").get(pk=entry.pk))
    assert [(str(one["area"]), one["causes"]) for one in told["bones"]] == [
        ("人员", [("夜班无人核对", False)]),
        ("方法与规则", [("协议没有变更告知条款", True), ("规范没有写明字数", False)]),
    ], "areas in the order of the diagram, each with its causes"
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=["nonconformity", entry.number])).content.decode()
    assert "鱼骨图" in page
    assert "<strong>协议没有变更告知条款</strong>" in page
    other = take(cast.supervisor, contained(cast), "evaluate", **EVALUATED)
    page = client.get(reverse("registers:entry", args=["nonconformity", other.number])).content.decode()
    drawn = page[page.index("causes-title") :]
    assert drawn.index("没有写原话") < drawn.index("没有学过要写") < drawn.index("未培训")
    assert page.count("没有学过要写") == 2, "drawn once, and in the history"


@pytest.mark.req("IM-03")
def test_those_that_are_alike_stand_beside_while_the_cause_is_looked_for(cast: Cast, sign_in: Any, client: Any) -> None:
    department = str(cast.units["logistics"].pk)
    near = found_by(cast.qa, department=department)
    half = found_by(cast.qa, department=department, supplier="", source="late", stage="handling")
    far = found_by(cast.qa, supplier="别家公司", source="late", stage="handling")
    entry = found_by(cast.qa, department=department, owner=str(cast.dept.id))
    assert [row.number for row in causes.alike(entry)] == [near.number], "two marks in common, by id of none"
    lone = found_by(cast.qa, supplier="", stage="", source="outage")
    assert causes.alike(lone) == []
    second = found_by(cast.qa, supplier="", stage="", source="outage")
    assert [row.number for row in causes.alike(second)] == [lone.number], "where it has one mark, that one counts"
    sign_in(cast.qa)
    address = reverse("registers:entry", args=["nonconformity", entry.number])
    page = client.get(address).content.decode()
    told = page[page.index("alike-title") :]
    assert near.number in told
    assert half.number not in told
    assert far.number not in told
    sees = causes.beside(cast.specialist.actor, entry)["alike"]
    assert sees == [], "what one may not see is not named"


@pytest.mark.req("IM-14")
def test_a_cause_that_comes_back_opens_the_closed_one_again(cast: Cast) -> None:
    first = closed(cast)
    with travel_to(JUDGED + timedelta(days=30)):
        entry = contained(cast)
        still_open = found_by(cast.qa)
        choices = dict(options_of(register().by_name["same_as"], entry))
        assert set(choices) == {str(first.pk)}, "only closed ones"
        assert first.number in choices[str(first.pk)]
        assert "未培训" not in choices[str(first.pk)], "nothing that was written"
        with pytest.raises(InvalidInput):
            take(cast.supervisor, entry, "evaluate", **EVALUATED, same_as=str(still_open.pk))
        entry = take(cast.supervisor, entry, "evaluate", **EVALUATED, same_as=str(first.pk))
        first = Entry.objects.select_related("stream").get(pk=first.pk)
    assert entry.state == "joined"
    assert running(entry) == [], "nothing is owed of it any more"
    assert first.state == "contained"
    assert first.codes["recurred"] == 1
    assert [kind for kind, _due, _owner in running(first)] == ["nonconformity_evaluation"]
    assert EntryLink.objects.get(entry=entry, other_id=first.pk).kind == "follows"
    event = Event.objects.filter(stream_id=first.pk).order_by("-seq")[0]
    assert event.kind == "nonconformity.recurred"
    assert entry.number in texts_of([event])[event.pk]["reason"]
    assert not Notice.objects.filter(stream_id=first.pk, kind="nonconformity.recurred", member_id=cast.supervisor.id)
    assert not findings()


@pytest.mark.req("IM-14")
def test_who_leads_opens_one_again_by_hand_and_its_owner_hears_of_it(cast: Cast) -> None:
    entry = closed(cast)
    with travel_to(JUDGED + timedelta(days=30)):
        with pytest.raises(InvalidInput):
            take(cast.mgmt_rep, entry, "recur", reason="")
        entry = take(cast.mgmt_rep, entry, "recur", reason="两件新投诉原因相同")
    assert (entry.state, entry.codes["recurred"]) == ("contained", 1)
    assert Notice.objects.get(stream_id=entry.pk, kind="nonconformity.recurred").member_id == cast.supervisor.id
    with travel_to(JUDGED + timedelta(days=31)), pytest.raises(ConditionsUnmet):
        take(cast.mgmt_rep, entry, "recur", reason="又来一次")


@pytest.mark.req("IM-09")
def test_an_action_says_of_which_type_it_is(cast: Cast) -> None:
    lines = plan(cast)["actions"]
    entry = take(cast.supervisor, contained(cast), "evaluate", **EVALUATED)
    with pytest.raises(InvalidInput):
        take(cast.supervisor, entry, "plan", **plan(cast, actions=[{**lines[0], "type": "prayer"}]))
    given = [{**lines[0], "type": kind} for kind, _words in causes.ACTION_TYPES]
    entry = take(cast.supervisor, entry, "plan", **plan(cast, actions=given))
    assert [line["type"] for line in entry.codes["actions"]] == [
        "remove_cause", "product", "rules", "information", "training"
    ]  # fmt: skip
