"""The wizard without JavaScript: nothing typed is lost, one registration at the end."""

import re
from datetime import datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tingsu.clocks.models import Promise
from tingsu.complaints.fields import case_field
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.files.checks import SIZE_LIMIT
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.models import Event
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.portal import drafts, wizard
from tingsu.portal.models import PortalDraft

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
STORY = {
    "cause": "delivery", "description": "外箱压裂，显示器漏液，商家说签收后不负责。", "product": "27 英寸显示器",
    "order_number": "DD20261118000123", "province": "44", "demands": ["refund", "apology"], "amount_refund": "1,199.00",
    "go": "on",
}  # fmt: skip
CONTACT = {"identity": "named", "name": "陈小满", "phone": "13800002210", "language": "zh-hans", "go": "on"}


def fill(client, story=STORY, contact=CONTACT):
    """Walk to the last step."""
    assert client.post("/submit/story/", story).status_code == 302
    assert client.post("/submit/contact/", contact).status_code == 302


def submit(client, **parts):
    fill(client, **parts)
    return client.post("/submit/check/", {"go": "on"})


def test_a_complaint_is_registered_with_everything_that_was_given(client, cast):
    fill(client)
    check = client.get("/submit/check/").content.decode()
    assert "陈小满" in check
    assert "¥1,199.00" in check
    answer = client.post("/submit/check/", {"go": "on"})
    assert answer.headers["Location"] == "/submit/received/"
    complaint = Complaint.objects.get()
    assert complaint.text("description") == STORY["description"]
    assert (complaint.problem_type, complaint.mode, complaint.channel) == ("consumer", "internet", "portal")
    assert (complaint.province, complaint.signed_by) == ("44", "online")
    assert [(d.kind, d.amount_fen) for d in Demand.objects.order_by("position")] == [
        ("refund", 119900),
        ("apology", None),
    ]
    assert Party.objects.get().text("phone") == "13800002210"
    # How long it took is a figure for channel improvement (IN-10).
    assert Event.objects.get(kind="complaint.registered").data["form_seconds"] >= 0


@pytest.mark.req("AK-02")
def test_the_acknowledgement_shows_number_code_and_promised_times_then_forgets_the_code(client, cast):
    submit(client)
    complaint = Complaint.objects.get()
    code = complaint.text("code")
    page = client.get("/submit/received/").content.decode()
    assert complaint.number in page
    assert code in page
    assert "工作人员首次回复" in page
    assert client.post("/submit/received/").headers["Location"] == "/case/"
    case = client.get("/case/").content.decode()
    assert complaint.number in case
    assert code not in case
    assert not PortalDraft.objects.exists()
    assert client.get("/submit/received/").headers["Location"] == "/case/"


def test_bad_input_answers_422_and_keeps_everything_typed(client, cast):
    wrong = {**STORY, "description": " ", "amount_refund": "viel", "occurred_on": "2199-01-01"}
    page = client.post("/submit/story/", wrong, follow=True)
    text = page.content.decode()
    assert page.status_code == 422
    assert 'role="alert"' in text
    for kept in ("27 英寸显示器", "DD20261118000123", "viel", "2199-01-01"):
        assert kept in text
    assert 'href="#description"' in text
    assert 'href="#amount_refund"' in text
    again = client.get("/submit/story/").content.decode()
    assert "viel" in again
    assert not Complaint.objects.exists()


def test_a_phone_that_is_none_is_asked_for_again_and_the_rest_stays(client, cast):
    client.post("/submit/story/", STORY)
    page = client.post(
        "/submit/contact/", {**CONTACT, "phone": "12345", "email": "a@b", "contact_note": "晚上八点后"}, follow=True
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert 'id="phone-error"' in text
    assert 'id="email-error"' in text
    assert "晚上八点后" in text
    assert client.get("/submit/check/").headers["Location"] == "/submit/contact/"
    assert client.post("/submit/check/", {"go": "on"}).headers["Location"] == "/submit/contact/"
    assert not Complaint.objects.exists()


@pytest.mark.req("RG-14")
def test_the_check_page_shows_what_will_be_kept_and_no_more(client, cast):
    hidden = {"product": "\u200b", "description": "漏液\u202e，不负责。\n第二行\x07", "event_place": "\ufeff"}
    wide = {"phone": "１３８－００００－２２１０ 转８", "email": "ａ\u200b@example.com", "fax": "\u200b"}
    fill(client, story=STORY | hidden, contact=CONTACT | wide)
    check = client.get("/submit/check/").content.decode()
    for sign in ("\u200b", "\u202e", "\ufeff", "\x07"):
        assert sign not in check, repr(sign)
    assert "漏液，不负责。" in check
    for label in ("产品或服务", "地点", "传真"):
        assert label not in check, label
    assert "138-0000-2210 转8" in check
    client.post("/submit/check/", {"go": "on"})
    writer = Party.objects.get(complaint=Complaint.objects.get())
    assert [writer.text("phone"), writer.text("email")] == ["138-0000-2210 转8", "a@example.com"]
    assert writer.text("email") in check


@pytest.mark.req("IN-23")
def test_a_contact_of_invisible_signs_promises_no_call(client, cast):
    unreached = {
        "identity": "named",
        "withheld": ["phone", "email"],
        "phone": "\u200b",
        "address": "\u3164",
        "go": "on",
    }
    fill(client, contact=unreached)
    last = client.get("/submit/check/").content.decode()
    assert "可凭它们在这里看到首次回复" in last
    assert "有人联系您" not in last


def test_back_keeps_what_is_typed_without_judging_it(client, cast):
    client.post("/submit/story/", STORY)
    answer = client.post("/submit/contact/", {"identity": "named", "phone": "12", "go": "back"})
    assert answer.headers["Location"] == "/submit/story/"
    assert 'value="12"' in client.get("/submit/contact/").content.decode()


@pytest.mark.req("IN-23")
def test_an_anonymous_complaint_needs_no_contact_and_keeps_none(client, cast):
    fill(client, contact={**CONTACT, "identity": "anonymous"})
    last = client.get("/submit/check/").content.decode()
    assert "可凭它们在这里看到首次回复" in last
    assert "有人联系您" not in last
    client.post("/submit/check/", {"go": "on"})
    complaint = Complaint.objects.get()
    assert complaint.anonymous
    assert not any(party.phone or party.name for party in Party.objects.all())
    assert complaint.text("code") in client.get("/submit/received/").content.decode()
    client.post("/submit/received/")
    assert client.get("/case/").status_code == 200


@pytest.mark.req("RG-17")
def test_withheld_data_never_blocks_while_silence_about_contact_is_asked_about(client, cast):
    client.post("/submit/story/", STORY)
    nothing = {"identity": "named", "go": "on"}
    assert client.post("/submit/contact/", nothing, follow=True).status_code == 422
    assert client.post("/submit/contact/", {**nothing, "withheld": ["name", "phone", "email"]}).status_code == 302
    client.post("/submit/check/", {"go": "on"})
    assert {"name", "phone", "email"} <= set(Complaint.objects.get().withheld)


def test_an_agent_a_group_and_a_format_are_recorded(client, cast):
    contact = {
        **CONTACT,
        "for_other": "yes",
        "agent_name": "李代理",
        "agent_phone": "13900001111",
        "group": "elderly",
        "format": "large_print",
    }
    submit(client, contact=contact)
    complaint = Complaint.objects.get()
    assert (complaint.group, complaint.format) == ("elderly", "large_print")
    assert set(Party.objects.values_list("role", flat=True)) == {"complainant", "agent"}


@pytest.mark.req("IN-22")
@pytest.mark.parametrize("organisation_kind", ["", "yes"])
@pytest.mark.parametrize("agent", [False, True])
def test_a_person_an_organisation_and_an_agent_of_either_complain(client, cast, organisation_kind, agent):
    page = client.get("/submit/story/?cause=refund")
    client.post("/submit/story/", STORY)
    page = client.get("/submit/contact/").content.decode()
    types = re.search(r'<select[^>]*name="customer_type".*?</select>', page, re.DOTALL)[0]
    offered = re.findall(r'value="(\w+)"', types)
    assert offered == ["consumer", "client", "end_user", "retailer", "beneficiary", "purchaser", "dealer"]
    contact = {**CONTACT, "is_organisation": organisation_kind, "customer_type": "dealer"}
    if agent:
        contact |= {"for_other": "yes", "agent_name": "李代理", "agent_phone": "13900001111"}
    assert client.post("/submit/contact/", contact).status_code == 302
    client.post("/submit/check/", {"go": "on"})
    parties = {party.role: party for party in Party.objects.all()}
    assert set(parties) == ({"complainant", "agent"} if agent else {"complainant"})
    assert parties["complainant"].kind == ("organisation" if organisation_kind else "person")
    assert Complaint.objects.get().customer_type == "dealer"
    assert Complaint.objects.get().number in client.get("/case/").content.decode()


def test_pressing_twice_or_coming_back_registers_once(client, cast):
    fill(client)
    first = client.post("/submit/check/", {"go": "on"})
    number = Complaint.objects.get().number
    again = client.post("/submit/check/", {"go": "on"})
    assert first.headers["Location"] == again.headers["Location"] == "/submit/received/"
    assert client.post("/submit/story/", STORY).headers["Location"] == "/submit/received/"
    assert Complaint.objects.get().number == number
    assert Event.objects.filter(kind="complaint.registered").count() == 1


def test_the_back_button_after_registering_leads_to_the_number_and_not_to_an_empty_form(client, cast):
    submit(client)
    for name in ("story", "contact", "check"):
        assert client.get(f"/submit/{name}/").headers["Location"] == "/submit/received/"


def test_a_second_complaint_right_after_the_first_keeps_what_is_typed(client, cast):
    """Nobody pressed “noted”: the browser still holds the draft that was sent."""
    submit(client)
    page = client.get("/submit/story/?cause=refund").content.decode()
    assert 'name="another"' in page
    second = {**STORY, "cause": "refund", "description": "第二件事：退款一直没到。", "another": "1"}
    client.post("/submit/story/save/", second)
    client.post("/submit/files/", {"files": SimpleUploadedFile("截图.png", PNG, "image/png")})
    assert "第二件事" in client.get("/submit/story/").content.decode()
    assert submit(client, story=second).headers["Location"] == "/submit/received/"
    assert [one.text("description")[:4] for one in Complaint.objects.order_by("registered_at")] == [
        "外箱压裂",
        "第二件事",
    ]
    assert StoredFile.objects.get().stream_id == Complaint.objects.order_by("registered_at")[1].pk


def test_a_lost_answer_and_a_second_try_register_once(client, cast):
    """The complaint was committed, but the draft never learnt of it: its id is the key."""
    fill(client)
    draft = PortalDraft.objects.get()
    body = bytes(draft.body)
    client.post("/submit/check/", {"go": "on"})
    PortalDraft.objects.filter(pk=draft.pk).update(state="open", complaint_id=None, body=body)
    client.post("/submit/check/", {"go": "on"})
    assert Complaint.objects.count() == 1
    assert Complaint.objects.get().number in client.get("/submit/received/").content.decode()


def marks(page):
    found = dict(re.findall(r'name="(window|seen)" value="(\w+)"', page.content.decode()))
    assert set(found) == {"window", "seen"}
    return found


def test_a_reload_after_a_refusal_never_puts_old_words_over_newer_ones(client, cast):
    opened = marks(client.get("/submit/story/?cause=refund"))
    old = {**STORY, "description": "旧的话", "amount_refund": "viel", **opened}
    refused = client.post("/submit/story/", old)
    assert refused.status_code == 302
    address = refused.headers["Location"]
    page = client.get(address)
    assert page.status_code == 422
    assert "旧的话" in page.content.decode()
    newer = {**old, "description": "新的话", **marks(page)}
    assert client.post("/submit/story/save/", newer).status_code == 204
    again = client.get(address)
    assert "新的话" in again.content.decode()  # the reload asks for the page
    resent = client.post("/submit/story/", old)  # from the history of the browser
    assert resent.status_code == 409
    assert "新的话" in client.get("/submit/story/").content.decode()
    assert "旧的话" not in client.get("/submit/story/").content.decode()


def test_two_windows_never_overwrite_each_other_silently(client, cast):
    one, two = (marks(client.get("/submit/story/?cause=refund")) for _window in range(2))
    save = "/submit/story/save/"
    assert client.post(save, {**STORY, "description": "第一个窗口", **one}).status_code == 204
    assert client.post(save, {**STORY, "description": "第一个窗口，接着写", **one}).status_code == 204
    assert client.post(save, {**STORY, "description": "第二个窗口", **two}).status_code == 409
    both = client.post("/submit/story/", {**STORY, "description": "第二个窗口", **two})
    text = both.content.decode()
    assert both.status_code == 409
    assert "第二个窗口</textarea>" in text
    assert "第一个窗口，接着写" in text
    assert "27 英寸显示器</dd>" not in text  # where both hold the same, nothing is asked
    joined = {**STORY, "description": "两个窗口合在一起", **marks(both)}
    assert client.post("/submit/story/", joined).headers["Location"] == "/submit/contact/"
    assert "两个窗口合在一起" in client.get("/submit/story/").content.decode()


def test_autosave_keeps_half_a_sentence(client, cast):
    assert client.post("/submit/story/save/", {"cause": "refund", "description": "退款一直没"}).status_code == 204
    assert "退款一直没" in client.get("/submit/story/").content.decode()
    assert "继续填写" in client.get("/").content.decode()


def test_a_draft_is_sealed_belongs_to_one_browser_and_ends_after_a_day(client, cast, organisation):
    from django.test import Client

    client.post("/submit/story/", STORY)
    draft = PortalDraft.objects.get()
    assert "显示器".encode() not in bytes(draft.body)
    assert "显示器" not in Client().get("/submit/story/").content.decode()
    with travel_to(now() + drafts.KEPT_FOR * 2):
        assert drafts.forget_expired() == 1
    assert "显示器漏液" not in client.get("/submit/story/").content.decode()


def test_starting_again_throws_the_draft_away(client, cast):
    client.post("/submit/story/", STORY)
    client.post("/submit/again/")
    assert not PortalDraft.objects.exists()


@pytest.mark.req("PS-03")
def test_one_address_cannot_flood_the_register(client, cast, monkeypatch):
    from tingsu.portal.views import submit as views

    monkeypatch.setattr(views, "SUBMISSIONS_AN_HOUR", 1)
    assert submit(client).status_code == 302
    client.cookies.pop(drafts.COOKIE)
    assert submit(client).status_code == 429
    assert Complaint.objects.count() == 1
    assert PortalDraft.objects.filter(state="open").count() == 1


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7|add:7 }}", "𝒳" * 50, "\u202eabc", "' OR 1=1 --"])
def test_hostile_words_are_only_words(client, cast, text):
    submit(client, story={**STORY, "description": text})
    assert Complaint.objects.get().text("description") == text.replace("\u202e", "")
    assert "<script>alert" not in client.get("/case/").content.decode()


def test_a_control_character_is_explained(client, cast):
    page = client.post("/submit/story/", {**STORY, "description": "a\x00b"}, follow=True)
    assert page.status_code == 422
    assert 'id="description-error"' in page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_one_limit_is_said_once_and_is_the_one_that_is_kept(client, cast, language):
    client.cookies["tingsu_language"] = language
    page = client.get("/submit/story/?cause=delivery").content.decode()
    assert (wizard.FILE_LIMIT, SIZE_LIMIT, settings.QUOTA_VISITOR_MB) == (20, 20 * 1024 * 1024, 200)
    said = {
        "zh-hans": "最多 20 个文件，每个不超过 20 MB，合计不超过 200 MB。",
        "en": "At most 20 files, each up to 20 MB, together 200 MB.",
    }
    assert page.count(said[language]) == 1
    assert page.count("20 MB") == 1
    assert page.count("8,000") == 1
    assert case_field("description").field.limit == 8000


@pytest.mark.req("IN-12", "SL-17")
@pytest.mark.parametrize(("typed", "kept", "days"), [({}, "other", 7), ({"product_type": "fresh"}, "fresh", 2)])
def test_the_card_for_returns_starts_one_with_the_limit_of_the_product_type(client, cast, typed, kept, days):
    client.get("/submit/story/?cause=refund")
    page = client.get("/submit/story/?cause=refund").content.decode()
    assert re.search(r'name="demands" value="refund" checked', page)
    assert not re.search(r'name="demands" value="exchange" checked', page)
    assert "退货、换货、退款按商品类型各有时限" in page
    assert re.search(r'<option value="fresh"[^>]*>生鲜', page)
    fill(client, {**STORY, "cause": "refund", **typed})
    assert ("生鲜" in client.get("/submit/check/").content.decode()) == bool(typed)
    client.post("/submit/check/", {"go": "on"})
    complaint = Complaint.objects.get()
    assert complaint.product_type == kept
    (limit,) = Promise.objects.filter(stream_id=complaint.pk, kind="after_sales")
    assert (limit.due_at - complaint.received_at).days == days
    assert "您的退货、换货或退款办理完成" in client.get("/submit/received/").content.decode()


def test_another_card_starts_no_return_and_a_wish_that_was_taken_back_stays_so(client, cast):
    page = client.get("/submit/story/?cause=delivery").content.decode()
    assert not re.search(r'name="demands" value="refund" checked', page)
    client.post("/submit/story/", {"cause": "refund", "description": "想问问", "go": "on"})
    assert not re.search(r'name="demands" value="refund" checked', client.get("/submit/story/").content.decode())
    fill(client, STORY)
    client.post("/submit/check/", {"go": "on"})
    assert not Promise.objects.filter(kind="after_sales").exists()


@pytest.mark.req("IN-06")
def test_it_is_taken_in_at_any_hour_though_nobody_is_on_duty(client, cast):
    """At ten past three of a night of the October holidays: numbered at once, with an owner and its limits running."""
    Member.objects.update(on_duty=False)
    directory.forget_cached()
    night = datetime.fromisoformat("2026-10-02T03:10:00+08:00")
    with travel_to(night):
        submit(client)
        complaint = Complaint.objects.get()
        assert complaint.number in client.get("/submit/received/").content.decode()
    assert complaint.received_at == night
    assert complaint.owner_id in {cast.frontline.id, cast.frontline2.id}
    assert Promise.objects.filter(stream_id=complaint.pk, kind="first_reply", ended_at=None).exists()
