"""Knowledge at its edges: the last day of keeping, the longest words, who rates without using, help that is retired (SK-07, SK-08, SK-09)."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.figures import folding
from tingsu.kernel.clock import now, travel_to
from tingsu.knowledge import entries, helping, methods, terms, unanswered, uses
from tingsu.knowledge.models import Sought
from tingsu.knowledge.tests.given import HELP, published, take
from tingsu.people import alone

pytestmark = pytest.mark.django_db
ANY: Any = None


@pytest.mark.req("SK-09")
def test_words_are_kept_for_ninety_days_and_no_longer(cast: Cast) -> None:
    helping.not_found("如何开发票", "203.0.113.1")
    for days, left in ((helping.KEPT.days, 1), (helping.KEPT.days + 1, 0)):
        with travel_to(now() + timedelta(days=days)):
            helping.forget_old()
        assert Sought.objects.count() == left


@pytest.mark.req("SK-09")
@pytest.mark.parametrize(
    ("words", "counted"),
    [("票", 0), ("发票", 1), ("票" * helping.LONGEST, 1), ("票" * (helping.LONGEST + 1), 0), ("发票2", 0)],
)
def test_what_is_counted_is_between_two_and_thirty_signs_without_a_figure(cast: Cast, words: str, counted: int) -> None:
    helping.not_found(words, "203.0.113.1")
    assert Sought.objects.count() == counted


@pytest.mark.req("SK-09")
def test_help_that_is_retired_helps_nobody(cast: Cast) -> None:
    entry = published(cast, **HELP, wording="", wording_en="")
    for _number in range(unanswered.MANY):
        a_case(cast.frontline)
    folding.catch_up()
    assert unanswered.from_complaints() == 0
    take(cast.specialist, entry, "retire", reason="政策变了")
    assert unanswered.from_complaints() == 1


@pytest.mark.req("SK-08")
def test_who_rates_without_using_is_no_user_and_an_entry_of_no_case_may_name_a_telephone(cast: Cast) -> None:
    entry = published(cast, body="热线 13800002210 查退款状态。")
    uses.note_use(actor=cast.frontline.actor, entry=entry)
    uses.rate(actor=cast.qa.actor, entry=entry, useful=True)
    assert uses.told_of([entry.pk])[entry.pk].people == 1


@pytest.mark.req("IM-12")
def test_before_a_trial_is_measured_over_as_many_days_as_it_lasts_and_after_it_over_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans: list[tuple[str, str]] = []

    def measured(codes: Any, since: date, until: date) -> tuple[float | None, int]:
        spans.append((since.isoformat(), until.isoformat()))
        return (9.5, 6) if len(spans) == 1 else (None, 2)

    monkeypatch.setattr(methods, "measured", measured)
    kept: dict[str, Any] = {}
    opened: Any = SimpleNamespace(
        entry=SimpleNamespace(codes={"since": "2026-03-11", "until": "2026-03-20"}), put=kept.__setitem__
    )
    methods.begun(opened, {"since": date(2026, 3, 11), "until": date(2026, 3, 20)})
    methods.judged(opened, {})
    assert spans == [("2026-03-01", "2026-03-10"), ("2026-03-11", "2026-03-20")]
    assert kept == {"before": "9.5", "before_n": 6, "after": None, "after_n": 2}


@pytest.mark.req("IM-12")
@pytest.mark.parametrize(
    ("owner", "actor", "warned", "refused"),
    [("a", "a", False, True), ("a", "b", False, False), (None, "a", False, False), ("a", "a", True, False)],
)
def test_only_whoever_leads_a_trial_may_not_judge_it(
    monkeypatch: pytest.MonkeyPatch, owner: str | None, actor: str, warned: bool, refused: bool
) -> None:
    monkeypatch.setattr(alone, "warned", lambda opened, code: warned)
    opened: Any = SimpleNamespace(entry=SimpleNamespace(owner_id=owner), actor=SimpleNamespace(id=actor))
    unmet = methods.led_by_another(opened, ANY, None)
    assert [one.code for one in unmet] == ["own_work"] * refused


@pytest.mark.req("SK-06")
def test_who_checks_an_entry_is_asked_while_it_is_checked_and_what_was_never_published_shows_nothing() -> None:
    assert entries.involved({"under_check": "2", "reviewer": "m"}) == ("m",)
    assert entries.involved({"reviewer": "m"}) == entries.involved({"under_check": "2"}) == ()
    told = {
        terms.HELP: ("ISC 6.3.2", "ISC 7.1.2.2"),
        **dict.fromkeys(
            (terms.CASE, terms.LESSON, terms.PRACTICE), ("ISC 9.2.1", "ISC 5.4.2.4", "SZ 8(5)", "ISC 10.2.3")
        ),
        "script": ("ISC 9.2.1", "ISC 5.4.2.4"),
    }
    for kind, clauses in told.items():
        assert entries.clauses({"kind": kind, "version": "1"}) == clauses
        assert entries.clauses({"kind": kind}) == ()
