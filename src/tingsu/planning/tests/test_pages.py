"""The pages of planning, what ships with it, and the change record that published settings ask for."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tests.signing import enter
from tingsu.clocks.models import Promise
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.letters.models import Notice
from tingsu.planning import configuration, obligations, processes, shipped
from tingsu.planning.tests.entries import CHANGE, RISK, day, does, objective, opened, process
from tingsu.registers.models import Entry


def page(cast: Cast, name: str, who: str = "qa", **query: str) -> str:
    answer = enter(Client(), getattr(cast, who).username).get(reverse(f"planning:{name}"), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.req("MS-07", "MS-06", "MS-33")
def test_what_ships_is_taken_over_once_and_stays_ended_when_it_was_ended(cast: Cast) -> None:
    client = enter(Client(), cast.mgmt_rep.username)
    assert shipped.missing() == len(shipped.ENTRIES) > 20
    for _time in range(2):
        assert client.post(reverse("planning:take_over")).status_code == 302
    assert Entry.objects.count() == len(shipped.ENTRIES)
    chain = [one.written()["title"] for one in processes.rows_now()]
    assert chain == [
        "投诉渠道",
        "投诉受理",
        "投诉跟踪",
        "受理告知",
        "初步评估",
        "投诉调查",
        "投诉响应",
        "解决方案沟通",
        "投诉终止",
    ]
    with override("en"):
        entry = processes.rows_now()[1]
        said = entry.worded_or_none() or {}
        assert (said["title"], said["criteria.0.words"]) == ("Acceptance of complaints", "The record is complete")
    law = Entry.objects.get(pk=shipped.ENTRIES["obligation:consumer_law"].id)
    assert law.owner_id == cast.mgmt_rep.id
    assert "checked_on" not in law.codes, "nobody has checked it yet"
    assert Promise.objects.filter(stream_id=law.pk, kind="obligation_check", ended_at=None).exists()
    does(cast.mgmt_rep, law, "end", reason="不涉及")
    assert shipped.missing() == 0


@pytest.mark.req("MS-07")
@pytest.mark.parametrize(("profile", "there"), [("cts", True), ("micro", False)])
def test_a_firm_that_runs_the_whole_system_finds_them_the_next_morning(cast: Cast, profile: str, there: bool) -> None:
    from tingsu.planning.tasks import open_shipped

    Organisation.objects.filter(pk=cast.organisation_id).update(profile=profile, stage="running")
    forget_organisations()
    for _night in range(2):
        open_shipped.func(0)
    assert (shipped.missing() == 0) is there
    assert Entry.objects.filter(register="business_process").count() == (9 if there else 0)
    work = enter(Client(), cast.qa.username).get(reverse("desk:work")).content.decode()
    assert (f"href={reverse('planning:overview')}" in work) is there, "micro mode does not list it; its address opens"
    assert page(cast, "overview")


@pytest.mark.req("MS-07", "OG-17", "MS-05", "MS-15")
def test_the_map_is_drawn_from_the_register_and_the_criteria_name_what_carries_them_out(cast: Cast) -> None:
    part = opened(cast.qa, "business_process", **process())
    opened(
        cast.qa, "business_process", **process(sort="product", title="网上销售", place=20, connects="订单页可直接投诉", connects_to=[str(part.pk)])
    )  # fmt: skip
    opened(cast.qa, "business_process", **process(sort="support", title="采购", place=21, criteria=[]))
    risk = opened(cast.qa, "risk", **RISK)
    acts = [{"what": "加岗", "who": str(cast.frontline.id), "until": day(5)}]
    planned = {"integration": "排班", "criterion": "95%", "review_on": day(9), "process": str(part.pk)}
    does(cast.qa, risk, "plan", actions=acts, **planned)
    drawn = page(cast, "map")
    assert drawn.index("投诉受理") < drawn.index("订单页可直接投诉") < drawn.index("采购")
    assert f"{reverse('registers:list', args=['risk'])}?process={part.pk}" in drawn
    criteria = page(cast, "criteria")
    assert "两个工作日内告知" in criteria
    assert "时限规则" in criteria
    entry = enter(Client(), cast.qa.username).get(reverse("registers:entry", args=["business_process", part.number]))
    assert risk.number in entry.content.decode()
    assert "订单页可直接投诉" in entry.content.decode()


@pytest.mark.req("MS-18")
def test_the_operation_plan_holds_every_action_until_it_is_done(cast: Cast) -> None:
    does(cast.mgmt_rep, objective(cast.supervisor, cast.frontline), "agree")
    risk = opened(cast.qa, "risk", **RISK)
    acts = [{"what": "大促排班加岗", "who": str(cast.coach.id), "until": day(5)}]
    does(cast.qa, risk, "plan", actions=acts, integration="排班", criterion="95%", review_on=day(9))
    told = page(cast, "plan")
    assert told.index("大促排班加岗") < told.index("增加一名受理人"), "the most urgent first"
    does(cast.qa, risk, "finish_action", action="0", done_on=day(), result="已加岗")
    assert "大促排班加岗" not in page(cast, "plan")
    assert "大促排班加岗" in page(cast, "plan", view="done")
    assert "增加一名受理人" not in page(cast, "plan", view="done")


@pytest.mark.req("MS-33", "MS-35")
def test_the_reference_standards_stand_as_of_a_day(cast: Cast) -> None:
    shipped.open_missing(cast.mgmt_rep.actor)
    told = page(cast, "standards", "auditor")
    assert "GB/T 19012" in told
    assert "尚未查新" in told
    assert "2026 (B/2)" not in page(cast, "standards", "auditor", on="2026-04-22")
    assert "2026 (B/2)" in page(cast, "standards", "auditor", on="2026-04-23")
    assert page(cast, "standards", "auditor", on="2026-02-31"), "no day at all is today"


@pytest.mark.req("MS-35", "MS-33")
def test_the_guideline_of_the_principles_is_named_and_proves_its_clause(cast: Cast) -> None:
    shipped.open_missing(cast.mgmt_rep.actor)
    guideline = Entry.objects.get(pk=shipped.ENTRIES["obligation:gbt19012"].id)
    assert (guideline.codes["use"], guideline.codes["dated"]) == ("guideline", "undated")
    assert obligations.proved(guideline.codes) == ("CTS 6.1", "CTS 2", "ISC 2", "ISC 8.1")
    law = Entry.objects.get(pk=shipped.ENTRIES["obligation:consumer_law"].id)
    assert obligations.proved(law.codes) == ("CTS 6.1",)


@pytest.mark.req("IM-07")
def test_a_nonconformity_leads_to_a_change_of_the_system_and_back(cast: Cast) -> None:
    values = {"source": "audit", "description": "受理漏登", "found_on": day(), "severity": "minor"}
    finding = opened(cast.qa, "nonconformity", **values, owner=str(cast.qa.id))
    client, address = (
        enter(Client(), cast.qa.username),
        reverse("registers:entry", args=["nonconformity", finding.number]),
    )
    asked = f"{reverse('registers:new', args=['system_change'])}?origin={finding.number}"
    assert asked in client.get(address).content.decode()
    assert f'value="{finding.number}"' in client.get(asked).content.decode()
    change = opened(cast.qa, "system_change", **CHANGE, implement_by=day(20), origin=finding.number)
    assert change.number in client.get(address).content.decode()


def published(cast: Cast, note: str = "告知监管渠道") -> Event:
    body = rulebooks.versions("ways")[0].body
    rulebooks.publish(actor=cast.top_mgmt.actor, kind="ways", body={"ways": body["ways"][:-1]}, note=note)
    return Event.objects.filter(kind="rulebook.published").latest("at", "pk")


def jobs() -> list[str]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return [one.args["event_id"] for one in ProcrastinateJob.objects.filter(task_name="planning.tasks.open_change")]


@pytest.mark.req("MS-19")
def test_published_settings_open_a_change_filled_in_which_another_reviews(cast: Cast) -> None:
    event = published(cast)
    assert jobs() == [str(event.pk)]
    entry = configuration.open_change(event.pk)
    assert entry is not None
    entry = Entry.objects.get(pk=entry.pk)
    assert configuration.open_change(event.pk) is None, "a job may run twice"
    texts = entry.written()
    assert (entry.state, entry.codes["sort"], entry.owner_id) == ("unassessed", "configuration", cast.top_mgmt.id)
    assert texts["title"] == "解决途径：第 1 版"
    assert texts["purpose"] == "告知监管渠道"
    assert texts["difference"] == "向人民法院起诉：原有 → –"
    assert Promise.objects.filter(stream_id=entry.pk, kind="change_assessment", ended_at=None).exists()
    assert Notice.objects.filter(member_id=cast.top_mgmt.id, kind="system_change.given").exists()
    judged = {name: CHANGE[name] for name in ("purpose", "consequences", "integrity", "needs", "responsibilities")}
    entry = does(cast.supervisor, entry, "judge", **judged, review_on=day(30))
    for own in (cast.top_mgmt, cast.supervisor):  # who published it, and who wrote down what it means
        with pytest.raises(ConditionsUnmet):
            does(own, entry, "review", finding="有效")
    assert does(cast.qa, entry, "review", finding="有效").state == "closed"


@pytest.mark.req("MS-19")
def test_a_version_whose_note_names_a_change_opens_no_other(cast: Cast) -> None:
    change = opened(cast.qa, "system_change", **CHANGE, implement_by=day(20))
    event = published(cast, note=f"按 {change.number} 调整")
    assert configuration.open_change(event.pk) is None
    assert Entry.objects.filter(register="system_change").count() == 1
    assert Event.objects.filter(stream_id=change.pk, kind="system_change.commented").count() == 1
    assert configuration.open_change(published(cast, note="按 BG-2020-999 调整").pk) is not None, (
        "nobody knows that one"
    )


@pytest.mark.req("MS-19")
def test_neither_words_of_letters_nor_a_small_firm_asks_for_one(cast: Cast) -> None:
    rows = rulebooks.versions("replies")[0].body
    rulebooks.publish(actor=cast.top_mgmt.actor, kind="replies", body=rows)
    assert jobs() == []
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="micro")
    forget_organisations()
    published(cast)
    assert jobs() == []


@pytest.mark.req("MS-16")
def test_how_objectives_stand_stands_above_their_list(cast: Cast) -> None:
    entry = does(cast.mgmt_rep, objective(cast.supervisor, cast.frontline), "agree")
    does(cast.supervisor, entry, "measure", measured_on=day(), value="91")
    told = enter(Client(), cast.auditor.username).get(reverse("registers:list", args=["objective"])).content.decode()
    assert "目标进展" in told
    assert "有风险" in told
    assert "有风险" in page(cast, "overview")
