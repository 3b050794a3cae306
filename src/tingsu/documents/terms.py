"""Terms of the documents that the software follows, in both languages, in our own words with the clause they come from (MS-30).

Where the documents differ, the term says how the software reads them together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term: in both languages what it is called and what it means, and where that is written."""

    code: str
    zh: str
    en: str
    means_zh: str
    means_en: str
    sources: tuple[str, ...]
    here_zh: str = ""
    here_en: str = ""
    """What stands for it in the software, where that is called or drawn differently."""


SOURCES = {
    "ISC": "T/ISC 0014—2021 互联网企业投诉处理优质服务规范",
    "SZ": "深圳市中小企业顾客投诉质量管理工作指引",
    "CTS": "CTS TBGL009-2026 客户投诉管理体系认证技术规范",
}


def _t(
    code: str, zh: str, en: str, sources: str, means_zh: str, means_en: str, here_zh: str = "", here_en: str = ""
) -> Term:
    return Term(
        code=code,
        zh=zh,
        en=en,
        means_zh=means_zh,
        means_en=means_en,
        sources=tuple(sources.split("; ")),
        here_zh=here_zh,
        here_en=here_en,
    )


TERMS: tuple[Term, ...] = (
    _t("complaint", "投诉", "complaint", "CTS 3.1; ISC 3.1; SZ 2",
       "对产品、服务或投诉处理过程本身说出的不满，话里明说或能听出希望得到答复或解决。",
       "Dissatisfaction with a product, a service or the handling of complaints itself, said to the organisation; an answer or a solution is "
       "expected, openly or between the lines.",
       "没有明说要求的不满也按投诉登记；只咨询、表扬、建议的，登记为联系记录。",
       "Dissatisfaction without a stated wish is registered as a complaint too; who only asks, praises or suggests becomes a contact."),
    _t("complainant", "投诉者", "complainant", "CTS 3.2",
       "提出投诉的个人或组织，也包括替他们出面的代理人。",
       "The person or organisation that complains, or somebody who acts for them.",
       "系统中称“投诉人”；代理人单独登记，与投诉人权利相同。",
       "An agent is registered beside the complainant and has the same rights on the case."),
    _t("handling_process", "投诉处理过程", "complaint handling process", "CTS 3.3",
       "从接收、调查、响应到关闭的一整套相互衔接的工作。",
       "The connected work from receiving a complaint through investigation and response to its closure.",
       "即投诉页面上的各个阶段和步骤。", "The stages and steps on the page of a case."),
    _t("response", "投诉响应", "complaint response", "CTS 3.4",
       "查清之后，组织向投诉者提出的方案或采取的措施。",
       "The solution offered, or the measures taken, once the organisation has looked into the matter.",
       "系统中为“处理方案”及其补救措施；首次应答只是回应，不是响应。",
       "In the software: the solution with its remedies. The first reply is not yet the response."),
    _t("closure", "投诉关闭", "complaint closure", "CTS 3.5",
       "投诉者接受了结果，或内部、外部合理的办法都已用尽，投诉到此结束。",
       "The end of a complaint: its complainant accepts the result, or every reasonable way inside and outside has been tried.",
       "关闭要有办结理由，并经关闭复核。", "Closing needs its ground and a closing review."),
    _t("satisfaction", "客户满意（顾客满意）", "customer satisfaction", "CTS 3.6; SZ 2",
       "客户觉得自己的要求和期望得到了多大程度的满足。",
       "How far customers feel that what they required and expected was met.",
       "逐件评价与满意度调查分开统计。", "The rating of one case and surveys are counted apart."),
    _t("top_management", "最高管理者", "top management", "CTS 3.7",
       "在最高层指挥和控制组织的一个人或一组人。",
       "The person or group that directs and controls the organisation at the highest level.",
       "系统中的角色为“高层领导”。", "The role “Senior leader”."),
    _t("user", "用户", "user", "ISC 3.2",
       "使用或接受互联网企业产品、服务的个人或组织。",
       "Whoever uses or receives the products or services of an internet enterprise."),
    _t("complaint_handler", "投诉处置人", "complaint handler", "ISC 3.3",
       "负责受理、调查和处理投诉的人员。",
       "Somebody whose work is to accept, investigate and handle complaints.",
       "系统中按一线人员、专员等角色分级授权。", "In the software: front-line staff, specialists and others, each with an authority of their own."),
    _t("feedback", "反馈", "feedback", "ISC 3.4; SZ 2",
       "对产品、服务或投诉处理过程的意见、评价和诉求，不一定是不满。",
       "Opinions, judgements and wishes about products, services or the handling of complaints; not always dissatisfaction.",
       "在投诉阶段中，“反馈”也指当事人对方案的意见。", "As a stage of a case it also means what the parties say about the solution."),
    _t("organisation", "组织", "organisation", "ISC 3.5; SZ 2",
       "有自己职责、权限和相互关系、为实现目标而工作的一个人或一组人；工作指引中主要指中小企业。",
       "A person or group with functions, authorities and relations of its own to reach its objectives; in the Shenzhen guideline "
       "mainly small and medium enterprises."),
    _t("internet_enterprise", "互联网企业", "internet enterprise", "ISC 3.6",
       "提供互联网相关产品和服务的企业，如接入、内容、应用服务和数据中心。",
       "An enterprise that offers products and services of the internet, such as access, content, applications or data centres."),
    _t("customer", "顾客（客户）", "customer", "SZ 2",
       "可能得到或实际得到产品、服务的个人或组织，如消费者、委托人、最终使用者、零售商、采购方。",
       "Whoever could receive or receives a product or service: consumers, clients, end users, retailers, buyers.",
       "不是每个投诉人都是客户，系统中不混用。", "Not every complainant is a customer; the software keeps the two apart."),
    _t("interested_party", "相关方", "interested party", "SZ 2; CTS 4.2",
       "能影响组织的决定或活动、受其影响或自认为受其影响的个人或组织。",
       "Whoever can affect what the organisation decides or does, is affected by it, or believes to be."),
    _t("quality", "质量", "quality", "SZ 2",
       "事物本身的特性满足要求的程度。",
       "How far the characteristics that belong to something fulfil what is required of it."),
    _t("customer_service", "顾客服务", "customer service", "SZ 2",
       "产品或服务从头到尾的整个周期里，组织与顾客之间的往来。",
       "The dealings between organisation and customer during the whole life of a product or service."),
    _t("spill_over", "顾客投诉外溢", "spill-over of complaints", "SZ 2",
       "顾客的消费争议没有在企业内解决，转到平台、热线、信访等外部渠道去解决。",
       "A consumer dispute that is taken to a way outside the organisation: a platform, a hotline, petition offices.",
       "系统中称“外溢投诉”，并注明渠道。", "Marked on the case, with the way it took."),
    _t("csi", "顾客满意指数（CSI）", "customer satisfaction index (CSI)", "SZ 2",
       "把购买后的实际体验与购买前的期望相比较，经计算得出的数值，反映满意程度。",
       "A value worked out from what customers experienced against what they had expected before buying; it tells how satisfied they are.",
       "由满意度调查计算，0 到 100。", "Counted from surveys, 0 to 100."),
)  # fmt: skip
