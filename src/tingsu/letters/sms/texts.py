"""The short words that are shipped for each kind of letter to a party: number, where to read on, nothing else."""

SHIPPED = {
    "acknowledgement": (
        "您的投诉已受理，编号{number}，查询码{code}。处理流程、承诺时间和进度请看{link}，也可拨打{hotline}。",
        "We have received your complaint {number}, code {code}. Process, promised times and progress: {link} or {hotline}.",
    ),
    "access_code": (
        "您的投诉{number}查询码已更换，新查询码{code}，请勿告诉他人。如非本人要求，请拨打{hotline}。",
        "New access code of your complaint {number}: {code}. Tell it to nobody. If you did not ask for it, call {hotline}.",
    ),
    "feedback": ("您的投诉{number}有新进展，请看{link}", "There is news on your complaint {number}: {link}"),
    "progress": (
        "您的投诉{number}的目前进展和下次反馈时间请看{link}",
        "Your complaint {number}: progress and the next date: {link}",
    ),
    "handler_changed": (
        "您的投诉{number}由新的负责人跟进，承诺时间不变，请看{link}",
        "Your complaint {number} has a new contact; promised times stay: {link}",
    ),
    "solution": (
        "您的投诉{number}已有处理方案，请在{answer_by}前查看并答复{link}",
        "There is a solution for your complaint {number}. Please answer by {answer_by}: {link}",
    ),
    "respondent_notice": ("投诉{number}与您有关，请查看{link}", "Complaint {number} concerns you: {link}"),
    "answer": ("您的投诉{number}已有答复，请看{link}", "We have answered your complaint {number}: {link}"),
    "answer_tactful": ("您的投诉{number}已有答复，请看{link}", "We have answered your complaint {number}: {link}"),
    "change_made": (
        "您的投诉{number}促成了改进，详情请看{link}",
        "Your complaint {number} has led to a change: {link}",
    ),
    "ways": (
        "关于投诉{number}，您还可选择其他解决途径，请看{link}",
        "Other ways of redress for your complaint {number}: {link}",
    ),
    "respondent_ways": (
        "关于投诉{number}，您还可选择其他途径，请看{link}",
        "Other ways open to you about complaint {number}: {link}",
    ),
    "result_notice": (
        "您的投诉{number}处理结果已出，请查看并评价{link}",
        "The result of your complaint {number} is here; please rate it: {link}",
    ),
    "request_received": (
        "您对投诉{number}的申请已收到，{answer_by}前给您书面结果，请看{link}",
        "We have your request about complaint {number} and answer in writing by {answer_by}: {link}",
    ),
    "request_answered": (
        "您对投诉{number}的申请已有书面结果，请看{link}",
        "The written result of your request about complaint {number}: {link}",
    ),
    "mediation_call": (
        "关于投诉{number}，邀请您参加{held_at}的调解，请看{link}",
        "Invitation to a mediation about complaint {number}, {held_at}: {link}",
    ),
    "closed": ("您的投诉{number}已办结，请看{link}", "Your complaint {number} is settled: {link}"),
    "rating_reminder": (
        "请评价您的投诉{number}的处理，只需一分钟{link}",
        "Please rate how we handled your complaint {number}: {link}",
    ),
    "survey_invitation": (
        "想听听您对投诉处理的看法，约两分钟，{valid_until}前有效{survey_link}",
        "How satisfied are you? Two minutes, until {valid_until}: {survey_link}",
    ),
    "survey_reminder": (
        "提醒您：满意度调查仍可填写{survey_link}",
        "A reminder: you can still answer our questionnaire: {survey_link}",
    ),
    "payment_made": (
        "您的投诉{number}款项已付出，预计{arrives_by}前到账，请看{link}",
        "The payment for your complaint {number} is on its way, there by {arrives_by}: {link}",
    ),
    "execution_failed": (
        "您的投诉{number}的处理措施需要调整，请看{link}",
        "A measure of your complaint {number} has to change: {link}",
    ),
    "data_request_answer": (
        "您的个人信息申请（投诉{number}）已有答复，请看{link}",
        "Your request about personal data (complaint {number}) is answered: {link}",
    ),
    "one_time_code": (
        "验证码{one_time_code}，用于查看您的投诉，{valid_until}前有效，请勿告诉他人。",
        "Code {one_time_code} opens your complaint until {valid_until}. Tell it to nobody.",
    ),
    "signature_asked": (
        "投诉{number}有文件请您签署，{valid_until}前打开{sign_link}",
        "A document of complaint {number} waits for your signature until {valid_until}: {sign_link}",
    ),
}
"""Kind → Chinese, English."""
