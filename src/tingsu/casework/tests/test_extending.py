"""The limit for a decision: extended as its line allows, by somebody else, with a letter; told in the clock's explanation (SL-01)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tests.standing import kept_at_an_instant
from tingsu.api.tests.test_api import call, token_of  # noqa: F401 fixtures
from tingsu.calendars.tests.calendars import local
from tingsu.casework.extensions import extensions_of
from tingsu.casework.models import LimitExtension
from tingsu.casework.steps.extending import _not_passed
from tingsu.casework.tests.cases import investigating
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.models import Promise
from tingsu.clocks.packs import packs, with_pack
from tingsu.clocks.profiles import strictest
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.models import Complaint
from tingsu.complaints.waiting import duties_on_cases
from tingsu.desk.cases import buttons_of
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.composing import compose
from tingsu.letters.deliveries import STATES
from tingsu.letters.models import Letter
from tingsu.people.queries import staff_identity
from tingsu.triage.tests.cases import last_event, registered, step, told

pytestmark = [pytest.mark.django_db, pytest.mark.req("SL-01")]
START = local("2026-03-02 10:00")
ASKED = {"reason": "等待检测机构报告，预计三月下旬出具", "told": "检测报告尚未出具，我们收到后立即作出决定。"}


@kept_at_an_instant
def limited(cast: Cast) -> Complaint:
    """A case in investigation under the rules of banks and insurers."""
    publish_time_limits(
        actor=cast.top_mgmt.actor, body=with_pack(strictest(), packs()["bank-insurance"], [0]), note="x", based_on=0
    )
    return investigating(cast)


def running(case: Complaint) -> Promise:
    return Promise.objects.get(stream_id=case.pk, kind="decision")


def codes(refused: pytest.ExceptionInfo[ConditionsUnmet]) -> set[str]:
    return {one.code for one in refused.value.unmet}


def duties(cast: Cast, who: str) -> list[str]:
    part: Any = duties_on_cases(getattr(cast, who).actor, now())
    with override("en"):
        return [one.number for one in part.items if "Extension" in str(one.badge)]


def test_it_is_asked_allowed_by_another_told_by_letter_and_explained(
    cast: Cast, client: Client, sign_in: Any, call: Any, token_of: Any  # noqa: F811
) -> None:  # fmt: skip
    with travel_to(START):
        case = limited(cast)
        assert running(case).due_at == local("2026-03-18 00:00")
        with pytest.raises(InvalidInput):
            step(cast.specialist, case, "ask_extension", reason="", told="x")
        with pytest.raises(ConditionsUnmet) as none:
            step(cast.supervisor, case, "allow_extension", remark="")
        assert codes(none) == {"no_request"}
    with travel_to(local("2026-03-12 10:00")):
        case = step(cast.specialist, case, "ask_extension", **ASKED)
        assert running(case).due_at == local("2026-03-18 00:00"), "asking moves nothing"
        row = LimitExtension.objects.get()
        assert (row.state, row.step, row.due_after) == ("open", 1, local("2026-04-02 00:00"))
        assert "case.extension_asked" in told(cast.supervisor)
        assert (duties(cast, "supervisor"), duties(cast, "specialist2")) == ([case.number], [])
        with pytest.raises(ConditionsUnmet) as twice:
            step(cast.specialist, case, "ask_extension", **ASKED)
        assert codes(twice) == {"extension_waits"}
        with pytest.raises(NotAllowed):
            step(cast.specialist, case, "allow_extension", remark="")
        letters = Letter.objects.filter(stream_id=case.pk).count()
        case = step(cast.supervisor, case, "allow_extension", remark="情况属实")
        moved = running(case)
        assert (moved.due_at, moved.ended_at, moved.breached_at) == (local("2026-04-02 00:00"), None, None)
        assert moved.rule["extended_from"] == [15]
        assert Letter.objects.filter(stream_id=case.pk).count() == letters + 1
        letter = Letter.objects.get(intent=f"extension:{row.pk}")
        assert letter.template == "limit_extended"
        body = compose(letter)[0].body
        assert ASKED["told"] in body
        assert ASKED["reason"] not in body, "the complainant reads what was written for them"
        operation = next(one for one in last_event(case).body["promises"] if one["op"] == "extend")
        assert operation["amount"] == [15, 30]
        assert duties(cast, "supervisor") == []
        with override("en"):
            explained = explain_promise(moved)
            assert explained.limit == "30 calendar days, extended from 15 calendar days"
            one = explained.extensions[0]
            assert (one.reason, one.before, one.after) == (
                ASKED["reason"],
                local("2026-03-18 00:00"),
                local("2026-04-02 00:00"),
            )
            assert one.asked_by != one.allowed_by
            assert one.told_by
        status, read = call(token_of(cast.specialist, "complaints:read"), "GET", f"/promises/{moved.pk}")
        assert (status, read["pack"] != "", read["calendar"]) == (200, True, "")
        assert [one["after"][:10] for one in read["extensions"]] == ["2026-04-01"]
        sign_in(cast.specialist)
        page = client.get(reverse("clocks:explain", args=[moved.pk])).content.decode()
        assert ASKED["reason"] in page
        assert ASKED["told"] in client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert list(verify_organisation(Tally())) == []


def test_a_further_extension_needs_somebody_above_and_the_last_one_is_the_last(cast: Cast) -> None:
    with travel_to(START):
        case = step(cast.specialist, limited(cast), "ask_extension", **ASKED)
        case = step(cast.supervisor, case, "allow_extension", remark="")
        case = step(cast.specialist, case, "ask_extension", **ASKED)
        with pytest.raises(ConditionsUnmet) as below:
            step(cast.supervisor, case, "allow_extension", remark="")
        assert codes(below) == {"not_above"}
        assert (duties(cast, "supervisor"), duties(cast, "mgmt_rep")) == ([], [case.number])
        case = step(cast.mgmt_rep, case, "allow_extension", remark="")
        assert running(case).due_at == local("2026-05-02 00:00")
        Letter.objects.filter(template="limit_extended").update(state="sent")
        first, second = extensions_of(running(case))
        assert (first.after, second.before, second.after) == (second.before, first.after, local("2026-05-02 00:00"))
        assert [one.allowed_by for one in (first, second)] == [
            staff_identity(cast.supervisor.id),
            staff_identity(cast.mgmt_rep.id),
        ]
        assert {one.told_by for one in (first, second)} == {str(STATES["sent"][0])}
        with pytest.raises(ConditionsUnmet) as last:
            step(cast.specialist, case, "ask_extension", **ASKED)
        assert codes(last) == {"no_extension"}


def test_nobody_decides_on_what_they_asked_and_a_refusal_leaves_the_limit(cast: Cast) -> None:
    with travel_to(START):
        case = limited(cast)
        case = step(cast.supervisor, case, "ask_extension", **ASKED)
        for name, values in (("allow_extension", {"remark": ""}), ("refuse_extension", {"remark": "不必"})):
            with pytest.raises(ConditionsUnmet) as own:
                step(cast.supervisor, case, name, **values)
            assert codes(own) == {"own_extension"}
        with pytest.raises(InvalidInput):
            step(cast.mgmt_rep, case, "refuse_extension", remark="")
        case = step(cast.mgmt_rep, case, "refuse_extension", remark="材料已齐，可以按期决定")
        assert running(case).due_at == local("2026-03-18 00:00")
        assert "case.extension_refused" in told(cast.supervisor)
        assert not Letter.objects.filter(template="limit_extended").exists()
        assert extensions_of(running(case)) == [], "what was refused is no extension"
        step(cast.specialist, case, "ask_extension", **ASKED)


def test_what_has_passed_stays_missed(cast: Cast, client: Client, sign_in: Any) -> None:
    with travel_to(START):
        case = limited(cast)
    with travel_to(local("2026-03-17 10:00")):
        case = step(cast.specialist, case, "ask_extension", **ASKED)
    with travel_to(local("2026-03-18 09:00")):
        with pytest.raises(ConditionsUnmet) as late:
            step(cast.supervisor, case, "allow_extension", remark="")
        assert codes(late) == {"too_late"}
        while sweep_due().taken:
            pass
        assert running(case).breached_at == local("2026-03-18 00:00")
        assert duties(cast, "supervisor") == []
        row = LimitExtension.objects.get()
        assert (row.state, row.decided_by, row.decided_at) == ("over", None, now()), (
            "nobody decided; it waits no longer"
        )
        with pytest.raises(ConditionsUnmet) as ended:
            step(cast.supervisor, case, "refuse_extension", remark="已过期")
        assert codes(ended) == {"no_request"}
        with pytest.raises(ConditionsUnmet) as again:
            step(cast.specialist, case, "ask_extension", **ASKED)
        assert codes(again) == {"too_late"}
        sign_in(cast.supervisor)
        page = client.get(reverse("desk:case", args=[case.number])).content.decode()
        assert "时限先行届满" in page


def test_a_request_ends_with_its_limit_and_what_shows_a_miss_late_is_the_systems_act(cast: Cast) -> None:
    with travel_to(START):
        case = step(cast.specialist, limited(cast), "ask_extension", **ASKED)
        other = step(cast.specialist, investigating(cast), "ask_extension", **ASKED)
    with travel_to(local("2026-03-03 10:00")):
        case = step(cast.specialist, case, "withdraw", statement="不再投诉")
        assert LimitExtension.objects.get(complaint=case).state == "over"
        assert LimitExtension.objects.get(complaint=other).state == "open"
    with travel_to(
        local("2026-03-18 09:00")
    ):  # nothing swept meanwhile: the step itself shows that the limit has passed
        step(cast.specialist, other, "withdraw", statement="不再投诉")
        assert LimitExtension.objects.get(complaint=other).state == "over"
        late = Event.objects.filter(stream_id=other.pk, kind="promise.breached")
        assert {(one.actor_kind, one.actor_name) for one in late} == {("system", "clocks.sweep")}
        assert last_event(other).actor_id == cast.specialist.id


def test_steps_of_an_extension_stand_only_where_a_limit_can_be_extended(cast: Cast, call: Any, token_of: Any) -> None:  # noqa: F811
    token = token_of(cast.supervisor, "complaints:read", "complaints:write", "complaints:decide")

    def offered(who: Any, case: Complaint) -> set[str]:
        _status, read = call(token, "GET", f"/complaints/{case.number}/steps")
        buttons = buttons_of(who.actor, case, now())
        shown = [buttons.main, *buttons.side, *buttons.blocked, *buttons.more, *buttons.waiting]
        names = {one.step.name for one in shown if one}
        both = {one["step"] for one in read if "extension" in one["step"]}
        assert both == {name for name in names if "extension" in name}
        return both

    with travel_to(START):
        assert offered(cast.supervisor, investigating(cast)) == set(), "no rule pack is followed"
        case = limited(cast)
        assert offered(cast.supervisor, case) == {"ask_extension"}
        case = step(cast.specialist, case, "ask_extension", **ASKED)
        assert offered(cast.supervisor, case) == {"ask_extension", "allow_extension", "refuse_extension"}


def test_an_extension_is_asked_for_until_the_moment_the_limit_ends() -> None:
    limit: Any = SimpleNamespace(due_at=START)
    for second, refused in ((-1, []), (0, []), (1, ["too_late"])):
        assert [one.code for one in _not_passed(limit, START + timedelta(seconds=second))] == refused


def test_without_such_a_limit_there_is_nothing_to_extend(cast: Cast) -> None:
    case = investigating(cast)
    with pytest.raises(ConditionsUnmet) as none:
        step(cast.specialist, case, "ask_extension", **ASKED)
    assert codes(none) == {"no_limit"}


def test_a_decision_that_is_told_and_a_withdrawal_end_it(cast: Cast) -> None:
    from tingsu.casework.tests.cases import answered

    with travel_to(START):
        limited(cast)
        assert running(answered(cast)).ending == "met"
        assert (
            running(step(cast.frontline, registered(cast.frontline), "withdraw", statement="不再投诉")).ending
            == "cancelled"
        )
