"""Personnel files: selection, recruitment, what is kept of whom and who reads it (PE-01…PE-04, PE-17, PE-20)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence import files, keeping, points
from tingsu.competence.tests.telling import DAY, begin, file_of, guided, take, unmet, with_files, wrong
from tingsu.governance import aging
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions
from tingsu.people.models import Member
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import lines_of

pytestmark = pytest.mark.django_db
ALL_ISC = ["values", "character", "education", "law", "product", "skill"]
ALL_SZ = ["law", "rules", "practice", "product", "ethics", "experience"]
FOUND = {"on": DAY, "finding": "前雇主评价稳重，无不良记录"}


@pytest.mark.req("PE-02", "PE-03", "PE-04", "OE-14")
def test_a_candidate_begins_after_both_checklists_and_both_checks(cast: Cast) -> None:
    entry = begin(
        cast.supervisor, files.NAME, about="候选 07", begins="candidate", candidate="钱小米", education="secondary"
    )
    assert entry.state == "candidate"
    joins = {"joins": str(cast.analyst.id), "guide": str(cast.coach.id), "entered_on": DAY}
    assert unmet(take, cast.supervisor, entry, "admit", **joins) == {
        "isc_open", "sz_open", "no_background", "no_values_test",
    }  # fmt: skip
    assert wrong(take, cast.supervisor, entry, "select", isc=ALL_ISC) == {"isc"}, "the file says less than college"
    without = [one for one in ALL_ISC if one != "education"]
    assert wrong(take, cast.supervisor, entry, "select", isc=without) == {"education_reason"}
    entry = take(cast.supervisor, entry, "select", isc=without, education_reason="从业八年，成绩突出")
    assert entry.codes["isc_on"]
    take(cast.supervisor, entry, "select_sz", sz=ALL_SZ[1:])
    assert unmet(take, cast.supervisor, entry, "admit", **joins) == {"sz_open", "no_background", "no_values_test"}
    take(cast.supervisor, entry, "select_sz", sz=ALL_SZ)
    take(cast.supervisor, entry, "recruit", check="background", result="fits", **FOUND)
    take(cast.supervisor, entry, "recruit", check="scenario", result="not", **FOUND)
    assert unmet(take, cast.supervisor, entry, "admit", **joins) == {"not_suitable"}
    take(cast.supervisor, entry, "recruit", check="scenario", result="fits", **FOUND)
    own = joins | {"guide": str(cast.coach.id), "joins": str(cast.coach.id)}
    assert unmet(take, cast.supervisor, entry, "admit", **own) == {"own_senior"}
    entry = take(cast.supervisor, entry, "admit", **joins)
    member = Member.objects.get(pk=cast.analyst.id)
    assert (entry.state, member.readiness, member.senior_id) == ("guided", "guided", cast.coach.id)
    told = Notice.objects.filter(kind=f"{files.NAME}.guided").values_list("member_id", flat=True)
    assert set(told) == {cast.analyst.id, cast.coach.id}
    assert [line["check"] for line in entry.codes["checked"]] == ["background", "scenario", "scenario"]
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-01")
def test_everybody_has_one_file_and_no_second(cast: Cast) -> None:
    with_files()
    assert Entry.objects.filter(register=files.NAME).count() == Member.objects.filter(active=True).count()
    assert keeping.open_missing() == 0
    mine = file_of(cast.specialist)
    assert (mine.state, mine.codes["level"]) == ("independent", "expert")
    again = {"about": "工号 2001", "begins": "independent", "person": str(cast.specialist.id)}
    assert wrong(begin, cast.supervisor, files.NAME, **again) == {"person"}
    mine = take(
        cast.supervisor, mine, "describe", education="bachelor", studied="法学", languages="普通话、粤语", skills="调解员证",
        experience=[{"what": "某电商客服", "since": "2019-03-01", "until": "2022-06-30"}],
    )  # fmt: skip
    assert (mine.codes["education"], mine.written()["studied"], mine.written()["experience.0.what"]) == (
        "bachelor", "法学", "某电商客服",
    )  # fmt: skip


@pytest.mark.req("PE-01", "PS-05", "PS-11")
def test_a_file_is_read_by_the_person_and_the_few_who_need_it(cast: Cast, sign_in: Any) -> None:
    with_files()
    mine = file_of(cast.specialist)
    take(cast.supervisor, mine, "describe", education="bachelor", studied="法学，北京")
    take(cast.supervisor, mine, "recruit", check="background", result="doubts", on=DAY, finding="有一次合同纠纷")
    register = registers()[files.NAME]

    def told(person: Any) -> str:
        entry = get_entry(person.actor, register, mine.number)
        return " ".join(
            f"{line.value} {line.rows}" for line in lines_of(person.actor, register, entry, "page")
        )  # fmt: skip

    assert "法学，北京" in told(cast.supervisor)
    assert "合同纠纷" not in told(cast.supervisor), "opened with a purpose only"
    assert "法学，北京" not in told(cast.auditor)
    for other in (cast.frontline, cast.specialist2, cast.dept, cast.qa, cast.coach):
        with pytest.raises(NotFound):
            get_entry(other.actor, register, mine.number)
    page = sign_in(cast.specialist).get(reverse("competence:mine")).content.decode()
    assert "法学，北京" in page
    assert "有一次合同纠纷" in page
    other = sign_in(cast.specialist2).get(reverse("competence:mine")).content.decode()
    assert "法学，北京" not in other


@pytest.mark.req("PE-01", "VL-10")
def test_nobody_writes_into_the_own_file(cast: Cast) -> None:
    with_files()
    own = file_of(cast.supervisor)
    for step, values in (
        ("describe", {"education": "master"}), ("select_sz", {"sz": ALL_SZ}), ("assess", {"competence": "NL-9", "met": "meets", "on": DAY, "evidence": "x"}),
    ):  # fmt: skip
        assert unmet(take, cast.supervisor, own, step, **values) == {"own_file"}, step
    with pytest.raises(NotAllowed):
        take(cast.specialist, file_of(cast.specialist), "describe", education="master")
    take(cast.mgmt_rep, own, "describe", education="master")


@pytest.mark.req("PE-17")
def test_topics_have_their_day_and_what_is_missing_is_told(cast: Cast, sign_in: Any) -> None:
    with_files()
    mine = file_of(cast.frontline)
    assert len(files.missing_topics(mine)) == 6
    mine = take(cast.supervisor, mine, "train", topic="law", on=DAY, evidence="外训证书 A-31")
    mine = take(cast.supervisor, mine, "train", topic="law", on="2025-01-01", evidence="补录旧证书")
    assert files.topics_of(mine) == {"law": DAY}, "the last day, whatever was written down later"
    assert len(files.missing_topics(mine)) == 5
    client = sign_in(cast.supervisor)
    client.cookies["tingsu_language"] = "en"
    page = client.get(reverse("registers:entry", args=[files.NAME, mine.number])).content.decode()
    assert DAY in page
    assert page.count("Missing") == 5


@pytest.mark.req("PE-20")
def test_awareness_is_confirmed_once_by_the_person_and_anew_at_each_change(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    client.cookies["tingsu_language"] = "en"
    page = client.get(reverse("competence:mine")).content.decode()
    for words in ("The complaint policy", "How to report complaints", "I know these points"):
        assert words in page
    assert client.post(reverse("competence:confirm")).status_code == 303
    mine = file_of(cast.frontline)
    assert [line["version"] for line in mine.codes["awareness"]] == [0]
    assert "I know these points" not in client.get(reverse("competence:mine")).content.decode()
    client.post(reverse("competence:confirm"))
    assert len(file_of(cast.frontline).codes["awareness"]) == 1, "once"
    with pytest.raises(NotAllowed):
        take(cast.supervisor, mine, "confirm_points", understood=True)
    body = points.shipped()
    body["points"][0]["text"]["zh-Hans"] = "新的投诉方针"
    rulebooks.publish(actor=automation("test", cast.organisation_id), kind=points.KIND, body=body)
    keeping.tell_points()
    assert Notice.objects.filter(kind=keeping.NEWS, member_id=cast.frontline.id).count() == 1
    page = client.get(reverse("competence:mine")).content.decode()
    assert "I know these points" in page
    client.post(reverse("competence:confirm"))
    assert [line["version"] for line in file_of(cast.frontline).codes["awareness"]] == [0, 1]


@pytest.mark.req("PE-01", "PS-17")
def test_the_file_ends_with_the_leaving_and_goes_on_with_the_return(cast: Cast) -> None:
    guided(cast, cast.frontline2)
    system = automation("test", cast.organisation_id)
    actions.deactivate_member(actor=system, member_id=cast.frontline2.id)
    keeping.follow_member(cast.frontline2.id)
    assert file_of(cast.frontline2).state == "ended"
    keeping.follow_member(cast.frontline2.id)
    actions.reactivate_member(actor=system, member_id=cast.frontline2.id)
    keeping.follow_member(cast.frontline2.id)
    assert file_of(cast.frontline2).state == "guided", "as the member stands"
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("PE-01", "RC-04", "PS-17")
def test_the_file_of_somebody_who_works_here_is_never_due_and_that_of_a_leaver_after_its_time(cast: Cast) -> None:
    system = automation("test", cast.organisation_id)
    with travel_to(now() - timedelta(days=4 * 366)):
        with_files()
        actions.deactivate_member(actor=system, member_id=cast.frontline2.id)
        keeping.follow_member(cast.frontline2.id)
    assert [one.number for one in aging.due_entries()] == [file_of(cast.frontline2).number]
    (kept,) = aging.due_entries(numbers=[file_of(cast.frontline).number])
    assert "entry_open" in kept.obstacles
    assert kept.due_on is None
