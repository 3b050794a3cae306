"""Audit programme and audits: approved by another, by people who are independent, line by line, to the end of each finding (MS-24, MS-25)."""

import io
import re
from typing import Any

import pypdf
import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from tests.cast import Cast, Person
from tests.signing import enter
from tingsu.desk.tests.cases import local
from tingsu.evaluation import auditing, independence
from tingsu.evaluation.questions import QUESTIONS
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import directory
from tingsu.people.models import Post
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
MARCH = local("2026-03-11 10:00")


def take(who: Person, entry: Entry, name: str, **values: Any) -> Entry:
    fresh = Entry.objects.get(pk=entry.pk)
    return take_step(actor=who.actor, entry=fresh, register=registers()[entry.register], step=name, values=values)


def programme(cast: Cast, **more: Any) -> Entry:
    values = {
        "about": "验证体系符合标准并有效运行", "year": "2026", "every": "yearly", "methods": ["records", "interviews"],
        "responsibilities": "审核组长编制计划", "planning": "提前两周发出计划", "reporting": "十个工作日内报告相关管理者",
        "audits": [{"on": "2026-03-12", "what": "受理与改进", "lead": str(cast.auditor.id)}], "owner": str(cast.auditor.id), **more,
    }  # fmt: skip
    return open_entry(actor=cast.auditor.actor, register=registers()["audit_programme"], opening=Opening(values=values))


def audit(cast: Cast, **more: Any) -> Entry:
    values = {
        "about": "2026 年第一次内部审核", "scope": "受理与审核过程", "clauses": ["9.2", "10.2"], "units": [str(cast.units["centre"].pk)],
        "answerable": [str(cast.mgmt_rep.id), str(cast.function.id)], "lead": str(cast.auditor.id), "team": [str(cast.dso.id)], "first_on": "2026-03-12",
        "last_on": "2026-03-12", **more,
    }  # fmt: skip
    return open_entry(actor=cast.auditor.actor, register=registers()["audit"], opening=Opening(values=values))


def unmet(refused: Any) -> list[str]:
    return [one.code for one in refused.value.unmet]


@pytest.mark.req("MS-24")
def test_a_programme_is_approved_by_another_and_one_is_in_force_for_a_year(cast: Cast) -> None:
    with travel_to(MARCH):
        with pytest.raises(InvalidInput):
            programme(cast, year="2030")
        for needed in ("every", "methods", "responsibilities", "planning", "reporting"):
            with pytest.raises(InvalidInput):
                programme(cast, **{needed: [] if needed == "methods" else ""})
        made = programme(cast)
        with pytest.raises(NotAllowed):
            take(cast.auditor, made, "approve")
        assert take(cast.mgmt_rep, made, "approve").state == "approved"
        own = open_entry(
            actor=cast.supervisor.actor, register=registers()["audit_programme"],
            opening=Opening(values={**first_values(made), "year": "2027", "audits": []}),
        )  # fmt: skip
        with pytest.raises(ConditionsUnmet) as mine:
            take(cast.supervisor, own, "approve")
        assert unmet(mine) == ["own_work"]
        second = programme(cast)
        with pytest.raises(ConditionsUnmet) as two:
            take(cast.mgmt_rep, second, "approve")
        assert unmet(two) == ["second"]
        take(cast.mgmt_rep, made, "end", reason="改版")
        assert take(cast.mgmt_rep, second, "approve").state == "approved"
        assert registers()["audit_programme"].clauses(second.codes) == ("CTS 9.2 a",)


def first_values(entry: Entry) -> dict[str, Any]:
    texts = Entry.objects.select_related("stream").get(pk=entry.pk).written()
    named = ("about", "responsibilities", "planning", "reporting")
    return {name: texts[name] for name in named} | {"every": "yearly", "methods": ["records"]}


@pytest.mark.req("MS-25")
def test_nobody_audits_what_they_work_in_or_answer_for(cast: Cast) -> None:
    with travel_to(MARCH):
        for name, who, why in (
            ("lead", cast.qa, "works"), ("team", cast.frontline, "works"), ("lead", cast.mgmt_rep, "answers"),
        ):  # fmt: skip
            given = [str(who.id)] if name == "team" else str(who.id)
            with pytest.raises(InvalidInput) as refused:
                audit(cast, **{name: given})
            assert (list(refused.value.fields), refused.value.fields[name].code) == ([name], why)
        made = audit(cast)
        with pytest.raises(InvalidInput):
            audit(cast, first_on="2026-03-14")
        assert made.owner_id == cast.auditor.id
        # intake lies below the centre; the committee stands for itself alone, or nobody could audit it
        assert cast.units["intake"].pk in independence.units_in([str(cast.units["centre"].pk)])
        assert independence.units_in([str(cast.units["committee"].pk)]) == {cast.units["committee"].pk}
        with pytest.raises(NotAllowed):
            take(cast.supervisor, made, "start")
        take(cast.auditor, made, "start")
        told = [one.member_id for one in Notice.objects.filter(kind="audit.started")]
        assert sorted(told) == sorted(one.id for one in (cast.supervisor, cast.mgmt_rep, cast.top_mgmt, cast.function))
        # a record that the auditor answers for is looked at by another one
        own = programme(cast)
        line = {"line": "9.2:0", "verdict": "conforms", "note": "方案齐全", "evidence": own.number}
        with pytest.raises(InvalidInput) as record:
            take(cast.auditor, made, "answer", given=[line])
        assert record.value.fields["given"].rows[0]["evidence"].code == "own_record"  # type: ignore[attr-defined]
        take(cast.dso, made, "answer", given=[{**line, "evidence": ""}])
        assert Entry.objects.get(pk=made.pk).codes["answers"][0]["by"] == str(cast.dso.id)
        take(cast.auditor, made, "answer", given=[{**line, "evidence": "", "verdict": "finding"}])
        lines = [(one["line"], one["verdict"]) for one in Entry.objects.get(pk=made.pk).codes["answers"]]
        assert lines == [("9.2:0", "finding")], "answered anew, not twice"


@pytest.mark.req("MS-25")
def test_whoever_was_moved_into_an_audited_unit_does_not_go_on(cast: Cast) -> None:
    line = {"line": "9.2:0", "verdict": "conforms", "note": "方案齐全"}
    found = {
        "grade": "improvement",
        "clause": "9.2",
        "what": "检查表可细分",
        "rests_on": "计划",
        "department": str(cast.units["logistics"].pk),
    }
    ended = {"conforms": "conforms", "effective": "effective", "conclusion": "良好"}
    with travel_to(MARCH):
        made = audit(cast)
        take(cast.auditor, made, "start")
        take(cast.dso, made, "answer", given=[line])
        for who in (cast.dso, cast.auditor):
            Post.objects.create(member_id=who.id, unit=cast.units["intake"], role="frontline", since=MARCH)
        directory.forget_cached()
        for who, name, values in (
            (cast.dso, "answer", {"given": [line]}), (cast.auditor, "answer", {"given": [line]}), (cast.dso, "find", found),
            (cast.auditor, "conclude", ended),
        ):  # fmt: skip
            with pytest.raises(ConditionsUnmet) as moved:
                take(who, made, name, **values)
            assert "works" in unmet(moved), name


@pytest.mark.req("MS-25", "IM-01")
def test_an_audit_ends_with_every_line_answered_and_every_nonconformity_opened(cast: Cast) -> None:
    with travel_to(MARCH):
        made = audit(cast)
        take(cast.auditor, made, "start")
        started = Entry.objects.get(pk=made.pk)
        assert started.codes["checklist"] == ["9.2:0", "9.2:1", "9.2:2", "10.2:0"]
        assert len(auditing.lines_for(())) == sum(map(len, QUESTIONS.values()))
        with pytest.raises(ConditionsUnmet) as early:
            take(cast.auditor, made, "conclude", conforms="conforms", effective="effective", conclusion="良好")
        assert unmet(early) == ["unanswered"]
        for wrong in ({"line": "4.1:0", "verdict": "conforms"}, {"line": "9.2:0", "verdict": "not_seen"}):
            with pytest.raises(InvalidInput):
                take(cast.auditor, made, "answer", given=[wrong])
        lines = [{"line": line, "verdict": "conforms", "note": f"查看 {line}"} for line in started.codes["checklist"]]
        lines[1] = {"line": "9.2:1", "verdict": "finding", "note": "两名审核员审核本部门"}
        lines[3] = {"line": "10.2:0", "verdict": "not_seen", "note": "下次审核"}
        take(cast.auditor, made, "answer", given=lines[:2])
        take(cast.dso, made, "answer", given=lines[2:])
        with pytest.raises(ConditionsUnmet) as bare:
            take(cast.auditor, made, "conclude", conforms="except", effective="partly", conclusion="一项不符合")
        assert unmet(bare) == ["no_finding"]
        for grade, what in (
            ("major", "审核员审核自己的工作"),
            ("improvement", "检查表可按岗位细分"),
            ("strength", "投诉记录完整"),
        ):
            take(
                cast.auditor, made, "find", grade=grade, clause="9.2", what=what, rests_on="去年审核报告第 3 页", department=str(cast.units["logistics"].pk),
            )  # fmt: skip
        rows = Entry.objects.get(pk=made.pk).codes["findings"]
        assert [bool(one.get("record")) for one in rows] == [True, False, False], "only a nonconformity opens a record"
        record = Entry.objects.get(pk=rows[0]["record"])
        assert (record.register, record.codes["source"], record.codes["severity"], record.owner_id) == (
            "nonconformity", "audit", "major", cast.dept.id,
        )  # fmt: skip
        assert EntryLink.objects.filter(entry=record, other_id=made.pk, kind="follows").exists()
        done = take(cast.auditor, made, "conclude", conforms="except", effective="partly", conclusion="除一项外符合")
        assert done.state == "reported"
        told = {one.member_id for one in Notice.objects.filter(kind="audit.concluded", stream_id=made.pk)}
        assert told == {cast.supervisor.id, cast.mgmt_rep.id, cast.top_mgmt.id, cast.function.id}, (
            "the managers concerned"
        )
        take(cast.supervisor, record, "drop", reason="误判")
        with pytest.raises(ConditionsUnmet) as open_end:
            take(cast.mgmt_rep, made, "close")
        assert unmet(open_end) == ["uncorrected"]
        take(cast.auditor, made, "regrade", finding="0", grade="minor", reason="影响有限")
        again = Entry.objects.get(pk=made.pk).codes["findings"][0]["record"]
        assert again != str(record.pk)
        take(cast.auditor, made, "regrade", finding="0", grade="major", reason="复核")
        assert Entry.objects.get(pk=made.pk).codes["findings"][0]["record"] == again, "one record for one finding"
        closed = take(cast.mgmt_rep, made, "close")
        assert (closed.state, closed.codes["closed_on"]) == ("closed", "2026-03-11")
        assert registers()["audit"].clauses(closed.codes) == ("CTS 9.2",)
    assert not [one for one in verify_organisation(Tally()) if one.table.startswith("registers")]


@pytest.mark.req("MS-25")
def test_a_finding_is_looked_at_again_until_it_is_gone(cast: Cast) -> None:
    with travel_to(MARCH):
        made = audit(cast, clauses=["10.2"])
        take(cast.auditor, made, "start")
        take(cast.auditor, made, "answer", given=[{"line": "10.2:0", "verdict": "finding", "note": "改进未跟踪"}])
        take(cast.auditor, made, "find", grade="minor", clause="10.2", what="改进未跟踪", rests_on="", department="")
        take(cast.auditor, made, "conclude", conforms="except", effective="effective", conclusion="一项一般不符合")
        record = Entry.objects.get(pk=Entry.objects.get(pk=made.pk).codes["findings"][0]["record"])
        looked = {"corrected": "0", "again_on": "2026-03-11", "seen_again": "抽查三项，均有跟踪"}
        with pytest.raises(InvalidInput) as early:
            take(cast.auditor, made, "audit_again", again="effective", **looked)
        assert early.value.fields["again"].code == "open"
        take(cast.mgmt_rep, made, "close")
    Entry.objects.filter(pk=record.pk).update(state="closed")
    with travel_to(local("2026-06-11 10:00")):
        take(cast.auditor, made, "audit_again", again="not", **looked)
        line = Entry.objects.get(pk=made.pk).codes["findings"][0]
        assert line["again"] == "not"
        assert line["record"] != str(record.pk), "what has come back is a nonconformity anew"
        Entry.objects.filter(pk=line["record"]).update(state="closed")
        take(cast.auditor, made, "audit_again", again="effective", **looked)
        assert Entry.objects.get(pk=made.pk).codes["findings"][0]["again"] == "effective"
        with pytest.raises(InvalidInput):
            take(cast.auditor, made, "audit_again", again="effective", **looked)


@pytest.mark.req("MS-25")
def test_the_lead_auditor_hears_that_a_nonconformity_is_closed(cast: Cast) -> None:
    with travel_to(MARCH):
        made = audit(cast, clauses=["10.2"], units=[str(cast.units["legal"].pk)], team=[str(cast.dept.id)])
        take(cast.auditor, made, "start")
        where = str(cast.units["logistics"].pk)
        take(cast.auditor, made, "find", grade="minor", clause="10.2", what="改进未跟踪", rests_on="", department=where)
        record = Entry.objects.get(pk=Entry.objects.get(pk=made.pk).codes["findings"][0]["record"])
        assert record.owner_id not in {None, cast.dept.id, cast.auditor.id}, "who audits does not correct"
        with transaction.atomic():
            chain = lock_chain(record.pk, "nonconformity")
            auditing.look_again(chain, None, cast.supervisor.actor)  # type: ignore[arg-type]
        assert Notice.objects.get(kind=auditing.TO_LOOK_AGAIN).member_id == cast.auditor.id


@pytest.mark.req("MS-25")
def test_the_checklist_is_a_page_that_keeps_what_was_typed(cast: Cast) -> None:
    with travel_to(MARCH):
        made = audit(cast)
        desk = enter(Client(), cast.auditor.username)
        address = f"/desk/audits/{made.number}/checklist/"
        assert desk.get(address).status_code == 403, "it has not begun"
        take(cast.auditor, made, "start")
        page = desk.get(address).content.decode()
        for words in ("9.2 内部审核", "是否有人审核自己的工作？", f'data-draft="lines-{made.number}"', "还有 4 条"):
            assert words in page, words
        assert enter(Client(), cast.mgmt_rep.username).get(address).status_code == 403, "not of the team"
        typed = {
            "l9.2-0-verdict": "conforms",
            "l9.2-0-note": "方案齐全",
            "l9.2-1-verdict": "not_seen",
            "l9.2-1-note": "",
        }
        refused = desk.post(address, typed)
        assert refused.status_code == 422
        assert "请说明未检查的原因。" in refused.content.decode()
        assert "方案齐全" in refused.content.decode(), "nothing typed is lost"
        assert "answers" not in Entry.objects.get(pk=made.pk).codes
        kept = desk.post(address, {**typed, "l9.2-1-note": "时间不足"})
        assert (kept.status_code, kept["Location"]) == (303, address)
        after = desk.get(address).content.decode()
        assert f'data-draft-sent="lines-{made.number}"' in after
        assert "还有 2 条" in after
        assert "data-draft-sent" not in desk.get(address).content.decode(), "forgotten once, not with every look"
        take(cast.dso, made, "answer", given=[{"line": "9.2:2", "verdict": "conforms", "note": "已整改"}])
        same = {
            "l9.2-0-verdict": "conforms",
            "l9.2-0-note": "方案齐全",
            "l9.2-1-verdict": "not_seen",
            "l9.2-1-note": "时间不足",
        }
        same |= {
            "l9.2-2-verdict": "conforms",
            "l9.2-2-note": "已整改",
            "l10.2-0-verdict": "conforms",
            "l10.2-0-note": "有改进",
        }
        desk.post(address, same)
        by = {one["line"]: one["by"] for one in Entry.objects.get(pk=made.pk).codes["answers"]}
        assert by["9.2:2"] == str(cast.dso.id), "what a colleague has answered is not answered anew by keeping the page"
        opened = dict(re.findall(r'name="(l[^"]+-was)" value="(\w+)"', desk.get(address).content.decode()))
        take(cast.dso, made, "answer", given=[{"line": "9.2:2", "verdict": "finding", "note": "复查未整改"}])
        stale = {**same, **opened, "l10.2-0-note": "有改进，见记录"}
        assert desk.post(address, stale).status_code == 303
        row = Entry.objects.select_related("stream").get(pk=made.pk)
        assert {one["line"]: one["verdict"] for one in row.codes["answers"]}["9.2:2"] == "finding", (
            "a page that was opened before undoes nothing"
        )
        assert "有改进，见记录" in row.written().values()
        late = desk.post(address, {**stale, "l9.2-2-note": "我看过，已整改"})
        assert late.status_code == 409, "the same line answered by two: the second is told"
        assert "我看过，已整改" in late.content.decode()
        take(cast.dso, made, "answer", given=[{"line": "9.2:2", "verdict": "conforms", "note": "已整改"}])
        take(cast.auditor, made, "conclude", conforms="conforms", effective="effective", conclusion="体系符合并有效")
        shown = desk.get(f"/desk/records/audit/{made.number}/").content.decode()
        for words in ("4 / 4", "体系符合标准要求", "zh.pdf"):
            assert words in shown, words
        for name, words in (
            ("zh.pdf", ("内部审核报告", "体系符合并有效", "方案齐全")),
            ("en.pdf", ("Internal audit report", "Did anybody audit")),
        ):
            answer = desk.get(f"/desk/audits/{made.number}/{name}")
            assert answer["Content-Type"] == "application/pdf"
            text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages)
            for one in words:
                assert one.replace(" ", "") in text.replace(" ", "").replace("\n", ""), one
        assert enter(Client(), cast.frontline.username).get(f"/desk/audits/{made.number}/zh.pdf").status_code == 404
        with override("en"):
            assert {code: str(label) for code, label in auditing.GRADES}["sensitive"] == "Sensitive point"
        assert [str(label) for _code, label in auditing.GRADES] == [
            "严重不符合",
            "一般不符合",
            "观察项",
            "改进建议",
            "良好实践",
        ]
