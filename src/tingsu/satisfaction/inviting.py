"""Drawing the sample of a survey, inviting it by letter, reminding once, closing after the last day (SC-05)."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ResultNotice
from tingsu.complaints.models import Complaint, Party
from tingsu.figures.values import today
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters import outbox
from tingsu.letters.choosing import ELECTRONIC
from tingsu.process.steps import Step
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.satisfaction import answering, framing, links, rules, sampling, tasks
from tingsu.satisfaction.models import Frame, Invitation

SURVEY = "survey"
LINK, PHONE = "link", "phone"
METHODS: tuple[tuple[str, Any], ...] = (
    (LINK, _("Questionnaire by a link in a letter")),
    (PHONE, _("Telephone callback")),
)
State = Invitation.State
BATCH = 500


def planned(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """A survey keeps the version of its questionnaire from here on. Raises InvalidInput."""
    if given["last_on"] < given["first_on"]:
        raise InvalidInput(
            {"last_on": InvalidValue(_("The period ends before it begins. Check both days."), code="order")}
        )
    form = rules.questionnaires()[given["questionnaire"]]
    opened.put("version", form.version)
    opened.put("group", form.group)
    size = given.get("size")
    if size is not None and not 0 <= size <= framing.MOST_SAMPLE:
        raise InvalidInput(
            {
                "size": InvalidValue(
                    _("A whole number from %(least)s to %(most)s."), code="number", least=0, most=framing.MOST_SAMPLE
                )
            }
        )


def frame_of(entry: Entry) -> list[framing.Framed]:
    """Who could be drawn for a survey now."""
    codes = entry.codes
    return framing.frame(
        date.fromisoformat(codes["first_on"]),
        date.fromisoformat(codes["last_on"]),
        codes["group"],
        int(codes["version"]),
    )


def draw(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """Keep frame and seed, and draw: nobody chooses who is asked. Raises ConditionsUnmet for nobody, and for too many."""
    found = {one.complaint_id: one for one in frame_of(opened.entry)}
    if not found:
        why = _("nobody of this group was told a result in this period who can be reached and was not asked lately")
        raise ConditionsUnmet([Unmet("nobody", why)])
    if len(found) > framing.MOST_FRAME:
        why = _("the period holds more than %(most)s people; choose a shorter one")
        raise ConditionsUnmet([Unmet("too_many", why, most=framing.MOST_FRAME)])
    seed = sampling.new_seed()
    wanted = opened.entry.codes.get("size") or sampling.recommended(len(found))
    sample = sampling.drawn(found, min(int(wanted), framing.MOST_SAMPLE), seed)
    Frame(id=opened.entry.pk, members=sorted(found), drawn_at=opened.at).save(force_insert=True)
    Invitation.objects.bulk_create(framing.invitations(opened.entry.pk, [found[one] for one in sample]))
    for name, value in (
        ("seed", seed), ("frame_size", len(found)), ("sample_size", len(sample)), ("frame_digest", sampling.digest_of(found)),
    ):  # fmt: skip
        opened.put(name, value)


def drawn_again(entry: Entry) -> bool | None:
    """Does the kept frame, drawn again with the kept seed, give this sample? None before the draw. Two queries."""
    kept = Frame.objects.filter(pk=entry.pk).first()
    if kept is None:
        return None
    found = list(Invitation.objects.filter(entry=entry).order_by("place").values_list("complaint_id", flat=True))
    return sampling.agrees(kept.members, len(found), entry.codes["seed"], entry.codes["frame_digest"], found)


def reachable_by_link(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Letters of this installation carry a link only where it has an address that others reach."""
    if opened.entry.codes.get("method") == LINK and not public("/"):
        return [
            Unmet(
                "no_address", _("this installation has no public address yet, so a letter can carry no link"), guard=""
            )
        ]
    return []


def begin(opened: OpenedEntry, given: dict[str, Any]) -> None:
    """From now on people are asked: by letter or in the list of calls, one case after the other, outside of this step."""
    tasks.invite.defer(survey_id=str(opened.entry.pk))


def invite_all(survey_id: uuid.UUID) -> int:
    """Ask everybody who was drawn and not asked yet; again and again does no harm. Gives how many letters were queued."""
    waiting = (
        Invitation.objects.filter(entry_id=survey_id, state=State.DRAWN).order_by("place").values_list("pk", flat=True)
    )
    return sum(_invite(one) for one in list(waiting))


def _invite(invitation_id: uuid.UUID) -> bool:
    """One letter or call, in one transaction under the lock of its case; whoever may not be asked any more is left out, with why."""
    at = now()
    found = Invitation.objects.values_list("complaint_id", flat=True).get(pk=invitation_id)
    with transaction.atomic(durable=True):
        chain = lock_chain(found)
        row = Invitation.objects.select_for_update(of=("self",)).select_related("entry").get(pk=invitation_id)
        if row.state != State.DRAWN or row.entry.state != answering.RUNNING:
            return False
        party = Party.objects.filter(pk=row.party_id, erased_at=None).first()
        why = _kept_from(row, party) or ("lately" if _asked_meanwhile(row) else "")
        if why or party is None:
            row.state, row.why = State.LEFT_OUT, why or "erased"
            row.save(update_fields=["state", "why"])
            return False
        complaint = Complaint.objects.get(pk=row.complaint_id)
        complaint.stream = chain.stream
        row.invited_at = at
        by_phone = row.entry.codes["method"] == PHONE
        if by_phone or outbox.channel_for(party, "survey_invitation", complaint.language) not in ELECTRONIC:
            row.state = State.CALL
            row.save(update_fields=["state", "invited_at"])
            return False
        row.state, row.token = State.INVITED, links.index_of(links.token_of(row.pk))
        row.save(update_fields=["state", "invited_at", "token"])
        _write(chain, complaint, party, row, "survey_invitation", at)
    return True


def _kept_from(row: Invitation, party: Party | None) -> str:
    """Why somebody who was drawn is not asked after all: erased, result taken back since (SC-14), does not wish to be asked."""
    if party is None:
        return "erased"
    if not ResultNotice.objects.filter(complaint_id=row.complaint_id, superseded_at=None).exists():
        return "no_result"
    return "refused" if framing.of_same_person(row).filter(state=State.REFUSED).exists() else ""


def _asked_meanwhile(row: Invitation) -> bool:
    """Did another survey, drawn before this one had asked, ask the same person?"""
    return framing.of_same_person(row).filter(framing.lately()).exclude(entry_id=row.entry_id).exists()


def _write(chain: Any, complaint: Complaint, party: Party, row: Invitation, template: str, at: datetime) -> None:
    _start, end = day_around(answering.last_day(row.entry), current_organisation().time_zone)
    letter = outbox.queue_letter(
        chain, complaint=complaint, party=party, template=template, intent=f"{template}:{row.pk}", at=at,
        values={"survey_link": links.address(row.pk), "valid_until": end.isoformat()},
    )  # fmt: skip
    outbox.record_queued(chain, letter, automation("satisfaction.invite", current_organisation_id()), at)
    chain.flush()


def remind_all() -> int:
    """One reminder to everybody who was invited by letter some days ago and has not answered, while the survey runs."""
    since = now() - timedelta(days=rules.number("reminder_after_days"))
    due = Invitation.objects.filter(
        state=State.INVITED, reminded_at=None, invited_at__lte=since, entry__state=answering.RUNNING
    )
    return sum(_remind(one) for one in list(due.order_by("invited_at", "pk").values_list("pk", flat=True)[:BATCH]))


def _remind(invitation_id: uuid.UUID) -> bool:
    at = now()
    found = Invitation.objects.values_list("complaint_id", flat=True).get(pk=invitation_id)
    with transaction.atomic(durable=True):
        chain = lock_chain(found)
        row = Invitation.objects.select_for_update(of=("self",)).select_related("entry").get(pk=invitation_id)
        if row.state != State.INVITED or row.reminded_at is not None or row.entry.state != answering.RUNNING:
            return False
        party = Party.objects.filter(pk=row.party_id, erased_at=None).first()
        row.reminded_at = at
        row.save(update_fields=["reminded_at"])
        if party is None or today() > answering.last_day(row.entry) or _kept_from(row, party):
            return False
        complaint = Complaint.objects.get(pk=row.complaint_id)
        complaint.stream = chain.stream
        if outbox.channel_for(party, "survey_reminder", complaint.language) not in ELECTRONIC:
            return False
        _write(chain, complaint, party, row, "survey_reminder", at)
    return True
