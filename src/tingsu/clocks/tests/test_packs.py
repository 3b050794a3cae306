"""Rule packs: dates of effect, what was confirmed, lines taken into a draft, what they would have done (SL-01)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.api.tests.test_api import call, token_of  # noqa: F401 fixtures
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import whatif
from tingsu.clocks.actions import publish_time_limits
from tingsu.clocks.explanation import explain_promise
from tingsu.clocks.forms import lines_of
from tingsu.clocks.models import Promise
from tingsu.clocks.packs import Pack, PackLine, UnknownPack, declare_pack, ended_lines, packs, same_line, with_pack
from tingsu.clocks.policy import problems_of, read_policy
from tingsu.clocks.profiles import strictest
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.timers import timer
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.periods import QUARTER, Period
from tingsu.kernel.rulebooks import versions
from tingsu.triage.tests.cases import registered, step

pytestmark = [pytest.mark.django_db, pytest.mark.req("SL-01")]
FIRST = Period(date(2026, 1, 1), QUARTER)
MARCH = local("2026-03-02 10:00")
NUMBERS = {
    "odr-12315": [("decision", 10, "working_day", (), True)],
    "samr-2020": [
        ("handling_start", 7, "working_day", (), False),
        ("decision", 45, "working_day", (), False),
        ("answer", 7, "working_day", (), False),
    ],
    "samr-2026": [],
    "bank-insurance": [("decision", 15, "day", (30, 60), True)],
    "after-sales": [("after_sales", 7, "day", (), False), ("after_sales", 30, "day", (), False)],
    "uk-fca-disp": [("early_resolution", 3, "working_day", (), True), ("decision", 8, "week", (), True)],
    "us-cfpb": [("decision", 15, "day", (60,), True)],
}


def taken(code: str, *places: int) -> dict[str, Any]:
    return with_pack(strictest(), packs()[code], places or range(len(packs()[code].lines)))


def publish(cast: Cast, code: str, *places: int) -> None:
    publish_time_limits(
        actor=cast.top_mgmt.actor, body=taken(code, *places), note="规则包", based_on=versions("time_limits")[0].version
    )


def test_what_ships_and_that_nothing_of_it_holds_by_itself() -> None:
    told = {
        code: [(one.timer, one.amount, one.unit.value, one.extensions, one.confirmed) for one in pack.lines]
        for code, pack in packs().items()
    }
    assert told == NUMBERS
    assert {row.get("pack") for row in strictest()["rules"]} == {None}
    assert {"decision", "early_resolution"}.isdisjoint(row["timer"] for row in strictest()["rules"])
    assert problems_of(strictest()) == []
    for code, pack in packs().items():
        assert all(line.basis and line.note for line in pack.lines), code
        assert pack.lines == () or problems_of(taken(code)) == [], code
    with pytest.raises(UnknownPack):
        declare_pack(packs()["us-cfpb"])
    line = PackLine(timer="answer", amount=1, unit=packs()["us-cfpb"].lines[0].unit, basis="x", confirmed=True)
    with pytest.raises(UnknownPack):
        declare_pack(Pack(code="twice", label="x", document="x", market="x", hint="x", lines=(line, line)))


def test_dates_of_effect_are_kept_on_both_sides_of_their_days() -> None:
    old, new = packs()["samr-2020"], packs()["samr-2026"]
    assert [old.standing(date(2026, 4, day)) for day in (14, 15)] == ["in_force", "ended"]
    assert [new.standing(date(2026, 4, day)) for day in (14, 15)] == ["to_come", "in_force"]
    assert old.followed_by == new.code
    assert packs()["odr-12315"].standing(date(1990, 1, 1)) == "in_force", "a date that is not known refuses nobody"
    body = taken("samr-2020")
    assert list(ended_lines(body, date(2026, 4, 14))) == []
    assert [str(name) for _pack, name in ended_lines(body, date(2026, 4, 15))] == [
        str(timer(name).label) for name in ("handling_start", "answer", "decision")
    ]


def test_a_line_takes_the_place_of_the_one_for_the_same_case_and_says_where_it_comes_from() -> None:
    body = taken("samr-2020", 0)
    rows = [row for row in body["rules"] if row["timer"] == "handling_start"]
    assert [(row["amount"], row["unit"], row["pack"], row["unconfirmed"]) for row in rows] == [
        (7, "working_day", "samr-2020", True)
    ]
    body = taken("after-sales", 1)
    appliance = [row for row in body["rules"] if row["when"] == {"product_type": ["appliance"]}]
    assert [row["amount"] for row in appliance] == [30]
    assert len(body["rules"]) == len(strictest()["rules"])
    line = next(one for one in packs()["samr-2020"].lines if one.timer == "answer")
    special = replace(line, when={"product_type": ("appliance",)})
    pack = replace(packs()["samr-2020"], lines=(special,))
    timers = [row["timer"] for row in with_pack(strictest(), pack, [0])["rules"]]
    assert timers.index("answer") + timers.count("answer") == len(timers) - timers[::-1].index("answer"), "side by side"
    general = next(row for row in strictest()["rules"] if row["timer"] == "answer" and not row["when"])
    assert same_line(strictest()["rules"], special) == general, "without a line for the case, that for every case"
    body = taken("bank-insurance")
    assert len(body["rules"]) == len(strictest()["rules"]) + 1
    assert read_policy(body).rules_for(timer("decision"))[0].extensions == (30, 60)
    kept = next(form for form in lines_of(body).forms if form.initial.get("timer") == "decision")
    assert (kept.initial["extensions"], kept.initial["pack"], "unconfirmed" in kept.fields) == (
        "30, 60",
        "bank-insurance",
        False,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"extensions": [10]}, "longer each time"),
        ({"extensions": [60, 30]}, "longer each time"),
        ({"extensions": [30, 30]}, "longer each time"),
        ({"extensions": [-30]}, "longer each time"),
        ({"extensions": [10_000]}, "at most three years"),
        ({"timer": "answer", "extensions": [30]}, "cannot be extended"),
        ({"when": {"mode": ["letter"]}}, "only the first reply may differ"),
    ],
)
def test_lines_that_could_not_be_granted_are_refused_in_words(changes: dict[str, Any], sentence: str) -> None:
    body = taken("bank-insurance")
    place = next(n for n, row in enumerate(body["rules"]) if row["timer"] == "decision")
    body["rules"][place] |= changes
    if changes.get("timer"):
        body["rules"] = [row for n, row in enumerate(body["rules"]) if n == place or row["timer"] != "answer"]
    with override("en"):
        assert sentence in " ".join(problems_of(body))


def test_a_decision_limit_runs_only_where_a_line_asks_for_it(cast: Cast) -> None:
    with travel_to(MARCH):
        before = registered(cast.frontline)
        assert not Promise.objects.filter(stream_id=before.pk, kind="decision").exists()
        publish(cast, "odr-12315")
        assert not Promise.objects.filter(stream_id=registered(cast.frontline).pk, kind="decision").exists()
        case = registered(cast.frontline, channel="regulator")
        made = Promise.objects.get(stream_id=case.pk, kind="decision")
        assert made.due_at == local("2026-03-16 18:00")
        with override("en"):
            told = explain_promise(made)
            assert (str(told.pack), told.mark, told.basis) == (
                "12315 online dispute resolution",
                "",
                "全国12315平台 ODR企业工作职责",
            )


def test_the_time_for_an_early_resolution_runs_out_without_a_breach(cast: Cast) -> None:
    from tingsu.clocks.sweep import sweep_due

    with travel_to(MARCH):
        publish(cast, "uk-fca-disp")
        case = registered(cast.frontline)
        window, whole = (Promise.objects.get(stream_id=case.pk, kind=kind) for kind in ("early_resolution", "decision"))
        assert (window.due_at, whole.due_at) == (local("2026-03-05 18:00"), local("2026-04-28 00:00"))
    with travel_to(local("2026-03-06 09:00")):
        while sweep_due().taken:
            pass
    window.refresh_from_db()
    whole.refresh_from_db()
    assert (window.ending, window.breached_at) == ("lapsed", None)
    assert (whole.ended_at, whole.breached_at) == (None, None)


def test_what_a_pack_would_have_done_to_complaints_that_had_no_such_limit(
    cast: Cast, call: Any, token_of: Any  # noqa: F811
) -> None:  # fmt: skip
    from tingsu.complaints.watched import lived

    with travel_to(MARCH):
        slow, withdrawn = registered(cast.frontline), registered(cast.frontline)
    with travel_to(MARCH + timedelta(days=2)):
        step(cast.frontline, withdrawn, "withdraw", statement="不再投诉")
    with travel_to(local("2026-04-20 10:00")):
        found = whatif.what_if(strictest(), taken("bank-insurance"), FIRST)
        line = next(one for one in found.lines if one.timer == "decision")
        assert (found.cases, line.missed, slow.pk in found.late) == (2, 0, True)
        assert (line.counted, line.would_miss, line.newly) == (1, 1, 1), "a withdrawn one in time is no miss"
        assert lived("decision", [slow.pk])[slow.pk].started_at == slow.received_at
        assert whatif.what_if(strictest(), taken("uk-fca-disp"), FIRST).newly == 0, "eight weeks are not over"
        token = token_of(cast.top_mgmt, "complaints:read")
        status, told = call(token, "GET", "/time-limits/what-if?pack=bank-insurance&quarter=2026-Q1")
        assert (status, [one["newly"] for one in told["lines"]]) == (200, [1])
        assert call(token, "GET", "/time-limits/what-if?pack=samr-2020")[0] == 422, "none of its lines is confirmed"
        assert call(token, "GET", "/time-limits/what-if?pack=none")[0] == 422
        status, told = call(token, "GET", "/time-limits/packs")
        assert [(one["code"], len(one["lines"])) for one in told] == [
            (code, len(lines)) for code, lines in NUMBERS.items()
        ]
        assert (told[3]["lines"][0]["extensions"], told[3]["since"]) == ([30, 60], "2020-03-01")
        assert call(token_of(cast.analyst, "complaints:read"), "GET", "/time-limits/packs")[0] == 403


def test_the_pages_offer_confirmed_lines_and_leave_the_others_off(client: Client, cast: Cast, sign_in: Any) -> None:
    address = reverse("clocks:choose_pack", args=["bank-insurance"])
    sign_in(cast.frontline)
    assert [client.get(one).status_code for one in (reverse("clocks:packs"), address)] == [403, 403]
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    with travel_to(MARCH):
        page = client.get(reverse("clocks:packs"))
        assert [one["standing"] for one in page.context["packs"]] == [
            "in_force", "in_force", "to_come", "in_force", "in_force", "in_force", "in_force"
        ]  # fmt: skip
        assert client.get(reverse("clocks:choose_pack", args=["samr-2026"])).status_code == 404, "it has no lines"
        samr = client.get(reverse("clocks:choose_pack", args=["samr-2020"]))
        assert [(one["ticked"], one["later"]) for one in samr.context["lines"]] == [
            (False, True),
            (False, False),
            (False, True),
        ]
        assert [one["ticked"] for one in client.get(address).context["lines"]] == [True]
        none = client.post(address, {"note": "x", "based_on": "0", "publish": "1"})
        assert (none.status_code, "Tick at least one line." in none.content.decode()) == (422, True)
        posted = {"lines": "0", "note": "银行业规定", "based_on": "0"}
        look = client.post(address, posted | {"check": "1"})
        assert [change.what[:3] for change in look.context["changes"]] == ["T26"]
        assert "extendable to 30, then 60 calendar days" in look.context["changes"][0].after
        assert "what_if" in look.context
        assert policy_in_force().version == 0
        assert client.post(address, posted | {"publish": "1"}).status_code == 303
        assert policy_in_force().version == 1
        html = client.get(reverse("clocks:limits")).content.decode()
        assert "Banks and insurers" in html
        assert "not confirmed in the official text" not in html
    with travel_to(local("2026-04-20 10:00")):
        ended = client.post(
            reverse("clocks:choose_pack", args=["samr-2020"]), posted | {"based_on": "1", "publish": "1"}
        )
        assert (ended.status_code, "can no longer be taken over" in ended.content.decode()) == (422, True)
    assert policy_in_force().version == 1


def test_a_pack_holds_from_its_day_on_and_a_lapsed_one_is_named(
    client: Client, cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tingsu.clocks import packs as module

    line = PackLine(timer="answer", amount=1, unit=packs()["us-cfpb"].lines[0].unit, basis="x", confirmed=True)
    tomorrow = now().date() + timedelta(days=30)
    monkeypatch.setitem(
        module._packs,
        "later",
        Pack(code="later", label="Later", document="x", market="x", hint="x", since=tomorrow, lines=(line,)),
    )
    address = reverse("clocks:choose_pack", args=["later"])
    sign_in(cast.top_mgmt)
    client.cookies["tingsu_language"] = "en"
    assert client.get(address).context["form"]["valid_from"].value() is not None
    posted = {"lines": "0", "note": "x", "based_on": "0", "publish": "1"}
    early = client.post(address, posted)
    assert (early.status_code, "choose that day or a later one" in early.content.decode()) == (422, True)
    assert client.post(address, posted | {"valid_from": f"{tomorrow}T08:00"}).status_code == 303
    publish(cast, "samr-2020", 1)
    with travel_to(local("2027-01-04 10:00")):
        page = client.get(reverse("clocks:limits"))
        assert [pack.code for pack, _name in page.context["ended"]] == ["samr-2020"]
        assert "not confirmed in the official text" in page.content.decode()
