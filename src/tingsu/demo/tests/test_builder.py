"""The demo is built by the real actions, whole case by whole case, and can be stopped and called again."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import State
from tingsu.demo import builder, company, story
from tingsu.demo.models import BuiltCase
from tingsu.demo.plans import ARCS, WAITS, make_plans, showcase_plans
from tingsu.demo.staff import Staff
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter, Notice
from tingsu.people.models import Member, Post, Unit
from tingsu.settlement.models import Approval, PartyOpinion


def quiet(number: int, total: int) -> None:
    """Progress nobody watches."""


def test_the_company_is_founded_once(demo: tuple[Any, datetime]) -> None:
    counts = [model.objects.count() for model in (Unit, Member, Post)]
    company.hire_everybody(company.demo_organisation(company.present()))
    assert [model.objects.count() for model in (Unit, Member, Post)] == counts


def test_a_case_can_be_found_in_every_state_and_stands_there_by_its_own_history(demo: tuple[Any, datetime]) -> None:
    organisation, anchor = demo
    plans = list(showcase_plans(seed=builder.SEED, anchor=anchor))[:12]
    builder._build(organisation, plans, quiet)
    assert Counter(Complaint.objects.values_list("state", flat=True)) == Counter(dict.fromkeys(State.values, 1))
    for complaint in Complaint.objects.all():
        events = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))
        assert events[0].kind == "complaint.registered"
        assert [event.at for event in events] == sorted(event.at for event in events)
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
    assert not Promise.objects.filter(ended_at=None, due_at__lt=company.present()).exists()
    assert not Letter.objects.filter(state=Letter.State.QUEUED).exclude(failure="quiet").exists()
    yesterday = company.present() - timedelta(days=1, minutes=5)
    unread = Notice.objects.filter(stream_id__isnull=False, read_at__isnull=True, created_at__lt=yesterday)
    assert not unread.exists()


def test_a_solution_waits_for_whoever_may_approve_it(demo: tuple[Any, datetime]) -> None:
    """The page of approvals is not empty for the supervisor who opens the demo, on whatever day."""
    _organisation, anchor = demo
    plan = next(p for p in showcase_plans(seed=builder.SEED, anchor=anchor) if p.hold == WAITS)
    built = builder.build_case(plan, Staff(), until=company.present())
    approval = Approval.objects.get(complaint=built, decision="")
    assert "supervisor" in approval.roles
    assert not approval.own_authority


def test_everybody_has_confirmed_their_posts(demo: tuple[Any, datetime]) -> None:
    assert Post.objects.exists()
    assert not Post.objects.filter(confirmed_at=None).exists()


@pytest.mark.req("FB-01", "IV-07")
def test_the_shop_complained_about_is_heard_and_agrees_as_well(demo: tuple[Any, datetime]) -> None:
    _organisation, anchor = demo
    plans = make_plans(seed=builder.SEED, anchor=anchor, count=200)
    plan = next(p for p in plans if p.respondent and p.arc == "agreed" and anchor - p.received_at > timedelta(days=30))
    complaint = builder.build_case(plan, Staff(), until=company.present())
    assert complaint is not None
    respondent = Party.objects.get(complaint=complaint, role="respondent")
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.facts_added", actor_id=respondent.pk).exists()
    assert PartyOpinion.objects.get(party=respondent).agrees


@pytest.mark.req("RG-01")
def test_whoever_speaks_for_a_complainant_answers_for_them(demo: tuple[Any, datetime]) -> None:
    _organisation, anchor = demo
    plans = make_plans(seed=builder.SEED, anchor=anchor, count=400)
    plan = next(p for p in plans if p.agent and p.mode != "phone" and p.arc == "agreed")
    complaint = builder.build_case(plan, Staff(), until=company.present())
    assert complaint is not None
    agent = Party.objects.get(complaint=complaint, role="agent")
    assert Event.objects.filter(stream_id=complaint.pk, actor_id=agent.pk).exists()


def test_a_demo_left_alone_says_so(demo: tuple[Any, datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    _organisation, anchor = demo
    plan = next(p for p in showcase_plans(seed=builder.SEED, anchor=anchor) if p.hold == "registered")
    builder.build_case(plan, Staff(), until=company.present())
    assert builder.idle_since() is None
    later = company.present() + timedelta(days=3)
    monkeypatch.setattr(company, "present", lambda: later)
    assert builder.idle_since() == plan.received_at


def test_every_course_can_be_walked_to_its_end(demo: tuple[Any, datetime]) -> None:
    """A step that asks for something new would silently leave whole courses out of the demo."""
    _organisation, anchor = demo
    plans = make_plans(seed=builder.SEED, anchor=anchor, count=120)
    old = iter([p for p in plans if p.arc == "agreed" and anchor - p.received_at > timedelta(days=45)])
    courses = {arc: replace(next(old), arc=arc, difficult=arc in {"mediated", "outside_decision"}) for arc in ARCS}
    courses |= {arc: next(p for p in plans if p.arc == arc) for arc in ("not_ours", "high_risk", "upgraded")}
    against_rules = next(p for p in plans if p.family.risk == "penalty" and not p.urgent_topic)
    courses["against rules"] = replace(against_rules, key="rules", arc="high_risk", high_risk=True)
    left_out = [arc for arc, plan in courses.items() if builder.build_case(plan, Staff(), until=anchor) is None]
    assert left_out == []


def test_who_was_given_something_shortly_before_is_not_left_out(demo: tuple[Any, datetime]) -> None:
    """Two small sums to one person go beyond the front line together: the second takes the long way, as at a real desk."""
    _organisation, anchor = demo
    plans = make_plans(seed=builder.SEED, anchor=anchor, count=200)
    fits = (p for p in plans if p.arc == "direct" and 100_00 < (p.demands[0][1] or 0) <= 200_00)
    first = next(p for p in fits if not p.anonymous and anchor - p.received_at > timedelta(days=60))
    again = replace(first, key="again", received_at=first.received_at + timedelta(days=5), order="")
    built = [builder.build_case(plan, Staff(), until=company.present()) for plan in (first, again)]
    assert all(built)
    ways = [Event.objects.filter(stream_id=one.pk, kind="complaint.solved_directly").count() for one in built if one]
    assert ways == [1, 0]


def test_building_again_adds_nothing(demo: tuple[Any, datetime]) -> None:
    organisation, anchor = demo
    plans = list(showcase_plans(seed=builder.SEED, anchor=anchor))[:2]
    builder._build(organisation, plans, quiet)
    events = Event.objects.count()
    builder._build(organisation, plans, quiet)
    assert Complaint.objects.count() == BuiltCase.objects.count() == 2
    assert Event.objects.count() == events


def test_a_history_that_is_complete_is_left_alone(demo: tuple[Any, datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    _organisation, anchor = demo
    builder.build_case(next(showcase_plans(seed=builder.SEED, anchor=anchor)), Staff(), until=company.present())
    monkeypatch.setattr(builder, "make_plans", None)
    builder.build_rest(quiet, total=1)
    assert Complaint.objects.count() == 1


def test_a_case_that_is_refused_on_its_way_leaves_nothing(
    demo: tuple[Any, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    _organisation, anchor = demo
    plan = next(showcase_plans(seed=builder.SEED, anchor=anchor))
    monkeypatch.setattr(builder, "tell", lambda walk: iter([walk.move("analyst", "close", walk.at)]))
    assert builder.build_case(plan, Staff(), until=company.present()) is None
    assert Complaint.objects.count() == BuiltCase.objects.count() == 0
    monkeypatch.setattr(builder, "tell", story.tell)
    assert builder.build_case(plan, Staff(), until=company.present()) is not None


def test_a_killed_build_leaves_no_half_case(demo: tuple[Any, datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    _organisation, anchor = demo
    plan = next(showcase_plans(seed=builder.SEED, anchor=anchor))

    def killed(walk: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(builder, "tell", killed)
    with contextlib.suppress(KeyboardInterrupt):
        builder.build_case(plan, Staff(), until=company.present())
    assert Complaint.objects.count() == BuiltCase.objects.count() == 0


def test_the_demo_keeps_away_from_a_database_that_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/production")
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("demo_data", "--first")


def test_the_analyst_cannot_close_a_case_in_the_demo_either(demo: tuple[Any, datetime]) -> None:
    _organisation, anchor = demo
    plan = next(p for p in showcase_plans(seed=builder.SEED, anchor=anchor) if p.hold == "evaluating")
    complaint = builder.build_case(plan, Staff(), until=company.present())
    assert complaint is not None
    from tingsu.complaints.actions import take_step

    with pytest.raises(NotAllowed):
        take_step(actor=Staff().actor("analyst"), complaint_id=complaint.pk, step="close", values={})
