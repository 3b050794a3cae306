"""The case page: what it shows to whom, the composer, steps, conflicts, reveal."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tingsu.casework.models import DepartmentTask
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.desk.tests.cases import a_case, step
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter
from tingsu.privacy.log import purposes
from tingsu.privacy.models import AccessEntry


def page_of(client, complaint, **query):
    return client.get(reverse("desk:case", args=[complaint.number]), query)


@pytest.mark.req("AK-13")
@pytest.mark.req("PS-06")
def test_the_case_page_masks_the_person_and_logs_that_it_was_opened(sign_in, cast):
    complaint = a_case(cast.frontline)
    response = page_of(sign_in(cast.frontline), complaint)
    html = response.content.decode()
    assert response.status_code == 200
    assert "陈**" in html
    assert "陈晓雨" not in html
    assert "13800002210" not in html
    assert AccessEntry.objects.filter(stream_id=complaint.pk, what="opened", actor_id=cast.frontline.id).count() == 1


@pytest.mark.req("PS-11")
def test_who_may_not_see_a_case_finds_nothing(sign_in, cast):
    complaint = a_case(cast.frontline)
    assert page_of(sign_in(cast.frontline), complaint).status_code == 200
    assert page_of(sign_in(cast.dept), complaint).status_code == 404


@pytest.mark.req("AK-13")
def test_a_note_from_the_composer_stands_in_the_timeline_marked_as_internal(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    response = client.post(reverse("desk:case", args=[complaint.number]), {"mode": "note", "text": "先道歉再讲方案"})
    assert response.status_code == 303
    html = page_of(client, complaint).content.decode()
    assert "先道歉再讲方案" in html
    assert "投诉人看不到" in html


@pytest.mark.req("AK-04")
def test_a_reply_without_date_progress_or_way_is_refused_and_keeps_every_word(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    sent = {"mode": "reply", "text": "我们正在核实", "reply-means": "phone", "version": complaint.version}
    response = client.post(reverse("desk:case", args=[complaint.number]), sent)
    assert response.status_code in {409, 422}
    assert "我们正在核实" in response.content.decode()
    assert not Event.objects.filter(stream_id=complaint.pk, kind="complaint.feedback_given").exists()

    response = client.post(reverse("desk:case", args=[complaint.number]), {**sent, "reply-query_way": "yes"})
    assert response.status_code == 303
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.feedback_given").count() == 1


@pytest.mark.req("AK-13")
def test_the_same_form_sent_twice_happens_once(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    for _attempt in range(2):
        response = client.post(
            reverse("desk:case", args=[complaint.number]), {"mode": "note", "text": "只记一次", "once": "k1"}
        )
        assert response.status_code == 303
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.note_added").count() == 1


@pytest.mark.req("AK-13")
def test_when_somebody_replied_first_both_texts_are_shown_and_nothing_is_sent(sign_in, cast):
    complaint = a_case(cast.frontline)
    seen = Complaint.objects.get(pk=complaint.pk)
    last = Event.objects.filter(stream_id=complaint.pk).count()
    step(cast.supervisor, complaint, "feed_back", content="今天 16:18 前告诉您", means="phone", query_way="yes")
    client = sign_in(cast.frontline)
    sent = {"mode": "reply", "text": "明天回复您", "reply-means": "phone", "reply-query_way": "yes"}
    response = client.post(
        reverse("desk:case", args=[complaint.number]), {**sent, "version": seen.version, "seen": last}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "今天 16:18 前告诉您" in html
    assert "明天回复您" in html
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.feedback_given").count() == 1


@pytest.mark.req("AS-17")
def test_a_step_shows_the_fields_of_the_process_table_and_says_what_is_wrong(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    address = reverse("desk:step", args=[complaint.number, "note"])
    assert "内部备注" in client.get(address).content.decode()
    refused = client.post(address, {"note": ""})
    assert refused.status_code == 422
    taken = client.post(address, {"note": "记一笔"})
    assert taken.status_code == 303


@pytest.mark.req("AS-17")
def test_a_step_in_a_dialog_answers_with_the_form_or_a_redirect(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    address = reverse("desk:step", args=[complaint.number, "note"])
    shown = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in shown.content.decode()
    assert client.post(address, {"note": ""}, headers={"HX-Request": "true"}).status_code == 422
    taken = client.post(address, {"note": "记一笔"}, headers={"HX-Request": "true"})
    assert taken.headers["HX-Redirect"] == reverse("desk:case", args=[complaint.number])


@pytest.mark.req("PS-06")
def test_a_field_is_shown_for_a_purpose_and_refused_without_one(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    party = complaint.parties.get(role="complainant")
    address = reverse("desk:reveal", args=[complaint.number])
    client.post(address, {"subject": str(party.pk), "field": "phone", "purpose": ""})
    assert "13800002210" not in page_of(client, complaint).content.decode()
    client.post(address, {"subject": str(party.pk), "field": "phone", "purpose": "回拨核实诉求"})
    assert "13800002210" in page_of(client, complaint).content.decode()
    entry = AccessEntry.objects.get(stream_id=complaint.pk, what="revealed")
    assert purposes([entry])[entry.pk] == "回拨核实诉求"
    assert "回拨" not in entry.purpose


@pytest.mark.req("AS-17")
def test_the_pulse_names_who_else_is_here_and_that_the_case_changed(sign_in, cast):
    complaint = a_case(cast.frontline)
    page_of(sign_in(cast.supervisor), complaint)
    client = sign_in(cast.frontline)
    address = reverse("desk:pulse", args=[complaint.number])
    html = client.get(address, {"version": complaint.version}).content.decode()
    assert "工号 3001" in html
    assert "案件已更新" not in html
    assert "案件已更新" in client.get(address, {"version": complaint.version - 1}).content.decode()


@pytest.mark.req("AK-10")
def test_a_reply_is_taken_back_before_it_left(sign_in, cast):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    sent = {"mode": "reply", "text": "我们正在核实", "reply-means": "email", "reply-query_way": "yes"}
    client.post(reverse("desk:case", args=[complaint.number]), {**sent, "version": complaint.version})
    letter = Letter.objects.filter(stream_id=complaint.pk).exclude(intent="acknowledgement").get()
    address = reverse("desk:withdraw_letter", args=[complaint.number, letter.pk])
    assert sign_in(cast.dept).post(address).status_code == 404
    sign_in(cast.frontline).post(address)
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_a_department_finds_its_task_and_opens_the_case(sign_in, cast):
    complaint = a_case(cast.frontline)
    row = DepartmentTask(
        complaint=complaint,
        unit_id=cast.dept.unit_id,
        kind="facts",
        due_at=complaint.registered_at + timedelta(days=1),
        asked_by=cast.frontline.id,
        asked_at=complaint.registered_at,
    )
    row.seal("request", "核对打款批次与失败原因")
    row.save(force_insert=True)
    CaseMember.objects.create(
        complaint=complaint, unit_id=cast.dept.unit_id, role="department", since=complaint.registered_at
    )
    html = sign_in(cast.dept).get(reverse("desk:tasks")).content.decode()
    assert "核对打款批次与失败原因" in html
    assert page_of(sign_in(cast.dept), complaint).status_code == 200
    assert "核对打款批次" in sign_in(cast.frontline).get(reverse("desk:tasks")).content.decode()
    assert "核对打款批次" not in sign_in(cast.dept2).get(reverse("desk:tasks")).content.decode()


def test_pages_that_do_not_exist_say_so_in_words(client, organisation):
    response = client.get("/desk/nothing/here/")
    assert response.status_code == 404
    assert "404" in response.content.decode()


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 5000, "\x00", "-1"])
def test_numbers_in_addresses_and_hidden_fields_that_are_none_break_no_page(sign_in, cast, odd):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    assert page_of(client, complaint, before=odd).status_code == 400
    form = {"mode": "reply", "text": "您好", "version": odd, "seen": odd}
    assert client.post(reverse("desk:case", args=[complaint.number]), form).status_code == 422
    address = reverse("desk:step", args=[complaint.number, "note"])
    assert client.post(address, {"version": odd, "seen": odd}).status_code == 422
    assert client.post(address, {"note": "好", "version": odd}).status_code == 303


@pytest.mark.req("AK-13")
def test_a_form_whose_step_broke_down_may_be_sent_again(sign_in, cast, monkeypatch):
    complaint = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    client.raise_request_exception = False
    form, address = {"note": "先道歉", "once": "k\x001"}, reverse("desk:step", args=[complaint.number, "note"])
    with monkeypatch.context() as broken:
        broken.setattr("tingsu.desk.step_form.take_step", lambda **_given: 1 / 0)
        assert client.post(address, form).status_code == 500
    assert client.post(address, form).status_code == 303
    assert client.post(address, form).status_code == 303
    assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.note_added").count() == 1


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_each_page_of_an_error_says_what_happened_and_the_way_out(code):
    page = render_to_string(f"{code}.html")
    assert str(code) in page
    assert "<h1></h1>" not in page
    assert 'href="/"' in page
