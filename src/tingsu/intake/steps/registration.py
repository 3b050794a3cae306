"""Registration, whichever door a complaint comes through: P01. What it needs is prepared before the transaction opens."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import after_sales, calming, lists, routing, terms
from tingsu.complaints.case import Case
from tingsu.complaints.categories import TEXTS
from tingsu.complaints.completeness import missing_fields
from tingsu.complaints.fields import LEDGER_FIELDS, asked_of
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, OtherPhone, Party, SearchEntry
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.steps.escalation import put_under_supervision
from tingsu.complaints.steps.links import SUPERVISED_FROM
from tingsu.complaints.steps.record import complete
from tingsu.complaints.terms import State
from tingsu.intake.reading import Intake
from tingsu.intake.repeats import Earlier
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local
from tingsu.kernel.errors import InvalidValue, Unmet
from tingsu.kernel.ledger import plain
from tingsu.kernel.punctuation import listed
from tingsu.kernel.rows import Rows
from tingsu.letters import tasks
from tingsu.letters.models import Letter
from tingsu.letters.notices import notices_for
from tingsu.people.models import Unit
from tingsu.people.queries import unit_name
from tingsu.privacy.masking import Known
from tingsu.process.steps import Step, Values
from tingsu.triage.reactions import REPEAT
from tingsu.triage.suggest import Suggestion

OWN_FIELDS = tuple(one for one in asked_of("complaint") if one.name not in {"categories", "received_at"})
"""What the complaint's own row keeps as it was given."""
TEXT_FIELDS = tuple(one.name for one in OWN_FIELDS if one.sealed)


TOLD_BESIDE = ("department_reason", "visitor_words", *sorted(set(TEXTS.values())))
"""Words that stand in the history alone."""


@dataclass
class Draft:
    """Everything made before the transaction opens."""

    case: Case
    intake: Intake
    code: str
    parties: list[Party]
    other_phones: list[OtherPhone]
    demands: list[Demand]
    letter: Letter
    words: SearchEntry
    known: Known
    """The values of its people, which no text about it may tell."""
    repeats: list[Earlier]
    heads: list[uuid.UUID]
    """Who is told when the repeats bring the complaint under supervision (AS-12)."""
    routed: Unit | None
    """The department that the routing table names (AS-05)."""
    suggestion: Suggestion
    zone: str


def received_already(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RG-25: nothing reaches us in the future."""
    received_at = case.complaint.received_at
    if received_at <= case.at:
        return []
    told = InvalidValue.SENTENCES["in_future"]
    return [Unmet("in_future", told, value_of="received_at", value=f"{received_at:%Y-%m-%d %H:%M}")]


def repeats_of_the_same(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RG-24: what a receiver confirms as earlier complaints must be this person's, or it would tell of somebody else's."""
    if values is None:
        return []
    draft: Draft = values["draft"]
    unknown = sorted(set(draft.intake.repeats) - {earlier.number for earlier in draft.repeats})
    if not unknown:
        return []
    sentence = _("Not among this person's earlier complaints: %(numbers)s. Register without it and link it afterwards.")
    return [Unmet("no_repeat", sentence, value_of="repeats", numbers=listed(unknown))]


def department_explained(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """AS-05: whoever chooses another department than the routing table says why."""
    if values is None:
        return []
    draft: Draft = values["draft"]
    chosen = draft.intake.department
    if chosen is None or draft.routed is None or chosen == draft.routed.pk or draft.intake.department_reason:
        return []
    sentence = _("The routing table names %(unit)s. Say why another department is responsible.")
    told = {"value_of": "department_reason", "unit": unit_name(draft.routed.pk)}
    return [Unmet("department_reason", sentence, **told)]


def register(case: Case, values: Values) -> None:
    """P01: rows, time limits and letter; the number, for which everybody registering this month waits, comes last."""
    draft: Draft = values["draft"]
    rows: Rows = values["rows"]
    intake, complaint = draft.intake, case.complaint
    confirmed = [earlier for earlier in draft.repeats if earlier.number in intake.repeats]
    if confirmed:
        complaint.repeated = True
        complaint.repeat_count = 1 + max(earlier.repeat_count for earlier in confirmed)
    if case.actor.kind != "member":
        # At the telephone the receiver has them before the eyes; who comes by themselves is compared afterwards (RG-24).
        complaint.possible_repeats = [str(one.id) for one in draft.repeats if one not in confirmed]
    _start_clocks(case, intake)
    rows.add([*draft.parties, *draft.demands, draft.letter])
    rows.add(draft.other_phones)
    rows.add(
        ComplaintLink(complaint=complaint, other_id=earlier.id, kind=terms.LinkKind.REPEATED, confirmed_at=case.at)
        for earlier in confirmed
    )
    for earlier in confirmed:
        if earlier.state in terms.OPEN_STATES and earlier.grade:
            told = {"number": earlier.number, "because": [REPEAT]}
            rows.add(notices_for([earlier.owner_id], "case.reassess", earlier.id, told))
    rows.defer("letters", tasks.send_letter.name, letter_id=str(draft.letter.pk))
    rows.add([draft.words])
    month = local(complaint.registered_at, draft.zone)
    scope = f"{month:%Y%m}-{lists.letters_of(complaint.problem_type)}"
    complaint.number = f"{scope}-{rows.serial(scope):03d}"
    if complaint.repeat_count >= SUPERVISED_FROM:
        put_under_supervision(case)
        rows.add(notices_for(draft.heads, "case.supervised", complaint.pk, {"number": complaint.number}))
    _say(draft, confirmed)


def _start_clocks(case: Case, intake: Intake) -> None:
    """T01, T03, T07, T04 run from receipt, T02 if urgent; the push is automatic at completion (SL-08)."""
    complaint = case.complaint
    received = complaint.received_at
    case.start("acknowledgement", at=case.at)
    first_reply = case.start("first_reply", at=received)
    case.start("handling_start", at=received)
    case.start("progress_feedback", at=received)
    if complaint.urgency == terms.Urgency.URGENT:
        case.start("urgent_response", at=received)
    if intake.promise_contact:
        case.start("dedicated_contact", at=case.at)
    if intake.outside_deadline:
        case.start("outside_deadline", at=case.at, due_at=intake.outside_deadline, subject_id=complaint.pk)
    after_sales.start(case, {wish.kind for wish in intake.demands})
    for kind in ("decision", "early_resolution"):
        case.start_if_limited(kind, at=received)
    complaint.expected_reply_at = intake.expected_reply_at or first_reply.due_at
    if not missing_fields(complaint):
        complete(case)


_LEDGER_VALUES = attrgetter(*LEDGER_FIELDS)


@cache
def _blank() -> tuple[Any, ...]:
    """What a complaint holds before anything is said of it, as the ledger stores it."""
    return tuple(plain(value) for value in _LEDGER_VALUES(Complaint()))


def _say(draft: Draft, confirmed: Iterable[Earlier]) -> None:
    """What the event tells: every column that is filled, the rows made, the words."""
    case, complaint, intake = draft.case, draft.case.complaint, draft.intake
    for field, old, value in zip(LEDGER_FIELDS, _blank(), _LEDGER_VALUES(complaint), strict=True):
        if value != old and (new := plain(value)) != old:
            case.changes[field] = [old, new]
    case.texts |= {name: getattr(intake, name) for name in TEXT_FIELDS if getattr(intake, name)}
    for name in TOLD_BESIDE:
        if words := getattr(intake, name):
            case.texts[name] = words
    if complaint.department_id is not None:
        proposed = str(draft.routed.pk) if draft.routed else None
        case.fact("routing", {"version": rulebooks.in_force(routing.KIND).version, "proposed": proposed})
    case.facts |= {
        "received_at": complaint.received_at,
        "parties": [{"id": party.pk, "role": party.role} for party in draft.parties],
        "demands": [{"id": demand.pk, "kind": demand.kind, "amount": demand.amount_fen} for demand in draft.demands],
        "files": list(intake.files),
        "suggestion": draft.suggestion.as_data(),
        "possible_repeats": [earlier.id for earlier in draft.repeats],
        "confirmed_repeats": [earlier.id for earlier in confirmed],
        "calming_steps": complaint.calming_steps,
        **({"calming_version": rulebooks.in_force(calming.KIND).version} if complaint.calming_steps else {}),
        **intake.extra,
    }


REGISTER = Step(
    id="P01",
    name="register",
    event="complaint.registered",
    label=_("Register"),
    sources=(),
    target=State.REGISTERED,
    guards=(received_already, repeats_of_the_same, department_explained),
    who=("complainant", "agent", *STAFF, "ai_agent", "partner", "token", "system"),
    starts=("acknowledgement", "first_reply", "progress_feedback"),
    may_start=(
        "urgent_response",
        "handling_start",
        "dedicated_contact",
        "outside_deadline",
        "push_to_investigation",
        "repeat_solution",
        after_sales.TIMER,
        "decision",
        "early_resolution",
    ),
    may_stop=("push_to_investigation",),
    door=False,
    clause="ISC 8.1; SVC 3.1.2; CTS 8.2",
    effect=register,
)

STEPS = (REGISTER,)
