"""The conformity view: each clause with what shows it, how it stands, who answers for it, and what is open until the audit."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.conformity import outside, view
from tingsu.conformity.profiles import clause_of, profiles
from tingsu.conformity.tests.given import AT, DAY, about, evidence, line, opened, shown, take
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.proofs import Holds
from tingsu.registers.declaration import registers

pytestmark = pytest.mark.django_db


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


@pytest.mark.req("OE-18")
def test_the_way_to_the_settings_stands_only_for_those_who_may_open_them(cast: Cast, sign_in: Any) -> None:
    for person, may in ((cast.mgmt_rep, True), (cast.qa, False)):
        client = sign_in(person)
        assert (reverse("setup:organisation") in client.get(reverse("conformity:index")).content.decode()) is may
        assert (client.get(reverse("setup:organisation")).status_code == 200) is may
