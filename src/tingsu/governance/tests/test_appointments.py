"""The management representative is appointed by the senior leader, with scope and date; without it the structure does not conform (OG-04)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import LONG_AGO, Cast, Person
from tingsu.governance import appointments
from tingsu.governance.tests.test_disposal import findings, opened, take
from tingsu.governance.tests.test_requests import SOON
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.people import directory
from tingsu.people.conformity import not_conforming, represented
from tingsu.people.models import Post
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-04")]
SCOPE = "建立并保持投诉处理机制，向最高管理者报告，对外联络。"
MISSING = "没有有效的管理者代表任命记录"


def proposed(cast: Cast, who: Person | None = None, **change: Any) -> Entry:
    given = {"person": str((who or cast.mgmt_rep).id), "scope": SCOPE, "lead": "yes", "valid_from": "2026-03-01"}
    return opened(cast.supervisor, "appointment", SOON, **{**given, **change})


def words(at: Any = SOON) -> str:
    with travel_to(at):
        return " ".join(str(one) for one in not_conforming())


def second(cast: Cast) -> Person:
    """Another member with the post."""
    Post.objects.create(member_id=cast.coach.id, unit=cast.units["centre"], role="mgmt_rep", since=LONG_AGO)
    directory.forget_cached()
    return cast.coach


@pytest.mark.parametrize("name", ["supervisor", "mgmt_rep", "specialist", "auditor", "top_mgmt"])
def test_only_the_senior_leader_appoints(cast: Cast, name: str) -> None:
    entry = proposed(cast)
    if name == "top_mgmt":
        assert take(cast.top_mgmt, entry, "appoint", SOON).state == "appointed"
        assert Entry.objects.get(pk=entry.pk).hands["appoint"] == str(cast.top_mgmt.id)
        assert findings() == []
        return
    with pytest.raises((NotAllowed, NotFound)):
        take(getattr(cast, name), entry, "appoint", SOON)
    assert Entry.objects.get(pk=entry.pk).state == "proposed"


@pytest.mark.parametrize(("step", "state"), [("decline", "declined"), ("end", "ended")])
def test_only_the_senior_leader_declines_and_ends_one(cast: Cast, step: str, state: str) -> None:
    entry = proposed(cast)
    if step == "end":
        take(cast.top_mgmt, entry, "appoint", SOON)
    for name in ("supervisor", "mgmt_rep", "specialist", "auditor", "dso"):
        with pytest.raises((NotAllowed, NotFound)):
            take(getattr(cast, name), entry, step, SOON, reason="任期届满")
    with pytest.raises(InvalidInput):
        take(cast.top_mgmt, entry, step, SOON, reason="")
    assert take(cast.top_mgmt, entry, step, SOON, reason="任期届满").state == state


@pytest.mark.parametrize("left_out", ["person", "scope", "valid_from"])
def test_person_scope_and_date_are_asked_and_the_person_holds_the_post(cast: Cast, left_out: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(cast, **{left_out: ""})
    assert set(refused.value.fields) == {left_out}
    with pytest.raises(ConditionsUnmet) as without:
        take(cast.top_mgmt, proposed(cast, cast.specialist), "appoint", SOON)
    assert {one.code for one in without.value.unmet} == {"no_post"}


@pytest.mark.parametrize(
    ("change", "days", "conforms"),
    [({}, 0, True), ({"valid_from": "2026-04-01"}, 0, False), ({"valid_from": "2026-04-01"}, 30, True),
     ({"valid_until": "2026-04-05"}, 0, True), ({"valid_until": "2026-04-05"}, 14, True), ({"valid_until": "2026-04-05"}, 15, False)],
)  # fmt: skip
def test_it_is_reported_as_not_conforming_while_no_appointment_is_valid(
    cast: Cast, change: Any, days: int, conforms: bool
) -> None:
    assert "管理者代表任命" in words() or "management representative" in words()
    entry = proposed(cast, **change)
    assert words(), "proposed is not appointed"
    take(cast.top_mgmt, entry, "appoint", SOON)
    assert (words(SOON + timedelta(days=days)) == "") is conforms
    with travel_to(SOON + timedelta(days=days)):
        assert represented() is conforms, "what K-02 asks"


def test_the_report_stands_on_the_pages_and_goes_with_the_appointment(cast: Cast, sign_in: Any) -> None:
    pages = [reverse("people:units"), reverse("people:roles"), reverse("registers:list", args=["appointment"])]
    client = sign_in(cast.supervisor)
    with travel_to(SOON):
        assert all(MISSING in client.get(page).content.decode() for page in pages)
    entry = proposed(cast)
    take(cast.top_mgmt, entry, "appoint", SOON)
    with travel_to(SOON):
        assert not any(MISSING in client.get(page).content.decode() for page in pages)
    ended = take(cast.top_mgmt, entry, "end", SOON, reason="任期届满")
    assert ended.state == "ended"
    assert words()


def test_it_ends_with_the_post(cast: Cast) -> None:
    take(cast.top_mgmt, proposed(cast), "appoint", SOON)
    assert words() == ""
    Post.objects.filter(member_id=cast.mgmt_rep.id).update(until=SOON - timedelta(days=1))
    directory.forget_cached()
    assert words()


def test_several_may_be_appointed_and_exactly_one_leads(cast: Cast) -> None:
    other = second(cast)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.top_mgmt, proposed(cast, lead=""), "appoint", SOON)
    assert {one.code for one in refused.value.unmet} == {"no_lead"}
    take(cast.top_mgmt, proposed(cast), "appoint", SOON)
    with pytest.raises(ConditionsUnmet) as refused:
        take(cast.top_mgmt, proposed(cast, other), "appoint", SOON)
    assert {one.code for one in refused.value.unmet} == {"second_lead"}
    take(cast.top_mgmt, proposed(cast, other, lead=""), "appoint", SOON)
    with travel_to(SOON):
        found = appointments.valid_now(date(2026, 3, 22))
        assert [row.codes["person"] for row in found] == [str(cast.mgmt_rep.id), str(other.id)]
        assert appointments.standing(None)["one_lead"]


@pytest.mark.parametrize(
    ("one", "two", "refused"),
    [
        # periods in which each would lead
        (("2026-03-01", "2026-03-31"), ("2026-03-31", ""), True),
        (("2026-03-01", "2026-03-31"), ("2026-04-01", ""), False),
        (("2026-05-01", ""), ("2026-03-01", "2026-05-01"), True),
        (("2026-05-01", ""), ("2026-03-01", "2026-04-30"), False),
        (("2026-05-01", ""), ("2026-06-01", ""), True),
        (("2026-01-01", "2026-03-10"), ("2026-03-01", ""), False),  # was over before this one is made
    ],
)
def test_no_two_lead_on_any_day_to_come(cast: Cast, one: Any, two: Any, refused: bool) -> None:
    other = second(cast)
    take(cast.top_mgmt, proposed(cast, valid_from=one[0], valid_until=one[1]), "appoint", SOON)
    entry = proposed(cast, other, valid_from=two[0], valid_until=two[1])
    if refused:
        with pytest.raises(ConditionsUnmet) as unmet:
            take(cast.top_mgmt, entry, "appoint", SOON)
        assert {it.code for it in unmet.value.unmet} == {"second_lead"}
    else:
        assert take(cast.top_mgmt, entry, "appoint", SOON).state == "appointed"


def test_without_a_lead_among_several_it_does_not_conform(cast: Cast, sign_in: Any) -> None:
    other = second(cast)
    lead = proposed(cast, valid_until="2026-04-05")
    take(cast.top_mgmt, lead, "appoint", SOON)
    with pytest.raises(ConditionsUnmet) as late:  # nobody leads on its first day
        take(cast.top_mgmt, proposed(cast, other, lead="", valid_from="2026-04-06"), "appoint", SOON)
    assert {one.code for one in late.value.unmet} == {"no_lead"}
    take(cast.top_mgmt, proposed(cast, other, lead="", valid_from="2026-04-05"), "appoint", SOON)
    assert words() == words(SOON + timedelta(days=14)) == ""
    after = SOON + timedelta(days=15)
    assert words(after) == "所任命人员中应当有且只有一人标为牵头。"
    with travel_to(after):
        page = sign_in(cast.supervisor).get(reverse("people:units")).content.decode()
    assert words(after) in page


def test_of_two_who_appoint_a_lead_at_once_the_second_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, later = proposed(cast), proposed(cast, second(cast))

    def meanwhile(_name: str) -> None:
        Entry.objects.filter(pk=first.pk).update(state="appointed")

    monkeypatch.setattr(appointments, "take_turns", meanwhile)
    with pytest.raises(ConditionsUnmet) as unmet:
        take(cast.top_mgmt, later, "appoint", SOON)
    assert [one.code for one in unmet.value.unmet] == ["second_lead"]
