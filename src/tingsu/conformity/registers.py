"""The registers of the conformity view: what a firm says of a clause, and the audits by people from outside (MS-29, OE-18)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity import assignment, outside, packing  # noqa: F401 registers of their own
from tingsu.conformity.access import READERS
from tingsu.conformity.profiles import options
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step, guard
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry

CLAUSE = "clause"
KEEPERS = (OWNER, *LEADERS, Role.QA)


def clauses(thing: Any) -> tuple[tuple[str, Any], ...]:
    """Every clause of every document, as something to choose."""
    return options()


def looked_at(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Somebody compared the clause with what there is today."""
    opened.put("checked_on", local_date(opened.at, current_organisation().time_zone))
    opened.put("checked_by", opened.actor.id)


def written(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A new statement waits for somebody else to confirm it."""
    opened.put("confirmed", None)


@guard("not_confirmed_yet")
def not_confirmed_yet(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The statement waits for somebody to confirm it."""
    if opened.entry.codes.get("confirmed"):
        return [Unmet("confirmed_already", _("the statement is confirmed already"))]
    return []


def confirmed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("confirmed", True)
    looked_at(opened, values)


declare(
    Register(
        name=CLAUSE,
        one=pgettext_lazy("record", "Clause"),
        many=pgettext_lazy("record", "Clauses: responsibility and applicability"),
        hint=_(
            "Who answers for a clause, whether it applies to the firm and why not, and what is said where no record of daily work shows it. "
            "The newest entry of a clause counts."
        ),
        prefix="TK",
        icon="file-check",
        group="",
        title="note",
        readers=READERS,
        openers=(*LEADERS, Role.QA),
        owner="responsible",
        fields=(
            Field(name="about", label=pgettext_lazy("record", "Clause"), kind="choice", options=clauses),
            Field(name="responsible", label=_("Responsible"), kind="member"),
            Field(name="note", label=_("How we meet it"), kind="longtext", limit=2000),
            Field(name="speaks_of", label=_("Day it speaks of"), kind="date", past=True, help=_("Not the day of upload.")),
            Field(name="expires_on", label=_("Holds until"), kind="date"),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="apart", label=_("Why it does not apply"), kind="longtext", limit=1000),
            Field(name="confirmed", label=pgettext_lazy("clause", "Confirmed"), kind="bool"),
            Field(name="checked_on", label=_("Last check"), kind="date"),
            Field(name="checked_by", label=pgettext_lazy("clause", "Checked by"), kind="member"),
            Field(name="remark", label=pgettext_lazy("clause", "What was seen"), kind="longtext", limit=1000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("about*", "responsible*", "note*"),
        passing=("reason", "remark"),
        columns=("about", "responsible", "checked_on"),
        filters=("about",),
        speaks_of="speaks_of",
        expires="expires_on",
        clauses=lambda codes: (codes["about"],) if codes.get("confirmed") else (),
        states=(
            State("applies", pgettext_lazy("clause", "Applies"), "done"),
            State("asked", pgettext_lazy("clause", "Not applicable: waits for approval"), "soon"),
            State("apart", pgettext_lazy("clause", "Not applicable"), open=False),
        ),
        steps=(
            Do(
                name="check", label=pgettext_lazy("clause", "Note a check"), event="checked", did=_("checked the clause"),
                sources=("applies",), who=KEEPERS, asks=("remark*",), effect=looked_at, icon="eye",
            ),
            Do(
                name="state", label=_("Say how it is met"), event="stated", did=_("wrote how it is met"), sources=("applies",), who=KEEPERS,
                asks=("note*", "speaks_of*", "expires_on", "proof"), effect=written, icon="edit",
            ),
            Do(
                name="confirm", label=pgettext_lazy("clause", "Confirm the statement"), event="confirmed", did=_("confirmed the statement"),
                sources=("applies",), who=LEADERS, not_by=("state", "open"), guards=(not_confirmed_yet,), effect=confirmed, tells=(OWNER,), tone="done",
                icon="checks",
            ),
            Do(
                name="give", label=pgettext_lazy("clause", "Name another responsible person"), event="assigned", did=_("named who answers for it"),
                sources=("applies", "apart"), who=LEADERS, asks=("responsible*", "reason*"), main=False, icon="user",
            ),
            Do(
                name="exclude", label=pgettext_lazy("clause", "Ask to leave it out"), event="exclusion_asked",
                did=_("asked to declare it not applicable"), sources=("applies",), target="asked", who=KEEPERS, asks=("apart*",),
                tells=(Role.MGMT_REP, Role.TOP_MGMT), main=False, icon="x", clause="CTS 4.3",
            ),
            Do(
                name="approve", label=pgettext_lazy("clause", "Approve that it does not apply"), event="excluded",
                did=_("approved that it does not apply"), sources=("asked",), target="apart", who=LEADERS, not_by=("exclude",), tells=(OWNER,),
                icon="checks", clause="CTS 4.3",
            ),
            Do(
                name="refuse", label=pgettext_lazy("clause", "It applies"), event="exclusion_refused", did=_("decided that it applies"),
                sources=("asked",), target="applies", who=LEADERS, not_by=("exclude",), asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="include", label=pgettext_lazy("clause", "Apply it again"), event="included", did=_("applied it again"), sources=("apart",),
                target="applies", who=LEADERS, asks=("reason*",), tells=(OWNER,), main=False, icon="refresh",
            ),
        ),
    )
)  # fmt: skip
