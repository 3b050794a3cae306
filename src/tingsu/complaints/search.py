"""Finding complaints by number, code, phone, e-mail, order or words.

Words are asked through a reviewed SECURITY DEFINER function: row-level security would switch the GIN index off
(architecture §8). It takes the organisation from the connection, gives ids a page at a time by key, and the caller
applies `visible_to`.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tingsu.complaints import access, sql
from tingsu.complaints.contacts import people_at
from tingsu.complaints.fields import CATALOGUE
from tingsu.complaints.models import Complaint, Party, SearchEntry
from tingsu.complaints.numbers import beginning, numbers_in, of_fragment
from tingsu.kernel import tables, words
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import UnknownPage
from tingsu.kernel.fingerprints import fingerprint, name_key
from tingsu.kernel.ids import CODE_ALPHABET, tidy_code
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rows import writing
from tingsu.kernel.spelling import fold, says_no_number, tidy
from tingsu.kernel.telephones import LEAST, telephones_in
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.kernel.typed import page_key, read_page_key
from tingsu.privacy.fields import PERSON, Sight, sight
from tingsu.privacy.masking import Known, without_persons
from tingsu.privacy.show import known_of

PAGE = 50
FAR = datetime(9999, 1, 1, tzinfo=UTC)
LAST = uuid.UUID(int=2**128 - 1)
SHORTEST_NAME, LONGEST_NAME = 2, 80
LONGEST_KEY = 200
"""Signs of what may be a number, a code, a contact; anything longer is words."""
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{12}}")
_TAIL = re.compile(
    r"(?:(?:手机|电话)?(?:尾号|后四位|末四位|tail|ending(?: in)?)(?:是|为)?\W*|\+?(?:86)?\W?1[3-9]\d\W*[*x•·]{3,}\W*|\W*)(\d\W?\d\W?\d\W?\d)\W*"
)
"""Four digits alone, as people say them (尾号 2210), or as our own pages show them (138 **** 2210)."""

tables.definer_function(
    "tingsu_find_words",
    """
CREATE OR REPLACE FUNCTION tingsu_find_words(query text, before timestamptz, before_id uuid, page integer)
RETURNS TABLE (id uuid, received_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  organisation uuid := nullif(current_setting('tingsu.organisation', true), '')::uuid;
  asked tsquery := query::tsquery;
  wanted integer := least(page, 200);
  given integer;
  edge record;
BEGIN
  -- Executed as text so that each call is planned for its own words and organisation. The newest entries are walked
  -- through first: a page of common words stands among them, and reading all their places would turn out the cache.
  RETURN QUERY EXECUTE
    'SELECT r.id, r.received_at FROM (
       SELECT s.id, s.received_at, s.words FROM complaints_searchentry s
       WHERE s.organisation_id = $1 AND (s.received_at, s.id) < ($3, $4)
       ORDER BY s.received_at DESC, s.id DESC LIMIT 10000) r
     WHERE r.words @@ $2 ORDER BY r.received_at DESC, r.id DESC LIMIT $5'
    USING organisation, asked, before, before_id, wanted;
  GET DIAGNOSTICS given = ROW_COUNT;
  IF given >= wanted THEN
    RETURN;
  END IF;
  EXECUTE
    'SELECT s.received_at, s.id FROM complaints_searchentry s
     WHERE s.organisation_id = $1 AND (s.received_at, s.id) < ($2, $3)
     ORDER BY s.received_at DESC, s.id DESC OFFSET 9999 LIMIT 1'
    INTO edge USING organisation, before, before_id;
  IF edge.id IS NOT NULL THEN
    RETURN QUERY EXECUTE
      'SELECT s.id, s.received_at FROM complaints_searchentry s
       WHERE s.organisation_id = $1 AND s.words @@ $2 AND (s.received_at, s.id) < ($3, $4)
       ORDER BY s.received_at DESC, s.id DESC LIMIT $5'
      USING organisation, asked, edge.received_at, edge.id, wanted - given;
  END IF;
END $$
""",
)


def search_entry(complaint: Complaint, people: Known, *texts: str) -> SearchEntry:
    """The words of a complaint as a list, for `kernel.rows`, which makes the vector of them.

    The index is kept in the clear: what points to people is left out before the words are cut (PS-06).
    """
    kept = (without_persons(text, people) for text in texts)
    return SearchEntry(id=complaint.pk, received_at=complaint.received_at, words=words.index_words(*kept))


@dataclass(frozen=True)
class SearchResult:
    """One page of results, newest first, and the key of the next page (None at the end)."""

    complaints: list[Complaint]
    next_key: str | None
    by: str
    """number, code, phone, tail, email, order, name or words: what the text was read as."""


def search(actor: Actor, text: str, after: str | None = None) -> SearchResult:
    """Complaints that this actor may see and that fit the text. Constant number of queries. Raises UnknownPage."""
    if after and read_page_key(after) is None:
        raise UnknownPage
    by, ids, more = _look_up(actor, tidy(text), after)
    rows = access.visible_to(actor, Complaint.objects.filter(pk__in=ids)).select_related("stream")
    ordered = sorted(rows, key=lambda c: (c.received_at, c.pk), reverse=True)
    return SearchResult(ordered, more, by)


def compares(actor: Actor, subject: str, field: str) -> bool:
    """May this reader ask by such a value? Whoever is never shown it, not even masked, learns by no question whose it is (PS-06)."""
    return sight(actor, subject, field, door="search") is not Sight.NEVER


def _look_up(actor: Actor, typed: str, after: str | None) -> tuple[str, list[uuid.UUID], str | None]:
    """Whatever the text may be, in the order of how surely it is that; words are what nothing else was found for."""
    if not typed:
        return "words", [], None
    if len(typed) > LONGEST_KEY:
        return "words", *_words(typed, after)
    for by, found in _exact(actor, typed):
        if ids := list(found):
            return by, ids, None
    named = [] if after or not compares(actor, PERSON, "name") else _named(typed)
    ids, more = _words(typed, after)
    return ("name" if named else "words"), list(dict.fromkeys([*named, *ids])), more


def _named(typed: str) -> list[uuid.UUID]:
    """Cases of people with exactly this name; what the word occurs in stands beside them."""
    if len(name_key(typed)) < SHORTEST_NAME or len(typed) > LONGEST_NAME or re.search(r"\d", typed):
        return []
    return list(_of_people("name_index", fingerprint(current_organisation_id(), "name", typed)))


def _exact(actor: Actor, typed: str) -> Iterator[tuple[str, Iterable[uuid.UUID]]]:
    organisation_id = current_organisation_id()
    by_phone = compares(actor, PERSON, "phone")
    if start := beginning(typed):
        yield "number", _newest(number__begins=start)
    elif several := numbers_in(typed) or of_fragment(
        typed, now().astimezone(ZoneInfo(current_organisation().time_zone))
    ):
        yield "number", _newest(number__in=several)
    if _CODE.fullmatch(tidy_code(typed)):
        yield "code", _newest(code_index=fingerprint(organisation_id, "code", typed))
    digits = re.sub(r"\D", "", fold(typed))
    if by_phone and len(digits) >= LEAST:
        for one in telephones_in(typed):
            yield "phone", _of_people("phone_index", fingerprint(organisation_id, "phone", one.digits))
    if by_phone and not says_no_number(typed) and (tail := _TAIL.fullmatch(fold(typed))):
        yield "tail", _of_people("phone_tail_index", fingerprint(organisation_id, "tail", re.sub(r"\D", "", tail[1])))
    if "@" in fold(typed) and compares(actor, PERSON, "email"):
        yield "email", _of_people("email_index", fingerprint(organisation_id, "email", typed))
    if (index := fingerprint(organisation_id, "order", typed)) and compares(actor, "complaint", "order_number"):
        yield "order", _newest(order_index=index)


def _newest(**fits: Any) -> Iterable[uuid.UUID]:
    return Complaint.objects.filter(**fits).order_by("-received_at", "-pk").values_list("pk", flat=True)[:PAGE]


def _of_people(column: str, index: bytes | None) -> Iterable[uuid.UUID]:
    return dict.fromkeys(complaint_id for _person, complaint_id in people_at(column, index, PAGE))


LATER = {
    "complaint.facts_added": ("facts",),
    "complaint.note_added": ("note",),
    "complaint.feedback_given": ("content", "progress"),
}
"""What is written about a case after its registration and searched like the record itself, by kind of event."""


def add_words(complaint: Complaint, *texts: str) -> None:
    """Let the case be found by what was written about it now. Inside the open transaction."""
    people = known_of(Party.objects.filter(complaint=complaint))
    sql.add_words(complaint.pk, words.index_words(*(without_persons(text, people) for text in texts)))


def renew_words(complaint: Complaint) -> None:
    """Bring the words that the search knows up to the record as it stands now, with what was written later."""
    texts = [complaint.text(one.stored) for one in CATALOGUE if one.search == "words"]
    later = list(Event.objects.filter(stream_id=complaint.pk, kind__in=LATER).order_by("seq"))
    said = texts_of(later)
    texts += [said[one.pk][name] for one in later if one.pk in said for name in LATER[one.kind] if name in said[one.pk]]
    people = known_of(Party.objects.filter(complaint=complaint))
    SearchEntry.objects.filter(pk=complaint.pk).delete()
    with writing() as rows:
        rows.add([search_entry(complaint, people, *texts)])


def _words(typed: str, after: str | None) -> tuple[list[uuid.UUID], str | None]:
    query = words.tsquery(typed)
    if not query:
        return [], None
    before, before_id = read_page_key(after or "") or (FAR, LAST)
    rows = sql.find_words(query, before, before_id, PAGE)
    more = page_key(rows[-1][1], rows[-1][0]) if len(rows) == PAGE else None
    return [row[0] for row in rows], more
