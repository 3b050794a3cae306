"""Formal notice, rating, callback, closing review, archive."""

from datetime import timedelta

from tingsu.aftercare.steps.notice import proof_is_missing, reply_is_owed
from tingsu.demo.plan import yuan_words
from tingsu.demo.walk import Move, Story, Walk
from tingsu.settlement.queries import current_items


def closing(walk: Walk, *, refused: bool = False) -> Story:
    """From `evaluating` to the archive; with `refused`, back to the table, for the complainant does not accept the result."""
    if walk.complaint.state != "evaluating":
        return
    plan = walk.plan
    yield walk.move(walk.owner, "notify_result", walk.later(0.5, 9), notice=_notice(walk))
    if plan.rating and walk.rng.random() < 0.8:
        yield _rating(walk)
    caller = next(key for key in ("inv1", "hand1", "inv2") if key != walk.owner)
    if refused:
        yield walk.move(
            caller, "reject_result", walk.later(6, 30, by="callback"), reason=walk.say("callback", "rejected")
        )
        yield walk.move("head", "renegotiate", walk.later(10, 60), new_position=walk.say("outside", "renegotiate"))
        return
    yield from _published(walk)
    yield from _callbacks(walk, caller)
    yield from _proved(walk)
    yield walk.move(
        "head" if plan.high_risk else caller,
        "close",
        walk.later(0.5, 14, by="progress_feedback"),
        review_cause=walk.say("review", "zh" if _founded(walk) else "plain", cause=_cause(walk)),
        lesson=walk.words("lesson") if _founded(walk) else walk.say("review", "unfounded"),
        action_proposed="yes" if _founded(walk) and walk.rng.random() < 0.4 else "no",
        action=walk.words("fix"),
        stage_remarks=walk.stage_remarks(),
        **({"originals": "kept"} if walk.complaint.original_place else {}),
    )
    keepers = [code for code, _label in walk.options("archive", "keeper")]
    classes = [code for code, _label in walk.options("archive", "retention_class")]
    keeper = str(walk.staff.member_id("analyst"))
    yield walk.move(
        walk.owner,
        "archive",
        walk.later(4, 50, by="archiving"),
        retention_class=classes[0],
        keeper=keeper if keeper in keepers else keepers[0],
        paper_place="档案室 B 柜" if plan.mode in {"letter", "in_person"} else "",
    )


def _founded(walk: Walk) -> bool:
    return walk.complaint.verdict in {"", "founded"}


def _cause(walk: Walk) -> str:
    return walk.words("cause") if _founded(walk) else walk.words("no")


def _notice(walk: Walk) -> str:
    """The formal notice, by how the case ended."""
    ending = (
        "exhausted"
        if walk.complaint.outcome == "exhausted"
        else "outside"
        if walk.plan.arc == "outside_decision"
        else ""
    )
    if walk.english:
        return walk.english_words(ending or "notice")
    if ending:
        return walk.say("notice", ending)
    if not _founded(walk):
        return "正式告知：" + walk.words("why_not")
    return walk.say("notice", "zh", result=_result(walk))


def _result(walk: Walk) -> str:
    """What was done, in one clause."""
    if walk.complaint.withdrawn:
        return "投诉已按您的意愿撤回"
    items = current_items(walk.complaint)
    if not items:
        return walk.words("direct").rstrip("。")
    paid = sum(item.paid_fen or 0 for item in items)
    return f"方案所列 {len(items)} 项已全部落实" + (f"，款项合计 {yuan_words(paid)} 元已支付" if paid else "")


def _rating(walk: Walk) -> Move:
    score = walk.plan.rating

    def near() -> str:
        return str(min(5, max(1, score + walk.rng.choice((-1, 0, 0, 1)))))

    return walk.move(
        "complainant",
        "rate",
        walk.later(0.5, 36, desk="public"),
        score=str(score),
        timeliness=near(),
        effectiveness=near(),
        attitude=near(),
        redress=near(),
        comment=walk.say("rating_en" if walk.english else "rating", str(score)),
    )


def _published(walk: Walk) -> Story:
    """A report or a complaint about intellectual property is answered where it was raised (FB-14)."""
    if reply_is_owed(walk.complaint):
        place = "原渠道投诉详情页的商家回复栏"
        yield walk.move(
            walk.owner, "publish_reply", walk.later(0.3, 3, by="progress_feedback"), place=place, ground="only_them"
        )


def _proved(walk: Walk) -> Story:
    """Whoever was not reached got the notice by registered letter, and its receipt is on record (FB-10)."""
    if proof_is_missing(walk.complaint):
        at = walk.later(1, 6, by="progress_feedback")
        arrived = (at - timedelta(minutes=20)).isoformat()
        receipt = f"挂号 XA {walk.rng.randrange(10**8):08d}"
        yield walk.move(walk.owner, "prove_delivery", at, receipt_means="post", receipt=receipt, delivered_at=arrived)


def _callbacks(walk: Walk, caller: str) -> Story:
    plan, low = walk.plan, 0 < walk.plan.rating <= 2
    missed = walk.rng.random() < 0.08 and not low
    for turn in range(3 if missed else 1):
        at = walk.later(2, 20, desk="intake", by="callback")
        means = "portal" if plan.anonymous else "phone"
        if missed:
            yield walk.move(
                caller, "callback", at, reached="no", means=means, cause=walk.nth("callback", "missed", turn)
            )
            continue
        answer = walk.say("callback", "low" if low else "zh")
        more = {"cause": walk.say("rating", str(plan.rating)) or "等待时间过长，已登记改进项。"} if low else {}
        yield walk.move(
            caller,
            "callback",
            at,
            reached="yes",
            means=means,
            recording=f"REC{walk.rng.randrange(10**7):07d}",
            process_answer=answer,
            result_answer="对处理结果的意见已如实记录。" if low else "认可处理结果。",
            **more,
        )
