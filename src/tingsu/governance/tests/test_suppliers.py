"""Suppliers: requirements, ability, responsibility, assessment by the same indicators, people with limited accounts (MS-31, MS-32)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tests.doors import undrawn
from tests.signing import enter
from tingsu.clocks.models import Promise
from tingsu.complaints.access import sees_everything, visible_to
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.figures.periods import period_of
from tingsu.figures.tests.test_indicators import facts
from tingsu.governance import suppliers
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people import queries as people
from tingsu.people.access import Can, member_now, rights_of
from tingsu.people.directory import forget_cached
from tingsu.people.models import Unit
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = [pytest.mark.django_db, pytest.mark.req("MS-31")]
ACTIVITY = {"activity": "夜间来电受理", "control": "sample", "ours": "定级、赔付、结案", "theirs": "接听、登记、安抚"}
ASKED = {
    "response_time": "来电 15 秒内接起，登记后 10 分钟内转交",
    "record_format": "按登记表逐项填写",
    "confidentiality": "不留存客户信息",
    "escalation": "人身安全、媒体来电立即转值班主管",
}
ABLE = tuple(
    {"ability": one, "score": 82, "basis": "现场考察与试听录音"}
    for one in ("people", "experience", "secrecy", "response")
)


def day(number: int = 0) -> str:
    return (local_date(now(), current_organisation().time_zone) + timedelta(days=number)).isoformat()


def begin(by: Person, **values: Any) -> Entry:
    given = {"firm": "云岫外包", "kind": "call_centre", "activities": [ACTIVITY], "owner": str(by.id), **values}
    return open_entry(actor=by.actor, register=registers()["supplier"], opening=Opening(values=given))


def take(by: Person, entry: Entry, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=by.actor, entry=row, register=registers()["supplier"], step=step, values=values)


def unmet(*args: Any, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as error:
        take(*args, **values)
    return {one.code for one in error.value.unmet}


def wrong(act: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(InvalidInput) as error:
        act(*args, **values)
    return set(error.value.fields)


CONTRACT = {"contract": "HT-2026-018", "assess_every": "quarterly"}


def in_use(cast: Cast, **values: Any) -> Entry:
    entry = begin(cast.qa, **values)
    entry = take(cast.qa, entry, "send", **ASKED, sent_on=day(), sent_to="项目经理")
    entry = take(cast.qa, entry, "accept", received_on=day())
    entry = take(cast.qa, entry, "evaluate", abilities=list(ABLE), compared="比选三家", evaluated_on=day())
    return take(cast.supervisor, entry, "select", **CONTRACT, contract_from=day(), contract_until=day(365))


def outsourced(cast: Cast) -> Unit:
    """The intake group becomes a team of a supplier."""
    unit = cast.units["intake"]
    Unit.objects.filter(pk=unit.pk).update(supplier="云岫外包")
    forget_cached()
    return unit


def test_selected_is_who_accepted_the_requirements_and_is_able(cast: Cast) -> None:
    entry = begin(cast.qa)
    terms = {**CONTRACT, "contract_from": day(), "contract_until": day(365)}
    assert unmet(cast.supervisor, entry, "select", **terms) == {"requirements_open", "not_evaluated"}
    assert unmet(cast.qa, entry, "accept", received_on=day()) == {"not_sent"}
    assert wrong(take, cast.qa, entry, "send", sent_on=day(), sent_to="x") == set(suppliers.REQUIREMENTS)
    entry = take(cast.qa, entry, "send", **ASKED, sent_on=day(), sent_to="项目经理")
    entry = take(cast.qa, entry, "accept", received_on=day())
    weak = [dict(one, score=40) if one["ability"] == "secrecy" else one for one in ABLE]
    entry = take(cast.qa, entry, "evaluate", abilities=weak, evaluated_on=day())
    assert unmet(cast.supervisor, entry, "select", **terms) == {"not_able"}
    assert wrong(take, cast.qa, entry, "evaluate", abilities=[ABLE[0], ABLE[0]], evaluated_on=day()) == {"abilities"}
    entry = take(cast.supervisor, entry, "evaluate", abilities=list(ABLE), evaluated_on=day())
    assert unmet(cast.supervisor, entry, "select", **terms) == {"own_work"}
    entry = take(cast.mgmt_rep, entry, "select", **terms)
    assert entry.state == "in_use"
    running = {one.kind for one in Promise.objects.filter(stream_id=entry.pk, ended_at=None)}
    assert running == {"supplier_assessment", "supplier_contract"}
    assert set(registers()["supplier"].clauses(entry.codes)) == {"CTS 8.7 a", "CTS 8.7 b", "CTS 8.7 d"}
    again = take(cast.qa, entry, "send", **ASKED, sent_on=day(), sent_to="项目经理")
    assert "received_on" not in again.codes  # what was sent anew is accepted anew
    assert list(verify_organisation(Tally())) == []


def test_each_activity_names_its_control_and_who_answers_for_what(cast: Cast) -> None:
    for name in ("control", "ours", "theirs"):
        bare = {key: value for key, value in ACTIVITY.items() if key != name}
        assert wrong(begin, cast.qa, activities=[bare])
    assert wrong(begin, cast.qa, activities=[]) == {"activities"}


@pytest.mark.req("MS-32")
def test_its_scorecard_is_counted_by_the_indicators_that_count_our_own_people(cast: Cast, sign_in: Any) -> None:
    unit = outsourced(cast)
    entry = in_use(cast, works_in=str(unit.pk))
    assert wrong(begin, cast.qa, works_in=str(unit.pk)) == {"works_in"}
    before = period_of(local_date(now(), current_organisation().time_zone), "quarter").before()
    told = {"received_on": before.first, "closed_on": before.first, "kind": "complaint", "state": "closed"}
    facts(
        *[{**told, "supplier_id": unit.pk, "score": 5, "rated_on": before.first}] * 40,
        *[{**told, "supplier_id": unit.pk, "score": 1, "rated_on": before.first}] * 10,
        *[{**told, "score": 5, "rated_on": before.first}] * 60,
    )
    entry = take(
        cast.qa, entry, "assess", assessed_on=day(), span="quarter", judged="improve", findings="低分集中在夜班"
    )
    card = {row["code"]: row for row in entry.codes["scorecard"]}
    assert (card["K-12"]["part"], card["K-12"]["whole"], card["K-12"]["own_part"], card["K-12"]["own_whole"]) == (
        40,
        50,
        60,
        60,
    )
    assert entry.codes["last_score"] == entry.codes["assessments"][0]["score"]
    assert entry.codes["assessments"][0]["counted"] is True
    made = Entry.objects.get(pk=EntryLink.objects.get(entry=entry, kind="became").other_id)
    assert (made.register, made.codes["source"]) == ("nonconformity", "supplier")
    assert Promise.objects.filter(stream_id=entry.pk, kind="supplier_assessment", ended_at=None).count() == 1
    page = sign_in(cast.supervisor).get(reverse("registers:entry", args=["supplier", entry.number])).content.decode()
    assert reverse("figures:indicator", args=["K-12"]) in page
    assert "工号 1001" in page


@pytest.mark.req("MS-32")
def test_a_score_said_by_hand_beside_indicators_that_are_too_few_says_so(cast: Cast, sign_in: Any) -> None:
    unit = outsourced(cast)
    entry = in_use(cast, works_in=str(unit.pk))
    before = period_of(local_date(now(), current_organisation().time_zone), "quarter").before()
    told = {"received_on": before.first, "closed_on": before.first, "kind": "complaint", "state": "closed"}
    facts(*[{**told, "supplier_id": unit.pk, "score": 5, "rated_on": before.first}] * 4)
    entry = take(
        cast.qa, entry, "assess", assessed_on=day(), span="quarter", judged="keep", findings="量少，按月报评", score=86
    )
    page = sign_in(cast.supervisor).get(reverse("registers:entry", args=["supplier", entry.number])).content.decode()
    assert "86 分（满分 100），人工评定" in page


def test_one_whose_people_handle_nothing_here_is_scored_by_hand(cast: Cast) -> None:
    entry = in_use(cast, kind="legal", firm="衡平律师事务所")
    asked = {"assessed_on": day(), "span": "quarter", "judged": "keep", "findings": "意见书均按期"}
    assert wrong(take, cast.qa, entry, "assess", **asked) == {"score"}
    assert wrong(take, cast.qa, entry, "assess", **asked, score=101) == {"score"}
    entry = take(cast.qa, entry, "assess", **asked, score=88)
    assert (entry.codes["last_score"], entry.codes["assessments"][0].get("counted")) == (88, False)
    assert not EntryLink.objects.filter(entry=entry, kind="became").exists()


@pytest.mark.req("MS-32")
def test_people_of_a_supplier_see_what_they_take_part_in_and_no_more(cast: Cast) -> None:
    other, mine = a_case(cast.coach), a_case(cast.frontline)
    Complaint.objects.filter(pk=other.pk).update(owner_id=cast.specialist.id)
    assert sees_everything(cast.frontline.actor)
    outsourced(cast)
    actor = member_now(cast.frontline.id)
    assert actor is not None
    assert people.of_supplier(actor)
    assert not people.of_supplier(cast.specialist.actor)
    assert not sees_everything(actor)
    seen = set(visible_to(actor, Complaint.objects.all()).values_list("pk", flat=True))
    assert mine.pk in seen
    assert other.pk not in seen
    assert not registers()["contact"].sees_all(actor)
    assert registers()["contact"].sees_all(cast.specialist.actor)


OF_EVERYBODY = (
    "privacy:access_log", "people:members", "people:signed_in", "tokens:tokens", "desk:mail", "desk:board", "planning:overview",
    "conformity:index", "protection:overview", "quality:process", "competence:matrix",
)  # fmt: skip


@pytest.mark.req("MS-32")
def test_no_role_opens_a_page_of_everybodys_work_to_people_of_a_supplier(cast: Cast) -> None:
    def opened() -> set[str]:
        client = Client()
        enter(client, "mgmt_rep")
        with undrawn():
            return {name for name in OF_EVERYBODY if client.get(reverse(name)).status_code == 200}

    assert opened() == set(OF_EVERYBODY)
    Unit.objects.filter(pk__in=cast.mgmt_rep.actor.unit_ids).update(supplier="云岫外包")
    forget_cached()
    assert opened() == set()
    actor = member_now(cast.mgmt_rep.id)
    assert actor is not None
    assert rights_of(actor) == {Can.DESK, Can.REGISTER, Can.WORK_CASES, Can.SEE_QUEUE, Can.REVEAL}
    program = replace(actor, kind="token", scopes=frozenset({"complaints:write"}), held=actor.roles)
    assert rights_of(program) == {Can.REGISTER, Can.WORK_CASES, Can.SEE_QUEUE}
    assert rights_of(cast.supervisor.actor) >= {Can.REPORTS, Can.PEOPLE}


@pytest.mark.parametrize(("score", "stands"), [(-1, False), (0, True), (100, True), (101, False)])
def test_a_score_lies_between_nought_and_a_hundred(cast: Cast, score: int, stands: bool) -> None:
    entry = begin(cast.qa, kind="legal")
    judged = [dict(ABLE[0], score=score)]
    if not stands:
        assert wrong(take, cast.qa, entry, "evaluate", abilities=judged, evaluated_on=day()) == {"abilities"}
        return
    assert (
        take(cast.qa, entry, "evaluate", abilities=judged, evaluated_on=day()).codes["abilities"][0]["score"] == score
    )


@pytest.mark.parametrize(("score", "able"), [(suppliers.LEAST - 1, False), (suppliers.LEAST, True)])
def test_the_least_score_is_enough(cast: Cast, score: int, able: bool) -> None:
    entry = begin(cast.qa)
    take(cast.qa, entry, "send", **ASKED, sent_on=day(), sent_to="项目经理")
    take(cast.qa, entry, "accept", received_on=day())
    judged = [dict(one, score=score) for one in ABLE] + [dict(ABLE[0], ability="price", score=1)]
    take(cast.qa, entry, "evaluate", abilities=judged, evaluated_on=day())
    terms = {**CONTRACT, "contract_from": day(), "contract_until": day(365)}
    if not able:
        assert unmet(cast.supervisor, entry, "select", **terms) == {"not_able"}
        return
    entry = take(cast.supervisor, entry, "select", **terms)
    entry = take(cast.qa, entry, "assess", assessed_on=day(), span="month", judged="keep", findings="按期", score=0)
    assert entry.written()["assessments.0.findings"] == "按期"
    assert (entry.codes["last_score"], entry.codes["assessments"][0]["score"]) == (0, 0)
