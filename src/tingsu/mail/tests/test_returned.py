"""Letters that come back: whoever owes the case hears of it, and the follow-up page says so (AK-10)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.clock import now
from tingsu.kernel.models import Event
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.mail.arriving import AGAIN, KEPT, Piece, keep
from tingsu.mail.tests.test_deciding import a_case, a_letter, arrives, findings

pytestmark = pytest.mark.req("IG-03", "IN-05")


def returned(letter: Letter, action: str = "failed") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; deng@mail.example\r\n"
        f"Action: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{letter.pk}@firm.example>\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.req("AK-10")
def test_a_letter_that_comes_back_failed_tells_its_owner_and_stands_on_the_follow_up_page(cast: Cast) -> None:
    complaint = a_case(cast)
    deliver(Letter.objects.get(stream_id=complaint.pk).pk)
    letter = a_letter(complaint)
    Letter.objects.filter(pk=letter.pk).update(state="sent", delivered_at=None)
    entry = arrives(returned(letter))
    letter.refresh_from_db()
    assert (letter.failure, letter.failed_channel, letter.channel, letter.state) == (
        "returned",
        "email",
        "portal",
        "delivered",
    )
    assert Event.objects.get(stream_id=complaint.pk, kind="letter.failed").data["why"] == "returned"
    assert Notice.objects.filter(member_id=complaint.owner_id, kind="letter.failed").count() == 1
    assert (entry.state, entry.written()["case"]) == ("bounce", complaint.number)
    assert keep(Piece(raw=returned(letter) + b"again")) in {KEPT, AGAIN}
    assert Event.objects.filter(stream_id=complaint.pk, kind="letter.failed").count() == 1
    assert not findings()


@pytest.mark.req("AK-10")
def test_a_delay_fails_no_letter_and_a_report_about_a_strange_letter_waits(cast: Cast) -> None:
    complaint = a_case(cast)
    letter = a_letter(complaint)
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=now())
    arrives(returned(letter, "delayed"))
    letter.refresh_from_db()
    assert (letter.failure, letter.channel) == ("", "email")
    strange = Letter(id=complaint.pk)
    assert arrives(returned(strange)).state == "held"
