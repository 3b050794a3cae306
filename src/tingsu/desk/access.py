"""Who may open which staff page. Rights come from the authority matrix of ``people``; this only asks."""

from django.http import HttpRequest

from tingsu.kernel.actor import Actor
from tingsu.people.access import Can, actor_for, rights_of


def staff(request: HttpRequest, needs: Can | None = None) -> Actor:
    """The member behind a request. Raises SignInNeeded, or NotAllowed when the right is missing."""
    return actor_for(request, needs=needs)


def may(actor: Actor, right: Can) -> bool:
    return right in rights_of(actor)
