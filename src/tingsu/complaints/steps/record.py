"""Receipt and record: acknowledged, completed, confirmed, added to: E01–E03, E21."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import completeness, terms
from tingsu.complaints.case import Case
from tingsu.complaints.completeness import missing_fields
from tingsu.complaints.registry import lacking
from tingsu.complaints.steps.common import MEANS, STAFF
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.kernel.punctuation import listed
from tingsu.process.steps import Field, Step, Values

SIGNED_BY = {"signed": "image", "signature_refused": "refused", "online": "online"}


def not_acknowledged(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.acknowledged_at is None:
        return []
    return [Unmet("acknowledged", _("the acknowledgement has already been given"))]


def acknowledge(case: Case, values: Values) -> None:
    """E01 by hand or by the letter that went out: stage 1 of the tracking form (AK-12)."""
    case.set("acknowledged_at", case.at)


ACKNOWLEDGE = Step(
    id="E01",
    name="acknowledge",
    event="complaint.acknowledged",
    label=_("Acknowledge by another means"),
    sources=OPEN_STATES,
    who=("system", "frontline", "specialist", "supervisor"),
    stops=("acknowledgement",),
    guards=(not_acknowledged,),
    clause="SZ 6(4); CTS 8.2 c",
    effect=acknowledge,
    fields=(
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="note", label=_("Remark")),
    ),
)


def not_pushed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.pushed_at is None:
        return []
    return [Unmet("pushed", _("the record is already with the investigation group"))]


def record_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    missing = missing_fields(case.complaint)
    if not missing or case.actor.kind == "system":
        return []  # still incomplete after fifteen minutes, it is pushed as it is (CA-08)
    return [Unmet("incomplete", _("still missing: %(fields)s"), fields=listed(map(completeness.label, missing)))]


def complete_registration(case: Case, values: Values) -> None:
    """E02: a person completes the record, which pushes it; the system pushes one that is still incomplete (CA-08)."""
    if case.actor.kind != "system":
        complete(case)
    else:
        case.set("pushed_at", case.at)
    if case.complaint.offered_unit_id is None:
        case.fact("pushed_to", "investigation")


def complete(case: Case) -> None:
    """Nothing is missing any more: completion and push are one, so T05 ends where it starts (SL-08)."""
    if case.complaint.completed_at is None:
        case.set("completed_at", case.at)
        case.fact("completeness", completeness.rules_for(case.complaint).version)
    if case.complaint.pushed_at is None:
        case.set("pushed_at", case.at)
        case.start("push_to_investigation")
        case.end("push_to_investigation")


COMPLETE_REGISTRATION = Step(
    id="E02",
    name="complete_registration",
    event="complaint.registration_completed",
    label=_("Registration complete"),
    sources=(State.REGISTERED,),
    who=("frontline", "specialist", "supervisor", "system"),
    guards=(not_pushed, record_complete),
    may_start=("push_to_investigation",),
    may_stop=("push_to_investigation",),
    clause="SVC 3.2.1; CTS 8.1 b2",
    effect=complete_registration,
)


def record_not_confirmed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.record_confirmed_at is None:
        return []
    return [Unmet("confirmed", _("the record is already confirmed"))]


STORED = "original_stored"
CONFIRMED_BY: dict[str, tuple[str, ...]] = {
    terms.Mode.IN_PERSON: ("signed", "signature_refused"),
    terms.Mode.PHONE: ("read_back",),
    terms.Mode.LETTER: (STORED,),
}
"""G3: what confirms a record depends on how the complaint came; all other ways in are checked with the user."""


CHECKED = ("checked", "attempts")


CHECK_ATTEMPTS = 3


def confirmed_as_it_came(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """G3: a visit is signed, a call read back, a letter stored, the rest checked with the user or tried three times.

    The complainant may confirm online whichever way the complaint came; anonymous ones are checked by the means left (CA-18), but
    an anonymous letter is stored like any other (RG-21).
    """
    c = case.complaint
    if values is None or (c.anonymous and c.mode != terms.Mode.LETTER):
        return []
    how = values["how"]
    allowed = ("online",) if case.actor.kind == "complainant" else CONFIRMED_BY.get(c.mode, CHECKED)
    if how not in allowed:
        return [Unmet("other_way", _("this is not how a complaint that came this way is confirmed"))]
    if how == "attempts" and attempts_to_check(c) < CHECK_ATTEMPTS:
        sentence = _("log %(count)s attempts to check the record with the user first")
        return [Unmet("attempts_missing", sentence, count=CHECK_ATTEMPTS)]
    return []


def letter_scanned(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RG-21: a letter that is stored away can be read by whoever handles the case."""
    if values is None or values["how"] != STORED or values["scan"]:
        return []
    if StoredFile.objects.filter(stream_id=case.complaint.pk, erased_at=None).exists():
        return []
    return [Unmet("no_scan", _("no scan of the letter is among the files"), value_of="scan")]


def attempts_to_check(complaint: Any) -> int:
    """Attempts to check the record with the user, counted in the ledger (ISC 9.6.4)."""
    logged = Event.objects.filter(stream_id=complaint.pk, kind="complaint.contact_logged")
    return logged.filter(data__values__purpose="record", data__values__direction="attempt").count()


def confirm_record(case: Case, values: Values) -> None:
    """E03: what was signed, refused or confirmed online is the form's signature too (RG-05)."""
    case.set("record_confirmed_at", case.at)
    if signed := SIGNED_BY.get(values["how"]):
        case.complaint.signed_by, case.complaint.signed_at = signed, None if signed == "refused" else case.at
        case.also_save("signed_by")
        case.also_save("signed_at")
    if values["how"] == STORED:
        case.complaint.original_place = values["original_place"]
        case.seal("envelope", values["envelope"])
        case.also_save("original_place")
        if values["scan"]:
            store.attach(values["scan"], case.complaint.pk, case.at, actor=case.actor)


CONFIRM_RECORD = Step(
    id="E03",
    name="confirm_record",
    event="complaint.record_confirmed",
    label=_("Confirm the record"),
    sources=OPEN_STATES,
    who=(*STAFF, "complainant", "agent"),
    guards=(record_not_confirmed, confirmed_as_it_came, letter_scanned),
    clause="ISC 9.6.2–9.6.4; SVC 3.1.2",
    effect=confirm_record,
    fields=(
        Field(
            name="how",
            label=_("How it was confirmed"),
            kind="choice",
            required=True,
            options=(
                ("signed", _("Signed")),
                ("signature_refused", _("Signature refused")),
                ("read_back", _("Read back")),
                ("checked", _("Checked with the user")),
                ("attempts", _("Three attempts to check noted")),
                (STORED, _("Original stored")),
                ("online", _("Confirmed online")),
            ),
        ),
        Field(
            name="means", label=_("By what means"), kind="choice", options=MEANS, when=("how", "checked"), required=True
        ),
        Field(
            name="result",
            label=_("What the check showed"),
            kind="choice",
            when=("how", "checked"),
            required=True,
            options=(
                ("as_written", _("It is as it was written")),
                ("corrected", _("The record was put right")),
                ("part", _("Only part of it could be checked")),
            ),
        ),
        Field(
            name="envelope",
            label=_("Envelope"),
            when=("how", STORED),
            required=True,
            limit=300,
            help=_("Postmark, registered number, sender as it stands there; or that there was none."),
        ),
        Field(
            name="original_place",
            label=_("Place of the original"),
            when=("how", STORED),
            required=True,
            limit=120,
            help=_("Where the letter itself can be found, such as folder and shelf."),
        ),
        Field(
            name="scan",
            label=_("Scan of the letter"),
            kind="files",
            when=("how", STORED),
            help=_("Needed unless the scan is among the files already."),
        ),
        Field(name="note", label=_("Remark"), kind="longtext"),
    ),
)


def add_facts(case: Case, values: Values) -> None:
    """New facts from whoever; files get their note 材料已收悉 (RG-09)."""
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    if case.actor.kind in {"complainant", "respondent"}:
        if case.complaint.waiting_on == case.actor.kind:
            case.wait_on(terms.WaitingOn.US)
        case.tell([case.complaint.owner_id], "case.new_facts")


ADD_FACTS = Step(
    id="E21",
    name="add_facts",
    event="complaint.facts_added",
    label=_("Add facts or evidence"),
    sources=OPEN_STATES,
    who=("complainant", "agent", "respondent", *STAFF, "owner", "dept"),
    clause="RG-09; IV-07",
    effect=add_facts,
    fields=(
        Field(name="facts", label=_("What is new"), kind="longtext", required=True),
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


BEFORE_A_SOLUTION = (State.REGISTERED, State.PRE_PLAN, State.ROUTING, State.INVESTIGATING)


@lacking
def lacks_in_record(actor: Actor, complaint: Any) -> list[str]:
    """What the record of a case that is not judged yet still lacks (RG-16, RG-19, RG-20)."""
    if complaint.state not in BEFORE_A_SOLUTION:
        return []
    found = [
        gettext("not on record: %(field)s") % {"field": completeness.label(name)} for name in missing_fields(complaint)
    ]
    if complaint.record_confirmed_at is None and complaint.mode == terms.Mode.LETTER:
        found.append(gettext("the original of the letter is not noted as stored"))
    elif complaint.record_confirmed_at is None and not complaint.anonymous:
        found.append(gettext("the record is not confirmed by the complainant yet"))
    return found


STEPS = (ACKNOWLEDGE, COMPLETE_REGISTRATION, CONFIRM_RECORD, ADD_FACTS)
