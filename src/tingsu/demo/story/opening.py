"""From receipt to the hands of an investigator: record, first reply, assessment, passing on, acceptance."""

from datetime import datetime

from tingsu.complaints.categories import DELAYS, TEXTS
from tingsu.demo.evidence import scanned
from tingsu.demo.exhibits import DISPUTE
from tingsu.demo.story.acceptance import acceptance
from tingsu.demo.story.risk import reported
from tingsu.demo.walk import Move, Story, Walk
from tingsu.files.store import keep
from tingsu.kernel.clock import travel_to

CONFIRMED = {
    "phone": "read_back",
    "in_person": "signed",
    "letter": "original_stored",
    "email": "checked",
    "internet": "checked",
    "other": "checked",
}
TOPICS = {"food": "food_safety", "health": "public_health", "injury": "personal_safety", "loss": "property_loss"}


def opening(walk: Walk) -> Story:
    """Record complete and confirmed, somebody has spoken with the complainant, the case is assessed and graded."""
    plan = walk.plan
    urgent = bool(plan.urgent_topic) or walk.complaint.urgency == "urgent" or plan.arc == "high_risk"
    if urgent:
        yield from _first_minutes(walk)
    if plan.arc == "high_risk":
        yield from reported(walk)
    if walk.complaint.pushed_at is None and walk.may(walk.owner, "complete_registration"):
        yield walk.move(
            walk.owner, "complete_registration", walk.later(0.03, 0.15, desk="anytime", by="push_to_investigation")
        )
    if walk.complaint.first_reply_at is None:
        yield walk.feedback(walk.later(0.2, 1.6 if urgent else 5, desk="intake", by="first_reply"), "first_reply")
    if plan.exhibit == DISPUTE:
        # A visitor reads the record on our screen and signs it there (RG-18).
        walk.sign(walk.owner, "acceptance_form:", "complainant", plan.person.name)
    if walk.complaint.record_confirmed_at is None:
        how = "attempts" if plan.anonymous and plan.mode != "letter" else CONFIRMED[plan.mode]
        yield walk.move(
            walk.owner, "confirm_record", walk.later(0.02, 0.6, desk="intake"), how=how, **_stored(walk, how)
        )
    if not urgent:
        yield assessment(walk, walk.later(0.05, 2.5, desk="intake", by="handling_start"))


def _stored(walk: Walk, how: str) -> dict[str, object]:
    """What is written down of a letter: envelope, place, and its scan."""
    if how == "checked":
        return {"means": "phone", "result": "as_written"}
    if how != CONFIRMED["letter"]:
        return {}
    number = walk.rng.randrange(10**8)
    with travel_to(walk.at):
        scan = keep("来信扫描件.jpg", scanned(walk.plan), actor=walk.actor(walk.owner))
    sender = "寄件人处空白" if walk.plan.anonymous else "寄件人姓名与落款一致"
    return {
        "envelope": f"挂号 XA {number:08d}，{walk.plan.person.city}邮戳，{sender}",
        "original_place": "档案室 B 柜",
        "scan": [str(scan.pk)],
    }


def _first_minutes(walk: Walk) -> Story:
    """An urgent case: a person rings within the quarter of an hour, the grade is set at once, a measure follows."""
    plan = walk.plan
    penalty = plan.family.risk == "penalty" and not plan.urgent_topic
    yield walk.move(
        walk.owner,
        "log_contact",
        walk.later(0.04, 0.14, desk="anytime", by="urgent_response"),
        direction="out",
        means="portal" if plan.anonymous else "phone",
        purpose="general",
        content=walk.say("listening", "penalty" if penalty else "urgent"),
    )
    yield assessment(walk, walk.later(0.02, 0.06, desk="anytime"))
    yield walk.move(
        walk.owner,
        "immediate_measure",
        walk.later(0.02, 0.1, desk="anytime", by="urgent_response"),
        measure=walk.say("immediate", "penalty" if penalty else plan.urgent_topic or "health"),
        effective="yes",
    )


def assessment(walk: Walk, at: datetime) -> Move:
    """Five criteria, texts and grade, as a receiver fills them in."""
    plan, rng = walk.plan, walk.rng
    risky = plan.arc == "high_risk"
    weight = "high" if risky else "mid" if plan.urgent_topic or plan.difficult or rng.random() < 0.3 else "low"
    low, high = {"low": (1, 2), "mid": (2, 4), "high": (4, 5)}[weight]
    topic = "" if risky else "loss" if plan.urgent_topic == "loss" else "body" if plan.urgent_topic else ""
    severity = f"severity_{topic or weight}"

    def scale() -> str:
        return str(rng.randint(low, high))

    urgent = bool(plan.urgent_topic) or risky or walk.complaint.urgency == "urgent"
    topics = [
        code
        for code, _label in walk.options("assess_and_grade", "urgent_topics")
        if code == TOPICS.get(plan.urgent_topic)
    ]
    reasons = [code for code, _label in walk.options("assess_and_grade", "high_risk_reasons")]
    wanted = "authority" if plan.exhibit else "leak" if plan.family.code == "data_leak" else "mass"
    marks = [
        code for code, _label in walk.options("assess_and_grade", "risk_marks") if risky and code == plan.family.risk
    ]
    return walk.move(
        walk.owner,
        "assess_and_grade",
        at,
        problem_type=plan.family.type,
        object_type=plan.family.object,
        severity=scale(),
        complexity=scale(),
        impact=scale(),
        safety=str(max(rng.randint(3, 5), 4 if plan.urgent_topic == "injury" else 3)) if urgent else "1",
        immediacy=str(rng.randint(4, 5)) if urgent else str(rng.randint(1, 3)),
        impact_text="".join(
            walk.say("assess", name) for name in (severity, f"complexity_{weight}", f"impact_{weight}")
        ),
        safety_issue="yes" if plan.urgent_topic in {"food", "injury", "health"} else "no",
        immediate_action="yes" if urgent else "no",
        compensation_possible="yes",
        grade="high_risk" if risky else "general",
        urgency="urgent" if urgent else "normal",
        urgent_topics=topics,
        high_risk_reasons=[code for code in reasons if code == wanted] if risky else [],
        risk_marks=marks,
        major="yes" if plan.major and risky else "no",
        crisis="no",
        difficult="yes" if plan.difficult else "no",
        reason=walk.say("assess", severity),
        **_categories(walk),
    )


def _categories(walk: Walk) -> dict[str, object]:
    """Problem categories with the extra field that some of them ask for (TR-04)."""
    family = walk.plan.family
    values: dict[str, object] = {"categories": [str(number) for number in family.cats]}
    for number in set(family.cats) & TEXTS.keys():
        values[TEXTS[number]] = family.other or family.zh
    for number in set(family.cats) & DELAYS.keys():
        values[DELAYS[number]] = walk.plan.slots["days"]
    return values


def taken_in_hand(walk: Walk) -> Story:
    """Passed to the investigation group, now and then refused once, and accepted by one of them."""
    chosen = walk.rng.choice(("inv1", "inv2", "inv_lead"))
    yield walk.move(
        walk.owner,
        "pass_on",
        walk.later(0.03, 1.2, desk="intake", by="handling_start"),
        unit=str(walk.staff.unit_id("investigation")),
        member=str(walk.staff.member_id(chosen)),
        note=walk.say("listening", "handover"),
    )
    if walk.rng.random() < 0.05:
        yield walk.move(
            chosen, "refuse_transfer", walk.later(0.2, 1, by="handling_start"), reason=walk.say("transfer_refuse", "zh")
        )
        chosen = next(key for key in ("inv_lead", "inv1", "inv2") if key != chosen)
    yield acceptance(walk, chosen)
