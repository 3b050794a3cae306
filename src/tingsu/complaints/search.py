"""Finding complaints by number, code, phone, e-mail, order or words.

Words are asked through a reviewed SECURITY DEFINER function: row-level security would switch the GIN index off
(architecture §8). It takes the organisation from the connection, gives ids a page at a time by key, and the caller
applies `visible_to`.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from tingsu.complaints import access, sql
from tingsu.complaints.fields import CATALOGUE
from tingsu.complaints.models import Complaint, Party, SearchEntry
from tingsu.complaints.order_numbers import order_key
from tingsu.kernel import crypto, tables, words
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import UnknownPage
from tingsu.kernel.ids import tidy_code
from tingsu.kernel.rows import writing
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.kernel.typed import page_key, read_page_key
from tingsu.privacy.masking import Known, without_persons
from tingsu.privacy.show import known_of

PAGE = 50
FAR = datetime(9999, 1, 1, tzinfo=UTC)
LAST = uuid.UUID(int=2**128 - 1)
_NUMBER = re.compile(r"^\d{6}(-[A-Z]{0,4}(-\d*)?)?$")
_CODE = re.compile(r"^[23456789A-HJKMNP-Z]{12}$")

tables.definer_function(
    "tingsu_find_words",
    """
CREATE OR REPLACE FUNCTION tingsu_find_words(query text, before timestamptz, before_id uuid, page integer)
RETURNS TABLE (id uuid, received_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  organisation uuid := nullif(current_setting('tingsu.organisation', true), '')::uuid;
  asked tsquery := to_tsquery('simple', query);
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
    """number, code, phone, tail, email, order or words: what the text was read as."""


def search(actor: Actor, text: str, after: str | None = None) -> SearchResult:
    """Complaints that this actor may see and that fit the text. Constant number of queries. Raises UnknownPage."""
    typed = text.strip()[:200]
    if after and read_page_key(after) is None:
        raise UnknownPage
    by, ids, more = _look_up(typed, after)
    rows = access.visible_to(actor, Complaint.objects.filter(pk__in=ids)).select_related("stream")
    ordered = sorted(rows, key=lambda c: (c.received_at, c.pk), reverse=True)
    return SearchResult(ordered, more, by)


def _look_up(typed: str, after: str | None) -> tuple[str, list[uuid.UUID], str | None]:
    organisation_id = current_organisation_id()
    plain = typed.upper().replace(" ", "")
    if not plain:
        return "words", [], None
    if _NUMBER.match(plain):
        found = Complaint.objects.filter(number__begins=plain).order_by("-received_at", "-pk")
        if ids := list(found.values_list("pk", flat=True)[:PAGE]):
            return "number", ids, None
    if _CODE.match(tidy_code(typed)):
        index = crypto.blind_index(organisation_id, "code", tidy_code(typed))
        if ids := list(Complaint.objects.filter(code_index=index).values_list("pk", flat=True)):
            return "code", ids, None
    for by, field, value in _fingerprints(plain):
        index = crypto.blind_index(organisation_id, by, value)
        if by == "order":
            ids = list(
                Complaint.objects.filter(order_index=index).order_by("-received_at").values_list("pk", flat=True)[:PAGE]
            )
        else:
            parties = Party.objects.filter(**{field: index}).order_by("-pk").values_list("complaint_id", flat=True)
            ids = list(parties[:PAGE])
        if ids:
            return by, ids, None
    return "words", *_words(typed, after)


def _fingerprints(plain: str) -> list[tuple[str, str, str]]:
    digits = re.sub(r"[\s\-()]", "", plain)
    asked = []
    if re.fullmatch(r"\+?\d{7,15}", digits):
        asked.append(("phone", "phone_index", phone_key(digits)))
    if re.fullmatch(r"\d{4}", digits):
        asked.append(("tail", "phone_tail_index", digits))
    if "@" in plain:
        asked.append(("email", "email_index", plain.lower()))
    if key := order_key(plain):
        asked.append(("order", "order_index", key))
    return asked


def phone_key(digits: str) -> str:
    """A phone number as it is fingerprinted: digits only, the mainland's prefix left out."""
    bare = re.sub(r"\D", "", digits)
    return bare[2:] if bare.startswith("86") and len(bare) == 13 else bare


def renew_words(complaint: Complaint) -> None:
    """Bring the words that the search knows up to the record as it stands now."""
    texts = [complaint.text(one.stored) for one in CATALOGUE if one.search == "words"]
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
