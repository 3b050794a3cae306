"""Several readers ask in one statement, and get what Django would have loaded for each."""

from typing import Any

import pytest
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value

from tests.cast import Cast
from tingsu.aftercare.models import Rating
from tingsu.complaints.covering import known_from, with_people
from tingsu.complaints.models import Complaint, Party
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.together import Asking, Reader, gathered, only, settled, together
from tingsu.people.models import Member
from tingsu.privacy.masking import mask_text
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryWords
from tingsu.registers.tests.samples import an_entry


@pytest.fixture
def cases(cast: Cast) -> list[Complaint]:
    an_entry(registers()["nonconformity"], cast.supervisor)
    return [a_case(cast.frontline) for _n in range(2)]


def told(rows: list[Any]) -> list[Any]:
    """Everything a result holds, so that two of them can be compared: loaded columns, and those of what came with it."""
    return [
        row if isinstance(row, tuple | dict) else
        {name: told([value])[0] if hasattr(value, "_meta") else value for name, value in _kept(row).items()}
        for row in rows
    ]  # fmt: skip


def _kept(row: Any) -> dict[str, Any]:
    inside = {name: value for name, value in vars(row).items() if name != "_state"}
    return {**inside, **row._state.fields_cache}


def questions() -> dict[str, QuerySet[Any, Any]]:
    kind = Stream.objects.filter(pk=OuterRef("pk")).values("kind")[:1]
    numbers = Complaint.objects.order_by("-number").values_list(Value("a"), "pk")[:1]
    return {
        "rows": Complaint.objects.order_by("number"),
        "backwards": Complaint.objects.order_by("-number").select_related("stream"),
        "some columns": Complaint.objects.order_by("pk").select_related("stream").only("number", "stream__wrapped_key"),
        "with people": with_people(Complaint.objects.order_by("pk")),
        "with a value": Complaint.objects.order_by("pk").annotate(of=Subquery(kind)),
        "pairs": numbers.union(Party.objects.values_list(Value("b"), "complaint_id")[:1], all=True),
        "words": Member.objects.order_by("pk").values_list("alias", flat=True),
        "json": Event.objects.filter(kind="complaint.registered").order_by("pk"),
        "entries": Entry.objects.filter(Q(state="open") | Q(owner_id=None)).select_related("stream"),
        "nothing": Rating.objects.all(),
        "no question": Rating.objects.filter(pk__in=[]),
    }


def test_each_gets_what_it_would_have_got_alone(cases: list[Complaint], django_assert_num_queries: Any) -> None:
    alone = {name: told(list(asked)) for name, asked in questions().items()}
    with django_assert_num_queries(1):
        found = together(list(questions().values()))
    assert dict(zip(questions(), map(told, found), strict=True)) == alone
    assert [len(rows) for rows in alone.values()][:3] == [2, 2, 2]
    assert (alone["nothing"], alone["no question"]) == ([], [])


def test_what_came_with_a_row_can_be_used_like_any_other(cases: list[Complaint]) -> None:
    (rows, people) = together(
        [Complaint.objects.select_related("stream").order_by("pk"), with_people(Complaint.objects)]
    )
    assert rows[0].text("summary") == cases[0].text("summary") != ""
    party = Party.objects.filter(complaint=people[0], role="complainant").get()
    name = party.text("name")
    assert name not in mask_text(f"{name} 来电", known_from(people[0]))


def test_what_json_would_not_keep_is_refused(cases: list[Complaint]) -> None:
    with pytest.raises(TypeError, match="words"):
        together([EntryWords.objects.all(), Complaint.objects.all()])


@Asking
def numbers(deep: int) -> Reader[list[int]]:
    """A reader with so many rounds."""
    found = []
    for _round in range(deep):
        (rows,) = yield [Complaint.objects.order_by("number").annotate(one=F("version")).values_list("one", flat=True)]
        found += rows
    return found


def test_readers_share_their_rounds_whatever_their_depth(
    cases: list[Complaint], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        assert settled(numbers.reader(1), numbers.reader(3), numbers.reader(0), only(Party.objects.none())) == [
            [1, 1], [1] * 6, [], []
        ]  # fmt: skip
    with django_assert_num_queries(2):
        assert numbers(2) == [1] * 4
    with django_assert_num_queries(2):
        assert settled(gathered(numbers.reader(2), numbers.reader(1)), numbers.reader(2)) == [
            [[1] * 4, [1, 1]], [1] * 4
        ]  # fmt: skip
    assert settled() == []
