"""Whole lives of register entries, told in every detail and compared with what was written down (tests/pages/lives_*.txt).

After each step stands what it changed: columns, codes and texts of entries, limits with their minute and owner, who was told of what,
links, letters, the events. What a step forgets, tells the wrong person or dates wrongly is noticed here, whichever register it is.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from tests.doors import reading
from tests.reading import Reading
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.files import store
from tingsu.governance import disposal
from tingsu.governance.tests.test_disposal import LATER, PERSON, archived, confirm, opened, take
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.models import Event
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter, Notice
from tingsu.registers.actions import comment
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

SOON = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
COLUMNS = ("state", "owner_id", "unit_id", "opened_by", "speaks_of", "expires_on", "next_due_kind")


def clock(at: Any) -> str:
    """A moment on the wall clock of the organisation, to the second."""
    return f"{local(at, 'Asia/Shanghai'):%Y-%m-%d %H:%M:%S}" if at else "-"


def standing() -> list[str]:
    """Everything that entries have, one thing a line."""
    lines = []
    entries = {row.pk: row for row in Entry.objects.select_related("stream").order_by("opened_at", "number")}
    about = {pk: row.number for pk, row in entries.items()} | dict(Complaint.objects.values_list("pk", "number"))
    for row in entries.values():
        lines += [f"{row.number} {name} {getattr(row, name)}" for name in COLUMNS if getattr(row, name)]
        lines += [f"{row.number} {name} {clock(getattr(row, name))}" for name in ("opened_at", "next_due_at")]
        lines += [f"{row.number} code {name}: {value}" for name, value in sorted(row.codes.items())]
        lines += [
            f"{row.number} text {name}: {text}"
            for name, text in sorted((row.written_or_none() or {"": "erased"}).items())
        ]
        lines += [f"{row.number} hand {step}: {who or 'a rule'}" for step, who in sorted(row.hands.items())]
    for one in Promise.objects.filter(stream_id__in=entries).order_by("started_at", "kind", "due_at", "pk"):
        lines.append(
            f"{about[one.stream_id]} limit {one.kind} from {clock(one.started_at)} to {clock(one.due_at)} of {one.owner_id} {one.ending}"
        )
    told = sorted(
        (one.kind, str(one.member_id), about.get(one.stream_id, "-"))
        for one in Notice.objects.filter(stream_id__in=entries)
    )
    lines += [f"told {kind} of {number}: {who}" for kind, who, number in told]
    lines += sorted(
        f"link {about[one.entry_id]} {one.kind} {about[one.other_id]}"
        for one in EntryLink.objects.filter(entry__in=entries)
    )
    lines += sorted(
        f"letter {one.template} by {one.channel} in {one.language}"
        for one in Letter.objects.filter(template="data_request_answer")
    )
    events = Event.objects.filter(stream_id__in=entries).order_by("at", "stream_id", "seq")
    return lines + sorted(
        f"event {about[one.stream_id]} {one.seq} {one.kind} by {one.actor_id or one.actor_name}" for one in events
    )


class Life:
    """Steps one after the other, and after each what it changed."""

    def __init__(self, told: Reading) -> None:
        self.told, self.before = told, self.seen()

    def seen(self) -> list[str]:
        """All that stands, by names: identifiers are chance, and what is compared or ordered by them is too."""
        return sorted(self.told._plain(line) for line in standing())

    def after(self, title: str, work: Callable[[], Any]) -> Any:
        made, now = work(), self.seen()
        gone, come = Counter(self.before) - Counter(now), Counter(now) - Counter(self.before)
        self.told.lines += [
            f"## {title}",
            *(f"- {line}" for line in gone.elements()),
            *(f"+ {line}" for line in come.elements()),
        ]
        self.before = now
        return made

    def opened(self, who: Any, name: str, at: datetime, /, **values: Any) -> Entry:
        made: Entry = self.after(f"{who.username} opens: {name}", lambda: opened(who, name, at, **values))
        return made

    def step(self, who: Any, entry: Entry, name: str, at: datetime, /, **values: Any) -> None:
        self.after(f"{who.username}: {entry.register} {name}", lambda: take(who, entry, name, at, **values))


def test_a_nonconformity_from_its_discovery_to_the_proof_that_it_is_gone(cast: Cast) -> None:
    told = reading("lives_improvement", cast)
    life = Life(told)
    found = {
        "source": "other",
        "description": "回访记录缺失",
        "found_on": "2026-03-20",
        "severity": "major",
        "stage": "evaluating",
        "supplier": "安诺",
    }
    entry = life.opened(
        cast.supervisor,
        "nonconformity",
        SOON,
        **found,
        owner=str(cast.specialist2.id),
        department=str(cast.units["logistics"].pk),
    )
    life.opened(cast.qa, "nonconformity", SOON, **found, owner=str(cast.qa.id))
    measures = {name: [{"what": "补做", "on": "2026-03-20"}] for name in ("control", "consequences")}
    life.step(cast.specialist2, entry, "contain", SOON, **measures)
    cause = {
        "analysis": "集中在晚班", "method": "five_why", "whys": [{"why": "没有写原话"}, {"why": "没有学过"}], "cause": "未培训", "similar": "无",
    }  # fmt: skip
    life.step(cast.specialist2, entry, "evaluate", SOON, **cause)
    plan = {
        "actions": [{"what": "复训", "owner": str(cast.dept.id), "until": "2026-03-25"},
                    {"what": "抽查", "owner": str(cast.mgmt_rep.id), "until": "2026-03-31"}],
        "criterion": "完整率不低于 98%", "review_on": "2026-04-20", "preventive": "同样设最低内容",
    }  # fmt: skip
    life.step(cast.specialist2, entry, "plan", SOON, **plan)
    life.step(cast.supervisor, entry, "return", SOON, reason="日期太晚")
    life.step(cast.supervisor, entry, "plan", SOON, **plan)
    life.step(cast.supervisor, entry, "change", SOON, severity="minor", owner=str(cast.qa.id))
    life.step(cast.mgmt_rep, entry, "approve", SOON, prevention="adopted")
    life.step(
        cast.dept, entry, "finish_action", SOON + timedelta(days=1), action="0", done_on="2026-03-21", result="全部通过"
    )
    life.step(
        cast.mgmt_rep, entry, "finish_action", SOON + timedelta(days=2), action="1", done_on="2026-03-22", result="合格"
    )
    life.step(cast.qa, entry, "reopen", SOON + timedelta(days=31), effect="仍有缺失")
    life.opened(cast.supervisor, "nonconformity", datetime(2026, 12, 31, 16, 30, tzinfo=UTC), **found)
    told.ends()


def test_requests_publications_and_disposal_of_a_case(cast: Cast) -> None:
    told = reading("lives_privacy", cast)
    confirm(cast)
    journey = archived(cast, **PERSON)
    life = Life(told)
    case = {"case_number": journey.complaint.number}
    request = life.opened(cast.frontline, "data_request", SOON, kind="withdrawal", who="self", form="written",
                          received_at=(SOON - timedelta(days=2)).isoformat(), words="撤回同意", name=PERSON["name"], phone=PERSON["phone"], **case)  # fmt: skip
    papers = []
    for state in ("draft", "approved", "published"):
        paper = life.opened(
            cast.specialist, "publication", SOON, wording=f"一件投诉的经过 {state}", place="website", **case
        )
        with travel_to(SOON):
            proof = store.accept_upload(
                SimpleUploadedFile("同意书.txt", "同意".encode(), "text/plain"), actor=cast.specialist.actor
            ).pk
        told.call(proof, f"file {state}")
        life.step(
            cast.specialist,
            paper,
            "record_ground",
            SOON,
            ground="consent",
            consent_by=PERSON["name"],
            consent_on="2026-03-18",
            consent_proof=[str(proof)],
        )
        if state != "draft":
            life.step(cast.mgmt_rep, paper, "approve", SOON)
        if state == "published":
            life.step(
                cast.specialist, paper, "publish", SOON, published_on="2026-03-20", address="https://example.com/1"
            )
        papers.append(paper)
    life.step(cast.specialist, request, "check_identity", SOON, identity="callback")
    life.step(
        cast.supervisor,
        request,
        "answer",
        SOON,
        decision="partly",
        legal_ground="合同所必需",
        answer="已停止公开",
        means="letter",
        addressee=PERSON["name"],
    )
    life.step(cast.specialist, papers[-1], "remove", SOON + timedelta(days=1), removed_on="2026-03-21")
    contact = life.opened(cast.frontline, "contact", SOON, kind="consultation", mode="phone", received_at=(SOON - timedelta(hours=3)).isoformat(),
                          words="请教退货", caller_name="李宁静", caller_phone="13911112222")  # fmt: skip
    life.after(
        "a comment",
        lambda: comment(actor=cast.frontline.actor, register=registers()["contact"], entry=contact, text="明天回电"),
    )
    life.step(cast.specialist, contact, "answer", SOON + timedelta(hours=1), answer="已答复")
    hold = life.opened(
        cast.dso, "legal_hold", LATER, ground="lawsuit", cause="二审未结", numbers=journey.complaint.number
    )
    life.step(cast.mgmt_rep, hold, "lift", LATER, reason="已终审")
    with travel_to(SOON + timedelta(hours=2)):
        for letter in Letter.objects.filter(stream_id=journey.complaint.pk, state="queued"):
            deliver(letter.pk)
    run = life.opened(cast.supervisor, "disposal", LATER, occasion="到期处置", cause="retention")
    life.step(cast.supervisor, run, "propose", LATER, cases=[journey.complaint.number], end="destroy", paper="碎纸")
    life.step(cast.mgmt_rep, run, "approve", LATER)
    with travel_to(LATER):
        life.after("carried out", lambda: disposal.carry_out(run.pk))
    told.ends()


def test_evidence_appointments_reports_and_exports(cast: Cast) -> None:
    told = reading("lives_governance", cast)
    life = Life(told)
    proof = life.opened(cast.auditor, "evidence", SOON, subject="fund", statement="专项资金", budget="100000", used="20000.50", balance="79999.50",
                        speaks_of="2026-02-28", expires_on="2027-02-27", interval="quarterly")  # fmt: skip
    life.step(cast.supervisor, proof, "approve", SOON)
    life.step(cast.qa, proof, "renew", SOON + timedelta(days=40), statement="专项资金二季度", budget="100000", used="30000", balance="70000",
              speaks_of="2026-04-28", interval="yearly")  # fmt: skip
    life.step(cast.mgmt_rep, proof, "approve", SOON + timedelta(days=41))
    life.step(cast.supervisor, proof, "withdraw", SOON + timedelta(days=42), reason="归入审计资料")
    post = life.opened(cast.supervisor, "appointment", SOON, person=str(cast.mgmt_rep.id), scope="对外联络", lead="yes", valid_from="2026-03-01",
                       valid_until="2027-03-01")  # fmt: skip
    life.step(cast.top_mgmt, post, "appoint", SOON)
    life.step(cast.top_mgmt, post, "end", datetime(2026, 5, 31, 16, 30, tzinfo=UTC), reason="任期届满")
    other = life.opened(
        cast.supervisor, "appointment", SOON, person=str(cast.mgmt_rep.id), scope="对外联络", valid_from="2026-03-01"
    )
    life.step(cast.top_mgmt, other, "decline", SOON, reason="另行任命")
    report = life.opened(cast.analyst, "monthly_report", SOON, month="2026-03-15", proposals="增加晚班")
    life.step(cast.analyst, report, "hand_in", SOON)
    life.step(cast.supervisor, report, "give_back", SOON, reason="缺少图表")
    life.step(cast.analyst, report, "compile", SOON, proposals="增加晚班两人", findings="夜间偏多")
    life.step(cast.analyst, report, "hand_in", SOON)
    life.step(cast.mgmt_rep, report, "approve", SOON)
    asked = life.opened(
        cast.analyst, "export", SOON, purpose="季度核对", use="inside", filters="?view=late&problem_type=consumer"
    )
    life.step(cast.dso, asked, "allow", SOON)
    life.step(cast.analyst, asked, "withdraw", SOON)
    told.ends()
