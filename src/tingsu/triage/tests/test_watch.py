"""Bursts are watched for each minute, emergency scripts govern all cases of their event, repeats ask for a new assessment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approved
from tests.cast import Cast, Person
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint
from tingsu.complaints.verify import rebuild_complaints
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import Event
from tingsu.letters.models import Notice
from tingsu.registers.actions import open_entry
from tingsu.registers.models import Entry
from tingsu.triage import major_events, mass_events, risk_rules
from tingsu.triage.models import Assessment
from tingsu.triage.rules import publish_triage_rules
from tingsu.triage.tests.cases import PLAN, graded, last_event, registered, reported, step, told

SignIn = Callable[[Person], Client]
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PRODUCT = "充电宝 A1"


def burst(cast: Cast, count: int, provinces: tuple[str, ...] = ("33", "44"), **given: Any) -> list[Complaint]:
    found = []
    for n in range(count):
        with travel_to(START + timedelta(minutes=n)):
            who = (cast.frontline, cast.frontline2)[n % 2]
            found.append(registered(who, **{"product": PRODUCT, "province": provinces[n % len(provinces)]} | given))
    return found


def watched(minutes: float = 10) -> int:
    with travel_to(START + timedelta(minutes=minutes)):
        return mass_events.watch()


def records() -> list[tuple[str, int]]:
    return [(one.codes["kind"], one.codes["complaints"]) for one in Entry.objects.filter(register="major_event")]


@pytest.mark.req("TR-07", "MS-23")
def test_a_burst_opens_one_record_and_later_ones_join_it(cast: Cast) -> None:
    group = burst(cast, 5)
    assert watched() == 5
    assert records() == [("mass", 5)]
    assert watched() == 0, "nothing is done twice"
    assert {one.pk for one in group} == set(major_events.record_of_each([one.pk for one in group]))
    assert PRODUCT in str(Entry.objects.get(register="major_event").written_or_none())
    for one in group:
        assert Notice.objects.filter(stream_id=one.pk, kind="case.reassess", member_id=one.owner_id).count() == 1
        joined = Event.objects.get(stream_id=one.pk, kind="complaint.event_joined")
        assert joined.actor_kind == "system"
    assert "event.mass" in told(cast.supervisor)
    with travel_to(START + timedelta(hours=1)):
        sixth = registered(cast.frontline, product=PRODUCT, province="31")
    assert watched(61) == 1
    assert records() == [("mass", 6)]
    assert Notice.objects.filter(kind="event.mass").count() == 1
    assert Notice.objects.filter(stream_id=sixth.pk, kind="case.reassess").count() == 1
    history = {sixth.pk: list(Event.objects.filter(stream_id=sixth.pk).order_by("seq"))}
    assert list(rebuild_complaints(history)) == []


@pytest.mark.req("TR-07")
def test_a_burst_that_is_refused_keeps_no_other_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    burst(cast, 5)
    burst(cast, 5, product="电饭煲 B2", problem_type="operation", categories=[])
    asked: list[Any] = []

    def refuses_the_first(**given: Any) -> Entry:
        asked.append(given)
        if len(asked) == 1:
            raise NotAllowed
        return open_entry(**given)

    monkeypatch.setattr(mass_events, "open_entry", refuses_the_first)
    assert watched() == 5
    assert watched() == 5, "tried again in the next minute"
    assert records() == [("mass", 5), ("mass", 5)]


@pytest.mark.req("TR-07")
def test_a_drill_gathers_nothing(cast: Cast) -> None:
    group = burst(cast, 5)
    event = {"event": "new", "event_kind": "major", "event_name": "演练", "event_story": "演练用"}
    with travel_to(START + timedelta(minutes=6)):
        step(cast.frontline, group[0], "join_event", **event)
    drill = Entry.objects.get(register="major_event")
    Entry.objects.filter(pk=drill.pk).update(codes=drill.codes | {"kind": "drill"})
    assert watched() == 5
    assert sorted(records()) == [("drill", 1), ("mass", 5)]


@pytest.mark.req("TR-07")
@pytest.mark.parametrize(
    ("count", "given", "minutes", "expected"),
    [
        (4, {}, 10, 0),
        (5, {"provinces": ("33",)}, 10, 0),
        (5, {"provinces": ("33", "")}, 10, 0),
        (5, {}, 24 * 60, 5),
        (5, {}, 24 * 60 + 1, 0),
        (5, {"product": ""}, 10, 0),
    ],
)
def test_what_is_a_burst(cast: Cast, count: int, given: dict[str, Any], minutes: float, expected: int) -> None:
    provinces = given.pop("provinces", ("33", "44"))
    burst(cast, count, provinces, **given)
    with travel_to(START + timedelta(minutes=minutes)):
        registered(cast.frontline, product="别的", problem_type="operation", categories=[], province="51")
    assert watched(minutes) == expected


@pytest.mark.req("TR-07")
@pytest.mark.parametrize(("least", "expected"), [(4, 4), (5, 0), (0, 0)])
def test_a_kind_of_problem_is_watched_by_a_number_of_its_own(cast: Cast, least: int, expected: int) -> None:
    body = risk_rules.shipped()
    body = body | {"mass": body["mass"] | {"problem_complaints": least}}
    with travel_to(START - timedelta(hours=1)):
        approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=body))
    for n in range(4):
        with travel_to(START + timedelta(minutes=n)):
            registered(
                cast.frontline,
                product=f"产品 {n}",
                province=("33", "44")[n % 2],
                categories=["3"] if n else ["3", "9"],
                delivery_delay=2,
                delivery_delay_unit="day",
            )
    assert watched() == expected
    assert records() == ([("mass", 4)] if expected else [])


@pytest.mark.req("TR-07")
def test_where_nothing_was_registered_nothing_is_looked_at(cast: Cast, django_assert_max_num_queries: Any) -> None:
    burst(cast, 5)
    with travel_to(START + timedelta(hours=2)), django_assert_max_num_queries(1):
        assert mass_events.watch() == 0


def high_risk_with_script(cast: Cast) -> Complaint:
    complaint = reported(cast, registered(cast.frontline, product=PRODUCT))
    complaint = step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    return step(cast.supervisor, complaint, "adopt_pre_plan", **to)


@pytest.mark.req("TR-16")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "同一事件"), ("en", "of the same event")])
def test_the_script_of_a_case_governs_every_case_of_its_event(
    cast: Cast, sign_in: SignIn, language: str, words: str
) -> None:
    first = high_risk_with_script(cast)
    other = registered(cast.frontline2, product="别的型号")
    client = sign_in(cast.frontline2)
    client.cookies["tingsu_language"] = language

    def shown(complaint: Complaint) -> bool:
        page = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
        return PLAN["script"] in page and (words in page) == (complaint == other)

    assert shown(first)
    assert PLAN["script"] not in client.get(reverse("desk:case", args=[other.number])).content.decode()
    event = {"event": "new", "event_kind": "major", "event_name": "充电宝起火", "event_story": "多地反映"}
    first = step(cast.supervisor, first, "join_event", **event)
    number = Entry.objects.get(register="major_event").number
    other = step(cast.frontline2, other, "join_event", event=number)
    assert shown(other)
    step(cast.frontline2, other, "leave_event", event=number, reason="误联")
    assert PLAN["script"] not in client.get(reverse("desk:case", args=[other.number])).content.decode()


@pytest.mark.req("TR-16")
def test_the_registration_form_shows_the_script_as_soon_as_the_product_is_named(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.frontline2)

    def hints(**typed: str) -> str:
        return str(client.post(reverse("desk:hints"), typed).content.decode())

    assert PLAN["script"] not in hints(product=PRODUCT)
    complaint = high_risk_with_script(cast)
    for typed in ({"product": f"{PRODUCT} 黑色"}, {"description": f"我的{PRODUCT.lower()}冒烟"}):
        assert PLAN["script"] in hints(**typed)
    for typed in ({"product": "电饭煲"}, {"description": "退款未到"}, {}):
        assert PLAN["script"] not in hints(**typed)
    Complaint.objects.filter(pk=complaint.pk).update(state="closed")
    assert PLAN["script"] not in hints(product=PRODUCT)


@pytest.mark.req("TR-16")
def test_a_case_about_the_product_has_the_script_before_anybody_links_it(cast: Cast, sign_in: SignIn) -> None:
    first = high_risk_with_script(cast)
    client = sign_in(cast.frontline2)

    def page(complaint: Complaint, **asked: str) -> str:
        return str(client.get(reverse("desk:case", args=[complaint.number]), asked).content.decode())

    same, other = (registered(cast.frontline2, product=name) for name in (f"{PRODUCT} 黑色", "电饭煲"))
    assert all(words in page(same) for words in (PLAN["script"], first.number, "同一商品"))
    assert PLAN["script"] not in page(other)
    Complaint.objects.filter(pk=first.pk).update(state="closed")
    assert PLAN["script"] not in page(same)


@pytest.mark.req("TR-16")
def test_while_a_script_is_in_force_it_alone_is_offered_to_write_with(cast: Cast, sign_in: SignIn) -> None:
    case = registered(cast.frontline2, product=PRODUCT)
    client = sign_in(cast.frontline2)

    def offered(reply: str = "") -> tuple[list[dict[str, str]], str]:
        made = client.get(reverse("desk:case", args=[case.number]), {"reply": reply}).context["composer"]
        return made.replies, made.text

    ready, _text = offered()
    assert len(ready) > 1
    assert "〔" in offered(ready[0]["code"])[1]
    high_risk_with_script(cast)
    only, text = offered(ready[0]["code"])
    assert ([one["text"] for one in only], text) == ([PLAN["script"]], "")
    assert offered("script")[1] == PLAN["script"]


def reassess(complaint: Complaint) -> list[list[str]]:
    return list(
        Notice.objects.filter(stream_id=complaint.pk, kind="case.reassess").values_list("data__because", flat=True)
    )


@pytest.mark.req("TR-17", "RG-24")
def test_a_repetition_asks_for_a_new_assessment_of_what_was_judged_before(cast: Cast) -> None:
    judged, calm = graded(cast.frontline, registered(cast.frontline)), registered(cast.frontline)
    again = registered(cast.frontline2, repeats=f"{judged.number} {calm.number}")
    assert again.repeated
    assert reassess(judged) == [["repeat"]]
    assert reassess(calm) == reassess(again) == [], "what nobody has judged yet is judged anyway"
    other, third = registered(cast.frontline), graded(cast.frontline, registered(cast.frontline))
    step(cast.frontline, third, "link", number=other.number, kind="related")
    assert reassess(third) == []
    step(cast.frontline, third, "unlink", number=other.number)
    step(cast.frontline, third, "link", number=other.number, kind="repeated")
    assert reassess(third) == [["repeat"]]


WORDS = {f"{name}_text": f"{name} 说明" for name in ("severity", "safety", "complexity", "impact", "immediacy")}


@pytest.mark.req("TR-09", "TR-10")
def test_each_criterion_is_told_in_words_beside_its_score(cast: Cast, sign_in: SignIn) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline), **WORDS)
    row = Assessment.objects.get()
    row.complaint = complaint
    assert {name: row.text(name) for name in WORDS} == WORDS
    page = sign_in(cast.frontline).get(reverse("desk:case", args=[complaint.number])).content.decode()
    panel = page.split('id="panel-assessment"', 1)[-1]
    assert all(words in panel for words in WORDS.values())
    assert not set(WORDS) & set(last_event(complaint).data["values"]), "words are sealed, never beside the codes"


@pytest.mark.req("TR-07")
def test_a_complaint_that_is_closed_makes_no_burst(cast: Cast) -> None:
    group = burst(cast, 5)
    Complaint.objects.filter(pk=group[0].pk).update(state="closed")
    assert watched() == 0
    assert records() == []


@pytest.mark.req("TR-16", "AI-02")
def test_an_assistant_asks_what_script_is_in_force_and_learns_nothing_of_the_complaint(
    cast: Cast, client: Client
) -> None:
    first = high_risk_with_script(cast)
    same, other = (registered(cast.frontline, product=name) for name in (f"{PRODUCT} 黑色", "电饭煲"))

    tokens = {
        scope: issue_token(
            actor=automation("test", cast.organisation_id), name=f"assistant {scope}", scopes=(scope,),
            roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
        )[1]
        for scope in ("complaints:read", "registers:read")
    }  # fmt: skip

    def asks(scope: str = "complaints:read", **asked: str) -> Any:
        return client.get("/api/v1/scripts", asked, headers={"Authorization": f"Bearer {tokens[scope]}"})

    told = asks(about=f"我的{PRODUCT}冒烟了").json()
    assert [(one["product"], one["script"], one["version"]) for one in told] == [(PRODUCT, PLAN["script"], 1)]
    assert set(told[0]) == {"product", "script", "version", "since"}
    assert first.number not in str(told)
    assert [one["script"] for one in asks(complaint=same.number).json()] == [PLAN["script"]]
    assert asks(about="退款未到").json() == asks(complaint=other.number).json() == []
    for wrong in ({}, {"about": "x", "complaint": same.number}, {"about": "字" * 8001}):
        assert asks(**wrong).status_code == 422
    assert asks("registers:read", about=PRODUCT).status_code == 403
    assert asks(complaint="202601-XF-999").status_code == 404
    Complaint.objects.filter(pk=first.pk).update(state="closed")
    assert asks(about=PRODUCT).json() == asks(complaint=same.number).json() == []
