"""Taking a case over for investigation."""

from tingsu.demo.exhibits import INFRINGEMENT
from tingsu.demo.walk import Move, Walk

TOGETHER = ("merchants", "online")
"""The departments that look into an infringement with the centre."""


def _kind_of_plan(walk: Walk) -> str:
    topic = walk.plan.urgent_topic
    return "loss" if topic == "loss" else "urgent" if topic else "zh"


def acceptance(walk: Walk, who: str) -> Move:
    """The offered person takes the case over, with a plan."""
    joint = walk.plan.high_risk or walk.plan.exhibit == INFRINGEMENT or walk.rng.random() < 0.15
    units = [code for code, _label in walk.options("accept", "units")]
    taking_part = TOGETHER if walk.plan.exhibit == INFRINGEMENT else (walk.plan.family.dept,)
    wanted = [code for name in taking_part if (code := str(walk.staff.unit_id(name))) in units]
    values: dict[str, object] = {"mode": "joint" if joint and wanted else "independent"}
    if values["mode"] == "joint":
        values["units"] = wanted
        values["lead"] = str(walk.staff.unit_id("investigation")) if walk.plan.exhibit else ""
    depth = (
        "in_depth" if walk.plan.high_risk or walk.plan.difficult else walk.rng.choice(("basic", "standard", "standard"))
    )
    return walk.move(
        who,
        "accept",
        walk.later(0.3, 6, by="handling_start"),
        depth=depth,
        depth_reason="" if depth == "in_depth" else "事实较清楚，记录完整，现有深度足以下结论。",
        plan=walk.say("plan", _kind_of_plan(walk), dept=walk.staff.unit_name(walk.plan.family.dept)),
        **values,
    )
