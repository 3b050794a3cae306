"""The competence matrix: required per post, present, gap, action and its effect; mentoring by coaches (PE-06, PE-19)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence import criteria, files, points, queries, required
from tingsu.competence.tests.telling import DAY, assessed, begin, file_of, scores, take, unmet, with_files, wrong
from tingsu.kernel.errors import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


def cell_of(person: Any, code: str) -> queries.Cell:
    line = next(one for one in queries.matrix() if one.member.pk == person.id)
    return next(one for one in line.cells if one.competence.code == code)


def until() -> str:
    return (files.today() + timedelta(days=60)).isoformat()


@pytest.mark.req("PE-19")
def test_what_a_post_asks_for_is_present_by_training_assessment_or_evidence(cast: Cast) -> None:
    with_files()
    assert {gap.competence.code for gap in queries.gaps(["frontline"]) if gap.member.pk == cast.frontline.id} == {
        "NL-1", "NL-2", "NL-3", "NL-4", "NL-5", "NL-6", "NL-7",
    }  # fmt: skip
    assert not [gap for gap in queries.gaps() if gap.member.pk == cast.analyst.id], "asked of who works on complaints"
    take(cast.supervisor, file_of(cast.frontline), "train", topic="law", on=DAY, evidence="证书")
    assert (cell_of(cast.frontline, "NL-5").state, cell_of(cast.frontline, "NL-5").on) == ("present", DAY)
    failed = assessed(cast, cast.frontline, 60)
    assert cell_of(cast.frontline, "NL-7").state == "failed"
    take(cast.coach, failed, "resit", until="2036-12-31")
    take(cast.coach, failed, "score", scores=scores(95))
    assert (cell_of(cast.frontline, "NL-7").state, cell_of(cast.frontline, "NL-7").proof) == ("present", failed.number)
    proof = {"competence": "NL-10", "on": DAY, "evidence": "调解案卷抽查"}
    take(cast.supervisor, file_of(cast.mediator), "assess", met="partly", **proof)
    assert cell_of(cast.mediator, "NL-10").is_gap
    take(cast.supervisor, file_of(cast.mediator), "assess", met="meets", **proof)
    assert not cell_of(cast.mediator, "NL-10").is_gap
    assert wrong(
        take, cast.supervisor, file_of(cast.mediator), "assess", met="meets", **proof | {"competence": "NL-1"}
    ) == {"competence"}


@pytest.mark.req("PE-19", "VL-10")
def test_an_action_closes_a_gap_and_its_effect_is_judged_by_somebody_else(cast: Cast) -> None:
    with_files()
    entry = begin(
        cast.coach, "competence_action", gap="不熟悉消保法", action="train", person=str(cast.frontline.id), competence="NL-5", goals="能独立引用条款",
        until=until(), owner=str(cast.coach.id),
    )  # fmt: skip
    action = cell_of(cast.frontline, "NL-5").action
    assert action is not None
    assert action.pk == entry.pk
    assert [gap.action for gap in queries.gaps() if gap.member.pk == cast.frontline.id and gap.action] == [action]
    take(cast.frontline, entry, "finish", outcome="已参加培训")
    result = {"effect": "not", "evidence": "抽查两件仍引用错误"}
    with pytest.raises(NotAllowed):
        take(cast.frontline, entry, "judge", **result)
    entry = take(cast.coach, entry, "judge", **result)
    assert entry.state == "open", "without effect it is open again"
    take(cast.coach, entry, "finish", outcome="加训两次")
    entry = take(cast.coach, entry, "judge", effect="partly", evidence="连续五件引用正确")
    assert (entry.state, cell_of(cast.frontline, "NL-5").action) == ("judged", None)


@pytest.mark.req("PE-06", "PE-19")
def test_a_coach_develops_an_expert_with_goals_talks_and_a_result(cast: Cast) -> None:
    values = {
        "gap": "尚未独立处理危机", "action": "guide", "person": str(cast.specialist.id), "goals": "半年内能预判舆情", "until": until(),
        "owner": str(cast.supervisor.id),
    }  # fmt: skip
    assert wrong(begin, cast.supervisor, "competence_action", **values) == {"coach"}
    expert = {"coach": str(cast.specialist2.id)}
    assert wrong(begin, cast.supervisor, "competence_action", **values, **expert) == {"coach"}, "an expert is no coach"
    own = values | {"person": str(cast.coach.id), "coach": str(cast.coach.id)}
    assert unmet(begin, cast.supervisor, "competence_action", **own) == {"own_coach"}
    entry = begin(cast.supervisor, "competence_action", **values, coach=str(cast.coach.id))
    take(cast.coach, entry, "talk", on=DAY, note="复盘一次直播间投诉")
    entry = take(cast.coach, entry, "finish", outcome="独立完成两次预案")
    assert len(entry.codes["talks"]) == 1
    entry = take(cast.supervisor, entry, "judge", effect="effective", evidence="预案均被采用")
    assert [one.words for one in queries.track(cast.specialist.id, None)] != []
    post = {"gap": "缺少英语客服", "action": "hire", "role": "frontline", "goals": "到岗一人", "until": until()}
    assert begin(cast.supervisor, "competence_action", **post).codes["role"] == "frontline"


@pytest.mark.req("PE-19")
def test_the_page_shows_it_with_as_many_queries_for_many_as_for_one(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    address = reverse("competence:matrix")
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        page = client.get(address).content.decode()
    assert "Complaint process" in page
    with_files()
    for person in (cast.frontline, cast.frontline2, cast.specialist):
        take(cast.supervisor, file_of(person), "train", topic="law", on=DAY, evidence="证书")
        assessed(cast, person, 90)
    with CaptureQueriesContext(connection) as after:
        page = client.get(address, {"role": "frontline"}).content.decode()
    assert DAY in page
    assert len(after) <= len(before)
    assert file_of(cast.frontline).number in page
    assert file_of(cast.specialist).number not in page
    assert sign_in(cast.frontline).get(address).status_code == 403


@pytest.mark.req("PE-19", "PE-20", "PE-27")
def test_rules_that_contradict_themselves_are_not_published() -> None:
    def refused(check: Any, body: dict[str, Any]) -> set[str]:
        with pytest.raises(InvalidInput) as error:
            check(body)
        return set(error.value.fields)

    good = required.shipped()
    line = {"code": "export", "change": 1, "name": {"zh-Hans": "导出", "en": "Export"}}
    required.check(good | {"functions": [line]})
    assert refused(required.check, good | {"functions": [line, line]}) >= {"functions.1.code"}
    assert refused(required.check, good | {"functions": [line | {"code": "settings"}]}) == {"functions.1.code"}
    assert refused(required.check, good | {"functions": [line | {"change": 0}]}) == {"functions.1.change"}
    one = good["competences"][0]
    for name, value in (("role", "x"), ("proof", "exam:x"), ("name", {"zh-Hans": "", "en": "x"}), ("code", "NL 1")):
        assert refused(required.check, {"competences": [one | {name: value}], "functions": []}) == {
            f"competences.1.{name}"
        }
    said = points.shipped()["points"]
    assert refused(points.check, {"points": said[1:]}) == {"points"}
    assert refused(points.check, {"points": [said[0], *said[:5]]}) >= {"points.1.code"}
    levels = criteria.shipped()
    levels["levels"][0] = levels["levels"][0] | {"work": "coach"}
    assert refused(criteria.check, levels) == {"levels.1.work"}
