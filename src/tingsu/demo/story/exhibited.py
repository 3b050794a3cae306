"""What only the four exhibits do: a joint investigation, signatures below a record, a case taken outside, a ruling of the committee."""

from datetime import timedelta

from tingsu.casework.steps.disputes import open_dispute
from tingsu.demo.walk import Story, Walk
from tingsu.kernel.clock import local_date

QUESTION = (
    "质量部认为：焊点与承重件的设计变更由产品定版，售后上门加装的护栏改变了受力；售后部认为：加装件为随箱配件，"
    "按说明书安装，断裂发生在原车主体。双方对由谁牵头检测与赔付意见不一，请裁定。"
)
RULING = (
    "检测样品在质量部，批次追溯与停售权限也在质量部；加装件为随箱配件，不改变设计责任。由质量部牵头，售后部配合取样。"
)
ASKED = (
    ("merchants", "请提供该店铺的主体资质、商品上架记录与商家的答复，说明同款商品还有哪些链接。",
     "店铺主体为个体工商户，涉诉商品共 3 个链接，上架时间晚于专利申请日；商家未能提供在先设计或授权。"),
    ("online", "请导出三个链接的销量、页面存档与同图商品检索结果。",
     "三个链接累计成交 412 单，页面存档已固化；同图检索另发现 1 个未上架草稿，已一并冻结。"),
)  # fmt: skip


def found_jointly(walk: Walk) -> Story:
    """Two departments take part, the centre leads: each answers its own questions (IV-05, CO-01)."""
    offered = {code for code, _label in walk.options("department_task", "unit")}
    for unit, request, answer in ASKED:
        code = str(walk.staff.unit_id(unit))
        if code not in offered:
            continue
        yield walk.move(
            walk.owner,
            "department_task",
            walk.later(0.3, 2, by="investigation"),
            unit=code,
            request=request,
            kind="facts",
            necessary="yes",
        )
        who, task = walk.staff.contact(unit), walk.options("accept_task", "task")[-1][0]
        yield walk.move(who, "accept_task", walk.later(0.3, 2, desk="department", by="department_answer"), task=task)
        yield walk.move(
            who,
            "answer_task",
            walk.later(1, 5, desk="department", by="department_answer"),
            task=task,
            answer=answer,
            conclusion=answer,
            evidence="后台记录导出与页面存档，已附存证编号。",
            improvement="新品上架时比对已备案的外观设计图片。",
            responsible="partner",
            responsible_words="商家未经许可仿制外观。",
            proposal="断开全部链接并冻结草稿。",
            spoke="not",
        )


def rectified(walk: Walk) -> Story:
    """What the department changes so that it does not happen again; it goes on when the case is closed (CO-09)."""
    day = local_date(walk.at, walk.zone)
    yield walk.move(
        walk.owner,
        "order_rectification",
        walk.later(0.2, 2, by="solution"),
        kind="process",
        what="新品上架前逐一比对已备案的外观设计图片，同图商品自动拦截并转人工复核。",
        department=str(walk.staff.unit_id("merchants")),
        owner=str(walk.staff.member_id("dept_merch")),
        until=(day + timedelta(days=14)).isoformat(),
        criterion="同类侵权投诉一个季度不超过 2 件，上架拦截有记录可查。",
        check_on=(day + timedelta(days=90)).isoformat(),
        every="quarterly",
    )


def ruled(walk: Walk) -> Story:
    """Two departments dispute whose matter it is, and the committee rules by the votes of its members (AS-13, OG-06)."""
    units = {name: str(walk.staff.unit_id(name)) for name in ("quality", "after_sales")}
    yield walk.move(
        walk.owner,
        "request_ruling",
        walk.later(1, 4, by="investigation"),
        units=list(units.values()),
        question=QUESTION,
    )
    dispute = open_dispute(walk.complaint)
    if dispute is None:
        return
    voters = [key for key in ("vp", "head", "gm", "legal_head") if str(walk.staff.member_id(key)) in dispute.members]
    for key in voters[: dispute.needed]:
        yield walk.move(
            key,
            "rule_on_dispute",
            walk.later(0.5, 3, by="department_ruling"),
            department=units["quality"],
            words=RULING,
        )


def signed_by_all(walk: Walk, mediator: str) -> None:
    """The record of the mediation, signed by both sides and the mediator (MD-06): the complainant on the own page."""
    record, leader = "mediation_record:1", next(key for key in ("head", "hand_lead") if key != mediator)
    walk.sign(mediator, record, "mediator", walk.staff.card(mediator)["name"], minutes=6)
    walk.sign(leader, record, "respondent", walk.staff.card(leader)["name"], minutes=35)
    walk.sign("complainant", record, "complainant", walk.plan.person.name, minutes=140)


def taken_outside(walk: Walk) -> Story:
    """The complainant asks a platform to mediate; it ends there without an agreement (XR-05)."""
    way = next(code for code, _label in walk.row_options("exhaust", "ways", "way") if code == "platform")
    yield walk.move(
        walk.owner,
        "file_outside_case",
        walk.later(24, 60),
        way=way,
        body="消费保",
        state="filed",
        reference="XFB-2026-118204",
        deadline=(walk.at + timedelta(days=9)).isoformat(),
        note="投诉人在平台发起，我方当日收到通知。",
    )
    case = walk.options("end_outside_case", "outside_case")[0][0]
    yield walk.move(
        walk.owner,
        "reply_outside",
        walk.later(20, 60),
        outside_case=case,
        means="portal",
        content="已向平台提交检测记录、开箱影像和本公司两次提出的方案。",
    )
    yield walk.move(
        walk.owner,
        "end_outside_case",
        walk.later(90, 160),
        outside_case=case,
        result="平台调解一次，投诉人要求按整机价三倍赔偿，双方未达成一致，平台终止调解并告知可向消费者委员会投诉或起诉。",
    )
