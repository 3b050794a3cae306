"""Innovations and suggestions: applied for, judged, published, followed up; each suggestion answered (PE-24, PE-25, PE-29, PT-09)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.appraisal import suggestions
from tingsu.appraisal.innovation_shown import ratio, shown
from tingsu.appraisal.tests.telling import after, begin, day, fresh, take, unmet, wrong
from tingsu.appraisal.tests.test_awards import SignIn
from tingsu.clocks.models import Promise
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
APPLICATION = {
    "title": "退款进度自动告知",
    "field": "technology",
    "situation": "客户平均来电催问 2.3 次",
    "problem": "进度只能人工查",
    "data": "三月催问 410 次",
    "cases": "202603-XF-011、202603-XF-019",
    "plan": "状态变化时自动发短信",
}
OPINION = {
    "input": "20000",
    "output": "64000",
    "risk_level": "low",
    "risk": "短信误发",
    "reach": "customers",
    "influence": "催问减半",
    "feasible": "yes",
}


def assessing(cast: Cast, **more: Any) -> Entry:
    entry = begin(cast.frontline, "innovation", **APPLICATION, **more)
    return take(cast.supervisor, entry, "call_jury", jury=[str(cast.qa.id), str(cast.dept2.id)], judge_until=day(10))


@pytest.mark.req("PE-24", "PE-29")
def test_an_innovation_is_judged_by_ratio_risk_and_influence_published_and_followed_up(
    cast: Cast, sign_in: SignIn
) -> None:
    assert wrong(begin, cast.frontline, "innovation", title="x") == {
        "field",
        "situation",
        "problem",
        "data",
        "cases",
        "plan",
    }
    entry = begin(cast.frontline, "innovation", **APPLICATION)
    assert entry.codes["applicants"] == [str(cast.frontline.id)]
    for own in (cast.frontline, cast.frontline2):  # the applicant, and somebody of the same group
        assert wrong(
            take, cast.supervisor, entry, "call_jury", jury=[str(own.id), str(cast.qa.id)], judge_until=day(5)
        ) == {"jury"}
    entry = assessing(cast)
    entry = take(cast.qa, entry, "assess", **OPINION)
    assert unmet(take, cast.qa, entry, "assess", **OPINION) == {"judged_already"}
    assert unmet(take, cast.supervisor, entry, "publish", laudation="x") == {"not_judged"}
    entry = take(cast.dept2, entry, "assess", **{**OPINION, "input": "30000", "output": "60000"})
    told = shown(cast.supervisor.actor, fresh(entry))
    assert ([one["ratio"] for one in told["opinions"]], told["together"]) == (["1 : 3.2", "1 : 2.0"], "1 : 2.4")
    assert sign_in(cast.dept).get(reverse("registers:entry", args=["innovation", entry.number])).status_code == 404
    entry = take(cast.supervisor, entry, "publish", laudation="自动告知退款进度")
    assert (
        "自动告知退款进度"
        in sign_in(cast.dept).get(reverse("registers:entry", args=["innovation", entry.number])).content.decode()
    )
    entry = take(cast.dept, entry, "object", objection="去年物流部提过同样方案")
    entry = take(cast.mgmt_rep, entry, "answer", which="0", outcome="rejected", answer="去年方案只涉及邮件")
    with travel_to(after(entry)):
        entry = take(cast.mgmt_rep, entry, "confer", prize="奖金 3000 元", given_on=day(), follow_every="quarterly")
        first = Promise.objects.get(stream_id=entry.pk, kind="innovation_follow_up", ended_at=None)
        entry = take(
            cast.supervisor, entry, "follow", followed_on=day(), progress="升任小组长", business="催问下降 52%"
        )
    assert [entry.state, len(entry.codes["follow_ups"])] == ["awarded", 1]
    assert not Promise.objects.get(pk=first.pk).is_open
    assert Promise.objects.filter(stream_id=entry.pk, kind="innovation_follow_up", ended_at=None).count() == 1
    assert Notice.objects.filter(kind="innovation.received", member_id=cast.frontline.id).exists()
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-24")
def test_what_the_jury_does_not_find_feasible_is_not_awarded_and_nobody_decides_on_the_own_idea(cast: Cast) -> None:
    entry = assessing(cast)
    for person in (cast.qa, cast.dept2):
        entry = take(person, entry, "assess", **{**OPINION, "feasible": "no"})
    assert unmet(take, cast.supervisor, entry, "publish", laudation="x") == {"not_feasible"}
    assert take(cast.supervisor, entry, "decline", reason="短信成本高于收益").state == "declined"
    own = begin(cast.supervisor, "innovation", **APPLICATION)
    assert unmet(take, cast.supervisor, own, "decline", reason="x") == {"own_application"}
    assert own.owner_id != cast.supervisor.id
    assert wrong(
        begin, cast.coach, "innovation", **APPLICATION, applicants=[str(cast.coach.id), str(cast.dept.id)]
    ) == {"team"}
    assert ratio(0, 100) == "–"


@pytest.mark.req("PE-25")
def test_each_suggestion_is_answered_within_a_limit_and_what_is_adopted_is_carried_out(cast: Cast) -> None:
    entry = begin(
        cast.frontline,
        "suggestion",
        about="process",
        words="登记页增加订单号扫码",
        department=str(cast.units["logistics"].pk),
    )
    assert entry.owner_id == cast.dept.id
    promise = Promise.objects.get(stream_id=entry.pk, kind="suggestion_answer")
    assert promise.owner_id == cast.dept.id
    assert promise.due_at > now() + timedelta(days=9)
    own = begin(cast.supervisor, "suggestion", about="tools", words="队列增加批量催办")
    assert unmet(take, cast.supervisor, own, "answer", decision="declined", answer="x") == {"own_work"}
    entry = take(cast.dept, entry, "answer", decision="adopted", answer="下月随版本上线")
    assert not Promise.objects.get(pk=promise.pk).is_open
    (link,) = EntryLink.objects.filter(entry=entry, kind="became")
    made = Entry.objects.get(pk=link.other_id)
    assert (made.register, made.codes["source"], made.state) == ("improvement", "suggestion", "proposed")
    assert made.written()["what"] == "登记页增加订单号扫码"
    assert Notice.objects.filter(kind="suggestion.answered", member_id=cast.frontline.id).exists()
    assert not EntryLink.objects.filter(
        entry=take(cast.mgmt_rep, own, "answer", decision="declined", answer="已有"), kind="became"
    ).exists()


@pytest.mark.req("PE-25")
def test_a_continuous_contribution_is_seen_and_commended(cast: Cast) -> None:
    for words in ("扫码登记", "常用话术收藏"):
        entry = begin(cast.frontline, "suggestion", about="process", words=words)
        entry = take(cast.mgmt_rep, entry, "answer", decision="partly", answer="采纳一部分")
    (line,) = suggestions.standing(cast.supervisor.actor)["people"]
    assert (line["given"], line["adopted"], line["waits"]) == (2, 2, True)
    entry = take(cast.supervisor, entry, "commend", commended_as="letter", commendation="一年内两条建议落地")
    (line,) = suggestions.standing(cast.supervisor.actor)["people"]
    assert (line["commended"], line["waits"]) == (day(), False)
    assert Notice.objects.filter(kind="suggestion.commended", member_id=cast.frontline.id).exists()
    assert suggestions.standing(cast.dept.actor)["people"] == []
