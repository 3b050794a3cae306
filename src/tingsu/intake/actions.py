"""Every door in leads here: one registration, one transaction (P01; ISC 8.1, SVC 3.1.2, CTS 8.2)."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.complaints import lists, routing, terms
from tingsu.complaints.access import may_take
from tingsu.complaints.actions import Following
from tingsu.complaints.case import Case
from tingsu.complaints.categories import NUMBERS, categories_of
from tingsu.complaints.fields import ASKED
from tingsu.complaints.models import Complaint, Demand, OtherPhone
from tingsu.complaints.search import search_entry
from tingsu.complaints.steps.access_code import first_code
from tingsu.complaints.steps.escalation import heads_to_tell
from tingsu.files import store
from tingsu.intake import at_once, parties
from tingsu.intake.reading import Intake
from tingsu.intake.repeats import earlier_complaints
from tingsu.intake.steps.registration import OWN_FIELDS, REGISTER, TEXT_FIELDS, Draft
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.hours import part_of
from tingsu.kernel.ids import new_code, new_id
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import IdempotencyKey
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rows import writing
from tingsu.kernel.rulebooks import in_force
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import outbox
from tingsu.people import queries as people
from tingsu.people import readiness
from tingsu.privacy.masking import Known
from tingsu.privacy.show import known_of
from tingsu.process.engine import admit, perform
from tingsu.triage import alerts
from tingsu.triage.suggest import RiskFacts, suggest

WORDS = tuple(one.name for one in ASKED if one.search == "words")
"""Texts whose words the search knows."""


@dataclass(frozen=True)
class Registered:
    """What the person who registered is shown: the number, the code, the promises made."""

    complaint: Complaint
    code: str
    promises: tuple[Promise, ...] = ()
    known: Known | None = None
    """The values of its people as they were kept just now; none when it is told again."""
    again: bool = False
    """True when the same request had already registered it (double click, repeated call)."""


def register_complaint(
    *, actor: Actor, intake: Intake, key: str = "", holder: uuid.UUID | None = None, then: Following | None = None,
    also: Callable[[uuid.UUID, datetime], None] | None = None,
) -> Registered:  # fmt: skip
    """Open a case, start its clocks and queue the acknowledgement. `then` is a step to be taken along: both or neither
    (`intake.at_once`, which says what it raises beside). `also` is what another app does with the new case in the same transaction,
    such as linking the call in which it was told: (id of the complaint, instant).

    `holder` is whose the loose files are when the actor has no id (a visitor's draft). Files of somebody who stays anonymous
    lose place, camera and author before they are attached (PS-17).

    `key` makes the registration idempotent: a second call with it answers with the first complaint. Raises NotAllowed, InvalidInput.
    Everything that needs no lock is done first; the number, for which everybody registering this month waits, comes last.
    """
    if not may_register(actor):
        raise NotAllowed(_("Your role does not allow registering complaints."))
    if key and (earlier := _already(key)):
        return earlier
    brought = tuple(intake.files)
    if intake.anonymous and brought:
        cleaned = store.without_metadata(brought, actor=actor, holder=holder)
        if len(cleaned) < len(set(brought)):
            raise NotFound
        intake = intake.with_files(cleaned)
    at = now()
    received_at = intake.received_at or at
    draft = _prepare(actor, intake, at, received_at)
    admit(draft.case, REGISTER, {"draft": draft})
    try:
        with transaction.atomic(durable=True):
            if key:
                once(key, draft).save(force_insert=True)
            if intake.files:
                store.attach(list(intake.files), draft.case.complaint.pk, at, actor=actor, holder=holder)
                draft.case.fact("digests", store.digests(intake.files))
            with writing() as rows:
                perform(draft.case, REGISTER, {"draft": draft, "rows": rows})
                rows.add(draft.case.begin())
            _alert(draft, actor, at)
            complaint = draft.case.complaint
            if also is not None:
                also(complaint.pk, at)
                complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
            if then is not None:
                complaint = at_once.take_along(actor, complaint.pk, then, at)
    except IntegrityError:
        if key and (earlier := _already(key)):
            return earlier
        raise
    store.forget_loose(set(brought) - set(intake.files), holder=holder or actor.id)
    return Registered(complaint, draft.code, tuple(draft.case.promises), draft.known)


def register_within(
    *, actor: Actor, intake: Intake, at: datetime, owner_id: uuid.UUID | None, known: Collection[uuid.UUID],
    put: Callable[[Complaint], None],
) -> Complaint:  # fmt: skip
    """The same inside the open transaction of another step, for what follows from it: both or neither.

    `owner_id` has it from the beginning (None: who is on duty), `known` are complaints it is linked with already, which nobody has
    to compare any more, and `put` sets what no door asks for. Raises NotAllowed, ConditionsUnmet.
    """
    draft = _prepare(actor, intake, at, at, owner_id)
    draft.repeats = [one for one in draft.repeats if one.id not in known]
    put(draft.case.complaint)
    admit(draft.case, REGISTER, {"draft": draft})
    with writing() as rows:
        perform(draft.case, REGISTER, {"draft": draft, "rows": rows})
        rows.add(draft.case.begin())
    _alert(draft, actor, at)
    return draft.case.complaint


def _alert(draft: Draft, actor: Actor, at: datetime) -> None:
    """Few registrations are urgent, and whoever is on call is told in this transaction (AS-10), after the pipeline."""
    if draft.case.complaint.urgency == terms.Urgency.URGENT:
        alerts.raise_alert(draft.case.chain, draft.case.complaint, alerts.URGENT, actor=actor, at=at)
        draft.case.chain.flush()


def may_register(actor: Actor) -> bool:
    """P01: whoever complains, the doors that speak for them, and everybody whose role or scope says so (IN-05)."""
    return may_take(actor, _nobodys(), REGISTER)


@cache
def _nobodys() -> Complaint:
    """The complaint of nobody yet."""
    return Complaint()


def once(key: str, draft: Draft) -> IdempotencyKey:
    """By this row a second call with the key finds the complaint of the first; unsaved."""
    answer = {"complaint": str(draft.case.complaint.pk)}
    return IdempotencyKey(
        scope="register", key=key[:80], fingerprint=b"", status=201, answer=answer, created_at=draft.case.at
    )


def _already(key: str) -> Registered | None:
    row = IdempotencyKey.objects.filter(scope="register", key=key[:80]).first()
    if row is None or row.answer is None:
        return None
    complaint = Complaint.objects.select_related("stream").get(pk=row.answer["complaint"])
    promises = tuple(Promise.objects.filter(stream_id=complaint.pk).order_by("started_at", "kind"))
    return Registered(complaint, first_code(complaint), promises, again=True)


def _prepare(
    actor: Actor, intake: Intake, at: datetime, received_at: datetime, owner_id: uuid.UUID | None = None
) -> Draft:
    draft = prepare(actor, intake, at, received_at, owner_id)
    look_back(draft)
    return draft


def look_back(draft: Draft) -> None:
    """Earlier complaints of the same person, and who hears of them."""
    draft.repeats = earlier_complaints(draft.case.complaint, draft.parties, draft.other_phones)
    draft.heads = heads_to_tell(draft.case) if draft.repeats else []


def prepare(
    actor: Actor, intake: Intake, at: datetime, received_at: datetime, owner_id: uuid.UUID | None = None
) -> Draft:
    """Everything about one registration that needs no lock, but who complained before (`look_back`)."""
    organisation_id = current_organisation_id()
    zone = current_organisation().time_zone
    complaint_id = new_id()
    chain = open_chain("complaint", complaint_id)
    key = chain.stream.key()
    suggestion = suggest((intake.summary, intake.description), _risk_facts(intake), in_force("risk_rules", at).body)
    owner_id = owner_id or (
        actor.id
        if actor.kind in {"member", "token"} and actor.id and not readiness.hindrance(actor.id)
        else people.duty_member_for_intake(
            complaint_id,
            people.Matter(
                language=intake.language,
                topic=intake.problem_type,
                wider_topic=lists.counts_under(lists.PROBLEM_TYPE, intake.problem_type),
                product=intake.product,
                group=intake.group,
                unit_concerned=intake.unit_concerned,
            ),
        ).pk
    )
    code = new_code()
    complaint = Complaint(
        id=complaint_id,
        organisation_id=organisation_id,
        stream=chain.stream,
        number="",
        code=key.seal(code, f"complaint:{complaint_id}:code"),
        code_index=fingerprint(organisation_id, "code", code),
        received_at=received_at,
        registered_at=at,
        entered_at=at,
        owner_id=owner_id,
        first_owner_id=owner_id,
        categories=categories_of({name: getattr(intake, name) for name in ("categories", *NUMBERS)}),
        urgency=suggestion.urgency,
        suggested_grade=suggestion.grade,
        risk_marks=list(suggestion.marks),
        occurred_part=part_of(intake.occurred_time),
        loss_claimed=any(wish.kind == terms.DemandKind.COMPENSATION for wish in intake.demands),
        signed_at=at if intake.signed_by in {"image", "online"} else None,
        record_confirmed_at=at if _confirmed(intake) else None,
        category_version=in_force("categories", at).version,
        policy_version=in_force("time_limits", at).version,
        **{one.stored: _plain(getattr(intake, one.name)) for one in OWN_FIELDS if not one.sealed},
    )
    if intake.verified is not None:
        complaint.handed_over_by, complaint.handed_over = intake.verified.site, list(intake.verified.what)
    routed = routing.responsible(complaint)
    if complaint.department_id is not None:
        complaint.department_by = terms.ChosenBy.HAND
    elif routed is not None:
        complaint.department_id, complaint.department_by = routed.pk, terms.ChosenBy.TABLE
    for name in TEXT_FIELDS:
        complaint.seal(name, getattr(intake, name))
    complaint.order_index = fingerprint(organisation_id, "order", intake.order_number)
    others: list[OtherPhone] = []
    made = parties.make(complaint, intake, others)
    case = Case(chain, complaint, actor, at, [])
    letter = outbox.make_letter(
        chain, complaint=complaint, party=parties.addressed(made), template="acknowledgement", intent="acknowledgement",
        values={}, at=at,
    )  # fmt: skip
    known = known_of(made)
    entry = search_entry(complaint, known, *(getattr(intake, name) for name in WORDS))
    return Draft(
        case, intake, code, made, others, _demands(complaint, intake), letter, entry, known, [], [], routed, suggestion, zone
    )  # fmt: skip


def _confirmed(intake: Intake) -> bool:
    """G3 at registration: a visitor has signed or refused to, a letter is confirmed by where its original lies, which is said
    afterwards (RG-21), anybody else has heard the record read back.
    """
    if intake.mode == terms.Mode.IN_PERSON:
        return bool(intake.signed_by)
    return bool(intake.record_confirmed) and intake.mode != terms.Mode.LETTER


def _risk_facts(intake: Intake) -> RiskFacts:
    return RiskFacts(
        from_authority=intake.channel == "regulator" or intake.outside_deadline is not None,
        from_media=intake.channel == "media",
        loss_fen=max((wish.amount_fen or 0 for wish in intake.demands), default=0),
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _demands(complaint: Complaint, intake: Intake) -> list[Demand]:
    made = []
    for position, wish in enumerate(intake.demands):
        demand = Demand(complaint=complaint, position=position, kind=wish.kind, amount_fen=wish.amount_fen)
        demand.seal(wish.detail)
        made.append(demand)
    return made
