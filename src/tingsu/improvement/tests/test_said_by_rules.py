"""What a rule writes into a register is read by each person in the own language, until somebody changes it (IM-01, SL-16)."""

import re
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.improvement import rules
from tingsu.kernel import verify
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.registers import forming, queries, reading
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import SAID, Said, in_every_language, worded

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.req("IM-01", "SL-16")
@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("nonconformity", {"number": "202611-XF-001", "source": "late", "timer": "T03", "due": "2026-11-20"}),
        ("nonconformity", {"number": "202611-XF-001", "source": "record_error"}),
        ("quality_report", {"month": "2026-10"}),
        ("inflow_check", {"day": "2026-11-29"}),
        ("inflow_loose", {"lines": [["LX-1", "incoming_mail", "held"], ["YJ-1", "slip_batch", "1, 3"]], "more": 4}),
        ("committee_review", {"quarter": "2026-Q3"}),
        ("letter_format", {"number": "202611-XF-001", "template": "acknowledgement"}),
        ("quick_check", {"number": "202611-XF-001", "fen": 20000}),
        ("mass_event", {"what": "E40", "problem": "", "category": 0}),
        ("mass_event", {"what": "", "problem": "product", "category": 5}),
        (
            "mass_event_story",
            {"what": "", "problem": "product", "category": 5, "n": 7, "provinces": 3, "first": "2026-11-20T00:00Z", "last": "2026-11-20T02:00Z"},
        ),
    ],
)  # fmt: skip
def test_a_kept_sentence_is_said_in_each_language(code: str, values: dict[str, object], organisation: object) -> None:
    words = dict(zip(("zh", "en"), in_every_language([code, values]), strict=True))
    assert CHINESE.search(words["zh"])
    assert not CHINESE.search(words["en"]), words["en"]
    assert "%(" not in words["zh"] + words["en"]


@pytest.mark.req("IM-01", "SL-16")
def test_each_reads_it_in_the_own_language_until_somebody_changes_it(cast: Cast) -> None:
    complaint = a_case(cast.frontline)
    event = Event.objects.filter(stream_id=complaint.pk).order_by("-seq")[0]
    made = rules.open_nonconformity(event.pk, rules.ERROR)
    assert made is not None
    register, reader = registers()["nonconformity"], cast.qa.actor

    def now() -> Entry:
        return Entry.objects.select_related("stream").get(pk=made.pk)

    def read() -> tuple[str, str, str]:
        told = " ".join(
            text for one in reading.history_of(reader, register, now(), "page") for _label, text in one.lines
        )
        shown = {one.name: one.value for one in reading.lines_of(reader, register, now(), "page")}
        return shown["description"], reading.title_of(reader, now()), told

    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = read()
            form = forming.for_form(reader, register, now(), register.opens.fields)
            assert form["description"] == said[language][0]
            assert forming.hidden_in(reader, register, now(), register.opens.fields) == set()
    english = f"Complaint {complaint.number}: the record was wrong and had to be corrected."
    assert said["en"] == (english, english, english)
    assert said["zh-hans"][0] == now().written()["description"] != english, "kept in the language of the organisation"
    for words in ("corrected", "有误"):
        assert (
            queries.rows_of(reader, register, queries.asked_of(register, {"q": words})).filter(pk=made.pk).exists()
        ), words


@pytest.mark.req("IM-01", "MS-23")
def test_once_somebody_changes_it_the_words_are_theirs(cast: Cast) -> None:
    register, person = registers()["major_event"], cast.supervisor.actor
    opening = Opening(
        values={"kind": "mass", "story": "五件"}, said={"name": Said("mass_event", {"what": "E40"})}, allowed=True
    )
    made = open_entry(actor=person, register=register, opening=opening)
    asked = register.process["change"].fields

    def now() -> Entry:
        return Entry.objects.select_related("stream").get(pk=made.pk)

    def change(**values: str) -> None:
        form = forming.for_form(person, register, now(), asked)
        take_step(actor=person, entry=now(), register=register, step="change", values=form | values)

    kept = now().written()["name"]
    with override("en"):
        assert reading.title_of(person, now()) == "Mass complaints: E40" != kept
        change(kind="drill")
        assert (now().written()["name"], set(now().codes[SAID])) == (kept, {"name"}), "what came back as it was shown"
        change_kept = Event.objects.filter(stream_id=made.pk).order_by("-seq")[0]
        assert texts_of([change_kept])[change_kept.pk]["name"] == kept, "the event keeps it as the entry does"
        change(name="充电宝发热")
        assert reading.title_of(person, now()) == "充电宝发热"
    assert SAID not in now().codes
    assert list(verify.verify_organisation(verify.Tally())) == []


@pytest.mark.req("IM-01")
def test_a_sentence_whose_values_are_of_an_older_shape_is_read_as_it_was_kept() -> None:
    for kept in (["mass_event", {}], ["nonconformity", {"due": 5}], ["of no code", {}], ["mass_event"]):
        assert worded({"name": "群体投诉"}, {"name": kept}) == {"name": "群体投诉"}, kept
        assert list(in_every_language(kept)) == [], kept


@pytest.mark.req("IM-01")
def test_only_rules_say_and_nothing_said_stays_empty(cast: Cast) -> None:
    opening = Opening(
        values={"day": "2026-03-01", "occasion": "regular", "owner": str(cast.supervisor.id)},
        said={"about": Said("inflow_check", {"day": "2026-03-01"})}, at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    )  # fmt: skip
    entry = open_entry(actor=cast.supervisor.actor, register=registers()["inflow_check"], opening=opening)
    assert set(entry.codes[SAID]) == {"about"}
    assert "loose" not in entry.written()
