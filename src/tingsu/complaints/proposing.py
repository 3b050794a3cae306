"""Who should handle a case: one proposal with its reasons in one line, for every form that asks for a person (AS-06).

Level, kinds of problems, product, language, load, absence and conflict of interest decide; a person confirms or takes another.
"""

import uuid
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.independence import dependents
from tingsu.complaints.loads import open_loads
from tingsu.complaints.models import Complaint
from tingsu.complaints.reaction import reacts_strongly
from tingsu.complaints.sharing import Colleague, able, colleague_of, merits
from tingsu.kernel.actor import Actor
from tingsu.kernel.punctuation import listed
from tingsu.people import queries as people
from tingsu.people import readiness
from tingsu.people.roles import STAFF_RANK

HANDLERS = ("frontline", "specialist", "coach")
"""Among whom a handler is proposed: whoever leads takes a case by a decision, not by a proposal."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Those who may take a case, the best first, and why the others may not. Where the complainant reacts strongly, those come first
    whose staff level is above the owner's (IV-12).
    """

    case: Complaint
    fitting: list[Colleague] = field(default_factory=list)
    absent: int = 0
    below: int = 0
    concerned: int = 0
    unready: int = 0
    """Under guidance without a senior, or not released yet (PE-12, PE-15)."""
    above: frozenset[uuid.UUID] = frozenset()
    """Those with more experience than the owner, where the complainant reacts strongly."""

    @property
    def best(self) -> Colleague | None:
        return self.fitting[0] if self.fitting else None

    @property
    def words(self) -> str:
        """Whom, and why: one line."""
        others = [
            _("%(n)s absent") % {"n": self.absent} if self.absent else "",
            _("%(n)s below the staff level needed") % {"n": self.below} if self.below else "",
            _("%(n)s with an interest in the matter") % {"n": self.concerned} if self.concerned else "",
            _("%(n)s not released for independent work") % {"n": self.unready} if self.unready else "",
        ]
        left_out = listed(one for one in others if one)
        if self.best is None:
            said = _("Nobody at work may take this case.")
        else:
            who = people.staff_identity(self.best.id)
            calm = [_("more experienced, for the complainant reacts strongly")] if self.best.id in self.above else []
            why = listed([*calm, *merits(self.best, self.case)])
            said = _("Proposed: %(who)s (%(why)s).") % {"who": who, "why": why}
        if not left_out:
            return said
        return said + " " + _("Left out: %(who)s.") % {"who": left_out}


PROPOSAL: Note[dict[uuid.UUID | None, Proposal]] = Note("complaints.proposal")


def proposal_for(case: Complaint, unit_id: uuid.UUID | None = None) -> Proposal:
    """Who should take the case over, of one unit if it is named. At most four queries, however many people there are."""
    read = reading_of(case)
    known = read.noted(PROPOSAL) or read.note(PROPOSAL, {})
    if unit_id not in known:
        known[unit_id] = _found(case, unit_id)
    return known[unit_id]


def _found(case: Complaint, unit_id: uuid.UUID | None) -> Proposal:
    asked = [one for one in people.active_members(roles=HANDLERS, unit=unit_id) if one.pk != case.owner_id]
    members = [one for one in asked if not readiness.hindered(one)]
    loads = open_loads([one.pk for one in members])
    colleagues = [colleague_of(one, loads.get(one.pk, 0)) for one in members]
    interested = dependents(members, case)
    at_work = [one for one in colleagues if one.on_duty]
    high = [one for one in at_work if STAFF_RANK[one.level] >= STAFF_RANK[case.required_level]]
    fitting = able(case, high, lambda one, _case: one.id in interested)
    above = _above_the_owner(case, fitting) if reacts_strongly(case) else frozenset()
    return Proposal(
        case=case,
        fitting=sorted(fitting, key=lambda one: one.id not in above),
        above=above,
        absent=len(colleagues) - len(at_work),
        below=len(at_work) - len(high),
        unready=len(asked) - len(members),
        concerned=sum(one.id in interested for one in high),
    )


def _above_the_owner(case: Complaint, colleagues: list[Colleague]) -> frozenset[uuid.UUID]:
    known = [STAFF_RANK.get(post.staff_level, 0) for post in people.posts_of(case.owner_id)]
    owner = max(known, default=0)
    return frozenset(one.id for one in colleagues if STAFF_RANK[one.level] > owner)


def proposed_member(actor: Actor, complaint: Complaint) -> dict[str, str]:
    """For forms that ask to whom a case goes: the best is chosen already."""
    best = proposal_for(complaint).best
    return {"member": str(best.id)} if best else {}


def proposal_words(actor: Actor, complaint: Complaint) -> str:
    """The sentence above such a form."""
    return proposal_for(complaint).words
