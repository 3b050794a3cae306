"""What is to be done next on a case and what is missing for it, in words: for pages and programs alike.

Everything comes from the steps (`Step.main`, `Step.guide`, their conditions) and from what apps say of their parts
(`registry.lacking`); no shell knows a step by its name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import is_owed, lacks_of, notes_on_head
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.process.engine import unmet_for_form
from tingsu.process.steps import Step

MOST = 6
"""Missing things that are named; the menu of steps has them all."""

RESTS: dict[str, LazyText] = {
    State.REGISTERED: gettext_lazy("The complaint is graded by the reception and then passed on or solved at once."),
    State.PRE_PLAN: gettext_lazy(
        "Those who lead write and adopt the pre-handling plan; measures at once may be recorded."
    ),
    State.ROUTING: gettext_lazy("Whoever the case is offered to accepts it or sends it back with a reason."),
    State.INVESTIGATING: gettext_lazy("The facts are being investigated; whoever is responsible concludes."),
    State.ANSWERING: gettext_lazy("The answer with its reasons is being given to the complainant."),
    State.HANDLING: gettext_lazy("The solution is written and approved, then sent by whoever is responsible."),
    State.FEEDBACK: gettext_lazy("The solution lies with the parties; their opinions are recorded here."),
    State.EXECUTING: gettext_lazy("The measures are being carried out, and verified by somebody else."),
    State.EXTERNAL_ROUTE: gettext_lazy("Another way of redress is open; its result is recorded here."),
    State.EVALUATING: gettext_lazy("The result is told, rated and followed up by a call; then the case is closed."),
    State.CLOSED: gettext_lazy("The case is closed and is filed next; ratings and requests for review still come in."),
    State.ARCHIVED: gettext_lazy("The case is filed and nothing is left to be done; new facts make a new complaint."),
}
"""What goes on in a state, for somebody who has nothing to do there."""


@dataclass(frozen=True)
class Guidance:
    """One sentence, and what is missing."""

    words: str
    missing: tuple[str, ...] = ()


def leads_on(step: Step, complaint: Complaint) -> bool:
    """Is this the way forward for the case as its parts stand?"""
    own = step.main and (step.main_while is None or step.main_while(complaint))
    return own or is_owed(step.name, complaint)


def most_owed_first(steps: Iterable[Step], complaint: Complaint) -> list[Step]:
    """Steps in their order, those first that another app says are owed."""
    return sorted(steps, key=lambda step: not is_owed(step.name, complaint))


def next_of(case: Case, steps: Iterable[Step]) -> tuple[Step | None, list[str]]:
    """The first step forward that nothing holds up, and what holds up those that stand before it."""
    reasons: list[str] = []
    for step in most_owed_first(steps, case.complaint):
        if step.composed or not leads_on(step, case.complaint):
            continue
        unmet = [str(one) for one in unmet_for_form(case, step)]
        if not unmet:
            return step, reasons
        reasons += unmet
    return None, reasons


def guidance_for(actor: Actor, complaint: Complaint, step: Step | None, reasons: Iterable[str]) -> Guidance:
    """In words, from the next step of this reader and what holds up others."""
    lacks = lacks_of(actor, complaint)
    if step is not None:
        return Guidance(str(step.guide or step.label), _told(lacks, reasons))
    if waits := notes_on_head(actor, complaint):
        return Guidance(
            _("Nothing for you to do now; the case waits for: %(what)s") % {"what": _("; ").join(waits)}, _told(lacks)
        )
    if reasons:
        return Guidance(_("The next step waits for what is missing here."), _told(lacks, reasons))
    return Guidance(str(RESTS[complaint.state]), _told(lacks))


def _told(*found: Iterable[str]) -> tuple[str, ...]:
    """Each once, the first of them."""
    return tuple(dict.fromkeys(words for some in found for words in some))[:MOST]
