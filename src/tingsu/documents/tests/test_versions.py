"""A document from the draft to the archive: approved by somebody else, one version in force, the others marked and kept (DI-02, DI-04, DI-05)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.documents import by_the_day, queries, shown
from tingsu.documents.models import Edition
from tingsu.documents.tests.given import AT, DAY, approve, drafted, in_force, revision, step, to_approve
from tingsu.documents.versions import NAME, digest, version_of
from tingsu.files import store
from tingsu.files.tests.samples import picture
from tingsu.governance.tests.test_disposal import findings
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event, Organisation
from tingsu.letters.models import Notice
from tingsu.people import directory
from tingsu.people.models import Member
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db]
LATER = datetime(2026, 3, 10, 2, tzinfo=UTC)


@pytest.mark.req("DI-02", "DI-08")
def test_written_reviewed_approved_and_signed_by_others_it_is_in_force(cast: Cast) -> None:
    entry = in_force(cast)
    assert (entry.state, version_of(entry.codes)) == ("in_force", "A/0")
    assert entry.speaks_of == date(2026, 3, 3)
    with travel_to(AT):
        file = store.keep("附表.jpg", picture("JPEG"), actor=cast.qa.actor, purpose="proof")
    texts = entry.written()
    assert entry.codes["digest"] == digest(texts, {}) != digest(texts, {"file": [str(file.pk)]}), "files are signed too"
    said = dict(shown.cover(entry))
    assert said["受控状态"] == "受控 · 现行有效"
    assert "2001" in said["编写"]
    assert "6001" in said["审核"]
    assert "3001" in said["批准"]
    assert said["首次发布"] == said["首次实施"] == said["实施日期"] == "2026 年 3 月 3 日"
    assert said["版本"] == "A/0"
    assert said["文件编号"] == entry.number
    assert Promise.objects.get(stream_id=entry.pk, ended_at=None).kind == "document_review"
    assert not findings()


@pytest.mark.req("DI-02")
@pytest.mark.parametrize("what", ["names himself", "reviews", "approves"])
def test_nobody_reviews_or_approves_what_he_wrote(cast: Cast, what: str) -> None:
    entry = drafted(cast, by=cast.supervisor)

    def told(what: str) -> dict[Any, bool]:
        heard = Notice.objects.filter(kind=f"document.{what}").values_list("member_id", flat=True)
        return {one.id: one.id in heard for one in (cast.qa, cast.mgmt_rep)}

    if what == "names himself":
        kept = {name: entry.codes[name] for name in ("kind", "language", "interval", "for_members")}
        step(cast.mgmt_rep, entry, "write", title="投诉处理程序", body="改写后的正文。", **kept)
        with pytest.raises(ConditionsUnmet):  # who has written in it as little as who began it
            step(cast.supervisor, entry, "submit", reviewer=str(cast.qa.id), approver=str(cast.mgmt_rep.id))
        with pytest.raises(ConditionsUnmet, match="不能审核或批准自己的文件"):
            step(cast.supervisor, entry, "submit", reviewer=str(cast.qa.id), approver=str(cast.supervisor.id))
        with pytest.raises(ConditionsUnmet):
            step(cast.supervisor, entry, "submit", reviewer=str(cast.supervisor.id), approver=str(cast.mgmt_rep.id))
        assert Entry.objects.get(pk=entry.pk).state == "draft"
        return
    step(cast.supervisor, entry, "submit", reviewer=str(cast.qa.id), approver=str(cast.mgmt_rep.id))
    with pytest.raises(ConditionsUnmet):  # neither the author nor anybody else than who was asked
        step(cast.supervisor, entry, "review", opinion="自审")
    assert told("submitted") == {cast.qa.id: True, cast.mgmt_rep.id: False}
    step(cast.qa, entry, "review", opinion="合用")
    assert told("reviewed")[cast.mgmt_rep.id]
    for who in (cast.supervisor, cast.top_mgmt):
        with pytest.raises(ConditionsUnmet):
            step(who, entry, "approve", effective_on=DAY, signed=True)
    assert Entry.objects.get(pk=entry.pk).state == "approval"
    assert step(cast.mgmt_rep, entry, "approve", effective_on=DAY, signed=True).state == "in_force"


@pytest.mark.req("DI-02", "ME-11")
def test_whoever_works_alone_approves_the_own_document_and_the_history_says_so(cast: Cast) -> None:
    Organisation.objects.filter(slug="test").update(profile="micro")
    Member.objects.exclude(pk=cast.supervisor.id).update(active=False)
    directory.forget_cached()
    entry, me = drafted(cast, by=cast.supervisor, for_members=[]), str(cast.supervisor.id)
    step(cast.supervisor, entry, "submit", reviewer=me, approver=me)
    step(cast.supervisor, entry, "review", opinion="自己看过")
    assert step(cast.supervisor, entry, "approve", effective_on=DAY, signed=True).state == "in_force"
    warned = Event.objects.filter(stream_id=entry.pk, data__warnings__contains=["own_work"])
    assert {one.kind for one in warned} >= {"document.submitted", "document.approved"}


@pytest.mark.req("DI-02")
@pytest.mark.parametrize(
    ("body", "words"), [("", "还没有正文"), ("适用于【门店名称】的投诉。", "【门店名称】"), ("写好了的正文。", "")]
)
def test_an_empty_draft_or_one_with_places_to_fill_in_is_not_submitted(cast: Cast, body: str, words: str) -> None:
    entry = drafted(cast, body=body)
    if words:
        with pytest.raises(ConditionsUnmet, match=words):
            step(cast.specialist, entry, "submit", reviewer=str(cast.qa.id), approver=str(cast.supervisor.id))
    else:
        assert to_approve(cast, entry).state == "approval"


@pytest.mark.req("DI-02")
def test_no_document_was_in_force_before_its_approval_and_no_signature_is_left_out(cast: Cast) -> None:
    entry = drafted(cast)
    to_approve(cast, entry)
    for values in ({"on": "2026-03-02"}, {"review_on": DAY}):
        with pytest.raises(InvalidInput):
            approve(cast, entry, **values)
    with pytest.raises(InvalidInput):
        step(cast.supervisor, entry, "approve", effective_on=DAY, signed=False)
    assert Entry.objects.get(pk=entry.pk).state == "approval"
    assert not Edition.objects.filter(in_force=True).exists()
    assert approve(cast, entry, review_on="2026-09-01").codes["review_on"] == "2026-09-01"


@pytest.mark.req("DI-05", "OG-10")
def test_whoever_lost_the_leading_post_since_being_named_signs_nothing(cast: Cast) -> None:
    entry = drafted(cast)
    to_approve(cast, entry)
    named = next(
        one
        for one in (cast.supervisor, cast.mgmt_rep, cast.top_mgmt)
        if str(one.id) == Entry.objects.get(pk=entry.pk).codes["approver"]
    )
    lost = replace(named, actor=replace(named.actor, roles=frozenset({"specialist"})))
    with pytest.raises(ConditionsUnmet) as error:
        step(lost, entry, "approve", effective_on=DAY, signed=True)
    assert [one.code for one in error.value.unmet] == ["leads_no_more"]
    assert step(named, entry, "approve", effective_on=DAY, signed=True).state in {"approved", "in_force"}


@pytest.mark.req("DI-04", "DI-05", "DI-08")
def test_a_new_version_supersedes_the_one_before_which_is_marked_and_kept(cast: Cast) -> None:
    first = in_force(cast)
    second = revision(cast, first)
    assert (second.codes["topic"], second.written()["body"]) == ("handling", first.written()["body"])
    with pytest.raises(ConditionsUnmet, match="修订了什么"):
        step(cast.mgmt_rep, second, "submit", LATER, reviewer=str(cast.qa.id), approver=str(cast.supervisor.id))
    to_approve(cast, second, by=cast.mgmt_rep, at=LATER, change="受理时限改为一小时")
    assert Entry.objects.get(pk=first.pk).state == "in_force"
    second = approve(cast, second, on="2026-03-10", at=LATER)
    first = Entry.objects.get(pk=first.pk)
    assert (first.state, second.state, version_of(second.codes)) == ("superseded", "in_force", "A/1")
    assert first.written()["replaced_by"] == second.number
    assert list(Edition.objects.filter(in_force=True).values_list("pk", flat=True)) == [second.pk]
    assert shown.status_of(first)[0].startswith("作废")
    said = dict(shown.cover(second))
    assert (said["首次发布"], said["修订实施日期"]) == ("2026 年 3 月 3 日", "2026 年 3 月 10 日")
    assert said["文件编号"] == first.number
    assert (second.codes["first_issued"], second.codes["first_effective"]) == ("2026-03-03", "2026-03-03")
    # users are offered the one in force only; who controls documents sees both
    for who in (cast.frontline, cast.dept):
        assert get_entry(who.actor, registers()[NAME], second.number)
        with pytest.raises(NotFound):
            get_entry(who.actor, registers()[NAME], first.number)
    assert get_entry(cast.qa.actor, registers()[NAME], first.number)
    assert not findings()
    assert version_of(approve_next(cast, second).codes) == "B/0"


def approve_next(cast: Cast, of: Entry) -> Entry:
    third = revision(cast, of, "edition", LATER)
    to_approve(cast, third, by=cast.mgmt_rep, at=LATER, change="全文重写")
    return approve(cast, third, on="2026-03-10", at=LATER)


@pytest.mark.req("DI-05")
def test_of_two_versions_approved_at_once_the_second_is_refused_and_nothing_is_lost(cast: Cast) -> None:
    first = in_force(cast)
    one, other = revision(cast, first), revision(cast, first, at=AT + timedelta(minutes=1))
    assert one.pk != other.pk
    for draft in (one, other):
        to_approve(cast, draft, by=cast.mgmt_rep, at=LATER, change="并行修订")
    approve(cast, one, on="2026-03-10", at=LATER)
    with pytest.raises(ConditionsUnmet, match=one.number):
        approve(cast, other, on="2026-03-10", at=LATER)
    other = Entry.objects.get(pk=other.pk)
    assert (other.state, other.written()["body"]) == ("approval", first.written()["body"])
    assert Edition.objects.filter(in_force=True).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():  # and the database itself allows one
        Edition.objects.filter(pk=other.pk).update(in_force=True)


@pytest.mark.req("DI-05", "DI-04")
def test_a_version_for_a_later_day_waits_for_it_and_then_replaces_the_other_once(cast: Cast) -> None:
    first = in_force(cast)
    second = revision(cast, first)
    to_approve(cast, second, by=cast.mgmt_rep, change="下周实施")
    assert approve(cast, second, on="2026-03-10").state == "approved"
    third = revision(cast, first)
    to_approve(cast, third, by=cast.mgmt_rep, change="另一份")
    with pytest.raises(ConditionsUnmet, match=second.number):
        approve(cast, third)
    with travel_to(LATER - timedelta(days=1)):
        assert by_the_day.come_into_force() == 0
    with travel_to(LATER):
        assert (by_the_day.come_into_force(), by_the_day.come_into_force()) == (1, 0)
    assert [Entry.objects.get(pk=one.pk).state for one in (first, second)] == ["superseded", "in_force"]
    assert Event.objects.get(stream_id=second.pk, kind="document.entered").actor_kind == "system"
    assert not findings()


@pytest.mark.req("DI-04")
def test_a_document_is_withdrawn_by_those_who_lead_and_can_come_back_as_a_new_version(cast: Cast) -> None:
    entry = in_force(cast)
    with pytest.raises((NotAllowed, NotFound)):
        step(cast.frontline, entry, "withdraw", reason="过时")
    entry = step(cast.supervisor, entry, "withdraw", reason="法规变化，停止执行")
    assert entry.state == "withdrawn"
    assert queries.in_force(topic="handling") == []
    assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
    back = revision(cast, entry)
    to_approve(cast, back, by=cast.mgmt_rep, at=LATER, change="按新法规修订")
    assert approve(cast, back, on="2026-03-10", at=LATER).state == "in_force"
    assert not findings()


@pytest.mark.req("DI-02")
def test_the_review_comes_due_and_keeps_the_document_or_asks_for_a_new_one(cast: Cast) -> None:
    entry = in_force(cast)
    assert queries.in_force(topic="handling")[0].review_on == date(2027, 3, 3)
    due = datetime(2027, 2, 20, 2, tzinfo=UTC)
    with travel_to(due):
        assert next(one for one in queries.standings() if one.topic.code == "handling").state == "due"
    with pytest.raises(InvalidInput):
        step(cast.specialist, entry, "keep", due, opinion="仍适用", review_on="2027-02-20")
    entry = step(cast.specialist, entry, "keep", due, opinion="仍适用", review_on="2028-02-20")
    assert entry.codes["review_on"] == "2028-02-20"
    with travel_to(due):
        assert next(one for one in queries.standings() if one.topic.code == "handling").state == "in_force"


@pytest.mark.req("DI-01", "DI-02")
def test_two_documents_never_have_the_same_number(cast: Cast) -> None:
    first = in_force(cast, code="TS-CX-01")
    with pytest.raises(InvalidInput) as refused:
        drafted(cast, code="ts-cx-01 ")
    assert "已有其他文件使用这个编号" in str(refused.value.fields["code"])
    second = revision(cast, first)  # the next version of the same document keeps it
    assert second.written()["code"] == "TS-CX-01"
    with pytest.raises(InvalidInput) as refused:
        drafted(cast, replaces=second.number)
    assert "没有这个编号的现行版本" in str(refused.value.fields["replaces"])
