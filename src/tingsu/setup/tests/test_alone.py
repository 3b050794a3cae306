"""One person alone: a whole complaint from registration to archive through the pages, without a second person (ME-01, ME-11)."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

import tingsu
from tests.cast import Cast
from tingsu.complaints.actions import take_step
from tingsu.complaints.fields import INTAKE_FIELDS
from tingsu.complaints.independence import WHY_NOT_YOU
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.complaints.moves import _moves
from tingsu.complaints.process import PROCESS
from tingsu.complaints.tests.test_interference import outside
from tingsu.demo.journey import ASSESSMENT, BASES, CALLBACK, HIGH_RISK, REPORT, REVIEW, SOLUTION, STORY, Journey
from tingsu.kernel import clock
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people import directory
from tingsu.people.alone import WORDS, keep
from tingsu.people.models import Account, Member, Unit
from tingsu.process.steps import Field
from tingsu.settlement.queries import current_items
from tingsu.settlement.tests.journey import registered
from tingsu.setup.tests.given import nothing_set_up
from tingsu.setup.tests.test_first_start import begun, send

pytestmark = [pytest.mark.django_db, pytest.mark.req("ME-01", "ME-11")]
ZONE = "Asia/Shanghai"  # the days that are typed are those of the firm: near midnight those of Greenwich are others
PLAN: dict[str, Any] = {
    "plan": "停售同批次，逐户联系", "script": "我们已停售该批次，正在逐一联系用户检测。", "containment": "下架封存",
    "containment_effect": "当日完成", "required_level": "coach",
}  # fmt: skip


@pytest.fixture
def alone(client: Client) -> Any:
    """A firm of one person, set up page by page, signed in with a second factor."""
    nothing_set_up()
    begun(client)
    send(client, "firm", kind="micro", size="micro")
    send(client, "rules", structure="one", profile="micro", documents=["sz"])
    send(client, "contact")
    assert send(client, "person", role="all").status_code == 303
    TOTP.activate(Account.objects.get(username="shen"), "JBSWY3DPEHPK3PXP")
    row = Organisation.objects.get(slug="qingchuan")
    with acting_for(row.pk):
        yield Alone(client)


class Alone:
    """The one person at the desk: every step is a page that is opened and a form that is sent."""

    def __init__(self, client: Client) -> None:
        self.client, self.at = client, clock.now()
        self.me, self.unit = str(Member.objects.get().pk), str(Unit.objects.get().pk)

    def register(self, **changes: Any) -> None:
        given = {**STORY, "occurred_on": clock.local_date(self.at - timedelta(days=3), ZONE).isoformat(), **changes}
        answer = self.client.post(reverse("desk:register"), typed(INTAKE_FIELDS, given))
        assert answer.status_code == 303, problems(answer)
        self.journey = Journey(Complaint.objects.latest("registered_at"), clock.now())

    def does(self, name: str, **values: Any) -> None:
        """Look at the case and at the form, then send it: nothing refers to anybody else."""
        journey = self.journey.deliver()
        journey.at += timedelta(minutes=1)
        address = reverse("desk:step", args=[journey.complaint.number, name])
        with clock.travel_to(journey.at):
            assert self.client.get(reverse("desk:case", args=[journey.complaint.number])).status_code == 200
            assert self.client.get(address).status_code == 200
            answer = self.client.post(address, typed(PROCESS[name].fields, values))
        assert answer.status_code in {302, 303}, (name, problems(answer))
        journey.refresh()

    def warnings(self) -> dict[str, list[str]]:
        events = Event.objects.filter(stream_id=self.journey.complaint.pk, data__has_key="warnings").order_by("seq")
        return {event.kind: event.data["warnings"] for event in events}


def typed(fields: tuple[Field, ...], values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values of a step as a form sends them."""
    known: dict[str, Any] = {one.name: one for one in fields}
    found: dict[str, Any] = {}
    for name, value in values.items():
        one = known[name]
        if one.kind == "rows":
            for place, line in enumerate(value):
                found |= typed(one.rows, line, f"{prefix}{name}-{place}-")
        elif value is not None:
            found[prefix + name] = as_typed(one, value)
    return found


def as_typed(one: Field, value: Any) -> Any:
    if one.kind == "money":
        return f"{value / 100:.2f}"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def problems(answer: Any) -> Any:
    """What a refused page says."""
    error = answer.context["error"] if answer.context else None
    return [
        answer.status_code,
        getattr(error, "fields", None),
        [str(one.sentence) for one in getattr(error, "unmet", [])],
    ]


ROAD = (
    ("confirm_record", {"how": "read_back"}),
    ("assess_and_grade", {**ASSESSMENT, "categories": ["24"]}),
)


def test_from_registration_to_archive_nobody_else_is_asked_for(alone: Alone) -> None:
    alone.register()
    for name, values in ROAD:
        alone.does(name, **values)
    alone.does("pass_on", unit=alone.unit, member=alone.me)
    assert alone.journey.complaint.state == "investigating", "who passes a case on to himself has it"
    alone.does("find_founded", **REPORT, bases=BASES)
    finish(alone)
    assert alone.warnings() == {
        "complaint.item_verified": ["verifier_is_executor"], "complaint.execution_verified": ["verifier_is_executor"],
    }  # fmt: skip


def finish(alone: Alone, rating: int | None = None) -> None:
    """From the verdict to the archive, with money that is paid and checked."""
    case, on = alone.journey.complaint, clock.local_date(alone.journey.at, ZONE).isoformat()
    demands = Demand.objects.filter(complaint=case)
    answers = [{"demand": str(one.pk), "reasonable": True, "decision": "granted"} for one in demands]
    paid = {"code": "47", "amount": 100_00, "text": "原路退回", "executor": alone.me, "due_on": on}
    alone.does("draft_solution", **{**SOLUTION, "remedy_required": True, "remedies": [paid], "answers": answers})
    alone.does("submit_solution")
    alone.does("send_solution")
    party = Party.objects.get(complaint=case, role="complainant")
    alone.does("record_opinion", party=str(party.pk), agrees="agree", means="phone")
    alone.does("agree")
    item = str(current_items(case)[0].pk)
    alone.does("finish_item", item=item, proof="退款回单", paid=100_00, means="original")
    alone.does("verify_item", item=item, remark="核对回单")
    alone.does("verify_execution", remark="已核对")
    alone.does("notify_result", notice="退款已原路退回。")
    if rating:
        alone.journey.deliver().take(alone.journey.party(), "rate", {"score": str(rating)})
    alone.does("callback", **CALLBACK, **({"cause": "等得太久，已道歉。"} if rating else {}))
    alone.does("close", **{**REVIEW, "stage_remarks": []})
    alone.does("archive", retention_class="complaint", keeper=alone.me)
    assert Complaint.objects.get(pk=case.pk).state == "archived"
    assert list(verify_organisation(Tally())) == []


def test_a_difficult_crisis_about_their_own_unit_with_a_low_rating_ends_too_and_every_warning_is_kept(
    alone: Alone,
) -> None:
    """Level, mediation, independence, the report upward, the check, the second caller: each a warning in the history."""
    alone.register()
    case = alone.journey.complaint
    Complaint.objects.filter(pk=case.pk).update(unit_concerned_id=alone.unit)
    for name, values in ROAD[:1]:
        alone.does(name, **values)
    high = {"grade": "high_risk", "urgency": "urgent", "difficult": True, "crisis": True, "reason": "波及面大"}
    alone.does("assess_and_grade", **{**ASSESSMENT, "categories": ["24"], **high})
    alone.does("report_high_risk", **HIGH_RISK, recipients=[alone.me])
    alone.does("draft_pre_plan", **PLAN)
    alone.does("adopt_pre_plan", unit=alone.unit, member=alone.me)
    assert alone.journey.complaint.state == "investigating"
    alone.does("find_founded", **REPORT, bases=BASES)
    finish(alone, rating=1)
    told = {code for codes in alone.warnings().values() for code in codes}
    assert told == {
        "reported_to_oneself", "level_too_low", "unit_concerned", "not_mediated", "verifier_is_executor", "handler_calls",
        "own_work",
    }  # fmt: skip
    page = alone.client.get(reverse("desk:case", args=[case.number])).content.decode()
    for words in ("一人承办", "评价不满意后的回访由负责人本人进行", "执行人本人核验"):
        assert words in page, words


def test_with_a_second_person_every_rule_refuses_as_ever(alone: Alone) -> None:
    from tingsu.kernel.actor import automation
    from tingsu.people import actions

    alone.register()
    for name, values in ROAD:
        alone.does(name, **values)
    actor = automation("test", Organisation.objects.get(slug="qingchuan").pk)
    actions.add_member(
        actor=actor, staff_number="002", name="何二", alias={"zh-Hans": "何老师", "en": "Agent He"}, username="he"
    )
    address = reverse("desk:step", args=[alone.journey.complaint.number, "assess_and_grade"])
    hard = {**ASSESSMENT, "categories": ["24"], "difficult": True}
    assert alone.client.post(address, typed(PROCESS["assess_and_grade"].fields, hard)).status_code in {302, 303}
    answer = alone.client.post(
        reverse("desk:step", args=[alone.journey.complaint.number, "pass_on"]), {"unit": alone.unit, "member": alone.me}
    )
    assert answer.status_code == 409
    assert alone.warnings() == {}


def test_after_a_low_rating_the_call_waits_for_the_one_person(alone: Alone) -> None:
    from tingsu.aftercare.queries import callbacks_due
    from tingsu.letters.models import Notice

    alone.register()
    for name, values in ROAD:
        alone.does(name, **values)
    solved = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水"}
    alone.does("solve_directly", **solved)
    alone.does("notify_result", notice="已补发。")
    alone.journey.deliver().take(alone.journey.party(), "rate", {"score": "1"})
    assert Notice.objects.filter(kind="rating.low", member_id=alone.me).exists()
    me = Member.objects.get().pk
    assert list(callbacks_due(me, follows=True)) == [(alone.journey.complaint.pk, True)]
    alone.does("callback", **CALLBACK, cause="等得太久，已道歉。")
    assert list(callbacks_due(me, follows=True)) == []


def test_what_one_person_writes_in_a_register_they_decide_too_with_a_warning(alone: Alone) -> None:
    page = reverse("registers:new", args=["monthly_report"])
    answer = alone.client.post(
        page, {"month": clock.local_date(alone.at, ZONE).isoformat(), "proposals": "增加夜间值班一人"}
    )
    assert answer.status_code in {302, 303}
    entry = answer.headers["Location"]
    for step in ("hand_in", "approve"):
        answer = alone.client.post(f"{entry}steps/{step}/", {})
        assert answer.status_code in {302, 303}, (step, answer.status_code)
    assert "由拟写人本人审定" in alone.client.get(entry).content.decode()


def test_without_a_post_in_the_body_one_person_decides_with_a_warning_and_two_are_refused(cast: Cast) -> None:
    """The firm shrank to its sales manager, who never had a post in the body (OG-02)."""
    case = registered(cast).complaint
    boss = outside(cast, cast.dept2, "supervisor", "specialist", "frontline")
    values = {"member": str(boss.id), "override_reason": "只剩一人"}
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="micro")
    with pytest.raises(NotAllowed):
        take_step(actor=boss.actor, complaint_id=case.pk, step="assign", values=values)
    Member.objects.exclude(pk=boss.id).update(active=False)
    directory.forget_cached()
    assert take_step(actor=boss.actor, complaint_id=case.pk, step="assign", values=values).owner_id == boss.id
    event = Event.objects.get(stream_id=case.pk, kind="complaint.assigned")
    assert event.data["warnings"] == ["outside_body"]
    assert Event.objects.filter(kind="complaint.interference_refused").count() == 1


@pytest.mark.req("ME-11")
def test_every_warning_that_a_rule_may_keep_has_words() -> None:
    """Else one person does alone what two should, and nobody can read of it."""
    sources = [one for one in Path(tingsu.__file__).parent.rglob("*.py") if "tests" not in one.parts]
    codes = {code for one in sources for code in re.findall(r'alone\.\w+\(\w+, "(\w+)"\)', one.read_text())}
    assert len(codes) > 12
    assert codes | set(WHY_NOT_YOU) <= set(WORDS)
    with pytest.raises(KeyError):
        keep(SimpleNamespace(facts={}, fact=print), "unheard_of")


@pytest.mark.req("PT-01")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_page_promises_nothing_of_somebody_else(alone: Alone, language: str) -> None:
    public = Client()
    public.cookies["tingsu_language"] = language
    promised = {"zh-hans": ("另一位同事", "无关的同事"), "en": ("somebody else", "independent", "does not decide")}[
        language
    ]

    def read() -> list[str]:
        page = public.get("/o/qingchuan/help/").content.decode()
        with override(language):
            page += str(_moves["agree"].follows)
        return [words for words in promised if words in page]

    assert read() == []
    Organisation.objects.filter(slug="qingchuan").update(profile="sz")
    assert read() != []
