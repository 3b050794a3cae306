"""Who may not decide on a case because it is about them (G5; IV-03, VL-10). One place for every step that asks."""

import re
import uuid
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import Unmet
from tingsu.kernel.fields import LANGUAGES
from tingsu.kernel.fingerprints import fingerprint
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.models import Member

WORDS = re.compile(r"[\s,，、;；:：/()（）]+")
UNIT, PERSON, INTEREST = "unit_concerned", "person_concerned", "declared_interest"
SHORTEST_NAME = 2


def dependence_of(member_id: uuid.UUID | None, unit_ids: frozenset[uuid.UUID], complaint: Complaint) -> str:
    """Why this member cannot investigate, decide, mediate or check the case: a code, or an empty text if nothing stands in the way.

    1. The unit complained of is one of the member's. 2. The member is the person complained of: staff number, work
    identity or name stands in that field. 3. The member has declared an interest in the unit or in one of the parties.
    """
    if complaint.unit_concerned_id is not None and complaint.unit_concerned_id in unit_ids:
        return UNIT
    member = people.member_or_none(member_id)
    if member is None:
        return ""
    if _is_named(complaint, member_id):
        return PERSON
    interests = set(member.interests)
    if interests and (str(complaint.unit_concerned_id) in interests or interests & _parties(complaint)):
        return INTEREST
    return ""


def plainly_dependent(member_id: uuid.UUID, unit_ids: frozenset[uuid.UUID], complaint: Complaint) -> bool:
    """What the rows at hand say already, for lists of candidates: the own unit, or one with a declared interest. No query."""
    unit = complaint.unit_concerned_id
    if unit is None:
        return False
    member = people.member_or_none(member_id)
    return unit in unit_ids or (member is not None and str(unit) in member.interests)


def dependents(members: Collection[Member], complaint: Complaint) -> set[uuid.UUID]:
    """Who of several is not independent of the case: the same for all at once, with at most two queries."""
    found = {one.pk for one in members if plainly_dependent(one.pk, _units_of(one.pk), complaint)}
    parties = _parties(complaint) if any(one.interests for one in members) else set()
    found |= {one.pk for one in members if parties & set(one.interests)}
    try:
        concerned = complaint.text("person_concerned") if complaint.person_concerned else ""
        names = people.names_of(members) if concerned else {}
    except Erased:
        return found
    return found | {one.pk for one in members if concerned and _named_in(concerned, one, names.get(one.pk, ""))}


WHY = {
    UNIT: _("the complaint is about this person's own department"),
    PERSON: _("the complaint is about this person"),
    INTEREST: _("this person has declared an interest in the matter"),
}


WHY_NOT_YOU = {
    UNIT: _("the complaint is about your own department, which contributes facts and checks as a department task only"),
    PERSON: _("the complaint is about you"),
    INTEREST: _("you have declared an interest in this matter"),
}


class Acting(alone.Opened, Protocol):
    """A thing inside an action, and who acts."""

    @property
    def actor(self) -> Actor: ...


def keeps_out(opened: Acting, complaint: Complaint) -> list[Unmet]:
    """What keeps whoever acts from deciding on this case or checking it; one who works alone is warned instead (IV-03, ME-11)."""
    reason = dependence_of(opened.actor.id, opened.actor.unit_ids, complaint)
    if not reason or alone.warned(opened, reason):
        return []
    return [Unmet(reason, WHY_NOT_YOU[reason])]


def stands_in_the_way(complaint: Complaint, member_id: uuid.UUID | None) -> list[Unmet]:
    """Nobody is given a case that is about them, or in which they have an interest (IV-03, AS-06). One who works alone is warned
    when deciding.
    """
    if member_id is None or alone.one_person():
        return []
    reason = dependence_of(member_id, _units_of(member_id), complaint)
    return [Unmet(reason, WHY[reason], value_of="member")] if reason else []


def _units_of(member_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(post.unit_id for post in people.posts_of(member_id))


def _is_named(complaint: Complaint, member_id: uuid.UUID | None) -> bool:
    if not complaint.person_concerned:
        return False
    member = people.member_or_none(member_id)
    if member is None:
        return False
    try:
        return _named_in(complaint.text("person_concerned"), member, people.name_of(member))
    except Erased:
        return False


def _named_in(concerned: str, member: Member, name: str) -> bool:
    names = {member.staff_number, name, *(member.alias.get(language, "") for language in LANGUAGES)}
    return any(len(one) >= SHORTEST_NAME and one in concerned for one in names)


def _parties(complaint: Complaint) -> set[str]:
    """Fingerprints of the parties' names, as interests are declared: no name is opened for this. And of each word in the field
    that names who of ours is complained of.
    """
    found = {bytes(party.name_index).hex() for party in rows_of(Party, complaint) if party.name_index}
    if complaint.person_concerned:
        with suppress(Erased):
            words = WORDS.split(complaint.text("person_concerned"))
            marks = (fingerprint(complaint.organisation_id, "name", one) for one in words if len(one) >= SHORTEST_NAME)
            found |= {mark.hex() for mark in marks if mark}
    return found
