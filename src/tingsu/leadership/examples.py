"""Texts that a small firm can begin with: offered as drafts, to be changed, checked and approved by people of the firm."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tingsu.leadership import terms

Asked = tuple[str, str, str, str]
"""A question, its right answer, wrong answers (one a line), the passage that answers it."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One shipped text in both languages, with the passages that meet its points."""

    title: tuple[str, str]
    zh: str
    en: str
    passages: tuple[tuple[str, str], ...] = ()
    questions: tuple[Asked, ...] = ()
    questions_en: tuple[Asked, ...] = ()


TEXTS: dict[str, Example] = {
    terms.VISION: Example(
        title=("我们的愿景", "Our vision"),
        zh="成为用户信赖、社会尊重、员工自豪的服务企业：用户遇到问题时第一个想到找我们，也相信我们会管到底。",
        en="To be a service firm that users trust, society respects and employees are proud of: when something goes wrong, "
        "users come to us first, because they know that we see it through.",
        passages=(("trusted", "成为用户信赖、社会尊重、员工自豪的服务企业"),),
    ),
    terms.MISSION: Example(
        title=("我们的使命", "Our mission"),
        zh="以用户为根本，把优质的产品和服务交到每一位用户手中；出了问题，尽快、公平地解决，并让同样的问题不再发生。"
        "守法经营，节约资源，参与社区公益，积极履行社会责任。",
        en="Users are at the root of what we do: we put good products and services into their hands. When something goes wrong we put it right "
        "quickly and fairly, and see that it does not happen again. We keep the law, save resources, support our community and so meet our "
        "social responsibility.",
        passages=(
            ("user_root", "以用户为根本"), ("quality_service", "把优质的产品和服务交到每一位用户手中"),
            ("social_responsibility", "积极履行社会责任"),
        ),
    ),
    terms.CULTURE: Example(
        title=("我们的企业文化", "Our culture"),
        zh="凡事以用户体验为导向：先听用户怎么说，再谈我们怎么做。说真话，担责任，互相补位；把投诉看作改进的机会，不追究如实反映问题的人。",
        en="The user's experience gives us our direction: we listen first and speak afterwards. We tell the truth, answer for what we do and stand "
        "in for each other. A complaint is a chance to become better, and nobody is blamed for reporting a problem honestly.",
        passages=(("user_experience", "凡事以用户体验为导向"),),
    ),
    terms.VALUES: Example(
        title=("投诉处理核心价值观", "Core values of complaint handling"),
        zh="一、用户为先：先解决用户的问题，再分清内部的责任。\n"
        "二、首问负责：谁第一个接到投诉，谁负责到底；转给他人也要跟到对方接手、用户知情为止，不推诿。\n"
        "三、客观公正：对每一位用户一视同仁，只看事实和依据。\n"
        "四、团队合作：各部门为同一件投诉共同负责，有求必应，按时答复。\n"
        "五、保护隐私：只为处理投诉使用个人信息，只看必须看的，不外传。\n"
        "六、持续改进：每件投诉都要问一句为什么，改到不再发生。",
        en="1. Users first: we solve the user's problem before we sort out who of us is to blame.\n"
        "2. First-receiver responsibility: whoever receives a complaint first answers for it to the end, and follows it until a colleague "
        "has taken it over and the user knows.\n"
        "3. Objective and fair: every user is treated alike; facts and rules decide.\n"
        "4. Teamwork: departments answer for a complaint together, help when asked and answer in time.\n"
        "5. Protection of privacy: personal data serve the complaint only; we look at what we must and pass nothing on.\n"
        "6. Continual improvement: of every complaint we ask why, until it does not happen again.",
        passages=(
            ("teamwork", "四、团队合作：各部门为同一件投诉共同负责，有求必应，按时答复。"),
            ("first_receiver", "谁第一个接到投诉，谁负责到底；转给他人也要跟到对方接手、用户知情为止，不推诿。"),
            ("privacy", "只为处理投诉使用个人信息，只看必须看的，不外传。"),
        ),
        questions=(
            (
                "你第一个接到一件属于其他部门的投诉，该怎么做？", "负责到底：跟到对方接手、用户知情为止",
                "请用户自己联系那个部门\n转出去就不再管", "谁第一个接到投诉，谁负责到底；转给他人也要跟到对方接手、用户知情为止，不推诿。",
            ),
            (
                "同事想看一位投诉人的电话号码，用来推荐新品，可以吗？", "不可以：个人信息只为处理投诉使用",
                "可以，都是同一家公司\n投诉办结以后就可以", "只为处理投诉使用个人信息，只看必须看的，不外传。",
            ),
            (
                "一件投诉涉及三个部门，由谁负责？", "三个部门共同负责，按时答复", "责任最大的那个部门单独负责\n等领导指定以后再说",
                "四、团队合作：各部门为同一件投诉共同负责，有求必应，按时答复。",
            ),
        ),
        questions_en=(
            (
                "You are the first to receive a complaint that belongs to another department. What do you do?",
                "Answer for it until a colleague has taken it over and the user knows",
                "Ask the user to call that department\nPass it on and forget it",
                "whoever receives a complaint first answers for it to the end, and follows it until a colleague has taken it over and the user knows.",
            ),
            (
                "A colleague wants a complainant's telephone number to recommend a new product. May they have it?",
                "No: personal data serve the complaint only", "Yes, we are one firm\nYes, once the complaint is closed",
                "personal data serve the complaint only; we look at what we must and pass nothing on.",
            ),
            (
                "A complaint concerns three departments. Who answers for it?", "All three together, each in time",
                "Only the one most to blame\nNobody until a leader decides", "departments answer for a complaint together, help when asked and answer in time.",
            ),
        ),
    ),
    terms.PURPOSE: Example(
        title=("投诉处理预案的宗旨", "Purpose of the complaint plan"),
        zh="快速响应、妥善处理、持续改进。",
        en="Fast response, proper handling, continual improvement.",
        passages=(("fast_response", "快速响应"), ("proper_handling", "妥善处理"), ("improvement", "持续改进")),
    ),
    terms.POLICY: Example(
        title=("客户投诉管理方针", "Complaint policy"),
        zh="本方针服务于本企业的宗旨：让每一位客户放心购买、放心使用。\n"
        "一、以客户为关注焦点：渠道好找、受理及时、处理公平，不因客户身份和投诉渠道区别对待。\n"
        "二、遵守适用要求：遵守法律法规、监管规定，履行对客户的约定和承诺。\n"
        "三、目标可衡量：每年围绕响应时间、解决率和满意度制定目标，逐月检查，未达到的分析原因并改进。\n"
        "四、保密：投诉人的个人信息和投诉内容只用于处理投诉。\n"
        "五、持续改进：从投诉中找到原因，采取措施，并验证措施有效。\n"
        "最高管理者为本方针的实施提供所需的人员、资金和授权；每位员工都应了解本方针，知道投诉怎样上报。",
        en="This policy serves what our firm is for: that every customer can buy and use what we offer without worry.\n"
        "1. Customer focus: ways to complain that are easy to find, receipt in time, fair handling, whoever complains and by whatever way.\n"
        "2. Requirements that apply: we keep laws and the rules of supervision, and what we agreed with or promised to customers.\n"
        "3. Measurable objectives: each year we set objectives for response time, resolution and satisfaction, look at them every month, and "
        "find and mend the causes where we miss them.\n"
        "4. Confidentiality: personal data and content of complaints serve their handling only.\n"
        "5. Continual improvement: we find the causes behind complaints, act on them and prove that it worked.\n"
        "Top management provides the people, money and authority that this takes; every employee knows this policy and how to pass a complaint on.",
        passages=(
            ("purpose", "本方针服务于本企业的宗旨：让每一位客户放心购买、放心使用。"),
            ("objectives", "每年围绕响应时间、解决率和满意度制定目标，逐月检查，未达到的分析原因并改进。"),
            ("requirements", "遵守法律法规、监管规定，履行对客户的约定和承诺。"),
            ("improvement", "五、持续改进：从投诉中找到原因，采取措施，并验证措施有效。"),
            ("customer_focus", "一、以客户为关注焦点：渠道好找、受理及时、处理公平"),
        ),
        questions=(
            (
                "方针说投诉处理的目标围绕哪几项制定？", "响应时间、解决率和满意度", "销售额和利润\n投诉越少越好，不设目标",
                "每年围绕响应时间、解决率和满意度制定目标，逐月检查，未达到的分析原因并改进。",
            ),
            (
                "一位大客户和一位新客户投诉同一个问题，处理上有区别吗？", "没有：不因客户身份区别对待", "大客户优先赔付\n新客户先核实身份再说",
                "渠道好找、受理及时、处理公平，不因客户身份和投诉渠道区别对待。",
            ),
        ),
        questions_en=(
            (
                "For what does the policy ask objectives?", "Response time, resolution and satisfaction",
                "Sales and profit\nNothing: the fewer complaints the better",
                "each year we set objectives for response time, resolution and satisfaction, look at them every month",
            ),
            (
                "A large and a new customer complain about the same problem. Does it make a difference?", "No: handling is fair, whoever complains",
                "The large one is paid first\nThe new one has to prove who they are first",
                "fair handling, whoever complains and by whatever way.",
            ),
        ),
    ),
    terms.COMMITMENT: Example(
        title=("我们对投诉处理的承诺", "Our commitment to handling complaints"),
        zh="我们制定并公开投诉处理流程：怎样提交、谁来处理、每一步最迟多久、不满意还可以去哪里。\n"
        "我们为流程的运行配备专门人员和所需资源，按公布的时限办理；超出时限会提前说明原因和新的时间。\n"
        "投诉不收取任何费用，不会因为投诉而受到不利对待。",
        en="We define and publish how complaints are handled: how to submit one, who handles it, how long each step takes at most, and where else "
        "to turn.\n"
        "We run this process with people and means of its own and keep the times that we publish; where we cannot, we say why, and until when, "
        "beforehand.\n"
        "Complaining costs nothing, and nobody is put at a disadvantage for it.",
        passages=(
            ("defined", "我们制定并公开投诉处理流程：怎样提交、谁来处理、每一步最迟多久、不满意还可以去哪里。"),
            ("operated", "我们为流程的运行配备专门人员和所需资源，按公布的时限办理"),
        ),
    ),
    terms.SERVICE: Example(
        title=("客户服务声明", "Customer service statement"),
        zh="您的投诉由专人负责到底，不需要重复说明。\n我们只看事实和依据，对每一位用户一视同仁。\n"
        "各部门一起解决您的问题，不互相推诿。\n您的个人信息只用于处理这件投诉。\n"
        "每一步都告诉您进展、原因和下一次联系的时间；处理完毕请您评价，我们据此改进。",
        en="One person answers for your complaint to the end; you do not have to tell it twice.\nFacts and rules decide, and every user is treated alike.\n"
        "Our departments solve your problem together and send you to nobody else.\nYour personal data serve this complaint only.\n"
        "At each step you hear how far we are, why, and when you hear from us again. At the end please rate us: by that we become better.",
    ),
    terms.CONDUCT: Example(
        title=("投诉处理行为准则", "Code of conduct for handling complaints"),
        zh="一、先听完，再回应；不打断，不争辩，不指责。\n二、首位接待人负责到底，不推诿、不敷衍。\n"
        "三、只承诺做得到的；承诺了就按时做到，做不到要提前说明。\n四、与自己有利害关系的投诉主动回避。\n"
        "五、不收受投诉当事人的礼品礼金。\n六、不打听、不外传与处理无关的个人信息。\n"
        "七、请同事帮忙时说清楚要什么、什么时候要；同事请求时按时答复。",
        en="1. Listen to the end before you answer; do not interrupt, argue or blame.\n2. Whoever receives it first answers for it to the end.\n"
        "3. Promise only what you can keep; keep it in time, and say so beforehand if you cannot.\n4. Stand back where you have an interest of your own.\n"
        "5. Take no gift and no money from anybody in the case.\n6. Neither ask for nor pass on personal data that the case does not need.\n"
        "7. Asking a colleague, say what you need and until when; asked by one, answer in time.",
    ),
}  # fmt: skip


def values_of(kind: str) -> dict[str, Any]:
    """What a draft of this kind is opened with. Raises KeyError."""
    one = TEXTS[kind]
    english = not (get_language() or "zh").lower().startswith("zh")
    found: dict[str, Any] = {"kind": kind, "title": one.title[english], "text_zh": one.zh, "text_en": one.en}
    if kind == terms.VALUES:
        found["documented"] = list(terms.DOCUMENTED_IN)
    found["checks"] = [{"item": item, "passage": passage} for item, passage in one.passages]
    for table, asked in (("questions", one.questions), ("questions_en", one.questions_en)):
        found[table] = [dict(zip(("question", "right", "wrong", "passage"), line, strict=True)) for line in asked]
    return {name: value for name, value in found.items() if value}
