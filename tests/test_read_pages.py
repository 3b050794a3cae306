"""Pages of both doors, read in the situations that change them, compared with what was written down (tests/reading.py)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.reading import Reading
from tingsu.casework.models import DepartmentTask
from tingsu.complaints.models import Complaint, Party
from tingsu.files.models import StoredFile
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.people.models import Account, Post
from tingsu.people.views import members
from tingsu.portal.tests.test_submit import PNG
from tingsu.settlement.tests.journey import MONDAY, REPORT, RESPONDENT, Journey, handled, registered


def reading(name: str, cast: Cast) -> Reading:
    names = {person.id: word for word, person in cast._people.items()} | {
        unit.pk: code for code, unit in cast.units.items()
    }
    return Reading(name, names | {cast.organisation_id: "organisation"})


def door(journey: Journey, role: str = "complainant") -> Client:
    """A browser in which this party's case page is open."""
    client = Client()
    party = Party.objects.get(complaint=journey.complaint, role=role)
    with travel_to(journey.at):
        client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
    return client


def desk(name: str, cast: Cast, language: str = "zh-hans") -> Client:
    """A browser in which one of the cast is signed in."""
    client = Client()
    client.force_login(
        Account.objects.get(username=getattr(cast, name).username),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    Account.objects.filter(username=getattr(cast, name).username).update(last_login=MONDAY)
    client.cookies["tingsu_language"] = language
    return client


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
        }))  # fmt: skip
        told.page("story with a bad file", client.post("/submit/story/", {
            "cause": "infringement", "description": "照片被盗用", "report": "yes", "demands": ["removal"], "remedy_text": "请删除", "go": "on",
            "product": "相册", "order_number": "DD20261118000123", "province": "33",
            "files": [SimpleUploadedFile("证据.png", PNG), SimpleUploadedFile("程序.exe", b"MZ\x90\x00" * 40)],
        }))  # fmt: skip
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
        }))  # fmt: skip
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
        told.page("adding nothing", browser.post("/case/add/", {"text": ""}), since="what was said, and thanks")
        told.page("withdraw", browser.get("/case/withdraw/"))
        told.page("withdraw without words", browser.post("/case/withdraw/", {"text": ""}), since="withdraw")
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
            browser.post("/case/disagree/", {"proposal": "1", "negotiable": "no", "text": ""}),
            since="disagree",
        )
        told.page("agree to another version", browser.post("/case/agree/", {"proposal": "7"}), since="agree")
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
    journey.step(journey.owner, "finish_item", item=item, proof="退款回单", paid=100_00)
    journey.step(cast.supervisor, "verify_item", item=item, remark="核对回单").step(cast.supervisor, "verify_execution")
    see("carried out, not told yet", journey, since="a proposal")
    journey.step(journey.owner, "notify_result", notice="款项已到账。")
    see("to be rated", journey)
    see("review", journey, "/case/review/")
    with travel_to(journey.at):
        browser = door(journey)
        told.page(
            "rated without a score",
            browser.post("/case/rate/", {"timeliness": "4", "text": "还可以"}),
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


def test_the_desks_pages_of_a_case(cast: Cast) -> None:
    told = reading("desk_case", cast)
    journey = registered(
        cast,
        **RESPONDENT,
        agent_name="王律师",
        agent_phone="13900000000",
        province="33",
        city="杭州",
        additional_info="有录音",
    )
    address = f"/desk/cases/{journey.complaint.number}/"

    def see(title: str, name: str, path: str = "", **more: Any) -> None:
        with travel_to(journey.at):
            answer = desk(name, cast).get(address + path)
            for letter in Letter.objects.filter(stream_id=journey.complaint.pk):
                told.call(letter.pk, f"letter:{letter.template}")
            told.page(title, answer, **more)

    see("graded, whole", "frontline", part="")
    see("graded, to the supervisor", "supervisor", since="graded, whole", part="")
    see("preview", "frontline", "preview/")
    for step in (
        "assess_and_grade",
        "correct_record",
        "pass_on",
        "feed_back",
        "department_task",
        "link",
        "escalate",
        "solve_directly",
        "log_contact",
    ):
        see(f"step {step}", "frontline", f"steps/{step}/")
    with travel_to(journey.at):
        client = desk("frontline", cast)
        told.page("dialog", client.get(f"{address}steps/note/", headers={"HX-Request": "true"}), part="")
        told.page("step refused", client.post(f"{address}steps/note/", {"note": ""}))
        told.page(
            "dialog refused",
            client.post(f"{address}steps/department_task/", {"request": ""}, headers={"HX-Request": "true"}),
            part="",
        )
        told.page("a step of another stage", client.post(f"{address}steps/send_solution/", {}))
        told.page(
            "reply refused",
            client.post(
                address, {"mode": "reply", "text": "", "reply-means": "email", "reply-next_at": "2020-01-01T00:00"}
            ),
        )
        told.page(
            "changed meanwhile",
            client.post(
                address,
                {
                    "mode": "reply",
                    "text": "您好",
                    "reply-means": "email",
                    "reply-query_way": "yes",
                    "version": "1",
                    "seen": "2",
                },
            ),
            since="graded, whole",
        )
        told.page("pulse", client.get(f"{address}pulse/?version=1"), part="")
        told.page("explained", client.get(f"{address}pulse/?version={journey.complaint.version}"), part="")
    journey.step(cast.frontline, "feed_back", content="正在核实打款。", means="email", query_way="yes").step(
        cast.frontline, "note", note="先核对"
    )
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist2.unit_id), member=str(cast.specialist2.id))
    see("offered", "frontline", since="graded, whole")
    see("offered, to whom it is offered", "specialist2")
    see("only talk", "specialist2", "?show=talk", since="offered, to whom it is offered")
    journey.step(cast.specialist2, "accept", mode="independent", depth="standard", plan="调取退款记录。")
    journey.step(cast.specialist2, "correct_record", categories=["24"], reason="归类")
    journey.step(
        cast.specialist2,
        "department_task",
        unit=str(cast.units["logistics"].pk),
        request="核对打款批次",
        kind="facts",
        necessary="yes",
    )
    told.call(DepartmentTask.objects.get().pk, "task")
    see("investigated", "specialist2")
    see("blocked", "specialist2", "steps/find_founded/")
    see("to the department", "dept")
    see("task form", "dept", "steps/answer_task/")
    journey.step(
        cast.dept, "answer_task", task=str(DepartmentTask.objects.get().pk), answer="批次失败", conclusion="未重试"
    )
    journey.step(cast.specialist2, "find_founded", bases=["law.consumer"], **REPORT)
    see("draft form", "specialist2", "steps/draft_solution/")
    journey.step(cast.specialist2, "draft_solution", **journey.solution(amount=6_000_00)).step(
        cast.specialist2, "submit_solution"
    )
    see("for approval", "supervisor", since="investigated")
    with travel_to(journey.at):
        told.page("approvals", desk("supervisor", cast).get("/desk/approvals/"))
        told.page("tasks of the department", desk("dept", cast).get("/desk/tasks/"))
        told.page("tasks asked for", desk("specialist2", cast).get("/desk/tasks/"))
        told.page("work of the supervisor", desk("supervisor", cast).get("/desk/"))
        told.page("work of the owner", desk("specialist2", cast).get("/desk/"))
        told.page("work of the department", desk("dept", cast).get("/desk/"))
        told.page("work of who has none", desk("coach", cast).get("/desk/"))
        told.page("notices", desk("supervisor", cast).get("/desk/notices/"))
        told.page("no notices", desk("auditor", cast).get("/desk/notices/"))
        told.page("mail room", desk("supervisor", cast).get("/desk/mail/"))
        told.page("mail room, failed", desk("supervisor", cast).get("/desk/mail/?state=failed"))
        told.page(
            "a letter",
            desk("supervisor", cast).get(f"/desk/mail/{Letter.objects.filter(template='acknowledgement').get().pk}/"),
        )
    told.ends()


def test_the_desks_page_of_a_case_that_is_carried_out_and_closed(cast: Cast) -> None:
    told = reading("desk_closed", cast)
    journey = handled(cast, **RESPONDENT)
    address, owner = f"/desk/cases/{journey.complaint.number}/", journey.owner

    def see(title: str, name: str = "supervisor", **more: Any) -> None:
        with travel_to(journey.at):
            told.page(title, desk(name, cast).get(address), **more)

    journey.step(owner, "draft_solution", **journey.solution(amount=6_000_00)).step(owner, "submit_solution")
    see("waits for approval")
    journey.step(cast.supervisor, "approve", reason="同意").step(owner, "send_solution")
    see("approved and sent", since="waits for approval")
    journey.opinion(text="可以").opinion("agree", "respondent").step(owner, "agree")
    see("being carried out", since="waits for approval")
    item = str(journey.complaint_items()[0].pk)
    journey.step(owner, "finish_item", item=item, proof="退款回单", paid=6_000_00)
    see("carried out", since="being carried out")
    journey.step(cast.qa, "verify_item", item=item, remark="核对回单").step(cast.supervisor, "verify_execution")
    journey.step(owner, "notify_result", notice="款项已到账。").step(journey.party(), "rate", score="2", comment="太慢")
    see("rated low", since="carried out")
    with travel_to(journey.at):
        told.page("work of who calls back", desk("qa", cast).get("/desk/"))
    reached = {
        "reached": "yes",
        "means": "phone",
        "process_answer": "太慢",
        "result_answer": "还行",
        "cause": "排队太久",
    }
    journey.step(cast.qa, "callback", **reached)
    see("called back", since="rated low")
    told.ends()


def test_the_desks_lists(cast: Cast) -> None:
    from tingsu.desk.tests.cases import a_case, local

    told = reading("desk_lists", cast)
    with travel_to(local("2026-03-02 09:00")):
        early = a_case(cast.frontline)
        with_respondent = a_case(
            cast.frontline, problem_type="product", categories=["5"], anonymous=True, name="", phone="", order_number=""
        )
    at = local("2026-03-02 15:30")
    with travel_to(at):
        a_case(cast.frontline2, order_number="26110200318")
        client = desk("frontline", cast)
        told.page("queue, whole", client.get("/desk/queue/?view=all"), part="")
        told.page(
            "queue of the supervisor",
            desk("supervisor", cast).get("/desk/queue/?view=all"),
            part="",
            since="queue, whole",
        )
        told.page("queue in English", desk("frontline", cast, "en").get("/desk/queue/?view=all"), part="")
        told.page(
            "filtered", client.get("/desk/queue/?view=mine&problem_type=product&province=33"), since="queue, whole"
        )
        told.page("filtered and found", client.get("/desk/queue/?view=all&problem_type=product"), since="queue, whole")
        told.page("nothing late", desk("coach", cast).get("/desk/queue/?view=high_risk"))
        client.post("/desk/queue/views/", {"name": "产品", "problem_type": "product"})
        client.post("/desk/queue/views/look/", {"view": "all", "column": ["person", "stage"], "density": "compact"})
        told.page("another look", client.get("/desk/queue/?view=all"), since="queue, whole")
        own = client.get("/desk/queue/").context["tabs"][-1]["url"]
        told.page("own view", client.get(f"/desk/queue/{own}"), since="queue, whole")
        told.page("tabs counted", client.get("/desk/queue/counts/?view=all"), part="")
        told.page(
            "fresh",
            client.get("/desk/queue/fresh/", {"view": "all", "since": local("2026-03-02 10:00").isoformat()}),
            part="",
        )
        told.page("search, nothing asked", client.get("/desk/search/"))
        told.page("search, nothing found", client.get("/desk/search/?q=没有这样的话"))
        told.page("search, found", client.get("/desk/search/?q=2210"))
        told.page(
            "feedback to several",
            client.post("/desk/queue/feedback/", {"case": [early.number, with_respondent.number], "prepare": "1"}),
        )
        told.page(
            "feedback refused",
            client.post("/desk/queue/feedback/", {"case": [early.number], "content": "", "means": "sms"}),
        )
        told.page("account, whole", client.get("/desk/account/"), part="")
        told.page("help", client.get("/desk/help/"))
        told.page("settings of the supervisor", desk("supervisor", cast).get("/desk/settings/"))
        told.page("settings of the auditor", desk("auditor", cast).get("/desk/settings/"))
        told.page("register", client.get("/desk/register/"))
        told.page("register refused", client.post("/desk/register/", {
            "description": "", "phone": "12", "problem_type": "consumer", "demands-1-kind": "refund", "demands-1-amount": "many", "agent_name": "王律师",
            "mode": "phone", "channel": "hotline", "record_confirmed": "yes",
        }), since="register")  # fmt: skip
        told.page(
            "hints",
            client.post(
                "/desk/register/hints/", {"phone": "13800002210", "description": "充电宝起火，老人烧伤送医抢救"}
            ),
            part="",
        )
        told.page("no hints", client.post("/desk/register/hints/", {"description": ""}), part="")
        told.page(
            "hints without a repeat",
            client.post("/desk/register/hints/", {"phone": "13911112222", "description": "一般的话"}),
            part="",
        )
        made = client.post("/desk/register/", {
            "description": "退款没有到账", "phone": "13911112222", "name": "李明", "problem_type": "consumer", "mode": "phone", "channel": "hotline",
        })  # fmt: skip
        code = Complaint.objects.order_by("-registered_at", "-number")[0].text("code")
        told.call(code, "CODE")
        told.call(" ".join(code[i : i + 4] for i in range(0, 12, 4)), "CODE IN FOURS")
        told.page("registered", client.get(made.headers["Location"]))
        told.page("registered, looked at again", client.get(made.headers["Location"]), since="registered")
        told.page("not for everybody", desk("dept", cast).get("/desk/register/"))
        told.page("nothing there", client.get("/desk/cases/202601-XF-999/"))
        client.post("/desk/account/", {"theme": "dark", "keys": "1", "keys_off": "yes"})
        told.page("account, changed", client.get("/desk/account/"), part="", since="account, whole")
    with travel_to(at + timedelta(days=9)):
        told.page("late queue", desk("supervisor", cast).get("/desk/queue/?view=late"))
        told.page("late work", desk("frontline", cast).get("/desk/"))
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
