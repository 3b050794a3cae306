"""The demo firm's knowledge: entries beside the cases, help on the public pages, a model case, a method that proved better, the community."""

from datetime import date, datetime, timedelta
from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.figures import folding
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.knowledge import helping, learning, methods, questions, terms, unanswered, uses
from tingsu.knowledge.models import Edition
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:knowledge"
WRITER, CHECKER, LEADER = "hand_lead", "head", "head"
ENTRIES: tuple[dict[str, Any], ...] = (
    {
        "kind": "wording", "title": "退款已提交、尚未到账", "categories": ["16"], "problem_types": ["consumer"],
        "body": "查到退款指令已经成功、银行尚未入账时使用。先核对原支付方式，再给日期。\n\n- 微信、支付宝零钱：当日\n- 借记卡：1—3 个工作日\n"
                "- 信用卡：3—7 个工作日",
        "wording": "您的投诉（编号 {number}）我们已经查清：退款已于〔日期〕原路退回，预计〔日期〕前到账。到期没有收到，请致电 {hotline}，由{handler}继续跟进。",
        "wording_en": "We have checked complaint {number}: the refund left on 〔day〕 by the way you paid and should reach you by 〔day〕. If it does not, "
                      "call {hotline}; {handler} will follow it up.",
    },
    {
        "kind": "wording", "title": "配送延误的致歉与新时间", "categories": ["3"], "problem_types": ["consumer"],
        "body": "物流部已回复原因、并给出新的送达时间后使用。没有新时间时不要发，先催办。",
        "wording": "您订购的{product}没有按约定送到，让您久等了，抱歉。原因是〔原因〕，新的送达时间是〔时间〕。届时没有送到，我们按〔标准〕补偿。",
        "wording_en": "Your {product} did not arrive as agreed; we are sorry. The reason: 〔reason〕. It will arrive at 〔time〕. If it does not, "
                      "we compensate you by 〔rule〕.",
    },
    {
        "kind": "process", "title": "查询退款状态的四个步骤", "categories": ["16", "24"], "steps": ["accept", "solve_directly"],
        "body": "1. 在支付网关查退款单号和指令状态\n2. 状态为“失败”时，当日补发并登记差错\n3. 状态为“成功”时，向发卡行查询入账\n"
                "4. 把查到的状态、日期写入案件，再答复\n\n**不要**只看商家后台的“已同意退款”。",
    },
    {
        "kind": "basis", "title": "七日无理由退货：怎样算、哪些不适用", "categories": ["10", "24"], "problem_types": ["consumer"],
        "bases": ["law.consumer", "law.seven-days"],
        "body": "## 怎样算\n\n自签收次日起七日内提出即可，不要求说明理由。商品完好，查验、试用不影响完好。\n\n## 不适用\n\n"
                "- 定作的商品\n- 鲜活易腐的商品\n- 拆封的音像制品、软件\n- 交付的报纸、期刊\n\n## 退款\n\n收到退回商品之日起七日内返还价款。",
    },
    {
        "kind": "product", "title": "空气炸锅 5L：常见故障与判别", "product": "空气炸锅", "categories": ["5", "9"],
        "body": "| 现象 | 多为 | 先做什么 |\n| --- | --- | --- |\n| 开机无反应 | 炸篮未推到位 | 请用户重新推入再试 |\n"
                "| 有焦糊味 | 油污未清 | 停用，安排检测 |\n"
                "| 外壳变形 | 质量问题 | 停用，按安全事项上报 |\n\n涉及冒烟、漏电的，一律按安全事项处理，不在电话中指导拆机。",
    },
    {
        "kind": "law", "title": "举证责任：耐用商品六个月内由经营者举证", "categories": ["5"], "problem_types": ["product", "consumer"],
        "bases": ["law.consumer"],
        "body": "机动车、计算机、电视机、电冰箱、空调器、洗衣机等耐用商品，自接受商品之日起六个月内发现瑕疵发生争议的，由经营者承担有关瑕疵的举证责任。\n\n"
                "答复时不得要求用户自行送检。",
    },
    {
        "kind": "help", "title": "退款多久能到账", "title_en": "How long a refund takes", "topics": ["refund", "charges"], "categories": ["16"],
        "body": "## 一般多久\n\n- 微信、支付宝零钱：当天\n- 银行卡：1—3 个工作日\n- 信用卡：3—7 个工作日\n\n## 怎样查\n\n1. 打开“我的订单”\n2. 点“退款详情”\n"
                "3. 看“原路退回”后面的日期\n\n过了日期还没有到账，请告诉我们，我们去查。",
        "body_en": "## How long\n\n- WeChat and Alipay balance: the same day\n- Bank card: 1 to 3 working days\n- Credit card: 3 to 7 working days\n\n"
                   "## Where to look\n\n1. Open My orders\n2. Tap Refund details\n3. Look at the day beside Returned the way you paid\n\n"
                   "If the day has passed, tell us and we will check.",
    },
    {
        "kind": "help", "title": "怎样申请七日无理由退货", "title_en": "Returning goods within seven days", "topics": ["refund", "merchant"],
        "body": "签收第二天起七天内，不需要说明理由。\n\n1. 打开“我的订单”，选这件商品\n2. 点“申请退货”\n3. 选上门取件，或自己寄回\n\n"
                "商品要保持完好；拆开看过、试过，不影响退货。",
        "body_en": "Within seven days from the day after it arrived, without a reason.\n\n1. Open My orders and choose the item\n2. Tap Return\n"
                   "3. Choose collection, or send it back yourself\n\nKeep the goods whole; having opened and tried them is no obstacle.",
    },
    {
        "kind": "help", "title": "快递没到、少件、破损怎么办", "title_en": "A parcel is missing, incomplete or damaged", "topics": ["delivery"],
        "categories": ["3", "9"],
        "body": "- **没到**：在“物流详情”看最后一条记录，超过承诺时间就可以申请催送\n- **少件或破损**：先拍照，外箱和快递单一起拍，48 小时内告诉我们\n\n"
                "不用先联系快递公司，我们来联系。",
        "body_en": "- **Missing**: look at the last line of the tracking; past the promised time you can ask us to hurry it\n- **Incomplete or damaged**: take "
                   "photos with the box and the label, and tell us within 48 hours\n\nYou need not call the carrier: we do.",
    },
    {
        "kind": "help", "title": "自动续费怎样关闭", "title_en": "How to stop automatic renewal", "topics": ["charges"], "categories": ["29", "16"],
        "body": "1. 打开“我的会员”\n2. 点“管理自动续费”\n3. 点“关闭”\n\n关闭后当期仍可用到期满。扣费前五天我们会提醒。没有收到提醒就被扣费，可以要求退回。",
        "body_en": "1. Open My membership\n2. Tap Automatic renewal\n3. Tap Switch off\n\nYou keep the present period. We remind you five days before; "
                   "if we did not, ask for it back.",
    },
    {
        "kind": "help", "title": "账号被盗或登录不了", "title_en": "Account taken over, or no way to sign in", "topics": ["account"],
        "body": "1. 在登录页点“找回账号”\n2. 用绑定的手机收验证码\n3. 改密码，并在“登录设备”里退出其他设备\n\n验证码不要告诉任何人，包括自称客服的人。"
                "手机号已经不用了，请致电我们，由人工核实。",
        "body_en": "1. Tap Recover account on the sign-in page\n2. Take the code sent to your phone\n3. Change the password and sign out other devices\n\n"
                   "Tell the code to nobody, whoever they say they are. If the number is no longer yours, call us: a person checks.",
    },
)  # fmt: skip
COMMUNITY: tuple[dict[str, Any], ...] = (
    {"outside_key": "88120", "question": "商家同意退款后，页面一直显示“打款中”，要等多久？", "times": 36, "frequent": True,
     "answers": [{"words": "我用的信用卡，第五天到的。", "votes": 12}, {"words": "在退款详情里能看到日期。", "votes": 7}]},
    {"outside_key": "88347", "question": "生鲜收到时化冻了，能不能只退这一件？", "times": 9, "frequent": False,
     "answers": [{"words": "拍照发客服，当天就退了。", "votes": 3}]},
)  # fmt: skip
SOUGHT = ("电子发票怎么开", "积分过期")


def tell(staff: Staff, *, until: datetime) -> None:
    """Three months of it, once."""
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

    def day(days: int) -> str:
        return (local_date(now(), "Asia/Shanghai") + timedelta(days=days)).isoformat()

    def publish(entry: Entry, **more: Any) -> Entry:
        take(WRITER, entry, "submit", reviewer=who(CHECKER), **more)
        return take(CHECKER, entry, "approve", review_on=day(180))

    made = []
    folding.catch_up()
    with on(80):
        for one in ENTRIES:
            made.append(begin(WRITER, terms.NAME, **one, owner=who(WRITER)))
        BuiltCase(key=KEY, complaint_id=made[0].pk).save(force_insert=True)
    with on(78):
        for entry in made:
            publish(entry)
    _use(staff, made, on)
    with on(20):
        take(WRITER, made[0], "revise")
        content = {name: value for name, value in ENTRIES[0].items() if name != "kind"}
        take(
            WRITER,
            made[0],
            "write",
            **{**content, "body": ENTRIES[0]["body"] + "\n- 境外卡：以发卡行为准，先说明再给日期"},
        )
        publish(made[0], change="补充境外卡的到账说明")
    with on(15):
        _learn(staff, publish, take)
        _try_a_method(begin, take, who, day, on)
    with on(5):
        asked = [
            begin("hand1", questions.NAME, source="community", community="会员社区", asked_at=(now() - timedelta(hours=3)).isoformat(), **one)
            for one in COMMUNITY
        ]  # fmt: skip
    with on(4):
        take("hand1", asked[0], "answer", answer="打款中表示银行正在入账：银行卡 1—3 个工作日，信用卡 3—7 个工作日。退款详情里有预计日期，过期请告诉我们。",
             knowledge_number=made[6].number)  # fmt: skip
    with on(2):
        for words in SOUGHT:
            for place in range(4):
                helping.not_found(words, f"203.0.113.{place}")
    with on(1):
        unanswered.open_owed()


def _use(staff: Staff, made: list[Entry], on: Any) -> None:
    """Colleagues put it to use and say what helps; complainants too."""
    with on(40):
        for place, entry in enumerate(made[:6]):
            for times, person in enumerate(("intake1", "intake2", "hand1", "hand2"), 1):
                if (place + times) % 3:
                    for _again in range(times):
                        uses.note_use(actor=staff.actor(person), entry=entry)
                    uses.rate(actor=staff.actor(person), entry=entry, useful=(place + times) % 5 != 0)
    with on(30):
        for place, edition in enumerate(Edition.objects.filter(in_use=True, kind=terms.HELP).order_by("entry__number")):
            for number in range(9 - place):
                helping.count(edition.entry_id, "shown", f"198.51.100.{number}")
                if number % 2 == 0:
                    helping.count(edition.entry_id, "no" if number == 4 else "yes", f"198.51.100.{number}")


def _learn(staff: Staff, publish: Any, take: Any) -> None:
    """A model case and a lesson, of nobody, made of closed cases."""
    closed = Complaint.objects.filter(state__in=learning.ENDED).exclude(outcome="").select_related("stream")
    for complaint, kind in zip(closed.order_by("closed_at", "pk")[:2], (terms.CASE, terms.LESSON), strict=False):
        entry = learning.learn(actor=staff.actor(WRITER), complaint=complaint, kind=kind)
        if kind == terms.CASE:
            publish(entry)


def _try_a_method(begin: Any, take: Any, who: Any, day: Any, on: Any) -> None:
    """Tried for five weeks and found better; another one is in trial."""
    with on(50):
        first = begin(
            "hand1", methods.NAME, title="先查退款状态，再回第一通电话", problem="退款类投诉首次回电时说不清进度，用户要再打一次",
            method="受理后先在支付网关查退款状态，把日期写进案件，再回电；说清到账日期和到期怎么办。", measure=methods.DAYS, problem_type="consumer",
        )  # fmt: skip
        take(
            LEADER,
            first,
            "begin",
            measure=methods.DAYS,
            owner=who(WRITER),
            since=day(1),
            until=day(34),
            judge_on=day(42),
            problem_type="consumer",
        )
        second = begin(
            "intake1", methods.NAME, title="来电时同步发送办理进度短信", problem="催问来电多", method="登记后当场发送编号、承办人和下一次联系的时间。",
            measure=methods.REPEATED,
        )  # fmt: skip
    with on(12):
        codes = Entry.objects.get(pk=first.pk).codes
        value, _n = methods.measured(codes, date.fromisoformat(codes["since"]), date.fromisoformat(codes["until"]))
        if value is not None and codes.get("before") is not None and value < float(codes["before"]):
            take(
                LEADER, first, "judge_best", conclusion="首次回电能说清日期，二次来电减少；查询多用两分钟，总体更省时。"
            )
            take("hand1", first, "share")
        else:
            take(
                LEADER,
                first,
                "judge_not",
                conclusion="回电说得更清楚，但结案用时没有缩短：慢在等银行回执。先与银行约定查询时限，再试一次。",
            )
        take(
            LEADER,
            second,
            "begin",
            measure=methods.REPEATED,
            owner=who(WRITER),
            since=day(0),
            until=day(40),
            judge_on=day(50),
        )
