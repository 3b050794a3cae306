"""Pages of the desk, read in the situations that change them, compared with what was written down (tests/reading.py)."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast
from tests.doors import desk, reading
from tingsu.casework.models import DepartmentTask
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.letters.models import Letter
from tingsu.settlement.models import Payment
from tingsu.settlement.tests.journey import REPORT, RESPONDENT, handled, registered


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
        cast.dept,
        "answer_task",
        task=str(DepartmentTask.objects.get().pk),
        answer="批次失败",
        conclusion="未重试",
        responsible="department",
        spoke="not",
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
    journey.step(owner, "ask_payment", item=item, means="bank", payee="陈小满", account="6222020200112233445")
    see("payment applied for", since="being carried out")
    journey.step(cast.supervisor, "order_payment", payment=str(Payment.objects.get().pk), remark="与方案一致")
    see("payment ordered", since="payment applied for")
    journey.step(owner, "finish_item", item=item, proof="退款回单", paid=6_000_00, means="bank")
    see("carried out", since="payment ordered")
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
