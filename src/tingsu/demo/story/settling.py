"""Solution, approval, opinions, execution, and the other ways of redress."""

from datetime import timedelta
from typing import Any

from tingsu.demo.exhibits import DISPUTE
from tingsu.demo.hours import ZONE, at_desk
from tingsu.demo.plan import yuan_words
from tingsu.demo.story.consulting import legal_asked, weighed
from tingsu.demo.story.exhibited import signed_by_all, taken_outside
from tingsu.demo.story.money import improve, remedies_of
from tingsu.demo.walk import Story, Walk
from tingsu.settlement.rulebooks import payments
from tingsu.settlement.splitting import paid_without_order

SORTS = {
    "36": "delivery",
    "37": "repair",
    "38": "exchange",
    "39": "returned",
    "45": "information",
    "52": "apology",
}
"""Remedy of RL-3 → how its doing is proved; money by its receipt, everything else by a record."""
APPROVERS = ("hand_lead", "head", "vp", "gm")
COMMITTEE = ("vp", "legal_head", "gm", "quality_head")
"""In the order in which they find the time."""


def handling(walk: Walk, *, again: bool = False) -> Story:
    """To the handling group, mediated where difficult, a solution written, approved and sent."""
    if not again and walk.rng.random() < 0.7 and walk.owner.startswith("inv"):
        handler = walk.rng.choice(("hand1", "hand2"))
        yield walk.move(
            walk.owner,
            "transfer",
            walk.later(0.2, 2, by="solution"),
            member=str(walk.staff.member_id(handler)),
            note=walk.say("listening", "handover"),
        )
        yield walk.move(handler, "accept_transfer", walk.later(0.1, 2, by="solution"))
    if again:
        improve(walk)
    if walk.plan.difficult and not again:
        yield from _mediated(walk)
    if (walk.complaint.risk_marks or walk.complaint.crisis) and not again:
        yield from _joint_assessment(walk)
    if walk.complaint.risk_marks:
        yield from legal_asked(walk)
    yield walk.move(walk.owner, "draft_solution", walk.later(0.5, 7, by="solution"), **_solution(walk, again=again))
    yield walk.move(walk.owner, "submit_solution", walk.later(0.05, 0.8, by="solution"))
    yield from _approved(walk)
    if walk.complaint.risk_marks:
        yield from weighed(walk)
    yield walk.move(walk.owner, "send_solution", walk.later(0.1, 0.7, by="solution"))


def _solution(walk: Walk, *, again: bool) -> dict[str, Any]:
    family, plan = walk.plan.family, walk.plan
    offered = {code for code, _label in walk.row_options("draft_solution", "remedies", "code")}
    executors = {code for code, _label in walk.row_options("draft_solution", "remedies", "executor")}
    executor = str(walk.staff.member_id(walk.staff.contact(family.dept)))
    due_on = (walk.at.astimezone(ZONE) + timedelta(days=walk.rng.choice((6, 7, 8, 10)))).date().isoformat()
    withdrawn = walk.complaint.withdrawn
    rows = []
    for code, fen in [] if withdrawn else remedies_of(walk):
        if code not in offered:
            continue
        row: dict[str, Any] = {
            "code": code,
            "executor": executor if executor in executors else str(walk.complaint.owner_id),
            "due_on": due_on,
        }
        if fen:
            row["amount"] = f"{fen / 100:.2f}"
        if code == "53":
            row["text"] = walk.words("direct")
        rows.append(row)
    refused = plan.arc in {"revised", "no_agreement", "outside_decision", "silent"} and not again
    decisions = [
        {
            "demand": code,
            "reasonable": "yes",
            "decision": "partly" if refused and turn else "granted",
            "reason": "超出规则可支持的部分，已说明依据" if refused and turn else "核实属实",
        }
        for turn, (code, _label) in enumerate(walk.row_options("draft_solution", "answers", "demand"))
    ]
    wording = (
        "您已撤回投诉，我们尊重您的意见，本件不再需要补救；如有新的情况，随时可以再提。"
        if withdrawn
        else walk.english_words("offer", sum(fen or 0 for _code, fen in remedies_of(walk)))
        if walk.english
        else walk.words("offer")
    )
    return {
        "opinion": walk.words("cause"),
        "remedy_required": "no" if withdrawn or not rows else "yes",
        "remedies": rows,
        "answers": decisions,
        "bases": walk.bases("draft_solution"),
        "prevention": walk.words("fix"),
        "wording": wording,
    }


def _approved(walk: Walk) -> Story:
    """Whoever has the authority approves; a first submission is returned now and then."""
    for _attempt in range(2):
        approver = next((key for key in APPROVERS if key != walk.owner and walk.offered(key, "approve")), "")
        if not approver:
            yield from _voted(walk)
            return
        if _attempt == 0 and walk.rng.random() < 0.07:
            yield walk.move(
                approver, "return_solution", walk.later(0.2, 3, by="solution"), reason=walk.say("submit", "return")
            )
            yield walk.move(
                walk.owner, "draft_solution", walk.later(0.3, 2, by="solution"), **_solution(walk, again=False)
            )
            yield walk.move(walk.owner, "submit_solution", walk.later(0.05, 0.5, by="solution"))
            continue
        yield walk.move(approver, "approve", walk.later(0.2, 4, by="solution"), reason=walk.say("submit", "approve"))
        return


def _voted(walk: Walk) -> Story:
    """The members of the committee give their word, one after the other, until enough agree."""
    for key in COMMITTEE:
        if walk.offered(key, "vote_on_solution"):
            words = walk.say("submit", "committee")
            yield walk.move(
                key, "vote_on_solution", walk.later(0.2, 4, by="solution"), decision="approved", reason=words
            )


def _mediated(walk: Walk) -> Story:
    mediators = [code for code, _label in walk.options("appoint_mediator", "member")]
    keys = [
        key
        for key in ("hand_lead", "hand2", "hand1")
        if key != walk.owner and str(walk.staff.member_id(key)) in mediators
    ]
    if not keys:
        return
    yield walk.move(
        walk.owner, "appoint_mediator", walk.later(0.3, 3, by="solution"), member=str(walk.staff.member_id(keys[0]))
    )
    agreed = walk.plan.arc == "mediated"
    words = walk.say("mediation", "zh" if agreed else "failed")
    values = {"result": "agreed", "agreement": walk.say("mediation", "agreed")} if agreed else {"result": "not_agreed"}
    yield walk.move(
        keys[0],
        "mediate",
        walk.later(2, 10, by="solution"),
        means="三方电话",
        present=["complainant", "enterprise"],
        content=words,
        complainant_proposal=walk.say("mediation", "theirs"),
        respondent_proposal=walk.say("mediation", "ours"),
        proposals=walk.say("mediation", "proposals"),
        **values,
    )
    if walk.plan.exhibit == DISPUTE:
        signed_by_all(walk, keys[0])


def _joint_assessment(walk: Walk) -> Story:
    participants = [code for code, _label in walk.options("assess_risk", "participants")][:3]
    yield walk.move(
        walk.owner,
        "assess_risk",
        walk.later(0.5, 4, by="solution"),
        law="；".join(b.split(":", 1)[1] for b in walk.plan.family.basis),
        severity=walk.say("assess", "severity_high"),
        choices="一、先行赔付并召回；二、等待检测结论。",
        decision=walk.say("high_risk", "joint"),
        participants=participants,
    )


def opinions(walk: Walk, *, agree: bool) -> Story:
    """The complainant's opinion, on the follow-up page or by telephone; a refusal is followed by one negotiation."""
    party = walk.options("record_opinion", "party")[0][0]
    silent = walk.plan.arc == "silent" and not agree
    if silent:
        for turn in range(3):
            words = walk.nth("disagree", "no_answer", turn)
            yield walk.move(
                walk.owner,
                "log_contact",
                walk.later(30, 44),
                direction="attempt",
                means="phone",
                purpose="opinion",
                content=words,
            )
        over = max(walk.due("parties_opinion") or walk.at, walk.at)
        yield walk.move(
            walk.owner,
            "no_agreement",
            at_desk(over + timedelta(hours=walk.rng.uniform(0.5, 6)), "centre"),
            reason="方案送达后多次联系未获答复，七日已过。",
        )
        return
    if walk.plan.respondent:
        yield from _respondent_agrees(walk, walk.plan.respondent.sort)
    means = "phone" if walk.plan.mode == "phone" else "portal"
    who = walk.owner if means == "phone" else "complainant"
    text = (
        walk.say("agree", "en" if walk.english else "zh")
        if agree
        else walk.say("disagree", "en" if walk.english else "zh")
    )
    yield walk.move(
        who,
        "record_opinion",
        walk.later(1, 40, desk="public", by="parties_opinion"),
        party=party,
        agrees="agree" if agree else "disagree",
        means=means,
        negotiable="no" if agree or walk.plan.arc != "revised" else "yes",
        text=text,
    )
    if agree:
        yield walk.move(walk.owner, "agree", walk.later(0.1, 4, by="parties_opinion"))
        return
    yield walk.move(
        walk.owner,
        "log_contact",
        walk.later(0.4, 9, by="parties_opinion"),
        direction="out",
        means="phone",
        purpose="negotiation",
        content=walk.say("disagree", "negotiate"),
    )
    if walk.plan.arc == "revised":
        yield walk.move(
            walk.owner,
            "revise",
            walk.later(0.3, 4, by="parties_opinion"),
            counter_proposal=walk.say("disagree", "negotiate"),
            refusal_reason=text,
        )
        yield from handling(walk, again=True)
        return
    yield walk.move(walk.owner, "no_agreement", walk.later(1, 12, by="parties_opinion"), reason=text)


def _respondent_agrees(walk: Walk, sort: str) -> Story:
    """What the solution asks of the shop or partner it must agree to as well (FB-01)."""
    yield walk.move(
        "respondent",
        "record_opinion",
        walk.later(0.3, 6, desk="department", by="parties_opinion"),
        party=walk.options("record_opinion", "party")[1][0],
        agrees="agree",
        means="portal",
        text=walk.say("respondent", sort, "agrees"),
    )


def _ordered(walk: Walk, executor: str, item: str, fen: int) -> Story:
    """Larger sums are applied for, and somebody else checks and orders the payment (RM-08)."""
    if not payments.must_be_ordered("original", fen + paid_without_order(walk.complaint)):
        return
    yield walk.move(
        executor, "ask_payment", walk.later(1, 8, desk="department", by="execution"), item=item, means="original"
    )
    yield walk.move(
        "head" if executor == walk.owner else walk.owner,
        "order_payment",
        walk.later(0.3, 4, by="execution"),
        payment=walk.options("order_payment", "payment")[0][0],
        remark=walk.say("execution", "checked_money"),
    )


def settle(walk: Walk) -> Story:
    if walk.complaint.state == "feedback":
        yield from opinions(walk, agree=True)


def execution(walk: Walk, *, fails: bool = False) -> Story:
    """Each item done with proof and checked by somebody else."""
    if walk.complaint.state != "executing":
        return
    verifier = "inv_lead" if walk.owner != "inv_lead" else "hand1"
    for item, _label in walk.options("finish_item", "item"):
        if fails:
            yield walk.move(
                walk.owner,
                "execution_failed",
                walk.later(8, 40, desk="department", by="execution"),
                item=item,
                reason=walk.say("execution", "failed"),
            )
            return
        duty = walk.item(item)
        sort = "money" if duty.amount_fen else SORTS.get(duty.remedy, "record")
        executor = walk.staff.key_of(duty.executor_id) if duty.executor_id else walk.owner
        flow = f"{walk.rng.randrange(10**9):09d}"
        more: dict[str, str] = {}
        if duty.amount_fen:
            more = {"paid": f"{duty.amount_fen / 100:.2f}", "means": "original"}
            yield from _ordered(walk, executor, item, duty.amount_fen)
        yield walk.move(
            executor,
            "finish_item",
            walk.later(3, 30, desk="department", by="execution"),
            item=item,
            proof=walk.say("execution", sort, flow=flow),
            **more,
        )
        yield walk.move(
            verifier,
            "verify_item",
            walk.later(0.4, 8, by="execution"),
            item=item,
            remark=walk.say("execution", f"checked_{sort}"),
        )
    yield walk.move(verifier, "verify_execution", walk.later(0.2, 3), remark=walk.say("execution", "checked_all"))


def other_ways(walk: Walk, *, refused_answer: bool = False) -> Story:
    """The complaint stays open: other ways are told, used or declined, and it ends by one of three roads."""
    if walk.complaint.ways_informed_at is None:
        yield walk.move(walk.owner, "inform_of_ways", walk.later(0.2, 3), note=walk.say("outside", "offer"))
    arc = walk.plan.arc
    if walk.plan.exhibit == DISPUTE:
        yield from taken_outside(walk)
    ways = [code for code, _label in walk.row_options("exhaust", "ways", "way")]
    if arc == "outside_decision":
        yield from _decided_outside(walk, ways)
        return
    roads = ("again", "exhausted") if not refused_answer else ("exhausted",)
    road = "exhausted" if arc == "silent" or walk.plan.exhibit == DISPUTE else walk.rng.choice(roads)
    if road == "again":
        yield walk.move("head", "renegotiate", walk.later(60, 260), new_position=walk.say("outside", "renegotiate"))
        yield from handling(walk, again=True)
        return
    yield walk.move(
        walk.owner,
        "review_refusal",
        walk.later(140, 300, by="refusal_review"),
        finding="投诉人暂未采取其他途径，态度未变；提出的方案继续有效。",
        next_step="继续提供协商与调解渠道，一周内由主管再联系一次。",
    )
    used = [
        {
            "way": way,
            "result": ("used", "declined", "unanswered", "not_applicable")[min(turn, 3)],
            "remark": "双方没有仲裁协议或投诉人不选择" if turn >= 3 else "已书面告知并留存送达记录",
        }
        for turn, way in enumerate(ways)
    ]
    yield walk.move("head", "exhaust", walk.later(30, 120), ways=used, alternatives=walk.say("outside", "exhaust"))


def _decided_outside(walk: Walk, ways: list[str]) -> Story:
    way = next(
        (code for code in ways if "council" in code or "12315" in code or "platform" in code),
        ways[min(1, len(ways) - 1)],
    )
    body = "消费者委员会"
    yield walk.move(
        walk.owner,
        "file_outside_case",
        walk.later(20, 90),
        way=way,
        body=body,
        state="filed",
        reference=f"调字〔2026〕{walk.rng.randrange(9000) + 1000}号",
        note="投诉人自行申请，企业配合提供材料。",
        filed_by="complainant",
        filed_on=walk.at.astimezone(ZONE).date().isoformat(),
    )
    case = walk.options("outside_decision", "outside_case")[0][0]
    amount = max(walk.plan.demands[0][1] or 0, 5000)
    due_on = (walk.at.astimezone(ZONE) + timedelta(days=24)).date().isoformat()
    executor = str(walk.staff.member_id(walk.staff.contact(walk.plan.family.dept)))
    document = f"{body}调解协议书：退款 {yuan_words(amount)} 元，双方签字，7 日内履行"
    yield walk.move(
        walk.owner,
        "outside_decision",
        walk.later(100, 300),
        outside_case=case,
        document=document,
        duties=[{"text": "按调解协议退款", "amount": f"{amount / 100:.2f}", "executor": executor, "due_on": due_on}],
    )
