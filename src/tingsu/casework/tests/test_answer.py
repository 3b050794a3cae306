"""The answer when a complaint is not founded or not ours: P05, E22, P10, P12."""

from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.casework.actions import settle_silent_answers, silent_answers
from tingsu.casework.tests.cases import UNFOUNDED, answered, basis, investigating, unfounded
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.access import party_actor
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, Party
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.triage.tests.cases import graded, registered, step, told


def codes(refused: pytest.ExceptionInfo) -> set[str]:
    return {unmet.code for unmet in refused.value.unmet}


def letters(complaint: Complaint) -> list[str]:
    return list(
        Letter.objects.filter(stream_id=complaint.pk).order_by("created_at", "pk").values_list("template", flat=True)
    )


def complainant(complaint: Complaint) -> Actor:
    return party_actor(Party.objects.get(complaint=complaint, role="complainant"), complaint.organisation_id)


@pytest.mark.req("IV-11", "AS-14")
def test_the_answer_goes_out_together_with_the_other_ways_and_the_time_for_an_opinion_runs(cast: Cast) -> None:
    complaint = answered(cast)
    assert letters(complaint)[-2:] == ["answer_tactful", "ways"]
    assert complaint.answered_at == complaint.ways_informed_at
    assert complaint.waiting_on == "complainant"
    open_now = set(Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True).values_list("kind", flat=True))
    assert {"parties_opinion", "progress_feedback"} <= open_now
    assert not open_now & {"answer", "first_reply"}
    with pytest.raises(ConditionsUnmet) as refused:
        step(cast.specialist, complaint, "deliver_answer", answer="再发一次", tone="normal")
    assert codes(refused) == {"delivered"}


@pytest.mark.req("IV-11")
def test_an_answer_with_an_empty_placeholder_is_not_sent(cast: Cast) -> None:
    complaint = unfounded(cast)
    with pytest.raises(InvalidInput) as refused:
        step(cast.specialist, complaint, "deliver_answer", answer="退款已于〔日期〕到账", tone="normal")
    assert refused.value.fields["answer"].code == "placeholder"
    assert not {"answer", "answer_tactful"} & set(letters(complaint))


@pytest.mark.req("AS-14")
def test_not_ours_from_the_start_needs_no_investigation_and_names_the_channel(cast: Cast) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    values = {"reason": "承运商责任", "bases": basis()}
    for unticked in ({"out_of_scope": "no"}, {}):
        with pytest.raises(InvalidInput) as refused:
            step(cast.specialist, complaint, "answer_not_ours", **values, **unticked)
        assert set(refused.value.fields) == {"transfer_name", "transfer_contact"}
    complaint = step(
        cast.specialist,
        complaint,
        "answer_not_ours",
        **values,
        out_of_scope="no",
        transfer_name="顺达快递",
        transfer_contact="95000",
    )
    assert (complaint.state, complaint.verdict) == ("answering", "not_ours")
    complaint = step(cast.frontline, complaint, "deliver_answer", answer="这件事由承运商负责。", tone="normal")
    letter = Letter.objects.get(stream_id=complaint.pk, template="answer")
    sealed = complaint.stream.key().open(letter.values, f"letter:{letter.pk}:values")
    assert "顺达快递" in sealed
    assert "95000" in sealed
    with pytest.raises(InvalidInput) as uncalmed:
        step(cast.frontline, complaint, "answer_settled", reaction="accepted")
    assert set(uncalmed.value.fields) == {"calming"}
    settled = step(cast.frontline, complaint, "answer_settled", reaction="accepted", calming="用户表示理解")
    assert settled.outcome == "referred_out"


@pytest.mark.req("ISC 9.2.3")
def test_nothing_settles_before_the_answer_is_delivered(cast: Cast) -> None:
    complaint = unfounded(cast)
    for name, values in (("answer_settled", {"reaction": "accepted"}), ("reject_answer", {"reason": "不同意"})):
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.specialist, complaint, name, **values)
        assert codes(refused) == {"not_delivered"}
    complaint = step(cast.specialist, complaint, "deliver_answer", answer="已核查。", tone="normal")
    complaint = step(cast.specialist, complaint, "answer_settled", reaction="accepted", calming="用户表示理解")
    assert (complaint.state, complaint.outcome) == ("evaluating", "unfounded_answered")


@pytest.mark.req("T16")
@pytest.mark.parametrize(
    ("before_end", "settles"), [(timedelta(seconds=1), False), (timedelta(0), True), (-timedelta(days=1), True)]
)
def test_silence_settles_only_when_the_time_is_over(cast: Cast, before_end: timedelta, settles: bool) -> None:
    complaint = answered(cast)
    due = Promise.objects.get(stream_id=complaint.pk, kind="parties_opinion", ended_at__isnull=True).due_at
    with travel_to(due - before_end):
        assert silent_answers() == ([complaint.pk] if settles else [])
        if settles:
            assert settle_silent_answers() == 1
            assert settle_silent_answers() == 0
        else:
            with pytest.raises(ConditionsUnmet) as refused:
                step(cast.specialist, complaint, "answer_settled", reaction="silent")
            assert codes(refused) == {"still_time"}
    complaint.refresh_from_db()
    assert complaint.state == ("evaluating" if settles else "answering")
    if settles:
        event = Event.objects.get(stream_id=complaint.pk, kind="complaint.answer_settled")
        assert (event.actor_kind, event.actor_name) == ("system", "casework.settle_silent_answers")


@pytest.mark.req("T16", "invariant-2")
def test_the_end_of_the_complainants_time_is_no_breach_of_ours(cast: Cast) -> None:
    complaint = answered(cast)
    promise = Promise.objects.get(stream_id=complaint.pk, kind="parties_opinion")
    Promise.objects.filter(stream_id=complaint.pk).exclude(kind="parties_opinion").update(next_at=None)
    level = complaint.escalation_level
    with travel_to(promise.due_at):
        assert (sweep_due().lapsed, sweep_due().taken) == (1, 0)
        complaint.refresh_from_db()
        assert (complaint.escalation_level, complaint.next_due_kind) == (level, "progress_feedback")
        assert told(cast.specialist)[-1] == "promise.lapsed"
        assert settle_silent_answers() == 1
    promise.refresh_from_db()
    assert (promise.ending, promise.ended_at, promise.breached_at) == ("lapsed", promise.due_at, None)
    kinds = set(
        Event.objects.filter(stream_id=complaint.pk, data__kind="parties_opinion").values_list("kind", flat=True)
    )
    assert kinds == {"promise.warned", "promise.lapsed"}
    assert [one for one in verify_organisation(Tally()) if one.table != "clocks_promise"] == []


@pytest.mark.req("T16")
def test_the_silence_after_an_earlier_answer_settles_no_later_one(cast: Cast) -> None:
    complaint = answered(cast)
    due = Promise.objects.get(stream_id=complaint.pk, kind="parties_opinion").due_at
    with travel_to(due):
        while sweep_due().taken:
            pass
    with travel_to(due + timedelta(minutes=1)):
        step(cast.specialist, complaint, "contest", new_facts="银行流水显示未入账")
        step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
        step(
            cast.specialist,
            complaint,
            "deliver_answer",
            answer="流水是另一张卡。",
            tone="normal",
            late_reason="等待流水核对",
        )
        assert silent_answers() == []
        with pytest.raises(ConditionsUnmet) as refused:
            step(cast.specialist, complaint, "answer_settled", reaction="silent")
        assert codes(refused) == {"still_time"}


@pytest.mark.req("T16", "invariant-10")
def test_the_system_never_says_that_an_answer_was_accepted(cast: Cast) -> None:
    complaint = answered(cast)
    with pytest.raises(ConditionsUnmet) as refused:
        take_step(
            actor=automation("casework", cast.organisation_id),
            complaint_id=complaint.pk,
            step="answer_settled",
            values={"reaction": "accepted"},
        )
    assert codes(refused) == {"not_by_system"}


@pytest.mark.req("IV-11", "TR-17")
def test_the_complainant_accepts_contests_or_rejects_by_themselves(cast: Cast) -> None:
    complaint = answered(cast)
    actor = complainant(complaint)
    with pytest.raises(ConditionsUnmet) as refused:
        take_step(actor=actor, complaint_id=complaint.pk, step="answer_settled", values={"reaction": "silent"})
    assert codes(refused) == {"say_so"}
    with pytest.raises(NotAllowed):
        take_step(
            actor=actor, complaint_id=complaint.pk, step="deliver_answer", values={"answer": "x", "tone": "normal"}
        )
    complaint = take_step(
        actor=actor, complaint_id=complaint.pk, step="contest", values={"new_facts": "银行流水显示未入账"}
    )
    assert (complaint.state, complaint.waiting_on) == ("investigating", "us")
    assert "case.contested" in told(cast.specialist)
    complaint = step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    complaint = step(cast.specialist, complaint, "deliver_answer", answer="流水是另一张卡。", tone="tactful")
    assert letters(complaint).count("answer_tactful") == 2
    assert (
        take_step(actor=actor, complaint_id=complaint.pk, step="answer_settled", values={"reaction": "accepted"}).state
        == "evaluating"
    )


@pytest.mark.req("IV-07", "PS-11")
def test_who_contests_brings_their_own_files_and_no_file_that_somebody_else_uploaded(cast: Cast) -> None:
    complaint = answered(cast)
    actor = complainant(complaint)
    theirs = store.keep("flow.txt", b"flow", actor=cast.frontline.actor)
    own = store.keep("flow.txt", b"flow", actor=actor)
    contest = {"new_facts": "银行流水显示未入账"}
    with pytest.raises(NotFound):
        take_step(actor=actor, complaint_id=complaint.pk, step="contest", values={**contest, "files": [str(theirs.pk)]})
    complaint.refresh_from_db()
    assert complaint.state == "answering"
    values = {**contest, "files": [str(own.pk)]}
    assert take_step(actor=actor, complaint_id=complaint.pk, step="contest", values=values).state == "investigating"
    assert list(StoredFile.objects.filter(stream_id=complaint.pk).values_list("pk", flat=True)) == [own.pk]


@pytest.mark.req("CTS 8.6")
def test_a_rejected_answer_stays_open_and_the_ways_are_told_again(cast: Cast) -> None:
    complaint = answered(cast)
    complaint = step(cast.specialist, complaint, "reject_answer", reason="坚持要求赔偿")
    assert (complaint.state, complaint.outcome) == ("external_route", "")
    assert letters(complaint).count("ways") == 2
    assert Promise.objects.filter(stream_id=complaint.pk, kind="refusal_review", ended_at__isnull=True).exists()


@pytest.mark.req("TR-17")
def test_an_upgrade_out_of_the_answer_keeps_the_verdict(cast: Cast) -> None:
    from tingsu.triage.tests.cases import REPORT

    complaint = answered(cast)
    complaint = step(
        cast.specialist, complaint, "upgrade", reason="媒体介入", **REPORT, recipients=[str(cast.supervisor.id)]
    )
    assert (complaint.state, complaint.verdict) == ("pre_plan", "unfounded")
    assert not Promise.objects.filter(stream_id=complaint.pk, kind="parties_opinion", ended_at__isnull=True).exists()
    assert settle_silent_answers() == 0


@pytest.mark.req("IV-11")
def test_only_the_investigator_concludes(cast: Cast) -> None:
    complaint = investigating(cast)
    with pytest.raises(NotAllowed):
        step(cast.specialist2, complaint, "find_unfounded", **UNFOUNDED, bases=basis())
    assert step(cast.specialist, complaint, "find_unfounded", **UNFOUNDED, bases=basis()).state == "answering"
