"""The forms of the follow-up page: facts and files added, nothing typed lost, nothing sent twice."""

import contextvars
import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tingsu.casework.tests import cases
from tingsu.complaints import moves
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.portal import case_forms
from tingsu.portal.models import PortalDraft
from tingsu.portal.tests.case_pages import enter, see
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import handled, registered

pytestmark = pytest.mark.django_db


@pytest.mark.req("RG-09")
def test_facts_and_files_can_be_added_and_only_own_files_come_back(client, cast):
    complaint = registered(cast).complaint
    enter(client, complaint)
    client.post("/case/add/", {"text": "补一张照片", "files": [SimpleUploadedFile("照片.png", PNG)]})
    page = see(client)
    assert "补一张照片" in page
    assert "材料已收悉" in page
    file = StoredFile.objects.get(stream_id=complaint.pk)
    answer = client.get(f"/case/files/{file.pk}/")
    assert answer.content == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    StoredFile.objects.filter(pk=file.pk).update(received_from="member")
    assert client.get(f"/case/files/{file.pk}/").status_code == 404
    client.post("/case/leave/")
    assert client.get(f"/case/files/{file.pk}/").status_code == 404


def test_adding_nothing_is_asked_about(client, cast):
    complaint = registered(cast).complaint
    enter(client, complaint)
    page = client.post("/case/add/", {"text": " "}, follow=True)
    assert page.status_code == 422
    assert not Event.objects.filter(kind="complaint.facts_added").exists()


def test_a_refused_form_keeps_its_words_and_files_and_a_reload_sends_nothing(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    added = client.post("/case/contest/files/", {"files": SimpleUploadedFile("流水.png", PNG)})
    assert added.status_code == 201
    refused = client.post("/case/contest/", {"text": "长" * 5001})
    assert refused.status_code == 302
    for _reload in range(2):
        page = client.get(refused.headers["Location"])
        assert page.status_code == 422
        assert "长" * 5001 in page.content.decode()
        assert "流水.png" in page.content.decode()
    assert not Event.objects.filter(kind="complaint.answer_contested").exists()
    sent = client.post("/case/contest/", {"text": "银行说没有这笔"})
    assert sent.headers["Location"] == "/case/"
    assert StoredFile.objects.filter(stream_id=complaint.pk).count() == 1
    assert not PortalDraft.objects.exists()


def test_every_form_of_the_case_keeps_what_is_typed_until_it_is_sent(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    forms = [
        name
        for name, move in moves.known_moves().items()
        if move.text and name in ("contest", "reject", "withdraw", "add")
    ]
    assert forms == ["contest", "reject", "withdraw", "add"]
    for name in forms:
        assert client.post(f"/case/{name}/keep/", {"text": f"半句话 {name}"}).status_code == 204
        assert f"半句话 {name}" in see(client, "/case/" if name == "add" else f"/case/{name}/")
    client.post("/case/leave/")
    enter(client, complaint)
    assert "半句话 add" not in see(client)


def test_words_of_a_step_that_is_over_when_somebody_comes_back_are_not_lost(client, cast):
    """Typed when the page closed itself; meanwhile the case went on, and then it was closed."""
    complaint = cases.answered(cast)
    enter(client, complaint)
    client.post("/case/contest/keep/", {"text": "银行说没有这笔"})
    client.post("/case/add/keep/", {"text": "先补一句"})
    session = client.session
    session["portal_case"] = {**session["portal_case"], "until": 0}
    session.save()
    client.post("/case/contest/", {"text": "银行说没有这笔，请再查"})
    other = Client()
    enter(other, complaint)
    other.post("/case/accept/")
    enter(client, complaint)
    assert client.get("/case/").headers["Location"] == "/case/contest/", "where they were"
    page = client.get("/case/contest/", follow=True).content.decode()
    assert "现在这个阶段不能这样操作。" in page
    assert "先补一句\n\n银行说没有这笔，请再查</textarea>" in page, "after what stood there"
    Complaint.objects.filter(pk=complaint.pk).update(state="archived")
    assert client.get("/case/contest/").headers["Location"] == "/case/"
    page = see(client)
    assert "没有发出" in page
    assert "银行说没有这笔，请再查" in page


def test_a_second_window_of_a_case_form_is_told_and_overwrites_nothing(client, cast):
    complaint = cases.answered(cast)
    enter(client, complaint)
    one, two = (
        dict(re.findall(r'name="(window|seen)" value="(\w+)"', see(client, "/case/reject/"))) for _window in range(2)
    )
    assert client.post("/case/reject/keep/", {"text": "第一个窗口", **one}).status_code == 204
    assert client.post("/case/reject/keep/", {"text": "第二个窗口", **two}).status_code == 409
    assert "第一个窗口" in see(client, "/case/reject/")


@pytest.mark.req("RG-09")
def test_a_saving_that_arrives_after_the_form_was_sent_keeps_no_draft_of_it(client, cast, monkeypatch):
    complaint = registered(cast).complaint
    enter(client, complaint)
    form = {"text": "补充一张截图说明", "once": "one-form", "window": "a", "seen": "0"}
    assert client.post("/case/add/keep/", {**form, "text": "补充一张"}).status_code == 204
    assert PortalDraft.objects.count() == 1, "before it is sent it is kept"
    assert client.post("/case/add/", form).status_code == 302
    assert client.post("/case/add/keep/", {**form, "text": "补充一张截图"}).status_code == 204
    assert not PortalDraft.objects.exists(), "its words have arrived"
    assert "补充一张截图</textarea>" not in see(client)
    write = case_forms.write

    def sent_in_between(request, move):
        kept = write(request, move)
        client_of_the_form.post("/case/add/", {**form, "once": "next-form"})
        return kept

    client_of_the_form = Client()
    client_of_the_form.cookies = client.cookies
    monkeypatch.setattr(case_forms, "write", sent_in_between)
    assert client.post("/case/add/keep/", {**form, "once": "next-form"}).status_code == 204
    assert not PortalDraft.objects.exists(), "nor of a form that is sent while the saving is at work"
    monkeypatch.setattr(case_forms, "write", write)
    assert client.post("/case/add/keep/", {**form, "once": "third-form", "text": "还有一句"}).status_code == 204
    assert "还有一句" in see(client), "a form opened anew is kept as ever"


@pytest.mark.req("RG-09")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_add_the_facts_once(client, cast, monkeypatch):
    """The second click comes, in another thread, while the first is still at work: it must not wait for the first one's session."""
    journey = handled(cast)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        form = {"text": "补充一张截图说明", "once": "the-same-form"}
        other = Client()
        other.cookies = client.cookies
        make, clock, answers = moves.make, contextvars.copy_context(), []

        def second():
            answers.append(other.post("/case/add/", form).headers["Location"])
            connection.close()

        def slow(*given):
            monkeypatch.setattr(moves, "make", make)
            thread = threading.Thread(target=clock.run, args=(second,))
            thread.start()
            thread.join()
            return make(*given)

        monkeypatch.setattr(moves, "make", slow)
        assert client.post("/case/add/", form).headers["Location"] == "/case/"
    assert answers == ["/case/"]
    assert Event.objects.filter(stream_id=journey.complaint.pk, kind="complaint.facts_added").count() == 1


@pytest.mark.req("AK-13", "invariant-3")
def test_words_added_on_a_page_that_was_gone_back_to_are_kept_and_told(client, cast):
    journey = registered(cast)
    with travel_to(journey.at):
        enter(client, journey.complaint)
        form = {"text": "补充一张截图说明", "once": "the-same-form"}
        added = Event.objects.filter(stream_id=journey.complaint.pk, actor_kind="complainant")
        client.post("/case/add/", form)
        first = added.count()
        client.post("/case/add/", form)
        assert added.count() == first > 0
        answer = client.post("/case/add/", {**form, "text": "还有一张发票"}, follow=True)
    page = answer.content.decode()
    assert added.count() == first
    assert "还有一张发票" in page
    assert "这份表单已经提交过" in page
