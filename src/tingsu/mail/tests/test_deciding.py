"""What a person makes of each mail: complaint, part of a case, contact, nothing of ours; and what a mail never does by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.files import scanner, store, sweeping
from tingsu.files.errors import FileQuarantined
from tingsu.files.models import StoredFile
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel import verify
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.mail.arriving import AGAIN, KEPT, Piece, keep, proved
from tingsu.mail.models import Arrival, Mailbox
from tingsu.mail.polling import seal_password
from tingsu.mail.tests.mails import WORDS, a_mail
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.req("IG-03", "IN-05")
BECOMES = {"becomes": "complaint", "problem_type": "product"}
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def arrives(raw: bytes, **more: Any) -> Entry:
    assert keep(Piece(raw=raw, **more)) == KEPT
    entry = (
        Entry.objects.select_related("stream").filter(register="incoming_mail").order_by("-opened_at", "-id").first()
    )
    assert entry is not None
    return entry


def take(person: Any, entry: Entry, step: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=person.actor, entry=row, register=registers()["incoming_mail"], step=step, values=values)


def a_case(cast: Cast, **changes: Any) -> Complaint:
    given = {
        "kind": "complaint", "problem_type": "product", "mode": "email", "channel": "email", "description": "净水器漏水",
        "name": "邓建国", "email": "deng@mail.example", "preferred_channel": "email", **changes,
    }  # fmt: skip
    return register_complaint(actor=cast.specialist.actor, intake=read_intake(given)).complaint


def a_letter(complaint: Complaint) -> Letter:
    """The acknowledgement, as it lies in the complainant's mailbox."""
    letter = Letter.objects.get(stream_id=complaint.pk)
    Letter.objects.filter(pk=letter.pk).update(channel="email")
    return letter


def findings() -> list[str]:
    return [found.sentence for found in verify.verify_organisation(verify.Tally())]


def test_a_mail_becomes_a_complaint_whose_clocks_run_from_its_arrival_with_its_original(cast: Cast) -> None:
    at = now() - timedelta(hours=5)
    entry = arrives(a_mail(), arrived_at=at)
    assert Promise.objects.get(stream_id=entry.pk).kind == "mail_decision"
    assert entry.codes["guess"] == "new"
    with pytest.raises(InvalidInput):
        take(cast.frontline, entry, "register", becomes="complaint")
    assert not Complaint.objects.exists()
    entry = take(cast.frontline, entry, "register", **BECOMES)
    complaint = Complaint.objects.select_related("stream").get()
    assert (entry.state, complaint.mode, complaint.channel) == ("complaint", "email", "email")
    assert abs(complaint.received_at - at) < timedelta(seconds=1)
    assert Promise.objects.get(stream_id=complaint.pk, kind="first_reply").started_at == complaint.received_at
    assert complaint.text("description").strip() == WORDS
    assert Promise.objects.get(stream_id=entry.pk).ending == "met"
    copies = StoredFile.objects.filter(stream_id=complaint.pk)
    assert [one.media_type for one in copies] == ["message/rfc822"]
    assert bytes(copies.get().sha256) == bytes(StoredFile.objects.get(stream_id=entry.pk).sha256)
    assert EntryLink.objects.get(entry_id=entry.pk).kind == "became"
    assert not findings()


def test_what_a_server_says_of_a_sender_is_believed_only_of_our_own(cast: Cast) -> None:
    headers = {"Authentication_Results": "mx.firm.example; dmarc=pass"}
    silent = Mailbox(name="m", stated_by="")
    assert arrives(a_mail("另一封", **headers), mailbox=silent).codes["proved"] == "unstated", (
        "anybody can write that header"
    )


def test_a_mail_with_several_complaints_is_registered_once_for_each(cast: Cast) -> None:
    entry = arrives(a_mail("第一件：漏水。第二件：没有回电。"))
    with pytest.raises(ConditionsUnmet):
        take(cast.frontline, entry, "split", **BECOMES, part="第二件：没有回电。")
    take(cast.frontline, entry, "register", **BECOMES, part="第一件：漏水。")
    take(cast.frontline, entry, "split", **BECOMES, part="第二件：没有回电。")
    told = {one.text("description") for one in Complaint.objects.select_related("stream")}
    assert told == {"第一件：漏水。", "第二件：没有回电。"}
    assert EntryLink.objects.filter(entry_id=entry.pk, kind="became").count() == 2
    assert not findings()


def test_a_conversion_that_was_cut_off_registers_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tingsu.registers import actions

    entry = arrives(a_mail())
    with monkeypatch.context() as patched:
        patched.setattr(actions, "_carry", lambda *arguments: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            take(cast.frontline, entry, "register", **BECOMES)
    take(cast.frontline, entry, "register", **BECOMES)
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "ground"),
    [("In_Reply_To", "thread"), ("References", "thread"), ("subject", "subject"), ("sender", "sender"), ("", "")],
)
def test_a_reply_is_recognised_by_our_letter_by_the_number_or_by_the_sender(cast: Cast, how: str, ground: str) -> None:
    complaint = a_case(cast)
    name = f"<{a_letter(complaint).pk}@firm.example>"
    given: dict[str, Any] = {"sender": "somebody@else.example"}
    if how in {"In_Reply_To", "References"}:
        given[how] = f"<0@x> {name}" if how == "References" else name
    elif how == "subject":
        given["subject"] = f"Re: 投诉 {complaint.number.lower()} 的回复"
    elif how == "sender":
        given["sender"] = "DENG@mail.example"
    entry = arrives(a_mail("补充一张照片", **given))
    assert entry.codes.get("ground", "") == ground
    assert entry.written().get("case", "") == (complaint.number if ground else "")
    assert entry.codes["guess"] == ("reply" if ground else "new")
    assert bool(entry.codes.get("known")) is (how == "sender")
    assert entry.state == "held"


@pytest.mark.parametrize(
    ("changes", "named"),
    [({}, True), ({"plus": False}, False), ({"active": False}, False), ({"username": "other@firm.example"}, False)],
)
def test_an_answer_to_the_address_of_a_letter_finds_its_case_where_the_server_takes_it(
    cast: Cast, settings: Any, mailoutbox: Any, changes: dict[str, Any], named: bool
) -> None:
    settings.EMAIL_HOST = "mail.firm.example"
    Organisation.objects.filter(pk=cast.organisation_id).update(email="desk@firm.example")
    forget_organisations()
    mailbox = Mailbox(
        name="m", host="x", port=993, security="none", username="Desk@firm.example", folder="INBOX", since=now().date(), plus=True
    )  # fmt: skip
    for name, value in changes.items():
        setattr(mailbox, name, value)
    seal_password(mailbox, "secret")
    mailbox.save(force_insert=True)
    complaint = a_case(cast)
    letter = Letter.objects.get(stream_id=complaint.pk)
    deliver(letter.pk)
    (reply_to,) = mailoutbox[-1].reply_to
    assert reply_to == (f"desk+{letter.pk.hex}@firm.example" if named else "desk@firm.example")
    raw = a_mail("没有引用，也没有编号", sender="somebody@else.example").replace(
        b"desk@firm.example", reply_to.encode()
    )
    entry = arrives(raw)
    assert (entry.codes.get("ground", ""), entry.written().get("case", "")) == (
        ("plus", complaint.number) if named else ("", "")
    )
    assert not entry.codes.get("known"), "the address says which case, not who writes"
    strange = a_mail("别的信", sender="z@else.example").replace(
        b"desk@firm.example", b"desk+" + b"0" * 32 + b"@firm.example"
    )
    assert not arrives(strange).codes.get("ground", "")


def test_a_sender_with_two_open_cases_is_guessed_to_neither(cast: Cast) -> None:
    first = a_case(cast)
    assert arrives(a_mail("一件时", sender="DENG@mail.example")).codes["ground"] == "sender"
    a_case(cast)
    entry = arrives(a_mail("两件时", sender="DENG@mail.example"))
    assert (entry.codes.get("ground", ""), entry.codes["guess"], entry.written().get("case", "")) == ("", "new", "")
    Complaint.objects.filter(pk=first.pk).update(state="closed")
    assert arrives(a_mail("又一件时", sender="DENG@mail.example")).codes["ground"] == "sender"


def test_the_original_of_a_mail_with_malware_is_locked_away_and_no_sweep_takes_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "scan", lambda content: scanner.Verdict(scanned=True, found="Eicar"))
    entry = arrives(a_mail("请看附件"))
    file = StoredFile.objects.get(purpose="letter")
    assert (entry.codes.get("locked"), file.stream_id, file.quarantined_at is not None) == (True, entry.pk, True)
    with pytest.raises(FileQuarantined):
        store.open_file(file)
    with travel_to(now() + timedelta(days=400)):
        sweeping.sweep_loose()
    assert StoredFile.objects.get(pk=file.pk).erased_at is None
    assert store.place(file.pk, file.organisation_id).exists()


def stated(**verdicts: str) -> Mailbox:
    return Mailbox(name="m", stated_by="mx.firm.example")


@pytest.mark.parametrize(
    ("sender", "verdict", "warned"),
    [
        ("deng@mail.example", "pass", False),
        ("deng@mail.example", "fail", True),
        ("deng@mail.example", "", True),
        ("x@y.example", "pass", True),
    ],
)
def test_a_mail_put_to_a_case_stands_in_its_history_and_a_foreign_or_forged_sender_is_named_so(
    cast: Cast, sender: str, verdict: str, warned: bool
) -> None:
    complaint = a_case(cast)
    before = list(Promise.objects.filter(stream_id=complaint.pk).order_by("kind").values_list("kind", "ended_at"))
    headers = {"Authentication_Results": f"mx.firm.example; dmarc={verdict}"} if verdict else {}
    mailbox = stated()
    mailbox.save = lambda *a, **k: None  # type: ignore[method-assign]
    entry = arrives(a_mail("我同意方案", sender=sender, subject=complaint.number, **headers), mailbox=mailbox)
    assert not Event.objects.filter(stream_id=complaint.pk, kind="complaint.facts_added").exists()
    entry = take(cast.frontline, entry, "join", case=complaint.number.lower())
    event = Event.objects.get(stream_id=complaint.pk, kind="complaint.facts_added")
    facts = texts_of([event])[event.pk]["facts"]
    assert "我同意方案" in facts
    assert entry.number in facts
    assert (("未证实" in facts) or ("not proved" in facts)) is warned
    assert event.actor_kind == "member"
    assert [one.media_type for one in StoredFile.objects.filter(stream_id=complaint.pk)] == ["message/rfc822"]
    assert Notice.objects.filter(member_id=complaint.owner_id, kind="case.new_facts").count() == 1
    assert (
        list(Promise.objects.filter(stream_id=complaint.pk).order_by("kind").values_list("kind", "ended_at")) == before
    )
    assert (entry.state, Complaint.objects.get().state) == ("reply", complaint.state)
    assert not findings()


def test_it_is_put_only_to_a_case_that_the_reader_sees_and_comes_back_with_a_note(cast: Cast) -> None:
    complaint = a_case(cast)
    entry = arrives(a_mail("补充", subject=complaint.number))
    with pytest.raises(ConditionsUnmet):
        take(cast.frontline, entry, "join", case="202601-XF-999")
    with pytest.raises(NotAllowed):
        take(cast.qa, entry, "join", case=complaint.number)
    take(cast.specialist, entry, "join", case=complaint.number)
    with pytest.raises(InvalidInput):
        take(cast.specialist, entry, "take_back")
    entry = take(cast.specialist, entry, "take_back", reason="放错了案件")
    note = Event.objects.get(stream_id=complaint.pk, kind="complaint.note_added")
    assert entry.number in texts_of([note])[note.pk]["note"]
    assert entry.state == "held"
    assert not EntryLink.objects.filter(entry_id=entry.pk).exists()
    assert Promise.objects.filter(stream_id=entry.pk, ended_at=None).count() == 1
    assert not findings()


@pytest.mark.parametrize(
    ("step", "values", "state"),
    [
        ("bounced", {}, "bounce"),
        ("automatic", {}, "auto"),
        ("decline", {"reason": "广告"}, "not_ours"),
        ("contact", {"contact_kind": "praise"}, "contact"),
    ],
)
def test_what_is_no_complaint_is_put_aside_by_a_person(
    cast: Cast, step: str, values: dict[str, Any], state: str
) -> None:
    entry = take(cast.frontline, arrives(a_mail("谢谢你们" * 1500)), step, **values)
    assert entry.state == state
    assert Promise.objects.get(stream_id=entry.pk).ending == "met"
    assert not Complaint.objects.exists()
    contacts = Entry.objects.filter(register="contact").select_related("stream")
    assert contacts.count() == (state == "contact")
    for contact in contacts:
        assert contact.codes["received_at"] == entry.codes["received_at"]
        assert entry.number in contact.written()["words"]
    if step == "decline":
        with pytest.raises(InvalidInput):
            take(cast.frontline, arrives(a_mail("别的")), "decline")
        assert take(cast.frontline, entry, "take_back", reason="看错了").state == "held"
    assert not findings()


@pytest.mark.parametrize(
    ("header", "state"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto"),
        ({"Auto_Submitted": "auto-generated"}, "held"),
        ({"Precedence": "bulk"}, "held"),
        ({}, "held"),
    ],
)
def test_only_absence_notes_put_themselves_aside(cast: Cast, header: dict[str, str], state: str) -> None:
    entry = arrives(a_mail("休假中", **header))
    assert entry.state == state
    assert Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists() is (state == "held")


def test_our_own_letter_is_a_loop_and_waits_for_nobody(cast: Cast) -> None:
    letter = a_letter(a_case(cast))
    entry = arrives(a_mail("投诉已受理", message_id=f"<{letter.pk}@firm.example>"))
    assert (entry.codes["guess"], entry.state) == ("loop", "auto")


def test_files_are_kept_and_what_is_refused_is_named_and_stays_in_the_original(cast: Cast) -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@b.example", "照片", "<f@b.example>"
    message.set_content("见附件")
    message.add_attachment(PICTURE, maintype="image", subtype="png", filename="漏水.png")
    message.add_attachment(b"MZ\x00\x01", maintype="application", subtype="octet-stream", filename="run.exe")
    raw = message.as_bytes()
    entry = arrives(raw)
    kinds = list(
        StoredFile.objects.filter(stream_id=entry.pk).order_by("received_at", "id").values_list("media_type", flat=True)
    )
    assert kinds == ["message/rfc822", "image/png"]
    assert "run.exe" in entry.written()["refused"]
    take(cast.frontline, entry, "register", **BECOMES)
    assert StoredFile.objects.filter(stream_id=Complaint.objects.get().pk).count() == 2
    assert not findings()


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 500, b"<html><script>x</script>", b"From: a@b.example\r\n\r\n", "只有字".encode("gbk")]
)
def test_what_cannot_be_read_is_held_with_its_original(cast: Cast, raw: bytes) -> None:
    entry = arrives(raw)
    assert entry.state == "held"
    assert StoredFile.objects.filter(stream_id=entry.pk, purpose="letter").count() == 1
    assert keep(Piece(raw=raw)) == AGAIN
    assert Arrival.objects.count() == 1


def test_a_sender_is_masked_and_the_mail_opens_to_the_centre_alone(cast: Cast, sign_in: Any, client: Any) -> None:
    entry = arrives(a_mail())
    page = reverse("registers:entry", args=["incoming_mail", entry.number])
    sign_in(cast.frontline)
    told = client.get(page).content.decode()
    assert "deng@mail.example" not in told
    assert "地板全泡了" in told
    sign_in(cast.dept)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [({"dmarc": "pass", "spf": "fail"}, "pass"), ({"dmarc": "fail", "spf": "pass"}, "fail"), ({"spf": "fail"}, "fail"),
     ({"spf": "softfail", "dkim": "pass"}, "unstated"), ({"spf": "softfail"}, "fail"), ({"spf": "pass"}, "unstated"), ({}, "unstated")],
)  # fmt: skip
def test_what_the_verdicts_come_to(verdicts: dict[str, str], told: str) -> None:
    assert proved(verdicts) == told


def test_nothing_travels_back_in_time(cast: Cast) -> None:
    with travel_to(now()):
        entry = arrives(a_mail(), arrived_at=now() + timedelta(days=400))
        assert entry.codes["received_at"][:16] <= now().isoformat()[:16]


def mailbox_of(stated_by: str) -> Mailbox:
    mailbox = Mailbox(name="m", stated_by=stated_by)
    mailbox.save = lambda *a, **k: None  # type: ignore[method-assign]
    return mailbox


def test_two_installations_that_write_to_each_other_send_nothing_by_themselves(
    cast: Cast, other_organisation: Any, settings: Any, mailoutbox: Any
) -> None:
    settings.EMAIL_HOST = "mail.firm.example"
    complaint = a_case(cast)
    deliver(Letter.objects.get(stream_id=complaint.pk).pk)
    raw, sent = mailoutbox[-1].message().as_bytes(), len(mailoutbox)
    ours, settings.DEFAULT_FROM_EMAIL = settings.DEFAULT_FROM_EMAIL, "complaints@other.example"
    with acting_for(other_organisation.pk):
        before = Letter.objects.count()
        entry = arrives(raw)
        assert (entry.codes["guess"], entry.state) == ("auto", "held"), (
            "a person looks: another firm's letter may be an answer"
        )
        assert keep(Piece(raw=raw)) == AGAIN
        assert Letter.objects.count() == before
    settings.DEFAULT_FROM_EMAIL = ours
    back = arrives(raw.replace(b"Auto-Submitted", b"X-Was"))
    assert (back.codes["guess"], back.state) == ("loop", "auto")
    assert len(mailoutbox) == sent
