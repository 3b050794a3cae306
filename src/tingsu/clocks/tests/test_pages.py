"""The settings pages of limits and calendars and the explained deadline, through the door for people."""

import re
import uuid
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.things import MATTER
from tingsu.calendars.queries import calendar_in_force
from tingsu.calendars.tests.calendars import local
from tingsu.clocks.forms import lines_of
from tingsu.clocks.kinds import Watched
from tingsu.clocks.profiles import strictest
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.tests.promises import open_case_with
from tingsu.kernel import kinds, rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.models import Event

START = local("2026-03-02 10:00")
PAGES = ("limits", "edit_limits", "calendar", "edit_calendar", "enter_year")


def posted_limits(**changes: str) -> dict[str, str | list[str]]:
    """The draft page of the shipped policy as a browser sends it unchanged, with some fields overwritten."""
    lines = lines_of(strictest())
    data: dict[str, str | list[str]] = {
        "line-TOTAL_FORMS": str(len(lines.forms)),
        "line-INITIAL_FORMS": str(lines.initial_form_count()),
        "valid_from": "",
        "note": "half a day is enough",
        "based_on": "0",
    }
    for line in lines:
        for name in line.fields:
            value = line.initial.get(name)
            if value not in (None, False, ""):
                data[f"{line.prefix}-{name}"] = value if isinstance(value, list) else str(value)
    return data | changes


def number_of(timer: str) -> int:
    return next(n for n, row in enumerate(strictest()["rules"]) if row["timer"] == timer and not row["when"])


@pytest.mark.req("SL-01", "SL-02")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_settings_pages_open_for_those_who_publish_rules_and_for_nobody_else(
    client: Client, cast, sign_in, page: str, language: str
) -> None:
    address = reverse(f"clocks:{page}")
    assert client.get(address).status_code == 302
    client.cookies["tingsu_language"] = language
    sign_in(cast.frontline)
    assert client.get(address).status_code == 403
    sign_in(cast.top_mgmt)
    response = client.get(address)
    assert response.status_code == 200
    assert ("工作" in response.content.decode()) == (language == "zh-hans")


@pytest.mark.req("SL-01")
def test_a_draft_is_shown_before_it_is_published(client: Client, cast, sign_in) -> None:
    sign_in(cast.top_mgmt)
    n = number_of("first_reply")
    data = posted_limits(**{f"line-{n}-amount": "12", "check": "1"})
    page = client.post(reverse("clocks:edit_limits"), data | {"note": ""})
    assert page.status_code == 200, "looking at a draft needs no reason"
    assert [change.what[:3] for change in page.context["changes"]] == ["T03"]
    assert (page.context["touched"], page.context["running"]) == (0, 0)
    open_case_with("first_reply", at=now())
    open_case_with("acknowledgement", at=now())
    page = client.post(reverse("clocks:edit_limits"), data)
    assert (page.context["touched"], page.context["running"]) == (1, 2), (
        "who changes a limit knows how many cases keep theirs"
    )
    assert policy_in_force().version == 0
    del data["check"]
    answer = client.post(reverse("clocks:edit_limits"), data)
    assert answer.status_code == 303, answer.context["form"].errors
    published = rulebooks.in_force("time_limits")
    assert published.version == 1
    assert published.body["rules"][n]["amount"] == 12
    assert published.body["rules"][:n] == strictest()["rules"][:n]
    assert Event.objects.filter(kind="rulebook.published").count() == 1
    page = client.get(reverse("clocks:limits"))
    assert page.context["rules"].version == 1
    assert len(page.context["history"]) == 2
    assert [change.what[:3] for change in page.context["changes"]] == ["T03"]


@pytest.mark.req("SL-01", "VL-11")
@pytest.mark.parametrize(
    ("line", "changes", "sentence", "place"),
    [
        ("answer", {"amount": ""}, "Enter how long it may take.", "amount"),
        ("answer", {"amount": "0"}, "At least 1.", "amount"),
        ("answer", {"amount": "10001"}, "At most 10000.", "amount"),
        ("answer", {"amount": "9999"}, "at most three years", "amount"),
        ("answer", {"mode": "phone"}, "only the first reply may differ", "mode"),
        ("answer", {"warn_at": "80, 50"}, "rising order", "warn_at"),
        ("answer", {"warn_at": "half"}, "Write percentages", "warn_at"),
        ("answer", {"timer": "investigation"}, "has the same timer and conditions as line", ""),
        ("answer", {"remove": "on"}, "needs a limit", "timer of a new line"),
        ("answer", {"valid_from": "2001-01-01T00:00"}, "only be in force from now on", "valid_from"),
        ("answer", {"note": ""}, "Fill in this field.", "note"),
        ("answer", {"based_on": "7"}, "was published while you were editing", ""),
    ],
)
def test_a_bad_draft_is_answered_beside_its_field_and_keeps_what_was_typed(
    client: Client, cast, sign_in, line: str, changes: dict[str, str], sentence: str, place: str
) -> None:
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    n = number_of(line)
    own = {"valid_from", "note", "based_on"}
    named = {name if name in own else f"line-{n}-{name}": v for name, v in changes.items()}
    data = posted_limits(**{f"line-{number_of('investigation')}-amount": "4", **named})
    answer = client.post(reverse("clocks:edit_limits"), data)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert 'class="error-summary"' in html
    assert 'value="4"' in html
    assert policy_in_force().version == 0
    for problem in answer.context["problems"]:
        assert not problem.anchor or f'id="{problem.anchor}"' in html, problem
    if place:
        ways = {f"id_{place}", f"id_line-{n}-{place}"}
        if place == "timer of a new line":
            ways = {f"id_line-{len(policy_in_force().rules)}-timer"}
        assert {one.anchor for one in answer.context["problems"]} <= ways
        marked = re.findall(r'<(?:input|select|textarea)[^>]*aria-invalid="true"[^>]*>', html)
        assert bool(marked) == (place != "timer of a new line"), "the field itself says that it was refused"
        assert all(any(f'id="{one}"' in tag for one in ways) for tag in marked)


@pytest.mark.req("SL-01")
def test_a_refused_line_is_named_as_the_page_numbers_it_though_another_one_is_removed(
    client: Client, cast, sign_in
) -> None:
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    n = number_of("solution")
    double = next(i for i, row in enumerate(strictest()["rules"]) if row["when"] and i < n)
    data = posted_limits(**{f"line-{double}-remove": "on", f"line-{n}-warn_at": "80, 50"})
    (problem,) = client.post(reverse("clocks:edit_limits"), data).context["problems"]
    assert problem.text.startswith(f"Line {n + 1}:")
    assert problem.anchor == f"id_line-{n}-warn_at"


@pytest.mark.req("SL-02")
def test_a_year_is_entered_by_pasting_shown_and_published(client: Client, cast, sign_in) -> None:
    sign_in(cast.top_mgmt)
    data = {
        "year": "2027",
        "text": "一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月9日（周六）上班。",
        "source": "国办发明电〔2026〕7号",
        "valid_from": "",
        "note": "2027",
        "based_on": "0",
    }
    shown = client.post(reverse("clocks:enter_year"), data | {"check": "1"})
    assert shown.status_code == 200
    assert [day["on"] for day in shown.context["days"]["make_up_days"]] == ["2027-01-09"]
    assert 2027 not in calendar_in_force().official_years
    assert client.post(reverse("clocks:enter_year"), data).status_code == 303
    assert 2027 in calendar_in_force().official_years
    page = client.get(reverse("clocks:calendar"))
    assert [change.what for change in page.context["changes"]] == ["2027"]
    assert (
        client.get(reverse("clocks:enter_year"), {"year": "2027"})
        .context["form"]
        .initial["text"]
        .startswith("2027-01-01")
    )


@pytest.mark.req("SL-02")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste the days"),
        ("next spring", "Line 1 cannot be read"),
        ("2026-10-01 休 国庆节", "does not lie in 2027"),
    ],
)
def test_a_year_that_cannot_be_read_is_answered_line_by_line(
    client: Client, cast, sign_in, text: str, sentence: str
) -> None:
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    data = {"year": "2027", "text": text, "source": "x", "note": "x", "based_on": "0"}
    answer = client.post(reverse("clocks:enter_year"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert calendar_in_force().version == 0


@pytest.mark.req("SL-02")
def test_hours_are_edited_as_text_with_several_stretches_a_day(client: Client, cast, sign_in) -> None:
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "make_up"), "08:30-12:00, 13:00-17:30")
    data = {**hours, "sat": "", "sun": "", "time_zone": "Asia/Shanghai", "day_ends": "business"}
    data |= {"note": "earlier start", "based_on": "0"}
    for bad in (
        {"mon": "from nine"},
        {"mon": "12:00-09:00"},
        {"mon": "09:00-12:00, 11:00-13:00"},
        {"time_zone": "Mars"},
        {"valid_from": "2001-01-01T00:00"},
        {**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "")},
    ):
        refused = client.post(reverse("clocks:edit_calendar"), data | bad)
        assert refused.status_code == 422
        html, field = refused.content.decode(), next(iter(bad))
        assert [one.anchor for one in refused.context["problems"]] == [f"id_{field}"]
        assert re.search(
            rf'<input[^>]*id="id_{field}"[^>]*aria-invalid="true"|<input[^>]*aria-invalid="true"[^>]*id="id_{field}"',
            html,
        )
    assert client.post(reverse("clocks:edit_calendar"), data).status_code == 303
    calendar = calendar_in_force()
    assert [(block.start, block.end) for block in calendar.week[0]] == [(510, 720), (780, 1050)]
    assert 2026 in calendar.official_years


@pytest.mark.req("SL-01")
def test_a_version_that_was_never_published_is_not_found(client: Client, cast, sign_in) -> None:
    sign_in(cast.top_mgmt)
    for page in ("limits", "calendar"):
        for asked in ("99", "-1", "x", "9" * 40):
            assert client.get(reverse(f"clocks:{page}"), {"version": asked}).status_code == 404
        assert client.get(reverse(f"clocks:{page}"), {"version": "0"}).status_code == 200


@pytest.fixture
def matters_are_seen_by_frontline(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(actor: Actor, stream_id: uuid.UUID) -> None:
        if actor.id != cast.frontline.id:
            raise NotFound

    matter = replace(MATTER, check=check, clocks=Watched(things=lambda ids: {}))
    monkeypatch.setitem(kinds._kinds, "matter", matter)


@pytest.mark.req("SL-02", "PS-11")
@pytest.mark.usefixtures("matters_are_seen_by_frontline")
def test_a_deadline_is_explained_only_to_those_who_see_the_case(client: Client, cast, sign_in) -> None:
    (promise,) = open_case_with("progress_feedback", at=START)
    address = reverse("clocks:explain", args=[promise.pk])
    assert client.get(address).status_code == 302
    sign_in(cast.dept)
    assert client.get(address).status_code == 404
    sign_in(cast.frontline)
    page = client.get(address)
    assert page.status_code == 200
    assert "<!doctype html>" in page.content.decode()
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<!doctype html>" not in part.content.decode()
    with override("zh-hans"):
        assert "2 个工作日" in part.content.decode()
    assert client.get(reverse("clocks:explain", args=[promise.stream_id])).status_code == 404
