"""The nine key processes of complaint handling as they ship (MS-07): what this software does of each, to be made the firm's own."""

from typing import Any

Both = tuple[str, str]
Criterion = tuple[str, Both, str, Both]
"""Kind, criterion, setting that carries it out, control."""


def _one(
    code: str, title: Both, inputs: Both, outputs: Both, interaction: Both, criteria: tuple[Criterion, ...], methods: Both,
    indicators: tuple[str, ...], resources: Both, authorities: Both, risks: Both,
) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code, "criteria": criteria, "indicators": indicators,
        "texts": {
            "title": title, "inputs": inputs, "outputs": outputs, "interaction": interaction, "methods": methods, "resources": resources,
            "authorities": authorities, "risks_told": risks,
        },
    }  # fmt: skip


LIMITS: Both = ("系统按时限规则计时、预警、升级", "The clocks of the system warn, break and escalate")
STEPS: Both = ("系统在步骤中检查", "The step asks for it")
CENTRE: Both = ("客服人员、投诉管理系统、通信设备", "Handlers, the complaint system, telephones")
PROCESSES: tuple[dict[str, Any], ...] = (
    _one(
        "channels", ("投诉渠道", "Channels of complaints"), ("提供的产品和服务、顾客的习惯", "What is offered, and the habits of customers"),
        ("公开、可用、免费的渠道", "Channels that are public, work and cost nothing"), ("为投诉受理提供入口", "Lead to acceptance"),
        (("requirement", ("渠道两步可达，定期测试", "Two steps from the home page; tested at an interval"), "", ("渠道登记册", "Register of channels")),),
        ("可用率、应答率统计", "Availability, share of calls answered"), ("KP-13a", "KP-03"), CENTRE,
        ("渠道负责人维护并测试", "The owner of a channel keeps and tests it"), ("渠道中断而无人知晓", "A channel fails and nobody knows"),
    ),
    _one(
        "acceptance", ("投诉受理", "Acceptance of complaints"), ("各渠道的投诉", "Complaints from every channel"),
        ("登记完整、有唯一编号的记录", "A complete record with a number of its own"),
        ("承接投诉渠道，转入跟踪与告知", "After the channels; then tracking and acknowledgement"),
        (
            ("acceptance", ("登记信息完整", "The record is complete"), "completeness", STEPS),
            ("acceptance", ("属于受理范围", "It lies in the scope of acceptance"), "scope", STEPS),
            ("acceptance", ("按类别归类", "It has its categories"), "categories", STEPS),
        ),
        ("记录抽检、登记时限统计", "Samples of records, limits of registration"), ("KP-08c",), CENTRE,
        ("一线受理人登记，不得拒收", "Front-line staff register, and turn nobody away"), ("信息遗漏、错误", "Things left out or written wrongly"),
    ),
    _one(
        "tracking", ("投诉跟踪", "Tracking of complaints"), ("已登记的投诉", "Registered complaints"),
        ("全程记录与进展告知", "The whole history, and news of progress"), ("贯穿受理至终止", "From acceptance to termination"),
        (("process", ("按时告知进展，超时升级", "News of progress in time; what is late escalates"), "escalation_ladder", LIMITS),),
        ("按时反馈率统计", "Share of progress told in time"), ("KP-06",), CENTRE,
        ("投诉负责人跟踪到底", "Whoever owns the case follows it to the end"), ("无人跟进", "Nobody follows it"),
    ),
    _one(
        "acknowledgement", ("受理告知", "Acknowledgement"), ("新登记的投诉", "A new complaint"),
        ("告知受理、流程与预期时限", "Receipt, process and expected time are told"), ("承接投诉受理", "After acceptance"),
        (("process", ("在规定时限内告知", "Within its limit"), "time_limits", LIMITS),),
        ("首次回复率统计", "Share of first answers in time"), ("KP-04", "KP-05"), CENTRE,
        ("系统自动告知，负责人补充", "The system tells; the owner adds to it"), ("联系方式错误而未送达", "It does not arrive"),
    ),
    _one(
        "assessment", ("初步评估", "Initial assessment"), ("受理记录", "The record"),
        ("风险级别、复杂程度与分派", "Grade, complexity, and who handles it"), ("决定调查深度与时限", "Decides how deep is looked, and by when"),
        (
            ("process", ("按严重程度、安全、复杂、影响、紧迫评估", "By severity, safety, complexity, effect and urgency"), "assessment", STEPS),
            ("process", ("风险分级规则", "Rules of risk"), "risk_rules", STEPS),
        ),
        ("紧急响应与升级统计", "Urgent answers, escalations"), ("KP-08a", "KP-08b"), CENTRE,
        ("主管复核高危定级", "The supervisor confirms a high risk"), ("定级偏低", "A grade that is too low"),
    ),
    _one(
        "investigation", ("投诉调查", "Investigation"), ("评估结果、证据", "Assessment and evidence"),
        ("调查结论与依据", "A verdict with what it rests on"), ("部门协同提供资料，转入响应", "Departments contribute; then the response"),
        (("process", ("调查来源与期限", "Sources and limits of an investigation"), "sources", LIMITS),),
        ("调查质量抽检、及时率", "Samples of investigations, share in time"), ("K-11",), ("调查人员、业务部门资料", "Investigators, what departments know"),
        ("调查人独立于被投诉方", "Investigators are independent of whom it is about"), ("证据不足、立场偏颇", "Too little evidence, a side taken"),
    ),
    _one(
        "response", ("投诉响应", "Response"), ("调查结论", "The verdict"), ("纠正措施与解决方案", "Corrections and a solution"),
        ("经批准后沟通方案", "Approved, then communicated"),
        (("process", ("补救措施与授权限额", "Remedies and limits of authority"), "authority", STEPS),),
        ("解决率、处理费用统计", "Share solved, cost of a case"), ("KP-09c", "K-13"), ("赔付预算、授权人员", "Budget, those with authority"),
        ("按授权矩阵审批", "Approved by the authority matrix"), ("补救不当或越权", "A wrong remedy, or one beyond authority"),
    ),
    _one(
        "solution", ("解决方案沟通", "Communication of the solution"), ("已批准的方案", "The approved solution"),
        ("投诉人的意见与执行结果", "What the complainant says, and what was carried out"),
        ("接受则终止，拒绝则告知其他途径", "Accepted: termination; refused: other ways"),
        (("process", ("立即沟通，记录意见", "Communicated at once, and the answer recorded"), "ways", STEPS),),
        ("满意率统计", "Share satisfied"), ("K-12",), CENTRE,
        ("投诉负责人沟通，法务支持", "The owner speaks with them; legal helps"), ("表述不清引发再投诉", "Unclear words bring a second complaint"),
    ),
    _one(
        "termination", ("投诉终止", "Termination"), ("执行完毕或投诉人拒绝的投诉", "What was carried out, or refused"),
        ("结案通知、回访、归档", "Closing letter, callback, archive"), ("结果转入分析与改进", "What was learnt goes to analysis and improvement"),
        (("process", ("正式通知并回访满意度", "Formal notice, and a callback"), "aftercare", LIMITS),),
        ("回访与满意度统计", "Callbacks and satisfaction"), ("K-12", "KP-09d"), CENTRE,
        ("主管复核结案", "The supervisor reviews the closing"), ("未解决即结案", "Closed without being solved"),
    ),
)  # fmt: skip
