"""Knowledge at its edges: the last day of keeping, the longest words, who rates without using, help that is retired (SK-07, SK-08, SK-09)."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.figures import folding
from tingsu.kernel.clock import now, travel_to
from tingsu.knowledge import helping, unanswered, uses
from tingsu.knowledge.models import Sought
from tingsu.knowledge.tests.given import HELP, published, take

pytestmark = pytest.mark.django_db


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
