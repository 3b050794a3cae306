"""Build the demo's history: each case is registered and walked through the real actions, in its own past."""

import contextlib
import gc
import logging
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from tingsu.complaints.models import Complaint
from tingsu.demo import (
    appraised,
    collaboration,
    company,
    documented,
    evaluated,
    hotline,
    known,
    mailbox,
    means,
    parallel,
    planned,
    quality,
    readiness,
    records,
    rectified,
    reports,
    surveyed,
    timekeeping,
    trained,
    values,
    visitors,
    warned,
)
from tingsu.demo.evidence import pictures
from tingsu.demo.exhibits import REFUND, enclosures, exhibit_plans
from tingsu.demo.models import BuiltCase
from tingsu.demo.plan import Plan, chance
from tingsu.demo.plans import SHOWCASE, make_plans, showcase_plans
from tingsu.demo.staff import Staff
from tingsu.demo.story import tell
from tingsu.demo.walk import Walk
from tingsu.files.store import keep
from tingsu.intake.actions import register_complaint
from tingsu.intake.at_once import wanted
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

SEED = "wuheli"
REFUNDED = "差价已按页面存档原路退回，支付流水 0317 5528。"
QUIET = timedelta(hours=12)
"""So long nothing may have come in before the demo says that its open cases were left alone."""
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]

HOURS = ("", "", "", "10:20", "约 14:30", "19:45", "上午", "下午", "晚上", "约 21:00")
"""When it happened, as people remember it; three in ten do not (RG-08)."""


def build_first(say: Progress) -> Organisation:
    """Company, people and one case in every state: enough to open the door within seconds."""
    at = company.present()
    organisation = company.demo_organisation(at)
    company.hire_everybody(organisation)
    company.set_up_on_call(organisation)
    collaboration.set_up_interfaces(organisation)
    collaboration.set_up_partners(organisation)
    with acting_for(organisation.pk):
        records.fill(Staff(), until=at)
        visitors.tell_calls(Staff(), until=at)
        collaboration.declare_interests(Staff(), organisation)
        collaboration.hold_reviews(Staff(), until=at)
    anchor = organisation.created_at + company.BEFORE
    shown = list(showcase_plans(seed=SEED, anchor=anchor))[: len(SHOWCASE)]
    _build(organisation, shown, say)
    with acting_for(organisation.pk):
        mailbox.tell(Staff(), shown, until=company.present())
        means.show(shown, until=company.present())
        hotline.tell(Staff(), until=company.present())
    return organisation


def build_practice(organisation: Organisation, say: Progress, *, total: int) -> None:
    """People, records and up to `total` complaints for a firm's practice copy. Can be stopped and called again."""
    company.hire_everybody(organisation)
    company.set_up_on_call(organisation)
    collaboration.set_up_interfaces(organisation)
    collaboration.set_up_partners(organisation)
    with acting_for(organisation.pk):
        records.fill(Staff(), until=company.present())
        visitors.tell_calls(Staff(), until=company.present())
    anchor = organisation.created_at + company.BEFORE
    seed = f"practice:{organisation.pk}"
    shown = list(showcase_plans(seed=seed, anchor=anchor))[: len(SHOWCASE)]
    more = total - len(shown)
    plans = make_plans(seed=seed, anchor=anchor, count=more) if more > 0 else []
    _build(organisation, [*shown, *plans][:total], say)


def build_exhibits(say: Progress) -> Organisation:
    """The company and the four exhibits alone. Can be called again."""
    organisation = company.demo_organisation(company.present())
    company.hire_everybody(organisation)
    company.set_up_on_call(organisation)
    collaboration.set_up_interfaces(organisation)
    collaboration.set_up_partners(organisation)
    anchor = organisation.created_at + company.BEFORE
    _build(organisation, list(exhibit_plans(seed=SEED, anchor=anchor)), say)
    return organisation


def idle_since() -> datetime | None:
    """When the last complaint came in, if that is so long ago that the present finds everything overdue; else None.

    Nobody works in the demo while it is stopped, but its promises run on: that is what promises do.
    """
    organisation = company.demo_organisation(company.present())
    with acting_for(organisation.pk):
        last = Complaint.objects.aggregate(last=Max("received_at"))["last"]
    return last if last and company.present() - last > QUIET else None


def build_rest(say: Progress, *, total: int = 600, workers: int | None = None) -> None:
    """Fill up to `total` complaints. Can be stopped at any moment and called again.

    Two processes share the work. Complaints that repeat an earlier one come last, when the earlier one is there.
    """
    organisation = company.demo_organisation(company.present())
    with acting_for(organisation.pk):
        if BuiltCase.objects.count() >= total:
            return
    anchor = organisation.created_at + company.BEFORE
    shown = list(showcase_plans(seed=SEED, anchor=anchor))
    shown += exhibit_plans(seed=SEED, anchor=anchor)
    plans = make_plans(seed=SEED, anchor=anchor, count=total - len(shown))
    _build(organisation, shown, lambda number, _of: say(number, total))
    with acting_for(organisation.pk):
        visitors.tell_forms([*shown, *plans], until=company.present())
        records.fill(Staff(), until=company.present(), told_as="later")
        values.tell(Staff(), until=company.present())
    first = [plan for plan in plans if not plan.repeats]
    crews = share_out(first, workers or min(2, os.cpu_count() or 1))
    done = len(shown)
    for number in parallel.work(crews, lambda plans, tell: _build(organisation, plans, tell)):
        done = len(shown) + number
        say(done, total)
    again = [plan for plan in plans if plan.repeats]
    _build(organisation, again, lambda number, _of: say(done + number, total))
    with acting_for(organisation.pk):
        collaboration.look_at_records(Staff(), until=company.present())
        rectified.report_all(Staff(), until=company.present())
        warned.tell(Staff(), until=company.present())
        reports.tell(Staff(), until=company.present())
        surveyed.tell(Staff(), until=company.present())
        quality.tell(Staff(), until=company.present())
        planned.tell(Staff(), until=company.present())
        documented.tell(Staff(), until=company.present())
        timekeeping.tell(Staff(), until=company.present())
        trained.tell(Staff(), until=company.present())
        records.fill(Staff(), until=company.present(), told_as="protection")
        known.tell(Staff(), until=company.present())
        evaluated.tell(Staff(), until=company.present())
        appraised.tell(Staff(), until=company.present())
        readiness.tell(Staff(), until=company.present())
        collaboration.tell_the_shop(Staff(), since=company.present() - timedelta(days=2))


def share_out(plans: list[Plan], crews: int) -> list[list[Plan]]:
    """About as much work for one crew as for the other, earliest first, and all of a month and type with one crew:

    numbers are counted by month and type, and a case holds its counter until it is whole.
    """
    series: dict[tuple[str, str], list[Plan]] = {}
    for plan in plans:
        series.setdefault((f"{plan.received_at:%Y%m}", plan.family.type), []).append(plan)
    shares: list[list[Plan]] = [[] for _crew in range(crews)]
    for found in sorted(series.values(), key=len, reverse=True):
        min(shares, key=len).extend(found)
    return [sorted(share, key=lambda plan: plan.received_at) for share in shares if share]


def _build(organisation: Organisation, plans: list[Plan], say: Progress) -> None:
    with acting_for(organisation.pk):
        staff, done = Staff(), set(BuiltCase.objects.values_list("key", flat=True))
        gc.disable()  # a tenth of the time goes into looking for cycles; they are swept up now and then instead
        try:
            for number, plan in enumerate(plans, start=1):
                if plan.key not in done:
                    build_case(plan, staff, until=company.present())
                if number % 25 == 0:
                    gc.collect()
                say(number, len(plans))
        finally:
            gc.enable()


def build_case(plan: Plan, staff: Staff, *, until: datetime) -> Complaint | None:
    """Register one plan and walk it to its end or to the present. None when the story met a refusal it did not expect.

    Nothing of the case is kept then, and the reason is logged: a demo without one case is better than no demo.
    """
    try:
        files = _uploaded(plan, staff)
        with whole_life():
            walk = Walk(plan, staff, *_registered(plan, staff, files), until=until)
            walk.go(tell(walk))
            records.open_found(walk.complaint_id, staff, until)
            if plan.exhibit:
                rectified.carry_out(walk.complaint_id, staff, until)
            visitors.make_formats(walk.complaint_id, staff, until)
            BuiltCase(key=plan.key, complaint_id=walk.complaint_id).save(force_insert=True)
            return walk.complaint
    except TingsuError as refusal:
        log.warning("the demo case %s (%s, %s) was left out: %s", plan.key, plan.family.code, plan.arc, refusal.body())
        return None


@contextlib.contextmanager
def whole_life() -> Iterator[None]:
    """One transaction around all the actions of one case.

    Actions insist on being outermost (`durable`), because a number shown to a person must be on disk. Here nobody is
    shown anything before the case is whole, and it must be whole before anybody sees it: the running sweep would take
    its promises of last month for broken today. Django lets test cases wrap durable blocks; this is the same mark.
    """
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield


def _uploaded(plan: Plan, staff: Staff) -> list[str]:
    """Evidence goes into the store before the transaction that names it, as at every door."""
    with travel_to(plan.received_at):
        actor = _receiver(plan, staff)
        brought = enclosures(plan) if plan.exhibit else pictures(plan)
        return [str(keep(name, content, actor=actor).pk) for name, content in brought]


def _registered(plan: Plan, staff: Staff, files: list[str]) -> tuple[Any, datetime]:
    """Register when the receiver typed it in, or the portal took it. Gives the complaint's id and that instant."""
    keyed = {"phone": 9, "in_person": 12, "letter": 55, "email": 25, "other": 30}.get(plan.mode, 0)
    at = plan.received_at + timedelta(minutes=keyed)
    with travel_to(at):
        registered = register_complaint(
            actor=_receiver(plan, staff),
            intake=read_intake(_form(plan) | ({"files": files} if files else {})),
            then=wanted("solve_directly", {"proof": REFUNDED}) if plan.exhibit == REFUND else None,
        )
        staff.post_letters(registered.complaint.pk)
    return registered.complaint.pk, at


def _receiver(plan: Plan, staff: Staff) -> Actor:
    if plan.mode == "internet":
        return automation("portal", staff.actor("head").organisation_id)
    if plan.person.language == "en":
        return staff.actor("intake3")
    return staff.actor(plan.rng("receiver").choice(staff.intake))


def _form(plan: Plan) -> dict[str, Any]:
    """The registration form as somebody filled it in, checked by the same reader as every door."""
    person, family = plan.person, plan.family
    known = {} if plan.anonymous else _contact(plan)
    cats = [str(number) for number in family.cats]
    raw: dict[str, Any] = {
        "kind": family.kind,
        "problem_type": family.type,
        "object_type": family.object,
        "scene": plan.scene,
        "categories": cats if plan.mode != "internet" and not {3, 4, 6, 35} & set(family.cats) else [],
        "product": plan.subject,
        "order_number": plan.order if plan.about_product else "",
        "summary": plan.summary[:80],
        "description": plan.description,
        "occurred_on": plan.occurred_on.isoformat(),
        "occurred_time": chance(plan.salt, plan.key, "hour").choice(HOURS),
        "province": person.province,
        "city": person.city,
        "remedy_requested": "yes",
        "remedy_text": "；".join(words for _kind, _fen, words in plan.demands),
        "demands": [
            {"kind": kind, "detail": words, **({"amount": f"{fen / 100:.2f}"} if fen else {})}
            for kind, fen, words in plan.demands
        ],
        "anonymous": "yes" if plan.anonymous else "no",
        "withheld": list(plan.withheld),
        "group": person.group,
        "language": person.language,
        "format": plan.format,
        "mode": plan.mode,
        "channel": plan.channel,
        "received_at": plan.received_at.isoformat(),
        **known,
    }
    if plan.mode == "other":
        raw |= {
            "mode_other": "监管部门转办",
            "transferred_by": "市场监督管理局投诉举报中心",
            "outside_reference": f"TS{plan.received_at:%Y%m%d}{plan.key[-4:]}",
        }
    if plan.format == "braille":
        raw["additional_info"] = "我看不见，平时读盲文，信件请用盲文寄。"
    for role, other in (("agent", plan.agent), ("respondent", plan.respondent)):
        if other:
            raw |= {f"{role}_name": other.name, f"{role}_phone": other.phone, f"{role}_email": other.email}
    if plan.mode == "phone":
        raw |= {"promise_contact": "yes", "calming_steps": ["listen", "empathise", "guide"]}
    if plan.exhibit == REFUND:
        raw |= {"record_confirmed": "yes"}
    if plan.mode in {"in_person", "letter"}:
        raw["signed_by"] = "image"
    if plan.repeats:
        earlier = BuiltCase.objects.filter(key=plan.repeats).values_list("complaint_id", flat=True).first()
        numbers = Complaint.objects.filter(pk=earlier).values_list("number", flat=True)
        raw["repeats"] = " ".join(numbers)
    return {name: value for name, value in raw.items() if value not in ("", [])}


def _contact(plan: Plan) -> dict[str, Any]:
    person = plan.person
    contact = {
        "name": person.name,
        "phone": person.phone,
        "email": person.email if plan.mode in {"email", "internet"} or person.organisation else "",
        "address": "" if plan.mode in {"internet", "phone"} else f"{person.city}某路 18 号",
        "is_organisation": "yes" if person.organisation else "no",
        "customer_type": person.customer_type,
    }
    if plan.mode == "phone":
        contact["preferred_channel"] = "sms"
    return {name: value for name, value in contact.items() if name not in plan.withheld}
