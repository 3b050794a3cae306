"""The conformity view: each clause with what shows it, how it stands, who answers for it, and what is open until the audit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.competence import keeping
from tingsu.conformity import cited, clause_page, outside, processes, records, view
from tingsu.conformity.profiles import ITEMS, clause_of, clauses, profiles
from tingsu.figures.models import Fact, IndicatorValue
from tingsu.kernel import proofs, rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ids import new_id
from tingsu.kernel.proofs import Holds
from tingsu.people import authority, directory
from tingsu.planning import shipped
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def opened(who: Person, name: str, at: datetime = AT, **values: Any) -> Entry:
    with travel_to(at):
        return open_entry(actor=who.actor, register=registers()[name], opening=Opening(values=values))


def take(person: Person, entry: Entry, step: str, at: datetime = AT, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at):
        return take_step(actor=person.actor, entry=row, register=registers()[row.register], step=step, values=values)


def line(cited: str, at: datetime = AT) -> view.Line:
    with travel_to(at):
        document = clauses()[cited].document.lower()
        return next(one for one in view.readiness(document).lines if one.clause.cited == cited)


def shown(entry: view.Line, sort: str = "records") -> dict[str, Holds]:
    return {str(one.what): one.holds for one in entry.proofs if one.sort == sort}


def evidence(cast: Cast, subject: str, at: datetime = AT, **values: Any) -> Entry:
    given = {"subject": subject, "statement": "会议纪要与照片", "speaks_of": "2026-02-20", **values}
    return take(cast.mgmt_rep, opened(cast.supervisor, "evidence", at, **given), "approve", at)


def about(cast: Cast, cited: str = "CTS 6.3", at: datetime = AT, **values: Any) -> Entry:
    given = {"about": cited, "responsible": str(cast.qa.id), "note": "按规定执行", **values}
    return opened(cast.supervisor, "clause", at, **given)


@pytest.mark.req("MS-29", "OE-18")
def test_every_clause_of_the_four_documents_is_there_once_with_words_in_both_languages() -> None:
    assert [len(one.clauses) for one in profiles().values()] == [31, 86, 61, 15]
    for profile in profiles().values():
        assert len({one.slug for one in profile.clauses}) == len(profile.clauses)
        for one in profile.clauses:
            assert one.title, one.cited
            assert profile.chapter_title(one.chapter), one.cited
    assert all(one.asks for one in profiles()["cts"].clauses), "CTS says in our own words what each clause asks"


@pytest.mark.parametrize(
    ("cited", "clause"),
    [("CTS 5.3 d", "CTS 5.3"), ("CTS 9.1.2", "CTS 9.1.2"), ("SZ 4(2).1", "SZ 4(2).1"), ("SZ C.4", "SZ C"), ("ISC 9.1.1.2", "ISC 9.1.1.2"),
     ("CTS 8.2 b", "CTS 8.2"), ("CTS 3.1", ""), ("XYZ 1", ""), ("", "")],
)  # fmt: skip
@pytest.mark.req("MS-29")
def test_a_citation_falls_under_the_clause_that_it_is_a_part_of(cited: str, clause: str) -> None:
    assert clause_of(cited) == clause


@pytest.mark.req("MS-29")
def test_a_clause_goes_from_missing_over_partly_and_fulfilled_to_expired(cast: Cast) -> None:
    assert line("ISC 6.2.1").status is view.Status.MISSING
    assert [one.url for one in line("ISC 6.2.1").gaps] == ["/desk/records/evidence/?subject=quality"], (
        "where it is mended"
    )
    evidence(cast, "quality", expires_on="2026-06-30")
    found = line("ISC 6.2.1")
    assert (found.status, found.on, found.until, found.gaps) == (
        view.Status.FULFILLED,
        date(2026, 2, 20),
        date(2026, 6, 30),
        [],
    )
    assert line("ISC 6.2.1", AT + timedelta(days=80)).gaps, "sixty days before its end it is to be renewed"
    assert line("ISC 6.2.1", AT + timedelta(days=130)).status is view.Status.MISSING
    evidence(cast, "premises")
    assert line("ISC 5.2").status is view.Status.PARTLY, "one of four kinds"


@pytest.mark.req("MS-29")
def test_what_waits_for_approval_shows_nothing_and_what_is_a_year_old_has_expired(cast: Cast) -> None:
    entry = opened(
        cast.supervisor,
        "appointment",
        person=str(cast.mgmt_rep.id),
        scope="建立机制",
        lead="yes",
        valid_from="2026-03-01",
        valid_until="2026-12-31",
    )
    name = str(registers()["appointment"].many)
    assert shown(line("CTS 5.3"))[name] is Holds.MISSING, "proposed is not appointed"
    take(cast.top_mgmt, entry, "appoint")
    assert shown(line("CTS 5.3"))[name] is Holds.VALID
    assert shown(line("CTS 5.3", AT + timedelta(days=270)))[name] is Holds.ENDING
    assert shown(line("CTS 5.3", AT + timedelta(days=400)))[name] is Holds.EXPIRED


@pytest.mark.req("MS-29")
def test_who_answers_is_the_named_person_else_the_lead_by_office(cast: Cast) -> None:
    assert line("CTS 6.3").responsible is None
    entry = opened(
        cast.supervisor,
        "appointment",
        person=str(cast.mgmt_rep.id),
        scope="建立机制",
        lead="yes",
        valid_from="2026-03-01",
    )
    take(cast.top_mgmt, entry, "appoint")
    assert (line("CTS 6.3").responsible, line("CTS 6.3").named) == (cast.mgmt_rep.id, False)
    mine = about(cast)
    assert (line("CTS 6.3").responsible, line("CTS 6.3").named) == (cast.qa.id, True)
    with pytest.raises(InvalidInput):
        take(cast.supervisor, mine, "give", responsible=str(cast.supervisor.id))
    take(cast.supervisor, mine, "give", responsible=str(cast.supervisor.id), reason="换岗")
    assert line("CTS 6.3").responsible == cast.supervisor.id
    take(cast.supervisor, mine, "check", remark="与现状一致")
    assert line("CTS 6.3").checked_on == "2026-03-02"


@pytest.mark.req("MS-29")
def test_a_statement_with_proof_shows_a_clause_once_somebody_else_has_confirmed_it(cast: Cast) -> None:
    entry = about(cast)
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, entry, "confirm")
    take(cast.qa, entry, "state", note="变更均走变更单", speaks_of="2026-02-01", expires_on="2026-09-30")
    before = shown(line("CTS 6.3"))
    assert str(registers()["clause"].many) not in before
    take(cast.mgmt_rep, entry, "confirm")
    assert shown(line("CTS 6.3"))[str(registers()["clause"].many)] is Holds.VALID
    with pytest.raises(ConditionsUnmet):
        take(cast.mgmt_rep, entry, "confirm")
    take(cast.mgmt_rep, entry, "state", note="改由总经办执行", speaks_of="2026-03-01")
    with pytest.raises(ConditionsUnmet) as own:
        take(cast.mgmt_rep, entry, "confirm")
    assert {one.code for one in own.value.unmet} == {"own_work"}


@pytest.mark.req("OE-18", "MS-29")
def test_a_clause_is_left_out_with_a_reason_that_another_person_approves_and_comes_back(cast: Cast) -> None:
    entry = about(cast, "CTS 8.7")
    with pytest.raises(InvalidInput):
        take(cast.qa, entry, "exclude", apart="")
    take(cast.supervisor, entry, "exclude", apart="没有外包")
    assert line("CTS 8.7").status is not view.Status.APART, "asked is not approved"
    with pytest.raises(ConditionsUnmet):
        take(cast.supervisor, entry, "approve")
    take(cast.mgmt_rep, entry, "approve")
    with travel_to(AT):
        found = view.readiness("cts")
    assert (line("CTS 8.7").status, found.asked, len(found.lines)) == (view.Status.APART, 30, 31)
    take(cast.mgmt_rep, entry, "include", reason="开始外包夜班")
    assert line("CTS 8.7").status is not view.Status.APART


@pytest.mark.req("OE-18")
def test_the_kind_of_enterprise_decides_what_applies_and_the_choice_keeps_reason_and_author(
    cast: Cast, sign_in
) -> None:
    assert line("SZ F.1").status is view.Status.APART
    assert line("SZ 3.5").status is not view.Status.APART
    from tingsu.setup.actions import change_organisation

    with travel_to(AT):
        change_organisation(
            actor=cast.mgmt_rep.actor,
            enterprise={"kind": "micro", "size": "micro", "documents": ["sz"], "reason": "四个人的小店，按附录F"},
        )
        page = sign_in(cast.supervisor).get(reverse("conformity:index")).content.decode()
    assert "四个人的小店，按附录F" in page
    assert page.count("工号 3002") >= 1, "who chose"
    assert line("SZ F.1").status is not view.Status.APART
    assert line("SZ 3.5").status is view.Status.APART
    with travel_to(AT):
        assert view.chosen() == ["sz"]
        assert view.readiness("sz").asked == 9


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
def test_until_the_audit_the_days_left_and_what_is_open_or_ends_before_are_told(cast: Cast, sign_in) -> None:
    opened(
        cast.supervisor,
        "outside_audit",
        body="认证机构",
        kind="first",
        document="cts",
        audit_on="2026-05-01",
        scope="全部条款",
    )
    evidence(cast, "quality", expires_on="2026-04-10")
    with travel_to(AT):
        audit = outside.next_audit(DAY)
        from tingsu.conformity.documents import until_audit

        told = until_audit(view.readiness("isc"), audit)
        page = sign_in(cast.supervisor).get(reverse("conformity:index")).content.decode()
    assert told is not None
    assert (told["days"], [one.clause.cited for one in told["ending"]]) == (60, ["ISC 6.2.1"])
    assert told["open"] > 60
    assert "60" in page


@pytest.mark.req("MS-29")
def test_the_view_asks_the_same_number_of_questions_however_many_records_there_are(cast: Cast, sign_in, client) -> None:
    with travel_to(AT):
        client = sign_in(cast.supervisor)
        pages = [
            reverse("conformity:index"),
            reverse("conformity:clause", args=["cts", "5.3"]),
            reverse("conformity:processes"),
        ]

        def counts() -> list[int]:
            found = []
            for page in pages:
                tries = []
                for _time in range(3):  # what is kept for a few seconds may have to be read again
                    with CaptureQueriesContext(connection) as asked:
                        assert client.get(page).status_code == 200
                    tries.append(len(asked))
                found.append(min(tries))
            return found

        entry = evidence(cast, "support")
        about(cast, "CTS 5.3")
        opened(cast.supervisor, "liaison", **LIAISON)
        few = counts()
        for _number in range(30):
            opened(cast.supervisor, "liaison", **LIAISON)
            about(cast, "CTS 5.3")
        many = counts()
    assert entry.number
    assert few == many
    assert max(many) <= 26


LIAISON = {"body_kind": "media", "body": "市场监管局", "subject": "例行沟通", "content": "按月通报", "on": "2026-02-25"}


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
def test_only_those_who_lead_and_check_read_it(cast: Cast, sign_in) -> None:
    for name, status in (
        ("supervisor", 200),
        ("auditor", 200),
        ("qa", 200),
        ("dso", 200),
        ("frontline", 403),
        ("dept", 403),
        ("analyst", 403),
    ):
        assert sign_in(getattr(cast, name)).get(reverse("conformity:index")).status_code == status, name
    assert sign_in(cast.qa).get(reverse("conformity:clause", args=["cts", "99"])).status_code == 404


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


@pytest.mark.req("OE-18")
def test_the_way_to_the_settings_stands_only_for_those_who_may_open_them(cast: Cast, sign_in: Any) -> None:
    for person, may in ((cast.mgmt_rep, True), (cast.qa, False)):
        client = sign_in(person)
        assert (reverse("setup:organisation") in client.get(reverse("conformity:index")).content.decode()) is may
        assert (client.get(reverse("setup:organisation")).status_code == 200) is may
