"""A visitor at a screen of ours: types, hands over, signs; the screen opens nothing else and clears itself (RG-18, RG-05)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.forging import forged
from tests.signing import enter
from tingsu.complaints.models import Complaint
from tingsu.intake import visits
from tingsu.intake.models import Visit
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.portal.views.kiosk import COOKIE
from tingsu.privacy.models import AccessEntry
from tingsu.signing.models import Signature

TYPED = {
    "do": "type", "description": "净水器装好第二天就漏水，\n打了三次电话没人来。", "remedy_text": "派人修好", "name": "邓桂芳", "phone": "13800007710",
    "group": "elderly", "format": "large_print",
}  # fmt: skip
FORM = {
    "mode": "in_person",
    "channel": "reception",
    "problem_type": "product",
    "name": "邓桂芳",
    "phone": "13800007710",
}


@pytest.fixture
def kiosk() -> str:
    return reverse("portal:kiosk")


def opened(cast: Cast, kiosk: str, by: str = "frontline") -> tuple[Client, Visit]:
    visit, code = visits.open_visit(getattr(cast, by).actor)
    screen = Client()
    assert screen.post(kiosk, {"do": "pair", "code": f"{code[:4]} {code[4:]}"}).status_code == 303
    return screen, visit


@pytest.mark.req("RG-18", "RG-05", "IN-18")
def test_what_a_visitor_typed_is_registered_beside_and_signed_on_the_screen(
    cast: Cast, sign_in: Any, kiosk: str
) -> None:
    screen, visit = opened(cast, kiosk)
    assert "净水器" in screen.post(kiosk, {**TYPED, "phone": "1" * 41}).content.decode(), "nothing typed is lost"
    assert screen.post(kiosk, TYPED).status_code == 303
    waits = screen.get(kiosk)
    assert waits.headers["Refresh"] == "5"
    desk = sign_in(cast.frontline)
    assert "净水器" not in desk.get(reverse("intake:visits")).content.decode()
    form = desk.get(reverse("desk:register"), {"visit": str(visit.pk)})
    assert TYPED["description"].split("\n")[0] in form.content.decode()
    assert "邓桂芳" in form.content.decode()
    assert AccessEntry.objects.filter(field="visit.words", actor_id=cast.frontline.id, what="opened").exists()
    refused = desk.post(reverse("desk:register"), {**FORM, "visit": str(visit.pk), "description": "x", "phone": "1"})
    assert refused.status_code == 422
    assert "没人来" in refused.content.decode()
    sent = {
        **FORM,
        "visit": str(visit.pk),
        "description": "安装次日漏水，三次报修无人上门。",
        "visitor_words": "别的话",
        "content_by": "complainant",
    }
    done = desk.post(reverse("desk:register"), sent)
    assert done.status_code == 303
    assert desk.post(reverse("desk:register"), sent).headers["Location"] == done.headers["Location"]
    complaint = Complaint.objects.get()
    told = Event.objects.get(stream_id=complaint.pk, kind="complaint.registered")
    assert texts_of([told])[told.pk]["visitor_words"] == TYPED["description"]
    assert (complaint.content_by, complaint.mode, complaint.channel) == ("receiver", "in_person", "reception")
    assert complaint.record_confirmed_at is None
    visit.refresh_from_db()
    assert (visit.state, visit.body) == ("signing", None)

    paper = screen.get(kiosk)
    mark, once = paper.context["mark"], paper.context["once"]
    given = {"do": "sign", "document": "acceptance_form:", "mark": mark, "once": once, "way": "typed", "name": "邓桂芳"}
    assert screen.post(kiosk, given).status_code == 422, "the intent is not ticked"
    assert screen.post(kiosk, {**given, "intent": "yes"}).status_code == 303
    row = Signature.objects.get()
    assert row.party_id == complaint.parties.get(role="complainant").pk
    complaint.refresh_from_db()
    assert complaint.record_confirmed_at is not None
    shown = screen.get(kiosk).content.decode()
    assert complaint.number in shown
    assert screen.post(kiosk, {"do": "leave"}).status_code == 303
    assert not Visit.objects.exists()
    assert complaint.number not in screen.get(kiosk).content.decode()


@pytest.mark.req("RG-18")
def test_words_taken_over_as_they_are_are_the_complainants(cast: Cast, sign_in: Any, kiosk: str) -> None:
    screen, visit = opened(cast, kiosk)
    screen.post(kiosk, TYPED)
    screen.post(kiosk, {"do": "decline"})
    assert Visit.objects.get().state == "typed", "nothing lies there yet that could be declined"
    desk = sign_in(cast.frontline)
    desk.post(
        reverse("desk:register"),
        {**FORM, "visit": str(visit.pk), "description": TYPED["description"].replace("\n", "\r\n")},
    )
    complaint = Complaint.objects.get()
    assert complaint.content_by == "complainant"
    assert screen.post(kiosk, {"do": "decline"}).status_code == 303
    assert Visit.objects.get().state == "declined"
    assert not Signature.objects.exists()
    assert screen.post(kiosk, TYPED).status_code == 410, "what is registered is not typed anew"
    assert Complaint.objects.count() == 1


@pytest.mark.req("RG-18", "PS-03", "PS-11")
def test_a_screen_leads_nowhere_else(cast: Cast, sign_in: Any, kiosk: str) -> None:
    with pytest.raises(NotAllowed):
        visits.open_visit(cast.analyst.actor)
    visit, code = visits.open_visit(cast.frontline.actor)
    device = sign_in(cast.frontline)
    assert device.get(reverse("desk:work")).status_code == 200
    assert device.post(kiosk, {"do": "pair", "code": code}).status_code == 303
    assert device.get(reverse("desk:work")).status_code == 302, "whoever was signed in here is signed out"
    assert device.cookies[COOKIE]["httponly"]
    assert device.cookies[COOKIE]["samesite"] == "Strict"
    page = device.get(kiosk).content.decode()
    for other in ("/desk/", "/follow/", "/submit/", "/case/", 'href="/'):
        assert other not in page.replace("/static/", ""), other
    colleague = Client()
    enter(colleague, cast.frontline2.username)
    for stranger in (Client(), colleague):
        assert stranger.get(kiosk).context["part"].endswith("code.html")
        assert stranger.post(kiosk, {"do": "pair", "code": code}).status_code == 422, "digits open once"
    with pytest.raises(NotFound):
        visits.words_for(cast.frontline2.actor, visit.pk)
    other = Client()
    other.cookies[COOKIE] = forged(device.cookies[COOKIE].value, 3)
    assert other.get(kiosk).context["part"].endswith("code.html")


@pytest.mark.req("RG-18", "PS-03")
@pytest.mark.parametrize(
    ("state", "after", "large", "gone"),
    [
        ("typing", timedelta(minutes=2, seconds=50), False, False),
        ("typing", timedelta(minutes=3), False, True),
        ("signing", timedelta(minutes=3), False, True),
        ("signed", timedelta(minutes=3), False, True),
        ("typing", timedelta(minutes=9), True, False),
        ("typing", timedelta(minutes=10), True, True),
        ("typed", timedelta(minutes=30), False, False),
        ("typed", timedelta(hours=2), False, True),
    ],
)
def test_left_alone_it_clears_itself(cast: Cast, state, after, large, gone) -> None:
    visit, code = visits.open_visit(cast.frontline.actor)
    secret = visits.pair(code)
    visits.type_in(visit, TYPED)
    Visit.objects.update(state=state)
    with travel_to(now() + after):
        if gone:
            with pytest.raises(visits.DeviceClosed):
                visits.of_device(secret, large=large)
            assert not Visit.objects.exists()
        else:
            assert visits.typed_in(visits.of_device(secret, large=large))["name"] == "邓桂芳"


@pytest.mark.req("RG-18", "PS-03")
def test_digits_run_out_and_what_is_over_is_forgotten(cast: Cast) -> None:
    _visit, code = visits.open_visit(cast.frontline.actor)
    with travel_to(now() + timedelta(minutes=10)):
        with pytest.raises(InvalidInput):
            visits.pair(code)
        assert visits.mine(cast.frontline.actor) == []
        assert visits.forget_over() == 0
    for nothing in ("", "12345", "x" * 9000, "\x00", "٠١٢٣٤٥٦٧"):
        with pytest.raises(InvalidInput):
            visits.pair(nothing)
    visits.pair(code)
    with travel_to(now() + timedelta(minutes=30)):
        assert len(visits.mine(cast.frontline.actor)) == 1, "digits run out, a visit that was begun does not"
    with travel_to(now() + timedelta(hours=2)):
        assert visits.forget_over() == 1
