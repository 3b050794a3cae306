"""Documents to sign in tests: a drawing as a browser sends it, signatures by each side, links out of letters."""

import base64
import io
import json
from typing import Any
from urllib.parse import urlsplit

import pypdf
from PIL import Image, ImageDraw

from tests.cast import Cast
from tingsu.complaints import access, paperwork
from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import Wanted
from tingsu.letters.models import Letter
from tingsu.signing import documents
from tingsu.signing.actions import Signing, sign
from tingsu.signing.models import Signature
from tingsu.triage.tests.cases import step

FORM, RECEIPT, RECORD = "registration_form:", "acceptance_form:", "mediation_record:1"


def drawing(size: tuple[int, int] = (600, 200), *, ink: bool = True, kind: str = "PNG") -> str:
    """A data address of a few strokes on a clear ground."""
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    if ink:
        pen = ImageDraw.Draw(picture)
        pen.line([(40, 150), (200, 40), (320, 160), (520, 60)], fill=(0, 0, 0, 255), width=5)
    out = io.BytesIO()
    (picture.convert("RGB") if kind != "PNG" else picture).save(out, kind)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(out.getvalue()).decode()


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("stream").get(pk=complaint.pk)


def mark(complaint: Complaint, key: str) -> str:
    """What the form of a document says of its content now."""
    case = fresh(complaint)
    with reading(case):
        return documents.mark_of(documents.written(documents.parts_to_sign(case, documents.document(case, key))))


def handed_in(complaint: Complaint, key: str, side: str, **changes: Any) -> Signing:
    given = {"document": key, "side": side, "way": "drawn", "name": "陈小满", "intent": True, "drawing": drawing()}
    return Signing(**{**given, "mark": mark(complaint, key), **changes})


def signed(actor: Any, complaint: Complaint, key: str, side: str, **changes: Any) -> Signature:
    """A signature through the action."""
    return sign(actor=actor, complaint_id=complaint.pk, given=handed_in(complaint, key, side, **changes))


def party_of(complaint: Complaint, role: str = "complainant") -> Any:
    party = Party.objects.get(complaint=complaint, role=role)
    return access.party_actor(party, complaint.organisation_id)


def link_in_letter(complaint: Complaint) -> str:
    """The address in the newest request for a signature, as its receiver reads it."""
    letter = Letter.objects.filter(stream_id=complaint.pk, template="signature_asked").latest("created_at")
    values = json.loads(fresh(complaint).stream.key().open(letter.values, f"letter:{letter.pk}:values"))
    return str(values["sign_link"])


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def bare(text: str) -> str:
    return "".join(text.split())


def printed(who: Any, complaint: Complaint, code: str, **wanted: Any) -> str:
    made = paperwork.make(
        who, fresh(complaint), code, Wanted(**{"language": "zh-hans", **wanted}), own=who.kind == "complainant"
    )
    return bare(text_of(made.content))


def asked(cast: Cast, complaint: Complaint, key: str = FORM, side: str = "complainant") -> str:
    step(cast.frontline, complaint, "ask_to_sign", document=key, side=side)
    return urlsplit(link_in_letter(complaint)).path


def posted(complaint: Complaint, key: str = FORM, **changes: Any) -> dict[str, str]:
    typed = {
        "document": key,
        "way": "drawn",
        "name": "陈小满",
        "intent": "yes",
        "drawing": drawing(),
        "mark": mark(complaint, key),
    }
    return {**typed, **changes}
