"""Sharing cases out among colleagues: who may take one, who knows most of it, and who has least to do (AS-06, AS-16)."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tingsu.complaints import lists
from tingsu.complaints.fields.people import LANGUAGES
from tingsu.complaints.models import Complaint
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.people import readiness
from tingsu.people.models import Member
from tingsu.people.roles import STAFF_RANK, StaffLevel

WORTH = 3
"""Whoever knows the kind of problem may own so many open cases more than one who does not, and again for the product."""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who can own cases: level, open cases owned, whether at work, and what the person knows."""

    id: uuid.UUID
    level: str
    load: int
    on_duty: bool
    """At work, and able to take cases: whoever is not released for independent work stands back (PE-15)."""
    unit_ids: frozenset[uuid.UUID] = frozenset()
    topics: frozenset[str] = frozenset()
    products: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    """Beside the language of the organisation, which everybody speaks."""

    def knows_kind(self, case: Complaint) -> bool:
        return bool({case.problem_type, lists.topic_of(case)} & self.topics)

    def knows_product(self, case: Complaint) -> bool:
        return any(word.lower() in case.product.lower() for word in self.products)

    def speaks(self, case: Complaint) -> bool:
        """The complainant's language?"""
        return case.language in {current_organisation().language, *self.languages}

    def place(self, case: Complaint, given: int = 0) -> tuple[bool, int, int, uuid.UUID]:
        """Lower is better: who speaks the language, then who has least to do, knowledge counting as a lighter load.

        Of equals whoever is just high enough, so that experts stay free for what needs one.
        """
        known = self.knows_kind(case) + self.knows_product(case)
        return not self.speaks(case), self.load + given - WORTH * known, STAFF_RANK[self.level], self.id


def colleague_of(member: Member, load: int) -> Colleague:
    """A member with the posts held now."""
    return Colleague(
        id=member.pk,
        level=people.staff_level_of(member.pk),
        load=load,
        on_duty=member.on_duty and not readiness.hindered(member),
        unit_ids=frozenset(post.unit_id for post in people.posts_of(member.pk)),
        topics=frozenset(member.topics),
        products=tuple(member.products),
        languages=frozenset(member.languages),
    )


def merits(one: Colleague, case: Complaint) -> list[str]:
    """What speaks for a colleague on a case, in words: level, knowledge, language, load."""
    words = [str(StaffLevel(one.level).label)] if one.level else []
    if one.knows_kind(case):
        words.append(_("knows this kind of problem"))
    if one.knows_product(case):
        words.append(_("knows this product"))
    if case.language != current_organisation().language and one.speaks(case):
        words.append(_("speaks %(language)s") % {"language": dict(LANGUAGES).get(case.language, case.language)})
    return [*words, _("%(n)s open") % {"n": one.load}]


Stands = Callable[[Colleague, Complaint], bool]
"""Does something stand between a colleague and a case (a conflict of interest)?"""


def able(case: Complaint, colleagues: Iterable[Colleague], stands: Stands) -> list[Colleague]:
    """Who may take a case over: at work, high enough, independent, and not the owner; the best first."""
    found = [
        one
        for one in colleagues
        if one.on_duty
        and one.id != case.owner_id
        and STAFF_RANK[one.level] >= STAFF_RANK[case.required_level]
        and not stands(one, case)
    ]
    return sorted(found, key=lambda one: one.place(case))


def to_move(owner: Colleague, colleagues: Sequence[Colleague]) -> int:
    """How many cases this person has too many: all when absent, else those above the mean of all who are at work."""
    if not owner.on_duty:
        return owner.load
    at_work = [one.load for one in colleagues if one.on_duty]
    return max(0, owner.load - -(-sum(at_work) // len(at_work))) if at_work else 0


def shared_out(
    cases: Iterable[Complaint], colleagues: Sequence[Colleague], stands: Stands
) -> Mapping[uuid.UUID, Colleague]:
    """For each case the best colleague; a case nobody may take is left out. Each that is given counts at once."""
    given: dict[uuid.UUID, int] = {}
    chosen: dict[uuid.UUID, Colleague] = {}
    for case in cases:
        fitting = able(case, colleagues, stands)
        if not fitting:
            continue
        best = min(fitting, key=lambda one: one.place(case, given.get(one.id, 0)))
        given[best.id] = given.get(best.id, 0) + 1
        chosen[case.pk] = best
    return chosen
