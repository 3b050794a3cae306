"""The word search gives the same answer whether a word stands among the newest entries or far behind them."""

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.complaints.search import FAR, LAST

pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-13")]
ENTRIES = """
INSERT INTO complaints_searchentry (id, organisation_id, received_at, words)
SELECT gen_random_uuid(), %s, timestamptz '2026-01-01 00:00+00' - n * interval '1 minute',
       to_tsvector('simple', CASE WHEN n IN (3, 9998, 10000, 10001, 10002, 10240) THEN 'rare common' ELSE 'common' END)
FROM generate_series(1, 10240) AS n
"""


def found(page: int, before: tuple = (FAR, LAST)) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT received_at, id FROM tingsu_find_words('rare', %s, %s, %s)", [*before, page])
        return cursor.fetchall()


def test_pages_run_on_behind_the_newest_entries(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [cast.organisation_id])
    everything = found(50)
    assert len(everything) == 6
    assert everything == sorted(everything, reverse=True)
    for size in (1, 2, 4, 5):
        pages: list[tuple] = []
        while step := found(size, pages[-1] if pages else (FAR, LAST)):
            pages += step
        assert pages == everything, size


def test_without_such_a_word_nothing_is_found(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES.replace("'rare common'", "'common'"), [cast.organisation_id])
    assert found(50) == []
