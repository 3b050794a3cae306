"""What happens in a management review: the pack, what people add to it, the meeting, decisions to their end (MS-26, MS-27, MS-28)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation import pack
from tingsu.figures.values import today
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.letters.notices import declare as declare_notices
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Step, guard
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.owed import Owed

NAME, TIMER, DECISION = "management_review", "review_due", "review_decision"
PLANNED_KIND, BY_NEED = "planned", "by_need"
KINDS = (
    (PLANNED_KIND, pgettext_lazy("review", "Management review at its planned interval")),
    (BY_NEED, pgettext_lazy("review", "Complaint review by need")),
)
AREAS = (
    ("improvement", pgettext_lazy("review", "Opportunity for improvement")),
    ("change", pgettext_lazy("review", "Change of the system")),
    ("resources", pgettext_lazy("review", "Resources needed")),
    ("quality", pgettext_lazy("review", "Quality problem of a product or service")),
)
PLANNED, ASSEMBLED, HELD, ACTING, CLOSED, DROPPED = "planned", "assembled", "held", "acting", "closed", "dropped"
declare_notices({f"{NAME}.invited": (pgettext_lazy("notice", "You are invited to a management review"), "users")})
DECISIONS = Owed(table="decisions", timer=DECISION, called="what")


def holders(*roles: Role) -> set[str]:
    """Who holds one of these roles now."""
    return {str(one.pk) for one in people.active_members(roles=roles)}


def planned(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Its days are in order; whoever chairs it or is invited hears of it. Raises InvalidInput."""
    if values["since"] > values["until"]:
        raise InvalidInput({"until": InvalidValue(_("The last day lies before the first one."), code="range")})
    others = {str(one) for one in (values["chair"], *(values.get("participants") or ()))} - {str(opened.actor.id)}
    opened.tell([uuid.UUID(one) for one in sorted(others)], "invited")


@guard("well_chaired")
def well_chaired(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A review by need is chaired by the representative, with senior leaders invited (SZ 4(4)); a planned one is top management's (CTS 9.3)."""
    codes, top = opened.entry.codes, holders(Role.TOP_MGMT)
    asked = {str(codes.get("chair")), *map(str, codes.get("participants") or ())}
    unmet = []
    if codes.get("kind") == BY_NEED and codes.get("chair") not in holders(Role.MGMT_REP):
        words = _("a complaint review by need is chaired by the management representative")
        unmet.append(Unmet("not_the_representative", words, guard=""))
    if top and not top & asked:
        words = _("top management reviews the system: let a senior leader chair it, or invite one")
        unmet.append(Unmet("no_top_management", words, guard=""))
    return unmet


def assembled(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Every input from live data, kept as it is at this moment; assembled again, the newer takes its place."""
    codes = opened.entry.codes
    rows = pack.assembled(date.fromisoformat(codes["since"]), date.fromisoformat(codes["until"]), opened.entry.pk)
    opened.put("pack", rows)
    opened.put("assembled_on", today())


def remarked(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """An input that no record holds, said by a person."""
    rows = [dict(one) for one in opened.entry.codes.get("remarks") or ()]
    opened.write(f"remarks.{len(rows)}.words", values["remark"])
    opened.put(
        "remarks", [*rows, {"input": values["given"], "by": str(opened.actor.id or ""), "on": today().isoformat()}]
    )


def missing_in(codes: Mapping[str, Any]) -> list[str]:
    """Inputs that a review lacks."""
    said = [one["input"] for one in codes.get("remarks") or ()]
    return pack.missing(str(codes.get("kind")), codes.get("pack") or (), said)


def part_in(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who has a part in a review: chair, those invited, and whoever still owes a decision."""
    invited = [str(one) for one in (codes.get("chair"), *(codes.get("participants") or ())) if one]
    return tuple(dict.fromkeys([*invited, *DECISIONS.doers(codes)]))


@guard("whole_input")
def whole_input(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A review with a missing input cannot be closed; each that is missing is named."""
    return [
        Unmet(
            f"missing_{one}",
            _("the input “%(input)s” is missing: give it, or say why there is nothing"),
            guard="",
            input=pack.INPUTS[one],
        )
        for one in missing_in(opened.entry.codes)
    ]


def held(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Who chaired it was there; for a planned one somebody of top management too (CA-24). Raises InvalidInput."""
    present = {str(one) for one in values["present"]}
    if opened.entry.codes["chair"] not in present:
        raise InvalidInput({"present": InvalidValue(_("Whoever chaired the review was there."), code="no_chair")})
    top = holders(Role.TOP_MGMT)
    if opened.entry.codes["kind"] == PLANNED_KIND and top and not top & present:
        sentence = _("Nobody of top management took part: then it is no review by top management.")
        raise InvalidInput({"present": InvalidValue(sentence, code="no_top_management")})


def closed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The minutes are confirmed: what was decided is a promise of whoever it names, until its day."""
    opened.put("closed_on", today())
    if opened.entry.codes.get("decisions"):
        DECISIONS.begin(opened)
    else:
        opened.move_to(CLOSED)


def acted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One decision is carried out; with the last one the review is done."""
    if DECISIONS.finish(opened, values["decision"]):
        opened.move_to(CLOSED)
