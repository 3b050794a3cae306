"""How the values are lived: recognition, campaigns, best practice, and rounds of feedback of three groups (VL-07, VL-08, MS-14, OG-21)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.leadership import activities, feedback, spans
from tingsu.leadership.tests.stands import opened, take, today
from tingsu.letters.models import Notice
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db
CLAUSES = registers()[activities.NAME].clauses


def ahead(days: int) -> str:
    return (spans.today() + timedelta(days=days)).isoformat()


@pytest.mark.req("VL-07")
def test_recognition_is_given_as_it_is_recorded_and_heard_by_whom_it_is_for(cast: Cast) -> None:
    given: dict[str, Any] = {
        "kind": "recognition",
        "theme": "首问负责，跟到底",
        "worth": "首问负责",
        "given_as": "praise",
        "given_on": today(),
    }
    with pytest.raises(InvalidInput) as wrong:
        opened(cast.supervisor, activities.NAME, **given)
    assert set(wrong.value.fields) == {"people"}
    entry = opened(cast.supervisor, activities.NAME, **given, people=[str(cast.frontline.id)])
    assert (entry.state, entry.codes["held_on"], entry.speaks_of) == ("held", today(), spans.today())
    assert Notice.objects.filter(kind="culture_activity.recognised", member_id=cast.frontline.id).count() == 1
    assert CLAUSES(entry.codes) == ("ISC 4.1.8",)
    outside = opened(cast.supervisor, activities.NAME, **given, party="迅达快运")
    assert outside.written()["party"] == "迅达快运"
    with pytest.raises(NotAllowed):
        opened(cast.frontline, activities.NAME, **given, people=[str(cast.frontline2.id)])


@pytest.mark.req("MS-14", "OG-21")
@pytest.mark.parametrize(("kind", "clauses"), [("campaign", ("SZ 4(2).2", "CTS 5.1 e")), ("sharing", ("ISC 4.2.4",))])
def test_a_campaign_and_a_sharing_have_period_audience_and_outcome_and_return(
    cast: Cast, kind: str, clauses: tuple[str, ...]
) -> None:
    given: dict[str, Any] = {
        "kind": kind,
        "theme": "以客户为关注焦点",
        "held_from": ahead(5),
        "until": ahead(9),
        "audience": "全体员工",
        "content": "晨会宣讲",
        "every": "quarterly",
    }
    with pytest.raises(InvalidInput):
        opened(cast.qa, activities.NAME, **given | {"until": ahead(1)})
    with pytest.raises(InvalidInput) as wrong:
        opened(cast.qa, activities.NAME, **given | {"audience": ""})
    assert set(wrong.value.fields) == {"audience"}
    if kind == "sharing":
        given["contributors"] = [str(cast.frontline.id)]
    entry = opened(cast.qa, activities.NAME, **given)
    assert entry.owner_id == (cast.mgmt_rep.id if kind == "campaign" else cast.qa.id), (
        "campaigns are the representative's"
    )
    assert (entry.state, entry.next_due_kind, CLAUSES(entry.codes)) == ("planned", activities.TIMER, ())
    with travel_to(now() + timedelta(days=9)):
        asked = {"held_on": today(), "content": "晨会、海报、走近用户", "reached": 16, "outcome": "人人能讲出首问负责"}
        if kind == "sharing":
            asked["contributors"] = given["contributors"]
        done = take(cast.mgmt_rep, entry, "hold", **asked)
    assert (done.state, done.codes["reached"], CLAUSES(done.codes)) == ("held", 16, clauses)
    heard = Notice.objects.filter(kind="culture_activity.recognised", member_id=cast.frontline.id).count()
    assert heard == (1 if kind == "sharing" else 0)
    following = Entry.objects.get(register=activities.NAME, state="planned")
    first, until = (date.fromisoformat(following.codes[name]) for name in ("held_from", "until"))
    assert (until - date.fromisoformat(given["until"])).days in range(89, 93)
    assert first < until
    assert following.codes["kind"] == kind


@pytest.mark.req("OG-21", "MS-14")
def test_the_list_says_when_each_kind_last_happened(cast: Cast, client: Client, sign_in: Any) -> None:
    plan = {
        "theme": "好经验",
        "held_from": today(),
        "until": ahead(3),
        "audience": "受理组",
        "content": "先复述诉求再回应",
    }
    opened(cast.qa, activities.NAME, kind="sharing", **plan)
    for days, late in ((3, False), (4, True)):
        with travel_to(now() + timedelta(days=days)):
            lines = {str(one["words"]): one for one in activities.standing(cast.qa.actor)["kinds"]}
        shared = lines["最佳实践分享"]
        assert (shared["next"], shared["until"], shared["late"]) == (plan["held_from"], plan["until"], late)
    assert lines["服务意识宣传活动"]["next"] == ""
    sign_in(cast.frontline)
    assert "好经验" in client.get(reverse("registers:list", args=[activities.NAME])).content.decode(), (
        "shared with everybody"
    )


def a_round(cast: Cast) -> Entry:
    given = {"round": "核心价值观实施反馈", "begins_on": today(), "until": ahead(30), "every": "half_yearly"}
    return opened(cast.qa, feedback.NAME, **given)


def heard(cast: Cast, entry: Entry, group: str, number: int, score: str) -> None:
    take(
        cast.qa,
        entry,
        "add",
        asked_group=group,
        way="survey",
        respondents=number,
        score=score,
        said="处理及时，转办还要更快",
    )


@pytest.mark.req("VL-08")
def test_a_round_hears_three_groups_keeps_its_evaluation_and_begins_the_next(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    entry = a_round(cast)
    assert Entry.objects.get(pk=entry.pk).next_due_kind == feedback.TIMER
    asked = {"evaluation": "首问负责落实较好，跨部门答复偏慢", "change": "practice", "measures": "按周公布部门答复"}
    heard(cast, entry, "users", 40, "4")
    heard(cast, entry, "users", 10, "3")
    with pytest.raises(InvalidInput):
        heard(cast, entry, "parties", 0, "4")
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.qa, entry, "evaluate", **asked)
    assert [str(one) for one in refused.value.unmet] == ["尚无反馈：员工", "尚无反馈：其他利益相关方"]
    heard(cast, entry, "parties", 2, "5")
    feedback.tell(actor=cast.frontline.actor, score="4", said="班组里大家会互相补位")
    done = take(cast.qa, entry, "evaluate", **asked)
    assert (done.state, done.codes["evaluated_on"], done.next_due_at) == ("evaluated", today(), None)
    groups = feedback.told_by_group(cast.qa.actor, done)["groups"]
    assert [(one["number"], one["average"]) for one in groups] == [(50, "3.8"), (1, "4.0"), (2, "5.0")]
    following = Entry.objects.get(register=feedback.NAME, state="collecting")
    assert following.codes["begins_on"] > today()
    assert following.codes.get("answers") is None
    assert Notice.objects.filter(kind="values_feedback.evaluated", member_id=cast.top_mgmt.id).count() == 1
    sign_in(cast.auditor)
    page = client.get(reverse("registers:entry", args=[feedback.NAME, entry.number])).content.decode()
    assert "跨部门答复偏慢" in page


@pytest.mark.req("VL-08")
def test_an_employee_says_what_they_see_in_the_open_round(cast: Cast, client: Client, sign_in: Any) -> None:
    sign_in(cast.frontline)
    page = reverse("leadership:feedback")
    later = {"round": "下一轮", "begins_on": ahead(5), "until": ahead(30), "every": "half_yearly"}
    opened(cast.qa, feedback.NAME, **later)
    assert "目前没有进行中的反馈收集" in client.get(page).content.decode()
    assert client.post(page, {"once": "a1", "score": "4", "said": "还行"}).status_code == 409
    entry = a_round(cast)
    refused = client.post(page, {"once": "a2", "score": "", "said": "还行"})
    assert (refused.status_code, "还行" in refused.content.decode()) == (422, True)
    for _again in range(2):
        assert client.post(page, {"once": "a3", "score": "4", "said": "还行"}).status_code == 303
    kept = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert kept.codes["answers"] == [{"asked_group": "employees", "way": "desk", "respondents": 1, "score": "4"}]
    assert kept.written()["answers.0.said"] == "还行"
    assert client.get(reverse("registers:entry", args=[feedback.NAME, entry.number])).status_code == 404, (
        "others read it"
    )


@pytest.mark.parametrize(
    ("first", "until", "every", "day", "expected"),
    [
        ("2026-01-01", "2026-01-31", "monthly", "2026-01-20", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-31", "monthly", "2026-03-31", ("2026-04-01", "2026-04-30")),
        ("2025-01-01", "2025-02-01", "yearly", "2026-02-01", ("2027-01-01", "2027-02-01")),
        ("2025-01-01", "2025-02-01", "yearly", "2026-01-31", ("2026-01-01", "2026-02-01")),
    ],
)
@pytest.mark.req("VL-08", "OG-21")
def test_the_next_span_ends_after_today(
    first: str, until: str, every: str, day: str, expected: tuple[str, str]
) -> None:
    found = spans.following_span(first, until, every, date.fromisoformat(day))
    assert tuple(one.isoformat() for one in found) == expected
