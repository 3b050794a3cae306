"""Cases that are kept for the tests that begin with them (`tests.standing`)."""

import pytest
from django.db import connection

from tests import standing
from tests.cast import Cast
from tests.filled import filled
from tests.standing import kept, kept_before_the_test
from tingsu.complaints.models import Complaint
from tingsu.settlement.tests.journey import Journey, registered

walked: list[str] = []


@kept
def begun(cast: Cast, product: str = "空气炸锅") -> Journey:
    walked.append(product)
    return registered(cast, product=product)


def where() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


asked: list[bool] = []


@pytest.mark.parametrize("turn", range(4))
def test_a_case_is_walked_at_most_twice_a_worker_and_each_test_finds_it_as_it_was(cast: Cast, turn: int) -> None:
    own, before, earlier = where(), len(walked), len(asked)
    asked.append(True)
    journey = begun(cast)
    assert len(walked) - before == (1 if earlier < 2 else 0), "anew, then for keeping, then never"
    assert (where() != own) == (earlier > 0)
    assert journey.cast is cast
    assert Complaint.objects.get().version == journey.complaint.version
    version = journey.complaint.version
    journey.step(journey.owner, "note", note="这一句属于这一次")
    assert Complaint.objects.get().version > version
    assert begun(cast, "电饭煲").complaint.number != journey.complaint.number, "beside the first one"
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("turn", range(3))
def test_who_has_written_or_changes_code_walks_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    before = len(walked)
    begun(cast, "手机壳")
    assert len(walked) == before + 1


@kept_before_the_test
def begins_with(cast: Cast) -> Journey:
    walked.append("before")
    return registered(cast, product="台灯")


@pytest.mark.parametrize("turn", range(2))
def test_what_a_fixture_begins_with_is_walked_once_whatever_the_test_changes_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    own, before, known = where(), len(walked), any(key[1] == "begins_with" for key in standing._kept)
    assert Complaint.objects.get(pk=begins_with(cast).complaint.pk).version < 77
    assert len(walked) - before == (0 if known else 1)
    assert where() != own
    Complaint.objects.update(version=77)


def test_what_does_not_say_all_of_itself_is_no_key() -> None:
    assert standing._key(begun, ("a", 1, None, ["b"]), {}) is not None
    assert standing._key(begun, (object(),), {}) is None


many_written: list[bool] = []


@pytest.mark.parametrize("turn", range(2))
def test_very_many_rows_are_written_once_a_worker_and_each_test_finds_them_as_they_were(
    transactional_db: None, cast: Cast, turn: int
) -> None:
    def fill() -> None:
        many_written.append(True)
        registered(cast, product="电风扇")

    filled("standing", fill)
    assert len(many_written) == 1
    assert Complaint.objects.get().version < 77
    Complaint.objects.update(version=77)
