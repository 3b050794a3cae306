"""A new access code in the place of the old one: E31. Whoever lost it, or told it to somebody, need not live with it (AK-06)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.telling import complainant_of, exchange_code
from tingsu.complaints.terms import State
from tingsu.kernel.errors import Unmet
from tingsu.kernel.models import Event
from tingsu.letters import outbox
from tingsu.process.steps import Field, Step, Values

PARTIES = frozenset({"complainant", "agent"})


def still_kept(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """With the person's data the code is erased, and nothing is left that another one could open."""
    if case.complaint.code:
        return []
    return [Unmet("erased", _("the personal data of this complaint has been erased"))]


def can_be_told(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody of ours reads the new code: it leaves by letter. Who has no address sees it on the own page alone."""
    if case.actor.kind in PARTIES:
        return []
    party = complainant_of(case.complaint)
    if (
        party is not None
        and not case.complaint.anonymous
        and outbox.channel_for(party, "access_code", case.complaint.language) != "portal"
    ):
        return []
    return [
        Unmet("no_address", _("no new code can be sent: there is no address for it. Only the complainant can make one"))
    ]


def renew(case: Case, values: Values) -> None:
    """The old code opens nothing from now on; what it had opened in other browsers closes with it (`portal.session`)."""
    complaint = case.complaint
    exchange_code(complaint)
    case.also_save("code")
    case.also_save("code_index")
    party = complainant_of(complaint)
    if party is not None and outbox.channel_for(party, "access_code", complaint.language) != "portal":
        outbox.queue_letter(
            case.chain, complaint=complaint, party=party, template="access_code", intent=f"access_code:{case.event_id}",
            values={}, at=case.at,
        )  # fmt: skip


def first_code(complaint: Complaint) -> str:
    """The code as it was given at registration, for whoever registered; nothing once it was exchanged: the new one is not theirs."""
    if Event.objects.filter(stream_id=complaint.pk, kind="complaint.code_renewed").exists():
        return ""
    return complaint.text("code")


RENEW_CODE = Step(
    id="E31",
    name="renew_code",
    event="complaint.code_renewed",
    label=_("Exchange the access code"),
    sources=tuple(State),
    who=("complainant", "agent", *STAFF, "owner"),
    guards=(still_kept, can_be_told),
    clause="AK-06; PS-03",
    effect=renew,
    fields=(
        Field(
            name="purpose",
            label=_("Why the code is exchanged"),
            limit=200,
            required=True,
            help=_("The old code stops at once. The new one is sent to the complainant; nobody else sees it."),
        ),
    ),
)

STEPS = (RENEW_CODE,)
