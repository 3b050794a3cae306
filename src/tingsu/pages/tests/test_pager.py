"""Lists by key: every row once, whatever comes in between; keys that nobody made are refused in words."""

import json
import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

import tingsu
from tingsu.kernel.clock import now
from tingsu.kernel.errors import UnknownPage
from tingsu.letters.models import Notice
from tingsu.pages.pager import in_pages, page_of, pager

ORDER = ("-created_at", "pk")
SOURCE = Path(tingsu.__file__).parent


@pytest.fixture
def notices(organisation, cast):
    """Nine of three instants: several share theirs, so that the second column decides."""
    at = now()
    rows = [
        Notice(member_id=cast.frontline.id, kind="any", created_at=at - timedelta(minutes=n % 3), data={})
        for n in range(9)
    ]
    return Notice.objects.bulk_create(rows)


def walked(size):
    found, after = [], ""
    while True:
        page = page_of(Notice.objects.filter(kind="any"), ORDER, after, size)
        found.append([row.pk for row in page.rows])
        if not page.following:
            return found
        after = page.following


@pytest.mark.parametrize("size", [1, 2, 3, 4, 8, 9, 20])
def test_pages_follow_each_other_without_gap_or_repeat(notices, size):
    expected = [row.pk for row in sorted(notices, key=lambda row: (-row.created_at.timestamp(), row.pk))]
    pages = walked(size)
    assert [pk for page in pages for pk in page] == expected
    assert all(len(page) == size for page in pages[:-1])
    assert [row.pk for row in in_pages(Notice.objects.filter(kind="any"), ORDER, size)] == expected


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_what_has_no_value_stands_last_and_is_paged_too(notices, size):
    """Five are read at three instants, four not at all."""
    order = ("read_at", "pk")
    at = now()
    for n, one in enumerate(notices[:5]):
        Notice.objects.filter(pk=one.pk).update(read_at=at + timedelta(minutes=n % 3))
    rows = Notice.objects.filter(kind="any")
    read = sorted(rows.exclude(read_at=None), key=lambda row: (row.read_at, row.pk))
    bare = sorted(rows.filter(read_at=None), key=lambda row: row.pk)
    assert [row.pk for row in in_pages(rows, order, size)] == [row.pk for row in [*read, *bare]]


def test_only_the_first_column_may_be_empty(notices):
    key = urlsafe_b64encode(b'["2026-03-02T10:00:00+00:00",null]').decode().rstrip("=")
    bare = urlsafe_b64encode(b"[null,null]").decode().rstrip("=")
    rows = Notice.objects.filter(kind="any")
    for wrong in (key, bare):
        with pytest.raises(UnknownPage):
            page_of(rows, ("read_at", "pk"), wrong, 4)
    right = urlsafe_b64encode(f'[null,"{notices[0].pk}"]'.encode()).decode().rstrip("=")
    assert page_of(rows, ("read_at", "pk"), right, 4).later


def test_a_row_that_comes_in_between_moves_no_other(notices, cast):
    rows = Notice.objects.filter(kind="any")
    first = page_of(rows, ORDER, "", 4)
    Notice(member_id=cast.frontline.id, kind="any", created_at=now() + timedelta(hours=1), data={}).save()
    second = page_of(rows, ORDER, first.following, 4)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert second.later
    assert not first.later


def test_a_page_is_one_query_wherever_it_stands(notices):
    rows = Notice.objects.filter(kind="any")
    after = page_of(rows, ORDER, "", 6).following
    with CaptureQueriesContext(connection) as queries:
        page_of(rows, ORDER, after, 2)
    assert len(queries) == 1


def key_of(*values):
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


SOME = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("key", "good"),
    [(one, False) for one in ("nonsense", "%00", "W10", "WzEsMl0", "WyJ4IiwieSJd", "WyIyMDI2LTAxLTAxIiwiYSJd", "[" * 600, "/" * 40)]
    + [
        (key_of("9999-12-31T23:59:59-14:00", SOME), False),  # beyond the calendar's ends once it is told in UTC
        (key_of("0001-01-01T00:00:00+14:00", SOME), False),
        (key_of("2026-03-02T10:00:00", SOME), False),
        (key_of("2026-03-02T10:00:00+08:00", 10**40), False),
        (key_of("2026-03-02T10:00:00+08:00", SOME, SOME), False),
        (key_of("2026-03-02T10:00:00+08:00", SOME), True),
    ],
)  # fmt: skip
def test_a_key_that_nobody_made_is_refused(notices, key, good):
    rows = Notice.objects.filter(kind="any")
    if good:
        assert page_of(rows, ORDER, key, 4).later
        return
    with pytest.raises(UnknownPage) as refusal:
        page_of(rows, ORDER, key, 4)
    assert refusal.value.status == 400


def test_the_pager_keeps_what_else_the_address_asks_for(notices):
    page = page_of(Notice.objects.filter(kind="any"), ORDER, "", 4)
    request = RequestFactory().get("/list/", {"state": "open", "q": "退款 & 换货", "after": "old"})
    links = pager(request, page)
    assert links["first"] == ""
    assert links["next"].startswith("?state=open&q=%E9%80%80%E6%AC%BE+%26+%E6%8D%A2%E8%B4%A7&after=")
    assert "old" not in links["next"]
    last = page_of(Notice.objects.filter(kind="any"), ORDER, page.following, 20)
    assert pager(request, last) == {"first": "?state=open&q=%E9%80%80%E6%AC%BE+%26+%E6%8D%A2%E8%B4%A7", "next": ""}


OWN_WAY = re.compile(r"\[: *(PAGE|SIZE|size|limit) *\+ *1\]")
ELSEWHERE = {"desk/timeline.py"}
"""The history of a case goes back by the number of an event."""


def test_no_list_has_a_pager_of_its_own():
    paths = [path for path in SOURCE.rglob("*.py") if "tests" not in path.parts]
    assert len(paths) > 200
    own = {str(path.relative_to(SOURCE)) for path in paths if OWN_WAY.search(path.read_text())}
    assert own - {"pages/pager.py"} == ELSEWHERE
    drawn = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.html") if "pager.next }}" in path.read_text()}
    assert drawn == {"pages/templates/pages/parts/pager.html"}
