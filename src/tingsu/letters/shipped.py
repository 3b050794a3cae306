"""The letters that are shipped, in both languages. Calm, short, exact (look-and-feel §7)."""

FOOT_ZH = "\n\n{organisation}\n服务电话：{hotline}"
FOOT_EN = "\n\n{organisation}\nService line: {hotline}"


def _letter(subject_zh: str, body_zh: str, subject_en: str, body_en: str) -> dict[str, dict[str, str]]:
    return {
        "subject": {"zh-Hans": subject_zh, "en": subject_en},
        "body": {"zh-Hans": body_zh + FOOT_ZH, "en": body_en + FOOT_EN},
    }


SHIPPED = {
    "acknowledgement": _letter(
        "已收到您的投诉，编号 {number}",
        "{name}，您好：\n\n您的投诉已收到，编号 {number}。\n查询码：{code}（请妥善保管，凭它可随时查看进度）\n\n"
        "接下来怎么处理：{process}\n\n我们承诺的时间：\n{limits}\n\n怎样查看进度：{follow}\n{link}",
        "We have received your complaint {number}",
        "Dear {name},\n\nWe have received your complaint. Its number is {number}.\n"
        "Follow-up code: {code} (keep it safe; it opens your complaint at any time)\n\n"
        "What happens next: {process}\n\nWhat we promise:\n{limits}\n\nHow to follow progress: {follow}\n{link}",
    ),
    "access_code": _letter(
        "您的投诉 {number}：查询码已更换",
        "{name}，您好：\n\n您的投诉 {number} 的查询码已经更换，旧查询码即刻失效。\n新查询码：{code}（请妥善保管，不要告诉他人）\n\n"
        "如果这次更换不是您要求的，请马上拨打 {hotline}。\n查看进度：{link}",
        "Your complaint {number}: a new access code",
        "Dear {name},\n\nThe access code of your complaint {number} was exchanged; the old one stopped at once.\n"
        "New access code: {code} (keep it safe, and pass it on to nobody)\n\n"
        "If you did not ask for this, please call {hotline} at once.\nFollow progress: {link}",
    ),
    "feedback": _letter(
        "您的投诉 {number} 有新进展",
        "{name}，您好：\n\n{content}\n\n随信附上：{files}\n时间调整说明：{moved}\n目前进展：{progress}\n"
        "下次反馈：{next_at} 前\n负责人：{handler}\n查看进度：{link}",
        "News on your complaint {number}",
        "Dear {name},\n\n{content}\n\nWith this letter: {files}\nWhy the date moved: {moved}\nPresent progress: {progress}\n"
        "Next feedback: by {next_at}\nYour contact: {handler}\nFollow progress: {link}",
    ),
    "limit_extended": _letter(
        "您的投诉 {number}：处理期限延长",
        "{name}，您好：\n\n您的投诉 {number} 还需要更多时间才能作出处理决定。\n原因：{why}\n经批准，我们最迟在 {until} 前告知您处理决定。\n\n"
        "在此期间，您仍可随时查看进度、补充材料，或选择其他解决途径：{link}\n负责人：{handler}",
        "Your complaint {number}: we need longer",
        "Dear {name},\n\nWe need longer for our decision on your complaint {number}.\nWhy: {why}\nThe longer time was approved by somebody else "
        "than your contact. You have our decision by {until} at the latest.\n\nMeanwhile you can follow progress, send us more, or use "
        "other ways of redress: {link}\nYour contact: {handler}",
    ),
    "progress": _letter(
        "您的投诉 {number} 的进展",
        "{name}，您好：\n\n现将您的投诉 {number} 的进展告知如下。\n目前进展：{progress}\n下次反馈：{next_at} 前\n负责人：{handler}\n查看进度：{link}",
        "Progress of your complaint {number}",
        "Dear {name},\n\nThis is how far we are with your complaint {number}.\nPresent progress: {progress}\nNext feedback: by {next_at}\n"
        "Your contact: {handler}\nFollow progress: {link}",
    ),
    "handler_changed": _letter(
        "您的投诉 {number} 由新的负责人跟进",
        "{name}，您好：\n\n您的投诉 {number} 现由{handler}负责跟进，已有的记录和承诺时间不变，您不需要重复说明。\n{why}\n{first}\n查看进度：{link}",
        "A new contact for your complaint {number}",
        "Dear {name},\n\n{handler} now looks after your complaint {number}. All records and promised times stay as they are; "
        "you need not explain anything again.\n{why}\n{first}\nFollow progress: {link}",
    ),
    "solution": _letter(
        "您的投诉 {number}：处理方案，请您确认",
        "{name}，您好：\n\n{wording}\n\n请在 {answer_by} 前告诉我们您是否同意。不同意不影响您的权益，可以继续协商或申请调解。\n"
        "在这里答复：{link}\n负责人：{handler}",
        "Your complaint {number}: our solution, for your opinion",
        "Dear {name},\n\n{wording}\n\nPlease tell us by {answer_by} whether you agree. Declining does not affect your rights: "
        "you can keep negotiating or ask for mediation.\nAnswer here: {link}\nYour contact: {handler}",
    ),
    "respondent_notice": _letter(
        "投诉 {number} 与您有关，请您查看",
        "{name}，您好：\n\n我们正在处理一件与您有关的投诉，编号 {number}。\n\n{content}\n\n"
        "请在 {answer_by} 前告诉我们您是否同意。不同意不影响您的权益，可以继续协商或申请调解。\n在这里查看：{link}\n负责人：{handler}",
        "Complaint {number} concerns you: please have a look",
        "Dear {name},\n\nWe are handling a complaint that concerns you. Its number is {number}.\n\n{content}\n\n"
        "Please tell us by {answer_by} whether you agree. Declining does not affect your rights: you can keep negotiating or "
        "ask for mediation.\nSee it here: {link}\nYour contact: {handler}",
    ),
    "answer": _letter(
        "您的投诉 {number}：答复",
        "{name}，您好：\n\n{answer}\n\n{transfer}\n如果您有新的情况或不同意见，请在 {answer_by} 前告诉我们：{link}\n负责人：{handler}",
        "Your complaint {number}: our answer",
        "Dear {name},\n\n{answer}\n\n{transfer}\nIf you have new facts or disagree, please tell us by {answer_by}: {link}\n"
        "Your contact: {handler}",
    ),
    "mediation_call": _letter(
        "投诉 {number}：邀请您参加调解",
        "{name}，您好：\n\n关于投诉 {number}，我们邀请您参加调解。\n时间：{held_at}\n方式和地点：{how}\n调解员：{handler}\n\n{note}\n\n"
        "是否参加由您决定。时间不合适，或对调解员有异议，请在这里告诉我们，由主管决定是否更换：{link}",
        "Complaint {number}: invitation to a mediation",
        "Dear {name},\n\nWe invite you to a mediation about complaint {number}.\nWhen: {held_at}\nHow and where: {how}\n"
        "Mediator: {handler}\n\n{note}\n\nTaking part is your choice. If the time does not suit you, or you object to the mediator, "
        "tell us here; a supervisor decides whether another one takes over: {link}",
    ),
    "answer_tactful": _letter(
        "您的投诉 {number}：我们的答复与说明",
        "{name}，您好：\n\n这件事给您带来了困扰，您的心情我们完全理解，也感谢您愿意把经过告诉我们。我们逐项核实了您反映的每一点，现将结果如实告诉您：\n\n"
        "{answer}\n\n{transfer}\n这个结果也许与您的期待不同。有任何想进一步说明或了解的，我们都愿意听您讲。"
        "请在 {answer_by} 前告诉我们：{link}\n负责人：{handler}，您可以随时直接联系。",
        "Your complaint {number}: our answer, and how we came to it",
        "Dear {name},\n\nWe understand how much this matter has troubled you, and we thank you for telling us what happened. "
        "We have looked into every point you raised, and this is what we found:\n\n{answer}\n\n{transfer}\n"
        "This may not be the result you hoped for. If there is anything you wish to add or to ask, we are glad to listen. "
        "Please tell us by {answer_by}: {link}\nYour contact, whom you may reach at any time: {handler}",
    ),
    "change_made": _letter(
        "您的投诉 {number} 带来的改变",
        "{name}，您好：\n\n您反映的问题帮助我们作出了改进：\n\n{content}\n\n感谢您的投诉。有任何意见，欢迎随时告诉我们：{link}\n负责人：{handler}",
        "What has changed because of your complaint {number}",
        "Dear {name},\n\nWhat you told us has led to a change:\n\n{content}\n\nThank you for your complaint. If there is anything you "
        "wish to say, tell us here: {link}\nYour contact: {handler}",
    ),
    "ways": _letter(
        "您的投诉 {number}：其他解决途径",
        "{name}，您好：\n\n{note}\n\n除了与我们继续协商，您还可以选择以下途径：\n{ways}\n\n您选择任何途径，都不影响我们继续处理。\n查看进度、与我们联系：{link}",
        "Your complaint {number}: other ways of redress",
        "Dear {name},\n\n{note}\n\nBesides negotiating further with us, you can use these ways:\n{ways}\n\n"
        "Whatever you choose, we go on working on your complaint.\nFollow progress and write to us: {link}",
    ),
    "respondent_ways": _letter(
        "投诉 {number}：您不同意方案之后",
        "{name}，您好：\n\n您不同意投诉 {number} 的处理方案，已记录在案。投诉不会因此关闭。您可以：\n"
        "1. 提出您能接受的方案，与我们继续协商；\n2. 提交证据和书面意见，我们会一并查看；\n3. 申请由我们的调解员居中调解；\n"
        "4. 双方同意的，申请仲裁；任何一方都可以向法院起诉。\n在这里办理：{link}\n负责人：{handler}",
        "Complaint {number}: after you did not accept the proposal",
        "Dear {name},\n\nWe have recorded that you do not accept the proposal for complaint {number}. The complaint stays open. You can:\n"
        "1. name what you would accept, and go on negotiating with us;\n2. hand in evidence and a written statement, which we look at;\n"
        "3. ask for mediation by one of our mediators;\n4. go to arbitration if both sides agree; each side may go to court.\n"
        "Do it here: {link}\nYour contact: {handler}",
    ),
    "result_notice": _letter(
        "您的投诉 {number}：处理结果正式通知",
        "{name}，您好：\n\n{notice}\n\n请为这次处理评价，只需一分钟：{link}\n负责人：{handler}",
        "Your complaint {number}: formal notice of the result",
        "Dear {name},\n\n{notice}\n\nPlease rate how we handled it; it takes a minute: {link}\nYour contact: {handler}",
    ),
    "request_received": _letter(
        "您的投诉 {number}：已收到{request}",
        "{name}，您好：\n\n我们已收到您对投诉 {number} 的{request}。没有经办过这件投诉的同事会重新查看，{answer_by} 前给您书面结果。\n"
        "复核人：{handler}\n在这里查看：{link}",
        "Your complaint {number}: {request} received",
        "Dear {name},\n\nWe have received your {request} about complaint {number}. A colleague who decided nothing on it looks at it "
        "anew and gives you a written result by {answer_by}.\nYour contact: {handler}\nSee it here: {link}",
    ),
    "request_answered": _letter(
        "您的投诉 {number}：{request}的书面结果",
        "{name}，您好：\n\n{answer}\n\n如果您仍不满意，还可以选择其他途径，包括 12315、消费者协会、仲裁和诉讼。\n复核人：{handler}\n在这里查看：{link}",
        "Your complaint {number}: written result of your {request}",
        "Dear {name},\n\n{answer}\n\nIf you are still dissatisfied, other ways are open to you, among them 12315, the consumer council, "
        "arbitration and court.\nYour contact: {handler}\nSee it here: {link}",
    ),
    "closed": _letter(
        "您的投诉 {number} 已办结",
        "{name}，您好：\n\n您的投诉 {number} 已办结。以后如有同样的问题，请告诉我们这个编号，我们会一并查看。\n"
        "对结果仍不满意，可以在这里申请复核或调解，也可以查看全部记录：{link}",
        "Your complaint {number} is settled",
        "Dear {name},\n\nYour complaint {number} is settled. Should the problem come back, tell us this number and we will "
        "look at both together.\nIf the result does not satisfy you, ask for review or mediation here, where the whole record stands: {link}",
    ),
    "rating_reminder": _letter(
        "请评价您的投诉 {number} 的处理",
        "{name}，您好：\n\n我们想知道这次处理是否让您满意。评价只需一分钟：{link}",
        "Please rate how we handled your complaint {number}",
        "Dear {name},\n\nWe would like to know whether you are satisfied. Rating takes a minute: {link}",
    ),
    "survey_invitation": _letter(
        "邀请您参加满意度调查",
        "{name}，您好：\n\n您的投诉 {number} 已有处理结果。我们从近期的投诉人中随机抽取了一部分，想听听您的看法，您是其中之一。"
        "填写大约需要两分钟：\n{survey_link}\n\n请在 {valid_until}前填写。是否填写完全自愿，不影响您的投诉；答案不记名统计。"
        "不想再收到调查的，打开链接后点击“不再邀请我”即可。",
        "Would you tell us how satisfied you are?",
        "Dear {name},\n\nYou have the result of your complaint {number}. We drew some of those who complained lately at random, and you "
        "are one of them. Answering takes two minutes:\n{survey_link}\n\nPlease answer by {valid_until}. It is voluntary and has no "
        "effect on your complaint; answers are counted without names. If you would rather not be asked again, open the link and say so.",
    ),
    "survey_reminder": _letter(
        "提醒：满意度调查仍可填写",
        "{name}，您好：\n\n前几天我们邀请您参加满意度调查，现在仍可填写，大约需要两分钟：\n{survey_link}\n\n截止时间：{valid_until}。"
        "这是唯一一次提醒。不想填写的，请忽略。",
        "A reminder: you can still tell us how satisfied you are",
        "Dear {name},\n\nSome days ago we asked how satisfied you are. You can still answer; it takes two minutes:\n{survey_link}\n\n"
        "Open until: {valid_until}. This is the only reminder; if you would rather not answer, leave it.",
    ),
    "on_call": _letter(
        "【值班提醒】投诉 {number} 需立即响应",
        "{name}，您好：\n\n投诉 {number} 已列为{why}，您是当前值班人员。\n请在 {confirm_by} 前打开下面的链接点击确认，逾时将转给下一位值班人员：\n{link}",
        "On-call alert: complaint {number} cannot wait",
        "Dear {name},\n\nComplaint {number} was marked {why}, and you are on call.\nOpen it and confirm by {confirm_by}; "
        "otherwise the next person on the roster is called:\n{link}",
    ),
    "escalated": _letter(
        "【升级】{number} 请您接手处理",
        "{name}，您好：\n\n{number} 已升级至您所在的层级：{rung}。\n请在 {answer_by} 前打开下面的链接接手，逾时将通知上一级。\n{link}",
        "Escalated: please take up {number}",
        "Dear {name},\n\n{number} was escalated to your level: {rung}.\nPlease open it and take it up by {answer_by}; "
        "otherwise the next level is told.\n{link}",
    ),
    "payment_made": _letter(
        "您的投诉 {number}：款项已付出",
        "{name}，您好：\n\n约定的 {amount} 已通过“{means}”付给您，预计 {arrives_by} 前到账。\n"
        "到账后请告诉我们一声；到期还没有收到，也请告诉我们，我们马上查：{link}\n负责人：{handler}",
        "Your complaint {number}: your money is on its way",
        "Dear {name},\n\nThe agreed {amount} has been paid to you ({means}). It should be with you by {arrives_by}.\n"
        "Please tell us when it has arrived, and also if it has not, so that we can look into it at once: {link}\n"
        "Your contact: {handler}",
    ),
    "execution_failed": _letter(
        "您的投诉 {number}：方案执行有变化",
        "{name}，您好：\n\n原定的措施没能完成：{reason}\n让您久等，抱歉。我们正在准备新的方案，会尽快与您联系。\n负责人：{handler}\n查看进度：{link}",
        "Your complaint {number}: a change in carrying out the solution",
        "Dear {name},\n\nA measure could not be carried out: {reason}\nWe are sorry for the wait. We are preparing another "
        "solution and will contact you soon.\nYour contact: {handler}\nFollow progress: {link}",
    ),
    "data_request_answer": _letter(
        "您关于个人信息的请求 {request}：答复",
        "{name}，您好：\n\n您就投诉 {number} 提出的个人信息请求（{request}，{asked}），我们已处理。\n结果：{decision}\n{answer}\n"
        "法律依据：{ground}\n{deleted}\n如对结果有异议，可以联系我们，也可以向履行个人信息保护职责的部门投诉、举报，或者依法起诉。\n查看这项请求和您的投诉：{link}",
        "Your request {request} about personal data: our answer",
        "Dear {name},\n\nWe have dealt with your request about personal data ({request}, {asked}) in complaint {number}.\n"
        "Result: {decision}\n{answer}\nLegal ground: {ground}\n{deleted}\nIf you disagree you can write to us, complain to the "
        "authority for the protection of personal information, or go to court.\nYour request and your complaint: {link}",
    ),
    "one_time_code": _letter(
        "您的投诉 {number}：一次性验证码",
        "{name}，您好：\n\n您（或知道您联系方式的人）申请查看投诉 {number}。一次性验证码：{one_time_code}\n"
        "{valid_until} 前有效，只能用一次。请在申请时的页面上填写。\n\n"
        "我们不会向您索要这个验证码，请不要告诉任何人。如果不是您本人申请，不必理会，您的投诉没有被打开。",
        "Your complaint {number}: one-time code",
        "Dear {name},\n\nYou, or somebody who knows your contact, asked to see complaint {number}. One-time code: "
        "{one_time_code}\nIt is good until {valid_until}, and once. Enter it on the page where you asked for it.\n\n"
        "We never ask you for this code; tell it to nobody. If you did not ask, you need do nothing: "
        "your complaint has not been opened.",
    ),
    "signature_asked": _letter(
        "您的投诉 {number}：请签署《{document}》",
        "{name}，您好：\n\n投诉 {number} 的《{document}》需要您签字。请打开下面的链接，看完内容后手写签字，或者输入姓名作为签字：\n"
        "{sign_link}\n\n链接只能打开一次，{valid_until} 前有效；打开时可能要填您电话号码的后四位。请不要转发给别人。"
        "内容与事实不符的，不要签，直接告诉我们。",
        "Your complaint {number}: please sign “{document}”",
        "Dear {name},\n\nThe document “{document}” of complaint {number} waits for your signature. Open the link below, read it, and "
        "sign by hand or with your typed name:\n{sign_link}\n\nThe link opens once and is good until {valid_until}; it may ask for the "
        "last four digits of your telephone. Do not pass it on. If anything in it is wrong, do not sign, and tell us.",
    ),
    "partner_task": _letter(
        "投诉 {number}：请贵方处理",
        "{name}，您好：\n\n投诉 {number} {why}。\n请在 {answer_by} 前答复。\n\n请登录查看：{link}\n\n"
        "为保护个人信息，这封邮件不写投诉内容。请勿把登录信息告诉他人。",
        "Complaint {number}: for your firm",
        "Dear {name},\n\nComplaint {number}: {why}.\nPlease answer by {answer_by}.\n\nSign in to read it: {link}\n\n"
        "To protect personal data this mail says nothing of the matter. Pass your sign-in on to nobody.",
    ),
    "sign_in_changed": {
        "subject": {"zh-Hans": "您的登录信息已修改", "en": "Your sign-in was changed"},
        "body": {
            "zh-Hans": "{name}（工号 {number}），您好：\n\n管理员刚刚修改了您在{organisation}投诉处理系统的登录名或工作邮箱，"
            "此前打开的页面都已退出。\n\n如果您不知道这件事，请马上告诉您的主管。",
            "en": "Dear {name} (staff number {number}),\n\nYour sign-in name or work e-mail for the complaint system of "
            "{organisation} was just changed by a manager. All pages you had open have been signed out.\n\n"
            "If you did not know of this, tell your supervisor at once.",
        },
    },
    "second_factor_reset": {
        "subject": {"zh-Hans": "您的两步验证已被解除", "en": "Your second factor was taken away"},
        "body": {
            "zh-Hans": "{name}（工号 {number}），您好：\n\n经两人核准，您在{organisation}投诉处理系统的两步验证刚刚解除，"
            "此前打开的页面都已退出。下次登录时，请按提示重新设置。\n\n如果您没有报失手机，请马上告诉您的主管并修改密码。",
            "en": "Dear {name} (staff number {number}),\n\nYour second factor for the complaint system of {organisation} was "
            "just taken away, with the word of two people. All pages you had open have been signed out; the next sign-in "
            "leads you through setting up a new one.\n\nIf you did not report a lost phone, tell your supervisor at once and "
            "change your password.",
        },
    },
}
