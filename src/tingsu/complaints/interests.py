"""What a newly declared interest means for cases that the person already has: whoever assigns is told (IV-03)."""

from django.db.models import Q

from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.people.models import Interest

MOST = 50


@reaction("member.interest_declared")
def tell_who_assigns(chain: Chain, event: Event, actor: Actor) -> None:
    """Own open cases that the interest touches go to somebody else: the supervisors hear of each."""
    row = Interest.objects.filter(pk=event.body["interest"]).first()
    if row is None:
        return
    own = Complaint.objects.filter(
        Q(owner_id=row.member_id) | Q(offered_member_id=row.member_id), state__in=OPEN_STATES
    )
    if row.unit_id:
        own = own.filter(unit_concerned_id=row.unit_id)
    else:
        own = own.filter(pk__in=Party.objects.filter(name_index=row.name_index).values("complaint_id"))
    told = [one.pk for one in people.active_members(roles=("supervisor",)) if one.pk != actor.id]
    for pk, number in own.order_by("work_key", "pk").values_list("pk", "number")[:MOST]:
        notify(told, "case.interest_declared", pk, {"number": number})
