"""Investigation, verdict, and the answer to a complaint that is not founded."""

from collections.abc import Generator
from typing import Any

from tingsu.casework.checklist import needed_at
from tingsu.casework.from_record import depth_of
from tingsu.demo.story.clues import clue
from tingsu.demo.walk import Move, Story, Walk


def finding(walk: Walk, *, founded: bool) -> Story:
    """Ask the department, hear both sides, conclude."""
    yield from _ask_department(walk, founded=founded)
    yield from _hear_respondent(walk, founded=founded)
    if walk.rng.random() < 0.55:
        yield walk.move(
            walk.owner,
            "log_contact",
            walk.later(0.5, 6, by="investigation"),
            direction="in" if walk.rng.random() < 0.3 else "out",
            means="portal" if walk.plan.anonymous else "phone",
            purpose="general",
            content=walk.say("listening", "elder" if walk.plan.voice == "elder" else "zh"),
        )
    yield from clue(walk, founded=founded)
    if walk.rng.random() < 0.3:
        yield walk.move(walk.owner, "note", walk.later(0.1, 3, by="investigation"), note=walk.say("note", "zh"))
    yield from plain_finding(walk, founded=founded)


def _ask_department(walk: Walk, *, founded: bool) -> Story:
    family = walk.plan.family
    unit = str(walk.staff.unit_id(family.dept))
    if unit not in [code for code, _label in walk.options("department_task", "unit")]:
        yield from _ask_function(walk, unit)
        return
    kind = "technical" if family.dept in {"after_sales", "quality", "infosec"} else "facts"
    yield walk.move(
        walk.owner,
        "department_task",
        walk.later(0.2, 5, by="investigation"),
        unit=unit,
        request=walk.words("ask"),
        kind=kind,
        necessary="yes",
    )
    who = walk.staff.contact(family.dept)
    task = walk.options("accept_task", "task")[-1][0]
    yield walk.move(who, "accept_task", walk.later(0.3, 3, desk="department", by="department_answer"), task=task)
    conclusion = walk.words("yes" if founded else "no")
    yield walk.move(
        who,
        "answer_task",
        walk.later(1, 7, desk="department", by="department_answer"),
        task=task,
        answer=walk.say("dept_accept", "zh") + conclusion,
        conclusion=conclusion,
        evidence="系统记录截图、单据与影像已附存证编号。",
        improvement=walk.words("fix"),
        **_view(walk, founded),
    )
    if walk.rng.random() < 0.06:
        yield walk.move(
            walk.owner,
            "return_task",
            walk.later(0.3, 3, by="investigation"),
            task=task,
            reason=walk.say("dept_accept", "return"),
        )
        yield walk.move(
            who,
            "answer_task",
            walk.later(0.8, 5, desk="department", by="department_answer"),
            task=task,
            answer="补充影像与节点时间：" + conclusion,
            conclusion=conclusion,
            evidence="补充影像截图三张、节点时间表一份。",
            improvement=walk.words("fix"),
            **_view(walk, founded),
        )


def _view(walk: Walk, founded: bool) -> dict[str, Any]:
    """Whose matter it is in the department's view, and what it offers; the user is told by the centre (CO-03)."""
    if not founded:
        return {"responsible": "nobody", "responsible_words": walk.words("no"), "spoke": "not"}
    whose = "partner" if walk.plan.family.dept in {"logistics", "merchants"} else "department"
    return {
        "responsible": whose,
        "responsible_words": walk.words("cause"),
        "proposal": walk.words("direct"),
        "spoke": "not",
    }


def _ask_function(walk: Walk, unit: str) -> Story:
    """Legal answers by an opinion, not by a task."""
    yield walk.move(
        walk.owner,
        "ask_opinion",
        walk.later(0.2, 4, by="investigation"),
        kind="function",
        unit=unit,
        question=walk.words("ask"),
        necessary="yes",
    )
    opinion = walk.options("give_opinion", "opinion")[-1][0]
    founded = walk.plan.arc not in {"unfounded", "contested", "answer_rejected"}
    yield walk.move(
        walk.staff.contact(walk.plan.family.dept),
        "give_opinion",
        walk.later(1, 9, desk="department"),
        opinion=opinion,
        content=walk.words("yes" if founded else "no"),
    )


def _hear_respondent(walk: Walk, *, founded: bool) -> Story:
    """The party complained about gives its statement on the follow-up page."""
    respondent = walk.plan.respondent
    if respondent is None:
        return
    yield walk.move(
        "respondent",
        "add_facts",
        walk.later(0.5, 9, desk="department", by="investigation"),
        facts=walk.say("respondent", respondent.sort, "founded" if founded else "unfounded"),
    )
    walk.heard = True


def plain_finding(walk: Walk, *, founded: bool = True) -> Story:
    """The investigation report and the verdict."""
    step = "find_founded" if founded else "find_unfounded"
    who, report = walk.owner, _report(walk, founded, step)
    if founded:
        fen = walk.plan.demands[0][1]
        loss = (
            [
                {
                    "item": "货款及相关支出",
                    "claimed": f"{fen / 100:.2f}",
                    "assessed": f"{fen / 100:.2f}",
                    "basis": "订单与支付凭证",
                }
            ]
            if fen
            else []
        )
        yield walk.move(who, step, walk.later(2, 18, by="investigation"), **report, loss=loss)
        return
    yield walk.move(
        who, step, walk.later(2, 18, by="investigation"), **report, verdict="unfounded", reasons=walk.words("why_not")
    )


def _report(walk: Walk, founded: bool, step: str) -> dict[str, Any]:
    family = walk.plan.family
    party = (
        "partner" if family.dept in {"logistics", "merchants"} and founded else "enterprise" if founded else "customer"
    )
    demand = "；".join(words for _kind, _fen, words in walk.plan.demands)
    told = "zh" if walk.plan.about_product else "plain"
    return {
        "background": walk.say("background", told, contacts=walk.rng.randint(1, 4), cause=family.zh),
        "cause": walk.words("cause") if founded else walk.words("no"),
        "damage": walk.say("background", f"damage_{_harm(walk)}"),
        "demand": demand,
        "responsibility": [{"party": party, "share": "100", "basis": family.basis[0].split(":", 1)[1]}],
        "sources": _sources(walk),
        "evidence": "订单与支付记录、沟通记录、影像截图、部门答复，均已编号存证。",
        "complainant_heard": "heard",
        "respondent_heard": "heard" if walk.heard else "refused" if walk.plan.respondent else "none",
        "facts_tied": "yes",
        "no_exclusion": "yes",
        "bases": walk.bases(step),
    }


NOT_THERE = {"video": "监控保存期为三十天，事发时段已被覆盖", "contracts": "网购订单，无另签合同"}
"""Sources that this company has not, and why."""


def _sources(walk: Walk) -> list[dict[str, str]]:
    """What was looked for at this depth; goods have no server logs, other matters have them."""
    missing = NOT_THERE | ({"logs": "与系统操作无关"} if walk.plan.about_product else {})
    return [
        {"source": code, "state": "not_available" if code == "video" else "not_needed", "reason": missing[code]}
        if code in missing
        else {"source": code, "state": "collected"}
        for code in needed_at(depth_of(walk.complaint))
    ]


def _harm(walk: Walk) -> str:
    """What was damaged: health, the price paid, another sum, or only patience."""
    if walk.plan.urgent_topic in {"food", "injury", "health"}:
        return "body"
    demanded = set(walk.plan.family.demands)
    if demanded & {"refund", "exchange", "repair"} and walk.plan.about_product:
        return "price"
    return "claim" if demanded & {"price_difference", "fee_waiver", "compensation", "refund"} else "none"


def answer(walk: Walk, arc: str) -> Generator[Move, None, bool]:
    """Give the answer with its reasons; returns True when new facts reopened the investigation."""
    from tingsu.demo.story.closing import closing
    from tingsu.demo.story.settling import other_ways

    yield walk.move(
        walk.owner,
        "deliver_answer",
        walk.later(1, 14, by="answer"),
        answer=walk.letter("why_not"),
        tone="tactful" if walk.plan.voice == "angry" else "normal",
    )
    if arc == "contested":
        yield walk.move(
            "complainant",
            "contest",
            walk.later(4, 60, desk="public", by="parties_opinion"),
            new_facts=walk.say("new_facts", "zh"),
        )
        return True
    if arc == "answer_rejected":
        yield walk.move(
            "complainant",
            "reject_answer",
            walk.later(3, 70, desk="public", by="parties_opinion"),
            reason=walk.say("disagree", "refuse_answer"),
        )
        yield from other_ways(walk, refused_answer=True)
        if walk.complaint.state == "evaluating":
            yield from closing(walk)
            return False
        return walk.complaint.state == "handling"
    yield walk.move(
        walk.owner,
        "answer_settled",
        walk.later(6, 80, by="parties_opinion"),
        reaction="accepted",
        calming=walk.say("calming", "angry" if walk.plan.voice == "angry" else "zh"),
    )
    yield from closing(walk)
    return False
