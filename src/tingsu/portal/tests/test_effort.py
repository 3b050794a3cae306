"""The effort that the form asks of a complainant, measured, and kept low by what is known beforehand (IN-10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.forging import forged
from tingsu.intake import handover
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.portal import drafts, figures
from tingsu.portal.models import FormRun, PortalDraft
from tingsu.portal.tests import test_submit
from tingsu.portal.tests.test_submit import CONTACT, STORY
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-10")]
submit: Any = test_submit.submit
KNOWN = {"cause": "refund", "name": "陈小满", "phone": "138 0000 2210", "order_number": "DD2026", "product": "显示器"}


def test_what_was_sent_left_and_thrown_away_is_counted_without_names(cast: Cast) -> None:
    with travel_to(MONDAY):
        for seconds, elder in ((60, False), (180, True), (600, False)):
            client = Client()
            if elder:
                client.cookies["tingsu_elder"] = "1"
            with travel_to(MONDAY):
                client.post("/submit/story/", STORY)
            with travel_to(MONDAY + timedelta(seconds=seconds)):
                client.post("/submit/contact/", CONTACT)
                assert client.post("/submit/check/", {"go": "on"}).status_code == 302
                client.post("/submit/check/", {"go": "on"})  # the button twice is one complaint
        left, thrown, waiting = Client(), Client(), Client()
        left.post("/submit/story/", STORY)  # goes no further than the contact
        thrown.post("/submit/story/save/", {"cause": "refund", "description": "写到一半"})
        thrown.post("/submit/again/")
        for path in ("/submit/cause/", "/submit/story/?cause=refund"):
            Client().get(path)  # whoever only looks has begun nothing
    with travel_to(MONDAY + timedelta(days=1, minutes=1)):
        waiting.post("/submit/story/save/", {"cause": "refund", "description": "还在写"})
        found = figures.overview()
        total = found["now"]
        assert (total.begun, total.sent, total.abandoned, total.waiting) == (6, 3, 2, 1)
        assert (total.completion, total.abandonment, found["median"]) == (60, 40, 180)
        assert [(str(words), number) for words, number in found["stops"]] == [
            ("联系方式", 1),
            ("说说经过和您的要求", 1),
        ]
        assert {str(one.words): (one.figures.begun, one.figures.sent) for one in found["causes"]} == {
            "物流与快递": (4, 3),
            "退款与售后": (2, 0),
        }
        assert (found["before"].begun, found["before"].completion, found["median_before"]) == (0, None, None)
    assert FormRun.objects.filter(elder=True).count() == 1
    assert not set(FormRun.objects.values_list("pk", flat=True)) & set(PortalDraft.objects.values_list("pk", flat=True))
    assert {one.name for one in FormRun._meta.fields} == {
        "id", "organisation_id", "begun_at", "touched_at", "cause", "reached", "elder", "filled", "site", "sent_at", "left_at",
        "refused_story", "refused_contact", "ease",
    }  # fmt: skip


def test_the_quality_manager_reads_the_figures_and_records_what_is_changed(cast: Cast, sign_in: Any) -> None:
    with travel_to(MONDAY):
        submit(Client())
        page = sign_in(cast.qa).get("/desk/records/channel_improvement/").content.decode()
        assert "100 %" in page
        assert "完成率" in page
        register = registers()["channel_improvement"]
        given = {"channel": "form", "since": "2026-03-01", "finding": "第二步的日期很难填"}
        entry = open_entry(actor=cast.qa.actor, register=register, opening=Opening(values=given))
        assert {name: entry.codes[name] for name in ("begun", "sent", "completion", "abandonment")} == {
            "begun": 1, "sent": 1, "completion": 100, "abandonment": 0,
        }  # fmt: skip
        assert "median" in entry.codes

        def take(name: str, **values: Any) -> Entry:
            row = Entry.objects.select_related("stream").get(pk=entry.pk)
            return take_step(actor=cast.supervisor.actor, entry=row, register=register, step=name, values=values)

        with pytest.raises(InvalidInput):
            take("begin", measure="日期改为三个按钮")
        take("begin", measure="日期改为三个按钮", owner=str(cast.qa.id), until="2026-03-20")
        assert take("finish", effect="完成率由 60 % 升至 75 %").state == "done"
        with pytest.raises(NotAllowed):
            open_entry(actor=cast.frontline.actor, register=register, opening=Opening(values=given))
    assert sign_in(cast.dept).get("/desk/records/channel_improvement/").status_code in {200, 404}


def test_a_link_beside_an_order_fills_in_the_order_and_nothing_that_was_typed(client: Client, cast: Cast) -> None:
    link = "/submit/story/?cause=refund&order=DD2026&product=%E6%98%BE%E7%A4%BA%E5%99%A8&day=2026-03-01"
    page = client.get(link).content.decode()
    for value in ("DD2026", "显示器", "2026-03-01"):
        assert f'value="{value}"' in page
    assert not PortalDraft.objects.exists()
    client.post(link, {"cause": "refund", "description": "没有到账", "order_number": "我改过的", "go": "on"})
    assert FormRun.objects.get().filled == "order"
    assert 'value="我改过的"' in client.get(link).content.decode()


def test_who_comes_signed_in_finds_name_telephone_and_order_and_the_link_opens_once(client: Client, cast: Cast) -> None:
    token, until = handover.seal(KNOWN)
    assert until == pytest.approx(now() + handover.GOOD_FOR, abs=timedelta(minutes=1))
    assert "陈小满" not in token
    assert client.head(f"/submit/with/{token}/").headers["Location"] == "/submit/cause/"
    assert client.get(f"/submit/with/{token}/").headers["Location"] == "/submit/story/"
    assert 'value="DD2026"' in client.get("/submit/story/").content.decode()
    client.post("/submit/story/", {"cause": "refund", "description": "没有到账", "order_number": "DD2026", "go": "on"})
    contact = client.get("/submit/contact/").content.decode()
    assert 'value="陈小满"' in contact
    assert 'value="138 0000 2210"' in contact
    client.get(f"/submit/with/{token}/")  # the same browser again: what was typed stays
    assert drafts.read_body(PortalDraft.objects.get())["story"]["description"] == "没有到账"
    other = Client()
    assert other.get(f"/submit/with/{token}/").headers["Location"] == "/submit/cause/"
    assert "陈小满" not in other.get("/submit/contact/", follow=True).content.decode()
    assert FormRun.objects.get().filled == "account"


def test_a_link_ends_after_a_quarter_of_an_hour_and_opens_nothing_elsewhere(
    client: Client, cast: Cast, other_organisation: Any
) -> None:
    with travel_to(MONDAY):
        token, _until = handover.seal(KNOWN)
        assert handover.unseal(token) is not None
        assert handover.unseal(forged(token, 2)) is None
        assert handover.unseal("x") is None
    with travel_to(MONDAY + handover.GOOD_FOR + timedelta(seconds=1)):
        assert handover.unseal(token) is None
        assert client.get(f"/submit/with/{token}/").headers["Location"] == "/submit/cause/"
        assert not PortalDraft.objects.exists()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"password": "x"}, "password"), ({"name": "长" * 81}, "name"), ({"phone": 13800002210}, "phone")],
)
def test_what_a_form_does_not_take_is_refused(cast: Cast, given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        handover.seal(given)
    assert set(refused.value.fields) == {wrong}


@pytest.mark.parametrize("form", ["page", "csv"])
def test_by_door_and_month_as_a_page_and_as_a_file(cast: Cast, sign_in: Any, form: str) -> None:
    with travel_to(MONDAY - timedelta(days=40)):
        Client().post("/submit/story/save/", {"cause": "refund", "description": "一月里写到一半"})
    with travel_to(MONDAY):
        submit(Client())
        client = sign_in(cast.qa)
        if form == "page":
            words = client.get("/desk/effort/?months=nonsense").content.decode()
            assert "2026-01" in words
            assert "物流与快递" in words
            assert "100 %" in words
        else:
            answer = client.get("/desk/effort/?months=3&as=csv")
            lines = b"".join(answer.streaming_content).decode().splitlines()
            assert lines[1].startswith("2026-03,物流与快递,本站,1,1,0,100,0,")
            assert lines[2].startswith("2026-01,退款与售后,本站,1,0,1,0,100,")
        for person, status in ((cast.analyst, 200), (cast.auditor, 200), (cast.frontline, 403), (cast.dept, 403)):
            assert sign_in(person).get("/desk/effort/").status_code == status, person.username
