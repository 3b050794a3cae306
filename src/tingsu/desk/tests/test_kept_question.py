"""The first page of a plain tab and its numbers are kept questions (`kernel.shapes`): they find what the plain ones find, whenever asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from tests.cast import Cast
from tingsu.complaints import work_order
from tingsu.complaints.models import Complaint
from tingsu.desk import cases, question, queue
from tingsu.desk.question import Question, question_of
from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.actor import Actor
from tingsu.kernel.shapes import found_by, later, shaped
from tingsu.kernel.tenancy import acting_for

AT = local("2026-03-02 10:00")
DUE = (
    "2026-03-01 09:00",
    "2026-03-02 09:59",
    "2026-03-02 11:00",
    "2026-03-02 23:30",
    "2026-03-03 00:30",
    "2026-03-09 10:00",
)
TIMED = ("today", "late", "all")
PEOPLE = {"supervisor": (), "frontline": ("mine", "nothing"), "dept": ("all", "today", "high_risk")}
"""Who asks for which tabs; a supervisor for all."""
ASKED = ((AT, False), (AT, True), (local("2026-03-02 23:10"), False), (local("2026-03-03 01:00"), False))
"""When, and whether by the nearest limit alone."""


@pytest.fixture
def queued(cast: Cast) -> None:
    """Six cases about two midnights, two of them urgent or of high risk, some of other people."""
    for place, due in enumerate(DUE):
        case = a_case((cast.frontline, cast.frontline2)[place % 2])
        case.next_due_at = local(due)
        case.grade, case.urgency = ("high_risk" if place == 4 else "general"), ("urgent" if place == 2 else "normal")
        case.state = "routing" if place == 3 else case.state
        case.offered_member_id = cast.dept.id if place == 3 else None
        kept = ("next_due_at", "grade", "urgency", "state", "offered_member_id")
        found = {name: getattr(case, name) for name in kept} | {"work_key": work_order.work_key(case)}
        Complaint.objects.filter(pk=case.pk).update(**found)


def plain(known: Question, *, by_limit: bool) -> tuple[list[str], dict[str, int], dict[str, int]]:
    """The same by questions made for this person and this instant."""
    rows = known.ways if by_limit else known.walked
    tabs = {one.key: one.where for one in known.views if one.indexed and one.tab}
    groups = queue.group_conditions(known.at, by_limit=by_limit) if known.view is None or known.view.indexed else {}
    of_tabs = queue.counts(queue.counted(known.open_ways, where) for where in tabs.values())
    of_groups = queue.counts(queue.counted(known.ways, where) for where in groups.values())
    found = [one.number for one in queue.page_of(rows, by_limit=by_limit).rows]
    return found, dict(zip(tabs, of_tabs, strict=True)), dict(zip(groups, of_groups, strict=True))


@pytest.mark.usefixtures("queued")
def test_kept_questions_find_what_plain_ones_find(cast: Cast) -> None:
    seen: set[tuple[str, ...]] = set()
    with timezone.override("Asia/Shanghai"):
        for name, views in PEOPLE.items():
            actor = getattr(cast, name).actor
            for view in views or [one.key for one in queue.shipped_views(actor, AT)]:
                for at, by_limit in ASKED if view in TIMED else ASKED[:1]:
                    known = question_of(actor, QueryDict(f"view={view}"), at)
                    found = [one.number for one in known.page(by_limit=by_limit).rows]
                    assert (found, *known.numbers(by_limit=by_limit)) == plain(known, by_limit=by_limit), (
                        name,
                        view,
                        at,
                    )
                    seen.add(tuple(found))
    assert len(seen) > 8, "the tabs of three people at three instants differ"


@pytest.mark.usefixtures("queued")
def test_whoever_lives_by_another_clock_and_whoever_narrows_asks_a_plain_question(cast: Cast) -> None:
    actor, late = cast.supervisor.actor, local("2026-03-02 23:10")
    shown = {}
    for zone in ("Asia/Shanghai", "America/New_York"):
        with timezone.override(zone):
            known = question_of(actor, QueryDict("view=today"), late)
            assert queue.by_another_clock(late) is (zone != "Asia/Shanghai")
            shown[zone] = len(known.page(by_limit=False).rows)
    assert shown == {"Asia/Shanghai": 1, "America/New_York": 2}
    with timezone.override("Asia/Shanghai"):
        narrowed = question_of(actor, QueryDict(f"owner={cast.frontline2.id}"), AT)
        assert len(narrowed.page(by_limit=False).rows) == 3
        tabs, groups = narrowed.numbers(by_limit=False)
        assert (tabs["all"], groups) == (6, {})
        first = queue.page_of(narrowed.walked, size=2)
        rest = question_of(actor, QueryDict(f"owner={cast.frontline2.id}&after={first.following}"), AT)
        assert [one.pk for one in rest.page(by_limit=False).rows] == [narrowed.page(by_limit=False).rows[2].pk]


def test_a_question_that_hangs_on_the_instant_wants_one(cast: Cast) -> None:
    def soon(actor: Actor) -> QuerySet[Complaint]:
        return Complaint.objects.filter(owner_id=actor.id, next_due_at__lt=later(lambda at: at + timedelta(hours=1)))

    kept = shaped(soon, cast.frontline.actor, at=AT)
    assert AT + timedelta(hours=1) in kept.parameters
    assert kept.rows() == []
    with pytest.raises(TypeError, match="depends on the instant or key"):
        shaped(soon, cast.frontline.actor).rows()


def test_a_question_by_keys_finds_the_rows_of_each_key_and_organisation(cast: Cast, other_organisation: Any) -> None:
    mine, theirs = (a_case(one) for one in (cast.frontline, cast.frontline2))
    for case in (mine, theirs):
        assert [one.pk for one in found_by(_case, case.pk)] == [case.pk]
    assert [one.pk for one in found_by(_owned, (cast.frontline2.id, theirs.pk))] == [theirs.pk]
    assert found_by(_owned, (cast.frontline2.id, mine.pk)) == []
    with acting_for(other_organisation.pk):
        assert found_by(_case, mine.pk) == []


def _case(key: Any) -> QuerySet[Complaint]:
    return Complaint.objects.select_related("stream").filter(pk=key)


def _owned(owner: Any, key: Any) -> QuerySet[Complaint]:
    return Complaint.objects.filter(owner_id=owner, pk=key)


def test_a_kept_question_stands_under_what_it_asks_whoever_makes_it_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The matrix may change between the fact of its key and the making of its statement."""
    actor = cast.supervisor.actor
    monkeypatch.setattr("tingsu.complaints.access.sees_everything", lambda actor: pytest.fail("asked anew"))
    made = [
        [question._first_page(actor, everything, "", False), *question._counted(actor, everything, ("mine",), None, False),
         cases._beside(actor, everything)]
        for everything in (True, False)
    ]  # fmt: skip
    for whole, part in zip(*made, strict=True):
        assert str(whole.query) != str(part.query)
