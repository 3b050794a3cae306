"""Edges of what erasing touches and of when a record is due, in tables asked of the functions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tingsu.governance import (
    aging,
    disposal,
    erasure,
)
from tingsu.governance.tests.neighbours import ANY, AT, ZONE, A, B, C, D, Row, Rows, codes
from tingsu.kernel.erasing import listed
from tingsu.kernel.errors import InvalidInput, NotFound


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
