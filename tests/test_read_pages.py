"""Pages of both doors, read in the situations that change them, compared with what was written down (tests/reading.py)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.doors import desk, door, reading
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.people.models import Post
from tingsu.people.views import members
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import MONDAY, RESPONDENT, Journey, handled, registered


def test_public_pages(client: Client, cast: Cast, settings: Any) -> None:
    told = reading("public", cast)
    with travel_to(MONDAY):
        told.page("home, whole", client.get("/"), part="")
        for path in (
            "/help/",
            "/privacy/",
            "/accessibility/",
            "/form/",
            "/follow/?number=202611-xf-001",
            "/follow/open/",
            "/follow/again/?number=202611-XF-001",
        ):
            told.page(path, client.get(path))
        told.page("large form", client.get("/form/?size=large"), since="/form/")
        told.page("found nothing", client.post("/follow/", {"number": "202611-XF-001", "tail": "1234"}))
        told.page("find, nothing typed", client.post("/follow/", {}))
        told.page("open, nothing typed", client.post("/follow/open/", {}))
        told.page("open, wrong", client.post("/follow/open/", {"number": "202611-XF-001", "code": "ABCD"}))
        told.page("old link", client.get("/c/nonsense/"))
        told.page("ask again, nothing typed", client.post("/follow/again/", {}))
        assert client.post("/follow/again/", {"number": "202611-XF-001", "contact": "13800002210"}).status_code == 302
        told.page("one-time code", client.get("/follow/again/code/"))
        told.page("one-time code, short", client.post("/follow/again/code/", {"code": "12"}))
        told.page("one-time code, wrong", client.post("/follow/again/code/", {"code": "123456"}))
        for path in ("/follow/", "/help/", "/follow/open/"):
            client.cookies["tingsu_language"] = "en"
            told.page(f"{path} in English", client.get(path))
        told.page("home in English, whole", client.get("/"), part="")
        client.cookies["tingsu_language"] = "zh-hans"
        client.cookies["tingsu_elder"] = "1"
        told.page("home, large text", client.get("/"), part="", since="home, whole")
        told.page("form, large text", client.get("/form/"), since="/form/")
        client.cookies["tingsu_language"] = "en"
        told.page("home in English, large text", client.get("/"), part="", since="home in English, whole")
        client.cookies["tingsu_language"] = "zh-hans"
        client.cookies["tingsu_elder"] = "0"
        Organisation.objects.filter(slug="test").update(
            hotline="", email="help@example.com", address={"zh-Hans": "杭州滨江", "en": "Hangzhou"}
        )
        forget_organisations()
        told.page("home of one without telephone", client.get("/"), part="", since="home, whole")
        told.page("help of one without telephone", client.get("/help/"), since="/help/")
        told.page("code page of one without telephone", client.get("/follow/open/"), since="/follow/open/")
        told.page("digits page of one without telephone", client.get("/follow/again/code/"), since="one-time code")
        Organisation.objects.filter(slug="test").update(
            hotline="+86 400-1", service_hours={"zh-Hans": "9 点到 18 点", "en": "9 to 6"}
        )
        forget_organisations()
        told.page("help of one with hours", client.get("/help/"), part="", since="/help/")
        settings.DEMO = True
        Organisation.objects.filter(slug="test").update(is_demo=True)
        forget_organisations()
        told.page("home of the demonstration", client.get("/"), part="", since="home, whole")
    told.ends()


def test_the_wizard(client: Client, cast: Cast) -> None:
    told = reading("wizard", cast)
    with travel_to(MONDAY):
        told.page("cause", client.get("/submit/cause/"))
        told.page("story", client.get("/submit/story/?cause=infringement"), part="")
        told.page("story of a refund", client.get("/submit/story/?cause=refund"), since="story")
        told.page("story refused", client.post("/submit/story/", {
            "cause": "refund", "description": " ", "demands": ["refund", "removal"], "amount_refund": "很多", "occurred_on": "2199-01-01",
            "event_place": "滨江店", "go": "on",
        }, follow=True))  # fmt: skip
        told.page("story with a bad file", client.post("/submit/story/", {
            "cause": "infringement", "description": "照片被盗用", "report": "yes", "content_kind": "person",
            "demands": ["removal"], "remedy_text": "请删除", "go": "on",
            "product": "相册", "order_number": "DD20261118000123", "province": "33",
            "files": [SimpleUploadedFile("证据.png", PNG), SimpleUploadedFile("程序.exe", b"MZ\x90\x00" * 40)],
        }, follow=True))  # fmt: skip
        told.call(StoredFile.objects.get().pk, "file")
        assert client.post("/submit/story/", {
            "cause": "refund", "description": "退款没有到账", "demands": ["refund", "apology"], "amount_refund": "1199", "remedy_text": "请尽快",
            "occurred_on": "2026-02-20", "event_place": "滨江店", "respondent_name": "速达快运", "province": "33", "go": "on",
        }).status_code == 302  # fmt: skip
        told.page("home with a draft", client.get("/"))
        told.page("cause with a draft", client.get("/submit/cause/"), since="cause")
        told.page("contact", client.get("/submit/contact/"))
        told.page("contact refused", client.post("/submit/contact/", {
            "identity": "named", "phone": "12", "email": "x", "preferred_channel": "portal", "is_organisation": "yes", "customer_type": "individual",
            "for_other": "yes", "no_reply": "yes", "withheld": ["email"], "group": "elderly", "agent_phone": "1", "go": "on",
        }, follow=True))  # fmt: skip
        full = {
            "identity": "named", "name": "陈小满", "phone": "13800002210", "email": "chen@example.com", "for_other": "yes", "agent_name": "王律师",
            "agent_phone": "13900000000", "city": "杭州", "group": "elderly", "format": "large_print", "language": "en", "withheld": ["address"],
        }  # fmt: skip
        assert client.post("/submit/contact/", {**full, "go": "on"}).headers["Location"] == "/submit/check/"
        told.page("check", client.get("/submit/check/"))
        assert client.post("/submit/check/", {"go": "on"}).headers["Location"] == "/submit/received/"
        told.call(Complaint.objects.get().text("code"), "CODE")
        code = Complaint.objects.get().text("code")
        told.call(" ".join(code[i : i + 4] for i in range(0, 12, 4)), "CODE IN FOURS")
        told.page("received", client.get("/submit/received/"))
        told.page("another one", client.get("/submit/story/?cause=delivery"), since="story of a refund")
        other = Client()
        other.post("/submit/story/", {"cause": "other", "description": "有人推搡", "go": "on"})
        other.post("/submit/contact/", {"identity": "anonymous", "withheld": ["name"], "go": "on"})
        told.page("contact, anonymous", other.get("/submit/contact/"), since="contact")
        told.page("check, anonymous", other.get("/submit/check/"))
        other.post("/submit/check/", {"go": "on"})
        code = Complaint.objects.get(anonymous=True).text("code")
        told.call(code, "CODE 2")
        told.call(" ".join(code[i : i + 4] for i in range(0, 12, 4)), "CODE 2 IN FOURS")
        told.page("received, anonymous", other.get("/submit/received/"), since="received")
        other.post("/submit/received/")
        told.page("home with an open case", other.get("/"))
        elder = Client()
        elder.cookies["tingsu_elder"] = "1"
        told.page("cause, large text", elder.get("/submit/cause/"), since="cause")
        told.page("story, large text", elder.get("/submit/story/?cause=refund"), since="story of a refund")
        told.page("contact without a story", elder.get("/submit/contact/", follow=True))
    told.ends()


def test_the_case_page_of_the_parties(cast: Cast) -> None:
    told = reading("followed", cast)

    def see(title: str, journey: Journey, path: str = "/case/", role: str = "complainant", **more: Any) -> None:
        with travel_to(journey.at):
            told.page(title, door(journey, role).get(path), **more)

    with travel_to(MONDAY):
        from tingsu.desk.tests.cases import a_case

        fresh = Journey(cast, a_case(cast.frontline, record_confirmed=False, mode="internet", channel="portal"))
    see("registered, whole", fresh, part="")
    journey = registered(cast, **RESPONDENT)
    see("graded", journey)
    late = Journey(cast, journey.complaint, journey.at + timedelta(days=9))
    see("late", late, since="graded")
    see("the other side, early", journey, role="respondent")
    journey.step(
        cast.frontline,
        "feed_back",
        content="正在核实打款。",
        means="portal",
        next_at="2026-03-03 15:00",
        progress="已联系商家",
        query_way="yes",
    )
    with travel_to(journey.at + timedelta(minutes=1)):
        browser = door(journey)
        answer = browser.post(
            "/case/add/", {"text": "补充：客服说 3 天到账", "files": SimpleUploadedFile("截图.png", PNG)}
        )
        assert answer.status_code == 302
        told.page("what was said, and thanks", browser.get("/case/"), since="graded")
        told.page(
            "adding nothing", browser.post("/case/add/", {"text": ""}, follow=True), since="what was said, and thanks"
        )
        told.page("withdraw", browser.get("/case/withdraw/"))
        told.page(
            "withdraw without words", browser.post("/case/withdraw/", {"text": ""}, follow=True), since="withdraw"
        )
    journey = handled(cast, **RESPONDENT).offered()
    see("a proposal", journey)
    see("a proposal, to the other side", journey, role="respondent")
    for move in ("agree", "disagree"):
        see(move, journey, f"/case/{move}/")
        see(f"{move}, the other side", journey, f"/case/{move}/", role="respondent", since=move)
    with travel_to(journey.at):
        browser = door(journey)
        told.page(
            "disagree without words",
            browser.post("/case/disagree/", {"proposal": "1", "negotiable": "no", "text": ""}, follow=True),
            since="disagree",
        )
        told.page(
            "agree to another version", browser.post("/case/agree/", {"proposal": "7"}, follow=True), since="agree"
        )
    see("a proposal, English", journey)
    journey.opinion("disagree", text="运费也要退", negotiable="yes")
    see("disagreed", journey, since="a proposal")
    journey.opinion("agree")
    see("agreed, the other side has not", journey, since="a proposal")
    journey.opinion("agree", "respondent")
    see("both agreed", journey, since="a proposal")
    see("both agreed, to the other side", journey, role="respondent", since="a proposal, to the other side")
    journey.step(journey.owner, "agree")
    see("being carried out", journey, since="a proposal")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="退款回单", paid=100_00, means="original")
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单").step(cast.supervisor, "verify_execution")
    see("carried out, not told yet", journey, since="a proposal")
    journey.step(journey.owner, "notify_result", notice="款项已到账。")
    see("to be rated", journey)
    see("review", journey, "/case/review/")
    with travel_to(journey.at):
        browser = door(journey)
        told.page(
            "rated without a score",
            browser.post("/case/rate/", {"timeliness": "4", "text": "还可以"}, follow=True),
            since="to be rated",
        )
        assert browser.post("/case/rate/", {"score": "4", "timeliness": "5", "text": "还可以"}).status_code == 302
        told.page("rated", browser.get("/case/"), since="to be rated")
    journey = registered(cast)
    owner = cast.specialist2
    journey.step(cast.frontline, "pass_on", unit=str(owner.unit_id), member=str(owner.id))
    journey.step(owner, "accept", mode="independent", depth="standard", plan="调取记录。")
    journey.step(owner, "correct_record", categories=["24"], reason="归类")
    see("being checked", journey)
    with travel_to(journey.at):
        browser = door(journey)
        browser.post("/case/withdraw/", {"text": "不投诉了"})
        told.page("withdrawn", browser.get("/case/"), since="being checked")
    told.ends()


def test_pages_about_people(client: Client, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = reading("people", cast)
    with travel_to(MONDAY):
        told.page("sign in, whole", client.get("/accounts/login/?next=/desk/queue/"), part="")
        told.page(
            "sign in, wrong",
            client.post("/accounts/login/", {"login": "frontline", "password": "x"}),
            part="",
            since="sign in, whole",
        )
        chief = desk("supervisor", cast)
        people = "/desk/settings/people/"
        for path in ("", "?unit=intake", "new/", f"members/{cast.frontline.id}/", f"members/{cast.supervisor.id}/", "mine/", "units/", "units/new/",
                     f"units/{cast.units['logistics'].pk}/", f"units/{cast.units['centre'].pk}/", "roles/", "authority/", "authority/edit/"):  # fmt: skip
            title = path.replace(str(cast.frontline.id), "frontline").replace(str(cast.supervisor.id), "supervisor")
            for code, unit in cast.units.items():
                title = title.replace(str(unit.pk), code)
            told.page(title or "members", chief.get(people + path), most=160)
        told.page(
            "new member refused",
            chief.post(f"{people}new/", {"username": "frontline", "staff_number": "1001"}),
            since="new/",
        )
        Post.objects.filter(member_id=cast.specialist.id).update(until=MONDAY + timedelta(days=30))
        told.page("posts that end", desk("specialist", cast).get(f"{people}mine/"))
        monkeypatch.setattr(members, "PAGE", 3)
        told.page("members, first page", chief.get(people), since="members")
        monkeypatch.undo()
        made = chief.post(f"{people}members/{cast.frontline.id}/password/", follow=True)
        for context in made.context or []:
            if "password" in context and isinstance(context["password"], str):
                told.call(context["password"], "PASSWORD")
        told.page("password once", made)
        told.page("post refused", chief.post(f"{people}members/{cast.frontline.id}/posts/", {"role": "frontline"}))
        chief.post(f"{people}members/{cast.frontline2.id}/leave/")
        told.page("who left", chief.get(f"{people}members/{cast.frontline2.id}/"))
        told.page("members afterwards", chief.get(people), since="members")
        person = desk("frontline", cast)
        told.page("first password to be changed", person.get("/desk/"), part="")
        told.page("own posts", person.get(f"{people}mine/"))
        other = desk("specialist", cast)
        told.page("password change", other.get("/accounts/password/change/"))
        told.page(
            "password change refused",
            other.post("/accounts/password/change/", {"oldpassword": "x", "password1": "a", "password2": "b"}),
            since="password change",
        )
        told.page("sign out", other.get("/accounts/logout/"))
        told.page("asked again", other.get("/accounts/reauthenticate/"))
        told.page("second factor", other.get("/accounts/2fa/"))
        settings.DEMO = True
        Organisation.objects.filter(slug="test").update(is_demo=True)
        forget_organisations()
        told.page("demonstration", client.get("/accounts/demo/"))
    told.ends()
