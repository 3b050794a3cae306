"""Signing: on the screen, by a link that opens once, on the own page; what is kept, what is refused (RG-05, RG-18, MD-06)."""

import base64
import hashlib
import io
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.cast import Cast
from tests.signing import enter
from tingsu.casework.tests.cases import MEDIATED, founded
from tingsu.complaints import paperwork
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Wanted
from tingsu.governance.erasure import erase_case
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.portal.tests import case_pages
from tingsu.privacy.models import AccessEntry
from tingsu.signing import ink
from tingsu.signing.actions import ChangedWhileReading, SignedAlready
from tingsu.signing.models import Signature, SignedPiece, SignedVersion
from tingsu.signing.tests import given
from tingsu.signing.tests.given import (
    FORM,
    RECEIPT,
    RECORD,
    asked,
    bare,
    drawing,
    fresh,
    posted,
    printed,
    signed,
    text_of,
)
from tingsu.triage.tests.cases import registered, step


def visit(cast: Cast, **changes: Any) -> Complaint:
    return registered(cast.frontline, mode="in_person", record_confirmed=False, **changes)


def mediated(cast: Cast) -> Complaint:
    complaint = step(cast.specialist, founded(cast), "appoint_mediator", member=str(cast.mediator.id))
    return step(cast.mediator, complaint, "mediate", **MEDIATED, result="agreed", agreement="退九成，三日内到账")


@pytest.mark.req("RG-18", "RG-05")
def test_a_visitor_signs_the_acceptance_form_on_the_screen_and_the_investigation_may_begin(cast: Cast) -> None:
    complaint = visit(cast)
    row = signed(cast.frontline.actor, complaint, RECEIPT, "complainant")
    case = fresh(complaint)
    assert (case.signed_by, case.signed_at, case.record_confirmed_at) == ("image", row.signed_at, row.signed_at)
    party = Party.objects.get(complaint=case, role="complainant")
    assert (row.party_id, row.witness_id, row.member_id) == (party.pk, cast.frontline.id, None)
    event = Event.objects.get(stream_id=case.pk, kind="complaint.document_signed")
    assert event.data["digest"] == row.version.digest
    assert event.data["ink"] == row.ink
    assert event.data["set"]["record_confirmed_at"][0] is None
    again = founded(cast, complaint)
    assert again.state == "handling"


@pytest.mark.req("RG-18")
def test_a_refusal_to_sign_the_acceptance_form_is_noted_and_confirms_too(cast: Cast) -> None:
    complaint = visit(cast)
    step(cast.frontline, complaint, "note_no_signature", document=RECEIPT, side="complainant", reason="不愿留笔迹")
    case = fresh(complaint)
    assert (case.signed_by, case.signed_at) == ("refused", None)
    assert case.record_confirmed_at is not None
    row = Signature.objects.get()
    row.complaint = case
    assert (row.way, row.text("reason"), row.witness_id) == ("refused", "不愿留笔迹", cast.frontline.id)
    assert "不愿留笔迹" in printed(cast.supervisor.actor, case, "acceptance_form")
    signed(cast.frontline.actor, complaint, RECEIPT, "complainant")
    assert [one.way for one in Signature.objects.filter(version__number=1)] == ["drawn"], (
        "one row, and no refusal any more"
    )
    kinds = ["complaint.signature_refused", "complaint.document_signed"]
    told = Event.objects.filter(stream_id=case.pk, kind__in=kinds).order_by("seq")
    assert [one.kind for one in told] == kinds, "the history keeps both"


@pytest.mark.req("RG-05")
def test_complainant_and_receiver_sign_the_registration_form(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    signed(given.party_of(complaint), complaint, FORM, "complainant", way="typed", drawing="")
    row = signed(cast.frontline.actor, complaint, FORM, "receiver", name="前台")
    assert row.member_id == cast.frontline.id
    assert row.version.number == 1
    case = fresh(complaint)
    assert case.signed_by == "online"
    assert SignedVersion.objects.count() == 1, "both signed the same version"


@pytest.mark.req("MD-06")
def test_both_sides_and_the_mediator_sign_the_record_and_nobody_signs_for_another(cast: Cast) -> None:
    complaint = mediated(cast)
    signed(cast.mediator.actor, complaint, RECORD, "complainant")
    signed(cast.specialist.actor, complaint, RECORD, "respondent", name="沈专员")
    signed(cast.mediator.actor, complaint, RECORD, "mediator", name="调解员")
    assert Signature.objects.filter(version__number=1).count() == 3
    other = mediated(cast)
    for who, side in (
        (cast.specialist, "mediator"), (cast.mediator, "respondent"), (cast.frontline2, "respondent"), (cast.dept, "complainant"),
    ):  # fmt: skip
        with pytest.raises((NotAllowed, NotFound)):
            signed(who.actor, other, RECORD, side)
    with pytest.raises(NotAllowed):
        signed(given.party_of(other), other, RECORD, "mediator")
    assert not Signature.objects.filter(complaint=other).exists()


@pytest.mark.req("MD-06", "RG-05")
def test_a_signed_version_stays_when_the_document_changes(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    assert "已签版本1" in printed(cast.supervisor.actor, complaint, "registration_form")
    step(cast.frontline, complaint, "correct_record", product="空气炸锅 9L", reason="听错了")
    now_says = printed(cast.supervisor.actor, complaint, "registration_form")
    assert "空气炸锅9L" in now_says
    assert "不是当时签的内容" in now_says
    assert "第1版" in now_says
    kept = printed(cast.supervisor.actor, complaint, "signed_document", item=f"{FORM}:1")
    assert "空气炸锅5L" in kept
    assert "空气炸锅9L" not in kept
    version = SignedVersion.objects.get()
    assert version.digest[:8] in kept
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    assert [one.number for one in SignedVersion.objects.order_by("number")] == [1, 2]
    assert version.digest == SignedVersion.objects.get(number=1).digest


@pytest.mark.req("RG-05")
def test_the_hash_is_that_of_what_was_signed_and_the_drawing_is_in_the_pdf(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    row = signed(cast.frontline.actor, complaint, FORM, "complainant")
    case = fresh(complaint)
    pieces = {one.pk: one for one in SignedPiece.objects.all()}
    for piece in pieces.values():
        piece.complaint = case
    assert hashlib.sha256(pieces[row.version_id].text().encode()).hexdigest() == row.version.digest
    png = base64.b64decode(pieces[row.pk].text())
    assert hashlib.sha256(png).hexdigest() == row.ink
    assert Image.open(io.BytesIO(png)).format == "PNG"
    masked = paperwork.make(cast.supervisor.actor, case, "signed_document", Wanted())
    clear = paperwork.make(cast.supervisor.actor, fresh(complaint), "signed_document", Wanted(purpose="check"))
    assert _pictures(masked.content) == 0
    assert _pictures(clear.content) == 1
    assert "陈小满" not in bare(text_of(masked.content))
    assert "陈小满" in bare(text_of(clear.content))
    assert "13800002210" not in bare(text_of(masked.content))


def _pictures(content: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.req("RG-05", "PS-17")
def test_an_erased_case_leaves_neither_drawing_nor_name_nor_content(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    from django.db import transaction

    with transaction.atomic():
        erase_case(complaint.pk, actor=cast.dso.actor, at=now(), data={"why": "disposal"})
    assert not SignedPiece.objects.exclude(body=None).exists()
    assert not Signature.objects.exclude(name=None).exists()
    with pytest.raises(paperwork.NotYet):
        given.mark(complaint, FORM)


@pytest.mark.req("RG-05")
@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("", ink.NothingDrawn),
        (drawing(ink=False), ink.NothingDrawn),
        (drawing(kind="JPEG"), ink.NoDrawing),
        ("data:image/png;base64," + drawing(kind="JPEG").partition(",")[2], ink.NoDrawing),
        ("data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=", ink.NoDrawing),
        ("data:image/png;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=", ink.NoDrawing),
        ("data:image/png;base64,####", ink.NoDrawing),
        (drawing()[:300], ink.NoDrawing),
        (drawing((5000, 60)), ink.DrawingTooLarge),
        ("data:image/png;base64," + "A" * 700_000, ink.DrawingTooLarge),
        ("https://example.com/x.png", ink.NoDrawing),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence_and_nothing_is_written(
    cast: Cast, sent: str, error: type
) -> None:
    complaint = registered(cast.frontline)
    with pytest.raises(InvalidInput) as refused:
        signed(cast.frontline.actor, complaint, FORM, "complainant", drawing=sent)
    assert type(refused.value.fields["drawing"]) is error
    assert not SignedVersion.objects.exists()
    assert not Signature.objects.exists()
    assert not Event.objects.filter(kind="complaint.document_signed").exists()


def test_a_drawing_is_drawn_anew_without_what_it_carried() -> None:
    png = ink.read_ink(drawing((2400, 800)))
    with Image.open(io.BytesIO(png)) as kept:
        assert kept.mode == "L"
        assert kept.width <= 900
        assert kept.height <= 300
        assert not kept.info
    black = Image.new("RGBA", (600, 200), (0, 0, 0, 255))
    out = io.BytesIO()
    black.save(out, "PNG")
    with pytest.raises(ink.NoDrawing):
        ink.read_ink("data:image/png;base64," + base64.b64encode(out.getvalue()).decode())


@pytest.mark.req("RG-05")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "\u200b"}, "name"),
        ({"name": "名" * 61}, "name"),
        ({"intent": False}, "intent"),
        ({"way": "stamp"}, "way"),
    ],
)
def test_name_way_and_intent_are_needed(cast: Cast, changes: dict[str, Any], field: str) -> None:
    complaint = registered(cast.frontline)
    with pytest.raises(InvalidInput) as refused:
        signed(cast.frontline.actor, complaint, FORM, "complainant", **changes)
    assert field in refused.value.fields


@pytest.mark.req("RG-05", "MD-06")
def test_other_content_than_was_read_and_a_second_signature_are_refused(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    read = given.handed_in(complaint, FORM, "complainant")
    step(cast.frontline, complaint, "correct_record", product="空气炸锅 9L", reason="听错了")
    from tingsu.signing.actions import sign

    with pytest.raises(ChangedWhileReading):
        sign(actor=cast.frontline.actor, complaint_id=complaint.pk, given=read)
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    with pytest.raises(SignedAlready):
        signed(cast.frontline.actor, complaint, FORM, "complainant")


@pytest.mark.req("RG-05")
def test_programs_other_cases_and_other_organisations_sign_nothing(cast: Cast, other_organisation: Any) -> None:
    from dataclasses import replace

    complaint, other = registered(cast.frontline), registered(cast.frontline, name="李四", phone="13900001111")
    program = replace(cast.supervisor.actor, kind="token")
    with pytest.raises(NotAllowed):
        signed(program, complaint, FORM, "complainant")
    with pytest.raises(NotFound):
        signed(given.party_of(other), complaint, FORM, "complainant")
    handed = given.handed_in(complaint, FORM, "complainant")
    from tingsu.kernel.tenancy import acting_for
    from tingsu.signing.actions import sign

    with acting_for(other_organisation.pk), pytest.raises(NotFound):
        sign(actor=cast.frontline.actor, complaint_id=complaint.pk, given=handed)


@pytest.mark.req("RG-05")
def test_an_archived_case_is_signed_no_more(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    handed = given.handed_in(complaint, FORM, "complainant")
    Complaint.objects.filter(pk=complaint.pk).update(state="archived")
    from tingsu.signing.actions import sign

    with pytest.raises(ConditionsUnmet):
        sign(actor=cast.frontline.actor, complaint_id=complaint.pk, given=handed)


@pytest.mark.req("RG-18", "PS-06")
def test_the_screen_shows_a_person_the_document_only_after_a_colleague_says_they_are_there(
    cast: Cast, client: Client
) -> None:
    complaint = visit(cast)
    enter(client, cast.frontline.username)
    page = reverse("signing:sign", args=[complaint.number, "complainant"])
    before = client.get(page, {"document": RECEIPT}).content.decode()
    assert "13800002210" not in before
    assert "data-pad" not in before
    shown = client.post(page, {"document": RECEIPT, "do": "show"}).content.decode()
    assert "13800002210" in shown
    assert "data-pad" in shown
    assert complaint.text("code") not in shown, "the code that opens the case is not for this screen (CA-58)"
    assert AccessEntry.objects.filter(
        stream_id=complaint.pk, what="revealed", field="document.acceptance_form"
    ).exists()
    refused = client.post(
        page,
        {"document": RECEIPT, "do": "sign", "way": "typed", "name": "陈小满", "mark": given.mark(complaint, RECEIPT)},
    )
    assert refused.status_code == 422
    assert 'value="陈小满"' in refused.content.decode()
    done = client.post(page, {**posted(complaint, RECEIPT), "do": "sign"})
    assert done.status_code == 303
    assert Signature.objects.count() == 1
    case_page = client.get(complaint.get_absolute_url()).content.decode()
    assert "屏幕手写" in case_page


def test_who_may_not_open_personal_data_lends_no_screen(cast: Cast, client: Client) -> None:
    complaint = registered(cast.frontline)
    enter(client, cast.analyst.username)
    page = reverse("signing:sign", args=[complaint.number, "complainant"])
    assert client.post(page, {"document": FORM, "do": "show"}).status_code == 403
    assert client.get(page, {"document": "tracking_form:"}).status_code == 404
    assert client.get(page, {"document": "\x00"}).status_code == 404


@pytest.mark.req("RG-05", "MD-06")
def test_the_own_page_offers_what_is_to_be_signed(cast: Cast) -> None:
    complaint = mediated(cast)
    browser = Client()
    case_pages.enter(browser, complaint)
    assert "等您签字" in case_pages.see(browser)
    page = reverse("portal:sign_own", args=["mediation_record", "1"])
    said = browser.get(page).content.decode()
    assert "退九成" in said
    assert "全额退款" in said
    done = browser.post(page, posted(complaint, RECORD))
    assert done.status_code == 200
    assert "已签字" in done.content.decode()
    assert "等您签字" not in case_pages.see(browser)
    assert browser.get(reverse("portal:own_paper", args=["signed_document"])).status_code == 200
    assert "case.document_signed" in set(Notice.objects.values_list("kind", flat=True))


def test_ten_megabytes_are_refused_with_a_sentence(cast: Cast, client: Client) -> None:
    complaint = registered(cast.frontline)
    enter(client, cast.frontline.username)
    page = reverse("signing:sign", args=[complaint.number, "complainant"])
    answer = client.post(page, {"document": FORM, "do": "sign", "drawing": "A" * 10_000_000})
    assert answer.status_code in {400, 413}
    assert len(answer.content) > 500
    assert not Signature.objects.exists()


@pytest.mark.req("RG-05", "IG-01")
def test_programs_read_where_signing_stands_and_never_a_drawing(cast: Cast, client: Client, reached: None) -> None:
    from tingsu.api.tokens import issue_token

    complaint = registered(cast.frontline)
    signed(cast.frontline.actor, complaint, FORM, "complainant")
    asked(cast, complaint, RECEIPT)
    _row, secret = issue_token(
        actor=automation("test", cast.organisation_id), name="kasse", scopes=["complaints:read"], roles=["supervisor"],
        acts_for=cast.supervisor.id,
    )  # fmt: skip
    answer = client.get(
        f"/api/v1/complaints/{complaint.number}/signatures", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 200, answer.content
    told = {one["document"]: {place["side"]: place for place in one["places"]} for one in answer.json()}
    assert told["registration_form"]["complainant"]["state"] == "signed"
    assert told["acceptance_form"]["complainant"]["state"] == "asked"
    assert "陈小满" not in answer.content.decode()
    assert "/s/" not in answer.content.decode()
