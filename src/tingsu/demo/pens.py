"""Signatures of the demo, through the action that every signature goes through."""

import base64

from tingsu.complaints.case_rows import reading
from tingsu.complaints.models import Complaint
from tingsu.demo.exhibits import flourish
from tingsu.kernel.actor import Actor
from tingsu.signing import documents
from tingsu.signing.actions import Signing, sign


def put_signature(actor: Actor, complaint: Complaint, document: str, side: str, name: str) -> None:
    """Sign a document of a case as a side, drawn; `document` is code and item. Raises what `sign` raises."""
    with reading(complaint):
        one = documents.document(complaint, document)
        mark = documents.mark_of(documents.written(documents.parts_to_sign(complaint, one)))
    drawing = "data:image/png;base64," + base64.b64encode(flourish(name)).decode()
    given = Signing(document=document, side=side, way="drawn", name=name, intent=True, mark=mark, drawing=drawing)
    sign(actor=actor, complaint_id=complaint.pk, given=given)
