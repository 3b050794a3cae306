"""Finding and opening a complaint: by number and code, by a letter's link; limits; another organisation's key."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import set_script_prefix

from tests.forging import forged
from tingsu.complaints.models import Party
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.portal import session
from tingsu.portal.views import follow
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import RESPONDENT, registered

pytestmark = pytest.mark.django_db
NEWS = {"content": "我们在核实打款。", "means": "portal", "progress": "核实中"}


def code_of(complaint):
    return complaint.text("code")


@pytest.mark.req("AK-06")
def test_number_and_four_digits_only_find_the_code_opens(client, cast):
    complaint = registered(cast).complaint
    found = client.post("/follow/", {"number": complaint.number.lower(), "tail": "2210"})
    assert found.headers["Location"] == "/follow/open/"
    page = client.get("/follow/open/").content.decode()
    assert f"找到了 {complaint.number}" in page
    assert "退款" not in page
    pasted = client.post("/follow/", {"number": f"您的投诉编号：{complaint.number}，请保存", "tail": "尾号 2210"})
    assert pasted.headers["Location"] == "/follow/open/"
    assert client.get("/case/").headers["Location"] == "/follow/open/"
    typed = " ".join(code_of(complaint)[i : i + 4] for i in range(0, 12, 4)).lower()
    assert client.post("/follow/open/", {"number": complaint.number, "code": typed}).headers["Location"] == "/case/"
    assert complaint.number in client.get("/case/").content.decode()
    assert AccessEntry.objects.get(stream_id=complaint.pk, what="opened").door == "portal"


@pytest.mark.req("AK-06")
def test_a_wrong_tail_or_code_is_refused_with_what_was_typed_kept(client, cast):
    complaint = registered(cast).complaint
    page = client.post("/follow/", {"number": complaint.number, "tail": "2211"})
    assert page.status_code == 422
    assert complaint.number in page.content.decode()
    page = client.post("/follow/open/", {"number": complaint.number, "code": "ABCD"})
    assert page.status_code == 422
    assert 'value="ABCD"' in page.content.decode()
    assert client.get("/case/").status_code == 302


@pytest.mark.req("IN-23")
@pytest.mark.req("PS-03")
def test_guessing_is_limited_by_number_and_address_and_the_right_code_opens_all_the_same(client, cast):
    complaint = registered(cast).complaint
    with travel_to(now()):
        for _n in range(follow.TRIES_OF_A_NUMBER):
            assert client.post("/follow/open/", {"number": complaint.number, "code": "WRONGWRONG22"}).status_code == 422
        wrong = {"number": complaint.number, "code": "WRONGWRONG22"}
        waits = client.post("/follow/open/", wrong)
        assert waits.status_code == 429
        assert f'value="{complaint.number}"' in waits.content.decode()
        assert Client().post("/follow/open/", wrong).status_code == 429
        assert client.post("/follow/open/", {**wrong, "code": code_of(complaint)}).status_code == 302
    with travel_to(now() + timedelta(minutes=16)):
        assert client.post("/follow/open/", wrong).status_code == 422


@pytest.mark.req("PS-03")
def test_trying_many_numbers_from_one_address_is_limited(client, cast):
    with travel_to(now()):
        codes = [
            client.post("/follow/", {"number": f"202603-XF-{n:03d}", "tail": "0000"}).status_code
            for n in range(follow.TRIES_OF_AN_ADDRESS + 1)
        ]
    assert codes == [422] * follow.TRIES_OF_AN_ADDRESS + [429]


@pytest.mark.req("AK-06")
def test_the_link_of_a_letter_opens_for_its_party_and_a_forged_or_old_one_does_not(client, cast, monkeypatch):
    complaint = registered(cast).complaint
    party = Party.objects.get(complaint=complaint)
    token = case_token(complaint.pk, party.pk)
    assert client.get(f"/c/{token}/").headers["Location"] == "/case/"
    assert client.get("/case/").status_code == 200
    wrong = Client().get(f"/c/{forged(token, 2)}/")
    assert wrong.status_code == 410
    assert "链接已失效" in wrong.content.decode()
    monkeypatch.setattr("tingsu.letters.links.MAX_AGE", -1)
    assert Client().get(f"/c/{token}/").status_code == 410


@pytest.mark.req("AK-10")
def test_opening_the_link_of_a_letter_marks_that_letter_as_read_once(client, cast, sign_in):
    journey = (
        registered(cast).deliver_letters().step(cast.frontline, "feed_back", **NEWS).wait(minutes=1).deliver_letters()
    )
    complaint = journey.complaint
    first, second = Letter.objects.filter(stream_id=complaint.pk).order_by("sent_at")
    party = Party.objects.get(complaint=complaint)
    path = f"/c/{case_token(complaint.pk, party.pk, second.pk)}/"

    def marked():
        return [row.pk for row in Letter.objects.filter(stream_id=complaint.pk, read_at__isnull=False)]

    before = Event.objects.filter(stream_id=complaint.pk).count()
    assert client.head(path).status_code == 204
    assert client.get(path, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 204
    assert client.get(f"/c/{case_token(complaint.pk, party.pk)}/").status_code == 302  # the link of no letter
    assert (marked(), Event.objects.filter(stream_id=complaint.pk).count()) == ([], before)
    stranger = Party.objects.get(complaint=registered(cast).complaint)
    assert client.get(f"/c/{case_token(stranger.complaint_id, stranger.pk, second.pk)}/").status_code == 302
    assert marked() == []
    with travel_to(journey.at):
        client.get(path)
    Client().get(path)
    second.refresh_from_db()
    assert (marked(), second.read_at, second.state) == ([second.pk], journey.at, "delivered")
    read = Event.objects.get(stream_id=complaint.pk, kind="letter.read")
    assert (read.actor_kind, read.data["letter"]) == ("complainant", str(second.pk))
    desk = sign_in(cast.supervisor)
    assert "信件已读" in desk.get(complaint.get_absolute_url()).content.decode()
    page = desk.get("/desk/mail/?state=read").content.decode()
    assert (f"/{second.pk}/" in page, f"/{first.pk}/" in page) == (True, False)
    assert "已读" in desk.get(f"/desk/mail/{second.pk}/").content.decode()


@pytest.mark.req("invariant-5")
def test_another_organisation_neither_finds_nor_opens_it(client, cast, organisation, other_organisation):
    complaint = registered(cast).complaint
    good = {"number": complaint.number, "code": code_of(complaint)}
    token = case_token(complaint.pk, Party.objects.get(complaint=complaint).pk)
    stranger = Client()
    slug = other_organisation.slug
    assert stranger.post(f"/o/{slug}/follow/open/", good).status_code == 422
    assert stranger.get(f"/o/{slug}/c/{token}/").status_code == 410
    set_script_prefix("/")
    assert client.post("/follow/open/", good).status_code == 302
    assert client.get(f"/o/{slug}/case/").status_code == 302
    set_script_prefix("/")
    assert client.get("/case/").status_code == 200


@pytest.mark.req("WB-01")
def test_an_open_case_closes_after_thirty_minutes_unless_extended_and_never_in_elder_mode(client, cast):
    complaint = registered(cast).complaint
    start = now()
    with travel_to(start):
        client.post("/follow/open/", {"number": complaint.number, "code": code_of(complaint)})
        assert "data-until" in client.get("/case/").content.decode()
    with travel_to(start + timedelta(minutes=25)):
        assert client.post("/case/extend/", headers={"X-Requested-With": "fetch"}).json()["until"]
    with travel_to(start + timedelta(minutes=54)):
        assert client.get("/case/", follow=False).status_code == 200
    with travel_to(start + timedelta(minutes=54) + session.OPEN_FOR):
        assert client.get("/case/").headers["Location"] == "/follow/open/"
    client.post("/mode/", {"elder": "1", "next": "/"})
    with travel_to(start):
        client.post("/follow/open/", {"number": complaint.number, "code": code_of(complaint)})
        assert "data-until" not in client.get("/case/").content.decode()
    with travel_to(start + timedelta(hours=3)):
        assert client.get("/case/").status_code == 200


@pytest.mark.req("WB-01")
def test_words_typed_into_a_page_that_closed_come_back_sealed_in_between(client, cast):
    from tingsu.portal.models import PortalDraft

    complaint = registered(cast).complaint
    good = {"number": complaint.number, "code": code_of(complaint)}
    start = now()
    with travel_to(start):
        client.post("/follow/open/", good)
    with travel_to(start + timedelta(hours=1)):
        answer = client.post("/case/withdraw/", {"text": "我想撤回，谢谢"})
        assert answer.headers["Location"] == "/follow/open/"
        assert "我想撤回".encode() not in bytes(PortalDraft.objects.get().body)
        client.post("/follow/open/", good)
        assert "我想撤回，谢谢" in client.get("/case/", follow=True).content.decode()
        assert client.get("/case/").status_code == 200  # led there once; the words stay until they are sent
        assert "我想撤回，谢谢" in client.get("/case/withdraw/").content.decode()
    complaint.refresh_from_db()
    assert not complaint.withdrawn


@pytest.mark.parametrize("typed", ["\x00", "202603-XF-001\x00", "‮", "' OR 1=1", "９９", "x" * 5000, ""])
def test_strange_numbers_and_codes_are_only_not_found(client, cast, typed):
    assert client.post("/follow/", {"number": typed, "tail": typed}).status_code == 422
    assert client.post("/follow/open/", {"number": typed, "code": typed}).status_code == 422
    assert client.get("/c/" + (typed.strip("\x00") or "x")[:80].replace("/", "") + "/").status_code == 410


def test_leaving_closes_the_case_on_this_device(client, cast):
    complaint = registered(cast).complaint
    client.post("/follow/open/", {"number": complaint.number, "code": code_of(complaint)})
    assert client.post("/case/leave/").headers["Location"] == "/"
    assert client.get("/case/").status_code == 302


@pytest.mark.req("PS-11")
def test_a_respondent_sees_no_complainant_and_no_story(client, cast):
    complaint = registered(cast, **RESPONDENT).complaint
    respondent = Party.objects.get(complaint=complaint, role="respondent")
    client.get(f"/c/{case_token(complaint.pk, respondent.pk)}/")
    page = client.get("/case/").content.decode()
    assert complaint.number in page
    for hidden in ("陈", "2210", "退款", "空气炸锅"):
        assert hidden not in page
