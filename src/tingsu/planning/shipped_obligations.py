"""Laws and standards that the specifications of complaint handling name, in our own words; each is checked by the firm that takes it over."""

from typing import Any

Both = tuple[str, str]
"""The same in Chinese and in English."""


def _one(
    code: str, sort: str, title: Both, content: Both, effect: Both, *, clause: Both = ("", ""), edition: str = "", since: str = "", use: str = "",
    dated: str = "", interval: str = "yearly",
) -> dict[str, Any]:  # fmt: skip
    codes = {"sort": sort, "use": use, "dated": dated, "interval": interval, "edition": edition, "edition_since": since}
    texts = {"title": title, "article": clause, "content": content, "effect": effect}
    return {"code": code, "codes": {name: value for name, value in codes.items() if value}, "texts": texts}


OBLIGATIONS: tuple[dict[str, Any], ...] = (
    _one(
        "consumer_law", "law", ("中华人民共和国消费者权益保护法", "Law on the Protection of Consumer Rights and Interests"),
        ("听取消费者意见并接受监督；依法承担退货、更换、修理与赔偿责任；协商、调解、投诉、仲裁、诉讼等争议解决途径。",
         "Hear consumers and accept their supervision; take back, replace, repair and compensate as the law says; the ways to settle a dispute: "
         "negotiation, mediation, complaint, arbitration, court."),
        ("处理方案不得低于法定标准；不满意时告知其他解决途径。",
         "No solution is less than the law gives; whoever is not satisfied is told of the other ways."),
        clause=("第十七、二十四、三十九、五十五条", "Articles 17, 24, 39, 55"), interval="half_yearly",
    ),
    _one(
        "quality_law", "law", ("中华人民共和国产品质量法", "Product Quality Law"),
        ("答复消费者就产品质量的查询与申诉；对不符合要求的产品负责修理、更换、退货并赔偿损失。",
         "Answer questions and complaints about the quality of products; repair, replace, take back and compensate what is not as it should be."),
        ("质量类投诉按法定责任处理，并反馈质量部门。", "Complaints about quality are handled by legal liability and told to quality management."),
        clause=("第二十二、四十条", "Articles 22, 40"), interval="half_yearly",
    ),
    _one(
        "cts", "standard", ("CTS TBGL009-2026 客户投诉管理体系认证技术规范", "CTS TBGL009-2026 Technical specification for certification"),
        ("建立、实施、保持和持续改进客户投诉管理体系。", "Establish, carry out, maintain and improve the complaint management system."),
        ("体系各过程的依据，认证按此审核。", "What the processes rest on, and what the certification audit asks."),
        clause=("第 4 至 10 章", "Chapters 4 to 10"), edition="2026 (B/2)", since="2026-04-23", use="certified", dated="undated",
    ),
    _one(
        "isc", "standard", ("T/ISC 0014 互联网企业投诉处理优质服务规范", "T/ISC 0014 Excellent complaint handling of internet enterprises"),
        ("价值观、资源、源头控制、受理分类、调查、调解、反馈、评价与改进的优质服务要求。",
         "What excellent handling asks of values, resources, source control, acceptance, investigation, mediation, answer, evaluation, improvement."),
        ("时限、分级、调解与满意度评价的规则。", "Rules of limits, grades, mediation and satisfaction."),
        clause=("第 4 至 10 章", "Chapters 4 to 10"), edition="2021", use="guideline", dated="dated",
    ),
    _one(
        "sz", "standard", ("深圳市中小企业顾客投诉质量管理工作指引", "Shenzhen guideline on the quality of complaint handling in small enterprises"),
        ("推荐性指引：组织、流程、登记表、跟踪表与小微企业步骤。",
         "A recommendation: organisation, process, registration form, tracking form, steps for the smallest firms."),
        ("登记表与跟踪表的栏目、内部指标。", "Columns of the two forms, and indicators inside the organisation."),
        edition="2025-02", use="guideline", dated="undated",
    ),
    _one(
        "gbt19012", "standard", ("GB/T 19012 质量管理 顾客满意 组织投诉处理指南", "GB/T 19012 (ISO 10002) Guidelines for complaints handling in organizations"),
        ("投诉处理的指导原则与过程指南。", "Guiding principles of complaint handling, and guidelines for its process."),
        ("处理投诉宜参照其指导原则。", "Complaint handling refers to its guiding principles."),
        clause=("第 4 章 指导原则", "Chapter 4, guiding principles"), edition="2019", use="guideline", dated="undated",
    ),
    _one(
        "gbt19000", "standard", ("GB/T 19000 质量管理体系 基础和术语", "GB/T 19000 (ISO 9000) Quality management systems, fundamentals and vocabulary"),
        ("术语和定义。", "Terms and definitions."), ("软件与文件的用语与之一致。", "Software and documents use its words."),
        clause=("3.2.1、3.9.1、3.9.3", "3.2.1, 3.9.1, 3.9.3"), edition="2016", use="normative", dated="dated",
    ),
    _one(
        "gbt19001", "standard", ("GB/T 19001 质量管理体系 要求", "GB/T 19001 (ISO 9001) Quality management systems, requirements"),
        ("质量管理体系要求。", "Requirements of a quality management system."),
        ("投诉管理融入质量管理体系。", "Complaint management is part of the quality management system."), edition="2016", use="normative", dated="dated",
    ),
    _one(
        "gbt19010", "standard", ("GB/T 19010 质量管理 顾客满意 组织行为规范指南", "GB/T 19010 (ISO 10001) Guidelines for codes of conduct for organizations"),
        ("对顾客的承诺与行为规范。", "Promises to customers, and codes of conduct."), ("公开承诺的制定。", "How public promises are made."),
        edition="2021", use="bibliography", dated="dated",
    ),
    _one(
        "gbt19013", "standard", ("GB/T 19013 质量管理 顾客满意 组织外部争议解决指南", "GB/T 19013 (ISO 10003) Guidelines for external dispute resolution"),
        ("组织外部的争议解决。", "Settling disputes outside the organisation."),
        ("外部解决途径与外溢投诉。", "Ways outside, and complaints that spill over."),
        edition="2021", use="bibliography", dated="dated",
    ),
    _one(
        "gbt19014", "standard", ("GB/T 19014 质量管理 顾客满意 监视和测量指南", "GB/T 19014 (ISO 10004) Guidelines for monitoring and measuring"),
        ("顾客满意的监视和测量。", "Monitoring and measuring customer satisfaction."), ("满意度调查与指数。", "Surveys of satisfaction, and the index."),
        edition="2019", use="bibliography", dated="dated",
    ),
    _one(
        "gb17242", "standard", ("GB 17242 投诉处理指南", "GB 17242 Guidelines for handling complaints"),
        ("投诉处理的一般做法。", "How complaints are handled in general."), ("参考。", "For reference."), use="bibliography", dated="undated",
    ),
    _one(
        "gbt27003", "standard", ("GB/T 27003 合格评定 投诉和申诉 原则和要求", "GB/T 27003 Conformity assessment, complaints and appeals"),
        ("投诉和申诉的原则和要求。", "Principles and requirements of complaints and appeals."), ("复核与申诉的参考。", "For review and appeal."),
        edition="2011", use="bibliography", dated="dated",
    ),
    _one(
        "iso23592", "standard", ("ISO 23592 卓越服务 原则与模型", "ISO 23592 Service excellence, principles and model"),
        ("卓越服务的原则与模型。", "Principles and model of service excellence."),
        ("服务文化与改进的参考。", "For the culture of service and its improvement."),
        edition="2021", use="bibliography", dated="dated",
    ),
)  # fmt: skip
