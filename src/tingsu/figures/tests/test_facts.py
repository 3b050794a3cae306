"""Facts follow the ledger and hold no name: equal to a recount over whole lives, unchanged by erasing, made anew by command (MO-08, MO-13).

The stories of `tests/test_stories*.py` end with the same recount: contested and withdrawn, handed over and linked, from hand to hand.
"""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import models

from tests.cast import Cast
from tests.recounting import check_facts
from tingsu.aftercare.tests.rounds import closed
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import PROVINCES
from tingsu.desk.tests.cases import BASIC, a_case, local
from tingsu.figures import folding, sql
from tingsu.figures.models import Fact, Reach
from tingsu.governance.erasure import erase_case
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import reactions
from tingsu.triage.tests.cases import graded

pytestmark = pytest.mark.django_db

TIMES = [
    # received, closed: day received, day closed, minutes, working minutes, working days; business is 9:00-12:00 and 13:00-18:00 or as shipped
    ("2026-03-02 10:00", "2026-03-02 10:00:59", "2026-03-02", "2026-03-02", 0, 0, 0),
    ("2026-03-31 23:59", "2026-04-01 00:01", "2026-03-31", "2026-04-01", 2, 0, 1),
    ("2026-04-01 00:00", "2026-04-01 23:59:59", "2026-04-01", "2026-04-01", 1439, "day", 0),
    ("2026-03-06 17:00", "2026-03-09 10:00", "2026-03-06", "2026-03-09", 3900, None, 1),  # over a weekend
    ("2026-02-13 12:00", "2026-02-24 12:00", "2026-02-13", "2026-02-24", 15840, None, 2),  # the Spring Festival, with a make-up Saturday
    ("2028-02-28 12:00", "2028-03-01 12:00", "2028-02-28", "2028-03-01", 2880, None, 2),  # over a leap day
    ("2026-03-03 10:00", None, "2026-03-03", None, None, None, None),
]  # fmt: skip


@pytest.mark.req("TR-19", "TR-22")
def test_each_marked_risk_of_escalation_is_a_fact_by_itself(cast: Cast) -> None:
    for marks in (["litigation"], ["opinion", "penalty"], []):
        graded(cast.frontline, a_case(cast.frontline), risk_marks=marks, reason="已逐项核对")
    found = sorted((one.opinion_risk, one.litigation_risk, one.penalty_risk) for one in check_facts())
    assert found == [(False, False, False), (False, True, False), (True, False, True)]


@pytest.mark.req("MO-08")
def test_a_whole_life_is_counted_as_by_hand(cast: Cast) -> None:
    journey = closed(cast)
    with travel_to(journey.at):
        [fact] = check_facts()
        assert (fact.state, fact.outcome, fact.verdict, fact.mode) == (
            "closed",
            "accepted",
            "founded",
            journey.complaint.mode,
        )
        assert fact.closed_after == (
            fact.closed_on and (journey.at - journey.complaint.received_at) // timedelta(minutes=1)
        )
        assert list(fact.stages)
        assert "closed" not in fact.stages
        assert sum(fact.stages.values()) <= fact.closed_after <= sum(fact.stages.values()) + len(fact.stages) + 1
        assert fact.limits_kept > 3
        assert fact.returns == 0
        assert not fact.solved_at_once
        before = {name: value for name, value in vars(fact).items() if name[0] != "_"}
        # Erasing takes away what was typed, and nothing that is counted.
        erase_case(fact.pk, actor=automation("test", cast.organisation_id), at=journey.at, data={"why": "retention"})
        [erased] = check_facts()
        changed = {name for name, value in before.items() if getattr(erased, name) != value}
        assert changed == {"seq"}


@pytest.mark.req("MO-08")
def test_days_and_lengths_are_those_of_the_organisation(cast: Cast) -> None:
    cases = []
    with travel_to(local("2026-02-01 10:00")):
        for received, ended, *_expected in TIMES:
            one = a_case(cast.frontline)
            at = local(ended) if ended else None
            Complaint.objects.filter(pk=one.pk).update(
                received_at=local(received), closed_at=at, first_reply_at=at, answered_at=at
            )
            cases.append(one.pk)
    with travel_to(local("2028-06-01 10:00")):
        assert folding.fold(cases) == len(TIMES)
    found = Fact.objects.in_bulk(cases)
    for pk, (received, ended, on, closed_on, minutes, working, days) in zip(cases, TIMES, strict=True):
        fact = found[pk]
        where = f"{received} to {ended}"
        assert (str(fact.received_on), fact.closed_on and str(fact.closed_on)) == (on, closed_on), where
        assert fact.received_hour == local(received).hour
        assert (fact.closed_after, fact.replied_after, fact.answered_after) == (minutes,) * 3, where
        assert fact.closed_after_days == days, where
        assert fact.closed_after_working == fact.replied_after_working == fact.answered_after_working
        if working == "day":
            assert 420 <= fact.closed_after_working <= 540, where
        elif working is not None or ended is None:
            assert fact.closed_after_working == working, where
    whole = found[cases[2]].closed_after_working
    assert found[cases[5]].closed_after_working == 2 * whole  # noon to noon over two working days
    assert found[cases[4]].closed_after_working == 2 * whole


@pytest.mark.req("MO-08")
def test_folding_twice_changes_nothing_and_what_was_missed_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with travel_to(local("2026-03-02 10:00")):
        one = a_case(cast.frontline)
        assert folding.fold_moved() == 1
        assert folding.fold_moved() == 0
        # Committed later than the folding looks back: the minute passes it by, the night does not.
        Reach.objects.update(reached_at=Reach.objects.get().reached_at + timedelta(hours=1))
        other = a_case(cast.frontline)
        Fact.objects.filter(pk=one.pk).update(province="65", seq=0, limits_missed=9)
        with monkeypatch.context() as slow:
            slow.setattr(folding, "SLACK", timedelta(0))
            assert folding.fold_moved() == 0
        # A clock that was an hour ahead and is set right: what happens now is not left to the night.
        assert folding.fold_moved() == 2
        Fact.objects.filter(pk__in=[one.pk, other.pk]).update(province="65", seq=0)
        assert folding.catch_up() == 2
        check_facts()
        # A fact that knows more of the history than what is folded now is left alone.
        Fact.objects.filter(pk=other.pk).update(seq=99, province="65")
        folding.fold([other.pk])
        assert Fact.objects.get(pk=other.pk).province == "65"
        Fact.objects.update(seq=0, province="11", kept_push=7)
        out = io.StringIO()
        call_command("facts", "--rebuild", stdout=out)
        assert "test: 2 facts in " in out.getvalue()
        check_facts()


@pytest.mark.req("MO-13")
def test_nothing_in_a_fact_names_anybody(cast: Cast) -> None:
    kinds = (
        models.UUIDField, models.IntegerField, models.SmallIntegerField, models.BigIntegerField, models.BooleanField,
        models.DateField,
    )  # fmt: skip
    codes = {
        "kind", "problem_type", "object_type", "scene", "mode", "channel", "province", "product_type", "group", "customer_type",
        "respondent", "state", "grade", "urgency", "investigation_mode", "verdict", "outcome", "responsible",
    }  # fmt: skip
    ids = {"id", "organisation_id", "department_id", "lead_unit_id", "unit_concerned_id", "supplier_id"}
    for one in Fact._meta.concrete_fields:
        if one.attname in codes:
            assert isinstance(one, models.CharField)
            assert (one.max_length or 0) <= 40
        elif one.attname not in {"categories", "stages"}:
            assert type(one) in kinds, one.attname
        assert not isinstance(one, models.UUIDField) or one.attname in ids, "an id of a person is a name"
        assert not isinstance(one, models.DateTimeField), "an instant tells one complaint from all others"
    assert {one.strip('"') for one in sql.COLUMNS} == {one.column for one in Fact._meta.concrete_fields}
    with travel_to(local("2026-03-02 10:00")):
        a_case(cast.frontline, branch="陈晓雨的小店", market_region="13800002210", service_step="找陈晓雨")
        folding.fold_moved()
    row = Fact.objects.values().get()
    told = {value for value in map(str, row.values()) if value}
    typed = {str(value) for value in BASIC.values()} | {"陈晓雨的小店", "13800002210", "找陈晓雨"}
    closed_lists = {"phone", "hotline", "consumer", "33", "True", "['16']"}
    assert not told & (typed - closed_lists)
    assert row["province"] in PROVINCES


def test_a_registration_pays_nothing(cast: Cast) -> None:
    """No reaction writes for the figures: they read the ledger afterwards."""
    assert not [name for names in reactions().values() for name in names if ".figures." in name]


def test_an_organisation_without_complaints_has_no_facts(cast: Cast) -> None:
    assert (folding.fold_moved(), folding.catch_up(), folding.rebuild(), folding.fold([])) == (0, 0, 0, 0)
    assert not Fact.objects.exists()
    assert Reach.objects.count() == 1
