"""Edges of imports in tables: what a line becomes, what is news, how a cell is read, what goes back, what is counted (IG-05, XR-07)."""

import contextlib
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.outside import import_steps, lines, replies, running, table, taking
from tingsu.outside.columns import DETAIL, OURS
from tingsu.outside.lines import Plan, Read
from tingsu.outside.platforms import MEDIA, OTHER, OWN

pytestmark = pytest.mark.req("IG-05")
Row = SimpleNamespace
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
A, B, C, D = (uuid.UUID(int=number) for number in range(1, 5))
ANY: Any = None


class Rows(list[Any]):
    """Rows of a table without a database; `asked` keeps by what they were narrowed and what was written."""

    def __init__(self, *rows: Any) -> None:
        super().__init__(rows)
        self.asked: list[dict[str, Any]] = []

    def filter(self, **asked: Any) -> "Rows":
        self.asked.append(asked)
        return self

    def order_by(self, *names: str) -> "Rows":
        return self

    select_related = select_for_update = values_list = order_by

    def first(self) -> Any:
        return self[0] if self else None

    def exists(self) -> bool:
        return bool(self)

    def update(self, **given: Any) -> int:
        self.asked.append(given)
        return len(self)


def plan(source: str = "12345", meanings: tuple[str, ...] = ("reference", "description"), **more: Any) -> Plan:
    usual: dict[str, Any] = {
        "source": source,
        "body": "热线",
        "head": [f"h{n}" for n in range(len(meanings))],
        "meanings": meanings,
    }
    return Plan(**usual | {"kind": "complaint", "problem_type": "consumer", "zone": "Asia/Shanghai"} | more)


# What becomes of a line


def test_what_would_become_of_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, the same again in one list, new, known from another list, entered by hand, with news or without, ended here."""
    told = {"a": ["处理中", "open"], "h": ["处理中", "open"], "e": ["处理中", "ended"]}
    ids = {name: uuid.uuid5(D, name) for name in told}
    spills = [
        Row(
            pk=ids[name],
            state=state,
            codes={"reply_by": "2026-04-01"},
            written_or_none=lambda words=words: {"their_state": words},
        )
        for name, (words, state) in told.items()
    ]
    found = {
        "bad": Read(errors={"x": InvalidValue()}, digest=b"bad"), "new": Read(digest=b"new"), "same": Read(digest=b"new"), "list": Read(digest=b"list"),
        "a": Read(digest=b"a", outside={"their_state": "处理中", "reply_by": datetime(2026, 3, 31, 17, tzinfo=UTC)}),
        "news": Read(digest=b"a2", outside={"their_state": "已办结", "reference": "A"}),
        "later": Read(digest=b"a3", outside={"reply_by": datetime(2026, 4, 1, 17, tzinfo=UTC), "reference": "A"}),
        "hand": Read(digest=b"h", outside={"reference": "H"}), "ended": Read(digest=b"e", outside={"their_state": "已办结", "reference": "E"}),
    }  # fmt: skip
    names = list(found)
    monkeypatch.setattr(running.lines, "read", lambda row, plan: found[row[0]])
    made = Rows((b"list", None), (b"a", ids["a"]))
    rows: list[Any] = []
    fake: Any = lambda **given: Row(verdict="", said={}, **given)  # noqa: E731
    fake.objects, fake.Verdict = made, running.ImportLine.Verdict
    made.bulk_create = lambda lines, **more: rows.extend(lines)  # type: ignore[attr-defined]
    monkeypatch.setattr(running, "ImportLine", fake)
    facets = Rows(
        ("A", ids["a"], {"platform": "12345"}),
        ("H", ids["h"], {"platform": "12345"}),
        ("E", ids["e"], {"platform": "12345"}),
        ("N", B, {"platform": "12315"}),
    )
    found["elsewhere"] = Read(digest=b"n", outside={"reference": "N"})
    names.append("elsewhere")
    monkeypatch.setattr(running.EntryFacet, "objects", facets)
    monkeypatch.setattr(running, "fingerprint", lambda register, name, value: value)
    monkeypatch.setattr(running, "registers", lambda: {running.SPILL_OVER: None, running.NAME: None})
    monkeypatch.setattr(running.actions, "zone", lambda: "Asia/Shanghai")
    entry = Row(pk=C)
    asked: list[Any] = []

    def entries(**given: Any) -> Any:
        asked.append(given)
        return (
            Rows(entry)
            if given.get("state") == "checking"
            else Rows(*[one for one in spills if one.pk in given.get("pk__in", ())])
        )

    monkeypatch.setattr(running.Entry, "objects", Row(filter=entries, select_related=lambda name: Row(filter=entries)))
    monkeypatch.setattr(running, "table_of", lambda entry: Row(lines=list(enumerate([[name] for name in names], 2))))
    monkeypatch.setattr(running, "plan_of", lambda entry, found: plan())
    monkeypatch.setattr(running, "follow", lambda *given: None)
    running.check(C)
    assert {name: str(row.verdict) for name, row in zip(names, rows, strict=True)} == {
        "bad": "refused", "new": "fits", "same": "known", "list": "known", "a": "known", "news": "changed", "later": "changed", "hand": "known",
        "ended": "known", "elsewhere": "fits",
    }  # fmt: skip
    assert made.asked[0]["verdict"] == "made", "only what became a complaint is known"


@pytest.mark.parametrize("source", ["12345", OWN, MEDIA, OTHER])
@pytest.mark.parametrize("state", ["fresh", "gone", "taken"])
def test_what_a_new_line_makes(monkeypatch: pytest.MonkeyPatch, source: str, state: str) -> None:
    """A list of our own makes a complaint alone, a mention the outside entry alone; what another list made meanwhile is known."""
    done: list[Any] = []
    asked: list[dict[str, Any]] = []

    class Lines(Rows):
        def filter(self, **given: Any) -> "Lines":
            asked.append(given)
            return (
                Lines(1)
                if ("digest" not in given and state != "gone") or ("digest" in given and state == "taken")
                else Lines()
            )

        select_for_update = lambda self: self  # noqa: E731

        def update(self, **given: Any) -> int:
            done.append(given)
            return 1

    monkeypatch.setattr(taking.ImportLine, "objects", Lines())
    monkeypatch.setattr(taking.transaction, "atomic", contextlib.nullcontext)
    complaint = Row(pk=B, owner_id=C, received_at=AT)
    monkeypatch.setattr(
        taking, "register_complaint", lambda **given: done.append(given["key"]) or Row(complaint=complaint)
    )
    monkeypatch.setattr(
        taking.actions, "begin_entry", lambda **given: done.append(given["opening"]) or Row(entry=Row(pk=D))
    )
    monkeypatch.setattr(taking.actions, "zone", lambda: "Asia/Shanghai")
    monkeypatch.setattr(taking, "registers", lambda: {taking.SPILL_OVER: None})
    one = Read(
        intake=None if source == MEDIA else Row(description="说"),
        words="报道",
        digest=b"\x01",
        outside={"reference": "G1", "outlet": "晚报", "reach": "十万"},
    )  # type: ignore[arg-type]
    waiting: Any = Row(pk=A, number=2, verdict="fits")
    entry: Any = Row(pk=A, opened_by=A)
    taking._take(taking.Taking(ANY, entry, plan(source), {}), waiting, one)
    key = [] if source == MEDIA else ["outside:01"]
    if state == "gone":
        assert done == key, "a line that somebody else has taken is left"
    elif state == "taken":
        assert done == [*key, {"verdict": "known"}]
    elif source == OWN:
        assert done == [*key, {"verdict": "made", "complaint_id": B, "spill_over_id": None}]
    else:
        opening = done[len(key)]
        assert done[len(key) + 1] == {
            "verdict": "made",
            "complaint_id": None if source == MEDIA else B,
            "spill_over_id": D,
        }
        assert opening.values["owner"] == str(A if source == MEDIA else C)
        assert [one.kind for one in opening.links] == ([] if source == MEDIA else ["became"])
        assert ("outlet" in opening.values, "platform_words" in opening.values) == (source == MEDIA, source == OTHER)
        assert opening.values["words"] == ("报道" if source == MEDIA else "说")
    written = [one for one in asked if "verdict__in" in one]
    assert all(one["verdict__in"] == import_steps.NEW for one in written)


# How a line is read


def test_how_the_cells_of_a_line_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    raws: list[dict[str, Any]] = []
    monkeypatch.setattr(lines, "read_intake", lambda raw, zone: raws.append(raw) or "intake")
    monkeypatch.setattr(lines, "current_organisation_id", lambda: A)
    digests: list[str] = []
    monkeypatch.setattr(
        lines.crypto, "blind_index", lambda organisation, kind, text: digests.append(text) or text.encode()
    )
    monkeypatch.setattr(lines, "without_address", lambda name: {"anonymous": not name})
    monkeypatch.setattr(lines, "now", lambda: AT)
    meanings = ("reference", "summary", "description", DETAIL, DETAIL, "phone", "reply_by", "reference", "")
    asked = plan(meanings=meanings)

    def read(*cells: str, of: Plan = asked) -> Read:
        return lines.read(cells, of)

    assert read(*"abcdefghi").errors == {} or set(read(*"abcdefghi").errors) == {"reply_by"}
    assert set(read(*"abcdefghij").errors) == {"line"}, "more cells than titles"
    assert set(read("a", f"{table.LOST}").errors) == {"line"}
    raws.clear()
    digests.clear()
    short = "短" * lines.SUMMARY
    for cells, summary, description in (
        (("G1", short, "说", "", ""), short, "说"), (("G1", short + "长", "说", "", ""), None, f"{short}长\n说"), (("G1", short, "", "", ""), None, short),
        (("G1", "短", "说", "甲", "乙"), "短", "说\n\nh3：甲\nh4：乙"),
    ):  # fmt: skip
        read(*cells)
        assert (raws[-1].get("summary"), raws[-1]["description"]) == (summary, description)
    assert raws[-1]["outside_reference"] == "G1"
    assert read("", "x", "y", "", "", "", "", "G2").outside["reference"] == "G2", (
        "of two columns the first that says something"
    )
    assert read("G3", "x", "y", "", "", "", "", "G2").outside["reference"] == "G3"
    for day, due, deadline in (
        ("2026-03-03", "2026-03-03T15:59", True), ("2026-03-02", "2026-03-02T15:59", True), ("2026-03-01", "2026-03-01T15:59", False),
        ("2026-03-02 10:00", "2026-03-02T02:00", False), ("2026-03-02 10:01", "2026-03-02T02:01", True),
    ):  # fmt: skip
        found = read("G1", "x", "y", "", "", "", day)
        assert f"{found.outside['reply_by'].astimezone(UTC):%Y-%m-%dT%H:%M}" == due
        assert ("outside_deadline" in raws[-1]) is deadline, day
    for source, by in (("12345", "热线"), (OWN, None)):
        read("G1", "x", "y", of=plan(source, meanings))
        assert raws[-1].get("transferred_by") == by
    assert raws[-1]["anonymous"] is True
    read("G1", "x", "y", "", "", "13800001111")
    assert "anonymous" not in raws[-1], "who can be reached is not asked about"
    media = plan(MEDIA, ("link", "description", "reference"))
    digests.clear()
    for cells in (
        ("u", "x", ""),
        ("u", "y", ""),
        ("v", "x", ""),
        ("u", "x", "1"),
        ("v", "x", "1"),
        ("", "x", ""),
        ("", "y", ""),
    ):
        assert lines.read(cells, media).intake is None
    assert [digests[0] == digests[1], digests[3] == digests[4], len(set(digests))] == [True, True, 5]
    digests.clear()
    for body in ("热线", "别处"):
        lines.read(("G1", "y"), plan(body=body))
    assert len(set(digests)) == 2, "the same number of another body is another line"


def test_a_refusal_is_read_in_the_own_language() -> None:
    said = {"zh-hans": "缺内容", "en": "missing"}
    for language, words in (("en", "missing"), ("zh-hans", "缺内容"), ("fr", "缺内容"), (None, "缺内容")):
        assert lines.said_in(said, language) == words
    assert lines.said_in({}, "en") == ""


# The steps


def test_which_file_is_read_what_its_columns_mean_and_when_there_is_something_to_take_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = [Row(pk=A, held=False, stream_id=C), Row(pk=B, held=True, stream_id=C)]
    monkeypatch.setattr(import_steps.StoredFile, "objects", Row(filter=lambda **given: files))
    monkeypatch.setattr(import_steps.store, "is_held_by", lambda one, actor: one.held)
    monkeypatch.setattr(import_steps.store, "open_file", lambda one: one.pk)
    monkeypatch.setattr(import_steps.table, "read", lambda file: Row(head=[str(file)], lines=[1, 2, 3]))
    assert import_steps.read_list(ANY, ANY, {"list": [str(B)]}) == {"head": [str(B)], "total": 3}
    files[1].held = False
    with pytest.raises(InvalidInput) as refused:
        import_steps.read_list(ANY, ANY, {"list": [str(B)]})
    assert set(refused.value.fields) == {"list"}
    monkeypatch.setattr(import_steps, "_queue_check", lambda opened: None)
    monkeypatch.setattr(import_steps.columns, "guessed", lambda head: ["guess"])
    texts = {"columns.0.title": "旧", "columns.1.title": "旧二", "note": "说明"}
    for known, meaning in ((["kept"], "kept"), (None, "guess")):
        monkeypatch.setattr(import_steps.columns, "remembered", lambda source, head, known=known: known)
        codes: dict[str, Any] = {"source": "12345", "fitting": 3, "changed": 1, "known": 1, "refused": 2}
        now_ = dict(texts)
        opened: Any = Row(
            entry=Row(codes=codes), texts_now=lambda now_=now_: now_, write=now_.__setitem__, put=codes.__setitem__
        )
        import_steps.keep_list(opened, {"head": ["标题" * 200], "total": 9})
        assert codes["columns"] == [{"meaning": meaning}]
        assert [codes[name] for name in ("total", "fitting", "changed", "known", "refused")] == [
            9,
            None,
            None,
            None,
            None,
        ]
        assert now_ == {"columns.0.title": ("标题" * 200)[:200], "note": "说明"}
    for codes, new in (
        ({"fitting": 1}, True),
        ({"changed": 1}, True),
        ({"fitting": 0, "changed": 0}, False),
        ({}, False),
    ):
        assert [one.code for one in import_steps.something_new(Row(entry=Row(codes=codes)), ANY, ANY)] == [
            "nothing_new"
        ] * (not new)  # type: ignore[arg-type]
    monkeypatch.setattr(import_steps, "counts_of", lambda pk: Counter({"made": 4, "fits": 2}))
    for codes, counted in (({"total": 5}, True), ({}, False)):
        kept: dict[str, Any] = {}
        import_steps.count_if_read(Row(entry=Row(pk=A, codes=codes), put=kept.__setitem__), {})  # type: ignore[arg-type]
        assert (kept.get("made") == 4) is counted
        assert ("fitting" in kept) is False
    rows = Rows(files[1])
    monkeypatch.setattr(import_steps.StoredFile, "objects", rows)
    found = import_steps.table_of(Row(pk=C, codes={"list": ["first", "last"]}))  # type: ignore[arg-type]
    assert found is not None
    assert rows.asked == [{"pk": "last", "stream_id": C, "erased_at": None}], "the list as it was brought last"
    assert import_steps.table_of(Row(pk=C, codes={})) is None  # type: ignore[arg-type]


# What goes back


def test_what_of_a_line_goes_back_and_the_last_answer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [code for code, _label in OURS]
    shape = replies.shape_of(("单号", "姓名", "我方编号"), ("reference", "name", ours[0]))
    assert shape.meanings == ("reference", "name", ours[0], *ours[1:])
    monkeypatch.setattr(
        replies, "_told", lambda actor, entry, numbers: {2: dict.fromkeys(ours, "答") | {"name": "泄露"}}
    )
    monkeypatch.setattr(replies, "PIECE", 1)
    found: Any = Row(lines=[(2, ("G1", "陈小满", "")), (3, ("G2",))])
    assert list(replies.rows(ANY, ANY, found, shape)) == [
        ["G1", "", *["答"] * len(ours)], ["G2", "", *[""] * len(ours)],
    ]  # fmt: skip
    monkeypatch.undo()
    events = Rows(*(Row(pk=number, stream_id=A, at=AT + timedelta(days=number)) for number in (1, 2)))
    order: list[Any] = []
    events.order_by = lambda *names: order.append(names) or events  # type: ignore[method-assign]
    monkeypatch.setattr(replies.Event, "objects", events)
    monkeypatch.setattr(replies, "texts_of", lambda rows: {one.pk: {"content": f"第{one.pk}次"} for one in rows})
    monkeypatch.setattr(replies, "zone", lambda: "Asia/Shanghai")
    monkeypatch.setattr(replies, "visible_to", lambda actor, rows: [])
    lines_ = [Row(pk=B, number=2, complaint_id=A, digest=b"", spill_over_id=None)]
    monkeypatch.setattr(
        replies.ImportLine, "objects", Row(filter=lambda **given: Rows(*lines_) if "number__in" in given else Rows())
    )
    monkeypatch.setattr(replies.Complaint, "objects", Rows())
    monkeypatch.setattr(replies.Entry, "objects", Rows())
    for seen, answer in (([], [""] * len(ours)), ([Row(pk=A, number="N", public_stage="handling")], None)):
        monkeypatch.setattr(replies, "visible_to", lambda actor, rows, seen=seen: seen)
        monkeypatch.setattr(replies, "PublicStage", lambda code: Row(label="办理中"))
        (row,) = replies.rows(ANY, Row(pk=C), Row(lines=[(2, ("G1",))]), replies.shape_of(("单号",), ("reference",)))  # type: ignore[arg-type]
        told = dict(zip(("reference", *ours), row, strict=True))
        if answer:
            assert row[1:] == answer, "who does not see the case learns no answer of it"
        else:
            assert (told["our_number"], told["our_answer"], told["answered_on"]) == ("N", "第2次", "2026-03-04")
    assert order[-1] == ("stream_id", "seq")
