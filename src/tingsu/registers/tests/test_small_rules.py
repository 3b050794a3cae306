"""Small rules of every register, in tables: who may still write beside an entry, what a file of a list says, what is erased is not named."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.governance.tests.test_disposal import opened, take
from tingsu.kernel.clock import now, travel_to
from tingsu.registers import actions, queries, reading, saying
from tingsu.registers.declaration import Faulty, State, declare, register_named, registers
from tingsu.registers.listing import MOST_VIEWS
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""In Beijing the next day has begun."""


@pytest.mark.req("RC-06")
@pytest.mark.parametrize("name", sorted(registers()))
def test_beside_an_entry_that_takes_nothing_more_nobody_writes(name: str, cast: Cast) -> None:
    register = registers()[name]
    for state in register.states:
        entry = Entry(register=name, state=state.code, owner_id=cast.supervisor.id, opened_by=cast.supervisor.id)
        assert actions.may_write(cast.supervisor.actor, register, entry) is not state.final, state.code


@pytest.mark.parametrize("code", ["unfinished", "finished"])
def test_no_state_is_called_as_lists_call_all_that_are_open_or_ended(code: str) -> None:
    known = registers()["contact"]
    with pytest.raises(Faulty):
        declare(replace(known, name="other", states=(State(code, "x"), *known.states)))
    assert register_named("other") is None


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("contact", "unfinished", "unfinished"), ("contact", "finished", "finished"), ("contact", "running", "unfinished"),
        ("contact", "over", "finished"), ("channel", "running", "running"), ("contact", "nothing", ""),
    ],
)  # fmt: skip
def test_kept_addresses_still_ask_what_they_asked(name: str, asked: str, found: str) -> None:
    """A state of the register itself is that state: the list of channels that are open leaves out what does not work."""
    assert queries.asked_of(registers()[name], {"state": asked}).state == found


@pytest.mark.req("PS-06")
def test_a_file_of_a_list_says_of_each_entry_what_its_page_says(cast: Cast, sign_in: Any) -> None:
    given = {
        "source": "other",
        "description": "退款晚了",
        "found_on": "2026-03-01",
        "severity": "major",
        "supplier": "速达",
    }
    entry = opened(
        cast.supervisor,
        "nonconformity",
        AT,
        **given,
        owner=str(cast.specialist2.id),
        department=str(cast.units["logistics"].pk),
    )
    measures = {name: [{"what": "补发", "on": "2026-03-02"}] for name in ("control", "consequences")}
    take(cast.specialist2, entry, "contain", AT, **measures)
    with travel_to(AT):
        answer = sign_in(cast.supervisor).get("/desk/records/nonconformity/export.csv")
        head, row = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    told = {name: value for name, value in zip(head, row, strict=True) if value}
    assert told == {
        "编号": entry.number, "状态": "已控制", "负责人": "工号 2002（2002）", "新建时间": "2026-03-03 01:30:00", "下一期限": "2026-03-17 18:00:00",
        "来源": "其他", "不合格事实": "退款晚了", "发现日期": "2026-03-01", "严重程度": "一般", "责任部门": "物流部", "外部供方": "速达",
        "控制和纠正措施": "补发 · 2026 年 3 月 2 日", "后果处置": "补发 · 2026 年 3 月 2 日",
    }  # fmt: skip


@pytest.mark.req("PS-17")
def test_a_file_that_was_erased_is_not_named_any_more(cast: Cast) -> None:
    entry = opened(
        cast.supervisor,
        "nonconformity",
        AT,
        source="other",
        description="退款晚了",
        found_on="2026-03-01",
        severity="major",
    )
    kept = [store.keep(name, b"content", actor=cast.supervisor.actor) for name in ("甲.txt", "乙.txt")]
    store.attach([one.pk for one in kept], entry.pk, now(), actor=cast.supervisor.actor)
    StoredFile.objects.filter(pk=kept[0].pk).update(erased_at=now())
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert [one["name"] for one in reading.files_of(cast.supervisor.actor, row, "page")] == ["乙.txt"]


def test_a_view_of_a_known_name_is_replaced_also_when_no_more_are_taken(cast: Cast, sign_in: Any, client: Any) -> None:
    sign_in(cast.supervisor)
    register, address = registers()["nonconformity"], reverse("registers:save_view", args=["nonconformity"])
    first, second = (one.code for one in register.states[:2])
    names = [f"第 {number} 个" for number in range(MOST_VIEWS)]
    for name in [*names, "多一个"]:
        client.post(address, {"name": name, "state": first})
    assert sorted(view.name for view in queries.views_of(cast.supervisor.actor, register)) == sorted(names)
    client.post(address, {"name": names[0], "state": second})
    kept = {view.name: view.query for view in queries.views_of(cast.supervisor.actor, register)}
    assert (len(kept), kept[names[0]], kept[names[1]]) == (MOST_VIEWS, {"state": second}, {"state": first})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sentence_of_a_rule_is_kept_in_the_language_of_the_firm(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(saying, "current_organisation", lambda: SimpleNamespace(language=language))
    said = saying.Said("committee_review", {"quarter": "2026-Q1"})
    for reader in ("en", "zh-hans"):
        with override(reader):
            assert ("disputes" in said.first_words()) is (language == "en")
            assert ("disputes" in said.words()) is (reader == "en")
            assert saying.worded({"agenda": "旧", "other": "x"}, {"agenda": said.kept(), "gone": said.kept()}) == {
                "agenda": said.words(), "other": "x",
            }  # fmt: skip
            for old in (["unknown", {}], ["committee_review", {}], ["committee_review"], "text", None):
                assert saying.worded({"agenda": "旧"}, {"agenda": old}) == {"agenda": "旧"}, old
    assert len(set(saying.in_every_language(said.kept()))) == 2
