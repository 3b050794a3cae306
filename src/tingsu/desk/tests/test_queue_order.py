"""Which cases a list holds, in which order and group: each question of the queue with its answer written by hand."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tingsu.clocks.models import Promise
from tingsu.complaints import work_order
from tingsu.complaints.marks import write_marks
from tingsu.complaints.models import Complaint
from tingsu.desk import cases, queue
from tingsu.desk.asked import Asked, own_id
from tingsu.desk.tests.cases import a_case, local, step
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.settlement.tests.journey import handled
from tingsu.triage.models import OnCallAlert
from tingsu.triage.risk_rules import MAJOR_LOSS_YUAN
from tingsu.triage.tests.cases import GRADE

AT = local("2026-03-02 10:00")


@pytest.fixture
def wall_clock():
    with timezone.override("Asia/Shanghai"):
        yield


def due(complaint, at):
    """The same case with another next deadline."""
    return changed(complaint, next_due_at=at)


def changed(complaint, **values):
    """The same case otherwise, with its place in the work list."""
    Complaint.objects.filter(pk=complaint.pk).update(**values)
    complaint.refresh_from_db()
    Complaint.objects.filter(pk=complaint.pk).update(work_key=work_order.work_key(complaint))
    return complaint.number


def through(rows, size, *, by_limit=False):
    """Every page of some rows, and whether each said that more follow."""
    pages, after = [], ""
    for _page in range(20):
        page = queue.page_of(rows, after, size, by_limit=by_limit)
        after = page.following
        pages.append(([one.number for one in page.rows], bool(after)))
        if not after:
            return pages
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("by_limit", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_lose_and_repeat_nothing_at_equal_instants_and_end_with_what_has_no_deadline(
    organisation, cast, size, by_limit
):
    made = [a_case(cast.frontline) for _n in range(7)]
    for one, at in zip(made, [AT, AT, AT, AT - timedelta(hours=1), AT + timedelta(hours=1), None, None], strict=True):
        due(one, at)
    ids = {one.number: one.pk for one in made}
    rows = queue.open_cases(cast.frontline.actor)
    pages = through(rows, size, by_limit=by_limit)
    seen = [number for page, _more in pages for number in page]
    same = sorted((one.number for one in made[:3]), key=ids.__getitem__)
    bare = sorted((one.number for one in made[5:]), key=ids.__getitem__)
    assert seen == [made[3].number, *same, made[4].number, *bare]
    assert [len(page) for page, _more in pages[:-1]] == [size] * (len(pages) - 1)
    assert [more for _page, more in pages] == [True] * (len(pages) - 1) + [False]


def test_the_last_full_page_promises_no_other(organisation, cast):
    for _n in range(2):
        a_case(cast.frontline)
    assert queue.page_of(queue.open_cases(cast.frontline.actor), size=2).following == ""
    assert queue.page_of(queue.open_cases(cast.frontline.actor), size=1).following != ""


@pytest.mark.parametrize(
    ("minutes", "group"),
    [(-60, "late"), (0, "late"), (1, "soon"), (120, "soon"), (121, "today"), (13 * 60 + 59, "today"), (14 * 60, "later"), (None, "later")],
)  # fmt: skip
def test_a_case_stands_in_one_group_and_is_counted_there(organisation, cast, wall_clock, minutes, group):
    one = a_case(cast.frontline)
    due(one, None if minutes is None else AT + timedelta(minutes=minutes))
    one.refresh_from_db()
    assert queue.urgency(one, AT, queue.end_of_day(AT)) == group
    conditions = queue.urgency_conditions(AT)
    found = {key for key, where in conditions.items() if Complaint.objects.filter(where).exists()}
    assert found == ({group} if minutes is not None else set())


def test_late_in_the_evening_two_hours_reach_into_tomorrow(organisation, cast, wall_clock):
    evening = local("2026-03-02 23:00")
    one = a_case(cast.frontline)
    due(one, local("2026-03-03 00:30"))
    conditions = queue.urgency_conditions(evening)
    assert [key for key, where in conditions.items() if Complaint.objects.filter(where).exists()] == ["soon"]
    assert queue.end_of_day(evening) == local("2026-03-03 00:00")


def test_each_tab_holds_its_cases_and_no_others(sign_in, cast):
    with travel_to(AT):
        mine, colleagues, offered, late, tonight, risky, waiting, again = [a_case(cast.frontline2) for _n in range(8)]
        due_later = AT + timedelta(days=3)
        for one in (mine, colleagues, offered, risky, waiting, again):
            due(one, due_later)
        due(late, AT)
        due(tonight, AT + timedelta(hours=5))
        for one, change in (
            (mine, {"owner_id": cast.frontline.id}), (offered, {"state": "routing"}), (risky, {"grade": "high_risk"}),
            (waiting, {"waiting_on": "complainant"}), (again, {"repeated": True}),
        ):  # fmt: skip
            changed(one, **change)
        client = sign_in(cast.frontline)
        found = {}
        for key in ("mine", "offered", "today", "late", "high_risk", "complainant", "repeated"):
            page = client.get(reverse("desk:queue"), {"view": key})
            found[key] = [row.number for group in page.context["groups"] for row in group["rows"]]
        everything = client.get(reverse("desk:queue"), {"view": "all"})
    assert found == {
        "mine": [mine.number], "offered": [offered.number], "today": [tonight.number], "late": [late.number],
        "high_risk": [risky.number], "complainant": [waiting.number], "repeated": [again.number],
    }  # fmt: skip
    groups = [(group["key"], group["count"], len(group["rows"])) for group in everything.context["groups"]]
    assert groups == [("high_risk", "1", 1), ("late", "1", 1), ("today", "1", 1), ("later", "5", 5)]


def test_filters_and_owner_narrow_together(sign_in, cast):
    first = a_case(cast.frontline, problem_type="product", province="33")
    a_case(cast.frontline, problem_type="consumer", province="33")
    other = a_case(cast.frontline2, problem_type="product", province="44")
    client = sign_in(cast.supervisor)

    def found(**asked):
        page = client.get(reverse("desk:queue"), {"view": "all", **asked})
        return {row.number for group in page.context["groups"] for row in group["rows"]}

    assert found(problem_type="product") == {first.number, other.number}
    assert found(owner=str(cast.frontline2.id)) == {other.number}
    assert found(owner=str(cast.frontline.id), problem_type="product") == {first.number}
    assert found(owner=str(cast.frontline2.id), province="33") == set()
    assert found(mode="phone", state="registered", urgency="normal") >= {first.number, other.number}


def test_what_the_address_asks_for_is_read_and_written_alike(organisation, cast):
    actor = cast.frontline.actor
    owner, key = uuid.uuid4(), uuid.uuid4()
    query = {
        "view": "late",
        "grade": "general",
        "state": "nonsense",
        "owner": str(owner),
        "after": "somewhere",
    }
    asked = Asked.read(actor, query)
    assert (asked.view, asked.filters, asked.owner, asked.after) == ("late", {"grade": "general"}, owner, "somewhere")
    assert asked.url() == f"?view=late&grade=general&owner={owner}"
    assert asked.url(after="elsewhere").endswith("&after=elsewhere")
    assert Asked.read(actor, {}).view == "all"
    assert Asked.read(actor, {}, default_view="mine").view == "mine"
    assert len(Asked.read(actor, {"view": "x" * 99}).view) == 60
    assert asked.url(filters={}, owner=None) == "?view=late"
    assert own_id(f"own-{key}") == key
    assert own_id("own-x") is None


def test_counts_stop_at_a_thousand_and_answer_in_order(organisation, cast, monkeypatch):
    a_case(cast.frontline)
    a_case(cast.frontline, problem_type="product")
    rows = queue.open_cases(cast.frontline.actor)
    assert queue.counts([rows.filter(problem_type="product"), rows, rows.filter(grade="major")]) == [1, 2, 0]
    assert queue.counts([]) == []
    monkeypatch.setattr(queue, "CAP", 1)
    assert queue.counts([rows]) == [1]


def test_closed_cases_stand_in_no_queue(organisation, cast):
    open_one, closed, archived = (a_case(cast.frontline) for _n in range(3))
    for one, state in ((closed, "closed"), (archived, "archived")):
        Complaint.objects.filter(pk=one.pk).update(state=state)
    assert [one.number for one in queue.open_cases(cast.frontline.actor)] == [open_one.number]


def test_an_offer_waits_with_whom_it_was_made_to(organisation, cast):
    to_one, to_group = a_case(cast.frontline), a_case(cast.frontline)
    step(cast.frontline, to_one, "transfer", member=str(cast.frontline2.id), note="请接手")
    Complaint.objects.filter(pk=to_group.pk).update(offered_unit_id=cast.units["intake"].pk)
    offers = {
        name: {one.number for one in queue.offered_to(getattr(cast, name).actor)}
        for name in ("frontline", "frontline2", "dept")
    }
    assert offers == {"frontline": {to_group.number}, "frontline2": {to_one.number, to_group.number}, "dept": set()}
    Complaint.objects.filter(pk=to_one.pk).update(offered_unit_id=cast.units["intake"].pk)
    assert to_one.number not in {one.number for one in queue.offered_to(cast.frontline.actor)}
    Complaint.objects.update(state="closed")
    assert not queue.offered_to(cast.frontline2.actor).exists()


def test_before_and_after_a_case_stand_its_neighbours(organisation, cast):
    made = sorted((a_case(cast.frontline) for _n in range(4)), key=lambda one: one.pk)
    for one, at in zip(made, [AT, AT, AT, AT + timedelta(hours=1)], strict=True):
        due(one, at)
    actor = cast.frontline.actor
    numbers = [one.number for one in made]
    for place, one in enumerate(made):
        one.refresh_from_db()
        before = numbers[place - 1] if place else ""
        after = numbers[place + 1] if place < 3 else ""
        assert cases.neighbours(actor, one) == (before, after)
    due(made[0], None)
    made[0].refresh_from_db()
    assert cases.neighbours(actor, made[0]) == ("", "")


WORK_LIST = (
    # name, urgency, grade, reasonable demand open, due
    ("high_early", "normal", "high_risk", False, "2026-03-02 09:00"),
    ("plain_late", "normal", "general", False, "2026-03-01 09:00"),
    ("urgent_late", "urgent", "general", False, "2026-03-02 18:00"),
    ("urgent_high", "urgent", "high_risk", False, "2026-03-02 17:00"),
    ("plain_today", "normal", "general", False, "2026-03-02 11:00"),
    ("fair_today", "normal", "general", True, "2026-03-02 23:59"),
    ("fair_tomorrow", "normal", "", True, "2026-03-03 00:00"),
    ("ungraded", "normal", "", False, "2026-03-02 10:30"),
    ("unlimited", "normal", "general", True, ""),
)


@pytest.mark.req("TR-12", "TR-14", "CA-56", "VL-13")
def test_the_work_list_is_urgent_then_high_risk_then_by_limit_or_by_limit_alone(sign_in, cast, wall_clock):
    """Between two due the same day the reasonable demand comes first; a minute past midnight is another day."""
    made = {}
    for name, urgency, grade, fair, due_at in WORK_LIST:
        at = local(due_at) if due_at else None
        one = a_case(cast.frontline)
        made[changed(one, urgency=urgency, grade=grade, reasonable_open=fair, loss_claimed=False, next_due_at=at)] = (
            name
        )
    client = sign_in(cast.supervisor)

    def shown(**query):
        with travel_to(local("2026-03-02 10:00")):
            page = client.get(reverse("desk:queue"), {"view": "all", **query})
        assert {group["key"]: group["count"] for group in page.context["groups"]} == {
            group["key"]: str(len(group["rows"])) for group in page.context["groups"]
        }
        return [
            (group["key"], [made[row.number] for row in group["rows"] if row.number in made])
            for group in page.context["groups"]
        ]

    assert shown() == [
        ("urgent", ["urgent_high", "urgent_late"]),
        ("high_risk", ["high_early"]),
        ("late", ["plain_late"]),
        ("soon", ["ungraded", "plain_today"]),
        ("today", ["fair_today"]),
        ("later", ["fair_tomorrow", "unlimited"]),
    ]
    rows = queue.open_cases(cast.supervisor.actor)
    in_order = [made[one.number] for one in queue.page_of(rows).rows]
    assert in_order == [
        "urgent_high", "urgent_late", "high_early", "plain_late", "fair_today", "ungraded", "plain_today", "fair_tomorrow",
        "unlimited",
    ]  # fmt: skip
    client.post(reverse("desk:keep_look"), {"view": "all", "column": ["owner"], "order": "limit"})
    assert shown() == [
        ("late", ["plain_late", "high_early"]),
        ("soon", ["ungraded", "plain_today"]),
        ("today", ["urgent_high", "urgent_late", "fair_today"]),
        ("later", ["fair_tomorrow", "unlimited"]),
    ]
    assert shown(view="late")[0] == ("high_risk", ["high_early"]), "the order is kept with its view"


@pytest.mark.req("CA-56", "TR-12")
def test_every_step_that_moves_a_limit_or_the_weight_of_a_case_moves_its_place(organisation, cast):
    complaint = a_case(cast.frontline)
    places = [complaint.work_key]
    assert work_order.work_key(complaint) == complaint.work_key > work_order.REST * work_order.CLASS
    step(cast.frontline, complaint, "acknowledge", means="phone")
    complaint.refresh_from_db()
    places.append(complaint.work_key)
    assert complaint.work_key == work_order.work_key(complaint)
    step(cast.frontline, complaint, "assess_and_grade", **GRADE | {"urgency": "urgent"})
    complaint.refresh_from_db()
    assert complaint.work_key == work_order.work_key(complaint) < work_order.CLASS
    assert len({*places, complaint.work_key}) >= 2


@pytest.mark.req("VL-13", "CA-56")
def test_a_reasonable_demand_is_open_from_the_solution_until_it_is_carried_out(organisation, cast):
    journey = handled(cast)
    assert not journey.complaint.reasonable_open
    journey.step(journey.owner, "draft_solution", **journey.solution())
    assert journey.complaint.reasonable_open
    unfair = journey.solution()
    for row in unfair["answers"]:
        row |= {"reasonable": False, "decision": "refused", "reason": "无依据"}
    journey.step(journey.owner, "draft_solution", **unfair)
    assert not journey.complaint.reasonable_open
    journey.evaluated()
    assert not journey.complaint.reasonable_open
    last = [event.data["set"]["reasonable_open"] for event in Event.objects.filter(stream_id=journey.complaint.pk).order_by("seq")
            if "reasonable_open" in event.data.get("set", {})]  # fmt: skip
    assert last == [[False, True], [True, False], [False, True], [True, False]]


@pytest.mark.req("TR-12", "SL-04", "AS-10")
@pytest.mark.parametrize(
    "story",
    [
        {"description": "充电宝半夜起火，烧伤了手"},
        {"demands": [{"kind": "compensation", "amount": f"{MAJOR_LOSS_YUAN}.00"}]},
        {"channel": "media"},
    ],
    ids=["danger to people", "major loss of property", "the press"],
)
def test_danger_great_loss_and_the_press_go_to_the_head_of_the_queue_ring_somebody_and_run_the_quarter_of_an_hour(
    sign_in, cast, story
):
    with travel_to(AT):
        calm = a_case(cast.frontline)
        due(calm, AT - timedelta(days=3))
        little = a_case(cast.frontline, demands=[{"kind": "compensation", "amount": f"{MAJOR_LOSS_YUAN - 1}.99"}])
        grave = a_case(cast.frontline, **story)
        page = sign_in(cast.supervisor).get(reverse("desk:queue"), {"view": "all"})
    shown = [row.number for group in page.context["groups"] for row in group["rows"]]
    assert shown == [grave.number, calm.number, little.number]
    running = Promise.objects.filter(kind="urgent_response", ended_at=None)
    assert [(one.stream_id, one.due_at) for one in running] == [(grave.pk, AT + timedelta(minutes=15))]
    assert [one.complaint_id for one in OnCallAlert.objects.all()] == [grave.pk]


@pytest.mark.req("CA-56", "VL-13")
def test_the_mark_of_a_reasonable_demand_stands_in_list_and_case_and_is_a_filter(sign_in, cast):
    fair, other = a_case(cast.frontline), a_case(cast.frontline)
    changed(fair, reasonable_open=True)
    fair.refresh_from_db()
    write_marks(fair, set(fair.marks.values_list("mark", flat=True)))
    client = sign_in(cast.frontline)
    page = client.get(reverse("desk:queue"), {"view": "all"}).content.decode()
    assert page.count("<i>合理诉求</i>") == 1
    assert "<i>合理诉求</i>" in client.get(reverse("desk:work")).content.decode()
    for one, says in ((fair, True), (other, False)):
        assert ("有合理诉求待兑现" in client.get(reverse("desk:case", args=[one.number])).content.decode()) == says
    narrowed = client.get(reverse("desk:queue"), {"view": "all", "reasonable_open": "yes"})
    assert [row.number for group in narrowed.context["groups"] for row in group["rows"]] == [fair.number]
