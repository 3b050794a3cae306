"""Awards: criteria first, a jury that judges neither itself nor its own team, a published result, objections (PE-22, PE-23, PE-29, PT-09)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.appraisal import catalogue, nominees
from tingsu.appraisal.tests.telling import after, begin, day, fresh, take, unmet, wrong
from tingsu.clocks.models import Promise
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.registers import queries
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import lines_of, texts_seen

pytestmark = [pytest.mark.django_db, pytest.mark.req("PE-22")]
SignIn = Callable[..., Client]


def an_award(cast: Cast, **more: Any) -> Entry:
    values = {
        "award": "GR-1",
        "title": "优秀客服",
        "since": "2026-01-01",
        "until": "2026-03-31",
        "nominate_until": day(7),
        **more,
    }
    return begin(cast.qa, "award", **values)


def jury(cast: Cast) -> list[str]:
    return [str(one.id) for one in (cast.qa, cast.dept, cast.specialist)]


def judging(cast: Cast, **more: Any) -> Entry:
    """Two of intake nominated, and a jury of three from elsewhere called."""
    entry = an_award(cast, **more)
    for person in (cast.frontline, cast.frontline2):
        entry = take(cast.coach, entry, "nominate", who=[str(person.id)], merit="时限达成率第一")
    entry = take(cast.supervisor, entry, "name_jury", jury=jury(cast))
    return take(cast.supervisor, entry, "close_nominations", judge_until=day(14))


def published(cast: Cast) -> Entry:
    entry = judging(cast)
    for person, first, second in ((cast.qa, "0", "1"), (cast.dept, "0", ""), (cast.specialist, "1", "0")):
        entry = take(person, entry, "judge", first=first, second=second, why="时限与质检得分均最高")
    return take(cast.supervisor, entry, "publish", winners=["0"], laudation="一季度时限达成率 100%")


@pytest.mark.req("PE-23")
def test_the_catalogue_ships_the_nine_named_awards_and_a_firm_changes_it() -> None:
    by_group: dict[str, list[str]] = {}
    for one in catalogue.AWARDS:
        by_group.setdefault(one["group"], []).append(one["name"]["zh-Hans"])
    assert by_group == {
        "person": ["优秀客服", "最佳新人", "杰出个人"], "business": ["最佳体验", "产品优化", "质量标兵"], "culture": ["文化标兵", "天天向上", "最佳合作"],
    }  # fmt: skip
    catalogue.check(catalogue.shipped())
    bare = [dict(catalogue.AWARDS[0], criteria={"zh-Hans": "", "en": ""}, jurors=0), dict(catalogue.AWARDS[0])]
    with pytest.raises(InvalidInput) as error:
        catalogue.check({"awards": bare})
    assert {name.rpartition(".")[2] for name in error.value.fields} >= {"code", "criteria", "jurors"}


def test_criteria_stand_before_anybody_is_nominated_and_everybody_may_nominate(cast: Cast) -> None:
    entry = an_award(cast)
    assert entry.written()["criteria"] == catalogue.awards()["GR-1"].criteria
    assert Notice.objects.filter(kind="award.called_for", member_id=cast.dept2.id).exists()
    assert wrong(an_award, cast, until="2025-12-31") == {"until"}
    entry = take(cast.dept, entry, "nominate", who=[str(cast.frontline.id)], merit="首次响应最快")
    assert wrong(take, cast.coach, entry, "nominate", who=[str(cast.frontline.id)], merit="再提一次") == {"who"}
    assert Notice.objects.filter(kind="award.proposed", member_id=cast.frontline.id).exists()
    with travel_to(after_days(8)):
        assert unmet(take, cast.coach, entry, "nominate", who=[str(cast.coach.id)], merit="迟到的提名") == {
            "nominations_over"
        }


def after_days(number: int) -> Any:
    from datetime import timedelta

    from tingsu.kernel.clock import now

    return now() + timedelta(days=number)


@pytest.mark.req("PE-29")
def test_persons_and_teams_by_the_same_criteria_jury_and_objections(cast: Cast) -> None:
    pair = [str(cast.frontline.id), str(cast.specialist2.id)]
    entry = an_award(cast)
    assert wrong(take, cast.coach, entry, "nominate", who=pair, merit="并肩") == {"team"}
    assert wrong(take, cast.coach, entry, "nominate", who=pair, team="退款专班", merit="并肩") == {
        "who"
    }  # an award for persons
    assert wrong(take, cast.coach, entry, "nominate", who=pair[:1], team="退款专班", merit="并肩") == {"who"}, (
        "one in a team's name"
    )
    team = an_award(cast, award="WH-3", title="最佳合作")
    team = take(cast.coach, team, "nominate", who=pair, team="退款专班", merit="联手解决批量退款投诉")
    assert nominees.called(fresh(team), 0).startswith("退款专班")
    member = [str(cast.specialist2.id), str(cast.qa.id), str(cast.dept.id)]
    assert wrong(take, cast.supervisor, team, "name_jury", jury=member) == {"jury"}
    team = take(cast.supervisor, team, "name_jury", jury=[str(cast.qa.id), str(cast.dept.id), str(cast.dso.id)])
    for who, name, field in (
        ([str(cast.qa.id), str(cast.frontline.id)], "质检专班", "who"),  # a juror among them
        (pair[::-1], "退款专班", "who"),  # the same people, whatever their order
        ([*pair, str(cast.coach.id)], "", "team"),
    ):
        assert wrong(take, cast.supervisor, team, "nominate", who=who, team=name, merit="并肩") == {field}, who
    assert len(nominees.nominations(fresh(team))) == 1
    team = take(cast.supervisor, team, "close_nominations", judge_until=day(9))
    for person in (cast.qa, cast.dept, cast.dso):
        team = take(person, team, "judge", first="0", why="成效有数据")
    team = take(cast.supervisor, team, "publish", winners=["0"], laudation="退款专班两周结清")
    assert set(team.codes["recipients"]) == set(pair)
    assert "objections_until" in team.codes


def test_nobody_judges_himself_or_his_own_team(cast: Cast) -> None:
    entry = an_award(cast, jury=jury(cast))
    assert wrong(take, cast.coach, entry, "nominate", who=[str(cast.specialist.id)], merit="x") == {
        "who"
    }  # in the jury
    assert unmet(take, cast.dept, entry, "nominate", who=[str(cast.frontline.id)], merit="x") == {"juror_nominates"}
    entry = take(cast.coach, entry, "nominate", who=[str(cast.frontline.id)], merit="x")
    assert wrong(take, cast.supervisor, entry, "name_jury", jury=[str(cast.frontline.id)]) == {"jury"}
    entry = take(cast.supervisor, entry, "name_jury", jury=[str(cast.qa.id), str(cast.dept.id)])
    assert unmet(take, cast.supervisor, entry, "close_nominations", judge_until=day(9)) == {"jury_too_small"}
    own = [str(cast.qa.id), str(cast.dept.id), str(cast.frontline2.id)]  # a colleague of the same group
    entry = take(cast.supervisor, entry, "name_jury", jury=own)
    assert wrong(take, cast.supervisor, entry, "close_nominations", judge_until=day(9)) == {"judge_until"}
    entry = take(cast.coach, entry, "nominate", who=[str(cast.coach.id)], merit="y")
    entry = take(cast.supervisor, entry, "close_nominations", judge_until=day(9))
    assert wrong(take, cast.frontline2, entry, "judge", first="0", why="x") == {"first"}
    with pytest.raises(NotAllowed):
        take(cast.coach, entry, "judge", first="0", why="x")
    entry = take(cast.frontline2, entry, "judge", first="1", why="能带新人")
    assert unmet(take, cast.frontline2, entry, "judge", first="1", why="再投") == {"judged_already"}


@pytest.mark.req("PT-09")
@pytest.mark.req("PE-29")
def test_whoever_nominates_or_is_nominated_has_no_hand_in_the_jury(cast: Cast) -> None:
    entry = take(cast.dept, an_award(cast), "nominate", who=[str(cast.frontline.id)], merit="首次响应最快")
    assert wrong(take, cast.mgmt_rep, entry, "name_jury", jury=jury(cast)) == {"jury"}  # dept has nominated
    entry = take(cast.coach, entry, "nominate", who=[str(cast.supervisor.id)], merit="带队")
    others = [str(one.id) for one in (cast.qa, cast.dept2, cast.specialist)]
    assert unmet(take, cast.supervisor, entry, "name_jury", jury=others) == {"own_award"}
    assert unmet(take, cast.supervisor, entry, "drop", reason="不办了") == {"own_award"}
    entry = take(cast.mgmt_rep, entry, "name_jury", jury=others)
    assert set(entry.codes["jury"]) == set(others)


@pytest.mark.req("PE-29")
def test_no_search_tells_what_a_juror_wrote(cast: Cast) -> None:
    entry = take(cast.qa, judging(cast), "judge", first="0", why="琥珀色的理由")
    register = registers()["award"]

    def found(words: str) -> list[str]:
        rows = queries.rows_of(cast.dept2.actor, register, queries.asked_of(register, {"q": words}))
        return [row.number for row in rows]

    assert found("优秀客服") == [entry.number]
    assert found("琥珀色") == []


def test_the_result_follows_the_points_and_everybody_reads_it(cast: Cast, sign_in: SignIn) -> None:
    entry = judging(cast)
    assert unmet(take, cast.supervisor, entry, "publish", winners=["0"], laudation="x") == {"not_judged"}
    for person, first, second in ((cast.qa, "0", "1"), (cast.dept, "0", ""), (cast.specialist, "1", "0")):
        entry = take(person, entry, "judge", first=first, second=second, why="得分最高")
    assert nominees.points(fresh(entry)) == {0: 8, 1: 5}
    assert wrong(take, cast.supervisor, entry, "publish", winners=["1"], laudation="x") == {"winners"}
    entry = take(cast.supervisor, entry, "publish", winners=["0"], laudation="一季度时限达成率 100%")
    assert Notice.objects.filter(kind="award.published", member_id=cast.dept2.id).exists()
    page = sign_in(cast.dept2).get(reverse("registers:entry", args=["award", entry.number])).content.decode()
    assert "一季度时限达成率 100%" in page
    assert "得分最高" not in page
    listed = sign_in(cast.dept2).get(reverse("registers:list", args=["award"])).content.decode()
    assert "工号 1001" in listed
    register, row = registers()["award"], fresh(entry)
    assert not any(name.startswith("votes") for name in texts_seen(cast.supervisor.actor, register, row, "page"))
    assert not any(line.name == "votes" for line in lines_of(cast.auditor.actor, register, row, "api"))


def test_an_objection_is_answered_by_somebody_else_and_may_send_the_result_back(cast: Cast) -> None:
    entry = published(cast)
    assert unmet(take, cast.mgmt_rep, entry, "confer", prize="bonus", given_on=day()) == {"objections_open"}
    entry = take(cast.frontline2, entry, "object", objection="二月有一件超时没有计入")
    assert Promise.objects.filter(stream_id=entry.pk, kind="award_objection", ended_at=None).exists()
    with travel_to(after(entry)):
        assert unmet(take, cast.mgmt_rep, entry, "confer", prize="bonus", given_on=day()) == {"objection_unanswered"}
        assert unmet(take, cast.frontline2, entry, "object", objection="太晚") == {"objections_over"}
    with pytest.raises(NotAllowed):
        take(cast.frontline2, entry, "answer", which="0", outcome="rejected", answer="x")
    back = take(cast.mgmt_rep, entry, "answer", which="0", outcome="upheld", answer="确有一件漏计，请评审组重评")
    assert (back.state, back.codes.get("votes"), back.codes.get("recipients")) == ("judging", None, None)
    assert Notice.objects.filter(kind="award.objection_answered", member_id=cast.frontline2.id).exists()
    for person in (cast.qa, cast.dept, cast.specialist):
        back = take(person, back, "judge", first="1", why="补齐数据后")
    again = take(cast.supervisor, back, "publish", winners=["1"], laudation="重评结果")
    with travel_to(after(again)):
        given = take(cast.mgmt_rep, again, "confer", prize="bonus", given_on=day())
    assert given.state == "conferred"
    assert given.codes["recipients"] == [str(cast.frontline2.id)]
    assert "votes" in {line.name for line in lines_of(cast.auditor.actor, registers()["award"], fresh(given), "api")}
    assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
    assert list(verify_organisation(Tally())) == []


def test_who_judged_or_is_concerned_answers_no_objection_and_gives_no_award(cast: Cast) -> None:
    entry = an_award(cast)
    entry = take(cast.coach, entry, "nominate", who=[str(cast.mgmt_rep.id)], merit="牵头处置")
    entry = take(
        cast.supervisor, entry, "name_jury", jury=[str(one.id) for one in (cast.specialist, cast.dept, cast.supervisor)]
    )
    entry = take(cast.qa, entry, "close_nominations", judge_until=day(9))
    for person in (cast.specialist, cast.dept, cast.supervisor):
        entry = take(person, entry, "judge", first="0", why="x")
    assert unmet(take, cast.mgmt_rep, entry, "publish", winners=["0"], laudation="x") == {"own_award"}
    entry = take(cast.qa, entry, "publish", winners=["0"], laudation="牵头化解")
    entry = take(cast.frontline, entry, "object", objection="领导不应参评")
    for person in (cast.mgmt_rep, cast.supervisor):
        assert unmet(take, person, entry, "answer", which="0", outcome="rejected", answer="x") == {"own_objection"}
    entry = take(cast.top_mgmt, entry, "answer", which="0", outcome="rejected", answer="规则未排除领导")
    with travel_to(after(entry)):
        assert unmet(take, cast.mgmt_rep, entry, "confer", prize="bonus", given_on=day()) == {"own_award"}
        assert take(cast.top_mgmt, entry, "confer", prize="certificate", given_on=day()).state == "conferred"


@pytest.mark.req("PE-22", "PE-29")
def test_my_file_names_the_awards_one_was_given_and_those_one_is_nominated_for(cast: Cast, sign_in: SignIn) -> None:
    entry = published(cast)
    mine = reverse("competence:mine")
    page = sign_in(cast.frontline).get(mine).content.decode()
    assert entry.number in page
    assert "获提名 · 结果公示中" in " ".join(page.split())
    assert entry.number not in sign_in(cast.coach).get(mine).content.decode()
    with travel_to(after(entry)):
        take(cast.mgmt_rep, entry, "confer", given_on=day(), prize="bonus")
        page = " ".join(sign_in(cast.frontline).get(mine).content.decode().split())
        assert f"{day()} 颁发" in page
        assert "获提名" not in page
        other = " ".join(sign_in(cast.frontline2).get(mine).content.decode().split())
        assert "获提名 · 已颁发" in other, "nominated is not given"
        assert f"{day()} 颁发" not in other
