"""What shows that a clause is met, source by source: rules, figures, leadership, processes, documents, roles, tests of the software."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence import keeping
from tingsu.conformity import cited, clause_page, processes, records, view
from tingsu.conformity.profiles import ITEMS, clause_of, clauses
from tingsu.conformity.tests.given import AT, DAY, about, evidence, line, opened, shown, take
from tingsu.figures.models import Fact, IndicatorValue
from tingsu.kernel import proofs, rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.proofs import Holds
from tingsu.people import authority, directory
from tingsu.planning import shipped
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db


@pytest.mark.req("MS-29")
def test_rules_count_once_the_firm_has_published_or_confirmed_them(cast: Cast) -> None:
    from tingsu.setup.actions import confirm

    name = "Time limits"
    from django.utils.translation import override

    with override("en"):
        assert shown(line("CTS 8.1"), "rule")[name] is Holds.UNDECIDED
        with travel_to(AT):
            confirm(actor=cast.mgmt_rep.actor, subject="limits")
        assert shown(line("CTS 8.1"), "rule")[name] is Holds.VALID


@pytest.mark.req("MS-29")
def test_figures_show_what_happened_in_twelve_months_and_open_to_their_page(cast: Cast) -> None:
    def values(month: int, part: int, whole: int) -> None:
        IndicatorValue.objects.create(
            id=new_id(),
            code="KP-08a",
            period="month",
            starts_on=date(2026, month, 1),
            part=part,
            whole=whole,
            version=1,
            counted_at=AT,
        )

    found = [one for one in line("CTS 8.2").proofs if one.url == "/desk/indicators/KP-08a/"]
    assert [one.holds for one in found] == [Holds.MISSING]
    values(1, 45, 50)
    values(2, 48, 50)
    (one,) = [one for one in line("CTS 8.2").proofs if one.url == "/desk/indicators/KP-08a/"]
    assert (one.holds, one.count, one.on) == (Holds.VALID, 100, date(2026, 2, 1))
    assert "93.0" in str(one.words)


@pytest.mark.req("MS-11")
def test_the_nine_items_of_leadership_show_dated_evidence_and_name_what_is_older_than_a_year(
    cast: Cast, sign_in
) -> None:
    with travel_to(AT):
        _records, items = clause_page.of_clause(cast.supervisor.actor, "CTS 5.1", DAY)
    assert [one.letter for one in items] == list("abcdefghi") == list(ITEMS)
    assert all(one.old for one in items)
    entry = evidence(cast, "support")
    own = about(cast, "CTS 5.1 a")
    take(cast.qa, own, "state", note="总经理每季度听取报告", speaks_of="2025-03-10")
    take(cast.mgmt_rep, own, "confirm")
    with travel_to(AT):
        _records, items = clause_page.of_clause(cast.supervisor.actor, "CTS 5.1", DAY)
    old = {one.letter: one.old for one in items}
    assert {letter for letter, is_old in old.items() if not is_old} == {"a", "g", "i"}
    assert [one.number for one in items[6].records] == [entry.number]
    with travel_to(AT + timedelta(days=20)):
        _records, items = clause_page.of_clause(cast.supervisor.actor, "CTS 5.1", DAY + timedelta(days=20))
        assert next(one for one in items if one.letter == "a").old, "of the day it speaks of, twelve months ago"
        page = sign_in(cast.supervisor).get(reverse("conformity:clause", args=["cts", "5.1"])).content.decode()
    assert entry.number in page
    assert "2025-03-10" in page


@pytest.mark.req("MS-08")
def test_each_process_shows_its_rules_and_its_records_by_quarter(cast: Cast, sign_in) -> None:
    from tingsu.desk.tests.cases import a_case
    from tingsu.figures import folding

    with travel_to(AT):
        a_case(cast.frontline)
        folding.catch_up()
    assert Fact.objects.count() == 1
    with travel_to(AT):
        found = {one["process"].code: one for one in processes.shown(DAY)["lines"]}
        page = sign_in(cast.auditor).get(reverse("conformity:processes"))
    assert len(found) == 9
    assert found["acceptance"]["counts"][-1] == ("2026-Q1", 1)
    assert found["ending"]["counts"][-1] == ("2026-Q1", 0)
    assert {str(one.proof.url) for one in found["ending"]["governs"]} >= {
        reverse("settlement:ways"),
        reverse("aftercare:aftercare"),
    }
    assert page.status_code == 200
    assert "2026-Q1" in page.content.decode()


@pytest.mark.req("MS-29")
def test_the_software_s_own_tests_stand_beside_a_clause_as_cited_and_never_as_a_proof(
    cast: Cast, sign_in, client
) -> None:
    told = cited.shown("CTS 9.2")
    assert [one.number for one in told["rows"]] == ["MS-24", "MS-25", "MS-34"]
    assert told["tests"] == sum(one.tests for one in told["rows"]) > 0
    assert all(cited.rows_of(one) for one in clauses()), "each clause of each document stands for some row"
    assert cited.rows_of("CTS 99") == ()
    before = line("CTS 9.2").status
    page = sign_in(cast.supervisor).get(reverse("conformity:clause", args=["cts", "9.2"])).content.decode()
    part = page.partition("cited-title")[2].partition("</section>")[0]
    assert all(one.number in part and f"<b>{one.tests}</b>" in part for one in told["rows"])
    assert "引用" in part
    assert "不等于证明" in part
    assert line("CTS 9.2").status == before, "it changes nothing of how the clause stands"


@pytest.mark.req("MS-08", "MS-29")
def test_what_the_processes_left_shows_that_they_ran_as_planned(cast: Cast) -> None:
    from tingsu.desk.tests.cases import a_case
    from tingsu.figures import folding

    name = "各过程形成的记录"
    assert name not in shown(line("CTS 4.4.2"))
    with travel_to(AT):
        a_case(cast.frontline)
        folding.catch_up()
    assert shown(line("CTS 4.4.2"))[name] is Holds.UNDECIDED
    assert any(
        "答复" in str(one.gap) or "响应" in str(one.gap) for one in line("CTS 4.4.2").proofs if str(one.what) == name
    )
    steps = (
        "acknowledged_after",
        "investigated_after",
        "replied_after",
        "answered_after",
        "closed_after",
        "severity",
        "kept_feedback",
    )
    Fact.objects.update(**dict.fromkeys(steps, 2))
    assert shown(line("CTS 4.4.2"))[name] is Holds.VALID
    assert shown(line("CTS 4.4.2", AT + timedelta(days=730))).get(name) is None


@pytest.mark.req("DI-01", "MS-29")
def test_what_the_list_of_documents_calls_kept_as_records_is_not_missing_in_readiness(cast: Cast) -> None:
    topic = "客户投诉管理过程及其记录"
    assert shown(line("CTS 4.4.2"), "document")[topic] is Holds.MISSING
    with travel_to(AT):
        shipped.open_missing(cast.mgmt_rep.actor)
    assert topic not in shown(line("CTS 4.4.2"), "document")
    assert shown(line("CTS 4.4.2"))[topic] is Holds.VALID


@pytest.mark.req("MS-29")
def test_each_source_names_clauses_and_addresses_that_there_are(cast: Cast, client) -> None:
    with travel_to(AT):
        found = [one for source in proofs.sources().values() for one in source(DAY)]
    assert {one.sort for one in found} >= {"rule", "records", "figure"}
    for one in found:
        assert one.sort in view.SORTS
        assert any(clause_of(cited) for cited in one.clauses), one.what
        assert one.url.startswith("/"), one.what
        assert one.gap or one.holds is Holds.VALID, one.what
    with pytest.raises(RuntimeError):
        proofs.declare("rules", lambda day: [])
    assert records.counts(registers()["evidence"], "draft") is False


@pytest.mark.req("MS-12")
def test_roles_duties_and_authority_are_a_document_that_the_senior_leader_approves_in_versions(
    cast: Cast, sign_in
) -> None:
    from tingsu.conformity import assignment
    from tingsu.people.models import Post

    with pytest.raises(InvalidInput):
        opened(cast.mgmt_rep, "role_assignment", about="", cause="first")
    entry = opened(cast.mgmt_rep, "role_assignment", about="首个版本", cause="first")
    texts = Entry.objects.select_related("stream").get(pk=entry.pk).written()
    roles = [one["role"] for one in entry.codes["roles"]]
    assert {"top_mgmt", "mgmt_rep", "frontline"} <= set(roles)
    place = roles.index("frontline")
    assert "1001" in texts[f"roles.{place}.held_by"]
    assert texts[f"roles.{place}.duties"]
    assert "200" in texts[f"roles.{place}.may"]
    name = str(registers()["role_assignment"].many)
    assert shown(line("CTS 5.3"))[name] is Holds.MISSING
    for person in (cast.mgmt_rep, cast.supervisor):
        with pytest.raises(NotAllowed):
            take(person, entry, "approve")
    take(cast.top_mgmt, entry, "approve")
    assert shown(line("CTS 5.3"))[name] is Holds.VALID
    assert shown(line("CTS 4.4.1"))[name] is Holds.VALID
    with travel_to(AT):
        assert assignment.standing(cast.qa.actor)["matches"] is True
        Post.objects.filter(member_id=cast.specialist2.id).update(until=AT - timedelta(days=1))
        directory.forget_cached()
        assert assignment.standing(cast.qa.actor)["matches"] is False
        page = sign_in(cast.qa).get(reverse("registers:list", args=["role_assignment"])).content.decode()
        before = assignment.fingerprint(assignment.held())
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=authority.KIND, body=authority.shipped(), note="新版权限表")
        rulebooks.forget_cached()
    with travel_to(AT + timedelta(hours=1)):
        assert assignment.fingerprint(assignment.held()) != before, "another version of the authority matrix"
    assert entry.number in page
    mine = opened(cast.top_mgmt, "role_assignment", about="自己写的", cause="first")
    with pytest.raises(ConditionsUnmet):
        take(cast.top_mgmt, mine, "approve")
    second = opened(cast.supervisor, "role_assignment", about="专员调整", cause="first")
    take(cast.top_mgmt, second, "approve")
    assert [Entry.objects.get(pk=one.pk).state for one in (entry, second)] == ["replaced", "in_force"]


@pytest.mark.req("MS-29")
def test_nonconformities_and_files_of_those_who_work_independently_are_seen_by_their_clauses(cast: Cast) -> None:
    assert (shown(line("CTS 10.1")), shown(line("CTS 7.2"))) == ({}, {})
    opened(cast.qa, "nonconformity", source="late", description="超时答复", found_on="2026-03-01", severity="minor")
    with travel_to(AT):
        keeping.open_missing()
    assert shown(line("CTS 10.1"))[str(registers()["nonconformity"].many)] is Holds.VALID
    assert shown(line("CTS 7.2"))[str(registers()["personnel_file"].many)] is Holds.VALID
