"""The urgent fast channel: who is called, in which order, until somebody confirms (AS-10, P02)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.calendars.queries import calendar_in_force
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.kernel.tenancy import acting_for
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter, Notice
from tingsu.people.models import Account
from tingsu.triage import alerts, on_call, panels
from tingsu.triage.models import OnCallAlert
from tingsu.triage.tests.cases import HIGH, REPORT, graded, registered, step, told
from tingsu.triage.verify import alerts_and_their_events

NOON = datetime.fromisoformat("2026-03-04T12:00:00+08:00")
"""A Wednesday."""


def line(number: str, **changes: str) -> dict[str, str]:
    return {"member": number, "days": "all", "from": "00:00", "to": "24:00", "first_on": "", "last_on": ""} | changes


def roster(cast: Cast, *lines: dict[str, str], minutes: int = 5) -> None:
    with travel_to(NOON - timedelta(days=1)):
        body = {"confirm_minutes": minutes, "roster": list(lines)}
        publish(actor=cast.top_mgmt.actor, kind="on_call", body=body)


def story(complaint: Complaint) -> list[tuple[str, Any]]:
    """What the ledger tells of the alert: kind, and who was called or missed."""
    events = Event.objects.filter(stream_id=complaint.pk).order_by("seq")
    wanted = ("on_call.called", "on_call.missed", "on_call.ended", "complaint.alert_confirmed")
    return [(e.kind.partition(".")[2], e.data.get("members")) for e in events if e.kind in wanted]


def urgent(cast: Cast) -> Complaint:
    """A case that became high-risk at noon."""
    with travel_to(NOON):
        return graded(cast.frontline, registered(cast.frontline), **HIGH)


@pytest.mark.req("AS-10")
def test_the_first_on_the_roster_is_alerted_by_two_means_and_confirms_with_one_click(
    cast: Cast, settings: Any, client: Client
) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    roster(cast, line("2001"), line("2101"))
    complaint = urgent(cast)
    alert = OnCallAlert.objects.get()
    assert (alert.why, alert.means, alert.confirm_by) == ("high_risk", ["notice", "email"], NOON + timedelta(minutes=5))
    assert "case.on_call" in told(cast.specialist)
    assert "case.on_call" not in [*told(cast.coach), *told(cast.supervisor)]
    letter = Letter.objects.select_related("stream").get(template="on_call")
    message, _version = letters.compose(letter)
    assert message.address == "specialist@example.com"
    assert complaint.number in message.body
    assert f"/desk/cases/{complaint.number}/" in message.body
    assert "13800002210" not in message.body
    with pytest.raises(NotAllowed):  # not called yet
        step(cast.coach, complaint, "confirm_alert")
    client.force_login(
        Account.objects.get(username="specialist"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    with travel_to(NOON + timedelta(minutes=2)):
        page = client.get(reverse("desk:work")).content.decode()
        address = reverse("desk:step", args=[complaint.number, "confirm_alert"])
        assert address in page
        assert address in client.get(reverse("desk:case", args=[complaint.number])).content.decode()
        assert client.post(address).status_code == 303
        assert address not in client.get(reverse("desk:work")).content.decode()
    alert.refresh_from_db()
    assert (alert.confirmed_by, alert.confirm_by) == (cast.specialist.id, None)
    with travel_to(NOON + timedelta(hours=1)):
        assert alerts.pass_on_unconfirmed() == 0
    assert story(complaint) == [("called", [str(cast.specialist.id)]), ("alert_confirmed", None)]
    assert list(alerts_and_their_events()) == []


@pytest.mark.req("AS-10")
def test_unconfirmed_it_goes_down_the_roster_and_at_its_end_to_the_supervisor(cast: Cast) -> None:
    roster(cast, line("2001"), line("2101"))
    complaint = urgent(cast)
    with travel_to(NOON + timedelta(minutes=4, seconds=59)):
        assert alerts.pass_on_unconfirmed() == 0
    for minutes in (5, 10, 15, 20):
        with travel_to(NOON + timedelta(minutes=minutes)):
            assert alerts.pass_on_unconfirmed() == (1 if minutes <= 15 else 0)
            assert alerts.pass_on_unconfirmed() == 0
    first, second, head = ([str(one.id)] for one in (cast.specialist, cast.coach, cast.supervisor))
    assert story(complaint) == [
        ("called", first), ("missed", first), ("called", second), ("missed", second), ("called", head), ("missed", head),
    ]  # fmt: skip
    shown = panels.alert_context(cast.frontline.actor, complaint)
    assert shown is not None
    assert (shown["alert"]["confirm_by"], shown["may_confirm"]) == (None, False)
    assert list(alerts_and_their_events()) == []
    step(cast.specialist, complaint, "confirm_alert")  # late, but somebody has it
    assert panels.alert_context(cast.frontline.actor, complaint) is None


@pytest.mark.req("AS-10")
def test_with_nobody_on_the_roster_the_supervisor_is_called_at_once(cast: Cast) -> None:
    complaint = urgent(cast)
    assert story(complaint) == [("called", [str(cast.supervisor.id)])]
    assert OnCallAlert.objects.get().means == ["notice"]


@pytest.mark.req("AS-10", "TR-12")
def test_a_case_is_alerted_once_for_being_urgent_and_again_when_it_becomes_high_risk(cast: Cast) -> None:
    with travel_to(NOON):
        complaint = registered(cast.frontline, description="充电宝半夜起火，烧伤了手")
        assert complaint.urgency == "urgent"
        assert OnCallAlert.objects.get().why == "urgent"
        graded(cast.frontline, complaint, **HIGH)
        assert OnCallAlert.objects.count() == 1  # still unconfirmed: nobody is called twice
        step(cast.supervisor, complaint, "confirm_alert")
        step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)])
    assert OnCallAlert.objects.count() == 1
    with travel_to(NOON):
        general = graded(cast.frontline, registered(cast.frontline))
        assert not OnCallAlert.objects.filter(complaint=general).exists()
        graded(cast.frontline, general, urgency="urgent")
        step(cast.supervisor, general, "confirm_alert")
        graded(cast.frontline, general, **HIGH)
    assert [row.why for row in OnCallAlert.of(general)] == ["urgent", "high_risk"]


@pytest.mark.req("AS-10")
def test_an_alert_of_a_case_that_is_no_longer_urgent_ends(cast: Cast) -> None:
    complaint = urgent(cast)
    with travel_to(NOON + timedelta(minutes=1)):
        graded(cast.supervisor, complaint, reason="核实为误报")
    with travel_to(NOON + timedelta(minutes=5)):
        alerts.pass_on_unconfirmed()
    assert [kind for kind, _members in story(complaint)] == ["called", "ended"]
    assert Notice.objects.filter(kind="case.on_call").count() == 1
    assert list(alerts_and_their_events()) == []


@pytest.mark.req("AS-10")
def test_a_row_that_does_not_follow_its_events_is_named(cast: Cast) -> None:
    urgent(cast)
    OnCallAlert.objects.update(turn=1)
    assert [finding.table for finding in alerts_and_their_events()] == ["triage_oncallalert"]


@pytest.mark.req("AS-10", "PS-15")
def test_a_letter_to_a_colleague_that_cannot_leave_never_lands_on_the_public_page(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    roster(cast, line("2001"))
    urgent(cast)
    letter = Letter.objects.get(template="on_call")
    letters.note_failed(letter, "refused")
    letter.refresh_from_db()
    assert (letter.state, letter.channel) == ("failed", "email")


WEEKEND = datetime.fromisoformat("2026-03-07T10:00:00+08:00")


@pytest.mark.req("AS-10")
@pytest.mark.parametrize(
    ("changes", "at", "covered"),
    [
        ({}, NOON, True),
        ({"from": "08:00", "to": "12:00"}, NOON, False),
        ({"from": "08:00", "to": "12:00"}, NOON - timedelta(seconds=1), True),
        ({"from": "12:00", "to": "20:00"}, NOON, True),
        ({"days": "working"}, NOON, True),
        ({"days": "working"}, WEEKEND, False),
        ({"days": "off"}, WEEKEND, True),
        ({"days": "off"}, NOON, False),
        # A night shift belongs to the day it began: Friday's night on Saturday morning, not Sunday's on Monday's.
        ({"days": "working", "from": "20:00", "to": "08:00"}, WEEKEND - timedelta(hours=4), True),
        ({"days": "working", "from": "20:00", "to": "08:00"}, WEEKEND + timedelta(hours=20), False),
        ({"first_on": "2026-03-05"}, NOON, False),
        ({"first_on": "2026-03-04", "last_on": "2026-03-04"}, NOON, True),
        ({"last_on": "2026-03-03"}, NOON, False),
    ],
)
def test_who_is_on_call_when(organisation: object, changes: dict[str, str], at: datetime, covered: bool) -> None:
    assert on_call.covers(line("2001", **changes), at, calendar_in_force(at)) is covered


@pytest.mark.req("AS-10")
def test_a_roster_of_one_day_or_of_any_hours_can_be_published(cast: Cast) -> None:
    lines = [
        line("2001", first_on="2026-03-05", last_on="2026-03-05"), line("2001", **{"from": "20:00", "to": "08:00"}),
        line("2001", first_on="2026-03-05"), line("2001", last_on="2026-03-05"), line("2001", days="off"),
    ]  # fmt: skip
    for minutes in (1, 60):
        on_call.check({"confirm_minutes": minutes, "roster": lines})


@pytest.mark.req("AS-10")
@pytest.mark.parametrize(
    "changes",
    [
        {"member": "4001"}, {"member": "nobody"}, {"days": "sometimes"}, {"from": "8"}, {"from": "24:00"}, {"to": "25:00"},
        {"from": "08:00", "to": "08:00"}, {"first_on": "soon"}, {"first_on": "2026-03-05", "last_on": "2026-03-04"},
        {"status": "vip"},
    ],
)  # fmt: skip
def test_a_roster_that_says_nonsense_cannot_be_published(cast: Cast, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        on_call.check({"confirm_minutes": 5, "roster": [line("2001", **changes)]})
    assert set(refused.value.fields) == {"roster"}
    on_call.check({"confirm_minutes": 5, "roster": [line("2001")]})


@pytest.mark.req("AS-10")
@pytest.mark.parametrize("minutes", [0, -5, 61, True, "5", None, 5.0])
def test_the_minutes_are_a_number_from_one_to_sixty(cast: Cast, minutes: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        on_call.check({"confirm_minutes": minutes, "roster": []})
    assert set(refused.value.fields) == {"confirm_minutes"}
    on_call.check({"confirm_minutes": 60, "roster": []})


def pass_on_in_a_thread(organisation_id: Any) -> int:
    try:
        with acting_for(organisation_id), travel_to(NOON + timedelta(minutes=5)):
            return alerts.pass_on_unconfirmed()
    finally:
        connection.close()


@pytest.mark.req("AS-10", "invariant-4")
@pytest.mark.django_db(transaction=True)
def test_four_workers_pass_each_call_on_once(cast: Cast) -> None:
    roster(cast, line("2001"), line("2101"))
    cases = [urgent(cast) for _case in range(8)]
    with ThreadPoolExecutor(4) as pool:
        passed = list(pool.map(pass_on_in_a_thread, [cast.organisation_id] * 4))
    # A case that another worker holds is left for the next minute; nothing is passed on twice.
    with travel_to(NOON + timedelta(minutes=6)):
        assert sum(passed) + alerts.pass_on_unconfirmed() == len(cases)
    for case in cases:
        assert [kind for kind, _members in story(case)] == ["called", "missed", "called"]
    assert list(alerts_and_their_events()) == []


@pytest.mark.req("TR-11", "AS-10")
def test_who_makes_a_case_urgent_hears_nothing_of_it_and_one_alert_stands_at_a_time(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    with travel_to(NOON):
        graded(cast.supervisor, complaint, urgency="urgent")
    assert "case.urgent" in told(cast.frontline)
    assert "case.urgent" not in told(cast.supervisor)
    again = Complaint.objects.select_related("stream").get(pk=complaint.pk)
    assert alerts.raise_alert(lock_chain(again.pk), again, "urgent", actor=cast.supervisor.actor, at=NOON) is None
    assert OnCallAlert.objects.count() == 1
    OnCallAlert.objects.update(ended_at=NOON)
    assert alerts.raise_alert(lock_chain(again.pk), again, "urgent", actor=cast.supervisor.actor, at=NOON) is not None


@pytest.mark.req("AS-10")
@pytest.mark.parametrize("kind", ["member", "token"])
@pytest.mark.parametrize("open_", [True, False])
@pytest.mark.parametrize("leads", [True, False])
@pytest.mark.parametrize("told_of_it", [True, False])
def test_who_confirms_an_alert(
    monkeypatch: pytest.MonkeyPatch, kind: str, open_: bool, leads: bool, told_of_it: bool
) -> None:
    """Those who were called, and every supervisor, while it is unconfirmed."""
    alert = SimpleNamespace(told=["x"] if told_of_it else ["y"])
    monkeypatch.setattr(alerts, "open_alert", lambda complaint: alert if open_ else None)
    actor: Any = SimpleNamespace(kind=kind, id="x", has_role=lambda role: leads and role == "supervisor")
    assert alerts.may_confirm(actor, None) is (kind == "member" and open_ and (leads or told_of_it))  # type: ignore[arg-type]
