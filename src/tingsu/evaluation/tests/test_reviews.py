"""Management review: an input pack from live data, nothing missing, a conclusion, decisions to their end (MS-26, MS-27, MS-28, MS-36)."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, Person
from tests.signing import enter
from tingsu.clocks.models import Promise
from tingsu.desk.tests.cases import a_case, local
from tingsu.evaluation import occurrences, pack, proving
from tingsu.evaluation.spans import span_of
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people import directory
from tingsu.people.models import Post
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db
MARCH = local("2026-03-31 15:00")


def take(who: Person, entry: Entry, name: str, **values: Any) -> Entry:
    fresh = Entry.objects.get(pk=entry.pk)
    return take_step(actor=who.actor, entry=fresh, register=registers()[entry.register], step=name, values=values)


def review(cast: Cast, **more: Any) -> Entry:
    values = {
        "about": "2026 年管理评审", "kind": "planned", "since": "2026-03-01", "until": "2026-03-31", "planned_on": "2026-04-10",
        "chair": str(cast.top_mgmt.id), "participants": [str(cast.mgmt_rep.id)], "owner": str(cast.mgmt_rep.id), **more,
    }  # fmt: skip
    return open_entry(
        actor=cast.mgmt_rep.actor, register=registers()["management_review"], opening=Opening(values=values)
    )


def meeting(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "held_on": "2026-03-31", "present": [str(cast.top_mgmt.id), str(cast.mgmt_rep.id)], "suitable": "yes", "adequate": "partly", "effective": "yes",
        "conclusion": "体系持续适宜，夜间人手不足", **more,
    }  # fmt: skip


def unmet(refused: Any) -> list[str]:
    return [one.code for one in refused.value.unmet]


def figures(entry: Entry, given: str) -> dict[str, Any]:
    return {one["code"]: one for one in Entry.objects.get(pk=entry.pk).codes["pack"] if one["input"] == given}


@pytest.mark.req("MS-26", "MS-27", "MS-34")
def test_the_pack_is_live_data_of_that_moment_and_a_missing_input_keeps_the_review_open(cast: Cast) -> None:
    with travel_to(local("2026-02-20 10:00")):
        a_case(cast.frontline, order_number="26110201")
    with travel_to(local("2026-03-20 10:00")):
        occurrences.open_owed()
        for number in range(2):
            a_case(cast.frontline, order_number=f"2611030{number}")
        values = {"source": "late", "description": "超时答复", "found_on": "2026-03-19", "severity": "minor"}
        open_entry(actor=cast.qa.actor, register=registers()["nonconformity"], opening=Opening(values=values))
    with travel_to(MARCH):
        made = review(cast)
        with CaptureQueriesContext(connection) as asked:
            pack.assembled(local("2026-03-01 00:00").date(), MARCH.date(), made.pk)
        assert len(asked) <= 25, [one["sql"][:90] for one in asked]
        take(cast.mgmt_rep, made, "assemble")
        assert figures(made, "c1")["received"] == {"input": "c1", "code": "received", "n": 2, "then": 1}
        assert figures(made, "c1")["month"] == {"input": "c1", "code": "month", "n": 2, "x": "2026-03"}
        assert (figures(made, "c6")["opened"]["n"], figures(made, "c6")["open"]["n"]) == (1, 1)
        assert figures(made, "a")["reviews"]["n"] == 0
        assert figures(made, "c3")["none"]["n"] == 0
        with travel_to(local("2026-03-31 16:00")):
            a_case(cast.frontline, order_number="26110399")
        assert figures(made, "c1")["received"]["n"] == 2, "kept as it was at that moment"
        take(cast.mgmt_rep, made, "assemble")
        assert figures(made, "c1")["received"]["n"] == 3
        with pytest.raises(InvalidInput):
            take(cast.mgmt_rep, made, "hold", **meeting(cast, present=[str(cast.mgmt_rep.id)]))
        decided = {
            "area": "resources",
            "what": "夜间增加一名值班人员",
            "who": str(cast.supervisor.id),
            "until": "2026-05-31",
        }
        take(cast.mgmt_rep, made, "hold", **meeting(cast, decisions=[decided]))
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.top_mgmt, made, "close")
        missing = {
            "missing_b",
            "missing_c2",
            "missing_c4",
            "missing_c5",
            "missing_c7",
            "missing_d",
            "missing_e",
            "missing_f",
        }
        assert set(unmet(refused)) == missing, "each that is missing is named"
        assert any("审核结果" in str(one) for one in refused.value.unmet)
        for code in sorted(missing):
            take(cast.mgmt_rep, made, "remark", given=code.removeprefix("missing_"), remark="本期无，下季度安排")
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.mgmt_rep, made, "close")
        assert unmet(own) == ["own_work"]
        closed = take(cast.top_mgmt, made, "close")
        assert (closed.state, closed.codes["closed_on"]) == ("acting", "2026-03-31")
        promise = Promise.objects.get(stream_id=made.pk, kind="review_decision")
        assert (promise.owner_id, promise.due_at) == (cast.supervisor.id, local("2026-05-31 23:59:59"))
        occurrences.prove_open()
        duty = next(one for one in Entry.objects.filter(register="duty") if one.codes["duty"] == "review")
        assert duty.state == "done"
        # what is still open comes back in the next one
        following = review(cast, about="下一次管理评审", since="2026-03-01", until="2026-03-31")
        take(cast.mgmt_rep, following, "assemble")
        again = figures(following, "a")
        assert (again["reviews"]["n"], again["decision"]["about"], again["decision"]["x"]) == (1, str(made.pk), "open")
        done = take(cast.supervisor, made, "finish_decision", decision="0", done_on="2026-03-31", result="已排班")
        assert done.state == "closed"
        take(cast.mgmt_rep, following, "assemble")
        assert figures(following, "a")["decision"]["x"] == "done"
        assert registers()["management_review"].clauses(done.codes) == ("CTS 9.3", "SZ 4(4)")
    assert not [one for one in verify_organisation(Tally()) if one.table.startswith("registers")]


@pytest.mark.req("MS-28")
def test_a_review_by_need_is_chaired_by_the_representative_with_senior_leaders_invited(cast: Cast) -> None:
    with travel_to(MARCH):
        for wrong, why in (
            ({"chair": str(cast.supervisor.id), "participants": [str(cast.top_mgmt.id)]}, "not_the_representative"),
            ({"chair": str(cast.mgmt_rep.id), "participants": [str(cast.supervisor.id)]}, "no_top_management"),
        ):
            made = review(cast, kind="by_need", **wrong)
            with pytest.raises(ConditionsUnmet) as refused:
                take(cast.mgmt_rep, made, "assemble")
            assert unmet(refused) == [why]
        made = review(
            cast,
            kind="by_need",
            chair=str(cast.mgmt_rep.id),
            participants=[str(cast.top_mgmt.id)],
            regular="GP-2026-01 第三项",
        )
        take(cast.mgmt_rep, made, "assemble")
        decided = {"area": "quality", "what": "电水壶密封圈批次排查", "who": str(cast.dept.id), "until": "2026-05-31"}
        take(cast.mgmt_rep, made, "hold", **meeting(cast, present=[str(cast.mgmt_rep.id)], decisions=[decided]))
        with pytest.raises(ConditionsUnmet) as lacking:
            take(cast.top_mgmt, made, "close")
        assert unmet(lacking) == ["missing_c2"], "a review by need looks at complaints, feedback and nonconformities"
        take(cast.mgmt_rep, made, "remark", given="c2", remark="本期无评价")
        assert take(cast.top_mgmt, made, "close").state == "acting"
        year = span_of("yearly", MARCH.date())
        assert proving.FINDERS["management_review"](year, None) is None, "that is no review at planned intervals"
        planned = review(cast, chair=str(cast.supervisor.id))
        with pytest.raises(ConditionsUnmet) as alone:
            take(cast.mgmt_rep, planned, "assemble")
        assert unmet(alone) == ["no_top_management"]


@pytest.mark.req("MS-26", "MS-28")
def test_who_chairs_is_asked_again_when_the_review_is_recorded_and_top_management_may_be_invited(cast: Cast) -> None:
    with travel_to(MARCH):
        for kind, chair, invited in (
            ("planned", cast.supervisor, cast.top_mgmt),
            ("planned", cast.top_mgmt, cast.supervisor),
            ("by_need", cast.mgmt_rep, cast.top_mgmt),
        ):
            made = review(cast, kind=kind, chair=str(chair.id), participants=[str(invited.id)])
            assert take(cast.mgmt_rep, made, "assemble").state == "assembled", (
                "who represents them only chairs one by need"
            )
        plan = {
            name: value
            for name, value in made.codes.items()
            if name in {"kind", "since", "until", "planned_on", "owner"}
        }
        changed = {**plan, "about": "临时评审", "chair": str(cast.supervisor.id), "participants": [str(cast.dept.id)]}
        take(cast.mgmt_rep, made, "plan", **changed)
        with pytest.raises(ConditionsUnmet) as refused:
            take(cast.mgmt_rep, made, "hold", **meeting(cast))
        assert unmet(refused) == ["not_the_representative", "no_top_management"]
        Post.objects.filter(role="top_mgmt").update(until=MARCH - timedelta(days=1))
        directory.forget_cached()
        take(cast.mgmt_rep, made, "plan", **changed | {"chair": str(cast.mgmt_rep.id)})
        present = [str(cast.mgmt_rep.id)]
        assert take(cast.mgmt_rep, made, "hold", **meeting(cast, present=present)).state == "held", (
            "a firm without a senior leader"
        )


@pytest.mark.req("MS-26", "MS-36")
def test_each_figure_opens_as_far_as_the_reader_may_go_and_the_minutes_are_a_file(cast: Cast) -> None:
    with travel_to(MARCH):
        values = {
            "side": "outside", "subject": "laws", "title": "消费者权益保护法实施条例", "effect": "答复时限缩短", "interval": "yearly",
            "purpose": "让用户放心购物", "direction": "以服务赢得信任", "owner": str(cast.mgmt_rep.id),
        }  # fmt: skip
        register = registers()["context_factor"]
        names = {one.rstrip("*") for one in register.form}
        factor = open_entry(
            actor=cast.mgmt_rep.actor, register=register, opening=Opening(values={name: one for name, one in values.items() if name in names})
        )  # fmt: skip
        made = review(cast)
        with CaptureQueriesContext(connection) as asked:
            pack.assembled(local("2026-03-01 00:00").date(), MARCH.date(), made.pk)
        assert len(asked) <= 25, [one["sql"][:90] for one in asked]
        take(cast.mgmt_rep, made, "assemble")
        assert (figures(made, "b")["factors"]["n"], figures(made, "b")["change"]["about"]) == (1, str(factor.pk))
        desk = enter(Client(), cast.top_mgmt.username)
        page = desk.get(f"/desk/records/management_review/{made.number}/").content.decode()
        for words in (factor.number, "消费者权益保护法实施条例", "缺失", "审核结果", "/desk/records/nonconformity/"):
            assert words in page, words
        # somebody who is invited reads the pack without the way to what is not theirs
        other = review(cast, participants=[str(cast.mgmt_rep.id), str(cast.frontline.id)])
        take(cast.mgmt_rep, other, "assemble")
        theirs = (
            enter(Client(), cast.frontline.username)
            .get(f"/desk/records/management_review/{other.number}/")
            .content.decode()
        )
        assert "消费者权益保护法实施条例" not in theirs
        assert "/desk/records/nonconformity/?" not in theirs
        take(cast.mgmt_rep, made, "hold", **meeting(cast))
        answer = desk.get(f"/desk/reviews/{made.number}/zh.pdf")
        text = (
            "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages)
            .replace("\n", "")
            .replace(" ", "")
        )
        for words in ("管理评审会议纪要", "夜间人手不足", "投诉数量、类型和趋势", "此项输入缺失"):
            assert words in text, words
        assert b"%PDF" in desk.get(f"/desk/reviews/{made.number}/en.pdf").getvalue()[:10]
