"""The formal notice of the result, the proof that it arrived, the reply in the channel of the case: E25."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ResultNotice
from tingsu.aftercare.queries import current_notice, proof_of_delivery, publishes, reply_owed, round_of
from tingsu.aftercare.rules import aftercare_rules
from tingsu.complaints import publishing
from tingsu.complaints.case import Case
from tingsu.complaints.fields import code_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import written_together
from tingsu.complaints.steps.common import LATE_REASON, lateness_explained
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.letters.models import Letter
from tingsu.process.steps import Field, Step, Values
from tingsu.process.values import refuse_placeholders

GROUND, GROUND_WORDS = publishing.ground(publishing.REPLY_GROUNDS)
WORDS = (("wording", "opinion"), ("reasons", "background"), ("solution", "accepted_by"))
"""Texts that were written for the complainant, each with another of the same entry that tells it from its namesakes."""


def not_notified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if current_notice(case.complaint) is None:
        return []
    return [Unmet("notified", _("the formal notice of this result has already been sent"))]


def notify_result(case: Case, values: Values) -> None:
    """E25: the formal notice, which also asks for the rating (FB-10, SC-01)."""
    refuse_placeholders(notice=values["notice"])
    notice = ResultNotice(
        id=new_id(), complaint=case.complaint, round=ResultNotice.objects.filter(complaint=case.complaint).count() + 1,
        sent_by=case.actor.id, sent_at=case.at, rating_asked_at=case.at,
    )  # fmt: skip
    notice.seal_all(words=values["notice"])
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", None)
    case.fact("notice", notice.pk)
    letter = None
    if party := complainant_of(case.complaint):
        by_mail = publishes(case.complaint) and case.complaint.channel == "email"
        letter = outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="result_notice", intent=notice.intent,
            values={"notice": values["notice"], "handler": case.complaint.owner_id}, at=case.at,
            channel="email" if by_mail else None,
        )  # fmt: skip
        case.fact("letter", letter.pk)
    if publishes(case.complaint) and (channel := _answered_in(case.complaint, letter)):
        notice.published_in, notice.published_at = channel, case.at
        case.fact("published_in", channel)
    notice.save(force_insert=True)


ON_OUR_PAGE = frozenset({"portal", "hotline", "store", "letter"})
"""Channels without a place online of their own: the follow-up page is where a reply to them stands."""


def _answered_in(complaint: Complaint, letter: Letter | None) -> str:
    """The channel in which the notice itself already answers; empty where somebody has to publish it (FB-14)."""
    if complaint.channel in ON_OUR_PAGE:
        return "portal"
    return "email" if complaint.channel == "email" and letter is not None and letter.channel == "email" else ""


def result_so_far(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The words that the complainant was given already: of the solution, of the reasons, of what was solved at once."""
    for words, beside in WORDS:
        if text := written_together(complaint, words, beside).get(words):
            return {"notice": text}
    return {}


NOTIFY_RESULT = Step(
    id="E25",
    name="notify_result",
    event="complaint.result_notified",
    label=_("Send the formal notice"),
    sources=(State.EVALUATING,),
    who=("owner", "specialist", "supervisor"),
    guards=(not_notified, lateness_explained),
    stops=("urgent_response", "first_reply", "dedicated_contact", "progress_feedback", "promised_date"),
    starts=("progress_feedback",),
    main=True,
    guide=_("Send the formal notice of the result; rating and callback follow it."),
    reaches_complainant=True,
    clause="CTS 8.6 a; SZ F.7",
    effect=notify_result,
    beside=("remedies", "investigation"),
    first=result_so_far,
    fields=(
        Field(name="notice", label=_("Result, in words for the complainant"), kind="longtext", required=True),
        LATE_REASON,
    ),
)


def notified(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Closing also wants the proof that the notice arrived (FB-10)."""
    current = round_of(case.complaint)
    if current is None:
        return [Unmet("not_notified", _("the complainant has not been told the result formally yet"))]
    if step.name == "close" and proof_of_delivery(case.complaint, current) is None:
        return [Unmet("not_delivered", _("nothing proves yet that the formal notice has reached the complainant"))]
    return []


RECEIPTS = (
    ("post", _("Registered letter or courier, with its receipt")),
    ("in_person", _("Handed over, signed for")),
    ("phone", _("Read out on the telephone, with the recording")),
    ("email", _("Their mailbox confirmed it")),
    ("sms", _("The network confirmed it")),
)


def not_proved(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    current = round_of(case.complaint)
    if current is None or proof_of_delivery(case.complaint, current) is None:
        return []
    return [Unmet("proved", _("it is proved already that the formal notice arrived"))]


def prove_delivery(case: Case, values: Values) -> None:
    """E25: the receipt of the formal notice, where neither page nor telephone tells that it arrived (FB-10)."""
    notice = current_notice(case.complaint)
    assert notice is not None  # noqa: S101 - guard notified
    if values["delivered_at"] < notice.sent_at:
        raise InvalidInput({"delivered_at": InvalidValue(_("The notice was sent later than this."), code="too_early")})
    notice.proof_means, notice.delivered_at = values["receipt_means"], values["delivered_at"]
    notice.seal_all(proof=values["receipt"])
    notice.save(update_fields=["proof_means", "delivered_at", "proof"])
    case.fact("notice", notice.pk)


def proof_is_missing(complaint: Complaint) -> bool:
    """Once everything else was tried: nobody was reached as often as the rule asks."""
    current = round_of(complaint)
    return current is not None and current.callback_done and proof_of_delivery(complaint, current) is None


def receipts_needed(actor: Actor, complaint: Complaint) -> str:
    """What counts, before somebody looks for it."""
    return str(
        _("Needed only when nobody was reached in %(calls)s calls and the complainant opened neither letter nor page.")
        % {"calls": aftercare_rules()["callback_attempts"]}
    )


PROVE_DELIVERY = Step(
    id="E25",
    name="prove_delivery",
    event="complaint.delivery_proved",
    label=_("Record proof of delivery"),
    sources=(State.EVALUATING,),
    who=("owner", "specialist", "supervisor", "frontline"),
    guards=(notified, not_proved),
    main=True,
    guide=_("Record the proof that the notice reached the complainant."),
    main_while=proof_is_missing,
    clause="CTS 8.6 a; SZ F.7",
    effect=prove_delivery,
    hint=receipts_needed,
    beside=("aftercare",),
    fields=(
        Field(name="receipt_means", label=_("How it arrived"), kind="choice", options=RECEIPTS, required=True),
        Field(name="receipt", label=_("Receipt, recording or who signed"), limit=200, required=True),
        Field(name="delivered_at", label=_("Arrived at"), kind="datetime", past=True, required=True),
    ),
)


def reply_not_published(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if not publishes(case.complaint):
        return [Unmet("no_reply_owed", _("only reports and infringement cases are answered in their channel"))]
    notice = current_notice(case.complaint)
    if notice is None or reply_owed(case.complaint, notice):
        return []
    return [Unmet("published", _("the reply already stands in the channel of the case"))]


def publish_reply(case: Case, values: Values) -> None:
    """E25: the words of the formal notice stand where the infringement or violation was raised (FB-14)."""
    notice = current_notice(case.complaint)
    assert notice is not None  # noqa: S101 - guard notified
    notice.published_in, notice.published_at = case.complaint.channel, case.at
    notice.ground = values["ground"]
    notice.seal_all(place=values["place"], ground_words=values["ground_words"])
    notice.save(update_fields=["published_in", "published_at", "place", "ground", "ground_words"])
    case.fact("notice", notice.pk)
    case.fact("published_in", notice.published_in)


def stands_on_a_ground(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Where others may read it too, it names the consent or legal duty it stands on, or tells of nobody (PS-11)."""
    return publishing.ungrounded(values["ground"], values["ground_words"]) if values else []


def reply_is_owed(complaint: Complaint) -> bool:
    notice = current_notice(complaint)
    return notice is not None and reply_owed(complaint, notice)


def where_it_was_raised(actor: Actor, complaint: Complaint) -> str:
    """The channel in which the reply has to stand."""
    return str(
        _("This case was raised through: %(channel)s. Publish the reply there, then say where it stands.")
        % {"channel": code_words("channel", complaint.channel)}
    )


PUBLISH_REPLY = Step(
    id="E25",
    name="publish_reply",
    event="complaint.reply_published",
    label=_("Record the published reply"),
    sources=(State.EVALUATING,),
    who=("owner", "specialist", "supervisor", "frontline"),
    guards=(notified, reply_not_published, stands_on_a_ground),
    main=True,
    guide=_("The complaint was public: publish the reply where it was made, and record it."),
    main_while=reply_is_owed,
    clause="ISC 8.3.2; SZ 6(2)",
    effect=publish_reply,
    hint=where_it_was_raised,
    beside=("aftercare",),
    fields=(
        Field(name="place", label=_("Address or place of the reply"), limit=500, required=True),
        replace(GROUND, required=True),
        GROUND_WORDS,
    ),
)


def reply_published(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """FB-14: closing waits until the reply stands in the channel in which the case was raised."""
    notice = current_notice(case.complaint)
    if notice is None or not reply_owed(case.complaint, notice):
        return []
    return [
        Unmet(
            "not_published",
            _("the reply does not stand yet where this was raised: %(channel)s"),
            channel=code_words("channel", case.complaint.channel),
        )
    ]


STEPS = (NOTIFY_RESULT, PUBLISH_REPLY, PROVE_DELIVERY)
