"""A contact that becomes a complaint: registered through the one door, with the time at which the contact reached us."""

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Step, guard
from tingsu.registers.actions import link_opened
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

US = "us"


def opened(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """Answered at once, or answered later: then the time for it runs from receipt."""
    if contact.entry.owner_id is None:
        # It came by itself, from the complaint page: somebody on duty answers for it from now on (IN-14).
        matter = people.Matter(group=values["group"] or "")
        contact.give(people.duty_member_for_intake(contact.entry.pk, matter).pk)
    if values["answer"]:
        contact.move_to("answered")
    elif values["kind"] == "callback":
        agree_call(contact, values)
    else:
        contact.start("contact_answer", at=values["received_at"])


def agree_call(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """We call within the time agreed; its end is a promise."""
    contact.start("contact_callback", due_at=values["call_until"])


def agree_anew(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """Nobody answered, or another time suits better: whatever kind of contact it was, it is a call by appointment now."""
    contact.put("kind", "callback")
    contact.put("call_from", values["new_from"])
    contact.put("call_until", values["new_until"])
    contact.end("contact_answer", "cancelled")
    agree_call(contact, {"call_until": values["new_until"]})


@guard("call_time_came")
def call_time_came(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A call by appointment can fail once its hour has begun."""
    begins = parse_datetime(str(opened.entry.codes.get("call_from") or ""))
    if opened.entry.codes.get("kind") != "callback" or begins is None:
        return [Unmet("no_appointment", _("no call is agreed"))]
    return [Unmet("too_early", _("the hour agreed has not begun"))] if begins > opened.at else []


def call_missed(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """The call did not come about: it is owed as a call-back from now on. Whose fault it was decides whether the hour was kept."""
    contact.end("contact_callback", "met" if values["missed_by"] == US else "cancelled")
    contact.start("contact_answer", at=contact.at)
    if values["missed_by"] == US:
        contact.tell([member.pk for member in people.active_members(roles=(Role.SUPERVISOR,))], "call_missed")


@guard("call_in_order")
def call_in_order(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A call by appointment has a number, and ends after it begins."""
    if values is None or ("kind" in values and values["kind"] != "callback"):
        return []
    first, last = (values.get(f"new_{end}") or values.get(f"call_{end}") for end in ("from", "until"))
    unmet = []
    if not (values.get("caller_phone") or opened.holds("caller_phone")):
        unmet.append(Unmet("no_phone", _("a call needs a telephone number"), guard=""))
    if first is not None and last is not None and last <= first:
        unmet.append(Unmet("ends_first", _("the call ends before it begins"), guard=""))
    return unmet


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
            "group": entry.codes.get("group", ""),
            **({} if texts.get("caller_phone") else {"anonymous": "yes"}),
        }
    )
    made = register_complaint(actor=actor, intake=intake, key=f"contact:{entry.pk}")
    return {"complaint": made.complaint.pk}


def converted(contact: OpenedEntry, values: dict[str, Any]) -> None:
    """The contact is over; it stays linked with its complaint, and both keep why."""
    contact.end("contact_answer")
    contact.end("contact_callback")
    contact.fact("complaint", values["complaint"])
    link_opened(contact, UUID(str(values["complaint"])), "became")
