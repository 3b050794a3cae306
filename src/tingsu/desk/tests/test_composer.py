"""The composer asks for a reason where the step will, keeps what was typed, and a form is no conflict with machines."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tingsu.clocks.models import Promise
from tingsu.desk.tests.cases import a_case, local, step
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter

MONDAY = local("2026-03-02 10:00")


def reply(client, case, **fields):
    """A reply as the composer sends it, seen as the case stands now."""
    case.refresh_from_db()
    sent = {"mode": "reply", "text": "已查到。", "reply-means": "phone", "reply-query_way": "yes"}
    sent |= {"version": case.version, "seen": case.stream.last_seq, **fields}
    return client.post(reverse("desk:case", args=[case.number]), sent)


def asked(client, case):
    """The reasons on the page: owed at once, or after which date."""
    composer = client.get(reverse("desk:case", args=[case.number])).context["composer"]
    return {one["field"]: (one["reason"]["owed"], one["reason"]["after"]) for one in composer.fields if "reason" in one}


@pytest.mark.req("SL-07", "CA-60")
@pytest.mark.parametrize(("minutes", "late"), [(-1, False), (0, False), (1, True)])
def test_a_late_reply_is_given_from_the_cases_own_page_with_its_reason(sign_in, cast, minutes, late):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        due = Promise.objects.get(stream_id=case.pk, kind="progress_feedback").due_at
    client = sign_in(cast.frontline)
    with travel_to(due + timedelta(minutes=minutes)):
        assert asked(client, case)["late_reason"][0] is late
        refused = reply(client, case)
        assert refused.status_code == (409 if late else 303)
        if late:
            wrong = {one["field"]: one.get("error", "") for one in refused.context["composer"].fields}
            assert wrong["late_reason"]
            assert refused.context["composer"].text == "已查到。"
            assert reply(client, case, **{"reply-late_reason": "银行退回"}).status_code == 303
    assert Event.objects.filter(stream_id=case.pk, kind="complaint.feedback_given").count() == 1


@pytest.mark.req("SL-07")
@pytest.mark.parametrize(("day", "owed"), [("2026-03-04T18:00", False), ("2026-03-04T18:01", True)])
def test_a_next_date_beyond_two_working_days_needs_a_reason_from_the_first_on(sign_in, cast, day, owed):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client = sign_in(cast.frontline)
        assert asked(client, case) == {"late_reason": (False, "2026-03-04T18:00")}
        named = {"reply-next_at": day, "reply-query_way": ""}
        assert reply(client, case, **named).status_code == (409 if owed else 303)
        assert not owed or reply(client, case, **named, **{"reply-late_reason": "等检测报告"}).status_code == 303


def test_a_date_that_moves_needs_a_reason_and_the_page_asks_for_it(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client = sign_in(cast.frontline)
        assert reply(client, case, **{"reply-next_at": "2026-03-03T10:00"}).status_code == 303
        assert asked(client, case)["date_moved_reason"] == (False, "2026-03-03T10:00")
        assert reply(client, case, **{"reply-next_at": "2026-03-03T12:00"}).status_code == 409
        moved = {"reply-next_at": "2026-03-03T12:00", "reply-date_moved_reason": "商家明天回复"}
        assert reply(client, case, **moved).status_code == 303


def test_what_only_the_system_wrote_meanwhile_is_no_conflict_and_what_a_person_wrote_is(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client = sign_in(cast.frontline)
        case.refresh_from_db()
        seen = {"version": case.version, "seen": case.stream.last_seq}
    with travel_to(MONDAY + timedelta(minutes=1)):
        letters.deliver(Letter.objects.get(stream_id=case.pk).pk)
        case.refresh_from_db()
        assert case.version != seen["version"]
        address = reverse("desk:step", args=[case.number, "set_waiting"])
        assert client.post(address, {"waiting_on": "complainant", **seen}).status_code == 303
        assert reply(client, case, **seen).status_code == 409  # the step before was a person's
        step(cast.frontline2, case, "note", note="我来")
        assert client.post(address, {"waiting_on": "us", **seen}).status_code == 409


@pytest.mark.browser
def test_each_way_of_writing_has_a_draft_of_its_own_which_is_forgotten_once_sent(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    text = page.locator("#composer-text")
    page.keyboard.press("r")
    text.fill("给投诉人的话")
    page.locator("[name=mode][value=note]").check(force=True)
    assert text.input_value() == ""
    text.fill("内部的话")
    page.locator("[name=mode][value=reply]").check(force=True)
    assert text.input_value() == "给投诉人的话"
    page.locator("[name=reply-query_way]").check()
    page.locator("[name=mode][value=note]").check(force=True)
    desk.passes(6)
    page.locator("#composer [data-send]").click()
    page.wait_for_url("**sent=note**")
    page.wait_for_load_state("load")
    kept = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('tingsu-draft')).map((key) => key.split(':').pop())"
    )
    assert kept == ["reply"]
    page.locator("[name=mode][value=reply]").check(force=True)
    assert text.input_value() == "给投诉人的话"
    assert page.locator("[name=reply-query_way]").is_checked()
    assert desk.errors == []


@pytest.mark.browser
def test_drafts_of_steps_are_forgotten_when_sent_and_all_of_them_at_sign_out(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/steps/add_facts/")
    page.locator("[name=facts]").fill("补充照片")
    desk.passes(6)
    page.reload()
    assert page.locator("[name=facts]").input_value() == "补充照片"
    page.locator("[data-send]").click()
    page.wait_for_url(f"**/desk/cases/{case.number}/")
    page.wait_for_load_state("load")
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('tingsu-draft')).length"
    assert page.evaluate(keys) == 0
    page.locator("#composer-text").fill("没写完")
    desk.passes(6)
    assert page.evaluate(keys) == 1
    page.evaluate("document.querySelector('[data-drafts-forget]').requestSubmit()")
    page.wait_for_url(lambda address: "/desk/cases/" not in address)
    page.wait_for_load_state("load")
    assert page.evaluate(keys) == 0


@pytest.mark.browser
def test_enter_while_an_input_method_composes_sends_nothing(open_desk, cast):
    case = a_case(cast.frontline)
    desk = open_desk(cast.frontline)
    page = desk.open(f"/desk/cases/{case.number}/")
    page.locator("#composer-text").fill("yin hang")
    before = len(desk.asked)
    press = """(composing) => document.getElementById("composer-text").dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, cancelable: true, isComposing: composing}))"""
    page.evaluate(press, True)
    desk.settle()
    assert [one for one in desk.asked[before:] if one[0] == "POST"] == []
    page.evaluate("document.querySelector('[name=mode][value=note]').click()")
    page.locator("#composer-text").fill("银行")
    page.evaluate(press, False)
    page.wait_for_url("**sent=note**")
    assert [one for one in desk.asked[before:] if one[0] == "POST"]


def test_what_is_new_since_one_looked_is_marked_once(sign_in, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        client, address = sign_in(cast.supervisor), reverse("desk:case", args=[case.number])
        assert not [one for one in client.get(address).context["entries"] if one.fresh]
    with travel_to(MONDAY + timedelta(hours=1)):
        step(cast.frontline, case, "note", note="新情况")
        step(cast.supervisor, case, "note", note="我自己写的")
        fresh = [one for one in client.get(address).context["entries"] if one.fresh]
        assert [one.lines for one in fresh] == [[("", "新情况")]]
    with travel_to(MONDAY + timedelta(hours=2)):
        assert not [one for one in client.get(address).context["entries"] if one.fresh]
