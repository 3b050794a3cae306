"""Advance compensation with recourse, and the cost of a complaint."""

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Organisation
from tingsu.kernel.rulebooks import publish
from tingsu.settlement.models import Cost, Recourse
from tingsu.settlement.panels import costs_context
from tingsu.settlement.rulebooks import advance
from tingsu.settlement.tests.journey import Journey, handled


def paid(cast: Cast) -> tuple[Journey, str]:
    journey = handled(cast).offered().opinion()
    journey.step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    return journey, item


def test_what_was_paid_first_is_recovered_from_whoever_is_liable(cast: Cast) -> None:
    journey, item = paid(cast)
    asked = {"item": item, "rule": "carrier", "against": "承运公司", "ground": "运输破损"}
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "open_recourse", **asked)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original").step(
        journey.owner, "open_recourse", **asked
    )
    row = Recourse.of(journey.complaint)[0]
    assert (row.state, row.amount_fen, row.rule_version, row.text("against")) == ("open", 100_00, 0, "承运公司")
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "close_recourse", recourse=str(row.pk), recovered=100_01, result="多付")
    journey.step(journey.owner, "close_recourse", recourse=str(row.pk), recovered=80_00, result="按协议赔付八成")
    row.refresh_from_db()
    assert (row.state, row.recovered_fen) == ("recovered", 80_00)
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "close_recourse", recourse=str(row.pk), recovered=0, result="再次")
    journey.step(journey.owner, "record_cost", kind="time", minutes=45, note="三次电话")
    journey.step(journey.owner, "record_cost", kind="goods", amount="12.50", note="补寄配件")
    context = costs_context(cast.supervisor.actor, journey.complaint)
    assert context is not None
    assert (context["note"], context["minutes"]) == ("¥32.50", 45)


@pytest.mark.parametrize(("back", "state"), [(100_00, "recovered"), (0, "given_up")])
def test_everything_may_come_back_or_nothing(cast: Cast, back: int, state: str) -> None:
    journey, item = paid(cast)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(journey.owner, "open_recourse", item=item, rule="carrier", against="承运公司", ground="运输破损")
    row = Recourse.of(journey.complaint)[0]
    journey.step(journey.owner, "close_recourse", recourse=str(row.pk), recovered=back, result="结果")
    row.refresh_from_db()
    assert (row.state, row.recovered_fen) == (state, back)


@pytest.mark.req("RM-13")
def test_payment_goods_time_and_fees_of_a_complaint_stand_together(cast: Cast) -> None:
    journey, item = paid(cast)
    assert costs_context(cast.supervisor.actor, journey.complaint) is None
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    for kind, given in (
        ("goods", {"amount": "12.50"}),
        ("time", {"minutes": 45}),
        ("fees", {"amount": "300"}),
        ("other", {"amount": "1", "minutes": 5}),
    ):
        journey.step(journey.owner, "record_cost", kind=kind, note=f"用于{kind}", **given)
    context = costs_context(cast.supervisor.actor, journey.complaint)
    assert (context["note"], context["minutes"]) == ("¥413.50", 50)
    assert [(row.kind, row.amount_fen, row.minutes, row.text("note")) for row in Cost.of(journey.complaint)] == [
        ("goods", 1250, None, "用于goods"), ("time", None, 45, "用于time"), ("fees", 300_00, None, "用于fees"), ("other", 100, 5, "用于other"),
    ]  # fmt: skip


def test_a_cost_needs_money_or_minutes(cast: Cast) -> None:
    journey = handled(cast)
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "record_cost", kind="fees", note="鉴定")
    assert set(refused.value.fields) == {"amount"}
    assert not Cost.objects.exists()


@pytest.mark.req("RM-07")
def test_the_rules_have_scope_basis_and_limit() -> None:
    body = advance.default()
    advance.check(body)
    for change in ({"max_yuan": 0}, {"max_yuan": "5000"}, {"scope": {}}, {"basis": {"zh-Hans": "规则"}}):
        wrong = {"rules": [{**body["rules"][0], **change}]}
        with pytest.raises(InvalidInput):
            advance.check(wrong)


@pytest.mark.req("RM-07")
def test_the_rules_are_published_once_the_company_has_decided_them(
    cast: Cast, client: Client, organisation: Organisation
) -> None:
    def told(language: str) -> str:
        client.cookies["tingsu_language"] = language
        return client.get("/help/").content.decode()

    assert "先行赔付" not in told("zh-hans"), "what is only shipped promises nothing"
    body = advance.default()
    body["rules"][0]["max_yuan"] = 4321
    publish(actor=cast.top_mgmt.actor, kind=advance.KIND, body=body, note="确定先行赔付")
    for language, words in (
        ("zh-hans", ("先行赔付", "商家责任先行赔付", "电子商务法", "最高 ¥4,321.00", "承运方责任先行赔付")),
        ("en", ("When we pay first", "Fault of a merchant on the platform", "e-commerce law", "up to ¥4,321.00")),
    ):
        page = told(language)
        for one in words:
            assert one in page, one
