"""Causes of nonconformities: drawn, held beside those that are alike, and known again when they come back (IM-03, IM-09, IM-14)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import apart
from tingsu.process.steps import Options, Step, options_of
from tingsu.registers.actions import follow, link_opened
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import value_words
from tingsu.registers.saying import Said, says

NAME = "nonconformity"
AREAS = (
    ("people", pgettext_lazy("fishbone", "People")),
    ("tools", pgettext_lazy("fishbone", "Systems and equipment")),
    ("material", pgettext_lazy("fishbone", "Information and material")),
    ("method", pgettext_lazy("fishbone", "Methods and rules")),
    ("surroundings", pgettext_lazy("fishbone", "Surroundings")),
    ("measuring", pgettext_lazy("fishbone", "Measuring and checking")),
)
"""The six areas of a fishbone diagram (人、机、料、法、环、测)."""
ACTION_TYPES = (
    ("remove_cause", _("Remove the cause of an actual or potential nonconformity")),
    ("product", _("Meet expectations, remove or reduce defects, redesign")),
    ("rules", _("Revise after-sales or service rules")),
    ("information", _("Redefine information to customers")),
    ("training", _("Retrain the people concerned")),
)
"""Improvement kinds of SZ 8(4)."""
LEAST_WHYS = 2
MARKS = ("supplier", "department", "stage", "source")
"""What two nonconformities may have in common, the most telling first."""
LOOKED_AT = 100
"""Of each mark so many of the newest are looked at, however many there are."""
SHOWN = 6


def asked_down(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """One answer is no chain of whys, and a fishbone names at least one main cause."""
    if values is None:
        return []
    if values.get("method") == "five_why" and len(values.get("whys") or ()) < LEAST_WHYS:
        return [Unmet("one_why", _("ask why again: one answer is not the cause yet"), value_of="whys")]
    if values.get("method") == "fishbone" and not any(line.get("main") for line in values.get("bones") or ()):
        return [Unmet("no_main", _("mark at least one of them as the main cause"), value_of="bones")]
    return []


def joined(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The cause is one that was thought to be gone: the closed one opens again, this one is handled with it (IM-14)."""
    if not values.get("same_as"):
        return
    earlier = uuid.UUID(str(values["same_as"]))
    said = Said("cause_came_back", {"number": opened.entry.number})
    follow(
        actor=opened.actor, entry_id=earlier, register=registers()[NAME], step="recur", values={"reason": said.first_words()}
    )  # fmt: skip
    link_opened(opened, earlier, "follows")
    opened.move_to("joined")


@says("cause_came_back")
def _came_back(told: Mapping[str, Any]) -> str:
    return _now("The same cause was found in %(number)s.") % told


def came_back(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It is counted how often a cause that was closed came back."""
    opened.put("recurred", opened.entry.codes.get("recurred", 0) + 1)


def alike(entry: Entry) -> list[Entry]:
    """Other nonconformities that have something in common with this one: most in common first, then the newest.

    Looks at the newest of each mark, so it costs the same in a register of any size. At most six queries.
    """
    marks = {name: str(entry.codes[name]) for name in MARKS if name in entry.codes}
    marks |= dict(
        EntryFacet.objects.filter(entry=entry, register=NAME, name="supplier").values_list("name", "value")[:1]
    )
    found: dict[uuid.UUID, set[str]] = {}
    for name, value in marks.items():
        newest = EntryFacet.objects.filter(register=NAME, name=name, value=value).order_by("-opened_at", "-entry")
        for pk in newest.values_list("entry_id", flat=True)[:LOOKED_AT]:
            found.setdefault(pk, set()).add(name)
    found.pop(entry.pk, None)
    least = min(2, len(marks))
    close = [pk for pk, common in found.items() if len(common) >= least]
    rows = Entry.objects.filter(pk__in=close).select_related("stream")
    return sorted(rows, key=lambda row: (len(found[row.pk]), row.opened_at, row.pk), reverse=True)


def closed_alike(entry: Entry | None) -> Options:
    """Closed ones that are alike, named by what lists tell of them: nothing that was written stands in the choice."""
    if entry is None:
        return ()
    return tuple((str(row.pk), _named(row)) for row in alike(entry) if row.state == "closed")[:SHOWN]


def _named(row: Entry) -> str:
    return apart([row.number, *_marks(row)])


def _marks(row: Entry) -> list[str]:
    register = registers()[NAME]
    told = [value_words(register.by_name[name], row.codes.get(name), row) for name in ("source", "stage", "department")]
    return [words for words in told if words]


def beside(actor: Actor, entry: Entry) -> dict[str, Any]:
    """The drawn analysis of the cause, and those that are alike while the cause is looked for."""
    texts = entry.worded_or_none() or {}
    told: dict[str, Any] = {
        "whys": [texts.get(f"whys.{place}.why", "") for place in range(len(entry.codes.get("whys", ())))],
        "bones": _bones(entry, texts),
        "cause": texts.get("cause", ""),
    }
    if entry.state in {"open", "contained"}:
        close = alike(entry)
        seen = registers()[NAME].visible(actor, Entry.objects.filter(pk__in=[row.pk for row in close]))
        allowed = set(seen.values_list("pk", flat=True))
        told["alike"] = [_line(row) for row in close if row.pk in allowed][:SHOWN]
    return told


def _line(row: Entry) -> dict[str, Any]:
    register = registers()[NAME]
    return {
        "number": row.number,
        "address": reverse("registers:entry", args=[NAME, row.number]),
        "state": register.state_by_code[row.state],
        "marks": apart(_marks(row)),
        "cause": (row.worded_or_none() or {}).get("cause", ""),
        "opened": local_date(row.opened_at, current_organisation().time_zone),
    }


def _bones(entry: Entry, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Areas of the fishbone with their causes, in the order of the diagram; empty areas are left out."""
    labels = dict(options_of(registers()[NAME].by_name["bones"].rows[0]))
    lines = [
        (line.get("area"), texts.get(f"bones.{place}.what", ""), bool(line.get("main")))
        for place, line in enumerate(entry.codes.get("bones", ()))
    ]
    return [
        {"area": labels[area], "causes": [(what, main) for one, what, main in lines if one == area]}
        for area, _words in AREAS
        if any(one == area for one, _what, _main in lines)
    ]
