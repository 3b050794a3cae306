"""Who was told how complaints are handled: list of audience, content and day, and the news that is owed when it changes (PT-05)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.clocks.profiles import strictest
from tingsu.governance.informing import ANEW, AUDIENCES, NAME, PARTS, standing
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.rulebooks import publish
from tingsu.letters.models import Notice
from tingsu.people.models import Member
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.rulebooks import ways
from tingsu.setup.actions import change_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.req("PT-05")]


def tell(person: Any, **values: Any) -> Entry:
    given = {
        "audience": "partners", "whom": "平台商家", "content": "投诉方式、时限和查询办法见附件。", "covers": ["reach", "limits"], "means": "contract",
        "informed_on": now().date().isoformat(), **values,
    }  # fmt: skip
    return open_entry(actor=person.actor, register=registers()[NAME], opening=Opening(values=given))


def stands(entry: Entry) -> tuple[str, list[str], int]:
    row = Entry.objects.get(pk=entry.pk)
    return (
        row.state,
        row.codes.get("changed", []),
        Promise.objects.filter(stream_id=row.pk, kind=ANEW, ended_at=None).count(),
    )


def test_each_audience_stands_in_the_list_with_what_it_does_not_know(cast: Cast, sign_in: Any) -> None:
    assert standing(cast.qa.actor)["untold"] == len(AUDIENCES)
    told = tell(cast.mgmt_rep)
    partners = {str(one.url).rpartition("=")[2]: one for one in standing(cast.qa.actor)["audiences"]}["partners"]
    assert (partners.records, str(partners.last), len(partners.missing)) == (
        1,
        told.codes["informed_on"],
        len(PARTS) - 2,
    )
    page = sign_in(cast.qa).get(reverse("registers:list", args=[NAME])).content.decode()
    for words in ("4 类对象尚未告知", "供应商、商家和合作方", "需要提供的信息"):
        assert words in page, words
    with pytest.raises(NotAllowed):
        tell(cast.frontline)
    tell(cast.mgmt_rep, informed_on=(now().date() - timedelta(days=40)).isoformat())
    partners = {str(one.url).rpartition("=")[2]: one for one in standing(cast.qa.actor)["audiences"]}["partners"]
    assert (partners.records, str(partners.last)) == (2, told.codes["informed_on"]), (
        "the newest, in whatever order they are entered"
    )


def test_all_staff_are_told_by_a_notice_that_leads_to_the_words(cast: Cast, sign_in: Any) -> None:
    told = tell(cast.mgmt_rep, audience="employees", whom="全体员工", means="tingsu")
    everybody = set(Member.objects.filter(active=True).exclude(pk=cast.mgmt_rep.id).values_list("pk", flat=True))
    assert set(Notice.objects.filter(kind=f"{NAME}.to_read").values_list("member_id", flat=True)) == everybody
    for person in (cast.dept, cast.frontline):
        client = sign_in(person)
        assert "投诉处理程序告知，请阅读" in client.get(reverse("desk:notices")).content.decode()
        page = client.get(reverse("registers:entry", args=[NAME, told.number])).content.decode()
        assert "投诉方式、时限和查询办法见附件。" in page
    tell(cast.mgmt_rep, audience="employees", whom="新员工", means="training")
    assert Notice.objects.filter(kind=f"{NAME}.to_read").count() == len(everybody), (
        "who was told in a training hears of it there"
    )


def test_what_changes_is_owed_to_whoever_was_told_of_it_and_to_nobody_else(cast: Cast) -> None:
    partners, posters = (
        tell(cast.mgmt_rep),
        tell(cast.mgmt_rep, audience="customers", covers=["redress"], means="notice"),
    )
    publish(actor=cast.top_mgmt.actor, kind="time_limits", body=strictest())
    assert stands(partners) == ("changed", ["limits"], 1)
    due = Promise.objects.get(stream_id=partners.pk, kind=ANEW).due_at
    change_organisation(actor=cast.mgmt_rep.actor, hotline="400-000-9999")
    assert stands(partners) == ("changed", ["limits", "reach"], 1)
    assert Promise.objects.get(stream_id=partners.pk, kind=ANEW, ended_at=None).due_at == due, (
        "a second change gives no new time"
    )
    change_organisation(actor=cast.mgmt_rep.actor, language="en")
    assert stands(posters) == ("told", [], 0)
    publish(actor=cast.top_mgmt.actor, kind=ways.KIND, body=ways.default(), note="核对")
    assert stands(posters) == ("changed", ["redress"], 1)
    row = Entry.objects.select_related("stream").get(pk=partners.pk)
    values = {
        "whom": "平台商家",
        "content": "时限与热线有变。",
        "covers": ["reach", "limits"],
        "means": "circular",
        "informed_on": now().date().isoformat(),
    }
    take_step(actor=cast.mgmt_rep.actor, entry=row, register=registers()[NAME], step="tell", values=values)
    assert stands(partners) == ("told", [], 0)
    row = Entry.objects.select_related("stream").get(pk=posters.pk)
    take_step(
        actor=cast.mgmt_rep.actor, entry=row, register=registers()[NAME], step="end", values={"reason": "展架撤下"}
    )
    assert stands(posters) == ("ended", ["redress"], 0)
