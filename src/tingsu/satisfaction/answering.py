"""Answers: read from a form as they were typed, kept once, never changed. By the person on our page, or told on the telephone (SC-05, SC-14)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Party
from tingsu.figures.values import today
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, TingsuError, Unmet, too_long
from tingsu.kernel.ledger import Chain, lock_chain
from tingsu.kernel.spelling import tidy
from tingsu.people.alone import one_person
from tingsu.registers.models import Entry
from tingsu.satisfaction import rules
from tingsu.satisfaction.links import SurveyAnswered, SurveyLinkEnded, SurveyOver, SurveyRefused
from tingsu.satisfaction.models import Answer, Invitation
from tingsu.satisfaction.rules import Questionnaire

LONGEST = 2000
LONGEST_RECORDING = 80
MOST_CALLS = 3
"""So many calls that reached nobody end the try (as for callbacks, SC-02)."""
ANSWERABLE = (Invitation.State.INVITED, Invitation.State.CALL, Invitation.State.UNREACHED)
RUNNING, CLOSED = "running", ("closed", "proposed", "released")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody answered, cleaned."""

    values: Mapping[str, Mapping[str, int]]
    comment: str = ""


def questionnaire_of(entry: Entry) -> Questionnaire:
    """The questionnaire of a survey, in the version under which it was planned."""
    return rules.questionnaires(int(entry.codes["version"]))[entry.codes["questionnaire"]]


def read(form: Questionnaire, typed: Mapping[str, str]) -> Given:
    """The answers of a form: fields are `x-code` and, where asked, `e-code`; left open is allowed, but not everything.

    Raises InvalidInput, by the names of the fields.
    """
    errors: dict[str, TingsuError] = {}
    values: dict[str, dict[str, int]] = {}
    for item in form.items:
        top = form.scale if item.kind == rules.RATING else 1
        for mark in ("x", "e") if form.expects and item.kind == rules.RATING else ("x",):
            given = str(typed.get(f"{mark}-{item.code}") or "")
            if not given:
                continue
            least = 1 if item.kind == rules.RATING else 0
            if not given.isascii() or not given.isdigit() or len(given) > 2 or not least <= int(given) <= top:
                errors[f"{mark}-{item.code}"] = InvalidValue(
                    _("Choose one of the answers that stand there."), code="choice"
                )
            else:
                values.setdefault(item.code, {})[mark] = int(given)
    comment = tidy(str(typed.get("comment") or ""), lines=True)
    if "\x00" in comment:
        errors["comment"] = InvalidValue(code="nul")
    elif len(comment) > LONGEST:
        errors["comment"] = too_long(comment, LONGEST)
    if not errors and not any("x" in values.get(item.code, {}) for item in form.rated):
        errors[f"x-{form.rated[0].code}"] = InvalidValue(
            _("Answer at least one question on the scale."), code="required"
        )
    if errors:
        raise InvalidInput(errors)
    return Given(values=values, comment=comment)


def asked_fields(form: Questionnaire) -> list[str]:
    """The names that a form can post, beside the comment."""
    rated = [f"{mark}-{item.code}" for item in form.rated for mark in (("e", "x") if form.expects else ("x",))]
    return [*rated, *(f"x-{item.code}" for item in form.asked_again)]


def last_day(entry: Entry) -> date:
    """Until when answers are in time."""
    return date.fromisoformat(entry.codes["until"])


def check_open(row: Invitation) -> None:
    """Raises SurveyLinkEnded and its kinds for an invitation that is not to be answered any more."""
    if row.state == Invitation.State.ANSWERED:
        raise SurveyAnswered
    if row.state == Invitation.State.REFUSED:
        raise SurveyRefused
    if row.state not in ANSWERABLE or row.entry.state not in {RUNNING, *CLOSED} or "until" not in row.entry.codes:
        raise SurveyLinkEnded
    if today() > last_day(row.entry) + timedelta(days=rules.number("late_days")):
        raise SurveyOver
    if not Party.objects.filter(pk=row.party_id, erased_at=None).exists():
        raise SurveyLinkEnded


def _locked(invitation_id: uuid.UUID) -> tuple[Chain, Invitation]:
    """Under the lock of its case, as letters and erasing take it, then of the survey, which nobody ends meanwhile; with the
    history of the survey. Raises SurveyLinkEnded.
    """
    complaint_id, entry_id = Invitation.objects.values_list("complaint_id", "entry_id").get(pk=invitation_id)
    lock_chain(complaint_id)
    survey = lock_chain(entry_id)
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("entry__stream", "complaint__stream")
        .get(pk=invitation_id)
    )
    check_open(row)
    return survey, row


def answer(invitation_id: uuid.UUID, given: Given) -> Answer:
    """What the person answered on our page; once. Raises SurveyLinkEnded and its kinds."""
    with transaction.atomic(durable=True):
        _survey, row = _locked(invitation_id)
        return _keep(row, given, way="link")


def answer_by_phone(*, actor: Actor, invitation_id: uuid.UUID, given: Given, recording: str) -> Answer:
    """What a person told on the telephone, entered as such by a member; a recording proves it (SC-14).

    Raises InvalidInput, SurveyLinkEnded and its kinds, ConditionsUnmet for the handler of the case.
    """
    reference = tidy(recording)
    if not reference or "\x00" in recording:
        raise InvalidInput(
            {
                "recording": InvalidValue(
                    _("An answer told on the telephone needs the reference of the recording."), code="required"
                )
            }
        )
    if len(reference) > LONGEST_RECORDING:
        raise InvalidInput({"recording": too_long(reference, LONGEST_RECORDING)})
    with transaction.atomic(durable=True):
        survey, row = _locked(invitation_id)
        not_the_handler(actor, row)
        kept = _keep(row, given, way="phone", entered_by=actor.id, recording=reference)
        _note(survey, actor, row, "survey.answer_entered")
    return kept


def not_the_handler(actor: Actor, row: Invitation) -> None:
    """Raises ConditionsUnmet: nobody asks about the own work (SC-03)."""
    if actor.id is not None and actor.id in {row.handler_id, row.complaint.owner_id} and not one_person():
        raise ConditionsUnmet([Unmet("handler_calls", _("you handled this complaint; somebody else asks about it"))])


def _keep(
    row: Invitation, given: Given, *, way: str, entered_by: uuid.UUID | None = None, recording: str = ""
) -> Answer:
    at, on = now(), today()
    made = Answer(
        id=row.pk, survey_id=row.entry_id, way=way, late=on > last_day(row.entry), values={code: dict(one) for code, one in given.values.items()},
        entered_by=entered_by, recording=recording, answered_on=on, channel=row.channel, grade=row.grade, outcome=row.outcome,
        department_id=row.department_id, supplier_id=row.supplier_id, handler_id=row.handler_id,
    )  # fmt: skip
    made.save(force_insert=True)
    row.state, row.ended_at = Invitation.State.ANSWERED, at
    if given.comment:
        row.comment = row.complaint.stream.key().seal(given.comment, f"invitation:{row.pk}:comment")
    row.save(update_fields=["state", "ended_at", "comment"])
    return made


def refuse(invitation_id: uuid.UUID) -> None:
    """The person does not wish to be asked, now or later. Raises SurveyLinkEnded and its kinds."""
    with transaction.atomic(durable=True):
        _survey, row = _locked(invitation_id)
        row.state, row.ended_at = Invitation.State.REFUSED, now()
        row.save(update_fields=["state", "ended_at"])


def not_reached(*, actor: Actor, invitation_id: uuid.UUID) -> None:
    """A call that reached nobody; the third one ends the try, and a link goes on working. Raises SurveyLinkEnded and its kinds, ConditionsUnmet."""
    with transaction.atomic(durable=True):
        survey, row = _locked(invitation_id)
        not_the_handler(actor, row)
        row.calls += 1
        if row.calls >= MOST_CALLS:
            row.state, row.ended_at = Invitation.State.UNREACHED, now()
        row.save(update_fields=["calls", "state", "ended_at"])
        _note(survey, actor, row, "survey.call_noted")


def _note(survey: Chain, actor: Actor, row: Invitation, kind: str) -> None:
    """Who entered what of which number of the sample; never what was answered."""
    survey.record(kind, actor=actor, at=now(), data={"place": row.place})
    survey.flush()
