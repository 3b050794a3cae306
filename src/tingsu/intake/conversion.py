"""A contact that becomes a complaint: registered through the one door, with the time at which the contact reached us."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.registers.actions import link_opened
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry


def opened(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """Answered at once, or answered later: then the time for it runs from receipt."""
    if values["answer"]:
        contact.move_to("answered")
    else:
        contact.start("contact_answer", at=values["received_at"])


def register(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The complaint of a contact, registered once however often this is called. Raises what registration raises."""
    texts = entry.written()
    received = parse_datetime(entry.codes["received_at"])
    assert received is not None  # noqa: S101 as the ledger keeps it
    intake = read_intake(
        {
            "kind": values["becomes"],
            "problem_type": values["problem_type"],
            "description": texts["words"],
            "product": texts.get("product", ""),
            "mode": entry.codes["mode"],
            **({"mode_other": "LX"} if entry.codes["mode"] == "other" else {}),
            "received_at": received.isoformat(),
            "record_confirmed": bool(values["confirmed"]),
            **{
                name: texts[key] for name, key in (("name", "caller_name"), ("phone", "caller_phone")) if texts.get(key)
            },
            **({} if texts.get("caller_phone") else {"anonymous": "yes"}),
        }
    )
    made = register_complaint(actor=actor, intake=intake, key=f"contact:{entry.pk}")
    return {"complaint": made.complaint.pk}


def converted(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """The contact is over; it stays linked with its complaint, and both keep why."""
    contact.end("contact_answer")
    contact.fact("complaint", values["complaint"])
    link_opened(contact, UUID(str(values["complaint"])), "became")
