"""The evaluation of compliance: each obligation in force judged with evidence, approved by another, proving its year (MS-22)."""

import io
from typing import Any

import pypdf
import pytest
from django.test import Client

from tests.cast import Cast, Person
from tests.signing import enter
from tingsu.desk.tests.cases import local
from tingsu.evaluation import occurrences
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = [pytest.mark.django_db, pytest.mark.req("MS-22")]
OCTOBER = local("2026-10-12 10:00")


def take(who: Person, entry: Entry, name: str, **values: Any) -> Entry:
    fresh = Entry.objects.get(pk=entry.pk)
    return take_step(actor=who.actor, entry=fresh, register=registers()[entry.register], step=name, values=values)


def obligation(cast: Cast, title: str, sort: str = "law") -> Entry:
    values = {
        "sort": sort, "title": title, "article": "第二十六条", "content": "不得以格式条款排除或者限制消费者权利", "effect": "答复用语", "interval": "yearly",
        "owner": str(cast.function.id),
    }  # fmt: skip
    return open_entry(actor=cast.mgmt_rep.actor, register=registers()["obligation"], opening=Opening(values=values))


def evaluation(cast: Cast) -> Entry:
    values = {
        "about": "2026 年度合规性评价",
        "year": "2026",
        "procedure": "WJ-2026-015 合规性评价程序",
        "until": "2026-11-30",
        "owner": str(cast.qa.id),
    }
    return open_entry(
        actor=cast.qa.actor, register=registers()["compliance_evaluation"], opening=Opening(values=values)
    )


def unmet(refused: Any) -> list[str]:
    return [one.code for one in refused.value.unmet]


def test_every_obligation_in_force_is_judged_with_evidence_and_the_report_approved_by_another(cast: Cast) -> None:
    with travel_to(OCTOBER):
        occurrences.open_owed()
        made = evaluation(cast)
        with pytest.raises(ConditionsUnmet) as nothing:
            take(cast.qa, made, "submit", conclusion="全部遵守")
        assert unmet(nothing) == ["no_obligation"]
        kept, broken = obligation(cast, "消费者权益保护法"), obligation(cast, "产品质量法")
        line = {"line": str(kept.pk), "verdict": "kept"}
        for wrong in (
            line,
            {**line, "evidence": "BH-2026-999"},
            {**line, "verdict": "not_kept", "evidence": kept.number},
            {**line, "verdict": "partly", "evidence": kept.number},
        ):
            with pytest.raises(InvalidInput):
                take(cast.qa, made, "judge", given=[wrong])
        take(cast.qa, made, "judge", given=[{**line, "evidence": broken.number}])
        with pytest.raises(ConditionsUnmet) as left:
            take(cast.qa, made, "submit", conclusion="一项未遵守")
        assert unmet(left) == ["unjudged"]
        assert broken.number in str(left.value.unmet[0])
        take(
            cast.qa,
            made,
            "judge",
            given=[{"line": str(broken.pk), "verdict": "not_kept", "note": "抽查三批无检验记录"}],
        )
        take(cast.qa, made, "submit", conclusion="一项未遵守")
        rows = Entry.objects.get(pk=made.pk).codes["judged"]
        record = Entry.objects.get(pk=rows[1]["record"])
        assert (record.codes["source"], record.codes["severity"], "record" in rows[0]) == ("compliance", "major", False)
        assert EntryLink.objects.filter(entry=record, other_id=made.pk, kind="follows").exists()
        judged_anew(cast.supervisor, made, kept, broken)
        assert Entry.objects.get(pk=made.pk).codes["judged"][1]["record"] == str(record.pk), "opened once"
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.supervisor, made, "approve")
        assert unmet(own) == ["own_work"]
        occurrences.prove_open()
        duty = next(one for one in Entry.objects.filter(register="duty") if one.codes["duty"] == "compliance")
        assert duty.state == "open", "a report that nobody has approved proves nothing"
        closed = take(cast.top_mgmt, made, "approve")
        assert (closed.state, closed.codes["closed_on"]) == ("closed", "2026-10-12")
        occurrences.prove_open()
        assert Entry.objects.get(pk=duty.pk).state == "done"
        assert EntryLink.objects.get(entry=duty, kind="proved").other_id == made.pk
        assert registers()["compliance_evaluation"].clauses(closed.codes) == ("CTS 9.1.2",)
        # what the obligation said then stays readable, whatever it says now
        desk = enter(Client(), cast.mgmt_rep.username)
        answer = desk.get(f"/desk/compliance/{made.number}/zh.pdf")
        text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages).replace(
            "\n", ""
        )
        for words in ("合规性评价报告", "消费者权益保护法", "未遵守", record.number, "WJ-2026-015"):
            assert words.replace(" ", "") in text.replace(" ", ""), words
        listed = desk.get("/desk/records/compliance_evaluation/").content.decode()
        assert "2026 年度评价报告已批准" in listed
    assert not [one for one in verify_organisation(Tally()) if one.table.startswith("registers")]


def judged_anew(who: Person, made: Entry, kept: Entry, broken: Entry) -> None:
    """Somebody who leads gives the report back, judges its lines and submits it: then it is their own too."""
    take(who, made, "give_back", until="2026-11-30", reason="补证据")
    take(who, made, "judge", given=[{"line": str(kept.pk), "verdict": "kept", "note": "抽查十件答复"}])
    take(who, made, "judge", given=[{"line": str(broken.pk), "verdict": "not_kept", "note": "另查两批，仍无记录"}])
    take(who, made, "submit", conclusion="一项未遵守")


def test_obligations_are_judged_one_by_one_on_a_page(cast: Cast) -> None:
    with travel_to(OCTOBER):
        kept, made = obligation(cast, "消费者权益保护法"), evaluation(cast)
        desk = enter(Client(), cast.qa.username)
        address = f"/desk/compliance/{made.number}/judgments/"
        page = desk.get(address).content.decode()
        for words in ("消费者权益保护法", "不得以格式条款", "还有 1 条"):
            assert words in page, words
        assert desk.post(address, {f"l{kept.pk}-verdict": "kept"}).status_code == 422
        assert (
            desk.post(address, {f"l{kept.pk}-verdict": "kept", f"l{kept.pk}-note": "抽查十件答复"}).status_code == 303
        )
        shown = desk.get(f"/desk/records/compliance_evaluation/{made.number}/").content.decode()
        assert "抽查十件答复" in shown
        assert enter(Client(), cast.auditor.username).get(address).status_code == 403


def test_nobody_approves_what_they_judged_though_another_judged_last(cast: Cast) -> None:
    with travel_to(OCTOBER):
        made, first, second = evaluation(cast), obligation(cast, "消费者权益保护法"), obligation(cast, "产品质量法")
        for who, duty in ((cast.mgmt_rep, first), (cast.qa, second)):
            take(who, made, "judge", given=[{"line": str(duty.pk), "verdict": "kept", "note": "看了十件"}])
        take(cast.qa, made, "submit", conclusion="全部遵守")
        for who in (cast.mgmt_rep, cast.qa):
            with pytest.raises((ConditionsUnmet, NotAllowed)):
                take(who, made, "approve")
        assert take(cast.supervisor, made, "approve").state == "closed"
