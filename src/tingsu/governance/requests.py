"""The register of requests about personal data (RC-07, PS-17): who asked for what, proved how, answered when and how.

What is told, to whom and in which form is a rule of the firm (`answering`); the copy is made by one and looked through by another.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.models import Complaint
from tingsu.complaints.telling import complainant_of
from tingsu.files import store
from tingsu.governance import answering, copies, corrections, disposal, erasure, publications
from tingsu.governance.answering import KINDS, MEANS
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.punctuation import listed
from tingsu.letters.outbox import queue_letter, record_queued
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink

NAME, TIMER = disposal.REQUEST, "data_request_answer"
PERSONS = (
    ("self", pgettext_lazy("who asks", "The person")), ("agent", pgettext_lazy("who asks", "An agent of the person")),
    ("guardian", pgettext_lazy("who asks", "The guardian of a minor")),
    ("relative", pgettext_lazy("who asks", "A close relative of somebody who died")),
)  # fmt: skip
FORMS = (("oral", pgettext_lazy("request", "By word of mouth")), ("written", pgettext_lazy("request", "In writing")))
PROOFS = (
    ("code", _("Identification code and number of the complaint")), ("callback", _("Called back at the number on record")),
    ("document", _("Identity document seen")),
    ("page", _("Asked on the own page of the complaint")),
)  # fmt: skip
AUTHORITIES = (
    ("power", _("Power of attorney seen")), ("guardianship", _("Proof of guardianship seen")), ("kinship", _("Proof of kinship seen")),
)  # fmt: skip
NEEDED = {"agent": "power", "guardian": "guardianship", "relative": "kinship"}
DECISIONS = (
    ("granted", pgettext_lazy("request", "Granted")), ("partly", pgettext_lazy("request", "Granted in part")),
    ("refused", pgettext_lazy("request", "Refused")),
)  # fmt: skip
FETCHED_WITHIN = timedelta(days=30)
"""So long a copy lies on the person's own page; afterwards another is asked for."""


def received(request: OpenedEntry, values: dict[str, Any]) -> None:
    """The time to answer runs from receipt; the case that the request is about is linked when its number is known."""
    request.start(TIMER, at=values["received_at"])
    if typed := values.get("case_number"):
        found = disposal.case_named(typed)
        if found is None:
            raise InvalidInput({"case_number": InvalidValue(_("No complaint has this number."), code="choice")})
        link_opened(request, found, "about")
        if request.entry.owner_id is None:  # asked on the own page: whoever handles the case answers for it
            request.own(Complaint.objects.values_list("owner_id", flat=True).get(pk=found))


def authority_shown(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever asks for somebody else shows that they may."""
    if values is None:
        return []
    needed = NEEDED.get(request.entry.codes["who"], "")
    if (values.get("authority") or "") == needed:
        return []
    if not needed:
        return [Unmet("authority", _("the person asks in person: no authority is noted"))]
    return [Unmet("authority", _("this needs: %(proof)s"), proof=dict(AUTHORITIES)[needed])]


def ground_told(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What is refused, wholly or in part, is refused on a ground of law that the person is told."""
    if values is None or values.get("decision") == "granted" or values.get("legal_ground"):
        return []
    return [Unmet("legal_ground", _("say on which legal ground it is refused"))]


def letter_possible(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """By letter only to the person of a case that is linked."""
    if values is None or values.get("means") != "letter" or disposal.cases_of(request.entry.pk):
        return []
    return [Unmet("no_case", _("no complaint is linked whose person a letter could reach; choose another means"))]


def by_the_rule(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Form and addressee of the answer are what the firm's rule allows for this kind of request."""
    if values is None or not values.get("means"):
        return []
    rule, unmet = answering.rule_for(request.entry.codes["kind"]), []
    if values["means"] not in (allowed := answering.allowed_means(request.entry.codes["kind"])):
        words = listed(str(dict(MEANS)[one]) for one in allowed)
        unmet.append(Unmet("form", _("by the rule such a request is answered: %(forms)s"), forms=words))
    if values["means"] == "letter" or request.entry.codes["who"] == "self":
        return unmet
    if rule["addressee"] == answering.PERSON:
        unmet.append(Unmet("addressee", _("by the rule only the person of the complaint is answered: by letter")))
    elif not values.get("addressee"):
        unmet.append(Unmet("addressee", _("say to whom the answer was given")))
    return unmet


def copy_wanted(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A copy is made of what stands in a case, for whoever asked to look into it."""
    if request.entry.codes["kind"] != "access":
        return [Unmet("no_copy", _("no copy was asked for"))]
    if not copies.people_of(disposal.cases_of(request.entry.pk)):
        return [Unmet("no_case", _("link the complaint that this is about"))]
    return []


def copy_reviewed(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What is granted to whoever asked for a copy was made and looked through by two people."""
    granted = values is not None and values.get("decision") in {"granted", "partly"}
    if not granted or request.entry.codes["kind"] != "access" or request.entry.state == "reviewed":
        return []
    return (
        [Unmet("copy", _("first the copy is made, and looked through by somebody else"))]
        if disposal.cases_of(request.entry.pk)
        else []
    )


def make_copy(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The document, written before the transaction that names it; one that is not named is swept."""
    about = EntryLink.objects.filter(entry_id=entry.pk, kind="about").values_list("other_id", flat=True)
    if not (people := copies.people_of(about)):
        raise ConditionsUnmet([Unmet("no_case", _("link the complaint that this is about"))])
    return {"copy_file": copies.make(actor, entry.number, people).pk}


def copy_made(request: OpenedEntry, values: dict[str, Any]) -> None:
    """The fresh copy in the place of an older one, whose key is destroyed."""
    store.destroy(request.entry.codes.get("copy") or [], request.entry.pk, request.at)
    store.attach([values["copy_file"]], request.entry.pk, request.at, actor=request.actor)
    request.put("copy", [str(values["copy_file"])])


def about(complaint_id: uuid.UUID) -> list[Entry]:
    """Requests of the complainant's side about a case, the newest first. One query."""
    rows = Entry.objects.filter(register=NAME, links__other_id=complaint_id, links__kind="about").select_related(
        "stream"
    )
    return [row for row in rows.order_by("-opened_at", "-pk") if row.codes.get("who") in {"self", "agent"}]


def is_open(entry: Entry) -> bool:
    """Is it still to be answered?"""
    return entry.state in OPEN


def open_about(complaint_id: uuid.UUID) -> list[Entry]:
    """Those that are still to be answered."""
    return [row for row in about(complaint_id) if is_open(row)]


def deletion_of_a_case(request: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A granted deletion says of which case."""
    granted = values is not None and values.get("decision") in {"granted", "partly"}
    if (
        not granted
        or request.entry.codes["kind"] not in {"deletion", "withdrawal"}
        or disposal.cases_of(request.entry.pk)
    ):
        return []
    return [Unmet("no_case", _("link the complaint that this is about"))]


def answered(request: OpenedEntry, values: dict[str, Any]) -> None:
    """The letter with the result leaves with this step; a granted withdrawal takes effect at once, a deletion by a run."""
    granted = values["decision"] in {"granted", "partly"}
    if granted:
        corrections.make(request)
    if granted and request.entry.codes.get("copy"):
        request.put("copy_until", request.at + FETCHED_WITHIN)
    for pk in disposal.cases_of(request.entry.pk):
        if values["means"] == "letter":
            _write(request, pk, values)
        if granted and request.entry.codes["kind"] == "withdrawal":
            erasure.withdraw_consent(pk, actor=request.actor, at=request.at, request_id=request.entry.pk)
            publications.consent_withdrawn(pk, actor=request.actor)


def _write(request: OpenedEntry, complaint_id: uuid.UUID, values: dict[str, Any]) -> None:
    complaint = Complaint.objects.get(pk=complaint_id)
    if (party := complainant_of(complaint)) is None or party.erased_at is not None:
        return
    chain = lock_chain(complaint_id, "complaint")
    with override(complaint.language):
        told = {
            "request": request.entry.number,
            "asked": str(dict(KINDS)[request.entry.codes["kind"]]),
            "decision": str(dict(DECISIONS)[values["decision"]]),
            "answer": values["answer"],
            "ground": values.get("legal_ground") or "",
            "deleted": _follows(request, values),
        }
    letter = queue_letter(
        chain, complaint=complaint, party=party, template="data_request_answer", intent=f"data_request:{request.entry.pk}",
        values=told, at=request.at,
    )  # fmt: skip
    record_queued(chain, letter, request.actor, request.at)
    chain.flush()


def _follows(request: OpenedEntry, values: dict[str, Any]) -> str:
    if request.entry.codes.get("copy") and values["decision"] != "refused":
        return str(
            _("The copy lies on the page of your complaint for thirty days; open it with number and access code.")
        )
    if request.entry.codes.get("whose") and values["decision"] != "refused":
        return str(_("It is put right in our records."))
    if request.entry.codes["kind"] != "deletion" or values["decision"] == "refused":
        return ""
    words = _(
        "Once a second person has approved it, names, contact data, texts, files and letters are deleted from the running "
        "system. Older backups hold them until they expire; they are not used for anything else meanwhile."
    )
    return str(words)


WORKERS = (OWNER, *LEADERS, Role.SPECIALIST, Role.DSO)
DECIDERS = (*LEADERS, Role.DSO)
OPEN = ("open", "checked", "copied", "reviewed", "written")

declare(
    Register(
        name=disposal.REQUEST,
        one=_("Request about personal data"),
        many=_("Requests about personal data"),
        hint=_(
            "Whoever asks to see, correct or delete their data, or takes a consent back: identity checked, answered in time "
            "and with reasons. A granted deletion is then due in the register of disposal."
        ),
        prefix="GR",
        icon="forms",
        group="handling",
        order=60,
        title="words",
        readers=(*LEADERS, *CHECKERS, Role.SPECIALIST, Role.DSO),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH, Role.DSO),
        fields=(
            Field(name="kind", label=_("What is asked"), kind="choice", options=KINDS),
            Field(name="who", label=_("Who asks"), kind="choice", options=PERSONS),
            Field(name="form", label=pgettext_lazy("request", "In which form"), kind="choice", options=FORMS),
            Field(name="received_at", label=_("Received at"), kind="datetime", past=True),
            Field(name="words", label=pgettext_lazy("request", "What they said"), kind="longtext", limit=4000),
            Field(name="name", label=_("Full name"), limit=60),
            Field(name="phone", label=_("Telephone"), limit=30),
            Field(name="case_number", label=_("Number of the complaint"), limit=40),
            Field(name="identity", label=_("How identity was checked"), kind="choice", options=PROOFS),
            Field(name="authority", label=_("Authority to ask for somebody else"), kind="choice", options=AUTHORITIES),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="copy", label=_("The copy"), kind="files"),
            Field(name="copy_until", label=_("To be fetched until"), kind="datetime"),
            *corrections.FIELDS,
            Field(name="decision", label=pgettext_lazy("request", "Decision"), kind="choice", options=DECISIONS),
            Field(name="legal_ground", label=_("Legal ground of a refusal"), kind="longtext", limit=1000),
            Field(name="answer", label=pgettext_lazy("request", "Our answer"), kind="longtext", limit=4000),
            Field(name="means", label=_("Answered by what means"), kind="choice", options=MEANS),
            Field(name="addressee", label=_("Addressee of the answer"), limit=80),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("kind*", "who*", "form*", "received_at*", "words*", "name", "phone", "case_number"),
        passing=("reason",),
        columns=("kind", "who", "received_at"),
        filters=("kind", "who", "decision"),
        personal={"name": "contact.name", "phone": "contact.phone", "addressee": "contact.name", **corrections.PERSONAL},
        states=(
            State("open", _("Identity to be checked"), "soon"),
            State("checked", _("To be answered"), "soon"),
            State("copied", _("Copy to be looked through"), "soon"),
            State("reviewed", _("To be answered, with the copy"), "soon"),
            State("written", _("Correction to be decided"), "soon"),
            State("answered", pgettext_lazy("request", "Answered"), "done", open=False),
            State("unproved", _("Identity not proved"), open=False),
            State("withdrawn", pgettext_lazy("request", "Taken back"), open=False),
        ),
        opening={"may_start": (TIMER,)},
        on_open=received,
        steps=(
            Do(
                name="check_identity", label=_("Identity is proved"), event="identity_checked", did=_("checked the identity"),
                sources=("open",), target="checked", who=WORKERS, asks=("identity*", "authority", "proof"), guards=(authority_shown,),
                icon="check", clause="SZ 8(1)",
            ),
            Do(
                name="make_copy", label=_("Make the copy"), event="copy_made", did=_("made the copy of what is recorded"),
                sources=("checked", "copied", "reviewed"), target="copied", who=WORKERS, guards=(copy_wanted,), before=make_copy,
                effect=copy_made, tells=DECIDERS, icon="file-text", clause="SZ 8(1)",
            ),
            Do(
                name="pass_copy", label=_("The copy is right"), event="copy_passed", did=_("looked the copy through"),
                sources=("copied",), target="reviewed", who=DECIDERS, not_by=("make_copy",), tells=(OWNER,), tone="done", icon="checks",
                clause="SZ 8(1)",
            ),
            Do(
                name="return_copy", label=_("The copy is not right"), event="copy_returned", did=_("sent the copy back"),
                sources=("copied",), target="checked", who=DECIDERS, asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="write_correction", label=_("Write down the correction"), event="correction_written", did=_("wrote down what is to be put right"),
                sources=("checked", "written"), target="written", who=WORKERS, asks=corrections.ASKS, guards=(corrections.can_be_written,),
                effect=corrections.written, tells=DECIDERS, icon="edit", clause="SZ 8(1)",
            ),
            Do(
                name="answer", label=pgettext_lazy("request", "Answer"), event="answered", did=_("answered the request"),
                sources=("checked", "reviewed", "written"), target="answered", who=DECIDERS, not_by=("write_correction",), stops=(TIMER,),
                tells=(OWNER,), tone="done", icon="check",
                asks=("decision*", "legal_ground", "answer*", "means*", "addressee"),
                guards=(
                    ground_told, letter_possible, by_the_rule, deletion_of_a_case, copy_reviewed, corrections.is_made_or_written,
                ), effect=answered, clause="SZ 8(1)",
            ),
            Do(
                name="not_proved", label=_("Identity is not proved"), event="not_proved", did=_("could not prove the identity"),
                sources=("open",), target="unproved", who=WORKERS, asks=("answer*",), stops=(TIMER,), main=False,
                icon="x", clause="SZ 8(1)",
            ),
            Do(
                name="take_back", label=_("The person takes it back"), event="taken_back", did=_("noted that it was taken back"),
                sources=OPEN, target="withdrawn", who=WORKERS, asks=("reason*",), stops=(TIMER,), main=False, icon="x",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=disposal.REQUEST, label=_("Answer to a request about personal data"), starts=_("request received"),
                stops=_("answered, not proved or taken back"), source="SZ 8(1)",
                limits=(Limit(amount=30, unit=Unit.DAY, basis="GB/T 35273 8.7", ours=True),),
            ),
        ),
    )
)  # fmt: skip
