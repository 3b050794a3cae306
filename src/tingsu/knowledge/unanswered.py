"""What is asked and not answered, found by counting (SK-09): words searched in vain on the public pages, causes of complaints without help.

Every night; each once. Nothing of anybody is counted: of searches see `helping`, of complaints the facts without names.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from tingsu.complaints import terms as complaints
from tingsu.figures.models import Fact
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.knowledge import helping, questions, terms
from tingsu.knowledge.models import Edition, Sought
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

BY = "knowledge.unanswered"
MANY = 5
"""Complaints of one cause within thirty days that ask for help to be written; ours."""
SPAN = timedelta(days=30)
MOST = 20
"""Questions that one night opens at most."""


def keeper() -> str:
    """Who answers for questions that a rule opens: a coach, else quality, else a supervisor."""
    for role in (Role.COACH, Role.QA, Role.SUPERVISOR):
        found = people.active_members(roles=(role,))
        if found:
            return str(found[0].pk)
    return ""


@says("unanswered_cause")
def _cause_words(told: Mapping[str, Any]) -> str:
    category = complaints.CATEGORIES[int(told["category"])][0]
    return _("Complaints about “%(category)s”: the public help has no article for it yet.") % {"category": category}


@says("unanswered_search")
def _search_words(told: Mapping[str, Any]) -> str:
    return _("People look for “%(words)s” in the public help and find nothing.") % {"words": told["words"]}


def open_owed() -> int:
    """Open what is owed, and forget what nobody asks for any more. How many were opened."""
    made = from_searches() + from_complaints()
    with transaction.atomic():
        helping.forget_old()
    return made


def _open(pk: uuid.UUID, source: str, said: Said, times: int, **more: Any) -> bool:
    if Entry.objects.filter(pk=pk).exists():
        return False
    owner = keeper()
    values = {"source": source, "times": times, **({"owner": owner} if owner else {}), **more}
    opening = Opening(id=pk, values=values, said={"question": said})
    open_entry(actor=automation(BY, current_organisation_id()), register=registers()[questions.NAME], opening=opening)
    return True


def from_searches() -> int:
    """Words that several people looked for in vain."""
    made = 0
    for row in list(Sought.objects.exclude(words="").filter(question_id=None).order_by("-times", "pk")[:MOST]):
        pk = uuid.uuid5(current_organisation_id(), f"sought:{bytes(row.fingerprint).hex()}")
        # A rule's sentence holds codes; these words are of nobody, asked by several, and masked already.
        made += _open(pk, questions.SEARCH, Said("unanswered_search", {"words": row.words}), row.times)
        Sought.objects.filter(pk=row.pk).update(question_id=pk)
    return made


def from_complaints() -> int:
    """Causes of which many complaints came in and for which complainants find no article."""
    since = local_date(now(), current_organisation().time_zone) - SPAN
    rows = (
        Fact.objects.filter(received_on__gte=since, category__isnull=False).values("category").annotate(n=Count("pk"))
    )
    helped = {one for codes in Edition.objects.filter(in_use=True, kind=terms.HELP).values_list("codes", flat=True)
              for one in codes.get("categories") or ()}  # fmt: skip
    made = 0
    for row in rows.filter(n__gte=MANY).order_by("-n", "category")[:MOST]:
        category = str(row["category"])
        if category in helped or int(category) not in complaints.CATEGORIES:
            continue
        pk = uuid.uuid5(current_organisation_id(), f"cause:{category}")
        said = Said("unanswered_cause", {"category": int(category)})
        made += _open(pk, questions.COMPLAINTS, said, row["n"], categories=[category])
    return made
