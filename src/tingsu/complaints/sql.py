"""SQL by hand of the complaints: the words of the search, the levels of a batch, earlier complaints of a contact."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

from tingsu.kernel import sql
from tingsu.kernel.rows import ask
from tingsu.kernel.tenancy import current_organisation_id

RAISE_LEVELS = """
UPDATE complaints_complaint c SET escalation_level = v.level, version = c.version + 1
FROM unnest(%s::uuid[], %s::int[]) AS v (id, level) WHERE c.organisation_id = %s AND c.id = v.id
"""
FIND_WORDS = "SELECT id, received_at FROM tingsu_find_words(%s, %s, %s, %s)"
ADD_WORDS = """
UPDATE complaints_searchentry SET words = words || array_to_tsvector(%s::text[])
WHERE organisation_id = %s AND id = %s AND pg_column_size(words) < 600000
"""
SAME_CONTACT = """
SELECT complaint_id FROM complaints_party
WHERE organisation_id = %s AND {field} = ANY(%s) AND role IN ('complainant', 'agent') ORDER BY id DESC LIMIT %s
"""
SAME_PHONE = """
SELECT complaint_id FROM (
  SELECT id, complaint_id FROM complaints_party
  WHERE organisation_id = %s AND phone_index = ANY(%s) AND role IN ('complainant', 'agent')
  UNION ALL
  SELECT p.id, o.complaint_id FROM complaints_otherphone o
  JOIN complaints_party p ON p.organisation_id = o.organisation_id AND p.id = o.party_id
  WHERE o.organisation_id = %s AND o.phone_index = ANY(%s) AND p.role IN ('complainant', 'agent')
) f ORDER BY id DESC LIMIT %s
"""
MET_PHONES = """
SELECT phone_index FROM complaints_party WHERE organisation_id = %s AND phone_index = ANY(%s)
UNION SELECT phone_index FROM complaints_otherphone WHERE organisation_id = %s AND phone_index = ANY(%s)
"""
MET = "SELECT DISTINCT {field} FROM complaints_party WHERE organisation_id = %s AND {field} = ANY(%s)"
ContactColumn = Literal["phone_index", "email_index"]


def raise_levels(levels: Mapping[uuid.UUID, int]) -> None:
    """Write the levels of some complaints whose streams are locked. One statement."""
    sql.change(RAISE_LEVELS, list(levels), list(levels.values()), current_organisation_id())


def find_words(query: str, before: datetime, before_id: uuid.UUID, most: int) -> list[tuple[uuid.UUID, datetime]]:
    """A page of complaints with these words, newest first, older than a key. The caller applies `visible_to`."""
    return [(found, at) for found, at in sql.rows_of(FIND_WORDS, query, before, before_id, most)]


def add_words(complaint_id: uuid.UUID, words: list[str]) -> None:
    """Add words to those under which a complaint is found. One statement; nothing for one that was erased."""
    if words:
        sql.change(ADD_WORDS, words, current_organisation_id(), complaint_id)


def of_contact(column: ContactColumn, fingerprints: Collection[bytes], most: int) -> set[uuid.UUID]:
    """Complaints in which somebody can be reached under one of these, the newest."""
    organisation, wanted = current_organisation_id(), list(fingerprints)
    if column == "phone_index":
        asked = ask(SAME_PHONE, organisation, wanted, organisation, wanted, most)
    else:
        asked = ask(SAME_CONTACT.format(field=column), organisation, wanted, most)
    return {complaint_id for (complaint_id,) in asked.fetchall()}


def met(column: ContactColumn, fingerprints: Collection[bytes]) -> set[bytes]:
    """Those of many under which anybody was reached before."""
    organisation, wanted = current_organisation_id(), list(fingerprints)
    by_phone = column == "phone_index"
    given = (organisation, wanted, organisation, wanted) if by_phone else (organisation, wanted)
    asked = ask(MET_PHONES if by_phone else MET.format(field=column), *given)
    return {bytes(found) for (found,) in asked.fetchall()}
