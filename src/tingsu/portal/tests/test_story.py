"""Whose words stand on the page of a case, dated and attributed; and that every look and download is in the access log."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import State
from tingsu.desk.tests.cases import a_case
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now, travel_to
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.portal import story
from tingsu.portal.tests.test_submit import PNG
from tingsu.portal.views import follow
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import RESPONDENT, handled, registered

pytestmark = pytest.mark.django_db


def said(journey, role="complainant"):
    """What the page of a party shows: (kind, text, ours), newest first."""
    party = Party.objects.get(complaint=journey.complaint, role=role)
    with travel_to(journey.at):
        found = story.messages(journey.complaint, party, story.events_of(journey.complaint), journey.at)
    return [(one.kind.removeprefix("complaint."), one.text, one.ours) for one in found]


@pytest.mark.req("PS-11")
def test_each_party_reads_its_own_words_and_never_the_others(cast):
    journey = handled(cast, **RESPONDENT).offered()
    journey.opinion("disagree", text="运费也要退", negotiable="yes").opinion(
        "disagree", "respondent", text="我方已经退过", negotiable="yes"
    )
    texts = [text for _kind, text, _ours in said(journey)]
    assert "运费也要退" in texts
    assert "我方已经退过" not in texts
    other = [text for _kind, text, _ours in said(journey, "respondent")]
    assert "我方已经退过" in other
    assert "运费也要退" not in other
    assert [ours for kind, _text, ours in said(journey) if kind == "party_opinion_recorded"] == [False]


def test_only_what_the_complainant_added_stands_as_theirs(cast):
    journey = registered(cast, **RESPONDENT)
    journey.step(journey.party(), "add_facts", facts="客服说三天到账")
    journey.step(cast.frontline, "add_facts", facts="经办人补记的材料")
    journey.step(cast.frontline, "note", note="内部备注")
    found = said(journey)
    assert ("facts_added", "客服说三天到账", False) in found
    assert not {"经办人补记的材料", "内部备注"} & {text for _kind, text, _ours in found}


def test_a_message_is_shown_once_it_left_and_not_when_it_was_taken_back(cast):
    journey = registered(cast)
    journey.step(
        cast.frontline,
        "feed_back",
        content="正在核实打款。",
        means="email",
        next_at="2026-03-03 15:00",
        progress="已联系商家",
    )
    assert "正在核实打款。" not in [text for _kind, text, _ours in said(journey)]
    journey.wait(seconds=11)
    kind, text, ours = said(journey)[0]
    assert (text, ours) == ("正在核实打款。", True)
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        [newest, *_older] = story.messages(journey.complaint, party, story.events_of(journey.complaint), journey.at)
    assert newest.more[0] == "已联系商家"
    assert newest.more[1].startswith("下次") or "3 月 3 日" in newest.more[1]
    Letter.objects.filter(stream_id=journey.complaint.pk, intent__startswith="feedback:").update(state="withdrawn")
    assert "正在核实打款。" not in [text for _kind, text, _ours in said(journey)]
    assert kind == "feedback_given"


def promise(kind, hours, *, is_open=True):
    return SimpleNamespace(kind=kind, due_at=now() + timedelta(hours=hours), is_open=is_open)


def test_the_next_date_is_the_nearest_one_that_runs_and_is_about_hearing_from_us():
    rows = [
        promise("investigation", 1),
        promise("progress_feedback", 9),
        promise("first_reply", 5),
        promise("promised_date", 2, is_open=False),
    ]
    open_case, closed = SimpleNamespace(is_open=True), SimpleNamespace(is_open=False)
    assert story.next_reply_at(open_case, rows) == rows[2].due_at
    assert story.next_reply_at(closed, rows) is None
    assert story.next_reply_at(open_case, rows[:1]) is None
    for kind in ("dedicated_contact", "promised_date"):
        assert story.next_reply_at(open_case, [*rows, nearest := promise(kind, 1)]) == nearest.due_at
    asked = [promise("parties_opinion", 3, is_open=False), promise("callback", 4)]
    assert story.answer_by(asked) is None
    assert story.answer_by([*asked, wanted := promise("parties_opinion", 6)]) == wanted.due_at


def test_stages_say_what_is_over_what_is_now_and_what_lies_ahead(cast):
    journey = handled(cast)
    events = story.events_of(journey.complaint)
    rows = [
        promise("investigation", 1),
        promise("solution", 9),
        promise("answer", 5),
        promise("parties_opinion", 2, is_open=False),
    ]
    found = story.stages(journey.complaint, events, rows)
    assert [one.state for one in found] == ["done", "done", "now", "ahead", "ahead", "ahead"]
    assert found[2].by == rows[2].due_at
    assert [one.by for one in found if one.state != "now"] == [None] * 5
    assert [one.at is not None for one in found] == [True, True, True, False, False, False]
    assert found[0].at < found[1].at <= found[2].at
    assert found[2].note == story.NOTES[State.HANDLING]
    assert {one.note for one in found[:2] + found[3:]} == {""}
    for state, answered, note in (
        (State.FEEDBACK, False, story.NOTES[State.FEEDBACK]), (State.FEEDBACK, True, story.OPINION_HERE),
        (State.EVALUATING, False, story.NOTES[State.EVALUATING]),
    ):  # fmt: skip
        journey.complaint.state = state
        now_at = [one for one in story.stages(journey.complaint, events, rows, answered=answered) if one.state == "now"]
        assert [one.note for one in now_at] == [note]
    journey.complaint.state, journey.complaint.withdrawn = State.FEEDBACK, True
    assert [one.note for one in story.stages(journey.complaint, events, rows) if one.state == "now"] == [
        story.WITHDRAWN
    ]
    journey.complaint.state = State.CLOSED
    closed = story.stages(journey.complaint, events, rows)
    assert [one.state for one in closed][-1] == "done"
    # Nothing was carried out and no answer was given, so nothing is said about either.
    assert [one.label for one in closed] == [one.label for one in (*story.ORDER[:3], story.ORDER[-1])]


@pytest.mark.req("AK-06")
def test_a_code_opens_its_own_number_only(client, cast):
    first, second = registered(cast).complaint, registered(cast).complaint
    swapped = {"number": first.number, "code": second.text("code")}
    assert client.post("/follow/open/", swapped).status_code == 422
    assert client.get("/case/").status_code == 302
    assert client.post("/follow/open/", {"number": first.number, "code": ""}).status_code == 422
    assert client.post("/follow/open/", {"number": "", "code": first.text("code")}).status_code == 422
    assert client.post("/follow/open/", {"number": first.number, "code": first.text("code")}).status_code == 302
    assert first.number in client.get("/case/").content.decode()


@pytest.mark.req("PS-06")
def test_looks_and_downloads_on_the_portal_are_in_the_access_log(client, cast):
    journey = registered(cast)
    party = Party.objects.get(complaint=journey.complaint)
    with travel_to(journey.at):
        client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
        client.post("/case/add/", {"text": "补一张", "files": SimpleUploadedFile("箱子.png", PNG)})
        row = StoredFile.objects.get(stream_id=journey.complaint.pk)
        answer = client.get(f"/case/files/{row.pk}/")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(PNG[:8])
    entries = AccessEntry.objects.filter(stream_id=journey.complaint.pk, door="portal").order_by("at")
    assert [(one.what, one.field) for one in entries if one.what in {"opened", "downloaded"}] == [
        ("opened", ""),
        ("downloaded", "file"),
    ]
    stranger = registered(cast)
    other = Client()
    with travel_to(stranger.at):
        other.get(f"/c/{case_token(stranger.complaint.pk, Party.objects.get(complaint=stranger.complaint).pk)}/")
        assert other.get(f"/case/files/{row.pk}/").status_code == 404
    assert Client().get(f"/case/files/{row.pk}/").status_code == 404
    assert entries.filter(what="downloaded").count() == 1


@pytest.mark.req("PS-06")
def test_a_search_on_the_desk_is_in_the_access_log(sign_in, cast):
    case = a_case(cast.frontline)
    client = sign_in(cast.frontline)
    client.get("/desk/search/?q=2210")
    entry = AccessEntry.objects.get(what="searched")
    assert (entry.actor_id, entry.field) == (cast.frontline.id, "tail")
    client.get("/desk/search/")
    assert AccessEntry.objects.filter(what="searched").count() == 1
    client.get(f"/desk/cases/{case.number}/preview/")
    assert AccessEntry.objects.filter(what="opened", stream_id=case.pk).count() == 1


@pytest.mark.parametrize(
    ("method", "headers", "looks"),
    [
        ("GET", {}, False), ("HEAD", {}, True), ("GET", {"Sec-Purpose": "prefetch"}, True), ("GET", {"Purpose": "preview"}, True),
        ("GET", {"X-Moz": "prefetch"}, True), ("GET", {"X-Purpose": "preview"}, True), ("GET", {"Purpose": "navigate"}, False),
    ],
)  # fmt: skip
def test_a_program_that_tries_a_link_reads_nothing(rf, method, headers, looks):
    assert follow.only_looks_ahead(rf.generic(method, "/", headers=headers)) is looks


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("202603-xf-001", "202603-XF-001"),
        (" 202603—XF–001 ", "202603-XF-001"),
        ("202603－XF－001；", "202603-XF-001"),
        ("x" * 40, "X" * 24),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, tidy):
    assert follow.tidy_number(typed) == tidy


def test_guesses_at_a_number_count_in_every_browser_and_the_find_page_counts_too(client, cast, monkeypatch):
    complaint = registered(cast).complaint
    monkeypatch.setattr(follow, "TRIES_OF_A_NUMBER", 2)
    with travel_to(now()):
        for _n in range(2):
            assert Client().post("/follow/", {"number": complaint.number, "tail": "0000"}).status_code == 422
        assert client.post("/follow/", {"number": complaint.number, "tail": "2210"}).status_code == 429
        monkeypatch.setattr(follow, "TRIES_OF_A_NUMBER", 9)
        monkeypatch.setattr(follow, "TRIES_OF_AN_ADDRESS", 2)
        codes = [
            client.post("/follow/open/", {"number": f"202603-XF-00{n}", "code": "WRONGWRONG22"}).status_code
            for n in range(3)
        ]
    assert codes == [422, 422, 429]
    assert Complaint.objects.count() == 1
