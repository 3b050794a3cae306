"""A demo told anew: what was a demo goes, what was not stays."""

from __future__ import annotations

import psycopg
import pytest

from tingsu.ops import database
from tingsu.ops.errors import CannotStart
from tingsu.ops.renewing import forget_demo, is_begun

_TABLE = "CREATE TABLE kernel_organisation (id uuid, wrapped_key bytea, slug text, is_demo boolean)"


def rows(home) -> list[tuple[str]] | None:
    with psycopg.connect(database.admin_dsn(home), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() == (None,):
            return None
        return connection.execute("SELECT slug FROM kernel_organisation").fetchall()


def test_a_demo_is_forgotten_with_its_files_and_a_real_organisation_never(begun_home):
    database.prepare(begun_home)
    (begun_home / "files").mkdir()
    with psycopg.connect(database.admin_dsn(begun_home), autocommit=True) as connection:
        connection.execute(_TABLE)
        connection.execute("GRANT SELECT ON kernel_organisation TO tingsu_app")
        connection.execute("INSERT INTO kernel_organisation (slug, is_demo) VALUES ('wuheli', true), ('real', false)")
    with pytest.raises(CannotStart, match="no demo"):
        forget_demo(begun_home)
    assert (begun_home / "files").exists()
    with psycopg.connect(database.admin_dsn(begun_home), autocommit=True) as connection:
        connection.execute("DELETE FROM kernel_organisation WHERE slug = 'real'")
        with pytest.raises(CannotStart, match="uses this database"):
            forget_demo(begun_home)
    assert rows(begun_home) == [("wuheli",)]
    forget_demo(begun_home)
    assert not (begun_home / "files").exists()
    database.prepare(begun_home)
    assert rows(begun_home) is None


def test_a_demo_has_begun_when_its_first_cases_are_there(begun_home):
    database.prepare(begun_home)
    with psycopg.connect(database.admin_dsn(begun_home), autocommit=True) as connection:
        connection.execute("CREATE TABLE demo_builtcase AS SELECT generate_series(1, 11) AS id")
        assert not is_begun(begun_home)
        connection.execute("INSERT INTO demo_builtcase VALUES (12)")
    assert is_begun(begun_home)
