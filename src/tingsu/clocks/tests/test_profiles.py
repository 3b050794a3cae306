"""The profiles that ship, one for each document (§31.1): due instants, clauses, what confirms a number, and choosing one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.calendars.arithmetic import due_at
from tingsu.calendars.tests.calendars import china, local
from tingsu.clocks import timers
from tingsu.clocks.actions import choose_profile, publish_time_limits
from tingsu.clocks.comparison import IN_FORCE, changed_timers, mark_of, side_by_side
from tingsu.clocks.conditions import Facts
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.models import Promise
from tingsu.clocks.policy import problems_of, read_policy, rule_for
from tingsu.clocks.profiles import PROFILES, completed, profile_body
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.tests.promises import open_case_with
from tingsu.clocks.tests.repairs import repairs
from tingsu.clocks.timers import Limit, TimerKind, UnknownTimer, timer
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import PublishedMeanwhile

__all__ = ["repairs"]
MONDAY = local("2026-03-02 10:00")
NAMES = ("strictest", "isc", "sz", "svc", "cts", "micro")
URGENT, HIGH = Facts(urgency="urgent"), Facts(grade="high_risk")
DUE = [
    ("acknowledgement", Facts(), "2026-03-02 10:05"),
    ("urgent_response", Facts(), "2026-03-02 10:15"),
    ("first_reply", Facts(mode="internet"), "2026-03-03 10:00"),
    ("first_reply", Facts(mode="email"), "2026-03-03 10:00"),
    ("first_reply", Facts(mode="phone"), "2026-03-03 10:00"),
    ("first_reply", Facts(mode="letter"), "2026-03-23 18:00"),
    ("handling_start", Facts(mode="letter"), "2026-03-03 10:00"),
    ("push_to_investigation", Facts(), "2026-03-02 10:15"),
    ("dedicated_contact", Facts(), "2026-03-03 10:00"),
    ("progress_feedback", Facts(), "2026-03-04 18:00"),
    ("high_risk_report", HIGH, "2026-03-02 10:15"),
    ("pre_plan", HIGH, "2026-03-02 14:00"),
    ("repeat_solution", Facts(repeated=True), "2026-03-04 10:00"),
    ("department_answer", Facts(kind="complaint"), "2026-03-03 18:00"),
    ("department_answer", Facts(kind="report"), "2026-03-02 14:00"),
    ("department_answer", Facts(topic="ip"), "2026-03-02 14:00"),
    ("department_ruling", Facts(), "2026-03-04 18:00"),
    ("investigation", Facts(), "2026-03-09 18:00"),
    ("investigation", URGENT, "2026-03-04 18:00"),
    ("investigation", HIGH, "2026-03-04 18:00"),
    ("solution", Facts(approved=False), "2026-03-04 18:00"),
    ("solution", Facts(approved=True), "2026-03-02 11:00"),
    ("answer", Facts(), "2026-03-04 18:00"),
    ("parties_opinion", Facts(), "2026-03-09 24:00"),
    ("refusal_review", Facts(), "2026-04-01 24:00"),
    ("callback", Facts(), "2026-03-05 18:00"),
    ("low_rating_call", Facts(), "2026-03-03 18:00"),
    ("review_request", Facts(), "2026-03-09 18:00"),
    ("archiving", Facts(), "2026-03-09 18:00"),
    ("after_sales", Facts(product_type="food"), "2026-03-09 24:00"),
    ("after_sales", Facts(product_type="fresh"), "2026-03-04 24:00"),
    ("after_sales", Facts(product_type="digital"), "2026-03-05 24:00"),
    ("after_sales", Facts(product_type="appliance"), "2026-03-12 24:00"),
    ("after_sales", Facts(product_type="furniture"), "2026-03-12 24:00"),
]
"""§31.1 gives no profile another number than the strictest; a dash takes the strictest's."""

CLAUSES = {
    "acknowledgement": ("SZ 6(4); CTS 8.2 c", "SZ 6(4); CTS 8.2 c", "SZ 6(4)", "SZ 6(4); CTS 8.2 c", "CTS 8.2 c", "SZ F.3"),
    "urgent_response": ("SVC 1.3.2; CTS 8.2 b", "ISC 8.2.2", "SZ 6(5)", "SVC 1.3.2", "CTS 8.2 b", "SVC 1.3.2; CTS 8.2 b"),
    "handling_start": ("SVC 1.3.2", "SVC 1.3.2", "SVC 1.3.2", "SVC 1.3.2", "SVC 1.3.2", "SZ F.5"),
    "first_reply": ("ISC 9.1.1.2",) * 6,
    "progress_feedback": ("ISC 9.1.2; SZ 6(3)", "ISC 9.1.2", "SZ 6(3)", *("ISC 9.1.2; SZ 6(3)",) * 3),
    "push_to_investigation": ("SVC 3.2.1",) * 6,
    "dedicated_contact": ("SVC 3.1.2",) * 6,
    "repeat_solution": ("SVC 3.1.3", "SVC 3.1.3", "SVC 3.1.3", "SVC 3.1.3", "CTS 8.4", "SVC 3.1.3"),
    "investigation": ("CTS 8.1 b1", "ISC 8.2.2", "SZ 6(1)", "CTS 8.1 b1", "CTS 8.1 b1", "SZ F.5"),
    "solution": ("CTS 8.1 b1; SZ 6(7)", "ISC 8.2.2", "SZ 6(7), 6(8)", "CTS 8.1 b1; SZ 6(7)", "CTS 8.1 b1", "SZ F.5"),
    "answer": ("ISC 9.1.2, 9.2.3",) * 6,
}  # fmt: skip
GIVEN, OURS, OTHERS = "", "our own value", "not in this document, from the strictest"
MARKS = {
    "acknowledgement": (OURS,) * 6,
    "urgent_response": (GIVEN, OURS, OURS, GIVEN, OURS, OTHERS),
    "handling_start": (GIVEN, OTHERS, OTHERS, GIVEN, OTHERS, OURS),
    "first_reply": (GIVEN, OURS, OTHERS, OTHERS, OTHERS, OTHERS),
    "progress_feedback": (GIVEN, GIVEN, OURS, OTHERS, OTHERS, OTHERS),
    "push_to_investigation": (GIVEN, OTHERS, OTHERS, GIVEN, OTHERS, OTHERS),
    "dedicated_contact": (GIVEN, OTHERS, OTHERS, GIVEN, OTHERS, OTHERS),
    "repeat_solution": (GIVEN, OTHERS, OTHERS, GIVEN, OURS, OTHERS),
    "investigation": (OURS,) * 6,
    "solution": (OURS,) * 6,
    "answer": (GIVEN, GIVEN, OTHERS, OTHERS, OTHERS, OTHERS),
    "high_risk_report": (OURS,) * 6,
    "pre_plan": (OURS,) * 6,
    "department_answer": (OURS,) * 6,
    "parties_opinion": (OURS,) * 6,
    "callback": (OURS,) * 6,
    "low_rating_call": (OURS,) * 6,
    "review_request": (OURS,) * 6,
    "archiving": (OURS,) * 6,
    "after_sales": (OURS,) * 6,
    "function_opinion": (OURS,) * 6,
    "green_opinion": (OURS,) * 6,
    "joint_assessment": (OURS,) * 6,
}


def rule_of(profile: str, name: str, facts: Facts = Facts()):  # noqa: B008 - it is frozen
    policy = read_policy(profile_body(profile))
    rule = rule_for(policy, timer(name), facts, start=MONDAY, calendar=china())
    assert rule is not None
    return rule


@pytest.mark.req("SL-01", "SL-03", "SL-04", "SL-05", "SL-06", "SL-07", "SL-08", "SL-09", "SL-10", "SL-11")
@pytest.mark.parametrize("profile", NAMES)
@pytest.mark.parametrize(("name", "facts", "due"), DUE)
def test_every_profile_ends_every_limit_at_its_instant(profile: str, name: str, facts: Facts, due: str) -> None:
    day, clock = due.split()
    end = local(f"{day} 00:00") + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
    assert due_at(MONDAY, rule_of(profile, name, facts).allowance, china()) == end


@pytest.mark.req("SL-01")
def test_the_profiles_are_those_of_the_documents_and_each_may_be_published() -> None:
    assert tuple(PROFILES) == NAMES
    covered = {name for name, _facts, _due in DUE}
    assert covered == {
        one.name for one in timers.timers("complaint").values() if not (one.dated or one.optional) and one.code
    }
    for name in NAMES:
        assert problems_of(profile_body(name)) == []
        assert profile_body(name)["profile"] == name
        assert completed(profile_body(name)) == profile_body(name)


@pytest.mark.req("SL-01")
@pytest.mark.parametrize("place", range(6), ids=NAMES)
def test_every_limit_names_the_clause_it_rests_on(place: int) -> None:
    found = {name: rule_of(NAMES[place], name).basis for name in CLAUSES}
    assert found == {name: clauses[place] for name, clauses in CLAUSES.items()}


@pytest.mark.req("SL-01")
@pytest.mark.parametrize("place", range(6), ids=NAMES)
def test_a_number_that_the_document_does_not_give_is_marked(place: int) -> None:
    profile, found = NAMES[place], {}
    with override("en"):
        for name in MARKS:
            rule = rule_of(profile, name)
            found[name] = mark_of(profile, rule.basis, ours=rule.ours)
    assert found == {name: marks[place] for name, marks in MARKS.items()}


@pytest.mark.req("SL-01", "SL-05")
@pytest.mark.parametrize(("mode", "ours"), [("internet", False), ("email", False), ("letter", False), ("phone", True)])
def test_isc_gives_a_first_reply_on_the_platform_by_e_mail_and_by_letter_only(mode: str, ours: bool) -> None:
    assert rule_of("isc", "first_reply", Facts(mode=mode)).ours == ours
    assert rule_of("strictest", "first_reply", Facts(mode=mode)).ours is False


@pytest.mark.req("SL-01")
def test_a_profile_may_have_lines_of_its_own_and_without_them_takes_the_strictest(monkeypatch) -> None:
    from tingsu.calendars.arithmetic import Unit

    general, own = Limit(amount=3, unit=Unit.DAY, basis="X"), Limit(amount=9, unit=Unit.DAY, basis="Y", profile="sz")
    shared = {"of": "complaint", "label": "A", "starts": "b", "stops": "c", "source": "d"}
    monkeypatch.setattr(timers, "_timers", dict(timers._timers))
    timers.declare(TimerKind(name="only_here", **shared, limits=(general, own)))
    amounts = {
        name: [row["amount"] for row in profile_body(name)["rules"] if row["timer"] == "only_here"] for name in NAMES
    }
    assert amounts == {name: [9] if name == "sz" else [3] for name in NAMES}
    older = {"profile": "sz", "rules": [row for row in profile_body("sz")["rules"] if row["timer"] != "only_here"]}
    assert [row["amount"] for row in completed(older)["rules"] if row["timer"] == "only_here"] == [9]
    conditioned = Limit(amount=9, unit=Unit.DAY, basis="Y", profile="sz", when={"grade": ("general",)})
    for limits in ((own,), (general, conditioned)):
        with pytest.raises(UnknownTimer, match="for every case"):
            timers.declare(TimerKind(name="not_whole", **shared, limits=limits))


@pytest.mark.req("SL-01", "invariant-4")
def test_a_chosen_profile_holds_for_new_promises_and_what_runs_keeps_its_own(cast: Cast) -> None:
    (before,) = open_case_with("progress_feedback", at=MONDAY)
    with travel_to(MONDAY + timedelta(hours=1)):
        rules = choose_profile(actor=cast.top_mgmt.actor, profile="sz", note="the guide of our city", based_on=0)
        with pytest.raises(PublishedMeanwhile):
            choose_profile(actor=cast.function.actor, profile="isc", based_on=0)
        with pytest.raises(InvalidInput) as refused:
            choose_profile(actor=cast.top_mgmt.actor, profile="iso", based_on=1)
    assert "profile" in refused.value.fields
    assert (rules.version, rulebooks.versions("time_limits")[0].version) == (1, 1)
    (after,) = open_case_with("progress_feedback", at=MONDAY + timedelta(hours=2))
    assert policy_in_force().profile == "sz"
    kept = Promise.objects.get(pk=before.pk)
    assert (kept.policy_version, kept.rule, kept.due_at) == (0, before.rule, before.due_at)
    assert (after.policy_version, after.rule["basis"], after.rule["ours"]) == (1, "SZ 6(3)", True)
    with override("en"):
        told = [(one.profile, one.basis, one.mark) for one in map(explain_promise, (kept, after))]
    assert told == [("Strictest of all", "ISC 9.1.2; SZ 6(3)", ""), ("SZ", "SZ 6(3)", "our own value")]
    event = Event.objects.get(kind="rulebook.published")
    assert (event.actor_id, event.data["kind"], event.data["version"]) == (cast.top_mgmt.id, "time_limits", 1)


@pytest.mark.req("SL-01")
@pytest.mark.parametrize(("language", "words"), [("en", "profile SVC"), ("zh-hans", "时限方案：SVC")])
def test_the_explanation_names_profile_clause_and_each_counted_day(
    client: Client, cast: Cast, sign_in, repairs, language: str, words: str
) -> None:
    choose_profile(actor=cast.top_mgmt.actor, profile="svc", based_on=0)
    promise = repairs.open(cast.dept.id, MONDAY)
    repairs.seen_by.add(cast.dept.id)
    Promise.objects.filter(pk=promise.pk).update(
        kind="progress_feedback", rule={**promise.rule, "amount": 2, "unit": "working_day", "basis": "SZ 6(3)"},
        due_at=local("2026-03-04 18:00"), policy_version=1,
    )  # fmt: skip
    sign_in(cast.dept)
    client.cookies["tingsu_language"] = language
    page = " ".join(client.get(reverse("clocks:explain", args=[promise.pk])).content.decode().split())
    mark = {"en": "not in this document", "zh-hans": "该文件未规定"}[language]
    for said in (words, "SZ 6(3)", mark):
        assert said in page, said
    assert page.count("<td>1</td>") == page.count("<td>2</td>") == 1


@pytest.mark.req("SL-01")
def test_two_profiles_stand_side_by_side_and_what_differs_is_named(client: Client, cast: Cast, sign_in) -> None:
    open_case_with("progress_feedback", "answer", at=MONDAY)
    open_case_with("progress_feedback", at=MONDAY)
    client.cookies["tingsu_language"] = "en"
    address = reverse("clocks:profiles")
    assert client.get(address).status_code == 302
    sign_in(cast.frontline)
    assert client.get(address).status_code == 403
    sign_in(cast.top_mgmt)
    page = client.get(address, {"left": "sz", "right": "svc"})
    rows = {(row.timer.name, row.condition): row for row in page.context["rows"]}
    urgent, reply = rows["urgent_response", ""], rows["first_reply", ""]
    assert (urgent.left.limit, urgent.left.basis, urgent.left.mark) == ("15 minutes", "SZ 6(5)", OURS)
    assert (urgent.right.limit, urgent.right.basis, urgent.right.mark) == ("15 minutes", "SVC 1.3.2", GIVEN)
    assert (urgent.differs, reply.differs) == (True, False)
    text = page.content.decode()
    assert "2 cases have running limits" in text
    assert text.count(">differs<") == page.context["differing"] == sum(row.differs for row in rows.values()) > 0
    assert client.get(address, {"left": "iso"}).status_code == 404
    assert client.get(address, {"right": "\x00"}).status_code == 404
    assert (client.get(address).context["left"], client.get(address).context["right"]) == (IN_FORCE, "isc")
    only = {
        row.condition
        for row in client.get(address, {"left": "sz", "right": "isc"}).context["rows"]
        if not row.left.limit
    }
    assert only == {"E-mail", "Internet"}
    same = side_by_side(profile_body("isc"), profile_body("isc"))
    assert (len(same), [row for row in same if row.differs]) == (65, [])


@pytest.mark.req("SL-01")
def test_a_profile_is_drafted_shown_and_published(client: Client, cast: Cast, sign_in) -> None:
    body = profile_body("strictest")
    answer = next(row for row in body["rules"] if row["timer"] == "answer")
    answer["amount"] = 9
    publish_time_limits(actor=cast.top_mgmt.actor, body=body)
    open_case_with("answer", "progress_feedback", at=MONDAY)
    open_case_with("answer", at=MONDAY)
    open_case_with("progress_feedback", at=MONDAY)
    Promise.objects.filter(pk=open_case_with("answer", at=MONDAY)[0].pk).update(ended_at=MONDAY, next_at=None)
    client.cookies["tingsu_language"] = "en"
    address = reverse("clocks:choose_profile")
    sign_in(cast.frontline)
    assert client.get(address).status_code == 403
    sign_in(cast.top_mgmt)
    assert client.get(address, {"profile": "cts"}).context["choice"].value() == "cts"
    assert client.get(address, {"profile": "iso"}).context["choice"].value() == "strictest"
    given = {"profile": "isc", "note": "our association", "valid_from": "", "based_on": "1"}
    shown = client.post(address, given | {"check": "1"})
    changes = {change.what: (change.before, change.after) for change in shown.context["changes"]}
    assert changes["Profile"] == ("Strictest of all", "ISC")
    assert changes["T15 Answer given"][0].startswith("9 working days")
    assert "2 of 3 running cases have a limit that would be another one" in shown.content.decode()
    assert policy_in_force().version == 1
    for wrong in ({"profile": "iso"}, {"note": ""}, {"based_on": "0"}):
        assert client.post(address, given | wrong).status_code == 422
    assert policy_in_force().version == 1
    assert client.post(address, given).status_code == 303
    assert (policy_in_force().version, policy_in_force().profile) == (2, "isc")
    page = client.get(reverse("clocks:limits"))
    assert (page.context["profile"].code, len(page.context["history"])) == ("isc", 3)
    assert "T/ISC 0014" in page.content.decode()
    assert client.get(reverse("clocks:limits"), {"version": "1"}).context["profile"].code == "strictest"


@pytest.mark.req("SL-01")
def test_only_what_ends_otherwise_touches_a_case() -> None:
    old, new = profile_body("sz"), profile_body("svc")
    assert changed_timers(old, new) == set()
    for change in ({"amount": 3}, {"unit": "day"}, {"warn_at": [10]}, {"on_breach": []}):
        new = profile_body("svc")
        next(row for row in new["rules"] if row["timer"] == "answer").update(change)
        assert changed_timers(old, new) == {"answer"}
    assert changed_timers(profile_body("isc"), old) == set()
    slower = profile_body("isc")
    next(row for row in slower["rules"] if row["when"] == {"mode": ["email"]})["amount"] = 48
    assert changed_timers(slower, old) == changed_timers(old, slower) == {"first_reply"}


def test_a_policy_of_a_profile_that_does_not_ship_is_refused() -> None:
    with override("en"):
        assert problems_of({**profile_body("isc"), "profile": "iso"}) == ["Choose one of the profiles that ship."]
