"""Rounds and checks from the draw to the second look: who checks whom, what a mark rests on, what follows (QC-01, QC-02, QC-03, QC-10, AI-04)."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests.cast import Cast, Person
from tests.standing import kept
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.privacy.models import AccessEntry
from tingsu.quality import drawing, following, rounds, shown, tasks
from tingsu.quality.models import Framed, Result
from tingsu.quality.plans import plan_named
from tingsu.quality.scorecards import items
from tingsu.registers import queries
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
AT = local("2026-03-12 15:00")
MARCH = {"since": "2026-03-01", "until": "2026-03-12"}


@kept
def closed_cases(cast: Cast) -> list[uuid.UUID]:
    """Three closed complaints of two handlers, with verdicts."""
    with travel_to(local("2026-03-02 10:00")):
        made = [
            a_case(who, order_number=f"2611020{n}")
            for n, who in enumerate((cast.frontline, cast.frontline, cast.frontline2))
        ]
    return [one.pk for one in made]


def close(ids: list[uuid.UUID]) -> list[Complaint]:
    Complaint.objects.filter(pk__in=ids).update(state="closed", closed_at=AT - timedelta(hours=2), verdict="unfounded")
    return list(Complaint.objects.filter(pk__in=ids).order_by("pk"))


def a_round(who: Person, plan: str, **more: Any) -> Entry:
    values = {"about": "三月", "plan": plan, **MARCH, "owner": str(who.id), **more}
    made = open_entry(actor=who.actor, register=registers()[rounds.NAME], opening=Opening(values=values))
    rounds.open_checks(made.pk)
    return made


def take(who: Any, entry: Entry, name: str, **values: Any) -> Entry:
    fresh = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(
        actor=getattr(who, "actor", who), entry=fresh, register=registers()[entry.register], step=name, values=values
    )


def wrong_entries() -> list[str]:
    """What `verify` finds of entries; the cases were closed here without their steps."""
    return [one.sentence for one in verify_organisation(Tally()) if one.table.startswith("registers")]


def marks(card: str = "conduct", **given: str) -> list[dict[str, Any]]:
    return [
        {
            "item": one.code,
            "mark": given.get(one.code.replace("-", ""), "2"),
            "remark": "通话第 3 分钟" if one.code.replace("-", "") in given else "",
        }
        for one in items(card)
    ]


def finding(who: Person, severity: str = "minor") -> dict[str, str]:
    return {
        "what": "打断用户三次",
        "severity": severity,
        "correction": "向用户致歉并复训",
        "who": str(who.id),
        "until": "2026-03-20",
    }


@pytest.mark.req("QC-01", "AI-04")
def test_a_draw_is_proved_repeated_and_never_given_to_who_took_part(cast: Cast) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        close(ids)
        made = a_round(cast.qa, "CJ-1")
        assert (made.codes["framed"], made.codes["drawn"]) == (3, 3)
        assert rounds.redrawn(Entry.objects.select_related("stream").get(pk=made.pk))
        checks = rounds.checks_of(made)
        assert {one.owner_id for one in checks} == {cast.qa.id}
        assert {one.codes["handler"] for one in checks} == {str(cast.frontline.id), str(cast.frontline2.id)}
        assert rounds.open_checks(made.pk) == [], "run twice it opens nothing twice"
        assert Promise.objects.filter(stream_id=checks[0].pk, kind="quality_check_due", ended_at=None).exists()
        Framed.objects.filter(round_id=made.pk, complaint_id=ids[0]).update(weight=9)
        assert not rounds.redrawn(Entry.objects.select_related("stream").get(pk=made.pk)), (
            "a frame changed behind the ledger is told"
        )
        # whoever did something on a case never gets it, whatever the role
        Complaint.objects.filter(pk=ids[0]).update(owner_id=cast.qa.id)
        other = a_round(cast.supervisor, "CJ-1")
        by_case = {one.codes["case"]: one.owner_id for one in rounds.checks_of(other)}
        assert by_case[str(ids[0])] not in {cast.qa.id, cast.frontline.id, None}
        mine = next(one for one in rounds.checks_of(made) if one.codes["case"] == str(ids[0]))
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.qa, mine, "score", scores=marks())
        assert [one.code for one in refused.value.unmet] == ["own_case"]
        for wrong in ({"since": "2026-03-12", "until": "2026-03-01"}, {"plan": "ZZ-9"}):
            with pytest.raises(InvalidInput):
                a_round(cast.qa, "CJ-1", **wrong) if "plan" not in wrong else a_round(cast.qa, wrong["plan"])
        with pytest.raises(NotAllowed):
            a_round(cast.frontline, "CJ-1")
        # by risk only cases with a sign; automatic ones where a program decided; verdicts only where there is one
        assert a_round(cast.qa, "CJ-2").codes.get("framed", 0) == 0
        Complaint.objects.filter(pk=ids[1]).update(repeat_count=3, grade="high_risk", verdict="")
        risky = a_round(cast.qa, "CJ-2")
        assert [(one.complaint_id, one.weight) for one in Framed.objects.filter(round_id=risky.pk)] == [(ids[1], 2)]
        assert not next(iter(rounds.checks_of(risky))).codes.get("fair")
        assert a_round(cast.qa, "FH-1").codes["framed"] == 2
        plan = plan_named("CJ-3")
        assert plan is not None
        assert drawing.frame_of(plan, date(2026, 3, 1), date(2026, 3, 12)) == []
        event = Event.objects.filter(stream_id=ids[2], kind="complaint.registered").get()
        Event(stream_id=ids[2], seq=900, kind=event.kind, at=AT, actor_kind="token", hash=b"x").save(force_insert=True)
        assert [one.id for one in drawing.frame_of(plan, date(2026, 3, 1), date(2026, 3, 12))] == [ids[2]]


@pytest.mark.req("AI-04")
@pytest.mark.parametrize(
    ("kind", "who", "audited"),
    [
        ("complaint.closed", "system", True), ("complaint.graded", "system", True), ("complaint.graded", "token", True),
        ("complaint.registered", "token", True), ("complaint.registered", "system", False), ("complaint.noted", "token", False),
        ("complaint.graded", "member", False),
    ],
)  # fmt: skip
def test_what_programs_and_the_system_decide_is_drawn_for_audit_like_the_work_of_staff(
    cast: Cast, kind: str, who: str, audited: bool
) -> None:
    one = a_case(cast.frontline).pk
    before = drawing.automatically_decided([one])
    Event(stream_id=one, seq=900, kind=kind, at=AT, actor_kind=who, hash=b"x").save(force_insert=True)
    assert (before, drawing.automatically_decided([one])) == (set(), {one} if audited else set())


@pytest.mark.req("QC-01")
def test_each_plan_draws_once_when_its_period_is_over(cast: Cast) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        Complaint.objects.filter(pk__in=ids).update(
            state="closed", closed_at=local("2026-02-27 10:00"), verdict="founded"
        )
    with travel_to(local("2026-03-16 02:30")):
        made = rounds.draw_owed()
        assert {one.codes["plan"]: (one.codes["since"], one.codes["until"]) for one in made} == {
            "CJ-1": ("2026-02-01", "2026-02-28"), "CJ-2": ("2026-02-01", "2026-02-28"), "CJ-3": ("2026-02-01", "2026-02-28"),
            "XJ-1": ("2026-03-09", "2026-03-15"), "JZ-1": ("2025-10-01", "2025-12-31"), "FH-1": ("2026-02-01", "2026-02-28"),
            "NS-1": ("2025-10-01", "2025-12-31"),
        }  # fmt: skip
        assert {one.codes["plan"]: one.owner_id for one in made}["NS-1"] == cast.supervisor.id
        assert rounds.draw_owed() == []
        assert wrong_entries() == []


@pytest.mark.req("QC-02", "QC-03")
def test_a_case_is_marked_told_answered_corrected_and_looked_at_again(cast: Cast, sign_in: Any) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        close(ids)
        made = a_round(cast.qa, "CJ-1")
        check = next(one for one in rounds.checks_of(made) if one.codes["case"] == str(ids[0]))
        with pytest.raises(ConditionsUnmet):
            take(cast.qa, made, "conclude", findings="好")
        bare = marks(XW1="0")
        bare[0]["remark"] = ""
        for wrong in (marks()[:-1], [*marks(), marks()[0]], bare):
            with pytest.raises(InvalidInput):
                take(cast.qa, check, "score", scores=wrong)
        with pytest.raises(InvalidInput):
            take(cast.qa, check, "score", scores=marks(XW6="0"))  # failed, and nothing to correct
        with pytest.raises(NotFound):
            take(cast.frontline, check, "answer", stance="accepts", answer="好")
        seen = [{**one, "event": "1"} for one in marks(XW6="0")]
        check = take(cast.qa, check, "score", scores=seen, findings=[finding(cast.frontline, "serious")])
        assert (check.state, check.codes["percent"], check.codes["passed"]) == ("correcting", 90, False)
        page = sign_in(cast.frontline).get(f"/desk/records/quality_check/{check.number}/").content.decode()
        assert "打断用户三次" in page
        assert "1 · 03-02" in page, "the event it rests on stands in words"
        assert Notice.objects.filter(member_id=cast.frontline.id, kind="quality_check.scored").exists()
        owed = Promise.objects.get(stream_id=check.pk, kind="quality_correction", ended_at=None)
        assert (owed.owner_id, owed.due_at.astimezone(AT.tzinfo).date()) == (cast.frontline.id, date(2026, 3, 20))
        found = following.open_nonconformity(check.pk, 0)
        assert found is not None
        assert (found.codes["source"], found.codes["person"]) == ("quality_check", str(cast.frontline.id))
        assert found.owner_id == cast.supervisor.id
        assert following.open_nonconformity(check.pk, 0) is None
        # the handler objects: somebody else than the reviewer rules, and only once
        check = take(cast.frontline, check, "answer", stance="objects", answer="用户挂断重拨")
        assert check.state == "disputed"
        assert (
            Promise.objects.get(stream_id=check.pk, kind="quality_ruling", ended_at=None).owner_id == cast.supervisor.id
        )
        with pytest.raises(ConditionsUnmet):
            take(cast.qa, check, "rule", scores=marks(), ruling="成立")
        check = take(cast.supervisor, check, "rule", scores=marks(XW6="1"), ruling="部分成立")
        assert (check.state, check.codes["percent"], check.codes["passed"]) == ("correcting", 95, True)
        assert Result.objects.get(pk=check.pk).percent == 95
        with pytest.raises((ConditionsUnmet, NotFound)):
            take(cast.frontline, check, "answer", stance="objects", answer="再说一次")
        check = take(cast.frontline, check, "correct", finding="0", done_on="2026-03-12", result="已致歉")
        assert check.state == "recheck"
        with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
            take(cast.frontline, check, "confirm", again="好")
        check = take(cast.qa, check, "insist", again="录音里没有致歉", again_by="2026-03-25")
        owed = Promise.objects.get(stream_id=check.pk, kind="quality_correction", ended_at=None)
        assert owed.due_at.astimezone(AT.tzinfo).date() == date(2026, 3, 25)
        check = take(cast.supervisor, check, "correct", finding="0", done_on="2026-03-12", result="代为致歉")
        with pytest.raises(ConditionsUnmet):
            take(cast.supervisor, check, "confirm", again="好")  # whoever corrected does not look again
        check = take(cast.qa, check, "confirm", again="已核对录音")
        assert check.state == "done"
        assert not Promise.objects.filter(stream_id=check.pk, ended_at=None).exists()
        for other in rounds.checks_of(made):
            if other.state == "open":
                take(cast.qa, other, "score", scores=marks())
        entry = take(
            cast.qa,
            made,
            "conclude",
            findings="打断用户",
            actions=[{"what": "复训", "who": str(cast.coach.id), "until": "2026-04-01"}],
        )
        assert (entry.codes["checked"], entry.codes["passed"], entry.codes["percent"]) == (3, 3, 98)
        with pytest.raises((ConditionsUnmet, NotAllowed)):
            take(cast.qa, made, "accept")
        take(cast.supervisor, made, "accept")
        entry = take(cast.coach, made, "finish_action", action="0", done_on="2026-03-12", result="已复训")
        assert entry.state == "closed"
        lines = {one["who"]: one for one in shown.handlers()}
        assert [(one["number"], one["good"], one["mean"]) for one in lines.values()] == [(2, 2, None), (1, 1, None)]
        Result.objects.bulk_create(
            Result(
                complaint_id=ids[0],
                kind="sample",
                handler_id=cast.frontline.id,
                percent=p,
                passed=True,
                fair=fair,
                on=date(2026, 3, 1),
            )
            for p, fair in [(80, True)] * 8 + [(0, False)] * 5
        )
        mean = next(one for one in shown.handlers() if one["number"] == 10)
        assert (mean["mean"], mean["low"] < 83 < mean["high"]) == (83.5, True), "what was drawn by risk is not averaged"
        page = sign_in(cast.supervisor).get("/desk/records/quality_round/").content.decode()
        assert "CJ-1" in page
        assert "83.5" in sign_in(cast.supervisor).get("/desk/records/quality_check/").content.decode()
        assert wrong_entries() == []


@pytest.mark.req("QC-01")
def test_two_reviewers_mark_blind_until_both_have(cast: Cast, sign_in: Any) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        close(ids[:1])
        made = a_round(cast.qa, "JZ-1")
        first, second = sorted(rounds.checks_of(made), key=lambda one: one.owner_id != cast.qa.id)
        assert (first.owner_id, second.owner_id) == (cast.qa.id, cast.supervisor.id)
        with pytest.raises(ConditionsUnmet):
            take(cast.qa, second, "score", scores=marks())  # not the copy given to them
        take(cast.qa, first, "score", scores=marks(XW1="1"))
        following.open_up(made.pk, ids[0])
        for person, status in ((cast.supervisor, 404), (cast.auditor, 404), (cast.qa, 200)):
            client = sign_in(person)
            assert client.get(f"/desk/records/quality_check/{first.number}/").status_code == status, person.username
            listed = client.get("/desk/records/quality_check/").content.decode()
            assert (first.number in listed) is (status == 200)
            page = client.get(f"/desk/records/quality_round/{made.number}/").content.decode()
            assert (f"/quality_check/{first.number}/" in page) is (status == 200)
        assert not Notice.objects.filter(member_id=cast.frontline.id, kind="quality_check.scored").exists()
        take(cast.supervisor, second, "score", scores=marks(XW1="1", XW2="0", XW3="1"), findings=[])
        following.open_up(made.pk, ids[0])
        assert {one.state for one in rounds.checks_of(made)} == {"done"}
        assert sign_in(cast.supervisor).get(f"/desk/records/quality_check/{first.number}/").status_code == 200
        told = shown.reviewers_agree()
        assert (told["pairs"], told["same"]) == (1, None)
        assert told["alpha"] == pytest.approx(1 - 17 * 365 / 9180)
        assert shown.handlers() == [], "a calibration says nothing of the handler"


@pytest.mark.req("QC-10")
def test_a_verdict_that_does_not_stand_is_a_nonconformity_and_handled_anew(cast: Cast, sign_in: Any) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        close(ids)
        made = a_round(cast.qa, "FH-1")
        one, two, three = rounds.checks_of(made)
        page = sign_in(cast.qa).get(f"/desk/records/quality_check/{one.number}/").content.decode()
        assert "页面一直是" in page, "what was said stands there"
        assert "不成立" not in page[page.index('id="evidence-title"') : page.index('id="history-title"')]
        take(cast.qa, one, "judge", own_verdict="unfounded", own_reason="物流签收单")
        AccessEntry(
            at=AT, actor_kind="member", actor_id=cast.qa.id, stream_id=uuid.UUID(two.codes["case"]), what="opened"
        ).save(force_insert=True)
        two = take(cast.qa, two, "judge", own_verdict="founded", own_reason="监控无投递")
        assert (two.state, two.codes.get("blind")) == ("differs", False)
        owed = Promise.objects.get(stream_id=two.pk, kind="quality_ruling", ended_at=None)
        assert owed.owner_id == cast.supervisor.id, "owed by somebody who may rule, never by the reviewer"
        assert Entry.objects.get(pk=one.pk).codes["blind"] is True
        with pytest.raises((ConditionsUnmet, NotAllowed)):
            take(cast.qa, two, "decide", stands="falls", worse_off="yes", ruling="x")
        two = take(cast.supervisor, two, "decide", stands="falls", worse_off="yes", ruling="证据不足以认定签收")
        assert (two.state, two.codes["passed"]) == ("done", False)
        found = following.open_nonconformity(two.pk, -1)
        assert found is not None
        with override("en"):
            assert (
                "does not stand"
                in (Entry.objects.select_related("stream").get(pk=found.pk).worded_or_none() or {})["description"]
            )
        anew = following.handle_anew(two.pk)
        assert anew is not None
        before = Complaint.objects.get(pk=two.codes["case"])
        assert ComplaintLink.objects.filter(complaint=anew, other=before).exists()
        assert anew.owner_id != before.owner_id, "somebody else handles it anew"
        assert following.handle_anew(two.pk) is None
        three = take(cast.qa, three, "judge", own_verdict="founded", own_reason="单据")
        take(cast.supervisor, three, "decide", stands="stands", ruling="新证据在后")
        assert not EntryLink.objects.filter(other_id=three.pk, kind="follows").exists(), (
            "a verdict that stands is no nonconformity"
        )
        assert not EntryLink.objects.filter(entry_id=three.pk, kind="became").exists()
        told = shown.verdicts_stand()
        assert (told["judged"], told["agreed"]) == (3, 1)
        assert wrong_entries() == []


@pytest.mark.req("QC-01")
def test_a_patrol_walks_open_cases_by_one_key(cast: Cast, sign_in: Any) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        made = a_round(cast.qa, "XJ-1")
        checks = rounds.checks_of(made)
        assert {one.codes["case"] for one in checks} == {str(one) for one in ids}
        client = sign_in(cast.qa)
        page = client.get(f"/desk/records/quality_check/{checks[0].number}/").content.decode()
        assert 'data-key="n"' in page
        take(cast.qa, checks[0], "look")
        take(cast.qa, checks[1], "look", findings=[finding(cast.frontline)], seen="未回访")
        assert [Entry.objects.get(pk=one.pk).state for one in checks] == ["done", "correcting", "seeing"]


@pytest.mark.req("QC-01", "QC-02")
def test_a_case_chosen_by_hand_is_not_fair_and_nobody_drops_the_check_of_own_work(cast: Cast) -> None:
    ids = closed_cases(cast)
    with travel_to(AT):
        one, *_others = close(ids)
        values = {
            "about": "复听", "kind": "sample", "plan": "CJ-1", "card": "conduct", "number": one.number, "due_on": "2026-03-20",
        }  # fmt: skip
        check = open_entry(actor=cast.qa.actor, register=registers()["quality_check"], opening=Opening(values=values))
        assert not check.codes.get("fair"), "whoever opens a check by hand has chosen the case"
        Complaint.objects.filter(pk=one.pk).update(owner_id=cast.supervisor.id)
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.supervisor, check, "drop", reason="不必查")
        assert [unmet.code for unmet in refused.value.unmet] == ["own_case"]
        take(cast.qa, check, "score", scores=marks(XW1="1"))
        assert shown.handlers() == []
        # a leader marks, the handler objects: another leader rules
        Complaint.objects.filter(pk=one.pk).update(owner_id=cast.frontline.id)
        check = open_entry(
            actor=cast.supervisor.actor, register=registers()["quality_check"], opening=Opening(values=values)
        )
        take(cast.supervisor, check, "score", scores=marks(XW1="1"))
        take(cast.frontline, check, "answer", stance="objects", answer="已致歉")
        owed = Promise.objects.get(stream_id=check.pk, kind="quality_ruling", ended_at=None)
        assert owed.owner_id not in {cast.supervisor.id, cast.frontline.id}


@pytest.mark.req("QC-01")
def test_a_calibration_goes_on_without_a_reviewer_whose_check_is_given_up(cast: Cast, monkeypatch: Any) -> None:
    ids = closed_cases(cast)
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.open_up, "defer", lambda **given: asked.append(given))
    with travel_to(AT):
        close(ids[:1])
        made = a_round(cast.qa, "JZ-1")
        first, second = sorted(rounds.checks_of(made), key=lambda one: one.owner_id != cast.qa.id)
        before = counts_for(cast.supervisor)
        take(cast.qa, first, "score", scores=marks(XW1="1"))
        assert counts_for(cast.qa)["passed"] == {"yes": 1}
        assert "passed" not in counts_for(cast.supervisor), "no count tells what the other has marked"
        assert before["kind"] == {"calibration": 2}
        assert counts_for(cast.supervisor)["kind"] == {"calibration": 1}
        take(cast.mgmt_rep, second, "drop", reason="休假")
        assert len(asked) == 2
        following.open_up(uuid.UUID(asked[-1]["round_id"]), uuid.UUID(asked[-1]["case"]))
        assert Entry.objects.get(pk=first.pk).state == "done"
        assert take(cast.qa, made, "conclude", findings="一人评分").state == "concluded"


def counts_for(person: Person) -> dict[str, dict[str, int]]:
    """What the list of checks counts for somebody, by filter."""
    register = registers()["quality_check"]
    found = queries.counted(person.actor, register, register.filters)
    return {name: dict(values) for name, values in found.items() if values}
