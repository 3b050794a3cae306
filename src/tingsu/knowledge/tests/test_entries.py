"""The knowledge base for staff (SK-08): checked by another, versions, reviews, beside the case, ratings, and who used it hears of changes."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.knowledge import queries, shown, terms, uses
from tingsu.knowledge.models import Edition, Use
from tingsu.knowledge.tests.given import HELP, WORDING, in_days, opened, published, take
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry, EntryLink

pytestmark = [pytest.mark.django_db, pytest.mark.req("SK-08")]


CONTENT = {name: value for name, value in WORDING.items() if name != "kind"}


def unmet(call: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as refused:
        call(*args, **values)
    return {one.code for one in refused.value.unmet}


def wrong(call: Any, *args: Any, **values: Any) -> set[str]:
    with pytest.raises(InvalidInput) as refused:
        call(*args, **values)
    return set(refused.value.fields)


def test_an_entry_is_checked_by_somebody_else_and_its_review_comes_due(cast: Cast) -> None:
    entry = opened(cast.specialist, **WORDING)
    assert queries.in_use(entry.pk) is None, "nobody is offered a draft"
    assert wrong(take, cast.specialist, entry, "submit", reviewer=str(cast.specialist.id)) == {"reviewer"}
    take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id))
    assert Notice.objects.filter(member_id=cast.coach.id, kind="knowledge.to_check").exists()
    own = opened(cast.coach, **WORDING)
    take(cast.coach, own, "submit", reviewer=str(cast.qa.id))
    assert unmet(take, cast.coach, own, "approve", review_on=in_days(90)) == {"own_work"}
    assert wrong(take, cast.coach, entry, "approve", review_on=in_days(-1)) == {"review_on"}
    entry = take(cast.coach, entry, "approve", review_on=in_days(90))
    piece = queries.in_use(entry.pk)
    assert piece is not None
    assert (piece.version, piece.title) == (1, "退款未到账的答复")
    assert entry.next_due_kind == terms.REVIEW
    kept = take(cast.specialist, entry, "keep", opinion="仍适用", review_on=in_days(200))
    assert kept.next_due_at is not None
    assert entry.next_due_at is not None
    assert kept.next_due_at > entry.next_due_at


def test_what_its_kind_needs_is_there_before_it_is_checked(cast: Cast) -> None:
    def lacks(**values: Any) -> set[str]:
        entry = opened(cast.specialist, **values)
        return unmet(take, cast.specialist, entry, "submit", reviewer=str(cast.coach.id))

    assert lacks(kind="wording", title="空", body="何时用") == {"no_wording"}
    assert lacks(kind="help", title="退款", body="三天") == {"no_english", "no_topic"}
    assert lacks(kind="basis", title="七日退货", body="怎样算七日") == {"no_basis"}
    assert lacks(kind="case", title="退款", body="处理经过") == {"no_situation"}
    assert lacks(kind="lesson", title="退款", body="回访 13800002210 才知道") == {"names_somebody"}
    with pytest.raises(InvalidInput) as wrong:
        opened(cast.specialist, **{**WORDING, "wording": "尊敬的 {name}"})
    assert set(wrong.value.fields) == {"wording"}
    basis = opened(cast.specialist, kind="basis", title="七日退货", body="怎样算七日", bases=["law.seven-days"])
    take(cast.specialist, basis, "submit", reviewer=str(cast.coach.id))
    take(cast.coach, basis, "approve", review_on=in_days(90))
    told = shown.context(cast.frontline.actor, Entry.objects.select_related("stream").get(pk=basis.pk))
    assert [one["name"] for one in told["bases"]] == ["《网络购买商品七日无理由退货暂行办法》"]


def test_the_last_version_stays_in_use_until_the_next_and_who_used_it_hears(cast: Cast) -> None:
    entry = published(cast)
    uses.note_use(actor=cast.frontline.actor, entry=entry)
    uses.note_use(actor=cast.frontline.actor, entry=entry)
    take(cast.specialist, entry, "revise")
    take(cast.specialist, entry, "write", **{**CONTENT, "title": "退款未到账的答复（新）"})
    piece = queries.in_use(entry.pk)
    assert piece is not None
    assert (piece.version, piece.title) == (1, "退款未到账的答复")
    assert wrong(take, cast.specialist, entry, "submit", reviewer=str(cast.coach.id)) == {"change"}
    take(cast.specialist, entry, "submit", reviewer=str(cast.coach.id), change="到账时间按银行改")
    assert not Notice.objects.filter(kind="knowledge.changed").exists()
    take(cast.coach, entry, "approve", review_on=in_days(90))
    piece = queries.in_use(entry.pk)
    assert piece is not None
    assert (piece.version, piece.title) == (2, "退款未到账的答复（新）")
    assert [one.member_id for one in Notice.objects.filter(kind="knowledge.changed")] == [cast.frontline.id]
    assert [one["field"] for one in shown.comparison(entry, 2)] == ["title"]
    assert shown.comparison(entry, 1) == []
    take(cast.specialist, entry, "revise")
    take(cast.specialist, entry, "write", **{**CONTENT, "title": "写坏了"})
    given_up = take(cast.specialist, entry, "give_up", reason="不改了")
    assert given_up.written()["title"] == "退款未到账的答复（新）"
    take(cast.specialist, entry, "retire", reason="政策变了")
    assert queries.in_use(entry.pk) is None
    assert Notice.objects.filter(kind="knowledge.retired", member_id=cast.frontline.id).exists()
    assert Use.objects.get(entry=entry).times == 2


def test_it_is_found_on_the_case_and_its_wording_goes_into_the_letter(cast: Cast, sign_in: Any) -> None:
    entry = published(cast)
    other = published(cast, title="别的产品", product="咖啡机", wording="", kind="product")
    step = published(cast, title="受理要点", kind="process", categories=[], wording="", steps=["accept"])
    published(cast, title="配送延误的话术", categories=["3"], problem_types=["consumer"])
    case = a_case(cast.frontline)
    assert [one.number for one in queries.fitting(case)] == [entry.number]
    assert [one.number for one in queries.fitting(case, ["accept"])] == [entry.number, step.number]
    client = sign_in(cast.frontline)
    address = reverse("knowledge:find", args=[case.number])
    assert f'hx-get="{address}"' in client.get(reverse("desk:case", args=[case.number])).content.decode()
    page = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert f"您的投诉 {case.number} 已查到：退款预计〔日期〕到账。" in page
    assert 'data-reply-text="您的投诉' in page
    begun = client.get(reverse("desk:case", args=[case.number]) + f"?reply={entry.number}").content.decode()
    assert f"{case.number} 已查到：退款预计〔日期〕到账。</textarea>" in begun
    form = client.get(reverse("desk:step", args=[case.number, "note_clue"]))
    assert form.status_code in {200, 403}
    found = client.get(
        reverse("knowledge:find", args=[case.number]), {"words": "咖啡机"}, headers={"HX-Request": "true"}
    )
    assert other.number in found.content.decode() or "别的产品" in found.content.decode()
    none = client.get(reverse("knowledge:find", args=[case.number]), {"words": "火星"}).content.decode()
    assert "别的产品" not in none
    assert client.post(reverse("knowledge:use", args=[entry.number])).status_code == 204
    assert Use.objects.get(entry=entry, member_id=cast.frontline.id).times == 1
    take(cast.specialist, entry, "retire", reason="停用")
    assert client.post(reverse("knowledge:use", args=[entry.number])).status_code == 404


def test_beside_a_step_stands_what_fits_it(cast: Cast, sign_in: Any) -> None:
    step = published(cast, title="受理要点", kind="process", categories=[], wording="", steps=["accept"])
    case = a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    page = client.get(reverse("desk:step", args=[case.number, "assess_and_grade"])).content.decode()
    assert "受理要点" not in page
    take(cast.specialist, step, "revise")
    take(cast.specialist, step, "write", title="受理要点", body="看清楚", steps=["assess_and_grade"])
    page = client.get(reverse("desk:step", args=[case.number, "assess_and_grade"])).content.decode()
    assert "受理要点" in page


def test_ratings_are_counted_once_and_its_owner_hears_when_it_does_not_help(cast: Cast, sign_in: Any) -> None:
    entry = published(cast)
    address = reverse("knowledge:rate", args=[entry.number])
    for who in (cast.frontline, cast.frontline2, cast.qa):
        assert sign_in(who).post(address, {"useful": "no", "words": "日期怎么查？"}).status_code == 303
        sign_in(who).post(address, {"useful": "no"})
    told = uses.told_of([entry.pk])[entry.pk]
    assert (told.useful, told.not_useful) == (0, 3)
    assert [one.member_id for one in Notice.objects.filter(kind="knowledge.not_useful")] == [cast.specialist.id]
    sign_in(cast.qa).post(address, {"useful": "yes"})
    assert uses.told_of([entry.pk])[entry.pk].useful == 1
    page = sign_in(cast.specialist).get(reverse("registers:entry", args=[terms.NAME, entry.number])).content.decode()
    assert "日期怎么查？" in page
    listed = sign_in(cast.specialist).get(reverse("registers:list", args=[terms.NAME])).content.decode()
    assert "退款未到账的答复" in listed


@pytest.mark.req("PE-16", "IM-11")
def test_a_course_is_made_of_an_entry_once_for_each_version(cast: Cast) -> None:
    entry = published(
        cast, kind="case", title="七天未到账", body="查账并催付", situation="退款同意七天，没有到账", wording=""
    )
    asked = {"course_kind": "case", "topic": "other", "objective": "会查退款状态", "revise_on": in_days(300)}
    take(cast.coach, entry, "teach", **asked)
    course = Entry.objects.select_related("stream").get(register="course")
    assert "退款同意七天，没有到账" in course.written()["content"]
    assert EntryLink.objects.filter(entry=entry, other_id=course.pk, kind="became").exists()
    with pytest.raises(InvalidInput):
        take(cast.coach, entry, "teach", **asked)


def test_another_organisation_finds_nothing_of_it(cast: Cast) -> None:
    entry = published(cast, **HELP)
    with acting_for(Organisation.objects.get(slug="other").pk):
        assert queries.numbered(entry.number) is None
        assert queries.articles() == []
        assert not Edition.objects.exists()


@pytest.mark.req("IM-11")
def test_a_draft_of_a_model_case_typed_by_hand_is_read_masked_before_it_is_checked(cast: Cast, sign_in: Any) -> None:
    entry = opened(
        cast.specialist, kind="case", title="退款未到账", situation="客户 13800002210 三次来电", body="先查退款状态，再回 a.chen@example.com。"
    )  # fmt: skip
    page = sign_in(cast.coach).get(reverse("registers:entry", args=[terms.NAME, entry.number])).content.decode()
    assert "三次来电" in page
    assert "13800002210" not in page
    assert "a.chen@example.com" not in page
    own = sign_in(cast.specialist).get(reverse("registers:entry", args=[terms.NAME, entry.number])).content.decode()
    assert "13800002210" in own, "whoever takes it out reads it"
    hotline = opened(
        cast.specialist, kind="wording", title="热线", body="请拨 13800002210。", wording="请拨 13800002210。"
    )
    page = sign_in(cast.coach).get(reverse("registers:entry", args=[terms.NAME, hotline.number])).content.decode()
    assert "13800002210" in page, "a number of the firm's own stays"
