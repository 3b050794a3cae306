"""Interests declared on a page of one's own, and checked at every act (IV-03, VL-10)."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tests.doors import desk
from tingsu.complaints.independence import dependence_of, dependents
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import directory
from tingsu.people.actions.interests import declare_interest, end_interest, running_of
from tingsu.people.models import Interest, Member
from tingsu.settlement.tests.journey import RESPONDENT, Journey, handled, registered


def declared(who: Person, **changes: Any) -> Interest:
    given = {"kind": "firm", "name": "速达快运", "words": "持股 5%"} | changes
    return declare_interest(actor=who.actor, **given)


def direct(cast: Cast, who: Person) -> set[str]:
    journey = registered(cast, **RESPONDENT)
    declared(who)
    return journey.refusal(
        who,
        "solve_directly",
        solution="已当场退款",
        remedies=[],
        bases=["law.consumer"],
        accepted_by="本人同意",
        proof="通话录音",
    )


def not_ours(cast: Cast, who: Person) -> set[str]:
    journey = registered(cast, **RESPONDENT)
    declared(who)
    values = {"reason": "不属受理范围", "out_of_scope": True, "bases": ["law.consumer"]}
    return journey.refusal(who, "answer_not_ours", **values)


def assign(cast: Cast, who: Person) -> set[str]:
    journey = registered(cast, **RESPONDENT)
    declared(who)
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.supervisor, "assign", member=str(who.id))
    return {one.code for one in refused.value.fields.values()}


def mediation(cast: Cast, who: Person) -> set[str]:
    journey = handled(cast, **RESPONDENT)
    declared(cast.mediator)
    return journey.refusal(journey.owner, "appoint_mediator", member=str(cast.mediator.id))


def approval(cast: Cast, who: Person) -> set[str]:
    journey = handled(cast, **RESPONDENT)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=8000_00)).step(
        journey.owner, "submit_solution"
    )
    declared(cast.supervisor)
    return journey.refusal(cast.supervisor, "approve")


def callback(cast: Cast, who: Person) -> set[str]:
    journey = handled(cast, **RESPONDENT)
    journey.offered().opinion().opinion(role="respondent").step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对").step(cast.supervisor, "verify_execution")
    journey.step(journey.owner, "notify_result", notice="退款已到账。")
    declared(cast.qa)
    return journey.refusal(cast.qa, "callback", reached="no", means="phone")


@pytest.mark.req("IV-03")
@pytest.mark.parametrize("act", [direct, not_ours, assign, mediation, approval, callback])
def test_a_declared_interest_keeps_one_out_of_each_act(cast: Cast, act: Any) -> None:
    assert "declared_interest" in act(cast, cast.specialist if act is not direct else cast.frontline)


@pytest.mark.req("IV-03")
def test_the_page_declares_and_shows_what_stands(cast: Cast) -> None:
    client, address = desk("specialist", cast, "en"), reverse("people:my_interests")
    wrong = client.post(address, {"kind": "firm", "name": "", "words": "shares"})
    assert wrong.status_code == 422
    assert b"shares" in wrong.content
    assert client.post(address, {"kind": "firm", "name": "速达 快运", "words": "持股 5%"}).status_code == 303
    assert "速达 快运" in client.get(address).content.decode()
    assert "速达 快运" not in desk("frontline", cast).get(address).content.decode()
    row = Interest.objects.get()
    assert "速达".encode() not in bytes(row.name)
    assert "速达" not in str(list(Event.objects.filter(kind="member.interest_declared").values_list("data", flat=True)))
    journey = registered(cast, respondent_name="速达快运", respondent_phone="13900133456")
    assert dependence_of(cast.specialist.id, frozenset(), journey.complaint) == "declared_interest"
    assert cast.specialist.id in dependents([Member.objects.get(pk=cast.specialist.id)], journey.complaint)


@pytest.mark.req("IV-03")
@pytest.mark.parametrize(
    ("kind", "name", "case", "excluded"),
    [
        ("firm", "速达快运", {"respondent_name": "速达快运", "respondent_phone": "13900133456"}, True),
        ("firm", "速达快运", {"respondent_name": "速达快递", "respondent_phone": "13900133456"}, False),
        ("person", "王小明", {"name": "王 小明"}, True),
        ("person", "王小明", {"name": "王小明明"}, False),
        ("person", "李建国", {"person_concerned": "仓库的 李建国，态度恶劣"}, True),
        ("person", "李建国", {"person_concerned": "仓库的张建国"}, False),
    ],
)
def test_names_are_compared_as_people_write_them(
    cast: Cast, kind: str, name: str, case: dict[str, str], excluded: bool
) -> None:
    declared(cast.specialist, kind=kind, name=name)
    journey = registered(cast, **case)
    assert (dependence_of(cast.specialist.id, frozenset(), journey.complaint) == "declared_interest") is excluded


@pytest.mark.req("IV-03")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "friend"}, "kind"), ({"name": ""}, "name"), ({"name": "王"}, "name"), ({"name": "长" * 81}, "name"), ({"words": ""}, "words"),
        ({"words": "长" * 301}, "words"), ({"kind": "unit"}, "unit"),
    ],
)  # fmt: skip
def test_what_says_too_little_or_too_much_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        declared(cast.specialist, **changes)
    assert set(refused.value.fields) == {field}
    assert not Interest.objects.exists()


@pytest.mark.req("IV-03")
def test_nobody_ends_their_own_and_nobody_without_the_right(cast: Cast) -> None:
    row = declared(cast.supervisor)
    for who in (cast.supervisor, cast.specialist, cast.auditor):
        with pytest.raises(NotAllowed):
            end_interest(actor=who.actor, interest_id=row.pk, reason="已转让")
    assert running_of(cast.supervisor.id)
    with pytest.raises(InvalidInput):
        end_interest(actor=cast.mgmt_rep.actor, interest_id=row.pk, reason=" ")
    client = desk("mgmt_rep", cast)
    assert client.get(reverse("people:interests", args=[cast.supervisor.id])).context["may_end"]
    assert client.post(reverse("people:end_interest", args=[row.pk]), {"reason": "股份已转让"}).status_code == 303
    assert running_of(cast.supervisor.id) == []
    assert Member.objects.get(pk=cast.supervisor.id).interests == []
    assert list(verify_organisation(Tally())) == []


def test_declared_twice_stands_once_and_others_are_not_declared_for(cast: Cast) -> None:
    declared(cast.specialist)
    with pytest.raises(InvalidInput):
        declared(cast.specialist, name="速达・快运")
    unit = cast.units["logistics"].pk
    declared(cast.specialist, kind="unit", unit_id=unit, name="")
    directory.forget_cached()
    assert len(Member.objects.get(pk=cast.specialist.id).interests) == 2
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        declare_interest(actor=replace(cast.specialist.actor, kind="token"), kind="firm", name="速达快运", words="持股")


@pytest.mark.req("IV-03")
def test_who_assigns_hears_of_the_cases_that_somebody_already_has(cast: Cast) -> None:
    journey: Journey = handled(cast, by=cast.specialist2, **RESPONDENT)
    handled(cast, by=cast.specialist2)
    declared(cast.specialist2)
    told = Notice.objects.filter(kind="case.interest_declared")
    assert {(one.member_id, one.stream_id) for one in told} == {(cast.supervisor.id, journey.complaint.pk)}
    with pytest.raises(ConditionsUnmet):
        journey.step(cast.specialist2, "draft_solution", **journey.solution()).step(
            cast.specialist2, "submit_solution"
        ).step(cast.specialist2, "send_solution")
