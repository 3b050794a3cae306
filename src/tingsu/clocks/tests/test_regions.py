"""Limits are counted on the calendar that applies: of the unit that answers for them, else of the place; explained, recounted, warned (SL-02)."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.calendars.actions import publish_calendar, with_year
from tingsu.calendars.china import shipped_body
from tingsu.calendars.queries import calendar_warnings
from tingsu.calendars.regions import regions_of
from tingsu.calendars.tests.calendars import local
from tingsu.calendars.tests.test_regions import GUANGXI, LONDON
from tingsu.clocks.actions import recount_promises
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.models import Escalation, Promise
from tingsu.clocks.places import calendar_of_unit
from tingsu.clocks.verify import promises_without_policy
from tingsu.complaints.models import Complaint
from tingsu.desk.shell import dismissible
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.registers.recurrence import working_day
from tingsu.triage import on_call
from tingsu.triage.tests.cases import registered, step

pytestmark = [pytest.mark.django_db, pytest.mark.req("SL-02")]
FRIDAY = local("2026-04-17 10:00")


def publish(cast: Cast, **regions: dict[str, Any]) -> None:
    rules = rulebooks.versions("calendar")[0]
    body = {**copy.deepcopy(rules.body), "regions": copy.deepcopy(regions)}
    publish_calendar(actor=cast.top_mgmt.actor, body=body, note="x", based_on=rules.version)


def feedback(case: Complaint) -> Promise:
    return Promise.objects.get(stream_id=case.pk, kind="progress_feedback", ended_at=None)


def test_the_province_decides_and_the_explanation_names_the_calendar(cast: Cast, client: Client, sign_in: Any) -> None:
    with travel_to(FRIDAY):
        publish(cast, gx=GUANGXI)
        there, elsewhere = (registered(cast.frontline, province=one) for one in ("45", "44"))
        assert (feedback(there).due_at, feedback(elsewhere).due_at) == (
            local("2026-04-22 18:00"),
            local("2026-04-21 18:00"),
        )
        assert (feedback(there).calendar_region, feedback(elsewhere).calendar_region) == ("gx", "")
        with override("en"):
            told = explain_promise(feedback(there))
            assert (told.calendar, told.counting.due if told.counting else None) == ("Guangxi", feedback(there).due_at)
            assert explain_promise(feedback(elsewhere)).calendar == ""
        sign_in(cast.frontline)
        client.cookies["tingsu_language"] = "en"
        page = client.get(reverse("clocks:explain", args=[feedback(there).pk])).content.decode()
        assert "Guangxi" in page
        assert "Sanyuesan" in page
        started = Event.objects.filter(stream_id=there.pk, kind="complaint.registered").get().body["promises"]
        assert {one.get("region") for one in started if one["op"] == "start"} == {"gx"}
        publish(cast)
        assert explain_promise(feedback(there)).counting is not None, (
            "what was counted stays, though the region is gone"
        )
        with override("en"):
            assert explain_promise(feedback(there)).calendar == "Guangxi"
        assert feedback(registered(cast.frontline, province="45")).calendar_region == ""
    assert list(verify_organisation(Tally())) == []
    Promise.objects.filter(pk=feedback(there).pk).update(calendar_region="none")
    assert [one.sentence for one in promises_without_policy()] == [
        "it names a regional calendar that its version does not have"
    ]


def test_the_unit_of_whoever_answers_goes_before_the_province(cast: Cast) -> None:
    unit = cast.units["intake"]
    with travel_to(FRIDAY):
        publish(cast, gx=GUANGXI, uk={**LONDON, "units": [str(unit.parent_id or unit.pk)]})
        made = feedback(registered(cast.frontline, province="45"))
        assert made.calendar_region == "uk", "a unit below the one named works by its calendar"
        assert made.due_at == local("2026-04-21 17:00", "Europe/London")
        assert calendar_of_unit(unit.pk).time_zone == "Europe/London"
        assert calendar_of_unit(None).time_zone == "Asia/Shanghai"


def test_a_year_of_a_region_is_missed_entered_and_counted_again(cast: Cast) -> None:
    with travel_to(local("2026-12-30 10:00")):
        body = with_year(shipped_body(), year=2027, text="2027-01-01 休 元旦", source="x")
        publish_calendar(actor=cast.top_mgmt.actor, body=body, note="x")
        publish(cast, uk={**LONDON, "units": [], "places": ["81"]}, gx=GUANGXI)
        with override("en"):
            assert [(code, str(words)[:26]) for code, words in calendar_warnings(local("2026-12-30 10:00"))] == [
                ("uk:2027", "London: the official holid")
            ], "days beside the main calendar need no year of their own"
        assert [one.name for one in dismissible()] == ["calendar:uk:2027"]
        case = registered(cast.frontline, province="81")
        limit = feedback(case)
        assert (limit.due_at, limit.calendar_assumed) == (local("2027-01-01 17:00", "Europe/London"), True)
        rules = rulebooks.versions("calendar")[0]
        entered = with_year(rules.body, year=2027, text="2027-01-01 off New Year's Day", source="gov.uk", region="uk")
        assert set(entered["years"]) == set(rules.body["years"])
        assert regions_of(rules.body)["uk"]["years"].keys() == {"2026"}, "the version that stands is left alone"
        publish_calendar(actor=cast.top_mgmt.actor, body=entered, note="2027", based_on=rules.version)
        assert recount_promises(actor=automation("x", cast.organisation_id)) >= 1
        limit.refresh_from_db()
        assert (limit.due_at, limit.calendar_assumed) == (local("2027-01-04 17:00", "Europe/London"), False)
        assert limit.calendar_region == "uk"
        assert list(calendar_warnings(local("2026-12-30 10:00"))) == []
    assert list(verify_organisation(Tally())) == []


def test_pages_draft_show_change_and_remove_a_region(client: Client, cast: Cast, sign_in: Any) -> None:
    new = reverse("clocks:new_region")
    sign_in(cast.frontline)
    assert client.get(new).status_code == 403
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    form = client.get(new).context["form"]
    posted = {
        name: form[name].value()
        for name in ("time_zone", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "make_up", "day_ends", "days")
    }
    posted |= {"title_zh": "广西", "title_en": "Guangxi", "based_on": "0", "note": "地方节假日"}
    refused = client.post(new, posted | {"publish": "1"})
    assert (refused.status_code, "choose the units or the provinces" in refused.content.decode()) == (422, True)
    assert 'value="广西"' in refused.content.decode(), "what was typed is kept"
    look = client.post(new, posted | {"places": "45", "check": "1"})
    assert [(change.what, change.after) for change in look.context["changes"]] == [
        ("Guangxi", "a regional calendar of its own")
    ]
    assert client.post(new, posted | {"places": "45", "publish": "1"}).status_code == 303
    ((code, region),) = regions_of(rulebooks.in_force("calendar").body).items()
    assert set(region) == {"name", "units", "places", "days", "years"}, "zone and hours follow the main calendar"
    page = client.get(reverse("clocks:calendar")).content.decode()
    assert ("广西" in page or "Guangxi" in page, "as in the main calendar" in page) == (True, True)
    year = reverse("clocks:enter_year") + f"?region={code}"
    assert "Guangxi" in client.get(year).content.decode()
    days = {
        "year": "2026",
        "text": "2026-04-20~2026-04-21 休 三月三",
        "source": "桂政办",
        "based_on": "1",
        "note": "x",
        "publish": "1",
    }
    assert client.post(year, days).status_code == 303
    assert [
        day["on"] for day in regions_of(rulebooks.in_force("calendar").body)[code]["years"]["2026"]["days_off"]
    ] == ["2026-04-20", "2026-04-21"]
    assert client.get(reverse("clocks:enter_year") + "?region=none").status_code == 404
    edit = reverse("clocks:edit_region", args=[code])
    changed = posted | {"places": ["45", "46"], "mon": "10:00-12:00", "based_on": "2", "check": "1"}
    told = {str(change.what): (change.before, change.after) for change in client.post(edit, changed).context["changes"]}
    assert set(told) == {"Guangxi: Provinces", "Guangxi: Monday"}
    with travel_to(FRIDAY):
        assert feedback(registered(cast.frontline, province="45")).due_at - FRIDAY > timedelta(days=4)
    assert (
        client.post(edit, posted | {"places": "45", "remove": "on", "based_on": "2", "publish": "1"}).status_code == 303
    )
    assert regions_of(rulebooks.in_force("calendar").body) == {}
    assert client.get(edit).status_code == 404


def test_a_level_of_the_ladder_is_counted_where_the_matter_lies(cast: Cast) -> None:
    with travel_to(local("2026-04-17 17:30")):
        publish(cast, gx=GUANGXI)
        there, elsewhere = (registered(cast.frontline, province=one) for one in ("45", "44"))
        for case in (there, elsewhere):
            step(cast.frontline, case, "escalate", reason="投诉人要求与主管通话")
        ends = [Escalation.objects.get(stream_id=case.pk).next_at for case in (there, elsewhere)]
    assert ends == [local("2026-04-18 14:00"), local("2026-04-20 14:00")], (
        "a make-up Saturday of Guangxi counts there alone"
    )


def test_whoever_is_called_works_by_their_own_calendar(cast: Cast) -> None:
    with travel_to(local("2026-04-17 17:30")):
        publish(cast, uk={**LONDON, "units": [str(one.pk) for one in cast.units.values() if one.parent_id is None]})
        case = registered(cast.frontline, province="44")
        step(cast.frontline, case, "escalate", reason="投诉人要求与主管通话")
        assert Escalation.objects.get(stream_id=case.pk).next_at == local("2026-04-17 14:30", "Europe/London")


def test_a_roster_and_what_returns_follow_the_calendar_of_the_persons_unit(cast: Cast) -> None:
    everybody = {
        **GUANGXI,
        "places": [],
        "units": [str(one.pk) for one in cast.units.values() if one.parent_id is None],
    }
    rota = {"member": "2001", "days": "working", "from": "09:00", "to": "18:00", "first_on": "", "last_on": ""}
    saturday, monday = local("2026-04-18 10:00"), local("2026-04-20 10:00")
    mine = next(pk for number, pk in on_call.members_by_number().items() if number == "2001")
    with travel_to(FRIDAY - timedelta(days=1)):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind="on_call", body={"confirm_minutes": 5, "roster": [rota]})
    with travel_to(FRIDAY):
        assert ([mine] in on_call.called_at(saturday)[1], [mine] in on_call.called_at(monday)[1]) == (False, True)
        assert working_day(saturday.date(), mine) == monday.date()
        publish(cast, gx=everybody)
    with travel_to(FRIDAY + timedelta(minutes=1)):
        assert ([mine] in on_call.called_at(saturday)[1], [mine] in on_call.called_at(monday)[1]) == (True, False)
        assert working_day(saturday.date(), mine) == saturday.date()
        assert working_day(monday.date(), mine) == local("2026-04-22 10:00").date()
        assert working_day(monday.date()) == monday.date(), "where nobody answers the main calendar holds"
        ahead = on_call.gaps_ahead(FRIDAY)
        assert not any(first <= saturday < last for first, last in ahead), "covered on the make-up Saturday"
        assert any(first <= monday < last for first, last in ahead), "and not on the day off of the region"
