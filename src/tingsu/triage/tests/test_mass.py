"""Sudden complaints about one product from several provinces (TR-07)."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.letters.models import Notice
from tingsu.triage import queries
from tingsu.triage.mass import Arrival, burst, burst_around, provinces_of
from tingsu.triage.models import Assessment
from tingsu.triage.tests.cases import HIGH, graded, registered

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def arrivals(*hours: float) -> list[Arrival]:
    return [
        Arrival(UUID(int=n), START + timedelta(hours=hour), "33" if n % 2 else "44") for n, hour in enumerate(hours)
    ]


@pytest.mark.req("TR-07")
@pytest.mark.parametrize(
    ("hours", "of", "size"),
    [
        ((0, 1, 2, 3, 4), 0, 5),
        ((0, 1, 2, 3, 24), 0, 5),
        ((0, 1, 2, 3, 24.001), 0, 4),
        ((0, 30, 31, 32, 33), 0, 1),
        ((0, 20, 40, 41, 42), 1, 4),
        ((0,), 0, 1),
    ],
)
def test_a_burst_fits_into_one_window_around_the_complaint(hours: tuple, of: int, size: int) -> None:
    assert len(burst(arrivals(*hours), UUID(int=of), DAY)) == size


def test_a_complaint_without_a_province_counts_for_none() -> None:
    assert (
        provinces_of([Arrival(UUID(int=n), START, province) for n, province in enumerate(("33", "33", "", "44"))]) == 2
    )


@pytest.mark.req("TR-06", "TR-07", "TR-17")
@pytest.mark.parametrize(("provinces", "proposed"), [(("33", "44"), "high_risk"), (("33", "33"), "general")])
def test_a_burst_over_two_provinces_is_proposed_as_high_risk_to_every_owner(
    cast: Cast, provinces: tuple, proposed: str
) -> None:
    with travel_to(START):
        group = [
            registered(cast.frontline if n else cast.frontline2, province=provinces[n % 2], product="充电宝 A1")
            for n in range(5)
        ]
    with travel_to(START + timedelta(hours=30)):
        if proposed == "high_risk":
            with pytest.raises(InvalidInput):
                graded(cast.frontline, group[4])
        graded(cast.frontline, group[4], **HIGH)
        graded(cast.frontline, group[3], **HIGH)
    assert {row.suggestion["grade"] for row in Assessment.objects.all()} == {proposed}
    prompted = set(Notice.objects.filter(kind="case.reassess").values_list("stream_id", flat=True))
    expected = {one.pk for one in group[:4]} if proposed == "high_risk" else set()
    assert prompted == expected
    assert Notice.objects.filter(kind="case.reassess").count() == len(expected)


@pytest.mark.req("TR-07")
def test_four_complaints_or_two_products_are_no_burst(cast: Cast) -> None:
    with travel_to(START):
        group = [registered(cast.frontline, province=("33", "44")[n % 2], product="充电宝 A1") for n in range(4)]
        registered(cast.frontline, province="44", product="充电宝 B2")
        graded(cast.frontline, group[0])
    assert Assessment.objects.get().suggestion["grade"] == "general"


@pytest.mark.req("TR-06", "TR-19")
@pytest.mark.parametrize(
    ("channel", "reference", "amounts", "facts"),
    [
        ("hotline", "", [], (False, False, 0)), ("hotline", "京市监 12 号", [], (True, False, 0)), ("12315", "", [], (True, False, 0)),
        ("court", "", [None, 100], (True, False, 100)), ("media", "", [300, 200], (False, True, 300)), ("press", "1", [None], (True, True, 0)),
    ],
)  # fmt: skip
def test_what_is_known_before_a_word_is_read(
    monkeypatch: pytest.MonkeyPatch, channel: str, reference: str, amounts: list[Any], facts: Any
) -> None:
    rows = [SimpleNamespace(amount_fen=one) for one in amounts]
    monkeypatch.setattr(queries, "rows_of", lambda model, complaint: rows)
    complaint: Any = SimpleNamespace(channel=channel, outside_reference=reference, product="")
    found = queries.facts_of(complaint, {"mass": {}})
    assert (found.from_authority, found.from_media, found.loss_fen, found.provinces) == (*facts, 0)


@pytest.mark.req("TR-07")
def test_a_burst_is_seen_from_its_first_as_from_its_last(cast: Cast) -> None:
    with travel_to(START):
        first = registered(cast.frontline, product="充电宝 A1")
    with travel_to(START + timedelta(hours=20)):
        others = [registered(cast.frontline, product="充电宝 A1") for _number in range(4)]
    rules = {"mass": {"window_hours": 24, "complaints": 5, "provinces": 2}}["mass"]
    for one in (first, others[-1]):
        assert len(burst_around(one, rules)) == 5
        assert burst_around(one, rules | {"complaints": 6}) == []
        assert len(burst_around(one, rules | {"window_hours": 19})) == 0
