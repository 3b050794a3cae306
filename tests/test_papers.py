"""Every declared document: who may have it, what it masks, both languages, faces inside, no code shown, nothing cut or run."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.cast import Cast, Person
from tests.signing import enter
from tingsu.aftercare.contents import Line, contents_of
from tingsu.aftercare.stages import tracking_form
from tingsu.aftercare.tests.rounds import closed
from tingsu.api.tokens import issue_token
from tingsu.casework.tests.cases import MEDIATED, answered, founded, investigating
from tingsu.casework.tests.test_consultations import consulted
from tingsu.casework.tests.test_criminal import proposed
from tingsu.casework.tests.test_disputes import disputed
from tingsu.complaints import access, paperwork
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Wanted, papers
from tingsu.complaints.terms import Outcome
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter
from tingsu.letters.tests.sms_provider import approve, sms_provider
from tingsu.pages import pdf
from tingsu.portal.tests import case_pages
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import Journey
from tingsu.signing.tests.given import signed
from tingsu.triage.tests import cases as triage
from tingsu.triage.tests.cases import PLAN, reported, step

CODES = sorted(one.code for one in papers())
PHONE, NAME = "13977667788", "司徒卡纳丽"
NAUGHTY = (
    '#read("/etc/passwd") *x* $y$ <script>alert(1)</script> {{7*7}} \\ #panic() =1+1 \u202egnp.exe\u202c 😀 𠮷 \x07'
)
LONG = "退款一直没有到账，" * 1_200
RAW = re.compile(r"\b(?:complaint|letter|case)\.[a-z_]+\b|\b[a-z]+_[a-z_]+\b|[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
def beijing() -> Iterator[None]:
    with timezone.override("Asia/Shanghai"):
        yield


@pytest.fixture
def case(cast: Cast, beijing: None) -> Complaint:
    """A case that was walked to its archive, with words that would like to be markup."""
    journey = closed(
        cast, name=NAME, phone=PHONE, description=f"{NAUGHTY} 我的电话 {PHONE}。 {LONG}"[:8000], product=NAUGHTY[:60]
    )
    return archived(journey).complaint


def archived(journey: Journey) -> Journey:
    cast = journey.cast
    return journey.deliver_letters().step(
        cast.supervisor,
        "archive",
        retention_class="complaint",
        keeper=str(cast.supervisor.id),
        paper_place="档案柜 3-2",
    )


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.select_related("stream").get(pk=case.pk)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def made(who: Person, case: Complaint, code: str, **wanted: Any) -> str:
    return text_of(paperwork.make(who.actor, fresh(case), code, Wanted(**wanted)).content)


@pytest.fixture
def cases(cast: Cast, case: Complaint) -> dict[str, Complaint]:
    """A case for every document: most in the first, the others where their step was taken."""
    person = {"name": NAME, "phone": PHONE, "description": f"{NAUGHTY} {PHONE}"}
    session = {**MEDIATED, "content": f"{NAUGHTY} 电话 {PHONE}"}
    mediated = step(
        cast.specialist, founded(cast, called(cast, **person)), "appoint_mediator", member=str(cast.mediator.id)
    )
    step(cast.mediator, mediated, "mediate", result="open", **session)
    planned = step(cast.frontline, reported(cast, called(cast, **person)), "draft_pre_plan", **PLAN)
    found = {
        "mediation_record": mediated,
        "risk_report": planned,
        "committee_ruling": disputed(
            cast, investigating(cast, called(cast, **person)), question=f"{NAUGHTY} 电话 {PHONE}"
        ),
        "answer_letter": answered(cast, called(cast, **person)),
        "signed_document": signed_form(cast, called(cast, **person)),
        "consultation": consulted(
            cast, investigating(cast, called(cast, **person)), question=f"{NAUGHTY} 电话 {PHONE}"
        )[0],
        "criminal_lead": step(
            cast.function,
            proposed(cast, investigating(cast, called(cast, **person)), offence=f"{NAUGHTY} 电话 {PHONE}"),
            "approve_lead",
            decision=f"同意移送，联系 {PHONE}",
        ),
    }
    return {code: found.get(code, case) for code in CODES}


def signed_form(cast: Cast, complaint: Complaint) -> Complaint:
    signed(cast.frontline.actor, complaint, "registration_form:", "complainant", name=NAME)
    return complaint


def called(cast: Cast, **person: Any) -> Complaint:
    return triage.registered(cast.frontline, **person)


@pytest.mark.req("RC-11", "PS-06", "IV-09", "MD-06", "RC-01")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_document_is_whole_in_both_languages_and_shows_nobody(
    language: str, cast: Cast, cases: dict[str, Complaint]
) -> None:
    for code, case in cases.items():
        content = paperwork.make(cast.supervisor.actor, fresh(case), code, Wanted(language=language)).content
        reader = pypdf.PdfReader(io.BytesIO(content))
        text = text_of(content)
        assert case.number in text, code
        with translation.override(language):
            assert bare(str(next(one.title for one in papers() if one.code == code))) in bare(text), code
        assert PHONE not in bare(text), code
        assert NAME not in bare(text), code
        assert "root:" not in text, code
        assert not (found := [one for one in RAW.findall(text) if one not in NAUGHTY]), (code, found)
        # Every face is inside, and the document says in which language it is and what it is called.
        for page in reader.pages:
            for font in page["/Resources"].get("/Font", {}).values():
                described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3"} & set(described), code
        assert str(reader.root_object["/Lang"]).startswith("zh" if language == "zh-hans" else "en"), code
        assert b"pdfaid:part" in content or reader.root_object["/Metadata"].get_data().count(b"pdfaid:part"), code


@pytest.mark.req("RC-11")
def test_a_long_story_is_told_to_its_last_word_and_letter_by_letter(cast: Cast, case: Complaint) -> None:
    text = made(cast.supervisor, case, "registration_form")
    assert bare(text).count(bare("退款一直没有到账，")) >= 800
    for words in ('#read("/etc/passwd")', "*x*", "$y$", "<script>alert(1)</script>", "{{7*7}}", "#panic()"):
        assert bare(words) in bare(text)
    assert "[U+1F600]" in text, "a sign that the face has not is told by its number"
    assert "[U+20BB7]" in text
    assert "\u202e" not in text


@pytest.mark.req("RC-11", "PS-03", "PS-11")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("supervisor", 200),
        ("frontline", 200),
        ("qa", 200),
        ("auditor", 200),
        ("dept", 404),
        ("mediator", 404),
        ("dso", 404),
    ],
)
def test_whoever_sees_the_case_has_its_documents_and_nobody_else(who: str, status: int, cast: Cast) -> None:
    case = registered(cast)
    client = enter(Client(), who)
    answer = client.get(reverse("desk:paper", args=[case.number, "registration_form"]))
    assert answer.status_code == status
    assert client.get(reverse("desk:papers", args=[case.number])).status_code == status
    printed = AccessEntry.objects.filter(what="printed", field="document.registration_form", stream_id=case.pk)
    assert printed.count() == (1 if status == 200 else 0)
    assert client.get(reverse("desk:paper", args=[case.number, "none_such"])).status_code == 404


@pytest.mark.req("PS-06", "RC-05")
def test_in_the_clear_it_is_for_a_purpose_which_the_log_keeps_and_for_those_who_may(
    cast: Cast, case: Complaint
) -> None:
    assert PHONE in bare(made(cast.supervisor, case, "registration_form", purpose="法院调卷"))
    assert NAME in bare(made(cast.supervisor, case, "registration_form", purpose="contact"))
    assert PHONE not in bare(made(cast.supervisor, case, "registration_form")), "and not a moment longer"
    entries = AccessEntry.objects.filter(what="printed", actor_id=cast.supervisor.id)
    assert [bool(one.purpose) for one in entries.order_by("at", "id")] == [True, True, False]
    with pytest.raises(NotAllowed):
        made(cast.qa, case, "registration_form", purpose="想看看")
    assert AccessEntry.objects.filter(what="refused", actor_id=cast.qa.id, field="document.registration_form").exists()


@pytest.mark.req("RG-10", "PS-06")
def test_the_code_is_covered_on_the_tracking_form_until_it_is_opened_for_a_purpose(cast: Cast) -> None:
    case = registered(cast)
    code = fresh(case).text("code")
    assert code not in made(cast.supervisor, case, "tracking_form")
    assert "****" in made(cast.supervisor, case, "tracking_form")
    assert code in made(cast.supervisor, case, "tracking_form", purpose="duty")
    assert code not in made(cast.auditor, case, "tracking_form")
    scopes = ("complaints:read", "personal:read")
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="printer", scopes=("complaints:read",), roles=cast.mgmt_rep.actor.roles, acts_for=cast.mgmt_rep.id
    )  # fmt: skip
    _row.__class__.objects.filter(pk=_row.pk).update(scopes=list(scopes))
    answer = Client().get(
        f"/api/v1/complaints/{case.number}/documents/tracking_form", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert code not in text_of(answer.content), "no program acts as the complainant"


@pytest.mark.req("RC-11", "RG-10", "RG-11")
def test_the_complainants_own_copy_shows_the_code_and_no_document_of_the_house(cast: Cast) -> None:
    case = fresh(registered(cast))
    party = Party.objects.get(complaint=case, role="complainant")
    own = access.party_actor(party, cast.organisation_id)
    text = text_of(paperwork.make(own, case, "acceptance_form", Wanted(language="en"), own=True).content)
    assert case.text("code") in text
    assert "13800002210" in bare(text)
    with pytest.raises(NotFound):
        paperwork.make(own, case, "tracking_form", Wanted(), own=True)


@pytest.mark.req("RC-11", "PS-11")
def test_the_person_fetches_the_own_copy_from_the_own_page_and_the_other_side_does_not(cast: Cast) -> None:
    case = fresh(registered(cast, respondent_name="速达快运", respondent_phone="13900133456"))
    address = reverse("portal:own_paper", args=["registration_form"])
    assert Client().get(address).status_code == 404
    own, other = Client(), Client()
    case_pages.enter(own, case)
    case_pages.enter(other, case, "respondent")
    assert f'href="{address}"' in own.get(reverse("portal:case")).content.decode()
    answer = own.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "13800002210" in bare(text_of(answer.content))
    assert AccessEntry.objects.filter(what="printed", actor_kind="complainant", stream_id=case.pk).count() == 1
    assert own.get(reverse("portal:own_paper", args=["case_file"])).status_code == 404
    assert other.get(address).status_code == 404


@pytest.mark.req("RC-01")
def test_an_archived_case_shows_number_contents_and_that_it_is_locked(cast: Cast, case: Complaint) -> None:
    page = enter(Client(), "supervisor").get(reverse("desk:case", args=[case.number])).content.decode()
    for words in (f"DA-{case.number}", "卷内目录", "锁定：卷内内容不可更改", "登记投诉", "事件第 1 号"):
        assert words in page, words


@pytest.mark.req("RC-11", "IG-01")
def test_programs_list_the_documents_and_fetch_each_masked(cast: Cast, client: Client) -> None:
    case = registered(cast)
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="reader", scopes=("complaints:read",), roles=cast.mgmt_rep.actor.roles, acts_for=cast.mgmt_rep.id
    )  # fmt: skip
    head = {"Authorization": f"Bearer {token}"}
    there = client.get(f"/api/v1/complaints/{case.number}/documents", headers=head).json()
    assert {one["code"] for one in there} == set(CODES)
    for one in there:
        answer = client.get(f"/api/v1/complaints/{case.number}/documents/{one['code']}?language=en", headers=head)
        if one["missing"]:
            assert (answer.status_code, answer.json()["code"]) == (409, "document_not_yet")
        else:
            assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
            assert "13800002210" not in bare(text_of(answer.content))
    assert client.get(f"/api/v1/complaints/{case.number}/documents/x", headers=head).status_code == 404
    assert (
        client.get(f"/api/v1/complaints/{case.number}/documents/tracking_form?language=fr", headers=head).status_code
        == 422
    )


@pytest.mark.req("RC-11")
def test_the_page_lists_each_document_and_asks_what_one_in_the_clear_is_for(cast: Cast) -> None:
    case = registered(cast)
    client = enter(Client(), "supervisor")
    address = reverse("desk:papers", args=[case.number])
    page = client.get(address).content.decode()
    for one in papers():
        assert str(one.title) in page
    assert "<form" in page
    assert client.post(address, {"document": "registration_form:", "purpose": ""}).status_code == 422
    answer = client.post(address, {"document": "registration_form:", "purpose": "check", "language": "zh-hans"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "13800002210" in bare(text_of(answer.content))
    assert 'name="purpose"' not in enter(Client(), "qa").get(address).content.decode()


@pytest.mark.req("RC-11")
def test_large_print_is_large(cast: Cast) -> None:
    case = fresh(registered(cast))
    actor = cast.supervisor.actor
    normal, large = (
        pypdf.PdfReader(io.BytesIO(paperwork.make(actor, case, "registration_form", Wanted(large=size)).content))
        for size in (False, True)
    )
    sizes = [
        max(
            float(height)
            for height in re.findall(
                r"(?<=/f0 )[\d.]+(?= Tf)", page.pages[0].get_contents().get_data().decode("latin-1")
            )
        )
        for page in (normal, large)
    ]
    assert sizes[1] > sizes[0] * 1.3
    assert pdf.STANDARDS[0] == ("a-2a", "ua-1")


@pytest.mark.req("IV-09")
def test_a_report_has_a_version_for_each_round_and_none_before_the_first(cast: Cast, beijing: None) -> None:
    case = called(cast)
    with pytest.raises(paperwork.NotYet):
        made(cast.supervisor, case, "investigation_report")
    case = founded(cast, case)
    text = bare(made(cast.supervisor, case, "investigation_report", language="zh-hans"))
    for words in ("第1版", "打款批次失败未重试", "80%", "系统故障", "支付流水一份", "调查人"):
        assert words in text, words
    event = Event.objects.get(stream_id=case.pk, kind="complaint.found_founded")
    assert "签署人工号2001（2001）" in text
    assert f"{event.seq}·{bytes(event.hash)[1:].hex()}" in text
    with pytest.raises(NotFound):
        made(cast.supervisor, case, "investigation_report", item="2")


@pytest.mark.req("MD-06")
def test_the_mediation_record_names_sides_sessions_proposals_and_has_a_place_for_each_signature(
    cast: Cast, beijing: None
) -> None:
    case = founded(cast, called(cast, respondent_name="速达快运"))
    step(cast.specialist, case, "appoint_mediator", member=str(cast.mediator.id))
    assert "尚未进行调解" in bare(made(cast.supervisor, case, "mediation_record", language="zh-hans"))
    step(cast.mediator, case, "mediate", result="open", **MEDIATED)
    text = bare(made(cast.supervisor, case, "mediation_record", language="zh-hans"))
    for words in (
        "三方电话", "参加人投诉人", "双方各陈述一次", "投诉人的方案全额退款", "被投诉方的方案商家同意退八成", "调解员建议退九成", "工号5001", "高级调解员",
        "调解尚未结束",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("日期") >= 3, "complainant, respondent and mediator sign"


@pytest.mark.req("RC-11", "RG-14")
def test_a_letter_is_printed_as_it_was_sent_without_what_opens_the_case(cast: Cast, case: Complaint) -> None:
    text = made(cast.supervisor, case, "solution_letter", language="zh-hans")
    assert "款项今天原路退回" in bare(text)
    assert "/c/" not in text
    assert fresh(case).text("code") not in text
    assert "退款已到账，流程已修正。" in bare(made(cast.supervisor, case, "result_notice", purpose="contact"))


@pytest.mark.req("RC-01", "RC-11", "FB-10")
def test_a_letter_that_went_as_text_message_is_printed_in_full(cast: Cast, beijing: None, settings: Any) -> None:
    settings.DEMO = True
    journey = archived(closed(cast, name=NAME, phone=PHONE, email="", preferred_channel="sms"))
    sent = {row.template: row.channel for row in Letter.objects.filter(stream_id=journey.complaint.pk)}
    assert sent["result_notice"] == sent["solution"] == "sms"
    for code, words, message in (
        ("solution_letter", "款项今天原路退回", "已有处理方案"), ("result_notice", "退款已到账，流程已修正。", "处理结果已出"),
    ):  # fmt: skip
        text = bare(made(cast.supervisor, journey.complaint, code, language="zh-hans", purpose="contact"))
        assert all(one in text for one in (words, message)), code
        assert not any(one in text for one in ("/l/", "/c/"))
    whole = bare(made(cast.supervisor, journey.complaint, "case_file", language="zh-hans"))
    assert "款项今天原路退回" in whole
    assert not any(one in whole for one in ("/l/", "/c/", fresh(journey.complaint).text("code"))), "what opens the case"


@pytest.mark.req("AK-10", "PS-05")
def test_of_a_text_message_the_whole_letter_is_kept_covered(cast: Cast, settings: Any) -> None:
    approve(cast.top_mgmt.actor, "acknowledgement")
    with sms_provider(settings) as provider:
        case = registered(cast, phone="13800002210", email="", preferred_channel="sms")
        letter = Letter.objects.select_related("stream").get(stream_id=case.pk)
        deliver(letter.pk)
    letter.refresh_from_db()
    given = json.loads(provider.asked[0]["TemplateParam"])
    body, whole = (
        letter.stream.key().open(getattr(letter, one), f"letter:{letter.pk}:{one}") for one in ("body", "whole")
    )
    assert len(whole) > 2 * len(body), "what the link of the message opens is kept beside it"
    assert not any(given[key] in whole for key in ("code", "link"))


@pytest.mark.req("RC-01", "FB-13")
def test_the_last_stage_says_how_it_ended_and_the_contents_are_in_order(cast: Cast) -> None:
    case = closed(cast).complaint
    form = tracking_form(case, "zh-hans")
    assert all(stage.at and stage.remark for stage in form), "date, name and remark"
    assert form[7].remark == Outcome.ACCEPTED.label
    lines = contents_of(case)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    numbers = [int(line.reference) for line in lines if line.kind == "event"]
    assert numbers == sorted(numbers), "events of one instant as they happened"
    one = [Line(MONDAY, "event", "complaint.registered", "10"), Line(MONDAY, "event", "complaint.acknowledged", "9")]
    assert [line.reference for line in sorted(one, key=lambda line: line.order)] == ["9", "10"]
