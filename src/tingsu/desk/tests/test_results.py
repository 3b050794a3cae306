"""Whoever chooses among colleagues sees level, load and results, none where there is too little; the choice is kept (AS-16)."""

from datetime import timedelta
from itertools import count

import pytest
from django.urls import reverse

from tingsu.aftercare.models import Rating, ResultNotice
from tingsu.clocks.models import Promise
from tingsu.desk import results
from tingsu.desk.tests.cases import a_case
from tingsu.desk.tests.test_team import AT, SHARE, busy  # noqa: F401 a fixture
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event

ROUNDS = count(1)


def rated(case, owner, scores, at=AT):
    """Ratings of cases that this person handled; all on one case, for only their number and date are asked."""
    for score in scores:
        notice = ResultNotice(
            id=new_id(), complaint=case, round=next(ROUNDS), sent_at=at, rating_asked_at=at, superseded_at=at
        )
        notice.seal_all(words="已退款。")
        notice.save(force_insert=True)
        row = Rating(id=new_id(), complaint=case, notice=notice, party_id=new_id(), owner_id=owner.id, rated_at=at)
        row.score = score
        row.seal_all(comment="")
        row.save(force_insert=True)


@pytest.mark.req("AS-16")
@pytest.mark.parametrize(("cases", "named"), [(0, False), (29, False), (30, True)])
def test_a_rate_is_named_from_thirty_cases_on_and_else_their_number(cases, named):
    words = results.Results(cases=cases, tenths=45, in_time=cases).words
    assert str(cases) in words
    assert ("4.5" in words and "100%" in words) is named


@pytest.mark.req("AS-16")
def test_results_are_the_mean_and_the_share_without_a_missed_limit_of_half_a_year(cast):
    with travel_to(AT):
        kept, late = a_case(cast.frontline), a_case(cast.frontline, phone="13900001111")
        Promise.objects.filter(stream_id=late.pk, kind="first_reply").update(breached_at=AT)
    rated(kept, cast.specialist, [5, 5, 4])
    rated(late, cast.specialist, [1])
    rated(kept, cast.specialist2, [2], at=AT - results.SINCE)
    rated(kept, cast.coach, [3], at=AT + timedelta(seconds=1))
    assert results.results_of(AT) == {cast.specialist.id: results.Results(cases=4, tenths=38, in_time=3)}


@pytest.mark.req("AS-16")
def test_the_page_shows_level_load_and_results_and_the_choice_is_recorded_with_them(sign_in, cast, busy, monkeypatch):  # noqa: F811
    monkeypatch.setattr(results, "FEWEST", 2)
    rated(busy[0], cast.specialist2, [5, 4])
    client, case = sign_in(cast.supervisor), busy[1]
    address = reverse(SHARE, args=[cast.specialist.id])
    with travel_to(AT):
        page = client.get(address).content.decode()
        assert "服务专家 · 手上 1 件 · 评价 4.5" in page
        client.post(address, {"case": [case.number], f"to-{case.number}": str(cast.specialist2.id)})
    event = Event.objects.get(stream_id=case.pk, kind="complaint.assigned")
    written = texts_of([event])[event.pk]["choice"]
    assert "2002" in written
    assert "评价 4.5" in written
    assert "2101" in written, "who else could take it"
    with travel_to(AT):
        assert "评价 4.5" in client.get(reverse("desk:case", args=[case.number])).content.decode()
