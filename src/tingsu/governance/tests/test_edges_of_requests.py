"""Edges of what a request about personal data needs and of what its answer does, in tables asked of the functions."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tingsu.governance import (
    committee_reviews,
    corrections,
    own_requests,
    publications,
    requests,
)
from tingsu.governance.tests.neighbours import ANY, AT, ZONE, A, B, C, D, Row, Rows, codes
from tingsu.kernel.errors import InvalidInput


def request(kind: str = "access", who: str = "self", state: str = "checked", **more: Any) -> Any:
    return Row(
        entry=Row(pk=A, codes={"kind": kind, "who": who} | more, state=state, number="GR-1", opened_at=AT),
        at=AT,
        actor="actor",
    )


@pytest.mark.req("RC-07")
@pytest.mark.parametrize(
    ("who", "authority", "allowed"),
    [
        ("self", "", True), ("self", "power", False), ("agent", "", False), ("agent", "power", True), ("agent", "kinship", False),
        ("guardian", "", False), ("guardian", "guardianship", True), ("relative", "kinship", True), ("relative", "power", False),
        ("self", None, True), ("agent", None, False),
    ],
)  # fmt: skip
def test_whoever_asks_for_somebody_else_shows_that_they_may(who: str, authority: str | None, allowed: bool) -> None:
    assert codes(requests.authority_shown(request(who=who), ANY, {"authority": authority})) == ["authority"] * (
        not allowed
    )


@pytest.mark.req("RC-07")
def test_what_an_answer_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for decision, ground, unmet in (
        ("granted", "", False), ("partly", "", True), ("refused", "", True), ("partly", "SZ", False), ("refused", "SZ", False),
    ):  # fmt: skip
        assert (
            codes(requests.ground_told(ANY, ANY, {"decision": decision, "legal_ground": ground}))
            == ["legal_ground"] * unmet
        )
    monkeypatch.setattr(requests.copies, "people_of", list)
    for cases in ([], [A]):
        monkeypatch.setattr(requests.disposal, "cases_of", lambda pk, cases=cases: cases)
        for means, unmet in (("letter", not cases), ("phone", False)):
            assert codes(requests.letter_possible(request(), ANY, {"means": means})) == ["no_case"] * unmet
        for kind in ("deletion", "withdrawal", "access", "explanation"):
            for decision in ("granted", "partly", "refused"):
                unmet = not cases and decision != "refused" and kind in {"deletion", "withdrawal"}
                assert (
                    codes(requests.deletion_of_a_case(request(kind), ANY, {"decision": decision}))
                    == ["no_case"] * unmet
                )
                for state in ("checked", "reviewed", "copied"):
                    unmet = bool(cases) and decision != "refused" and kind == "access" and state != "reviewed"
                    assert (
                        codes(requests.copy_reviewed(request(kind, state=state), ANY, {"decision": decision}))
                        == ["copy"] * unmet
                    )
            wanted = ["no_copy"] if kind != "access" else [] if cases else ["no_case"]
            assert codes(requests.copy_wanted(request(kind), ANY, ANY)) == wanted
    for addressee in ("person", "asker"):
        monkeypatch.setattr(requests.answering, "rule_for", lambda kind, addressee=addressee: {"addressee": addressee})
        monkeypatch.setattr(requests.answering, "allowed_means", lambda kind: ["letter", "phone"])
        for who, means, named, unmet in (
            ("self", "letter", "", []), ("self", "phone", "", []), ("self", "post", "", ["form"]), ("agent", "letter", "", []),
            ("agent", "phone", "", ["addressee"]), ("agent", "phone", "王先生", ["addressee"] if addressee == requests.answering.PERSON else []),
            ("agent", "post", "", ["form", "addressee"]),
        ):  # fmt: skip
            assert codes(requests.by_the_rule(request(who=who), ANY, {"means": means, "addressee": named})) == unmet


@pytest.mark.req("RC-07")
@pytest.mark.parametrize("found", [A, None])
@pytest.mark.parametrize("owner", [None, C])
def test_the_time_runs_from_receipt_and_who_handles_the_case_answers_where_nobody_took_it(
    monkeypatch: pytest.MonkeyPatch, found: uuid.UUID | None, owner: uuid.UUID | None
) -> None:
    done: list[Any] = []
    opened = request()
    opened.start, opened.own, opened.entry.owner_id = (lambda timer, at: done.append((timer, at))), done.append, owner
    monkeypatch.setattr(requests.disposal, "case_named", lambda typed: found)
    monkeypatch.setattr(requests, "link_opened", lambda one, pk, kind: done.append((kind, pk)))
    monkeypatch.setattr(requests.Complaint, "objects", Row(values_list=lambda *names, flat: Row(get=lambda pk: B)))
    values = {"received_at": AT - timedelta(days=3), "case_number": "202603-XF-001"}
    begun = [(requests.TIMER, AT - timedelta(days=3))]
    if found is None:
        with pytest.raises(InvalidInput):
            requests.received(opened, values)
        assert done == begun
        return
    requests.received(opened, values)
    assert done == [*begun, ("about", A), *([B] if owner is None else [])]


@pytest.mark.req("RC-07", "PS-17", "PS-11")
@pytest.mark.parametrize("copy", [["f"], []])
@pytest.mark.parametrize("means", ["letter", "phone"])
@pytest.mark.parametrize("kind", ["access", "withdrawal", "deletion"])
@pytest.mark.parametrize("decision", ["granted", "partly", "refused"])
def test_what_follows_an_answer(
    monkeypatch: pytest.MonkeyPatch, decision: str, kind: str, means: str, copy: list[str]
) -> None:
    done: list[Any] = []
    opened = request(kind, copy=copy)
    opened.put = lambda name, value: done.append((name, value))
    monkeypatch.setattr(requests.corrections, "make", lambda one: done.append("corrected"))
    monkeypatch.setattr(requests.disposal, "cases_of", lambda pk: [B])
    monkeypatch.setattr(requests.erasure, "withdraw_consent", lambda pk, **more: done.append(("withdrawn", pk)))
    monkeypatch.setattr(
        requests.publications, "consent_withdrawn", lambda pk, **more: done.append(("brought down", pk))
    )
    person: Any = Row(erased_at=None)
    monkeypatch.setattr(requests.Complaint, "objects", Row(get=lambda pk: Row(language="en", pk=pk)))
    monkeypatch.setattr(requests, "complainant_of", lambda complaint: person)
    monkeypatch.setattr(requests, "lock_chain", lambda pk, kind: Row(flush=lambda: None))
    monkeypatch.setattr(requests, "record_queued", lambda *given: None)
    letters: list[Any] = []
    monkeypatch.setattr(
        requests, "queue_letter", lambda chain, **told: letters.append((told["party"], told["intent"], told["values"]))
    )
    values = {"decision": decision, "means": means, "answer": "好", "legal_ground": ""}
    requests.answered(opened, values)
    granted = decision != "refused"
    out = [("withdrawn", B), ("brought down", B)] if granted and kind == "withdrawal" else []
    until = [("copy_until", AT + timedelta(days=30))] if granted and copy else []
    assert done == [*["corrected"] * granted, *until, *out]
    assert len(letters) == (means == "letter")
    for party, intent, said in letters:
        assert (party, intent, said["answer"]) == (person, f"data_request:{A}", "好")
        assert said["decision"] == {"granted": "Granted", "partly": "Granted in part", "refused": "Refused"}[decision]
        follows = "copy lies" if granted and copy else "Older backups" if granted and kind == "deletion" else ""
        assert follows in said["deleted"]
        assert bool(said["deleted"]) is bool(follows)
    for nobody in (None, Row(erased_at=AT)):
        letters.clear()
        monkeypatch.setattr(requests, "complainant_of", lambda complaint, nobody=nobody: nobody)
        requests.answered(opened, values)
        assert letters == [], "nothing is written to nobody, nor to whom was erased"


@pytest.mark.req("RC-07", "PS-11")
def test_requests_of_the_own_side_are_told_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(number: str, who: str, state: str, **more: Any) -> Any:
        told = {"who": who, "kind": "access", "received_at": AT.isoformat()} | more
        return Row(
            pk=uuid.uuid5(A, number), number=number, codes=told, state=state, opened_at=AT, entered_at=AT + timedelta(days=9),
            written_or_none=lambda: {"answer": "附上"}, get_state_display=lambda: state,
        )  # fmt: skip

    later = (AT + timedelta(days=30)).isoformat()
    rows = [
        row("1", "self", "open"), row("2", "agent", "checked"), row("3", "relative", "open"), row("4", "guardian", "answered"),
        row("5", "self", "answered", decision="granted", copy=["f"], copy_until=later),
        row("6", "self", "answered", decision="granted", copy=[], copy_until=later),
        row("7", "self", "answered", decision="granted", copy=["f"], copy_until=AT.isoformat()),
    ]  # fmt: skip
    monkeypatch.setattr(requests.Entry, "objects", Rows(rows))
    assert [one.number for one in requests.about(B)] == ["1", "2", "5", "6", "7"], (
        "what a relative asked is not shown to the agent"
    )
    assert [one.number for one in requests.open_about(B)] == ["1", "2"]
    promises = Rows(
        [
            Row(stream_id=rows[0].pk, due_at=AT - timedelta(seconds=1)),
            Row(stream_id=rows[1].pk, due_at=AT + timedelta(seconds=1)),
        ]
    )
    monkeypatch.setattr(own_requests.Promise, "objects", promises)
    monkeypatch.setattr(own_requests, "now", lambda: AT)
    told = {one.number: one for one in own_requests.of_case(B)}
    assert [(one.late, one.by is None, one.answered_at is None) for one in told.values()] == [
        (True, False, True), (False, False, True), *[(False, True, False)] * 3,
    ]  # fmt: skip
    assert {number for number, one in told.items() if one.copy_until} == {"5"}
    files = Rows(["file"])
    monkeypatch.setattr(own_requests.StoredFile, "objects", files)
    for number, found in (("5", (rows[4], "file")), ("1", None), ("6", None), ("7", None), ("3", None), ("x", None)):
        assert own_requests.copy_of(B, number) == found
    assert files.asked == {"pk__in": ["f"], "stream_id": rows[4].pk, "erased_at": None}


@pytest.mark.req("RC-07")
def test_a_correction_is_granted_where_it_was_made_after_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    events, cases, open_cases = Rows(), Rows(), Rows()
    monkeypatch.setattr(corrections.Event, "objects", events)
    monkeypatch.setattr(corrections.Complaint, "objects", open_cases)
    monkeypatch.setattr(corrections.disposal, "cases_of", lambda pk: cases)
    for decision, kind, whose, linked, corrected, unmet in (
        ("granted", "correction", "", True, False, True), ("partly", "correction", "", True, False, True), ("refused", "correction", "", True, False, False),
        ("granted", "access", "", True, False, False), ("granted", "correction", "complainant", True, False, False),
        ("granted", "correction", "", False, False, False), ("granted", "correction", "", True, True, False),
    ):  # fmt: skip
        events[:], cases[:] = [A] * corrected, [A] * linked
        found = corrections.is_made_or_written(request(kind, whose=whose), ANY, {"decision": decision})
        assert codes(found) == ["not_corrected"] * unmet
    assert events.asked == {"stream_id__in": [A], "kind": corrections.CORRECTED, "at__gte": AT}
    cases[:] = [A]
    parties = Rows([A])
    monkeypatch.setattr(corrections.Party, "objects", parties)
    for whose, anonymous, given, unmet in (
        ("complainant", False, {"added": "补充"}, []), ("complainant", False, {}, ["nothing"]), ("complainant", True, {"added": "补充"}, ["anonymous"]),
        ("agent", True, {"new_name": "李"}, []),
    ):  # fmt: skip
        parties.exists = lambda anonymous=anonymous: "complaint__anonymous" not in parties.asked or anonymous  # type: ignore[method-assign]
        parties.asked = {}
        assert codes(corrections.can_be_written(request("correction"), ANY, {"whose": whose, **given})) == unmet
        assert (parties.asked["role"], parties.asked["erased_at"]) == (whose, None)


@pytest.mark.req("OG-06")
def test_a_meeting_without_the_committee_is_none_and_the_representative_convenes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seats, present, refused in (([A, B], [A, C], False), ([A, B], [C], True), ([], [C], False)):
        monkeypatch.setattr(
            committee_reviews.people, "posts_now", lambda unit_kinds, seats=seats: [Row(member_id=one) for one in seats]
        )
        if not refused:
            committee_reviews.held(ANY, {"present": present})
            continue
        with pytest.raises(InvalidInput) as wrong:
            committee_reviews.held(ANY, {"present": present})
        assert set(wrong.value.fields) == {"present"}
    monkeypatch.setattr(committee_reviews, "current_organisation", lambda: ZONE)
    monkeypatch.setattr(committee_reviews, "current_organisation_id", lambda: D)
    monkeypatch.setattr(committee_reviews, "open_entry", lambda **given: given["opening"].values)
    monkeypatch.setattr(committee_reviews.Entry, "objects", Rows())
    leads, represents = Row(role="top_mgmt", member_id=A), Row(role="mgmt_rep", member_id=B)
    for holders, convener in (([leads, represents], B), ([leads], A), ([Row(role="qa", member_id=C)], None)):
        monkeypatch.setattr(committee_reviews.people, "posts_now", lambda unit_kinds, holders=holders: holders)
        opened = committee_reviews.open_owed(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
        assert opened == ({"quarter": "2026-Q1", "owner": str(convener)} if convener else None)


@pytest.mark.req("PS-11")
@pytest.mark.parametrize("state", ["draft", "approved", "published"])
@pytest.mark.parametrize("ground", ["consent", "duty", ""])
def test_what_a_consent_taken_back_brings_down(monkeypatch: pytest.MonkeyPatch, ground: str, state: str) -> None:
    done: list[str] = []
    monkeypatch.setattr(publications.EntryLink, "objects", Rows())
    monkeypatch.setattr(
        publications.Entry,
        "objects",
        Rows([Row(pk=A, state=state, codes={"ground": ground} if ground else {})]),
    )
    monkeypatch.setattr(publications, "follow", lambda **given: done.append(given["step"]))
    monkeypatch.setattr(publications, "register_named", lambda name: Row())
    monkeypatch.setattr(publications.ResultNotice, "objects", Rows())
    publications.consent_withdrawn(C, actor=Row(id=D))  # type: ignore[arg-type]
    assert done == ([] if ground == "duty" else ["withdraw" if state == "published" else "drop"])
