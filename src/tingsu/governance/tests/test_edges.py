"""Edges of governance in tables, asked of the functions: what erasing touches, when a record is due, what a request needs and what its answer does."""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.governance import (
    aging,
    committee_reviews,
    corrections,
    disposal,
    erasure,
    own_requests,
    publications,
    requests,
)
from tingsu.kernel.erasing import listed
from tingsu.kernel.errors import InvalidInput, NotFound, Unmet

Row = SimpleNamespace
AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""Midnight in Beijing: the third of March begins."""
A, B, C, D, E = (uuid.UUID(int=number) for number in range(1, 6))
ZONE = Row(time_zone="Asia/Shanghai")
ANY: Any = None


def codes(unmet: list[Unmet]) -> list[str]:
    return [one.code for one in unmet]


class Rows(list[Any]):
    """Rows of a table without a database: narrowed to all of them, told by what was asked."""

    asked: dict[str, Any]

    def filter(self, *conditions: Any, **asked: Any) -> "Rows":
        self.asked = getattr(self, "asked", {}) | asked
        return self

    exclude = select_related = order_by = values = filter

    def exists(self) -> bool:
        return bool(self)

    def first(self) -> Any:
        return self[0] if self else None

    def values_list(self, *names: str, flat: bool = False) -> "Rows":
        return self

    def update(self, **given: Any) -> int:
        self.asked = getattr(self, "asked", {}) | given
        return len(self)


# Erasing


@pytest.mark.req("PS-17")
@pytest.mark.parametrize(
    ("personal", "erased_before", "text", "quoted", "counts"),
    [
        (True, False, "", False, {"texts": 3, "entries": 1}), (True, True, "", False, {}), (False, True, "王先生来电", True, {}),
        (False, False, "王先生来电", False, {"quoted": 1}), (False, False, "来电", True, {"quoted": 1}), (False, False, "来电", False, {}),
    ],
)  # fmt: skip
def test_what_becomes_of_an_entry_that_a_case_is_linked_with(
    monkeypatch: pytest.MonkeyPatch,
    personal: bool,
    erased_before: bool,
    text: str,
    quoted: bool,
    counts: dict[str, int],
) -> None:
    """About the person: erased whole. Of the management system: the name goes, out of its words, its search and its facets."""
    done: list[Any] = []
    chains = {
        pk: Row(
            stream=Row(wrapped_key=key),
            flush=lambda: None,
            record=lambda kind, **told: done.append((kind, told["data"])),
        )
        for pk, key in ((A, b"k"), (B, None if erased_before else b"k"))
    }
    entry = Row(
        pk=B, register="r", written=lambda: {"what": text, "other": "无"}, write=lambda texts: done.append(("write", texts)),
        save=lambda update_fields: done.append(("save", update_fields)),
    )  # fmt: skip
    monkeypatch.setattr(erasure.EntryLink, "objects", Rows([B]))
    monkeypatch.setattr(erasure, "lock_chains", lambda ids: dict(chains) if ids == [A, B] else {})
    monkeypatch.setattr(erasure, "values_of", lambda pk: ["王先生"])
    monkeypatch.setattr(
        erasure.erasing, "erase", lambda chain, **told: {"texts": 1} if chain is chains[A] else {"texts": 2}
    )
    monkeypatch.setattr(erasure.Entry, "objects", Rows([entry]))
    register = Row(personal={"name": "x"} if personal else {})
    monkeypatch.setattr(erasure, "register_named", lambda name: register)
    monkeypatch.setattr(erasure.Event, "objects", Rows())
    monkeypatch.setattr(
        erasure, "texts_of", lambda events: {C: {"said": "王先生说"} if quoted else {"said": "无"}, D: {"said": "无"}}
    )
    history = Rows([C])
    monkeypatch.setattr(erasure.EventText, "objects", history)
    for name in ("write_facets", "write_words"):
        monkeypatch.setattr(erasure, name, lambda of, one, texts, name=name: done.append((name, texts["what"])))
    found = erasure.erase_case(A, actor=ANY, at=AT, data={})
    assert found == {"texts": 1} | counts if personal is False or erased_before else found == counts
    if counts.get("quoted"):
        gone = text.replace("王先生", erasure.GONE)
        told = {"texts": int(quoted), "fields": int(text != gone)}
        assert done == [
            ("write", {"what": gone, "other": "无"}), ("save", ["texts"]), ("write_facets", gone), ("write_words", gone),
            (erasure.erasing.CUT, {"erased": told}),
        ]  # fmt: skip
        assert history.asked == {"pk__in": [C] if quoted else [], "body": None, "salt": None}, (
            "salt and text go, the digest stays"
        )
    else:
        assert done == []


@pytest.mark.req("PS-17", "RC-04")
def test_a_list_of_erasures_with_a_broken_line_is_none(tmp_path: Any) -> None:
    path = tmp_path / "e.jsonl"
    good = f'{{"at": "{AT.isoformat()}", "kind": "complaint", "id": "{A}", "why": ""}}\n'
    path.write_text(good)
    assert listed(path) == [(A, "complaint", AT)]
    path.write_text(good + '{"kind": "complaint"}\n')
    with pytest.raises(ValueError, match=r"line 2 of e\.jsonl"):
        listed(path)


# What is due


@pytest.mark.req("RC-04", "PS-17")
@pytest.mark.parametrize(
    ("entered", "years", "state", "ends"),
    [
        (AT, 3, "answered", date(2029, 3, 3)), (AT - timedelta(seconds=1), 3, "answered", date(2029, 3, 2)), (AT, 3, "open", None),
        (AT, None, "answered", None), (None, 3, "answered", None), (datetime(2028, 2, 29, 2, tzinfo=UTC), 3, "answered", date(2031, 2, 28)),
        (datetime(2028, 2, 29, 2, tzinfo=UTC), 4, "answered", date(2032, 2, 29)),
    ],
)  # fmt: skip
def test_the_day_on_which_the_keeping_of_an_entry_ends(
    monkeypatch: pytest.MonkeyPatch, entered: datetime | None, years: int | None, state: str, ends: date | None
) -> None:
    monkeypatch.setattr(aging, "current_organisation", lambda: ZONE)
    entry: Any = Row(register="data_request", state=state, entered_at=entered)
    assert aging.ends_on(entry, {"data_request": years} if years else {}) == ends


@pytest.mark.req("RC-04")
@pytest.mark.parametrize("years", [0, 1, 100, 101, True, "3", None])
def test_an_entry_is_kept_from_one_to_a_hundred_years(years: Any) -> None:
    body = {"rows": [{"register": "contact", "years": years}]}
    if years in (1, 100) and years is not True:
        return aging.check_rule(body)
    with pytest.raises(InvalidInput) as refused:
        aging.check_rule(body)
    assert set(refused.value.fields) == {"rows.1.years"}
    assert {"contact", "data_request", "list_import"} <= {row["register"] for row in aging.default_rule()["rows"]}


@pytest.mark.req("RC-04")
def test_an_entry_is_named_by_its_number_as_people_type_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows([A])
    monkeypatch.setattr(aging.Entry, "objects", rows)
    assert aging.entry_named(" bq-2026-001 ") == A
    assert rows.asked == {"number": "BQ-2026-001"}


@pytest.mark.req("RC-04", "PS-17")
@pytest.mark.parametrize(
    ("obstacles", "ours", "left", "erased"),
    [((), False, (), True), (("held", "early"), False, ("held",), False), (("gone",), True, (), False), (("gone",), False, ("gone",), False)],
)  # fmt: skip
def test_an_entry_of_a_run_is_erased_once_and_says_what_kept_it(
    monkeypatch: pytest.MonkeyPatch, obstacles: tuple[str, ...], ours: bool, left: tuple[str, ...], erased: bool
) -> None:
    done: list[Any] = []
    run: Any = Row(pk=B, codes={"end": "destroy"})
    numbers = Row(values_list=lambda *names, flat: Row(get=lambda pk: "N"))
    events = Rows([C] if ours else [])
    monkeypatch.setattr(aging, "lock_chain", lambda pk: Row(flush=lambda: done.append("flush")))
    monkeypatch.setattr(aging.Entry, "objects", numbers)
    monkeypatch.setattr(
        aging, "due_entries", lambda numbers: [Row(obstacles=obstacles, rule=4)] if numbers == ["N"] else []
    )
    monkeypatch.setattr(aging.Event, "objects", events)
    monkeypatch.setattr(aging.erasing, "erase", lambda chain, **told: done.append(told["data"]))
    assert aging.erase_entry(A, run, ANY) == left
    assert done == ([{"why": "age", "run": B, "rule": 4, "end": "destroy"}, "flush"] if erased else [])
    assert getattr(events, "asked", {}).get("data__run") == (str(B) if "gone" in obstacles else None)


@pytest.mark.req("RC-04")
def test_what_may_be_chosen_for_a_run_how_it_ends_and_under_which_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Row(number=number, label=number, obstacles=obstacles, why=why, end=end)
        for number, obstacles, why, end in (
            ("1", (), "retention", "anonymise"), ("2", ("held",), "retention", "review"), ("3", (), "age", "review"), ("4", (), "request", "destroy"),
        )
    ]  # fmt: skip
    monkeypatch.setattr(
        disposal,
        "everything_due",
        lambda numbers=None: [one for one in found if numbers is None or one.number in numbers],
    )
    for cause, offered in (("retention", ["1"]), ("age", ["3"]), ("request", ["4"]), (None, ["1", "3", "4"])):
        run = Row(codes={"cause": cause} if cause else {})
        assert [number for number, _label in disposal.choices(run)] == offered
    assert disposal.choices(Row(codes={"cases": ["9"], "cause": "age"})) == (("9", "9"),)
    assert [disposal.due_list(None)[name] for name in ("free", "blocked")] == [3, 1]
    for cases, end, unmet in (
        (["1"], "destroy", True),
        (["1"], "anonymise", False),
        (["3"], "destroy", False),
        (["4", "3"], "anonymise", True),
    ):
        assert codes(disposal.end_fits(ANY, ANY, {"cases": cases, "end": end})) == ["other_end"] * unmet
    for end, paper, unmet in (("destroy", "", True), ("destroy", "已碎纸", False), ("anonymise", "", False)):
        assert codes(disposal.paper_told(ANY, ANY, {"end": end, "paper": paper})) == ["paper"] * unmet
    monkeypatch.setattr(disposal.rulebooks, "in_force", lambda kind: Row(version=kind))
    for cause, rule in (
        ("age", aging.KIND),
        ("retention", disposal.rules.RETENTION),
        ("request", disposal.rules.RETENTION),
    ):
        kept: dict[str, Any] = {}
        opened: Any = Row(put=kept.__setitem__, actor=Row(id=A), entry=Row(codes={"cause": cause}))
        disposal.proposed(opened, {"cases": ["1", "4"]})
        assert kept == {"proposed_by": A, "rule": rule, "listed": 2}


@pytest.mark.req("RC-04", "PS-17")
@pytest.mark.parametrize(
    ("obstacles", "ours", "left", "erased"),
    [((), False, (), True), (("promise", "early"), False, ("promise",), False), (("gone",), True, (), False), (("gone",), False, ("gone",), False)],
)  # fmt: skip
def test_a_case_of_a_run_is_erased_once_and_says_what_kept_it(
    monkeypatch: pytest.MonkeyPatch, obstacles: tuple[str, ...], ours: bool, left: tuple[str, ...], erased: bool
) -> None:
    """And the certificate counts cases and register entries apart, and what was left by its reason."""
    done: list[Any] = []
    entry = Row(pk=B, state="approved", codes={"cases": ["N"], "end": "destroy"})
    told: Any = Rows(
        [(A, {"erased": {"persons": 2, "texts": 5}}), (C, {"erased": {"texts": 1}}), (D, {"erased": {}})]
        if ours or erased
        else []
    )
    monkeypatch.setattr(disposal.Entry, "objects", Row(select_related=lambda name: Row(get=lambda pk: entry)))
    monkeypatch.setattr(disposal.Complaint, "objects", Rows([Row(pk=A)]))
    streams = Rows([(A, "complaint"), (C, "contact"), (D, "contact")] if told else [])
    streams.select_for_update = lambda: Row(get=lambda pk: None)  # type: ignore[attr-defined]
    monkeypatch.setattr(disposal.Stream, "objects", streams)
    monkeypatch.setattr(disposal.transaction, "atomic", lambda durable: __import__("contextlib").nullcontext())
    monkeypatch.setattr(disposal, "due_cases", lambda numbers: [Row(obstacles=obstacles, why="request", rule=7)])
    monkeypatch.setattr(disposal.Event, "objects", told)
    monkeypatch.setattr(disposal.erasure, "erase_case", lambda pk, **more: done.append((pk, more["data"])))
    monkeypatch.setattr(disposal, "automation", lambda *given: None)
    monkeypatch.setattr(disposal, "current_organisation_id", lambda: D)
    monkeypatch.setattr(disposal, "take_step", lambda **given: done.append((given["step"], given["values"])))
    disposal.carry_out(B)
    assert done[:-1] == ([(A, {"why": "request", "run": B, "rule": 7, "end": "destroy"})] if erased else [])
    step, values = done[-1]
    counted = (
        {"erased": 1, "entries": 2, "persons": 2, "texts": 6}
        if told
        else {"erased": 0, "entries": 0, "persons": 0, "texts": 0}
    )
    assert step == "certify"
    assert {name: values[name] for name in counted} == counted
    assert (values["left"], bool(values["why_left"])) == (len(left), bool(left))
    entry.state, before = "proposed", len(done)
    disposal.carry_out(B)
    assert len(done) == before, "nothing is carried out that nobody approved"
    monkeypatch.setattr(disposal.Complaint, "objects", Rows())
    monkeypatch.setattr(disposal.aging, "entry_named", lambda number: None)
    entry.state = "approved"
    with pytest.raises(NotFound):
        disposal.carry_out(B)


# Requests about personal data


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
