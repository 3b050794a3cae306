"""Who is to read a document, who has, and who is offered what (DI-03, DI-04, DI-05)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import LONG_AGO, Cast
from tingsu.documents import by_the_day, readers
from tingsu.documents.models import Reader
from tingsu.documents.tests.given import AT, drafted, in_force, step
from tingsu.documents.versions import NAME
from tingsu.documents.waiting import to_read, to_review
from tingsu.governance.tests.test_disposal import findings
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ChangedMeanwhile, NotFound
from tingsu.letters.models import Notice
from tingsu.people import directory
from tingsu.people.models import Member, Post
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.waiting import entries_for

pytestmark = [pytest.mark.django_db]


def owed(who: Any) -> list[str]:
    return [one.number for one in to_read(who.actor, AT).items]


@pytest.mark.req("DI-03", "DI-04")
def test_whoever_it_is_for_is_told_reads_and_confirms_once(cast: Cast, sign_in: Any, client: Client) -> None:
    entry = in_force(cast, for_roles=["coach"], for_units=[str(cast.units["legal"].pk)])
    told = {row.member_id for row in Notice.objects.filter(kind="document.to_read")}
    assert told == {cast.frontline.id, cast.frontline2.id, cast.coach.id, cast.function.id}
    assert owed(cast.frontline) == [entry.number]
    assert owed(cast.dept) == []
    page = reverse("registers:entry", args=[NAME, entry.number])
    sign_in(cast.frontline)
    assert "已阅读并理解" in client.get(page).content.decode()
    for _twice in range(2):
        assert client.post(reverse("documents:confirm", args=[entry.number])).headers["Location"] == page
    assert owed(cast.frontline) == []
    standing = readers.standing_of(Entry.objects.get(pk=entry.pk))
    assert (len(standing["read"]), standing["asked"]) == (1, 4)
    sign_in(cast.dept)
    assert client.post(reverse("documents:confirm", args=[entry.number])).status_code == 404
    assert not findings()


@pytest.mark.req("DI-04")
def test_who_has_not_read_it_is_seen_and_reminded(cast: Cast, sign_in: Any, client: Client) -> None:
    entry = in_force(cast)
    readers.confirm(actor=cast.frontline.actor, register=registers()[NAME], entry=entry)
    sign_in(cast.qa)
    page = client.get(reverse("registers:entry", args=[NAME, entry.number])).content.decode()
    assert "2 人中 1 人已确认" in page
    assert "1002" in page.partition("未确认：")[2].partition("</p>")[0]
    step(cast.qa, entry, "remind")
    assert Notice.objects.filter(kind="document.reminded", member_id=cast.frontline2.id).exists()
    assert not Notice.objects.filter(kind="document.reminded", member_id=cast.frontline.id).exists()
    sign_in(cast.frontline2)
    assert "未确认：" not in client.get(reverse("registers:entry", args=[NAME, entry.number])).content.decode()


@pytest.mark.req("DI-04")
def test_a_version_that_is_over_is_neither_confirmed_nor_offered(cast: Cast) -> None:
    entry = step(cast.supervisor, in_force(cast), "withdraw", reason="停用")
    assert owed(cast.frontline) == []
    assert Notice.objects.filter(kind="document.recalled", member_id=cast.frontline.id).exists()
    with pytest.raises(NotFound):
        readers.confirm(actor=cast.frontline.actor, register=registers()[NAME], entry=entry)
    Reader.objects.create(entry=entry, member_id=cast.qa.id, asked_at=AT)  # who still sees it is told why
    with pytest.raises(ChangedMeanwhile):
        readers.confirm(actor=cast.qa.actor, register=registers()[NAME], entry=entry)


@pytest.mark.req("DI-03")
def test_in_force_everybody_may_read_it_unless_it_is_for_some_only(cast: Cast, sign_in: Any, client: Client) -> None:
    open_one, closed = in_force(cast), in_force(cast, topic="classes", restricted=True)
    draft = drafted(cast)
    for who, sees in ((cast.frontline, True), (cast.dept, False)):
        assert get_entry(who.actor, registers()[NAME], open_one.number)
        with pytest.raises(NotFound):
            get_entry(who.actor, registers()[NAME], draft.number)
        sign_in(who)
        listed = client.get(reverse("registers:list", args=[NAME])).content.decode()
        assert open_one.number in listed
        assert (closed.number in listed) is sees
        assert draft.number not in listed
        for name in ("pdf", "print"):
            assert client.get(reverse(f"documents:{name}", args=[closed.number])).status_code == (200 if sees else 404)
    step(cast.specialist, closed, "distribute", for_members=[str(cast.dept.id)], restricted=True)
    assert get_entry(cast.dept.actor, registers()[NAME], closed.number)
    with pytest.raises(NotFound):
        get_entry(cast.frontline.actor, registers()[NAME], closed.number)


@pytest.mark.req("DI-04")
def test_who_comes_later_is_asked_too_and_who_has_left_is_waited_for_no_more(cast: Cast) -> None:
    entry = in_force(cast, for_members=[], for_roles=["frontline"])
    with travel_to(AT):
        assert by_the_day.ask_new_readers() == 0
    Post.objects.create(member_id=cast.dept.id, unit=cast.units["intake"], role="frontline", since=LONG_AGO)
    directory.forget_cached()
    with travel_to(AT):
        assert (by_the_day.ask_new_readers(), by_the_day.ask_new_readers()) == (1, 0)
    assert owed(cast.dept) == [entry.number]
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    directory.forget_cached()
    assert set(readers.unread(entry)) == {cast.frontline2.id, cast.dept.id}
    assert not findings()


@pytest.mark.req("DI-04")
def test_distributed_anew_only_those_are_asked_and_told_who_were_not_asked_before(cast: Cast) -> None:
    entry = in_force(cast)
    asked = {row.member_id: row.asked_at for row in Reader.objects.filter(entry=entry)}
    assert set(asked) == {cast.frontline.id, cast.frontline2.id}
    later = AT + timedelta(days=2)
    wider = [str(cast.frontline.id), str(cast.frontline2.id), str(cast.dept.id)]
    step(cast.specialist, entry, "distribute", at=later, for_members=wider)
    rows = list(Reader.objects.filter(entry=entry).order_by("asked_at"))
    assert {row.member_id: row.asked_at for row in rows} == {**asked, cast.dept.id: later}
    told = list(Notice.objects.filter(kind="document.to_read", stream_id=entry.pk).values_list("member_id", flat=True))
    assert sorted(told) == sorted({cast.frontline.id, cast.frontline2.id, cast.dept.id}), "nobody hears of it twice"
    step(cast.specialist, entry, "distribute", at=later + timedelta(days=1), for_members=wider)
    assert Notice.objects.filter(kind="document.to_read", stream_id=entry.pk).count() == 3


@pytest.mark.req("DI-02", "DI-04")
def test_a_document_in_force_is_no_duty_until_its_review_comes_near(cast: Cast) -> None:
    entry, draft = in_force(cast), drafted(cast)
    with travel_to(AT):
        assert [one.number for one in entries_for(cast.specialist.actor, AT).items] == [draft.number]
        assert to_review(cast.specialist.actor, AT).items == []
    near = AT.replace(year=2027, day=1)
    with travel_to(near):
        assert [one.number for one in to_review(cast.specialist.actor, near).items] == [entry.number]
        assert to_review(cast.frontline.actor, near).items == []
