"""What the demo's firm stands for: statements in force, nearly everybody has understood them, partners have signed, and what is done to live them."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.leadership import activities, examples, feedback, parties, terms, understanding
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:values"
AGO = 150
"""So many days ago the statements came into force."""
LATE = ("intake3", "dept_merch", "infosec", "pr")
"""Who has not confirmed the policy yet; the first of them not the values either."""
MEANS = ("training", "read", "experience", "publicity")
OPINIONS = (
    "用户代表 6 人：希望谁接待谁负责，不用重复说明；物流承运方：愿意共同答复，请给出固定联系人；供应商：要求对等的答复时限。"
    "前两条已写入，第三条写入合作协议。"
)
SAID = (
    ("users", "survey", 46, "4", "多数用户认为有人负责到底；少数反映跨部门时要等。"),
    ("employees", "meeting", 18, "4", "班组互相补位做得好，夜班联系后勤部门仍不方便。"),
    ("parties", "interview", 5, "3", "承运方希望把答复时限写进合同。"),
)


def tell(staff: Staff, *, until: datetime) -> None:
    """Once: each thing on its day."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return
    told = Told(staff, until)
    first = told.statements()
    BuiltCase(key=KEY, complaint_id=first.pk).save(force_insert=True)
    told.understood()
    told.acknowledged()
    told.lived()


class Told:
    """The steps of people, each at an hour when they are at work."""

    def __init__(self, staff: Staff, until: datetime) -> None:
        self.staff, self.until = staff, until

    def at(self, ago: int) -> datetime:
        return at_desk(self.until - timedelta(days=ago), "department")

    def day(self, ago: int) -> str:
        return local_date(self.at(ago), current_organisation().time_zone).isoformat()

    def open(self, who: str, register: str, ago: int, **values: Any) -> Entry:
        with travel_to(self.at(ago)):
            opening = Opening(values=values)
            return open_entry(actor=self.staff.actor(who), register=registers()[register], opening=opening)

    def take(self, who: str, entry: Entry, step: str, ago: int, **values: Any) -> Entry:
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        with travel_to(self.at(ago) + timedelta(minutes=20)):
            known = registers()[row.register]
            return take_step(actor=self.staff.actor(who), entry=row, register=known, step=step, values=values)

    def statements(self) -> Entry:
        """The firm begins with the shipped texts: vision, mission and culture together, then the rest, values last."""
        roots = [self.open("vp", terms.STATEMENT, AGO + 9, **examples.values_of(kind)) for kind in terms.ROOTS]
        for entry in roots:
            self._approved(entry, AGO + 6)
        for kind in (terms.PURPOSE, terms.SERVICE, terms.POLICY, terms.COMMITMENT):
            self._approved(self.open("vp", terms.STATEMENT, AGO + 5, **examples.values_of(kind)), AGO)
        given = examples.values_of(terms.VALUES) | {
            "derived": [str(one.pk) for one in roots],
            "documented": [terms.SERVICE],
        }
        values = self.open("vp", terms.STATEMENT, AGO + 5, **given)
        took = [str(self.staff.member_id(key)) for key in ("vp", "head")]
        base = [str(self.staff.member_id(key)) for key in ("intake1", "hand1", "inv1")]
        self.take("vp", values, "hear", AGO + 3, leaders=took, staff=base, opinions=OPINIONS)
        self._approved(values, AGO)
        self.open("vp", terms.STATEMENT, 6, **examples.values_of(terms.CONDUCT))
        return values

    def _approved(self, entry: Entry, ago: int) -> None:
        self.take("vp", entry, "submit", ago)
        self.take("gm", entry, "approve", ago, effective_on=self.day(ago))

    def understood(self) -> None:
        """Nearly everybody, within the first month, by different means."""
        rows = {
            row.codes["kind"]: row
            for row in Entry.objects.filter(register=terms.STATEMENT, state=terms.IN_FORCE).select_related("stream")
        }
        for place, key in enumerate(self.staff.members):
            for kind in (terms.VALUES, terms.POLICY):
                if key in LATE and (kind == terms.POLICY or key == LATE[0]):
                    continue
                actor, row = self.staff.actor(key), rows[kind]
                answers = {one.name: one.right for one in understanding.questions_of(row, actor)}
                with travel_to(self.at(AGO - 2 - place)):
                    understanding.understand(actor=actor, entry=row, answers=answers, means=MEANS[place % len(MEANS)])
        for row in rows.values():
            self.staff.read_notices(row.pk, self.until)

    def acknowledged(self) -> None:
        """Every party was asked; the last one thinks it over, one has breached the values and mended it."""
        values = Entry.objects.get(register=terms.STATEMENT, state=terms.IN_FORCE, codes__kind=terms.VALUES)
        with travel_to(self.at(AGO - 1)):
            parties.ask_all(values.pk)
        asked = list(Entry.objects.filter(register=parties.NAME).select_related("stream").order_by("opened_at", "pk"))
        for place, entry in enumerate(asked):
            last = place == len(asked) - 1 and place > 0
            ago = 8 if last else AGO - 5 - place
            until = (self.at(ago) + timedelta(days=30)).date().isoformat()
            self.take("vp", entry, "tell", ago, told_on=self.day(ago), told_by="contract", until=until)
            if not last:
                signed = {"signed_on": self.day(ago - 12), "signatory": f"签约代表{place + 1}", "post": "合同负责人"}
                self.take("vp", entry, "acknowledge", ago - 12, **signed)
            if place == 0:
                self.take(
                    "head", entry, "report_breach", 40, on=self.day(41), breached="首问负责",
                    what="客户来电被要求自行联系网点，未转办也未记录。",
                )  # fmt: skip
                self.take("vp", entry, "settle_breach", 31, breach="0", outcome="约谈并补训；连续两周抽听未再发生。")

    def lived(self) -> None:
        """A recognition, a campaign that returns, a practice shared, a round of feedback with its evaluation."""
        self.open(
            "head", activities.NAME, 52, kind="recognition", theme="连续三次跨部门跟办到底，用户来电致谢", worth="首问负责", given_as="praise",
            given_on=self.day(52), people=[str(self.staff.member_id("intake1"))],
        )  # fmt: skip
        campaign = self.open(
            "vp", activities.NAME, 100, kind="campaign", theme="以客户为关注焦点：每位员工听一通投诉录音", held_from=self.day(95),
            until=self.day(75), audience="全体员工", content="各部门晨会听一通脱敏录音，讨论用户在等什么。", every="quarterly",
        )  # fmt: skip
        self.take("vp", campaign, "hold", 74, held_on=self.day(76), content="各部门晨会听一通脱敏录音，讨论用户在等什么。", reached=22,
                  outcome="22 人参加，收到改进建议 9 条，其中 4 条已安排。")  # fmt: skip
        practice = self.open(
            "head", activities.NAME, 30, kind="sharing", theme="先复述诉求，再给出时间", held_from=self.day(28), until=self.day(20),
            audience="受理组、处理组", content="复述用户的诉求并请用户确认，再说明下一次联系的时间。", every="monthly",
            contributors=[str(self.staff.member_id("hand1"))],
        )  # fmt: skip
        self.take("head", practice, "hold", 20, held_on=self.day(21), content="复述用户的诉求并请用户确认，再说明下一次联系的时间。",
                  contributors=[str(self.staff.member_id("hand1"))], reached=12, outcome="两组抽检中复述确认的比例上升。")  # fmt: skip
        better = self.open(
            "hand1", "improvement", 36, source="suggestion", what="受理短信里写明下一次联系的时间。", benefit="减少催问来电。",
        )  # fmt: skip
        self.take(
            "head", better, "adopt", 33, reason="投入小，用户反映集中。", owner=str(self.staff.member_id("hand_lead")),
            until=(self.at(33) + timedelta(days=60)).date().isoformat(), criterion="催问来电占比下降两成。",
        )  # fmt: skip
        self.open(
            "quality_head", "improvement", 5, source="analysis", what="生鲜到货的验收照片改为两张，含面单。", benefit="责任认定更快。",
        )  # fmt: skip
        found = self.open(
            "vp", feedback.NAME, 70, round="核心价值观实施反馈", begins_on=self.day(70), until=self.day(35), every="quarterly",
        )  # fmt: skip
        for group, way, number, score, said in SAID:
            self.take(
                "quality_head", found, "add", 50, asked_group=group, way=way, respondents=number, score=score, said=said
            )
        self.take(
            "vp", found, "evaluate", 38, evaluation="首问负责和隐私保护落实较好；跨部门答复和夜间联系是短板。", change="practice",
            measures="为夜班公布各部门值守电话；把答复时限写入承运合同。",
        )  # fmt: skip
