"""High risk: the report upward, the pre-handling plan and its adoption; and raising a case on its way."""

from typing import Any

from tingsu.demo.plans import KETTLE
from tingsu.demo.story.acceptance import acceptance
from tingsu.demo.story.consulting import institute_consulted
from tingsu.demo.walk import Story, Walk


def sort_of(walk: Walk) -> str:
    """What makes this case a high risk, as the ending of a wording's name: one of many, against the rules, or neither."""
    if walk.plan.product.zh == KETTLE and walk.plan.family.code == "safety_injury":
        return "_mass"
    return "_penalty" if walk.plan.family.risk == "penalty" else ""


def _report(walk: Walk, step: str) -> dict[str, Any]:
    mass = sort_of(walk) == "_mass"
    return {
        "facts": walk.say("high_risk", f"report{sort_of(walk)}", cause=walk.plan.family.zh, spread=3, similar=5),
        "source": "用户投诉与客服记录",
        "spread": walk.say("high_risk", "spread_mass" if mass else "spread"),
        "event": "new",
        "event_kind": "mass" if mass else "major",
        "event_name": walk.plan.family.zh,
        "recipients": [code for code, _label in walk.options(step, "recipients")][:3],
    }


def reported(walk: Walk) -> Story:
    """Graded high risk at receipt: the report upward within the quarter of an hour."""
    at = walk.later(0.02, 0.2, desk="anytime", by="high_risk_report")
    yield walk.move(walk.owner, "report_high_risk", at, **_report(walk, "report_high_risk"))


def raised(walk: Walk) -> Story:
    """New facts on the way raise a general case to high risk."""
    yield walk.move(
        walk.owner,
        "upgrade",
        walk.later(2, 16, by="investigation"),
        reason=walk.say("high_risk", "upgrade_mass" if sort_of(walk) == "_mass" else "upgrade"),
        **_report(walk, "upgrade"),
    )
    if walk.due("urgent_response"):
        yield walk.move(
            walk.owner,
            "immediate_measure",
            walk.later(0.03, 0.2, desk="anytime", by="urgent_response"),
            measure=walk.say("immediate", walk.plan.urgent_topic or sort_of(walk).removeprefix("_") or "injury"),
            effective="yes",
        )
    yield from planned(walk)


def planned(walk: Walk) -> Story:
    """Plan, script and containment by the lead of the investigation, their adoption by the head, and an expert who takes the case."""
    yield walk.move(
        "inv_lead",
        "draft_pre_plan",
        walk.later(0.4, 1.6, desk="anytime", by="pre_plan"),
        plan=walk.say("high_risk", "plan_penalty" if sort_of(walk) == "_penalty" else "plan"),
        script=walk.say("high_risk", "script_penalty" if sort_of(walk) == "_penalty" else "script"),
        containment=walk.say("high_risk", "contain"),
        containment_effect=walk.say("high_risk", "effect"),
        required_level="expert",
    )
    chosen = walk.rng.choice(("inv_lead", "inv1", "inv2"))
    yield walk.move(
        "head",
        "adopt_pre_plan",
        walk.later(0.2, 1.2, desk="anytime", by="pre_plan"),
        unit=str(walk.staff.unit_id("investigation")),
        member=str(walk.staff.member_id(chosen)),
        note="请按预案办理，每天 10:00 与 17:00 各报一次进展。",
    )
    yield acceptance(walk, chosen)
    functions = dict(walk.options("ask_opinion", "unit"))
    legal = str(walk.staff.unit_id("legal"))
    if legal in functions:
        yield walk.move(
            walk.owner,
            "ask_opinion",
            walk.later(0.3, 3),
            kind="function",
            unit=legal,
            question=walk.say("consultation", "zh"),
            necessary="yes",
        )
        opinion = walk.options("give_opinion", "opinion")[-1][0]
        yield walk.move(
            "legal_head",
            "give_opinion",
            walk.later(0.5, 6, desk="anytime"),
            opinion=opinion,
            content=walk.say("high_risk", "opinion"),
        )
    if sort_of(walk) == "_mass":
        yield from institute_consulted(walk)
