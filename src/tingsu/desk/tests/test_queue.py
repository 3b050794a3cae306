"""The queue: groups, filters, tabs, paging by key, assigning several, constant cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.complaints.marks import write_marks
from tingsu.complaints.models import Complaint, SavedView
from tingsu.desk import looks, queue
from tingsu.desk.tests.cases import a_case, local, step
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event


def numbers_on(response):
    return [row.number for group in response.context["groups"] for row in group["rows"]]


@pytest.mark.req("OG-19")
def test_the_queue_shows_open_cases_by_urgency_with_masked_people(sign_in, cast):
    with travel_to(local("2026-03-02 10:00")):
        early = a_case(cast.frontline)
    with travel_to(local("2026-03-03 09:30")):
        later = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    with travel_to(local("2026-03-03 10:30")):
        response = client.get(reverse("desk:queue"), {"view": "all"})
    assert numbers_on(response) == [early.number, later.number]
    assert response.context["groups"][0]["key"] == "late"
    html = response.content.decode()
    assert "陈** 2210" in html
    assert "13800002210" not in html


def test_a_department_has_no_queue_of_all_cases(sign_in, cast):
    assert sign_in(cast.frontline).get(reverse("desk:queue")).status_code == 200
    assert sign_in(cast.dept).get(reverse("desk:queue")).status_code == 403


@pytest.mark.req("OG-19")
def test_filters_stand_in_the_url_and_unknown_ones_are_dropped(sign_in, cast):
    a_case(cast.frontline)
    other = a_case(cast.frontline, problem_type="product")
    client = sign_in(cast.frontline)
    response = client.get(reverse("desk:queue"), {"view": "all", "problem_type": "product", "state": "nonsense"})
    assert numbers_on(response) == [other.number]
    assert client.get(reverse("desk:queue"), {"owner": "x", "view": "\x00"}).status_code == 200
    assert client.get(reverse("desk:queue"), {"after": "nonsense"}).status_code == 400


@pytest.mark.req("AS-07", "SL-15")
@pytest.mark.parametrize(("language", "words"), [("en", "Escalated to 3"), ("zh-hans", "升级至 3 级")])
def test_an_escalated_case_bears_a_word_and_is_found_by_the_filter(sign_in, cast, language, words):
    calm, climbed = a_case(cast.frontline), a_case(cast.frontline)
    for reason in ("久拖", "恶化"):
        step(cast.frontline, climbed, "escalate", reason=reason)
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = language
    page = client.get(reverse("desk:queue"), {"view": "all"})
    assert set(numbers_on(page)) == {calm.number, climbed.number}
    html = page.content.decode()
    assert html.count(words) == 1
    assert f"<i>{words}</i><b>" in html
    rows = {row: html.split(f"<td>{row}<", 1)[1].split("<tr", 1)[0] for row in (calm.number, climbed.number)}
    assert (words in rows[climbed.number], words in rows[calm.number]) == (True, False)
    found = {
        value: numbers_on(client.get(reverse("desk:queue"), {"view": "all", "escalation_level": value}))
        for value in ("yes", "no")
    }
    assert found == {"yes": [climbed.number], "no": [calm.number]}
    assert len(numbers_on(client.get(reverse("desk:queue"), {"view": "all", "escalation_level": "3"}))) == 2


def test_pages_follow_each_other_by_key_without_gap_or_repeat(organisation, cast):
    for _n in range(7):
        a_case(cast.frontline)
    rows = queue.open_cases(cast.frontline.actor)
    seen, after = [], ""
    for _page in range(10):
        page = queue.page_of(rows, after, 3)
        seen += [one.number for one in page.rows]
        if not (after := page.following):
            break
    assert len(seen) == len(set(seen)) == 7


def test_several_cases_are_assigned_and_each_refusal_is_told(sign_in, cast):
    first, second = a_case(cast.frontline), a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    sent = {"case": [first.number, second.number, "202601-XF-999", "\x00"], "member": str(cast.frontline2.id)}
    response = client.post(reverse("desk:assign"), sent, follow=True)
    assert "202601-XF-999" in response.content.decode()
    owners = set(Complaint.objects.filter(pk__in=[first.pk, second.pk]).values_list("owner_id", "offered_member_id"))
    assert any(cast.frontline2.id in pair for pair in owners)


def test_who_may_not_assign_is_refused(sign_in, cast):
    complaint = a_case(cast.frontline)
    sent = {"case": [complaint.number], "member": str(cast.frontline2.id)}
    assert sign_in(cast.frontline).post(reverse("desk:assign"), sent).status_code == 403
    assert Complaint.objects.get(pk=complaint.pk).owner_id == cast.frontline.id


def test_a_view_is_kept_under_a_name_and_removed_again(sign_in, cast):
    client = sign_in(cast.frontline)
    client.post(reverse("desk:save_view"), {"name": "产品", "problem_type": "product"})
    saved = SavedView.objects.get()
    assert "产品" in client.get(reverse("desk:queue"), {"view": f"own-{saved.pk}"}).content.decode()
    client.post(reverse("desk:save_view"), {"name": "", "problem_type": "product"})
    assert SavedView.objects.count() == 1
    client.post(reverse("desk:remove_view", args=[saved.pk]))
    assert not SavedView.objects.exists()


def test_new_cases_are_announced_not_pushed_under_the_pointer(sign_in, cast):
    client = sign_in(cast.frontline)
    since = now().isoformat()
    assert client.get(reverse("desk:fresh"), {"since": since}).content == b""
    a_case(cast.frontline)
    assert "1 件新投诉" in client.get(reverse("desk:fresh"), {"since": since}).content.decode()
    assert client.get(reverse("desk:fresh"), {"since": "x"}).status_code == 204


def test_the_queue_costs_the_same_for_few_and_many(sign_in, cast):
    client = sign_in(cast.frontline)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:queue"), {"view": "all"}).status_code == 200
        return len(queries)

    a_case(cast.frontline)
    cost()
    few = cost()
    for _n in range(5):
        a_case(cast.frontline)
    assert cost() == few
    assert few <= 16


def test_the_case_page_costs_the_same_for_a_short_and_a_long_history(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:case", args=[complaint.number])).status_code == 200
        return len(queries)

    step(cast.frontline, complaint, "note", note="一")
    cost()
    few = cost()
    for _n in range(6):
        step(cast.frontline, complaint, "note", note="再记一笔")
    assert cost() == few


def test_an_assignment_is_taken_back_within_ten_seconds_and_not_later(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    sent = {"case": [complaint.number], "member": str(cast.frontline2.id)}
    with travel_to(local("2027-03-03 10:00")):
        client.post(reverse("desk:assign"), sent)
    with travel_to(local("2027-03-03 10:01")):
        client.post(reverse("desk:undo_assign"))
    assert Complaint.objects.get(pk=complaint.pk).owner_id == cast.frontline2.id
    with travel_to(local("2027-03-03 10:02")):
        client.post(reverse("desk:assign"), {**sent, "member": str(cast.frontline.id)})
        client.post(reverse("desk:undo_assign"))
    assert Complaint.objects.get(pk=complaint.pk).owner_id == cast.frontline2.id


def test_every_tab_gets_its_number_after_the_page(sign_in, cast):
    a_case(cast.frontline)
    client = sign_in(cast.frontline)
    numbers = {tab["label"]: tab["count"] for tab in client.get(reverse("desk:tab_counts")).context["tabs"]}
    assert numbers["全部未结"] == "1"
    assert numbers["高危"] == "0"


@pytest.mark.req("invariant-11")
def test_every_number_opens_the_cases_behind_it(sign_in, cast):
    a_case(cast.frontline)
    urgent = a_case(cast.frontline, description="插座漏电，孩子触电受伤了。")
    assert urgent.urgency == "urgent"
    a_case(cast.frontline2)
    client = sign_in(cast.frontline)
    tabs = client.get(reverse("desk:tab_counts")).context["tabs"]
    found = {}
    for tab in tabs:
        listed = numbers_on(client.get(reverse("desk:queue") + tab["url"]))
        assert str(len(listed)) == tab["count"], tab["label"]
        found[tab["label"]] = len(listed)
    assert found["全部未结"] == 3
    assert len(set(found.values())) > 1


def test_one_feedback_goes_to_several_and_a_wrong_one_keeps_the_text(sign_in, cast):
    first, second = a_case(cast.frontline), a_case(cast.frontline)
    client = sign_in(cast.frontline)
    chosen = {"case": [first.number, second.number]}
    assert second.number in client.post(reverse("desk:feedback"), {**chosen, "prepare": "1"}).content.decode()
    refused = client.post(reverse("desk:feedback"), {**chosen, "content": "正在核实", "means": "phone"})
    assert refused.status_code == 422
    assert "正在核实" in refused.content.decode()
    sent = client.post(
        reverse("desk:feedback"), {**chosen, "content": "正在核实", "means": "phone", "query_way": "yes"}
    )
    assert sent.status_code == 303
    assert Event.objects.filter(kind="complaint.feedback_given").count() == 2


@pytest.mark.req("OG-19")
def test_columns_and_density_are_kept_with_the_view_for_one_person(sign_in, cast):
    a_case(cast.frontline)
    client = sign_in(cast.frontline)
    sent = {"view": "all", "column": ["owner", "stage"], "density": "compact"}
    assert client.post(reverse("desk:keep_look"), sent).status_code == 303

    def look(who, view):
        return who.get(reverse("desk:queue"), {"view": view}).context["look"]

    assert look(client, "all").css == "queue-compact hide-person hide-product"
    assert look(client, "mine").css == ""
    client.post(reverse("desk:save_view"), {"name": "产品", "problem_type": "product", "view": "all"})
    own = SavedView.objects.get(name="产品")
    assert look(client, f"own-{own.pk}").compact
    client.post(reverse("desk:keep_look"), {"view": f"own-{own.pk}", "column": list(looks.COLUMNS)})
    assert look(client, f"own-{own.pk}").css == ""
    assert look(client, "all").compact
    client.post(reverse("desk:keep_look"), {"view": "nonsense\x00", "density": "compact"})
    assert SavedView.objects.count() == 2

    colleague = sign_in(cast.frontline2)
    assert look(colleague, "all").css == ""
    colleague.post(reverse("desk:keep_look"), {"view": f"own-{own.pk}", "density": "compact"})
    assert not SavedView.objects.get(pk=own.pk).compact


@pytest.mark.req("QC-06")
def test_the_filters_are_asked_for_when_their_menu_opens_and_stand_on_a_page_without_scripts(sign_in, cast):
    client = sign_in(cast.supervisor)
    page = client.get(reverse("desk:queue"), {"view": "all", "province": "33"})
    assert page.context["filters"] is None
    assert page.context["filters_url"] in page.content.decode().replace("&amp;", "&")
    panel = client.get(page.context["filters_url"])
    whole = client.get(page.context["more_filters"])
    names = [one["name"] for one in panel.context["filters"]]
    assert names == [one["name"] for one in whole.context["filters"]]
    assert {"owner", "unit", "since", "until", "province", "categories", "group", "supervised", "grade"} <= set(names)
    for found in (panel, whole):
        assert "<option value=33 selected>" in found.content.decode()
    assert sign_in(cast.dept).get(page.context["filters_url"]).status_code == 403


@pytest.mark.req("QC-06", "TR-22", "IN-14")
def test_a_list_is_narrowed_by_owner_group_kind_of_person_supervision_and_day_and_says_how_many(sign_in, cast):
    made = {}
    for name, day, person, changes in (
        ("first", "2026-03-02", cast.frontline, {"group": "elderly"}),
        ("second", "2026-03-03", cast.frontline2, {"categories": [{"no": 16}]}),
        ("third", "2026-03-04", cast.specialist, {"supervised": True}),
    ):
        with travel_to(local(f"{day} 10:00")):
            one = a_case(person, categories=[])
        Complaint.objects.filter(pk=one.pk).update(owner_id=person.id, **changes)
        one.refresh_from_db()
        write_marks(one, set(one.marks.values_list("mark", flat=True)))
        made[one.number] = name
    client = sign_in(cast.supervisor)

    def found(**asked):
        with travel_to(local("2026-03-04 12:00")):
            page = client.get(reverse("desk:queue"), {"view": "all", **asked})
            totals = client.get(page.context["counts_url"]).context["totals"]
        assert (totals is None) == (not asked)
        numbers = {made[number] for number in numbers_on(page)}
        if totals:
            assert totals["total"] == str(len(numbers)), asked
            assert [chip["label"] for chip in page.context["chips"]] != []
        return numbers

    every = {"first", "second", "third"}
    assert found() == every
    assert found(owner=str(cast.frontline.id)) == {"first"}
    assert found(unit=str(cast.units["intake"].pk)) == {"first", "second"}
    assert found(unit=str(cast.units["legal"].pk)) == set()
    assert found(group="elderly") == {"first"}
    assert found(categories="16") == {"second"}
    assert found(supervised="yes") == {"third"}
    assert found(since="2026-03-03") == {"second", "third"}
    assert found(until="2026-03-03") == {"first", "second"}
    assert found(since="2026-03-03", until="2026-03-03") == {"second"}
    assert found(since="2026-03-03", owner=str(cast.specialist.id)) == {"third"}
    assert numbers_on(client.get(reverse("desk:queue"), {"since": "gestern", "unit": "x"})) != []
    client.post(reverse("desk:save_view"), {"name": "三月三日", "since": "2026-03-03", "until": "2026-03-03"})
    saved = SavedView.objects.get()
    with travel_to(local("2026-03-04 12:00")):
        kept = client.get(reverse("desk:queue"), {"view": f"own-{saved.pk}"})
    assert {made[number] for number in numbers_on(kept)} == {"second"}
