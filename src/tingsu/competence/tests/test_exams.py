"""Assessments: the written test taken in the product, scores in seven dimensions, pass mark, resit, pending (PE-13…PE-15)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence import bank, exams, sitting
from tingsu.competence.models import Paper
from tingsu.competence.tests.telling import assessed, begin, file_of, scores, take, unmet, with_files, wrong
from tingsu.kernel import erasing, rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people.models import Member
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db


def written(cast: Cast, **more: Any) -> Entry:
    values = {
        "title": "受理上岗笔试", "person": str(cast.frontline.id), "way": "written", "questions": 14, "minutes": 30, "pass_mark": 60,
        "until": "2036-12-31", "examiner": str(cast.coach.id), **more,
    }  # fmt: skip
    return begin(cast.coach, "exam", **values)


def answers(paper: Paper, right: int) -> dict[str, list[str]]:
    """So many right ones, the others left out."""
    return {one.code: list(one.right) for one in sitting.questions_of(paper)[:right]}


def sat(cast: Cast, entry: Entry, right: int) -> Entry:
    actor = cast.frontline.actor
    paper = sitting.begin(actor=actor, entry_id=entry.pk)
    return sitting.hand_in(actor=actor, entry_id=entry.pk, answers=answers(paper, right))


@pytest.mark.req("PE-13", "PE-14")
def test_a_written_test_is_drawn_mixed_and_scores_itself(cast: Cast) -> None:
    entry = written(cast)
    paper = sitting.begin(actor=cast.frontline.actor, entry_id=entry.pk)
    again = sitting.begin(actor=cast.frontline.actor, entry_id=entry.pk)
    assert (again.pk, again.seed) == (paper.pk, paper.seed), "the same paper goes on"
    drawn = sitting.questions_of(paper)
    assert len({one.code for one in drawn}) == 14
    assert {one.dimension for one in drawn} == {code for code, _l in exams.terms.DIMENSIONS}, "each dimension is asked"
    assert sitting.redrawn(paper)
    other = sitting.begin(actor=cast.frontline.actor, entry_id=written(cast).pk)
    assert other.asked != paper.asked, "another seed, another paper"
    some = [bank.mixed(seed, drawn[0]) for seed in ("a", "b", "c", "d", "e", "f")]
    assert len({tuple(one) for one in some}) > 1
    stray = {drawn[0].code: [*drawn[0].right, "Z"]}  # a letter that the question does not offer counts for nothing
    given = answers(paper, 7) | stray
    entry = sitting.hand_in(actor=cast.frontline.actor, entry_id=entry.pk, answers=given)
    assert (entry.state, entry.codes["total"]) == ("failed", 50)
    assert set(entry.codes["marks"]) == {one.dimension for one in drawn}
    many = next(one for one in bank.questions() if one.right == "AC")
    assert [many.is_right(given) for given in ("CA", "A", "ABC", "")] == [True, False, False, False]
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-13")
def test_it_is_answered_once_in_its_time_and_by_the_person_alone(cast: Cast) -> None:
    entry = written(cast)
    with pytest.raises(NotAllowed):
        sitting.begin(actor=cast.coach.actor, entry_id=entry.pk)
    with pytest.raises(sitting.NotBegun):
        sitting.hand_in(actor=cast.frontline.actor, entry_id=entry.pk, answers={})
    paper = sitting.begin(actor=cast.frontline.actor, entry_id=entry.pk)
    assert unmet(take, cast.coach, entry, "cancel", reason="改期") == {"begun"}
    given = answers(paper, 14)
    entry = sitting.hand_in(actor=cast.frontline.actor, entry_id=entry.pk, answers=given)
    assert entry.state == "passed"
    for act in (sitting.hand_in, sitting.keep):
        with pytest.raises(sitting.AnsweredAlready):
            act(actor=cast.frontline.actor, entry_id=entry.pk, answers={})
    with pytest.raises(sitting.AnsweredAlready):
        sitting.begin(actor=cast.frontline.actor, entry_id=entry.pk)
    assert Entry.objects.get(pk=entry.pk).codes["tries"] == entry.codes["tries"]


@pytest.mark.req("PE-13")
def test_what_was_saved_counts_when_the_time_is_over(cast: Cast) -> None:
    entry = written(cast)
    actor, start = cast.frontline.actor, now()
    with travel_to(start):
        paper = sitting.begin(actor=actor, entry_id=entry.pk)
        sitting.keep(actor=actor, entry_id=entry.pk, answers=answers(paper, 13) | {"ZZ-9": ["A"]})
    with travel_to(start + timedelta(minutes=30)):
        assert sitting.close_overdue() == 0
    with travel_to(start + timedelta(minutes=32, seconds=1)):
        with pytest.raises(sitting.TimeOver):
            sitting.hand_in(actor=actor, entry_id=entry.pk, answers=answers(paper, 14))
        assert sitting.close_overdue() == 1
        assert sitting.close_overdue() == 0
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.state, entry.codes["total"]) == ("passed", 93)


@pytest.mark.req("PE-15")
def test_a_resit_is_possible_and_who_fails_it_too_is_pending(cast: Cast) -> None:
    with_files()
    entry = sat(cast, written(cast), 3)
    assert entry.state == "failed"
    assert Member.objects.get(pk=cast.frontline.id).readiness == "", "a first failure stops nobody"
    with pytest.raises(NotAllowed):
        take(cast.frontline, entry, "resit", until="2036-12-31")
    entry = take(cast.coach, entry, "resit", until="2036-12-31")
    assert entry.codes["attempt"] == 2
    entry = sat(cast, entry, 4)
    assert (entry.state, [one["total"] for one in entry.codes["tries"]]) == ("not_passed", [21, 29])
    told = Notice.objects.filter(kind="personnel_file.held_back").values_list("member_id", flat=True)
    assert set(told) == {cast.frontline.id, cast.supervisor.id}, "who leads shares out the open cases"
    assert (file_of(cast.frontline).state, Member.objects.get(pk=cast.frontline.id).readiness) == ("pending", "pending")
    assert Paper.objects.filter(exam_id=entry.pk).count() == 2
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-15")
def test_a_resit_that_is_passed_stops_nobody(cast: Cast) -> None:
    entry = take(cast.coach, sat(cast, written(cast), 3), "resit", until="2036-12-31")
    assert sat(cast, entry, 14).state == "passed"
    assert Member.objects.get(pk=cast.frontline.id).readiness == ""
    other = take(cast.coach, sat(cast, written(cast), 3), "no_resit", reason="本人放弃补考")
    assert other.state == "not_passed"
    assert Member.objects.get(pk=cast.frontline.id).readiness == "pending", "without a file one is begun"


@pytest.mark.req("PE-14", "PE-13", "VL-10")
def test_an_oral_test_scores_each_of_the_seven_dimensions_by_somebody_else(cast: Cast) -> None:
    entry = begin(
        cast.coach, "exam", title="口试", person=str(cast.frontline.id), way="oral", until="2036-12-31", pass_mark=75
    )
    assert wrong(take, cast.coach, entry, "score", scores=scores(80)[:6]) == {"scores"}
    assert wrong(take, cast.coach, entry, "score", scores=[*scores(80), *scores(80)[:1]]) == {"scores"}, "one twice"
    assert exams.mean((80, 81)) == 81, "half up"
    marks = scores(80)
    marks[0]["score"] = 38
    entry = take(cast.coach, entry, "score", scores=marks)
    assert (entry.state, entry.codes["total"], entry.codes["marks"]["knowledge"]) == ("failed", 74, 38)
    assert wrong(
        begin,
        cast.coach,
        "exam",
        title="x",
        person=str(cast.coach.id),
        way="oral",
        until="2036-12-31",
        examiner=str(cast.coach.id),
    ) == {"examiner"}
    own = begin(cast.coach, "exam", title="口试", person=str(cast.supervisor.id), way="practical", until="2036-12-31")
    assert unmet(take, cast.supervisor, own, "score", scores=scores(99)) == {"own_exam"}
    assert unmet(take, cast.coach, written(cast), "score", scores=scores(99)) == {"scores_itself"}
    assert [assessed(cast, cast.frontline, mark).state for mark in (80, 79)] == ["passed", "failed"], (
        "the mark is enough"
    )
    assert wrong(written, cast, pass_mark=0) | wrong(written, cast, pass_mark=101) == {"pass_mark"}


@pytest.mark.req("PE-13")
def test_an_exam_is_taken_on_its_page_and_kept_when_saved(cast: Cast, sign_in: Any) -> None:
    entry = written(cast)
    client, address = sign_in(cast.frontline), reverse("competence:exam", args=[entry.number])
    client.cookies["tingsu_language"] = "en"
    assert "Begin the test" in client.get(address).content.decode()
    assert client.post(address, {"do": "begin"}).status_code == 303
    paper = Paper.objects.get(exam_id=entry.pk)
    given = {f"q-{code}": letters for code, letters in answers(paper, 14).items()}
    assert client.post(address, {"do": "save", **given}).status_code == 303
    page = client.get(address).content.decode()
    assert page.count(" checked") == sum(len(letters) for letters in given.values())
    assert 'data-draft="exam:' in page, "a line that breaks loses nothing"
    assert client.post(address, {"do": "hand_in", **given}).status_code == 303
    assert "100 %" in client.get(address).content.decode()
    again = client.post(address, {"do": "hand_in", **given})
    assert again.status_code == 409
    assert "It is answered once" in again.content.decode()
    assert sign_in(cast.coach).get(address).status_code == 404, "the examiner sees no paper"


@pytest.mark.req("PE-13", "PE-14")
def test_a_bank_holds_whole_questions_only_and_papers_keep_their_version(cast: Cast) -> None:
    good = bank.shipped()
    bank.check(good)
    for name, value in (
        ("right", "BA"), ("right", "F"), ("dimension", "x"), ("code", "LC-1"), ("answers", {"zh-Hans": "甲", "en": "A"}),
        ("answers", {"zh-Hans": "甲\n乙", "en": "A"}), ("text", {"zh-Hans": "问", "en": ""}),
    ):  # fmt: skip
        rows = [dict(one) for one in good["questions"]]
        rows[0][name] = value
        with pytest.raises(InvalidInput) as error:
            bank.check({"questions": rows})
        assert f"questions.1.{name}" in error.value.fields
    with pytest.raises(InvalidInput):
        bank.check({"questions": []})
    paper = sitting.begin(actor=cast.frontline.actor, entry_id=written(cast).pk)
    system = automation("test", cast.organisation_id)
    rulebooks.publish(actor=system, kind=bank.KIND, body={"questions": good["questions"][:1]})
    assert len(sitting.questions_of(paper)) == 14
    assert sitting.redrawn(paper)
    assert written(cast, questions=20).codes["questions"] == 1, "no more than the bank has"


@pytest.mark.req("PS-17")
def test_of_an_erased_assessment_no_answers_are_left(cast: Cast) -> None:
    entry = sat(cast, written(cast), 14)
    assert Paper.objects.get(exam_id=entry.pk).answers
    with transaction.atomic():
        chain = lock_chain(entry.pk, exams.NAME)
        erasing.erase(chain, actor=automation("x", cast.organisation_id), at=now(), data={"why": "age"})
        chain.flush()
    assert Paper.objects.get(exam_id=entry.pk).answers == {}
    assert list(verify_organisation(Tally())) == []
