"""An exercise made from an anonymised model case, played on the practice copy, which sends nothing outside (PE-31).

Two clicks: *Practise this case* on the page of the model case, *Begin*. The complaint is registered in the copy as somebody would tell it now, and
whoever practises stands at once in its desk in the part that was chosen.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from tingsu.demo import practice
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotFound, TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.knowledge import queries, terms
from tingsu.knowledge.queries import Piece
from tingsu.people.access import member_now
from tingsu.people.models import Member
from tingsu.people.queries import active_members
from tingsu.people.roles import Role
from tingsu.registers.access import get_entry, register_of
from tingsu.registers.added import Part, add_part
from tingsu.registers.entry import locked_entry
from tingsu.registers.models import Entry

PLAYED = "knowledge.exercised"
INVENTED = {"name": "演练投诉人", "phone": "13800002210"}
"""Nobody: the number is one of those of the demo."""


class NoPlace(TingsuError):
    code, status = "no_practice", 409
    sentence = _("There is no open practice copy yet. Whoever publishes rules can make one in the settings.")


@dataclass(frozen=True)
class Begun:
    """Where an exercise is played, and by whom."""

    address: str
    plays: uuid.UUID | None
    """The invented person; nobody in the demonstration, where everything is invented."""


def place() -> Organisation | None:
    """Where exercises are played: the open practice copy, or the demonstration itself."""
    here = current_organisation()
    if here.is_demo:
        return here
    copy = practice.copy_of_current()
    return copy.organisation if copy is not None and copy.open else None


def case_to_play(actor: Actor, number: str) -> tuple[Entry, Piece]:
    """A model case in use. Raises NotFound."""
    entry = get_entry(actor, register_of(terms.NAME), number)
    piece = queries.in_use(entry.pk)
    if (
        piece is None
        or piece.kind != terms.CASE
        or not piece.situation
        or current_organisation().practice_of is not None
    ):
        raise NotFound
    return entry, piece


def parts(where: Organisation | None) -> list[Member]:
    """Whom one can play: the invented people who take calls or work on cases. None in the demonstration."""
    if where is None or where.practice_of is None:
        return []
    with acting_for(where.pk):
        return active_members(roles=(Role.FRONTLINE, Role.SPECIALIST))


def begin(*, actor: Actor, number: str, plays: str = "") -> Begun:
    """Register the case in the copy, and note that it was played. Raises NotFound, NoPlace, InvalidInput."""
    entry, piece = case_to_play(actor, number)
    where = place()
    if where is None:
        raise NoPlace
    told = _intake_values(piece)
    if where.practice_of is None:
        made, member = register_complaint(actor=actor, intake=read_intake(told)).complaint, None
    else:
        with acting_for(where.pk):
            member = next(
                (one for one in active_members(roles=(Role.FRONTLINE, Role.SPECIALIST)) if str(one.pk) == plays), None
            )
            if member is None:
                raise InvalidInput({"plays": InvalidValue(code="choice")})
            playing = member_now(member.pk)
            if playing is None:
                raise NoPlace
            made = register_complaint(actor=playing, intake=read_intake(told)).complaint
    with transaction.atomic(durable=True):
        opened = locked_entry(register_of(terms.NAME), actor, entry.pk, now())
        opened.record(PLAYED, {"case": made.number})
        opened.finish()
    path = reverse("desk:case", args=[made.number])
    if where.practice_of is None:
        return Begun(path, None)
    return Begun(
        f"{settings.PREFIX}/o/{where.slug}/{path.removeprefix(get_script_prefix())}", member.pk if member else None
    )


def _intake_values(piece: Piece) -> dict[str, Any]:
    """The case as a caller tells it: nothing of anybody comes along, for the entry tells of nobody."""
    types = piece.codes.get("problem_types") or ["consumer"]
    told = {
        **INVENTED, "mode": "phone", "channel": "hotline", "problem_type": types[0], "categories": list(piece.codes.get("categories") or []),
        "description": piece.situation, "summary": piece.title[:60], "product": piece.product, "demands": [{"kind": "explanation"}],
        "record_confirmed": True,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", [])}


def on_the_page(actor: Actor, entry: Entry) -> dict[str, Any] | None:
    """The way to the exercise on the page of a model case."""
    if (
        entry.codes.get("kind") != terms.CASE
        or not entry.codes.get("version")
        or current_organisation().practice_of is not None
    ):
        return None
    return {"address": reverse("practice:exercise", args=[entry.number])}


add_part(terms.NAME, Part(template="demo/exercise_part.html", context=on_the_page))
