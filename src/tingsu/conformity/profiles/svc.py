"""The printed part of the service-sector plan (its text ends inside 3.2.1): number, what each asks in our own words."""

CHAPTERS: dict[str, tuple[str, str]] = {
    "1": ("总则", "General"),
    "2": ("组织架构与职责", "Structure and duties"),
    "3": ("投诉处理流程", "Process"),
}
CLAUSES: tuple[tuple[str, str, str], ...] = (
    ("1.1", "预案目的：快速响应、妥善处理", "Purpose: fast response, proper handling"),
    ("1.2", "适用门店、线上、远程与合作方场景", "Shops, online, from afar, through partners"),
    ("1.3.1", "客户至上，合理诉求优先", "Customer first, reasonable demands first"),
    ("1.3.2", "快速响应：一般 24 小时，紧急 15 分钟", "24 hours for general, 15 minutes for urgent"),
    ("1.3.3", "客观公正，以事实和制度为依据", "Impartial, by facts and rules"),
    ("1.3.4", "闭环管理，全程可追溯", "Closed loop, traceable throughout"),
    ("1.3.5", "复盘改进", "Reviewed and improved"),
    ("2.1", "三级组织架构", "Three levels of organisation"),
    ("2.2.1", "管理委员会：审批制度、重大方案、季度复盘", "Committee: rules, major cases, quarterly review"),
    ("2.2.2", "处理中心：受理、调查、处理、月报", "Centre: intake, investigation, handling, monthly report"),
    ("2.2.3", "业务部门：配合核查与整改", "Departments: facts and rectification"),
    ("3.1.1", "线上线下受理渠道", "Online and offline channels"),
    ("3.1.2", "受理登记、编号与安抚", "Registration, number, calming"),
    ("3.1.3", "匿名、重复、重大等特殊情况", "Anonymous, repeated, major cases"),
    ("3.2.1", "15 分钟内推送调查", "Pushed to investigation within 15 minutes"),
)
