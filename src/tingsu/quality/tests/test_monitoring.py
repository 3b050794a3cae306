"""Equal treatment and monitoring against criteria: the statistics by known values, what is told of groups, once a month (QC-07, QC-08)."""

from datetime import date
from math import log
from typing import Any

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints.fields.people import CUSTOMER_TYPES
from tingsu.desk.tests.cases import a_case, local
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.quality import criteria, monitoring
from tingsu.quality.comparing import Counted, holm, share_difference, time_ratio
from tingsu.quality.equal_treatment import chance_words, compared
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db


def shares(*strata: tuple[int, int, int, int]) -> list[tuple[Counted, Counted]]:
    return [(Counted(n, a, a), Counted(m, c, c)) for a, n, c, m in strata]


@pytest.mark.req("QC-08")
def test_differences_are_what_the_books_say() -> None:
    one = share_difference(shares((30, 100, 50, 100)))
    assert one is not None
    assert (one.size, one.low, one.high) == (
        pytest.approx(-0.2),
        pytest.approx(-0.3328, abs=1e-3),
        pytest.approx(-0.0672, abs=1e-3),
    )
    assert one.chance == pytest.approx(0.0039827, abs=1e-6)
    # Simpson: treated alike in both strata, although the raw shares are 55 and 35 per cent
    alike = share_difference(shares((90, 100, 9, 10), (20, 100, 200, 1000)))
    assert alike is not None
    assert (round(alike.size, 6), alike.chance) == (0, pytest.approx(1.0))
    assert share_difference(shares((3, 5, 0, 0))) is share_difference([]) is None
    none = share_difference(shares((0, 10, 0, 10)))
    assert none is not None
    assert none.chance == 1.0
    own, rest = Counted(), Counted()
    for value in (2, 2, 4, 4):
        own.add(log(2 * value))
        rest.add(log(value))
    ratio = time_ratio([(own, rest)])
    assert ratio is not None
    assert ratio.size == pytest.approx(2.0)
    assert ratio.low < 2 < ratio.high
    assert time_ratio([(Counted(1, 1, 1), rest)]) is None
    assert holm([0.01, 0.04, 0.03]) == [pytest.approx(0.03), pytest.approx(0.06), pytest.approx(0.06)]
    assert holm([]) == []


@pytest.mark.req("QC-08")
def test_a_group_that_is_treated_otherwise_is_named_a_small_one_as_too_small(cast: Cast) -> None:
    def closed(number: int, **more: Any) -> list[dict[str, Any]]:
        return [
            {"state": "closed", "closed_on": date(2026, 2, 10), "closed_after": 600 + 10 * (n % 7), **more}
            for n in range(number)
        ]

    facts(
        *closed(60, channel="portal", verdict="founded"), *closed(20, channel="portal", verdict="unfounded"),
        *closed(15, channel="hotline", verdict="founded"), *closed(45, channel="hotline", verdict="unfounded"),
        *closed(29, channel="store", verdict="unfounded"), *closed(50, channel="letter", closed_on=date(2026, 4, 1)),
    )  # fmt: skip
    lines = compared(date(2026, 1, 1), date(2026, 3, 31))
    told = {(one["compared"], one["measure"]): one for one in lines}
    assert told["channel:hotline", "founded"]["finding"] == "differs"
    assert told["channel:hotline", "founded"]["effect"] == "−30.0"  # 15 of 60 against 60 of 109
    assert told["channel:hotline", "founded"]["cases"] == 60
    assert told["channel:portal", "time"]["finding"] == "alike"
    assert (told["channel:store", ""]["finding"], told["channel:store", ""]["cases"]) == ("too_few", 29)
    assert not any(one["compared"] == "channel:letter" for one in lines)
    assert compared(date(2025, 1, 1), date(2025, 2, 1)) == []
    assert [chance_words(one) for one in (1.0, 0.04996, 0.001, 0.0)] == ["1.000", "0.049", "0.001", "<0.001"]


@pytest.mark.req("QC-07", "QC-08")
def test_monitoring_is_counted_once_assessed_and_noted_by_another(cast: Cast, sign_in: Any) -> None:
    with travel_to(local("2026-03-02 10:00")):
        a_case(cast.frontline)
    with travel_to(local("2026-04-02 02:30")):
        made = {one.codes["kind"]: one for one in monitoring.open_owed()}
        assert monitoring.open_owed() == []
        assert (made["criteria"].codes["since"], made["criteria"].codes["until"]) == ("2026-03-01", "2026-03-31")
        assert (made["equal"].codes["since"], made["equal"].codes["until"]) == ("2026-01-01", "2026-03-31")
        lines = {one["criterion"]: one for one in made["criteria"].codes["measured"]}
        assert set(lines) == {one.code for one in criteria.CRITERIA}
        assert (lines["filled"]["conforms"], lines["conforming"]["value"], lines["passed"]["conforms"]) == (
            "yes",
            "100.0 %",
            "unknown",
        )
        client = sign_in(cast.qa)
        page = client.get(f"/desk/records/quality_monitoring/{made['criteria'].number}/").content.decode()
        assert lines["filled"]["target"] in page
        register = registers()[monitoring.NAME]
        days = {"since": "2026-01-01", "until": "2026-03-31"}
        about = {"about": "补", "kind": "criteria"}
        with pytest.raises(InvalidInput) as refused:
            asked = {**about, "since": "2026-03-02", "until": "2026-03-01"}
            open_entry(actor=cast.qa.actor, register=register, opening=Opening(values=asked))
        assert set(refused.value.fields) == {"until"}
        facts({"state": "closed", "closed_on": date(2026, 2, 10), "limits_kept": 3, "limits_missed": 1})
        asked = {**about, **days}
        quarter = open_entry(actor=cast.qa.actor, register=register, opening=Opening(values=asked))
        lines = {one["criterion"]: one["value"] for one in quarter.codes["measured"]}
        assert (lines["limits"], lines["conforming"]) == ("75.0 %", "100.0 %"), (
            "of all the days, not of the first month"
        )
        closed = {"state": "closed", "closed_on": date(2026, 2, 10)}
        facts(
            *({**closed, "customer_type": "dealer", "anonymous": True} for _n in range(30)),
            *({**closed, "customer_type": "client", "anonymous": False} for _n in range(30)),
        )
        about = {"about": "补", "kind": "equal", **days}
        equal = open_entry(actor=cast.qa.actor, register=register, opening=Opening(values=about))
        assert {"anonymous:True", "customer_type:dealer"} <= {one["compared"] for one in equal.codes["comparisons"]}
        page = client.get(f"/desk/records/quality_monitoring/{equal.number}/").content.decode()
        with override("zh-hans"):
            assert all(words in page for words in (f"{_('Anonymous')} · ", str(dict(CUSTOMER_TYPES)["dealer"])))
        take_step(
            actor=cast.supervisor.actor,
            entry=made["criteria"],
            register=register,
            step="assess",
            values={"findings": "都符合"},
        )
        entry = Entry.objects.get(pk=made["criteria"].pk)
        with pytest.raises(ConditionsUnmet):
            take_step(actor=cast.supervisor.actor, entry=entry, register=register, step="take_note")
        assert take_step(actor=cast.mgmt_rep.actor, entry=entry, register=register, step="take_note").state == "noted"


@pytest.mark.req("QC-07")
@pytest.mark.parametrize(
    ("code", "part", "met", "told"),
    [
        ("conforming", (90, 100), True, "90.0 %"), ("conforming", (899, 1000), False, "89.9 %"), ("conforming", (0, 0), None, ""),
        ("load", (60, 2), True, "30.0"), ("load", (61, 2), False, "30.5"), ("records", (5, 100), True, "5.0 %"),
        ("records", (6, 100), False, "6.0 %"), ("filled", (4, 5), False, "80.0 %"),
    ],
)  # fmt: skip
def test_a_criterion_is_met_up_to_its_bound(code: str, part: tuple[int, int], met: bool | None, told: str) -> None:
    one = next(one for one in criteria.CRITERIA if one.code == code)
    assert (one.met(part), one.told(part)) == (met, told)
