"""Which chapters a case goes through, by its arc."""

from tingsu.demo.exhibits import INFRINGEMENT, REFUND, RISK
from tingsu.demo.story.closing import closing
from tingsu.demo.story.exhibited import found_jointly, rectified, ruled
from tingsu.demo.story.finding import answer, finding, plain_finding
from tingsu.demo.story.opening import opening, taken_in_hand
from tingsu.demo.story.risk import planned, raised
from tingsu.demo.story.settling import execution, handling, opinions, other_ways, settle
from tingsu.demo.walk import Story, Walk
from tingsu.settlement.said_amounts import amounts_in
from tingsu.settlement.splitting import granted_elsewhere

UNFOUNDED = {"unfounded", "contested", "answer_rejected"}
AT_ONCE = 200_00
"""What the front line gives in the first contact, in fen; more goes the long way."""


def tell(walk: Walk) -> Story:
    """The whole life of a case, one move after the other."""
    arc = walk.plan.arc
    if walk.plan.exhibit == REFUND:
        # Registered, graded and solved in the call: what is left is to tell the result and to hear about it.
        yield from closing(walk)
        return
    yield from opening(walk)
    if arc == "direct" and _given_at_once(walk):
        yield from _solved_at_once(walk)
        return
    if arc == "not_ours":
        yield from _not_ours(walk)
        return
    if arc == "high_risk":
        yield from planned(walk)
    else:
        yield from taken_in_hand(walk)
    if walk.plan.exhibit == INFRINGEMENT:
        yield from found_jointly(walk)
    if walk.plan.exhibit == RISK:
        yield from ruled(walk)
    if arc == "withdrawn":
        yield from _withdrawn(walk)
        return
    yield from _worked(walk, arc)


def _given_at_once(walk: Walk) -> bool:
    """Within what the front line gives, together with what the same person was granted shortly before (OG-09)."""
    asked = walk.plan.demands[0][1] or 0
    return asked <= AT_ONCE and (not asked or asked + granted_elsewhere(walk.complaint).fen <= AT_ONCE)


def _worked(walk: Walk, arc: str) -> Story:
    if arc == "upgraded":
        yield from raised(walk)
    if arc in UNFOUNDED:
        yield from finding(walk, founded=False)
        again = yield from answer(walk, arc)
        if not again:
            return
        yield from plain_finding(walk)
    else:
        yield from finding(walk, founded=True)
    if walk.plan.exhibit == INFRINGEMENT:
        yield from rectified(walk)
    if arc == "reinvestigated":
        yield walk.move(
            walk.owner,
            "reinvestigate",
            walk.later(3, 20, by="solution"),
            open_questions=walk.say("new_facts", "questions"),
        )
        yield from plain_finding(walk)
    yield from handling(walk)
    if arc in {"revised", "no_agreement", "outside_decision", "silent"}:
        yield from opinions(walk, agree=False)
    if arc in {"no_agreement", "outside_decision", "silent"}:
        yield from other_ways(walk)
        if walk.complaint.state == "evaluating":
            yield from closing(walk)
        if walk.complaint.state in {"closed", "archived"}:
            return
    yield from settle(walk)
    if arc == "failed":
        yield from execution(walk, fails=True)
        yield from handling(walk, again=True)
        yield from settle(walk)
    yield from execution(walk)
    if arc == "result_rejected":
        yield from closing(walk, refused=True)
        yield from handling(walk, again=True)
        yield from settle(walk)
        yield from execution(walk)
    yield from closing(walk)


def _solved_at_once(walk: Walk) -> Story:
    solved = walk.later(0.4, 9, desk="intake", by="handling_start")
    words = walk.words("direct")
    said = amounts_in(words)
    asked = [fen for _kind, fen, _words in walk.plan.demands if fen]
    fen = next((one for one in asked if one in said), walk.plan.demands[0][1] or 0)
    money = [{"code": "49", "amount": f"{fen / 100:.2f}"}] if fen else []
    yield walk.move(
        walk.owner,
        "solve_directly",
        solved,
        solution=words,
        remedies=[*money, {"code": "52"}, {"code": "45"}],
        means="original" if money else "",
        bases=walk.bases("solve_directly"),
        accepted_by="电话中本人同意" if walk.plan.mode == "phone" else "在线会话中本人确认",
        proof=words,
    )
    yield from closing(walk)


def _not_ours(walk: Walk) -> Story:
    plan = walk.plan
    partner = next((p for p in walk.staff.partners if p["zh"] == plan.slots["courier"]), walk.staff.partners[0])
    courier = plan.family.code == "third_party_courier"
    channel = {
        "transfer_name": "公安机关（报警 110）",
        "transfer_contact": "拨打 110 或到居住地派出所，携带付款记录与聊天截图",
    }
    if courier:
        registered = partner["code"] in dict(walk.options("answer_not_ours", "partner"))
        typed = {"transfer_name": partner["zh"], "transfer_contact": partner["contact"]}
        channel = {"partner": partner["code"]} if registered else typed
    yield walk.move(
        "inv_lead",
        "answer_not_ours",
        walk.later(0.5, 7, by="handling_start"),
        reason=walk.words("no"),
        out_of_scope="no",
        bases=walk.bases("answer_not_ours"),
        **channel,
    )
    yield from answer(walk, "not_ours")


def _withdrawn(walk: Walk) -> Story:
    """The complainant lets it go; the case still ends by the usual road (process.md §8.6)."""
    yield walk.move(
        "complainant", "withdraw", walk.later(5, 40, desk="public"), statement=walk.say("agree", "withdraw")
    )
    yield from plain_finding(walk)
    yield from handling(walk)
    yield from settle(walk)
    yield from execution(walk)
    yield from closing(walk)
