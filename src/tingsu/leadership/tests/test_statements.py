"""Statements come into force complete, by another person, one version of each kind at a time (VL-01 to VL-04, VL-14 to VL-16, MS-09)."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import Cast
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.leadership import adopting, examples, queries, spans, terms
from tingsu.leadership import in_force as coming
from tingsu.leadership.tests.stands import drafted, in_force, opened, take, the_roots, today
from tingsu.people import alone
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.reading import links_of
from tingsu.registers.tests.samples import an_entry

pytestmark = pytest.mark.django_db


def missing(refused: Any) -> set[str]:
    return {one.code for one in refused.value.unmet}


def words(refused: Any) -> str:
    return " ".join(str(one) for one in refused.value.unmet)


@pytest.mark.req("VL-01")
def test_a_statement_has_version_day_owner_approver_and_one_of_a_kind_is_in_force(cast: Cast) -> None:
    first = in_force(cast, terms.COMMITMENT)
    assert (first.state, first.codes["edition"], first.codes["effective_on"]) == ("in_force", 1, today())
    assert (first.codes["approver"], first.owner_id) == (str(cast.top_mgmt.id), cast.supervisor.id)
    take(cast.supervisor, first, "new_version")
    link = EntryLink.objects.get(entry=first, kind="became")
    second = Entry.objects.select_related("stream").get(pk=link.other_id)
    assert second.written()["text_zh"] == examples.TEXTS[terms.COMMITMENT].zh
    assert [line["item"] for line in second.codes["checks"]] == ["defined", "operated"]
    assert queries.in_force(terms.COMMITMENT) == first, "the draft of the next changes nothing"
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, first, "new_version")
    assert second.number in words(refused)
    take(cast.supervisor, second, "submit")
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, first, "new_version")
    second = take(cast.top_mgmt, second, "approve", effective_on=today())
    first.refresh_from_db()
    assert (first.state, first.codes["ended_on"], second.codes["edition"]) == ("superseded", today(), 2)
    assert queries.in_force(terms.COMMITMENT) == second
    assert second.written()["replaces"] == first.number
    with pytest.raises(NotAllowed):
        take(cast.supervisor, second, "supersede")


@pytest.mark.req("VL-01")
def test_it_comes_into_force_on_its_day_and_never_on_one_that_has_passed(cast: Cast) -> None:
    entry = drafted(cast, terms.PURPOSE)
    take(cast.supervisor, entry, "submit")
    with pytest.raises(InvalidInput):
        take(cast.top_mgmt, entry, "approve", effective_on=(spans.today() - timedelta(days=1)).isoformat())
    day = spans.today() + timedelta(days=3)
    assert take(cast.top_mgmt, entry, "approve", effective_on=day.isoformat()).state == "approved"
    assert (coming.take_effect(), queries.in_force(terms.PURPOSE)) == (0, None)
    with travel_to(now() + timedelta(days=3)):
        assert coming.take_effect() == 1
        assert coming.take_effect() == 0
    assert queries.in_force(terms.PURPOSE) == entry


@pytest.mark.req("VL-01", "MS-09")
def test_nobody_approves_their_own_and_values_and_policy_are_of_top_management(cast: Cast) -> None:
    entry = adopting.adopt(actor=cast.top_mgmt.actor, kind=terms.POLICY)
    take(cast.supervisor, entry, "submit")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.top_mgmt, entry, "approve", effective_on=today())
    assert missing(refused) == {"own_work"}
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, entry, "approve", effective_on=today())
    assert missing(refused) == {"not_top"}
    with pytest.raises(NotAllowed):
        take(cast.qa, entry, "approve", effective_on=today())
    take(cast.top_mgmt, entry, "drop", reason="改由主管起草")
    assert in_force(cast, terms.POLICY).state == "in_force"
    other = drafted(cast, terms.PURPOSE)
    take(cast.supervisor, other, "submit")
    assert take(cast.mgmt_rep, other, "approve", effective_on=today()).state == "in_force"
    third = drafted(cast, terms.COMMITMENT)
    texts = {name: third.written()[name] for name in ("title", "text_zh", "text_en")}
    take(cast.mgmt_rep, third, "write", **texts)
    take(cast.supervisor, third, "submit")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.mgmt_rep, third, "approve", effective_on=today())
    assert missing(refused) == {"own_work"}, "who has written in it"


@pytest.mark.req("VL-02", "VL-03", "VL-04", "VL-15", "VL-16", "VL-17")
def test_core_values_name_each_thing_that_is_missing(cast: Cast) -> None:
    the_roots(cast)
    values = {"kind": terms.VALUES, "title": "核心价值观", "text_zh": "用户为先。团队合作。"}
    entry = opened(cast.supervisor, terms.STATEMENT, **values)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, entry, "submit")
    assert missing(refused) == {
        "no_leaders", "no_staff", "no_opinions", "point_missing", "not_derived", "not_documented", "no_questions",
    }  # fmt: skip
    said = words(refused)
    for word in ("团队合作", "首负责任制", "隐私保护", "愿景", "使命", "企业文化"):
        assert f"“{word}”" in said
    for leader, employee, problem in (
        (cast.supervisor, cast.mgmt_rep, "staff"), (cast.frontline, cast.frontline2, "leaders"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as wrong:
            take(cast.supervisor, entry, "hear", leaders=[str(leader.id)], staff=[str(employee.id)], opinions="无")
        assert set(wrong.value.fields) == {problem}
    with pytest.raises(InvalidInput) as wrong:
        take(cast.supervisor, entry, "check", checks=[{"item": "privacy", "passage": "保护隐私"}])
    assert wrong.value.fields["checks"].rows[0]["passage"].code == "not_quoted"  # type: ignore[attr-defined]
    take(cast.supervisor, entry, "check", checks=[{"item": "teamwork", "passage": "团队 合作"}])
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, entry, "submit")
    assert "“团队合作”" not in words(refused)
    assert "“隐私保护”" in words(refused)


@pytest.mark.req("VL-02", "VL-15")
@pytest.mark.parametrize("left_out", ["leaders", "staff", "opinions"])
def test_values_are_not_put_in_force_while_one_of_the_three_is_empty(cast: Cast, left_out: str) -> None:
    the_roots(cast)
    entry = drafted(cast, terms.VALUES)
    took = {"leaders": [str(cast.mgmt_rep.id)], "staff": [str(cast.frontline.id)], "opinions": "供应商：愿意遵守"}
    take(cast.supervisor, entry, "hear", **took | {left_out: "" if left_out == "opinions" else []})
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, entry, "submit")
    assert missing(refused) == {f"no_{left_out}"}
    take(cast.supervisor, entry, "hear", **took)
    assert take(cast.supervisor, entry, "submit").state == "submitted"


@pytest.mark.req("VL-03", "VL-17")
def test_values_follow_from_the_roots_of_today_and_come_with_two_questions(cast: Cast) -> None:
    the_roots(cast)
    entry = drafted(cast, terms.VALUES)
    take(cast.supervisor, queries.in_force(terms.VISION), "new_version")  # type: ignore[arg-type]
    vision = Entry.objects.get(register=terms.STATEMENT, state="draft", codes__kind=terms.VISION)
    take(cast.supervisor, vision, "submit")
    take(cast.top_mgmt, vision, "approve", effective_on=today())
    one = {"question": "谁负责到底？", "right": "首问人", "wrong": "别人", "passage": "首问负责"}
    take(cast.supervisor, entry, "question", questions=[one])
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, entry, "submit")
    assert missing(refused) == {"not_derived", "no_questions"}


@pytest.mark.req("VL-15")
def test_vision_mission_and_culture_are_checked_together(cast: Cast) -> None:
    vision, mission = drafted(cast, terms.VISION), drafted(cast, terms.MISSION)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, mission, "submit")
    assert words(refused) == "缺少内容：“以用户体验为导向”", "each of the five is somewhere in the three"
    quotes = [{"item": "user_experience", "passage": "凡事以用户体验为导向"}]
    with pytest.raises(InvalidInput):
        take(cast.supervisor, vision, "check", checks=quotes)
    culture = drafted(cast, terms.CULTURE)
    take(cast.supervisor, vision, "check", checks=quotes)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, vision, "submit")
    assert words(refused) == "缺少内容：“成为用户信赖、社会尊重、员工自豪的服务组织”"
    take(cast.supervisor, vision, "check", checks=[{"item": "trusted", "passage": "用户信赖、社会尊重、员工自豪"}])
    for entry in (vision, mission, culture):
        assert take(cast.supervisor, entry, "submit").state == "submitted"


@pytest.mark.req("MS-09", "VL-09", "VL-14")
@pytest.mark.parametrize("kind", [terms.POLICY, terms.COMMITMENT, terms.PURPOSE])
def test_each_point_of_policy_commitment_and_purpose_is_quoted(cast: Cast, kind: str) -> None:
    entry = drafted(cast, kind)
    quotes = [{"item": item, "passage": passage} for item, passage in examples.TEXTS[kind].passages]
    for place, (code, label) in enumerate(terms.needed_of(kind)):
        rest = [line for line in quotes if line["item"] != code]
        take(cast.supervisor, entry, "check", checks=rest)
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.supervisor, entry, "submit")
        assert words(refused) == f"缺少内容：“{label}”", place
    take(cast.supervisor, entry, "check", checks=quotes)
    take(cast.supervisor, entry, "write", title="改写", text_zh="全新的文字，什么都没有。")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.supervisor, entry, "submit")
    assert missing(refused) == {"not_quoted"}


@pytest.mark.req("VL-14")
def test_an_objective_is_linked_with_the_purpose_of_the_plan(cast: Cast) -> None:
    purpose = in_force(cast, terms.PURPOSE)
    assert purpose.written()["text_zh"] == "快速响应、妥善处理、持续改进。"
    known = registers()["objective"]
    objective = an_entry(known, cast.supervisor)
    actions.link_entry(
        actor=cast.supervisor.actor, register=known, entry=objective, number=purpose.number, kind="follows"
    )
    assert [one["name"] for one in links_of(cast.supervisor.actor, objective.pk)] == [purpose.number]
    assert [one["name"] for one in links_of(cast.supervisor.actor, purpose.pk)] == [objective.number]


@pytest.mark.req("VL-04")
def test_a_document_older_than_the_values_is_warned_of(cast: Cast, client: Any, sign_in: Any) -> None:
    the_roots(cast)
    in_force(cast, terms.SERVICE)
    with travel_to(now() + timedelta(days=1)):
        values = in_force(cast, terms.VALUES)
        assert queries.older_than_values() == [terms.SERVICE]
        sign_in(cast.qa)
        for page in (
            reverse("registers:list", args=["statement"]),
            reverse("registers:entry", args=["statement", values.number]),
        ):
            assert "记录核心价值观的“客户服务声明”早于现行核心价值观" in client.get(page).content.decode()
        service = queries.in_force(terms.SERVICE)
        assert service is not None
        take(cast.supervisor, service, "new_version")
        second = Entry.objects.get(register=terms.STATEMENT, state="draft")
        take(cast.supervisor, second, "submit")
        take(cast.mgmt_rep, second, "approve", effective_on=today())
        assert queries.older_than_values() == []
    assert Event.objects.filter(stream_id=values.pk, kind="statement.approved").count() == 1


@pytest.mark.req("VL-01")
@pytest.mark.django_db(transaction=True)
def test_of_two_approved_at_once_one_supersedes_the_other(cast: Cast) -> None:
    first = drafted(cast, terms.PURPOSE)
    second = opened(cast.supervisor, terms.STATEMENT, **examples.values_of(terms.PURPOSE))
    for entry in (first, second):
        take(cast.supervisor, entry, "submit")
    gate, failed = Barrier(2), []

    def approve(entry: Entry) -> None:
        try:
            with acting_for(cast.organisation_id):
                gate.wait(20)
                take(cast.top_mgmt, entry, "approve", effective_on=today())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=approve, args=(entry,)) for entry in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    rows = Entry.objects.filter(pk__in=[first.pk, second.pk])
    assert sorted((row.state, row.codes["edition"]) for row in rows) == [("in_force", 2), ("superseded", 1)]


def test_an_example_is_a_draft_and_begun_once(cast: Cast, client: Any, sign_in: Any) -> None:
    sign_in(cast.supervisor)
    answer = client.post(reverse("leadership:adopt", args=[terms.POLICY]))
    entry = Entry.objects.get()
    assert answer.headers["Location"] == reverse("registers:entry", args=["statement", entry.number])
    assert entry.state == "draft"
    assert client.post(reverse("leadership:adopt", args=[terms.POLICY])).status_code == 409
    assert client.post(reverse("leadership:adopt", args=["nothing"])).status_code == 404
    sign_in(cast.frontline)
    assert client.post(reverse("leadership:adopt", args=[terms.VISION])).status_code == 403
    assert Entry.objects.count() == 1


@pytest.mark.req("VL-02")
def test_where_one_person_works_alone_a_warning_stands_in_the_history(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_roots(cast)
    entry = drafted(cast, terms.VALUES)
    take(cast.supervisor, entry, "hear", leaders=[], staff=[], opinions="用户：希望有人负责到底")
    monkeypatch.setattr(alone, "works_alone", lambda: True)
    assert take(cast.supervisor, entry, "submit").state == "submitted"
    event = Event.objects.get(stream_id=entry.pk, kind="statement.submitted")
    assert event.body[alone.WARNINGS] == ["drafted_alone"]
    assert alone.warning_words(event.body) == ["没有其他人共同起草"]
