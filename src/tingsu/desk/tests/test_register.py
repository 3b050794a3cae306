"""Phone registration: registers once, keeps what was typed, suggests and never fills in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import STORY, a_case
from tingsu.files.models import StoredFile

SENT = {
    "mode": "phone",
    "channel": "hotline",
    "problem_type": "consumer",
    "description": STORY,
    "name": "陈晓雨",
    "phone": "13800002210",
    "demands-1-kind": "refund",
    "demands-1-amount": "1299.00",
    "once": "form-1",
}


@pytest.mark.req("RG-13")
@pytest.mark.req("RG-08")
def test_a_call_is_registered_once_and_the_code_is_shown_to_tell_the_caller(sign_in, cast):
    client = sign_in(cast.frontline)
    for _attempt in range(2):
        response = client.post(reverse("desk:register"), SENT)
        assert response.status_code == 303
    complaint = Complaint.objects.get()
    assert complaint.first_owner_id == cast.frontline.id
    assert complaint.demands.get().amount_fen == 129900
    page = client.get(response.headers["Location"])
    html = page.content.decode()
    assert complaint.number in html
    assert page.context["code"]
    assert page.context["code"] in html


@pytest.mark.req("RG-13")
def test_the_page_gone_back_to_and_filled_in_for_the_next_caller_registers_another_complaint(sign_in, cast):
    client = sign_in(cast.frontline)
    client.post(reverse("desk:register"), SENT)
    answer = client.post(reverse("desk:register"), {**SENT, "name": "李明", "phone": "13900133456"})
    assert answer.status_code == 303
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(("brought", "status", "kept"), [(11, 303, 11), (20, 303, 20), (21, 422, 0)])
def test_every_file_is_kept_or_it_is_said_that_there_are_too_many(sign_in, cast, brought, status, kept):
    files = [SimpleUploadedFile(f"照片{n}.txt", f"第 {n} 张".encode()) for n in range(brought)]
    answer = sign_in(cast.frontline).post(reverse("desk:register"), {**SENT, "files__new": files})
    assert (answer.status_code, StoredFile.objects.count()) == (status, kept)
    assert ("一次最多上传 20 个文件" in answer.content.decode()) is (status == 422)


def test_files_of_a_refused_form_need_not_be_chosen_again(sign_in, cast):
    client = sign_in(cast.frontline)
    photo = SimpleUploadedFile("发票.txt", "发票内容".encode())
    refused = client.post(reverse("desk:register"), {**SENT, "phone": "12", "files__new": photo})
    stored = StoredFile.objects.get()
    assert refused.status_code == 422
    assert f'value="{stored.pk}" checked' in refused.content.decode()
    client.post(reverse("desk:register"), {**SENT, "files": str(stored.pk)})
    stored.refresh_from_db()
    assert stored.stream_id == Complaint.objects.get().pk
    stranger = sign_in(cast.frontline2).post(reverse("desk:register"), {**SENT, "phone": "12", "files": str(stored.pk)})
    assert str(stored.pk) not in stranger.content.decode()


def test_bad_input_keeps_everything_typed_and_names_the_field(sign_in, cast):
    client = sign_in(cast.frontline)
    response = client.post(
        reverse("desk:register"), {**SENT, "phone": "12", "demands-1-amount": "many", "occurred_on": "2999-01-01"}
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert STORY in html
    assert 'value="many"' in html
    assert 'href="#f-phone"' in html
    assert not Complaint.objects.exists()


@pytest.mark.req("OG-03")
def test_who_may_not_register_is_refused(sign_in, cast):
    assert sign_in(cast.frontline).get(reverse("desk:register")).status_code == 200
    assert sign_in(cast.dept).get(reverse("desk:register")).status_code == 403
    assert sign_in(cast.dept).post(reverse("desk:register"), SENT).status_code == 403


@pytest.mark.req("RG-24")
def test_repeats_are_found_by_phone_and_confirmed_by_the_receiver(sign_in, cast):
    earlier = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    html = client.post(reverse("desk:hints"), {"phone": "13800002210", "description": "又来投诉"}).content.decode()
    assert earlier.number in html
    client.post(reverse("desk:register"), {**SENT, "order_number": "26110200317", "repeat_of": earlier.number})
    repeated = Complaint.objects.exclude(pk=earlier.pk).get()
    assert repeated.repeated
    assert repeated.repeat_count == 2


@pytest.mark.req("TR-06")
def test_hints_suggest_the_risk_and_fill_nothing_in(sign_in, cast):
    client = sign_in(cast.frontline)
    html = client.post(reverse("desk:hints"), {"description": "充电宝起火，老人烧伤送医抢救"}).content.decode()
    assert "高危" in html
    assert "badge" not in client.post(reverse("desk:hints"), {"description": ""}).content.decode()


def test_the_form_looks_for_repeats_without_scripts(sign_in, cast):
    earlier = a_case(cast.frontline)
    response = sign_in(cast.frontline).post(reverse("desk:register"), {**SENT, "check": "1"})
    html = response.content.decode()
    assert response.status_code == 200
    assert earlier.number in html
    assert STORY in html
    assert Complaint.objects.count() == 1


def test_a_suggestion_that_was_taken_stands_in_the_grading_form_and_nowhere_else(sign_in, cast):
    client = sign_in(cast.frontline)
    response = client.post(reverse("desk:register"), {**SENT, "take": "high_risk"})
    complaint = Complaint.objects.get()
    assert complaint.grade == ""
    shown = client.get(response.headers["Location"]).context
    chosen = {field.name: field.value for field in shown["fields"]}
    assert (shown["step"].name, chosen["grade"], chosen["urgency"]) == ("assess_and_grade", "high_risk", "urgent")
    for sent in ({"take": "nonsense"}, {"then": "nonsense"}, {"then": "close"}, {}):
        other = client.post(
            reverse("desk:register"), {**SENT, "once": f"form-{sent}", "description": str(sent), **sent}
        )
        assert "?" not in other.headers["Location"]
        assert "fields" not in client.get(other.headers["Location"]).context


@pytest.mark.parametrize(
    ("person", "then"),
    [("frontline", ["solve_directly", "assess_and_grade"]), ("supervisor", ["assess_and_grade"])],
)
def test_the_form_goes_on_to_what_the_person_may_do_in_the_same_call(sign_in, cast, person, then):
    client = sign_in(getattr(cast, person))
    shown = client.get(reverse("desk:register")).context
    assert [step.name for step in shown["onward"]] == then
    for name in set(then) - {"solve_directly"}:
        sent = client.post(reverse("desk:register"), {**SENT, "then": name, "description": f"{STORY} {name}"})
        assert client.get(sent.headers["Location"]).context["step"].name == name


def test_an_amount_beside_a_demand_asks_for_it_without_a_tick(sign_in, cast):
    sent = {name: value for name, value in SENT.items() if name != "demands-1-kind"}
    assert sign_in(cast.frontline).post(reverse("desk:register"), sent).status_code == 303
    demand = Complaint.objects.get().demands.get()
    assert (demand.kind, demand.amount_fen) == ("refund", 129900)


@pytest.mark.req("PS-06")
def test_once_registered_the_words_of_the_call_are_forgotten_on_the_device(sign_in, cast):
    client = sign_in(cast.frontline)
    location = client.post(reverse("desk:register"), SENT).headers["Location"]
    assert 'data-draft-sent="register"' in client.get(location).content.decode()
