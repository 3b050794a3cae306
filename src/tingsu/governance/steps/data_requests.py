"""A complainant or agent asks about the recorded data from the own page: E32. The request is an entry of its register (RC-07)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.models import Party
from tingsu.complaints.terms import PartyRole, State
from tingsu.governance import answering
from tingsu.kernel.errors import Unmet
from tingsu.process.steps import Field, Step, Values
from tingsu.registers.actions import Opening, begin_entry, follow
from tingsu.registers.declaration import registers

MOST_OPEN = 3
"""So many requests of one case may wait at once."""


def not_asked_twice(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """What was asked already is answered first; and nobody fills the register from one page."""
    from tingsu.governance import requests  # its register is declared in its turn

    waiting = [row.codes.get("kind") for row in requests.open_about(case.complaint.pk)]
    if values is not None and values["asked"] in waiting:
        return [Unmet("asked", _("you have asked for this already, and the answer is on its way"))]
    if len(waiting) >= MOST_OPEN:
        return [Unmet("many", _("several of your requests are still being answered"))]
    return []


def still_there(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nothing can be asked about data that was erased."""
    if Party.objects.filter(pk=case.actor.id, erased_at=None).exists():
        return []
    return [Unmet("erased", _("the personal data of this complaint has been erased"))]


def ask(case: Case, values: Values) -> None:
    """E32: the request is opened with its time limit. Whoever opened the own page has proved who they are; an agent shows the
    authority to one of ours.
    """
    from tingsu.governance import requests

    agent = PartyRole.AGENT in case.actor.roles
    register = registers()[requests.NAME]
    given = {
        "kind": values["asked"], "who": "agent" if agent else "self", "form": "written", "received_at": case.at.isoformat(),
        "words": values["words"], "case_number": case.complaint.number,
    }  # fmt: skip
    opened = begin_entry(actor=case.actor, register=register, opening=Opening(values=given, at=case.at, allowed=True))
    if opened.entry.owner_id:
        opened.tell([opened.entry.owner_id], "given")
    if not agent:
        follow(
            actor=case.actor,
            entry_id=opened.entry.pk,
            register=register,
            step="check_identity",
            values={"identity": "page"},
        )
    case.fact("request", opened.entry.pk)


ASK_ABOUT_DATA = Step(
    id="E32",
    name="ask_about_data",
    event="complaint.data_asked",
    label=_("Ask about the own data"),
    sources=tuple(State),
    who=("complainant", "agent"),
    guards=(not_asked_twice, still_there),
    effect=ask,
    clause="SZ 8(1)",
    fields=(
        Field(name="asked", label=_("What is asked"), kind="choice", options=answering.KINDS, required=True),
        Field(name="words", label=_("What exactly do you ask for?"), kind="longtext", limit=4000, required=True),
    ),
)

STEPS = (ASK_ABOUT_DATA,)
