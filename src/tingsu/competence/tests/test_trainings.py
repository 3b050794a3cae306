"""Trainers, courses, plans, attendance, functions that wait for a training (PE-07…PE-11, PE-16, PE-18, PE-21, PE-27, PE-28)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.competence import files, queries, required
from tingsu.competence.proofs import of_people
from tingsu.competence.tests.telling import begin, file_of, take, unmet, with_files, wrong
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed
from tingsu.kernel.proofs import Holds
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people.access import Can, may, member_now, require
from tingsu.registers.actions import link_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import links_of
from tingsu.registers.tests.samples import an_entry
from tingsu.settlement.rulebooks import advance

pytestmark = pytest.mark.django_db
LAW = {
    "title": "消费者权益保护法实务",
    "kind": "course",
    "topic": "law",
    "objective": "能引用条款",
    "content": "七日无理由退货等",
    "review_on": "2037-01-05",
}


def days(number: int) -> str:
    return (files.today() + timedelta(days=number)).isoformat()


def trainer(cast: Cast, person: Any, **more: Any) -> Entry:
    values = {"about": "沈老师", "kind": "senior", "person": str(person.id), "qualified": "八年客服管理经验", **more}
    return begin(cast.coach, "trainer", **values)


def plan(cast: Cast, **more: Any) -> Entry:
    values = {
        "title": "消保法培训", "kind": "post", "role": "frontline", "audience": "受理组全员", "objective": "掌握七日无理由退货规则", "form": "present",
        "budget": "1200.00", "wanted_on": days(20), "owner": str(cast.coach.id), **more,
    }  # fmt: skip
    return begin(cast.coach, "training", **values)


def planned(cast: Cast, **more: Any) -> tuple[Entry, str]:
    """An approved plan, and the number of an approved trainer."""
    who = take(cast.supervisor, trainer(cast, cast.specialist), "approve")
    return take(cast.supervisor, plan(cast, **more), "approve"), who.number


def attended(cast: Cast, entry: Entry, number: str, *people: Any) -> Entry:
    there = [str(one.id) for one in people]
    take(cast.coach, entry, "schedule", planned_on=days(0), trainer=number, participants=there)
    return take(
        cast.coach, entry, "hold", held_on=days(0), attended=there, interaction=["role_play", "test"], minutes=90, cost="800.00",
        outcome="随堂测试全部通过",
    )  # fmt: skip


@pytest.mark.req("PE-07")
def test_a_training_is_scheduled_with_an_approved_trainer_and_nobody_else(cast: Cast) -> None:
    waits = trainer(cast, cast.specialist)
    entry = plan(cast)
    entry = take(cast.supervisor, entry, "approve")
    when = {"planned_on": days(3), "participants": [str(cast.frontline.id)]}
    assert wrong(take, cast.coach, entry, "schedule", trainer=waits.number, **when) == {"trainer"}
    with pytest.raises(NotAllowed):
        take(cast.coach, waits, "approve")
    junior = trainer(cast, cast.frontline2)
    assert unmet(take, cast.supervisor, junior, "approve") == {"no_senior_post"}
    own = begin(cast.coach, "trainer", about="主管", kind="senior", person=str(cast.supervisor.id), qualified="十年")
    assert unmet(take, cast.supervisor, own, "approve") == {"own_approval"}
    approved = take(cast.supervisor, waits, "approve")
    entry = take(cast.coach, entry, "schedule", trainer=approved.number, **when)
    assert entry.state == "scheduled"
    assert Notice.objects.filter(kind="training.scheduled", member_id=cast.frontline.id).exists()
    take(cast.supervisor, approved, "end", reason="合同到期")
    there = {"attended": [str(cast.frontline.id)], "interaction": ["test"], "minutes": 60, "outcome": "完成"}
    assert unmet(take, cast.coach, entry, "hold", held_on=days(0), **there) == {"trainer_not_approved"}


@pytest.mark.req("PE-08", "VL-10")
def test_plan_and_budget_are_approved_by_another_person(cast: Cast) -> None:
    own = begin(
        cast.supervisor, "training", title="话术训练", kind="post", role="specialist", audience="调查组", objective="减少争执", form="sand_table",
        budget="0", wanted_on=days(9),
    )  # fmt: skip
    assert unmet(take, cast.supervisor, own, "approve") == {"own_work"}
    assert take(cast.mgmt_rep, own, "approve").state == "approved"
    assert wrong(begin, cast.coach, "training", title="x", kind="post") >= {
        "role",
        "audience",
        "objective",
        "form",
        "budget",
        "wanted_on",
    }


@pytest.mark.req("PE-10", "PE-11", "PE-16", "PE-17", "RC-08")
def test_attendance_stands_in_each_file_with_form_and_interaction(cast: Cast) -> None:
    with_files()
    course = begin(cast.coach, "course", **LAW)
    entry, number = planned(cast, course=course.number, form="live")
    entry = attended(cast, entry, number, cast.frontline, cast.frontline2)
    assert (entry.state, entry.codes["form"], entry.codes["interaction"]) == ("held", "live", ["role_play", "test"])
    for person in (cast.frontline, cast.frontline2):
        (line,) = file_of(person).codes["topics"]
        assert (line["topic"], line["on"]) == ("law", days(0))
        assert file_of(person).written()["topics.0.proof"] == entry.number
    assert not file_of(cast.specialist).codes.get("topics")
    for day, holds in ((0, Holds.VALID), (400, Holds.EXPIRED)):
        shown = [one for one in of_people(files.today() + timedelta(days=day)) if "SZ 4(3).2" in one.clauses]
        assert [(one.holds, bool(one.gap)) for one in shown] == [(holds, bool(day))]
    steps = queries.track(cast.frontline.id, file_of(cast.frontline))
    assert [one.detail for one in steps] == ["消保法培训"]
    today = files.today()
    told = queries.trained(today - timedelta(days=1), today)
    assert (len(told.trainings), told.attendances, told.people, told.minutes, told.cost, told.by_kind) == (
        1, 2, 2, 90, 80000, {"post": 1},
    )  # fmt: skip
    assert queries.trained(today - timedelta(days=9), today - timedelta(days=1)).trainings == ()
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-09", "PE-16")
def test_a_course_is_revised_at_intervals_with_notes_on_content_and_method(cast: Cast) -> None:
    course = begin(cast.coach, "course", **LAW)
    notes = {"content_note": "补充直播带货案例", "method_note": "改为角色扮演"}
    assert wrong(take, cast.coach, course, "revise", next_on=days(0), **notes) == {"next_on"}
    course = take(cast.coach, course, "revise", next_on=days(365), **notes)
    assert course.codes["review_on"] == days(365)
    assert course.written()["revisions.0.method"] == "改为角色扮演"
    assert take(cast.coach, course, "retire", reason="已并入新课").state == "retired"
    assert wrong(plan, cast, course=course.number) == {"course"}


@pytest.mark.req("PE-21", "PE-18")
def test_the_leaders_programme_has_targets_and_a_review_each_year(cast: Cast) -> None:
    with travel_to(now() - timedelta(days=300)):
        more = {"kind": "programme", "targets": "人均培训 24 学时", "review_on": days(30)}
        entry = take(cast.mgmt_rep, plan(cast, **more), "approve")
    assert entry.state == "running"
    who = take(cast.supervisor, trainer(cast, cast.specialist), "approve")
    single = {"planned_on": days(1), "trainer": who.number, "participants": [str(cast.frontline.id)]}
    with pytest.raises(ConditionsUnmet):
        take(cast.coach, entry, "schedule", **single)
    done = {"reached": "partly", "finding": "人均 20 学时", "next_on": days(365)}
    entry = take(cast.top_mgmt, entry, "review", **done)
    assert [line["reached"] for line in entry.codes["reviews"]] == ["partly"]
    support = begin(
        cast.coach, "training", title="心理健康辅导", kind="support", role="all", audience="工作满三年的客服", objective="缓解压力", form="other",
        budget="3000", wanted_on=days(5),
    )  # fmt: skip
    assert support.codes["kind"] == "support"
    entry = take(cast.supervisor, support, "approve")
    entry = attended(cast, entry, who.number, cast.frontline)
    assert entry.codes["attended"] == [str(cast.frontline.id)], (
        "that somebody took part, and nothing else of the person"
    )
    assert not files.file_of(cast.frontline.id)


@pytest.mark.req("PE-27")
def test_a_new_function_opens_with_the_training_for_it_and_closes_with_the_next_change(
    cast: Cast, sign_in: Any
) -> None:
    def actor(person: Any) -> Any:
        found = member_now(person.id)
        assert found is not None
        return found

    def publish(change: int) -> None:
        line = {"code": str(Can.REGISTER), "change": change, "name": {"zh-Hans": "新登记页", "en": "New form"}}
        system = automation("test", cast.organisation_id)
        rulebooks.publish(actor=system, kind=required.KIND, body=required.shipped() | {"functions": [line]})

    assert may(actor(cast.frontline), Can.REGISTER)
    publish(1)
    assert not may(actor(cast.frontline), Can.REGISTER)
    with pytest.raises(NotAllowed) as error:
        require(actor(cast.frontline), Can.REGISTER)
    assert error.value.code == "training_needed"
    assert sign_in(cast.frontline).get(reverse("desk:register")).status_code == 403
    entry, number = planned(cast, kind="function", function=str(Can.REGISTER))
    attended(cast, entry, number, cast.frontline)
    assert may(actor(cast.frontline), Can.REGISTER)
    assert sign_in(cast.frontline).get(reverse("desk:register")).status_code == 200
    assert not may(actor(cast.frontline2), Can.REGISTER), "was not there"
    publish(2)
    assert not may(actor(cast.frontline), Can.REGISTER)
    assert may(actor(cast.mgmt_rep), Can.RULEBOOKS), "nobody locks out who lifts it"
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-28")
def test_retraining_follows_from_a_nonconformity_and_both_say_so(cast: Cast) -> None:
    finding = an_entry(registers()["nonconformity"], cast.supervisor)
    entry = plan(cast, kind="retraining")
    link_entry(
        actor=cast.supervisor.actor,
        register=registers()["training"],
        entry=entry,
        number=finding.number,
        kind="follows",
    )
    assert finding.number in str(links_of(cast.supervisor.actor, entry.pk))
    assert entry.number in str(links_of(cast.supervisor.actor, finding.pk))


@pytest.mark.req("RM-07")
def test_the_rules_of_paying_first_are_a_topic_that_whoever_teaches_it_hears_of(cast: Cast) -> None:
    def told(person: Any) -> list[str]:
        found = Notice.objects.filter(member_id=person.id, kind__startswith="competence.advance").order_by("created_at")
        return list(found.values_list("kind", flat=True))

    rulebooks.publish(actor=cast.top_mgmt.actor, kind=advance.KIND, body=advance.default(), note="确定先行赔付")
    assert (told(cast.supervisor), told(cast.coach)) == (["competence.advance_untaught"], [])
    course = begin(cast.coach, "course", **LAW | {"title": "先行赔付规则与案例", "topic": "advance"})
    begin(cast.coach, "course", **LAW)
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=advance.KIND, body=advance.default(), note="再次核对")
    assert (told(cast.supervisor), told(cast.coach)) == (
        ["competence.advance_untaught"],
        ["competence.advance_changed"],
    )
    with_files()
    before = files.missing_topics(file_of(cast.frontline))
    entry, number = planned(cast, course=course.number)
    attended(cast, entry, number, cast.frontline)
    with override("zh-hans"):
        assert files.topics_told(file_of(cast.frontline))[-1] == ("赔付先行与赔付认知", days(0))
        assert "赔付先行与赔付认知" not in dict(files.topics_told(file_of(cast.frontline2)))
    assert files.missing_topics(file_of(cast.frontline)) == before, "it is asked of nobody beside what SZ 4(3).2 names"
