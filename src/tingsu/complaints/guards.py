"""Conditions the complaint itself knows: acknowledgement, record, feedback dates, ownership (process.md §2)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.people import queries as people
from tingsu.process.registry import guard, shared_guard
from tingsu.process.steps import Step
from tingsu.process.values import has_empty_place

Values = dict[str, Any] | None
COMPLETE_NEEDS: dict[str, Any] = {
    "description": _("problem description"),
    "product": _("product or service"),
    "occurred_on": _("date of occurrence"),
}
MAX_REFUSALS = 3
"""Refused transfers before the supervisor rules (AS-01, default)."""


@guard("G2")
def acknowledged(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.acknowledged_at or case.complaint.anonymous:
        return []
    return [Unmet("G2", "not_acknowledged", _("the complainant has not been told yet that the complaint was received"))]


@guard("G3")
def record_confirmed(case: Case, step: Step, values: Values) -> list[Unmet]:
    c = case.complaint
    if c.record_confirmed_at or c.anonymous:
        return []  # an anonymous complaint is checked by the means left (CA-18)
    sentence = {
        terms.Mode.IN_PERSON: _("the record is neither signed nor is a refusal to sign noted"),
        terms.Mode.PHONE: _("the record has not been read back to the caller"),
        terms.Mode.LETTER: _("the original of the letter is not noted as stored"),
    }.get(terms.Mode(c.mode), _("data and content have not been checked with the user, nor three attempts noted"))
    return [Unmet("G3", "record_not_confirmed", sentence)]


@guard("G9")
def next_date_told(case: Case, step: Step, values: Values) -> list[Unmet]:
    if values is None:
        return []
    unmet = []
    if not (values["next_at"] or values["progress"] or values["query_way"]):
        unmet.append(
            Unmet(
                "G9",
                "no_next_date",
                _("name the date of the next feedback, the present progress, or how to query progress"),
            )
        )
    promised = case.complaint.next_feedback_at
    moved = promised is not None and promised > case.at and values["next_at"] and values["next_at"] > promised
    if moved and not values["date_moved_reason"]:
        unmet.append(Unmet("G9", "date_moved", _("say why the date given earlier moves; the complainant is told")))
    running = case.running("progress_feedback")
    if running is not None and case.at > running.due_at and not values["late_reason"]:
        unmet.append(
            Unmet("G9", "late_reason", _("this feedback comes later than two working days; record the reason"))
        )
    if has_empty_place(values["content"]):
        unmet.append(Unmet("G9", "placeholder", _("a placeholder 〔 〕 is still empty")))
    return unmet


@guard("not_acknowledged")
def not_acknowledged(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.acknowledged_at is None:
        return []
    return [Unmet("not_acknowledged", "acknowledged", _("the acknowledgement has already been given"))]


@guard("not_pushed")
def not_pushed(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.pushed_at is None:
        return []
    return [Unmet("not_pushed", "pushed", _("the record is already with the investigation group"))]


@guard("record_complete")
def record_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    missing = missing_fields(case.complaint)
    if not missing or case.actor.kind == "system":
        return []  # still incomplete after fifteen minutes, it is pushed as it is (CA-08)
    labels = ", ".join(str(COMPLETE_NEEDS[name]) for name in missing)
    return [Unmet("record_complete", "incomplete", _("still missing: %(fields)s"), fields=labels)]


def missing_fields(complaint: Any) -> list[str]:
    """Fields that would make the registration complete; withheld ones count as given (RG-16, RG-17)."""
    return [name for name in COMPLETE_NEEDS if not getattr(complaint, name) and name not in complaint.withheld]


@guard("record_not_confirmed")
def record_not_confirmed(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.record_confirmed_at is None:
        return []
    return [Unmet("record_not_confirmed", "confirmed", _("the record is already confirmed"))]


CONFIRMED_BY: dict[str, tuple[str, ...]] = {
    terms.Mode.IN_PERSON: ("signed", "signature_refused"),
    terms.Mode.PHONE: ("read_back",),
    terms.Mode.LETTER: ("original_stored",),
}
"""G3: what confirms a record depends on how the complaint came; all other ways in are checked with the user."""
CHECKED = ("checked", "attempts")
CHECK_ATTEMPTS = 3


@guard("confirmed_as_it_came")
def confirmed_as_it_came(case: Case, step: Step, values: Values) -> list[Unmet]:
    """G3: a visit is signed, a call read back, a letter stored, the rest checked with the user or tried three times.

    The complainant may confirm online whichever way the complaint came; anonymous ones are checked by the means left (CA-18).
    """
    c = case.complaint
    if values is None or c.anonymous:
        return []
    how = values["how"]
    allowed = ("online",) if case.actor.kind == "complainant" else CONFIRMED_BY.get(c.mode, CHECKED)
    if how not in allowed:
        return [
            Unmet("confirmed_as_it_came", "other_way", _("this is not how a complaint that came this way is confirmed"))
        ]
    if how == "attempts" and attempts_to_check(c) < CHECK_ATTEMPTS:
        sentence = _("log %(count)s attempts to check the record with the user first")
        return [Unmet("confirmed_as_it_came", "attempts_missing", sentence, count=CHECK_ATTEMPTS)]
    return []


def attempts_to_check(complaint: Any) -> int:
    """Attempts to check the record with the user, counted in the ledger (ISC 9.6.4)."""
    logged = Event.objects.filter(stream_id=complaint.pk, kind="complaint.contact_logged")
    return logged.filter(data__values__purpose="record", data__values__direction="attempt").count()


@guard("no_offer_open")
def no_offer_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.offered_member_id is None and case.complaint.offered_unit_id is None:
        return []
    return [Unmet("no_offer_open", "offer_open", _("the case is already offered to somebody who has not answered yet"))]


@guard("offer_open")
def offer_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    c = case.complaint
    if (c.offered_member_id or c.offered_unit_id) and c.state != terms.State.ROUTING:
        return []
    return [Unmet("offer_open", "no_offer", _("there is no offer to take back in this stage"))]


@guard("transfer_allowed")
def transfer_allowed(case: Case, step: Step, values: Values) -> list[Unmet]:
    c = case.complaint
    unmet = []
    if c.offer_refusals >= MAX_REFUSALS and not case.actor.has_role("supervisor"):
        unmet.append(
            Unmet("transfer_allowed", "refused_thrice", _("three handovers were refused; the supervisor decides"))
        )
    if values is not None and values["member"] == c.owner_id:
        unmet.append(Unmet("transfer_allowed", "same_owner", _("this person already owns the case")))
    if values is not None and c.required_level and not people.has_level(values["member"], c.required_level):
        sentence = _("the case needs a higher staff level; choose another person, or let a supervisor assign it")
        unmet.append(Unmet("transfer_allowed", "level_too_low", sentence))
    return unmet


@guard("assignable")
def assignable(case: Case, step: Step, values: Values) -> list[Unmet]:
    if values is None:
        return []
    c = case.complaint
    unmet = []
    if values["member"] == c.owner_id:
        unmet.append(Unmet("assignable", "same_owner", _("this person already owns the case")))
    if c.required_level and not people.has_level(values["member"], c.required_level) and not values["override_reason"]:
        unmet.append(
            Unmet(
                "assignable",
                "level_too_low",
                _("the case needs a higher staff level; choose another person or give a reason"),
            )
        )
    return unmet


@guard("not_supervised")
def not_supervised(case: Case, step: Step, values: Values) -> list[Unmet]:
    if not case.complaint.supervised:
        return []
    return [Unmet("not_supervised", "supervised", _("the case is already under supervision"))]


@guard("not_withdrawn")
def not_withdrawn(case: Case, step: Step, values: Values) -> list[Unmet]:
    if not case.complaint.withdrawn:
        return []
    return [Unmet("not_withdrawn", "withdrawn", _("the withdrawal is already recorded"))]


@shared_guard("grade_general")
def grade_general(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.grade != terms.Grade.HIGH_RISK:
        return []
    return [
        Unmet(
            "high_risk",
            _("high-risk complaints are reported upward first and never join the ordinary queue"),
        )
    ]


@shared_guard("not_difficult")
def not_difficult(case: Case, step: Step, values: Values) -> list[Unmet]:
    if not (case.complaint.difficult or case.complaint.major or case.complaint.crisis):
        return []
    return [Unmet("difficult", _("a difficult or major complaint goes through investigation"))]


CITE_BASIS = _("cite at least one handling basis: law, standard, rule, contract, promise or practice")


@shared_guard("G7")
def basis_cited(case: Case, step: Step, values: Values) -> list[Unmet]:
    """IV-10. A complaint that is out of scope is answered with that reason alone (P05)."""
    cited = values is None or bool(values["bases"]) or bool(values.get("out_of_scope"))
    return [] if cited else [Unmet("no_basis", CITE_BASIS)]
