"""The page of the team: what each person has to do, who is late, and sharing cases out with one click (QC-06, AS-06, AS-16)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.casework.models import DepartmentTask
from tingsu.casework.tests.cases import investigating, with_task
from tingsu.complaints.models import Complaint
from tingsu.complaints.work_order import work_key
from tingsu.desk import team
from tingsu.desk.team import cases_to_share
from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member

AT = local("2026-03-02 10:00")
SHARE = "desk:share"


def owned(cast, name, due, **changes):
    """A case of this person with this next limit."""
    one = a_case(cast.frontline)
    Complaint.objects.filter(pk=one.pk).update(owner_id=getattr(cast, name).id, next_due_at=due, **changes)
    one.refresh_from_db()
    Complaint.objects.filter(pk=one.pk).update(work_key=work_key(one))
    return one


@pytest.fixture
def busy(cast):
    """The specialist has four open cases, the expert of the other group one, the front line none."""
    with travel_to(AT):
        late = owned(cast, "specialist", AT - timedelta(hours=1))
        today = owned(cast, "specialist", AT + timedelta(hours=5), required_level="expert")
        later = [owned(cast, "specialist", AT + timedelta(days=day)) for day in (2, 3)]
        owned(cast, "specialist2", AT + timedelta(days=2))
        closed = owned(cast, "specialist", AT)
        Complaint.objects.filter(pk=closed.pk).update(state="closed")
    return [late, today, *later]


def loads(page):
    return {one.member.staff_number: one for one in page.context["team"].loads}


@pytest.mark.req("QC-06", "invariant-11")
def test_each_persons_load_is_counted_and_every_number_opens_the_cases_behind_it(sign_in, cast, busy):
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        page = client.get(reverse("desk:team"))
        found = loads(page)
        told = {number: (one.late, one.today, one.rest, one.total) for number, one in found.items() if one.total}
        assert told == {"2001": (1, 1, 2, 4), "2002": (0, 0, 1, 1)}
        for key, _label, number, url in found["2001"].numbers:
            listed = client.get(url)
            rows = [row for group in listed.context["groups"] for row in group["rows"]]
            assert str(len(rows)) == number, key
            assert f'href="{url}"'.replace("&", "&amp;") in page.content.decode()
    assert page.context["team"].whole == {"late": "1", "today": "1", "rest": "3", "total": "5"}
    assert [row.number for row in page.context["team"].soon][:1] == [busy[1].number]
    assert "服务专家" in page.content.decode()


@pytest.mark.req("QC-06")
def test_one_group_is_shown_alone_and_an_unknown_one_is_everybody(sign_in, cast, busy):
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        group = client.get(reverse("desk:team"), {"unit": str(cast.units["investigation"].pk)})
        odd = client.get(reverse("desk:team"), {"unit": "\x00"})
    assert set(loads(group)) == {"2001"}
    assert {row.number for row in group.context["team"].soon} == {one.number for one in busy[1:]}
    assert set(loads(odd)) >= {"1001", "1002", "2001", "2002", "2101", "3001"}
    assert "4001" not in loads(odd), "a department owns no cases"


@pytest.mark.req("QC-06", "CO-01")
def test_departments_whose_answer_is_late_are_named(sign_in, cast):
    with travel_to(AT):
        with_task(cast, investigating(cast))
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        assert client.get(reverse("desk:team")).context["team"].late_units == []
    with travel_to(AT + timedelta(days=30)):
        page = client.get(reverse("desk:team"))
    assert page.context["team"].late_units == [("物流部", "1")]


@pytest.mark.req("QC-06", "CO-01")
def test_the_department_with_most_late_answers_stands_first_and_equal_ones_by_name(sign_in, cast):
    with travel_to(AT):
        for units in (("finance", "logistics"), ("finance",)):
            one = investigating(cast)
            for unit in units:
                with_task(cast, one, unit=str(cast.units[unit].pk))
    client = sign_in(cast.supervisor)
    with travel_to(AT + timedelta(days=30)):
        assert client.get(reverse("desk:team")).context["team"].late_units == [("财务结算部", "2"), ("物流部", "1")]
    with travel_to(AT):
        with_task(cast, investigating(cast))
    with travel_to(AT + timedelta(days=30)):
        assert client.get(reverse("desk:team")).context["team"].late_units == [("物流部", "2"), ("财务结算部", "2")]


@pytest.mark.req("AS-06", "AS-16", "AS-02")
def test_cases_are_shared_out_with_one_click_to_those_who_may_take_them(sign_in, cast, busy):
    client = sign_in(cast.supervisor)
    late, today, *later = busy
    with travel_to(AT):
        page = client.get(reverse(SHARE, args=[cast.specialist.id]))
        lines = page.context["lines"]
        assert [line["row"].number for line in lines] == [later[1].number, later[0].number, today.number, late.number]
        ticked = [line for line in lines if line["ticked"]]
        assert len(ticked) == page.context["many"] == 3
        expert = next(line for line in lines if line["row"].number == today.number)
        assert {one.level for one in expert["offered"]} <= {"服务专家", "服务教练"}
        assert cast.specialist.id not in {one.member.pk for one in expert["offered"]}
        assert "服务专家 · 手上 1 件" in page.content.decode()
        sent = {"case": [line["row"].number for line in ticked]}
        sent |= {f"to-{line['row'].number}": str(line["offered"][0].member.pk) for line in ticked}
        answer = client.post(reverse(SHARE, args=[cast.specialist.id]), sent, follow=True)
        assert "撤销" in answer.content.decode() or "undo" in answer.content.decode()
        after = loads(client.get(reverse("desk:team")))
    assert after["2001"].total == 1
    late.refresh_from_db()
    assert late.owner_id == cast.specialist.id, "the most pressing stays with who knows it"
    assert Event.objects.filter(kind="complaint.assigned").count() == 3


@pytest.mark.req("AS-02", "AS-06")
def test_a_colleague_below_the_level_is_refused_whatever_the_form_says_and_the_others_go_through(sign_in, cast, busy):
    _late, today, *later = busy
    client = sign_in(cast.supervisor)
    below = {"case": [today.number, later[0].number]}
    below |= {f"to-{one.number}": str(cast.frontline.id) for one in (today, later[0])}
    answer = client.post(reverse(SHARE, args=[cast.specialist.id]), below, follow=True)
    assert today.number in answer.content.decode()
    owners = dict(Complaint.objects.filter(pk__in=[today.pk, later[0].pk]).values_list("pk", "owner_id"))
    assert owners == {today.pk: cast.specialist.id, later[0].pk: cast.frontline.id}
    nobody = client.post(reverse(SHARE, args=[cast.specialist.id]), {}, follow=True)
    assert "先选" in nobody.content.decode() or "至少" in nobody.content.decode()


@pytest.mark.req("AS-06")
def test_a_case_already_offered_to_somebody_is_not_shared_out_again(cast, busy):
    def left():
        return {one.pk for one in cases_to_share(cast.supervisor.actor, cast.specialist.id)}

    with travel_to(AT):
        before = left()
        Complaint.objects.filter(pk=busy[0].pk).update(offered_member_id=cast.specialist2.id)
        assert before == {one.pk for one in busy}
        assert left() == before - {busy[0].pk}


def test_of_somebody_absent_everything_is_ticked_and_nobody_absent_is_offered(sign_in, cast, busy):
    Member.objects.filter(pk__in=[cast.specialist.id, cast.specialist2.id]).update(on_duty=False)
    forget_cached()
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        page = client.get(reverse(SHARE, args=[cast.specialist.id]))
        team = client.get(reverse("desk:team"))
    assert page.context["absent"]
    assert all(line["ticked"] for line in page.context["lines"])
    assert all(one.member.pk != cast.specialist2.id for line in page.context["lines"] for one in line["offered"])
    assert team.content.decode().count("缺勤") == 2


@pytest.mark.req("OG-03")
def test_who_leads_sees_the_team_and_a_supervisor_shares_out(sign_in, cast):
    for name, seen, share in (
        ("supervisor", 200, 200), ("mgmt_rep", 200, 403), ("specialist", 403, 403), ("qa", 403, 403), ("dept", 403, 403),
    ):  # fmt: skip
        client = sign_in(getattr(cast, name))
        assert client.get(reverse("desk:team")).status_code == seen, name
        assert client.get(reverse(SHARE, args=[cast.frontline.id])).status_code == share, name
    assert sign_in(cast.supervisor).get(reverse(SHARE, args=[cast.dept.id])).status_code == 404


@pytest.mark.req("QC-06")
def test_the_team_costs_the_same_for_few_and_many(sign_in, cast, monkeypatch):
    from tingsu.kernel import organisations
    from tingsu.people import directory

    monkeypatch.setattr(directory, "CACHE_SECONDS", 3600.0)
    monkeypatch.setattr(organisations, "KEEP_SECONDS", 3600.0)
    client = sign_in(cast.supervisor)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    team, share = reverse("desk:team"), reverse(SHARE, args=[cast.frontline.id])
    a_case(cast.frontline)
    few = cost(team), cost(share)
    for _n in range(3):
        a_case(cast.frontline)
    assert (cost(team), cost(share)) == few
    assert max(few) <= 12


@pytest.mark.req("QC-06")
def test_an_answer_is_late_from_the_moment_it_was_due(sign_in, cast):
    with travel_to(AT):
        with_task(cast, investigating(cast))
    due = DepartmentTask.objects.get().due_at
    for at, late in ((due - timedelta(seconds=1), []), (due, [("物流部", "1")])):
        with travel_to(at):
            assert sign_in(cast.supervisor).get(reverse("desk:team")).context["team"].late_units == late


@pytest.mark.req("QC-06")
@pytest.mark.parametrize(("size", "pages"), [(2, 4), (3, 3), (5, 2), (7, 1), (8, 1)])
def test_people_follow_each_other_page_by_page_and_nobody_is_left_out(cast, monkeypatch, size, pages):
    monkeypatch.setattr(team, "PEOPLE", size)
    with travel_to(AT):
        found = [team.team_of(cast.supervisor.actor, AT, page=page) for page in range(1, pages + 1)]
    numbers = [one.member.staff_number for part in found for one in part.loads]
    assert numbers == ["1001", "1002", "2001", "2002", "2101", "3001", "3002"]
    assert [part.more for part in found] == [True] * (pages - 1) + [False]


@pytest.mark.req("AS-16")
def test_whoever_is_no_handler_can_give_away_the_own_cases(cast):
    with travel_to(AT):
        owned(cast, "supervisor", AT + timedelta(days=1))
        loads = {one.member.pk: one.total for one in team.loads_of(cast.supervisor.actor, AT, cast.supervisor.id)}
    assert loads.pop(cast.supervisor.id) == 1
    assert cast.specialist.id in loads
    with travel_to(AT):
        assert cast.supervisor.id not in {
            one.member.pk for one in team.loads_of(cast.supervisor.actor, AT, cast.specialist.id)
        }


@pytest.mark.browser
@pytest.mark.req("QC-06", "AS-16")
def test_on_a_telephone_a_row_is_a_card_with_everything_in_it(desk, cast):
    Member.objects.filter(pk=cast.specialist.id).update(on_duty=False)
    owned(cast, "specialist", now() + timedelta(hours=1))
    window = desk(cast.supervisor, width=390, language="en")
    hidden = """() => [...document.querySelectorAll(".table-scroll")].filter((one) => one.scrollWidth > one.clientWidth)
      .concat([...document.querySelectorAll("main .table-stack tbody :is(td, th):not(:empty, .board-bar, .only-wide)")]
      .filter((one) => !one.checkVisibility())).map((one) => one.outerHTML.slice(0, 90))"""
    for path in (reverse("desk:team"), reverse(SHARE, args=[cast.specialist.id]), reverse("desk:board")):
        page = window.open(path)
        page.wait_for_selector(".table-stack tbody tr")
        assert page.evaluate(hidden) == [], path
        assert (window.too_wide(), window.errors) == ([], []), path
