"""Edges of who decides about money and a solution, in tables asked of the functions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.letters.models import Letter, Notice
from tingsu.settlement import approval_card, authority, from_record, panels, waiting, wording
from tingsu.settlement.kinds import open_items_of
from tingsu.settlement.models import Approval, ExecutionItem, OutsideCase, PartyOpinion, Solution
from tingsu.settlement.rulebooks import bases
from tingsu.settlement.steps import approval, refusal
from tingsu.settlement.steps import solution as writing
from tingsu.settlement.tests.journey import MONDAY, RESPONDENT, Journey, handled, registered
from tingsu.settlement.tests.test_edges import AT, A, B, Row
from tingsu.settlement.workplace import paid_directly_today


@pytest.mark.req("XR-08")
@pytest.mark.parametrize(
    ("ways", "unmet"),
    [
        ("n a", set()), ("n", {"ways_missing"}), ("n a a", {"ways_missing"}), ("n a-", {"reason_missing"}), ("n a-x", set()),
        ("n-x a", {"negotiation_first"}),
    ],
)  # fmt: skip
def test_every_way_is_answered_once(monkeypatch: pytest.MonkeyPatch, ways: str, unmet: set[str]) -> None:
    codes = {"n": refusal.ways.NEGOTIATION, "a": "appeal"}
    monkeypatch.setattr(refusal.ways, "options", lambda province: tuple((code, code) for code in codes.values()))
    rows = [
        {"way": codes[one[0]], "result": "not_applicable" if "-" in one else "declined", "remark": one[2:]}
        for one in ways.split()
    ]
    assert {
        one.code for one in refusal.every_way_answered(Row(complaint=Row(province="")), Row(), {"ways": rows})
    } == unmet  # type: ignore[arg-type]


@pytest.mark.req("CA-30")
def test_commitments_are_told_from_their_day_on_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def one(kind: str, since: str, text: str = "x") -> dict[str, Any]:
        return {"kind": kind, "name": {"en": since}, "text": {"en": text} if text else "", "since": since}

    body = {"bases": [one("promise", "2026-03-01"), one("promise", "2026-03-03"), one("promise", "2026-03-04"), one("law", "2026-03-01"),
                      one("promise", "2026-03-02"), one("promise", "2026-03-02", "")]}  # fmt: skip
    monkeypatch.setattr(bases, "in_force", lambda: Row(body=body))
    found = [f"{row.since}" for row in bases.commitments(date(2026, 3, 3))]
    assert found == ["2026-03-03", "2026-03-02", "2026-03-01"]


def test_offers_stand_in_their_order_and_changes_are_those_since_the_version_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [Row(code=code, amount_fen=fen, due_on=None, position=place, shown=lambda name: "")
            for code, fen, place in (("b", 100, 2), ("c", None, 3), ("a", 200, 1))]  # fmt: skip
    monkeypatch.setattr(wording.Remedy, "of", lambda complaint, *, solution: rows if solution.version > 1 else [])
    monkeypatch.setattr(wording.remedies, "name_of", lambda code, *rest: code)
    versions = [
        Row(version=one, total_fen=fen, remedies_version=0, complaint=None) for one, fen in ((1, 0), (2, 300), (3, 300))
    ]
    assert [offer.name for offer in wording.offers_of(versions[1])] == ["a", "b", "c"]  # type: ignore[arg-type]
    monkeypatch.setattr(approval_card.Solution, "of", lambda complaint: versions)
    assert approval_card.changes_since(None, versions[0]) == []  # type: ignore[arg-type]
    assert approval_card.changes_since(None, versions[1])[1:] == ["+ a ¥2.00", "+ b ¥1.00", "+ c"]  # type: ignore[arg-type]
    (same,) = approval_card.changes_since(None, versions[2])  # type: ignore[arg-type]
    assert not same.startswith("+"), "nothing but words"


@pytest.mark.req("RM-01")
def test_the_first_proposal_counts_its_days_in_beijing(cast: Cast) -> None:
    journey = handled(cast)
    with travel_to(AT):
        first = from_record.first_proposal(journey.owner.actor, journey.complaint)
    assert first["remedies"], "the refund that was asked for"
    assert {line["due_on"] for line in first["remedies"]} == {date(2026, 3, 3) + timedelta(days=from_record.DAYS)}


@pytest.mark.req("FB-02")
def test_who_hears_of_sending_of_opinions_and_of_the_last_measure(cast: Cast) -> None:
    journey = handled(cast, **RESPONDENT)
    line = {"executor": str(cast.dept2.id), "due_on": journey.day()}
    offer = journey.solution(
        remedies=[
            line | {"code": "47", "amount": 100_00, "text": "退款"},
            line | {"code": "52", "text": "致歉", "executor": str(journey.owner.id)},
        ]
    )
    journey.step(journey.owner, "draft_solution", **offer).step(journey.owner, "submit_solution")
    journey.step(journey.owner, "send_solution")
    sent = set(Notice.objects.filter(kind="solution.sent").values_list("member_id", flat=True))
    assert cast.dept2.id in sent
    assert journey.owner.id not in sent
    journey.opinion(role="respondent")
    assert journey.complaint.waiting_on == "complainant", "the respondent does not answer for the complainant"
    journey.opinion()
    assert journey.complaint.waiting_on == "us"
    journey.step(journey.owner, "agree")
    assert (open_items_of(cast.dept2.id), open_items_of(journey.owner.id)) == (1, 1)
    money, words = sorted(journey.complaint_items(), key=lambda item: item.position)
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "finish_item", item=str(words.pk), proof="信", paid=1, means="original")
    assert set(refused.value.fields) == {"paid"}
    for item, told in ((words, 0), (money, 1)):
        who, paid = (cast.dept2, {"paid": 100_00, "means": "wallet"}) if item is money else (journey.owner, {})
        journey.step(who, "finish_item", item=str(item.pk), proof="回单", **paid)
        assert Notice.objects.filter(kind="execution.done").count() == told
    journey.step(cast.supervisor, "verify_item", item=str(money.pk), remark="核对")
    left = Promise.objects.filter(stream_id=journey.complaint.pk, kind="execution", ended_at=None)
    assert list(left.values_list("subject_id", flat=True)) == [words.pk], "each measure has its own limit"
    ExecutionItem.objects.update(state="open", current=False)
    assert open_items_of(cast.dept2.id) == 0


@pytest.mark.req("FB-03", "RM-10")
def test_each_version_has_its_own_letters_and_an_approval_the_marks_of_its_day(cast: Cast) -> None:
    journey = (
        handled(cast)
        .offered()
        .opinion("disagree", negotiable="yes")
        .step(cast.specialist2, "revise", counter_proposal="今天到账", refusal_reason="太慢")
    )
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=90_00)).step(
        journey.owner, "submit_solution"
    )
    journey.step(journey.owner, "send_solution")
    first, second = Solution.objects.order_by("version")
    for row in (first, second):
        row.complaint = journey.complaint
        (letter,) = {one["letter"].pk for one in panels._informed(journey.complaint, row) if one.get("letter")}
        assert Letter.objects.get(pk=letter).intent.startswith(f"solution:{row.version}:")
    another = handled(cast)
    another.step(another.owner, "draft_solution", **another.solution(amount=9000_00)).step(
        another.owner, "submit_solution"
    )
    Approval.objects.filter(decision="").update(marks=["crisis"], committed_fen=1)
    approval = Approval.objects.get(decision="")
    decider = next(
        one for one in (cast.supervisor, cast.mgmt_rep, cast.top_mgmt) if one.actor.has_role(*approval.roles)
    )
    another.step(decider, "approve", reason="同意")
    approval.refresh_from_db()
    assert (approval.marks, approval.committed_fen, approval.decided_by) == ([], 9000_00, decider.id)


@pytest.mark.req("FB-01", "OG-09")
def test_an_agent_reads_the_solution_instead_of_the_complainant(cast: Cast) -> None:
    journey = handled(cast, agent_name="王代理", agent_phone="13911112222").offered()
    letters = Letter.objects.filter(stream_id=journey.complaint.pk, intent__startswith="solution:")
    assert list(letters.values_list("party_id", flat=True)) == [journey.party("agent").id]


@pytest.mark.req("XR-08")
def test_a_refusal_waits_for_the_supervisor_unless_a_body_outside_still_decides(cast: Cast) -> None:
    complaint = registered(cast).complaint
    asked: list[tuple[dict[str, Any], str | None, bool]] = [
        ({"state": "handling", "ways_informed_at": AT}, None, False), ({"state": "external_route", "ways_informed_at": None}, None, False),
        ({"state": "external_route", "ways_informed_at": AT}, None, True), ({}, "filed", False), ({}, "ended", True), ({}, "offered", True),
    ]  # fmt: skip
    for columns, outside, waits in asked:
        Complaint.objects.filter(pk=complaint.pk).update(**columns or {"version": 9})
        OutsideCase.objects.all().delete()
        if outside:
            OutsideCase.objects.create(complaint=complaint, way="court", state=outside, opened_at=AT)
        assert list(waiting.refusals(cast.supervisor.actor)) == [("exhaust", complaint.pk)] * waits
        assert list(waiting.refusals(cast.specialist.actor)) == []


@pytest.mark.req("RM-09")
def test_what_was_paid_at_once_today_is_counted_for_each_person(cast: Cast) -> None:
    solved = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水"}
    journey: Journey = registered(cast, **RESPONDENT).step(
        cast.frontline,
        "solve_directly",
        **solved,
        remedies=[{"code": "47", "amount": 20_00, "text": "钱包"}],
        means="wallet",
    )
    assert list(PartyOpinion.objects.values_list("party__role", flat=True)) == ["complainant"], "nobody else accepted"
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert journey.at > MONDAY
    for person, at, paid in (
        (cast.frontline, journey.at, 20_00), (cast.frontline2, journey.at, 0), (cast.frontline, midnight - timedelta(seconds=1), 20_00),
        (cast.frontline, midnight, 0), (cast.frontline, journey.at - timedelta(days=1), 0),
    ):  # fmt: skip
        assert paid_directly_today(person.id, at) == paid
    assert not Promise.objects.filter(stream_id=journey.complaint.pk, kind="execution").exists()


@pytest.mark.req("OG-09", "G8", "RM-10")
@pytest.mark.parametrize("crisis", [False, True])
@pytest.mark.parametrize("major", [False, True])
@pytest.mark.parametrize("grade", ["high_risk", "general"])
def test_who_decides_alone_and_who_sits_over_a_solution(
    monkeypatch: pytest.MonkeyPatch, grade: str, major: bool, crisis: bool
) -> None:
    complaint: Any = Row(grade=grade, major=major, crisis=crisis)
    marks = [name for name, on in (("major", major), ("crisis", crisis), ("high_risk", grade == "high_risk")) if on]
    assert list(authority.marks_of(complaint)) == marks
    monkeypatch.setattr(authority, "approver_roles_for", lambda total, found, remedies: ("boss",))
    for within in (True, False):
        monkeypatch.setattr(authority, "within_authority", lambda *given, within=within: within)
        for role in ("boss", "clerk"):
            actor: Any = Row(has_role=lambda *roles, role=role: role in roles)
            alone = authority.may_decide_alone(actor, complaint, [], 1)
            assert alone is (within and (not marks or role == "boss")), "what is marked goes up"
    seated: list[Any] = []
    monkeypatch.setattr(authority.committee, "seated", lambda of, besides: seated.append(set(besides)) or [A])
    asked: Any = Row(complaint=complaint, asked_by=A, solution=Row(drafted_by=B))
    assert authority.sitting_on(asked) == ([A] if major else [])
    assert seated == ([{A, B}] if major else []), "neither who wrote it nor who submitted it"
    monkeypatch.setattr(authority.committee, "votes_needed", lambda sitting: sitting // 2 + 1)
    asked.votes = [{"member": str(A), "decision": "approved"}, {"member": str(B), "decision": "approved"}]
    assert authority.tally(asked, [A, UUID(int=3)]) == ({"approved": 1}, 2), "who has left is not counted"


@pytest.mark.req("OG-09", "G8")
def test_the_total_of_the_case_and_of_the_same_person_elsewhere_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """The roles above and the own authority are asked for 100 + 20 + 3, never for this version alone."""
    solution = Row(total_fen=100, drafted_by=B)
    request = Row(solution=solution, asked_by=A, related_fen=3)
    monkeypatch.setattr(approval.queries, "open_approval", lambda complaint: request)
    monkeypatch.setattr(approval.queries, "committed_fen", lambda complaint, besides: 20 if besides is solution else 99)
    monkeypatch.setattr(approval.Remedy, "of", lambda complaint, *, solution: [Row(code="52")])
    monkeypatch.setattr(approval.authority, "roles_above", lambda complaint, codes, total: (codes, total))
    for mine, role, unmet in (
        (True, True, []),
        (False, True, ["beyond_authority"]),
        (True, False, ["beyond_authority"]),
    ):
        asked: list[Any] = []
        monkeypatch.setattr(
            approval,
            "within_authority",
            lambda actor, step, codes, total, mine=mine, asked=asked: asked.append(total) or mine,
        )
        actor = Row(id=UUID(int=5), has_role=lambda *roles, role=role: role and roles == (["52"], 123))
        case: Any = Row(complaint=None, actor=actor)
        found = approval.within_own_authority(case, Row(name="approve"), None)  # type: ignore[arg-type]
        assert [one.code for one in found] == unmet
        assert asked == [123] * role
        for one in found:
            assert "1.23" in str(one)


@pytest.mark.req("FB-02", "T08")
def test_a_refused_solution_is_rejected_told_to_the_owner_and_has_the_whole_limit_where_it_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solution = Row(state="submitted")
    monkeypatch.setattr(
        approval, "_decide", lambda case, decision, reason: Row(solution=solution, asked_by=B, said=(decision, reason))
    )
    for due, anew in ((None, True), (AT - timedelta(seconds=1), True), (AT, True), (AT + timedelta(seconds=1), False)):
        done: list[Any] = []
        monkeypatch.setattr(approval, "settle", lambda case, one, state, done=done: done.append(state))
        monkeypatch.setattr(approval, "write_anew", lambda case, done=done: done.append("anew"))
        case: Any = Row(
            complaint=Row(owner_id=A), at=AT, running=lambda kind, due=due: Row(due_at=due) if due else None,
            tell=lambda whom, kind, done=done: done.append((whom, kind)),
        )  # fmt: skip
        approval.refuse_solution(case, {"reason": "不成比例"})
        assert done == ["rejected", *["anew"] * anew, ([A], "approval.refused")]


@pytest.mark.req("RM-03", "RM-10")
def test_what_a_new_version_goes_on_from_and_whether_one_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "first_proposal", lambda actor, complaint: {"first": True})
    monkeypatch.setattr(writing, "recurrence_options", lambda complaint: ((str(A), "N"), (str(B), "M")))
    monkeypatch.setattr(writing.DemandAnswer, "of", lambda complaint, *, solution: [])
    parts = [
        Row(code=code, amount_fen=None, for_form=str, executor_id=None, due_on=None, position=place)
        for place, code in ((2, "b"), (1, "a"), (3, "c"))
    ]
    monkeypatch.setattr(writing.Remedy, "of", lambda complaint, *, solution: parts)
    states = (None, "draft", "submitted", "approved", "sent", "agreed", "refused", "returned", "rejected", "replaced")
    found = {}
    for state in states:
        latest = Row(state=state, for_form=str, remedy_required=True, bases=[], recurrence_id=B, responses=[])
        monkeypatch.setattr(
            writing.queries, "latest_solution", lambda complaint, one=latest: one if one.state else None
        )
        told = writing.solution_to_go_on_from(None, None)  # type: ignore[arg-type]
        if "first" in told:
            assert told == {"first": True, "recurrence": str(A)}
        else:
            assert (told["recurrence"], [one["code"] for one in told["remedies"]]) == (str(B), ["a", "b", "c"])
        found[state] = ("first" in told, writing.nothing_written(None))  # type: ignore[arg-type]
    written = {"draft", "submitted", "approved"}
    assert found == {state: (state in {None, "rejected"}, state not in written) for state in states}
    for length, kept in ((writing.SHORT, writing.SHORT), (writing.SHORT + 1, writing.SHORT)):
        demand = Row(kind="refund", amount_fen=None, text=lambda length=length: "退" * length)
        label = writing.demand_label(None, demand).partition(" · ")[2]  # type: ignore[arg-type]
        assert (len(label), label.endswith("…")) == (kept, length > kept)
