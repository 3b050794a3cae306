"""A program's access ends for good with the member who answers for it (AI-04); whoever takes it over issues another.

One that a leaver had issued for somebody else and that is not yet agreed or approved ends too. One in use goes on in that
other person's name, but its text was shown to the leaver: whoever manages programs' access is told to replace it.
"""

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.api.models import ApiToken
from tingsu.api.tokens import end_for, waits_for_consent, waits_for_second_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.letters.notices import notify
from tingsu.people import leaving
from tingsu.people.access import Can, roles_with
from tingsu.people.models import Member
from tingsu.people.queries import posts_now


def _good() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), revoked_at=None)


def _ending(member_id: uuid.UUID) -> list[ApiToken]:
    rows = _good().filter(Q(acts_for_id=member_id) | Q(made_by_id=member_id)).order_by("pk")
    return [
        one for one in rows if one.acts_for_id == member_id or waits_for_consent(one) or waits_for_second_person(one)
    ]


def end_all(member_id: uuid.UUID, actor: Actor) -> None:
    """Revoke them in the open transaction, and tell whoever manages programs' access."""
    ending = _ending(member_id)
    for one in ending:
        end_for(one, "left", actor)
    told = sorted({post.member_id for post in posts_now(roles=roles_with(Can.TOKENS))} - {member_id})
    if ending:
        notify(told, "token.ended", None, {})
    if made_for_others(member_id).exists() and Member.objects.filter(pk=member_id, active=False).exists():
        notify(told, "token.maker_left", None, {})


def made_for_others(member_id: uuid.UUID) -> QuerySet[ApiToken]:
    """What is in use in somebody else's name and was issued by this member, who was shown its text."""
    return _good().filter(made_by_id=member_id).exclude(acts_for_id=member_id)


leaving.declare(
    leaving.Ending(
        name="tokens", label=_("Access of programs"), count=lambda member_id: len(_ending(member_id)), end=end_all
    )
)
