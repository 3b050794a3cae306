"""The demo's people as they learn: files, a trainee, courses, trainings, an exam that waits, a level under assessment, mentoring."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.competence import files, keeping, mine, sitting
from tingsu.competence.terms import DATA
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import travel_to
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:competence"
INTAKE = ("intake1", "intake2", "intake3")
TRAINEE, COACH, LEADER, CHIEF = "intake3", "hand_lead", "head", "vp"
COURSES = (
    ("消费者权益保护法实务", "law", "掌握七日无理由退货、三包和举证责任，能在答复中引用条款", "以近一年的退换货投诉为例，逐条讲解适用条款与常见误读。"),
    ("投诉受理与安抚话术", "communication", "来电三分钟内完成安抚、复述和登记", "倾听、共情、复述、承诺时限四步法；录音片段对比练习。"),
    ("投诉处理流程与时限", "process", "清楚每一步的时限和责任人", "从登记到归档的流程图，结合系统操作演示。"),
)  # fmt: skip
AWAY = ("gm", "pr", "dept_merch", "intake3", "auditor")
"""Who was not at the training in data security."""
SCORES = {"knowledge": 88, "process": 92, "wording": 84, "system": 95, "service": 90, "performance": 86, "ratings": 89}


def tell(staff: Staff, *, until: datetime) -> None:
    """Two months of it, once."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return

    def on(days: int, hours: int = 0) -> Any:
        return travel_to(at_desk(until - timedelta(days=days) + timedelta(hours=hours), "centre"))

    def begin(by: str, name: str, **values: Any) -> Entry:
        return open_entry(actor=staff.actor(by), register=registers()[name], opening=Opening(values=values))

    def take(by: str, entry: Entry, step: str, **values: Any) -> Entry:
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        return take_step(
            actor=staff.actor(by), entry=row, register=registers()[entry.register], step=step, values=values
        )

    def who(key: str) -> str:
        return str(staff.member_id(key))

    def file(key: str) -> Entry:
        found = files.file_of(staff.member_id(key))
        assert found is not None  # noqa: S101 begun first of all
        return found

    def day(days: int) -> str:
        return (files.today() + timedelta(days=days)).isoformat()

    with on(60):
        keeping.open_missing()
        BuiltCase(key=KEY, complaint_id=file(TRAINEE).pk).save(force_insert=True)
        take(
            LEADER, file(TRAINEE), "describe", education="college", studied="电子商务", languages="普通话、四川话", skills="客户服务管理师（四级）",
            experience=[{"what": "社区团购门店客服", "since": "2024-03-01", "until": "2026-06-30"}],
        )  # fmt: skip
        take(LEADER, file(TRAINEE), "select", isc=["values", "character", "education", "law", "product", "skill"])
        take(LEADER, file(TRAINEE), "select_sz", sz=["law", "rules", "practice", "product", "ethics", "experience"])
        for check, finding in (
            ("background", "前雇主评价认真、稳重，无不良记录"),
            ("scenario", "情景模拟中能先安抚再核实，未推诿"),
        ):
            take(LEADER, file(TRAINEE), "recruit", check=check, result="fits", on=day(-3), finding=finding)
        take(LEADER, file(TRAINEE), "guide", guide=who(COACH))
    with on(55):
        about = {"kind": "senior", "person": who(COACH), "topics": ["law", "communication", "process", DATA]}
        trainer = begin(COACH, "trainer", about="处理组组长", qualified="八年投诉处理经验，主讲内训 30 余场", **about)
        trainer = take(LEADER, trainer, "approve")
        kept = [
            begin(
                COACH, "course", title=title, kind="course", topic=topic, objective=objective, content=content, minutes=90, review_on=day(240),
                owner=who(COACH),
            )
            for title, topic, objective, content in COURSES
        ]  # fmt: skip
        programme = begin(
            CHIEF, "training", title="全年人员能力提升计划", kind="programme", role="all", audience="投诉处理中心全体人员",
            objective="提升一次解决率，减少重复投诉", targets="人均培训 24 学时；上岗考核一次通过率 90%；服务专家增至 6 人", review_on=day(300),
            budget="60000", wanted_on=day(10),
        )  # fmt: skip
        take("gm", programme, "approve")
        plans = [
            begin(
                COACH, "training", title=title, kind="post", role="frontline", audience="受理组全员", objective=objective, form=form, course=course.number,
                budget=budget, wanted_on=day(20), owner=who(COACH),
            )
            for (title, _topic, objective, _content), course, form, budget in zip(
                COURSES, kept, ("present", "practical", "live"), ("1800", "600", "0"), strict=True
            )
        ]  # fmt: skip
        plans = [take(LEADER, plan, "approve") for plan in plans]
        guided = {
            "stage": "phone",
            "difficulty": "easy",
            "on": day(-1),
            "note": "按话术接听模拟来电，能复述诉求，结束语偏快",
        }
        take(COACH, file(TRAINEE), "practise", **guided)
    with on(40):
        course = begin(
            COACH, "course", title="数据安全与个人信息保护", kind="course", topic=DATA, minutes=90, review_on=day(240), owner=who(COACH),
            objective="按权限查看、脱敏外发，发现异常当日上报", content="用途登记、脱敏、外发审批；两起误发截图事件的复盘。",
        )  # fmt: skip
        plan = begin(
            COACH, "training", title="数据安全与个人信息保护", kind="post", role="all", audience="全体人员", form="present", budget="0",
            objective="按权限查看、脱敏外发，发现异常当日上报", course=course.number, wanted_on=day(5), owner=who(COACH),
        )  # fmt: skip
        plan = take(LEADER, plan, "approve")
        everybody = [str(member.pk) for key, member in staff.members.items() if key not in AWAY]
        take(COACH, plan, "schedule", planned_on=day(0), trainer=trainer.number, participants=everybody)
    with on(40, 3):
        take(
            COACH, plan, "hold", held_on=day(0), attended=everybody, interaction=["questions", "test"], minutes=90, cost="0",
            outcome="测试全部通过；有人问到手机拍屏，已写入处理规则的提示",
        )  # fmt: skip
    for number, plan, minutes in ((30, plans[0], 120), (16, plans[1], 90)):
        with on(number):
            people = [who(one) for one in INTAKE]
            take(COACH, plan, "schedule", planned_on=day(0), trainer=trainer.number, participants=people)
        with on(number, 3):
            take(
                COACH, plan, "hold", held_on=day(0), attended=people[:3] if number == 30 else people[1:], interaction=["questions", "role_play", "test"],
                minutes=minutes, cost="600", outcome="随堂测试平均 91 分，角色扮演暴露出复述诉求不完整的问题，已补充话术卡",
            )  # fmt: skip
    with on(14):
        oral = begin(
            LEADER,
            "exam",
            title="服务专家年度考核",
            person=who("hand1"),
            way="oral",
            pass_mark=80,
            until=day(5),
            examiner=who(COACH),
        )
        marks = [{"dimension": code, "score": score, "remark": ""} for code, score in SCORES.items()]
        take(COACH, oral, "score", scores=marks, finding="绩效指标的口径再熟悉一遍")
        test = {"way": "written", "questions": 14, "minutes": 30, "pass_mark": 70, "examiner": who(COACH)}
        paper = begin(COACH, "exam", title="受理岗笔试", person=who("intake1"), until=day(3), **test)
        drawn = sitting.begin(actor=staff.actor("intake1"), entry_id=paper.pk)
        right = {one.code: list(one.right) for one in sitting.questions_of(drawn)[:12]}
        sitting.hand_in(actor=staff.actor("intake1"), entry_id=paper.pk, answers=right)
        for key in ("intake1", "intake2", "inv1", "hand1", COACH, LEADER):
            mine.confirm(staff.actor(key))
    with on(9):
        begin(COACH, "exam", title="上岗笔试", person=who(TRAINEE), until=day(30), **test)
        take(
            COACH,
            file(TRAINEE),
            "practise",
            **guided
            | {
                "stage": "on_site",
                "difficulty": "medium",
                "on": day(-1),
                "note": "跟听两通真实来电，独立完成登记，由带教人复核",
            },
        )
        level = begin(COACH, "grading", about="年度级别评定", person=who("intake1"), level="expert", owner=who(COACH))
        for code, proof in (("DJ-2", "主讲退换货专题分享"), ("DJ-3", "促成两件纠纷当场和解，双方签字")):
            take(COACH, level, "prove", criterion=code, on=day(-1), proof=proof)
        mentoring = begin(
            LEADER, "competence_action", gap="尚未独立开展外部协调", action="guide", person=who("inv1"), coach=who(COACH),
            goals="三个月内独立完成一次与消协的联合处理", until=day(90), owner=who(LEADER),
        )  # fmt: skip
        take(COACH, mentoring, "talk", on=day(0), note="复盘一次消协来函的答复，梳理沟通要点")
        begin(
            LEADER, "competence_action", gap="尚未接受行业惯例培训", action="train", person=who("intake2"), competence="NL-6", goals="完成行业惯例课程",
            until=day(45), owner=who(COACH),
        )  # fmt: skip
        take(
            COACH,
            plans[2],
            "schedule",
            planned_on=day(19),
            trainer=trainer.number,
            participants=[who(one) for one in INTAKE],
        )
