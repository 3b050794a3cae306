"""Alerts at limits: once a crossing, to whoever answers for it, ended by a note or by being back, never of a few cases (KP-03, KP-07)."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.figures import alerts, indicators, values
from tingsu.figures.counting import Counted
from tingsu.figures.indicators import Indicator
from tingsu.figures.models import Fact, LimitWatch
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people.models import Member
from tingsu.phone.models import Call
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("KP-03", "KP-07")]
AT = local("2026-03-20 10:00")


def judged(at: timedelta = timedelta()) -> list[tuple[str, str]]:
    """Count and judge; every alert with its state, oldest first."""
    with travel_to(AT + at):
        values.count_all()
        alerts.check()
    rows = Entry.objects.filter(register=alerts.NAME).order_by("opened_at", "pk")
    return [(row.codes["indicator"], row.state) for row in rows]


def rated(good: int, bad: int) -> None:
    Fact.objects.all().delete()
    facts(*({"rated_on": date(2026, 3, 2), "score": 5 if place < good else 2} for place in range(good + bad)))


def test_on_which_side_of_its_limit_a_figure_alarms_and_of_how_many() -> None:
    row = {str(one["code"]): one for one in indicators.INDICATORS}
    for code, changes, part, whole, told in (
        ("KP-03", {}, 85, 100, True), ("KP-03", {}, 8501, 10000, False), ("KP-03", {}, 25, 30, True), ("KP-03", {}, 24, 29, None),
        ("KP-03", {}, 0, 0, None), ("K-12", {}, 90, 100, False), ("K-12", {}, 89, 100, True), ("KP-07", {}, 899, 1000, True),
        ("K-11", {}, 0, 100, False), ("K-11", {"alert": "80"}, 80, 100, False), ("K-11", {"alert": 80}, 79, 100, True),
        ("KP-09d", {"alert": "10", "direction": "at_most"}, 10, 100, False), ("KP-09d", {"alert": "10", "direction": "at_most"}, 11, 100, True),
        ("KP-09d", {"alert": "10", "direction": "below"}, 10, 100, True), ("K-12", {"alert": ""}, 0, 100, False),
        ("K-12", {"direction": ""}, 0, 100, False),
    ):  # fmt: skip
        one = Indicator({**row[code], **changes}, 1)
        assert bool(alerts.crossing(one, Counted(part, whole))) is bool(told), (code, changes, part, whole)
        assert (alerts.crossing(one, Counted(part, whole)) is None) is (told is None), (code, part, whole)
    older = {name: value for name, value in row["KP-03"].items() if name != "alert"}
    assert Indicator(older, 1).alert == 85, "a version from before there were such limits keeps the ones that ship"
    for wrong, field in (({"alert": "many"}, "alert"), ({"alert": "80", "direction": "", "target": ""}, "direction")):
        with pytest.raises(InvalidInput) as refused:
            indicators.check({"indicators": [{**row["K-12"], **wrong}]})
        assert f"indicators.1.{field}" in refused.value.fields


def test_each_crossing_is_told_once_and_ends_with_a_note_or_by_itself(cast: Cast) -> None:
    rated(26, 3)
    assert judged() == [], "of 29 nothing is said"
    rated(26, 4)
    assert judged() == [("K-12", "raised")]
    entry = Entry.objects.get(register=alerts.NAME)
    assert (entry.owner_id, entry.codes["part"], entry.codes["whole"]) == (cast.supervisor.id, 26, 30)
    for language, words in (
        ("zh-hans", "组织内部顾客投诉处理满意率 · 2026-03 · 86.7 %"),
        ("en", "Satisfaction rate · 2026-03 · 86.7 %"),
    ):
        with override(language):
            assert (entry.worded_or_none() or {})["figure"] == words
    told = Notice.objects.filter(stream_id=entry.pk)
    assert [one.member_id for one in told] == [cast.supervisor.id], "whoever answers for it hears of it, once"
    with travel_to(AT), mock.patch.object(LimitWatch.objects, "filter", return_value=[]):
        assert alerts.check() == 0, "what another worker has raised meanwhile is seen behind the lock"
    rated(20, 20)
    assert judged() == [("K-12", "raised")], "it stays one, however bad it becomes"
    rated(20, 1)
    assert judged() == [("K-12", "raised")], "few cases end nothing either"
    rated(36, 4)
    assert judged() == [("K-12", "recovered")]
    entry.refresh_from_db()
    assert (entry.codes["part_after"], entry.codes["whole_after"]) == (36, 40)
    assert list(Event.objects.filter(stream_id=entry.pk).order_by("seq").values_list("kind", flat=True)) == [
        "limit_alert.opened", "limit_alert.recovered",
    ]  # fmt: skip
    rated(35, 5)
    assert judged(timedelta(hours=1)) == [("K-12", "recovered"), ("K-12", "raised")], "a second crossing is a new one"
    second = Entry.objects.get(register=alerts.NAME, state="raised")
    register = register_named(alerts.NAME)
    with pytest.raises(NotAllowed):
        take_step(actor=cast.analyst.actor, entry=second, register=register, step="answer", values={"note": "x"})
    with pytest.raises(InvalidInput):
        take_step(actor=cast.supervisor.actor, entry=second, register=register, step="answer")
    with pytest.raises(NotAllowed):
        take_step(actor=cast.supervisor.actor, entry=second, register=register, step="recover")
    take_step(
        actor=cast.supervisor.actor, entry=second, register=register, step="answer", values={"note": "排班不足，已增配"}
    )
    rated(30, 10)
    assert judged()[1:] == [("K-12", "answered")], "once answered it is not raised again while it lasts"
    rated(40, 0)
    judged()
    rated(30, 10)
    assert [state for _code, state in judged(timedelta(hours=2))] == ["recovered", "answered", "raised"]
    assert LimitWatch.objects.filter(crossed=True).count() == 1


def test_the_answer_rate_alarms_by_calls_and_periods_stand_apart(cast: Cast) -> None:
    Member.objects.filter(pk=cast.supervisor.id).update(on_duty=True)
    for day, answered, missed in ((date(2026, 2, 10), 85, 15), (date(2026, 3, 10), 86, 14), (date(2026, 1, 10), 0, 50)):
        for outcome, number in (("answered", answered), ("missed", missed)):
            Call.objects.bulk_create(
                Call(channel_id=cast.frontline.id, ref=f"{day}{outcome}{place}", started_at=local(f"{day} 12:00"), outcome=outcome)
                for place in range(number)
            )  # fmt: skip
    assert judged() == [("KP-03", "raised")], "of February alone: March keeps its limit, January is long over"
    entry = Entry.objects.get(register=alerts.NAME)
    assert (entry.codes["month"], entry.codes["part"], entry.codes["whole"]) == ("2026-02-01", 85, 100)
    with travel_to(AT):
        assert alerts.check() == 0
        [standing] = alerts.standing()
        assert standing.pk == entry.pk
        # By hand, by whoever reads figures: with the figure as it is kept.
        opening = Opening(values={"indicator": "KP-03", "month": "2026-03-02", "figure": "周末排班不足"})
        made = open_entry(actor=cast.analyst.actor, register=register_named(alerts.NAME), opening=opening)
        assert (made.codes["part"], made.owner_id) == (86, cast.supervisor.id)
        with pytest.raises(NotAllowed):
            open_entry(actor=cast.frontline.actor, register=register_named(alerts.NAME), opening=opening)
