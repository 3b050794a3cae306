"""What must not happen in the management system is refused in a sentence, and nothing is lost: links in a circle, an action without proof."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import local
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.registers.actions import Opening, link_entry, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
AT = local("2026-03-03 10:00")
REGISTER = "nonconformity"


def found(cast: Cast, words: str) -> Entry:
    values = {"source": "late", "description": words, "found_on": "2026-03-02", "severity": "minor"}
    return open_entry(actor=cast.qa.actor, register=registers()[REGISTER], opening=Opening(values=values))


def link(cast: Cast, one: Entry, other: Entry, kind: str) -> None:
    link_entry(actor=cast.supervisor.actor, register=registers()[REGISTER], entry=one, number=other.number, kind=kind)


@pytest.mark.req("IM-08")
@pytest.mark.parametrize("kind", ["follows", "cause", "evidence"])
def test_links_that_say_what_came_before_make_no_circle(cast: Cast, sign_in: Any, kind: str) -> None:
    with travel_to(AT):
        first, second, third = (found(cast, words) for words in ("甲", "乙", "丙"))
        link(cast, first, second, kind)
        link(cast, second, third, kind)
        before = Event.objects.count()
        for one, other in ((third, first), (second, first), (first, first)):
            with pytest.raises(InvalidInput) as refused:
                link(cast, one, other, kind)
            assert set(refused.value.fields) == {"number"}
        assert (Event.objects.count(), EntryLink.objects.count()) == (before, 2)
        link(cast, first, third, kind)  # the same way round
        link(cast, third, first, "related")  # leads nowhere
        given = {"number": first.number, "kind": kind}
        page = sign_in(cast.supervisor).post(reverse("registers:link", args=[REGISTER, third.number]), given)
        assert "循环" in page.content.decode()
        assert first.number in page.content.decode(), "what was typed is still there"
    assert EntryLink.objects.count() == 4


@pytest.mark.req("IM-04", "IM-05")
def test_an_action_is_not_closed_without_day_and_result_nor_its_effect_without_what_was_found(cast: Cast) -> None:
    register = registers()[REGISTER]
    with travel_to(AT):
        entry = found(cast, "超时答复")

        def take(who: Any, step: str, **values: Any) -> Entry:
            return take_step(
                actor=who.actor, entry=Entry.objects.get(pk=entry.pk), register=register, step=step, values=values
            )

        done = [{"what": "补做", "on": "2026-03-03"}]
        take(cast.qa, "contain", control=done, consequences=done)
        take(
            cast.qa, "evaluate", analysis="分析", method="five_why", whys=[{"why": "一"}, {"why": "二"}], cause="原因", similar="无",
        )  # fmt: skip
        plan = [{"what": "修订", "owner": str(cast.supervisor.id), "until": "2026-03-04"}]
        take(cast.qa, "plan", actions=plan, criterion="准则", review_on="2026-03-03", preventive="无")
        take(cast.mgmt_rep, "approve", prevention="adopted")
        for given, missing in (
            ({"action": "0"}, {"done_on", "result"}),
            ({"action": "0", "done_on": "2026-03-03", "result": " "}, {"result"}),
            ({"action": "0", "done_on": "2026-03-05", "result": "已完成"}, {"done_on"}),
        ):
            before = Event.objects.count()
            with pytest.raises(InvalidInput) as refused:
                take(cast.supervisor, "finish_action", **given)
            assert set(refused.value.fields) == missing
            assert Event.objects.count() == before
        assert (
            take(cast.supervisor, "finish_action", action="0", done_on="2026-03-03", result="规范已发布").state
            == "review"
        )
        with pytest.raises(InvalidInput):
            take(cast.mgmt_rep, "confirm", effect="")
        assert take(cast.mgmt_rep, "confirm", effect="连续抽查全部合格").state == "closed"
