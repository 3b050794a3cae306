"""The one way in which an organisation's rows leave the database: a practice copy that its people empty.

The application's role deletes nothing from append-only tables and no organisation at all. This function of the owner's does,
and only for an organisation that is a practice copy by its row, which cannot be changed (a trigger), by the first event of its
own history, which cannot be written later, and that was marked as being emptied before.
"""

from collections.abc import Iterable
from typing import Any

NAME = "tingsu_empty_practice"
BEGUN = "organisation.practice_founded"
"""The first event of a practice copy's history."""
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION tingsu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'DELETE' AND current_setting('tingsu.emptying', true) = OLD.organisation_id::text THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $$
"""
"""The setting opens nothing by itself: the application's role has no right to delete from these tables."""
_STAYS = """
CREATE OR REPLACE FUNCTION tingsu_practice_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'real work does not become practice, nor practice real work';
END $$
"""
_TRIGGER = """
CREATE OR REPLACE TRIGGER practice_stays BEFORE UPDATE OF practice_of ON kernel_organisation FOR EACH ROW
WHEN (OLD.practice_of IS DISTINCT FROM NEW.practice_of) EXECUTE FUNCTION tingsu_practice_stays()
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(gone uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN
  PERFORM 1 FROM kernel_organisation
    WHERE id = gone AND practice_of IS NOT NULL AND stage = 'emptying' FOR UPDATE;
  IF NOT FOUND OR NOT EXISTS (
    SELECT 1 FROM kernel_event WHERE organisation_id = gone AND stream_id = gone AND seq = 1 AND kind = '{begun}'
  ) THEN
    RAISE EXCEPTION 'only a practice copy that is being emptied is emptied';
  END IF;
  PERFORM set_config('tingsu.emptying', gone::text, true);
  {deletes}
  PERFORM set_config('tingsu.emptying', '', true);
  DELETE FROM people_membership WHERE organisation_id = gone;
  DELETE FROM procrastinate_jobs WHERE args->>'organisation' = gone::text AND status <> 'doing';
  DELETE FROM kernel_organisation WHERE id = gone;
END $$
"""


def ensure(cursor: Any, tables: Iterable[str]) -> None:
    """Make function and trigger anew for today's tables; the application's role may call the function, nobody else."""
    deletes = "\n  ".join(
        f'DELETE FROM "{table}" WHERE organisation_id = gone;'  # noqa: S608 - tables of our own models
        for table in sorted(tables)
    )
    cursor.execute(_STAYS)
    cursor.execute(_TRIGGER)
    cursor.execute(_FUNCTION.format(name=NAME, begun=BEGUN, deletes=deletes))
    cursor.execute(f"REVOKE ALL ON FUNCTION {NAME}(uuid) FROM PUBLIC")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {NAME}(uuid) TO tingsu_app")
