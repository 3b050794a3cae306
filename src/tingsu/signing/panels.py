"""Signatures on the case page: each document that was signed or asked for, side by side, with the way to sign (RG-05, MD-06)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.access import may_take
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.signing.state import states


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Who signed what, and what this reader may have signed now. No query of its own."""
    may_sign = complaint.state in PROCESS["sign_document"].sources and may_take(
        actor, complaint, PROCESS["sign_document"]
    )
    found: list[dict[str, Any]] = [
        {
            "words": one.document.words,
            "key": one.document.key,
            "places": [
                {
                    "place": place,
                    "may": may_sign and place.state != "signed" and _may(actor, one.document.signer(place.side)),
                }
                for place in one.places
            ],
        }
        for one in states(complaint)
    ]
    if not found:
        return None
    count = sum(1 for one in found for entry in one["places"] if entry["place"].state == "signed")
    return {"documents": found, "number": complaint.number, "note": count or ""}


def _may(actor: Actor, signer: Any) -> bool:
    return signer.member is None or signer.member(actor)


panel(Panel(name="signatures", title=_("Signatures"), template="signing/panel.html", context=context, order=82))
