"""Files that go with a reply: on the page of the person, in the letter, and in nobody else's hands; ready-made replies."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tingsu.complaints.models import Party
from tingsu.complaints.replies import KIND, check, filled_in, replies_for, shipped
from tingsu.complaints.steps.contact import FILES_ALONG
from tingsu.complaints.terms import PartyRole
from tingsu.desk.tests.cases import a_case, local
from tingsu.desk.tests.test_composer import reply
from tingsu.files.models import StoredFile
from tingsu.kernel.approvals import WaitsForApproval
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.rulebooks import in_force, publish
from tingsu.letters import actions as letters
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.pages.words import day_words
from tingsu.privacy.masking import NOBODY

MONDAY = local("2026-03-02 10:00")


def paper(name="检测报告.txt", words="合格"):
    return SimpleUploadedFile(name, words.encode(), "text/plain")


def opened_by(case, role=PartyRole.COMPLAINANT):
    """The browser of a party that opened the case by the link of a letter."""
    client = Client()
    party = Party.objects.get(complaint=case, role=role)
    assert client.get(f"/c/{case_token(case.pk, party.pk)}/", follow=True).status_code == 200
    return client


@pytest.mark.req("AK-13", "PS-11")
def test_a_file_goes_with_a_reply_and_only_its_receiver_finds_it_once_the_letter_left(sign_in, cast, settings):
    settings.EMAIL_HOST = "mail.example.com"
    with travel_to(MONDAY):
        case, other = a_case(cast.frontline, email="chen@example.com"), a_case(cast.frontline, phone="13900001111")
        client = sign_in(cast.frontline)
        sent = reply(client, case, **{"reply-means": "email", "reply-files__new": paper()})
        assert sent.status_code == 303
        file = StoredFile.objects.get(stream_id=case.pk)
        assert file.purpose == "letter"
        assert "检测报告.txt" in client.get(reverse("desk:case", args=[case.number])).content.decode()
        address = reverse("portal:own_file", args=[file.pk])
        receiver = opened_by(case)
        assert receiver.get(address).status_code == 404  # held back for ten seconds, it may still be taken back
    with travel_to(MONDAY + timedelta(minutes=1)):
        assert "检测报告.txt" in receiver.get("/case/").content.decode()
        assert receiver.get(address).content.decode() == "合格"
        assert opened_by(case, PartyRole.RESPONDENT).get(address).status_code == 404
        assert opened_by(other).get(address).status_code == 404
        letter = Letter.objects.select_related("stream").get(stream_id=case.pk, template="feedback")
        message, _version = letters.compose(letter)
        assert "检测报告.txt" in message.body
        assert [(one.name, one.content.decode()) for one in message.enclosed] == [("检测报告.txt", "合格")]


def test_a_letter_without_files_says_nothing_of_them_and_too_much_for_a_mail_stays_on_the_page(
    sign_in, cast, settings, monkeypatch
):
    settings.EMAIL_HOST = "mail.example.com"
    monkeypatch.setattr("tingsu.letters.enclosures.MAIL_BYTES", 3)
    with travel_to(MONDAY):
        case = a_case(cast.frontline, email="chen@example.com")
        client = sign_in(cast.frontline)
        assert reply(client, case, **{"reply-means": "email"}).status_code == 303
        assert reply(client, case, **{"reply-means": "email", "reply-files__new": paper()}).status_code == 303
        rows = Letter.objects.select_related("stream").filter(stream_id=case.pk, template="feedback")
        plain, heavy = (letters.compose(one)[0] for one in rows.order_by("pk"))
    assert "随信附上" not in plain.body
    assert "检测报告.txt" in heavy.body
    assert heavy.enclosed == ()


def test_a_refused_reply_keeps_its_files_and_a_note_sends_none(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client = sign_in(cast.frontline)
        refused = reply(client, case, text="预计〔时间〕前", **{"reply-files__new": paper()})
        assert refused.status_code == 409
        file = StoredFile.objects.get()
        assert file.stream_id is None
        assert (str(file.pk), "检测报告.txt", True) in refused.context["composer"].files["options"]
        assert reply(client, case, **{"reply-files": str(file.pk)}).status_code == 303
        file.refresh_from_db()
        assert file.stream_id == case.pk
        assert reply(client, case, mode="note", **{"reply-files__new": paper("内部.txt")}).status_code == 303
        assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(("more", "status"), [(0, 303), (1, 422)])
def test_more_files_than_a_reply_takes_are_refused(sign_in, cast, more, status):
    with travel_to(MONDAY):
        case, client = a_case(cast.frontline), sign_in(cast.frontline)
        along = [paper(f"{n}.txt") for n in range(FILES_ALONG)]
        assert reply(client, case, text="〔时间〕", **{"reply-files__new": along}).status_code == 409
        brought = [str(one) for one in StoredFile.objects.values_list("pk", flat=True)]
        news = [paper(f"new{n}.txt") for n in range(more)]
        assert reply(client, case, **{"reply-files": brought, "reply-files__new": news}).status_code == status


def test_a_file_of_somebody_else_or_of_another_case_is_refused(sign_in, cast):
    with travel_to(MONDAY):
        case, other = a_case(cast.frontline), a_case(cast.frontline, phone="13900001111")
        assert reply(sign_in(cast.frontline), other, **{"reply-files__new": paper()}).status_code == 303
        theirs = StoredFile.objects.get()
        refused = reply(sign_in(cast.frontline), case, **{"reply-files": str(theirs.pk)})
        assert refused.status_code == 404
        theirs.refresh_from_db()
        assert theirs.stream_id == other.pk


def test_a_ready_made_reply_comes_filled_in_and_its_open_places_keep_it_from_leaving(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client = sign_in(cast.frontline)
        composer = client.get(reverse("desk:case", args=[case.number]), {"reply": "checking"}).context["composer"]
        assert [one["code"] for one in composer.replies] == [
            "refund",
            "checking",
            "papers",
        ]  # those of its category first
        assert composer.mode == "reply"
        assert case.number in composer.text
        assert "空气炸锅 5L" in composer.text
        assert reply(client, case, text=composer.text).status_code == 409
        other = a_case(cast.frontline, categories=["7"], phone="13900001111", language="en")
        composer = client.get(reverse("desk:case", args=[other.number])).context["composer"]
        assert [one["code"] for one in composer.replies] == ["checking", "papers"]
        assert composer.replies[0]["text"].startswith("We are looking into")


def date_of(case):
    return day_words(case.received_at)


def test_a_value_that_the_case_does_not_have_stays_open_and_none_is_personal(cast):
    case = a_case(cast.frontline, product="")
    assert "〔" in filled_in("{product}", case, NOBODY)
    everything = " ".join(one["text"]["zh-Hans"] for one in shipped()["replies"])
    assert "陈晓雨" not in filled_in(
        everything + "{number}{received}{product}{demands}{next}{handler}{hotline}", case, NOBODY
    )
    spoken = a_case(cast.frontline, product="空气炸锅 139-7766-7788")
    checking = next(one for one in replies_for(spoken) if one["code"] == "checking")
    assert "7766" not in checking["text"], "a number that was typed as the product"
    assert "〔产品或服务〕" in checking["text"]
    assert f"您 {date_of(spoken)}反映" in checking["text"], "Chinese words touch"
    assert "由工号 1001 告诉您" in checking["text"], "and stand one blank apart from digits"
    assert filled_in("Number {number} of {handler}.", spoken, NOBODY) == f"Number {spoken.number} of 工号 1001."
    plain = replies_for(a_case(cast.frontline, product="空气炸锅"))
    assert "空气炸锅" in next(one["text"] for one in plain if one["code"] == "checking")
    assert "400-000-0000" in filled_in("{hotline}", spoken, NOBODY), "what is the firm's own stays"


def one_reply(**changes):
    texts = {"zh-Hans": "好", "en": "fine"}
    return {"replies": [{"code": "a", "name": texts, "categories": [], "text": texts, **changes}]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"code": "A b"}, "replies.1.code"),
        ({"categories": ["16", "35"]}, ""),
        ({"categories": ["36"]}, "replies.1.categories"),
        ({"text": {"zh-Hans": "{name}", "en": "x"}}, "replies.1.text.zh-Hans"),
        ({"text": {"zh-Hans": "好", "en": ""}}, "replies.1.text.en"),
        ({"name": {"zh-Hans": "好" * 81, "en": "x"}}, "replies.1.name.zh-Hans"),
    ],
)
def test_replies_are_checked_field_by_field(changes, field):
    if not field:
        check(one_reply(**changes))
        return
    with pytest.raises(InvalidInput) as refused:
        check(one_reply(**changes))
    assert list(refused.value.fields) == [field]


@pytest.mark.req("OG-10")
def test_who_leads_publishes_a_reply_and_from_others_it_waits_for_approval(cast):
    publish(actor=cast.top_mgmt.actor, kind=KIND, body=one_reply())
    assert [row["code"] for row in in_force(KIND).body["replies"]] == ["a"]
    with pytest.raises(WaitsForApproval):
        publish(actor=cast.mgmt_rep.actor, kind=KIND, body=one_reply(code="b"))
    assert [row["code"] for row in in_force(KIND).body["replies"]] == ["a"]


def test_a_wrong_reply_is_told_beside_its_field_and_nothing_typed_is_lost(sign_in, cast):
    client = sign_in(cast.top_mgmt)
    typed = {"entry-0-code": "neu", "entry-0-name-zh-Hans": "新", "entry-0-name-en": "New", "entry-0-categories": "16"}
    typed |= {"entry-0-text-zh-Hans": "您好 {salary}", "entry-0-text-en": "Hello", "based_on": "0", "publish": "1"}
    page = client.post(reverse("complaints:edit_replies"), typed)
    assert page.status_code == 422
    cells = {cell.name: cell for cell in page.context["entries"][0]["cells"]}
    assert {name for name, cell in cells.items() if cell.error} == {"entry-0-text-zh-Hans"}
    assert cells["entry-0-text-zh-Hans"].value == "您好 {salary}"
    assert [one.anchor for one in page.context["problems"]] == ["f-entry-0-text-zh-Hans"]
    assert 'id="error-entry-0-text-zh-Hans"' in page.content.decode()
    assert client.post(reverse("complaints:edit_replies"), {**typed, "entry-0-text-zh-Hans": "您好"}).status_code == 303
