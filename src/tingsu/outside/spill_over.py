"""What the register of spill-over complaints adds to the kit: the complaint behind one, measures with owner, date and result."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.named import named_complaint
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ledger import plain
from tingsu.outside.platforms import channel_of, name_of
from tingsu.process.steps import Step, guard
from tingsu.registers.actions import link_opened
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry, EntryLink

NAME = "spill_over"
TIMER = "spill_over_measure"
MEASURES = Lines(table="measures", called=("what", "until"))
waiting_measures = MEASURES.waiting("spill_over_measures", before="done_on")
measure_waits = MEASURES.may_be_taken("measure", waiting_measures, _("no measure is under way"))


def opened(entry: OpenedEntry, values: dict[str, Any]) -> None:
    """Whoever opened it answers for it until somebody else is named."""
    if values.get("platform") == "other" and not values.get("platform_words"):
        raise InvalidInput({"platform_words": InvalidValue(code="required")})


def case_of(entry: Entry) -> uuid.UUID | None:
    """The complaint that it became or is about, whichever was linked first."""
    links = EntryLink.objects.filter(entry=entry, kind__in=("became", "about"), other__kind="complaint")
    return links.order_by("made_at").values_list("other_id", flat=True).first()


@guard("no_case_yet")
def no_case_yet(thing: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """One spill-over complaint is one complaint here."""
    if case_of(thing.entry) is None:
        return []
    return [Unmet("case_known", _("its complaint is registered here already; it stands among the links"))]


def register(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The complaint behind one, registered once however often this is called. Raises what registration raises."""
    texts = entry.written()
    reached = parse_datetime(entry.codes["received_at"])
    assert reached is not None  # noqa: S101 as the ledger keeps it
    source = entry.codes["platform"]
    raw = {
        "kind": values["becomes"], "problem_type": values["problem_type"], "mode": "other",
        "mode_other": name_of(source, texts.get("platform_words", ""))[:60], "channel": channel_of(source),
        "transferred_by": name_of(source, texts.get("platform_words", ""))[:120], "description": texts["words"],
        "outside_reference": texts.get("reference", ""), "received_at": reached.isoformat(),
        "name": values["complainant_name"], "phone": values["complainant_phone"],
    }  # fmt: skip
    if not values["complainant_phone"]:
        raw |= without_address(values["complainant_name"])
    made = register_complaint(
        actor=actor,
        intake=read_intake({name: value for name, value in raw.items() if value}),
        key=f"outside:{entry.pk}",
    )
    return {"complaint": made.complaint.pk}


def without_address(name: str) -> dict[str, Any]:
    """How a complaint is registered whose platform passes on no telephone and no e-mail."""
    return {"withheld": ["phone", "email"]} if name else {"anonymous": "yes"}


def registered(thing: OpenedEntry, values: dict[str, Any]) -> None:
    """It stays linked with its complaint."""
    thing.fact("complaint", values["complaint"])
    link_opened(thing, uuid.UUID(str(values["complaint"])), "became")


def joined(thing: OpenedEntry, values: dict[str, Any]) -> None:
    """The complaint reached us on our own channels too."""
    link_opened(thing, named_complaint(thing.actor, values).pk, "about")


def measure_id(entry: Entry, place: int) -> uuid.UUID:
    """The subject of the promise of one measure."""
    return uuid.uuid5(entry.pk, f"measure:{place}")


def plan_measure(thing: OpenedEntry, values: dict[str, Any]) -> None:
    """A measure that is to resolve the dispute, owed by somebody until a day (XR-06)."""
    place = len(MEASURES.of(thing.entry))
    MEASURES.add(("what", "who", "until"), lambda _opened: {})(
        thing, {**values, "who": plain(values["who"]), "until": plain(values["until"])}
    )
    thing.start(
        TIMER, due_at=end_of(values["until"]), subject_id=measure_id(thing.entry, place), owner_id=values["who"]
    )
    if values["who"] != thing.actor.id:
        thing.tell([values["who"]], "given")


def finish_measure(thing: OpenedEntry, values: dict[str, Any]) -> None:
    """A measure was taken, with what came of it."""
    place = int(values["measure"])
    MEASURES.mark("measure", lambda _opened: {"done_on": plain(values["done_on"])})(thing, values)
    thing.write(f"measures.{place}.outcome", values["outcome"])
    thing.end(TIMER, subject_id=measure_id(thing.entry, place))


def doers(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who still has a measure to take."""
    return tuple(str(line["who"]) for line in codes.get("measures", ()) if "done_on" not in line)


def ended(thing: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing more is owed: what was still planned is over with it."""
    thing.end(TIMER, "cancelled")
