"""Questions that ship with the bank: what the standards ask of everybody who works on complaints, three of each dimension."""

from typing import Any


def _question(
    dimension: str, code: str, right: str, text: tuple[str, str], zh: tuple[str, ...], en: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "dimension": dimension, "code": code, "text": {"zh-Hans": text[0], "en": text[1]},
        "answers": {"zh-Hans": "\n".join(zh), "en": "\n".join(en)}, "right": right,
    }  # fmt: skip


QUESTIONS: tuple[dict[str, Any], ...] = (
    _question(
        "knowledge", "ZS-1", "A",
        ("用户对处理结果不满意、提出诉求，属于什么？", "What is it when a user is not satisfied with a result and asks for something?"),
        ("投诉", "咨询", "表扬"),
        ("A complaint", "An inquiry", "Praise"),
    ),
    _question(
        "knowledge", "ZS-2", "ABC",
        ("处理投诉时，哪些内容可以作为判断依据？", "What may a verdict stand on?"),
        ("法律法规", "国家标准和行业标准", "公司公开的承诺", "用户的社会身份"),
        ("Laws and regulations", "National and trade standards", "What the company promised in public", "The social position of the user"),
    ),
    _question(
        "knowledge", "ZS-3", "B",
        ("处理投诉可以向用户收费吗？", "May a user be charged for the handling of a complaint?"),
        ("可以，按工时收费", "不可以，投诉处理免费", "投诉不成立时可以"),
        ("Yes, by the hour", "No, it is free of charge", "Yes, if it is unfounded"),
    ),
    _question(
        "process", "LC-1", "A",
        ("收到投诉后首先做什么？", "What comes first when a complaint is received?"),
        ("登记并告知受理", "先判断是谁的责任", "转给业务部门后等待"),
        ("Record it and acknowledge it", "Decide whose fault it is", "Pass it on and wait"),
    ),
    _question(
        "process", "LC-2", "C",
        ("高危投诉由哪一级人员处理？", "Who handles a high-risk complaint?"),
        ("任何在岗人员", "普通客服", "服务专家或以上"),
        ("Anybody on duty", "An ordinary agent", "A service expert or above"),
    ),
    _question(
        "process", "LC-3", "AB",
        ("什么情况下不能办理结案？", "When must a case not be closed?"),
        ("约定的措施尚未执行", "用户尚未得到答复", "用户已确认满意"),
        ("What was agreed is not carried out", "The user has no answer yet", "The user has confirmed that all is well"),
    ),
    _question(
        "wording", "HS-1", "B",
        ("用户情绪激动时，哪句话合适？", "A user is upset. Which sentence fits?"),
        ("您先冷静，不然我没法处理", "给您添麻烦了，我先把情况记下来，马上核实", "这不归我管"),
        ("Calm down, or I can do nothing", "I am sorry for the trouble; I note it down and check at once", "That is not my job"),
    ),
    _question(
        "wording", "HS-2", "C",
        ("不能马上答复时怎么说？", "What is said when there is no answer yet?"),
        ("我也不知道", "等通知", "我在今天下午五点前给您回电"),
        ("I do not know either", "Wait for news", "I call you back by five this afternoon"),
    ),
    _question(
        "wording", "HS-3", "AC",
        ("沟通中应当避免什么？", "What is avoided in a conversation?"),
        ("争执、辩解", "复述并确认诉求", "打断用户"),
        ("Arguing and justifying", "Repeating and confirming what is asked", "Interrupting the user"),
    ),
    _question(
        "system", "XT-1", "A",
        ("需要查看被遮蔽的联系电话时怎么做？", "How is a masked telephone number opened?"),
        ("填写用途后查看，系统留有记录", "请同事截图", "导出名单"),
        ("With a purpose, which is logged", "By a colleague's screenshot", "By exporting a list"),
    ),
    _question(
        "system", "XT-2", "B",
        ("案件的进展写在哪里？", "Where is the progress of a case written down?"),
        ("个人备忘录", "案件的时间线", "聊天群"),
        ("In private notes", "In the timeline of the case", "In a chat group"),
    ),
    _question(
        "system", "XT-3", "C",
        ("时限将要超过时，系统会做什么？", "What does the system do when a limit is about to pass?"),
        ("自动结案", "什么也不做", "先预警，再逐级上报"),
        ("It closes the case", "Nothing", "It warns, then escalates step by step"),
    ),
    _question(
        "service", "GF-1", "A",
        ("首问责任是什么意思？", "What does first responsibility mean?"),
        ("最先接待的人负责到用户得到答复", "谁有空谁处理", "由主管统一负责"),
        ("Whoever was asked first answers for it until the user has an answer", "Whoever has time", "The supervisor answers for all"),
    ),
    _question(
        "service", "GF-2", "AB",
        ("哪些做法符合服务规范？", "Which of these follow the service rules?"),
        ("主动报出工号或服务称呼", "承诺时间并按时回复", "为用户承诺一定赔付"),
        ("Say the work identity", "Promise a time and keep it", "Promise compensation for certain"),
    ),
    _question(
        "service", "GF-3", "B",
        ("投诉涉及自己所在部门时怎么办？", "What if the complaint is about the own department?"),
        ("自己处理更熟悉", "说明情况并回避", "不予受理"),
        ("Handle it, one knows it best", "Say so and stand aside", "Refuse it"),
    ),
    _question(
        "performance", "JX-1", "B",
        ("按时完成率怎样计算？", "How is the rate of completion in time formed?"),
        ("结案数 ÷ 人数", "时限内完成的件数 ÷ 应完成的件数", "好评数 ÷ 投诉数"),
        ("Cases closed ÷ people", "Completed within the limit ÷ due for completion", "Good ratings ÷ complaints"),
    ),
    _question(
        "performance", "JX-2", "C",
        ("重复投诉增多，首先应当做什么？", "Repeated complaints grow. What comes first?"),
        ("减少登记", "延长时限", "查清原因并纠正"),
        ("Record fewer", "Make limits longer", "Find the cause and correct it"),
    ),
    _question(
        "performance", "JX-3", "A",
        ("为什么要记录每件投诉的原因？", "Why is the cause of each complaint recorded?"),
        ("用于统计分析和改进", "用于处罚用户", "没有用途"),
        ("For analysis and improvement", "To punish users", "For nothing"),
    ),
    _question(
        "ratings", "PJ-1", "A",
        ("用户给出低分评价后怎么办？", "What follows a low rating?"),
        ("由其他人员回访，了解原因", "删除评价", "请用户改评"),
        ("Somebody else calls back and asks why", "The rating is deleted", "The user is asked to change it"),
    ),
    _question(
        "ratings", "PJ-2", "B",
        ("可以在用户评价前给予好处换取好评吗？", "May a user be offered something for a good rating?"),
        ("可以", "不可以", "经主管同意可以"),
        ("Yes", "No", "With the supervisor's consent"),
    ),
    _question(
        "ratings", "PJ-3", "BC",
        ("满意度调查的结果用在哪里？", "What are survey results used for?"),
        ("公开用户姓名", "改进服务", "培训和考核"),
        ("To publish names", "To improve the service", "For training and assessment"),
    ),
)  # fmt: skip
