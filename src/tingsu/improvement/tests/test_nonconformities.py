"""Nonconformities from the finding to the proof that it worked (IM-01…IM-06), and the rules that open them (SL-16, SC-12)."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, step
from tingsu.improvement import corrective, rules, tasks
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.people.directory import forget_cached
from tingsu.people.models import Post
from tingsu.registers import queries, reading
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Beijing
FOUND: dict[str, Any] = {
    "source": "quality_check",
    "description": "6 件回访记录没有投诉人原话",
    "found_on": "2026-03-02",
    "severity": "major",
    "stage": "evaluating",
    "supplier": "安诺呼叫服务",
}
CONTAINED = {
    "control": [{"what": "补做回访", "on": "2026-03-02"}],
    "consequences": [{"what": "向两人致歉", "on": "2026-03-02"}],
}
EVALUATED: dict[str, Any] = {
    "analysis": "集中在晚班", "method": "five_why", "whys": [{"why": "没有写原话"}, {"why": "没有学过要写"}],
    "cause": "未培训", "similar": "反馈记录也有一件",
}  # fmt: skip


def register() -> Any:
    return registers()["nonconformity"]


def found_by(person: Any, **changes: Any) -> Entry:
    return open_entry(actor=person.actor, register=register(), opening=Opening(values={**FOUND, **changes}))


def take(person: Any, entry: Entry, name: str, **values: Any) -> Entry:
    now = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=person.actor, entry=now, register=register(), step=name, values=values)


def plan(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "actions": [
            {"what": "修订规范", "owner": str(cast.qa.id), "until": "2026-03-20", "resources": "2 人日"},
            {"what": "复训", "owner": str(cast.dept.id), "until": "2026-03-25"},
        ],
        "criterion": "抽查完整率不低于 98%",
        "review_on": "2026-04-20",
        "preventive": "反馈记录同样设最低内容",
    } | changes


def planned(cast: Cast, at: datetime = START) -> Entry:
    with travel_to(at):
        entry = found_by(cast.qa, owner=str(cast.supervisor.id))
        take(cast.supervisor, entry, "contain", **CONTAINED)
        take(cast.supervisor, entry, "evaluate", **EVALUATED)
        return take(cast.supervisor, entry, "plan", **plan(cast))


def running(entry: Entry) -> list[tuple[str, date, Any]]:
    rows = Promise.objects.filter(stream_id=entry.pk, ended_at=None).order_by("due_at", "pk")
    return [(row.kind, row.due_at.date(), row.owner_id) for row in rows]


def findings() -> list[str]:
    return [found.sentence for found in verify.verify_organisation(verify.Tally())]


@pytest.mark.req("IM-01")
def test_whoever_finds_one_opens_it_with_everything_the_register_asks(cast: Cast) -> None:
    with travel_to(START):
        entry = found_by(cast.dept, owner=str(cast.supervisor.id))
    assert (entry.number, entry.state) == ("BH-2026-001", "open")
    assert (entry.owner_id, entry.opened_by) == (cast.supervisor.id, cast.dept.id)
    assert entry.codes == {
        "source": "quality_check", "found_on": "2026-03-02", "severity": "major", "stage": "evaluating",
        "owner": str(cast.supervisor.id),
    }  # fmt: skip
    assert entry.written() == {"description": FOUND["description"], "supplier": FOUND["supplier"]}
    assert running(entry) == [("nonconformity_reaction", date(2026, 3, 4), cast.supervisor.id)]
    assert list(Notice.objects.filter(stream_id=entry.pk).values_list("member_id", "kind")) == [
        (cast.supervisor.id, "nonconformity.given")
    ]
    for missing in ("source", "description", "found_on", "severity"):
        with pytest.raises(InvalidInput) as refused:
            found_by(cast.dept, **{missing: ""})
        assert set(refused.value.fields) == {missing}


@pytest.mark.req("IM-02")
def test_reaction_needs_control_and_consequences_each_with_a_date_and_ends_its_limit(cast: Cast) -> None:
    with travel_to(START):
        entry = found_by(cast.qa)
        for missing in ("control", "consequences"):
            with pytest.raises(InvalidInput) as refused:
                take(cast.qa, entry, "contain", **{**CONTAINED, missing: []})
            assert set(refused.value.fields) == {missing}
        with pytest.raises(InvalidInput):
            take(cast.qa, entry, "contain", **{**CONTAINED, "control": [{"what": "补做回访", "on": ""}]})
        entry = take(cast.qa, entry, "contain", **CONTAINED)
    assert entry.state == "contained"
    assert entry.codes["control"] == [{"on": "2026-03-02"}]
    assert [kind for kind, _due, _owner in running(entry)] == ["nonconformity_evaluation"]
    assert Promise.objects.get(stream_id=entry.pk, kind="nonconformity_reaction").ending == "met"


@pytest.mark.req("IM-02", "IM-08")
def test_a_proof_uploaded_with_the_reaction_belongs_to_the_entry(
    cast: Cast, sign_in, client, tmp_path, settings
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tingsu.files.models import StoredFile
    from tingsu.files.tests import samples

    settings.HOME = tmp_path
    entry = found_by(cast.qa)
    sign_in(cast.qa)
    values = {
        "control-0-what": "补做回访",
        "control-0-on": "2026-03-02",
        "consequences-0-what": "致歉",
        "consequences-0-on": "2026-03-02",
        "version": "1",
        "proof__new": SimpleUploadedFile("回访.png", samples.picture(), "image/png"),
    }
    address = reverse("registers:step", args=["nonconformity", entry.number, "contain"])
    assert client.post(address, values).status_code == 303
    file = StoredFile.objects.get()
    assert file.stream_id == entry.pk
    assert Entry.objects.get(pk=entry.pk).codes["proof"] == [str(file.pk)]
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 200
    sign_in(cast.dso)
    assert client.get(reverse("files:download", args=[file.pk])).status_code == 404
    assert not findings()


@pytest.mark.req("IM-03")
@pytest.mark.parametrize("missing", ["analysis", "cause", "similar"])
def test_no_plan_without_analysis_cause_and_similar_cases(cast: Cast, missing: str) -> None:
    with travel_to(START):
        entry = found_by(cast.qa)
        take(cast.qa, entry, "contain", **CONTAINED)
        with pytest.raises(InvalidInput) as refused:
            take(cast.qa, entry, "evaluate", **{**EVALUATED, missing: ""})
        assert set(refused.value.fields) == {missing}
        with pytest.raises(ConditionsUnmet):
            take(cast.qa, entry, "plan", **plan(cast))
        entry = take(cast.qa, entry, "evaluate", **EVALUATED)
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        row.write({name: text for name, text in row.written().items() if name != missing})
        row.save(update_fields=["texts"])
        with pytest.raises(ConditionsUnmet) as unmet:
            take(cast.qa, entry, "plan", **plan(cast))
        assert [one.code for one in unmet.value.unmet] == [f"{missing}_missing"]


@pytest.mark.req("IM-04", "IM-06")
def test_approved_actions_are_promises_of_those_who_owe_them(cast: Cast, sign_in, client) -> None:
    entry = planned(cast)
    with travel_to(START + timedelta(days=1)):
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.supervisor, entry, "approve", prevention="adopted")
        assert [one.guard for one in own.value.unmet] == ["done_by_another"]
        with pytest.raises(InvalidInput):
            take(cast.mgmt_rep, entry, "approve")
        entry = take(cast.mgmt_rep, entry, "approve", prevention="adopted")
        assert entry.codes["prevention"] == "adopted"
        assert entry.written()["preventive"] == "反馈记录同样设最低内容"
        assert running(entry)[:2] == [
            ("corrective_action", date(2026, 3, 20), cast.qa.id),
            ("corrective_action", date(2026, 3, 25), cast.dept.id),
        ]
        sign_in(cast.dept)
        assert entry.number in client.get(reverse("desk:work")).content.decode()
        assert [one.pk for one in queries.waiting_for(cast.dept.actor)] == [entry.pk]
        done = {"action": "1", "done_on": "2026-03-03", "result": "全部通过"}
        entry = take(cast.dept, entry, "finish_action", **done)
        assert entry.state == "acting"
        assert not queries.waiting_for(cast.dept.actor)
        with pytest.raises(InvalidInput):
            take(cast.qa, entry, "finish_action", **done)
        entry = take(cast.qa, entry, "finish_action", **{**done, "action": "0"})
    assert entry.state == "review"
    assert running(entry) == [("effect_review", date(2026, 4, 20), cast.supervisor.id)]
    assert not findings()
    told = reading.history_of(
        cast.qa.actor, register(), Entry.objects.select_related("stream").get(pk=entry.pk), "page"
    )
    done = [[words for _label, words in one.codes] for one in told if one.kind == "nonconformity.action_finished"]
    assert [words[0] for words in done] == ["复训", "修订规范"], "by name, though nobody may choose them any more"


@pytest.mark.req("IM-05")
@pytest.mark.parametrize(("verdict", "state"), [("confirm", "closed"), ("reopen", "contained")])
def test_effect_is_judged_by_another_person_not_before_its_day(cast: Cast, verdict: str, state: str) -> None:
    entry = planned(cast)
    with travel_to(START + timedelta(days=2)):
        take(cast.mgmt_rep, entry, "approve", prevention="rejected")
        for place in ("0", "1"):
            take(cast.qa, entry, "finish_action", action=place, done_on="2026-03-03", result="完成")
        with pytest.raises(ConditionsUnmet) as early:
            take(cast.mgmt_rep, entry, verdict, effect="抽查 40 件")
        assert [one.code for one in early.value.unmet] == ["too_early"]
    with travel_to(datetime(2026, 4, 20, 2, 0, tzinfo=UTC)):
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.supervisor, entry, verdict, effect="抽查 40 件")
        assert [one.code for one in own.value.unmet] == ["own_work"]
        if verdict == "confirm":  # whoever carried out an action finds nothing effective either
            with pytest.raises(ConditionsUnmet) as own:
                take(cast.qa, entry, verdict, effect="抽查 40 件")
            assert [one.code for one in own.value.unmet] == ["own_action", "own_work"]
        with pytest.raises(InvalidInput):
            take(cast.mgmt_rep, entry, verdict, effect="")
        entry = take(cast.mgmt_rep, entry, verdict, effect="抽查 40 件")
    assert entry.state == state
    assert Promise.objects.get(stream_id=entry.pk, kind="effect_review").ending == "met"
    again = [kind for kind, _due, _owner in running(entry)]
    assert again == (["nonconformity_evaluation"] if verdict == "reopen" else [])
    assert not findings()


@pytest.mark.req("SL-16", "IM-01")
def test_a_breach_opens_one_and_it_is_counted_by_stage_person_department_and_supplier(
    cast: Cast, sign_in, client
) -> None:
    with travel_to(START):
        complaint = a_case(cast.frontline)
    late = START + timedelta(days=2)
    with travel_to(late):
        while sweep_due().taken:
            pass
        events = list(Event.objects.filter(stream_id=complaint.pk, kind="promise.breached").order_by("seq"))
        assert events
        for event in events:
            tasks.open_nonconformity.run(organisation=str(cast.organisation_id), event_id=str(event.pk), source="late")
            tasks.open_nonconformity.run(organisation=str(cast.organisation_id), event_id=str(event.pk), source="late")
    opened = list(Entry.objects.order_by("number"))
    assert len(opened) == len(events)
    entry = opened[0]
    assert entry.codes["source"] == "late"
    assert entry.codes["stage"] == "registered"
    assert entry.codes["person"] == str(cast.frontline.id)
    assert entry.unit_id == cast.units["intake"].pk
    assert entry.owner_id == cast.supervisor.id
    assert complaint.number in Entry.objects.select_related("stream").get(pk=entry.pk).written()["description"]
    assert list(EntryLink.objects.values_list("other_id", flat=True)) == [complaint.pk] * len(events)
    found_by(cast.qa)
    actor, counts = cast.supervisor.actor, queries.counts_of
    assert counts(actor, register(), "stage")[0][::2] == ("registered", len(events))
    assert counts(actor, register(), "person") == [(str(cast.frontline.id), "工号 1001（1001）", len(events))]
    assert counts(actor, register(), "department")[0][2] == len(events)
    assert [(words, number) for _code, words, number in counts(actor, register(), "supplier")] == [("安诺呼叫服务", 1)]
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:list", args=["nonconformity"])).content.decode()
    assert f"?person={cast.frontline.id}" in page
    case = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    assert entry.number in case
    assert not findings()


@pytest.mark.req("IM-01")
def test_whoever_leads_the_group_answers_for_it_and_never_for_an_own_failure(cast: Cast) -> None:
    complaint = a_case(cast.frontline)
    intake, centre = str(cast.units["intake"].pk), str(cast.units["centre"].pk)

    def owner(person: Person, unit: str) -> object:
        return rules._owner(complaint, {"person": str(person.id), "department": unit})

    assert owner(cast.frontline, intake) == cast.supervisor.id, "nobody leads the group: the next one above"
    Post.objects.filter(member_id=cast.frontline2.id).update(is_head=True)
    forget_cached()
    assert owner(cast.frontline, intake) == cast.frontline2.id
    assert owner(cast.frontline2, intake) == cast.supervisor.id, "it speaks of the leader"
    assert owner(cast.supervisor, centre) == cast.top_mgmt.id, "and above the centre stands the committee"
    assert rules._owner(complaint, {"person": str(cast.frontline.id)}) == cast.supervisor.id, "no group is known"


@pytest.mark.req("SL-16", "SC-12")
def test_events_queue_the_job_that_opens_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.open_nonconformity, "defer", lambda **named: queued.append(named))
    monkeypatch.setattr(tasks.open_nonconformity, "defer_all", queued.extend)
    with travel_to(START):
        complaint = a_case(cast.frontline)
    with travel_to(START + timedelta(hours=1)):
        step(cast.frontline, complaint, "correct_record", product="空气炸锅 4L", reason="型号写错")
    with travel_to(START + timedelta(days=2)):
        while sweep_due().taken:
            pass
    sources = [named["source"] for named in queued]
    breaches = Event.objects.filter(stream_id=complaint.pk, kind="promise.breached").count()
    assert breaches
    assert sources == ["record_error", *["late"] * breaches]
    assert queued[0]["event_id"] == str(Event.objects.get(kind="complaint.record_corrected").pk)


@pytest.mark.req("SC-12", "IM-01")
@pytest.mark.parametrize(("kind", "source"), [("complaint.rated", "not_satisfied"), ("complaint.called_back", "not_satisfied"),
                                              ("complaint.result_rejected", "not_satisfied"),
                                              ("complaint.execution_failed", "failed_execution")])  # fmt: skip
def test_dissatisfaction_and_failed_execution_open_a_review(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, source: str
) -> None:
    from tingsu.kernel.ledger import lock_chain

    queued: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.open_nonconformity, "defer", lambda **named: queued.append(named))
    complaint = a_case(cast.frontline)
    for low in (False, True):
        chain = lock_chain(complaint.pk)
        event = chain.record(kind, actor=cast.frontline.actor, at=START, data={"low": True} if low else {})
        chain.flush()
    rated = kind in {"complaint.rated", "complaint.called_back"}
    wanted = [source] if rated else [source, source]
    assert [named["source"] for named in queued] == wanted
    entry = rules.open_nonconformity(event.pk, source)
    assert entry is not None
    assert entry.codes["source"] == source
    assert rules.open_nonconformity(event.pk, source) is None


@pytest.mark.req("IM-04")
def test_who_has_a_part_in_a_plan_is_told_of_it_once_it_is_approved_and_until_it_is_done() -> None:
    actions = [{"owner": "a"}, {"owner": "b"}, {"owner": "a"}]
    for codes, part in (
        ({}, ()), ({"actions": actions}, ()), ({"actions": actions, "prevention": "adopted"}, ("a", "b", "a")),
        ({"actions": actions, "prevention": "rejected", "actions_done": ["0"]}, ("b", "a")),
        ({"actions": actions, "prevention": "adopted", "actions_done": ["0", "1", "2"]}, ()),
    ):  # fmt: skip
        assert corrective.doers(codes) == part


@pytest.mark.req("IM-01")
@pytest.mark.parametrize(
    ("grade", "urgency", "severity"),
    [
        ("general", "normal", "minor"),
        ("high_risk", "normal", "major"),
        ("general", "urgent", "major"),
        ("", "", "minor"),
    ],
)
def test_how_grave_a_rule_finds_it(cast: Cast, grade: str, urgency: str, severity: str) -> None:
    complaint = a_case(cast.frontline)
    Complaint.objects.filter(pk=complaint.pk).update(grade=grade, urgency=urgency)
    event = Event.objects.filter(stream_id=complaint.pk).order_by("-seq")[0]
    entry = rules.open_nonconformity(event.pk, rules.ERROR)
    assert entry is not None
    assert entry.codes["severity"] == severity


@pytest.mark.req("IM-01", "SL-16")
@pytest.mark.parametrize(
    ("due", "day"), [("2026-03-02T15:59:59.000000Z", "2026-03-02"), ("2026-03-02T16:00:00.000000Z", "2026-03-03")]
)
def test_the_day_of_a_missed_limit_is_that_of_the_organisation(cast: Cast, due: str, day: str) -> None:
    event: Any = SimpleNamespace(body={"kind": "first_reply", "due_at": due})
    assert day in rules.said_of(event, a_case(cast.frontline), rules.LATE).first_words()


@pytest.mark.req("SL-16", "IM-01")
def test_what_is_opened_late_speaks_of_the_stage_and_the_person_of_its_time(cast: Cast) -> None:
    from tingsu.kernel.ledger import lock_chain

    complaint = a_case(cast.frontline)
    chain = lock_chain(complaint.pk)
    data = {"promise": str(complaint.pk), "kind": "first_reply", "due_at": START, "owner": cast.dept.id, "alert": False}
    event = chain.record("promise.breached", actor=cast.frontline.actor, at=START, data=data)
    chain.record(
        "complaint.passed_on",
        actor=cast.frontline.actor,
        at=START,
        data={"set": {"state": ["registered", "routing"]}},
    )
    chain.flush()
    found = rules._where(event, complaint)
    logistics = str(cast.units["logistics"].pk)
    assert found == {"stage": "registered", "person": str(cast.dept.id), "department": logistics}


@pytest.mark.req("IM-05")
def test_who_answers_for_one_owes_its_review_whoever_planned_it(cast: Cast) -> None:
    entry = found_by(cast.qa, owner=str(cast.specialist2.id))
    for name, values in (("contain", CONTAINED), ("evaluate", EVALUATED), ("plan", plan(cast))):
        take(cast.qa, entry, name, **values)
    review = Promise.objects.get(stream_id=entry.pk, kind="effect_review")
    assert review.owner_id == cast.specialist2.id
