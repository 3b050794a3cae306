"""The draw, the index and the rulebook as functions and tables (SC-05, SC-06, SC-07, SC-08, KP-14, SC-11)."""

import copy
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tingsu.figures import alerts
from tingsu.figures.tests.test_alerts import judged, rated
from tingsu.figures.values import today
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.rulebooks import publish
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.satisfaction import closing, releasing, results, rules, sampling, shown
from tingsu.satisfaction.models import Answer
from tingsu.satisfaction.results import Mean

IDS = [uuid.UUID(int=number) for number in range(1, 1001)]
SEED = "00112233445566778899aabbccddeeff"


@pytest.mark.req("SC-05")
def test_a_draw_can_be_drawn_again_and_any_change_is_seen() -> None:
    sample = sampling.drawn(IDS, 50, SEED)
    digest = sampling.digest_of(IDS)
    assert len(set(sample)) == 50
    assert sampling.drawn(list(reversed(IDS)), 50, SEED) == sample, "the order of the frame decides nothing"
    assert sampling.drawn(IDS, 20, SEED) == sample[:20]
    assert sampling.agrees(IDS, 50, SEED, digest, sample)
    assert not sampling.agrees(IDS[1:], 50, SEED, digest, sample)
    assert not sampling.agrees(IDS, 50, SEED[::-1], digest, sample)
    assert not sampling.agrees(IDS, 50, SEED, digest, [*sample[:-1], next(one for one in IDS if one not in sample)])
    assert sampling.new_seed() != sampling.new_seed()
    assert len(bytes.fromhex(sampling.new_seed())) == 16
    hits = [0] * 10
    for number in range(200):
        for one in sampling.drawn(IDS[:10], 3, f"{number:032x}"):
            hits[one.int - 1] += 1
    assert all(35 <= one <= 85 for one in hits), "each of the frame is as likely"


@pytest.mark.req("SC-05")
@pytest.mark.parametrize(
    ("frame", "wanted"),
    [(0, 0), (1, 1), (10, 10), (100, 80), (385, 193), (1000, 278), (100_000, 383), (10_000_000, 385)],
)
def test_how_many_are_asked(frame: int, wanted: int) -> None:
    assert sampling.recommended(frame) == wanted


def form(code: str) -> rules.Questionnaire:
    return rules.questionnaires()[code]


@pytest.mark.django_db
@pytest.mark.req("SC-06", "SC-07", "SC-08")
def test_what_ships_asks_what_the_rules_ask_for(cast: Cast) -> None:
    process = form("process")
    assert [one.code for one in process.rated] == ["timeliness", "effectiveness", "attitude", "redress"]
    assert process.expects is False
    for code, group in (("end", "end"), ("dealer", "dealer")):
        one = form(code)
        assert {item.code for item in one.rated} == {"quality", "price", "reliability", "delivery", "support"}
        assert (one.expects, one.group, sum(item.weight for item in one.rated)) == (True, group, 100)
        assert [item.code for item in one.asked_again] == ["again"]
    assert {item.weight for item in form("end").rated} != {item.weight for item in form("dealer").rated}


@pytest.mark.django_db
@pytest.mark.req("SC-07", "KP-14")
def test_the_index_its_gap_and_its_interval_by_hand(cast: Cast) -> None:
    dealer = form("dealer")
    one = {"quality": {"x": 5, "e": 5}, "price": {"x": 3, "e": 5}, "again": {"x": 1}}
    # 25 % and 20 % are answered: the rest of the weight is shared out over them.
    assert results.of_person(dealer, one, "x") == pytest.approx((25 * 100 + 20 * 50) / 45)
    assert results.of_person(dealer, one, "e") == pytest.approx(100)
    assert results.of_person(dealer, {"again": {"x": 1}}, "x") is None
    two: dict[str, dict[str, int]] = {"quality": {"x": 1}, "again": {"x": 0}}
    found = results.result(dealer, [one, two, {"again": {"x": 1}}])
    assert (found.index.number, found.index.value) == (2, pytest.approx(((25 * 100 + 20 * 50) / 45 + 0) / 2))
    assert (found.gap.number, found.gap.value) == (1, pytest.approx(-20 * 50 / 45))
    assert (found.again.part, found.again.whole) == (2, 3)
    quality, price = found.items[0], found.items[1]
    assert (quality.experience.number, quality.experience.value, quality.gap.value, quality.satisfied.part) == (
        2,
        50,
        0,
        1,
    )
    assert (price.gap.value, price.expectation.value) == (-50, 100)
    mean = results.mean([40.0, 60.0] * 50)
    assert mean.low is not None
    assert (mean.value, round(50 - mean.low, 3)) == (50, round(1.959964 * (100 * 100 / 99 / 100) ** 0.5, 3))
    assert results.mean([]) == Mean(0)
    assert results.mean([7.0]) == Mean(1, 7.0)


@pytest.mark.django_db
@pytest.mark.req("SC-13")
def test_a_part_that_answers_differently_often_is_marked(cast: Cast) -> None:
    def parts(email: int, of_email: int = 40) -> list[tuple[str, int, int, bool]]:
        drawn = [{"channel": "phone"}] * 100 + [{"channel": "email"}] * of_email
        said = [{"channel": "phone", "values": {"quality": {"x": 4}}}] * 50
        said += [{"channel": "email", "values": {"quality": {"x": 2}}}] * email
        found = results.parts(form("dealer"), "channel", drawn, said)
        assert [one.index.value for one in found] == [75, 25]
        return [(one.value, one.sample, one.answered, one.odd) for one in found]

    assert parts(20) == [("phone", 100, 50, False), ("email", 40, 20, False)]
    assert [odd for *_told, odd in parts(8)] == [False, True], "too seldom"
    assert [odd for *_told, odd in parts(30)] == [False, True], "too often"
    assert [odd for *_told, odd in parts(6, 29)] == [False, False], "of so few nobody can tell"


@pytest.mark.req("SC-07", "SC-11")
def test_few_answers_are_told_as_counts_and_fewer_than_five_not_at_all() -> None:
    table = [(0, 0, None), (1, None, None), (4, None, None), (5, 5, None), (29, 29, None), (30, 30, 50.0)]
    for number, told, value in table:
        found = releasing.figure("x", results.mean([50.0] * number))
        assert (found.number, found.value) == (told, value), number
    assert shown.short(results.mean([50.0] * 29)) == "–"
    assert shown.short(results.mean([50.0] * 30)) == "50.0"
    assert "29" in shown.mean_words(results.mean([50.0] * 29))


@pytest.mark.django_db
@pytest.mark.req("SC-06", "SC-07", "SC-08")
def test_what_cannot_be_a_questionnaire_is_refused_at_its_place(cast: Cast) -> None:
    def refused(change: Any) -> set[str]:
        body = copy.deepcopy(rules.shipped())
        change(body)
        try:
            rules.check(body)
        except InvalidInput as error:
            return {name for name, one in error.fields.items() if str(one)}
        return set()

    def put(where: str, row: int, name: str, value: Any) -> Any:
        return lambda body: body[where][row].__setitem__(name, value)

    assert refused(lambda body: None) == set()
    for change, place in (
        (put("items", 0, "weight", 24), "questionnaires.1.code"),
        (put("items", 0, "weight", 0), "items.1.weight"),
        (put("items", 0, "weight", "25"), "items.1.weight"),
        (put("items", 4, "weight", 5), "items.5.weight"),
        (put("items", 1, "code", "timeliness"), "items.2.code"),
        (put("items", 1, "code", "及时"), "items.2.code"),
        (put("items", 1, "text", {"zh-Hans": "只有中文", "en": ""}), "items.2.text"),
        (put("items", 1, "questionnaire", "nobody"), "items.2.questionnaire"),
        (put("items", 1, "kind", "stars"), "items.2.kind"),
        (put("questionnaires", 0, "scale", 1), "questionnaires.1.scale"),
        (put("questionnaires", 0, "scale", 11), "questionnaires.1.scale"),
        (put("questionnaires", 0, "scale", True), "questionnaires.1.scale"),
        (put("questionnaires", 1, "group", "gone"), "questionnaires.2.group"),
        (put("questionnaires", 1, "code", "process"), "questionnaires.1.code"),
        (put("questionnaires", 1, "about", ""), "questionnaires.2.about"),
        (put("groups", 0, "types", ["dealer"]), "groups.1.types"),
        (put("groups", 0, "types", []), "groups.1.types"),
        (put("groups", 0, "code", "everybody"), "groups.1.code"),
        (
            lambda body: body.update(items=[one for one in body["items"] if one["questionnaire"] != "end"]),
            "questionnaires.2.code",
        ),
        (lambda body: body.update(items="x"), "items"),
        (lambda body: body.update(questionnaires=[], items=[]), "questionnaires"),
        (lambda body: body.update(again_after_days=-1), "again_after_days"),
        (lambda body: body.update(reminder_after_days=0), "reminder_after_days"),
        (lambda body: body.update(late_days=10_000), "late_days"),
        (lambda body: body.update(least_index=101), "least_index"),
    ):
        assert place in refused(change), place


def a_survey(cast: Cast, first: str, last: str, **more: Any) -> Entry:
    values = {
        "title": "经销商满意指数",
        "questionnaire": "dealer",
        "method": "phone",
        "first_on": first,
        "last_on": last,
        **more,
    }
    return open_entry(actor=cast.qa.actor, register=registers()["survey"], opening=Opening(values=values))


def ended(entry: Entry, experiences: list[int]) -> Entry:
    """As it stands once it was asked: its answers, and the last day behind it."""
    Entry.objects.filter(pk=entry.pk).update(
        state="running", codes={**entry.codes, "until": "2026-01-31", "frame_size": 99, "seed": SEED}
    )
    Answer.objects.bulk_create(
        Answer(survey_id=entry.pk, way="link", values={"quality": {"x": one, "e": 5}}, answered_on="2026-01-20")
        for one in experiences
    )
    assert closing.close_ended() == 1
    entry.refresh_from_db()
    return entry


@pytest.mark.django_db
@pytest.mark.req("SC-04", "SC-07", "AI-10")
def test_a_low_or_fallen_index_opens_an_improvement_item_and_the_next_survey_is_planned(cast: Cast) -> None:
    first = ended(a_survey(cast, "2025-07-01", "2025-09-30", every="quarterly", owner=str(cast.qa.id)), [5] * 40)
    assert (first.state, first.codes["answers"], first.codes["index"]) == ("closed", 40, 10_000)
    closing.follow_up(first.pk)
    closing.follow_up(first.pk)
    assert not Entry.objects.filter(register="nonconformity").exists()
    after = Entry.objects.get(register="survey", state="planned")
    assert (after.codes["first_on"], after.codes["last_on"], after.owner_id) == ("2025-10-01", "2025-12-31", cast.qa.id)
    assert EntryLink.objects.filter(entry=after, other_id=first.pk, kind="follows").exists()
    with pytest.raises(InvalidInput):
        a_survey(cast, "2025-10-02", "2025-10-01")
    few = ended(a_survey(cast, "2025-08-01", "2025-09-30"), [1] * 29)
    assert (few.codes["answers"], "index" in few.codes, closing.reason_to_improve(few)) == (29, False, "")
    fallen = ended(a_survey(cast, "2025-10-01", "2025-12-30"), [5] * 20 + [4] * 20)
    assert closing.reason_to_improve(fallen) == closing.FALLEN
    same = ended(a_survey(cast, "2026-01-01", "2026-01-30"), [5] * 19 + [4] * 21)
    assert closing.reason_to_improve(same) == "", "chance explains it"
    low = ended(a_survey(cast, "2026-01-02", "2026-01-30"), [3] * 40)
    closing.follow_up(low.pk)
    closing.follow_up(low.pk)
    item = Entry.objects.select_related("stream").get(register="nonconformity")
    assert low.number in (item.worded_or_none() or {})["description"]
    assert (item.codes["source"], item.state) == ("not_satisfied", "open")
    assert [one.number for one in results.line("dealer")][-2:] == [same.number, low.number]
    assert results.line("dealer", before=fallen)[-1].number == few.number


@pytest.mark.django_db
@pytest.mark.req("AI-10")
def test_periods_follow_each_other_without_a_gap_and_whoever_left_is_not_planned_with(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [str(cast.qa.id), str(cast.supervisor.id)]
    monkeypatch.setattr(closing.people, "is_active", lambda who: who == cast.supervisor.id)
    for every, first, last, follows in (
        ("monthly", "2025-01-01", "2025-01-31", ("2025-02-01", "2025-02-28")),
        ("monthly", "2025-02-01", "2025-02-28", ("2025-03-01", "2025-03-31")),
        ("weekly", "2025-12-29", "2026-01-04", ("2026-01-05", "2026-01-11")),
        ("yearly", "2024-02-29", "2025-02-27", ("2025-02-28", "2026-02-27")),
    ):
        made = closing.plan_next(a_survey(cast, first, last, every=every, owner=str(cast.qa.id), callers=both))
        assert made is not None
        assert (made.codes["first_on"], made.codes["last_on"]) == follows
        assert (made.owner_id, made.codes["callers"]) == (None, both[1:])


@pytest.mark.django_db
@pytest.mark.req("SC-11")
def test_what_waits_for_its_day_takes_no_place_among_the_released(cast: Cast) -> None:
    for day in ("2026-01-01", "2026-01-02", "2099-01-01", "2099-01-02"):
        one = a_survey(cast, "2025-07-01", "2025-09-30")
        codes = {**one.codes, "audience": ["customers"], "release_on": day}
        Entry.objects.filter(pk=one.pk).update(state="released", codes=codes)
    asked_for = []
    for most in (1, 2):
        with CaptureQueriesContext(connection) as queries:
            told = releasing.released("customers", most=most)
        asked_for.append(len(queries))
        assert [str(one.released_on) for one in told] == ["2026-01-02", "2026-01-01"][:most]
    assert asked_for[0] == asked_for[1], "one question for all of them"


@pytest.mark.django_db
@pytest.mark.req("SC-07")
def test_a_definition_changed_while_a_survey_runs_keeps_the_old_version(cast: Cast) -> None:
    entry = a_survey(cast, "2025-07-01", "2025-09-30")
    body = copy.deepcopy(rules.shipped())
    body["questionnaires"] = [one for one in body["questionnaires"] if one["code"] != "dealer"]
    body["items"] = [one for one in body["items"] if one["questionnaire"] != "dealer"]
    publish(actor=cast.top_mgmt.actor, kind=rules.KIND, body=body)
    assert "dealer" not in rules.questionnaires()
    assert closing.answering.questionnaire_of(entry).version == 0
    assert results.of_survey(ended(entry, [4] * 30)).index.value == 75
    assert closing.plan_next(entry) is None


@pytest.mark.django_db
@pytest.mark.req("SC-04")
def test_satisfaction_below_ninety_per_cent_raises_an_alert_and_an_improvement_item(cast: Cast) -> None:
    rated(89, 11)
    assert judged() == [("K-12", "raised")]
    alert = Entry.objects.get(register=alerts.NAME)
    job = ProcrastinateJob.objects.get(task_name="satisfaction.tasks.improve_for_alert")
    assert job.args["alert_id"] == str(alert.pk), "it follows by itself"
    closing.improve_alert(alert.pk)
    closing.improve_alert(alert.pk)
    item = Entry.objects.select_related("stream").get(register="nonconformity")
    assert EntryLink.objects.filter(entry=item, other_id=alert.pk).exists()
    assert "89" in (item.worded_or_none() or {})["description"]
    assert item.owner_id == alert.owner_id


@pytest.mark.django_db
@pytest.mark.req("SC-09", "SC-10")
def test_comparison_and_follow_up_are_confirmed_by_another_judged_and_lead_to_an_improvement(cast: Cast) -> None:
    known = registers()["market_value"]
    common = {
        "first_on": "2025-01-01",
        "last_on": "2025-06-30",
        "source": "third_party",
        "source_words": "第三方调查，电话访问 600 人",
    }

    def opened(**given: Any) -> Entry:
        return open_entry(
            actor=cast.qa.actor, register=known, opening=Opening(values={"whom": "甲公司", **common, **given})
        )

    for wrong, field in (
        ({"kind": "competitor", "group": "end"}, "tenths"),
        ({"kind": "competitor", "tenths": 825}, "group"),
        ({"kind": "benchmark", "group": "end", "tenths": 1001}, "tenths"),
        ({"kind": "first_pass", "part": 5, "whole": 0}, "whole"),
        ({"kind": "failure", "part": 11, "whole": 10}, "part"),
        ({"kind": "failure", "part": 1, "whole": 10, "source": ""}, "source"),
        ({"kind": "failure", "part": 1, "whole": 10, "first_on": "2025-07-01"}, "last_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            opened(**wrong)
        assert field in refused.value.fields, wrong
    entry = opened(kind="competitor", group="dealer", tenths=825)
    survey = ended(a_survey(cast, "2025-07-01", "2025-09-30"), [4] * 30)
    assert shown.compared(survey, results.of_survey(survey).index) == [], (
        "nothing counts before another has confirmed it"
    )

    def step(who: Any, name: str, **given: Any) -> Entry:
        return take_step(actor=who.actor, entry=entry, register=known, step=name, values=given)

    with pytest.raises(ConditionsUnmet):
        step(cast.qa, "confirm")
    entry = step(cast.supervisor, "confirm")
    elsewhere = opened(kind="benchmark", group="end", tenths=900)
    take_step(actor=cast.supervisor.actor, entry=elsewhere, register=known, step="confirm")
    ours, theirs = shown.compared(survey, results.of_survey(survey).index)
    assert (ours["value"], theirs["value"], theirs["difference"], theirs["whom"]) == ("75.0", "82.5", "-7.5", "甲公司")
    with pytest.raises(InvalidInput):
        step(cast.qa, "judge", threats="对方交付更快", factors="")
    entry = step(cast.qa, "judge", threats="对方交付更快", opportunities="售后口碑好", factors="交付期")
    unit = str(next(iter(cast.dept.actor.unit_ids)))
    day = today()
    entry = step(
        cast.qa, "improve", improvement="缩短经销商交付期", department=unit, owner=str(cast.dept.id), until=(day + timedelta(days=30)).isoformat(),
        criterion="平均交付期 5 天以内", check_on=(day + timedelta(days=60)).isoformat(), every="monthly",
    )  # fmt: skip
    made = Entry.objects.get(register="rectification")
    assert EntryLink.objects.filter(entry=made, other_id=entry.pk, kind="follows").exists()
