"""Lists of entries: filters, search, counts, what waits for somebody. Each answers from an index at a million rows."""

import re
import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import tables, words
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.shapes import text_of
from tingsu.kernel.spelling import tidy
from tingsu.kernel.words import LONGEST_QUERY
from tingsu.pages.pager import first_of as newest_of
from tingsu.people import queries as people
from tingsu.privacy.masking import mask_text
from tingsu.process.steps import options_of
from tingsu.process.values import shown_name
from tingsu.registers import numbers, sql
from tingsu.registers.covering import known_in, with_links
from tingsu.registers.declaration import INVOLVED, WHOLE_STATES, Register, registers
from tingsu.registers.facets import fingerprint
from tingsu.registers.models import Entry, EntryFacet, EntryView
from tingsu.registers.parts import ORDER, parts_of

FOUND = 500
"""A search by words looks at so many of the newest entries that hold them."""
COUNT_TO = 1000
"""Values are counted as far as this."""
SEEN = 2000
"""Who sees a part of a register is told counts of so many of the newest entries of this part."""
MOST_VALUES = 50
CALLED_BEFORE = {"running": "unfinished", "over": "finished"}
"""What addresses and views that somebody kept may still say."""
CLAUSE = re.compile(r"[A-Z]+ [0-9][0-9A-Z().]*( [a-z])?")
FINGERPRINT = re.compile(r"[0-9a-f]{34,60}")

tables.definer_function(
    "tingsu_find_entries",
    """
CREATE OR REPLACE FUNCTION tingsu_find_entries(which text, query text, most integer)
RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  organisation uuid := nullif(current_setting('tingsu.organisation', true), '')::uuid;
BEGIN
  RETURN QUERY EXECUTE
    'SELECT w.id FROM registers_entrywords w
     WHERE w.organisation_id = $1 AND w.register = $2 AND w.words @@ $3::tsquery
     ORDER BY w.opened_at DESC, w.id DESC LIMIT $4'
    USING organisation, which, query, least(most, 500);
END $$
""",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list is asked for; unknown names and values are left out."""

    state: str = ""
    owner: str = ""
    words: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        kept = {"state": self.state, "owner": self.owner, "q": self.words, **self.facets}
        return {name: value for name, value in kept.items() if value}


def asked_of(register: Register, given: Mapping[str, str]) -> Asked:
    """Read a list's parameters."""
    state = given.get("state", "")
    if state not in register.state_by_code:
        state = CALLED_BEFORE.get(state, state)
    names = {*register.filters, "clause"}
    return Asked(
        state=state if state in {*register.state_by_code, *WHOLE_STATES} else "",
        owner=given.get("owner", "") if _is_id(given.get("owner", "")) or given.get("owner") == "me" else "",
        words=tidy(given.get("q", ""))[:LONGEST_QUERY],
        facets={name: _kept(register, name, given[name]) for name in sorted(names) if _readable(given.get(name, ""))},
    )


def _readable(value: str) -> bool:
    return bool(value.strip()) and "\x00" not in value


def _kept(register: Register, name: str, value: str) -> str:
    """What the index of facets holds for a value: of a text its fingerprint, which addresses of the page carry already."""
    one = register.by_name.get(name)
    if one is None or one.kind != "text" or FINGERPRINT.fullmatch(value):
        return value[:60]
    return fingerprint(register, name, value)


def asked_strictly(register: Register, given: Mapping[str, str]) -> Asked:
    """The same for programs. Raises InvalidInput for a name or a value that no list is filtered by."""
    names = {"state", "owner", "q", "clause", *register.filters}
    wrong = {shown_name(name): InvalidValue(code="unknown_field") for name in given if name not in names}
    asked = asked_of(register, given)
    for name, value in given.items():
        if name in names and value and not (_taken(register, asked, name, value) and _known(register, name, value)):
            wrong[name] = _not_taken(register, name, value)
    if wrong:
        raise InvalidInput(dict(wrong))
    return asked


def _not_taken(register: Register, name: str, value: str) -> InvalidValue:
    """The refusal of a value, with those that the filter takes where it takes a few."""
    codes: list[str] = []
    if name == "state":
        codes = [*WHOLE_STATES, *register.state_by_code]
    elif name in register.filters and register.by_name[name].kind != "text":
        codes = [str(code) for code in labels_of(register, name)]
    if not codes:
        return InvalidValue(_("This filter does not take “%(value)s”."), code="choice", value=shown_name(value))
    sentence = _("This filter does not take “%(value)s”. It takes: %(allowed)s.")
    return InvalidValue(sentence, code="choice", value=shown_name(value), allowed=", ".join(codes[:60]))


def _taken(register: Register, asked: Asked, name: str, value: str) -> bool:
    """Does the list ask for this value as it was given?"""
    text = name in register.filters and register.by_name[name].kind == "text"
    return _readable(value) if text else asked.query.get(name) == value.strip()


def _known(register: Register, name: str, value: str) -> bool:
    """May a filter hold this value? What the enterprise has taken off a list is still asked for where entries hold it."""
    if name == "clause":
        return CLAUSE.fullmatch(value) is not None
    if name not in register.filters:
        return True
    if register.by_name[name].kind == "text":
        return len(value) <= register.by_name[name].limit
    return (
        value in labels_of(register, name)
        or EntryFacet.objects.filter(register=register.name, name=name, value=value).exists()
    )


def _is_id(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def rows_of(actor: Actor, register: Register, asked: Asked) -> QuerySet[Entry]:
    """The entries that the actor sees and the filter shows, unordered."""
    rows = register.visible(actor, Entry.objects.all()).select_related("stream")
    rows = rows.filter(state_condition(register, asked.state))
    if asked.owner:
        rows = rows.filter(owner_id=actor.id if asked.owner == "me" else asked.owner)
    for name, value in asked.facets.items():
        facet = EntryFacet.objects.filter(entry=OuterRef("pk"), register=register.name, name=name, value=value)
        rows = rows.filter(Exists(facet))
    return _searched(register, rows, asked.words) if asked.words else rows


def state_condition(register: Register, state: str, at: str = "") -> Q:
    """In which states entries are shown; `at` leads to the entry from rows of another table."""
    if not state:
        return Q()
    running = Q(**{f"{at}state__in": register.open_states})
    return {"unfinished": running, "finished": ~running}.get(state, Q(**{f"{at}state": state}))


def _searched(register: Register, rows: QuerySet[Entry], typed: str) -> QuerySet[Entry]:
    if whole := numbers.reader(register.prefix)(typed):
        return rows.filter(number=whole)
    if typed.upper().startswith(register.prefix):
        return rows.filter(number__begins=typed.upper())
    query = words.tsquery(typed)
    if not query:
        return rows.none()
    ids = sql.find_entries(register.name, query, FOUND)
    return rows.filter(pk__in=ids)


def counts_of(actor: Actor, register: Register, name: str, *, most: int = MOST_VALUES) -> list[tuple[str, str, int]]:
    """How many entries that the actor sees there are for each value of a facet: (value, words, number), most first.

    The work does not grow with the register: nothing is counted past `COUNT_TO`, and `COUNT_TO` + 1 says that there are more.
    Who sees a part of it is told of the newest `SEEN` of that part.
    """
    found = counted(actor, register, [name])[name][:most]
    words = words_of_values(register, name, [value for value, _number in found])
    return [(value, words[value], number) for value, number in found]


def words_of_values(register: Register, name: str, values: Sequence[str]) -> dict[str, str]:
    """What values of a facet are called."""
    labels = labels_of(register, name)
    return {value: labels.get(value) or _text_of(register, name, value) for value in values}


def counted(actor: Actor, register: Register, names: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """The same for several facets, without words: (value, number). One query, two where somebody works alone."""
    if register.sees_all(actor):
        rows = sql.count_values(register.name, names, COUNT_TO + 1)
        if register.alone_in and actor.kind != "system":
            rows = _without_others(actor, register, names, rows)
    elif not (parts := parts_of(actor, register)):
        rows = []
    else:
        newest = newest_of(Entry.objects.all(), ORDER, SEEN, parts).values("pk")
        rows = list(
            EntryFacet.objects.filter(entry__in=newest, register=register.name, name__in=names)
            .values_list("name", "value")
            .annotate(number=Least(Count("pk"), COUNT_TO + 1))
        )
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for name, value, number in rows:
        found[name].append((value, number))
    return {name: sorted(pairs, key=lambda pair: (-pair[1], pair[0])) for name, pairs in found.items()}


def _without_others(
    actor: Actor, register: Register, names: Sequence[str], rows: Sequence[tuple[str, str, int]]
) -> list[tuple[str, str, int]]:
    """Counts less the entries that only their owners see: a count that grows by one would tell what nobody may know yet."""
    alone = EntryFacet.objects.filter(register=register.name, name__in=names, entry__state__in=register.alone_in)
    others = alone.exclude(entry__owner_id=actor.id).values_list("name", "value").annotate(number=Count("pk"))
    hidden = {(name, value): number for name, value, number in others}
    left = [(name, value, number - hidden.get((name, value), 0)) for name, value, number in rows]
    return [one for one in left if one[2] > 0]


def count_words(number: int) -> str:
    """A number as far as it was counted."""
    return f"{COUNT_TO}+" if number > COUNT_TO else str(number)


def labels_of(register: Register, name: str) -> dict[str, str]:
    """Words of a facet's values."""
    one = register.by_name.get(name)
    if one is None or one.kind == "text":
        return {}
    if one.kind == "bool":
        from django.utils.translation import gettext

        return {"yes": gettext("Yes"), "no": gettext("No")}
    return {str(code): str(label) for code, label in options_of(one)}


def _text_of(register: Register, name: str, value: str) -> str:
    """What a fingerprint stands for, from the newest entry that holds it, people and numbers masked; a code for anything else."""
    one = register.by_name.get(name)
    if one is None or one.kind != "text":
        from tingsu.registers.reading import name_words

        return name_words(value) or value
    rows = EntryFacet.objects.filter(register=register.name, name=name, value=value).order_by("-opened_at")
    newest = rows.select_related("entry__stream").first()
    if newest is None:
        return ""
    texts = newest.entry.written_or_none() or {}
    return mask_text(texts.get(name, ""), known_in(register, texts, newest.entry))


def views_of(actor: Actor, register: Register) -> list[EntryView]:
    """The member's own views of a register."""
    return list(EntryView.objects.filter(member_id=actor.id, register=register.name).order_by("name")[:12])


def involving(actor: Actor) -> Any:
    """Ids of the entries in which a member has a part, whatever the register."""
    mine = EntryFacet.objects.filter(name=INVOLVED, value=text_of(actor.id), register__in=list(registers()))
    return mine.values("entry")


def waiting_for(actor: Actor, *facts: Hashable) -> QuerySet[Entry]:
    """Open entries that this person answers for or has a part in, nearest date first. Kept as a shape, it depends on the
    registers that there are.
    """
    still = reduce(
        or_, [Q(register=one.name, state__in=one.waiting_states) for one in registers().values()], Q(pk=None)
    )
    # The person's own by the index that has their states, whatever the register.
    states = sorted({state for one in registers().values() for state in one.waiting_states})
    own = Entry.objects.filter(owner_id=actor.id, state__in=states).values("pk")
    rows = Entry.objects.filter(still, pk__in=own.union(involving(actor), all=True))
    return with_links(rows.select_related("stream")).order_by("next_due_at", "pk")


def owners_of(register: Register) -> list[tuple[str, str]]:
    """Who may be asked for as owner of entries."""
    return [(str(one.pk), people.staff_identity(one.pk)) for one in people.active_members()]
