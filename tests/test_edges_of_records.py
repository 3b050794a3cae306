"""Small edges of records, programs and letters in tables: what is due for disposal, who gets an answer, what a refused letter waits for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from tests.cast import Cast
from tingsu.api import entries, tokens
from tingsu.complaints.models import Complaint
from tingsu.files import quotas
from tingsu.files.errors import QuotaUsed
from tingsu.governance import disposal, requests
from tingsu.improvement import corrective
from tingsu.improvement import rules as improvement
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.letters import actions as letters
from tingsu.letters.smtp import BLOCKED, FINAL, LATER, UNSURE
from tingsu.people import access, authority
from tingsu.people.actions import appearance
from tingsu.people.models import Member
from tingsu.registers import actions, queries
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import registered

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""In Beijing the third of March has begun."""
Row: Any = SimpleNamespace


@pytest.mark.req("RC-04")
def test_a_case_is_due_on_its_day_by_the_days_of_the_house_the_oldest_first(cast: Cast) -> None:
    made = [registered(cast, order_number=str(number)).complaint for number in range(4)]
    for case, day in zip(made, (3, 1, 4, 2), strict=True):
        Complaint.objects.filter(pk=case.pk).update(state="archived", dispose_on=f"2026-03-0{day}")
    with travel_to(AT):
        assert [one.complaint.pk for one in disposal.due_cases()] == [made[1].pk, made[3].pk, made[0].pk]
    with travel_to(AT - timedelta(hours=1, seconds=1)):
        assert [one.complaint.pk for one in disposal.due_cases()] == [made[1].pk, made[3].pk]
    assert disposal.due_cases(1)[0].complaint.pk == made[1].pk


@pytest.mark.req("PS-17")
@pytest.mark.parametrize(
    ("means", "who", "addressee", "rule", "codes"),
    [
        ("letter", "agent", "", "person", []), ("oral", "self", "", "person", []), ("oral", "agent", "", "person", ["addressee"]),
        ("oral", "agent", "王代理", "person", ["addressee"]), ("oral", "agent", "", "asker", ["addressee"]),
        ("oral", "agent", "王代理", "asker", []), ("letter", "agent", "", "asker", []), ("page", "self", "", "asker", ["form"]),
        ("page", "agent", "", "asker", ["form", "addressee"]),
    ],
)  # fmt: skip
def test_to_whom_and_in_which_form_a_request_is_answered(
    monkeypatch: pytest.MonkeyPatch, means: str, who: str, addressee: str, rule: str, codes: list[str]
) -> None:
    held = {"addressee": requests.answering.PERSON if rule == "person" else "asker"}
    monkeypatch.setattr(requests.answering, "rule_for", lambda kind: held)
    monkeypatch.setattr(requests.answering, "allowed_means", lambda kind: ["letter", "oral"])
    monkeypatch.setattr(requests, "MEANS", [("letter", "Letter"), ("oral", "Oral")])
    request = Row(entry=Row(codes={"kind": "access", "who": who}))
    unmet = requests.by_the_rule(request, Row(), {"means": means, "addressee": addressee})
    assert [one.code for one in unmet] == codes


@pytest.mark.req("PS-17")
@pytest.mark.parametrize(("party", "written"), [(None, 0), (Row(erased_at=AT), 0), (Row(erased_at=None), 1)])
def test_nobody_who_was_erased_is_written_to(monkeypatch: pytest.MonkeyPatch, party: Any, written: int) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(requests, "Complaint", Row(objects=Row(get=lambda pk: Row(language="en"))))
    monkeypatch.setattr(requests, "complainant_of", lambda complaint: party)
    monkeypatch.setattr(requests, "lock_chain", lambda *given: Row(flush=lambda: None))
    monkeypatch.setattr(requests, "queue_letter", lambda chain, **given: sent.append(given["party"]))
    monkeypatch.setattr(requests, "record_queued", lambda *given: None)
    request = Row(entry=Row(pk=1, number="GR-1", codes={"kind": "access"}), at=AT, actor=None)
    requests._write(request, UUID(int=1), {"decision": "granted", "answer": "x"})
    assert sent == [party] * written


@pytest.mark.req("IM-01")
def test_what_was_none_owes_nothing_any_more() -> None:
    ended: list[tuple[str, str]] = []
    corrective.let_go(Row(end=lambda kind, ending: ended.append((kind, ending))), {})
    assert ended == [("nonconformity_reaction", "cancelled"), ("nonconformity_evaluation", "cancelled")]


@pytest.mark.parametrize(("typed", "empty"), [("!!!", True), ("…", True), ("退款", False), ("BH-2026-001", False)])
def test_a_search_for_no_word_finds_nothing(cast: Cast, typed: str, empty: bool) -> None:
    rows = queries._searched(register_named("nonconformity"), Entry.objects.all(), typed)
    assert rows.query.is_empty() is empty


@pytest.mark.req("OG-09")
@pytest.mark.parametrize(
    ("limits", "most"), [([], 0), ([0, 200], 200), ([500, 200], 500), ([500, None, 200], None), ([None], None)]
)
def test_the_most_of_several_roles_is_the_highest(
    monkeypatch: pytest.MonkeyPatch, limits: list[Any], most: int | None
) -> None:
    monkeypatch.setattr(authority, "authority_of", lambda actor: [Row(max_fen=one) for one in limits])
    assert authority.limit_of(Row()) == most


@pytest.mark.req("AK-10")
@pytest.mark.parametrize(
    ("kind", "attempts", "unsure", "age", "outcome"),
    [
        (FINAL, 0, 0, 0, "failed full"), (BLOCKED, 0, 0, 0, "paused for a@b.c +0"), (UNSURE, 0, 0, 0, "+5 unsure=1"), (UNSURE, 0, 1, 0, "failed full"),
        (LATER, 0, 0, 0, "+1 attempts=1"), (LATER, 1, 0, 0, "+5 attempts=2"), (LATER, 7, 0, 0, "+240 attempts=8"),
        (LATER, 20, 0, 0, "+240 attempts=21"), (LATER, 3, 0, -1, "+15 attempts=4"), (LATER, 3, 0, 1, "failed expired"),
        (LATER, 3, 1, -1, "+15 attempts=4"),
    ],
)  # fmt: skip
def test_what_a_refused_letter_waits_for(
    monkeypatch: pytest.MonkeyPatch, kind: str, attempts: int, unsure: int, age: int, outcome: str
) -> None:
    """`age`: a second less than five days, or five days, counted from when it was to leave; else a minute."""
    told: list[str] = []

    def changed(**columns: Any) -> None:
        assert columns.pop("handed_at") is None, "it lies in nobody's hand"
        assert columns.pop("failure") == "full"
        wait = round((columns.pop("next_try_at") - AT).total_seconds() / 60)
        told.append(" ".join([f"+{wait}", *(f"{name}={value}" for name, value in columns.items())]))

    monkeypatch.setattr(letters, "note_failed", lambda letter, why, said="": told.append(f"failed {why}"))
    monkeypatch.setattr(letters.pauses, "begin", lambda refusal, addressee: told.append(f"paused for {addressee}"))
    monkeypatch.setattr(
        letters, "Letter", Row(objects=Row(filter=lambda **given: Row(update=changed)), State=letters.Letter.State)
    )
    since = {0: timedelta(minutes=1), -1: letters.GIVE_UP_AFTER - timedelta(seconds=1), 1: letters.GIVE_UP_AFTER}[age]
    letter = Row(pk=1, channel="email", attempts=attempts, unsure=unsure, send_after=AT - since)
    with travel_to(AT):
        letters._refused(letter, Row(kind=kind, data={"why": "full"}, said=""), "a@b.c")
    assert " ".join(told) == outcome


@pytest.mark.req("AI-04")
def test_what_was_revoked_is_not_revoked_again(cast: Cast) -> None:
    given = {"scopes": ["complaints:read"], "roles": ["specialist"], "acts_for": cast.specialist.id}
    with travel_to(AT):
        token, _text = tokens.issue_token(actor=automation("test", cast.organisation_id), name="one", **given)
    for minutes in (1, 9):
        with travel_to(AT + timedelta(minutes=minutes)):
            tokens.revoke_token(actor=cast.mgmt_rep.actor, token_id=token.pk)
        token.refresh_from_db()
        assert token.revoked_at == AT + timedelta(minutes=1)
    assert Event.objects.filter(stream_id=token.pk, kind="token.revoked").count() == 1


def test_programs_are_told_who_owns_an_entry_and_not_who_opened_it(cast: Cast) -> None:
    register = register_named("nonconformity")
    values = {
        "source": "other", "description": "x", "found_on": "2026-03-02", "severity": "minor", "owner": str(cast.qa.id),
    }  # fmt: skip
    with travel_to(AT), translation.override("en"):
        entry = actions.open_entry(
            actor=cast.supervisor.actor, register=register, opening=actions.Opening(values=values)
        )
        assert "6001" in entries.outline(cast.supervisor.actor, register, entry)["owner"]


@pytest.mark.req("PS-03")
def test_the_room_of_the_house_is_what_it_holds_with_what_came_since_it_was_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.QUOTA_ORGANISATION_MB, half, clock = 1, quotas.MEGABYTE // 2, [1000.0]
    monkeypatch.setattr(quotas, "time", Row(monotonic=lambda: clock[0]))
    held = [half]
    monkeypatch.setattr(quotas, "_sum", lambda: held[0])
    quotas.forget()
    for seconds, size, fits in (
        (0, half + 1, False),
        (quotas.COUNTED_FOR + 1, half, True),
        (1, 1, False),
        (quotas.COUNTED_FOR + 1, half, True),
    ):
        clock[0] += seconds
        if fits:
            quotas.check(size, holder=None)
            continue
        with pytest.raises(QuotaUsed):
            quotas.check(size, holder=None)
    quotas.forget()


@pytest.mark.req("SL-16")
@pytest.mark.parametrize(
    ("kind", "moved", "itself", "stage"),
    [
        ("promise.breached", ["registered", "handling"], False, "handling"), ("promise.breached", None, False, "registered"),
        ("complaint.execution_failed", ["executing", "handling"], True, "executing"), ("complaint.rated", ["executing", "evaluating"], False, "evaluating"),
        ("promise.breached", ["executing", "handling"], True, "handling"), ("complaint.rated", ["evaluating", "closed"], False, None),
        ("complaint.called_back", ["closed", "archived"], False, None),
    ],
)  # fmt: skip
def test_in_which_stage_something_went_wrong(
    monkeypatch: pytest.MonkeyPatch, kind: str, moved: list[str] | None, itself: bool, stage: str | None
) -> None:
    """What comes after the end went wrong in no stage."""
    moves = Row(filter=lambda **given: Row(exists=lambda: itself), order_by=lambda name: moves, first=lambda: moved)
    moves.values_list = lambda *names, **how: moves
    monkeypatch.setattr(improvement, "Event", Row(objects=Row(filter=lambda **given: moves)))
    monkeypatch.setattr(improvement.people, "posts_of", lambda member: [])
    event = Row(stream_id=1, seq=9, kind=kind, pk=1, body={"owner": str(UUID(int=2))})
    found = improvement._where(event, Row(owner_id=UUID(int=3)))
    assert found == {"person": str(UUID(int=2))} | ({"stage": stage} if stage else {})


def test_who_opens_an_entry_owns_it_unless_another_is_named_and_a_machine_owns_nothing(cast: Cast) -> None:
    register = register_named("nonconformity")
    values = {"source": "other", "description": "x", "found_on": "2026-03-02", "severity": "minor"}
    person = cast.frontline.actor
    program = replace(person, kind="token", scopes=frozenset({"registers:write"}), held=person.roles)
    with travel_to(AT):
        for actor, owner in (
            (person, person.id),
            (program, person.id),
            (automation("test", cast.organisation_id), None),
        ):
            opening = actions.Opening(values=values, allowed=True)
            assert actions.open_entry(actor=actor, register=register, opening=opening).owner_id == owner, actor.kind


def test_the_newest_twenty_notes_stay_dismissed() -> None:
    saved: list[list[str]] = []
    account = Row(
        dismissed=[str(number) for number in range(20)], save=lambda update_fields: saved.append(update_fields)
    )
    appearance.dismiss(account, "x")
    assert account.dismissed == [*(str(number) for number in range(1, 20)), "x"]
    appearance.dismiss(account, "5")
    assert account.dismissed == [*(str(number) for number in range(1, 20) if number != 5), "x", "5"]
    assert saved == [["dismissed"]] * 2


@pytest.mark.req("OG-03")
def test_an_account_works_where_it_has_a_member_who_still_does(cast: Cast, other_organisation: Any) -> None:
    account = Member.objects.get(pk=cast.frontline.id).account_id
    assert account is not None
    assert access.works_in(account, cast.organisation_id)
    assert not access.works_in(account, other_organisation.pk)
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    assert not access.works_in(account, cast.organisation_id)


@pytest.mark.req("AK-10")
def test_a_letter_that_goes_again_has_all_its_time_again(cast: Cast) -> None:
    row = letters.Letter.objects.get(stream_id=registered(cast).complaint.pk)
    old = {
        "attempts": 9,
        "unsure": 1,
        "failure": "expired",
        "handed_at": AT,
        "next_try_at": AT,
        "provider_id": "x",
        "message_id": "y",
    }
    letters.Letter.objects.filter(pk=row.pk).update(
        state="failed", values=b"kept", send_after=AT - letters.GIVE_UP_AFTER, **old
    )
    with travel_to(AT):
        letters.send_again(actor=cast.supervisor.actor, letter_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.send_after) == ("queued", AT)
    assert {name: getattr(row, name) for name in old} == {
        "attempts": 0, "unsure": 0, "failure": "", "handed_at": None, "next_try_at": None, "provider_id": "", "message_id": "",
    }  # fmt: skip
